# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the reliability tests at full length and prints the figures; arguments go to pytest.

Exit status is that of pytest. RELIABILITY_SEED repeats a run.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from reliability.harness import figures

_NAMES = (
    ("cases", "random states"),
    ("runs", "runs of the module against the simulator"),
    ("requests", "requests that they sent"),
    ("faults", "faults injected into them"),
    ("fuzzed runs", "runs with random responses and options"),
    ("interruptions", "runs interrupted and repaired by the next"),
    ("secret searches", "searches for secrets in results, logs and output"),
)


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="figures-") as folder:
        started = time.monotonic()
        seed = os.environ.get("RELIABILITY_SEED") or str(random.SystemRandom().randrange(2**32))
        print(f"RELIABILITY_SEED={seed}", flush=True)
        environment = {**os.environ, "RELIABILITY": "full", "RELIABILITY_SEED": seed, figures.FOLDER: folder}
        chosen = sys.argv[1:]
        if all(argument.startswith("-") for argument in chosen):
            chosen = [str(Path(__file__).parent), *chosen]
        if not any(argument.startswith(("-n", "--numprocesses")) for argument in chosen):
            # Some tests mostly wait, so more processes than cores are useful.
            chosen += ["-n", str(2 * (os.cpu_count() or 1)), "--dist", "loadgroup"]
        status = subprocess.run([sys.executable, "-m", "pytest", *chosen], env=environment, check=False).returncode
        counts, notes = figures.read(Path(folder))
        print(f"\nreliability: {time.monotonic() - started:.0f} seconds")
        for name, words in _NAMES:
            if counts[name]:
                print(f"  {counts[name]:>9,.0f}  {words}")
        if counts["secret searches"]:
            print(f"  {counts['secrets found']:>9,.0f}  secrets found")
        for name, value in sorted(notes.items()):
            print(f"  {name}: {value}")
        print("  all invariants hold" if status == 0 else "  INVARIANTS ARE VIOLATED: see above")
    return status


if __name__ == "__main__":
    sys.exit(main())
