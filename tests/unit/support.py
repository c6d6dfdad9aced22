# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Helpers of the unit tests: a clock that advances by sleeping, a service that expects exact requests, `run_module`."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import threading
import typing as t
from pathlib import Path

import ansible
import pytest
import requests
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import clock as clocks
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.concurrency import WIDTH
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import ConnectionFailed, ServiceError
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.http import RawResponse, Request
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
from requests.structures import CaseInsensitiveDict

PROJECT_ID = "0123456789abcdef0123456789abcdef"
DMS = "https://dms.example.com"
IAM = "https://iam.example.com"

OPTIONS = {
    "endpoint": DMS,
    "iam_endpoint": IAM,
    "region": "eu-west-101",
    "project_id": PROJECT_ID,
    "access_key": "AK",
    "secret_key": "SK-secret",
}
"""Options of the connection that lead to the fake service."""

READ = Operation("Read", "GET", "/v2/{project_id}/x", "dms:x:get", reads=True, repeatable=True)
WRITE = Operation("Write", "POST", "/v2/{project_id}/x", "dms:x:create", reads=False, repeatable=False)


class Clock(clocks.Clock):
    """A clock that only advances by sleeping, and records each sleep."""

    def __init__(self) -> None:
        self.now = 1704164645.0  # 2024-01-02 03:04:05 UTC
        self.sleeps: list[float] = []

    def random(self) -> float:
        return 1.0  # the longest backoff

    def time(self) -> float:
        return self.now

    monotonic = time

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


class Reply(t.NamedTuple):
    """A response of the fake service."""

    status: int
    body: bytes = b""
    headers: t.Mapping[str, str] = {}


def reply(status: int, body: t.Any = None, **headers: str) -> Reply:
    """Return a response with *body* as JSON, or as it is if it is text; underscores in header names become hyphens."""
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    return Reply(status, text.encode(), {name.replace("_", "-"): value for name, value in headers.items()})


def error_reply(status: int, code: str, message: str = "as documented", **headers: str) -> Reply:
    """Return an error in the shape of DMS and of the gateway."""
    return reply(status, {"error_code": code, "error_msg": message}, **headers)


# Causes of a missing response: the request may have been processed, was not sent, or can't succeed.
LOST = "no complete response within 30 seconds"
REFUSED = "the connection was refused"
UNTRUSTED = "TLS: certificate verify failed"


def connection_failed(cause: str, operation: Operation = READ, url: str = "") -> ConnectionFailed:
    """Return the exception for *cause*: LOST, REFUSED or UNTRUSTED."""
    return ConnectionFailed(operation, url, cause, sent=cause not in (REFUSED, UNTRUSTED), final=cause == UNTRUSTED)


def service_error(status: int, code: str | None, message: str = "", operation: Operation = READ) -> ServiceError:
    """Return the exception for an error response."""
    return ServiceError(operation, "/v2/p/x", status, code, message, "r-1")


Step = t.Union[tuple[str, t.Any], tuple[str, t.Any, t.Any]]
"""The expected request ("GET /path" of DMS, or with a full URL), its JSON body (Ellipsis: any), and the response: a
Reply, a status, or the cause of a missing response."""


class Service:
    """Replaces ``rest.http.Http`` and fails the test at any unexpected request.

    Requests that threads send at the same time can come in another order than the expected ones.
    """

    def __init__(self) -> None:
        self.requests: list[requests.PreparedRequest] = []
        self.timeouts: list[float] = []
        self.closed = False
        self._steps: list[Step] = []
        self._lock = threading.Lock()

    def expect(self, *steps: Step) -> None:
        """Expect these requests next, in this order."""
        self._steps += steps

    def assert_all_sent(self) -> None:
        """Fail if an expected request was not sent."""
        assert [step[0] for step in self._steps] == [], "these requests were not sent"

    @property
    def lines(self) -> list[str]:
        """The requests so far, in the form of a step."""
        return [_line(request) for request in self.requests]

    def close(self) -> None:
        self.closed = True

    def send(self, request: Request, timeout: float) -> RawResponse:
        prepared = prepare(request)
        line = _line(prepared)
        sent = None if request.body is None else json.loads(request.body)
        with self._lock:
            self.requests.append(prepared)
            self.timeouts.append(timeout)
            if not self._steps:
                pytest.fail(f"no further request was expected, but {line} was sent")
            together = [] if threading.current_thread() is threading.main_thread() else self._steps[:WIDTH]
            place = next((place for place, step in enumerate(together) if _matches(step, line, sent)), 0)
            step = self._steps.pop(place)
        expected, *_body, response = step
        if line != expected:
            pytest.fail(f"expected {expected}, but {line} was sent")
        if not _matches(step, line, sent):
            pytest.fail(f"{line} was sent with the body {sent}")
        if isinstance(response, str):
            raise connection_failed(response, request.operation, request.url.split("?", 1)[0])
        return raw(Reply(response) if isinstance(response, int) else response)


