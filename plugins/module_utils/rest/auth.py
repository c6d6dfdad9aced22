# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The authentication of requests, as ``requests`` has it; that by signature is in :mod:`signature`."""

from __future__ import annotations

import threading
import typing as t

from .errors import LOGIN_AGAIN, LOGIN_FAILED, RequestError, ServiceError
from .library import AuthBase

if t.TYPE_CHECKING:
    from requests import PreparedRequest

    from .client import Client


class Auth(AuthBase):
    """The authentication of a connection. Being set, it keeps ``requests`` from using a password of ``~/.netrc``."""

    worked = False
    """Whether a request with it has succeeded."""

    def prepare(self, client: Client) -> Auth:
        """Return the authentication of one request; *client* sends the requests that it needs, such as a login."""
        return self

    def renew(self, rejected: Auth, error: ServiceError) -> bool:
        """Return whether :meth:`prepare` replaces *rejected*, which worked before and, by *error*, has expired."""
        return False

    def headers(self, project_id: str | None) -> dict[str, str]:
        """Return the headers that a request for a project needs besides those of :meth:`__call__`."""
        return {}

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


class TokenAuth(Auth):
    """Sends an IAM token as ``X-Auth-Token``."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["X-Auth-Token"] = self.token
        return request


class RenewedAuth(Auth):
    """Logs in for the first request, and again when what the login returned has expired."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: Auth | None = None

    def log_in(self, client: Client) -> Auth:
        """Return the authentication of the next requests, obtained with requests of *client*."""
        raise NotImplementedError

    def has_expired(self, error: ServiceError) -> bool:
        """Return whether *error* can mean that what worked before has expired."""
        return error.reason == LOGIN_AGAIN

    def prepare(self, client: Client) -> Auth:
        with self._lock:
            if self._current is None:
                self._current = self._log_in_once(client)
            return self._current

    def renew(self, rejected: Auth, error: ServiceError) -> bool:
        if not self.has_expired(error):
            return False
        with self._lock:
            if self._current is rejected:
                # A new login would be rejected as well, and five failed attempts lock the user.
                if not rejected.worked:
                    return False
                self._current = None
            return True

    def _log_in_once(self, client: Client) -> Auth:
        """Log in, unless another thread has just failed to."""
        client.connection.check_not_rejected()
        try:
            return self.log_in(client)
        except RequestError as error:
            if isinstance(error, ServiceError):
                client.connection.note_rejection(error)
                error.reason = LOGIN_FAILED
            # The request that the login is for was not sent.
            error.maybe_processed = error.maybe_pending = error.earlier_unknown = False
            raise
