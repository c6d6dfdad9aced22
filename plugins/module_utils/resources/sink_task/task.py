# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What both states of a sink task need: which task is meant, looking it up, and deleting it."""

from __future__ import annotations

import typing as t

from ...api import sink_tasks
from ...client.errors import KafkaError, ResourceError, ServiceError, doing
from ...client.waiter import wait
from .. import connector
from ..ids import check_given, check_id, check_name

if t.TYPE_CHECKING:
    from ...api.sink_tasks import SinkTask, SinkTaskList
    from ...client.client import Client
    from ...run import Run


class NamedTask:
    """The sink task that the user names, on its connector; raises ``InvalidInput`` for an id or name that is none."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.choice = connector.choose(run.params)
        check_given(run.params, "task_id", "task_name")
        self.task_id = check_id(run.params, "task_id")
        self.task_name = check_name(run.params, "task_name")
        self.connector_id = ""
        self._namesakes: list[str] = []

    def __str__(self) -> str:
        named = [text for text in (self.task_name, self.task_id) if text]
        return f"sink task {' / '.join(named)} of {self.choice}"

    @property
    def client(self) -> Client:
        return self.run.client

    def list_tasks(self) -> SinkTaskList:
        """Return the list of the connector's tasks."""
        with doing(f"list the sink tasks of {self.choice}"):
            return sink_tasks.list_tasks(self.client, self.connector_id)

    def find(self, listing: SinkTaskList) -> SinkTask | None:
        """Return the task that the user means, ``None`` if the list proves that there is none.

        Raises :class:`ResourceError` when the list is not complete, when id and name disagree, or when a name alone
        fits several tasks.
        """
        by_id = next((task for task in listing.tasks if task["task_id"] == self.task_id), None)
        by_name = [task for task in listing.tasks if task["task_name"] == self.task_name]
        if by_id:
            if self.task_name and by_id["task_name"] != self.task_name:
                raise ResourceError(
                    f"task_id and task_name disagree: the task {self.task_id} is named {by_id['task_name']}"
                )
            return by_id
        if not listing.complete:
            raise ResourceError(
                f"the list holds {len(listing.tasks)} of {listing.total_number} sink tasks,"
                " which does not prove what is there"
            )
        ids = ", ".join(task["task_id"] for task in by_name)
        if self.task_id and by_name:
            raise ResourceError(
                f"task_id and task_name disagree: {self.task_name} is the name of the task {ids}, not of {self.task_id}"
            )
        if len(by_name) > 1:
            error = ResourceError(f"{len(by_name)} sink tasks are named {self.task_name}: {ids}")
            error.advice = "Give task_id to say which one is meant."
            raise error
        return by_name[0] if by_name else None

    def delete(self, task_id: str, wait_until_gone: bool) -> None:
        """Delete the task; ``run.changed`` tells afterwards whether it was this run that deleted it."""
        with doing(f"delete {self} (task id {task_id})"):
            try:
                sink_tasks.delete_task(self.client, self.connector_id, task_id)
            except KafkaError as error:
                if not self._is_gone(error, task_id):
                    raise
                # Somebody was faster; this run itself, if the answer to an earlier try of it was lost.
                if error.lost_try or error.may_have_happened:
                    self._did_delete(task_id)
            else:
                self._did_delete(task_id)
                if wait_until_gone:
                    self.wait_until_gone(task_id)
            if self._namesakes and not self.task_id:
                raise ResourceError(
                    f"somebody has created a task of the same name meanwhile (task id {', '.join(self._namesakes)})"
                )

    def wait_until_gone(self, task_id: str) -> None:
        """Wait until the service no longer lists the task."""
        wait(
            self.client,
            lambda: self._look_for(task_id),
            seconds=self.run.params["wait_timeout"],
            what="the task to go away",
            progress=self.run.progress,
        )

    def warn_of_missing_parent(self, error: KafkaError) -> None:
        """Warn if *error* says that the connector or its instance is absent; raise it if it says anything else."""
        absent = connector.absence(error, self.choice)
        if not absent:
            raise error
        self.run.warn(f"{absent} So {self} is absent, too.")

    def _did_delete(self, task_id: str) -> None:
        self.run.did(f"deleted the task (task id {task_id})")

    def _is_gone(self, error: KafkaError, task_id: str) -> bool:
        """Return whether a DELETE that ended in *error* left no task behind; if not, *error* learns what is known."""
        if isinstance(error, ServiceError) and error.missing:
            if error.missing != "sink task":
                self.warn_of_missing_parent(error)
            return True
        if not (error.lost_try or error.may_have_happened):
            return False
        try:
            seen = self._look_for(task_id)
        except KafkaError:
            error.advice = "Whether it was deleted is not known, because looking it up failed, too: run the task again."
            return False
        error.advice = f"Whether it was deleted is not known (looked up after that: {seen}): run the task again."
        return seen is None

    def _look_for(self, task_id: str) -> str | None:
        """Return what there is of a task that was deleted, in words; ``None`` if the service says that it is gone."""
        try:
            listing = self.list_tasks()
        except ServiceError as error:
            if error.missing:
                return None
            raise
        self._namesakes = [task["task_id"] for task in listing.tasks if task["task_name"] == self.task_name]
        for task in listing.tasks:
            if task["task_id"] == task_id:
                return f"status {task.get('status')}"
        return None if listing.complete else f"a list of {len(listing.tasks)} of {listing.total_number} tasks"


def is_leaving(task: SinkTask) -> bool:
    """Return whether *task* has been deleted already and is only on its way out.

    The API documents no such status; this is how its instances spell it.
    """
    return "DELET" in str(task.get("status")).upper()
