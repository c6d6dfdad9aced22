# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Creations and recreations, with the checks for other things of the same name that are created at the same time."""

from __future__ import annotations

import contextlib
import typing as t

from ..rest.errors import CredentialsRejected, KafkaError, RequestError, ServiceError, UnexpectedState, WriteFailed
from ..rest.response import number
from .fields import describe
from .plan import CREATE, DELETE, WAIT_GONE
from .wait import Deadline, wait
from .writes import STOPPED, Outcome, Seen, stops_all, write_all

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..rest.client import Client
    from .entry import Entry
    from .kind import Kind
    from .run import Run


class Creation:
    """Creates the things of a run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.kind = run.kind
        self.client = run.client
        self.shown = run.observed.listing
        self.known = {row[run.kind.id_key] for row in run.observed.listing.rows}

    def create(self, entries: list[Entry]) -> None:
        """Create *entries*, a few at a time, and confirm them by the list."""
        if self.kind.unique:
            self.known.difference_update(entry.id for entry in entries)
        entries = self.run.sendable(entries)
        if not entries:
            return

        def send(client: Client, group: list[Entry]) -> list[t.Any]:
            (entry,) = group
            self.run.check_time()
            return [self.kind.create(client, self.run.observed.parent.id, t.cast("dict[str, t.Any]", entry.plan.body))]

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            listing = self._read(client)
            return {index: _seen_created(self.kind, self._new(listing, entries[index])) for index in indexes}

        client = self.client.until(self.run.deadline.end)
        self.run.wrote = True
        patience = client.connection.settings.timeout if self.kind.lists_late else 0.0
        writes = list(
            zip(entries, write_all(client, entries, send, look_up, "created", resend=True, lookup_seconds=patience))
        )
        for entry, write in writes:
            # After a lookup that found no such thing, the outcome is known, unless the list can lack it for some time.
            unknown = write.outcome is Outcome.UNKNOWN and (not write.lookup or self.kind.lists_late)
            entry.trying = "create"
            self.run.fail(entry, write.error, unknown)
            if not entry.error:
                entry.id, entry.row = write.value, None
                entry.returns({**t.cast("dict[str, t.Any]", entry.plan.body), self.kind.id_key: entry.id})
                if write.found:
                    self._expect_equal(entry)
            if not entry.error:
                entry.created = True
                entry.did("created")
        refused = [entry for entry, write in writes if write.outcome is Outcome.REFUSED and not stops_all(write.cause)]
        self._adopt([entry for entry in refused if self.kind.exists(entry.error)])
        if self.run.waits or not self.kind.unique:
            self._confirm([entry for entry, write in writes if entry.created and not write.found])
        if self.run.alone and not self.run.waits and not self.kind.lists_all:
            self._read_created(entries[0])

    def _read(self, client: Client) -> Listing:
        self.shown = self.run.read_list(client)
        return self.shown

    def _fetch(self, client: Client, entry: Entry, row_id: str) -> Row | None:
        """Return a thing that was just listed, with the details that the list does not have."""
        return entry.fetch(client, row_id) if self.kind.show else self.shown.by_id(row_id)

    def _expect_equal(self, entry: Entry) -> None:
        """Check that a thing that appeared after a lost response is as it was wanted, so that it can be ours."""
        thing = self.kind.thing
        try:
            row = self._fetch(self.client, entry, entry.id)
        except KafkaError as error:
            error.hint = (
                f"The response to the creation was lost; {thing} {entry.id} can be the result: run the task again."
            )
            if isinstance(error, RequestError):
                self.run.list_error = self.run.list_error or error
            entry.fail(error, unknown=not isinstance(error, UnexpectedState))
            return
        if row is None or self.kind.differences(entry.desired, row):
            different = UnexpectedState(
                f"the response was lost, and the {thing} of that name that exists now{entry.with_id} is not as wanted,"
                " so another run may have created it"
            )
            entry.fail(different)
        else:
            entry.returns(row)

    def _adopt(self, refused: list[Entry]) -> None:
        """Take the things that another run has just created in place of the *refused* ones, if they are equal."""
        left = list(refused)
        if not left:
            return
        late = self.kind.lists_late and any(not (isinstance(e.error, ServiceError) and e.error.explained) for e in left)
        patience = min(self.client.connection.settings.timeout, max(self.run.deadline.left, 0))
        deadline = Deadline(self.client, patience if late and self.run.waits else 0)

        def poll(client: Client) -> str | None:
            listing = self._read(client)
            for entry in list(left):
                found = self._new(listing, entry)
                if found:
                    left.remove(entry)
                row = self._fetch(client, entry, found[0][self.kind.id_key]) if len(found) == 1 else None
                if row and not self.kind.differences(entry.desired, row):
                    entry.fail(None)
                    self._keep(entry, row)
            return "not listed" if left else None

        # If they can't be read, the creations stay failed.
        with contextlib.suppress(KafkaError):
            wait(self.client, poll, deadline, "")

    def _keep(self, entry: Entry, row: Row) -> None:
        """Go on with *row*, which another run has created, in place of a creation."""
        entry.id, entry.row = row[self.kind.id_key], None
        entry.returns(row)
        if entry.plan.unseen:
            entry.context.warn(
                f"Another run has just created the {self.kind.thing}: it can have another {entry.plan.unseen} than this task sets."
            )
        entry.plan = entry.plan.without(WAIT_GONE, CREATE)

    def _confirm(self, entries: list[Entry]) -> None:
        """Read the list until it shows each new thing, and delete those whose name another one had before.

        Several hosts without ``run_once`` create the same thing at the same time: all but the first delete theirs. Without
        ``wait``, the list is read once.
        """
        shown: dict[Entry, _Shown] = {}

        def look(listing: Listing, entry: Entry) -> str | None:
            shown[entry] = _shown(self.kind, entry.id, self._new(listing, entry))
            return None if shown[entry].first or not self.run.waits else shown[entry].state

        def give_up(entry: Entry, error: KafkaError) -> None:
            if self.run.waits:
                self.run.fail(entry, error)
            else:
                warn(entry, STOPPED if isinstance(error, CredentialsRejected) and not self.run.alone else str(error))

        def warn(entry: Entry, reason: str) -> None:
            what = f"The {self.kind.thing} was created, but the list could not be checked for another one"
            if entry in shown and shown[entry].ours:
                what, reason = f"The {self.kind.thing} was created, but {reason}", "if both stay, delete one"
            entry.context.warn(f"{what}: {reason}.")

        expected = f"the {'' if self.kind.unique else 'only '}{self.kind.thing} of that name to be listed"
        self.run.poll(entries, self.run.read_list, look, lambda _entry: expected, give_up)
        for entry, found in shown.items():
            if found.first:
                self._give_way(entry, t.cast("Row", found.ours), found.first[self.kind.id_key])
            elif found.ours and (self.kind.lists_all or not self.run.alone):
                entry.see(found.ours, listed=True)
            if found.state and not found.first and not self.run.waits:
                warn(entry, found.state if found.ours else f"it is {found.state}")

    def _give_way(self, entry: Entry, ours: Row, first: str) -> None:
        """Delete *ours*, because the thing with the id *first* and the same name was created before it, and go on with that."""
        thing, own = self.kind.thing, entry.id
        (write,) = self.run.delete_rows([ours])
        if write.error:
            hint = f"{write.error.hint or ''} {thing.capitalize()}s {first} and {own} have the same name: delete one."
            write.error.hint = hint.strip()
            self.run.fail(entry, write.error, write.outcome is Outcome.UNKNOWN)
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
            self.run.fail(entry, error)

    def _read_created(self, entry: Entry) -> None:
        """Return the details of a new thing if the service already shows them; it was created in any case."""
        if entry.error or not entry.created:
            return
        try:
            row = entry.fetch(self.client, entry.id)
        except KafkaError as error:
            entry.context.warn(f"The {self.kind.thing} was created, but could not be read: {error}.")
            return
        if row:
            entry.see(row)

    # --- recreate ----------------------------------------------------------------------------------------------------

    def recreate(self, entry: Entry) -> None:
        """Delete and create one thing; those of a set come one after the other, when everything else is done."""
        if DELETE in entry.plan.steps:
            self.run.delete([entry])
        if not entry.error:
            self.run.wait_until_gone([entry])
            if entry.error:
                hint = f"It was not created again; its definition is returned. {entry.plan.lost}"
                _add_hint(entry.error, hint.strip())
        if not entry.error:
            self.create([entry])
            if entry.error and not entry.created:
                outcome = "was deleted" if isinstance(entry.error, WriteFailed) else "no longer exists"
                hint = f"The {self.kind.thing} {outcome}; its definition is returned. {entry.plan.lost}"
                _add_hint(entry.error, hint.strip())
        if entry.removed and not entry.created and entry.error:
            entry.plan = entry.plan._replace(after={})
        if self.run.waits:
            self.run.wait_until_ready([entry])
        if isinstance(entry.error, ServiceError) and entry.error.status == 403:
            self.run.failed_recreation = entry.name

    def _new(self, listing: Listing, entry: Entry) -> list[Row]:
        """Return the rows with the name of *entry* that did not exist before the run."""
        return [row for row in listing.named(entry.name) if row[self.kind.id_key] not in self.known]


def _seen_created(kind: Kind, found: t.Sequence[Row]) -> Seen:
    """Return what a lookup shows of a creation whose response was lost: *found* are the new things of the name."""
    ids = ", ".join(row[kind.id_key] for row in found)
    if len(found) > 1:
        return Seen(False, hint=f"{len(found)} {kind.thing}s of that name were created: {ids}.", resend=False)
    hint = f"A lookup after that found no such {kind.thing}, so nothing was created."
    if kind.lists_late:
        hint = f"It is unknown whether it was created: a lookup after that found no such {kind.thing}, but it can be listed later."
    return Seen(bool(found), ids, hint)


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
