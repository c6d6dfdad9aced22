# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the bytes of an answer to its meaning: a good :class:`Answer`, or the exception that it amounts to."""

from __future__ import annotations

import json
import re
import typing as t

from .errors import ServiceError, UnexpectedAnswer
from .operation import Answer, Operation
from .retries import read_retry_after
from .scrub import in_one_line

if t.TYPE_CHECKING:
    from .scrub import Scrubber
    from .transport import RawAnswer

_LONGEST_MESSAGE = 500


def read(operation: Operation, path: str, raw: RawAnswer, scrubber: Scrubber) -> Answer:
    """Return the answer *raw* if its status is good and its body is JSON or empty.

    Raises :class:`UnexpectedAnswer` for a good status without JSON, and :class:`ServiceError` for any other status.
    """
    request_id = raw.headers.get("X-Request-Id") or raw.headers.get("X-IAM-Trace-Id")
    good = 200 <= raw.status < 300
    document = None
    if raw.body.strip():
        try:
            document = json.loads(raw.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            if good:
                raise UnexpectedAnswer(operation.method, path, raw.status, request_id, "the body is not JSON") from None
    if good:
        return Answer(operation, path, raw.status, raw.headers, document, request_id)
    code, message = _code_and_message(document)
    if message is None:
        message = _as_text(raw)
    if not request_id and isinstance(document, dict) and isinstance(document.get("request_id"), str):
        request_id = document["request_id"]
    raise ServiceError(
        operation.method,
        path,
        raw.status,
        scrubber.text(code) if code else None,
        _shortened(in_one_line(scrubber.text(message))),
        scrubber.text(request_id) if request_id else None,
        read_retry_after(raw.headers),
    )


def _code_and_message(document: t.Any, depth: int = 3) -> tuple[str | None, str | None]:
    """Return code and message from any of the shapes of an error that DMS, the gateway and IAM use."""
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


def _as_text(raw: RawAnswer) -> str:
    if raw.status in range(300, 400):
        return "a redirect, which is not followed"
    # Not cut here: half a secret at the cut would not be known as one.
    text = raw.body.decode("utf-8", "replace")
    return "" if "<" in text else text


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_MESSAGE else text[:_LONGEST_MESSAGE] + "…"


def expect(answer: Answer, condition: bool, problem: str) -> None:
    """Raise :class:`UnexpectedAnswer` with *problem* unless *condition* holds for the body of *answer*."""
    if not condition:
        raise UnexpectedAnswer(answer.operation.method, answer.path, answer.status, answer.request_id, problem)


def expect_object(answer: Answer) -> dict[str, t.Any]:
    """Return the body of *answer*, which must be a JSON object."""
    expect(answer, isinstance(answer.body, dict), "the body is not a JSON object")
    return t.cast("dict[str, t.Any]", answer.body)


_NUMBER = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def is_id(value: t.Any) -> bool:
    """Return whether *value* is an id: letters, digits, ``_`` and ``-``, so that it can't lead a path elsewhere."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def number(value: t.Any) -> int | None:
    """Return *value* as a whole number: the API gives many numbers as text. ``None`` when it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return int(value)
    return None
