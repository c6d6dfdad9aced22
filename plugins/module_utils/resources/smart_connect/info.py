# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads the Smart Connect tasks of an instance."""

from __future__ import annotations

import typing as t

from ...api import smart_connect
from ...reconcile.plan import require_complete
from ...rest.errors import action
from ...rest.response import number
from ..connector import choose_instance, resolve_instance
from ..options import check_id, check_name
from .fields import definition, without_secrets

if t.TYPE_CHECKING:
    from ...context import TaskContext


def gather(context: TaskContext) -> None:
    """Return the Smart Connect tasks that the options select, and the quotas. The connector must exist."""
    choice = choose_instance(context.params)
    task_id, task_name = check_id(context.params, "task_id"), check_name(context.params, "task_name")
    desired = context.params["health"]
    if desired != "false":
        from . import health  # imported only if it is needed

        health.endpoint_of(context)
    with action(f"read the Smart Connect tasks of {choice}"):
        instance_id = resolve_instance(context.client, choice).id
        listing = smart_connect.list_tasks(context.client, instance_id)
        require_complete(listing, "task", "it is not complete")
        selected = listing.rows
        if task_id:
            selected = [task for task in selected if task["task_id"] == task_id]
        elif task_name:
            selected = listing.named(task_name)
        described = [{**without_secrets(task), "create_time": number(task.get("create_time"))} for task in selected]
        if desired != "false":
            found, error = health.read_or_warn(context, instance_id, selected, required=desired == "required")
            context.returned["health_error"] = error
            described = [{**task, "health": state} for task, state in zip(described, found)]
    if context.params["as_definitions"]:
        from ..export import export  # imported only if it is needed
        from .kind import KIND

        context.returned["definitions"] = export(context, KIND, selected, listing, definition)
    context.returned.update(
        instance_id=instance_id,
        smart_connect_tasks=described,
        total_number=listing.total_number,
        max_tasks=listing.limits["max_tasks"],
        quota_tasks=listing.limits["quota_tasks"],
    )
