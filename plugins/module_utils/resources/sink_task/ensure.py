# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Ensures the state of one sink task: observe, plan, apply."""

from __future__ import annotations

import typing as t

from ...reconcile.apply import Target, carry_out
from ...reconcile.plan import Observed, match
from ...reconcile.wait import check_wait_timeout
from ...rest.errors import InvalidOption, KafkaError, action
from .. import connector
from ..options import check_given, check_id, check_name
from .fields import OPTION, TABLE
from .plan import Desired, plan
from .tasks import Place, SinkTasks

if t.TYPE_CHECKING:
    from ...context import TaskContext


def ensure(context: TaskContext) -> None:
    """Bring the sink task that the options select to its ``state``."""
    choice = connector.choose(context.params)
    desired = read_desired(context.params)
    names = " / ".join(filter(None, (desired.task_name, desired.task_id)))
    target = Target(desired.task_id, desired.task_name, f"sink task {names} of {choice}")
    with action(f"{'delete' if desired.state == 'absent' else 'create'} {target}"):
        place = Place(choice)
        tasks = SinkTasks(context, place, desired, target)
        try:
            place.resolve(context.client)
            with action(f"list the sink tasks of {choice}"):
                listing = tasks.list(context.client)
            task = match(desired.task_id, desired.task_name, listing, tasks.noun)
        except KafkaError as error:
            if desired.state == "absent" and tasks.is_absent(error):
                return
            raise
        if task and desired.state == "present":
            task = tasks.show(context.client, task["task_id"])
        if task:
            context.returned[tasks.returned] = tasks.result(task)
        observed = Observed(listing, task)
        carry_out(context, tasks, target, observed, plan(desired, observed))


def read_desired(params: t.Mapping[str, t.Any]) -> Desired:
    """Return what *params* ask for. Raises :class:`InvalidOption`."""
    check_given(params, "task_id", "task_name")
    timeout = check_wait_timeout(params)
    descriptor = {}
    if params["state"] == "present":
        check_given(params, "task_name")
        check_given(params, OPTION)
        descriptor = TABLE.prepare(params[OPTION])
        if params["update_secrets"] == "always" and not params["recreate"]:
            raise InvalidOption("update_secrets: always needs recreate: true, because the API can't change a sink task")
        if params["recreate"] and timeout == 0:
            raise InvalidOption("wait_timeout must be more than 0 with recreate: true")
    return Desired(
        params["state"],
        check_id(params, "task_id"),
        check_name(params, "task_name"),
        descriptor,
        params["source_type"],
        params["destination_type"],
        params["recreate"],
        params["update_secrets"],
        params["wait"],
    )
