# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that moves sink tasks to Smart Connect tasks and back: check mode, runs, repetitions and failures."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from acceptance.harness.collection import custom_stat, operations, shown
from acceptance.harness.playbook import MARKER, WAYS, in_way, kill_marked
from simulator import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.harness.collection import Playbooks, Ran
    from simulator import Simulator

    Migrate = Callable[..., Ran]

PLAYBOOK = "smart_connect_migrate"
COMMON = {"dms_instance_name": " kafka-sample ", "dms_folder": " migration "}
SINK = {"api": "sink", "obs_bucket_name": "archive"}


@pytest.fixture
def migrate(run: Playbooks) -> Migrate:
    """Runs the playbook with variables."""
    return lambda *arguments, **variables: run(PLAYBOOK, *arguments, **{**COMMON, **variables})


def steps(*variables: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The steps of a chain."""
    return [(PLAYBOOK, {**COMMON, **more}) for more in variables]


@pytest.fixture
def tasks(simulator: Simulator) -> dict[str, str]:
    """The ids of two sink tasks that only the older API lists, by their names."""
    simulator.settings.shared_tasks = False
    add, connector = simulator.world.add_task, simulator.connector_id
    orders = {"consumer_strategy": "earliest", "partition_format": "N/A", "topics": "orders"}
    bills = {"consumer_strategy": "latest", "topics_regex": "bills-.+", "status": "PAUSED"}
    return {"orders": add(connector, "orders", **orders, **SINK), "bills": add(connector, "bills", **bills, **SINK)}


def write_definitions(folder: Path) -> dict[str, Path]:
    """Write the same files as the step write, for both APIs."""
    bucket = {"obs_bucket_name": "archive"}
    orders, bills = {"consumer_strategy": "earliest", **bucket}, {"consumer_strategy": "latest", **bucket}
    entries = {
        "smart_connect": [
            {"task_name": "orders", "state": "running", "topics": ["orders"], "sink_task": orders},
            {"task_name": "bills", "state": "paused", "topics_regex": "bills-.+", "sink_task": bills},
        ],
        "sink_task": [
            {"task_name": name, "obs_destination_descriptor": descriptor}
            for name, descriptor in (
                ("orders", {**orders, "topics": ["orders"], "partition_format": "N/A"}),
                ("bills", {**bills, "topics_regex": "bills-.+"}),
            )
        ],
    }
    paths = {kind: folder / kind / "kafka-sample.yml" for kind in entries}
    for kind, path in paths.items():
        path.parent.mkdir(parents=True)
        path.write_text(yaml.safe_dump({"instance_name": "kafka-sample", "tasks": entries[kind]}))
    return paths


@pytest.fixture
def files(tasks: dict[str, str], tmp_path: Path) -> dict[str, Path]:
    return write_definitions(tmp_path / "migration")


def switch_all(simulator: Simulator, tasks: dict[str, str]) -> None:
    """Turn the sink tasks into Smart Connect tasks."""
    for task_id in tasks.values():
        simulator.world.set_task(simulator.connector_id, task_id, api="connector")


def edit(file: Path, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change the entry of one task in a file."""
    content = yaml.safe_load(file.read_text())
    [entry] = [task for task in content["tasks"] if task["task_name"] == name]
    change(entry)
    file.write_text(yaml.safe_dump(content))


def apis(simulator: Simulator) -> dict[str, tuple[str | None, str]]:
    """API and status of the tasks, by their names."""
    tasks = simulator.world.connectors[simulator.connector_id].tasks.values()
    assert len({task.task_name for task in tasks}) == len(tasks)
    return {task.task_name: (task.api, task.status) for task in tasks}


def changes(output: Ran) -> int:
    """The number of changed tasks in the recap."""
    return int(re.findall(r"changed=(\d+)", output.stdout)[-1])


def text(output: Ran) -> str:
    """The output in one line."""
    return " ".join(output.stdout.split())


# --- write ----------------------------------------------------------------------------------------------------------


def test_write_creates_the_definitions(
    simulator: Simulator, run: Playbooks, migrate: Migrate, tasks: dict[str, str], tmp_path: Path
) -> None:
    add, connector = simulator.world.add_task, simulator.connector_id
    add(connector, "no way", topics="x", **SINK)
    add(connector, "both", topics="x", topics_regex="x.+", **SINK)
    add(connector, "none", topics="", **SINK)
    add(connector, "twin", topics="x", **SINK)
    add(connector, "twin", topics="y", **SINK)

    checked = migrate("--check")
    assert checked.returncode == 0
    lines = "\n".join(shown(checked.stdout, "Show what differs"))
    for expected in (
        "2 sink tasks can be moved",
        "orders: position: begins again at the earliest message",
        "orders: partition_format N/A has no counterpart",
        "bills: position: begins at the latest message",
        "bills: status: it is PAUSED, so the new task is not started: it is WAITING",
        "no way: is left out: a Smart Connect task can not have this name",
        "both: is left out: the service returns topics and topics_regex, and a task can have only one of them",
        "none: is left out: the service returns neither topics nor topics_regex",
        "twin: is left out: several sink tasks have this name",
    ):
        assert expected in lines
    assert not (tmp_path / "migration").exists()

    # Existing files are kept.
    edited = tmp_path / "kept" / "smart_connect" / "kafka-sample.yml"
    edited.parent.mkdir(parents=True)
    edited.write_text("edited")
    output = run.chain(*steps({"dms_folder": "kept"}, {}))
    assert output.returncode == 0
    assert edited.read_text() == "edited"
    assert (tmp_path / "kept" / "sink_task" / "kafka-sample.yml").exists()
    folder = tmp_path / "migration"
    written = {path.parent.name: path.read_text() for path in folder.rglob("*.yml")}
    assert written == custom_stat(output, "dms_definitions") == custom_stat(checked, "dms_definitions")
    new = yaml.safe_load(written["smart_connect"])
    assert [(task["task_name"], task["state"]) for task in new["tasks"]] == [("orders", "running"), ("bills", "paused")]
    assert "partition_format" not in new["tasks"][0]["sink_task"]
    assert new["tasks"][1]["topics_regex"] == "bills-.+"
    old = yaml.safe_load(written["sink_task"])
    assert old["tasks"][0]["obs_destination_descriptor"]["partition_format"] == "N/A"
    # The first run creates a folder and a file, the second one two of each, as predicted.
    assert (changes(output), changes(checked)) == (4, 2)
    assert not simulator.journal.writes()


# --- switch and back out --------------------------------------------------------------------------------------------


SWITCHED = ["DeleteSinkTask", "CreateConnectorTask"] * 2
SWITCHED_BACK = ["DeleteConnectorTask", "CreateSinkTask"] * 2


def test_check_mode_predicts_switch_and_back_out(
    simulator: Simulator, run: Playbooks, migrate: Migrate, files: dict[str, Path], tasks: dict[str, str]
) -> None:
    """Check mode of switch runs as a module and the run in-process; for back_out, it is the other way around."""
    before = apis(simulator)
    for step, action, effects, after, (check_way, live_way) in (
        (
            "switch",
            "switched to Smart Connect",
            SWITCHED,
            {"orders": ("connector", "RUNNING"), "bills": ("connector", "WAITING")},
            (WAYS[1], WAYS[0]),
        ),
        (
            "back_out",
            "switched back to sink tasks",
            SWITCHED_BACK,
            {"orders": ("sink", "RUNNING"), "bills": ("sink", "RUNNING")},
            (WAYS[0], WAYS[1]),
        ),
    ):
        simulator.journal.clear()
        checked = migrate("--check", "--diff", "-vvv", dms_step=step, **in_way(check_way))
        assert checked.returncode == 0
        assert shown(checked.stdout, "Show the tasks to move") == [f"2 tasks would be {action}", "orders", "bills"]
        assert (apis(simulator), simulator.journal.writes()) == (before, [])
        # A repetition changes nothing and needs no number.
        again = [{"dms_step": step}] if step == "back_out" else []
        live = {"dms_step": step, "dms_confirm": 2, **in_way(live_way)}
        output = run.chain(*steps(live, *again), arguments=["-vvv"])
        assert output.returncode == 0
        for ran, way in ((checked, check_way), (output, live_way)):
            assert ("runs as a module" in ran.stdout) is (way == WAYS[1])
        assert "an-obs-secret-key" not in output.stdout.partition("PLAY [")[2]
        assert (changes(output), changes(checked)) == (4, 4)
        assert [entry.operation for entry in simulator.journal.writes()] == effects
        assert apis(simulator) == after
        before = after
    assert shown(output.stdout, "Show the tasks to move", 1) == [
        "0 tasks will be switched back to sink tasks",
        "orders is a sink task already (RUNNING) and is left alone",
        "bills is a sink task already (RUNNING) and is left alone",
    ]
    # The recreated sink task still has the partition_format N/A.
    [orders] = [task for task in simulator.world.tasks(simulator.connector_id) if task["task_name"] == "orders"]
    assert orders["obs_destination_descriptor"]["partition_format"] == "N/A"


def test_switch_needs_the_number_or_the_tasks_that_were_shown(
    simulator: Simulator, run: Playbooks, migrate: Migrate, files: dict[str, Path], tasks: dict[str, str]
) -> None:
    checked = migrate("--check", dms_step="switch", dms_pattern="orders")
    moves = custom_stat(checked, "dms_moves")
    assert moves == [{"task_name": "orders", "task_id": tasks["orders"]}]

    # The task was replaced by another one.
    simulator.world.remove_task(simulator.connector_id, tasks["orders"])
    orders = {"consumer_strategy": "earliest", "partition_format": "N/A", "topics": "orders"}
    simulator.world.add_task(simulator.connector_id, "orders", task_id=str(uuid.UUID(int=1)), **orders, **SINK)
    switch = {**COMMON, "dms_step": "switch"}
    messages = run.refusals(
        PLAYBOOK,
        no_number=switch,
        another_number={**switch, "dms_confirm": 1},
        lost={**switch, "dms_require_moves": "true", "dms_confirm": 2},
        another_task={**switch, "dms_pattern": "orders", "dms_moves": moves},
    )
    assert "dms_confirm=2" in messages["no_number"]
    assert "dms_confirm=2" in messages["another_number"]
    assert "dms_moves is not set" in messages["lost"]
    assert "are not those that were shown" in messages["another_task"]
    assert not simulator.journal.writes()

    # With an agency, no keys are sent.
    edit(files["smart_connect"], "orders", lambda entry: entry["sink_task"].update(agency_name="dms"))
    moves[0]["task_id"] = str(uuid.UUID(int=1))
    output = migrate(dms_step="switch", dms_pattern="orders", dms_moves=moves, dms_require_moves=True)
    assert output.returncode == 0
    assert apis(simulator)["orders"] == ("connector", "RUNNING")
    [sent] = [entry.json["sink_task"] for entry in simulator.journal if entry.operation == "CreateConnectorTask"]
    assert (sent["agency_name"], {"access_key", "secret_key"} & set(sent)) == ("dms", set())


def test_tasks_that_both_apis_list_are_skipped(simulator: Simulator, run: Playbooks, files: dict[str, Path]) -> None:
    simulator.settings.shared_tasks = True
    output = run.chain(*steps(*({"dms_step": step, "dms_confirm": 2} for step in ("switch", "back_out"))))
    assert output.returncode == 0
    for number in range(2):
        lines = shown(output.stdout, "Show the tasks to move", number)
        assert "orders is shown by both APIs and is left alone" in lines
    assert not simulator.journal.writes()


# --- invalid definitions --------------------------------------------------------------------------------------------


def both_topics(entry: dict[str, Any]) -> None:
    entry["obs_destination_descriptor"]["topics_regex"] = "x.+"


def other_topics(entry: dict[str, Any]) -> None:
    entry["obs_destination_descriptor"]["topics"] = ["others"]


INVALID: dict[str, tuple[str, Callable[[dict[str, Any]], Any], str]] = {
    "invalid": ("sink_task", both_topics, r"\(orders\): exactly one of \S+topics and \S+topics_regex must be set"),
    "different": ("sink_task", other_topics, "orders: it exists .* and differs: topics is"),
    "without-counterpart": (
        "smart_connect",
        lambda entry: entry["sink_task"].update(partition_format="N/A"),
        "partition_format.*N/A",
    ),
    "missing": ("sink_task", lambda entry: entry.update(task_name="other"), "must have exactly one entry for orders"),
}


def test_invalid_definition_is_refused_before_the_first_change(
    simulator: Simulator, run: Playbooks, tasks: dict[str, str], tmp_path: Path
) -> None:
    # Two sink tasks have the same name.
    for topics in ("x", "y"):
        simulator.world.add_task(simulator.connector_id, "twin", topics=topics, **SINK)
    switch = {**COMMON, "dms_step": "switch", "dms_pattern": "orders|bills"}
    variants = {name: {**switch, "dms_folder": name} for name in ("elsewhere", "not-yaml", "ambiguous", *INVALID)}
    variants["ambiguous"]["dms_pattern"] = "twin"
    files = {name: write_definitions(tmp_path / name) for name in variants if name != "elsewhere"}
    files["not-yaml"]["sink_task"].write_text("tasks: [")
    edit(files["ambiguous"]["smart_connect"], "orders", lambda entry: entry.update(task_name="twin"))
    for name, (kind, change, _expected) in INVALID.items():
        edit(files[name][kind], "orders", change)
    messages = run.refusals(PLAYBOOK, **variants)
    assert "elsewhere/smart_connect/kafka-sample.yml does not exist: run the step write first" in messages["elsewhere"]
    assert f"{files['not-yaml']['sink_task']} must be YAML with tasks" in messages["not-yaml"]
    assert "Several tasks have the name twin" in messages["ambiguous"]
    for name, (kind, _change, expected) in INVALID.items():
        assert re.search(expected, messages[name])
        assert str(files[name][kind]) in messages[name]
    assert not simulator.journal.writes()


# --- interrupts and failures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "deletion"), [("switch", "DeleteSinkTask"), ("back_out", "DeleteConnectorTask")])
def test_interrupted_run_is_completed_by_the_next_one(
    simulator: Simulator,
    run: Playbooks,
    migrate: Migrate,
    files: dict[str, Path],
    tasks: dict[str, str],
    step: str,
    deletion: str,
) -> None:
    if step == "back_out":
        switch_all(simulator, tasks)
    old, new = ("sink", "connector") if step == "switch" else ("connector", "sink")
    # All processes are killed between a deletion and the creation after it.
    run.env[MARKER] = marker = uuid.uuid4().hex
    simulator.faults.add(Fault(operation=deletion, after=lambda world: kill_marked(marker)))
    assert migrate(dms_step=step, dms_confirm=2).returncode != 0
    del run.env[MARKER]
    assert {name: api for name, (api, _status) in apis(simulator).items()} == {"bills": old}
    checked = migrate("--check", dms_step=step)
    assert checked.returncode == 0
    assert shown(checked.stdout, "Show the tasks to move")[1:] == ["orders (it is in neither API)", "bills"]
    simulator.journal.clear()
    output = migrate(dms_step=step, dms_confirm="2")
    assert output.returncode == 0
    assert changes(output) == changes(checked) == len(simulator.journal.writes()) == 3
    assert {name: api for name, (api, _status) in apis(simulator).items()} == {"orders": new, "bills": new}


@pytest.mark.parametrize("step", ["switch", "back_out"])
def test_failed_creation_restores_the_task(
    simulator: Simulator, migrate: Migrate, files: dict[str, Path], tasks: dict[str, str], step: str
) -> None:
    if step == "back_out":
        switch_all(simulator, tasks)
    old, new = ("sink", "connector") if step == "switch" else ("connector", "sink")
    creation = {"connector": "CreateConnectorTask", "sink": "CreateSinkTask"}
    simulator.faults.add(Fault(operation=creation[new], skip=1, code="DMS.00400876"))
    output = migrate(dms_step=step, dms_confirm=2)
    assert output.returncode != 0
    kinds = {"sink": "sink task", "connector": "Smart Connect task"}
    assert f"bills was not switched: the {kinds[new]} was not created" in text(output)
    assert "DMS.00400876" in output.stdout
    assert f"The {kinds[old]} was created again, without its position." in text(output)
    assert {name: api for name, (api, _status) in apis(simulator).items()} == {"orders": new, "bills": old}


@pytest.mark.parametrize("step", ["switch", "back_out"])
def test_next_run_creates_the_task_if_restoring_it_failed(
    simulator: Simulator, migrate: Migrate, files: dict[str, Path], tasks: dict[str, str], step: str
) -> None:
    if step == "back_out":
        switch_all(simulator, tasks)
    old, new = ("sink", "connector") if step == "switch" else ("connector", "sink")
    simulator.faults.add(
        *(Fault(operation=name, code="DMS.00400876") for name in ("CreateConnectorTask", "CreateSinkTask"))
    )
    output = migrate(dms_step=step, dms_pattern="bills", dms_confirm=1)
    assert output.returncode != 0
    kind = "sink task" if step == "switch" else "Smart Connect task"
    assert f"The {kind} was not created again, either" in text(output)
    assert list(apis(simulator)) == ["orders"]
    output = migrate(dms_step=step, dms_pattern="bills", dms_confirm=1)
    assert output.returncode == 0
    assert {name: api for name, (api, _status) in apis(simulator).items()} == {"orders": old, "bills": new}


def test_creation_with_unknown_outcome_is_not_undone(
    simulator: Simulator, migrate: Migrate, files: dict[str, Path]
) -> None:
    added = []

    def refuse_lists(_world: Any) -> None:
        added.append(
            simulator.faults.add(Fault(operation="ListConnectorTasks", times=None, status=403, code="DMS.00403003"))
        )

    simulator.faults.add(Fault(operation="CreateConnectorTask", drop="after", after=refuse_lists))
    output = migrate(dms_step="switch", dms_confirm=1, dms_pattern="orders")
    assert output.returncode != 0
    assert "It is unknown whether the Smart Connect task was created: run it again." in text(output)
    assert (operations(simulator, "CreateSinkTask"), len(added)) == (0, 1)
    assert apis(simulator)["orders"] == ("connector", "RUNNING")
    simulator.faults.clear()
    output = migrate(dms_step="switch", dms_pattern="orders")
    assert (output.returncode, changes(output)) == (0, 0)
    assert "orders is a Smart Connect task already (RUNNING) and is left alone" in shown(
        output.stdout, "Show the tasks to move"
    )
