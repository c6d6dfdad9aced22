# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads a list page by page, although entries may be added and removed in the meantime."""

from __future__ import annotations

import typing as t
import weakref

from ..rest.errors import INVALID_PARAMETER, OFFSET_PAST_END, ServiceError, UnexpectedState

if t.TYPE_CHECKING:
    from ..rest.client import Client
    from ..rest.connection import Connection
    from ..rest.operation import Operation
    from ..rest.response import Response

Item = t.TypeVar("Item")
Page = tuple[list[Item], int]

_PASSES = 3
_LARGE, _SMALL = 200, 50

# Connections to a region that refuses large pages.
_only_small: weakref.WeakSet[Connection] = weakref.WeakSet()


def call_for_page(client: Client, operation: Operation, offset: int, **ids: str) -> Response:
    """Call *operation*, with *ids* in its path, for the entries of a list from *offset* on, and return its response.

    It asks for 200 entries, or for 50 where the service refuses 200; the connection is remembered then. The service can return
    fewer.
    """

    def call(limit: int) -> Response:
        return client.call(operation, query={"offset": str(offset), "limit": str(limit)}, **ids)

    if client.connection not in _only_small:
        try:
            return call(_LARGE)
        except ServiceError as error:
            if error.reason != INVALID_PARAMETER:
                raise
    response = call(_SMALL)
    _only_small.add(client.connection)
    return response


def paginate(
    read_page: t.Callable[[int], Page[Item]], identify: t.Callable[[Item], str], what: str, *, partial: bool = False
) -> list[Item]:
    """Return every entry of a list once.

    *read_page* takes an offset and returns the entries from there on and the length of the whole list; *identify* returns the
    key of an entry; *what* is the plural for errors. A list whose length changes while it is read is read again, at
    most three times in all.

    Raises :class:`UnexpectedState` if the list can't be read to its end. With *partial*, a list that has fewer entries than
    the service counts is returned as it is.
    """
    for _pass in range(_PASSES):
        found: dict[str, Item] = {}
        lengths: set[int] = set()
        offset = 0
        while True:
            page = _read(read_page, offset)
            if page is None:
                lengths.add(offset)
                break
            items, length = page
            lengths.add(length)
            before = len(found)
            for item in items:
                found.setdefault(identify(item), item)
            offset += len(items)
            if len(lengths) > 1 or offset >= length or len(found) == before:
                break
        if len(lengths) == 1 and (partial or len(found) >= max(lengths)):
            return list(found.values())
        if len(lengths) == 1:
            raise UnexpectedState(f"the list of {what} contains {len(found)} of {max(lengths)}, so it is not complete")
    raise UnexpectedState(f"the list of {what} changed while it was read, {_PASSES} times in a row")


def _read(read_page: t.Callable[[int], Page[Item]], offset: int) -> Page[Item] | None:
    """Return a page; ``None`` if the service reports that the list ends before *offset*."""
    try:
        return read_page(offset)
    except ServiceError as error:
        # Offset 0 is never past the end: there, the code means something else.
        if offset > 0 and error.reason == OFFSET_PAST_END:
            return None
        raise
