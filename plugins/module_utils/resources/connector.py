# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Finds a connector: by its own id, or by the id or the name of its instance."""

from __future__ import annotations

import typing as t

from ..reconcile.kind import Parent
from ..rest.errors import KafkaError, ServiceError, UnexpectedState, action
from ..rest.response import flag, is_id
from .options import check_given, check_id, check_name

if t.TYPE_CHECKING:
    from ..api.instances import Instance
    from ..context import TaskContext
    from ..rest.client import Client

# The statuses of an instance that allow no change. Source: the status tables of the API reference and of the vendor's Terraform provider.
PASSING = frozenset(
    ("CREATING", "STARTING", "RESTARTING", "EXTENDING", "UPGRADING", "ROLLINGBACK", "CONNECTOR_DELETING")
)
FATAL = frozenset(("CREATEFAILED", "ERROR", "EXTENDEDFAILED", "FREEZING", "FROZEN", "DELETING"))


class SmartConnectOff(UnexpectedState):
    """The instance exists, but has no connector."""

    missing = "connector"


class NoSuchInstance(UnexpectedState):
    """A complete list has no instance of the name."""

    missing = "instance"


class ConnectorChoice(t.NamedTuple):
    """What the user set: exactly one of the three."""

    connector_id: str | None
    instance_id: str | None
    instance_name: str | None

    def __str__(self) -> str:
        if self.connector_id:
            return f"connector {self.connector_id}"
        return f"the connector of instance {self.instance_id or self.instance_name}"


class InstanceChoice(ConnectorChoice):
    """An instance that the user set in place of a connector."""

    def __str__(self) -> str:
        return f"instance {self.instance_id or self.instance_name}"


def choose(params: t.Mapping[str, t.Any]) -> ConnectorChoice:
    """Return which connector *params* select, with checked ids and name."""
    check_given(params, *ConnectorChoice._fields)
    return ConnectorChoice(
        check_id(params, "connector_id"), check_id(params, "instance_id"), check_name(params, "instance_name")
    )


def resolve(client: Client, choice: ConnectorChoice) -> Parent:
    """Return the chosen connector.

    Raises :class:`NoSuchInstance` if no instance has the chosen name, :class:`SmartConnectOff` if the instance has no
    connector, and :class:`UnexpectedState` if several instances have the name, or if the response is ambiguous.
    """
    if choice.connector_id:
        return Parent(choice.connector_id, None)
    parent = resolve_instance(client, choice)
    if not (parent.row and connector_of(parent.row) is not None):
        parent = Parent(parent.id, full_instance(client, parent), complete=True)
    return connector_parent(parent, has_option=not isinstance(choice, InstanceChoice))


def connector_parent(parent: Parent, has_option: bool = False) -> Parent:
    """Return the connector of an instance, whose row was read. Raises the errors of :func:`resolve`.

    *has_option*: the module has the option ``connector_id``.
    """
    instance_id, instance = parent.id, t.cast("Instance", parent.row)
    connector_id = connector_of(instance, listed=not parent.complete)
    if connector_id is None:
        again = "run the task again when Smart Connect has been enabled."
        raise UnexpectedState(
            f"the service does not return the connector of instance {instance_id}",
            f"Set connector_id, or {again}" if has_option else f"R{again[1:]}",
        )
    if not connector_id:
        raise SmartConnectOff(
            f"Smart Connect is off on instance {instance_id}, so it has no connector", "Enable Smart Connect first."
        )
    return parent._replace(id=connector_id)


def choose_instance(params: t.Mapping[str, t.Any]) -> InstanceChoice:
    """Return which instance *params* select, with checked id and name."""
    check_given(params, "instance_id", "instance_name")
    return InstanceChoice(None, check_id(params, "instance_id"), check_name(params, "instance_name"))


def resolve_instance(client: Client, choice: ConnectorChoice) -> Parent:
    """Return the chosen instance, with its row if it was selected by its name."""
    if choice.instance_id:
        return Parent(choice.instance_id)
    row = find_instance(client, t.cast("str", choice.instance_name))
    return Parent(row["instance_id"], row)


def full_instance(client: Client, parent: Parent) -> Instance:
    """Return an instance with all its details: a row of the list need not have them."""
    if parent.row and parent.complete:
        return parent.row
    from ..api import instances  # imported only if it is needed

    with action(f"read instance {parent.id}"):
        return instances.show_instance(client, parent.id)


def find_instance(client: Client, name: str) -> Instance:
    """Return the one instance called *name*; raises :class:`NoSuchInstance`, or :class:`UnexpectedState` for several."""
    from ..api import instances  # imported only if it is needed

    with action(f"find the instance {name}"):
        found = instances.named(client, name)
        if not found:
            raise NoSuchInstance(
                f"there is no Kafka instance named {name}", "Check instance_name, region and project_id."
            )
        if len(found) > 1:
            ids = ", ".join(instance["instance_id"] for instance in found)
            raise UnexpectedState(
                f"{len(found)} Kafka instances are named {name}: {ids}", "Set instance_id to select one."
            )
        return found[0]


def connector_of(instance: Instance, listed: bool = True) -> str | None:
    """Return the id of the connector; empty if *instance* shows that it has none, ``None`` if that is ambiguous.

    Without both fields *instance* shows nothing: rows of the list can lack them. Null shows nothing if it is *listed*.
    """
    connector_id = instance.get("connector_id")
    if is_id(connector_id):
        return t.cast("str", connector_id)
    enabled = flag(instance.get("connector_enable"))
    empty = isinstance(connector_id, str) and not connector_id.strip()
    null = connector_id is None and (
        enabled is False or (not listed and enabled is None and "connector_id" in instance)
    )
    if (empty and not enabled) or null:
        return ""
    return None


def check_status(context: TaskContext, instance: Instance | None) -> None:
    """Raise :class:`UnexpectedState` if the status of *instance*, if it was read, allows no change.

    A status that is not documented is a warning: only the service can decide.
    """
    status = instance.get("status") if instance else None
    if instance is None or status is None or status == "RUNNING":
        return
    instance_id = instance["instance_id"]
    if status in PASSING | FATAL:
        from ..rest.error_codes import instance_busy_hint

        raise UnexpectedState(f"instance {instance_id} is {status}", instance_busy_hint())
    context.warn(f"Instance {instance_id} is {status}, so the service may refuse the change.")


def absence(error: KafkaError, choice: ConnectorChoice) -> str | None:
    """Return what is absent if *error* reports that the connector or its instance is, as a sentence; else ``None``."""
    if isinstance(error, SmartConnectOff):
        return f"{error}."
    if isinstance(error, NoSuchInstance):
        return f"There is no Kafka instance named {choice.instance_name}."
    missing = error.missing if isinstance(error, ServiceError) else None
    instance = f"instance {choice.instance_id or choice.instance_name}"
    what = {
        "connector": f"connector {choice.connector_id}" if choice.connector_id else f"connector of {instance}",
        # The service can report a connector by its instance, whose id the user did not set.
        "instance": f"instance of connector {choice.connector_id}" if choice.connector_id else instance,
    }.get(missing or "")
    return f"The {what} does not exist: {error}." if what else None
