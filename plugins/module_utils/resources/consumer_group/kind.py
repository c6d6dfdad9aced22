# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The consumer groups of an instance, for the engine."""

from __future__ import annotations

import typing as t

from ...api import configs, consumer_groups
from ...reconcile.ensure import ensure_one
from ...reconcile.kind import Kind, Progress
from ...reconcile.plan import CREATE, MODIFY, Desired, Plan
from ...reconcile.wait import check_wait_timeout
from ...reconcile.writes import InPart
from ...rest.errors import InvalidOption, RequestError, ServiceError
from ...rest.response import flag
from .. import connector
from .fields import TABLE, can_prune, check_group_name, check_new_name, shown
from .protect import check_unused, check_wait_for_empty, show

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...reconcile.fields import Differences
    from ...reconcile.kind import Parent, Prune
    from ...rest.client import Client
    from ...rest.errors import KafkaError


def ensure(context: TaskContext) -> None:
    """Bring the consumer group that the options select to its state."""
    check_wait_for_empty(context.params)
    ensure_one(context, KIND)


def ensure_all(context: TaskContext) -> None:
    """Bring the consumer groups that the options describe to their states."""
    from ...reconcile.sets import ensure_set  # imported only if it is needed

    params = context.params
    check_wait_for_empty(params)
    if params["prune"] and params["prune_pattern"] is None:
        raise InvalidOption(
            "prune: true needs prune_pattern",
            "The group of a client that does not run now is EMPTY, too: .* prunes all that are.",
        )
    ensure_set(context, KIND)


def _pruned(context: TaskContext, parent: Parent, rows: list[Row], prune: Prune) -> list[Row]:
    if prune.limit is not None:
        return rows
    groups = {row["group_name"]: show(context.client, parent.id, row["group_name"]) for row in rows}
    kept = [name for name, group in groups.items() if group and group.topics]
    if kept:
        context.warn(
            f"Not pruned, because they have offsets: {', '.join(kept)}. With {prune.option}, groups that have offsets are pruned, too."
        )
    return [row for row in rows if row["group_name"] not in kept]


# --- options and plan ------------------------------------------------------------------------------------------------


def _read_options(params: t.Mapping[str, t.Any]) -> Desired:
    check_wait_timeout(params)
    name = check_group_name(params)
    given = params if params["state"] == "present" else {"group_name": name}
    return Desired(params["state"], None, name, TABLE.prepare(given))


def _differences(desired: Desired, group: Row) -> Differences:
    return TABLE.differences(desired.fields, group)


def _plan(desired: Desired, group: Row | None) -> Plan:
    wanted = desired.fields
    if group is None:
        check_new_name(wanted["group_name"])
        return Plan((CREATE,), after=TABLE.comparable(wanted), body=wanted)
    if not _differences(desired, group):
        return Plan()
    body = {**group, **wanted}
    return Plan((MODIFY,), TABLE.comparable(group), TABLE.comparable(body), body)


def _shown(desired: Desired, group: Row) -> dict[str, t.Any]:
    # Who approves a deletion has to know whether messages are waiting.
    lag = {"lag": group["lag"]} if desired.state == "absent" else {}
    return {**TABLE.comparable(group), **lag}


# --- requests --------------------------------------------------------------------------------------------------------


def _modify(client: Client, instance_id: str, entries: t.Sequence[Entry]) -> None:
    (entry,) = entries
    consumer_groups.update_group(client, instance_id, entry.name, entry.desired.fields["group_desc"])


def _delete(client: Client, instance_id: str, rows: t.Sequence[Row]) -> list[t.Any] | None:
    names = [row["group_name"] for row in rows]
    if len(names) == 1:
        consumer_groups.delete_group(client, instance_id, names[0])
        return None
    reasons = consumer_groups.delete_groups(client, instance_id, names)
    return [True if reason is None else InPart(reason.rstrip(".")) for reason in reasons]


def _is_refusal(error: KafkaError | None) -> bool:
    # There are several codes for a duplicate.
    return isinstance(error, ServiceError)


# --- checks before any write -----------------------------------------------------------------------------------------


def _preflight(context: TaskContext, parent: Parent, entries: t.Sequence[Entry]) -> None:
    connector.check_status(context, parent.row or connector.full_instance(context.client, parent))
    deleted = [entry for entry in entries if entry.desired.state == "absent"]
    if deleted:
        context.warn(
            "Deleting a consumer group deletes its offsets, so a client that uses it again does not go on where it stopped."
        )
        check_unused(context, parent.id, deleted)
    if any(CREATE in entry.plan.steps for entry in entries) and not any(entry.error for entry in entries):
        _warn_of_vanishing(context, parent.id)


def _warn_of_vanishing(context: TaskContext, instance_id: str) -> None:
    """Warn that the service deletes groups that are not used, if it does or if that can't be read."""
    try:
        rows = configs.show_configs(context.client, instance_id)
    except RequestError as error:
        if getattr(error, "status", None) == 401:
            raise
        rows = []
    automatic = next((flag(row["value"]) for row in rows if row["name"] == configs.AUTO_GROUPS), None)
    if automatic is not False:
        condition = "While" if automatic else "If"
        context.warn(
            f"{condition} the parameter {configs.AUTO_GROUPS} of the instance is true, the service deletes a new consumer group after ten"
            " minutes, unless a client has committed offsets."
        )


KIND = Kind(
    noun="consumer group",
    thing="group",
    id_key="group_name",
    name_key="group_name",
    returned="consumer_group",
    verbs={"absent": "delete", "present": "create"},
    choose=connector.choose_instance,
    read_options=_read_options,
    resolve=connector.resolve_instance,
    absence=connector.absence,
    read_list=consumer_groups.list_groups,
    show=None,
    create=consumer_groups.create_group,
    delete=_delete,
    modify=_modify,
    plan=_plan,
    differences=_differences,
    progress=lambda _desired, _group: Progress(True),
    ready=lambda _desired: "listed",
    result=shown,
    shown=_shown,
    preflight=_preflight,
    check=lambda _context, _entries, _listing, _alone: None,
    lists_all=True,
    # A group is known to be listed immediately. A list that lags must not lead to a message that nothing was created.
    lists_late=True,
    is_leaving=lambda _group: False,
    exists=_is_refusal,
    can_prune=can_prune,
    batch=50,
    modifies_one=True,
    pruned=_pruned,
    unique=True,
    option="consumer_groups",
)
