# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: login with a password and lookup of projects."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Simulator

TOKENS = "/v3/auth/tokens"


def login(sim: Simulator, scope: Any = None, **user: Any) -> dict[str, Any]:
    given = {"name": sim.user_name, "password": sim.password, "domain": {"name": sim.domain_name}, **user}
    given = {key: value for key, value in given.items() if value is not None}
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": given}}}
    if scope is not None:
        auth["scope"] = scope
    return {"auth": auth}


@pytest.mark.parametrize(
    "scope",
    [
        {"project": {"id": Simulator.project_id}},
        {"project": {"name": Simulator.region, "domain": {"name": Simulator.domain_name}}},
        {"project": {"name": Simulator.region, "domain": {"id": "d0000000000000000000000000000001"}}},
        {"project": {"id": Simulator.project_id}, "domain": {"name": "other"}},
    ],
)
def test_login_scoped_to_project(client: Any, sim: Simulator, scope: dict[str, Any]) -> None:
    response = client.plain("POST", TOKENS, login(sim, scope))
    assert response.status_code == 201
    token = response.json()["token"]
    assert token["project"]["id"] == sim.project_id
    assert token["user"]["name"] == sim.user_name
    assert [service["name"] for service in token["catalog"]] == ["iam", "dms"]
    assert response.headers["X-IAM-Trace-Id"]
    headers = {"X-Auth-Token": response.headers["X-Subject-Token"]}
    assert client.plain("GET", client.tasks_path, headers=headers).status_code == 200
    assert sim.journal[0].operation == "KeystoneCreateUserTokenByPassword"


def test_nocatalog_omits_the_catalog(client: Any, sim: Simulator) -> None:
    response = client.plain("POST", TOKENS + "?nocatalog=1", login(sim, {"project": {"id": sim.project_id}}))
    assert "catalog" not in response.json()["token"]


@pytest.mark.parametrize("scope", [None, {}, {"domain": {"name": Simulator.domain_name}}])
def test_login_without_project_is_not_valid_for_dms(client: Any, sim: Simulator, scope: Any) -> None:
    response = client.plain("POST", TOKENS, login(sim, scope))
    assert response.status_code == 201
    assert "project" not in response.json()["token"]
    assert ("domain" in response.json()["token"]) == bool(scope)
    headers = {"X-Auth-Token": response.headers["X-Subject-Token"]}
    assert client.plain("GET", client.tasks_path, headers=headers).json()["error_code"] == "DMS.10240104"
    projects = client.plain("GET", "/v3/auth/projects", headers=headers).json()["projects"]
    assert [project["id"] for project in projects] == [sim.project_id]


def test_project_name_without_domain_is_refused(client: Any, sim: Simulator) -> None:
    body = login(sim, {"project": {"name": sim.region}})
    response = client.plain("POST", TOKENS, body)
    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith("Expecting to find domain in project.")
    sim.settings.project_name_needs_domain = False
    assert client.plain("POST", TOKENS, body).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        login(Simulator(), password="wrong"),
        login(Simulator(), name="unknown"),
        login(Simulator(), domain={"name": "other"}),
        login(Simulator(), name=None, id="unknown"),
        login(Simulator(), {"project": {"id": "f" * 32}}),
        login(Simulator(), {"project": {"name": "other", "domain": {"name": Simulator.domain_name}}}),
        login(Simulator(), {"project": {"name": Simulator.region, "domain": {"name": "other"}}}),
        login(Simulator(), {"domain": {"name": "other"}}),
        {"auth": {"identity": {"methods": ["token"], "token": {"id": "x"}}}},
    ],
)
def test_failed_login_returns_401(client: Any, body: Any) -> None:
    response = client.plain("POST", TOKENS, body)
    assert response.status_code == 401
    error = response.json()["error"]
    assert (error["code"], error["title"]) == (401, "Unauthorized")
    assert "X-Subject-Token" not in response.headers
    assert response.headers["X-IAM-Trace-Id"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"{",
        b"[]",
        {},
        {"auth": {"identity": {}}},
        {"auth": {"identity": {"methods": ["password"]}}},
        login(Simulator(), password=None),
        login(Simulator(), name=None),
        login(Simulator(), domain=None),
        login(Simulator(), domain={}),
        login(Simulator(), []),
        login(Simulator(), {"project": {}}),
        login(Simulator(), {"other": {}}),
    ],
)
def test_malformed_login_returns_400(client: Any, body: Any) -> None:
    response = client.plain("POST", TOKENS, body)
    assert (response.status_code, response.json()["error"]["title"]) == (400, "Bad Request")


def test_user_is_locked_after_five_failures(client: Any, sim: Simulator) -> None:
    sim.clock.freeze()
    for _unused in range(5):
        client.plain("POST", TOKENS, login(sim, password="wrong"))
    locked = client.plain("POST", TOKENS, login(sim))
    assert locked.status_code == 401
    assert "locked" in locked.json()["error"]["message"]
    sim.clock.advance(300)
    assert client.plain("POST", TOKENS, login(sim)).status_code == 201


def test_projects_of_other_accounts_are_not_accessible(client: Any, sim: Simulator) -> None:
    sim.world.add_user("guest", "guest-password", domain_name="guests")
    body = login(sim, name="guest", password="guest-password", domain={"name": "guests"})
    headers = {"X-Auth-Token": client.plain("POST", TOKENS, body).headers["X-Subject-Token"]}
    assert client.plain("GET", "/v3/projects", headers=headers).json()["projects"] == []
    body["auth"]["scope"] = {"project": {"id": sim.project_id}}
    assert client.plain("POST", TOKENS, body).status_code == 401


def test_projects_are_filtered_by_name_and_paginated(client: Any, sim: Simulator) -> None:
    other = sim.world.add_project(f"{sim.region}_team")

    def found(**query: str) -> list[str]:
        response = client("GET", "/v3/projects", query=query)
        assert response.headers["X-IAM-Trace-Id"]
        return [project["id"] for project in response.json()["projects"]]

    assert found(name=sim.region) == [sim.project_id]
    assert found(name="nothing") == []
    assert found() == [sim.project_id, other]
    assert found(page="2", per_page="1") == [other]
    for query in ({"page": "1"}, {"per_page": "1"}, {"page": "0", "per_page": "1"}, {"page": "1", "per_page": "5001"}):
        assert client("GET", "/v3/projects", query=query).status_code == 400
    assert client("GET", "/v3/auth/projects").json()["projects"][0]["name"] == sim.region


def test_projects_require_credentials(client: Any) -> None:
    for response in (client.plain("GET", "/v3/projects"), client("GET", "/v3/projects", secret_key="wrong")):
        assert response.status_code == 401
        assert response.json()["error"]["code"] == 401
