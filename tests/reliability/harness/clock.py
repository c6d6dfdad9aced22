# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that advances by sleeping, with or without waiting."""

from __future__ import annotations

import threading
import time

from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import clock


class Clock(clock.Clock):
    """Real time plus all sleeps; these take no real time unless *waits* is true."""

    def __init__(self, waits: bool = False) -> None:
        self._waits = waits
        self.sleeps: list[float] = []
        self._slept = 0.0
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return time.monotonic() + self._slept

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        with self._lock:
            self.sleeps.append(seconds)
            if not self._waits:
                self._slept += max(0.0, seconds)
        if self._waits:
            super().sleep(seconds, stop)
