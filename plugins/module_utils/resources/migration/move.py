# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Moves sink tasks to Smart Connect, or back, one after the other."""

from __future__ import annotations

import typing as t

from ...context import Diff, TaskContext
from ...reconcile.ensure import Observed, carry_out, make_entries, plan
from ...reconcile.fields import check_expression
from ...reconcile.kind import Parent
from ...reconcile.plan import Desired, require_complete
from ...reconcile.sets import expect_plan, hash_of
from ...reconcile.wait import Deadline
from ...rest.concurrency import run_concurrently
from ...rest.errors import InvalidOption, KafkaError, UnexpectedState, action
from .. import connector
from ..options import check_name
from ..sink_task.fields import OPTION, TASK
from .definitions import KEYS, SINK, lacks_keys, without_keys
from .outcome import Done, creation, deletion, dumping, outcome
from .plan import CREATE, DELETE, DIRECTIONS, KEEP, MOVE, REFUSE, SKIP, complete, decide, differences, find, names

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.entry import Entry
    from ...rest.client import Client
    from .definitions import Api, Definition
    from .plan import Found, Move

_IDLE_HINT = (
    "Nothing was changed. Correct them, wait until they run, or select other tasks with the pattern. A task that you delete is created"
    " again when it is run again."
)
_UNCHANGED_HINT = "Nothing was changed. If a task has changed since its definition was made, correct the definition, or make it again."


def migration_options() -> dict[str, dict[str, t.Any]]:
    """Return the argument spec of the module, but for what selects the instance."""
    definition = TASK.spec()
    del definition["task_id"]
    definition["task_name"]["required"] = definition[OPTION]["required"] = True
    definition["state"] = {"type": "str", "choices": ["present", "running", "paused"], "default": "present"}
    keys: dict[str, t.Any] = {name: {"type": "str", "no_log": True} for name in KEYS}
    tasks = {"type": "list", "elements": "dict", "options": definition}
    return {
        "direction": {"type": "str", "choices": [*DIRECTIONS], "default": "to_smart_connect"},
        "pattern": {"type": "str", "default": ".*"},
        "keys": {"type": "dict", "no_log": False, "options": {**keys, "agency_name": {"type": "str"}}},
        "definitions": {"type": "dict", "options": {"instance_id": {"type": "str"}, "tasks": tasks}},
        "expect_plan": {"type": "str"},
        "expect_count": {"type": "int"},
        "wait_timeout": {"type": "int", "default": 1800},
    }


def migrate(context: TaskContext) -> None:
    """Move the tasks that the options select."""
    definitions = _read_options(context.params)
    choice = connector.choose_instance(context.params)
    with action(f"move the tasks of {choice}"):
        Migration(context, choice, definitions).run()


def _read_options(params: dict[str, t.Any]) -> dict[str, Definition]:
    """Return the definitions by name. Raises :class:`InvalidOption` before any request."""
    if params["wait_timeout"] < 1:
        raise InvalidOption(f"wait_timeout must be more than 0, not {params['wait_timeout']}")
    expect_plan(params["expect_plan"])
    check_expression("pattern", params["pattern"])
    definitions: dict[str, Definition] = {}
    for index, given in enumerate((params["definitions"] or {}).get("tasks") or ()):
        definition = {name: value for name, value in given.items() if value is not None}
        definition[OPTION] = {name: value for name, value in given[OPTION].items() if value is not None}
        name = definition["task_name"]
        try:
            check_name(definition, "task_name")
            for api in DIRECTIONS[params["direction"]]:
                api.desired(definition)
        except InvalidOption as error:
            raise InvalidOption(f"definitions.tasks[{index}] ({name}): {error}", error.hint) from None
        if name in definitions:
            raise InvalidOption(f"task_name must be unique in definitions.tasks: {name}")
        definitions[name] = definition
    return definitions


