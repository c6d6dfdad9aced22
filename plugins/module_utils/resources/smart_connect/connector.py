# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Smart Connect of an instance: its connector, on or off."""

from __future__ import annotations

import typing as t

from ...api import instances, smart_connect
from ...api.listing import Listing
from ...context import Diff
from ...reconcile.plan import require_complete
from ...reconcile.wait import Deadline, check_wait_timeout, timed_out, wait
from ...reconcile.writes import Outcome, Seen, delete_all, list_after_deletion, write_all
from ...rest.errors import (
    ALREADY_ENABLED,
    BUSY,
    TASKS_LEFT,
    UNKNOWN_URL,
    InvalidOption,
    KafkaError,
    RequestError,
    ServiceError,
    UnexpectedState,
    action,
)
from ...rest.response import flag, is_id, number
from ..connector import absence, check_status, choose_instance, find_instance
from .kind import KIND

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.writes import Write
    from ...rest.client import Client
    from ..connector import ConnectorChoice

_ENABLING, _DISABLING = _TRANSITIONAL = ("EXTENDING", "CONNECTOR_DELETING")
_FATAL = ("ERROR", "EXTENDEDFAILED", "FREEZING", "FROZEN", "CREATEFAILED", "DELETING")
_BUSY_SECONDS = 10.0
# The status can be ahead of the fields of the connector.
_READS_AFTER_FAILURE = 3
_REFUSALS_AS_ENABLED = 3
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
        # The names of the tasks that this run deleted, or would delete.
        self.deleted: list[str] = []
        self.busy_delay = 1.0
        self.refusals_as_enabled = 0

    def ensure(self) -> None:
        try:
            self._find()
            self._change_until_desired()
        except KafkaError as error:
            self._warn_of_absence(error)
            self.context.returned.pop("smart_connect", None)
        finally:
            if self.context.changed:
                self.context.diff = self._diff()

    def _change_until_desired(self) -> None:
        try:
            while not self._change():
                pass
        except ServiceError as error:
            if error.missing != "connector":
                raise
            self._warn_of_absence(error)
            self._read(self.client)
            self._settle()
            # The instance can still show it.
            self._record({**self.instance, "connector_enable": False, "connector_id": None, "connector_node_num": None})

    def _warn_of_absence(self, error: KafkaError) -> None:
        """Warn that what *error* reports as absent is as desired; otherwise raise *error*."""
        absent = absence(error, self.choice)
        if self.desired or absent is None:
            raise error
        self.context.warn(f"{absent} Therefore Smart Connect is disabled.")

    # --- observe -----------------------------------------------------------------------------------------------------

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
        return self.is_on and self.status != _DISABLING

    def _settle(self) -> None:
        """Wait until Smart Connect is neither being enabled nor disabled; in check mode, warn that the run would."""
        if self.status not in _TRANSITIONAL:
            return
        if self.context.check_mode:
            self.context.warn(f"The instance is {self.status}: the run waits for that and then decides.")
            return

        def poll(client: Client) -> str | None:
            self._read(client)
            return f"status {self.status}" if self.status in _TRANSITIONAL else None

        wait(self.client, poll, self.deadline, "the instance to be RUNNING")

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

    def _tasks_to_delete(self) -> list[Row]:
        """Return all tasks. Raises :class:`UnexpectedState` if there are tasks that may not be deleted."""
        try:
            listing = smart_connect.list_tasks(self.client, self.instance["instance_id"])
        except ServiceError as error:
            if error.missing != KIND.thing:
                raise
            return []
        if self.context.params["delete_tasks"]:
            require_complete(listing, KIND.noun, "nothing is deleted")
        elif listing.rows or not listing.complete:
            names = ", ".join(f"{task['task_name']} ({task['task_id']})" for task in listing.rows)
            raise UnexpectedState(
                f"it still has {listing.total_number} tasks: {names}", "Delete them first, or set delete_tasks: true."
            )
        return listing.rows

    def _diff(self) -> Diff:
        before: dict[str, t.Any] = {"connector_enable": not self.desired}
        after: dict[str, t.Any] = {"connector_enable": self.desired}
        if self.deleted:
            before["tasks"], after["tasks"] = sorted(self.deleted), []
        return Diff(before, after)

    # --- apply -------------------------------------------------------------------------------------------------------

    def _change(self) -> bool:
        """Return whether nothing is left to do; ``False`` if the request was refused for now, so it is planned again."""
        self._settle()
        if self.stays_on is self.desired:
            self._check_nodes()
            return True
        if self.status not in _TRANSITIONAL:
            check_status(self.context, self.instance)
        tasks = []
        if self.desired:
            self._check_resources()
        else:
            tasks = self._tasks_to_delete()
        if self.context.check_mode:
            self.context.changed = True
            self.deleted = [task["task_name"] for task in tasks]
            return True
        while tasks:
            tasks = self._delete_tasks(tasks)
        return self._request()

    def _delete_tasks(self, tasks: list[Row]) -> list[Row]:
        """Delete *tasks*, wait until they are gone, and return the tasks that appeared in the meantime."""
        instance_id = self.instance["instance_id"]
        ids = {task["task_id"] for task in tasks}
        left: list[Row] = []

        def read(client: Client) -> Listing:
            return list_after_deletion(KIND, client, instance_id)

        def poll(client: Client) -> str | None:
            listing = read(client)
            left[:] = listing.rows
            gone = listing.complete and not any(task["task_id"] in ids for task in left)
            return None if gone else f"{listing.total_number} tasks"

        writes = delete_all(self.client.until(self.deadline.end), KIND, instance_id, tasks, read)
        for task, write in zip(tasks, writes):
            if write.value and not write.error:
                self.context.did(f"deleted task {task['task_name']} (task id {task['task_id']})")
                self.deleted.append(task["task_name"])
        for task, write in zip(tasks, writes):
            with action(f"delete task {task['task_name']} (task id {task['task_id']})"):
                write.result()
        what = "the tasks to be gone"
        with action("delete the tasks"):
            wait(self.client, poll, self.deadline, what)
            if left and self.deadline.left <= 0:
                raise timed_out(self.deadline, what, f"{len(left)} tasks")
        return left

    def _request(self) -> bool:
        """Enable or disable it, and wait. Returns ``False`` if the request was refused for now."""
        instance_id, params = self.instance["instance_id"], self.context.params
        begins = _ENABLING if self.desired else _DISABLING
        names = ("node_cnt", "specification", "spec_code")
        body = {name: params[name] for name in names if params[name] is not None}

        def send(client: Client, _unused: list[None]) -> list[None]:
            if self.desired:
                smart_connect.enable(client, instance_id, body)
            else:
                smart_connect.disable(client, instance_id)
            return [None]

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            self._read(client)
            done = self.status == begins or self.stays_on is self.desired
            hint = f"A lookup after that found the instance with the status {self.status} and without the change."
            return {index: Seen(done, hint=hint) for index in indexes}

        verb = "enabled" if self.desired else "disabled"
        (write,) = write_all(self.client.until(self.deadline.end), [None], send, look_up, verb)
        if write.error and self._wait_out(write):
            return False
        write.result()
        self.context.did(f"requested {'enabling' if self.desired else 'disabling'} Smart Connect")
        if params["wait"]:
            self._wait_for_change(f"Smart Connect to be {verb}")
        else:
            self._read(self.client)
            if write.found and self.is_on is not self.desired:
                self.context.warn(
                    f"The response to the request was lost, and the instance is {self.status}, which can have another reason."
                )
        if self.is_on and self.status not in _TRANSITIONAL:
            self._check_nodes()
        return True

    def _wait_out(self, write: Write) -> bool:
        """Wait if the cause of the failed *write* can pass. Returns whether it is to be planned again.

        Raises :class:`UnexpectedState` if tasks that may not be deleted have appeared.
        """
        cause = write.cause
        if not isinstance(cause, ServiceError):
            return False
        reason = cause.reason if write.outcome is Outcome.REFUSED else None
        # With tasks, the service can also fail without a code.
        if not self.desired and (write.lookup or (reason == TASKS_LEFT and not self.deleted)):
            try:
                return bool(self._tasks_to_delete()) and self.deadline.left > 0
            except RequestError:
                return False
        if reason == ALREADY_ENABLED:
            self.refusals_as_enabled += 1
        passes = {
            BUSY: True,
            ALREADY_ENABLED: self.refusals_as_enabled < _REFUSALS_AS_ENABLED,
            # The service can count the tasks that this run has deleted for some seconds.
            TASKS_LEFT: bool(self.deleted),
        }
        if not passes.get(reason or "") or self.deadline.left <= 0:
            return False
        # The status can still be RUNNING while a job is running.
        self.client.log(1, f"waiting: {cause}")
        self.client.sleep(min(self.busy_delay, self.deadline.left))
        self.busy_delay = _BUSY_SECONDS
        self._read(self.client.until(self.deadline.end))
        return True

    def _wait_for_change(self, what: str) -> None:
        """Wait until the instance is RUNNING and shows the change."""
        since_begin = [self.status] if self.status in _TRANSITIONAL else []

        def poll(client: Client) -> str | None:
            self._read(client)
            if self.status == "RUNNING" and self.is_on is self.desired:
                return None
            if self.status in _FATAL:
                raise UnexpectedState(f"the instance is {self.status}")
            if since_begin or self.status in _TRANSITIONAL:
                since_begin.append(self.status)
            if since_begin.count("RUNNING") == _READS_AFTER_FAILURE:
                raise UnexpectedState(
                    "the instance is RUNNING again without the change",
                    "The background tasks of the instance, on the console, show why it failed.",
                )
            return f"status {self.status}"

        wait(self.client, poll, self.deadline, what)
