# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What concerns all tests."""

from __future__ import annotations

import os
import signal


def pytest_configure() -> None:
    """Let what tests start be interrupted, and be run without measuring."""
    # A shell starts its background jobs with Ctrl-C ignored, and all that they start inherits it.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # Coverage would double the time of the playbooks, for lines that the tests in this process reach, too; the processes
    # of pytest-xdist themselves are measured by now.
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
            os.environ.pop(name, None)
