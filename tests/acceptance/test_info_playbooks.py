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


TITLES = ["INSTANCE", "TASK", "API", "STATUS", "HEALTH", "LAG", "DELAY MS", "TASK ID", "PROBLEMS", "TOPICS"]


def in_csv(row: dict[str, Any]) -> dict[str, str]:
    """A row of the report as its file of the type CSV has it; whether a restart can help is not in it."""
    texts = {**row, "problems": ", ".join(row["problems"])}
    return {name: "" if value is None else str(value) for name, value in texts.items() if name != "restart"}


def test_report_prints_a_table_and_writes_files(simulator: Simulator, run: Playbooks, tmp_path: Path) -> None:
    fill(simulator)
    partition = {"partition_id": 0, "status": "RUNNING", "last_transfer_offset": "1", "log_end_offset": "2"}
    partial = [{"topic": "orders", "partitions": [{**partition, "lag": "1"}, partition]}]
    simulator.world.add_task(OTHER_CONNECTOR, "partial", topics="orders", topics_info=partial)
    empty = simulator.world.add_project("empty")
    steps: list[dict[str, Any]] = [
        # A survey of AWX sets unset variables to an empty string.
        {"dms_report_file": "", "dms_region": "", "dms_health": " ", "dms_instance_name": ""},
        *({"dms_report_file": f" report.{kind} "} for kind in ("csv", "json")),
        {"dms_report_file": str(tmp_path / "empty.json"), "dms_project_id": empty},
        {"dms_report_file": "report.xml"},
    ]
    output = run.chain(*(("report", variables) for variables in steps))
    assert output.returncode != 0
    assert "The name of dms_report_file must end with .csv or .json." in output.stdout
    header, *lines, footer = shown(output.stdout, "Show the tasks")
    assert re.split(r"  +", header) == TITLES
    assert [re.split(r"  +", line)[:6] for line in lines] == [
        ["kafka-sample", "test-0", "both", "RUNNING", "unknown", "6"],
        ["kafka-sample", "test-1", "both", "RUNNING", "unknown", "6"],
        ["kafka-sample", "production", "both", "PAUSED", "unknown", "3"],
        ["other", "test-other", "both", "RUNNING", "unknown", "-"],
        ["other", "partial", "both", "RUNNING", "unknown", "-"],
    ]
    assert lines[0].endswith("  orders,bills")
    assert lines[3].endswith('  say "x", y')
    places = [re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", line) for line in lines]
    assert {place and place.start() for place in places} == {header.index("TASK ID")}
    assert footer == "5 tasks, 1 of them need attention"
    assert operations(simulator, "ListSinkTasks") == operations(simulator, "ListConnectorTasks") == 2 * 3
    assert simulator.secret_key not in output.stdout

    with open(tmp_path / "report.csv", newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    rows: list[dict[str, Any]] = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [row["task_name"] for row in rows] == ["test-0", "test-1", "production", "test-other", "partial"]
    assert [row["lag"] for row in rows] == [6, 6, 3, None, None]
    assert (rows[0]["partitions"], rows[3]["instance_name"], rows[3]["topics"]) == (6, "other", 'say "x", y')
    assert rows[2]["problems"] == ["is PAUSED"]
    assert [in_csv(row) for row in rows] == table

    assert shown(output.stdout, "Show the tasks", 3)[-1] == "0 tasks, 0 of them need attention"
    assert json.loads((tmp_path / "empty.json").read_text()) == [] == custom_stat(output, "dms_report")


def test_incomplete_report_is_shown_and_fails(simulator: Simulator, run: Playbooks) -> None:
    fill(simulator)
    simulator.faults.add(Fault(path=f".*{simulator.connector_id}.*", code="DMS.00403003", times=None))
    output = run("report")
    assert output.returncode != 0
    assert "test-other" in "\n".join(shown(output.stdout, "Show the tasks"))
    assert (
        "The report lacks tasks or values of kafka-sample. kafka-sample: its tasks could not be read." in output.stdout
    )
    assert "dms:instance:listConnectorSinkTask" in output.stdout
    # The tasks that the other API shows are in the report.
    assert {row["api"] for row in custom_stat(output, "dms_report")} == {"smart-connect", "both"}
