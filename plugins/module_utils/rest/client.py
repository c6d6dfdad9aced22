# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Calls operations for one task: with retries, deadline and log of that task, over a connection that it may share."""

from __future__ import annotations

import copy
import json
import threading
import typing as t
from urllib.parse import quote, urlsplit

from . import response as responses
from .errors import ConnectionFailed, InvalidOption, RequestError, ServiceError, Stopped
from .http import Request
from .redact import Redactor

if t.TYPE_CHECKING:
    from .auth import Auth
    from .connection import Connection
    from .operation import Operation
    from .response import Response

Log = t.Callable[[int, str], None]
"""Called with a verbosity (1 for -v) and a line to show from that verbosity on."""


def quiet(verbosity: int, line: str) -> None:
    """Log nothing."""


class Client:
    """Calls operations over *connection* for one task.

    *secrets* are masked besides those of the connection. With *read_only*, only operations that read are sent.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        secrets: t.Iterable[str] = (),
        log: Log = quiet,
        read_only: bool = False,
    ) -> None:
        self.connection = connection
        self.redactor = Redactor(secrets, connection.redactor)
        self._log = log
        self._read_only = read_only
        self.now: t.Callable[[], float] = connection.clock.monotonic
        """Returns the seconds of a monotonic clock."""
        self._deadline: float | None = None
        self._stop: threading.Event | None = None

    def until(self, deadline: float | None) -> Client:
        """Return this client with a *deadline*, in seconds of :meth:`now`: no retry begins after it."""
        bounded = copy.copy(self)
        bounded._deadline = deadline
        return bounded

    @property
    def expired(self) -> bool:
        """Whether the deadline has passed."""
        return self._deadline is not None and self.now() >= self._deadline

    def stopping_at(self, stop: threading.Event | None) -> Client:
        """Return this client, which stops sending when *stop* is set; with ``None``, it never stops."""
        stoppable = copy.copy(self)
        stoppable._stop = stop
        return stoppable

    def stop_others(self) -> None:
        """Stop the other items of :func:`run_concurrently`."""
        if self._stop:
            self._stop.set()

    def sleep(self, seconds: float) -> None:
        """Sleep; ends early when the client is stopped."""
        self.connection.clock.sleep(seconds, self._stop)

    def log(self, verbosity: int, line: str) -> None:
        """Show *line* from *verbosity* on, without secrets."""
        self._log(verbosity, self.redactor.text(line))

    def call(
        self,
        operation: Operation,
        *,
        query: t.Mapping[str, str] | None = None,
        body: t.Any = None,
        endpoint: str | None = None,
        **ids: str,
    ) -> Response:
        """Call *operation* with *ids* in its path, of DMS unless *endpoint* is that of another service.

        Returns its 2xx response.

        Raises a :class:`RequestError`, or ``CredentialsRejected`` without sending anything.
        """
        connection = self.connection
        connection.check_not_rejected()
        try:
            ids["project_id"] = project_id = connection.project_id(self)
            path = operation.path.format(**{name: quote(value, safe="") for name, value in ids.items()})
            endpoint = endpoint or connection.settings.dms_endpoint
            return self._send_as(connection.auth, operation, endpoint + path, query, body, project_id)
        except ServiceError as error:
            connection.note_rejection(error)
            raise

    def call_iam(
        self,
        operation: Operation,
        *,
        query: t.Mapping[str, str] | None = None,
        body: t.Any = None,
        headers: t.Mapping[str, str] | None = None,
        auth: Auth | None = None,
    ) -> Response:
        """Call *operation* of IAM, with *auth* in place of that of the connection."""
        endpoint = self.connection.settings.iam_endpoint
        if not endpoint:
            raise InvalidOption(
                "region or iam_endpoint is needed (HW_REGION_NAME or HW_IAM_ENDPOINT in the environment)"
            )
        source = auth or self.connection.auth
        return self._send_as(source, operation, endpoint + operation.path, query, body, headers=headers)

    def _send_as(
        self,
        source: Auth,
        operation: Operation,
        url: str,
        query: t.Mapping[str, str] | None,
        body: t.Any,
        project_id: str | None = None,
        headers: t.Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request with the authentication that *source* has, and once more if that has expired."""
        if query:
            url += "?" + "&".join(f"{quote(key, safe='')}={quote(query[key], safe='')}" for key in sorted(query))
        data = None if body is None else json.dumps(body).encode()
        auth = source.prepare(self)

        def request() -> Request:
            sent = {"Content-Type": "application/json", **auth.headers(project_id), **(headers or {})}
            return Request(operation, url, sent, data, auth)

        try:
            return self._send(request())
        except ServiceError as error:
            if error.status != 401 or not source.renew(auth, error):
                raise
            try:
                auth = source.prepare(self)
            except RequestError as failed:
                failed.earlier_unknown = error.outcome_unknown
                raise
            return self._send(request(), error)

    def _send(self, request: Request, earlier: RequestError | None = None) -> Response:
        """Send a request until there is a response to keep, a retry can't help, or retries or time are used up.

        *earlier* is the error of the attempt before, if there was one.
        """
        operation = request.operation
        if self._read_only and not operation.reads:
            raise AssertionError(f"{operation.name} must not be sent in check mode")
        limiter, retries = self.connection.rate_limiter, self.connection.settings.max_retries
        self._wait_for_turn()
        for attempts in range(1, retries + 2):
            if self._stop and self._stop.is_set():
                # What may have been processed must not count as not sent.
                raise earlier if earlier and earlier.outcome_unknown else Stopped()
            try:
                response = self._attempt(request)
            except RequestError as error:
                # Imported here, because few requests fail, and a module process compiles what it imports.
                from .retry import backoff, is_retryable

                error.attempts = attempts
                error.earlier_unknown = earlier is not None and earlier.outcome_unknown
                earlier = error
                if attempts > retries or not is_retryable(error, operation.repeatable):
                    raise
                delay = backoff(attempts, self.connection.clock.random, error)
                if isinstance(error, ServiceError) and error.throttled:
                    delay = limiter.throttled(self.now(), attempts, delay)
                if self._stop and self._stop.is_set():
                    raise
                if self._deadline is not None and self.now() + delay > self._deadline:
                    raise
                self.sleep(delay)
            else:
                limiter.accepted()
                request.auth.worked = True
                return response
        raise AssertionError("unreachable")

    def _wait_for_turn(self) -> None:
        """Sleep as long as the rate limiter requires, at most until the deadline."""
        limiter = self.connection.rate_limiter
        if not limiter.interval:
            return
        delay = limiter.reserve(self.now())
        if self._deadline is not None:
            delay = min(delay, self._deadline - self.now())
        if delay > 0:
            self.sleep(delay)

    def _attempt(self, request: Request) -> Response:
        operation, path = request.operation, urlsplit(request.url).path
        timeout: float = self.connection.settings.timeout
        if self._deadline is not None and operation.reads:
            timeout = max(1.0, min(timeout, self._deadline - self.now()))
        started, outcome, request_id = self.now(), "", ""
        try:
            raw = self.connection.http.send(request, timeout)
            outcome, request_id = str(raw.status), raw.headers.get("X-Request-Id", "")
            return responses.read(operation, path, raw, self.redactor)
        except ConnectionFailed as error:
            outcome = error.cause
            raise
        except ServiceError as error:
            outcome, request_id = f"{error.status} {error.code or ''}".strip(), error.request_id or ""
            raise
        finally:
            known_as = f" (request id {request_id})" if request_id else ""
            self.log(3, f"{operation.method} {path}: {outcome} in {(self.now() - started) * 1000:.0f} ms{known_as}")
