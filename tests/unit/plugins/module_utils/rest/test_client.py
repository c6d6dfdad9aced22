# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection, Rejections
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import AccessKey, Password, Token
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import (
    CredentialsRejected,
    InvalidOption,
    KafkaError,
    ServiceError,
    Stopped,
    UnexpectedResponse,
    UnexpectedState,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.settings import Settings
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.signature import authorization
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    DMS,
    IAM,
    LOST,
    PROJECT_ID,
    REFUSED,
    UNTRUSTED,
    Clock,
    Reply,
    Service,
    error_codes,
    error_reply,
    reply,
)

_THING = "/v2/{project_id}/things/{thing_id}"
READ = Operation("ShowThing", "GET", _THING, "dms:thing:get", reads=True, repeatable=True)
DELETE = Operation("DeleteThing", "DELETE", _THING, None, reads=False, repeatable=True)
CHANGE = Operation("ChangeThing", "PUT", _THING, None, reads=False, repeatable=True)
RESTART = Operation("RestartThing", "PUT", _THING, None, reads=False, repeatable=False)
QUERY = Operation("QueryThing", "POST", _THING, None, reads=True, repeatable=True)
CREATE = Operation("CreateThing", "POST", "/v2/{project_id}/things", None, reads=False, repeatable=False)
THING = f"/v2/{PROJECT_ID}/things/t-1"

KEYS = AccessKey("AK", "SK")
PASSWORD = Password("user", "pw", "dom")
BUSY = error_reply(503, "DMS.1", "busy")
THROTTLED = error_reply(429, "APIG.0308", "slow down")
SETTINGS = Settings(DMS, IAM, "eu-west-101", PROJECT_ID, None, KEYS, verify=True, timeout=30, max_retries=5)


def connect(clock: Clock, service: Service, rejections: Rejections | None = None, **settings: t.Any) -> Connection:
    http = t.cast("t.Any", service)
    return Connection(SETTINGS._replace(**settings), http=http, clock=clock, rejections=rejections)


def make(clock: Clock, service: Service, **settings: t.Any) -> Client:
    return Client(connect(clock, service, **settings))


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    return make(clock, service)


def failure(client: Client, operation: Operation = READ, **ids: str) -> t.Any:
    with pytest.raises(KafkaError) as caught:
        client.call(operation, **(ids or {"thing_id": "t-1"}))
    return caught.value


def test_call_sends_one_signed_request(client: Client, service: Service) -> None:
    service.expect((f"GET {THING}?a=x%20y%26&b=1", reply(200, {"ok": True}, X_Request_Id="r-1")))
    got = client.call(READ, query={"b": "1", "a": "x y&"}, thing_id="t-1")
    assert (got.operation, got.path, got.status) == (READ, THING, 200)
    assert (got.body, got.request_id) == ({"ok": True}, "r-1")
    headers = {
        "Content-Type": "application/json",
        "X-Project-Id": PROJECT_ID,
        "X-Sdk-Date": "20240102T030405Z",
        "Host": "dms.example.com",
    }
    signed = authorization("GET", f"{DMS}{THING}?a=x%20y%26&b=1", headers, b"", "AK", "SK")
    assert service.requests[0].headers == {**headers, "Authorization": signed}
    assert service.timeouts == [30]


def test_body_is_sent_as_json_and_signed(client: Client, service: Service) -> None:
    body = {"task_name": "tést", "n": 1}
    service.expect((f"POST /v2/{PROJECT_ID}/things", body, reply(200, {"task_id": "1"})))
    assert client.call(CREATE, body=body).body == {"task_id": "1"}
    sent = service.requests[0]
    assert sent.body == json.dumps(body).encode()
    assert sent.headers["Content-Length"] == str(len(sent.body))
    signed = {name: sent.headers[name] for name in ("Content-Type", "X-Project-Id", "X-Sdk-Date", "Host")}
    assert sent.headers["Authorization"] == authorization("POST", sent.url or "", signed, sent.body, "AK", "SK")


def test_temporary_key_sends_its_security_token(clock: Clock, service: Service) -> None:
    service.expect((f"GET {THING}", 204))
    assert make(clock, service, credentials=AccessKey("AK", "SK", "ST")).call(READ, thing_id="t-1").body is None
    sent = service.requests[0].headers
    assert sent["X-Security-Token"] == "ST"
    assert "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token," in sent["Authorization"]


