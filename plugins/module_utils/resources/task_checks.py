# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What the tasks that a run writes are checked for together: the quota, and topics that are in two tasks."""

from __future__ import annotations

import typing as t

from ..rest.errors import UnexpectedState
from .kafka import are_topics

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..context import TaskContext
    from ..reconcile.entry import Entry


def plural(number: int, one: str, many: str) -> str:
    """Return *number* with the word for one or for many ("0 tasks", "1 task")."""
    return f"{number} {one if number == 1 else many}"


def check_topics(writing: t.Sequence[Entry], actions: t.Sequence[str], listing: Listing) -> None:
    """Warn of topics that would be in two tasks of a set: the service can refuse that. *actions* are those of the plans."""
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


def expect_topics(writing: t.Sequence[Entry], actions: t.Sequence[str]) -> None:
    """Fail those of *writing* that have a topic which will not exist after the run. *actions* are those of the plans."""
    for entry, action in zip(writing, actions):
        task = entry.plan.body or entry.row or {}
        # Topics that are replicated to this instance are those of its peer.
        replicates = (task.get("source_task") or {}).get("direction", "push") != "push"
        names = _topics(task) if action != "deleted" and not replicates else []
        missing = [name for name in names if are_topics([name]) and entry.will_exist("topics", name) is False]
        if missing:
            entry.trying = "create" if action == "created" else "change"
            nouns = "the topic" if len(missing) == 1 else "the topics"
            entry.fail(
                UnexpectedState(
                    f"{nouns} {', '.join(missing)} will not exist",
                    "Add what is missing to topics, or remove it from the task.",
                )
            )


def _topics(task: Row) -> list[str]:
    """Return the topics of *task*, or of the body that it is created with, sorted."""
    parts = [part for part in (task, *task.values()) if isinstance(part, dict)]
    topics = next((str(part["topics"]) for part in parts if part.get("topics")), "")
    return sorted({topic.strip() for topic in topics.split(",")} - {""})


def check_quota(
    context: TaskContext, writing: t.Sequence[Entry], actions: list[str], listing: Listing, alone: bool
) -> None:
    """Raise :class:`UnexpectedState` if the quota does not allow the creations once the deletions are done.

    A creation *alone* is tried: nothing else was done if the service refuses it. How ``max_tasks`` and ``quota_tasks``
    differ is not documented, so one of them is a warning.
    """
    total, limits, noun = listing.total_number, listing.limits, writing[0].kind.noun
    nouns = f"{noun}s"
    created, deleted = actions.count("created"), actions.count("deleted")
    # Before the last one is created.
    count = total - deleted + created - 1
    reached = [name for name, limit in limits.items() if limit is not None and count >= limit]
    if len(reached) < len(limits):
        if reached and context.check_mode:
            has = "has" if count == total else "will have"
            context.warn(
                f"The connector {has} {plural(count, noun, nouns)}, as many as {reached[0]} allows, so the service may refuse to"
                " create another one."
            )
    elif not alone:
        allowed = max(limit or 0 for limit in limits.values())
        raise UnexpectedState(
            f"the quota does not allow it: {plural(total, f'{noun} exists', f'{nouns} exist')},"
            f" {plural(deleted, 'is', 'are')} to be deleted and {created} to be created,"
            f" but {plural(allowed, 'is', 'are')} allowed, {count + 1 - allowed} too few",
            "Nothing was changed. Delete tasks that are not needed, or raise the quota.",
        )
    elif context.check_mode:
        raise UnexpectedState(
            f"the quota is used up: {plural(total, f'{noun} exists', f'{nouns} exist')}, and it allows {limits['quota_tasks']}",
            "Delete tasks that are not needed, or raise the quota.",
        )
