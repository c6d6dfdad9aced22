# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Strategies of hypothesis for faults of the simulator."""

from __future__ import annotations

import dataclasses
import typing as t

from hypothesis import strategies as st
from simulator import CODES, Fault, Simulator

from .runs import OBS_ACCESS_KEY, OBS_SECRET_KEY, QUICK

OPERATIONS = (None, None, "ListSinkTasks", "ShowSinkTaskDetail", *["CreateSinkTask", "DeleteSinkTask"] * 3)
TOPIC_OPERATIONS = (
    *(None, None, "ListInstanceTopics", "ListInstanceTopics", "ShowInstance"),
    *["CreateInstanceTopic", "UpdateInstanceTopic", "BatchDeleteInstanceTopic"] * 2,
)

# Statuses after which the service may have processed the request.
UNCERTAIN_STATUSES = (500, 502, 503, 504)

# Codes that mean absent. A client can't detect that such a response is false.
ABSENT_CODES = ("DMS.00404026", "DMS.00404024", "DMS.00404022")

SECRETS = (Simulator.secret_key, OBS_SECRET_KEY, OBS_ACCESS_KEY)

_ECHOES = (
    "",
    "as documented",
    "verify aksk signature fail, canonical request: GET|/v2|x-security-token:{0}|host: x",
    'bad value {0} in {{"secret_key": "{0}"}}',
    "line\nbreak {0}\x1b[31m",
)


@st.composite
def errors(draw: st.DrawFn) -> dict[str, t.Any]:
    """Error responses: every code with its statuses, and statuses without a code; messages can contain a secret."""
    message = draw(st.sampled_from(_ECHOES)).format(draw(st.sampled_from(SECRETS)))
    if draw(st.booleans()):
        code = draw(st.sampled_from([code for code in sorted(CODES) if code not in ABSENT_CODES]))
        return {"code": code, "status": draw(st.sampled_from(CODES[code].statuses)), "message": message}
    status = draw(st.sampled_from((301, 302, 303, 307, 308, 304, *range(400, 430), 451, *range(500, 512), 599)))
    fields: dict[str, t.Any] = {"status": status}
    if draw(st.booleans()):
        fields["body"] = draw(st.sampled_from(("", "<html>Bad</html>", message, {"message": message}, [message])))
    if status < 400:
        fields["headers"] = {"Location": draw(st.sampled_from(("/elsewhere", "http://127.0.0.1:9/", "//evil.example")))}
    elif draw(st.integers(0, 3)) == 0:
        fields["headers"] = {"Retry-After": draw(st.sampled_from(("0", "1", "7", "600", "-1", "x", "9" * 30)))}
    return fields


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("tasks", "task_id", "total_number", "status", "error_code", "error_msg", "x")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)

GARBAGE: tuple[t.Any, ...] = (
    b"",
    b"{",
    b"\xff\xfe\x00",
    b"OK",
    b"\x1f\x8b\x08\x00broken",
    "<html>login</html>",
    "null",
    "[]",
    "{}",
    "[" * 500 + "]" * 500,
    "NaN",
    '"' + SECRETS[0] + '"',
)


HUGE: tuple[t.Any, ...] = (b"x" * 17_000_000, b'{"tasks": [' + b" " * 17_000_000 + b"]}")
"""Bodies longer than the client accepts."""


class Corruption:
    """A change of the JSON of a response that makes it malformed or incomplete, but never valid and false."""

    def __init__(self, name: str, change: t.Callable[[dict[str, t.Any]], t.Any]) -> None:
        self._name = name
        self._change = change

    def __call__(self, body: t.Any) -> t.Any:
        return self._change(body) if isinstance(body, dict) else body

    def __repr__(self) -> str:
        return self._name


def _with(**values: t.Any) -> t.Callable[[dict[str, t.Any]], t.Any]:
    return lambda body: {**body, **{name: value for name, value in values.items() if name in body}}


def _without(*names: str) -> t.Callable[[dict[str, t.Any]], t.Any]:
    return lambda body: {name: value for name, value in body.items() if name not in names}


