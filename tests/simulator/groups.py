# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The consumer groups of an instance, their members and their positions, and the first and last offsets of topics."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading

    from .clock import Clock
    from .settings import Settings
    from .world import Instance, Topic

FIRST_OFFSET = 10
"""The first offset of each partition, as if older messages had expired."""
AUTO_CREATE = "auto.create.groups.enable"
EMPTY_SECONDS = 600.0
"""After this time an EMPTY group without positions vanishes if AUTO_CREATE is true."""

Offsets = dict[str, list[int | None]]
"""Topic to the committed offset of each partition; None if none is committed."""


@dataclasses.dataclass
class Member:
    """A live consumer of a group."""

    client_id: str
    host: str = "/192.0.2.60"
    member_id: str = ""
    topics: list[str] = dataclasses.field(default_factory=list)
    reads: int | None = None
    """It leaves after as many more reads of the group; None: it stays."""
    leaves_at: float | None = None
    """It leaves at this time of the simulator's clock; None: it stays."""


@dataclasses.dataclass
class Group:
    group_id: str
    group_desc: str | None = None
    created_at: int = 0
    """Milliseconds since 1970."""
    coordinator_id: int = 1
    assignment_strategy: str = "range"
    passing: list[str] = dataclasses.field(default_factory=list)
    """States that the next reads return, one each."""
    members: list[Member] = dataclasses.field(default_factory=list)
    offsets: Offsets = dataclasses.field(default_factory=dict)
    empty_since: float = 0.0
    """When it was created, or the last member left, in seconds since 1970."""
    unlisted: int = 0
    """How many more reads of the list omit it."""
    leaving: int = 0
    """How many more reads return it as DEAD after its deletion."""
    stale: tuple[int, Offsets] | None = None
    """How many more reads return these earlier positions after a reset."""

    @property
    def state(self) -> str:
        if self.leaving:
            return "DEAD"
        return self.passing[0] if self.passing else "STABLE" if self.members else "EMPTY"

    @property
    def subscribed(self) -> list[str]:
        """The topics that its members read."""
        return list(dict.fromkeys(topic for member in self.members for topic in member.topics))

    def committed(self, topic: Topic) -> list[int | None]:
        """The position in each partition as it is."""
        known = self.offsets.get(topic.name, [])
        return [*known, *[None] * topic.partition][: topic.partition]

    def assigned(self, topic: str, partition: int) -> Member | None:
        """The member that reads a partition."""
        readers = [member for member in self.members if topic in member.topics]
        return readers[partition % len(readers)] if readers else None

    def advance(self, now: float) -> None:
        """Count one read of the group: of its state, and of its members."""
        del self.passing[:1]
        for member in self.members:
            if member.reads is not None:
                member.reads -= 1
        self.let_leave(now)

    def read_offsets(self) -> None:
        """Count one read of the positions, which can still return those before a reset."""
        if self.stale:
            left = self.stale[0] - 1
            self.stale = (left, self.stale[1]) if left else None

    def let_leave(self, now: float) -> None:
        """Remove the members whose time has come."""
        staying = [
            member
            for member in self.members
            if (member.reads is None or member.reads > 0) and (member.leaves_at is None or member.leaves_at > now)
        ]
        if self.members and not staying:
            self.empty_since = now
        self.members = staying


@dataclasses.dataclass
class Groups:
    """The consumer groups of one instance."""

    by_name: dict[str, Group] = dataclasses.field(default_factory=dict)

    def settle(self, now: float, auto_create: bool) -> None:
        """Bring all groups up to date with the clock."""
        for group in list(self.by_name.values()):
            group.let_leave(now)
            forgotten = auto_create and not group.members and not group.offsets
            if forgotten and now - group.empty_since >= EMPTY_SECONDS:
                del self.by_name[group.group_id]

    def read(self, group: Group, now: float) -> str:
        """The state of a group. Counts as one read of it."""
        state = group.state
        if group.leaving:
            group.leaving -= 1
            if not group.leaving:
                del self.by_name[group.group_id]
        else:
            group.advance(now)
        return state

    def delete(self, group: Group, settings: Settings) -> None:
        """Delete a group, immediately or after as many reads as set. Its positions are lost in either case."""
        group.leaving, group.offsets = settings.group_deletion_reads, {}
        if not group.leaving:
            del self.by_name[group.group_id]

    def forget_topic(self, topic: str) -> None:
        """Remove the positions in a deleted topic."""
        for group in self.by_name.values():
            group.offsets.pop(topic, None)


