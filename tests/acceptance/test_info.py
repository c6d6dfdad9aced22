# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that read, and the one that raises the quota: in both ways of running, with the same results."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.playbook import WAYS, in_way, run_playbook
from simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

NOBODY = "aaaaaaaa-0000-4000-8000-00000000000f"
FIRST, SECOND, THIRD = (f"aaaaaaaa-0000-4000-8000-00000000000{number}" for number in (1, 2, 3))
SILENT_INSTANCE = "bbbbbbbb-0000-4000-8000-000000000001"
TWINS = [f"bbbbbbbb-0000-4000-8000-00000000000{number}" for number in (2, 3)]

SHORT = {
    "ListInstances": "INSTANCES",
    "ShowInstance": "INSTANCE",
    "ListSinkTasks": "LIST",
    "ShowSinkTaskDetail": "SHOW",
    "UpdateSinkTaskQuota": "QUOTA",
}


@dataclass(frozen=True)
class Row:
    """A task of the playbook, and what must come of it."""

    name: str
    module: str
    options: Mapping[str, Any]
    requests: str
    returns: Callable[[dict[str, Any]], Any] = lambda result: None
    """What of the result is looked at."""
    wanted: Any = None
    changed: bool = False
    fails: str = ""
    check_mode: bool = False
    faults: tuple[Fault, ...] = field(default=())


def read(name: str, requests: str, wanted: Any = None, **more: Any) -> Row:
    options = more.pop("options", {})
    return Row(
        name,
        "sink_task_info",
        {"instance_name": "kafka-sample", **options},
        requests,
        more.pop("returns", lambda result: [task["task_name"] for task in result.get("sink_tasks", [])]),
        wanted,
        **more,
    )


def find(name: str, requests: str, wanted: Any = None, **more: Any) -> Row:
    return Row(
        name,
        "instance_info",
        more.pop("options", {}),
        requests,
        more.pop("returns", lambda result: [instance["name"] for instance in result.get("instances", [])]),
        wanted,
        **more,
    )


def quota(name: str, wanted: int, requests: str, now: Any = None, **more: Any) -> Row:
    return Row(
        name,
        "sink_task_quota",
        {"instance_name": "kafka-sample", "sink_max_tasks": wanted},
        requests,
        lambda result: result.get("max_tasks"),
        now,
        **more,
    )


def kinds(result: dict[str, Any]) -> dict[str, str]:
    """The types of the fields of the one instance found."""
    return {name: type(value).__name__ for name, value in result["instances"][0].items()}


ALL = ["kafka-sample", "silent", "twin", "twin", "failed"]
CONNECTOR = {"instance_name": None, "connector_id": "22222222-2222-4222-8222-222222222222"}

