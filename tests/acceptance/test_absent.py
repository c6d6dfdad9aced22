# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""state=absent: which task is deleted, and which responses prove that it is absent."""

from __future__ import annotations

from acceptance.harness.cases import OWN_INSTANCE, Case, absent, changed, fails, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, ORDERS, OTHER, Sandbox, task
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.runner import Ways
from simulator import Fault

ABSENT = unchanged("LIST", sink_task=None)
DELETED = changed("LIST DELETE LIST", sink_task={"task_id": ORDERS, "task_name": "orders"})


def exists(name: str, live: object, **more: object) -> Case:
    """A case in which the sink task orders exists and, by default, is deleted."""
    return absent(name, live, **{"existing": [task()], "again": ABSENT, "remaining": [], **more})


BY_ID = {"task_name": None, "task_id": ORDERS}
BY_UNKNOWN_ID = {"task_name": None, "task_id": NO_SUCH_ID}
OF_INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
BY_NAME_OF_INSTANCE = {"connector_id": None, "instance_name": "instance"}

IDENTIFICATION = [
    absent("by name, absent", ABSENT),
    absent("by id, absent", ABSENT, options=BY_UNKNOWN_ID),
    exists("by name, exists", DELETED, full=True),
    exists("by name with the alias name, exists", DELETED, options={"task_name": None, "name": "orders"}),
    exists("by id, exists", DELETED, options=BY_ID),
    absent("by instance and name, absent", unchanged("INSTANCE LIST", sink_task=None), options=OF_INSTANCE),
    exists(
        "by instance and name, exists",
        changed("INSTANCE LIST DELETE LIST", sink_task={"task_id": ORDERS}),
        again=unchanged("INSTANCE LIST", sink_task=None),
        options=OF_INSTANCE,
    ),
    absent("by instance name, absent", unchanged("INSTANCES LIST", sink_task=None), options=BY_NAME_OF_INSTANCE),
    exists(
        "by instance name, exists",
        changed("INSTANCES LIST DELETE LIST", sink_task={"task_id": ORDERS}),
        again=unchanged("INSTANCES LIST", sink_task=None),
        options=BY_NAME_OF_INSTANCE,
    ),
    exists("other tasks are kept", DELETED, existing=[task("other", OTHER), task()], remaining=["other"]),
    absent(
        "names are compared completely and case-sensitively",
        ABSENT,
        existing=[task("orders-2", ORDERS), task("Orders", OTHER)],
        remaining=["orders-2", "Orders"],
    ),
]

AMBIGUOUS = [
    absent(
        "two tasks have the name",
        fails("2 sink tasks are named orders", ORDERS, OTHER, "task_id", requests="LIST", sink_task=None, error=None),
        existing=[task(), task("orders", OTHER)],
        remaining=["orders", "orders"],
        as_module=True,
    ),
    absent(
        "the task with the id has a different name",
        fails("task_id and task_name disagree", "other", requests="LIST", error=None),
        existing=[task(), task("other", OTHER)],
        options={"task_id": OTHER},
        remaining=["orders", "other"],
    ),
    absent(
        "the task with the name has a different id",
        fails("task_id and task_name disagree", ORDERS, NO_SUCH_ID, requests="LIST", error=None),
        existing=[task()],
        options={"task_id": NO_SUCH_ID},
        remaining=["orders"],
    ),
]

