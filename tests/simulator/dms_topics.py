# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: the topics of an instance."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Call, Effect, Response
from .dms_instances import check_idle, check_running, find_instance
from .errors import ApiError, default_status, invalid
from .groups import ends
from .routes import Operation

if TYPE_CHECKING:
    from .world import Instance, Topic

PARTITIONS = range(1, 201)
RETENTION = range(1, 721)
CHANGED_RETENTION = range(721)
PRESET = (
    "__consumer_offsets",
    "__transaction_state",
    "__trace",
    "__connect-status",
    "__connect-configs",
    "__connect-offsets",
    "__dms_dial_test",
)
CONFIGS = {
    "max.message.bytes": ("10485760", "[0...10485760]", "int"),
    "message.timestamp.type": ("LogAppendTime", "[CreateTime, LogAppendTime]", "string"),
}
"""Names to default, valid values and type."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{2,199}")
_MAX_DESCRIPTION = 200
_FLAGS = ("sync_replication", "sync_message_flush")


def create_instance_topic(call: Call) -> Response:
    """POST /v2/{project_id}/instances/{instance_id}/topics"""
    instance = find_instance(call)
    body = call.json_object()
    name = body.get("id")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in PRESET:
        raise ApiError(400, "DMS.00400101")
    brokers = instance.fields["broker_num"]
    values = {
        "partition": _ranged(body, "partition", PARTITIONS, "DMS.00400102", default=3),
        "replication": _ranged(body, "replication", range(1, brokers + 1), "DMS.00400103", default=min(3, brokers)),
        **_checked_fields(body, RETENTION),
    }
    check_running(instance)
    for other in instance.topics:
        if other == name:
            raise _refused(call.settings.topic_exists_code, f"Topic {name} already exists.")
        if other.replace(".", "_") == name.replace(".", "_"):
            message = f"Topic '{name}' collides with existing topics: {other}."
            raise _refused(call.settings.topic_collision_code, message)
    if values["partition"] > _remaining(instance):
        raise ApiError(400, "DMS.111400860")
    call.world.add_topic(instance.instance_id, name, unlisted=call.settings.topic_list_lag, **values)
    return Response(200, {"name": name}, effect=Effect("created", name))


def list_instance_topics(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/topics"""
    instance, settings = find_instance(call), call.settings
    largest = settings.topic_limit
    offset = parameters.number(call.query, "offset", 0, 0, None)
    limit = parameters.number(
        call.query, "limit", 50 if largest > 50 else 10, 0, None if settings.topic_limit_cut else largest
    )
    remaining = _remaining(instance)
    topics = instance.listed_topics(settings)
    rows = [_row(call, topic) for topic in topics[offset:][: min(limit, largest)]]
    body = {
        "count" if settings.topic_keys == "2023" else "total": len(topics),
        "size": 0,
        "topics": rows,
        "remain_partitions": remaining,
        "max_partitions": int(instance.fields["partition_num"]),
        "topic_max_partitions": max(PARTITIONS),
    }
    return Response(200, body)


def update_instance_topic(call: Call) -> Response:
    """PUT /v2/{project_id}/instances/{instance_id}/topics: changes several topics, with 206 if a part failed."""
    instance = find_instance(call)
    given = _batch(call, dict)
    changes = [(str(change.get("id")), _checked_change(change)) for change in given]
    check_running(instance)
    changed, failed = [], []
    for name, (fields, partitions) in changes:
        before = instance.topics.get(name)
        if before is None or before.leaving:
            failed.append((name, "The topic does not exist."))
            continue
        if call.settings.preset_topics == "refused" and _is_preset(before):
            failed.append((name, "The topic can't be changed."))
            continue
        problem = partitions is not None and _growth_problem(instance, before, partitions)
        if problem:
            failed.append((name, problem))
            if call.settings.topic_change_in_part == "earlier":
                break
            if call.settings.topic_change_in_part == "others":
                continue
        grown = {} if partitions is None or problem else {"partition": partitions}
        configs = {**before.configs, **fields.get("configs", {})}
        after = dataclasses.replace(before, **{**fields, **grown, "configs": configs})
        if after != before:
            instance.topics[name] = after
            changed.append(name)
    effect = Effect("modified", ",".join(changed)) if changed else None
    if not failed:
        return Response(204, effect=effect)
    rows = [{"id": name, "success": False, "error_msg": message} for name, message in failed]
    return Response(206, {"failed_topics": rows}, effect=effect)


