# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends the start and the results of each task to the test that runs the playbook, and waits until they are handled."""

from __future__ import annotations

import json
import os
import socket

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: recorder
type: notification
short_description: sends events to a test
description:
  - Sends a line of JSON for each event to the port RECORDER_PORT of the loopback address.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "recorder"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super().__init__()
        self._stream = socket.create_connection(("127.0.0.1", int(os.environ["RECORDER_PORT"]))).makefile("rw")

    def _send(self, kind, task, host=None, result=None):
        event = {"kind": kind, "task": task, "host": host, "result": result}
        self._stream.write(json.dumps(event, default=str) + "\n")
        self._stream.flush()
        self._stream.readline()

    def _result(self, kind, result):
        # ansible-core before 2.19 has no public attribute for it.
        content = result.result if hasattr(result, "result") else result._result
        self._send(kind, result._task.get_name(), result._host.get_name(), content)

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._send("start", task.get_name())

    def v2_runner_on_ok(self, result):
        self._result("ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result("failed", result)

    def v2_runner_on_skipped(self, result):
        self._result("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self._result("unreachable", result)

    def v2_runner_item_on_ok(self, result):
        self._result("item ok", result)

    def v2_runner_item_on_failed(self, result):
        self._result("item failed", result)

    def v2_runner_retry(self, result):
        self._result("retry", result)
