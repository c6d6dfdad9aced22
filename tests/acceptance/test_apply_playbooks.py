# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that make the tasks of several instances match a folder of files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from acceptance.harness.collection import OTHER_CONNECTOR, custom_stat, shown
from simulator import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.harness.collection import Playbooks
    from simulator import Simulator

PLAYBOOKS = ("sink_task_apply", "smart_connect_apply")


def definition(name: str, **more: Any) -> dict[str, Any]:
    sink = {"consumer_strategy": "earliest", "obs_bucket_name": "archive"}
    return {"task_name": name, "topics": [f"topic-of-{name}"], "sink_task": sink, **more}


def test_apply_applies_only_the_approved_plans(simulator: Simulator, run: Playbooks, tmp_path: Path) -> None:
    world, connector = simulator.world, simulator.connector_id
    world.add_instance("other", connector=OTHER_CONNECTOR)
    for name in ("old-1", "old-2"):
        world.add_task(connector, name, topics="bills")
    folder = tmp_path / "sets"
    folder.mkdir()
    (tmp_path / "vault.yml").write_text(yaml.safe_dump({"vault_secret_key": "a-secret-key-of-the-vault"}))
    keys = {"access_key": "an-own-access-key", "secret_key": "{{ vault_secret_key }}"}
    own_keys = definition("own-keys", state="running")
    own_keys["sink_task"] = {**own_keys["sink_task"], **keys}
    first = {"instance_name": "kafka-sample", "tasks": [definition("orders", state="paused"), own_keys]}
    (folder / "a.yml").write_text(yaml.safe_dump(first))
    (folder / "b.yaml").write_text(yaml.safe_dump({"instance_name": "other", "tasks": [definition("bills")]}))
    options = {"dms_folder": " sets ", "dms_prune": "true", "dms_prune_pattern": "old-.*", "dms_prune_limit": "2"}
    vault = ("-e", "@vault.yml")

    output = run("smart_connect_apply", "--check", *vault, **options)
    assert output.returncode == 0
    assert shown(output.stdout, "Show what happens to each task") == [
        "kafka-sample / orders: would be created",
        "kafka-sample / own-keys: would be created",
        "kafka-sample / old-1: would be deleted",
        "kafka-sample / old-2: would be deleted",
        "other / bills: would be created",
    ]
    plans = custom_stat(output, "dms_plans")
    assert set(plans) == {"kafka-sample", "other"}
    assert not simulator.journal.effects()

    # Nothing is changed if the state has changed, the plans are lost, or they are for other instances.
    late = world.add_task(connector, "old-3", topics="bills")
    plan = plans["kafka-sample"]
    messages = run.refusals(
        "smart_connect_apply",
        *vault,
        lost={**options, "dms_require_plans": "true", "dms_plans": {}},
        other_instance={**options, "dms_expect_plans": {"kafka-sample": plan}},
        changed={**options, "dms_prune_limit": "3", "dms_expect_plans": {"kafka-sample": plan, "other": "x"}},
    )
    assert "The expected plans are those of no instance" in messages["lost"]
    assert "The expected plans are those of kafka-sample" in messages["other_instance"]
    assert f"not {plan}" in messages["changed"]
    assert not simulator.journal.effects()

    world.remove_task(connector, late)
    approved = {**options, "dms_require_plans": "true", "dms_plans": plans}
    steps = [("smart_connect_apply", variables) for variables in (approved, options)]
    output = run.chain(*steps, arguments=["-vvv", *vault])
    assert output.returncode == 0
    assert {task["task_name"]: task["status"] for task in world.tasks(connector)} == {
        "orders": "WAITING",
        "own-keys": "RUNNING",
    }
    keys = {task["task_name"]: task["obs_destination_descriptor"]["secret_key"] for task in world.tasks(connector)}
    assert keys == {"orders": "an-obs-secret-key", "own-keys": "a-secret-key-of-the-vault"}
    assert not [key for key in keys.values() if key in output.stdout.partition("PLAY [")[2]]
    # The second run changes nothing.
    assert len(simulator.journal.effects()) == 5
    assert custom_stat(output, "dms_plans") == {}


