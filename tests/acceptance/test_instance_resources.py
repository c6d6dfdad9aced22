# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole instance: the order of changes, what depends on what, prune, refusals before any change, and the definition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import (
    KAFKA_PASSWORD,
    NO_SUCH_ID,
    OBS,
    OBS_ACCESS_KEY,
    OBS_SECRET_KEY,
    ORDERS,
    OTHER,
    Sandbox,
)
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.playbook import WAYS, in_way, run_playbook
from acceptance.harness.runner import Ways
from acceptance.harness.secrecy import Secrets
from simulator import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulator

Setup = Callable[[Sandbox], object]
Result = dict[str, Any]

RESOURCES = "huaweicloud_kafka_instance_resources"
MODULE = f"huaweicloud.kafka.{RESOURCES}"
INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
BY_NAME = {"instance_id": None, "instance_name": "instance"}
NAMES = {
    "users": "user_name",
    "topics": "name",
    "topic_permissions": "topic_name",
    "consumer_groups": "group_name",
    "smart_connect_tasks": "task_name",
    "sink_tasks": "task_name",
}
"""The kinds, with the key of the name in an entry."""
ANY = ("",)
"""Warnings that are those of the modules for a single kind, if there are any."""
REJECTED = {"status": 401, "code": "APIG.0301", "times": None}
THROTTLED = {"code": "DMS.10240407", "times": None}
REFUSED = {"status": 400, "code": "DMS.00400062"}
DENIED = {"status": 403, "code": "DMS.00403003", "times": None}

# --- existing things -------------------------------------------------------------------------------------------------

PARTS = {"partition": 6, "replication": 3, "retention_time": 48}


def on(*parts: Setup) -> Setup:
    """The instance has a first user, creates neither topics nor groups automatically, and has *parts*."""

    def setup(sandbox: Sandbox) -> None:
        sandbox.add_user("owner")
        world = sandbox.simulator.world
        world.set_instance(sandbox.instance_id, enable_auto_topic=False)
        world.set_parameters(sandbox.instance_id, {"auto.create.groups.enable": "false"})
        for part in parts:
            part(sandbox)

    return setup


def users(*names: str) -> Setup:
    return lambda sandbox: [sandbox.add_user(name) for name in names]


def topics(*names: str, **fields: Any) -> Setup:
    return lambda sandbox: [sandbox.add_topic(name, **{**PARTS, **fields}) for name in names]


def groups(*names: str, **fields: Any) -> Setup:
    return lambda sandbox: [sandbox.add_group(name, **fields) for name in names]


def permits(topic: str, **policies: str) -> Setup:
    return lambda sandbox: sandbox.permit(topic, **policies)


def smart(name: str, *topic_names: str, task_id: str = ORDERS) -> Setup:
    return lambda sandbox: sandbox.add(name, task_id, topics=",".join(topic_names), api="connector")


def sink(name: str, *topic_names: str, task_id: str = OTHER) -> Setup:
    return lambda sandbox: sandbox.add(name, task_id, topics=",".join(topic_names), api="sink")


def without_smart_connect(sandbox: Sandbox) -> None:
    sandbox.disable_smart_connect()


def remove_topic(sandbox: Sandbox, name: str) -> None:
    """Another user deletes a topic, whose permissions the service keeps."""
    policies = dict(sandbox.simulator.world.policies(sandbox.instance_id)[name])
    sandbox.simulator.world.remove_topic(sandbox.instance_id, name)
    sandbox.permit(name, **policies)


# --- entries ---------------------------------------------------------------------------------------------------------


def user(name: str, **fields: Any) -> dict[str, Any]:
    return {"user_name": name, "user_passwd": KAFKA_PASSWORD, **fields}


def topic(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, **PARTS, **fields}


def permission(topic_name: str, **policies: str) -> dict[str, Any]:
    return {"topic_name": topic_name, "policies": policies}


def group(name: str, **fields: Any) -> dict[str, Any]:
    return {"group_name": name, **fields}


def smart_task(name: str, *topic_names: str, **fields: Any) -> dict[str, Any]:
    keys = {"access_key": OBS_ACCESS_KEY, "secret_key": OBS_SECRET_KEY}
    sink_side = {"consumer_strategy": "latest", "obs_bucket_name": "archive", **keys}
    return {"task_name": name, "topics": list(topic_names), "sink_task": sink_side, **fields}


def sink_task(name: str, *topic_names: str) -> dict[str, Any]:
    return {"task_name": name, "obs_destination_descriptor": {**OBS, "topics": list(topic_names)}}


def gone(kind: str, *names: str) -> list[dict[str, Any]]:
    return [{NAMES[kind]: name, "state": "absent"} for name in names]


# --- cases and expectations ------------------------------------------------------------------------------------------

READS = r"(?:(?:INSTANCES?|TOPICS?|USERS|GROUPS?|POLICIES|TASKS?|LIST|SHOW|CONFIGS|PARTITIONS|JOBS?)(?: |$))*"


def order(*writes: str) -> str:
    """Exactly these requests that change something, in this order, with any reads between them."""
    return READS + "".join(f"{write}(?: |$){READS}" for write in writes)


NOTHING = order()


def of(kind: str) -> Callable[[Result], dict[str, str]]:
    """The actions of the entries of a kind by name."""
    return lambda result: {row[NAMES[kind]]: row["action"] for row in result.get(kind, ())}


def kinds(result: Result) -> list[str]:
    """The kinds that have results."""
    return [kind for kind in NAMES if kind in result]


def has_plan(result: Result) -> bool:
    return bool(result.get("plan_id"))


def diff(side: str) -> Callable[[Result], Any]:
    """The names in the diff by kind."""
    return lambda result: {kind: sorted(things) for kind, things in result["diff"][side].items() if things}


def resources(name: str, live: Expect, *parts: Setup, **more: Any) -> Case:
    """A case of an instance with *parts*. The options are *wanted* and *options*."""
    options = {**INSTANCE, **more.pop("wanted", {}), **more.pop("options", {})}
    return Case(name, options, live, module=RESOURCES, setup=more.pop("setup", on(*parts)), **more)


def info(name: str, live: Expect, *parts: Setup, **more: Any) -> Case:
    options = {**INSTANCE, **more.pop("options", {})}
    return Case(
        f"definition: {name}", options, live, module=f"{RESOURCES}_info", setup=more.pop("setup", on(*parts)), **more
    )


def pruning(kind: str, wanted: list[Any] | None = None, **rule: Any) -> dict[str, Any]:
    return {kind: wanted or [], "prune": {kind: rule}}


EVERYTHING = {
    "users": [user("shop"), *gone("users", "leaver")],
    "topics": [topic("orders", retention_time=72), topic("returns"), *gone("topics", "old")],
    "topic_permissions": [permission("orders", shop="pub"), permission("returns", shop="all")],
    "consumer_groups": [group("billing"), *gone("consumer_groups", "unused")],
    "smart_connect_tasks": [smart_task("to-bucket", "returns"), *gone("smart_connect_tasks", "dump")],
    "sink_tasks": [sink_task("archive", "returns"), *gone("sink_tasks", "dump-old")],
}
BEFORE = (
    users("leaver"),
    topics("orders", "old"),
    permits("orders", leaver="sub"),
    groups("unused"),
    smart("dump", "old"),
    sink("dump-old", "old"),
)
AFTER = [
    *("user owner", "user shop", "topic orders", "topic returns", "permission orders shop pub"),
    *("permission returns shop all", "group billing", "task to-bucket", "task archive"),
]
ALL_WRITES = (
    "REMOVE",
    "DELETE",
    "DISBAND",
    "DROP",
    "JOIN",
    "CHANGE",
    "ADD",
    "PERMIT",
    "FORM",
    "NEW",
    "CREATE",
    "LEAVE",
)
SEPARATE = {"shared_tasks": False}

