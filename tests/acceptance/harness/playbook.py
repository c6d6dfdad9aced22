# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a playbook with the ansible-playbook under test, and keeps all that it showed and told."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socketserver
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[3]
COLLECTIONS = ROOT / ".cache" / "collections"
PLUGINS = Path(__file__).resolve().parents[1] / "plugins"
SWITCH = "huaweicloud_kafka_in_worker"
MODULE = "huaweicloud.kafka.huaweicloud_kafka_sink_task"
WAYS = ("in the worker", "as a module")

TIME_LIMIT = 600.0


@dataclass(frozen=True)
class Event:
    """What the callback plugin of the tests was told: *kind* is start, ok, failed, skipped, unreachable, item ok,
    item failed or retry."""

    kind: str
    task: str
    host: str | None = None
    result: dict[str, Any] = field(default_factory=dict)


@dataclass
class Output:
    """What came of a playbook. *text* is all that it printed, *seconds* how long it took."""

    code: int
    text: str
    events: list[Event]
    seconds: float

    def result(self, task: str, host: str | None = None) -> dict[str, Any]:
        """The result of the task of this name (on this host)."""
        found = self.results(task, host)
        assert len(found) == 1, f"{len(found)} results of {task!r}\n{self.text}"
        return found[0]

    def failed(self, task: str, host: str | None = None) -> bool:
        """Whether the task of this name failed (on this host), ignored or not."""
        kinds = {event.kind for event in self.events if event.task == task and host in (None, event.host)}
        assert kinds & {"ok", "failed"}, self.text
        return "failed" in kinds

    def results(self, task: str, host: str | None = None) -> list[dict[str, Any]]:
        """The results of the task of this name, one for each host."""
        return [
            event.result
            for event in self.events
            if event.task == task
            and event.kind in ("ok", "failed", "skipped", "unreachable")
            and host in (None, event.host)
        ]

    def expect_success(self) -> Output:
        assert self.code == 0, self.text
        return self


def ansible_playbook() -> str:
    """The program under test; the simulator runs on the Python of the tests, whatever Ansible's is."""
    return os.environ.get("ANSIBLE_PLAYBOOK") or str(Path(sys.executable).parent / "ansible-playbook")


def environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a playbook: nothing of the user's that could change what it does."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HW_", "HUAWEICLOUD_")) and not name.lower().endswith("_proxy") and name != "PYTHONPATH"
    }
    return {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(Path(os.environ.get("ANSIBLE_COLLECTIONS_PATH", COLLECTIONS)).absolute()),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        # Else a home that is not the user's own is one for those who write and another for those who read.
        "ANSIBLE_ASYNC_DIR": str(folder / "async"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "tmp"),
        "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS / "callback"),
        "ANSIBLE_CONNECTION_PLUGINS": str(PLUGINS / "connection"),
        "ANSIBLE_CALLBACKS_ENABLED": "recorder",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_RETRY_FILES_ENABLED": "0",
        **more,
    }


def inventory(hosts: Sequence[str] | Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """All hosts are this machine, with the Python that runs Ansible; a variable that is None is left out."""
    own = hosts if isinstance(hosts, dict) else {name: {} for name in hosts}
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    return {"all": {"hosts": {name: _without_none({**common, **own[name]}) for name in own}}}


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


class Program:
    """A playbook that is to be run from *folder*, a list of plays, with its inventory and environment."""

    def __init__(
        self,
        folder: Path,
        plays: Sequence[Mapping[str, Any]],
        *arguments: str,
        hosts: Sequence[str] | Mapping[str, Mapping[str, Any]] = ("localhost",),
        env: Mapping[str, str] | None = None,
        variables: Mapping[str, Any] | None = None,
        on_start: Callable[[str], None] = lambda task: None,
        on_result: Callable[[Event], None] = lambda event: None,
    ) -> None:
        self.events: list[Event] = []
        self._trouble: list[Exception] = []
        self._folder = folder
        self._arguments = arguments
        self._env = dict(env or {})
        self._on_start = on_start
        self._on_result = on_result
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ansible.cfg").touch()
        self._write("playbook.json", [{"hosts": "all", "gather_facts": False, **play} for play in plays])
        self._write("inventory.json", inventory(hosts))
        self._write("variables.json", dict(variables or {}))

    def _write(self, name: str, content: Any) -> None:
        # JSON is YAML, too.
        (self._folder / name).write_text(json.dumps(content, indent=1))

    def _hear(self, line: bytes) -> None:
        event = Event(**json.loads(line))
        if event.kind == "start":
            self._on_start(event.task)
        self.events.append(event)
        if event.kind != "start":
            self._on_result(event)

    @contextlib.contextmanager
    def started(self) -> Iterator[subprocess.Popen[str]]:
        """The running process; it is ended on the way out."""
        program = self

        class Listener(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                for line in self.rfile:
                    try:
                        program._hear(line)
                    except Exception as error:
                        program._trouble.append(error)
                    self.wfile.write(b"\n")

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Listener) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            process = subprocess.Popen(
                [
                    ansible_playbook(),
                    *("-i", "inventory.json", "-e", "@variables.json"),
                    *self._arguments,
                    "playbook.json",
                ],
                cwd=self._folder,
                env=environment(self._folder, {**self._env, "RECORDER_PORT": str(server.server_address[1])}),
                text=True,
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                server.shutdown()

    def run(self) -> Output:
        began = time.monotonic()
        with self.started() as process:
            text, _unused = process.communicate(timeout=TIME_LIMIT)
        for error in self._trouble:
            raise error
        return Output(process.returncode, text, self.events, time.monotonic() - began)


def in_way(way: str) -> dict[str, bool]:
    """The variable that chooses one of the two ways of running."""
    return {SWITCH: way == WAYS[0]}
