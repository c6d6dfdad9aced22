# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The entries of a set, what is pruned besides them, the id of the plan, and the report.

Deletions come before creations, which can need what they free. A failure of one entry does not stop the others; rejected
credentials and a rate limit that does not end do.
"""

from __future__ import annotations

import hashlib
import json
import re
import typing as t

from ..context import Diff
from ..rest.errors import InvalidOption, KafkaError, UnexpectedState, action
from .ensure import begin, make_entries, observe, plan, preflight
from .entry import text_of
from .fields import check_expression
from .kind import Prune
from .plan import Desired, require_complete
from .wait import check_wait_timeout
from .writes import NotTried

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..context import TaskContext
    from .ensure import Observed
    from .entry import Entry
    from .kind import Kind
    from .run import Run

_POLICY = ("modify", "recreate", "update_secrets", "wait", "wait_timeout")


class Set:
    """The entries of one kind in a run: those that the options have, and those that are pruned besides them.

    *noun* stands before the names in warnings if the run has entries of several kinds. Raises :class:`InvalidOption` before any
    request.
    """

    def __init__(self, context: TaskContext, kind: Kind, noun: str = "") -> None:
        self.context = context
        self.kind = kind
        self.choice = kind.choose(context.params)
        self.desired = _read_options(context.params, kind)
        self.prune: Prune | None = None
        self.entries: list[Entry] = []
        self.observed: Observed | None = None
        self._prefix = noun and f"{noun} "

    def plan(self) -> None:
        """Read the list, make the entries and plan them; what fails is recorded in them."""
        context, kind = self.context, self.kind
        one = len(self.desired) == 1
        text = text_of(kind, self.desired[0], str(self.choice)) if one else f"every {kind.noun} of {self.choice}"
        observed = observe(context, kind, self.choice, self.desired, text)
        if self.prune and kind.read_parent and observed.listing.rows:
            observed = observed._replace(parent=kind.read_parent(context.client, observed.parent))
        entries = make_entries(observed, [(context.child(), each) for each in self.desired])
        selected = [entry.id for entry in entries if entry.id]
        doubled = next((row_id for row_id in selected if selected.count(row_id) > 1), None)
        if doubled:
            raise UnexpectedState(f"two entries of {kind.things} select the same {kind.thing} {doubled}")
        # What is pruned is selected by its id, because its name need not follow the rules of an option.
        pruned = [Desired("absent", row[kind.id_key], None) for row in self._rows_to_prune(observed, selected)]
        entries += make_entries(observed, [(context.child(), each) for each in pruned])
        plan(context.client, entries)
        self.observed, self.entries = observed, entries

    def _rows_to_prune(self, observed: Observed, selected: list[str]) -> list[Row]:
        kind, listing, prune = self.kind, observed.listing, self.prune
        if prune is None:
            return []
        require_complete(listing, kind.noun, "nothing is pruned")
        found = [
            row
            for row in listing.rows
            if row[kind.id_key] not in selected and kind.can_prune(row) and not kind.is_leaving(row)
            if prune.pattern is None or re.fullmatch(prune.pattern, row[kind.name_key])
        ]
        found = kind.pruned(self.context, observed.parent, found, prune)
        if prune.limit is not None and len(found) > prune.limit:
            names = ", ".join(row[kind.name_key] for row in found)
            raise UnexpectedState(
                f"{len(found)} {kind.thing if len(found) == 1 else kind.things} would be pruned, more than {prune.option}"
                f" {prune.limit}: {names}",
                "Nothing was changed.",
            )
        return found

    @property
    def changes(self) -> list[t.Any]:
        """All that the run may change, as JSON."""
        changes = sorted(
            [entry.name, entry.id, *entry.plan.identity]
            for entry in self.entries
            if entry.plan.writes or entry.plan.later
        )
        return [t.cast("Observed", self.observed).parent.id, changes]

    def preflight(self) -> None:
        """Raise :class:`KafkaError`, or let entries fail, if what they change would be refused. Nothing was written then."""
        preflight(self.context, t.cast("Observed", self.observed), self.entries)

    def begin(self) -> Run | None:
        """Return what carries out the plans, ``None`` if nothing is left to do, and in check mode."""
        return begin(self.context, t.cast("Observed", self.observed), self.entries)

    def report(self) -> None:
        """Record the results of the entries in the context."""
        context = self.context
        context.returned[self.kind.things] = [entry.report() for entry in self.entries]
        context.changed = any(entry.context.changed for entry in self.entries)
        before, after = {}, {}
        for entry in self.entries:
            named = self._prefix + entry.name
            for warning in entry.context.warnings:
                context.warn(f"{named}: {warning}")
            context.done += [f"{named}: {what}" for what in entry.context.done]
            if entry.context.changed:
                key = entry.name
                if key in before or key in after:
                    key = f"{key} ({entry.id})"
                if entry.plan.before:
                    before[key] = entry.plan.before
                if entry.plan.after:
                    after[key] = entry.plan.after
        context.diff = Diff(before, after)


def ensure_set(context: TaskContext, kind: Kind) -> None:
    """Bring the things that the entries describe to their states, and delete others with ``prune``."""
    things = Set(context, kind)
    expect_plan(context.params["expect_plan"])
    things.prune = _read_prune(context.params, kind, things.desired)

    def carry_out() -> None:
        run = things.begin()
        if run:
            run.carry_out()

    with action(f"bring the {kind.noun}s of {things.choice} to the wanted state"):
        things.plan()
        ensure_sets(context, [things], hash_of(things.changes), kind.things, things.report, carry_out)


def ensure_sets(
    context: TaskContext,
    sets: t.Sequence[Set],
    plan_id: str,
    what: str,
    report: t.Callable[[], None],
    carry_out: t.Callable[[], None],
) -> None:
    """Check the plans of *sets*, whose id is *plan_id*, and then call *carry_out*; *report* records the results in any case.

    *what* is what the plan is about. Raises :class:`KafkaError` if anything failed.
    """
    context.returned["plan_id"] = plan_id
    _expect_no_failure(sets, report)
    expect_plan(context.params["expect_plan"], plan_id, what)
    for each in sets:
        try:
            each.preflight()
        except KafkaError as error:
            entries = [entry for each in sets for entry in each.entries]
            for entry in entries:
                if entry.plan.writes and not entry.error:
                    entry.error = error if len(entries) == 1 else NotTried(str(error), error)
            report()
            raise
    _expect_no_failure(sets, report)
    try:
        carry_out()
    finally:
        report()
    if any(entry.error for each in sets for entry in each.entries):
        raise _failure(sets, f"see {' and '.join(each.kind.things for each in sets)} for what happened to the others")


def _read_options(params: t.Mapping[str, t.Any], kind: Kind) -> list[Desired]:
    """Return what each entry asks for. Raises :class:`InvalidOption` before any request."""
    check_wait_timeout(params)
    policy = {name: params.get(name) for name in _POLICY}
    desired = []
    for index, options in enumerate(params[kind.things]):
        try:
            desired.append(kind.read_options({**policy, **options}))
        except InvalidOption as error:
            name = options.get(kind.name_key) or options.get(kind.id_key) or ""
            raise InvalidOption(f"{kind.things}[{index}] ({name}): {error}", error.hint) from None
    for key, values in ((kind.name_key, [each.name for each in desired]), (kind.id_key, [each.id for each in desired])):
        doubled = sorted({value for value in values if value and values.count(value) > 1})
        places = "; ".join(
            f"{value} in {' and '.join(f'{kind.things}[{i}]' for i, other in enumerate(values) if other == value)}"
            for value in doubled
        )
        if places:
            raise InvalidOption(f"{key} must be unique in {kind.things}: {places}")
    return desired


def _read_prune(params: t.Mapping[str, t.Any], kind: Kind, desired: list[Desired]) -> Prune | None:
    prune, pattern, limit = (params.get(name) for name in ("prune", "prune_pattern", "prune_limit"))
    for option in ("prune_pattern", "prune_limit"):
        if params.get(option) is not None and not prune:
            raise InvalidOption(f"{option} needs prune: true")
    if prune and pattern is None and not any(each.state != "absent" for each in desired):
        raise InvalidOption(
            f"prune: true would delete all {kind.things}, because {kind.things} has no entry with a state other than absent",
            f"Set prune_pattern to select the {kind.things} to delete.",
        )
    return check_prune(Prune(pattern, limit), "prune_pattern") if prune else None


def check_prune(prune: Prune, option: str) -> Prune:
    """Return *prune*. Raises :class:`InvalidOption` for a limit or a pattern, that of *option*, that is not valid."""
    if prune.limit is not None and prune.limit < 0:
        raise InvalidOption(f"{prune.option} must be 0 or more, not {prune.limit}")
    if prune.pattern is not None:
        check_expression(option, prune.pattern)
    return prune


def hash_of(plan: t.Any) -> str:
    """Return the id of *plan*: all that a run may change, as JSON."""
    text = json.dumps(plan, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def expect_plan(expected: str | None, plan_id: str = "", things: str = "") -> None:
    """Raise :class:`UnexpectedState` if the plan for *things* is not the *expected* one; ``None`` is any.

    Raises :class:`InvalidOption` for a blank one, also before the plan is known.
    """
    if expected is not None and not expected.strip():
        raise InvalidOption("expect_plan must not be empty", "Leave it out to accept any plan.")
    if expected is not None and plan_id and expected != plan_id:
        raise UnexpectedState(
            f"the plan is {plan_id}, not {expected} as expected, so nothing was changed",
            f"The {things} or the options have changed since the plan was made: run it in check mode again.",
        )


# --- failures --------------------------------------------------------------------------------------------------------


def _expect_no_failure(sets: t.Sequence[Set], report: t.Callable[[], None]) -> None:
    """Raise the error of the run if the plan of an entry failed, before anything is changed."""
    entries = [entry for each in sets for entry in each.entries]
    failed = next((entry for entry in entries if entry.error), None)
    if failed:
        for entry in entries:
            if not entry.error and entry.plan.writes:
                entry.error = NotTried(f"the plan of {failed.kind.noun} {failed.name} failed")
        report()
        raise _failure(sets, "so nothing was changed")


def _failure(sets: t.Sequence[Set], rest: str) -> KafkaError:
    """Return the error of the run, with the hint and the payload of the first entries that have one."""
    counts: list[str] = []
    errors: list[KafkaError] = []
    for not_tried in (False, True):
        # Why others were not tried follows from what failed.
        explained = bool(errors)
        for each in sets:
            found = [e for e in each.entries if e.error and isinstance(e.error, NotTried) is not_tried]
            if found:
                why = "" if explained else " ({})".format("; ".join(f"{entry.name}: {entry.error}" for entry in found))
                outcome = f"{'was' if len(found) == 1 else 'were'} not tried" if not_tried else "failed"
                counts.append(f"{len(found)} of {len(each.entries)} {each.kind.things} {outcome}{why}")
                errors += [entry.error for entry in found if entry.error]
    failure = KafkaError("; ".join([*counts, rest]), next((error.hint for error in errors if error.hint), None))
    failure.payload = next((error.payload for error in errors if error.payload), None)
    return failure
