# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: the members of a consumer group, the topics that it reads, and its offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Call, Effect, Response
from .dms_groups import check_empty, find_group, group_to_read, groups_of, offset_rows, total_lag
from .dms_instances import check_idle, check_running
from .dms_topics import find_topic
from .errors import ApiError, invalid
from .groups import clamped, ends, offset_at
from .routes import Operation

if TYPE_CHECKING:
    from .groups import Group
    from .world import Instance, Topic

JOB = "kafkaResetConsumerOffset"
SORT_KEYS = ("topic", "partition", "messages")


def list_instance_consumer_group_members(call: Call) -> Response:
    """GET /v2/kafka/{project_id}/instances/{instance_id}/groups/{group}/members: `host` and `member_id` are parts."""
    instance = groups_of(call, read=True)
    group = group_to_read(call, instance)
    query = call.query
    rows = [
        {"host": member.host, "member_id": member.member_id, "client_id": member.client_id}
        for member in group.members
        if query.get("host", "") in member.host and query.get("member_id", "") in member.member_id
    ]
    if group.group_id in instance.groups.by_name:
        instance.groups.read(group, call.world.now())
    return _page(call, "members", rows)


def list_instance_consumer_group_topics(call: Call) -> Response:
    """GET /v2/kafka/{project_id}/instances/{instance_id}/groups/{group}/topics"""
    instance = groups_of(call, read=True)
    group = group_to_read(call, instance)
    key = parameters.choice(call.query, "sort_key", SORT_KEYS, "topic")
    down = parameters.choice(call.query, "sort_dir", ("asc", "desc"), "asc") == "desc"
    names = list(dict.fromkeys([*group.offsets, *group.subscribed]))
    rows = [
        {
            "topic": name,
            "partitions": instance.topics[name].partition if name in instance.topics else 0,
            "lag": total_lag(instance, group.offsets, name) if name in group.offsets else 0,
        }
        for name in names
        if call.query.get("topic", "") in name
    ]
    column = {"topic": "topic", "partition": "partitions", "messages": "lag"}[key]
    return _page(call, "topics", sorted(rows, key=lambda row: row[column], reverse=down))


def list_instance_consumer_group_message_offset(call: Call) -> Response:
    """GET /v2/kafka/{project_id}/instances/{instance_id}/groups/{group}/message-offset?topic="""
    instance = groups_of(call, read=True)
    group = group_to_read(call, instance)
    topic = find_topic(call, instance, parameters.required(call.query, "topic"))
    rows = offset_rows(call, instance, group, topic.name)
    group.read_offsets()
    partition = call.query.get("partition")
    if partition is not None:
        number = parameters.number(call.query, "partition", 0, 0, topic.partition - 1)
        rows = [row for row in rows if row["partition"] == number]
    return _page(call, "group_message_offsets", rows)


def reset_message_offset(call: Call) -> Response:
    """PUT /v2/kafka/{project_id}/instances/{instance_id}/groups/{group}/reset-message-offset, and the older POST

    All topics are reset by a job whose id is not returned.
    """
    instance, body = groups_of(call), call.json_object()
    name, partition = parameters.text(body, "topic"), parameters.integer(body, "partition", range(-1, 10**6))
    given = [key for key in ("message_offset", "timestamp") if body.get(key) is not None]
    if len(given) != 1 or (not name and (given != ["timestamp"] or partition != -1)):
        raise invalid("message_offset and timestamp")
    value = parameters.integer(body, given[0], range(2**63))
    check_running(instance)
    group = find_group(instance, call.params["group"])
    topics = [find_topic(call, instance, name)] if name else []
    if partition != -1 and partition >= topics[0].partition:
        raise invalid("partition")
    if group.state != "EMPTY" and call.settings.live_reset == "ignored":
        return Response(204)
    check_empty(call, group)
    effect = Effect("reset offsets", f"{group.group_id}:{name}")
    if topics:
        _reset(call, group, topics, partition, given[0], value)
        return Response(204, effect=effect)
    check_idle(call, instance)
    _start_job(call, instance, group, value)
    return Response(204, effect=effect)


