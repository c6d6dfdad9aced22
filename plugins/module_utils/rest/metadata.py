# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads the keys of the agency of an ECS from its metadata service.

Source: the credentials provider of the vendor's Python SDK, with its order of requests, timeout and lifetime of the token.
"""

from __future__ import annotations

import json
import typing as t

from .auth import Auth
from .credentials import is_header_value
from .errors import ConnectionFailed, UnexpectedState, action
from .http import Request
from .operation import Operation
from .retry import backoff
from .temporary import TemporaryAuth, read_keys, seconds_until

if t.TYPE_CHECKING:
    from .client import Client
    from .http import RawResponse

# The same on each ECS. Nothing can set it: whoever could, would decide as whom the task acts.
ADDRESS = "http://169.254.169.254"
TIMEOUT = 3.0

_TOKEN = Operation("CreateMetadataToken", "PUT", "/meta-data/latest/api/token", None, reads=True, repeatable=True)
_KEYS = Operation("ShowSecurityKey", "GET", "/openstack/latest/securitykey", None, reads=True, repeatable=True)
_TTL = {"X-Metadata-Token-Ttl-Seconds": "21600"}
_NO_TOKENS = (404, 405, 503)
_TRANSIENT = (429, 500, 502, 503, 504)
_NO_AGENCY = "Please configure Cloud Service Agency first"
_HINT = "credentials_source ecs works on an ECS that has an agency which delegates to the cloud service ECS."


class MetadataAuth(TemporaryAuth):
    """Signs with the keys of the agency of the ECS that runs the task."""

    def log_in(self, client: Client) -> Auth:
        with action("get the keys of the agency of this ECS"):
            raw = _send(client, _KEYS, _token(client))
            if raw.status == 401 and _NO_AGENCY not in raw.body.decode("utf-8", "replace"):
                token = _token(client)
                raw = _send(client, _KEYS, token) if token else raw
            if raw.status != 200:
                raise _unusable(_KEYS, raw)
            try:
                document = json.loads(raw.body)
            except (ValueError, RecursionError):
                document = None
            keys, expires_at = read_keys(client, document)
            if keys is None:
                raise UnexpectedState("the metadata service returned no usable keys", _HINT)
            now = client.connection.clock.time()
            return self.use(client, keys, seconds_until(expires_at, raw.headers.get("Date"), now))


def _token(client: Client) -> dict[str, str]:
    """Return the header with a token of the metadata service; empty if it has no tokens."""
    raw = _send(client, _TOKEN, _TTL, _NO_TOKENS)
    if raw.status in _NO_TOKENS:
        return {}
    token = raw.body.decode("utf-8", "replace").strip()
    client.connection.redactor.add(token)
    if raw.status not in (200, 201):
        raise _unusable(_TOKEN, raw)
    if not is_header_value(token):
        raise UnexpectedState("the metadata service returned no usable token", _HINT)
    return {"X-Metadata-Token": token}


def _send(
    client: Client, operation: Operation, headers: t.Mapping[str, str], final: t.Collection[int] = ()
) -> RawResponse:
    """Return the response of the metadata service; one failure that can pass is retried, unless its status is *final*."""
    request = Request(operation, ADDRESS + operation.path, headers, None, Auth())
    retries = min(1, client.connection.settings.max_retries)
    while True:
        try:
            # Http sends plain http without a proxy.
            raw = client.connection.http.send(request, TIMEOUT)
        except ConnectionFailed as error:
            client.log(3, f"{operation.method} {operation.path}: {error.cause}")
            if not retries or error.final:
                raise UnexpectedState(f"no response of the metadata service: {error.cause}", _HINT) from None
        else:
            client.log(3, f"{operation.method} {operation.path}: {raw.status}")
            if not retries or raw.status in final or raw.status not in _TRANSIENT:
                return raw
        retries -= 1
        client.sleep(backoff(1, client.connection.clock.random))


def _unusable(operation: Operation, raw: RawResponse) -> UnexpectedState:
    return UnexpectedState(f"the metadata service returned {raw.status} for {operation.method} {operation.path}", _HINT)
