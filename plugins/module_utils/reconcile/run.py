# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Carries out the plans of a run: deletions, changes, creations, recreations, and one wait for all."""

from __future__ import annotations

import contextlib
import typing as t

from ..api.listing import Listing
from ..rest.concurrency import run_concurrently
from ..rest.errors import (
    CredentialsRejected,
    KafkaError,
    RequestError,
    ServiceError,
    Stopped,
    UnexpectedState,
    WaitTimeout,
    WriteFailed,
    action,
)
from ..rest.response import number
from .entry import incomplete
from .fields import describe
from .plan import CREATE, DELETE, WAIT_GONE, WAIT_READY
from .wait import timed_out, wait
from .writes import (
    STOPPED,
    NotTried,
    Outcome,
    Seen,
    delete_all,
    list_after_deletion,
    stops_all,
    what_is_left,
    write_all,
)

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..context import TaskContext
    from ..rest.client import Client
    from .ensure import Observed
    from .entry import Entry
    from .kind import Kind
    from .writes import Write


class Run:
    """Carries out the plans of *entries*, which have one deadline, and records what happened in them."""

    def __init__(self, context: TaskContext, observed: Observed, entries: list[Entry]) -> None:
        self.kind = observed.kind
        self.observed = observed
        self.entries = entries
        self.client = context.client
        self.deadline = observed.deadline
        self.waits: bool = context.params["wait"]
        # A single thing is polled by reading it, several by their list.
        self.alone = len(entries) == 1
        self.shown = observed.listing
        self.known = {row[self.kind.id_key] for row in observed.listing.rows}
        self.wrote = self.timed_out = False
        # Why nothing more is sent, or nothing more is recreated.
        self.list_error: KafkaError | None = None
        self.failed_recreation = ""

    def carry_out(self) -> None:
        """Carry out the plans."""
        names = ("deleted", "created", "recreated", "changed", "unchanged")
        groups: dict[str, list[Entry]] = {name: [] for name in names}
        for entry in self.entries:
            steps = [step for step in entry.plan.steps if step in self.kind.steps]
            groups["changed" if steps else entry.plan.action].append(entry)
        deleted, created, recreated, changed, unchanged = groups.values()
        if deleted:
            self._delete(deleted)
        # Another run is deleting these: what is created in their place has the same name.
        leaving = [entry for entry in (*created, *unchanged) if WAIT_GONE in entry.plan.steps]
        if self.waits or changed or created or recreated:
            self._wait_until_gone([*deleted, *leaving])
        for entry in created:
            if entry.error:
                reason = f"the existing {self.kind.thing} of this name must be gone first: {entry.error}"
                entry.error = NotTried(reason, entry.error)
        if changed:
            self._change(changed)
        if created:
            self._create([entry for entry in created if not entry.error])
        # A change that the service refuses, and a status that has settled, can end as a recreation.
        recreated += [entry for entry in changed if CREATE in entry.plan.steps and not entry.error]
        for entry in recreated:
            self._recreate(entry)
        if self.waits:
            self._wait_until_ready(self.entries)
        elif self.alone and not self.kind.lists_all and self.entries[0].created:
            self._read_created(self.entries[0])

    # --- what stops further requests ---------------------------------------------------------------------------------

    def _sendable(self, entries: list[Entry]) -> list[Entry]:
        """Return *entries*, or none after a failure that stops the set, after a failed list, and after the deadline."""
        reason = ""
        if any(stops_all(entry.error) for entry in self.entries if entry.error):
            reason = STOPPED
        elif self.list_error:
            reason = self._unlisted
        elif self.failed_recreation:
            reason = f"the recreation of {self.failed_recreation} failed, and this one would end like it"
        elif self._expired:
            reason = self._time_is_over
        for entry in entries if reason else ():
            entry.skip(reason)
        return [] if reason else entries

    def _check_time(self) -> None:
        if self._expired:
            raise NotTried(self._time_is_over)

    @property
    def _expired(self) -> bool:
        # With a wait_timeout of 0, everything that does not have to wait is still sent.
        return self.timed_out or (self.wrote and self.deadline.seconds > 0 and self.deadline.left <= 0)

    @property
    def _time_is_over(self) -> str:
        return f"the {self.deadline.seconds:g} seconds of wait_timeout are over"

    @property
    def _unlisted(self) -> str:
        return f"the {self.kind.thing}s can't be listed ({self.list_error})"

    def _fail(self, entry: Entry, error: KafkaError | None, unknown: bool = False) -> None:
        """Record *error*. Of several entries, only the first one that was sent shows why the credentials were rejected."""
        if isinstance(error, CredentialsRejected) and not unknown and not self.alone:
            entry.skip(STOPPED)
        else:
            entry.fail(error, unknown)

    # --- read --------------------------------------------------------------------------------------------------------

    def _list(self, client: Client, after_deletion: bool = False) -> Listing:
        """Return the list. If it can't be read, nothing more is sent."""
        parent_id = self.observed.parent.id
        try:
            with action(f"list the {self.kind.noun}s of {self.observed.where}"):
                if after_deletion:
                    return list_after_deletion(self.kind, client, parent_id)
                return self.kind.read_list(client, parent_id)
        except KafkaError as error:
            self.list_error = error
            raise

    def _list_after_deletion(self, client: Client) -> Listing:
        self.shown = self._list(client, after_deletion=True)
        return self.shown

    def _read(self, client: Client) -> Listing:
        """Return the list, of a single entry with that thing alone, which is read."""
        if not self.alone:
            return self._list(client)
        entry = self.entries[0]
        row = entry.fetch(client, entry.id)
        return Listing([row] if row else [], int(bool(row)), self.kind.id_key, self.kind.name_key)

    def _new(self, listing: Listing, entry: Entry) -> list[Row]:
        """Return the rows with the name of *entry* that did not exist before the run."""
        return [row for row in listing.named(entry.name) if row[self.kind.id_key] not in self.known]

    def _wait(
        self,
        entries: list[Entry],
        read: t.Callable[[Client], Listing],
        look: t.Callable[[Listing, Entry], str | None],
        expected: t.Callable[[Entry], str],
        give_up: t.Callable[[Entry, KafkaError], None],
    ) -> None:
        """Poll with *read* until *look* returns ``None`` for each of *entries*, else the state that is waited on.

        *expected* is what a thing is then. Those that are left at the deadline, or when *read* fails, are passed to *give_up*
        with the error.
        """
        if self.list_error:
            for entry in entries:
                give_up(entry, incomplete(self._unlisted))
            entries = []
        if not entries:
            return
        waiting = dict.fromkeys(entries, "")

        def poll(client: Client) -> str | None:
            listing = read(client)
            for entry in list(waiting):
                state = look(listing, entry)
                if state is None:
                    del waiting[entry]
                else:
                    waiting[entry] = state
            if self.alone or not waiting:
                return next(iter(waiting.values()), None)
            names = ", ".join(entry.name for entry in waiting)
            return f"{len(waiting)} {self.kind.thing}s are not {expected(next(iter(waiting)))} yet ({names})"

        try:
            wait(self.client, poll, self.deadline, "")
        except WaitTimeout:
            self.timed_out = True
            for entry, state in waiting.items():
                give_up(entry, timed_out(self.deadline, f"the {self.kind.thing} to be {expected(entry)}", state))
        except KafkaError as error:
            for entry in waiting:
                give_up(entry, error)

    # --- delete ------------------------------------------------------------------------------------------------------

    def _delete(self, entries: list[Entry]) -> None:
        entries = self._sendable(entries)
        if not entries:
            return

        owners = {entry.id: entry for entry in entries}

        def note_absent(rows: list[Row], error: ServiceError) -> None:
            for entry in (owners[row[self.kind.id_key]] for row in rows):
                entry.gone = True
                absent = self.kind.absence(error, self.observed.choice)
                if absent:
                    entry.context.warn(f"{absent} Therefore {entry.text} is absent.")

        rows = [t.cast("Row", entry.row) for entry in entries]
        for entry, write in zip(entries, self._delete_rows(rows, on_absent=note_absent, before=self._check_time)):
            entry.trying = f"delete {entry.label}"
            self._fail(entry, write.error, write.outcome is Outcome.UNKNOWN)
            if entry.error:
                continue
            entry.removed = True
            if write.value:
                entry.did("deleted")
            elif CREATE in entry.plan.steps:
                # A deletion by another run is not a change of this run: only the creation is left.
                entry.plan = entry.plan.without(DELETE)._replace(before={})
            if write.found:
                self._look_for_rest(self.shown, entry)

    def _delete_rows(self, rows: list[Row], **hooks: t.Any) -> list[Write]:
        client = self.client.until(self.deadline.end)
        self.wrote = True
        return delete_all(client, self.kind, self.observed.parent.id, rows, self._list_after_deletion, **hooks)

    def _look_for_rest(self, listing: Listing, entry: Entry) -> str | None:
        """Return what *listing* shows of a deleted thing, ``None`` if it is gone; then no other one may have its name."""
        left = what_is_left(self.kind, listing, entry.id)
        if left is None:
            entry.gone = True
            others = [row[self.kind.id_key] for row in listing.named(entry.desired.name)]
            if others and not entry.desired.id:
                thing, ids = self.kind.thing, ", ".join(others)
                entry.fail(UnexpectedState(f"another {thing} of the same name was created in the meantime: {ids}"))
        return left

    def _wait_until_gone(self, entries: list[Entry]) -> None:
        # Several are looked for in one list, also those that the service reported as absent.
        waiting = [entry for entry in entries if not (entry.error or (entry.gone and self.alone))]
        for entry in waiting:
            entry.trying = f"delete {entry.label}"
        self._wait(waiting, self._list_after_deletion, self._look_for_rest, lambda _entry: "gone", self._fail)

    # --- change ------------------------------------------------------------------------------------------------------

    def _change(self, entries: list[Entry]) -> None:
        """Carry out the steps of the kind. The wait for their result is that of the whole run."""

        def change(client: Client, entry: Entry) -> None:
            if self._expired:
                entry.skip(self._time_is_over)
                return
            try:
                self._take_steps(client, entry)
            except KafkaError as error:
                self._fail(entry, error, isinstance(error, WriteFailed))
                if stops_all(error):
                    client.stop_others()
            except Stopped:
                entry.skip(STOPPED)
            self.wrote = self.wrote or entry.context.changed

        run_concurrently(self.client, change, self._sendable(entries))

    def _take_steps(self, client: Client, entry: Entry) -> None:
        for step in entry.plan.steps:
            if step in (DELETE, CREATE):
                return
            plan = self.kind.steps[step](client, entry) if step in self.kind.steps else None
            if plan is not None:
                entry.plan = plan
                for warning in plan.warnings:
                    entry.context.warn(warning)
                self._take_steps(client, entry)
                return

    # --- create ------------------------------------------------------------------------------------------------------

    def _create(self, entries: list[Entry]) -> None:
        if not self.wrote:
            self.deadline.restart()
        if self.kind.id_key == self.kind.name_key:
            self.known.difference_update(entry.id for entry in entries)
        entries = self._sendable(entries)
        if not entries:
            return

        def send(client: Client, group: list[Entry]) -> list[t.Any]:
            (entry,) = group
            self._check_time()
            return [self.kind.create(client, self.observed.parent.id, t.cast("dict[str, t.Any]", entry.plan.body))]

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            listing = self._list(client)
            return {index: _seen_created(self.kind, self._new(listing, entries[index])) for index in indexes}

        client = self.client.until(self.deadline.end)
        self.wrote = True
        writes = list(zip(entries, write_all(client, entries, send, look_up, "created", resend=True)))
        for entry, write in writes:
            # After a lookup that found no such thing, the outcome is known.
            unknown = write.outcome is Outcome.UNKNOWN and not write.lookup
            entry.trying = f"create {entry.text}"
            self._fail(entry, write.error, unknown)
            if not entry.error:
                entry.id, entry.row = write.value, None
                if write.found:
                    self._expect_equal(entry)
            if not entry.error:
                entry.created = True
                entry.did("created")
                entry.returns({**t.cast("dict[str, t.Any]", entry.plan.body), self.kind.id_key: entry.id})
        self._adopt([entry for entry, write in writes if self.kind.exists(write.cause)])
        self._confirm([entry for entry, write in writes if entry.created and not write.found])

    def _expect_equal(self, entry: Entry) -> None:
        """Check that a thing that appeared after a lost response is as it was wanted, so that it can be ours."""
        thing = self.kind.thing
        try:
            row = entry.fetch(self.client, entry.id)
        except KafkaError as error:
            error.hint = (
                f"The response to the creation was lost; {thing} {entry.id} can be the result: run the task again."
            )
            if isinstance(error, RequestError):
                self.list_error = self.list_error or error
            entry.fail(error, unknown=not isinstance(error, UnexpectedState))
            return
        if row is None or self.kind.differences(entry.desired, row):
            different = UnexpectedState(
                f"the response was lost, and the {thing} of that name that exists now ({thing} id {entry.id}) is not as"
                " wanted, so another run may have created it"
            )
            entry.fail(different)

    def _adopt(self, refused: list[Entry]) -> None:
        """Take the things that another run has just created in place of the *refused* ones, if they are equal."""
        if not refused:
            return
        # If they can't be read, the creations stay failed.
        with contextlib.suppress(KafkaError):
            listing = self._list(self.client)
            for entry in refused:
                found = self._new(listing, entry)
                row = entry.fetch(self.client, found[0][self.kind.id_key]) if len(found) == 1 else None
                if row and not self.kind.differences(entry.desired, row):
                    entry.fail(None)
                    self._keep(entry, row)

    def _keep(self, entry: Entry, row: Row) -> None:
        """Go on with *row*, which another run has created, in place of a creation."""
        entry.id, entry.row = row[self.kind.id_key], None
        entry.returns(row)
        if DELETE in entry.plan.steps:
            entry.plan = entry.plan.without(WAIT_GONE, CREATE)

    def _confirm(self, entries: list[Entry]) -> None:
        """Read the list until it shows each new thing, and delete those whose name another one had before.

        Several hosts without ``run_once`` create the same thing at the same time: all but the first delete theirs. Without
        ``wait``, the list is read once.
        """
        shown: dict[Entry, _Shown] = {}

        def look(listing: Listing, entry: Entry) -> str | None:
            shown[entry] = _shown(self.kind, entry.id, self._new(listing, entry))
            return None if shown[entry].first or not self.waits else shown[entry].state

        def give_up(entry: Entry, error: KafkaError) -> None:
            if self.waits:
                self._fail(entry, error)
            else:
                warn(entry, STOPPED if isinstance(error, CredentialsRejected) and not self.alone else str(error))

        def warn(entry: Entry, reason: str) -> None:
            what = f"The {self.kind.thing} was created, but the list could not be checked for another one"
            if entry in shown and shown[entry].ours:
                what, reason = f"The {self.kind.thing} was created, but {reason}", "if both stay, delete one"
            entry.context.warn(f"{what}: {reason}.")

        expected = f"the only {self.kind.thing} of that name to be listed"
        self._wait(entries, self._list, look, lambda _entry: expected, give_up)
        for entry, found in shown.items():
            if found.first:
                self._give_way(entry, t.cast("Row", found.ours), found.first[self.kind.id_key])
            elif found.ours and (self.kind.lists_all or not self.alone):
                entry.see(found.ours, listed=True)
            if found.state and not found.first and not self.waits:
                warn(entry, found.state)

    def _give_way(self, entry: Entry, ours: Row, first: str) -> None:
        """Delete *ours*, because the thing with the id *first* and the same name was created before it, and go on with that."""
        thing, own = self.kind.thing, entry.id
        (write,) = self._delete_rows([ours])
        if write.error:
            hint = f"{write.error.hint or ''} {thing.capitalize()}s {first} and {own} have the same name: delete one."
            write.error.hint = hint.strip()
            self._fail(entry, write.error, write.outcome is Outcome.UNKNOWN)
            return
        if write.value:
            entry.context.did(f"deleted it again, because {thing} {first} of the same name was created before it")
        try:
            row = entry.fetch(self.client, first)
            if row is None:
                raise UnexpectedState(f"{thing} {first} of the same name was deleted in the meantime")
            self._keep(entry, row)
            differences = self.kind.differences(entry.desired, row)
            if differences:
                raise UnexpectedState(f"{thing} {first} of the same name differs: {describe(differences)}")
        except KafkaError as error:
            self._fail(entry, error)

    def _read_created(self, entry: Entry) -> None:
        """Return the details of a new thing if the service already shows them; it was created in any case."""
        if entry.error:
            return
        try:
            row = entry.fetch(self.client, entry.id)
        except KafkaError as error:
            entry.context.warn(f"The {self.kind.thing} was created, but could not be read: {error}.")
            return
        if row:
            entry.see(row)

    # --- recreate ----------------------------------------------------------------------------------------------------

    def _recreate(self, entry: Entry) -> None:
        """Delete and create one thing; those of a set come one after the other, when everything else is done."""
        if DELETE in entry.plan.steps:
            self._delete([entry])
        if not entry.error:
            self._wait_until_gone([entry])
            if entry.error:
                _add_hint(entry.error, "It was not created again; its definition is returned.")
        if not entry.error:
            self._create([entry])
            if entry.error and not entry.created:
                outcome = "was deleted" if isinstance(entry.error, WriteFailed) else "no longer exists"
                _add_hint(entry.error, f"The {self.kind.thing} {outcome}; its definition is returned.")
        if self.waits:
            self._wait_until_ready([entry])
        if isinstance(entry.error, ServiceError) and entry.error.status == 403:
            self.failed_recreation = entry.name

    # --- wait --------------------------------------------------------------------------------------------------------

    def _wait_until_ready(self, entries: list[Entry]) -> None:
        """Poll until *entries* are as desired; those that are already, as they were last read, need no request."""

        def look(listing: Listing, entry: Entry) -> str | None:
            row = listing.by_id(entry.id)
            if row is None:
                if entry.row is None and self.alone:
                    return "not there yet"
                if not listing.complete:
                    return "not listed"
                entry.fail(UnexpectedState(f"the {self.kind.thing} was deleted in the meantime"))
                return None
            entry.see(row, listed=not self.alone)
            return None if entry.ready(row) else f"status {row.get('status')}"

        waiting = []
        for entry in entries:
            if WAIT_READY in entry.plan.steps and not entry.error:
                entry.trying = f"wait for {entry.label}"
                if entry.stale or not (entry.row and entry.ready(entry.row)):
                    waiting.append(entry)
        self._wait(waiting, self._read, look, lambda entry: self.kind.ready(entry.desired), self._fail)


