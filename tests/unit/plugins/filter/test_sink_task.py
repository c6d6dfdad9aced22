# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.kafka.plugins.filter.sink_task import FilterModule

sink_task = FilterModule().filters()["sink_task"]

TOPICS: dict[str, tuple[Any, list[str] | None]] = {
    "nothing": (None, []),
    "blank": (" \n", []),
    "one": (" orders ", ["orders"]),
    "commas and newlines": ("orders, bills\r\n1e3\n", ["orders", "bills", "1e3"]),
    "a list": (["orders", 7, "a,b"], ["orders", "7", "a", "b"]),
    "a number": (7, ["7"]),
    "JSON": (' ["orders", "bills"] ', ["orders", "bills"]),
    "empty JSON": ("[]", []),
    "JSON of numbers": ("[1]", None),
    "a dictionary": ({"a": 1}, None),
    "JSON of a dictionary": ("{}", None),
    "a list of Python": ("['orders']", None),
    "an unfinished list": ("[orders", None),
}


@pytest.mark.parametrize("name", TOPICS)
def test_topics_can_have_several_forms(name: str) -> None:
    value, topics = TOPICS[name]
    assert sink_task(value, "topics") == topics


ROW = {"task_name": "orders", "task_id": "t-1", "status": "RUNNING", "topics": "a,b"}
SENTENCES: list[tuple[str, dict[str, Any], bool, str]] = [
    ("created", {"changed": True, "sink_task": ROW}, False, "Created sink task orders (id t-1, RUNNING)."),
    ("created", {"changed": True, "sink_task": {"task_name": "orders"}}, True, "Would create sink task orders."),
    (
        "created",
        {"changed": False, "sink_task": ROW},
        True,
        "The sink task orders exists and is as wanted (id t-1, RUNNING).",
    ),
    ("deleted", {"changed": True, "sink_task": ROW}, False, "Deleted sink task orders (id t-1, RUNNING, topics a,b)."),
    (
        "deleted",
        {"changed": True, "sink_task": ROW},
        True,
        "Would delete sink task orders (id t-1, RUNNING, topics a,b).",
    ),
    (
        "deleted",
        {"changed": False, "sink_task": ROW},
        False,
        "Already being deleted: sink task orders (id t-1, RUNNING, topics a,b).",
    ),
    ("deleted", {"changed": False}, False, "Nothing to delete: there is no sink task ."),
]


@pytest.mark.parametrize(("step", "result", "check", "sentence"), SENTENCES)
def test_the_user_is_shown_what_was_done(step: str, result: dict[str, Any], check: bool, sentence: str) -> None:
    assert sink_task(result, step, check=check) == sentence


def test_a_task_that_is_not_there_has_the_names_that_were_given() -> None:
    done = sink_task({"changed": False}, "deleted", names=[" orders", "t-1\n"])
    assert done == "Nothing to delete: there is no sink task orders with the id t-1."
    assert sink_task({"changed": False}, "deleted", names=[None, "t-1"]).endswith("no sink task t-1.")
    with pytest.raises(AnsibleFilterError, match="no step 'other'"):
        sink_task({}, "other")
