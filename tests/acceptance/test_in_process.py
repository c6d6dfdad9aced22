# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which way a task runs: in-process where that is the place that the user means, else as a module."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from acceptance.harness.playbook import MODULE, ROOT, SWITCH, WAYS, Output
from acceptance.harness.tasks import absent, variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator import Simulator

IN_WORKER = None

# Runs the last of its arguments, as sudo runs the command of a task, without changing the user.
FAKE_SUDO = """#!/bin/sh
while [ $# -gt 1 ]; do shift; done
exec /bin/sh -c "$1"
"""

# A stand-in for a Python without requests. It is read by each Python that starts: HIDE_REQUESTS says whether it is to be
# hidden from modules as well.
HIDING = """\
import importlib.machinery, os
with open("/proc/self/cmdline", "rb") as file:
    controller = b"ansible-playbook" in file.read()
if os.environ["HIDE_REQUESTS"] == "everywhere" or controller:
    find = importlib.machinery.PathFinder.find_spec
    def find_spec(name, path=None, target=None):
        return None if name.partition(".")[0] == "requests" else find(name, path, target)
    importlib.machinery.PathFinder.find_spec = find_spec
"""


class Row(NamedTuple):
    """Keywords of a task, of its play, or of a block around it, and why it runs as a module (None: it does not)."""

    name: str
    reason: str | None
    task: dict[str, Any] = {}  # noqa: RUF012
    play: dict[str, Any] = {}  # noqa: RUF012
    block: dict[str, Any] = {}  # noqa: RUF012


VARIABLES = {"A_VARIABLE": "value"}
BECOME = {"ansible_become_exe": "{{ playbook_dir }}/sudo"}

TABLE = [
    Row("a local connection", IN_WORKER),
    Row("check mode", IN_WORKER, {"check_mode": True}),
    Row("become on the task", "it uses become", {"become": True, "vars": BECOME}),
    Row("become as a variable", "it uses become", {"vars": {"ansible_become": True, **BECOME}}),
    Row("become that is off", IN_WORKER, {"become": False}),
    Row("async", "it uses async", {"async": 30, "poll": 1}),
    Row("async of nothing", IN_WORKER, {"async": 0, "poll": 0}),
    Row("environment on the block", "it sets environment variables", block={"environment": VARIABLES}),
    Row("environment as a list", "it sets environment variables", {"environment": [{}, VARIABLES]}),
    Row("environment that is empty", IN_WORKER, {"environment": {}}),
    Row(
        "another connection as a keyword",
        "the connection is elsewhere",
        {"connection": "elsewhere"},
        {"hosts": "plain"},
    ),
    Row("the local connection as a keyword", IN_WORKER, {"connection": "local"}, {"hosts": "plain"}),
    Row("delegated elsewhere", "the connection is elsewhere", {"delegate_to": "remote"}),
    Row("delegated to here", IN_WORKER, {"delegate_to": "localhost"}, {"hosts": "remote"}),
    Row("switched off in a word", f"{SWITCH} is off", {"vars": {SWITCH: "no"}}),
    Row("switched off by a template", f"{SWITCH} is off", {"vars": {SWITCH: "{{ 1 > 2 }}"}}),
    Row("switched on in a word", IN_WORKER, {"vars": {SWITCH: "yes"}}),
    Row("switched off for the play", f"{SWITCH} is off", play={"vars": {SWITCH: False}}),
]


def play_of(row: Row, task: dict[str, Any]) -> dict[str, Any]:
    task = {**task, "name": row.name, **row.task}
    tasks = [{"block": [task], **row.block}] if row.block else [task]
    return {"hosts": "localhost", "tasks": tasks, **row.play}


def reasons(output: Output) -> dict[str, str | None]:
    """Why each task ran as a module, by its name; None if it ran in-process."""
    found: dict[str, str | None] = {}
    for part in re.split(r"^TASK \[", output.text, flags=re.MULTILINE)[1:]:
        name = part.partition("]")[0].rpartition(" : ")[2]
        said = re.search(rf"{re.escape(MODULE)} runs as a module: (.+)", part)
        sent = re.search(r"GET /v2/\S+: 200 in \d+ ms", part)
        found[name] = said[1].strip() if said else None
        # The requests that are shown are those of the worker; a module can't show any.
        assert bool(said) is not bool(sent), part
    return found


