# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module in this process, against the scripted service or against a table of answers."""

from __future__ import annotations

import json
import threading
import typing as t

import requests
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.transport import RawAnswer
from ansible_collections.huaweicloud.kafka.tests.unit.support import DMS, IAM, PROJECT_ID, Answer, Clock
from requests.structures import CaseInsensitiveDict

INSTANCES = f"/v2/{PROJECT_ID}/instances"
TASKS = f"/v2/{PROJECT_ID}/connectors/c-1/sink-tasks"

OPTIONS = {
    "endpoint": DMS,
    "iam_endpoint": IAM,
    "region": "eu-west-101",
    "project_id": PROJECT_ID,
    "access_key": "AK",
    "secret_key": "SK",
    "max_retries": 2,
}


def run(module: t.Any, clock: Clock, *, check_mode: bool = False, diff: bool = False, **options: t.Any) -> t.Any:
    """Return the result of *module*; options beside those of the connection, ``None`` leaves one of these out."""
    definition = module.MODULE
    given = {name: value for name, value in {**OPTIONS, **options}.items() if value is not None}
    validation = ModuleArgumentSpecValidator(definition.argument_spec, **definition.rules).validate(given)
    if validation.error_messages:
        return {"failed": True, "msg": "; ".join(validation.error_messages)}
    params = {**dict.fromkeys(definition.argument_spec), **validation.validated_parameters}
    return definition.execute(
        params,
        check_mode=check_mode,
        diff=diff,
        secrets=validation._no_log_values,
        connect=lambda settings: Client(settings, sleep=clock.sleep),
    )


class AnswerTable:
    """Stands in for the transport where requests come in no fixed order: answers by request, in turns; the last stays.

    *meet*: so many GETs of single tasks must be under way before the first of them is answered.
    """

    def __init__(self, answers: t.Mapping[str, t.Any], meet: int = 0) -> None:
        self.lines: list[str] = []
        self.requests: list[requests.PreparedRequest] = []
        self._answers = {line: list(told) if isinstance(told, list) else [told] for line, told in answers.items()}
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(meet) if meet else None
        self._meeting = meet

    def close(self) -> None:
        pass

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: t.Mapping[str, str],
        body: bytes | None,
        auth: requests.auth.AuthBase,
        timeout: float,
    ) -> RawAnswer:
        request = requests.Request(method, url, headers=dict(headers), data=body, auth=auth).prepare()
        line = f"{method} {url.removeprefix(DMS)}"
        with self._lock:
            self.requests.append(request)
            self.lines.append(line)
            told = self._answers[line]
            answer = told[0] if len(told) == 1 else told.pop(0)
            waits = self._meeting > 0 and f"{TASKS}/" in line
            self._meeting -= waits
        if waits and self._barrier:
            self._barrier.wait(timeout=30)
        if callable(answer):
            answer = answer(request)
        assert isinstance(answer, Answer)
        return RawAnswer(answer.status, CaseInsensitiveDict(answer.headers), answer.body)


def body_of(request: requests.PreparedRequest) -> t.Any:
    return json.loads(request.body or b"null")


def instance(name: str, number: int = 1, **fields: t.Any) -> dict[str, t.Any]:
    """An instance as the service lists it."""
    shown = {"instance_id": f"i-{number}", "name": name, "status": "RUNNING", "engine": "kafka"}
    return {**shown, "connector_enable": True, "connector_id": "c-1", **fields}


def listing(*instances: t.Any, instance_num: t.Any = None) -> dict[str, t.Any]:
    return {"instances": list(instances), "instance_num": len(instances) if instance_num is None else instance_num}


def listed_task(name: str, task_id: str, **fields: t.Any) -> dict[str, t.Any]:
    """A task as the list shows it."""
    shown = {"task_id": task_id, "task_name": name, "destination_type": "OBS", "create_time": 1592309487621}
    return {**shown, "status": "RUNNING", "topics": "orders", **fields}


def tasks(*listed: t.Any, **fields: t.Any) -> dict[str, t.Any]:
    return {"tasks": list(listed), "total_number": len(listed), "max_tasks": 9, "quota_tasks": 10, **fields}


def shown_task(name: str, **fields: t.Any) -> dict[str, t.Any]:
    """A task as it is shown by itself."""
    descriptor = {"consumer_strategy": "latest", "obs_bucket_name": "b", "deliver_time_interval": 300}
    shown = {"task_name": name, "destination_type": "OBS", "create_time": 1592309487621, "status": "RUNNING"}
    return {**shown, "topics": "orders", "obs_destination_descriptor": descriptor, **fields}
