# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a task runs in-process, and when as a module process."""

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

IN_PROCESS = None

# Runs its last argument, like sudo, but as the same user.
FAKE_SUDO = """#!/bin/sh
while [ $# -gt 1 ]; do shift; done
exec /bin/sh -c "$1"
"""

# Makes the import of requests fail. Each Python process imports this; HIDE_REQUESTS selects whether the import fails in
# module processes, too.
SITECUSTOMIZE = """\
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
    """Keywords of a task, of its play or of its block, and the reason why it runs as a module; None: in-process."""

    name: str
    reason: str | None
    task: dict[str, Any] = {}  # noqa: RUF012
    play: dict[str, Any] = {}  # noqa: RUF012
    block: dict[str, Any] = {}  # noqa: RUF012


VARIABLES = {"A_VARIABLE": "value"}
BECOME = {"ansible_become_exe": "{{ playbook_dir }}/sudo"}

TABLE = [
    Row("a local connection", IN_PROCESS),
    Row("check mode", IN_PROCESS, {"check_mode": True}),
    Row("become on the task", "it uses become", {"become": True, "vars": BECOME}),
    Row("become as a variable", "it uses become", {"vars": {"ansible_become": True, **BECOME}}),
    Row("become set to false", IN_PROCESS, {"become": False}),
    Row("async", "it uses async", {"async": 30, "poll": 1}),
    Row("async of 0", IN_PROCESS, {"async": 0, "poll": 0}),
    Row("environment on the block", "it sets environment variables", block={"environment": VARIABLES}),
    Row("environment as a list", "it sets environment variables", {"environment": [{}, VARIABLES]}),
    Row("an empty environment", IN_PROCESS, {"environment": {}}),
    Row(
        "another connection as a keyword",
        "the connection is elsewhere",
        {"connection": "elsewhere"},
        {"hosts": "plain"},
    ),
    Row("the local connection as a keyword", IN_PROCESS, {"connection": "local"}, {"hosts": "plain"}),
    Row("delegated to a remote host", "the connection is elsewhere", {"delegate_to": "remote"}),
    Row("delegated to localhost", IN_PROCESS, {"delegate_to": "localhost"}, {"hosts": "remote"}),
    Row("turned off with no", f"{SWITCH} is off", {"vars": {SWITCH: "no"}}),
    Row("turned off by a template", f"{SWITCH} is off", {"vars": {SWITCH: "{{ 1 > 2 }}"}}),
    Row("turned on with yes", IN_PROCESS, {"vars": {SWITCH: "yes"}}),
    Row("turned off for the play", f"{SWITCH} is off", play={"vars": {SWITCH: False}}),
]


def play_of(row: Row, task: dict[str, Any]) -> dict[str, Any]:
    task = {**task, "name": row.name, **row.task}
    tasks = [{"block": [task], **row.block}] if row.block else [task]
    return {"hosts": "localhost", "tasks": tasks, **row.play}


def reasons(output: Output) -> dict[str, str | None]:
    """The reasons why tasks ran as a module, by their names; None: in-process."""
    found: dict[str, str | None] = {}
    for part in re.split(r"^TASK \[", output.text, flags=re.MULTILINE)[1:]:
        name = part.partition("]")[0].rpartition(" : ")[2]
        reason = re.search(rf"{re.escape(MODULE)} runs as a module: (.+)", part)
        request = re.search(r"GET /v2/\S+: 200 in \d+ ms", part)
        found[name] = reason[1].strip() if reason else None
        # Requests are printed only in-process; a module process can't print.
        assert bool(reason) is not bool(request), part
    return found


def test_keywords_select_in_process_or_a_module(
    simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path
) -> None:
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


def test_environment_of_a_role_is_passed_to_the_module(
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


def test_async_task_runs_as_a_module(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.world.add_task(simulator.connector_id, "orders")
    tasks = [
        {**absent(simulator, "start"), "async": 60, "poll": 0, "register": "job"},
        {
            "name": "wait",
            "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
            "register": "status",
            "until": "status.finished",
            "retries": 60,
            "delay": 1,
        },
    ]
    output = run_playbook([{"tasks": tasks}], variables=variables(simulator)).expect_success()
    assert output.result("wait")["changed"] is True
    assert output.result("wait")["sink_task"]["task_name"] == "orders"
    assert simulator.journal.operations() == ["ListSinkTasks", "DeleteSinkTask", "ListSinkTasks"]


def test_variable_overrides_the_environment_variable(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    tasks = [
        absent(simulator, "environment variable"),
        {**absent(simulator, "variable"), "vars": {SWITCH: True}},
    ]
    output = run_playbook([{"tasks": tasks}], "-vvv", env={SWITCH.upper(): "false"}, variables=variables(simulator))
    assert reasons(output.expect_success()) == {
        "environment variable": f"{SWITCH} is off",
        "variable": IN_PROCESS,
    }


def test_task_runs_as_a_module_when_requests_is_missing(
    simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(SITECUSTOMIZE)
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


def test_switch_must_be_a_boolean(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    task = {**absent(simulator), "vars": {SWITCH: "perhaps"}}
    output = run_playbook([{"tasks": [task]}], variables=variables(simulator))
    assert output.code == 2
    assert "perhaps" in output.result("delete the task")["msg"]
    assert simulator.journal == []
