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


def write_definitions(simulator: Simulator, folder: Path) -> Path:
    """Write the same file as the step write."""
    orders = {
        "consumer_strategy": "earliest",
        "obs_bucket_name": "archive",
        "topics": ["orders"],
        "partition_format": "N/A",
    }
    bills = {"consumer_strategy": "latest", "obs_bucket_name": "archive", "topics_regex": "bills-.+"}
    path = folder / "kafka-sample.yml"
    folder.mkdir(parents=True)
    entries = [
        {"task_name": "orders", "state": "running", "obs_destination_descriptor": orders},
        {"task_name": "bills", "state": "paused", "obs_destination_descriptor": bills},
    ]
    path.write_text(yaml.safe_dump({"instance_id": simulator.instance_id, "tasks": entries}))
    return path


@pytest.fixture
def file(simulator: Simulator, tasks: dict[str, str], tmp_path: Path) -> Path:
    return write_definitions(simulator, tmp_path / "migration")


def switch_all(simulator: Simulator, tasks: dict[str, str], api: str = "connector") -> None:
    """Turn the sink tasks into Smart Connect tasks, or back."""
    for task_id in tasks.values():
        simulator.world.set_task(simulator.connector_id, task_id, api=api)


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
    for expected in (
        "orders: Moving the task loses the position of its consumer: with consumer_strategy earliest, all messages",
        "orders: partition_format N/A has no counterpart",
        "bills: Moving the task loses the position of its consumer: with consumer_strategy latest, messages that arrive",
        "bills: It is paused, so the new task is not started: it is WAITING",
        "no way can't be moved: it can't be a Smart Connect task: task_name of a new task must be 4 to 64",
        "both can't be moved: it can't be a sink task: exactly one of",
        "none can't be moved: it can't be a sink task: exactly one of",
        "twin can't be moved: several sink tasks have this name",
    ):
        assert expected in text(checked)
    assert not (tmp_path / "migration").exists()

    # A file that exists is kept.
    edited = tmp_path / "kept" / "kafka-sample.yml"
    edited.parent.mkdir(parents=True)
    edited.write_text("edited")
    output = run.chain(*steps({"dms_folder": "kept"}, {}))
    assert output.returncode == 0
    assert edited.read_text() == "edited"
    written = (tmp_path / "migration" / "kafka-sample.yml").read_text()
    assert written == custom_stat(output, "dms_definitions") == custom_stat(checked, "dms_definitions")
    content = yaml.safe_load(written)
    assert content["instance_id"] == simulator.instance_id
    assert [(task["task_name"], task["state"]) for task in content["tasks"]] == [
        ("orders", "running"),
        ("bills", "paused"),
    ]
    orders, bills = (task["obs_destination_descriptor"] for task in content["tasks"])
    assert (orders["partition_format"], bills["topics_regex"]) == ("N/A", "bills-.+")
    # The second run creates a folder and a file, as predicted.
    assert (changes(output), changes(checked)) == (2, 2)
    assert not simulator.journal.writes()


def test_write_refuses_texts_that_would_be_templates(simulator: Simulator, migrate: Migrate, tmp_path: Path) -> None:
    simulator.settings.shared_tasks = False
    simulator.world.add_task(simulator.connector_id, "orders", topics_regex="a{{ 1 + 1 }}b", **SINK)
    output = migrate()
    assert output.returncode != 0
    assert "have a text that Ansible would take for a template. Nothing was written." in text(output)
    assert not (tmp_path / "migration").exists()


# --- switch and back out --------------------------------------------------------------------------------------------


SWITCHED = ["DeleteSinkTask", "CreateConnectorTask"] * 2
SWITCHED_BACK = ["DeleteConnectorTask", "CreateSinkTask"] * 2


