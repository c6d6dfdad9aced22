# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The request signature ``SDK-HMAC-SHA256`` for access key and secret key: pure functions, and the authentication with it.

Source: Huawei Cloud API Request Signing Guide; the unit tests have its published vector and compare random requests
with the vendor's own signer.
"""

from __future__ import annotations

import hashlib
import hmac
import time
import typing as t
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from .auth import Auth

if t.TYPE_CHECKING:
    from requests import PreparedRequest

    from .clock import Clock
    from .credentials import AccessKey

ALGORITHM = "SDK-HMAC-SHA256"
DATE_FORMAT = "%Y%m%dT%H%M%SZ"


def _encode(text: str) -> str:
    return quote(text, safe="~")


def canonical_path(path: str) -> str:
    """Return *path* decoded, percent-encoded again, and with a slash at its end, which only the signed form has."""
    encoded = quote(unquote(path), safe="/~")
    return encoded if encoded.endswith("/") else encoded + "/"


def canonical_query(query: str) -> str:
    """Return the query string *query* decoded, sorted by key and value, and encoded again."""
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{_encode(key)}={_encode(value)}" for key, value in pairs)


def canonical_request(method: str, url: str, headers: t.Mapping[str, str], body: bytes) -> tuple[str, str]:
    """Return the canonical form of a request and the names of its signed headers, joined by semicolons.

    Every header in *headers* is signed; *url* may be absolute or begin with the path.
    """
    parts = urlsplit(url)
    lowered = {name.lower(): value.strip() for name, value in headers.items()}
    names = sorted(lowered)
    signed = ";".join(names)
    canonical = "\n".join(
        (
            method.upper(),
            canonical_path(parts.path),
            canonical_query(parts.query),
            "".join(f"{name}:{lowered[name]}\n" for name in names),
            signed,
            hashlib.sha256(body).hexdigest(),
        )
    )
    return canonical, signed


def authorization(
    method: str, url: str, headers: t.Mapping[str, str], body: bytes, access_key: str, secret_key: str
) -> str:
    """Return the value of the ``Authorization`` header.

    *headers* are the headers to sign. ``X-Sdk-Date`` must be among them, in UTC and in :data:`DATE_FORMAT`; the
    service accepts it for 15 minutes.
    """
    canonical, signed = canonical_request(method, url, headers, body)
    date = next(value for name, value in headers.items() if name.lower() == "x-sdk-date")
    to_sign = "\n".join((ALGORITHM, date, hashlib.sha256(canonical.encode()).hexdigest()))
    signature = hmac.new(secret_key.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Access={access_key}, SignedHeaders={signed}, Signature={signature}"


class SignatureAuth(Auth):
    """Signs each attempt of a request with an access key."""

    def __init__(self, keys: AccessKey, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def headers(self, project_id: str | None) -> dict[str, str]:
        return {"X-Project-Id": project_id} if project_id else {}

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        headers = request.headers
        headers["X-Sdk-Date"] = time.strftime(DATE_FORMAT, time.gmtime(self._clock.time()))
        if self._keys.security_token:
            headers["X-Security-Token"] = self._keys.security_token
        url = request.url or ""
        signed = {
            name: headers[name]
            for name in ("Content-Type", "X-Sdk-Date", "X-Domain-Id", "X-Project-Id", "X-Security-Token")
            if name in headers
        }
        # Sent as it is signed: by default, the HTTP library drops a port that is the default of the scheme.
        headers["Host"] = signed["Host"] = urlsplit(url).netloc
        body = request.body or b""
        headers["Authorization"] = authorization(
            request.method or "GET",
            url,
            signed,
            body if isinstance(body, bytes) else body.encode(),
            self._keys.access_key,
            self._keys.secret_key,
        )
        return request
