# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays the sink task module in this process, from its options to its result, against the scripted service."""

from __future__ import annotations

import typing as t

from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.definition import Reporter
from ansible_collections.huaweicloud.kafka.plugins.modules.huaweicloud_kafka_sink_task import MODULE
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    DMS,
    PROJECT_ID,
    Answer,
    Clock,
    Service,
    Step,
    answer,
)

TASKS = f"/v2/{PROJECT_ID}/connectors/c-1/sink-tasks"
LIST = f"GET {TASKS}"
CREATE = f"POST {TASKS}"
SHOW = f"GET {TASKS}/t-1"
DELETE = f"DELETE {TASKS}/t-1"
INSTANCE = f"GET /v2/{PROJECT_ID}/instances/i-1"

CONNECTION = {"endpoint": DMS, "project_id": PROJECT_ID, "access_key": "AK", "secret_key": "SK-secret"}

# What the user wants, and what is sent for it.
DESCRIPTOR = {
    "topics": ["orders", "returns"],
    "access_key": "OBS-AK-secret",
    "secret_key": "OBS-SK-secret",
    "obs_bucket_name": "archive",
}
SENT = {
    "consumer_strategy": "latest",
    "destination_file_type": "TEXT",
    "deliver_time_interval": 300,
    "topics": "orders,returns",
    "access_key": "OBS-AK-secret",
    "secret_key": "OBS-SK-secret",
    "obs_bucket_name": "archive",
}
# What the service echoes of it.
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
    return {"state": "absent", "connector_id": "c-1", **options}


def present(descriptor: t.Mapping[str, t.Any] | None = None, **options: t.Any) -> dict[str, t.Any]:
    """Return options for the task "orders"; *descriptor* adds to :data:`DESCRIPTOR`, and takes away by ``None``."""
    wanted = {name: value for name, value in {**DESCRIPTOR, **(descriptor or {})}.items() if value is not None}
    return {"connector_id": "c-1", "task_name": "orders", "obs_destination_descriptor": wanted, **options}


def body(**descriptor: t.Any) -> dict[str, t.Any]:
    """Return the body that creates the task; *descriptor* adds to :data:`SENT`, and takes away by ``None``."""
    sent = {name: value for name, value in {**SENT, **descriptor}.items() if value is not None}
    return {
        "source_type": "BLOB",
        "task_name": "orders",
        "destination_type": "OBS",
        "obs_destination_descriptor": sent,
    }


def without_keys(task: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    descriptor = dict(task["obs_destination_descriptor"])
    descriptor.pop("access_key", None)
    descriptor.pop("secret_key", None)
    return {**task, "obs_destination_descriptor": descriptor}


def listed(task_id: str = "t-1", name: str = "orders", status: str = "RUNNING") -> dict[str, t.Any]:
    """Return a task as a list of the service holds it."""
    return {
        "task_id": task_id,
        "task_name": name,
        "destination_type": "OBS",
        "create_time": 1592309487621,
        "status": status,
        "topics": "orders,returns",
    }


def tasks(*held: t.Mapping[str, t.Any], total: t.Any = None, **limits: t.Any) -> Answer:
    """Return the answer to a list of *held*; *total* is the number that it says there are."""
    number = len(held) if total is None else total
    return answer(200, {"tasks": held, "total_number": number, "max_tasks": 9, "quota_tasks": 10, **limits})


def shown(status: str = "RUNNING", task_id: str = "t-1", **descriptor: t.Any) -> dict[str, t.Any]:
    """Return a task as results show it; *descriptor* adds to :data:`ECHO`."""
    return {
        "task_id": task_id,
        "task_name": "orders",
        "destination_type": "OBS",
        "create_time": 1592309487621,
        "status": status,
        "topics": "orders,returns",
        "obs_destination_descriptor": {**ECHO, **descriptor},
    }


def details(status: str = "RUNNING", **descriptor: t.Any) -> Answer:
    """Return the answer that describes a task; it does not tell the id."""
    task = shown(status, **descriptor)
    del task["task_id"]
    return answer(200, task)


def created(task_id: str = "t-1") -> Answer:
    return answer(200, {"task_id": task_id})


class Played(t.NamedTuple):
    """What came of it: the result, what was told of each look of a wait, and the pauses."""

    result: dict[str, t.Any]
    progress: list[tuple[str, float]]
    pauses: list[float]

    @property
    def msg(self) -> str:
        assert self.result.get("failed") is True, self.result
        return str(self.result["msg"])


class Play:
    """Runs the module with options (``None``: not given), and expects the steps and nothing else."""

    def __init__(self, clock: Clock, service: Service) -> None:
        self._clock = clock
        self.service = service

    def __call__(
        self, options: t.Mapping[str, t.Any], *steps: Step, check_mode: bool = False, diff: bool = False
    ) -> Played:
        given = {name: value for name, value in {**CONNECTION, **options}.items() if value is not None}
        validation = ModuleArgumentSpecValidator(MODULE.argument_spec, **MODULE.rules).validate(given)
        assert validation.error_messages == []
        params = {**dict.fromkeys(MODULE.argument_spec), **validation.validated_parameters}
        progress: list[tuple[str, float]] = []
        pauses_before = len(self._clock.pauses)
        self.service.expect(*steps)
        result = MODULE.execute(
            params,
            check_mode=check_mode,
            diff=diff,
            secrets=validation._no_log_values,
            connect=lambda settings: Client(settings, sleep=self._clock.sleep),
            reporter=Reporter(progress=lambda seen, left: progress.append((seen, left))),
        )
        self.service.expect_nothing_more()
        assert "secret" not in str(result).replace("secret_key", "")
        return Played(result, progress, self._clock.pauses[pauses_before:])
