# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.wait import Deadline, wait
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption, WaitTimeout
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import READ, Clock, Service, reply


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def client(clock: Clock, service: Service, log: list[str]) -> Client:
    return samples.client(clock, service, lambda verbosity, line: log.append(line) if verbosity == 1 else None)


def polls(*states: str | None) -> t.Callable[[Client], str | None]:
    left = iter(states)
    return lambda client: next(left)


def test_nothing_to_wait_for_does_not_sleep(client: Client, clock: Clock) -> None:
    wait(client, polls(None), Deadline(client, 300), "it")
    assert clock.sleeps == []


def test_interval_grows_to_ten_seconds(client: Client, clock: Clock) -> None:
    wait(client, polls(*["no"] * 12, None), Deadline(client, 300), "it")
    assert [round(seconds, 2) for seconds in clock.sleeps] == [
        0.5, 0.75, 1.12, 1.69, 2.53, 3.8, 5.7, 8.54, 10, 10, 10, 10,
    ]  # fmt: skip


def test_last_poll_is_at_the_deadline_and_its_state_is_in_the_error(client: Client, clock: Clock) -> None:
    with pytest.raises(WaitTimeout, match=r"^waited 2 seconds for the end; last state: d$"):
        wait(client, polls("a", "b", "c", "d"), Deadline(client, 2), "the end")
    assert clock.sleeps == [0.5, 0.75, 0.75]


def test_wait_of_zero_seconds_polls_once(client: Client, clock: Clock) -> None:
    with pytest.raises(WaitTimeout, match=r"^waited 0 seconds for the end; last state: a$"):
        wait(client, polls("a"), Deadline(client, 0), "the end")
    assert clock.sleeps == []


def test_each_poll_is_logged_with_the_seconds_left(client: Client, log: list[str]) -> None:
    wait(client, polls("a", "b", None), Deadline(client, 10), "it")
    assert log == ["waiting: a, 10 s left", "waiting: b, 10 s left"]


def test_deadline_starts_once(client: Client, clock: Clock) -> None:
    """A second wait has only the time that the first one left."""
    deadline = Deadline(client, 2)
    clock.now += 100  # time before the first write does not count
    assert deadline.left == 2
    wait(client, polls("a", None), deadline, "it")
    assert (deadline.left, deadline.end) == (1.5, clock.now + 1.5)
    with pytest.raises(WaitTimeout):
        wait(client, polls("b", "c", "d", "e"), deadline, "the end")
    assert clock.sleeps == [0.5, 0.5, 0.75, 0.25]


def test_retries_of_a_poll_end_at_the_deadline(client: Client, clock: Clock, service: Service) -> None:
    service.expect(*[("GET /v2/0123456789abcdef0123456789abcdef/x", reply(503, Retry_After="2"))] * 3)

    def poll(bounded: Client) -> None:
        bounded.call(READ)

    with pytest.raises(Exception, match="after 3 attempts"):
        wait(client, poll, Deadline(client, 5), "it")
    assert clock.sleeps == [2, 2]
    assert service.timeouts == [5, 3, 1]


def test_error_ends_the_wait(client: Client, clock: Clock) -> None:
    def poll(client: Client) -> None:
        raise InvalidOption("no")

    with pytest.raises(InvalidOption):
        wait(client, poll, Deadline(client, 5), "it")
    assert clock.sleeps == []
