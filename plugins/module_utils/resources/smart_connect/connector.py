# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Smart Connect of an instance: its connector, on or off."""

from __future__ import annotations

import typing as t

from ...api import instances, smart_connect
from ...context import Diff
from ...reconcile.wait import Deadline, check_wait_timeout, wait
from ...reconcile.writes import Outcome, Seen, delete_all, list_after_deletion, write_all
from ...rest.errors import (
    ALREADY_ENABLED,
    BUSY,
    TASKS_LEFT,
    UNKNOWN_URL,
    InvalidOption,
    KafkaError,
    ServiceError,
    UnexpectedState,
    action,
)
from ...rest.response import flag, is_id, number
from ..connector import absence, choose_instance, find_instance
from .kind import KIND

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.listing import Listing, Row
    from ...context import TaskContext
    from ...rest.client import Client
    from ..connector import ConnectorChoice

_TRANSITIONAL = ("EXTENDING", "CONNECTOR_DELETING")
_FATAL = ("ERROR", "EXTENDEDFAILED", "FREEZING", "FROZEN", "CREATEFAILED", "DELETING")
_BUSY_SECONDS = 10.0
# The status can be ahead of the fields of the connector.
_READS_AFTER_FAILURE = 3
_RETURNED = ("instance_id", "instance_name", "status", "connector_enable", "connector_id", "connector_node_num")


def ensure(context: TaskContext) -> None:
    """Enable or disable Smart Connect of the instance that the options select."""
    choice = choose_instance(context.params)
    nodes = context.params["node_cnt"]
    if nodes is not None and not 2 <= nodes <= 16:
        raise InvalidOption(f"node_cnt must be from 2 to 16, not {nodes}")
    check_wait_timeout(context.params)
    verb = "enable" if context.params["state"] == "present" else "disable"
    with action(f"{verb} Smart Connect of {choice}"):
        _Connector(context, choice).ensure()


