# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Counts what the tests did, for the report of `make reliability`."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

FOLDER = "RELIABILITY_FIGURES"

_counts: Counter[str] = Counter()


def count(name: str, number: float = 1) -> None:
    """Add *number* to the figure *name*."""
    _counts[name] += number  # type: ignore[assignment]


def note(name: str, value: object) -> None:
    """Record *value* under *name*."""
    _write({"note": name, "value": value})


def flush() -> None:
    """Write the counts of this process for the report."""
    if _counts:
        _write({"counts": dict(_counts)})
        _counts.clear()


def _write(line: object) -> None:
    folder = os.environ.get(FOLDER)
    if folder:
        with (Path(folder) / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def read(folder: Path) -> tuple[Counter[str], dict[str, object]]:
    """Return the sums of the counts of all processes, and the notes."""
    counts: Counter[str] = Counter()
    notes: dict[str, object] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            counts.update(entry.get("counts", {}))
            if "note" in entry:
                notes[entry["note"]] = entry["value"]
    return counts, notes
