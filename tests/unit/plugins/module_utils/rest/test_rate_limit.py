# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.rate_limit import RateLimiter
from hypothesis import given
from hypothesis import strategies as st


def even() -> float:
    """Jitter that does not change the intervals."""
    return 0.5


def limited(interval: float, draw: t.Callable[[], float] = even) -> RateLimiter:
    """Return a limiter whose interval is *interval* seconds."""
    limiter = RateLimiter(draw)
    limiter.interval = interval
    return limiter


def test_requests_do_not_wait_before_the_first_throttled_one() -> None:
    limiter = RateLimiter(even)
    limiter.accepted()
    assert [limiter.reserve(7.0) for _turn in range(5)] == [0, 0, 0, 0, 0]


def test_requests_are_spaced_after_a_throttled_one() -> None:
    limiter = RateLimiter(even)
    assert limiter.throttled(now=100.0, attempts=1, backoff=0.5) == 0.5
    assert limiter.interval == 0.5
    # The retry is at 100.5, before the others.
    assert [limiter.reserve(100.0) for _turn in range(3)] == [1.0, 1.5, 2.0]
    assert limiter.reserve(200.0) == 0.0


def test_interval_doubles_up_to_30_seconds() -> None:
    limiter = RateLimiter(even)
    intervals = []
    for _response in range(8):
        limiter.throttled(now=0.0, attempts=1, backoff=0.0)
        intervals.append(limiter.interval)
    assert intervals == [0.5, 1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize(
    ("interval", "attempts", "backoff", "waits"),
    [
        (0.0, 1, 0.5, 0.5),
        (0.0, 3, 7.0, 7.0),
        (1.0, 1, 0.5, 2.0),
        (1.0, 3, 0.5, 6.0),
        (1.0, 1, 7.0, 7.5),
        (30.0, 5, 0.5, 60.0),
        (30.0, 5, 60.0, 67.5),
    ],
)
def test_throttled_request_waits_longer_with_each_attempt(
    interval: float, attempts: int, backoff: float, waits: float
) -> None:
    assert limited(interval).throttled(now=0.0, attempts=attempts, backoff=backoff) == waits


def test_accepted_requests_raise_the_rate_gradually() -> None:
    limiter = limited(1.0)
    intervals = [limiter.interval]
    while limiter.interval:
        limiter.accepted()
        intervals.append(limiter.interval)
    assert intervals == sorted(intervals, reverse=True)
    assert intervals[1] == pytest.approx(1 / 1.07)
    assert 100 < len(intervals) < 200
    assert limiter.reserve(0.0) == 0.0


@pytest.mark.parametrize(("drawn", "second"), [(0.0, 0.5), (0.5, 1.0), (0.999, 1.499)])
def test_jitter_spreads_the_requests_of_workers(drawn: float, second: float) -> None:
    limiter = limited(1.0, lambda: drawn)
    assert limiter.reserve(0.0) == 0
    assert limiter.reserve(0.0) == pytest.approx(second)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["reserve", "accepted", "throttled"]), st.floats(0, 60), st.integers(1, 6), st.floats(0, 1)
        ),
        max_size=30,
    )
)
def test_waits_are_bounded_and_never_shorter_than_the_backoff(
    steps: list[tuple[str, float, int, float]],
) -> None:
    now, drawn = 0.0, 0.0
    limiter = RateLimiter(lambda: drawn)
    for step, seconds, attempts, drawn in steps:  # noqa: B007 - the limiter reads it
        now += seconds / 10
        if step == "reserve":
            assert 0 <= limiter.reserve(now) <= 60 * 30
        elif step == "accepted":
            limiter.accepted()
        else:
            assert seconds <= limiter.throttled(now, attempts, seconds) <= seconds + 60
        assert 0 <= limiter.interval <= 30
