# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: the sink tasks of a connector (section 2 of the facts)."""

from __future__ import annotations

import re
import uuid
from typing import Any

from .calls import Answer, Call, Effect
from .errors import ApiError, invalid
from .routes import Operation
from .world import Connector, SinkTask, sorted_tasks

MAX_TOPICS = 20
OBS_PART_SIZE = 5242880
CONSUMER_STRATEGIES = ("latest", "earliest")
FILE_TYPES = ("TEXT", "text", "TXT", "")
PARTITION_FORMATS = ("yyyy", "yyyy/MM", "yyyy/MM/dd", "yyyy/MM/dd/HH", "yyyy/MM/dd/HH/mm", "N/A", "")
RECORD_DELIMITERS = (",", ";", "|", "\n", "NULL", "")
INTERVAL = range(30, 901)

_OBS_PATH = re.compile(r"[A-Za-z0-9_/-]{0,64}")
_STRICT_NAME = re.compile(r"[A-Za-z0-9_-]{4,64}")


def create_sink_task(call: Call) -> Answer:
    """POST /v2/{project_id}/connectors/{connector_id}/sink-tasks"""
    connector = _connector(call)
    body = call.json_object()
    if body.get("source_type") != "BLOB":
        raise invalid("source_type")
    if body.get("destination_type") != "OBS":
        raise invalid("destination_type")
    name = _checked_name(call, body.get("task_name"))
    descriptor = _checked_descriptor(call, body.get("obs_destination_descriptor"))
    _check_running(call, connector)
    if call.settings.unique_names and any(task.task_name == name for task in connector.tasks.values()):
        raise ApiError(400, "DMS.00400867", f"The task name {name} is in use.")
    limit = min(connector.max_tasks(call.settings), connector.quota_tasks(call.settings))
    if len(connector.tasks) >= limit:
        raise ApiError(404, "DMS.00404029")
    if descriptor["access_key"].startswith("INVALID") or descriptor["secret_key"].startswith("INVALID"):
        raise ApiError(400, "DMS.00500960")
    task_id = call.world.add_task(
        connector.connector_id,
        name,
        status=call.settings.created_status,
        creating_looks=call.settings.creation_looks,
        **descriptor,
    )
    return Answer(call.settings.create_status, {"task_id": task_id}, effect=Effect("created", task_id))


def list_sink_tasks(call: Call) -> Answer:
    """GET /v2/{project_id}/connectors/{connector_id}/sink-tasks"""
    connector = _connector(call)
    tasks = [
        {
            "task_id": task.task_id,
            "task_name": task.task_name,
            "destination_type": "OBS",
            "create_time": task.create_time,
            "status": connector.look_at(task, call.settings),
            "topics": _topics(task),
        }
        for task in sorted_tasks(connector)
    ]
    return Answer(
        200,
        {
            "tasks": tasks,
            "total_number": len(tasks),
            "max_tasks": connector.max_tasks(call.settings),
            "quota_tasks": connector.quota_tasks(call.settings),
        },
    )


def show_sink_task_detail(call: Call) -> Answer:
    """GET /v2/{project_id}/connectors/{connector_id}/sink-tasks/{task_id}"""
    connector = _connector(call)
    task = _task(call, connector)
    topic_info = call.query.get("topic-info", "false").lower()
    if topic_info not in ("true", "false"):
        raise invalid("topic-info")
    descriptor = {
        name: value
        for name, value in task.descriptor.items()
        if name not in ("access_key", "secret_key") and (name != "topics_regex" or call.settings.echo_topics_regex)
    }
    descriptor["obs_part_size"] = OBS_PART_SIZE
    body = {
        "task_name": task.task_name,
        "destination_type": "OBS",
        "create_time": task.create_time,
        "status": connector.look_at(task, call.settings),
        "topics": _topics(task),
        "obs_destination_descriptor": descriptor,
    }
    if topic_info == "true":
        body["topics_info"] = _topics_info(call, task)
    return Answer(200, body)


def delete_sink_task(call: Call) -> Answer:
    """DELETE /v2/{project_id}/connectors/{connector_id}/sink-tasks/{task_id}"""
    connector = _connector(call)
    task = _task(call, connector)
    _check_running(call, connector)
    if task.deleting_looks is not None:
        return Answer(204)
    if call.settings.deletion_looks > 0:
        task.deleting_looks = call.settings.deletion_looks
    else:
        del connector.tasks[task.task_id]
    return Answer(204, effect=Effect("deleted", task.task_id))


def update_sink_task_quota(call: Call) -> Answer:
    """PUT /v2/{project_id}/connectors/{connector_id}/sink-tasks"""
    connector = _connector(call)
    wanted = call.json_object().get("sink_max_tasks")
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise invalid("sink_max_tasks")
    _check_running(call, connector)
    beyond = call.settings.quota_is_ceiling and wanted > connector.quota_tasks(call.settings)
    if wanted <= connector.max_tasks(call.settings) or beyond:
        raise ApiError(400, "DMS.00400133")
    connector.raised_to = wanted
    return Answer(204, effect=Effect("raised quota", str(wanted)))


