# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Temporary keys of agencies and tokens."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.auth.internal import IamHelper, StsAccessor
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkkafka import v2 as kafka
from simulator.world import DOMAIN_ID, ECS_USER_ID

if TYPE_CHECKING:
    import requests
    from simulator import Simulator

KEYS = "/v3.0/OS-CREDENTIAL/securitytokens"
OPERATION = "CreateTemporaryAccessKeyByAgency"


def assume(**changes: Any) -> dict[str, Any]:
    given = {"agency_name": "operators", "domain_name": "other-account", "duration_seconds": 900, **changes}
    given = {name: value for name, value in given.items() if value is not None}
    return {"auth": {"identity": {"methods": ["assume_role"], "assume_role": given}}}


@pytest.fixture
def project(sim: Simulator) -> str:
    """A project of another account, with an instance and an agency."""
    sim.world.add_agency("operators", domain_name="other-account")
    project_id = sim.world.add_project(sim.region, domain_name="other-account")
    sim.world.add_instance("kafka-other", project_id=project_id)
    return project_id


def signing(response: requests.Response) -> dict[str, Any]:
    """Arguments of a client that sends a request with the keys of a response."""
    keys = response.json()["credential"]
    return {
        "access_key": keys["access"],
        "secret_key": keys["secret"],
        "headers": {"X-Security-Token": keys["securitytoken"]},
    }


def test_keys_of_an_agency_act_in_the_other_account(client: Any, sim: Simulator, project: str, code: Any) -> None:
    created = client("POST", KEYS, assume())
    assert created.status_code == 201
    assert set(created.json()["credential"]) == {"access", "secret", "securitytoken", "expires_at"}
    assert created.headers["X-IAM-Trace-Id"]
    keys = signing(created)
    projects = client("GET", "/v3/projects", query={"name": sim.region}, **keys).json()["projects"]
    assert [found["id"] for found in projects] == [project]
    instances = client("GET", f"/v2/{project}/instances", **keys).json()["instances"]
    assert [instance["name"] for instance in instances] == ["kafka-other"]
    assert code(client("GET", client.instances_path, **keys)) == (403, "DMS.10240309")
    assert code(client("GET", f"/v2/{project}/instances")) == (403, "DMS.10240309")
    assert sim.journal[0].operation == OPERATION
    assert sim.journal.writes() == []


def test_account_is_given_by_name_or_id(client: Any, sim: Simulator, project: str) -> None:
    domain_id = sim.world.projects[project].domain_id
    assert client("POST", KEYS, assume(domain_name=None, domain_id=domain_id)).status_code == 201
    assert client("POST", KEYS, assume(domain_name=None, domain_id=DOMAIN_ID)).status_code == 404


@pytest.mark.parametrize(("headers", "status"), [({"X-Domain-Id": DOMAIN_ID}, 201), ({"X-Domain-Id": "other"}, 403)])
def test_account_of_the_caller_is_optional(client: Any, project: str, headers: dict[str, str], status: int) -> None:
    assert client("POST", KEYS, assume(), headers=headers).status_code == status


@pytest.mark.parametrize("status", [400, 403])
def test_account_of_the_caller_can_be_needed(client: Any, sim: Simulator, project: str, status: int) -> None:
    sim.settings.assume_needs_domain_id = status
    assert client("POST", KEYS, assume()).status_code == status
    domains = client("GET", "/v3/auth/domains").json()["domains"]
    assert [(domain["id"], domain["name"]) for domain in domains] == [(DOMAIN_ID, sim.domain_name)]
    assert client("POST", KEYS, assume(), headers={"X-Domain-Id": DOMAIN_ID}).status_code == 201


def test_caller_must_be_one_of_the_agency(client: Any, sim: Simulator, project: str) -> None:
    sim.world.add_agency("for others", domain_name="other-account", callers=[ECS_USER_ID])
    refused = client("POST", KEYS, assume(agency_name="for others"))
    assert refused.status_code == 403
    assert refused.json()["error"]["title"] == "Forbidden"


@pytest.mark.parametrize("status", [404, 403])
@pytest.mark.parametrize("changes", [{"agency_name": "another"}, {"domain_name": "another"}])
def test_absent_agency(client: Any, sim: Simulator, project: str, changes: dict[str, str], status: int) -> None:
    sim.settings.absent_agency_status = status
    assert client("POST", KEYS, assume(**changes)).status_code == status


@pytest.mark.parametrize(
    ("seconds", "status"),
    [(900, 201), (86400, 201), (None, 201), (899, 400), (86401, 400), ("900", 400), (True, 400), (900.0, 400)],
)
def test_duration(client: Any, project: str, seconds: Any, status: int) -> None:
    assert client("POST", KEYS, assume(duration_seconds=seconds)).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"{",
        {},
        {"auth": {"identity": {"methods": ["password"]}}},
        {"auth": {"identity": {"methods": ["assume_role"]}}},
        assume(agency_name=None),
        assume(domain_name=None),
    ],
)
def test_malformed_request(client: Any, project: str, body: Any) -> None:
    assert client("POST", KEYS, body).status_code == 400


