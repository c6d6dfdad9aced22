# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Sets the offsets of a consumer group, or deletes them. What is read after a request decides about its result."""

from __future__ import annotations

import contextlib
import typing as t

from ...api import instances
from ...api.consumer_offsets import JOB
from ...context import Diff
from ...reconcile.wait import Deadline, check_wait_timeout, wait
from ...reconcile.writes import Outcome, Seen, write_all
from ...rest.errors import BUSY, KafkaError, ServiceError, UnexpectedState, action
from ..connector import absence, check_status, choose_instance, resolve_instance
from ..consumer_group.protect import check_wait_for_empty, in_use, named_members, will_wait
from ..jobs import Busy, JobFailed, known_jobs, wait_for_newer_job
from .observe import read, wait_until_empty
from .options import read_options
from .plan import Offset, changing, current_of, described_keys, is_done, report, warnings
from .send import BATCH, delete, reset

if t.TYPE_CHECKING:
    from ...context import TaskContext
    from ...reconcile.writes import Write
    from ...rest.client import Client
    from .observe import Reading
    from .options import Wanted
    from .plan import Key, Offsets

_PATIENCE = 10.0
"""Seconds until the service must return the offsets that it has accepted."""


class NoSuchGroup(UnexpectedState):
    """The service reports that the consumer group is absent."""

    missing = "group"


def ensure(context: TaskContext) -> None:
    """Set or delete the offsets that the options select."""
    choice, wanted = choose_instance(context.params), read_options(context.params)
    check_wait_timeout(context.params)
    check_wait_for_empty(context.params)
    with action(f"{'set' if wanted.to else 'delete'} the offsets of consumer group {wanted.group} of {choice}"):
        try:
            instance_id = resolve_instance(context.client, choice).id
            reading = read(context.client, instance_id, wanted)
        except KafkaError as error:
            absent = absence(error, choice)
            if wanted.to or not absent:
                raise
            context.warn(f"{absent} Therefore consumer group {wanted.group} has no offsets.")
            context.returned.update(offsets=[], read_at=None, skipped=0, repeated=0)
            return
        _Offsets(context, instance_id, wanted, reading).ensure()


