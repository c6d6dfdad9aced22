# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real runs of ansible-playbook on this machine, with many hosts if need be."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import typing as t
from collections.abc import Iterator
from pathlib import Path

MODULE = "huaweicloud.kafka.huaweicloud_kafka_sink_task"
TIME_LIMIT = 1500.0
"""Seconds after which a playbook is given up; the long ones wait for a limited rate."""

_COLLECTIONS = Path(__file__).parents[3] / ".cache" / "collections"
_TOLD = re.compile(r"TOLD=([A-Za-z0-9+/=]+)")


class Ended(t.NamedTuple):
    """*told*: what each host told of its results, in no order."""

    code: int
    text: str
    told: list[t.Any]


def task(options: dict[str, t.Any], **keywords: t.Any) -> dict[str, t.Any]:
    return {"name": "under test", MODULE: options, **keywords}


def tell(expression: str) -> dict[str, t.Any]:
    """A task that hands the value of a template over to the test."""
    return {
        "name": "tell",
        "ansible.builtin.debug": {"msg": "TOLD={{ (" + expression + ") | to_json | b64encode }}"},
    }


@contextlib.contextmanager
def started(
    folder: Path, tasks: list[dict[str, t.Any]], *arguments: str, hosts: int = 1, env: t.Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A running playbook, in a process group of its own; whatever is left of it is killed on the way out."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ansible.cfg").touch()
    (folder / "play.json").write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": tasks}]))
    variables = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory = {"all": {"hosts": {f"host{number}": {"number": number, **variables} for number in range(hosts)}}}
    (folder / "hosts.json").write_text(json.dumps(inventory))
    process = subprocess.Popen(
        [
            os.environ.get("ANSIBLE_PLAYBOOK") or str(Path(sys.executable).parent / "ansible-playbook"),
            *("-i", "hosts.json", *arguments, "play.json"),
        ],
        cwd=folder,
        env=_environment(folder, env or {}),
        text=True,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def ended(process: subprocess.Popen[str]) -> Ended:
    text, _unused = process.communicate(timeout=TIME_LIMIT)
    return Ended(process.returncode, text, [json.loads(base64.b64decode(told)) for told in _TOLD.findall(text)])


def run(folder: Path, tasks: list[dict[str, t.Any]], *arguments: str, **more: t.Any) -> Ended:
    with started(folder, tasks, *arguments, **more) as process:
        return ended(process)


def _environment(folder: Path, more: t.Mapping[str, str]) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HW_", "HUAWEICLOUD_", "ANSIBLE_")) and not name.lower().endswith("_proxy")
    }
    return {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(Path(os.environ.get("ANSIBLE_COLLECTIONS_PATH", _COLLECTIONS)).absolute()),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "tmp"),
        "ANSIBLE_NOCOLOR": "1",
        **more,
    }


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes that a playbook has forked."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    with contextlib.suppress(OSError):
        return [int(pid) for pid in children.read_text().split()]
    return []


def memory_of(pid: int) -> int:
    """Return the memory of its own that a process has, in bytes; 0 if it is gone."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        status = Path(f"/proc/{pid}/status").read_text()
        return 1024 * int(re.findall(r"^RssAnon:\s+(\d+)", status, re.MULTILINE)[0])
    return 0
