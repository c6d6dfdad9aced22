# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator: start and stop, journal, control API and command line."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from simulator import Clock, Fault, Settings, Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(__file__).parent.parent
WAIT = 30


# -- start and stop -----------------------------------------------------------------------------------------------


def test_start_and_stop_can_be_repeated() -> None:
    simulator = Simulator()
    running = _threads()
    with simulator:
        assert _threads() == running + 1
        endpoint = simulator.endpoint
        assert requests.get(endpoint + "/v2", timeout=WAIT).status_code == 404
        with pytest.raises(RuntimeError):
            simulator.start()
    assert _threads() == running
    with pytest.raises(requests.ConnectionError):
        requests.get(endpoint, timeout=WAIT)
    simulator.stop()
    with simulator:
        assert requests.get(simulator.endpoint + "/v2", timeout=WAIT).status_code == 404


def _threads() -> int:
    return sum(thread.name == "simulator" for thread in threading.enumerate())


def test_port_in_use_is_an_error(sim: Simulator) -> None:
    with pytest.raises(OSError, match="in use"):
        Simulator(sim.port).start()


def test_stop_cancels_requests() -> None:
    with Simulator() as simulator:
        simulator.faults.add(Fault(delay=600))
        thread = threading.Thread(target=_ignore_errors, args=(simulator.endpoint,))
        thread.start()
        while not simulator.journal:
            pass
    thread.join(WAIT)
    assert not thread.is_alive()


def test_date_of_a_response_is_that_of_the_clock(sim: Simulator) -> None:
    sim.clock.freeze()
    sim.clock.offset = 3600
    date = requests.get(sim.endpoint + "/v2", timeout=WAIT).headers["Date"]
    assert parsedate_to_datetime(date).timestamp() == int(sim.clock.now())


def _ignore_errors(endpoint: str) -> None:
    with contextlib.suppress(requests.RequestException):
        requests.get(endpoint + "/v2", timeout=WAIT)


def test_listens_on_ipv6() -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with Simulator(host="::1") as simulator:
        assert simulator.endpoint.startswith("http://[::1]:")
        assert requests.get(simulator.endpoint + "/v2", timeout=WAIT).status_code == 404


def test_reset_restores_the_initial_state(client: Any, sim: Simulator) -> None:
    client.create()
    first_id = sim.world.tasks(sim.connector_id)[0]["task_id"]
    sim.faults.add(Fault(status=500, times=None))
    sim.settings.latency = 5.0
    sim.clock.offset = 3600
    sim.world.remove_instance(sim.instance_id)
    sim.reset()
    assert sim.journal == []
    assert sim.connections == 0
    assert sim.world.tasks(sim.connector_id) == []
    assert client.create().json()["task_id"] == first_id, "ids are the same in each run"
    assert sim.journal[0].connection == 1


def test_reset_restores_the_initial_settings() -> None:
    given = Settings(max_tasks=2)
    simulator = Simulator(settings=given, clock=Clock())
    simulator.settings.max_tasks = 5
    assert given.max_tasks == 2
    simulator.reset()
    assert simulator.settings.max_tasks == 2


@pytest.mark.parametrize(
    "values",
    [
        {"unknown": 1},
        {"latency": "1"},
        {"max_tasks": True},
        {"max_tasks": 1.5},
        {"unique_names": 1},
        {"throttle_style": "other"},
        {"create_status": 500},
        {"known_topics": "a"},
    ],
)
def test_invalid_settings_are_refused(values: dict[str, Any]) -> None:
    settings = Settings()
    with pytest.raises(ValueError, match=next(iter(values))):
        settings.update(rate=5, **values)
    assert settings == Settings(), "no setting is changed if one is invalid"


def test_unknown_setting_raises() -> None:
    with pytest.raises(AttributeError):
        Settings().latancy = 1  # type: ignore[attr-defined]


def test_clock_can_be_frozen_and_advanced() -> None:
    clock = Clock()
    clock.freeze()
    now, ticks = clock.now(), clock.ticks()
    clock.advance(1.5)
    clock.offset = -60
    assert clock.now() == pytest.approx(now - 58.5)
    assert clock.ticks() - ticks == 1_500_000_000
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)
    clock.reset()
    assert clock.offset == 0


