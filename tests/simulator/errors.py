# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error responses of the services."""

from __future__ import annotations

from typing import Any

from .codes import CODES

_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


class ApiError(Exception):
    """An error response of the service.

    With `code` None the body has the format of IAM v3, which has no error codes.
    """

    def __init__(
        self,
        status: int,
        code: str | None,
        message: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.message = message if message is not None else default_message(status, code)
        self.headers = headers or {}
        super().__init__(f"{status} {code}: {self.message}")


def invalid(parameter: str) -> ApiError:
    """The error for an invalid request parameter."""
    return ApiError(400, "DMS.00400062", f"Invalid request parameter: {parameter}.")


def default_status(code: str) -> int:
    """The usual HTTP status of a code; 500 for unknown codes."""
    known = CODES.get(_canonical(code))
    return known.statuses[0] if known else 500


def default_message(status: int, code: str | None) -> str:
    known = CODES.get(_canonical(code)) if code else None
    if known:
        return known.message
    return _TITLES.get(status, f"Status {status}")


def with_prefix(code: str, prefix: str) -> str:
    """A code of the gateway with the configured prefix; other codes unchanged."""
    if code.startswith("APIG.") and prefix != "APIG":
        return prefix + code[len("APIG") :]
    return code


def body(status: int, code: str | None, message: str, request_id: str) -> dict[str, Any]:
    """The JSON body of an error, in the format of IAM, the gateway or DMS."""
    if code is None:
        return {"error": {"message": message, "code": status, "title": _TITLES.get(status, "Error")}}
    if code.startswith("APIG"):
        return {"error_msg": message, "error_code": code, "request_id": request_id}
    return {"error_code": code, "error_msg": message}


def _canonical(code: str) -> str:
    return "APIG." + code[len("APIGW.") :] if code.startswith("APIGW.") else code