def delete_consumer_group_offsets(call: Call) -> Response:
    """POST /v2/kafka/{project_id}/instances/{instance_id}/groups/{group}/delete-offset"""
    instance, settings = groups_of(call), call.settings
    names = call.json_object().get("topics")
    if not isinstance(names, list) or not names or not all(name and isinstance(name, str) for name in names):
        raise invalid("topics")
    check_running(instance)
    group = find_group(instance, call.params["group"])
    if settings.subscribed_deletion == "whole" and any(name in group.subscribed for name in names):
        raise ApiError(400, "DMS.00400882")
    deleted, rows = [], []
    for name in names:
        code = ""
        if name in group.subscribed:
            code = "DMS.00400882"
        elif name not in group.offsets and not settings.absent_offsets_deleted:
            code = settings.absent_topic_code
        if not code and group.offsets.pop(name, None) is not None:
            deleted.append(name)
        rows.append({"name": name, "success": not code, "error_code": code})
    effect = Effect("deleted offsets", f"{group.group_id}:{','.join(deleted)}") if deleted else None
    return Response(200, {"topics": rows}, effect=effect)


def _start_job(call: Call, instance: Instance, group: Group, time_ms: int) -> None:
    """Reset all topics of a group to a time, in a job."""

    def apply() -> None:
        topics = [topic for topic in instance.topics.values() if topic.name in group.offsets]
        _reset(call, group, topics, -1, "timestamp", time_ms)

    settings = call.settings
    job_id = call.world.start_job(instance, JOB, settings.reset_job_reads, apply, settings.reset_fails)
    job = next(job for job in instance.jobs if job.job_id == job_id)
    job.unlisted = settings.reset_job_lag


def _reset(call: Call, group: Group, topics: list[Topic], partition: int, kind: str, value: int) -> None:
    """Set the positions in one partition, or in all (-1), to an offset or a time."""
    before = {name: list(positions) for name, positions in group.offsets.items()}
    for topic in topics:
        positions = group.committed(topic)
        for number, (start, end) in enumerate(ends(topic)):
            if partition in (-1, number):
                wanted = offset_at(topic, number, value) if kind == "timestamp" else clamped(value, start, end)
                positions[number] = wanted
        group.offsets[topic.name] = positions
    if call.settings.reset_reads:
        group.stale = (call.settings.reset_reads, before)


def _page(call: Call, key: str, rows: list[dict[str, Any]]) -> Response:
    """A page of a list that belongs to a group."""
    offset = parameters.number(call.query, "offset", 0, 0, None)
    limit = parameters.number(call.query, "limit", parameters.DEFAULT_LIMIT, 1, parameters.MAX_LIMIT)
    if offset >= len(rows) and (offset or call.settings.empty_sublist == "refused"):
        raise invalid("offset")
    return Response(200, {key: rows[offset : offset + limit], "total": len(rows)})


_GROUP = "/v2/kafka/{project_id}/instances/{instance_id}/groups/{group}"
_OLD_RESET = "/v2/{project_id}/instances/{instance_id}/management/groups/{group}/reset-message-offset"

OPERATIONS = [
    Operation(
        "ListInstanceConsumerGroupMembers",
        "GET",
        _GROUP + "/members",
        list_instance_consumer_group_members,
        serial=True,
    ),
    Operation(
        "ListInstanceConsumerGroupTopics", "GET", _GROUP + "/topics", list_instance_consumer_group_topics, serial=True
    ),
    Operation(
        "ListInstanceConsumerGroupMessageOffset",
        "GET",
        _GROUP + "/message-offset",
        list_instance_consumer_group_message_offset,
        serial=True,
    ),
    Operation("ResetMessageOffsetWithEngine", "PUT", _GROUP + "/reset-message-offset", reset_message_offset),
    Operation("ResetMessageOffset", "POST", _OLD_RESET, reset_message_offset),
    Operation("DeleteConsumerGroupOffsets", "POST", _GROUP + "/delete-offset", delete_consumer_group_offsets),
]
