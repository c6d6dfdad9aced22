# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All examples in the documents are valid YAML, use existing options, and run."""

from __future__ import annotations

import http.client
import importlib
import json
import re
import time
from typing import Any

import pytest
import yaml
from simulator import Fault, Simulator

from docs.blocks import ROOT, blocks, load, plays, tasks

PREFIX = "huaweicloud.kafka."
PLUGINS = "ansible_collections.huaweicloud.kafka.plugins"
YAML = blocks("yaml")
FILES = [
    *(ROOT / "playbooks").glob("*.yml"),
    *(ROOT / "examples").rglob("*.yml"),
    *(ROOT / "extensions").rglob("*.yml"),
]


def specification(module: str) -> dict[str, Any]:
    """The argument spec of a module, by its full name."""
    found = importlib.import_module(f"{PLUGINS}.modules.{module.removeprefix(PREFIX)}")
    return found.MODULE.spec.argument_spec


def errors(given: Any, options: dict[str, Any], where: str) -> list[str]:
    """Describe the errors in the values *given* for *options*. Templates match all types."""
    if isinstance(given, list):
        return [found for entry in given for found in errors(entry, options, f"{where}[]")]
    if not isinstance(given, dict):
        return [] if isinstance(given, str) and "{{" in given else [f"{where} is not a dictionary"]
    names = {alias: name for name, option in options.items() for alias in [name, *option.get("aliases", [])]}
    found = []
    for key, value in given.items():
        option = options.get(names.get(key, ""))
        if option is None:
            found.append(f"{where} has no option {key}")
        elif "options" in option:
            found += errors(value, option["options"], f"{where}.{key}")
        elif "choices" in option and "{{" not in str(value):
            # Ansible converts a boolean to the choice with the same spelling.
            for each in value if isinstance(value, list) else [value]:
                if not {each, str(each).lower()} & {*option["choices"]}:
                    found.append(f"{where}.{key} can't be {each}")
    return found


def invalid(content: Any) -> list[str]:
    """Describe the errors in the tasks and the module_defaults in *content*."""
    found = []
    for task in tasks(content):
        for module in (name for name in task if name.startswith(PREFIX)):
            found += errors(task[module] or {}, specification(module), module)
    for holder in [*plays(content), *tasks(content)]:
        for name, values in (holder.get("module_defaults") or {}).items():
            if name == "ansible.builtin.assert":
                assert values == {"quiet": True}
                continue
            if name.startswith(PREFIX):
                found += errors(values, specification(name), name)
                continue
            assert name == "group/huaweicloud.kafka.all"
            shared = importlib.import_module(f"{PLUGINS}.module_utils.argspec")
            found += errors(
                values, {**shared.connection_spec().argument_spec, **shared.connector_spec().argument_spec}, name
            )
    return found


