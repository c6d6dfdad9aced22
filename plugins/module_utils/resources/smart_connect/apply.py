# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The steps that only Smart Connect tasks have: modify, pause, resume, start, restart."""

from __future__ import annotations

import typing as t

from ...api import smart_connect
from ...reconcile.apply import Apply
from ...reconcile.fields import describe
from ...reconcile.plan import Observed, Step, has_failed
from ...reconcile.wait import wait
from ...reconcile.writes import Outcome, Seen, write_all
from ...rest.errors import (
    MODIFY_REFUSED,
    UNKNOWN_URL,
    KafkaError,
    RequestError,
    ServiceError,
    UnexpectedState,
    WriteFailed,
    action,
)
from .plan import PAUSED, RUNNING, TRANSITIONAL, failed, plan

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...rest.client import Client
    from ...rest.operation import Operation
    from .tasks import SmartConnectTasks

# For some seconds after a restart, the service can still show the RUNNING of the run before it.
_RESTART_SECONDS = 10.0
# What shows that an action was done; any other status can have another cause.
_DONE = {
    "paused": (PAUSED,),
    "resumed": (RUNNING, "RESTARTING"),
    "started": (RUNNING, "RESTARTING"),
    "restarted": ("RESTARTING",),
}
_VERBS = {"paused": "pause", "resumed": "resume", "started": "start", "restarted": "restart"}


