# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How fast a connection sends, learnt from the refusals of a service that limits the rate of requests.

The limit holds for a whole user, and each Ansible worker knows only of itself. So each one slows down when it is
refused and takes up speed again, little by little, when it is not: all of them together then come to rest just below
the limit, with about one refusal in eight requests, and share it fairly. A pause after a refusal alone would not do that:
the next item of a loop would begin at full speed again.
"""

from __future__ import annotations

import random
import threading
import typing as t

FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 30.0
LONGEST_PAUSE = 60.0

_SLOWER = 2.0
# Requests per second that each good answer adds: a fixed part, which makes the shares of the workers even, and a part of
# the speed, with which one that is alone is soon as fast as it was.
_FASTER = 0.05
_FASTER_BY = 0.02
_FULL_SPEED = 50.0


class Pace:
    """The seconds between the beginnings of two requests; none until the service refuses one.

    All times are in seconds on a steady clock, which the caller reads. *draw* gives numbers from 0 up to 1: no two
    workers may keep step. Several threads may share a pace.
    """

    def __init__(self, draw: t.Callable[[], float] = random.random) -> None:
        self.interval = 0.0
        self._next = 0.0
        self._draw = draw
        self._lock = threading.Lock()

    def turn(self, now: float) -> float:
        """Return how long a new request has to wait, and take that place in the row."""
        if not self.interval:
            return 0.0
        with self._lock:
            begin = max(now, self._next)
            self._next = begin + self._jittered()
            return begin - now

    def accepted(self) -> None:
        """Learn that a request was not refused."""
        if self.interval:
            with self._lock:
                speed = 1 / self.interval if self.interval else _FULL_SPEED
                speed += _FASTER + _FASTER_BY * speed
                self.interval = 0.0 if speed >= _FULL_SPEED else 1 / speed

    def refused(self, now: float, times: int, pause: float) -> float:
        """Learn that a request was refused *times* in a row, and return the seconds until it may be tried again.

        They are at least *pause*, which is what a service asks for or what any failure is worth.
        """
        with self._lock:
            first = not self.interval
            self.interval = min(LONGEST_INTERVAL, max(FIRST_INTERVAL, _SLOWER * self.interval))
            if not first:
                # Where it is refused again, many others stand in the row.
                pause = max(pause + self._jittered() / 4, min(LONGEST_PAUSE, times * self._jittered()))
            self._next = max(self._next, now + pause + self._jittered())
            return pause

    def _jittered(self) -> float:
        return self.interval * (0.5 + self._draw())
