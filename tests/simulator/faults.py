# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fault injection."""

from __future__ import annotations

import dataclasses
import re
import threading
from typing import TYPE_CHECKING, Any

from .errors import default_status

if TYPE_CHECKING:
    from collections.abc import Callable

    from .world import World

DROPS = (None, "before", "after")


@dataclasses.dataclass(frozen=True)
class Fault:
    """Which requests it applies to, how often, and what goes wrong.

    Without `status`, `code` and `body` the request is processed, and the other fields delay, cut or change its
    response. With one of them the response is replaced, and the request is processed only with `after_work`.
    """

    operation: str | None = None
    """The vendor's name of the operation; None: any."""
    method: str | None = None
    path: str | None = None
    """Regular expression, searched in the path as sent, including the query."""
    times: int | None = 1
    """How many requests it applies to; None: all."""
    skip: int = 0
    """How many matching requests to skip first."""

    status: int | None = None
    """HTTP status; by default the usual one of `code`, or 200."""
    code: str | None = None
    """Error code, for example "DMS.10240407" or "APIG.0308"."""
    message: str | None = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    """Headers added to the response; they replace headers of the same name."""
    body: Any = None
    """Sent unchanged if str or bytes, else as JSON."""
    after_work: bool = False
    """Process the request before the response is replaced."""

    delay: float = 0.0
    """Seconds between processing and response."""
    delay_work: float = 0.0
    """Seconds before processing, which may start after the client's timeout."""
    drop: str | None = None
    """Close the connection without a response, "before" or "after" processing."""
    reset: bool = False
    """Drop with a TCP reset instead of an orderly close."""
    truncate: int | None = None
    """Send only this many bytes of the body, then close."""
    content_length: int | None = None
    """Send this Content-Length instead of the real one, then close."""
    trickle: float | None = None
    """Seconds between the bytes of the body."""
    close: bool = False
    """Close the connection after a complete response without `Connection: close`."""

    mutate: Callable[[Any], Any] | None = None
    """In-process only: called with the JSON of the response; returns the JSON to send, or None if changed in place."""
    before: Callable[[World], object] | None = None
    """In-process only: called immediately before processing, to simulate changes by other users."""
    after: Callable[[World], object] | None = None
    """In-process only: called immediately after processing."""

    def __post_init__(self) -> None:
        if self.drop not in DROPS:
            raise ValueError(f"drop takes one of {DROPS}, not {self.drop!r}")
        if self.times is not None and self.times < 1:
            raise ValueError("times counts from 1; None means all requests")
        if self.path is not None:
            re.compile(self.path)

    @classmethod
    def from_json(cls, values: Any) -> Fault:
        """A fault from the control API. Raises ValueError if it is invalid."""
        if not isinstance(values, dict):
            raise ValueError("a fault is an object")  # noqa: TRY004 - callers handle ValueError
        known = {field.name for field in dataclasses.fields(cls)} - {"mutate", "before", "after"}
        unknown = set(values) - known
        if unknown:
            raise ValueError(f"unknown fields {sorted(unknown)}; there are {sorted(known)}")
        try:
            return cls(**values)
        except (TypeError, re.error) as exc:
            raise ValueError(str(exc)) from exc

    @property
    def replaces_response(self) -> bool:
        """Whether the response is replaced."""
        return self.status is not None or self.code is not None or self.body is not None

    @property
    def response_status(self) -> int:
        if self.status is not None:
            return self.status
        return default_status(self.code) if self.code is not None else 200

    @property
    def is_raw(self) -> bool:
        """Whether the response must bypass the web framework."""
        return self.close or not (self.truncate is None and self.content_length is None and self.trickle is None)

    def matches(self, operation: str | None, method: str, target: str) -> bool:
        return (
            (self.operation is None or self.operation == operation)
            and (self.method is None or self.method.upper() == method)
            and (self.path is None or re.search(self.path, target) is not None)
        )


class ActiveFault:
    """A fault with the number of requests that it skipped and that it was applied to."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.passed = 0
        self.hits = 0

    @property
    def exhausted(self) -> bool:
        return self.fault.times is not None and self.hits >= self.fault.times


class Faults:
    """The active faults; the first match is applied, at most one to each request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: list[ActiveFault] = []

    def add(self, *faults: Fault) -> ActiveFault:
        """Add faults; returns the counters of the last one."""
        if not faults:
            raise TypeError("add() takes at least one fault")
        added = [ActiveFault(fault) for fault in faults]
        with self._lock:
            self._active.extend(added)
        return added[-1]

    def clear(self) -> None:
        with self._lock:
            self._active.clear()

    def pending(self) -> list[ActiveFault]:
        """The faults that are not exhausted."""
        with self._lock:
            return list(self._active)

    def take(self, operation: str | None, method: str, target: str) -> Fault | None:
        """The fault to apply to this request, if any; updates its counters."""
        if not self._active:
            return None
        with self._lock:
            for active in self._active:
                if not active.fault.matches(operation, method, target):
                    continue
                if active.passed < active.fault.skip:
                    active.passed += 1
                    continue
                active.hits += 1
                if active.exhausted:
                    self._active.remove(active)
                return active.fault
        return None
