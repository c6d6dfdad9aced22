# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What exists, in the form of the options of a set."""

from __future__ import annotations

import typing as t

from ..reconcile.fields import describe
from ..rest.errors import InvalidOption
from .options import check_name

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..context import TaskContext
    from ..reconcile.kind import Kind

_POLICY = {"state": "present", "modify": False, "recreate": False, "update_secrets": "on_create", "wait_timeout": 0}


def export(
    context: TaskContext,
    kind: Kind,
    rows: t.Sequence[Row],
    listing: Listing,
    definition: t.Callable[[Row], tuple[dict[str, t.Any], list[str]]],
) -> list[dict[str, t.Any]]:
    """Return *rows* of *listing* as entries that change nothing when they are applied; warn of what they leave out.

    *definition* returns the entry of a row, and the names of the fields that no option can express.
    """
    entries = []
    for row in rows:
        name = row[kind.name_key]
        if kind.is_leaving(row):
            context.warn(f"The {kind.noun} {name!r} is being deleted, so it is not exported.")
            continue
        entry, left_out = definition(row)
        bare = {key: entry[key] for key in (kind.name_key, "state") if key in entry}
        description = " and ".join(key for key in entry if key not in bare)
        # The values of a thing that is selected by its id need not be valid for a new one.
        with_id = {kind.id_key: row[kind.id_key]}
        candidates = [entry, {**with_id, **entry}, {**with_id, **bare}]
        problem = _problem_of_name(kind, listing, name)
        if problem:
            left_out.append(f"{kind.name_key} ({problem})")
            candidates = [{key: each[key] for key in each if key != kind.name_key} for each in candidates[1:]]
        for candidate in candidates:
            earlier, problem = problem, _problem(kind, candidate, row)
            if not problem:
                break
        if candidate is candidates[-1]:
            left_out.append(f"{description} ({earlier})")
        if left_out:
            context.warn(
                f"The definition of the {kind.noun} {name!r} leaves out what the options can't express, and it is not"
                f" compared: {', '.join(left_out)}."
            )
        if kind.progress(kind.read_options({**_POLICY, **candidate}), row).error:
            context.warn(
                f"The {kind.noun} {name!r} is {row['status']}: applying its definition fails for this {kind.thing}, and goes on with"
                " the others."
            )
        entries.append(candidate)
    return entries


def _problem_of_name(kind: Kind, listing: Listing, name: str) -> str:
    try:
        check_name({kind.name_key: name}, kind.name_key)
    except InvalidOption as error:
        return str(error)
    return f"several {kind.thing}s have it" if len(listing.named(name)) > 1 else ""


def _problem(kind: Kind, entry: dict[str, t.Any], row: Row) -> str:
    """Return why *entry* can't be applied to *row* without a change; empty if it can."""
    try:
        return describe(kind.differences(kind.read_options({**_POLICY, **entry}), row))
    except InvalidOption as error:
        return str(error)
