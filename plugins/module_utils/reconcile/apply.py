# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Carries out a plan: delete, create, and wait. Check mode ends here, after all reads."""

from __future__ import annotations

import typing as t

from ..api.listing import Listing
from ..context import Diff
from ..rest.errors import TOPIC_IN_USE, KafkaError, ServiceError, UnexpectedState, WaitTimeout, WriteFailed, action
from ..rest.response import number
from .fields import describe
from .plan import Step, is_leaving
from .wait import Deadline, wait
from .writes import Outcome, Seen, delete_once, list_after_deletion, seen_deleted, what_is_left, write_all

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..context import TaskContext
    from ..rest.client import Client
    from .fields import Differences
    from .plan import Observed, Plan


class Tasks(t.Protocol):
    """A kind of task of one connector.

    *noun* is its name in messages, *returned* the key of the task in the result. *lists_whole_tasks* is true if the list
    has everything that a task has.
    """

    noun: str
    returned: str
    lists_whole_tasks: bool

    @property
    def ready(self) -> str:
        """The statuses at which a wait is over, for messages."""

    def list(self, client: Client) -> Listing:
        """Return the tasks of the connector."""

    def show(self, client: Client, task_id: str) -> Row | None:
        """Return the task without secrets; ``None`` if it does not exist."""

    def create(self, client: Client, body: dict[str, t.Any]) -> str:
        """Create a task and return its id."""

    def delete(self, client: Client, task_id: str) -> None:
        """Delete a task."""

    def result(self, task: Row) -> Row:
        """Return what a module returns of *task*, or of the body that it is created with."""

    def differences(self, task: Row) -> Differences:
        """Return what differs in *task* from what is wanted."""

    def is_ready(self, task: Row) -> bool:
        """Return whether a wait for *task* is over. Raises :class:`UnexpectedState` if it can't succeed."""

    def absence_of_parent(self, error: KafkaError) -> str | None:
        """Return a warning if *error* reports that the connector or its instance is absent."""

    def preflight(self) -> None:
        """Raise :class:`UnexpectedState` if the service would refuse any change."""


class Target(t.NamedTuple):
    """The task that the options select. *text* names it, with its connector, in messages."""

    task_id: str | None
    task_name: str | None
    text: str

    def __str__(self) -> str:
        return self.text


def carry_out(
    context: TaskContext,
    tasks: Tasks,
    target: Target,
    observed: Observed,
    plan: Plan,
    apply: type[Apply] | None = None,
) -> Row | None:
    """Bring *target* to the wanted state by the steps of *plan*, or only predict that in check mode.

    Returns the task as it was last seen.
    """
    apply = apply or Apply
    task = observed.task
    for warning in plan.warnings:
        context.warn(warning)
    if plan.writes:
        tasks.preflight()
    if not context.check_mode:
        applied = apply(context, tasks, target, observed, plan)
        try:
            applied.run()
        finally:
            plan, task = applied.plan, applied.existing
    elif plan.forecast:
        raise plan.forecast
    else:
        context.changed = plan.writes
        if plan.forecast_warning:
            context.warn(plan.forecast_warning)
        if plan.body:
            context.returned[tasks.returned] = tasks.result(plan.body)
        elif Step.WAIT_READY in plan.steps and observed.task:
            with action(f"wait for {target} (task id {observed.task['task_id']})"):
                tasks.is_ready(observed.task)
    if context.changed:
        context.diff = Diff(dict(plan.before), dict(plan.after))
    return task


