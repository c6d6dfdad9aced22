# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that make several instances match a folder of files, and that write such a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from acceptance.harness.collection import OTHER_CONNECTOR, custom_stat, operations, shown
from ansible.parsing.vault import VaultLib, VaultSecret
from simulator import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.harness.collection import Playbooks, Ran
    from simulator import Simulator

PLANNED, APPLIED = "Show what would change", "Show what was changed"
VAULT_PASSWORD = "the-password-of-the-vault"
USER_PASSWORD = "Kafka-Password-1"
TASK_SECRET = "a-secret-key-of-the-vault"
SECRETS = (USER_PASSWORD, TASK_SECRET, VAULT_PASSWORD, "an-obs-secret-key")


def sink(name: str, **more: Any) -> dict[str, Any]:
    return {
        "task_name": name,
        "obs_destination_descriptor": {"topics": ["orders"], "obs_bucket_name": "archive"},
        **more,
    }


def smart(name: str, **more: Any) -> dict[str, Any]:
    target = {"consumer_strategy": "earliest", "obs_bucket_name": "archive"}
    return {"task_name": name, "topics": ["orders"], "sink_task": target, **more}


def topic(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "partition": 3, "replication": 3, **more}


def write(folder: Path, *files: dict[str, Any] | str) -> dict[str, str]:
    """Write one file for each of *files*; return the variable with the name of the folder."""
    folder.mkdir()
    for number, content in enumerate(files):
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        (folder / f"{number}.yml").write_text(text, encoding="utf-8")
    return {"dms_folder": folder.name}


def expect_no_secrets(output: Ran) -> None:
    text = output.stdout.partition("PLAY [")[2]
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.fixture
def other(simulator: Simulator) -> str:
    """A second instance; returns its id."""
    instance_id: str = simulator.world.add_instance("other", connector=OTHER_CONNECTOR)["instance_id"]
    return instance_id


@pytest.fixture
def topics(simulator: Simulator, other: str) -> None:
    """Both instances have the topic of the tasks."""
    for instance_id in (simulator.instance_id, other):
        simulator.world.add_topic(instance_id, "orders", partition=3, replication=3)


def vault(text: str) -> str:
    """Return *text* as a vault in YAML."""
    secret = VaultSecret(VAULT_PASSWORD.encode())
    encrypted = VaultLib([("default", secret)]).encrypt(text.encode(), secret=secret).decode()
    return "!vault |\n" + "".join(f"          {line}\n" for line in encrypted.splitlines())


# Everything of one instance, with a password in a vault, a key from a variable, and those of the environment.
FIRST = f"""---
instance_name: kafka-sample
users:
  - user_name: shop
    user_passwd: {vault(USER_PASSWORD)}
topics:
  - {{name: orders, partition: 3, replication: 3}}
topic_permissions:
  - topic_name: orders
    policies: {{shop: pub}}
consumer_groups:
  - group_name: billing
smart_connect_tasks:
  - task_name: own-keys
    state: running
    topics: [orders]
    sink_task:
      consumer_strategy: earliest
      obs_bucket_name: archive
      access_key: an-own-access-key
      secret_key: "{{{{ vault_secret_key }}}}"
  - task_name: dump
    state: paused
    topics: [orders]
    sink_task: {{consumer_strategy: earliest, obs_bucket_name: archive}}
prune:
  topics: {{pattern: old-.*, limit: 2}}
"""


