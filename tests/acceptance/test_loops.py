# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loops: their items share a connection and what was looked up, but no credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.playbook import MODULE, WAYS, Output, in_way
from acceptance.harness.tasks import absent, connection, present, variables
from simulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator import Simulator

ITEMS = 40


def by_region(simulator: Simulator) -> dict[str, Any]:
    return {"project_id": None, "region": simulator.region, "iam_endpoint": simulator.endpoint}


def test_forty_items_share_a_connection_and_a_lookup(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    for number in range(ITEMS):
        simulator.world.add_task(simulator.connector_id, f"task-{number}")
    task = {
        **absent(simulator, task_name="{{ item }}", **by_region(simulator)),
        "loop": [f"task-{n}" for n in range(ITEMS)],
    }
    output = run_playbook([{"tasks": [task]}], variables=variables(simulator)).expect_success()
    assert [result["changed"] for result in output.result("no such task")["results"]] == [True] * ITEMS
    assert simulator.journal.operations() == [
        "KeystoneListProjects",
        *["ListSinkTasks", "DeleteSinkTask", "ListSinkTasks"] * ITEMS,
    ]
    assert simulator.connections <= 2
    assert simulator.world.tasks(simulator.connector_id) == []


def test_the_items_share_a_login(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    login = {
        "access_key": None,
        "secret_key": None,
        "username": simulator.user_name,
        "password": "{{ password }}",
        "domain_name": simulator.domain_name,
    }
    task = {**absent(simulator, **login, **by_region(simulator)), "loop": list(range(5))}
    run_playbook([{"tasks": [task]}], variables=variables(simulator, password=simulator.password)).expect_success()
    assert simulator.journal.operations() == ["KeystoneCreateUserTokenByPassword", *["ListSinkTasks"] * 5]
    assert simulator.connections <= 2


def test_each_item_uses_its_own_credentials(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    keys = simulator.security_token_keys()
    token = simulator.world.add_token()
    items = [
        {"access_key": simulator.access_key, "secret_key": simulator.secret_key},
        keys._asdict(),
        {"auth_token": token.token},
        {},
        {"access_key": simulator.access_key, "secret_key": simulator.secret_key},
    ]
    names = ("access_key", "secret_key", "security_token", "auth_token")
    own = {name: f"{{{{ item.{name} | default(omit) }}}}" for name in names}
    task = {**absent(simulator, **own), "loop": "{{ items }}", "ignore_errors": True}
    output = run_playbook([{"tasks": [task]}], variables={"items": items}).expect_success()
    results = output.result("no such task")["results"]
    kinds = [event.kind for event in output.events if event.kind.startswith("item")]
    assert kinds == ["item ok", "item ok", "item ok", "item failed", "item ok"]
    assert "there are no credentials" in results[3]["msg"]
    first, second, third, fourth = simulator.journal
    for entry, key in ((first, simulator.access_key), (second, keys.access_key), (fourth, simulator.access_key)):
        assert f"Access={key}," in entry.headers["Authorization"]
        assert "X-Auth-Token" not in entry.headers
    assert second.headers["X-Security-Token"] == keys.security_token
    assert "X-Security-Token" not in fourth.headers
    assert third.headers["X-Auth-Token"] == token.token
    assert "Authorization" not in third.headers


@pytest.mark.parametrize("check", [False, True], ids=["live", "check"])
def test_both_ways_return_the_same_items(
    check: bool, simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    task = {
        **present(simulator, task_name="{{ item.name }}", wait="{{ item.wait | default(omit) }}"),
        "loop": [{"name": "a"}, {"name": "b", "wait": False}, {"name": ""}, {"name": "a"}],
        "loop_control": {"label": "{{ item.name }}", "index_var": "number"},
        "ignore_errors": True,
        "diff": True,
    }
    results = {}
    for way in WAYS:
        simulator.reset()
        arguments = ["--check"] if check else []
        output = run_playbook([{"tasks": [task]}], *arguments, variables=variables(simulator, **in_way(way)))
        results[way] = output.expect_success().result("the task")["results"]
        for result in results[way]:
            result.get("sink_task", {}).pop("create_time", None)
    assert results[WAYS[0]] == results[WAYS[1]]
    assert [result.get("changed") for result in results[WAYS[0]]] == [True, True, False, check]


def test_a_loop_that_waits_for_a_condition(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.faults.add(Fault("ListSinkTasks", status=403, code="DMS.00403003", times=2))
    task = {
        **absent(simulator),
        "register": "result",
        "until": "result is success",
        "retries": 5,
        "delay": 0,
    }
    output = run_playbook([{"tasks": [task]}], variables=variables(simulator)).expect_success()
    assert output.result("no such task")["attempts"] == 3
    assert [event.kind for event in output.events].count("retry") == 2
    assert simulator.journal.operations() == ["ListSinkTasks"] * 3
    assert simulator.connections <= 2


def test_tasks_do_not_share_credentials(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    without = {key: value for key, value in connection(simulator).items() if key not in ("access_key", "secret_key")}
    tasks = [
        absent(simulator, "with keys"),
        {"name": "without keys", MODULE: {**without, "task_name": "orders", "state": "absent"}, "ignore_errors": True},
    ]
    output = run_playbook([{"tasks": tasks}], variables=variables(simulator)).expect_success()
    assert "there are no credentials" in output.result("without keys")["msg"]
    assert len(simulator.journal) == 1
