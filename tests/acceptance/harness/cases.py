# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases as data: what there is, what a task of Ansible asks for, and what must come of it.

Each case is run in four steps, in this order and in one place of the simulated cloud:

check        in check mode: predicts
live         does it
check again  in check mode, after the live run
again        live once more, after the live run

A case says what must come of *live* and of *again*; the checks follow from these by the rule that check mode tells the
truth: the same result, without the first request that changes something and all that come after it.
All cases of a table are tasks of one playbook, and it is run twice, in both ways of running. Where the live run changes
nothing, the last two steps would repeat the first two, and only a case that is marked as full plays them. As a module
takes many times as long as the worker, it plays the live step alone where nothing changes, and of many rows that are
alike the first ones only.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Union

from simulator import Settings, Simulator

from .cloud import OBS, Place, task
from .playbook import MODULE, WAYS, Output, Program, in_way
from .secrecy import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from simulator import Entry, Fault

STEPS = ("check", "live", "check again", "again")

# Short names of operations.
SHORT = {
    "ListSinkTasks": "LIST",
    "ShowSinkTaskDetail": "SHOW",
    "CreateSinkTask": "CREATE",
    "DeleteSinkTask": "DELETE",
    "ShowInstance": "INSTANCE",
    "ListInstances": "INSTANCES",
    "KeystoneListProjects": "PROJECTS",
    "KeystoneCreateUserTokenByPassword": "LOGIN",
}
_FIRST_WRITE = re.compile(r"\s*\(?\b(CREATE|DELETE)\b.*")

# Values of options that only the place knows.
OWN_INSTANCE = attrgetter("instance_id")
OWN_REGION = attrgetter("region")
OWN_TOKEN = attrgetter("auth_token")


def NULL(place: Place) -> None:  # noqa: N802 - stands in tables as the values beside it do
    """An option that is given as null: what a template makes of a variable without a value."""


UNSAID: Any = object()


@dataclass(frozen=True)
class Expect:
    """What must come of one step."""

    requests: str
    """Regular expression for the requests sent, in short names: "LIST DELETE LIST"."""
    changed: bool = False
    fails: tuple[str, ...] = ()
    """What the message of a failure contains; empty: no failure."""
    warns: tuple[str, ...] = ()
    """What the warning contains; empty: no warning."""
    sink_task: Any = UNSAID
    """Fields of the sink task returned; None: none is."""
    error: Any = UNSAID
    """Fields of the error returned; None: the service answered nothing."""
    auth: str | None = None
    """How every request but a login was authenticated: "token", "keys" or "temporary keys"."""

    def in_check_mode(self) -> Expect:
        return dataclasses.replace(self, requests=_FIRST_WRITE.sub("", self.requests))


def unchanged(requests: str, **more: Any) -> Expect:
    return Expect(requests, **more)


def changed(requests: str, **more: Any) -> Expect:
    return Expect(requests, changed=True, **more)


def fails(*says: str, requests: str, **more: Any) -> Expect:
    return Expect(requests, fails=says, **more)


@dataclass(frozen=True)
class Case:
    """One row of a table."""

    name: str
    options: Mapping[str, Any]
    """Beside those of :meth:`Place.options`; None leaves one of these out, a callable is given the place."""
    live: Expect
    again: Expect | None = None
    """The same as live where nothing is said."""
    check: Expect | None = None
    check_again: Expect | None = None
    there: Sequence[Mapping[str, Any]] = ()
    """Tasks that are there at first."""
    setup: Callable[[Place], object] | None = None
    """What else is done to the place at first."""
    faults: Sequence[Fault] | Callable[[Place], Sequence[Fault]] | Mapping[str, Any] = ()
    """What goes wrong, anew in each step, or by step. A fault without a path strikes the requests of this case alone."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the simulator, during this case."""
    leaves: Sequence[str] | None = None
    """Names of the tasks that are there in the end."""
    full: bool = False
    """Whether all steps are played in both ways."""
    short: bool = False
    """Whether the module plays the live step alone, although something changes."""
    once: bool = False
    """Whether there is only the live step, in both ways."""
    in_worker_only: bool = False
    """Whether the module does not play this case."""
    defect: str = ""
    """Why the case does not end as it says, until that is mended."""
    unlike: str = ""
    """Why the two ways of running differ, until that is mended."""

    def steps(self, way: str) -> tuple[str, ...]:
        """The steps that are played in this way of running."""
        if self.full:
            return STEPS
        if self.once:
            return STEPS[1:2]
        changes = self.live.changed or self.again is not None
        if way == WAYS[0]:
            return STEPS if changes else STEPS[:2]
        if self.in_worker_only:
            return ()
        return STEPS[:2] if changes and not self.short else STEPS[1:2]

    def expected(self, step: str) -> Expect:
        again = self.again or self.live
        return {
            "check": self.check or self.live.in_check_mode(),
            "live": self.live,
            "check again": self.check_again or again.in_check_mode(),
            "again": again,
        }[step]

    def __str__(self) -> str:
        return self.name


