# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of topics: their requests, both generations of responses, and malformed responses."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api import topics
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api.topics import NOT_DONE, NOT_NAMED
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import (
    ConnectionFailed,
    ServiceError,
    UnexpectedResponse,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    PROJECT_ID,
    Clock,
    Reply,
    Service,
    Step,
    error_reply,
    reply,
)

TOPICS = f"/v2/{PROJECT_ID}/instances/i-1/topics"
LIST = f"GET {TOPICS}?limit=200&offset=0"
LIST_SMALL = f"GET {TOPICS}?limit=50&offset=0"
SHOW = f"GET /v2/{PROJECT_ID}/instances/i-1/management/topics/orders"
COUNT = f"GET /v2/{PROJECT_ID}/kafka/instances/i-1/topics/orders/partitions?limit=50&offset="
CREATE = f"POST {TOPICS}"
UPDATE = f"PUT {TOPICS}"
DELETE = f"POST {TOPICS}/delete"
TOO_MANY = error_reply(400, "DMS.00400062")
TOPIC: dict[str, t.Any] = {
    "name": "orders",
    "partition": 3,
    "replication": 2,
    "retention_time": 72,
    "sync_replication": False,
    "sync_message_flush": True,
    "topic_type": 0,
    "policiesOnly": False,
    "topic_desc": "all orders",
    "created_at": 1735689600000,
    "topic_other_configs": [{"name": "max.message.bytes", "value": "1000", "default_value": "10485760"}],
}
OF_2023: dict[str, t.Any] = {
    **{key: value for key, value in TOPIC.items() if key != "name"},
    "id": "orders",
    "partition": "3",
    "sync_replication": "false",
    "sync_message_flush": "true",
    "policiesOnly": "false",
}


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    return samples.client(clock, service, max_retries=0)


def listed(*rows: t.Any, total: t.Any = None, **others: t.Any) -> Reply:
    """Return a page of the list."""
    return reply(200, {"topics": list(rows), "total": len(rows) if total is None else total, **others})


def partitions(first: int, number: int, total: int) -> Reply:
    """Return a page of partitions with two messages each."""
    rows = [{"partition": first + count, "message_count": 2} for count in range(number)]
    return reply(200, {"total": total, "partitions": rows})


CHANGES = [{"id": "orders", "retention_time": 1}, {"id": "returns", "topic_desc": ""}]
GROWTH = [{"id": "orders", "new_partition_numbers": 6}, CHANGES[1]]
NAMES = ["orders", "returns"]


def failed(*rows: t.Any, status: int = 206) -> Reply:
    return reply(status, {"failed_topics": list(rows)})


def deleted(*rows: t.Any) -> Reply:
    return reply(200, {"topics": list(rows)})


def update(client: Client, changes: list[dict[str, t.Any]] | None = None) -> t.Any:
    return topics.update_topics(client, "i-1", CHANGES if changes is None else changes)


def delete(client: Client) -> t.Any:
    return topics.delete_topics(client, "i-1", NAMES)


