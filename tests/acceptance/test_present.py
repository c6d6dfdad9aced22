# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""state=present: creation, comparison, recreation, refused requests and lost responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, present, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, OBS, ORDERS, OTHER, Sandbox, task
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.runner import Ways
from simulator import Fault

if TYPE_CHECKING:
    from simulator import World

UNCHANGED = unchanged("LIST SHOW", sink_task={"task_name": "orders", "status": "RUNNING"})
CREATED = changed("LIST CREATE LIST SHOW", sink_task={"task_name": "orders", "status": "RUNNING"})
PREDICTED = changed("LIST", sink_task={"task_name": "orders", "status": None, "task_id": None})
WARNING = {"warns": ("position",)}
RECREATED = changed("LIST SHOW DELETE LIST CREATE LIST SHOW", sink_task={"status": "RUNNING"}, **WARNING)


def creates(name: str, live: Expect = CREATED, **more: Any) -> Case:
    """A case in which the sink task is absent and is created."""
    return present(name, live, **{"check": PREDICTED, "again": UNCHANGED, "remaining": ["orders"], **more})


def is_equal(name: str, **more: Any) -> Case:
    """A case in which the sink task exists as wanted."""
    return present(name, UNCHANGED, **{"existing": [task()], "remaining": ["orders"], **more})


def differs(name: str, *parts: str, **more: Any) -> Case:
    """A case in which the existing sink task differs, and is kept."""
    live = fails("differs", *parts, "recreate", requests="LIST SHOW", sink_task={"task_id": ORDERS}, error=None)
    return present(name, live, **{"existing": [task()], "remaining": ["orders"], **more})


def recreates(name: str, live: Expect = RECREATED, **more: Any) -> Case:
    """A case in which the existing sink task differs, and is replaced."""
    options = {"recreate": True, **more.pop("options", {})}
    fields = {
        "existing": [task(obs_bucket_name="old")],
        "check": changed("LIST SHOW", sink_task={"task_id": None}, **WARNING),
        "again": UNCHANGED,
        "remaining": ["orders"],
        **more,
    }
    return present(name, live, options=options, **fields)


ALL_FIELDS = {
    "consumer_strategy": "earliest",
    "destination_file_type": "TEXT",
    "obs_path": "kafka/orders_2-b",
    "partition_format": "yyyy/MM/dd/HH",
    "record_delimiter": ";",
    "deliver_time_interval": 900,
}

CREATING = [
    creates("it does not exist", full=True),
    creates("with all fields", obs=ALL_FIELDS, as_module=True),
    creates(
        "with topics_regex",
        obs={"topics": None, "topics_regex": "orders-[0-9]+"},
    ),
    creates(
        "with topics_regex that the service does not return",
        obs={"topics": None, "topics_regex": "orders-[0-9]+"},
        settings={"echo_topics_regex": False},
    ),
    creates("with 20 topics", obs={"topics": [f"topic-{number}" for number in range(20)]}),
    creates("with a newline as delimiter", obs={"record_delimiter": "\n"}),
    creates("with an escaped newline as delimiter", obs={"record_delimiter": "\\n"}),
    creates("the service returns 201", settings={"create_status": 201}),
    creates(
        "by the id of the instance",
        changed("INSTANCE LIST CREATE LIST SHOW"),
        check=changed("INSTANCE LIST"),
        again=unchanged("INSTANCE LIST SHOW"),
        options={"connector_id": None, "instance_id": OWN_INSTANCE},
    ),
    creates("among other tasks", existing=[task("other", OTHER)], remaining=["orders", "other"]),
]

