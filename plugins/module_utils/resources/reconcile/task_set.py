# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""A whole set of tasks of one connector: observe once, plan all, check all, then write.

Deletions come before creations, because a topic can be in one task only, and because of the quota. A failure of one task does
not stop the others; rejected credentials and a rate limit that does not end do.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

from ...context import Diff, TaskContext
from ...rest.concurrency import run_concurrently
from ...rest.errors import InvalidOption, KafkaError, ServiceError, UnexpectedState, action
from ..options import check_wait_timeout
from .apply import Apply, Target, order
from .plan import Observed, Plan, Step, is_leaving, match, quota_forecast
from .wait import Deadline, wait
from .writes import NotTried, Outcome, Seen, stops_all, write_all

if t.TYPE_CHECKING:
    from ...api.task_list import Task, TaskList
    from ...rest.client import Client
    from .apply import Tasks

_ACTIONS = {
    Step.MODIFY: "modified",
    Step.PAUSE: "paused",
    Step.RESUME: "resumed",
    Step.START: "started",
    Step.RESTART: "restarted",
}
_POLICY = ("modify", "recreate", "update_secrets", "validate", "wait", "wait_timeout")


class Entry:
    """One task of the set: what is wanted, what was observed, the plan, and what became of it."""

    def __init__(self, context: TaskContext, tasks: Tasks, target: Target, wanted: t.Any) -> None:
        self.context = context
        self.tasks = tasks
        self.target = target
        self.wanted = wanted
        self.task: Task | None = None
        self.plan = Plan()
        self.error: KafkaError | None = None
        self.unknown = False

    @property
    def name(self) -> str:
        return self.target.task_name or (self.task or {}).get("task_name") or str(self.target.task_id)

    @property
    def planned(self) -> str:
        """The action that the plan is."""
        steps = self.plan.steps
        if Step.DELETE in steps:
            return "recreated" if Step.CREATE in steps else "deleted"
        if Step.CREATE in steps:
            return "created"
        return next((_ACTIONS[step] for step in steps if step in _ACTIONS), "unchanged")

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
            hint = f" {self.error.hint}" if self.error.hint else ""
            report["msg"] = f"{self.error}.{hint}"
        shown = self.context.returned.get(self.tasks.returned)
        if shown is not None:
            report[self.tasks.returned] = shown
        return report


