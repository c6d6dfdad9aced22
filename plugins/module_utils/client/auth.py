# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a request proves who sends it, as ``requests`` authentication."""

from __future__ import annotations

import time
import typing as t
from urllib.parse import urlsplit

from . import signature
from .library import AuthBase

if t.TYPE_CHECKING:
    from requests import PreparedRequest

    from .credentials import KeyCredentials


class NoAuth(AuthBase):
    """For the login itself. Being given keeps ``requests`` from looking for a password in ``~/.netrc``."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


class TokenAuth(AuthBase):
    """Sends an IAM token as ``X-Auth-Token``."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["X-Auth-Token"] = self._token
        return request


class SignatureAuth(AuthBase):
    """Signs a request with an access key and a secret key, permanent or temporary; each call with a date of its own.

    *clock* returns seconds since the epoch.
    """

    def __init__(self, keys: KeyCredentials, clock: t.Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._clock = clock

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        headers = request.headers
        headers["X-Sdk-Date"] = time.strftime(signature.DATE_FORMAT, time.gmtime(self._clock()))
        if self._keys.security_token:
            headers["X-Security-Token"] = self._keys.security_token
        url = request.url or ""
        to_sign = {
            name: headers[name]
            for name in ("Content-Type", "X-Sdk-Date", "X-Project-Id", "X-Security-Token")
            if name in headers
        }
        # Sent as it was signed: left alone, the HTTP library drops a port that is the scheme's own.
        headers["Host"] = to_sign["Host"] = urlsplit(url).netloc
        body = request.body or b""
        headers["Authorization"] = signature.authorization(
            request.method or "GET",
            url,
            to_sign,
            body if isinstance(body, bytes) else body.encode(),
            self._keys.access_key,
            self._keys.secret_key,
        )
        return request
