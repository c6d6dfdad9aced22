# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What is to be done about a Smart Connect task. Pure: tested as tables, without a request."""

from __future__ import annotations

import typing as t

from ...rest.errors import KafkaError, UnexpectedState
from ..reconcile.fields import describe
from ..reconcile.plan import Plan, Step, has_failed, is_leaving, position_warning, quota_forecast
from .fields import TOPICS, Description, check_task_name, without_secrets

if t.TYPE_CHECKING:
    from ...api.task_list import Task, TaskList
    from ..reconcile.plan import Observed

RUNNING, PAUSED, WAITING = "RUNNING", "PAUSED", "WAITING"
AT_REST = (RUNNING, PAUSED, WAITING)
TRANSITIONAL = ("CREATING", "RESTARTING")


class Wanted(t.NamedTuple):
    """What the user wants of a Smart Connect task; without a *description* only its state is of interest."""

    state: str
    task_id: str | None
    task_name: str | None
    description: Description | None
    modify: bool
    recreate: bool
    update_secrets: str
    wait: bool


def plan(wanted: Wanted, observed: Observed) -> Plan:
    """Return the plan for *wanted*. Raises :class:`KafkaError` if the task can't be brought to the wanted state."""
    task = observed.task
    if wanted.state == "absent":
        waits = (Step.WAIT_GONE,) if wanted.wait else ()
        if task is None:
            return Plan()
        if is_leaving(task):
            return Plan(waits)
        return Plan((Step.DELETE, *waits), before=without_secrets(task))
    if task is None or is_leaving(task):
        return _creation(wanted, task, observed.listing)
    differing = wanted.description.differences(task) if wanted.description else {}
    if wanted.recreate and has_failed(task):
        differing["status"] = (task["status"], RUNNING)
    if differing or (wanted.description and wanted.update_secrets == "always"):
        return _change(wanted, task, differing)
    return _actions(wanted, task)


def _creation(wanted: Wanted, leaving: Task | None, listing: TaskList) -> Plan:
    if wanted.task_id:
        raise UnexpectedState(
            f"there is no Smart Connect task with the id {wanted.task_id}",
            "The service assigns the id of a new task: leave out task_id to create one.",
        )
    description = wanted.description
    if description is None:
        raise UnexpectedState(
            "it does not exist", "To create it, set topics or topics_regex, and sink_task or source_task."
        )
    check_task_name(t.cast("str", wanted.task_name))
    _check_keys(description)
    body = _body(wanted, description, start_later=wanted.state == "paused")
    leaves = (Step.WAIT_GONE,) if leaving else ()
    return quota_forecast(
        Plan((*leaves, Step.CREATE, Step.WAIT_READY), after=without_secrets(body), body=body),
        listing,
        "Smart Connect tasks",
    )


def _check_keys(description: Description) -> None:
    missing = description.lacks_keys
    if missing:
        raise UnexpectedState(f"{missing} must be set to create the task")


def _body(wanted: Wanted, description: Description, start_later: bool, kept: Task | None = None) -> dict[str, t.Any]:
    body = {"task_name": wanted.task_name or t.cast("Task", kept)["task_name"], **description.body(kept)}
    return {**body, "start_later": True} if start_later else body


def _change(wanted: Wanted, task: Task, differing: dict[str, tuple[t.Any, t.Any]]) -> Plan:
    description = t.cast("Description", wanted.description)
    can_modify = wanted.modify and differing and "type" not in differing and "status" not in differing
    if not can_modify and not wanted.recreate:
        raise UnexpectedState(
            f"it exists (task id {task['task_id']}) and differs: {describe(differing)}",
            "modify: true changes it in place as far as the service does that; recreate: true deletes it and creates it"
            " again.",
        )
    warnings = []
    strategy = str({**(task.get(description.side) or {}), **description.descriptor}.get("consumer_strategy"))
    if can_modify:
        body = _modified(description, task)
        if description.lacks_keys:
            warnings.append(
                "The task is modified without its keys, which the service never returns: it may lose them, and then a"
                " restart fails. Set the keys to send them, too."
            )
        if wanted.recreate:
            warnings.append(
                f"If the service does not make all changes in place, the task is recreated. {position_warning(strategy)}"
            )
        actions = _actions(wanted, task).steps
        before, after = _diff(description, task, body)
        return Plan((Step.MODIFY, *actions), before, after, body, tuple(warnings))
    _check_keys(description)
    start_later = wanted.state == "paused" or (wanted.state == "present" and task["status"] in (PAUSED, WAITING))
    body = _body(wanted, description, start_later, task)
    before, after = _diff(description, task, body)
    if "status" in differing:
        before["status"], after["status"] = differing["status"]
    if not differing:
        before["secrets"], after["secrets"] = "as stored", "as set in the task"
    return Plan(
        (Step.DELETE, Step.WAIT_GONE, Step.CREATE, Step.WAIT_READY),
        before,
        after,
        body,
        (position_warning(strategy),),
    )


def _modified(description: Description, task: Task) -> dict[str, t.Any]:
    """Return the entity as it was read, with the fields that the user sets in place of the differing ones."""
    body = {name: value for name, value in task.items() if name != "task_id"}
    for name in TOPICS.fields:
        body.pop(name, None)
    body.update(description.topics)
    side = dict(task.get(description.side) or {})
    if description.side == "source_task" and description.descriptor.get("bootstrap_servers"):
        side.pop("instance_id", None)
    body[description.side] = {**side, **description.descriptor}
    return body


def _diff(description: Description, task: Task, body: dict[str, t.Any]) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Return the descriptions before and after, in the form that compares."""
    return description.comparable(task), description.comparable(body)


def _actions(wanted: Wanted, task: Task) -> Plan:
    """Return the plan for the status of a task that is as described."""
    status = task["status"]
    waits = (Step.WAIT_READY,) if wanted.wait else ()
    if wanted.state == "present":
        return Plan(waits)
    action: Step | None = {
        "running": {PAUSED: Step.RESUME, WAITING: Step.START},
        "paused": {RUNNING: Step.PAUSE},
        "restarted": {RUNNING: Step.RESTART, PAUSED: Step.RESTART, WAITING: Step.START},
    }[wanted.state].get(status)
    settle: tuple[Step, ...] = ()
    if status in TRANSITIONAL:
        settle = (Step.SETTLE,)
        action = {"paused": Step.PAUSE, "restarted": Step.RESTART}.get(wanted.state)
    elif has_failed(task):
        raise failed(task)
    if action is None:
        return Plan((*settle, *waits))
    after = {Step.PAUSE: PAUSED}.get(action, RUNNING)
    warnings: tuple[str, ...] = ()
    if action is Step.RESTART:
        strategy = str({**(task.get("source_task") or {}), **(task.get("sink_task") or {})}.get("consumer_strategy"))
        warnings = (position_warning(strategy, "Restarting the task resets its progress"),)
    before = {"status": status}
    result = {"status": after}
    if action is Step.RESTART:
        result["restarted"], before["restarted"] = "true", "false"
    return Plan((*settle, action, *waits), before, result, warnings=warnings)


def failed(task: Task) -> KafkaError:
    """Return the error for a task that has failed."""
    return UnexpectedState(
        f"the task has the status {task['status']}",
        "Check its topics, keys and peer; recreate: true deletes a failed task and creates it again.",
    )
