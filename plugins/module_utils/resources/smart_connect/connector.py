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
from ..connector import FATAL, PASSING, absence, check_status, choose_instance, find_instance
from ..task_checks import plural
from .kind import KIND

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.writes import Write
    from ...rest.client import Client
    from ..connector import ConnectorChoice

_ENABLING, _DISABLING = _TRANSITIONAL = ("EXTENDING", "CONNECTOR_DELETING")
_BUSY_SECONDS = 10.0
# The status can be ahead of the fields of the connector.
_READS_AFTER_FAILURE = 3
_REFUSALS_AS_ENABLED = 3


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
        # The names, by id, of the tasks that this run deleted, or would delete.
        self.deleted: dict[str, str] = {}
        # Whether a write was sent, whether it is unknown what became of the request that enables or disables, and whether that was
        # accepted or is no longer needed.
        self.sent = self.in_doubt = self.reached = False
        self.busy_delay = 1.0
        self.refusals_as_enabled = 0

    def ensure(self) -> None:
        try:
            self._find()
            self._change_until_desired()
        except KafkaError as error:
            self._accept_absence(error)
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
            self._accept_absence(error)
            self._read(self.client)
            self._settle(_TRANSITIONAL)
            # The instance can still show it.
            self._record({**self.instance, "connector_enable": False, "connector_id": None, "connector_node_num": None})

    def _accept_absence(self, error: KafkaError) -> None:
        """Warn that what *error* reports as absent is as desired; otherwise raise *error*."""
        absent = absence(error, self.choice)
        if self.desired or absent is None:
            raise error
        self._reached()
        self.context.warn(f"{absent} Therefore Smart Connect is disabled.")

    def _reached(self, requested: bool = False) -> None:
        """Record that the desired state is reached, or *requested* by this run."""
        if requested or self.in_doubt:
            self.context.did(f"requested {'enabling' if self.desired else 'disabling'} Smart Connect")
        self.reached, self.in_doubt = True, False

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
        self.context.returned["smart_connect"] = {
            "instance_id": instance["instance_id"],
            "instance_name": instance.get("name"),
            "status": instance.get("status"),
            "connector_enable": self.is_on,
            "connector_id": connector_id if is_id(connector_id) else None,
            "connector_node_num": number(instance.get("connector_node_num")),
        }

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

    def _settle(self, statuses: t.Container[str]) -> None:
        """Wait while the instance has one of *statuses*; in check mode, warn that the run would."""
        if self.status not in statuses:
            return
        if self.context.check_mode:
            self.context.warn(f"The instance is {self.status}: the run waits for that and then decides.")
            return

        def poll(client: Client) -> str | None:
            self._read(client)
            return f"status {self.status}" if self.status in statuses else None

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
                f"it is enabled with {plural(nodes, 'node', 'nodes')}, wanted {desired}",
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
            require_complete(listing, KIND.noun, f"nothing {'more ' if self.deleted else ''}is deleted")
        elif listing.rows or not listing.complete:
            them = "it" if max(len(listing.rows), listing.total_number) == 1 else "them"
            raise UnexpectedState(
                f"it still has {_describe(listing)}", f"Delete {them} first, or set delete_tasks: true."
            )
        return listing.rows

    def _diff(self) -> Diff:
        before: dict[str, t.Any] = {"connector_enable": not self.desired}
        after: dict[str, t.Any] = {"connector_enable": self.desired is self.reached}
        if self.deleted:
            before["tasks"], after["tasks"] = sorted(self.deleted.values()), []
        return Diff(before, after)

    # --- apply -------------------------------------------------------------------------------------------------------

    def _change(self) -> bool:
        """Return whether nothing is left to do; ``False`` if something has changed, so that it is planned again."""
        self._settle(_TRANSITIONAL)
        if self.stays_on is self.desired:
            self._reached()
            self._check_nodes()
            return True
        if self.sent and self.status in PASSING:
            self._settle(PASSING)
            return False
        if self.status not in _TRANSITIONAL:
            check_status(self.context, self.instance)
        tasks = []
        if self.desired:
            self._check_resources()
        else:
            tasks = self._tasks_to_delete()
        if self.context.check_mode:
            self.context.changed = self.reached = True
            self.deleted = {task["task_id"]: task["task_name"] for task in tasks}
            return True
        self.sent = True
        return self._delete_tasks(tasks) and self._request()

    def _delete_tasks(self, tasks: list[Row]) -> bool:
        """Delete *tasks* and those that appear in the meantime. Returns ``False`` if a deletion was refused for now."""
        instance_id, what = self.instance["instance_id"], "the tasks to be gone"
        listing: Listing

        def read(client: Client) -> Listing:
            nonlocal listing
            listing = list_after_deletion(KIND, client, instance_id)
            return listing

        def poll(client: Client) -> str | None:
            gone = read(client).complete and not any(listing.by_id(task["task_id"]) for task in tasks)
            return None if gone else _describe(listing)

        while tasks:
            writes = delete_all(self.client.until(self.deadline.end), KIND, instance_id, tasks, read)
            for task, write in zip(tasks, writes):
                # A deletion that is planned again can still be listed.
                if write.value and not write.error and task["task_id"] not in self.deleted:
                    self.context.did(f"deleted task {task['task_name']} (task id {task['task_id']})")
                    self.deleted[task["task_id"]] = task["task_name"]
            refused = [write for write in writes if _refusal(write) == BUSY]
            for task, write in zip(tasks, writes):
                if write not in refused or self.deadline.left <= 0:
                    with action(f"delete task {task['task_name']} (task id {task['task_id']})"):
                        write.result()
            if refused:
                self._pause(refused[0])
                return False
            with action("delete the tasks"):
                wait(self.client, poll, self.deadline, what)
                if listing.rows and self.deadline.left <= 0:
                    raise timed_out(self.deadline, what, _describe(listing))
            tasks = listing.rows
        return True

    def _request(self) -> bool:
        """Enable or disable it, and wait. Returns ``False`` if the request was refused for now."""
        instance_id, params = self.instance["instance_id"], self.context.params
        begins = _ENABLING if self.desired else _DISABLING
        names = ("node_cnt", "specification", "spec_code")
        body = {name: params[name] for name in names if params[name] is not None}

        def send(client: Client, _unused: list[None]) -> list[KafkaError | None]:
            if self.desired:
                smart_connect.enable(client, instance_id, body)
            else:
                smart_connect.disable(client, instance_id)
            return [None]

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            try:
                self._read(client)
            except ServiceError as error:
                if self.desired or not absence(error, self.choice):
                    raise
                return {index: Seen(True, error) for index in indexes}
            done = self.status == begins or self.stays_on is self.desired
            hint = f"A lookup after that found the instance with the status {self.status} and without the change."
            return {index: Seen(done, hint=hint) for index in indexes}

        verb = "enabled" if self.desired else "disabled"
        (write,) = write_all(self.client.until(self.deadline.end), [None], send, look_up, verb)
        self.in_doubt = self.in_doubt or write.lookup
        if write.error and self._wait_out(write):
            return False
        absent = write.result()
        self._reached(requested=True)
        if absent:
            raise absent
        if params["wait"]:
            self._wait_for_change(f"Smart Connect to be {verb}")
        else:
            self._read(self.client)
            if write.found and self.is_on is not self.desired:
                self.context.warn(
                    f"The response to the request was lost, and the instance is {self.status}, which can have another reason."
                    if self.status in _TRANSITIONAL
                    else f"The response to the request was lost. The instance was {begins} after it, and is {self.status} now, but"
                    f" Smart Connect is not {verb}: run the task again."
                )
        if self.is_on and self.status not in _TRANSITIONAL:
            self._check_nodes()
        return True

    def _wait_out(self, write: Write) -> bool:
        """Wait if the cause of the failed *write* can pass. Returns whether it is to be planned again.

        Raises :class:`UnexpectedState` if tasks that may not be deleted have appeared, and :class:`ServiceError` if the list shows
        that the connector or the instance is absent.
        """
        reason, in_time = _refusal(write), self.deadline.left > 0
        # With tasks, the service can also fail without a code.
        lost = write.lookup and self.status not in _TRANSITIONAL
        if not self.desired and (lost or (reason == TASKS_LEFT and not self.deleted)):
            try:
                return bool(self._tasks_to_delete()) and in_time
            except RequestError as error:
                if absence(error, self.choice):
                    raise
                return False
        if reason == ALREADY_ENABLED:
            self.refusals_as_enabled += 1
        passes = (
            reason == BUSY,
            reason == ALREADY_ENABLED and self.refusals_as_enabled < _REFUSALS_AS_ENABLED,
            # The service can count the tasks that this run has deleted for some seconds.
            reason == TASKS_LEFT and self.deleted,
        )
        if not any(passes) or not in_time:
            return False
        self._pause(write)
        return True

    def _pause(self, write: Write) -> None:
        """Sleep after the refused *write*, and read the instance."""
        # The status can still be RUNNING while a job is running.
        self.client.log(1, f"waiting: {write.cause}")
        self.client.sleep(min(self.busy_delay, self.deadline.left))
        self.busy_delay = _BUSY_SECONDS
        self._read(self.client.until(self.deadline.end))

    def _wait_for_change(self, what: str) -> None:
        """Wait until the instance is RUNNING and shows the change."""
        since_begin = [self.status] if self.status in _TRANSITIONAL else []

        def poll(client: Client) -> str | None:
            self._read(client)
            if self.status == "RUNNING" and self.is_on is self.desired:
                return None
            if self.status in FATAL:
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


def _refusal(write: Write) -> str | None:
    """Return the reason of a refused *write*."""
    cause = write.cause
    return cause.reason if write.outcome is Outcome.REFUSED and isinstance(cause, ServiceError) else None


def _describe(listing: Listing) -> str:
    """Return how many tasks *listing* has or counts, and which."""
    names = [f"{task['task_name']} ({task['task_id']})" for task in listing.rows]
    number = max(len(names), listing.total_number)
    names += [f"{number - len(names)} not listed"] if number > len(names) else []
    return f"{plural(number, 'task', 'tasks')}: {', '.join(names)}"
