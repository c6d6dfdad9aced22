# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole instance: the order of its requests, what depends on what, prune, and what is refused before any change."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_instance_resources as module
from ansible_collections.huaweicloud.kafka.tests.unit import consumer_groups, smart_connect, topics, users
from ansible_collections.huaweicloud.kafka.tests.unit.samples import (
    DESCRIPTOR,
    INSTANCE,
    LIST,
    TASKS,
    instance,
    listed,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    PROJECT_ID,
    Ran,
    Reply,
    Table,
    error_reply,
    reply,
    run_module,
)

PERMIT = f"POST /v1/{PROJECT_ID}/instances/i-1/topics/accesspolicy"
CONFIGS = f"GET /v2/{PROJECT_ID}/instances/i-1/configs"
REFUSED = error_reply(400, "DMS.00400062", "no")
REJECTED = error_reply(401, "APIG.0301", "no")
NAMES = {
    "users": "user_name",
    "topics": "name",
    "topic_permissions": "topic_name",
    "consumer_groups": "group_name",
    "smart_connect_tasks": "task_name",
    "sink_tasks": "task_name",
}
UP = {"ssl_enable": True, "access_user": "root", "created_at": "1735689600000", "enable_auto_topic": False}

EMPTY: dict[str, t.Any] = {
    INSTANCE: reply(200, instance(**UP)),
    CONFIGS: reply(200, {"kafka_configs": [{"name": "auto.create.groups.enable", "value": "false"}]}),
    users.LIST: users.listed(),
    topics.LIST: topics.listed(),
    consumer_groups.LIST: consumer_groups.listed(),
    smart_connect.LIST: smart_connect.tasks(),
    LIST: tasks(),
}
"""The responses of an instance without anything."""

USER = {"user_name": "shop", "user_passwd": users.PASSWORD}
TOPIC = {"name": "orders", "partition": 3}
PERMISSION = {"topic_name": "orders", "policies": {"shop": "pub"}}
GROUP = {"group_name": "billing"}
TASK = {"task_name": "dump", "topics": ["orders"], "sink_task": {**smart_connect.SINK, **smart_connect.KEYS}}
SINK_TASK = {"task_name": "archive", "obs_destination_descriptor": {**DESCRIPTOR, "topics": ["orders"]}}
DUMP = smart_connect.entity(name="dump")
SHOP_PUBLISHES = [{"owner": False, "user_name": "shop", "access_policy": "pub"}]


def policies(*rows: dict[str, t.Any]) -> Reply:
    return reply(200, {"name": "orders", "topic_type": 0, "policies": list(rows)})


CREATES = {
    users.LIST: [users.listed(), users.listed(users.row())],
    users.CREATE: reply(204),
    topics.LIST: [topics.listed(), topics.listed(topics.row())],
    topics.CREATE: reply(200, {"name": "orders"}),
    topics.policies(): [REFUSED, policies(*SHOP_PUBLISHES)],
    PERMIT: reply(204),
    consumer_groups.LIST: [consumer_groups.listed(), consumer_groups.listed(consumer_groups.row())],
    consumer_groups.CREATE: reply(200, "success"),
    smart_connect.LIST: [smart_connect.tasks(), smart_connect.tasks(DUMP)],
    smart_connect.CREATE: reply(200, DUMP),
}
"""The responses when :data:`WANTED` is created."""
WANTED = {
    "users": [USER],
    "topics": [TOPIC],
    "topic_permissions": [PERMISSION],
    "consumer_groups": [GROUP],
    "smart_connect_tasks": [TASK],
}


def gone(kind: str, name: str) -> dict[str, t.Any]:
    return {kind: [{NAMES[kind]: name, "state": "absent"}]}


def run(replies: t.Mapping[str, t.Any], check_mode: bool = False, **options: t.Any) -> tuple[Ran, list[str]]:
    """Run the module; return its result and the requests that change something."""
    service = Table({**EMPTY, **replies})
    ran = run_module(module, service, {"instance_id": "i-1", **options}, check_mode=check_mode, diff=True)
    return ran, [line for line in service.lines if not line.startswith("GET ")]


def actions(ran: Ran) -> dict[str, dict[str, str]]:
    return {
        kind: {row[key]: row["action"] for row in ran.result[kind]} for kind, key in NAMES.items() if kind in ran.result
    }


# --- order -----------------------------------------------------------------------------------------------------------


