# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-builder builds the execution environment, and ansible-navigator runs the playbooks of the project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from awx.configuration import AWX, ROOT

PROGRAMS = Path(sys.executable).parent
VERSION = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment. pytest shows its output if the test fails."""
    # With PYTHONPATH, Ansible would find the collection and not install it.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [PROGRAMS / command[0], *command[1:]],
        cwd=cwd,
        env={**inherited, "PATH": f"{PROGRAMS}{os.pathsep}{inherited['PATH']}", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    print(done.stdout)
    return done


def test_builder_accepts_the_execution_environment(tmp_path):
    definition = tmp_path / "examples" / "awx" / "execution-environment.yml"
    definition.parent.mkdir(parents=True)
    shutil.copy(AWX / definition.name, definition)
    built = run("ansible-galaxy", "collection", "build", "--output-path", tmp_path / "dist", ROOT, cwd=tmp_path)
    assert built.returncode == 0
    context = tmp_path / "context"
    done = run("ansible-builder", "create", "--file", definition, "--context", context, cwd=tmp_path)
    assert done.returncode == 0
    assert (context / "_build" / "artifact" / f"huaweicloud-kafka-{VERSION}.tar.gz").is_file()

    # The same as the build of the image, in the folder _build.
    command = ("collection", "install", "--offline", "-r", "requirements.yml", "--collections-path", tmp_path / "image")
    done = run("ansible-galaxy", *command, cwd=context / "_build", ANSIBLE_COLLECTIONS_PATH=str(tmp_path / "image"))
    assert done.returncode == 0
    installed = tmp_path / "image" / "ansible_collections" / "huaweicloud" / "kafka"
    wanted = yaml.safe_load((installed / "meta" / "execution-environment.yml").read_text(encoding="utf-8"))
    requirements = (installed / wanted["dependencies"]["python"]).read_text(encoding="utf-8").split("\n")
    assert [line.split()[0] for line in requirements if line] == ["requests"]


@pytest.mark.parametrize("check", [True, False])
def test_navigator_runs_the_playbook(configuration, cloud, secrets, tmp_path, check):
    cloud.world.add_task(cloud.connector_id, "orders-to-obs", topics="orders")
    options = ["--mode", "stdout", "--execution-environment", "false", "--log-file", str(tmp_path / "navigator.log")]
    artifact = tmp_path / "artifact.json"
    done = run(
        *("ansible-navigator", "run", AWX / "project" / "sink_task_delete.yml", *options),
        *("--playbook-artifact-enable", "true", "--playbook-artifact-save-as", artifact),
        *("-e", "dms_instance_name=kafka-sample", "-e", "dms_task_name=orders-to-obs", "--diff", "-vvv"),
        *(["--check"] if check else []),
        cwd=tmp_path,
        **configuration.injected("Kafka operations"),
    )
    assert done.returncode == 0
    assert "changed=1 " in done.stdout
    assert {entry.method for entry in cloud.journal} == ({"GET"} if check else {"GET", "DELETE"})
    assert len(cloud.world.tasks(cloud.connector_id)) == (1 if check else 0)
    content = artifact.read_text(encoding="utf-8")
    assert json.loads(content)["status"] == "successful"
    for text in (done.stdout, content):
        assert "orders-to-obs" in text
        assert not any(secret in text for secret in secrets)


def test_guide_contains_the_error_of_a_job_without_the_collection(tmp_path):
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(tmp_path / "none")}
    done = run("ansible-playbook", AWX / "project" / "sink_task_delete.yml", cwd=tmp_path, **environment)
    assert done.returncode != 0
    guide = " ".join((ROOT / "docs" / "docsite" / "rst" / "awx.rst").read_text(encoding="utf-8").split())
    for message in (
        "Unable to retrieve file contents",
        "huaweicloud.kafka.sink_task_delete' on the Ansible Controller",
    ):
        assert message in " ".join(done.stdout.split())
        assert message in guide
