# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The metadata service, also with the vendor's library."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import requests
from huaweicloudsdkcore.auth.internal import MetadataAccessor
from huaweicloudsdkcore.auth.provider import MetadataCredentialProvider
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkkafka import v2 as kafka
from simulator import Fault, Simulator
from simulator.world import ECS_USER_ID

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "/openstack/latest/securitykey"
TOKEN = "/meta-data/latest/api/token"
TTL = "X-Metadata-Token-Ttl-Seconds"
TIMEOUT = 20


@pytest.fixture
def get(client: Any, sim: Simulator) -> Callable[..., requests.Response]:
    def get(path: str = KEY, method: str = "GET", **headers: str) -> requests.Response:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.session.request(method, sim.metadata_endpoint + path, headers=given, timeout=TIMEOUT)

    return get


@pytest.fixture
def new_token(get: Callable[..., requests.Response]) -> Callable[[str], requests.Response]:
    return lambda seconds: get(TOKEN, "PUT", **{TTL: seconds})


def test_keys_act_in_the_account_of_the_machine(client: Any, sim: Simulator, get: Any) -> None:
    response = get()
    keys = response.json()["credential"]
    assert re.fullmatch(r"[\d-]+T[\d:]+\.\d{6}Z", keys["expires_at"])
    headers = {"X-Security-Token": keys["securitytoken"]}
    listed = client("GET", client.instances_path, access_key=keys["access"], secret_key=keys["secret"], headers=headers)
    assert listed.status_code == 200
    assert sim.world.access_keys[keys["access"]].user_id == ECS_USER_ID
    assert sim.journal.operations() == ["GetSecurityKey", "ListInstances"]
    assert sim.journal.writes() == []


def test_ports_have_different_urls(client: Any, sim: Simulator, get: Any) -> None:
    assert client.plain("GET", KEY).status_code == 404
    assert get("/v3/projects").status_code == 404
    assert get("/_simulator/credentials").status_code == 404
    assert [entry.operation for entry in sim.journal] == [None, None, None]


@pytest.mark.parametrize("status", [404, 405, 503])
def test_without_tokens(sim: Simulator, get: Any, new_token: Any, status: int) -> None:
    sim.settings.metadata_no_tokens_status = status
    assert new_token("21600").status_code == status
    assert get().status_code == 200


def test_tokens_are_required(sim: Simulator, get: Any, new_token: Any) -> None:
    sim.clock.freeze()
    sim.settings.metadata_tokens = "required"
    assert get().status_code == 401
    assert get(X_Metadata_Token="unknown").status_code == 401
    token = new_token("60").text
    assert get(X_Metadata_Token=token).status_code == 200
    sim.clock.advance(60)
    assert get(X_Metadata_Token=token).status_code == 401


def test_tokens_are_optional(sim: Simulator, get: Any) -> None:
    sim.settings.metadata_tokens = "optional"
    assert get().status_code == 200
    assert get(X_Metadata_Token="unknown").status_code == 401


@pytest.mark.parametrize("seconds", ["", "0", "21601", "a", "-1"])
def test_lifetime_of_a_token_is_checked(sim: Simulator, new_token: Any, seconds: str) -> None:
    sim.settings.metadata_tokens = "required"
    assert new_token(seconds).status_code == 400


@pytest.mark.parametrize("tokens", ["off", "required"])
def test_machine_without_an_agency(sim: Simulator, get: Any, new_token: Any, tokens: str) -> None:
    sim.settings.update(metadata_agency=False, metadata_tokens=tokens)
    headers = {"X_Metadata_Token": new_token("60").text} if tokens == "required" else {}
    response = get(**headers)
    assert (response.status_code, response.text) == (401, "Please configure Cloud Service Agency first")


def test_new_keys_before_the_old_ones_expire(sim: Simulator, get: Any) -> None:
    sim.clock.freeze()
    sim.settings.update(metadata_key_seconds=7200, metadata_key_overlap=600)

    def access_key() -> str:
        return get().json()["credential"]["access"]

    first = access_key()
    sim.clock.advance(6600)
    assert access_key() == first
    sim.clock.advance(1)
    second = access_key()
    assert second != first
    sim.reset()
    assert access_key() == first


def test_service_is_slow_or_closes_the_connection(sim: Simulator, get: Any, client: Any) -> None:
    sim.faults.add(Fault("GetSecurityKey", delay=60), Fault("GetSecurityKey", drop="before"))
    with pytest.raises(requests.ReadTimeout):
        client.session.get(sim.metadata_endpoint + KEY, timeout=0.2)
    with pytest.raises(requests.ConnectionError):
        get()
    assert get().status_code == 200


def test_no_metadata_service() -> None:
    with Simulator(metadata_port=None) as sim:
        assert sim.metadata_port is None


def test_metadata_port_in_use_is_an_error(sim: Simulator) -> None:
    with pytest.raises(OSError, match="in use"):
        Simulator(metadata_port=sim.metadata_port).start()


# -- the vendor's library ---------------------------------------------------------------------------------------------


@pytest.fixture
def vendor(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Creates the vendor's credentials. Only its address of the metadata service is another one."""
    monkeypatch.setattr(MetadataAccessor, "_METADATA_ENDPOINT", sim.metadata_endpoint)
    provider = MetadataCredentialProvider.get_basic_credential_metadata_provider()
    provider.project_id = sim.project_id
    return provider.get_credentials


def keys_of(sim: Simulator, credentials: Any) -> list[str]:
    """The names of the instances that the vendor's client lists with these credentials."""
    builder = kafka.KafkaClient.new_builder().with_credentials(credentials).with_endpoint(sim.endpoint)
    return [row.name for row in builder.build().list_instances(kafka.ListInstancesRequest()).instances]


@pytest.mark.parametrize("tokens", ["off", "optional", "required"])
def test_vendor_library_uses_the_keys(sim: Simulator, vendor: Any, tokens: str) -> None:
    sim.settings.metadata_tokens = tokens
    assert keys_of(sim, vendor()) == [sim.instance_name]
    assert sim.journal.operations() == ["CreateMetadataToken", "GetSecurityKey", "ListInstances"]
    assert ("X-Metadata-Token" in sim.journal[1].headers) is (tokens != "off")


@pytest.mark.parametrize("status", [404, 405, 503])
def test_vendor_library_goes_on_without_tokens(sim: Simulator, vendor: Any, status: int) -> None:
    sim.settings.metadata_no_tokens_status = status
    assert keys_of(sim, vendor()) == [sim.instance_name]


def test_vendor_library_replaces_an_expired_token(sim: Simulator, vendor: Any) -> None:
    sim.settings.update(metadata_tokens="required", metadata_key_seconds=1800, metadata_key_overlap=1000)
    credentials = vendor()
    sim.clock.advance(21600)
    sim.journal.clear()
    # Less than 40 minutes are left, so the library reads the keys again.
    credentials.process_sts(None)
    assert sim.journal.operations() == ["GetSecurityKey", "CreateMetadataToken", "GetSecurityKey"]


def test_vendor_library_reports_a_machine_without_an_agency(sim: Simulator, vendor: Any) -> None:
    sim.settings.metadata_agency = False
    with pytest.raises(ClientRequestException) as caught:
        vendor()
    assert caught.value.status_code == 401
    assert sim.journal.operations() == ["CreateMetadataToken", "GetSecurityKey"]
