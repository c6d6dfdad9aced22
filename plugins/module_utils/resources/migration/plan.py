# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Decides which tasks are moved, and how: pure functions, without any request."""

from __future__ import annotations

import re
import typing as t

from ...reconcile.fields import describe
from ...reconcile.plan import Plan
from ...rest.errors import InvalidOption
from ..sink_task.fields import OPTION
from ..task_plans import position_warning
from ..tasks import has_failed, is_leaving
from .definitions import SINK, SMART_CONNECT, problem_of

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from .definitions import Api, Definition

Tasks = t.Sequence["Row"]

DIRECTIONS = {"to_smart_connect": (SINK, SMART_CONNECT), "to_sink_tasks": (SMART_CONNECT, SINK)}
"""Direction to the API whose tasks are deleted, and the one whose tasks are created."""

PAUSED = ("PAUSED", "WAITING")

# What is decided of a name.
MOVE = "move"
CREATE = "create"
DELETE = "delete"
KEEP = "keep"
SKIP = "skip"
REFUSE = "refuse"


class Move(t.NamedTuple):
    """What is to be done for the tasks of one name.

    *verdict* is one of the constants above, and *why* a sentence about it that follows the name. *old* is the task that is deleted,
    and *new* one of the wanted kind that exists. The task of *definition* is created as *creation* plans it.
    """

    name: str
    verdict: str
    why: str = ""
    old: Row | None = None
    new: Row | None = None
    definition: Definition | None = None
    creation: Plan = Plan()
    warnings: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        return self.verdict in (MOVE, CREATE, DELETE)

    @property
    def identity(self) -> list[t.Any]:
        """What is done, as JSON, for the id of the plan."""
        return [self.name, self.verdict, self.old and self.old["task_id"], self.creation.identity]


class Found(t.NamedTuple):
    """The tasks of one name: those that only the old or only the new API lists, and those that both list."""

    old: Tasks = ()
    new: Tasks = ()
    both: Tasks = ()


def find(name: str, old: Tasks, new: Tasks) -> Found:
    """Return the tasks called *name* of the lists of both APIs. A task that both list, as the new API lists it, is one task."""
    ids = {task["task_id"] for task in old} & {task["task_id"] for task in new}
    of_old, of_new = ([task for task in tasks if task["task_name"] == name] for tasks in (old, new))
    return Found(
        [task for task in of_old if task["task_id"] not in ids],
        [task for task in of_new if task["task_id"] not in ids],
        [task for task in of_new if task["task_id"] in ids],
    )


def names(
    old: Tasks, new: Tasks, definitions: t.Collection[str] | None, pattern: str, apis: tuple[Api, Api]
) -> list[str]:
    """Return the names that match *pattern*: of the *definitions* that the user gives, or else of all tasks that dump topics."""
    listed = [task["task_name"] for api, tasks in zip(apis, (old, new)) for task in tasks if api.dumps(task)]
    chosen = listed if definitions is None else definitions
    return [name for name in dict.fromkeys(chosen) if re.fullmatch(pattern, name)]


def idle(task: Row, shown_by_both: bool, state: str | None) -> str:
    """Return why the topics of a *task* that is left alone may not be dumped, to follow its status; empty if they are.

    *state* is that of its definition, ``None`` without one. A task that both APIs list may be paused.
    """
    status = task.get("status")
    if status == "RUNNING":
        return ""
    if status in PAUSED:
        return "" if shown_by_both or state in ("paused", None) else ", but not paused in its definition"
    return ", still starting" if status in ("CREATING", "RESTARTING") else ", not running"


