# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that moves tasks between the two APIs: its requests, what it refuses before the first one that writes, and failures."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_task_migration as module
from ansible_collections.huaweicloud.kafka.tests.unit import samples as sinks
from ansible_collections.huaweicloud.kafka.tests.unit import smart_connect as connect
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import KEYS, entity
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    Clock,
    Ran,
    Table,
    connection_failed,
    error_reply,
    reply,
    run_module,
)

Row = dict[str, t.Any]

READ = [connect.INSTANCE, sinks.LIST, connect.LIST]
SHOW = sinks.SHOW
DELETE_SINK, CREATE_SINK = sinks.DELETE, sinks.CREATE
DELETE_CONNECT, CREATE_CONNECT = connect.DELETE, connect.CREATE
WRITES = (DELETE_SINK, CREATE_SINK, DELETE_CONNECT, CREATE_CONNECT)
NEW = entity(task_id="t-new", topics="orders,returns")
NO_SINKS, NO_TASKS = sinks.tasks(), connect.tasks()
BACK = {"direction": "to_sink_tasks"}
MISSING = error_reply(404, "DMS.00404026")
REFUSED, FORBIDDEN, REJECTED = (
    error_reply(400, "DMS.00400867"), error_reply(403, "DMS.00403003"), error_reply(401, "APIG.0301"),
)  # fmt: skip


def definition(name: str = "orders", state: str = "running", **descriptor: t.Any) -> Row:
    target = {"topics": ["orders", "returns"], "obs_bucket_name": "archive", "consumer_strategy": "latest"}
    return {"task_name": name, "state": state, "obs_destination_descriptor": {**target, **descriptor}}


def definitions(*tasks: Row, instance_id: str = "i-1") -> Row:
    return {"instance_id": instance_id, "tasks": [*tasks]}


def run(replies: t.Mapping[str, t.Any], **options: t.Any) -> tuple[Ran, list[str]]:
    """Run the module; return its result and the requests after those that read the instance and the lists."""
    how = {name: options.pop(name) for name in ("check_mode", "diff", "clock") if name in options}
    service = Table({connect.INSTANCE: connect.UP, **replies}, single="/sink-tasks/")
    ran = run_module(module, service, {"instance_id": "i-1", "keys": KEYS, **options}, **how)
    return ran, service.lines


def moving(**replies: t.Any) -> dict[str, t.Any]:
    """Return the replies of a run that moves the sink task "orders"; keys of *replies* are names of requests above."""
    names = {name: value for name, value in globals().items() if isinstance(value, str)}
    lists = {
        sinks.LIST: [sinks.tasks(sinks.listed()), NO_SINKS],
        connect.LIST: [NO_TASKS, connect.tasks(NEW)],
        SHOW: sinks.details(partition_format="N/A"),
        DELETE_SINK: reply(204),
        CREATE_CONNECT: reply(200, NEW),
        f"GET {connect.TASKS}/t-new": reply(200, NEW),
    }
    return {**lists, **{names.get(name, name): value for name, value in replies.items()}}


def moving_back(**replies: t.Any) -> dict[str, t.Any]:
    """Return the replies of a run that moves the Smart Connect task "orders"."""
    names = {name: value for name, value in globals().items() if isinstance(value, str)}
    new = sinks.listed("t-new")
    lists = {
        sinks.LIST: [NO_SINKS, sinks.tasks(new)],
        connect.LIST: [connect.tasks(entity(topics="orders,returns")), NO_TASKS],
        DELETE_CONNECT: reply(204),
        CREATE_SINK: sinks.created("t-new"),
        f"GET {sinks.TASKS}/t-new": sinks.details(),
    }
    return {**lists, **{names.get(name, name): value for name, value in replies.items()}}


def only(ran: Ran) -> Row:
    (report,) = ran.result["tasks"]
    return t.cast("Row", report)


def written(lines: list[str]) -> list[str]:
    return [line for line in lines if line.split()[0] != "GET"]