class Apply:
    """Carries out the steps of a plan. A kind of task with further steps extends :attr:`steps`."""

    def __init__(self, context: TaskContext, tasks: Tasks, target: Target, observed: Observed, plan: Plan) -> None:
        self.context = context
        self.client = context.client
        self.tasks = tasks
        self.target = target
        # With only an id, the name is that of the task.
        self.task_name = target.task_name or (observed.task or {}).get("task_name")
        self.plan = plan
        self.existing = observed.task
        self.listing = observed.listing
        self.task_id = observed.task["task_id"] if observed.task else ""
        self.known = {task["task_id"] for task in observed.listing.rows}
        self.waits = context.params["wait"]
        self.deadline = Deadline(self.client, context.params["wait_timeout"])
        self.gone = self.created = self.kept_another = False
        # A set recreates its tasks one at a time, when everything else is done.
        self.defers_recreation = False
        self.namesakes: list[str] = []
        self.steps: dict[Step, t.Callable[[], None]] = {
            Step.DELETE: self.delete,
            Step.WAIT_GONE: self.wait_until_gone,
            Step.CREATE: self.create,
            Step.WAIT_READY: self.wait_until_ready,
        }

    def run(self) -> None:
        """Carry out the steps. A step can replace the plan, whose steps are carried out then."""
        plan = self.plan
        for step in plan.steps:
            self.steps[step]()
            if self.plan is not plan:
                if not (self.defers_recreation and Step.DELETE in self.plan.steps):
                    self.run()
                return
        if self.kept_another:
            self.plan = _without(plan, Step.WAIT_GONE, Step.CREATE)

    def returns(self, task: Row) -> None:
        """Record *task* as what the module returns."""
        self.context.returned[self.tasks.returned] = self.tasks.result(task)

    def read_list(self, client: Client) -> Listing:
        with action(f"list the {self.tasks.noun}s of {self.target}"):
            return self.tasks.list(client)

    # --- delete ------------------------------------------------------------------------------------------------------

    def delete(self) -> None:
        with action(f"delete {self.target} (task id {self.task_id})"):
            client = self.client.until(self.deadline.end)
            (write,) = write_all(client, [self.task_id], self._send_delete, self._find_deleted, "deleted")
            if write.result():
                self.context.did(f"deleted the task (task id {self.task_id})")
            elif Step.CREATE in self.plan.steps:
                # A deletion by another run is not a change of this run: only the creation is left.
                self.plan = _without(self.plan, Step.DELETE)._replace(before={})
            self._check_namesakes()

    def _send_delete(self, client: Client, task_id: str) -> bool:
        return delete_once(lambda: self.tasks.delete(client, task_id), self._note_absent)

    def _note_absent(self, error: ServiceError) -> None:
        self.gone = True
        warning = self.tasks.absence_of_parent(error)
        if warning:
            self.context.warn(warning)

    def _find_deleted(self, client: Client, indexes: list[int]) -> dict[int, Seen]:
        listing = self._list_again(client)
        self.gone = what_is_left(listing, self.task_id) is None
        return dict.fromkeys(indexes, seen_deleted(listing, t.cast("Row", self.existing)))

    def wait_until_gone(self) -> None:
        if self.gone:
            return
        try:
            with action(f"delete {self.target} (task id {self.task_id})"):
                wait(self.client, self._poll_gone, self.deadline, "the task to be gone")
                self._check_namesakes()
        except KafkaError as error:
            if {Step.DELETE, Step.CREATE} <= set(self.plan.steps):
                error.hint = f"It was not created again; its definition is returned. {error.hint or ''}".strip()
            raise

    def _poll_gone(self, client: Client) -> str | None:
        return what_is_left(self._list_again(client), self.task_id)

    def _list_again(self, client: Client) -> Listing:
        """Return the list, which is empty if the connector is gone, and note the tasks of the name."""
        listing = list_after_deletion(self.read_list, client)
        self.namesakes = [task["task_id"] for task in listing.named(self.task_name)]
        return listing

    def _check_namesakes(self) -> None:
        others = [task_id for task_id in self.namesakes if task_id != self.task_id]
        if others and not self.target.task_id:
            raise UnexpectedState(f"another task of the same name was created in the meantime: {', '.join(others)}")

    # --- create ------------------------------------------------------------------------------------------------------

    def create(self) -> None:
        try:
            self._create(t.cast("dict[str, t.Any]", self.plan.body))
        except KafkaError as error:
            if (Step.DELETE in self.plan.steps or self.gone) and not self.created:
                outcome = "was deleted" if isinstance(error, WriteFailed) else "no longer exists"
                error.hint = f"The task {outcome}; its definition is returned. {error.hint or ''}".strip()
            raise

    def _create(self, body: dict[str, t.Any]) -> None:
        with action(f"create {self.target}"):
            if not (self.context.done or self.gone):
                self.deadline = Deadline(self.client, self.deadline.seconds)
            elif self.deadline.left <= 0:
                raise WaitTimeout(
                    f"the {self.deadline.seconds:g} seconds of wait_timeout are over, so it was not created"
                )
            client = self.client.until(self.deadline.end)
            (write,) = write_all(client, [body], self.tasks.create, self._find_created, "created", resend=True)
            if write.outcome is Outcome.REFUSED and self._adopts_namesake(write.cause):
                return
            self.task_id = write.result()
            if write.found:
                expect_equal(self.client, self.tasks, self.task_id)
            self.created = True
            self.context.did(f"created the task (task id {self.task_id})")
            self.returns({"task_id": self.task_id, **body})
            if not write.found:
                self._confirm()

    def _new_namesakes(self, listing: Listing) -> list[Row]:
        return [task for task in listing.named(self.task_name) if task["task_id"] not in self.known]

    def _find_created(self, client: Client, indexes: list[int]) -> dict[int, Seen]:
        seen = seen_created(self._new_namesakes(self.read_list(client)))
        return dict.fromkeys(indexes, seen)

    def _adopts_namesake(self, error: KafkaError | None) -> bool:
        """Return whether the creation was refused because another run has just created an equal task."""
        if not is_topic_in_use(error):
            return False
        task = equal_task(self.client, self.tasks, self._new_namesakes(self.read_list(self.client)))
        if task is None:
            return False
        self.task_id = task["task_id"]
        self.kept_another = True
        self.returns(task)
        return True

    def _confirm(self) -> None:
        """Read the list until it shows the new task, and delete that if a task of the same name was created earlier.

        Several hosts without ``run_once`` create the same task at the same time: all but the first delete theirs.
        """
        shown = Listed()

        def poll(client: Client) -> str | None:
            nonlocal shown
            shown = listed(self.task_id, self._new_namesakes(self.read_list(client)))
            return None if shown.first else shown.state

        try:
            wait(self.client, poll, self.deadline, "the only task of that name to be listed")
        except KafkaError as error:
            if self.waits or shown.ours:
                raise
            self.context.warn(UNCHECKED.format(error))
        if shown.first:
            self._give_way(t.cast("Row", shown.ours), shown.first["task_id"])
        elif shown.ours and self.tasks.lists_whole_tasks:
            self.existing = shown.ours
            self.returns(shown.ours)

    def _give_way(self, ours: Row, first: str) -> None:
        self.task_id, self.kept_another = first, True
        give_way(self.client, self.tasks, self.context, ours, first)
        task = self.tasks.show(self.client, first)
        if task is None:
            raise UnexpectedState(f"task {first} of the same name was deleted in the meantime")
        self.returns(task)
        differences = self.tasks.differences(task)
        if differences:
            raise UnexpectedState(f"task {first} of the same name differs: {describe(differences)}")

    # --- wait --------------------------------------------------------------------------------------------------------

    def wait_until_ready(self) -> None:
        created = Step.CREATE in self.plan.steps
        if not self.waits:
            if created and not self.tasks.lists_whole_tasks:
                self._show_created()
            return
        with action(f"wait for {self.target} (task id {self.task_id})"):
            shown = self.existing if self.existing and self.existing["task_id"] == self.task_id else None
            if not (shown and self.tasks.is_ready(shown)):
                wait(self.client, self._poll_ready, self.deadline, f"the task to be {self.tasks.ready}")

    def _poll_ready(self, client: Client) -> str | None:
        task = self.tasks.show(client, self.task_id)
        if task is None:
            if self.existing and self.existing["task_id"] == self.task_id:
                raise UnexpectedState("the task was deleted in the meantime")
            return "not there yet"
        self.existing = task
        self.returns(task)
        return None if self.tasks.is_ready(task) else f"status {task['status']}"

    def _show_created(self) -> None:
        """Return the task if the service already shows it; it was created in any case."""
        try:
            task = self.tasks.show(self.client, self.task_id)
        except KafkaError as error:
            self.context.warn(f"The task was created, but could not be read: {error}.")
            return
        if task:
            self.returns(task)


