# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks again and again until something is so, with a growing interval and an end."""

from __future__ import annotations

import time
import typing as t

from .errors import WaitTimeout
from .scrub import in_one_line

if t.TYPE_CHECKING:
    from .client import Client

FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 10.0
_GROWTH = 1.5

# Told of each look that did not end the wait: what was seen, and the seconds left.
Progress = t.Callable[[str, float], None]


def wait(
    client: Client,
    look: t.Callable[[], str | None],
    *,
    seconds: float,
    what: str,
    progress: Progress | None = None,
    clock: t.Callable[[], float] = time.monotonic,
) -> None:
    """Call *look* until it returns ``None``; while it returns text, that is what it saw instead.

    Raises :class:`WaitTimeout`, with *what* was awaited and what was seen last, after *seconds*. Retries of single
    requests end with the wait, too.
    """
    deadline = clock() + seconds
    interval = FIRST_INTERVAL
    outer, client.deadline = client.deadline, deadline
    try:
        while True:
            seen = look()
            if seen is None:
                return
            left = deadline - clock()
            if left <= 0:
                raise WaitTimeout(f"waited {seconds:g} seconds for {what}; last seen: {seen}")
            if progress:
                progress(in_one_line(client.scrubber.text(seen)), left)
            client.sleep(min(interval, left))
            interval = min(interval * _GROWTH, LONGEST_INTERVAL)
    finally:
        client.deadline = outer