ORDER = [
    resources(
        "everything",
        changed(
            order(*ALL_WRITES),
            warns=("deletes its messages", "deletes its offsets"),
            returns={
                of("users"): {"shop": "created", "leaver": "deleted"},
                of("topics"): {"orders": "modified", "returns": "created", "old": "deleted"},
                of("topic_permissions"): {"orders": "modified", "returns": "modified"},
                of("consumer_groups"): {"billing": "created", "unused": "deleted"},
                of("smart_connect_tasks"): {"to-bucket": "created", "dump": "deleted"},
                of("sink_tasks"): {"archive": "created", "dump-old": "deleted"},
                has_plan: True,
                diff("before"): {
                    "users": ["leaver"],
                    "topics": ["old", "orders"],
                    "topic_permissions": ["orders", "returns"],
                    "consumer_groups": ["unused"],
                    "smart_connect_tasks": ["dump"],
                    "sink_tasks": ["dump-old"],
                },
                diff("after"): {
                    "users": ["shop"],
                    "topics": ["orders", "returns"],
                    "topic_permissions": ["orders", "returns"],
                    "consumer_groups": ["billing"],
                    "smart_connect_tasks": ["to-bucket"],
                    "sink_tasks": ["archive"],
                },
            },
        ),
        *BEFORE,
        wanted=EVERYTHING,
        settings=SEPARATE,
        again=unchanged(NOTHING),
        remaining=AFTER,
        full=True,
    ),
    resources(
        "everything, and both APIs show each task",
        changed(order(*ALL_WRITES), warns=ANY),
        *BEFORE,
        wanted=EVERYTHING,
        again=unchanged(NOTHING, warns=ANY),
        remaining=AFTER,
    ),
    resources(
        "everything by the name of the instance",
        changed(order(*ALL_WRITES), warns=ANY),
        *BEFORE,
        wanted=EVERYTHING,
        options=BY_NAME,
        settings=SEPARATE,
        again=unchanged(NOTHING),
        remaining=AFTER,
        as_module=True,
    ),
    resources(
        "everything without wait",
        changed(order(*ALL_WRITES), warns=ANY),
        *BEFORE,
        wanted=EVERYTHING,
        options={"wait": False},
        settings=SEPARATE,
        again=unchanged(NOTHING),
        remaining=AFTER,
    ),
    *(
        resources(
            f"everything, the response to {operation} is lost",
            changed(r".*", warns=ANY),
            *BEFORE,
            wanted=EVERYTHING,
            options={"timeout": 1},
            settings=SEPARATE,
            faults={"live": [Fault(operation, drop="after")]},
            again=unchanged(NOTHING),
            remaining=AFTER,
        )
        for operation in (
            *("DeleteConnectorTask", "DeleteSinkTask", "DeleteInstanceConsumerGroup", "BatchDeleteInstanceTopic"),
            *("CreateInstanceUser", "UpdateInstanceTopic", "CreateInstanceTopic", "UpdateTopicAccessPolicy"),
            *("CreateKafkaConsumerGroup", "CreateConnectorTask", "CreateSinkTask", "BatchDeleteInstanceUsers"),
        )
    ),
    resources(
        "hundred topics and their permissions",
        changed(order(*["ADD"] * 100, "PERMIT", "PERMIT"), warns=ANY),
        users("shop"),
        wanted={
            "topics": [topic(f"topic-{number:03}") for number in range(100)],
            "topic_permissions": [permission(f"topic-{number:03}", shop="all") for number in range(100)],
        },
        again=unchanged(NOTHING),
    ),
]

ONE_KIND = [
    resources(
        "users that are the same",
        unchanged("(INSTANCE )?USERS", returns={kinds: ["users"]}),
        wanted={"users": [user("owner")]},
        as_module=True,
    ),
    resources(
        "topics that are the same",
        unchanged("(INSTANCE )?TOPICS", returns={kinds: ["topics"]}),
        topics("orders"),
        wanted={"topics": [topic("orders")]},
    ),
    resources(
        "permissions that are the same",
        unchanged("(INSTANCE |TOPICS |USERS )*POLICIES", returns={kinds: ["topic_permissions"]}),
        users("shop"),
        topics("orders", "returns"),
        permits("orders", shop="pub"),
        wanted={"topic_permissions": [permission("orders", shop="pub")]},
    ),
    resources(
        "groups that are the same",
        unchanged("(INSTANCE )?GROUPS", returns={kinds: ["consumer_groups"]}),
        groups("billing"),
        wanted={"consumer_groups": [group("billing")]},
    ),
    resources(
        "Smart Connect tasks that are the same",
        unchanged("(INSTANCE )?TASKS", returns={kinds: ["smart_connect_tasks"]}),
        topics("orders"),
        smart("dump", "orders"),
        wanted={"smart_connect_tasks": [smart_task("dump", "orders")]},
    ),
    resources(
        "sink tasks that are the same",
        unchanged("(INSTANCE )?LIST SHOW", returns={kinds: ["sink_tasks"]}),
        topics("orders"),
        sink("dump", "orders"),
        wanted={"sink_tasks": [sink_task("dump", "orders")]},
    ),
    resources(
        "empty lists",
        unchanged(NOTHING),
        topics("orders"),
        wanted={kind: [] for kind in NAMES},
        remaining=["user owner", "topic orders"],
    ),
    resources(
        "a kind that is left out can't be read",
        changed(order("ADD")),
        wanted={"topics": [topic("orders")]},
        faults=[
            Fault(name, **DENIED)
            for name in ("ShowInstanceUsers", "ListInstanceConsumerGroups", "ListConnectorTasks", "ListSinkTasks")
        ],
        again=unchanged(NOTHING),
        remaining=["user owner", "topic orders"],
    ),
]

OPTIONS = [
    resources("no kind", fails("users", "topics", "sink_tasks", requests="")),
    resources(
        "kinds that are null",
        fails("users", "topics", "sink_tasks", requests=""),
        wanted={"users": lambda _sandbox: None},
    ),
    resources(
        "no instance",
        fails("instance_id, instance_name", requests=""),
        wanted={"topics": []},
        options={"instance_id": None},
    ),
    resources(
        "two instances",
        fails("instance_id|instance_name", requests=""),
        wanted={"topics": []},
        options={"instance_name": "instance"},
    ),
    resources(
        "a name twice",
        fails("name must be unique in topics: orders in topics[0] and topics[1]", requests=""),
        wanted={"users": [user("shop")], "topics": [topic("orders"), topic("orders")]},
    ),
    resources(
        "a blank plan",
        fails("expect_plan must not be empty", requests=""),
        wanted={"topics": []},
        options={"expect_plan": " "},
    ),
    resources(
        "another plan",
        fails("not abc", "nothing was changed", requests=NOTHING, returns={has_plan: True}),
        wanted={"topics": [topic("orders")]},
        options={"expect_plan": "abc"},
        remaining=["user owner"],
        as_module=True,
    ),
    resources(
        "a negative wait_timeout",
        fails("wait_timeout", requests=""),
        wanted={"topics": []},
        options={"wait_timeout": -1},
    ),
    resources(
        "the instance does not exist",
        fails("DMS.00404022", requests=NOTHING),
        wanted={"topics": [topic("orders")]},
        options={"instance_id": NO_SUCH_ID},
    ),
    resources(
        "no instance of the name",
        fails("no Kafka instance named other", requests="INSTANCES"),
        wanted={"topics": [topic("orders")]},
        options={"instance_id": None, "instance_name": "other"},
    ),
]

