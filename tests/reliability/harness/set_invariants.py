# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invariants of each run of a set of tasks, with any faults."""

from __future__ import annotations

import re
import typing as t
from collections import Counter

from .failures import ABSENT_CODES, Act
from .invariants import as_wanted, doubtful, secrets_shown, shape, tasks_by_id, unexpected_changes
from .runs import Outcome, Task, World

CONCURRENT = 4
_UNKNOWN = re.compile("unknown|can be the result|have the same name|were created")
_CREATES, _DELETES = ("created", "recreated"), ("deleted", "recreated")


def set_violations(outcome: Outcome, acts: t.Sequence[Act] = ()) -> list[str]:
    """Return the violations of a run of a set; *acts* are the changes by other users."""
    others = {task_id for act in acts for task_id in act.did}
    return [
        *reads_only(outcome),
        *_reported(outcome, others),
        *_only_planned_tasks(outcome, others),
        *_order(outcome),
        *_duplicates(outcome, others),
        *_result_is_true(outcome, others),
        *requests(outcome),
        *shape(outcome),
        *secrets_shown(outcome),
    ]


def _entries(outcome: Outcome) -> dict[str, dict[str, t.Any]]:
    return {entry["task_name"]: entry for entry in outcome.options["tasks"]}


def _tasks(world: World) -> list[Task]:
    return [task for tasks in world.values() for task in tasks.values()]


def pruned_by(outcome: Outcome, name: str) -> bool:
    """Whether the options allow the run to delete a task or topic with this name that has no entry."""
    pattern = outcome.options.get("prune_pattern")
    return bool(outcome.options.get("prune")) and (pattern is None or re.fullmatch(pattern, name) is not None)


def reads_only(outcome: Outcome) -> t.Iterator[str]:
    """Check mode, and a run with another plan than the expected one, write nothing."""
    writes = [entry.operation for entry in outcome.entries if not entry.reads]
    if outcome.check_mode and writes:
        yield f"check mode sent {writes}"
    expected = outcome.options.get("expect_plan")
    if writes and expected is not None and outcome.result.get("plan_id") != expected:
        yield f"it sent {writes} for another plan than the expected one"


def _reported(outcome: Outcome, others: t.AbstractSet[str]) -> t.Iterator[str]:
    """``changed`` and each ``action`` match the journal."""
    if outcome.check_mode:
        return
    known, reports = tasks_by_id(outcome), outcome.result.get("tasks", [])
    if not reports and outcome.effects:
        yield "it changed something and reports no task"
    if outcome.changed != any(report["changed"] for report in reports):
        yield f"changed is {outcome.changed}, which differs from the tasks"
    done = {verb: Counter(known[task_id].name for task_id in outcome.ids(verb)) for verb in ("created", "deleted")}
    # A new task that was deleted because of an earlier one with its name is not part of the action.
    duplicates = Counter(known[task_id].name for task_id in set(outcome.ids("created")) & set(outcome.ids("deleted")))
    # With a lost response, a deletion by the run can't be distinguished from one by another user.
    lost = {
        known[_id_of(entry.path)].name for entry in outcome.entries if doubtful(entry) and _id_of(entry.path) in known
    }
    ambiguous = {known[task_id].name for task_id in others} & lost
    for name in sorted({report["task_name"] for report in reports} | set(done["created"]) | set(done["deleted"])):
        matching = [report for report in reports if report["task_name"] == name]
        created, deleted = done["created"][name], done["deleted"][name]
        changed = any(report["changed"] for report in matching)
        failed = [report for report in matching if report["action"] in ("failed", "unknown", "not_tried")]
        if any(report["action"] == "unknown" or _UNKNOWN.search(report.get("msg", "")) for report in failed):
            continue
        if name in ambiguous:
            continue
        if changed != bool(created or deleted):
            yield f"changed of {name} is {changed}, but {created} were created and {deleted} deleted"
        elif not failed:
            for count, actions in ((created, _CREATES), (deleted, _DELETES)):
                reported = sum(report["action"] in actions for report in matching)
                if reported != count - duplicates[name]:
                    yield f"{reported} tasks named {name} are reported as {actions[0]}, but it was {count}"


def _id_of(path: str) -> str:
    return path.rpartition("/")[2]


