# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sink task: brings it to the state that the user wants, and tells what that took.

The API has no way to change a task, so one that differs is either left alone with an error, or deleted and created.
"""

from __future__ import annotations

import typing as t

from ..api import sink_tasks
from ..client.errors import KafkaError, ResourceError, ServiceError, doing
from ..client.waiter import wait
from ..run import Diff, Run
from . import connector, sink_task_options
from .creation import create_once
from .ids import check_id, check_name

if t.TYPE_CHECKING:
    from ..api.sink_tasks import SinkTask, SinkTaskList
    from ..client.client import Client


def ensure(run: Run) -> None:
    """Bring the sink task that ``run.params`` name to its ``state``."""
    SinkTaskRun(run).ensure()


class SinkTaskRun:
    """The wanted sink task of one run, and the steps towards it."""

    def __init__(self, run: Run) -> None:
        params = run.params
        self.run = run
        self.choice = connector.choose(params)
        self.task_id = check_id(params, "task_id")
        self.task_name = check_name(params, "task_name")
        self.wanted: sink_task_options.Descriptor = {}
        if params["state"] == "present":
            self.wanted = sink_task_options.check_descriptor(params[sink_task_options.OPTION])
        self.connector_id = ""

    @property
    def client(self) -> Client:
        return self.run.client

    def __str__(self) -> str:
        named = [text for text in (self.task_name, self.task_id) if text]
        return "sink task {} of {}".format(" / ".join(named), self.choice)

    def ensure(self) -> None:
        absent = self.run.params["state"] == "absent"
        with doing("{} {}".format("delete" if absent else "create", self)):
            if absent:
                self._remove()
            else:
                self._provide()

    # Looking

    def _list(self) -> SinkTaskList:
        with doing(f"list the sink tasks of {self.choice}"):
            return sink_tasks.list_tasks(self.client, self.connector_id)

    def _find(self, listing: SinkTaskList) -> SinkTask | None:
        """Return the task that the user means, ``None`` if the list proves that there is none.

        Raises :class:`ResourceError` when the list is not complete, when id and name disagree, or when a name alone
        fits several tasks.
        """
        by_id = next((task for task in listing.tasks if task["task_id"] == self.task_id), None)
        by_name = [task for task in listing.tasks if task["task_name"] == self.task_name]
        if by_id:
            if self.task_name and by_id["task_name"] != self.task_name:
                raise ResourceError(
                    "task_id and task_name disagree: the task {} is named {}".format(self.task_id, by_id["task_name"])
                )
            return by_id
        if not listing.complete:
            raise ResourceError(
                f"the list holds {len(listing.tasks)} of {listing.total_number} sink tasks,"
                " which does not prove what is there"
            )
        if self.task_id:
            if by_name:
                raise ResourceError(
                    "task_id and task_name disagree:"
                    f" the task named {self.task_name} has the id {_ids(by_name)}, not {self.task_id}"
                )
            return None
        if len(by_name) > 1:
            error = ResourceError(f"{len(by_name)} sink tasks are named {self.task_name}: {_ids(by_name)}")
            error.advice = "Give task_id to say which one is meant."
            raise error
        return by_name[0] if by_name else None

    # state: absent

    def _remove(self) -> None:
        try:
            self.connector_id = connector.resolve(self.client, self.choice)
            task = self._find(self._list())
        except KafkaError as error:
            if isinstance(error, ServiceError) and error.missing == "sink task":
                return
            self._warn_of_missing_parent(error)
            return
        if task is None:
            return
        self.run.returned["sink_task"] = task
        if self.run.check_mode:
            self.run.changed = True
        else:
            self._delete(task["task_id"], wait_until_gone=self.run.params["wait"])
        if self.run.changed:
            self.run.diff = Diff(task, {})

    def _warn_of_missing_parent(self, error: KafkaError) -> None:
        absent = connector.absence(error, self.choice)
        if not absent:
            raise error
        self.run.warn(f"{absent} So {self} is absent, too.")

    def _delete(self, task_id: str, wait_until_gone: bool) -> None:
        """Delete the task and set ``run.changed`` if it was this run that deleted it."""
        with doing(f"delete {self} (task id {task_id})"):
            try:
                sink_tasks.delete_task(self.client, self.connector_id, task_id)
                self.run.did(f"deleted the task (task id {task_id})")
            except KafkaError as error:
                if isinstance(error, ServiceError) and error.missing:
                    # Somebody was faster: this run itself, if the answer to an earlier try of it was lost.
                    if error.lost_try:
                        self.run.did(f"deleted the task (task id {task_id})")
                    if error.missing != "sink task":
                        self._warn_of_missing_parent(error)
                    return
                if not error.lost_try or self._still_listed(task_id, error):
                    raise
                self.run.did(f"deleted the task (task id {task_id})")
                return
            if wait_until_gone:
                self._wait_until_gone(task_id)

    def _still_listed(self, task_id: str, error: KafkaError) -> bool:
        """Look after a DELETE without an answer; *error* learns what was seen."""
        try:
            listing = self._list()
        except KafkaError as unread:
            if isinstance(unread, ServiceError) and unread.missing:
                return False
            error.advice = "Whether it was deleted is not known, because looking it up failed, too: run the task again."
            return True
        if listing.complete and all(task["task_id"] != task_id for task in listing.tasks):
            return False
        error.advice = "The task was still listed after that: run the task again."
        return True

    def _wait_until_gone(self, task_id: str) -> None:
        def look() -> str | None:
            try:
                listing = self._list()
            except ServiceError as error:
                if error.missing:
                    return None
                raise
            for task in listing.tasks:
                if task["task_id"] == task_id:
                    return "status {}".format(task.get("status"))
            if not listing.complete:
                return f"a list of {len(listing.tasks)} of {listing.total_number} tasks"
            return None

        wait(
            self.client,
            look,
            seconds=self.run.params["wait_timeout"],
            what="the task to go away",
            progress=self.run.progress,
        )

    # state: present

    def _provide(self) -> None:
        self.connector_id = connector.resolve(self.client, self.choice)
        listing = self._list()
        listed = self._find(listing)
        existing = self._show(listed["task_id"]) if listed else None
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
        self._recreate(existing)

    def _show(self, task_id: str) -> SinkTask | None:
        with doing(f"read {self} (task id {task_id})"):
            try:
                return _without_secrets(sink_tasks.show_task(self.client, self.connector_id, task_id))
            except ServiceError as error:
                if error.missing == "sink task":
                    return None
                raise

    def _differences(self, existing: SinkTask) -> dict[str, tuple[t.Any, t.Any]]:
        differing = sink_task_options.differences(
            self.wanted, existing[sink_task_options.OPTION], existing.get("topics")
        )
        if self.run.params["recreate"] and _failed(existing["status"]):
            differing["status"] = (existing["status"], "RUNNING")
        return differing

    def _settle(self, existing: SinkTask) -> None:
        """The task is as wanted; wait until it runs, too."""
        self.run.returned["sink_task"] = existing
        if not self.run.params["wait"]:
            return
        with doing("wait for {} (task id {})".format(self, existing["task_id"])):
            if not self._settled(existing) and not self.run.check_mode:
                self._wait_until_running(existing["task_id"])

    def _create_anew(self, listing: SinkTaskList) -> None:
        body = self._body(sink_task_options.DEFAULTS)
        self.run.diff = Diff({}, _described(body))
        if not self.run.check_mode:
            self._create(body, known={task["task_id"] for task in listing.tasks})
            return
        if _quota_used_up(listing):
            error = ResourceError(
                f"the quota is used up: there are {listing.total_number} of {listing.quota_tasks} sink tasks"
            )
            error.advice = "Delete tasks that are no longer needed, or have the quota raised."
            raise error
        self._predict(body)

    def _recreate(self, existing: SinkTask) -> None:
        echoed = existing[sink_task_options.OPTION]
        # What the user does not name stays as it was.
        kept = {
            name: value
            for name, value in sink_task_options.comparable(echoed).items()
            if name not in ("topics", "topics_regex")
        }
        body = self._body({**sink_task_options.DEFAULTS, **kept})
        before = _described({**body, sink_task_options.OPTION: echoed}, existing.get("topics"))
        self.run.diff = Diff(before, _described(body))
        if self.run.check_mode:
            self._predict(body)
            return
        self._delete(existing["task_id"], wait_until_gone=True)
        with doing(f"create {self} anew"):
            self._create(body, known={existing["task_id"]})

    def _predict(self, body: dict[str, t.Any]) -> None:
        self.run.changed = True
        self.run.returned["sink_task"] = _without_secrets(body)

    def _create(self, body: dict[str, t.Any], known: set[str]) -> None:
        """Create the task and wait for it; *known* are the ids of tasks that were there before."""

        def new_ones() -> list[str]:
            return [
                task["task_id"]
                for task in self._list().tasks
                if task["task_name"] == self.task_name and task["task_id"] not in known
            ]

        created = create_once(
            self.client,
            create=lambda: sink_tasks.create_task(self.client, self.connector_id, body),
            new_ones=new_ones,
            delete=lambda task_id: sink_tasks.delete_task(self.client, self.connector_id, task_id),
        )
        if created.adopted:
            self._expect_ours(created.id)
        self.run.did(f"created the task (task id {created.id})")
        self.run.returned["sink_task"] = {"task_id": created.id, **_without_secrets(body)}
        with doing(f"wait for {self} (task id {created.id})"):
            if self.run.params["wait"]:
                self._wait_until_running(created.id)
            else:
                self._describe(created.id)

    def _expect_ours(self, task_id: str) -> None:
        """The answer to the creation was lost, and a task has appeared: it is ours if it is as we wanted it."""
        appeared = self._show(task_id)
        if appeared is None or self._differences(appeared):
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
            sink_task_options.OPTION: {**base, **self.wanted},
        }


def _ids(tasks: list[SinkTask]) -> str:
    return ", ".join(task["task_id"] for task in tasks)


def _failed(status: str) -> bool:
    # The API documents no status of failure; these words are how its other resources spell it.
    return "FAIL" in status.upper() or "ERROR" in status.upper()


def _quota_used_up(listing: SinkTaskList) -> bool:
    # What max_tasks and quota_tasks mean is told apart nowhere; when both are reached, no reading leaves room.
    limits = (listing.max_tasks, listing.quota_tasks)
    return all(limit is not None and listing.total_number >= limit for limit in limits)


def _without_secrets(task: SinkTask) -> SinkTask:
    descriptor = {
        name: value for name, value in task[sink_task_options.OPTION].items() if name not in sink_task_options.SECRETS
    }
    return {**task, sink_task_options.OPTION: descriptor}


def _described(body: dict[str, t.Any], listed_topics: t.Any = None) -> dict[str, t.Any]:
    """Return a task for the diff, in the form that compares."""
    return {
        **body,
        sink_task_options.OPTION: sink_task_options.comparable(body[sink_task_options.OPTION], listed_topics),
    }


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
