# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the playbooks of the collection, and parses their output."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING, Any

from .playbook import SETTINGS, ansible_playbook, environment, inventory

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulator import Simulator

Ran = subprocess.CompletedProcess[str]
TIME_LIMIT = 300
OTHER_CONNECTOR = "cccccccc-0000-4000-8000-000000000001"


class Playbooks:
    """Runs playbooks in *folder* with the credentials of the simulator in the environment.

    *program* is the ansible-playbook, and *env* its environment; tests can change both.
    """

    def __init__(self, simulator: Simulator, folder: Path) -> None:
        self.folder = folder
        self.program = ansible_playbook()
        credentials = {
            "HW_REGION_NAME": simulator.region,
            "HW_ACCESS_KEY": simulator.access_key,
            "HW_SECRET_KEY": simulator.secret_key,
            "HW_DMS_ENDPOINT": simulator.endpoint,
            "HW_IAM_ENDPOINT": simulator.endpoint,
            "HW_CES_ENDPOINT": simulator.endpoint,
            "OBS_ACCESS_KEY": "an-obs-access-key",
            "OBS_SECRET_KEY": "an-obs-secret-key",
        }
        variables = environment(folder, credentials)
        self.env = {name: value for name, value in variables.items() if not name.startswith("ANSIBLE_CALLBACK")}
        (folder / "ansible.cfg").write_text(SETTINGS + "show_custom_stats = true\n")

    def __call__(self, playbook: str, *arguments: str, **variables: Any) -> Ran:
        """Run a playbook of the collection."""
        return self.command(self.program, f"huaweicloud.kafka.{playbook}", *arguments, "-e", json.dumps(variables))

    def chain(self, *steps: tuple[str, dict[str, Any]], arguments: Sequence[str] = ()) -> Ran:
        """Run several playbooks, each with its variables, in one process. Only the last one may fail."""
        plays = [
            {"ansible.builtin.import_playbook": f"huaweicloud.kafka.{name}", "vars": variables}
            for name, variables in steps
        ]
        (self.folder / "chain.json").write_text(json.dumps(plays), encoding="utf-8")
        return self.command(self.program, *arguments, "chain.json")

    def refusals(self, playbook: str, *arguments: str, **variants: dict[str, Any]) -> dict[str, str]:
        """Run a playbook with the variables of each variant, with which it must fail. Return the messages by variant.

        Each variant is a host of a group named localhost.
        """
        hosts = inventory({re.sub(r"\W+", "-", name): variables for name, variables in variants.items()})
        (self.folder / "variants.json").write_text(json.dumps({"localhost": hosts["all"]}), encoding="utf-8")
        output = self.command(self.program, "-i", "variants.json", f"huaweicloud.kafka.{playbook}", *arguments)
        messages = {}
        for name in variants:
            host = re.sub(r"\W+", "-", name)
            found = re.findall(rf"^f\w+: \[{host}\](?:: FAILED!| \(.*?\)) => (\{{.*\}})$", output.stdout, re.MULTILINE)
            assert re.search(rf"^{host} +:.* failed=1 ", output.stdout, re.MULTILINE), name
            messages[name] = " ".join(json.loads(text)["msg"] for text in found)
        return messages

    def command(self, *command: str) -> Ran:
        """Run a command in the environment of the playbooks."""
        streams: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
        }
        done = subprocess.run(
            [*command], cwd=self.folder, env=self.env, text=True, timeout=TIME_LIMIT, check=False, **streams
        )
        # pytest shows it if the test fails.
        print(done.stdout)
        return done


def shown(text: str, task: str, run: int = 0) -> list[str]:
    """The lines that a debug task printed in playbook number *run* of a chain."""
    blocks = re.findall(rf"TASK \[{task}\] \**\n.*?\"msg\": (\[.*?\n    \])", text, re.DOTALL)
    lines: list[str] = json.loads(blocks[run])
    return lines


def custom_stat(output: Ran, name: str) -> Any:
    """The value of a custom statistic."""
    found = re.search(r"CUSTOM STATS: \*+\n(.*)", output.stdout, re.DOTALL)
    assert found, output.stdout
    _unused, _colon, text = found[1].partition(f'"{name}": ')
    assert text, output.stdout
    return json.JSONDecoder().raw_decode(text)[0]


def operations(simulator: Simulator, name: str) -> int:
    """The number of requests of an operation."""
    return sum(1 for entry in simulator.journal if entry.operation == name)


def names(simulator: Simulator) -> list[str]:
    """The names of the sink tasks of both connectors."""
    connectors = (simulator.connector_id, OTHER_CONNECTOR)
    return [task["task_name"] for connector in connectors for task in simulator.world.tasks(connector)]


def fill(simulator: Simulator, tasks: int = 3) -> None:
    """Create two further instances, one without Smart Connect, and the sink tasks test-… and production."""
    world = simulator.world
    world.add_instance("silent", connector=False)
    world.add_instance("other", connector=OTHER_CONNECTOR)
    for number in range(tasks - 1):
        world.add_task(simulator.connector_id, f"test-{number}", topics="orders,bills")
    world.add_task(simulator.connector_id, "production", topics="orders", status="PAUSED")
    world.add_task(OTHER_CONNECTOR, "test-other", topics='say "x", y', topics_info=[])
