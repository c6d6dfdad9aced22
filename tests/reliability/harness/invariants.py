# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invariants of each run, with any faults."""

from __future__ import annotations

import json
import re
import typing as t

from simulator import Entry

from . import figures
from .failures import ABSENT_CODES, Act
from .runs import QUICK, Outcome, Task, World, leaks

REFUSED = (401, 403)


def wanted_by(options: t.Mapping[str, t.Any], task: Task) -> bool:
    """Whether the options select *task*."""
    if options.get("task_id") and not (options["state"] == "present" and options.get("recreate")):
        return task.task_id == options["task_id"]
    return bool(task.name == options.get("task_name"))


def as_wanted(options: t.Mapping[str, t.Any], task: Task) -> bool:
    """Whether *task* is as the options describe it."""
    for name, value in options["obs_destination_descriptor"].items():
        stored = task.descriptor.get(name)
        if name == "topics":
            if set(str(stored).split(",")) != set(value):
                return False
        elif name not in ("access_key", "secret_key") and stored != value:
            return False
    return True


def complete(entry: Entry) -> bool:
    """Whether a successful response arrived unchanged."""
    fault = entry.fault
    if entry.status is None or not 200 <= entry.status < 300:
        return False
    return fault is None or not (
        fault.replaces_response
        or fault.drop
        or fault.mutate
        or fault.truncate is not None
        or fault.content_length is not None
        or fault.delay >= QUICK
    )


def _is_write(entry: Entry) -> bool:
    return entry.operation in ("CreateSinkTask", "DeleteSinkTask")


def doubtful(entry: Entry) -> bool:
    """Whether the response does not show if a change was made."""
    return _is_write(entry) and not complete(entry) and (entry.fault is not None)


def _lookups_failed(outcome: Outcome) -> bool:
    """Whether the lookups after the change failed, too, so that the outcome is unknown."""
    last = max(index for index, entry in enumerate(outcome.entries) if entry.effect)
    if complete(outcome.entries[last]):
        return False
    later = outcome.entries[last + 1 :]
    lookups = [entry for entry in later if entry.operation in ("ListSinkTasks", "ShowSinkTaskDetail", "DeleteSinkTask")]
    return bool(lookups) and not complete(lookups[-1])


def violations(outcome: Outcome, acts: t.Sequence[Act] = ()) -> list[str]:
    """Return the violations of a run; *acts* are the changes by other users."""
    return [
        *_changed(outcome, [act for act in acts if act.did]),
        *_result_is_true(outcome, acts),
        *_only_selected_tasks(outcome, acts),
        *_bounds(outcome),
        *shape(outcome),
        *secrets_shown(outcome),
    ]


def secrets_shown(outcome: Outcome) -> list[str]:
    """Return a message for each secret that a run shows."""
    shown = leaks(outcome)
    figures.count("secret searches", len(outcome.secrets))
    figures.count("secrets found", len(shown))
    return [f"a secret is shown: {leak}" for leak in shown]


def _changed(outcome: Outcome, acts: t.Sequence[Act]) -> t.Iterator[str]:
    writes = [entry for entry in outcome.entries if not entry.reads]
    if outcome.check_mode:
        if writes:
            yield f"check mode sent {[entry.operation for entry in writes]}"
        return
    truth = bool(outcome.effects)
    if outcome.changed == truth:
        return
    coincidence = bool(acts) and any(map(doubtful, outcome.entries))
    if coincidence:
        return
    if truth and outcome.failed and _lookups_failed(outcome):
        if not re.search("unknown|may have|can be the result", outcome.msg):
            yield "it is unknown whether something was changed, and the message does not contain that"
        return
    yield f"changed is {outcome.changed}, but the effects are {outcome.effects}"


def _result_is_true(outcome: Outcome, acts: t.Sequence[Act]) -> t.Iterator[str]:
    if outcome.failed:
        return
    if any(entry.code in ABSENT_CODES and entry.fault for entry in outcome.entries):
        return
    good = [snapshot.world for snapshot in outcome.snapshots if 200 <= snapshot.status < 300]
    worlds = [outcome.after, *(snapshot.world for snapshot in outcome.snapshots[-1:]), *good[-1:]]
    options = outcome.options
    if options["state"] == "absent":
        if outcome.check_mode and outcome.changed:
            return
        # In check mode, a task that is being deleted needs no deletion, and its end is not awaited.
        wait = options.get("wait", True) and not outcome.check_mode
        # A deletion without wait reads no list after it, so it can't see what other users create in the meantime.
        unseen = {task_id for act in acts for task_id in act.did} if outcome.ids("deleted") and not wait else set()
        if not any(_is_absent(world, options, wait, unseen) for world in worlds):
            yield "it reports that the task is absent"
    else:
        if outcome.check_mode and outcome.changed:
            return
        # Without wait, another user can delete the new task before the first list.
        others = {task_id for act in acts for task_id in act.did}
        if not options.get("wait", True) and others.intersection(outcome.ids("created")):
            return
        if not any(_is_present(world, options, outcome.check_mode) for world in worlds):
            yield "it reports that the task is present and as wanted"


