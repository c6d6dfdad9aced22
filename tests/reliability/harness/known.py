# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Defects that are known: each has its smallest example, marked as such, in test_found.py, and leaves with it."""

from __future__ import annotations

import typing as t

from .invariants import doubtful, wanted_by, whole
from .runs import Outcome
from .troubles import Act


def is_known(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    """Whether *violation* is one of the defects below."""
    return any(defect(violation, outcome, acts) for defect in _DEFECTS)


def _deletion_under_way(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    named = [t for world in (outcome.before, outcome.after) for ts in world.values() for t in ts.values()]
    return any(task.deleting and wanted_by(outcome.options, task) for task in named) and (
        violation.startswith(("changed is True", "it claims", "check mode said"))
    )


def _deletion_in_doubt(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    return violation.startswith(("changed is False", "it can't know")) and any(
        entry.operation == "DeleteSinkTask" and entry.effect and doubtful(entry) for entry in outcome.entries
    )


def _creation_in_doubt(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    places = [index for index, entry in enumerate(outcome.entries) if entry.effect and entry.effect.verb == "created"]
    return (
        violation.startswith(("changed is False", "it can't know"))
        and bool(places)
        and any(not whole(entry) for entry in outcome.entries[places[-1] + 1 :])
    )


def _repeated_entries(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    return violation.startswith("it claims") and any(
        entry.fault and repr(entry.fault.mutate) == "one task in the place of all" for entry in outcome.entries
    )


def _name_taken_again(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    return violation == "it claims that the task is absent" and any(act.verb == "create" and act.did for act in acts)


_DEFECTS = (_deletion_under_way, _deletion_in_doubt, _creation_in_doubt, _repeated_entries, _name_taken_again)
