# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of consumer groups: what is pruned, what one request deletes, and what it is believed of."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_consumer_groups as many
from ansible_collections.huaweicloud.kafka.tests.unit.consumer_groups import (
    ABSENT,
    LIVE,
    MEMBER,
    SAYS_MEMBER,
    UP,
    configs,
    create,
    delete,
    delete_many,
    describe,
    incomplete,
    lists,
    offset,
    row,
    shows,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import Ran, Service, Step, error_reply, reply, run_module

Row = dict[str, t.Any]


def run(groups: list[Row], *steps: Step, check_mode: bool = False, diff: bool = True, **options: t.Any) -> Ran:
    given = {"instance_id": "i-1", "consumer_groups": groups, **options}
    return run_module(many, Service(), given, *steps, check_mode=check_mode, diff=diff)


def actions(ran: Ran) -> dict[str, str]:
    return {report["group_name"]: report["action"] for report in ran.result["consumer_groups"]}


def absent(*names: str) -> list[Row]:
    return [{"group_name": name, "state": "absent"} for name in names]


PRUNE = {"prune": True, "prune_pattern": "test-.*"}
A, B = row("test-a"), row("test-b")


def test_everything_in_its_order() -> None:
    groups = [{"name": "new"}, {"name": "billing", "description": "Bills"}, *absent("a", "b", "c"), {"name": "same"}]
    rows = [row("a"), row("b"), row(), row("same")]
    described = row(group_desc="Bills")
    ran = run(
        groups,
        lists(*rows),
        UP,
        configs(),
        delete_many("a", "b"),
        lists(row(), row("same")),
        describe("Bills"),
        lists(described, row("same")),
        create("new"),
        lists(described, row("same"), row("new")),
    )
    expected = {
        "new": "created",
        "billing": "modified",
        "a": "deleted",
        "b": "deleted",
        "c": "unchanged",
        "same": "unchanged",
    }
    assert actions(ran) == expected
    assert ran.result["diff"]["before"] == {
        "billing": {"group_name": "billing"},
        "a": {"group_name": "a", "lag": 0},
        "b": {"group_name": "b", "lag": 0},
    }


FAILED = {"a": "The group is not empty."}


@pytest.mark.parametrize(
    ("steps", "expected", "says"),
    [
        ([delete_many("a", "b"), lists()], {"a": "deleted", "b": "deleted"}, ""),
        (
            [delete_many("a", "b", **FAILED), lists(row("a")), lists(row("a"))],
            {"a": "failed", "b": "deleted"},
            "The group is not empty",
        ),
        # Another run was faster, or an attempt of this one.
        ([delete_many("a", "b", **FAILED), lists(), lists()], {"a": "deleted", "b": "deleted"}, ""),
        # What the service reports as deleted is there.
        ([delete_many("a", "b"), lists(row("a"))], {"a": "failed", "b": "deleted"}, "still listed"),
        (
            [
                delete_many("a", "b", response=reply(200, {"failed_groups": None, "total": 1})),
                lists(row("a")),
                lists(row("a")),
            ],
            {"a": "failed", "b": "deleted"},
            "the service did not return what happened to it",
        ),
        ([delete_many("a", "b", response=reply(200, {})), lists()], {"a": "deleted", "b": "deleted"}, ""),
        ([delete_many("a", "b", response=204), lists()], {"a": "deleted", "b": "deleted"}, ""),
        # One is absent, and the service does not return which.
        ([delete_many("a", "b", response=ABSENT), lists(), lists()], {"a": "deleted", "b": "deleted"}, ""),
        (
            [delete_many("a", "b", response=error_reply(400, "DMS.00400062")), delete("a"), delete("b"), lists()],
            {"a": "deleted", "b": "deleted"},
            "",
        ),
    ],
)
def test_one_request_deletes_several_groups(steps: list[Step], expected: dict[str, str], says: str) -> None:
    ran = run(absent("a", "b"), lists(row("a"), row("b")), UP, *steps, wait_timeout=0)
    assert actions(ran) == expected
    assert says in str(ran.result.get("msg", ""))


def test_a_hundred_groups_take_two_requests() -> None:
    names = [f"g-{number:03}" for number in range(100)]
    pages: list[Step] = []
    for first in (0, 50):
        body = {"groups": [row(name) for name in names[first:][:50]], "total": 100}
        line = lists()[0].replace("offset=0", f"offset={first}")
        pages.append((line, reply(200, body)))
    # They are sent at the same time.
    deletion: Step = (delete_many()[0], ..., reply(200, {"failed_groups": [], "total": 0}))
    ran = run(absent(*names), *pages, UP, deletion, deletion, lists(), max_retries=0)
    assert set(actions(ran).values()) == {"deleted"}


@pytest.mark.parametrize("check_mode", [False, True])
def test_one_group_in_use_refuses_the_set(check_mode: bool) -> None:
    live = shows("Stable", name="b", members=[MEMBER])
    ran = run(absent("a", "b"), lists(row("a"), row("b", "STABLE")), UP, live, check_mode=check_mode)
    assert actions(ran) == {"a": "not_tried", "b": "failed"}
    assert SAYS_MEMBER in ran.msg
    assert ran.result["changed"] is False


def test_members_of_a_set_are_waited_for_by_the_list() -> None:
    ran = run(
        absent("a", "b"),
        lists(row("a", "STABLE"), row("b", "STABLE")),
        UP,
        lists(row("a", "STABLE"), row("b")),
        lists(row("a"), row("b")),
        delete_many("a", "b"),
        lists(),
        wait_for_empty=60,
    )
    assert actions(ran) == {"a": "deleted", "b": "deleted"}


# --- prune -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"prune": True}, "prune: true needs prune_pattern"),
        ({"prune": True, "prune_limit": 5}, "prune: true needs prune_pattern"),
        ({"prune_pattern": "x"}, "prune_pattern needs prune: true"),
        ({"prune_limit": 1}, "prune_limit needs prune: true"),
        ({"prune": True, "prune_pattern": "["}, "prune_pattern is not a regular expression"),
        ({"prune": True, "prune_pattern": " "}, "prune_pattern must not be empty"),
        ({**PRUNE, "prune_limit": -1}, "prune_limit must be 0 or more"),
        ({"expect_plan": ""}, "expect_plan must not be empty"),
        ({"wait_for_empty": -1}, "wait_for_empty must be 0 or more"),
    ],
)
def test_options_of_sets_are_checked_before_any_request(options: Row, message: str) -> None:
    assert message in run([{"name": "billing"}], **options).msg