def _matches(step: Step, line: str, sent: t.Any) -> bool:
    expected, *body, _response = step
    return line == expected and (body == [...] or sent == (body[0] if body else None))


class Table:
    """Replaces ``rest.http.Http`` where requests have no fixed order.

    *replies* maps each line to a response, a list of responses of which the last one is repeated, or a function of the
    prepared request. *together*: the first requests with *single* in their line get responses after this many are sent.
    """

    def __init__(self, replies: t.Mapping[str, t.Any], together: int = 0, single: str = "/sink-tasks/") -> None:
        self.lines: list[str] = []
        self.requests: list[requests.PreparedRequest] = []
        self._replies = {line: list(value) if isinstance(value, list) else [value] for line, value in replies.items()}
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(together) if together else None
        self._waiting = together
        self._single = single

    def close(self) -> None:
        pass

    def send(self, request: Request, timeout: float) -> RawResponse:
        prepared = prepare(request)
        line = _line(prepared)
        with self._lock:
            self.requests.append(prepared)
            self.lines.append(line)
            queue = self._replies[line]
            response = queue[0] if len(queue) == 1 else queue.pop(0)
            waits = self._waiting > 0 and self._single in line
            self._waiting -= waits
        if waits and self._barrier:
            self._barrier.wait(timeout=30)
        return raw(response(prepared) if callable(response) else response)


def prepare(request: Request) -> requests.PreparedRequest:
    """Return *request* as it would be sent."""
    return requests.Request(
        request.operation.method, request.url, headers=dict(request.headers), data=request.body, auth=request.auth
    ).prepare()


def raw(response: Reply) -> RawResponse:
    """Return *response* as ``rest.http.Http`` does."""
    return RawResponse(response.status, CaseInsensitiveDict(response.headers), response.body)


def _line(request: requests.PreparedRequest) -> str:
    return f"{request.method} {(request.url or '').removeprefix(DMS)}"


class Ran(t.NamedTuple):
    """The result of a module, the lines that it logged with their verbosity, and the length of each sleep."""

    result: dict[str, t.Any]
    log: list[tuple[int, str]]
    sleeps: list[float]

    @property
    def msg(self) -> str:
        """The message of a failure."""
        assert self.result.get("failed") is True, self.result
        return str(self.result["msg"])


def run_module(
    module: t.Any,
    service: t.Any,
    options: t.Mapping[str, t.Any],
    *steps: Step,
    clock: Clock | None = None,
    connect: t.Callable[..., Connection] | None = None,
    check_mode: bool = False,
    diff: bool = False,
) -> Ran:
    """Run *module* (its Python module) in this process, with *options* besides :data:`OPTIONS`; ``None`` removes one.

    With *steps*, the service expects exactly these requests. No result may contain the word "secret".
    """
    kafka_module, clock = module.MODULE, clock or Clock()
    given = {name: value for name, value in {**OPTIONS, **options}.items() if value is not None}
    spec = kafka_module.spec
    validation = ModuleArgumentSpecValidator(spec.argument_spec, **spec.rules).validate(given)
    if validation.error_messages:
        return Ran({"failed": True, "msg": "; ".join(validation.error_messages)}, [], [])
    params = {**dict.fromkeys(spec.argument_spec), **validation.validated_parameters}
    log: list[tuple[int, str]] = []
    before = len(clock.sleeps)
    if steps:
        service.expect(*steps)
    result = kafka_module.execute(
        params,
        check_mode=check_mode,
        diff=diff,
        secrets=validation._no_log_values,
        connect=connect or (lambda settings: Connection(settings, http=service, clock=clock)),
        log=lambda verbosity, line: log.append((verbosity, line)),
    )
    if isinstance(service, Service):
        service.assert_all_sent()
    assert "-secret" not in json.dumps([result, log])
    return Ran(result, log, clock.sleeps[before:])


class Code(t.NamedTuple):
    """An error code of DMS, the gateway or IAM, one of its statuses, and whether the documentation advises a retry."""

    code: str
    status: int
    retry: str


def error_codes() -> list[Code]:
    """Return every code with each of its statuses."""
    with (Path(__file__).parent / "error_codes.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    return [Code(row["code"], int(status), row["retry"]) for row in rows for status in row["statuses"].split()]


def run_python(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run Python in a subprocess that can import the collection."""
    # ansible-test does not set all of its paths in the environment.
    path = [str(Path(__file__).parents[5]), *map(os.path.dirname, ansible.__path__), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
