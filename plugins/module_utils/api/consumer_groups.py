# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The consumer groups of an instance, their members and their offsets. A consumer group has no id but its name.

The service refuses reads of groups that run at the same time, so they are sent one after the other.

Source: the API reference of DMS for Kafka, the vendor's Python SDK, generation 3.1.219, and its Terraform provider.
"""

from __future__ import annotations

import typing as t

from ..rest.errors import ServiceError, UnexpectedState
from ..rest.operation import Operation
from ..rest.response import expect, expect_object, number
from .listing import Listing
from .pagination import paginate

if t.TYPE_CHECKING:
    from ..rest.client import Client
    from ..rest.response import Response
    from .listing import Row

_INSTANCE = "/v2/{project_id}/instances/{instance_id}"
_GROUPS = _INSTANCE + "/groups"
ENGINE_GROUP = "/v2/kafka/{project_id}/instances/{instance_id}/groups/{group}"
GET, MODIFY = "dms:instance:get", "dms:instance:modify"

LIST = Operation("ListInstanceConsumerGroups", "GET", _GROUPS, GET, reads=True, repeatable=True)
SHOW = Operation("ShowGroups", "GET", _INSTANCE + "/management/groups/{group}", GET, reads=True, repeatable=True)
CREATE = Operation(
    "CreateKafkaConsumerGroup",
    "POST",
    "/v2/{project_id}/kafka/instances/{instance_id}/group",
    MODIFY,
    reads=False,
    repeatable=False,
    text="success",
)
UPDATE = Operation("UpdateInstanceConsumerGroup", "PUT", ENGINE_GROUP, MODIFY, reads=False, repeatable=True)
DELETE = Operation("DeleteInstanceConsumerGroup", "DELETE", ENGINE_GROUP, MODIFY, reads=False, repeatable=True)
DELETE_MANY = Operation("BatchDeleteGroup", "POST", _GROUPS + "/batch-delete", MODIFY, reads=False, repeatable=True)
EMPTY, DEAD, STABLE = "EMPTY", "DEAD", "STABLE"
_STATES = {
    state.replace("_", "").lower(): state
    for state in (DEAD, EMPTY, STABLE, "PREPARING_REBALANCE", "COMPLETING_REBALANCE")
}
PAGE_SIZE = 50
NOT_DONE = "the service reported that it was not done"
NOT_NAMED = "the service did not return what happened to it"


class Group(t.NamedTuple):
    """A group with its *members* and the *offsets* that it has committed. The *state* is ``None`` if the service returns none.

    A member has ``client_id``, ``member_id``, ``host`` and ``assignment``, a list of ``topic`` and ``partitions``. An offset has
    ``topic``, ``partition``, ``current``, ``end`` and ``lag``, each of the last three ``None`` if it is not known.
    """

    state: str | None
    members: list[Row]
    offsets: list[Row]

    @property
    def topics(self) -> dict[str, list[Row]]:
        """The committed offsets by topic, in order."""
        found: dict[str, list[Row]] = {}
        for row in sorted(self.offsets, key=lambda row: (row["topic"], row["partition"])):
            if row["current"] is not None:
                found.setdefault(row["topic"], []).append(row)
        return found


def has_path(name: str) -> bool:
    """Return whether a request can have *name* in its path: others would lead to something else."""
    return name not in ("", ".", "..")


# --- read ------------------------------------------------------------------------------------------------------------


def list_groups(client: Client, instance_id: str) -> Listing:
    """Return the groups of an instance: ``group_name``, ``state``, ``lag``, ``group_desc``, ``coordinator_id``, ``created_at``.

    A group that is DEAD does not exist. States have the spelling of the current API.
    """
    last_total = [0]

    def read_page(offset: int) -> tuple[list[Row], int]:
        query = {"offset": str(offset), "limit": str(PAGE_SIZE)}
        response = client.call(LIST, query=query, instance_id=instance_id)
        rows, last_total[0] = page_of(response, "groups")
        return [_group(response, row) for row in rows], last_total[0]

    found = paginate(read_page, lambda group: str(group["group_name"]), "consumer groups", partial=True)
    groups = [group for group in found if group["state"] != DEAD]
    return Listing(groups, last_total[0] - len(found) + len(groups), "group_name", "group_name")


def show_group(client: Client, instance_id: str, name: str) -> Group | None:
    """Return a group with its members and offsets; ``None`` if the service reports that it is absent."""
    try:
        response = call_for_group(client, SHOW, instance_id, name)
    except ServiceError as error:
        if error.missing == "group":
            return None
        raise
    body = expect_object(response)
    inner = body.get("group")
    # What the reference describes in "group", its examples have beside it.
    group = {**body, **{key: value for key, value in (inner or {}).items() if value is not None}}
    expect(response, inner is None or isinstance(inner, dict), "group is not an object")
    expect(response, group.get("group_id") in (None, name), f"it does not describe the consumer group {name}")
    state = spelled(group.get("state"))
    expect(response, state is not None or inner is not None, "it does not describe a consumer group")
    if state == DEAD:
        return None
    members = [_member(row) for row in rows_of(response, group, "members")]
    return Group(
        state, members, [offset_of(response, row) for row in rows_of(response, group, "group_message_offsets")]
    )


def spelled(state: t.Any) -> str | None:
    """Return *state* of a group in the spelling of the current API (``Empty`` is ``EMPTY``), ``None`` if it is not text."""
    if not isinstance(state, str) or not state.strip():
        return None
    return _STATES.get(state.replace("_", "").strip().lower(), state)


# --- write -----------------------------------------------------------------------------------------------------------


def create_group(client: Client, instance_id: str, body: dict[str, t.Any]) -> str:
    """Create a group from its ``group_name`` and ``group_desc``, and return its name."""
    client.call(CREATE, instance_id=instance_id, body=body)
    return str(body["group_name"])


def update_group(client: Client, instance_id: str, name: str, description: str) -> None:
    """Change the description of a group."""
    call_for_group(client, UPDATE, instance_id, name, body={"group_name": name, "group_desc": description})


def delete_group(client: Client, instance_id: str, name: str) -> None:
    """Delete a group with its offsets. The service refuses that unless it is EMPTY."""
    call_for_group(client, DELETE, instance_id, name)


def delete_groups(client: Client, instance_id: str, names: t.Sequence[str]) -> list[str | None]:
    """Delete several groups with their offsets; return for each ``None``, or why the service reports that it was not done."""
    response = client.call(DELETE_MANY, instance_id=instance_id, body={"group_ids": list(names)})
    body = expect_object(response) if response.body is not None else {}
    reasons = {
        row.get("group_id"): str(row.get("error_message") or NOT_DONE)
        for row in rows_of(response, body, "failed_groups")
    }
    # "total" is how many were not deleted.
    unnamed = NOT_NAMED if (number(body.get("total")) or 0) > len(reasons) else None
    return [reasons.get(name, unnamed) for name in names]


# --- responses -------------------------------------------------------------------------------------------------------


def call_for_group(
    client: Client,
    operation: Operation,
    instance_id: str,
    name: str,
    query: t.Mapping[str, str] | None = None,
    body: t.Any = None,
) -> Response:
    """Call *operation* for the group *name*. Raises :class:`UnexpectedState` if no path can have the name."""
    if not has_path(name):
        raise UnexpectedState(f"no request can have the name {name!r} of a consumer group in its path")
    return client.call(operation, query=query, body=body, instance_id=instance_id, group=name)


def rows_of(response: Response, body: t.Mapping[str, t.Any], key: str) -> list[Row]:
    """Return the list of objects *key* of *body*; it is empty if there is none."""
    rows = body.get(key) or []
    expect(
        response,
        isinstance(rows, list) and all(isinstance(row, dict) for row in rows),
        f"{key} is not a list of objects",
    )
    return t.cast("list[Row]", rows)


def page_of(response: Response, key: str) -> tuple[list[Row], int]:
    """Return the rows *key* of a page, and the length of the whole list."""
    body = expect_object(response)
    total = number(body.get("total"))
    expect(response, isinstance(body.get(key), list) or not total, f"{key} is not a list of objects")
    expect(response, total is not None and total >= 0, "total is not a number")
    return rows_of(response, body, key), t.cast("int", total)


def _group(response: Response, row: Row) -> Row:
    name = row.get("group_id")
    expect(response, isinstance(name, str), "a consumer group has no group_id")
    return {
        "group_name": name,
        "state": spelled(row.get("state")),
        "lag": _count(row.get("lag")),
        "group_desc": row.get("group_desc"),
        "coordinator_id": number(row.get("coordinator_id")),
        "created_at": number(row.get("createdAt")),
    }


def _member(row: Row) -> Row:
    assignment = row.get("assignment")
    return {
        "client_id": row.get("client_id"),
        "member_id": row.get("member_id"),
        # The service puts a slash before the address.
        "host": str(row.get("host") or "").lstrip("/"),
        "assignment": [
            {"topic": part.get("topic"), "partitions": part.get("partitions") or []}
            for part in (assignment if isinstance(assignment, list) else [])
            if isinstance(part, dict)
        ],
    }


def offset_of(response: Response, row: Row) -> Row:
    """Return an offset as a :class:`Group` has it, with the ``start`` of the partition if the service returns it."""
    partition = number(row.get("partition"))
    expect(response, partition is not None, "an offset has no partition")
    return {
        "topic": row.get("topic"),
        "partition": partition,
        "current": _count(row.get("message_current_offset")),
        "start": _count(row.get("message_log_start_offset")),
        "end": _count(row.get("message_log_end_offset")),
        "lag": _count(row.get("lag")),
    }


def _count(value: t.Any) -> int | None:
    """Return *value* as a number of messages or an offset; ``None`` if it is none, such as the -1 of an unknown one."""
    found = number(value)
    return found if found is not None and found >= 0 else None
