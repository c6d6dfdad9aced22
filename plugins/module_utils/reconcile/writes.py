# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Writes whose outcome can be unknown: a response was lost, or it does not say whether the write was done."""

from __future__ import annotations

import enum
import typing as t

from ..api.listing import Listing
from ..rest.concurrency import WIDTH, run_concurrently
from ..rest.errors import (
    CredentialsRejected,
    KafkaError,
    RequestError,
    ServiceError,
    Stopped,
    WriteFailed,
)
from ..rest.retry import backoff, is_retryable
from .plan import is_leaving

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..rest.client import Client

Item = t.TypeVar("Item")


class Seen(t.NamedTuple):
    """What a lookup shows of a write whose outcome is unknown: its *value* if it was *done*, else a *hint* for the user.

    Without *resend*, it is not sent again in any case.
    """

    done: bool
    value: t.Any = None
    hint: str = ""
    resend: bool = True


def list_after_deletion(read: t.Callable[[Client], Listing], client: Client) -> Listing:
    """Return the list that *read* returns, which is empty if the connector or its instance is gone."""
    try:
        return read(client)
    except ServiceError as error:
        if not error.missing:
            raise
        return Listing([], 0, "task_id", "task_name")


def delete_once(send: t.Callable[[], None], on_absent: t.Callable[[ServiceError], None] | None = None) -> bool:
    """Call *send*, which sends a deletion, and return whether this run made it.

    What is absent was deleted by an attempt of this run if one may have been processed, otherwise by another run. *on_absent*
    is called with the response then.
    """
    try:
        send()
    except ServiceError as error:
        if not error.missing:
            raise
        if on_absent:
            on_absent(error)
        return error.outcome_unknown
    return True


def seen_deleted(listing: Listing, task: Row) -> Seen:
    """Return what a lookup shows of a deletion of *task* whose response was lost: it is done once it has begun."""
    now, left = listing.by_id(task["task_id"]), what_is_left(listing, task["task_id"])
    begun = now is not None and is_leaving(now) and not is_leaving(task)
    hint = f"It is unknown whether it was deleted (a lookup after that found: {left}): run the task again."
    return Seen(begun or left is None, True, hint)


def what_is_left(listing: Listing, task_id: str) -> str | None:
    """Return what *listing* shows of a task that is deleted, ``None`` if it is gone."""
    task = listing.by_id(task_id)
    if task:
        return f"status {task.get('status')}"
    return None if listing.complete else f"a list of {len(listing.rows)} of {listing.total_number} tasks"


class Outcome(enum.Enum):
    """The outcome of a write."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


STOPPED = "another task failed with an error that stops the set"


class NotTried(KafkaError):
    """Nothing was sent for this item, because of *reason*, which *cause* may have led to."""

    def __init__(self, reason: str = STOPPED, cause: KafkaError | None = None) -> None:
        super().__init__(f"it was not tried, because {reason}", cause.hint if cause else None)
        self.reason = reason
        self._cause = cause

    @property
    def payload(self) -> dict[str, t.Any] | None:
        return self._cause.payload if self._cause else None


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
    send: t.Callable[[Client, Item], t.Any],
    look_up: t.Callable[[Client, list[int]], dict[int, Seen]],
    verb: str,
    *,
    resend: bool = False,
    lookup_seconds: float = 0.0,
) -> list[Write]:
    """Write each of *items*, a few at a time, and return their outcomes in order.

    *send* sends the request of one item. If outcomes are unknown, *look_up* is called with the indexes of these items, once and
    then for *lookup_seconds* until it shows them as done. With *resend*, those that it does not show as done are sent again, as
    often as requests are retried; without it, they stay unknown. *verb* is what is done ("created"). A failure of one item does
    not stop the others.
    """
    writes: dict[int, Write] = {}
    pending = list(range(len(items)))
    retries = client.connection.settings.max_retries
    in_doubt: set[int] = set()
    for attempt in range(1, retries + 2):
        results = run_concurrently(
            client, lambda client, index: _attempt(client, send, items[index]), pending, width=WIDTH
        )
        failures: dict[int, RequestError] = {}
        for index, result in zip(pending, results):
            if not isinstance(result, KafkaError):
                writes[index] = Write(Outcome.DONE, result)
            elif isinstance(result, RequestError) and (result.outcome_unknown or index in in_doubt):
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


def _attempt(client: Client, send: t.Callable[[Client, Item], t.Any], item: Item) -> t.Any:
    """Return the value or the error of sending *item*, or :class:`NotTried`."""
    try:
        return send(client, item)
    except KafkaError as error:
        if stops_all(error):
            client.stop_others()
        return error
    except Stopped:
        return NotTried()


def stops_all(error: KafkaError | None) -> bool:
    """Return whether every further request would fail like *error*: rejected credentials, or a rate limit that does not end."""
    if isinstance(error, WriteFailed):
        error = error.cause
    if isinstance(error, ServiceError):
        return error.status == 401 or error.throttled
    return isinstance(error, CredentialsRejected)


def _can_resend(error: RequestError, write: Write) -> bool:
    return write.lookup and not write.found and error.maybe_processed and is_retryable(error, repeatable=True)


def _resolve(
    client: Client,
    failures: dict[int, RequestError],
    look_up: t.Callable[[Client, list[int]], dict[int, Seen]],
    verb: str,
    attempt: int,
    lookup_seconds: float,
) -> dict[int, Write]:
    """Return what the lookup shows of writes whose outcome is unknown. It is also made if the client was stopped."""
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
                index: Write(Outcome.UNKNOWN, error=WriteFailed(error, hint, lookup), cause=error)
                for index, error in failures.items()
            }
        if waited >= lookup_seconds or client.expired or all(seen[index].done for index in failures):
            break
    return {
        index: Write(Outcome.DONE, seen[index].value, found=True, lookup=True)
        if seen[index].done
        else Write(Outcome.UNKNOWN, lookup=seen[index].resend, error=WriteFailed(error, seen[index].hint), cause=error)
        for index, error in failures.items()
    }
