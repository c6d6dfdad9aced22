# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Temporary keys, which are replaced before they expire, and once when the service rejects them."""

from __future__ import annotations

import contextlib
import datetime
import re
import typing as t
from email.utils import parsedate_to_datetime

from .credentials import AccessKey, is_header_value
from .errors import NOT_THE_CREDENTIALS, KafkaError, ServiceError
from .renewal import RenewedAuth
from .signature import SignatureAuth

if t.TYPE_CHECKING:
    from .auth import Auth
    from .client import Client
    from .clock import Clock

MARGIN = 300.0
"""New keys are requested this many seconds before the end of the old ones, or in the last third of a shorter life."""
NEXT_ATTEMPT = 60.0
"""Seconds until the next attempt to renew keys that can still be used."""

_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d*)?(?:Z|[+-]00:?00)?", re.ASCII)


class TemporaryAuth(RenewedAuth):
    """Signs requests with temporary keys. Subclasses request them in :meth:`log_in`, and return :meth:`use`."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._renew_at = self._end = float("inf")

    def has_expired(self, error: ServiceError) -> bool:
        # The code of expired keys is not documented. A new pair can't help against a wrong clock.
        return error.status == 401 and error.reason != NOT_THE_CREDENTIALS

    def prepare(self, client: Client) -> Auth:
        with self._lock:
            now = client.now()
            if self._current is None:
                self._current = self._log_in_once(client)
            elif now >= self._renew_at:
                try:
                    self._current = self._log_in_once(client)
                except KafkaError as error:
                    refused = isinstance(error, ServiceError) and not (error.throttled or error.transient)
                    if refused or now >= self._end:
                        raise
                    self._renew_at = now + NEXT_ATTEMPT
            return self._current

    def use(self, client: Client, keys: AccessKey, seconds: float | None) -> Auth:
        """Return the authentication with *keys*, which are valid for *seconds*; ``None``: that is unknown."""
        life = float("inf") if seconds is None else seconds
        now = client.now()
        self._end = now + life
        self._renew_at = self._end if seconds is None else self._end - min(MARGIN, seconds / 3)
        return SignatureAuth(keys, self._clock)


def read_keys(client: Client, document: t.Any) -> tuple[AccessKey | None, t.Any]:
    """Return the keys and their end as text from the body of a response, ``None`` without usable ones.

    Their secrets are masked from then on.
    """
    found = document.get("credential") if isinstance(document, dict) else None
    found = found if isinstance(found, dict) else {}
    values = [
        value if isinstance(value, str) else "" for value in map(found.get, ("access", "secret", "securitytoken"))
    ]
    client.connection.redactor.add(*values[1:])
    return AccessKey(*values) if all(map(is_header_value, values)) else None, found.get("expires_at")


def seconds_until(expires_at: t.Any, date: str | None, now: float) -> float | None:
    """Return the seconds from *date*, a header of the same response, until *expires_at*; ``None`` if that is unreadable or over.

    Both are times of the service, whatever the clock here shows. Without a date, *now* is used, in seconds since the epoch.
    """
    match = _TIME.fullmatch(expires_at.strip()) if isinstance(expires_at, str) else None
    if not match:
        return None
    try:
        end = datetime.datetime.fromisoformat(match[1]).replace(tzinfo=datetime.timezone.utc).timestamp()
    except ValueError:
        return None
    with contextlib.suppress(TypeError, ValueError, IndexError, OverflowError):
        now = parsedate_to_datetime(date or "").timestamp()
    return end - now if end > now else None
