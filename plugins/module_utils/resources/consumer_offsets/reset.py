# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Sets the offsets of a consumer group, or deletes them. What is read after a request decides about its result."""

from __future__ import annotations

import typing as t

from ...api import consumer_groups, instances, topics
from ...api.consumer_groups import EMPTY, JOB, STABLE
from ...context import Diff
from ...reconcile.wait import Deadline, check_wait_timeout, wait
from ...reconcile.writes import InPart, Outcome, Seen, write_all
from ...rest.errors import BUSY, KafkaError, ServiceError, UnexpectedState, WaitTimeout, action
from ..connector import absence, check_status, choose_instance, resolve_instance
from ..consumer_group.protect import check_wait_for_empty, in_use, named_members, show, will_wait
from ..jobs import Busy, known_jobs, wait_for_newer_job
from .options import read_options, shown_time
from .plan import Offset, changing, diff, is_done, row, target, total

if t.TYPE_CHECKING:
    from ...api.consumer_groups import Group
    from ...context import TaskContext
    from ...reconcile.writes import Write
    from ...rest.client import Client
    from .options import Wanted
    from .plan import Key, Offsets

_BATCH = 50
_PATIENCE = 10.0
"""Seconds until the service must return the offsets that it has accepted."""


class NoSuchGroup(UnexpectedState):
    """The service reports that the consumer group is absent."""

    missing = "group"


def ensure(context: TaskContext) -> None:
    """Set or delete the offsets that the options select."""
    params = context.params
    choice = choose_instance(params)
    check_wait_timeout(params)
    check_wait_for_empty(params)
    wanted = read_options(params)
    verb = "set" if wanted.to else "delete"
    with action(f"{verb} the offsets of consumer group {wanted.group} of {choice}"):
        try:
            instance_id = resolve_instance(context.client, choice).id
            offsets = _Offsets(context, instance_id, wanted)
            offsets.read(context.client)
        except KafkaError as error:
            absent = absence(error, choice)
            if wanted.to or not absent:
                raise
            context.warn(f"{absent} Therefore consumer group {wanted.group} has no offsets.")
            context.returned.update(offsets=[], read_at=None, skipped=0, repeated=0)
            return
        offsets.ensure()


