# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests, options and responses of Smart Connect: one instance, and its task "orders"."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.kafka.tests.unit.samples import instance
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID, Reply, reply

INSTANCES = f"/v2/{PROJECT_ID}/instances"
CONNECTOR = f"{INSTANCES}/i-1/connector"
TASKS = f"{CONNECTOR}/tasks"
INSTANCE = f"GET {INSTANCES}/i-1"
FIND = f"GET {INSTANCES}?engine=kafka&exact_match_name=true&limit=50&name=kafka&offset=0"
RESOURCES = f"GET {CONNECTOR}"
ENABLE = f"POST {CONNECTOR}"
DISABLE = f"POST /v2/{PROJECT_ID}/kafka/instances/i-1/delete-connector"
LIST = f"GET {TASKS}?limit=50&offset=0"
CREATE = f"POST {TASKS}"
VALIDATE = f"POST {CONNECTOR}/validate"
SHOW, MODIFY, DELETE = f"GET {TASKS}/t-1", f"PUT {TASKS}/t-1", f"DELETE {TASKS}/t-1"
PAUSE, RESUME = f"PUT {TASKS}/t-1/pause", f"PUT {TASKS}/t-1/resume"
RESTART = f"PUT /v2/{PROJECT_ID}/kafka/instances/i-1/connector/tasks/t-1/restart"

SINK = {"consumer_strategy": "latest", "obs_bucket_name": "archive"}
KEYS = {"access_key": "OBS-AK-secret", "secret_key": "OBS-SK-secret"}
SOURCE = {"instance_id": "i-2", "direction": "pull"}
SERVER = {"obs_part_size": 5242880, "flush_size": 1000000, "timezone": "Asia/Chongqing"}
SINK_ECHO = {
    **SINK,
    "destination_file_type": "TEXT",
    "deliver_time_interval": 300,
    "obs_path": "",
    "partition_format": "",
    "record_delimiter": "\n",
    "store_keys": False,
    **SERVER,
}
SOURCE_ECHO = {
    **SOURCE,
    "current_cluster_name": "A",
    "cluster_name": "B",
    "bootstrap_servers": "192.0.2.1:9092",
    "security_protocol": "PLAINTEXT",
    "sasl_mechanism": "PLAIN",
    "user_name": "",
    "sync_consumer_offsets_enabled": False,
    "replication_factor": 3,
    "task_num": 2,
    "rename_topic_enabled": False,
    "topics_mapping": "",
    "provenance_header_enabled": False,
    "consumer_strategy": "latest",
    "compression_type": "none",
}
UP = reply(200, instance())


def options(sink: t.Mapping[str, t.Any] | None = None, **more: t.Any) -> dict[str, t.Any]:
    """Return the options for the task "orders" that dumps to a bucket; *sink* updates :data:`SINK` and its keys."""
    wanted = {name: value for name, value in {**SINK, **KEYS, **(sink or {})}.items() if value is not None}
    return {"instance_id": "i-1", "task_name": "orders", "topics": ["orders"], "sink_task": wanted, **more}


def replication(source: t.Mapping[str, t.Any] | None = None, **more: t.Any) -> dict[str, t.Any]:
    """Return the options for the task "orders" that replicates; *source* updates :data:`SOURCE`."""
    wanted = {name: value for name, value in {**SOURCE, **(source or {})}.items() if value is not None}
    return {"instance_id": "i-1", "task_name": "orders", "topics": ["orders"], "source_task": wanted, **more}


def state(name: str, **more: t.Any) -> dict[str, t.Any]:
    """Return the options that change the state of the task "orders" without describing it."""
    return {"instance_id": "i-1", "task_name": "orders", "state": name, **more}


def body(sink: t.Mapping[str, t.Any] | None = None, **more: t.Any) -> dict[str, t.Any]:
    """Return the body that creates the task of :func:`options`."""
    sent = {**SINK, **KEYS, "destination_file_type": "TEXT", "deliver_time_interval": 300, **(sink or {})}
    fields = {
        "task_name": "orders",
        "topics": "orders",
        "source_type": "NONE",
        "sink_type": "OBS_SINK",
        "sink_task": {name: value for name, value in sent.items() if value is not None},
        **more,
    }
    return {name: value for name, value in fields.items() if value is not None}


def entity(
    status: str = "RUNNING", task_id: str = "t-1", name: str = "orders", sink: t.Any = None, **more: t.Any
) -> dict[str, t.Any]:
    """Return a task as the service returns it; *sink* updates :data:`SINK_ECHO`."""
    return {
        "id": task_id,
        "task_name": name,
        "topics": "orders",
        "topics_regex": "",
        "source_type": "NONE",
        "source_task": {},
        "sink_type": "OBS_SINK",
        "sink_task": {**SINK_ECHO, **(sink or {})},
        "status": status,
        "create_time": 1592309487621,
        **more,
    }


def replicated(status: str = "RUNNING", source: t.Any = None, **more: t.Any) -> dict[str, t.Any]:
    """Return a replication as the service returns it; *source* updates :data:`SOURCE_ECHO`."""
    sides = {"source_type": "KAFKA_REPLICATOR_SOURCE", "sink_type": "NONE", "sink_task": {}}
    return entity(status, **{**sides, "source_task": {**SOURCE_ECHO, **(source or {})}, **more})


def observed(task: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return *task* as the api layer returns it."""
    return {**task, "task_id": task["id"]}


def tasks(*rows: t.Any, total: t.Any = None, **limits: t.Any) -> Reply:
    """Return the list of *rows*; *total* is its ``total_number``."""
    number = len(rows) if total is None else total
    return reply(200, {"tasks": rows, "total_number": number, "max_tasks": 18, "quota_tasks": 18, **limits})


def show(*args: t.Any, **more: t.Any) -> Reply:
    """Return the response with one :func:`entity`."""
    return reply(200, entity(*args, **more))
