# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Observe, plan, check, and then write or predict: for one thing, which is a set of one, and for the entries of a set."""

from __future__ import annotations

import typing as t

from ..api.listing import Listing
from ..context import Diff
from ..rest.errors import KafkaError, ServiceError, action
from .entry import Entry, text_of
from .kind import Parent
from .plan import DELETE, WAIT_GONE, WAIT_READY, Plan, match, plan_of
from .wait import Deadline

if t.TYPE_CHECKING:
    from ..context import TaskContext
    from ..rest.client import Client
    from .kind import Kind
    from .plan import Desired
    from .run import Run


class Observed(t.NamedTuple):
    """What a run begins with: the parent that was chosen (*where* names it) and found, and its list.

    *deadline* is the end of ``wait_timeout`` for all entries.
    """

    kind: Kind
    choice: t.Any
    where: str
    parent: Parent
    listing: Listing
    deadline: Deadline


def ensure_one(context: TaskContext, kind: Kind) -> Entry:
    """Bring the thing that the options select to its state, and return its entry."""
    choice = kind.choose(context.params)
    desired = kind.read_options(context.params)
    text = text_of(kind, desired, str(choice))
    with action(f"{kind.verbs[desired.state]} {text}"):
        observed = observe(context, kind, choice, [desired], text)
        (entry,) = make_entries(observed, [(context, desired)])
        plan(context.client, [entry])
        try:
            if not entry.error:
                preflight(context, observed, [entry])
            if not entry.error:
                carry_out(context, observed, [entry])
        finally:
            if context.changed:
                context.diff = Diff(dict(entry.plan.before), dict(entry.plan.after))
        if entry.error:
            raise entry.error  # pylint: disable=raising-bad-type
        return entry


def observe(context: TaskContext, kind: Kind, choice: t.Any, desired: t.Sequence[Desired], text: str) -> Observed:
    """Return the parent and its list.

    If nothing but absence is desired, and the parent is absent, the list is empty, with a warning that *text* is absent, too.
    """
    client, where, parent = context.client, str(choice), Parent("")
    try:
        parent = kind.resolve(client, choice)
        with action(f"list the {kind.noun}s of {where}"):
            listing = kind.read_list(client, parent.id)
    except KafkaError as error:
        if any(each.state != "absent" for each in desired):
            raise
        absent = kind.absence(error, choice)
        if absent:
            context.warn(f"{absent} Therefore {text} is absent.")
        elif not (isinstance(error, ServiceError) and error.missing == kind.thing):
            raise
        listing = Listing([], 0, kind.id_key, kind.name_key)
    return Observed(kind, choice, where, parent, listing, Deadline(client, context.params["wait_timeout"]))


def make_entries(observed: Observed, desired: t.Sequence[tuple[TaskContext, Desired]]) -> list[Entry]:
    """Return an entry for each of *desired*, with the row that it selects. Raises :class:`UnexpectedState`."""
    kind = observed.kind
    rows = [match(each, observed.listing, kind.noun, kind.thing) for _context, each in desired]
    return [Entry(context, observed, each, row) for (context, each), row in zip(desired, rows)]


def plan(client: Client, entries: t.Sequence[Entry]) -> None:
    """Read the details that the list does not have, and plan each of *entries*, whose error it records."""

    def show(client: Client, entry: Entry) -> None:
        entry.row = entry.fetch(client, entry.id)
        if entry.row:
            entry.returns(entry.row)

    incomplete = [e for e in entries if e.row and e.desired.state != "absent" and not e.kind.lists_all]
    if incomplete:
        from ..rest.concurrency import run_concurrently  # imported only if it is needed

        run_concurrently(client, show, incomplete)
    for entry in entries:
        try:
            entry.plan = plan_of(entry.kind, entry.desired, entry.row)
        except KafkaError as error:
            entry.trying = "change" if entry.row and entry.desired.state == "present" else ""
            entry.fail(error)


def preflight(context: TaskContext, observed: Observed, entries: list[Entry]) -> None:
    """Raise :class:`UnexpectedState` if what all *entries* together change would be refused. Nothing was written then."""
    for entry in entries:
        if entry.plan.uncertain and not context.params["wait"]:
            entry.plan = Plan(warnings=(f"{entry.plan.uncertain}, and wait is false, so nothing is done.",))
        for warning in entry.plan.warnings:
            entry.context.warn(warning)
    # A plan that is not certain yet can turn out to be a recreation.
    writing = [e for e in entries if e.plan.writes or (e.plan.uncertain and e.desired.recreate)]
    if writing:
        observed.kind.preflight(context, observed.parent, writing)
        observed.kind.check(context, writing, observed.listing, len(entries) == 1)


def carry_out(context: TaskContext, observed: Observed, entries: list[Entry]) -> None:
    """Carry out the plans of *entries*, or predict the outcome in check mode. Errors are recorded in the entries."""
    run = begin(context, observed, entries)
    if run:
        run.carry_out()


def begin(context: TaskContext, observed: Observed, entries: list[Entry]) -> Run | None:
    """Return what carries out the plans of *entries*; ``None`` if nothing is left to do, and in check mode, which predicts it."""
    waits = context.params["wait"]
    if context.check_mode:
        for entry in entries:
            _predict(entry, waits)
        return None
    left = [entry for entry in entries if not _settle(entry, waits)]
    if not left:
        return None
    from .run import Run  # imported only if it is needed

    return Run(context, observed, entries)


def _predict(entry: Entry, waits: bool) -> None:
    plan = entry.plan
    if plan.uncertain:
        entry.context.warn(f"{plan.uncertain}: the run waits for that and then decides.")
    if plan.body:
        entry.returns(plan.body)
    if WAIT_GONE in plan.steps and DELETE not in plan.steps and (waits or plan.writes):
        entry.context.warn(f"{entry.state}: the run waits until it is gone.")
    elif not _settle(entry, waits) and plan.steps == (WAIT_READY,) and not plan.uncertain:
        entry.context.warn(f"{entry.state}: the run waits until it is {entry.kind.ready(entry.desired)}.")
    entry.context.changed = plan.writes and not entry.error


def _settle(entry: Entry, waits: bool) -> bool:
    """Record what the row shows of an *entry* that needs no change, and return whether nothing is left to do."""
    if not entry.row or entry.plan.uncertain or entry.plan.steps != (WAIT_READY,):
        return not entry.plan.steps
    progress = entry.progress(entry.row)
    if waits or progress.error:
        return entry.settle(entry.row)
    if not (progress.over or progress.warning):
        entry.context.warn(f"{entry.state}, and wait is false, so nothing is waited for.")
    return True
