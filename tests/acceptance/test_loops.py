# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loops: their items share connections and lookups, but no credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acceptance.harness.playbook import BOTH_WAYS, WAYS, Output
from acceptance.harness.tasks import absent, present, variables
from simulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator import Simulator

ITEMS = 40


def by_region(simulator: Simulator) -> dict[str, Any]:
    return {"project_id": None, "region": simulator.region, "iam_endpoint": simulator.endpoint}


def test_items_share_a_connection_a_lookup_and_a_login(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    for number in range(ITEMS):
        simulator.world.add_task(simulator.connector_id, f"task-{number}")
    deletion = {
        **absent(simulator, "delete", task_name="{{ item }}", **by_region(simulator)),
        "loop": [f"task-{n}" for n in range(ITEMS)],
    }
    login = {
        "access_key": None,
        "secret_key": None,
        "username": simulator.user_name,
        "password": "{{ password }}",
        "domain_name": simulator.domain_name,
    }
    with_password = {**absent(simulator, "log in", **login, **by_region(simulator)), "loop": list(range(5))}
    without_keys = absent(simulator, "without keys", access_key=None, secret_key=None)
    tasks = [deletion, with_password, {**without_keys, "ignore_errors": True}]
    output = run_playbook([{"tasks": tasks}], variables=variables(simulator, password=simulator.password))
    results = output.expect_success().result("delete")["results"]
    assert [result["changed"] for result in results] == [True] * ITEMS
    assert simulator.journal.operations() == [
        "KeystoneListProjects",
        *["ListSinkTasks", "DeleteSinkTask", "ListSinkTasks"] * ITEMS,
        "KeystoneCreateUserTokenByPassword",
        *["ListSinkTasks"] * 5,
    ]
    assert simulator.connections <= 4
    assert simulator.world.tasks(simulator.connector_id) == []
    # The credentials of earlier tasks are not used.
    assert "there are no credentials" in output.result("without keys")["msg"]


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
    results = output.result("delete the task")["results"]
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


def test_both_ways_return_the_same_items(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    task = {
        **present(simulator, "live", task_name="{{ item.name }}", wait="{{ item.wait | default(omit) }}"),
        "loop": [{"name": "a", "wait": False}, {"name": ""}, {"name": "a"}],
        "loop_control": {"label": "{{ item.name }}", "index_var": "number"},
        "ignore_errors": True,
        "diff": True,
    }
    play = {"serial": 1, "tasks": [{**task, "name": "check", "check_mode": True}, task]}

    def prepare(name: str) -> None:
        if name == "check":
            simulator.reset()

    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator), on_start=prepare).expect_success()
    for name in ("check", "live"):
        results = [output.result(name, way)["results"] for way in WAYS]
        for result in (*results[0], *results[1]):
            result.get("sink_task", {}).pop("create_time", None)
        assert results[0] == results[1]
        assert [result.get("changed") for result in results[0]] == [True, False, name == "check"]


def test_until_repeats_the_task_on_the_same_connection(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    simulator.faults.add(Fault("ListSinkTasks", status=403, code="DMS.00403003", times=2))
    task = {
        **absent(simulator),
        "register": "result",
        "until": "result is success",
        "retries": 5,
        "delay": 0,
    }
    output = run_playbook([{"tasks": [task]}], variables=variables(simulator)).expect_success()
    assert output.result("delete the task")["attempts"] == 3
    assert [event.kind for event in output.events].count("retry") == 2
    assert simulator.journal.operations() == ["ListSinkTasks"] * 3
    assert simulator.connections <= 2
