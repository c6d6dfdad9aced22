# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Error responses, in any of the shapes that DMS, the API gateway and IAM give them."""

from __future__ import annotations

import typing as t

from .errors import ServiceError
from .redact import in_one_line
from .retry import read_retry_after

if t.TYPE_CHECKING:
    from .http import RawResponse
    from .operation import Operation
    from .redact import Redactor

_LONGEST_MESSAGE = 500


def read_error(
    operation: Operation, path: str, raw: RawResponse, document: t.Any, request_id: str | None, redactor: Redactor
) -> ServiceError:
    """Return the error that the response *raw* describes.

    *document* is its body if that is JSON, else ``None``; *request_id* is that of its headers.
    """
    code, message = _code_and_message(document)
    if message is None:
        message = _as_text(raw)
    if not request_id and isinstance(document, dict) and isinstance(document.get("request_id"), str):
        request_id = document["request_id"]
    return ServiceError(
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
