# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication with signatures and tokens."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from multidict import CIMultiDict
from simulator.calls import Request
from simulator.signatures import Authorization, BadSignatureError, parse_authorization, parse_date, verify

if TYPE_CHECKING:
    from simulator import Simulator

PROJECT = "0123456789abcdef0123456789abcdef"
# Keys and signatures of the vendor's public documentation.
ACCESS_KEY = "QTWAOYTTINDUT2QVKYUC"
SECRET_KEY = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"
VECTORS = [
    (
        Request(
            "GET",
            "/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs",
            [("limit", "2"), ("marker", "13551d6b-755d-4757-b956-536f674975c0")],
            CIMultiDict(
                {
                    "Content-Type": "application/json",
                    "Host": "service.region.example.com",
                    "X-Sdk-Date": "20191115T033655Z",
                }
            ),
        ),
        "content-type;host;x-sdk-date",
        "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
    ),
    (
        Request(
            "POST",
            f"/v2/{PROJECT}/connectors/c-1/sink-tasks",
            [],
            CIMultiDict(
                {
                    "Content-Type": "application/json",
                    "X-Sdk-Date": "20240102T030405Z",
                    "X-Project-Id": PROJECT,
                    "X-Security-Token": "TOKEN",
                    "User-Agent": "ua/1.0",
                    "Host": "dms.eu-west-101.myhuaweicloud.eu",
                    "Accept": "not signed",
                }
            ),
            '{"task_name":"tést"}'.encode(),
        ),
        "content-type;host;user-agent;x-project-id;x-sdk-date;x-security-token",
        "f0f862241edc6886e7e668ade17611b75d27348b733073b576653459f67854a9",
    ),
    (
        Request(
            "GET",
            "/v2/p%20x/a+b/~z",
            [("b", "x y"), ("a", "1+2"), ("a", "~é"), ("flag", "true")],
            CIMultiDict({"Host": "h", "X-Sdk-Date": "20240102T030405Z"}),
        ),
        "host;x-sdk-date",
        "3a9863e827766c4b028cb2552248547b68ee0e536a57a7bfa2442ef156500ad9",
    ),
]


@pytest.mark.parametrize(("request_", "names", "signature"), VECTORS)
def test_documented_signatures_are_valid(request_: Request, names: str, signature: str) -> None:
    verify(request_, Authorization(ACCESS_KEY, tuple(names.split(";")), signature), SECRET_KEY)
    with pytest.raises(BadSignatureError):
        verify(request_, Authorization(ACCESS_KEY, tuple(names.split(";")), signature), SECRET_KEY + "x")
    request_.headers["Host"] += "x"  # type: ignore[index]
    with pytest.raises(BadSignatureError):
        verify(request_, Authorization(ACCESS_KEY, tuple(names.split(";")), signature), SECRET_KEY)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic abc",
        "SDK-HMAC-SHA256",
        "SDK-HMAC-SHA256 Access=A, SignedHeaders=h",
        "SDK-HMAC-SM3 Access=A, SignedHeaders=h, Signature=00",
        "SDK-HMAC-SHA256 Access=A, SignedHeaders=h, Signature=nothex",
    ],
)
def test_malformed_authorization_is_refused(header: str) -> None:
    with pytest.raises(BadSignatureError):
        parse_authorization(header)


def test_date_is_parsed() -> None:
    assert parse_date("20240102T030405Z") == 1704164645.0
    with pytest.raises(BadSignatureError):
        parse_date("2024-01-02T03:04:05Z")


@pytest.mark.parametrize("names", [None, ["x-sdk-date"], ["content-type", "x-sdk-date"], ["host", "x-sdk-date"]])
def test_client_chooses_the_signed_headers(client: Any, names: list[str] | None) -> None:
    """Some clients sign all headers, others do not even sign Host."""
    assert client("GET", client.tasks_path, names=names).status_code == 200


