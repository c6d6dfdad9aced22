# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Carries out the plans of a set: deletions, changes, creations, recreations, and one wait for all."""

from __future__ import annotations

import contextlib
import typing as t

from ...rest.concurrency import Stopped, run_concurrently
from ...rest.errors import KafkaError, ServiceError, UnexpectedState, WaitTimeout, WriteFailed
from .apply import equal_task, expect_equal, is_topic_in_use, order, seen_created
from .plan import Observed, Plan, Step, is_leaving
from .wait import Deadline, wait
from .writes import NotTried, Outcome, Seen, seen_deleted, stops_all, write_all

if t.TYPE_CHECKING:
    from ...api.task_list import Task, TaskList
    from ...rest.client import Client
    from .entry import Entry
    from .task_set import TaskSet


class ApplySet:
    """Carries out the plans of a set."""

    def __init__(self, task_set: TaskSet, listing: TaskList) -> None:
        self.set = task_set
        self.listing = listing
        self.client = task_set.context.client
        self.deadline = Deadline(self.client, task_set.params["wait_timeout"])
        self.waits = task_set.params["wait"]
        self.known = {task["task_id"] for task in listing.tasks}
        self.ids: dict[int, str] = {}
        self.timed_out = False
        self.list_error: KafkaError | None = None

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
            reason = "another task failed with an error that stops the set"
        elif self.list_error:
            reason = f"the tasks can't be listed ({self.list_error})"
        elif self._expired:
            reason = f"the {self.deadline.seconds:g} seconds of wait_timeout are over"
        if reason:
            for entry in entries:
                entry.skip(reason)
            return []
        return entries

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
            try:
                entry.tasks.delete(client, t.cast("Task", entry.task)["task_id"])
            except ServiceError as error:
                if not error.missing:
                    raise
                return error.lost_attempt
            return True

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            listing = self.set.reader.list(client)
            return {index: seen_deleted(listing, t.cast("Task", entries[index].task)) for index in indexes}

        client = self.client.until(self.deadline.end)
        for entry, write in zip(entries, write_all(client, entries, send, look_up, "deleted")):
            entry.error, entry.unknown = write.error, write.outcome is Outcome.UNKNOWN
            if write.value and not write.error:
                entry.context.did(f"deleted the task (task id {t.cast('Task', entry.task)['task_id']})")

    def _wait_until_gone(self, entries: list[Entry]) -> None:
        waiting = [entry for entry in entries if not entry.error]

        def poll(client: Client) -> str | None:
            listing = self.set.reader.list(client)
            left = [e for e in waiting if listing.by_id(t.cast("Task", e.task)["task_id"])]
            waiting[:] = left if listing.complete else waiting
            return f"{len(waiting)} tasks are not gone yet" if waiting else None

        self._wait(waiting, poll, "the tasks to be gone")

    def _wait(self, waiting: list[Entry], poll: t.Callable[[Client], str | None], what: str) -> None:
        """Wait until *poll* has emptied *waiting*; what is left then has failed."""
        if not waiting:
            return
        try:
            wait(self.client, poll, self.deadline, what)
        except KafkaError as error:
            self.timed_out = isinstance(error, WaitTimeout)
            self.list_error = None if self.timed_out else error
            for entry in waiting:
                entry.error = entry.error or error

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
                entry.error = error
                entry.unknown = isinstance(error, WriteFailed)
                if stops_all(error):
                    client.stop_others()
            except Stopped:
                entry.skip("another task failed with an error that stops the set")
            entry.plan, entry.task = applied.plan, {**(applied.existing or {}), "task_id": applied.task_id}

        run_concurrently(self.client, change, self._sendable(entries))

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
            listing = self.set.reader.list(client)
            return {index: seen_created(self._new(listing, entries[index])) for index in indexes}

        client = self.client.until(self.deadline.end)
        waiting = []
        writes = list(zip(entries, write_all(client, entries, send, look_up, "created", resend=True)))
        for entry, write in writes:
            # After a lookup that found no such task, the outcome is known.
            entry.error, entry.unknown = write.error, write.outcome is Outcome.UNKNOWN and not write.lookup
            if write.found:
                try:
                    expect_equal(self.client, entry.tasks, write.value)
                except KafkaError as error:
                    entry.error = error
            if not entry.error:
                self.ids[id(entry)] = write.value
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
            listing = self.set.reader.list(self.client)
            for entry in refused:
                task = equal_task(self.client, entry.tasks, self._new(listing, entry))
                if task:
                    entry.error, entry.task, entry.plan = None, task, Plan((Step.WAIT_READY,))
                    entry.context.returned[entry.tasks.returned] = entry.tasks.result(task)

    def _new(self, listing: TaskList, entry: Entry) -> list[Task]:
        return [task for task in listing.named(entry.name) if task["task_id"] not in self.known]

    def _confirm(self, waiting: list[Entry]) -> None:
        """Poll the list until each new task is listed, is the only one of its name, and is ready."""

        def poll(client: Client) -> str | None:
            listing = self.set.reader.list(client)
            waiting[:] = [entry for entry in waiting if not self._is_done(client, listing, entry)]
            names = ", ".join(entry.name for entry in waiting)
            return f"{len(waiting)} tasks are not ready yet ({names})" if waiting else None

        self._wait(waiting, poll, "the tasks to be ready")

    def _is_done(self, client: Client, listing: TaskList, entry: Entry) -> bool:
        own = self.ids[id(entry)]
        tasks = {task["task_id"]: task for task in self._new(listing, entry) if not is_leaving(task)}
        ours = tasks.pop(own, None)
        if ours is None:
            return False
        try:
            if tasks:
                earliest = min(tasks.values(), key=order)
                if order(earliest) > order(ours):
                    return False
                entry.tasks.delete(client, own)
                entry.context.did(
                    f"deleted it again, because task {earliest['task_id']} of the same name was created before it"
                )
                raise UnexpectedState(
                    f"another run has created task {earliest['task_id']} of the same name before it, so it was deleted again",
                    "Run the task again to compare that one.",
                )
            body = t.cast("dict[str, t.Any]", entry.plan.body)
            entry.context.returned[entry.tasks.returned] = entry.tasks.result({**body, **ours})
            return not self.waits or entry.tasks.is_ready(ours)
        except KafkaError as error:
            entry.error = error
            return True

    # --- wait ----------------------------------------------------------------------------------------------------------

    def _wait_for_rest(self, changed: list[Entry]) -> None:
        """Poll the list until the *changed* tasks, and those that were as wanted, are ready or gone."""
        waiting = [entry for entry in changed if not entry.error]
        for entry in self.set.all_entries:
            if entry in changed or entry.plan.writes or not entry.task or entry.error:
                continue
            if {Step.WAIT_READY, Step.WAIT_GONE} & set(entry.plan.steps) and not is_settled(entry, entry.task):
                waiting.append(entry)

        def poll(client: Client) -> str | None:
            listing = self.set.reader.list(client)
            waiting[:] = [
                entry
                for entry in waiting
                if not is_settled(entry, listing.by_id(t.cast("Task", entry.task)["task_id"]), listing.complete)
            ]
            names = ", ".join(entry.name for entry in waiting)
            return f"{len(waiting)} tasks are not ready yet ({names})" if waiting else None

        self._wait(waiting, poll, "the tasks to be ready")


def is_settled(entry: Entry, task: Task | None, listed: bool = True) -> bool:
    """Return whether the wait for *entry* is over, with *task* as it is now; *listed*: the list is complete."""
    if Step.WAIT_GONE in entry.plan.steps and Step.CREATE not in entry.plan.steps:
        return task is None and listed
    if task is None:
        if listed:
            entry.error = UnexpectedState("the task was deleted in the meantime")
        return listed
    if entry.tasks.lists_whole_tasks:
        entry.context.returned[entry.tasks.returned] = entry.tasks.result(task)
    try:
        return entry.tasks.is_ready(task)
    except KafkaError as error:
        entry.error = error
        return True
