# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's clock: real time, unless a test stops or advances it."""

from __future__ import annotations

import time

_NS = 1_000_000_000


class Clock:
    """Wall time (signatures, tokens, creation times) and monotonic ticks (throttling, locks).

    Ticks are integer nanoseconds, so that throttling is exact with a stopped clock.
    """

    def __init__(self) -> None:
        self._shift_ns = 0
        self._offset_ns = 0
        self._frozen: tuple[int, int] | None = None

    def now(self) -> float:
        """Wall time of the simulated service in seconds since 1970."""
        wall = self._frozen[0] if self._frozen else time.time_ns()
        return (wall + self._shift_ns + self._offset_ns) / _NS

    def ticks(self) -> int:
        """Monotonic time in nanoseconds, not affected by `offset`."""
        monotonic = self._frozen[1] if self._frozen else time.monotonic_ns()
        return monotonic + self._shift_ns

    @property
    def offset(self) -> float:
        """Seconds by which the service's clock differs from the real one (clock skew)."""
        return self._offset_ns / _NS

    @offset.setter
    def offset(self, seconds: float) -> None:
        self._offset_ns = round(seconds * _NS)

    def freeze(self) -> None:
        """Stop the clock; after that only `advance` changes it."""
        if self._frozen is None:
            self._frozen = (time.time_ns(), time.monotonic_ns())

    def advance(self, seconds: float) -> None:
        """Advance the clock by `seconds`, whether it is stopped or not."""
        if seconds < 0:
            raise ValueError("the clock only moves forward; use offset for clock skew")
        self._shift_ns += round(seconds * _NS)

    def reset(self) -> None:
        """Return to real time."""
        self._shift_ns = self._offset_ns = 0
        self._frozen = None
