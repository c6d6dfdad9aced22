# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Writes whose outcome can be unknown: a response was lost, or it does not say whether the write was done."""

from __future__ import annotations

import enum
import typing as t

from ..api.listing import Listing
from ..rest.errors import (
    CredentialsRejected,
    KafkaError,
    RequestError,
    ServiceError,
    Stopped,
    WriteFailed,
)

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..rest.client import Client
    from .kind import Kind

Item = t.TypeVar("Item")


class Seen(t.NamedTuple):
    """What a lookup shows of a write whose outcome is unknown: its *value* if it was *done*, else a *hint* for the user.

    Without *resend*, it is not sent again in any case.
    """

    done: bool
    value: t.Any = None
    hint: str = ""
    resend: bool = True


class Outcome(enum.Enum):
    """The outcome of a write."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


STOPPED = "an earlier error stopped the set"


class NotTried(KafkaError):
    """Nothing was sent for this item, because of *reason*, which *cause* may have led to."""

    def __init__(self, reason: str = STOPPED, cause: KafkaError | None = None) -> None:
        super().__init__(f"it was not tried, because {reason}", cause.hint if cause else None)
        self.reason = reason
        self.payload = cause.payload if cause else None


class InPart(KafkaError):
    """The service accepted a request for several things, and reported that this one was not done."""

    maybe_processed = maybe_pending = False

    @classmethod
    def of(cls, error: ServiceError) -> InPart:
        """Return *error*, a refusal of one thing, as something to believe after a lookup only."""
        part = cls(str(error), error.hint)
        part.payload = error.payload
        return part


class Write(t.NamedTuple):
    """The outcome of one write.

    *value* is what sending it returned, or with *found* what the lookup after a lost response found. *error* is why it was not
    done, or why that is unknown, and *cause* the failed request. *lookup* is true if a lookup followed.
    """

    outcome: Outcome
    value: t.Any = None
    found: bool = False
    lookup: bool = False
    error: KafkaError | None = None
    cause: KafkaError | None = None

    def result(self) -> t.Any:
        """Return the value of a write that was done; raise its error otherwise."""
        if self.error:
            raise self.error  # pylint: disable=raising-bad-type
        return self.value


def write_all(
    client: Client,
    items: t.Sequence[Item],
    send: t.Callable[[Client, list[Item]], list[t.Any]],
    look_up: t.Callable[[Client, list[int]], dict[int, Seen]],
    verb: str,
    *,
    batch: int = 1,
    one_by_one: bool = False,
    resend: bool = False,
    lookup_seconds: float = 0.0,
) -> list[Write]:
    """Write each of *items*, a few requests at a time or *one_by_one*, and return their outcomes in order.

    *send* sends the request of up to *batch* items and returns the value of each, or :class:`InPart` for those that the service
    reports as not done: this is believed after a lookup only. If outcomes are unknown, *look_up* is called with the indexes of
    these items, once and then for *lookup_seconds* until it shows them as done. With *resend*, those that it does not show as done
    are sent again, as often as requests are retried; without it, they stay unknown. *verb* is what is done ("created"). A failure
    of one item does not stop the others.
    """
    writes: dict[int, Write] = {}
    pending = list(range(len(items)))
    retries = client.connection.settings.max_retries
    in_doubt: set[int] = set()
    for attempt in range(1, retries + 2):
        failures: dict[int, RequestError | InPart] = {}
        for index, result in _send_all(client, items, send, pending, batch, one_by_one).items():
            if not isinstance(result, KafkaError):
                writes[index] = Write(Outcome.DONE, result)
            elif isinstance(result, InPart) or (
                isinstance(result, RequestError) and (result.outcome_unknown or index in in_doubt)
            ):
                failures[index] = result
            elif not (isinstance(result, (NotTried, CredentialsRejected)) and index in in_doubt):
                writes[index] = Write(Outcome.REFUSED, error=result, cause=result)
        if not failures:
            break
        in_doubt.update(failures)
        writes.update(_resolve(client, failures, look_up, verb, attempt, lookup_seconds))
        pending = [index for index, error in failures.items() if resend and _can_resend(error, writes[index])]
        if not pending or client.expired:
            break
    return [writes[index] for index in range(len(items))]


def _send_all(
    client: Client,
    items: t.Sequence[Item],
    send: t.Callable[[Client, list[Item]], list[t.Any]],
    pending: list[int],
    batch: int,
    one_by_one: bool,
) -> dict[int, t.Any]:
    """Return the value or the error of each of the *pending* items, by index."""

    def attempt(client: Client, indexes: list[int]) -> t.Any:
        try:
            return send(client, [items[index] for index in indexes])
        except KafkaError as error:
            if stops_all(error):
                client.stop_others()
            return error
        except Stopped:
            return NotTried()

    groups = [pending[start:][:batch] for start in range(0, len(pending), batch)]
    found: dict[int, t.Any] = {}
    alone: list[int] = []
    if len(groups) > 1:
        from ..rest.concurrency import WIDTH, run_concurrently  # imported only if it is needed

        outcomes = run_concurrently(client, attempt, groups, 1 if one_by_one else WIDTH)
    else:
        outcomes = [attempt(client, group) for group in groups]
    for indexes, result in zip(groups, outcomes):
        results = [result] * len(indexes) if isinstance(result, KafkaError) else result
        for index in indexes:
            found[index] = InPart("the service did not return what happened to it")
        found.update(zip(indexes, results))
        if len(indexes) > 1 and isinstance(result, ServiceError) and result.refuses_one:
            alone += indexes
    if alone and not any(stops_all(result) for result in found.values()):
        # One item can be why all of a request were refused.
        found.update(_send_all(client, items, send, alone, 1, one_by_one))
    return found


def stops_all(error: KafkaError | None) -> bool:
    """Return whether every further request would fail like *error*: rejected credentials, or a rate limit that does not end."""
    if isinstance(error, WriteFailed):
        error = error.cause
    if isinstance(error, ServiceError):
        return error.status == 401 or error.throttled
    return isinstance(error, CredentialsRejected)


def _can_resend(error: RequestError | InPart, write: Write) -> bool:
    from ..rest.retry import is_retryable  # imported only if it is needed

    return write.lookup and not write.found and error.maybe_processed and is_retryable(error, repeatable=True)


def _resolve(
    client: Client,
    failures: dict[int, RequestError | InPart],
    look_up: t.Callable[[Client, list[int]], dict[int, Seen]],
    verb: str,
    attempt: int,
    lookup_seconds: float,
) -> dict[int, Write]:
    """Return what the lookup shows of writes whose outcome is unknown. It is also made if the client was stopped."""
    from ..rest.retry import backoff  # imported only if it is needed

    client = client.stopping_at(None)
    # The service may still be processing a request: wait as long as a request may take.
    if any(error.maybe_pending for error in failures.values()):
        lookup_seconds = max(lookup_seconds, client.connection.settings.timeout)
    waited = 0.0
    while True:
        delay = backoff(attempt, client.connection.clock.random, next(iter(failures.values())))
        client.sleep(delay)
        waited += delay
        attempt += 1
        try:
            seen = look_up(client, list(failures))
        except KafkaError as lookup:
            hint = f"It is unknown whether it was {verb}, because the lookup failed ({lookup}): run the task again."
            return {
                index: Write(Outcome.UNKNOWN, error=WriteFailed(error, hint), cause=error)
                for index, error in failures.items()
            }
        if waited >= lookup_seconds or client.expired or all(seen[index].done for index in failures):
            break
    return {index: _resolved(error, seen[index]) for index, error in failures.items()}


def _resolved(error: RequestError | InPart, seen: Seen) -> Write:
    if seen.done:
        return Write(Outcome.DONE, seen.value, found=True, lookup=True)
    if isinstance(error, InPart):
        return Write(Outcome.REFUSED, lookup=True, error=error, cause=error)
    return Write(Outcome.UNKNOWN, lookup=seen.resend, error=WriteFailed(error, seen.hint), cause=error)


# --- deletions -------------------------------------------------------------------------------------------------------


def delete_all(
    client: Client,
    kind: Kind,
    parent_id: str,
    rows: list[Row],
    read: t.Callable[[Client], Listing],
    on_absent: t.Callable[[list[Row], ServiceError], None] | None = None,
    before: t.Callable[[], None] | None = None,
) -> list[Write]:
    """Delete *rows* and return the outcome of each; its value is whether this run deleted it.

    What is absent was deleted by an attempt of this run if one may have been processed, otherwise by another run. *on_absent* is
    called with the response then, and *before* before each request. *read* returns the list, for a lookup.
    """
    refused: set[str] = set()
    together: dict[str, list[str]] = {}

    def send(client: Client, group: list[Row]) -> list[t.Any]:
        if before:
            before()
        try:
            return t.cast("t.Any", kind.delete)(client, parent_id, group) or [True] * len(group)
        except ServiceError as error:
            ids = [row[kind.id_key] for row in group]
            if kind.may_be_absent(error) and len(group) > 1:
                together.update(dict.fromkeys(ids, ids))
            elif kind.may_be_absent(error):
                refused.update(ids)
                return [InPart.of(error)]
            if not error.missing:
                raise
            if error.missing == kind.thing and len(group) > 1:
                # The response does not say which one is absent.
                return [InPart(str(error), error.hint)] * len(group)
            if on_absent:
                on_absent(group, error)
            return [error.outcome_unknown] * len(group)

    def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
        listing = read(client)
        gone = {row_id for row_id in refused if listing.by_id(row_id) is None}

        def ours(row_id: str) -> bool:
            # Of several that were refused together and are gone, one was absent. The service may have deleted the others.
            return row_id not in refused or len(gone.intersection(together.get(row_id, ()))) > 1

        seen = {index: _seen_deleted(kind, listing, rows[index]) for index in indexes}
        return {index: seen[index]._replace(value=ours(rows[index][kind.id_key])) for index in indexes}

    return write_all(client, rows, send, look_up, "deleted", batch=kind.batch)


def list_after_deletion(kind: Kind, client: Client, parent_id: str) -> Listing:
    """Return the list, which is empty if its parent is gone."""
    try:
        return kind.read_list(client, parent_id)
    except ServiceError as error:
        if not error.missing:
            raise
        return Listing([], 0, kind.id_key, kind.name_key)


def _seen_deleted(kind: Kind, listing: Listing, row: Row) -> Seen:
    """Return what *listing* shows of a deletion of *row* whose response was lost: it is done once it has begun."""
    row_id = row[kind.id_key]
    now, left = listing.by_id(row_id), what_is_left(kind, listing, row_id)
    begun = now is not None and kind.is_leaving(now) and not kind.is_leaving(row)
    hint = f"It is unknown whether it was deleted (a lookup after that found: {left}): run the task again."
    return Seen(begun or left is None, True, hint)


def what_is_left(kind: Kind, listing: Listing, row_id: str) -> str | None:
    """Return what *listing* shows of a thing that is deleted, ``None`` if it is gone."""
    row = listing.by_id(row_id)
    if row:
        return f"status {row['status']}" if row.get("status") else "still listed"
    return None if listing.complete else f"a list of {len(listing.rows)} of {listing.total_number} {kind.thing}s"
