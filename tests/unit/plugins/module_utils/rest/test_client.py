# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import functools
import json
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client import client as client_module
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client import pacing, settings
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.credentials import (
    KeyCredentials,
    PasswordCredentials,
    TokenCredentials,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import (
    InvalidInput,
    KafkaError,
    ResourceError,
    ServiceError,
    UnexpectedAnswer,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.operation import Operation
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.signature import authorization
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    DMS,
    IAM,
    LOST,
    PROJECT_ID,
    REFUSED,
    UNTRUSTED,
    Answer,
    Clock,
    Service,
    answer,
    error_codes,
    refusal,
)

READ = Operation("ShowThing", "GET", "/v2/{project_id}/things/{thing_id}", "dms:thing:get")
REMOVE = Operation("DeleteThing", "DELETE", "/v2/{project_id}/things/{thing_id}")
CHANGE = Operation("ChangeThing", "PUT", "/v2/{project_id}/things/{thing_id}")
CREATE = Operation("CreateThing", "POST", "/v2/{project_id}/things", idempotent=False)
THING = f"/v2/{PROJECT_ID}/things/t-1"

KEYS = KeyCredentials("AK", "SK", None)
PASSWORD = PasswordCredentials("user", "pw", "dom")
BUSY = refusal(503, "DMS.1", "busy")
THROTTLED = refusal(429, "APIG.0308", "slow down")


def make(clock: Clock, **given: t.Any) -> Client:
    defaults = settings.Settings(DMS, IAM, "eu-west-101", PROJECT_ID, KEYS, verify=True, timeout=30, max_retries=5)
    return Client(defaults._replace(**given), sleep=clock.sleep)


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    return make(clock)


def failure(client: Client, operation: Operation = READ, **ids: str) -> t.Any:
    with pytest.raises(KafkaError) as caught:
        client.call(operation, **(ids or {"thing_id": "t-1"}))
    return caught.value


# One request.


def test_a_call_is_one_signed_request(client: Client, service: Service) -> None:
    service.expect((f"GET {THING}?a=x%20y%26&b=1", answer(200, {"ok": True}, X_Request_Id="r-1")))
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


def test_a_body_is_sent_as_json_and_signed(client: Client, service: Service) -> None:
    body = {"task_name": "tést", "n": 1}
    service.expect((f"POST /v2/{PROJECT_ID}/things", body, answer(200, {"task_id": "1"})))
    assert client.call(CREATE, body=body).body == {"task_id": "1"}
    sent = service.requests[0]
    assert sent.body == json.dumps(body).encode()
    assert sent.headers["Content-Length"] == str(len(sent.body))
    signed = {name: sent.headers[name] for name in ("Content-Type", "X-Project-Id", "X-Sdk-Date", "Host")}
    assert sent.headers["Authorization"] == authorization("POST", sent.url or "", signed, sent.body, "AK", "SK")


def test_temporary_keys_send_their_security_token(clock: Clock, service: Service) -> None:
    service.expect((f"GET {THING}", 204))
    assert make(clock, credentials=KeyCredentials("AK", "SK", "ST")).call(READ, thing_id="t-1").body is None
    sent = service.requests[0].headers
    assert sent["X-Security-Token"] == "ST"
    assert "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token," in sent["Authorization"]


def test_a_token_is_sent_without_a_signature(clock: Clock, service: Service) -> None:
    service.expect((f"GET {THING}", 204))
    make(clock, credentials=TokenCredentials("T")).call(READ, thing_id="t-1")
    assert service.requests[0].headers == {"Content-Type": "application/json", "X-Auth-Token": "T"}


def test_an_id_can_not_lead_a_path_elsewhere(client: Client, service: Service) -> None:
    service.expect((f"GET /v2/{PROJECT_ID}/things/..%2F..%2Fx%3Fy%23z", 204))
    client.call(READ, thing_id="../../x?y#z")


def test_closing_closes_the_connection(client: Client, service: Service) -> None:
    client.close()
    assert service.closed


# Repetitions.


@pytest.mark.parametrize("operation", [READ, REMOVE, CHANGE])
@pytest.mark.parametrize(
    "trouble",
    [
        LOST,
        REFUSED,
        answer(500),
        answer(502, "<html>"),
        answer(503),
        answer(504),
        answer(429),
        refusal(404, "DMS.10240407"),
        refusal(408, "DMS.111501024"),
        refusal(400, "DMS.00400973"),
    ],
)
def test_what_may_run_twice_is_repeated(client: Client, service: Service, operation: Operation, trouble: t.Any) -> None:
    line = f"{operation.method} {THING}"
    service.expect((line, trouble), (line, trouble), (line, answer(200, {})))
    assert client.call(operation, thing_id="t-1").status == 200
    service.expect_nothing_more()


@pytest.mark.parametrize("trouble", [REFUSED, answer(429), THROTTLED, refusal(404, "DMS.10240407")])
def test_what_creates_is_repeated_only_where_nothing_was_done(client: Client, service: Service, trouble: t.Any) -> None:
    line = f"POST /v2/{PROJECT_ID}/things"
    service.expect((line, trouble), (line, trouble), (line, answer(200, {})))
    assert client.call(CREATE).status == 200
    service.expect_nothing_more()


@pytest.mark.parametrize("trouble", [LOST, answer(500), answer(502), answer(503), answer(504), answer(200, "<html>")])
def test_what_creates_is_never_repeated_blindly(client: Client, clock: Clock, service: Service, trouble: t.Any) -> None:
    service.expect((f"POST /v2/{PROJECT_ID}/things", trouble))
    with pytest.raises(KafkaError) as caught:
        client.call(CREATE)
    assert caught.value.may_have_happened
    assert clock.pauses == []


@pytest.mark.parametrize("operation", [READ, REMOVE, CREATE])
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 501])
def test_a_refusal_is_final(client: Client, clock: Clock, service: Service, operation: Operation, status: int) -> None:
    path = THING if operation is not CREATE else f"/v2/{PROJECT_ID}/things"
    service.expect((f"{operation.method} {path}", refusal(status, "DMS.1")))
    error = failure(client, operation)
    assert (error.status, error.tries, clock.pauses) == (status, 1, [])


