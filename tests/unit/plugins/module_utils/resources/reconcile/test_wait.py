# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import InvalidInput, WaitTimeout
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.scrub import Scrubber
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.waiter import wait
from ansible_collections.huaweicloud.kafka.tests.unit.support import Clock


class Client:
    """What a wait needs of a client."""

    def __init__(self, clock: Clock) -> None:
        self.sleep = clock.sleep
        self.deadline: float | None = None
        self.scrubber = Scrubber()


def looks(*seen: str | None) -> t.Callable[[], str | None]:
    return iter(seen).__next__


def test_what_is_so_at_once_costs_no_pause(clock: Clock) -> None:
    wait(Client(clock), looks(None), seconds=300, what="it")  # type: ignore[arg-type]
    assert clock.pauses == []


def test_the_interval_grows_up_to_ten_seconds(clock: Clock) -> None:
    wait(Client(clock), looks(*["no"] * 12, None), seconds=300, what="it")  # type: ignore[arg-type]
    assert [round(pause, 2) for pause in clock.pauses] == [
        0.5, 0.75, 1.12, 1.69, 2.53, 3.8, 5.7, 8.54, 10, 10, 10, 10,
    ]  # fmt: skip


def test_the_last_look_is_at_the_deadline_and_the_error_tells_what_it_saw(clock: Clock) -> None:
    with pytest.raises(WaitTimeout) as caught:
        wait(Client(clock), looks("a", "b", "c", "d"), seconds=2, what="the end")  # type: ignore[arg-type]
    assert str(caught.value) == "waited 2 seconds for the end; last seen: d"
    assert clock.pauses == [0.5, 0.75, 0.75]


def test_without_time_there_is_one_look(clock: Clock) -> None:
    with pytest.raises(WaitTimeout) as caught:
        wait(Client(clock), looks("a"), seconds=0, what="the end")  # type: ignore[arg-type]
    assert str(caught.value) == "waited 0 seconds for the end; last seen: a"
    assert clock.pauses == []


def test_who_watches_is_told_of_each_look_and_the_seconds_left(clock: Clock) -> None:
    told: list[tuple[str, float]] = []
    client: t.Any = Client(clock)
    wait(client, looks("a", "b", None), seconds=10, what="it", progress=lambda seen, left: told.append((seen, left)))
    assert told == [("a", 10), ("b", 9.5)]


def test_requests_of_the_wait_end_with_it_and_what_held_before_holds_again(clock: Clock) -> None:
    client: t.Any = Client(clock)
    client.deadline = 7.0
    seen: list[float | None] = []

    def look() -> None:
        seen.append(client.deadline)

    wait(client, look, seconds=5, what="it")
    assert (seen, client.deadline) == ([clock.now + 5], 7.0)


def test_an_error_ends_the_wait(clock: Clock) -> None:
    client: t.Any = Client(clock)

    def look() -> None:
        raise InvalidInput("no")

    with pytest.raises(InvalidInput):
        wait(client, look, seconds=5, what="it")
    assert (clock.pauses, client.deadline) == ([], None)
