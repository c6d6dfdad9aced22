# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads the topics of an instance."""

from __future__ import annotations

import typing as t

from ...api import access_policies, instances, topics
from ...reconcile.fields import check_expression
from ...reconcile.plan import require_complete
from ...rest.concurrency import run_concurrently
from ...rest.errors import action
from ...rest.response import flag
from ..connector import choose_instance, resolve_instance
from ..options import check_name
from .kind import KIND

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...context import TaskContext
    from ...rest.client import Client

DETAILS = ("permissions", "messages", "consumers", "tasks")


def gather(context: TaskContext) -> None:
    """Return the topics that the options select, and what the instance has left. The instance must exist."""
    choice, params = choose_instance(context.params), context.params
    name, pattern, details = check_name(params, "name"), params["pattern"], params["details"]
    expression = check_expression("pattern", ".*" if pattern is None else pattern)
    client = context.client
    with action(f"read the topics of {choice}"):
        parent = resolve_instance(client, choice)
        instance = instances.show_instance(client, parent.id)
        listing = topics.list_topics(client, parent.id)
        require_complete(listing, "topic", "it is not complete")
        selected = listing.named(name) if name else listing.rows
        selected = [topic for topic in selected if expression.fullmatch(topic["name"])]
        found = run_concurrently(client, lambda client, topic: _detailed(client, parent.id, topic, details), selected)
        if "tasks" in details:
            from .protect import read_uses, using  # imported only if it is needed

            uses = read_uses(client, instance, [topic["name"] for topic in selected])
            for topic in found:
                topic["tasks"] = [use.described for use in using(uses, topic["name"])]
    if params["as_definitions"]:
        from ..export import export  # imported only if it is needed
        from .fields import definition

        own = [topic for topic in selected if KIND.can_prune(topic)]
        context.returned["definitions"] = export(context, KIND, own, listing, definition)
    context.returned.update(
        topics=found,
        remain_partitions=listing.limits["remain_partitions"],
        max_partitions=listing.limits["max_partitions"],
        auto_create_topics=flag(instance.get("enable_auto_topic")),
    )


def _detailed(client: Client, instance_id: str, topic: Row, details: t.Collection[str]) -> Row:
    """Return *topic* with those of *details* that take a request of its own."""
    found, name = KIND.result(topic), topic["name"]
    if "permissions" in details:
        found["permissions"] = access_policies.show_policies(client, instance_id, name)
    if "messages" in details:
        found["messages"] = topics.count_messages(client, instance_id, name)
    if "consumers" in details:
        found["consumers"] = topics.show_topic(client, instance_id, name)["group_subscribed"]
    return found
