# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time
from pathlib import Path

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = r"""
name: task_seconds
type: aggregate
short_description: Writes the duration of the only task of a playbook
description:
  - Writes the seconds from the start of the task to the end of the play to a file.
options:
  file:
    description: Path of the file.
    type: path
    required: true
    env:
      - name: TASK_SECONDS_FILE
"""


class CallbackModule(CallbackBase):
    """Measures the only task of a playbook, without the start of Ansible."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "task_seconds"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._start = time.monotonic()

    def v2_playbook_on_stats(self, stats):
        Path(self.get_option("file")).write_text(repr(time.monotonic() - self._start))
