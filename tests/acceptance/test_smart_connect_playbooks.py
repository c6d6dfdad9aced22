# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks for Smart Connect tasks and for sets of tasks."""

from __future__ import annotations

import csv
import json
import re
import shlex
import time
from typing import TYPE_CHECKING

import pytest
from acceptance.harness.collection import OTHER_CONNECTOR, custom_stat, operations, shown
from acceptance.harness.playbook import ansible_playbook
from simulator import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.harness.collection import Playbooks
    from simulator import Simulator

INSTANCE = {"dms_instance_name": " kafka-sample "}
AN_HOUR_AGO = (time.time() - 3600) * 1000


@pytest.fixture
def tasks(simulator: Simulator) -> dict[str, str]:
    """The ids of four tasks, created an hour ago, by their names."""
    ids = {}
    for name, status in (("orders", "RUNNING"), ("bills", "RUNNING"), ("audit", "RUNNING"), ("idle", "PAUSED")):
        ids[name] = simulator.world.add_task(simulator.connector_id, name, topics=f"topic-of-{name}", status=status)
        simulator.world.set_task(simulator.connector_id, ids[name], create_time=int(AN_HOUR_AGO))
    return ids


# --- report and alert -----------------------------------------------------------------------------------------------


def test_report_covers_both_apis(simulator: Simulator, run: Playbooks, tasks: dict[str, str], tmp_path: Path) -> None:
    other = simulator.world.add_instance("other", connector=OTHER_CONNECTOR)["instance_id"]
    simulator.world.add_instance("silent", connector=False)
    simulator.settings.shared_tasks = False
    simulator.world.add_task(OTHER_CONNECTOR, "old", topics='say "x", y', api="sink")
    new = simulator.world.add_task(OTHER_CONNECTOR, "new", topics="bills", api="connector")
    simulator.world.set_health(OTHER_CONNECTOR, new, status=None)
    simulator.world.set_health(simulator.connector_id, tasks["orders"], waiting=12, delay=250)
    simulator.world.set_health(simulator.connector_id, tasks["bills"], status=0)
    output = run("report", dms_report_file="report.csv", dms_health="true")
    assert output.returncode == 0
    _header, *rows, footer = shown(output.stdout, "Show the tasks")
    assert [row.split()[:7] for row in rows[:2]] == [
        ["kafka-sample", "orders", "both", "RUNNING", "normal", "12", "250"],
        # The API of sink tasks returns a larger lag than Cloud Eye.
        ["kafka-sample", "bills", "both", "RUNNING", "abnormal", "3", "100"],
    ]
    assert [row.split()[:7] for row in rows[-2:]] == [
        ["other", "new", "smart-connect", "RUNNING", "unknown", "-", "-"],
        ["other", "old", "sink-task", "RUNNING", "-", "6", "-"],
    ]
    # A new task may have no health yet.
    assert footer == "6 tasks, 2 of them need attention"
    with open(tmp_path / "report.csv", newline="", encoding="utf-8") as file:
        assert [row["task_name"] for row in csv.DictReader(file)] == [*tasks, "new", "old"]

    # A region without the older API is not an error; an instance that can't be read is one.
    simulator.settings.sink_tasks_gone = "APIG.0101"
    simulator.faults.add(Fault(operation="ListConnectorTasks", path=other, code="DMS.00403003"))
    output = run("report", dms_report_file="report.json", dms_health="none")
    assert output.returncode != 0
    assert "The report lacks tasks or values of other." in output.stdout
    rows = json.loads((tmp_path / "report.json").read_text())
    assert [(row["task_name"], row["api"], row["health"]) for row in rows] == [
        (name, "smart-connect", None) for name in tasks
    ]
    assert {entry.method for entry in simulator.journal if entry.method != "POST"} == {"GET"}


def test_alert_shows_each_problem_and_the_command_for_a_restart(
    simulator: Simulator, run: Playbooks, tasks: dict[str, str]
) -> None:
    world, connector = simulator.world, simulator.connector_id
    world.set_health(connector, tasks["orders"], status=0)
    world.set_health(connector, tasks["bills"], waiting=11, delay=1001)
    world.set_health(connector, tasks["audit"], status=None)
    young = world.add_task(connector, "young", topics="young")
    world.set_health(connector, young, status=None)
    output = run("alert", **INSTANCE, dms_max_lag="10", dms_max_delay_ms=1000)
    assert output.returncode != 0
    problems = {row["task_name"]: row["problems"] for row in custom_stat(output, "dms_alert")}
    assert problems == {
        "orders": ["is abnormal"],
        "bills": ["lags by 11 messages", "is delayed by 1001 ms"],
        "audit": ["has been unknown for 5 minutes"],
        "idle": ["is PAUSED"],
        "young": [],
    }
    assert shown(output.stdout, "Show the tasks")[-1] == "5 tasks, 4 of them need attention"
    assert output.stdout.index("Show the tasks") < output.stdout.index("Fail when anything needs attention")
    # Values equal to the limits and paused tasks are allowed.
    world.set_health(connector, tasks["orders"])
    world.set_health(connector, tasks["audit"])
    allowed = run("alert", **INSTANCE, dms_max_lag="11", dms_max_delay_ms=1001, dms_allow_paused=True)
    assert allowed.returncode == 0
    # The printed command works.
    command = re.findall(rf"ansible localhost [^\"]*{tasks['orders']}[^\"]*", output.stdout)[0]
    _ansible, *arguments = shlex.split(command.replace("\\'", "'"))
    done = run.command(ansible_playbook().removesuffix("-playbook"), *arguments)
    assert done.returncode == 0
    assert operations(simulator, "RestartConnectorTask") + operations(simulator, "RestartSmartConnectorTask") == 1


