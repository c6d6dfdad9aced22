# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Modifications in place: what a request changed is what is read after it, whatever its response is."""

from __future__ import annotations

import typing as t

from ..rest.errors import KafkaError, RequestError, UnexpectedState, WriteFailed
from .fields import describe
from .writes import InPart, Outcome, Seen, write_all

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..rest.client import Client
    from .entry import Entry
    from .writes import Write


_UNFINISHED = "The service accepted the modification. It is unknown whether it will finish it: run the task again."
_UNREAD = "The service accepted the modification. It is unknown what it changed: run the task again."


class Accepted(t.NamedTuple):
    """What ``Kind.modify`` returns of a modification that the service accepted and can still be carrying out.

    *error* is why that is unknown, ``None`` if the run does not wait for it.
    """

    error: KafkaError | None = None


class NotChanged(UnexpectedState):
    """The service accepted a modification that left differences."""


def modify_all(
    client: Client,
    entries: t.Sequence[Entry],
    read: t.Callable[[Client], Listing],
    before_request: t.Callable[[], None] = lambda: None,
) -> list[KafkaError | None]:
    """Modify the things of *entries*, as many in a request as their kind takes, and return the error of each.

    *read* returns the things as they are now; it is called once after all requests.
    """
    if not entries:
        return []
    seen: list[Listing] = []
    writes = _write(client, entries, read, before_request, seen)
    unread: KafkaError | None = None
    if not seen and any(write.outcome is Outcome.DONE for write in writes):
        try:
            # Also if another entry has failed, what this one has become is read.
            seen = [read(client.stopping_at(None))]
        except KafkaError as error:
            unread = error
    return [
        _unread(entry, unread)
        if unread and write.outcome is Outcome.DONE
        else _compare(entry, write, seen[0])
        if write.lookup or write.outcome is Outcome.DONE
        else write.error
        for entry, write in zip(entries, writes)
    ]


def _write(
    client: Client,
    entries: t.Sequence[Entry],
    read: t.Callable[[Client], Listing],
    before_request: t.Callable[[], None],
    seen: list[Listing],
) -> list[Write]:
    """Send the requests and return the outcome of each entry; what a lookup has read is put into *seen*."""
    kind = entries[0].kind

    def send(client: Client, group: list[Entry]) -> list[t.Any]:
        before_request()
        return t.cast("t.Any", kind.modify)(client, group[0].parent_id, group) or [True] * len(group)

    def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
        seen[:] = [read(client)]
        return {index: _seen_modified(entries[index], seen[0]) for index in indexes}

    writes = write_all(
        client.until(entries[0].deadline.end),
        entries,
        send,
        look_up,
        "modified",
        batch=1 if kind.modifies_one else kind.batch,
        one_by_one=kind.one_by_one,
    )
    for entry, write in zip(entries, writes):
        if entry.plan.unseen and write.outcome is Outcome.UNKNOWN:
            entry.context.changed = True
    return writes


def _seen_modified(entry: Entry, listing: Listing) -> Seen:
    row = listing.by_id(entry.id)
    if row and entry.plan.unseen:
        unknown = f"It is unknown whether {entry.plan.unseen} was changed, which can't be read: run the task again."
        return Seen(False, hint=unknown)
    left = entry.kind.differences(entry.desired, row) if row else {}
    hint = f"A lookup after that found that it still differs: {describe(left)}." if row else "A lookup did not find it."
    return Seen(row is not None and not left, hint=hint)


def _compare(entry: Entry, write: Write, listing: Listing) -> KafkaError | None:
    """Record what the list shows of *entry*, and return its error."""
    row = listing.by_id(entry.id)
    if row is None:
        if listing.complete:
            entry.gone = True
            return UnexpectedState(f"the {entry.kind.thing} was deleted in the meantime")
        return write.error or WriteFailed(UnexpectedState("the list is not complete"), _UNREAD)
    before = entry.kind.differences(entry.desired, t.cast("Row", entry.row))
    entry.see(row, listed=True)
    left = entry.kind.differences(entry.desired, row)
    if isinstance(write.value, Accepted):
        if left:
            return _unfinished(entry, write.value.error)
        if write.value.error:
            entry.context.warn(f"Everything is as wanted, but the service may not have finished: {write.value.error}.")
    accepted = bool(entry.plan.unseen) and write.outcome is Outcome.DONE
    if left:
        entry.ends_as(entry.kind.shown(entry.desired, row), accepted)
    moved = [name for name in before if left.get(name) != before[name]] + [entry.plan.unseen] * accepted
    if moved:
        entry.did(f"modified {', '.join(moved)} of")
    if not left or (write.error and not isinstance(write.error, InPart)):
        return write.error
    if write.error:
        error = NotChanged(f"{write.error}, and it still differs: {describe(left)}", write.error.hint)
        error.payload = write.error.payload
        return error
    return NotChanged(f"the service accepted the request, but did not change everything: {describe(left)}")


def _unfinished(entry: Entry, error: KafkaError | None) -> KafkaError | None:
    _did_send(entry)
    if error:
        return WriteFailed(error, _UNFINISHED)
    entry.context.warn("The service accepted the modification and had not finished it when wait: false ended the task.")
    return None


def _did_send(entry: Entry) -> None:
    entry.context.did(f"sent a modification of the {entry.kind.thing}, which the service accepted{entry.with_id}")


def _unread(entry: Entry, error: KafkaError) -> KafkaError | None:
    if not entry.plan.writes:
        # It was as wanted before the request, because of another run.
        return None
    _did_send(entry)
    entry.ends_as(entry.plan.after)
    return WriteFailed(error, _UNREAD) if isinstance(error, RequestError) else error
