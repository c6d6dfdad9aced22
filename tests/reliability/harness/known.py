# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Defects that are known: each has its smallest example, marked as such, in test_found.py, and leaves with it."""

from __future__ import annotations

import typing as t

from .runs import Outcome
from .failures import Act


def is_known(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    """Whether *violation* is one of the defects below."""
    return any(defect(violation, outcome, acts) for defect in _DEFECTS)


def _deletion_answered(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    """By design: 500 or 503 is an answer, so a 404026 after it is somebody else's deletion."""
    return violation.startswith("changed is False") and any(
        entry.operation == "DeleteSinkTask" and entry.effect and entry.status in (500, 503) and entry.fault
        for entry in outcome.entries
    )


def _deletion_believed(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    return violation.startswith(("changed is True", "it claims that the task is absent")) and any(
        entry.operation == "DeleteSinkTask"
        and entry.fault
        and entry.status in (200, 201, 204, 206)
        and not entry.effect
        for entry in outcome.entries
    )


_DEFECTS = (
    _deletion_believed,
    _deletion_answered,
)
