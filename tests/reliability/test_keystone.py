# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login to a real Keystone. Skipped if it can't be installed."""

from __future__ import annotations

import time
import typing as t
from collections.abc import Iterator

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.auth import TokenAuth
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import Password
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.settings import Settings
from simulator import Fault, Simulator
from simulator.calls import Caller
from simulator.gateway import RefusedError
from simulator.world import DOMAIN_ID, USER_ID

from .conftest import FULL
from .harness import figures, keystone, runs
from .harness.clock import Clock
from .harness.keystone import Keystone

pytestmark = [
    pytest.mark.skipif(not FULL, reason="Keystone is installed and run by make reliability only"),
    # The tests share one Keystone.
    pytest.mark.xdist_group("keystone"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keystone]:
    try:
        with keystone.running(tmp_path_factory.mktemp("keystone")) as running:
            yield running
            figures.note("Keystone", f"{len(running.requests())} requests to a real Keystone")
    except keystone.NotInstallable as error:
        pytest.skip(f"Keystone can't be installed: {error}")


def _token(server: Keystone, dms: str) -> str:
    """Return a token for the project, from a login of the collection."""
    settings = Settings(
        dms_endpoint=dms,
        iam_endpoint=server.url,
        region=server.project,
        project_id=server.project_id,
        project_name=None,
        credentials=Password(server.user, keystone.PASSWORD, server.domain),
        verify=True,
        timeout=30,
        max_retries=2,
    )
    connection = Connection(settings, clock=Clock())
    try:
        auth = connection.auth.prepare(Client(connection))
        assert isinstance(auth, TokenAuth)
        return auth.token
    finally:
        connection.close()


@pytest.fixture
def dms_simulator(simulator: Simulator, server: Keystone, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """A simulator that validates tokens and their project with Keystone."""
    gateway = simulator.service.gateway
    simulator.world.add_project(server.project, server.project_id)
    simulator.world.add_instance("kept", connector="connector-1", project_id=server.project_id)

    def by_token(text: str) -> Caller:
        try:
            found = keystone.call(server.url, "GET", "/v3/auth/tokens", None, text, text)[0]
        except OSError as error:
            raise RefusedError(f"token expired: {error}") from None
        return Caller(USER_ID, DOMAIN_ID, found["token"]["project"]["id"])

    monkeypatch.setattr(gateway, "_by_token", by_token)
    return simulator


def _options(server: Keystone, simulator: Simulator, **more: t.Any) -> dict[str, t.Any]:
    return {
        "endpoint": simulator.endpoint,
        "iam_endpoint": server.url,
        "access_key": None,
        "secret_key": None,
        "project_id": None,
        "region": server.project,
        "username": server.user,
        "password": keystone.PASSWORD,
        "domain_name": server.domain,
        "state": "absent",
        "connector_id": "connector-1",
        "task_name": "orders",
        **more,
    }


@pytest.mark.parametrize("by", ["name", "id"])
def test_login_finds_project(dms_simulator: Simulator, server: Keystone, by: str) -> None:
    dms_simulator.world.add_task("connector-1", "orders")
    options = _options(server, dms_simulator, **({"project_id": server.project_id} if by == "id" else {}))
    before = len(server.requests())
    outcome = runs.run(dms_simulator, options, quick=False)
    assert not outcome.failed, outcome.summary()
    assert outcome.changed
    assert all(f"/v2/{server.project_id}/" in entry.path for entry in outcome.entries)
    logins = [line for line in server.requests_after(before) if line.startswith("POST /v3/auth/tokens")]
    assert len(logins) == 1, outcome.summary() + str(server.requests_after(before))
    assert runs.leaks(outcome) == []
    assert outcome.secrets


def test_missing_project_fails_at_login(dms_simulator: Simulator, server: Keystone) -> None:
    outcome = runs.run(dms_simulator, _options(server, dms_simulator, region="eu-west-0"), quick=False)
    assert outcome.failed
    assert "log in" in outcome.msg
    assert outcome.entries == []


def test_wrong_password_is_sent_once(dms_simulator: Simulator, server: Keystone) -> None:
    before = len(server.requests())
    outcome = runs.run(dms_simulator, _options(server, dms_simulator, password="wrong-Password-9"), quick=False)
    assert outcome.failed
    assert "401" in outcome.msg
    assert "wrong-Password-9" not in str(outcome.result) + outcome.log
    assert [line for line in server.requests_after(before) if line.startswith("POST")] == [
        "POST /v3/auth/tokens?nocatalog=1 401"
    ]
    assert outcome.entries == []


def test_expired_token_is_replaced_once(dms_simulator: Simulator, server: Keystone) -> None:
    dms_simulator.world.add_task("connector-1", "orders")
    # The list is read with the first token, which has expired when the DELETE arrives.
    wait = keystone.TOKEN_SECONDS + 1
    dms_simulator.faults.add(Fault(operation="DeleteSinkTask", before=lambda world: time.sleep(wait)))
    before = len(server.requests())
    outcome = runs.run(dms_simulator, _options(server, dms_simulator, timeout=90), quick=False)
    assert not outcome.failed, outcome.summary()
    assert outcome.changed
    logins = [line for line in server.requests_after(before) if line.startswith("POST /v3/auth/tokens")]
    assert len(logins) == 2
    tokens = [entry.headers["X-Auth-Token"] for entry in outcome.entries]
    assert len(set(tokens)) == 2
    assert not [token for token in set(tokens) if token in str(outcome.result) + outcome.log]


def test_token_finds_project_of_region(dms_simulator: Simulator, server: Keystone) -> None:
    """With a token and a region, the project is found by the name of the region."""
    token = _token(server, dms_simulator.endpoint)
    options = _options(server, dms_simulator, username=None, password=None, domain_name=None, auth_token=token)
    outcome = runs.run(dms_simulator, options, quick=False)
    assert not outcome.failed, outcome.summary()
    assert all(f"/v2/{server.project_id}/" in entry.path for entry in outcome.entries)