def test_token_is_sent_without_a_signature(clock: Clock, service: Service) -> None:
    service.expect((f"GET {THING}", 204))
    make(clock, service, credentials=Token("T")).call(READ, thing_id="t-1")
    assert service.requests[0].headers == {"Content-Type": "application/json", "X-Auth-Token": "T"}


def test_id_is_quoted_in_the_path(client: Client, service: Service) -> None:
    service.expect((f"GET /v2/{PROJECT_ID}/things/..%2F..%2Fx%3Fy%23z", 204))
    client.call(READ, thing_id="../../x?y#z")


def test_close_closes_the_connections(clock: Clock, service: Service) -> None:
    connect(clock, service).close()
    assert service.closed


@pytest.mark.parametrize("operation", [READ, DELETE, CHANGE, QUERY])
@pytest.mark.parametrize(
    "failed",
    [
        LOST,
        REFUSED,
        reply(500),
        reply(502, "<html>"),
        reply(503),
        reply(504),
        reply(429),
        error_reply(404, "DMS.10240407"),
        error_reply(408, "DMS.111501024"),
        error_reply(400, "DMS.00400973"),
    ],
)
def test_repeatable_operation_is_retried(client: Client, service: Service, operation: Operation, failed: t.Any) -> None:
    line = f"{operation.method} {THING}"
    service.expect((line, failed), (line, failed), (line, reply(200, {})))
    assert client.call(operation, thing_id="t-1").status == 200
    service.assert_all_sent()


@pytest.mark.parametrize("failed", [REFUSED, reply(429), THROTTLED, error_reply(404, "DMS.10240407")])
def test_unrepeatable_operation_is_retried_if_nothing_was_processed(
    client: Client, service: Service, failed: t.Any
) -> None:
    for operation, path in ((CREATE, f"/v2/{PROJECT_ID}/things"), (RESTART, THING)):
        line = f"{operation.method} {path}"
        service.expect((line, failed), (line, failed), (line, reply(200, {})))
        assert client.call(operation, thing_id="t-1").status == 200
    service.assert_all_sent()


@pytest.mark.parametrize("failed", [LOST, reply(500), reply(502), reply(503), reply(504), reply(200, "<html>")])
def test_unrepeatable_operation_is_not_retried_if_the_outcome_is_unknown(
    client: Client, clock: Clock, service: Service, failed: t.Any
) -> None:
    for operation, path in ((CREATE, f"/v2/{PROJECT_ID}/things"), (RESTART, THING)):
        service.expect((f"{operation.method} {path}", failed))
        assert failure(client, operation).outcome_unknown
    assert clock.sleeps == []


@pytest.mark.parametrize("operation", [READ, DELETE, CREATE])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 501])
def test_client_errors_are_not_retried(
    client: Client, clock: Clock, service: Service, operation: Operation, status: int
) -> None:
    path = THING if operation is not CREATE else f"/v2/{PROJECT_ID}/things"
    service.expect((f"{operation.method} {path}", error_reply(status, "DMS.1")))
    error = failure(client, operation)
    assert (error.status, error.attempts, clock.sleeps) == (status, 1, [])


@pytest.mark.parametrize("code", sorted({row.code for row in error_codes() if row.status in {401, 403}}))
def test_401_and_403_are_not_retried(client: Client, service: Service, code: str) -> None:
    status = next(row.status for row in error_codes() if row.code == code)
    service.expect((f"GET {THING}", error_reply(status, code)))
    assert failure(client).code == code


@pytest.mark.parametrize("failed", [reply(200, "<html>"), reply(200, "{"), reply(302, Location="https://x")])
def test_unexpected_response_is_not_retried(client: Client, service: Service, failed: Reply) -> None:
    service.expect((f"GET {THING}", failed))
    assert isinstance(failure(client), (UnexpectedResponse, ServiceError))


def test_untrusted_certificate_is_not_retried(client: Client, clock: Clock, service: Service) -> None:
    service.expect((f"GET {THING}", UNTRUSTED))
    error = failure(client)
    assert str(error) == f"no response to GET {DMS}{THING}: TLS: certificate verify failed"
    assert clock.sleeps == []


def test_backoff_grows_and_the_error_counts_attempts(client: Client, clock: Clock, service: Service) -> None:
    service.expect(*[(f"GET {THING}", BUSY)] * 6)
    error = failure(client)
    assert clock.sleeps == [0.5, 1, 2, 4, 8]
    assert str(error) == f'GET {THING} returned 503 DMS.1 "busy" after 6 attempts'
    assert (error.attempts, error.outcome_unknown) == (6, True)


