# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole instance: what plans look up of other kinds, what is held back, the order of requests, prune, and messages."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_instance_resources as module
from ansible_collections.huaweicloud.kafka.tests.unit import consumer_groups as groups
from ansible_collections.huaweicloud.kafka.tests.unit import samples as sink
from ansible_collections.huaweicloud.kafka.tests.unit import smart_connect as smart
from ansible_collections.huaweicloud.kafka.tests.unit import topics, users
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, INSTANCE, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    PROJECT_ID,
    Ran,
    Reply,
    Service,
    Step,
    Table,
    error_reply,
    reply,
    run_module,
)

Options = dict[str, t.Any]
Result = dict[str, t.Any]

PERMIT = f"POST /v1/{PROJECT_ID}/instances/i-1/topics/accesspolicy"
NAMES = {
    "users": "user_name",
    "topics": "name",
    "topic_permissions": "topic_name",
    "consumer_groups": "group_name",
    "smart_connect_tasks": "task_name",
    "sink_tasks": "task_name",
}
FORBIDDEN = error_reply(403, "DMS.00403003", "no")
REFUSED = error_reply(400, "DMS.00400062", "no")
REJECTED = error_reply(401, "APIG.0301", "no")
THROTTLED = error_reply(429, "DMS.10240407", "slow down")
SASL_OFF = error_reply(400, "DMS.00400971", "SASL is off")
NO_INSTANCE = error_reply(404, "DMS.00404022", "no instance")


def up(**fields: t.Any) -> Step:
    """Read the instance, which has SASL, its first user "root", and Smart Connect."""
    on = {"ssl_enable": True, "access_user": "root", "created_at": "1735689600000", "enable_auto_topic": False}
    return (INSTANCE, reply(200, instance(**{**on, **fields})))


def has_users(*names: str) -> Step:
    return (users.LIST, users.listed(*[users.row(name) for name in names]))


def has_topics(*names: str, **fields: t.Any) -> Step:
    return (topics.LIST, topics.listed(*[topics.row(name, **fields) for name in names]))


def has_groups(*names: str, **fields: t.Any) -> Step:
    return (groups.LIST, groups.listed(*[groups.row(name, **fields) for name in names]))


def has_tasks(*rows: dict[str, t.Any]) -> Step:
    return (smart.LIST, smart.tasks(*rows))


def has_sink_tasks(*rows: dict[str, t.Any]) -> Step:
    return (sink.LIST, sink.tasks(*rows))


def permitted(topic: str, **policies: str) -> Step:
    rows = [{"owner": False, "user_name": user, "access_policy": access} for user, access in policies.items()]
    return (topics.policies(topic), reply(200, {"name": topic, "topic_type": 0, "policies": rows}))


def permit(topic: str, response: t.Any = 204, **policies: str) -> Step:
    """Expect a request that sets the permissions of a topic."""
    rows = [{"user_name": user, "access_policy": policies[user]} for user in sorted(policies)]
    return (PERMIT, {"topics": [{"name": topic, "policies": rows}]}, response)


def user(name: str = "shop", **more: t.Any) -> Options:
    return {"user_name": name, "user_passwd": users.PASSWORD, **more}


def topic(name: str = "orders", **more: t.Any) -> Options:
    return {"name": name, "partition": 3, **more}


def permission(topic_name: str = "orders", **policies: str) -> Options:
    return {"topic_name": topic_name, "policies": policies}


def task(**more: t.Any) -> Options:
    """The Smart Connect task "orders", which dumps the topic "orders"."""
    return {key: value for key, value in smart.options(**more).items() if key != "instance_id"}


def sink_task(**more: t.Any) -> Options:
    """The sink task "orders", which dumps the topics "orders" and "returns"."""
    return {key: value for key, value in sink.present(**more).items() if key != "connector_id"}


def gone(kind: str, *names: str) -> list[Options]:
    return [{NAMES[kind]: name, "state": "absent"} for name in names]


def run(options: Options, *steps: Step, **more: t.Any) -> Ran:
    """Run the module; the service expects exactly *steps*."""
    return run_module(module, Service(), {"instance_id": "i-1", **options}, *steps, **more)


def table(*steps: Step) -> Table:
    """Return a service that sends the responses of *steps* in any order, as often as they are asked for."""
    return Table({step[0]: step[-1] for step in steps})


def actions(ran: Ran) -> dict[str, dict[str, str]]:
    """What happened to each thing, by kind and name."""
    return {kind: {row[NAMES[kind]]: row["action"] for row in ran.result[kind]} for kind in NAMES if kind in ran.result}


