# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What helps against an answer of the service: one sentence for each kind of trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import ServiceError

_BY_CODE = {
    "APIG.0101": "The address is unknown there: check region and endpoint.",
    "APIG.0303": "Check the clock of the machine that runs the task (15 minutes are tolerated) and the credentials.",
    "DMS.00400002": "Check project_id.",
    "DMS.00400017": "Another job of the instance is still running: run the task again when it has ended.",
    "DMS.00400026": "The status of the instance forbids this now: run the task again when the instance is RUNNING.",
    "DMS.00400030": "instance_id must be the UUID of an instance.",
    "DMS.00400061": "instance_id must be the UUID of an instance.",
    "DMS.00400070": "task_id must be the UUID of a task.",
    "DMS.00404001": "The address is unknown there: check region and endpoint; not every region has this API.",
    "DMS.00404022": "Check instance_id, region and project_id.",
    "DMS.00404024": "Check connector_id, region and project_id.",
    "DMS.00404027": "Smart Connect is on already.",
    "DMS.00404029": "The quota of sink tasks is used up: delete tasks that are not needed, or have the quota raised.",
    "DMS.00500960": "Check access_key, secret_key and obs_bucket_name of obs_destination_descriptor.",
    "DMS.10240104": "The token is for another project: check project_id.",
    "DMS.10240406": "The address is unknown there: check region and endpoint.",
    "IAM.0002": "Check that iam_endpoint and region belong to the realm of the account.",
    "IAM.0061": "The user is locked for some minutes; further tries make it longer.",
    "IAM.0062": "Check username, password and domain_name.",
    "IAM.1108": "Fetch new temporary credentials.",
    "IAM.1109": "Check project_id.",
}


def advice_for(error: ServiceError) -> str | None:
    """Return the sentence that helps against *error*, or ``None``."""
    if error.key in _BY_CODE:
        return _BY_CODE[error.key]
    if error.throttled:
        return "The service limits the rate of requests: lower forks or use throttle, or raise max_retries."
    if error.status == 401:
        return "Check the credentials and the clock; it was not tried again, because five failures lock an access key."
    if error.status == 403:
        if error.iam_action:
            return f"The user needs the IAM action {error.iam_action}, and an account that is not in arrears."
        return "The user lacks the rights for this."
    if error.transient:
        return "The service has trouble of its own: run the task again later."
    return None
