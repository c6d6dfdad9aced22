# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unquoted values of YAML are converted to the same text in-process and in a module process."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from acceptance.harness.playbook import BOTH_WAYS, MODULE, WAYS, in_way, run_playbook
from acceptance.harness.tasks import connection, variables
from ansible.parsing.vault import VaultLib, VaultSecret

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulator

VAULTED = VaultLib([("default", VaultSecret(b"password"))]).encrypt("vaulted", VaultSecret(b"password")).decode()

# Names as in a playbook.
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
    "!unsafe '2026-03-01'",
    ".inf",
    "!vault |\n" + "\n".join(" " * 10 + line for line in VAULTED.split()[:1] + VAULTED.splitlines()[1:]),
]


def tasks(simulator: Simulator) -> str:
    """Return tasks as YAML: a set and a single task that are created in-process and deleted by a module process."""
    obs = {"topics": ["orders"], "access_key": "A" * 20, "secret_key": "S" * 40, "obs_bucket_name": "archive"}
    text = ""
    for state, way in zip(("present", "absent"), WAYS):
        rest = json.dumps({"state": state, **({"obs_destination_descriptor": obs} if state == "present" else {})})
        options = "\n".join(f"    {name}: {json.dumps(value)}" for name, value in connection(simulator).items())
        entries = "".join(f"      - <<: {rest}\n        task_name: {name}\n" for name in NAMES)
        ways = f"  vars: {json.dumps(in_way(way))}\n"
        text += f"- name: {state}, set\n  {MODULE}s:\n{options}\n    tasks:\n{entries}{ways}"
        text += f"- name: {state}\n  {MODULE}:\n{options}\n    <<: {rest}\n    task_name: 2026-02-01\n{ways}"
    return text


def test_names_are_equal_in_process_and_in_a_module_process(tmp_path: Path, simulator: Simulator) -> None:
    simulator.settings.update(max_tasks=len(NAMES) + 1, quota_tasks=len(NAMES) + 1)
    (tmp_path / "tasks.yml").write_text(tasks(simulator))
    (tmp_path / "password").write_text("password")
    output = run_playbook(
        tmp_path,
        [{"tasks": [{"name": "Import the tasks", "import_tasks": "tasks.yml"}]}],
        *("--vault-password-file", "password"),
        variables=variables(simulator),
    ).expect_success()
    names = {}
    for state, action in (("present", "created"), ("absent", "deleted")):
        done = output.result(f"{state}, set")["tasks"]
        assert [task["action"] for task in done] == [action] * len(NAMES)
        assert output.result(state)["changed"] is True
        returned = [*(task["task_name"] for task in done), output.result(state)["sink_task"]["task_name"]]
        # ansible-core 2.22 masks values from a vault in the results that callback plugins receive.
        names[state] = ["vaulted" if name == "$REDACTED$" else name for name in returned]
    assert names["present"] == names["absent"]
    sent = [entry.json["task_name"] for entry in simulator.journal if entry.operation == "CreateSinkTask"]
    assert sorted(sent) == sorted(names["present"])
    assert names["present"][:2] == ["2026-01-01", "2026-01-01T10:00:00"]
    assert names["present"][-2:] == ["vaulted", "2026-02-01"]


def test_bytes_are_refused(tmp_path: Path, simulator: Simulator) -> None:
    """Ansible can't pass them to a module."""
    task = f"- name: bytes\n  {MODULE}:\n    task_name: !!binary aGVsbG8=\n    state: absent\n"
    task += "".join(f"    {name}: {json.dumps(value)}\n" for name, value in connection(simulator).items())
    (tmp_path / "tasks.yml").write_text(task)
    play = {"tasks": [{"name": "Import the tasks", "import_tasks": "tasks.yml"}]}
    output = run_playbook(tmp_path, [play], hosts=BOTH_WAYS, variables=variables(simulator))
    assert output.code != 0, output.text
    assert all(re.search(rf"^{way} .* failed=1 ", output.text, re.MULTILINE) for way in WAYS), output.text
    assert not list(simulator.journal), output.text