def says(ran: Ran, kind: str, name: str) -> str:
    """The message of one thing."""
    (found,) = [row["msg"] for row in ran.result[kind] if row[NAMES[kind]] == name]
    return str(found)


# --- what plans look up ----------------------------------------------------------------------------------------------


class Lookup(t.NamedTuple):
    """The options about the topic "orders" or the user "shop", whether it *exists*, and what will be: ``None`` is unknown."""

    options: Options
    exists: bool
    will: bool | None
    automatic: bool = False


PRUNED: Options = {"topics": [], "prune": {"topics": {"all": True}}, "protect": []}
TOPIC = {
    "it is wanted and exists": Lookup({"topics": [topic()]}, True, True),
    "it is created": Lookup({"topics": [topic()]}, False, True),
    "it is deleted": Lookup({"topics": gone("topics", "orders"), "protect": []}, True, False),
    "it is not wanted and does not exist": Lookup({"topics": gone("topics", "orders")}, False, False),
    "it is not wanted, and clients create topics": Lookup({"topics": gone("topics", "orders")}, False, False, True),
    "it is pruned": Lookup(PRUNED, True, False),
    "it has no entry and exists": Lookup({"topics": []}, True, True),
    "it has no entry and does not exist": Lookup({"topics": []}, False, False),
    "it has no entry, and clients create topics": Lookup({"topics": []}, False, None, True),
    "topics are left out": Lookup({}, False, None),
}


def looked_up(case: Lookup, options: Options, *more: Step) -> Ran:
    """Run in check mode."""
    reads = [
        up(enable_auto_topic=case.automatic),
        has_topics(*["orders"] * case.exists),
        has_users(*["shop"] * case.exists),
        has_tasks(),
        has_sink_tasks(),
        permitted("orders"),
        *more,
    ]
    return run_module(module, table(*reads), {"instance_id": "i-1", **case.options, **options}, check_mode=True)


@pytest.mark.parametrize("name", TOPIC)
def test_new_task_on_a_topic(name: str) -> None:
    case = TOPIC[name]
    ran = looked_up(case, {"smart_connect_tasks": [task()]})
    expected = "failed" if case.will is False else "created"
    assert actions(ran)["smart_connect_tasks"] == {"orders": expected}
    assert ("the topic orders will not exist" in ran.result.get("msg", "")) == (case.will is False)


@pytest.mark.parametrize("name", TOPIC)
def test_permission_for_a_topic(name: str) -> None:
    case = TOPIC[name]
    ran = looked_up(case, {"topic_permissions": [permission(root="all")]})
    # What is unknown is looked up: the service does not list the topic.
    expected = "modified" if case.will else "failed"
    assert actions(ran)["topic_permissions"] == {"orders": expected}
    assert ("after this run" in ran.result.get("msg", "")) == (case.will is False)


USER = {
    "it is wanted and exists": Lookup({"users": [user()]}, True, True),
    "it is created": Lookup({"users": [user()]}, False, True),
    "it is deleted": Lookup({"users": gone("users", "shop"), "protect": []}, True, False),
    "it is pruned": Lookup({"users": [], "prune": {"users": {"all": True}}, "protect": []}, True, False),
    "it has no entry and exists": Lookup({"users": []}, True, True),
    "it has no entry and does not exist": Lookup({"users": []}, False, False),
    "users are left out, and it exists": Lookup({}, True, None),
}


@pytest.mark.parametrize("name", USER)
def test_permission_of_a_user(name: str) -> None:
    case = USER[name]
    ran = looked_up(case, {"topic_permissions": [permission(shop="all")]}, has_topics("orders"))
    assert actions(ran)["topic_permissions"] == {"orders": "failed" if case.will is False else "modified"}
    assert ("will have no user shop after this run" in ran.result.get("msg", "")) == (case.will is False)


# --- what is held back -----------------------------------------------------------------------------------------------


def test_permissions_do_not_wait_for_a_topic_that_exists_but_could_not_be_changed() -> None:
    ran = run(
        {"topics": [topic(retention_time=24)], "topic_permissions": [permission(root="all")]},
        up(),
        has_topics("orders"),
        permitted("orders"),
        has_users(),
        topics.update({"id": "orders", "retention_time": 24}, response=FORBIDDEN),
        permit("orders", root="all"),
        up(),
        permitted("orders", root="all"),
    )
    assert actions(ran) == {"topics": {"orders": "failed"}, "topic_permissions": {"orders": "modified"}}
    assert "DMS.00403003" in ran.msg


