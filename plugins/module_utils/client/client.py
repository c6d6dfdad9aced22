# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls operations: with the right address, credentials and project, and again where that helps."""

from __future__ import annotations

import json
import threading
import time
import typing as t
from urllib.parse import quote

from . import answers, retries
from .auth import NoAuth, SignatureAuth, TokenAuth
from .credentials import KeyCredentials, PasswordCredentials, TokenCredentials
from .errors import InvalidInput, KafkaError, NoAnswer, ServiceError, UnexpectedAnswer
from .operation import Answer, Operation
from .pacing import Pace
from .scrub import Scrubber
from .transport import Transport

if t.TYPE_CHECKING:
    from .settings import Settings

# Told of each try: operation, path, what came of it ("200", "404 DMS.00404026", "the connection broke off"), the
# seconds it took, and the request id.
Observer = t.Callable[[Operation, str, str, float, "str | None"], None]


def secrets_of(settings: Settings) -> list[str | None]:
    """Return what must never be shown of *settings*."""
    credentials = settings.credentials
    if isinstance(credentials, TokenCredentials):
        return [credentials.auth_token]
    if isinstance(credentials, KeyCredentials):
        return [credentials.secret_key, credentials.security_token]
    return [credentials.password]


class Client:
    """One connection to DMS for Kafka, and to IAM where that is needed.

    It is made for one set of :class:`Settings` and holds their secrets until :meth:`close`. *sleep* takes seconds.
    Once a first call has been answered, several threads may call at the same time.
    """

    def __init__(self, settings: Settings, sleep: t.Callable[[float], None] = time.sleep) -> None:
        self.scrubber = Scrubber(secrets_of(settings))
        self.observer: Observer | None = None
        self.deadline: float | None = None
        self._settings = settings
        self._transport = Transport(settings.verify)
        self._sleep = sleep
        self._pace = Pace()
        self._project_id = settings.project_id
        self._token: str | None = None
        self._token_worked = False
        self._logging_in = threading.RLock()

    def close(self) -> None:
        self._transport.close()

    @property
    def timeout(self) -> int:
        """How long one request may take, in seconds."""
        return self._settings.timeout

    @property
    def max_retries(self) -> int:
        return self._settings.max_retries

    def call(
        self,
        operation: Operation,
        *,
        query: t.Mapping[str, str] | None = None,
        body: t.Any = None,
        **ids: str,
    ) -> Answer:
        """Call *operation* of DMS with *ids* in its path, and return its good answer.

        Raises :class:`NoAnswer`, :class:`ServiceError` or :class:`UnexpectedAnswer`.
        """
        ids["project_id"] = self.project_id
        path = operation.path.format(**{name: quote(value, safe="") for name, value in ids.items()})
        token = self._token
        try:
            return self._repeat(operation, self._settings.dms_endpoint, path, query, body)
        except ServiceError as error:
            # A token from a login may run out in the middle of a long wait; the one refusal that a new login mends.
            if not (error.token_expired and self._give_up(token)):
                raise
            return self._repeat(operation, self._settings.dms_endpoint, path, query, body, lost=error.lost_try)

    @property
    def project_id(self) -> str:
        """The id of the project; asked of IAM once if the options do not tell it."""
        if self._project_id is None:
            self._find_project()
        return t.cast("str", self._project_id)

    def pause(self, retry: int, error: KafkaError | None = None) -> float:
        """Sleep before the repetition number *retry* of something that ended in *error*; return the seconds."""
        seconds = retries.pause_before(retry, error)
        self._sleep(seconds)
        return seconds

    def sleep(self, seconds: float) -> None:
        self._sleep(seconds)

    def _find_project(self) -> None:
        from . import identity

        if isinstance(self._settings.credentials, PasswordCredentials):
            self._log_in(self._settings.credentials)
        self._project_id = self._project_id or identity.find_project(self._call_iam, self._settings.region)

    def _log_in(self, credentials: PasswordCredentials) -> str:
        from . import identity

        token = identity.log_in(self._call_iam, credentials, self._project_id, self._settings.region)
        self.scrubber.add(token.value)
        self._token = token.value
        self._project_id = self._project_id or token.project_id
        return token.value

    def _give_up(self, token: str | None) -> bool:
        """Return whether a new login, by this thread or another one, takes the place of *token*."""
        with self._logging_in:
            if self._token == token and self._token_worked:
                self._token, self._token_worked = None, False
            return token is not None and self._token != token

    def _call_iam(self, operation: Operation, **request: t.Any) -> Answer:
        endpoint = self._settings.iam_endpoint
        if not endpoint:
            raise InvalidInput(
                "region or iam_endpoint is needed (HW_REGION_NAME or HW_IAM_ENDPOINT in the environment)"
            )
        return self._repeat(operation, endpoint, operation.path, **request)

    def _auth(self, login: bool) -> NoAuth | TokenAuth | SignatureAuth:
        credentials = self._settings.credentials
        if login:
            return NoAuth()
        if isinstance(credentials, KeyCredentials):
            return SignatureAuth(credentials)
        if isinstance(credentials, TokenCredentials):
            return TokenAuth(credentials.auth_token)
        with self._logging_in:
            return TokenAuth(self._token or self._log_in(credentials))

    def _repeat(
        self,
        operation: Operation,
        endpoint: str,
        path: str,
        query: t.Mapping[str, str] | None = None,
        body: t.Any = None,
        login: bool = False,
        lost: bool = False,
    ) -> Answer:
        """Try until there is an answer to keep, another try can't help, or the tries or the time are used up.

        *lost*: an earlier try of the same request got no answer.
        """
        url = endpoint + path
        if query:
            url += "?" + "&".join(
                "{}={}".format(quote(key, safe=""), quote(value, safe="")) for key, value in sorted(query.items())
            )
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        auth = self._auth(login)
        if isinstance(auth, SignatureAuth) and self._project_id:
            headers["X-Project-Id"] = self._project_id
        self._await_turn()
        for tries in range(1, self._settings.max_retries + 2):
            try:
                answer = self._try(operation, url, path, headers, data, auth)
            except (NoAnswer, ServiceError, UnexpectedAnswer) as error:
                error.tries = tries
                error.lost_try = lost = lost or error.unanswered
                error.iam_action = operation.iam_action
                if tries > self._settings.max_retries or not retries.worth_another_try(error, operation.idempotent):
                    raise
                pause = retries.pause_before(tries, error)
                if isinstance(error, ServiceError) and error.throttled:
                    pause = self._pace.refused(time.monotonic(), tries, pause)
                if self.deadline is not None and time.monotonic() + pause > self.deadline:
                    raise
                self._sleep(pause)
            else:
                self._token_worked = self._token is not None
                self._pace.accepted()
                return answer
        raise AssertionError("unreachable")

    def _await_turn(self) -> None:
        """Sleep until the service may be asked again, where it has limited the rate; not beyond the deadline."""
        pause = self._pace.turn(time.monotonic())
        if self.deadline is not None:
            pause = min(pause, self.deadline - time.monotonic())
        if pause > 0:
            self._sleep(pause)

    def _try(
        self,
        operation: Operation,
        url: str,
        path: str,
        headers: t.Mapping[str, str],
        data: bytes | None,
        auth: NoAuth | TokenAuth | SignatureAuth,
    ) -> Answer:
        timeout: float = self._settings.timeout
        if self.deadline is not None:
            timeout = max(1.0, min(timeout, self.deadline - time.monotonic()))
        started = time.monotonic()
        outcome, request_id = "", ""
        try:
            raw = self._transport.send(operation.method, url, headers=headers, body=data, auth=auth, timeout=timeout)
            outcome = str(raw.status)
            request_id = self.scrubber.text(raw.headers.get("X-Request-Id", ""))
            return answers.read(operation, path, raw, self.scrubber)
        except NoAnswer as error:
            outcome = error.cause
            raise
        except ServiceError as error:
            outcome, request_id = f"{error.status} {error.code or ''}", error.request_id or ""
            raise
        finally:
            if self.observer:
                self.observer(operation, path, outcome.strip(), time.monotonic() - started, request_id or None)