@pytest.mark.parametrize("code", sorted({row.code for row in error_codes() if row.status in {401, 403}}))
def test_a_refusal_of_credentials_or_rights_is_final_for_keys(client: Client, service: Service, code: str) -> None:
    status = next(row.status for row in error_codes() if row.code == code)
    service.expect((f"GET {THING}", refusal(status, code)))
    assert failure(client).code == code


@pytest.mark.parametrize("trouble", [answer(200, "<html>"), answer(200, "{"), answer(302, Location="https://x")])
def test_a_strange_answer_is_final(client: Client, service: Service, trouble: Answer) -> None:
    service.expect((f"GET {THING}", trouble))
    assert isinstance(failure(client), (UnexpectedAnswer, ServiceError))


def test_an_untrusted_certificate_is_final(client: Client, clock: Clock, service: Service) -> None:
    service.expect((f"GET {THING}", UNTRUSTED))
    error = failure(client)
    assert str(error) == f"no answer to GET {DMS}{THING}: TLS: certificate verify failed"
    assert clock.pauses == []


def test_pauses_grow_and_the_error_counts_the_tries(client: Client, clock: Clock, service: Service) -> None:
    service.expect(*[(f"GET {THING}", BUSY)] * 6)
    error = failure(client)
    assert clock.pauses == [0.5, 1, 2, 4, 8]
    assert str(error) == f'GET {THING} was answered with 503 DMS.1 "busy" after 6 tries'
    assert (error.tries, error.iam_action) == (6, "dms:thing:get")


@pytest.mark.parametrize("max_retries", [0, 1, 3])
def test_the_number_of_repetitions_is_the_user_s(clock: Clock, service: Service, max_retries: int) -> None:
    service.expect(*[(f"GET {THING}", LOST)] * (max_retries + 1))
    assert failure(make(clock, max_retries=max_retries)).tries == max_retries + 1
    service.expect_nothing_more()


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "3600"}, 60),
        ({"Retry_After": "0"}, 0.5),
        ({"Retry_After": "soon"}, 0.5),
        ({"Retry_After": "Tue, 02 Jan 2024 03:04:25 GMT", "Date": "Tue, 02 Jan 2024 03:04:05 GMT"}, 20),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_pause_that_is_asked_for_is_kept(
    client: Client, clock: Clock, service: Service, status: int, headers: dict[str, str], pause: float
) -> None:
    service.expect((f"GET {THING}", answer(status, **headers)), (f"GET {THING}", answer(200, {})))
    client.call(READ, thing_id="t-1")
    assert clock.pauses == [pause]


