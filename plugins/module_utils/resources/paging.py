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
) -> t.Iterator[Item]:
    """Yield every entry of a list once, in its order, with one page in memory at a time.

    *read* takes an offset and returns the entries from there on, and how many the whole list has; *identify* returns
    what tells an entry from others; *what* is a plural for errors. A list that does not change costs one request for
    each full or begun page.

    When the list grows meanwhile, entries that moved to a later page are not yielded twice, and what was added in front
    comes last. When it shrinks, entries may slip to a page that was read already, so the walk steps back until a page
    begins with an entry that is known. Only an addition and a removal between the same two requests, which leave the
    number as it was, can hide an entry: no count would tell.

    Raises :class:`ResourceError` when the list can't be read to its end.
    """
    seen: set[str] = set()
    counts: set[int] = set()
    total = yield from _sweep(read, identify, what, seen, counts)
    if len(seen) < total:
        total = yield from _sweep(read, identify, what, seen, counts, again=True)
    # In a list that grew while it was read, what is lacking even now is new.
    if len(seen) < total and len(counts) == 1:
        raise _incomplete(what, len(seen), total)


def _sweep(
    read: t.Callable[[int], tuple[list[Item], int]],
    identify: t.Callable[[Item], str],
    what: str,
    seen: set[str],
    counts: set[int],
    again: bool = False,
) -> t.Generator[Item, None, int]:
    """Read from the first entry to the last and return how many the list had then.

    *again*: all has been read once; only what was added since is wanted.
    """
    offset = total = back = steps_back = 0
    end: int | None = None
    moved = False
    while offset < total or total == 0:
        page = _read(read, offset)
        if page is None:
            end = offset
        items, count = page or ([], offset)
        counts.add(count)
        count = count if end is None else min(count, end)
        moved = moved or count < total
        grown = count > total
        total = count
        if moved and offset > 0 and not (items and identify(items[0]) in seen):
            steps_back += 1
            if steps_back > _MOST_STEPS_BACK:
                raise ResourceError(f"the list of {what} changes faster than it can be read")
            back = min(max(2 * back, _FIRST_STEP_BACK), offset)
            offset -= back
            continue
        if not items and offset < total:
            raise _incomplete(what, len(seen), total)
        fresh = [item for item in items if identify(item) not in seen]
        if items and not (fresh or moved or grown or again):
            raise ResourceError(f"the list of {what} repeats itself at offset {offset}")
        for item in fresh:
            # An entry may be twice on one page, too.
            if identify(item) not in seen:
                seen.add(identify(item))
                yield item
        moved, back = False, 0
        offset += len(items)
        if again and len(seen) >= total:
            break
        if total == 0:
            break
    return total


def _read(read: t.Callable[[int], tuple[list[Item], int]], offset: int) -> tuple[list[Item], int] | None:
    """Return a page; ``None`` when the service says that the list ends before *offset*."""
    try:
        return read(offset)
    except ServiceError as error:
        # The first row can't be past the end: there, the answer means something else.
        if offset > 0 and error.status == 400 and error.key == _PAST_THE_END:
            return None
        raise


def _incomplete(what: str, held: int, total: int) -> ResourceError:
    return ResourceError(f"the list of {what} holds {held} of {total}, so it is not complete")