def test_apply_creates_sink_tasks_once(simulator: Simulator, run: Playbooks, tmp_path: Path) -> None:
    entry = {"task_name": "orders", "obs_destination_descriptor": {"topics": ["orders"], "obs_bucket_name": "archive"}}
    contents = {
        "sets": yaml.safe_dump({"instance_id": simulator.instance_id, "tasks": [entry]}),
        "invalid": "tasks: [",
        "both": yaml.safe_dump({"instance_name": "kafka-sample", "instance_id": "x", "tasks": []}),
    }
    for folder, content in contents.items():
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yml").write_text(content)
    messages = run.refusals("sink_task_apply", invalid={"dms_folder": "invalid"}, both={"dms_folder": "both"})
    assert ["must be YAML" in message for message in messages.values()] == [True, True]
    assert len(simulator.journal) == 0
    step = ("sink_task_apply", {"dms_folder": str(tmp_path / "sets")})
    output = run.chain(step, step)
    assert output.returncode == 0
    assert " changed=1 " in output.stdout
    [task] = simulator.world.tasks(simulator.connector_id)
    assert task["obs_destination_descriptor"]["access_key"] == "an-obs-access-key"


def keeping(playbook: str, name: str) -> dict[str, Any]:
    """The file of an instance that has one task, which exists already."""
    descriptor = {"topics": ["orders"], "obs_bucket_name": "archive"}
    fields = {"obs_destination_descriptor": descriptor} if playbook == "sink_task_apply" else {"state": "running"}
    return {"instance_name": name, "tasks": [{"task_name": "orders", **fields}]}