class ApplySmartConnect(Apply):
    """Carries out the steps of the plan for a Smart Connect task."""

    tasks: SmartConnectTasks

    def __init__(self, *args: t.Any) -> None:
        super().__init__(*args)
        self.steps.update(
            {
                Step.SETTLE: self.settle,
                Step.MODIFY: self.modify,
                Step.PAUSE: lambda: self.act(smart_connect.PAUSE, "paused", PAUSED),
                Step.RESUME: lambda: self.act(smart_connect.RESUME, "resumed", RUNNING),
                Step.START: lambda: self.act(smart_connect.RESTART, "started", RUNNING),
                Step.RESTART: lambda: self.act(smart_connect.RESTART, "restarted", RUNNING),
            }
        )
        self.target_status: str | None = None
        self.restarted_at: float | None = None

    def settle(self) -> None:
        """Wait until the status of the task is not transitional, and plan again."""

        def poll(client: Client) -> str | None:
            task = self._show(client)
            return f"status {task['status']}" if task["status"] in TRANSITIONAL else None

        with action(f"wait for {self.target} (task id {self.task_id})"):
            wait(self.client, poll, self.deadline, "the task not to be CREATING or RESTARTING")
        self.plan = plan(self.tasks.desired, Observed(self.listing, self.existing))

    def _show(self, client: Client) -> Row:
        task = self.tasks.show(client, self.task_id)
        if task is None:
            raise UnexpectedState("the task was deleted in the meantime")
        self.existing = task
        self.returns(task)
        return task

    # --- modify ------------------------------------------------------------------------------------------------------

    def modify(self) -> None:
        desired = self.tasks.desired
        try:
            with action(f"modify {self.target} (task id {self.task_id})"):
                self._modify()
        except KafkaError as error:
            refused = isinstance(error, _NotChanged) or (
                isinstance(error, ServiceError) and error.reason in (MODIFY_REFUSED, UNKNOWN_URL)
            )
            if not refused:
                raise
            if not desired.recreate:
                error.hint = f"{error.hint or ''} recreate: true deletes the task and creates it again.".strip()
                raise
            self.context.warn(f"The service did not make all changes in place: {error}.")
            self.tasks.desired = desired._replace(modify=False)
            again = plan(self.tasks.desired, Observed(self.listing, self._show(self.client)))
            for warning in again.warnings:
                self.context.warn(warning)
            self.plan = again._replace(before=self.plan.before)

    def _modify(self) -> None:
        body = t.cast("dict[str, t.Any]", self.plan.body)
        description = t.cast("t.Any", self.tasks.desired.description)
        before = description.differences(t.cast("Row", self.existing))

        def send(client: Client, body: dict[str, t.Any]) -> None:
            smart_connect.modify_task(client, self.tasks.instance_id, self.task_id, body)

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            left = description.differences(self._show(client))
            hint = f"A lookup after that found that it still differs: {describe(left)}."
            return {index: Seen(not left, hint=hint) for index in indexes}

        client = self.client.until(self.deadline.end)
        (write,) = write_all(client, [body], send, look_up, "modified")
        if write.outcome is not Outcome.DONE:
            if write.lookup and description.differences(t.cast("Row", self.existing)) != before:
                self.context.changed = True
            raise t.cast("KafkaError", write.error)
        try:
            # Also if another task of the set has failed, what this one has become is read.
            task = self._show(self.client.stopping_at(None))
        except KafkaError as error:
            self.context.did(f"sent a modification of the task, which the service accepted (task id {self.task_id})")
            if not isinstance(error, RequestError):
                raise
            hint = "The service accepted the modification. It is unknown what it changed: run the task again."
            raise WriteFailed(error, hint) from error
        left = description.differences(task)
        moved = [name for name in before if left.get(name) != before[name]]
        if moved:
            self.context.did(f"modified {', '.join(moved)} of the task (task id {self.task_id})")
        if left:
            raise _NotChanged(f"the service accepted the request, but did not change everything: {describe(left)}")

    # --- actions -----------------------------------------------------------------------------------------------------

    def act(self, operation: Operation, verb: str, status: str) -> None:
        """Call *operation*; it is sent again after a lost response only if the status shows that it was not done."""
        self.target_status = status
        before = t.cast("Row", self.existing)["status"]
        # A second request would reset the progress again, and the status can show the first one with a delay.
        once = operation is smart_connect.RESTART

        def send(client: Client, operation: Operation) -> None:
            smart_connect.act(client, operation, self.tasks.instance_id, self.task_id)

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            now = self._show(client)["status"]
            done = now in _DONE[verb]
            hint = f"It is unknown whether it was {verb} (a lookup after that found the status {now})."
            return {index: Seen(done, hint=hint) for index in indexes}

        with action(f"{_VERBS[verb]} {self.target} (task id {self.task_id})"):
            client = self.client.until(self.deadline.end)
            (write,) = write_all(
                client,
                [operation],
                send,
                look_up,
                verb,
                resend=not once,
                lookup_seconds=_RESTART_SECONDS if once else 0.0,
            )
            if once and write.outcome is Outcome.UNKNOWN:
                self.context.changed = True
            write.result()
            self.context.did(f"{verb} the task (task id {self.task_id})")
        if verb == "restarted" and before == RUNNING and not write.found:
            self.restarted_at = self.client.now()

    def wait_until_ready(self) -> None:
        """Wait for the status that the last action leads to, and with ``wait_healthy`` for the health."""
        changed_at = int(self.client.connection.clock.time() * 1000)
        self._wait_for_status()
        if self.context.params.get("wait_healthy") and self.context.changed:
            from . import health  # imported only if it is needed

            task = t.cast("Row", self.existing)
            health.wait_until_normal(self.context, self.tasks.instance_id, task, changed_at, self.deadline)

    def _wait_for_status(self) -> None:
        if self.target_status is None or not self.waits:
            super().wait_until_ready()
            return

        def poll(client: Client) -> str | None:
            task = self._show(client)
            if has_failed(task):
                raise failed(task)
            status = task["status"]
            if status == "RESTARTING":
                self.restarted_at = None
            still_before = self.restarted_at is not None and self.client.now() - self.restarted_at < _RESTART_SECONDS
            return None if status == self.target_status and not still_before else f"status {status}"

        with action(f"wait for {self.target} (task id {self.task_id})"):
            wait(self.client, poll, self.deadline, f"the task to be {self.target_status}")


class _NotChanged(UnexpectedState):
    """A modification left differences."""
