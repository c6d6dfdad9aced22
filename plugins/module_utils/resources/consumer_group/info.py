# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads the consumer groups of an instance, with their members and offsets."""

from __future__ import annotations

import typing as t

from ...api import consumer_groups
from ...reconcile.fields import check_expression
from ...reconcile.plan import require_complete
from ...rest.errors import action
from ..connector import choose_instance, resolve_instance
from ..options import check_name
from .fields import shown
from .protect import show

if t.TYPE_CHECKING:
    from ...api.consumer_groups import Group
    from ...api.listing import Row
    from ...context import TaskContext

DETAILS = ("members", "offsets")


def gather(context: TaskContext) -> None:
    """Return the consumer groups that the options select. The instance must exist."""
    choice, params = choose_instance(context.params), context.params
    name, pattern, details = check_name(params, "group_name"), params["pattern"], params["details"]
    expression = check_expression("pattern", ".*" if pattern is None else pattern)
    with action(f"read the consumer groups of {choice}"):
        parent = resolve_instance(context.client, choice)
        listing = consumer_groups.list_groups(context.client, parent.id)
        require_complete(listing, "consumer group", "it is not complete")
        selected = listing.named(name) if name else listing.rows
        selected = [group for group in selected if expression.fullmatch(group["group_name"])]
        found = []
        # One after the other: the service refuses reads of groups that run at the same time.
        for row in selected:
            group = show(context.client, parent.id, row["group_name"]) if details else None
            if group:
                found.append(_detailed(row, group, details))
            elif not details:
                found.append({"lag": None, **shown(row)})
    context.returned["consumer_groups"] = found
    if params["as_definitions"]:
        from ..export import export  # imported only if it is needed
        from .fields import definition, exported
        from .kind import KIND

        context.returned["definitions"] = export(context, KIND, exported(context, selected), listing, definition)


def _detailed(row: Row, group: Group, details: t.Collection[str]) -> Row:
    """Return *row* with the *details* of *group*, which was read after it."""
    found = {"lag": None, **shown({**row, "state": group.state or row["state"]})}
    if "members" in details:
        found["members"] = group.members
    if "offsets" in details:
        found["topics"] = [
            {
                "topic": topic,
                "lag": _sum(offsets),
                "partitions": [{key: each[key] for key in ("partition", "current", "end", "lag")} for each in offsets],
            }
            for topic, offsets in group.topics.items()
        ]
    return found


def _sum(offsets: t.Sequence[Row]) -> int | None:
    """Return the lag of a topic; ``None`` if that of a partition is unknown."""
    lags = [offset["lag"] for offset in offsets]
    return None if None in lags else sum(lags)