def test_only_what_was_approved_is_applied(simulator: Simulator, run: Playbooks, tmp_path: Path, other: str) -> None:
    world, instance_id = simulator.world, simulator.instance_id
    world.add_kafka_user(instance_id, "owner")
    for name in ("old-1", "old-2"):
        world.add_topic(instance_id, name)
    (tmp_path / "vault-password").write_text(VAULT_PASSWORD)
    (tmp_path / "more.yml").write_text(f"vault_secret_key: {TASK_SECRET}\n")
    second = {"instance_id": other, "topics": [topic("orders")], "sink_tasks": [sink("bills")]}
    options = {"dms_folder": f" {write(tmp_path / 'sets', FIRST, second)['dms_folder']}\n", "dms_expect_plan": " "}
    arguments = ("--vault-password-file", "vault-password", "-e", "@more.yml", "--diff", "-vvv")

    output = run("apply", *arguments, "--check", **options)
    assert output.returncode == 0
    number = custom_stat(output, "dms_expect_plan")
    assert shown(output.stdout, PLANNED) == [
        "0.yml / users / shop: would be created",
        "0.yml / topics / orders: would be created",
        "0.yml / topics / old-1: would be deleted",
        "0.yml / topics / old-2: would be deleted",
        "0.yml / topic_permissions / orders: would be modified",
        "0.yml / consumer_groups / billing: would be created",
        "0.yml / smart_connect_tasks / own-keys: would be created",
        "0.yml / smart_connect_tasks / dump: would be created",
        "1.yml / topics / orders: would be created",
        "1.yml / sink_tasks / bills: would be created",
        f"dms_expect_plan: {number}",
    ]
    assert "+++ after" in output.stdout
    assert not simulator.journal.effects()
    expect_no_secrets(output)
    assert custom_stat(run("apply", *arguments, "--check", **options), "dms_expect_plan") == number

    late = {**options, "dms_expect_plan": number}
    world.add_topic(instance_id, "old-0", partition=1)
    world.remove_topic(instance_id, "old-1")
    for check in ((), ("--check",)):
        output = run("apply", *arguments, *check, **late)
        assert output.returncode != 0
        assert f"dms_expect_plan is {number}, but the number is " in output.stdout
        assert custom_stat(output, "dms_expect_plan") == ""
    assert not simulator.journal.effects()

    world.remove_topic(instance_id, "old-0")
    world.add_topic(instance_id, "old-1")
    output = run("apply", *arguments, **late, dms_require_plan="true")
    assert output.returncode == 0
    assert " changed=1 " in output.stdout
    assert output.stdout.count("+++ after") == 2
    assert shown(output.stdout, APPLIED)[0] == "0.yml / users / shop: created"
    assert custom_stat(output, "dms_expect_plan") == ""
    expect_no_secrets(output)
    assert [row["name"] for row in world.topics(instance_id)] == ["orders"]
    tasks = {task["task_name"]: task for task in world.tasks(simulator.connector_id)}
    assert {name: task["obs_destination_descriptor"]["secret_key"] for name, task in tasks.items()} == {
        "own-keys": TASK_SECRET,
        "dump": "an-obs-secret-key",
    }
    assert world.kafka_users(instance_id)[1]["user_passwd"] == USER_PASSWORD
    assert world.tasks(OTHER_CONNECTOR)[0]["obs_destination_descriptor"]["access_key"] == "an-obs-access-key"

    simulator.journal.clear()
    for check in ((), ("--check",)):
        output = run("apply", *arguments, *check, **options)
        assert output.returncode == 0
        assert " changed=0 " in output.stdout
    assert shown(output.stdout, PLANNED)[:-1] == ["0.yml: 6 unchanged", "1.yml: 2 unchanged"]
    assert not simulator.journal.effects()


def test_files_that_are_not_as_they_must_be_are_refused_before_anything_is_sent(
    simulator: Simulator, run: Playbooks, tmp_path: Path
) -> None:
    place = {"instance_name": "kafka-sample"}
    password = f"users: [{{user_name: a, user_passwd: {USER_PASSWORD}}},"
    contents: dict[str, tuple[dict[str, Any] | str, str]] = {
        "invalid": (f"{password} topics: [", "can't be read: it must be YAML"),
        "line": (f"instance_name: a\n{password}]\ntopics: {{{{ no_such }}}}", "must be given. See line 3."),
        "vault": (
            f"instance_name: a\nusers:\n  - user_name: a\n  - user_passwd: {vault('x')}",
            "has a template or a vault that can't be evaluated (users[1].user_passwd).",
        ),
        "undefined": (
            f"instance_name: a\n{password} {{user_name: b, user_passwd: '{{{{ no_such }}}}'}}]",
            "has a template or a vault that can't be evaluated (users[1].user_passwd): 'no_such' is undefined.",
        ),
        "error": (
            f"instance_name: a\n{password} {{user_name: '{{{{ 1 / 0 }}}}'}}]",
            "that can't be evaluated (users[1].user_name).",
        ),
        "text": (USER_PASSWORD, "must be a dictionary"),
        "list": (f"- {USER_PASSWORD}", "must be a dictionary"),
        "empty": ("", "must be a dictionary"),
        "no-instance": ({"topics": []}, "exactly one of instance_name and instance_id"),
        "both": ({**place, "instance_id": "x", "topics": []}, "exactly one of instance_name and instance_id"),
        "dictionary": ({**place, "topics": {}}, "must have a list as topics"),
        "null": ({**place, "topics": None, "sink_tasks": []}, "must have a list as topics"),
        "unknown": (
            {**place, "topics": [], "region": "x", "expect_plan": "x"},
            "has unknown keys: expect_plan, region.",
        ),
        "old": ({**place, "tasks": []}, "Write tasks as sink_tasks or smart_connect_tasks."),
    }
    good = {"instance_name": "kafka-sample", "topics": []}
    variants = {name: write(tmp_path / name, good, content) for name, (content, _text) in contents.items()}
    variants["folder"] = {"dms_folder": "missing"}
    write(tmp_path / "sets1", good)
    for name in ("sets?", "sets[1]"):
        variants[name] = write(tmp_path / name, good)
    variants["not-set"] = {"dms_folder": " "}
    for arguments in ((), ("--check",)):
        messages = run.refusals("apply", *arguments, **variants)
        assert {name: text for name, (_content, text) in contents.items() if text not in messages[name]} == {}
        assert {
            name for name in ("folder", "not-set", "sets?", "sets[1]") if "Set dms_folder" not in messages[name]
        } == set()
    assert len(simulator.journal) == 0
    output = run("apply", "-vvv", **variants["undefined"])
    assert USER_PASSWORD not in output.stdout