EQUAL = [
    is_equal(
        "by id alone",
        options={"task_id": ORDERS, "task_name": None, "obs_destination_descriptor": None},
        as_module=True,
    ),
    is_equal("it exists"),
    is_equal("topics in another order", obs={"topics": ["invoices", "orders"]}),
    is_equal("the keys of the bucket differ, which the service does not return", obs={"secret_key": "AnotherKey" * 3}),
    is_equal(
        "partition_format N/A, which the service returns as an empty string",
        existing=[task(partition_format="")],
        obs={"partition_format": "N/A"},
    ),
    is_equal("fields that are not set are not compared", existing=[task(**ALL_FIELDS)]),
    is_equal(
        "the service returns numbers as text",
        existing=[task(deliver_time_interval="300")],
        obs={"deliver_time_interval": 300},
    ),
    present(
        "it is PAUSED",
        unchanged("LIST SHOW", sink_task={"status": "PAUSED"}, warns=("PAUSED",)),
        existing=[task(status="PAUSED")],
    ),
]

DIFFERENT = [
    differs("the topics differ", "topics", "orders", obs={"topics": ["orders"]}),
    differs("topics_regex instead of topics", "topics_regex", obs={"topics": None, "topics_regex": "orders.+"}),
    differs(
        "the bucket differs",
        "obs_bucket_name is 'archive', wanted 'other'",
        obs={"obs_bucket_name": "other"},
        as_module=True,
    ),
    differs("the interval differs", "deliver_time_interval", "300", "60", obs={"deliver_time_interval": 60}),
    differs(
        "the message contains all differences",
        "obs_bucket_name",
        "deliver_time_interval",
        obs={"obs_bucket_name": "other", "deliver_time_interval": 60},
    ),
]

RECREATION = [
    recreates("it differs", as_module=True),
    recreates(
        "fields that are not set are kept",
        existing=[task(obs_bucket_name="old", obs_path="kept", deliver_time_interval=60)],
    ),
    recreates("it has failed", existing=[task(status="FAILED")]),
    recreates(
        "the deletion of the old one takes a while",
        changed("LIST SHOW DELETE LIST LIST CREATE LIST SHOW", **WARNING),
        options={"wait": False},
        settings={"deletion_looks": 1},
    ),
    recreates(
        "the deletion of the old one is refused",
        fails("DMS.00403003", requests="LIST SHOW DELETE", error={"method": "DELETE"}, **WARNING),
        check=changed("LIST SHOW", **WARNING),
        check_again=changed("LIST SHOW", **WARNING),
        again=None,
        faults=[Fault("DeleteSinkTask", status=403, code="DMS.00403003")],
    ),
    recreates(
        "the creation of the new one is refused",
        fails(
            "DMS.00400026",
            f"deleted the task (task id {ORDERS})",
            requests="LIST SHOW DELETE LIST CREATE",
            changed=True,
            error={"method": "POST"},
            **WARNING,
        ),
        check=changed("LIST SHOW", **WARNING),
        check_again=changed("LIST"),
        again=fails("DMS.00400026", requests="LIST CREATE", error={"method": "POST"}),
        faults=[Fault("CreateSinkTask", code="DMS.00400026")],
        remaining=[],
        as_module=True,
    ),
]

