# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module huaweicloud_kafka_smart_connect, which turns Smart Connect of an instance on and off."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect as module
from ansible_collections.huaweicloud.kafka.tests.unit.samples import instance
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import (
    DELETE,
    DISABLE,
    ENABLE,
    FIND,
    INSTANCE,
    LIST,
    RESOURCES,
    TASKS,
    entity,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Clock,
    Ran,
    Reply,
    Step,
    Table,
    error_reply,
    reply,
    run_module,
)

Run = t.Callable[..., Ran]
BY_ID = {"instance_id": "i-1"}
ABSENT = {**BY_ID, "state": "absent"}


def shown(status: str = "RUNNING", connector: str | None = "c-1", **fields: t.Any) -> Reply:
    """Return the response that describes the instance; without a connector, its fields are missing."""
    row = instance(status=status)
    for name in ("connector_enable", "connector_id"):
        del row[name]
    enabled = {"connector_enable": True, "connector_id": connector, "connector_node_num": "2"} if connector else {}
    return reply(200, {**row, **enabled, **fields})


ON, OFF, EXTENDING, DISABLING = shown(), shown(connector=None), shown("EXTENDING", None), shown("CONNECTOR_DELETING")
FREE = reply(200, {"soldOut": False})
BODY = {"instance_id": "i-1"}
NONE = tasks()
NO_CONNECTOR, NO_INSTANCE = error_reply(404, "DMS.00404024"), error_reply(404, "DMS.00404022")
TASKS_LEFT = error_reply(500, "DMS.00501012")
ENABLED = error_reply(404, "DMS.00404027")
SECOND = entity(task_id="t-2", name="returns")
DELETE_SECOND = f"DELETE {TASKS}/t-2"
NEXT_PAGE = LIST.replace("offset=0", "offset=1")
DELETING_TASKS = {**ABSENT, "delete_tasks": True}
THREE = {**BY_ID, "node_cnt": 3}


def nodes(number: int) -> Reply:
    return shown(connector_node_num=str(number))


def result(connector: str | None = "c-1", status: str = "RUNNING", **fields: t.Any) -> dict[str, t.Any]:
    return {
        "instance_id": "i-1",
        "instance_name": "kafka",
        "status": status,
        "connector_enable": connector is not None,
        "connector_id": connector,
        "connector_node_num": 2 if connector else None,
        **fields,
    }


@pytest.fixture
def run(run_with: t.Any) -> Run:
    return lambda given, *steps, **how: run_with(module, given, *steps, **how)


BUSY = [error_reply(400, code) for code in ("DMS.00400026", "CBC.99003651", "DMS.00400017")]
START: list[Step] = [(INSTANCE, OFF), (RESOURCES, FREE)]
STOP: list[Step] = [(INSTANCE, ON), (LIST, NONE)]

