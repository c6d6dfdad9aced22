# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal: every request as received, with its response."""

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
    """One request. Nothing is redacted, so that tests can check what was sent."""

    operation: str | None
    """Name of the operation, None when the URL is unknown."""
    method: str
    path: str
    """As sent, without the query."""
    query: dict[str, str]
    headers: Mapping[str, str]
    """As sent; case-insensitive."""
    body: bytes
    connection: int
    """Number of the TCP connection, counted from 1."""
    ticks: int
    """Time of arrival: monotonic nanoseconds of the simulator's clock."""
    reads: bool = True
    """Whether the operation only reads; for an unknown URL, whether the method is GET."""
    status: int | None = None
    """HTTP status of the response; None if none was sent (yet)."""
    code: str | None = None
    """Error code of the response."""
    request_id: str | None = None
    effect: Effect | None = None
    """The change that it made, whether the response showed it or not."""
    fault: Fault | None = None
    """The fault that was applied."""

    @property
    def json(self) -> Any:
        """The body as JSON; None when it is empty. Raises ValueError when it is not JSON."""
        return json.loads(self.body) if self.body else None

    def as_dict(self) -> dict[str, Any]:
        """The entry as JSON-serializable values, for the control API."""
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
    """A list of entries in order of arrival."""

    def operations(self) -> list[str | None]:
        """The names of the requested operations, in order."""
        return [entry.operation for entry in list(self)]

    def of(self, *operations: str) -> list[Entry]:
        """The entries of these operations."""
        return [entry for entry in list(self) if entry.operation in operations]

    def writes(self) -> list[Entry]:
        """The entries of all requests that do not only read, whether they made a change or not."""
        return [entry for entry in list(self) if not entry.reads]

    def effects(self) -> list[Effect]:
        """The changes that were made, in order of the requests."""
        return [entry.effect for entry in list(self) if entry.effect is not None]