@pytest.mark.parametrize("max_retries", [0, 1, 3])
def test_max_retries_is_the_number_of_retries(clock: Clock, service: Service, max_retries: int) -> None:
    service.expect(*[(f"GET {THING}", LOST)] * (max_retries + 1))
    assert failure(make(clock, service, max_retries=max_retries)).attempts == max_retries + 1
    service.assert_all_sent()


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "3600"}, 60),
        ({"Retry_After": "0"}, 0.5),
        ({"Retry_After": "soon"}, 0.5),
        ({"Retry_After": "Tue, 02 Jan 2024 03:04:25 GMT", "Date": "Tue, 02 Jan 2024 03:04:05 GMT"}, 20),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_used(
    client: Client, clock: Clock, service: Service, status: int, headers: dict[str, str], seconds: float
) -> None:
    service.expect((f"GET {THING}", reply(status, **headers)), (f"GET {THING}", reply(200, {})))
    client.call(READ, thing_id="t-1")
    assert clock.sleeps == [seconds]


def test_each_attempt_gets_its_own_signature(client: Client, service: Service) -> None:
    service.expect((f"GET {THING}", LOST), (f"GET {THING}", THROTTLED), (f"GET {THING}", reply(200, {})))
    client.call(READ, thing_id="t-1")
    # The backoffs of 0.5 and 1 seconds advance the clock.
    assert [request.headers["X-Sdk-Date"] for request in service.requests] == [
        "20240102T030405Z",
        "20240102T030405Z",
        "20240102T030406Z",
    ]
    assert len({request.headers["Authorization"] for request in service.requests}) == 2


@pytest.mark.parametrize(
    ("failures", "unknown"),
    [
        ([], False),
        ([REFUSED], False),
        ([THROTTLED], False),
        ([THROTTLED, REFUSED, error_reply(404, "DMS.10240407")], False),
        ([reply(500)], True),
        ([reply(503)], True),
        ([error_reply(500, "DMS.00500006")], True),
        ([error_reply(503, "DMS.111501025"), THROTTLED, REFUSED], True),
        ([error_reply(408, "DMS.111501024")], True),
        ([LOST], True),
        ([reply(502)], True),
        ([reply(504), THROTTLED], True),
    ],
)
def test_error_records_that_an_earlier_attempt_may_have_been_processed(
    client: Client, service: Service, failures: list[t.Any], unknown: bool
) -> None:
    service.expect(
        *[(f"DELETE {THING}", failed) for failed in failures], (f"DELETE {THING}", error_reply(404, "DMS.00404026"))
    )
    assert failure(client, DELETE).outcome_unknown == unknown


class StoppingClock(Clock):
    """Another task of a set fails during each backoff."""

    def __init__(self) -> None:
        super().__init__()
        self.stop = threading.Event()

    def sleep(self, seconds: float, stop: threading.Event | None = None) -> None:
        super().sleep(seconds, stop)
        self.stop.set()


@pytest.mark.parametrize("failed", [LOST, reply(500), reply(503)])
def test_attempt_that_may_have_been_processed_is_not_hidden_by_a_stop(service: Service, failed: t.Any) -> None:
    clock = StoppingClock()
    service.expect((f"DELETE {THING}", failed))
    assert failure(make(clock, service).stopping_at(clock.stop), DELETE).outcome_unknown


@pytest.mark.parametrize("failed", [REFUSED, reply(429)])
def test_stopped_client_sends_nothing_again(service: Service, failed: t.Any) -> None:
    clock = StoppingClock()
    service.expect((f"DELETE {THING}", failed))
    with pytest.raises(Stopped):
        make(clock, service).stopping_at(clock.stop).call(DELETE, thing_id="t-1")
    service.assert_all_sent()


def test_no_retry_starts_after_the_deadline(client: Client, clock: Clock, service: Service) -> None:
    service.expect((f"GET {THING}", BUSY), (f"GET {THING}", BUSY), (f"GET {THING}", BUSY))
    assert failure(client.until(clock.now + 3)).attempts == 3
    assert clock.sleeps == [0.5, 1]
    assert service.timeouts == [3, 2.5, 1.5]


