# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads a consumer group and its offsets, one request after the other."""

from __future__ import annotations

import typing as t

from ...api import consumer_offsets, topics
from ...api.consumer_groups import EMPTY, STABLE
from ...reconcile.wait import Deadline, wait
from ...rest.errors import UnexpectedState, WaitTimeout, action
from ..consumer_group.protect import in_use, named_members, show
from .options import shown_time
from .plan import Offset

if t.TYPE_CHECKING:
    from ...api.consumer_groups import Group
    from ...rest.client import Client
    from .options import Wanted
    from .plan import Offsets


class Reading(t.NamedTuple):
    """A group and those of its offsets that the options select. ``None`` as *group*: it is absent."""

    group: Group | None
    offsets: Offsets
    read_at: str

    @property
    def is_live(self) -> bool:
        """Whether the group has members, or can have."""
        return self.group is not None and self.group.state != EMPTY

    @property
    def read_now(self) -> set[str]:
        """The topics that the members read now; empty if there are none, or if they are being assigned."""
        if not self.group or self.group.state != STABLE:
            return set()
        return {part["topic"] for member in self.group.members for part in member["assignment"] if part["topic"]}


def read(client: Client, instance_id: str, wanted: Wanted) -> Reading:
    """Return the group and its offsets; for a topic that gets offsets, those of all its partitions."""
    read_at = shown_time(int(client.connection.clock.time()) * 1000)
    group = show(client, instance_id, wanted.group)
    if group is None:
        return Reading(None, {}, read_at)
    # In all topics, a reset can set the offsets of further partitions of a topic, too.
    further, committed = wanted.to is not None, group.topics
    offsets = {
        (each["topic"], each["partition"]): Offset(each["current"], None, each["end"])
        for each in sorted(group.offsets, key=lambda each: (each["topic"], each["partition"]))
        if each["topic"] in committed and wanted.topic in (None, each["topic"])
        if further or each["current"] is not None
    }
    if wanted.topic and wanted.to:
        offsets = _read_topic(client, instance_id, wanted, wanted.topic, offsets)
    return Reading(group, offsets, read_at)


def _read_topic(client: Client, instance_id: str, wanted: Wanted, topic: str, committed: Offsets) -> Offsets:
    """Return the offsets in *topic*, also of partitions in which the group has *committed* none."""
    with action(f"read the partitions of topic {topic}"):
        partitions = topics.list_partitions(client, instance_id, topic, "start_offset", "last_offset")
    with action(f"read the offsets of consumer group {wanted.group} in topic {topic}"):
        rows = consumer_offsets.list_offsets(client, instance_id, wanted.group, topic)
    details = {row["partition"]: row for row in rows}
    offsets: Offsets = {}
    for partition in sorted(partitions, key=lambda each: t.cast("int", each["partition"])):
        key = (topic, partition["partition"])
        found = details.get(key[1], {})
        current = found.get("current")
        if not rows and key in committed:
            # The service refuses to list offsets of a group without any, with a code that has other causes, too.
            current = committed[key].current
        start, end = found.get("start"), found.get("end")
        offsets[key] = Offset(
            current,
            partition["start_offset"] if start is None else start,
            partition["last_offset"] if end is None else end,
        )
    if wanted.partition is None:
        return offsets
    key = (topic, wanted.partition)
    if key not in offsets:
        raise UnexpectedState(f"topic {topic} has {len(offsets)} partitions, and none is {wanted.partition}")
    return {key: offsets[key]}


def wait_until_empty(client: Client, instance_id: str, name: str, seconds: int) -> None:
    """Wait until a group is EMPTY or absent. Raises :class:`UnexpectedState` that names its members if it is neither in time."""
    left: list[Group] = []

    def poll(client: Client) -> str | None:
        group = show(client, instance_id, name)
        left[:] = [group] if group and group.state != EMPTY else []
        return named_members(left[0]) if left else None

    try:
        wait(client, poll, Deadline(client, seconds), "")
    except WaitTimeout:
        raise in_use(named_members(left[0]), seconds) from None
