# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""assume_role: tasks that act in another account, with temporary keys of its agency.

Every playbook runs with -vvvv and a log file, and nothing that it leaves may contain a secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.accounts import AGENCY, Account, Playbook, Step, add_account, options
from acceptance.harness.cloud import OBS
from acceptance.harness.playbook import MODULE, WAYS
from simulator import Effect, Fault
from simulator.world import ECS_USER_ID

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulator
    from simulator.world import World

TOPICS = "huaweicloud.kafka.huaweicloud_kafka_topics"
NO_KEYS = {"access_key": None, "secret_key": None}
WRONG_KEY = "AnotherSecretKeyOfTheAcceptanceTests"


@pytest.fixture
def playbook(simulator: Simulator, tmp_path: Path) -> Playbook:
    return Playbook(simulator, tmp_path)


@pytest.fixture
def account(simulator: Simulator) -> Account:
    return add_account(simulator, "orders-production")


def environment(simulator: Simulator, **more: str) -> dict[str, str]:
    """Variables with the caller's keys, project and endpoints."""
    return {
        "HW_ACCESS_KEY": simulator.access_key,
        "HW_SECRET_KEY": simulator.secret_key,
        "HW_PROJECT_ID": simulator.project_id,
        "HW_REGION_NAME": simulator.region,
        "HW_DMS_ENDPOINT": simulator.endpoint,
        "HW_IAM_ENDPOINT": simulator.endpoint,
        **more,
    }


def identity(playbook: Playbook, task: str) -> list[dict[str, Any]]:
    """What the requests for keys of a task were sent with."""
    entries = [entry for entry in playbook.requests[task] if entry.method == "POST" and "OS-CREDENTIAL" in entry.path]
    return [entry.json["auth"]["identity"]["assume_role"] for entry in entries]


@pytest.mark.parametrize("way", WAYS)
def test_role_and_caller_as_options(way: str, simulator: Simulator, playbook: Playbook, account: Account) -> None:
    keys = simulator.security_token_keys()
    token = simulator.world.add_token(project_id="").token
    temporary = {
        "access_key": keys.access_key,
        "secret_key": "{{ temporary_key }}",
        "security_token": "{{ security_token }}",
    }
    with_token = {**NO_KEYS, "auth_token": "{{ token }}"}
    password = {
        **NO_KEYS,
        "username": simulator.user_name,
        "password": "{{ password }}",
        "domain_name": simulator.domain_name,
    }
    forbidden = add_account(simulator, "orders-forbidden", [ECS_USER_ID])
    role, own = account.role(), {"project_id": account.project_id}

    as_module = {"by name", "X-Domain-Id is needed: 403", "with a password", "the caller may not", "two accounts"}

    def step(name: str, requests: str, *fails: str, settings: dict[str, Any] | None = None, **more: Any) -> Step:
        return Step(
            name,
            options(simulator, account, **{"assume_role": role, **more}),
            requests,
            fails,
            project_id=None if fails else account.project_id,
            settings=settings or {},
            as_module=name in as_module,
        )

    steps = [
        step("by name", "ASSUME PROJECTS LIST"),
        step("by id", "ASSUME PROJECTS LIST", assume_role={"agency_name": AGENCY, "domain_id": account.domain_id}),
        step("with a duration", "ASSUME PROJECTS LIST", assume_role=account.role(duration=900)),
        step("with a project id of the account", "ASSUME LIST", **own),
        step("with temporary keys", "ASSUME LIST", **own, **temporary),
        step(
            "X-Domain-Id is needed: 400",
            "ASSUME DOMAINS ASSUME LIST",
            **own,
            settings={"assume_needs_domain_id": 400},
        ),
        step(
            "X-Domain-Id is needed: 403",
            "ASSUME DOMAINS ASSUME LIST",
            **own,
            settings={"assume_needs_domain_id": 403},
        ),
        step("with a token", "ASSUME LIST", **own, **with_token, settings={"assume_with_token": True}),
        step("with a password", "LOGIN ASSUME LIST", **own, **password, settings={"assume_with_token": True}),
        step("a token is refused", "ASSUME", "401", AGENCY, **own, **with_token),
        step("the token of a password is refused", "LOGIN ASSUME", "401", AGENCY, **own, **password),
        step(
            "the project of the caller",
            "ASSUME LIST",
            "403",
            "DMS.10240309",
            project_id=simulator.project_id,
        ),
        step(
            "the caller may not",
            "ASSUME DOMAINS ASSUME",
            "403",
            "iam:tokens:assume",
            AGENCY,
            "orders-forbidden",
            assume_role=forbidden.role(),
        ),
        step("no such agency: 404", "ASSUME", "404", "another", assume_role=account.role(agency_name="another")),
        step(
            "no such agency: 403",
            "ASSUME DOMAINS ASSUME",
            "403",
            "another",
            assume_role=account.role(agency_name="another"),
            settings={"absent_agency_status": 403},
        ),
        step("a wrong key", "ASSUME", "401", AGENCY, secret_key="{{ wrong }}"),
        step("no account", "", "domain_name", "domain_id", assume_role={"agency_name": AGENCY}),
        step("no agency", "", "agency_name", assume_role={"domain_name": "orders-production"}),
        step("two accounts", "", "domain_name", "domain_id", assume_role=account.role(domain_id=account.domain_id)),
        step("a duration that is too short", "", "duration", "900", assume_role=account.role(duration=899)),
        step("a duration that is not a number", "", "duration", assume_role=account.role(duration="an hour")),
    ]
    variables = {
        "token": token,
        "password": simulator.password,
        "wrong": WRONG_KEY,
        "temporary_key": keys.secret_key,
        "security_token": keys.security_token,
    }
    playbook.expect(way, steps, variables=variables)
    assert identity(playbook, "by name") == [
        {"agency_name": AGENCY, "domain_name": "orders-production", "duration_seconds": 3600}
    ]
    if way == WAYS[0]:
        by_id = {"agency_name": AGENCY, "domain_id": account.domain_id, "duration_seconds": 3600}
        assert identity(playbook, "by id") == [by_id]
        assert identity(playbook, "with a duration")[0]["duration_seconds"] == 900
    first, second, third = playbook.requests["by name"]
    assert f"Access={simulator.access_key}," in first.headers["Authorization"]
    for entry in (second, third):
        assert "Access=TEMP" in entry.headers["Authorization"]
        assert entry.headers["X-Security-Token"]
    assert "X-Project-Id" not in first.headers
    assert third.headers["X-Project-Id"] == account.project_id


