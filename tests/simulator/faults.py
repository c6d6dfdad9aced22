# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Misbehaviour to order."""

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
    """Which requests to strike, how often, and how.

    Without `status`, `code` and `body` the work is done and its response sent, late, cut or changed as the rest says.
    With one of them the response is made up, and the work is done only with `after_work`.
    """

    operation: str | None = None
    """Name of the operation as the vendor names it; None: any."""
    method: str | None = None
    path: str | None = None
    """Regular expression, searched in the path as sent, query included."""
    times: int | None = 1
    """How many requests to strike; None: all from now on."""
    skip: int = 0
    """How many matching requests to let pass first."""

    status: int | None = None
    """HTTP status; the one that belongs to `code` when only that is given, else 200."""
    code: str | None = None
    """Error code, for example "DMS.10240407" or "APIG.0308"."""
    message: str | None = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    """Headers added to the response; they replace those of the same name."""
    body: Any = None
    """Sent as it is when str or bytes, else as JSON."""
    after_work: bool = False
    """Do the work first, then give the made-up response."""

    delay: float = 0.0
    """Seconds between the work and the response."""
    delay_work: float = 0.0
    """Seconds before the work: it may happen long after the client has given up."""
    drop: str | None = None
    """Close the connection without an response, "before" the work or "after" it."""
    reset: bool = False
    """Let a drop be a TCP reset instead of an orderly close."""
    truncate: int | None = None
    """Send only so many bytes of the body, then close."""
    content_length: int | None = None
    """Claim this length of the body, then close."""
    trickle: float | None = None
    """Seconds between the single bytes of the body."""
    close: bool = False
    """Close the connection after a whole response that did not announce it."""

    mutate: Callable[[Any], Any] | None = None
    """In-process only: gets the response's JSON, returns what to send instead (or None after changing it in place)."""
    before: Callable[[World], object] | None = None
    """In-process only: called just before the work, to let another actor act."""
    after: Callable[[World], object] | None = None
    """In-process only: called just after the work."""

    def __post_init__(self) -> None:
        if self.drop not in DROPS:
            raise ValueError(f"drop takes one of {DROPS}, not {self.drop!r}")
        if self.times is not None and self.times < 1:
            raise ValueError("times counts from 1; None means all requests")
        if self.path is not None:
            re.compile(self.path)

    @classmethod
    def from_json(cls, values: Any) -> Fault:
        """A fault from the control interface. Raises ValueError for what cannot be one."""
        if not isinstance(values, dict):
            raise ValueError("a fault is an object")  # noqa: TRY004 - one kind of error for all that is wrong
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
        """Whether the response is made up."""
        return self.status is not None or self.code is not None or self.body is not None

    @property
    def response_status(self) -> int:
        if self.status is not None:
            return self.status
        return default_status(self.code) if self.code is not None else 200

    @property
    def is_raw(self) -> bool:
        """Whether the response has to be written past the web framework."""
        return self.close or not (self.truncate is None and self.content_length is None and self.trickle is None)

    def matches(self, operation: str | None, method: str, target: str) -> bool:
        return (
            (self.operation is None or self.operation == operation)
            and (self.method is None or self.method.upper() == method)
            and (self.path is None or re.search(self.path, target) is not None)
        )


class ActiveFault:
    """A fault on duty: counts what it let pass and what it struck."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.passed = 0
        self.hits = 0

    @property
    def exhausted(self) -> bool:
        return self.fault.times is not None and self.hits >= self.fault.times


class Faults:
    """The faults on duty, asked in the order in which they were added; one request meets at most one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: list[ActiveFault] = []

    def add(self, *faults: Fault) -> ActiveFault:
        """Put faults on duty; returns the last one's counters."""
        if not faults:
            raise TypeError("add() takes at least one fault")
        active = [ActiveFault(fault) for fault in faults]
        with self._lock:
            self._active.extend(active)
        return active[-1]

    def clear(self) -> None:
        with self._lock:
            self._active.clear()

    def pending(self) -> list[ActiveFault]:
        """Those that may still strike."""
        with self._lock:
            return list(self._active)

    def take(self, operation: str | None, method: str, target: str) -> Fault | None:
        """The fault that strikes this request, if any; counts it."""
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
