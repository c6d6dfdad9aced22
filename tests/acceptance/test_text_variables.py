# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Text that looks like a number or a list stays text in all playbooks, also on old ansible-core with jinja2_native."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from acceptance.harness.collection import custom_stat, operations

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.harness.collection import Playbooks
    from simulator import Simulator

# What Python would make of the text.
TEXTS = {"2024_01": "202401", "1e3": "1000.0", "0x10": "16", "1_000": "1000", "None": "none", "[1]": "[1.0]", "07": "7"}
NAME = "2024_01"
OLD = os.environ.get("OLD_ANSIBLE_PLAYBOOK")
needs_old = pytest.mark.skipif(not OLD, reason="OLD_ANSIBLE_PLAYBOOK is not set: no Python for an old ansible-core")


@pytest.fixture(
    params=[
        pytest.param((OLD, "true"), id="old-native", marks=needs_old),
        pytest.param((OLD, "false"), id="old", marks=needs_old),
        pytest.param((None, "true"), id="current"),
    ]
)
def core(request: pytest.FixtureRequest, run: Playbooks) -> Playbooks:
    """Runs playbooks with an ansible-core and a setting of jinja2_native."""
    program, native = request.param
    run.program = program or run.program
    run.env["ANSIBLE_JINJA2_NATIVE"] = native
    return run


def add(simulator: Simulator, name: str, *tasks: str, **fields: Any) -> str:
    """Add an instance with tasks; return its connector."""
    world = simulator.world
    connector: str = world.add_instance(name)["connector_id"]
    for task in tasks:
        world.add_task(connector, task, topics=f"{task}.topic", **fields)
    return connector


def tasks(simulator: Simulator, connector: str) -> list[str]:
    return [task["task_name"] for task in simulator.world.tasks(connector)]


def test_only_the_task_of_the_exact_name_is_deleted(simulator: Simulator, core: Playbooks) -> None:
    connectors = {text: add(simulator, text, text, similar) for text, similar in TEXTS.items()}
    others = {similar: add(simulator, similar, text, similar) for text, similar in TEXTS.items()}
    steps = [("sink_task_delete", {"dms_instance_name": text, "dms_task_name": f" {text}\n"}) for text in TEXTS]
    assert core.chain(*steps).returncode == 0
    assert {text: tasks(simulator, connector) for text, connector in connectors.items()} == {
        text: [similar] for text, similar in TEXTS.items()
    }
    assert {len(tasks(simulator, connector)) for connector in others.values()} == {2}


def test_playbooks_act_on_the_instance_and_the_tasks_of_the_exact_names(
    simulator: Simulator, core: Playbooks, tmp_path: Path
) -> None:
    similar = TEXTS[NAME]
    connector, other = (add(simulator, name, NAME, similar, "kept") for name in (NAME, similar))
    (tmp_path / "sets").mkdir()
    prune = {"smart_connect_tasks": {"pattern": NAME, "limit": 1}}
    wanted = {"smart_connect_tasks": [{"task_name": "kept", "state": "running"}], "prune": prune}
    (tmp_path / "sets" / "1.yml").write_text(yaml.safe_dump({"instance_name": NAME, **wanted}))
    where = {"dms_instance_name": NAME}
    new = {
        "dms_task_name": "1e3",
        "dms_topics": "1e3\n0x10",
        "dms_obs_bucket_name": "1_000",
        "dms_obs_path": NAME,
        "dms_deliver_time_interval": "300",
        "dms_record_delimiter": ";",
        "dms_consumer_strategy": "earliest",
    }
    pause = {"dms_pattern": NAME, "dms_state_file": "2024_02"}
    output = core.chain(
        ("sink_task_create", {**where, **new}),
        ("sink_task_delete", {**where, "dms_task_name": "1e3"}),
        ("sink_task_create", {**where, **new}),
        ("smart_connect_pause", {**where, **pause}),
        ("smart_connect_resume", {"dms_state_file": "2024_02"}),
        ("apply", {"dms_folder": "sets"}),
        ("report", {"dms_report_file": "report.json"}),
    )
    assert output.returncode == 0
    assert tasks(simulator, connector) == [similar, "kept", "1e3"]
    assert tasks(simulator, other) == [NAME, similar, "kept"]
    [created] = [task for task in simulator.world.tasks(connector) if task["task_name"] == "1e3"]
    descriptor = created["obs_destination_descriptor"]
    assert {name: descriptor[name] for name in ("topics", "obs_bucket_name", "obs_path", "deliver_time_interval")} == {
        "topics": "1e3,0x10",
        "obs_bucket_name": "1_000",
        "obs_path": NAME,
        "deliver_time_interval": 300,
    }
    assert operations(simulator, "PauseConnectorTask") == operations(simulator, "ResumeConnectorTask") == 1
    assert json.loads((tmp_path / "2024_02").read_text()) == []
    rows = json.loads((tmp_path / "report.json").read_text())
    assert [(row["instance_name"], row["task_name"]) for row in rows if row["instance_name"] == NAME] == [
        (NAME, similar),
        (NAME, "kept"),
        (NAME, "1e3"),
    ]


def test_migration_moves_the_tasks_of_the_exact_names(simulator: Simulator, core: Playbooks) -> None:
    simulator.settings.shared_tasks = False
    similar = TEXTS[NAME]
    connector, other = (add(simulator, name, NAME, similar, api="sink") for name in (NAME, similar))
    where = {"dms_instance_name": NAME, "dms_folder": "1e3"}
    switch = {**where, "dms_step": "switch", "dms_pattern": NAME, "dms_confirm": "1"}
    output = core.chain(("smart_connect_migrate", where), ("smart_connect_migrate", switch))
    assert output.returncode == 0
    apis = {
        place: {task.task_name: task.api for task in simulator.world.connectors[place].tasks.values()}
        for place in (connector, other)
    }
    assert apis == {
        connector: {similar: "sink", NAME: "connector"},
        other: {NAME: "sink", similar: "sink"},
    }


def test_alert_reads_the_instance_of_the_exact_name(simulator: Simulator, core: Playbooks) -> None:
    add(simulator, TEXTS[NAME], "orders")
    add(simulator, NAME, "orders", status="PAUSED")
    output = core("alert", dms_instance_name=NAME, dms_max_lag="1e3")
    assert output.returncode != 0
    assert "dms_max_lag" in output.stdout
    output = core("alert", dms_instance_name=NAME, dms_max_lag="1000")
    assert output.returncode != 0
    [row] = custom_stat(output, "dms_alert")
    assert (row["instance_name"], row["problems"]) == (NAME, ["is PAUSED"])
