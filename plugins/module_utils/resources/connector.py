# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connector a task means: by its own id, or by the id or the name of the instance that it belongs to."""

from __future__ import annotations

import typing as t

from ..api import instances
from ..client.answers import is_id
from ..client.errors import KafkaError, ResourceError, ServiceError, doing
from .ids import check_given, check_id, check_name

if t.TYPE_CHECKING:
    from ..api.instances import Instance
    from ..client.client import Client


class SmartConnectOff(ResourceError):
    """The instance is there, but has no connector."""

    advice = "Turn Smart Connect on for the instance first."


class NoSuchInstance(ResourceError):
    """A complete list holds no instance of the name."""

    advice = "Check instance_name, region and project_id."


class ConnectorChoice(t.NamedTuple):
    """What the user named: exactly one of the three."""

    connector_id: str | None
    instance_id: str | None
    instance_name: str | None

    def __str__(self) -> str:
        if self.connector_id:
            return f"connector {self.connector_id}"
        return f"the connector of instance {self.instance_id or self.instance_name}"


def choose(params: t.Mapping[str, t.Any]) -> ConnectorChoice:
    """Return which connector *params* name, with checked ids and name."""
    check_given(params, *ConnectorChoice._fields)
    return ConnectorChoice(
        check_id(params, "connector_id"), check_id(params, "instance_id"), check_name(params, "instance_name")
    )


def resolve(client: Client, choice: ConnectorChoice) -> str:
    """Return the id of the chosen connector.

    Raises :class:`NoSuchInstance` when no instance has the chosen name, :class:`SmartConnectOff` when the instance has
    no connector, and :class:`ResourceError` when several instances have the name, or it stays unclear.
    """
    if choice.connector_id:
        return choice.connector_id
    instance_id = choice.instance_id
    connector_id = None
    if not instance_id:
        instance = _find(client, t.cast("str", choice.instance_name))
        instance_id, connector_id = t.cast("str", instance["instance_id"]), _connector_of(instance)
    if connector_id is None:
        with doing(f"read instance {instance_id}"):
            connector_id = _connector_of(instances.show_instance(client, instance_id))
    if connector_id is None:
        unclear = ResourceError(f"the service does not tell the connector of instance {instance_id}")
        unclear.advice = "Give connector_id, or run the task again when Smart Connect has been turned on."
        raise unclear
    if not connector_id:
        raise SmartConnectOff(f"Smart Connect is off on instance {instance_id}, so it has no connector")
    return connector_id


def _find(client: Client, name: str) -> Instance:
    """Return the one instance called *name*."""
    from .instances import named

    with doing(f"find the instance {name}"):
        found = list(named(client, name))
        if not found:
            raise NoSuchInstance(f"there is no Kafka instance named {name}")
        if len(found) > 1:
            ids = ", ".join(instance["instance_id"] for instance in found)
            error = ResourceError(f"{len(found)} Kafka instances are named {name}: {ids}")
            error.advice = "Give instance_id to say which one is meant."
            raise error
        return found[0]


def _connector_of(instance: Instance) -> str | None:
    """Return the id of the connector; empty if *instance* says that it has none, ``None`` if that stays unclear."""
    connector_id = instance.get("connector_id")
    if is_id(connector_id):
        return t.cast("str", connector_id)
    enabled = instances.flag(instance.get("connector_enable"))
    untold = connector_id is None or (isinstance(connector_id, str) and not connector_id.strip())
    if untold and (enabled is False or (enabled is None and "connector_id" in instance)):
        return ""
    return None


def absence(error: KafkaError, choice: ConnectorChoice) -> str | None:
    """Return what is absent if *error* says that the connector or its instance is, as a sentence; else ``None``."""
    if isinstance(error, SmartConnectOff):
        return f"{error}."
    if isinstance(error, NoSuchInstance):
        return f"There is no Kafka instance named {choice.instance_name}."
    missing = error.missing if isinstance(error, ServiceError) else None
    instance = f"instance {choice.instance_id or choice.instance_name}"
    what = {
        "connector": f"connector {choice.connector_id}" if choice.connector_id else f"connector of {instance}",
        # A connector may be answered for by its instance, whose id the user did not give.
        "instance": f"instance of connector {choice.connector_id}" if choice.connector_id else instance,
    }.get(missing or "")
    return f"The {what} does not exist: {error}." if what else None
