# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The topics of an instance, for the engine."""

from __future__ import annotations

import typing as t

from ...api import topics
from ...reconcile.ensure import ensure_one
from ...reconcile.kind import Kind, Progress
from ...reconcile.plan import CREATE, MODIFY, Desired, Plan
from ...reconcile.wait import check_wait_timeout
from ...reconcile.writes import InPart
from ...rest.errors import KafkaError, ServiceError, UnexpectedState
from ...rest.response import flag
from .. import connector
from ..options import check_name
from .fields import (
    TABLE,
    changed_topic,
    changes,
    check_new_name,
    expect_not_internal,
    is_internal,
    listed,
)

if t.TYPE_CHECKING:
    from ...api.listing import Listing, Row
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...reconcile.fields import Differences
    from ...reconcile.kind import Parent
    from ...rest.client import Client


def ensure(context: TaskContext) -> None:
    """Bring the topic that the options select to its state."""
    ensure_one(context, KIND)


def ensure_all(context: TaskContext) -> None:
    """Bring the topics that the options describe to their states."""
    from ...reconcile.sets import ensure_set  # imported only if it is needed

    ensure_set(context, KIND)


# --- options and plan ------------------------------------------------------------------------------------------------


def _read_options(params: t.Mapping[str, t.Any]) -> Desired:
    check_wait_timeout(params)
    name = check_name(params, "name")
    given = params if params["state"] == "present" else {"name": name}
    return Desired(params["state"], None, name, TABLE.prepare(given))


def _differences(desired: Desired, topic: Row) -> Differences:
    return TABLE.differences(desired.fields, topic)


def _plan(desired: Desired, topic: Row | None) -> Plan:
    wanted = desired.fields
    if topic is None:
        check_new_name(wanted["name"])
        if "partition" not in wanted:
            raise UnexpectedState("partition must be set to create the topic")
        return Plan((CREATE,), after=TABLE.comparable(wanted), body=listed(wanted), warnings=_synchronous(wanted))
    differing = _differences(desired, topic)
    if not differing:
        return Plan()
    expect_not_internal(topic)
    TABLE.expect_changeable(differing)
    changed = changes(wanted, differing)
    body = changed_topic(topic, changed)
    warnings = _synchronous(body) if "sync_replication" in changed else ()
    if "partition" in changed:
        warnings += ("With more partitions, messages of a key can go to another partition than before.",)
    return Plan((MODIFY,), TABLE.comparable(topic), TABLE.comparable(body), body, warnings)


def _synchronous(topic: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    if topic.get("sync_replication") and topic.get("replication") == 1:
        return ("The topic has one replica, so the service may refuse sync_replication.",)
    return ()


# --- requests --------------------------------------------------------------------------------------------------------


def _create(client: Client, instance_id: str, body: dict[str, t.Any]) -> str:
    return topics.create_topic(client, instance_id, {"id": body["name"], **{k: body[k] for k in body if k != "name"}})


def _modify(client: Client, instance_id: str, entries: t.Sequence[Entry]) -> list[t.Any]:
    bodies = []
    for entry in entries:
        row = t.cast("Row", entry.row)
        changed = listed(changes(entry.desired.fields, _differences(entry.desired, row)))
        if "partition" in changed:
            changed["new_partition_numbers"] = changed.pop("partition")
        bodies.append({"id": entry.name, **changed})
    return _results(topics.update_topics(client, instance_id, bodies))


def _delete(client: Client, instance_id: str, rows: t.Sequence[Row]) -> list[t.Any]:
    return _results(topics.delete_topics(client, instance_id, [row["name"] for row in rows]))


def _results(reasons: t.Sequence[str | None]) -> list[t.Any]:
    return [True if reason is None else InPart(reason.rstrip(".")) for reason in reasons]


def _is_refusal(error: KafkaError | None) -> bool:
    # Which code a duplicate gets is not documented.
    return isinstance(error, ServiceError)


# --- checks before any write -----------------------------------------------------------------------------------------


def _preflight(context: TaskContext, parent: Parent, entries: t.Sequence[Entry]) -> None:
    deleted = [entry for entry in entries if entry.desired.state == "absent"]
    for entry in deleted:
        try:
            expect_not_internal(t.cast("Row", entry.row))
        except UnexpectedState as error:
            entry.fail(error)
    if all(entry.error for entry in entries):
        return
    deleted = [entry for entry in deleted if not entry.error]
    instance = parent.row
    # A row of the list of instances need not have all fields, nor their values: it does not prove that Smart Connect is off.
    if instance is None or (deleted and ("enable_auto_topic" not in instance or not connector.connector_of(instance))):
        instance = connector.full_instance(context.client, parent)
    connector.check_status(context, instance)
    if deleted:
        context.warn("Deleting a topic deletes its messages.")
        if flag(instance.get("enable_auto_topic")):
            context.warn(
                "The instance creates topics automatically: a deleted topic comes back if a client still uses it."
            )
        if context.params["protect"]:
            from .protect import check_unused  # imported only if it is needed

            check_unused(context, instance, deleted)


def _check(context: TaskContext, writing: t.Sequence[Entry], listing: Listing, _alone: bool) -> None:
    """Refuse new names that Kafka takes for existing ones, and warn if the partitions that are left do not suffice."""
    gone = [entry.name for entry in writing if entry.desired.state == "absent"]
    names = {_collating(row["name"]): row["name"] for row in listing.rows if row["name"] not in gone}
    needed = 0
    for entry in writing:
        # Deletions come first, and their partitions are free then.
        needed += entry.plan.after.get("partition", 0) - entry.plan.before.get("partition", 0)
        if CREATE not in entry.plan.steps:
            continue
        other = names.setdefault(_collating(entry.name), entry.name)
        if other != entry.name:
            entry.fail(
                UnexpectedState(
                    f"its name differs from that of the topic {other} only in . and _, which collide in Kafka"
                )
            )
    left = listing.limits.get("remain_partitions")
    if left is not None and needed > max(left, 0):
        context.warn(
            f"{needed} more partitions are needed, but the service returns that {left} are left: it may refuse them."
        )


def _collating(name: str) -> str:
    return name.replace(".", "_")


KIND = Kind(
    noun="topic",
    thing="topic",
    id_key="name",
    name_key="name",
    returned="topic",
    verbs={"absent": "delete", "present": "create"},
    choose=connector.choose_instance,
    read_options=_read_options,
    resolve=connector.resolve_instance,
    absence=connector.absence,
    read_list=topics.list_topics,
    show=None,
    create=_create,
    delete=_delete,
    modify=_modify,
    plan=_plan,
    differences=_differences,
    progress=lambda _desired, _topic: Progress(True),
    ready=lambda _desired: "listed",
    result=lambda topic: {name: value for name, value in topic.items() if value is not None},
    shown=lambda _desired, topic: TABLE.comparable(topic),
    preflight=_preflight,
    check=_check,
    lists_all=True,
    lists_late=True,
    is_leaving=lambda _topic: False,
    exists=_is_refusal,
    can_prune=lambda topic: not is_internal(topic),
    batch=50,
    unique=True,
)
