# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The sink tasks of a connector: jobs that dump topics of a Kafka instance to an OBS bucket.

Source of paths, bodies and shapes: the API reference of DMS for Kafka (CreateSinkTask, ListSinkTasks,
ShowSinkTaskDetail, DeleteSinkTask, UpdateSinkTaskQuota) and the vendor's Python SDK, generation 3.1.84.
"""

from __future__ import annotations

import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object, is_id, number
from .listing import Listing, Row

if t.TYPE_CHECKING:
    from ..rest.client import Client

_COLLECTION = "/v2/{project_id}/connectors/{connector_id}/sink-tasks"
_TASK = _COLLECTION + "/{task_id}"
_PERMISSION = "dms:instance:"

LIST = Operation(
    "ListSinkTasks",
    "GET",
    _COLLECTION,
    _PERMISSION + "listConnectorSinkTask",
    reads=True,
    repeatable=True,
    if_unknown="The service is retiring the API of sink tasks: use huaweicloud.kafka.huaweicloud_kafka_smart_connect_task.",
)
SHOW = Operation("ShowSinkTaskDetail", "GET", _TASK, _PERMISSION + "getConnectorSinkTask", reads=True, repeatable=True)
CREATE = Operation(
    "CreateSinkTask", "POST", _COLLECTION, _PERMISSION + "createConnectorSinkTask", reads=False, repeatable=False
)
DELETE = Operation(
    "DeleteSinkTask", "DELETE", _TASK, _PERMISSION + "deleteConnectorSinkTask", reads=False, repeatable=True
)
UPDATE_QUOTA = Operation(
    "UpdateSinkTaskQuota", "PUT", _COLLECTION, _PERMISSION + "updateConnectorTask", reads=False, repeatable=True
)


def list_tasks(client: Client, connector_id: str) -> Listing:
    """Return all sink tasks of a connector; the operation has neither pages nor filters."""
    response = client.call(LIST, connector_id=connector_id)
    body = expect_object(response)
    tasks, total_number = body.get("tasks"), number(body.get("total_number"))
    expect(response, isinstance(tasks, list), "tasks is not a list")
    expect(response, total_number is not None and total_number >= 0, "total_number is not a number")
    for task in t.cast("list[t.Any]", tasks):
        expect(response, isinstance(task, dict), "a task is not an object")
        expect(response, is_id(task.get("task_id")), "a task has no task_id")
        expect(response, _is_text(task.get("task_name")), "a task has no task_name")
    # A task that is listed twice must not make up for one that is missing.
    each_once = {task["task_id"]: task for task in reversed(t.cast("list[Row]", tasks))}
    limits = {name: number(body.get(name)) for name in ("max_tasks", "quota_tasks")}
    rows = list(reversed(each_once.values()))
    return Listing(rows, t.cast("int", total_number), "task_id", "task_name", limits)


def show_task(client: Client, connector_id: str, task_id: str, topic_info: bool = False) -> Row:
    """Return one sink task with its descriptor and, with *topic_info*, the progress of its partitions.

    The response does not contain the id; it is added here.
    """
    query = {"topic-info": "true"} if topic_info else None
    response = client.call(SHOW, query=query, connector_id=connector_id, task_id=task_id)
    body = expect_object(response)
    expect(response, _is_text(body.get("task_name")), "task_name is missing")
    expect(response, isinstance(body.get("status"), str), "status is missing")
    descriptor = body.get("obs_destination_descriptor")
    expect(response, isinstance(descriptor, dict), "obs_destination_descriptor is not an object")
    topics = body.get("topics_info")
    valid = topics is None or (isinstance(topics, list) and all(map(_is_topic, topics)))
    expect(response, valid, "topics_info is not a list of topics")
    return {**body, "task_id": task_id}


def _is_text(value: t.Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_topic(topic: t.Any) -> bool:
    partitions = topic.get("partitions") if isinstance(topic, dict) else None
    return isinstance(partitions, list) and all(isinstance(partition, dict) for partition in partitions)


def create_task(client: Client, connector_id: str, body: dict[str, t.Any]) -> str:
    """Create a sink task and return its id. Never repeated if the response is lost: that could create a second task."""
    response = client.call(CREATE, body=body, connector_id=connector_id)
    task_id = expect_object(response).get("task_id")
    expect(response, is_id(task_id), "task_id is missing")
    return t.cast("str", task_id)


def delete_task(client: Client, connector_id: str, task_id: str) -> None:
    """Delete a sink task. Whether it is gone when this returns is not documented."""
    client.call(DELETE, connector_id=connector_id, task_id=task_id)


def update_quota(client: Client, connector_id: str, sink_max_tasks: int) -> None:
    """Raise the number of sink tasks that a connector can have; the service refuses to lower it."""
    client.call(UPDATE_QUOTA, body={"sink_max_tasks": sink_max_tasks}, connector_id=connector_id)
