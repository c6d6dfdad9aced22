# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Authentication that has to be obtained from the service, and expires."""

from __future__ import annotations

import threading
import typing as t

from .auth import Auth
from .errors import LOGIN_AGAIN, LOGIN_FAILED, RequestError, ServiceError

if t.TYPE_CHECKING:
    from .client import Client


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