DETAIL = {"topic": "orders", "group_subscribed": ["billing"], "partitions": []}
CALLS: dict[str, tuple[t.Callable[[Client], t.Any], list[Step], t.Any]] = {
    "show": (lambda c: topics.show_topic(c, "i-1", "orders"), [(SHOW, reply(200, DETAIL))], DETAIL),
    "count": (lambda c: topics.count_messages(c, "i-1", "orders"), [(COUNT + "0", partitions(0, 3, 3))], 6),
    "count 60 partitions": (
        lambda c: topics.count_messages(c, "i-1", "orders"),
        [(COUNT + "0", partitions(0, 50, 60)), (COUNT + "50", partitions(50, 10, 60))],
        120,
    ),
    "count text": (
        lambda c: topics.count_messages(c, "i-1", "orders"),
        [(COUNT + "0", reply(200, {"total": "1", "partitions": [{"partition": "0", "message_count": "7"}]}))],
        7,
    ),
    "create": (
        lambda c: topics.create_topic(c, "i-1", {"id": "orders", "partition": 3}),
        [(CREATE, {"id": "orders", "partition": 3}, reply(200, {"name": "orders"}))],
        "orders",
    ),
    "update": (update, [(UPDATE, {"topics": CHANGES}, 204)], [None, None]),
    "update in part": (
        update,
        [(UPDATE, {"topics": CHANGES}, failed({"id": "returns", "success": False, "error_msg": "no"}))],
        [NOT_NAMED, "no"],
    ),
    "update in part, without words": (
        update,
        [(UPDATE, {"topics": CHANGES}, failed({"id": "orders"}, {"name": "returns", "success": "false"}))],
        [NOT_DONE, NOT_DONE],
    ),
    "update in part, with one that was done": (
        update,
        [(UPDATE, {"topics": CHANGES}, failed({"id": "orders", "success": True}, {"id": "returns", "success": False}))],
        [None, NOT_DONE],
    ),
    "update in part, none is named": (update, [(UPDATE, {"topics": CHANGES}, failed())], [NOT_NAMED, NOT_NAMED]),
    "update in part with 200": (
        update,
        [(UPDATE, {"topics": CHANGES}, failed({"id": "orders", "error_msg": "no"}, status=200))],
        ["no", NOT_NAMED],
    ),
    "delete": (
        delete,
        [(DELETE, {"topics": NAMES}, deleted({"id": "returns", "success": True}, {"id": "orders", "success": "true"}))],
        [None, None],
    ),
    "delete in part": (
        delete,
        [(DELETE, {"topics": NAMES}, deleted({"id": "orders", "success": False}))],
        [NOT_DONE, NOT_NAMED],
    ),
    "delete, success is not a boolean": (
        delete,
        [(DELETE, {"topics": NAMES}, deleted({"id": "orders", "success": 1}, {"id": "returns"}))],
        [NOT_DONE, NOT_DONE],
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_call_sends_its_requests(client: Client, service: Service, name: str) -> None:
    function, steps, returned = CALLS[name]
    service.expect(*steps)
    assert function(client) == returned
    service.assert_all_sent()


def test_name_is_encoded_in_the_path(client: Client, service: Service) -> None:
    detail = {"topic": "a/b c", "group_subscribed": []}
    service.expect((SHOW.replace("orders", "a%2Fb%20c"), reply(200, detail)))
    assert topics.show_topic(client, "i-1", "a/b c") == detail


# --- the list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(listed(TOPIC), id="current"),
        pytest.param(reply(200, {"count": 1, "topics": [OF_2023]}), id="of 2023"),
        pytest.param(listed({**TOPIC, "id": "another"}, total="1"), id="name before id"),
    ],
)
def test_topics_of_each_generation_are_the_same(client: Client, service: Service, response: Reply) -> None:
    service.expect((LIST, response))
    listing = topics.list_topics(client, "i-1")
    assert (listing.rows, listing.total_number, listing.id_key, listing.name_key) == ([TOPIC], 1, "name", "name")
    assert listing.complete


@pytest.mark.parametrize("configs", [None, []])
def test_what_a_topic_lacks_is_none(client: Client, service: Service, configs: t.Any) -> None:
    service.expect((LIST, listed({"name": "x", "partition": 1, "replication": 1, "topic_other_configs": configs})))
    (row,) = topics.list_topics(client, "i-1").rows
    assert row == {
        "name": "x",
        "partition": 1,
        "replication": 1,
        "retention_time": None,
        "topic_type": None,
        "sync_replication": None,
        "sync_message_flush": None,
        "policiesOnly": None,
        "topic_other_configs": [],
    }


def test_list_has_the_partitions_that_are_left(client: Client, service: Service) -> None:
    service.expect((LIST, listed(remain_partitions=294, max_partitions="300", topic_max_partitions=200)))
    limits = {"remain_partitions": 294, "max_partitions": 300, "topic_max_partitions": 200}
    assert topics.list_topics(client, "i-1").limits == limits
    service.expect((LIST, listed()))
    assert topics.list_topics(client, "i-1").limits == dict.fromkeys(limits)


