# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The definition of an instance: what it contains, what it leaves out, its requests, and what can't be read."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_instance_resources_info as module
from ansible_collections.huaweicloud.kafka.tests.unit import consumer_groups, smart_connect, topics, users
from ansible_collections.huaweicloud.kafka.tests.unit.samples import (
    ECHO,
    FIND,
    INSTANCE,
    LIST,
    TASKS,
    instance,
    instances,
    listed,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import Ran, Reply, Table, error_reply, reply, run_module

ID = {"instance_id": "i-1"}
NONE = {kind: [] for kind in module.ENTRIES}
UNKNOWN = error_reply(404, "APIG.0101", "no such API")
FORBIDDEN = error_reply(403, "DMS.00403003", "no")
NO_CONNECTOR = error_reply(404, "DMS.00404024", "no connector")
SASL_OFF = error_reply(400, "DMS.00400971", "SASL is off")
ON = {"ssl_enable": True, "access_user": "root"}
OFF = {"ssl_enable": False, "connector_id": "c-1"}
NO_USERS = reply(200, {"users": []})

EMPTY: dict[str, t.Any] = {
    INSTANCE: reply(200, instance(**ON)),
    FIND: instances(instance()),
    users.LIST: NO_USERS,
    topics.LIST: topics.listed(),
    consumer_groups.LIST: consumer_groups.listed(),
    smart_connect.LIST: smart_connect.tasks(),
    LIST: tasks(),
}
"""The responses of an instance without anything."""


def permitted(topic: str, *rows: tuple[str, str]) -> dict[str, Reply]:
    policies = [{"owner": False, "user_name": user, "access_policy": access} for user, access in rows]
    return {topics.policies(topic): reply(200, {"name": topic, "topic_type": 0, "policies": policies})}


def sink_row(task_id: str = "t-9", name: str = "archive") -> dict[str, t.Any]:
    return listed(task_id, name)


def sink_tasks(*rows: dict[str, t.Any]) -> dict[str, Reply]:
    """The list of sink tasks, and their details."""
    return {LIST: tasks(*rows), **{f"GET {TASKS}/{row['task_id']}": reply(200, described(row)) for row in rows}}


def described(row: dict[str, t.Any]) -> dict[str, t.Any]:
    return {"obs_destination_descriptor": ECHO, **{key: row[key] for key in row if key != "task_id"}}


def run(replies: t.Mapping[str, t.Any] | None = None, **options: t.Any) -> tuple[Ran, list[str]]:
    """Read the definition of an instance with *replies* besides :data:`EMPTY`; return the result and the requests."""
    service = Table({**EMPTY, **(replies or {})})
    return run_module(module, service, {**ID, **options}), service.lines


def read(replies: t.Mapping[str, t.Any] | None = None, **options: t.Any) -> dict[str, t.Any]:
    """Return the definition without what selects the instance, and the warnings."""
    result = run(replies, **options)[0].result
    assert not result.get("failed"), result
    found = {kind: result["definition"][kind] for kind in result["definition"] if kind in module.ENTRIES}
    return {**found, "warnings": result.get("warnings", [])}


# --- what it contains ------------------------------------------------------------------------------------------------

FULL = {
    users.LIST: users.listed(users.row("shop", user_desc="The shop")),
    topics.LIST: topics.listed(topics.row(), topics.row("returns"), topics.row("__consumer_offsets", topic_type=1)),
    **permitted("orders", ("shop", "pub"), ("root", "all")),
    **permitted("returns"),
    consumer_groups.LIST: consumer_groups.listed(
        consumer_groups.row(), consumer_groups.row("__consumer-group-dial-test")
    ),
    smart_connect.LIST: smart_connect.tasks(smart_connect.entity("PAUSED")),
    **sink_tasks(sink_row("t-1", "orders"), sink_row()),
}


def test_whole_instance() -> None:
    result = run(FULL)[0].result
    definition = result["definition"]
    assert list(definition) == ["instance_name", *module.ENTRIES]
    assert definition["instance_name"] == "kafka"
    assert (result["instance_id"], result["instance_name"], result["changed"]) == ("i-1", "kafka", False)
    assert definition["users"] == [
        {"user_name": "root", "user_desc": ""},
        {"user_name": "shop", "user_desc": "The shop"},
    ]
    assert [topic["name"] for topic in definition["topics"]] == ["orders", "returns"]
    assert definition["topics"][0]["topic_other_configs"] == {"max.message.bytes": "1000"}
    assert definition["topic_permissions"] == [{"topic_name": "orders", "policies": {"root": "all", "shop": "pub"}}]
    assert definition["consumer_groups"] == [{"group_name": "billing"}]
    (smart,) = definition["smart_connect_tasks"]
    assert (smart["task_name"], smart["state"]) == ("orders", "paused")
    (sink,) = definition["sink_tasks"]
    assert (sink["task_name"], sink["obs_destination_descriptor"]["topics"]) == ("archive", ["orders", "returns"])
    assert [warning for warning in result["warnings"] if "have no user_passwd" not in warning] == []


def test_each_list_is_read_once_and_sink_tasks_of_the_other_list_are_not() -> None:
    lines = run(FULL)[1]
    assert len(lines) == len(set(lines))
    policies = [topics.policies("orders"), topics.policies("returns")]
    lists = [users.LIST, topics.LIST, consumer_groups.LIST, smart_connect.LIST, LIST]
    assert sorted(lines) == sorted([INSTANCE, FIND, *lists, *policies, f"GET {TASKS}/t-9"])


def test_instance_without_anything() -> None:
    assert read() == {**NONE, "warnings": []}


@pytest.mark.parametrize(
    ("kinds", "lines"),
    [
        (["users"], [users.LIST]),
        (["topic_permissions"], [topics.LIST, topics.policies("orders"), topics.policies("returns")]),
        (["consumer_groups"], [consumer_groups.LIST]),
        (["smart_connect_tasks"], [smart_connect.LIST]),
        (["sink_tasks"], [LIST, f"GET {TASKS}/t-1", f"GET {TASKS}/t-9"]),
    ],
    ids=lambda value: value[0] if len(value) == 1 and " " not in value[0] else "",
)
def test_other_kinds_are_not_read(kinds: list[str], lines: list[str]) -> None:
    ran, sent = run(FULL, kinds=kinds)
    assert list(ran.result["definition"]) == ["instance_name", *kinds]
    assert sorted(sent) == sorted([INSTANCE, FIND, *lines])


def test_two_permissions_of_a_user_are_all() -> None:
    replies = {topics.LIST: topics.listed(topics.row()), **permitted("orders", ("shop", "pub"), ("shop", "sub"))}
    assert read(replies)["topic_permissions"] == [{"topic_name": "orders", "policies": {"shop": "all"}}]


# --- how it selects the instance -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ({}, {"instance_name": "kafka"}),
        ({FIND: instances(instance(), instance(instance_id="i-2"))}, ID),
        ({FIND: instances()}, ID),
        ({FIND: FORBIDDEN}, ID),
        ({INSTANCE: reply(200, {**instance(), "name": None})}, ID),
        ({INSTANCE: reply(200, instance(name="kafka "))}, ID),
    ],
    ids=["unique", "two of the name", "not listed", "list forbidden", "no name", "name with whitespace"],
)
def test_name_or_id(replies: dict[str, t.Any], expected: dict[str, str]) -> None:
    definition = run(replies)[0].result["definition"]
    assert {key: definition[key] for key in definition if key not in module.ENTRIES} == expected


