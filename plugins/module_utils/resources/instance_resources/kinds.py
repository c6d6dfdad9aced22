# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What an instance has, by the options that have the entries: users, topics, permissions, consumer groups and tasks."""

from __future__ import annotations

import typing as t

from ..consumer_group.fields import group_entries
from ..consumer_group.kind import KIND as GROUP
from ..permission.fields import permission_entries
from ..permission.kind import Permissions
from ..sink_task.fields import task_entries as sink_task_entries
from ..sink_task.kind import KIND as SINK_TASK
from ..smart_connect.fields import task_entries as smart_task_entries
from ..smart_connect.kind import KIND as SMART_TASK
from ..topic.fields import topic_entries
from ..topic.kind import KIND as TOPIC
from ..user.fields import user_entries
from ..user.kind import KIND as USER

if t.TYPE_CHECKING:
    from ...context import TaskContext
    from ...reconcile.kind import Kind

USERS, TOPICS, PERMISSIONS, GROUPS = "users", "topics", "topic_permissions", "consumer_groups"
SMART_TASKS, SINK_TASKS = TASKS = "smart_connect_tasks", "sink_tasks"
OF_SASL = (USERS, PERMISSIONS)
"""The kinds that only an instance with SASL has."""

_KINDS = {
    USERS: USER,
    TOPICS: TOPIC,
    GROUPS: GROUP,
    SMART_TASKS: SMART_TASK._replace(option=SMART_TASKS),
    SINK_TASKS: SINK_TASK._replace(option=SINK_TASKS),
}
ENTRIES: dict[str, t.Callable[[], dict[str, t.Any]]] = {
    USERS: user_entries,
    TOPICS: topic_entries,
    PERMISSIONS: permission_entries,
    GROUPS: group_entries,
    SMART_TASKS: smart_task_entries,
    SINK_TASKS: sink_task_entries,
}
"""The lists of entries, as options."""
PLANNED = (USERS, TOPICS, GROUPS, SMART_TASKS, SINK_TASKS, PERMISSIONS)
"""The order in which the kinds are read and planned: which permissions there can be depends on the topics."""
PHASES = (
    *((name, True) for name in (SMART_TASKS, SINK_TASKS, GROUPS, TOPICS)),
    *((name, False) for name in (USERS, TOPICS, PERMISSIONS, GROUPS, SMART_TASKS, SINK_TASKS)),
    (USERS, True),
)
"""The order of the writes, and which of them are deletions. A user is deleted when its permissions are gone."""


def kind_of(name: str, context: TaskContext) -> Kind:
    """Return the kind of the option *name* for one run."""
    return Permissions(context).kind if name == PERMISSIONS else _KINDS[name]


def prune_options() -> dict[str, dict[str, t.Any]]:
    """Return the options of what is pruned, by the options that have the entries."""
    some = {"pattern": {"type": "str"}, "limit": {"type": "int"}}
    # The group of a client that does not run now is EMPTY, too.
    whole = {name: some if name == GROUPS else {**some, "all": {"type": "bool"}} for name in _KINDS}
    return {name: {"type": "dict", "options": options} for name, options in whole.items()}