# -- journal and connections --------------------------------------------------------------------------------------


def test_journal_redacts_nothing(client: Any, sim: Simulator) -> None:
    client.create(obs__secret_key="very secret")
    entry = sim.journal[0]
    assert (entry.operation, entry.method, entry.path) == ("CreateSinkTask", "POST", client.tasks_path)
    assert entry.json["obs_destination_descriptor"]["secret_key"] == "very secret"
    assert entry.headers["AUTHORIZATION"].startswith("SDK-HMAC-SHA256 ")
    assert (entry.status, entry.code) == (200, None)
    client("GET", client.instances_path, query={"limit": "5"})
    assert sim.journal[1].query == {"limit": "5"}
    assert sim.journal[1].json is None
    assert sim.journal.operations() == ["CreateSinkTask", "ListInstances"]
    assert sim.journal.of("ListInstances") == [sim.journal[1]]


def test_connections_are_counted_without_control_api(client: Any, sim: Simulator) -> None:
    for _unused in range(3):
        client("GET", client.tasks_path)
        requests.get(sim.endpoint + "/_simulator/state", timeout=WAIT)
    assert [entry.connection for entry in sim.journal] == [1, 1, 1]
    requests.get(sim.endpoint + "/v2", timeout=WAIT)
    assert sim.journal[-1].connection == 2
    assert sim.connections == 2


def test_body_and_uri_sizes_are_limited(client: Any, sim: Simulator, code: Any) -> None:
    """The gateway's limits: 12 MB for a body, 32 KB for the URI."""
    assert code(client.plain("POST", client.tasks_path, b"x" * (12 * 2**20 + 1))) == (413, "APIG.0201")
    assert sim.journal[0].status == 413
    assert client("GET", client.instances_path, query={"name": "x" * 30_000}).status_code == 200
    assert client.plain("GET", "/" + "x" * 40_000).status_code == 400


def test_response_is_sent_without_delay(client: Any) -> None:
    """Nagle's algorithm would delay each response by 40 ms."""
    connection = socket.create_connection(("127.0.0.1", client.simulator.port), timeout=WAIT)
    with connection:
        for _unused in range(3):
            connection.sendall(b"GET /v2 HTTP/1.1\r\nHost: x\r\n\r\n")
            response = connection.recv(65536)
            assert response.endswith(b"}"), "the complete response"


