# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The members of a consumer group, because of which it can neither be deleted nor get other offsets."""

from __future__ import annotations

import typing as t

from ...api import consumer_groups
from ...api.consumer_groups import EMPTY
from ...reconcile.wait import Deadline, wait
from ...rest.errors import InvalidOption, KafkaError, UnexpectedState, WaitTimeout, action

if t.TYPE_CHECKING:
    from ...api.consumer_groups import Group
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...rest.client import Client

_HINT = "Stop its clients first. The service removes a client that has stopped after its session timeout: wait_for_empty waits for that."


def check_wait_for_empty(params: t.Mapping[str, t.Any]) -> int:
    """Return ``wait_for_empty`` in seconds; raises :class:`InvalidOption` for a negative one."""
    seconds = t.cast("int", params["wait_for_empty"])
    if seconds < 0:
        raise InvalidOption(f"wait_for_empty must be 0 or more, not {seconds}")
    return seconds


def show(client: Client, instance_id: str, name: str) -> Group | None:
    """Return a group with its members and offsets, ``None`` if it is absent."""
    with action(f"read consumer group {name} of instance {instance_id}"):
        return consumer_groups.show_group(client, instance_id, name)


def named_members(group: Group) -> str:
    """Return the state of *group* and its members, each with client and address, for messages."""
    members = [f"{member['client_id'] or member['member_id']} ({member['host']})" for member in group.members]
    state = f"it is {group.state or 'in an unknown state'}"
    nouns = "the member" if len(members) == 1 else "the members"
    return f"{state}, with {nouns} {', '.join(sorted(members))}" if members else f"{state}, not {EMPTY}"


def in_use(described: str, waited: int = 0) -> UnexpectedState:
    """Return the error for a group with members, as *described*; *waited* is for how many seconds it was waited for."""
    return UnexpectedState(f"{described}{f' after {waited} seconds' if waited else ''}", _HINT)


def will_wait(described: str, seconds: int) -> str:
    """Return the warning of check mode that the run waits until a group, as *described*, is EMPTY."""
    return f"The consumer group is in use ({described}): the run waits {seconds} seconds for it to be {EMPTY}, and fails if it is not."


def check_unused(context: TaskContext, instance_id: str, entries: t.Sequence[Entry]) -> None:
    """Fail those of *entries*, groups that are deleted, that are not EMPTY; in a run, after ``wait_for_empty``."""
    busy = [entry for entry in entries if entry.row and entry.row["state"] != EMPTY]
    seconds = context.params["wait_for_empty"]
    waits = bool(seconds and busy and not context.check_mode)
    if waits:
        busy = _wait(context.client, instance_id, busy, seconds)
    for entry in busy:
        error = _in_use(context.client, instance_id, entry, seconds if waits else 0)
        if error and seconds and context.check_mode:
            entry.context.warn(will_wait(str(error), seconds))
        elif error:
            entry.trying = "delete"
            entry.fail(error)


def _wait(client: Client, instance_id: str, entries: t.Sequence[Entry], seconds: int) -> list[Entry]:
    """Wait until *entries* are EMPTY or absent, and return those that are neither after these *seconds*."""
    left = {entry.id: entry for entry in entries}

    def poll(client: Client) -> str | None:
        listing = consumer_groups.list_groups(client, instance_id)
        for name, entry in list(left.items()):
            row = listing.by_id(name)
            if row:
                entry.see(row)
            if row["state"] == EMPTY if row else listing.complete:
                del left[name]
        return "; ".join(f"{name}: {(entry.row or {})['state']}" for name, entry in left.items()) or None

    try:
        with action(f"wait for the consumer groups of instance {instance_id} to be {EMPTY}"):
            wait(client, poll, Deadline(client, seconds), "")
    except WaitTimeout:
        pass
    return [*left.values()]


def _in_use(client: Client, instance_id: str, entry: Entry, waited: int) -> KafkaError | None:
    """Return the error for a group that is in use; ``None`` if it is not any more."""
    try:
        group = show(client, instance_id, entry.name)
    except KafkaError as error:
        # It must not be deleted in any case.
        state = t.cast("dict[str, t.Any]", entry.row)["state"]
        unread = in_use(f"it is {state}, and its members could not be read ({error})", waited)
        unread.hint = f"{error.hint or ''} {unread.hint}".strip()
        unread.payload = error.payload
        return unread
    return None if group is None or group.state == EMPTY else in_use(named_members(group), waited)
