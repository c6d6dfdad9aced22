# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api.pagination import paginate
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import ServiceError, UnexpectedState
from ansible_collections.huaweicloud.kafka.tests.unit.support import service_error
from hypothesis import given
from hypothesis import strategies as st

PAST_THE_END = "DMS.40050010"


class Rows:
    """A list of the service in pages of *limit*; *before* is called with the number of each request."""

    def __init__(
        self, rows: t.Iterable[int], limit: int = 50, before: t.Callable[[int], None] = lambda number: None
    ) -> None:
        self.rows = list(rows)
        self.limit = limit
        self.before = before
        self.offsets: list[int] = []
        self.total: int | None = None

    def read(self, offset: int) -> tuple[list[int], int]:
        self.before(len(self.offsets))
        self.offsets.append(offset)
        if offset and offset >= len(self.rows):
            raise service_error(400, PAST_THE_END)
        return self.rows[offset : offset + self.limit], len(self.rows) if self.total is None else self.total

    def all(self) -> list[int]:
        return paginate(self.read, str, "rows")


@pytest.mark.parametrize(
    ("number", "limit", "offsets"),
    [
        (0, 50, [0]),
        (1, 50, [0]),
        (50, 50, [0]),
        (51, 50, [0, 50]),
        (101, 50, [0, 50, 100]),
        (95, 10, list(range(0, 95, 10))),
        (170, 1000, [0]),
    ],
)
def test_each_page_is_read_once(number: int, limit: int, offsets: list[int]) -> None:
    rows = Rows(range(number), limit)
    assert rows.all() == list(range(number))
    assert rows.offsets == offsets


def at(request: int, change: t.Callable[[], t.Any]) -> t.Callable[[int], None]:
    return lambda number: change() if number == request else None


@pytest.mark.parametrize(
    ("number", "request_", "change"),
    [
        pytest.param(100, 1, lambda rows: rows.insert(0, -1), id="inserted at the front"),
        pytest.param(100, 1, lambda rows: rows.append(100), id="appended"),
        pytest.param(150, 1, lambda rows: rows.remove(3), id="removed from a page already read"),
        pytest.param(150, 1, lambda rows: rows.remove(120), id="removed from a later page"),
        pytest.param(101, 2, lambda rows: rows.remove(7), id="removed so that the offset is past the end"),
        pytest.param(300, 4, lambda rows: rows.__delitem__(slice(0, 195)), id="mostly removed"),
        pytest.param(80, 1, lambda rows: rows.clear(), id="all removed"),
    ],
)
def test_list_that_changes_is_read_again(number: int, request_: int, change: t.Callable[[list[int]], None]) -> None:
    rows = Rows(range(number))
    rows.before = at(request_, lambda: change(rows.rows))
    assert rows.all() == rows.rows


@pytest.mark.parametrize(
    ("rows", "total", "message"),
    [
        pytest.param(range(100), 120, "changed while it was read", id="ends early"),
        pytest.param([], 3, "contains 0 of 3, so it is not complete", id="empty page"),
        pytest.param([1, 2, 2, 3], None, "contains 3 of 4, so it is not complete", id="duplicate entry"),
    ],
)
def test_list_shorter_than_its_total_is_incomplete(rows: t.Iterable[int], total: int | None, message: str) -> None:
    listed = Rows(rows)
    listed.total = total
    with pytest.raises(UnexpectedState, match=f"^the list of rows {message}"):
        listed.all()


def test_ignored_offset_is_detected_on_the_second_page() -> None:
    offsets = []

    def read(offset: int) -> tuple[list[int], int]:
        offsets.append(offset)
        return list(range(50)), 10**12

    with pytest.raises(UnexpectedState, match="not complete"):
        paginate(read, str, "rows")
    assert offsets == [0, 50]


def test_list_that_always_changes_fails_after_three_passes() -> None:
    lengths, numbers = itertools.count(1000), itertools.count()
    with pytest.raises(UnexpectedState, match=r"^the list of rows changed while it was read, 3 times in a row$"):
        paginate(lambda offset: ([next(numbers) for _row in range(50)], next(lengths)), str, "rows")


@pytest.mark.parametrize(
    ("offset", "status", "code"),
    [(0, 400, PAST_THE_END), (50, 400, "DMS.00400062"), (50, 403, "DMS.00403003")],
)
def test_other_errors_do_not_end_the_list(offset: int, status: int, code: str) -> None:
    rows = Rows(range(100))

    def read(at: int) -> tuple[list[int], int]:
        if at == offset:
            raise service_error(status, code)
        return rows.read(at)

    with pytest.raises(ServiceError):
        paginate(read, str, "rows")


CHANGES = st.lists(st.tuples(st.integers(-15, 15), st.sampled_from([0, 1, 19, 20, 21, 45, 10_000])), max_size=12)


@given(number=st.integers(0, 130), changes=CHANGES)
def test_unchanged_rows_are_returned_once_and_in_order(number: int, changes: list[tuple[int, int]]) -> None:
    """Rows are not both added and removed between two requests: the total would not change."""
    new = iter(range(1000, 100_000))

    def change(request: int) -> None:
        if 0 < request <= len(changes):
            count, position = changes[request - 1]
            rows.rows[position : position - min(count, 0)] = list(itertools.islice(new, max(count, 0)))

    rows = Rows(range(number), limit=20, before=change)
    try:
        read = rows.all()
    except UnexpectedState:
        return
    assert len(read) == len(set(read))
    unchanged = [row for row in rows.rows if row < 1000]
    assert [row for row in read if row in set(unchanged)] == unchanged
