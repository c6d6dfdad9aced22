# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Smart Connect: the connector of an instance, and its tasks.

Source: the API reference of DMS for Kafka and the vendor's Python SDK, generation 3.1.219; statuses and waits also from the
vendor's Terraform provider.
"""

from __future__ import annotations

import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object, flag, is_id, number
from .listing import Listing, Row
from .pagination import paginate

if t.TYPE_CHECKING:
    from ..rest.client import Client
    from ..rest.response import Response

_CONNECTOR = "/v2/{project_id}/instances/{instance_id}/connector"
_TASKS = _CONNECTOR + "/tasks"
_TASK = _TASKS + "/{task_id}"
_RESTART = "/v2/{project_id}/kafka/instances/{instance_id}/connector/tasks/{task_id}/restart"
_DISABLE = "/v2/{project_id}/kafka/instances/{instance_id}/delete-connector"

_ENABLE_PERMISSION = "dms:instance:connector"
_CREATE_PERMISSION = "dms:instance:createConnectorSinkTask"
_UPDATE_PERMISSION = "dms:instance:updateConnectorTask"


def _read(name: str, method: str, path: str, permission: str | None) -> Operation:
    return Operation(name, method, path, permission, reads=True, repeatable=True)


def _write(name: str, method: str, path: str, permission: str, repeatable: bool = False) -> Operation:
    return Operation(name, method, path, permission, reads=False, repeatable=repeatable)


ENABLE = _write("CreateConnector", "POST", _CONNECTOR, _ENABLE_PERMISSION)
SHOW_RESOURCES = _read("ShowConnectorResourceInfo", "GET", _CONNECTOR, None)
DISABLE = _write("DeleteConnector", "POST", _DISABLE, _ENABLE_PERMISSION)

LIST = _read("ListConnectorTasks", "GET", _TASKS, "dms:instance:listConnectorSinkTask")
SHOW = _read("ShowConnectorTask", "GET", _TASK, "dms:instance:getConnectorSinkTask")
CREATE = _write("CreateConnectorTask", "POST", _TASKS, _CREATE_PERMISSION)
# The body is the whole wanted state, so the request is idempotent.
MODIFY = _write("ModifyConnectorTask", "PUT", _TASK, _UPDATE_PERMISSION, repeatable=True)
DELETE = _write("DeleteConnectorTask", "DELETE", _TASK, "dms:instance:deleteConnectorSinkTask", repeatable=True)
# The service accepts an action while the previous one is running, so an action is repeated only after its status was read.
PAUSE = _write("PauseConnectorTask", "PUT", _TASK + "/pause", _UPDATE_PERMISSION)
RESUME = _write("ResumeConnectorTask", "PUT", _TASK + "/resume", _UPDATE_PERMISSION)
# A second restart resets the progress again.
RESTART = _write("RestartConnectorTask", "PUT", _RESTART, _UPDATE_PERMISSION)
VALIDATE = _read("ValidateConnectorConnectivity", "POST", _CONNECTOR + "/validate", "dms:connector:validate")

PAGE_SIZE = 50


def sold_out(client: Client, instance_id: str) -> bool | None:
    """Return whether the resources for enabling Smart Connect are sold out; ``None`` if the service does not return it."""
    return flag(expect_object(client.call(SHOW_RESOURCES, instance_id=instance_id)).get("soldOut"))


def enable(client: Client, instance_id: str, body: dict[str, t.Any]) -> None:
    """Begin to enable Smart Connect."""
    client.call(ENABLE, instance_id=instance_id, body=body)


def disable(client: Client, instance_id: str) -> None:
    """Begin to disable Smart Connect. Without a body, the service can refuse the request."""
    client.call(DISABLE, instance_id=instance_id, body={"instance_id": instance_id})


def list_tasks(client: Client, instance_id: str) -> Listing:
    """Return all Smart Connect tasks of an instance, whole. ``task_id`` is added, with the value of ``id``."""
    last_page: dict[str, t.Any] = {}

    def read_page(offset: int) -> tuple[list[Row], int]:
        response = client.call(LIST, instance_id=instance_id, query={"offset": str(offset), "limit": str(PAGE_SIZE)})
        body = expect_object(response)
        tasks, total_number = body.get("tasks"), number(body.get("total_number"))
        expect(response, isinstance(tasks, list), "tasks is not a list")
        expect(response, total_number is not None and total_number >= 0, "total_number is not a number")
        last_page.update(body, total_number=total_number)
        return [_task(response, task) for task in t.cast("list[t.Any]", tasks)], t.cast("int", total_number)

    tasks = paginate(read_page, lambda task: str(task["task_id"]), "Smart Connect tasks", partial=True)
    limits = {name: number(last_page.get(name)) for name in ("max_tasks", "quota_tasks")}
    return Listing(tasks, last_page["total_number"], "task_id", "task_name", limits)


def show_task(client: Client, instance_id: str, task_id: str) -> Row:
    """Return one Smart Connect task."""
    response = client.call(SHOW, instance_id=instance_id, task_id=task_id)
    task = _task(response, response.body)
    expect(response, task["task_id"] == task_id, f"it does not describe the task {task_id}")
    return task


def create_task(client: Client, instance_id: str, body: dict[str, t.Any]) -> str:
    """Create a Smart Connect task and return its id."""
    response = client.call(CREATE, instance_id=instance_id, body=body)
    task_id = expect_object(response).get("id")
    expect(response, is_id(task_id), "id is missing")
    return t.cast("str", task_id)


def modify_task(client: Client, instance_id: str, task_id: str, body: dict[str, t.Any]) -> None:
    """Change a Smart Connect task. Which fields the service changes is not documented: read the task again."""
    client.call(MODIFY, instance_id=instance_id, task_id=task_id, body=body)


def delete_task(client: Client, instance_id: str, task_id: str) -> None:
    """Delete a Smart Connect task."""
    client.call(DELETE, instance_id=instance_id, task_id=task_id)


def act(client: Client, operation: Operation, instance_id: str, task_id: str) -> None:
    """Call PAUSE, RESUME or RESTART. The status changes some time after this returns."""
    client.call(operation, instance_id=instance_id, task_id=task_id)


def validate(client: Client, instance_id: str, source_task: dict[str, t.Any]) -> None:
    """Check whether the service can reach the peer of a replication; if not, the call fails with the reason."""
    body = {"type": "KAFKA_REPLICATOR_SOURCE", "task": source_task}
    client.call(VALIDATE, instance_id=instance_id, body=body)


def _task(response: Response, task: t.Any) -> Row:
    expect(response, isinstance(task, dict), "a task is not an object")
    expect(response, is_id(task.get("id")), "a task has no id")
    for name in ("task_name", "status"):
        expect(response, isinstance(task.get(name), str) and task[name] != "", f"a task has no {name}")
    for name in ("source_task", "sink_task"):
        expect(response, task.get(name) is None or isinstance(task[name], dict), f"{name} is not an object")
    return {**task, "task_id": task["id"]}
