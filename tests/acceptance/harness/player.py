# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays a table: one playbook with a task for each step of each case."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Union

from simulator import Settings, Simulator

from .cases import STEPS, Case
from .cloud import Place
from .operations import reads, short
from .playbook import Output, in_way, run_playbook
from .secrecy import Secrets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator import Entry


@dataclass
class Step:
    """The result of one step of a case, in one way of running."""

    registered: dict[str, Any]
    """The variable that the task registered."""
    shown: dict[str, Any]
    """The result that callback plugins received."""
    requests: list[dict[str, Any]]
    """The journal of the simulator."""

    @property
    def in_short(self) -> str:
        return " ".join(short(request["operation"]) for request in self.requests)


@dataclass
class Story:
    """The results of a case in one way of running. *left* are the names of the tasks that exist in the end."""

    steps: dict[str, Step]
    left: list[str]
    endpoint: str


@dataclass
class Played:
    """The results of a table in one way of running, by the names of its cases. *leaks*: secrets that were shown."""

    stories: dict[str, Story] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)

    def to_json(self) -> Any:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Any) -> Played:
        stories = {
            case: Story(**{**story, "steps": {name: Step(**step) for name, step in story["steps"].items()}})
            for case, story in data["stories"].items()
        }
        return cls(stories, data["leaks"])


Ways = dict[str, Played]
"""The results of a table, by way of running."""


Environ = Union[Mapping[str, str], Callable[[Place], Mapping[str, str]]]


def play(cases: Sequence[Case], folder: Path, *ways: str, environ: Environ | None = None) -> Ways:
    """Run one playbook with the steps of these cases, in one of the two ways.

    With *environ*, environment variables of Ansible, all cases share one place, and both ways can be played in turn.
    """
    names = [case.name for case in cases]
    doubles = {name for name in names if names.count(name) > 1}
    if doubles:
        raise ValueError(f"names of cases must differ: {doubles}")
    with Simulator(settings=Settings(lock_after=None)) as simulator:
        return _Play([(way, case) for way in ways for case in cases], simulator, folder, environ).run()


class _Play:
    def __init__(
        self, rows: list[tuple[str, Case]], simulator: Simulator, folder: Path, environ: Environ | None
    ) -> None:
        self.rows = rows
        self.simulator = simulator
        if environ is None:
            self.places = [Place(simulator, case.name) for _way, case in rows]
        else:
            self.places = [Place(simulator, "environment")] * len(rows)
        self.environ = environ(self.places[0]) if callable(environ) else environ
        self.folder = folder
        self.secrets = Secrets(simulator, *(place.auth_token for place in self.places))
        self.marks: list[int] = []

    def run(self) -> Ways:
        for place in dict.fromkeys(self.places):
            place.create()
        for place, (_way, case) in zip(self.places, self.rows):
            for fields in case.there:
                place.add(**fields)
            if case.setup:
                case.setup(place)
        tasks = [self._task(number, step) for number, step in self._steps()]
        results = {entry["name"]: f"{{{{ {entry['register']} }}}}" for entry in tasks}
        tasks.append({"name": "results", "ansible.builtin.debug": {"msg": results}})
        output = run_playbook(
            self.folder,
            [{"tasks": tasks}],
            "-vvvv",
            env=self.environ,
            variables=self.secrets.variables,
            on_start=self._begin,
        )
        return self._played(output.expect_success())

    def _steps(self) -> list[tuple[int, str]]:
        return [(number, step) for number, (way, case) in enumerate(self.rows) for step in case.steps(way)]

    def _task(self, number: int, step: str) -> dict[str, Any]:
        (way, case), place = self.rows[number], self.places[number]
        options = {**place.options(), **case.options}
        options = {
            name: value(place) if callable(value) else value for name, value in options.items() if value is not None
        }
        return {
            "name": _name(number, step),
            f"huaweicloud.kafka.{case.module}": self.secrets.hidden(options),
            "check_mode": step.startswith("check"),
            "diff": True,
            "ignore_errors": True,
            "register": f"result_{number}_{STEPS.index(step)}",
            "vars": in_way(way),
        }

    def _begin(self, name: str) -> None:
        """Prepare the cloud for a step."""
        simulator = self.simulator
        self.marks.append(len(simulator.journal))
        simulator.faults.clear()
        simulator.settings.restore(Settings(lock_after=None))
        if name == "results":
            return
        number, step = _parse(name)
        (_way, case), place = self.rows[number], self.places[number]
        simulator.settings.update(**case.settings)
        faults = case.faults.get(step, ()) if isinstance(case.faults, dict) else case.faults
        for fault in faults(place) if callable(faults) else faults:
            simulator.faults.add(dataclasses.replace(fault, path=fault.path or place.requests_of_it))

    def _played(self, output: Output) -> Ways:
        registered = output.result("results")["msg"]
        leaks = self.secrets.shown_in(output)
        ways = {way: Played({}, leaks) for way, _case in self.rows}
        for place, (way, case) in zip(self.places, self.rows):
            ways[way].stories[case.name] = Story({}, place.names(), self.simulator.endpoint)
        for (number, step), begin, end in zip(self._steps(), self.marks, self.marks[1:]):
            name, (way, case) = _name(number, step), self.rows[number]
            requests = [_request(entry) for entry in self.simulator.journal[begin:end]]
            ways[way].stories[case.name].steps[step] = Step(registered[name], output.result(name), requests)
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