ROWS = [
    find("all instances", "INSTANCES", ALL),
    find("an instance by its name", "INSTANCES", ["silent"], options={"name": "silent"}),
    find("no instance by its name", "INSTANCES", [], options={"name": "sample"}),
    find("instances by a part of the name", "INSTANCES", ["twin", "twin"], options={"name_contains": "win"}),
    find("instances by their status", "INSTANCES", ["failed"], options={"status": "createfailed"}),
    find("an instance by its id", "INSTANCE", ["silent"], options={"instance_id": SILENT_INSTANCE}),
    find("an instance by an id that nobody has", "INSTANCE", [], options={"instance_id": NOBODY}),
    find("an instance by what is no id", "INSTANCE", [], options={"instance_id": "x"}, fails="DMS.00400030"),
    find(
        "the types of an instance with Smart Connect",
        "INSTANCES",
        {
            "connector_enable": "bool",
            "connector_id": "str",
            "connector_node_num": "int",
            "created_at": "int",
            "partition_num": "int",
        },
        options={"name": "kafka-sample"},
        returns=lambda result: {
            name: kinds(result)[name]
            for name in ("connector_enable", "connector_id", "connector_node_num", "created_at", "partition_num")
        },
    ),
    find(
        "the connector of an instance without Smart Connect",
        "INSTANCES",
        (False, None),
        options={"name": "silent"},
        returns=lambda result: (result["instances"][0]["connector_enable"], result["instances"][0]["connector_id"]),
    ),
    find("a refusal is no empty list", "INSTANCES", [], fails="dms:instance:list", faults=(Fault("ListInstances", code="DMS.00403003"),)),
    read("all tasks", "INSTANCES LIST SHOW SHOW SHOW", ["orders", "bills", "orders"]),
    read("all tasks of a connector", "LIST SHOW SHOW SHOW", ["orders", "bills", "orders"], options=CONNECTOR),
    read("the list alone", "LIST", ["orders", "bills", "orders"], options={**CONNECTOR, "details": False}),
    read("the list alone, in check mode", "LIST", ["orders", "bills", "orders"], options={**CONNECTOR, "details": False}, check_mode=True),
    read("tasks by name", "LIST SHOW SHOW", ["orders", "orders"], options={**CONNECTOR, "task_name": "orders"}),
    read("a task by id", "LIST SHOW", ["bills"], options={**CONNECTOR, "task_id": SECOND}),
    read("no task by id", "LIST", [], options={**CONNECTOR, "task_id": NOBODY}),
    read(
        "partitions with numbers",
        "LIST SHOW",
        {"partition_id": 1, "status": "RUNNING", "last_transfer_offset": 101, "log_end_offset": 102, "lag": 1},
        options={**CONNECTOR, "task_id": SECOND, "topic_info": True},
        returns=lambda result: result["sink_tasks"][0]["topics_info"][0]["partitions"][1],
    ),
    read(
        "the quotas beside the tasks",
        "LIST",
        (3, 9, 10),
        options={**CONNECTOR, "task_id": NOBODY},
        returns=lambda result: (result["total_number"], result["max_tasks"], result["quota_tasks"]),
    ),
    read("a task that vanishes", "LIST SHOW SHOW SHOW", ["orders", "orders"], options=CONNECTOR, faults=(Fault(path=f".*{SECOND}.*", code="DMS.00404026"),)),
    read("a connector that is missing", "LIST", [], options={**CONNECTOR, "connector_id": NOBODY}, fails="DMS.00404024"),
    read("an instance id that nobody has", "INSTANCE", [], options={"instance_name": None, "instance_id": NOBODY}, fails="DMS.00404022"),
    read("an instance name that nobody has", "INSTANCES", [], options={"instance_name": "sample"}, fails="there is no Kafka instance named sample"),
    read("an instance name that two have", "INSTANCES", [], options={"instance_name": "twin"}, fails=", ".join(TWINS)),
    read("an instance without Smart Connect", "INSTANCES", [], options={"instance_name": "silent"}, fails="Smart Connect is off"),
    read("two names of a connector", "", [], options={"connector_id": NOBODY}, fails="mutually exclusive"),
    Row("absent, of an instance that nobody has", "sink_task", {"instance_name": "sample", "task_name": "orders", "state": "absent"}, "INSTANCES"),
    Row(
        "absent, of an instance by its name",
        "sink_task",
        {"instance_name": "kafka-sample", "task_name": "x", "state": "absent"},
        "INSTANCES LIST",
    ),
    quota("a lower quota", 8, "INSTANCES LIST", 9, fails="can't be lowered to 8"),
    quota("the quota as it is", 9, "INSTANCES LIST", 9),
    quota("a higher quota, in check mode", 12, "INSTANCES LIST", 12, changed=True, check_mode=True),
    quota("a higher quota", 12, "INSTANCES LIST QUOTA LIST", 12, changed=True),
    quota("a higher quota, again", 12, "INSTANCES LIST", 12),
    quota(
        "a higher quota and a lost answer",
        13,
        "INSTANCES LIST QUOTA QUOTA LIST",
        13,
        changed=True,
        faults=(Fault("UpdateSinkTaskQuota", drop="after"),),
    ),
    quota(
        "a higher quota on an instance of today",
        14,
        "INSTANCES LIST QUOTA LIST",
        13,
        fails="September 2022",
        faults=(Fault("UpdateSinkTaskQuota", code="DMS.00400133"),),
    ),
]  # fmt: skip


@dataclass
class Played:
    """What came of the playbook, by the name of the row."""

    text: str
    """All that it printed."""
    results: dict[str, dict[str, Any]]
    failed: list[str]
    requests: dict[str, str]
    connections: dict[str, int]


def fill(simulator: Simulator) -> None:
    world = simulator.world
    for name, task_id in (("orders", FIRST), ("bills", SECOND), ("orders", THIRD)):
        world.add_task(simulator.connector_id, name, task_id=task_id, topics=f"{name},more")
    world.add_instance("silent", instance_id=SILENT_INSTANCE, connector=False)
    for instance_id in TWINS:
        world.add_instance("twin", instance_id=instance_id)
    world.add_instance("failed", status="CREATEFAILED", connector=False)


def play(folder: Path, way: str) -> Played:
    with Simulator() as simulator:
        fill(simulator)
        options = {
            "endpoint": simulator.endpoint,
            "project_id": simulator.project_id,
            "access_key": simulator.access_key,
            "secret_key": "{{ secret_key }}",
        }
        tasks = [
            {
                "name": row.name,
                f"huaweicloud.kafka.huaweicloud_kafka_{row.module}": {
                    name: value for name, value in row.options.items() if value is not None
                },
                "check_mode": row.check_mode,
                "ignore_errors": True,
                "diff": True,
            }
            for row in ROWS
        ]
        marks: list[tuple[int, int]] = []

        def begin(task: str) -> None:
            marks.append((len(simulator.journal), simulator.connections))
            simulator.faults.clear()
            for fault in next((row.faults for row in ROWS if row.name == task), ()):
                simulator.faults.add(fault)

        play = {"tasks": [*tasks, {"name": "end", "ansible.builtin.debug": {}}]}
        play["module_defaults"] = {"group/huaweicloud.kafka.all": options}
        variables = {**in_way(way), "secret_key": simulator.secret_key}
        output = run_playbook(folder, [play], "-vvv", variables=variables, on_start=begin).expect_success()
        marks.append((len(simulator.journal), simulator.connections))
        entries = list(simulator.journal)
        return Played(
            output.text,
            {row.name: output.result(row.name) for row in ROWS},
            [event.task for event in output.events if event.kind == "failed"],
            {
                row.name: " ".join(SHORT.get(entry.operation or "", "UNKNOWN") for entry in entries[begin:end])
                for row, (begin, _unused), (end, _unused) in zip(ROWS, marks, marks[1:])
            },
            {row.name: after - before for row, (_unused, before), (_unused, after) in zip(ROWS, marks, marks[1:])},
        )


