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
    entity,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, Ran, Reply, Step, error_reply, reply

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
        {**BY_ID, "node_cnt": 3},
        [*START, (ENABLE, {"node_cnt": 3}, 200), (INSTANCE, EXTENDING), (INSTANCE, ON)], result(), True,
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
        BY_ID, [*START, (ENABLE, {}, error_reply(404, "DMS.00404027")), (INSTANCE, ON)], result(), False,
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
        ABSENT, [*STOP, (DISABLE, BODY, error_reply(404, "DMS.00404024")), (INSTANCE, OFF)], result(None), False,
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
    "prepaid": (BY_ID, [(INSTANCE, shown(connector=None, charging_mode=0)), (RESOURCES, FREE)], True, "pay-per-use"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_check_mode(run: Run, name: str) -> None:
    given, steps, expected, warning = CHECKS[name]
    ran = run(given, *steps, check_mode=True)
    if isinstance(expected, str):
        assert expected in ran.msg
    else:
        assert ran.result["changed"] is expected
    assert warning in str(ran.result.get("warnings"))


FAILURES: dict[str, tuple[dict[str, t.Any], list[Step], str]] = {
    "sold out": (BY_ID, [(INSTANCE, OFF), (RESOURCES, reply(200, {"soldOut": True}))], "sold out"),
    "another number of nodes": ({**BY_ID, "node_cnt": 3}, [(INSTANCE, ON)], "2 nodes, wanted 3"),
    "one node": ({**BY_ID, "node_cnt": 1}, [], "node_cnt must be from 2 to 16, not 1"),
    "17 nodes": ({**BY_ID, "node_cnt": 17}, [], "node_cnt must be from 2 to 16, not 17"),
    "tasks left": (ABSENT, [(INSTANCE, ON), (LIST, tasks(entity()))], "it still has 1 tasks: orders (t-1)"),
    "frozen": (BY_ID, [(INSTANCE, shown("FROZEN", None))], "the instance is FROZEN"),
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


def test_missing_number_of_nodes_is_not_compared(run: Run) -> None:
    ran = run({**BY_ID, "node_cnt": 3}, (INSTANCE, shown(connector_node_num=None)))
    assert "node_cnt was not compared" in ran.result["warnings"][0]


def test_change_not_visible_before_the_deadline_fails_with_changed(run: Run) -> None:
    ran = run({**BY_ID, "wait_timeout": 1}, *START, (ENABLE, {}, 200), *[(INSTANCE, OFF)] * 3)
    assert "waited 1 seconds" in ran.msg
    assert ran.result["changed"] is True


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
