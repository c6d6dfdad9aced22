# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which tasks are moved, what of them is refused, and how far a move got: decisions without any request."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import Plan
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.migration import definitions, outcome, plan
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.migration.outcome import Done
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.migration.plan import (
    CREATE,
    DELETE,
    KEEP,
    MOVE,
    REFUSE,
    SKIP,
    Found,
)
from ansible_collections.huaweicloud.kafka.tests.unit import samples as sinks
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import entity, observed, replicated

Row = dict[str, t.Any]

TO_SMART_CONNECT = plan.DIRECTIONS["to_smart_connect"]
TO_SINK_TASKS = plan.DIRECTIONS["to_sink_tasks"]


def task(status: str = "RUNNING", task_id: str = "t-1") -> Row:
    return {"task_id": task_id, "task_name": "orders", "status": status}


def given(state: str = "running", **descriptor: t.Any) -> Row:
    """Return a definition that the user gives."""
    bucket = {"obs_bucket_name": "archive", "consumer_strategy": "latest", "partition_format": "N/A"}
    target = {"topics": ["orders", "returns"], **bucket, **descriptor}
    described = {name: value for name, value in target.items() if value is not None}
    return {"task_name": "orders", "state": state, "obs_destination_descriptor": described}


RUNS, PAUSED, FAILED, LEAVING = task(), task("PAUSED"), task("FAILED"), task("DELETING")

