# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports of ansible-lint on module options, with the collection installed as for users.

The session ``lint`` sets ANSIBLE_LINT to the path of the program. By hand::

    ANSIBLE_LINT=.cache/venv/lint/bin/ansible-lint .cache/venv/main/bin/python -m pytest tests/lint
"""

from __future__ import annotations

import json
import os
import socketserver
import subprocess
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MODULE = "huaweicloud.kafka.huaweicloud_kafka_sink_task"


class Service(socketserver.ThreadingTCPServer):
    """Counts connections, and closes them."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)
        self.connections = 0
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        self.connections += 1
        return False


def lint(folder: Path, *options: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the reports of ansible-lint on a playbook with one task for each of *options*."""
    tasks = [{"name": f"Delete sink task {number}", MODULE: given} for number, given in enumerate(options)]
    play = {"name": "Delete sink tasks", "hosts": "localhost", "gather_facts": False, "tasks": tasks}
    (folder / "playbook.yml").write_text(json.dumps([play]))
    done = subprocess.run(
        [os.environ["ANSIBLE_LINT"], "--offline", "--nocolor", "-q", "-f", "json", "playbook.yml"],
        cwd=folder,
        env={
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache" / "collections"),
            "ANSIBLE_HOME": str(folder / "home"),
            "HOME": str(folder / "home"),
            "PATH": f"{Path(os.environ['ANSIBLE_LINT']).absolute().parent}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout, done.stderr
    return [found for found in json.loads(done.stdout) if found["check_name"].startswith("args")]


def test_lint_reports_wrong_options_without_a_request(tmp_path: Path) -> None:
    with Service() as service:
        valid = {
            "state": "absent",
            "connector_id": "c-1",
            "task_id": "t-1",
            "endpoint": f"http://127.0.0.1:{service.server_address[1]}",
            "project_id": "0123456789abcdef0123456789abcdef",
            "access_key": "AK",
            "secret_key": "SK",
        }
        mistyped = {"tsk_id" if name == "task_id" else name: value for name, value in valid.items()}
        # When the last one is checked, ansible-lint has already imported the module.
        found = lint(tmp_path, valid, mistyped, {**valid, "tsk_id": "a"}, {**valid, "state": "gone"}, valid)
        service.shutdown()
    messages = [report["description"] + str(report.get("content")) for report in found]
    for part in ("tsk_id", "one of the following is required: task_id, task_name", "got: gone"):
        assert [message for message in messages if part in message], (part, messages)
    assert len(messages) == 3, messages
    assert service.connections == 0
