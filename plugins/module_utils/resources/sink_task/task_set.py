# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""A whole set of sink tasks of one connector."""

from __future__ import annotations

import typing as t

from ...reconcile.task_set import TaskSet
from .. import connector
from .ensure import read_desired
from .plan import plan
from .tasks import Place, SinkTasks

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.apply import Target, Tasks
    from ...reconcile.plan import Observed, Plan
    from ...rest.client import Client


def ensure(context: TaskContext) -> None:
    """Bring the sink tasks that the options describe to their states."""
    SinkTaskSet(context).ensure()


class SinkTaskSet(TaskSet):
    """The sink tasks of one connector."""

    noun = "sink task"

    def __init__(self, context: TaskContext) -> None:
        super().__init__(context)
        self._place = Place(connector.choose(context.params))
        self.where = str(self._place.choice)

    def desired(self, params: dict[str, t.Any]) -> t.Any:
        return read_desired({"source_type": "BLOB", "destination_type": "OBS", **params})

    def tasks(self, context: TaskContext, desired: t.Any, target: Target) -> Tasks:
        return SinkTasks(context, self._place, desired, target)

    def resolve(self, client: Client) -> None:
        self._place.resolve(client)

    def plan(self, desired: t.Any, observed: Observed) -> Plan:
        return plan(desired, observed)

    def can_prune(self, task: Row) -> bool:
        return task.get("destination_type") == "OBS"

    @property
    def plan_place(self) -> str:
        return self._place.connector_id