def test_each_try_is_signed_anew(client: Client, service: Service) -> None:
    service.expect((f"GET {THING}", LOST), (f"GET {THING}", THROTTLED), (f"GET {THING}", answer(200, {})))
    client.call(READ, thing_id="t-1")
    # The pauses of 0.5 and 1 seconds move the clock.
    assert [request.headers["X-Sdk-Date"] for request in service.requests] == [
        "20240102T030405Z",
        "20240102T030405Z",
        "20240102T030406Z",
    ]
    assert len({request.headers["Authorization"] for request in service.requests}) == 2


@pytest.mark.parametrize(
    ("troubles", "lost"),
    [
        ([], False),
        ([REFUSED], False),
        ([THROTTLED], False),
        ([answer(500)], False),
        ([answer(503)], False),
        ([LOST], True),
        ([answer(502)], True),
        ([answer(504), THROTTLED], True),
    ],
)
def test_a_refusal_tells_whether_the_answer_to_an_earlier_try_was_lost(
    client: Client, service: Service, troubles: list[t.Any], lost: bool
) -> None:
    service.expect(
        *[(f"DELETE {THING}", trouble) for trouble in troubles], (f"DELETE {THING}", refusal(404, "DMS.00404026"))
    )
    assert failure(client, REMOVE).lost_try == lost


def test_a_deadline_ends_the_repetitions_and_shortens_a_request(client: Client, clock: Clock, service: Service) -> None:
    client.deadline = clock.now + 3
    service.expect((f"GET {THING}", BUSY), (f"GET {THING}", BUSY), (f"GET {THING}", BUSY))
    assert failure(client).tries == 3
    assert clock.pauses == [0.5, 1]
    assert service.timeouts == [3, 2.5, 1.5]


@pytest.mark.parametrize(("left", "timeout"), [(100, 30), (30, 30), (0.2, 1), (-5, 1)])
def test_a_request_gets_no_more_time_than_is_left_but_a_second(
    client: Client, clock: Clock, service: Service, left: float, timeout: float
) -> None:
    client.deadline = clock.now + left
    service.expect((f"GET {THING}", answer(200, {})))
    client.call(READ, thing_id="t-1")
    assert service.timeouts == [timeout]


