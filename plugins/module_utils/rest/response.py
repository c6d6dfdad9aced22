# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Turns the bytes of a response into a checked :class:`Response` or an exception."""

from __future__ import annotations

import json
import math
import re
import typing as t

from .errors import UnexpectedResponse

if t.TYPE_CHECKING:
    from .http import RawResponse
    from .operation import Operation
    from .redact import Redactor


def _finite(text: str) -> float | None:
    value = float(text)
    return value if math.isfinite(value) else None


# NaN and infinity are null: JSON does not have them, so they must not get into a result.
_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=lambda _name: None)


class Response(t.NamedTuple):
    """A 2xx response: its JSON *body* (``None`` without a body) and where it came from."""

    operation: Operation
    path: str
    status: int
    headers: t.Mapping[str, str]
    body: t.Any
    request_id: str | None


def read(operation: Operation, path: str, raw: RawResponse, redactor: Redactor) -> Response:
    """Return the response *raw* if its status is 2xx and its body is JSON or empty.

    Raises :class:`UnexpectedResponse` for a 2xx status without JSON, and ``ServiceError`` for any other status.
    """
    request_id = raw.headers.get("X-Request-Id") or raw.headers.get("X-IAM-Trace-Id")
    success = 200 <= raw.status < 300
    document = None
    if raw.body.strip():
        try:
            document = _DECODER.decode(raw.body.decode().removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            if success and raw.body.strip() != operation.text.encode():
                raise UnexpectedResponse(operation, path, raw.status, request_id, "the body is not JSON") from None
    if success:
        return Response(operation, path, raw.status, raw.headers, document, request_id)
    # Imported here, because few tasks get an error response, and a module process compiles what it imports.
    from .error_response import read_error

    raise read_error(operation, path, raw, document, request_id, redactor)


def expect(response: Response, condition: bool, problem: str) -> None:
    """Raise :class:`UnexpectedResponse` with *problem* unless *condition* is true."""
    if not condition:
        raise UnexpectedResponse(response.operation, response.path, response.status, response.request_id, problem)


def expect_object(response: Response) -> dict[str, t.Any]:
    """Return the body of *response*, which must be a JSON object."""
    expect(response, isinstance(response.body, dict), "the body is not a JSON object")
    return t.cast("dict[str, t.Any]", response.body)


_NUMBER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def is_id(value: t.Any) -> bool:
    """Return whether *value* is an id: letters, digits, ``_`` and ``-``, so that it can't change a path."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def number(value: t.Any) -> int | None:
    """Return *value* as an integer: the API returns many numbers as text. ``None`` if it is not one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return int(value)
    return None


def flag(value: t.Any) -> bool | None:
    """Return *value* as a boolean: the API returns some as text. ``None`` if it is not one."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None
