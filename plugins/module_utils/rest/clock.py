# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Time and random numbers, which tests replace."""

from __future__ import annotations

import random
import time
import typing as t

if t.TYPE_CHECKING:
    import threading


class Clock:
    """The system's clocks, in seconds, and random numbers for jitter."""

    random = staticmethod(random.random)
    """Returns a number from 0 up to 1."""
    monotonic = staticmethod(time.monotonic)
    """Returns the seconds of a monotonic clock."""
    time = staticmethod(time.time)
    """Returns the seconds since the epoch."""

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Sleep, at most until *stop* is set."""
        if stop is None:
            time.sleep(seconds)
        else:
            stop.wait(seconds)
