# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""A sink task from its options to its result: observe, plan, carry out."""

from __future__ import annotations

import typing as t

from ...api import sink_tasks
from ...rest.errors import InvalidOption, KafkaError, ServiceError, UnexpectedState, action
from .. import connector
from ..options import check_given, check_id, check_name
from ..reconcile.apply import Target, carry_out
from ..reconcile.plan import Observed, has_failed, match
from ..reconcile.wait import check_wait_timeout
from .descriptor import OPTION, TABLE
from .plan import Wanted, differences, plan

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.task_list import Task, TaskList
    from ...context import TaskContext
    from ...rest.client import Client
    from ..connector import ConnectorChoice
    from ..reconcile.fields import Differences


def ensure(context: TaskContext) -> None:
    """Bring the sink task that the options select to its ``state``."""
    choice = connector.choose(context.params)
    wanted = read_wanted(context.params)
    names = " / ".join(filter(None, (wanted.task_name, wanted.task_id)))
    target = Target(wanted.task_id, wanted.task_name, f"sink task {names} of {choice}")
    with action(f"{'delete' if wanted.state == 'absent' else 'create'} {target}"):
        place = Place(choice)
        tasks = SinkTasks(context, place, wanted, target)
        try:
            place.resolve(context.client)
            with action(f"list the sink tasks of {choice}"):
                listing = tasks.list(context.client)
            task = match(wanted.task_id, wanted.task_name, listing, tasks.noun)
        except KafkaError as error:
            if wanted.state == "absent" and tasks.is_absent(error):
                return
            raise
        if task and wanted.state == "present":
            task = tasks.show(context.client, task["task_id"])
        if task:
            context.returned[tasks.returned] = tasks.result(task)
        observed = Observed(listing, task)
        carry_out(context, tasks, target, observed, plan(wanted, observed))


def read_wanted(params: t.Mapping[str, t.Any], needs_secrets: bool = True) -> Wanted:
    """Return what *params* ask for. Raises :class:`InvalidOption`."""
    check_given(params, "task_id", "task_name")
    timeout = check_wait_timeout(params)
    descriptor = {}
    if params["state"] == "present":
        check_given(params, "task_name")
        check_given(params, OPTION)
        descriptor = TABLE.prepare(params[OPTION], needs_secrets)
        if params["update_secrets"] == "always" and not params["recreate"]:
            raise InvalidOption("update_secrets: always needs recreate: true, because the API can't change a sink task")
        if params["recreate"] and timeout == 0:
            raise InvalidOption("wait_timeout must be more than 0 with recreate: true")
    return Wanted(
        params["state"],
        check_id(params, "task_id"),
        check_name(params, "task_name"),
        descriptor,
        params["source_type"],
        params["destination_type"],
        params["recreate"],
        params["update_secrets"],
        params["wait"],
    )


class Place:
    """The connector that sink tasks are on. :meth:`resolve` finds its id."""

    def __init__(self, choice: ConnectorChoice) -> None:
        self.choice = choice
        self.connector_id = ""
        self.instance: Instance | None = None

    def resolve(self, client: Client) -> None:
        """Find the connector; see :func:`connector.resolve`."""
        self.connector_id, self.instance = connector.resolve(client, self.choice)


class SinkTasks:
    """The sink tasks of a connector, as ``reconcile`` needs them."""

    noun = "sink task"
    returned = "sink_task"
    lists_whole_tasks = False

    def __init__(self, context: TaskContext, place: Place, wanted: Wanted, target: Target) -> None:
        self._context = context
        self._place = place
        self._wanted = wanted
        self._target = target

    def list(self, client: Client) -> TaskList:
        return sink_tasks.list_tasks(client, self._place.connector_id)

    def show(self, client: Client, task_id: str) -> Task | None:
        with action(f"read {self._target} (task id {task_id})"):
            try:
                task = sink_tasks.show_task(client, self._place.connector_id, task_id)
            except ServiceError as error:
                if error.missing == "task":
                    return None
                raise
            if task["task_name"] != self._wanted.task_name:
                raise UnexpectedState(f"the service returned a task that is named {task['task_name']}")
            return self.result(task)

    def create(self, client: Client, body: dict[str, t.Any]) -> str:
        return sink_tasks.create_task(client, self._place.connector_id, body)

    def delete(self, client: Client, task_id: str) -> None:
        sink_tasks.delete_task(client, self._place.connector_id, task_id)

    def result(self, task: Task) -> Task:
        # The list has no descriptor.
        return {**task, OPTION: TABLE.without_secrets(task[OPTION])} if OPTION in task else task

    def differences(self, task: Task) -> Differences:
        return differences(self._wanted, task)

    def is_ready(self, task: Task) -> bool:
        if has_failed(task):
            raise UnexpectedState(
                f"the task has the status {task['status']}",
                "Check the bucket and the keys; recreate: true deletes a failed task and creates it again.",
            )
        if task["status"] == "PAUSED":
            text = str(self._target)
            self._context.warn(
                f"{text[:1].upper()}{text[1:]} is PAUSED; the console and the Smart Connect API can resume it."
            )
            return True
        return bool(task["status"] == "RUNNING")

    def absence_of_parent(self, error: KafkaError) -> str | None:
        absent = connector.absence(error, self._place.choice)
        return f"{absent} Therefore {self._target} is absent." if absent else None

    def is_absent(self, error: KafkaError) -> bool:
        """Return whether *error* proves that the task is absent; warn if its connector or instance is."""
        warning = self.absence_of_parent(error)
        if warning:
            self._context.warn(warning)
        return bool(warning) or (isinstance(error, ServiceError) and error.missing == "task")

    def preflight(self) -> None:
        connector.check_status(self._context, self._place.instance)
