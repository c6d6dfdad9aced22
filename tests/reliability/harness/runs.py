# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module against a simulator, in this process, and keeps all that an invariant may want to look at."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import logging
import re
import time
import typing as t

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.definition import Definition, Reporter
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task
from simulator import Effect, Entry, Simulator

from . import figures
from .clock import Clock

QUICK = 0.4
"""Seconds that a request really waits for; the run believes in its `timeout`."""

OBS_ACCESS_KEY = "ReliabilityObsAccessKey1"
OBS_SECRET_KEY = 'Reliability/Obs+Secret"Key%1'

SinkTask = huaweicloud_kafka_sink_task.MODULE


class Task(t.NamedTuple):
    """What the service holds of a sink task."""

    task_id: str
    name: str
    status: str
    deleting: bool
    descriptor: dict[str, t.Any]


World = dict[str, dict[str, Task]]
"""Connector id to task id to task."""


def world_of(sim: Simulator) -> World:
    with sim.world.lock:
        return {
            connector.connector_id: {
                task.task_id: Task(task.task_id, task.task_name, task.status, task.deleting, dict(task.descriptor))
                for task in connector.tasks.values()
            }
            for connector in sim.world.connectors.values()
        }


class Look(t.NamedTuple):
    """A request that the service worked on, and how the world was just then."""

    operation: str | None
    status: int
    world: World


class Outcome(t.NamedTuple):
    """All that there is to know of a run."""

    options: dict[str, t.Any]
    check_mode: bool
    result: dict[str, t.Any]
    entries: list[Entry]
    looks: list[Look]
    before: World
    after: World
    pauses: list[float]
    seconds: float
    log: str
    secrets: list[str]
    patience: float
    """Seconds that a request really waits for its response."""

    @property
    def effects(self) -> list[Effect]:
        return [entry.effect for entry in self.entries if entry.effect]

    def ids(self, kind: str) -> list[str]:
        """The ids of what this run "created" or "deleted"."""
        return [effect.target for effect in self.effects if effect.verb == kind]

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed"))

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])

    @property
    def msg(self) -> str:
        return str(self.result.get("msg", ""))

    def story(self) -> str:
        """The run in a few lines, for whoever reads a failure."""
        runs_on = ("endpoint", "iam_endpoint", "project_id", "access_key", "secret_key")
        options = {name: value for name, value in self.options.items() if name not in runs_on}
        lines = [
            f"options: {options}",
            f"check: {self.check_mode}",
        ]
        lines += [
            f"  {entry.operation} -> {entry.status} {entry.code or ''} effect={entry.effect} fault={_brief(entry.fault)}"
            for entry in self.entries
        ]
        lines.append(f"result: {json.dumps(self.result, default=str)[:700]}")
        lines.append(f"pauses: {[round(pause, 2) for pause in self.pauses]}")
        return "\n".join(lines)


def _brief(fault: t.Any) -> str:
    if fault is None:
        return "-"
    changed = {
        field.name: getattr(fault, field.name)
        for field in dataclasses.fields(fault)
        if getattr(fault, field.name) not in (None, {}, False, 0.0) and field.name not in ("times", "skip", "operation")
    }
    text = repr(changed)
    return text if len(text) < 300 else text[:300] + "…"


