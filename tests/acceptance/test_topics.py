# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Topics: single ones, sets, what forbids a deletion, and what is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, ORDERS, OTHER, Sandbox, task
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.playbook import BOTH_WAYS, WAYS, in_way
from acceptance.harness.runner import Ways
from acceptance.harness.tasks import connection, variables
from simulator import Fault

if TYPE_CHECKING:
    from acceptance.harness.playbook import Output
    from simulator import Simulator

Setup = Callable[[Sandbox], object]

TOPIC = "huaweicloud_kafka_topic"
MODULE = f"huaweicloud.kafka.{TOPIC}"
INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
BY_NAME = {"instance_id": None, "instance_name": "instance"}
WANTED = {"partition": 6, "replication": 3, "retention_time": 48}
AUTO_CREATION = {"enable_auto_topic": True}


def with_topics(*topics: str | Mapping[str, Any], **instance: Any) -> Setup:
    """Create topics, each a name or its fields, and set fields of the instance, which creates no topics automatically."""

    def setup(sandbox: Sandbox) -> None:
        sandbox.simulator.world.set_instance(sandbox.instance_id, **{"enable_auto_topic": False, **instance})
        for fields in topics:
            sandbox.add_topic(**({"name": fields, **WANTED} if isinstance(fields, str) else fields))

    return setup


def orders(**fields: Any) -> dict[str, Any]:
    return {"name": "orders", **WANTED, **fields}


def topic(name: str, live: Expect, *topics: str | Mapping[str, Any], **more: Any) -> Case:
    """A case of the topic named orders. *topics* exist; without options it is wanted as :data:`WANTED`."""
    options = {**INSTANCE, "name": "orders", **more.pop("options", WANTED)}
    setup = more.pop("setup", None) or with_topics(*topics)
    return Case(name, options, live, module=TOPIC, setup=setup, **more)


def absent(name: str, live: Expect, *topics: str | Mapping[str, Any], **more: Any) -> Case:
    return topic(name, live, *topics, options={"state": "absent", **more.pop("options", {})}, **more)


def topics(name: str, wanted: list[Any], live: Expect, *existing: str | Mapping[str, Any], **more: Any) -> Case:
    options = {**INSTANCE, "topics": wanted, **more.pop("options", {})}
    setup = more.pop("setup", None) or with_topics(*existing)
    return Case(name, options, live, module=f"{TOPIC}s", setup=setup, **more)


def info(name: str, live: Expect, **more: Any) -> Case:
    options = {**INSTANCE, **more.pop("options", {})}
    setup = more.pop("setup", None) or with_topics("orders", "invoices", INTERNAL)
    return Case(name, options, live, module=f"{TOPIC}_info", setup=setup, **more)


def incident(operation: str, what: Setup, **more: Any) -> Callable[[Sandbox], list[Fault]]:
    """Another user does *what* immediately before the service processes the request."""
    return lambda sandbox: [Fault(operation, before=lambda _world: what(sandbox), **more)]


def creates(**fields: Any) -> Setup:
    """Another user creates the topic named orders."""
    return lambda sandbox: sandbox.add_topic(**orders(**fields))


def lost_and_late(sandbox: Sandbox) -> list[Fault]:
    """The response to the creation is lost, and the list shows the topic only when it is created again."""
    show = Fault("CreateInstanceTopic", before=lambda world: world.set_topic(sandbox.instance_id, "orders", unlisted=0))
    hide = Fault("CreateInstanceTopic", drop="after", after=lambda world: _hide(sandbox))
    return [hide, show]


def _hide(sandbox: Sandbox) -> None:
    sandbox.simulator.world.set_topic(sandbox.instance_id, "orders", unlisted=10**6)


def add_config(page: dict[str, Any]) -> None:
    page["topics"][0]["topic_other_configs"].append({"name": "unclean.leader.election.enable", "value": "false"})


def disable(sandbox: Sandbox) -> None:
    with_topics("orders")(sandbox)
    sandbox.disable_smart_connect()


def remove_connector_only(sandbox: Sandbox) -> None:
    """Remove the connector from the service, but not from the fields of the instance."""
    with_topics("orders")(sandbox)
    del sandbox.simulator.world.connectors[sandbox.connector_id]


def replication(direction: str, **fields: Any) -> Setup:
    """The topics A.orders, B.orders and mapped exist, and a Smart Connect task replicates orders."""

    def setup(sandbox: Sandbox) -> None:
        with_topics("orders", "A.orders", "B.orders", "mapped", "free")(sandbox)
        source = {
            "direction": direction,
            "current_cluster_name": "A",
            "cluster_name": "B",
            "topics_mapping": "",
            **fields,
        }
        sandbox.simulator.world.add_task(
            sandbox.connector_id, "copy", task_id=OTHER, source=source, api="connector", topics="orders"
        )

    return setup