def alike(rows: Iterable[Case], as_module: int = 2) -> list[Case]:
    """Rows that differ in a value only: the module plays the first ones."""
    return [dataclasses.replace(case, in_worker_only=number >= as_module) for number, case in enumerate(rows)]


def absent(name: str, live: Expect, **more: Any) -> Case:
    """A case of state=absent, for the task named orders unless its options say otherwise."""
    options = {"state": "absent", "task_name": "orders", **more.pop("options", {})}
    return Case(name, options, live, **more)


def present(name: str, live: Expect, **more: Any) -> Case:
    """A case of state=present, for the task named orders; *obs* are fields of the descriptor beside the least ones."""
    descriptor = {**OBS, **more.pop("obs", {})}
    descriptor = {key: value for key, value in descriptor.items() if value is not None}
    options = {"task_name": "orders", "obs_destination_descriptor": descriptor, **more.pop("options", {})}
    return Case(name, options, live, **more)


@dataclass
class Step:
    """What came of one step of a case, in one way of running."""

    registered: dict[str, Any]
    """The variable that the task registered."""
    shown: dict[str, Any]
    """What callback plugins were told."""
    requests: list[dict[str, Any]]
    """The journal of the simulator."""

    @property
    def in_short(self) -> str:
        return " ".join(SHORT.get(request["operation"] or "", "UNKNOWN") for request in self.requests)


@dataclass
class Story:
    """What came of a case in one way of running. *left* are the names of the tasks that are there in the end."""

    steps: dict[str, Step]
    left: list[str]
    endpoint: str


@dataclass
class Played:
    """What came of a table in one way of running, by the names of its cases. *leaks* tells of secrets that were shown."""

    stories: dict[str, Story] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)

    def add(self, other: Played) -> None:
        self.stories.update(other.stories)
        self.leaks += other.leaks

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
"""What came of a table, by way of running."""


Environ = Union[Mapping[str, str], Callable[[Place], Mapping[str, str]]]


def play(cases: Sequence[Case], folder: Path, way: str, environ: Environ | None = None) -> Played:
    """Run the playbook of these cases in one of the two ways, and return what came of it.

    With *environ*, environment variables of Ansible, all cases share one place.
    """
    names = [case.name for case in cases]
    doubles = {name for name in names if names.count(name) > 1}
    if doubles:
        raise ValueError(f"names of cases must differ: {doubles}")
    with Simulator(settings=Settings(lock_after=None)) as simulator:
        return _Play(list(cases), simulator, folder, way, environ).run()


