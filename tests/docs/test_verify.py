# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/verify.yml shows which truth of each assumption holds, and leaves an instance as it was."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING, Any

import pytest
from simulator import Fault, Settings

from docs.blocks import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulator

EXAMPLE = ROOT / "examples" / "verify.yml"
OWN = {"dms_instance_name": "kafka-orders", "dms_confirm_instance_name": "kafka-orders"}
BUCKET = {**OWN, "dms_obs_bucket_name": "spare"}
ROW = re.compile(r"\| \d+ \| `(\w+)` \| .* \| (.*) \| (.*) \|")

spec = importlib.util.spec_from_file_location("verify", ROOT / "examples" / "filter_plugins" / "verify.py")
assert spec
assert spec.loader
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)

ASSUMED = {
    "echo_topics_regex": "true",
    "strict_names": "false",
    "deletion_looks": "0",
    "deleting_status": "",
    "shared_tasks": "true",
    "modify": "all",
    "sink_tasks_gone": "null",
    "newline_echo": "line feed",
    "connector_enable_follows": "true",
    "topic_list_lag": "0",
    "topic_deletion_reads": "0",
    "user_deletion_reads": "0",
    "empty_user_desc": "removed",
    "users_listed_without_sasl": "",
    "default_policy_user": "default_user",
    "policies_keep_users": "false",
    "policies_survive_topics": "false",
    "static_configs": ", ".join(verify.STATIC),
    "uncommitted_offset": "-1 or null",
}
"""What the report shows with the default settings on an instance with SASL."""

OTHERS = {
    "echo_topics_regex": (False, "false"),
    "strict_names": (True, "true"),
    "deletion_looks": (2, "1 or more"),
    "deleting_status": ("REMOVING", "REMOVING"),
    "shared_tasks": (False, "false"),
    "modify": ("topics", "topics"),
    "newline_echo": ("backslash-n", "backslash-n"),
    "topic_list_lag": (2, "1 or more"),
    "topic_deletion_reads": (2, "1 or more"),
    "user_deletion_reads": (2, "1 or more"),
    "empty_user_desc": ("ignored", "ignored"),
    "default_policy_user": ("everyone", "everyone"),
    "policies_keep_users": (True, "true"),
    "policies_survive_topics": (True, "true"),
    "static_configs": (["message.max.bytes"], ", ".join(sorted([*verify.STATIC, "message.max.bytes"]))),
    "uncommitted_offset": ("absent", "absent"),
}
"""Another truth for each setting, and how the report shows it."""


def contents(cloud: Simulator) -> list[Any]:
    """Everything that the playbook could change on the instance."""
    world, instance_id = cloud.world, cloud.instance_id
    return [
        sorted((topic["name"], topic["retention_time"]) for topic in world.topics(instance_id)),
        sorted((user["user_name"], user["user_desc"]) for user in world.kafka_users(instance_id)),
        world.policies(instance_id),
        sorted(group["group_id"] for group in world.groups(instance_id)),
        sorted((task["task_name"], task["status"]) for task in world.tasks(cloud.connector_id)),
    ]


@pytest.fixture
def spare(cloud):
    """An instance with something of each kind, which has to be kept."""
    world, instance_id = cloud.world, cloud.instance_id
    world.add_topic(instance_id, "orders")
    world.add_kafka_user(instance_id, "shop", user_desc="The web shop")
    world.set_policies(instance_id, "orders", {"shop": "pub", "default_user": "sub"})
    world.add_group(instance_id, "billing", offsets={"orders": {0: 0}})
    world.add_task(cloud.connector_id, "orders-to-obs")
    return cloud


def report(path: Path) -> dict[str, str]:
    """What the report shows for each setting."""
    rows = ROW.findall(path.read_text(encoding="utf-8"))
    assert all((verdict == "not shown") == (shown == "") for _setting, shown, verdict in rows)
    return {setting: shown for setting, shown, _verdict in rows}


def run(play: Any, tmp_path: Path, **variables: Any) -> tuple[int, str, dict[str, str]]:
    path = tmp_path / "report.md"
    code, output = play(EXAMPLE, **{**BUCKET, "dms_report": str(path), **variables})
    return code, output, report(path) if path.exists() else {}


def test_the_assumptions_are_those_of_the_simulator():
    documented = (ROOT / "tests" / "simulator" / "settings.py").read_text(encoding="utf-8")
    for assumption in verify.ASSUMPTIONS:
        text = documented.split(f"\n    {assumption.setting}: ")[1].split('\n    """')[1]
        assert f"(assumption {assumption.number})" in text.replace("\n    ", " ")


def test_default_settings_are_reported_as_assumed(spare, play, tmp_path):
    before = contents(spare)
    code, output, shown = run(play, tmp_path)
    assert (code, shown, contents(spare)) == (0, ASSUMED, before)
    assert "differs" not in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "Changed besides: nothing." in output