@pytest.mark.parametrize("way", WAYS)
def test_role_in_the_environment(way: str, simulator: Simulator, playbook: Playbook, account: Account) -> None:
    other = add_account(simulator, "orders-test")
    nothing = {**NO_KEYS, "region": None, "endpoint": None, "iam_endpoint": None}
    as_user = {**nothing, "access_key": simulator.access_key, "secret_key": "{{ secret_key }}"}
    steps = [
        Step(
            "the variables",
            options(simulator, account, **nothing),
            "ASSUME PROJECTS LIST",
            (),
            account.project_id,
            as_module=True,
        ),
        Step(
            "an option for another account",
            options(simulator, other, **nothing, assume_role=other.role()),
            "ASSUME PROJECTS LIST",
            (),
            other.project_id,
        ),
        Step(
            "module_defaults",
            options(simulator, other, **nothing),
            "ASSUME PROJECTS LIST",
            (),
            other.project_id,
            keywords={"module_defaults": {"group/huaweicloud.kafka.all": {"assume_role": other.role()}}},
            as_module=True,
        ),
        Step(
            "async",
            options(simulator, account, **nothing),
            "ASSUME PROJECTS LIST",
            (),
            account.project_id,
            keywords={"async": 60, "poll": 1},
            as_module=True,
        ),
        Step(
            "an option is not completed",
            options(simulator, other, **nothing, assume_role={"agency_name": AGENCY}),
            "",
            ("domain_name",),
        ),
        Step(
            "an empty option",
            options(simulator, account, **nothing, assume_role={"agency_name": "", "domain_name": ""}),
            "ASSUME PROJECTS LIST",
            (),
            account.project_id,
        ),
        Step(
            "credentials that are options are not those of the variables",
            options(simulator, None, **as_user),
            "LIST",
            (),
            simulator.project_id,
            as_module=True,
        ),
        Step(
            "a project id that is an option",
            options(simulator, account, **nothing, project_id=account.project_id),
            "ASSUME LIST",
            (),
            account.project_id,
        ),
    ]
    variables = {**account.variables(), "HW_ASSUME_ROLE_DURATION": "7200"}
    playbook.expect(way, steps, env=environment(simulator, **variables))
    assert identity(playbook, "the variables")[0]["duration_seconds"] == 7200
    assert identity(playbook, "module_defaults")[0]["duration_seconds"] == 3600


@pytest.mark.parametrize(
    ("variables", "fails"),
    [
        ({"HW_ASSUME_ROLE_AGENCY_NAME": AGENCY}, ("HW_ASSUME_ROLE_DOMAIN_NAME", "HW_ASSUME_ROLE_DOMAIN_ID")),
        ({"HW_ASSUME_ROLE_DOMAIN_NAME": "orders-production"}, ("HW_ASSUME_ROLE_AGENCY_NAME",)),
        ({"HW_ASSUME_ROLE_ID_TOKEN_FILE": "/run/token"}, ("HW_ASSUME_ROLE_ID_TOKEN_FILE",)),
    ],
)
def test_incomplete_variables(
    variables: dict[str, str], fails: tuple[str, ...], simulator: Simulator, playbook: Playbook
) -> None:
    steps = [Step("fails", options(simulator, **NO_KEYS), "", fails)]
    playbook.expect(WAYS[0], steps, env=environment(simulator, **variables))


