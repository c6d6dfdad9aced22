# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks guarantees of the collection one at a time, and checks that a test fails.

``python tests/reliability/mutations.py [-n WORKERS] [WORDS]`` makes each mutation whose name contains all WORDS in a
copy of the checkout, and runs the tests below there until the first failure. The exit status is 1 if a mutation is not
detected, no longer applies, or is detected only by a test that also fails without it.
"""

from __future__ import annotations

import argparse
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from reliability.harness.mutate import (  # noqa: E402
    Change,
    always,
    condition,
    instead,
    last,
    never,
    returning,
    setting,
    without,
)

TESTS = (
    "tests/unit",
    "tests/reliability/test_found.py",
    "tests/reliability/test_connections.py",
    "tests/reliability/test_state_machine.py",
)
_TIME_LIMIT = 300.0


class Mutation(t.NamedTuple):
    name: str
    path: str
    change: t.Callable[[str], str]


def both(first: Change, second: Change) -> t.Callable[[str], str]:
    """Return a change that only the two together make."""
    return lambda text: second(first(text))


_MODULE_UTILS = "plugins/module_utils/"
_RECONCILE = _MODULE_UTILS + "reconcile/"
_RESOURCES = _MODULE_UTILS + "resources/"
_SMART_CONNECT = _RESOURCES + "smart_connect/"
_TOPIC = _RESOURCES + "topic/"
_USER = _RESOURCES + "user/"
_PERMISSION = _RESOURCES + "permission/"
_GROUP = _RESOURCES + "consumer_group/"
_OFFSETS = _RESOURCES + "consumer_offsets/"
_INSTANCE = _RESOURCES + "instance_resources/"
_MIGRATION = _RESOURCES + "migration/"

_PRUNED = "[row for row in listing.rows if kind.can_prune(row) and not kind.is_leaving(row) if {}]"

MUTATIONS = [
    Mutation(name, path, change)
    for path, changes in {
        _MODULE_UTILS + "rest/error_codes.py": {
            "any 404 means absent": setting("meaning_of", "missing", "'task' if status == 404 else None"),
            "a code means absent with any status": setting("meaning_of", "missing", "found.missing"),
            "401 and 403 are retried": setting("meaning_of", "retry", "TRANSIENT", "NEVER"),
            "throttling is not detected by its code": setting("", "THROTTLED", "'transient'"),
        },
        _MODULE_UTILS + "rest/errors.py": {
            "a 500 shows that nothing was done": setting(
                "ServiceError.__init__", "maybe_processed", "status in (502, 504)", "transient"
            ),
        },
        _MODULE_UTILS + "rest/retry.py": {
            "POST is repeated after a lost response": returning("is_retryable", "not error.final", "final"),
            "POST is repeated after a 5xx": returning(
                "is_retryable", "error.throttled or error.maybe_processed", "throttled"
            ),
        },
        _MODULE_UTILS + "rest/redact.py": {
            "a secret is left in messages": without("Redactor.text", "spelling"),
            "an echoed token is left in messages": without("Redactor.text", "_ECHOED"),
        },
        _MODULE_UTILS + "rest/http.py": {
            "a body has no limit": never("_read", "LONGEST_BODY"),
            "a slow body has no deadline": never("_read", "deadline"),
            "a truncated body counts as complete": never("_read", "plain"),
            "a truncated 401 is retried": never("_read_body", "status_code"),
        },
        _MODULE_UTILS + "rest/endpoints.py": {
            "plain http to any host": never("check_endpoint", "scheme", "http", "_is_loopback"),
        },
        _MODULE_UTILS + "rest/response.py": {
            "an id can contain any characters": setting("", "_ID", "re.compile('.+')"),
        },
        _MODULE_UTILS + "rest/settings.py": {
            "certificates are not checked": setting("read", "verify", "False"),
        },
        _MODULE_UTILS + "rest/renewal.py": {
            "a token that never worked is renewed": never("RenewedAuth.renew", "worked"),
            "threads repeat a rejected login": without("RenewedAuth._log_in_once", "note_rejection"),
            "a failed renewal counts as a write that may have been processed": without(
                "RenewedAuth._log_in_once", "maybe_processed"
            ),
        },
        _MODULE_UTILS + "rest/credentials.py": {
            "an agency that is refused stops its caller": returning(
                "AssumedRole.rejected_by", "self.caller", "self", "!is_rejection", "!caller"
            ),
            "a rejected caller stops one agency only": returning("AssumedRole.parts", "(self,)"),
        },
        _MODULE_UTILS + "rest/precedence.py": {
            "the machine acts beside keys of the environment": never("_is_ecs_of_environment", "others", "!len"),
            "the machine acts although keys are options": never("select_caller", "named", "!values"),
        },
        _MODULE_UTILS + "rest/role.py": {
            "an agency of the environment is assumed with keys that are options": returning(
                "role_of_environment", "_role(caller, values, names, '') if values else caller"
            ),
            "half an agency is not assumed": never("_role", "missing"),
        },
        _MODULE_UTILS + "rest/temporary.py": {
            "temporary secrets are shown": without("read_keys", "redactor"),
            "temporary keys are used until they are rejected": setting("TemporaryAuth.use", "life", "float('inf')"),
            "the end of temporary keys is read with the clock here": without("seconds_until", "parsedate_to_datetime"),
        },
        _MODULE_UTILS + "rest/metadata.py": {
            "the metadata service has the timeout of the service": setting("", "TIMEOUT", "30.0"),
        },
        _MODULE_UTILS + "rest/connection.py": {
            "a rejection is not remembered": never("Connection.note_rejection", "rejected"),
        },
        _MODULE_UTILS + "rest/client.py": {
            "rejected credentials are sent again": without("Client.call", "check_not_rejected"),
            "secrets of a task stay on the connection": instead(
                "Client.__init__",
                "connection.redactor.add(*secrets)\nself.redactor = connection.redactor",
                "redactor",
            ),
            "the client sends writes in check mode": never("Client._send", "_read_only"),
            "a stop hides an attempt that may have been processed": never("Client._send", "outcome_unknown"),
        },
        _MODULE_UTILS + "rest/concurrency.py": {
            "a failure does not stop concurrent requests": without("run_concurrently.attempt", "set"),
            "rejected credentials are sent eight times": setting("", "FIRST", "8"),
        },
        _MODULE_UTILS + "rest/rate_limit.py": {
            "the rate is not lowered": without("RateLimiter.throttled", "LONGEST_INTERVAL"),
        },
        _MODULE_UTILS + "module.py": {
            "a failure hides earlier changes": setting(
                "KafkaModule.execute", "changed", "context.changed and not result"
            ),
        },
        _MODULE_UTILS + "api/pagination.py": {
            "a list that changed while it was read counts as complete": always("paginate", "max"),
        },
        _MODULE_UTILS + "api/smart_connect.py": {
            "a restart is sent twice": instead(
                "",
                "RESTART = _write('RestartConnectorTask', 'PUT', _RESTART, _UPDATE_PERMISSION, repeatable=True)",
                "RestartConnectorTask",
            ),
        },
        _MODULE_UTILS + "api/topics.py": {
            "more partitions of a topic are sent again": setting("update_topics", "operation", "UPDATE"),
            "a response that topics were changed in part counts as done": returning(
                "update_topics", "[None] * len(topics)", "_reasons"
            ),
            "a topic that a response does not name counts as done": returning(
                "_reasons", "[reasons.get(name) for name in names]"
            ),
        },
        _MODULE_UTILS + "api/listing.py": {
            "an incomplete list counts as complete": returning("Listing.complete", "True"),
        },
        _RESOURCES + "options.py": {
            "a null option counts as set": never("check_given", "all"),
        },
        _RESOURCES + "tasks.py": {
            "a task that is being deleted is deleted again": returning("is_leaving", "False"),
        },
        _INSTANCE + "kinds.py": {
            "users are deleted before the permissions that name them": setting(
                "", "PHASES", "((USERS, True), *((name, what) for what in (True, False) for name in PLANNED))"
            ),
            "permissions are planned before topics": setting(
                "", "PLANNED", "(PERMISSIONS, USERS, TOPICS, GROUPS, *TASKS)"
            ),
        },
        _INSTANCE + "run.py": {
            "a task with an entry is pruned from the list of the other API": never(
                "_Instance._has_other_entry", "desired"
            ),
            "a task is pruned from the lists of both APIs": never("_Instance._has_other_entry", "entries"),
            "two entries for a task are accepted": without("_Instance._expect_no_double_tasks", "InvalidOption"),
            "two entries that select one task are accepted": without(
                "_Instance._expect_no_double_rows", "UnexpectedState"
            ),
            "what depends on a failure is tried": never("_Instance._hold_back", "failed", "!NotTried"),
            "rejected credentials stop one kind only": never("_Instance._hold_back", "stopped"),
            "what the run deletes will exist": returning("_Instance.will_exist", "True", "CREATE"),
            "a topic that does not exist can have permissions": returning("_Instance.will_exist", "None", "unique"),
            "a task can't have a topic that clients create": never("_Instance.will_exist", "_creates_topics"),
            "a kind that is left out is pruned": never("_Instance._read_prune", "name", "sets"),
            "everything is pruned without all: true": never("_Instance._read_prune", "pattern", "everything"),
            "permissions are not waited for before their user is deleted": setting(
                "_Instance._set", "waits", "self.context.params['wait']"
            ),
        },
        _INSTANCE + "info.py": {
            "what can't be read is left out of the definition": never("_Reading.entries", "_OF_SASL"),
            "a list that is not complete is exported": without("_Reading._list", "require_complete"),
        },
        _RESOURCES + "task_checks.py": {
            "a task that is paused needs its topics": setting("expect_topics", "described", "True"),
            "the quota does not count the deletions of a set": setting("check_quota", "count", "total + created - 1"),
            "a set is started beyond the quota": never("check_quota", "alone"),
            "a topic in two tasks is not warned of": never("check_topics", "owner"),
        },
        _RESOURCES + "sink_task/plan.py": {
            "a task is recreated without recreate": never("plan", "recreate", "!has_failed"),
        },
        _RECONCILE + "fields.py": {
            "keys are returned": setting("Table.without_secrets", "shown", "dict(data)", "items"),
            "configs of a topic that are not wanted are compared": never("Table.differences", "partial"),
            "the partitions of a topic are lowered": never("Table.expect_changeable", "growing"),
            "the replicas of a topic are changed": never("Table.expect_changeable", "fixed"),
        },
        _RECONCILE + "plan.py": {
            "an incomplete list proves absence": without("match", "require_complete"),
            "the first of several tasks with one name is selected": never("match", "len"),
            "id and name need not agree": never("match", "name_key"),
        },
        _RECONCILE + "wait.py": {
            "a wait has no end": never("wait", "left"),
        },
        _RECONCILE + "writes.py": {
            "every write is sent again after a lost response": setting(
                "write_all",
                "pending",
                "[index for index, error in failures.items() if _can_resend(error, writes[index])]",
                "resend",
            ),
            "a write is sent again although a lookup found it done": never("_resolved", "done"),
            "a write that was found is sent again": returning(
                "_can_resend", "error.maybe_processed and is_retryable(error, repeatable=True)"
            ),
            "a failure in part is believed without a lookup": condition(
                "write_all",
                "isinstance(result, RequestError) and (result.outcome_unknown or index in in_doubt)",
                "InPart",
            ),
            "each thing is deleted with a request of its own": setting("delete_all", "batch", "1"),
            "another run's deletion counts as a change": returning(
                "delete_all.send", "[True] * len(group)", "outcome_unknown"
            ),
            "a deletion whose response was lost counts as another run's": returning(
                "delete_all.send", "[False] * len(group)", "outcome_unknown"
            ),
            "an incomplete list proves a deletion": returning("what_is_left", "None", "complete"),
            "a deletion that has started counts as not done": setting("_seen_deleted", "begun", "False"),
            "endless throttling does not stop a set": returning("stops_all", "error.status == 401", "status"),
        },
        _RECONCILE + "ensure.py": {
            "check mode applies the plan": never("begin", "check_mode"),
        },
        _RECONCILE + "create.py": {
            "a lost creation of a topic is sent again although it can be listed later": setting(
                "Creation.create", "patience", "0.0"
            ),
            "a topic that can be listed later counts as not created": setting(
                "Creation.create", "unknown", "write.outcome is Outcome.UNKNOWN and not write.lookup", "lists_late"
            ),
            "a task that appeared after a lost response is not compared": without("Creation.create", "_expect_equal"),
            "a task recreated with its id counts as the deleted one": without("Creation.create", "difference_update"),
            "a task with the same name is adopted without a comparison": condition(
                "Creation._adopt", "row", "differences"
            ),
            "a duplicate is kept": never("_shown", "order"),
            "the duplicate of another run is deleted": instead(
                "Creation._give_way",
                "(write,) = self.run.delete_rows([{**ours, self.kind.id_key: first}])",
                "delete_rows",
            ),
            "a task gives way to a younger one": always("_shown", "order"),
            "a younger task of the name is ignored": returning(
                "_shown", "_Shown(ours, earliest if order(earliest) < order(ours) else None, None)", "earliest"
            ),
            "a creation that the list does not confirm is not warned of": never("Creation._confirm", "state"),
            "a creation is polled for without wait": condition("Creation._confirm.look", "shown[entry].first", "waits"),
        },
        _RESOURCES + "overview/problems.py": {
            "an unknown lag is within its limit": never("of_task", "sources"),
            "a task without a health for long is fine": returning("_is_young", "True"),
            "the lag of a part of the partitions is that of the task": returning("_partition_lags", "(known, True)"),
            "an API that is forbidden has no tasks": returning("unread", "[]", "fromkeys"),
            "neither API is known, so there are no tasks": condition("unread", "errors", "UNKNOWN_URL"),
            "a named instance without tasks is fine": never("of_instance", "named"),
            "a task that failed in one API is fine": setting("of_task", "allowed", "task.statuses[:1]"),
        },
        _RESOURCES + "overview/info.py": {
            "rejected credentials are only unread": never("_try", "CredentialsRejected"),
            "a list that is not complete counts as read": without("_list.read", "require_complete"),
        },
        _RECONCILE + "modify.py": {
            "each topic is modified with a request of its own": setting("modify_all", "batch", "1"),
            "topics are modified after the deadline": without("modify_all.send", "before_request"),
            "a set that can't modify its topics any more crashes": never("modify_all", "entries"),
            "the list after a modification of topics is not compared": setting("_compare", "left", "{}"),
            "the list after a response in part for topics is not believed": returning(
                "_seen_modified", "Seen(False, hint=hint)"
            ),
            "what was modified of a topic in part is hidden": never("_compare", "moved"),
            "a modification of a topic that could not be read again counts as refused": returning("_unread", "error"),
            "a modification of a topic that could not be read again does not count as changed": without(
                "_unread", "did"
            ),
        },
        _RECONCILE + "run.py": {
            "another run's deletion counts as part of a recreation": never("Run.delete", "CREATE"),
            "a deletion that finds no parent gives no warning": never("Run.delete.note_absent", "absent"),
            "a new task of the name is ignored while one is deleted": never("Run._expect_no_other", "others"),
            "deletions of a set come after its creations": last("Run.carry_out", "delete_unwanted"),
            "a failed list after a deletion lets creations go on": never("Run.sendable", "list_error"),
            "a single task is polled by the list": never("Run.read", "alone"),
        },
        _RECONCILE + "sets.py": {
            "prune deletes what does not match": setting(
                "Set._rows_to_prune", "found", _PRUNED.format("row[kind.id_key] not in selected"), "fullmatch"
            ),
            "prune deletes tasks of the set": setting(
                "Set._rows_to_prune",
                "found",
                _PRUNED.format("prune.pattern is None or re.fullmatch(prune.pattern, row[kind.name_key])"),
                "fullmatch",
            ),
            "an incomplete list prunes": without("Set._rows_to_prune", "require_complete"),
            "prune_limit is ignored": never("Set._rows_to_prune", "limit"),
            "a prune_limit of 0 is ignored": condition(
                "Set._rows_to_prune", "prune.limit and len(found) > prune.limit", "limit"
            ),
            "an empty set prunes all": never("_read_prune", "any"),
            "expect_plan is ignored": never("expect_plan", "plan_id"),
            "an empty expect_plan accepts any plan": both(
                never("expect_plan", "strip"),
                condition("expect_plan", "expected and plan_id and expected != plan_id", "plan_id"),
            ),
            "a set hides what it did": without("Set.report", "done"),
        },
        _MODULE_UTILS + "reconcile/modify.py": {
            "a modification is not compared": setting("_compare", "left", "{}", "row"),
        },
        _SMART_CONNECT + "steps.py": {
            "any status after a restart counts as restarted": returning(
                "_act.look_up", "{index: Seen(True, hint=hint) for index in indexes}"
            ),
        },
        _SMART_CONNECT + "plan.py": {
            "the plan_id does not cover a recreation": returning("_fallback", "None", "_recreation"),
            "the plan_id does not cover a status that settles": setting("_actions", "later", "None", "state"),
        },
        _SMART_CONNECT + "connector.py": {
            "disabling deletes tasks without delete_tasks": always("_Connector._tasks_to_delete", "delete_tasks"),
        },
        _TOPIC + "fields.py": {
            "an internal topic counts as one of users": returning("is_internal", "False"),
            "all wanted configs of a topic are sent": never("changes", "_CONFIGS"),
            "empty configs of a topic are sent": never("listed", "_CONFIGS"),
        },
        _TOPIC + "kind.py": {
            "an internal topic is changed": without("_plan", "expect_not_internal"),
            "an internal topic is deleted": without("_preflight", "expect_not_internal"),
            "protect of topics is ignored": never("_preflight", "protect"),
            "a topic of an instance that is not RUNNING is changed": without("_preflight", "check_status"),
            "a null connector of a listed instance turns the guard of topics off": condition(
                "_preflight",
                "instance is None or deleted and not {'enable_auto_topic', 'connector_id'} <= instance.keys()",
                "connector_of",
            ),
            "topics that come back are not warned of": never("_preflight", "flag"),
            "a topic whose name collides is created": never("_check", "other"),
            "a topic collides with one that the set deletes": setting("_check", "gone", "[]"),
            "too few partitions for topics are not warned of": never("_check", "left"),
        },
        _TOPIC + "protect.py": {
            "tasks that can't be read keep no topic": always("read_uses.read", "UNKNOWN_URL"),
            "two unknown URLs prove that no task uses a topic": condition(
                "read_uses.read", "error.reason == UNKNOWN_URL", "UNKNOWN_URL"
            ),
            "an incomplete list of tasks keeps no topic": without("read_uses.read", "require_complete"),
            "an unknown connector keeps no topic": always("read_uses", "no_connector"),
            "a guard of topics does not name the option": without("_must_be_read", "hint"),
            "a topic that is in use is deleted": never("_keep", "found"),
            "Python's meaning of an expression frees a topic": condition(
                "Use._matches", "topic in self.names", "_SETS_OF_JAVA"
            ),
            "a topic that a replication writes is deleted": always("Use.has", "aliases", "!alias"),
            "a topic that a mapping writes is deleted": without("_smart_use", "right"),
            "an expression that could be a name frees a topic": always("_sink_use", "listed"),
            "a task whose topics are not returned frees topics": setting("", "_ANY", "''"),
        },
        _TOPIC + "info.py": {
            "an incomplete list of topics is returned": without("gather", "require_complete"),
        },
        _USER + "fields.py": {
            "a weak password is sent": never("_check_password", "characters"),
            "the name of the user is accepted as its password": never("check_password", "password"),
        },
        _USER + "kind.py": {
            "the first user is deleted": never("_preflight", "_is_first"),
            "the first user is pruned": returning("_pruned", "users"),
            "a password is sent with a description": setting("_modify", "password", "{'new_password': 'x'}"),
            "always sends no password": setting("_modify", "password", "{}"),
            "users of an instance without SASL are changed": without("_preflight", "expect_sasl"),
            "users of an instance that is not RUNNING are changed": without("_preflight", "check_status"),
            "protect of users is ignored": never("_preflight", "protect"),
        },
        _USER + "protect.py": {
            "an incomplete list of topics frees users": without("read_permissions", "require_complete"),
            "a guard of users does not name the option": without("check_unused", "hint", "error"),
            "a user with permissions is deleted": never("check_unused", "names", "!len"),
        },
        _RESOURCES + "sasl.py": {
            "a port with SASL does not count": setting("expect_sasl", "enabled", "[]"),
        },
        _PERMISSION + "fields.py": {
            "merge removes the permissions of others": never("target", "merge"),
            "others keep their permissions without merge": always("target", "merge"),
            "the first permission is not warned of": setting("plan", "warnings", "()"),
        },
        _PERMISSION + "kind.py": {
            "permissions of an instance without SASL are changed": without("Permissions._preflight", "expect_sasl"),
            "a busy instance is not waited out": never("Permissions._resolve", "BUSY"),
            "permissions are sent while others are changed": always("Permissions._wait", "unsent"),
            "permissions of a topic that does not exist are read": without("Permissions._read", "require_complete"),
        },
        _PERMISSION + "protect.py": {
            "users that do not exist get permissions": never("check_users", "unknown"),
            "the last permission of a topic is removed": never("OpenTopics.check", "forbid_open"),
            "a parameter that can't be read closes topics": setting("OpenTopics._read", "_why", "''", "in_one_line"),
            "a missing parameter closes topics": setting("OpenTopics._read", "_why", "''", "!value", "!in_one_line"),
        },
        _MODULE_UTILS + "api/consumer_groups.py": {
            "a DEAD group is listed": setting("list_groups", "groups", "found"),
            "a DEAD group exists": never("show_group", "DEAD"),
            "an absent group is an error": never("show_group", "missing"),
            "states in the older spelling are unknown": returning("spelled", "state", "_STATES"),
        },
        _MODULE_UTILS + "api/consumer_offsets.py": {
            "a reset of all topics is sent again": setting("", "RESET_ALL", "RESET"),
        },
        _GROUP + "fields.py": {
            "a group of the service is managed": never("check_group_name", "_INTERNAL"),
            "a group of the service is pruned": returning("is_own", "has_path(group['group_name'])"),
            "a group in use is pruned": returning("can_prune", "is_own(group)"),
        },
        _GROUP + "kind.py": {
            "groups are pruned without a pattern": never("ensure_all", "prune_pattern", "!prune_limit"),
            "a group with offsets is pruned": setting("_pruned", "kept", "[]"),
            "a group that a client has begun to use is pruned": setting("_pruned", "used", "[]"),
            "a group in use is deleted": without("_preflight", "check_unused"),
            "lost offsets of a group are not warned of": without("_preflight", "warn"),
        },
        _GROUP + "protect.py": {
            "check mode waits for members": setting("check_unused", "waits", "bool(seconds and busy)"),
            "members that can't be read do not keep a group": returning("_in_use", "None", "unread"),
        },
        _OFFSETS + "observe.py": {
            "a group in use counts as EMPTY": returning("Reading.is_live", "False"),
            "topics are free during a rebalance": condition("Reading.read_now", "not self.group", "STABLE"),
            "offsets that the service refuses to list count as not set": never("_read_topic", "rows", "committed"),
        },
        _OFFSETS + "plan.py": {
            "a target is not clamped": returning("target", "wanted.body['message_offset']", "clamped"),
            "messages that are not kept count as skipped": setting("moved", "current", "before.current"),
            "an unknown number of messages counts as none": returning("total", "sum(filter(None, values))"),
            "an offset that the ends have passed counts as wrong": returning("is_done", "current == ends[0]", "min"),
        },
        _OFFSETS + "reset.py": {
            "the offsets of a group in use are set": never("_Offsets._plan", "described", "seconds", "!waited"),
            "check mode sends a reset": condition("_Offsets.ensure", "not self.changing", "check_mode"),
            "offsets are not read again after the wait": without("_Offsets._plan", "_read"),
            "a reset without effect counts as done": never("_Offsets._finish", "left", "!moved"),
            "a reset to a time without effect counts as done": without(
                "_Offsets._finish", "UnexpectedState", "!_described"
            ),
            "offsets of topics that are read now are deleted": without("_Offsets._select", "read_now"),
        },
        _OFFSETS + "send.py": {
            "the offsets of other partitions are set, too": setting("reset", "partition", "None"),
        },
        _RESOURCES + "parameters.py": {
            "a static parameter is changed": never("_Parameters._check", "config_type"),
            "an unknown parameter is sent": never("_Parameters._differences", "unknown"),
            "an invalid value is sent": never("_Parameters._check", "rule"),
            "a parameter that did not change is not an error": returning("_Parameters._left", "{}"),
        },
        _RESOURCES + "jobs.py": {
            "a job that failed counts as done": never("wait_for_job.poll", "_FAILED"),
        },
        _MIGRATION + "plan.py": {
            "a moved task that failed counts as moved": returning("idle", "''", ", still starting"),
            "a moved task that differs from its definition is deleted": never("complete", "is_leaving"),
            "a moved task of which two exist is deleted, whatever the other one is": condition(
                "decide", "not problem", "differing", "problem"
            ),
        },
        _MIGRATION + "outcome.py": {
            "a moved task is restored beside one that appeared": never("creation", "created", "unknown"),
            "a moved task that may not be gone counts as not deleted": returning("deletion", "Done.NO", "PARTLY"),
        },
        _MIGRATION + "move.py": {
            "tasks are moved with definitions of another instance": never("Migration.run", "expected"),
            "another number of tasks is moved than was approved": never("Migration._refuse", "count"),
            "no keys to restore a moved task": never("Migration._check_keys", "check_mode"),
        },
        "plugins/plugin_utils/in_process.py": {
            "a connection is shared between users": returning(
                "_TaskState.connect", "next(iter(self._connections.values()))"
            ),
            "a task for another host runs on the controller": never("InProcess._reason_for_a_process", "transport"),
            "a secret option is in the result of an in-process task": returning(
                "InProcess._run_here", "{**result, **plain}", "remove_values"
            ),
            "no_log does not hide the requests": always("InProcess._log", "no_log"),
            "a rejection is forgotten between module processes": never("InProcess._run_as_process", "rejected"),
        },
    }.items()
    for name, change in changes.items()
]

_NEAR = {
    _MODULE_UTILS + "rest/response.py": ["test_client.py"],
    _MODULE_UTILS + "rest/renewal.py": ["test_client.py", "test_agency.py"],
    _MODULE_UTILS + "rest/credentials.py": ["test_agency.py"],
    _MODULE_UTILS + "rest/precedence.py": ["test_credentials.py"],
    _MODULE_UTILS + "rest/role.py": ["test_credentials.py"],
    _MODULE_UTILS + "rest/temporary.py": ["test_agency.py"],
    _MODULE_UTILS + "rest/connection.py": ["test_client.py"],
    _MODULE_UTILS + "api/listing.py": ["test_operations.py"],
    _RESOURCES + "task_checks.py": ["test_sets.py", "test_tasks.py", "instance_resources/test_module.py"],
    _INSTANCE + "kinds.py": ["instance_resources/test_*.py"],
    _INSTANCE + "run.py": ["instance_resources/test_*.py"],
    _INSTANCE + "info.py": ["instance_resources/test_*.py"],
    _RESOURCES + "tasks.py": ["test_sets.py"],
    _RECONCILE + "ensure.py": ["test_one_and_many.py"],
    _RECONCILE + "fields.py": ["test_sink_task_fields.py", "topic/test_*.py"],
    _RECONCILE + "modify.py": ["topic/test_topic*.py", "test_kind.py"],
    _RECONCILE + "plan.py": ["test_sink_task_plan.py"],
    _RECONCILE + "create.py": ["test_one_and_many.py", "test_kind.py", "topic/test_topic*.py"],
    _RECONCILE + "run.py": ["test_one_and_many.py", "test_kind.py"],
    _RECONCILE + "writes.py": ["test_one_and_many.py", "test_kind.py"],
    _TOPIC + "fields.py": ["topic/test_*.py"],
    _TOPIC + "kind.py": ["topic/test_*.py"],
    _USER + "fields.py": ["user/test_*.py"],
    _USER + "kind.py": ["user/test_*.py"],
    _USER + "protect.py": ["user/test_*.py"],
    _PERMISSION + "fields.py": ["permission/test_*.py"],
    _PERMISSION + "kind.py": ["permission/test_*.py"],
    _PERMISSION + "protect.py": ["permission/test_*.py"],
    _MODULE_UTILS + "api/consumer_groups.py": ["consumer_group/test_*.py", "consumer_offsets/test_*.py"],
    _MODULE_UTILS + "api/consumer_offsets.py": ["test_consumer_groups.py"],
    _GROUP + "fields.py": ["consumer_group/test_*.py"],
    _GROUP + "kind.py": ["consumer_group/test_*.py"],
    _GROUP + "protect.py": ["consumer_group/test_*.py"],
    _OFFSETS + "observe.py": ["consumer_offsets/test_*.py"],
    _OFFSETS + "plan.py": ["consumer_offsets/test_*.py"],
    _OFFSETS + "reset.py": ["consumer_offsets/test_*.py"],
    _OFFSETS + "send.py": ["consumer_offsets/test_*.py"],
    _RESOURCES + "sasl.py": ["user/test_*.py", "permission/test_*.py"],
    _RESOURCES + "jobs.py": ["permission/test_*.py", "test_parameters.py"],
    _SMART_CONNECT + "steps.py": ["test_task.py"],
    _SMART_CONNECT + "plan.py": ["test_sets.py"],
    _SMART_CONNECT + "connector.py": ["test_smart_connect.py"],
    _MIGRATION + "plan.py": ["test_migration.py"],
    _MIGRATION + "outcome.py": ["test_migration.py", "test_plan.py"],
    _MIGRATION + "move.py": ["test_migration.py"],
}
"""Further unit tests that are likely to detect a mutation of a source file."""


class Checkout:
    """A copy of the files that git tracks or would add, with the links that tests need, for one test run at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Python uses byte code if it has the time of the source, in seconds.
        self._time = int(time.time())
        listing = subprocess.check_output(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], cwd=ROOT
        )
        for name in filter(None, os.fsdecode(listing).split("\0")):
            if (ROOT / name).is_file():
                (path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, path / name)
        link = path / ".cache" / "collections" / "ansible_collections" / "huaweicloud" / "kafka"
        link.parent.mkdir(parents=True)
        link.symlink_to(path, target_is_directory=True)

    def write(self, name: str, text: str) -> None:
        """Write a source file with a new time, so that old byte code is not used."""
        self._time += 2
        (self.path / name).write_text(text, encoding="utf-8")
        os.utime(self.path / name, (self._time, self._time))

    def first_failure(self, tests: t.Sequence[str], *options: str) -> str | None:
        """Run *tests*; return the first that fails, ``None`` if all pass."""
        collections = self.path / ".cache" / "collections"
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(collections), str(self.path / "tests")]),
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_HOME": str(self.path / ".cache" / "ansible"),
        }
        # Without byte code, each run would start with seconds of compiling.
        for name in ("RELIABILITY", "PYTHONDONTWRITEBYTECODE"):
            environment.pop(name, None)
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-r", "f", *options, *tests]
        try:
            done = subprocess.run(
                command,
                cwd=self.path,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=_TIME_LIMIT,
            )
        except subprocess.TimeoutExpired:
            return f"a test that does not end within {_TIME_LIMIT:.0f} seconds"
        if done.returncode == 0:
            return None
        failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
        # 2: interrupted, as runs with several processes are by the first failure.
        if done.returncode not in (1, 2) or not failed:
            raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
        return failed[0].removeprefix("FAILED ").split(" - ")[0]


