# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: enabling and disabling Smart Connect, and its tasks in the current API."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Call, Effect, Response
from .dms_instances import check_running, find_instance
from .dms_sink_tasks import OBS_PART_SIZE, check_creation, check_topics_unused, delete_task, find_task
from .errors import ApiError, invalid
from .routes import Operation
from .world import visible_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from .world import Connector, Instance, Task

NODES = range(2, 17)
SPECIFICATIONS = ("100MB", "300MB", "600MB", "1200MB", "")
SOURCE_TYPES = ("KAFKA_REPLICATOR_SOURCE", "NONE")
SINK_TYPES = ("OBS_SINK", "NONE")
SECURITY_PROTOCOLS = ("PLAINTEXT", "SASL_SSL", "SASL_PLAINTEXT")
SASL_MECHANISMS = ("PLAIN", "SCRAM-SHA-512")
DIRECTIONS = ("pull", "push", "two-way")
COMPRESSIONS = ("none", "gzip", "snappy", "lz4", "zstd")
DEFAULT_INTERVAL = 300

_CONVERTER = "org.apache.kafka.connect.converters.ByteArrayConverter"
_SERVER_VALUES = {
    "obs_part_size": OBS_PART_SIZE,
    "flush_size": 1000000,
    "timezone": "Asia/Chongqing",
    "schema_generator_class": "io.confluent.connect.storage.hive.schema.DefaultSchemaGenerator",
    "partitioner_class": "io.confluent.connect.storage.partitioner.TimeBasedPartitioner",
    "key_converter": _CONVERTER,
    "value_converter": _CONVERTER,
    "kv_delimiter": ":",
}
_KEYS = ("access_key", "secret_key", "password")
_SECRETS = (*_KEYS, "topics", "topics_regex")


# -- enabling and disabling -----------------------------------------------------------------------------------------


def create_connector(call: Call) -> Response:
    """POST /v2/{project_id}/instances/{instance_id}/connector: enable Smart Connect."""
    instance = find_instance(call)
    body = call.json_object() if call.request.body else {}
    nodes = body.get("node_cnt", NODES.start)
    # The documentation has an integer in one place and a string in another.
    if isinstance(nodes, str) and nodes.isascii() and nodes.isdecimal():
        nodes = int(nodes[:9])
    if not isinstance(nodes, int) or isinstance(nodes, bool) or nodes not in NODES:
        raise invalid("node_cnt")
    parameters.choice(body, "specification", SPECIFICATIONS)
    parameters.text(body, "spec_code")
    _check_busy(call)
    check_running(instance)
    if instance.fields["connector_id"] or instance.fields["connector_enable"]:
        raise ApiError(404, "DMS.00404027")
    if call.settings.sold_out:
        raise ApiError(400, "DMS.00400055")
    connector_id = call.world.new_id()

    given = call.settings.connector_nodes or nodes

    def enable() -> None:
        call.world.add_connector(instance.instance_id, connector_id=connector_id, nodes=given)
        instance.fields["connector_enable"] = call.settings.connector_enable_follows

    job_id = _start_job(call, instance, "createConnector", "EXTENDING", enable)
    body = {"job_id": job_id, "connector_id": connector_id}
    return Response(200, body, effect=Effect("enabled", connector_id))


def _check_busy(call: Call) -> None:
    """Refuse the next requests while `busy_requests` is not 0."""
    if call.settings.busy_requests:
        call.settings.busy_requests -= 1
        raise ApiError(400, call.settings.busy_code)


def _start_job(call: Call, instance: Instance, name: str, status: str, change: Callable[[], None]) -> str:
    """Start a background job that changes an instance. Returns the id of the job."""
    job_id = call.world.add_job(instance.instance_id, name, "EXECUTING")
    fails = call.settings.connector_fails

    def finish() -> None:
        if not fails:
            change()
        call.world.finish_job(instance.instance_id, job_id, "FAILED" if fails else "SUCCESS")

    instance.change([status] * call.settings.connector_looks, finish)
    return job_id


