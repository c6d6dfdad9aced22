# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the playbooks for alerts and reports do with what they can't read, and the limits of the alert."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.collection import custom_stat, operations, shown
from simulator import Fault

if TYPE_CHECKING:
    from acceptance.harness.collection import Playbooks
    from simulator import Simulator

HOUR_AGO = int((time.time() - 3600) * 1000)
INSTANCE = {"dms_instance_name": "kafka-sample"}

# --- instances whose row of the list does not show the connector -----------------------------------------------------

SILENT = {"connector_enable": ..., "connector_id": ..., "connector_node_num": ...}
NULL = dict.fromkeys(SILENT)
ON = {"connector_enable": True, "connector_id": ...}
# Of each instance: whether Smart Connect is on, its row of the list, and the response for the instance alone, as changes to what
# the simulator returns ("..." removes the field) or the code of an error.
FLEET: dict[str, tuple[bool, dict[str, Any], dict[str, Any] | str]] = {
    "shown": (True, {}, {}),
    "silent": (True, SILENT, {}),
    "null": (True, NULL, {}),
    "no-id": (True, ON, {}),
    "null-id": (True, {"connector_id": None}, {}),
    "empty-id": (True, {"connector_id": ""}, {}),
    "not-told": (True, ON, {"connector_id": None}),
    "silent-twice": (True, SILENT, SILENT),
    "forbidden": (True, SILENT, "DMS.00403003"),
    "broken": (True, SILENT, "DMS.00500971"),
    "gone": (True, SILENT, "DMS.00404022"),
    "off": (False, {}, {}),
    "off-no-id": (False, {"connector_id": ...}, {}),
    "off-silent": (False, SILENT, {}),
    "off-silent-twice": (False, SILENT, SILENT),
    "off-null-twice": (False, NULL, NULL),
}
READABLE = ["shown", "silent", "null", "no-id", "null-id", "empty-id"]
BY_INSTANCE = [*READABLE, "not-told", "silent-twice"]
"""Smart Connect tasks are read by the id of the instance."""
UNREAD = ["not-told", "silent-twice", "forbidden", "broken"]


def changed(instance: dict[str, Any], changes: dict[str, Any] | str) -> dict[str, Any]:
    fields = {**instance, **changes} if isinstance(changes, dict) else instance
    return {name: value for name, value in fields.items() if value is not ...}


@pytest.fixture
def fleet(simulator: Simulator, run: Playbooks) -> Simulator:
    """The instances of FLEET, each that is on with a task; they were created an hour ago."""
    run.env["HW_MAX_RETRIES"] = "0"
    world = simulator.world
    world.remove_instance(simulator.instance_id)
    for name, (on, _row, alone) in FLEET.items():
        connector = f"connector-{name}"
        instance_id = world.add_instance(name, connector=connector if on else False)["instance_id"]
        if on:
            world.add_task(connector, f"task-{name}", topics="orders", task_id=f"id-{name}")
            world.set_task(connector, f"id-{name}", create_time=HOUR_AGO)
        if isinstance(alone, str):
            simulator.faults.add(Fault(operation="ShowInstance", path=instance_id, code=alone, times=None))

    def mutate_list(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "instances": [changed(row, FLEET[row["name"]][1]) for row in body["instances"]]}

    def mutate_instance(body: dict[str, Any]) -> dict[str, Any]:
        return changed(body, FLEET[body["name"]][2]) if "name" in body else body

    simulator.faults.add(Fault(operation="ListInstances", mutate=mutate_list, times=None))
    simulator.faults.add(Fault(operation="ShowInstance", mutate=mutate_instance, times=None))
    return simulator


READS = 13
"""How many instances are read: none that the list shows as off, or whose connector it shows."""


def test_tasks_of_silent_instances_are_read(fleet: Simulator, run: Playbooks) -> None:
    for name in BY_INSTANCE:
        fleet.world.set_health(f"connector-{name}", f"id-{name}", status=0)
    output = run("alert", dms_max_lag="10")
    assert output.returncode != 0
    rows = custom_stat(output, "dms_alert")
    assert [(row["instance_name"], row["api"]) for row in rows] == [
        (name, "both" if name in READABLE else "smart-connect") for name in BY_INSTANCE
    ]
    assert {row["instance_name"]: row["problems"] for row in rows} == {key: ["is abnormal"] for key in BY_INSTANCE}
    assert operations(fleet, "ShowInstance") == READS
    # Of those that are on, and of those that are silent twice.
    assert operations(fleet, "ListConnectorTasks") == len(BY_INSTANCE) + 2
    for name in UNREAD:
        assert f"{name}: its tasks could not be read. " in output.stdout
    for name in ("forbidden", "broken"):
        assert f"{name}: its tasks could not be read. Could not read instance " in output.stdout
    assert "on, but the service does not return connector_id" in output.stdout
    assert "403 DMS.00403003" in output.stdout
    assert '"off' not in output.stdout
    assert " off" not in output.stdout


