# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module against a simulator in this process, and records everything that invariants need."""

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
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.http import Http, RawResponse, Request
from ansible_collections.huaweicloud.kafka.plugins.modules import (
    huaweicloud_kafka_sink_task,
    huaweicloud_kafka_sink_tasks,
    huaweicloud_kafka_topic,
    huaweicloud_kafka_topics,
)
from simulator import Effect, Entry, Simulator

from . import figures
from .clock import Clock

QUICK = 0.4
"""Seconds that a request waits for its response, regardless of the option ``timeout``."""

OBS_ACCESS_KEY = "ReliabilityObsAccessKey1"
OBS_SECRET_KEY = 'Reliability/Obs+Secret"Key%1'

SINK_TASK = huaweicloud_kafka_sink_task.MODULE
SINK_TASKS = huaweicloud_kafka_sink_tasks.MODULE
TOPIC = huaweicloud_kafka_topic.MODULE
TOPICS = huaweicloud_kafka_topics.MODULE


class Task(t.NamedTuple):
    """A sink task, or a topic, whose id is its name, as the service stores it."""

    task_id: str
    name: str
    status: str
    deleting: bool
    descriptor: dict[str, t.Any]


World = dict[str, dict[str, Task]]
"""The id of a connector or an instance to the ids of its tasks or topics to these."""


def world_of(sim: Simulator) -> World:
    with sim.world.lock:
        topics = {
            instance.instance_id: {
                topic.name: Task(topic.name, topic.name, "", bool(topic.leaving), _fields(topic))
                for topic in instance.topics.values()
            }
            for instance in sim.world.instances.values()
        }
        return topics | {
            connector.connector_id: {
                task.task_id: Task(task.task_id, task.task_name, task.status, task.deleting, dict(task.descriptor))
                for task in connector.tasks.values()
            }
            for connector in sim.world.connectors.values()
        }


def _fields(topic: t.Any) -> dict[str, t.Any]:
    """Return the fields of *topic*, without what reads of the list change."""
    ignored = ("unlisted", "leaving")
    return {name: value for name, value in dataclasses.asdict(topic).items() if name not in ignored}


class Snapshot(t.NamedTuple):
    """A request that the service processed, and the state of the service after it."""

    operation: str | None
    status: int
    world: World


