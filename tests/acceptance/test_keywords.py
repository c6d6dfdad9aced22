# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keywords and arguments of Ansible work the same in-process and as a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acceptance.harness.playbook import BOTH_WAYS, MODULE, SWITCH, WAYS, Output, in_way
from acceptance.harness.tasks import absent, connection, present, variables
from simulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator import Simulator

SHORT_NAME = MODULE.rpartition(".")[2]
GROUP = "group/huaweicloud.kafka.all"


def in_turn(*tasks: dict[str, Any], **keywords: Any) -> dict[str, Any]:
    """A play that runs in one way, then in the other."""
    return {"serial": 1, "tasks": [*tasks], **keywords}


def test_defaults_of_the_action_group(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    wanted = {"task_name": "orders", "state": "absent"}
    options = connection(simulator)
    play = in_turn(
        {"name": "full name", MODULE: wanted},
        {"name": "short name", SHORT_NAME: wanted},
        # ansible-core 2.15 does not apply defaults of a group to these.
        {"name": "as an action", "action": {"module": MODULE, **options, **wanted}},
        {"name": "as a local action", "local_action": {"module": MODULE, **options, **wanted}},
        {
            "name": "an option that overrides the default",
            MODULE: {**wanted, "project_id": "0" * 31},
            "ignore_errors": True,
        },
        {
            "name": "defaults of the module",
            MODULE: {"task_name": "orders"},
            "module_defaults": {GROUP: options, MODULE: {"state": "absent"}},
        },
        module_defaults={GROUP: options},
        collections=["huaweicloud.kafka"],
    )
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    names = [task["name"] for task in play["tasks"]]
    for way in WAYS:
        assert [output.failed(name, way) for name in names] == [False] * 4 + [True, False]
        assert "project_id" in output.result("an option that overrides the default", way)["msg"]
        assert "diff" not in output.result("full name", way)
    assert simulator.journal.operations() == ["ListSinkTasks"] * 5 * 2


def test_null_delimiter_is_warned_of_unless_it_is_left_out(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    null = {"obs_destination_descriptor": "{{ obs | combine({'record_delimiter': none}) }}"}
    omitted = {"obs_destination_descriptor": "{{ obs | combine({'record_delimiter': omit}) }}"}
    many = present(simulator, "in a set")
    options = many.pop(MODULE)
    entry = {"task_name": options.pop("task_name"), **null}
    del options["obs_destination_descriptor"]
    many["huaweicloud.kafka.huaweicloud_kafka_sink_tasks"] = {**options, "tasks": [entry]}
    play = in_turn(present(simulator, "null", **null), present(simulator, "omitted", **omitted), many)
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way in WAYS:
        for name in ("null", "in a set"):
            (warning,) = output.result(name, way)["warnings"]
            assert "record_delimiter is null, so it counts as not set" in warning
        assert not output.result("omitted", way).get("warnings")


def test_common_keywords(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    """delegate_to, run_once, ignore_errors, when, failed_when, changed_when and register."""
    hosts = {"one": {}, "two": {"ansible_connection": "elsewhere"}}
    plays = []
    for way in WAYS:
        name = f"orders {way}"
        simulator.world.add_task(simulator.connector_id, name)
        delegated = absent(simulator, f"delegated {way}", task_name=name)
        tasks = [
            {**delegated, "delegate_to": "one", "when": "inventory_hostname == 'two'"},
            {**absent(simulator, f"once {way}"), "run_once": True, "register": "once"},
            {**absent(simulator, f"ignored {way}", task_id="a/b"), "ignore_errors": True, "run_once": True},
            {**absent(simulator, f"redefined {way}"), "failed_when": False, "changed_when": True, "run_once": True},
            {"name": "registered", "ansible.builtin.assert": {"that": ["once is not changed", "once is success"]}},
        ]
        plays.append({"tasks": tasks, "vars": in_way(way)})
    output = run_playbook(plays, hosts=hosts, variables=variables(simulator)).expect_success()
    for way in WAYS:
        assert output.result(f"delegated {way}", "two")["changed"] is True
        assert output.failed(f"ignored {way}")
        assert not output.failed(f"redefined {way}")
        assert output.result(f"redefined {way}")["changed"] is True
    requests = ["ListSinkTasks", "DeleteSinkTask", "ListSinkTasks", *["ListSinkTasks"] * 2]
    assert simulator.journal.operations() == requests * 2


def test_any_errors_fatal_ends_the_play(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    hosts = {"good": {"key": simulator.access_key}, **{way: {"key": "NOSUCHKEY", **in_way(way)} for way in WAYS}}
    play = {
        "any_errors_fatal": True,
        "tasks": [absent(simulator, "first", access_key="{{ key }}"), absent(simulator, "second")],
    }
    output = run_playbook([play], hosts=hosts, variables=variables(simulator))
    assert output.code == 2
    for way in WAYS:
        assert output.result("first", way)["error"]["status"] == 401
    assert output.results("second") == []


def test_throttle_serializes_the_requests(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.settings.latency = 0.2
    play = {"tasks": [{**absent(simulator), "throttle": 1}]}
    run_playbook([play], hosts=["a", "b", "c"], variables=variables(simulator)).expect_success()
    ticks = [entry.ticks for entry in simulator.journal]
    assert all(later - earlier >= 200_000_000 for earlier, later in zip(ticks, ticks[1:]))


HOST_OPTIONS = {
    name: f"{{{{ own_{name} }}}}" for name in ("connector_id", "access_key", "secret_key", "security_token")
}


def test_each_host_uses_its_own_connector_and_keys(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    """With each strategy."""
    hosts: dict[str, dict[str, Any]] = {}
    for host in ("host0", "host1", "host2", "module"):
        instance = simulator.world.add_instance(host)
        own = {"connector_id": instance["connector_id"], **simulator.security_token_keys()._asdict()}
        hosts[host] = {SWITCH: host.startswith("host"), **{f"own_{name}": value for name, value in own.items()}}
    plays = [
        {
            "strategy": f"ansible.builtin.{strategy}",
            "hosts": "all" if strategy == "free" else "host*",
            "tasks": [
                present(simulator, f"create, {strategy}", **HOST_OPTIONS),
                present(simulator, f"create again, {strategy}", **HOST_OPTIONS),
                absent(simulator, f"delete, {strategy}", **HOST_OPTIONS),
            ],
        }
        for strategy in ("linear", "free", "host_pinned")
    ]
    output = run_playbook(plays, "--forks", "3", hosts=hosts, variables=variables(simulator)).expect_success()
    for host, own in hosts.items():
        strategies = ("linear", "free", "host_pinned") if own[SWITCH] else ("free",)
        for strategy in strategies:
            assert output.result(f"create, {strategy}", host)["changed"] is True
            assert output.result(f"create again, {strategy}", host)["changed"] is False
            assert output.result(f"delete, {strategy}", host)["changed"] is True
        requests = [entry for entry in simulator.journal if own["own_connector_id"] in entry.path]
        methods = ["GET", "POST", "GET", "GET", "GET", "GET", "GET", "DELETE", "GET"]
        assert [entry.method for entry in requests] == methods * len(strategies)
        assert {entry.headers["X-Security-Token"] for entry in requests} == {own["own_security_token"]}
        assert all(f"Access={own['own_access_key']}," in entry.headers["Authorization"] for entry in requests)


def test_check_and_diff_of_the_command_line(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.world.add_task(simulator.connector_id, "orders")
    tasks = [
        present(simulator, "create", task_name="invoices"),
        absent(simulator, "delete"),
        {**absent(simulator, "with check_mode false", task_name="payments"), "check_mode": False},
    ]
    output = run_playbook(
        [in_turn(*tasks)], "--check", "--diff", hosts=BOTH_WAYS, variables=variables(simulator)
    ).expect_success()
    for way in WAYS:
        assert [output.result(task["name"], way)["changed"] for task in tasks] == [True, True, False]
        assert output.result("create", way)["diff"]["before"] == {}
        assert output.result("create", way)["diff"]["after"]["task_name"] == "invoices"
        assert output.result("delete", way)["diff"]["before"]["task_name"] == "orders"
        assert output.result("delete", way)["diff"]["after"] == {}
    assert simulator.journal.operations() == ["ListSinkTasks"] * 3 * 2
    assert output.text.count('+    "task_name": "invoices"') == 2
    assert output.text.count('-    "task_name": "orders"') == 2


def test_check_of_a_play_that_enables_smart_connect_first(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    simulator.world.remove_connector(simulator.connector_id)
    where = {**connection(simulator), "instance_id": simulator.instance_id}
    del where["connector_id"]
    play = in_turn(
        {"name": "enable", "huaweicloud.kafka.huaweicloud_kafka_smart_connect": where},
        {
            **present(simulator, "create", instance_id=simulator.instance_id, connector_id=None),
            "ignore_errors": "{{ ansible_check_mode }}",
        },
    )
    output = run_playbook([play], "--check", hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way in WAYS:
        assert output.result("enable", way)["changed"] is True
        message = output.result("create", way)["msg"]
        assert "Enable Smart Connect first. In check mode, an earlier task of the play may not have enabled" in message
    assert simulator.journal.writes() == []
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    assert [output.result("create", way)["changed"] for way in WAYS] == [True, False]


def test_no_log_hides_the_result_and_the_requests(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    """Even with -vvvv."""
    play = in_turn(
        {**present(simulator, task_name="hidden-name"), "no_log": True, "diff": True, "register": "result"},
        {"name": "registered", "ansible.builtin.assert": {"that": ["result.sink_task.task_name == 'hidden-name'"]}},
    )
    output = run_playbook([play], "-vvvv", hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way in WAYS:
        assert "no_log: true" in output.result("create the task", way)["censored"]
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


def test_secret_from_a_vault_is_not_shown(
    simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("sesame")
    (tmp_path / "vaulted.yml").write_text(VAULTED)
    arguments = ["-vvvv", "--vault-password-file", "password", "-e", "@vaulted.yml"]
    play = in_turn(present(simulator), absent(simulator))
    own = {name: value for name, value in variables(simulator).items() if name != "secret_key"}
    output = run_playbook([play], *arguments, hosts=BOTH_WAYS, variables=own).expect_success()
    assert [result["changed"] for result in output.results("delete the task")] == [True, True]
    assert simulator.secret_key not in output.text


def test_rescue_receives_the_error_of_the_service(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    block = {
        "block": [absent(simulator, "fails")],
        "rescue": [
            {
                "name": "check the failure",
                "ansible.builtin.assert": {
                    "that": [
                        "ansible_failed_result.error.code == 'DMS.00403003'",
                        "ansible_failed_result.error.status == 403",
                        "ansible_failed_task.name == 'fails'",
                    ]
                },
            },
            absent(simulator, "retries"),
        ],
    }

    def prepare(task: str) -> None:
        if task == "fails":
            simulator.faults.add(Fault("ListSinkTasks", status=403, code="DMS.00403003"))

    output = run_playbook([in_turn(block)], hosts=BOTH_WAYS, variables=variables(simulator), on_start=prepare)
    assert [result["changed"] for result in output.expect_success().results("retries")] == [False, False]