def test_users_topics_permissions_groups_and_then_tasks() -> None:
    ran, writes = run(CREATES, **WANTED)
    assert not ran.result.get("failed"), ran.result["msg"]
    assert writes == [users.CREATE, topics.CREATE, PERMIT, consumer_groups.CREATE, smart_connect.CREATE]
    assert {name for kind in actions(ran).values() for name in kind} == {"shop", "orders", "billing", "dump"}


def test_check_mode_predicts_it_with_the_same_plan() -> None:
    predicted, writes = run(CREATES, check_mode=True, **WANTED)
    ran, _writes = run(CREATES, **WANTED)
    assert writes == []
    for key in ("plan_id", "changed", "instance_id", "diff"):
        assert predicted.result[key] == ran.result[key]
    assert actions(predicted) == actions(ran)
    assert set(ran.result["diff"]["after"]) == {*WANTED}


def test_tasks_groups_topics_and_at_last_users_are_deleted() -> None:
    replies = {
        users.LIST: [users.listed(users.row()), users.listed()],
        users.DELETE: reply(204),
        topics.LIST: [topics.listed(topics.row()), topics.listed(topics.row()), topics.listed()],
        topics.policies(): policies(*SHOP_PUBLISHES),
        topics.DELETE: reply(200, {"topics": [{"id": "orders", "success": True}]}),
        consumer_groups.LIST: [consumer_groups.listed(consumer_groups.row()), consumer_groups.listed()],
        f"DELETE /v2/kafka/{PROJECT_ID}/instances/i-1/groups/billing": reply(204),
        smart_connect.LIST: [smart_connect.tasks(DUMP)] * 2 + [smart_connect.tasks()],
        smart_connect.DELETE: reply(204),
    }
    wanted = {**gone("users", "shop"), **gone("topics", "orders"), **gone("topic_permissions", "orders")}
    wanted.update({**gone("consumer_groups", "billing"), **gone("smart_connect_tasks", "dump")})
    ran, writes = run(replies, **wanted)
    assert not ran.result.get("failed"), ran.result["msg"]
    # The permissions of a topic that is deleted are not cleared.
    assert [line.split()[0] + line.rpartition("/")[2] for line in writes] == [
        "DELETEt-1",
        "DELETEbilling",
        "POSTdelete",
        "PUTusers",
    ]


# --- what depends on what --------------------------------------------------------------------------------------------


def test_what_depends_on_a_failure_is_not_tried_and_the_rest_is() -> None:
    ran, writes = run({**CREATES, topics.CREATE: REFUSED, topics.LIST: topics.listed()}, **WANTED)
    assert writes == [users.CREATE, topics.CREATE, consumer_groups.CREATE]
    assert actions(ran) == {
        "users": {"shop": "created"},
        "topics": {"orders": "failed"},
        "topic_permissions": {"orders": "not_tried"},
        "consumer_groups": {"billing": "created"},
        "smart_connect_tasks": {"dump": "not_tried"},
    }
    assert "topic orders failed" in ran.result["smart_connect_tasks"][0]["msg"]


def test_rejected_credentials_stop_all_kinds() -> None:
    ran, writes = run({**CREATES, users.CREATE: REJECTED}, **WANTED)
    assert writes == [users.CREATE]
    assert actions(ran)["consumer_groups"] == {"billing": "not_tried"}


def test_what_one_kind_refuses_stops_all() -> None:
    replies = {**CREATES, topics.LIST: topics.listed(topics.row(partition=9)), topics.policies(): policies()}
    ran, writes = run(replies, **WANTED)
    assert writes == []
    assert "partition" in ran.msg
    assert actions(ran)["users"] == {"shop": "not_tried"}
    assert ran.result["plan_id"]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"topics": [], "topic_permissions": [PERMISSION], "users": [USER]}, "the topic will not exist after this run"),
        ({"topics": [TOPIC], "topic_permissions": [PERMISSION], "users": []}, "no user shop"),
        ({"topics": [TOPIC], "topic_permissions": [PERMISSION]}, "no user shop"),
        ({"topics": [], "smart_connect_tasks": [TASK]}, "the topic orders will not exist"),
        ({"topics": [], "sink_tasks": [SINK_TASK]}, "the topic orders will not exist"),
    ],
)
def test_what_will_not_exist(wanted: dict[str, t.Any], message: str) -> None:
    ran, writes = run({**CREATES, users.LIST: users.listed()}, **wanted)
    assert message in ran.msg
    assert writes == []