def _only_planned_tasks(outcome: Outcome, others: t.AbstractSet[str]) -> t.Iterator[str]:
    """No task outside the plan is deleted, created or changed, and ``prune`` respects its limits."""
    entries, known = _entries(outcome), tasks_by_id(outcome)
    created, deleted = outcome.ids("created"), outcome.ids("deleted")
    pruned = 0
    for task_id in deleted:
        name = known[task_id].name
        if task_id in created:
            continue
        entry = entries.get(name)
        if entry is None:
            pruned += 1
        if not (
            pruned_by(outcome, name) if entry is None else entry["state"] == "absent" or outcome.options.get("recreate")
        ):
            yield f"it deleted {name} ({task_id}), which is not in the plan"
    limit = outcome.options.get("prune_limit")
    if limit is not None and pruned > limit:
        yield f"it pruned {pruned} tasks"
    listings = [entry for entry in outcome.entries if entry.operation == "ListSinkTasks" and entry.status == 200]
    if (
        pruned
        and listings
        and repr(listings[0].fault and listings[0].fault.mutate).startswith(("incomplete list", "list without"))
    ):
        yield f"it pruned {pruned} tasks after an incomplete list"
    for task_id in created:
        if entries.get(known[task_id].name, {}).get("state") != "present":
            yield f"it created {known[task_id].name}"
    yield from unexpected_changes(outcome, {*deleted, *others})


def _order(outcome: Outcome) -> t.Iterator[str]:
    """Deletions come before creations."""
    entries, known = _entries(outcome), tasks_by_id(outcome)
    creation = ""
    for effect in outcome.effects:
        if effect.verb == "created":
            creation = known[effect.target].name
        elif creation and entries.get(known[effect.target].name, {"state": "absent"})["state"] == "absent":
            yield f"it deleted {known[effect.target].name} after it had created {creation}"


def _duplicates(outcome: Outcome, others: t.AbstractSet[str]) -> t.Iterator[str]:
    created = set(outcome.ids("created")) - set(outcome.ids("deleted"))
    names = Counter(task.name for task in _tasks(outcome.after) if not task.deleting and task.task_id not in others)
    for name in {task.name for task in _tasks(outcome.after) if task.task_id in created}:
        if names[name] > 1 and not (outcome.failed and "have the same name" in str(outcome.result)):
            yield f"it ends with {names[name]} tasks named {name}"


def _result_is_true(outcome: Outcome, others: t.AbstractSet[str]) -> t.Iterator[str]:
    """After a successful run, each task has the wanted state."""
    false_responses = any(
        entry.fault and (entry.code in ABSENT_CODES or _false_success(entry)) for entry in outcome.entries
    )
    if outcome.failed or outcome.check_mode or false_responses or others:
        return
    tasks, waits = _tasks(outcome.after), outcome.options.get("wait", True)
    for name, entry in _entries(outcome).items():
        matching = [task for task in tasks if task.name == name and not task.deleting]
        if entry["state"] == "absent":
            if matching or (waits and any(task.name == name for task in tasks)):
                yield f"it reports that {name} is absent"
        elif not any(_as_listed(entry, task, waits) for task in matching):
            yield f"it reports that {name} is present and as wanted"
    for task in tasks:
        if task.name not in _entries(outcome) and not task.deleting and pruned_by(outcome, task.name):
            yield f"it reports that {task.name} is pruned"


def _as_listed(entry: dict[str, t.Any], task: Task, waits: bool) -> bool:
    return as_wanted(entry, task) and (not waits or task.status in ("RUNNING", "PAUSED"))


def _false_success(entry: t.Any) -> bool:
    """Whether a write was not processed, although its response was a success."""
    return not entry.reads and not entry.effect and entry.status is not None and 200 <= entry.status < 300


def requests(outcome: Outcome) -> t.Iterator[str]:
    """The number of requests, their paths, and the sleeps between them are bounded."""
    attempts = outcome.options.get("max_retries", 5) + 1
    rejected = [entry for entry in outcome.entries if entry.status == 401 and _arrived(entry)]
    if len(rejected) > CONCURRENT:
        yield f"{len(rejected)} requests after rejected credentials"
    entries = outcome.options.get("tasks") or outcome.options.get("topics") or [outcome.options]
    tasks = len(entries) + len(tasks_by_id(outcome))
    polls = 2 * (outcome.options.get("wait_timeout", 300) / 10 + 12)
    bound = attempts * (8 + 3 * tasks + 4 * polls) + attempts * attempts * tasks
    if len(outcome.entries) > bound:
        yield f"{len(outcome.entries)} requests, more than {bound:.0f}"
    for path in {entry.path for entry in outcome.entries if entry.operation is None}:
        yield f"it requested {path}"
    if any(sleep < 0 or sleep > 60 for sleep in outcome.sleeps):
        yield f"it slept for {max(outcome.sleeps)} seconds"


def _arrived(entry: t.Any) -> bool:
    """Whether the client could see the status of *entry*, because it was neither late nor lost."""
    fault = entry.fault
    return fault is None or not (fault.drop or fault.delay or fault.delay_work)
