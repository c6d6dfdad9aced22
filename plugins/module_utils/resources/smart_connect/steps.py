# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The steps that only Smart Connect tasks have: settle, modify, pause, resume, start, restart."""

from __future__ import annotations

import contextlib
import typing as t

from ...api import smart_connect
from ...reconcile.kind import Progress
from ...reconcile.modify import NotChanged, modify_all
from ...reconcile.plan import MODIFY
from ...reconcile.writes import Outcome, Seen, Write, write_all
from ...rest.errors import (
    MODIFY_REFUSED,
    STATUS_REFUSED,
    UNKNOWN_URL,
    RequestError,
    ServiceError,
    action,
)
from .plan import PAUSE, PAUSED, RESTART, RESUME, RUNNING, START, plan

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.entry import Entry
    from ...reconcile.plan import Plan
    from ...rest.client import Client
    from ...rest.operation import Operation

# For some seconds after a restart, the service can still show the RUNNING of the run before it.
_RESTART_SECONDS = 10.0


# --- modify ----------------------------------------------------------------------------------------------------------


def _modify(client: Client, entry: Entry) -> Plan | None:
    """Modify the task in place, and plan a recreation if the service does not do that."""
    (error,) = modify_all(client, [entry], entry.read_alone)
    if error is None:
        return None
    error.action = error.action or f"modify {entry.label}"
    refused = isinstance(error, ServiceError) and error.reason in (MODIFY_REFUSED, UNKNOWN_URL)
    if not (refused or isinstance(error, NotChanged)):
        raise error
    entry.sent = not refused
    if not entry.desired.recreate:
        error.hint = f"{error.hint or ''} recreate: true deletes the task and creates it again.".strip()
        raise error
    entry.context.warn(f"The service did not make all changes in place: {error}.")
    again = plan(entry.desired._replace(modify=False), entry.read(client))
    return again._replace(before=entry.plan.before)


# --- actions ---------------------------------------------------------------------------------------------------------


def _act(
    client: Client, entry: Entry, operation: Operation, verb: str, done: str, shows: tuple[str, ...], once: bool = False
) -> Write:
    """Call *operation*, which is to *verb* the task; one of the statuses in *shows* is that it was *done*.

    After a lost response it is sent again if the status shows that it was not done, but not if it must be sent *once*.
    """

    def send(client: Client, operations: list[Operation]) -> list[None]:
        smart_connect.act(client, operations[0], entry.parent_id, entry.id)
        return [None]

    def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
        now = entry.read(client)["status"]
        hint = f"It is unknown whether it was {done} (a lookup after that found the status {now})."
        return {index: Seen(now in shows, hint=hint) for index in indexes}

    with action(f"{verb} {entry.label}"):
        (write,) = write_all(
            client.until(entry.deadline.end),
            [operation],
            send,
            look_up,
            done,
            resend=not once,
            # The status can show a restart with a delay.
            lookup_seconds=_RESTART_SECONDS if once else 0.0,
        )
        if once and write.outcome is Outcome.UNKNOWN:
            entry.context.changed = True
        refused = isinstance(write.cause, ServiceError) and write.cause.reason == STATUS_REFUSED
        if refused and verb != "restart":
            # Another run, or an earlier request of this one, can have done it. If that can't be read, the refusal is the error.
            with contextlib.suppress(RequestError):
                task = entry.read(client)
                if task["status"] in shows or entry.kind.progress(entry.desired, task) == Progress(True):
                    return write
        if write.outcome is Outcome.REFUSED:
            entry.ends_as(entry.plan.after)
        write.result()
    entry.did(done)
    entry.stale = True
    return write


def _pause(client: Client, entry: Entry) -> None:
    _act(client, entry, smart_connect.PAUSE, "pause", "paused", (PAUSED,))


def _resume(client: Client, entry: Entry) -> None:
    _act(client, entry, smart_connect.RESUME, "resume", "resumed", (RUNNING, "RESTARTING"))


def _start(client: Client, entry: Entry) -> None:
    # A second request would reset the progress again.
    _act(client, entry, smart_connect.RESTART, "start", "started", (RUNNING, "RESTARTING"), once=True)


def _restart(client: Client, entry: Entry) -> None:
    was_running = t.cast("Row", entry.row)["status"] == RUNNING
    write = _act(client, entry, smart_connect.RESTART, "restart", "restarted", ("RESTARTING",), once=True)
    if was_running and not write.found:
        entry.progress = _Restart(client, entry).progress


class _Restart:
    """A restart of a running task, whose RUNNING counts after its RESTARTING was seen, or after some seconds."""

    def __init__(self, client: Client, entry: Entry) -> None:
        self._client = client
        self._entry = entry
        self._sent_at = client.now()
        self._seen = False

    def progress(self, task: Row) -> Progress:
        self._seen = self._seen or task["status"] == "RESTARTING"
        begun = self._seen or self._client.now() - self._sent_at >= _RESTART_SECONDS
        if task["status"] == RUNNING and not begun:
            return Progress(False)
        return self._entry.kind.progress(self._entry.desired, task)


STEPS = {MODIFY: _modify, PAUSE: _pause, RESUME: _resume, START: _start, RESTART: _restart}