def ends(topic: Topic) -> list[tuple[int, int]]:
    """The first offset, and the one after the last message, of each partition."""
    each, rest = divmod(topic.messages, topic.partition)
    derived = [(FIRST_OFFSET, FIRST_OFFSET + each + (number < rest)) for number in range(topic.partition)]
    known = [(pair[0], pair[1]) for pair in topic.offsets or []]
    return [*known, *derived[len(known) :]][: topic.partition]


def offset_at(topic: Topic, partition: int, time_ms: int) -> int:
    """The offset of the first message written at a time or later; the end if there is none."""
    start, end = ends(topic)[partition]
    for written, offset in sorted(topic.times or [[topic.created_at, start]]):
        if written >= time_ms:
            return clamped(offset, start, end)
    return end


def clamped(offset: int, start: int, end: int) -> int:
    return max(start, min(offset, end))


class GroupWorld:
    """The part of the world that tests use for consumer groups."""

    lock: threading.RLock
    instances: dict[str, Instance]
    _settings: Settings
    _clock: Clock

    def add_group(
        self,
        instance_id: str,
        group_id: str,
        *,
        members: list[dict[str, Any]] | None = None,
        offsets: Offsets | None = None,
        **values: Any,
    ) -> None:
        """Add a consumer group to an instance, or replace it; `values` are attributes of Group.

        members: each with the arguments of `add_member`. offsets: topic to the committed offset of each partition.
        """
        with self.lock:
            now = self._clock.now()
            group = Group(group_id, created_at=int(now * 1000), empty_since=now, offsets=dict(offsets or {}))
            set_attributes("group", group, values)
            self.instances[instance_id].groups.by_name[group_id] = group
            for member in members or []:
                self.add_member(instance_id, group_id, **member)

    def set_group(self, instance_id: str, group_id: str, **values: Any) -> None:
        """Change attributes of a group, for example its `offsets`. Raises AttributeError for an unknown one.

        members: a list as for `add_group`, which takes the place of the present one.
        """
        with self.lock:
            members = values.pop("members", None)
            group = self.instances[instance_id].groups.by_name[group_id]
            set_attributes("group", group, values)
            if members is not None:
                group.members, group.empty_since = [], self._clock.now()
                for member in members:
                    self.add_member(instance_id, group_id, **member)

    def remove_group(self, instance_id: str, group_id: str) -> None:
        """Remove a group immediately, like another run. Raises KeyError when there is none."""
        with self.lock:
            del self.instances[instance_id].groups.by_name[group_id]

    def add_member(
        self,
        instance_id: str,
        group_id: str,
        *,
        client_id: str = "consumer",
        seconds: float | None = None,
        **values: Any,
    ) -> None:
        """Add a live member to a group; `values` are attributes of Member.

        reads, seconds: it leaves after as many reads of the group, or seconds of the simulator's clock.
        """
        with self.lock:
            group = self.instances[instance_id].groups.by_name[group_id]
            member = Member(client_id, member_id=f"{client_id}-{len(group.members) + 1}")
            if seconds is not None:
                member.leaves_at = self._clock.now() + seconds
            set_attributes("member", member, values)
            group.members.append(member)

    def commit(self, instance_id: str, group_id: str, topic: str, partition: int, offset: int | None) -> None:
        """Set the position of a group in one partition; None: no position."""
        with self.lock:
            instance = self.instances[instance_id]
            group = instance.groups.by_name[group_id]
            positions = group.committed(instance.topics[topic])
            positions[partition] = offset
            group.offsets[topic] = positions

    def groups(self, instance_id: str) -> list[dict[str, Any]]:
        """All groups of an instance in order of creation, with `state`. Does not count as a read."""
        with self.lock:
            instance = self.instances[instance_id]
            instance.groups.settle(self._clock.now(), instance.access.value(AUTO_CREATE) == "true")
            return [{**dataclasses.asdict(group), "state": group.state} for group in instance.groups.by_name.values()]

    def offsets(self, instance_id: str, group_id: str) -> Offsets:
        """The positions of a group as they are. Raises KeyError when there is no such group."""
        return next(group["offsets"] for group in self.groups(instance_id) if group["group_id"] == group_id)

    def move_ends(
        self, instance_id: str, topic: str, partition: int, *, start: int | None = None, end: int | None = None
    ) -> None:
        """Set the first offset of a partition, or the one after its last message: messages expire or are written."""
        with self.lock:
            found = self.instances[instance_id].topics[topic]
            offsets = [list(pair) for pair in ends(found)]
            first, last = offsets[partition]
            offsets[partition] = [first if start is None else start, last if end is None else end]
            found.offsets = offsets


def set_attributes(noun: str, target: object, values: dict[str, Any]) -> None:
    """Set several attributes. Raises AttributeError for an unknown one."""
    for name, value in values.items():
        if not hasattr(target, name):
            raise AttributeError(f"a {noun} has no {name}")
        setattr(target, name, value)
