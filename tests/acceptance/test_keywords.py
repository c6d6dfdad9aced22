# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible offers around a task works in both ways of running, and looks the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.playbook import MODULE, WAYS, Output, in_way
from acceptance.harness.tasks import absent, connection, present, variables
from simulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator import Simulator

SHORT_NAME = MODULE.rpartition(".")[2]
GROUP = "group/huaweicloud.kafka.all"

both_ways = pytest.mark.parametrize("way", WAYS)


def hosts_with_connectors(simulator: Simulator, number: int) -> dict[str, dict[str, Any]]:
    """Hosts, each with a connector and with keys of its own."""
    hosts = {}
    for host in (f"host{n}" for n in range(number)):
        keys = simulator.security_token_keys()
        instance = simulator.world.add_instance(host)
        own = {"connector_id": instance["connector_id"], **keys._asdict()}
        hosts[host] = {"own_" + name: value for name, value in own.items()}
    return hosts


OF_HOST = {name: f"{{{{ own_{name} }}}}" for name in ("connector_id", "access_key", "secret_key", "security_token")}


@both_ways
def test_defaults_of_the_group(way: str, simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    wanted = {"task_name": "orders", "state": "absent"}
    of_connection = connection(simulator)
    play = {
        "module_defaults": {GROUP: of_connection},
        "collections": ["huaweicloud.kafka"],
        "tasks": [
            {"name": "full name", MODULE: wanted},
            {"name": "short name", SHORT_NAME: wanted},
            # These get no defaults of a group from ansible-core 2.15.
            {"name": "as an action", "action": {"module": MODULE, **of_connection, **wanted}},
            {"name": "as a local action", "local_action": {"module": MODULE, **of_connection, **wanted}},
            {"name": "an option of its own", MODULE: {**wanted, "project_id": "0" * 31}, "ignore_errors": True},
            {
                "name": "defaults of the module",
                MODULE: {"task_name": "orders"},
                "module_defaults": {GROUP: of_connection, MODULE: {"state": "absent"}},
            },
        ],
    }
    output = run_playbook([play], variables=variables(simulator, **in_way(way))).expect_success()
    names = [task["name"] for task in play["tasks"]]
    assert [output.failed(name) for name in names] == [False] * 4 + [True, False]
    assert "project_id" in output.result("an option of its own")["msg"]
    assert simulator.journal.operations() == ["ListSinkTasks"] * 5


@both_ways
def test_keywords(way: str, simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    """delegate_to, run_once, ignore_errors, when, failed_when, changed_when and register."""
    simulator.world.add_task(simulator.connector_id, "orders")
    tasks = [
        {**absent(simulator, "delegated"), "delegate_to": "one", "when": "inventory_hostname == 'two'"},
        {**absent(simulator, "once"), "run_once": True, "register": "once"},
        {**absent(simulator, "ignored", task_id="a/b"), "ignore_errors": True, "run_once": True},
        {**absent(simulator, "redefined"), "failed_when": False, "changed_when": True, "run_once": True},
        {"name": "registered", "ansible.builtin.assert": {"that": ["once is not changed", "once is success"]}},
    ]
    hosts = {"one": {}, "two": {"ansible_connection": "elsewhere"}}
    output = run_playbook([{"tasks": tasks}], hosts=hosts, variables=variables(simulator, **in_way(way)))
    output.expect_success()
    assert output.result("delegated", "two")["changed"] is True
    assert output.failed("ignored")
    assert not output.failed("redefined")
    assert output.result("redefined")["changed"] is True
    assert simulator.journal.operations() == [
        *("ListSinkTasks", "DeleteSinkTask", "ListSinkTasks"),
        *["ListSinkTasks"] * 2,
    ]


@both_ways
def test_one_failure_ends_all(way: str, simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    hosts = {"good": {"key": simulator.access_key}, "bad": {"key": "NOSUCHKEY"}}
    play = {
        "any_errors_fatal": True,
        "tasks": [absent(simulator, "first", access_key="{{ key }}"), absent(simulator, "second")],
    }
    output = run_playbook([play], hosts=hosts, variables=variables(simulator, **in_way(way)))
    assert output.code == 2
    assert output.result("first", "bad")["error"]["status"] == 401
    assert output.results("second") == []


def test_throttle(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.settings.latency = 0.2
    play = {"tasks": [{**absent(simulator), "throttle": 1}]}
    run_playbook([play], hosts=["a", "b", "c"], variables=variables(simulator)).expect_success()
    ticks = [entry.ticks for entry in simulator.journal]
    assert all(later - earlier >= 200_000_000 for earlier, later in zip(ticks, ticks[1:]))


@pytest.mark.parametrize(
    ("strategy", "way"), [("linear", WAYS[0]), ("free", WAYS[0]), ("host_pinned", WAYS[0]), ("free", WAYS[1])]
)
def test_many_hosts(strategy: str, way: str, simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    """Each host keeps to its own connector and its own keys, whatever the order of the tasks is."""
    hosts = hosts_with_connectors(simulator, 4 if way == WAYS[0] else 2)
    play = {
        "strategy": f"ansible.builtin.{strategy}",
        "tasks": [
            present(simulator, "create", **OF_HOST),
            present(simulator, "create again", **OF_HOST),
            absent(simulator, "delete", **OF_HOST),
        ],
    }
    output = run_playbook([play], "--forks", "3", hosts=hosts, variables=variables(simulator, **in_way(way)))
    output.expect_success()
    for host, own in hosts.items():
        assert output.result("create", host)["changed"] is True
        assert output.result("create again", host)["changed"] is False
        assert output.result("delete", host)["changed"] is True
        requests = [entry for entry in simulator.journal if own["own_connector_id"] in entry.path]
        assert [entry.method for entry in requests] == [
            "GET",
            "POST",
            "GET",
            "GET",
            "GET",
            "GET",
            "GET",
            "DELETE",
            "GET",
        ]
        assert {entry.headers["X-Security-Token"] for entry in requests} == {own["own_security_token"]}
        assert all(f"Access={own['own_access_key']}," in entry.headers["Authorization"] for entry in requests)


@both_ways
def test_check_and_diff_by_the_command_line(
    way: str, simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    simulator.world.add_task(simulator.connector_id, "orders")
    tasks = [
        present(simulator, "create", task_name="invoices"),
        absent(simulator, "delete"),
        absent(simulator, "not there", task_name="payments"),
        {**absent(simulator, "in spite of it", task_name="payments"), "check_mode": False},
    ]
    output = run_playbook([{"tasks": tasks}], "--check", "--diff", variables=variables(simulator, **in_way(way)))
    output.expect_success()
    assert [output.result(task["name"])["changed"] for task in tasks] == [True, True, False, False]
    assert output.result("create")["diff"]["before"] == {}
    assert output.result("create")["diff"]["after"]["task_name"] == "invoices"
    assert output.result("delete")["diff"]["before"]["task_name"] == "orders"
    assert output.result("delete")["diff"]["after"] == {}
    assert simulator.journal.operations() == ["ListSinkTasks"] * 4
    assert '+    "task_name": "invoices"' in output.text
    assert '-    "task_name": "orders"' in output.text


@both_ways
def test_no_diff_without_diff_mode(way: str, simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    output = run_playbook([{"tasks": [absent(simulator)]}], variables=variables(simulator, **in_way(way)))
    assert "diff" not in output.expect_success().result("no such task")


@pytest.mark.parametrize(
    "way",
    [
        WAYS[0],
        WAYS[1],
    ],
)
def test_no_log(way: str, simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    """A task that must not be shown is not shown, not even its requests at -vvvv."""
    tasks = [
        {**present(simulator, task_name="hidden-name"), "no_log": True, "diff": True, "register": "result"},
        {"name": "registered", "ansible.builtin.assert": {"that": ["result.sink_task.task_name == 'hidden-name'"]}},
    ]
    output = run_playbook([{"tasks": tasks}], "-vvvv", variables=variables(simulator, **in_way(way)))
    assert "no_log: true" in output.expect_success().result("the task")["censored"]
    assert "hidden-name" not in output.text.replace("result.sink_task.task_name == 'hidden-name'", "")
    assert simulator.connector_id not in output.text


# The secret key of the simulator, encrypted with the password "sesame".
VAULTED = """\
secret_key: !vault |
  $ANSIBLE_VAULT;1.1;AES256
  32323131313034363231336164643561346462336466376163323437346339313030366661353463
  3533393735313061663831613537326130356536396263640a316466616266656539646635316564
  39393138623661663435613962383933666661323137646164366265316330636234353034336436
  6163613962656136320a626237666161346636376563303139623338373834653533303931363464
  34376462636564626464353532623832373164323061393937313938623936313766373961316136
  3362326633666633396165626437636163383931616564663237
"""


@both_ways
def test_a_secret_from_a_vault(
    way: str, simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("sesame")
    (tmp_path / "vaulted.yml").write_text(VAULTED)
    arguments = ["-vvvv", "--vault-password-file", "password", "-e", "@vaulted.yml"]
    tasks = [present(simulator), absent(simulator)]
    own = {name: value for name, value in variables(simulator, **in_way(way)).items() if name != "secret_key"}
    output = run_playbook([{"tasks": tasks}], *arguments, variables=own).expect_success()
    assert output.result("no such task")["changed"] is True
    assert simulator.secret_key not in output.text


@both_ways
def test_a_failure_of_the_service_during_a_rescue(
    way: str, simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    simulator.faults.add(Fault("ListSinkTasks", status=403, code="DMS.00403003"))
    block = {
        "block": [absent(simulator, "fails")],
        "rescue": [
            {
                "name": "sees the failure",
                "ansible.builtin.assert": {
                    "that": [
                        "ansible_failed_result.error.code == 'DMS.00403003'",
                        "ansible_failed_result.error.status == 403",
                        "ansible_failed_task.name == 'fails'",
                    ]
                },
            },
            absent(simulator, "tries again"),
        ],
    }
    output = run_playbook([{"tasks": [block]}], variables=variables(simulator, **in_way(way))).expect_success()
    assert output.result("tries again")["changed"] is False
