# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be set at the simulated service while it runs."""

from __future__ import annotations

import dataclasses
from typing import Any, get_type_hints

THROTTLE_STYLES = ("429", "429-retry-after", "dms-404")
ERROR_PREFIXES = ("APIG", "APIGW")
QUOTA_SEMANTICS = ("lower", "max_tasks", "quota_tasks")
MODIFY = ("all", "refuse", "topics", "drop-keys", "pretend", "unknown-url")
BUSY_CODES = ("DMS.00400026", "CBC.99003651", "DMS.00400017")


@dataclasses.dataclass(slots=True)
class Settings:
    """The knobs of the service. Each one that stands for an unknown of the facts says so by its number."""

    latency: float = 0.0
    """Seconds added to each response, after the work."""

    creation_looks: int = 0
    """How many reads show a new task as CREATING before it takes `created_status`."""
    deletion_looks: int = 0
    """How many reads still show a task after its DELETE (unknown 7)."""
    created_status: str = "RUNNING"
    """Status of a task once it is created; "FAILED" makes creations fail (unknown 3)."""
    deleting_status: str = "DELETING"
    """Status shown by those reads after a DELETE (unknown 7)."""
    create_status: int = 200
    """HTTP status of a successful creation, 200 or 201 (unknown 1)."""

    list_lag: int = 0
    """How many reads of a list do not show a new task yet; it can be read by its id."""
    equal_create_times: bool = False
    """Whether a new task gets the create_time of the task that the connector got before it."""

    action_reads: int = 0
    """How many reads still show the former status after a pause, a resume, a start or a restart was accepted."""
    restart_looks: int = 0
    """How many reads show a restarted task as RESTARTING."""
    connector_looks: int = 0
    """How many reads show an instance as EXTENDING or CONNECTOR_DELETING while Smart Connect goes on or off."""

    max_tasks: int = 9
    """Tasks that a connector takes, until UpdateSinkTaskQuota raises it."""
    quota_tasks: int = 10
    """The quota that the list shows beside it; a creation beyond either fails."""
    quota_semantics: str = "lower"
    """Which of the two numbers limits creations: "lower" (the lower of both), "max_tasks", "quota_tasks"."""
    smart_connect_quota: int = 18
    """`max_tasks` and `quota_tasks` in the current API, and the number of tasks at which it refuses a creation."""
    quota_is_ceiling: bool = False
    """Whether UpdateSinkTaskQuota refuses to go beyond `quota_tasks` (instances of today)."""

    unique_names: bool = False
    """Whether a second task of the same name is refused (unknown 6)."""
    strict_names: bool = False
    """Whether the console's naming rule holds at the API: 4-64 of A-Z a-z 0-9 - _ (unknown 6)."""
    echo_topics_regex: bool = True
    """Whether the descriptor echoes `topics_regex` (unknown 4)."""
    exclusive_topics: bool = False
    """Whether a topic may be in one task only (else 400 DMS.00400874)."""
    known_topics: list[str] | None = None
    """Topics that exist on every instance; None: any topic does."""
    partitions: int = 3
    """Partitions per topic in `topics_info`."""

    sink_tasks_gone: str | None = None
    """Code with which every call of the old API returns 404, for example "APIG.0101" or "DMS.00404001" (unknown 13)."""
    missing_operations: list[str] | None = None
    """Operations that the region lacks: 404 APIG.0101."""
    shared_tasks: bool = True
    """Whether each of the two APIs shows the tasks that the other has created (unknown 8)."""

    modify: str = "all"
    """What ModifyConnectorTask does: "all" (every field), "topics" (only these), "drop-keys" (every field, and the
    stored keys are lost), "pretend" (returns the change and keeps nothing), "refuse" (400 DMS.00400873),
    "unknown-url" (404 APIG.0101) (unknown 9)."""
    modify_takes_keys: bool = False
    """Whether ModifyConnectorTask stores keys and passwords of its body (unknown 17)."""
    actions_queue: bool = False
    """Whether actions on a task that is CREATING or RESTARTING are accepted (unknown 20)."""
    unused_side: str = "empty"
    """How the side that a task does not have is returned: "empty" ({}), "null", "absent"."""
    unused_type: str = "NONE"
    """How the type of that side is returned: "NONE" or "absent"."""
    unused_topics: str = "empty"
    """How the one of `topics` and `topics_regex` that is not set is returned: "empty" (""), "null", "absent"."""
    newline_echo: str = "line feed"
    """How the current API returns a newline delimiter: "line feed" or "backslash-n" (unknown 16)."""

    connector_enable_follows: bool = True
    """Whether `connector_enable` is true when Smart Connect was enabled later than at creation (unknown 18)."""
    connector_nodes_shown: bool = True
    """Whether an instance shows `connector_node_num`."""
    connector_off: str = "empty"
    """Whether an instance without Smart Connect shows the connector's fields: "empty" or "absent"."""
    connector_fails: bool = False
    """Whether enabling and disabling fail after they were accepted: the job is FAILED, the instance as before."""
    disable_needs_body: bool = False
    """Whether DeleteConnector without a body is refused with 400 DMS.00400004."""
    busy_requests: int = 0
    """How many more requests to enable or disable Smart Connect are refused with `busy_code`."""
    busy_code: str = "DMS.00400026"
    """DMS.00400026, CBC.99003651 or DMS.00400017."""
    sold_out: bool = False
    """Whether the resources for Smart Connect are sold out."""

    metric_dimension: str = "name"
    """What the dimension `connector_task` of Cloud Eye holds: "name" or "id" of the task (unknown 15)."""
    metric_period: int = 60
    """Seconds between two datapoints."""
    metric_delay: int = 0
    """Seconds by which datapoints arrive late."""
    metric_gap: int = 0
    """Each so many-th datapoint is missing; 0: none."""

    rate: int | None = None
    """Requests allowed per `rate_period`; None: any number."""
    rate_period: float = 1.0
    """Seconds."""
    throttle_style: str = "429"
    """How too many requests are answered: "429", "429-retry-after", "dms-404" (unknown 12)."""

    lock_after: int | None = 5
    """Failed signatures (or passwords) in a row that lock the key (or user); None: never."""
    lock_seconds: float = 300.0
    """How long it stays locked."""
    token_seconds: float = 86400.0
    """How long an IAM token lives."""
    error_prefix: str = "APIG"
    """Prefix of the gateway's codes: APIG or APIGW."""
    project_name_needs_domain: bool = True
    """Whether a login scoped by project name is refused without the project's domain, as a plain Keystone does."""

    def update(self, **values: Any) -> None:
        """Set several at once. Raises ValueError for an unknown name or a value of the wrong kind; then none is set."""
        checked = {name: _checked(name, value) for name, value in values.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    def restore(self, other: Settings) -> None:
        """Take all values of `other`."""
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
    "busy_code": BUSY_CODES,
    "metric_dimension": ("name", "id"),
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