@pytest.mark.parametrize("way", WAYS)
def test_items_of_a_loop_have_their_own_agencies(
    way: str, simulator: Simulator, playbook: Playbook, account: Account
) -> None:
    others = [account, add_account(simulator, "orders-test")]
    connectors = [each.connector_id for each in others] + [simulator.connector_id]
    for connector_id in connectors:
        for name in ("first", "second"):
            simulator.world.add_task(connector_id, name)
    places = [{"connector": each.connector_id, "role": each.role()} for each in others]
    places.append({"connector": simulator.connector_id})
    items = [{**place, "name": name} for name in ("first", "second") for place in places]
    task = {
        "name": "delete",
        MODULE: options(
            simulator,
            connector_id="{{ item.connector }}",
            task_name="{{ item.name }}",
            assume_role="{{ item.role | default(omit) }}",
        ),
        "loop": items,
    }
    output = playbook.run(way, [task]).expect_success()
    assert [result["changed"] for result in output.result("delete")["results"]] == [True] * 6
    assert [simulator.world.tasks(connector_id) for connector_id in connectors] == [[], [], []]
    # In-process, items with the same agency share its keys and its project.
    requested = playbook.short("delete").split()
    expected = (2, 3) if way == WAYS[0] else (4, 6)
    assert (requested.count("ASSUME"), requested.count("PROJECTS")) == expected
    assert requested.count("DELETE") == 6
    used: dict[str, set[str]] = {}
    for entry in playbook.requests["delete"]:
        if entry.path.startswith("/v2/"):
            used.setdefault(entry.path.split("/")[2], set()).add(entry.headers["Authorization"].split(",")[0])
    keys = list(used.values())
    assert sum(map(len, keys)) == len(set().union(*keys))


@pytest.mark.parametrize("way", WAYS)
def test_set_module_assumes_once(way: str, simulator: Simulator, playbook: Playbook, account: Account) -> None:
    connection = options(simulator, connector_id=None, task_name=None, state=None, assume_role=account.role())
    topics = [{"name": f"topic-{number}", "partition": 3} for number in range(12)]
    wanted = {**connection, "instance_name": "kafka", "topics": topics}
    tasks = [
        {"name": "check", TOPICS: wanted, "check_mode": True},
        {"name": "live", TOPICS: wanted},
        {"name": "again", TOPICS: wanted},
        {"name": "prune", TOPICS: {**wanted, "topics": [], "prune": True, "prune_pattern": ".*"}},
    ]
    output = playbook.run(way, tasks).expect_success()
    changed = {name: output.result(name)["changed"] for name in ("check", "live", "again", "prune")}
    assert changed == {"check": True, "live": True, "again": False, "prune": True}
    assert {name: playbook.short(name).count("ASSUME") for name in changed} == dict.fromkeys(changed, 1)
    assert playbook.short("live").count("ADD") == 12
    assert playbook.short("check").count("ADD") == 0
    assert simulator.world.topics(account.instance_id) == []


def keys_expire(world: World) -> None:
    """Let all keys of agencies expire."""
    world._clock.advance(901)


@pytest.mark.parametrize("way", WAYS)
def test_keys_expire_in_the_middle_of_a_wait(
    way: str, simulator: Simulator, playbook: Playbook, account: Account
) -> None:
    # The service accepts signatures whose date differs by up to 15 minutes.
    simulator.clock.offset = -300
    simulator.settings.creation_looks = 3
    simulator.faults.add(Fault("ShowSinkTaskDetail", skip=1, after=keys_expire))
    create = {
        "name": "create",
        MODULE: options(
            simulator,
            account,
            state="present",
            obs_destination_descriptor="{{ obs }}",
            assume_role=account.role(duration=900),
            project_id=account.project_id,
        ),
    }
    output = playbook.run(way, [create], variables={"obs": OBS}).expect_success()
    result = output.result("create")
    assert (result["changed"], result["sink_task"]["status"]) == (True, "RUNNING")
    # The second poll was the last one with the first keys.
    names = playbook.short("create")
    assert names.startswith("ASSUME LIST CREATE")
    assert names.count("ASSUME") == 2
    refused = [number for number, entry in enumerate(playbook.requests["create"]) if entry.status == 401]
    assert len(refused) == 1
    assert names.split()[refused[0] : refused[0] + 3] == ["SHOW", "ASSUME", "SHOW"]
    assert simulator.journal.effects() == [Effect("created", result["sink_task"]["task_id"])]


