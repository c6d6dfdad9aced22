# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Plans the steps for a Smart Connect task, without any request."""

from __future__ import annotations

import typing as t

from ...reconcile.fields import describe
from ...reconcile.plan import CREATE, DELETE, MODIFY, WAIT_GONE, WAIT_READY, Plan, Step
from ...rest.errors import UnexpectedState
from ..task_plans import dropped_warnings, expect_valid, lost_fields, position_warning, refuse_id, show_blank
from ..tasks import has_failed, is_leaving, unknown_status
from .fields import SIDES, TASK, TOPICS, Description, check_task_name, without_excluded, without_secrets

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.fields import Differences
    from ...reconcile.plan import Desired
    from ...rest.errors import KafkaError

RUNNING, PAUSED, WAITING = "RUNNING", "PAUSED", "WAITING"
TRANSITIONAL = ("CREATING", "RESTARTING")

PAUSE = Step("pause", "paused")
RESUME = Step("resume", "resumed")
START = Step("start", "started")
RESTART = Step("restart", "restarted")


def plan(desired: Desired, task: Row | None) -> Plan:
    """Return the plan for *desired*. Raises :class:`KafkaError` if the task can't be brought to the desired state."""
    if task is None or is_leaving(task):
        return _creation(desired, task)
    description: Description | None = desired.fields
    differing = description.differences(task) if description else {}
    if description and desired.recreate and has_failed(task):
        differing["status"] = (task["status"], RUNNING)
    if differing or (description and desired.update_secrets == "always"):
        return _change(desired, task, differing)
    # Its progress is the error: the other tasks of a set are still brought to their states.
    return Plan((WAIT_READY,)) if desired.state == "present" and has_failed(task) else _actions(desired, task)


def _creation(desired: Desired, leaving: Row | None) -> Plan:
    refuse_id(desired, "Smart Connect task")
    description: Description | None = desired.fields
    if description is None:
        raise UnexpectedState(
            "it does not exist", "To create it, set topics or topics_regex, and sink_task or source_task."
        )
    check_task_name(t.cast("str", desired.name))
    _check_keys(description.lacks_keys())
    body = _body(desired, description, start_later=desired.state == "paused")
    steps = (*((WAIT_GONE,) if leaving else ()), CREATE, WAIT_READY)
    # The order of the topics does not matter, so neither does it for the id of the plan.
    after = without_secrets({**body, **TOPICS.comparable(body)})
    return Plan(steps, after=after, body=body, later=_start(body))


def _start(body: dict[str, t.Any]) -> dict[str, t.Any] | None:
    """Return what the diff does not show of a new task: that it is not started."""
    return {"start_later": True} if body.get("start_later") else None


def _check_keys(missing: str | None) -> None:
    if missing:
        raise UnexpectedState(f"{missing} must be set to create the task")


def _body(desired: Desired, description: Description, start_later: bool, kept: Row | None = None) -> dict[str, t.Any]:
    body = {"task_name": desired.name or t.cast("Row", kept)["task_name"], **description.body(kept)}
    return {**body, "start_later": True} if start_later else body


def _change(desired: Desired, task: Row, differing: Differences) -> Plan:
    description = t.cast("Description", desired.fields)
    in_place = not {"type", "status"}.intersection(differing)
    can_modify = desired.modify and desired.update_secrets != "always" and differing and in_place
    if not can_modify and not desired.recreate:
        raise UnexpectedState(
            f"it exists (task id {task['task_id']}) and differs: {describe(differing)}",
            "modify: true changes it in place as far as the service does that; recreate: true deletes it and creates it"
            " again.",
        )
    warnings: list[str] = []
    if can_modify:
        body = _modified(description, task, differing)
        if description.lacks_keys(task):
            warnings.append(
                "The task is modified without its keys, which the service never returns: it may lose them, and then a"
                " restart fails. Set the keys to send them, too."
            )
        recreation = _fallback(desired, task, differing)
        if recreation:
            sentence = "If the service does not make all changes in place, the task is recreated."
            warnings += (sentence, *recreation.warnings)
        actions = _actions(desired, task)
        before, after = _diff(description, task, body)
        warnings += actions.warnings
        later = {**(actions.later or {}), "recreation": recreation and recreation.identity}
        before, after = {**before, **actions.before}, {**after, **actions.after}
        return Plan((MODIFY, *actions.steps), before, after, body, tuple(warnings), actions.uncertain, later)
    return _recreation(desired, task, differing)


def _fallback(desired: Desired, task: Row, differing: Differences) -> Plan | None:
    """Return the recreation to which a modification can lead, or a status that has settled; ``None`` if there is none."""
    try:
        return _recreation(desired, task, differing) if desired.recreate and desired.fields else None
    except UnexpectedState:
        return None


