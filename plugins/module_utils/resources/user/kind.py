# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The users of an instance, for the engine."""

from __future__ import annotations

import typing as t

from ...api import users
from ...reconcile.ensure import ensure_one
from ...reconcile.kind import Kind, Parent, Progress
from ...reconcile.plan import CREATE, MODIFY, Desired, Plan
from ...reconcile.wait import check_wait_timeout
from ...rest.errors import InvalidOption, ServiceError, UnexpectedState
from ...rest.response import flag, number
from .. import connector
from ..options import check_name
from ..sasl import expect_sasl
from .fields import PASSWORD, TABLE, check_new_name, check_password, shown

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...reconcile.fields import Differences
    from ...reconcile.kind import Prune
    from ...rest.client import Client
    from ...rest.errors import KafkaError

# Instances that were created since 15 July 2023, in ms since 1970, can have more users.
_SINCE, _MOST_BEFORE, _MOST = 1689379200000, 20, 500


def ensure(context: TaskContext) -> None:
    """Bring the user that the options select to its state."""
    ensure_one(context, KIND)


def ensure_all(context: TaskContext) -> None:
    """Bring the users that the options describe to their states."""
    from ...reconcile.sets import ensure_set  # imported only if it is needed

    ensure_set(context, KIND)


# --- options and plan ------------------------------------------------------------------------------------------------


def _read_options(params: t.Mapping[str, t.Any]) -> Desired:
    check_wait_timeout(params)
    name, policy = check_name(params, "user_name"), params["update_secrets"]
    if params["state"] == "absent":
        return Desired("absent", None, name, TABLE.prepare({"user_name": name}))
    wanted = TABLE.prepare(params)
    if PASSWORD in wanted:
        check_password(wanted["user_name"], wanted[PASSWORD])
    elif policy == "always":
        raise InvalidOption(f"update_secrets: always needs {PASSWORD}")
    return Desired("present", None, name, wanted, update_secrets=policy)


def _differences(desired: Desired, user: Row) -> Differences:
    return TABLE.differences(desired.fields, user)


def _plan(desired: Desired, user: Row | None) -> Plan:
    wanted = desired.fields
    if user is None:
        check_new_name(wanted["user_name"])
        missing = TABLE.missing_secrets(wanted)
        if missing:
            raise UnexpectedState(f"{missing} must be set to create the user")
        return Plan((CREATE,), after=TABLE.comparable(wanted), body=wanted, unseen=PASSWORD)
    differing = _differences(desired, user)
    rotates = desired.update_secrets == "always"
    if not (differing or rotates):
        return Plan()
    body = {**user, **{name: wanted[name] for name in differing}}
    before, after = TABLE.comparable(user), TABLE.comparable(body)
    if not rotates:
        return Plan((MODIFY,), before, after, body)
    before["secrets"], after["secrets"] = "as stored", "as set in the task"
    warning = "The password is set again: a new one cuts off the clients that log in with the old one."
    return Plan((MODIFY,), before, after, body, (warning,), unseen=PASSWORD)


# --- requests --------------------------------------------------------------------------------------------------------


def _modify(client: Client, instance_id: str, entries: t.Sequence[Entry]) -> None:
    (entry,) = entries
    wanted = entry.desired.fields
    changed = {name: wanted[name] for name in _differences(entry.desired, t.cast("Row", entry.row))}
    password = {"new_password": wanted[PASSWORD]} if entry.plan.unseen else {}
    if changed:
        users.update_user(client, instance_id, entry.name, {**changed, **password})
    else:
        users.reset_password(client, instance_id, entry.name, wanted[PASSWORD])


def _delete(client: Client, instance_id: str, rows: t.Sequence[Row]) -> None:
    users.delete_users(client, instance_id, [row["user_name"] for row in rows])


def _is_refusal(error: KafkaError | None) -> bool:
    # Which code a duplicate gets is not documented.
    return isinstance(error, ServiceError)


def _may_be_absent(error: ServiceError) -> bool:
    # Which code an absent user gets is not documented either.
    return error.refuses_one


