# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Runs the same function for many items, a few at a time."""

from __future__ import annotations

import threading
import typing as t

from .errors import Stopped

if t.TYPE_CHECKING:
    from .client import Client

FIRST = 4
"""How many requests are sent at the same time: fewer than the five failed attempts in a row that lock an access key."""

WIDTH = 8
"""How many writes are sent at the same time, once the service has accepted one of them."""

Item = t.TypeVar("Item")
Result = t.TypeVar("Result")


def run_concurrently(
    client: Client, work: t.Callable[[Client, Item], Result], items: t.Sequence[Item], width: int = FIRST
) -> list[Result]:
    """Return the results of *work* for each of *items*, in their order; *width* at the same time, after an accepted one.

    Raises what the first of the failed items, in their order, raised. After a failure nothing is sent and nothing retried.
    A result that is an exception is one that *work* returned in place of raising it.
    """
    if len(items) < 2:
        return [work(client, item) for item in items]
    # Imported here, because most tasks have one item, and the import takes as long as a request.
    from concurrent.futures import ThreadPoolExecutor, wait

    stop = threading.Event()
    stoppable = client.stopping_at(stop)
    turns = threading.Semaphore(FIRST)
    more_turns = threading.Semaphore(1)

    def attempt(item: Item) -> Result:
        try:
            with turns:
                result = work(stoppable, item)
        except BaseException:
            stop.set()
            raise
        if width > FIRST and not isinstance(result, Exception) and more_turns.acquire(blocking=False):
            turns.release(width - FIRST)
        return result

    with ThreadPoolExecutor(min(width, len(items))) as pool:
        try:
            futures = [pool.submit(attempt, item) for item in items]
            wait(futures)
        except BaseException:  # an interrupt, or the keyword "timeout"
            stop.set()
            raise
    errors = [future.exception() for future in futures]
    for error in errors:
        if error and not isinstance(error, Stopped):
            raise error
    return [future.result() for future in futures]