def _diff(description: Description, task: Row, body: Row) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    before, after, side = description.comparable(task), description.comparable(body), description.side
    show_blank(before.get(side, {}), after[side], task.get(side) or {}, body[side])
    return before, after


def _recreation(desired: Desired, task: Row, differing: Differences) -> Plan:
    description = t.cast("Description", desired.fields)
    _check_keys(description.lacks_keys(task))
    start_later = desired.state == "paused" or (desired.state == "present" and task["status"] in (PAUSED, WAITING))
    body = _body(desired, description, start_later, task)
    expect_valid(body, TOPICS, SIDES[description.side][0])
    before, after = _diff(description, task, body)
    if "status" in differing:
        before["status"], after["status"] = differing["status"]
    if not differing:
        before["secrets"], after["secrets"] = "as stored", "as set in the task"
    side, number = body[description.side], (task.get(description.side) or {}).get("task_num")
    warnings = (position_warning(str(side.get("consumer_strategy"))), *dropped_warnings(task, TASK))
    if number and "task_num" not in side:
        sentence = "it may be twice the number that was set, as the task is two-way. Set task_num to keep it."
        warnings += (f"Recreating the task drops task_num {number}: {sentence}",)
    return Plan(
        (DELETE, WAIT_GONE, CREATE, WAIT_READY),
        before,
        after,
        body,
        warnings,
        later=_start(body),
        lost=lost_fields(_kept(description, body)),
    )


def _kept(description: Description, body: dict[str, t.Any]) -> t.Iterator[str]:
    """Yield the fields of *body*, of a recreation, that are neither in the options nor as a new task has them."""
    side, new = description.side, description.body()
    yield from (name for name in TOPICS.fields if name in body and name not in new)
    for name, value in body[side].items():
        if name not in description.descriptor and value not in (new[side].get(name), SIDES[side][0].fields[name].unset):
            yield f"{side}.{name}"


def _modified(description: Description, task: Row, differing: Differences) -> dict[str, t.Any]:
    """Return the entity as it was read, with the wanted values of the *differing* fields, and with the keys."""
    body = {name: value for name, value in task.items() if name != "task_id"}
    if not differing.keys().isdisjoint(TOPICS.fields):
        for name in TOPICS.fields:
            body.pop(name, None)
        body.update(description.topics)
    secrets = SIDES[description.side][0].secrets
    written = {
        name: value
        for name, value in description.descriptor.items()
        if name in secrets or f"{description.side}.{name}" in differing
    }
    side = without_excluded(task.get(description.side) or {}, description.descriptor)
    return {**body, description.side: {**side, **written}}


def _actions(desired: Desired, task: Row) -> Plan:
    """Return the plan for the status of a task that is as described."""
    status = task["status"]
    if has_failed(task):
        raise failed(task)
    unknown = unknown_status(task)
    if desired.state == "present":
        return Plan(warnings=(f"The task {unknown}.",)) if unknown else Plan((WAIT_READY,))
    if desired.state in ("running", "paused") and unknown:
        raise UnexpectedState(f"the task {unknown}", "Look at the task on the console.")
    action: Step | None = {
        "running": {PAUSED: RESUME, WAITING: START},
        "paused": {RUNNING: PAUSE, **dict.fromkeys(TRANSITIONAL, PAUSE)},
        "restarted": {WAITING: START},
    }[desired.state].get(status, RESTART if desired.state == "restarted" else None)
    uncertain, later = "", None
    if status in TRANSITIONAL:
        uncertain = f"The task is {status}"
        recreation = _fallback(desired, task, {})
        later = {"state": desired.state, "modify": desired.modify, "recreation": recreation and recreation.identity}
    if action is None:
        return Plan((WAIT_READY,), uncertain=uncertain, later=later)
    before, after = {"status": status}, {"status": PAUSED if action is PAUSE else RUNNING}
    warnings: tuple[str, ...] = ()
    if action is RESTART:
        strategy = str({**(task.get("source_task") or {}), **(task.get("sink_task") or {})}.get("consumer_strategy"))
        warnings = (position_warning(strategy, "Restarting the task resets its progress"),)
        before["restarted"], after["restarted"] = "false", "true"
    return Plan((action, WAIT_READY), before, after, None, warnings, uncertain, later)


def failed(task: Row) -> KafkaError:
    """Return the error for a task that has failed."""
    return UnexpectedState(
        f"the task has the status {task['status']}",
        "Check its topics, keys and peer; recreate: true deletes a failed task and creates it again.",
    )
