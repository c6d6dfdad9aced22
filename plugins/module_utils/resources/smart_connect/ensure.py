# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""A Smart Connect task from its options to its result: observe, plan, carry out."""

from __future__ import annotations

import typing as t

from ...api import instances, smart_connect
from ...rest.errors import InvalidOption, KafkaError, ServiceError, action
from .. import connector
from ..connector import ConnectorChoice
from ..options import check_given, check_id, check_name
from ..reconcile.apply import Target, carry_out
from ..reconcile.plan import Observed, has_failed, match
from ..reconcile.wait import check_wait_timeout
from .apply import ApplySmartConnect
from .fields import prepare, without_secrets
from .plan import AT_REST, PAUSED, RUNNING, WAITING, Wanted, failed, plan

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.task_list import Task, TaskList
    from ...context import TaskContext
    from ...rest.client import Client
    from ..reconcile.fields import Differences

_VERBS = {"absent": "delete", "present": "create", "running": "run", "paused": "pause", "restarted": "restart"}


def choose_instance(params: t.Mapping[str, t.Any]) -> ConnectorChoice:
    """Return which instance *params* select, with checked id and name."""
    check_given(params, "instance_id", "instance_name")
    return ConnectorChoice(None, check_id(params, "instance_id"), check_name(params, "instance_name"))


def ensure(context: TaskContext) -> None:
    """Bring the Smart Connect task that the options select to its ``state``."""
    choice = choose_instance(context.params)
    wanted = read_wanted(context.params)
    names = " / ".join(filter(None, (wanted.task_name, wanted.task_id)))
    target = Target(
        wanted.task_id,
        wanted.task_name,
        f"Smart Connect task {names} of instance {choice.instance_id or choice.instance_name}",
    )
    with action(f"{_VERBS[wanted.state]} {target}"):
        place = Place(choice)
        tasks = SmartConnectTasks(context, place, wanted, target)
        try:
            place.resolve(context.client)
            listing = tasks.list(context.client)
            task = match(wanted.task_id, wanted.task_name, listing, tasks.noun)
        except KafkaError as error:
            if wanted.state == "absent" and tasks.is_absent(error):
                return
            raise
        if task:
            context.returned[tasks.returned] = tasks.result(task)
        observed = Observed(listing, task)
        steps = plan(wanted, observed)
        carry_out(context, tasks, target, observed, steps, ApplySmartConnect)
        if context.params["wait_healthy"] and not steps.writes:
            from . import health  # not imported where it is not asked for

            health.check(context, place.instance_id, t.cast("Task", task))


def read_wanted(params: t.Mapping[str, t.Any]) -> Wanted:
    """Return what *params* ask for. Raises :class:`InvalidOption`."""
    check_given(params, "task_id", "task_name")
    timeout = check_wait_timeout(params)
    description = None
    if params["state"] != "absent":
        description = prepare(params)
        if description is None and params["state"] == "present":
            raise InvalidOption("topics or topics_regex, and sink_task or source_task must be set")
        if params["update_secrets"] == "always" and not params["recreate"]:
            raise InvalidOption("update_secrets: always needs recreate: true")
        if params["recreate"] and timeout == 0:
            raise InvalidOption("wait_timeout must be more than 0 with recreate: true")
        if params["state"] == "present":
            check_given(params, "task_name")
    if params.get("wait_healthy") and not (params["state"] == "running" and params["wait"]):
        raise InvalidOption("wait_healthy needs state: running and wait: true")
    return Wanted(
        params["state"],
        check_id(params, "task_id"),
        check_name(params, "task_name"),
        description,
        params["modify"],
        params["recreate"],
        params["update_secrets"],
        params["wait"],
    )


class Place:
    """The instance that Smart Connect tasks are on. :meth:`resolve` finds its id."""

    def __init__(self, choice: ConnectorChoice) -> None:
        self.choice = choice
        self.instance_id = choice.instance_id or ""
        self._instance: Instance | None = None

    def resolve(self, client: Client) -> None:
        """Find the id of an instance that was selected by its name."""
        if not self.instance_id:
            self._instance = connector.find_instance(client, t.cast("str", self.choice.instance_name))
            self.instance_id = self._instance["instance_id"]

    def read(self, client: Client) -> Instance:
        """Return the instance, read at most once."""
        if self._instance is None:
            with action(f"read instance {self.instance_id}"):
                self._instance = instances.show_instance(client, self.instance_id)
        return self._instance


class SmartConnectTasks:
    """The Smart Connect tasks of an instance, as ``reconcile`` needs them."""

    noun = "Smart Connect task"
    returned = "smart_connect_task"
    lists_whole_tasks = True

    def __init__(self, context: TaskContext, place: Place, wanted: Wanted, target: Target) -> None:
        self.wanted = wanted
        self._context = context
        self._place = place
        self._target = target

    @property
    def instance_id(self) -> str:
        """The id of the instance."""
        return self._place.instance_id

    def list(self, client: Client) -> TaskList:
        return smart_connect.list_tasks(client, self.instance_id)

    def show(self, client: Client, task_id: str) -> Task | None:
        with action(f"read {self._target} (task id {task_id})"):
            try:
                return smart_connect.show_task(client, self.instance_id, task_id)
            except ServiceError as error:
                if error.missing == "task":
                    return None
                raise

    def create(self, client: Client, body: dict[str, t.Any]) -> str:
        return smart_connect.create_task(client, self.instance_id, body)

    def delete(self, client: Client, task_id: str) -> None:
        smart_connect.delete_task(client, self.instance_id, task_id)

    def result(self, task: Task) -> Task:
        return without_secrets(task)

    def differences(self, task: Task) -> Differences:
        return self.wanted.description.differences(task) if self.wanted.description else {}

    def is_ready(self, task: Task) -> bool:
        if has_failed(task):
            raise failed(task)
        expected = {"running": (RUNNING,), "restarted": (RUNNING,), "paused": (PAUSED, WAITING)}
        return task["status"] in expected.get(self.wanted.state, AT_REST)

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
        client = self._context.client
        connector.check_status(self._context, self._place.read(client))
        description = self.wanted.description
        if self._context.params["validate"] and description and description.side == "source_task":
            with action("validate the connection to the peer of the replication"):
                smart_connect.validate(client, self.instance_id, description.descriptor)
