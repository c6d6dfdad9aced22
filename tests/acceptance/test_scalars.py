# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A value that is not quoted in YAML becomes the same text in the worker and in a module process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from acceptance.harness.playbook import MODULE, SWITCH, WAYS, Program, in_way
from acceptance.harness.tasks import connection, variables
from ansible.parsing.vault import VaultLib, VaultSecret

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulator

VAULTED = VaultLib([("default", VaultSecret(b"password"))]).encrypt("vaulted", VaultSecret(b"password")).decode()

# How a name is written in a playbook.
NAMES = [
    "2026-01-01",
    "2026-01-01 10:00:00",
    "2026-01-01 10:00:00 +02:00",
    "1.50",
    "1.0e+22",
    "017",
    "12:30:45",
    "100000000000000000000000000000",
    "yes",
    "!unsafe '2026-01-01'",
    ".inf",
    "!vault |\n" + "\n".join(" " * 6 + line for line in VAULTED.split()[:1] + VAULTED.splitlines()[1:]),
]


def tasks(simulator: Simulator) -> str:
    """Return tasks, as YAML: each name is created in the worker and deleted by a module process."""
    obs = {"topics": ["orders"], "access_key": "A" * 20, "secret_key": "S" * 40, "obs_bucket_name": "archive"}

    def task(title: str, option: str, **options: Any) -> str:
        options = {**connection(simulator), **options}
        lines = [f"- name: {title}", f"  {MODULE}:"]
        lines += [f"    {name}: {json.dumps(value)}" for name, value in options.items()]
        return "\n".join([*lines, f"    {option}", ""])

    text = ""
    for number, name in enumerate(NAMES):
        create = task(f"create {number}", f"task_name: {name}", obs_destination_descriptor=obs, wait=False)
        delete = task(f"delete {number}", f"task_name: {name}", state="absent", wait=False)
        text += f"{create}  vars: {{{SWITCH}: true}}\n{delete}  vars: {{{SWITCH}: false}}\n"
    return text


def test_a_task_that_is_created_one_way_is_deleted_the_other_way(tmp_path: Path, simulator: Simulator) -> None:
    (tmp_path / "tasks.yml").write_text(tasks(simulator))
    (tmp_path / "password").write_text("password")
    output = Program(
        tmp_path,
        [{"tasks": [{"name": "Import the tasks", "import_tasks": "tasks.yml"}]}],
        *("--vault-password-file", "password"),
        variables=variables(simulator),
    ).run().expect_success()  # fmt: skip
    created, sent = [], [json.loads(entry.body) for entry in simulator.journal if entry.operation == "CreateSinkTask"]
    for number in range(len(NAMES)):
        create, delete = output.result(f"create {number}"), output.result(f"delete {number}")
        assert (create["changed"], delete["changed"]) == (True, True), NAMES[number]
        assert create["sink_task"]["task_name"] == delete["sink_task"]["task_name"]
        created.append(create["sink_task"]["task_name"])
    assert [body["task_name"] for body in sent] == created
    assert created[:2] == ["2026-01-01", "2026-01-01T10:00:00"]
    assert created[-1] == "vaulted"


def test_bytes_are_refused_both_ways(tmp_path: Path, simulator: Simulator) -> None:
    """Ansible itself can't pass them to a module."""
    for way in WAYS:
        task = f"- name: bytes\n  {MODULE}:\n    task_name: !!binary aGVsbG8=\n    state: absent\n"
        task += "".join(f"    {name}: {json.dumps(value)}\n" for name, value in connection(simulator).items())
        folder = tmp_path / way.replace(" ", "-")
        folder.mkdir()
        (folder / "tasks.yml").write_text(task)
        imported = {"name": "Import the tasks", "import_tasks": "tasks.yml"}
        output = Program(folder, [{"tasks": [imported]}], variables=variables(simulator, **in_way(way))).run()
        assert output.code != 0, output.text
        assert not list(simulator.journal), output.text
