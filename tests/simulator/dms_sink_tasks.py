# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: the sink tasks of a connector, in the legacy API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Call, Effect, Response
from .dms_instances import check_running
from .errors import ApiError, invalid
from .routes import Operation
from .world import visible_in

if TYPE_CHECKING:
    from .world import Connector, Task

OBS_PART_SIZE = 5242880
PARTITION_FORMATS = (*parameters.PARTITION_FORMATS, "N/A")

_ECHOED = (
    "topics",
    "consumer_strategy",
    "destination_file_type",
    "obs_bucket_name",
    "obs_path",
    "partition_format",
    "record_delimiter",
    "deliver_time_interval",
)


def create_sink_task(call: Call) -> Response:
    """POST /v2/{project_id}/connectors/{connector_id}/sink-tasks"""
    connector = _connector(call)
    body = call.json_object()
    if body.get("source_type") != "BLOB":
        raise invalid("source_type")
    if body.get("destination_type") != "OBS":
        raise invalid("destination_type")
    name = parameters.task_name(call, body)
    descriptor = _checked_descriptor(call, body.get("obs_destination_descriptor"))
    check_creation(call, connector, name, descriptor["topics"], _creation_limit(call, connector))
    parameters.check_obs_keys(descriptor)
    task_id = call.world.add_task(
        connector.connector_id,
        name,
        status=call.settings.created_status,
        passing=["CREATING"] * call.settings.creation_looks,
        unlisted=call.settings.list_lag,
        api="sink",
        **descriptor,
    )
    return Response(call.settings.create_status, {"task_id": task_id}, effect=Effect("created", task_id))


def list_sink_tasks(call: Call) -> Response:
    """GET /v2/{project_id}/connectors/{connector_id}/sink-tasks"""
    connector = _connector(call)
    tasks = [
        {
            "task_id": task.task_id,
            "task_name": task.task_name,
            "destination_type": "OBS",
            "create_time": task.create_time,
            "status": connector.read_status(task),
            "topics": task.topics,
        }
        for task in connector.listed("sink", call.settings)
    ]
    return Response(200, {"tasks": tasks, "total_number": len(tasks), **quotas(call, connector)})


def show_sink_task_detail(call: Call) -> Response:
    """GET /v2/{project_id}/connectors/{connector_id}/sink-tasks/{task_id}"""
    connector = _connector(call)
    task = _sink_task(call, connector)
    with_topics = parameters.flag(call.query, "topic-info")
    echoed = (*_ECHOED, "topics_regex") if call.settings.echo_topics_regex else _ECHOED
    descriptor = {name: task.descriptor[name] for name in echoed}
    descriptor["obs_part_size"] = OBS_PART_SIZE
    body = {
        "task_name": task.task_name,
        "destination_type": "OBS",
        "create_time": task.create_time,
        "status": connector.read_status(task),
        "topics": task.topics,
        "obs_destination_descriptor": descriptor,
    }
    if with_topics:
        body["topics_info"] = _topics_info(call, task)
    return Response(200, body)


def delete_sink_task(call: Call) -> Response:
    """DELETE /v2/{project_id}/connectors/{connector_id}/sink-tasks/{task_id}"""
    connector = _connector(call)
    return delete_task(call, connector, _sink_task(call, connector))


def update_sink_task_quota(call: Call) -> Response:
    """PUT /v2/{project_id}/connectors/{connector_id}/sink-tasks"""
    connector = _connector(call)
    wanted = call.json_object().get("sink_max_tasks")
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise invalid("sink_max_tasks")
    check_running(call.world.instances[connector.instance_id])
    beyond = call.settings.quota_is_ceiling and wanted > connector.quota_tasks(call.settings)
    if wanted <= connector.max_tasks(call.settings) or beyond:
        raise ApiError(400, "DMS.00400133")
    connector.raised_to = wanted
    return Response(204, effect=Effect("raised quota", str(wanted)))


def find_task(connector: Connector, task_id: str) -> Task:
    """The task with an id. Raises ApiError: 400 for an invalid id, 404 for an unknown one."""
    task = connector.tasks.get(task_id)
    if task is not None:
        return task
    if not parameters.is_uuid(task_id):
        raise ApiError(400, "DMS.00400070")
    raise ApiError(404, "DMS.00404026")