PARENTS = [
    absent(
        "the connector does not exist",
        unchanged("LIST", warns=(NO_SUCH_ID, "does not exist"), sink_task=None),
        options={"connector_id": NO_SUCH_ID},
        as_module=True,
    ),
    absent(
        "the instance does not exist",
        unchanged("INSTANCE", warns=("The instance", "does not exist"), sink_task=None),
        setup=Sandbox.remove_instance,
        options=OF_INSTANCE,
    ),
    absent(
        "no instance has the name",
        unchanged("INSTANCES", warns=("no Kafka instance named instance",), sink_task=None),
        setup=Sandbox.remove_instance,
        options=BY_NAME_OF_INSTANCE,
    ),
    absent(
        "two instances have the name",
        fails("2 Kafka instances are named instance", "instance_id", requests="INSTANCES", error=None),
        setup=lambda sandbox: sandbox.simulator.world.add_instance("instance", project_id=sandbox.project_id),
        options=BY_NAME_OF_INSTANCE,
    ),
    absent(
        "Smart Connect is off, according to the instance",
        unchanged("INSTANCE", warns=("Smart Connect is off",), sink_task=None),
        setup=Sandbox.disable_smart_connect,
        options=OF_INSTANCE,
    ),
    absent(
        "Smart Connect is off, connector_id is outdated",
        unchanged("LIST", warns=("The connector", "does not exist"), sink_task=None),
        setup=Sandbox.disable_smart_connect,
    ),
    absent(
        "the instance has a connector_id that does not exist",
        unchanged("INSTANCE LIST", warns=("The connector of", "does not exist"), sink_task=None),
        faults=[Fault("ListSinkTasks", code="DMS.00404024")],
        options=OF_INSTANCE,
    ),
    exists(
        "the connector is deleted before the DELETE",
        unchanged("LIST DELETE", warns=("does not exist",)),
        check=changed("LIST"),
        again=unchanged("LIST", warns=("does not exist",), sink_task=None),
        faults=lambda sandbox: [Fault("DeleteSinkTask", before=lambda _unused: sandbox.disable_smart_connect())],
    ),
    exists(
        "the connector is deleted after the DELETE",
        DELETED,
        again=unchanged("LIST", warns=("does not exist",), sink_task=None),
        faults=lambda sandbox: [Fault("DeleteSinkTask", after=lambda _unused: sandbox.disable_smart_connect())],
    ),
]

WAITING = [
    exists("the deletion takes a while", changed("LIST DELETE LIST LIST"), settings={"deletion_looks": 1}),
    exists(
        "without wait",
        changed("LIST DELETE", sink_task={"task_id": ORDERS}),
        again=unchanged("LIST", sink_task={"task_id": ORDERS, "status": "DELETING"}),
        settings={"deletion_looks": 9},
        options={"wait": False},
        remaining=["orders"],
    ),
    exists(
        "the deletion takes longer than wait_timeout",
        fails("waited", "DELETING", requests="LIST DELETE( LIST)+", changed=True, error=None),
        check=changed("LIST"),
        again=fails("waited", "DELETING", requests="LIST( LIST)+", error=None),
        check_again=unchanged("LIST", warns=("the run waits until it is gone",)),
        settings={"deletion_looks": 99},
        options={"wait_timeout": 1},
        remaining=["orders"],
        as_module=True,
    ),
    exists(
        "a poll fails and is repeated",
        changed("LIST DELETE LIST LIST"),
        faults={"live": [Fault("ListSinkTasks", status=500, skip=1)]},
    ),
    exists(
        "a poll is refused because of a permission",
        fails("DMS.00403003", "deleted the task", requests="LIST DELETE LIST", changed=True, error={"status": 403}),
        check=changed("LIST"),
        faults={"live": [Fault("ListSinkTasks", status=403, code="DMS.00403003", skip=1)]},
    ),
]

RACES = [
    exists(
        "another run deletes it before the DELETE",
        unchanged("LIST DELETE"),
        check=changed("LIST"),
        faults=lambda sandbox: [Fault("DeleteSinkTask", before=lambda _unused: sandbox.remove())],
    ),
    exists(
        "DELETE returns that the task does not exist",
        unchanged("LIST DELETE", error=None),
        check=changed("LIST"),
        faults={"live": [Fault("DeleteSinkTask", code="DMS.00404026", after_work=True)]},
    ),
]


def lost(name: str, fault: Fault, live: object, **more: object) -> Case:
    """A case with a fault, only in the live run."""
    return exists(name, live, **{"faults": {"live": [fault]}, **more})


REPEATED = changed("LIST DELETE DELETE LIST", sink_task={"task_id": ORDERS})
REPEATED_AFTER_DELETION = changed("LIST DELETE DELETE", sink_task={"task_id": ORDERS})

