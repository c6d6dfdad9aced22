# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What the error codes of DMS, the API gateway and IAM mean. No other file has codes.

The HTTP status of this API is ambiguous: 404 also means throttled, quota used up, already exists, or an unknown
URL. Source of the codes: the error tables of DMS, API Gateway and IAM.
"""

from __future__ import annotations

import typing as t

from .errors import (
    ALREADY_ENABLED,
    BUSY,
    INVALID_PARAMETER,
    LOGIN_AGAIN,
    MODIFY_REFUSED,
    NOT_THE_CREDENTIALS,
    OFFSET_PAST_END,
    QUOTA_NOT_RAISED,
    STATUS_REFUSED,
    SUBSCRIBED,
    TASKS_LEFT,
    TOPIC_EXISTS,
    TOPIC_IN_USE,
    UNKNOWN_URL,
)

# Whether to send the request again.
THROTTLED = "throttled"
"""Rejected by flow control before any work: every request may be sent again."""
TRANSIENT = "transient"
"""The service failed: a repeatable request may be sent again."""
NEVER = "never"
"""Refused: nothing was done, and another attempt can't help. Without any of the three, it is not sent again."""


class ErrorCode(t.NamedTuple):
    """The meaning of a code: what is absent, if it comes with *missing_status*, whether to retry, what a resource can react to, and
    what helps.

    Every module can get a code, so a *hint* names only options that each module has which sends such a request. *hints* replaces
    it for operations whose name and path contain the key.
    """

    hint: str | None = None
    missing: str | None = None
    retry: str | None = None
    reason: str | None = None
    hints: t.Mapping[str, str] = {}
    missing_status: int = 404


_URL = "The URL is unknown to the service: check region and endpoint."
_INSTANCE_UUID = "instance_id must be the UUID of an instance."
_LIMIT = "The service limits the request rate: lower forks, use throttle, or raise max_retries."
_RULES = "The password does not comply with the rules of the service."
_LATER = "The service failed: run the task again later."
_REJECTED = (
    "Check the credentials and the clock. The request was not retried, because five failed attempts lock an access key."
)

