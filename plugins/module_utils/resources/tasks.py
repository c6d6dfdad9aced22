# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What sink tasks and Smart Connect tasks have in common."""

from __future__ import annotations

import typing as t

from ..rest.errors import TOPIC_IN_USE, KafkaError, ServiceError, UnexpectedState
from .options import check_given, check_id, check_name

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..context import TaskContext
    from ..reconcile.entry import Entry
    from ..reconcile.plan import Desired


def is_leaving(task: Row) -> bool:
    """Return whether *task* is being deleted.

    The API documents no such status for tasks; instances have it in this spelling.
    """
    return "DELET" in str(task.get("status")).upper()


def has_failed(task: Row) -> bool:
    """Return whether *task* has failed.

    The API documents no such status for tasks; other resources have it in this spelling.
    """
    status = str(task.get("status")).upper()
    return "FAIL" in status or "ERROR" in status


def is_topic_in_use(error: KafkaError | None) -> bool:
    """Return whether a creation was refused with *error* because its topic is in another task, which can be an equal one."""
    return isinstance(error, ServiceError) and error.reason == TOPIC_IN_USE


def position_warning(
    consumer_strategy: str, cause: str = "Recreating the task loses the position of its consumer"
) -> str:
    """Return the warning that a task does not continue where it stopped, because of *cause*."""
    effect = {
        "latest": "messages that arrive before the new task runs are skipped",
        "earliest": "all messages that the topics still have are written again",
    }.get(consumer_strategy, "messages may be skipped or written again")
    return f"{cause}: with consumer_strategy {consumer_strategy}, {effect}."


def check_tasks(context: TaskContext, writing: t.Sequence[Entry], listing: Listing, alone: bool) -> None:
    """Check the quota, and warn of topics that would be in two tasks of a set: the service can refuse that."""
    actions = [entry.plan.action for entry in writing]
    if "created" in actions:
        _check_quota(context, writing, actions, listing, alone)
    if alone:
        return
    ids = [entry.id for entry in writing]
    owners: dict[str, str] = {}
    for task in listing.rows:
        if task["task_id"] not in ids:
            owners.update(dict.fromkeys(_topics(task), str(task["task_name"])))
    for entry, action in zip(writing, actions):
        for topic in _topics(entry.plan.body or entry.row or {}) if action != "deleted" else ():
            owner = owners.setdefault(topic, entry.name)
            if owner != entry.name:
                entry.context.warn(
                    f"The topic {topic} is also in task {owner}: the service may refuse a topic that is in two tasks."
                )


def _topics(task: Row) -> list[str]:
    """Return the topics of *task*, or of the body that it is created with, sorted."""
    parts = [part for part in (task, *task.values()) if isinstance(part, dict)]
    topics = next((str(part["topics"]) for part in parts if part.get("topics")), "")
    return sorted({topic.strip() for topic in topics.split(",")} - {""})


def _check_quota(
    context: TaskContext, writing: t.Sequence[Entry], actions: list[str], listing: Listing, alone: bool
) -> None:
    """Raise :class:`UnexpectedState` if the quota does not allow the creations once the deletions are done.

    A creation *alone* is tried: nothing else was done if the service refuses it. How ``max_tasks`` and ``quota_tasks``
    differ is not documented, so one of them is a warning.
    """
    total, limits, noun = listing.total_number, listing.limits, writing[0].kind.noun
    created, deleted = actions.count("created"), actions.count("deleted")
    # Before the last one is created.
    count = total - deleted + created - 1
    reached = [name for name, limit in limits.items() if limit is not None and count >= limit]
    if len(reached) < len(limits):
        if reached and context.check_mode:
            context.warn(
                f"The connector has {count} {noun}s, as many as {reached[0]} allows, so the service may refuse to create"
                " another one."
            )
    elif not alone:
        allowed = max(limit or 0 for limit in limits.values())
        raise UnexpectedState(
            f"the quota does not allow it: {total} {noun}s exist, {deleted} are to be deleted and {created} to be created,"
            f" but {allowed} are allowed",
            "Nothing was changed. Delete tasks that are not needed, or raise the quota.",
        )
    elif context.check_mode:
        raise UnexpectedState(
            f"the quota is used up: there are {total} of {limits['quota_tasks']} {noun}s",
            "Delete tasks that are not needed, or raise the quota.",
        )


def refuse_id(desired: Desired, noun: str) -> None:
    """Raise :class:`UnexpectedState` if a thing that does not exist was selected by its id."""
    if desired.id:
        raise UnexpectedState(
            f"there is no {noun} with the id {desired.id}",
            "The service assigns the id of a new task: leave out task_id to create one.",
        )


def selection(params: t.Mapping[str, t.Any]) -> tuple[str | None, str | None]:
    """Return the id and the name in *params*, of which at least one is set. Raises :class:`InvalidOption`."""
    check_given(params, "task_id", "task_name")
    return check_id(params, "task_id"), check_name(params, "task_name")
