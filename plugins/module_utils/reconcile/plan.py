# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What is desired, and the steps towards it: pure functions, without any request."""

from __future__ import annotations

import typing as t

from ..rest.errors import UnexpectedState

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from .kind import Kind


class Step(t.NamedTuple):
    """A step of a plan. *action* is what the module returns of a thing after it ("deleted"); empty if the step only reads."""

    name: str
    action: str = ""


DELETE = Step("delete", "deleted")
MODIFY = Step("modify", "modified")
WAIT_GONE = Step("wait until it is gone")
CREATE = Step("create", "created")
WAIT_READY = Step("wait until it is ready")

_WAITS = (WAIT_GONE, WAIT_READY)


class Desired(t.NamedTuple):
    """What the user wants of a thing.

    *id* and *name* select it, and *fields*, whose type is that of the kind, describe it. *modify*, *recreate* and
    *update_secrets* say how it may be changed.
    """

    state: str
    id: str | None
    name: str | None
    fields: t.Any = None
    modify: bool = False
    recreate: bool = False
    update_secrets: str = "on_create"


class Plan(t.NamedTuple):
    """The *steps* towards the desired state, and what the thing returns and warns of.

    *before* and *after* are the diff. *body* is what is created or sent. *uncertain* is a status on which the plan depends: the
    run waits until it has changed, and then decides. *later* is what the run may do besides the steps, because of what it learns
    between them. *lost* is what the user has to know if the thing was deleted, but not created again. *unseen* is what is sent, but
    can't be read: only a response shows whether it was changed.
    """

    steps: tuple[Step, ...] = ()
    before: t.Mapping[str, t.Any] = {}
    after: t.Mapping[str, t.Any] = {}
    body: dict[str, t.Any] | None = None
    warnings: tuple[str, ...] = ()
    uncertain: str = ""
    later: t.Any = None
    lost: str = ""
    unseen: str = ""

    @property
    def writes(self) -> bool:
        """Whether the plan changes anything."""
        return self.action != "unchanged"

    @property
    def action(self) -> str:
        """What the module returns of the thing when the plan was carried out."""
        if DELETE in self.steps and CREATE in self.steps:
            return "recreated"
        for step in self.steps:
            if step.action:
                return step.action
        return "unchanged"

    @property
    def identity(self) -> list[t.Any]:
        """What the run may do, as JSON: equal for equal changes of equal things, however it waits for them."""
        return [
            [step.name for step in self.steps if step not in _WAITS],
            # The status of a thing that is deleted may change until then.
            self.before if self.after else {},
            self.after,
            self.later,
        ]

    def without(self, *steps: Step) -> Plan:
        """Return this plan without *steps*."""
        return self._replace(steps=tuple(step for step in self.steps if step not in steps))


def match(desired: Desired, listing: Listing, noun: str, thing: str) -> Row | None:
    """Return the row that id and name select, ``None`` if *listing* proves that there is none.

    *noun* is what a thing is called ("sink task"), and *thing* its short form ("task"). Raises :class:`UnexpectedState` if the
    list is not complete, if id and name disagree, or if several things have the name.
    """
    row_id, name, id_key, name_key = desired.id, desired.name, listing.id_key, listing.name_key
    row = listing.by_id(row_id) if row_id else None
    if row:
        if name and row[name_key] != name:
            raise UnexpectedState(f"{id_key} and {name_key} disagree: {thing} {row_id} is named {row[name_key]}")
        return row
    require_complete(listing, noun, "it is not complete")
    named = listing.named(name) if name else []
    ids = ", ".join(row[id_key] for row in named)
    if row_id and named:
        raise UnexpectedState(f"{id_key} and {name_key} disagree: {name} is the name of {thing} {ids}, not of {row_id}")
    if len(named) > 1:
        raise UnexpectedState(f"{len(named)} {noun}s are named {name}: {ids}", f"Set {id_key} to select one.")
    return named[0] if named else None


def plan_of(kind: Kind, desired: Desired, row: Row | None) -> Plan:
    """Return the plan for *desired* and the *row* that it selects. Deletions are the same for every kind that has them.

    Raises :class:`KafkaError` if the thing can't be brought to the desired state.
    """
    if desired.state != "absent" or kind.delete is None:
        return kind.plan(desired, row)
    if row is None:
        return Plan()
    return Plan((WAIT_GONE,)) if kind.is_leaving(row) else Plan((DELETE, WAIT_GONE), before=kind.shown(desired, row))


def require_complete(listing: Listing, noun: str, consequence: str) -> None:
    """Raise :class:`UnexpectedState` with the *consequence* if *listing* has fewer rows than the service counts."""
    if not listing.complete:
        raise UnexpectedState(
            f"the list contains {len(listing.rows)} of {listing.total_number} {noun}s, so {consequence}"
        )
