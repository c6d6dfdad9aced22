# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The Smart Connect tasks of an instance, for the engine."""

from __future__ import annotations

import typing as t

from ...api import smart_connect
from ...reconcile.ensure import ensure_one
from ...reconcile.kind import Kind, Progress
from ...reconcile.plan import MODIFY, Desired
from ...reconcile.wait import check_wait_timeout
from ...rest.errors import InvalidOption, action
from .. import connector
from ..tasks import check_policy, check_tasks, has_failed, is_leaving, is_topic_in_use, selection, unknown_status
from .fields import prepare, without_secrets
from .plan import PAUSE, PAUSED, RESTART, RESUME, RUNNING, START, WAITING, failed, plan

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...reconcile.fields import Differences
    from ...reconcile.kind import Parent
    from ...reconcile.plan import Plan, Step
    from ...rest.client import Client


def ensure(context: TaskContext) -> None:
    """Bring the Smart Connect task that the options select to its state."""
    params = context.params
    healthy = params["wait_healthy"]
    if healthy:
        from . import health  # imported only if it is needed

        if params["state"] != "running" or not params["wait"]:
            raise InvalidOption("wait_healthy needs state: running and wait: true")
        health.endpoint_of(context)
    entry = ensure_one(context, KIND._replace(preflight=_validate) if params["validate"] else KIND)
    if healthy and not context.changed:
        health.check(context, entry.parent_id, t.cast("Row", entry.row))
    elif healthy and not context.check_mode:
        health.wait_until_normal(context, entry.parent_id, t.cast("Row", entry.row), entry.changed_at, entry.deadline)


def ensure_all(context: TaskContext) -> None:
    """Bring the Smart Connect tasks that the options describe to their states."""
    from ...reconcile.sets import ensure_set  # imported only if it is needed

    ensure_set(context, KIND)


def _read_options(params: t.Mapping[str, t.Any]) -> Desired:
    task_id, task_name = selection(params)
    check_wait_timeout(params)
    description = None
    if params["state"] != "absent":
        description = prepare(params)
        if description is None and params["state"] == "present" and task_id is None:
            raise InvalidOption("topics or topics_regex, and sink_task or source_task must be set")
        check_policy(params)
    return Desired(
        params["state"],
        task_id,
        task_name,
        description,
        params["modify"],
        params["recreate"],
        params["update_secrets"],
    )


def _differences(desired: Desired, task: Row) -> Differences:
    return desired.fields.differences(task) if desired.fields else {}


def _expected(desired: Desired) -> tuple[str, ...]:
    expected = {"running": (RUNNING,), "restarted": (RUNNING,), "paused": (PAUSED, WAITING)}
    return expected.get(desired.state, (RUNNING, PAUSED, WAITING))


def _ready(desired: Desired) -> str:
    *others, last = _expected(desired)
    return f"{', '.join(others)} or {last}" if others else last


def _progress(desired: Desired, task: Row) -> Progress:
    if has_failed(task):
        return Progress(True, failed(task))
    unknown = desired.state == "present" and unknown_status(task)
    return Progress(task["status"] in _expected(desired), warning=f"{unknown}." if unknown else "")


def _preflight(context: TaskContext, parent: Parent, _entries: t.Sequence[Entry]) -> None:
    connector.check_status(context, parent.row or connector.full_instance(context.client, parent))


def _validate(context: TaskContext, parent: Parent, entries: t.Sequence[Entry]) -> None:
    _preflight(context, parent, entries)
    for entry in entries:
        if entry.desired.fields and entry.desired.fields.side == "source_task":
            with action("validate the connection to the peer of the replication"):
                smart_connect.validate(context.client, parent.id, entry.desired.fields.descriptor)


def _take(step: Step) -> t.Callable[[Client, Entry], Plan | None]:
    def take(client: Client, entry: Entry) -> Plan | None:
        from .steps import STEPS  # imported only if it is needed

        return STEPS[step](client, entry)

    return take


KIND = Kind(
    noun="Smart Connect task",
    thing="task",
    id_key="task_id",
    name_key="task_name",
    returned="smart_connect_task",
    verbs={"absent": "delete", "present": "create", "running": "run", "paused": "pause", "restarted": "restart"},
    choose=connector.choose_instance,
    read_options=_read_options,
    resolve=connector.resolve_instance,
    absence=connector.absence,
    read_list=smart_connect.list_tasks,
    show=smart_connect.show_task,
    create=smart_connect.create_task,
    delete=lambda client, instance_id, rows: smart_connect.delete_task(client, instance_id, rows[0]["task_id"]),
    modify=lambda client, instance_id, entries: smart_connect.modify_task(
        client, instance_id, entries[0].id, t.cast("dict[str, t.Any]", entries[0].plan.body)
    ),
    plan=plan,
    differences=_differences,
    progress=_progress,
    ready=_ready,
    result=without_secrets,
    shown=lambda desired, task: desired.fields.comparable(task) if desired.fields else without_secrets(task),
    preflight=_preflight,
    check=check_tasks,
    lists_all=True,
    is_leaving=is_leaving,
    exists=is_topic_in_use,
    can_prune=lambda _task: True,
    steps={step: _take(step) for step in (MODIFY, PAUSE, RESUME, START, RESTART)},
)