def test_report_names_what_is_missing(fleet: Simulator, run: Playbooks) -> None:
    output = run("report")
    assert output.returncode != 0
    rows = [(row["instance_name"], row["api"]) for row in custom_stat(output, "dms_report")]
    assert rows == [(name, "both" if name in READABLE else "smart-connect") for name in BY_INSTANCE]
    assert (
        f"The report lacks tasks or values of {', '.join(UNREAD)}. not-told: its tasks could not be read."
        in output.stdout
    )


def test_instances_that_are_certainly_off_are_no_failure(simulator: Simulator, run: Playbooks) -> None:
    world = simulator.world
    world.remove_connector(simulator.connector_id)
    world.add_instance("silent", connector=False)
    simulator.settings.connector_off = "absent"
    output = run.chain(*((playbook, {"dms_max_lag": "1"}) for playbook in ("alert", "report")))
    assert output.returncode == 0
    assert "could not be read" not in output.stdout


# --- Smart Connect tasks: limits and metrics -------------------------------------------------------------------------

METRICS = ("task_status", "kafka_wait_synchronize_data", "kafka_synchronize_rate", "message_delay")
LAG, DELAY = METRICS[1], METRICS[3]
PEER = {"current_cluster_name": "A", "cluster_name": "B", "instance_id": "x", "direction": "two-way"}
LIMITS = {"dms_max_lag": 10, "dms_max_delay_ms": "1000"}


