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

from ..context import Diff, TaskContext
from ..rest.errors import InvalidOption, KafkaError, UnexpectedState, action
from .ensure import carry_out, make_entries, observe, plan, preflight
from .entry import text_of
from .fields import check_expression
from .plan import Desired, require_complete
from .wait import check_wait_timeout
from .writes import NotTried

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from .ensure import Observed
    from .entry import Entry
    from .kind import Kind

_POLICY = ("modify", "recreate", "update_secrets", "wait", "wait_timeout")


def ensure_set(context: TaskContext, kind: Kind) -> None:
    """Bring the things that the entries describe to their states, and delete others with ``prune``."""
    choice = kind.choose(context.params)
    desired = _read_options(context.params, kind)
    text = text_of(kind, desired[0], str(choice)) if len(desired) == 1 else f"every {kind.noun} of {choice}"
    with action(f"bring the {kind.noun}s of {choice} to the wanted state"):
        observed = observe(context, kind, choice, desired, text)
        if context.params.get("prune") and kind.read_parent and observed.listing.rows:
            observed = observed._replace(parent=kind.read_parent(context.client, observed.parent))
        entries = _make_entries(context, observed, desired)
        plan_id = _plan_id(observed, entries)
        context.returned["plan_id"] = plan_id
        _expect_no_failure(context, kind, entries)
        expect_plan(context.params["expect_plan"], plan_id, kind.things)
        try:
            preflight(context, observed, entries)
        except KafkaError as error:
            for entry in entries:
                if entry.plan.writes:
                    entry.error = error if len(entries) == 1 else NotTried(str(error), error)
            _report(context, kind, entries)
            raise
        _expect_no_failure(context, kind, entries)
        try:
            carry_out(context, observed, entries)
        finally:
            _report(context, kind, entries)
        if any(entry.error for entry in entries):
            raise _failure(kind, entries, f"see {kind.things} for what happened to the others")


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
    expect_plan(params["expect_plan"])
    _check_prune(params, kind, desired)
    return desired


def _check_prune(params: t.Mapping[str, t.Any], kind: Kind, desired: list[Desired]) -> None:
    prune, pattern, limit = (params.get(name) for name in ("prune", "prune_pattern", "prune_limit"))
    for option in ("prune_pattern", "prune_limit"):
        if params.get(option) is not None and not prune:
            raise InvalidOption(f"{option} needs prune: true")
    if limit is not None and limit < 0:
        raise InvalidOption(f"prune_limit must be 0 or more, not {limit}")
    if prune and pattern is None and not any(each.state != "absent" for each in desired):
        raise InvalidOption(
            f"prune: true would delete all {kind.things}, because {kind.things} has no entry with a state other than absent",
            f"Set prune_pattern to select the {kind.things} to delete.",
        )
    if pattern is not None:
        check_expression("prune_pattern", pattern)


def _make_entries(context: TaskContext, observed: Observed, desired: list[Desired]) -> list[Entry]:
    """Return the planned entries of the options, then those that are pruned."""

    def own_context() -> TaskContext:
        return TaskContext(context.params, context.check_mode, lambda: context.client)

    entries = make_entries(observed, [(own_context(), each) for each in desired])
    selected = [entry.id for entry in entries if entry.id]
    doubled = next((row_id for row_id in selected if selected.count(row_id) > 1), None)
    if doubled:
        raise UnexpectedState(f"two entries of {observed.kind.things} select the same {observed.kind.thing} {doubled}")
    # What is pruned is selected by its id, because its name need not follow the rules of an option.
    rows = _rows_to_prune(context.params, observed, selected)
    pruned = [(own_context(), Desired("absent", row[observed.kind.id_key], None)) for row in rows]
    entries += make_entries(observed, pruned)
    plan(context.client, entries)
    return entries


def _rows_to_prune(params: t.Mapping[str, t.Any], observed: Observed, selected: list[str]) -> list[Row]:
    if not params.get("prune"):
        return []
    kind, listing = observed.kind, observed.listing
    require_complete(listing, kind.noun, "nothing is pruned")
    pattern, limit = params["prune_pattern"], params["prune_limit"]
    found = [
        row
        for row in listing.rows
        if row[kind.id_key] not in selected and kind.can_prune(row) and not kind.is_leaving(row)
        if pattern is None or re.fullmatch(pattern, row[kind.name_key])
        if not kind.keeps(observed.parent, row)
    ]
    if limit is not None and len(found) > limit:
        names = ", ".join(row[kind.name_key] for row in found)
        raise UnexpectedState(
            f"{len(found)} {kind.thing if len(found) == 1 else kind.things} would be pruned, more than prune_limit {limit}: {names}",
            "Nothing was changed.",
        )
    return found


def _plan_id(observed: Observed, entries: list[Entry]) -> str:
    """Return a hash of all that the run may change."""
    changes = sorted(
        [entry.name, entry.id, *entry.plan.identity] for entry in entries if entry.plan.writes or entry.plan.later
    )
    return hash_of([observed.parent.id, changes])


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


# --- report ----------------------------------------------------------------------------------------------------------


def _report(context: TaskContext, kind: Kind, entries: list[Entry]) -> None:
    _warn(context, entries)
    context.returned[kind.things] = [entry.report() for entry in entries]
    context.changed = any(entry.context.changed for entry in entries)
    context.done += [f"{entry.name}: {what}" for entry in entries for what in entry.context.done]
    before, after = {}, {}
    for entry in entries:
        if entry.context.changed:
            key = entry.name
            if key in before or key in after:
                key = f"{key} ({entry.id})"
            if entry.plan.before:
                before[key] = entry.plan.before
            if entry.plan.after:
                after[key] = entry.plan.after
    context.diff = Diff(before, after)


def _expect_no_failure(context: TaskContext, kind: Kind, entries: list[Entry]) -> None:
    """Raise the error of the set if the plan of an entry failed, before anything is changed."""
    if any(entry.error for entry in entries):
        for entry in entries:
            if not entry.error and entry.plan.writes:
                entry.error = NotTried(f"the plan of another {kind.thing} failed")
        _report(context, kind, entries)
        raise _failure(kind, entries, "so nothing was changed")


def _warn(context: TaskContext, entries: list[Entry]) -> None:
    for entry in entries:
        for warning in entry.context.warnings:
            context.warn(f"{entry.name}: {warning}")


def _failure(kind: Kind, entries: list[Entry], rest: str) -> KafkaError:
    """Return the error of the set, with the hint and the payload of the first entries that have one."""
    counts: list[str] = []
    errors: list[KafkaError] = []
    for not_tried in (False, True):
        found = [entry for entry in entries if entry.error and isinstance(entry.error, NotTried) is not_tried]
        if found:
            # Why others were not tried follows from what failed.
            why = "" if errors else " ({})".format("; ".join(f"{entry.name}: {entry.error}" for entry in found))
            outcome = f"{'was' if len(found) == 1 else 'were'} not tried" if not_tried else "failed"
            counts.append(f"{len(found)} of {len(entries)} {kind.things} {outcome}{why}")
            errors += [entry.error for entry in found if entry.error]
    failure = KafkaError("; ".join([*counts, rest]), next((error.hint for error in errors if error.hint), None))
    failure.payload = next((error.payload for error in errors if error.payload), None)
    return failure