def _stages(checkout: Path, mutation: Mutation) -> t.Iterator[list[str]]:
    """Yield the tests to run for *mutation*: those of its module, of its layer, then the others."""
    path = Path(mutation.path)
    for name in (f"test_*{path.stem}*.py", *_NEAR.get(mutation.path, ())):
        yield [str(found.relative_to(checkout)) for found in sorted(checkout.glob(f"tests/unit/**/{name}"))]
    yield ["/".join(("tests/unit", *(path.parts[:3] if len(path.parts) > 3 else path.parts[:2])))]
    yield list(TESTS[:1])
    yield list(TESTS[1:])


def _detected_by(checkout: Checkout, mutation: Mutation) -> str:
    """Return the test that fails because of *mutation*. Raises LookupError if none fails, or if it does not apply."""
    text = (checkout.path / mutation.path).read_text(encoding="utf-8")
    checkout.write(mutation.path, mutation.change(text))
    try:
        for tests in _stages(checkout.path, mutation):
            failed = checkout.first_failure(tests) if tests else None
            if failed:
                return failed
    finally:
        checkout.write(mutation.path, text)
    raise LookupError("no test fails")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", dest="workers", type=int, default=2, help="mutations at the same time")
    parser.add_argument("words", nargs="*")
    arguments = parser.parse_args()
    chosen = [mutation for mutation in MUTATIONS if all(word in mutation.name for word in arguments.words)]
    detected: dict[str, str] = {}
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutations-") as place:
        free = queue.SimpleQueue[Checkout]()
        for number in range(arguments.workers):
            free.put(Checkout(Path(place, str(number))))

        def attempt(mutation: Mutation) -> None:
            checkout, start = free.get(), time.monotonic()
            try:
                verdict = detected[mutation.name] = _detected_by(checkout, mutation)
            except LookupError as error:
                verdict = f"NOT DETECTED: {error}"
            finally:
                free.put(checkout)
            print(f"{mutation.name}: {verdict} ({time.monotonic() - start:.0f} s)", flush=True)

        with ThreadPoolExecutor(arguments.workers) as pool:
            list(pool.map(attempt, chosen))
        for name in _also_failing(free.get(), detected):
            print(f"{name}: NOT DETECTED: {detected.pop(name)} fails without it, too")
    print(f"mutations: {len(chosen)} made, {len(detected)} detected, in {time.monotonic() - started:.0f} seconds")
    return 0 if len(detected) == len(chosen) else 1


def _also_failing(checkout: Checkout, detected: t.Mapping[str, str]) -> list[str]:
    """Return the mutations whose test also fails without them."""
    tests = sorted({test for test in detected.values() if test.startswith("tests/")})
    broken = set()
    while tests:
        failed = checkout.first_failure(tests)
        if failed is None:
            break
        broken.add(failed)
        tests.remove(failed)
    return [name for name, test in detected.items() if test in broken]


if __name__ == "__main__":
    sys.exit(main())