class Watched:
    """Adds Smart Connect tasks that are an hour old, with their newest data point."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.now = int(time.time() * 1000)

    def add(self, name: str, status: str = "RUNNING", age: int = 3600, measured: int = 30, **metrics: float) -> None:
        """Add a task of *age* seconds; without *metrics* it is normal and within the limits."""
        world, connector = self.simulator.world, self.simulator.connector_id
        source = {"source": PEER} if "_source_0" in "".join(metrics) else {}
        task_id = world.add_task(connector, name, topics="orders", status=status, api="connector", **source)
        world.set_task(connector, task_id, create_time=self.now - age * 1000)
        world.set_health(connector, task_id, status=None)
        points: dict[str, dict[str, float]] = {}
        for metric, value in metrics.items():
            half = metric[-len("_source_0") :] if "_source_" in metric else ""
            points.setdefault(half, {})[metric.removesuffix(half)] = value
        for half, values in points.items():
            world.add_point(self.simulator.instance_id, name + half, self.now - measured * 1000, **values)


def metrics(**changes: Any) -> dict[str, float]:
    """The metrics of a task that is normal, without lag and delay; None removes one."""
    normal = {"task_status": 1, LAG: 0, "kafka_synchronize_rate": 1, DELAY: 0}
    return {name: value for name, value in {**normal, **changes}.items() if value is not None}


def halves(first: dict[str, float], second: dict[str, float]) -> dict[str, float]:
    return {
        f"{name}_source_{number}": value for number, half in enumerate((first, second)) for name, value in half.items()
    }


# Status of the task, its age in seconds, its newest metrics, and the problem with the limits and with allowed pauses.
JUDGED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "fine": (metrics(), []),
    "at-the-limits": (metrics(**{LAG: 10, DELAY: 1000}), []),
    "beyond": (metrics(**{LAG: 11, DELAY: 1001}), ["lags by 11 messages", "is delayed by 1001 ms"]),
    "no-lag": (metrics(**{LAG: None}), ["has an unknown lag"]),
    "no-delay": (metrics(**{DELAY: None}), ["has an unknown delay"]),
    "negative": (metrics(**{LAG: -1}), ["has an unknown lag"]),
    "only-status": (metrics(**{LAG: None, DELAY: None}), ["has an unknown lag", "has an unknown delay"]),
    "abnormal": (metrics(task_status=0, **{LAG: None}), ["is abnormal", "has an unknown lag"]),
    "old": ({**metrics(), "measured": 400}, ["has been unknown for 5 minutes"]),
    "nothing": ({}, ["has been unknown for 5 minutes"]),
    "only-lag": ({LAG: 11}, ["has been unknown for 5 minutes", "lags by 11 messages"]),
    "young": ({"age": 120}, []),
    "young-and-late": ({"age": 120, LAG: 11}, ["lags by 11 messages"]),
    "young-without-lag": ({"age": 120, **metrics(**{LAG: None})}, ["has an unknown lag"]),
    "paused": ({"status": "PAUSED", **metrics(**{LAG: 11, DELAY: 1001})}, []),
    "paused-unknown": ({"status": "PAUSED"}, []),
    "waiting": ({"status": "WAITING", **metrics(**{LAG: 11})}, []),
    "failed": ({"status": "FAILED", **metrics(**{LAG: None})}, ["is FAILED"]),
    "two-way": (halves(metrics(), metrics()), []),
    "half-a-lag": (halves(metrics(), metrics(**{LAG: None})), ["has an unknown lag"]),
    "half-late": (halves(metrics(**{LAG: 11}), metrics(**{LAG: None})), ["lags by 11 messages"]),
}


def test_alert_judges_each_task(simulator: Simulator, run: Playbooks) -> None:
    simulator.settings.smart_connect_quota = 50
    watched = Watched(simulator)
    for name, (fields, _problem) in JUDGED.items():
        watched.add(name, **fields)
    output = run("alert", **LIMITS, dms_allow_paused="true")
    assert output.returncode != 0
    rows = {row["task_name"]: row for row in custom_stat(output, "dms_alert")}
    assert {name: row["problems"] for name, row in rows.items()} == {name: row[1] for name, row in JUDGED.items()}
    unknown = ["no-lag", "negative", "half-a-lag", "half-late", "paused", "waiting"]
    assert {name: rows[name]["lag"] for name in unknown} == dict.fromkeys(unknown)
    assert (rows["beyond"]["lag"], rows["beyond"]["delay_ms"], rows["two-way"]["lag"]) == (11, 1001, 0)
    # A restart does not help against an unknown lag.
    restarted = {name for name, row in rows.items() if f"task_id={row['task_id']} state=restarted" in output.stdout}
    assert restarted == {
        *("beyond", "abnormal", "old", "nothing", "only-lag", "young-and-late", "half-late"),
    }


@pytest.mark.parametrize("limit", [0, "0"])
def test_alert_takes_a_limit_of_0(simulator: Simulator, run: Playbooks, limit: Any) -> None:
    simulator.settings.shared_tasks = False
    watched = Watched(simulator)
    watched.add("one", **metrics(**{LAG: 1, DELAY: 1}))
    watched.add("none", **metrics())
    watched.add("unknown", **metrics(**{LAG: None}))
    output = run("alert", dms_max_lag=limit, dms_max_delay_ms=limit)
    assert {row["task_name"]: row["problems"] for row in custom_stat(output, "dms_alert")} == {
        "one": ["lags by 1 messages", "is delayed by 1 ms"],
        "none": [],
        "unknown": ["has an unknown lag"],
    }


def test_alert_without_limits_needs_only_the_state(simulator: Simulator, run: Playbooks) -> None:
    Watched(simulator).add("only-status", task_status=1)
    output = run("alert", dms_max_lag=" ", dms_max_delay_ms="")
    assert output.returncode == 0


def test_alert_shows_why_cloud_eye_could_not_be_read(simulator: Simulator, run: Playbooks) -> None:
    watched = Watched(simulator)
    for name, status in (("orders", "RUNNING"), ("idle", "PAUSED"), ("broken", "FAILED")):
        watched.add(name, status=status, **metrics())
    simulator.faults.add(Fault(operation="BatchListMetricData", status=403, code="ces.0010", times=None))
    output = run("alert", **LIMITS, dms_allow_paused="true")
    assert output.returncode != 0
    assert {row["task_name"]: row["problems"] for row in custom_stat(output, "dms_alert")} == {
        "orders": ["has an unknown health"],
        "idle": [],
        "broken": ["is FAILED"],
    }
    assert (
        "kafka-sample: The health of the tasks is unknown, because the metrics of Cloud Eye could not be"
        in output.stdout
    )
    assert "The user needs the IAM permission ces:metricData:list." in output.stdout
    assert "unknown for" not in output.stdout
    assert "state=restarted" not in output.stdout


# --- nothing to watch ------------------------------------------------------------------------------------------------


def test_named_instance_without_tasks_is_a_failure(simulator: Simulator, run: Playbooks) -> None:
    off = simulator.world.add_instance("off", connector=False)["instance_id"]
    limit = {"dms_max_lag": "10"}
    for name, where in (("kafka-sample", INSTANCE), ("off", {"dms_instance_id": off, "dms_allow_no_tasks": "no"})):
        output = run("alert", **limit, **where)
        assert output.returncode != 0
        assert f"{name}: there are no tasks. Set dms_allow_no_tasks to true if this is expected" in output.stdout
    allowed = {**limit, "dms_allow_no_tasks": True}
    output = run.chain(
        ("alert", limit), ("alert", {**allowed, **INSTANCE}), ("alert", {**allowed, "dms_instance_name": "off"})
    )
    assert output.returncode == 0
    assert shown(output.stdout, "Show the tasks")[-1] == "0 tasks, 0 of them need attention"


# --- sink tasks: lag -------------------------------------------------------------------------------------------------


def partitions(*lags: Any) -> list[dict[str, Any]]:
    rows = [{"partition_id": number, "status": "RUNNING"} for number in range(len(lags))]
    return [
        {
            "topic": "orders",
            "partitions": [{**row, **({"lag": lag} if lag is not ... else {})} for row, lag in zip(rows, lags)],
        }
    ]


# Status of the task, its topics_info, and the problem with a limit of 2 and with allowed pauses.
LAGS: dict[str, tuple[str, Any, list[str]]] = {
    "none": ("RUNNING", partitions("0", "0"), []),
    "limit": ("RUNNING", partitions("2", 2), []),
    "late": ("RUNNING", partitions("0", "3"), ["lags by up to 3 messages"]),
    "late-in-part": ("RUNNING", partitions(..., "3"), ["lags by up to 3 messages"]),
    "in-part": ("RUNNING", partitions("1", ...), ["has an unknown lag"]),
    "null": ("RUNNING", partitions("1", None), ["has an unknown lag"]),
    "nan": ("RUNNING", partitions("1", "NaN"), ["has an unknown lag"]),
    "negative": ("RUNNING", partitions("1", "-1"), ["has an unknown lag"]),
    "all-negative": ("RUNNING", partitions(-1), ["has an unknown lag"]),
    "no-partitions": ("RUNNING", partitions(), ["has an unknown lag"]),
    "no-topics": ("RUNNING", [], ["has an unknown lag"]),
    "paused": ("PAUSED", partitions("3"), []),
    "paused-unknown": ("PAUSED", [], []),
    "failed": ("FAILED", partitions("0"), ["is FAILED"]),
    "failed-and-late": ("FAILED", partitions("3"), ["is FAILED", "lags by up to 3 messages"]),
}


def test_alert_judges_the_lag_of_each_sink_task(simulator: Simulator, run: Playbooks) -> None:
    simulator.settings.update(max_tasks=30, quota_tasks=30, shared_tasks=False)
    for name, (status, info, _problems) in LAGS.items():
        simulator.world.add_task(
            simulator.connector_id, name, topics="orders", status=status, topics_info=info, api="sink"
        )
    output = run("alert", dms_max_lag="2", dms_allow_paused=True)
    assert output.returncode != 0
    rows = {row["task_name"]: row for row in custom_stat(output, "dms_alert")}
    assert {name: row["problems"] for name, row in rows.items()} == {name: row[2] for name, row in LAGS.items()}
    assert (rows["late"]["lag"], rows["negative"]["lag"], rows["paused"]["lag"]) == (3, None, None)
    assert (rows["limit"]["lag"], rows["limit"]["partition_lag"]) == (4, 2)
    assert {(row["health"], row["restart"]) for row in rows.values()} == {(None, False)}
    assert operations(simulator, "BatchListMetricData") == 0
    output = run("alert", dms_max_lag=0, dms_allow_paused=True)
    rows = {row["task_name"]: row for row in custom_stat(output, "dms_alert")}
    assert (rows["none"]["problems"], rows["limit"]["problems"]) == ([], ["lags by up to 2 messages"])


def test_report_has_no_negative_lag(simulator: Simulator, run: Playbooks) -> None:
    for name in ("negative", "limit"):
        simulator.world.add_task(simulator.connector_id, name, topics="orders", api="sink", topics_info=LAGS[name][1])
    simulator.settings.shared_tasks = False
    output = run("report")
    assert output.returncode == 0
    assert {row["task_name"]: row["lag"] for row in custom_stat(output, "dms_report")} == {"negative": None, "limit": 4}