def test_two_files_of_one_instance_are_refused(
    simulator: Simulator, run: Playbooks, tmp_path: Path, other: str
) -> None:
    """Each would prune what the other one has."""
    simulator.world.add_topic(simulator.instance_id, "orders")
    rest = {"topics": [], "prune": {"topics": {"all": True}}}
    named, with_id = (
        {**rest, key: value}
        for key, value in [("instance_name", "kafka-sample"), ("instance_id", simulator.instance_id)]
    )
    upper = {**with_id, "instance_id": simulator.instance_id.upper()}
    folders = {
        "name-and-id": [named, with_id],
        "id-and-name": [upper, {**rest, "instance_id": other}, named],
        "two-names": [named, named],
        "two-ids": [with_id, upper],
    }
    variants = {name: write(tmp_path / name, *files) for name, files in folders.items()}
    for arguments in ((), ("--check",)):
        messages = run.refusals("apply", *arguments, **variants)
        assert {name for name, text in messages.items() if "Several files have the same instance" not in text} == set()
    assert not simulator.journal.effects()


def test_nothing_is_changed_unless_all_instances_are_planned(
    simulator: Simulator, run: Playbooks, tmp_path: Path, other: str
) -> None:
    good = {"instance_name": "kafka-sample", "topics": [topic("orders")]}
    bad: dict[str, dict[str, Any]] = {
        "missing": {"instance_name": "no-such-instance", "topics": [topic("orders")]},
        "invalid": {"instance_id": other, "topics": [topic("orders", partition="many")]},
        "nothing": {"instance_name": "no-such-instance", "topics": []},
        "whitespace": {"instance_name": " other", "topics": [topic("orders")]},
        "prune": {"instance_id": other, "topics": [], "prune": {"topics": {"limit": 1}}},
        "other-kind": {"instance_id": other, "topics": [], "prune": {"users": {"all": True}}},
    }
    variants = {name: write(tmp_path / name, good, content) for name, content in bad.items()}
    for arguments in ((), ("--check",)):
        messages = run.refusals("apply", *arguments, **variants)
        assert {name for name, text in messages.items() if "1.yml can't be planned: " not in text} == set()
        assert "1.yml can't be planned: there is no such instance." in messages["nothing"]
    simulator.faults.add(Fault(operation="ListInstanceTopics", code="DMS.00403003", times=None))
    output = run("apply", "--check", **write(tmp_path / "forbidden", good))
    assert output.returncode != 0
    assert "0.yml can't be planned: " in output.stdout
    assert "dms_expect_plan: " not in output.stdout
    assert custom_stat(output, "dms_expect_plan") == ""
    assert not simulator.journal.effects()


@pytest.mark.usefixtures("topics")
def test_a_failure_of_one_instance_does_not_stop_the_others_and_the_next_run_goes_on(
    simulator: Simulator, run: Playbooks, tmp_path: Path, other: str
) -> None:
    files = [
        {"instance_name": "kafka-sample", "topics": [topic("bills")]},
        {"instance_id": other, "topics": [topic("bills")]},
    ]
    options = write(tmp_path / "sets", *files)
    number = custom_stat(run("apply", "--check", **options), "dms_expect_plan")
    simulator.faults.add(Fault(operation="CreateInstanceTopic", code="DMS.00400062", status=400, times=1))
    output = run("apply", **options, dms_expect_plan=number)
    assert output.returncode != 0
    lines = shown(output.stdout, APPLIED)
    assert lines[0].startswith("0.yml / topics / bills: failed: ")
    assert lines[-1] == "1.yml / topics / bills: created"
    assert [row["name"] for row in simulator.world.topics(simulator.instance_id)] == ["orders"]
    # What is left is another plan.
    assert run("apply", **options, dms_expect_plan=number).returncode != 0
    assert run("apply", **options).returncode == 0
    assert [row["name"] for row in simulator.world.topics(simulator.instance_id)] == ["orders", "bills"]
    assert operations(simulator, "CreateInstanceTopic") == 3