def actions(result: dict[str, Any]) -> list[str]:
    return [item["action"] for item in result["topics"]]


def names(result: dict[str, Any]) -> list[str]:
    return [item["name"] for item in result["topics"]]


def first(key: str) -> Callable[[dict[str, Any]], Any]:
    """The value of *key* of the first topic that is returned."""
    return lambda result: result["topics"][0][key]


def second_changed(result: dict[str, Any]) -> Any:
    return result["topics"][1]["changed"]


def field(key: str) -> Callable[[dict[str, Any]], Any]:
    """The value of *key* of the topic that is returned."""
    return lambda result: result.get("topic", {}).get(key)


def configs(result: dict[str, Any]) -> dict[str, Any]:
    return {row["name"]: row["value"] for row in result["topic"]["topic_other_configs"]}


SAME = unchanged("TOPICS")
CREATED = "TOPICS INSTANCE ADD TOPICS"
CHANGED = "TOPICS INSTANCE CHANGE TOPICS"
GUARD = "TOPICS INSTANCE TASKS LIST"
DELETED = f"{GUARD} DROP TOPICS"
MESSAGES = ("Deleting a topic deletes its messages.",)
KEYS = ("messages of a key can go to another partition",)
COMES_BACK = ("a deleted topic comes back if a client still uses it",)
INTERNAL = {"name": "__consumer_offsets", "partition": 50, "topic_type": 1}
DENIED = {"status": 403, "code": "DMS.00403003", "times": None}
READS_ORDERS = task("dump", ORDERS, topics="orders,invoices")
HUNDRED = [{"name": f"topic-{number:03}", "partition": 3, "replication": 3} for number in range(100)]
LONGER = [{**each, "retention_time": 24} for each in HUNDRED]

