# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads the users of an instance."""

from __future__ import annotations

import typing as t

from ...api import users
from ...reconcile.fields import check_expression
from ...rest.errors import action
from ..connector import choose_instance, resolve_instance
from ..options import check_name
from .fields import shown

if t.TYPE_CHECKING:
    from ...api.listing import Listing, Row
    from ...context import TaskContext

DETAILS = ("permissions",)


def gather(context: TaskContext) -> None:
    """Return the users that the options select. The instance must exist."""
    choice, params = choose_instance(context.params), context.params
    name, pattern = check_name(params, "user_name"), params["pattern"]
    expression = check_expression("pattern", ".*" if pattern is None else pattern)
    with action(f"read the users of {choice}"):
        parent = resolve_instance(context.client, choice)
        listing = users.list_users(context.client, parent.id)
        selected = listing.named(name) if name else listing.rows
        selected = [user for user in selected if expression.fullmatch(user["user_name"])]
        found = [shown(user) for user in selected]
        if "permissions" in params["details"] and found:
            from .protect import read_permissions  # imported only if it is needed

            permissions = read_permissions(context.client, parent.id)
            for user in found:
                user["permissions"] = permissions.get(user["user_name"], [])
    context.returned["users"] = found
    if params["as_definitions"]:
        context.returned["definitions"] = definitions(context, selected, listing)


def definitions(context: TaskContext, rows: t.Sequence[Row], listing: Listing) -> list[dict[str, t.Any]]:
    """Return *rows* of *listing* as entries that change nothing; warn of what these leave out, such as passwords."""
    from ..export import export  # imported only if it is needed
    from .fields import PASSWORD, definition
    from .kind import KIND

    entries = export(context, KIND, rows, listing, definition)
    if rows:
        context.warn(
            f"The service does not return passwords, so the definitions have no {PASSWORD}: they change users that exist, but"
            " create none."
        )
    return entries