def show_connector_resource_info(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/connector: whether the resources are sold out."""
    find_instance(call)
    return Response(200, {"soldOut": call.settings.sold_out})


def delete_connector(call: Call) -> Response:
    """POST /v2/{project_id}/kafka/instances/{instance_id}/delete-connector: disable Smart Connect."""
    instance = find_instance(call)
    if call.request.body or call.settings.disable_needs_body:
        call.json_object()
    _check_busy(call)
    check_running(instance)
    connector = _connector_of(call, instance)
    if any(not task.deleting for task in connector.tasks.values()):
        raise ApiError(500, "DMS.00501012")

    def disable() -> None:
        # A hook of a fault may have removed it already.
        if connector.connector_id in call.world.connectors:
            call.world.remove_connector(connector.connector_id)

    job_id = _start_job(call, instance, "deleteConnector", "CONNECTOR_DELETING", disable)
    return Response(200, {"job_id": job_id}, effect=Effect("disabled", connector.connector_id))


# -- tasks ----------------------------------------------------------------------------------------------------------


def create_connector_task(call: Call) -> Response:
    """POST /v2/{project_id}/instances/{instance_id}/connector/tasks"""
    instance = find_instance(call)
    connector = _connector_of(call, instance)
    body = call.json_object()
    name, descriptor, source = _checked_task(call, instance, body)
    later = parameters.boolean(body, "start_later")
    check_creation(call, connector, name, descriptor["topics"], call.settings.smart_connect_quota)
    if descriptor.get("access_key"):
        parameters.check_obs_keys(descriptor)
    task_id = call.world.add_task(
        connector.connector_id,
        name,
        status="WAITING" if later else call.settings.created_status,
        passing=["CREATING"] * call.settings.creation_looks,
        source=source,
        unlisted=call.settings.list_lag,
        api="connector",
        **descriptor,
    )
    task = connector.tasks[task_id]
    status = task.passing[0] if task.passing else task.status
    return Response(200, _entity(call, task, status), effect=Effect("created", task_id))


def list_connector_tasks(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/connector/tasks"""
    connector = _connector_of(call, find_instance(call))
    tasks = connector.listed("connector", call.settings)
    shown = [_entity(call, task, connector.read_status(task)) for task in parameters.page(call.query, tasks)]
    quota = call.settings.smart_connect_quota
    return Response(200, {"tasks": shown, "total_number": len(tasks), "max_tasks": quota, "quota_tasks": quota})


def show_connector_task(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/connector/tasks/{task_id}"""
    connector, task = _task(call)
    return Response(200, _entity(call, task, connector.read_status(task)))


def modify_connector_task(call: Call) -> Response:
    """PUT /v2/{project_id}/instances/{instance_id}/connector/tasks/{task_id}: the body is a task as returned by GET."""
    connector, task = _task(call)
    instance = call.world.instances[connector.instance_id]
    body = call.json_object()
    check_running(instance)
    mode = call.settings.modify
    if mode == "refuse":
        raise ApiError(400, "DMS.00400873")
    stored = {"task_name": task.task_name, "sink_task": task.descriptor, "source_task": task.source}
    given = {key: value for key, value in body.items() if value is not None}
    changed = {**stored, **_types(task), **given}
    if "topics" not in given and "topics_regex" not in given:
        changed["topics"], changed["topics_regex"] = task.descriptor["topics"], task.descriptor["topics_regex"]
    side = "source_task" if task.source is not None else "sink_task"
    changed[side] = _merge(stored[side], given.get(side), call.settings.modify_takes_keys)
    name, descriptor, source = _checked_task(call, instance, changed)
    if (source is None) != (task.source is None):
        raise invalid("source_type and sink_type")
    if source is not None and source["direction"] == "two-way":
        # Reads return the doubled number, so that it must not be doubled again.
        source["task_num"] = changed[side]["task_num"]
    check_topics_unused(call, connector, descriptor["topics"], ignore=task)
    if mode == "topics":
        name, source = task.task_name, task.source
        descriptor = {**task.descriptor, "topics": descriptor["topics"], "topics_regex": descriptor["topics_regex"]}
    after = dataclasses.replace(task, task_name=name, descriptor=descriptor, source=source)
    entity = _entity(call, after, task.passing[0] if task.passing else task.status)
    if mode == "pretend":
        return Response(200, entity)
    task.task_name, task.descriptor, task.source = name, descriptor, source
    if mode == "drop-keys":
        task.keys_dropped = True
    return Response(200, entity, effect=Effect("modified", task.task_id))


def validate_connector_connectivity(call: Call) -> Response:
    """POST /v2/{project_id}/instances/{instance_id}/connector/validate: whether the peer can be reached."""
    instance = find_instance(call)
    _connector_of(call, instance)
    body = call.json_object()
    kind = parameters.choice(body, "type", ("KAFKA_REPLICATOR_SOURCE", "OBS_SINK"))
    task = body.get("task", {})
    if not isinstance(task, dict):
        raise invalid("task")
    if kind == "KAFKA_REPLICATOR_SOURCE":
        source = _checked_source(call, instance, {"direction": "pull", **task})
        if source["bootstrap_servers"].startswith("invalid") or source["password"].startswith("INVALID"):
            raise ApiError(400, "DMS.00400870")
    return Response(200)


def delete_connector_task(call: Call) -> Response:
    """DELETE /v2/{project_id}/instances/{instance_id}/connector/tasks/{task_id}"""
    connector, task = _task(call)
    return delete_task(call, connector, task)


def pause_connector_task(call: Call) -> Response:
    """PUT /v2/{project_id}/instances/{instance_id}/connector/tasks/{task_id}/pause"""
    return _act(call, "paused", ("RUNNING",), "PAUSED", "DMS.00400868")


def resume_connector_task(call: Call) -> Response:
    """PUT /v2/{project_id}/instances/{instance_id}/connector/tasks/{task_id}/resume"""
    return _act(call, "resumed", ("PAUSED",), "RUNNING", "DMS.00400869")


def restart_connector_task(call: Call) -> Response:
    """PUT /v2/{project_id}/kafka/instances/{instance_id}/connector/tasks/{task_id}/restart: also starts new tasks."""
    return _act(call, "restarted", ("RUNNING", "PAUSED", "WAITING", "FAILED"), "RUNNING", "DMS.00400872")


def _act(call: Call, verb: str, allowed: tuple[str, ...], status: str, code: str) -> Response:
    connector, task = _task(call)
    check_running(call.world.instances[connector.instance_id])
    pending = task.deleting or (not call.settings.actions_queue and {"CREATING", "RESTARTING"} & set(task.passing))
    if pending or task.status not in allowed or (task.keys_dropped and verb == "restarted"):
        raise ApiError(400, code)
    previous = task.passing[0] if task.passing else task.status
    task.passing = [previous] * call.settings.action_reads
    if verb == "restarted" and task.status != "WAITING":
        task.passing += ["RESTARTING"] * call.settings.restart_looks
    task.status = status
    return Response(204, effect=Effect(verb, task.task_id))


def list_obs_buckets(call: Call) -> Response:
    """GET /v1.0/dms/obs/buckets: the buckets of the account; the path contains neither a project nor an instance."""
    return Response(200, call.world.buckets)


def _connector_of(call: Call, instance: Instance) -> Connector:
    for connector in call.world.connectors.values():
        if connector.instance_id == instance.instance_id:
            return connector
    raise ApiError(404, "DMS.00404024")


def _task(call: Call) -> tuple[Connector, Task]:
    connector = _connector_of(call, find_instance(call))
    task = find_task(connector, call.params["task_id"])
    if not visible_in(task, "connector", call.settings):
        raise ApiError(404, "DMS.00404026")
    return connector, task


def _types(task: Task) -> dict[str, str]:
    if task.source is None:
        return {"source_type": "NONE", "sink_type": "OBS_SINK"}
    return {"source_type": "KAFKA_REPLICATOR_SOURCE", "sink_type": "NONE"}


def _merge(stored: Any, given: Any, takes_keys: bool) -> dict[str, Any]:
    """One side of a task after a modification: fields that are not sent keep their values."""
    sent = {} if given is None else given
    if not isinstance(sent, dict):
        raise invalid("source_task and sink_task")
    sent = {key: value for key, value in sent.items() if takes_keys or key not in _KEYS}
    merged = {**stored, **sent}
    if merged.get("instance_id"):
        # The service fills it from the id, and returns both.
        merged.pop("bootstrap_servers", None)
    return merged


def _checked_task(
    call: Call, instance: Instance, body: dict[str, Any]
) -> tuple[str, dict[str, Any], dict[str, Any] | None]:
    """Name, descriptor and source of a task. Raises ApiError for the first invalid field."""
    name = parameters.task_name(call, body)
    source_type = parameters.choice(body, "source_type", SOURCE_TYPES, default="NONE")
    sink_type = parameters.choice(body, "sink_type", SINK_TYPES, default="NONE")
    if (source_type == "NONE") == (sink_type == "NONE"):
        raise invalid("source_type and sink_type: exactly one of them is required")
    if sink_type == "OBS_SINK":
        return name, {**parameters.topics(call, body), **_checked_sink(body.get("sink_task"))}, None
    source = _checked_source(call, instance, body.get("source_task"))
    if source["topics_mapping"] and not body.get("topics") and not body.get("topics_regex"):
        return name, {"topics": "", "topics_regex": ""}, source
    return name, dict(parameters.topics(call, body)), source


def _entity(call: Call, task: Task, status: str) -> dict[str, Any]:
    """A task as the current API returns it, without secrets."""
    settings = call.settings
    sink: dict[str, Any] = {}
    if task.source is None:
        sink = {key: value for key, value in task.descriptor.items() if key not in _SECRETS}
        sink = {"store_keys": False, **sink, **_SERVER_VALUES}
        if settings.newline_echo == "backslash-n" and sink["record_delimiter"] == "\n":
            sink["record_delimiter"] = "\\n"
    entity = {
        "id": task.task_id,
        "task_name": task.task_name,
        "topics": task.descriptor["topics"],
        "topics_regex": task.descriptor["topics_regex"],
        **_types(task),
        "source_task": {key: value for key, value in (task.source or {}).items() if key not in _SECRETS},
        "sink_task": sink,
        "status": status,
        "create_time": task.create_time,
    }
    unused = "source" if task.source is None else "sink"
    _hide(entity, f"{unused}_task", settings.unused_side)
    _hide(entity, f"{unused}_type", settings.unused_type)
    for name in ("topics", "topics_regex"):
        if not entity[name]:
            _hide(entity, name, settings.unused_topics)
    return entity


def _hide(entity: dict[str, Any], name: str, style: str) -> None:
    """Hide an unused field in the configured style."""
    if style == "absent":
        del entity[name]
    elif style == "null":
        entity[name] = None


def _checked_sink(given: Any) -> dict[str, Any]:
    """The sink of a dump. Raises ApiError for the first invalid field."""
    if not isinstance(given, dict):
        raise invalid("sink_task")
    sink: dict[str, Any] = {
        "consumer_strategy": parameters.choice(given, "consumer_strategy", parameters.CONSUMER_STRATEGIES),
        "destination_file_type": parameters.choice(given, "destination_file_type", parameters.FILE_TYPES) or "TEXT",
        "access_key": parameters.text(given, "access_key"),
        "secret_key": parameters.text(given, "secret_key"),
        **parameters.obs_location(given),
        "partition_format": parameters.choice(given, "partition_format", parameters.PARTITION_FORMATS),
        "record_delimiter": _delimiter(given),
        "deliver_time_interval": parameters.integer(
            given, "deliver_time_interval", parameters.INTERVAL, default=DEFAULT_INTERVAL
        ),
        "store_keys": parameters.boolean(given, "store_keys"),
    }
    agency = parameters.text(given, "agency_name")
    if agency:
        sink["agency_name"] = agency
    elif not sink["access_key"] or not sink["secret_key"]:
        raise invalid("access_key and secret_key")
    return sink


def _delimiter(given: dict[str, Any]) -> str:
    """The delimiter; a newline may be sent as backslash-n, as in the vendor's examples."""
    value = parameters.choice(given, "record_delimiter", (*parameters.RECORD_DELIMITERS, "\\n"), default="\n")
    return "\n" if value == "\\n" else value


def _checked_source(call: Call, instance: Instance, given: Any) -> dict[str, Any]:
    """The source of a replication. Raises ApiError for the first invalid field."""
    if not isinstance(given, dict):
        raise invalid("source_task")
    direction = parameters.choice(given, "direction", DIRECTIONS)
    protocol = parameters.choice(given, "security_protocol", (*SECURITY_PROTOCOLS, "")) or "PLAINTEXT"
    mechanism = parameters.choice(given, "sasl_mechanism", (*SASL_MECHANISMS, ""))
    user, password = parameters.text(given, "user_name"), parameters.text(given, "password")
    if protocol != "PLAINTEXT" and not (user and password and mechanism):
        raise invalid("user_name, password and sasl_mechanism")
    mapping, rename = parameters.text(given, "topics_mapping"), parameters.boolean(given, "rename_topic_enabled")
    if mapping and (rename or not _is_mapping(mapping)):
        raise invalid("topics_mapping")
    peer = parameters.text(given, "instance_id")
    addresses = parameters.text(given, "bootstrap_servers")
    if bool(peer) == bool(addresses):
        raise invalid("instance_id and bootstrap_servers: exactly one of them is required")
    brokers = instance.fields["broker_num"]
    if peer:
        other = call.world.instances.get(peer)
        if other is None or other.project_id != call.project_id:
            raise invalid("instance_id")
        addresses, brokers = _addresses(other), other.fields["broker_num"]
    factor = parameters.integer(given, "replication_factor", range(1, 1000), default=min(3, brokers))
    if factor > brokers:
        raise ApiError(400, "DMS.00400861")
    tasks = parameters.integer(given, "task_num", range(1, 1000), default=2)
    return {
        "current_cluster_name": parameters.text(given, "current_cluster_name") or "A",
        "cluster_name": parameters.text(given, "cluster_name") or "B",
        **({"instance_id": peer} if peer else {}),
        "bootstrap_servers": addresses,
        "security_protocol": protocol,
        "sasl_mechanism": mechanism or "PLAIN",
        "user_name": user,
        "password": password,
        "direction": direction,
        "sync_consumer_offsets_enabled": parameters.boolean(given, "sync_consumer_offsets_enabled"),
        "replication_factor": factor,
        "task_num": tasks * 2 if direction == "two-way" else tasks,
        "rename_topic_enabled": rename,
        "topics_mapping": mapping,
        "provenance_header_enabled": parameters.boolean(given, "provenance_header_enabled"),
        "consumer_strategy": parameters.choice(given, "consumer_strategy", parameters.CONSUMER_STRATEGIES, "latest"),
        "compression_type": parameters.choice(given, "compression_type", COMPRESSIONS, default="none"),
    }


def _is_mapping(text: str) -> bool:
    pairs = [pair.split(":") for pair in text.split(",")]
    return len(pairs) <= parameters.MAX_TOPICS and all(len(pair) == 2 and all(pair) for pair in pairs)


def _addresses(instance: Instance) -> str:
    port = instance.fields["port"]
    return ",".join(f"{address}:{port}" for address in instance.fields["connect_address"].split(","))


_INSTANCE = "/v2/{project_id}/instances/{instance_id}"
_TASKS = _INSTANCE + "/connector/tasks"
_KAFKA = "/v2/{project_id}/kafka/instances/{instance_id}"

OPERATIONS = [
    Operation("CreateConnector", "POST", _INSTANCE + "/connector", create_connector),
    Operation("ShowConnectorResourceInfo", "GET", _INSTANCE + "/connector", show_connector_resource_info),
    Operation("DeleteConnector", "POST", _KAFKA + "/delete-connector", delete_connector),
    Operation("CreateConnectorTask", "POST", _TASKS, create_connector_task),
    Operation("ListConnectorTasks", "GET", _TASKS, list_connector_tasks),
    Operation("ShowConnectorTask", "GET", _TASKS + "/{task_id}", show_connector_task),
    Operation("ModifyConnectorTask", "PUT", _TASKS + "/{task_id}", modify_connector_task),
    Operation(
        "ValidateConnectorConnectivity",
        "POST",
        _INSTANCE + "/connector/validate",
        validate_connector_connectivity,
        changes=False,
    ),
    Operation("DeleteConnectorTask", "DELETE", _TASKS + "/{task_id}", delete_connector_task),
    Operation("PauseConnectorTask", "PUT", _TASKS + "/{task_id}/pause", pause_connector_task),
    Operation("ResumeConnectorTask", "PUT", _TASKS + "/{task_id}/resume", resume_connector_task),
    Operation("RestartConnectorTask", "PUT", _KAFKA + "/connector/tasks/{task_id}/restart", restart_connector_task),
    Operation("RestartSmartConnectorTask", "PUT", _TASKS + "/{task_id}/restart", restart_connector_task),
    Operation("ListObsBuckets", "GET", "/v1.0/dms/obs/buckets", list_obs_buckets),
]