def test_check_mode_predicts_switch_and_back_out(
    simulator: Simulator, run: Playbooks, migrate: Migrate, file: Path, tasks: dict[str, str]
) -> None:
    """Check mode of switch runs as a module and the run in-process; for back_out, it is the other way around."""
    before = apis(simulator)
    for step, effects, after, (check_way, live_way) in (
        (
            "switch",
            SWITCHED,
            {"orders": ("connector", "RUNNING"), "bills": ("connector", "WAITING")},
            (WAYS[1], WAYS[0]),
        ),
        (
            "back_out",
            SWITCHED_BACK,
            {"orders": ("sink", "RUNNING"), "bills": ("sink", "RUNNING")},
            (WAYS[0], WAYS[1]),
        ),
    ):
        simulator.journal.clear()
        checked = migrate("--check", "--diff", "-vvv", dms_step=step, **in_way(check_way))
        assert checked.returncode == 0
        nouns = ("sink task", "Smart Connect task") if step == "switch" else ("Smart Connect task", "sink task")
        would = f"the {nouns[0]} is deleted, and a {nouns[1]} is created."
        assert shown(checked.stdout, "Show the tasks") == [f"orders: {would}", f"bills: {would}"]
        assert (apis(simulator), simulator.journal.writes()) == (before, [])
        # A repetition changes nothing and needs no number.
        again = [{"dms_step": step}] if step == "back_out" else []
        live = {"dms_step": step, "dms_confirm": 2, **in_way(live_way)}
        output = run.chain(*steps(live, *again), arguments=["-vvv"])
        assert output.returncode == 0
        for ran, way in ((checked, check_way), (output, live_way)):
            assert ("runs as a module" in ran.stdout) is (way == WAYS[1])
        assert "an-obs-secret-key" not in output.stdout.partition("PLAY [")[2]
        assert (changes(output), changes(checked)) == (1, 1)
        assert [entry.operation for entry in simulator.journal.writes()] == effects
        assert apis(simulator) == after
        before = after
    assert shown(output.stdout, "Show the tasks", 1) == [
        "orders is a sink task already (RUNNING) and is left alone.",
        "bills is a sink task already (RUNNING) and is left alone.",
    ]
    # The recreated sink task still has the partition_format N/A.
    [orders] = [task for task in simulator.world.tasks(simulator.connector_id) if task["task_name"] == "orders"]
    assert orders["obs_destination_descriptor"]["partition_format"] == "N/A"


def test_switch_needs_the_number_or_the_plan_that_was_shown(
    simulator: Simulator, run: Playbooks, migrate: Migrate, file: Path, tasks: dict[str, str]
) -> None:
    moves = custom_stat(migrate("--check", dms_step="switch", dms_pattern="orders"), "dms_moves")
    assert moves

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
    assert "2 tasks are to be moved, not 0 as expected. Nothing was changed." in messages["no_number"]
    assert "2 tasks are to be moved, not 1 as expected. Nothing was changed." in messages["another_number"]
    assert "dms_confirm" in messages["no_number"]
    assert "dms_moves is not set" in messages["lost"]
    assert f"not {moves} as expected, so nothing was changed" in messages["another_task"]
    assert not simulator.journal.writes()

    moves = custom_stat(migrate("--check", dms_step="switch", dms_pattern="orders"), "dms_moves")
    output = migrate(dms_step="switch", dms_pattern="orders", dms_moves=moves, dms_require_moves=True)
    assert output.returncode == 0
    assert apis(simulator)["orders"] == ("connector", "RUNNING")


def test_tasks_that_both_apis_list_are_skipped(simulator: Simulator, run: Playbooks, file: Path) -> None:
    simulator.settings.shared_tasks = True
    output = run.chain(*steps(*({"dms_step": step, "dms_confirm": 2} for step in ("switch", "back_out"))))
    assert output.returncode == 0
    for number in range(2):
        lines = shown(output.stdout, "Show the tasks", number)
        assert "orders is shown by both APIs (RUNNING) and is left alone." in lines
    assert not simulator.journal.writes()


# --- tasks that are left alone --------------------------------------------------------------------------------------


