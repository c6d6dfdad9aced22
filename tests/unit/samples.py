# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests, options and responses for tests of the modules: one instance, its connector, and the task "orders"."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import connection_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import settings
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client, Log, quiet
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task as sink_task
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    OPTIONS,
    PROJECT_ID,
    Clock,
    Ran,
    Reply,
    Service,
    Step,
    reply,
    run_module,
)

INSTANCES = f"/v2/{PROJECT_ID}/instances"
INSTANCE = f"GET {INSTANCES}/i-1"
FIND = f"GET {INSTANCES}?engine=kafka&exact_match_name=true&limit=50&name=kafka&offset=0"
TASKS = f"/v2/{PROJECT_ID}/connectors/c-1/sink-tasks"
LIST = f"GET {TASKS}"
CREATE = f"POST {TASKS}"
QUOTA = f"PUT {TASKS}"
SHOW = f"GET {TASKS}/t-1"
DELETE = f"DELETE {TASKS}/t-1"

# The option, the descriptor that is sent for it, and the one that the service returns.
DESCRIPTOR = {
    "topics": ["orders", "returns"],
    "access_key": "OBS-AK-secret",
    "secret_key": "OBS-SK-secret",
    "obs_bucket_name": "archive",
}
SENT = {
    **DESCRIPTOR,
    "consumer_strategy": "latest",
    "destination_file_type": "TEXT",
    "deliver_time_interval": 300,
    "topics": "orders,returns",
}
ECHO = {
    "topics": "orders,returns",
    "consumer_strategy": "latest",
    "destination_file_type": "TEXT",
    "obs_bucket_name": "archive",
    "obs_path": "",
    "partition_format": "",
    "record_delimiter": "",
    "deliver_time_interval": 300,
    "obs_part_size": 5242880,
}


def absent(**options: t.Any) -> dict[str, t.Any]:
    """Return the options that delete a task."""
    return {"state": "absent", "connector_id": "c-1", **options}


def present(descriptor: t.Mapping[str, t.Any] | None = None, **options: t.Any) -> dict[str, t.Any]:
    """Return the options for the task "orders"; *descriptor* updates :data:`DESCRIPTOR`; ``None`` removes a field."""
    wanted = {name: value for name, value in {**DESCRIPTOR, **(descriptor or {})}.items() if value is not None}
    return {"connector_id": "c-1", "task_name": "orders", "obs_destination_descriptor": wanted, **options}


def body(**descriptor: t.Any) -> dict[str, t.Any]:
    """Return the body that creates the task; *descriptor* updates :data:`SENT`; ``None`` removes a field."""
    sent = {name: value for name, value in {**SENT, **descriptor}.items() if value is not None}
    return {
        "source_type": "BLOB",
        "task_name": "orders",
        "destination_type": "OBS",
        "obs_destination_descriptor": sent,
    }


def without_keys(task: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return *task* as a module returns it."""
    descriptor = task["obs_destination_descriptor"]
    kept = {name: value for name, value in descriptor.items() if name not in ("access_key", "secret_key")}
    return {**task, "obs_destination_descriptor": kept}


def listed(task_id: str = "t-1", name: str = "orders", status: str = "RUNNING", **fields: t.Any) -> dict[str, t.Any]:
    """Return a task as in a list of the service."""
    return {
        "task_id": task_id,
        "task_name": name,
        "destination_type": "OBS",
        "create_time": 1592309487621,
        "status": status,
        "topics": "orders,returns",
        **fields,
    }


def tasks(*rows: t.Any, total: t.Any = None, **limits: t.Any) -> Reply:
    """Return the list of *rows*; *total* is its ``total_number``."""
    number = len(rows) if total is None else total
    return reply(200, {"tasks": rows, "total_number": number, "max_tasks": 9, "quota_tasks": 10, **limits})


def shown(status: str = "RUNNING", task_id: str = "t-1", **descriptor: t.Any) -> dict[str, t.Any]:
    """Return a task as a module returns it; *descriptor* updates :data:`ECHO`."""
    return {**listed(task_id, status=status), "obs_destination_descriptor": {**ECHO, **descriptor}}


def details(status: str = "RUNNING", **descriptor: t.Any) -> Reply:
    """Return the response that describes a task; it does not contain the id."""
    task = shown(status, **descriptor)
    del task["task_id"]
    return reply(200, task)


def created(task_id: str = "t-1") -> Reply:
    """Return the response to a creation."""
    return reply(200, {"task_id": task_id})


def instance(name: str = "kafka", number: int = 1, **fields: t.Any) -> dict[str, t.Any]:
    """Return an instance as the service describes it."""
    row = {"instance_id": f"i-{number}", "name": name, "status": "RUNNING", "engine": "kafka"}
    return {**row, "connector_enable": True, "connector_id": "c-1", **fields}


def instances(*rows: t.Any, instance_num: t.Any = None) -> Reply:
    """Return a page of instances."""
    return reply(200, {"instances": rows, "instance_num": len(rows) if instance_num is None else instance_num})


def client(clock: Clock, service: Service, log: Log = quiet, **options: t.Any) -> Client:
    """Return a client of the fake service, for tests below the modules."""
    spec = connection_spec().argument_spec
    params = {name: option.get("default") for name, option in spec.items()}
    http = t.cast("t.Any", service)
    return Client(Connection(settings.read({**params, **OPTIONS, **options}, {}), http=http, clock=clock), log=log)


class Run:
    """Runs the module ``huaweicloud_kafka_sink_task``; the service expects exactly the steps."""

    def __init__(self, clock: Clock, service: Service) -> None:
        self.clock = clock
        self.service = service

    def __call__(
        self, options: t.Mapping[str, t.Any], *steps: Step, check_mode: bool = False, diff: bool = False
    ) -> Ran:
        return run_module(sink_task, self.service, options, *steps, clock=self.clock, check_mode=check_mode, diff=diff)
