# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The quota of sink tasks of a connector: raises it, which is the only thing that the API can do to it.

The list of sink tasks tells two numbers, ``max_tasks`` and ``quota_tasks``, and no document says which of them the
request changes. The quota is taken to be ``max_tasks``: that is the number that the request's ``sink_max_tasks`` is
called after, and the examples of the API reference give both the same value, beside a larger ``quota_tasks``.
A service that shows the wanted number as ``quota_tasks`` after the request is believed, too.
"""

from __future__ import annotations

import typing as t

from ..api import sink_tasks
from ..client.errors import InvalidInput, KafkaError, ResourceError, ServiceError, doing
from ..client.waiter import wait
from ..run import Diff
from . import connector

if t.TYPE_CHECKING:
    from ..run import Run

_REFUSED = "DMS.00400133"
_PATIENCE = 10.0
"""Seconds until the service must show a quota that it has accepted."""


class Quotas(t.NamedTuple):
    """What the list of sink tasks tells beside the tasks."""

    total_number: int
    max_tasks: int | None
    quota_tasks: int | None

    @property
    def quota(self) -> int:
        """The number that the request changes."""
        quota = self.quota_tasks if self.max_tasks is None else self.max_tasks
        if quota is None:
            raise ResourceError("the service tells neither max_tasks nor quota_tasks")
        return quota

    def show(self, wanted: int) -> bool:
        return wanted in (self.max_tasks, self.quota_tasks)

    def __str__(self) -> str:
        return f"max_tasks is {self.max_tasks} and quota_tasks is {self.quota_tasks}"


def ensure(run: Run) -> None:
    """Raise the quota of sink tasks to ``sink_max_tasks`` of ``run.params`` unless it is that already."""
    QuotaRun(run).ensure()


class QuotaRun:
    """The wanted quota of one run, and the steps towards it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.choice = connector.choose(run.params)
        self.wanted: int = run.params["sink_max_tasks"]
        if self.wanted < 1:
            raise InvalidInput(f"sink_max_tasks must be 1 or more, not {self.wanted}")
        self.connector_id = ""

    def ensure(self) -> None:
        with doing(f"set the quota of sink tasks of {self.choice}"):
            self.connector_id = connector.resolve(self.run.client, self.choice)
            before = self._read()
            if self.wanted < before.quota:
                error = ResourceError(f"it is {before.quota} and can't be lowered to {self.wanted}")
                error.advice = "The service can only raise it; nothing was sent."
                raise error
            if self.wanted == before.quota:
                return
            if self.run.check_mode:
                self.run.changed = True
                self.run.returned["max_tasks"] = self.wanted
            else:
                self._raise(before)
            if self.run.changed:
                self.run.diff = Diff({"sink_max_tasks": before.quota}, {"sink_max_tasks": self.wanted})

    def _read(self) -> Quotas:
        listing = sink_tasks.list_tasks(self.run.client, self.connector_id)
        quotas = Quotas(listing.total_number, listing.max_tasks, listing.quota_tasks)
        self.run.returned.update(quotas._asdict())
        return quotas

    def _raise(self, before: Quotas) -> None:
        done = f"raised the quota of sink tasks from {before.quota} to {self.wanted}"
        try:
            sink_tasks.update_quota(self.run.client, self.connector_id, self.wanted)
        except KafkaError as error:
            after = self._read_after(error)
            if after is None or not after.show(self.wanted):
                raise
            differs, refused = after[1:] != before[1:], _is_refusal(error)
            if not (differs or refused):
                raise
            # Refused at once: then somebody else has done it. Else an earlier try of ours may have.
            if differs and not (refused and getattr(error, "tries", 1) == 1):
                self.run.did(done)
            elif after.quota != self.wanted:
                self.run.warn(
                    f"The service refused sink_max_tasks {self.wanted}, but {after}, so it is taken to be so."
                )
            return
        self.run.did(done)
        if before.show(self.wanted):
            # What quota_tasks showed before it shows now; whether anything changed, max_tasks tells.
            self.run.changed = self._read()[1:] != before[1:]
            return

        def look() -> str | None:
            quotas = self._read()
            return None if quotas.show(self.wanted) else str(quotas)

        with doing("see the quota that the service has accepted"):
            wait(
                self.run.client,
                look,
                seconds=_PATIENCE,
                what=f"max_tasks to be {self.wanted}",
                progress=self.run.progress,
            )

    def _read_after(self, error: KafkaError) -> Quotas | None:
        """Look after a request that ended in *error*, where that may tell more; *error* learns what was seen."""
        refused = _is_refusal(error)
        if not (refused or error.lost_try or error.may_have_happened):
            return None
        try:
            quotas = self._read()
        except KafkaError:
            error.advice = "Whether it was raised is not known, because reading it failed, too: run the task again."
            return None
        error.advice = (
            "It can only be raised, and instances created since September 2022 have the largest quota already."
            if refused
            else f"It was read after that: {quotas}."
        )
        return quotas


def _is_refusal(error: KafkaError) -> bool:
    return isinstance(error, ServiceError) and error.status == 400 and error.key == _REFUSED
