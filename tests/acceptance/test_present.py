# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""state=present: what is created, what counts as the same, what is refused, and lost responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, present, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, OBS, ORDERS, OTHER, Sandbox, task
from acceptance.harness.compare import expect_equal_results, expect_described_results, expect_no_leaks
from acceptance.harness.runner import Ways
from simulator import Fault

if TYPE_CHECKING:
    from simulator import World

THE_SAME = unchanged("LIST SHOW", sink_task={"task_name": "orders", "status": "RUNNING"})
CREATED = changed("LIST CREATE LIST SHOW", sink_task={"task_name": "orders", "status": "RUNNING"})
PREDICTED = changed("LIST", sink_task={"task_name": "orders", "status": None, "task_id": None})
WARNS = {"warns": ("position",)}
RECREATED = changed("LIST SHOW DELETE LIST CREATE LIST SHOW", sink_task={"status": "RUNNING"}, **WARNS)


def creates(name: str, live: Expect = CREATED, **more: Any) -> Case:
    """A case that begins without a task and ends with one; after that nothing is left to do."""
    return present(name, live, **{"check": PREDICTED, "again": THE_SAME, "remaining": ["orders"], **more})


def is_the_same(name: str, **more: Any) -> Case:
    """A case that begins with the task as it is wanted."""
    return present(name, THE_SAME, **{"existing": [task()], "remaining": ["orders"], **more})


def differs(name: str, *parts: str, **more: Any) -> Case:
    """A case that begins with a task that is not as wanted, and leaves it alone."""
    live = fails("differs", *parts, "recreate", requests="LIST SHOW", sink_task={"task_id": ORDERS}, error=None)
    return present(name, live, **{"existing": [task()], "remaining": ["orders"], **more})


def recreates(name: str, live: Expect = RECREATED, **more: Any) -> Case:
    """A case that begins with a task that is not as wanted, and replaces it."""
    options = {"recreate": True, **more.pop("options", {})}
    said = {
        "existing": [task(obs_bucket_name="old")],
        "check": changed("LIST SHOW", sink_task={"task_id": None}, **WARNS),
        "again": THE_SAME,
        "remaining": ["orders"],
        **more,
    }
    return present(name, live, options=options, **said)


EVERY_FIELD = {
    "consumer_strategy": "earliest",
    "destination_file_type": "TEXT",
    "obs_path": "kafka/orders_2-b",
    "partition_format": "yyyy/MM/dd/HH",
    "record_delimiter": ";",
    "deliver_time_interval": 900,
}

CREATING = [
    creates("it is not there", full=True),
    creates("with every field", obs=EVERY_FIELD, as_module=True),
    creates(
        "by a regular expression for topics",
        obs={"topics": None, "topics_regex": "orders-[0-9]+"},
    ),
    creates(
        "by a regular expression that the service does not echo",
        obs={"topics": None, "topics_regex": "orders-[0-9]+"},
        settings={"echo_topics_regex": False},
    ),
    creates("with twenty topics", obs={"topics": [f"topic-{number}" for number in range(20)]}),
    creates("with a line end as delimiter", obs={"record_delimiter": "\n"}),
    creates("with a line end that was not understood by YAML", obs={"record_delimiter": "\\n"}),
    creates("the service answers with 201", settings={"create_status": 201}),
    creates(
        "by the id of the instance",
        changed("INSTANCE LIST CREATE LIST SHOW"),
        check=changed("INSTANCE LIST"),
        again=unchanged("INSTANCE LIST SHOW"),
        options={"connector_id": None, "instance_id": OWN_INSTANCE},
    ),
    creates("beside other tasks", existing=[task("other", OTHER)], remaining=["orders", "other"]),
]