LOST_RESPONSES = [
    lost("the DELETE is lost before it is processed", Fault("DeleteSinkTask", drop="before"), REPEATED),
    lost(
        "the DELETE is lost after it was processed",
        Fault("DeleteSinkTask", drop="after"),
        REPEATED_AFTER_DELETION,
        as_module=True,
    ),
    lost(
        "the connection is reset after the DELETE was processed",
        Fault("DeleteSinkTask", drop="after", reset=True),
        REPEATED_AFTER_DELETION,
    ),
    lost(
        "DELETE returns after the timeout",
        Fault("DeleteSinkTask", delay=2.0),
        REPEATED_AFTER_DELETION,
        options={"timeout": 1},
    ),
    lost(
        "DELETE returns 502 after it was processed",
        Fault("DeleteSinkTask", status=502, body="<html>Bad Gateway</html>", after_work=True),
        REPEATED_AFTER_DELETION,
    ),
    *(
        lost(
            f"DELETE returns {status} {code} after it was processed",
            Fault("DeleteSinkTask", status=status, code=code, after_work=True),
            REPEATED_AFTER_DELETION,
            as_module=True,
        )
        for status, code in ((500, None), (503, None), (500, "DMS.00500006"), (503, "DMS.111501025"))
    ),
    lost(
        "DELETE returns 500 after it was processed, without retries",
        Fault("DeleteSinkTask", status=500, after_work=True),
        changed("LIST DELETE LIST", sink_task={"task_id": ORDERS}),
        options={"max_retries": 0},
    ),
    lost(
        "the DELETE is lost after it was processed, without retries",
        Fault("DeleteSinkTask", drop="after"),
        changed("LIST DELETE LIST", sink_task={"task_id": ORDERS}),
        options={"max_retries": 0},
    ),
    lost(
        "the DELETE is lost before it is processed, without retries",
        Fault("DeleteSinkTask", drop="before"),
        fails("no response to DELETE", "It is unknown whether", "RUNNING", requests="LIST DELETE LIST", error=None),
        check=changed("LIST"),
        again=DELETED,
        options={"max_retries": 0},
        remaining=[],
    ),
    lost(
        "the DELETE is lost in each attempt",
        Fault("DeleteSinkTask", drop="before", times=None),
        fails(
            "no response to DELETE",
            "after 2 attempts",
            "It is unknown whether",
            "RUNNING",
            requests="LIST DELETE DELETE LIST",
            error=None,
        ),
        check=changed("LIST"),
        again=DELETED,
        options={"max_retries": 1},
    ),
    lost(
        "the LIST is lost",
        Fault("ListSinkTasks", drop="before"),
        changed("LIST LIST DELETE LIST"),
        check=DELETED.in_check_mode(),
    ),
    absent(
        "the LIST is lost in each attempt",
        fails("no response to GET", requests="LIST", error=None),
        faults=[Fault("ListSinkTasks", drop="before", times=None)],
        existing=[task()],
        remaining=["orders"],
        options={"max_retries": 0},
    ),
    absent(
        "the body of LIST is truncated",
        fails("no response to GET", requests="LIST", error=None),
        faults=[Fault("ListSinkTasks", truncate=30)],
        options={"max_retries": 0},
    ),
    absent(
        "LIST returns after the timeout",
        fails("within 1 second", requests="LIST", error=None),
        faults=[Fault("ListSinkTasks", delay=2.0)],
        options={"max_retries": 0, "timeout": 1},
    ),
    absent(
        "the port is closed",
        fails("the connection was refused", requests="", error=None),
        options={"max_retries": 0, "endpoint": "http://127.0.0.1:9"},
        as_module=True,
    ),
]

DELETE_RESPONSES = [
    lost("DELETE returns 202", Fault("DeleteSinkTask", status=202, after_work=True), DELETED),
    lost(
        "DELETE is refused because of a permission",
        Fault("DeleteSinkTask", status=403, code="DMS.00403003"),
        fails(
            "DMS.00403003",
            "dms:instance:deleteConnectorSinkTask",
            requests="LIST DELETE",
            error={"status": 403, "code": "DMS.00403003", "method": "DELETE"},
            sink_task={"task_id": ORDERS},
        ),
        check=changed("LIST"),
        again=DELETED,
        as_module=True,
    ),
    lost(
        "DELETE is refused with the status of a failure",
        Fault("DeleteSinkTask", status=500, code="DMS.00501012"),
        fails("DMS.00501012", requests="LIST DELETE", error={"status": 500}),
        check=changed("LIST"),
        again=DELETED,
    ),
    lost(
        "DELETE is refused because of the status of the instance",
        Fault("DeleteSinkTask", code="DMS.00400026"),
        fails("DMS.00400026", "RUNNING", requests="LIST DELETE", error={"status": 400}),
        check=changed("LIST"),
        again=DELETED,
    ),
]

CASES = [*IDENTIFICATION, *AMBIGUOUS, *PARENTS, *WAITING, *RACES, *LOST_RESPONSES, *DELETE_RESPONSES]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
