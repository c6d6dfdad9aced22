# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables and custom statistics of the playbooks for sink tasks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from acceptance.harness.collection import custom_stat, fill, names, operations
from acceptance.harness.playbook import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.harness.collection import Playbooks
    from simulator import Simulator

# Variables that users may have for other purposes. Extra variables have precedence over all others.
UNRELATED = {
    "region": "nonsense",
    "project_id": "nonsense",
    "project_name": "nonsense",
    "endpoint": "http://127.0.0.1:9",
    "iam_endpoint": "http://127.0.0.1:9",
    "instance_name": "nonsense",
    "instance_id": "nonsense",
    "connector_id": "nonsense",
    "task_name": "test-0",
    "task_id": "nonsense",
    "topics": ["nonsense"],
    "topics_regex": "nonsense",
    "obs_bucket_name": "nonsense",
    "recreate": True,
    "pattern": ".*",
    "confirm": True,
    "report_file": "nonsense.csv",
    "matching": [],
    "unread": ["nonsense"],
    "found": [],
    "most_without_confirm": 1000,
}
TASK = {"dms_instance_name": " kafka-sample ", "dms_task_name": " test-0 "}


@pytest.fixture
def unrelated(tmp_path: Path) -> list[str]:
    """The arguments for a run with these extra variables."""
    (tmp_path / "unrelated.json").write_text(json.dumps(UNRELATED), encoding="utf-8")
    return ["-e", "@unrelated.json"]


def test_unrelated_variables_have_no_effect(
    simulator: Simulator, run: Playbooks, unrelated: list[str], tmp_path: Path
) -> None:
    fill(simulator, tasks=12)
    before = names(simulator)
    output = run.chain(("report", {}), ("sink_task_delete", {**TASK, "dms_task_id": "x"}), arguments=unrelated)
    assert output.returncode != 0
    assert "13 tasks" in output.stdout
    assert "nonsense" not in output.stdout
    assert not (tmp_path / "nonsense.csv").exists()
    assert names(simulator) == before
    assert {entry.method for entry in simulator.journal if entry.operation != "BatchListMetricData"} == {"GET"}


def test_null_counts_as_not_set(simulator: Simulator, run: Playbooks) -> None:
    simulator.world.add_task(simulator.connector_id, "test-0", topics="orders")
    null = {"dms_instance_id": None, "dms_connector_id": None, "dms_task_id": None, "dms_region": None}
    output = run.chain(
        ("sink_task_delete", {**TASK, **null}), ("sink_task_delete", {**null, "dms_task_name": "test-0"})
    )
    assert output.returncode != 0
    assert simulator.world.tasks(simulator.connector_id) == []
    assert "connector_id, instance_id, instance_name" in output.stdout


def test_deletion_with_approval(simulator: Simulator, run: Playbooks, unrelated: list[str]) -> None:
    """The steps of a workflow, with changes between them."""
    world, connector = simulator.world, simulator.connector_id
    first, last = ({**TASK, name: "true"} for name in ("dms_require_task", "dms_require_task_id"))

    # The id of the shown task is passed on, but not the id of an earlier job.
    shown = world.add_task(connector, "test-0", topics="orders")
    steps = (
        ("sink_task_delete", first),
        ("sink_task_delete", {**first, "dms_task_name": "missing", "dms_task_id": "stale"}),
    )
    output = run.chain(*steps, arguments=["--check", *unrelated])
    assert output.returncode != 0
    assert f"Would delete sink task test-0 (id {shown}" in output.stdout
    assert "there is no sink task missing with the id stale." in output.stdout
    assert "nothing to approve" in output.stdout
    assert custom_stat(output, "dms_task_id") == ""

    # The task was replaced, or the artifact is lost.
    world.remove_task(connector, shown)
    other = world.add_task(connector, "test-0", topics="orders")
    messages = run.refusals(
        "sink_task_delete", *unrelated, replaced={**last, "dms_task_id": shown}, lost={**last, "dms_task_id": " "}
    )
    assert "disagree" in messages["replaced"]
    assert "dms_task_id and dms_task_name must be set" in messages["lost"]
    assert operations(simulator, "DeleteSinkTask") == 0

    # The task that was shown.
    output = run("sink_task_delete", *unrelated, **last, dms_task_id=f" {other} ")
    assert output.returncode == 0
    assert f"Deleted sink task test-0 (id {other}" in output.stdout
    assert operations(simulator, "DeleteSinkTask") == 1


def test_creation_reads_topics_in_each_form(simulator: Simulator, run: Playbooks, unrelated: list[str]) -> None:
    common = {"dms_obs_bucket_name": " archive ", "dms_record_delimiter": "NULL"}
    forms = {
        "as-json": '["orders","bills"]',
        "as-list": [" orders", "bills "],
        "as-lines": "orders\nbills,",
        "invalid": "[orders,bills]",
    }
    runs = (
        {"dms_instance_name": " kafka-sample ", "dms_task_name": f" {name} ", "dms_topics": topics, **common}
        for name, topics in forms.items()
    )
    output = run.chain(*(("sink_task_create", variables) for variables in runs), arguments=unrelated)
    assert output.returncode != 0
    assert "dms_topics must be a list" in output.stdout
    assert "Created sink task as-json" in output.stdout
    created = [task["obs_destination_descriptor"] for task in simulator.world.tasks(simulator.connector_id)]
    assert [sorted(task["topics"].split(",")) for task in created] == [["bills", "orders"]] * 3
    assert {(task["obs_bucket_name"], task["record_delimiter"]) for task in created} <= {
        ("archive", "NULL"),
        ("archive", ""),
    }


def test_each_playbook_has_a_wrapper_for_awx() -> None:
    playbooks = {path.name for path in (ROOT / "playbooks").glob("*.yml")}
    wrappers = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "examples/awx/project").glob("*.yml")}
    for name in playbooks:
        assert f"import_playbook: huaweicloud.kafka.{name.removesuffix('.yml')}\n" in wrappers[name]