PRESENT = [
    topic("same", SAME, "orders", as_module=True),
    topic("same by the name of the instance", unchanged("INSTANCES TOPICS"), "orders", options={**BY_NAME, **WANTED}),
    topic(
        "nothing but the name is wanted",
        unchanged("TOPICS", returns={field("retention_time"): 48}),
        "orders",
        options={},
    ),
    topic(
        "numbers and booleans as text",
        SAME,
        orders(sync_replication=True, configs={"max.message.bytes": "1000"}),
        options={
            "partition": "6",
            "retention_time": "48",
            "sync_replication": "yes",
            "topic_other_configs": {"max.message.bytes": 1000},
        },
        as_module=True,
    ),
    topic(
        "aliases",
        changed(
            CREATED,
            returns={
                field("partition"): 2,
                field("topic_desc"): "all",
                configs: {"max.message.bytes": "1000", "message.timestamp.type": "CreateTime"},
            },
        ),
        again=SAME,
        options={
            "partitions": 2,
            "replicas": 1,
            "aging_time": 24,
            "sync_flushing": True,
            "description": "all",
            "configs": {"max.message.bytes": 1000, "message.timestamp.type": "CreateTime"},
        },
    ),
    topic(
        "created",
        changed(CREATED, returns={field("partition"): 6, field("replication"): 3}),
        again=unchanged("TOPICS", returns={field("partition"): 6, field("replication"): 3}),
        remaining=["orders"],
        full=True,
    ),
    topic(
        "created by the name of the instance",
        changed("INSTANCES TOPICS ADD TOPICS"),
        again=unchanged("INSTANCES TOPICS"),
        options={**BY_NAME, **WANTED},
    ),
    topic("created, listed late", changed(f"{CREATED}( TOPICS)+"), again=SAME, settings={"topic_list_lag": 3}),
    topic(
        "created, never listed",
        fails(
            "waited 1 seconds for the topic of that name to be listed", changed=True, requests=f"{CREATED}( TOPICS)*"
        ),
        options={**WANTED, "wait_timeout": 1},
        settings={"topic_list_lag": 10**6},
        live_only=True,
    ),
    topic(
        "created without wait",
        changed("TOPICS INSTANCE ADD"),
        again=SAME,
        options={**WANTED, "wait": False},
        remaining=["orders"],
    ),
    topic(
        "created without partition", fails("partition must be set to create the topic", requests="TOPICS"), options={}
    ),
    topic(
        "created, the response is lost",
        changed(f"{CREATED}( TOPICS)?"),
        again=SAME,
        faults={"live": [Fault("CreateInstanceTopic", drop="after")]},
        as_module=True,
    ),
    topic(
        "created, the response is lost and the list is late",
        changed(f"{CREATED}( TOPICS)+"),
        again=SAME,
        settings={"topic_list_lag": 2},
        faults={"live": [Fault("CreateInstanceTopic", drop="after")]},
    ),
    topic(
        "created by the second request",
        changed("TOPICS INSTANCE ADD( TOPICS)+ ADD TOPICS"),
        again=SAME,
        options={**WANTED, "timeout": 1},
        faults={"live": [Fault("CreateInstanceTopic", drop="before")]},
        remaining=["orders"],
    ),
    topic(
        "created by the first of two requests",
        changed("TOPICS INSTANCE ADD( TOPICS)+ ADD( TOPICS)+"),
        again=SAME,
        options={**WANTED, "timeout": 1},
        faults=lost_and_late,
        live_only=True,
        as_module=True,
    ),
    topic(
        "created by another run",
        unchanged("TOPICS INSTANCE ADD( TOPICS)+"),
        check=changed("TOPICS INSTANCE"),
        again=SAME,
        faults=incident("CreateInstanceTopic", creates()),
        as_module=True,
    ),
    *(
        topic(
            f"created by another run, which the service reports with {code}",
            unchanged("TOPICS INSTANCE ADD( TOPICS)+"),
            faults=incident("CreateInstanceTopic", creates()),
            settings={"topic_exists_code": code},
            live_only=True,
        )
        for code in ("DMS.00400062", "DMS.00400101")
    ),
    topic(
        "created by another run, listed late",
        unchanged("TOPICS INSTANCE ADD( TOPICS)+"),
        faults=incident("CreateInstanceTopic", creates(unlisted=2)),
        live_only=True,
    ),
    topic(
        "created, the service fails after that",
        changed("TOPICS INSTANCE ADD( TOPICS)+"),
        again=SAME,
        faults={"live": [Fault("CreateInstanceTopic", status=500, code="DMS.00500990", after_work=True)]},
    ),
    topic(
        "created otherwise by another run",
        fails("DMS.40050005", requests="TOPICS INSTANCE ADD( TOPICS)+"),
        faults=incident("CreateInstanceTopic", creates(partition=1)),
        live_only=True,
    ),
    topic("changed", changed(CHANGED), orders(retention_time=24), again=SAME, as_module=True),
    topic(
        "more partitions",
        changed(CHANGED, warns=KEYS),
        orders(partition=3),
        again=unchanged("TOPICS", returns={field("partition"): 6}),
    ),
    topic(
        "more partitions, the response is lost",
        changed(CHANGED, warns=KEYS),
        orders(partition=3),
        again=SAME,
        faults={"live": [Fault("UpdateInstanceTopic", drop="after")]},
    ),
    topic("fewer partitions", fails("partition", "12", "6", requests="TOPICS"), orders(partition=12)),
    topic("another replication", fails("replication", "reassignment", requests="TOPICS"), orders(replication=2)),
    topic("a description", changed(CHANGED), "orders", options={"topic_desc": "all orders"}, again=SAME),
    topic("no description", changed(CHANGED), orders(topic_desc="all orders"), options={"topic_desc": ""}, again=SAME),
    topic(
        "one of the configs",
        changed(CHANGED, returns={configs: {"max.message.bytes": "2000", "message.timestamp.type": "CreateTime"}}),
        orders(configs={"max.message.bytes": "1000", "message.timestamp.type": "CreateTime"}),
        options={"topic_other_configs": {"max.message.bytes": 2000}},
        again=SAME,
        as_module=True,
    ),
    topic(
        "a boolean in the configs",
        SAME,
        "orders",
        options={"topic_other_configs": {"unclean.leader.election.enable": False}},
        faults=[Fault("ListInstanceTopics", times=None, mutate=add_config)],
        as_module=True,
    ),
    topic(
        "an unknown name in the configs",
        fails("DMS.00400062", requests="TOPICS INSTANCE CHANGE( TOPICS)?"),
        "orders",
        options={"topic_other_configs": {"no.such.config": 1}},
        live_only=True,
    ),
    topic(
        "null in the configs", fails("topic_other_configs", requests=""), options={"topic_other_configs": {"a": None}}
    ),
    topic("an invalid name", fails("name of a new topic", requests="TOPICS"), options={"name": "1st", **WANTED}),
    topic("an invalid number of partitions", fails("from 1 to 200", requests=""), options={"partition": 201}),
    topic("an empty name", fails("name must not be empty", requests=""), options={"name": " ", **WANTED}),
    topic(
        "a name that collides",
        fails("its name differs from that of the topic my.orders only in . and _", requests="TOPICS INSTANCE"),
        {"name": "my.orders"},
        options={"name": "my_orders", **WANTED},
        remaining=["my.orders"],
    ),
    *(
        topic(f"creation of {name}", fails("internal topic", requests="TOPICS"), options={"name": name, **WANTED})
        for name in ("__consumer_offsets", "mm2-offset-syncs.A.internal", "A.checkpoints.internal", "A.heartbeats")
    ),
    topic(
        "an internal topic", fails("internal topic", requests="TOPICS"), orders(topic_type=1), options={"partition": 9}
    ),
    topic("an internal topic as it is", SAME, orders(topic_type=1)),
    topic(
        "more partitions than are left",
        fails(
            "total partitions",
            "limit, and it still differs: partition is 6, wanted 9",
            changed=True,
            requests=CHANGED,
            warns=("3 more partitions are needed",),
        ),
        check=changed("TOPICS INSTANCE", warns=("3 more partitions are needed, but", "1 are left")),
        setup=with_topics("orders", partition_num="7"),
        options={"partition": 9, "retention_time": 24},
        again=fails("total partitions", requests=CHANGED, warns=KEYS),
        check_again=changed("TOPICS INSTANCE", warns=KEYS),
    ),
    topic(
        "a change that the service ignores",
        fails(
            "the service accepted the request, but did not change everything: retention_time is 24, wanted 48",
            requests=CHANGED,
        ),
        orders(retention_time=24),
        faults={"live": [Fault("UpdateInstanceTopic", status=204)]},
        live_only=True,
    ),
    topic(
        "the format of 2023",
        unchanged("TOPICS", returns={field("sync_replication"): True, field("name"): "orders"}),
        orders(sync_replication=True),
        options={**WANTED, "sync_replication": True, "sync_message_flush": False},
        settings={"topic_keys": "2023", "topic_booleans": "text"},
        as_module=True,
    ),
    topic(
        "a region with small pages",
        unchanged("TOPICS TOPICS"),
        "orders",
        settings={"topic_limit": 50},
        live_only=True,
        as_module=True,
    ),
    topic(
        "the instance is busy",
        fails("is EXTENDING", requests="TOPICS INSTANCE"),
        setup=with_topics(status="EXTENDING"),
    ),
    topic(
        "the instance is absent",
        fails("DMS.00404022", requests="TOPICS"),
        options={"instance_id": NO_SUCH_ID, **WANTED},
    ),
    topic(
        "no permission to create",
        fails("dms:instance:modify", requests="TOPICS INSTANCE ADD( TOPICS)?"),
        faults=[Fault("CreateInstanceTopic", **DENIED)],
        check=changed("TOPICS INSTANCE"),
        live_only=True,
    ),
]

