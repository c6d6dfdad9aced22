# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A creation whose answer comes too late: the service may still be at work when the time of the request is up."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import KafkaError, NoAnswer
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.creation import Created, create_once


class Client:
    """What a creation needs of a client; its pauses double from half a second on."""

    max_retries = 2
    timeout = 10

    def __init__(self) -> None:
        self.slept = 0.0

    def pause(self, retry: int, error: KafkaError | None = None) -> float:
        self.slept += 2.0 ** (retry - 2)
        return 2.0 ** (retry - 2)


class Service:
    """Finishes the first creation only *late* seconds after the client has given up; later ones at once."""

    def __init__(self, client: Client, late: float, *, tells: bool = True) -> None:
        self.client = client
        self.late = late
        self.tells = tells
        self.requests = 0
        self.ids: list[str] = []

    def create(self) -> str:
        self.requests += 1
        if self.requests == 1:
            raise NoAnswer(
                "POST", "https://dms.example.com/x", "no whole answer came within 10 seconds", late=self.tells
            )
        self.ids.append(f"t-{self.requests}")
        return self.ids[-1]

    def new_ones(self) -> list[str]:
        if self.client.slept >= self.late and "t-1" not in self.ids:
            self.ids.insert(0, "t-1")
        return list(self.ids)

    def run(self) -> Created:
        return create_once(t.cast("t.Any", self.client), self.create, self.new_ones, self.ids.remove)


@pytest.mark.parametrize("late", [0, 0.5, 3, 10])
def test_it_gets_as_much_time_once_more(late: float) -> None:
    service = Service(Client(), late)
    assert service.run() == Created("t-1", adopted=True)
    assert service.requests == 1


def test_only_then_another_request_is_sent() -> None:
    service = Service(Client(), 1000)
    assert service.run() == Created("t-2", adopted=False)
    assert (service.requests, service.client.slept) == (2, 15.5)


def test_a_connection_that_broke_is_looked_after_once() -> None:
    service = Service(Client(), 1000, tells=False)
    assert service.run() == Created("t-2", adopted=False)
    assert (service.requests, service.client.slept) == (2, 0.5)
