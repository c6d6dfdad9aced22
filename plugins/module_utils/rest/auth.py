# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The authentication of requests, as ``requests`` has it."""

from __future__ import annotations

import time
import typing as t
from urllib.parse import urlsplit

from . import signature
from .library import AuthBase

if t.TYPE_CHECKING:
    from requests import PreparedRequest

    from .client import Client
    from .clock import Clock
    from .credentials import AccessKey


class Auth(AuthBase):
    """The authentication of a connection. Being set, it keeps ``requests`` from using a password of ``~/.netrc``."""

    worked = False
    """Whether a request with it has succeeded."""

    def prepare(self, client: Client) -> Auth:
        """Return the authentication of one request; *client* sends the requests that it needs, such as a login."""
        return self

    def renew(self, rejected: Auth) -> bool:
        """Return whether :meth:`prepare` replaces *rejected*, which worked before and has expired."""
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


class SignatureAuth(Auth):
    """Signs each attempt of a request with an access key."""

    def __init__(self, keys: AccessKey, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def headers(self, project_id: str | None) -> dict[str, str]:
        return {"X-Project-Id": project_id} if project_id else {}

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        headers = request.headers
        headers["X-Sdk-Date"] = time.strftime(signature.DATE_FORMAT, time.gmtime(self._clock.time()))
        if self._keys.security_token:
            headers["X-Security-Token"] = self._keys.security_token
        url = request.url or ""
        signed = {
            name: headers[name]
            for name in ("Content-Type", "X-Sdk-Date", "X-Project-Id", "X-Security-Token")
            if name in headers
        }
        # Sent as it is signed: by default, the HTTP library drops a port that is the default of the scheme.
        headers["Host"] = signed["Host"] = urlsplit(url).netloc
        body = request.body or b""
        headers["Authorization"] = signature.authorization(
            request.method or "GET",
            url,
            signed,
            body if isinstance(body, bytes) else body.encode(),
            self._keys.access_key,
            self._keys.secret_key,
        )
        return request