def test_concurrent_requests_get_different_ids(sim: Simulator, client: Any) -> None:
    sim.settings.max_tasks = sim.settings.quota_tasks = 1000

    def work() -> None:
        for _unused in range(20):
            client.create()

    threads = [threading.Thread(target=work) for _unused in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert len({task["task_id"] for task in sim.world.tasks(sim.connector_id)}) == 100
    assert len(sim.journal.effects()) == 100


# -- control ------------------------------------------------------------------------------------------------------


def test_control_api_changes_the_state(client: Any, sim: Simulator) -> None:
    control = client.control
    assert control("GET", "credentials").json()["secret_key"] == sim.secret_key
    task_id = control("POST", "tasks", {"task_name": "added", "topics": "x"}).json()["task_id"]
    assert control("PUT", f"tasks/{task_id}", {"status": "PAUSED"}).status_code == 204
    assert client("GET", client.tasks_path).json()["tasks"][0]["status"] == "PAUSED"
    connector = control("GET", "state").json()["connectors"][0]
    assert connector["tasks"][0]["obs_destination_descriptor"]["topics"] == "x"
    assert control("DELETE", f"tasks/{task_id}").status_code == 204
    assert client("GET", client.tasks_path).json()["tasks"] == []

    added = control("POST", "instances", {"name": "second"}).json()
    assert added["connector_id"]
    assert control("PUT", f"instances/{added['instance_id']}", {"status": "ERROR"}).status_code == 204
    assert control("DELETE", f"connectors/{added['connector_id']}").status_code == 204
    shown = client("GET", f"{client.instances_path}/{added['instance_id']}").json()
    assert (shown["status"], shown["connector_enable"]) == ("ERROR", False)
    assert control("DELETE", f"instances/{added['instance_id']}").status_code == 204

    project = control("POST", "projects", {"name": "team"}).json()["project_id"]
    assert client("GET", f"/v2/{project}/instances").status_code == 200
    keys = control("POST", "security-tokens", {"lifetime": 60}).json()
    assert set(keys) == {"access_key", "secret_key", "security_token"}


def test_control_api_adds_and_clears_faults(client: Any, sim: Simulator) -> None:
    faults = [{"operation": "ListSinkTasks", "code": "APIG.0308"}, {"status": 500, "times": None, "skip": 1}]
    assert client.control("POST", "faults", faults).status_code == 204
    assert client("GET", client.tasks_path).status_code == 429
    assert [client("GET", client.tasks_path).status_code for _unused in range(2)] == [200, 500]
    pending = client.control("GET", "faults").json()
    assert [(fault["status"], fault["passed"], fault["hits"]) for fault in pending] == [(500, 1, 1)]
    client.control("DELETE", "faults")
    assert client("GET", client.tasks_path).status_code == 200


def test_control_api_filters_the_journal(client: Any) -> None:
    client.create()
    client("GET", client.tasks_path)
    entries = client.control("GET", "journal").json()
    assert [entry["operation"] for entry in entries] == ["CreateSinkTask", "ListSinkTasks"]
    assert entries[0]["effect"] == {"verb": "created", "target": entries[0]["effect"]["target"]}
    assert "obs-secret" in entries[0]["body"]
    assert entries[0]["headers"]["X-Sdk-Date"]
    assert len(client.control("GET", "journal?operation=ListSinkTasks").json()) == 1
    assert len(client.control("GET", "journal?since=1").json()) == 1
    assert client.control("GET", "connections").json() == {"connections": 1}
    client.control("DELETE", "journal")
    assert client.control("GET", "journal").json() == []


def test_control_api_changes_settings_and_clock(client: Any, sim: Simulator) -> None:
    assert client.control("PUT", "settings", {"creation_looks": 3}).json()["creation_looks"] == 3
    assert client.control("GET", "settings").json()["creation_looks"] == 3
    clock = client.control("POST", "clock", {"freeze": True, "advance": 5, "offset": 60}).json()
    assert clock["offset"] == 60
    assert client.control("POST", "clock", {}).json()["now"] == clock["now"]
    client.control("POST", "reset")
    assert sim.settings.creation_looks == 0


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "nothing", None, 404, "there are"),
        ("GET", "", None, 404, "there are"),
        ("DELETE", "tasks", None, 404, "DELETE tasks/ID"),
        ("DELETE", "tasks/none", None, 404, "no such id"),
        ("POST", "tasks", {"connector_id": "none", "task_name": "x"}, 404, "no such id"),
        ("POST", "tasks", {}, 400, "task_name"),
        ("POST", "tasks", [], 400, "object"),
        ("POST", "faults", {"stauts": 500}, 400, "stauts"),
        ("POST", "faults", [5], 400, "object"),
        ("POST", "faults", {"path": "("}, 400, "unterminated"),
        ("POST", "faults", {"mutate": "x"}, 400, "mutate"),
        ("PUT", "settings", {"x": 1}, 400, "unknown setting"),
        ("PUT", "settings", b"{", 400, "Expecting"),
        ("POST", "clock", {"speed": 2}, 400, "speed"),
        ("GET", "journal?since=x", None, 400, "invalid"),
    ],
)
def test_invalid_control_request_is_refused(
    client: Any, method: str, path: str, body: Any, status: int, message: str
) -> None:
    response = client.control(method, path, body)
    assert response.status_code == status
    assert message in response.json()["error"]


# -- command line -------------------------------------------------------------------------------------------------


class Process:
    """`python -m simulator` and its output."""

    def __init__(self, *arguments: str, **options: Any) -> None:
        environment = {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONUNBUFFERED": ""}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            **options,
        )
        self.printed: list[str] = []

    def read(self) -> dict[str, str]:
        """The endpoint and the credentials."""
        assert self.process.stdout is not None
        while not self.printed or not self.printed[-1].startswith("domain_name"):
            line = self.process.stdout.readline()
            assert line, self.process.communicate()
            self.printed.append(line.rstrip("\n"))
        endpoint = self.printed[0].removeprefix("listening on ")
        return {"endpoint": endpoint, **dict(line.split(": ") for line in self.printed[1:])}

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