class _Play:
    def __init__(
        self, cases: list[Case], simulator: Simulator, folder: Path, way: str, environ: Environ | None
    ) -> None:
        self.cases = cases
        self.simulator = simulator
        if environ is None:
            self.places = [Place(simulator, case.name) for case in cases]
        else:
            self.places = [Place(simulator, "environment")] * len(cases)
        self.environ = environ(self.places[0]) if callable(environ) else environ
        self.folder = folder
        self.way = way
        self.secrets = Secrets(simulator, *(place.auth_token for place in self.places))
        self.marks: list[int] = []

    def run(self) -> Played:
        for place in dict.fromkeys(self.places):
            place.create()
        for place, case in zip(self.places, self.cases):
            for fields in case.there:
                place.add(**fields)
            if case.setup:
                case.setup(place)
        tasks = [self._task(number, step) for number, step in self._steps()]
        results = {entry["name"]: f"{{{{ {entry['register']} }}}}" for entry in tasks}
        tasks.append({"name": "results", "ansible.builtin.debug": {"msg": results}})
        program = Program(
            self.folder,
            [{"tasks": tasks}],
            "-vvvv",
            env=self.environ,
            variables={**in_way(self.way), **self.secrets.variables},
            on_start=self._begin,
        )
        output = program.run().expect_success()
        return self._played(output)

    def _steps(self) -> list[tuple[int, str]]:
        return [(number, step) for number, case in enumerate(self.cases) for step in case.steps(self.way)]

    def _task(self, number: int, step: str) -> dict[str, Any]:
        case, place = self.cases[number], self.places[number]
        options = {**place.options(), **case.options}
        options = {
            name: value(place) if callable(value) else value for name, value in options.items() if value is not None
        }
        return {
            "name": _name(number, step),
            MODULE: self.secrets.hidden(options),
            "check_mode": step.startswith("check"),
            "diff": True,
            "ignore_errors": True,
            "register": f"result_{number}_{STEPS.index(step)}",
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
        case, place = self.cases[number], self.places[number]
        simulator.settings.update(**case.settings)
        faults = case.faults.get(step, ()) if isinstance(case.faults, dict) else case.faults
        for fault in faults(place) if callable(faults) else faults:
            simulator.faults.add(dataclasses.replace(fault, path=fault.path or place.requests_of_it))

    def _played(self, output: Output) -> Played:
        registered = output.result("results")["msg"]
        stories = {
            case.name: Story({}, place.names(), self.simulator.endpoint) for case, place in zip(self.cases, self.places)
        }
        for (number, step), begin, end in zip(self._steps(), self.marks, self.marks[1:]):
            name = _name(number, step)
            requests = [_request(entry) for entry in self.simulator.journal[begin:end]]
            stories[self.cases[number].name].steps[step] = Step(registered[name], output.result(name), requests)
        return Played(stories, self.secrets.shown_in(output))


def _name(number: int, step: str) -> str:
    return f"{number} {step}"


def _parse(name: str) -> tuple[int, str]:
    number, _unused, step = name.partition(" ")
    return int(number), step


def _request(entry: Entry) -> dict[str, Any]:
    return {
        "operation": entry.operation,
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


# What must come of it


def problems(case: Case, story: Story) -> list[str]:
    """What is not as *case* says, in sentences."""
    steps = story.steps
    found = [
        f"{name}: {problem}" for name, step in steps.items() for problem in _of_step(name, step, case.expected(name))
    ]
    for check, run, said in (("check", "live", case.check), ("check again", "again", case.check_again)):
        if check in steps and run in steps and not said:
            found += [f"{check} predicts it wrongly: {problem}" for problem in _of_prediction(steps[check], steps[run])]
    if case.leaves is not None and "again" in steps and sorted(story.left) != sorted(case.leaves):
        found.append(f"there are {story.left} in the end, not {case.leaves}")
    return found


def _of_step(name: str, step: Step, expect: Expect) -> Iterable[str]:
    result = step.registered
    if name.startswith("check"):
        yield from (
            f"a request that changes something was sent: {request}"
            for request in step.requests
            if SHORT.get(request["operation"]) in ("CREATE", "DELETE")
        )
    text = json.dumps(result, indent=1)
    if not re.fullmatch(expect.requests, step.in_short):
        yield f"the requests are {step.in_short}, not {expect.requests}\n{text}"
    if result.get("changed", False) is not expect.changed:
        yield f"changed is {result.get('changed')}\n{text}"
    if result.get("failed", False) is not bool(expect.fails):
        yield f"failed is {result.get('failed')}\n{text}"
    message = result.get("msg", "")
    yield from (f"the message lacks {part!r}: {message}" for part in expect.fails if part not in message)
    if "\n" in message or "Traceback" in message or "defect" in message:
        yield f"the message is not one readable line: {message}"
    warnings = "\n".join(result.get("warnings", []))
    yield from (f"the warnings lack {part!r}: {warnings!r}" for part in expect.warns if part not in warnings)
    if warnings and not expect.warns:
        yield f"there are warnings: {warnings}"
    auth = {request["auth"] for request in step.requests if SHORT.get(request["operation"]) != "LOGIN"}
    if expect.auth and auth != {expect.auth}:
        yield f"the requests are authenticated with {auth}, not {expect.auth}"
    yield from _of_fields("sink_task", result, expect.sink_task)
    yield from _of_fields("error", result, expect.error)
    if "error" in result:
        if set(result["error"]) != {"status", "code", "message", "request_id", "method", "path"}:
            yield f"error is {result['error']}"
        elif not step.requests or result["error"]["request_id"] not in [r["request_id"] for r in step.requests]:
            yield f"the request id of the error is none of the service's: {result['error']}"
    if not expect.fails:
        diff = result.get("diff")
        if not isinstance(diff, dict) or set(diff) != {"before", "after"}:
            yield f"diff is {diff}"
        elif (diff["before"] != diff["after"]) is not expect.changed:
            yield f"changed and diff do not agree: {diff}"


def _of_fields(name: str, result: dict[str, Any], expected: Any) -> Iterable[str]:
    if expected is UNSAID:
        return
    if expected is None:
        if name in result:
            yield f"{name} is {result[name]}, and there should be none"
        return
    if name not in result:
        yield f"{name} is missing: {result}"
        return
    for key, value in expected.items():
        if result[name].get(key) != value:
            yield f"{key} of {name} is {result[name].get(key)!r}, not {value!r}"


def _of_prediction(check: Step, run: Step) -> Iterable[str]:
    for key in ("failed", "changed", "diff", "msg"):
        predicted, came = check.registered.get(key), run.registered.get(key)
        if key == "msg":
            predicted, came = (_same_each_time(text or "") for text in (predicted, came))
        if predicted != came:
            yield f"{key} is {predicted!r}, then {came!r}"


def differences(first: Story, second: Story) -> list[str]:
    """What differs between the two ways, in sentences."""
    found = []
    for name in [step for step in STEPS if step in first.steps and step in second.steps]:
        one, two = first.steps[name], second.steps[name]
        for what in ("registered", "shown"):
            mine, other = _normal(getattr(one, what), one, first), _normal(getattr(two, what), two, second)
            found += [
                f"{name}: {key} ({what}) is {mine.get(key)!r} {WAYS[0]}, {other.get(key)!r} {WAYS[1]}"
                for key in sorted(set(mine) | set(other))
                if key not in mine or key not in other or mine[key] != other[key]
            ]
        mine, other = _requests(one, first), _requests(two, second)
        if mine != other:
            found.append(f"{name}: the requests are {mine} {WAYS[0]}, {other} {WAYS[1]}")
    if set(first.steps) == set(second.steps) and first.left != second.left:
        found.append(f"there are {first.left} {WAYS[0]}, {second.left} {WAYS[1]} in the end")
    return found


def _normal(value: Any, step: Step, story: Story) -> Any:
    """*value* without what differs from run to run: the port, request ids, ids of new tasks, times."""
    text = json.dumps(value, sort_keys=True).replace(story.endpoint.rpartition(":")[2], "PORT")
    requests = [request for other in story.steps.values() for request in other.requests]
    created = [request["effect"][1] for request in requests if request["effect"] and request["effect"][0] == "created"]
    for number, task_id in enumerate(created):
        text = text.replace(task_id, f"CREATED-{number}")
    for number, request in enumerate(step.requests):
        text = text.replace(request["request_id"], f"REQUEST-{number}")
    text = re.sub(r'("create_time": )\d+', r"\1 0", text)
    return json.loads(_same_each_time(text))


def _same_each_time(text: str) -> str:
    """*text* without request ids, the dates of signatures, and a list of Ansible's whose order is left to chance."""
    text = re.sub(r"\(request id \w+\)", "(request id)", text)
    text = re.sub(r"\d{8}T\d{6}Z", "DATE", text)
    return re.sub(r"Valid booleans include: [^\"]*", "Valid booleans", text)


def _requests(step: Step, story: Story) -> Any:
    kept = ("operation", "method", "path", "query", "body", "status", "code", "auth")
    normal = [{name: request[name] for name in kept} for request in _normal(step.requests, step, story)]
    # How often a wait looked depends on the speed of the machine.
    return [request for request, before in zip(normal, [None, *normal]) if request != before]


def expect_as_said(case: Case, ways: Ways) -> None:
    found = [
        f"{way}: {problem}"
        for way, played in ways.items()
        if case.steps(way)
        for problem in problems(case, played.stories[case.name])
    ]
    assert not found, "\n".join(found)


def expect_alike(case: Case, ways: Ways) -> None:
    found = differences(*(played.stories[case.name] for played in ways.values()))
    assert not found, "\n".join(found)


def expect_no_leaks(ways: Ways) -> None:
    found = [f"{way}: {leak}" for way, played in ways.items() for leak in played.leaks]
    assert not found, "\n".join(found)


__all__ = [
    "NULL",
    "OWN_INSTANCE",
    "OWN_REGION",
    "OWN_TOKEN",
    "STEPS",
    "Case",
    "Environ",
    "Expect",
    "Played",
    "Ways",
    "absent",
    "alike",
    "changed",
    "differences",
    "expect_alike",
    "expect_as_said",
    "expect_no_leaks",
    "fails",
    "play",
    "present",
    "problems",
    "task",
    "unchanged",
]
