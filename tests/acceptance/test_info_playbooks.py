# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks for all instances of a project: report and purge."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

from acceptance.harness.collection import OTHER_CONNECTOR, Ran, custom_stat, fill, names, operations, shown
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


def previewed(output: Ran, run: int = 0) -> list[str]:
    return [line.split(" (")[0] for line in shown(output.stdout, "Show the tasks to delete", run)]


def test_purge_shows_the_matching_tasks_and_deletes_only_them(simulator: Simulator, run: Playbooks) -> None:
    """Ten tasks need no confirmation."""
    fill(simulator, tasks=10)
    simulator.world.add_task(OTHER_CONNECTOR, "a-test-1")
    matching = [*(f"kafka-sample / test-{number}" for number in range(9)), "other / test-other"]
    all_instances = {"dms_pattern": "test-.*", "dms_all_instances": "true"}
    output = run("sink_task_purge", "--check", **all_instances)
    assert output.returncode == 0
    assert previewed(output) == ["10 sink tasks would be deleted", *matching]
    assert operations(simulator, "DeleteSinkTask") == 0
    one_instance = {"dms_pattern": "test-[01]", "dms_instance_name": " kafka-sample "}
    output = run.chain(*(("sink_task_purge", variables) for variables in (one_instance, all_instances, all_instances)))
    assert output.returncode == 0
    assert previewed(output) == ["2 sink tasks will be deleted", *matching[:2]]
    assert previewed(output, 1) == ["8 sink tasks will be deleted", *matching[2:]]
    assert previewed(output, 2) == ["0 sink tasks will be deleted"]
    assert names(simulator) == ["production", "a-test-1"]
    assert operations(simulator, "DeleteSinkTask") == 10


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an empty pattern": ({"dms_pattern": " "}, "Set dms_pattern"),
    "an invalid pattern": ({"dms_pattern": "("}, "unterminated subpattern"),
    "a confirmation that is not a number": (
        {"dms_pattern": ".*", "dms_all_instances": "true", "dms_confirm": True},
        "dms_confirm must be the number",
    ),
    "no instance": ({"dms_pattern": ".*", "dms_instance_name": " ", "dms_instance_id": ""}, "Set exactly one of"),
    "an instance and all instances": (
        {"dms_pattern": ".*", "dms_instance_name": "other", "dms_all_instances": "true"},
        "Set exactly one of",
    ),
    "an unknown instance": (
        {"dms_pattern": ".*", "dms_instance_name": "test"},
        "There are 0 such instances, not one.",
    ),
    "the wrong number": (
        {"dms_pattern": "test-.*", "dms_all_instances": "true", "dms_confirm": "1"},
        "11 sink tasks would be deleted, which is more than 10.",
    ),
}


def test_purge_refuses_invalid_variables(simulator: Simulator, run: Playbooks) -> None:
    fill(simulator, tasks=11)
    messages = run.refusals("sink_task_purge", **{name: variables for name, (variables, _expected) in REFUSED.items()})
    assert {name: expected for name, (_variables, expected) in REFUSED.items() if expected not in messages[name]} == {}
    assert len(names(simulator)) == 12
    assert {entry.method for entry in simulator.journal} == {"GET"}


def test_purge_of_more_than_10_tasks_needs_their_number(simulator: Simulator, run: Playbooks) -> None:
    fill(simulator, tasks=11)
    output = run("sink_task_purge", "--check", dms_pattern="test-.*", dms_all_instances="true")
    assert previewed(output)[-1] == "That is more than 10, so it needs -e dms_confirm=11"
    assert output.returncode == 0
    requests = len(simulator.journal)
    output = run("sink_task_purge", dms_pattern="test-.*", dms_all_instances="true", dms_confirm="11")
    assert output.returncode == 0
    # Besides the deletions: project, instances, two lists, then the list, the status and the wait of each connector.
    assert len(simulator.journal) - requests <= 11 + 10
    assert names(simulator) == ["production"]


def test_purge_deletes_nothing_if_an_instance_can_not_be_read(simulator: Simulator, run: Playbooks) -> None:
    fill(simulator)
    simulator.faults.add(Fault(path=f".*{OTHER_CONNECTOR}.*", code="DMS.00403003", times=None))
    output = run("sink_task_purge", dms_pattern="test-.*", dms_all_instances="true")
    assert output.returncode != 0
    assert operations(simulator, "DeleteSinkTask") == 0


def test_purge_hands_over_what_it_shows(simulator: Simulator, run: Playbooks) -> None:
    """A pattern that ends with a blank matches no name, whoever applies it."""
    fill(simulator)
    task_ids = {task["task_name"]: task["task_id"] for task in simulator.world.tasks(simulator.connector_id)}
    expected = [
        {"connector_id": simulator.connector_id, "task_id": task_ids[name], "task_name": name}
        for name in ("test-0", "test-1")
    ]
    where = {"dms_instance_name": "kafka-sample", "dms_require_change": True}
    output = run("sink_task_purge", "--check", dms_pattern="test-.*", **where)
    assert output.returncode == 0
    assert custom_stat(output, "dms_purge_tasks") == expected

    # Nothing of an earlier job is handed over with a failure.
    stale = {"dms_purge_tasks": expected}
    for pattern, message in (("test-.* ", "so there is nothing to approve"), (" ", "Set dms_pattern")):
        output = run("sink_task_purge", "--check", dms_pattern=pattern, **where, **stale)
        assert output.returncode != 0
        assert message in output.stdout
        assert custom_stat(output, "dms_purge_tasks") == []
    assert previewed(run("sink_task_purge", "--check", dms_pattern="test-.* ", dms_instance_name="kafka-sample")) == [
        "0 sink tasks would be deleted"
    ]

    # A run that deletes hands over nothing.
    output = run("sink_task_purge", dms_pattern="test-.*", **where)
    assert output.returncode == 0
    assert custom_stat(output, "dms_purge_tasks") == []
    assert names(simulator) == ["production", "test-other"]