# Of a task that exists already: its status, its state in the file, whether both APIs show it, and how it is refused.
LEFT_ALONE: dict[str, tuple[str, str | None, bool, str]] = {
    "runs": ("RUNNING", "running", False, ""),
    "runs-again": ("RUNNING", "paused", False, ""),
    "paused": ("PAUSED", "paused", False, ""),
    "waiting": ("WAITING", "paused", False, ""),
    "in-both": ("PAUSED", "running", True, ""),
    "failed": ("FAILED", "running", False, "FAILED, not running"),
    "failed-paused": ("FAILED", "paused", False, "FAILED, not running"),
    "failed-both": ("FAILED", "running", True, "FAILED, not running"),
    "unknown": ("BROKEN", None, False, "BROKEN, not running"),
    "leaving": ("DELETING", "running", False, "DELETING, not running"),
    "creating": ("CREATING", "running", False, "CREATING, still starting"),
    "restarting": ("RESTARTING", "paused", False, "RESTARTING, still starting"),
    "idle": ("PAUSED", "running", False, "PAUSED, but not paused in its definition"),
    "idle-no-state": ("WAITING", None, False, "WAITING, but not paused in its definition"),
}


@pytest.mark.parametrize(
    ("step", "kind", "arguments"),
    [("switch", "Smart Connect task", []), ("back_out", "sink task", ["--check"])],
)
def test_tasks_that_exist_already_must_run(
    simulator: Simulator, run: Playbooks, tmp_path: Path, step: str, kind: str, arguments: list[str]
) -> None:
    simulator.settings.shared_tasks = False
    entries = []
    descriptor = {"topics": ["x"], "obs_bucket_name": "archive"}
    for name, (status, state, both, _refused) in LEFT_ALONE.items():
        given = {"state": state} if state else {}
        entries.append({"task_name": name, "obs_destination_descriptor": descriptor, **given})
        api = None if both else "connector" if step == "switch" else "sink"
        simulator.world.add_task(simulator.connector_id, name, status=status, topics="x", api=api)
    path = write_definitions(simulator, tmp_path / "migration")
    path.write_text(yaml.safe_dump({"instance_id": simulator.instance_id, "tasks": entries}))
    fine = "|".join(name for name, row in LEFT_ALONE.items() if not row[3])
    output = run(PLAYBOOK, *arguments, **COMMON, dms_step=step, dms_pattern=fine)
    assert output.returncode == 0
    lines = shown(output.stdout, "Show the tasks")
    for name, (status, _state, both, refused) in LEFT_ALONE.items():
        if not refused:
            shown_as = f"shown by both APIs ({status})" if both else f"a {kind} already ({status})"
            assert f"{name} is {shown_as} and is left alone." in lines

    refusals = {name: row[3] for name, row in LEFT_ALONE.items() if row[3]}
    variants = {name: {**COMMON, "dms_step": step, "dms_pattern": name} for name in refusals}
    # One that does not run is enough.
    variants["all"] = {**COMMON, "dms_step": step}
    refusals["all"] = "; ".join(f"{name} ({problem})" for name, problem in refusals.items())
    messages = run.refusals(PLAYBOOK, *arguments, **variants)
    for name, problem in refusals.items():
        expected = problem if name == "all" else f"{name} ({problem})"
        assert f"their topics may not be dumped: {expected}. Nothing was changed." in messages[name]
    assert not simulator.journal.writes()


def test_task_that_failed_after_the_switch_is_not_taken_for_switched(
    simulator: Simulator, migrate: Migrate, file: Path
) -> None:
    simulator.settings.created_status = "FAILED"
    output = migrate(dms_step="switch", dms_pattern="orders", dms_confirm=1)
    assert output.returncode != 0
    assert (
        "orders was not switched: the Smart Connect task was created, but is not as wanted, or could not be confirmed to be. The"
        " sink task no longer exists, so its topics may not be dumped now." in text(output)
    )
    assert "FAILED" in text(output)
    for step in ("--check", "-v"):
        output = migrate(step, dms_step="switch", dms_pattern="orders", dms_confirm=0)
        assert output.returncode != 0
        assert "orders (FAILED, not running). Nothing was changed." in text(output)
    # It can be switched back.
    simulator.settings.created_status = "RUNNING"
    assert migrate(dms_step="back_out", dms_pattern="orders", dms_confirm=1).returncode == 0
    assert apis(simulator)["orders"] == ("sink", "RUNNING")


