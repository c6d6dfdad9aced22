# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The kinds of things of an instance, by the options that have their entries."""

from __future__ import annotations

import typing as t

from ..consumer_group.fields import group_entries
from ..permission.fields import permission_entries
from ..sink_task.fields import task_entries as sink_task_entries
from ..smart_connect.fields import task_entries as smart_connect_entries
from ..topic.fields import topic_entries
from ..user.fields import user_entries

if t.TYPE_CHECKING:
    from ...context import TaskContext
    from ...reconcile.kind import Kind

USERS, TOPICS, PERMISSIONS, GROUPS = "users", "topics", "topic_permissions", "consumer_groups"
SMART_TASKS, SINK_TASKS = "smart_connect_tasks", "sink_tasks"
TASKS = (SMART_TASKS, SINK_TASKS)

ENTRIES: dict[str, t.Callable[[], dict[str, t.Any]]] = {
    USERS: user_entries,
    TOPICS: topic_entries,
    PERMISSIONS: permission_entries,
    GROUPS: group_entries,
    SMART_TASKS: smart_connect_entries,
    SINK_TASKS: sink_task_entries,
}
"""The lists of entries, as options."""

PRUNED = {USERS: True, TOPICS: True, GROUPS: False, SMART_TASKS: True, SINK_TASKS: True}
"""What can be pruned, and whether without a pattern: the group of a client that does not run now is EMPTY, too."""

PLANNED = (USERS, TOPICS, GROUPS, SMART_TASKS, SINK_TASKS, PERMISSIONS)
"""The order in which the kinds are read and planned: which permissions there can be depends on the topics."""
DELETED_FIRST = (SMART_TASKS, SINK_TASKS, GROUPS, TOPICS)
WRITTEN = (USERS, TOPICS, PERMISSIONS, GROUPS, SMART_TASKS, SINK_TASKS)
DELETED_LAST = (USERS,)
"""The order of the deletions, the other changes, and the last deletions."""


def prune_options() -> dict[str, dict[str, t.Any]]:
    """Return the options of what is pruned, by the options that have the entries."""
    options = {"pattern": {"type": "str"}, "limit": {"type": "int"}}
    return {
        name: {"type": "dict", "options": {**options, **({"all": {"type": "bool"}} if everything else {})}}
        for name, everything in PRUNED.items()
    }


def kind_of(name: str, context: TaskContext) -> Kind:
    """Return the kind of the option *name* for one run."""
    if name == USERS:
        from ..user.kind import KIND

        return KIND
    if name == TOPICS:
        from ..topic.kind import KIND

        return KIND
    if name == GROUPS:
        from ..consumer_group.kind import KIND

        return KIND
    if name == PERMISSIONS:
        from ..permission.kind import Permissions

        return Permissions(context).kind
    if name == SMART_TASKS:
        from ..smart_connect.kind import KIND
    else:
        from ..sink_task.kind import KIND
    return KIND._replace(option=name)
