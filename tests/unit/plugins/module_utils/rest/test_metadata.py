# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""The keys of the agency of an ECS, from its metadata service."""

from __future__ import annotations

import http.server
import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import metadata
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection, Rejections
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import AssumedRole, Ecs
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import CredentialsRejected, KafkaError
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.http import Http
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.settings import Settings
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    DMS,
    IAM,
    LOST,
    PROJECT_ID,
    READ,
    REFUSED,
    UNTRUSTED,
    Clock,
    Reply,
    Service,
    error_reply,
    reply,
)

SETTINGS = Settings(DMS, IAM, "eu-west-101", PROJECT_ID, None, Ecs(), verify=True, timeout=30, max_retries=5)
PUT = "PUT http://169.254.169.254/meta-data/latest/api/token"
KEYS = "GET http://169.254.169.254/openstack/latest/securitykey"
ASSUME = f"POST {IAM}/v3.0/OS-CREDENTIAL/securitytokens"
DOMAINS = f"GET {IAM}/v3/auth/domains"
GET = f"GET /v2/{PROJECT_ID}/x"
TOKEN = reply(200, "MT1-secret==\n")
NO_TOKENS = reply(404, "<html>")
NO_AGENCY = reply(401, "Please configure Cloud Service Agency first.")


def make(clock: Clock, service: t.Any, rejections: Rejections | None = None, **settings: t.Any) -> Client:
    return Client(Connection(SETTINGS._replace(**settings), http=service, clock=clock, rejections=rejections))


def failure(client: Client) -> t.Any:
    with pytest.raises(KafkaError) as caught:
        client.call(READ)
    return caught.value


def keys(number: int = 1, expires_at: t.Any = "2024-01-02T09:04:05.000000Z", **headers: str) -> Reply:
    """Return keys for six hours, by the clock of the tests."""
    found = {"access": f"EAK{number}", "secret": f"ESK{number}-secret", "securitytoken": f"EST{number}-secret"}
    return reply(200, {"credential": {**found, "expires_at": expires_at}}, **headers)


def used(service: Service) -> list[str]:
    """Return the access key of each request that is signed."""
    signed = (request.headers.get("Authorization") for request in service.requests)
    return [header.partition("Access=")[2].partition(",")[0] for header in signed if header]


def test_keys_are_read_once_with_a_token(clock: Clock, service: Service) -> None:
    client = make(clock, service)
    service.expect((PUT, TOKEN), (KEYS, keys()), (GET, 204), (GET, 204))
    client.call(READ)
    client.call(READ)
    put, get, first, _second = service.requests
    assert put.headers == {"X-Metadata-Token-Ttl-Seconds": "21600", "Content-Length": "0"}
    assert get.headers == {"X-Metadata-Token": "MT1-secret=="}
    assert service.timeouts[:2] == [3, 3]
    assert (first.headers["X-Security-Token"], used(service)) == ("EST1-secret", ["EAK1", "EAK1"])


@pytest.mark.parametrize("status", [404, 405, 503])
def test_keys_are_read_without_a_token_if_there_are_none(clock: Clock, service: Service, status: int) -> None:
    service.expect((PUT, status), (KEYS, keys()), (GET, 204))
    make(clock, service).call(READ)
    assert service.requests[1].headers == {}
    assert clock.sleeps == []


def test_expired_token_is_replaced_once(clock: Clock, service: Service) -> None:
    service.expect((PUT, TOKEN), (KEYS, 401), (PUT, reply(200, "MT2-secret")), (KEYS, keys()), (GET, 204))
    make(clock, service).call(READ)
    assert [request.headers.get("X-Metadata-Token") for request in service.requests[:4]] == [
        None, "MT1-secret==", None, "MT2-secret",
    ]  # fmt: skip


def test_token_is_requested_if_it_is_needed_after_all(clock: Clock, service: Service) -> None:
    service.expect((PUT, 503), (KEYS, 401), (PUT, TOKEN), (KEYS, keys()), (GET, 204))
    make(clock, service).call(READ)


UNUSABLE = "the metadata service returned {} for {}"
OF_TOKEN = "PUT /meta-data/latest/api/token"
OF_KEYS = "GET /openstack/latest/securitykey"
NO_KEYS = "the metadata service returned no usable keys"