# --- nothing to approve ---------------------------------------------------------------------------------------------


def test_check_before_an_approval_fails_if_there_is_nothing_to_approve(
    simulator: Simulator, run: Playbooks, migrate: Migrate, file: Path, tasks: dict[str, str]
) -> None:
    for step in ("switch", "back_out"):
        moves = custom_stat(migrate("--check", dms_step=step, dms_require_change=True), "dms_moves")
        assert moves
        switch_all(simulator, tasks, "connector" if step == "switch" else "sink")
        common = {**COMMON, "dms_step": step, "dms_moves": moves}
        values = {"true": True, "one": 1, "text": " Yes ", "unclear": "perhaps"}
        variants = {name: {**common, "dms_require_change": value} for name, value in values.items()}
        for message in run.refusals(PLAYBOOK, "--check", **variants).values():
            assert message == "No task is to be moved, so there is nothing to approve."
        output = migrate("--check", dms_step=step, dms_moves=moves, dms_require_change="true")
        assert output.returncode != 0
        assert custom_stat(output, "dms_moves") == ""
        accepted = [{"dms_step": step, "dms_require_change": value} for value in (False, " No ", "", "0", None)]
        output = run.chain(*steps(*accepted), arguments=["--check"])
        assert output.returncode == 0
        assert custom_stat(output, "dms_moves") not in ("", moves)
    # A job that fails before it has read the tasks passes on none, either.
    output = migrate("--check", dms_step="switch", dms_folder="", dms_moves=moves)
    assert (output.returncode, custom_stat(output, "dms_moves")) == (2, "")
    assert not simulator.journal.writes()


# --- invalid definitions --------------------------------------------------------------------------------------------


def both_topics(entry: dict[str, Any]) -> None:
    entry["obs_destination_descriptor"]["topics_regex"] = "x.+"


def other_topics(entry: dict[str, Any]) -> None:
    entry["obs_destination_descriptor"]["topics"] = ["others"]


INVALID: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "invalid": (both_topics, r"tasks\[\d\] \(orders\): exactly one of \S+topics and \S+topics_regex must be set"),
    "different": (other_topics, "orders: it exists .* and differs: topics is"),
    "no-topics": (lambda entry: entry["obs_destination_descriptor"].pop("topics"), "exactly one of"),
}


def test_invalid_definition_is_refused_before_the_first_change(
    simulator: Simulator, run: Playbooks, tasks: dict[str, str], tmp_path: Path
) -> None:
    # Two sink tasks have the same name.
    for topics in ("x", "y"):
        simulator.world.add_task(simulator.connector_id, "twin", topics=topics, **SINK)
    switch = {**COMMON, "dms_step": "switch", "dms_pattern": "orders|bills"}
    others = ("elsewhere", "not-yaml", "ambiguous", "other-instance")
    variants = {name: {**switch, "dms_folder": name} for name in (*others, *INVALID)}
    variants["ambiguous"]["dms_pattern"] = "twin"
    files = {name: write_definitions(simulator, tmp_path / name) for name in variants if name != "elsewhere"}
    files["not-yaml"].write_text("tasks: [")
    edit(files["ambiguous"], "orders", lambda entry: entry.update(task_name="twin"))
    files["other-instance"].write_text(files["invalid"].read_text().replace(simulator.instance_id, "other"))
    for name, (change, _expected) in INVALID.items():
        edit(files[name], "orders", change)
    messages = run.refusals(PLAYBOOK, **variants)
    assert (
        "elsewhere/kafka-sample.yml must be YAML as the step write has written it; if it does not exist"
        in messages["elsewhere"]
    )
    assert f"{files['not-yaml']} must be YAML as the step write has written it" in messages["not-yaml"]
    assert "twin: several sink tasks have this name" in messages["ambiguous"]
    assert "the definitions are those of instance other, not of" in messages["other-instance"]
    for name, (_change, expected) in INVALID.items():
        assert re.search(expected, messages[name]), messages[name]
    assert not simulator.journal.writes()


