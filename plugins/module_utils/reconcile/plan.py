# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Plans the steps for a task from its wanted and its observed state, without any request."""

from __future__ import annotations

import enum
import typing as t

from ..rest.errors import KafkaError, UnexpectedState

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row


class Step(enum.Enum):
    """A step of a plan."""

    DELETE = "delete"
    WAIT_GONE = "wait until it is gone"
    CREATE = "create"
    WAIT_READY = "wait until it is ready"
    SETTLE = "wait until its status is not transitional"
    MODIFY = "modify"
    PAUSE = "pause"
    RESUME = "resume"
    START = "start"
    RESTART = "restart"


_WAITS = frozenset((Step.WAIT_GONE, Step.WAIT_READY))
_READS = _WAITS | {Step.SETTLE}


class Observed(t.NamedTuple):
    """The input of a plan: the list of the connector's tasks, and the selected task, with its details if needed."""

    listing: Listing
    task: Row | None = None


class Plan(t.NamedTuple):
    """The *steps* towards the wanted state, and what the task returns and warns of.

    *before* and *after* are the diff. *body* is what is created. *forecast* is why the service will refuse it, and
    *forecast_warning* why it may: check mode reports them, otherwise the service decides. *later* is what the run may do
    besides the steps, because of what it learns between them.
    """

    steps: tuple[Step, ...] = ()
    before: t.Mapping[str, t.Any] = {}
    after: t.Mapping[str, t.Any] = {}
    body: dict[str, t.Any] | None = None
    warnings: tuple[str, ...] = ()
    forecast: KafkaError | None = None
    forecast_warning: str = ""
    later: t.Any = None

    @property
    def writes(self) -> bool:
        """Return whether the plan changes anything."""
        return not _READS.issuperset(self.steps)

    @property
    def identity(self) -> list[t.Any]:
        """Return what the run may do, as JSON: equal for equal changes of equal tasks, however it waits for them."""
        return [
            [step.value for step in self.steps if step not in _WAITS],
            # The status of a task that is deleted may change until then.
            self.before if self.after else {},
            self.after,
            bool((self.body or {}).get("start_later")),
            self.later,
        ]


def match(task_id: str | None, task_name: str | None, listing: Listing, noun: str) -> Row | None:
    """Return the task that id and name select, ``None`` if the list proves that there is none.

    *noun* is what a task is called ("sink task"). Raises :class:`UnexpectedState` if the list is not complete, if id and name
    disagree, or if several tasks have the name.
    """
    task = listing.by_id(task_id)
    if task:
        if task_name and task["task_name"] != task_name:
            raise UnexpectedState(f"task_id and task_name disagree: task {task_id} is named {task['task_name']}")
        return task
    if not listing.complete:
        raise UnexpectedState(
            f"the list contains {len(listing.rows)} of {listing.total_number} {noun}s, so it is not complete"
        )
    named = listing.named(task_name)
    ids = ", ".join(task["task_id"] for task in named)
    if task_id and named:
        raise UnexpectedState(
            f"task_id and task_name disagree: {task_name} is the name of task {ids}, not of {task_id}"
        )
    if len(named) > 1:
        raise UnexpectedState(f"{len(named)} {noun}s are named {task_name}: {ids}", "Set task_id to select one.")
    return named[0] if named else None


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


def position_warning(
    consumer_strategy: str, cause: str = "Recreating the task loses the position of its consumer"
) -> str:
    """Return the warning that a task does not continue where it stopped, because of *cause*."""
    effect = {
        "latest": "messages that arrive before the new task runs are skipped",
        "earliest": "all messages that the topics still have are written again",
    }.get(consumer_strategy, "messages may be skipped or written again")
    return f"{cause}: with consumer_strategy {consumer_strategy}, {effect}."


def quota_forecast(plan: Plan, listing: Listing, noun: str) -> Plan:
    """Return *plan* with a forecast by the quota. How ``max_tasks`` and ``quota_tasks`` differ is not documented."""
    limits = listing.limits
    reached = [name for name, limit in limits.items() if limit is not None and listing.total_number >= limit]
    if len(reached) == len(limits):
        return plan._replace(
            forecast=UnexpectedState(
                f"the quota is used up: there are {listing.total_number} of {limits['quota_tasks']} {noun}",
                "Delete tasks that are not needed, or raise the quota.",
            )
        )
    if reached:
        return plan._replace(
            forecast_warning=f"The connector has {listing.total_number} {noun}, as many as {reached[0]} allows, so"
            " the service may refuse to create another one."
        )
    return plan