@pytest.fixture(scope="module")
def ways(shared_folder: Path) -> dict[str, Played]:
    """Both ways of running, each played by whichever process of pytest-xdist comes first."""
    found = {}
    # Two processes begin with different ways, so that neither waits long for the other.
    even = os.environ.get("PYTEST_XDIST_WORKER", "gw0")[-1] in "02468"
    for way in WAYS if even else reversed(WAYS):
        folder = shared_folder / f"info {way}"
        folder.mkdir(exist_ok=True)
        kept = folder / "played.json"
        with open(folder / "lock", "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                kept.write_text(json.dumps(dataclasses.asdict(play(folder, way))))
        found[way] = Played(**json.loads(kept.read_text()))
    return found


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_as_said(ways: dict[str, Played], row: Row, way: str) -> None:
    played = ways[way]
    result = played.results[row.name]
    assert (row.name in played.failed) is bool(row.fails), result
    if row.fails:
        assert row.fails in result["msg"]
        assert "Traceback" not in result["msg"]
    assert result["changed"] is row.changed
    if row.wanted is not None:
        assert row.returns(result) == row.wanted
    assert played.requests[row.name] == row.requests
    if row.changed:
        assert result["diff"]["before"] != result["diff"]["after"]


def comparable(value: Any) -> Any:
    """*value* without what differs between two runs, whatever they are."""
    if isinstance(value, dict):
        return {
            name: comparable(item)
            for name, item in value.items()
            if name not in ("invocation", "create_time", "request_id", "exception") and not name.startswith("_ansible")
        }
    if isinstance(value, list):
        return [comparable(item) for item in value]
    return re.sub(r"request id \w+", "", value) if isinstance(value, str) else value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_alike_in_both_ways(ways: dict[str, Played], row: Row) -> None:
    one, other = (comparable(ways[way].results[row.name]) for way in WAYS)
    assert one == other


def test_no_secret_is_shown(ways: dict[str, Played]) -> None:
    for played in ways.values():
        assert "SampleSecretKey" not in played.text
        assert "SampleObsSecretKey" not in played.text


def test_a_missing_instance_is_warned_of(ways: dict[str, Played]) -> None:
    for played in ways.values():
        warnings = played.results["absent, of an instance that nobody has"]["warnings"]
        assert "There is no Kafka instance named sample." in warnings[0]


def test_details_take_few_connections(ways: dict[str, Played]) -> None:
    for played in ways.values():
        assert played.connections["all tasks"] <= 4


@pytest.mark.parametrize("way", WAYS)
def test_a_thousand_instances_and_five_hundred_tasks(simulator: Simulator, tmp_path: Path, way: str) -> None:
    """Complete, in order, and with the least number of requests."""
    names = [f"instance-{number:04}" for number in range(1, 1000)]
    for name in names:
        simulator.world.add_instance(name, connector=False)
    tasks = [f"task-{number:03}" for number in range(500)]
    for task in tasks:
        simulator.world.add_task(simulator.connector_id, task, topics="a")
    play = {
        "module_defaults": {
            "group/huaweicloud.kafka.all": {
                "endpoint": simulator.endpoint,
                "project_id": simulator.project_id,
                "access_key": simulator.access_key,
                "secret_key": simulator.secret_key,
            }
        },
        "tasks": [
            {
                "name": "read instances",
                "huaweicloud.kafka.huaweicloud_kafka_instance_info": {},
                "register": "found",
                "no_log": True,
            },
            {
                "name": "read tasks",
                "huaweicloud.kafka.huaweicloud_kafka_sink_task_info": {"connector_id": simulator.connector_id},
                "register": "read",
                "no_log": True,
            },
            {
                "name": "show",
                "ansible.builtin.debug": {
                    "msg": [
                        "{{ found.instances | map(attribute='name') | list }}",
                        "{{ read.sink_tasks | map(attribute='task_name') | list }}",
                    ]
                },
            },
        ],
    }
    output = run_playbook(tmp_path, [play], variables=in_way(way)).expect_success()
    assert output.result("show")["msg"] == [["kafka-sample", *names], tasks]
    operations = [SHORT[entry.operation or ""] for entry in simulator.journal]
    assert operations == ["INSTANCES"] * 20 + ["LIST"] + ["SHOW"] * 500
    assert simulator.connections <= 5