def test_variables_that_would_prune_are_refused(simulator: Simulator, run: Playbooks, tmp_path: Path) -> None:
    folder = write(tmp_path / "sets", {"instance_name": "kafka-sample", "topics": []})
    given = {"dms_prune": "true", "dms_prune_pattern": ".*", "dms_prune_limit": 0, "dms_prune_all": False}
    messages = run.refusals("apply", **{name: {**folder, name: value} for name, value in given.items()})
    expected = "{} is not taken by this playbook: what is pruned is in the files"
    assert {name: text for name, text in messages.items() if expected.format(name) not in text} == {}
    misspelled = {"dms_prune_patern": ".*", "dms_expect_plans": {}, "dms_require_plans": True}
    messages = run.refusals("apply", **{name: {**folder, name: value} for name, value in misspelled.items()})
    assert {name for name, text in messages.items() if "look misspelled" not in text} == set()
    assert len(simulator.journal) == 0
    # A survey leaves them blank; others belong to the site, or to other playbooks.
    blank = dict.fromkeys([*given, "dms_expect_plan", "dms_require_plan", "dms_require_change"], " ")
    site = {"dms_team": "kafka", "dms_max_lag": 1, "dms_region": "", "dms_endpoint": None}
    assert run("apply", **folder, **blank, **site).returncode == 0
    assert run("apply", **folder, **dict.fromkeys(blank), **site).returncode == 0


def test_the_number_and_a_change_can_be_required(simulator: Simulator, run: Playbooks, tmp_path: Path) -> None:
    options = write(tmp_path / "sets", {"instance_name": "kafka-sample", "topics": [topic("orders")]})
    lost = {"lost": {"dms_expect_plan": ""}, "not-set": {}, "null": {"dms_expect_plan": None}}
    required = {name: {**options, "dms_require_plan": "yes", **more} for name, more in lost.items()}
    messages = run.refusals("apply", **required)
    assert {name for name, text in messages.items() if "dms_expect_plan is not set" not in text} == set()
    wrong: dict[str, Any] = {"zero": 0, "false": False, "list": [], "digits": 1234567890123456, "float": 1.5e5}
    messages = run.refusals("apply", **{name: {**options, "dms_expect_plan": value} for name, value in wrong.items()})
    assert {name for name, text in messages.items() if f"dms_expect_plan is {wrong[name]}, but" not in text} == set()
    assert not simulator.journal.effects()
    # What an earlier step of a workflow has passed on is nothing that this step expects.
    change = {**options, "dms_require_change": True, "dms_expect_plan": "stale"}
    output = run("apply", "--check", **change)
    assert output.returncode == 0
    number = custom_stat(output, "dms_expect_plan")
    assert run("apply", **options, dms_require_plan=True, dms_expect_plan=f" {number} ").returncode == 0
    output = run("apply", "--check", **change)
    assert output.returncode != 0
    assert "Nothing would change, so there is nothing to approve." in output.stdout
    assert custom_stat(output, "dms_expect_plan") == ""


def test_an_instance_without_smart_connect_has_no_tasks_to_prune(
    simulator: Simulator, run: Playbooks, tmp_path: Path
) -> None:
    simulator.world.add_instance("silent", connector=False)
    prune = {"sink_tasks": {"pattern": "old-.*"}, "smart_connect_tasks": {"all": True}}
    options = write(
        tmp_path / "none", {"instance_name": "silent", "sink_tasks": [], "smart_connect_tasks": [], "prune": prune}
    )
    for check in ((), ("--check",)):
        output = run("apply", *check, **options)
        assert output.returncode == 0
        assert " changed=0 " in output.stdout
    good = {"instance_name": "kafka-sample", "topics": [topic("orders")]}
    options = write(tmp_path / "some", good, {"instance_name": "silent", "sink_tasks": [sink("orders")]})
    output = run("apply", **options)
    assert output.returncode != 0
    assert "1.yml can't be planned: " in output.stdout
    assert not simulator.journal.effects()


