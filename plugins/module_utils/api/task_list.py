# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The list of the tasks of a connector."""

from __future__ import annotations

import typing as t

Task = dict[str, t.Any]


class TaskList(t.NamedTuple):
    """The tasks as the service listed them, each once. *total_number* is how many the service counts."""

    tasks: list[Task]
    total_number: int
    max_tasks: int | None = None
    quota_tasks: int | None = None

    @property
    def complete(self) -> bool:
        """Whether the list has as many tasks as the service counts; only then it proves that one is absent."""
        return len(self.tasks) >= self.total_number

    def by_id(self, task_id: str | None) -> Task | None:
        """Return the task with the id *task_id*."""
        return next((task for task in self.tasks if task["task_id"] == task_id), None)

    def named(self, task_name: str | None) -> list[Task]:
        """Return the tasks called exactly *task_name*."""
        return [task for task in self.tasks if task["task_name"] == task_name]
