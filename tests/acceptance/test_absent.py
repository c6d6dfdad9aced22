# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""state=absent: what is deleted, what is left alone, and when a task may be called absent."""

from __future__ import annotations

from acceptance.harness.cases import OWN_INSTANCE, Case, absent, changed, fails, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, ORDERS, OTHER, Sandbox, task
from acceptance.harness.compare import expect_equal_results, expect_described_results, expect_no_leaks
from acceptance.harness.runner import Ways
from simulator import Fault

ABSENT = unchanged("LIST", sink_task=None)
DELETED = changed("LIST DELETE LIST", sink_task={"task_id": ORDERS, "task_name": "orders"})


def is_there(name: str, live: object, **more: object) -> Case:
    """A case that begins with the task orders there; after that it is gone, unless the case says otherwise."""
    return absent(name, live, **{"existing": [task()], "again": ABSENT, "remaining": [], **more})


BY_ID = {"task_name": None, "task_id": ORDERS}
BY_UNKNOWN_ID = {"task_name": None, "task_id": NO_SUCH_ID}
OF_INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
BY_NAME_OF_INSTANCE = {"connector_id": None, "instance_name": "instance"}

FINDING = [
    absent("by name, not there", ABSENT),
    absent("by id, not there", ABSENT, options=BY_UNKNOWN_ID),
    is_there("by name, there", DELETED, full=True),
    is_there("by name under the alias name, there", DELETED, options={"task_name": None, "name": "orders"}),
    is_there("by id, there", DELETED, options=BY_ID),
    absent("by instance and name, not there", unchanged("INSTANCE LIST", sink_task=None), options=OF_INSTANCE),
    is_there(
        "by instance and name, there",
        changed("INSTANCE LIST DELETE LIST", sink_task={"task_id": ORDERS}),
        again=unchanged("INSTANCE LIST", sink_task=None),
        options=OF_INSTANCE,
    ),
    absent(
        "by the instance's name, not there", unchanged("INSTANCES LIST", sink_task=None), options=BY_NAME_OF_INSTANCE
    ),
    is_there(
        "by the instance's name, there",
        changed("INSTANCES LIST DELETE LIST", sink_task={"task_id": ORDERS}),
        again=unchanged("INSTANCES LIST", sink_task=None),
        options=BY_NAME_OF_INSTANCE,
    ),
    is_there("other tasks stay", DELETED, existing=[task("other", OTHER), task()], remaining=["other"]),
    absent(
        "a name is compared as a whole and with its case",
        ABSENT,
        existing=[task("orders-2", ORDERS), task("Orders", OTHER)],
        remaining=["orders-2", "Orders"],
    ),
]

AMBIGUITY = [
    absent(
        "a name that two tasks have",
        fails("2 sink tasks are named orders", ORDERS, OTHER, "task_id", requests="LIST", sink_task=None, error=None),
        existing=[task(), task("orders", OTHER)],
        remaining=["orders", "orders"],
        as_module=True,
    ),
    absent(
        "the id of a task with another name",
        fails("task_id and task_name disagree", "other", requests="LIST", error=None),
        existing=[task(), task("other", OTHER)],
        options={"task_id": OTHER},
        remaining=["orders", "other"],
    ),
    absent(
        "the name of a task with another id",
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
        "Smart Connect is off, and the instance says so",
        unchanged("INSTANCE", warns=("Smart Connect is off",), sink_task=None),
        setup=Sandbox.disable_smart_connect,
        options=OF_INSTANCE,
    ),
    absent(
        "Smart Connect is off, and the old connector is given",
        unchanged("LIST", warns=("The connector", "does not exist"), sink_task=None),
        setup=Sandbox.disable_smart_connect,
    ),
    absent(
        "the instance names a connector that is gone",
        unchanged("INSTANCE LIST", warns=("The connector of", "does not exist"), sink_task=None),
        faults=[Fault("ListSinkTasks", code="DMS.00404024")],
        options=OF_INSTANCE,
    ),
    is_there(
        "the connector goes away before the DELETE",
        unchanged("LIST DELETE", warns=("does not exist",)),
        check=changed("LIST"),
        again=unchanged("LIST", warns=("does not exist",), sink_task=None),
        faults=lambda sandbox: [Fault("DeleteSinkTask", before=lambda _unused: sandbox.disable_smart_connect())],
    ),
    is_there(
        "the connector goes away after the DELETE",
        DELETED,
        again=unchanged("LIST", warns=("does not exist",), sink_task=None),
        faults=lambda sandbox: [Fault("DeleteSinkTask", after=lambda _unused: sandbox.disable_smart_connect())],
    ),
]

