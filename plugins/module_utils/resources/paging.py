# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a list that comes in pages, while others may add to it and take from it."""

from __future__ import annotations

import typing as t

from ..client.errors import ResourceError, ServiceError

Item = t.TypeVar("Item")

# Source: the vendor's Terraform provider, which sees it when an offset runs past the last row.
_PAST_THE_END = "DMS.40050010"

_FIRST_STEP_BACK = 10
_MOST_STEPS_BACK = 100


def walk(
    read: t.Callable[[int], tuple[list[Item], int]],
    identify: t.Callable[[Item], str],
    what: str,
    page_size: int,
) -> t.Iterator[Item]:
    """Yield every entry of a list once, in its order, with one page in memory at a time.

    *read* takes an offset and returns the entries from there on, *page_size* of them at most, and how many the whole
    list has; *identify* returns what tells an entry from others; *what* is a plural for errors. A list that does not
    change costs one request for each full or begun page.

    When the list grows meanwhile, entries that moved to a later page are not yielded twice, and what was added in front
    comes last. When it shrinks, entries may slip to a page that was read already, so the walk steps back until a page
    begins with an entry that is known. Only an addition and a removal between the same two requests, which leave the
    number as it was, can hide an entry: no count would tell.

    Raises :class:`ResourceError` when the list can't be read to its end.
    """
    sweep = _Sweep(read, identify, what, page_size)
    yield from sweep.run()
    if len(sweep.seen) < sweep.total:
        yield from sweep.run(again=True)
    # In a list that grew while it was read, what is lacking even now is new.
    if len(sweep.seen) < sweep.total and len(sweep.counts) == 1:
        raise sweep.incomplete()


class _Sweep(t.Generic[Item]):
    """Goes from the first entry to the last. *total* is how many there were, in the end; *counts* all that was told."""

    def __init__(
        self,
        read: t.Callable[[int], tuple[list[Item], int]],
        identify: t.Callable[[Item], str],
        what: str,
        page_size: int,
    ) -> None:
        self._read = read
        self._identify = identify
        self._what = what
        self._page_size = page_size
        self.seen: set[str] = set()
        self.counts: set[int] = set()
        self.total = 0

    def run(self, again: bool = False) -> t.Iterator[Item]:
        """Yield what was not seen yet. *again*: only what was added to a list that has been read is wanted."""
        offset = back = steps_back = 0
        end = -1
        moved = False
        while True:
            page = _read(self._read, offset)
            if page is None:
                end = offset
            items, count = page or ([], self.total)
            moved = moved or page is None or (offset > 0 and count < self.total)
            self.counts.add(count)
            self.total = count
            if moved and offset > 0 and not (items and self._identify(items[0]) in self.seen):
                steps_back += 1
                if steps_back > _MOST_STEPS_BACK:
                    raise ResourceError(f"the list of {self._what} changes faster than it can be read")
                back = min(max(2 * back, _FIRST_STEP_BACK), offset)
                offset -= back
                continue
            fresh = [item for item in items if self._identify(item) not in self.seen]
            if items and not (fresh or moved or again) and len(self.counts) == 1:
                raise ResourceError(f"the list of {self._what} repeats itself at offset {offset}")
            for item in fresh:
                # An entry may be twice on one page, too.
                if self._identify(item) not in self.seen:
                    self.seen.add(self._identify(item))
                    yield item
            moved, back = False, 0
            offset += len(items)
            if offset == end and len(items) < self._page_size:
                # The service counts more, but it has none behind these, and said so.
                self.total = end
            if offset >= self.total or (again and len(self.seen) >= self.total):
                return
            if not items:
                raise self.incomplete()

    def incomplete(self) -> ResourceError:
        return ResourceError(f"the list of {self._what} holds {len(self.seen)} of {self.total}, so it is not complete")


def _read(read: t.Callable[[int], tuple[list[Item], int]], offset: int) -> tuple[list[Item], int] | None:
    """Return a page; ``None`` when the service says that the list ends before *offset*."""
    try:
        return read(offset)
    except ServiceError as error:
        # The first row can't be past the end: there, the answer means something else.
        if offset > 0 and error.status == 400 and error.key == _PAST_THE_END:
            return None
        raise