def rows(first: int, number: int) -> list[dict[str, t.Any]]:
    return [{**TOPIC, "name": f"topic-{first + count}"} for count in range(number)]


@pytest.mark.parametrize("page", [200, 50, 10])
def test_rows_are_counted_whatever_the_limit_was(client: Client, service: Service, page: int) -> None:
    for offset in range(0, 210, page):
        step = f"GET {TOPICS}?limit=200&offset={offset}"
        service.expect((step, listed(*rows(offset, min(page, 210 - offset)), total=210)))
    assert [row["name"] for row in topics.list_topics(client, "i-1").rows] == [f"topic-{count}" for count in range(210)]
    service.assert_all_sent()


def test_limit_is_50_from_then_on_where_200_is_refused(clock: Clock, service: Service) -> None:
    client = samples.client(clock, service, max_retries=0)
    small = [(LIST_SMALL, listed(*rows(0, 50), total=60)), (LIST_SMALL[:-1] + "50", listed(*rows(50, 10), total=60))]
    service.expect((LIST, TOO_MANY), *small, *small)
    for _unused in range(2):
        assert len(topics.list_topics(client.until(None), "i-1").rows) == 60
    service.assert_all_sent()
    service.expect((LIST, listed()))
    assert topics.list_topics(samples.client(clock, service, max_retries=0), "i-1").rows == []


def test_refusal_of_both_limits_is_not_remembered(client: Client, service: Service) -> None:
    for _unused in range(2):
        service.expect((LIST, TOO_MANY), (LIST_SMALL, TOO_MANY))
        with pytest.raises(ServiceError, match=r"DMS\.00400062"):
            topics.list_topics(client, "i-1")
    service.assert_all_sent()


@pytest.mark.parametrize(("status", "code"), [(400, "DMS.00400030"), (403, "DMS.00403003"), (404, "DMS.00404022")])
def test_other_errors_of_the_list_are_raised_after_one_request(
    client: Client, service: Service, status: int, code: str
) -> None:
    service.expect((LIST, error_reply(status, code)))
    with pytest.raises(ServiceError, match=code):
        topics.list_topics(client, "i-1")


def test_list_shorter_than_its_total_is_incomplete(client: Client, service: Service) -> None:
    service.expect((LIST, listed(TOPIC, total=2)), (LIST[:-1] + "1", listed(total=2)))
    listing = topics.list_topics(client, "i-1")
    assert (len(listing.rows), listing.total_number, listing.complete) == (1, 2, False)


# --- malformed responses ---------------------------------------------------------------------------------------------


def list_topics(client: Client) -> t.Any:
    return topics.list_topics(client, "i-1")


