# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Changes of things that exist, and the waits for their statuses."""

from __future__ import annotations

import typing as t

from ..rest.concurrency import run_concurrently
from ..rest.errors import KafkaError, Stopped, UnexpectedState, WriteFailed
from .plan import CREATE, DELETE, MODIFY, plan_of
from .writes import STOPPED, stops_all

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..rest.client import Client
    from .entry import Entry
    from .run import Run


def change(run: Run, entries: list[Entry]) -> None:
    """Carry out the steps of the kind. The wait for their result is that of the whole run."""
    if run.kind.modify and MODIFY not in run.kind.steps:
        from .modify import modify_all  # imported only if it is needed

        sendable = run.sendable(entries)
        run.wrote = run.wrote or bool(sendable)
        for entry, error in zip(sendable, modify_all(run.client, sendable, run.read_list, run.check_time)):
            entry.trying = "modify"
            run.fail(entry, error, isinstance(error, WriteFailed))
        return

    def take(client: Client, entry: Entry) -> None:
        if run.expired:
            entry.skip(run.time_is_over)
            return
        try:
            _take_steps(run, client, entry)
        except KafkaError as error:
            run.fail(entry, error, isinstance(error, WriteFailed))
            if stops_all(error):
                client.stop_others()
        except Stopped:
            entry.skip(STOPPED)
        run.wrote = run.wrote or entry.context.changed or entry.sent

    run_concurrently(run.client, take, run.sendable(entries))


def _take_steps(run: Run, client: Client, entry: Entry) -> None:
    for step in entry.plan.steps:
        if step in (DELETE, CREATE):
            return
        plan = run.kind.steps[step](client, entry) if step in run.kind.steps else None
        if plan is not None:
            entry.replan(plan)
            _take_steps(run, client, entry)
            return


def settle(run: Run, entries: list[Entry]) -> None:
    """Wait until the plans of *entries* do not depend on their statuses any more, and plan them again."""

    def look(row: Row, entry: Entry) -> bool:
        try:
            if run.kind.is_leaving(row):
                # What creates it again was neither predicted nor checked.
                raise UnexpectedState(f"the {run.kind.thing} was deleted in the meantime")
            plan = plan_of(run.kind, entry.desired, row)
        except KafkaError as error:
            entry.fail(error)
            return True
        if not plan.uncertain:
            entry.replan(plan)
        return not plan.uncertain

    def expected(entry: Entry) -> str:
        return f"the {run.kind.thing} not to be {(entry.row or {}).get('status')}"

    _watch(run, entries, look, expected)


def wait_until_ready(run: Run, entries: list[Entry]) -> None:
    """Poll until *entries* are as desired; those that are already, as they were last read, need no request."""

    def expected(entry: Entry) -> str:
        return f"the {run.kind.thing} to be {run.kind.ready(entry.desired)}"

    waiting = [entry for entry in entries if entry.stale or not (entry.row and entry.settle(entry.row))]
    _watch(run, waiting, lambda row, entry: entry.settle(row), expected)


def _watch(
    run: Run, entries: list[Entry], look: t.Callable[[Row, Entry], bool], expected: t.Callable[[Entry], str]
) -> None:
    """Read *entries* until *look* returns true for each row."""

    def poll(listing: Listing, entry: Entry) -> str | None:
        row = listing.by_id(entry.id)
        if row is None:
            if entry.row is None:
                return "not there yet"
            if not listing.complete:
                return "not listed"
            entry.fail(UnexpectedState(f"the {run.kind.thing} was deleted in the meantime"))
            return None
        entry.see(row, listed=not run.alone)
        return None if look(row, entry) else f"status {row.get('status')}"

    for entry in entries:
        entry.trying = "wait for"
    run.poll(entries, run.read, poll, expected, run.fail)