def decide(
    name: str, found: Found, definition: Definition | None, apis: tuple[Api, Api], differing: str | None = None
) -> Move:
    """Return what is to be done for the tasks called *name*.

    *definition* is the one that the user gives. *differing* describes how a task that only the new API lists differs from it, or from
    the task that only the old API lists.
    """
    old_noun, new_noun = (api.kind.noun for api in apis)
    state = definition["state"] if definition else None
    old = [task for task in found.old if definition or found.new or found.both or not is_leaving(task)]
    if found.new or found.both:
        old = [task for task in old if not is_leaving(task)]
    for noun, tasks in ((old_noun, old), (new_noun, found.new if old else ())):
        if len(tasks) > 1:
            ids = ", ".join(task["task_id"] for task in tasks)
            return Move(name, REFUSE if definition else SKIP, f"several {noun}s have this name: {ids}")
    if old and found.both:
        return Move(name, REFUSE, f"another task of this name is shown by both APIs: {found.both[0]['task_id']}")
    if old and found.new:
        (task,) = found.new
        problem = idle(task, False, state)
        if not differing and not problem:
            return Move(name, DELETE, f"is a {new_noun} already ({task['status']}), too", old[0], task)
        reason = f"differs: {differing}" if differing else f"has the status {task['status']}{problem}"
        return Move(
            name, REFUSE, f"the name is taken, because {new_noun} {task['task_id']} has it, too, and {reason}", old[0]
        )
    if old:
        return Move(name, MOVE, old=old[0])
    existing = [(task, idle(task, tasks is found.both, state)) for tasks in (found.both, found.new) for task in tasks]
    for task, problem in sorted(existing, key=lambda pair: not pair[1])[:1]:
        if problem:
            return Move(name, REFUSE, f"{task.get('status')}{problem}", new=task)
        what = f"a {new_noun} already" if found.new else "shown by both APIs"
        return Move(name, KEEP, f"is {what} ({task.get('status')}) and is left alone", new=task)
    if found.old:
        return Move(name, SKIP, "it is being deleted")
    return Move(name, CREATE, "is in neither API") if definition else Move(name, SKIP, "it no longer exists")


def complete(move: Move, definition: Definition | None, apis: tuple[Api, Api]) -> Move:
    """Return *move* with its definition, what creates the task, and its warnings.

    *definition* is the one that the user gives; without one, it is that of the task. A task that can't be moved is skipped, or refused
    if the user gives its definition.
    """
    left_out: list[str] = []
    given = definition is not None
    task = move.old or move.new
    if definition is None and task and move.verdict in (MOVE, DELETE, KEEP):
        definition, left_out = apis[0 if move.old else 1].define(task)
    if definition is None or move.verdict in (KEEP, SKIP, REFUSE):
        movable = definition and not left_out and not problem_of(definition, *apis)
        return move._replace(definition=definition if given or movable else None)
    problem = f"it has values that the other API can't express: {', '.join(left_out)}" if left_out else ""
    problem = problem or problem_of(definition, *apis)
    if not problem and move.old and not is_leaving(move.old):
        differing = differences(apis[0], definition, move.old)
        problem = differing and f"it exists (task id {move.old['task_id']}) and differs: {differing}"
    if problem:
        return move._replace(verdict=REFUSE if given else SKIP, why=problem)
    if move.verdict == DELETE:
        return move._replace(definition=definition)
    creation = apis[1].kind.plan(apis[1].desired(definition), None)
    return move._replace(definition=definition, creation=creation, warnings=_warnings(move.old, definition, apis))


def differences(api: Api, definition: Definition, task: Row) -> str:
    """Return how *task* differs from *definition*; empty if it does not."""
    try:
        return describe(api.kind.differences(api.desired(definition), task))
    except InvalidOption as error:
        return str(error)


def _warnings(old: Row | None, definition: Definition, apis: tuple[Api, Api]) -> tuple[str, ...]:
    descriptor = definition[OPTION]
    strategy = str(descriptor.get("consumer_strategy") or "latest")
    warnings = [position_warning(strategy, "Moving the task loses the position of its consumer")]
    to_smart_connect = apis[1] is SMART_CONNECT
    if to_smart_connect and descriptor.get("partition_format") == "N/A":
        warnings.append("partition_format N/A has no counterpart, so the new task is created without it.")
    if to_smart_connect and definition["state"] == "paused":
        warnings.append("It is paused, so the new task is not started: it is WAITING.")
    if not to_smart_connect and definition["state"] == "paused":
        warnings.append("It is paused, but a sink task can't be: the new task runs.")
    if not to_smart_connect and ((old or {}).get("sink_task") or {}).get("agency_name"):
        warnings.append("agency_name has no counterpart, so the keys are used.")
    if old and has_failed(old):
        warnings.append(f"It has the status {old['status']}.")
    return tuple(warnings)
