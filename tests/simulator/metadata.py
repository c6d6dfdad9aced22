# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata service of an ECS, on a port of its own: the temporary keys of the agency of the machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .agencies import credential
from .calls import Request, Response
from .routes import Operation, Routes
from .world import ECS_USER_ID, TemporaryKeys

if TYPE_CHECKING:
    from .clock import Clock
    from .settings import Settings
    from .world import World

MAX_TOKEN_SECONDS = 21600

OPERATIONS = [
    Operation("CreateMetadataToken", "PUT", "/meta-data/latest/api/token", None, service="ECS", changes=False),
    Operation("GetSecurityKey", "GET", "/openstack/latest/securitykey", None, service="ECS"),
]
ROUTES = Routes(OPERATIONS)


class Metadata:
    """The metadata service. Its responses other than keys are plain text."""

    def __init__(self, world: World, settings: Settings, clock: Clock) -> None:
        self._world = world
        self._settings = settings
        self._clock = clock
        self._tokens: dict[str, float] = {}
        self._keys: TemporaryKeys | None = None

    def clear(self) -> None:
        """Forget all tokens and the keys."""
        self._tokens.clear()
        self._keys = None

    def respond(self, request: Request, found: tuple[Operation, dict[str, str]] | None) -> Response:
        """Process a request; `found` is the result of `Routes.find`."""
        if found is None:
            return Response(404, "404 page not found")
        return self._create_token(request) if found[0].method == "PUT" else self._security_key(request)

    def _create_token(self, request: Request) -> Response:
        if self._settings.metadata_tokens == "off":
            return Response(self._settings.metadata_no_tokens_status, "not supported")
        seconds = request.headers.get("X-Metadata-Token-Ttl-Seconds", "")
        if not re.fullmatch("[0-9]{1,5}", seconds) or not 1 <= int(seconds) <= MAX_TOKEN_SECONDS:
            return Response(400, "invalid X-Metadata-Token-Ttl-Seconds")
        token = f"SampleMetadataToken{self._world.new_hex()}"
        self._tokens[token] = self._clock.now() + int(seconds)
        return Response(200, token)

    def _security_key(self, request: Request) -> Response:
        if not self._settings.metadata_agency:
            return Response(401, "Please configure Cloud Service Agency first")
        if not self._accepts(request.headers.get("X-Metadata-Token")):
            return Response(401, "Unauthorized")
        return Response(200, credential(self._world, self._current_keys()))

    def _accepts(self, token: str | None) -> bool:
        if self._settings.metadata_tokens == "off":
            return True
        if token is None:
            return self._settings.metadata_tokens == "optional"
        return self._clock.now() < self._tokens.get(token, 0)

    def _current_keys(self) -> TemporaryKeys:
        """The keys of the machine: the same until less than `metadata_key_overlap` is left of their lifetime."""
        now = self._clock.now()
        expires_at = 0.0
        if self._keys is not None:
            expires_at = self._world.access_keys[self._keys.access_key].expires_at or 0.0
        if self._keys is None or expires_at - now < self._settings.metadata_key_overlap:
            self._keys = self._world.add_temporary_keys(self._settings.metadata_key_seconds, ECS_USER_ID)
        return self._keys
