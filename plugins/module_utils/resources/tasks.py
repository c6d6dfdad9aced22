# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What sink tasks and Smart Connect tasks have in common."""

from __future__ import annotations

import typing as t

from ..rest.errors import TOPIC_IN_USE, InvalidOption, KafkaError, ServiceError
from .options import check_given, check_id, check_name

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..context import TaskContext
    from ..reconcile.entry import Entry


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


def check_tasks(context: TaskContext, writing: t.Sequence[Entry], listing: Listing, alone: bool) -> None:
    """Check the quota, and warn of topics that would be in two tasks of a set: the service can refuse that."""
    actions = [entry.plan.action for entry in writing]
    if context.will_exist:
        from .task_checks import expect_topics  # imported only if it is needed

        expect_topics(writing, actions)
    if "created" in actions or not alone:
        from .task_checks import check_quota, check_topics  # imported only if it is needed

        if "created" in actions:
            check_quota(context, writing, actions, listing, alone)
        if not alone:
            check_topics(writing, actions, listing)


def check_policy(params: t.Mapping[str, t.Any], because: str = "") -> None:
    """Raise :class:`InvalidOption` if the options of a recreation contradict each other, *because* of the API."""
    if params["update_secrets"] == "always" and not params["recreate"]:
        raise InvalidOption(f"update_secrets: always needs recreate: true{because}")
    if params["recreate"] and params["wait_timeout"] == 0:
        raise InvalidOption("wait_timeout must be more than 0 with recreate: true")


def selection(params: t.Mapping[str, t.Any]) -> tuple[str | None, str | None]:
    """Return the id and the name in *params*, of which at least one is set. Raises :class:`InvalidOption`."""
    check_given(params, "task_id", "task_name")
    return check_id(params, "task_id"), check_name(params, "task_name")


def unknown_status(task: Row) -> str:
    """Return what is to be said of a *task* with a status that is not documented; empty if it has none."""
    status = task.get("status")
    known = status in (None, "CREATING", "RESTARTING", "RUNNING", "PAUSED", "WAITING")
    known = known or has_failed(task) or is_leaving(task)
    return "" if known else f"has the status {status}, which is not documented"
