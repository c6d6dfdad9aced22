# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Turns the bytes of a response into a checked :class:`Response` or an exception."""

from __future__ import annotations

import json
import re
import typing as t

from .errors import ServiceError, UnexpectedResponse
from .redact import in_one_line
from .retry import read_retry_after

if t.TYPE_CHECKING:
    from .http import RawResponse
    from .operation import Operation
    from .redact import Redactor

_LONGEST_MESSAGE = 500


class Response(t.NamedTuple):
    """A 2xx response: its JSON body (``None`` without a body) and where it came from."""

    operation: Operation
    path: str
    status: int
    headers: t.Mapping[str, str]
    body: t.Any
    request_id: str | None


def read(operation: Operation, path: str, raw: RawResponse, redactor: Redactor) -> Response:
    """Return the response *raw* if its status is 2xx and its body is JSON or empty.

    Raises :class:`UnexpectedResponse` for a 2xx status without JSON, and :class:`ServiceError` for any other status.
    """
    request_id = raw.headers.get("X-Request-Id") or raw.headers.get("X-IAM-Trace-Id")
    success = 200 <= raw.status < 300
    document = None
    if raw.body.strip():
        try:
            document = json.loads(raw.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            if success:
                raise UnexpectedResponse(operation, path, raw.status, request_id, "the body is not JSON") from None
    if success:
        return Response(operation, path, raw.status, raw.headers, document, request_id)
    code, message = _code_and_message(document)
    if message is None:
        message = _as_text(raw)
    if not request_id and isinstance(document, dict) and isinstance(document.get("request_id"), str):
        request_id = document["request_id"]
    raise ServiceError(
        operation,
        path,
        raw.status,
        redactor.text(code) if code else None,
        _shortened(in_one_line(redactor.text(message))),
        redactor.text(request_id) if request_id else None,
        read_retry_after(raw.headers),
    )


def _code_and_message(document: t.Any, depth: int = 3) -> tuple[str | None, str | None]:
    """Return code and message from any of the error shapes that DMS, the gateway and IAM use."""
    if not isinstance(document, dict) or not depth:
        return None, None
    for code_name, message_name in (("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message")):
        if code_name in document or message_name in document:
            code, message = document.get(code_name), document.get(message_name)
            return (
                str(code) if isinstance(code, (str, int)) else None,
                message if isinstance(message, str) else "",
            )
    inner = (_code_and_message(value, depth - 1) for value in document.values())
    return next((found for found in inner if found != (None, None)), (None, None))


def _as_text(raw: RawResponse) -> str:
    if raw.status in range(300, 400):
        return "a redirect, which is not followed"
    # Not truncated here: the first half of a secret would not be redacted.
    text = raw.body.decode("utf-8", "replace")
    return "" if "<" in text else text


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"


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
