# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What the engine has to know of a kind, such as the sink tasks of a connector."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..api.listing import Listing, Row
    from ..context import TaskContext
    from ..rest.client import Client
    from ..rest.errors import KafkaError, ServiceError
    from .entry import Entry
    from .fields import Differences
    from .plan import Desired, Plan, Step


class Parent(t.NamedTuple):
    """What the things belong to: its id, and its row if that was read; *complete*: it has all details, unlike the row of a list."""

    id: str
    row: Row | None = None
    complete: bool = False


class Prune(t.NamedTuple):
    """What is pruned: things whose whole name matches *pattern*, ``None`` for all, at most *limit*.

    *option* is the option that has the limit.
    """

    pattern: str | None = None
    limit: int | None = None
    option: str = "prune_limit"


class Progress(t.NamedTuple):
    """Whether a wait for a thing is *over*, with the *error* that it then failed with, or with a *warning* that follows its name.

    With a *warning*, a wait that does not follow a change of this run is over in any case.
    """

    over: bool
    error: KafkaError | None = None
    warning: str = ""


class Kind(t.NamedTuple):
    """A kind as data and functions. Rows are as the service returns them."""

    noun: str
    """What a thing is called in messages: "sink task"."""
    thing: str
    """Its short form, which the error codes have, too: "task"."""
    id_key: str
    name_key: str
    """The keys of its id and of its name in a row; equal if names are unique."""
    returned: str
    """The key of a thing in results."""
    verbs: t.Mapping[str, str]
    """State to the verb of "Could not ..."."""

    choose: t.Callable[[t.Mapping[str, t.Any]], t.Any]
    """Return which parent the options select, as an object whose text names it; raises InvalidOption."""
    read_options: t.Callable[[t.Mapping[str, t.Any]], Desired]
    """Return what the options of one thing ask for; raises InvalidOption."""

    resolve: t.Callable[[Client, t.Any], Parent]
    """Return the chosen parent."""
    absence: t.Callable[[KafkaError, t.Any], str | None]
    """Return, as a sentence, what is absent if the error reports that the parent is."""
    read_list: t.Callable[[Client, str], Listing]
    """Return the list; the text is the id of the parent, here and below."""
    show: t.Callable[[Client, str, str], Row] | None
    """Return the thing with an id, with all its details; None if the list has to do."""
    create: t.Callable[[Client, str, dict[str, t.Any]], str]
    """Create a thing from a body and return its id."""
    delete: t.Callable[[Client, str, t.Sequence[Row]], list[t.Any] | None] | None
    """Delete up to *batch* things; return the result of each (see :func:`writes.write_all`), or None if all are deleted.

    None if nothing is deleted, because absent means that the thing is modified to have nothing: *plan* does that then."""

    plan: t.Callable[[Desired, Row | None], Plan]
    """Return the plan for a state, other than absent if there is *delete*; raises KafkaError if the thing can't be brought to it."""
    differences: t.Callable[[Desired, Row], Differences]
    """Return what differs in a row from what is desired."""
    progress: t.Callable[[Desired, Row], Progress]
    """Return how far a thing is on the way to the desired state."""
    ready: t.Callable[[Desired], str]
    """Return the statuses at which a wait is over, for messages."""
    result: t.Callable[[Row], Row]
    """Return what a module returns of a row, or of a body."""
    shown: t.Callable[[Desired, Row], t.Mapping[str, t.Any]]
    """Return what the diff shows of a row."""
    preflight: t.Callable[[TaskContext, Parent, t.Sequence[Entry]], None]
    """Raise UnexpectedState if the service would refuse any change of the entries; those that must not be changed fail."""
    check: t.Callable[[TaskContext, t.Sequence[Entry], Listing, bool], None]
    """Raise UnexpectedState, or warn, because of what the entries together change; the flag: there is no other entry."""

    lists_all: bool
    """Whether the list has everything that a thing has."""
    is_leaving: t.Callable[[Row], bool]
    """Return whether a thing is being deleted."""
    exists: t.Callable[[KafkaError | None], bool]
    """Return whether a creation can have been refused because an equal thing exists."""
    can_prune: t.Callable[[Row], bool]
    """Return whether a thing without an entry may be pruned."""
    modify: t.Callable[[Client, str, t.Sequence[Entry]], list[t.Any] | None] | None = None
    """Change up to *batch* things as their entries describe; the result is that of *delete*, or modify.Accepted for some."""
    steps: t.Mapping[Step, t.Callable[[Client, Entry], Plan | None]] = {}
    """The further steps of the kind. A step that needs another plan returns it."""
    batch: int = 1
    """How many things one request deletes or modifies."""
    one_by_one: bool = False
    """Whether a request that modifies is sent only when the one before is done."""
    modifies_one: bool = False
    """Whether one request modifies one thing only, and *batch* is what it deletes."""
    may_be_absent: t.Callable[[ServiceError], bool] = lambda _error: False
    """Return whether a deletion can have been refused because the thing is absent: the list decides."""
    read_parent: t.Callable[[Client, Parent], Parent] | None = None
    """Return the parent with its row, which *pruned* needs; called only if things are pruned."""
    pruned: t.Callable[[TaskContext, Parent, list[Row], Prune], list[Row]] = lambda _context, _parent, rows, _prune: (
        rows
    )
    """Return those of the things that would be pruned that may be."""
    unique: bool = False
    """Whether a name can be that of one thing only, and is its id."""
    lists_late: bool = False
    """Whether the list can lack a new thing for some time."""
    option: str = ""
    """The option and the result that have the entries of a set; by default the plural of *thing*."""

    @property
    def things(self) -> str:
        """The option and the result that have the entries of a set: "tasks"."""
        return self.option or f"{self.thing}s"
