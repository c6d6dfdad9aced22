# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks that report and watch consumer groups besides tasks."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from acceptance.harness.collection import custom_stat, shown

if TYPE_CHECKING:
    from acceptance.harness.collection import Playbooks
    from simulator import Simulator

TOPIC = "group-topic"


def lag(simulator: Simulator, name: str, messages: int) -> None:
    """Add a consumer group that has this many messages to read."""
    simulator.world.add_group(simulator.instance_id, name, offsets={TOPIC: [100 - messages]})


def fill(simulator: Simulator) -> None:
    """Add a topic with 100 messages, and the groups "near" and "far"."""
    simulator.world.add_topic(simulator.instance_id, TOPIC, partition=1)
    simulator.world.move_ends(simulator.instance_id, TOPIC, 0, start=0, end=100)
    lag(simulator, "near", 2)
    lag(simulator, "far", 70)


def test_report_lists_consumer_groups_after_the_tasks(simulator: Simulator, run: Playbooks) -> None:
    fill(simulator)
    options = {"dms_group_pattern": " .*a.* ", "dms_instance_id": simulator.instance_id}
    output = run.chain(*(("report", {**options, "dms_report_file": f"report.{kind}"}) for kind in ("csv", "json")))
    assert output.returncode == 0, output.stdout
    *_others, near, far, footer = shown(output.stdout, "Show the tasks")
    assert near.split() == ["kafka-sample", "near", "consumer-group", "EMPTY", "-", "2", "-", "-", "-"]
    assert far.split()[1:6] == ["far", "consumer-group", "EMPTY", "-", "70"]
    assert "and 2 consumer groups, 0 of them need attention" in footer
    with (run.folder / "report.csv").open(encoding="utf-8") as file:
        last = list(csv.DictReader(file))[-1]
    assert (last["task_name"], last["api"], last["lag"], last["task_id"]) == ("far", "consumer-group", "70", "")
    saved = json.loads((run.folder / "report.json").read_text(encoding="utf-8"))
    assert saved == custom_stat(output, "dms_report")
    assert [row["group_name"] for row in saved if "group_name" in row] == ["near", "far"]


def test_alert_names_groups_that_lag(simulator: Simulator, run: Playbooks) -> None:
    fill(simulator)
    watched = {
        "dms_instance_id": simulator.instance_id,
        "dms_health": "none",
        "dms_max_lag": "10",
        "dms_allow_no_tasks": "true",
    }
    output = run("alert", **watched, dms_group_pattern="near|far")
    assert output.returncode != 0
    assert "kafka-sample / consumer group far: lags by 70 messages and has no members" in output.stdout
    assert "near:" not in output.stdout
    other = run("alert", **watched, dms_group_pattern="missing")
    assert other.returncode != 0
    assert "no consumer group matches dms_group_pattern" in other.stdout
    assert run("alert", **watched, dms_group_pattern="near").returncode == 0
