# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""A whole set of Smart Connect tasks of one instance."""

from __future__ import annotations

import typing as t

from ...reconcile.task_set import TaskSet
from .apply import ApplySmartConnect
from .ensure import read_desired
from .plan import plan
from .tasks import Place, SmartConnectTasks, choose_instance

if t.TYPE_CHECKING:
    from ...context import TaskContext
    from ...reconcile.apply import Target, Tasks
    from ...reconcile.plan import Observed, Plan
    from ...rest.client import Client


def ensure(context: TaskContext) -> None:
    """Bring the Smart Connect tasks that the options describe to their states."""
    SmartConnectTaskSet(context).ensure()


class SmartConnectTaskSet(TaskSet):
    """The Smart Connect tasks of one instance."""

    noun = "Smart Connect task"
    apply = ApplySmartConnect

    def __init__(self, context: TaskContext) -> None:
        super().__init__(context)
        self._place = Place(choose_instance(context.params))
        self.where = f"instance {self._place.choice.instance_id or self._place.choice.instance_name}"

    def desired(self, params: dict[str, t.Any]) -> t.Any:
        return read_desired(params)

    def tasks(self, context: TaskContext, desired: t.Any, target: Target) -> Tasks:
        return SmartConnectTasks(context, self._place, desired, target)

    def resolve(self, client: Client) -> None:
        self._place.resolve(client)

    def plan(self, desired: t.Any, observed: Observed) -> Plan:
        return plan(desired, observed)

    @property
    def plan_place(self) -> str:
        return self._place.instance_id
