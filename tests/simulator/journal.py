# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: every request that came, as it came, and what was answered."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .calls import Effect
    from .faults import Fault


@dataclasses.dataclass(slots=True)
class Entry:
    """One request. Nothing is masked: tests look here for what was really sent."""

    operation: str | None
    """Name of the operation, None when the URL is unknown."""
    method: str
    path: str
    """As sent, without the query."""
    query: dict[str, str]
    headers: Mapping[str, str]
    """As sent; looked up without regard to case."""
    body: bytes
    connection: int
    """Number of the TCP connection, counted from 1."""
    ticks: int
    """When it came: steady nanoseconds of the simulator's clock."""
    reads: bool = True
    """Whether the operation only reads; a request to an unknown URL reads if it is a GET."""
    status: int | None = None
    """HTTP status answered; None when nothing was answered (yet)."""
    code: str | None = None
    """Error code answered."""
    request_id: str | None = None
    effect: Effect | None = None
    """What it changed, whether the response told so or not."""
    fault: Fault | None = None
    """The fault that struck it."""

    @property
    def json(self) -> Any:
        """The body as JSON; None when it is empty. Raises ValueError when it is not JSON."""
        return json.loads(self.body) if self.body else None

    def as_dict(self) -> dict[str, Any]:
        """For the control interface: all of it as JSON-able values."""
        return {
            "operation": self.operation,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": dict(self.headers),
            "body": self.body.decode("utf-8", "replace"),
            "connection": self.connection,
            "ticks": self.ticks,
            "reads": self.reads,
            "status": self.status,
            "code": self.code,
            "request_id": self.request_id,
            "effect": None if self.effect is None else self.effect._asdict(),
            "fault": None if self.fault is None else repr(self.fault),
        }


class Journal(list[Entry]):
    """A list of entries in the order of their arrival."""

    def operations(self) -> list[str | None]:
        """The names of the operations called, in order."""
        return [entry.operation for entry in list(self)]

    def of(self, *operations: str) -> list[Entry]:
        """The entries of these operations."""
        return [entry for entry in list(self) if entry.operation in operations]

    def writes(self) -> list[Entry]:
        """The entries of all requests that do not only read, whether they changed something or not."""
        return [entry for entry in list(self) if not entry.reads]

    def effects(self) -> list[Effect]:
        """What was changed, in order of the requests."""
        return [entry.effect for entry in list(self) if entry.effect is not None]
