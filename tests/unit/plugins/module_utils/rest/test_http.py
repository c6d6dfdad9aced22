# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import asyncio
import contextlib
import datetime
import errno
import gzip
import ipaddress
import queue
import socket
import ssl
import struct
import threading
import time
import typing as t
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
import trustme
import urllib3
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import http as http_module
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.auth import Auth, TokenAuth
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import ConnectionFailed
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.http import Http, RawResponse, Request
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.network_errors import explain
from ansible_collections.huaweicloud.kafka.tests.unit.support import READ, run_python
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

# The response to a connection: bytes, after which it is closed, or a function.
Play = t.Union[bytes, t.Callable[[socket.socket], None]]


class Server:
    """Responds to each connection with the next of *plays*; stops at the end of its ``with`` block."""

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
        # A last connection ends a blocked accept(), and closed sockets end functions that still send.
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
                    self._respond(connection, play)

    def _respond(self, connection: socket.socket, play: Play) -> None:
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


def request(url: str, method: str = "GET", **given: t.Any) -> Request:
    return Request(READ._replace(method=method), url, **{"headers": {}, "body": None, "auth": Auth(), **given})


def send(url: str, verify: bool | str = True, timeout: float = 5, **given: t.Any) -> RawResponse:
    http = Http(verify)
    try:
        return http.send(request(url, **given), timeout)
    finally:
        http.close()


def failure(address: str, **given: t.Any) -> ConnectionFailed:
    with pytest.raises(ConnectionFailed) as caught:
        send(address, **given)
    return caught.value


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize(
    "status", ["200 OK", "201 Created", "401 Unauthorized", "404 Not Found", "500 Internal Server Error"]
)
def test_any_status_is_a_response(status: str) -> None:
    with Server(http(status, b'{"a": 1}', "X-Request-Id: r-1")) as server:
        response = send(server.url + "/v2/x")
    assert (response.status, response.body) == (int(status[:3]), b'{"a": 1}')
    assert response.headers["x-request-ID"] == "r-1"


def test_204_has_no_body() -> None:
    with Server(http("204 No Content", b"", "Content-Length: 5")) as server:
        assert send(server.url).body == b""


def test_body_without_a_length_ends_with_the_connection() -> None:
    with Server(b"HTTP/1.0 200 OK\r\n\r\nall of it") as server:
        assert send(server.url).body == b"all of it"


def test_body_can_be_chunked_and_compressed() -> None:
    compressed = gzip.compress(b"x" * 200_000)
    chunks = (
        b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (compressed[:50], compressed[50:]))
        + b"0\r\n\r\n"
    )
    with Server(http("200 OK", chunks, "Transfer-Encoding: chunked", "Content-Encoding: gzip")) as server:
        assert send(server.url).body == b"x" * 200_000


def test_request_is_sent_unchanged() -> None:
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


def test_cookies_are_not_kept() -> None:
    with Server(http("200 OK", b"", "Set-Cookie: session=1; Path=/"), http("200 OK")) as server:
        session = Http(verify=True)
        for _time in range(2):
            session.send(request(server.url), 5)
        session.close()
    assert len(server.requests) == 2
    assert not any(b"cookie" in request.lower() for request in server.requests)


def test_netrc_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password s3cret\ndefault login user password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Server(http("200 OK"), http("200 OK")) as server:
        send(server.url)
        send(server.url, auth=TokenAuth("T"))
    assert not any(b"authorization" in request.lower() for request in server.requests)


def test_connection_is_reused() -> None:
    def twice(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1")
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2")

    with Server(twice) as server:
        session = Http(verify=True)
        bodies = [session.send(request(server.url), 5).body for _time in range(2)]
        session.close()
    assert bodies == [b"1", b"2"]


def _endless(piece: bytes) -> t.Callable[[socket.socket], None]:
    def play(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(piece)

    return play


def test_body_longer_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "LONGEST_BODY", 1024 * 1024)
    with Server(_endless(b"x" * 65536)) as server:
        error = failure(server.url)
    assert (error.cause, error.maybe_processed, error.final) == ("the body is longer than 1 MB", True, False)


def test_compressed_body_longer_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "LONGEST_BODY", 1024 * 1024)
    with Server(http("200 OK", gzip.compress(b"x" * 10_000_000), "Content-Encoding: gzip")) as server:
        assert failure(server.url).cause == "the body is longer than 1 MB"