def _seen_created(kind: Kind, found: t.Sequence[Row]) -> Seen:
    """Return what a lookup shows of a creation whose response was lost: *found* are the new things of the name."""
    ids = ", ".join(row[kind.id_key] for row in found)
    if len(found) > 1:
        return Seen(False, hint=f"{len(found)} {kind.thing}s of that name were created: {ids}.", resend=False)
    return Seen(bool(found), ids, f"A lookup after that found no such {kind.thing}, so nothing was created.")


class _Shown(t.NamedTuple):
    """What a list shows of a new thing: its row, the *first* one of its name if that is another one, and a *state* to wait on."""

    ours: Row | None = None
    first: Row | None = None
    state: str | None = "not listed yet"


def _shown(kind: Kind, row_id: str, found: t.Sequence[Row]) -> _Shown:
    """Return what a list shows of the new thing with the id *row_id*; *found* are the new things of its name."""
    rows = {row[kind.id_key]: row for row in found if not kind.is_leaving(row)}
    ours = rows.pop(row_id, None)
    if ours is None:
        return _Shown()
    if not rows:
        return _Shown(ours, state=None)

    def order(row: Row) -> tuple[int, str]:
        return number(row.get("create_time")) or 0, row[kind.id_key]

    earliest = min(rows.values(), key=order)
    state = f"{kind.thing}s {row_id} and {', '.join(rows)} have the same name"
    return _Shown(ours, earliest if order(earliest) < order(ours) else None, state)


def _add_hint(error: KafkaError, hint: str) -> None:
    error.hint = f"{hint} {error.hint or ''}".strip()