def test_a_topic_of_a_task_is_not_asked_for_if_topics_are_left_out() -> None:
    assert run(CREATES, smart_connect_tasks=[TASK])[1] == [smart_connect.CREATE]


def test_clients_can_create_the_topic_of_a_task() -> None:
    up = {INSTANCE: reply(200, instance(**{**UP, "enable_auto_topic": True}))}
    assert run({**CREATES, **up, topics.LIST: topics.listed()}, topics=[], smart_connect_tasks=[TASK])[1] == [
        smart_connect.CREATE
    ]


def test_a_task_is_paused_although_its_topic_does_not_exist() -> None:
    paused = {**DUMP, "status": "PAUSED"}
    replies = {smart_connect.LIST: [smart_connect.tasks(DUMP), smart_connect.tasks(paused)]}
    replies.update({smart_connect.PAUSE: reply(204), smart_connect.SHOW: reply(200, paused)})
    ran, writes = run(replies, topics=[], smart_connect_tasks=[{"task_name": "dump", "state": "paused"}])
    assert not ran.result.get("failed"), ran.result["msg"]
    assert writes == [smart_connect.PAUSE]


USED = {
    topics.LIST: topics.listed(topics.row()),
    smart_connect.LIST: smart_connect.tasks(DUMP),
    LIST: tasks(listed("t-1", "dump", topics="orders")),
}


@pytest.mark.parametrize("wanted", [{}, {"smart_connect_tasks": []}, {"smart_connect_tasks": [TASK]}])
def test_a_topic_of_a_task_that_stays_is_not_deleted(wanted: dict[str, t.Any]) -> None:
    ran, writes = run(USED, **gone("topics", "orders"), **wanted)
    assert "the topic is used by Smart Connect task dump" in ran.msg
    assert writes == []


def test_a_task_that_can_not_be_deleted_keeps_its_topic() -> None:
    ran, writes = run(
        {**USED, smart_connect.DELETE: REFUSED}, **gone("topics", "orders"), **gone("smart_connect_tasks", "dump")
    )
    assert writes == [smart_connect.DELETE]
    assert actions(ran) == {"topics": {"orders": "not_tried"}, "smart_connect_tasks": {"dump": "failed"}}


def test_permissions_that_stay_keep_their_user() -> None:
    replies = {
        users.LIST: users.listed(users.row()),
        topics.LIST: topics.listed(topics.row()),
        topics.policies(): policies(*SHOP_PUBLISHES),
    }
    ran, writes = run(replies, **gone("users", "shop"))
    assert "the user has permissions for the topic orders" in ran.msg
    assert writes == []


def test_permissions_are_changed_before_their_user_is_deleted_also_without_wait() -> None:
    service = Table(
        {
            **EMPTY,
            users.LIST: [users.listed(users.row()), users.listed(users.row()), users.listed()],
            users.DELETE: reply(204),
            topics.LIST: topics.listed(topics.row()),
            topics.policies(): policies(*SHOP_PUBLISHES),
            PERMIT: reply(200, {"job_id": "j-1"}),
            f"GET /v2/{PROJECT_ID}/instances/i-1/tasks/j-1": reply(200, {"tasks": [{"id": "j-1", "status": "FAILED"}]}),
        }
    )
    wanted = {**gone("users", "shop"), "topic_permissions": [{"topic_name": "orders", "policies": {"root": "all"}}]}
    ran = run_module(module, service, {"instance_id": "i-1", "wait": False, **wanted})
    assert users.DELETE not in service.lines
    assert actions(ran)["users"] == {"shop": "not_tried"}


# --- both APIs of tasks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("entry", [TASK, {"task_id": "t-1", "state": "running"}], ids=["by name", "by id"])
def test_a_task_with_an_entry_is_not_pruned_from_the_list_of_the_other_api(entry: dict[str, t.Any]) -> None:
    ran, writes = run(USED, smart_connect_tasks=[entry], sink_tasks=[], prune={"sink_tasks": {"all": True}})
    assert not ran.result.get("failed"), ran.result["msg"]
    assert writes == []