WAITING = [
    creates("it is CREATING for a while", changed("LIST CREATE LIST SHOW SHOW"), settings={"creation_looks": 2}),
    present(
        "an existing one is CREATING for a while",
        unchanged("LIST SHOW( SHOW)+", sink_task={"status": "RUNNING"}),
        check=unchanged("LIST SHOW", sink_task={"status": "CREATING"}, warns=("the run waits until it is RUNNING",)),
        again=UNCHANGED,
        existing=[task(passing=["CREATING"] * 4)],
    ),
    creates(
        "without wait",
        changed("LIST CREATE LIST SHOW", sink_task={"status": "CREATING"}),
        again=unchanged("LIST SHOW", sink_task={"status": "CREATING"}, warns=("CREATING, and wait is false",)),
        settings={"creation_looks": 9},
        options={"wait": False},
    ),
    creates(
        "it is not RUNNING before wait_timeout",
        fails(
            "waited",
            "CREATING",
            requests="LIST CREATE LIST( SHOW)+",
            changed=True,
            error=None,
            sink_task={"status": "CREATING"},
        ),
        again=fails("waited", requests="LIST SHOW( SHOW)+", error=None),
        check_again=unchanged("LIST SHOW", warns=("the run waits until it is RUNNING",)),
        settings={"creation_looks": 99},
        options={"wait_timeout": 1},
    ),
    creates(
        "its status becomes FAILED",
        fails("the status FAILED", requests="LIST CREATE LIST SHOW", changed=True, sink_task={"status": "FAILED"}),
        again=fails("the status FAILED", requests="LIST SHOW", sink_task={"status": "FAILED"}),
        settings={"created_status": "FAILED"},
    ),
    present(
        "an existing one is FAILED",
        fails("the status FAILED", "recreate", requests="LIST SHOW", error=None),
        existing=[task(status="FAILED")],
    ),
    creates(
        "it is missing from the first SHOW",
        changed("LIST CREATE LIST SHOW SHOW"),
        faults={"live": [Fault("ShowSinkTaskDetail", code="DMS.00404026")]},
    ),
    creates(
        "another run deletes it during the wait",
        fails("was deleted in the meantime", requests="LIST CREATE LIST SHOW SHOW", changed=True, error=None),
        settings={"creation_looks": 9},
        again=None,
        check_again=PREDICTED,
        faults=lambda sandbox: [Fault("ShowSinkTaskDetail", after=lambda world: _remove_all(world, sandbox))],
        remaining=[],
    ),
    creates(
        "a poll is refused because of a permission",
        fails(
            "DMS.00403003", "created the task", requests="LIST CREATE LIST SHOW", changed=True, error={"status": 403}
        ),
        faults={"live": [Fault("ShowSinkTaskDetail", status=403, code="DMS.00403003")]},
    ),
]


def _remove_all(world: World, sandbox: Sandbox) -> None:
    for item in world.tasks(sandbox.connector_id):
        sandbox.remove(item["task_id"])


def lost(name: str, fault: Fault, live: Expect, **more: Any) -> Case:
    """A case with a fault of the POST, only in the live run."""
    return creates(name, live, **{"faults": {"live": [fault]}, **more})


# After a POST without a response, the list is read before another POST.
ADOPTED = changed("LIST CREATE LIST SHOW SHOW", sink_task={"status": "RUNNING"})
REPEATED = changed("LIST CREATE LIST CREATE LIST SHOW", sink_task={"status": "RUNNING"})
RETRIED = changed("LIST CREATE CREATE LIST SHOW")

LOST_RESPONSES = [
    lost("the POST is lost before it is processed", Fault("CreateSinkTask", drop="before"), REPEATED),
    lost("the POST is lost after it was processed", Fault("CreateSinkTask", drop="after"), ADOPTED, as_module=True),
    lost("POST returns after the timeout", Fault("CreateSinkTask", delay=2.0), ADOPTED, options={"timeout": 1}),
    lost("POST returns 502 after it was processed", Fault("CreateSinkTask", status=502, after_work=True), ADOPTED),
    lost("POST returns 500 and is not processed", Fault("CreateSinkTask", status=500), REPEATED),
    lost("POST returns HTML after it was processed", Fault("CreateSinkTask", body="<html>", after_work=True), ADOPTED),
    lost(
        "the POST is lost before it is processed, without retries",
        Fault("CreateSinkTask", drop="before"),
        fails("no response to POST", "nothing was created", requests="LIST CREATE LIST", error=None),
        again=CREATED,
        check_again=PREDICTED,
        options={"max_retries": 0},
    ),
    lost(
        "the POST is lost after it was processed, without retries",
        Fault("CreateSinkTask", drop="after"),
        ADOPTED,
        options={"max_retries": 0},
    ),
    lost(
        "the POST is lost, and the list has a different task with the name",
        Fault("CreateSinkTask", drop="after"),
        fails("may have created it", requests="LIST CREATE LIST SHOW", error=None),
        again=fails("differs", requests="LIST SHOW"),
        faults={
            "live": lambda sandbox: [
                Fault("CreateSinkTask", drop="after", after=lambda world: _change_bucket(world, sandbox))
            ]
        },
    ),
    lost(
        "the POST and the list after it are lost",
        Fault("CreateSinkTask", drop="after"),
        fails("no response to POST", "It is unknown whether", requests="LIST CREATE LIST", error=None),
        faults={
            "live": [
                Fault("CreateSinkTask", drop="after"),
                Fault("ListSinkTasks", drop="before", skip=1, times=None),
            ]
        },
        options={"max_retries": 0},
    ),
    lost("POST is throttled with 404", Fault("CreateSinkTask", code="DMS.10240407"), RETRIED),
]