ABSENT = [
    absent("already absent", SAME, "invoices", remaining=["invoices"]),
    absent(
        "deleted",
        changed(DELETED, warns=MESSAGES, returns={field("partition"): 6}),
        "orders",
        "invoices",
        again=unchanged("TOPICS", returns={field("partition"): None}),
        remaining=["invoices"],
        full=True,
    ),
    absent(
        "deleted by the name of the instance",
        changed("INSTANCES TOPICS TASKS LIST DROP TOPICS", warns=MESSAGES),
        "orders",
        options=BY_NAME,
        again=unchanged("INSTANCES TOPICS"),
    ),
    absent(
        "deleted by the name of the instance, whose row lacks the connector",
        changed("INSTANCES TOPICS INSTANCE TASKS LIST DROP TOPICS", warns=MESSAGES),
        "orders",
        options=BY_NAME,
        settings={"connector_listed": "absent"},
        again=unchanged("INSTANCES TOPICS"),
    ),
    absent(
        "deleted, listed for a while",
        changed(f"{DELETED}( TOPICS)+", warns=MESSAGES),
        "orders",
        settings={"topic_deletion_reads": 3},
        again=SAME,
    ),
    absent(
        "deleted without wait",
        changed(f"{GUARD} DROP( TOPICS)?", warns=MESSAGES),
        "orders",
        options={"wait": False},
        again=SAME,
    ),
    absent(
        "deleted with auto-creation",
        changed(DELETED, warns=(*MESSAGES, *COMES_BACK)),
        setup=with_topics("orders", **AUTO_CREATION),
        again=SAME,
        as_module=True,
    ),
    absent(
        "deleted, the response is lost",
        changed(f"{GUARD} DROP( DROP)?( TOPICS)+", warns=MESSAGES),
        "orders",
        again=SAME,
        faults={"live": [Fault("BatchDeleteInstanceTopic", drop="after")]},
    ),
    absent(
        "deleted by another run",
        changed(f"{GUARD} DROP( TOPICS)+", warns=MESSAGES),
        "orders",
        again=SAME,
        faults=incident(
            "BatchDeleteInstanceTopic",
            lambda sandbox: sandbox.simulator.world.remove_topic(sandbox.instance_id, "orders"),
        ),
        settings={"absent_topic_deleted": False},
    ),
    absent(
        "deleted, and auto-creation brings it back",
        fails("for the topic to be gone", changed=True, requests=f"{DELETED}( TOPICS)*", warns=COMES_BACK),
        setup=with_topics(orders(groups=["shop"]), **AUTO_CREATION),
        options={"wait_timeout": 1},
        settings={"topic_returns": 0},
        live_only=True,
    ),
    absent(
        "not deleted, and success is false",
        fails("the service reported that it was not done", requests=f"{GUARD} DROP( TOPICS)+", warns=MESSAGES),
        orders(undeletable=True),
        live_only=True,
        as_module=True,
    ),
    absent("an internal topic is not deleted", fails("internal topic", requests="TOPICS"), orders(topic_type=1)),
    absent(
        "the instance of the topic is absent",
        unchanged("TOPICS", warns=("Therefore topic orders",)),
        options={"instance_id": NO_SUCH_ID},
    ),
    absent(
        "no instance of that name",
        unchanged("INSTANCES", warns=("There is no Kafka instance named other.",)),
        options={"instance_id": None, "instance_name": "other"},
    ),
]


