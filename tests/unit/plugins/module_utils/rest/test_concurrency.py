# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.concurrency import FIRST, WIDTH, run_concurrently


class Stoppable:
    """Replaces a client and keeps the event that stops it."""

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
        run_concurrently(client, work, range(2 * WIDTH), WIDTH)
    assert stopped == [True] * (2 * WIDTH - 1)


class Service:
    """Responds with *result* once *together* requests are in flight; records their maximum."""

    def __init__(self, result: t.Any, together: int) -> None:
        self.result = result
        self.maximum = self.in_flight = 0
        self._together = threading.Barrier(together, timeout=30)
        self._lock = threading.Lock()

    def request(self, client: t.Any, item: int) -> t.Any:
        with self._lock:
            self.in_flight += 1
            self.maximum = max(self.maximum, self.in_flight)
        if item:
            self._together.wait()
        with self._lock:
            self.in_flight -= 1
        return self.result


@pytest.mark.parametrize(
    ("result", "width", "maximum"),
    [("accepted", WIDTH, WIDTH), (ValueError("rejected"), WIDTH, FIRST), ("accepted", FIRST, FIRST)],
)
def test_more_requests_are_concurrent_after_an_accepted_one(result: t.Any, width: int, maximum: int) -> None:
    service = Service(result, maximum)
    client = t.cast("t.Any", Stoppable(threading.Event()))
    items = range(1 + 3 * maximum)
    assert run_concurrently(client, service.request, items, width) == [result] * len(items)
    assert service.maximum == maximum


def test_rejected_credentials_cannot_lock_an_access_key() -> None:
    """Five requests with rejected credentials lock it, and all requests in flight can be rejected."""
    assert FIRST < 5