@pytest.mark.parametrize("way", WAYS)
def test_renewed_keys_that_are_rejected_end_the_task(
    way: str, simulator: Simulator, playbook: Playbook, account: Account
) -> None:
    simulator.settings.creation_looks = 3
    simulator.faults.add(Fault("ShowSinkTaskDetail", skip=1, status=401, code="APIG.0301", times=None))
    create = {
        "name": "create",
        MODULE: options(
            simulator,
            account,
            state="present",
            obs_destination_descriptor="{{ obs }}",
            assume_role=account.role(),
            project_id=account.project_id,
        ),
    }
    output = playbook.run(way, [create], variables={"obs": OBS})
    assert output.code == 2
    assert "401" in output.result("create")["msg"]
    assert [entry.status for entry in playbook.requests["create"]].count(401) == 2
    assert playbook.short("create").count("ASSUME") == 2


@pytest.mark.parametrize("way", WAYS)
def test_refusals_in_loops(way: str, simulator: Simulator, playbook: Playbook, account: Account) -> None:
    forbidden = add_account(simulator, "orders-forbidden", [ECS_USER_ID])
    other = add_account(simulator, "orders-test")
    roles = [each.role() for each in (account, other)] * 2

    def task(name: str, roles: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
        given = options(simulator, account, assume_role="{{ item }}", project_id=account.project_id, **more)
        return {"name": name, MODULE: given, "loop": roles, "ignore_errors": True}

    tasks = [
        task("the key of the caller is wrong", roles, secret_key="{{ wrong }}"),
        task("the caller may not", [forbidden.role()] * 3),
        task("one of two may not", [forbidden.role(), account.role()] * 2),
    ]
    output = playbook.run(way, tasks, variables={"wrong": WRONG_KEY}).expect_success()
    results = {name: output.result(name)["results"] for name in playbook.requests}
    # Five failures would lock the key, for other users, too.
    assert playbook.short("the key of the caller is wrong") == "ASSUME"
    assert all("401" in result["msg"] for result in results["the key of the caller is wrong"][:1])
    assert all(result["failed"] for result in results["the key of the caller is wrong"])
    # Items with another agency of the same caller are not affected.
    assert playbook.short("the caller may not") == "ASSUME DOMAINS ASSUME"
    assert all("403" in result["msg"] for result in results["the caller may not"])
    assert [result["failed"] for result in results["one of two may not"]] == [True, False] * 2


def test_faults_of_the_request_for_keys(simulator: Simulator, playbook: Playbook, account: Account) -> None:
    secret = "SecretOfAnIncompleteResponse"
    names = {
        "throttled": Fault("CreateTemporaryAccessKeyByAgency", status=429),
        "unavailable": Fault("CreateTemporaryAccessKeyByAgency", status=503),
        "closed": Fault("CreateTemporaryAccessKeyByAgency", drop="after"),
        "no keys": Fault("CreateTemporaryAccessKeyByAgency", status=201, body={"credential": {"secret": secret}}),
        "html": Fault("CreateTemporaryAccessKeyByAgency", status=201, body=f"<html>{secret}</html>"),
        "no object": Fault("CreateTemporaryAccessKeyByAgency", status=201, body=[secret]),
        "redirect": Fault("CreateTemporaryAccessKeyByAgency", status=302, headers={"Location": "http://192.0.2.1/"}),
    }
    playbook.secrets = type(playbook.secrets)(simulator, secret)
    given = options(simulator, account, assume_role=account.role(), project_id=account.project_id)
    tasks = [{"name": name, MODULE: given, "ignore_errors": True} for name in names]
    output = playbook.run(WAYS[0], tasks, prepare=lambda name: simulator.faults.add(names[name])).expect_success()
    assert {name: playbook.short(name) for name in names} == {
        "throttled": "ASSUME ASSUME LIST",
        "unavailable": "ASSUME ASSUME LIST",
        "closed": "ASSUME ASSUME LIST",
        "no keys": "ASSUME",
        "html": "ASSUME",
        "no object": "ASSUME",
        "redirect": "ASSUME",
    }
    for name in ("no keys", "html", "no object", "redirect"):
        assert AGENCY in output.result(name)["msg"]


def test_playbook_of_the_collection_works_in_another_account(simulator: Simulator, run: Any, account: Account) -> None:
    simulator.world.add_task(account.connector_id, "orders")
    run.env.update(account.variables())
    done = run("sink_task_delete", dms_instance_name="kafka", dms_task_name="orders")
    assert done.returncode == 0, done.stdout
    assert simulator.world.tasks(account.connector_id) == []
