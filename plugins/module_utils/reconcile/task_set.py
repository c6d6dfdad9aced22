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

from ..api.listing import Listing
from ..context import Diff, TaskContext
from ..rest.concurrency import run_concurrently
from ..rest.errors import InvalidOption, KafkaError, UnexpectedState, action
from .apply import Apply, Target
from .apply_set import ApplySet, is_settled
from .entry import Entry
from .plan import Observed, Plan, Step, is_leaving, match, quota_forecast
from .wait import check_wait_timeout
from .writes import NotTried

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..rest.client import Client
    from .apply import Tasks

_POLICY = ("modify", "recreate", "update_secrets", "validate", "wait", "wait_timeout")


class TaskSet:
    """The set that the options of *context* describe. Subclasses implement the abstract methods."""

    noun: str
    apply: type[Apply] = Apply

    def __init__(self, context: TaskContext) -> None:
        self.context = context
        self.params = context.params
        self.where = ""
        self.entries: list[Entry] = []
        self.pruned: list[Entry] = []

    # --- implemented by subclasses -------------------------------------------------------------------------------------

    def desired(self, params: dict[str, t.Any]) -> t.Any:
        """Return what one entry wants. Raises :class:`InvalidOption`."""
        raise NotImplementedError

    def tasks(self, context: TaskContext, desired: t.Any, target: Target) -> Tasks:
        """Return the tasks of the connector, for one entry."""
        raise NotImplementedError

    def resolve(self, client: Client) -> None:
        """Find the connector for all entries."""
        raise NotImplementedError

    def plan(self, desired: t.Any, observed: Observed) -> Plan:
        """Return the plan for one entry."""
        raise NotImplementedError

    def can_prune(self, task: Row) -> bool:
        """Return whether *task*, which is not listed, may be pruned."""
        return bool(task)

    # --- observe, plan, check ------------------------------------------------------------------------------------------

    def ensure(self) -> None:
        """Bring all tasks to their states."""
        self._read_options()
        with action(f"bring the {self.noun}s of {self.where} to the wanted state"):
            client = self.context.client
            listing = self._observe(client)
            self._match(listing)
            self._read_details(client)
            self._plan(listing)
            self._prune(listing)
            plan_id = self._plan_id()
            self.context.returned["plan_id"] = plan_id
            expected = self.params["expect_plan"]
            self._fail_if_planning_failed()
            if expected is not None and expected != plan_id:
                raise UnexpectedState(
                    f"the plan is {plan_id}, not {expected} as expected, so nothing was changed",
                    "The tasks or the options have changed since the plan was made: run it in check mode again.",
                )
            if self.writing:
                self._check_quota(listing)
                self._check_topics(listing)
                self.reader.preflight()
            for entry in self.all_entries:
                entry.context.warnings += entry.plan.warnings
            try:
                if self.context.check_mode:
                    self._predict()
                else:
                    ApplySet(self, listing).run()
            finally:
                self.context.changed = any(self._changes(entry) for entry in self.all_entries)
                self.context.done += [
                    f"{entry.name}: {what}" for entry in self.all_entries for what in entry.context.done
                ]
                self._record_diff()
                self._report()
            if any(entry.error for entry in self.all_entries):
                self._raise("see tasks for what happened to the others")

    def _observe(self, client: Client) -> Listing:
        try:
            self.resolve(client)
            return self.reader.list(client)
        except KafkaError as error:
            # Without a connector there are no tasks.
            absent = self.reader.absence_of_parent(error)
            if absent is None or any(entry.desired.state != "absent" for entry in self.entries):
                raise
            self.context.warn(absent)
            return Listing([], 0, "task_id", "task_name")

    def _changes(self, entry: Entry) -> bool:
        return entry.plan.writes if self.context.check_mode else entry.context.changed

    def _predict(self) -> None:
        for entry in self.all_entries:
            if entry.plan.forecast_warning and Step.CREATE not in entry.plan.steps:
                entry.context.warn(entry.plan.forecast_warning)
            if entry.plan.body:
                entry.context.returned[entry.tasks.returned] = entry.tasks.result(entry.plan.body)
            elif entry.task and not entry.plan.writes and Step.WAIT_READY in entry.plan.steps:
                is_settled(entry, entry.task)

    @property
    def all_entries(self) -> list[Entry]:
        """The entries of the option ``tasks``, then those that are pruned."""
        return [*self.entries, *self.pruned]

    @property
    def writing(self) -> list[Entry]:
        """The entries whose plan changes something."""
        return [entry for entry in self.all_entries if entry.plan.writes]

    @property
    def reader(self) -> Tasks:
        """The tasks of the connector, to list them."""
        return self.tasks(self.context, None, Target(None, None, f"every {self.noun} of {self.where}"))

    def _entry(self, options: dict[str, t.Any]) -> Entry:
        params = {**{name: self.params.get(name) for name in _POLICY}, **options}
        desired = self.desired(params)
        names = " / ".join(filter(None, (desired.task_name, desired.task_id)))
        target = Target(desired.task_id, desired.task_name, f"{self.noun} {names} of {self.where}")
        context = TaskContext(params, self.context.check_mode, lambda: self.context.client)
        return Entry(context, self.tasks(context, desired, target), target, desired)

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
        expected = self.params["expect_plan"]
        if expected is not None and not expected.strip():
            raise InvalidOption("expect_plan must not be empty", "Leave it out to accept any plan.")
        prune, pattern = self.params["prune"], self.params["prune_pattern"]
        if pattern is not None and not prune:
            raise InvalidOption("prune_pattern needs prune: true")
        if self.params["prune_limit"] is not None and self.params["prune_limit"] < 0:
            raise InvalidOption(f"prune_limit must be 0 or more, not {self.params['prune_limit']}")
        if prune and pattern is None and not any(entry.desired.state != "absent" for entry in self.entries):
            raise InvalidOption(
                "prune: true would delete all tasks, because tasks has no entry with a state other than absent",
                "Set prune_pattern to select the tasks to delete.",
            )
        if pattern is not None:
            try:
                re.compile(pattern)
            except re.error as error:
                raise InvalidOption(f"prune_pattern is not a regular expression: {error}") from None
            if not pattern:
                raise InvalidOption("prune_pattern must not be empty")

    def _match(self, listing: Listing) -> None:
        owners: dict[str, Entry] = {}
        for entry in self.entries:
            entry.task = match(entry.target.task_id, entry.target.task_name, listing, self.noun)
            if entry.task:
                other = owners.setdefault(entry.task["task_id"], entry)
                if other is not entry:
                    raise UnexpectedState(f"two entries of tasks select the same task {entry.task['task_id']}")

    def _read_details(self, client: Client) -> None:
        if self.reader.lists_whole_tasks:
            return
        entries = [entry for entry in self.entries if entry.task and entry.desired.state != "absent"]

        def show(client: Client, entry: Entry) -> Row | None:
            return entry.tasks.show(client, t.cast("Row", entry.task)["task_id"])

        for entry, task in zip(entries, run_concurrently(client, show, entries)):
            entry.task = task

    def _plan(self, listing: Listing) -> None:
        for entry in self.entries:
            if entry.task:
                entry.context.returned[entry.tasks.returned] = entry.tasks.result(entry.task)
            try:
                entry.plan = self.plan(entry.desired, Observed(listing, entry.task))
            except KafkaError as error:
                entry.error = error

    def _prune(self, listing: Listing) -> None:
        if not self.params["prune"]:
            return
        if not listing.complete:
            raise UnexpectedState(
                f"the list contains {len(listing.rows)} of {listing.total_number} {self.noun}s, so nothing is pruned"
            )
        listed = {entry.task["task_id"] for entry in self.entries if entry.task}
        pattern = self.params["prune_pattern"]
        for task in listing.rows:
            fits = pattern is None or re.fullmatch(pattern, task["task_name"])
            if task["task_id"] in listed or not fits or is_leaving(task) or not self.can_prune(task):
                continue
            # Its name need not follow the rules of an option.
            entry = self._entry({"state": "absent", "task_id": task["task_id"]})
            entry.task = task
            entry.context.returned[entry.tasks.returned] = entry.tasks.result(task)
            entry.plan = self.plan(entry.desired, Observed(listing, task))
            self.pruned.append(entry)
        limit = self.params["prune_limit"]
        if limit is not None and len(self.pruned) > limit:
            names = ", ".join(entry.name for entry in self.pruned)
            raise UnexpectedState(
                f"{len(self.pruned)} tasks would be pruned, more than prune_limit {limit}: {names}",
                "Nothing was changed.",
            )

    def _plan_id(self) -> str:
        """Return a hash of all that the run may change."""
        plan = sorted(
            [entry.name, (entry.task or {}).get("task_id") or "", *entry.plan.identity]
            for entry in self.all_entries
            if entry.plan.writes or entry.plan.later
        )
        text = json.dumps([self.plan_place, plan], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def plan_place(self) -> str:
        """The identity of the connector, as a part of the hash."""
        raise NotImplementedError

    def _record_diff(self) -> None:
        before, after = {}, {}
        for entry in filter(self._changes, self.all_entries):
            key = entry.name
            if key in before or key in after:
                key = f"{key} ({t.cast('Row', entry.task)['task_id']})"
            if entry.plan.before:
                before[key] = entry.plan.before
            if entry.plan.after:
                after[key] = entry.plan.after
        self.context.diff = Diff(before, after)

    def _check_quota(self, listing: Listing) -> None:
        """Raise :class:`UnexpectedState` if the quota does not allow the set, once the deletions are done."""
        planned = [entry.planned for entry in self.writing]
        created, deleted = planned.count("created"), planned.count("deleted")
        if not created:
            return
        # The forecast is for one creation: here, the last one of the set.
        count = listing.total_number - deleted + created - 1
        forecast = quota_forecast(Plan(), listing._replace(total_number=count), f"{self.noun}s")
        if forecast.forecast:
            raise UnexpectedState(
                f"the quota does not allow it: {listing.total_number} {self.noun}s exist, {deleted} are to be deleted and"
                f" {created} to be created, but {max(limit or 0 for limit in listing.limits.values())} are allowed",
                "Nothing was changed. Delete tasks that are not needed, or raise the quota.",
            )
        if forecast.forecast_warning and self.context.check_mode:
            self.context.warn("The quota may not allow all creations: max_tasks and quota_tasks differ.")

    def _check_topics(self, listing: Listing) -> None:
        """Warn of a topic that would be in two tasks: the service can refuse that."""
        owners: dict[str, str] = {}
        writing = {entry.task["task_id"] for entry in self.writing if entry.task}
        for task in listing.rows:
            if task["task_id"] not in writing:
                owners.update(dict.fromkeys(_topics(task), str(task["task_name"])))
        for entry in self.writing:
            remaining = entry.task if entry.planned != "deleted" else None
            for topic in _topics(entry.plan.body or remaining or {}):
                owner = owners.setdefault(topic, entry.name)
                if owner != entry.name:
                    entry.context.warn(
                        f"The topic {topic} is also in task {owner}: the service may refuse a topic that is in two tasks."
                    )

    # --- report --------------------------------------------------------------------------------------------------------

    def _report(self) -> None:
        self.context.returned["tasks"] = [entry.report(self.context.check_mode) for entry in self.all_entries]
        for entry in self.all_entries:
            for warning in entry.context.warnings:
                self.context.warn(f"{entry.name}: {warning}")

    def _fail_if_planning_failed(self) -> None:
        if any(entry.error for entry in self.entries):
            for entry in self.all_entries:
                if not entry.error and entry.plan.writes:
                    entry.error = NotTried("the plan of another task failed")
            self._report()
            self._raise("so nothing was changed")

    def _raise(self, rest: str) -> None:
        counts: list[str] = []
        reasons: list[Entry] = []
        for outcome, not_tried in (("failed", False), ("were not tried", True)):
            found = [e for e in self.all_entries if e.error and isinstance(e.error, NotTried) is not_tried]
            if found:
                # Why others were not tried follows from what failed.
                why = "" if reasons else " ({})".format("; ".join(f"{entry.name}: {entry.error}" for entry in found))
                counts.append(f"{len(found)} of {len(self.all_entries)} tasks {outcome}{why}")
                reasons += found
        raise SetFailed("; ".join([*counts, rest]), reasons)


def _topics(task: Row) -> list[str]:
    """Return the topics of *task*, or of the body that it is created with, sorted."""
    parts = [part for part in (task, *task.values()) if isinstance(part, dict)]
    topics = next((str(part["topics"]) for part in parts if part.get("topics")), "")
    return sorted({topic.strip() for topic in topics.split(",")} - {""})


class SetFailed(KafkaError):
    """Some tasks of a set failed. The ``error`` is that of the first of them that has one."""

    def __init__(self, sentence: str, failed: list[Entry]) -> None:
        errors = [entry.error for entry in failed if entry.error]
        super().__init__(sentence, next((error.hint for error in errors if error.hint), None))
        self._payload = next((error.payload for error in errors if error.payload), None)

    @property
    def payload(self) -> dict[str, t.Any] | None:
        return self._payload
