# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a playbook with the ansible-playbook under test, and records its output and results."""

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
import uuid
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
WAYS = ("in-process", "as a module")

# By default, Ansible polls its workers each millisecond, which is a part of the CPU time of the tests.
SETTINGS = "[defaults]\ninternal_poll_interval = 0.005\n"
TIME_LIMIT = 600.0
MARKER = "KAFKA_TEST_PLAYBOOK"
"""Environment variable of all processes that a playbook starts."""


@dataclass(frozen=True)
class Event:
    """An event from the callback plugin of the tests. *kind* is start, ok, failed, skipped, unreachable, item ok,
    item failed or retry."""

    kind: str
    task: str
    host: str | None = None
    result: dict[str, Any] = field(default_factory=dict)


@dataclass
class Output:
    """The output of a playbook: its exit code, its text, its events and its duration in seconds."""

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
    """The program under test, whose Python can differ from that of the tests and the simulator."""
    return os.environ.get("ANSIBLE_PLAYBOOK") or str(Path(sys.executable).parent / "ansible-playbook")


def environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a playbook, without variables of the user that could change the result."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("HW_", "HUAWEICLOUD_", "ANSIBLE_"))
        and not name.lower().endswith("_proxy")
        and name != "PYTHONPATH"
    }
    return {
        **inherited,
        "ANSIBLE_COLLECTIONS_PATH": str(Path(os.environ.get("ANSIBLE_COLLECTIONS_PATH", COLLECTIONS)).absolute()),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "home"),
        # By default, async tasks and async_status would use different directories if HOME is not that of the user.
        "ANSIBLE_ASYNC_DIR": str(folder / "async"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "tmp"),
        "ANSIBLE_REMOTE_TEMP": str(folder / "tmp"),
        "ANSIBLE_CALLBACK_PLUGINS": str(PLUGINS / "callback"),
        "ANSIBLE_CONNECTION_PLUGINS": str(PLUGINS / "connection"),
        "ANSIBLE_CALLBACKS_ENABLED": "recorder",
        "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_RETRY_FILES_ENABLED": "0",
        # Ansible reads the documentation of each enabled plugin when it starts.
        "ANSIBLE_INVENTORY_ENABLED": "yaml",
        **more,
    }


def inventory(hosts: Sequence[str] | Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """An inventory with hosts that are this machine, with the Python of Ansible. Variables set to None are omitted."""
    own = hosts if isinstance(hosts, dict) else {name: {} for name in hosts}
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    return {"all": {"hosts": {name: _without_none({**common, **own[name]}) for name in own}}}


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


class Playbook:
    """A running playbook."""

    def __init__(self, process: subprocess.Popen[str], listener: _Listener) -> None:
        self.process = process
        self._listener = listener
        self._start = time.monotonic()

    def wait(self, timeout: float = TIME_LIMIT) -> Output:
        """Wait until the playbook has ended. Raise an exception of a callback of the test."""
        text, _unused = self.process.communicate(timeout=timeout)
        for error in self._listener.errors:
            raise error
        return Output(self.process.returncode, text, self._listener.events, time.monotonic() - self._start)


class _Listener(socketserver.ThreadingTCPServer):
    """Receives the events of the callback plugin, which waits until each is handled."""

    daemon_threads = True

    def __init__(self, on_start: Callable[[str], None], on_result: Callable[[Event], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Lines)
        self.events: list[Event] = []
        self.errors: list[Exception] = []
        self.on_start = on_start
        self.on_result = on_result

    def receive(self, line: bytes) -> None:
        event = Event(**json.loads(line))
        if event.kind == "start":
            self.on_start(event.task)
        self.events.append(event)
        if event.kind != "start":
            self.on_result(event)


class _Lines(socketserver.StreamRequestHandler):
    server: _Listener

    def handle(self) -> None:
        for line in self.rfile:
            try:
                self.server.receive(line)
            except Exception as error:
                self.server.errors.append(error)
            self.wfile.write(b"\n")


@contextlib.contextmanager
def started_playbook(
    folder: Path,
    plays: Sequence[Mapping[str, Any]],
    *arguments: str,
    hosts: Sequence[str] | Mapping[str, Mapping[str, Any]] = ("localhost",),
    env: Mapping[str, str] | None = None,
    variables: Mapping[str, Any] | None = None,
    on_start: Callable[[str], None] = lambda task: None,
    on_result: Callable[[Event], None] = lambda event: None,
) -> Iterator[Playbook]:
    """Start a playbook in *folder*. On exit, all its processes are killed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ansible.cfg").write_text(SETTINGS)
    plays = [{"hosts": "all", "gather_facts": False, **play} for play in plays]
    contents = {"playbook.json": plays, "inventory.json": inventory(hosts), "variables.json": dict(variables or {})}
    for name, content in contents.items():
        # JSON is valid YAML.
        (folder / name).write_text(json.dumps(content, indent=1))
    command = [ansible_playbook(), "-i", "inventory.json", "-e", "@variables.json", *arguments, "playbook.json"]
    marker = uuid.uuid4().hex
    with _Listener(on_start, on_result) as listener:
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        own = {**(env or {}), "RECORDER_PORT": str(listener.server_address[1]), MARKER: marker}
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(folder, own),
            text=True,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Playbook(process, listener)
        finally:
            kill_marked(marker)
            if process.poll() is None:
                process.kill()
            process.communicate()
            listener.shutdown()


def run_playbook(
    folder: Path, plays: Sequence[Mapping[str, Any]], *arguments: str, timeout: float = TIME_LIMIT, **more: Any
) -> Output:
    """Run a playbook in *folder* and wait for it; see :func:`started_playbook` for the arguments."""
    with started_playbook(folder, plays, *arguments, **more) as playbook:
        return playbook.wait(timeout)


def marked(marker: str) -> list[int]:
    """The ids of the processes with this marker in their environment. Workers and modules have their own sessions."""
    found = []
    variable = f"{MARKER}={marker}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if variable in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def kill_marked(marker: str) -> None:
    """Kill all processes of a playbook, until none is left."""
    limit = time.monotonic() + 10
    while (pids := marked(marker)) and time.monotonic() < limit:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def in_way(way: str) -> dict[str, bool]:
    """The variable that selects in-process or module processes."""
    return {SWITCH: way == WAYS[0]}


BOTH_WAYS = {way: in_way(way) for way in WAYS}
"""Hosts of an inventory, one for each way of running. With ``serial: 1``, a play runs in one way after the other."""