def test_permissions_wait_for_a_topic_that_another_run_has_deleted() -> None:
    ran = run(
        {"topics": [topic(retention_time=24)], "topic_permissions": [permission(root="all")]},
        up(),
        has_topics("orders"),
        permitted("orders"),
        has_users(),
        topics.update({"id": "orders", "retention_time": 24}),
        has_topics(),
    )
    assert actions(ran) == {"topics": {"orders": "failed"}, "topic_permissions": {"orders": "not_tried"}}
    assert says(ran, "topic_permissions", "orders") == "it was not tried, because topic orders failed."


def test_permissions_do_not_wait_for_a_user_whose_description_could_not_be_changed() -> None:
    ran = run(
        {"users": [user(user_desc="x")], "topic_permissions": [permission(shop="all")]},
        up(),
        has_users("shop"),
        permitted("orders"),
        has_topics("orders"),
        has_users("shop"),
        users.describe("x", response=FORBIDDEN),
        permit("orders", shop="all"),
        up(),
        permitted("orders", shop="all"),
    )
    assert actions(ran) == {"users": {"shop": "failed"}, "topic_permissions": {"orders": "modified"}}


def test_user_is_deleted_although_another_change_of_a_topic_that_named_it_failed() -> None:
    ran = run(
        {
            "users": gone("users", "leaver"),
            "topics": [topic(retention_time=24)],
            "topic_permissions": [permission(root="all")],
        },
        up(),
        has_users("leaver"),
        has_topics("orders"),
        permitted("orders", leaver="sub", root="all"),
        has_topics("orders"),
        permitted("orders", leaver="sub", root="all"),
        has_users("leaver"),
        topics.update({"id": "orders", "retention_time": 24}, response=FORBIDDEN),
        permit("orders", root="all"),
        up(),
        permitted("orders", root="all"),
        users.delete("leaver"),
        has_users(),
    )
    assert actions(ran) == {
        "users": {"leaver": "deleted"},
        "topics": {"orders": "failed"},
        "topic_permissions": {"orders": "modified"},
    }


def test_what_needs_a_thing_of_unknown_outcome_says_so() -> None:
    service = table(
        up(), has_users(), permitted("orders"), has_topics("orders"), (users.CREATE, error_reply(504, "APIG.0202"))
    )
    options = {"users": [user()], "topic_permissions": [permission(shop="all")], "max_retries": 0}
    ran = run_module(module, service, {"instance_id": "i-1", **options})
    assert actions(ran) == {"users": {"shop": "unknown"}, "topic_permissions": {"orders": "not_tried"}}
    why = "it was not tried, because it is unknown what happened to user shop"
    assert says(ran, "topic_permissions", "orders").startswith(why)


# --- order -----------------------------------------------------------------------------------------------------------


def test_topic_is_deleted_after_a_task_that_another_run_is_deleting_is_gone() -> None:
    ran = run(
        {"topics": gone("topics", "orders"), "smart_connect_tasks": gone("smart_connect_tasks", "orders")},
        up(),
        has_topics("orders"),
        has_tasks(smart.entity("DELETING")),
        has_tasks(smart.entity("DELETING")),
        has_sink_tasks(),
        has_tasks(smart.entity("DELETING")),
        has_tasks(),
        topics.delete("orders"),
        has_topics(),
    )
    assert actions(ran) == {"topics": {"orders": "deleted"}, "smart_connect_tasks": {"orders": "unchanged"}}


# --- messages --------------------------------------------------------------------------------------------------------


def test_permissions_of_a_topic_that_the_run_deletes() -> None:
    options = {"topics": [], "prune": {"topics": {"all": True}}, "topic_permissions": [permission(root="all")]}
    ran = run(options, up(), has_topics("orders"))
    assert actions(ran) == {"topics": {"orders": "not_tried"}, "topic_permissions": {"orders": "failed"}}
    assert says(ran, "topic_permissions", "orders") == (
        "the topic will not exist after this run. Describe it in topics, or leave out its permissions."
    )


def test_permissions_of_a_topic_that_will_not_exist() -> None:
    ran = run({"topics": [], "topic_permissions": [permission(root="all")]}, up(), has_topics())
    assert says(ran, "topic_permissions", "orders") == (
        "the topic will not exist after this run. Describe it in topics, or leave out its permissions."
    )