def check_creation(call: Call, connector: Connector, name: str, topics: str, limit: int) -> None:
    """Raise ApiError unless a task with this name and these topics can be added. limit: the maximum number of tasks."""
    check_running(call.world.instances[connector.instance_id])
    if call.settings.unique_names and any(task.task_name == name for task in connector.tasks.values()):
        raise ApiError(400, "DMS.00400867", f"The task name {name} is in use.")
    if len(connector.tasks) >= limit:
        raise ApiError(404, "DMS.00404029")
    check_topics_unused(call, connector, topics)


def check_topics_unused(call: Call, connector: Connector, topics: str, ignore: Task | None = None) -> None:
    """Raise ApiError if another task has one of the topics, with the setting `exclusive_topics`."""
    if not call.settings.exclusive_topics:
        return
    for task in connector.tasks.values():
        taken = set(task.descriptor["topics"].split(",")) & set(topics.split(",")) - {""}
        if taken and task is not ignore and not task.deleting:
            raise ApiError(400, "DMS.00400874", f"The topic {min(taken)} is used by the task {task.task_name}.")


def delete_task(call: Call, connector: Connector, task: Task) -> Response:
    """Delete a task, unless it is already being deleted."""
    check_running(call.world.instances[connector.instance_id])
    if task.deleting:
        return Response(204)
    connector.delete(task, [call.settings.deleting_status] * call.settings.deletion_looks)
    return Response(204, effect=Effect("deleted", task.task_id))


def quotas(call: Call, connector: Connector) -> dict[str, int]:
    """`max_tasks` and `quota_tasks`, as in lists of tasks."""
    return {
        "max_tasks": connector.max_tasks(call.settings),
        "quota_tasks": connector.quota_tasks(call.settings),
    }


def _creation_limit(call: Call, connector: Connector) -> int:
    limits = quotas(call, connector)
    wanted = call.settings.quota_semantics
    return min(limits.values()) if wanted == "lower" else limits[wanted]


def _connector(call: Call) -> Connector:
    connector = call.world.connectors.get(call.params["connector_id"])
    if connector is None or connector.project_id != call.project_id:
        raise ApiError(404, "DMS.00404024")
    return connector


def _sink_task(call: Call, connector: Connector) -> Task:
    task = find_task(connector, call.params["task_id"])
    if not visible_in(task, "sink", call.settings):
        raise ApiError(404, "DMS.00404026")
    return task


def _topics_info(call: Call, task: Task) -> list[dict[str, Any]]:
    if task.topics_info is not None:
        return task.topics_info
    if task.descriptor["topics"]:
        topics = task.descriptor["topics"].split(",")
    else:
        known = call.settings.known_topics or []
        topics = [topic for topic in known if re.fullmatch(task.descriptor["topics_regex"], topic)]
    return [
        {
            "topic": topic,
            "partitions": [
                {
                    "partition_id": str(number),
                    "status": "RUNNING",
                    "last_transfer_offset": str(100 + number),
                    "log_end_offset": str(100 + 2 * number),
                    "lag": str(number),
                }
                for number in range(call.settings.partitions)
            ],
        }
        for topic in topics
    ]


def _checked_descriptor(call: Call, given: Any) -> dict[str, Any]:
    """The descriptor with all its fields. Raises ApiError for the first invalid field."""
    if not isinstance(given, dict):
        raise invalid("obs_destination_descriptor")
    return {
        **parameters.topics(call, given),
        "consumer_strategy": parameters.choice(given, "consumer_strategy", parameters.CONSUMER_STRATEGIES),
        "destination_file_type": parameters.choice(given, "destination_file_type", parameters.FILE_TYPES) or "TEXT",
        "access_key": parameters.required(given, "access_key"),
        "secret_key": parameters.required(given, "secret_key"),
        **parameters.obs_location(given),
        "partition_format": parameters.choice(given, "partition_format", PARTITION_FORMATS),
        "record_delimiter": parameters.choice(given, "record_delimiter", parameters.RECORD_DELIMITERS, default="\n"),
        "deliver_time_interval": parameters.integer(given, "deliver_time_interval", parameters.INTERVAL),
    }


_TASKS = "/v2/{project_id}/connectors/{connector_id}/sink-tasks"

OPERATIONS = [
    Operation("CreateSinkTask", "POST", _TASKS, create_sink_task),
    Operation("ListSinkTasks", "GET", _TASKS, list_sink_tasks),
    Operation("UpdateSinkTaskQuota", "PUT", _TASKS, update_sink_task_quota),
    Operation("ShowSinkTaskDetail", "GET", _TASKS + "/{task_id}", show_sink_task_detail),
    Operation("DeleteSinkTask", "DELETE", _TASKS + "/{task_id}", delete_sink_task),
]
