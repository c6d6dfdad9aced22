# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The info modules for instances, sink tasks and all tasks, and the module for the quota."""

from __future__ import annotations

import uuid
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, Sandbox
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.operations import short
from acceptance.harness.playbook import BOTH_WAYS
from acceptance.harness.runner import Ways
from acceptance.harness.tasks import connection, variables
from simulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from acceptance.harness.playbook import Output
    from simulator import Simulator

FIRST, SECOND, THIRD = (f"aaaaaaaa-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))


def other_instance(sandbox: Sandbox, number: int = 0) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{sandbox.name} {number}"))


def fill(sandbox: Sandbox) -> None:
    """Create three sink tasks and further instances."""
    for name, task_id in (("orders", FIRST), ("bills", SECOND), ("orders", THIRD)):
        sandbox.add(name, task_id, topics=f"{name},more")
    instances = ({"name": "silent"}, {"name": "twin"}, {"name": "twin"}, {"name": "failed", "status": "CREATEFAILED"})
    for number, fields in enumerate(instances):
        sandbox.simulator.world.add_instance(
            **fields, instance_id=other_instance(sandbox, number), connector=False, project_id=sandbox.project_id
        )


def info(name: str, module: str, options: dict[str, Any], live: Expect, **more: Any) -> Case:
    return Case(name, options, live, module=f"huaweicloud_kafka_{module}_info", setup=fill, **more)


def instance_info(name: str, live: Expect, options: dict[str, Any] | None = None, **more: Any) -> Case:
    return info(name, "instance", {"connector_id": None, **(options or {})}, live, **more)


def task_info(name: str, live: Expect, options: dict[str, Any] | None = None, **more: Any) -> Case:
    return info(name, "sink_task", options or {}, live, **more)


def overview(name: str, live: Expect, options: dict[str, Any] | None = None, **more: Any) -> Case:
    own = {"connector_id": None, "ces_endpoint": attrgetter("simulator.endpoint"), **(options or {})}
    return info(name, "overview", own, live, **more)


def seen(result: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(task["instance_name"], task["task_name"], task["api"], task["lag"]) for task in result["tasks"]]


def unread(result: dict[str, Any]) -> list[str]:
    return [instance["instance_name"] for instance in result["instances"] if instance["unread"]]


def quota(name: str, wanted: int, live: Expect, **more: Any) -> Case:
    """A case of an instance with a quota of 9."""
    options = {"connector_id": None, "instance_name": "instance", "sink_max_tasks": wanted}
    settings = {"max_tasks": 9, "quota_tasks": 9}
    return Case(name, options, live, module="huaweicloud_kafka_sink_task_quota", settings=settings, **more)


def instances(result: dict[str, Any]) -> list[str]:
    return [instance["name"] for instance in result.get("instances", [])]


def tasks(result: dict[str, Any]) -> list[str]:
    return [task["task_name"] for task in result.get("sink_tasks", [])]


def partition(result: dict[str, Any]) -> Any:
    return result["sink_tasks"][0]["topics_info"][0]["partitions"][1]


def smart_connect(result: dict[str, Any]) -> list[Any]:
    return [result["instances"][0][name] for name in ("connector_enable", "connector_id")]


def found_instances(*names: str, requests: str = "INSTANCES") -> Expect:
    return unchanged(requests, returns={instances: list(names)})


def found_tasks(*names: str, requests: str) -> Expect:
    return unchanged(requests, returns={tasks: list(names)})


ALL = ("orders", "bills", "orders")
SEEN = [("instance", name, "both", 6) for name in ALL]
BY_NAME = {"connector_id": None, "instance_name": "instance"}

CASES = [
    instance_info("all instances", found_instances("instance", "silent", "twin", "twin", "failed"), as_module=True),
    instance_info("an instance by its name", found_instances("silent"), {"name": "silent"}),
    instance_info("a name that no instance has", found_instances(), {"name": "sil"}),
    instance_info("instances by a part of the name", found_instances("twin", "twin"), {"name_contains": "win"}),
    instance_info("instances by their status", found_instances("failed"), {"status": "createfailed"}),
    instance_info(
        "an instance by its id", found_instances("silent", requests="INSTANCE"), {"instance_id": other_instance}
    ),
    instance_info("an id that no instance has", found_instances(requests="INSTANCE"), {"instance_id": NO_SUCH_ID}),
    instance_info("an invalid instance_id", fails("DMS.00400030", requests="INSTANCE"), {"instance_id": "x"}),
    instance_info(
        "the connector of an instance without Smart Connect",
        unchanged("INSTANCES", returns={smart_connect: [False, None]}),
        {"name": "silent"},
    ),
    instance_info(
        "a refusal does not return an empty list",
        fails("dms:instance:list", requests="INSTANCES"),
        faults=[Fault("ListInstances", code="DMS.00403003")],
    ),
    task_info("all tasks of an instance", found_tasks(*ALL, requests="INSTANCES LIST SHOW SHOW SHOW"), BY_NAME),
    task_info("all tasks of a connector", found_tasks(*ALL, requests="LIST SHOW SHOW SHOW")),
    task_info("without details", found_tasks(*ALL, requests="LIST"), {"details": False}),
    task_info("tasks by name", found_tasks("orders", "orders", requests="LIST SHOW SHOW"), {"task_name": "orders"}),
    task_info("a task by id", found_tasks("bills", requests="LIST SHOW"), {"task_id": SECOND}),
    task_info("an id that no task has", found_tasks(requests="LIST"), {"task_id": NO_SUCH_ID}),
    task_info(
        "partitions and quotas as numbers",
        unchanged(
            "LIST SHOW",
            returns={
                partition: {
                    "partition_id": 1,
                    "status": "RUNNING",
                    "last_transfer_offset": 101,
                    "log_end_offset": 102,
                    "lag": 1,
                },
                "total_number": 3,
                "max_tasks": 9,
                "quota_tasks": 10,
            },
        ),
        {"task_id": SECOND, "topic_info": True},
        as_module=True,
    ),
    task_info(
        "a task that is deleted during the lookup",
        found_tasks("orders", "orders", requests="LIST SHOW SHOW SHOW"),
        faults=[Fault(path=f".*{SECOND}.*", code="DMS.00404026")],
    ),
    task_info("a connector that does not exist", fails("DMS.00404024", requests="LIST"), {"connector_id": NO_SUCH_ID}),
    task_info(
        "a name that no instance has, for tasks",
        fails("there is no Kafka instance named sample", requests="INSTANCES"),
        {"connector_id": None, "instance_name": "sample"},
    ),
    task_info(
        "an instance without Smart Connect",
        fails("Smart Connect is off", requests="INSTANCES"),
        {"connector_id": None, "instance_name": "silent"},
    ),
    task_info("connector_id and instance_id", fails("mutually exclusive", requests=""), {"instance_id": OWN_INSTANCE}),
    quota("the current quota", 9, unchanged("INSTANCES LIST", returns={"max_tasks": 9})),
    quota("a lower quota", 8, fails("can't be lowered to 8", requests="INSTANCES LIST", returns={"max_tasks": 9})),
    quota(
        "a higher quota",
        12,
        changed("INSTANCES LIST QUOTA LIST", returns={"max_tasks": 12}),
        again=unchanged("INSTANCES LIST"),
        full=True,
    ),
    quota(
        "a higher quota and a lost response",
        12,
        changed("INSTANCES LIST QUOTA QUOTA LIST", returns={"max_tasks": 12}),
        again=unchanged("INSTANCES LIST"),
        faults={"live": [Fault("UpdateSinkTaskQuota", drop="after")]},
    ),
    quota(
        "a higher quota of an instance that is too new",
        12,
        fails("September 2022", requests="INSTANCES LIST QUOTA LIST", returns={"max_tasks": 9}),
        check=changed("INSTANCES LIST", returns={"max_tasks": 12}),
        faults=[Fault("UpdateSinkTaskQuota", code="DMS.00400133")],
    ),
    overview(
        "the tasks of all instances",
        unchanged("INSTANCES TASKS LIST METRICS SHOW SHOW SHOW", returns={seen: SEEN, unread: [], "healthy": True}),
        as_module=True,
    ),
    overview(
        "the tasks of one instance, with a limit",
        unchanged(
            "INSTANCES TASKS LIST SHOW SHOW SHOW",
            returns={
                "healthy": False,
                "problems": [f"instance / {name}: lags by up to 2 messages" for name in ALL],
            },
        ),
        {"instance_name": "instance", "health": "none", "limits": {"max_lag": "1"}},
        as_module=True,
    ),
    overview(
        "an instance without tasks",
        unchanged(
            "INSTANCE",
            returns={
                "healthy": False,
                "problems": ["silent: there are no tasks. Set allow_no_tasks to true if this is expected"],
            },
        ),
        {"instance_id": other_instance},
    ),
    overview(
        "an API that can't be read",
        unchanged("INSTANCES TASKS LIST METRICS", returns={"healthy": False, unread: ["instance"]}),
        faults=[Fault("ListSinkTasks", code="DMS.00403003", times=None)],
    ),
    overview(
        "two instances of one name",
        fails("2 Kafka instances are named twin", requests="INSTANCES", error=None),
        {"instance_name": "twin"},
    ),
    quota(
        "a quota that is refused",
        12,
        fails("DMS.00403003", requests="INSTANCES LIST QUOTA", error={"status": 403, "method": "PUT"}),
        check=changed("INSTANCES LIST", returns={"max_tasks": 12}),
        faults=[Fault("UpdateSinkTaskQuota", status=403, code="DMS.00403003")],
    ),
]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)