def test_permission_of_a_user_that_the_run_deletes() -> None:
    ran = run(
        {"users": gone("users", "shop"), "topic_permissions": [permission(shop="all")], "protect": []},
        up(),
        has_users("shop"),
        permitted("orders"),
        has_topics("orders"),
        has_users("shop"),
    )
    assert says(ran, "topic_permissions", "orders").endswith(
        "the instance will have no user shop after this run. Describe the users in users, or leave out their permissions."
    )


def test_first_permissions_of_a_new_topic_are_no_warning() -> None:
    options = {"topics": [topic()], "topic_permissions": [permission(root="all")]}
    ran = run(options, up(), has_topics(), permitted("orders"), has_users(), check_mode=True)
    assert ran.result["changed"]
    assert ran.result.get("warnings", []) == []


def test_first_permissions_of_a_topic_that_exists_are_a_warning() -> None:
    options = {"topics": [topic()], "topic_permissions": [permission(root="all")]}
    ran = run(options, up(), has_topics("orders"), permitted("orders"), has_users(), check_mode=True)
    assert [warning.partition(":")[0] for warning in ran.result["warnings"]] == ["topic permission orders"]


def test_connector_that_is_not_returned_is_no_option() -> None:
    ran = run({"sink_tasks": [sink_task()]}, up(connector_id=None, connector_enable=True))
    assert "connector_id" not in ran.msg
    assert "Run the task again when Smart Connect has been enabled" in ran.msg


def test_what_another_kind_refused_is_named() -> None:
    ran = run({"users": [user()], "topics": [topic(partition=2)]}, up(), has_users(), has_topics("orders"))
    assert says(ran, "users", "shop") == "it was not tried, because the plan of topic orders failed."


@pytest.mark.parametrize("entries", [[], gone("users", "leaver")])
def test_sasl_is_off_and_no_user_is_wanted(entries: list[Options]) -> None:
    ran = run(
        {"users": entries, "topics": [topic()]}, up(ssl_enable=False), (users.LIST, SASL_OFF), has_topics("orders")
    )
    assert ("failed" not in ran.result, ran.result["changed"]) == (True, False)
    assert [warning.partition(",")[0] for warning in ran.result["warnings"]] == ["SASL is off on instance i-1"]


@pytest.mark.parametrize(
    ("options", "reads"),
    [
        ({"users": [user()]}, [(users.LIST, SASL_OFF)]),
        ({"topic_permissions": [permission(root="all")]}, [(topics.policies(), SASL_OFF), has_topics("orders")]),
    ],
)
def test_sasl_is_off_and_a_user_is_wanted(options: Options, reads: list[Step]) -> None:
    ran = run(options, up(ssl_enable=False), *reads)
    assert "SASL is off on instance i-1" in ran.msg


# --- what stops everything -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("response", [REJECTED, THROTTLED])
def test_nothing_is_waited_for_after_what_stops_everything(response: Reply) -> None:
    ran = run(
        {"users": [user()], "smart_connect_tasks": [task()], "max_retries": 0},
        up(),
        has_users(),
        has_tasks(smart.entity("CREATING")),
        users.create(response=response),
    )
    assert actions(ran) == {"users": {"shop": "failed"}, "smart_connect_tasks": {"orders": "not_tried"}}
    assert "an earlier error stopped the set" in says(ran, "smart_connect_tasks", "orders")


def test_nothing_is_waited_to_be_gone_after_what_stops_everything() -> None:
    leaving = smart.entity("DELETING", task_id="t-2", name="other", topics="x")
    ran = run(
        {
            "smart_connect_tasks": gone("smart_connect_tasks", "orders", "other"),
            "consumer_groups": [{"group_name": "new"}],
        },
        up(),
        has_groups(),
        has_tasks(smart.entity(), leaving),
        (groups.CONFIGS, reply(200, {"kafka_configs": []})),
        (smart.DELETE, REJECTED),
    )
    assert actions(ran) == {
        "consumer_groups": {"new": "not_tried"},
        "smart_connect_tasks": {"orders": "failed", "other": "not_tried"},
    }


def test_what_is_ready_is_unchanged_after_what_stops_everything() -> None:
    ran = run(
        {"users": [user()], "smart_connect_tasks": [task(), task(task_name="other")]},
        up(),
        has_users(),
        has_tasks(smart.entity(), smart.entity("CREATING", task_id="t-2", name="other")),
        users.create(response=REJECTED),
    )
    assert actions(ran)["smart_connect_tasks"] == {"orders": "unchanged", "other": "not_tried"}


