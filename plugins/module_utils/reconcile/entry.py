# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""One thing of a run: what is desired, what was observed, the plan, and the outcome."""

from __future__ import annotations

import typing as t

from ..api.listing import Listing
from ..rest.errors import ServiceError, UnexpectedState, action
from .plan import Plan, require_complete
from .writes import NotTried

if t.TYPE_CHECKING:
    from ..api.listing import Row
    from ..context import TaskContext
    from ..rest.client import Client
    from ..rest.errors import KafkaError
    from .ensure import Observed
    from .kind import Kind, Progress
    from .plan import Desired


class Entry:
    """One thing of a run; *row* is the thing as it was last read.

    *context* has its warnings and its changes: that of the whole task if the run has one entry only.
    """

    def __init__(self, context: TaskContext, observed: Observed, desired: Desired, row: Row | None) -> None:
        self.context = context
        self.kind = observed.kind
        self.parent_id = observed.parent.id
        self.desired = desired
        self.where = observed.where
        self.listing = observed.listing
        """The list with which the run began."""
        self.row = row
        self.deadline = observed.deadline
        self.id: str = row[self.kind.id_key] if row else ""
        self.name: str = desired.name or (row[self.kind.name_key] if row else str(desired.id))
        self.plan = Plan()
        self.error: KafkaError | None = None
        self.unknown = False
        # The deletion is known to be done, by this run or by another one.
        self.gone = False
        self.trying = ""
        """What is tried, for messages: "delete"."""
        self.removed = self.created = self.sent = False
        self.needs: list[tuple[str, str]] = []
        """The kinds and names of things of other kinds that the plan depends on."""
        # A change was accepted after the row was read.
        self.stale = False
        self.changed_at = 0
        """When it was changed last, in ms since 1970."""
        self.progress: t.Callable[[Row], Progress] = lambda row: self.kind.progress(desired, row)
        if row:
            self.returns(row)

    @property
    def with_id(self) -> str:
        return "" if self.kind.unique else f" ({self.kind.thing} id {self.id})"

    @property
    def text(self) -> str:
        """The text that names it, with its parent, in messages."""
        return text_of(self.kind, self.desired, self.where)

    @property
    def label(self) -> str:
        """The text with the id, for messages."""
        return self.text + self.with_id

    @property
    def state(self) -> str:
        """The status that was read, for warnings."""
        return f"The {self.kind.thing} is {(self.row or {}).get('status')}"

    def will_exist(self, things: str, *name: str, seen: bool = False) -> bool | None:
        """Return whether a thing of another kind will exist after the run (see ``context.WillExist``); the plan depends on it."""
        self.needs.append((things, name[0]))
        return self.context.will_exist(things, name, seen) if self.context.will_exist else None

    # --- what is read of it ------------------------------------------------------------------------------------------

    def returns(self, row: Row) -> None:
        """Record *row*, or the body of a creation, as what the module returns."""
        self.context.returned[self.kind.returned] = self.kind.result(row)

    def see(self, row: Row, listed: bool = False) -> None:
        """Record *row* as the thing as it is now. If it is *listed*, it does not hide the details that the list lacks."""
        self.row, self.stale = row, False
        details = self.context.returned.get(self.kind.returned, {}) if listed and not self.kind.lists_all else {}
        self.returns({**details, **row})

    def fetch(self, client: Client, row_id: str) -> Row | None:
        """Return the thing with the id *row_id*, ``None`` if it is absent."""
        with action(f"read {self.text} ({self.kind.thing} id {row_id})"):
            if self.kind.show is None:
                listing = self.kind.read_list(client, self.parent_id)
                if listing.by_id(row_id) is None:
                    require_complete(listing, self.kind.noun, "it is not complete")
                return listing.by_id(row_id)
            try:
                row = self.kind.show(client, self.parent_id, row_id)
            except ServiceError as error:
                if error.missing == self.kind.thing:
                    return None
                raise
            found = row[self.kind.name_key]
            if found != self.name:
                raise UnexpectedState(f"the service returned a {self.kind.thing} that is named {found}")
            return row

    def read(self, client: Client) -> Row:
        """Read the thing again, record it and return it. Raises :class:`UnexpectedState` if it is absent."""
        row = self.fetch(client, self.id)
        if row is None:
            raise UnexpectedState(f"the {self.kind.thing} was deleted in the meantime")
        self.see(row)
        return row

    def read_alone(self, client: Client) -> Listing:
        """Return a list that has nothing but this thing, which is read."""
        row = self.fetch(client, self.id)
        return Listing([row] if row else [], int(bool(row)), self.kind.id_key, self.kind.name_key)

    def settle(self, row: Row) -> bool:
        """Record an error or a warning that a wait ends with, with *row*, and return whether it is over."""
        progress = self.progress(row)
        over = progress.over or bool(progress.warning and not self.context.changed)
        if over and progress.warning:
            self.context.warn(f"{self.text[:1].upper()}{self.text[1:]} {progress.warning}")
        if progress.error:
            self.trying = "wait for"
            self.fail(progress.error)
        return over

    # --- what happens to it ------------------------------------------------------------------------------------------

    def did(self, verb: str) -> None:
        """Record a change, such as "created"."""
        self.context.did(f"{verb} the {self.kind.thing}{self.with_id}")
        self.changed_at = int(self.context.client.connection.clock.time() * 1000)

    def ends_as(self, after: t.Mapping[str, t.Any], done: bool = False) -> None:
        """Let the diff end with *after* because of a failure; what the plan does besides is not in it, unless it was *done*."""
        described = self.kind.shown(self.desired, t.cast("Row", self.row))
        besides = self.plan.after if done else self.plan.before
        same = {name: value for name, value in besides.items() if name not in described}
        self.plan = self.plan._replace(after={**after, **same})

    def replan(self, plan: Plan) -> None:
        """Go on with another *plan*."""
        self.plan = plan
        for warning in plan.warnings:
            self.context.warn(warning)

    def fail(self, error: KafkaError | None, unknown: bool = False) -> None:
        """Record the *error* of a change, ``None`` for none; *unknown*: it is unknown whether the change was made."""
        self.error, self.unknown = error, unknown
        if error:
            # What does not exist yet has no id, and the error of a change has it.
            named = self.text if self.trying in ("create", "change") else self.label
            error.action = error.action or (f"{self.trying} {named}" if self.trying else None)
        if isinstance(error, NotTried):
            self.skip(error.reason, error)

    def skip(self, reason: str, cause: KafkaError | None = None) -> None:
        """Record that nothing more is sent for this thing, because of *reason*, which *cause* may have led to."""
        if self.removed and not self.created:
            self.error = UnexpectedState(f"{reason}, so it was not created")
        else:
            self.error = incomplete(reason) if self.context.changed or self.sent else NotTried(reason, cause)

    def report(self) -> dict[str, t.Any]:
        """Return what the module returns of this entry of a set."""
        changed = self.context.changed
        action = self.plan.action if changed else "unchanged"
        if isinstance(self.error, NotTried):
            action = "not_tried"
        elif self.error:
            action = "unknown" if self.unknown else "failed"
        report: dict[str, t.Any] = {self.kind.name_key: self.name, "action": action, "changed": changed}
        if self.error:
            report["msg"] = self.context.describe(self.error)
        shown = self.context.returned.get(self.kind.returned)
        if shown is not None:
            report[self.kind.returned] = shown
        return report


def text_of(kind: Kind, desired: Desired, where: str) -> str:
    """Return the text that names a thing, with its parent, in messages."""
    names = f"{desired.name} / {desired.id}" if desired.name and desired.id else desired.name or desired.id
    return f"{kind.noun} {names} of {where}"


def incomplete(reason: str) -> KafkaError:
    """Return the error of an entry whose further steps, or the wait for it, end because of *reason*."""
    return UnexpectedState(f"it was not completed, because {reason}")