TRUNCATED = {
    "before its length": http("200 OK", b'{"tasks": [', "Content-Length: 20"),
    "in a chunk": http("200 OK", b'5\r\n{"tas', "Transfer-Encoding: chunked"),
    "in the length of a chunk": http("200 OK", b"zz\r\n{}", "Transfer-Encoding: chunked"),
    "not compressed despite its header": http("200 OK", b"{}", "Content-Encoding: gzip"),
    "in compressed data": http("200 OK", gzip.compress(b"{}")[:-9], "Content-Encoding: gzip", "Content-Length: 99"),
}


@pytest.mark.parametrize("name", TRUNCATED)
def test_truncated_body_is_a_connection_failure(name: str) -> None:
    if name == "in compressed data" and urllib3.__version__.startswith("1."):
        pytest.skip("urllib3 1 does not count compressed bytes; the rest is not JSON")
    with Server(TRUNCATED[name]) as server:
        error = failure(server.url)
    causes = {"the connection was closed"}
    if name == "before its length":
        causes.add("the body ended after 11 of 20 bytes")
    assert error.cause in causes
    assert (error.maybe_processed, error.final) == (True, False)


def test_truncated_body_is_a_connection_failure_where_urllib3_does_not_check_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By default, urllib3 1 does not compare the body with its length."""
    unchecked = property(lambda response: False, lambda response, value: None)
    monkeypatch.setattr(urllib3.HTTPResponse, "enforce_content_length", unchecked, raising=False)
    with Server(TRUNCATED["before its length"]) as server:
        assert failure(server.url).cause == "the body ended after 11 of 20 bytes"


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
@pytest.mark.parametrize("name", ["before its length", "in a chunk", "not compressed despite its header"])
def test_401_and_403_need_no_complete_body(status: str, name: str) -> None:
    """Otherwise they would be retried, and five failed attempts lock an access key."""
    with Server(TRUNCATED[name].replace(b"200 OK", status.encode())) as server:
        response = send(server.url)
        assert (response.status, response.body) == (int(status[:3]), b"")


def trickle(sent: bytes, delay: float, pieces: int) -> t.Callable[[socket.socket], None]:
    """Send *sent*, and then single bytes with *delay* seconds before each."""

    def play(connection: socket.socket) -> None:
        connection.sendall(sent)
        for _piece in range(pieces):
            time.sleep(delay)
            connection.sendall(b"x")

    return play


def test_timeout_ends_a_slow_body() -> None:
    with Server(trickle(http("200 OK", b"", "Content-Length: 999999"), 0.01, 1000)) as server:
        begin = time.monotonic()
        error = failure(server.url, timeout=0.2)
    assert time.monotonic() - begin < 5
    assert (error.cause, error.maybe_processed, error.final) == (
        "no complete response within 0.2 seconds",
        True,
        False,
    )


def test_timeout_bounds_each_wait_for_the_head() -> None:
    """A slow head may take longer in total, as documented."""
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nX-Slow: "

    def play(connection: socket.socket) -> None:
        trickle(head, 0.05, 8)(connection)
        connection.sendall(b"\r\n\r\n{}")

    with Server(play, trickle(head, 2, 1)) as server:
        assert send(server.url, timeout=0.3).headers["X-Slow"] == "x" * 8
        assert failure(server.url, timeout=0.3).cause == "no complete response within 0.3 seconds"


def test_connection_refused() -> None:
    address = f"http://{closed_port()}/v2/x"
    error = failure(address + "?secret=1", method="POST")
    assert str(error) == f"no response to POST {address}: the connection was refused"
    assert (error.maybe_processed, error.final) == (False, False)


def test_host_name_can_not_be_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_arguments: object, **_named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    error = failure("https://dms.nowhere.invalid/v2/x")
    assert (error.cause, error.maybe_processed, error.final) == (
        "the host name can't be resolved",
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
def test_host_can_not_be_reached(monkeypatch: pytest.MonkeyPatch, raised: OSError, cause: str) -> None:
    def create_connection(*_arguments: object, **_named: object) -> None:
        raise raised

    monkeypatch.setattr("urllib3.util.connection.create_connection", create_connection)
    error = failure("https://dms.example.com/v2/x")
    assert (error.cause, error.maybe_processed, error.final) == (cause, False, False)


def test_no_response_within_the_timeout() -> None:
    ends: queue.Queue[None] = queue.Queue()
    with Server(lambda _connection: ends.get(timeout=5)) as server:
        error = failure(server.url, timeout=0.05)
        ends.put(None)
    assert (error.cause, error.maybe_processed, error.final) == (
        "no complete response within 0.05 seconds",
        True,
        False,
    )


def test_no_further_body_within_the_timeout() -> None:
    ends: queue.Queue[None] = queue.Queue()

    def half(connection: socket.socket) -> None:
        connection.sendall(http("200 OK", b"{", "Content-Length: 2"))
        ends.get(timeout=5)

    with Server(half) as server:
        error = failure(server.url, timeout=0.05)
        ends.put(None)
    assert (error.cause, error.maybe_processed, error.final) == (
        "no complete response within 0.05 seconds",
        True,
        False,
    )


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("play", [b"", _reset, b"HTTP/1.1 ", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_connection_closed_before_the_response(play: Play) -> None:
    with Server(play) as server:
        error = failure(server.url)
    assert (error.cause, error.maybe_processed, error.final) == ("the connection was closed", True, False)


def test_invalid_header_is_not_shown() -> None:
    error = failure("https://dms.example.com/v2/x", headers={"X-Auth-Token": "s3cret\r\nX-Evil: 1"})
    assert (error.cause, error.maybe_processed, error.final) == (
        "the request is invalid (InvalidHeader)",
        False,
        True,
    )
    assert "s3cret" not in str(error)


class Certificate(t.NamedTuple):
    path: str

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> t.Callable[..., Certificate]:
    """Return a function that makes a certificate, by default for 127.0.0.1 and today, and self-signed.

    One with another *subject* is issued by those without, and has no authority key identifier.
    """
    folder = tmp_path_factory.mktemp("certificates")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "unit test")])
    today = datetime.datetime.now(datetime.timezone.utc)

    def make(host: str = "127.0.0.1", days: int = 0, subject: str = "unit test") -> Certificate:
        start = today + datetime.timedelta(days=days)
        built = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start - datetime.timedelta(days=1))
            .not_valid_after(start + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        path = folder / f"{host}{days}{subject}"
        path.write_bytes(
            built.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return Certificate(str(path))

    return make


def test_ca_path_is_trusted(certificate: t.Any) -> None:
    own = certificate()
    with Server(http("200 OK"), tls=own.context) as server:
        assert send(server.url, verify=own.path).status == 200


def test_requests_ca_bundle_is_trusted(certificate: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own = certificate()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", own.path)
    with Server(http("200 OK"), tls=own.context) as server:
        assert send(server.url).status == 200


@pytest.mark.filterwarnings("error::urllib3.exceptions.InsecureRequestWarning")
@pytest.mark.parametrize("bundle", [None, "/nowhere/ca.pem"])
def test_verification_can_be_turned_off_without_a_warning(
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
def test_invalid_certificate_is_final(certificate: t.Any, host: str, days: int, trusted: bool, word: str) -> None:
    own = certificate(host, days)
    with Server(http("200 OK"), tls=own.context) as server:
        error = failure(server.url, verify=own.path if trusted else True, auth=TokenAuth("s3cret"))
    assert error.cause.startswith("TLS: ")
    assert any(part in error.cause for part in word.split("|"))
    assert (error.maybe_processed, error.final) == (False, True)
    assert "s3cret" not in str(error)


def test_server_without_tls_is_final() -> None:
    class PlainServer(Server):
        def _respond(self, connection: socket.socket, play: Play) -> None:
            connection.recv(65536)
            connection.sendall(t.cast("bytes", play))

    with PlainServer(http("400 Bad Request")) as server:
        error = failure(server.url.replace("http:", "https:"))
    assert error.cause.startswith("TLS: ")
    assert (error.maybe_processed, error.final) == (False, True)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_unreadable_ca_bundle_is_final(tmp_path: Path, content: str | None) -> None:
    bundle = tmp_path / "ca.pem"
    if content:
        bundle.write_text(content)
    with Server(http("200 OK")) as server:
        error = failure(server.url.replace("http:", "https:"), verify=str(bundle))
    assert (error.maybe_processed, error.final) == (False, True)
    assert error.cause.startswith(("the bundle of CA certificates", "TLS: "))


URL = "https://dms.example.com/v2/x"
PASSWORDS = ("s3cret#x", "s3cret/x", "s3cret?x", "12#s3cret", "12/s3cret", "#s3cret", "s3cret\\x", "s3cret[x")


@pytest.mark.parametrize(
    ("status", "final"),
    [("407 Proxy Authentication Required", True), ("403 Forbidden", True), ("502 Bad Gateway", False)],
)
def test_proxy_returns_an_error(monkeypatch: pytest.MonkeyPatch, status: str, final: bool) -> None:
    with Server(http(status)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:s3cret@{proxy.address}")
        error = failure(URL, auth=TokenAuth("t0ken"))
    assert str(error) == f"no response to GET {URL}: the proxy returned {status}"
    assert (error.maybe_processed, error.final) == (False, final)
    assert proxy.requests[0].startswith(b"CONNECT dms.example.com:443")
    assert b"t0ken" not in proxy.requests[0]


def test_proxy_can_not_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:s3cret@{closed_port()}")
    error = failure(URL)
    assert str(error) == f"no response to GET {URL}: the proxy can't be reached"
    assert (error.maybe_processed, error.final) == (False, False)


@pytest.mark.parametrize(
    "address",
    [
        "ftp://user:s3cret@127.0.0.1:1",
        "http://user:s3cret@[x",
        "http://user:s3cret@h:port",
        "http://user:s3cret@",
        *(f"{scheme}user:{password}@127.0.0.1:1" for scheme in ("http://", "socks5h://", "") for password in PASSWORDS),
    ],
)
def test_invalid_proxy_address_is_not_shown(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    error = failure(URL)
    assert "s3cret" not in str(error)


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", "socks5h://", ""])
def test_proxy_password_that_is_not_percent_encoded_is_final(
    monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str
) -> None:
    with Server(http("200 OK")) as proxy:
        for password in PASSWORDS:
            monkeypatch.setenv(variable, f"{scheme}user:{password}@{proxy.address}")
            error = failure(f"{URL}?a=b", verify=False)
            assert str(error) == (
                f"no response to GET {URL}: the proxy's address in {variable.upper()} is invalid:"
                " percent-encode special characters of its password"
            )
            assert (error.maybe_processed, error.final) == (False, True)
        assert proxy.requests == []


def test_other_proxy_passwords_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = [quote(password, safe="") for password in PASSWORDS]
    for password in (*encoded, "s3c@ret", "s3c ret", "s3:cret", "s3%cret", ""):
        with Server(*[http("407 No")] * 3) as proxy:
            for end in ("", "/", "/path?query#fragment"):
                monkeypatch.setenv("HTTPS_PROXY", f"http://user:{password}@{proxy.address}{end}")
                assert failure(URL, verify=False).cause == "the proxy returned 407 No"


@pytest.mark.parametrize(
    "address", ["proxy.invalid", "[::1]:1", "http://[::1]:1/", "HTTP://127.0.0.1:1", "127.0.0.1:000001"]
)
def test_valid_proxy_address_without_a_password(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    assert failure(URL).cause == "the proxy can't be reached"


@pytest.mark.parametrize(
    "address",
    [
        *("http://proxy:port", "http://proxy:99999", "proxy:65536", "proxy:0", "proxy:-1", "socks5h://proxy:99999"),
        *("http://user:p@proxy:99999", "http://user:p@:1", "http://", "http://:1", ":1", " ", "\t"),
        *(
            "proxy:3128",
            "user:p@proxy:3128",
            "http:/proxy:1",
            "http:proxy:1",
            "//proxy:1",
            "://proxy:1",
            "a-b:/proxy:1",
        ),
        *("ftp://proxy:1", "socks://proxy:1", "socks6://proxy:1", "a-b://proxy:1"),
        *("http://[::1", "http://[]", "http://::1:1", "http://[::g]:1", "[::1]:99999"),
        *("http://proxy\n", "http://proxy:1\n", " http://proxy:1", "http:// proxy:1", "proxy :1", "proxy: 1"),
        *("http://.proxy", "http://a..b", "x" * 64),
    ],
)
def test_invalid_proxy_address_is_final(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", address)
    error = failure(URL)
    advice = "" if "://" in address else ": it must begin with http://"
    assert error.cause == f"the proxy's address in HTTPS_PROXY is invalid{advice}"
    assert (error.maybe_processed, error.final) == (False, True)


def test_invalid_proxy_address_is_ignored_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:port")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert failure(f"https://{closed_port()}/").cause == "the connection was refused"


@pytest.mark.parametrize(
    "raised",
    [
        requests.exceptions.RequestException("Authorization: s3cret"),
        ValueError("s3cret"),
        OSError("s3cret"),
        requests.exceptions.ConnectionError(OSError("http://user:s3cret@proxy")),
    ],
)
def test_text_of_an_unknown_exception_is_not_shown(monkeypatch: pytest.MonkeyPatch, raised: Exception) -> None:
    def send_(*_arguments: object, **_named: object) -> None:
        raise raised

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send_)
    error = failure(URL)
    assert error.cause == "the connection was closed"
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_system_ca_store_is_trusted_besides_that_of_requests(
    certificate: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = certificate()
    monkeypatch.setenv("SSL_CERT_FILE", own.path)
    with Server(http("200 OK"), tls=own.context) as server:
        assert send(server.url).status == 200


@pytest.mark.parametrize("trusted", [True, False])
def test_certificate_that_is_refused_from_python_3_13_on(
    certificate: t.Any, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    def strict() -> ssl.SSLContext:
        context = create()
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    create = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", strict)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", certificate().path)
    with Server(http("200 OK"), tls=certificate(subject="issued").context) as server:
        error = failure(server.url)
    assert (error.maybe_processed, error.final) == (False, True)
    assert ("Python 3.13" in str(error.hint)) is trusted
    assert ("ca_path" in str(error.hint)) is not trusted


@pytest.mark.parametrize(
    ("code", "message", "strict"),
    [
        (85, "Missing Authority Key Identifier", True),
        (80, "Path length invalid for non-CA cert", True),
        (93, "Using cert extension requires at least X509v3", True),
        (79, "invalid CA certificate", False),
        (20, "unable to get local issuer certificate", False),
        (94, "Certificate public key has explicit ECC parameters", False),
    ],
)
def test_hint_for_a_refused_certificate(code: int, message: str, strict: bool) -> None:
    cause = ssl.SSLCertVerificationError(1, "certificate verify failed")
    cause.verify_code, cause.verify_message = code, message
    found = explain(requests.exceptions.SSLError(cause), 30)
    assert (found.cause, found.sent, found.final) == (f"TLS: {message}", False, True)
    assert ("Python 3.13" in str(found.hint), "ca_path" in str(found.hint)) == (strict, not strict)


@pytest.mark.parametrize("through", ["ca_path", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_ca_path_and_ca_bundle_are_exclusive(certificate: t.Any, monkeypatch: pytest.MonkeyPatch, through: str) -> None:
    trusted, other = certificate(), certificate("127.0.0.1", 0)
    path = Path(trusted.path).with_suffix(".other")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", trusted.path)
    if through != "ca_path":
        monkeypatch.setenv(through, str(path))
    with Server(http("200 OK"), tls=other.context) as server:
        error = failure(server.url, verify=str(path) if through == "ca_path" else True)
    assert error.cause.startswith("TLS: ")
    assert "ca_path" in (error.hint or "")


@pytest.fixture
def socks_proxy() -> t.Iterator[str]:
    """Return the address of a SOCKS5 proxy on loopback."""
    pproxy = pytest.importorskip("pproxy", reason="pproxy is not installed")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    loop, started = asyncio.new_event_loop(), threading.Event()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        server = pproxy.Server(f"socks5://127.0.0.1:{port}")
        handler = loop.run_until_complete(server.start_server({"rserver": [pproxy.Connection("direct")]}))
        started.set()
        loop.run_forever()
        handler.close()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert started.wait(10)
    yield f"127.0.0.1:{port}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_request_through_a_socks_proxy(
    certificate: t.Any, monkeypatch: pytest.MonkeyPatch, socks_proxy: str, scheme: str
) -> None:
    pytest.importorskip("socks", reason="PySocks is not installed")
    own = certificate()
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://{socks_proxy}")
    monkeypatch.setenv("SSL_CERT_FILE", own.path)
    with Server(http("200 OK", b"{}"), tls=own.context) as server:
        assert send(server.url).body == b"{}"
        error = failure(f"https://{closed_port()}")
    assert error.final is False


def test_missing_pysocks_is_reported_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests.adapters, "SOCKSProxyManager", _without_pysocks)
    monkeypatch.setenv("HTTPS_PROXY", "socks5h://user:s3cret@127.0.0.1:1")
    error = failure(URL)
    assert "PySocks" in error.cause
    assert "pysocks" in (error.hint or "")
    assert (error.maybe_processed, error.final) == (False, True)
    assert "s3cret" not in str(error)


def _without_pysocks(*_arguments: object, **_named: object) -> None:
    # Like requests if urllib3.contrib.socks can't be imported.
    raise requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")


FORKED = """
import os, urllib.request
parent = os.getpid()
def system(*_host):
    assert os.getpid() == parent, "read in a forked process"
    return {"https": "http://127.0.0.1:1"}
