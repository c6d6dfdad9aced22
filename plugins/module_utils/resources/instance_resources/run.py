# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Users, topics, permissions, consumer groups and tasks of one instance in one run: all are read and planned before the first write.

A plan can look up whether a thing of another kind will exist after the run. If changing that thing fails, the plan is not carried out.
"""

from __future__ import annotations

import typing as t

from ...context import Diff
from ...reconcile.kind import Parent, Prune
from ...reconcile.plan import CREATE, WAIT_GONE, WAIT_READY
from ...reconcile.sets import Set, check_prune, ensure_sets, expect_plan, hash_of
from ...reconcile.writes import STOPPED, NotTried, stops_all
from ...rest.errors import UNKNOWN_URL, InvalidOption, KafkaError, ServiceError, UnexpectedState, action
from ...rest.redact import in_one_line
from ...rest.response import flag
from .. import connector
from ..consumer_group.protect import check_wait_for_empty
from ..sasl import expect_sasl
from .kinds import ENTRIES, OF_SASL, PERMISSIONS, PHASES, PLANNED, SINK_TASKS, TASKS, TOPICS, kind_of

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...reconcile.kind import Kind
    from ...rest.client import Client


def ensure(context: TaskContext) -> None:
    """Bring the things of an instance that the options describe to their states."""
    names = [name for name in ENTRIES if context.params[name] is not None]
    if not names:
        raise InvalidOption(f"one of {', '.join(ENTRIES)} must be set")
    expect_plan(context.params["expect_plan"])
    check_wait_for_empty(context.params)
    _Instance(context, names).ensure()


class _Instance:
    """The sets of one instance, by the options that have their entries."""

    def __init__(self, context: TaskContext, names: t.Sequence[str]) -> None:
        self.context = context
        self.choice = connector.choose_instance(context.params)
        context.will_exist = self.will_exist
        self.sets = {name: self._set(name) for name in names}
        self._read_prune()
        self._expect_no_double_tasks()
        self.parent: Parent | None = None
        self.absent: KafkaError | None = None
        self.planned: set[str] = set()

    def _set(self, name: str) -> Set:
        # What follows can need everything but tasks, so that is waited for in any case.
        waits = self.context.params["wait"] or name not in TASKS
        context = self.context.child({**self.context.params, "wait": waits})
        kind = kind_of(name, context)

        def resolve(_client: Client, _choice: t.Any) -> Parent:
            if self.absent:
                raise self.absent
            parent = t.cast("Parent", self.parent)
            return connector.connector_parent(parent) if name == SINK_TASKS else parent

        def can_prune(row: Row) -> bool:
            return kind.can_prune(row) and not self._has_other_entry(name, kind, row)

        def absence(error: KafkaError, choice: t.Any) -> str | None:
            return kind.absence(error, choice) or self._without_sasl(name, error)

        own = kind._replace(resolve=resolve, can_prune=can_prune, absence=absence)
        return Set(context, own, kind.noun)

    # --- options -----------------------------------------------------------------------------------------------------

    def _read_prune(self) -> None:
        for name, given in (self.context.params["prune"] or {}).items():
            if given is None:
                continue
            option = f"prune.{name}"
            if name not in self.sets:
                raise InvalidOption(
                    f"{option} needs {name}", f"Set {name}: [] to prune without an entry that is to be kept."
                )
            pattern, everything = given["pattern"], given.get("all")
            if (pattern is not None) == bool(everything):
                raise InvalidOption(
                    f"{option} needs either pattern or all: true" if "all" in given else f"{option} needs pattern"
                )
            prune = Prune(pattern, given["limit"], f"{option}.limit")
            self.sets[name].prune = check_prune(prune, f"{option}.pattern")

    def _expect_no_double_tasks(self) -> None:
        """Raise :class:`InvalidOption` if a task has entries for both APIs, which show the same tasks."""
        smart, sink = (self.sets[name].desired if name in self.sets else [] for name in TASKS)
        for each in smart:
            for key in {each.id, each.name} - {None}:
                if any(key in (other.id, other.name) for other in sink):
                    raise InvalidOption(f"task {key} is in {' and in '.join(TASKS)}", "Keep one of the two entries.")

    # --- what plans look up of other kinds -------------------------------------------------------------------------------

    def will_exist(self, things: str, name: tuple[str, ...], seen: bool) -> bool | None:
        """See :data:`context.WillExist`. A permission is named by its topic and its user."""
        if things not in self.planned:
            return None
        key, found = name[0], self.sets[things]
        entry = self._entry(things, key)
        if things == PERMISSIONS:
            policies = (entry.plan.after if entry.plan.writes else entry.row or {}).get("policies", {}) if entry else {}
            return name[1] in policies if entry else None
        if entry:
            return entry.desired.state != "absent" and bool(CREATE in entry.plan.steps or entry.row)
        listing = t.cast("t.Any", found.observed).listing
        if seen or listing.by_id(key) or listing.named(key):
            return True
        if things == TOPICS and self._creates_topics:
            return None
        # The service may have given the id to a thing that was created since.
        return False if found.kind.unique and listing.complete else None

    def _entry(self, things: str, key: str) -> Entry | None:
        entries = self.sets[things].entries if things in self.sets else []
        return next((entry for entry in entries if key in (entry.id, entry.name)), None)

    def _has_other_entry(self, name: str, kind: Kind, row: Row) -> bool:
        """Return whether a task belongs to the entries of the other API."""
        others = [self.sets[other] for other in TASKS if name in TASKS and other != name and other in self.sets]
        keys = {row[kind.id_key], row[kind.name_key]}
        for other in others:
            if keys & {key for each in other.desired for key in (each.id, each.name)}:
                return True
            if any(entry.id == row[kind.id_key] for entry in other.entries):
                return True
        return False

    # --- run ---------------------------------------------------------------------------------------------------------

    def ensure(self) -> None:
        """Plan everything, check it, and carry it out."""
        with action(f"bring {self.choice} to the wanted state"):
            self._read_instance()
            for name in PLANNED:
                if name in self.sets:
                    self._plan(name)
            self._expect_no_double_rows()
            changes = {name: each.changes for name, each in self.sets.items()}
            sets = [*self.sets.values()]
            ensure_sets(
                self.context, sets, hash_of([self._id, changes]), str(self.choice), self._report, self._carry_out
            )

    @property
    def _creates_topics(self) -> bool:
        """Whether clients, such as tasks, can create topics."""
        return bool(self.parent and self.parent.row and flag(self.parent.row.get("enable_auto_topic")))

    @property
    def _id(self) -> str:
        return self.parent.id if self.parent else self.choice.instance_id or ""

    def _read_instance(self) -> None:
        client = self.context.client
        try:
            parent = connector.resolve_instance(client, self.choice)
            self.parent = Parent(parent.id, connector.full_instance(client, parent), complete=True)
        except KafkaError as error:
            if not connector.absence(error, self.choice):
                raise
            self.absent = error
        if self._id:
            self.context.returned["instance_id"] = self._id

    def _plan(self, name: str) -> None:
        try:
            self.sets[name].plan()
        except ServiceError as error:
            if error.reason == UNKNOWN_URL:
                hint = f"If the region does not have this API, leave out {name}. Nothing was changed."
                error.hint = f"{error.hint or ''} {hint}".strip()
            if self._without_sasl(name, error):
                expect_sasl(t.cast("Row", t.cast("Parent", self.parent).row))
            raise
        self.planned.add(name)
        for entry in self.sets[name].entries if name == PERMISSIONS else ():
            topic = self._entry(TOPICS, entry.name)
            if topic and CREATE in topic.plan.steps:
                # They are those of a topic that no client uses yet.
                entry.plan = entry.plan._replace(warnings=())

    def _without_sasl(self, name: str, error: KafkaError) -> str | None:
        """Return why the instance has nothing of the kind *name*, which the service then refuses to list with *error*."""
        if name in OF_SASL and isinstance(error, ServiceError) and error.refuses_one and self.parent:
            try:
                expect_sasl(t.cast("Row", self.parent.row))
            except UnexpectedState as off:
                return f"{in_one_line(str(off))}."
        return None

    def _expect_no_double_rows(self) -> None:
        smart, sink = ([e for e in self.sets[name].entries if e.id] if name in self.sets else [] for name in TASKS)
        double = next((entry for entry in smart if entry.id in [other.id for other in sink]), None)
        if double:
            raise UnexpectedState(
                f"entries of {' and of '.join(TASKS)} select the same task {double.name} (task id {double.id})",
                "Keep one of the two entries.",
            )

    def _carry_out(self) -> None:
        runs = {name: run for name, each in self.sets.items() for run in [each.begin()] if run}
        left = [(name, deletes) for name, deletes in PHASES if name in runs]
        while left:
            name, deletes = left.pop(0)
            self._hold_back(self._left(name, deletes))
            runs[name].restart()
            if deletes:
                more = any(self._writing(*later) for later in left)
                runs[name].delete_unwanted(more)
                if more and not self._stopped:
                    # What another run is deleting can use what is deleted next.
                    runs[name].wait_until_gone(self._leaving(name))
            else:
                runs[name].change_and_create()

    @property
    def _stopped(self) -> bool:
        return any(stops_all(entry.error) for each in self.sets.values() for entry in each.entries)

    def _left(self, name: str, deletes: bool) -> list[Entry]:
        """Return the entries of a kind that are deleted, or those that are changed or waited for."""
        entries = [entry for entry in self.sets[name].entries if entry.plan.steps and not entry.error]
        return [entry for entry in entries if (entry.plan.action == "deleted") == deletes]

    def _writing(self, name: str, deletes: bool) -> list[Entry]:
        return [entry for entry in self._left(name, deletes) if entry.plan.writes or entry.plan.uncertain]

    def _leaving(self, name: str) -> list[Entry]:
        return [e for e in self._left(name, deletes=False) if WAIT_GONE in e.plan.steps and not e.plan.writes]

    def _hold_back(self, entries: t.Sequence[Entry]) -> None:
        """Record an error in those of *entries* that can't be tried any more."""
        for entry in entries:
            if self._stopped:
                waits_only = not (entry.plan.writes or entry.plan.uncertain)
                if not (waits_only and entry.row and WAIT_READY in entry.plan.steps and entry.settle(entry.row)):
                    entry.skip(STOPPED)
                continue
            needed = (self._entry(*need) for need in entry.needs)
            failed = next((each for each in needed if each and _is_unmet(each)), None)
            if failed:
                entry.skip(_why_unmet(failed), failed.error)

    def _report(self) -> None:
        """Record the results of all kinds in the context of the task."""
        context, before, after = self.context, {}, {}
        for name, each in self.sets.items():
            each.report()
            own = each.context
            context.returned.update(own.returned)
            context.changed = context.changed or own.changed
            context.done += own.done
            for warning in own.warnings:
                context.warn(warning)
            if own.diff.before:
                before[name] = own.diff.before
            if own.diff.after:
                after[name] = own.diff.after
        context.diff = Diff(before, after)


def _is_unmet(entry: Entry) -> bool:
    """Return whether what others need of *entry* failed: not if it exists as before, and only a change of it failed."""
    changes = entry.desired.state != "absent" and CREATE not in entry.plan.steps and entry.kind.delete is not None
    return bool(entry.error) and not (changes and not entry.gone)


def _why_unmet(entry: Entry) -> str:
    thing = f"{entry.kind.noun} {entry.name}"
    if isinstance(entry.error, NotTried):
        return f"{thing} was not tried"
    return f"it is unknown what happened to {thing}" if entry.unknown else f"{thing} failed"
