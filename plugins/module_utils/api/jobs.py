# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The background jobs of an instance.

Source: the API reference of DMS for Kafka (ListBackgroundTasks, ShowBackgroundTask) and the vendor's Terraform provider.
"""

from __future__ import annotations

import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object

if t.TYPE_CHECKING:
    from ..rest.client import Client

_JOBS = "/v2/{project_id}/instances/{instance_id}/tasks"
_JOB = _JOBS + "/{job_id}"

LIST = Operation("ListBackgroundTasks", "GET", _JOBS, "dms:instance:get", reads=True, repeatable=True)
SHOW = Operation("ShowBackgroundTask", "GET", _JOB, "dms:instance:get", reads=True, repeatable=True)


def newest_jobs(client: Client, instance_id: str, name: str) -> dict[str, str]:
    """Return the status of each job called *name*, by its id, among the 100 newest of an instance."""
    response = client.call(LIST, query={"start": "1", "limit": "100"}, instance_id=instance_id)
    rows = expect_object(response).get("tasks")
    valid = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    expect(response, valid, "tasks is not a list of objects")
    found = [row for row in t.cast("list[dict[str, t.Any]]", rows) if row.get("name") == name]
    return {str(row.get("id")): str(row.get("status")) for row in found}


def job_status(client: Client, instance_id: str, job_id: str) -> str:
    """Return the status of a background job: ``CREATED``, ``EXECUTING``, ``SUCCESS``, ``FAILED``, ``DELETED`` or ``CANCELLED``."""
    response = client.call(SHOW, instance_id=instance_id, job_id=job_id)
    rows = expect_object(response).get("tasks")
    job = rows[0] if isinstance(rows, list) and len(rows) == 1 else None
    valid = isinstance(job, dict) and isinstance(job.get("status"), str) and job.get("id") in (None, job_id)
    expect(response, valid, f"it does not describe the job {job_id}")
    return t.cast("str", t.cast("dict[str, t.Any]", job)["status"])
