# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong, as exceptions, and what an answer of the service means.

The meaning of a code is decided here and nowhere else, because in this API the HTTP status does not tell it: 404 also
means throttled, quota used up, already there, or a wrong address.
Source of the codes: the error tables of DMS, API Gateway and IAM.
"""

from __future__ import annotations

import typing as t
from contextlib import contextmanager

# Only these say that something is absent, and only together with status 404.
MISSING = {
    "DMS.00404026": "sink task",
    "DMS.00404024": "connector",
    "DMS.00404022": "instance",
}

# Refused by flow control before any work: may be repeated whatever the method is.
THROTTLED = frozenset(("APIG.0308", "DMS.10240407", "DMS.00400973", "IAM.0012"))

# Answers with status 500 that are no fault of the server and stay the same however often one asks.
_FINAL = frozenset(
    (
        "DMS.00501000",
        "DMS.00501001",
        "DMS.00501003",
        "DMS.00501010",
        "DMS.00501012",
        "111500032",
        "APIG.0104",
        "APIG.0105",
        "APIG.0612",
    )
)
_TRANSIENT = frozenset(("DMS.111501024", "DMS.111501025"))
_TRANSIENT_STATUS = frozenset((500, 502, 503, 504))
_UNANSWERED_STATUS = frozenset((502, 504))
_TOKEN_EXPIRED = frozenset(
    ("DMS.10240101", "DMS.10240102", "APIG.0301", "APIG.0307", "IAM.0001", "IAM.0066", "IAM.0067")
)


class KafkaError(Exception):
    """Anything that ends a task with a sentence for the user. ``str()`` is that sentence, without a full stop."""

    doing: str | None = None
    """What was tried, as it stands behind "Could not"; set once by :func:`doing`."""
    advice: str | None = None
    """A sentence that says what helps."""
    iam_action: str | None = None
    """The right that the request needs."""
    may_have_happened = False
    """Whether the request may have done its work although no good answer came."""
    may_come_late = False
    """Whether the service may still be at work on the request: its time was up, and nothing says that it has ended."""
    unanswered = False
    """Whether the service's own answer to a request that it may have seen is lost."""
    lost_try = False
    """Whether any try of the request, this one included, was :attr:`unanswered`."""

    @property
    def payload(self) -> dict[str, t.Any] | None:
        """The ``error`` part of a failed result; ``None`` where the service did not answer."""
        return None


class InvalidInput(KafkaError):
    """An option is missing or wrong; nothing was sent."""


class ResourceError(KafkaError):
    """The service answered well, but the state it described is not one to go on from."""


class WaitTimeout(KafkaError):
    """A wait ended before the awaited state came."""


class Unusable(Exception):
    """An answer whose body can't be read to its end; its text says why. The transport makes a :class:`NoAnswer` of it."""


class NoAnswer(KafkaError):
    """No usable answer arrived.

    *sent* is false when the connection could not even be made, so that the service can't have seen the request.
    *final* is true when another try can't help (a certificate that does not hold, a proxy that refuses). *late* is true
    when the time was up.
    """

    def __init__(
        self, method: str, url: str, cause: str, sent: bool = True, final: bool = False, late: bool = False
    ) -> None:
        super().__init__(method, url, cause)
        self.method = method
        self.url = url
        self.cause = cause
        self.may_have_happened = self.unanswered = sent
        self.may_come_late = late
        self.final = final
        self.tries = 1

    def __str__(self) -> str:
        tries = "" if self.tries == 1 else f" after {self.tries} tries"
        return f"no answer to {self.method} {self.url}{tries}: {self.cause}"


class _Answered(KafkaError):
    def __init__(self, method: str, path: str, status: int, request_id: str | None) -> None:
        super().__init__(method, path, status)
        self.method = method
        self.path = path
        self.status = status
        self.request_id = request_id
        self.code: str | None = None
        self.message = ""
        self.tries = 1

    @property
    def payload(self) -> dict[str, t.Any]:
        return {
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "request_id": self.request_id,
            "method": self.method,
            "path": self.path,
        }

    def _sentence(self, answer: str) -> str:
        request_id = f" (request id {self.request_id})" if self.request_id else ""
        return f"{self.method} {self.path} was answered with {answer}{request_id}"


class UnexpectedAnswer(_Answered):
    """A good status with a body that is not of the documented shape: it proves nothing."""

    may_have_happened = unanswered = True

    def __init__(self, method: str, path: str, status: int, request_id: str | None, problem: str) -> None:
        super().__init__(method, path, status, request_id)
        self.message = problem
        self.advice = "Such an answer proves nothing; check that endpoint and proxies lead to the service."

    def __str__(self) -> str:
        return self._sentence(f"{self.status}, but {self.message}")


class ServiceError(_Answered):
    """The service refused or failed, and said so by status, *code* and *message*.

    *retry_after* is the pause that the answer asks for, in seconds.
    """

    def __init__(
        self,
        method: str,
        path: str,
        status: int,
        code: str | None,
        message: str,
        request_id: str | None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(method, path, status, request_id)
        # The gateway uses both prefixes for the same code.
        self._key = (code or "").replace("APIGW.", "APIG.", 1)
        self.code = code
        self.message = message
        self.retry_after = retry_after

    def __str__(self) -> str:
        code = f" {self.code}" if self.code and self.code != str(self.status) else ""
        message = f' "{self.message}"' if self.message else ""
        tries = "" if self.tries == 1 else f" after {self.tries} tries"
        return self._sentence(f"{self.status}{code}{message}{tries}")

    @property
    def key(self) -> str:
        """The code with one spelling of its prefix; empty when there is none."""
        return self._key

    @property
    def missing(self) -> str | None:
        """What the service says is absent ("sink task", "connector", "instance"), else ``None``."""
        return MISSING.get(self._key) if self.status == 404 else None

    @property
    def _refused(self) -> bool:
        # Whatever the code says: five failures lock an access key.
        return self.status in (401, 403)

    @property
    def throttled(self) -> bool:
        return self.status == 429 or (self._key in THROTTLED and not self._refused)

    @property
    def transient(self) -> bool:
        """Whether the same request, if it may be repeated at all, may fare better."""
        if self._key in _TRANSIENT:
            return not self._refused
        return self.status in _TRANSIENT_STATUS and self._key not in _FINAL

    @property
    def may_have_happened(self) -> bool:  # type: ignore[override]
        return self.transient

    @property
    def unanswered(self) -> bool:  # type: ignore[override]
        # A gateway answered in the place of the service.
        return self.status in _UNANSWERED_STATUS

    @property
    def token_expired(self) -> bool:
        return self.status == 401 and self._key in _TOKEN_EXPIRED


@contextmanager
def doing(what: str) -> t.Iterator[None]:
    """Name what is being tried, for the sentence of an error that passes through; the innermost name stays."""
    try:
        yield
    except KafkaError as error:
        if error.doing is None:
            error.doing = what
        raise