SAME = [
    is_the_same("it is there"),
    is_the_same("topics in another order", obs={"topics": ["invoices", "orders"]}),
    is_the_same("the bucket's keys differ, which the service never tells", obs={"secret_key": "AnotherKey" * 3}),
    is_the_same(
        "no folders, which the service tells as nothing",
        existing=[task(partition_format="")],
        obs={"partition_format": "N/A"},
    ),
    is_the_same("fields that are not given are not compared", existing=[task(**EVERY_FIELD)]),
    is_the_same(
        "the service tells numbers as text",
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
    differs("a regular expression instead of topics", "topics_regex", obs={"topics": None, "topics_regex": "orders.+"}),
    differs(
        "the bucket differs",
        "obs_bucket_name is 'archive', wanted 'other'",
        obs={"obs_bucket_name": "other"},
        as_module=True,
    ),
    differs("the interval differs", "deliver_time_interval", "300", "60", obs={"deliver_time_interval": 60}),
    differs(
        "all differences are told",
        "obs_bucket_name",
        "deliver_time_interval",
        obs={"obs_bucket_name": "other", "deliver_time_interval": 60},
    ),
]

RECREATION = [
    recreates("it differs", as_module=True),
    recreates(
        "fields that are not given stay as they were",
        existing=[task(obs_bucket_name="old", obs_path="kept", deliver_time_interval=60)],
    ),
    recreates("it has failed", existing=[task(status="FAILED")]),
    recreates(
        "the old one goes away after a while",
        changed("LIST SHOW DELETE LIST LIST CREATE LIST SHOW", **WARNS),
        options={"wait": False},
        settings={"deletion_looks": 1},
    ),
    recreates(
        "the old one must stay",
        fails("DMS.00403003", requests="LIST SHOW DELETE", error={"method": "DELETE"}, **WARNS),
        check=changed("LIST SHOW", **WARNS),
        check_again=changed("LIST SHOW", **WARNS),
        again=None,
        faults=[Fault("DeleteSinkTask", status=403, code="DMS.00403003")],
    ),
    recreates(
        "the new one is refused",
        fails(
            "DMS.00400026",
            f"deleted the task (task id {ORDERS})",
            requests="LIST SHOW DELETE LIST CREATE",
            changed=True,
            error={"method": "POST"},
            **WARNS,
        ),
        check=changed("LIST SHOW", **WARNS),
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
        check=unchanged("LIST SHOW", sink_task={"status": "CREATING"}),
        again=THE_SAME,
        existing=[task(passing=["CREATING"] * 4)],
    ),
    creates(
        "it is not waited for",
        changed("LIST CREATE LIST SHOW", sink_task={"status": "CREATING"}),
        again=unchanged("LIST SHOW", sink_task={"status": "CREATING"}),
        settings={"creation_looks": 9},
        options={"wait": False},
    ),
    creates(
        "it never runs",
        fails(
            "waited",
            "CREATING",
            requests="LIST CREATE LIST( SHOW)+",
            changed=True,
            error=None,
            sink_task={"status": "CREATING"},
        ),
        again=fails("waited", requests="LIST SHOW( SHOW)+", error=None),
        check_again=unchanged("LIST SHOW"),
        settings={"creation_looks": 99},
        options={"wait_timeout": 1},
    ),
    creates(
        "it fails",
        fails("the status FAILED", requests="LIST CREATE LIST SHOW", changed=True, sink_task={"status": "FAILED"}),
        again=fails("the status FAILED", requests="LIST SHOW", sink_task={"status": "FAILED"}),
        settings={"created_status": "FAILED"},
    ),
    present(
        "an existing one has failed",
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
        faults=lambda sandbox: [Fault("ShowSinkTaskDetail", after=lambda world: _forget(world, sandbox))],
        remaining=[],
    ),
    creates(
        "the permission ends during the wait",
        fails(
            "DMS.00403003", "created the task", requests="LIST CREATE LIST SHOW", changed=True, error={"status": 403}
        ),
        faults={"live": [Fault("ShowSinkTaskDetail", status=403, code="DMS.00403003")]},
    ),
]


def _forget(world: World, sandbox: Sandbox) -> None:
    for item in world.tasks(sandbox.connector_id):
        sandbox.remove(item["task_id"])


def lost(name: str, fault: Fault, live: Expect, **more: Any) -> Case:
    """A case in which the POST goes wrong, in the live run alone."""
    return creates(name, live, **{"faults": {"live": [fault]}, **more})


# After a POST without a response, the list is read before another POST.
ADOPTED = changed("LIST CREATE LIST SHOW SHOW", sink_task={"status": "RUNNING"})
REPEATED = changed("LIST CREATE LIST CREATE LIST SHOW", sink_task={"status": "RUNNING"})
SENT_AGAIN = changed("LIST CREATE CREATE LIST SHOW")

LOST_RESPONSES = [
    lost("POST is lost before the work", Fault("CreateSinkTask", drop="before"), REPEATED),
    lost("POST is lost after the work", Fault("CreateSinkTask", drop="after"), ADOPTED, as_module=True),
    lost("POST responds after the timeout", Fault("CreateSinkTask", delay=2.0), ADOPTED, options={"timeout": 1}),
    lost("POST is 502 after the work", Fault("CreateSinkTask", status=502, after_work=True), ADOPTED),
    lost("POST is 500 without the work", Fault("CreateSinkTask", status=500), REPEATED),
    lost("POST returns HTML after the work", Fault("CreateSinkTask", body="<html>", after_work=True), ADOPTED),
    lost(
        "POST is lost before the work, without retries",
        Fault("CreateSinkTask", drop="before"),
        fails("no response to POST", "nothing was created", requests="LIST CREATE LIST", error=None),
        again=CREATED,
        check_again=PREDICTED,
        options={"max_retries": 0},
    ),
    lost(
        "POST is lost after the work, without retries",
        Fault("CreateSinkTask", drop="after"),
        ADOPTED,
        options={"max_retries": 0},
    ),
    lost(
        "POST is lost, and another task of that name appears",
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
        "POST is lost, and so is the list after it",
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
    lost("POST is throttled with 404", Fault("CreateSinkTask", code="DMS.10240407"), SENT_AGAIN),
]


def _change_bucket(world: World, sandbox: Sandbox) -> None:
    (item,) = world.tasks(sandbox.connector_id)
    changed_descriptor = {**item["obs_destination_descriptor"], "obs_bucket_name": "foreign"}
    world.set_task(sandbox.connector_id, item["task_id"], descriptor=changed_descriptor)


def refused(name: str, *parts: str, requests: str = "LIST CREATE", **more: Any) -> Case:
    """A case in which the POST is refused each time."""
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
        "the quota is used up without a sign of it in the list",
        "DMS.00404029",
        "quota",
        faults=[Fault("CreateSinkTask", code="DMS.00404029", times=None)],
        error={"status": 404, "code": "DMS.00404029"},
    ),
    present(
        "the quota is used up, and the list says so",
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
    """A case that fails before anything is changed."""
    return present(name, fails(*parts, requests=requests), **more)


FAILING = [
    fails_unchanged("no task has the id that is given", "no sink task with the id", NO_SUCH_ID, options={"task_id": NO_SUCH_ID}),
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
        "the description is not an object",
        "not a JSON object",
        requests="LIST SHOW",
        existing=[task()],
        faults=[Fault("ShowSinkTaskDetail", body="[]")],
    ),
    creates(
        "it goes away between the list and the description",
        changed("LIST SHOW CREATE LIST SHOW"),
        check=unchanged("LIST SHOW"),
        existing=[task()],
        faults={"live": lambda sandbox: [Fault("ShowSinkTaskDetail", before=lambda _unused: sandbox.remove())]},
    ),
]



def several(name: str, names: tuple[str, ...], live: Expect, **more: Any) -> Case:
    """A set of tasks, each with a topic of its own name."""
    tasks = [{"task_name": item, "obs_destination_descriptor": {**OBS, "topics": [item]}} for item in names]
    options = {"tasks": tasks, **more.pop("options", {})}
    return Case(name, options, live, module="huaweicloud_kafka_sink_tasks", **more)


def actions(result: dict[str, Any]) -> list[str]:
    return [item["action"] for item in result["tasks"]]


SETS = [
    several(
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
    several(
        "a creation of a set fails",
        ("orders", "new-task"),
        fails("1 of 2", "new-task", "DMS.00400876", changed=True, requests="LIST CREATE CREATE( LIST)+"),
        settings={"known_topics": ["orders"]},
        remaining=["orders"],
        live_only=True,
        as_module=True,
    ),
]

CASES = [*CREATING, *SAME, *DIFFERENT, *RECREATION, *WAITING, *LOST_RESPONSES, *REFUSED, *FAILING, *SETS]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