class _Offsets:
    """The offsets of a group, as they were when the run began and as they are."""

    def __init__(self, context: TaskContext, instance_id: str, wanted: Wanted) -> None:
        self.context = context
        self.client = context.client
        self.instance_id = instance_id
        self.wanted = wanted
        self.group: Group | None = None
        self.now: Offsets = {}
        self.before: Offsets = {}
        self.changing: list[Key] = []
        # When was read what is now, and what was planned with.
        self.read_at = self.planned_at = ""
        self.known = True
        self.deadline = Deadline(self.client, context.params["wait_timeout"])
        self.busy = Busy(self.deadline)

    def ensure(self) -> None:
        """Set or delete the offsets, or predict that in check mode."""
        while True:
            self._plan()
            self._report()
            if not self.changing:
                return
            if self.context.check_mode:
                self._report(predicted=True)
                return
            try:
                if self._write():
                    return
            finally:
                self._report()
            self.read(self.client)

    # --- read --------------------------------------------------------------------------------------------------------

    def read(self, client: Client) -> None:
        """Read the group and the offsets that the options select, one request after the other."""
        wanted, instance_id = self.wanted, self.instance_id
        self.read_at = shown_time(int(client.connection.clock.time()) * 1000)
        self.group = show(client, instance_id, wanted.group)
        if self.group is None:
            self.now = {}
            return
        committed = {
            (each["topic"], each["partition"]): Offset(each["current"], None, each["end"])
            for topic, rows in self.group.topics.items()
            for each in rows
            if wanted.topic in (None, topic)
        }
        if wanted.topic is None or wanted.to is None:
            self.now = committed
            return
        self.now = self._read_topic(client, wanted.topic, committed)

    def _read_topic(self, client: Client, topic: str, committed: Offsets) -> Offsets:
        """Return the offsets of all partitions of *topic*, also of those in which the group has *committed* none."""
        with action(f"read the partitions of topic {topic}"):
            partitions = topics.list_partitions(client, self.instance_id, topic, "start_offset", "last_offset")
        with action(f"read the offsets of consumer group {self.wanted.group} in topic {topic}"):
            rows = consumer_groups.list_offsets(client, self.instance_id, self.wanted.group, topic)
        newest = {each["partition"]: each for each in rows}
        offsets: Offsets = {}
        for partition in sorted(partitions, key=lambda each: each["partition"]):
            key = (topic, partition["partition"])
            found = newest.get(key[1]) or {}
            current = found.get("current")
            start, end = found.get("start"), found.get("end")
            offsets[key] = Offset(
                committed[key].current if current is None and key in committed else current,
                partition["start_offset"] if start is None else start,
                partition["last_offset"] if end is None else end,
            )
        if self.wanted.partition is None:
            return offsets
        key = (topic, self.wanted.partition)
        if key not in offsets:
            raise UnexpectedState(f"topic {topic} has {len(offsets)} partitions, and none is {self.wanted.partition}")
        return {key: offsets[key]}

    # --- plan --------------------------------------------------------------------------------------------------------

    def _plan(self, waited: int = 0) -> None:
        """Decide what changes. Raises :class:`UnexpectedState` if the group is in use, in a run after ``wait_for_empty``."""
        if self.group is None and self.wanted.to:
            raise NoSuchGroup("the consumer group does not exist", "Create it with huaweicloud_kafka_consumer_group.")
        seconds, check_mode = self.context.params["wait_for_empty"], self.context.check_mode
        self._select()
        described = self._refused()
        if described and seconds and not (check_mode or waited):
            self._wait_until_empty(seconds)
            # The clients have moved the offsets meanwhile.
            self.read(self.client)
            self._plan(seconds)
            return
        if described and not (seconds and check_mode):
            raise in_use(described, waited)
        if self.changing:
            with action(f"read instance {self.instance_id}"):
                check_status(self.context, instances.show_instance(self.client, self.instance_id))
            self._warn()
        if described:
            self.context.warn(will_wait(described, seconds))

    def _select(self) -> None:
        """Record what changes. Offsets in topics that the group reads now stay if those of all topics are to be deleted."""
        self.before, self.planned_at = dict(self.now), self.read_at
        read_now = self._read_now()
        if self.wanted.to is None and self.wanted.topic is None and read_now:
            kept = sorted(read_now.intersection(topic for topic, _partition in self.before))
            if kept:
                self.context.warn(f"Not deleted, because the group reads these topics now: {', '.join(kept)}.")
            self.before = {key: offset for key, offset in self.before.items() if key[0] not in read_now}
        self.changing = changing(self.wanted, self.before)

    def _read_now(self) -> set[str]:
        """Return the topics that the members of a group in a stable state read; empty if that is not known, or if it has none."""
        if not self.group or self.group.state != STABLE:
            return set()
        return {part["topic"] for member in self.group.members for part in member["assignment"] if part["topic"]}

    def _refused(self) -> str:
        """Return why the group must not be changed now, empty if it may."""
        if not self.changing or not self.group or self.group.state == EMPTY:
            return ""
        read_now = self._read_now()
        if (
            self.wanted.to is None
            and read_now
            and not read_now.intersection(topic for topic, _partition in self.changing)
        ):
            return ""
        return named_members(self.group)

    def _wait_until_empty(self, seconds: int) -> None:
        def poll(client: Client) -> str | None:
            self.group = show(client, self.instance_id, self.wanted.group)
            return None if self.group is None or self.group.state == EMPTY else named_members(self.group)

        try:
            wait(self.client, poll, Deadline(self.client, seconds), "")
        except WaitTimeout:
            raise in_use(named_members(t.cast("Group", self.group)), seconds) from None

    def _warn(self) -> None:
        if self.wanted.to is None:
            self.context.warn(
                "A client without an offset begins where its auto.offset.reset requires: earliest reads again what the topic has,"
                " latest skips what is waiting."
            )
        elif self.wanted.to == "time":
            self.context.warn(
                "Only the service can find the offset of a time, so with to: time the task is always changed. Each run of it makes the"
                " clients begin at that time again."
            )
        if self.wanted.looks_like_seconds:
            self.context.warn(f"timestamp is in milliseconds, so {self.wanted.value} is {self.wanted.time}.")

    # --- write -------------------------------------------------------------------------------------------------------

    def _write(self) -> bool:
        """Send the requests, and wait for their results. Returns false if everything has to be planned again."""
        wanted = self.wanted
        every = wanted.topic is None and wanted.to is not None
        known = known_jobs(self.client, self.instance_id, JOB) if every else None
        items = list(dict.fromkeys(topic for topic, _partition in self.changing)) if wanted.to is None else [""]

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            if every:
                newer = (
                    wait_for_newer_job(client, self.instance_id, JOB, known, self.deadline)
                    if known is not None
                    else False
                )
                hint = "It is unknown whether it was done: a lookup after that found no job for it."
                return {index: Seen(newer, hint=hint) for index in indexes}
            self.read(client)
            return {index: self._seen(items[index]) for index in indexes}

        client = self.client.until(self.deadline.end)
        writes = write_all(client, items, self._send, look_up, "done", batch=_BATCH, one_by_one=True, resend=every)
        failed = [write for write in writes if write.error]
        cause = failed[0].cause if failed else None
        if isinstance(cause, ServiceError) and failed[0].outcome is Outcome.REFUSED:
            if cause.reason == BUSY:
                self.busy.wait_out(self.client, self.instance_id, cause)
                return False
            if cause.missing == "group" and wanted.to is None:
                self._finish_absent(cause)
                return True
        self._finish(writes, known if every else ())
        if failed:
            failed[0].result()
        return True

    def _send(self, client: Client, items: list[str]) -> list[t.Any]:
        wanted = self.wanted
        if wanted.to is None:
            errors = consumer_groups.delete_offsets(client, self.instance_id, wanted.group, items)
            return [InPart.of(error) if error else True for error in errors]
        # One request for all partitions, so that none is left if a further one fails.
        partition = self.changing[0][1] if wanted.topic and len(self.changing) == 1 else None
        consumer_groups.reset_offsets(
            client, self.instance_id, wanted.group, wanted.topic or "", partition, **wanted.body
        )
        return [True]

    def _seen(self, topic: str) -> Seen:
        """Return what a lookup shows of a request for *topic*, or of the one request if it is empty."""
        keys = [key for key in self.changing if topic in ("", key[0])]
        left = self._left(keys)
        if self.wanted.to == "time":
            # Nothing but the request moves the offsets of a group that is EMPTY.
            return Seen(
                bool(self._moved(keys)), hint="A lookup after that found the offsets as before: run the task again."
            )
        return Seen(not left, hint=f"A lookup after that found: {self._described(left)}. Run the task again.")

    def _finish(self, writes: t.Sequence[Write], known: t.Collection[str] | None) -> None:
        """Wait until what was accepted is done, and record it. What was not done is an error."""
        accepted = any(write.outcome is Outcome.DONE for write in writes)
        every, waits = known != (), self.context.params["wait"]
        if not accepted and not any(write.lookup for write in writes):
            return
        try:
            shown = not (accepted and every and waits) or wait_for_newer_job(
                self.client, self.instance_id, JOB, known, self.deadline
            )
            if not shown:
                self.context.warn("The service accepted the request, but shows no job for it: check the offsets.")
            if accepted:
                self._read_until_done(_PATIENCE if waits and not every else 0.0)
        except KafkaError:
            self._did(self._moved(self.changing) or self.changing)
            raise
        if accepted and every and not waits:
            self.known = False
            self.context.warn(
                "The service accepted the request. As wait is false, it is unknown when all offsets are set."
            )
        moved = self.changing if accepted and self.wanted.to == "time" else self._moved(self.changing)
        if moved:
            self._did(moved)
        left = self._left(self.changing) if self.known else []
        if left and not any(write.error for write in writes):
            hint = (
                f"The group is in use now: {named_members(self.group)}."
                if self.group and self.group.state != EMPTY
                else None
            )
            raise UnexpectedState(
                f"the service accepted the request, but did not change everything: {self._described(left)}", hint
            )

    def _read_until_done(self, patience: float) -> None:
        end = self.client.now() + min(patience, max(self.deadline.left, 0.0))

        def poll(client: Client) -> str | None:
            self.read(client)
            left = self._left(self.changing)
            return self._described(left) if left and client.now() < end else None

        wait(self.client, poll, Deadline(self.client, patience + 1), "")

    def _finish_absent(self, error: ServiceError) -> None:
        """Record that the group is absent: this run deleted its offsets only if an earlier attempt can have."""
        self.group, self.now = None, {}
        if error.outcome_unknown:
            self._did(self.changing)
        else:
            self.changing, self.before = [], {}

    def _moved(self, keys: t.Sequence[Key]) -> list[Key]:
        return [key for key in keys if self._current(key) != self.before[key].current]

    def _left(self, keys: t.Sequence[Key]) -> list[Key]:
        return [key for key in keys if not is_done(self.wanted, self.before[key], self.now.get(key))]

    def _current(self, key: Key) -> int | None:
        return self.now[key].current if key in self.now else None

    def _described(self, keys: t.Sequence[Key]) -> str:
        """Return the partitions *keys* with their offsets, and what they should be, for messages."""
        texts = []
        for topic, partition in keys:
            wanted = target(self.wanted, self.before[topic, partition])
            current = self._current((topic, partition))
            is_now = "not set" if current is None else current
            texts.append(f"{topic} [{partition}] is {is_now}" + ("" if wanted is None else f", wanted {wanted}"))
        return "; ".join(texts)

    # --- result ------------------------------------------------------------------------------------------------------

    def _did(self, keys: t.Sequence[Key]) -> None:
        verb = "set" if self.wanted.to else "deleted"
        topics_of = dict.fromkeys(topic for topic, _partition in keys)
        self.context.did(
            f"{verb} offsets of {len(keys)} partition{'s' if len(keys) > 1 else ''} of {', '.join(topics_of)}"
        )

    def _report(self, predicted: bool = False) -> None:
        """Record the result, and the diff: as it is, or as it is *predicted*."""
        known = self.known and not (predicted and self.wanted.to == "time")
        rows = []
        for key, offset in self.before.items():
            after = self._current(key)
            if key in self.changing and (predicted or not known):
                after = target(self.wanted, offset)
            rows.append(row(key, offset, after, known or key not in self.changing))
        changed = [each for each in rows if (each["topic"], each["partition"]) in self.changing]
        sums = {name: total(rows, name) for name in ("skipped", "repeated")}
        self.context.returned.update(offsets=rows, read_at=self.planned_at, **sums)
        self.context.changed = self.context.changed or predicted
        if self.context.changed:
            self.context.diff = Diff(*diff(self.wanted, changed, self.before, self.planned_at, known))
