# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A sink task: brings it to the state that the user wants, and tells what that took.

The API has no way to change a task, so one that differs is either left alone with an error, or deleted and created.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ...run import Run


def ensure(run: Run) -> None:
    """Bring the sink task that ``run.params`` name to its ``state``."""
    # Only what the state needs is imported: a module in its own process compiles each file anew.
    if run.params["state"] == "absent":
        from .absent import Removal

        Removal(run).ensure()
    else:
        from .present import Provision

        Provision(run).ensure()