NEGATIVE = {"partition": 0, "message_count": -1}
SHAPES: dict[str, tuple[t.Callable[[Client], t.Any], str, Reply]] = {
    "list without body": (list_topics, LIST, reply(200)),
    "list is text": (list_topics, LIST, reply(200, '"text"')),
    "no topics": (list_topics, LIST, reply(200, {"total": 0})),
    "topics of text": (list_topics, LIST, listed("orders")),
    "no total": (list_topics, LIST, reply(200, {"topics": []})),
    "total is text": (list_topics, LIST, listed(total="x")),
    "negative total": (list_topics, LIST, listed(total=-1)),
    "no name": (list_topics, LIST, listed({**TOPIC, "name": ""})),
    "name is a number": (list_topics, LIST, listed({**TOPIC, "name": 1})),
    "name changes the path": (list_topics, LIST, listed({**TOPIC, "name": ".."})),
    "no partition": (list_topics, LIST, listed({**TOPIC, "partition": None})),
    "no replication": (list_topics, LIST, listed({**TOPIC, "replication": None})),
    "partition is a boolean": (list_topics, LIST, listed({**TOPIC, "partition": True})),
    "retention_time is text": (list_topics, LIST, listed({**TOPIC, "retention_time": "long"})),
    "topic_type is text": (list_topics, LIST, listed({**TOPIC, "topic_type": "internal"})),
    "sync_replication is a number": (list_topics, LIST, listed({**TOPIC, "sync_replication": 1})),
    "configs are an object": (list_topics, LIST, listed({**TOPIC, "topic_other_configs": {"a": "b"}})),
    "config without name": (list_topics, LIST, listed({**TOPIC, "topic_other_configs": [{"value": "1"}]})),
    "another topic": (CALLS["show"][0], SHOW, reply(200, {**DETAIL, "topic": "returns"})),
    "no groups": (CALLS["show"][0], SHOW, reply(200, {"topic": "orders"})),
    "groups are null": (CALLS["show"][0], SHOW, reply(200, {**DETAIL, "group_subscribed": None})),
    "group is an object": (CALLS["show"][0], SHOW, reply(200, {**DETAIL, "group_subscribed": [{}]})),
    "no partitions": (CALLS["count"][0], COUNT + "0", reply(200, {"total": 0})),
    "no message_count": (CALLS["count"][0], COUNT + "0", reply(200, {"total": 1, "partitions": [{"partition": 0}]})),
    "negative message_count": (CALLS["count"][0], COUNT + "0", reply(200, {"total": 1, "partitions": [NEGATIVE]})),
    "no number of partitions": (CALLS["count"][0], COUNT + "0", reply(200, {"partitions": []})),
    "created without name": (CALLS["create"][0], CREATE, reply(200, {})),
    "created with another name": (CALLS["create"][0], CREATE, reply(200, {"name": "Orders"})),
    "206 without body": (update, UPDATE, reply(206)),
    "206 without failed_topics": (update, UPDATE, reply(206, {})),
    "206 with names": (update, UPDATE, failed("orders")),
    "deleted without body": (delete, DELETE, reply(200)),
    "deleted without topics": (delete, DELETE, reply(200, {})),
    "deleted topic is text": (delete, DELETE, deleted("orders")),
}


@pytest.mark.parametrize("name", SHAPES)
def test_malformed_response_is_an_error(client: Client, service: Service, name: str) -> None:
    function, line, response = SHAPES[name]
    service.expect((line, response) if line.startswith("GET") else (line, ..., response))
    with pytest.raises(UnexpectedResponse):
        function(client)
    service.assert_all_sent()


@pytest.mark.parametrize("identity", [{}, [], None, 7])
def test_unusual_id_in_a_batch_is_not_one_of_ours(client: Client, service: Service, identity: t.Any) -> None:
    service.expect((DELETE, ..., deleted({"id": identity, "success": True})))
    assert delete(client) == [NOT_NAMED, NOT_NAMED]


# --- operations ------------------------------------------------------------------------------------------------------


def test_operations_that_read_and_that_are_repeatable() -> None:
    operations = {name: item for name, item in vars(topics).items() if isinstance(item, Operation)}
    assert {name: (item.reads, item.repeatable, item.permission) for name, item in operations.items()} == {
        "LIST": (True, True, "dms:instance:get"),
        "SHOW": (True, True, "dms:instance:get"),
        "LIST_PARTITIONS": (True, True, "dms:instance:get"),
        "CREATE": (False, False, "dms:instance:modify"),
        "UPDATE": (False, True, "dms:instance:modify"),
        "ADD_PARTITIONS": (False, False, "dms:instance:modify"),
        "DELETE": (False, True, "dms:instance:modify"),
    }


@pytest.mark.parametrize(("changes", "requests"), [(CHANGES, 2), (GROWTH, 1)])
def test_change_is_repeated_unless_it_adds_partitions(
    clock: Clock, service: Service, changes: list[dict[str, t.Any]], requests: int
) -> None:
    client = samples.client(clock, service, max_retries=1)
    service.expect(*[(UPDATE, {"topics": changes}, LOST)] * requests)
    with pytest.raises(ConnectionFailed):
        update(client, changes)
    service.assert_all_sent()