class Watch:
    """Remembers, while it is on, how the world was at each request that the service worked on."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self._looks: list[Look] = []
        self._before = world_of(sim)
        self._first = len(sim.journal)
        self._answer = sim.service.answer

    def __enter__(self) -> Watch:  # noqa: PYI034 - typing.Self needs Python 3.11
        self._sim.service.answer = self._watching  # type: ignore[method-assign]
        return self

    def __exit__(self, *_error: object) -> None:
        self._sim.service.answer = self._answer  # type: ignore[method-assign]

    def _watching(self, request: t.Any, found: t.Any) -> t.Any:
        operation = found[0].name if found else None
        try:
            given = self._answer(request, found)
        except Exception as error:
            self._looks.append(Look(operation, getattr(error, "status", 0), world_of(self._sim)))
            raise
        self._looks.append(Look(operation, given.status, world_of(self._sim)))
        return given

    def outcome(
        self,
        options: dict[str, t.Any],
        check_mode: bool,
        result: dict[str, t.Any],
        *,
        pauses: list[float],
        seconds: float,
        log: str,
        secrets: t.Iterable[str],
        patience: float,
    ) -> Outcome:
        """Return all that there is to know of the run that has just ended."""
        entries = list(self._sim.journal)[self._first :]
        figures.count("runs")
        figures.count("requests", len(entries))
        figures.count("faults", sum(entry.fault is not None for entry in entries))
        return Outcome(
            options,
            check_mode,
            result,
            entries,
            self._looks,
            self._before,
            world_of(self._sim),
            pauses,
            seconds,
            log,
            sorted({*secrets, *sent_secrets(entries)}),
            patience,
        )


class _Quick:
    """A transport that is as patient as a test can afford."""

    def __init__(self, transport: t.Any) -> None:
        self._transport = transport

    def send(self, *arguments: t.Any, timeout: float, **more: t.Any) -> t.Any:
        return self._transport.send(*arguments, timeout=min(timeout, QUICK), **more)

    def close(self) -> None:
        self._transport.close()


class _Records(logging.Handler):
    def __init__(self, stream: io.StringIO) -> None:
        super().__init__(logging.DEBUG)
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        self._stream.write(self.format(record) + "\n")


def connection(sim: Simulator) -> dict[str, t.Any]:
    """Options that lead to the simulator with its permanent keys."""
    return {
        "endpoint": sim.endpoint,
        "iam_endpoint": sim.endpoint,
        "project_id": sim.project_id,
        "access_key": sim.access_key,
        "secret_key": sim.secret_key,
    }


def validated(definition: Definition, options: dict[str, t.Any]) -> tuple[dict[str, t.Any], set[str], list[str]]:
    """Return what Ansible makes of *options*: parameters, the secret ones of their values, and its complaints."""
    validation = ModuleArgumentSpecValidator(definition.argument_spec, **definition.rules).validate(options)
    params = {**dict.fromkeys(definition.argument_spec), **validation.validated_parameters}
    return params, set(validation._no_log_values), list(validation.error_messages)


def run(
    sim: Simulator,
    options: dict[str, t.Any],
    *,
    check_mode: bool = False,
    definition: Definition = SinkTask,
    more_secrets: t.Iterable[str] = (),
    settle: float = 0.0,
    quick: bool = True,
) -> Outcome:
    """Run a task and return what came of it. *settle*: seconds in which work that was put off may still be done."""
    options = {name: value for name, value in {**connection(sim), **options}.items() if value is not None}
    params, secrets, complaints = validated(definition, options)
    assert not complaints, complaints
    clock = Clock()
    clients: list[Client] = []
    lines = io.StringIO()

    def connect(settings: t.Any) -> Client:
        client = Client(settings, sleep=clock.sleep)
        if quick:
            client._transport = _Quick(client._transport)  # type: ignore[assignment]
        clients.append(client)
        return client

    def told(operation: t.Any, path: str, outcome: str, seconds: float, request_id: str | None) -> None:
        lines.write(f"{operation.method} {path}: {outcome} in {seconds:.1f} ({request_id})\n")

    def progress(seen: str, left: float) -> None:
        lines.write(f"waiting: {seen}, {left:.0f} s left\n")

    began = clock.monotonic()
    handler = _Records(lines)
    library = logging.getLogger("urllib3")
    library.addHandler(handler)
    library.setLevel(logging.DEBUG)
    library.propagate = False
    try:
        with (
            clock.installed(),
            Watch(sim) as watch,
            contextlib.redirect_stdout(lines),
            contextlib.redirect_stderr(lines),
        ):
            result = definition.execute(
                params,
                check_mode=check_mode,
                diff=True,
                secrets=secrets,
                connect=connect,
                reporter=Reporter(told, progress),
            )
    finally:
        library.removeHandler(handler)
        library.setLevel(logging.NOTSET)
        library.propagate = True
        for client in clients:
            client.close()
    seconds = clock.monotonic() - began
    if settle:
        time.sleep(settle)
    return watch.outcome(
        options,
        check_mode,
        result,
        pauses=clock.pauses,
        seconds=seconds,
        log=lines.getvalue(),
        secrets={*secrets, *more_secrets},
        patience=min(QUICK, params["timeout"]) if quick else params["timeout"],
    )


def sent_secrets(entries: t.Iterable[Entry]) -> set[str]:
    """What travelled in headers and must not be shown."""
    found: set[str] = set()
    for entry in entries:
        for name in ("X-Auth-Token", "X-Security-Token"):
            if name in entry.headers:
                found.add(entry.headers[name])
        found.update(re.findall(r"Signature=([0-9a-f]+)", entry.headers.get("Authorization", "")))
    return found


def leaks(outcome: Outcome) -> list[str]:
    """The secrets that are to be found in what a run returned, logged or printed."""
    shown = json.dumps(outcome.result, default=str, ensure_ascii=False) + "\n" + outcome.log
    found = []
    for secret in outcome.secrets:
        if len(secret) < 4:
            continue
        found += [
            f"{spelling!r}"
            for spelling in (secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3], repr(secret)[1:-1])
            if spelling in shown
        ]
    return found