class _Connector:
    """The connector of one instance."""

    def __init__(self, context: TaskContext, choice: ConnectorChoice) -> None:
        self.context = context
        self.choice = choice
        self.client = context.client
        self.desired = context.params["state"] == "present"
        self.deadline = Deadline(self.client, context.params["wait_timeout"])
        self.instance: Instance = {}
        self.tasks: list[Row] = []
        self.busy_delay = 1.0

    # --- observe -----------------------------------------------------------------------------------------------------

    def ensure(self) -> None:
        try:
            self._find()
        except KafkaError as error:
            absent = absence(error, self.choice)
            if self.desired or absent is None:
                raise
            self.context.warn(f"{absent} Therefore Smart Connect is disabled.")
            return
        while True:
            if self.status in _TRANSITIONAL:
                if self.context.check_mode:
                    self.context.warn(f"The instance is {self.status}: the run waits for that and then decides.")
                else:
                    self._wait_until_settled()
            if self.stays_on is self.desired:
                self._check_nodes()
                return
            if self.context.check_mode:
                self._predict()
                return
            if self._enable() if self.desired else self._disable():
                return

    def _find(self) -> None:
        instance_id = self.choice.instance_id
        if not instance_id:
            instance_id = find_instance(self.client, t.cast("str", self.choice.instance_name))["instance_id"]
        # The rows of the list can lack the fields of the connector.
        self._record(instances.show_instance(self.client, t.cast("str", instance_id)))

    def _read(self, client: Client) -> None:
        self._record(instances.show_instance(client, self.instance["instance_id"]))

    def _record(self, instance: Instance) -> None:
        self.instance = instance
        connector_id = instance.get("connector_id")
        described = {
            "instance_id": instance["instance_id"],
            "instance_name": instance.get("name"),
            "status": instance.get("status"),
            "connector_enable": self.is_on,
            "connector_id": connector_id if is_id(connector_id) else None,
            "connector_node_num": number(instance.get("connector_node_num")),
        }
        self.context.returned["smart_connect"] = {name: described[name] for name in _RETURNED}

    @property
    def status(self) -> str:
        return str(self.instance.get("status"))

    @property
    def is_on(self) -> bool:
        # It can be enabled without an id: then the service does not return the id.
        return is_id(self.instance.get("connector_id")) or flag(self.instance.get("connector_enable")) is True

    @property
    def stays_on(self) -> bool:
        # While it is being disabled, the instance still shows the connector; check mode does not wait for the end.
        return self.is_on and self.status != "CONNECTOR_DELETING"

    # --- plan --------------------------------------------------------------------------------------------------------

    def _check_nodes(self) -> None:
        desired = self.context.params["node_cnt"]
        if not self.desired or desired is None:
            return
        nodes = number(self.instance.get("connector_node_num"))
        if not nodes:
            self.context.warn("The service does not return connector_node_num, so node_cnt was not compared.")
        elif nodes != desired:
            raise UnexpectedState(
                f"it is enabled with {nodes} nodes, wanted {desired}",
                "The number of nodes can't be changed: disable Smart Connect, which deletes its tasks, and enable it again.",
            )

    def _check_status(self) -> None:
        if self.status in _FATAL:
            raise UnexpectedState(f"the instance is {self.status}")

    def _preflight(self) -> list[Row]:
        """Return the tasks to delete first. Raises :class:`UnexpectedState` if the change can't be made."""
        self._check_status()
        if self.desired:
            self._check_resources()
            return []
        listing = smart_connect.list_tasks(self.client, self.instance["instance_id"])
        if not self.context.params["delete_tasks"] and (listing.rows or not listing.complete):
            names = ", ".join(f"{task['task_name']} ({task['task_id']})" for task in listing.rows)
            raise UnexpectedState(
                f"it still has {listing.total_number} tasks: {names}", "Delete them first, or set delete_tasks: true."
            )
        self.tasks = self.tasks or listing.rows
        return listing.rows

    def _check_resources(self) -> None:
        if number(self.instance.get("charging_mode")) == 0:
            self.context.warn(
                "The instance is billed yearly or monthly; the API only documents enabling for pay-per-use instances."
            )
        try:
            sold_out = smart_connect.sold_out(self.client, self.instance["instance_id"])
        except ServiceError as error:
            # Not every region has this operation.
            if error.reason == UNKNOWN_URL or error.status in (403, 405):
                return
            raise
        if sold_out:
            raise UnexpectedState("the resources for Smart Connect are sold out")

    def _predict(self) -> None:
        self._preflight()
        self.context.changed = True
        self._record_diff()

    def _record_diff(self) -> None:
        before: dict[str, t.Any] = {"connector_enable": not self.desired}
        after: dict[str, t.Any] = {"connector_enable": self.desired}
        if self.tasks:
            before["tasks"], after["tasks"] = sorted(task["task_name"] for task in self.tasks), []
        self.context.diff = Diff(before, after)

    # --- apply -------------------------------------------------------------------------------------------------------

    def _enable(self) -> bool:
        """Return whether Smart Connect is enabled; ``False`` if the instance was busy and is to be read again."""
        self._preflight()
        names = ("node_cnt", "specification", "spec_code")
        params = self.context.params
        body = {name: params[name] for name in names if params[name] is not None}

        def send(client: Client, bodies: list[t.Any]) -> list[None]:
            smart_connect.enable(client, self.instance["instance_id"], bodies[0])
            return [None]

        return self._write(send, body, "enabled")

    def _disable(self) -> bool:
        """Return whether Smart Connect is disabled; ``False`` if the instance was busy and is to be read again."""
        tasks = self._preflight()
        instance_id = self.instance["instance_id"]
        if tasks:
            self._delete_tasks(tasks)

        def send(client: Client, _unused: list[t.Any]) -> list[None]:
            smart_connect.disable(client, instance_id)
            return [None]

        return self._write(send, None, "disabled")

    def _write(self, send: t.Callable[[Client, list[t.Any]], list[None]], body: t.Any, verb: str) -> bool:
        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            self._read(client)
            done = self.status in _TRANSITIONAL or self.is_on is self.desired
            hint = f"A lookup after that found the instance with the status {self.status} and without the change."
            return {index: Seen(done, hint=hint) for index in indexes}

        client = self.client.until(self.deadline.end)
        (write,) = write_all(client, [body], send, look_up, verb)
        cause = write.cause
        if write.outcome is Outcome.REFUSED and isinstance(cause, ServiceError):
            reasons = (BUSY, ALREADY_ENABLED if self.desired else TASKS_LEFT if self.tasks else BUSY)
            if cause.reason in reasons or (not self.desired and cause.missing == "connector"):
                if self.deadline.left <= 0:
                    raise cause
                # The status can still be RUNNING while a job is running.
                self.client.log(1, f"waiting: {cause}")
                self.client.sleep(min(self.busy_delay, self.deadline.left))
                self.busy_delay = _BUSY_SECONDS
                self._wait_until_settled()
                return False
        write.result()
        self.context.did(f"{verb} Smart Connect")
        self._record_diff()
        if self.context.params["wait"]:
            self._wait_until_settled(changed=True)
        else:
            self._read(self.client)
        return True

    def _delete_tasks(self, tasks: list[Row]) -> None:
        instance_id = self.instance["instance_id"]

        def read(client: Client) -> Listing:
            return list_after_deletion(KIND, client, instance_id)

        def poll(client: Client) -> str | None:
            listing = read(client)
            return f"{listing.total_number} tasks" if listing.rows or not listing.complete else None

        client = self.client.until(self.deadline.end)
        writes = delete_all(client, KIND, instance_id, tasks, read)
        for task, write in zip(tasks, writes):
            if write.value and not write.error:
                self.context.did(f"deleted task {task['task_name']} (task id {task['task_id']})")
        for task, write in zip(tasks, writes):
            with action(f"delete task {task['task_name']} (task id {task['task_id']})"):
                write.result()
        with action("delete the tasks"):
            wait(self.client, poll, self.deadline, "the tasks to be gone")

    def _wait_until_settled(self, changed: bool = False) -> None:
        """Wait until the instance is RUNNING and, with *changed*, shows the change."""
        since_begin: list[str] = []

        def poll(client: Client) -> str | None:
            self._read(client)
            if self.status == "RUNNING" and (not changed or self.is_on is self.desired):
                return None
            self._check_status()
            if since_begin or self.status in _TRANSITIONAL:
                since_begin.append(self.status)
            if since_begin.count("RUNNING") == _READS_AFTER_FAILURE:
                raise UnexpectedState(
                    "the instance is RUNNING again without the change",
                    "The background tasks of the instance, on the console, show why it failed.",
                )
            return f"status {self.status}"

        wait(self.client, poll, self.deadline, "the instance to be RUNNING")