@pytest.mark.parametrize(
    ("operation", "left", "timeout"),
    [(READ, 100, 30), (READ, 30, 30), (READ, 0.2, 1), (READ, -5, 1), (DELETE, 0.2, 30)],
)
def test_deadline_shortens_the_timeout_of_reads_to_one_second_at_least(
    client: Client, clock: Clock, service: Service, operation: Operation, left: float, timeout: float
) -> None:
    service.expect((f"{operation.method} {THING}", reply(200, {})))
    client.until(clock.now + left).call(operation, thing_id="t-1")
    assert service.timeouts == [timeout]


def test_deadline_belongs_to_one_client(client: Client, clock: Clock, service: Service) -> None:
    bounded = client.until(clock.now - 1)
    assert (bounded.expired, client.expired) == (True, False)
    service.expect((f"GET {THING}", BUSY), (f"GET {THING}", BUSY), (f"GET {THING}", 204), (f"GET {THING}", 204))
    assert failure(bounded).attempts == 1
    client.call(READ, thing_id="t-1")
    Client(client.connection).call(READ, thing_id="t-1")
    assert service.timeouts == [1, 30, 30, 30]


class EvenClock(Clock):
    """A clock whose jitter does not change the intervals of the rate limiter."""

    def random(self) -> float:
        return 0.5


def test_requests_are_spaced_after_a_throttled_one(service: Service) -> None:
    clock = EvenClock()
    client = make(clock, service)
    service.expect((f"GET {THING}", THROTTLED), *[(f"GET {THING}", 204)] * 3)
    for _call in range(3):
        client.call(READ, thing_id="t-1")
    assert clock.sleeps == pytest.approx([0.375, 0.5, 1 / 2.09], rel=1e-6)


def test_rate_limiter_is_shared_by_the_clients_of_a_connection(service: Service) -> None:
    clock = EvenClock()
    connection = connect(clock, service)
    service.expect((f"GET {THING}", THROTTLED), *[(f"GET {THING}", 204)] * 2)
    for _task in range(2):
        Client(connection).call(READ, thing_id="t-1")
    assert clock.sleeps == [0.375, 0.5]


def test_rate_limiter_waits_until_the_deadline_at_most(service: Service) -> None:
    clock = EvenClock()
    client = make(clock, service)
    service.expect((f"GET {THING}", reply(429, Retry_After="20")), *[(f"GET {THING}", 204)] * 3)
    client.call(READ, thing_id="t-1")
    for left, sleeps in ((0.25, [0.25]), (-1.0, [])):
        before = len(clock.sleeps)
        client.until(clock.now + left).call(READ, thing_id="t-1")
        assert clock.sleeps[before:] == pytest.approx(sleeps)


@pytest.mark.parametrize("failed", [LOST, BUSY, reply(500)])
def test_only_throttled_requests_lower_the_rate(client: Client, clock: Clock, service: Service, failed: t.Any) -> None:
    service.expect((f"GET {THING}", failed), *[(f"GET {THING}", 204)] * 2)
    client.call(READ, thing_id="t-1")
    client.call(READ, thing_id="t-1")
    assert clock.sleeps == [0.5]


@pytest.mark.parametrize("operation", [DELETE, CHANGE, RESTART, CREATE])
def test_read_only_client_sends_no_write(clock: Clock, service: Service, operation: Operation) -> None:
    client = Client(connect(clock, service), read_only=True)
    with pytest.raises(AssertionError, match=operation.name):
        client.call(operation, thing_id="t-1")
    assert service.requests == []


def test_read_only_client_sends_a_post_that_reads(clock: Clock, service: Service) -> None:
    service.expect((f"POST {THING}", 204))
    Client(connect(clock, service), read_only=True).call(QUERY, thing_id="t-1")


REJECTED = error_reply(401, "APIG.0301")


@pytest.mark.parametrize(
    ("response", "remembered"),
    [
        (REJECTED, True),
        (error_reply(401, "APIGW.0301"), True),
        (reply(401), True),
        (error_reply(401, "DMS.10240102"), True),
        (error_reply(401, "DMS.10240104"), False),
        (error_reply(401, "APIG.0303"), False),
        (error_reply(401, "APIGW.0303"), False),
        (error_reply(403, "DMS.00403003"), False),
        (error_reply(404, "DMS.00404026"), False),
    ],
)
def test_rejected_credentials_are_remembered(clock: Clock, service: Service, response: Reply, remembered: bool) -> None:
    rejections: Rejections = {}
    connection = connect(clock, service, rejections)
    service.expect((f"GET {THING}", response))
    error = failure(Client(connection))
    for further in (Client(connection), make(clock, service, rejections=rejections, timeout=7)):
        if remembered:
            repeated = failure(further)
            assert isinstance(repeated, CredentialsRejected)
            assert repeated.payload == error.payload
        else:
            service.expect((f"GET {THING}", 204))
            further.call(READ, thing_id="t-1")
    assert bool(rejections) == remembered
    service.assert_all_sent()