def _without(plan: Plan, *steps: Step) -> Plan:
    return plan._replace(steps=tuple(step for step in plan.steps if step not in steps))


def is_topic_in_use(error: KafkaError | None) -> bool:
    """Return whether a creation was refused with *error* because its topic is in another task, which can be an equal one."""
    return isinstance(error, ServiceError) and error.reason == TOPIC_IN_USE


def equal_task(client: Client, tasks: Tasks, found: t.Sequence[Row]) -> Row | None:
    """Return the only one of *found*, the new tasks of the name, if it is as wanted."""
    task = tasks.show(client, found[0]["task_id"]) if len(found) == 1 else None
    return None if task is None or tasks.differences(task) else task


def seen_created(found: t.Sequence[Row]) -> Seen:
    """Return what a lookup shows of a creation whose response was lost: *found* are the new tasks of the name."""
    ids = ", ".join(task["task_id"] for task in found)
    if len(found) > 1:
        return Seen(False, hint=f"{len(found)} tasks of that name were created: {ids}.", resend=False)
    return Seen(bool(found), ids, "A lookup after that found no such task, so nothing was created.")


def expect_equal(client: Client, tasks: Tasks, task_id: str) -> None:
    """Check that a task that appeared after a lost response is as it was wanted, so that it can be ours."""
    try:
        task = tasks.show(client, task_id)
    except KafkaError as error:
        error.hint = f"The response to the creation was lost; task {task_id} can be the result: run the task again."
        raise
    if task is None or tasks.differences(task):
        raise UnexpectedState(
            f"the response was lost, and the task of that name that exists now (task id {task_id}) is not as"
            " wanted, so another run may have created it"
        )


