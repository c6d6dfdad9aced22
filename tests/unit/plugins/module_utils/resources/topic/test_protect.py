# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What forbids the deletion of a topic: tasks of both APIs, consumer groups, messages, and what can't be read of them."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.topic.protect import read_uses
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_topic as one
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_topics as many
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit import smart_connect as connect
from ansible_collections.huaweicloud.kafka.tests.unit.samples import INSTANCE, instance
from ansible_collections.huaweicloud.kafka.tests.unit.samples import LIST as SINK_TASKS
from ansible_collections.huaweicloud.kafka.tests.unit.samples import SHOW as SINK_TASK
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import LIST as SMART_TASKS
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Clock,
    Ran,
    Service,
    Step,
    Table,
    error_reply,
    reply,
    run_module,
)
from ansible_collections.huaweicloud.kafka.tests.unit.topics import (
    DELETE,
    LIST,
    NO_TASKS,
    UNUSED,
    UP,
    delete,
    detail,
    listed,
    partitions,
    row,
    unwanted,
)

Row = dict[str, t.Any]

# --- which topics a task reads or writes -----------------------------------------------------------------------------


def smart(topics: t.Any = "", regex: t.Any = "") -> Row:
    """Return a Smart Connect task that dumps these topics."""
    return connect.entity(topics=topics, topics_regex=regex)


def replicates(direction: t.Any, topics: str = "", regex: str = "", **source: t.Any) -> Row:
    """Return a Smart Connect task that replicates in that direction between the instance, A, and its peer, B."""
    return connect.replicated(source={"direction": direction, **source}, topics=topics, topics_regex=regex)


PULL, PUSH, BOTH = "pull", "push", "two-way"
NO_ALIASES: Row = {"cluster_name": "", "current_cluster_name": None}

SMART_USES: dict[str, tuple[Row, str, str]] = {
    "name": (smart("orders"), "orders", "order orders2 Orders ord.ers A.orders B.orders"),
    "names": (smart("orders,returns"), "orders returns", "orders,returns other"),
    "names with spaces": (smart(" orders , returns "), "orders returns", "other"),
    "name is no expression": (smart("a.bc"), "a.bc", "a-bc axbc"),
    "null expression": (smart("orders", None), "orders", "other"),
    "null name": (smart(None, "orders"), "orders", "other"),
    "expression": (smart(regex="ord.*"), "orders ord", "my-orders Orders B.orders"),
    "expression matches the whole name": (smart(regex="ord"), "ord", "orders my-ord"),
    "alternatives": (smart(regex="a|orders"), "a orders", "aorders orders-a ord"),
    "other expression than Python's": (smart(regex=r"\p{Alpha}+"), "orders 1", ""),
    "quoted, in Java": (smart(regex=r"\Qa.b\E.*"), "a.bc other", ""),
    "intersection, in Java": (smart(regex="[a-z&&[^x]]+"), "orders other", ""),
    "intersection with a class, in Java": (smart(regex="[a-z&&a-o]+"), "orders", ""),
    "union, in Java": (smart(regex="o[a-m[n-z]]+"), "orders other", ""),
    "brackets one after the other": (smart(regex="[a-o]r[a-z]+"), "orders", "returns [a-o]rx"),
    "broken expression": (smart(regex="("), "orders", ""),
    "number that Python does not take": (smart(regex="a{99999999999}"), "orders", ""),
    "neither": (smart(), "orders", ""),
    "neither, null": (smart(None, None), "orders", ""),
    "pull": (replicates(PULL, "orders"), "orders A.orders B.orders", "C.orders B.other B B. orders.B A.B.orders"),
    "two-way": (replicates(BOTH, "orders"), "orders A.orders B.orders", "C.orders other"),
    "push": (replicates(PUSH, "orders"), "orders", "A.orders B.orders"),
    "no direction": (replicates(None, "orders"), "orders A.orders B.orders", "C.orders"),
    "pull, expression": (replicates(PULL, regex="ord.*"), "orders B.orders A.ord", "C.orders B.x B.my-orders"),
    "push, expression": (replicates(PUSH, regex="ord.*"), "orders", "B.orders"),
    "pull, any expression": (replicates(PULL, regex=".*"), "orders B.orders C.orders", ""),
    "pull, other expression": (replicates(PULL, regex=r"\p{Alpha}+"), "orders B.orders C.x", ""),
    "pull, no aliases": (replicates(PULL, "orders", **NO_ALIASES), "orders A.orders any.orders", "orders.A any.other"),
    "pull, one alias": (replicates(PULL, "orders", current_cluster_name=""), "orders B.orders", "A.orders"),
    "pull, mapping": (
        replicates(PULL, topics_mapping="orders:mine, returns : theirs"),
        "orders mine returns theirs B.orders",
        "other C.mine orders:mine",
    ),
    "push, mapping": (replicates(PUSH, topics_mapping="orders:mine,returns:theirs"), "orders returns", "mine theirs"),
    "two-way, mapping": (replicates(BOTH, topics_mapping="orders:mine"), "orders mine", "theirs"),
    "mapping and names": (replicates(PUSH, "other", topics_mapping="orders:mine"), "orders other", "mine"),
    "mapping without a right side": (replicates(PULL, topics_mapping="orders"), "orders B.orders", "mine"),
    "name with a dot": (replicates(PULL, "a.bc"), "a.bc B.a.bc", "bc B.bc"),
    "replication of what is not returned": (replicates(PUSH), "orders B.orders", ""),
    "replication whose source is not returned": (connect.replicated(source_task=None), "orders B.orders mine", ""),
}


