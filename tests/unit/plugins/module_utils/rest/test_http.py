# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import datetime
import errno
import gzip
import ipaddress
import itertools
import queue
import socket
import ssl
import struct
import threading
import typing as t
from pathlib import Path

import pytest
import requests
import urllib3
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client import deadline, transport
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.auth import NoAuth, TokenAuth
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import NoAnswer
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.transport import RawAnswer, Transport
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# How a connection is answered: with these bytes before it is closed, or by a function of its own.
Play = t.Union[bytes, t.Callable[[socket.socket], None]]


class Server:
    """Answers the first connection with the first of *plays*, and so on; ends with its ``with`` block."""

    def __init__(self, *plays: Play, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._plays = list(plays)
        self._tls = tls
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = f"{'https' if tls else 'http'}://{self.address}"
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Server:  # noqa: PYI034 - typing.Self needs Python 3.11
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        # A blocked accept() is woken by a last connection; a peer that went on sending finds its socket closed.
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._plays.clear()
        with contextlib.suppress(OSError):
            socket.create_connection(self._listener.getsockname()).close()
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        while self._plays:
            connection, _peer = self._listener.accept()
            if self._plays:
                play = self._plays.pop(0)
                with connection, contextlib.suppress(OSError):
                    self._open.append(connection)
                    if self._tls:
                        connection = self._tls.wrap_socket(connection, server_side=True)
                    self._answer(connection, play)

    def _answer(self, connection: socket.socket, play: Play) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            more = connection.recv(65536)
            if not more:
                return
            received += more
        head, _end, body = received.partition(b"\r\n\r\n")
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                while len(body) < int(line.split(b":")[1]):
                    body += connection.recv(65536)
        self.requests.append(head + b"\r\n\r\n" + body)
        if callable(play):
            play(connection)
        else:
            connection.sendall(play)


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    length = (
        ()
        if any(header.lower().startswith(("content-length", "transfer-enc")) for header in headers)
        else (f"Content-Length: {len(body)}",)
    )
    return "\r\n".join((f"HTTP/1.1 {status}", "Connection: close", *length, *headers, "", "")).encode() + body


def send(address: str, verify: bool | str = True, timeout: float = 5, **given: t.Any) -> RawAnswer:
    request = {"headers": {}, "body": None, "auth": NoAuth(), **given}
    connection = Transport(verify)
    try:
        return connection.send(request.pop("method", "GET"), address, timeout=timeout, **request)
    finally:
        connection.close()


def failure(address: str, **given: t.Any) -> NoAnswer:
    with pytest.raises(NoAnswer) as caught:
        send(address, **given)
    return caught.value


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


# What is sent and what comes back.


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "401 Unauthorized", "404 Not Found", "500 Oh No"])
def test_any_status_is_an_answer(status: str) -> None:
    with Server(http(status, b'{"a": 1}', "X-Request-Id: r-1")) as server:
        answer = send(server.url + "/v2/x")
    assert (answer.status, answer.body) == (int(status[:3]), b'{"a": 1}')
    assert answer.headers["x-request-ID"] == "r-1"


def test_204_has_no_body() -> None:
    with Server(http("204 No Content", b"", "Content-Length: 5")) as server:
        assert send(server.url).body == b""


def test_a_body_without_a_length_ends_with_its_connection() -> None:
    with Server(b"HTTP/1.0 200 OK\r\n\r\nall of it") as server:
        assert send(server.url).body == b"all of it"


def test_a_body_may_come_in_chunks_and_compressed() -> None:
    packed = gzip.compress(b"x" * 200_000)
    chunks = (
        b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (packed[:50], packed[50:])) + b"0\r\n\r\n"
    )
    with Server(http("200 OK", chunks, "Transfer-Encoding: chunked", "Content-Encoding: gzip")) as server:
        assert send(server.url).body == b"x" * 200_000


