# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Time that the client's pauses move on, so that no test waits for them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from ansible_collections.huaweicloud.kafka.plugins.module_utils.client import client, waiter


class Clock:
    """Real time plus all that was slept: what one run would have taken."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self._slept = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._slept

    def time(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self._slept += max(0.0, seconds)

    @contextlib.contextmanager
    def installed(self) -> Iterator[Clock]:
        """Let the client know no other time."""
        saved_time = client.time
        defaults = waiter.wait.__kwdefaults__
        saved_clock = defaults["clock"]
        client.time = self  # type: ignore[assignment]
        defaults["clock"] = self.monotonic
        try:
            yield self
        finally:
            client.time = saved_time
            defaults["clock"] = saved_clock
