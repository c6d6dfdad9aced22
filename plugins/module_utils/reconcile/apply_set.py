# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Carries out the plans of a set: deletions, changes, creations, recreations, and one wait for all."""

from __future__ import annotations

import contextlib
import typing as t

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
)
from .apply import UNCHECKED, equal_task, expect_equal, give_way, is_topic_in_use, listed, seen_created
from .entry import Entry, incomplete
from .plan import Observed, Plan, Step
from .wait import Deadline, timed_out, wait
from .writes import (
    STOPPED,
    NotTried,
    Outcome,
    Seen,
    delete_once,
    list_after_deletion,
    seen_deleted,
    stops_all,
    what_is_left,
    write_all,
)

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..rest.client import Client
    from .apply import Listed
    from .task_set import TaskSet


class ApplySet:
    """Carries out the plans of a set."""

    def __init__(self, task_set: TaskSet, listing: Listing) -> None:
        self.set = task_set
        self.listing = listing
        self.client = task_set.context.client
        self.deadline = Deadline(self.client, task_set.params["wait_timeout"])
        self.waits = task_set.params["wait"]
        self.known = {task["task_id"] for task in listing.rows}
        self.ids: dict[Entry, str] = {}
        self.timed_out = False
        self.list_error: KafkaError | None = None
        self.failed_recreation = ""

    def run(self) -> None:
        groups: dict[str, list[Entry]] = {}
        for entry in self.set.all_entries:
            if not (entry.plan.writes or Step.SETTLE in entry.plan.steps):
                continue
            groups.setdefault(entry.planned, []).append(entry)
        deletions, creations = groups.pop("deleted", []), groups.pop("created", [])
        recreations = groups.pop("recreated", [])
        changes = [entry for group in groups.values() for entry in group]
        # A task that another run is deleting can have the name of a new one.
        leaving = [entry for entry in creations if Step.WAIT_GONE in entry.plan.steps]
        self._delete(deletions)
        if self.waits or changes or creations or recreations:
            self._wait_until_gone([*deletions, *leaving])
        for entry in leaving:
            if entry.error:
                entry.error = NotTried(f"the existing task of this name must be gone first: {entry.error}", entry.error)
        self._change(changes)
        # A modification that the service refuses can end as a recreation.
        recreations += [entry for entry in changes if entry.planned == "recreated" and not entry.error]
        self._create([entry for entry in creations if not entry.error])
        for entry in recreations:
            self._change([entry], recreates=True)
        if self.waits:
            self._wait_for_rest([entry for entry in changes if entry not in recreations])

    def _sendable(self, entries: list[Entry]) -> list[Entry]:
        """Return *entries*, or none after a failure that stops the set, after a failed list, and after the deadline."""
        reason = ""
        if any(stops_all(entry.error) for entry in self.set.all_entries):
            reason = STOPPED
        elif self.list_error:
            reason = self._unlisted
        elif self.failed_recreation:
            reason = f"the recreation of {self.failed_recreation} failed, and this one would end like it"
        elif self._expired:
            reason = f"the {self.deadline.seconds:g} seconds of wait_timeout are over"
        if reason:
            for entry in entries:
                entry.skip(reason)
            return []
        return entries

    @property
    def _unlisted(self) -> str:
        return f"the tasks can't be listed ({self.list_error})"

    def _list(self, client: Client, read: t.Callable[[Client], Listing] | None = None) -> Listing:
        """Return the list. If it can't be read, nothing more is sent."""
        try:
            return (read or self.set.reader.list)(client)
        except KafkaError as error:
            self.list_error = error
            raise

    def _list_after_deletion(self, client: Client) -> Listing:
        return self._list(client, lambda client: list_after_deletion(self.set.reader.list, client))

    @property
    def _expired(self) -> bool:
        started = any(entry.context.changed for entry in self.set.all_entries)
        # With a wait_timeout of 0, everything that does not have to wait is still sent.
        return self.timed_out or (started and self.deadline.seconds > 0 and self.deadline.left <= 0)

    # --- delete --------------------------------------------------------------------------------------------------------

    def _delete(self, entries: list[Entry]) -> None:
        entries = self._sendable(entries)
        if not entries:
            return

        def send(client: Client, entry: Entry) -> bool:
            if self._expired:
                raise NotTried(f"the {self.deadline.seconds:g} seconds of wait_timeout are over")
            return delete_once(lambda: entry.tasks.delete(client, t.cast("Row", entry.task)["task_id"]))

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            listing = self._list_after_deletion(client)
            return {index: seen_deleted(listing, t.cast("Row", entries[index].task)) for index in indexes}

        client = self.client.until(self.deadline.end)
        for entry, write in zip(entries, write_all(client, entries, send, look_up, "deleted")):
            entry.fail(write.error, write.outcome is Outcome.UNKNOWN)
            if write.value and not write.error:
                entry.context.did(f"deleted the task (task id {t.cast('Row', entry.task)['task_id']})")

    def _wait_until_gone(self, entries: list[Entry]) -> None:
        def look(listing: Listing, entry: Entry) -> str | None:
            return what_is_left(listing, t.cast("Row", entry.task)["task_id"])

        self._wait([entry for entry in entries if not entry.error], look, "gone", self._list_after_deletion)

    def _wait(
        self,
        entries: list[Entry],
        look: t.Callable[[Listing, Entry], str | None],
        expected: str,
        read: t.Callable[[Client], Listing] | None = None,
        give_up: t.Callable[[Entry, KafkaError], None] | None = None,
    ) -> None:
        """Poll the list until *look* returns ``None`` for each of *entries*, else the state that is waited on.

        *expected* is what the tasks are then. Those that are left at the deadline, or when *read* fails, have failed, or are
        passed to *give_up* with the error.
        """
        read, give_up = read or self._list, give_up or Entry.fail_wait
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
            names = ", ".join(entry.name for entry in waiting)
            return f"{len(waiting)} tasks are not {expected} yet ({names})" if waiting else None

        try:
            wait(self.client, poll, self.deadline, f"the tasks to be {expected}")
        except WaitTimeout:
            self.timed_out = True
            for entry, state in waiting.items():
                give_up(entry, timed_out(self.deadline, f"the task to be {expected}", state))
        except KafkaError as error:
            for entry in waiting:
                give_up(entry, error)

    # --- change --------------------------------------------------------------------------------------------------------

    def _change(self, entries: list[Entry], recreates: bool = False) -> None:
        """Carry out the plans of *entries*. Unless it *recreates* them, the wait for their status is that of the whole set."""

        def change(client: Client, entry: Entry) -> None:
            if self._expired:
                entry.skip(f"the {self.deadline.seconds:g} seconds of wait_timeout are over")
                return
            applied = self.set.apply(
                entry.context, entry.tasks, entry.target, Observed(self.listing, entry.task), entry.plan
            )
            applied.client = client
            applied.deadline = self.deadline
            applied.waits = self.waits and recreates
            applied.defers_recreation = not recreates
            try:
                applied.run()
            except KafkaError as error:
                entry.fail(error, isinstance(error, WriteFailed))
                if stops_all(error):
                    client.stop_others()
                if recreates:
                    self._check_next(entry, error)
            except Stopped:
                entry.skip(STOPPED)
            entry.plan, entry.task = applied.plan, {**(applied.existing or {}), "task_id": applied.task_id}

        run_concurrently(self.client, change, self._sendable(entries))

    def _check_next(self, entry: Entry, error: KafkaError) -> None:
        """Stop the recreations if the next one would end like that of *entry*: deleted, and perhaps not created again."""
        if isinstance(error, WriteFailed):
            self.list_error = error.lookup
        elif isinstance(error, RequestError) and error.operation.reads:
            self.list_error = error
        elif isinstance(error, ServiceError) and error.status == 403:
            self.failed_recreation = entry.name

    # --- create --------------------------------------------------------------------------------------------------------

    def _create(self, entries: list[Entry]) -> None:
        entries = self._sendable(entries)
        if not entries:
            return

        def send(client: Client, entry: Entry) -> str:
            if self._expired:
                raise NotTried(f"the {self.deadline.seconds:g} seconds of wait_timeout are over")
            return entry.tasks.create(client, t.cast("dict[str, t.Any]", entry.plan.body))

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            listing = self._list(client)
            return {index: seen_created(self._new(listing, entries[index])) for index in indexes}

        client = self.client.until(self.deadline.end)
        waiting = []
        writes = list(zip(entries, write_all(client, entries, send, look_up, "created", resend=True)))
        for entry, write in writes:
            # After a lookup that found no such task, the outcome is known.
            entry.fail(write.error, write.outcome is Outcome.UNKNOWN and not write.lookup)
            if write.found:
                try:
                    expect_equal(self.client, entry.tasks, write.value)
                except KafkaError as error:
                    entry.fail(error, not isinstance(error, UnexpectedState))
            if not entry.error:
                self.ids[entry] = write.value
                entry.context.did(f"created the task (task id {write.value})")
                body = {"task_id": write.value, **t.cast("dict[str, t.Any]", entry.plan.body)}
                entry.context.returned[entry.tasks.returned] = entry.tasks.result(body)
                waiting.append(entry)
        self._adopt([entry for entry, write in writes if is_topic_in_use(write.cause)])
        self._confirm(waiting)

    def _adopt(self, refused: list[Entry]) -> None:
        """Take the tasks that another run has just created in place of the *refused* ones, if they are equal."""
        if not refused:
            return
        # If the tasks can't be read, the creations stay failed.
        with contextlib.suppress(KafkaError):
            listing = self._list(self.client)
            for entry in refused:
                task = equal_task(self.client, entry.tasks, self._new(listing, entry))
                if task:
                    entry.error, entry.task, entry.plan = None, task, Plan((Step.WAIT_READY,))
                    entry.context.returned[entry.tasks.returned] = entry.tasks.result(task)

    def _new(self, listing: Listing, entry: Entry) -> list[Row]:
        return [task for task in listing.named(entry.name) if task["task_id"] not in self.known]

    def _confirm(self, waiting: list[Entry]) -> None:
        """Poll the list until each new task is listed, is the only one of its name, and is ready."""
        seen: set[Entry] = set()

        def look(listing: Listing, entry: Entry) -> str | None:
            shown = listed(self.ids[entry], self._new(listing, entry))
            if shown.ours:
                seen.add(entry)
            try:
                return self._confirmed(entry, shown)
            except KafkaError as error:
                entry.fail(error, isinstance(error, WriteFailed))
                return None

        def give_up(entry: Entry, error: KafkaError) -> None:
            if self.waits or entry in seen:
                entry.fail_wait(error)
            else:
                entry.context.warn(UNCHECKED.format(STOPPED if isinstance(error, CredentialsRejected) else error))

        self._wait(waiting, look, "ready", give_up=give_up)

    def _confirmed(self, entry: Entry, shown: Listed) -> str | None:
        """Return what the wait for a new task is for, ``None`` if it is over. Gives way to an earlier task of its name."""
        ours = t.cast("Row", shown.ours)
        if shown.first:
            first = shown.first["task_id"]
            give_way(self.client, entry.tasks, entry.context, ours, first)
            raise UnexpectedState(
                f"another run has created task {first} of the same name before it, so it was deleted again",
                "Run the task again to compare that one.",
            )
        if shown.state:
            return shown.state
        body = t.cast("dict[str, t.Any]", entry.plan.body)
        entry.context.returned[entry.tasks.returned] = entry.tasks.result({**body, **ours})
        return None if not self.waits or entry.tasks.is_ready(ours) else f"status {ours['status']}"

    # --- wait ----------------------------------------------------------------------------------------------------------

    def _wait_for_rest(self, changed: list[Entry]) -> None:
        """Poll the list until the *changed* tasks, and those that were as wanted, are ready or gone."""
        waiting = [entry for entry in changed if not entry.error]
        for entry in self.set.all_entries:
            if entry in changed or entry.plan.writes or not entry.task or entry.error:
                continue
            if {Step.WAIT_READY, Step.WAIT_GONE} & set(entry.plan.steps) and not is_settled(entry, entry.task):
                waiting.append(entry)

        def look(listing: Listing, entry: Entry) -> str | None:
            task = listing.by_id(t.cast("Row", entry.task)["task_id"])
            if is_settled(entry, task, listing.complete):
                return None
            return f"status {task.get('status')}" if task else "not listed"

        self._wait(waiting, look, "ready")


def is_settled(entry: Entry, task: Row | None, complete: bool = True) -> bool:
    """Return whether the wait for *entry* is over, with *task* as it is now; *complete*: so is the list that was read."""
    if Step.WAIT_GONE in entry.plan.steps and Step.CREATE not in entry.plan.steps:
        return task is None and complete
    if task is None:
        if complete:
            entry.fail(UnexpectedState("the task was deleted in the meantime"))
        return complete
    if entry.tasks.lists_whole_tasks:
        entry.context.returned[entry.tasks.returned] = entry.tasks.result(task)
    try:
        return entry.tasks.is_ready(task)
    except KafkaError as error:
        entry.fail(error)
        return True