def plan_of(options: Options, *reads: Step, **more: t.Any) -> str:
    ran = run_module(module, table(*reads), {"instance_id": "i-1", **options}, check_mode=True, **more)
    assert "failed" not in ran.result, ran.msg
    return str(ran.result["plan_id"])


READS = [
    up(),
    has_users("leaver"),
    has_topics("old", "older"),
    has_groups(),
    has_tasks(),
    has_sink_tasks(),
    *[permitted(name, leaver="sub") for name in ("old", "older", "orders", "returns")],
    (groups.CONFIGS, reply(200, {"kafka_configs": []})),
    (FIND, instances(instance())),
]
FILE = {
    "users": [user(), user("billing"), *gone("users", "leaver")],
    "topics": [topic(), topic("returns"), *gone("topics", "old", "older")],
    "topic_permissions": [permission(shop="pub", billing="sub"), permission("returns", shop="all")],
    "consumer_groups": [{"group_name": "billing"}, {"group_name": "audit"}],
    "smart_connect_tasks": [task(topics=["orders", "returns"])],
    "sink_tasks": [sink_task(task_name="other")],
}
REVERSED = {
    **{kind: entries[::-1] for kind, entries in reversed(FILE.items())},
    "topic_permissions": [permission("returns", shop="all"), permission(billing="sub", shop="pub")],
    "smart_connect_tasks": [task(topics=["returns", "orders"])],
    "sink_tasks": [sink_task(task_name="other", descriptor={"topics": ["returns", "orders"]})],
}


def test_plan_id_does_not_depend_on_the_order_nor_on_how_the_instance_is_selected() -> None:
    plan_id = plan_of(FILE, *READS)
    assert plan_of(REVERSED, *READS) == plan_id
    assert plan_of({**FILE, "instance_id": None, "instance_name": "kafka"}, *READS) == plan_id
    assert plan_of({**FILE, "wait": False, "wait_timeout": 1}, *READS) == plan_id
    assert plan_of({**FILE, "users": FILE["users"][:2]}, *READS) != plan_id


@pytest.mark.parametrize("change", [{"modify": True}, {"recreate": True}])
def test_topic_is_not_deleted_before_its_task_is_moved(change: Options) -> None:
    ran = run(
        {"topics": gone("topics", "orders"), "smart_connect_tasks": [task(topics=["returns"])], **change},
        up(),
        has_topics("orders", "returns"),
        has_tasks(smart.entity()),
        has_tasks(smart.entity()),
        has_sink_tasks(),
        check_mode=True,
    )
    assert actions(ran) == {"topics": {"orders": "failed"}, "smart_connect_tasks": {"orders": "not_tried"}}
    assert "change or delete the task in an earlier run" in says(ran, "topics", "orders")


def test_task_is_not_deleted_to_be_recreated_when_its_new_topic_fails() -> None:
    ran = run(
        {"topics": [topic("returns")], "smart_connect_tasks": [task(topics=["returns"])], "recreate": True},
        up(),
        has_topics("orders"),
        has_tasks(smart.entity()),
        topics.create("returns", response=FORBIDDEN),
        has_topics("orders"),
    )
    assert actions(ran) == {"topics": {"returns": "failed"}, "smart_connect_tasks": {"orders": "not_tried"}}
    assert ran.result["changed"] is False


def test_changes_without_time_to_wait_are_all_sent() -> None:
    ran = run(
        {
            "topics": [topic()],
            "topic_permissions": [permission(root="all")],
            "smart_connect_tasks": gone("smart_connect_tasks", "old"),
            "wait_timeout": 0,
        },
        up(),
        has_topics(),
        has_tasks(smart.entity(name="old", topics="x")),
        permitted("orders"),
        has_users(),
        (smart.DELETE, 204),
        has_tasks(),
        topics.create(),
        has_topics("orders"),
        permit("orders", root="all"),
        up(),
        permitted("orders", root="all"),
    )
    assert actions(ran) == {
        "topics": {"orders": "created"},
        "topic_permissions": {"orders": "modified"},
        "smart_connect_tasks": {"old": "deleted"},
    }


@pytest.mark.parametrize(
    ("selected", "read", "instance_id"),
    [
        ({}, (INSTANCE, NO_INSTANCE), "i-1"),
        ({"instance_id": None, "instance_name": "kafka"}, (FIND, instances()), None),
    ],
)
def test_instance_is_absent_and_so_is_everything(selected: Options, read: Step, instance_id: str | None) -> None:
    options = {kind: gone(kind, "x", "y") for kind in NAMES if kind != "sink_tasks"}
    ran = run({**options, "sink_tasks": gone("sink_tasks", "z"), **selected}, read)
    assert (ran.result["changed"], ran.result.get("instance_id")) == (False, instance_id)
    assert {action for kind in actions(ran).values() for action in kind.values()} == {"unchanged"}
    assert len(ran.result["warnings"]) == len(NAMES)