def test_rejections_apply_to_equal_credentials_only(clock: Clock, service: Service) -> None:
    rejections: Rejections = {}
    service.expect((f"GET {THING}", REJECTED), *[(f"GET {THING}", 204)] * 2)
    failure(make(clock, service, rejections=rejections))
    for credentials in (AccessKey("AK", "other"), Token("SK")):
        make(clock, service, rejections=rejections, credentials=credentials).call(READ, thing_id="t-1")
    service.expect((f"GET {THING}", 204))
    make(clock, service).call(READ, thing_id="t-1")


def test_secrets_of_a_task_are_not_kept_by_its_connection(clock: Clock, service: Service) -> None:
    connection = connect(clock, service)
    first, second = Client(connection, secrets=["archive"]), Client(connection)
    for client, shown in ((first, "********"), (second, "archive"), (Client(connection), "archive")):
        service.expect((f"GET {THING}", error_reply(400, "DMS.1", "bucket archive of SK")))
        assert failure(client).message == f"bucket {shown} of ********"


PROJECTS = f"GET {IAM}/v3/projects?name=eu-west-101"


def project(name: str = "eu-west-101", **fields: t.Any) -> dict[str, t.Any]:
    return {"id": PROJECT_ID, "name": name, **fields}


def test_project_is_looked_up_once(clock: Clock, service: Service) -> None:
    client = make(clock, service, project_id=None)
    others = [project("eu-west-101_sub", id="1" * 32), project("EU-WEST-101", id="2" * 32), "malformed"]
    service.expect(
        (PROJECTS, reply(200, {"projects": [*others, project()], "links": {}})),
        (f"GET {THING}", 204),
        (f"GET {THING}", 204),
    )
    client.call(READ, thing_id="t-1")
    client.call(READ, thing_id="t-1")
    lookup, call = service.requests[0].headers, service.requests[1].headers
    assert "X-Project-Id" not in lookup
    assert lookup["Host"] == "iam.example.com"
    assert lookup["Authorization"].startswith("SDK-HMAC-SHA256 Access=AK, SignedHeaders=content-type;host;x-sdk-date,")
    assert call["X-Project-Id"] == PROJECT_ID


def test_project_is_looked_up_with_a_token(clock: Clock, service: Service) -> None:
    service.expect((PROJECTS, reply(200, {"projects": [project()]})), (f"GET {THING}", 204))
    make(clock, service, project_id=None, credentials=Token("T")).call(READ, thing_id="t-1")
    assert service.requests[0].headers["X-Auth-Token"] == "T"


@pytest.mark.parametrize(
    ("projects", "sentence"),
    [
        ([], "IAM returned no project named eu-west-101"),
        ([project("eu-west-1010")], "IAM returned no project named eu-west-101"),
        (
            [project(id="1" * 32), project(id="2" * 32)],
            f"IAM returned 2 projects named eu-west-101: {'1' * 32}, {'2' * 32}",
        ),
    ],
)
def test_project_lookup_needs_exactly_one_match(
    clock: Clock, service: Service, projects: list[t.Any], sentence: str
) -> None:
    service.expect((PROJECTS, reply(200, {"projects": projects})))
    error = failure(make(clock, service, project_id=None))
    assert isinstance(error, UnexpectedState)
    assert (str(error), error.action) == (sentence, "find the project eu-west-101")
    assert error.hint == "Set project_id."


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ([], "the body is not a JSON object"),
        ({}, "projects is not a list"),
        ({"projects": {}}, "projects is not a list"),
        ({"projects": [project(id=None)]}, "a project has no id"),
        ({"projects": [project(id="../x")]}, "a project has no id"),
        ("<html>", "the body is not JSON"),
    ],
)
def test_unexpected_list_of_projects_is_an_error(clock: Clock, service: Service, body: t.Any, problem: str) -> None:
    service.expect((PROJECTS, reply(200, body)))
    error = failure(make(clock, service, project_id=None))
    assert str(error) == f"GET /v3/projects returned 200, but {problem}"


