# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Plans the steps for a sink task, without any request."""

from __future__ import annotations

import typing as t

from ...reconcile.fields import describe
from ...reconcile.plan import CREATE, DELETE, WAIT_GONE, WAIT_READY, Plan
from ...rest.errors import UnexpectedState
from ..task_plans import dropped_warnings, expect_valid, lost_fields, position_warning, refuse_id, show_blank
from ..tasks import has_failed, is_leaving, unknown_status
from .fields import OPTION, TABLE, TASK, echoed, kept

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.fields import Differences
    from ...reconcile.plan import Desired


def differences(desired: Desired, task: Row) -> Differences:
    """Return what differs in *task* from what is desired."""
    descriptor = desired.fields[OPTION]
    return TABLE.differences(descriptor, echoed(task, descriptor))


def plan(desired: Desired, task: Row | None) -> Plan:
    """Return the plan for *desired*. Raises :class:`UnexpectedState` if the task can't be brought to the desired state."""
    if task is None or is_leaving(task):
        refuse_id(desired, "sink task")
        body = _body(desired, TABLE.defaults())
        after = {**body, OPTION: kept(body[OPTION])}
        return Plan((*((WAIT_GONE,) if task else ()), CREATE, WAIT_READY), after=after, body=body)
    differing = differences(desired, task)
    if desired.recreate and has_failed(task):
        differing["status"] = (task["status"], "RUNNING")
    if desired.update_secrets == "always":
        return _recreation(desired, task, differing)
    if not differing:
        unknown = unknown_status(task)
        return Plan(warnings=(f"The task {unknown}.",)) if unknown else Plan((WAIT_READY,))
    if not desired.recreate:
        raise UnexpectedState(
            f"it exists (task id {task['task_id']}) and differs: {describe(differing)}",
            "The API can't change a sink task; recreate: true deletes it and creates it again.",
        )
    return _recreation(desired, task, differing)


def _recreation(desired: Desired, task: Row, differing: Differences) -> Plan:
    existing = echoed(task, desired.fields[OPTION])
    # What the user does not set stays as it was.
    same = {name: value for name, value in kept(existing).items() if name not in ("topics", "topics_regex")}
    defaults = TABLE.defaults()
    body = _body(desired._replace(name=task["task_name"]), {**defaults, **same})
    expect_valid(body, TABLE)
    before = {**body, OPTION: TABLE.comparable(existing)}
    after = {**body, OPTION: TABLE.comparable(body[OPTION])}
    show_blank(before[OPTION], after[OPTION], existing, body[OPTION])
    if "status" in differing:
        before["status"], after["status"] = differing["status"]
    if not differing:
        before["secrets"], after["secrets"] = "as stored", "as set in the task"
    return Plan(
        (DELETE, WAIT_GONE, CREATE, WAIT_READY),
        before,
        after,
        body,
        (position_warning(body[OPTION]["consumer_strategy"]), *dropped_warnings({**task, "topics": None}, TASK)),
        lost=lost_fields(
            f"{OPTION}.{name}"
            for name in same
            if same[name] not in ("", defaults.get(name)) and name not in desired.fields[OPTION]
        ),
    )


def _body(desired: Desired, base: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    descriptor = desired.fields[OPTION]
    missing = TABLE.missing_secrets(descriptor)
    if missing:
        raise UnexpectedState(f"{missing} must be set to create the task")
    return {**desired.fields, "task_name": desired.name, OPTION: {**base, **descriptor}}