def batch_delete_instance_topic(call: Call) -> Response:
    """POST /v2/{project_id}/instances/{instance_id}/topics/delete: 200 even if none is deleted."""
    instance = find_instance(call)
    names = _batch(call, str)
    check_running(instance)
    deleted, rows = [], []
    for name in names:
        topic = instance.topics.get(name)
        if topic is None:
            done = call.settings.absent_topic_deleted
        else:
            preset = call.settings.preset_topics == "refused" and _is_preset(topic)
            done = not (preset or topic.undeletable)
            if done and not topic.leaving:
                instance.delete_topic(topic, call.settings)
                deleted.append(name)
        rows.append({"id": name, "success": done})
    return Response(200, {"topics": rows}, effect=Effect("deleted", ",".join(deleted)) if deleted else None)


def show_instance_topic_detail(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/management/topics/{topic}: partitions, and groups that subscribe."""
    instance, topic = _topic(call)
    brokers = instance.fields["broker_num"]
    partitions = []
    for number, (start, end) in enumerate(ends(topic)):
        replicas = [(number + count) % brokers for count in range(topic.replication)]
        partitions.append(
            {
                "partition": number,
                "leader": replicas[0],
                "leo": end,
                "hw": end,
                "lso": start,
                "last_update_timestamp": topic.created_at,
                "replicas": [
                    {
                        "broker": broker,
                        "leader": broker == replicas[0],
                        "in_sync": True,
                        "size": 100 * (end - start),
                        "lag": 0,
                    }
                    for broker in replicas
                ],
            }
        )
    live = [name for name, group in instance.groups.by_name.items() if topic.name in group.subscribed]
    groups = list(dict.fromkeys([*topic.groups, *live]))
    return Response(200, {"topic": topic.name, "partitions": partitions, "group_subscribed": groups})


def list_topic_partitions(call: Call) -> Response:
    """GET /v2/{project_id}/kafka/instances/{instance_id}/topics/{topic}/partitions"""
    topic = _topic(call)[1]
    rows = [
        {
            "partition": number,
            "start_offset": start,
            "last_offset": end,
            "message_count": end - start,
            "last_update_time": topic.created_at,
        }
        for number, (start, end) in enumerate(ends(topic))
    ]
    return Response(200, {"total": len(rows), "partitions": parameters.page(call.query, rows)})


def list_topic_producers(call: Call) -> Response:
    """GET /v2/{project_id}/kafka/instances/{instance_id}/topics/{topic}/producers"""
    instance, topic = _topic(call)
    broker = f"{instance.fields['connect_address'].split(',')[0]}:{instance.fields['port']}"
    rows = [
        {"producer_address": address, "broker_address": broker, "join_time": topic.created_at}
        for address in topic.producers
    ]
    return Response(200, {"total": len(rows), "producers": parameters.page(call.query, rows)})


def update_instance_auto_create_topic(call: Call) -> Response:
    """POST /v2/{project_id}/instances/{instance_id}/autotopic: may restart the instance."""
    instance = find_instance(call)
    enabled = call.json_object().get("enable_auto_topic")
    if not isinstance(enabled, bool):
        raise invalid("enable_auto_topic")
    check_idle(call, instance)
    job_id = call.world.add_job(instance.instance_id, call.settings.auto_topic_job, "EXECUTING")

    def finish() -> None:
        instance.fields["enable_auto_topic"] = enabled
        call.world.finish_job(instance.instance_id, job_id, "SUCCESS")

    instance.change(["RESTARTING"] * call.settings.auto_topic_reads, finish)
    effect = Effect("auto-creation " + ("on" if enabled else "off"), instance.instance_id)
    return Response(200, {"enable_auto_topic": enabled}, effect=effect)


def find_topic(call: Call, instance: Instance, name: str) -> Topic:
    """A topic of an instance. Raises ApiError if there is none."""
    topic = instance.topics.get(name)
    if topic is None:
        raise _refused(call.settings.absent_topic_code, f"The topic {name} does not exist.")
    return topic


def _topic(call: Call) -> tuple[Instance, Topic]:
    instance = find_instance(call)
    return instance, find_topic(call, instance, call.params["topic"])


def _refused(code: str, message: str) -> ApiError:
    return ApiError(default_status(code), code, message)


def _is_preset(topic: Topic) -> bool:
    return topic.name in PRESET or topic.topic_type == 1


def _remaining(instance: Instance) -> int:
    return int(instance.fields["partition_num"]) - sum(topic.partition for topic in instance.topics.values())


def _growth_problem(instance: Instance, topic: Topic, partitions: int) -> str:
    """Why a topic can't have this number of partitions; empty if it can."""
    if partitions == topic.partition:
        return f"add partition failed: Topic already has {partitions} partitions."
    if partitions < topic.partition:
        return f"add partition failed: Topic has {topic.partition} partitions, {partitions} is not an increase."
    if partitions not in PARTITIONS:
        return f"add partition failed: {partitions} is more than {max(PARTITIONS)}."
    if partitions - topic.partition > _remaining(instance):
        return "add partition failed: the total partitions would be over the instance limit."
    return ""


def _row(call: Call, topic: Topic) -> dict[str, Any]:
    """A topic as the list returns it."""

    def boolean(value: bool) -> bool | str:
        return str(value).lower() if call.settings.topic_booleans == "text" else value

    return {
        "id" if call.settings.topic_keys == "2023" else "name": topic.name,
        "partition": topic.partition,
        "replication": topic.replication,
        "retention_time": topic.retention_time,
        "sync_replication": boolean(topic.sync_replication),
        "sync_message_flush": boolean(topic.sync_message_flush),
        "policiesOnly": boolean(False),
        "topic_type": topic.topic_type,
        "topic_desc": topic.topic_desc,
        "created_at": topic.created_at,
        "topic_other_configs": [
            {
                "name": name,
                "valid_values": valid,
                "default_value": default,
                "config_type": "dynamic",
                "value": topic.configs.get(name, default),
                "value_type": kind,
            }
            for name, (default, valid, kind) in CONFIGS.items()
        ],
        "external_configs": {},
    }


def _batch(call: Call, kind: type) -> list[Any]:
    """The entries of `topics` in the body of a request for several topics."""
    given = call.json_object().get("topics")
    if not isinstance(given, list) or not 0 < len(given) <= call.settings.topics_per_request:
        raise invalid("topics")
    if not all(isinstance(entry, kind) for entry in given):
        raise invalid("topics")
    return given


def _ranged(given: dict[str, Any], name: str, allowed: range, code: str, default: int | None = None) -> int:
    """A JSON integer in a range, which has its own error code."""
    try:
        return parameters.integer(given, name, allowed, default)
    except ApiError:
        raise ApiError(400, code) from None


def _checked_change(given: dict[str, Any]) -> tuple[dict[str, Any], int | None]:
    """The fields of a change, and the new number of partitions. Raises ApiError for the first invalid field."""
    parameters.required(given, "id")
    partitions = given.get("new_partition_numbers")
    if partitions is not None:
        parameters.integer(given, "new_partition_numbers", range(1, 10**6))
    return _checked_fields(given, CHANGED_RETENTION), partitions


def _checked_fields(given: dict[str, Any], retention: range) -> dict[str, Any]:
    """The fields that can be changed, as far as they are given. Raises ApiError for the first invalid field."""
    fields: dict[str, Any] = {name: parameters.boolean(given, name) for name in _FLAGS if given.get(name) is not None}
    if given.get("retention_time") is not None:
        fields["retention_time"] = _ranged(given, "retention_time", retention, "DMS.00400105")
    if given.get("topic_desc") is not None:
        fields["topic_desc"] = parameters.text(given, "topic_desc")
        if len(fields["topic_desc"]) > _MAX_DESCRIPTION:
            raise invalid("topic_desc")
    if given.get("topic_other_configs") is not None:
        fields["configs"] = _checked_configs(given["topic_other_configs"])
    return fields


def _checked_configs(given: Any) -> dict[str, str]:
    if not isinstance(given, list):
        raise invalid("topic_other_configs")
    configs = {}
    for entry in given:
        name = entry.get("name") if isinstance(entry, dict) else None
        value = str(entry.get("value")) if name in CONFIGS else ""
        if name == "max.message.bytes":
            valid = re.fullmatch("[0-9]{1,8}", value) is not None and int(value) <= int(CONFIGS[name][0])
        else:
            valid = value in ("CreateTime", "LogAppendTime")
        if not valid:
            raise invalid("topic_other_configs")
        configs[str(name)] = value
    return configs


_INSTANCE = "/v2/{project_id}/instances/{instance_id}"
_TOPICS = _INSTANCE + "/topics"
_KAFKA_TOPIC = "/v2/{project_id}/kafka/instances/{instance_id}/topics/{topic}"

OPERATIONS = [
    Operation("CreateInstanceTopic", "POST", _TOPICS, create_instance_topic),
    Operation("ListInstanceTopics", "GET", _TOPICS, list_instance_topics),
    Operation("UpdateInstanceTopic", "PUT", _TOPICS, update_instance_topic),
    Operation("BatchDeleteInstanceTopic", "POST", _TOPICS + "/delete", batch_delete_instance_topic),
    Operation("ShowInstanceTopicDetail", "GET", _INSTANCE + "/management/topics/{topic}", show_instance_topic_detail),
    Operation("ListTopicPartitions", "GET", _KAFKA_TOPIC + "/partitions", list_topic_partitions),
    Operation("ListTopicProducers", "GET", _KAFKA_TOPIC + "/producers", list_topic_producers),
    Operation("UpdateInstanceAutoCreateTopic", "POST", _INSTANCE + "/autotopic", update_instance_auto_create_topic),
]
