# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of the collection that look at all instances of a project: the report and the purge."""

from __future__ import annotations

import csv
import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.playbook import ansible_playbook, environment
from simulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator import Simulator

    Run = Callable[..., subprocess.CompletedProcess[str]]

TIME_LIMIT = 120
OTHER_CONNECTOR = "cccccccc-0000-4000-8000-000000000001"


@pytest.fixture
def run(simulator: Simulator, tmp_path: Path) -> Run:
    """Runs a playbook of the collection with the credentials in the environment, and variables as they are given."""
    variables = environment(
        tmp_path,
        {
            "HW_REGION_NAME": simulator.region,
            "HW_ACCESS_KEY": simulator.access_key,
            "HW_SECRET_KEY": simulator.secret_key,
            "HW_DMS_ENDPOINT": simulator.endpoint,
            "HW_IAM_ENDPOINT": simulator.endpoint,
            "OBS_ACCESS_KEY": "an-obs-access-key",
            "OBS_SECRET_KEY": "an-obs-secret-key",
        },
    )
    for name in [name for name in variables if name.startswith("ANSIBLE_CALLBACK")]:
        del variables[name]
    (tmp_path / "ansible.cfg").touch()

    def started(playbook: str, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        command = [ansible_playbook(), f"huaweicloud.kafka.{playbook}", *arguments, "-e", json.dumps(extra)]
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.run(
            command, cwd=tmp_path, env=variables, text=True, timeout=TIME_LIMIT, check=False, **streams
        )

    return started


def fill(simulator: Simulator, tasks: int = 3) -> None:
    """Three instances, one of them without Smart Connect; the tasks named test-… and one that is named otherwise."""
    world = simulator.world
    world.add_instance("silent", connector=False)
    world.add_instance("other", connector=OTHER_CONNECTOR)
    for number in range(tasks - 1):
        world.add_task(simulator.connector_id, f"test-{number}", topics="orders,bills")
    world.add_task(simulator.connector_id, "production", topics="orders", status="PAUSED")
    world.add_task(OTHER_CONNECTOR, "test-other", topics='say "x", y', topics_info=[])


def shown(text: str, task: str) -> list[str]:
    """The lines that a task of debug showed."""
    [block] = re.findall(rf"TASK \[{task}\] \**\n.*?\"msg\": (\[.*?\n    \])", text, re.DOTALL)
    lines: list[str] = json.loads(block)
    return lines


def operations(simulator: Simulator, name: str) -> int:
    return sum(1 for entry in simulator.journal if entry.operation == name)


def test_the_report_is_a_table(simulator: Simulator, run: Run) -> None:
    fill(simulator)
    # A survey of AWX leaves blank what is not answered.
    output = run("sink_task_report", dms_report_file="", dms_region="")
    assert output.returncode == 0, output.stdout
    head, *rows, foot = shown(output.stdout, "Show the sink tasks")
    assert head.split() == ["INSTANCE", "TASK", "STATUS", "LAG", "TASK", "ID", "TOPICS"]
    assert [(*row.split()[:4], row.partition(row.split()[4])[2].strip()) for row in rows] == [
        ("kafka-sample", "test-0", "RUNNING", "6", "orders,bills"),
        ("kafka-sample", "test-1", "RUNNING", "6", "orders,bills"),
        ("kafka-sample", "production", "PAUSED", "3", "orders"),
        ("other", "test-other", "RUNNING", "unknown", 'say "x", y'),
    ]
    places = [re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", row) for row in rows]
    assert {place and place.start() for place in places} == {head.index("TASK ID")}
    assert foot == "4 sink tasks, 1 of them not RUNNING"
    assert operations(simulator, "ListSinkTasks") == 2
    assert simulator.secret_key not in output.stdout


def test_the_report_in_files(simulator: Simulator, run: Run, tmp_path: Path) -> None:
    fill(simulator)
    for name in ("report.csv", "report.json"):
        output = run("sink_task_report", dms_report_file=name)
        assert output.returncode == 0, output.stdout
    with open(tmp_path / "report.csv", newline="", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    rows: list[dict[str, Any]] = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert [row["task_name"] for row in rows] == ["test-0", "test-1", "production", "test-other"]
    assert (rows[0]["lag"], rows[0]["partitions"], rows[3]["lag"]) == (6, 6, None)
    assert (rows[3]["instance_name"], rows[3]["topics"]) == ("other", 'say "x", y')
    assert [{name: "" if value is None else str(value) for name, value in row.items()} for row in rows] == table


def test_the_report_of_nothing(simulator: Simulator, run: Run, tmp_path: Path) -> None:
    simulator.world.remove_instance(simulator.instance_id)
    output = run("sink_task_report", dms_report_file=str(tmp_path / "report.json"))
    assert output.returncode == 0, output.stdout
    assert shown(output.stdout, "Show the sink tasks")[-1] == "0 sink tasks, 0 of them not RUNNING"
    assert json.loads((tmp_path / "report.json").read_text()) == []


def test_a_report_that_is_not_complete_is_shown_and_fails(simulator: Simulator, run: Run) -> None:
    fill(simulator)
    simulator.faults.add(Fault(path=f".*{simulator.connector_id}.*", code="DMS.00403003", times=None))
    output = run("sink_task_report")
    assert output.returncode != 0
    assert "test-other" in "\n".join(shown(output.stdout, "Show the sink tasks"))
    assert "The report lacks the sink tasks of kafka-sample." in output.stdout
    assert "dms:instance:listConnectorSinkTask" in output.stdout


def test_a_report_needs_a_format_that_it_knows(simulator: Simulator, run: Run) -> None:
    output = run("sink_task_report", dms_report_file="report.xml")
    assert output.returncode != 0
    assert "The name of dms_report_file must end with .csv or .json." in output.stdout
    assert len(simulator.journal) == 0


def names(simulator: Simulator) -> list[str]:
    connectors = (simulator.connector_id, OTHER_CONNECTOR)
    return [task["task_name"] for connector in connectors for task in simulator.world.tasks(connector)]


def previewed(output: subprocess.CompletedProcess[str]) -> list[str]:
    return [line.split(" (")[0] for line in shown(output.stdout, "Show the tasks to delete")]


def test_a_purge_shows_what_goes_and_deletes_just_that(simulator: Simulator, run: Run) -> None:
    fill(simulator)
    simulator.world.add_task(OTHER_CONNECTOR, "a-test-1")
    going = ["kafka-sample / test-0", "kafka-sample / test-1", "other / test-other"]
    output = run("sink_task_purge", "--check", dms_pattern="test-.*", dms_all_instances="true")
    assert output.returncode == 0, output.stdout
    assert previewed(output) == ["3 sink tasks would be deleted", *going]
    assert operations(simulator, "DeleteSinkTask") == 0
    output = run("sink_task_purge", dms_pattern="test-.*", dms_all_instances="true")
    assert output.returncode == 0, output.stdout
    assert previewed(output) == ["3 sink tasks will be deleted", *going]
    assert names(simulator) == ["production", "a-test-1"]
    assert operations(simulator, "DeleteSinkTask") == 3
    output = run("sink_task_purge", dms_pattern="test-.*", dms_all_instances="true")
    assert previewed(output) == ["0 sink tasks will be deleted"]
    assert "changed=0" in output.stdout


def test_a_purge_of_one_instance(simulator: Simulator, run: Run) -> None:
    fill(simulator)
    output = run("sink_task_purge", dms_pattern="test-.*", dms_instance_name=" other ")
    assert output.returncode == 0, output.stdout
    assert names(simulator) == ["test-0", "test-1", "production"]


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({}, "Set dms_pattern"),
        ({"dms_pattern": " "}, "Set dms_pattern"),
        ({"dms_pattern": "("}, "unterminated subpattern"),
        ({"dms_pattern": ".*", "dms_all_instances": "true", "dms_confirm": "yes"}, "dms_confirm must be the number"),
        ({"dms_pattern": ".*", "dms_instance_name": " ", "dms_instance_id": ""}, "Set exactly one of"),
        ({"dms_pattern": ".*", "dms_instance_name": "other", "dms_all_instances": "true"}, "Set exactly one of"),
        ({"dms_pattern": ".*", "dms_instance_name": "test"}, "There are 0 such instances, not one."),
    ],
)
def test_a_purge_refuses(simulator: Simulator, run: Run, extra: dict[str, str], says: str) -> None:
    fill(simulator)
    output = run("sink_task_purge", **extra)
    assert output.returncode != 0
    assert says in " ".join(output.stdout.split())
    assert len(names(simulator)) == 4
    assert "There are 0" in says or len(simulator.journal) == 0


def test_purge_of_many_needs_their_number(simulator: Simulator, run: Run) -> None:
    fill(simulator, tasks=11)
    output = run("sink_task_purge", "--check", dms_pattern="test-.*", dms_all_instances="true")
    assert previewed(output)[-1] == "That is more than 10, so it needs -e dms_confirm=11"
    assert output.returncode == 0
    for extra in ({}, {"dms_confirm": "1"}):
        output = run("sink_task_purge", dms_pattern="test-.*", dms_all_instances="true", **extra)
        assert output.returncode != 0
        assert "11 sink tasks would be deleted, which is more than 10." in output.stdout
    assert operations(simulator, "DeleteSinkTask") == 0
    output = run("sink_task_purge", dms_pattern="test-.*", dms_all_instances="true", dms_confirm="11")
    assert output.returncode == 0, output.stdout
    assert names(simulator) == ["production"]


def test_purge_of_ten_needs_no_confirmation(simulator: Simulator, run: Run) -> None:
    fill(simulator, tasks=10)
    output = run("sink_task_purge", dms_pattern="test-.*", dms_all_instances="true")
    assert output.returncode == 0, output.stdout
    assert names(simulator) == ["production"]


def test_a_purge_begins_only_when_all_was_read(simulator: Simulator, run: Run) -> None:
    fill(simulator)
    simulator.faults.add(Fault(path=f".*{OTHER_CONNECTOR}.*", code="DMS.00403003", times=None))
    output = run("sink_task_purge", dms_pattern="test-.*", dms_all_instances="true")
    assert output.returncode != 0
    assert operations(simulator, "DeleteSinkTask") == 0
