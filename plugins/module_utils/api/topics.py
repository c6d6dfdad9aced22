# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The topics of an instance. A topic has no id but its name.

Source: the API reference of DMS for Kafka, the vendor's Python SDK, generation 3.1.219, and its Terraform provider.
"""

from __future__ import annotations

import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object, flag, number
from .listing import Listing, Row
from .pagination import call_for_page, paginate

if t.TYPE_CHECKING:
    from ..rest.client import Client
    from ..rest.response import Response

_INSTANCE = "/v2/{project_id}/instances/{instance_id}"
_TOPICS = _INSTANCE + "/topics"
_DETAIL = _INSTANCE + "/management/topics/{topic}"
_PARTITIONS = "/v2/{project_id}/kafka/instances/{instance_id}/topics/{topic}/partitions"
_GET, _MODIFY = "dms:instance:get", "dms:instance:modify"

LIST = Operation("ListInstanceTopics", "GET", _TOPICS, _GET, reads=True, repeatable=True)
SHOW = Operation("ShowInstanceTopicDetail", "GET", _DETAIL, _GET, reads=True, repeatable=True)
LIST_PARTITIONS = Operation("ListTopicPartitions", "GET", _PARTITIONS, _GET, reads=True, repeatable=True)
CREATE = Operation("CreateInstanceTopic", "POST", _TOPICS, _MODIFY, reads=False, repeatable=False)
UPDATE = Operation("UpdateInstanceTopic", "PUT", _TOPICS, _MODIFY, reads=False, repeatable=True)
# The service refuses a second request: the topic has so many partitions already.
ADD_PARTITIONS = UPDATE._replace(repeatable=False)
DELETE = Operation("BatchDeleteInstanceTopic", "POST", _TOPICS + "/delete", _MODIFY, reads=False, repeatable=True)

NOT_DONE = "the service reported that it was not done"
NOT_NAMED = "the service did not return what happened to it"

_CONVERTERS: dict[str, t.Callable[[t.Any], t.Any]] = {
    **dict.fromkeys(("partition", "replication", "retention_time", "topic_type"), number),
    **dict.fromkeys(("sync_replication", "sync_message_flush", "policiesOnly"), flag),
}


def list_topics(client: Client, instance_id: str) -> Listing:
    """Return all topics of an instance, whole, with the keys and types of the current API; what a topic lacks is ``None``."""
    last_page: Row = {}

    def read_page(offset: int) -> tuple[list[Row], int]:
        response = call_for_page(client, LIST, offset, instance_id=instance_id)
        topics, total = _page(response, "topics")
        last_page.update(response.body, total=total)
        return [_topic(response, topic) for topic in topics], total

    topics = paginate(read_page, lambda topic: str(topic["name"]), "topics", partial=True)
    names = ("remain_partitions", "max_partitions", "topic_max_partitions")
    return Listing(topics, last_page["total"], "name", "name", {name: number(last_page.get(name)) for name in names})


def show_topic(client: Client, instance_id: str, name: str) -> Row:
    """Return the detail of a topic: ``group_subscribed`` (names of consumer groups), and its partitions with offsets."""
    response = client.call(SHOW, instance_id=instance_id, topic=name)
    body = expect_object(response)
    expect(response, body.get("topic") == name, f"it does not describe the topic {name}")
    groups = body.get("group_subscribed")
    valid = isinstance(groups, list) and all(isinstance(group, str) for group in groups)
    expect(response, valid, "group_subscribed is not a list of names")
    return body


def list_partitions(client: Client, instance_id: str, name: str, *keys: str) -> list[Row]:
    """Return the partitions of a topic, each with ``partition`` and the numbers *keys*, in the order of the service.

    They are ``start_offset``, ``last_offset`` (the end: that of the next message) and ``message_count``.
    """

    def read_page(offset: int) -> tuple[list[Row], int]:
        query = {"offset": str(offset), "limit": "50"}
        response = client.call(LIST_PARTITIONS, query=query, instance_id=instance_id, topic=name)
        partitions, total = _page(response, "partitions")
        rows: list[Row] = [{key: number(row.get(key)) for key in ("partition", *keys)} for row in partitions]
        for key in ("partition", *keys):
            valid = all(row[key] is not None and row[key] >= 0 for row in rows)
            expect(response, valid, f"a partition has no {key}")
        return rows, total

    return paginate(read_page, lambda row: str(row["partition"]), f"partitions of the topic {name}")


def count_messages(client: Client, instance_id: str, name: str) -> int:
    """Return how many messages a topic has at most: those that were compacted or aborted count, too."""
    return sum(row["message_count"] for row in list_partitions(client, instance_id, name, "message_count"))


def create_topic(client: Client, instance_id: str, body: dict[str, t.Any]) -> str:
    """Create a topic, whose name is ``id`` in the body, and return its name. The list can show it later."""
    response = client.call(CREATE, instance_id=instance_id, body=body)
    expect(response, expect_object(response).get("name") == body["id"], "name is not that of the topic")
    return str(body["id"])


def update_topics(client: Client, instance_id: str, topics: t.Sequence[dict[str, t.Any]]) -> list[str | None]:
    """Change several topics: each has ``id``, its name, and the fields to change; others keep their values.

    Returns for each ``None``, or why the service reports that it was not done, in its words. After a response "in part", this is
    also said of topics that it does not name, because what was done then is not documented: read the list.
    """
    adds = any("new_partition_numbers" in topic for topic in topics)
    operation = ADD_PARTITIONS if adds else UPDATE
    response = client.call(operation, instance_id=instance_id, body={"topics": list(topics)})
    if response.status != 206 and response.body is None:
        return [None] * len(topics)
    return _reasons(response, "failed_topics", [topic["id"] for topic in topics])


def delete_topics(client: Client, instance_id: str, names: t.Sequence[str]) -> list[str | None]:
    """Delete several topics with their messages; return for each ``None``, or why the service reports that it was not done.

    The service also reports success for a topic that did not exist.
    """
    response = client.call(DELETE, instance_id=instance_id, body={"topics": list(names)})
    return _reasons(response, "topics", names)


def _reasons(response: Response, key: str, names: t.Sequence[str]) -> list[str | None]:
    reasons: dict[str, str | None] = {}
    for row in _objects(response, key):
        done = flag(row.get("success"))
        reasons[str(row.get("id") or row.get("name"))] = None if done else str(row.get("error_msg") or NOT_DONE)
    return [reasons.get(name, NOT_NAMED) for name in names]


def _objects(response: Response, key: str) -> list[Row]:
    """Return the list of objects *key* of the body."""
    rows = expect_object(response).get(key)
    valid = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    expect(response, valid, f"{key} is not a list of objects")
    return t.cast("list[Row]", rows)


def _page(response: Response, key: str) -> tuple[list[Row], int]:
    """Return the objects of a page, and the length of the whole list, which the API of 2023 calls ``count``."""
    body = expect_object(response)
    total = number(body.get("total", body.get("count")))
    expect(response, total is not None and total >= 0, "total is not a number")
    return _objects(response, key), t.cast("int", total)


def _topic(response: Response, topic: Row) -> Row:
    row = {**topic, "name": topic.get("name") or topic.get("id")}
    row.pop("id", None)
    # The name becomes a part of paths.
    expect(response, isinstance(row["name"], str) and row["name"] not in ("", ".", ".."), "a topic has no name")
    for key, convert in _CONVERTERS.items():
        row[key] = convert(topic.get(key))
        required = key in ("partition", "replication") or topic.get(key) is not None
        expect(response, row[key] is not None or not required, f"{key} of the topic {row['name']} is not valid")
    row["topic_other_configs"] = configs = topic.get("topic_other_configs") or []
    valid = isinstance(configs, list) and all(isinstance(config, dict) and "name" in config for config in configs)
    expect(response, valid, f"topic_other_configs of the topic {row['name']} is not a list of names and values")
    return row
