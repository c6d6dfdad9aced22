# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads Kafka instances."""

from __future__ import annotations

import typing as t

from ..api import configs, instances
from ..rest.concurrency import run_concurrently
from ..rest.errors import RequestError, ServiceError, action
from ..rest.redact import in_one_line
from ..rest.response import flag, is_id, number
from .connector import connector_of
from .options import check_id, check_name

if t.TYPE_CHECKING:
    from ..api.instances import Instance
    from ..context import TaskContext
    from ..rest.client import Client

_TEXTS = (
    "instance_id",
    "name",
    "description",
    "status",
    "engine",
    "engine_version",
    "type",
    "specification",
    "connect_address",
    "order_id",
    "vpc_id",
    "subnet_id",
    "enterprise_project_id",
    "support_features",
)
_NUMBERS = (
    "charging_mode",
    "port",
    "broker_num",
    "node_num",
    "storage_space",
    "used_storage_space",
    "partition_num",
    "connector_node_num",
    "created_at",
)
_PARAMETER = ("value", "default_value", "valid_values", "value_type", "config_type")
_FLAGS = ("new_spec_billing_enable", "enable_auto_topic", "ssl_enable")


def gather(context: TaskContext) -> None:
    """Return the Kafka instances that the options select, in the order of the service."""
    instance_id, name = check_id(context.params, "instance_id"), check_name(context.params, "name")
    part, status = check_name(context.params, "name_contains"), check_name(context.params, "status")
    status = status and status.strip().upper()
    with action("read the Kafka instances"):
        found: t.Iterable[Instance]
        if instance_id:
            found = _by_id(context.client, instance_id)
        else:
            # By default, the service leaves out instances whose creation failed.
            filters = {"include_failure": "true", **({"status": status} if status else {})}
            if name:
                found = instances.named(context.client, name, **filters)
            elif part:
                found = (
                    item
                    for item in instances.list_instances(context.client, name=part, **filters)
                    if part in item["name"]
                )
            else:
                found = instances.list_instances(context.client, **filters)
        selected = [item for item in found if status in (None, item.get("status"))]
        if context.params["connector"]:
            described = _with_connectors(context.client, selected, are_rows=not instance_id)
        else:
            described = [_described(item) for item in selected]
        if context.params["parameters"]:
            read = run_concurrently(context.client, _parameters, described)
            described = [{**item, **parameters} for item, parameters in zip(described, read)]
        context.returned["instances"] = described


def _by_id(client: Client, instance_id: str) -> list[Instance]:
    with action(f"read instance {instance_id}"):
        try:
            return [instances.show_instance(client, instance_id)]
        except ServiceError as error:
            if error.missing == "instance":
                return []
            raise


def _with_connectors(client: Client, found: list[Instance], are_rows: bool) -> list[dict[str, t.Any]]:
    """Return the instances *found* with what is certain about their connectors, without those that were deleted meanwhile.

    *are_rows*: they are rows of the list, which can lack the connector, so such instances are read.
    """

    def find(client: Client, instance: Instance) -> dict[str, t.Any] | None:
        instance = dict(instance)
        error = None
        try:
            if are_rows:
                instance = shown_if_silent(client, instance)
            if connector_of(instance) is None and not flag(instance.get("connector_enable")):
                instance.update(_of_tasks(client, instance["instance_id"]))
        except RequestError as caught:
            if isinstance(caught, ServiceError) and caught.missing == "instance":
                return None
            if getattr(caught, "status", None) == 401:
                raise
            error = in_one_line(f"Could not {caught.action}: {caught}. {caught.hint or ''}")
        return _with_connector(instance, error)

    unclear = [item for item in found if connector_of(item) is None]
    resolved = dict(zip(map(id, unclear), run_concurrently(client, find, unclear)))
    described = (resolved[id(item)] if id(item) in resolved else _with_connector(item, None) for item in found)
    return [item for item in described if item]


def shown_if_silent(client: Client, row: Instance) -> Instance:
    """Return *row* of the list; if it does not show the connector, with what a read of the instance returns."""
    if connector_of(row) is not None:
        return row
    with action(f"read instance {row['instance_id']}"):
        shown = instances.show_instance(client, row["instance_id"])
    return {**row, **{name: value for name, value in shown.items() if value is not None}}


def not_returned(instance_id: str) -> str:
    """Return the sentence about an instance that has a connector with an unknown id."""
    return f"Smart Connect of instance {instance_id} is on, but the service does not return connector_id."


def _of_tasks(client: Client, instance_id: str) -> Instance:
    """Return the fields of the connector as the list of its tasks proves them: off, or on with an unknown id."""
    from ..api import smart_connect  # imported only if it is needed

    with action(f"find out whether Smart Connect of instance {instance_id} is on, which the service does not return"):
        try:
            smart_connect.list_tasks(client, instance_id)
        except ServiceError as error:
            if error.missing != "connector":
                raise
            return {"connector_id": "", "connector_enable": False}
    return {"connector_id": None, "connector_enable": True}


def _with_connector(instance: Instance, error: str | None) -> dict[str, t.Any]:
    connector_id, enabled = connector_of(instance), flag(instance.get("connector_enable"))
    known = connector_id is not None
    described = _described(instance)
    described["connector_enable"] = bool(connector_id) if known else (enabled or None)
    if not known and not error:
        error = not_returned(instance["instance_id"])
    described["connector_error"] = None if known else error
    return described


def _parameters(client: Client, instance: Instance) -> dict[str, t.Any]:
    """Return the parameters of an instance by their names, or why they can't be read."""
    try:
        with action(f"read the parameters of instance {instance['instance_id']}"):
            rows = configs.show_configs(client, instance["instance_id"])
    except RequestError as error:
        if getattr(error, "status", None) == 401:
            raise
        reason = in_one_line(f"Could not {error.action}: {error}. {error.hint or ''}")
        return {"parameters": None, "parameters_error": reason}
    return {
        "parameters": {row["name"]: {key: _text(row.get(key)) for key in _PARAMETER} for row in rows},
        "parameters_error": None,
    }


def _described(instance: Instance) -> dict[str, t.Any]:
    """Return the fields of *instance* that the collection documents, each with its documented type."""
    described: dict[str, t.Any] = {name: _text(instance.get(name)) for name in _TEXTS}
    described.update((name, number(instance.get(name))) for name in _NUMBERS)
    described.update((name, flag(instance.get(name))) for name in _FLAGS)
    zones = instance.get("available_zones")
    described["available_zones"] = [str(zone) for zone in zones] if isinstance(zones, list) else []
    connector_id, enabled = instance.get("connector_id"), flag(instance.get("connector_enable"))
    described["connector_id"] = connector_id if is_id(connector_id) else None
    described["connector_enable"] = described["connector_id"] is not None if enabled is None else enabled
    return described


def _text(value: t.Any) -> str | None:
    return None if value is None or isinstance(value, (dict, list)) else str(value)
