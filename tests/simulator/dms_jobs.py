# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: the background jobs of an instance."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Call, Effect, Response
from .dms_instances import find_instance
from .errors import ApiError, invalid
from .routes import Operation

if TYPE_CHECKING:
    from .world import Instance, Job

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
FINISHED = ("SUCCESS", "FAILED", "DELETED", "CANCELLED")


def list_background_tasks(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/tasks: newest first, counted from 1."""
    instance = find_instance(call)
    start = parameters.number(call.query, "start", 1, 1, None)
    limit = parameters.number(call.query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    begin, end = call.query.get("begin_time", ""), call.query.get("end_time", "9")
    jobs = []
    for job in reversed(instance.jobs):
        if job.unlisted:
            job.unlisted -= 1
        elif begin <= _digits(job.created_at) <= end:
            jobs.append(job)
    body = _shown(instance, jobs[start - 1 : start - 1 + limit], len(jobs))
    instance.access.read_job()
    return Response(200, body)


def show_background_task(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/tasks/{task_id}: in the format of the list."""
    instance, job = _job(call)
    body = _shown(instance, [job], 1)
    instance.access.read_job(job.job_id)
    return Response(200, body)


def show_background_task_progress(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/tasks/{task_id}/progress"""
    job = _job(call)[1]
    done = job.status in FINISHED
    step = {"name": job.name, "statue": job.status, "start_time": int(job.created_at * 1000)}
    if done:
        step["end_time"] = int(job.updated_at * 1000)
    progress = {"progress_percentage": 100 if done else 50, "remain_time": 0 if done else 60}
    return Response(200, {**progress, "step_list": [step]})


def delete_background_task(call: Call) -> Response:
    """DELETE /v2/{project_id}/instances/{instance_id}/tasks/{task_id}: finished ones only."""
    instance, job = _job(call)
    if job.status not in FINISHED:
        raise ApiError(400, "DMS.00400017")
    instance.jobs.remove(job)
    return Response(204, effect=Effect("deleted job", job.job_id))


def _job(call: Call) -> tuple[Instance, Job]:
    instance = find_instance(call)
    for job in instance.jobs:
        if job.job_id == call.params["task_id"]:
            return instance, job
    raise invalid("task_id")


def _shown(instance: Instance, jobs: list[Job], count: int) -> dict[str, Any]:
    return {
        "task_count": str(count),
        "tasks": [
            {
                "id": job.job_id,
                "name": job.name,
                "user_name": instance.fields["user_name"],
                "user_id": instance.fields["user_id"],
                "params": "{}",
                "status": job.status,
                "created_at": _iso(job.created_at),
                "updated_at": _iso(job.updated_at),
            }
            for job in jobs
        ],
    }


def _iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def _digits(seconds: float) -> str:
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds))


_JOBS = "/v2/{project_id}/instances/{instance_id}/tasks"

OPERATIONS = [
    Operation("ListBackgroundTasks", "GET", _JOBS, list_background_tasks),
    Operation("ShowBackgroundTask", "GET", _JOBS + "/{task_id}", show_background_task),
    Operation("ShowBackgroundTaskProgress", "GET", _JOBS + "/{task_id}/progress", show_background_task_progress),
    Operation("DeleteBackgroundTask", "DELETE", _JOBS + "/{task_id}", delete_background_task),
]
