# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""Temporary keys of an assumed agency, through the client, with exact requests."""

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection, Rejections
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import (
    AccessKey,
    AssumedRole,
    Credentials,
    Password,
    Token,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import (
    CredentialsRejected,
    KafkaError,
    ServiceError,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.settings import Settings
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.temporary import seconds_until
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    DMS,
    IAM,
    LOST,
    PROJECT_ID,
    READ,
    WRITE,
    Clock,
    Reply,
    Service,
    Table,
    error_reply,
    reply,
)

KEYS = AccessKey("AK", "SK-secret")
TEMPORARY = AccessKey("AK", "SK-secret", "ST-secret")
PASSWORD = Password("user", "pw-secret", "dom")
ROLE = AssumedRole(KEYS, "operators", "other")
SETTINGS = Settings(DMS, IAM, "eu-west-101", PROJECT_ID, None, ROLE, verify=True, timeout=30, max_retries=5)

ASSUME = f"POST {IAM}/v3.0/OS-CREDENTIAL/securitytokens"
DOMAINS = f"GET {IAM}/v3/auth/domains"
PROJECTS = f"GET {IAM}/v3/projects?name=eu-west-101"
LOGIN = f"POST {IAM}/v3/auth/tokens?nocatalog=1"
GET = f"GET /v2/{PROJECT_ID}/x"
POST = f"POST /v2/{PROJECT_ID}/x"
DATE = "Tue, 02 Jan 2024 03:04:05 GMT"


def connect(clock: Clock, service: t.Any, rejections: Rejections | None = None, **settings: t.Any) -> Connection:
    return Connection(SETTINGS._replace(**settings), http=service, clock=clock, rejections=rejections)


def make(clock: Clock, service: t.Any, rejections: Rejections | None = None, **settings: t.Any) -> Client:
    return Client(connect(clock, service, rejections, **settings))


def failure(client: Client, operation: Operation = READ) -> t.Any:
    with pytest.raises(KafkaError) as caught:
        client.call(operation)
    return caught.value


def assumed(number: int = 1, expires_at: t.Any = "2024-01-02T04:04:05.000000Z", **headers: str) -> Reply:
    """Return temporary keys for an hour, by a clock of the service that can be wrong."""
    keys = {"access": f"TAK{number}", "secret": f"TSK{number}-secret", "securitytoken": f"TST{number}-secret"}
    return reply(201, {"credential": {**keys, "expires_at": expires_at}}, **{"Date": DATE, **headers})


def request_body(duration: int = 3600, **account: str) -> dict[str, t.Any]:
    role = {"agency_name": "operators", **(account or {"domain_name": "other"}), "duration_seconds": duration}
    return {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}}


def used(service: t.Any) -> list[str]:
    """Return the access key of each request, or its token."""
    return [
        request.headers.get("X-Auth-Token")
        or request.headers.get("Authorization", "Access=-,").partition("Access=")[2].partition(",")[0]
        for request in service.requests
    ]


# --- the login -------------------------------------------------------------------------------------------------------


def test_agency_is_assumed_once_a_connection(clock: Clock, service: Service) -> None:
    client = make(clock, service)
    service.expect((ASSUME, request_body(), assumed()), (GET, 204), (POST, 204), (GET, 204))
    client.call(READ)
    client.call(WRITE)
    Client(client.connection).call(READ)
    assert used(service) == ["AK", "TAK1", "TAK1", "TAK1"]
    login, first = service.requests[:2]
    assert not {"X-Project-Id", "X-Domain-Id", "X-Security-Token"} & set(login.headers)
    assert (first.headers["X-Security-Token"], first.headers["X-Project-Id"]) == ("TST1-secret", PROJECT_ID)
    assert "x-security-token" in first.headers["Authorization"]


def test_project_is_looked_up_in_the_other_account(clock: Clock, service: Service) -> None:
    client = make(clock, service, project_id=None)
    found = reply(200, {"projects": [{"id": PROJECT_ID, "name": "eu-west-101"}]})
    service.expect((ASSUME, ..., assumed()), (PROJECTS, found), (GET, 204))
    client.call(READ)
    assert used(service) == ["AK", "TAK1", "TAK1"]