def test_the_request_goes_out_as_it_was_given() -> None:
    with Server(http("200 OK")) as server:
        send(
            server.url + "/v2/a%2Fb?x=1%202",
            method="POST",
            headers={"Content-Type": "application/json", "X-Project-Id": "p"},
            body=b'{"a": 1}',
            auth=TokenAuth("T"),
        )
    head, _end, body = server.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    sent = dict(line.split(": ", 1) for line in lines)
    assert first == "POST /v2/a%2Fb?x=1%202 HTTP/1.1"
    assert body == b'{"a": 1}'
    assert (sent["Content-Type"], sent["X-Project-Id"], sent["X-Auth-Token"]) == ("application/json", "p", "T")
    assert sent["Host"] == server.address
    assert sent["User-Agent"].startswith("huaweicloud.kafka/")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_no_redirect_is_followed(status: str) -> None:
    with Server(http("200 OK")) as elsewhere:
        with Server(http(status, b"", f"Location: {elsewhere.url}/stolen")) as server:
            assert send(server.url, auth=TokenAuth("T")).status == int(status[:3])
        assert elsewhere.requests == []


def test_no_cookie_is_kept() -> None:
    with Server(http("200 OK", b"", "Set-Cookie: session=1; Path=/"), http("200 OK")) as server:
        connection = Transport(verify=True)
        for _time in range(2):
            connection.send("GET", server.url, headers={}, body=None, auth=NoAuth(), timeout=5)
        connection.close()
    assert len(server.requests) == 2
    assert not any(b"cookie" in request.lower() for request in server.requests)


def test_no_password_is_read_from_a_netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password s3cret\ndefault login user password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Server(http("200 OK"), http("200 OK")) as server:
        send(server.url)
        send(server.url, auth=TokenAuth("T"))
    assert not any(b"authorization" in request.lower() for request in server.requests)