def test_keys_expire_by_the_clock_of_the_simulator(client: Any, sim: Simulator, project: str, code: Any) -> None:
    sim.clock.freeze()
    keys = signing(client("POST", KEYS, assume(duration_seconds=1000)))
    path = f"/v2/{project}/instances"
    sim.clock.advance(999)
    assert client("GET", path, **keys).status_code == 200
    sim.clock.advance(1)
    assert code(client("GET", path, **keys)) == (401, "APIG.0301")


def test_wrong_signature_is_refused_and_counts(client: Any, sim: Simulator, project: str) -> None:
    for _unused in range(5):
        assert client("POST", KEYS, assume(), secret_key="wrong").status_code == 401
    assert client("POST", KEYS, assume()).status_code == 401
    assert client.plain("POST", KEYS, assume()).status_code == 401


@pytest.mark.parametrize(("accepted", "status"), [(False, 401), (True, 201)])
def test_token_of_the_caller(client: Any, sim: Simulator, project: str, accepted: bool, status: int) -> None:
    sim.settings.assume_with_token = accepted
    headers = {"X-Auth-Token": sim.world.add_token(project_id="").token}
    assert client.plain("POST", KEYS, assume(), headers=headers).status_code == status


def test_keys_of_a_token(client: Any, sim: Simulator) -> None:
    token = sim.world.add_token().token
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": token, "duration_seconds": 900}}}}
    created = client.plain("POST", KEYS, body)
    assert created.status_code == 201
    assert client("GET", client.instances_path, **signing(created)).status_code == 200
    body["auth"]["identity"]["token"] = {"duration_seconds": 900}  # type: ignore[index]
    assert client.plain("POST", KEYS, body, headers={"X-Auth-Token": token}).status_code == 201
    assert client.plain("POST", KEYS, body).status_code == 401


def test_agency_cannot_log_in(client: Any, sim: Simulator, project: str) -> None:
    user = {"name": "agency operators", "password": "", "domain": {"name": "other-account"}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    assert client.plain("POST", "/v3/auth/tokens", body).status_code == 401


def test_project_of_an_unknown_account(sim: Simulator) -> None:
    with pytest.raises(KeyError):
        sim.world.add_project("project", domain_name="unknown")


def test_control_api_adds_an_agency_and_its_project(client: Any, sim: Simulator) -> None:
    agency = client.control("POST", "agencies", {"name": "operators", "domain_name": "other-account"}).json()
    assert (agency["name"], sim.world.users[agency["user_id"]].domain_name) == ("operators", "other-account")
    body = {"name": sim.region, "domain_name": "other-account"}
    project_id = client.control("POST", "projects", body).json()["project_id"]
    client.control("POST", "instances", {"name": "kafka-other", "project_id": project_id})
    keys = signing(client("POST", KEYS, assume()))
    assert len(client("GET", f"/v2/{project_id}/instances", **keys).json()["instances"]) == 1
    sim.reset()
    assert client("POST", KEYS, assume()).status_code == 404


# -- the vendor's library, which has no agencies ----------------------------------------------------------------------


def build(credentials: BasicCredentials, sim: Simulator) -> Any:
    return kafka.KafkaClient.new_builder().with_credentials(credentials).with_endpoint(sim.endpoint).build()


def test_vendor_library_creates_keys_for_a_token(sim: Simulator) -> None:
    http = build(BasicCredentials(), sim)._http_client
    token = sim.world.add_token().token
    request = IamHelper.get_create_temporary_access_key_by_token_request(http.config, sim.endpoint, token, 900)
    keys = StsAccessor._process_credential(IamHelper.create_temporary_access_key_by_token(http, request))
    credentials = BasicCredentials(keys.access, keys.secret, sim.project_id).with_security_token(keys.security_token)
    assert len(build(credentials, sim).list_instances(kafka.ListInstancesRequest()).instances) == 1


def test_vendor_library_finds_the_account(sim: Simulator) -> None:
    credentials = GlobalCredentials(sim.access_key, sim.secret_key)
    credentials.iam_endpoint = sim.endpoint
    credentials.process_auth_params(build(BasicCredentials(), sim)._http_client, sim.region)
    assert credentials.domain_id == DOMAIN_ID


def test_vendor_library_signs_the_request_of_an_agency(sim: Simulator, project: str) -> None:
    http = build(BasicCredentials(), sim)._http_client

    def send(**changes: Any) -> Any:
        request = SdkRequest(
            method="POST",
            schema="http",
            host=sim.endpoint.partition("//")[2],
            resource_path=KEYS,
            header_params={"Content-Type": "application/json", "X-Domain-Id": DOMAIN_ID},
            query_params=[],
            body=json.dumps(assume(**changes)),
            signing_algorithm=http.config.signing_algorithm,
        )
        return http.do_request_sync(BasicCredentials(sim.access_key, sim.secret_key).sign_request(request))

    keys = StsAccessor._process_credential(send().content)
    credentials = BasicCredentials(keys.access, keys.secret, project).with_security_token(keys.security_token)
    instances = build(credentials, sim).list_instances(kafka.ListInstancesRequest()).instances
    assert [instance.name for instance in instances] == ["kafka-other"]
    with pytest.raises(ClientRequestException) as caught:
        send(agency_name="another")
    assert caught.value.status_code == 404
