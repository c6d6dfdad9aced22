# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads Kafka instances."""

from __future__ import annotations

import typing as t

from ..api import instances
from ..rest.errors import ServiceError, action
from ..rest.response import flag, is_id, number
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
        context.returned["instances"] = [_described(item) for item in found if status in (None, item.get("status"))]


def _by_id(client: Client, instance_id: str) -> list[Instance]:
    with action(f"read instance {instance_id}"):
        try:
            return [instances.show_instance(client, instance_id)]
        except ServiceError as error:
            if error.missing == "instance":
                return []
            raise


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