RUNS: dict[str, tuple[dict[str, t.Any], list[Step], dict[str, t.Any], bool]] = {
    "already on": (BY_ID, [(INSTANCE, ON)], result(), False),
    "already on, nodes": ({**BY_ID, "node_cnt": 2}, [(INSTANCE, ON)], result(), False),
    "already on, without an id": (
        BY_ID, [(INSTANCE, shown(connector=None, connector_enable="true"))],
        result(connector_enable=True, connector_id=None, connector_node_num=None), False,
    ),
    "already off": (ABSENT, [(INSTANCE, OFF)], result(None), False),
    "already off, empty id": (
        ABSENT, [(INSTANCE, shown(connector=None, connector_id="", connector_enable=False))], result(None), False,
    ),
    "already on, by name": (
        {"instance_name": "kafka"},
        # The row of the list has no field of the connector.
        [(FIND, reply(200, {"instances": [{**instance(), "connector_id": None}], "instance_num": 1})), (INSTANCE, ON)],
        result(), False,
    ),
    "turned on": (
        THREE, [*START, (ENABLE, {"node_cnt": 3}, 200), (INSTANCE, EXTENDING), (INSTANCE, nodes(3))],
        result(connector_node_num=3), True,
    ),
    "turned on, old flavor": (
        {**BY_ID, "specification": "100MB", "spec_code": "x"},
        [*START, (ENABLE, {"specification": "100MB", "spec_code": "x"}, 200), (INSTANCE, ON)], result(), True,
    ),
    "turned on, visible after a poll": (
        BY_ID, [*START, (ENABLE, {}, 200), (INSTANCE, OFF), (INSTANCE, ON)], result(), True,
    ),
    "turned on, wait: false": (
        {**BY_ID, "wait": False}, [*START, (ENABLE, {}, 200), (INSTANCE, EXTENDING)], result(None, "EXTENDING"), True,
    ),
    "turned on, resources unknown": (
        BY_ID, [(INSTANCE, OFF), (RESOURCES, error_reply(404, "APIG.0101")), (ENABLE, {}, 200), (INSTANCE, ON)],
        result(), True,
    ),
    "turned on by another run": (
        BY_ID, [(INSTANCE, EXTENDING), (INSTANCE, EXTENDING), (INSTANCE, ON)], result(), False,
    ),
    "turned on concurrently": (
        BY_ID, [*START, (ENABLE, {}, ENABLED), (INSTANCE, ON)], result(), False,
    ),
    "busy, then on": (BY_ID, [*START, (ENABLE, {}, BUSY[0]), (INSTANCE, EXTENDING), (INSTANCE, ON)], result(), False),
    **{
        f"busy {number}": (
            BY_ID,
            [
                *START, (ENABLE, {}, busy), (INSTANCE, OFF), (RESOURCES, FREE), (ENABLE, {}, busy), (INSTANCE, OFF),
                (RESOURCES, FREE), (ENABLE, {}, 200), (INSTANCE, ON),
            ],
            result(), True,
        )
        for number, busy in enumerate(BUSY)
    },
    "response lost, being turned on": (
        BY_ID, [*START, (ENABLE, {}, LOST), (INSTANCE, EXTENDING), (INSTANCE, ON)], result(), True,
    ),
    "turned off": (ABSENT, [*STOP, (DISABLE, BODY, 200), (INSTANCE, DISABLING), (INSTANCE, OFF)], result(None), True),
    "response lost, being turned off": (
        ABSENT, [*STOP, (DISABLE, BODY, LOST), (INSTANCE, DISABLING), (INSTANCE, OFF)], result(None), True,
    ),
    "turned off concurrently": (
        ABSENT, [*STOP, (DISABLE, BODY, NO_CONNECTOR), (INSTANCE, OFF)], result(None), False,
    ),
    "the request finds no connector, the instance still shows it": (
        ABSENT, [*STOP, (DISABLE, BODY, NO_CONNECTOR), (INSTANCE, ON)], result(None), False,
    ),
    "the request finds no connector, the instance is CONNECTOR_DELETING": (
        ABSENT, [*STOP, (DISABLE, BODY, NO_CONNECTOR), (INSTANCE, DISABLING), (INSTANCE, DISABLING), (INSTANCE, OFF)],
        result(None), False,
    ),
    "the list finds no connector, the instance still shows it": (
        ABSENT, [(INSTANCE, ON), (LIST, NO_CONNECTOR), (INSTANCE, ON)], result(None), False,
    ),
    "the list finds no task": (
        ABSENT, [(INSTANCE, ON), (LIST, error_reply(404, "DMS.00404026")), (DISABLE, BODY, 200), (INSTANCE, OFF)],
        result(None), True,
    ),
    "the deletion of a task finds no connector": (
        DELETING_TASKS,
        [
            (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, NO_CONNECTOR), (LIST, NO_CONNECTOR),
            (DISABLE, BODY, NO_CONNECTOR), (INSTANCE, OFF),
        ],
        result(None), False,
    ),
    "the tasks are deleted, then the connector is absent": (
        DELETING_TASKS,
        [
            (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, 204), (LIST, NO_CONNECTOR), (DISABLE, BODY, NO_CONNECTOR),
            (INSTANCE, OFF),
        ],
        result(None), True,
    ),
    "a task appears before the request": (
        DELETING_TASKS,
        [
            *STOP, (DISABLE, BODY, TASKS_LEFT), (LIST, tasks(entity())), (LIST, tasks(entity())), (DELETE, 204),
            (LIST, NONE), (DISABLE, BODY, 200), (INSTANCE, OFF),
        ],
        result(None), True,
    ),
    "turned on, nodes are not shown": (
        THREE, [*START, (ENABLE, {"node_cnt": 3}, 200), (INSTANCE, shown(connector_node_num=None))],
        result(connector_node_num=None), True,
    ),
    "being turned off, then turned on": (
        BY_ID, [(INSTANCE, DISABLING), (INSTANCE, DISABLING), (INSTANCE, OFF), START[1], (ENABLE, {}, 200), (INSTANCE, ON)],
        result(), True,
    ),
    "turned off with its tasks, response to a deletion lost": (
        {**ABSENT, "delete_tasks": True, "max_retries": 0},
        [
            (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, LOST), (LIST, tasks(entity("DELETING"))), (LIST, NONE),
            (DISABLE, BODY, 200), (INSTANCE, OFF),
        ],
        result(None), True,
    ),
    **{
        f"busy, then {status}": (
            BY_ID,
            [
                *START, (ENABLE, {}, BUSY[0]), *[(INSTANCE, shown(status, None))] * 2, (INSTANCE, OFF), (RESOURCES, FREE),
                (ENABLE, {}, 200), (INSTANCE, ON),
            ],
            result(), True,
        )
        for status in ("CREATING", "STARTING", "RESTARTING", "UPGRADING", "ROLLINGBACK")
    },
    "busy, then RESTARTING and on": (
        BY_ID, [*START, (ENABLE, {}, BUSY[0]), (INSTANCE, shown("RESTARTING"))], result(status="RESTARTING"), False,
    ),
    "tasks deleted, then RESTARTING": (
        DELETING_TASKS,
        [
            (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, 204), (LIST, NONE), (DISABLE, BODY, BUSY[0]),
            *[(INSTANCE, shown("RESTARTING"))] * 2, (INSTANCE, ON), (LIST, NONE), (DISABLE, BODY, 200), (INSTANCE, OFF),
        ],
        result(None), True,
    ),
    "the deletion of a task is refused as busy": (
        DELETING_TASKS,
        [
            (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, BUSY[0]), *[(INSTANCE, shown("RESTARTING"))] * 2, (INSTANCE, ON),
            (LIST, tasks(entity())), (DELETE, 204), (LIST, NONE), (DISABLE, BODY, 200), (INSTANCE, OFF),
        ],
        result(None), True,
    ),
    **{
        f"{name}, then {where} no connector": (
            ABSENT, [*STOP, (DISABLE, BODY, failed), *steps, (INSTANCE, ON)], result(None), True,
        )
        for name, failed in (("500", reply(500)), ("response lost", LOST))
        for where, steps in (
            ("the lookup finds", [(INSTANCE, NO_CONNECTOR)]),
            ("the list finds", [(INSTANCE, ON), (LIST, NO_CONNECTOR)]),
        )
    },
    "turned off, the instance is read without a connector": (
        ABSENT, [*STOP, (DISABLE, BODY, 200), (INSTANCE, NO_CONNECTOR), (INSTANCE, OFF)], result(None), True,
    ),
    "a task appears, then the list finds no connector": (
        ABSENT, [*STOP, (DISABLE, BODY, TASKS_LEFT), (LIST, NO_CONNECTOR), (INSTANCE, OFF)], result(None), False,
    ),
    "500 with tasks, then the second request finds no connector": (
        DELETING_TASKS,
        [
            *STOP, (DISABLE, BODY, reply(500)), (INSTANCE, ON), (LIST, tasks(entity())), (LIST, tasks(entity())),
            (DELETE, NO_CONNECTOR), (LIST, NO_CONNECTOR), (DISABLE, BODY, NO_CONNECTOR), (INSTANCE, OFF),
        ],
        result(None), True,
    ),
    "500 with tasks, then the first request is done after all": (
        DELETING_TASKS,
        [
            *STOP, (DISABLE, BODY, reply(500)), (INSTANCE, ON), (LIST, tasks(entity())), (LIST, tasks(entity())),
            (DELETE, NO_CONNECTOR), (LIST, NO_CONNECTOR), (DISABLE, BODY, BUSY[0]), (INSTANCE, OFF),
        ],
        result(None), True,
    ),
    "turned off with its tasks": (
        {**ABSENT, "delete_tasks": True},
        [
            (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, 204), (LIST, tasks(entity())), (LIST, NONE),
            (DISABLE, BODY, error_reply(500, "DMS.00501012")), (INSTANCE, ON), (LIST, NONE), (DISABLE, BODY, 200),
            (INSTANCE, OFF),
        ],
        result(None), True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_requests_and_result(run: Run, name: str) -> None:
    given, steps, expected, changed = RUNS[name]
    ran = run(given, *steps, diff=True)
    assert ran.result["smart_connect"] == expected
    assert ran.result["changed"] is changed
    assert (ran.result["diff"]["before"] != ran.result["diff"]["after"]) is changed


APPEARS: dict[str, list[Step]] = {
    "while a task is deleted": [
        (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, 204), (LIST, tasks(entity(), SECOND)), (LIST, tasks(SECOND)),
        (DELETE_SECOND, 204), (LIST, NONE), (DISABLE, BODY, 200), (INSTANCE, OFF),
    ],
    "after a task was deleted": [
        (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, 204), (LIST, NONE), (DISABLE, BODY, TASKS_LEFT), (INSTANCE, ON),
        (LIST, tasks(SECOND)), (DELETE_SECOND, 204), (LIST, NONE), (DISABLE, BODY, 200), (INSTANCE, OFF),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", APPEARS)
def test_diff_names_tasks_that_appear_and_are_deleted(run: Run, name: str) -> None:
    ran = run(DELETING_TASKS, *APPEARS[name], diff=True)
    assert ran.result["diff"] == {
        "before": {"connector_enable": True, "tasks": ["orders", "returns"]},
        "after": {"connector_enable": False, "tasks": []},
    }


DONE_BEFORE_A_FAILURE: dict[str, tuple[list[Step], list[str]]] = {
    "the request is refused": (
        [(INSTANCE, ON), (LIST, tasks(entity())), (DELETE, 204), (LIST, NONE), (DISABLE, BODY, error_reply(403, "X"))],
        ["orders"],
    ),
    "the list is incomplete then": (
        [
            (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, 204), (LIST, NONE), (DISABLE, BODY, TASKS_LEFT), (INSTANCE, ON),
            (LIST, tasks(SECOND, total=2)), (NEXT_PAGE, tasks(total=2)),
        ],
        ["orders"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DONE_BEFORE_A_FAILURE)
def test_diff_of_a_failure_has_what_was_done(run: Run, name: str) -> None:
    steps, deleted = DONE_BEFORE_A_FAILURE[name]
    ran = run(DELETING_TASKS, *steps, diff=True)
    assert ran.result["failed"] is True
    assert ran.result["changed"] is True
    assert ran.result["diff"] == {
        "before": {"connector_enable": True, "tasks": deleted},
        "after": {"connector_enable": True, "tasks": []},
    }
    assert "so nothing is deleted" not in ran.msg
    assert "diff" not in run(DELETING_TASKS, *steps).result


def run_with_two_tasks(clock: Clock, replies: dict[str, t.Any]) -> Ran:
    """Run with the tasks "orders" and "returns", which are deleted in any order."""
    table = Table({INSTANCE: [ON, ON, OFF], DISABLE: reply(200), **replies}, single="")
    return run_module(module, table, DELETING_TASKS, clock=clock, diff=True)


def test_diff_of_a_failure_has_only_the_tasks_that_were_deleted(clock: Clock) -> None:
    replies = {LIST: tasks(entity(), SECOND), DELETE: reply(204), DELETE_SECOND: error_reply(403, "X")}
    ran = run_with_two_tasks(clock, replies)
    assert "Could not delete task returns (task id t-2)" in ran.msg
    assert ran.result["changed"] is True
    assert ran.result["diff"]["before"] == {"connector_enable": True, "tasks": ["orders"]}


def test_task_that_is_still_listed_after_a_busy_response_is_in_the_diff_once(clock: Clock) -> None:
    lists = [tasks(entity(), SECOND), tasks(entity("DELETING"), SECOND), NONE]
    replies = {LIST: lists, DELETE: reply(204), DELETE_SECOND: [BUSY[0], reply(204)]}
    ran = run_with_two_tasks(clock, replies)
    assert ran.result["smart_connect"]["connector_enable"] is False
    assert ran.result["diff"]["before"]["tasks"] == ["orders", "returns"]


def test_diff_of_a_failure_after_the_request_has_the_request(run: Run) -> None:
    ran = run(BY_ID, *START, (ENABLE, {}, 200), (INSTANCE, shown("EXTENDEDFAILED", None)), diff=True)
    assert ran.result["diff"] == {"before": {"connector_enable": False}, "after": {"connector_enable": True}}
    assert "diff" not in run(BY_ID, *START, (ENABLE, {}, error_reply(403, "X")), diff=True).result


def test_diff_does_not_name_tasks_that_another_run_deletes(run: Run) -> None:
    gone = error_reply(404, "DMS.00404026")
    steps: list[Step] = [(INSTANCE, ON), (LIST, tasks(entity())), (DELETE, gone), (LIST, NONE), (DISABLE, BODY, 200)]
    ran = run(DELETING_TASKS, *steps, (INSTANCE, OFF), diff=True)
    assert ran.result["diff"] == {"before": {"connector_enable": True}, "after": {"connector_enable": False}}


def test_tasks_that_appear_until_the_deadline_fail(run: Run) -> None:
    ran = run(
        {**DELETING_TASKS, "wait_timeout": 0},
        (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, 204), (LIST, tasks(SECOND)),
    )  # fmt: skip
    assert "waited 0 seconds for the tasks to be gone; last state: 1 task: returns (t-2)." in ran.msg
    assert ran.result["changed"] is True


def test_diff_names_the_deleted_tasks(run: Run) -> None:
    given, steps, _expected, _changed = RUNS["turned off with its tasks"]
    after = {"connector_enable": False, "tasks": []}
    assert run(given, *steps, diff=True).result["diff"] == {
        "before": {"connector_enable": True, "tasks": ["orders"]}, "after": after,
    }  # fmt: skip
    assert run(given, *steps[:2], check_mode=True, diff=True).result["diff"]["after"] == after


CHECKS: dict[str, tuple[dict[str, t.Any], list[Step], bool | str, str]] = {
    "on": (BY_ID, START, True, ""),
    "on, unknown resources": (BY_ID, [(INSTANCE, OFF), (RESOURCES, error_reply(405, "DMS.00405001"))], True, ""),
    "off": (ABSENT, STOP, True, ""),
    "tasks left": (ABSENT, [(INSTANCE, ON), (LIST, tasks(entity()))], "orders (t-1)", ""),
    "extending": (BY_ID, [(INSTANCE, EXTENDING), (RESOURCES, FREE)], True, "is EXTENDING"),
    "being turned off": (BY_ID, [(INSTANCE, DISABLING), (RESOURCES, FREE)], True, "is CONNECTOR_DELETING"),
    "being turned off as wanted": (ABSENT, [(INSTANCE, DISABLING)], False, "is CONNECTOR_DELETING"),
    "extending, to be turned off": (ABSENT, [(INSTANCE, shown("EXTENDING")), (LIST, NONE)], True, "is EXTENDING"),
    "status not documented": (BY_ID, [(INSTANCE, shown("NEW", None)), (RESOURCES, FREE)], True, "i-1 is NEW, so the"),
    "no connector in the list": (ABSENT, [(INSTANCE, ON), (LIST, NO_CONNECTOR), (INSTANCE, ON)], False, "is disabled."),
    "no connector in the list, extending": (
        ABSENT, [(INSTANCE, ON), (LIST, NO_CONNECTOR), (INSTANCE, shown("EXTENDING"))], False, "is disabled.",
    ),
    "no instance in the list": (ABSENT, [(INSTANCE, ON), (LIST, NO_INSTANCE)], False, "is disabled."),
    "prepaid": (BY_ID, [(INSTANCE, shown(connector=None, charging_mode=0)), (RESOURCES, FREE)], True, "pay-per-use"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_check_mode(run: Run, name: str) -> None:
    given, steps, expected, warning = CHECKS[name]
    ran = run(given, *steps, check_mode=True)
    if isinstance(expected, str):
        assert expected in ran.msg
    else:
        assert ran.result["changed"] is expected
    assert warning in str(ran.result.get("warnings"))


STATUSES = (
    """CREATING CREATEFAILED ERROR STARTING RESTARTING EXTENDEDFAILED FREEZING FROZEN UPGRADING ROLLINGBACK DELETING"""
)


@pytest.mark.parametrize("status", STATUSES.split())
@pytest.mark.parametrize(("given", "connector"), [(BY_ID, None), (ABSENT, "c-1")], ids=["enable", "disable"])
def test_status_that_allows_no_change_is_refused_in_check_mode_as_in_a_run(
    run: Run, given: dict[str, t.Any], connector: str | None, status: str
) -> None:
    step = (INSTANCE, shown(status, connector))
    checked, ran = run(given, step, check_mode=True), run(given, step)
    assert f"instance i-1 is {status}. The status of the instance does not allow this" in ran.msg
    assert checked.result == ran.result
    assert ran.sleeps == []


@pytest.mark.parametrize("status", STATUSES.split())
def test_status_is_ignored_if_nothing_has_to_be_changed(run: Run, status: str) -> None:
    assert run(BY_ID, (INSTANCE, shown(status))).result["changed"] is False
    assert run(ABSENT, (INSTANCE, shown(status, None))).result["changed"] is False


FAILURES: dict[str, tuple[dict[str, t.Any], list[Step], str]] = {
    "sold out": (BY_ID, [(INSTANCE, OFF), (RESOURCES, reply(200, {"soldOut": True}))], "sold out"),
    "another number of nodes": (THREE, [(INSTANCE, ON)], "2 nodes, wanted 3"),
    "another number of nodes by another run": (
        THREE, [*START, (ENABLE, {"node_cnt": 3}, ENABLED), (INSTANCE, nodes(5))], "5 nodes, wanted 3",
    ),
    "extending, then failed": (
        BY_ID, [(INSTANCE, EXTENDING), (INSTANCE, shown("EXTENDEDFAILED", None))], "instance i-1 is EXTENDEDFAILED",
    ),
    "response lost, then the lookup fails": (
        {**ABSENT, "max_retries": 0}, [*STOP, (DISABLE, BODY, LOST), (INSTANCE, reply(500))],
        "unknown whether it was disabled",
    ),
    "response lost, then no instance": (
        BY_ID, [*START, (ENABLE, {}, LOST), (INSTANCE, NO_INSTANCE)], "unknown whether it was enabled",
    ),
    "another number of nodes while being turned on": (
        THREE, [(INSTANCE, EXTENDING), (INSTANCE, nodes(5))], "5 nodes, wanted 3",
    ),
    "enabled for the service, but not shown": (
        BY_ID,
        [*START, *[(ENABLE, {}, ENABLED), (INSTANCE, OFF), (RESOURCES, FREE)] * 2, (ENABLE, {}, ENABLED)],
        "Smart Connect is already enabled",
    ),
    "incomplete list": (
        DELETING_TASKS, [(INSTANCE, ON), (LIST, tasks(entity(), total=2)), (NEXT_PAGE, tasks(total=2))],
        "the list contains 1 of 2 Smart Connect tasks, so nothing is deleted",
    ),
    "a task appears": (
        ABSENT, [*STOP, (DISABLE, BODY, TASKS_LEFT), (LIST, tasks(entity()))],
        "it still has 1 task: orders (t-1). Delete it first, or set delete_tasks: true.",
    ),
    "a task appears, an error without a code": (
        ABSENT, [*STOP, (DISABLE, BODY, reply(500)), (INSTANCE, ON), (LIST, tasks(entity()))],
        "it still has 1 task: orders (t-1). Delete it first, or set delete_tasks: true.",
    ),
    "an error without a code and without tasks": (
        ABSENT, [*STOP, (DISABLE, BODY, reply(500)), (INSTANCE, ON), (LIST, NONE)], "without the change",
    ),
    "an error without a code, then the list fails": (
        {**ABSENT, "max_retries": 0}, [*STOP, (DISABLE, BODY, reply(500)), (INSTANCE, ON), (LIST, reply(500))],
        "without the change",
    ),
    "tasks left, but not listed": (
        DELETING_TASKS, [*STOP, (DISABLE, BODY, TASKS_LEFT), (LIST, NONE)], "DMS.00501012",
    ),
    "response lost, extended for another reason": (
        ABSENT, [*STOP, (DISABLE, BODY, LOST), (INSTANCE, shown("EXTENDING"))], "status EXTENDING and without the change",
    ),
    "response lost, being turned off": (
        BY_ID, [*START, (ENABLE, {}, LOST), (INSTANCE, DISABLING)], "status CONNECTOR_DELETING and without the change",
    ),
    "busy, then frozen": (
        BY_ID, [*START, (ENABLE, {}, BUSY[0]), (INSTANCE, shown("FROZEN", None))], "instance i-1 is FROZEN",
    ),
    "busy, then upgraded, then frozen": (
        BY_ID,
        [*START, (ENABLE, {}, BUSY[0]), (INSTANCE, shown("UPGRADING", None)), (INSTANCE, shown("FROZEN", None))],
        "instance i-1 is FROZEN",
    ),
    "busy, then upgraded until the deadline": (
        {**BY_ID, "wait_timeout": 2},
        [*START, (ENABLE, {}, BUSY[0]), *[(INSTANCE, shown("UPGRADING", None))] * 4],
        "waited 2 seconds for the instance to be RUNNING; last state: status UPGRADING",
    ),
    "extending, then upgraded": (
        BY_ID, [(INSTANCE, EXTENDING), (INSTANCE, shown("UPGRADING", None))], "instance i-1 is UPGRADING",
    ),
    "another number of nodes, one": ({**BY_ID, "node_cnt": 3}, [(INSTANCE, nodes(1))], "with 1 node, wanted 3"),
    "some tasks left are not listed": (
        ABSENT, [(INSTANCE, ON), (LIST, tasks(entity(), total=3)), (NEXT_PAGE, tasks(total=3))],
        "it still has 3 tasks: orders (t-1), 2 not listed. Delete them first,",
    ),
    "the task left is not listed": (
        ABSENT, [(INSTANCE, ON), (LIST, tasks(total=1))], "it still has 1 task: 1 not listed. Delete it first,",
    ),
    "more tasks listed than counted": (
        ABSENT, [(INSTANCE, ON), (LIST, tasks(entity(), SECOND, total=1))],
        "it still has 2 tasks: orders (t-1), returns (t-2). Delete them first,",
    ),
    "the deletion of a task is refused as busy until the deadline": (
        {**DELETING_TASKS, "wait_timeout": 0},
        [(INSTANCE, ON), (LIST, tasks(entity())), (DELETE, BUSY[0])], "delete task orders (task id t-1)",
    ),
    "an error without a code and an unusable list": (
        ABSENT, [*STOP, (DISABLE, BODY, LOST), (INSTANCE, ON), (LIST, reply(403))], "without the change",
    ),
    "one node": ({**BY_ID, "node_cnt": 1}, [], "node_cnt must be from 2 to 16, not 1"),
    "17 nodes": ({**BY_ID, "node_cnt": 17}, [], "node_cnt must be from 2 to 16, not 17"),
    "tasks left": (ABSENT, [(INSTANCE, ON), (LIST, tasks(entity()))], "it still has 1 task: orders (t-1)"),
    "frozen": (BY_ID, [(INSTANCE, shown("FROZEN", None))], "instance i-1 is FROZEN"),
    "response lost, not being turned on": (BY_ID, [*START, (ENABLE, {}, LOST), (INSTANCE, OFF)], "without the change"),
    "no addresses": (BY_ID, [*START, (ENABLE, {}, error_reply(400, "DMS.00400077"))], "too few free addresses"),
    "no instance": (BY_ID, [(INSTANCE, error_reply(404, "DMS.00404022"))], "DMS.00404022"),
    "throttled": ({**ABSENT, "max_retries": 0}, [(INSTANCE, error_reply(404, "DMS.10240407"))], "DMS.10240407"),
    "busy, no time to wait": (
        {**BY_ID, "wait_timeout": 0}, [*START, (ENABLE, {}, BUSY[0])], "DMS.00400026",
    ),
    "busy until the deadline": (
        {**BY_ID, "wait_timeout": 12},
        [
            *START, (ENABLE, {}, BUSY[0]), (INSTANCE, OFF), (RESOURCES, FREE), (ENABLE, {}, BUSY[0]), (INSTANCE, OFF),
            (RESOURCES, FREE), (ENABLE, {}, BUSY[0]), (INSTANCE, OFF), (RESOURCES, FREE), (ENABLE, {}, BUSY[0]),
        ],
        "DMS.00400026",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
def test_failure(run: Run, name: str) -> None:
    given, steps, message = FAILURES[name]
    ran = run(given, *steps)
    assert message in ran.msg
    assert ran.result["changed"] is False


@pytest.mark.parametrize("refusal", [TASKS_LEFT, reply(500)])
def test_tasks_that_appear_are_named_without_a_wait(run: Run, refusal: Reply) -> None:
    looked: list[Step] = [(INSTANCE, ON)] if not refusal.body else []
    ran = run({**ABSENT, "wait_timeout": 0}, *STOP, (DISABLE, BODY, refusal), *looked, (LIST, tasks(entity())))
    assert "it still has 1 task: orders (t-1)" in ran.msg
    assert sum(ran.sleeps) <= 0.5


@pytest.mark.parametrize("check_mode", [True, False])
def test_incomplete_list_is_refused_in_check_mode_as_in_a_run(run: Run, check_mode: bool) -> None:
    given, steps, message = FAILURES["incomplete list"]
    assert message in run(given, *steps, check_mode=check_mode).msg


WITH_OTHER_NODES: dict[str, tuple[dict[str, t.Any], list[Step], int]] = {
    "fewer than requested": (THREE, [(ENABLE, {"node_cnt": 3}, 200), (INSTANCE, EXTENDING), (INSTANCE, ON)], 2),
    "by another run, the response is lost": (
        THREE, [(ENABLE, {"node_cnt": 3}, LOST), (INSTANCE, EXTENDING), (INSTANCE, nodes(5))], 5,
    ),
    "wait: false": ({**THREE, "wait": False}, [(ENABLE, {"node_cnt": 3}, 200), (INSTANCE, ON)], 2),
}  # fmt: skip


@pytest.mark.parametrize("name", WITH_OTHER_NODES)
def test_other_number_of_nodes_after_the_request_fails_with_changed(run: Run, name: str) -> None:
    given, steps, number = WITH_OTHER_NODES[name]
    ran = run(given, *START, *steps)
    assert (
        f"it is enabled with {number} nodes, wanted 3. Changes made before the failure: requested enabling" in ran.msg
    )
    assert ran.result["changed"] is True
    assert ran.result["smart_connect"]["connector_node_num"] == number


def test_nodes_are_not_compared_while_the_instance_is_extended(run: Run) -> None:
    early = shown("EXTENDING", connector_node_num="1")
    ran = run({**THREE, "wait": False}, *START, (ENABLE, {"node_cnt": 3}, 200), (INSTANCE, early))
    assert ran.result["changed"] is True
    assert "warnings" not in ran.result


def test_missing_number_of_nodes_is_not_compared(run: Run) -> None:
    ran = run({**BY_ID, "node_cnt": 3}, (INSTANCE, shown(connector_node_num=None)))
    assert "node_cnt was not compared" in ran.result["warnings"][0]


def test_change_not_visible_before_the_deadline_fails_with_changed(run: Run) -> None:
    ran = run({**BY_ID, "wait_timeout": 1}, *START, (ENABLE, {}, 200), *[(INSTANCE, OFF)] * 3)
    assert "waited 1 seconds for Smart Connect to be enabled; last state: status RUNNING" in ran.msg
    assert "Changes made before the failure: requested enabling Smart Connect." in ran.msg
    assert ran.result["changed"] is True


NOT_SEEN: dict[str, tuple[dict[str, t.Any], list[Step], str]] = {
    "the job failed": (
        BY_ID, [*START, (ENABLE, {}, 200), (INSTANCE, EXTENDING), *[(INSTANCE, OFF)] * 3], "requested enabling",
    ),
    "extended for another reason": (
        BY_ID, [*START, (ENABLE, {}, LOST), (INSTANCE, EXTENDING), *[(INSTANCE, OFF)] * 3], "requested enabling",
    ),
    "the instance vanished": (BY_ID, [*START, (ENABLE, {}, 200), (INSTANCE, NO_INSTANCE)], "requested enabling"),
    "the instance failed": (
        BY_ID, [*START, (ENABLE, {}, 200), (INSTANCE, shown("EXTENDEDFAILED", None))], "requested enabling",
    ),
    "disabling failed": (
        ABSENT, [*STOP, (DISABLE, BODY, 200), (INSTANCE, DISABLING), *[(INSTANCE, ON)] * 3], "requested disabling",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_SEEN)
def test_change_that_was_not_seen_is_reported_as_requested(run: Run, name: str) -> None:
    given, steps, requested = NOT_SEEN[name]
    ran = run(given, *steps)
    assert f"Changes made before the failure: {requested} Smart Connect." in ran.msg
    assert not {"enabled Smart", "disabled Smart"} & {
        " ".join(pair) for pair in zip(ran.msg.split(), ran.msg.split()[1:])
    }
    assert ran.result["changed"] is True


def test_lost_response_without_a_wait_is_a_warning(run: Run) -> None:
    ran = run({**BY_ID, "wait": False}, *START, (ENABLE, {}, LOST), (INSTANCE, EXTENDING), (INSTANCE, EXTENDING))
    assert ran.result["changed"] is True
    assert "the instance is EXTENDING, which can have another reason" in ran.result["warnings"][0]


@pytest.mark.parametrize(
    ("given", "steps", "sentence"),
    [
        (
            BY_ID,
            [*START, (ENABLE, {}, LOST), (INSTANCE, EXTENDING), (INSTANCE, OFF)],
            "was EXTENDING after it, and is RUNNING now, but Smart Connect is not enabled",
        ),
        (
            ABSENT,
            [*STOP, (DISABLE, BODY, LOST), (INSTANCE, DISABLING), (INSTANCE, ON)],
            "was CONNECTOR_DELETING after it, and is RUNNING now, but Smart Connect is not disabled",
        ),
    ],
    ids=["enable", "disable"],
)
def test_lost_response_without_a_wait_and_without_the_change_is_a_warning(
    run: Run, given: dict[str, t.Any], steps: list[Step], sentence: str
) -> None:
    ran = run({**given, "wait": False}, *steps)
    assert ran.result["changed"] is True
    warning = f"The response to the request was lost. The instance {sentence}: run the task again."
    assert ran.result["warnings"] == [warning]


VANISHED: dict[str, tuple[dict[str, t.Any], list[Step], bool]] = {
    "list": (ABSENT, [(INSTANCE, ON), (LIST, NO_INSTANCE)], False),
    "request": (ABSENT, [*STOP, (DISABLE, BODY, NO_INSTANCE)], False),
    "wait": (ABSENT, [*STOP, (DISABLE, BODY, 200), (INSTANCE, DISABLING), (INSTANCE, NO_INSTANCE)], True),
    "lookup after a lost response": (ABSENT, [*STOP, (DISABLE, BODY, LOST), (INSTANCE, NO_INSTANCE)], True),
    "lookup after a failure": (ABSENT, [*STOP, (DISABLE, BODY, reply(500)), (INSTANCE, NO_INSTANCE)], True),
    "list after a failure": (
        ABSENT, [*STOP, (DISABLE, BODY, reply(500)), (INSTANCE, ON), (LIST, NO_INSTANCE)], True,
    ),
    "while it is busy": (ABSENT, [*STOP, (DISABLE, BODY, BUSY[0]), (INSTANCE, NO_INSTANCE)], False),
    "after the connector": (ABSENT, [*STOP, (DISABLE, BODY, NO_CONNECTOR), (INSTANCE, NO_INSTANCE)], False),
}  # fmt: skip


@pytest.mark.parametrize("name", VANISHED)
def test_absent_if_the_instance_vanishes(run: Run, name: str) -> None:
    given, steps, changed = VANISHED[name]
    ran = run(given, *steps)
    assert ran.result["changed"] is changed
    assert "instance i-1 does not exist" in ran.result["warnings"][-1]
    assert "smart_connect" not in ran.result


def test_absent_without_an_instance_is_unchanged_with_a_warning(run: Run) -> None:
    ran = run(ABSENT, (INSTANCE, error_reply(404, "DMS.00404022")))
    assert ran.result["changed"] is False
    assert "does not exist" in ran.result["warnings"][0]


def test_smart_connect_stays_on_if_a_task_can_not_be_deleted(run: Run) -> None:
    forbidden = error_reply(403, "X")
    ran = run({**ABSENT, "delete_tasks": True}, (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, forbidden))
    assert "deleteConnectorSinkTask" in ran.msg
    assert ran.result["changed"] is False


def test_smart_connect_stays_on_until_a_complete_list_has_no_task(run: Run) -> None:
    incomplete: list[Step] = [(LIST, tasks(total=1)), (LIST, NONE)]
    ran = run(
        {**ABSENT, "delete_tasks": True},
        (INSTANCE, ON), (LIST, tasks(entity())), (DELETE, 204), *incomplete, (DISABLE, BODY, 200), (INSTANCE, OFF),
    )  # fmt: skip
    assert ran.result["changed"] is True


@pytest.mark.parametrize("failed", [LOST, reply(500), error_reply(503, "DMS.111501025")])
@pytest.mark.parametrize("missing", ["DMS.00404026", "DMS.00404024"])
def test_deletion_of_a_task_that_may_have_been_processed_is_a_change(run: Run, failed: t.Any, missing: str) -> None:
    deletion: list[Step] = [(DELETE, failed), (DELETE, error_reply(404, missing)), (LIST, error_reply(404, missing))]
    given = {**ABSENT, "delete_tasks": True}
    ran = run(given, (INSTANCE, ON), (LIST, tasks(entity())), *deletion, (DISABLE, BODY, error_reply(403, "X")))
    assert "Changes made before the failure: deleted task orders (task id t-1)." in ran.msg
    assert ran.result["changed"] is True


@pytest.mark.parametrize("failed", [reply(500), error_reply(503, "DMS.111501025"), reply(502)])
@pytest.mark.parametrize(
    ("given", "steps"),
    [
        (BY_ID, [*START, (ENABLE, {}), (INSTANCE, EXTENDING), (INSTANCE, ON)]),
        (ABSENT, [*STOP, (DISABLE, BODY), (INSTANCE, DISABLING), (INSTANCE, OFF)]),
    ],
    ids=["turned on", "turned off"],
)
def test_change_that_was_made_despite_a_failure_of_the_service(
    run: Run, given: dict[str, t.Any], steps: list[t.Any], failed: Reply
) -> None:
    ran = run(given, *[(*step, failed) if step[0] in (ENABLE, DISABLE) else step for step in steps])
    assert ran.result["changed"] is True


def test_wait_ends_if_a_change_that_started_fails(run: Run) -> None:
    ran = run(BY_ID, *START, (ENABLE, {}, 200), (INSTANCE, EXTENDING), *[(INSTANCE, OFF)] * 3)
    assert "RUNNING again without the change" in ran.msg
    assert ran.result["changed"] is True