def read(service: Service, client: t.Any, names: str, *steps: Step, **fields: t.Any) -> list[str]:
    """Return which of *names* are used."""
    service.expect(*steps)
    found = read_uses(client, instance(**fields), names.split())
    service.assert_all_sent()
    return [name for name in names.split() if any(use.has(name) for use in found)]


@pytest.fixture
def client(clock: Clock, service: Service) -> t.Any:
    return samples.client(clock, service, max_retries=0)


@pytest.mark.parametrize("name", SMART_USES)
def test_topics_of_a_smart_connect_task(service: Service, client: t.Any, name: str) -> None:
    task, used, unused = SMART_USES[name]
    steps = [(SMART_TASKS, connect.tasks(task)), (SINK_TASKS, NO_TASKS)]
    assert read(service, client, f"{used} {unused}", *steps) == used.split()


def sink(topics: t.Any) -> Row:
    return samples.listed(topics=topics)


READ_SHOWN_ALONE: dict[str, tuple[t.Any, Row, str, str]] = {
    "name": ("a.bc", {"topics": "a.bc"}, "a.bc", "a-bc"),
    "expression": ("a.bc", {"topics": "", "topics_regex": "a.bc"}, "a.bc a-bc", "a--bc"),
    "not returned": ("a.bc", {"topics": ""}, "a.bc a-bc", "a--bc"),
    "not listed": (None, {"topics": "orders"}, "orders", "other"),
    "not listed, expression": ("", {"topics": None, "topics_regex": "o.*"}, "orders", "returns"),
    "neither": (None, {"topics": None}, "orders", ""),
}
SINK_USES: dict[str, tuple[t.Any, str, str]] = {
    "name": ("orders", "orders", "order other"),
    "names": ("orders,returns", "orders returns", "other"),
    "names with dots": ("a.bc,d.ef", "a.bc d.ef", "a-bc"),
    "expression": ("ord.*", "orders", "returns"),
    "expression of Java": (r"\p{Alpha}+", "orders 1", ""),
    "a dot that decides nothing": ("a.bc", "a.bc", "orders"),
}