def test_account_of_the_agency_can_be_an_id(clock: Clock, service: Service) -> None:
    role = AssumedRole(KEYS, "operators", domain_id="d1", duration=900)
    service.expect((ASSUME, request_body(900, domain_id="d1"), assumed()), (GET, 204))
    make(clock, service, credentials=role).call(READ)


@pytest.mark.parametrize(
    ("caller", "sent"),
    [(KEYS, "AK"), (TEMPORARY, "AK"), (Token("T-secret"), "T-secret")],
)
def test_agency_is_assumed_with_keys_or_token(clock: Clock, service: Service, caller: Credentials, sent: str) -> None:
    service.expect((ASSUME, request_body(), assumed()), (GET, 204))
    make(clock, service, credentials=AssumedRole(caller, "operators", "other")).call(READ)
    assert used(service) == [sent, "TAK1"]
    assert service.requests[0].headers.get("X-Security-Token") == ("ST-secret" if caller is TEMPORARY else None)


def test_agency_is_assumed_with_a_password_in_the_account_of_the_user(clock: Clock, service: Service) -> None:
    """The project is one of the other account, and that of a login must not be taken for it."""
    client = make(clock, service, credentials=AssumedRole(PASSWORD, "operators", "other"), project_id=None)
    user = {"name": "user", "password": "pw-secret", "domain": {"name": "dom"}}
    login = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"domain": {"name": "dom"}}}
    token = reply(201, {"token": {"project": {"id": "1" * 32}}}, X_Subject_Token="T1-secret")
    found = reply(200, {"projects": [{"id": PROJECT_ID, "name": "eu-west-101"}]})
    service.expect((LOGIN, {"auth": login}, token), (ASSUME, ..., assumed()), (PROJECTS, found), (GET, 204))
    client.call(READ)
    assert used(service) == ["-", "T1-secret", "TAK1", "TAK1"]


