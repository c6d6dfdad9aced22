# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads the sink tasks of a connector."""

from __future__ import annotations

import typing as t

from ..api import sink_tasks
from ..reconcile.plan import require_complete
from ..rest.concurrency import run_concurrently
from ..rest.errors import InvalidOption, ServiceError, action
from ..rest.response import number
from . import connector
from .options import check_id, check_name
from .sink_task.fields import OPTION, TASK, definition

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..context import TaskContext
    from ..rest.client import Client

_NUMBERS = ("partition_id", "last_transfer_offset", "log_end_offset", "lag")


def gather(context: TaskContext) -> None:
    """Return the sink tasks that the options select, and the quotas of the connector.

    The connector must exist. A task that is deleted before its details are read is left out.
    """
    choice = connector.choose(context.params)
    task_id, task_name = check_id(context.params, "task_id"), check_name(context.params, "task_name")
    details, topic_info = context.params["details"], context.params["topic_info"]
    as_definitions = context.params["as_definitions"]
    for option in ("topic_info", "as_definitions"):
        if context.params[option] and not details:
            raise InvalidOption(f"{option} needs the details: it can't be true while details is false")
    with action(f"read the sink tasks of {choice}"):
        connector_id = connector.resolve(context.client, choice).id
        listing = sink_tasks.list_tasks(context.client, connector_id)
        selected = _select(listing, task_id, task_name)

        def read(client: Client, listed: Row) -> Row | None:
            return show(client, connector_id, listed, topic_info)

        shown = run_concurrently(context.client, read, selected) if details else selected
        found = [task for task in shown if task]
    if as_definitions:
        context.returned["definitions"] = definitions(context, found, listing)
    context.returned.update(
        sink_tasks=[_described(task, topic_info) for task in found],
        total_number=listing.total_number,
        max_tasks=listing.limits["max_tasks"],
        quota_tasks=listing.limits["quota_tasks"],
    )


def show(client: Client, connector_id: str, listed: Row, topic_info: bool) -> Row | None:
    """Return the row *listed* with its details, with *topic_info* those of its partitions, too; ``None`` if it was deleted."""
    try:
        shown = sink_tasks.show_task(client, connector_id, listed["task_id"], topic_info)
    except ServiceError as error:
        if error.missing == "task":
            return None
        raise
    return {**listed, **shown, "task_id": listed["task_id"]}


def definitions(context: TaskContext, tasks: t.Sequence[Row], listing: Listing) -> list[dict[str, t.Any]]:
    """Return *tasks* of *listing*, with their details, as entries that change nothing; warn of what these leave out."""
    from .export import export  # imported only if it is needed
    from .sink_task.kind import KIND

    entries = export(context, KIND, tasks, listing, definition)
    for task in tasks:
        if not (task[OPTION].get("topics") or task[OPTION].get("topics_regex")):
            context.warn(
                f"The service does not return whether task {task['task_name']} has topics or a regular expression:"
                f" {task.get('topics')!r} is exported as topics."
            )
    return entries


def _select(listing: Listing, task_id: str | None, task_name: str | None) -> list[Row]:
    if task_id:
        task = listing.by_id(task_id)
        found = [task] if task else []
    else:
        found = listing.named(task_name) if task_name else listing.rows
    if not (task_id and found):
        require_complete(listing, "sink task", "it is not complete")
    return found


def _described(task: Row, topic_info: bool) -> Row:
    """Return *task* as the API describes it, numbers as numbers, and without the keys of the bucket."""
    described = TASK.without_secrets(task)
    topics = described.pop("topics_info", None)
    described["create_time"] = number(task.get("create_time"))
    if OPTION in task:
        described[OPTION] = {
            name: number(value) if name in ("deliver_time_interval", "obs_part_size") else value
            for name, value in described[OPTION].items()
        }
    if topic_info:
        described["topics_info"] = topics if topics is None else [_with_numbers(topic) for topic in topics]
    return described


def _with_numbers(topic: dict[str, t.Any]) -> dict[str, t.Any]:
    partitions = [
        {**partition, **{name: number(partition.get(name)) for name in _NUMBERS}} for partition in topic["partitions"]
    ]
    return {**topic, "partitions": partitions}