def tasks_by_id(outcome: Outcome) -> dict[str, Task]:
    """Return every task that existed at any time of the run."""
    worlds = (outcome.before, *(snapshot.world for snapshot in outcome.snapshots), outcome.after)
    return {task_id: task for world in worlds for tasks in world.values() for task_id, task in tasks.items()}


def unexpected_changes(outcome: Outcome, expected: t.AbstractSet[str]) -> t.Iterator[str]:
    """Yield a message for each task that was changed or deleted, except those with *expected* ids."""
    for connector_id, tasks in outcome.before.items():
        for task_id, task in tasks.items():
            if task_id in expected or task.deleting:
                continue
            if outcome.after.get(connector_id, {}).get(task_id) != task:
                yield f"the task {task.name} ({task_id}) was changed"


def _tasks(world: World, options: t.Mapping[str, t.Any]) -> list[Task]:
    return [task for tasks in world.values() for task in tasks.values() if wanted_by(options, task)]


def _is_absent(
    world: World, options: t.Mapping[str, t.Any], wait: bool, unseen: t.AbstractSet[str] = frozenset()
) -> bool:
    return not [task for task in _tasks(world, options) if (wait or not task.deleting) and task.task_id not in unseen]


def _is_present(world: World, options: t.Mapping[str, t.Any], check_mode: bool) -> bool:
    good = ("RUNNING", "PAUSED") if options.get("wait", True) and not check_mode else None
    return any(
        not task.deleting and as_wanted(options, task) and (good is None or task.status in good)
        for task in _tasks(world, options)
    )


def _only_selected_tasks(outcome: Outcome, acts: t.Sequence[Act]) -> t.Iterator[str]:
    created = outcome.ids("created")
    deleted = outcome.ids("deleted")
    known = tasks_by_id(outcome)
    for task_id in {*created, *deleted}:
        if task_id not in created and not wanted_by(outcome.options, known[task_id]):
            yield f"it deleted {known[task_id].name} ({task_id}), which was not selected"
        if task_id in created and known[task_id].name != outcome.options.get("task_name"):
            yield f"it created {known[task_id].name}"
    others = {task_id for act in acts for task_id in act.did}
    left = {*created} - {*deleted} - others
    if len(left) > 1:
        yield f"it created {len(left)} tasks"
    yield from unexpected_changes(outcome, {*deleted, *others})


def _pairs(outcome: Outcome) -> t.Iterator[tuple[Entry, Entry | None]]:
    """Return pairs of each request and the next one."""
    return zip(outcome.entries, [*outcome.entries[1:], None])


def _timed_out(outcome: Outcome, first: Entry, second: Entry | None) -> bool:
    """Whether the response may have arrived after the client's timeout, so that the client did not see it."""
    late = first.fault is not None and first.fault.delay + first.fault.delay_work >= outcome.response_timeout
    return late or (second is not None and (second.ticks - first.ticks) / 1e9 >= 0.9 * outcome.response_timeout)


def _bounds(outcome: Outcome) -> t.Iterator[str]:
    attempts = outcome.options.get("max_retries", 5) + 1
    wait = outcome.options.get("wait_timeout", 300)
    operations = [entry.operation for entry in outcome.entries]
    creations = operations.count("CreateSinkTask")
    if creations > attempts * attempts:
        yield f"{creations} creations"
    deletions = operations.count("DeleteSinkTask")
    if deletions > 3 * attempts:
        yield f"{deletions} deletions"
    # Waits poll every 10 seconds at the end; each poll can be retried.
    polls = 2 * (wait / 10 + 12)
    bound = attempts * (6 + polls) + attempts * attempts * 2
    if len(operations) > bound:
        yield f"{len(operations)} requests, more than {bound}"
    refused = [pair for pair in _pairs(outcome) if pair[0].status in REFUSED and not _timed_out(outcome, *pair)]
    if len(refused) > 2:
        yield f"{len(refused)} requests after 401 or 403"
    for first, second in refused:
        if second and second.operation == first.operation:
            yield f"it repeated {first.operation} after {first.status}"
    for path in {entry.path for entry in outcome.entries if entry.operation is None}:
        yield f"it requested {path}"
    if any(sleep < 0 or sleep > 60 for sleep in outcome.sleeps):
        yield f"it slept for {max(outcome.sleeps)} seconds"
    timeout = outcome.options.get("timeout", 30)
    longest = 2 * (wait + timeout) + (8 + 2 * attempts) * attempts * (60 + timeout)
    if outcome.seconds > longest:
        yield f"it took {outcome.seconds:.0f} seconds"


def shape(outcome: Outcome) -> t.Iterator[str]:
    """Yield a message if the result is not JSON, or its message is not one line."""
    try:
        json.dumps(outcome.result)
    except (TypeError, ValueError) as error:
        yield f"the result is not JSON: {error}"
    if outcome.failed:
        if not outcome.msg or "\n" in outcome.msg or not outcome.msg.rstrip().endswith("."):
            yield f"the message is not a line: {outcome.msg!r}"
        if "Bug in the collection" in outcome.msg:
            yield outcome.msg
        if any(not char.isprintable() for char in outcome.msg):
            yield f"the message has control characters: {outcome.msg!r}"