def _connector(call: Call) -> Connector:
    connector = call.world.connectors.get(call.params["connector_id"])
    if connector is None or connector.project_id != call.project_id:
        raise ApiError(404, "DMS.00404024")
    return connector


def _task(call: Call, connector: Connector) -> SinkTask:
    task_id = call.params["task_id"]
    task = connector.tasks.get(task_id)
    if task is not None:
        return task
    if not is_uuid(task_id):
        raise ApiError(400, "DMS.00400070")
    raise ApiError(404, "DMS.00404026")


def _check_running(call: Call, connector: Connector) -> None:
    if call.world.instances[connector.instance_id].status != "RUNNING":
        raise ApiError(400, "DMS.00400026")


def _topics(task: SinkTask) -> str:
    return str(task.descriptor["topics"] or task.descriptor["topics_regex"])


def _topics_info(call: Call, task: SinkTask) -> list[dict[str, Any]]:
    if task.topics_info is not None:
        return task.topics_info
    if task.descriptor["topics"]:
        topics = task.descriptor["topics"].split(",")
    else:
        topics = [
            topic for topic in call.settings.known_topics or [] if re.fullmatch(task.descriptor["topics_regex"], topic)
        ]
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


def _checked_name(call: Call, name: Any) -> str:
    if not isinstance(name, str) or not name.strip():
        raise invalid("task_name")
    if call.settings.strict_names and not _STRICT_NAME.fullmatch(name):
        raise invalid("task_name")
    return name


def _checked_descriptor(call: Call, given: Any) -> dict[str, Any]:
    """The descriptor with all its fields. Raises the service's complaint about the first one that is wrong."""
    if not isinstance(given, dict):
        raise invalid("obs_destination_descriptor")
    topics, regex = _text(given, "topics"), _text(given, "topics_regex")
    if bool(topics) == bool(regex):
        raise invalid("topics and topics_regex: exactly one of them is needed")
    if topics:
        _check_topics(call, topics.split(","))
    elif not _is_regex(regex) or regex == ".*":
        raise invalid("topics_regex")
    interval = given.get("deliver_time_interval")
    if not isinstance(interval, int) or isinstance(interval, bool) or interval not in INTERVAL:
        raise invalid("deliver_time_interval")
    path = _text(given, "obs_path")
    if not _OBS_PATH.fullmatch(path):
        raise invalid("obs_path")
    return {
        "topics": topics,
        "topics_regex": regex,
        "consumer_strategy": _choice(given, "consumer_strategy", CONSUMER_STRATEGIES),
        "destination_file_type": _choice(given, "destination_file_type", FILE_TYPES) or "TEXT",
        "access_key": _needed(given, "access_key"),
        "secret_key": _needed(given, "secret_key"),
        "obs_bucket_name": _needed(given, "obs_bucket_name"),
        "obs_path": path,
        "partition_format": _choice(given, "partition_format", PARTITION_FORMATS),
        "record_delimiter": _choice(given, "record_delimiter", RECORD_DELIMITERS, absent="\n"),
        "deliver_time_interval": interval,
    }


def _check_topics(call: Call, topics: list[str]) -> None:
    if len(topics) > MAX_TOPICS or not all(topics):
        raise invalid("topics")
    known = call.settings.known_topics
    missing = [topic for topic in topics if known is not None and topic not in known]
    if missing:
        raise ApiError(400, "DMS.00400876", f"The topic {missing[0]} does not exist.")


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name, "")
    if not isinstance(value, str):
        raise invalid(name)
    return value


def _needed(given: dict[str, Any], name: str) -> str:
    value = _text(given, name)
    if not value:
        raise invalid(name)
    return value


def _choice(given: dict[str, Any], name: str, choices: tuple[str, ...], absent: str = "") -> str:
    value = given.get(name, absent)
    if value not in choices:
        raise invalid(name)
    return str(value)


def _is_regex(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def is_uuid(text: str) -> bool:
    """Whether an id has the form that the service gives to its ids."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


_TASKS = "/v2/{project_id}/connectors/{connector_id}/sink-tasks"

OPERATIONS = [
    Operation("CreateSinkTask", "POST", _TASKS, create_sink_task),
    Operation("ListSinkTasks", "GET", _TASKS, list_sink_tasks),
    Operation("UpdateSinkTaskQuota", "PUT", _TASKS, update_sink_task_quota),
    Operation("ShowSinkTaskDetail", "GET", _TASKS + "/{task_id}", show_sink_task_detail),
    Operation("DeleteSinkTask", "DELETE", _TASKS + "/{task_id}", delete_sink_task),
]
