# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The processes of a running playbook."""

from __future__ import annotations

import contextlib
import re
import subprocess
from pathlib import Path


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the ids of the processes that a playbook has forked."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    with contextlib.suppress(OSError):
        return [int(pid) for pid in children.read_text().split()]
    return []


def memory_of(pid: int) -> int:
    """Return the private memory of a process in bytes; 0 if it has ended."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        status = Path(f"/proc/{pid}/status").read_text()
        return 1024 * int(re.findall(r"^RssAnon:\s+(\d+)", status, re.MULTILINE)[0])
    return 0
