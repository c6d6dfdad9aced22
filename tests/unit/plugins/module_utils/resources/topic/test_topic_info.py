# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that reads topics: its requests, the selection, the details, definitions, and what can't be read."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_topic_info as module
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_topics as topics
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit import smart_connect as connect
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, INSTANCE, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    Ran,
    Service,
    Step,
    Table,
    error_reply,
    reply,
    run_module,
)
from ansible_collections.huaweicloud.kafka.tests.unit.topics import (
    LIST,
    SINK_TASKS,
    SMART_TASKS,
    UP,
    detail,
    listed,
    partitions,
    policies,
    row,
)

ROWS = [row("orders"), row("returns", topic_desc=None), row("__trace", topic_type=1)]
PAGE: Step = (LIST, listed(*ROWS, remain_partitions=291, max_partitions=300))
FORBIDDEN = error_reply(403, "DMS.00403003", "no")


def run(*steps: Step, **options: t.Any) -> Ran:
    return run_module(module, Service(), {"instance_id": "i-1", **options}, *steps)


def names(ran: Ran) -> list[str]:
    return [topic["name"] for topic in ran.result["topics"]]


def test_all_topics() -> None:
    assert run(UP, PAGE).result == {
        "changed": False,
        "topics": ROWS,
        "remain_partitions": 291,
        "max_partitions": 300,
        "auto_create_topics": False,
    }


def test_what_the_service_does_not_return_is_null() -> None:
    result = run((INSTANCE, reply(200, instance())), (LIST, listed())).result
    limits = dict.fromkeys(("remain_partitions", "max_partitions", "auto_create_topics"))
    assert result == {"changed": False, "topics": [], **limits}


def test_instance_by_name() -> None:
    find = (FIND, instances(instance()))
    assert names(run(find, UP, PAGE, instance_id=None, instance_name="kafka")) == ["orders", "returns", "__trace"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"name": "orders"}, ["orders"]),
        ({"name": "Orders"}, []),
        ({"name": "order"}, []),
        ({"pattern": "o.*|r.*"}, ["orders", "returns"]),
        ({"pattern": "order"}, []),
        ({"pattern": ".*"}, ["orders", "returns", "__trace"]),
    ],
)
def test_selection(options: dict[str, t.Any], expected: list[str]) -> None:
    assert names(run(UP, PAGE, **options)) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pattern": "("}, "pattern is not a regular expression"),
        ({"pattern": "a{99999999999}"}, "pattern is not a regular expression"),
        ({"pattern": " "}, "pattern must not be empty"),
        ({"name": ""}, "name must not be empty"),
        ({"name": "a "}, "name must not begin or end with whitespace"),
        ({"details": ["all"]}, "details must be one"),
        ({"name": "orders", "pattern": "r.*"}, "mutually exclusive: name|pattern"),
    ],
)
def test_refused_before_any_request(options: dict[str, t.Any], message: str) -> None:
    assert message in run(**options).msg


# --- details ---------------------------------------------------------------------------------------------------------

POLICY = {"owner": False, "user_name": "shop", "access_policy": "pub"}
DETAILS: dict[str, tuple[Step, t.Any]] = {
    "permissions": ((policies(), reply(200, {"name": "orders", "policies": [POLICY]})), [POLICY]),
    "messages": ((partitions(), reply(200, {"total": 1, "partitions": [{"partition": 0, "message_count": 7}]})), 7),
    "consumers": ((detail(), reply(200, {"topic": "orders", "group_subscribed": ["billing"]})), ["billing"]),
}
TASK = connect.entity(topics="orders", name="dump")
TASKS: list[Step] = [(SMART_TASKS, connect.tasks(TASK)), (SINK_TASKS, samples.tasks(samples.listed(topics="returns")))]


@pytest.mark.parametrize("name", DETAILS)
def test_detail_takes_a_request_for_each_topic(name: str) -> None:
    step, value = DETAILS[name]
    result = run(UP, PAGE, step, name="orders", details=[name]).result
    assert result["topics"] == [{**row(), name: value}]