@pytest.mark.parametrize("name", SINK_USES)
def test_topics_of_a_sink_task_that_the_list_shows(service: Service, client: t.Any, name: str) -> None:
    topics, used, unused = SINK_USES[name]
    steps = [(SMART_TASKS, NO_TASKS), (SINK_TASKS, samples.tasks(sink(topics)))]
    assert read(service, client, f"{used} {unused}", *steps) == used.split()


@pytest.mark.parametrize("name", READ_SHOWN_ALONE)
def test_topics_of_a_sink_task_that_is_read(service: Service, client: t.Any, name: str) -> None:
    topics, descriptor, used, unused = READ_SHOWN_ALONE[name]
    steps = [
        (SMART_TASKS, NO_TASKS),
        (SINK_TASKS, samples.tasks(sink(topics))),
        (SINK_TASK, samples.details(**descriptor)),
    ]
    assert read(service, client, f"{used} {unused}", *steps) == used.split()


# --- the proof that there are no tasks -------------------------------------------------------------------------------

NO_CONNECTOR = error_reply(404, "DMS.00404024")
NO_URL = error_reply(404, "APIG.0101")
OFF: Row = {"connector_enable": False, "connector_id": ""}
AMBIGUOUS: Row = {"connector_enable": True, "connector_id": None}

NO_USES: dict[str, tuple[Row, list[Step]]] = {
    "off": (OFF, []),
    "off, null": ({"connector_enable": False, "connector_id": None}, []),
    "no tasks": ({}, [(SMART_TASKS, NO_TASKS), (SINK_TASKS, NO_TASKS)]),
    "no connector": ({}, [(SMART_TASKS, NO_CONNECTOR), (SINK_TASKS, NO_CONNECTOR)]),
    "no connector of sink tasks": ({}, [(SMART_TASKS, NO_TASKS), (SINK_TASKS, NO_CONNECTOR)]),
    "no API of sink tasks": ({}, [(SMART_TASKS, NO_TASKS), (SINK_TASKS, NO_URL)]),
    "no API of Smart Connect": ({}, [(SMART_TASKS, NO_URL), (SINK_TASKS, NO_TASKS)]),
    "no API of Smart Connect, no connector": ({}, [(SMART_TASKS, NO_URL), (SINK_TASKS, NO_CONNECTOR)]),
    "connector not returned, none": (AMBIGUOUS, [(SMART_TASKS, NO_CONNECTOR)]),
}


@pytest.mark.parametrize("name", NO_USES)
def test_no_tasks(service: Service, client: t.Any, name: str) -> None:
    fields, steps = NO_USES[name]
    assert read(service, client, "orders", *steps, **fields) == []


# --- the guards of both modules --------------------------------------------------------------------------------------

FORBIDDEN = error_reply(403, "DMS.00403003", "no")
SMART_ONE = (SMART_TASKS, connect.tasks(connect.entity(topics="orders", name="dump")))
READ_TASKS: list[Step] = [(SMART_TASKS, NO_TASKS), (SINK_TASKS, NO_TASKS)]
GROUPS: Step = (detail(), reply(200, {"topic": "orders", "group_subscribed": ["shop", "billing"]}))
NO_GROUPS: Step = (detail(), reply(200, {"topic": "orders", "group_subscribed": []}))
MESSAGES: Step = (partitions(), reply(200, {"total": 1, "partitions": [{"partition": 0, "message_count": 7}]}))
NO_MESSAGES: Step = (partitions(), reply(200, {"total": 1, "partitions": [{"partition": 0, "message_count": 0}]}))
ALL = ["tasks", "consumers", "messages"]
KEEP = "Remove {} from protect to delete it nevertheless."
UNREAD = "Remove {} from protect to delete topics without this check."