def test_project_lookup_is_retried_and_its_error_has_an_action(clock: Clock, service: Service) -> None:
    service.expect((PROJECTS, THROTTLED), (PROJECTS, error_reply(403, "IAM.0002", "no")))
    error = failure(make(clock, service, project_id=None))
    assert (error.status, error.path, error.action) == (403, "/v3/projects", "find the project eu-west-101")


@pytest.mark.parametrize("credentials", [KEYS, PASSWORD])
@pytest.mark.parametrize(
    ("settings", "option"),
    [
        ({"region": None}, "project_name"),
        ({"iam_endpoint": None}, "iam_endpoint"),
    ],
)
def test_nothing_is_sent_if_the_project_can_not_be_looked_up(
    clock: Clock, service: Service, credentials: t.Any, settings: dict[str, t.Any], option: str
) -> None:
    error = failure(make(clock, service, project_id=None, credentials=credentials, **settings))
    assert isinstance(error, InvalidOption)
    assert option in str(error)
    assert service.requests == []


@pytest.mark.parametrize("name", ["eu-west-101_logs", "My project"])
def test_project_is_looked_up_by_its_name(clock: Clock, service: Service, name: str) -> None:
    line = f"GET {IAM}/v3/projects?name={name.replace(' ', '%20')}"
    service.expect((line, reply(200, {"projects": [project(id="1" * 32), project(name)]})), (f"GET {THING}", 204))
    make(clock, service, project_id=None, project_name=name).call(READ, thing_id="t-1")


def test_403_of_the_project_lookup_names_permission_and_project_id(clock: Clock, service: Service) -> None:
    service.expect((PROJECTS, error_reply(403, "IAM.0003")))
    hint = failure(make(clock, service, project_id=None)).hint
    assert "iam:projects:listProjects" in hint
    assert "project_id" in hint


def test_path_of_iam_endpoint_is_shown_in_messages(clock: Clock, service: Service) -> None:
    service.expect((f"GET {IAM}/base/v3/projects?name=eu-west-101", 404))
    error = failure(make(clock, service, project_id=None, iam_endpoint=IAM + "/base"))
    assert (str(error), error.path) == ("GET /base/v3/projects returned 404", "/base/v3/projects")


LOGIN = f"POST {IAM}/v3/auth/tokens?nocatalog=1"
USER = {"name": "user", "password": "pw", "domain": {"name": "dom"}}


def login(scope: dict[str, t.Any]) -> dict[str, t.Any]:
    identity = {"methods": ["password"], "password": {"user": USER}}
    return {"auth": {"identity": identity, "scope": {"project": scope}}}


def token(value: str, **project: str) -> Reply:
    return reply(201, {"token": {"project": project} if project else {}}, X_Subject_Token=value)


BY_ID = login({"id": PROJECT_ID})
BY_NAME = login({"name": "eu-west-101", "domain": {"name": "dom"}})


def test_password_logs_in_once_and_sends_the_token_with_each_request(clock: Clock, service: Service) -> None:
    client = make(clock, service, credentials=PASSWORD)
    service.expect((LOGIN, BY_ID, token("T1")), (f"GET {THING}", 204), (f"GET {THING}", 204))
    client.call(READ, thing_id="t-1")
    client.call(READ, thing_id="t-1")
    assert service.requests[0].headers == {
        "Content-Type": "application/json",
        "Content-Length": service.requests[0].headers["Content-Length"],
    }
    assert [request.headers.get("X-Auth-Token") for request in service.requests] == [None, "T1", "T1"]


def test_login_by_project_name_returns_the_project_id(clock: Clock, service: Service) -> None:
    service.expect((LOGIN, BY_NAME, token("T1", id=PROJECT_ID, name="eu-west-101")), (f"GET {THING}", 204))
    make(clock, service, credentials=PASSWORD, project_id=None).call(READ, thing_id="t-1")
    service.assert_all_sent()


@pytest.mark.parametrize("returned", [{}, {"id": "../x"}, {"name": "eu-west-101"}])
def test_login_without_project_id_is_followed_by_a_lookup(
    clock: Clock, service: Service, returned: dict[str, str]
) -> None:
    service.expect(
        (LOGIN, BY_NAME, token("T1", **returned)),
        (PROJECTS, reply(200, {"projects": [project()]})),
        (f"GET {THING}", 204),
    )
    make(clock, service, credentials=PASSWORD, project_id=None).call(READ, thing_id="t-1")
    assert [request.headers.get("X-Auth-Token") for request in service.requests] == [None, "T1", "T1"]