def test_a_connection_is_used_again() -> None:
    def twice(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2")

    with Server(twice) as server:
        connection = Transport(verify=True)
        bodies = [
            connection.send("GET", server.url, headers={}, body=None, auth=NoAuth(), timeout=5).body
            for _time in range(2)
        ]
        connection.close()
    assert bodies == [b"1", b"2"]


# A body that can't be read to its end.


def _forever(piece: bytes) -> t.Callable[[socket.socket], None]:
    def play(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(piece)

    return play


def test_a_huge_body_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LONGEST_BODY", 1024 * 1024)
    with Server(_forever(b"x" * 65536)) as server:
        error = failure(server.url)
    assert (error.cause, error.may_have_happened, error.final) == ("the body is longer than 1 MB", True, False)


def test_a_small_body_that_unpacks_to_a_huge_one_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LONGEST_BODY", 1024 * 1024)
    with Server(http("200 OK", gzip.compress(b"x" * 10_000_000), "Content-Encoding: gzip")) as server:
        assert failure(server.url).cause == "the body is longer than 1 MB"


BROKEN_OFF = {
    "before its length": http("200 OK", b'{"tasks": [', "Content-Length: 20"),
    "in a chunk": http("200 OK", b'5\r\n{"tas', "Transfer-Encoding: chunked"),
    "in the length of a chunk": http("200 OK", b"zz\r\n{}", "Transfer-Encoding: chunked"),
    "or is not packed as it says": http("200 OK", b"{}", "Content-Encoding: gzip"),
    "in what is packed": http("200 OK", gzip.compress(b"{}")[:-9], "Content-Encoding: gzip", "Content-Length: 99"),
}


@pytest.mark.parametrize("name", BROKEN_OFF)
def test_a_body_that_breaks_off_is_no_answer(name: str) -> None:
    if name == "in what is packed" and urllib3.__version__.startswith("1."):
        pytest.skip("urllib3 1 does not count packed bytes; what is left of the JSON is none")
    with Server(BROKEN_OFF[name]) as server:
        error = failure(server.url)
    causes = {"the connection broke off"}
    if name == "before its length":
        causes.add("the body broke off after 11 of 20 bytes")
    assert error.cause in causes
    assert (error.may_have_happened, error.final) == (True, False)


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
@pytest.mark.parametrize("name", ["before its length", "in a chunk", "or is not packed as it says"])
def test_a_refusal_is_one_although_its_body_breaks_off(status: str, name: str) -> None:
    """Else it would be tried again, and five refusals lock an access key."""
    with Server(BROKEN_OFF[name].replace(b"200 OK", status.encode())) as server:
        assert send(server.url)[::2] == (int(status[:3]), b"")


@pytest.mark.parametrize(
    "arrived", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", http("200 OK", b"", "Content-Length: 999999")]
)
def test_an_answer_that_trickles_in_can_not_outlive_the_timeout(
    monkeypatch: pytest.MonkeyPatch, arrived: bytes
) -> None:
    class Clock:
        """Each look at it takes a second."""

        monotonic = itertools.count().__next__

    def trickle(connection: socket.socket) -> None:
        connection.sendall(arrived)
        while True:
            connection.sendall(b"x")

    monkeypatch.setattr(deadline, "time", Clock)
    with Server(trickle) as server:
        error = failure(server.url, timeout=5)
    assert (error.cause, error.may_have_happened, error.final) == (
        "no whole answer came within 5 seconds",
        True,
        False,
    )


# No answer at all.


def test_a_refused_connection() -> None:
    address = f"http://{closed_port()}/v2/x"
    error = failure(address + "?secret=1", method="POST")
    assert str(error) == f"no answer to POST {address}: the connection was refused"
    assert (error.may_have_happened, error.final) == (False, False)


def test_an_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_arguments: object, **_named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    error = failure("https://dms.nowhere.invalid/v2/x")
    assert (error.cause, error.may_have_happened, error.final) == (
        "the name of the host can't be resolved",
        False,
        False,
    )


@pytest.mark.parametrize(
    ("raised", "cause"),
    [
        (socket.timeout("timed out"), "no connection within 5 seconds"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no connection could be made"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "no connection could be made"),
    ],
)
def test_a_host_that_is_not_reached(monkeypatch: pytest.MonkeyPatch, raised: OSError, cause: str) -> None:
    def create_connection(*_arguments: object, **_named: object) -> None:
        raise raised

    monkeypatch.setattr("urllib3.util.connection.create_connection", create_connection)
    error = failure("https://dms.example.com/v2/x")
    assert (error.cause, error.may_have_happened, error.final) == (cause, False, False)


def test_silence() -> None:
    ends: queue.Queue[None] = queue.Queue()
    with Server(lambda _connection: ends.get(timeout=5)) as server:
        error = failure(server.url, timeout=0.05)
        ends.put(None)
    assert (error.cause, error.may_have_happened, error.final) == (
        "no whole answer came within 0.05 seconds",
        True,
        False,
    )


def test_silence_in_the_middle_of_a_body() -> None:
    ends: queue.Queue[None] = queue.Queue()

    def half(connection: socket.socket) -> None:
        connection.sendall(http("200 OK", b"{", "Content-Length: 2"))
        ends.get(timeout=5)

    with Server(half) as server:
        error = failure(server.url, timeout=0.05)
        ends.put(None)
    assert (error.cause, error.may_have_happened, error.final) == (
        "no whole answer came within 0.05 seconds",
        True,
        False,
    )


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("play", [b"", _reset, b"HTTP/1.1 ", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_a_connection_that_breaks_off(play: Play) -> None:
    with Server(play) as server:
        error = failure(server.url)
    assert (error.cause, error.may_have_happened, error.final) == ("the connection broke off", True, False)


def test_a_header_that_can_not_be_sent_is_not_shown() -> None:
    error = failure("https://dms.example.com/v2/x", headers={"X-Auth-Token": "s3cret\r\nX-Evil: 1"})
    assert (error.cause, error.may_have_happened, error.final) == (
        "the request can't be formed (InvalidHeader)",
        False,
        True,
    )
    assert "s3cret" not in str(error)


# TLS.


class Certificate(t.NamedTuple):
    path: str

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> t.Callable[..., Certificate]:
    """Return what makes a certificate that signs itself, for 127.0.0.1 and today unless told otherwise."""
    folder = tmp_path_factory.mktemp("certificates")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "unit test")])
    today = datetime.datetime.now(datetime.timezone.utc)

    def make(host: str = "127.0.0.1", days: int = 0) -> Certificate:
        start = today + datetime.timedelta(days=days)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start - datetime.timedelta(days=1))
            .not_valid_after(start + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        path = folder / f"{host}{days}"
        path.write_bytes(
            made.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return Certificate(str(path))

    return make


def test_a_certificate_of_one_s_own_is_trusted_when_it_is_given(certificate: t.Any) -> None:
    own = certificate()
    with Server(http("200 OK"), tls=own.context) as server:
        assert send(server.url, verify=own.path).status == 200


def test_a_bundle_from_the_environment_is_trusted(certificate: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own = certificate()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", own.path)
    with Server(http("200 OK"), tls=own.context) as server:
        assert send(server.url).status == 200


@pytest.mark.filterwarnings("error::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("bundle", [None, "/nowhere/ca.pem"])
def test_verification_can_be_turned_off_without_a_word(
    certificate: t.Any, monkeypatch: pytest.MonkeyPatch, bundle: str | None
) -> None:
    if bundle:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    with Server(http("200 OK"), tls=certificate("127.0.0.2", days=-30).context) as server:
        assert send(server.url, verify=False).status == 200


@pytest.mark.parametrize(
    ("host", "days", "trusted", "word"),
    [
        ("127.0.0.1", 0, False, "self-signed certificate|self signed certificate"),
        ("127.0.0.1", -30, True, "certificate has expired"),
        ("127.0.0.1", 30, True, "certificate is not yet valid"),
        ("127.0.0.2", 0, True, "IP address mismatch|the handshake failed|another host"),  # the latter with urllib3 1
    ],
)
def test_a_certificate_that_does_not_hold_ends_it(
    certificate: t.Any, host: str, days: int, trusted: bool, word: str
) -> None:
    own = certificate(host, days)
    with Server(http("200 OK"), tls=own.context) as server:
        error = failure(server.url, verify=own.path if trusted else True, auth=TokenAuth("s3cret"))
    assert error.cause.startswith("TLS: ")
    assert any(part in error.cause for part in word.split("|"))
    assert (error.may_have_happened, error.final) == (False, True)
    assert "s3cret" not in str(error)


def test_a_server_without_tls_ends_it() -> None:
    class Blunt(Server):
        def _answer(self, connection: socket.socket, play: Play) -> None:
            connection.recv(65536)
            connection.sendall(t.cast("bytes", play))

    with Blunt(http("400 Bad Request")) as server:
        error = failure(server.url.replace("http:", "https:"))
    assert error.cause.startswith("TLS: ")
    assert (error.may_have_happened, error.final) == (False, True)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_bundle_that_can_not_be_read_ends_it(tmp_path: Path, content: str | None) -> None:
    bundle = tmp_path / "ca.pem"
    if content:
        bundle.write_text(content)
    with Server(http("200 OK")) as server:
        error = failure(server.url.replace("http:", "https:"), verify=str(bundle))
    assert (error.may_have_happened, error.final) == (False, True)
    assert error.cause.startswith(("the bundle of CA certificates", "TLS: "))


# Proxies.

BEYOND = "https://dms.example.com/v2/x"


@pytest.mark.parametrize(
    ("status", "final"),
    [("407 Proxy Authentication Required", True), ("403 Forbidden", True), ("502 Bad Gateway", False)],
)
def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch, status: str, final: bool) -> None:
    with Server(http(status)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:s3cret@{proxy.address}")
        error = failure(BEYOND, auth=TokenAuth("t0ken"))
    assert str(error) == f"no answer to GET {BEYOND}: the proxy refused with {status}"
    assert (error.may_have_happened, error.final) == (False, final)
    assert proxy.requests[0].startswith(b"CONNECT dms.example.com:443")
    assert b"t0ken" not in proxy.requests[0]


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:s3cret@{closed_port()}")
    error = failure(BEYOND)
    assert str(error) == f"no answer to GET {BEYOND}: the proxy can't be reached"
    assert (error.may_have_happened, error.final) == (False, False)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://user:s3cret@127.0.0.1:1",
        "http://user:s3cret@[x",
        "http://user:s3cret@h:port",
        "http://user:s3cret@",
    ],
)
def test_a_proxy_that_is_no_address_is_not_shown(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    error = failure(BEYOND)
    assert "s3cret" not in str(error)


@pytest.mark.parametrize(
    "raised",
    [
        requests.exceptions.RequestException("Authorization: s3cret"),
        ValueError("s3cret"),
        OSError("s3cret"),
        requests.exceptions.ConnectionError(OSError("http://user:s3cret@proxy")),
    ],
)
def test_the_text_of_an_exception_that_is_not_known_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, raised: Exception
) -> None:
    def send_(*_arguments: object, **_named: object) -> None:
        raise raised

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send_)
    error = failure(BEYOND)
    assert error.cause == "the connection broke off"
    assert error.__cause__ is None
    assert error.__suppress_context__