REFUSED: dict[str, tuple[list[str], list[Step], tuple[str, ...]]] = {
    "Smart Connect task": (
        ["tasks"],
        [SMART_ONE, (SINK_TASKS, NO_TASKS)],
        ("the topic is used by Smart Connect task dump (task id t-1)", KEEP.format("tasks")),
    ),
    "sink task": (
        ["tasks"],
        [(SMART_TASKS, NO_TASKS), (SINK_TASKS, samples.tasks(samples.listed()))],
        ("the topic is used by sink task orders (task id t-1)", KEEP.format("tasks")),
    ),
    "both": (
        ["tasks"],
        [SMART_ONE, (SINK_TASKS, samples.tasks(samples.listed()))],
        # Both APIs show the same task.
        ("is used by Smart Connect task dump (task id t-1)",),
    ),
    "consumers": (
        ["consumers"],
        [GROUPS],
        ("the topic has consumer groups that subscribe to it: billing, shop", KEEP.format("consumers")),
    ),
    "messages": (["messages"], [MESSAGES], ("the topic has 7 messages", KEEP.format("messages"))),
    "only messages": (ALL, [*READ_TASKS, NO_GROUPS, MESSAGES], ("the topic has 7 messages",)),
    "all": (ALL, [SMART_ONE, (SINK_TASKS, NO_TASKS), GROUPS, MESSAGES], ("is used by Smart Connect task",)),
    "tasks unread": (
        ["tasks"],
        [(SMART_TASKS, FORBIDDEN)],
        ("list the Smart Connect tasks", "DMS.00403003", "dms:instance:listConnectorSinkTask", UNREAD.format("tasks")),
    ),
    "sink tasks unread": (
        ["tasks"],
        [(SMART_TASKS, NO_TASKS), (SINK_TASKS, FORBIDDEN)],
        ("list the sink tasks", "dms:instance:listConnectorSinkTask", UNREAD.format("tasks")),
    ),
    "sink task unread": (
        ["tasks"],
        [(SMART_TASKS, NO_TASKS), (SINK_TASKS, samples.tasks(sink("order."))), (SINK_TASK, FORBIDDEN)],
        ("read sink task orders (task id t-1)", "dms:instance:getConnectorSinkTask", UNREAD.format("tasks")),
    ),
    "incomplete list of tasks": (
        ["tasks"],
        [(SMART_TASKS, connect.tasks(total=1))],
        ("contains 0 of 1 Smart Connect tasks", UNREAD.format("tasks")),
    ),
    "incomplete list of sink tasks": (
        ["tasks"],
        [(SMART_TASKS, NO_TASKS), (SINK_TASKS, samples.tasks(total=1))],
        ("contains 0 of 1 sink tasks", UNREAD.format("tasks")),
    ),
    "neither API": (["tasks"], [(SMART_TASKS, NO_URL), (SINK_TASKS, NO_URL)], ("APIG.0101", UNREAD.format("tasks"))),
    "tasks lost": (["tasks"], [(SMART_TASKS, LOST)], ("no complete response", UNREAD.format("tasks"))),
    "tasks malformed": (["tasks"], [(SMART_TASKS, reply(200, {}))], ("tasks is not a list", UNREAD.format("tasks"))),
    "no instance": (
        ["tasks"],
        [(SMART_TASKS, error_reply(404, "DMS.00404022"))],
        ("DMS.00404022", UNREAD.format("tasks")),
    ),
    "throttled": (["tasks"], [(SMART_TASKS, error_reply(404, "DMS.10240407"))], ("10240407", UNREAD.format("tasks"))),
    "consumers unread": (
        ["consumers"],
        [(detail(), FORBIDDEN)],
        ("check the consumers", "DMS.00403003", "dms:instance:get", UNREAD.format("consumers")),
    ),
    "consumers of no topic": (
        ["consumers"],
        [(detail(), error_reply(404, "DMS.00404099"))],
        ("DMS.00404099", UNREAD.format("consumers")),
    ),
    "messages unread": (
        ["messages"],
        [(partitions(), FORBIDDEN)],
        ("check the messages", "DMS.00403003", "permission", UNREAD.format("messages")),
    ),
    "messages incomplete": (
        ["messages"],
        [(partitions(), reply(200, {"total": 1, "partitions": []}))],
        ("contains 0 of 1", UNREAD.format("messages")),
    ),
}