def kept(name: str, message: str, requests: str, **more: Any) -> Case:
    """A case in which something forbids the deletion."""
    existing = more.pop("topics", ("orders",))
    fails_so = fails(message, f"Remove {more.pop('what', 'tasks')} from protect", requests=requests, warns=MESSAGES)
    return absent(name, fails_so, *existing, **more)


def freed(name: str, requests: str, **more: Any) -> Case:
    existing = more.pop("topics", ("orders",))
    return absent(name, changed(requests, warns=MESSAGES), *existing, again=SAME, **more)


USES = "is used by Smart Connect task copy"
PROTECT = [
    kept(
        "used by a sink task",
        "is used by Smart Connect task dump (task id",
        GUARD,
        existing=[READS_ORDERS],
        as_module=True,
    ),
    kept(
        "used by a sink task of the older API only",
        "is used by sink task dump",
        GUARD,
        setup=lambda sandbox: (
            with_topics("orders")(sandbox),
            sandbox.simulator.world.add_task(
                sandbox.connector_id, "dump", task_id=ORDERS, topics="orders,x", api="sink"
            ),
        ),
        settings={"shared_tasks": False},
    ),
    kept(
        "used by a sink task with an expression",
        "Smart Connect task dump",
        f"{GUARD} SHOW",
        existing=[task("dump", ORDERS, topics="", topics_regex="order.")],
    ),
    freed(
        "not matched by the expression of a sink task",
        f"{GUARD}( SHOW)? DROP TOPICS",
        existing=[task("dump", ORDERS, topics="", topics_regex="inv.*")],
    ),
    freed("used by no task", DELETED, existing=[task("dump", ORDERS, topics="invoices")]),
    kept("read by a replication", USES, GUARD, setup=replication("push")),
    kept("written by a replication", USES, GUARD, setup=replication("pull")),
    kept("written behind the alias", USES, GUARD, setup=replication("pull"), options={"name": "B.orders"}),
    kept("written in both directions", USES, GUARD, setup=replication("two-way"), options={"name": "A.orders"}),
    freed("written by the peer", DELETED, setup=replication("push"), options={"name": "B.orders"}),
    kept(
        "written by a mapping",
        USES,
        GUARD,
        setup=replication("pull", topics_mapping="orders:mapped"),
        options={"name": "mapped"},
    ),
    freed("not written by a replication", DELETED, setup=replication("pull"), options={"name": "free"}),
    freed("without protection", "TOPICS INSTANCE DROP TOPICS", existing=[READS_ORDERS], options={"protect": []}),
    freed("Smart Connect is off", "TOPICS INSTANCE DROP TOPICS", setup=disable),
    freed("the region has no sink tasks", DELETED, settings={"sink_tasks_gone": "APIG.0101"}, as_module=True),
    freed("the connector is absent", f"{GUARD} DROP TOPICS", setup=remove_connector_only),
    kept(
        "the region has no API of tasks",
        "APIG.0101",
        GUARD,
        settings={"sink_tasks_gone": "APIG.0101", "missing_operations": ["ListConnectorTasks"]},
    ),
    kept(
        "a list of tasks that is not complete",
        "Could not list the Smart Connect tasks of instance",
        "TOPICS INSTANCE TASKS( TASKS)*",
        existing=[task("dump", ORDERS, topics="invoices")],
        faults=[Fault("ListConnectorTasks", times=None, mutate=lambda page: {**page, "total_number": 2})],
    ),
    kept(
        "the topics of a sink task can't be read",
        "the IAM permission dms:instance:getConnectorSinkTask",
        f"{GUARD} SHOW",
        existing=[task("dump", ORDERS, topics="", topics_regex="order.")],
        faults=[Fault("ShowSinkTaskDetail", **DENIED)],
    ),
    kept(
        "the tasks can't be read",
        "the IAM permission dms:",
        "TOPICS INSTANCE TASKS",
        faults=[Fault("ListConnectorTasks", **DENIED)],
        as_module=True,
        remaining=["orders"],
    ),
    kept(
        "used by consumers",
        "has consumer groups that subscribe to it: billing, shop",
        "TOPICS INSTANCE TOPIC",
        topics=[orders(groups=["shop", "billing"])],
        what="consumers",
        options={"protect": ["consumers"]},
    ),
    kept(
        "the consumers can't be read",
        "the IAM permission dms:",
        "TOPICS INSTANCE TOPIC",
        what="consumers",
        options={"protect": ["consumers"]},
        faults=[Fault("ShowInstanceTopicDetail", **DENIED)],
    ),
    kept(
        "has messages",
        "has 12 messages",
        "TOPICS INSTANCE PARTITIONS",
        topics=[orders(messages=12)],
        what="messages",
        options={"protect": ["messages"]},
        as_module=True,
    ),
    freed(
        "has nothing of all",
        f"{GUARD} TOPIC PARTITIONS DROP TOPICS",
        options={"protect": ["tasks", "consumers", "messages"]},
    ),
]