def _in_tasks(change: t.Callable[[list[t.Any]], list[t.Any]]) -> t.Callable[[dict[str, t.Any]], t.Any]:
    """Return a change of the rows of a list, which are tasks or topics."""

    def corrupt(body: dict[str, t.Any]) -> t.Any:
        lists = {name: body[name] for name in ("tasks", "topics") if body.get(name) and isinstance(body[name], list)}
        return {**body, **{name: change(list(rows)) for name, rows in lists.items()}}

    return corrupt


def _among_thousands(body: dict[str, t.Any]) -> t.Any:
    """Return megabytes of valid JSON."""
    if not (isinstance(body.get("tasks"), list) and isinstance(body.get("total_number"), int)):
        return body
    others = [
        {"task_id": f"other-{number}", "task_name": f"other {number}", "status": "RUNNING"} for number in range(9999)
    ]
    return {**body, "tasks": [*others, *body["tasks"]], "total_number": len(others) + body["total_number"]}


CORRUPTIONS = (
    Corruption("among thousands", _among_thousands),
    Corruption("incomplete list", _in_tasks(lambda tasks: tasks[:-1])),
    Corruption("list without its first task", _in_tasks(lambda tasks: tasks[1:])),
    Corruption("first task repeated", _in_tasks(lambda tasks: [tasks[0]] * len(tasks))),
    Corruption("tasks null", _with(tasks=None)),
    Corruption("tasks an object", _with(tasks={})),
    Corruption("no tasks", _without("tasks")),
    Corruption("no total", _without("total_number")),
    Corruption("total null", _with(total_number=None)),
    Corruption("total true", _with(total_number=True)),
    Corruption("total negative", _with(total_number=-1)),
    Corruption("total huge", _with(total_number=1e300)),
    Corruption("a task null", _in_tasks(lambda tasks: [None, *tasks[1:]])),
    Corruption("ids null", _in_tasks(lambda tasks: [{**task, "task_id": None} for task in tasks])),
    Corruption("ids with a path", _in_tasks(lambda tasks: [{**task, "task_id": "../../x"} for task in tasks])),
    Corruption("names null", _in_tasks(lambda tasks: [{**task, "task_name": None} for task in tasks])),
    Corruption("names are numbers", _in_tasks(lambda tasks: [{**task, "task_name": 7} for task in tasks])),
    Corruption("statuses are numbers", _in_tasks(lambda tasks: [{**task, "status": 7} for task in tasks])),
    Corruption("status null", _with(status=None)),
    Corruption("status a list", _with(status=["RUNNING"])),
    Corruption("name missing", _without("task_name")),
    Corruption("descriptor null", _with(obs_destination_descriptor=None)),
    Corruption("descriptor a list", _with(obs_destination_descriptor=[])),
    Corruption("id null", _with(task_id=None)),
    Corruption("id with a path", _with(task_id="../../x")),
    Corruption("no id", _without("task_id")),
    Corruption("list instead of object", lambda body: [body]),
    Corruption("text instead of object", lambda body: "ok"),
    Corruption(
        "numbers as text",
        lambda body: {k: str(v) if isinstance(v, int) and not isinstance(v, bool) else v for k, v in body.items()},
    ),
)


TOPIC_CORRUPTIONS = (
    *CORRUPTIONS,
    Corruption("topics an object", _in_tasks(lambda topics: t.cast("t.Any", {"rows": topics}))),
    Corruption("no total of topics", _without("total", "count")),
    Corruption("partitions are texts", _in_tasks(lambda topics: [{**topic, "partition": "x"} for topic in topics])),
    Corruption(
        "topics have no names", _in_tasks(lambda topics: [{**topic, "name": None, "id": None} for topic in topics])
    ),
)


def corruption(name: str) -> Corruption:
    """Return the corruption with this name."""
    return next(one for one in CORRUPTIONS if repr(one) == name)