def test_alert_accepts_older_points_if_the_health_may_be_unknown_for_longer(
    simulator: Simulator, run: Playbooks, tasks: dict[str, str]
) -> None:
    world, now = simulator.world, int(time.time() * 1000)
    for name, minutes in (("orders", 8), ("bills", 6)):
        world.set_health(simulator.connector_id, tasks[name], status=None)
        world.add_point(simulator.instance_id, name, now - minutes * 60_000, task_status=1)
    fine: dict[str, list[str]] = {"audit": [], "idle": []}
    both_unknown = {key: ["has been unknown for 5 minutes"] for key in ("orders", "bills")}
    for given, expected in (
        ("7", {"orders": ["has been unknown for 7 minutes"], "bills": [], **fine}),
        ("", {**both_unknown, **fine}),
    ):
        output = run("alert", **INSTANCE, dms_allow_paused=True, dms_max_unknown_minutes=given)
        assert output.returncode != 0
        assert {row["task_name"]: row["problems"] for row in custom_stat(output, "dms_alert")} == expected
    output = run("alert", **INSTANCE, dms_allow_paused=True, dms_max_unknown_minutes=9)
    assert output.returncode == 0


def test_alert_refuses_invalid_limits(simulator: Simulator, run: Playbooks) -> None:
    refused = {
        "too short": ({"dms_max_unknown_minutes": 4}, "max_unknown_minutes must be from 5 to 240, not 4"),
        "too long": ({"dms_max_unknown_minutes": "241"}, "max_unknown_minutes must be from 5 to 240, not 241"),
        "not a number": ({"dms_max_lag": "ten"}, "dms_max_lag, dms_max_delay_ms and dms_max_unknown_minutes must be"),
        "a part": ({"dms_max_delay_ms": 1.5}, "dms_max_lag, dms_max_delay_ms and dms_max_unknown_minutes must be"),
        "negative": ({"dms_max_lag": -1}, "dms_max_lag, dms_max_delay_ms and dms_max_unknown_minutes must be"),
        "without metrics": ({"dms_max_delay_ms": 1, "dms_health": "none"}, "max_delay_ms needs the metrics"),
        "not a boolean": ({"dms_allow_paused": "maybe"}, "maybe"),
        "two instances": ({"dms_instance_name": "one", "dms_instance_id": "1"}, "mutually exclusive"),
        "unknown": ({"dms_instance_name": "one"}, "there is no Kafka instance named one"),
    }
    messages = run.refusals("alert", **{name: variables for name, (variables, _expected) in refused.items()})
    assert {name: expected for name, (_variables, expected) in refused.items() if expected not in messages[name]} == {}


def test_alert_of_the_older_api_alone(simulator: Simulator, run: Playbooks, tasks: dict[str, str]) -> None:
    """In a region without the newer API, and then without Cloud Eye."""
    simulator.settings.missing_operations = ["ListConnectorTasks", "BatchListMetricData"]
    partition = {"partition_id": 0, "status": "RUNNING", "last_transfer_offset": "1", "log_end_offset": "2"}
    for name, partitions in (("partial", [{**partition, "lag": "1"}, partition]), ("silent", []), ("none", None)):
        info = [] if partitions is None else [{"topic": "orders", "partitions": partitions}]
        simulator.world.add_task(simulator.connector_id, name, topics="orders", topics_info=info)
    output = run("alert", dms_max_lag=2)
    assert output.returncode != 0
    problems = {row["task_name"]: row["problems"] for row in custom_stat(output, "dms_alert")}
    unknown = {key: ["has an unknown lag"] for key in ("partial", "silent", "none")}
    assert problems == {"orders": [], "bills": [], "audit": [], "idle": ["is PAUSED"], **unknown}
    assert "kafka-sample / silent: has an unknown lag" in output.stdout
    for name in unknown:
        [task] = [item for item in simulator.world.tasks(simulator.connector_id) if item["task_name"] == name]
        simulator.world.remove_task(simulator.connector_id, task["task_id"])
    allowed = {**INSTANCE, "dms_allow_paused": "true", "dms_health": "none"}
    output = run("alert", **allowed, dms_max_lag="1")
    assert output.returncode != 0
    assert "kafka-sample / orders: lags by up to 2 messages" in output.stdout
    output = run("alert", **allowed, dms_max_lag="2")
    assert output.returncode == 0
    assert {entry.method for entry in simulator.journal} == {"GET"}
