# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a table as one playbook with a task for each step of each case."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

from simulator import Settings, Simulator

from .cases import STEPS, Case
from .cloud import METRIC_START, Sandbox
from .operations import reads, short
from .playbook import Output, in_way, run_playbook
from .secrecy import Secrets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator import Entry


@dataclass
class Step:
    """The result of a step of a case."""

    registered: dict[str, Any]
    """The registered variable."""
    shown: dict[str, Any]
    """The result that callback plugins receive."""
    requests: list[dict[str, Any]]
    """From the journal of the simulator."""

    @property
    def short_names(self) -> str:
        return " ".join(short(request["operation"]) for request in self.requests)


@dataclass
class CaseResult:
    """The results of a case. *remaining* is what is left after the last step; see REMAINING."""

    steps: dict[str, Step]
    remaining: list[str]
    endpoint: str


@dataclass
class TableResult:
    """The results of a table, by the names of its cases, and the secrets that were found in the output."""

    results: dict[str, CaseResult] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)

    def to_json(self) -> Any:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> TableResult:
        results = {
            case: CaseResult(**{**result, "steps": {name: Step(**step) for name, step in result["steps"].items()}})
            for case, result in data["results"].items()
        }
        return cls(results, data["leaks"])


REMAINING = {
    "_instance_resources": "everything",
    "_topic_permissions": "permissions",
    "_topic": "topics",
    "_user": "users",
    "_consumer_group": "groups",
    "_consumer_offsets": "offsets",
    "_parameters": "parameters",
    "": "names",
}
"""Parts of the names of modules, to the method of the sandbox that returns what is left."""
SETTINGS: dict[str, Any] = {"lock_after": None, "metric_start": METRIC_START}
Ways = dict[str, TableResult]
"""The results of a table in each way of running."""


Environ = Union[Mapping[str, str], Callable[[Sandbox], Mapping[str, str]]]


def run_cases(cases: Sequence[Case], folder: Path, *ways: str, environ: Environ | None = None) -> Ways:
    """Run one playbook with the steps of these cases in each of *ways*.

    With *environ*, environment variables of Ansible, all cases share a sandbox. Otherwise, each way needs its own call.
    """
    names = [case.name for case in cases]
    duplicates = {name for name in names if names.count(name) > 1}
    if duplicates:
        raise ValueError(f"names of cases must be unique: {duplicates}")
    with Simulator(settings=Settings(**SETTINGS)) as simulator:
        return _Run([(way, case) for way in ways for case in cases], simulator, folder, environ).run()


class _Run:
    def __init__(
        self, rows: list[tuple[str, Case]], simulator: Simulator, folder: Path, environ: Environ | None
    ) -> None:
        self.rows = rows
        self.simulator = simulator
        if environ is None:
            self.sandboxes = [Sandbox(simulator, case.name) for _way, case in rows]
        else:
            self.sandboxes = [Sandbox(simulator, "environment")] * len(rows)
        self.environ = environ(self.sandboxes[0]) if callable(environ) else environ
        self.folder = folder
        self.secrets = Secrets(simulator, *(sandbox.auth_token for sandbox in self.sandboxes))
        self.starts: list[int] = []

    def run(self) -> Ways:
        for sandbox in dict.fromkeys(self.sandboxes):
            sandbox.create()
        for sandbox, (_way, case) in zip(self.sandboxes, self.rows):
            for fields in case.existing:
                sandbox.add(**fields)
            if case.setup:
                case.setup(sandbox)
        tasks = [self._task(number, step) for number, step in self._steps()]
        results = {entry["name"]: f"{{{{ {entry['register']} }}}}" for entry in tasks}
        tasks.append({"name": "results", "ansible.builtin.debug": {"msg": results}})
        output = run_playbook(
            self.folder,
            [{"tasks": tasks}],
            "-vvvv",
            env=self.environ,
            variables=self.secrets.variables,
            on_start=self._prepare,
        )
        return self._results(output.expect_success())

    def _steps(self) -> list[tuple[int, str]]:
        return [(number, step) for number, (way, case) in enumerate(self.rows) for step in case.steps(way)]

    def _task(self, number: int, step: str) -> dict[str, Any]:
        (way, case), sandbox = self.rows[number], self.sandboxes[number]
        options = {**sandbox.options(), **case.options}
        options = {
            name: value(sandbox) if callable(value) else value for name, value in options.items() if value is not None
        }
        return {
            "name": _name(number, step),
            f"huaweicloud.kafka.{case.module}": self.secrets.as_variables(options),
            "check_mode": step.startswith("check"),
            "diff": True,
            "ignore_errors": True,
            "register": f"result_{number}_{STEPS.index(step)}",
            "vars": in_way(way),
        }

    def _prepare(self, name: str) -> None:
        """Prepare the simulator for a step."""
        simulator = self.simulator
        self.starts.append(len(simulator.journal))
        simulator.faults.clear()
        simulator.settings.restore(Settings(**SETTINGS))
        if name == "results":
            return
        number, step = _parse(name)
        (_way, case), sandbox = self.rows[number], self.sandboxes[number]
        simulator.settings.update(**case.settings)
        faults = case.faults.get(step, ()) if isinstance(case.faults, dict) else case.faults
        for fault in faults(sandbox) if callable(faults) else faults:
            simulator.faults.add(dataclasses.replace(fault, path=fault.path or sandbox.path_pattern))

    def _results(self, output: Output) -> Ways:
        registered = output.result("results")["msg"]
        leaks = self.secrets.shown_in(output)
        ways = {way: TableResult({}, leaks) for way, _case in self.rows}
        for sandbox, (way, case) in zip(self.sandboxes, self.rows):
            what = next(what for part, what in REMAINING.items() if part in case.module)
            remaining = getattr(sandbox, what)()
            ways[way].results[case.name] = CaseResult({}, remaining, self.simulator.endpoint)
        for (number, step), begin, end in zip(self._steps(), self.starts, self.starts[1:]):
            name, (way, case) = _name(number, step), self.rows[number]
            requests = [_request(entry) for entry in self.simulator.journal[begin:end]]
            ways[way].results[case.name].steps[step] = Step(registered[name], output.result(name), requests)
        return ways


def _name(number: int, step: str) -> str:
    return f"{number} {step}"


def _parse(name: str) -> tuple[int, str]:
    number, _unused, step = name.partition(" ")
    return int(number), step


def _request(entry: Entry) -> dict[str, Any]:
    return {
        "operation": entry.operation,
        "reads": reads(entry),
        "method": entry.method,
        "path": entry.path,
        "query": entry.query,
        "body": entry.body.decode(),
        "status": entry.status,
        "code": entry.code,
        "request_id": entry.request_id,
        "effect": list(entry.effect) if entry.effect else None,
        "auth": _auth(entry),
    }


def _auth(entry: Entry) -> str:
    if "X-Auth-Token" in entry.headers:
        return "token"
    if "Authorization" in entry.headers:
        return "temporary keys" if "X-Security-Token" in entry.headers else "keys"
    return "nothing"