def _change_bucket(world: World, sandbox: Sandbox) -> None:
    (item,) = world.tasks(sandbox.connector_id)
    changed_descriptor = {**item["obs_destination_descriptor"], "obs_bucket_name": "other"}
    world.set_task(sandbox.connector_id, item["task_id"], descriptor=changed_descriptor)


def refused(name: str, *parts: str, requests: str = "LIST CREATE", **more: Any) -> Case:
    """A case in which each POST is refused."""
    error = {"method": "POST", **more.pop("error", {})}
    return present(
        name,
        fails(*parts, requests=requests, error=error),
        **{"check": changed("LIST"), "check_again": changed("LIST"), "remaining": [], **more},
    )


REFUSED = [
    refused(
        "the keys of the bucket are wrong",
        "DMS.00500960",
        "obs_bucket_name",
        obs={"access_key": "INVALID-ObsAccessKey"},
        error={"status": 400, "code": "DMS.00500960"},
        as_module=True,
    ),
    refused(
        "the quota is exhausted, but not according to the list",
        "DMS.00404029",
        "quota",
        faults=[Fault("CreateSinkTask", code="DMS.00404029", times=None)],
        error={"status": 404, "code": "DMS.00404029"},
    ),
    present(
        "the quota is exhausted, according to the list",
        fails("DMS.00404029", "quota", requests="LIST CREATE", error={"status": 404}),
        check=fails("quota", requests="LIST", error=None),
        check_again=fails("quota", requests="LIST", error=None),
        existing=[task("other", OTHER)],
        settings={"max_tasks": 1, "quota_tasks": 1},
        remaining=["other"],
    ),
    refused(
        "the user has no permission to create",
        "DMS.00403003",
        "dms:instance:createConnectorSinkTask",
        faults=[Fault("CreateSinkTask", status=403, code="DMS.00403003")],
        error={"status": 403},
    ),
    refused(
        "the topic does not exist",
        "DMS.00400876",
        settings={"known_topics": ["other"]},
        error={"status": 400},
    ),
    refused(
        "the response has no id, and nothing was created",
        "task_id",
        requests="LIST CREATE LIST",
        faults=[Fault("CreateSinkTask", status=200, body={})],
        error={"status": 200},
    ),
]


def fails_unchanged(name: str, *parts: str, requests: str = "LIST", **more: Any) -> Case:
    """A case that fails before the first change."""
    return present(name, fails(*parts, requests=requests), **more)


