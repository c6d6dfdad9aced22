# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the results of examples/verify.yml say about the assumptions of the simulator.

Settings and numbers are those of tests/simulator: settings.py and README.md. Its default is what is assumed.
"""

from __future__ import annotations

import json
import typing as t

Results = t.Mapping[str, t.Any]
"""The results of the tasks by their names. Those of tasks that did not run are missing, empty or skipped."""

NO_API = "the region does not have its API"
SOME = "1 or more"
STATIC = (
    "connections.max.idle.ms",
    "default.replication.factor",
    "log.retention.hours",
    "num.partitions",
    "unclean.leader.election.enable",
)


# --- what can be checked ---------------------------------------------------------------------------------------------


def verify_kinds(definition: Results, instance: Results, bucket: str) -> dict[str, str]:
    """Return for each kind why it is skipped, an empty text if it is not.

    *definition* is the one of huaweicloud_kafka_instance_resources_info, *instance* the one of huaweicloud_kafka_instance_info,
    *bucket* the name of the bucket for tasks.
    """
    kinds = ("topics", "users", "topic_permissions", "consumer_groups", "smart_connect_tasks", "sink_tasks")
    reasons = {kind: "" if kind in definition else NO_API for kind in kinds}
    # An instance with SASL has at least its first user, also if ssl_enable, which older instances have, is false.
    if not (instance.get("ssl_enable") or definition.get("users")):
        reasons.update(users="SASL is off", topic_permissions="SASL is off")
    reasons["topic_permissions"] = reasons["topic_permissions"] or reasons["users"] or reasons["topics"]
    for kind in ("smart_connect_tasks", "sink_tasks"):
        if instance.get("connector_enable") is False:
            reasons[kind] = "Smart Connect is off"
        elif not bucket and not reasons[kind]:
            reasons[kind] = "there is no bucket, see dms_obs_bucket_name"
    reasons["parameters"] = "" if instance.get("parameters") else "the parameters could not be read"
    return reasons


def verify_own(definition: Results, prefix: str) -> list[str]:
    """Return the names in *definition* that begin with *prefix*."""
    names = ("name", "user_name", "group_name", "task_name")
    entries = [entry for kind in definition.values() if isinstance(kind, (list, tuple)) for entry in kind]
    found = [entry.get(name) for entry in entries for name in names]
    return sorted({str(name) for name in found if name and str(name).startswith(prefix)})


def verify_unwanted(kinds: Results, prefix: str) -> dict[str, list[dict[str, str]]]:
    """Return options of huaweicloud_kafka_instance_resources that delete what the run creates, of the *kinds* that it checks."""
    names = {
        "smart_connect_tasks": ("task_name", f"{prefix}-smart"),
        "sink_tasks": ("task_name", f"{prefix}-sink", f"{prefix}.odd"),
        "consumer_groups": ("group_name", f"{prefix}-group"),
        "topics": ("name", f"{prefix}-a", f"{prefix}-b"),
        "users": ("user_name", f"{prefix}-user"),
    }
    return {
        kind: [{key: name, "state": "absent"} for name in own] for kind, (key, *own) in names.items() if not kinds[kind]
    }


# --- what was shown --------------------------------------------------------------------------------------------------


def _done(results: Results, name: str) -> Results | None:
    """Return the result of a task that ran without an error."""
    result = results.get(name)
    return result if result and not result.get("skipped") and not result.get("failed") else None


def _refusal(results: Results, name: str) -> Results | None:
    """Return ``status`` and ``code`` of a task that the service refused."""
    result = results.get(name)
    return result.get("error") if result and result.get("failed") else None


def _count(results: Results, name: str, key: str) -> t.Any:
    """Return whether the rows *key* were still there when they were read first."""
    result = _done(results, name)
    return None if result is None else SOME if result[key] else 0


def _topic_list_lag(results: Results) -> t.Any:
    result = _done(results, "topic_created")
    return None if result is None else 0 if result["topics"] else SOME


def _row(results: Results, name: str, key: str) -> Results | None:
    result = _done(results, name)
    return result[key][0] if result and result[key] else None


def _permissions(results: Results, name: str) -> t.Any:
    """Return whether the topic still had permissions."""
    topic = _row(results, name, "topics")
    return None if topic is None or topic.get("permissions") is None else bool(topic["permissions"])


def _static_configs(results: Results) -> t.Any:
    parameters = results["instance"].get("parameters")
    if not parameters:
        return None
    static = (name for name, parameter in parameters.items() if parameter["config_type"] == "static")
    return ", ".join(sorted(static))


def _empty_user_desc(results: Results) -> t.Any:
    user = _row(results, "user_described", "users")
    return None if user is None else "ignored" if user.get("user_desc") else "removed"


def _users_listed(results: Results) -> t.Any:
    refusal = _refusal(results, "users_without_sasl")
    if refusal:
        return False if refusal["status"] == 400 else None
    return None if _done(results, "users_without_sasl") is None else True


def _default_policy_user(results: Results) -> t.Any:
    definition = results["before"]
    if not definition.get("users"):
        return None
    users = {user["user_name"] for user in definition["users"]}
    named = {name for topic in definition.get("topic_permissions") or () for name in topic["policies"]}
    return ", ".join(sorted(named - users)) or None


def _sink_tasks_gone(results: Results) -> t.Any:
    refusal = _refusal(results, "sink_list")
    if refusal:
        return refusal["code"] if refusal["status"] == 404 else None
    return None if _done(results, "sink_list") is None else "null"


def _strict_names(results: Results) -> t.Any:
    refusal = _refusal(results, "odd_name")
    if refusal:
        return True if refusal["status"] == 400 else None
    return None if _done(results, "odd_name") is None else False


def _echo_topics_regex(results: Results) -> t.Any:
    result = _done(results, "sink_created")
    return None if result is None else bool(result["sink_task"]["obs_destination_descriptor"].get("topics_regex"))


def _shared_tasks(results: Results) -> t.Any:
    created, listed = _done(results, "sink_created"), _done(results, "smart_list")
    if created is None or listed is None:
        return None
    return created["sink_task"]["task_id"] in [task["id"] for task in listed["smart_connect_tasks"]]


def _deleting_status(results: Results) -> t.Any:
    task = _row(results, "sink_deleted", "sink_tasks")
    return task and task["status"]


def _newline_echo(results: Results) -> t.Any:
    task = _row(results, "smart_created", "smart_connect_tasks")
    delimiter = (task or {}).get("sink_task", {}).get("record_delimiter")
    return {"\n": "line feed", "\\n": "backslash-n"}.get(delimiter, delimiter and repr(delimiter))


def _modify(results: Results) -> t.Any:
    before, after = (_row(results, name, "smart_connect_tasks") for name in ("smart_created", "smart_modified"))
    if before is None or after is None:
        return None
    topics = before["topics"] != after["topics"]
    interval = before["sink_task"]["deliver_time_interval"] != after["sink_task"]["deliver_time_interval"]
    if not (topics or interval):
        refusal = _refusal(results, "smart_modification")
        if refusal:
            return "unknown-url" if _no_api(refusal) else "refuse" if refusal["status"] == 400 else None
        # Also without a response: the read after it has got one.
        return "pretend"
    if not (topics and interval):
        return "topics" if topics else "all but the topics"
    restart = _refusal(results, "smart_restarted")
    return "all" if not restart else "drop-keys" if restart["status"] == 400 else None


def _connector_enable_follows(results: Results) -> t.Any:
    listed, instance = _row(results, "listed", "instances"), results["instance"]
    return bool(listed["connector_enable"]) if listed and instance.get("connector_enable") else None


class Assumption(t.NamedTuple):
    """A setting of the simulator: its default is what is *assumed*, and *shown* reads the truth from the results.

    *shown* returns ``None`` if the results do not show it.
    """

    number: int
    setting: str
    assumed: t.Any
    shown: t.Callable[[Results], t.Any]


ASSUMPTIONS = (
    Assumption(4, "echo_topics_regex", True, _echo_topics_regex),
    Assumption(6, "strict_names", False, _strict_names),
    Assumption(7, "deletion_looks", 0, lambda seen: _count(seen, "sink_deleted", "sink_tasks")),
    Assumption(7, "deleting_status", "DELETING", _deleting_status),
    Assumption(8, "shared_tasks", True, _shared_tasks),
    Assumption(9, "modify", "all", _modify),
    Assumption(13, "sink_tasks_gone", "null", _sink_tasks_gone),
    Assumption(16, "newline_echo", "line feed", _newline_echo),
    Assumption(18, "connector_enable_follows", True, _connector_enable_follows),
    Assumption(21, "topic_list_lag", 0, _topic_list_lag),
    Assumption(22, "topic_deletion_reads", 0, lambda seen: _count(seen, "topic_deleted", "topics")),
    Assumption(31, "user_deletion_reads", 0, lambda seen: _count(seen, "user_deleted", "users")),
    Assumption(35, "empty_user_desc", "removed", _empty_user_desc),
    Assumption(36, "users_listed_without_sasl", True, _users_listed),
    Assumption(41, "default_policy_user", "default_user", _default_policy_user),
    Assumption(42, "policies_keep_users", False, lambda seen: _permissions(seen, "kept_of_user")),
    Assumption(43, "policies_survive_topics", False, lambda seen: _permissions(seen, "kept_of_topic")),
    Assumption(44, "static_configs", ", ".join(STATIC), _static_configs),
)


# --- the report ------------------------------------------------------------------------------------------------------


def verify_report(registered: Results) -> dict[str, t.Any]:
    """Return the ``lines`` of the report, and the ``problems`` for which the run fails.

    *registered* are the results of the tasks by their variables, which begin with ``seen_``; ``seen_kinds`` are those of
    :func:`verify_kinds`, and ``seen_failed`` the results of failed tasks by what they check.
    The lines have no names of the account, ids or messages, so that they can be published.
    """
    results = {name[len("seen_") :]: result for name, result in registered.items()}
    before, after = results["before"]["definition"], results["after"].get("definition")
    results.update(instance=results["instance"]["instances"][0], before=before)
    instance, failed, kinds = results["instance"], results["failed"], results["kinds"]
    lines = [
        f"Kafka {instance.get('engine_version')}, {instance.get('type')}, {instance.get('specification')}",
        "",
        "| no. | setting | assumed | shown | |",
        "|---|---|---|---|---|",
        *(_line(assumption, assumption.shown(results)) for assumption in ASSUMPTIONS),
        "",
        *(f"Skipped: {kind}, because {reason}." for kind, reason in kinds.items() if reason),
        *(f"Failed: {kind}, {_response(result)}." for kind, result in failed.items()),
    ]
    changed = "unknown" if after is None else ", ".join(_changed(before, after)) or "nothing"
    lines.append(f"Changed besides: {changed}.")
    problems = [f"{kind}: {result.get('msg')}" for kind, result in failed.items() if not _no_api(result.get("error"))]
    left = [results[name]["msg"] for name in ("cleared", "deleted") if results[name].get("failed")]
    problems += [f"Not everything was deleted: {reason}" for reason in left]
    if changed != "nothing":
        problems.append(f"The instance differs from what it was before, in: {changed}.")
    return {"lines": lines, "problems": problems}


def _line(assumption: Assumption, shown: t.Any) -> str:
    verdict = "not shown" if shown is None else "as assumed" if shown == assumption.assumed else "**differs**"
    return (
        f"| {assumption.number} | `{assumption.setting}` | {_text(assumption.assumed)} | {_text(shown)} | {verdict} |"
    )


def _no_api(error: Results | None) -> bool:
    return bool(error) and error["status"] == 404 and str(error["code"]) in ("APIG.0101", "APIGW.0101")


def _response(result: Results) -> str:
    error = result.get("error")
    return f"the service returned {error['status']} {error['code']}" if error else "without a response of the service"


def _changed(before: Results, after: Results) -> list[str]:
    """Return the kinds whose entries differ between both definitions; their order does not matter."""

    def entries(value: t.Any) -> t.Any:
        return sorted(json.dumps(entry, sort_keys=True) for entry in value) if isinstance(value, list) else value

    return sorted(name for name in {**before, **after} if entries(before.get(name)) != entries(after.get(name)))


def _text(value: t.Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


class FilterModule:
    """Ansible finds the filters of this file, because it is beside the playbook."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {
            "verify_kinds": verify_kinds,
            "verify_own": verify_own,
            "verify_report": verify_report,
            "verify_unwanted": verify_unwanted,
        }