@pytest.mark.usefixtures("topics")
def test_the_keys_of_the_environment_are_for_tasks_without_keys(
    simulator: Simulator, run: Playbooks, tmp_path: Path, other: str
) -> None:
    half = sink("half")
    half["obs_destination_descriptor"]["access_key"] = "an-own-access-key"
    output = run("apply", **write(tmp_path / "half", {"instance_name": "kafka-sample", "sink_tasks": [half]}))
    assert output.returncode != 0
    assert "secret_key" in output.stdout
    files = [{"instance_id": other, "smart_connect_tasks": [smart("orders")]}]
    run.env["OBS_SECRET_KEY"] = " "
    assert run("apply", **write(tmp_path / "sets", *files)).returncode != 0
    assert not simulator.journal.effects()
    run.env["OBS_SECRET_KEY"] = " an-obs-secret-key\n"
    output = run("apply", dms_folder="sets")
    assert output.returncode == 0
    expect_no_secrets(output)
    [task] = simulator.world.tasks(OTHER_CONNECTOR)
    assert task["obs_destination_descriptor"]["secret_key"] == "an-obs-secret-key"


def test_what_is_exported_changes_nothing_when_it_is_applied(
    simulator: Simulator, run: Playbooks, tmp_path: Path, other: str
) -> None:
    world, instance_id = simulator.world, simulator.instance_id
    twin = world.add_instance("other", connector=False)["instance_id"]
    texts = ["{{ lookup('file', '/etc/passwd') }} of", "{% if x %}", "{# x #}", "plain: 'text'", "2024_01"]
    world.add_kafka_user(instance_id, "owner")
    for number, text in enumerate(texts):
        world.add_kafka_user(instance_id, f"user-{number}", user_desc=text)
    world.add_topic(instance_id, "orders", partition=3, replication=3)
    world.set_policies(instance_id, "orders", {"user-1": "pub"}, owner="owner")
    world.add_group(instance_id, "billing", group_desc="{{ x }}")
    world.add_task(simulator.connector_id, "orders", topics="orders")
    options = {"dms_folder": "files/sets"}

    output = run("export", "--check", "--diff", **options)
    assert output.returncode == 0
    assert not (tmp_path / "files").exists()
    output = run("export", **options)
    assert output.returncode == 0
    names = ["kafka-sample", f"other-{other}", f"other-{twin}"]
    files = {path.stem: path.read_text(encoding="utf-8") for path in (tmp_path / "files" / "sets").iterdir()}
    assert sorted(files) == sorted(names)
    assert "topics:\n  - name: orders\n" in files["kafka-sample"]
    assert "{{" not in files["kafka-sample"]
    output = run("export", **options)
    assert output.returncode == 0
    assert " changed=0 " in output.stdout

    for check in (("--check",), ()):
        output = run("apply", *check, "-vvv", **options)
        assert output.returncode == 0
        assert " changed=0 " in output.stdout
    assert not simulator.journal.effects()
    world.set_topic(instance_id, "orders", retention_time=24)
    output = run("export", "--check", "--diff", **options, dms_instance_name="kafka-sample")
    assert output.returncode == 0
    assert " changed=1 " in output.stdout
    assert "24" in output.stdout.partition("+++ after")[2]
    assert run("export", **options, dms_instance_id=instance_id).returncode == 0
    assert (tmp_path / "files" / "sets" / "kafka-sample.yml").read_text(encoding="utf-8") != files["kafka-sample"]


def test_an_instance_that_can_not_be_read_is_not_exported(
    simulator: Simulator, run: Playbooks, tmp_path: Path, other: str
) -> None:
    simulator.faults.add(Fault(operation="ListInstanceTopics", code="DMS.00403003", status=403, times=1))
    (tmp_path / "sets").mkdir()
    kept = tmp_path / "sets" / "kafka-sample.yml"
    kept.write_text("---\n")
    (tmp_path / "sets" / "other.yml").write_text("---\n")
    private = [(tmp_path / "sets", 0o700), (tmp_path / "sets" / "other.yml", 0o600)]
    for path, mode in private:
        path.chmod(mode)
    output = run("export", dms_folder="sets")
    assert output.returncode != 0
    assert f"The instance {simulator.instance_id} can't be exported: " in output.stdout
    assert kept.read_text() == "---\n"
    assert (tmp_path / "sets" / "other.yml").read_text() != "---\n"
    assert [path.stat().st_mode & 0o777 for path, _mode in private] == [mode for _path, mode in private]
    variants = {
        "folder": {"dms_folder": " "},
        "missing": {"dms_folder": "none", "dms_instance_name": "no-such-instance"},
        "missing-id": {"dms_folder": "none", "dms_instance_id": other[::-1]},
        "both": {"dms_folder": "none", "dms_instance_name": "other", "dms_instance_id": other},
    }
    assert "Set dms_folder" in run.refusals("export", **variants)["folder"]
    assert not (tmp_path / "none").exists()
