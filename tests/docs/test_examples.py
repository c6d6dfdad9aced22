# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every example in the documents is YAML, uses options that the modules have, and runs."""

from __future__ import annotations

import http.client
import importlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
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
    """The options of a module, given by its full name."""
    found = importlib.import_module(f"{PLUGINS}.modules.{module.removeprefix(PREFIX)}")
    return found.MODULE.spec.argument_spec


def complaints(given: Any, options: dict[str, Any], where: str) -> list[str]:
    """What is wrong with the values *given* to *options*; templates may become anything."""
    if isinstance(given, list):
        return [found for entry in given for found in complaints(entry, options, f"{where}[]")]
    if not isinstance(given, dict):
        return [] if isinstance(given, str) and "{{" in given else [f"{where} is not a dictionary"]
    names = {alias: name for name, option in options.items() for alias in [name, *option.get("aliases", [])]}
    found = []
    for key, value in given.items():
        option = options.get(names.get(key, ""))
        if option is None:
            found.append(f"{where} has no option {key}")
        elif "options" in option:
            found += complaints(value, option["options"], f"{where}.{key}")
        # Ansible takes a boolean for the one choice that is spelled so.
        elif "choices" in option and "{{" not in str(value) and not {value, str(value).lower()} & {*option["choices"]}:
            found.append(f"{where}.{key} can't be {value}")
    return found


def wrong(content: Any) -> list[str]:
    """What is wrong with the tasks and the defaults in *content*."""
    found = []
    for task in tasks(content):
        for module in (name for name in task if name.startswith(PREFIX)):
            found += complaints(task[module] or {}, specification(module), module)
    for holder in [*plays(content), *tasks(content)]:
        for name, values in (holder.get("module_defaults") or {}).items():
            assert name == "group/huaweicloud.kafka.all"
            shared = importlib.import_module(f"{PLUGINS}.module_utils.argspec")
            found += complaints(
                values, {**shared.connection_spec().argument_spec, **shared.connector_spec().argument_spec}, name
            )
    return found


@pytest.mark.parametrize("block", YAML, ids=str)
def test_an_example_is_yaml_with_options_that_exist(block):
    assert wrong(load(block.text)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_uses_options_that_exist(path):
    assert wrong(load(path.read_text(encoding="utf-8"))) == []


def test_there_are_examples():
    assert sum(bool(plays(load(block.text))) for block in YAML) > 10


def commands() -> list[str]:
    """The command lines in the documents."""
    text = "\n".join(re.sub(r"\\\n\s*", "", block.text) for block in blocks("console", "shell", "bash"))
    return [re.sub(r"^\$ ", "", line.strip()) for line in text.splitlines()]


@pytest.mark.parametrize("line", sorted({line for line in commands() if f"ansible-playbook {PREFIX}" in line}))
def test_a_command_names_a_playbook_and_its_variables(line):
    playbook = ROOT / "playbooks" / f"{re.search(rf'{PREFIX}([a-z_]+)', line)[1]}.yml"
    text = playbook.read_text(encoding="utf-8")
    for variable in re.findall(r"-e '?(\w+)=", line):
        assert re.search(rf"\b{variable}\b", text)


@pytest.mark.parametrize("line", sorted({line for line in commands() if line.startswith("ansible-doc ")}))
def test_a_command_names_a_module(line):
    for name in line.split()[1:]:
        assert specification(name)


@pytest.fixture
def cloud():
    with Simulator(port=0) as simulator:
        simulator.world.set_instance(simulator.instance_id, name="kafka-orders")
        yield simulator


def token_of(cloud: Simulator) -> str:
    user = {"name": cloud.user_name, "password": cloud.password, "domain": {"name": cloud.domain_name}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": {"id": cloud.project_id}}}}
    connection = http.client.HTTPConnection(cloud.endpoint.removeprefix("http://"), timeout=10)
    connection.request("POST", "/v3/auth/tokens", json.dumps(body), {"Content-Type": "application/json"})
    token = connection.getresponse().getheader("X-Subject-Token")
    connection.close()
    return token


@pytest.fixture
def play(cloud, tmp_path):
    """Runs playbooks against the simulated cloud, and returns the exit code and the output."""
    foreign = ("ANSIBLE_", "HW_", "HUAWEICLOUD_", "OBS_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environment = {
        **inherited,
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "NO_PROXY": "127.0.0.1",
        "HW_REGION_NAME": cloud.region,
        "HW_PROJECT_ID": cloud.project_id,
        "HW_DMS_ENDPOINT": cloud.endpoint,
        "HW_IAM_ENDPOINT": cloud.endpoint,
        "HW_CES_ENDPOINT": cloud.endpoint,
        "HW_ACCESS_KEY": cloud.access_key,
        "HW_SECRET_KEY": cloud.secret_key,
        "OBS_ACCESS_KEY": "an-obs-access-key",
        "OBS_SECRET_KEY": "an-obs-secret-key",
    }

    def play(*arguments: str | Path, **variables: str) -> tuple[int, str]:
        done = subprocess.run(
            [Path(sys.executable).with_name("ansible-playbook"), "-e", json.dumps(variables), *arguments],
            env=environment,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        print(done.stdout)
        return done.returncode, done.stdout

    return play


def measured_now(body: dict[str, Any]) -> None:
    """Let Cloud Eye have a point for tasks that were created a moment ago."""
    for metric in body["metrics"]:
        metric["datapoints"] = [{"average": 1, "timestamp": int(time.time() * 1000)}]


def test_the_examples_in_the_documents_run(cloud, play, tmp_path):
    """All playbooks in the documents, one after the other, in one run of ansible-playbook."""
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
        # An import needs the variables of what it imports, which the tests of AWX give.
        if plays(content) and "hosts" in content[0]:
            names.append(tmp_path / f"{block}.yml".replace("/", "-"))
            names[-1].write_text(block.text, encoding="utf-8")
    assert len(names) > 10
    cloud.faults.add(Fault("BatchListMetricData", mutate=measured_now, times=None))
    code, output = play(
        *["--inventory", "one,two,"],
        *names,
        obs_access_key="an-obs-access-key",
        obs_secret_key="an-obs-secret-key",
        instance_id=cloud.instance_id,
        connector_id=cloud.connector_id,
        iam_token=token_of(cloud),
        dms=f"{cloud.endpoint}/v2/{cloud.project_id}",
    )
    assert code == 0
    assert output.count("PLAY RECAP") == len(names)
    assert {"CreateSinkTask", "DeleteSinkTask", "ListInstances", "ShowInstance"} <= set(cloud.journal.operations())


def names_of(cloud: Simulator) -> list[str]:
    return sorted(task["task_name"] for task in cloud.world.tasks(cloud.connector_id))


def test_the_example_with_many_tasks(cloud, play):
    cloud.world.add_task(cloud.connector_id, "forgotten-to-obs")
    cloud.world.add_task(cloud.connector_id, "of-somebody-else")
    example = ROOT / "examples" / "many_tasks.yml"
    before = names_of(cloud)
    code, _unused = play(example, "--check", dms_instance_name="kafka-orders")
    assert (code, names_of(cloud)) == (0, before)
    for changed in (1, 0):
        code, output = play(example, dms_instance_name="kafka-orders")
        assert code == 0
        assert f" changed={changed} " in output
        assert names_of(cloud) == ["invoices-to-obs", "of-somebody-else", "orders-to-obs"]
