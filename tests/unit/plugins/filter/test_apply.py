# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the playbook apply goes on after all instances are planned, and what it shows."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.kafka.plugins.filter.apply import FilterModule

decide = FilterModule().filters()["apply"]

Row = dict[str, t.Any]


def planned(name: str = "a", plan_id: str = "p-1", **more: t.Any) -> Row:
    return {"item": f"/srv/{name}.yml", "instance_id": f"i-{name}", "plan_id": plan_id, "changed": False, **more}


def topic(action: str, changed: bool = True, **more: t.Any) -> Row:
    return {"name": "orders", "action": action, "changed": changed, **more}


def failed(name: str = "b", msg: t.Any = "forbidden", **more: t.Any) -> Row:
    return {"item": f"/srv/{name}.yml", "failed": True, "msg": msg, **more}


def number(*files: Row) -> str:
    found: str = decide({"results": [*files]}, "planned")["number"]
    return found


A, B = planned("a", topics=[topic("created")]), planned("b", "p-2")
NUMBER = number(A, B)


def test_the_number_stands_for_the_plans_of_the_instances_in_any_order() -> None:
    assert len(NUMBER) == 16
    assert number(B, A) == NUMBER
    assert number({**A, "instance_id": "I-A", "item": "/other.yml"}, B) == NUMBER
    others = [
        [A],
        [A, planned("b", "p-3")],
        [A, planned("c", "p-2")],
        [{**A, "plan_id": "p-2"}, {**B, "plan_id": "p-1"}],
    ]
    assert NUMBER not in [number(*files) for files in others]


PROBLEMS: dict[str, tuple[list[Row], dict[str, t.Any], str]] = {
    "nothing is expected": ([A, B], {}, ""),
    "blank is not set": ([A, B], {"expected": " \n", "require": "no", "change": ""}, ""),
    "null is not set": ([A, B], {"expected": None, "require": None, "change": None}, ""),
    "the expected number": ([A, B], {"expected": f" {NUMBER}\n", "require": True}, ""),
    "another number": ([A, B], {"expected": "1"}, f"dms_expect_plan is 1, but the number is {NUMBER} now"),
    "another number in check mode": ([A, B], {"expected": "1", "check": True}, "dms_expect_plan is 1"),
    "a number that YAML reads": ([A, B], {"expected": 12}, "dms_expect_plan is 12"),
    "a passed on number before an approval": ([A, B], {"expected": "1", "change": "true", "check": True}, ""),
    "a change without check mode": ([A, B], {"expected": "1", "change": "true"}, "dms_expect_plan is 1"),
    "no number": ([A, B], {"require": "yes"}, "dms_expect_plan is not set."),
    "an unclear value is a yes": ([A, B], {"require": "please"}, "dms_expect_plan is not set."),
    "nothing would change": ([B], {"change": True}, "Nothing would change, so there is nothing to approve."),
    "a failure": ([A, failed()], {}, "b.yml can't be planned: forbidden."),
    "a failure with a plan": ([A, failed(instance_id="i-b", plan_id="p-2")], {}, "b.yml can't be planned: forbidden."),
    "a failure without a message": ([failed(msg=None)], {}, "b.yml can't be planned: it has no result."),
    "no instance": ([planned(instance_id="")], {}, "a.yml can't be planned: there is no such instance."),
    "no plan": ([planned(plan_id="")], {}, "a.yml can't be planned"),
    "skipped": ([{"item": "a.yml", "skipped": True}], {}, "a.yml can't be planned"),
    "two of one instance": (
        [A, {**B, "instance_id": "I-A"}],
        {},
        "Several files have the same instance, i-a: a.yml, b.yml.",
    ),
    "two of one that failed": (
        [A, failed(instance_id="i-a")],
        {},
        "Several files have the same instance, i-a: a.yml, b.yml.",
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_the_run_is_refused_for(name: str) -> None:
    files, options, problem = PROBLEMS[name]
    plan = decide({"results": files}, "planned", **options)
    assert problem in " ".join(plan["problems"])
    assert bool(plan["problems"]) == bool(problem)
    assert bool(plan["number"]) == (not problem)
    assert any(line.startswith("dms_expect_plan: ") for line in plan["lines"]) == (not problem)


def test_the_plan_of_each_file_is_expected_afterwards() -> None:
    assert decide({"results": [A, B]}, "planned")["plans"] == {"/srv/a.yml": "p-1", "/srv/b.yml": "p-2"}


def test_all_problems_are_shown() -> None:
    problems = decide({"results": [failed("a"), failed("b", "busy.")]}, "planned")["problems"]
    assert problems == ["a.yml can't be planned: forbidden.", "b.yml can't be planned: busy."]


LINES: dict[str, tuple[Row, list[str], list[str]]] = {
    "created": (
        planned(topics=[topic("created")]),
        ["topics / orders: would be created"],
        ["topics / orders: created"],
    ),
    "unchanged": (planned(topics=[topic("unchanged", False)] * 2), ["2 unchanged"], ["2 unchanged"]),
    "nothing": (planned(topics=[]), ["0 unchanged"], ["0 unchanged"]),
    "some": (
        planned(topics=[topic("deleted"), topic("unchanged", False)]),
        ["topics / orders: would be deleted", "1 unchanged"],
        ["topics / orders: deleted", "1 unchanged"],
    ),
    "failed": (
        failed("a", "1 failed", topics=[topic("failed", False, msg="busy"), topic("not_tried", False)]),
        ["topics / orders: failed: busy", "topics / orders: not_tried", "failed: 1 failed."],
        ["topics / orders: failed: busy", "topics / orders: not_tried", "failed: 1 failed."],
    ),
    "each kind has its name": (
        planned(
            sink_tasks=[{"task_name": "dump", "action": "created", "changed": True}],
            users=[{"user_name": "shop", "action": "unknown", "changed": False, "msg": "timed out"}],
            topic_permissions=[{"topic_name": "orders", "action": "modified", "changed": True}],
            consumer_groups=[{"group_name": "billing", "action": "deleted", "changed": True}],
        ),
        [],
        [
            "users / shop: unknown: timed out",
            "topic_permissions / orders: modified",
            "consumer_groups / billing: deleted",
            "sink_tasks / dump: created",
        ],
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_the_lines_say_what_happens_to_each_thing(name: str) -> None:
    result, before, after = LINES[name]

    def named(lines: list[str]) -> list[str]:
        return [f"a.yml{': ' if line[0].isdigit() or line.startswith('failed') else ' / '}{line}" for line in lines]

    assert decide({"results": [result]}, "applied") == named(after)
    lines = decide({"results": [result]}, "planned")["lines"]
    assert not before or [line for line in lines if "dms_expect_plan" not in line] == named(before)


def test_without_a_result_there_is_nothing_to_show() -> None:
    assert decide({}, "applied") == []
    with pytest.raises(AnsibleFilterError, match="no step 'other'"):
        decide({}, "other")