DEPENDENCIES = [
    resources(
        "permissions for a topic and a user that the run creates",
        changed(order("JOIN", "ADD", "PERMIT"), warns=ANY),
        wanted={
            "users": [user("shop")],
            "topics": [topic("orders")],
            "topic_permissions": [permission("orders", shop="pub")],
        },
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop", "topic orders", "permission orders shop pub"],
        full=True,
    ),
    resources(
        "permissions for a new topic that is listed late",
        changed(order("ADD", "PERMIT"), warns=ANY),
        users("shop"),
        wanted={"topics": [topic("orders")], "topic_permissions": [permission("orders", shop="pub")]},
        settings={"topic_list_lag": 3},
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop", "topic orders", "permission orders shop pub"],
    ),
    resources(
        "permissions for a topic that does not exist",
        fails(
            "orders",
            "the topic will not exist after this run",
            requests=NOTHING,
            returns={of("users"): {"shop": "not_tried"}},
        ),
        wanted={
            "users": [user("shop")],
            "topics": [topic("returns")],
            "topic_permissions": [permission("orders", shop="pub")],
        },
        remaining=["user owner"],
    ),
    resources(
        "permissions for a user that does not exist",
        fails("no user shop", requests=NOTHING, warns=ANY),
        topics("orders"),
        wanted={"users": [user("billing")], "topic_permissions": [permission("orders", shop="pub")]},
        remaining=["user owner", "topic orders"],
    ),
    resources(
        "permissions for a user that the run deletes",
        fails("no user shop", requests=NOTHING, warns=ANY),
        users("shop"),
        topics("orders"),
        wanted={"users": gone("users", "shop"), "topic_permissions": [permission("orders", shop="pub")]},
        remaining=["user owner", "user shop", "topic orders"],
    ),
    resources(
        "permissions for a topic that the run deletes",
        fails("orders", requests=NOTHING, warns=ANY),
        users("shop"),
        topics("orders"),
        wanted={"topics": gone("topics", "orders"), "topic_permissions": [permission("orders", shop="pub")]},
        remaining=["user owner", "user shop", "topic orders"],
    ),
    resources(
        "a task on a topic that the run creates",
        changed(order("ADD", "NEW")),
        wanted={"topics": [topic("orders")], "smart_connect_tasks": [smart_task("dump", "orders")]},
        again=unchanged(NOTHING),
        remaining=["user owner", "topic orders", "task dump"],
        as_module=True,
    ),
    resources(
        "a sink task on a topic that the run creates",
        changed(order("ADD", "CREATE")),
        wanted={"topics": [topic("orders")], "sink_tasks": [sink_task("dump", "orders")]},
        again=unchanged(NOTHING),
        remaining=["user owner", "topic orders", "task dump"],
    ),
    *(
        resources(
            f"a new task of {kind} on a topic that the run deletes, with protect {protect}",
            fails("dump", "old", requests=NOTHING, warns=ANY),
            topics("old"),
            wanted={"topics": gone("topics", "old"), kind: [entry]},
            options={"protect": protect},
            remaining=["user owner", "topic old"],
            as_module=not protect,
        )
        for kind, entry in (
            ("smart_connect_tasks", smart_task("dump", "old")),
            ("sink_tasks", sink_task("dump", "old")),
        )
        for protect in ([], ["tasks"])
        if protect or kind == "smart_connect_tasks"
    ),
    resources(
        "a task that stays on a topic that the run deletes",
        fails("old", "dump", requests=NOTHING, warns=ANY),
        topics("old"),
        smart("dump", "old"),
        wanted={"topics": gone("topics", "old"), "smart_connect_tasks": [smart_task("dump", "old")]},
        remaining=["user owner", "topic old", "task dump"],
    ),
    resources(
        "a task without an entry on a topic that the run deletes",
        fails("old", "is used by Smart Connect task dump", requests=NOTHING, warns=ANY),
        topics("old"),
        smart("dump", "old"),
        wanted={"topics": gone("topics", "old")},
        remaining=["user owner", "topic old", "task dump"],
    ),
    resources(
        "a task on a topic that is no kind of the run",
        changed(order("NEW")),
        wanted={"smart_connect_tasks": [smart_task("dump", "orders")]},
        again=unchanged(NOTHING),
    ),
    *(
        resources(
            f"a topic and the task of {kind} that used it",
            changed(order(write, "DROP"), warns=ANY),
            topics("old"),
            part,
            wanted={"topics": gone("topics", "old"), kind: gone(kind, "dump")},
            again=unchanged(NOTHING),
            remaining=["user owner"],
            settings=SEPARATE,
            as_module=write == "REMOVE",
        )
        for kind, part, write in (
            ("smart_connect_tasks", smart("dump", "old"), "REMOVE"),
            ("sink_tasks", sink("dump", "old"), "DELETE"),
        )
    ),
    resources(
        "a topic and the task that used it, which both APIs show",
        changed(order("REMOVE", "DROP"), warns=ANY),
        topics("old"),
        smart("dump", "old"),
        wanted={"topics": gone("topics", "old"), "smart_connect_tasks": gone("smart_connect_tasks", "dump")},
        again=unchanged(NOTHING),
        remaining=["user owner"],
    ),
    resources(
        "a topic and the task that used it, which is gone late",
        changed(order("REMOVE", "DROP"), warns=ANY),
        topics("old"),
        smart("dump", "old"),
        wanted={"topics": gone("topics", "old"), "smart_connect_tasks": gone("smart_connect_tasks", "dump")},
        settings={"deletion_looks": 2},
        again=unchanged(NOTHING),
        remaining=["user owner"],
    ),
    resources(
        "a pruned topic and the pruned task that used it",
        changed(order("REMOVE", "DROP"), warns=ANY),
        topics("old"),
        smart("dump", "old"),
        wanted={"topics": [], "smart_connect_tasks": []},
        options={"prune": {"topics": {"all": True}, "smart_connect_tasks": {"all": True}}},
        again=unchanged(NOTHING),
        remaining=["user owner"],
    ),
    resources(
        "a topic and the task that used it, which can't be deleted",
        fails(
            "DMS.00400062",
            requests=order("REMOVE"),
            warns=ANY,
            returns={of("topics"): {"old": "not_tried"}, of("smart_connect_tasks"): {"dump": "failed"}},
        ),
        topics("old"),
        smart("dump", "old"),
        wanted={"topics": gone("topics", "old"), "smart_connect_tasks": gone("smart_connect_tasks", "dump")},
        faults={"live": [Fault("DeleteConnectorTask", **REFUSED)]},
        live_only=True,
    ),
    resources(
        "a user and its permissions",
        changed(order("PERMIT", "LEAVE"), warns=ANY),
        users("shop", "leaver"),
        topics("orders"),
        permits("orders", leaver="sub", shop="pub"),
        wanted={"users": gone("users", "leaver"), "topic_permissions": [permission("orders", shop="pub")]},
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop", "topic orders", "permission orders shop pub"],
        as_module=True,
    ),
    resources(
        "a user with permissions that stay",
        fails("leaver", "has permissions for the topic returns", requests=NOTHING),
        users("shop", "leaver"),
        topics("orders", "returns"),
        permits("orders", leaver="sub", shop="pub"),
        permits("returns", leaver="sub"),
        wanted={"users": gone("users", "leaver"), "topic_permissions": [permission("orders", shop="pub")]},
        remaining=[
            "user owner",
            "user shop",
            "user leaver",
            "topic orders",
            "topic returns",
            "permission orders leaver sub",
            "permission orders shop pub",
            "permission returns leaver sub",
        ],
    ),
    resources(
        "a user and the topic that names it",
        changed(order("DROP", "LEAVE"), warns=ANY),
        users("leaver"),
        topics("old"),
        permits("old", leaver="sub"),
        wanted={"users": gone("users", "leaver"), "topics": gone("topics", "old")},
        again=unchanged(NOTHING),
        remaining=["user owner"],
    ),
    resources(
        "permissions of a topic that is deleted are not cleared, nor opened to every user",
        changed(order("DROP"), warns=ANY),
        users("shop"),
        topics("old"),
        permits("old", shop="sub"),
        wanted={"topics": gone("topics", "old"), "topic_permissions": gone("topic_permissions", "old")},
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop"],
        as_module=True,
    ),
    resources(
        "a topic that stays is not opened to every user",
        fails(
            "orders",
            "would be open to every user",
            requests=NOTHING,
            warns=ANY,
            returns={of("topics"): {"old": "not_tried"}},
        ),
        users("shop"),
        topics("orders", "old"),
        permits("orders", shop="sub"),
        wanted={"topics": gone("topics", "old"), "topic_permissions": gone("topic_permissions", "orders")},
        remaining=["user owner", "user shop", "topic orders", "topic old", "permission orders shop sub"],
    ),
    resources(
        "a topic is opened to every user on request",
        changed(order("PERMIT"), warns=("open to every user",)),
        users("shop"),
        topics("orders"),
        permits("orders", shop="sub"),
        wanted={"topic_permissions": gone("topic_permissions", "orders")},
        options={"forbid_open": False},
        again=unchanged(NOTHING),
    ),
    resources(
        "merged permissions",
        changed(order("JOIN", "PERMIT")),
        users("billing"),
        topics("orders"),
        permits("orders", billing="sub"),
        wanted={"users": [user("shop")], "topic_permissions": [permission("orders", shop="pub")]},
        options={"merge": True},
        again=unchanged(NOTHING),
        remaining=[
            "user owner",
            "user billing",
            "user shop",
            "topic orders",
            "permission orders billing sub",
            "permission orders shop pub",
        ],
    ),
    resources(
        "a group of a task that is in use",
        fails("billing", "STABLE", requests=NOTHING, warns=ANY),
        topics("orders", "old"),
        groups("billing", members=[{"client_id": "app-1", "host": "/192.0.2.70", "topics": ["orders"]}]),
        wanted={"topics": gone("topics", "old"), "consumer_groups": gone("consumer_groups", "billing")},
        remaining=["user owner", "topic orders", "topic old", "group billing"],
    ),
]