class Migration:
    """One run: reads, decides, and moves."""

    def __init__(
        self, context: TaskContext, choice: connector.InstanceChoice, definitions: dict[str, Definition]
    ) -> None:
        self.context = context
        self.choice = choice
        self.given = definitions
        self.apis = DIRECTIONS[context.params["direction"]]
        self.nouns = self.apis[0].kind.noun, self.apis[1].kind.noun
        self.moves: list[Move] = []
        self.reports: dict[str, dict[str, t.Any]] = {}
        self.before: dict[str, dict[str, t.Any]] = {api.things: {} for api in self.apis}
        self.after: dict[str, dict[str, t.Any]] = {api.things: {} for api in self.apis}

    def run(self) -> None:
        client = self.context.client
        parent = connector.resolve(client, self.choice)
        instance = t.cast("Row", parent.row)
        self.instance_id: str = instance["instance_id"]
        expected = (self.context.params["definitions"] or {}).get("instance_id")
        if expected and expected != self.instance_id:
            raise UnexpectedState(f"the definitions are those of instance {expected}, not of {self.instance_id}")
        parents = {api.things: parent if api is SINK else Parent(self.instance_id, instance) for api in self.apis}
        self.old, self.new = (self._observe(client, api, parents[api.things]) for api in self.apis)
        self.moves = self._decide(client)
        self._report_plan()
        self._refuse()
        if self.context.check_mode:
            self._predict()
        else:
            self._move()

    def _observe(self, client: Client, api: Api, parent: Parent) -> Observed:
        with action(f"list the {api.kind.noun}s of {self.choice}"):
            listing = api.kind.read_list(client, parent.id)
            require_complete(listing, api.kind.noun, "it is not complete")
        deadline = Deadline(client, self.context.params["wait_timeout"])
        return Observed(api.kind, self.choice, str(self.choice), parent, listing, deadline)

    # --- decide ------------------------------------------------------------------------------------------------------

    def _decide(self, client: Client) -> list[Move]:
        old, new = self.old.listing.rows, self.new.listing.rows
        params = self.context.params
        given = None if params["definitions"] is None else self.given
        found = {name: find(name, old, new) for name in names(old, new, given, params["pattern"], self.apis)}
        details = self._details(client, list(found.values()))
        return [self._decide_name(name, each, details) for name, each in found.items()]

    def _details(self, client: Client, found: list[Found]) -> dict[str, Row]:
        """Return the tasks that are compared or defined, with all their details, by id. Those that are gone are left out."""

        def show(client: Client, pair: tuple[Observed, Row]) -> Row | None:
            observed, row = pair
            if observed.kind.lists_all:
                return row
            entry = self._entry(observed, Desired("present", row["task_id"], row["task_name"]))
            shown = entry.fetch(client, row["task_id"])
            return {**row, **shown} if shown else None

        pairs = [(self.old, task) for each in found for task in each.old]
        # One of the other API counts only beside one that would be deleted.
        pairs += [(self.new, task) for each in found for task in each.new if each.old or self.new.kind.lists_all]
        return {row["task_id"]: row for row in run_concurrently(client, show, pairs) if row}

    def _decide_name(self, name: str, found: Found, details: dict[str, Row]) -> Move:
        given = self.given.get(name)
        # A task that is gone since the list was read counts as deleted.
        old = [details[task["task_id"]] for task in found.old if task["task_id"] in details]
        found = found._replace(old=old, new=[details.get(task["task_id"], task) for task in found.new])
        differing = None
        if found.old and found.new:
            definition = given or self.apis[0].define(found.old[0])[0]
            differing = differences(self.apis[1], definition, found.new[0])
        return complete(decide(name, found, given, self.apis, differing), given, self.apis)

    def _report_plan(self) -> None:
        """Return the plan, and what is there now of each task. Nothing is tried yet."""
        self.context.returned["tasks"] = []
        old, new = self.nouns
        for move in self.moves:
            msg = {
                MOVE: f"{move.name}: the {old} is deleted, and a {new} is created.",
                CREATE: f"{move.name} {move.why}: a {new} is created.",
                DELETE: f"{move.name} {move.why}: the {old} is deleted.",
                KEEP: f"{move.name} {move.why}.",
            }.get(move.verdict, f"{move.name}: {move.why}.")
            what = {KEEP: "unchanged", SKIP: "skipped", REFUSE: "failed"}.get(move.verdict, "not_tried")
            self._record(move, what, dumping(move.old or move.new), msg)
            if move.verdict == SKIP:
                self.context.warn(f"{move.name} can't be moved: {move.why}.")
            for warning in move.warnings:
                self.context.warn(f"{move.name}: {warning}")
        defined = {**self.given, **{move.name: move.definition for move in self.moves if move.definition}}
        tasks = [without_keys(definition) for definition in defined.values()]
        self.context.returned["definitions"] = {"instance_id": self.instance_id, "tasks": tasks}
        changes = [move.identity for move in self.writing]
        self.context.returned["plan_id"] = hash_of([self.instance_id, self.context.params["direction"], changes])

    @property
    def writing(self) -> list[Move]:
        return [move for move in self.moves if move.writes]

    def _predict(self) -> None:
        for move in self.writing:
            report = self.reports[move.name]
            self._record(move, "moved", report["dumping"], report["msg"], changed=True)
            self._show(move, deleted=bool(move.old), created=move.verdict != DELETE)
        self.context.changed = bool(self.writing)

    def _record(self, move: Move, what: str, dumps: bool | None, msg: str, changed: bool = False) -> None:
        report = {"task_name": move.name, "action": what, "changed": changed, "dumping": dumps, "msg": msg}
        self.reports[move.name] = report
        self.context.returned["tasks"] = list(self.reports.values())

    def _show(self, move: Move, deleted: bool, created: bool) -> None:
        """Add to the diff what was done for a task, or would be."""
        old, new = self.apis
        if deleted and move.old:
            self.before[old.things][move.name] = old.kind.shown(Desired("absent", None, move.name), move.old)
        if created and move.verdict != DELETE:
            self.after[new.things][move.name] = dict(move.creation.after)
        self.context.diff = Diff(self.before, self.after)

    # --- what is refused before anything is written ------------------------------------------------------------------

    def _refuse(self) -> None:
        refused = [move for move in self.moves if move.verdict == REFUSE]
        left_alone = [f"{move.name} ({move.why})" for move in refused if move.new]
        others = [f"{move.name}: {move.why}" for move in refused if not move.new]
        if others:
            raise UnexpectedState("; ".join(others), _UNCHANGED_HINT)
        if left_alone:
            text = f"these tasks exist already, but their topics may not be dumped: {'; '.join(left_alone)}"
            raise UnexpectedState(text, _IDLE_HINT)
        moves, params = self.writing, self.context.params
        expect_plan(params["expect_plan"], self.context.returned["plan_id"], "tasks")
        count = params["expect_count"]
        if count is not None and moves and count != len(moves) and not self.context.check_mode:
            raise UnexpectedState(
                f"{len(moves)} tasks are to be moved, not {count} as expected",
                f"Nothing was changed. To move them, set expect_count (dms_confirm of the playbook) to {len(moves)}.",
            )
        self._check_keys(moves)
        created = [move for move in moves if move.verdict != DELETE]
        if created:
            self._check_new(created)

    def _check_keys(self, moves: list[Move]) -> None:
        keys = self.context.params["keys"]
        lacking = [move.name for move in moves if move.definition and lacks_keys(move.definition, keys)]
        if not lacking:
            return
        text = f"{' and '.join(f'keys.{key}' for key in KEYS)} must be set to create {', '.join(lacking)}"
        if not self.context.check_mode:
            raise UnexpectedState(text, "Nothing was changed.")
        self.context.warn(f"The run will fail: {text}.")

    def _check_new(self, moves: list[Move]) -> None:
        """Check the status of the instance, the quota, and topics that would be in two tasks."""
        kind = self.new.kind
        entries = []
        for move in moves:
            entry = self._entry(self.new, Desired("present", None, move.name))
            entry.plan = move.creation
            entries.append(entry)
        kind.preflight(self.context, self.new.parent, entries)
        kind.check(self.context, entries, self.new.listing, False)
        self._warn(entries)

    def _warn(self, entries: t.Iterable[Entry]) -> None:
        for entry in entries:
            for warning in entry.context.warnings:
                self.context.warn(f"{entry.name}: {warning}")

    # --- move --------------------------------------------------------------------------------------------------------

    def _entry(self, observed: Observed, desired: Desired) -> Entry:
        """Return an entry of its own run for *desired*, with a deadline of its own."""
        params = {**self.context.params, "wait": True}
        context = TaskContext(params, self.context.check_mode, lambda: self.context.client)
        deadline = Deadline(self.context.client, params["wait_timeout"])
        return make_entries(observed._replace(deadline=deadline), [(context, desired)])[0]

    def _bring(self, observed: Observed, desired: Desired) -> Entry:
        """Bring one task to its state, and return its entry, which has the error if that failed."""
        entry = self._entry(observed, desired)
        plan(self.context.client, [entry])
        if not entry.error:
            carry_out(entry.context, observed._replace(deadline=entry.deadline), [entry])
        self._warn([entry])
        self.context.changed = self.context.changed or entry.context.changed
        return entry

    def _move(self) -> None:
        moves = self.writing
        for place, move in enumerate(moves):
            error = self._move_one(move)
            if error is None:
                continue
            earlier, later = moves[:place], moves[place:][1:]
            for other in later:
                msg = f"{other.name} was not tried, because {move.name} was not switched."
                self._record(other, "not_tried", self.reports[other.name]["dumping"], msg)
            sentences = [self.reports[move.name]["msg"]]
            for what, others in (("Switched before", earlier), ("Not tried", later)):
                if others:
                    sentences.append(f"{what}: {', '.join(other.name for other in others)}.")
            failure = UnexpectedState(" ".join(sentences).rstrip("."))
            failure.payload = error.payload
            raise failure

    def _move_one(self, move: Move) -> KafkaError | None:
        """Move one task; return the error if that fails."""
        definition, keys = t.cast("Definition", move.definition), self.context.params["keys"]
        entries: list[Entry] = []
        done = [Done.YES]
        now = move.new
        if move.old:
            entries.append(self._bring(self.old, Desired("absent", move.old["task_id"], move.name)))
            done = [deletion(entries[0])]
            now = move.old if done == [Done.NO] else None
        if done == [Done.YES] and move.verdict == DELETE:
            done.append(Done.YES)
            now = move.new
        elif done == [Done.YES]:
            entries.append(self._bring(self.new, self.apis[1].desired(definition, keys)))
            done.append(creation(entries[-1]))
            if done[1] is Done.NO:
                # The list of before still has the task that was deleted.
                rows = [row for row in self.old.listing.rows if row["task_name"] != move.name]
                listing = self.old.listing._replace(rows=rows, total_number=len(rows))
                entries.append(self._bring(self.old._replace(listing=listing), self.apis[0].desired(definition, keys)))
                done.append(creation(entries[-1]))
            now = None if done[-1] is Done.UNKNOWN else entries[-1].row
        return self._report(move, entries, done, now)

    def _report(self, move: Move, entries: list[Entry], done: list[Done], now: Row | None) -> KafkaError | None:
        """Report what happened to a task, and return the error of the first step that failed."""
        failed = next((entry for entry in entries if entry.error), None)
        result = outcome(self.nouns, done, now, str(entries[-1].error))
        changed = any(entry.context.changed for entry in entries)
        msg = f"{move.name} was not switched: {result.sentence}"
        if failed and failed.error:
            msg = f"{msg} {failed.context.describe(failed.error)}"
        else:
            steps = [f"the {noun} was {what}" for noun, what in zip(self.nouns, ("deleted", "created"))]
            taken = {CREATE: steps[1:], DELETE: steps[:1]}.get(move.verdict, steps)
            msg = f"{move.name}: {', and '.join(taken)}. It is {(now or {}).get('status')}."
        self._record(move, result.action, result.dumping, msg, changed)
        if result.action != "restored":
            self._show(move, done[0] in (Done.YES, Done.PARTLY), done[1:2] in ([Done.YES], [Done.PARTLY]))
        return failed.error if failed else None
