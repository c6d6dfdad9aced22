# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connector a task means: by its own id, or by the instance that it belongs to."""

from __future__ import annotations

import typing as t

from ..api import instances
from ..client.errors import KafkaError, ResourceError, ServiceError, doing
from .ids import check_id

if t.TYPE_CHECKING:
    from ..client.client import Client


class SmartConnectOff(ResourceError):
    """The instance is there, but has no connector."""

    advice = "Turn Smart Connect on for the instance first."


class ConnectorChoice(t.NamedTuple):
    """What the user named: exactly one of the two."""

    connector_id: str | None
    instance_id: str | None

    def __str__(self) -> str:
        return (
            f"connector {self.connector_id}" if self.connector_id else f"the connector of instance {self.instance_id}"
        )


def choose(params: t.Mapping[str, t.Any]) -> ConnectorChoice:
    """Return which connector *params* name, with checked ids."""
    return ConnectorChoice(check_id(params, "connector_id"), check_id(params, "instance_id"))


def resolve(client: Client, choice: ConnectorChoice) -> str:
    """Return the id of the chosen connector; raises :class:`SmartConnectOff` when the instance has none."""
    if choice.connector_id:
        return choice.connector_id
    instance_id = t.cast("str", choice.instance_id)
    with doing(f"read instance {instance_id}"):
        instance = instances.show_instance(client, instance_id)
    connector_id = instance.get("connector_id")
    if isinstance(connector_id, str) and connector_id.strip():
        return connector_id
    if "connector_id" in instance or instance.get("connector_enable") is False:
        raise SmartConnectOff(f"Smart Connect is off on instance {instance_id}, so it has no connector")
    unclear = ResourceError(f"the service does not tell the connector of instance {instance_id}")
    unclear.advice = "Give connector_id."
    raise unclear


def absence(error: KafkaError, choice: ConnectorChoice) -> str | None:
    """Return what is absent if *error* says that the connector or its instance is, as a sentence; else ``None``."""
    if isinstance(error, SmartConnectOff):
        return f"{error}."
    missing = error.missing if isinstance(error, ServiceError) else None
    if missing in ("connector", "instance"):
        named = {"connector": choice.connector_id, "instance": choice.instance_id}[missing]
        return "The {}{} does not exist: {}.".format(missing, " " + named if named else " of " + str(choice), error)
    return None