class Outcome(t.NamedTuple):
    """The records of a run."""

    options: dict[str, t.Any]
    check_mode: bool
    result: dict[str, t.Any]
    entries: list[Entry]
    snapshots: list[Snapshot]
    before: World
    after: World
    sleeps: list[float]
    seconds: float
    log: str
    secrets: list[str]
    response_timeout: float
    """Seconds that a request waits for its response."""

    @property
    def effects(self) -> list[Effect]:
        return [entry.effect for entry in self.entries if entry.effect]

    def ids(self, kind: str) -> list[str]:
        """The ids of what this run "created", "modified" or "deleted"."""
        return [target for effect in self.effects if effect.verb == kind for target in effect.target.split(",")]

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed"))

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])

    @property
    def msg(self) -> str:
        return str(self.result.get("msg", ""))

    def summary(self) -> str:
        """A summary of the run, for the message of a failed test."""
        connection_options = ("endpoint", "iam_endpoint", "project_id", "access_key", "secret_key")
        options = {name: value for name, value in self.options.items() if name not in connection_options}
        lines = [
            f"options: {options}",
            f"check: {self.check_mode}",
        ]
        lines += [
            f"  {entry.operation} -> {entry.status} {entry.code or ''} effect={entry.effect} fault={_brief(entry.fault)}"
            for entry in self.entries
        ]
        lines.append(f"result: {json.dumps(self.result, default=str)[:700]}")
        lines.append(f"sleeps: {[round(sleep, 2) for sleep in self.sleeps]}")
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
    """Records the state of the service at each request that it processes."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self._snapshots: list[Snapshot] = []
        self._before = world_of(sim)
        self._first = len(sim.journal)
        self._respond = sim.service.respond

    def __enter__(self) -> Watch:  # noqa: PYI034 - typing.Self needs Python 3.11
        self._sim.service.respond = self._watching  # type: ignore[method-assign]
        return self

    def __exit__(self, *_error: object) -> None:
        self._sim.service.respond = self._respond  # type: ignore[method-assign]

    def _watching(self, request: t.Any, found: t.Any) -> t.Any:
        operation = found[0].name if found else None
        try:
            given = self._respond(request, found)
        except Exception as error:
            self._snapshots.append(Snapshot(operation, getattr(error, "status", 0), world_of(self._sim)))
            raise
        self._snapshots.append(Snapshot(operation, given.status, world_of(self._sim)))
        return given

    def outcome(
        self,
        options: dict[str, t.Any],
        check_mode: bool,
        result: dict[str, t.Any],
        *,
        sleeps: list[float],
        seconds: float,
        log: str,
        secrets: t.Iterable[str],
        response_timeout: float,
    ) -> Outcome:
        """Return the outcome of the run that has just ended."""
        entries = list(self._sim.journal)[self._first :]
        figures.count("runs")
        figures.count("requests", len(entries))
        figures.count("faults", sum(entry.fault is not None for entry in entries))
        return Outcome(
            options,
            check_mode,
            result,
            entries,
            self._snapshots,
            self._before,
            world_of(self._sim),
            sleeps,
            seconds,
            log,
            sorted({*secrets, *sent_secrets(entries)}),
            response_timeout,
        )


class _QuickHttp(Http):
    """Waits at most :data:`QUICK` seconds for a response."""

    def send(self, request: Request, timeout: float) -> RawResponse:
        return super().send(request, min(timeout, QUICK))


class _LogHandler(logging.Handler):
    def __init__(self, stream: io.StringIO) -> None:
        super().__init__(logging.DEBUG)
        self._stream = stream

    def emit(self, record: logging.LogRecord) -> None:
        self._stream.write(self.format(record) + "\n")


def connection(sim: Simulator) -> dict[str, t.Any]:
    """Return options for the simulator with its permanent keys."""
    return {
        "endpoint": sim.endpoint,
        "iam_endpoint": sim.endpoint,
        "project_id": sim.project_id,
        "access_key": sim.access_key,
        "secret_key": sim.secret_key,
    }


def validated(module: KafkaModule, options: dict[str, t.Any]) -> tuple[dict[str, t.Any], set[str], list[str]]:
    """Return *options* as Ansible validates them, their secret values, and the error messages."""
    spec = module.spec
    # A copy, as in Ansible: the validator changes dictionaries, and two entries can share one.
    validation = ModuleArgumentSpecValidator(spec.argument_spec, **spec.rules).validate(json.loads(json.dumps(options)))
    params = {**dict.fromkeys(spec.argument_spec), **validation.validated_parameters}
    return params, set(validation._no_log_values), list(validation.error_messages)


def run(
    sim: Simulator,
    options: dict[str, t.Any],
    *,
    check_mode: bool = False,
    module: KafkaModule = SINK_TASK,
    more_secrets: t.Iterable[str] = (),
    settle: float = 0.0,
    quick: bool = True,
    waits: bool = False,
) -> Outcome:
    """Run a task and return its outcome.

    *settle*: seconds to wait for delayed work of the service. *waits*: sleeps take real time.
    """
    options = {name: value for name, value in {**connection(sim), **options}.items() if value is not None}
    params, secrets, errors = validated(module, options)
    assert not errors, errors
    clock = Clock(waits)
    connections: list[Connection] = []
    lines = io.StringIO()

    def connect(settings: t.Any) -> Connection:
        http = _QuickHttp(settings.verify) if quick else None
        connections.append(Connection(settings, http=http, clock=clock))
        return connections[-1]

    began = clock.monotonic()
    handler = _LogHandler(lines)
    library = logging.getLogger("urllib3")
    library.addHandler(handler)
    library.setLevel(logging.DEBUG)
    library.propagate = False
    try:
        with Watch(sim) as watch, contextlib.redirect_stdout(lines), contextlib.redirect_stderr(lines):
            result = module.execute(
                params,
                check_mode=check_mode,
                diff=True,
                secrets=secrets,
                connect=connect,
                log=lambda verbosity, line: print(verbosity, line, file=lines),
            )
    finally:
        library.removeHandler(handler)
        library.setLevel(logging.NOTSET)
        library.propagate = True
        for opened in connections:
            opened.close()
    seconds = clock.monotonic() - began
    if settle:
        time.sleep(settle)
    return watch.outcome(
        options,
        check_mode,
        result,
        sleeps=clock.sleeps,
        seconds=seconds,
        log=lines.getvalue(),
        secrets={*secrets, *more_secrets},
        response_timeout=min(QUICK, params["timeout"]) if quick else params["timeout"],
    )


def sent_secrets(entries: t.Iterable[Entry]) -> set[str]:
    """Return the secrets that were sent in headers."""
    found: set[str] = set()
    for entry in entries:
        for name in ("X-Auth-Token", "X-Security-Token"):
            if name in entry.headers:
                found.add(entry.headers[name])
        found.update(re.findall(r"Signature=([0-9a-f]+)", entry.headers.get("Authorization", "")))
    return found


def leaks(outcome: Outcome) -> list[str]:
    """Return the secrets that a run returned, logged or printed."""
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
