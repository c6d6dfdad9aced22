# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Plans the steps for a sink task, without any request."""

from __future__ import annotations

import typing as t

from ...reconcile.fields import describe
from ...reconcile.plan import Plan, Step, has_failed, is_leaving, position_warning, quota_forecast
from ...rest.errors import UnexpectedState
from .fields import OPTION, TABLE, echoed, kept

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.fields import Descriptor, Differences
    from ...reconcile.plan import Observed


class Desired(t.NamedTuple):
    """What the user wants of a sink task; *descriptor* has the fields that are set."""

    state: str
    task_id: str | None
    task_name: str | None
    descriptor: Descriptor
    source_type: str
    destination_type: str
    recreate: bool
    update_secrets: str
    wait: bool


def differences(desired: Desired, task: Row) -> Differences:
    """Return what differs in *task* from what is wanted."""
    return TABLE.differences(desired.descriptor, echoed(task, desired.descriptor))


def plan(desired: Desired, observed: Observed) -> Plan:
    """Return the plan for *desired*. Raises :class:`UnexpectedState` if the task can't be brought to the wanted state."""
    if desired.state == "absent":
        return _absent(desired, observed.task)
    return _present(desired, observed)


def _absent(desired: Desired, task: Row | None) -> Plan:
    waits = (Step.WAIT_GONE,) if desired.wait else ()
    if task is None:
        return Plan()
    if is_leaving(task):
        return Plan(waits)
    return Plan((Step.DELETE, *waits), before=task)


def _present(desired: Desired, observed: Observed) -> Plan:
    task = observed.task
    if task is None or is_leaving(task):
        if desired.task_id:
            raise UnexpectedState(
                f"there is no sink task with the id {desired.task_id}",
                "The service assigns the id of a new task: leave out task_id to create one.",
            )
        leaves = (Step.WAIT_GONE,) if task else ()
        body = _body(desired, TABLE.defaults())
        after = {**body, OPTION: kept(body[OPTION])}
        new = Plan((*leaves, Step.CREATE, Step.WAIT_READY), after=after, body=body)
        return quota_forecast(new, observed.listing, "sink tasks")
    differing = differences(desired, task)
    if desired.recreate and has_failed(task):
        differing["status"] = (task["status"], "RUNNING")
    if desired.update_secrets == "always":
        return _recreation(desired, task, differing)
    if not differing:
        return Plan((Step.WAIT_READY,) if desired.wait else ())
    if not desired.recreate:
        raise UnexpectedState(
            f"it exists (task id {task['task_id']}) and differs: {describe(differing)}",
            "The API can't change a sink task; recreate: true deletes it and creates it again.",
        )
    return _recreation(desired, task, differing)


def _recreation(desired: Desired, task: Row, differing: Differences) -> Plan:
    existing = echoed(task, desired.descriptor)
    # What the user does not set stays as it was.
    same = {name: value for name, value in kept(existing).items() if name not in ("topics", "topics_regex")}
    body = _body(desired, {**TABLE.defaults(), **same})
    before = {**body, OPTION: TABLE.comparable(existing)}
    after = {**body, OPTION: TABLE.comparable(body[OPTION])}
    if "status" in differing:
        before["status"], after["status"] = differing["status"]
    if not differing:
        before["secrets"], after["secrets"] = "as stored", "as set in the task"
    return Plan(
        (Step.DELETE, Step.WAIT_GONE, Step.CREATE, Step.WAIT_READY),
        before,
        after,
        body,
        warnings=(position_warning(body[OPTION]["consumer_strategy"]),),
    )


def _body(desired: Desired, base: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    missing = TABLE.missing_secrets(desired.descriptor)
    if missing:
        raise UnexpectedState(f"{missing} must be set to create the task")
    return {
        "source_type": desired.source_type,
        "task_name": desired.task_name,
        "destination_type": desired.destination_type,
        OPTION: {**base, **desired.descriptor},
    }