# What the APIs list, the definition that is given, how a task that exists differs, and what is decided.
DECISIONS: dict[str, tuple[Found, Row | None, str, str, str]] = {
    "only the old API": (Found([RUNS]), None, "", MOVE, ""),
    "only the old API, failed": (Found([FAILED]), None, "", MOVE, ""),
    "the old task is being deleted": (Found([LEAVING]), None, "", SKIP, "it is being deleted"),
    "the old task is being deleted, by an earlier run": (Found([LEAVING]), given(), "", MOVE, ""),
    "several old tasks": (Found([RUNS, task(task_id="t-2")]), None, "", SKIP, "several sink tasks have this name: t-1, t-2"),
    "several old tasks, given": (Found([RUNS, task(task_id="t-2")]), given(), "", REFUSE, "several sink tasks have this name"),
    "neither API": (Found(), given(), "", CREATE, "is in neither API"),
    "neither API, not given": (Found(), None, "", SKIP, "it no longer exists"),
    "only the new API": (Found(new=[RUNS]), given(), "", KEEP, "is a Smart Connect task already (RUNNING) and is left alone"),
    "only the new API, not given": (Found(new=[PAUSED]), None, "", KEEP, "(PAUSED) and is left alone"),
    "only the new API, failed": (Found(new=[FAILED]), given(), "", REFUSE, "FAILED, not running"),
    "only the new API, failed, not given": (Found(new=[FAILED]), None, "", REFUSE, "FAILED, not running"),
    "only the new API, of two one failed": (Found(new=[RUNS, FAILED]), None, "", REFUSE, "FAILED, not running"),
    "only the new API, paused as given": (Found(new=[PAUSED]), given("paused"), "", KEEP, "is left alone"),
    "only the new API, paused": (Found(new=[PAUSED]), given(), "", REFUSE, "PAUSED, but not paused in its definition"),
    "only the new API, starting": (Found(new=[task("CREATING")]), given(), "", REFUSE, "CREATING, still starting"),
    "only the new API, the old task is being deleted": (Found([LEAVING], [RUNS]), given(), "", KEEP, "is left alone"),
    "both list one task": (Found(both=[PAUSED]), given(), "", KEEP, "is shown by both APIs (PAUSED)"),
    "both list one task, failed": (Found(both=[FAILED]), given("paused"), "", REFUSE, "FAILED, not running"),
    "both list one task, and the old API another": (Found([RUNS], both=[task(task_id="t-2")]), None, "", REFUSE, "t-2"),
    "two tasks, equal": (Found([RUNS], [task(task_id="t-2")]), given(), "", DELETE, "is a Smart Connect task already"),
    "two tasks, equal, the new one failed": (
        Found([RUNS], [task("FAILED", "t-2")]), given(), "", REFUSE, "the name is taken, because Smart Connect task t-2",
    ),
    "two tasks, equal, the new one paused": (Found([RUNS], [task("PAUSED", "t-2")]), given(), "", REFUSE, "not paused"),
    "two tasks, different": (Found([RUNS], [task(task_id="t-2")]), None, "topics is x", REFUSE, "differs: topics is x"),
    "two tasks, and two of the new API": (
        Found([RUNS], [task(task_id="t-2"), task(task_id="t-3")]), given(), "", REFUSE, "several Smart Connect tasks",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DECISIONS)
def test_what_is_decided_of_a_name(name: str) -> None:
    found, definition, differing, verdict, why = DECISIONS[name]
    move = plan.decide("orders", found, definition, TO_SMART_CONNECT, differing)
    assert (move.verdict, why in move.why) == (verdict, True)
    assert move.writes is (verdict in (MOVE, CREATE, DELETE))


def test_a_task_that_both_apis_list_is_one_task() -> None:
    old, new = [task(), task(task_id="t-2")], [task("PAUSED"), task(task_id="t-3")]
    assert plan.find("orders", old, new) == Found([old[1]], [new[1]], [new[0]])
    assert plan.find("other", old, new) == Found([], [], [])


def test_names_are_those_that_match_the_whole_pattern() -> None:
    old = [sinks.listed(name=name) for name in ("a", "ab", "b")]
    new = [observed(entity(name="ac")), observed(replicated(task_name="ad"))]
    assert plan.names(old, new, None, "a.?", TO_SMART_CONNECT) == ["a", "ab", "ac"]
    assert plan.names(old, new, None, "a", TO_SMART_CONNECT) == ["a"]
    # What the user leaves out of the definitions is left alone.
    assert plan.names(old, new, ["az", "ab", "b"], "a.?", TO_SMART_CONNECT) == ["az", "ab"]
    assert plan.names(old, new, [], ".*", TO_SMART_CONNECT) == []
    other = {**sinks.listed(name="aa"), "destination_type": "OTHER"}
    assert plan.names([other], [], None, ".*", TO_SMART_CONNECT) == []


def sink(status: str = "RUNNING", **descriptor: t.Any) -> Row:
    return sinks.shown(status, **{"partition_format": "N/A", **descriptor})


def connect(status: str = "RUNNING", fields: t.Any = None, **more: t.Any) -> Row:
    return observed(entity(status, sink=fields, topics="orders,returns", **more))


# The direction, the task, the definition that is given, the verdict, and its reason.
COMPLETED: dict[str, tuple[t.Any, Row, Row | None, str, str]] = {
    "as it is": (TO_SMART_CONNECT, sink(), None, MOVE, ""),
    "as given": (TO_SMART_CONNECT, sink(), given(), MOVE, ""),
    "different from what is given": (
        TO_SMART_CONNECT, sink(), given(topics=["x"]), REFUSE, "it exists (task id t-1) and differs: topics is",
    ),
    "short name": (TO_SMART_CONNECT, {**sink(), "task_name": "abc"}, None, SKIP, "it can't be a Smart Connect task: task_name"),
    "topics and expression": (TO_SMART_CONNECT, sink(topics_regex="a"), None, SKIP, "it can't be a sink task: exactly one of"),
    "neither topics nor expression": (
        TO_SMART_CONNECT, {**sink(topics=""), "topics": ""}, None, SKIP, "it can't be a sink task: exactly one of",
    ),
    "a field that is not documented": (
        TO_SMART_CONNECT, sink(compression="gzip"), None, SKIP,
        "it has values that the other API can't express: obs_destination_descriptor.compression",
    ),
    "back": (TO_SINK_TASKS, connect(), None, MOVE, ""),
    "back, as given": (TO_SINK_TASKS, connect(), given(), MOVE, ""),
    "back, different from what is given": (
        TO_SINK_TASKS, connect(fields={"obs_path": "x"}), given(obs_path="y"), REFUSE, "differs: sink_task.obs_path is 'x'",
    ),
    "back, with keys of messages": (
        TO_SINK_TASKS, connect(fields={"store_keys": True}), None, SKIP, "can't express: sink_task.store_keys",
    ),
    "back, an expression that a sink task can't have": (
        TO_SINK_TASKS, observed(entity(topics="", topics_regex=".*")), None, SKIP, "it can't be a sink task: ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPLETED)
def test_what_of_a_task_can_be_moved(name: str) -> None:
    apis, row, definition, verdict, why = COMPLETED[name]
    move = plan.complete(plan.Move(row["task_name"], MOVE, old=row), definition, apis)
    assert (move.verdict, why in move.why) == (verdict, True)
    assert bool(move.creation.body) is (verdict == MOVE)


def moved(apis: t.Any, row: Row) -> plan.Move:
    return plan.complete(plan.Move(row["task_name"], MOVE, old=row), None, apis)


def test_a_task_that_is_moved_and_moved_back_is_the_same() -> None:
    for row in (
        sink(obs_path="a/b", record_delimiter=";", deliver_time_interval=60, consumer_strategy="earliest"),
        sink(partition_format="yyyy/MM", topics="", topics_regex="a.+", record_delimiter=","),
    ):
        there = t.cast("Row", moved(TO_SMART_CONNECT, row).creation.body)
        assert definitions.SINK.kind.differences(definitions.SINK.desired(definitions.SINK.define(row)[0]), row) == {}
        back = moved(TO_SINK_TASKS, {**there, "task_id": "t-2", "status": "RUNNING"}).creation.body
        want = {
            name: value
            for name, value in row["obs_destination_descriptor"].items()
            if value and name != "obs_part_size"
        }
        sent = {
            name: value
            for name, value in t.cast("Row", back)["obs_destination_descriptor"].items()
            if "key" not in name
        }
        assert sent == want


# The direction, the task, and the warnings after that of the position.
WARNINGS: dict[str, tuple[t.Any, Row, str, list[str]]] = {
    "latest": (TO_SMART_CONNECT, sink(partition_format="yyyy"), "messages that arrive before the new task runs are skipped", []),
    "earliest": (
        TO_SMART_CONNECT, sink(partition_format="yyyy", consumer_strategy="earliest"), "that the topics still have are written again", [],
    ),
    "no folders": (TO_SMART_CONNECT, sink(), "skipped", ["partition_format N/A has no counterpart"]),
    "paused": (TO_SMART_CONNECT, sink("PAUSED", partition_format="yyyy"), "skipped", ["It is paused, so the new task is not started"]),
    "failed": (TO_SMART_CONNECT, sink("FAILED", partition_format="yyyy"), "skipped", ["It has the status FAILED"]),
    "back": (TO_SINK_TASKS, connect(), "skipped", []),
    "back, paused": (TO_SINK_TASKS, connect("WAITING"), "skipped", ["It is paused, but a sink task can't be"]),
    "back, with an agency": (TO_SINK_TASKS, connect(fields={"agency_name": "dms"}), "skipped", ["agency_name has no counterpart"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WARNINGS)
def test_what_a_move_loses_is_a_warning(name: str) -> None:
    apis, row, position, others = WARNINGS[name]
    warnings = moved(apis, row).warnings
    assert warnings[0].startswith("Moving the task loses the position of its consumer")
    assert position in warnings[0]
    assert [warning.startswith(other) for warning, other in zip(warnings[1:], others)] == [True] * len(others)
    assert len(warnings) == 1 + len(others)


@pytest.mark.parametrize(("status", "started"), [("RUNNING", None), ("PAUSED", True), ("FAILED", None)])
def test_a_paused_task_is_not_started(status: str, started: bool | None) -> None:
    assert t.cast("Row", moved(TO_SMART_CONNECT, sink(status)).creation.body).get("start_later") is started


NOUNS = ("sink task", "Smart Connect task")
NO, UNKNOWN, PARTLY, YES = Done
# What happened to the requests, the task that exists now, the action, whether it is dumping, and a part of the sentence.
OUTCOMES: list[tuple[tuple[Done, ...], Row | None, str, bool | None, str]] = [
    ((NO,), RUNS, "failed", True, "the sink task was not deleted."),
    ((NO,), PAUSED, "failed", False, "the sink task was not deleted."),
    ((UNKNOWN,), None, "unknown", None, "it is unknown whether the sink task was deleted"),
    ((PARTLY,), None, "failed", False, "was deleted, but could not be confirmed to be gone"),
    ((YES, YES), RUNS, "moved", True, ""),
    ((YES, YES), task("WAITING"), "moved", False, ""),
    ((YES, UNKNOWN), None, "unknown", None, "It is unknown whether the Smart Connect task was created"),
    ((YES, PARTLY), FAILED, "failed", False, "the Smart Connect task was created, but is not as wanted"),
    ((YES, PARTLY), task("CREATING"), "failed", None, "the Smart Connect task was created, but is not as wanted"),
    ((YES, PARTLY), None, "failed", None, "its topics may not be dumped now"),
    ((YES, NO, YES), RUNS, "restored", True, "The sink task was created again, without its position."),
    (
        (YES, NO, NO),
        None,
        "failed",
        False,
        "was not created again, either (why): run it again. Its topics are not dumped now.",
    ),
    ((YES, NO, UNKNOWN), None, "unknown", None, "It is unknown whether the sink task was created again (why)"),
    ((YES, NO, PARTLY), None, "failed", None, "was created again, but is not as wanted"),
]


@pytest.mark.parametrize("row", OUTCOMES, ids=str)
def test_how_far_a_move_got(row: t.Any) -> None:
    done, now, action, dumping, sentence = row
    result = outcome.outcome(NOUNS, done, now, "why")
    assert (result.action, result.dumping) == (action, dumping)
    assert sentence in result.sentence


def entry(**fields: t.Any) -> t.Any:
    defaults = {"error": None, "unknown": False, "removed": False, "created": False, "id": "", "plan": Plan()}
    return types.SimpleNamespace(**{**defaults, **fields})


WRITES = types.SimpleNamespace(writes=True)
DELETIONS = [
    ({}, YES),
    ({"error": "x", "plan": WRITES}, NO),
    ({"error": "x", "unknown": True, "plan": WRITES}, UNKNOWN),
    ({"error": "x", "removed": True, "plan": WRITES}, PARTLY),
    # Another run was deleting it, and it is not gone.
    ({"error": "x"}, PARTLY),
]
CREATIONS = [
    ({}, YES),
    ({"error": "x"}, NO),
    ({"error": "x", "unknown": True}, UNKNOWN),
    # A task of the name appeared after the response was lost: one more must not be created.
    ({"error": "x", "id": "t-9"}, UNKNOWN),
    ({"error": "x", "id": "t-9", "created": True}, PARTLY),
]


@pytest.mark.parametrize(("fields", "done"), DELETIONS)
def test_whether_a_task_was_deleted(fields: t.Any, done: Done) -> None:
    assert outcome.deletion(entry(**fields)) is done


@pytest.mark.parametrize(("fields", "done"), CREATIONS)
def test_whether_a_task_was_created(fields: t.Any, done: Done) -> None:
    assert outcome.creation(entry(**fields)) is done
