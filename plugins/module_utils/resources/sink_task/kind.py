# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The sink tasks of a connector, for the engine."""

from __future__ import annotations

import typing as t

from ...api import sink_tasks
from ...reconcile.ensure import ensure_one
from ...reconcile.kind import Kind, Progress
from ...reconcile.plan import Desired
from ...reconcile.wait import check_wait_timeout
from ...rest.errors import UnexpectedState
from .. import connector
from ..options import check_given
from ..tasks import check_policy, check_tasks, has_failed, is_leaving, is_topic_in_use, selection, unknown_status
from .fields import OPTION, TABLE, TASK

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...reconcile.fields import Differences
    from ...reconcile.kind import Parent
    from ...reconcile.plan import Plan


def ensure(context: TaskContext) -> None:
    """Bring the sink task that the options select to its state."""
    ensure_one(context, KIND)


def ensure_all(context: TaskContext) -> None:
    """Bring the sink tasks that the options describe to their states."""
    from ...reconcile.sets import ensure_set  # imported only if it is needed

    ensure_set(context, KIND)


def _read_options(params: t.Mapping[str, t.Any]) -> Desired:
    task_id, task_name = selection(params)
    check_wait_timeout(params)
    fields = {}
    if params["state"] == "present":
        if task_id is None:
            check_given(params, OPTION)
        given = params.get(OPTION)
        fields = {
            "source_type": params.get("source_type", "BLOB"),
            "destination_type": params.get("destination_type", "OBS"),
            OPTION: {} if given is None else TABLE.prepare(given, exists=task_id is not None),
        }
        check_policy(params, ", because the API can't change a sink task")
    return Desired(
        params["state"],
        task_id,
        task_name,
        fields,
        recreate=params["recreate"],
        update_secrets=params["update_secrets"],
    )


def _plan(desired: Desired, task: Row | None) -> Plan:
    from .plan import plan  # a deletion does not need it

    return plan(desired, task)


def _differences(desired: Desired, task: Row) -> Differences:
    from .plan import differences

    return differences(desired, task)


def _progress(_desired: Desired, task: Row) -> Progress:
    if has_failed(task):
        error = UnexpectedState(
            f"the task has the status {task['status']}",
            "Check the bucket and the keys; recreate: true deletes a failed task and creates it again.",
        )
        return Progress(True, error)
    status, unknown = task.get("status", ""), unknown_status(task)
    warning = {
        "PAUSED": "is PAUSED; the console and the Smart Connect API can resume it.",
        "WAITING": "is WAITING; the console and the Smart Connect API can start it.",
    }.get(status, unknown and f"{unknown}.")
    return Progress(status in ("RUNNING", "PAUSED"), warning=warning)


def _preflight(context: TaskContext, parent: Parent, _entries: t.Sequence[Entry]) -> None:
    connector.check_status(context, parent.row)


KIND = Kind(
    noun="sink task",
    thing="task",
    id_key="task_id",
    name_key="task_name",
    returned="sink_task",
    verbs={"absent": "delete", "present": "create"},
    choose=connector.choose,
    read_options=_read_options,
    resolve=connector.resolve,
    absence=connector.absence,
    read_list=sink_tasks.list_tasks,
    show=sink_tasks.show_task,
    create=sink_tasks.create_task,
    delete=lambda client, connector_id, rows: sink_tasks.delete_task(client, connector_id, rows[0]["task_id"]),
    plan=_plan,
    differences=_differences,
    progress=_progress,
    ready=lambda _desired: "RUNNING",
    result=TASK.without_secrets,
    shown=lambda _desired, task: TASK.without_secrets(task),
    preflight=_preflight,
    check=check_tasks,
    lists_all=False,
    is_leaving=is_leaving,
    exists=is_topic_in_use,
    can_prune=lambda task: task.get("destination_type") == "OBS",
)