# --- interrupts and failures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "deletion"), [("switch", "DeleteSinkTask"), ("back_out", "DeleteConnectorTask")])
def test_interrupted_run_is_completed_by_the_next_one(
    simulator: Simulator,
    run: Playbooks,
    migrate: Migrate,
    file: Path,
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
    [first, second] = shown(checked.stdout, "Show the tasks")
    assert first.startswith("orders is in neither API: a ")
    assert second.startswith("bills: the ")
    simulator.journal.clear()
    output = migrate(dms_step=step, dms_confirm="2")
    assert output.returncode == 0
    assert changes(output) == changes(checked) == 1
    assert len(simulator.journal.writes()) == 3
    assert {name: api for name, (api, _status) in apis(simulator).items()} == {"orders": new, "bills": new}


# The step, how a deletion fails, how the list after it does, and what is known of the deletion.
NOT_CONFIRMED = (
    "was deleted, but could not be confirmed to be gone, so the {new} was not created. Its topics are not dumped now:"
    " run it again to create the {new}."
)
UNKNOWN = "was deleted, so its topics may not be dumped now: run it again."
NOT_DELETED = "was not deleted."
FORBIDDEN = {"status": 403, "code": "DMS.00403003"}
REJECTED = {"status": 401, "code": "APIG.0301"}
DELETIONS: dict[str, tuple[str, dict[str, Any], dict[str, Any], str]] = {
    "then-500": ("switch", {}, {"status": 500}, NOT_CONFIRMED),
    "then-403": ("back_out", {}, FORBIDDEN, NOT_CONFIRMED),
    "then-401": ("switch", {}, REJECTED, NOT_CONFIRMED),
    "then-lost": ("back_out", {}, {"drop": "before"}, NOT_CONFIRMED),
    "lost-then-403": ("switch", {"drop": "after"}, FORBIDDEN, UNKNOWN),
    "502-then-500": ("back_out", {"status": 502, "after_work": True}, {"status": 500}, UNKNOWN),
    "502-not-done": ("switch", {"status": 502}, {}, UNKNOWN),
    "403": ("switch", FORBIDDEN, {}, NOT_DELETED),
    "401": ("back_out", REJECTED, {}, NOT_DELETED),
}
KINDS = {"SinkTask": "sink task", "ConnectorTask": "Smart Connect task"}


def faults_of(simulator: Simulator, operation: str, kind: str, fault: dict[str, Any], listing: dict[str, Any]) -> None:
    """Let the next request of an operation on a kind of task fail, and all lists of that kind after it."""

    def refuse_lists(_world: Any) -> None:
        if listing:
            simulator.faults.add(Fault(operation=f"List{kind}s", times=None, **listing))

    simulator.faults.add(Fault(operation=f"{operation}{kind}", after=refuse_lists, **fault))


def kinds_of(step: str, simulator: Simulator, tasks: dict[str, str]) -> tuple[str, str]:
    """Return the kinds of the tasks that *step* deletes and creates, as operations name them; the former exist then."""
    if step == "switch":
        return "SinkTask", "ConnectorTask"
    switch_all(simulator, tasks)
    return "ConnectorTask", "SinkTask"


def test_task_that_another_run_has_deleted_is_switched(
    simulator: Simulator, run: Playbooks, migrate: Migrate, file: Path, tasks: dict[str, str]
) -> None:
    old, _new = kinds_of("back_out", simulator, tasks)
    faults_of(simulator, "Delete", old, {"code": "DMS.00404026", "after_work": True}, {})
    output = migrate(dms_step="back_out", dms_confirm=2)
    assert output.returncode == 0, output.stdout
    assert {api for api, _status in apis(simulator).values()} == {"sink"}


@pytest.mark.parametrize("failure", list(DELETIONS))
def test_failed_deletion_is_reported_as_far_as_it_is_known(
    simulator: Simulator,
    run: Playbooks,
    migrate: Migrate,
    file: Path,
    tasks: dict[str, str],
    failure: str,
) -> None:
    step, deletion, listing, known = DELETIONS[failure]
    old, new = kinds_of(step, simulator, tasks)
    run.env.update(HW_MAX_RETRIES="0", HW_TIMEOUT="1")
    faults_of(simulator, "Delete", old, deletion, listing)
    way = WAYS[list(DELETIONS).index(failure) // 2 % 2]
    output = migrate(dms_step=step, dms_confirm=2, **in_way(way))
    assert output.returncode != 0
    whether = "it is unknown whether the " if known is UNKNOWN else "the "
    assert f"orders was not switched: {whether}{KINDS[old]} {known.format(new=KINDS[new])}" in text(output)
    assert ("was not deleted" in text(output)) is (known is NOT_DELETED)
    assert "Not tried: bills." in text(output)
    assert [entry.operation for entry in simulator.journal.writes() if entry.operation != f"Delete{old}"] == []
    done = deletion.get("after_work", not deletion or deletion.get("drop") == "after")
    assert ("orders" in apis(simulator)) is not done

    if listing.get("status") == 500:
        # The next run creates it, as check mode predicts.
        simulator.faults.clear()
        checked = migrate("--check", dms_step=step, dms_pattern="orders")
        assert checked.returncode == 0
        [line] = shown(checked.stdout, "Show the tasks")
        assert line.startswith("orders is in neither API: ")
        output = migrate(dms_step=step, dms_pattern="orders", dms_confirm=1)
        assert (output.returncode, changes(output)) == (0, changes(checked))
        assert apis(simulator)["orders"] == ("connector" if step == "switch" else "sink", "RUNNING")


# The step, how the creation of the deleted task goes after that of the new one has failed, and what is reported.
RESTORATIONS: dict[str, tuple[str, dict[str, Any], dict[str, Any], str]] = {
    "refused": ("switch", {"code": "DMS.00400876"}, {}, "The {old} was not created again, either"),
    "unknown": ("back_out", {"drop": "after"}, FORBIDDEN, "It is unknown whether the {old} was created again"),
    "unlisted": (
        "switch",
        {},
        FORBIDDEN,
        "The {old} was created again, but is not as wanted, or could not be confirmed to be",
    ),
}


@pytest.mark.parametrize("restoration", list(RESTORATIONS))
def test_failed_restoration_is_reported_as_far_as_it_is_known(
    simulator: Simulator,
    run: Playbooks,
    migrate: Migrate,
    file: Path,
    tasks: dict[str, str],
    restoration: str,
) -> None:
    step, creation, listing, reported = RESTORATIONS[restoration]
    old, new = kinds_of(step, simulator, tasks)
    run.env.update(HW_MAX_RETRIES="0")
    faults_of(simulator, "Create", new, {"code": "DMS.00400876"}, {})
    faults_of(simulator, "Create", old, creation, listing)
    output = migrate(dms_step=step, dms_pattern="orders", dms_confirm=1)
    assert output.returncode != 0
    expected = f"the {KINDS[new]} was not created. {reported.format(old=KINDS[old])} ("
    assert f"orders was not switched: {expected}" in text(output)
    certainly = "are not" if restoration == "refused" else "may not be"
    assert f"Its topics {certainly} dumped now." in text(output)
    assert [entry.operation for entry in simulator.journal.writes()] == [f"Delete{old}", f"Create{new}", f"Create{old}"]


@pytest.mark.parametrize("step", ["switch", "back_out"])
def test_failed_creation_restores_the_task(
    simulator: Simulator, migrate: Migrate, file: Path, tasks: dict[str, str], step: str
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
    assert "Switched before: orders." in text(output)
    assert {name: api for name, (api, _status) in apis(simulator).items()} == {"orders": new, "bills": old}


@pytest.mark.parametrize("step", ["switch", "back_out"])
def test_next_run_creates_the_task_if_restoring_it_failed(
    simulator: Simulator, migrate: Migrate, file: Path, tasks: dict[str, str], step: str
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


def test_creation_with_unknown_outcome_is_not_undone(simulator: Simulator, migrate: Migrate, file: Path) -> None:
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
    assert "orders is a Smart Connect task already (RUNNING) and is left alone." in shown(
        output.stdout, "Show the tasks"
    )
