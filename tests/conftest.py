# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings for all tests."""

from __future__ import annotations

import os
import signal


def pytest_configure() -> None:
    """Let subprocesses of tests be interrupted, and run them without coverage."""
    # Background jobs of a shell ignore Ctrl-C, and their subprocesses inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Coverage would double the time of playbooks, for lines that in-process tests reach, too. In the processes of
    # pytest-xdist, it has already started.
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
            os.environ.pop(name, None)