@st.composite
def losses(draw: st.DrawFn, corruptions: t.Sequence[Corruption] = CORRUPTIONS) -> dict[str, t.Any]:
    """Faults that lose or corrupt a response, or lose its request."""
    kind = draw(
        st.sampled_from(
            ("drop", "drop", "raw", "uncertain", "garbage", "mutate", "mutate", "json", "close", "slow", "huge")
        )
    )
    if kind == "drop":
        return {"drop": draw(st.sampled_from(("before", "after"))), "reset": draw(st.booleans())}
    if kind == "raw":
        if draw(st.booleans()):
            return {"truncate": draw(st.integers(0, 60))}
        return {"content_length": draw(st.sampled_from((0, 1, 5, 10**6, 10**15, -1)))}
    if kind == "uncertain":
        status = draw(st.sampled_from(UNCERTAIN_STATUSES))
        return {"status": status, "after_work": draw(st.booleans()), "body": draw(st.sampled_from(("", "<html>x", {})))}
    if kind == "garbage":
        return {
            "status": draw(st.sampled_from((200, 200, 201, 204, 206))),
            "body": draw(st.sampled_from(GARBAGE)),
            "after_work": draw(st.booleans()),
        }
    if kind == "json":
        # Any JSON except an empty list of tasks, which would be a valid false response.
        body = draw(JSON.filter(lambda value: not isinstance(value, dict) or "total_number" not in value))
        return {"status": 200, "body": body if body is not None else "null", "after_work": draw(st.booleans())}
    if kind == "mutate":
        return {"mutate": draw(st.sampled_from(corruptions))}
    rarely = draw(st.integers(0, 9)) == 9
    if kind == "slow" and rarely:
        return {"delay": QUICK + 0.2}
    if kind == "huge" and rarely:
        return {"status": 200, "body": draw(st.sampled_from(HUGE)), "after_work": draw(st.booleans())}
    return {"close": True}


class Act:
    """A change by another user just before or after a request is processed; records the ids of the tasks."""

    def __init__(self, verb: str, name: str, descriptor: dict[str, t.Any]) -> None:
        self.verb = verb
        self.name = name
        self.descriptor = descriptor
        self.did: list[str] = []

    def __call__(self, world: t.Any) -> None:
        connector = world.connectors.get(Simulator.connector_id)
        if connector is None:
            return
        if self.verb == "create":
            self.did.append(world.add_task(Simulator.connector_id, self.name, **self.descriptor))
        elif self.verb == "delete":
            for task in list(connector.tasks.values()):
                if task.task_name == self.name:
                    world.remove_task(Simulator.connector_id, task.task_id)
                    self.did.append(task.task_id)
        else:
            self.did += list(connector.tasks)
            world.remove_connector(Simulator.connector_id)

    def __repr__(self) -> str:
        return f"Act({self.verb!r}, {self.name!r}, {self.descriptor!r})"


@st.composite
def faults(
    draw: st.DrawFn,
    operations: t.Sequence[str | None] = OPERATIONS,
    corruptions: t.Sequence[Corruption] = CORRUPTIONS,
) -> Fault:
    """Faults of random requests."""
    fields = draw(st.one_of(errors(), losses(corruptions), losses(corruptions)))
    operation = draw(st.sampled_from(operations))
    times = draw(st.sampled_from((1, 1, 1, 2, 3, None)))
    if "delay" in fields:
        times = 1
    return Fault(operation=operation, skip=draw(st.sampled_from((0, 0, 0, 1, 2, 3))), times=times, **fields)


class TopicAct(Act):
    """The same for a topic of the sample instance: it is created, or replaced, or deleted."""

    def __call__(self, world: t.Any) -> None:
        topics = world.instances[Simulator.instance_id].topics
        if self.verb == "create":
            world.add_topic(Simulator.instance_id, self.name, **self.descriptor)
        elif not topics.pop(self.name, None):
            return
        self.did.append(self.name)


def acts(
    names: t.Sequence[str], descriptors: t.Sequence[dict[str, t.Any]], kind: type[Act] = Act
) -> st.SearchStrategy[Act]:
    return st.builds(
        kind,
        st.sampled_from(("create", "delete", "delete", "switch off")),
        st.sampled_from(names),
        st.sampled_from(descriptors),
    )


def topic_faults() -> st.SearchStrategy[Fault]:
    """Faults of random requests of modules for topics."""
    return faults(TOPIC_OPERATIONS, TOPIC_CORRUPTIONS)


def with_act(fault: Fault, act: Act, when: str) -> Fault:
    """Return *fault* with the change of another user, *when* "before" or "after"."""
    return dataclasses.replace(fault, **{when: act})