# --- moves ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [True, False])
def test_moves_a_task_with_these_requests(check_mode: bool) -> None:
    ran, lines = run(moving(), check_mode=check_mode, diff=True)
    assert lines[:4] == [*READ, SHOW]
    assert lines[4:] == ([] if check_mode else [DELETE_SINK, sinks.LIST, CREATE_CONNECT, connect.LIST])
    assert (ran.result["changed"], only(ran)["action"], only(ran)["dumping"]) == (True, "moved", True)
    before, after = ran.result["diff"]["before"], ran.result["diff"]["after"]
    assert (list(before["sink_tasks"]), list(after["smart_connect_tasks"])) == (["orders"], ["orders"])
    assert (before["smart_connect_tasks"], after["sink_tasks"]) == ({}, {})
    (saved,) = ran.result["definitions"]["tasks"]
    assert (saved["task_name"], saved["state"]) == ("orders", "running")
    assert any("loses the position" in warning for warning in ran.result["warnings"])


def test_moves_a_task_back() -> None:
    ran, lines = run(moving_back(), **BACK)
    assert written(lines) == [DELETE_CONNECT, CREATE_SINK]
    assert (only(ran)["action"], only(ran)["dumping"]) == ("moved", True)
    assert (
        only(ran)["msg"] == "orders: the Smart Connect task was deleted, and the sink task was created. It is RUNNING."
    )


def test_what_is_created_is_what_was_deleted() -> None:
    bodies: list[Row] = []

    def create(request: t.Any) -> t.Any:
        bodies.append(json.loads(request.body))
        return reply(200, NEW)

    run(moving(CREATE_CONNECT=create))
    run(moving(CREATE_CONNECT=create), keys={**KEYS, "agency_name": "dms"})
    assert bodies[0]["topics"] == "orders,returns"
    assert {name: bodies[0]["sink_task"][name] for name in KEYS} == KEYS
    assert "partition_format" not in bodies[0]["sink_task"]
    assert bodies[1]["sink_task"]["agency_name"] == "dms"
    assert not KEYS.keys() & bodies[1]["sink_task"].keys()


def test_a_second_run_changes_nothing() -> None:
    for given in (None, definitions(definition())):
        ran, lines = run({sinks.LIST: NO_SINKS, connect.LIST: connect.tasks(NEW)}, definitions=given, expect_count=3)
        assert lines == READ
        assert (ran.result["changed"], only(ran)["action"], only(ran)["dumping"]) == (False, "unchanged", True)


def test_a_task_without_one_of_the_definitions_is_left_alone() -> None:
    ran, lines = run(moving(), definitions=definitions(definition("other")), pattern="orders")
    assert (ran.result["changed"], ran.result.get("tasks", []), lines) == (False, [], READ)


def test_a_task_of_neither_api_is_created() -> None:
    replies = moving(**{sinks.LIST: NO_SINKS})
    ran, lines = run(replies, definitions=definitions(definition()))
    assert written(lines) == [CREATE_CONNECT]
    assert only(ran)["msg"] == "orders: the Smart Connect task was created. It is RUNNING."


def test_of_two_equal_tasks_the_old_one_is_deleted() -> None:
    replies = moving(**{connect.LIST: connect.tasks(NEW)})
    ran, lines = run(replies)
    assert written(lines) == [DELETE_SINK]
    assert (only(ran)["action"], only(ran)["dumping"]) == ("moved", True)
    assert only(ran)["msg"] == "orders: the sink task was deleted. It is RUNNING."


def test_a_task_that_is_being_deleted_by_an_earlier_run_is_waited_for() -> None:
    leaving = sinks.listed(status="DELETING")
    replies = moving(
        **{sinks.LIST: [sinks.tasks(leaving), sinks.tasks(leaving), NO_SINKS], SHOW: sinks.details("DELETING")}
    )
    ran, lines = run(replies, definitions=definitions(definition()))
    assert written(lines) == [CREATE_CONNECT]
    assert only(ran)["action"] == "moved"


# --- refused before the first write -------------------------------------------------------------------------------------