FAILING = [
    fails_unchanged("no sink task has the id", "no sink task with the id", NO_SUCH_ID, options={"task_id": NO_SUCH_ID}),
    fails_unchanged(
        "id and name disagree",
        "disagree",
        existing=[task(), task("other", OTHER)],
        options={"task_id": OTHER},
    ),
    fails_unchanged("the connector does not exist", "DMS.00404024", setup=Sandbox.disable_smart_connect),
    fails_unchanged(
        "Smart Connect is off",
        "Smart Connect is off",
        requests="INSTANCE",
        setup=Sandbox.disable_smart_connect,
        options={"connector_id": None, "instance_id": OWN_INSTANCE},
    ),
    fails_unchanged(
        "the instance does not exist",
        "DMS.00404022",
        requests="INSTANCE",
        setup=Sandbox.remove_instance,
        options={"connector_id": None, "instance_id": OWN_INSTANCE},
    ),
    fails_unchanged(
        "the response to SHOW is not an object",
        "not a JSON object",
        requests="LIST SHOW",
        existing=[task()],
        faults=[Fault("ShowSinkTaskDetail", body="[]")],
    ),
    creates(
        "it is deleted between LIST and SHOW",
        changed("LIST SHOW CREATE LIST SHOW"),
        check=unchanged("LIST SHOW"),
        existing=[task()],
        faults={"live": lambda sandbox: [Fault("ShowSinkTaskDetail", before=lambda _unused: sandbox.remove())]},
    ),
]


def set_case(name: str, names: tuple[str, ...], live: Expect, **more: Any) -> Case:
    """A case of a set of sink tasks, each with a topic of the same name."""
    tasks = [{"task_name": item, "obs_destination_descriptor": {**OBS, "topics": [item]}} for item in names]
    options = {"tasks": tasks, **more.pop("options", {})}
    return Case(name, options, live, module="huaweicloud_kafka_sink_tasks", **more)


def actions(result: dict[str, Any]) -> list[str]:
    return [item["action"] for item in result["tasks"]]


SETS = [
    set_case(
        "a set with prune",
        ("orders", "new-task"),
        changed("LIST SHOW DELETE( LIST)+ CREATE( LIST)+", returns={actions: ["unchanged", "created", "deleted"]}),
        again=unchanged("LIST SHOW SHOW"),
        existing=[task(topics="orders"), task("other-task", OTHER)],
        options={"prune": True, "prune_limit": 1},
        settings={"deletion_looks": 1, "creation_looks": 1},
        remaining=["orders", "new-task"],
        as_module=True,
    ),
    set_case(
        "a creation of a set fails",
        ("orders", "new-task"),
        fails("1 of 2", "new-task", "DMS.00400876", changed=True, requests="LIST CREATE CREATE( LIST)+"),
        settings={"known_topics": ["orders"]},
        remaining=["orders"],
        live_only=True,
        as_module=True,
    ),
]

FORBIDDEN = {"status": 403, "code": "DMS.00403003"}
SETS += [
    set_case(
        "the list fails after a deletion of a set",
        ("new-task",),
        fails(
            "1 of 2 tasks failed",
            "1 of 2 tasks was not tried",
            f"Changes made before the failure: orders: deleted the task (task id {ORDERS}).",
            changed=True,
            requests="LIST DELETE LIST",
            error={"status": 403},
            returns={actions: ["not_tried", "failed"]},
        ),
        faults={"live": [Fault("ListSinkTasks", skip=1, times=None, **FORBIDDEN)]},
        existing=[task()],
        options={"prune": True},
        remaining=[],
        live_only=True,
        as_module=True,
    ),
    set_case(
        "the list fails after a creation of a set",
        ("orders",),
        fails(
            "Changes made before the failure: orders: created the task",
            changed=True,
            requests="LIST CREATE LIST",
            returns={actions: ["failed"]},
        ),
        faults={"live": [Fault("ListSinkTasks", skip=1, times=None, status=401, code="APIG.0301")]},
        remaining=["orders"],
        live_only=True,
        as_module=True,
    ),
    set_case(
        "a deletion of a set returns 500 after it was processed",
        ("new-task",),
        changed("LIST DELETE DELETE LIST CREATE( LIST)+", returns={actions: ["created", "deleted"]}),
        faults={"live": [Fault("DeleteSinkTask", status=500, after_work=True)]},
        existing=[task()],
        options={"prune": True},
        remaining=["new-task"],
        live_only=True,
        as_module=True,
    ),
]

CASES = [*CREATING, *EQUAL, *DIFFERENT, *RECREATION, *WAITING, *LOST_RESPONSES, *REFUSED, *FAILING, *SETS]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
