# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that pause and resume Smart Connect tasks."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.collection import custom_stat, operations, shown
from acceptance.harness.playbook import MARKER, SWITCH, ansible_playbook, kill_marked
from simulator import Fault
from simulator.world import INSTANCE_ID

if TYPE_CHECKING:
    from collections.abc import Callable

    from acceptance.harness.collection import Playbooks
    from simulator import Simulator

INSTANCE = {"dms_instance_name": " kafka-sample "}
AS_MODULE = {SWITCH: False}
# Tasks that are RUNNING are read again without waiting.
QUICK = {"_dms_seconds_between": 0}
LIST = "ListConnectorTasks"
NAMES = ("orders", "bills", "audit", "idle")


@pytest.fixture
def tasks(simulator: Simulator) -> dict[str, str]:
    """The ids of four tasks by their names. All are RUNNING but for idle, which is PAUSED."""
    return {
        name: simulator.world.add_task(
            simulator.connector_id, name, topics=f"topic-of-{name}", status="PAUSED" if name == "idle" else "RUNNING"
        )
        for name in NAMES
    }


@pytest.fixture
def entries(simulator: Simulator, tasks: dict[str, str]) -> dict[str, dict[str, str]]:
    """What the pause records of each task."""
    return {name: {"instance_id": simulator.instance_id, "task_id": tasks[name], "task_name": name} for name in NAMES}


def statuses(simulator: Simulator) -> dict[str, str]:
    return {task["task_name"]: task["status"] for task in simulator.world.tasks(simulator.connector_id)}


def set_task(simulator: Simulator, name: str, status: str, *passing: str) -> None:
    """Change the status of a task; the next reads return *passing* first."""
    [task] = [task for task in simulator.world.tasks(simulator.connector_id) if task["task_name"] == name]
    simulator.world.set_task(simulator.connector_id, task["task_id"], status=status, passing=list(passing))


def copied(text: str) -> list[list[dict[str, str]]]:
    """The values for dms_paused that a run has printed, as a user can copy them."""
    return [json.loads(line) for line in re.findall(r"^ok: \[localhost\] => \(item=(\[\{.*\}\])\)", text, re.MULTILINE)]


