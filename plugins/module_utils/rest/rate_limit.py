# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The rate limiter of a connection: additive increase, multiplicative decrease (AIMD).

The service limits the rate of a user, and each Ansible worker counts only its own requests. So each worker halves its rate
when it is throttled and raises it step by step when it is not; together they settle just below the limit, with about one
throttled request in eight. Backoff alone would not do that: the next item of a loop would start at full speed again.
"""

from __future__ import annotations

import threading
import typing as t

FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 30.0
LONGEST_BACKOFF = 60.0

_DECREASE = 2.0
# Requests per second that each accepted request adds: a fixed part, which evens out the shares of the workers, and a part of
# the rate, with which a single worker is soon as fast as before.
_INCREASE = 0.05
_INCREASE_BY = 0.02
_FULL_RATE = 50.0


class RateLimiter:
    """Holds the seconds between the beginnings of two requests: 0 until the service throttles one.

    All times are in seconds of a monotonic clock that the caller reads. *draw* returns numbers from 0 up to 1, so that no two
    workers keep in step. Safe to use from several threads.
    """

    def __init__(self, draw: t.Callable[[], float]) -> None:
        self.interval = 0.0
        self._next = 0.0
        self._draw = draw
        self._lock = threading.Lock()

    def reserve(self, now: float) -> float:
        """Return how long a new request has to wait, and reserve that time for it."""
        if not self.interval:
            return 0.0
        with self._lock:
            begin = max(now, self._next)
            self._next = begin + self._jittered()
            return begin - now

    def accepted(self) -> None:
        """Raise the rate: a request was not throttled."""
        if self.interval:
            with self._lock:
                rate = 1 / self.interval if self.interval else _FULL_RATE
                rate += _INCREASE + _INCREASE_BY * rate
                self.interval = 0.0 if rate >= _FULL_RATE else 1 / rate

    def throttled(self, now: float, attempts: int, backoff: float) -> float:
        """Lower the rate, and return the seconds until the request may be sent again, at least *backoff*.

        *attempts* is how often this request was throttled in a row.
        """
        with self._lock:
            first = not self.interval
            self.interval = min(LONGEST_INTERVAL, max(FIRST_INTERVAL, _DECREASE * self.interval))
            if not first:
                # Throttled again: many other workers are waiting, too.
                backoff = max(backoff + self._jittered() / 4, min(LONGEST_BACKOFF, attempts * self._jittered()))
            self._next = max(self._next, now + backoff + self._jittered())
            return backoff

    def _jittered(self) -> float:
        return self.interval * (0.5 + self._draw())