# --- checks before any write -----------------------------------------------------------------------------------------


def _read_parent(client: Client, parent: Parent) -> Parent:
    """Return *parent* with all that the checks need: a row of the list of instances need not have it."""
    row = parent.row or {}
    if flag(row.get("ssl_enable")) and row.get("access_user") and row.get("created_at"):
        return parent
    return Parent(parent.id, connector.full_instance(client, parent), complete=True)


def _is_first(instance: Instance, user: Row) -> bool:
    return bool(user["user_name"] == instance.get("access_user"))


def _may_be_first(instance: Instance, user: Row) -> bool:
    """Return whether *user* can be the first one of an *instance* that does not name it.

    What ``default_app`` means is not documented.
    """
    return not instance.get("access_user") and user["default_app"] is True


def _pruned(_context: TaskContext, parent: Parent, users: list[Row], _prune: Prune) -> list[Row]:
    instance = t.cast("Row", parent.row)
    return [user for user in users if not (_is_first(instance, user) or _may_be_first(instance, user))]


def _preflight(context: TaskContext, parent: Parent, entries: t.Sequence[Entry]) -> None:
    instance = t.cast("Instance", _read_parent(context.client, parent).row)
    connector.check_status(context, instance)
    expect_sasl(instance)
    deleted = [entry for entry in entries if entry.desired.state == "absent"]
    for entry in deleted:
        user = t.cast("Row", entry.row)
        if _is_first(instance, user):
            entry.trying = "delete"
            entry.fail(UnexpectedState("it is the first user of the instance, which is never deleted"))
        elif _may_be_first(instance, user):
            entry.context.warn(
                "The service does not return which user is the first one of the instance. If it is this one, the service refuses"
                " to delete it."
            )
    _check_new(context, instance, entries, [entry.name for entry in deleted])
    deleted = [entry for entry in deleted if not entry.error]
    if deleted and "permissions" in context.params["protect"]:
        from .protect import check_unused  # imported only if it is needed

        check_unused(context, parent.id, deleted)


def _check_new(context: TaskContext, instance: Instance, entries: t.Sequence[Entry], deleted: t.Sequence[str]) -> None:
    """Warn of new users that the service may refuse: too many, and names that differ from others only in case."""
    created = [entry for entry in entries if CREATE in entry.plan.steps]
    names = [row["user_name"] for row in entries[0].listing.rows if row["user_name"] not in deleted]
    for entry in created:
        other = next((name for name in names if name.lower() == entry.name.lower()), None)
        names.append(entry.name)
        if other:
            entry.context.warn(
                f"The name differs from that of the user {other} only in case: the service may take both for one."
            )
    created_at = number(instance.get("created_at"))
    most = _MOST_BEFORE if created_at is not None and created_at < _SINCE else _MOST
    if created and len(names) > most:
        context.warn(
            f"The instance would have {len(names)} users. It can have at most {most}, so the service may refuse some of them."
        )


KIND = Kind(
    noun="user",
    thing="user",
    id_key="user_name",
    name_key="user_name",
    returned="user",
    verbs={"absent": "delete", "present": "create"},
    choose=connector.choose_instance,
    read_options=_read_options,
    resolve=connector.resolve_instance,
    absence=connector.absence,
    read_list=users.list_users,
    show=None,
    create=users.create_user,
    delete=_delete,
    modify=_modify,
    plan=_plan,
    differences=_differences,
    progress=lambda _desired, _user: Progress(True),
    ready=lambda _desired: "listed",
    result=shown,
    shown=lambda _desired, user: TABLE.comparable(user),
    preflight=_preflight,
    check=lambda _context, _entries, _listing, _alone: None,
    lists_all=True,
    # A user is known to be listed immediately. A list that lags must not lead to a message that nothing was created.
    lists_late=True,
    is_leaving=lambda _user: False,
    exists=_is_refusal,
    can_prune=lambda _user: True,
    batch=50,
    modifies_one=True,
    may_be_absent=_may_be_absent,
    read_parent=_read_parent,
    pruned=_pruned,
    unique=True,
)
