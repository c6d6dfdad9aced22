# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The exceptions of the collection.

KafkaError                  ends a task with a sentence for the user
├── InvalidOption           an option is missing or invalid; no request was sent
├── UnexpectedState         the responses are valid, but what they describe prevents the task
├── WaitTimeout             the expected state was not reached in time
├── CredentialsRejected     no request was sent, because these credentials were rejected before
├── WriteFailed             a change failed, or it is unknown whether it was made
└── RequestError            a request failed
    ├── ConnectionFailed    no complete response arrived
    └── ResponseError
        ├── UnexpectedResponse   a 2xx response that does not have the documented shape
        └── ServiceError         an error response of the service or of the API gateway
"""

from __future__ import annotations

import typing as t
from contextlib import contextmanager

if t.TYPE_CHECKING:
    from .operation import Operation


# Reasons of a ServiceError that a resource reacts to.
BUSY = "busy"
"""The status of the instance or a running job forbids the operation for now."""
LOGIN_AGAIN = "login again"
"""The token expired: log in again."""
LOGIN_FAILED = "login failed"
"""It is the login that was refused; the request that it is for was not sent."""
MODIFY_REFUSED = "modify refused"
TASKS_LEFT = "tasks left"
ALREADY_ENABLED = "already enabled"
OFFSET_PAST_END = "offset past the end"
QUOTA_NOT_RAISED = "quota not raised"
TOPIC_IN_USE = "topic in use"
TOPIC_EXISTS = "topic exists"
SUBSCRIBED = "subscribed"
"""The consumer group reads the topic, so its offsets must stay."""
INVALID_PARAMETER = "invalid parameter"
UNKNOWN_URL = "unknown url"
STATUS_REFUSED = "status refused"
"""The status of the task does not allow pausing, resuming or restarting it."""
NOT_THE_CREDENTIALS = "not the credentials"
"""A 401 that other causes than the credentials can have."""


class KafkaError(Exception):
    """Ends a task with a sentence for the user. ``str()`` is that sentence without its full stop.

    *hint* is a sentence about what helps.
    """

    action: str | None = None
    """What was tried, to follow "Could not"; set by :func:`action`."""
    payload: dict[str, t.Any] | None = None
    """The ``error`` of a failed result; ``None`` without a response of the service."""
    missing: str | None = None
    """What is reported as absent ("task", "connector", "instance", "group")."""

    def __init__(self, sentence: str = "", hint: str | None = None) -> None:
        super().__init__(sentence)
        self.hint = hint


class InvalidOption(KafkaError):
    """An option is missing or invalid; no request was sent."""


class UnexpectedState(KafkaError):
    """The responses are valid, but what they describe prevents the task."""


class WaitTimeout(KafkaError):
    """The expected state was not reached in time."""


class RequestError(KafkaError):
    """A request failed. *attempts* is how often it was sent."""

    maybe_processed = False
    """Whether the service may have processed the request."""
    maybe_pending = False
    """Whether the service may still be processing the request."""

    def __init__(self, operation: Operation, sentence: str, hint: str | None = None) -> None:
        super().__init__(sentence, hint)
        self.operation = operation
        self.attempts = 1
        self.earlier_unknown = False
        """Whether an earlier attempt may have been processed."""

    @property
    def outcome_unknown(self) -> bool:
        """Return whether any attempt may have been processed."""
        return self.earlier_unknown or self.maybe_processed

    @property
    def _attempts(self) -> str:
        return "" if self.attempts == 1 else f" after {self.attempts} attempts"


class ConnectionFailed(RequestError):
    """No complete response arrived.

    *sent* is false if the service can't have seen the request, *final* true if another attempt can't help, *late* true if
    the request timed out.
    """

    def __init__(
        self,
        operation: Operation,
        url: str,
        cause: str,
        *,
        sent: bool = True,
        final: bool = False,
        late: bool = False,
        hint: str | None = None,
    ) -> None:
        super().__init__(operation, cause, hint)
        self.url = url
        self.cause = cause
        self.maybe_processed = sent
        self.maybe_pending = late
        self.final = final

    def __str__(self) -> str:
        return f"no response to {self.operation.method} {self.url}{self._attempts}: {self.cause}"


class ResponseError(RequestError):
    """The service responded, but not with a usable success."""

    def __init__(
        self,
        operation: Operation,
        path: str,
        status: int,
        request_id: str | None,
        message: str,
        code: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(operation, message, hint)
        self.path = path
        self.status = status
        self.request_id = request_id
        self.message = message
        self.code = code
        self.payload: dict[str, t.Any] = {
            "status": status,
            "code": code,
            "message": message,
            "request_id": request_id,
            "method": operation.method,
            "path": path,
        }

    def _sentence(self, what: str) -> str:
        request_id = f" (request id {self.request_id})" if self.request_id else ""
        return f"{self.operation.method} {self.path} returned {what}{self._attempts}{request_id}"


class UnexpectedResponse(ResponseError):
    """A 2xx response that does not have the documented shape. It proves nothing."""

    maybe_processed = True

    def __init__(self, operation: Operation, path: str, status: int, request_id: str | None, problem: str) -> None:
        hint = "Check that endpoint and proxies lead to the service."
        super().__init__(operation, path, status, request_id, problem, hint=hint)

    def __str__(self) -> str:
        return self._sentence(f"{self.status}, but {self.message}")


class ServiceError(ResponseError):
    """An error response. *retry_after* is how long the response asks to wait, in seconds.

    *reason* is one of the constants above, or ``None``. *explained* is whether it has a known meaning other than that the thing
    exists. *throttled* and *transient* are whether it was flow control or a failure of the service.
    """

    def __init__(
        self,
        operation: Operation,
        path: str,
        status: int,
        code: str | None,
        message: str,
        request_id: str | None,
        retry_after: float | None = None,
    ) -> None:
        # Imported here, because few tasks get an error response, and a module process compiles what it imports.
        from . import error_codes

        meaning = error_codes.meaning_of(status, code)
        called = f"{operation.name} {operation.path}"
        hint = next((text for part, text in meaning.hints.items() if part in called), meaning.hint)
        if status == 403 and operation.permission and not (code and error_codes.is_known(code)):
            hint = f"The user needs the IAM permission {operation.permission}. {operation.hint}".strip()
        if meaning.reason == UNKNOWN_URL:
            hint = f"{hint} {operation.if_unknown}".strip()
        super().__init__(operation, path, status, request_id, message, code, hint)
        self.retry_after = retry_after
        self.missing = meaning.missing
        self.reason = meaning.reason
        known = status in (401, 403) or bool(code and error_codes.is_known(code))
        self.explained = known and meaning.reason != TOPIC_EXISTS
        self.throttled = meaning.retry == error_codes.THROTTLED
        self.transient = meaning.retry == error_codes.TRANSIENT
        # A failure of the service or of a gateway does not show how far the request got.
        self.maybe_processed = self.transient or (status >= 500 and meaning.retry is None)

    @property
    def refuses_one(self) -> bool:
        """Whether a request for several things can have been refused because of one of them, and not because of their parent."""
        concerns_all = self.missing or self.reason in (BUSY, LOGIN_FAILED, UNKNOWN_URL) or self.throttled
        return self.status in (400, 404, 409) and not (concerns_all or self.outcome_unknown)

    def __str__(self) -> str:
        code = f" {self.code}" if self.code and self.code != str(self.status) else ""
        message = f' "{self.message}"' if self.message else ""
        return self._sentence(f"{self.status}{code}{message}")


class CredentialsRejected(KafkaError):
    """No request was sent, because these credentials were rejected before; *payload* is the ``error`` of that response."""

    def __init__(self, payload: dict[str, t.Any]) -> None:
        # Some error responses have the status as their code.
        response = " ".join(dict.fromkeys(str(payload[name]) for name in ("status", "code") if payload.get(name)))
        request_id = f", request id {payload['request_id']}" if payload.get("request_id") else ""
        hint = "Check the credentials and the clock. Five failed attempts lock an access key."
        if payload.get("status") != 401:
            hint = "Check assume_role: the agency could not be assumed."
        super().__init__(
            f"no request was sent, because these credentials were rejected before in this task ({response}{request_id})",
            hint,
        )
        self.payload = payload


class WriteFailed(KafkaError):
    """A change failed with *error*, or it is unknown whether it was made; *hint* describes what is known."""

    def __init__(self, error: KafkaError, hint: str) -> None:
        super().__init__(str(error), hint)
        self.action = error.action
        self.cause = error
        self.payload = error.payload


class Stopped(Exception):
    """The request was not sent, because another item has failed; see :mod:`concurrency`."""


@contextmanager
def action(what: str) -> t.Iterator[None]:
    """Name what is tried ("delete sink task orders") in an exception that passes through; the innermost name is kept."""
    try:
        yield
    except KafkaError as error:
        if error.action is None:
            error.action = what
        raise