@pytest.mark.parametrize("number", [1, 100])
def test_requests_for_a_file_that_changes_nothing(number: int) -> None:
    names = [f"t-{index}" for index in range(number)]
    service = table(up(), has_users("shop"), has_topics(*names), has_groups("billing"), has_tasks(), has_sink_tasks())
    options = {
        "users": [user()],
        "topics": [topic(name) for name in names],
        "consumer_groups": [{"group_name": "billing"}],
        "smart_connect_tasks": [],
        "sink_tasks": [],
        "prune": {kind: {"all": True} for kind in ("users", "topics", "smart_connect_tasks", "sink_tasks")},
    }
    ran = run_module(module, service, {"instance_id": "i-1", **options})
    assert ("failed" not in ran.result, ran.result["changed"]) == (True, False)
    assert service.lines == [INSTANCE, users.LIST, topics.LIST, groups.LIST, smart.LIST, sink.LIST]


@pytest.mark.parametrize("check_mode", [True, False])
def test_task_that_both_lists_show_is_pruned_once(check_mode: bool) -> None:
    prune = {"smart_connect_tasks": {"all": True}, "sink_tasks": {"all": True}}
    options = {"smart_connect_tasks": [], "sink_tasks": [], "prune": prune}
    reads = [up(), has_tasks(smart.entity()), has_sink_tasks(sink.listed())]
    writes = [] if check_mode else [(smart.DELETE, 204), has_tasks()]
    ran = run(options, *reads, *writes, check_mode=check_mode)
    assert actions(ran) == {"smart_connect_tasks": {"orders": "deleted"}, "sink_tasks": {}}


CLAIMS: dict[str, tuple[list[Options], list[Options]]] = {
    "name of a task that is wanted": ([task()], []),
    "id of a task that is wanted": ([{"task_id": "t-1", "state": "running"}], []),
    "name of a task that is wanted, in the other list": ([], [sink_task()]),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_task_with_an_entry_in_one_list_is_not_pruned_from_the_other(claim: str) -> None:
    smart_entries, sink_entries = CLAIMS[claim]
    prune = {"smart_connect_tasks": {"all": True}, "sink_tasks": {"all": True}}
    service = table(up(), has_tasks(smart.entity()), has_sink_tasks(sink.listed()), (sink.SHOW, sink.details()))
    options = {"smart_connect_tasks": smart_entries, "sink_tasks": sink_entries, "prune": prune}
    ran = run_module(module, service, {"instance_id": "i-1", **options}, check_mode=True)
    assert ("failed" not in ran.result, ran.result["changed"]) == (True, False)


def test_task_whose_deletion_has_an_unknown_outcome_keeps_its_topic() -> None:
    ran = run(
        {
            "topics": [*gone("topics", "orders"), topic("returns")],
            "smart_connect_tasks": gone("smart_connect_tasks", "orders"),
            "max_retries": 0,
        },
        up(),
        has_topics("orders"),
        has_tasks(smart.entity()),
        has_tasks(smart.entity()),
        has_sink_tasks(),
        (smart.DELETE, error_reply(504, "APIG.0202")),
        has_tasks(smart.entity()),
        topics.create("returns"),
        has_topics("orders", "returns"),
    )
    assert actions(ran) == {
        "topics": {"orders": "not_tried", "returns": "created"},
        "smart_connect_tasks": {"orders": "unknown"},
    }


def test_permissions_that_are_held_back_are_not_read_again() -> None:
    read = topics.policies("returns")
    service = table(
        *[up(), has_topics("returns"), has_users(), permitted("orders")],
        (read, [permitted("returns")[1], permitted("returns", root="all")[1]]),
        *[(topics.CREATE, FORBIDDEN), (PERMIT, reply(204))],
    )
    permissions = [permission(root="all"), permission("returns", root="all")]
    options = {"instance_id": "i-1", "topics": [topic(), topic("returns")], "topic_permissions": permissions}
    ran = run_module(module, service, options)
    assert actions(ran)["topic_permissions"] == {"orders": "not_tried", "returns": "modified"}
    assert (service.lines.count(topics.policies("orders")), service.lines.count(read)) == (1, 2)
