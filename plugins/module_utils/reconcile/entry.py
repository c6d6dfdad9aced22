# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""One task of a set."""

from __future__ import annotations

import typing as t

from ..rest.errors import CredentialsRejected, UnexpectedState
from .plan import Plan, Step
from .writes import STOPPED, NotTried

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..context import TaskContext
    from ..rest.errors import KafkaError
    from .apply import Target, Tasks

_ACTIONS = {
    Step.MODIFY: "modified",
    Step.PAUSE: "paused",
    Step.RESUME: "resumed",
    Step.START: "started",
    Step.RESTART: "restarted",
}


class Entry:
    """One task of the set: what is wanted, what was observed, the plan, and its outcome."""

    def __init__(self, context: TaskContext, tasks: Tasks, target: Target, desired: t.Any) -> None:
        self.context = context
        self.tasks = tasks
        self.target = target
        self.desired = desired
        self.task: Row | None = None
        self.plan = Plan()
        self.error: KafkaError | None = None
        self.unknown = False

    @property
    def name(self) -> str:
        return self.target.task_name or (self.task or {}).get("task_name") or str(self.target.task_id)

    @property
    def planned(self) -> str:
        """The action of the plan, as the module returns it."""
        steps = self.plan.steps
        if Step.DELETE in steps:
            return "recreated" if Step.CREATE in steps else "deleted"
        if Step.CREATE in steps:
            return "created"
        return next((_ACTIONS[step] for step in steps if step in _ACTIONS), "unchanged")

    def fail(self, error: KafkaError | None, unknown: bool = False) -> None:
        """Record the *error* of a change, ``None`` for none; *unknown*: it is unknown whether it was made."""
        self.error, self.unknown = error, unknown
        if unknown:
            return
        if isinstance(error, NotTried):
            self.skip(error.reason)
        elif isinstance(error, CredentialsRejected):
            self.skip(STOPPED)

    def fail_wait(self, error: KafkaError) -> None:
        """Record the *error* of a wait for what was sent, or for a task that needs no change."""
        self.error = incomplete(STOPPED) if isinstance(error, CredentialsRejected) else error

    def skip(self, reason: str) -> None:
        """Record that nothing more is sent for this task, because of *reason*."""
        self.error = incomplete(reason) if self.context.changed else NotTried(reason)

    def report(self, check_mode: bool) -> dict[str, t.Any]:
        """Return what the module returns of this task."""
        changed = self.plan.writes if check_mode and not self.error else self.context.changed
        action = self.planned if changed or check_mode or self.error else "unchanged"
        if isinstance(self.error, NotTried):
            action = "not_tried"
        elif self.error:
            action = "unknown" if self.unknown else "failed"
        report: dict[str, t.Any] = {"task_name": self.name, "action": action, "changed": changed}
        if self.error:
            report["msg"] = self.context.describe(self.error)
        shown = self.context.returned.get(self.tasks.returned)
        if shown is not None:
            report[self.tasks.returned] = shown
        return report


def incomplete(reason: str) -> KafkaError:
    """Return the error of a task whose further steps, or the wait for it, end because of *reason*."""
    return UnexpectedState(f"it was not completed, because {reason}")