PRUNE = {"prune": True, "prune_pattern": "topic-.*"}
SETS = [
    topics("an unchanged set", [orders()], SAME, "orders", as_module=True),
    topics(
        "a set of everything",
        [orders(), {"name": "invoices", "retention_time": 24}, {"name": "old", "state": "absent"}, {"name": "kept"}],
        changed(
            f"{GUARD} DROP TOPICS CHANGE TOPICS ADD TOPICS",
            warns=MESSAGES,
            returns={actions: ["created", "modified", "deleted", "unchanged"]},
        ),
        "invoices",
        "old",
        "kept",
        again=unchanged("TOPICS", returns={actions: ["unchanged"] * 4}),
        remaining=["invoices", "kept", "orders"],
        full=True,
    ),
    topics(
        "prune",
        [orders()],
        changed(DELETED, warns=MESSAGES, returns={actions: ["unchanged", "deleted", "deleted"]}),
        setup=with_topics("orders", "topic-1", "other", INTERNAL, "A.heartbeats"),
        options={"prune": True},
        again=SAME,
        remaining=["orders", "__consumer_offsets", "A.heartbeats"],
        as_module=True,
    ),
    topics(
        "prune by pattern",
        [],
        changed(DELETED, warns=MESSAGES, returns={names: ["topic-1", "topic-2"]}),
        "orders",
        "topic-1",
        "topic-2",
        "a-topic-3",
        options={**PRUNE, "prune_limit": 2},
        again=SAME,
        remaining=["orders", "a-topic-3"],
    ),
    topics(
        "prune_limit is exceeded",
        [],
        fails("2 topics would be pruned, more than prune_limit 1: topic-1, topic-2", requests="TOPICS"),
        "topic-1",
        "topic-2",
        options={**PRUNE, "prune_limit": 1},
    ),
    topics(
        "prune without a pattern", [], fails("would delete all topics", requests=""), "orders", options={"prune": True}
    ),
    topics(
        "prune an incomplete list",
        [orders()],
        fails("the list contains 2 of 3 topics, so it is not complete", requests="TOPICS( TOPICS)*"),
        "orders",
        "topic-1",
        options={"prune": True},
        faults=[
            Fault(
                "ListInstanceTopics", times=None, mutate=lambda page: {**page, "total": 3, "topics": page["topics"][:2]}
            )
        ],
        remaining=["orders", "topic-1"],
        live_only=True,
    ),
    topics(
        "a different plan",
        [orders(retention_time=24)],
        fails("not abc", "nothing was changed", requests="TOPICS"),
        "orders",
        options={"expect_plan": "abc"},
    ),
    topics("a name twice", [orders(), orders()], fails("name must be unique in topics", requests=""), as_module=True),
    topics(
        "names of the set that collide",
        [orders(name="my.orders"), orders(name="my_orders")],
        fails("my_orders", "only in . and _", requests="TOPICS INSTANCE", returns={actions: ["not_tried", "failed"]}),
        remaining=[],
    ),
    topics(
        "a name that is free after a deletion",
        [orders(name="my.orders", state="absent"), orders(name="my_orders")],
        changed(f"{GUARD} DROP TOPICS ADD TOPICS", warns=MESSAGES),
        "my.orders",
        again=SAME,
    ),
    topics(
        "one refusal stops all",
        [orders(retention_time=24), {"name": "invoices", "partition": 3}],
        fails("invoices", "partition", requests="TOPICS", returns={actions: ["not_tried", "failed"]}),
        "orders",
        "invoices",
        as_module=True,
    ),
    topics(
        "one protected topic stops all",
        [orders(retention_time=24), {"name": "old", "state": "absent"}, {"name": "invoices", "state": "absent"}],
        fails(
            "invoices",
            "is used by Smart Connect task dump",
            requests=GUARD,
            warns=MESSAGES,
            returns={actions: ["not_tried", "not_tried", "failed"]},
        ),
        "orders",
        "old",
        "invoices",
        existing=[READS_ORDERS],
        remaining=["orders", "old", "invoices"],
        as_module=True,
    ),
    topics(
        "one protected topic stops pruning",
        [],
        fails("topic-1: the topic has 1 message)", requests="TOPICS INSTANCE PARTITIONS PARTITIONS", warns=MESSAGES),
        {"name": "topic-1", "messages": 1},
        "topic-2",
        options={**PRUNE, "protect": ["messages"]},
        remaining=["topic-1", "topic-2"],
    ),
    *(
        topics(
            f"changed in part, {part}",
            [orders(retention_time=24), {"name": "invoices", "partition": 9, "retention_time": 24}],
            fails(
                "1 of 2 topics failed",
                "total partitions",
                changed=True,
                requests=CHANGED,
                warns=("3 more partitions are needed",),
                returns={actions: ["modified", "failed"], second_changed: both},
            ),
            setup=with_topics("orders", "invoices", partition_num="13"),
            settings={"topic_change_in_part": part},
            live_only=True,
            as_module=part == "rest",
        )
        for part, both in (("rest", True), ("others", False), ("earlier", False))
    ),
    topics(
        "deleted in part",
        [{"name": "orders", "state": "absent"}, {"name": "invoices", "state": "absent"}],
        fails(
            "1 of 2 topics failed",
            "invoices",
            changed=True,
            requests=f"{GUARD} DROP( TOPICS)+",
            warns=MESSAGES,
            returns={actions: ["deleted", "failed"]},
        ),
        "orders",
        {"name": "invoices", "undeletable": True},
        live_only=True,
        as_module=True,
    ),
    topics(
        "created in part",
        [orders(), {"name": "invoices", "partition": 3, "replication": 9}],
        fails(
            "invoices",
            "DMS.00400103",
            changed=True,
            requests="TOPICS INSTANCE ADD ADD( TOPICS)+",
            returns={actions: ["created", "failed"]},
        ),
        live_only=True,
    ),
    topics("hundred unchanged topics", HUNDRED, SAME, *HUNDRED),
    topics("hundred changed topics", LONGER, changed("TOPICS INSTANCE CHANGE CHANGE TOPICS"), *HUNDRED, again=SAME),
    topics("hundred new topics", HUNDRED, changed(f"TOPICS INSTANCE{' ADD' * 100} TOPICS"), again=SAME),
    topics(
        "ninety pruned topics",
        HUNDRED[:10],
        changed(f"{GUARD} DROP DROP TOPICS", warns=MESSAGES),
        *HUNDRED,
        options={"prune": True},
        again=SAME,
        remaining=[each["name"] for each in HUNDRED[:10]],
    ),
    topics(
        "a set in a region with small pages",
        LONGER,
        changed("TOPICS TOPICS TOPICS INSTANCE CHANGE CHANGE TOPICS TOPICS"),
        *HUNDRED,
        settings={"topic_limit": 50},
        live_only=True,
    ),
]

