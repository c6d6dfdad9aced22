# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a maintenance window pauses, resumes and records."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.kafka.plugins.filter.maintenance import FilterModule

decide = FilterModule().filters()["maintenance"]

Row = dict[str, t.Any]


def task(name: str, status: str = "RUNNING") -> Row:
    return {"id": f"t-{name}", "task_name": name, "status": status}


def record(name: str, instance_id: str = "i-1") -> Row:
    return {"task_id": f"t-{name}", "task_name": name, "instance_id": instance_id}


def names(records: list[Row]) -> list[str]:
    return [each["task_name"] for each in records]


STATUSES = ("RUNNING", "PAUSED", "WAITING", "CREATING", "RESTARTING", "FAILED", "BROKEN")
READ = {"instance_id": "i-1", "smart_connect_tasks": [task(status.lower(), status) for status in STATUSES]}


def test_only_tasks_that_run_are_paused() -> None:
    earlier = record("earlier", "i-2")
    plan = decide(READ, "pause", before=[earlier])
    assert plan["to_pause"] == [record("running")]
    assert plan["already"] == [record("paused")]
    assert plan["recorded"] == [earlier, record("running")]
    assert plan["tasks"] == [{"task_id": "t-running", "task_name": "running", "state": "paused"}]
    assert plan["lines"][:3] == [
        "1 Smart Connect tasks will be paused",
        "running",
        "paused is not RUNNING and is left alone",
    ]
    assert len(plan["lines"]) == 2 + len(STATUSES) - 1


@pytest.mark.parametrize(("pattern", "found"), [("", ["a", "ab"]), ("a", ["a"]), ("a.", ["ab"]), ("b", [])])
def test_the_whole_name_matches(pattern: str, found: list[str]) -> None:
    read = {"instance_id": "i-1", "smart_connect_tasks": [task("a"), task("ab")]}
    assert names(decide(read, "pause", before=[], pattern=pattern)["to_pause"]) == found


def test_an_invalid_pattern_is_refused() -> None:
    with pytest.raises(AnsibleFilterError, match="dms_pattern is not a regular expression"):
        decide(READ, "pause", before=[], pattern="(")
    with pytest.raises(AnsibleFilterError, match="no step 'other'"):
        decide(READ, "other")


def test_nothing_to_pause_names_what_is_paused() -> None:
    read = {"instance_id": "i-1", "smart_connect_tasks": [task("a", "PAUSED")]}
    nothing = decide(read, "pause", before=[], check=True)["nothing"]
    assert "PAUSED already: a. To resume them" in nothing
    assert nothing.endswith('dms_paused=[{"instance_id": "i-1", "task_id": "t-a", "task_name": "a"}].')
    nothing = decide({"instance_id": "i-1", "smart_connect_tasks": []}, "pause", before=[])["nothing"]
    assert nothing.endswith("No task is PAUSED, either.")


def result(action: str, changed: bool, name: str = "a") -> Row:
    return {"tasks": [{"action": action, "changed": changed, "smart_connect_task": {"id": f"t-{name}"}}]}


# The result of the module, and whether the task a was paused, or may have been.
PAUSED: dict[str, tuple[Row, bool]] = {
    "paused": (result("paused", True), True),
    "failed after it was paused": (result("failed", True), True),
    "unknown": (result("unknown", False), True),
    "failed": (result("failed", False), False),
    "not tried": (result("not_tried", False), False),
    "paused by another user": (result("unchanged", False), False),
    "failed before anything was sent": ({"failed": True, "msg": "x"}, False),
    "killed": ({"failed": True, "module_stdout": ""}, True),
    "without the task": ({"tasks": [{"action": "unknown", "changed": True}]}, False),
}


@pytest.mark.parametrize("name", PAUSED)
def test_what_was_paused_is_recorded(name: str) -> None:
    given, maybe = PAUSED[name]
    before = [record("earlier")]
    plan = decide({"instance_id": "i-1", "smart_connect_tasks": [task("a")]}, "pause", before=before)
    done = decide(given, "paused", plan=plan, before=before)
    assert done == {"now": [record("a")] * maybe, "recorded": [*before, *[record("a")] * maybe]}
    assert decide(given, "paused", plan=plan, before=before, check=True)["recorded"] == before


