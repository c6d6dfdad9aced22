# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What forbids the deletion of a user: permissions of topics that name it."""

from __future__ import annotations

import typing as t

from ...api import access_policies, topics
from ...reconcile.plan import require_complete
from ...rest.concurrency import WIDTH, run_concurrently
from ...rest.errors import KafkaError, UnexpectedState, action

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...rest.client import Client

Permissions = dict[str, list["Row"]]


def check_unused(context: TaskContext, instance_id: str, entries: t.Sequence[Entry]) -> None:
    """Fail those of *entries*, users that are deleted, that have permissions.

    Raises :class:`KafkaError` if that can't be read: what is unknown must not be deleted.
    """
    try:
        with action("check the permissions of the users to delete"):
            permissions = read_permissions(context.client, instance_id)
    except KafkaError as error:
        hint = "Remove permissions from protect to delete users without this check."
        error.hint = f"{error.hint or ''} {hint}".strip()
        raise
    for entry in entries:
        names = sorted(
            row["topic_name"]
            for row in permissions.get(entry.name, [])
            if entry.will_exist("topics", row["topic_name"], seen=True) is not False
            and entry.will_exist("topic_permissions", row["topic_name"], entry.name, seen=True) is not False
        )
        if names:
            entry.trying = "delete"
            nouns = "the topic" if len(names) == 1 else "the topics"
            entry.fail(
                UnexpectedState(
                    f"the user has permissions for {nouns} {', '.join(names)}",
                    "Remove these permissions first, or permissions from protect to delete it nevertheless.",
                )
            )


def read_permissions(client: Client, instance_id: str) -> Permissions:
    """Return the permissions of each user of an instance, with the ``topic_name`` of each.

    Takes a request for the list of topics, and one for each topic.
    """
    listing = topics.list_topics(client, instance_id)
    require_complete(listing, "topic", "it is not complete")

    def read(client: Client, topic: Row) -> list[Row]:
        with action(f"read the permissions of topic {topic['name']}"):
            return access_policies.show_policies(client, instance_id, topic["name"])

    found = run_concurrently(client, read, listing.rows, WIDTH)
    permissions: Permissions = {}
    for topic, rows in zip(listing.rows, found):
        for row in rows:
            shown = {"topic_name": topic["name"], **{key: row[key] for key in row if key != "user_name"}}
            permissions.setdefault(row["user_name"], []).append(shown)
    return permissions