def test_date_must_be_signed(client: Any, code: Any) -> None:
    response = client("GET", client.tasks_path, names=["host"])
    assert code(response) == (401, "APIG.0301")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"X-Sdk-Content-Sha256": "UNSIGNED-PAYLOAD"}, 401),  # but the client signed the payload
        ({"X-Extra": "a  b ", "X-Utf8": "ä"}, 200),
    ],
)
def test_additional_headers_are_verified(client: Any, headers: dict[str, str], status: int) -> None:
    encoded = {name: value.encode() for name, value in headers.items()}
    data = b'{"sink_max_tasks": 12}'
    given = {"Content-Type": "application/json", **headers}
    signed = client.signed("PUT", client.tasks_path, "", given, data)
    response = client.plain("PUT", client.tasks_path, data, headers={**given, **encoded, **signed})
    assert response.status_code == (204 if status == 200 else status)


def test_hash_in_header_must_match_the_body(client: Any) -> None:
    data = b'{"sink_max_tasks": 12}'
    for digest, status in ((hashlib.sha256(data).hexdigest(), 204), ("0" * 64, 401)):
        given = {"X-Sdk-Content-Sha256": digest}
        signed = client.signed("PUT", client.tasks_path, "", given, data)
        assert client.plain("PUT", client.tasks_path, data, headers={**given, **signed}).status_code == status


def test_body_and_query_are_signed(client: Any, sim: Simulator) -> None:
    given = {"Content-Type": "application/json"}
    signed = client.signed("PUT", client.tasks_path, "", given, b'{"sink_max_tasks": 12}')
    changed = client.plain("PUT", client.tasks_path, b'{"sink_max_tasks": 99}', headers={**given, **signed})
    assert changed.status_code == 401
    signed = client.signed("GET", client.instances_path, "limit=10", given, b"")
    assert client.plain("GET", client.instances_path + "?limit=10", headers={**given, **signed}).status_code == 200
    assert client.plain("GET", client.instances_path + "?limit=11", headers={**given, **signed}).status_code == 401
    assert sim.journal.effects() == []


def test_special_characters_in_path_and_query_are_signed(client: Any, code: Any) -> None:
    path = f"/v2/{client.simulator.project_id}/connectors/a%20b%2Bc~%C3%A9/sink-tasks"
    assert code(client("GET", path)) == (404, "DMS.00404024")
    response = client("GET", client.instances_path, query={"name": "a b+c/é~&=", "engine": ""})
    assert response.json()["instance_num"] == 0
    assert client.simulator.journal[-1].query == {"engine": "", "name": "a b+c/é~&="}


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (890, 200), (-890, 200), (910, 401), (-910, 401)])
def test_clock_skew_is_limited_to_15_minutes(client: Any, sim: Simulator, seconds: float, status: int) -> None:
    sim.clock.freeze()
    response = client("GET", client.tasks_path, when=sim.clock.now() + seconds)
    assert response.status_code == status
    sim.clock.offset = seconds
    assert client("GET", client.tasks_path, when=sim.clock.now() - seconds).status_code == status


@pytest.mark.parametrize("prefix", ["APIG", "APIGW"])
def test_failure_messages(client: Any, sim: Simulator, prefix: str) -> None:
    sim.settings.error_prefix = prefix
    keys = sim.security_token_keys()
    cases = [
        (client.plain("GET", client.tasks_path), "x-auth-token not found"),
        (client("GET", client.tasks_path, access_key="UNKNOWN"), "ak not exist"),
        (client("GET", client.tasks_path, algorithm="SDK-HMAC-SM3"), "format is incorrect"),
        (client("GET", client.tasks_path, secret_key="wrong"), "verify aksk signature fail"),
        (client.plain("GET", client.tasks_path, headers={"X-Auth-Token": "nonsense"}), "decrypt token fail"),
        (client("GET", client.tasks_path, headers={"X-Security-Token": "nonsense"}), "decrypt token fail"),
        (
            client("GET", client.tasks_path, access_key=keys.access_key, secret_key=keys.secret_key),
            "x-security-token not found",
        ),
    ]
    for response, message in cases:
        assert response.status_code == 401
        assert response.json()["error_code"] == f"{prefix}.0301"
        assert response.json()["error_msg"].startswith("Incorrect IAM authentication information: ")
        assert message in response.json()["error_msg"]
        assert response.json()["request_id"] == response.headers["X-Request-Id"]