WAITING = [
    is_there("it goes away after a while", changed("LIST DELETE LIST LIST"), settings={"deletion_looks": 1}),
    is_there(
        "it is not waited for",
        changed("LIST DELETE", sink_task={"task_id": ORDERS}),
        again=unchanged("LIST", sink_task={"task_id": ORDERS, "status": "DELETING"}),
        settings={"deletion_looks": 9},
        options={"wait": False},
        remaining=["orders"],
    ),
    is_there(
        "it stays longer than wait_timeout",
        fails("waited", "DELETING", requests="LIST DELETE( LIST)+", changed=True, error=None),
        check=changed("LIST"),
        again=fails("waited", "DELETING", requests="LIST( LIST)+", error=None),
        check_again=unchanged("LIST"),
        settings={"deletion_looks": 99},
        options={"wait_timeout": 1},
        remaining=["orders"],
        as_module=True,
    ),
    is_there(
        "one look of the wait fails and is repeated",
        changed("LIST DELETE LIST LIST"),
        faults={"live": [Fault("ListSinkTasks", status=500, skip=1)]},
    ),
    is_there(
        "the rights end during the wait",
        fails("DMS.00403003", "deleted the task", requests="LIST DELETE LIST", changed=True, error={"status": 403}),
        check=changed("LIST"),
        faults={"live": [Fault("ListSinkTasks", status=403, code="DMS.00403003", skip=1)]},
    ),
]

RACES = [
    is_there(
        "another run deletes it before the DELETE",
        unchanged("LIST DELETE"),
        check=changed("LIST"),
        faults=lambda sandbox: [Fault("DeleteSinkTask", before=lambda _unused: sandbox.remove())],
    ),
    is_there(
        "DELETE answers that the task is gone",
        unchanged("LIST DELETE", error=None),
        check=changed("LIST"),
        faults={"live": [Fault("DeleteSinkTask", code="DMS.00404026", after_work=True)]},
    ),
]


def lost(name: str, fault: Fault, live: object, **more: object) -> Case:
    """A case in which one request goes wrong, in the live run alone."""
    return is_there(name, live, **{"faults": {"live": [fault]}, **more})


REPEATED = changed("LIST DELETE DELETE LIST", sink_task={"task_id": ORDERS})
REPEATED_AND_GONE = changed("LIST DELETE DELETE", sink_task={"task_id": ORDERS})

LOST_RESPONSES = [
    lost("DELETE is lost before the work", Fault("DeleteSinkTask", drop="before"), REPEATED),
    lost("DELETE is lost after the work", Fault("DeleteSinkTask", drop="after"), REPEATED_AND_GONE, as_module=True),
    lost("DELETE is reset after the work", Fault("DeleteSinkTask", drop="after", reset=True), REPEATED_AND_GONE),
    lost(
        "DELETE responds after the timeout",
        Fault("DeleteSinkTask", delay=2.0),
        REPEATED_AND_GONE,
        options={"timeout": 1},
    ),
    lost(
        "DELETE is 502 after the work",
        Fault("DeleteSinkTask", status=502, body="<html>Bad Gateway</html>", after_work=True),
        REPEATED_AND_GONE,
    ),
    lost(
        "DELETE is lost after the work, without retries",
        Fault("DeleteSinkTask", drop="after"),
        changed("LIST DELETE LIST", sink_task={"task_id": ORDERS}),
        options={"max_retries": 0},
    ),
    lost(
        "DELETE is lost before the work, without retries",
        Fault("DeleteSinkTask", drop="before"),
        fails("no response to DELETE", "It is unknown whether", "RUNNING", requests="LIST DELETE LIST", error=None),
        check=changed("LIST"),
        again=DELETED,
        options={"max_retries": 0},
        remaining=[],
    ),
    lost(
        "DELETE is lost each time",
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
        "LIST is lost",
        Fault("ListSinkTasks", drop="before"),
        changed("LIST LIST DELETE LIST"),
        check=DELETED.in_check_mode(),
    ),
    absent(
        "LIST is lost each time",
        fails("no response to GET", requests="LIST", error=None),
        faults=[Fault("ListSinkTasks", drop="before", times=None)],
        existing=[task()],
        remaining=["orders"],
        options={"max_retries": 0},
    ),
    absent(
        "LIST breaks off in the middle of its body",
        fails("no response to GET", requests="LIST", error=None),
        faults=[Fault("ListSinkTasks", truncate=30)],
        options={"max_retries": 0},
    ),
    absent(
        "LIST responds after the timeout",
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
        "DELETE is refused for the permission",
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
        "DELETE is refused for the instance's status",
        Fault("DeleteSinkTask", code="DMS.00400026"),
        fails("DMS.00400026", "RUNNING", requests="LIST DELETE", error={"status": 400}),
        check=changed("LIST"),
        again=DELETED,
    ),
]

CASES = [*FINDING, *AMBIGUITY, *PARENTS, *WAITING, *RACES, *LOST_RESPONSES, *DELETE_RESPONSES]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