MORE_DEPENDENCIES = [
    resources(
        "a task with a topic that is gone is paused",
        changed(order("PAUSE")),
        smart("dump", "old"),
        wanted={"topics": [], "smart_connect_tasks": [{"task_name": "dump", "state": "paused"}]},
        again=unchanged(NOTHING),
    ),
    resources(
        "a task of a topic that is deleted without protection is paused",
        changed(order("DROP", "PAUSE"), warns=ANY),
        topics("old"),
        smart("dump", "old"),
        wanted={
            "topics": gone("topics", "old"),
            "smart_connect_tasks": [{"task_name": "dump", "state": "paused"}],
        },
        options={"protect": []},
        again=unchanged(NOTHING),
    ),
    resources(
        "a new task on a topic that clients may create",
        changed(order("NEW"), warns=ANY),
        lambda sandbox: sandbox.simulator.world.set_instance(sandbox.instance_id, enable_auto_topic=True),
        wanted={"topics": [], "smart_connect_tasks": [smart_task("dump", "orders")]},
        again=unchanged(NOTHING),
    ),
    resources(
        "a new task on a topic that does not exist",
        fails("dump", "the topic orders will not exist", requests=NOTHING),
        wanted={"topics": [], "smart_connect_tasks": [smart_task("dump", "orders")]},
        remaining=["user owner"],
    ),
    resources(
        "a new task with an expression",
        changed(order("NEW")),
        wanted={
            "topics": [],
            "smart_connect_tasks": [
                {key: value for key, value in smart_task("dump", topics_regex="ord.*").items() if key != "topics"}
            ],
        },
        again=unchanged(NOTHING),
    ),
    *(
        resources(
            f"a replication, {direction}, of a topic that this instance does not have",
            live,
            again=unchanged(NOTHING) if direction == "pull" else live,
            wanted={
                "topics": [],
                "smart_connect_tasks": [
                    {
                        "task_name": "copy",
                        "topics": ["orders"],
                        "source_task": {
                            "bootstrap_servers": "192.0.2.1:9092",
                            "direction": direction,
                            "replication_factor": 3,
                            "task_num": 2,
                        },
                    }
                ],
            },
        )
        for direction, live in (
            ("pull", changed(order("NEW"))),
            ("push", fails("the topic orders will not exist", requests=NOTHING)),
        )
    ),
    resources(
        "a task moves to a topic that the run creates",
        changed(order("ADD", "MODIFY"), warns=ANY),
        topics("old"),
        smart("dump", "old"),
        wanted={"topics": [topic("orders")], "smart_connect_tasks": [smart_task("dump", "orders")]},
        options={"modify": True},
        again=unchanged(NOTHING),
        remaining=["user owner", "topic old", "topic orders", "task dump"],
    ),
    resources(
        "a task is recreated for a topic that the run creates",
        changed(order("ADD", "REMOVE", "NEW"), warns=ANY),
        topics("old"),
        smart("dump", "old"),
        wanted={"topics": [topic("orders")], "smart_connect_tasks": [smart_task("dump", "orders")]},
        options={"recreate": True},
        again=unchanged(NOTHING),
        remaining=["user owner", "topic old", "topic orders", "task dump"],
    ),
    resources(
        "a task moves off a topic that the run deletes",
        fails("old", "is used by Smart Connect task dump", requests=NOTHING, warns=ANY),
        topics("old", "orders"),
        smart("dump", "old"),
        wanted={
            "topics": gone("topics", "old"),
            "smart_connect_tasks": [smart_task("dump", "orders")],
        },
        options={"recreate": True},
        remaining=["user owner", "topic old", "topic orders", "task dump"],
    ),
    resources(
        "a pruned topic with an entry of its permissions",
        fails("old", requests=NOTHING, warns=ANY),
        users("shop"),
        topics("old"),
        wanted={**pruning("topics", all=True), "topic_permissions": [permission("old", shop="pub")]},
        remaining=["user owner", "user shop", "topic old"],
    ),
    resources(
        "pruned users and their permissions",
        changed(order("PERMIT", "LEAVE"), warns=ANY),
        users("shop", "leaver", "guest"),
        topics("orders"),
        permits("orders", leaver="sub", guest="sub", shop="pub"),
        wanted={
            **pruning("users", [user("shop")], all=True),
            "topic_permissions": [permission("orders", shop="pub")],
        },
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop", "topic orders", "permission orders shop pub"],
    ),
    resources(
        "a user whose permissions can't be removed",
        fails(
            "DMS.00400062",
            requests=order("PERMIT"),
            warns=ANY,
            returns={of("users"): {"leaver": "not_tried"}, of("topic_permissions"): {"orders": "failed"}},
        ),
        users("shop", "leaver"),
        topics("orders"),
        permits("orders", leaver="sub", shop="pub"),
        wanted={"users": gone("users", "leaver"), "topic_permissions": [permission("orders", shop="pub")]},
        faults={"live": [Fault("UpdateTopicAccessPolicy", **REFUSED)]},
        live_only=True,
    ),
    resources(
        "a user and its permissions, whose removal takes a while, without wait",
        changed(r".*PERMIT( (JOB|INSTANCE))+ .*LEAVE.*", warns=ANY),
        users("shop", "leaver"),
        topics("orders"),
        permits("orders", leaver="sub", shop="pub"),
        wanted={"users": gone("users", "leaver"), "topic_permissions": [permission("orders", shop="pub")]},
        options={"wait": False},
        settings={"policy_reads": 3, "policies_keep_users": True},
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop", "topic orders", "permission orders shop pub"],
    ),
    resources(
        "a user and its permissions, whose removal fails, without wait",
        fails(
            "the background job",
            requests=order("PERMIT"),
            warns=ANY,
            returns={of("users"): {"leaver": "not_tried"}, of("topic_permissions"): {"orders": "failed"}},
        ),
        users("shop", "leaver"),
        topics("orders"),
        permits("orders", leaver="sub", shop="pub"),
        wanted={"users": gone("users", "leaver"), "topic_permissions": [permission("orders", shop="pub")]},
        options={"wait": False},
        settings={"policies_fail": True},
        live_only=True,
    ),
    resources(
        "permissions for a new topic that is listed late, without wait",
        changed(r".*ADD( TOPICS){3,} .*PERMIT.*", warns=ANY),
        users("shop"),
        wanted={"topics": [topic("orders")], "topic_permissions": [permission("orders", shop="pub")]},
        options={"wait": False},
        settings={"topic_list_lag": 3},
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop", "topic orders", "permission orders shop pub"],
    ),
    resources(
        "a user of a topic that is deleted, whose permissions survive",
        changed(order("DROP", "LEAVE"), warns=ANY),
        users("leaver"),
        topics("old"),
        permits("old", leaver="sub"),
        wanted={"users": gone("users", "leaver"), "topics": gone("topics", "old")},
        settings={"policies_survive_topics": True, "policies_keep_users": True},
        again=unchanged(NOTHING),
    ),
    resources(
        "permissions of a topic that is created again",
        changed(order("ADD", "PERMIT"), warns=ANY),
        users("shop", "leaver"),
        lambda sandbox: (sandbox.add_topic("orders"), sandbox.permit("orders", leaver="sub")),
        lambda sandbox: remove_topic(sandbox, "orders"),
        wanted={"topics": [topic("orders")], "topic_permissions": [permission("orders", shop="pub")]},
        settings={"policies_survive_topics": True},
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop", "user leaver", "topic orders", "permission orders shop pub"],
    ),
    resources(
        "a full quota, of which the other API frees one",
        changed(order("REMOVE", "CREATE"), warns=ANY),
        topics("orders"),
        *(
            smart(f"dump-{number}", "orders", task_id=f"aaaaaaaa-0000-4000-8000-00000000001{number}")
            for number in range(9)
        ),
        wanted={
            "smart_connect_tasks": gone("smart_connect_tasks", "dump-0"),
            "sink_tasks": [sink_task("archive", "orders")],
        },
        again=unchanged(NOTHING),
    ),
]

