# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``state: absent``: looks whether the task exists, and deletes it only then."""

from __future__ import annotations

from ...client.errors import KafkaError, ServiceError, doing
from ...run import Diff
from .. import connector
from .task import NamedTask, is_leaving


class Removal(NamedTask):
    """A sink task that must not exist."""

    def ensure(self) -> None:
        with doing(f"delete {self}"):
            try:
                self.connector_id = connector.resolve(self.client, self.choice)
                task = self.find(self.list_tasks())
            except KafkaError as error:
                if not (isinstance(error, ServiceError) and error.missing == "sink task"):
                    self.warn_of_missing_parent(error)
                return
            if task is None:
                return
            self.run.returned["sink_task"] = task
            if is_leaving(task):
                if self.run.params["wait"] and not self.run.check_mode:
                    self.wait_until_gone(task["task_id"])
            elif self.run.check_mode:
                self.run.changed = True
            else:
                self.delete(task["task_id"], wait_until_gone=self.run.params["wait"])
            if self.run.changed:
                self.run.diff = Diff(task, {})