def test_failure_message_contains_the_security_token(client: Any, sim: Simulator) -> None:
    """As in the real gateway; clients must redact it."""
    keys = sim.security_token_keys()
    headers = {"X-Security-Token": keys.security_token}
    response = client("GET", client.tasks_path, headers=headers, access_key=keys.access_key, secret_key="wrong")
    assert keys.security_token in response.json()["error_msg"]


def test_temporary_keys_expire(client: Any, sim: Simulator) -> None:
    keys = sim.security_token_keys(lifetime=900)
    sim.clock.freeze()
    arguments = {"access_key": keys.access_key, "secret_key": keys.secret_key}
    headers = {"X-Security-Token": keys.security_token}
    assert client("GET", client.tasks_path, headers=headers, **arguments).status_code == 200
    sim.clock.advance(901)
    response = client("GET", client.tasks_path, headers=headers, **arguments)
    assert response.status_code == 401
    assert "security token expires" in response.json()["error_msg"]


def test_security_token_can_be_unsigned(client: Any, sim: Simulator) -> None:
    keys = sim.security_token_keys()
    response = client(
        "GET",
        client.tasks_path,
        headers={"X-Security-Token": keys.security_token},
        names=["x-sdk-date"],
        access_key=keys.access_key,
        secret_key=keys.secret_key,
    )
    assert response.status_code == 200


def test_key_is_locked_after_five_failures(client: Any, sim: Simulator) -> None:
    sim.clock.freeze()
    for _unused in range(4):
        assert client("GET", client.tasks_path, secret_key="wrong").status_code == 401
    assert client("GET", client.tasks_path).status_code == 200, "a success resets the number of failures"
    for _unused in range(5):
        assert client("GET", client.tasks_path, secret_key="wrong").status_code == 401
    locked = client("GET", client.tasks_path)
    assert locked.status_code == 401
    assert "forbidden" in locked.json()["error_msg"]
    sim.clock.advance(299)
    assert client("GET", client.tasks_path).status_code == 401
    sim.clock.advance(1)
    assert client("GET", client.tasks_path).status_code == 200


def test_locks_can_be_disabled(client: Any, sim: Simulator) -> None:
    sim.settings.lock_after = None
    for _unused in range(10):
        client("GET", client.tasks_path, secret_key="wrong")
    assert client("GET", client.tasks_path).status_code == 200


def test_project_in_url_is_checked(client: Any, sim: Simulator, code: Any) -> None:
    def path(project: str) -> str:
        return f"/v2/{project}/instances"

    other = sim.world.add_project("another")
    assert code(client("GET", path("not-a-project"))) == (400, "DMS.00400002")
    assert code(client("GET", path("f" * 32))) == (403, "DMS.10240309")
    assert client("GET", path(other)).json() == {"instances": [], "instance_num": 0}
    token = sim.world.add_token(project_id=sim.project_id).token
    headers = {"X-Auth-Token": token}
    assert client.plain("GET", path(sim.project_id), headers=headers).status_code == 200
    assert code(client.plain("GET", path(other), headers=headers)) == (401, "DMS.10240104")
    unscoped = {"X-Auth-Token": sim.world.add_token(project_id="").token}
    assert code(client.plain("GET", path(sim.project_id), headers=unscoped)) == (401, "DMS.10240104")


def test_token_expires(client: Any, sim: Simulator) -> None:
    sim.clock.freeze()
    headers = {"X-Auth-Token": sim.world.add_token().token}
    sim.clock.advance(86399)
    assert client.plain("GET", client.tasks_path, headers=headers).status_code == 200
    sim.clock.advance(1)
    response = client.plain("GET", client.tasks_path, headers=headers)
    assert response.status_code == 401
    assert "token expires" in response.json()["error_msg"]
