# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that reports the sink tasks of all instances of a project."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

from acceptance.harness.collection import OTHER_CONNECTOR, custom_stat, fill, operations, shown
from simulator import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.harness.collection import Playbooks
    from simulator import Simulator


def test_report_prints_a_table_and_writes_files(simulator: Simulator, run: Playbooks, tmp_path: Path) -> None:
    fill(simulator)
    partition = {"partition_id": 0, "status": "RUNNING", "last_transfer_offset": "1", "log_end_offset": "2"}
    partial = [{"topic": "orders", "partitions": [{**partition, "lag": "1"}, partition]}]
    simulator.world.add_task(OTHER_CONNECTOR, "partial", topics="orders", topics_info=partial)
    empty = simulator.world.add_project("empty")
    steps: list[dict[str, Any]] = [
        # A survey of AWX sets unset variables to an empty string.
        {"dms_report_file": "", "dms_region": ""},
        *({"dms_report_file": f" report.{kind} "} for kind in ("csv", "json")),
        {"dms_report_file": str(tmp_path / "empty.json"), "dms_project_id": empty},
        {"dms_report_file": "report.xml"},
    ]
    output = run.chain(*(("sink_task_report", variables) for variables in steps))
    assert output.returncode != 0
    assert "The name of dms_report_file must end with .csv or .json." in output.stdout
    header, *lines, footer = shown(output.stdout, "Show the sink tasks")
    assert header.split() == ["INSTANCE", "TASK", "STATUS", "LAG", "TASK", "ID", "TOPICS"]
    assert [(*line.split()[:4], line.partition(line.split()[4])[2].strip()) for line in lines] == [
        ("kafka-sample", "test-0", "RUNNING", "6", "orders,bills"),
        ("kafka-sample", "test-1", "RUNNING", "6", "orders,bills"),
        ("kafka-sample", "production", "PAUSED", "3", "orders"),
        ("other", "test-other", "RUNNING", "unknown", 'say "x", y'),
        ("other", "partial", "RUNNING", "unknown", "orders"),
    ]
    places = [re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", line) for line in lines]
    assert {place and place.start() for place in places} == {header.index("TASK ID")}
    assert footer == "5 sink tasks, 1 of them not RUNNING"
    assert operations(simulator, "ListSinkTasks") == 2 * 3
    assert simulator.secret_key not in output.stdout

    with open(tmp_path / "report.csv", newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    rows: list[dict[str, Any]] = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [row["task_name"] for row in rows] == ["test-0", "test-1", "production", "test-other", "partial"]
    assert [row["lag"] for row in rows] == [6, 6, 3, None, None]
    assert (rows[0]["partitions"], rows[3]["instance_name"], rows[3]["topics"]) == (6, "other", 'say "x", y')
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows] == table

    assert shown(output.stdout, "Show the sink tasks", 3)[-1] == "0 sink tasks, 0 of them not RUNNING"
    assert json.loads((tmp_path / "empty.json").read_text()) == [] == custom_stat(output, "dms_report")


def test_incomplete_report_is_shown_and_fails(simulator: Simulator, run: Playbooks) -> None:
    fill(simulator)
    simulator.faults.add(Fault(path=f".*{simulator.connector_id}.*", code="DMS.00403003", times=None))
    output = run("sink_task_report")
    assert output.returncode != 0
    assert "test-other" in "\n".join(shown(output.stdout, "Show the sink tasks"))
    assert "The report lacks the sink tasks of kafka-sample." in output.stdout
    assert "dms:instance:listConnectorSinkTask" in output.stdout
