# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Ensures the state of one Smart Connect task: observe, plan, apply."""

from __future__ import annotations

import typing as t

from ...reconcile.apply import Target, carry_out
from ...reconcile.plan import Observed, match
from ...reconcile.wait import check_wait_timeout
from ...rest.errors import InvalidOption, KafkaError, action
from ..options import check_given, check_id, check_name
from .apply import ApplySmartConnect
from .fields import prepare
from .plan import Desired, plan
from .tasks import Place, SmartConnectTasks, choose_instance

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...context import TaskContext

_VERBS = {"absent": "delete", "present": "create", "running": "run", "paused": "pause", "restarted": "restart"}


def ensure(context: TaskContext) -> None:
    """Bring the Smart Connect task that the options select to its ``state``."""
    choice = choose_instance(context.params)
    desired = read_desired(context.params)
    if context.params["wait_healthy"]:
        from . import health  # imported only if it is needed

        health.endpoint_of(context)
    names = " / ".join(filter(None, (desired.task_name, desired.task_id)))
    target = Target(
        desired.task_id,
        desired.task_name,
        f"Smart Connect task {names} of instance {choice.instance_id or choice.instance_name}",
    )
    with action(f"{_VERBS[desired.state]} {target}"):
        place = Place(choice)
        tasks = SmartConnectTasks(context, place, desired, target)
        try:
            place.resolve(context.client)
            listing = tasks.list(context.client)
            task = match(desired.task_id, desired.task_name, listing, tasks.noun)
        except KafkaError as error:
            if desired.state == "absent" and tasks.is_absent(error):
                return
            raise
        if task:
            context.returned[tasks.returned] = tasks.result(task)
        observed = Observed(listing, task)
        steps = plan(desired, observed)
        task = carry_out(context, tasks, target, observed, steps, ApplySmartConnect)
        if context.params["wait_healthy"] and not context.changed:
            health.check(context, place.instance_id, t.cast("Row", task))


def read_desired(params: t.Mapping[str, t.Any]) -> Desired:
    """Return what *params* ask for. Raises :class:`InvalidOption`."""
    check_given(params, "task_id", "task_name")
    timeout = check_wait_timeout(params)
    description = None
    if params["state"] != "absent":
        description = prepare(params)
        if description is None and params["state"] == "present":
            raise InvalidOption("topics or topics_regex, and sink_task or source_task must be set")
        if params["update_secrets"] == "always" and not params["recreate"]:
            raise InvalidOption("update_secrets: always needs recreate: true")
        if params["recreate"] and timeout == 0:
            raise InvalidOption("wait_timeout must be more than 0 with recreate: true")
        if params["state"] == "present":
            check_given(params, "task_name")
    if params.get("wait_healthy") and not (params["state"] == "running" and params["wait"]):
        raise InvalidOption("wait_healthy needs state: running and wait: true")
    return Desired(
        params["state"],
        check_id(params, "task_id"),
        check_name(params, "task_name"),
        description,
        params["modify"],
        params["recreate"],
        params["update_secrets"],
        params["wait"],
    )
