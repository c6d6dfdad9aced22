# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifies `SDK-HMAC-SHA256` signatures by signing the request again with the vendor's signer.

The collection has its own signer and shares no code with this one. Only the headers in SignedHeaders are signed,
because clients differ in which headers they sign.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from huaweicloudsdkcore.sdk_request import SdkRequest  # type: ignore[import-untyped]
from huaweicloudsdkcore.signer.signer import Signer  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from .calls import Request

UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"

_AUTHORIZATION = re.compile(
    r"SDK-HMAC-SHA256 +Access=(?P<access>[^,\s]+), *"
    r"SignedHeaders=(?P<names>[^,\s]+), *Signature=(?P<signature>[0-9a-f]+)"
)


class BadSignatureError(Exception):
    """The signature is wrong; the message is that of the gateway."""


class Authorization(NamedTuple):
    """The parts of an Authorization header."""

    access_key: str
    signed_headers: tuple[str, ...]
    signature: str


class _KeyPair(NamedTuple):
    ak: str
    sk: str


class _Resigner(Signer):  # type: ignore[misc]
    """The vendor's signer without the headers that it adds to the signed ones."""

    @classmethod
    def _process_content_header(cls, request: SdkRequest) -> None:
        pass

    @classmethod
    def _process_header_host(cls, request: SdkRequest) -> None:
        pass


def parse_authorization(header: str) -> Authorization:
    """Parse an Authorization header. Raises BadSignatureError for other formats and algorithms."""
    match = _AUTHORIZATION.fullmatch(header.strip())
    if match is None:
        raise BadSignatureError("authorization header format is incorrect")
    return Authorization(match["access"], tuple(match["names"].split(";")), match["signature"])


@lru_cache(maxsize=256)
def parse_date(text: str) -> float:
    """Seconds since 1970 of a date such as 20240102T030405Z. Raises BadSignatureError for other formats."""
    try:
        moment = datetime.datetime.strptime(text + "+0000", "%Y%m%dT%H%M%SZ%z")
    except ValueError:
        raise BadSignatureError(f"x-sdk-date {text} is incorrect") from None
    return moment.timestamp()


def verify(request: Request, authorization: Authorization, secret_key: str) -> None:
    """Verify a request against its Authorization header. Raises BadSignatureError if they do not match.

    As in the real service, the error message contains the request with its headers.
    """
    signed = {}
    for name in authorization.signed_headers:
        value = request.headers.get(name)
        if value is None:
            raise BadSignatureError(f"signed header {name} not found")
        if not value.isascii() and not _is_utf8(value):
            raise BadSignatureError(f"signed header {name} is not UTF-8")
        signed[name] = value
    payload_hash = signed.get("x-sdk-content-sha256", UNSIGNED_PAYLOAD)
    if payload_hash not in (UNSIGNED_PAYLOAD, hashlib.sha256(request.body).hexdigest()):
        raise BadSignatureError("x-sdk-content-sha256 does not match the body")

    copy = SdkRequest(
        method=request.method,
        resource_path=request.path,
        query_params=list(request.query),
        header_params=dict(signed),
        body=request.body,
    )
    signature = _Resigner(_KeyPair(authorization.access_key, secret_key)).sign(copy).header_params["Authorization"]
    if not hmac.compare_digest(signature.rpartition("=")[2], authorization.signature):
        echo = "|".join(
            [
                request.method,
                request.path,
                "&".join(f"{key}={value}" for key, value in request.query),
                *(f"{name}:{value}" for name, value in signed.items()),
                ";".join(authorization.signed_headers),
            ]
        )
        raise BadSignatureError(f"verify aksk signature fail, canonicalRequest:{echo}")


def _is_utf8(text: str) -> bool:
    """Whether a header was sent as UTF-8; other bytes were decoded to lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
