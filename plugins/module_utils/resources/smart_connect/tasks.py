# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The Smart Connect tasks of an instance."""

from __future__ import annotations

import typing as t

from ...api import instances, smart_connect
from ...reconcile.plan import has_failed
from ...rest.errors import ServiceError, action
from .. import connector
from ..connector import ConnectorChoice, ConnectorTasks
from ..options import check_given, check_id, check_name
from .fields import without_secrets
from .plan import AT_REST, PAUSED, RUNNING, WAITING, failed

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.listing import Listing, Row
    from ...reconcile.fields import Differences
    from ...rest.client import Client
    from .plan import Desired


def choose_instance(params: t.Mapping[str, t.Any]) -> ConnectorChoice:
    """Return which instance *params* select, with checked id and name."""
    check_given(params, "instance_id", "instance_name")
    return ConnectorChoice(None, check_id(params, "instance_id"), check_name(params, "instance_name"))


class Place:
    """The instance that Smart Connect tasks are on. :meth:`resolve` finds its id."""

    def __init__(self, choice: ConnectorChoice) -> None:
        self.choice = choice
        self.instance_id = choice.instance_id or ""
        self._instance: Instance | None = None

    def resolve(self, client: Client) -> None:
        """Find the id of an instance that was selected by its name."""
        if not self.instance_id:
            self._instance = connector.find_instance(client, t.cast("str", self.choice.instance_name))
            self.instance_id = self._instance["instance_id"]

    def read(self, client: Client) -> Instance:
        """Return the instance, read at most once."""
        if self._instance is None:
            with action(f"read instance {self.instance_id}"):
                self._instance = instances.show_instance(client, self.instance_id)
        return self._instance


class SmartConnectTasks(ConnectorTasks):
    """The Smart Connect tasks of an instance, for ``reconcile``."""

    noun = "Smart Connect task"
    returned = "smart_connect_task"
    lists_whole_tasks = True
    place: Place
    desired: Desired

    @property
    def instance_id(self) -> str:
        """The id of the instance."""
        return self.place.instance_id

    @property
    def _expected(self) -> tuple[str, ...]:
        expected = {"running": (RUNNING,), "restarted": (RUNNING,), "paused": (PAUSED, WAITING)}
        return expected.get(self.desired.state, AT_REST)

    @property
    def ready(self) -> str:
        return " or ".join(filter(None, (", ".join(self._expected[:-1]), self._expected[-1])))

    def list(self, client: Client) -> Listing:
        return smart_connect.list_tasks(client, self.instance_id)

    def show(self, client: Client, task_id: str) -> Row | None:
        with action(f"read {self.target} (task id {task_id})"):
            try:
                return smart_connect.show_task(client, self.instance_id, task_id)
            except ServiceError as error:
                if error.missing == "task":
                    return None
                raise

    def create(self, client: Client, body: dict[str, t.Any]) -> str:
        return smart_connect.create_task(client, self.instance_id, body)

    def delete(self, client: Client, task_id: str) -> None:
        smart_connect.delete_task(client, self.instance_id, task_id)

    def result(self, task: Row) -> Row:
        return without_secrets(task)

    def differences(self, task: Row) -> Differences:
        return self.desired.description.differences(task) if self.desired.description else {}

    def is_ready(self, task: Row) -> bool:
        if has_failed(task):
            raise failed(task)
        return task["status"] in self._expected

    def preflight(self) -> None:
        client = self.context.client
        connector.check_status(self.context, self.place.read(client))
        description = self.desired.description if self.desired else None
        if self.context.params.get("validate") and description and description.side == "source_task":
            with action("validate the connection to the peer of the replication"):
                smart_connect.validate(client, self.instance_id, description.descriptor)