class _Offsets:
    """The offsets of one group: as they are *now*, and as they were *before* the run. It turned out to read the topics *kept*."""

    def __init__(self, context: TaskContext, instance_id: str, wanted: Wanted, reading: Reading) -> None:
        self.context = context
        self.client = context.client
        self.instance_id = instance_id
        self.wanted = wanted
        self.now = self.planned = reading
        self.before: Offsets = {}
        self.changing: list[Key] = []
        self.kept: set[str] = set()
        self.deadline = Deadline(self.client, context.params["wait_timeout"])
        self.busy = Busy(self.deadline)
        self.jobs: t.Collection[str] | None = None

    @property
    def in_job(self) -> bool:
        """Whether the service does it in a job."""
        return self.wanted.topic is None and self.wanted.to is not None

    def ensure(self) -> None:
        """Set or delete the offsets, or predict that in check mode."""
        while True:
            self._plan()
            if not self.changing or self.context.check_mode:
                self._report(predicted=True)
                return
            self._report()
            try:
                if self._write():
                    return
            finally:
                self._report()
            self._read(self.client)

    def _read(self, client: Client) -> None:
        self.now = read(client, self.instance_id, self.wanted)

    # --- plan --------------------------------------------------------------------------------------------------------

    def _plan(self, waited: int = 0) -> None:
        """Decide what changes. Raises :class:`UnexpectedState` if the group is in use, in a run after ``wait_for_empty``."""
        if self.now.group is None and self.wanted.to:
            raise NoSuchGroup("the consumer group does not exist", "Create it with huaweicloud_kafka_consumer_group.")
        seconds, check_mode = self.context.params["wait_for_empty"], self.context.check_mode
        self._select()
        described = self._refused()
        if described and seconds and not (check_mode or waited):
            wait_until_empty(self.client, self.instance_id, self.wanted.group, seconds)
            # The clients have moved the offsets meanwhile.
            self._read(self.client)
            self._plan(seconds)
            return
        if described and not (seconds and check_mode):
            raise in_use(described, waited)
        if self.changing:
            with action(f"read instance {self.instance_id}"):
                check_status(self.context, instances.show_instance(self.client, self.instance_id))
            for warning in warnings(self.wanted):
                self.context.warn(warning)
        if described:
            self.context.warn(will_wait(described, seconds))

    def _select(self) -> None:
        """Record what changes. If the offsets of all topics are to be deleted, those in topics that the group reads now stay."""
        self.planned, self.before = self.now, dict(self.now.offsets)
        if self.wanted.to is None and self.wanted.topic is None:
            self._keep(self.now.read_now)
        self.changing = changing(self.wanted, self.before)

    def _keep(self, names: set[str]) -> None:
        kept = sorted(names.intersection(topic for topic, _partition in self.before))
        if kept:
            self.context.warn(f"Not deleted, because the group reads these topics now: {', '.join(kept)}.")
        self.before = {key: offset for key, offset in self.before.items() if key[0] not in kept}
        self.changing = [key for key in self.changing if key in self.before]

    def _refused(self) -> str:
        """Return why the group must not be changed now, empty if it may."""
        if not self.changing or not self.now.is_live:
            return ""
        read_now = self.now.read_now
        if self.wanted.to is None and read_now and not read_now.intersection(key[0] for key in self.changing):
            return ""
        described = named_members(t.cast("t.Any", self.now.group))
        read = sorted(read_now.intersection(key[0] for key in self.changing))
        return f"{described}, and reads {', '.join(read)}" if self.wanted.to is None and read else described

    # --- write -------------------------------------------------------------------------------------------------------

    def _write(self) -> bool:
        """Send the requests, and wait for their results. Returns false if everything has to be planned again."""
        if self.in_job:
            self.jobs = known_jobs(self.client, self.instance_id, JOB)
        items = [""] if self.wanted.to else list(dict.fromkeys(topic for topic, _partition in self.changing))

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            if self.in_job:
                return dict.fromkeys(indexes, self._seen_job(client))
            self._read(client)
            return {index: self._seen(items[index]) for index in indexes}

        def send(client: Client, items: list[str]) -> list[t.Any]:
            if self.wanted.to:
                return reset(client, self.instance_id, self.wanted, self.changing)
            results, read_now = delete(client, self.instance_id, self.wanted, items)
            self.kept |= read_now
            return results

        client = self.client.until(self.deadline.end)
        writes = write_all(client, items, send, look_up, "done", batch=BATCH, one_by_one=True, resend=self.in_job)
        failed = next((write for write in writes if write.error), None)
        if failed and failed.outcome is Outcome.REFUSED and isinstance(failed.cause, ServiceError):
            if failed.cause.reason == BUSY:
                self.busy.wait_out(self.client, self.instance_id, failed.cause)
                return False
            if failed.cause.missing == "group" and self.wanted.to is None:
                # Another run was faster.
                self.changing, self.before = [], {}
                return True
        self._finish(writes)
        if failed:
            failed.result()
        return True

    def _seen_job(self, client: Client) -> Seen:
        found = self.jobs is not None and wait_for_newer_job(client, self.instance_id, JOB, self.jobs, self.deadline)
        return Seen(found, hint="It is unknown whether it was done: a lookup after that found no job for it.")

    def _seen(self, topic: str) -> Seen:
        """Return what a lookup shows of the request for *topic*, or if it is empty, of the only request."""
        keys = [key for key in self.changing if topic in ("", key[0])]
        if self.wanted.to == "time":
            # Nothing but the request moves the offsets of a group that is EMPTY.
            hint = "It is unknown whether it was done: a lookup after that found the offsets as before. Run the task again."
            return Seen(bool(self._moved(keys)), hint=hint)
        left = self._left(keys)
        return Seen(not left, hint=f"A lookup after that found: {self._described(left)}. Run the task again.")

    # --- result ------------------------------------------------------------------------------------------------------

    def _finish(self, writes: t.Sequence[Write]) -> None:
        """Wait until what was accepted is done, and record it. What was not done is an error."""
        self._keep(self.kept)
        accepted = any(write.outcome is Outcome.DONE for write in writes)
        by_time = accepted and self.wanted.to == "time"
        if accepted:
            try:
                self._wait()
            except KafkaError as error:
                self._record_interrupted(error)
                raise
        elif not any(write.lookup for write in writes):
            return
        if by_time and self.in_job:
            # The service may list partitions without an offset only now that they have one.
            self.before = dict(sorted({**dict.fromkeys(self.now.offsets, Offset(None)), **self.before}.items()))
            self.changing = [*self.before]
        left, members = self._left(self.changing), self._members()
        # Clients that came back move offsets, too.
        moved = [key for key in self._moved(self.changing) if key not in left or not members]
        if moved or (by_time and not members):
            self._did(self.changing if by_time else moved)
        if members and by_time and moved:
            self.context.warn(f"{members} They came during the reset: check the offsets.")
        if not accepted or any(write.error for write in writes):
            return
        if members and by_time and not moved:
            raise UnexpectedState("the service accepted the request, but the offsets are as before", members)
        if left:
            raise UnexpectedState(
                f"the service accepted the request, but did not change everything: {self._described(left)}", members
            )

    def _members(self) -> str | None:
        """Return the sentence that names the clients of the group, ``None`` if it is not in use."""
        return f"The group is in use: {named_members(t.cast('t.Any', self.now.group))}." if self.now.is_live else None

    def _wait(self) -> None:
        """Wait until the service shows the result of a request that it accepted."""
        if self.in_job and not self.context.params["wait"]:
            self.context.warn(
                "The service accepted the request. As wait is false, it is unknown when all offsets are set."
            )
            return
        if self.in_job:
            with action("wait until the offsets are set"):
                if not wait_for_newer_job(self.client, self.instance_id, JOB, self.jobs, self.deadline):
                    self.context.warn("The service accepted the request, but shows no job for it: check the offsets.")
        end = self.client.now() + min(_PATIENCE, max(self.deadline.left, 0.0))

        def poll(client: Client) -> str | None:
            self._read(client)
            left = self._left(self.changing)
            pending = left or (self.wanted.to == "time" and not self._moved(self.changing))
            return "offsets as before" if pending and client.now() < end else None

        wait(self.client, poll, Deadline(self.client, _PATIENCE + 1), "")

    def _record_interrupted(self, error: KafkaError) -> None:
        """Record what a request that was accepted has changed, although the wait for it ended with *error*."""
        with contextlib.suppress(KafkaError):
            self._read(self.client)
        moved = self._moved(self.changing)
        if moved:
            self._did(moved)
        elif not isinstance(error, JobFailed):
            self.context.did("sent a change that the service accepted")

    def _moved(self, keys: t.Sequence[Key]) -> list[Key]:
        return [key for key in keys if current_of(self.now.offsets, key) != self.before[key].current]

    def _left(self, keys: t.Sequence[Key]) -> list[Key]:
        return [key for key in keys if not is_done(self.wanted, self.before[key], self.now.offsets.get(key))]

    def _described(self, keys: t.Sequence[Key]) -> str:
        return described_keys(self.wanted, self.before, self.now.offsets, keys)

    def _did(self, keys: t.Sequence[Key]) -> None:
        names = ", ".join(dict.fromkeys(topic for topic, _partition in keys))
        partitions = "1 partition" if len(keys) == 1 else f"{len(keys)} partitions"
        self.context.did(f"{'set' if self.wanted.to else 'deleted'} the offsets of {partitions} of {names}")

    def _report(self, predicted: bool = False) -> None:
        """Record the result and the diff, as they are or as they are *predicted*."""
        # What the service finds for a time is only known from a reading after it.
        known = self.wanted.to != "time" or self.now is not self.planned
        returned, sides = report(
            self.wanted, self.before, self.now.offsets, self.changing, self.planned.read_at, predicted, known
        )
        self.context.returned.update(returned)
        self.context.changed = self.context.changed or (predicted and bool(self.changing))
        if self.context.changed:
            self.context.diff = Diff(*sides)
