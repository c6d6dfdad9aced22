# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Does the same for many things at once, over few connections."""

from __future__ import annotations

import time
import typing as t
from concurrent.futures import ThreadPoolExecutor

if t.TYPE_CHECKING:
    from ..client.client import Client

WIDTH = 4
"""How many requests are under way at once: few enough for the rate limit of a user."""

Given = t.TypeVar("Given")
Made = t.TypeVar("Made")


def side_by_side(client: Client, work: t.Callable[[Given], Made], things: t.Sequence[Given]) -> list[Made]:
    """Return what *work* makes of each of *things*, in their order; *work* calls *client*, which is shared.

    Raises what the first of them, in their order, raises; what has not begun by then is left out, and what is under way
    is not tried again.
    """
    if len(things) < 2:
        return [work(thing) for thing in things]
    outer = client.deadline
    try:
        with ThreadPoolExecutor(min(WIDTH, len(things))) as pool:
            try:
                return list(pool.map(work, things))
            except BaseException:
                client.deadline = time.monotonic()
                raise
    finally:
        client.deadline = outer
