# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API gateway: throttling and authentication."""

from __future__ import annotations

import datetime
import math
from collections import deque
from typing import TYPE_CHECKING

from .calls import Caller, Request
from .errors import ApiError
from .signatures import BadSignatureError, parse_authorization, parse_date, verify

if TYPE_CHECKING:
    from .clock import Clock
    from .settings import Settings
    from .world import AccessKey, World

MAX_SKEW_SECONDS = 15 * 60
_NS = 1_000_000_000


class Locks:
    """Counts consecutive failures of keys and users, and locks them after too many."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._locked_until: dict[str, int] = {}

    def is_locked(self, name: str) -> bool:
        until = self._locked_until.get(name)
        if until is None:
            return False
        if self._clock.ticks() < until:
            return True
        del self._locked_until[name]
        return False

    def failed(self, name: str) -> None:
        self._failures[name] = self._failures.get(name, 0) + 1
        limit = self._settings.lock_after
        if limit is not None and self._failures[name] >= limit:
            self._locked_until[name] = self._clock.ticks() + round(self._settings.lock_seconds * _NS)
            self._failures[name] = 0

    def succeeded(self, name: str) -> None:
        self._failures.pop(name, None)

    def clear(self) -> None:
        self._failures.clear()
        self._locked_until.clear()


class Throttle:
    """Allows `rate` requests within any `rate_period` seconds; refused requests don't count."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._allowed: deque[int] = deque()

    def check(self) -> None:
        """Allow the request, or raise ApiError in the configured style."""
        rate = self._settings.rate
        if rate is None:
            return
        now = self._clock.ticks()
        period = round(self._settings.rate_period * _NS)
        while self._allowed and now - self._allowed[0] >= period:
            self._allowed.popleft()
        if len(self._allowed) < rate:
            self._allowed.append(now)
            return
        style = self._settings.throttle_style
        if style == "dms-404":
            raise ApiError(404, "DMS.10240407")
        wait = (self._allowed[0] + period - now) / _NS if self._allowed else self._settings.rate_period
        raise ApiError(
            429,
            "APIG.0308",
            "The throttling threshold has been reached: "
            f"policy user over ratelimit,limit:{rate},time:{self._settings.rate_period:g} second",
            {"Retry-After": str(max(1, math.ceil(wait)))} if style == "429-retry-after" else None,
        )

    def clear(self) -> None:
        self._allowed.clear()


class RefusedError(Exception):
    """The credentials were rejected; the message contains the reason."""


class Gateway:
    """Authenticates requests."""

    def __init__(self, world: World, settings: Settings, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self.locks = Locks(settings, clock)
        self.throttle = Throttle(settings, clock)

    def clear(self) -> None:
        """Clear all recorded failures and requests."""
        self.locks.clear()
        self.throttle.clear()

    def identify(self, request: Request) -> Caller:
        """Return the caller. Raises RefusedError. A token takes precedence over a signature."""
        token = request.headers.get("X-Auth-Token")
        if token is not None:
            return self._by_token(token)
        header = request.headers.get("Authorization")
        if header is None:
            raise RefusedError("x-auth-token not found")
        try:
            return self._by_signature(request, header)
        except BadSignatureError as exc:
            raise RefusedError(str(exc)) from None

    def _by_token(self, text: str) -> Caller:
        token = self._world.tokens.get(text)
        if token is None:
            raise RefusedError("decrypt token fail")
        if self._clock.now() >= token.expires_at:
            raise RefusedError(f"token expires, expires_at:{iso_time(token.expires_at)}")
        user = self._world.users[token.user_id]
        return Caller(user.user_id, user.domain_id, token.project_id)

    def _by_signature(self, request: Request, header: str) -> Caller:
        authorization = parse_authorization(header)
        key = self._world.access_keys.get(authorization.access_key)
        if key is None:
            raise RefusedError(f"Get secretKey failed,ak:{authorization.access_key},err:ak not exist")
        if self.locks.is_locked(key.access_key):
            raise RefusedError(f"AK access failed to reach the limit,forbidden,ak:{key.access_key}")
        self._check_date(request, authorization.signed_headers)
        try:
            verify(request, authorization, key.secret_key)
        except BadSignatureError:
            self.locks.failed(key.access_key)
            raise
        self._check_security_token(request, key)
        self.locks.succeeded(key.access_key)
        user = self._world.users[key.user_id]
        return Caller(user.user_id, user.domain_id)

    def _check_date(self, request: Request, signed_headers: tuple[str, ...]) -> None:
        date = request.headers.get("X-Sdk-Date")
        if date is None or "x-sdk-date" not in signed_headers:
            raise BadSignatureError("x-sdk-date is not signed")
        now = self._clock.now()
        if abs(now - parse_date(date)) > MAX_SKEW_SECONDS:
            raise BadSignatureError(f"x-sdk-date {date} is more than 15 minutes off, server time:{iso_time(now)}")

    def _check_security_token(self, request: Request, key: AccessKey) -> None:
        token = request.headers.get("X-Security-Token")
        if token != key.security_token:
            raise RefusedError("decrypt token fail" if token else "x-security-token not found")
        if key.expires_at is not None and self._clock.now() >= key.expires_at:
            raise RefusedError(f"security token expires, expires_at:{iso_time(key.expires_at)}")


def iso_time(seconds: float) -> str:
    """A time in the format of IAM: 2024-01-02T03:04:05.000000Z."""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
