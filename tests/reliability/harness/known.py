# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Violations of an invariant that are by design."""

from __future__ import annotations

import re
import typing as t

from .failures import Act
from .runs import Outcome


def is_known(violation: str, outcome: Outcome, acts: t.Sequence[Act]) -> bool:
    """Return whether *violation* is by design: the service returns a success for a deletion that it has not processed."""
    return re.match(
        r"changed( of \S+)? is True|it reports that (the task|\S+) is (absent|pruned)"
        r"|[1-9] tasks named \S+ are reported as deleted",
        violation,
    ) is not None and any(
        entry.operation == "DeleteSinkTask"
        and entry.fault
        and entry.status in (200, 201, 204, 206)
        and not entry.effect
        for entry in outcome.entries
    )