FAILURES = [
    resources(
        "what one kind refuses stops all",
        fails(
            "partition",
            requests=NOTHING,
            returns={
                of("users"): {"shop": "not_tried"},
                of("topics"): {"orders": "failed", "returns": "not_tried"},
                of("smart_connect_tasks"): {"dump": "not_tried"},
                has_plan: True,
            },
        ),
        topics("orders"),
        wanted={
            "users": [user("shop")],
            "topics": [topic("orders", partition=3), topic("returns")],
            "smart_connect_tasks": [smart_task("dump", "returns")],
        },
        remaining=["user owner", "topic orders"],
        full=True,
    ),
    *(
        resources(
            f"{operation} is refused",
            fails(message, requests=NOTHING, warns=ANY),
            topics("orders"),
            wanted={"users": [user("shop")], **wanted},
            faults=[Fault(operation, **DENIED)],
            remaining=["user owner", "topic orders"],
        )
        for operation, message, wanted in (
            ("ShowInstanceUsers", "dms:instance:get", {}),
            ("ListInstanceTopics", "dms:instance:get", {"topics": [topic("returns")]}),
            ("ShowTopicAccessPolicy", "dms:instance:get", {"topic_permissions": [permission("orders", shop="pub")]}),
            ("ListInstanceConsumerGroups", "dms:instance:get", {"consumer_groups": [group("billing")]}),
            (
                "ListConnectorTasks",
                "dms:instance:listConnectorSinkTask",
                {"smart_connect_tasks": [smart_task("dump", "orders")]},
            ),
            ("ListSinkTasks", "dms:instance:listConnectorSinkTask", {"sink_tasks": [sink_task("dump", "orders")]}),
            ("ShowInstance", "dms:instance:get", {}),
        )
    ),
    resources(
        "a topic that can't be created stops what depends on it",
        fails(
            "DMS.00400103",
            changed=True,
            requests=order("JOIN", "ADD", "ADD", "PERMIT", "FORM", "NEW"),
            warns=ANY,
            returns={
                of("users"): {"shop": "created"},
                of("topics"): {"orders": "failed", "returns": "created"},
                of("topic_permissions"): {"orders": "not_tried", "returns": "modified"},
                of("consumer_groups"): {"billing": "created"},
                of("smart_connect_tasks"): {"dump": "not_tried", "dump-returns": "created"},
            },
        ),
        wanted={
            "users": [user("shop")],
            "topics": [topic("orders", replication=9), topic("returns")],
            "topic_permissions": [permission("orders", shop="pub"), permission("returns", shop="pub")],
            "consumer_groups": [group("billing")],
            "smart_connect_tasks": [smart_task("dump", "orders", "returns"), smart_task("dump-returns", "returns")],
        },
        live_only=True,
        as_module=True,
    ),
    resources(
        "a user that can't be created stops what depends on it",
        fails(
            "DMS.00400062",
            changed=True,
            requests=order("JOIN", "ADD", "PERMIT"),
            warns=ANY,
            returns={
                of("users"): {"shop": "failed"},
                of("topics"): {"orders": "created"},
                of("topic_permissions"): {"orders": "not_tried", "returns": "modified"},
            },
        ),
        users("billing"),
        topics("returns"),
        wanted={
            "users": [user("shop")],
            "topics": [topic("orders")],
            "topic_permissions": [
                permission("orders", shop="pub", billing="sub"),
                permission("returns", billing="sub"),
            ],
        },
        faults={"live": [Fault("CreateInstanceUser", **REFUSED)]},
        live_only=True,
    ),
    resources(
        "a group that can't be created stops nothing else",
        fails(
            "DMS.00400062",
            changed=True,
            requests=order("ADD", "FORM", "NEW"),
            returns={
                of("topics"): {"orders": "created"},
                of("consumer_groups"): {"billing": "failed"},
                of("smart_connect_tasks"): {"dump": "created"},
            },
        ),
        wanted={
            "topics": [topic("orders")],
            "consumer_groups": [group("billing")],
            "smart_connect_tasks": [smart_task("dump", "orders")],
        },
        faults={"live": [Fault("CreateKafkaConsumerGroup", **REFUSED)]},
        live_only=True,
    ),
    *(
        resources(
            f"{what} stop everything",
            fails(
                code,
                changed=True,
                requests=order("REMOVE", "JOIN"),
                warns=ANY,
                returns={
                    of("smart_connect_tasks"): {"dump": "deleted", "to-bucket": "not_tried"},
                    of("topics"): {"orders": "not_tried"},
                    of("consumer_groups"): {"billing": "not_tried"},
                },
            ),
            smart("dump", "returns"),
            topics("returns"),
            wanted={
                "users": [user("shop")],
                "topics": [topic("orders")],
                "consumer_groups": [group("billing")],
                "smart_connect_tasks": [*gone("smart_connect_tasks", "dump"), smart_task("to-bucket", "returns")],
            },
            options={"max_retries": 0},
            faults={"live": [Fault("CreateInstanceUser", **fault)]},
            live_only=True,
            as_module=True,
        )
        for what, code, fault in (
            ("rejected credentials", "APIG.0301", REJECTED),
            ("rate limits", "DMS.10240407", THROTTLED),
        )
    ),
    resources(
        "the instance is busy",
        fails("is EXTENDING", requests=NOTHING),
        wanted={"users": [user("shop")], "topics": [topic("orders")]},
        setup=lambda sandbox: (
            on()(sandbox),
            sandbox.simulator.world.set_instance(sandbox.instance_id, status="EXTENDING"),
        ),
        remaining=["user owner"],
    ),
    *(
        resources(
            f"Smart Connect is off, as {off} fields, and a task of {kind} is wanted",
            fails("Smart Connect", requests=NOTHING),
            without_smart_connect,
            wanted={"topics": [topic("orders")], kind: [entry]},
            settings={"connector_off": off},
            remaining=["user owner"],
        )
        for kind, entry in (
            ("smart_connect_tasks", smart_task("dump", "orders")),
            ("sink_tasks", sink_task("dump", "orders")),
        )
        for off in ("empty", "absent")
    ),
    *(
        resources(
            f"Smart Connect is off, and a task of {kind} is not wanted",
            changed(order("ADD"), warns=("Smart Connect",)),
            without_smart_connect,
            wanted={"topics": [topic("orders")], kind: gone(kind, "dump")},
            again=unchanged(NOTHING, warns=ANY),
            remaining=["user owner", "topic orders"],
        )
        for kind in ("smart_connect_tasks", "sink_tasks")
    ),
    *(
        resources(
            f"the region does not have the API of {kind}",
            fails("APIG.0101", requests=NOTHING),
            wanted={"topics": [topic("orders")], **({} if kind == "topics" else {kind: [entry]})},
            settings={"missing_operations": [operation]},
            remaining=["user owner"],
        )
        for kind, entry, operation in (
            ("users", user("shop"), "ShowInstanceUsers"),
            ("consumer_groups", group("billing"), "ListInstanceConsumerGroups"),
            ("smart_connect_tasks", smart_task("dump", "orders"), "ListConnectorTasks"),
            ("sink_tasks", sink_task("dump", "orders"), "ListSinkTasks"),
        )
    ),
    resources(
        "SASL is off",
        fails("SASL is off", requests=NOTHING),
        wanted={"topics": [topic("orders")], "users": [user("shop")]},
        setup=lambda _sandbox: None,
        remaining=[],
    ),
]

