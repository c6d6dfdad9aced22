# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.concurrency import WIDTH, run_concurrently


class Stoppable:
    """Takes the place of a client: keeps the event that stops it."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop

    def stopping_at(self, stop: threading.Event) -> Stoppable:
        return Stoppable(stop)


def test_failure_stops_the_clients_of_all_items() -> None:
    stopped: list[bool] = []

    def work(client: t.Any, item: int) -> None:
        if item == 0:
            raise ValueError
        stopped.append(client.stop.wait(5))

    client = t.cast("t.Any", Stoppable(threading.Event()))
    with pytest.raises(ValueError):  # noqa: PT011 - it has no message
        run_concurrently(client, work, range(2 * WIDTH))
    assert stopped == [True] * (2 * WIDTH - 1)


def test_concurrent_requests_cannot_lock_an_access_key() -> None:
    """Five requests with rejected credentials lock it, and all that are in flight can be rejected."""
    assert WIDTH < 5
