# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The offsets of a consumer group in the partitions of topics.

The service refuses reads of groups that run at the same time, so they are sent one after the other.

Source: the API reference of DMS for Kafka, the vendor's Python SDK, generation 3.1.219, and its Terraform provider.
"""

from __future__ import annotations

import typing as t

from ..rest.errors import INVALID_PARAMETER, ServiceError
from ..rest.operation import Operation
from ..rest.response import expect_object, flag
from .consumer_groups import (
    ENGINE_GROUP,
    GET,
    MODIFY,
    NOT_DONE,
    NOT_NAMED,
    PAGE_SIZE,
    call_for_group,
    offset_of,
    page_of,
    rows_of,
)
from .pagination import paginate

if t.TYPE_CHECKING:
    from ..rest.client import Client
    from .listing import Row

LIST_OFFSETS = Operation(
    "ListInstanceConsumerGroupMessageOffset",
    "GET",
    ENGINE_GROUP + "/message-offset",
    GET,
    reads=True,
    repeatable=True,
)
RESET = Operation(
    "ResetMessageOffsetWithEngine",
    "PUT",
    ENGINE_GROUP + "/reset-message-offset",
    MODIFY,
    reads=False,
    repeatable=True,
)
# It begins a job, and the service refuses a second request while it runs.
RESET_ALL = RESET._replace(repeatable=False)
DELETE_OFFSETS = Operation(
    "DeleteConsumerGroupOffsets", "POST", ENGINE_GROUP + "/delete-offset", MODIFY, reads=False, repeatable=True
)


JOB = "kafkaResetConsumerOffset"
"""The name of the job that resets the offsets of all topics."""
LAST = 2**53 - 1
"""An offset after the end of every partition, which each JSON parser takes as it is."""


def list_offsets(client: Client, instance_id: str, name: str, topic: str) -> list[Row]:
    """Return the offsets of a group in a topic: ``partition``, ``current``, ``start``, ``end``, ``lag``, as far as known.

    Whether partitions without a committed offset are in it is not documented.
    """

    def read_page(offset: int) -> tuple[list[Row], int]:
        query = {"topic": topic, "offset": str(offset), "limit": str(PAGE_SIZE)}
        try:
            response = call_for_group(client, LIST_OFFSETS, instance_id, name, query)
        except ServiceError as error:
            # The service refuses an offset that is past the end, and of an empty list perhaps every offset.
            if error.reason == INVALID_PARAMETER:
                return [], offset
            raise
        rows, total = page_of(response, "group_message_offsets")
        return [offset_of(response, row) for row in rows if row.get("topic") in (None, topic)], total

    return paginate(read_page, lambda row: str(row["partition"]), f"offsets of topic {topic}")


def reset_offsets(
    client: Client, instance_id: str, name: str, topic: str, partition: int | None, **target: int
) -> None:
    """Set the offsets of a group in *topic*, of one *partition* or of all, to *target*: ``message_offset`` or ``timestamp`` in ms.

    The service takes what is before the start of a partition as its start, and what is after its end as its end. No *topic* is all
    topics, which takes a ``timestamp`` only, and begins a job.
    """
    body = {"topic": topic, "partition": -1 if partition is None else partition, **target}
    call_for_group(client, RESET if topic else RESET_ALL, instance_id, name, body=body)


def delete_offsets(client: Client, instance_id: str, name: str, topics: t.Sequence[str]) -> list[ServiceError | None]:
    """Delete the offsets of a group in *topics*; return for each ``None``, or the error that the service returns for it."""
    response = call_for_group(client, DELETE_OFFSETS, instance_id, name, body={"topics": list(topics)})
    errors: dict[t.Any, ServiceError | None] = {}
    for row in rows_of(response, expect_object(response), "topics"):
        code = str(row.get("error_code") or "") or None
        error = ServiceError(response.operation, response.path, 400, code, NOT_DONE, response.request_id)
        errors[row.get("name")] = None if flag(row.get("success")) else error
    unnamed = ServiceError(response.operation, response.path, 400, None, NOT_NAMED, response.request_id)
    return [errors.get(topic, unnamed) for topic in topics]