POLICIES = [{"owner": False, "user_name": "shop", "access_policy": "pub"}]


INFO = [
    info(
        "all topics",
        unchanged(
            "INSTANCE TOPICS",
            returns={
                names: ["orders", "invoices", "__consumer_offsets"],
                "remain_partitions": 688,
                "max_partitions": 750,
                "auto_create_topics": False,
                first("partition"): 6,
            },
        ),
        as_module=True,
    ),
    info("a topic by its name", unchanged("INSTANCE TOPICS", returns={names: ["orders"]}), options={"name": "orders"}),
    info("no topic of that name", unchanged("INSTANCE TOPICS", returns={names: []}), options={"name": "ord"}),
    info(
        "topics by a pattern",
        unchanged("INSTANCE TOPICS", returns={names: ["orders", "invoices"]}),
        options={"pattern": "(o|i)[a-z]+s"},
    ),
    info("an invalid pattern", fails("pattern is not a regular expression", requests=""), options={"pattern": "("}),
    info(
        "details",
        unchanged(
            "INSTANCE TOPICS POLICIES PARTITIONS TOPIC TASKS LIST",
            returns={
                first("permissions"): POLICIES,
                first("messages"): 12,
                first("consumers"): ["shop"],
                first("tasks"): [{"kind": "Smart Connect task", "task_id": ORDERS, "task_name": "dump"}],
            },
        ),
        setup=lambda sandbox: (
            with_topics(orders(messages=12, groups=["shop"]))(sandbox),
            sandbox.permit("orders", shop="pub"),
        ),
        existing=[READS_ORDERS],
        options={"name": "orders", "details": ["permissions", "messages", "consumers", "tasks"]},
        as_module=True,
    ),
    info(
        "details that can't be read",
        fails("dms:instance:get", requests="INSTANCE TOPICS TOPIC( TOPIC)?"),
        options={"details": ["consumers"], "pattern": "orders|invoices"},
        faults=[Fault("ShowInstanceTopicDetail", **DENIED)],
    ),
    info(
        "the instance does not exist",
        fails("DMS.00404022", requests="TOPICS|INSTANCE"),
        options={"instance_id": NO_SUCH_ID},
    ),
]