def test_threads_of_a_set_share_the_login(clock: Clock) -> None:
    service = Table({ASSUME: assumed(), GET: reply(204)})
    client = make(clock, service)
    threads = [threading.Thread(target=client.call, args=(READ,)) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(service.lines) == sorted([ASSUME, *[GET] * 8])


def test_agencies_of_a_loop_have_logins_of_their_own(clock: Clock, service: Service) -> None:
    rejections: Rejections = {}
    for number, name in enumerate(("operators", "auditors"), 1):
        service.expect((ASSUME, ..., assumed(number)), (GET, 204))
        make(clock, service, rejections, credentials=AssumedRole(KEYS, name, "other")).call(READ)
    assert used(service) == ["AK", "TAK1", "AK", "TAK2"]


def test_login_reads(clock: Clock, service: Service) -> None:
    """So it is sent in check mode, too."""
    service.expect((ASSUME, ..., assumed()), (GET, 204))
    Client(connect(clock, service), read_only=True).call(READ)


@pytest.mark.parametrize("failed", [LOST, reply(500), reply(503), reply(429), error_reply(429, "IAM.0012")])
def test_login_is_retried(clock: Clock, service: Service, failed: t.Any) -> None:
    service.expect((ASSUME, ..., failed), (ASSUME, ..., failed), (ASSUME, ..., assumed()), (GET, 204))
    make(clock, service).call(READ)
    service.assert_all_sent()


@pytest.mark.parametrize(
    "body",
    [
        None, {}, [], {"credential": None}, {"credential": {}},
        {"credential": {"access": "TAK-secret", "secret": "TSK-secret", "securitytoken": None}},
        {"credential": {"access": "TAK-secret", "secret": "TSK secret", "securitytoken": "a\r\nX-Evil: 1"}},
    ],
)  # fmt: skip
def test_login_without_usable_keys_is_an_error(clock: Clock, service: Service, body: t.Any) -> None:
    service.expect((ASSUME, ..., reply(201, body)))
    error = failure(make(clock, service))
    assert error.action == "assume agency operators of account other"
    assert str(error) == "POST /v3.0/OS-CREDENTIAL/securitytokens returned 201, but it has no usable credential"


# --- the account of the caller ---------------------------------------------------------------------------------------

ONE_DOMAIN = reply(200, {"domains": [{"id": "d-1", "name": "dom"}]})


@pytest.mark.parametrize("status", [400, 403])
def test_account_of_the_caller_is_sent_if_iam_needs_it(clock: Clock, service: Service, status: int) -> None:
    client = make(clock, service)
    service.expect((ASSUME, ..., status), (DOMAINS, ONE_DOMAIN), (ASSUME, request_body(), assumed()), (GET, 204))
    client.call(READ)
    assert used(service) == ["AK", "AK", "AK", "TAK1"]
    assert [request.headers.get("X-Domain-Id") for request in service.requests] == [None, None, "d-1", None]
    assert "x-domain-id" in service.requests[2].headers["Authorization"]
    # A later login sends it at the first attempt.
    clock.now += 3600
    service.expect((ASSUME, ..., assumed(2)), (GET, 204))
    client.call(READ)
    assert service.requests[4].headers["X-Domain-Id"] == "d-1"


@pytest.mark.parametrize(
    "found",
    [
        reply(401), reply(403), reply(404), reply(200, []), reply(200, {"domains": None}), reply(200, {"domains": []}),
        reply(200, {"domains": [{"id": "d-1"}, {"id": "d-2"}]}), reply(200, {"domains": [{"id": "a b"}]}),
    ],
)  # fmt: skip
def test_first_error_counts_if_the_account_is_not_found(clock: Clock, service: Service, found: Reply) -> None:
    service.expect((ASSUME, ..., error_reply(403, "IAM.1", "no")), (DOMAINS, found))
    assert failure(make(clock, service)).code == "IAM.1"
    service.assert_all_sent()


def test_account_is_not_looked_up_for_a_token(clock: Clock, service: Service) -> None:
    service.expect((ASSUME, ..., 403))
    failure(make(clock, service, credentials=AssumedRole(Token("T"), "operators", "other")))


# --- refusals --------------------------------------------------------------------------------------------------------

ONLY_KEYS = " IAM may accept access_key and secret_key only to assume an agency, not a token or a password."


@pytest.mark.parametrize(
    ("caller", "name"),
    [
        (KEYS, "the user of access key AK"), (PASSWORD, "user user of account dom"), (Token("T"), "the user of auth_token"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("response", [reply(403), error_reply(403, "IAM.0003"), reply(404), reply(400)])
def test_refusal_says_who_may_assume_the_agency(
    clock: Clock, service: Service, caller: Credentials, name: str, response: Reply
) -> None:
    service.expect(*([(LOGIN, ..., reply(201, {}, X_Subject_Token="T"))] if caller is PASSWORD else []))
    service.expect((ASSUME, ..., response))
    if caller is KEYS and response.status != 404:
        service.expect((DOMAINS, ONE_DOMAIN), (ASSUME, ..., response))
    error = failure(make(clock, service, credentials=AssumedRole(caller, "operators", "other")))
    assert error.action == "assume agency operators of account other"
    assert error.hint == (
        f"Check that agency operators of account other exists and delegates to the account of {name}, and that this user has"
        " the IAM permission iam:tokens:assume (role Agent Operator)."
    ) + (ONLY_KEYS if response.status == 400 and caller is not KEYS else "")
    service.assert_all_sent()


@pytest.mark.parametrize("caller", [KEYS, PASSWORD, Token("T")])
def test_rejection_of_a_token_says_that_keys_may_be_needed(clock: Clock, service: Service, caller: Credentials) -> None:
    service.expect(*([(LOGIN, ..., reply(201, {}, X_Subject_Token="T"))] if caller is PASSWORD else []))
    service.expect((ASSUME, ..., 401))
    error = failure(make(clock, service, credentials=AssumedRole(caller, "operators", "other")))
    assert error.hint.startswith("Check the credentials and the clock.")
    assert error.hint.endswith(ONLY_KEYS) is (caller is not KEYS)


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_refused_login_says_nothing_of_the_agency(clock: Clock, service: Service, status: int) -> None:
    service.expect((LOGIN, ..., status))
    error = failure(make(clock, service, credentials=AssumedRole(PASSWORD, "operators", "other")))
    assert error.action == "log in as user of domain dom"
    assert "agency" not in (error.hint or "")


def test_hint_of_a_known_code_is_kept(clock: Clock, service: Service) -> None:
    service.expect((ASSUME, ..., error_reply(403, "IAM.0002")), (DOMAINS, 404))
    assert failure(make(clock, service)).hint.endswith("belong to the realm of the account.")


def test_rejected_keys_of_the_caller_are_not_sent_again(clock: Clock, service: Service) -> None:
    """Neither for another agency, nor without one; other keys are."""
    rejections: Rejections = {}
    service.expect((ASSUME, ..., error_reply(401, "IAM.0001")))
    assert failure(make(clock, service, rejections)).status == 401
    for credentials in (ROLE, AssumedRole(KEYS, "auditors", "other"), KEYS):
        assert isinstance(failure(make(clock, service, rejections, credentials=credentials)), CredentialsRejected)
    service.expect((ASSUME, ..., assumed()), (GET, 204))
    make(clock, service, rejections, credentials=AssumedRole(TEMPORARY, "operators", "other")).call(READ)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_agency_that_is_refused_is_not_asked_for_again(clock: Clock, service: Service, status: int) -> None:
    """The caller and other agencies are not affected."""
    rejections: Rejections = {}
    refusal = error_reply(status, str(status))
    service.expect((ASSUME, ..., refusal), *([] if status == 404 else [(DOMAINS, 404)]))
    assert failure(make(clock, service, rejections)).status == status
    error = failure(make(clock, service, rejections, timeout=7))
    assert isinstance(error, CredentialsRejected)
    assert f"rejected before in this task ({status})" in str(error)
    assert error.hint == "Check assume_role: the agency could not be assumed."
    service.expect((ASSUME, ..., assumed()), (GET, 204), (GET, 204))
    make(clock, service, rejections, credentials=AssumedRole(KEYS, "auditors", "other")).call(READ)
    make(clock, service, rejections, credentials=KEYS).call(READ)


def test_rejected_temporary_keys_stop_the_agency_only(clock: Clock, service: Service) -> None:
    rejections: Rejections = {}
    service.expect((ASSUME, ..., assumed()), (GET, error_reply(401, "APIG.0301")))
    assert failure(make(clock, service, rejections)).status == 401
    assert isinstance(failure(make(clock, service, rejections)), CredentialsRejected)
    service.expect((GET, 204), (ASSUME, ..., assumed()), (GET, 204))
    make(clock, service, rejections, credentials=KEYS).call(READ)
    make(clock, service, rejections, credentials=AssumedRole(KEYS, "auditors", "other")).call(READ)


@pytest.mark.parametrize("response", [reply(429), reply(503), LOST])
def test_failure_that_can_pass_is_not_a_rejection(clock: Clock, service: Service, response: t.Any) -> None:
    rejections: Rejections = {}
    client = make(clock, service, rejections, max_retries=0)
    service.expect((ASSUME, ..., response), (ASSUME, ..., assumed()), (GET, 204))
    failure(client)
    client.call(READ)
    assert rejections == {}


def test_threads_that_wait_for_a_rejected_login_do_not_repeat_it(clock: Clock, service: Service) -> None:
    """They have passed the check at the beginning of a call."""
    client = make(clock, service)
    service.expect((ASSUME, ..., error_reply(401, "IAM.0001")))
    with pytest.raises(ServiceError):
        client.connection.auth.prepare(client)
    with pytest.raises(CredentialsRejected):
        client.connection.auth.prepare(client)


# --- renewal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expires_at", "headers", "duration", "seconds"),
    [
        pytest.param("2024-01-02T04:04:05Z", {}, 3600, 3300, id="five minutes before the end"),
        pytest.param("2024-01-02T03:19:05.123456Z", {}, 900, 600, id="a short life"),
        pytest.param("2024-01-02T03:14:05Z", {}, 3600, 400, id="shorter than requested"),
        pytest.param("2024-01-03T03:04:05Z", {}, 3600, 3300, id="longer than requested"),
        pytest.param("2030-01-02T04:04:05Z", {"Date": "Wed, 02 Jan 2030 03:04:05 GMT"}, 3600, 3300, id="a clock behind"),
        pytest.param("2020-01-02T04:04:05Z", {"Date": "Thu, 02 Jan 2020 03:04:05 GMT"}, 3600, 3300, id="a clock ahead"),
        pytest.param("2030-01-02T04:04:05Z", {"Date": "soon"}, 3600, 3300, id="an unreadable date"),
        pytest.param("2020-01-02T04:04:05Z", {}, 3600, 3300, id="an end in the past"),
        pytest.param(None, {}, 3600, 3300, id="no end"),
        pytest.param("tomorrow", {}, 3600, 3300, id="an unreadable end"),
        pytest.param("2024-13-45T99:99:99Z", {}, 900, 600, id="an impossible end"),
        pytest.param(1704168245, {}, 900, 600, id="an end that is a number"),
    ],
)  # fmt: skip
def test_keys_are_renewed_before_their_end_by_the_clock_of_the_service(
    clock: Clock, service: Service, expires_at: t.Any, headers: dict[str, str], duration: int, seconds: int
) -> None:
    client = make(clock, service, credentials=AssumedRole(KEYS, "operators", "other", duration=duration))
    service.expect((ASSUME, ..., assumed(1, expires_at, **headers)), (GET, 204), (GET, 204))
    client.call(READ)
    clock.now += seconds - 1
    client.call(READ)
    clock.now += 1.5
    service.expect((ASSUME, ..., assumed(2, expires_at, **headers)), (GET, 204))
    client.call(READ)
    assert used(service) == ["AK", "TAK1", "TAK1", "AK", "TAK2"]


@pytest.mark.parametrize("operation", [READ, WRITE])
@pytest.mark.parametrize(
    "expired", [reply(401), error_reply(401, "APIG.0301"), error_reply(401, "DMS.10240103"), error_reply(401, "X.1")]
)
def test_expired_keys_are_renewed_once_and_the_request_is_sent_again(
    clock: Clock, service: Service, operation: Operation, expired: Reply
) -> None:
    """In the middle of a long wait, say. The code of expired keys is not documented."""
    rejections: Rejections = {}
    client = make(clock, service, rejections)
    line = f"{operation.method} /v2/{PROJECT_ID}/x"
    service.expect((ASSUME, ..., assumed()), (GET, 204), (line, expired), (ASSUME, ..., assumed(2)), (line, 204))
    client.call(READ)
    client.call(operation)
    assert used(service) == ["AK", "TAK1", "TAK1", "AK", "TAK2"]
    assert rejections == {}
    # New keys that are rejected, too, are not replaced again.
    service.expect((GET, expired), (ASSUME, ..., assumed(3)), (GET, expired))
    assert failure(client).status == 401
    assert list(rejections) == [ROLE]


@pytest.mark.parametrize("code", ["APIG.0303", "DMS.10240104"])
def test_keys_are_not_renewed_after_a_401_with_another_cause(clock: Clock, service: Service, code: str) -> None:
    client = make(clock, service)
    service.expect((ASSUME, ..., assumed()), (GET, 204), (GET, error_reply(401, code)))
    client.call(READ)
    assert failure(client).code == code


@pytest.mark.parametrize("failed", [LOST, reply(503), reply(429)])
def test_keys_are_used_until_their_end_if_they_can_not_be_renewed(
    clock: Clock, service: Service, failed: t.Any
) -> None:
    client = make(clock, service, max_retries=0)
    service.expect((ASSUME, ..., assumed()), (GET, 204), (ASSUME, ..., failed), (GET, 204), (GET, 204))
    client.call(READ)
    clock.now += 3400
    client.call(READ)
    client.call(READ)
    clock.now += 61
    service.expect((ASSUME, ..., failed), (GET, 204))
    client.call(READ)
    clock.now += 200
    service.expect((ASSUME, ..., failed))
    assert failure(client).action == "assume agency operators of account other"


def test_refused_renewal_ends_the_use_of_the_keys(clock: Clock, service: Service) -> None:
    """The agency may have been taken away."""
    client = make(clock, service)
    service.expect((ASSUME, ..., assumed()), (GET, 204), (ASSUME, ..., 403), (DOMAINS, 404))
    client.call(READ)
    clock.now += 3400
    assert failure(client).status == 403
    assert isinstance(failure(client), CredentialsRejected)


@pytest.mark.parametrize("failed", [LOST, reply(500), reply(404)])
def test_failed_renewal_does_not_say_that_a_write_was_sent(clock: Clock, service: Service, failed: t.Any) -> None:
    client = make(clock, service, max_retries=0)
    service.expect((ASSUME, ..., assumed()), (GET, 204), (ASSUME, ..., failed))
    client.call(READ)
    clock.now += 3600
    error = failure(client, WRITE)
    assert not error.outcome_unknown
    assert not getattr(error, "refuses_one", False)
    assert not error.maybe_pending


def test_failed_renewal_does_not_hide_that_a_write_may_have_been_processed(clock: Clock, service: Service) -> None:
    delete = WRITE._replace(repeatable=True)
    client = make(clock, service)
    service.expect((ASSUME, ..., assumed()), (GET, 204), (POST, LOST), (POST, 401), (ASSUME, ..., 404))
    client.call(READ)
    assert failure(client, delete).outcome_unknown


def test_rejection_by_the_lookup_of_the_account_stops_other_agencies_of_the_caller(
    clock: Clock, service: Service
) -> None:
    """IAM can refuse to assume an agency before it checks the signature."""
    rejections: Rejections = {}
    service.expect((ASSUME, ..., error_reply(403, "IAM.0002")), (DOMAINS, 401))
    assert failure(make(clock, service, rejections)).status == 403
    other = AssumedRole(KEYS, "readers", "other")
    assert isinstance(failure(make(clock, service, rejections, credentials=other)), CredentialsRejected)
    assert len(service.requests) == 2


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_temporary_secrets_are_masked(clock: Clock, service: Service) -> None:
    lines: list[str] = []
    client = Client(connect(clock, service, max_retries=0), log=lambda _verbosity, line: lines.append(line))
    echoed = "SK-secret TSK1-secret TST1-secret"
    service.expect((ASSUME, ..., assumed()), (GET, error_reply(400, "DMS.1", echoed, X_Request_Id="TST1-secret")))
    error = failure(client)
    assert error.message == "******** ******** ********"
    assert "-secret" not in str([str(error), error.payload, lines])
    service.expect((GET, error_reply(401, "APIG.0301", f"X-Security-Token: TST1-secret {echoed}")))
    assert "-secret" not in str(failure(client).payload)


def test_echo_of_the_caller_is_masked_in_a_refusal(clock: Clock, service: Service) -> None:
    refused = error_reply(403, "IAM.1", "SK-secret ST-secret")
    service.expect((ASSUME, ..., refused), (DOMAINS, refused))
    error = failure(make(clock, service, credentials=AssumedRole(TEMPORARY, "operators", "other")))
    assert error.message == "******** ********"


@pytest.mark.parametrize(
    ("expires_at", "date", "seconds"),
    [
        ("2024-01-02T04:04:05Z", DATE, 3600),
        ("2024-01-02T04:04:05.999999999Z", DATE, 3600),
        (" 2024-01-02T04:04:05+00:00\n", DATE, 3600),
        ("2024-01-02T04:04:05", DATE, 3600),
        ("2024-01-02T04:04:05Z", None, 3605),
        ("2024-01-02T04:04:05Z", "", 3605),
        ("2024-01-02T03:04:05Z", DATE, None),
        ("2024-01-02T05:04:05+02:00", DATE, None),
        ("", DATE, None),
        (None, DATE, None),
        ({}, DATE, None),
    ],
)
def test_seconds_until(expires_at: t.Any, date: str | None, seconds: float | None) -> None:
    assert seconds_until(expires_at, date, 1704164640.0) == seconds