@pytest.mark.parametrize(
    ("replies", "message"),
    [
        ([(PUT, TOKEN), (KEYS, NO_AGENCY)], UNUSABLE.format(401, OF_KEYS)),
        ([(PUT, NO_TOKENS), (KEYS, NO_AGENCY)], UNUSABLE.format(401, OF_KEYS)),
        ([(PUT, TOKEN), (KEYS, 401), (PUT, TOKEN), (KEYS, 401)], UNUSABLE.format(401, OF_KEYS)),
        ([(PUT, NO_TOKENS), (KEYS, 401), (PUT, NO_TOKENS)], UNUSABLE.format(401, OF_KEYS)),
        ([(PUT, NO_TOKENS), (KEYS, 404)], UNUSABLE.format(404, OF_KEYS)),
        ([(PUT, NO_TOKENS), (KEYS, reply(302, Location="https://x"))], UNUSABLE.format(302, OF_KEYS)),
        ([(PUT, 403)], UNUSABLE.format(403, OF_TOKEN)),
        ([(PUT, 500), (PUT, 500)], UNUSABLE.format(500, OF_TOKEN)),
        ([(PUT, reply(200, "<html> x"))], "the metadata service returned no usable token"),
        ([(PUT, reply(200, "a\r\nX-Evil: 1"))], "the metadata service returned no usable token"),
        ([(PUT, 200)], "the metadata service returned no usable token"),
        ([(PUT, TOKEN), (KEYS, 429), (KEYS, 503)], UNUSABLE.format(503, OF_KEYS)),
        *[
            ([(PUT, TOKEN), (KEYS, reply(200, body))], NO_KEYS)
            for body in ("", "<html>", "[" * 9999, {}, [], {"credential": None}, {"credential": {"access": "AK"}})
        ],
        ([(PUT, LOST), (PUT, LOST)], f"no response of the metadata service: {LOST}"),
        ([(PUT, REFUSED), (PUT, REFUSED)], f"no response of the metadata service: {REFUSED}"),
        ([(PUT, UNTRUSTED)], f"no response of the metadata service: {UNTRUSTED}"),
        ([(PUT, TOKEN), (KEYS, LOST), (KEYS, LOST)], f"no response of the metadata service: {LOST}"),
    ],
)  # fmt: skip
def test_machine_without_an_agency_fails(
    clock: Clock, service: Service, replies: list[tuple[str, t.Any]], message: str
) -> None:
    rejections: Rejections = {}
    service.expect(*replies)
    error = failure(make(clock, service, rejections))
    service.assert_all_sent()
    assert (str(error), error.action) == (message, "get the keys of the agency of this ECS")
    assert (
        error.hint
        == "credentials_source ecs works on an ECS that has an agency which delegates to the cloud service ECS."
    )
    # Not a response of IAM: nothing counts towards a lock.
    assert (error.payload, rejections) == (None, {})


@pytest.mark.parametrize("failed", [LOST, REFUSED, reply(429), reply(500), reply(502), reply(504)])
def test_failure_that_can_pass_is_retried_once(clock: Clock, service: Service, failed: t.Any) -> None:
    service.expect((PUT, failed), (PUT, TOKEN), (KEYS, failed), (KEYS, keys()), (GET, 204))
    make(clock, service).call(READ)
    assert clock.sleeps == [0.5, 0.5]


def test_nothing_is_retried_with_max_retries_0(clock: Clock, service: Service) -> None:
    service.expect((PUT, LOST))
    failure(make(clock, service, max_retries=0))
    service.assert_all_sent()


# --- renewal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expires_at", "headers", "seconds"),
    [
        ("2024-01-02T09:04:05Z", {}, 6 * 3600 - 300),
        ("2024-01-02T03:10:05Z", {}, 240),
        ("2030-01-02T09:04:05Z", {"Date": "Wed, 02 Jan 2030 03:04:05 GMT"}, 6 * 3600 - 300),
        ("2020-01-02T09:04:05Z", {"Date": "Thu, 02 Jan 2020 03:04:05 GMT"}, 6 * 3600 - 300),
    ],
)
def test_keys_are_renewed_before_their_end(
    clock: Clock, service: Service, expires_at: str, headers: dict[str, str], seconds: int
) -> None:
    client = make(clock, service)
    service.expect((PUT, TOKEN), (KEYS, keys(1, expires_at, **headers)), (GET, 204), (GET, 204))
    client.call(READ)
    clock.now += seconds - 1
    client.call(READ)
    clock.now += 1
    service.expect((PUT, TOKEN), (KEYS, keys(2, expires_at, **headers)), (GET, 204))
    client.call(READ)
    assert used(service) == ["EAK1", "EAK1", "EAK2"]


@pytest.mark.parametrize("expires_at", [None, "", "soon", "2020-01-02T09:04:05Z"])
def test_keys_with_an_unknown_end_are_renewed_when_they_are_rejected(
    clock: Clock, service: Service, expires_at: t.Any
) -> None:
    client = make(clock, service)
    service.expect((PUT, TOKEN), (KEYS, keys(1, expires_at)), (GET, 204), (GET, 204), (GET, 401))
    service.expect((PUT, TOKEN), (KEYS, keys(2, expires_at)), (GET, 204))
    client.call(READ)
    clock.now += 10**6
    client.call(READ)
    client.call(READ)
    assert used(service) == ["EAK1", "EAK1", "EAK1", "EAK2"]