def test_only_empty_groups_of_the_pattern_are_pruned() -> None:
    rows = [A, row("test-live", "STABLE"), row("other"), row("__test-x"), row("test-.", None), row("test-kept")]
    ran = run(
        [{"name": "test-kept"}],
        lists(*rows),
        shows(name="test-a"),
        UP,
        delete("test-a"),
        lists(*rows[1:]),
        prune=True,
        prune_pattern=".*test-.*",
    )
    assert actions(ran) == {"test-kept": "unchanged", "test-a": "deleted"}


@pytest.mark.parametrize("name", ["__consumer-group-dial-test", "", ".", ".."])
def test_groups_of_the_service_and_names_without_a_path_are_never_pruned(name: str) -> None:
    ran = run([], lists(row(name)), prune=True, prune_pattern=".*", prune_limit=9)
    assert ran.result["changed"] is False


@pytest.mark.parametrize("check_mode", [False, True])
def test_groups_with_offsets_are_kept_without_a_limit(check_mode: bool) -> None:
    before = [lists(A, B), shows(name="test-a"), shows("Empty", offset(0, 120), name="test-b"), UP]
    rest = [] if check_mode else [delete("test-a"), lists(B)]
    ran = run([], *before, *rest, check_mode=check_mode, **PRUNE)
    assert actions(ran) == {"test-a": "deleted"}
    assert any("Not pruned, because they have offsets: test-b." in warning for warning in ran.result["warnings"])


def test_partitions_that_were_never_committed_are_no_offsets() -> None:
    ran = run([], lists(A), shows("Empty", offset(0, -1), offset(1, None), name="test-a"), UP, check_mode=True, **PRUNE)
    assert actions(ran) == {"test-a": "deleted"}


@pytest.mark.parametrize("state", ["Stable", "PreparingRebalance", None])
def test_a_group_that_a_client_uses_after_the_list_was_read_is_not_pruned(state: str | None) -> None:
    ran = run([], lists(A), shows(state, name="test-a"), **PRUNE)
    assert (actions(ran), ran.result["changed"]) == ({}, False)


def test_a_group_that_vanishes_while_it_is_read_is_pruned_without_effect() -> None:
    ran = run([], lists(A), shows(name="test-a", response=ABSENT), UP, delete("test-a", ABSENT), **PRUNE)
    assert (actions(ran), ran.result["changed"]) == ({"test-a": "unchanged"}, False)


def test_nothing_is_pruned_if_the_offsets_can_not_be_read() -> None:
    forbidden = shows(name="test-a", response=error_reply(403, "DMS.00403003"))
    ran = run([], lists(A), forbidden, **PRUNE)
    assert "read consumer group test-a" in ran.msg
    assert "dms:instance:get" in ran.msg or "DMS.00403003" in ran.msg


def test_with_a_limit_offsets_are_not_read_and_groups_are_pruned() -> None:
    ran = run([], lists(A, B), UP, delete_many("test-a", "test-b"), lists(), **PRUNE, prune_limit=2)
    assert actions(ran) == {"test-a": "deleted", "test-b": "deleted"}
    refused = run([], lists(A, B), **PRUNE, prune_limit=1)
    assert "2 consumer_groups would be pruned, more than prune_limit 1: test-a, test-b" in refused.msg


def test_an_incomplete_list_prunes_nothing() -> None:
    assert "1 of 2 consumer groups, so nothing is pruned" in run([], *incomplete(A), **PRUNE, prune_limit=9).msg


def test_dead_groups_do_not_make_the_list_incomplete() -> None:
    ran = run([], lists(A, row("test-dead", "DEAD")), UP, delete("test-a"), lists(), **PRUNE, prune_limit=9)
    assert actions(ran) == {"test-a": "deleted"}


# --- plans -----------------------------------------------------------------------------------------------------------


def test_the_plan_does_not_depend_on_lag_and_state() -> None:
    groups = [*absent("a"), {"name": "billing", "description": "Bills"}]
    plans = set()
    for number in (0, 7):
        ran = run(groups, lists(row("a", lag=number), row(lag=number)), UP, check_mode=True)
        plans.add(ran.result["plan_id"])
    assert len(plans) == 1
    (plan,) = plans
    refused = run(groups, lists(row()), expect_plan=plan)
    assert f"not {plan} as expected, so nothing was changed" in refused.msg


def test_live_members_are_refused_with_the_expected_plan_too() -> None:
    plan = run(absent("billing"), lists(row()), UP, check_mode=True).result["plan_id"]
    ran = run(absent("billing"), lists(row(state="STABLE")), UP, LIVE, expect_plan=plan)
    assert SAYS_MEMBER in ran.msg