def write(folder: Path, *files: dict[str, Any]) -> str:
    """Write one file for each of *files*, without tasks unless it has some; return the name of the folder."""
    folder.mkdir()
    for number, content in enumerate(files):
        (folder / f"{number}.yml").write_text(yaml.safe_dump({"tasks": [], **content}), encoding="utf-8")
    return folder.name


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_apply_refuses_two_files_of_one_instance(
    simulator: Simulator, run: Playbooks, tmp_path: Path, playbook: str
) -> None:
    """Each would prune the tasks of the other one."""
    world = simulator.world
    world.add_instance("other", connector=OTHER_CONNECTOR)
    world.add_task(simulator.connector_id, "orders", topics="orders")
    named, with_id = {"instance_name": "kafka-sample"}, {"instance_id": simulator.instance_id}
    folders = {
        "name-and-id": [named, with_id],
        "id-and-name": [{"instance_id": simulator.instance_id.upper()}, {"instance_name": "other"}, named],
        "two-names": [named, named],
        "two-ids": [with_id, {"instance_id": simulator.instance_id.upper()}],
    }
    prune = {"dms_prune": True, "dms_prune_all": True}
    variants = {name: {"dms_folder": write(tmp_path / name, *files), **prune} for name, files in folders.items()}
    for arguments in ((), ("--check",)):
        messages = run.refusals(playbook, *arguments, **variants)
        assert {name for name, text in messages.items() if "Several files have the same instance" not in text} == set()
    assert not simulator.journal.effects()
    assert {entry.operation for entry in simulator.journal} <= {"KeystoneListProjects", "ListInstances"}


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_apply_refuses_files_whose_instance_has_whitespace(
    simulator: Simulator, run: Playbooks, tmp_path: Path, playbook: str
) -> None:
    """The module would refuse it, but only after the tasks of this instance that the other file has are deleted."""
    simulator.world.add_task(simulator.connector_id, "orders", topics="orders")
    instances = {
        "id": {"instance_id": f"{simulator.instance_id} "},
        "name": {"instance_name": " kafka-sample"},
        "newline": {"instance_name": "kafka-sample\n"},
        "id-newline": {"instance_id": f"{simulator.instance_id}\n"},
        "blank-id": {"instance_id": " "},
        "blank-name": {"instance_name": "  "},
    }
    prune = {"dms_prune": True, "dms_prune_pattern": ".*"}
    variants = {
        name: {"dms_folder": write(tmp_path / name, {"instance_name": "kafka-sample"}, place), **prune}
        for name, place in instances.items()
    }
    messages = run.refusals(playbook, **variants)
    assert {name for name, text in messages.items() if "without whitespace around it" not in text} == set()
    assert len(simulator.journal) == 0


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_apply_refuses_variables_of_another_type(
    simulator: Simulator, run: Playbooks, tmp_path: Path, playbook: str
) -> None:
    folder = {"dms_folder": write(tmp_path / "sets", {"instance_name": "kafka-sample"})}
    plans = {"a-text": "abc", "a-list": [1], "a-list-as-text": "[1]"}
    messages = run.refusals(playbook, **{name: {**folder, "dms_expect_plans": value} for name, value in plans.items()})
    assert {name for name, text in messages.items() if "dms_expect_plans and dms_plans must be" not in text} == set()
    prune = {**folder, "dms_prune": True}
    patterns = {"pattern-list": ["ab"], "pattern-dict": {}, "empty-list": []}
    messages = run.refusals(
        playbook, **{name: {**prune, "dms_prune_pattern": value} for name, value in patterns.items()}
    )
    assert {name for name, text in messages.items() if "set either dms_prune_pattern" not in text} == set()
    assert len(simulator.journal) == 0


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_apply_changes_nothing_if_the_instances_can_not_be_compared(
    simulator: Simulator, run: Playbooks, tmp_path: Path, playbook: str
) -> None:
    other = simulator.world.add_instance("other", connector=OTHER_CONNECTOR)
    simulator.world.add_task(OTHER_CONNECTOR, "orders", topics="orders")
    folder = write(tmp_path / "sets", {"instance_id": other["instance_id"]}, {"instance_name": "kafka-sample"})
    options = {"dms_folder": folder, "dms_prune": True, "dms_prune_pattern": ".*"}
    simulator.faults.add(Fault(operation="ListInstances", code="DMS.00403003", times=None))
    output = run(playbook, **options)
    assert output.returncode != 0
    assert "dms:instance:list" in output.stdout
    assert not simulator.journal.effects()
    simulator.faults.clear()
    assert run(playbook, **options).returncode == 0
    assert simulator.world.tasks(OTHER_CONNECTOR) == []


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_apply_prunes_only_with_a_guard(simulator: Simulator, run: Playbooks, tmp_path: Path, playbook: str) -> None:
    for name in ("old-1", "old-2", "orders"):
        simulator.world.add_task(simulator.connector_id, name, topics="orders", obs_bucket_name="archive")
    folder = write(tmp_path / "sets", keeping(playbook, "kafka-sample"))
    prune = {"dms_folder": folder, "dms_prune": "true"}
    missing = "set either dms_prune_pattern or dms_prune_all"
    variants: dict[str, tuple[dict[str, Any], str]] = {
        "nothing": ({}, missing),
        "a-blank-pattern": ({"dms_prune_pattern": " "}, missing),
        "a-pattern-that-is-null": ({"dms_prune_pattern": None}, missing),
        "not-all": ({"dms_prune_all": "no"}, missing),
        "a-pattern-and-all": ({"dms_prune_pattern": "old-.*", "dms_prune_all": True}, missing),
        "an-unclear-prune": ({"dms_prune": "please"}, missing),
        "a-misspelled-pattern": (
            {"dms_prune_patern": "old-.*", "dms_prune_all": True},
            "dms_prune_patern (did you mean dms_prune_pattern?)",
        ),
        "a-misspelled-limit": (
            {"dms_prune_all": True, "dms_prune_limt": 1},
            "dms_prune_limt (did you mean dms_prune_limit?)",
        ),
        "a-limit-of-0": ({"dms_prune_pattern": "old-.*", "dms_prune_limit": 0}, "prune_limit"),
    }
    messages = run.refusals(playbook, **{name: {**prune, **more} for name, (more, _text) in variants.items()})
    assert {name: text for name, (_more, text) in variants.items() if text not in messages[name]} == {}
    assert not simulator.journal.effects()
    # Variables of the site, and those of other playbooks of the collection, are left alone.
    site = {"dms_team": "kafka", "dms_max_lag": 1}
    steps = [{"dms_prune_pattern": "old-1", "dms_prune_limit": 1}, {"dms_prune_all": True}]
    for expected, more in zip((["old-2", "orders"], ["orders"]), steps):
        output = run(playbook, **prune, **more, **site)
        assert output.returncode == 0
        assert [task["task_name"] for task in simulator.world.tasks(simulator.connector_id)] == expected


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_apply_asks_for_no_approval_of_nothing(
    simulator: Simulator, run: Playbooks, tmp_path: Path, playbook: str
) -> None:
    folder = write(tmp_path / "sets", {"instance_name": "kafka-sample"})
    options = {"dms_folder": folder, "dms_prune": True, "dms_prune_pattern": ".*", "dms_require_change": True}
    output = run(playbook, "--check", **options, dms_plans={"kafka-sample": "stale"})
    assert output.returncode != 0
    assert "Nothing would change, so there is nothing to approve." in output.stdout
    assert custom_stat(output, "dms_plans") == {}
    simulator.world.add_task(simulator.connector_id, "orders", topics="orders")
    output = run(playbook, "--check", **options)
    assert output.returncode == 0
    assert set(custom_stat(output, "dms_plans")) == {"kafka-sample"}
