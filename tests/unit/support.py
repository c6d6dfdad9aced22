# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the unit tests share: a clock that only sleeping moves, and a service that expects exact requests."""

from __future__ import annotations

import csv
import json
import typing as t
from pathlib import Path

import pytest
import requests
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import NoAnswer, ServiceError
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.transport import RawAnswer
from requests.structures import CaseInsensitiveDict

PROJECT_ID = "0123456789abcdef0123456789abcdef"
DMS = "https://dms.example.com"
IAM = "https://iam.example.com"


class Clock:
    """Stands still but for sleeping, and remembers each pause."""

    def __init__(self) -> None:
        self.now = 1704164645.0  # 2024-01-02 03:04:05 UTC
        self.pauses: list[float] = []

    def time(self) -> float:
        return self.now

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


class Answer(t.NamedTuple):
    """What the service answers."""

    status: int
    body: bytes = b""
    headers: t.Mapping[str, str] = {}


def answer(status: int, body: t.Any = None, **headers: str) -> Answer:
    """Return an answer with *body* as JSON, or as it is where it is text; underscores in header names become hyphens."""
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    return Answer(status, text.encode(), {name.replace("_", "-"): value for name, value in headers.items()})


def refusal(status: int, code: str, message: str = "as told", **headers: str) -> Answer:
    """Return an error in the shape of DMS and of the gateway."""
    return answer(status, {"error_code": code, "error_msg": message}, **headers)


# No answer came: the request may have been seen, it was not, or it never will be.
LOST = "no whole answer came within 30 seconds"
REFUSED = "the connection was refused"
UNTRUSTED = "TLS: certificate verify failed"


def no_answer(cause: str, method: str = "GET", url: str = "") -> NoAnswer:
    return NoAnswer(method, url, cause, sent=cause not in (REFUSED, UNTRUSTED), final=cause == UNTRUSTED)


def service_error(status: int, code: str | None, message: str = "", method: str = "GET") -> ServiceError:
    return ServiceError(method, "/v2/p/x", status, code, message, "r-1")


# A step of a script: what is expected ("GET /path", under DMS unless it holds an address), the JSON body that it must
# have (Ellipsis: any), and what is answered: an Answer, a bare status, or the cause why none comes.
Step = t.Union[tuple[str, t.Any], tuple[str, t.Any, t.Any]]


class Service:
    """Stands in for the transport. It fails the test at any request but the expected one, whoever catches exceptions."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.requests: list[requests.PreparedRequest] = []
        self.timeouts: list[float] = []
        self.closed = False
        self._steps: list[Step] = []

    def expect(self, *steps: Step) -> None:
        self._steps += steps

    def expect_nothing_more(self) -> None:
        assert [step[0] for step in self._steps] == [], "these requests did not come"

    @property
    def lines(self) -> list[str]:
        """The requests so far, in the form of a step."""
        return [_line(request) for request in self.requests]

    def close(self) -> None:
        self.closed = True

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: t.Mapping[str, str],
        body: bytes | None,
        auth: requests.auth.AuthBase,
        timeout: float,
    ) -> RawAnswer:
        request = requests.Request(method, url, headers=dict(headers), data=body, auth=auth).prepare()
        self.requests.append(request)
        self.timeouts.append(timeout)
        line = _line(request)
        if not self._steps:
            pytest.fail(f"no further request was expected, but {line} came")
        expected, *wanted_body, told = self._steps.pop(0)
        if line != expected:
            pytest.fail(f"expected {expected}, but {line} came")
        sent = None if body is None else json.loads(body)
        if wanted_body != [...] and sent != (wanted_body[0] if wanted_body else None):
            pytest.fail(f"{line} came with the body {sent}")
        if isinstance(told, str):
            raise no_answer(told, method, url.split("?", 1)[0])
        if isinstance(told, int):
            told = Answer(told)
        return RawAnswer(told.status, CaseInsensitiveDict(told.headers), told.body)


def _line(request: requests.PreparedRequest) -> str:
    url = request.url or ""
    return f"{request.method} {url[len(DMS) :] if url.startswith(DMS + '/') else url}"


class Code(t.NamedTuple):
    """An error code of DMS, the gateway or IAM, one status that it comes with, and whether its table advises to retry."""

    code: str
    status: int
    retry: str


def error_codes() -> list[Code]:
    """Return every code with every status of its."""
    with (Path(__file__).parent / "error_codes.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    return [Code(row["code"], int(status), row["retry"]) for row in rows for status in row["statuses"].split()]
