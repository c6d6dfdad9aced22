# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the simulated services."""

from __future__ import annotations

import dataclasses
from typing import Any, get_type_hints

THROTTLE_STYLES = ("429", "429-retry-after", "dms-404")
ERROR_PREFIXES = ("APIG", "APIGW")
QUOTA_SEMANTICS = ("lower", "max_tasks", "quota_tasks")
MODIFY = ("all", "refuse", "topics", "drop-keys", "pretend", "unknown-url")
CONNECTOR_FIELDS = ("whole", "absent", "null", "no id", "null id", "empty id")
BUSY_CODES = ("DMS.00400026", "CBC.99003651", "DMS.00400017")


@dataclasses.dataclass(slots=True)
class Settings:
    """The settings, which can be changed at any time. Numbers of assumptions are those in README.md."""

    latency: float = 0.0
    """Seconds between processing and response."""

    creation_looks: int = 0
    """How many reads return CREATING for a new task before `created_status`."""
    deletion_looks: int = 0
    """How many reads still return a task after its DELETE (assumption 7)."""
    created_status: str = "RUNNING"
    """Status of a created task; with "FAILED" creations fail (assumption 3)."""
    deleting_status: str = "DELETING"
    """Status in these reads after a DELETE (assumption 7)."""
    create_status: int = 200
    """HTTP status of a successful creation, 200, 201 or 202 (assumption 1)."""

    list_lag: int = 0
    """How many reads of a list omit a new task; it can be read by its id."""
    equal_create_times: bool = False
    """Whether a new task gets the create_time of the previous task of the connector."""

    action_reads: int = 0
    """How many reads still return the previous status after an accepted pause, resume, start or restart."""
    restart_looks: int = 0
    """How many reads return RESTARTING for a restarted task."""
    connector_looks: int = 0
    """How many reads return EXTENDING or CONNECTOR_DELETING while Smart Connect is being enabled or disabled."""

    max_tasks: int = 9
    """Maximum number of tasks of a connector, until UpdateSinkTaskQuota raises it."""
    quota_tasks: int = 10
    """The quota in lists of tasks; a creation beyond it or `max_tasks` fails."""
    quota_semantics: str = "lower"
    """Which of the two numbers limits creations: "lower" (the lower of both), "max_tasks", "quota_tasks"."""
    smart_connect_quota: int = 18
    """`max_tasks` and `quota_tasks` in the current API, and the number of tasks at which it refuses a creation."""
    quota_is_ceiling: bool = False
    """Whether UpdateSinkTaskQuota refuses more than `quota_tasks` (current instances)."""

    unique_names: bool = False
    """Whether a second task with the same name is refused (assumption 6)."""
    strict_names: bool = False
    """Whether the API enforces the naming rule of the console: 4-64 of A-Z a-z 0-9 - _ (assumption 6)."""
    echo_topics_regex: bool = True
    """Whether the descriptor contains `topics_regex` (assumption 4)."""
    exclusive_topics: bool = False
    """Whether a topic can be in one task only (else 400 DMS.00400874)."""
    known_topics: list[str] | None = None
    """Topics that exist in every instance; None: all topics exist."""
    partitions: int = 3
    """Partitions per topic in `topics_info`."""

    sink_tasks_gone: str | None = None
    """Code of the 404 that all operations of the legacy API return, such as "APIG.0101" (assumption 13)."""
    missing_operations: list[str] | None = None
    """Operations that do not exist in the region: 404 APIG.0101."""
    shared_tasks: bool = True
    """Whether each API returns the tasks created with the other one (assumption 8)."""

    modify: str = "all"
    """What ModifyConnectorTask changes: "all" (every field), "topics" (only these), "drop-keys" (every field, and the
    stored keys are lost), "pretend" (returns the change without storing it), "refuse" (400 DMS.00400873),
    "unknown-url" (404 APIG.0101) (assumption 9)."""
    modify_takes_keys: bool = False
    """Whether ModifyConnectorTask stores the keys and passwords in its body (assumption 17)."""
    actions_queue: bool = False
    """Whether actions on a task that is CREATING or RESTARTING are accepted (assumption 20)."""
    unused_side: str = "empty"
    """How the unused one of `source_task` and `sink_task` is returned: "empty" ({}), "null", "absent"."""
    unused_type: str = "NONE"
    """How the unused one of `source_type` and `sink_type` is returned: "NONE" or "absent"."""
    unused_topics: str = "empty"
    """How the unused one of `topics` and `topics_regex` is returned: "empty" (""), "null", "absent"."""
    newline_echo: str = "line feed"
    """How the current API returns a newline delimiter: "line feed" or "backslash-n" (assumption 16)."""

    connector_enable_follows: bool = True
    """Whether `connector_enable` is true if Smart Connect was enabled after the creation (assumption 18)."""
    connector_nodes: int | None = None
    """Number of nodes that enabling Smart Connect creates; None: as requested."""
    connector_nodes_shown: bool = True
    """Whether instances have the field `connector_node_num`."""
    connector_off: str = "empty"
    """How instances without Smart Connect return the fields of the connector: "empty" or "absent"."""
    connector_listed: str = "whole"
    """What rows of ListInstances return of a connector: "whole", "absent" (none of its fields), "null" (these are null),
    "no id", "null id" or "empty id" (`connector_enable` without the id)."""
    connector_shown: str = "whole"
    """The same for ShowInstance."""
    connector_fails: bool = False
    """Whether accepted requests to enable or disable fail: the job is FAILED, the instance unchanged."""
    disable_needs_body: bool = False
    """Whether DeleteConnector requires a body (else 400 DMS.00400004)."""
    busy_requests: int = 0
    """How many of the next requests to enable or disable Smart Connect are refused with `busy_code`."""
    busy_code: str = "DMS.00400026"
    """DMS.00400026, CBC.99003651 or DMS.00400017."""
    sold_out: bool = False
    """Whether the resources for Smart Connect are sold out."""

    topic_list_lag: int = 0
    """How many reads of the list omit a new topic (assumption 21)."""
    topic_deletion_reads: int = 0
    """How many reads of the list still return a topic after its deletion (assumption 22)."""
    topic_returns: int | None = None
    """How many reads of the list omit a deleted topic that has producers or consumers until auto-creation brings it back;
    None: it does not come back."""
    topic_limit: int = 200
    """The largest `limit` of a list of topics; the default is 50, or 10 if the largest one is 50 (assumption 23)."""
    topic_limit_cut: bool = False
    """Whether a larger `limit` is treated as the largest one instead of refused (assumption 23)."""
    topic_booleans: str = "json"
    """How the list returns booleans: "json" or "text" (assumption 24)."""
    topic_keys: str = "current"
    """Keys in the list: "current", or "2023" (`count` for `total`, `id` for `name`) (assumption 24)."""
    topics_per_request: int = 50
    """Maximum number of topics in one change or deletion (assumption 25)."""
    topic_change_in_part: str = "rest"
    """What is changed if the number of partitions of a topic can't be: "rest" (its other fields and the other topics),
    "others" (the other topics), "earlier" (the topics before it in the request) (assumption 26)."""
    absent_topic_deleted: bool = True
    """Whether the deletion of a topic that does not exist reports success."""
    preset_topics: str = "refused"
    """What changes and deletions of preset topics do: "refused" or "deleted" (assumption 27)."""
    topic_exists_code: str = "DMS.40050005"
    """Code for the creation of a topic that exists (assumption 28)."""
    topic_collision_code: str = "DMS.00400101"
    """Code for a name that differs from an existing one in `.` and `_` only (assumption 28)."""
    absent_topic_code: str = "DMS.00400975"
    """Code for reading a topic that does not exist (assumption 29)."""
    auto_topic_reads: int = 0
    """How many reads return RESTARTING for an instance while auto-creation is switched on or off."""
    auto_topic_job: str = "kafkaConfigModify"
    """Name of the background job of that: "kafkaConfigModify" or "modifyAutoTopic" (assumption 30)."""

    user_limit: int = 500
    """Maximum number of users of an instance: 500, or 20 for instances created before July 2023."""
    user_list_lag: int = 0
    """How many reads of the list omit a new user."""
    user_deletion_reads: int = 0
    """How many reads of the list still return a user after the deletion (assumption 31)."""
    user_exists_code: str = "DMS.00400062"
    """Code for the creation of a user that exists (assumption 32)."""
    absent_user: str = "refused"
    """What a change or deletion of a user that does not exist does: "refused" or "ignored" (204) (assumption 33)."""
    absent_user_code: str = "DMS.00500972"
    """Code for a user that does not exist (assumption 33)."""
    user_deletion_in_part: bool = False
    """Whether a refused deletion of several users deletes those before the first that can't be (assumption 34)."""
    empty_user_desc: str = "removed"
    """What an empty description does to the present one: "removed" or "ignored" (assumption 35)."""
    sasl_off_code: str = "DMS.00400971"
    """Code for changes of users and permissions of an instance without SASL (assumption 36)."""
    users_listed_without_sasl: bool = True
    """Whether the users of an instance without SASL can be listed (assumption 36)."""

    policy_response: str = "job"
    """Response to a change of permissions: "job" (200 with a job id), "200" (an empty object), "204" (assumption 37)."""
    policy_reads: int = 0
    """How many reads of the instance or the job show that permissions are being changed."""
    policies_per_request: int = 50
    """Maximum number of topics in one change of permissions (assumption 38)."""
    policies_in_part: str = "others"
    """What is changed if the permissions of a topic can't be: "others" (those of the others) or "none" (assumption 39)."""
    policy_refusal_code: str | None = None
    """Code beside `failed_topics` in that response; None: it has none (assumption 39)."""
    policies_fail: bool = False
    """Whether accepted changes of permissions fail: the job is FAILED, nothing is changed."""
    unknown_policy_user: str = "refused"
    """What permissions for a user that does not exist do: "refused" or "accepted" (assumption 40)."""
    default_policy_user: str = "default_user"
    """Name of the pseudo-user whose permissions everybody has (assumption 41)."""
    policies_keep_users: bool = False
    """Whether permissions of a user remain after the deletion of the user (assumption 42)."""
    policies_survive_topics: bool = False
    """Whether permissions of a topic remain after its deletion, for a new topic of that name (assumption 43)."""

    group_states: str = "upper"
    """How lists of groups and single groups spell states: "upper" (PREPARING_REBALANCE) or "camel" (PreparingRebalance)
    (assumption 48)."""
    group_member_states: str = "camel"
    """The same for ShowGroups (assumption 48)."""
    group_level: str = "nested"
    """Where single groups and ShowGroups return the fields: "nested" (in `group`) or "top" (beside `group: null`)
    (assumption 49)."""
    group_list_lag: int = 0
    """How many reads of the list omit a new group."""
    groups_past_end: str = "empty"
    """What a list of groups with an offset at or past the end returns: "empty" (an empty page) or "refused"
    (400 DMS.40050010) (assumption 50)."""
    empty_sublist: str = "empty"
    """What offset 0 returns for members, topics or offsets of a group that has none: "empty" (an empty page) or "refused"
    (400 DMS.00400062) (assumption 51)."""
    group_deletion_reads: int = 0
    """How many reads return a group as DEAD after its deletion (assumption 52)."""
    dead_groups_listed: bool = False
    """Whether lists return it, too (assumption 52)."""
    absent_group: str = "refused"
    """What reads of a group that does not exist return: "refused" (400 DMS.111400864) or "dead" (200 with the state DEAD)
    (assumption 52)."""
    group_created: str = "text"
    """Response to the creation of a group: "text" (success) or "json" ("success" with quotes) (assumption 53)."""
    group_exists_code: str = "DMS.40050015"
    """Code for the creation of a group that exists (assumption 54)."""
    group_desc_reads: int = 0
    """How many reads of the instance or the job show that several descriptions are being changed."""
    group_desc_job: str = "kafkaUpdateGroup"
    """Name of the background job of that (assumption 55)."""
    groups_per_request: int = 50
    """Maximum number of groups in one change or deletion (assumption 56)."""
    live_group_code: str = "DMS.00400017"
    """Code for the deletion of a group that is not EMPTY, and for a reset of its offsets (assumption 57)."""
    live_reset: str = "refused"
    """What a reset of the offsets of a group that is not EMPTY does: "refused" or "ignored" (204, and no change)
    (assumption 57)."""
    absent_group_in_batch: str = "failed"
    """What the deletion of several groups reports for one that does not exist: "failed" or "ignored" (assumption 58)."""
    uncommitted_offset: str = "-1"
    """How a partition without a committed offset is returned: "-1", "null", "absent" (no row) (assumption 59)."""
    reset_reads: int = 0
    """How many reads of the offsets still return those before a reset (assumption 60)."""
    reset_job_reads: int = 0
    """How many reads of the instance or the job show that the offsets of all topics are being reset."""
    reset_job_lag: int = 0
    """How many reads of the list of jobs omit that job (assumption 61)."""
    reset_fails: bool = False
    """Whether accepted resets of all topics fail: the job is FAILED, nothing is changed."""
    subscribed_deletion: str = "row"
    """How the deletion of offsets of a topic that the group reads is refused: "row" (200, `success` is false) or "whole"
    (400 DMS.00400882, nothing is changed) (assumption 62)."""
    absent_offsets_deleted: bool = True
    """Whether the deletion of offsets that do not exist reports success (assumption 63)."""
    serial_group_reads: bool = False
    """Whether reads of groups side by side are refused: 400 DMS.00400973 (assumption 64)."""

    config_reads: int = 0
    """How many reads of the instance or the job show that parameters are being changed."""
    configs_fail: bool = False
    """Whether accepted changes of parameters fail: the job is FAILED, nothing is changed."""
    static_configs: list[str] | None = None
    """Names of more parameters that are static (assumption 44)."""
    hidden_configs: list[str] | None = None
    """Names of parameters that the region does not have."""
    job_effect: str = "end"
    """When a job of permissions or parameters changes what is read: at its "start" or "end" (assumption 45)."""
    job_busy_code: str = "DMS.00400026"
    """Code for a change of permissions or parameters while such a job runs: DMS.00400026 or DMS.00400017
    (assumption 46)."""
    job_listed: bool = True
    """Whether rows of ListInstances show such a job, like ShowInstance (assumption 47)."""

    metric_dimension: str = "name"
    """Value of the dimension `connector_task` of Cloud Eye: "name" or "id" of the task (assumption 15)."""
    metric_period: int = 60
    """Seconds between two datapoints."""
    metric_start: int = 0
    """Seconds after its creation until a task has its first datapoint."""
    metric_delay: int = 0
    """Delay of datapoints in seconds."""
    metric_gap: int = 0
    """Every n-th datapoint is missing; 0: none."""

    rate: int | None = None
    """Requests allowed per `rate_period`; None: unlimited."""
    rate_period: float = 1.0
    """Seconds."""
    throttle_style: str = "429"
    """Response to throttled requests: "429", "429-retry-after", "dms-404" (assumption 12)."""

    lock_after: int | None = 5
    """Consecutive failed signatures (or passwords) that lock the key (or user); None: never."""
    lock_seconds: float = 300.0
    """Duration of a lock."""
    token_seconds: float = 86400.0
    """Lifetime of IAM tokens."""
    error_prefix: str = "APIG"
    """Prefix of the codes of the gateway: APIG or APIGW."""
    project_name_needs_domain: bool = True
    """Whether a login scoped to a project by name requires the domain of the project, as in Keystone."""

    assume_with_token: bool = False
    """Whether an agency can be assumed with a token, too."""
    assume_needs_domain_id: int | None = None
    """Status if X-Domain-Id is missing when an agency is assumed, 400 or 403; None: it is not needed."""
    absent_agency_status: int = 404
    """Status for an agency that does not exist, 403 or 404."""

    metadata_tokens: str = "off"
    """Whether the metadata service has tokens: "off", "optional" or "required"."""
    metadata_no_tokens_status: int = 404
    """Status of a request for a token if there are none: 404, 405 or 503."""
    metadata_agency: bool = True
    """Whether the machine has an agency; without one, the metadata service returns 401 and no keys."""
    metadata_key_seconds: float = 86400.0
    """Lifetime of the keys of the metadata service."""
    metadata_key_overlap: float = 3600.0
    """How many seconds before the end of their lifetime the metadata service returns new keys."""

    def update(self, **values: Any) -> None:
        """Change several settings. Raises ValueError for an unknown name or an invalid value; then none is changed."""
        checked = {name: _checked(name, value) for name, value in values.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def restore(self, other: Settings) -> None:
        """Copy all values of `other`."""
        for field in dataclasses.fields(self):
            setattr(self, field.name, getattr(other, field.name))

    def copy(self) -> Settings:
        return dataclasses.replace(self)

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


_CHOICES: dict[str, tuple[Any, ...]] = {
    "throttle_style": THROTTLE_STYLES,
    "error_prefix": ERROR_PREFIXES,
    "create_status": (200, 201, 202),
    "quota_semantics": QUOTA_SEMANTICS,
    "modify": MODIFY,
    "unused_side": ("empty", "null", "absent"),
    "unused_type": ("NONE", "absent"),
    "unused_topics": ("empty", "null", "absent"),
    "newline_echo": ("line feed", "backslash-n"),
    "connector_off": ("empty", "absent"),
    "connector_listed": CONNECTOR_FIELDS,
    "connector_shown": CONNECTOR_FIELDS,
    "busy_code": BUSY_CODES,
    "topic_booleans": ("json", "text"),
    "topic_keys": ("current", "2023"),
    "topic_change_in_part": ("rest", "others", "earlier"),
    "preset_topics": ("refused", "deleted"),
    "auto_topic_job": ("kafkaConfigModify", "modifyAutoTopic"),
    "absent_user": ("refused", "ignored"),
    "empty_user_desc": ("removed", "ignored"),
    "policy_response": ("job", "200", "204"),
    "policies_in_part": ("others", "none"),
    "unknown_policy_user": ("refused", "accepted"),
    "job_effect": ("end", "start"),
    "job_busy_code": ("DMS.00400026", "DMS.00400017"),
    "group_states": ("upper", "camel"),
    "group_member_states": ("upper", "camel"),
    "group_level": ("nested", "top"),
    "groups_past_end": ("empty", "refused"),
    "empty_sublist": ("empty", "refused"),
    "absent_group": ("refused", "dead"),
    "group_created": ("text", "json"),
    "live_reset": ("refused", "ignored"),
    "absent_group_in_batch": ("failed", "ignored"),
    "uncommitted_offset": ("-1", "null", "absent"),
    "subscribed_deletion": ("row", "whole"),
    "metric_dimension": ("name", "id"),
    "assume_needs_domain_id": (None, 400, 403),
    "absent_agency_status": (403, 404),
    "metadata_tokens": ("off", "optional", "required"),
    "metadata_no_tokens_status": (404, 405, 503),
}
_KINDS = get_type_hints(Settings)
_ACCEPTED: dict[Any, tuple[type, ...]] = {
    float: (int, float),
    int: (int,),
    str: (str,),
    bool: (bool,),
    str | None: (str, type(None)),
    int | None: (int, type(None)),
    list[str] | None: (list, type(None)),
}


def _checked(name: str, value: Any) -> Any:
    if name not in _KINDS:
        raise ValueError(f"unknown setting {name!r}; there are {', '.join(_KINDS)}")
    kind = _KINDS[name]
    if not isinstance(value, _ACCEPTED[kind]) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"setting {name} takes {getattr(kind, '__name__', kind)}, not {value!r}")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise ValueError(f"setting {name} takes one of {_CHOICES[name]}, not {value!r}")
    return value