@pytest.mark.parametrize("block", YAML, ids=str)
def test_examples_use_existing_options(block):
    assert invalid(load(block.text)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_use_existing_options(path):
    assert invalid(load(path.read_text(encoding="utf-8"))) == []


def test_examples_are_found():
    assert sum(bool(plays(load(block.text))) for block in YAML) > 10


def commands() -> list[str]:
    """The command lines in the documents."""
    text = "\n".join(re.sub(r"\\\n\s*", "", block.text) for block in blocks("console", "shell", "bash"))
    return [re.sub(r"^\$ ", "", line.strip()) for line in text.splitlines()]


@pytest.mark.parametrize("line", sorted({line for line in commands() if f"ansible-playbook {PREFIX}" in line}))
def test_commands_name_playbooks_and_their_variables(line):
    playbook = ROOT / "playbooks" / f"{re.search(rf'{PREFIX}([a-z_]+)', line)[1]}.yml"
    text = playbook.read_text(encoding="utf-8")
    for variable in re.findall(r"-e '?(\w+)=", line):
        assert re.search(rf"\b{variable}\b", text)


@pytest.mark.parametrize("line", sorted({line for line in commands() if line.startswith("ansible-doc ")}))
def test_commands_name_modules(line):
    for name in line.split()[1:]:
        assert specification(name)


def token_of(cloud: Simulator) -> str:
    user = {"name": cloud.user_name, "password": cloud.password, "domain": {"name": cloud.domain_name}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": {"id": cloud.project_id}}}}
    connection = http.client.HTTPConnection(cloud.endpoint.removeprefix("http://"), timeout=10)
    connection.request("POST", "/v3/auth/tokens", json.dumps(body), {"Content-Type": "application/json"})
    token = connection.getresponse().getheader("X-Subject-Token")
    connection.close()
    return token


def add_datapoint(body: dict[str, Any]) -> None:
    """Add a datapoint for tasks that were created a moment ago."""
    for metric in body["metrics"]:
        metric["datapoints"] = [{"average": 1, "timestamp": int(time.time() * 1000)}]


def test_examples_in_the_documents_run(cloud, play, tmp_path):
    """Run all playbooks in the documents in one ansible-playbook process."""
    secrets = {
        "vault_access_key": cloud.access_key,
        "vault_secret_key": cloud.secret_key,
        "vault_other_access_key": cloud.access_key,
        "vault_other_secret_key": cloud.secret_key,
    }
    (tmp_path / "vault.yml").write_text(yaml.safe_dump(secrets))
    names = []
    for block in YAML:
        content = load(block.text)
        # Imported playbooks need variables; tests/awx runs them.
        if plays(content) and "hosts" in content[0]:
            names.append(tmp_path / f"{block}.yml".replace("/", "-"))
            names[-1].write_text(block.text, encoding="utf-8")
    assert len(names) > 10
    cloud.faults.add(Fault("BatchListMetricData", mutate=add_datapoint, times=None))
    for account in ("orders-production", "orders-test"):
        cloud.world.add_agency("kafka-operations", domain_name=account)
        cloud.world.add_project(cloud.region, domain_name=account)
    cloud.world.add_topic(cloud.instance_id, "invoices")
    cloud.world.add_group(cloud.instance_id, "billing", offsets={"invoices": {0: 0}})
    code, output = play(
        *["--inventory", "one,two,"],
        *names,
        obs_access_key="an-obs-access-key",
        obs_secret_key="an-obs-secret-key",
        shop_password="Shop-Password-1",
        billing_password="Billing-Password-1",
        instance_id=cloud.instance_id,
        connector_id=cloud.connector_id,
        iam_token=token_of(cloud),
        dms=f"{cloud.endpoint}/v2/{cloud.project_id}",
        regions=[
            {
                "region": region,
                "project_name": cloud.region,
                "endpoint": cloud.endpoint,
                "iam_endpoint": cloud.endpoint,
            }
            for region in (cloud.region, "eu-west-0")
        ],
    )
    assert code == 0
    assert output.count("PLAY RECAP") == len(names)
    assert {"CreateSinkTask", "DeleteSinkTask", "ListInstances", "ShowInstance"} <= set(cloud.journal.operations())


def names_of(cloud: Simulator) -> list[str]:
    return sorted(task["task_name"] for task in cloud.world.tasks(cloud.connector_id))


def test_example_with_many_tasks_prunes_and_is_idempotent(cloud, play):
    cloud.world.add_task(cloud.connector_id, "old-to-obs")
    cloud.world.add_task(cloud.connector_id, "of-another-team")
    example = ROOT / "examples" / "many_tasks.yml"
    before = names_of(cloud)
    code, _unused = play(example, "--check", dms_instance_name="kafka-orders")
    assert (code, names_of(cloud)) == (0, before)
    for changed in (1, 0):
        code, output = play(example, dms_instance_name="kafka-orders")
        assert code == 0
        assert f" changed={changed} " in output
        assert names_of(cloud) == ["invoices-to-obs", "of-another-team", "orders-to-obs"]


def test_example_with_topics_exports_and_applies(cloud, play, tmp_path):
    for name in ("orders", "returns"):
        cloud.world.add_topic(cloud.instance_id, name, topic_desc=f"all {name}")
    example = ROOT / "examples" / "topics.yml"
    variables = {"dms_instance_name": "kafka-orders", "dms_file": str(tmp_path / "topics.yml")}
    assert play(example, "-t", "export", **variables)[0] == 0
    exported = yaml.safe_load((tmp_path / "topics.yml").read_text())["wanted_topics"]
    assert [topic["topic_desc"] for topic in exported] == ["all orders", "all returns"]

    code, output = play(example, **variables)
    assert (code, " changed=0 " in output) == (0, True)
    (tmp_path / "topics.yml").write_text(json.dumps({"wanted_topics": [{"name": "orders", "retention_time": 24}]}))
    assert play(example, **variables, approved_plan="another")[0] == 2
    code, output = play(example, "--check", **variables)
    (plan,) = re.findall(r'"applied.plan_id": "(\w+)"', output)
    assert [topic["retention_time"] for topic in cloud.world.topics(cloud.instance_id)] == [72, 72]
    assert play(example, **variables, approved_plan=plan)[0] == 0
    assert [(topic["name"], topic["retention_time"]) for topic in cloud.world.topics(cloud.instance_id)] == [
        ("orders", 24)
    ]


def test_example_with_users_applies_users_and_permissions(cloud, play, tmp_path):
    cloud.world.add_topic(cloud.instance_id, "orders")
    cloud.world.add_kafka_user(cloud.instance_id, "old-shop")
    wanted = {
        "wanted_users": [{"user_name": "admin"}, {"user_name": "shop", "user_desc": "The web shop"}],
        "wanted_permissions": [{"topic_name": "orders", "policies": {"shop": "pub"}}],
    }
    (tmp_path / "users.yml").write_text(json.dumps(wanted))
    variables = {"dms_instance_name": "kafka-orders", "dms_file": str(tmp_path / "users.yml")}
    passwords = {"shop": "Shop-Password-1"}

    def users() -> list[tuple[str, str]]:
        return [(user["user_name"], user["user_desc"]) for user in cloud.world.kafka_users(cloud.instance_id)]

    example = ROOT / "examples" / "users.yml"
    assert play(example, "--check", **variables, user_passwords=passwords)[0] == 0
    assert users() == [("admin", ""), ("old-shop", "")]
    code, output = play(example, "-vvv", **variables, user_passwords=passwords)
    assert (code, users()) == (0, [("admin", ""), ("shop", "The web shop")])
    assert "Shop-Password" not in output
    assert cloud.world.policies(cloud.instance_id) == {"orders": {"shop": "pub"}}
    code, output = play(example, **variables, user_passwords={})
    assert (code, " changed=0 " in output) == (0, True)


def test_example_with_consumer_groups_exports_applies_and_moves(cloud, play, tmp_path):
    world, instance_id = cloud.world, cloud.instance_id
    world.add_topic(instance_id, "orders", partition=2, offsets=[[10, 20], [10, 30]])
    world.add_group(instance_id, "billing", group_desc="Bills", offsets={"orders": [15, 25]})
    world.add_group(instance_id, "test-used", offsets={"orders": [15, None]})
    example = ROOT / "examples" / "consumer_groups.yml"
    variables = {"dms_instance_name": "kafka-orders", "dms_file": str(tmp_path / "groups.yml")}

    def groups() -> list[tuple[str, str | None]]:
        return [(group["group_id"], group["group_desc"]) for group in world.groups(instance_id)]

    before = groups()
    assert play(example, "-t", "export", **variables)[0] == 0
    exported = yaml.safe_load((tmp_path / "groups.yml").read_text())
    assert exported == {
        "wanted_groups": [{"group_name": "billing", "group_desc": "Bills"}, {"group_name": "test-used"}]
    }
    code, output = play(example, **variables)
    assert (code, " changed=0 " in output) == (0, True)

    world.add_group(instance_id, "test-unused")
    (tmp_path / "groups.yml").write_text(json.dumps({"wanted_groups": [{"group_name": "billing", "group_desc": ""}]}))
    assert play(example, **variables, approved_plan="another")[0] == 2
    code, output = play(example, "--check", **variables)
    (plan,) = re.findall(r'"applied.plan_id": "(\w+)"', output)
    assert groups() == [*before, ("test-unused", None)]
    assert play(example, **variables, approved_plan=plan)[0] == 0
    assert groups() == [("billing", None), ("test-used", None)]

    moved = {"dms_instance_name": "kafka-orders", "group": "billing", "topic": "orders"}
    code, output = play(example, "-t", "rewind", "--check", "--diff", **moved)
    assert (code, "20 read again, 0 skipped" in output) == (0, True)
    assert world.offsets(instance_id, "billing") == {"orders": [15, 25]}
    for changed in (1, 0):
        code, output = play(example, "-t", "rewind", **moved)
        assert (code, f" changed={changed} " in output) == (0, True)
        assert world.offsets(instance_id, "billing") == {"orders": [10, 10]}


def test_example_that_purges_deletes_only_what_matches_and_not_too_much(cloud, play):
    for name in ("test-1", "test-2", "a-test-3", "production"):
        cloud.world.add_task(cloud.connector_id, name)
    purge = [ROOT / "examples" / "purge.yml"]
    variables = {"dms_instance_name": "kafka-orders", "dms_prune_pattern": "test-.*"}
    before = names_of(cloud)
    code, output = play(*purge, "--check", **variables)
    assert (code, names_of(cloud)) == (0, before)
    assert '"test-1"' in output
    for limit in (0, 1):
        code, output = play(*purge, **variables, dms_prune_limit=limit)
        assert f"2 tasks would be pruned, more than prune_limit {limit}: test-1, test-2" in output
        assert (code, names_of(cloud)) == (2, before)
    for pattern in ("", " ", "("):
        code, output = play(*purge, **{**variables, "dms_prune_pattern": pattern})
        assert (code, names_of(cloud)) == (2, before)
    assert play(*purge, **variables)[0] == 0
    assert names_of(cloud) == ["a-test-3", "production"]