def interrupted(run: Playbooks, playbook: str, event: threading.Event, **variables: Any) -> str:
    """Start a playbook, kill all its processes when *event* is set, and return its output."""
    marker = uuid.uuid4().hex
    command = [ansible_playbook(), f"huaweicloud.kafka.{playbook}", "-e", json.dumps(variables)]
    with subprocess.Popen(
        command,
        cwd=run.folder,
        env={**run.env, MARKER: marker},
        text=True,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            assert event.wait(120)
        finally:
            kill_marked(marker)
        text = process.communicate()[0]
    print(text)
    return text


# --- what is recorded -----------------------------------------------------------------------------------------------


def test_resume_resumes_only_the_tasks_that_pause_paused(
    simulator: Simulator, run: Playbooks, tasks: dict[str, str], tmp_path: Path
) -> None:
    state = tmp_path / "paused.json"
    selection = {**INSTANCE, "dms_pattern": "orders|bills|idle", "dms_state_file": " paused.json "}
    before = statuses(simulator)

    output = run("smart_connect_pause", "--check", **selection)
    assert output.returncode == 0
    assert shown(output.stdout, "Show the tasks to pause") == [
        "2 Smart Connect tasks would be paused",
        "orders",
        "bills",
        "idle is not RUNNING and is left alone",
    ]
    assert (statuses(simulator), state.exists(), custom_stat(output, "dms_paused")) == (before, False, [])

    # One of the two can't be paused and is not saved. The next run pauses it, and both are saved.
    simulator.faults.add(Fault(operation="PauseConnectorTask", path=tasks["bills"], code="DMS.00400868"))
    output = run("smart_connect_pause", **selection)
    assert output.returncode != 0
    assert statuses(simulator) == {**before, "orders": "PAUSED"}
    orders, bills = (
        {"instance_id": simulator.instance_id, "task_id": tasks[name], "task_name": name}
        for name in ("orders", "bills")
    )
    assert json.loads(state.read_text()) == [orders] == custom_stat(output, "dms_paused")
    output = run("smart_connect_pause", **selection)
    assert output.returncode == 0
    assert json.loads(state.read_text()) == [orders, bills] == custom_stat(output, "dms_paused")
    assert statuses(simulator) == {**before, "orders": "PAUSED", "bills": "PAUSED"}

    # Another user has resumed one.
    simulator.world.set_task(simulator.connector_id, tasks["bills"], status="RUNNING")
    steps = [("smart_connect_resume", {"dms_state_file": name, **QUICK}) for name in ("paused.json", " ")]
    output = run.chain(*steps)
    assert output.returncode != 0
    assert shown(output.stdout, "Show the tasks to resume") == [
        "1 Smart Connect tasks will be resumed",
        "orders",
        "bills is no longer PAUSED and is left alone",
    ]
    assert statuses(simulator) == before
    assert json.loads(state.read_text()) == [] == custom_stat(output, "dms_paused")
    assert "Set dms_state_file or dms_paused" in output.stdout


def test_resume_reads_the_artifact(simulator: Simulator, run: Playbooks, tasks: dict[str, str]) -> None:
    paused = {"instance_id": simulator.instance_id, "task_id": tasks["idle"], "task_name": "idle"}
    missing = {**paused, "task_id": "00000000-0000-4000-8000-000000000000", "task_name": "missing"}
    simulator.faults.add(Fault(operation="ResumeConnectorTask", code="DMS.00400869"))
    output = run("smart_connect_resume", dms_paused=[paused, missing])
    assert output.returncode != 0
    assert "missing no longer exists" in shown(output.stdout, "Show the tasks to resume")
    assert custom_stat(output, "dms_paused") == [paused]
    output = run("smart_connect_resume", dms_paused=json.dumps([paused, missing]))
    assert output.returncode == 0
    assert statuses(simulator)["idle"] == "RUNNING"
    assert operations(simulator, "ResumeConnectorTask") == 2


def _pause(name: str = "", **fault: Any) -> Callable[[dict[str, str]], Fault]:
    """A fault of the requests that pause one task, or any task."""
    return lambda tasks: Fault(operation="PauseConnectorTask", path=tasks.get(name), **fault)


def _list(number: int, **fault: Any) -> Callable[[dict[str, str]], Fault]:
    """A fault of all lists from *number* on: the playbook reads the first one itself, the module the others."""
    return lambda _tasks: Fault(operation=LIST, skip=number - 1, **{"times": None, **fault})


FORBIDDEN = {"code": "DMS.00403003"}
REJECTED = {"status": 401, "code": "APIG.0301"}
REFUSED = {"code": "DMS.00400868"}
EXTENDING = {"times": 1, "after": lambda world: world.set_instance(INSTANCE_ID, status="EXTENDING")}

FAULTS = {
    "the instance is being changed": [_list(1, **EXTENDING)],
    "the list is forbidden": [_list(2, **FORBIDDEN)],
    "the list fails": [_list(2, status=500)],
    "the credentials are rejected": [_list(2, **REJECTED)],
    "all pauses are refused": [_pause(times=None, **REFUSED)],
    "one pause is refused": [_pause("bills", **REFUSED)],
    "the credentials are rejected after a pause": [_pause("bills", delay=1, **REJECTED)],
    "one pause has no response": [_pause("bills", drop="after")],
    "one pause has no response, and nothing can be read afterwards": [
        _pause("bills", drop="after"),
        lambda tasks: Fault(operation="ShowConnectorTask", path=tasks["bills"], times=None, **FORBIDDEN),
    ],
    "nothing can be read after the pauses": [_list(3, **FORBIDDEN)],
}
RUNS = [(name, {}) for name in FAULTS]
RUNS += [(name, AS_MODULE) for name in ("the list is forbidden", "one pause is refused")]


@pytest.mark.parametrize(("name", "variables"), RUNS)
def test_pause_records_what_it_has_paused(
    simulator: Simulator,
    run: Playbooks,
    entries: dict[str, dict[str, str]],
    tasks: dict[str, str],
    tmp_path: Path,
    name: str,
    variables: dict[str, Any],
) -> None:
    earlier, artifact = ({**entries["idle"], "task_id": name, "task_name": name} for name in ("earlier", "artifact"))
    state = tmp_path / "paused.json"
    state.write_text(json.dumps([earlier]))
    run.env.update(HW_MAX_RETRIES="0", HW_TIMEOUT="3")
    simulator.faults.add(*[fault(tasks) for fault in FAULTS[name]])
    output = run("smart_connect_pause", **INSTANCE, dms_state_file="paused.json", dms_paused=[artifact], **variables)
    assert (output.returncode == 0) == (name == "one pause has no response")
    paused = [entries[name] for name in NAMES[:3] if statuses(simulator)[name] == "PAUSED"]
    assert json.loads(state.read_text()) == [artifact, earlier, *paused] == custom_stat(output, "dms_paused")


def test_pause_does_not_record_a_task_that_another_user_paused_in_the_meantime(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]]
) -> None:
    simulator.faults.add(Fault(operation=LIST, after=lambda _world: set_task(simulator, "bills", "PAUSED")))
    output = run("smart_connect_pause", **INSTANCE)
    assert output.returncode == 0
    assert custom_stat(output, "dms_paused") == [entries["orders"], entries["audit"]]
    output = run("smart_connect_resume", dms_paused=custom_stat(output, "dms_paused"))
    assert output.returncode == 0
    assert statuses(simulator) == {"orders": "RUNNING", "bills": "PAUSED", "audit": "RUNNING", "idle": "PAUSED"}