_CODES = {
    "APIG.0101": ErrorCode(_URL, reason=UNKNOWN_URL),
    "APIG.0104": ErrorCode(retry=NEVER),
    "APIG.0105": ErrorCode(retry=NEVER),
    "APIG.0301": ErrorCode(_REJECTED, reason=LOGIN_AGAIN),
    "APIG.0303": ErrorCode(
        "Check the clock of the machine that runs the task (15 minutes are tolerated) and the credentials.",
        reason=NOT_THE_CREDENTIALS,
    ),
    "APIG.0307": ErrorCode(_REJECTED, reason=LOGIN_AGAIN),
    "APIG.0308": ErrorCode(_LIMIT, retry=THROTTLED),
    "APIG.0612": ErrorCode(retry=NEVER),
    "CBC.99003651": ErrorCode(
        "Another order of the instance is being processed: run the task again later.", reason=BUSY
    ),
    "DMS.00400002": ErrorCode("Check project_id."),
    "DMS.00400012": ErrorCode(_RULES),
    "DMS.00400015": ErrorCode("The name of a user has 4 to 64 letters, digits, '_' and '-', and begins with a letter."),
    "DMS.00400017": ErrorCode(
        "Another job of the instance is running: run the task again when it has ended.", reason=BUSY
    ),
    "DMS.00400019": ErrorCode(_RULES),
    "DMS.00400026": ErrorCode(
        "The status of the instance does not allow this: run the task again when the instance is RUNNING.", reason=BUSY
    ),
    "DMS.00400030": ErrorCode(_INSTANCE_UUID),
    "DMS.00400039": ErrorCode("A quota of the instance is used up."),
    "DMS.00400061": ErrorCode(_INSTANCE_UUID),
    "DMS.00400062": ErrorCode(reason=INVALID_PARAMETER),
    "DMS.00400070": ErrorCode("The id of the task must be a UUID."),
    "DMS.00400101": ErrorCode(
        "A topic name has 3 to 200 letters, digits, '.', '_' and '-', begins with a letter or '_', and must not differ from another"
        " one in '.' and '_' only."
    ),
    "DMS.00400102": ErrorCode("A topic has 1 to 200 partitions."),
    "DMS.00400103": ErrorCode("A topic must not have more replicas than the instance has brokers."),
    "DMS.00400105": ErrorCode("Check the retention time of the topic; in some regions, it is at most 168 hours."),
    "DMS.00400133": ErrorCode(
        "The quota can only be raised, and instances created since September 2022 have the largest quota already.",
        reason=QUOTA_NOT_RAISED,
    ),
    "DMS.00400077": ErrorCode("The subnet of the instance has too few free addresses for the nodes of Smart Connect."),
    "DMS.00400125": ErrorCode(
        "Check the flavor of the nodes of Smart Connect.",
        hints={"CreateConnector ": "Check specification and spec_code."},
    ),
    "DMS.00400861": ErrorCode("The replication factor must not exceed the number of brokers of the peer."),
    "DMS.00400868": ErrorCode("The status of the task does not allow pausing it.", reason=STATUS_REFUSED),
    "DMS.00400869": ErrorCode("The status of the task does not allow resuming it.", reason=STATUS_REFUSED),
    "DMS.00400870": ErrorCode("Check the address, the security protocol, the user name and the password of the peer."),
    "DMS.00400872": ErrorCode("The status of the task does not allow restarting it.", reason=STATUS_REFUSED),
    "DMS.00400873": ErrorCode("The service can't change these fields of the task.", reason=MODIFY_REFUSED),
    "DMS.00400874": ErrorCode("A topic can be in one task only.", reason=TOPIC_IN_USE),
    "DMS.00400876": ErrorCode("Create the topic first, or check the topics of the task."),
    "DMS.00400882": ErrorCode(
        "The consumer group still subscribes to the topic: stop its clients first.", reason=SUBSCRIBED
    ),
    "DMS.00400971": ErrorCode("Enable SASL (ciphertext access) of the instance first."),
    "DMS.00400973": ErrorCode(_LIMIT, retry=THROTTLED),
    "DMS.00400975": ErrorCode("Check that the topic exists."),
    "DMS.00404001": ErrorCode(f"{_URL} Not every region has this API.", reason=UNKNOWN_URL),
    "DMS.00404022": ErrorCode("Check instance_id, region and project_id.", missing="instance"),
    "DMS.00404024": ErrorCode(
        "Check connector_id, region and project_id.",
        missing="connector",
        hints={"/instances": "Enable Smart Connect first."},
    ),
    "DMS.00404026": ErrorCode(missing="task"),
    "DMS.00404027": ErrorCode("Smart Connect is already enabled.", reason=ALREADY_ENABLED),
    "DMS.00404029": ErrorCode("The quota of tasks is used up: delete tasks that are not needed, or raise the quota."),
    "DMS.00500960": ErrorCode(
        "Check access_key and secret_key for the bucket, and its name.",
        hints={
            "CreateSinkTask ": "Check access_key, secret_key and obs_bucket_name of obs_destination_descriptor.",
            "CreateConnectorTask ": "Check access_key, secret_key and obs_bucket_name of sink_task.",
        },
    ),
    "DMS.00501000": ErrorCode(retry=NEVER),
    "DMS.00501001": ErrorCode(retry=NEVER),
    "DMS.00501003": ErrorCode(retry=NEVER),
    "DMS.00501010": ErrorCode(retry=NEVER),
    "DMS.00501012": ErrorCode("Delete the Smart Connect tasks first.", retry=NEVER, reason=TASKS_LEFT),
    "DMS.00405001": ErrorCode(f"{_URL} Not every region has this operation.", reason=UNKNOWN_URL),
    "DMS.10240101": ErrorCode(_REJECTED, reason=LOGIN_AGAIN),
    "DMS.10240102": ErrorCode(_REJECTED, reason=LOGIN_AGAIN),
    "DMS.10240104": ErrorCode("The token is for another project: check project_id.", reason=NOT_THE_CREDENTIALS),
    "DMS.10240406": ErrorCode(_URL, reason=UNKNOWN_URL),
    "DMS.10240407": ErrorCode(_LIMIT, retry=THROTTLED),
    "DMS.111501024": ErrorCode(_LATER, retry=TRANSIENT),
    "DMS.111501025": ErrorCode(_LATER, retry=TRANSIENT),
    "DMS.111400860": ErrorCode("The flavor of the instance limits the number of partitions of all its topics."),
    "DMS.111400864": ErrorCode("Check the name of the consumer group.", missing="group", missing_status=400),
    "DMS.40050005": ErrorCode("A topic of this name exists.", reason=TOPIC_EXISTS),
    "DMS.40050010": ErrorCode(reason=OFFSET_PAST_END),
    "111500032": ErrorCode(retry=NEVER),
    "IAM.0001": ErrorCode(_REJECTED, reason=LOGIN_AGAIN),
    "IAM.0002": ErrorCode("Check that iam_endpoint and region belong to the realm of the account."),
    "IAM.0012": ErrorCode(_LIMIT, retry=THROTTLED),
    "IAM.0061": ErrorCode("The user is locked for some minutes, and each attempt prolongs the lock."),
    "IAM.0062": ErrorCode("Check username, password and domain_name."),
    "IAM.0066": ErrorCode(_REJECTED, reason=LOGIN_AGAIN),
    "IAM.0067": ErrorCode(_REJECTED, reason=LOGIN_AGAIN),
    "IAM.1108": ErrorCode("Get new temporary credentials."),
    "IAM.1109": ErrorCode("Check project_id."),
}

_BY_STATUS = {
    401: ErrorCode(_REJECTED),
    403: ErrorCode("The user lacks a permission."),
    429: ErrorCode(_LIMIT, retry=THROTTLED),
    **dict.fromkeys((500, 502, 503, 504), ErrorCode(_LATER, retry=TRANSIENT)),
    # Refused before any work: not implemented, and a version of HTTP that is not supported.
    **dict.fromkeys((501, 505), ErrorCode(retry=NEVER)),
}


def _canonical(code: str) -> str:
    # The gateway uses both prefixes for the same code.
    return code.replace("APIGW.", "APIG.", 1)


def is_known(code: str) -> bool:
    """Return whether *code* is in the table."""
    return _canonical(code) in _CODES


def meaning_of(status: int, code: str | None) -> ErrorCode:
    """Return what an error response with *status* and *code* means."""
    by_status = _BY_STATUS.get(status, ErrorCode())
    found = _CODES.get(_canonical(code or ""), ErrorCode())
    retry = found.retry or by_status.retry
    if status == 429:
        retry = THROTTLED
    elif status in (401, 403):
        # Whatever the code is: five failed attempts lock an access key.
        retry = NEVER
    return ErrorCode(
        hint=found.hint or by_status.hint,
        missing=found.missing if status == found.missing_status else None,
        retry=retry,
        reason=None if found.reason == LOGIN_AGAIN and status != 401 else found.reason,
        hints=found.hints,
    )


def instance_busy_hint() -> str:
    """Return what helps if the status of an instance does not allow a change, with the code that the service returns."""
    code = "DMS.00400026"
    return f"{_CODES[code].hint} The service would return {code}."