def test_instance_by_name() -> None:
    ran, lines = run(instance_id=None, instance_name="kafka", kinds=["users"])
    assert ran.result["definition"] == {"instance_name": "kafka", "users": []}
    assert lines == [FIND, INSTANCE, users.LIST]


# --- what it leaves out ----------------------------------------------------------------------------------------------


def test_a_task_of_both_lists_is_in_one() -> None:
    replies = {smart_connect.LIST: smart_connect.tasks(smart_connect.entity()), **sink_tasks(sink_row("t-1", "orders"))}
    found = read(replies)
    assert [task["task_name"] for task in found["smart_connect_tasks"]] == ["orders"]
    assert (found["sink_tasks"], found["warnings"]) == ([], [])


def test_a_sink_task_with_the_name_of_a_smart_connect_task_is_named() -> None:
    replies = {smart_connect.LIST: smart_connect.tasks(smart_connect.entity()), **sink_tasks(sink_row("t-9", "orders"))}
    found = read(replies)
    assert found["sink_tasks"] == []
    (warning,) = found["warnings"]
    assert "sink task 'orders' (task id t-9), because a Smart Connect task has the same name" in warning


@pytest.mark.parametrize(
    "fields", [{"connector_id": "", "connector_enable": False}, {"connector_id": None, "connector_enable": False}]
)
def test_without_smart_connect_there_are_no_tasks(fields: dict[str, t.Any]) -> None:
    ran, lines = run({INSTANCE: reply(200, instance(**fields))})
    assert list(ran.result["definition"]) == ["instance_name", *[*module.ENTRIES][:4]]
    assert not {smart_connect.LIST, LIST} & set(lines)
    assert "warnings" not in ran.result


