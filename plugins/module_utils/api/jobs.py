# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The background jobs of an instance.

Source: the API reference of DMS for Kafka (ShowBackgroundTask) and the vendor's Terraform provider.
"""

from __future__ import annotations

import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object

if t.TYPE_CHECKING:
    from ..rest.client import Client

_JOB = "/v2/{project_id}/instances/{instance_id}/tasks/{job_id}"

SHOW = Operation("ShowBackgroundTask", "GET", _JOB, "dms:instance:get", reads=True, repeatable=True)


def job_status(client: Client, instance_id: str, job_id: str) -> str:
    """Return the status of a background job: ``CREATED``, ``EXECUTING``, ``SUCCESS``, ``FAILED``, ``DELETED`` or ``CANCELLED``."""
    response = client.call(SHOW, instance_id=instance_id, job_id=job_id)
    rows = expect_object(response).get("tasks")
    job = rows[0] if isinstance(rows, list) and len(rows) == 1 else None
    valid = isinstance(job, dict) and isinstance(job.get("status"), str) and job.get("id") in (None, job_id)
    expect(response, valid, f"it does not describe the job {job_id}")
    return t.cast("str", t.cast("dict[str, t.Any]", job)["status"])
