# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections: TLS with a real server, a real proxy, IPv6, and connections that the server closes."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading
import typing as t
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection
from simulator import Fault, Simulator

from .harness import runs
from .harness.clock import Clock
from .harness.runs import Outcome

trustme = pytest.importorskip("trustme", reason="the dependency group test is not installed")

PROXY_USER, PROXY_PASSWORD = "walter", "proxy-Password-1"


@pytest.fixture(scope="module")
def authority() -> t.Any:
    return trustme.CA()


@pytest.fixture
def ca_path(authority: t.Any, tmp_path: Path) -> str:
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def _context(certificate: t.Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@contextlib.contextmanager
def _serving(certificate: t.Any, host: str = "127.0.0.1") -> Iterator[Simulator]:
    with Simulator(host=host, tls=_context(certificate)) as simulator:
        simulator.world.add_task(simulator.connector_id, "orders")
        yield simulator


def _run(simulator: Simulator, **options: t.Any) -> Outcome:
    more = {"state": "absent", "connector_id": simulator.connector_id, "task_name": "orders", "max_retries": 1}
    return runs.run(simulator, {**more, **options}, quick=False, more_secrets=[simulator.secret_key, PROXY_PASSWORD])


def _expect_refusal(outcome: Outcome, simulator: Simulator, words: str) -> None:
    """Check that no request was sent and that nothing was retried."""
    assert outcome.failed
    assert words in outcome.msg, outcome.msg
    assert not outcome.changed
    assert list(simulator.journal) == []
    assert outcome.sleeps == []
    assert runs.leaks(outcome) == []


def _expect_deletion(outcome: Outcome, simulator: Simulator) -> None:
    assert not outcome.failed, outcome.summary()
    assert outcome.changed
    assert simulator.world.tasks(simulator.connector_id) == []
    assert runs.leaks(outcome) == []


def test_ca_path(authority: t.Any, ca_path: str) -> None:
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        _expect_deletion(_run(simulator, ca_path=ca_path), simulator)


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_ca_bundle_from_environment(
    authority: t.Any, ca_path: str, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, ca_path)
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        _expect_deletion(_run(simulator), simulator)


def test_ca_path_overrides_environment(
    authority: t.Any, ca_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        _expect_deletion(_run(simulator, ca_path=ca_path), simulator)


def test_unknown_authority_is_refused(authority: t.Any) -> None:
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        _expect_refusal(_run(simulator), simulator, "TLS: ")


def test_certificate_of_another_host_is_refused(authority: t.Any, ca_path: str) -> None:
    with _serving(authority.issue_cert("elsewhere.example.com")) as simulator:
        _expect_refusal(_run(simulator, ca_path=ca_path), simulator, "TLS: ")


def test_expired_certificate_is_refused(authority: t.Any, ca_path: str) -> None:
    now = datetime.datetime.now(datetime.timezone.utc)
    expired = authority.issue_cert(
        "127.0.0.1", not_before=now - datetime.timedelta(days=9), not_after=now - datetime.timedelta(days=1)
    )
    with _serving(expired) as simulator:
        _expect_refusal(_run(simulator, ca_path=ca_path), simulator, "TLS: certificate has expired")


def test_certificate_of_another_authority_is_refused(authority: t.Any, ca_path: str) -> None:
    with _serving(trustme.CA().issue_cert("127.0.0.1")) as simulator:
        _expect_refusal(_run(simulator, ca_path=ca_path), simulator, "TLS: ")


def test_validate_certs_false_overrides_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # In requests, the variable overrides verify=False; a missing file would then be an error.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "missing.pem"))
    with _serving(trustme.CA().issue_cert("elsewhere.example.com")) as simulator:
        _expect_deletion(_run(simulator, validate_certs=False), simulator)


def test_missing_ca_path_fails(authority: t.Any, tmp_path: Path) -> None:
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        _expect_refusal(_run(simulator, ca_path=str(tmp_path / "no.pem")), simulator, "CA")


def test_ca_path_without_certificate_fails(authority: t.Any, tmp_path: Path) -> None:
    path = tmp_path / "text.pem"
    path.write_text("no certificate")
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        outcome = _run(simulator, ca_path=str(path))
        _expect_refusal(outcome, simulator, "")
        assert "Bug in the collection" not in outcome.msg


def test_http_endpoint_of_tls_server_fails(authority: t.Any) -> None:
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        outcome = _run(simulator, endpoint=simulator.endpoint.replace("https", "http"))
        assert outcome.failed
        assert list(simulator.journal) == []


def test_https_endpoint_of_plain_server_fails() -> None:
    with Simulator() as simulator:
        _expect_refusal(_run(simulator, endpoint=simulator.endpoint.replace("http", "https")), simulator, "TLS")


def test_ipv6(authority: t.Any, ca_path: str) -> None:
    if not socket.has_ipv6 or not _has_loopback_6():
        pytest.skip("this machine has no IPv6 loopback")
    with Simulator(host="::1") as simulator:
        simulator.world.add_task(simulator.connector_id, "orders")
        _expect_deletion(_run(simulator), simulator)
    with _serving(authority.issue_cert("::1"), host="::1") as simulator:
        _expect_deletion(_run(simulator, ca_path=ca_path), simulator)


def _has_loopback_6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


# --- proxies ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    """The address of a forward proxy that requires a password."""
    library = pytest.importorskip("proxy", reason="the dependency group test is not installed")
    arguments = ["--hostname", "127.0.0.1", "--port", "0", "--num-workers", "1", "--num-acceptors", "1", "--threadless"]
    arguments += ["--basic-auth", f"{PROXY_USER}:{PROXY_PASSWORD}", "--log-level", "CRITICAL"]
    with library.Proxy(arguments) as running:
        yield f"127.0.0.1:{running.flags.port}"


def test_proxy_with_password_uses_one_tunnel(
    proxy: str, authority: t.Any, ca_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{PROXY_USER}:{PROXY_PASSWORD}@{proxy}")
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        outcome = _run(simulator, ca_path=ca_path)
        _expect_deletion(outcome, simulator)
        # One tunnel for all requests; headers for the proxy do not reach the service.
        assert simulator.connections == 1
        assert not any("Proxy-Authorization" in entry.headers for entry in outcome.entries)


@pytest.mark.parametrize("login", ["", f"{PROXY_USER}:wrong-Password-2@"])
def test_wrong_proxy_password_is_reported(
    proxy: str, authority: t.Any, ca_path: str, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", f"http://{login}{proxy}")
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        outcome = _run(simulator, ca_path=ca_path)
        _expect_refusal(outcome, simulator, "the proxy returned 407")
        assert "wrong-Password-2" not in str(outcome.result) + outcome.log


def test_no_proxy_variable_is_respected(
    proxy: str, authority: t.Any, ca_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        _expect_deletion(_run(simulator, ca_path=ca_path), simulator)


def test_unreachable_proxy_is_reported(authority: t.Any, ca_path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{PROXY_USER}:{PROXY_PASSWORD}@127.0.0.1:9")
    with _serving(authority.issue_cert("127.0.0.1")) as simulator:
        outcome = _run(simulator, ca_path=ca_path)
        assert outcome.failed
        assert "proxy" in outcome.msg
        assert runs.leaks(outcome) == []


def test_loopback_requests_bypass_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with _listening() as (port, received), Simulator() as simulator:
        simulator.world.add_task(simulator.connector_id, "orders")
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        outcome = _run(simulator, max_retries=0)
        assert received == [], "a signed request went to the proxy in the clear"
        _expect_deletion(outcome, simulator)


@contextlib.contextmanager
def _listening() -> Iterator[tuple[int, list[bytes]]]:
    """A server that closes each connection; its port, and the bytes that it received."""
    received: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        stopped = threading.Event()

        def serve() -> None:
            while not stopped.is_set():
                with contextlib.suppress(OSError):
                    connection, _unused = server.accept()
                    with connection:
                        received.append(connection.recv(65536))

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], received
        finally:
            stopped.set()
            thread.join()


# --- persistent connections -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [{"close": True}, {"drop": "before", "reset": True}, {"drop": "after"}])
def test_changed_is_true_after_server_closes_connection(simulator: Simulator, how: dict[str, t.Any]) -> None:
    """``changed`` matches the journal for each item of a loop."""
    connections: list[Connection] = []

    def connect(settings: t.Any) -> Connection:
        if not connections:
            connections.append(Connection(settings, clock=Clock()))
        return connections[0]

    for number in range(6):
        simulator.world.add_task(simulator.connector_id, f"task-{number}")
        simulator.faults.add(Fault(skip=number % 3, **how))
        options = {
            **runs.connection(simulator),
            "state": "absent",
            "connector_id": simulator.connector_id,
            "task_name": f"task-{number}",
        }
        params, secrets, _unused = runs.validated(runs.SINK_TASK, options)
        first = len(simulator.journal)
        result = runs.SINK_TASK.execute(params, check_mode=False, diff=False, secrets=secrets, connect=connect)
        assert result.get("msg") is None
        assert result["changed"] is bool([entry for entry in simulator.journal[first:] if entry.effect])
        assert simulator.world.tasks(simulator.connector_id) == []
        simulator.faults.clear()
    connections[0].close()