PRUNE = [
    resources(
        "users, but for the first one",
        changed(order("LEAVE"), warns=ANY),
        users("shop", "leaver", "test-1"),
        wanted=pruning("users", [user("shop")], all=True),
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop"],
        as_module=True,
    ),
    resources(
        "users of a pattern",
        changed(order("LEAVE"), warns=ANY),
        users("shop", "leaver", "test-1"),
        wanted=pruning("users", pattern="test-.*"),
        again=unchanged(NOTHING),
        remaining=["user owner", "user shop", "user leaver"],
    ),
    resources(
        "topics, but for internal ones",
        changed(order("DROP"), warns=ANY),
        topics("orders", "old", "__consumer_offsets"),
        wanted=pruning("topics", [topic("orders")], all=True),
        again=unchanged(NOTHING),
        remaining=["user owner", "topic orders", "topic __consumer_offsets"],
    ),
    resources(
        "all topics without an entry",
        changed(order("DROP"), warns=ANY),
        topics("old"),
        wanted=pruning("topics", all=True),
        again=unchanged(NOTHING),
        remaining=["user owner"],
    ),
    resources(
        "topics of a pattern within the limit",
        changed(order("DROP"), warns=ANY),
        topics("orders", "test-1", "test-2"),
        wanted=pruning("topics", pattern="test-.*", limit=2),
        again=unchanged(NOTHING),
        remaining=["user owner", "topic orders"],
    ),
    resources(
        "more topics than the limit",
        fails("2 topics would be pruned", "1", "test-1, test-2", requests=NOTHING),
        topics("test-1", "test-2"),
        wanted={"users": [user("shop")], **pruning("topics", all=True, limit=1)},
        remaining=["user owner", "topic test-1", "topic test-2"],
        as_module=True,
    ),
    resources(
        "groups of a pattern that are empty",
        changed(order("DISBAND"), warns=ANY),
        topics("orders"),
        groups("billing", "test-1"),
        groups("test-2", members=[{"client_id": "app-1", "host": "/192.0.2.70", "topics": ["orders"]}]),
        wanted=pruning("consumer_groups", pattern="test-.*"),
        again=unchanged(NOTHING),
        remaining=["user owner", "topic orders", "group billing", "group test-2"],
    ),
    resources(
        "groups with offsets are not pruned without a limit",
        unchanged(NOTHING, warns=("have offsets: test-1",)),
        topics("orders", offsets=[[0, 9]] * 6),
        groups("test-1", offsets={"orders": [3] * 6}),
        wanted=pruning("consumer_groups", pattern="test-.*"),
        remaining=["user owner", "topic orders", "group test-1"],
    ),
    resources(
        "groups with offsets are pruned with a limit",
        changed(order("DISBAND"), warns=ANY),
        topics("orders", offsets=[[0, 9]] * 6),
        groups("test-1", offsets={"orders": [3] * 6}),
        wanted=pruning("consumer_groups", pattern="test-.*", limit=1),
        again=unchanged(NOTHING),
        remaining=["user owner", "topic orders"],
    ),
    resources(
        "Smart Connect tasks",
        changed(order("REMOVE")),
        smart("dump", "orders"),
        smart("keep", "orders", task_id=OTHER),
        wanted=pruning("smart_connect_tasks", [smart_task("keep", "orders")], all=True),
        again=unchanged(NOTHING),
        remaining=["user owner", "task keep"],
    ),
    resources(
        "sink tasks",
        changed(order("DELETE")),
        sink("dump", "orders"),
        sink("keep", "orders", task_id=ORDERS),
        wanted=pruning("sink_tasks", [sink_task("keep", "orders")], all=True),
        again=unchanged(NOTHING),
        remaining=["user owner", "task keep"],
    ),
    *(
        resources(
            f"{what} is refused",
            fails(*parts, requests=""),
            topics("old"),
            wanted=wanted,
            options={"prune": prune},
            remaining=["user owner", "topic old"],
        )
        for what, wanted, prune, parts in (
            ("prune of a kind that is left out", {"users": []}, {"topics": {"all": True}}, ("topics",)),
            (
                "prune of permissions",
                {"topic_permissions": []},
                {"topic_permissions": {"all": True}},
                ("topic_permissions",),
            ),
            (
                "prune of all consumer groups",
                {"consumer_groups": []},
                {"consumer_groups": {"all": True}},
                ("consumer_groups",),
            ),
            (
                "prune with a pattern and all",
                {"topics": []},
                {"topics": {"all": True, "pattern": ".*"}},
                ("pattern", "all"),
            ),
            ("prune with neither a pattern nor all", {"topics": []}, {"topics": {"limit": 3}}, ("pattern", "all")),
            ("prune with all that is false", {"topics": []}, {"topics": {"all": False}}, ("pattern", "all")),
            ("prune with nothing", {"topics": []}, {"topics": {}}, ("pattern", "all")),
            ("prune with a negative limit", {"topics": []}, {"topics": {"all": True, "limit": -1}}, ("limit", "-1")),
            ("prune with an invalid pattern", {"topics": []}, {"topics": {"pattern": "("}}, ("regular expression",)),
            ("prune with a blank pattern", {"topics": []}, {"topics": {"pattern": " "}}, ("pattern", "empty")),
        )
    ),
    resources(
        "prune of nothing",
        unchanged(NOTHING),
        topics("old"),
        wanted={"topics": []},
        options={"prune": {}},
        remaining=["user owner", "topic old"],
    ),
]

