# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: Smart Connect on and off, and its tasks in the current API (section 3 of the facts)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Answer, Call, Effect
from .dms_instances import check_running, find_instance
from .dms_sink_tasks import OBS_PART_SIZE, check_room, delete_task, find_task, quotas
from .errors import ApiError, invalid
from .routes import Operation
from .world import sorted_tasks

if TYPE_CHECKING:
    from .world import Connector, Instance, Task

NODES = range(2, 17)
SPECIFICATIONS = ("100MB", "300MB", "600MB", "1200MB", "")
SOURCE_TYPES = ("KAFKA_REPLICATOR_SOURCE", "NONE")
SINK_TYPES = ("OBS_SINK", "NONE")
SECURITY_PROTOCOLS = ("PLAINTEXT", "SASL_SSL", "SASL_PLAINTEXT")
SASL_MECHANISMS = ("PLAIN", "SCRAM-SHA-512")
DIRECTIONS = ("pull", "push", "two-way")
COMPRESSIONS = ("none", "gzip", "snappy", "lz4", "zstd")
FIRST_INTERVAL = 300

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
_SECRETS = ("access_key", "secret_key", "password", "topics", "topics_regex")


# -- on and off -----------------------------------------------------------------------------------------------------


def create_connector(call: Call) -> Answer:
    """POST /v2/{project_id}/instances/{instance_id}/connector: switch Smart Connect on."""
    instance = find_instance(call)
    body = call.json_object() if call.request.body else {}
    nodes = body.get("node_cnt", NODES.start)
    # The documents say number in one place and string in another.
    if isinstance(nodes, str) and nodes.isascii() and nodes.isdecimal():
        nodes = int(nodes[:9])
    if not isinstance(nodes, int) or isinstance(nodes, bool) or nodes not in NODES:
        raise invalid("node_cnt")
    parameters.choice(body, "specification", SPECIFICATIONS)
    parameters.text(body, "spec_code")
    check_running(instance)
    if instance.fields["connector_enable"]:
        raise ApiError(404, "DMS.00404027")
    connector_id = call.world.new_id()

    def finish() -> None:
        call.world.add_connector(instance.instance_id, connector_id=connector_id, nodes=nodes)

    instance.change(["EXTENDING"] * call.settings.connector_looks, finish)
    answer = {"job_id": call.world.new_id(), "connector_id": connector_id}
    return Answer(200, answer, effect=Effect("enabled", connector_id))


def show_connector_resource_info(call: Call) -> Answer:
    """GET /v2/{project_id}/instances/{instance_id}/connector: whether the resources are sold out, and no more."""
    find_instance(call)
    return Answer(200, {"soldOut": False})


def delete_connector(call: Call) -> Answer:
    """POST /v2/{project_id}/kafka/instances/{instance_id}/delete-connector: switch Smart Connect off."""
    instance = find_instance(call)
    check_running(instance)
    connector = _connector_of(call, instance)
    if connector.tasks:
        raise ApiError(500, "DMS.00501012")

    def finish() -> None:
        # Another actor may have been faster.
        if connector.connector_id in call.world.connectors:
            call.world.remove_connector(connector.connector_id)

    instance.change(["CONNECTOR_DELETING"] * call.settings.connector_looks, finish)
    return Answer(200, {"job_id": call.world.new_id()}, effect=Effect("disabled", connector.connector_id))


# -- tasks ----------------------------------------------------------------------------------------------------------


def create_connector_task(call: Call) -> Answer:
    """POST /v2/{project_id}/instances/{instance_id}/connector/tasks"""
    instance = find_instance(call)
    connector = _connector_of(call, instance)
    body = call.json_object()
    name = parameters.task_name(call, body)
    topics = parameters.topics(call, body)
    source_type = parameters.choice(body, "source_type", SOURCE_TYPES, absent="NONE")
    sink_type = parameters.choice(body, "sink_type", SINK_TYPES, absent="NONE")
    if (source_type == "NONE") == (sink_type == "NONE"):
        raise invalid("source_type and sink_type: exactly one of them is needed")
    later = parameters.boolean(body, "start_later")
    source = None
    descriptor: dict[str, Any] = dict(topics)
    if sink_type == "OBS_SINK":
        descriptor.update(_checked_sink(body.get("sink_task")))
    else:
        source = _checked_source(call, instance, body.get("source_task"))
    check_room(call, connector, name)
    if descriptor.get("access_key"):
        parameters.check_obs_keys(descriptor)
    task_id = call.world.add_task(
        connector.connector_id,
        name,
        status="WAITING" if later else call.settings.created_status,
        passing=["CREATING"] * call.settings.creation_looks,
        source=source,
        **descriptor,
    )
    task = connector.tasks[task_id]
    return Answer(
        200, _entity(task, task.passing[0] if task.passing else task.status), effect=Effect("created", task_id)
    )


def list_connector_tasks(call: Call) -> Answer:
    """GET /v2/{project_id}/instances/{instance_id}/connector/tasks"""
    connector = _connector_of(call, find_instance(call))
    tasks = sorted_tasks(connector)
    shown = [_entity(task, connector.look_at(task)) for task in parameters.page(call.query, tasks)]
    return Answer(200, {"tasks": shown, "total_number": len(tasks), **quotas(call, connector)})


def show_connector_task(call: Call) -> Answer:
    """GET /v2/{project_id}/instances/{instance_id}/connector/tasks/{task_id}"""
    connector, task = _task(call)
    return Answer(200, _entity(task, connector.look_at(task)))


def delete_connector_task(call: Call) -> Answer:
    """DELETE /v2/{project_id}/instances/{instance_id}/connector/tasks/{task_id}"""
    connector, task = _task(call)
    return delete_task(call, connector, task)