@pytest.fixture
def paced(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit of the rate counts, and every interval is as long as it is said to be."""
    monkeypatch.setattr(client_module, "Pace", functools.partial(pacing.Pace, draw=lambda: 0.5))


@pytest.mark.usefixtures("paced")
def test_calls_wait_for_their_turn_once_the_rate_was_limited(clock: Clock, service: Service) -> None:
    client = make(clock)
    service.expect((f"GET {THING}", THROTTLED), *[(f"GET {THING}", 204)] * 3)
    for _call in range(3):
        client.call(READ, thing_id="t-1")
    assert clock.pauses == pytest.approx([0.5, 0.5, 1 / 2.09], rel=1e-6)


@pytest.mark.usefixtures("paced")
def test_a_limit_of_the_rate_does_not_outlast_a_deadline(clock: Clock, service: Service) -> None:
    client = make(clock)
    service.expect((f"GET {THING}", answer(429, Retry_After="20")), *[(f"GET {THING}", 204)] * 3)
    client.call(READ, thing_id="t-1")
    for left, pause in ((0.25, 0.25), (-1.0, None)):
        client.deadline = clock.now + left
        before = len(clock.pauses)
        client.call(READ, thing_id="t-1")
        assert clock.pauses[before:] == pytest.approx([] if pause is None else [pause])


@pytest.mark.usefixtures("paced")
@pytest.mark.parametrize("trouble", [LOST, BUSY, answer(500)])
def test_other_trouble_limits_no_rate(clock: Clock, service: Service, trouble: t.Any) -> None:
    client = make(clock)
    service.expect((f"GET {THING}", trouble), *[(f"GET {THING}", 204)] * 2)
    client.call(READ, thing_id="t-1")
    client.call(READ, thing_id="t-1")
    assert clock.pauses == [0.5]


def test_others_may_pause_as_the_client_does(client: Client, clock: Clock) -> None:
    client.pause(2, None)
    client.pause(1, ServiceError("GET", "/x", 429, None, "", None, retry_after=9.0))
    client.sleep(3)
    assert clock.pauses == [1, 9, 3]
    assert client.max_retries == 5


# The project.

PROJECTS = f"GET {IAM}/v3/projects?name=eu-west-101"


def project(name: str = "eu-west-101", **fields: t.Any) -> dict[str, t.Any]:
    return {"id": PROJECT_ID, "name": name, **fields}


def test_the_project_is_looked_up_once(clock: Clock, service: Service) -> None:
    client = make(clock, project_id=None)
    others = [project("eu-west-101_sub", id="1" * 32), project("EU-WEST-101", id="2" * 32), "strange"]
    service.expect(
        (PROJECTS, answer(200, {"projects": [*others, project()], "links": {}})),
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


def test_a_token_looks_the_project_up_too(clock: Clock, service: Service) -> None:
    service.expect((PROJECTS, answer(200, {"projects": [project()]})), (f"GET {THING}", 204))
    make(clock, project_id=None, credentials=TokenCredentials("T")).call(READ, thing_id="t-1")
    assert service.requests[0].headers["X-Auth-Token"] == "T"


@pytest.mark.parametrize(
    ("projects", "sentence"),
    [
        ([], "IAM knows no project named eu-west-101"),
        ([project("eu-west-1010")], "IAM knows no project named eu-west-101"),
        (
            [project(id="1" * 32), project(id="2" * 32)],
            f"IAM knows 2 projects named eu-west-101: {'1' * 32}, {'2' * 32}",
        ),
    ],
)
def test_no_project_and_several_are_an_error(
    clock: Clock, service: Service, projects: list[t.Any], sentence: str
) -> None:
    service.expect((PROJECTS, answer(200, {"projects": projects})))
    error = failure(make(clock, project_id=None))
    assert isinstance(error, ResourceError)
    assert (str(error), error.doing) == (sentence, "find the project of region eu-west-101")
    assert error.advice == "Give project_id."


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
def test_a_strange_list_of_projects_is_an_error(clock: Clock, service: Service, body: t.Any, problem: str) -> None:
    service.expect((PROJECTS, answer(200, body)))
    error = failure(make(clock, project_id=None))
    assert str(error) == f"GET /v3/projects was answered with 200, but {problem}"


def test_a_lookup_is_repeated_and_its_refusal_told(clock: Clock, service: Service) -> None:
    service.expect((PROJECTS, THROTTLED), (PROJECTS, refusal(403, "IAM.0002", "no")))
    error = failure(make(clock, project_id=None))
    assert (error.status, error.path, error.doing) == (403, "/v3/projects", "find the project of region eu-west-101")


def test_without_region_and_project_nothing_is_sent(clock: Clock, service: Service) -> None:
    error = failure(make(clock, project_id=None, region=None))
    assert isinstance(error, InvalidInput)
    assert "HW_PROJECT_ID" in str(error)
    assert service.requests == []


def test_without_region_and_project_nobody_logs_in(clock: Clock, service: Service) -> None:
    error = failure(make(clock, project_id=None, region=None, credentials=PASSWORD))
    assert str(error) == "project_id or region is needed to log in by password"
    assert service.requests == []


def test_without_the_address_of_iam_nothing_is_sent(clock: Clock, service: Service) -> None:
    error = failure(make(clock, project_id=None, iam_endpoint=None))
    assert isinstance(error, InvalidInput)
    assert "HW_IAM_ENDPOINT" in str(error)
    assert service.requests == []


# The login.

LOGIN = f"POST {IAM}/v3/auth/tokens?nocatalog=1"
USER = {"name": "user", "password": "pw", "domain": {"name": "dom"}}


def login(scope: dict[str, t.Any]) -> dict[str, t.Any]:
    identity = {"methods": ["password"], "password": {"user": USER}}
    return {"auth": {"identity": identity, "scope": {"project": scope}}}


def token(value: str, **project: str) -> Answer:
    return answer(201, {"token": {"project": project} if project else {}}, X_Subject_Token=value)


BY_ID = login({"id": PROJECT_ID})
BY_NAME = login({"name": "eu-west-101", "domain": {"name": "dom"}})


def test_a_password_logs_in_once_and_the_token_goes_with_each_request(clock: Clock, service: Service) -> None:
    client = make(clock, credentials=PASSWORD)
    service.expect((LOGIN, BY_ID, token("T1")), (f"GET {THING}", 204), (f"GET {THING}", 204))
    client.call(READ, thing_id="t-1")
    client.call(READ, thing_id="t-1")
    assert service.requests[0].headers == {
        "Content-Type": "application/json",
        "Content-Length": service.requests[0].headers["Content-Length"],
    }
    assert [request.headers.get("X-Auth-Token") for request in service.requests] == [None, "T1", "T1"]


def test_a_login_without_a_project_is_for_the_region_and_tells_the_project(clock: Clock, service: Service) -> None:
    service.expect((LOGIN, BY_NAME, token("T1", id=PROJECT_ID, name="eu-west-101")), (f"GET {THING}", 204))
    make(clock, credentials=PASSWORD, project_id=None).call(READ, thing_id="t-1")
    service.expect_nothing_more()


@pytest.mark.parametrize("told", [{}, {"id": "../x"}, {"name": "eu-west-101"}])
def test_a_login_that_does_not_tell_the_project_is_followed_by_a_lookup(
    clock: Clock, service: Service, told: dict[str, str]
) -> None:
    service.expect(
        (LOGIN, BY_NAME, token("T1", **told)),
        (PROJECTS, answer(200, {"projects": [project()]})),
        (f"GET {THING}", 204),
    )
    make(clock, credentials=PASSWORD, project_id=None).call(READ, thing_id="t-1")
    assert [request.headers.get("X-Auth-Token") for request in service.requests] == [None, "T1", "T1"]


def test_a_login_is_repeated_when_its_answer_is_lost(clock: Clock, service: Service) -> None:
    service.expect((LOGIN, ..., LOST), (LOGIN, ..., answer(503)), (LOGIN, ..., token("T1")), (f"GET {THING}", 204))
    make(clock, credentials=PASSWORD).call(READ, thing_id="t-1")
    assert clock.pauses == [0.5, 1]


@pytest.mark.parametrize(
    ("status", "code"), [(401, "IAM.0062"), (401, "IAM.0061"), (401, "IAM.0001"), (403, "IAM.0002"), (400, "IAM.0011")]
)
def test_a_login_that_is_refused_is_not_repeated(clock: Clock, service: Service, status: int, code: str) -> None:
    service.expect((LOGIN, ..., refusal(status, code)))
    error = failure(make(clock, credentials=PASSWORD))
    assert (error.code, error.doing) == (code, "log in as user of domain dom")


@pytest.mark.parametrize("headers", [{}, {"X_Subject_Token": ""}])
def test_a_login_without_a_token_is_an_error(clock: Clock, service: Service, headers: dict[str, str]) -> None:
    service.expect((LOGIN, ..., answer(201, {"token": {}}, **headers)))
    assert str(failure(make(clock, credentials=PASSWORD))) == (
        "POST /v3/auth/tokens was answered with 201, but the header X-Subject-Token is missing"
    )


@pytest.mark.parametrize(
    "body", ["", [], {"token": None}, {"token": {"project": []}}, {"token": {"project": {"id": 1}}}]
)
def test_a_login_needs_nothing_of_its_body(clock: Clock, service: Service, body: t.Any) -> None:
    service.expect((LOGIN, ..., answer(201, body, X_Subject_Token="T1")), (f"GET {THING}", 204))
    make(clock, credentials=PASSWORD).call(READ, thing_id="t-1")


EXPIRED = refusal(401, "DMS.10240102", "token expired")


@pytest.mark.parametrize("operation", [READ, REMOVE, CREATE])
@pytest.mark.parametrize("expired", [EXPIRED, refusal(401, "APIGW.0301"), refusal(401, "APIG.0307")])
def test_a_token_that_has_worked_and_runs_out_is_renewed_once(
    clock: Clock, service: Service, operation: Operation, expired: Answer
) -> None:
    line = f"{operation.method} {THING}" if operation is not CREATE else f"POST /v2/{PROJECT_ID}/things"
    client = make(clock, credentials=PASSWORD)
    service.expect(
        (LOGIN, BY_ID, token("T1")), (f"GET {THING}", 204), (line, expired), (LOGIN, BY_ID, token("T2")), (line, 204)
    )
    client.call(READ, thing_id="t-1")
    client.call(operation, **({} if operation is CREATE else {"thing_id": "t-1"}))
    assert [request.headers.get("X-Auth-Token") for request in service.requests] == [None, "T1", "T1", None, "T2"]


def test_a_renewed_token_that_is_refused_is_not_renewed_again(clock: Clock, service: Service) -> None:
    client = make(clock, credentials=PASSWORD)
    service.expect(
        (LOGIN, ..., token("T1")),
        (f"GET {THING}", 204),
        (f"GET {THING}", EXPIRED),
        (LOGIN, ..., token("T2")),
        (f"GET {THING}", EXPIRED),
    )
    client.call(READ, thing_id="t-1")
    assert failure(client).code == "DMS.10240102"


def test_a_token_that_never_worked_is_not_renewed(clock: Clock, service: Service) -> None:
    service.expect((LOGIN, ..., token("T1")), (f"GET {THING}", EXPIRED))
    assert failure(make(clock, credentials=PASSWORD)).status == 401


@pytest.mark.parametrize("credentials", [KEYS, TokenCredentials("T")])
def test_what_was_not_logged_in_for_is_not_renewed(clock: Clock, service: Service, credentials: t.Any) -> None:
    client = make(clock, credentials=credentials)
    service.expect((f"GET {THING}", 204), (f"GET {THING}", EXPIRED))
    client.call(READ, thing_id="t-1")
    assert failure(client).status == 401


@pytest.mark.parametrize("code", ["DMS.10240103", "DMS.10240104", "IAM.0061"])
def test_a_refusal_that_a_login_does_not_mend_causes_none(clock: Clock, service: Service, code: str) -> None:
    client = make(clock, credentials=PASSWORD)
    service.expect((LOGIN, ..., token("T1")), (f"GET {THING}", 204), (f"GET {THING}", refusal(401, code)))
    client.call(READ, thing_id="t-1")
    assert failure(client).code == code


def test_a_lost_answer_is_remembered_across_a_new_login(clock: Clock, service: Service) -> None:
    client = make(clock, credentials=PASSWORD)
    service.expect(
        (LOGIN, ..., token("T1")),
        (f"GET {THING}", 204),
        (f"DELETE {THING}", LOST),
        (f"DELETE {THING}", EXPIRED),
        (LOGIN, ..., token("T2")),
        (f"DELETE {THING}", refusal(404, "DMS.00404026")),
    )
    client.call(READ, thing_id="t-1")
    assert failure(client, REMOVE).lost_try


# What may be shown.


@pytest.mark.parametrize(
    ("credentials", "secrets"),
    [
        (TokenCredentials("T0ken"), ["T0ken"]),
        (KeyCredentials("AK", "SKsecret", "STsecret"), ["SKsecret", "STsecret"]),
        (PasswordCredentials("user", "pwsecret", "dom"), ["pwsecret", "T1secret"]),
    ],
)
def test_no_error_tells_a_secret(clock: Clock, service: Service, credentials: t.Any, secrets: list[str]) -> None:
    if isinstance(credentials, PasswordCredentials):
        service.expect((LOGIN, ..., token("T1secret")))
    told = " ".join(secrets)
    service.expect((f"GET {THING}", refusal(400, told, told, X_Request_Id=told)))
    error = failure(make(clock, credentials=credentials))
    masked = " ".join("*" * 8 for _secret in secrets)
    assert (error.code, error.message, error.request_id) == (masked, masked, masked)


def test_who_watches_is_told_of_each_try(client: Client, clock: Clock, service: Service) -> None:
    told: list[tuple[t.Any, ...]] = []
    client.observer = lambda *what: told.append(what)
    service.expect(
        (f"GET {THING}", LOST),
        (f"GET {THING}", refusal(503, "DMS.1", X_Request_Id="r-1")),
        (f"GET {THING}", answer(429)),
        (f"GET {THING}", answer(200, "<html>", X_Request_Id="r-2")),
    )
    failure(client)
    assert told == [
        (READ, THING, LOST, 0.0, None),
        (READ, THING, "503 DMS.1", 0.0, "r-1"),
        (READ, THING, "429", 0.0, None),
        (READ, THING, "200", 0.0, "r-2"),
    ]


def test_who_watches_is_told_of_the_login_without_its_secrets(clock: Clock, service: Service) -> None:
    told: list[tuple[t.Any, ...]] = []
    client = make(clock, credentials=PASSWORD)
    client.observer = lambda *what: told.append(what)
    service.expect((LOGIN, ..., token("T1secret")), (f"GET {THING}", 204))
    client.call(READ, thing_id="t-1")
    assert [(operation.name, path, outcome) for operation, path, outcome, _seconds, _request_id in told] == [
        ("KeystoneCreateUserTokenByPassword", "/v3/auth/tokens", "201"),
        ("ShowThing", THING, "204"),
    ]


def test_who_watches_is_told_no_secret_that_the_service_echoes(client: Client, service: Service) -> None:
    told: list[t.Any] = []
    client.observer = lambda *what: told.append(what)
    client.scrubber.add("s3cret")
    service.expect((f"GET {THING}", answer(200, {}, X_Request_Id="s3cret")))
    client.call(READ, thing_id="t-1")
    assert "s3cret" not in str(told)