def _kill_module(_world: Any) -> None:
    """Kill the module process, whose file has the name of the module."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if b"AnsiballZ_huaweicloud_kafka_smart_connect_tasks.py" in (folder / "cmdline").read_bytes():
                os.kill(int(folder.name), signal.SIGKILL)


def test_pause_without_a_report_records_all_tasks(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]]
) -> None:
    simulator.faults.add(Fault(operation="PauseConnectorTask", before=_kill_module, delay=1, times=None))
    output = run("smart_connect_pause", **INSTANCE, **AS_MODULE)
    assert output.returncode != 0
    assert custom_stat(output, "dms_paused") == [entries[name] for name in NAMES[:3]]


def test_pause_is_not_terminated_by_ansible(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]]
) -> None:
    run.env["ANSIBLE_TASK_TIMEOUT"] = "10"
    simulator.faults.add(Fault(operation="PauseConnectorTask", delay=12))
    output = run("smart_connect_pause", **INSTANCE)
    assert output.returncode == 0
    assert custom_stat(output, "dms_paused") == [entries[name] for name in NAMES[:3]]


# --- what resume keeps ----------------------------------------------------------------------------------------------


def test_resume_waits_for_a_pause_that_takes_effect_late(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    state = tmp_path / "paused.json"
    sent = threading.Event()
    simulator.settings.action_reads = 6
    simulator.faults.add(Fault(operation="PauseConnectorTask", skip=2, after=lambda _world: sent.set()))
    text = interrupted(run, "smart_connect_pause", sent, **INSTANCE, dms_state_file="paused.json")
    recorded = [entries[name] for name in ("orders", "bills", "audit")]
    assert json.loads(state.read_text()) == recorded
    assert copied(text) == [recorded]
    output = run("smart_connect_resume", "--check", dms_state_file="paused.json", _dms_reads=2, **QUICK)
    assert output.returncode == 0
    assert json.loads(state.read_text()) == recorded
    output = run("smart_connect_resume", dms_state_file="paused.json", _dms_seconds_between=1)
    assert output.returncode == 0
    assert shown(output.stdout, "Show the tasks to resume")[0] == "3 Smart Connect tasks will be resumed"
    assert statuses(simulator) == {"orders": "RUNNING", "bills": "RUNNING", "audit": "RUNNING", "idle": "PAUSED"}
    assert json.loads(state.read_text()) == []


def test_resume_keeps_each_task_until_it_runs(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    state = tmp_path / "paused.json"
    gone = {**entries["idle"], "task_id": "00000000-0000-4000-8000-000000000000", "task_name": "gone"}
    everything = [*entries.values(), gone]
    state.write_text(json.dumps(everything))
    set_task(simulator, "bills", "FAILED")
    set_task(simulator, "audit", "WAITING")

    # A list that is not complete proves nothing.
    simulator.faults.add(Fault(operation=LIST, mutate=lambda body: {**body, "total_number": 99}, times=None))
    assert run("smart_connect_resume", dms_state_file="paused.json").returncode != 0
    assert json.loads(state.read_text()) == everything
    simulator.faults.clear()

    set_task(simulator, "orders", "RUNNING", *["RESTARTING"] * 4)
    lines = [
        "orders",
        "idle",
        "gone no longer exists",
        "bills is FAILED and is left alone",
        "audit is WAITING and is left alone",
    ]
    for arguments, modal in ((["--check"], "would"), ([], "will")):
        output = run("smart_connect_resume", *arguments, dms_state_file="paused.json")
        assert output.returncode != 0
        assert shown(output.stdout, "Show the tasks to resume") == [
            f"2 Smart Connect tasks {modal} be resumed",
            *lines,
        ]
        assert "These tasks were not resumed, and stay recorded: bills is FAILED, audit is WAITING." in output.stdout
    left = [entries["bills"], entries["audit"]]
    assert json.loads(state.read_text()) == left == custom_stat(output, "dms_paused")
    assert statuses(simulator) == {"orders": "RUNNING", "bills": "FAILED", "audit": "WAITING", "idle": "RUNNING"}
    assert operations(simulator, "ResumeConnectorTask") == 1


def test_resume_resumes_the_tasks_of_other_instances(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    state = tmp_path / "paused.json"
    gone = {
        **entries["bills"],
        "instance_id": "00000000-0000-4000-8000-000000000000",
        "task_id": "x",
        "task_name": "gone",
    }
    state.write_text(json.dumps([gone, entries["idle"]]))
    output = run("smart_connect_resume", dms_state_file="paused.json")
    assert output.returncode != 0
    assert "These tasks were not resumed, and stay recorded: gone is unknown (" in output.stdout
    assert statuses(simulator)["idle"] == "RUNNING"
    assert json.loads(state.read_text()) == [gone] == custom_stat(output, "dms_paused")


def test_resume_keeps_a_task_that_was_not_read_as_running(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]]
) -> None:
    simulator.settings.action_reads = 5
    # A single task is polled by reading it.
    simulator.faults.add(Fault(operation="ShowConnectorTask", code="DMS.00403003", times=None))
    output = run("smart_connect_resume", dms_paused=[entries["idle"]])
    assert output.returncode != 0
    assert operations(simulator, "ResumeConnectorTask") == 1
    assert custom_stat(output, "dms_paused") == [entries["idle"]]


# --- what is refused ------------------------------------------------------------------------------------------------


def test_foreign_files_are_refused_and_kept(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]], tmp_path: Path
) -> None:
    contents = {
        "dictionary": json.dumps({"retention": 7}),
        "other-list": json.dumps(["orders"]),
        "report": json.dumps([{**entries["orders"], "status": "RUNNING"}]),
        "no-name": json.dumps([{"instance_id": "i", "task_id": "t"}]),
        "not-json": "paused: []\n",
        "number": "1e3",
    }
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    (tmp_path / "folder").mkdir()
    places = {**dict.fromkeys(contents, "must be a JSON list"), "folder": "is not a file"}
    for mode in ([], ["--check"]):
        variants = {name: {**INSTANCE, "dms_state_file": name} for name in places}
        variants["missing"] = {**INSTANCE, "dms_state_file": "no/paused.json"}
        messages = run.refusals("smart_connect_pause", *mode, **variants)
        for name, sentence in {**places, "missing": "there is no folder"}.items():
            assert re.search(rf"^dms_state_file /.*{sentence}.* Nothing was changed\.$", messages[name]), name
        del variants["folder"], variants["missing"]
        messages = run.refusals("smart_connect_resume", *mode, **variants)
        assert all(re.search("^dms_state_file .* Nothing was changed", message) for message in messages.values())
    assert {name: (tmp_path / name).read_text() for name in contents} == contents
    assert len(simulator.journal) == 0


@pytest.mark.parametrize("playbook", ["smart_connect_pause", "smart_connect_resume"])
def test_artifact_that_is_not_a_list_of_tasks_is_refused(simulator: Simulator, run: Playbooks, playbook: str) -> None:
    wrong = {
        "text": "orders",
        "truncated": '[{"instance_id": "i"',
        "dictionary": {"instance_id": "i"},
        "json-dictionary": "{}",
        "number": 5,
        "yes": True,
        "other-list": ["orders"],
    }
    instance = INSTANCE if playbook == "smart_connect_pause" else {}
    variants = {name: {**instance, "dms_paused": value} for name, value in wrong.items()}
    messages = run.refusals(playbook, **variants)
    assert all(
        re.search(r"^dms_paused must be a JSON list .*Nothing was changed\.$", text) for text in messages.values()
    )
    assert len(simulator.journal) == 0


def test_recorded_text_is_not_a_template(simulator: Simulator, run: Playbooks, tmp_path: Path) -> None:
    record = [{"instance_id": simulator.instance_id, "task_id": "x", "task_name": "{{ 'evaluated' ~ 1 }}"}]
    (tmp_path / "paused.json").write_text(json.dumps(record))
    output = run("smart_connect_pause", **INSTANCE, dms_state_file="paused.json")
    assert output.returncode == 0
    assert json.loads((tmp_path / "paused.json").read_text()) == record
    assert "evaluated1" not in output.stdout


# --- maintenance windows --------------------------------------------------------------------------------------------


def test_window_that_was_interrupted_is_resumed_from_its_output(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]]
) -> None:
    names = ("orders", "bills", "audit")
    sent = threading.Event()
    # One pause is refused, two are done, and the playbook waits for their responses.
    simulator.faults.add(
        Fault(operation="PauseConnectorTask", path=entries["audit"]["task_id"], code="DMS.00400868"),
        Fault(operation="PauseConnectorTask", delay=15),
        Fault(operation="PauseConnectorTask", delay=15, after=lambda _world: sent.set()),
    )
    required = {**INSTANCE, "dms_require_change": True}
    text = interrupted(run, "smart_connect_pause", sent, **required)
    assert "Smart Connect tasks will be paused" in text
    assert copied(text) == [[entries[name] for name in names]]
    assert statuses(simulator) == {"orders": "PAUSED", "bills": "PAUSED", "audit": "RUNNING", "idle": "PAUSED"}
    [line] = re.findall(r"item=(\[\{.*\}\])\)", text)
    output = run("smart_connect_resume", dms_paused=line, **QUICK)
    assert output.returncode == 0
    assert custom_stat(output, "dms_paused") == []
    assert statuses(simulator) == {**dict.fromkeys(names, "RUNNING"), "idle": "PAUSED"}


@pytest.mark.parametrize("arguments", [[], ["--check"]], ids=["run", "check"])
def test_window_without_a_task_to_pause_fails_if_a_change_is_required(
    simulator: Simulator, run: Playbooks, entries: dict[str, dict[str, str]], tmp_path: Path, arguments: list[str]
) -> None:
    for name in ("orders", "bills"):
        set_task(simulator, name, "PAUSED")
    set_task(simulator, "audit", "RESTARTING")
    paused = [entries[name] for name in ("orders", "bills", "idle")]
    required = {**INSTANCE, "dms_require_change": "true", "dms_state_file": "paused.json"}
    output = run("smart_connect_pause", *arguments, **required)
    assert output.returncode != 0
    assert copied(output.stdout) == [paused]
    [text] = re.findall(r"^fatal: .*? => (\{.*\})$", output.stdout, re.MULTILINE)
    message = json.loads(text)["msg"]
    assert message.startswith(
        "No task is RUNNING, so there is nothing to approve. PAUSED already: orders, bills, idle."
    )
    assert json.loads(re.findall(r"dms_paused=(\[.*\])\.$", message)[0]) == paused
    assert not (tmp_path / "paused.json").exists()
    assert {entry.method for entry in simulator.journal} == {"GET"}

    set_task(simulator, "idle", "RUNNING")
    required["dms_pattern"] = "idle"
    assert run("smart_connect_pause", *arguments, **required).returncode == 0


def test_window_in_which_other_users_paused_all_tasks_fails(
    simulator: Simulator, run: Playbooks, tasks: dict[str, str]
) -> None:
    simulator.faults.add(Fault(operation=LIST, after=lambda _world: set_task(simulator, "bills", "PAUSED")))
    output = run("smart_connect_pause", **INSTANCE, dms_pattern="bills", dms_require_change=True)
    assert output.returncode != 0
    assert "No task was paused, because other users have paused them in the meantime" in output.stdout
    assert custom_stat(output, "dms_paused") == []
    assert operations(simulator, "PauseConnectorTask") == 0


def test_change_is_required_unless_it_is_clearly_not(
    simulator: Simulator, run: Playbooks, tasks: dict[str, str]
) -> None:
    variants = dict(enumerate((True, "true", "yes", 1, "on", "maybe")))
    pattern = {**INSTANCE, "dms_pattern": "none of them"}
    messages = run.refusals(
        "smart_connect_pause",
        **{f"v{number}": {**pattern, "dms_require_change": value} for number, value in variants.items()},
    )
    assert set(messages.values()) == {"No task is RUNNING, so there is nothing to approve. No task is PAUSED, either."}
    steps = [("smart_connect_pause", {**pattern, "dms_require_change": value}) for value in (False, "no", " ", "0")]
    assert run.chain(*steps).returncode == 0
