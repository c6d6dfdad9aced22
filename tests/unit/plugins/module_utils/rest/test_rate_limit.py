# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.pacing import Pace
from hypothesis import given
from hypothesis import strategies as st


def even() -> float:
    """Draws so that every interval is as long as it is said to be."""
    return 0.5


def slowed(interval: float, draw: t.Callable[[], float] = even) -> Pace:
    """Return a pace that has come to rest at *interval*."""
    pace = Pace(draw)
    pace.interval = interval
    return pace


def test_nothing_waits_before_the_service_has_refused() -> None:
    pace = Pace()
    pace.accepted()
    assert [pace.turn(7.0) for _turn in range(5)] == [0, 0, 0, 0, 0]


def test_after_a_refusal_requests_begin_one_after_the_other() -> None:
    pace = Pace(even)
    assert pace.refused(now=100.0, times=1, pause=0.5) == 0.5
    assert pace.interval == 0.5
    # The refused one is tried again at 100.5, and others follow it.
    assert [pace.turn(100.0) for _turn in range(3)] == [1.0, 1.5, 2.0]
    assert pace.turn(200.0) == 0.0


def test_each_refusal_doubles_the_interval_up_to_half_a_minute() -> None:
    pace = Pace(even)
    intervals = []
    for _refusal in range(8):
        pace.refused(now=0.0, times=1, pause=0.0)
        intervals.append(pace.interval)
    assert intervals == [0.5, 1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize(
    ("interval", "times", "pause", "waits"),
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
def test_a_refused_request_waits_its_pause_and_longer_where_it_is_refused_again(
    interval: float, times: int, pause: float, waits: float
) -> None:
    assert slowed(interval).refused(now=0.0, times=times, pause=pause) == waits


def test_good_answers_take_up_speed_again_little_by_little() -> None:
    pace = slowed(1.0)
    intervals = [pace.interval]
    while pace.interval:
        pace.accepted()
        intervals.append(pace.interval)
    assert intervals == sorted(intervals, reverse=True)
    assert intervals[1] == pytest.approx(1 / 1.07)
    assert 100 < len(intervals) < 200
    assert pace.turn(0.0) == 0.0


@pytest.mark.parametrize(("drawn", "second"), [(0.0, 0.5), (0.5, 1.0), (0.999, 1.499)])
def test_no_two_workers_keep_step(drawn: float, second: float) -> None:
    pace = slowed(1.0, lambda: drawn)
    assert pace.turn(0.0) == 0
    assert pace.turn(0.0) == pytest.approx(second)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["turn", "accepted", "refused"]), st.floats(0, 60), st.integers(1, 6), st.floats(0, 1)
        ),
        max_size=30,
    )
)
def test_pauses_are_finite_and_none_is_shorter_than_it_was_asked_for(
    steps: list[tuple[str, float, int, float]],
) -> None:
    now, drawn = 0.0, 0.0
    pace = Pace(lambda: drawn)
    for step, seconds, times, drawn in steps:  # noqa: B007 - the pace draws it
        now += seconds / 10
        if step == "turn":
            assert 0 <= pace.turn(now) <= 60 * 30
        elif step == "accepted":
            pace.accepted()
        else:
            assert seconds <= pace.refused(now, times, seconds) <= seconds + 60
        assert 0 <= pace.interval <= 30
