# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import itertools
import typing as t
import weakref

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import ResourceError, ServiceError
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.paging import walk
from ansible_collections.huaweicloud.kafka.tests.unit.support import service_error
from hypothesis import given
from hypothesis import strategies as st

PAST_THE_END = "DMS.40050010"


class Rows:
    """A list of the service in pages of *limit*; *before* is called with the number of each request."""

    def __init__(
        self, rows: t.Iterable[int], limit: int = 50, before: t.Callable[[int], None] = lambda n: None
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
        return list(walk(self.read, str, "rows", self.limit))


@pytest.mark.parametrize("number", [0, 1, 49, 50, 51, 99, 100, 101, 1000])
def test_a_quiet_list_costs_one_request_for_each_page(number: int) -> None:
    rows = Rows(range(number))
    assert rows.all() == list(range(number))
    assert rows.offsets == (list(range(0, number, 50)) or [0])


def test_shorter_pages_than_asked_for_leave_nothing_out() -> None:
    rows = Rows(range(95), limit=10)
    assert rows.all() == list(range(95))
    assert rows.offsets == list(range(0, 95, 10))


def test_a_list_that_ignores_pages_is_taken_at_once() -> None:
    rows = Rows(range(170), limit=1000)
    assert rows.all() == list(range(170))
    assert rows.offsets == [0]


def at(request: int, change: t.Callable[[], t.Any]) -> t.Callable[[int], None]:
    return lambda number: change() if number == request else None


def test_what_is_added_in_front_doubles_nothing_and_comes_last() -> None:
    rows = Rows(range(100))
    rows.before = at(1, lambda: rows.rows.insert(0, -1))
    assert rows.all() == [*range(100), -1]
    assert rows.offsets == [0, 50, 100, 0]


def test_what_is_added_at_the_end_is_read_too() -> None:
    rows = Rows(range(100))
    rows.before = at(1, lambda: rows.rows.append(100))
    assert rows.all() == list(range(101))
    assert rows.offsets == [0, 50, 100]


def test_a_removal_from_a_page_that_was_read_hides_nothing() -> None:
    rows = Rows(range(150))
    rows.before = at(1, lambda: rows.rows.remove(3))
    assert rows.all() == list(range(150))
    assert rows.offsets == [0, 50, 40, 90, 140]


def test_a_removal_from_a_page_to_come_is_no_gap() -> None:
    rows = Rows(range(150))
    rows.before = at(1, lambda: rows.rows.remove(120))
    assert rows.all() == [number for number in range(150) if number != 120]


def test_a_removal_that_puts_the_next_page_past_the_end_hides_nothing() -> None:
    rows = Rows(range(101))
    rows.before = at(2, lambda: rows.rows.remove(7))
    assert rows.all() == list(range(101))
    assert rows.offsets == [0, 50, 100, 90]


def test_a_page_that_is_empty_since_a_removal_hides_nothing() -> None:
    rows = Rows(range(101))
    read = rows.read
    rows.before = at(2, lambda: rows.rows.remove(7))
    rows.read = lambda offset: ([], 100) if offset >= len(rows.rows) else read(offset)  # type: ignore[method-assign]
    rows.before(2)
    assert rows.all() == [number for number in range(101) if number != 7]


def test_a_removal_of_most_hides_nothing() -> None:
    rows = Rows(range(300))
    rows.before = at(4, lambda: rows.rows.__delitem__(slice(0, 195)))
    assert rows.all() == list(range(300))


def test_a_removal_of_all_ends_the_list() -> None:
    rows = Rows(range(80))
    rows.before = at(1, rows.rows.clear)
    assert rows.all() == list(range(50))


def test_the_end_is_where_the_service_says_whatever_it_counts() -> None:
    rows = Rows(range(100))
    rows.total = 120
    assert rows.all() == list(range(100))
    assert rows.offsets == [0, 50, 100, 90]


def test_too_few_entries_for_the_count_are_no_list() -> None:
    rows = Rows(range(100))
    with pytest.raises(ResourceError, match=r"^the list of rows holds 100 of 120, so it is not complete$"):
        list(walk(lambda offset: (rows.rows[offset : offset + 50], 120), str, "rows", 50))


def test_an_empty_page_before_the_end_is_no_list() -> None:
    with pytest.raises(ResourceError, match=r"^the list of rows holds 0 of 3, so it is not complete$"):
        list(walk(lambda offset: ([], 3), str, "rows", 50))


def test_an_entry_that_is_listed_twice_comes_once_and_does_not_count_twice() -> None:
    rows = Rows([1, 2, 2, 3])
    with pytest.raises(ResourceError, match=r"^the list of rows holds 3 of 4, so it is not complete$"):
        rows.all()


def test_a_service_that_ignores_the_offset_is_found_out_at_the_second_page() -> None:
    offsets = []

    def read(offset: int) -> tuple[list[int], int]:
        offsets.append(offset)
        return list(range(50)), 10**12

    with pytest.raises(ResourceError, match=r"^the list of rows repeats itself at offset 50$"):
        list(walk(read, str, "rows", 50))
    assert offsets == [0, 50]


def test_a_list_that_never_rests_is_given_up() -> None:
    counts = iter(range(10**6, 0, -1))
    pages = iter(range(10**6))
    with pytest.raises(ResourceError, match=r"^the list of rows changes faster than it can be read$"):
        list(walk(lambda offset: ([next(pages)] * 50, next(counts)), str, "rows", 50))


@pytest.mark.parametrize(
    ("offset", "status", "code"),
    [(0, 400, PAST_THE_END), (50, 404, PAST_THE_END), (50, 400, "DMS.00400062"), (50, 403, "DMS.00403003")],
)
def test_no_other_answer_is_the_end(offset: int, status: int, code: str) -> None:
    rows = Rows(range(100))

    def read(at: int) -> tuple[list[int], int]:
        if at == offset:
            raise service_error(status, code)
        return rows.read(at)

    with pytest.raises(ServiceError):
        list(walk(read, str, "rows", 50))


class Row:
    def __init__(self, number: int) -> None:
        self.number = number


def test_one_page_is_in_memory_at_a_time() -> None:
    alive: weakref.WeakSet[t.Any] = weakref.WeakSet()

    def read(offset: int) -> tuple[list[Row], int]:
        assert len(alive) <= 51
        page = [Row(number) for number in range(offset, offset + 50)]
        alive.update(page)
        return page, 1000

    assert sum(1 for row in walk(read, lambda row: str(row.number), "rows", 50)) == 1000


# What happens between two requests: so many rows are added (or, below 0, removed), from this place on.
CHANGES = st.lists(st.tuples(st.integers(-15, 15), st.sampled_from([0, 1, 19, 20, 21, 45, 10_000])), max_size=12)


@given(number=st.integers(0, 130), changes=CHANGES)
def test_whatever_is_there_all_the_time_comes_once_and_in_order(number: int, changes: list[tuple[int, int]]) -> None:
    """Never an addition and a removal between the same two requests: no count would tell of these."""
    new = iter(range(1000, 100_000))

    def change(request: int) -> None:
        if 0 < request <= len(changes):
            how_many, place = changes[request - 1]
            rows.rows[place : place - min(how_many, 0)] = list(itertools.islice(new, max(how_many, 0)))

    rows = Rows(range(number), limit=20, before=change)
    read = rows.all()
    assert len(read) == len(set(read))
    stayed = [row for row in rows.rows if row < 1000]
    assert [row for row in read if row in set(stayed)] == stayed