class TaskSet:
    """The set that the options of *context* describe. Each kind of task fills in the methods that raise."""

    noun: str
    apply: type[Apply] = Apply

    def __init__(self, context: TaskContext) -> None:
        self.context = context
        self.params = context.params
        self.where = ""
        self.entries: list[Entry] = []
        self.pruned: list[Entry] = []

    # --- what a kind of task fills in ----------------------------------------------------------------------------------

    def wanted(self, params: dict[str, t.Any]) -> t.Any:
        """Return what one entry wants. Raises :class:`InvalidOption`."""
        raise NotImplementedError

    def tasks(self, context: TaskContext, wanted: t.Any, target: Target) -> Tasks:
        """Return the tasks of the connector, for one entry."""
        raise NotImplementedError

    def resolve(self, client: Client) -> None:
        """Find the connector for all entries."""
        raise NotImplementedError

    def plan(self, wanted: t.Any, observed: Observed) -> Plan:
        """Return the plan for one entry."""
        raise NotImplementedError

    def can_prune(self, task: Task) -> bool:
        """Return whether a task that is not listed may be pruned."""
        return True

    # --- observe, plan, check ------------------------------------------------------------------------------------------

    def ensure(self) -> None:
        """Bring all tasks to their states."""
        self._read_options()
        with action(f"bring the {self.noun}s of {self.where} to the wanted state"):
            client = self.context.client
            self.resolve(client)
            listing = self._reader.list(client)
            self._match(listing)
            self._read_details(client, listing)
            self._plan(listing)
            self._prune(listing)
            plan_id = self._plan_id()
            self.context.returned["plan_id"] = plan_id
            self._record_diff()
            expected = self.params["expect_plan"]
            self._fail_if_planning_failed()
            if expected is not None and expected != plan_id:
                raise UnexpectedState(
                    f"the plan is {plan_id}, not {expected} as expected, so nothing was changed",
                    "The tasks or the options have changed since the plan was made: run it in check mode again.",
                )
            if self._writing:
                self._check_quota(listing)
                self._writing[0].tasks.preflight()
            for entry in self._all:
                for warning in entry.plan.warnings:
                    self.context.warn(f"{entry.name}: {warning}")
            if self.context.check_mode:
                self.context.changed = bool(self._writing)
                for entry in self._writing:
                    if entry.plan.body:
                        entry.context.returned[entry.tasks.returned] = entry.tasks.result(entry.plan.body)
                self._report()
                return
            try:
                _ApplySet(self, listing).run()
            finally:
                self.context.changed = any(entry.context.changed for entry in self._all)
                self._report()
            self._fail_if_any_failed()

    @property
    def _all(self) -> list[Entry]:
        return [*self.entries, *self.pruned]

    @property
    def _writing(self) -> list[Entry]:
        return [entry for entry in self._all if entry.plan.writes]

    @property
    def _reader(self) -> Tasks:
        return self.tasks(self.context, None, Target(None, None, self.where))

    def _entry(self, options: dict[str, t.Any]) -> Entry:
        params = {**{name: self.params.get(name) for name in _POLICY}, **options}
        wanted = self.wanted(params)
        names = " / ".join(filter(None, (wanted.task_name, wanted.task_id)))
        target = Target(wanted.task_id, wanted.task_name, f"{self.noun} {names} of {self.where}")
        context = TaskContext(params, self.context.check_mode, lambda: self.context.client)
        return Entry(context, self.tasks(context, wanted, target), target, wanted)

    def _read_options(self) -> None:
        """Check all options. Raises :class:`InvalidOption` before any request."""
        check_wait_timeout(self.params)
        for index, options in enumerate(self.params["tasks"]):
            try:
                self.entries.append(self._entry(options))
            except InvalidOption as error:
                name = options.get("task_name") or options.get("task_id") or ""
                raise InvalidOption(f"tasks[{index}] ({name}): {error}", error.hint) from None
        names = [entry.target.task_name for entry in self.entries if entry.target.task_name]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            places = "; ".join(
                "{} in {}".format(name, " and ".join(f"tasks[{i}]" for i, other in enumerate(names) if other == name))
                for name in doubled
            )
            raise InvalidOption(f"task_name must be unique in tasks: {places}")
        prune, pattern = self.params["prune"], self.params["prune_pattern"]
        if pattern is not None and not prune:
            raise InvalidOption("prune_pattern needs prune: true")
        if self.params["prune_limit"] is not None and self.params["prune_limit"] < 0:
            raise InvalidOption(f"prune_limit must be 0 or more, not {self.params['prune_limit']}")
        if prune and pattern is None and not any(entry.wanted.state != "absent" for entry in self.entries):
            raise InvalidOption(
                "prune: true would delete all tasks, because no entry of tasks asks for a task to exist",
                "Set prune_pattern to say which tasks are to be deleted.",
            )
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise InvalidOption(f"prune_pattern is not a regular expression: {error}") from None
            if not pattern:
                raise InvalidOption("prune_pattern must not be empty")

    def _match(self, listing: TaskList) -> None:
        owners: dict[str, Entry] = {}
        for entry in self.entries:
            entry.task = match(entry.target.task_id, entry.target.task_name, listing, self.noun)
            if entry.task:
                other = owners.setdefault(entry.task["task_id"], entry)
                if other is not entry:
                    raise UnexpectedState(f"two entries of tasks mean the same task {entry.task['task_id']}")

    def _read_details(self, client: Client, listing: TaskList) -> None:
        if self._reader.lists_whole_tasks:
            return
        entries = [entry for entry in self.entries if entry.task and entry.wanted.state != "absent"]

        def show(client: Client, entry: Entry) -> Task | None:
            return entry.tasks.show(client, t.cast("Task", entry.task)["task_id"])

        for entry, task in zip(entries, run_concurrently(client, show, entries)):
            entry.task = task

    def _plan(self, listing: TaskList) -> None:
        for entry in self.entries:
            if entry.task:
                entry.context.returned[entry.tasks.returned] = entry.tasks.result(entry.task)
            try:
                entry.plan = self.plan(entry.wanted, Observed(listing, entry.task))
            except KafkaError as error:
                entry.error = error

    def _prune(self, listing: TaskList) -> None:
        if not self.params["prune"]:
            return
        if not listing.complete:
            raise UnexpectedState(
                f"the list contains {len(listing.tasks)} of {listing.total_number} {self.noun}s, so nothing is pruned"
            )
        listed = {entry.task["task_id"] for entry in self.entries if entry.task}
        pattern = self.params["prune_pattern"]
        for task in listing.tasks:
            fits = pattern is None or re.fullmatch(pattern, task["task_name"])
            if task["task_id"] in listed or not fits or is_leaving(task) or not self.can_prune(task):
                continue
            entry = self._entry({"state": "absent", "task_id": task["task_id"], "task_name": task["task_name"]})
            entry.task = task
            entry.context.returned[entry.tasks.returned] = entry.tasks.result(task)
            entry.plan = self.plan(entry.wanted, Observed(listing, task))
            self.pruned.append(entry)
        limit = self.params["prune_limit"]
        if limit is not None and len(self.pruned) > limit:
            names = ", ".join(entry.name for entry in self.pruned)
            raise UnexpectedState(
                f"{len(self.pruned)} tasks would be pruned, more than prune_limit {limit}: {names}",
                "Nothing was changed.",
            )

    def _plan_id(self) -> str:
        """Return a hash of the plan: equal for the same steps on the same tasks."""
        plan = sorted(
            [
                entry.name,
                (entry.task or {}).get("task_id") or "",
                [step.value for step in entry.plan.steps if entry.plan.writes],
                entry.plan.before,
                entry.plan.after,
            ]
            for entry in self._writing
        )
        text = json.dumps([self.plan_place, plan], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def plan_place(self) -> str:
        """What tells the connector of this plan from others."""
        raise NotImplementedError

    def _record_diff(self) -> None:
        before, after = {}, {}
        for entry in self._writing:
            key = entry.name
            if key in before or key in after:
                key = f"{key} ({t.cast('Task', entry.task)['task_id']})"
            if entry.plan.before:
                before[key] = entry.plan.before
            if entry.plan.after:
                after[key] = entry.plan.after
        self.context.diff = Diff(before, after)

    def _check_quota(self, listing: TaskList) -> None:
        """Raise :class:`UnexpectedState` if the quota does not allow the set, once the deletions are done."""
        planned = [entry.planned for entry in self._writing]
        created, deleted = planned.count("created"), planned.count("deleted")
        if not created:
            return
        # The limit that one more creation would meet is that of the last one.
        count = listing.total_number - deleted + created - 1
        forecast = quota_forecast(Plan(), listing._replace(total_number=count), f"{self.noun}s")
        if forecast.forecast:
            raise UnexpectedState(
                f"the quota does not allow it: {listing.total_number} {self.noun}s exist, {deleted} are to be deleted and"
                f" {created} to be created, but {max(listing.max_tasks or 0, listing.quota_tasks or 0)} are allowed",
                "Nothing was changed. Delete tasks that are not needed, or raise the quota.",
            )
        if forecast.forecast_warning and self.context.check_mode:
            self.context.warn("The quota may not allow all creations: max_tasks and quota_tasks differ.")

    # --- report --------------------------------------------------------------------------------------------------------

    def _report(self) -> None:
        self.context.returned["tasks"] = [entry.report(self.context.check_mode) for entry in self._all]

    def _fail_if_planning_failed(self) -> None:
        if any(entry.error for entry in self.entries):
            for entry in self._all:
                if not entry.error and entry.plan.writes:
                    entry.error = NotTried("the plan of another task failed")
            self._report()
            self._raise("so nothing was changed")

    def _fail_if_any_failed(self) -> None:
        if any(entry.error for entry in self._all):
            self._raise("the others were carried out as planned, see tasks")

    def _raise(self, rest: str) -> None:
        failed = [entry for entry in self._all if entry.error and not isinstance(entry.error, NotTried)]
        skipped = sum(isinstance(entry.error, NotTried) for entry in self._all)
        sentences = "; ".join(f"{entry.name}: {entry.error}" for entry in failed)
        not_tried = f"; {skipped} were not tried" if skipped else ""
        count = len(failed)
        raise SetFailed(f"{count} of {len(self._all)} tasks failed ({sentences}){not_tried}; {rest}", failed)


class SetFailed(KafkaError):
    """Some tasks of a set failed. The ``error`` is that of the first of them that has one."""

    def __init__(self, sentence: str, failed: list[Entry]) -> None:
        errors = [entry.error for entry in failed if entry.error]
        super().__init__(sentence, next((error.hint for error in errors if error.hint), None))
        self._payload = next((error.payload for error in errors if error.payload), None)

    @property
    def payload(self) -> dict[str, t.Any] | None:
        return self._payload


class _ApplySet:
    """Carries out the plans of a set."""

    def __init__(self, task_set: TaskSet, listing: TaskList) -> None:
        self.set = task_set
        self.listing = listing
        self.client = task_set.context.client
        self.deadline = Deadline(self.client, task_set.params["wait_timeout"])
        self.waits = task_set.params["wait"]
        self.known = {task["task_id"] for task in listing.tasks}
        self.ids: dict[int, str] = {}

    def run(self) -> None:
        groups: dict[str, list[Entry]] = {}
        for entry in self.set._writing:
            groups.setdefault(entry.planned, []).append(entry)
        deletions, creations = groups.pop("deleted", []), groups.pop("created", [])
        recreations = groups.pop("recreated", [])
        changes = [entry for group in groups.values() for entry in group]
        rest = [*changes, *creations, *recreations]
        self._delete(deletions)
        if deletions and (rest or self.waits):
            self._wait_until_gone(deletions)
        self._change(changes)
        self._create(creations)
        for entry in recreations:
            self._change([entry])
        if self.waits:
            self._wait_for_unchanged()

    def _tries(self, entries: list[Entry]) -> list[Entry]:
        """Return the *entries* that may be tried: none after a failure that stops all, or at the deadline."""
        reason = ""
        if any(stops_all(entry.error) for entry in self.set._all):
            reason = "another task failed in a way that stops all"
        elif self._over:
            reason = f"the {self.deadline.seconds:g} seconds of wait_timeout are over"
        if reason:
            for entry in entries:
                entry.error = NotTried(reason)
            return []
        return entries

    @property
    def _over(self) -> bool:
        started = any(entry.context.changed for entry in self.set._all)
        return started and self.deadline.seconds > 0 and self.deadline.left <= 0

    # --- delete --------------------------------------------------------------------------------------------------------

    def _delete(self, entries: list[Entry]) -> None:
        entries = self._tries(entries)
        if not entries:
            return

        def send(client: Client, entry: Entry) -> bool:
            if self._over:
                raise NotTried(f"the {self.deadline.seconds:g} seconds of wait_timeout are over")
            try:
                entry.tasks.delete(client, t.cast("Task", entry.task)["task_id"])
            except ServiceError as error:
                if not error.missing:
                    raise
                return error.lost_attempt
            return True

        def look(client: Client, indexes: list[int]) -> dict[int, Seen]:
            listing = self.set._reader.list(client)
            seen = {}
            for index in indexes:
                task = listing.by_id(t.cast("Task", entries[index].task)["task_id"])
                state = f"status {task['status']}" if task else "an incomplete list"
                hint = f"It is unknown whether it was deleted (a lookup after that found: {state}): run the task again."
                seen[index] = Seen(task is None and listing.complete, True, hint)
            return seen

        client = self.client.until(self.deadline.end)
        for entry, write in zip(entries, write_all(client, entries, send, look, "deleted")):
            entry.error, entry.unknown = write.error, write.outcome is Outcome.UNKNOWN
            if write.value and not write.error:
                entry.context.did(f"deleted the task (task id {t.cast('Task', entry.task)['task_id']})")

    def _wait_until_gone(self, entries: list[Entry]) -> None:
        waiting = [entry for entry in entries if not entry.error]

        def poll(client: Client) -> str | None:
            listing = self.set._reader.list(client)
            left = [e for e in waiting if listing.by_id(t.cast("Task", e.task)["task_id"])]
            waiting[:] = left if listing.complete else waiting
            return f"{len(waiting)} tasks are not gone yet" if waiting else None

        self._wait(waiting, poll, "the tasks to be gone")

    def _wait(self, waiting: list[Entry], poll: t.Callable[[Client], str | None], what: str) -> None:
        """Wait until *poll* has emptied *waiting*; what is left then has failed."""
        if not waiting:
            return
        try:
            wait(self.client, poll, self.deadline, what)
        except KafkaError as error:
            for entry in waiting:
                entry.error = entry.error or error

    # --- change --------------------------------------------------------------------------------------------------------

    def _change(self, entries: list[Entry]) -> None:
        def change(client: Client, entry: Entry) -> None:
            if self._over:
                entry.error = NotTried(f"the {self.deadline.seconds:g} seconds of wait_timeout are over")
                return
            applied = self.set.apply(entry.context, entry.tasks, entry.target, Observed(self.listing, entry.task), entry.plan)
            applied.client = client
            applied.deadline = self.deadline
            try:
                applied.run()
            except KafkaError as error:
                entry.error = error
                entry.unknown = "unknown" in str(error.hint)
                if stops_all(error):
                    client.stop_others()
            for warning in entry.context.warnings:
                self.set.context.warn(f"{entry.name}: {warning}")

        run_concurrently(self.client, change, self._tries(entries))

    # --- create --------------------------------------------------------------------------------------------------------

    def _create(self, entries: list[Entry]) -> None:
        entries = self._tries(entries)
        if not entries:
            return

        def send(client: Client, entry: Entry) -> str:
            if self._over:
                raise NotTried(f"the {self.deadline.seconds:g} seconds of wait_timeout are over")
            return entry.tasks.create(client, t.cast("dict[str, t.Any]", entry.plan.body))

        def look(client: Client, indexes: list[int]) -> dict[int, Seen]:
            listing = self.set._reader.list(client)
            seen = {}
            for index in indexes:
                found = self._new(listing, entries[index])
                if len(found) > 1:
                    hint = f"{len(found)} tasks of that name were created: {', '.join(task['task_id'] for task in found)}"
                    seen[index] = Seen(False, hint=hint)
                else:
                    hint = "A lookup after that found no such task, so nothing was created."
                    seen[index] = Seen(bool(found), found and found[0]["task_id"], hint)
            return seen

        client = self.client.until(self.deadline.end)
        waiting = []
        for entry, write in zip(entries, write_all(client, entries, send, look, "created", resend=True)):
            entry.error, entry.unknown = write.error, write.outcome is Outcome.UNKNOWN
            if not write.error:
                self.ids[id(entry)] = write.value
                entry.context.did(f"created the task (task id {write.value})")
                body = {"task_id": write.value, **t.cast("dict[str, t.Any]", entry.plan.body)}
                entry.context.returned[entry.tasks.returned] = entry.tasks.result(body)
                waiting.append(entry)
        self._confirm(waiting)

    def _new(self, listing: TaskList, entry: Entry) -> list[Task]:
        return [task for task in listing.named(entry.name) if task["task_id"] not in self.known]

    def _confirm(self, waiting: list[Entry]) -> None:
        """Poll the list until each new task is listed, is the only one of its name, and is ready."""

        def poll(client: Client) -> str | None:
            listing = self.set._reader.list(client)
            waiting[:] = [entry for entry in waiting if not self._is_done(client, listing, entry)]
            names = ", ".join(entry.name for entry in waiting)
            return f"{len(waiting)} tasks are not ready yet ({names})" if waiting else None

        self._wait(waiting, poll, "the tasks to be RUNNING")

    def _is_done(self, client: Client, listing: TaskList, entry: Entry) -> bool:
        own = self.ids[id(entry)]
        tasks = {task["task_id"]: task for task in self._new(listing, entry) if not is_leaving(task)}
        ours = tasks.pop(own, None)
        if ours is None:
            return False
        try:
            if tasks:
                earliest = min(tasks.values(), key=order)
                if order(earliest) > order(ours):
                    return False
                entry.tasks.delete(client, own)
                entry.context.did(f"deleted it again, because task {earliest['task_id']} of the same name was created before it")
                raise UnexpectedState(
                    f"another run has created task {earliest['task_id']} of the same name before it, so it was deleted again",
                    "Run the task again to compare that one.",
                )
            body = t.cast("dict[str, t.Any]", entry.plan.body)
            entry.context.returned[entry.tasks.returned] = entry.tasks.result({**body, **ours})
            return not self.waits or entry.tasks.is_ready(ours)
        except KafkaError as error:
            entry.error = error
            return True

    # --- wait ----------------------------------------------------------------------------------------------------------

    def _wait_for_unchanged(self) -> None:
        """Wait for tasks that were as wanted, but neither ready nor gone."""
        entries = [entry for entry in self.set._all if not entry.plan.writes and entry.task and not entry.error]
        waiting = [entry for entry in entries if {Step.WAIT_READY, Step.WAIT_GONE} & set(entry.plan.steps)]
        waiting = [entry for entry in waiting if not self._is_settled(entry, t.cast("Task", entry.task))]

        def poll(client: Client) -> str | None:
            listing = self.set._reader.list(client)
            waiting[:] = [
                entry
                for entry in waiting
                if not self._is_settled(entry, listing.by_id(t.cast("Task", entry.task)["task_id"]))
            ]
            return f"{len(waiting)} tasks are not ready yet" if waiting else None

        self._wait(waiting, poll, "the tasks to be ready")

    @staticmethod
    def _is_settled(entry: Entry, task: Task | None) -> bool:
        if Step.WAIT_GONE in entry.plan.steps:
            return task is None
        if task is None:
            entry.error = UnexpectedState("the task was deleted in the meantime")
            return True
        try:
            return entry.tasks.is_ready(task)
        except KafkaError as error:
            entry.error = error
            return True