def pause_connector_task(call: Call) -> Answer:
    """PUT /v2/{project_id}/instances/{instance_id}/connector/tasks/{task_id}/pause"""
    return _act(call, "paused", ("RUNNING",), "PAUSED", "DMS.00400868")


def resume_connector_task(call: Call) -> Answer:
    """PUT /v2/{project_id}/instances/{instance_id}/connector/tasks/{task_id}/resume"""
    return _act(call, "resumed", ("PAUSED",), "RUNNING", "DMS.00400869")


def restart_connector_task(call: Call) -> Answer:
    """PUT /v2/{project_id}/kafka/instances/{instance_id}/connector/tasks/{task_id}/restart: also starts one that waits."""
    return _act(call, "restarted", ("RUNNING", "PAUSED", "WAITING", "FAILED"), "RUNNING", "DMS.00400872")


def _act(call: Call, verb: str, allowed: tuple[str, ...], status: str, code: str) -> Answer:
    connector, task = _task(call)
    check_running(call.world.instances[connector.instance_id])
    if task.passing or task.status not in allowed:
        raise ApiError(400, code)
    if verb == "restarted" and task.status != "WAITING":
        task.passing = ["RESTARTING"] * call.settings.restart_looks
    task.status = status
    return Answer(204, effect=Effect(verb, task.task_id))


def _connector_of(call: Call, instance: Instance) -> Connector:
    for connector in call.world.connectors.values():
        if connector.instance_id == instance.instance_id:
            return connector
    raise ApiError(404, "DMS.00404024")


def _task(call: Call) -> tuple[Connector, Task]:
    connector = _connector_of(call, find_instance(call))
    return connector, find_task(connector, call.params["task_id"])


def _entity(task: Task, status: str) -> dict[str, Any]:
    """A task as the current API shows it, secrets left out."""
    sink: dict[str, Any] = {}
    if task.source is None:
        sink = {key: value for key, value in task.descriptor.items() if key not in _SECRETS}
        sink = {"store_keys": False, **sink, **_SERVER_VALUES}
    return {
        "id": task.task_id,
        "task_name": task.task_name,
        "topics": task.descriptor["topics"],
        "topics_regex": task.descriptor["topics_regex"],
        "source_type": "NONE" if task.source is None else "KAFKA_REPLICATOR_SOURCE",
        "source_task": {key: value for key, value in (task.source or {}).items() if key not in _SECRETS},
        "sink_type": "OBS_SINK" if task.source is None else "NONE",
        "sink_task": sink,
        "status": status,
        "create_time": task.create_time,
    }


def _checked_sink(given: Any) -> dict[str, Any]:
    """The side of OBS. Raises the service's complaint about the first field that is wrong."""
    if not isinstance(given, dict):
        raise invalid("sink_task")
    sink: dict[str, Any] = {
        "consumer_strategy": parameters.choice(given, "consumer_strategy", parameters.CONSUMER_STRATEGIES),
        "destination_file_type": parameters.choice(given, "destination_file_type", parameters.FILE_TYPES) or "TEXT",
        "access_key": parameters.text(given, "access_key"),
        "secret_key": parameters.text(given, "secret_key"),
        **parameters.obs_place(given),
        "partition_format": parameters.choice(given, "partition_format", parameters.PARTITION_FORMATS),
        "record_delimiter": parameters.choice(given, "record_delimiter", parameters.RECORD_DELIMITERS, absent="\n"),
        "deliver_time_interval": parameters.integer(
            given, "deliver_time_interval", parameters.INTERVAL, absent=FIRST_INTERVAL
        ),
        "store_keys": parameters.boolean(given, "store_keys"),
    }
    agency = parameters.text(given, "agency_name")
    if agency:
        sink["agency_name"] = agency
    elif not sink["access_key"] or not sink["secret_key"]:
        raise invalid("access_key and secret_key")
    return sink


def _checked_source(call: Call, instance: Instance, given: Any) -> dict[str, Any]:
    """The side of a replication. Raises the service's complaint about the first field that is wrong."""
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
        raise invalid("instance_id and bootstrap_servers: exactly one of them is needed")
    brokers = instance.fields["broker_num"]
    if peer:
        other = call.world.instances.get(peer)
        if other is None or other.project_id != call.project_id:
            raise invalid("instance_id")
        addresses, brokers = _addresses(other), other.fields["broker_num"]
    factor = parameters.integer(given, "replication_factor", range(1, 1000), absent=min(3, brokers))
    if factor > brokers:
        raise ApiError(400, "DMS.00400861")
    tasks = parameters.integer(given, "task_num", range(1, 1000), absent=2)
    return {
        "current_cluster_name": parameters.text(given, "current_cluster_name") or "A",
        "cluster_name": parameters.text(given, "cluster_name") or "B",
        **({"instance_id": peer} if peer else {}),
        "bootstrap_servers": addresses,
        "security_protocol": protocol,
        "sasl_mechanism": mechanism,
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
        "compression_type": parameters.choice(given, "compression_type", COMPRESSIONS, absent="none"),
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
    Operation("DeleteConnectorTask", "DELETE", _TASKS + "/{task_id}", delete_connector_task),
    Operation("PauseConnectorTask", "PUT", _TASKS + "/{task_id}/pause", pause_connector_task),
    Operation("ResumeConnectorTask", "PUT", _TASKS + "/{task_id}/resume", resume_connector_task),
    Operation("RestartConnectorTask", "PUT", _KAFKA + "/connector/tasks/{task_id}/restart", restart_connector_task),
    Operation("RestartSmartConnectorTask", "PUT", _TASKS + "/{task_id}/restart", restart_connector_task),
]
