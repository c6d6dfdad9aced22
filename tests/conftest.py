# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What concerns all tests."""

from __future__ import annotations

import os


def pytest_configure() -> None:
    """Measure the coverage of the processes of pytest-xdist, but not of the playbooks that they start.

    It would double the time of those, for lines that the tests in the same process reach, too.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
            os.environ.pop(name, None)