CASES = [*PRESENT, *ABSENT, *PROTECT, *SETS, *INFO]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)


def options(simulator: Simulator, **more: Any) -> dict[str, Any]:
    own = {name: value for name, value in connection(simulator).items() if name != "connector_id"}
    return {**own, "instance_id": simulator.instance_id, **more}


def test_several_hosts_create_the_same_topic(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.settings.latency = 0.05
    hosts = {f"host{number}": in_way(WAYS[number % 2]) for number in range(6)}
    item = options(simulator, name="{{ item }}", **WANTED)
    play = {"tasks": [{"name": "create", MODULE: item, "loop": ["orders", "invoices"]}]}
    output = run_playbook([play], "--forks", "6", hosts=hosts, variables=variables(simulator)).expect_success()
    created = [entry.effect.target for entry in simulator.journal if entry.effect]
    assert sorted(created) == ["invoices", "orders"]
    changed_items = [
        item["item"] for host in hosts for item in output.result("create", host)["results"] if item["changed"]
    ]
    assert sorted(changed_items) == ["invoices", "orders"]


def test_exported_definitions_change_nothing(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    for fields in (
        orders(topic_desc="all orders", sync_replication=True, configs={"max.message.bytes": "1000"}),
        {"name": "old_style-1", "partition": 1, "replication": 1, "retention_time": 0},
        INTERNAL,
    ):
        simulator.world.add_topic(simulator.instance_id, **fields)
    read = {"name": "read", f"{MODULE}_info": options(simulator, as_definitions=True), "register": "found"}
    applied = options(simulator, topics="{{ found.definitions }}", prune=True)
    play = {
        "serial": 1,
        "tasks": [
            read,
            {"name": "check", f"{MODULE}s": applied, "check_mode": True},
            {"name": "apply", f"{MODULE}s": applied},
        ],
    }
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way in WAYS:
        first, second = output.result("read", way)["definitions"]
        assert first == {
            **orders(topic_desc="all orders", sync_replication=True, sync_message_flush=False),
            "topic_other_configs": {"max.message.bytes": "1000", "message.timestamp.type": "LogAppendTime"},
        }
        assert "retention_time" not in second
        assert "retention_time (retention_time must be" in output.result("read", way)["warnings"][0]
        assert not output.result("check", way)["changed"]
        assert not output.result("apply", way)["changed"]
    assert not simulator.journal.writes()
