# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests and responses, independent of the web framework."""

from __future__ import annotations

import dataclasses
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .settings import Settings
    from .world import World


class Effect(NamedTuple):
    """What a request changed, for example `Effect("created", task_id)`."""

    verb: str
    target: str


@dataclasses.dataclass
class Request:
    """A request as received."""

    method: str
    path: str
    """As sent: percent-encoded, without the query."""
    query: list[tuple[str, str]]
    """Decoded pairs in the order sent."""
    headers: Mapping[str, str]
    """Case-insensitive."""
    body: bytes = b""
    base_url: str = ""
    """scheme://host of the server, for links in responses."""
    side_by_side: bool = False
    """Whether another request of a serial operation for the same instance is in progress."""


@dataclasses.dataclass
class Response:
    """A response of the service; `body` is JSON-serializable, or None if it is empty."""

    status: int
    body: Any = None
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    effect: Effect | None = None


@dataclasses.dataclass
class Caller:
    """The authenticated user of a request."""

    user_id: str
    domain_id: str
    token_project: str | None = None
    """Project of a token, "" if it is unscoped. None for AK/SK, which are valid for all projects of the account."""


@dataclasses.dataclass
class Call:
    """An authenticated request to one operation, with the context that a handler needs."""

    request: Request
    params: dict[str, str]
    """The decoded ids in the path."""
    caller: Caller
    world: World
    settings: Settings

    @property
    def project_id(self) -> str:
        return self.params["project_id"]

    @cached_property
    def query(self) -> dict[str, str]:
        return dict(self.request.query)

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object. Raises ApiError if it is anything else."""
        if not self.request.body:
            raise ApiError(400, "DMS.00400004")
        try:
            value = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise ApiError(400, "DMS.00400005") from None
        if not isinstance(value, dict):
            raise ApiError(400, "DMS.00400005")
        return value
