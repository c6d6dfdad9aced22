# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What forbids a change of permissions: users that do not exist, and topics that it would open to every user."""

from __future__ import annotations

import typing as t

from ...api import configs
from ...rest.errors import KafkaError, UnexpectedState
from ...rest.redact import in_one_line

if t.TYPE_CHECKING:
    from ...context import TaskContext
    from ...reconcile.entry import Entry


def check_users(entries: t.Sequence[Entry], users: t.Container[str]) -> None:
    """Fail those of *entries* that permit a user who is not one of *users*, and warn if they remove the permission of such a user."""
    for entry in entries:
        before, after = _policies(entry)
        permitted = [user for user, policy in after.items() if before.get(user) != policy]
        planned = {user: entry.will_exist("users", user) for user in permitted}
        unknown = [user for user in permitted if not (user in users if planned[user] is None else planned[user])]
        if unknown:
            error = UnexpectedState(
                f"the instance has no user {', '.join(unknown)}",
                "Create the users first. In check mode, earlier tasks of a play do not create them.",
            )
            if False in planned.values():
                error = UnexpectedState(
                    f"the instance will have no user {', '.join(unknown)} after this run",
                    "Describe the users in users, or leave out their permissions.",
                )
            entry.trying = "modify"
            entry.fail(error)
        removed = [user for user in before if user not in after and user not in users]
        if removed:
            entry.context.warn(
                f"{', '.join(removed)} is not a user of the instance, so it can stand for all users or for a deleted one; its permission"
                " is removed."
            )


class OpenTopics:
    """Whether topics of an instance without any permission are open to every user, read at most once."""

    def __init__(self, context: TaskContext, instance_id: str) -> None:
        self._context = context
        self._instance_id = instance_id
        self._why: str | None = None

    def check(self, entries: t.Sequence[Entry]) -> None:
        """Fail those of *entries* that open a topic to every user, or warn without the option ``forbid_open``."""
        for entry in entries:
            before, after = _policies(entry)
            why = self._read() if before and not after and not entry.error else ""
            if why and self._context.params["forbid_open"]:
                entry.trying = "modify"
                entry.fail(
                    UnexpectedState(
                        f"without any permission, the topic would be open to every user, because {why}",
                        "Keep the permission of a user, or set forbid_open: false to open it.",
                    )
                )
            elif why:
                entry.context.warn(f"Without any permission, the topic is open to every user, because {why}.")

    def _read(self) -> str:
        """Return why they are open; empty if they are not. What can't be read counts as open."""
        if self._why is None:
            name = configs.OPEN_TOPICS
            try:
                rows = configs.show_configs(self._context.client, self._instance_id)
            except KafkaError as error:
                self._why = f"{name} could not be read and counts as true ({in_one_line(str(error))})"
            else:
                value = next((row["value"].strip().lower() for row in rows if row["name"] == name), None)
                self._why = "" if value == "false" else f"{name} is {value}"
                if value is None:
                    self._why = f"the service does not return {name}, which counts as true"
        return self._why


def _policies(entry: Entry) -> tuple[dict[str, str], dict[str, str]]:
    """Return the policies of the topic by user before and after the plan of *entry*."""
    before, after = (side.get("policies", {}) for side in (entry.plan.before, entry.plan.after))
    return before, after