def run(module: t.Any, steps: list[Step], check_mode: bool, **options: t.Any) -> Ran:
    options = {**unwanted(max_retries=0), **options}
    if module is many:
        topic = {name: options.pop(name) for name in ("name", "state")}
        options["topics"] = [topic]
    return run_module(module, Service(), options, (LIST, listed(row())), *steps, check_mode=check_mode, diff=True)


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("module", [one, many], ids=["one", "many"])
@pytest.mark.parametrize("name", REFUSED)
def test_topic_is_kept(name: str, module: t.Any, check_mode: bool) -> None:
    protect, steps, parts = REFUSED[name]
    ran = run(module, [UP, *steps], check_mode, protect=protect)
    assert [part for part in parts if part not in ran.msg] == []
    assert ran.result["changed"] is False


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("module", [one, many], ids=["one", "many"])
def test_tasks_of_an_unknown_connector_keep_the_topic(module: t.Any, check_mode: bool) -> None:
    up = (INSTANCE, reply(200, instance(enable_auto_topic=False, **AMBIGUOUS)))
    msg = run(module, [up, (SMART_TASKS, NO_TASKS)], check_mode).msg
    assert "the service does not return the connector of instance i-1" in msg
    assert UNREAD.format("tasks") in msg


DELETED: dict[str, tuple[t.Any, list[Step]]] = {
    "default": (["tasks"], UNUSED),
    "nothing": ([], [UP]),
    "consumers": (["consumers"], [UP, NO_GROUPS]),
    "messages": (["messages"], [UP, NO_MESSAGES]),
    "all": (["messages", "consumers", "tasks"], [*UNUSED, NO_GROUPS, NO_MESSAGES]),
    "off": (["tasks"], [(INSTANCE, reply(200, instance(**OFF)))]),
}


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("module", [one, many], ids=["one", "many"])
@pytest.mark.parametrize("name", DELETED)
def test_guards_that_are_read(name: str, module: t.Any, check_mode: bool) -> None:
    protect, steps = DELETED[name]
    rest = [] if check_mode else [delete(), (LIST, listed())]
    assert run(module, [*steps, *rest], check_mode, protect=protect).result["changed"] is True


def test_a_topic_that_is_used_stops_the_set() -> None:
    groups = {"orders": ["billing"], "returns": [], "spare": []}
    replies = {
        LIST: listed(*map(row, groups)),
        **dict([UP, (SMART_TASKS, NO_TASKS), (SINK_TASKS, samples.tasks(sink("returns")))]),
        **{detail(name): reply(200, {"topic": name, "group_subscribed": found}) for name, found in groups.items()},
    }
    service = Table(replies)
    wanted = [*({"name": name, "state": "absent"} for name in groups), {"name": "another", "partition": 1}]
    options = {"instance_id": "i-1", "topics": wanted, "protect": ["tasks", "consumers"]}
    result = run_module(many, service, options).result
    actions = {topic["name"]: topic["action"] for topic in result["topics"]}
    assert actions == {"orders": "failed", "returns": "failed", "spare": "not_tried", "another": "not_tried"}
    assert "2 of 4 topics failed" in result["msg"]
    assert DELETE not in service.lines
    assert service.lines.count(SMART_TASKS) == service.lines.count(SINK_TASKS) == 1


def test_internal_topics_are_not_looked_at() -> None:
    steps = [(LIST, listed(row("__trace"), row("orders")))]
    wanted = [{"name": "__trace", "state": "absent"}]
    msg = run_module(many, Service(), {"instance_id": "i-1", "topics": wanted}, *steps).msg
    assert "it is an internal topic, which this collection neither changes nor deletes" in msg