@pytest.mark.parametrize("failed", [LOST, reply(500), NO_AGENCY])
def test_keys_are_used_until_their_end_without_the_metadata_service(
    clock: Clock, service: Service, failed: t.Any
) -> None:
    client = make(clock, service, max_retries=0)
    service.expect((PUT, TOKEN), (KEYS, keys()), (GET, 204), (PUT, NO_TOKENS), (KEYS, failed), (GET, 204), (GET, 204))
    client.call(READ)
    clock.now += 6 * 3600 - 200
    client.call(READ)
    client.call(READ)
    clock.now += 200
    service.expect((PUT, NO_TOKENS), (KEYS, failed))
    assert failure(client).action == "get the keys of the agency of this ECS"


# --- with an agency of another account -------------------------------------------------------------------------------


def test_agency_of_the_ecs_assumes_another_one(clock: Clock, service: Service) -> None:
    client = make(clock, service, credentials=AssumedRole(Ecs(), "operators", "other"))
    assumed = {"access": "TAK", "secret": "TSK", "securitytoken": "TST"}
    account = reply(200, {"domains": [{"id": "d-1"}]})
    service.expect((PUT, TOKEN), (KEYS, keys()), (ASSUME, ..., 403), (DOMAINS, account))
    service.expect((ASSUME, ..., reply(201, {"credential": assumed})), (GET, 204))
    client.call(READ)
    assert used(service) == ["EAK1", "EAK1", "EAK1", "TAK"]
    # Keys of the ECS that expired are replaced when the agency is assumed again.
    clock.now += 3600
    service.expect(
        (ASSUME, ..., 401), (PUT, TOKEN), (KEYS, keys(2)), (ASSUME, ..., reply(201, {"credential": assumed}))
    )
    service.expect((GET, 204))
    client.call(READ)
    assert used(service)[4:] == ["EAK1", "EAK2", "TAK"]


def test_rejected_keys_of_the_ecs_stop_all_that_use_them(clock: Clock, service: Service) -> None:
    rejections: Rejections = {}
    role = AssumedRole(Ecs(), "operators", "other")
    service.expect((PUT, TOKEN), (KEYS, keys()), (ASSUME, ..., error_reply(401, "APIG.0301")))
    failure(make(clock, service, rejections, credentials=role))
    for credentials in (role, Ecs(), AssumedRole(Ecs(), "auditors", "other")):
        assert isinstance(failure(make(clock, service, rejections, credentials=credentials)), CredentialsRejected)


# --- secrets, proxies and the network --------------------------------------------------------------------------------


def test_secrets_are_masked(clock: Clock, service: Service) -> None:
    lines: list[str] = []
    connection = Connection(SETTINGS, http=t.cast("t.Any", service), clock=clock)
    client = Client(connection, log=lambda _verbosity, line: lines.append(line))
    echoed = error_reply(400, "DMS.1", "MT1-secret== ESK1-secret EST1-secret", X_Request_Id="EST1-secret")
    service.expect((PUT, TOKEN), (KEYS, keys()), (GET, echoed))
    assert failure(client).message == "******** ******** ********"
    assert lines[:2] == [f"{OF_TOKEN}: 200", f"{OF_KEYS}: 200"]
    assert "-secret" not in str(lines)


class Handler(http.server.BaseHTTPRequestHandler):
    """Returns 404 for a token, keys, and 204 for what is signed; records all requests."""

    lines: t.ClassVar[list[str]] = []

    def _respond(self) -> None:
        self.lines.append(f"{self.command} {self.path}")
        found = keys() if "securitykey" in self.path else reply(404 if self.command == "PUT" else 204)
        self.send_response(found.status)
        self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        self.wfile.write(found.body)

    do_GET = do_PUT = do_CONNECT = _respond  # noqa: N815 - names of the base class

    def log_message(self, *arguments: t.Any) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[str]:
    monkeypatch.setattr(Handler, "lines", [])
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


@pytest.mark.parametrize("no_proxy", [None, "", "example.com"])
@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_metadata_service_is_never_asked_through_a_proxy(
    server: str, monkeypatch: pytest.MonkeyPatch, name: str, no_proxy: str | None
) -> None:
    monkeypatch.setattr(metadata, "ADDRESS", server)
    monkeypatch.setenv(name, "http://127.0.0.1:1")
    if no_proxy is not None:
        monkeypatch.setenv("NO_PROXY", no_proxy)
    connection = Connection(SETTINGS._replace(dms_endpoint=server, max_retries=0), http=Http(verify=True))
    Client(connection).call(READ)
    connection.close()
    assert Handler.lines == [OF_TOKEN, OF_KEYS, GET]
