# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Carries out the plans of a run: deletions, changes, creations, recreations, and one wait for all."""

from __future__ import annotations

import typing as t

from ..api.listing import Listing
from ..rest.errors import (
    CredentialsRejected,
    KafkaError,
    ServiceError,
    UnexpectedState,
    WaitTimeout,
    action,
)
from .entry import incomplete
from .plan import CREATE, DELETE, MODIFY, WAIT_GONE, WAIT_READY
from .wait import timed_out, wait
from .writes import (
    STOPPED,
    NotTried,
    Outcome,
    delete_all,
    list_after_deletion,
    stops_all,
    what_is_left,
)

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..context import TaskContext
    from ..rest.client import Client
    from .ensure import Observed
    from .entry import Entry
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
        self.wrote = self.timed_out = False
        # Why nothing more is sent, or nothing more is recreated.
        self.list_error: KafkaError | None = None
        self.failed_recreation = ""

    def carry_out(self) -> None:
        """Carry out the plans."""
        self.delete_unwanted(self._grouped("changed", "created", "recreated") != [])
        self.change_and_create()

    def _grouped(self, *groups: str) -> list[Entry]:
        """Return the entries whose plans belong to one of *groups*, but for those with an error."""
        found = []
        for entry in self.entries:
            steps = [step for step in entry.plan.steps if step is MODIFY or step in self.kind.steps]
            group = "uncertain" if entry.plan.uncertain else "changed" if steps else entry.plan.action
            if group in groups and not entry.error:
                found.append(entry)
        return found

    def restart(self) -> None:
        """Let wait_timeout count from the next write."""
        self.wrote = False

    def delete_unwanted(self, more: bool) -> None:
        """Delete what is not wanted any more; *more* is written after it, so it is waited for in any case."""
        deleted, created = self._grouped("deleted"), self._grouped("created")
        if deleted:
            self.delete(deleted)
        # Another run is deleting these: what is created in their place has the same name.
        leaving = [entry for entry in created if WAIT_GONE in entry.plan.steps]
        if self.waits or more:
            self.wait_until_gone([*deleted, *leaving])
        for entry in leaving:
            if entry.error:
                reason = f"the existing {self.kind.thing} of this name must be gone first: {entry.error}"
                entry.error = NotTried(reason, entry.error)

    def change_and_create(self) -> None:
        """Change and create what is wanted, and wait for it."""
        created, recreated, changed = (self._grouped(group) for group in ("created", "recreated", "changed"))
        unchanged, uncertain = self._grouped("unchanged"), self._grouped("uncertain")
        if changed or uncertain:
            from .change import change, settle  # imported only if it is needed

            change(self, changed)
            settle(self, uncertain)
            change(self, [entry for entry in uncertain if not entry.error])
        # A change that the service refuses, and a status that has settled, can end as a recreation.
        recreated += [entry for entry in changed + uncertain if CREATE in entry.plan.steps and not entry.error]
        if created or recreated:
            from .create import Creation  # imported only if it is needed

            creation = Creation(self)
            creation.create([entry for entry in created if not entry.error])
            for entry in recreated:
                creation.recreate(entry)
        if self.waits:
            self.wait_until_gone([entry for entry in unchanged if WAIT_GONE in entry.plan.steps])
            self.wait_until_ready(self.entries)

    def wait_until_ready(self, entries: list[Entry]) -> None:
        """Wait until those of *entries* that a status is awaited of are as desired."""
        waiting = [entry for entry in entries if WAIT_READY in entry.plan.steps and not entry.error]
        if waiting:
            from .change import wait_until_ready  # imported only if it is needed

            wait_until_ready(self, waiting)

    # --- what stops further requests ---------------------------------------------------------------------------------

    def sendable(self, entries: list[Entry]) -> list[Entry]:
        """Return *entries*, or none after a failure that stops the set, after a failed list, and after the deadline."""
        reason = ""
        if any(stops_all(entry.error) for entry in self.entries if entry.error):
            reason = STOPPED
        elif self.list_error:
            reason = self._unlisted
        elif self.failed_recreation:
            reason = f"the recreation of {self.failed_recreation} failed, and this one would end like it"
        elif self.expired:
            reason = self.time_is_over
        for entry in entries if reason else ():
            entry.skip(reason)
        if not self.wrote:
            # wait_timeout counts from the first write, however long the run has waited for changes by others.
            self.deadline.restart()
        return [] if reason else entries

    def check_time(self) -> None:
        if self.expired:
            raise NotTried(self.time_is_over)

    @property
    def expired(self) -> bool:
        # With a wait_timeout of 0, everything that does not have to wait is still sent.
        return self.timed_out or (self.wrote and self.deadline.seconds > 0 and self.deadline.left <= 0)

    @property
    def time_is_over(self) -> str:
        return f"the {self.deadline.seconds:g} seconds of wait_timeout are over"

    @property
    def _unlisted(self) -> str:
        return f"the {self.kind.thing}s can't be listed ({self.list_error})"

    def fail(self, entry: Entry, error: KafkaError | None, unknown: bool = False) -> None:
        """Record *error*. Of several entries, only the first one that was sent shows why the credentials were rejected."""
        if isinstance(error, CredentialsRejected) and not unknown and not self.alone:
            entry.skip(STOPPED)
        else:
            entry.fail(error, unknown)

    # --- read --------------------------------------------------------------------------------------------------------

    def read_list(self, client: Client, after_deletion: bool = False) -> Listing:
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

    def read_list_after_deletion(self, client: Client) -> Listing:
        self.shown = self.read_list(client, after_deletion=True)
        return self.shown

    def read(self, client: Client) -> Listing:
        """Return the list, of a single entry with that thing alone, which is read."""
        return self.entries[0].read_alone(client) if self.alone and self.kind.show else self.read_list(client)

    def poll(
        self,
        entries: list[Entry],
        read: t.Callable[[Client], Listing],
        look: t.Callable[[Listing, Entry], str | None],
        expected: t.Callable[[Entry], str],
        give_up: t.Callable[[Entry, KafkaError], None],
    ) -> None:
        """Poll with *read* until *look* returns ``None`` for each of *entries*, else the state that is waited on.

        *expected* is what is waited for, for messages. Those that are left at the deadline, or when *read* fails, are passed to *give_up*
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
            return "; ".join(f"{entry.name}: {state}" for entry, state in waiting.items())

        try:
            wait(self.client, poll, self.deadline, "")
        except WaitTimeout:
            self.timed_out = self.wrote
            for entry, state in waiting.items():
                give_up(entry, timed_out(self.deadline, expected(entry), state))
        except KafkaError as error:
            for entry in waiting:
                give_up(entry, error)

    # --- delete ------------------------------------------------------------------------------------------------------

    def delete(self, entries: list[Entry]) -> None:
        entries = self.sendable(entries)
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
        for entry, write in zip(entries, self.delete_rows(rows, on_absent=note_absent, before=self.check_time)):
            entry.trying = "delete"
            if write.error:
                self.fail(entry, write.error, write.outcome is Outcome.UNKNOWN)
                continue
            entry.removed = True
            if write.value:
                entry.did("deleted")
            elif CREATE in entry.plan.steps:
                # A deletion by another run is not a change of this run: only the creation is left.
                entry.plan = entry.plan.without(DELETE)._replace(before={})
            if write.found:
                self._look_for_rest(self.shown, entry)
                self._expect_no_other(self.shown, entry)

    def delete_rows(self, rows: list[Row], **hooks: t.Any) -> list[Write]:
        client = self.client.until(self.deadline.end)
        self.wrote = True
        return delete_all(client, self.kind, self.observed.parent.id, rows, self.read_list_after_deletion, **hooks)

    def _look_for_rest(self, listing: Listing, entry: Entry) -> str | None:
        """Return what *listing* shows of a deleted thing, ``None`` if it is gone; then no other one may have its name."""
        left = what_is_left(self.kind, listing, entry.id)
        if left is None:
            entry.gone = True
            self._expect_no_other(listing, entry)
        return left

    def _expect_no_other(self, listing: Listing, entry: Entry) -> None:
        others = [row[self.kind.id_key] for row in listing.named(entry.desired.name)]
        others = [row_id for row_id in others if row_id != entry.id]
        if others and not entry.desired.id:
            thing, ids = self.kind.thing, ", ".join(others)
            entry.fail(UnexpectedState(f"another {thing} of the same name was created in the meantime: {ids}"))

    def wait_until_gone(self, entries: list[Entry]) -> None:
        # Several are looked for in one list, also those that the service reported as absent.
        waiting = [entry for entry in entries if not (entry.error or (entry.gone and self.alone))]
        for entry in waiting:
            entry.trying = "delete"
        self.poll(
            waiting,
            self.read_list_after_deletion,
            self._look_for_rest,
            lambda _entry: f"the {self.kind.thing} to be gone",
            self.fail,
        )