def bypass(_host):
    assert os.getpid() == parent, "read in a forked process"
    return False
urllib.request.getproxies, urllib.request.proxy_bypass = system, bypass
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import http
import requests.utils, requests.sessions, requests.compat
for module in (requests.utils, requests.sessions, requests.compat):
    for name, replacement in (("getproxies", system), ("proxy_bypass", bypass)):
        if hasattr(module, name):
            setattr(module, name, replacement)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.auth import Auth
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import ConnectionFailed
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
READ = Operation("Read", "GET", "/", None, reads=True, repeatable=True)
child = os.fork()
if not child:
    try:
        http.Http(True).send(http.Request(READ, "https://dms.example.com/", {}, None, Auth()), 5)
    except ConnectionFailed as error:
        os._exit(0 if "proxy" in str(error) else 3)
    except BaseException as error:
        print(repr(error), flush=True)
    os._exit(4)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_system_proxies_are_not_read_in_a_forked_process() -> None:
    done = run_python("-c", FORKED)
    assert done.returncode == 0, done.stdout + done.stderr


def test_certificate_in_the_system_ca_store_needs_the_right_host(
    certificate: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = certificate("127.0.0.2")
    monkeypatch.setenv("SSL_CERT_FILE", other.path)
    with Server(http("200 OK"), tls=other.context) as server:
        error = failure(server.url)
    assert error.cause.startswith("TLS: ")
    assert error.final
