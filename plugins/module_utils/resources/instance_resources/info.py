# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""A whole instance in the form of the options that describe one: what exists, without secrets."""

from __future__ import annotations

import typing as t

from ...api import access_policies, consumer_groups, instances, sink_tasks, smart_connect, topics, users
from ...reconcile.plan import require_complete
from ...rest.concurrency import WIDTH, run_concurrently
from ...rest.errors import UNKNOWN_URL, InvalidOption, ServiceError, UnexpectedState, action
from ...rest.redact import in_one_line
from .. import sink_task_info
from ..connector import choose_instance, connector_of, full_instance, resolve_instance
from ..consumer_group import fields as group_fields
from ..consumer_group.kind import KIND as GROUP
from ..export import export
from ..options import check_name
from ..permission import fields as permission_fields
from ..sasl import expect_sasl
from ..smart_connect import fields as smart_connect_fields
from ..smart_connect.kind import KIND as SMART_CONNECT
from ..topic import fields as topic_fields
from ..topic.kind import KIND as TOPIC
from ..user.info import definitions as user_definitions
from .kinds import ENTRIES, OF_SASL, TASKS

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.listing import Listing, Row
    from ...context import TaskContext
    from ...rest.client import Client

Entries = list[dict[str, t.Any]]


def gather(context: TaskContext) -> None:
    """Return the definition of the instance that the options select. It must exist."""
    choice, kinds = choose_instance(context.params), context.params["kinds"]
    if not kinds:
        raise InvalidOption("kinds must not be empty", "Leave it out to read all of them.")
    with action(f"read the resources of {choice}"):
        parent = resolve_instance(context.client, choice)
        # A row of the list need not show whether Smart Connect and SASL are off.
        instance = full_instance(context.client, parent)
        name = choice.instance_name or _unique_name(context.client, instance)
        reference = {"instance_name": name} if name else {"instance_id": parent.id}
        reading = _Reading(context, instance)
        found = {kind: reading.entries(kind) for kind in ENTRIES if kind in kinds}
    context.returned.update(
        definition={**reference, **{kind: entries for kind, entries in found.items() if entries is not None}},
        instance_id=parent.id,
        instance_name=instance.get("name"),
    )


def _unique_name(client: Client, instance: Instance) -> str | None:
    """Return the name of *instance* if the option can have it and no other instance does."""
    instance_id, name = instance["instance_id"], instance.get("name")
    try:
        check_name({"instance_name": name}, "instance_name")
        with action(f"find the instances named {name}"):
            found = instances.named(client, name) if name else []
    except InvalidOption:
        return None
    except ServiceError as error:
        # Whoever may read an instance need not be permitted to list all of them, and its id is exact.
        if error.status != 403:
            raise
        return None
    return name if [row["instance_id"] for row in found] == [instance_id] else None


class _Reading:
    """The resources of one instance. Each list is read once."""

    def __init__(self, context: TaskContext, instance: Instance) -> None:
        self.context = context
        self.client = context.client
        self.instance = instance
        self.id: str = instance["instance_id"]
        self.off = connector_of(instance, listed=False) == ""
        self.smart_tasks: Listing | None = None
        self._topics: Listing | None = None

    def entries(self, kind: str) -> Entries | None:
        """Return the entries of *kind*; ``None`` if the instance or the region does not have it."""
        if kind in TASKS and self.off:
            return None
        read: t.Callable[[], Entries] = getattr(self, f"_{kind}_entries")
        try:
            return read()
        except ServiceError as error:
            if error.reason == UNKNOWN_URL:
                self.context.warn(
                    in_one_line(
                        f"The definition leaves out {kind}, because the region does not have their API: {error}."
                    )
                )
            elif kind in TASKS and error.missing == "connector":
                self.off = True
            elif not (kind in OF_SASL and error.refuses_one and self._lacks_sasl()):
                raise
            return None

    def _lacks_sasl(self) -> bool:
        """Return whether the instance has no users: then, the service may refuse to list them."""
        try:
            expect_sasl(self.instance)
        except UnexpectedState:
            return True
        return False

    def _list(self, list_rows: t.Callable[[Client, str], Listing], parent_id: str, noun: str) -> Listing:
        with action(f"list the {noun}s of instance {self.id}"):
            listing = list_rows(self.client, parent_id)
            require_complete(listing, noun, "it is not complete")
            return listing

    def _own_topics(self) -> list[Row]:
        if self._topics is None:
            self._topics = self._list(topics.list_topics, self.id, "topic")
        return [row for row in self._topics.rows if TOPIC.can_prune(row)]

    def _users_entries(self) -> Entries:
        listing = self._list(users.list_users, self.id, "user")
        return user_definitions(self.context, listing.rows, listing)

    def _topics_entries(self) -> Entries:
        own = self._own_topics()
        return export(self.context, TOPIC, own, t.cast("Listing", self._topics), topic_fields.definition)

    def _topic_permissions_entries(self) -> Entries:
        def read(client: Client, topic: Row) -> list[Row]:
            with action(f"read the permissions of topic {topic['name']} of instance {self.id}"):
                return access_policies.show_policies(client, self.id, topic["name"])

        own = self._own_topics()
        found = zip(own, run_concurrently(self.client, read, own, WIDTH))
        entries = [{"topic_name": topic["name"], "policies": permission_fields.by_user(rows)} for topic, rows in found]
        return [entry for entry in entries if entry["policies"] and self._can_permit(entry)]

    def _can_permit(self, entry: dict[str, t.Any]) -> bool:
        try:
            permission_fields.read_options({**entry, "state": "present"}, merge=False)
        except InvalidOption as error:
            self.context.warn(
                f"The definition leaves out the permissions of the topic {entry['topic_name']!r}, which the options can't express:"
                f" {error}."
            )
            return False
        return True

    def _consumer_groups_entries(self) -> Entries:
        listing = self._list(consumer_groups.list_groups, self.id, "consumer group")
        own = group_fields.exported(self.context, listing.rows)
        return export(self.context, GROUP, own, listing, group_fields.definition)

    def _smart_connect_tasks_entries(self) -> Entries:
        self.smart_tasks = self._list(smart_connect.list_tasks, self.id, "Smart Connect task")
        rows = self.smart_tasks.rows
        return export(self.context, SMART_CONNECT, rows, self.smart_tasks, smart_connect_fields.definition)

    def _sink_tasks_entries(self) -> Entries:
        connector_id = connector_of(self.instance, listed=False)
        if not connector_id:
            raise UnexpectedState(
                f"the service does not return the connector of instance {self.id}",
                "Leave sink_tasks out of kinds to read the others.",
            )
        listing = self._list(sink_tasks.list_tasks, connector_id, "sink task")

        def read(client: Client, row: Row) -> Row | None:
            return sink_task_info.show(client, connector_id, row, topic_info=False)

        shown = run_concurrently(self.client, read, self._without_smart_tasks(listing))
        return sink_task_info.definitions(self.context, [task for task in shown if task], listing)

    def _without_smart_tasks(self, listing: Listing) -> list[Row]:
        """Return the rows of *listing*, but for tasks of the other list: that has all their fields, and two entries would conflict."""
        smart = self.smart_tasks
        if smart is None:
            return listing.rows
        own = [row for row in listing.rows if not smart.by_id(row["task_id"])]
        for row in own:
            if smart.named(row["task_name"]):
                self.context.warn(
                    f"The definition leaves out the sink task {row['task_name']!r} (task id {row['task_id']}), because a Smart Connect"
                    " task has the same name."
                )
        return [row for row in own if not smart.named(row["task_name"])]