def test_the_service_reports_that_smart_connect_is_off() -> None:
    ran, lines = run({INSTANCE: reply(200, instance(connector_id=None)), smart_connect.LIST: NO_CONNECTOR})
    assert list(ran.result["definition"]) == ["instance_name", *[*module.ENTRIES][:4]]
    assert "warnings" not in ran.result
    assert LIST not in lines


def test_a_connector_that_is_not_returned_fails() -> None:
    ran, _lines = run({INSTANCE: reply(200, instance(connector_id=None, connector_enable=True))})
    assert "the service does not return the connector of instance i-1" in ran.msg


@pytest.mark.parametrize(
    ("line", "kinds"),
    [
        (users.LIST, ["users"]),
        (topics.LIST, ["topics", "topic_permissions"]),
        (topics.policies(), ["topic_permissions"]),
        (consumer_groups.LIST, ["consumer_groups"]),
        (smart_connect.LIST, ["smart_connect_tasks"]),
        (LIST, ["sink_tasks"]),
    ],
)
def test_a_region_without_the_api_of_a_kind(line: str, kinds: list[str]) -> None:
    topic = {} if line == topics.LIST else {topics.LIST: topics.listed(topics.row()), **permitted("orders")}
    result = run({**topic, line: UNKNOWN})[0].result
    assert [kind for kind in module.ENTRIES if kind not in result["definition"]] == kinds
    assert len(result["warnings"]) == len(kinds)
    for kind, warning in zip(kinds, result["warnings"]):
        assert f"leaves out {kind}, because the region does not have their API" in warning


def test_without_the_newer_api_all_tasks_are_sink_tasks() -> None:
    found = read({smart_connect.LIST: UNKNOWN, **sink_tasks(sink_row("t-1", "orders"))})
    assert [task["task_name"] for task in found["sink_tasks"]] == ["orders"]


def test_without_sasl_users_can_be_refused() -> None:
    replies = {topics.LIST: topics.listed(topics.row()), users.LIST: SASL_OFF, topics.policies(): SASL_OFF}
    result = run({INSTANCE: reply(200, instance(**OFF)), **replies})[0].result
    assert [kind for kind in module.ENTRIES if kind not in result["definition"]] == ["users", "topic_permissions"]
    assert "warnings" not in result
    assert run({INSTANCE: reply(200, instance(**ON)), **replies})[0].msg


def test_without_sasl_an_empty_list_is_one() -> None:
    assert read({INSTANCE: reply(200, instance(**OFF))})["users"] == []


def test_permissions_that_the_options_can_not_express_are_named() -> None:
    replies = {topics.LIST: topics.listed(topics.row()), **permitted("orders", ("shop", "describe"))}
    found = read(replies)
    assert found["topic_permissions"] == []
    assert "leaves out the permissions of the topic 'orders'" in found["warnings"][0]


def test_a_task_that_is_being_deleted_is_named() -> None:
    found = read({smart_connect.LIST: smart_connect.tasks(smart_connect.entity("DELETING"))})
    assert found["smart_connect_tasks"] == []
    assert "is being deleted" in found["warnings"][0]


# --- what can't be read ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("response", [FORBIDDEN, error_reply(401, "APIG.0301"), error_reply(500, "DMS.00500990")])
@pytest.mark.parametrize(
    "line",
    [INSTANCE, users.LIST, topics.LIST, topics.policies(), consumer_groups.LIST, smart_connect.LIST, LIST],
)
def test_anything_else_that_can_not_be_read_fails(line: str, response: Reply) -> None:
    topic = {} if line == topics.LIST else {topics.LIST: topics.listed(topics.row()), **permitted("orders")}
    ran, _lines = run({**topic, line: response}, max_retries=0)
    assert ran.msg.startswith("Could not ")
    assert "definition" not in ran.result


@pytest.mark.parametrize(
    ("line", "response"),
    [
        (topics.LIST, topics.listed(total=1)),
        (consumer_groups.LIST, consumer_groups.listed(total=1)),
        (smart_connect.LIST, smart_connect.tasks(total=1)),
        (LIST, tasks(total=1)),
    ],
)
def test_an_incomplete_list_fails(line: str, response: Reply) -> None:
    assert "is not complete" in run({line: response})[0].msg


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"instance_id": None}, "one of the following is required: instance_id, instance_name"),
        ({"instance_name": "kafka"}, "mutually exclusive"),
        ({"kinds": ["parameters"]}, "kinds must be one or more of"),
        ({"kinds": []}, "kinds must not be empty"),
    ],
)
def test_refused_before_any_request(options: dict[str, t.Any], message: str) -> None:
    ran, lines = run(**options)
    assert message in ran.msg
    assert lines == []