KEPT = {"smart_connect_tasks": [smart_task("dump", "orders")], "sink_tasks": []}

BOTH_APIS = [
    *(
        resources(
            f"a Smart Connect task is not pruned from the sink tasks, {what}",
            unchanged(NOTHING, warns=ANY),
            smart("dump", "orders"),
            wanted={"smart_connect_tasks": [entry], "sink_tasks": []},
            options={"prune": {"sink_tasks": {"all": True}}},
            remaining=["user owner", "task dump"],
            as_module=what == "by id",
        )
        for what, entry in (
            ("by name", smart_task("dump", "orders")),
            ("by id", {"task_id": ORDERS, "state": "running"}),
        )
    ),
    resources(
        "a sink task is not pruned from the Smart Connect tasks",
        unchanged(NOTHING, warns=ANY),
        sink("dump", "orders"),
        wanted={"sink_tasks": [sink_task("dump", "orders")], "smart_connect_tasks": []},
        options={"prune": {"smart_connect_tasks": {"all": True}}},
        remaining=["user owner", "task dump"],
    ),
    resources(
        "a new task is not pruned from the other list",
        changed(order("NEW"), warns=ANY),
        wanted={"smart_connect_tasks": [smart_task("dump", "orders")], "sink_tasks": []},
        options={"prune": {"sink_tasks": {"all": True}, "smart_connect_tasks": {"all": True}}},
        again=unchanged(NOTHING, warns=ANY),
        remaining=["user owner", "task dump"],
    ),
    resources(
        "two entries for one name",
        fails("dump", requests=NOTHING),
        smart("dump", "orders"),
        wanted={"smart_connect_tasks": [smart_task("dump", "orders")], "sink_tasks": [sink_task("dump", "orders")]},
        remaining=["user owner", "task dump"],
        as_module=True,
    ),
    resources(
        "two entries for one task, by id and by name",
        fails(ORDERS, requests=NOTHING),
        smart("dump", "orders"),
        wanted={
            "smart_connect_tasks": [{"task_id": ORDERS, "state": "running"}],
            "sink_tasks": gone("sink_tasks", "dump"),
        },
        remaining=["user owner", "task dump"],
    ),
    resources(
        "two entries for one id",
        fails(ORDERS, requests=NOTHING),
        smart("dump", "orders"),
        wanted={
            "smart_connect_tasks": [{"task_id": ORDERS, "state": "running"}],
            "sink_tasks": [{"task_id": ORDERS, "state": "absent"}],
        },
        remaining=["user owner", "task dump"],
    ),
    resources(
        "pruned from both lists, deleted once",
        changed(order("(?:REMOVE|DELETE)"), warns=ANY),
        smart("dump", "orders"),
        wanted={"smart_connect_tasks": [], "sink_tasks": []},
        options={"prune": {"sink_tasks": {"all": True}, "smart_connect_tasks": {"all": True}}},
        check=changed(NOTHING, warns=ANY),
        again=unchanged(NOTHING),
        remaining=["user owner"],
    ),
]


def definition(*keys: str) -> Callable[[Result], Any]:
    """The names of the entries in the definition, for each of these kinds that it has."""
    return lambda result: {
        kind: [entry[NAMES[kind]] for entry in result["definition"][kind]]
        for kind in keys or NAMES
        if kind in result.get("definition", {})
    }


def entry(kind: str) -> Callable[[Result], Any]:
    """The first entry of a kind in the definition."""
    return lambda result: result["definition"][kind][0]


FULL = (
    users("shop"),
    topics("orders", "returns", "__consumer_offsets"),
    permits("orders", shop="pub"),
    groups("billing", "__consumer-group-dial-test"),
    smart("dump", "orders"),
    sink("archive", "returns"),
)
WITHOUT_PASSWORDS = ("the definitions have no user_passwd",)
FOUND = {
    "users": ["owner", "shop"],
    "topics": ["orders", "returns"],
    "topic_permissions": ["orders"],
    "consumer_groups": ["billing"],
    "smart_connect_tasks": ["dump"],
    "sink_tasks": ["archive"],
}

INFO = [
    info(
        "a whole instance",
        unchanged(
            "INSTANCE INSTANCES USERS TOPICS POLICIES POLICIES GROUPS TASKS LIST SHOW",
            warns=WITHOUT_PASSWORDS,
            returns={
                definition(): FOUND,
                "instance_name": "instance",
                entry("topic_permissions"): {"topic_name": "orders", "policies": {"shop": "pub"}},
                entry("users"): {"user_name": "owner", "user_desc": ""},
            },
        ),
        *FULL,
        settings=SEPARATE,
        as_module=True,
    ),
    info(
        "tasks that both APIs show",
        unchanged(
            "INSTANCE INSTANCES TASKS LIST",
            returns={definition(): {"smart_connect_tasks": ["dump", "archive"], "sink_tasks": []}},
        ),
        *FULL,
        options={"kinds": ["smart_connect_tasks", "sink_tasks"]},
    ),
    info(
        "by the name of the instance",
        unchanged("INSTANCES INSTANCE TOPICS", returns={definition(): {"topics": ["orders", "returns"]}}),
        *FULL,
        options={**BY_NAME, "kinds": ["topics"]},
    ),
    info(
        "Smart Connect is off",
        unchanged(
            "INSTANCE INSTANCES USERS TOPICS GROUPS",
            warns=WITHOUT_PASSWORDS,
            returns={definition(): {"users": ["owner"], "topics": [], "topic_permissions": [], "consumer_groups": []}},
        ),
        without_smart_connect,
    ),
    info(
        "the region does not have the newer API of tasks",
        unchanged(
            NOTHING,
            warns=("leaves out smart_connect_tasks, because the region does not have their API", "APIG.0101"),
            returns={definition("smart_connect_tasks", "sink_tasks"): {"sink_tasks": ["dump", "archive"]}},
        ),
        *FULL,
        settings={"missing_operations": ["ListConnectorTasks"]},
        as_module=True,
    ),
    info(
        "SASL is off, and users can't be listed",
        unchanged(NOTHING, returns={definition(): {kind: [] for kind in NAMES if kind != "users"}}),
        setup=lambda _sandbox: None,
        settings={"users_listed_without_sasl": False},
    ),
    *(
        info(
            f"{operation} is refused",
            fails("Could not", requests=NOTHING, warns=ANY, returns={"definition": None}),
            *FULL,
            faults=[Fault(operation, **DENIED)],
        )
        for operation in (
            *("ShowInstance", "ShowInstanceUsers", "ListInstanceTopics", "ShowTopicAccessPolicy"),
            *("ListInstanceConsumerGroups", "ListConnectorTasks", "ListSinkTasks"),
        )
    ),
    info(
        "the instance does not exist", fails("DMS.00404022", requests="INSTANCE"), options={"instance_id": NO_SUCH_ID}
    ),
]

