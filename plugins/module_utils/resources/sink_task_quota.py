# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The quota of sink tasks of a connector, which the API can only raise.

The list of sink tasks contains two numbers, ``max_tasks`` and ``quota_tasks``, and no document says which of them the request
changes. The quota is taken to be ``max_tasks``: the request's ``sink_max_tasks`` is named after it, and the examples of the API
reference have the same value for both, besides a larger ``quota_tasks``. A service that returns the wanted number as
``quota_tasks`` after the request is accepted, too.
"""

from __future__ import annotations

import typing as t

from ..api import sink_tasks
from ..context import Diff
from ..reconcile.wait import Deadline, wait
from ..reconcile.writes import Outcome, Seen, write_all
from ..rest.errors import QUOTA_NOT_RAISED, InvalidOption, ServiceError, UnexpectedState, action
from . import connector

if t.TYPE_CHECKING:
    from ..context import TaskContext
    from ..reconcile.writes import Write
    from ..rest.client import Client

_PATIENCE = 10.0
"""Seconds until the service must return a quota that it has accepted."""


class Quotas(t.NamedTuple):
    """The numbers that the list of sink tasks contains."""

    total_number: int
    max_tasks: int | None
    quota_tasks: int | None

    @property
    def quota(self) -> int:
        """The number that the request changes."""
        quota = self.quota_tasks if self.max_tasks is None else self.max_tasks
        if quota is None:
            raise UnexpectedState("the service returned neither max_tasks nor quota_tasks")
        return quota

    def contain(self, desired: int) -> bool:
        """Return whether one of the numbers is *desired*."""
        return desired in (self.max_tasks, self.quota_tasks)

    def __str__(self) -> str:
        return f"max_tasks is {self.max_tasks} and quota_tasks is {self.quota_tasks}"


def ensure(context: TaskContext) -> None:
    """Raise the quota of sink tasks to ``sink_max_tasks`` unless it is that already."""
    choice = connector.choose(context.params)
    desired: int = context.params["sink_max_tasks"]
    if desired < 1:
        raise InvalidOption(f"sink_max_tasks must be 1 or more, not {desired}")
    with action(f"set the quota of sink tasks of {choice}"):
        found = connector.resolve(context.client, choice)
        quota = _Quota(context, found.id, desired)
        before = quota.read(context.client)
        if desired < before.quota:
            raise UnexpectedState(
                f"it is {before.quota} and can't be lowered to {desired}", "The service can only raise it."
            )
        if desired == before.quota:
            return
        connector.check_status(context, found.row)
        if context.check_mode:
            context.changed = True
            context.returned["max_tasks"] = desired
        else:
            quota.set(before)
        if context.changed:
            context.diff = Diff({"sink_max_tasks": before.quota}, {"sink_max_tasks": desired})


class _Quota:
    """The quota of one connector, and the number that is *desired*."""

    def __init__(self, context: TaskContext, connector_id: str, desired: int) -> None:
        self._context = context
        self._connector_id = connector_id
        self._wanted = desired
        self._last: Quotas

    def read(self, client: Client) -> Quotas:
        listing = sink_tasks.list_tasks(client, self._connector_id)
        quotas = Quotas(listing.total_number, listing.limits["max_tasks"], listing.limits["quota_tasks"])
        self._context.returned.update(quotas._asdict())
        self._last = quotas
        return quotas

    def set(self, before: Quotas) -> None:
        def send(client: Client, desired: list[int]) -> list[None]:
            sink_tasks.update_quota(client, self._connector_id, desired[0])
            return [None]

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            after = self.read(client)
            done = after.contain(self._wanted) and after[1:] != before[1:]
            return {index: Seen(done, hint=f"A lookup after that found: {after}.") for index in indexes}

        (write,) = write_all(self._context.client, [self._wanted], send, look_up, "raised")
        if write.outcome is not Outcome.DONE and self._is_refusal(write):
            # The quota is the wanted one already, by another run or by an attempt of this one whose response was lost.
            self._accept_refusal(before, write)
            return
        write.result()
        self._did(before)
        if write.found:
            return
        if before.contain(self._wanted):
            # quota_tasks was the wanted number before; only max_tasks shows whether anything changed.
            self._context.changed = self.read(self._context.client)[1:] != before[1:]
            return

        def poll(client: Client) -> str | None:
            quotas = self.read(client)
            return None if quotas.contain(self._wanted) else str(quotas)

        with action("read the quota that the service has accepted"):
            wait(
                self._context.client, poll, Deadline(self._context.client, _PATIENCE), f"max_tasks to be {self._wanted}"
            )

    def _did(self, before: Quotas) -> None:
        self._context.did(f"raised the quota of sink tasks from {before.quota} to {self._wanted}")

    @staticmethod
    def _is_refusal(write: Write) -> bool:
        return isinstance(write.cause, ServiceError) and write.cause.reason == QUOTA_NOT_RAISED

    def _accept_refusal(self, before: Quotas, write: Write) -> None:
        after = self._last if write.lookup else self.read(self._context.client)
        if not after.contain(self._wanted):
            write.result()
        if after[1:] != before[1:] and t.cast("ServiceError", write.cause).outcome_unknown:
            self._did(before)
        elif after.quota != self._wanted:
            self._context.warn(
                f"The service refused sink_max_tasks {self._wanted}, but {after}, so the quota is taken to be reached."
            )