def test_the_way_is_chosen(simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path) -> None:
    sudo = tmp_path / "sudo"
    sudo.write_text(FAKE_SUDO)
    sudo.chmod(0o755)
    plays = [play_of(row, absent(simulator)) for row in TABLE]
    hosts = {
        "localhost": {},
        "remote": {"ansible_connection": "elsewhere"},
        "plain": {"ansible_connection": None},
    }
    output = run_playbook(plays, "-vvv", hosts=hosts, variables=variables(simulator)).expect_success()
    assert reasons(output) == {row.name: row.reason for row in TABLE}
    assert {row.name: output.result(row.name)["changed"] for row in TABLE} == {row.name: False for row in TABLE}
    assert simulator.journal.operations() == ["ListSinkTasks"] * len(TABLE)


def test_every_module_is_in_a_table_that_compares_both_ways() -> None:
    names = {path.stem for path in (ROOT / "plugins" / "modules").glob("huaweicloud_kafka_*.py")}
    tables = [import_module(f"acceptance.{path.stem}") for path in Path(__file__).parent.glob("test_*.py")]
    cases = [case for table in tables for case in getattr(table, "CASES", ())]
    assert names == {case.module for case in cases if case.steps(WAYS[1])}


def test_the_environment_of_a_role_reaches_the_module(
    simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path
) -> None:
    tasks = tmp_path / "roles" / "cleaner" / "tasks"
    tasks.mkdir(parents=True)
    task = {**absent(simulator, access_key=None, secret_key=None), "ignore_errors": True}
    (tasks / "main.yml").write_text(json.dumps([task]))
    keys = {"HW_ACCESS_KEY": simulator.access_key, "HW_SECRET_KEY": "{{ secret_key }}"}
    plays = [{"roles": [{"role": "cleaner", "environment": keys}]}, {"roles": ["cleaner"]}]
    output = run_playbook(plays, "-vvv", variables=variables(simulator)).expect_success()
    with_keys, without = output.results("cleaner : delete the task")
    assert with_keys["changed"] is False
    assert "there are no credentials" in without["msg"]
    assert output.text.count("runs as a module: it sets environment variables") == 1
    assert simulator.journal.operations() == ["ListSinkTasks"]


def test_in_the_background(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.world.add_task(simulator.connector_id, "orders")
    tasks = [
        {**absent(simulator, "begin"), "async": 60, "poll": 0, "register": "job"},
        {
            "name": "end",
            "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
            "register": "status",
            "until": "status.finished",
            "retries": 60,
            "delay": 1,
        },
    ]
    output = run_playbook([{"tasks": tasks}], variables=variables(simulator)).expect_success()
    assert output.result("end")["changed"] is True
    assert output.result("end")["sink_task"]["task_name"] == "orders"
    assert simulator.journal.operations() == ["ListSinkTasks", "DeleteSinkTask", "ListSinkTasks"]


def test_the_environment_variable(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    tasks = [
        absent(simulator, "by the environment"),
        {**absent(simulator, "by the variable"), "vars": {SWITCH: True}},
    ]
    output = run_playbook([{"tasks": tasks}], "-vvv", env={SWITCH.upper(): "false"}, variables=variables(simulator))
    assert reasons(output.expect_success()) == {
        "by the environment": f"{SWITCH} is off",
        "by the variable": IN_WORKER,
    }


def test_requests_is_missing(simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(HIDING)
    everywhere = {"HIDE_REQUESTS": "everywhere"}
    tasks = [
        absent(simulator, "on the controller"),
        {**absent(simulator, "on the target"), "environment": everywhere, "ignore_errors": True},
    ]
    output = run_playbook(
        [{"tasks": tasks}],
        "-vvv",
        env={"PYTHONPATH": str(tmp_path), "HIDE_REQUESTS": "controller"},
        variables=variables(simulator),
    ).expect_success()
    assert output.text.count("runs as a module: the Python of the controller has no requests") == 1
    assert output.result("on the controller")["changed"] is False
    message = output.result("on the target")["msg"]
    assert message.startswith("Failed to import the required Python library (requests) on ")
    assert simulator.journal.operations() == ["ListSinkTasks"]


def test_a_switch_that_is_neither_on_nor_off(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    task = {**absent(simulator), "vars": {SWITCH: "perhaps"}}
    output = run_playbook([{"tasks": [task]}], variables=variables(simulator))
    assert output.code == 2
    assert "perhaps" in output.result("delete the task")["msg"]
    assert simulator.journal == []
