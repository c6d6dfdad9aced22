# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import csv
import json

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.kafka.plugins.filter.overview import FilterModule

overview = FilterModule().filters()["overview"]

TASK = {
    "instance_name": "kafka",
    "task_name": 'say "x", y',
    "api": "sink",
    "lag": 1.5,
    "delay_ms": None,
    "problems": ["a", "b"],
}
GROUP = {"instance_name": "kafka", "group_name": "billing", "lag": 12, "problems": []}
READ = {"tasks": [TASK], "groups": [GROUP]}


def test_a_table_has_a_footer_that_counts() -> None:
    header, task, group, footer = overview(READ, "table").split("\n")
    assert header.startswith("INSTANCE  TASK ")
    assert task == 'kafka     say "x", y  sink            -       -       1.5         -  -        a, b      -'
    assert group.split() == ["kafka", "billing", "consumer-group", "-", "-", "12", "-", "-", "-"]
    assert footer == "1 tasks and 1 consumer groups, 1 of them need attention"
    assert overview({"tasks": [], "groups": []}, "table").split("\n")[1] == "0 tasks, 0 of them need attention"


def test_files_have_what_is_unknown_as_such() -> None:
    task, group = csv.DictReader(overview(READ, ".csv").splitlines())
    assert (task["task_name"], task["lag"], task["delay_ms"], task["problems"]) == ('say "x", y', "1.5", "", "a, b")
    assert (group["task_name"], group["api"], group["problems"]) == ("billing", "consumer-group", "")
    text = overview(READ, ".json")
    assert json.loads(text) == [TASK, GROUP]
    assert text.endswith("]\n")
    with pytest.raises(AnsibleFilterError, match="no form"):
        overview(READ, ".xml")
