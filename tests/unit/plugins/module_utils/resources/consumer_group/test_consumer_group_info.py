# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that reads consumer groups: exact requests and results."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_consumer_group_info as info
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_consumer_groups as many
from ansible_collections.huaweicloud.kafka.tests.unit.consumer_groups import (
    ABSENT,
    MEMBER,
    incomplete,
    lists,
    offset,
    returned,
    row,
    shows,
)
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.support import Ran, Service, Step, error_reply, run_module

A, B, SYSTEM = row("a", lag=3), row("b", state="Stable"), row("__dial")
SHOWN_A, SHOWN_B = returned("a", lag=3), returned("b", "STABLE")


def run(*steps: Step, **options: t.Any) -> Ran:
    return run_module(info, Service(), {"instance_id": "i-1", **options}, *steps)


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, [SHOWN_A, SHOWN_B, returned("__dial")]),
        ({"name": "b"}, [SHOWN_B]),
        ({"group_name": "__dial"}, [returned("__dial")]),
        ({"group_name": "B"}, []),
        ({"pattern": "[ab]"}, [SHOWN_A, SHOWN_B]),
        ({"pattern": "x"}, []),
    ],
)
def test_which_groups_are_returned(options: dict[str, t.Any], found: list[t.Any]) -> None:
    assert run(lists(A, B, SYSTEM, row("dead", "DEAD")), **options).result["consumer_groups"] == found


def test_the_instance_is_found_by_its_name() -> None:
    ran = run((FIND, instances(instance())), lists(A), instance_id=None, instance_name="kafka")
    assert ran.result["consumer_groups"] == [SHOWN_A]


def test_an_unknown_lag_is_null() -> None:
    (group,) = run(lists(row(lag=None))).result["consumer_groups"]
    assert group["lag"] is None


def test_members() -> None:
    steps = [lists(A, B), shows(name="a"), shows("Stable", name="b", members=[MEMBER], level="top")]
    found = run(*steps, details=["members"]).result["consumer_groups"]
    member = {**MEMBER, "host": "10.0.0.5"}
    assert found == [{**SHOWN_A, "members": []}, {**SHOWN_B, "members": [member]}]


@pytest.mark.parametrize("level", ["nested", "top"])
def test_offsets_by_topic_and_partition(level: str) -> None:
    rows = [
        offset(1, 140),
        offset(0, 120, message_current_offset="120"),
        offset(2, -1),
        offset(0, 5, topic="returns", lag=None),
    ]
    steps = [lists(A), shows("Empty", *rows, name="a", level=level)]
    (found,) = run(*steps, details=["offsets"]).result["consumer_groups"]
    assert found["topics"] == [
        {
            "topic": "orders",
            "lag": 40,
            "partitions": [
                {"partition": 0, "current": 120, "end": 150, "lag": 30},
                {"partition": 1, "current": 140, "end": 150, "lag": 10},
            ],
        },
        {"topic": "returns", "lag": None, "partitions": [{"partition": 0, "current": 5, "end": 150, "lag": None}]},
    ]


@pytest.mark.parametrize("gone", [ABSENT, shows("Dead", name="a")[-1]])
def test_a_group_that_vanishes_while_it_is_read_is_left_out(gone: t.Any) -> None:
    found = run(lists(A, B), shows(name="a", response=gone), shows("Stable", name="b"), details=["offsets"])
    assert [group["group_name"] for group in found.result["consumer_groups"]] == ["b"]


def test_reads_of_groups_are_repeated_while_others_read() -> None:
    busy = shows(name="a", response=error_reply(400, "DMS.00400973"))
    ran = run(lists(A), busy, busy, shows(name="a"), details=["members"])
    assert ran.result["consumer_groups"] == [{**SHOWN_A, "members": []}]


def test_definitions_change_nothing() -> None:
    rows = [row("a", group_desc="Text"), row("b", "STABLE"), row("a b"), SYSTEM]
    result = run(lists(*rows), as_definitions=True).result
    definitions = result["definitions"]
    assert "warnings" not in result
    assert definitions == [{"group_name": "a", "group_desc": "Text"}, {"group_name": "b"}, {"group_name": "a b"}]
    applied = run_module(many, Service(), {"instance_id": "i-1", "consumer_groups": definitions}, lists(*rows))
    assert (applied.result["changed"], applied.result.get("warnings")) == (False, None)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([lists(error_reply(404, "DMS.00404022"))], "DMS.00404022"),
        ([lists(error_reply(403, "DMS.00403003"))], "DMS.00403003"),
        (incomplete(A), "1 of 2 consumer groups, so it is not complete"),
        (
            [lists(A), shows(name="a", response=error_reply(403, "DMS.00403003"))],
            "read consumer group a of instance i-1",
        ),
    ],
)
def test_what_can_not_be_read_is_an_error(steps: list[Step], message: str) -> None:
    assert message in run(*steps, details=["members"]).msg


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_without_a_path_is_not_read(name: str) -> None:
    assert "no request can have the name" in run(lists(row(name)), details=["members"]).msg
    assert len(run(lists(row(name))).result["consumer_groups"]) == 1