UNSENT: dict[str, tuple[dict[str, t.Any], str]] = {
    "invalid pattern": ({"pattern": "("}, "pattern is not a regular expression"),
    "blank pattern": ({"pattern": " "}, "pattern must not be empty"),
    "no time": ({"wait_timeout": 0}, "wait_timeout must be more than 0, not 0"),
    "blank plan": ({"expect_plan": " "}, "expect_plan must not be empty"),
    "direction": ({"direction": "up"}, "value of direction must be one of"),
    "name with whitespace": ({"definitions": definitions(definition(" orders"))}, "definitions.tasks[0] ( orders): task_name must not"),
    "name twice": ({"definitions": definitions(definition(), definition())}, "task_name must be unique in definitions.tasks: orders"),
    "out of range": (
        {"definitions": definitions(definition(deliver_time_interval=1))}, "definitions.tasks[0] (orders): ",
    ),
    "no topics": ({"definitions": definitions(definition(topics=None))}, "definitions.tasks[0] (orders): exactly one of"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSENT)
def test_refused_before_any_request(name: str) -> None:
    options, message = UNSENT[name]
    ran, lines = run({}, **options)
    assert message in ran.msg
    assert lines == []


UNWRITTEN: dict[str, tuple[dict[str, t.Any], dict[str, t.Any], str]] = {
    "other instance": ({}, {"definitions": definitions(definition(), instance_id="i-2")}, "those of instance i-2, not of i-1"),
    "another plan": (moving(), {"expect_plan": "x"}, "not x as expected, so nothing was changed"),
    "another number": (moving(), {"expect_count": 0}, "1 tasks are to be moved, not 0 as expected"),
    "no keys": (moving(), {"keys": None}, "keys.access_key and keys.secret_key must be set to create orders"),
    "half a pair": (moving(), {"keys": {"access_key": "x"}}, "must be set to create orders"),
    "an agency only": (moving(), {"keys": {"agency_name": "x"}}, "must be set to create orders"),
    "different": (moving(), {"definitions": definitions(definition(obs_path="x"))}, "orders: it exists (task id t-1) and differs"),
    "name taken": (
        moving(**{connect.LIST: connect.tasks({**NEW, "topics": "x"})}), {}, "the name is taken, because Smart Connect task t-new",
    ),
    "name taken by a replication": (
        moving(**{connect.LIST: connect.tasks(connect.replicated(task_id="t-new"))}), {}, "the name is taken",
    ),
    "new task failed": (
        {sinks.LIST: NO_SINKS, connect.LIST: connect.tasks({**NEW, "status": "FAILED"})}, {}, "orders (FAILED, not running)",
    ),
    "quota": (
        moving(**{connect.LIST: connect.tasks(entity(task_id="t-2", name="other"), max_tasks=1, quota_tasks=1)}), {}, "the quota does not allow it",
    ),
    "instance busy": (moving(**{connect.INSTANCE: reply(200, sinks.instance(status="EXTENDING"))}), {}, "is EXTENDING"),
    "incomplete list of sink tasks": (moving(**{sinks.LIST: sinks.tasks(total=2)}), {}, "it is not complete"),
    "incomplete list of Smart Connect tasks": (moving(**{connect.LIST: [connect.tasks(total=2)] * 2}), {}, "it is not complete"),
    "Smart Connect is off": (
        {connect.INSTANCE: reply(200, sinks.instance(connector_id="", connector_enable=False))}, {}, "Smart Connect is off",
    ),
    "a list is forbidden": (moving(**{connect.LIST: FORBIDDEN}), {}, "DMS.00403003"),
    "details are forbidden": (moving(SHOW=FORBIDDEN), {}, "DMS.00403003"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNWRITTEN)
def test_refused_before_the_first_write(name: str) -> None:
    replies, options, message = UNWRITTEN[name]
    ran, lines = run(replies, **options)
    assert message in ran.msg
    assert written(lines) == []
    assert ran.result["changed"] is False
    assert not {report["action"] for report in ran.result.get("tasks", [])} & {"moved", "unknown", "restored"}


def test_check_mode_without_keys_warns() -> None:
    ran, _lines = run(moving(), keys=None, check_mode=True)
    assert (ran.result["changed"], ran.result.get("failed")) == (True, None)
    assert any("keys.access_key and keys.secret_key must be set" in warning for warning in ran.result["warnings"])


def test_a_task_that_the_other_api_can_not_express_is_skipped() -> None:
    replies = moving(
        **{sinks.LIST: sinks.tasks(sinks.listed(name="abc")), SHOW: reply(200, {**sinks.shown(), "task_name": "abc"})}
    )
    ran, lines = run(replies)
    assert (ran.result["changed"], only(ran)["action"], written(lines)) == (False, "skipped", [])
    assert ran.result["definitions"]["tasks"] == []
    assert any("abc can't be moved: it can't be a Smart Connect task" in warning for warning in ran.result["warnings"])


def test_a_task_that_is_gone_when_it_is_read_counts_as_deleted() -> None:
    ran, lines = run(moving(SHOW=MISSING), definitions=definitions(definition()))
    assert written(lines) == [CREATE_CONNECT]
    assert only(ran)["action"] == "moved"
    ran, lines = run(moving(SHOW=MISSING))
    assert (written(lines), only(ran)["action"]) == ([], "skipped")


def test_the_plan_depends_on_the_task_and_on_what_is_created() -> None:
    def plan_id(**replies: t.Any) -> str:
        return t.cast("str", run(moving(**replies), check_mode=True)[0].result["plan_id"])

    same, again = plan_id(), plan_id()
    other_task = plan_id(
        **{
            sinks.LIST: sinks.tasks(sinks.listed("t-2")),
            f"GET {sinks.TASKS}/t-2": sinks.details(partition_format="N/A"),
        }
    )
    other_content = plan_id(SHOW=sinks.details(partition_format="N/A", obs_path="x"))
    paused = plan_id(SHOW=sinks.details("PAUSED", partition_format="N/A"))
    assert same == again
    assert len({same, other_task, other_content, paused}) == 4
    ran, _lines = run(moving(), expect_plan=same)
    assert only(ran)["action"] == "moved"


# --- failures -----------------------------------------------------------------------------------------------------------


def lost(_request: t.Any) -> t.Any:
    raise connection_failed("no complete response within 30 seconds")


# What replaces the replies, the requests that write, the action, whether it is dumping, and a part of the message.
FAILURES: dict[str, tuple[dict[str, t.Any], list[str], str, bool | None, str]] = {
    "deletion refused": ({"DELETE_SINK": FORBIDDEN}, [DELETE_SINK], "failed", True, "the sink task was not deleted."),
    "deletion lost, and nothing can be listed": (
        {"DELETE_SINK": lost, sinks.LIST: [sinks.tasks(sinks.listed()), FORBIDDEN]}, [DELETE_SINK], "unknown", None,
        "it is unknown whether the sink task was deleted",
    ),
    "deletion lost, but done": ({"DELETE_SINK": lost}, [DELETE_SINK, CREATE_CONNECT], "moved", True, ""),
    "deleted by another run": ({"DELETE_SINK": MISSING}, [DELETE_SINK, CREATE_CONNECT], "moved", True, ""),
    "deleted, but still listed": (
        {sinks.LIST: sinks.tasks(sinks.listed())}, [DELETE_SINK], "failed", False, "could not be confirmed to be gone",
    ),
    "deleted, and then nothing can be listed": (
        {sinks.LIST: [sinks.tasks(sinks.listed()), FORBIDDEN]}, [DELETE_SINK], "failed", False, "could not be confirmed to be gone",
    ),
    "creation refused": (
        {"CREATE_CONNECT": REFUSED}, [DELETE_SINK, CREATE_CONNECT, CREATE_SINK], "restored", True,
        "the Smart Connect task was not created. The sink task was created again, without its position.",
    ),
    "creation lost, and not done": (
        {"CREATE_CONNECT": lost, connect.LIST: NO_TASKS}, [DELETE_SINK, CREATE_CONNECT, CREATE_SINK], "restored", True,
        "The sink task was created again",
    ),
    "creation lost, but done": ({"CREATE_CONNECT": lost}, [DELETE_SINK, CREATE_CONNECT], "moved", True, ""),
    "creation lost, and nothing can be listed": (
        {"CREATE_CONNECT": lost, connect.LIST: [NO_TASKS, FORBIDDEN]}, [DELETE_SINK, CREATE_CONNECT], "unknown", None,
        "It is unknown whether the Smart Connect task was created: run it again.",
    ),
    "creation lost, and a different task appears": (
        {"CREATE_CONNECT": lost, connect.LIST: [NO_TASKS, connect.tasks({**NEW, "topics": "x"})],
         f"GET {connect.TASKS}/t-new": reply(200, {**NEW, "topics": "x"})},
        [DELETE_SINK, CREATE_CONNECT], "unknown", None, "It is unknown whether the Smart Connect task was created",
    ),
    "the new task fails": (
        {connect.LIST: [NO_TASKS, connect.tasks({**NEW, "status": "FAILED"})]}, [DELETE_SINK, CREATE_CONNECT], "failed", False,
        "the Smart Connect task was created, but is not as wanted",
    ),
    "the new task never runs": (
        {connect.LIST: [NO_TASKS, connect.tasks({**NEW, "status": "CREATING"})],
         f"GET {connect.TASKS}/t-new": reply(200, {**NEW, "status": "CREATING"})},
        [DELETE_SINK, CREATE_CONNECT], "failed", None, "the Smart Connect task was created, but is not as wanted",
    ),
    "both creations refused": (
        {"CREATE_CONNECT": REFUSED, "CREATE_SINK": REFUSED}, [DELETE_SINK, CREATE_CONNECT, CREATE_SINK], "failed", False,
        "The sink task was not created again, either (",
    ),
    "credentials rejected in between": (
        # No further request is sent with them.
        {"CREATE_CONNECT": REJECTED}, [DELETE_SINK, CREATE_CONNECT], "failed", False, "was not created again, either (no request was sent",
    ),
    "credentials rejected": ({"DELETE_SINK": REJECTED}, [DELETE_SINK], "failed", True, "the sink task was not deleted."),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_reported_as_far_as_it_is_known(name: str) -> None:
    changed, writes, action, dumping, message = FAILURES[name]
    restored = {CREATE_SINK: sinks.created("t-again"), f"GET {sinks.TASKS}/t-again": sinks.details()}
    replies = moving(**{**restored, **changed})
    if action == "restored":
        replies[sinks.LIST] = [sinks.tasks(sinks.listed()), NO_SINKS, sinks.tasks(sinks.listed("t-again"))]
    ran, lines = run(replies, max_retries=0, wait_timeout=60, clock=Clock())
    assert written(lines) == writes
    assert (only(ran)["action"], only(ran)["dumping"]) == (action, dumping)
    assert message in ran.result.get("msg", "")
    assert ran.result.get("failed", False) is (action != "moved")
    # Whatever was written is a change, but for a deletion that is unknown, or was done by another run.
    assert ran.result["changed"] is (
        name not in ("deletion refused", "credentials rejected", "deletion lost, and nothing can be listed")
    )


def test_after_a_failure_no_further_task_is_moved() -> None:
    second = {f"GET {sinks.TASKS}/t-2": reply(200, {**sinks.shown(partition_format="N/A"), "task_name": "bills"})}
    both = sinks.tasks(sinks.listed(), sinks.listed("t-2", "bills"))
    ran, lines = run(moving(**{sinks.LIST: both, "DELETE_SINK": FORBIDDEN}, **second))
    assert written(lines) == [DELETE_SINK]
    assert [report["action"] for report in ran.result["tasks"]] == ["failed", "not_tried"]
    assert "Not tried: bills." in ran.msg
    assert "Switched before" not in ran.msg


def test_throttling_of_a_creation_is_waited_out() -> None:
    clock = Clock()
    ran, lines = run(moving(CREATE_CONNECT=[error_reply(429, "APIG.0308"), reply(200, NEW)]), clock=clock)
    assert written(lines) == [DELETE_SINK, CREATE_CONNECT, CREATE_CONNECT]
    assert only(ran)["action"] == "moved"


def test_the_keys_of_a_definition_are_not_returned() -> None:
    ran, _lines = run(moving(), keys=None, definitions=definitions(definition(**KEYS)), diff=True)
    (saved,) = ran.result["definitions"]["tasks"]
    assert not KEYS.keys() & saved["obs_destination_descriptor"].keys()
    assert only(ran)["action"] == "moved"
