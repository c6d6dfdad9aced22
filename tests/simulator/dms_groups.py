# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: the consumer groups of an instance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Call, Effect, Response
from .dms_instances import check_idle, check_running, find_instance
from .errors import ApiError, default_status, invalid
from .groups import AUTO_CREATE, Group, ends
from .routes import Operation

if TYPE_CHECKING:
    from .groups import Offsets
    from .world import Instance

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{2,63}")
_MAX_DESCRIPTION = 200


def list_instance_consumer_groups(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/groups: `group` is a part of the name."""
    instance = groups_of(call, read=True)
    wanted, shown = call.query.get("group", ""), []
    offset = parameters.number(call.query, "offset", 0, 0, None)
    limit = parameters.number(call.query, "limit", parameters.DEFAULT_LIMIT, 1, parameters.MAX_LIMIT)
    for group in list(instance.groups.by_name.values()):
        if group.unlisted:
            group.unlisted -= 1
        elif wanted in group.group_id and (not group.leaving or call.settings.dead_groups_listed):
            shown.append(group)
    if offset and offset >= len(shown) and call.settings.groups_past_end == "refused":
        raise ApiError(400, "DMS.40050010")
    rows = []
    for group in shown[offset : offset + limit]:
        row = {**_described(call, instance, group, call.settings.group_states), "lag": _lag(instance, group)}
        del row["assignment_strategy"]
        rows.append(row)
    return Response(200, {"groups": rows, "total": len(shown)})


def list_instance_consumer_group(call: Call) -> Response:
    """GET /v2/kafka/{project_id}/instances/{instance_id}/groups/{group}, and the older path without `kafka`"""
    instance = groups_of(call, read=True)
    group = group_to_read(call, instance)
    return _one(call, _described(call, instance, group, call.settings.group_states))


def show_groups(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/management/groups/{group}: members and offsets."""
    instance = groups_of(call, read=True)
    group = group_to_read(call, instance)
    members = [
        {
            "host": member.host,
            "assignment": [
                {
                    "topic": topic,
                    "partitions": [
                        number
                        for number in range(instance.topics[topic].partition if topic in instance.topics else 0)
                        if group.assigned(topic, number) is member
                    ],
                }
                for topic in member.topics
            ],
            "member_id": member.member_id,
            "client_id": member.client_id,
        }
        for member in group.members
    ]
    offsets = [
        {key: row[key] for key in ("partition", "lag", "topic", "message_current_offset", "message_log_end_offset")}
        for topic in group.offsets
        for row in offset_rows(call, instance, group, topic)
    ]
    group.read_offsets()
    fields = _described(call, instance, group, call.settings.group_member_states)
    del fields["createdAt"], fields["group_desc"]
    return _one(call, {**fields, "members": members, "group_message_offsets": offsets})


def create_kafka_consumer_group(call: Call) -> Response:
    """POST /v2/{project_id}/kafka/instances/{instance_id}/group"""
    instance = groups_of(call)
    body = call.json_object()
    name, description = parameters.required(body, "group_name"), _description(body)
    if not _NAME.fullmatch(name):
        raise invalid("group_name")
    check_running(instance)
    if name in instance.groups.by_name:
        raise refused(call.settings.group_exists_code, f"The consumer group {name} exists.")
    unlisted = call.settings.group_list_lag
    call.world.add_group(instance.instance_id, name, group_desc=description or None, unlisted=unlisted)
    effect = Effect("created group", name)
    if call.settings.group_created == "text":
        return Response(200, "success", effect=effect)
    return Response(200, b'"success"', {"Content-Type": "application/json"}, effect=effect)


def update_instance_consumer_group(call: Call) -> Response:
    """PUT /v2/kafka/{project_id}/instances/{instance_id}/groups/{group}: the description."""
    instance, body = groups_of(call), call.json_object()
    if body.get("group_name", call.params["group"]) != call.params["group"]:
        raise invalid("group_name")
    description = _description(body)
    check_running(instance)
    group = find_group(instance, call.params["group"])
    group.group_desc = description or None
    return Response(204, effect=Effect("modified group", group.group_id))


def update_instance_group(call: Call) -> Response:
    """PUT /v2/kafka/{project_id}/instances/{instance_id}/groups: the descriptions of several groups, in a job."""
    instance, settings = groups_of(call), call.settings
    given = _batch(call, "groups", dict)
    wanted = {parameters.required(row, "group_name"): _description(row) for row in given}
    check_idle(call, instance)
    for name in wanted:
        find_group(instance, name)

    def apply() -> None:
        for name, description in wanted.items():
            if name in instance.groups.by_name:
                instance.groups.by_name[name].group_desc = description or None

    job_id = call.world.start_job(instance, settings.group_desc_job, settings.group_desc_reads, apply, False)
    return Response(200, {"job_id": job_id}, effect=Effect("modified group", ",".join(wanted)))


def delete_instance_consumer_group(call: Call) -> Response:
    """DELETE /v2/kafka/{project_id}/instances/{instance_id}/groups/{group}, and the older path without `kafka`"""
    instance = groups_of(call)
    check_running(instance)
    group = find_group(instance, call.params["group"])
    check_empty(call, group)
    instance.groups.delete(group, call.settings)
    return Response(204, effect=Effect("deleted group", group.group_id))


def batch_delete_group(call: Call) -> Response:
    """POST /v2/{project_id}/instances/{instance_id}/groups/batch-delete: 200 even if none is deleted."""
    instance = groups_of(call)
    names = _batch(call, "group_ids", str)
    check_running(instance)
    deleted, failed = [], []
    for name in names:
        try:
            group = find_group(instance, name)
            check_empty(call, group)
        except ApiError as exc:
            if exc.code != ABSENT or call.settings.absent_group_in_batch == "failed":
                failed.append({"group_id": name, "error_message": exc.message})
            continue
        instance.groups.delete(group, call.settings)
        deleted.append(name)
    effect = Effect("deleted group", ",".join(deleted)) if deleted else None
    return Response(200, {"failed_groups": failed, "total": len(failed)}, effect=effect)


ABSENT = "DMS.111400864"


def groups_of(call: Call, *, read: bool = False) -> Instance:
    """The instance in the path, with its groups as they are now.

    read: raises ApiError if another read of groups is in progress, if that is set.
    """
    instance = find_instance(call)
    if read and call.settings.serial_group_reads and call.request.side_by_side:
        raise ApiError(400, "DMS.00400973")
    instance.groups.settle(call.world.now(), instance.access.value(AUTO_CREATE) == "true")
    return instance


def find_group(instance: Instance, name: str) -> Group:
    """A group that can be changed. Raises ApiError if there is none."""
    group = instance.groups.by_name.get(name)
    if group is None or group.leaving:
        raise ApiError(400, ABSENT, f"The consumer group {name} does not exist.")
    return group


def group_to_read(call: Call, instance: Instance) -> Group:
    """The group in the path, which may be DEAD. Raises ApiError if there is none, if that is set."""
    name = call.params["group"]
    group = instance.groups.by_name.get(name)
    if group is not None:
        return group
    if call.settings.absent_group == "refused":
        raise ApiError(400, ABSENT, f"The consumer group {name} does not exist.")
    return Group(name, leaving=1, coordinator_id=0)


def check_empty(call: Call, group: Group) -> None:
    """Raise ApiError unless a group is EMPTY."""
    if group.state != "EMPTY":
        raise refused(call.settings.live_group_code, f"The consumer group {group.group_id} is {group.state}.")


def refused(code: str, message: str) -> ApiError:
    """An error with the usual status of a code."""
    return ApiError(default_status(code), code, message)


def offset_rows(call: Call, instance: Instance, group: Group, name: str) -> list[dict[str, Any]]:
    """What is returned of the partitions of a topic."""
    topic = instance.topics.get(name)
    if topic is None:
        return []
    rows = []
    positions = (group.stale[1] if group.stale else group.offsets).get(name, [])
    for number, (start, end) in enumerate(ends(topic)):
        position = positions[number] if number < len(positions) else None
        if position is None and call.settings.uncommitted_offset == "absent":
            continue
        uncommitted = None if call.settings.uncommitted_offset == "null" else -1
        member = group.assigned(name, number)
        rows.append(
            {
                "partition": number,
                "topic": name,
                "message_current_offset": uncommitted if position is None else position,
                "message_log_start_offset": start,
                "message_log_end_offset": end,
                "lag": uncommitted if position is None else end - position,
                "consumer_id": member.member_id if member else "",
                "host": member.host if member else "",
                "client_id": member.client_id if member else "",
            }
        )
    return rows


def total_lag(instance: Instance, offsets: Offsets, topic: str) -> int:
    """How many messages of a topic are not read yet, in the partitions with a committed offset."""
    if topic not in instance.topics:
        return 0
    last = [end for _start, end in ends(instance.topics[topic])]
    return sum(end - position for end, position in zip(last, offsets[topic]) if position is not None)


def _lag(instance: Instance, group: Group) -> int:
    return sum(total_lag(instance, group.offsets, topic) for topic in group.offsets)


def _described(call: Call, instance: Instance, group: Group, spelling: str) -> dict[str, Any]:
    """The fields of a group. Counts as a read of it."""
    state, strategy = group.state, group.assignment_strategy if group.members else ""
    row = {
        "createdAt": group.created_at,
        "group_id": group.group_id,
        "state": state if spelling == "upper" else state.title().replace("_", ""),
        "coordinator_id": group.coordinator_id,
        "assignment_strategy": strategy,
        "group_desc": group.group_desc,
    }
    if group.group_id in instance.groups.by_name:
        instance.groups.read(group, call.world.now())
    return row


def _one(call: Call, fields: dict[str, Any]) -> Response:
    return Response(200, {"group": fields} if call.settings.group_level == "nested" else {"group": None, **fields})


def _description(given: dict[str, Any]) -> str:
    description = parameters.text(given, "group_desc")
    if len(description) > _MAX_DESCRIPTION:
        raise invalid("group_desc")
    return description


def _batch(call: Call, key: str, kind: type) -> list[Any]:
    """The entries of a request for several groups."""
    given = call.json_object().get(key)
    if not isinstance(given, list) or not 0 < len(given) <= call.settings.groups_per_request:
        raise invalid(key)
    if not all(entry and isinstance(entry, kind) for entry in given):
        raise invalid(key)
    return given


_OLD = "/v2/{project_id}/instances/{instance_id}/groups"
_NEW = "/v2/kafka/{project_id}/instances/{instance_id}/groups"
_MANAGEMENT = "/v2/{project_id}/instances/{instance_id}/management/groups/{group}"
_CREATE = "/v2/{project_id}/kafka/instances/{instance_id}/group"

OPERATIONS = [
    Operation("ListInstanceConsumerGroups", "GET", _OLD, list_instance_consumer_groups, serial=True),
    Operation("ListInstanceConsumerGroup", "GET", _NEW + "/{group}", list_instance_consumer_group, serial=True),
    Operation("ShowGroup", "GET", _OLD + "/{group}", list_instance_consumer_group, serial=True),
    Operation("ShowGroups", "GET", _MANAGEMENT, show_groups, serial=True),
    Operation("CreateKafkaConsumerGroup", "POST", _CREATE, create_kafka_consumer_group),
    Operation("UpdateInstanceConsumerGroup", "PUT", _NEW + "/{group}", update_instance_consumer_group),
    Operation("UpdateInstanceGroup", "PUT", _NEW, update_instance_group),
    Operation("DeleteInstanceConsumerGroup", "DELETE", _NEW + "/{group}", delete_instance_consumer_group),
    Operation("DeleteGroup", "DELETE", _OLD + "/{group}", delete_instance_consumer_group),
    Operation("BatchDeleteGroup", "POST", _OLD + "/batch-delete", batch_delete_group),
]