UNCHECKED = "The task was created, but the list could not be checked for another one: {}."


class Listed(t.NamedTuple):
    """What a list shows of a new task: the task, the *first* one of its name if that is another one, and a *state* to wait on."""

    ours: Row | None = None
    first: Row | None = None
    state: str | None = "not listed yet"


def listed(task_id: str, found: t.Sequence[Row]) -> Listed:
    """Return what a list shows of the new task *task_id*; *found* are the new tasks of its name."""
    tasks = {task["task_id"]: task for task in found if not is_leaving(task)}
    ours = tasks.pop(task_id, None)
    if ours is None:
        return Listed()
    if not tasks:
        return Listed(ours, state=None)
    state = f"tasks {task_id} and {', '.join(tasks)} have the same name"
    earliest = min(tasks.values(), key=order)
    return Listed(ours, earliest if order(earliest) < order(ours) else None, state)


def give_way(client: Client, tasks: Tasks, context: TaskContext, ours: Row, first: str) -> None:
    """Delete *ours*, because task *first* of the same name was created before it."""
    own = ours["task_id"]

    def send(client: Client, task_id: str) -> bool:
        return delete_once(lambda: tasks.delete(client, task_id))

    def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
        return dict.fromkeys(indexes, seen_deleted(list_after_deletion(tasks.list, client), ours))

    (write,) = write_all(client, [own], send, look_up, "deleted")
    if write.error:
        write.error.hint = f"{write.error.hint or ''} Tasks {first} and {own} have the same name: delete one.".strip()
    if write.result():
        context.did(f"deleted it again, because task {first} of the same name was created before it")


def order(task: Row) -> tuple[int, str]:
    """Return the sort key by which the task that was created first is the first of its name."""
    return number(task.get("create_time")) or 0, task["task_id"]