def test_1000_instances_and_500_tasks_are_read_with_few_requests(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    """All are returned in order, with as few requests as possible and few connections."""
    names = [f"instance-{number:04}" for number in range(1, 1000)]
    for name in names:
        simulator.world.add_instance(name, connector=False)
    expected = [f"task-{number:03}" for number in range(500)]
    for name in expected:
        simulator.world.add_task(simulator.connector_id, name, topics="a")
    own = connection(simulator)
    connector = {"connector_id": own.pop("connector_id")}
    play = {
        "serial": 1,
        "module_defaults": {"group/huaweicloud.kafka.all": own},
        "tasks": [
            {"name": "read instances", "huaweicloud.kafka.huaweicloud_kafka_instance_info": {}},
            {"name": "read tasks", "huaweicloud.kafka.huaweicloud_kafka_sink_task_info": connector},
        ],
    }
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way in BOTH_WAYS:
        assert instances(output.result("read instances", way)) == ["kafka-sample", *names]
        assert tasks(output.result("read tasks", way)) == expected
    assert [short(entry.operation) for entry in simulator.journal] == (
        ["INSTANCES"] * 20 + ["LIST"] + ["SHOW"] * 500
    ) * 2
    # In each way, one for the instances and four for the details of the tasks.
    assert simulator.connections <= 10