def test_login_is_retried_if_its_response_is_lost(clock: Clock, service: Service) -> None:
    service.expect((LOGIN, ..., LOST), (LOGIN, ..., reply(503)), (LOGIN, ..., token("T1")), (f"GET {THING}", 204))
    make(clock, service, credentials=PASSWORD).call(READ, thing_id="t-1")
    assert clock.sleeps == [0.5, 1]


@pytest.mark.parametrize(
    ("status", "code"), [(401, "IAM.0062"), (401, "IAM.0061"), (401, "IAM.0001"), (403, "IAM.0002"), (400, "IAM.0011")]
)
def test_refused_login_is_not_retried(clock: Clock, service: Service, status: int, code: str) -> None:
    service.expect((LOGIN, ..., error_reply(status, code)))
    error = failure(make(clock, service, credentials=PASSWORD))
    assert (error.code, error.action) == (code, "log in as user of domain dom")


@pytest.mark.parametrize("headers", [{}, {"X_Subject_Token": ""}])
def test_login_without_a_token_is_an_error(clock: Clock, service: Service, headers: dict[str, str]) -> None:
    service.expect((LOGIN, ..., reply(201, {"token": {}}, **headers)))
    assert str(failure(make(clock, service, credentials=PASSWORD))) == (
        "POST /v3/auth/tokens returned 201, but the header X-Subject-Token is missing"
    )


@pytest.mark.parametrize(
    "body", ["", [], {"token": None}, {"token": {"project": []}}, {"token": {"project": {"id": 1}}}]
)
def test_login_does_not_depend_on_its_body(clock: Clock, service: Service, body: t.Any) -> None:
    service.expect((LOGIN, ..., reply(201, body, X_Subject_Token="T1")), (f"GET {THING}", 204))
    make(clock, service, credentials=PASSWORD).call(READ, thing_id="t-1")


def test_login_is_for_the_named_project(clock: Clock, service: Service) -> None:
    scope = login({"name": "eu-west-101_logs", "domain": {"name": "dom"}})
    service.expect((LOGIN, scope, token("T1", id=PROJECT_ID)), (f"GET {THING}", 204))
    make(clock, service, credentials=PASSWORD, project_id=None, project_name="eu-west-101_logs").call(
        READ, thing_id="t-1"
    )


EXPIRED = error_reply(401, "DMS.10240102", "token expired")


@pytest.mark.parametrize("operation", [READ, DELETE, CREATE])
@pytest.mark.parametrize("expired", [EXPIRED, error_reply(401, "APIGW.0301"), error_reply(401, "APIG.0307")])
def test_expired_token_is_renewed_once(clock: Clock, service: Service, operation: Operation, expired: Reply) -> None:
    line = f"{operation.method} {THING}" if operation is not CREATE else f"POST /v2/{PROJECT_ID}/things"
    client = make(clock, service, credentials=PASSWORD)
    service.expect(
        (LOGIN, BY_ID, token("T1")), (f"GET {THING}", 204), (line, expired), (LOGIN, BY_ID, token("T2")), (line, 204)
    )
    client.call(READ, thing_id="t-1")
    client.call(operation, **({} if operation is CREATE else {"thing_id": "t-1"}))
    assert [request.headers.get("X-Auth-Token") for request in service.requests] == [None, "T1", "T1", None, "T2"]


def test_renewal_of_an_expired_token_is_not_a_rejection(clock: Clock, service: Service) -> None:
    rejections: Rejections = {}
    client = Client(connect(clock, service, rejections, credentials=PASSWORD))
    service.expect((LOGIN, ..., token("T1")), (f"GET {THING}", 204), (f"GET {THING}", EXPIRED))
    service.expect((LOGIN, ..., token("T2")), *[(f"GET {THING}", 204)] * 2)
    for _call in range(3):
        client.call(READ, thing_id="t-1")
    assert rejections == {}


def test_rejected_token_is_not_renewed_twice(clock: Clock, service: Service) -> None:
    client = make(clock, service, credentials=PASSWORD)
    service.expect(
        (LOGIN, ..., token("T1")),
        (f"GET {THING}", 204),
        (f"GET {THING}", EXPIRED),
        (LOGIN, ..., token("T2")),
        (f"GET {THING}", EXPIRED),
    )
    client.call(READ, thing_id="t-1")
    assert failure(client).code == "DMS.10240102"