def test_what_is_recorded_already_is_recorded_once() -> None:
    plan = decide({"instance_id": "i-1", "smart_connect_tasks": [task("a")]}, "pause", before=[record("a")])
    assert plan["recorded"] == [record("a")]


# The status of a recorded task, None if it no longer exists: whether it is resumed, is a failure, and stays recorded without a result.
RESUMED: dict[str, tuple[str | None, bool, bool, bool]] = {
    "paused": ("PAUSED", True, False, True),
    "starting": ("RESTARTING", True, False, True),
    "created": ("CREATING", True, False, True),
    "running": ("RUNNING", False, False, False),
    "gone": (None, False, False, False),
    "failed": ("FAILED", False, True, True),
    "waiting": ("WAITING", False, True, True),
}


@pytest.mark.parametrize("name", RESUMED)
def test_what_is_resumed_and_stays_recorded(name: str) -> None:
    status, resumes, fails, stays = RESUMED[name]
    listed = [task("other", "PAUSED"), *([task("a", status)] if status else [])]
    read = {"results": [{"smart_connect_tasks": listed}]}
    before = [record("a")]
    plan = decide(read, "resume", before=before)
    entries = [{"task_id": "t-a", "task_name": "a", "state": "running"}]
    assert plan["instances"] == [{"instance_id": "i-1", "entries": entries}] * resumes
    assert plan["not_resumed"] == [f"a is {status}"] * fails
    assert decide({}, "resumed", plan=plan, before=before) == before * stays
    assert decide({}, "resumed", plan=plan, before=before, check=True) == before
    assert decide(read["results"][0], "running", before=before) == before * (status == "RUNNING")


def test_an_instance_that_could_not_be_read_does_not_hold_up_the_others() -> None:
    listed = {"instance_id": "i-1", "smart_connect_tasks": [task("a", "PAUSED")]}
    read = {"results": [{"failed": True, "item": "i-2", "msg": "forbidden"}, {**listed, "item": "i-1"}]}
    before = [record("a"), record("b", "i-2")]
    plan = decide(read, "resume", before=before)
    assert [each["instance_id"] for each in plan["instances"]] == ["i-1"]
    assert plan["not_resumed"] == ["b is unknown (forbidden)"]
    assert plan["lines"] == ["1 Smart Connect tasks will be resumed", "a", "b is unknown (forbidden) and is left alone"]
    done = {"results": [result("resumed", True)]}
    assert decide(done, "resumed", plan=plan, before=before) == [record("b", "i-2")]


@pytest.mark.parametrize(
    ("action", "stays"),
    [
        ("resumed", False),
        ("started", False),
        ("unchanged", False),
        ("failed", True),
        ("unknown", True),
        ("not_tried", True),
    ],
)
def test_a_task_stays_recorded_until_it_was_read_as_running(action: str, stays: bool) -> None:
    read = {"results": [{"instance_id": "i-1", "smart_connect_tasks": [task("a", "PAUSED")]}]}
    plan = decide(read, "resume", before=[record("a")])
    done = {"results": [result(action, True), {"failed": True}]}
    assert decide(done, "resumed", plan=plan, before=[record("a")]) == [record("a")] * stays


def test_the_tasks_of_each_instance_are_resumed_together() -> None:
    before = [record("a"), record("b", "i-2"), record("c")]
    read = {
        "results": [
            {"instance_id": "i-1", "smart_connect_tasks": [task("a", "PAUSED"), task("c", "PAUSED")]},
            {"instance_id": "i-1", "smart_connect_tasks": [task("b", "PAUSED")]},
        ]
    }
    plan = decide(read, "resume", before=before)
    assert {each["instance_id"]: names(each["entries"]) for each in plan["instances"]} == {
        "i-1": ["a", "c"],
        "i-2": ["b"],
    }
    assert plan["lines"][0] == "3 Smart Connect tasks will be resumed"
    assert decide(read, "resume", before=before, check=True)["lines"][0] == "3 Smart Connect tasks would be resumed"
