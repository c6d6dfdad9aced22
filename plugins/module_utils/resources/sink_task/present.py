# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``state: present``: creates the task if it is not there, and never changes one that is without being told to."""

from __future__ import annotations

import typing as t

from ...api import sink_tasks
from ...client.errors import KafkaError, ResourceError, ServiceError, doing
from ...client.waiter import wait
from ...run import Diff
from .. import connector
from ..creation import create_once
from ..ids import check_given
from . import descriptor
from .task import NamedTask, is_leaving

if t.TYPE_CHECKING:
    from ...api.sink_tasks import SinkTask, SinkTaskList
    from ...run import Run

# Field to what it is and what is wanted.
Differences = dict[str, tuple[t.Any, t.Any]]


class Provision(NamedTask):
    """A sink task that must exist, be as it is described, and run."""

    def __init__(self, run: Run) -> None:
        super().__init__(run)
        for option in ("task_name", descriptor.OPTION):
            check_given(run.params, option)
        self.wanted = descriptor.check_descriptor(run.params[descriptor.OPTION])

    def ensure(self) -> None:
        with doing(f"create {self}"):
            self._provide()

    def _provide(self) -> None:
        self.connector_id = connector.resolve(self.client, self.choice)
        listing = self.list_tasks()
        listed = self.find(listing)
        existing = self._show(listed["task_id"]) if listed else None
        if existing and is_leaving(existing):
            if not self.run.check_mode:
                self.wait_until_gone(existing["task_id"])
            existing = None
        if existing is None:
            if self.task_id:
                error = ResourceError(f"there is no sink task with the id {self.task_id}")
                error.advice = "The service gives a new task its id: leave out task_id to create one."
                raise error
            self._create_anew(listing)
            return
        differing = self._differences(existing)
        if not differing:
            self._settle(existing)
            return
        if not self.run.params["recreate"]:
            self.run.returned["sink_task"] = existing
            error = ResourceError(
                "it exists (task id {}) and differs: {}".format(
                    existing["task_id"],
                    "; ".join("{} is {!r}, wanted {!r}".format(name, *pair) for name, pair in differing.items()),
                )
            )
            error.doing = f"bring {self} to the wanted state"
            error.advice = "The API can't change a task; recreate: true deletes it and creates it anew."
            raise error
        self._recreate(existing, listing, differing)

    def _show(self, task_id: str) -> SinkTask | None:
        with doing(f"read {self} (task id {task_id})"):
            try:
                task = sink_tasks.show_task(self.client, self.connector_id, task_id)
            except ServiceError as error:
                if error.missing == "sink task":
                    return None
                raise
            if task["task_name"] != self.task_name:
                raise ResourceError(f"the service describes a task that is named {task['task_name']}")
            return _without_secrets(task)

    def _differences(self, existing: SinkTask) -> Differences:
        differing = self._settings_that_differ(existing)
        if self.run.params["recreate"] and _failed(existing["status"]):
            differing["status"] = (existing["status"], "RUNNING")
        return differing

    def _settings_that_differ(self, existing: SinkTask) -> Differences:
        return descriptor.differences(self.wanted, existing[descriptor.OPTION], existing.get("topics"))

    def _settle(self, existing: SinkTask) -> None:
        """The task is as wanted; wait until it runs, too."""
        self.run.returned["sink_task"] = existing
        if not self.run.params["wait"]:
            return
        with doing("wait for {} (task id {})".format(self, existing["task_id"])):
            if not self._settled(existing) and not self.run.check_mode:
                self._wait_until_running(existing["task_id"])

    def _create_anew(self, listing: SinkTaskList) -> None:
        body = self._body(descriptor.DEFAULTS)
        self.run.diff = Diff({}, _described(body))
        if not self.run.check_mode:
            self._create(body, listing)
            return
        if _quota_used_up(listing):
            error = ResourceError(
                f"the quota is used up: there are {listing.total_number} of {listing.quota_tasks} sink tasks"
            )
            error.advice = "Delete tasks that are no longer needed, or have the quota raised."
            raise error
        self._predict(body)

    def _recreate(self, existing: SinkTask, listing: SinkTaskList, differing: Differences) -> None:
        echoed = existing[descriptor.OPTION]
        # What the user does not name stays as it was.
        kept = {
            name: value
            for name, value in descriptor.comparable(echoed).items()
            if name not in ("topics", "topics_regex")
        }
        body = self._body({**descriptor.DEFAULTS, **kept})
        before = _described({**body, descriptor.OPTION: echoed}, existing.get("topics"))
        after = _described(body)
        if "status" in differing:
            before["status"], after["status"] = differing["status"]
        self.run.diff = Diff(before, after)
        if self.run.check_mode:
            self._predict(body)
            return
        self.run.returned["sink_task"] = existing
        self.delete(existing["task_id"], wait_until_gone=True)
        with doing(f"create {self} anew"):
            self._create(body, listing)

    def _predict(self, body: dict[str, t.Any]) -> None:
        self.run.changed = True
        self.run.returned["sink_task"] = _without_secrets(body)

    def _create(self, body: dict[str, t.Any], listing: SinkTaskList) -> None:
        """Create the task and wait for it; *listing* is what was there before."""
        known = {task["task_id"] for task in listing.tasks}

        def new_ones() -> list[str]:
            return [
                task["task_id"]
                for task in self.list_tasks().tasks
                if task["task_name"] == self.task_name and task["task_id"] not in known
            ]

        created = create_once(
            self.client,
            create=lambda: self._post(body),
            new_ones=new_ones,
            delete=lambda task_id: sink_tasks.delete_task(self.client, self.connector_id, task_id),
        )
        if created.adopted:
            self._expect_ours(created.id)
            self._did_create(created.id)
        self.run.returned["sink_task"] = {"task_id": created.id, **_without_secrets(body)}
        with doing(f"wait for {self} (task id {created.id})"):
            if self.run.params["wait"]:
                self._wait_until_running(created.id)
            else:
                self._describe(created.id)

    def _post(self, body: dict[str, t.Any]) -> str:
        task_id = sink_tasks.create_task(self.client, self.connector_id, body)
        self._did_create(task_id)
        return task_id

    def _did_create(self, task_id: str) -> None:
        self.run.did(f"created the task (task id {task_id})")

    def _expect_ours(self, task_id: str) -> None:
        """The answer to the creation was lost, and a task has appeared: it is ours if it is as we wanted it."""
        try:
            appeared = self._show(task_id)
        except KafkaError as error:
            error.advice = (
                f"The answer of the service was lost, so this may be what was created (task id {task_id}):"
                " run the task again."
            )
            raise
        if appeared is None or self._settings_that_differ(appeared):
            raise ResourceError(
                "the answer of the service was lost, and the task of that name that has appeared since"
                f" (task id {task_id}) is not as wanted, so somebody else may have created it"
            )

    def _describe(self, task_id: str) -> None:
        """Return the task as the service describes it, if it does so already: it is created whatever comes of this."""
        try:
            described = self._show(task_id)
        except KafkaError as error:
            self.run.warn(f"The task was created, but could not be read: {error}.")
            return
        if described:
            self.run.returned["sink_task"] = described

    def _wait_until_running(self, task_id: str) -> None:
        seen_before = False

        def look() -> str | None:
            nonlocal seen_before
            task = self._show(task_id)
            if task is None:
                if seen_before:
                    raise ResourceError("the task was deleted by somebody else in the meantime")
                return "not there yet"
            seen_before = True
            self.run.returned["sink_task"] = task
            return None if self._settled(task) else "status {}".format(task["status"])

        wait(
            self.client,
            look,
            seconds=self.run.params["wait_timeout"],
            what="the task to be RUNNING",
            progress=self.run.progress,
        )

    def _settled(self, task: SinkTask) -> bool:
        """Return whether waiting for RUNNING is over; raises :class:`ResourceError` when it would be in vain."""
        status = task["status"]
        if _failed(status):
            error = ResourceError(f"the task has the status {status}")
            error.advice = "Check the bucket and the keys; recreate: true deletes a failed task and creates it anew."
            raise error
        if status == "PAUSED":
            self.run.warn(
                f"{_capital(str(self))} is PAUSED; it can be resumed in the console or by the Smart Connect API only."
            )
            return True
        return bool(status == "RUNNING")

    def _body(self, base: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        return {
            "source_type": self.run.params["source_type"],
            "task_name": self.task_name,
            "destination_type": self.run.params["destination_type"],
            descriptor.OPTION: {**base, **self.wanted},
        }


def _failed(status: str) -> bool:
    # The API documents no status of failure; these words are how its other resources spell it.
    return "FAIL" in status.upper() or "ERROR" in status.upper()


def _quota_used_up(listing: SinkTaskList) -> bool:
    # What max_tasks and quota_tasks mean is told apart nowhere; when both are reached, no reading leaves room.
    limits = (listing.max_tasks, listing.quota_tasks)
    return all(limit is not None and listing.total_number >= limit for limit in limits)


def _without_secrets(task: SinkTask) -> SinkTask:
    shown = {name: value for name, value in task[descriptor.OPTION].items() if name not in descriptor.SECRETS}
    return {**task, descriptor.OPTION: shown}


def _described(body: dict[str, t.Any], listed_topics: t.Any = None) -> dict[str, t.Any]:
    """Return a task for the diff, in the form that compares."""
    return {
        **body,
        descriptor.OPTION: descriptor.comparable(body[descriptor.OPTION], listed_topics),
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
