# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does the same for many things at once, over few connections."""

from __future__ import annotations

import threading
import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

if t.TYPE_CHECKING:
    from ..client.client import Client

WIDTH = 4
"""How many requests are under way at once: few enough for the rate limit of a user."""

Given = t.TypeVar("Given")
Made = t.TypeVar("Made")


class _LeftOut(Exception):
    """What becomes of a thing when another one has failed."""


def side_by_side(client: Client, work: t.Callable[[Given], Made], things: t.Sequence[Given]) -> list[Made]:
    """Return what *work* makes of each of *things*, in their order; *work* calls *client*, which is shared.

    Raises what the first of them, in their order, raised. After a failure nothing is begun and nothing is tried again:
    refused credentials, for one, must not be tried often.
    """
    if len(things) < 2:
        return [work(thing) for thing in things]
    failed = threading.Event()
    outer = client.deadline

    def stop() -> None:
        failed.set()
        client.deadline = time.monotonic()

    def attempt(thing: Given) -> Made:
        if failed.is_set():
            raise _LeftOut
        try:
            return work(thing)
        except BaseException:
            stop()
            raise

    try:
        with ThreadPoolExecutor(min(WIDTH, len(things))) as pool:
            futures = [pool.submit(attempt, thing) for thing in things]
    except BaseException:
        # The user has had enough; the threads that are left must end soon.
        stop()
        raise
    client.deadline = outer
    for error in (future.exception() for future in futures):
        if error and not isinstance(error, _LeftOut):
            raise error
    return [future.result() for future in futures]