@pytest.mark.parametrize("name", DETAILS)
def test_detail_that_cannot_be_read_is_an_error(name: str) -> None:
    line = DETAILS[name][0][0]
    ran = run(UP, PAGE, (line, FORBIDDEN), name="orders", details=[name])
    assert "DMS.00403003" in ran.msg
    assert "topics" not in ran.result


def test_tasks_take_two_requests_in_all() -> None:
    found = {topic["name"]: topic["tasks"] for topic in run(UP, PAGE, *TASKS, details=["tasks"]).result["topics"]}
    assert found == {
        "orders": [{"kind": "Smart Connect task", "task_id": "t-1", "task_name": "dump"}],
        "returns": [{"kind": "sink task", "task_id": "t-1", "task_name": "orders"}],
        "__trace": [],
    }


def test_tasks_that_cannot_be_read_are_an_error() -> None:
    ran = run(UP, PAGE, (SMART_TASKS, FORBIDDEN), details=["tasks"])
    assert "dms:instance:listConnectorSinkTask" in ran.msg
    assert "protect" not in ran.msg
    assert "topics" not in ran.result


def test_all_details_of_several_topics() -> None:
    replies = {
        **dict([UP, PAGE, *TASKS]),
        **{detail(name): reply(200, {"topic": name, "group_subscribed": []}) for name in ("orders", "returns")},
        **{partitions(name): reply(200, {"total": 0, "partitions": []}) for name in ("orders", "returns")},
        **{policies(name): reply(200, {"policies": []}) for name in ("orders", "returns")},
    }
    service = Table(replies)
    options = {"instance_id": "i-1", "pattern": "[^_].*", "details": [*DETAILS, "tasks"]}
    found = run_module(module, service, options).result["topics"]
    assert sorted(service.lines) == sorted(replies)
    assert [(topic["name"], topic["messages"], topic["consumers"], topic["permissions"]) for topic in found] == [
        ("orders", 0, [], []),
        ("returns", 0, [], []),
    ]


def test_no_topic_needs_no_detail() -> None:
    assert names(run(UP, PAGE, *TASKS, name="another", details=[*DETAILS, "tasks"])) == []


# --- definitions -----------------------------------------------------------------------------------------------------


def test_definitions_change_nothing_when_they_are_applied() -> None:
    rows = [*ROWS, row("old-name#", retention_time=0, partition=300)]
    ran = run(UP, (LIST, listed(*rows)), as_definitions=True)
    definitions = ran.result["definitions"]
    assert [entry["name"] for entry in definitions] == ["orders", "returns", "old-name#"]
    assert definitions[0] == {
        "name": "orders",
        "partition": 3,
        "replication": 3,
        "retention_time": 72,
        "sync_replication": False,
        "sync_message_flush": False,
        "topic_desc": "",
        "topic_other_configs": {"max.message.bytes": "1000"},
    }
    (warning,) = ran.result["warnings"]
    assert "The definition of the topic 'old-name#' leaves out" in warning
    assert "partition must be from 1 to 200, not 300" in warning
    options = {"instance_id": "i-1", "topics": definitions}
    applied = run_module(topics, Service(), options, (LIST, listed(*rows))).result
    assert applied["changed"] is False
    assert not applied.get("failed")


# --- what can't be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([(INSTANCE, error_reply(404, "DMS.00404022"))], "DMS.00404022"),
        ([(INSTANCE, FORBIDDEN)], "DMS.00403003"),
        ([UP, (LIST, FORBIDDEN)], "DMS.00403003"),
        ([UP, (LIST, listed(total=1))], "the list contains 0 of 1 topics, so it is not complete"),
        ([UP, (LIST, reply(200, {}))], "total is not a number"),
    ],
)
def test_unreadable(steps: list[Step], message: str) -> None:
    ran = run(*steps)
    assert message in ran.msg
    assert "Could not read the topics of instance i-1" in ran.msg
    assert "topics" not in ran.result
