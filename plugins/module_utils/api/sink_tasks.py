# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sink tasks of a connector: jobs that dump topics of a Kafka instance to an OBS bucket.

Source of paths, bodies and shapes: the API reference of DMS for Kafka (CreateSinkTask, ListSinkTasks,
ShowSinkTaskDetail, DeleteSinkTask, UpdateSinkTaskQuota) and the vendor's Python SDK, generation 3.1.70.
"""

from __future__ import annotations

import typing as t

from ..client.answers import expect, expect_object, is_id, number
from ..client.operation import Operation

if t.TYPE_CHECKING:
    from ..client.client import Client

_COLLECTION = "/v2/{project_id}/connectors/{connector_id}/sink-tasks"

LIST = Operation("ListSinkTasks", "GET", _COLLECTION, "dms:instance:listConnectorSinkTask")
SHOW = Operation("ShowSinkTaskDetail", "GET", _COLLECTION + "/{task_id}", "dms:instance:getConnectorSinkTask")
CREATE = Operation("CreateSinkTask", "POST", _COLLECTION, "dms:instance:createConnectorSinkTask", idempotent=False)
DELETE = Operation("DeleteSinkTask", "DELETE", _COLLECTION + "/{task_id}", "dms:instance:deleteConnectorSinkTask")
UPDATE_QUOTA = Operation("UpdateSinkTaskQuota", "PUT", _COLLECTION, "dms:instance:updateConnectorTask")

SinkTask = dict[str, t.Any]


class SinkTaskList(t.NamedTuple):
    """The tasks of one connector as the service listed them; *total_number* is how many it says there are."""

    tasks: list[SinkTask]
    total_number: int
    max_tasks: int | None
    quota_tasks: int | None

    @property
    def complete(self) -> bool:
        """Whether the list holds as many tasks as the service counts; only then does it prove that one is absent."""
        return len(self.tasks) >= self.total_number


def list_tasks(client: Client, connector_id: str) -> SinkTaskList:
    """Return all sink tasks of a connector; the operation has neither pages nor filters."""
    answer = client.call(LIST, connector_id=connector_id)
    body = expect_object(answer)
    tasks, total_number = body.get("tasks"), number(body.get("total_number"))
    expect(answer, isinstance(tasks, list), "tasks is not a list")
    expect(answer, total_number is not None and total_number >= 0, "total_number is not a number")
    for task in t.cast("list[t.Any]", tasks):
        expect(answer, isinstance(task, dict), "a task is not an object")
        expect(answer, is_id(task.get("task_id")), "a task has no task_id")
        expect(answer, isinstance(task.get("task_name"), str) and task["task_name"] != "", "a task has no task_name")
    # One that is listed twice must not make up for one that is left out.
    each_once: dict[str, SinkTask] = {}
    for task in t.cast("list[SinkTask]", tasks):
        each_once.setdefault(task["task_id"], task)
    return SinkTaskList(
        list(each_once.values()),
        t.cast("int", total_number),
        number(body.get("max_tasks")),
        number(body.get("quota_tasks")),
    )


def show_task(client: Client, connector_id: str, task_id: str, topic_info: bool = False) -> SinkTask:
    """Return one sink task with its descriptor and, with *topic_info*, the progress of its partitions.

    The answer of the service does not repeat the id; it is added here.
    """
    query = {"topic-info": "true"} if topic_info else None
    answer = client.call(SHOW, query=query, connector_id=connector_id, task_id=task_id)
    body = expect_object(answer)
    expect(answer, isinstance(body.get("task_name"), str) and body["task_name"] != "", "task_name is missing")
    expect(answer, isinstance(body.get("status"), str), "status is missing")
    expect(
        answer, isinstance(body.get("obs_destination_descriptor"), dict), "obs_destination_descriptor is not an object"
    )
    topics = body.get("topics_info")
    expect(
        answer,
        topics is None or (isinstance(topics, list) and all(map(_is_topic, topics))),
        "topics_info is no list of topics",
    )
    return {**body, "task_id": task_id}


def _is_topic(topic: t.Any) -> bool:
    partitions = topic.get("partitions") if isinstance(topic, dict) else None
    return isinstance(partitions, list) and all(isinstance(partition, dict) for partition in partitions)


def create_task(client: Client, connector_id: str, body: dict[str, t.Any]) -> str:
    """Create a sink task and return its id.

    The client does not repeat this request when its answer is lost: a second task of the same name might come of it.
    """
    answer = client.call(CREATE, body=body, connector_id=connector_id)
    task_id = expect_object(answer).get("task_id")
    expect(answer, is_id(task_id), "task_id is missing")
    return t.cast("str", task_id)


def delete_task(client: Client, connector_id: str, task_id: str) -> None:
    """Delete a sink task; whether it is gone when this returns is not documented."""
    client.call(DELETE, connector_id=connector_id, task_id=task_id)


def update_quota(client: Client, connector_id: str, sink_max_tasks: int) -> None:
    """Raise the number of sink tasks that a connector takes; the service refuses to lower it."""
    client.call(UPDATE_QUOTA, body={"sink_max_tasks": sink_max_tasks}, connector_id=connector_id)