def test_token_that_never_worked_is_not_renewed(clock: Clock, service: Service) -> None:
    service.expect((LOGIN, ..., token("T1")), (f"GET {THING}", EXPIRED))
    assert failure(make(clock, service, credentials=PASSWORD)).status == 401


@pytest.mark.parametrize("credentials", [KEYS, Token("T")])
def test_only_the_token_of_a_login_is_renewed(clock: Clock, service: Service, credentials: t.Any) -> None:
    client = make(clock, service, credentials=credentials)
    service.expect((f"GET {THING}", 204), (f"GET {THING}", EXPIRED))
    client.call(READ, thing_id="t-1")
    assert failure(client).status == 401


@pytest.mark.parametrize("code", ["DMS.10240103", "DMS.10240104", "IAM.0061"])
def test_no_login_after_a_401_with_another_cause(clock: Clock, service: Service, code: str) -> None:
    client = make(clock, service, credentials=PASSWORD)
    service.expect((LOGIN, ..., token("T1")), (f"GET {THING}", 204), (f"GET {THING}", error_reply(401, code)))
    client.call(READ, thing_id="t-1")
    assert failure(client).code == code


@pytest.mark.parametrize("failed", [LOST, reply(500)])
def test_unknown_outcome_is_recorded_across_a_new_login(clock: Clock, service: Service, failed: t.Any) -> None:
    client = make(clock, service, credentials=PASSWORD)
    service.expect(
        (LOGIN, ..., token("T1")),
        (f"GET {THING}", 204),
        (f"DELETE {THING}", failed),
        (f"DELETE {THING}", EXPIRED),
        (LOGIN, ..., token("T2")),
        (f"DELETE {THING}", error_reply(404, "DMS.00404026")),
    )
    client.call(READ, thing_id="t-1")
    assert failure(client, DELETE).outcome_unknown


@pytest.mark.parametrize(
    ("credentials", "secrets"),
    [
        (Token("T0ken"), ["T0ken"]),
        (AccessKey("AK", "SKsecret", "STsecret"), ["SKsecret", "STsecret"]),
        (Password("user", "pwsecret", "dom"), ["pwsecret", "T1secret"]),
    ],
)
def test_error_contains_no_secret(clock: Clock, service: Service, credentials: t.Any, secrets: list[str]) -> None:
    if isinstance(credentials, Password):
        service.expect((LOGIN, ..., token("T1secret")))
    echoed = " ".join(secrets)
    service.expect((f"GET {THING}", error_reply(400, echoed, echoed, X_Request_Id=echoed)))
    error = failure(make(clock, service, credentials=credentials))
    masked = " ".join("*" * 8 for _secret in secrets)
    assert (error.code, error.message, error.request_id) == (masked, masked, masked)


def test_each_attempt_is_logged_at_verbosity_3(clock: Clock, service: Service) -> None:
    log: list[tuple[int, str]] = []
    client = Client(connect(clock, service), log=lambda *line: log.append(line))
    service.expect(
        (f"GET {THING}", LOST),
        (f"GET {THING}", error_reply(503, "DMS.1", X_Request_Id="r-1")),
        (f"GET {THING}", reply(429)),
        (f"GET {THING}", reply(200, "<html>", X_Request_Id="r-2")),
    )
    failure(client)
    assert log == [
        (3, f"GET {THING}: {LOST} in 0 ms"),
        (3, f"GET {THING}: 503 DMS.1 in 0 ms (request id r-1)"),
        (3, f"GET {THING}: 429 in 0 ms"),
        (3, f"GET {THING}: 200 in 0 ms (request id r-2)"),
    ]


def test_log_contains_the_login_and_no_secret(clock: Clock, service: Service) -> None:
    log: list[str] = []
    client = Client(
        connect(clock, service, credentials=PASSWORD),
        secrets=["s3cret"],
        log=lambda _verbosity, line: log.append(line),
    )
    service.expect((LOGIN, ..., token("T1secret")), (f"GET {THING}", reply(200, {}, X_Request_Id="s3cret T1secret")))
    client.call(READ, thing_id="t-1")
    assert log == [
        "POST /v3/auth/tokens: 201 in 0 ms",
        f"GET {THING}: 200 in 0 ms (request id ******** ********)",
    ]
