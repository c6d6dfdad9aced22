# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The sink tasks of a connector."""

from __future__ import annotations

import typing as t

from ...api import sink_tasks
from ...reconcile.plan import has_failed
from ...rest.errors import ServiceError, UnexpectedState, action
from .. import connector
from ..connector import ConnectorTasks
from .fields import TASK
from .plan import differences

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.listing import Listing, Row
    from ...reconcile.fields import Differences
    from ...rest.client import Client
    from ..connector import ConnectorChoice
    from .plan import Desired


class Place:
    """The connector that sink tasks are on. :meth:`resolve` finds its id."""

    def __init__(self, choice: ConnectorChoice) -> None:
        self.choice = choice
        self.connector_id = ""
        self.instance: Instance | None = None

    def resolve(self, client: Client) -> None:
        """Find the connector; see :func:`connector.resolve`."""
        self.connector_id, self.instance = connector.resolve(client, self.choice)


class SinkTasks(ConnectorTasks):
    """The sink tasks of a connector, for ``reconcile``."""

    noun = "sink task"
    returned = "sink_task"
    lists_whole_tasks = False
    ready = "RUNNING"
    place: Place
    desired: Desired

    def list(self, client: Client) -> Listing:
        return sink_tasks.list_tasks(client, self.place.connector_id)

    def show(self, client: Client, task_id: str) -> Row | None:
        with action(f"read {self.target} (task id {task_id})"):
            try:
                task = sink_tasks.show_task(client, self.place.connector_id, task_id)
            except ServiceError as error:
                if error.missing == "task":
                    return None
                raise
            if task["task_name"] != self.desired.task_name:
                raise UnexpectedState(f"the service returned a task that is named {task['task_name']}")
            return self.result(task)

    def create(self, client: Client, body: dict[str, t.Any]) -> str:
        return sink_tasks.create_task(client, self.place.connector_id, body)

    def delete(self, client: Client, task_id: str) -> None:
        sink_tasks.delete_task(client, self.place.connector_id, task_id)

    def result(self, task: Row) -> Row:
        return TASK.without_secrets(task)

    def differences(self, task: Row) -> Differences:
        return differences(self.desired, task)

    def is_ready(self, task: Row) -> bool:
        if has_failed(task):
            raise UnexpectedState(
                f"the task has the status {task['status']}",
                "Check the bucket and the keys; recreate: true deletes a failed task and creates it again.",
            )
        if task["status"] == "PAUSED":
            text = str(self.target)
            self.context.warn(
                f"{text[:1].upper()}{text[1:]} is PAUSED; the console and the Smart Connect API can resume it."
            )
            return True
        return bool(task["status"] == "RUNNING")

    def preflight(self) -> None:
        connector.check_status(self.context, self.place.instance)