@pytest.mark.parametrize("key", [{"task_name": "dump"}, {"task_id": "t-1"}], ids=["by name", "by id"])
def test_a_sink_task_with_an_entry_is_not_pruned_from_the_smart_connect_tasks(key: dict[str, t.Any]) -> None:
    replies = {**USED, LIST: [USED[LIST], tasks()], f"DELETE {TASKS}/t-1": reply(204)}
    options = {"smart_connect_tasks": [], "prune": {"smart_connect_tasks": {"all": True}}}
    assert run(replies, sink_tasks=[{**key, "state": "absent"}], **options)[1] == [f"DELETE {TASKS}/t-1"]


def test_a_task_is_pruned_once() -> None:
    replies = {**USED, LIST: [USED[LIST], USED[LIST], tasks()], smart_connect.DELETE: reply(204)}
    replies.update({smart_connect.LIST: [USED[smart_connect.LIST], smart_connect.tasks()]})
    replies[f"DELETE {TASKS}/t-1"] = reply(204)
    prune = {"sink_tasks": {"all": True}, "smart_connect_tasks": {"all": True}}
    assert run(replies, smart_connect_tasks=[], sink_tasks=[], prune=prune)[1] == [smart_connect.DELETE]


@pytest.mark.parametrize(
    ("smart", "sink", "message"),
    [
        (TASK, {**SINK_TASK, "task_name": "dump"}, "task dump is in smart_connect_tasks and in sink_tasks"),
        ({"task_id": "t-1", "state": "absent"}, {"task_id": "t-1", "state": "absent"}, "task t-1 is in"),
        (
            {"task_id": "t-1", "state": "absent"},
            {"task_name": "dump", "state": "absent"},
            "select the same task dump (task id t-1)",
        ),
    ],
)
def test_two_entries_for_a_task(smart: dict[str, t.Any], sink: dict[str, t.Any], message: str) -> None:
    ran, writes = run(USED, smart_connect_tasks=[smart], sink_tasks=[sink])
    assert message in ran.msg
    assert writes == []


# --- options ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "one of users, topics, topic_permissions, consumer_groups, smart_connect_tasks, sink_tasks must be set"),
        ({"topics": [], "expect_plan": " "}, "expect_plan must not be empty"),
        ({"users": [], "prune": {"topics": {"all": True}}}, "prune.topics needs topics"),
        ({"topics": [], "prune": {"topics": {}}}, "prune.topics needs either pattern or all: true"),
        ({"topics": [], "prune": {"topics": {"all": False}}}, "prune.topics needs either pattern or all: true"),
        ({"topics": [], "prune": {"topics": {"all": True, "pattern": "a"}}}, "needs either pattern or all: true"),
        ({"topics": [], "prune": {"topics": {"all": True, "limit": -1}}}, "prune.topics.limit must be 0 or more"),
        ({"topics": [], "prune": {"topics": {"pattern": "("}}}, "prune.topics.pattern is not a regular expression"),
        ({"consumer_groups": [], "prune": {"consumer_groups": {}}}, "prune.consumer_groups needs pattern"),
        ({"consumer_groups": [], "prune": {"consumer_groups": {"all": True}}}, "prune.consumer_groups.all"),
        ({"topic_permissions": [], "prune": {"topic_permissions": {"all": True}}}, "prune.topic_permissions"),
    ],
)
def test_refused_before_any_request(options: dict[str, t.Any], message: str) -> None:
    service = Table({})
    assert message.lower() in run_module(module, service, {"instance_id": "i-1", **options}).msg.lower()
    assert service.lines == []


def test_another_plan_than_the_expected_one() -> None:
    ran, writes = run(CREATES, **WANTED, expect_plan="abc")
    assert "not abc as expected, so nothing was changed" in ran.msg
    assert (writes, ran.result["instance_id"]) == ([], "i-1")
    assert ran.result["plan_id"] != "abc"


def test_more_than_the_limit_is_pruned() -> None:
    replies = {topics.LIST: topics.listed(topics.row("a-1"), topics.row("a-2"))}
    ran, writes = run({**CREATES, **replies}, users=[USER], topics=[], prune={"topics": {"all": True, "limit": 1}})
    assert "2 topics would be pruned, more than prune.topics.limit 1: a-1, a-2" in ran.msg
    assert writes == []


def test_a_region_without_the_api_of_a_kind() -> None:
    ran, writes = run({**CREATES, consumer_groups.LIST: error_reply(404, "APIG.0101")}, **WANTED)
    assert "leave out consumer_groups. Nothing was changed." in ran.msg
    assert writes == []