CASES = [*ORDER, *ONE_KIND, *OPTIONS, *DEPENDENCIES, *MORE_DEPENDENCIES, *FAILURES, *PRUNE, *BOTH_APIS, *INFO]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)


# --- playbooks -------------------------------------------------------------------------------------------------------


def options(sandbox: Sandbox, **more: Any) -> dict[str, Any]:
    """Options of a task in a playbook with the variable secrets."""
    own = {name: value for name, value in sandbox.options().items() if name != "connector_id"}
    return Secrets(sandbox.simulator).as_variables({**own, "instance_id": sandbox.instance_id, **more})


def sandboxes(simulator: Simulator, names: Sequence[str], *parts: Setup) -> dict[str, Sandbox]:
    """Sandboxes with these names, each with *parts*."""
    found = {name: Sandbox(simulator, name) for name in names}
    for sandbox in found.values():
        sandbox.create()
        on(*parts)(sandbox)
    return found


def step(
    name: str, sandbox: Sandbox, register: str = "ignored", check_mode: bool = False, **more: Any
) -> dict[str, Any]:
    task = {MODULE: options(sandbox, **more), "check_mode": check_mode, "diff": True}
    return {"name": name, **task, "register": register, "ignore_errors": True}


def test_a_run_that_ends_after_any_change_is_completed_by_the_next_one(simulator: Simulator, tmp_path: Path) -> None:
    """After the n-th change nothing reaches the service any more, as if the run had been killed."""
    simulator.settings.shared_tasks = False
    numbers = range(len(ALL_WRITES) + 1)
    own = sandboxes(simulator, [f"killed after {number}" for number in numbers], *BEFORE)

    def prepare(name: str) -> None:
        simulator.faults.clear()
        if name in own:
            after(int(name.rpartition(" ")[2]))

    def after(left: int) -> None:
        simulator.faults.clear()
        for method in ("POST", "PUT", "DELETE"):
            if left:
                simulator.faults.add(Fault(method=method, after=lambda _world: follow(left - 1)))
            else:
                simulator.faults.add(Fault(method=method, drop="before", times=None))

    def follow(left: int) -> None:
        after(left)
        if left == 0:
            simulator.faults.add(Fault(drop="before", times=None))

    tasks = [
        each
        for name, sandbox in own.items()
        for each in (
            step(name, sandbox, **EVERYTHING, max_retries=0, timeout=1),
            step(f"{name}, then completed", sandbox, **EVERYTHING),
            step(f"{name}, then again", sandbox, **EVERYTHING),
        )
    ]
    output = run_playbook(tmp_path, [{"tasks": tasks}], variables=Secrets(simulator).variables, on_start=prepare)
    output.expect_success()
    for number, (name, sandbox) in enumerate(own.items()):
        completed, again = f"{name}, then completed", f"{name}, then again"
        assert not output.failed(completed), (name, output.result(completed)["msg"])
        assert not output.failed(again), (name, output.result(again)["msg"])
        assert output.result(again)["changed"] is False, name
        assert sorted(sandbox.everything()) == sorted(AFTER), name
        if number < len(ALL_WRITES):
            assert output.failed(name), name
            assert output.result(name)["changed"] is (number > 0), (name, output.result(name)["msg"])
            assert output.result(completed)["changed"], name


@pytest.mark.parametrize("way", WAYS)
def test_what_was_approved_is_what_is_changed(simulator: Simulator, tmp_path: Path, way: str) -> None:
    simulator.settings.shared_tasks = False
    sandbox, plan = sandboxes(simulator, ["approved"], *BEFORE)["approved"], "{{ approved.plan_id }}"
    more = {**EVERYTHING, "users": [*EVERYTHING["users"], user("another")]}
    pruned = {**EVERYTHING, "prune": {"users": {"pattern": "own.*|leaver"}}}
    tasks = [
        step("approve", sandbox, "approved", check_mode=True, **EVERYTHING),
        step("a user more", sandbox, expect_plan=plan, **more),
        step("a kind less", sandbox, expect_plan=plan, **{**EVERYTHING, "consumer_groups": "{{ none }}"}),
        step("pruned besides, the same plan", sandbox, check_mode=True, expect_plan=plan, **pruned),
        step("as approved", sandbox, expect_plan=plan, **EVERYTHING),
        step("as approved before", sandbox, expect_plan=plan, **EVERYTHING),
    ]
    secrets = Secrets(simulator)
    hosts = {"localhost": in_way(way)}
    output = run_playbook(tmp_path, [{"tasks": tasks}], hosts=hosts, variables=secrets.variables).expect_success()
    approved, run = output.result("approve"), output.result("as approved")
    assert (approved["changed"], run["changed"]) == (True, True)
    assert approved["plan_id"] == run["plan_id"] == output.result("pruned besides, the same plan")["plan_id"]
    assert approved["diff"] == run["diff"]
    for other in ("a user more", "a kind less", "as approved before"):
        refused = output.result(other)
        assert "so nothing was changed" in refused["msg"], other
        assert (refused["changed"], refused["instance_id"]) == (False, sandbox.instance_id)
        assert refused["plan_id"] != approved["plan_id"], other
    assert sorted(sandbox.everything()) == sorted(AFTER)
    assert not secrets.shown_in(output)


def test_the_definition_changes_nothing(simulator: Simulator, tmp_path: Path) -> None:
    simulator.settings.shared_tasks = True
    parts = {
        "empty": (),
        "without Smart Connect": (topics("orders"), without_smart_connect),
        "everything": BEFORE,
        "paused": (smart("dump", "orders"), pause),
        "more": (
            *(users("shop"), topics("orders", "__consumer_offsets", "mm2-offset-syncs.A.internal", topic_desc="all")),
            *(
                permits("orders", shop="pub", owner="all", default_user="sub"),
                groups("billing", "__dial", group_desc="x"),
            ),
            lambda sandbox: sandbox.add("by-regex", ORDERS, topics_regex="ord.*", api="connector"),
            lambda sandbox: sandbox.add("twin", "aaaaaaaa-0000-4000-8000-000000000003", topics="orders", api="sink"),
            lambda sandbox: sandbox.add("twin", "aaaaaaaa-0000-4000-8000-000000000004", topics="orders", api="sink"),
        ),
    }
    own = {name: sandboxes(simulator, [name], *each)[name] for name, each in parts.items()}

    def apply(sandbox: Sandbox, name: str, **more: Any) -> dict[str, Any]:
        # What the definition contains comes last.
        given = {key: value for key, value in options(sandbox).items() if key != "instance_id"}
        task = {MODULE: "{{ connection | combine(exported.definition, more) }}"}
        return {"name": name, **task, "vars": {"connection": given, "more": more}}

    def exported(name: str, sandbox: Sandbox) -> list[dict[str, Any]]:
        read = {"name": f"read {name}", f"{MODULE}_info": options(sandbox), "register": "exported"}
        return [read, {**apply(sandbox, f"check {name}"), "check_mode": True}, apply(sandbox, f"apply {name}")]

    tasks = [task for name, sandbox in own.items() for task in exported(name, sandbox)]
    output = run_playbook(tmp_path, [{"tasks": tasks}], variables=Secrets(simulator).variables).expect_success()
    for name in own:
        for what in ("check", "apply"):
            assert not output.result(f"{what} {name}")["changed"], (what, name)
    assert not simulator.journal.writes()


def pause(sandbox: Sandbox) -> None:
    sandbox.simulator.world.set_task(sandbox.connector_id, ORDERS, status="PAUSED")
