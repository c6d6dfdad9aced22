# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What the plans of sink tasks and Smart Connect tasks have in common: what a recreation keeps, and what it warns of."""

from __future__ import annotations

import typing as t

from ..rest.errors import InvalidOption, UnexpectedState
from .kafka import implied_fields

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..reconcile.fields import Table
    from ..reconcile.plan import Desired


def position_warning(
    consumer_strategy: str, cause: str = "Recreating the task loses the position of its consumer"
) -> str:
    """Return the warning that a task does not continue where it stopped, because of *cause*."""
    effect = {
        "latest": "messages that arrive before the new task runs are skipped",
        "earliest": "all messages that the topics still have are written again",
    }.get(consumer_strategy, "messages may be skipped or written again")
    return f"{cause}: with consumer_strategy {consumer_strategy}, {effect}."


def refuse_id(desired: Desired, noun: str) -> None:
    """Raise :class:`UnexpectedState` if a thing that does not exist was selected by its id."""
    if desired.id:
        raise UnexpectedState(
            f"there is no {noun} with the id {desired.id}",
            "The service assigns the id of a new task: leave out task_id to create one.",
        )


def expect_valid(body: t.Mapping[str, t.Any], *tables: Table) -> None:
    """Raise :class:`UnexpectedState` if a deleted task could not be created again from *body*, with the fields of *tables*."""
    try:
        for table in tables:
            table.check(body[table.option] if table.option else body)
    except InvalidOption as error:
        raise UnexpectedState(
            f"it can't be recreated, because a new task can't have a value that it has: {error}",
            "Set a valid value, or leave recreate out. Nothing was deleted.",
        ) from None


def lost_fields(kept: t.Iterable[str]) -> str:
    """Return what the user has to know about the fields that a recreation has *kept* from the deleted task, if it fails."""
    names = ", ".join(sorted(kept))
    return (
        names and f"The options lack what the deleted task had ({names}): the next run creates the task without that."
    )


def dropped_warnings(task: t.Mapping[str, t.Any], table: Table) -> tuple[str, ...]:
    """Return a warning of the fields of *task* that a recreation drops, because *table* does not have them."""
    parts = [(task, table), *((task.get(key) or {}, each.table) for key, each in table.fields.items() if each.table)]
    names = {
        name
        for part, known in parts
        for name in part.keys() - known.fields.keys() - implied_fields(part)
        if part[name] not in (None, "", [], {})
    }
    return (f"Recreating the task drops fields that are not documented: {', '.join(sorted(names))}.",) if names else ()


def show_blank(before: Row, after: Row, echoed: t.Mapping[str, t.Any], sent: t.Mapping[str, t.Any]) -> None:
    """Show as blank in a diff, *before* and *after*, what was *echoed* or is *sent* blank, not what that means.

    What is equal stays equal, and what is blank on both sides is not shown.
    """
    for name in {**before, **after}:
        same, blank = before.get(name) == after.get(name), echoed.get(name) == ""
        if blank:
            before[name] = ""
        if blank if same else sent.get(name) == "":
            after[name] = ""