@pytest.fixture
def start() -> Iterator[Any]:
    processes: list[Process] = []

    def starter(*arguments: str, **options: Any) -> Process:
        processes.append(Process("--lifetime", str(WAIT), *arguments, **options))
        return processes[-1]

    yield starter
    for process in processes:
        process.stop()


def test_command_line_starts_the_metadata_service(start: Any) -> None:
    printed = start("--metadata-port", "0", "--set", "metadata_tokens=required").read()
    assert requests.get(printed["metadata_endpoint"] + "/openstack/latest/securitykey", timeout=WAIT).status_code == 401


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_line_sets_settings_and_prints_credentials(start: Any, number: int) -> None:
    process = start("--latency", "0.01", "--set", "max_tasks=3", "--set", "created_status=FAILED")
    printed = process.read()
    assert "metadata_endpoint" not in printed
    assert process.printed[0] == f"listening on {printed['endpoint']}"
    assert {key: printed[key] for key in printed if key != "endpoint"} == Simulator().credentials()
    settings = requests.get(printed["endpoint"] + "/_simulator/settings", timeout=WAIT).json()
    assert (settings["latency"], settings["max_tasks"], settings["created_status"]) == (0.01, 3, "FAILED")
    process.process.send_signal(number)
    assert process.process.communicate(timeout=WAIT) == ("", "")
    assert process.process.returncode == 0


def test_lifetime_ends_the_process(start: Any) -> None:
    process = start("--lifetime", "0.1")
    assert process.process.wait(WAIT) == 0


def test_exit_with_parent() -> None:
    """The simulator inherits standard error from its parent, so `run` waits until the simulator has ended too."""
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'simulator', '--port', '0',"
        f" '--lifetime', '{WAIT}', '--exit-with-parent'], stdout=subprocess.PIPE, text=True)\n"
        "print(child.stdout.readline().split()[-1])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, timeout=WAIT, check=True
    )
    port = int(done.stdout.decode().rpartition(":")[2])
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=WAIT)


@pytest.mark.parametrize("arguments", [["--set", "nothing=1"], ["--tls-cert", "/nothing"], ["--host", "192.0.2.1"]])
def test_invalid_command_line_returns_1(start: Any, arguments: list[str]) -> None:
    process = start(*arguments).process
    out, err = process.communicate(timeout=WAIT)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("simulator: ")


# -- TLS ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key."""
    path = tmp_path / "server.crt"
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=simulator"]
    extra = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(tmp_path / "server.key"), "-out", str(path)]
    try:
        subprocess.run(["openssl", *request, *extra], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("this machine has no openssl")
    return path


def test_tls_is_served_with_the_certificate(certificate: Path, start: Any) -> None:
    key = certificate.with_suffix(".key")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Simulator(tls=context) as simulator, requests.Session() as session:
        assert simulator.endpoint.startswith("https://")
        with pytest.raises(requests.exceptions.SSLError):
            session.get(simulator.endpoint + "/v2", timeout=WAIT)
        assert simulator.connections == 0
        for _unused in range(2):
            assert session.get(simulator.endpoint + "/v2", timeout=WAIT, verify=str(certificate)).status_code == 404
        assert simulator.connections == 1
        simulator.faults.add(Fault(drop="after", reset=True), Fault(truncate=3))
        for _unused in range(2):
            with pytest.raises(requests.exceptions.RequestException):
                session.get(simulator.endpoint + "/v2", timeout=WAIT, verify=str(certificate))
        projects = simulator.endpoint + "/v3/projects"
        headers = {"X-Auth-Token": simulator.world.add_token().token}
        links = session.get(projects, timeout=WAIT, verify=str(certificate), headers=headers).json()["links"]
        assert links["self"] == projects
    printed = start("--tls-cert", str(certificate), "--tls-key", str(key)).read()
    assert requests.get(printed["endpoint"] + "/v2", timeout=WAIT, verify=str(certificate)).status_code == 404
