# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases as data: what exists, a task of Ansible, and the result that it must have.

Each case is run in four steps, in this order and in one place of the simulated cloud:

check        in check mode: predicts
live         does it
check again  in check mode, after the live run
again        live once more, after the live run

A case expects something of *live* and of *again*; the checks follow from these by the rule that check mode predicts the
run: the same result, without the first request that changes something and all that come after it.
All cases of a table are tasks of one playbook, which is run once in each way of running. Where the live run changes
nothing, the last two steps would repeat the first two, and only a case that is marked as full plays them. A module
process costs as much as twenty tasks in-process, and the code that decides is the same: so it plays all steps of the cases
that are marked as full, and the live step of those that are marked as_module.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .cloud import OBS, Place
from .operations import WRITES
from .playbook import WAYS

if TYPE_CHECKING:
    from simulator import Fault

STEPS = ("check", "live", "check again", "again")

_FIRST_WRITE = re.compile(rf"\s*\(?\b({'|'.join(WRITES)})\b.*")

# Values of options that depend on the place.
OWN_INSTANCE = attrgetter("instance_id")
OWN_REGION = attrgetter("region")
OWN_TOKEN = attrgetter("auth_token")


def NULL(place: Place) -> None:  # noqa: N802 - stands in tables as the values beside it do
    """An option that is given as null: what a template makes of a variable without a value."""


NOT_CHECKED: Any = object()


@dataclass(frozen=True)
class Expect:
    """The expected result of one step."""

    requests: str
    """Regular expression for the requests sent, in short names: "LIST DELETE LIST"."""
    changed: bool = False
    fails: tuple[str, ...] = ()
    """What the message of a failure contains; empty: no failure."""
    warns: tuple[str, ...] = ()
    """What the warning contains; empty: no warning."""
    sink_task: Any = NOT_CHECKED
    """Fields of the sink task returned; None: none is."""
    error: Any = NOT_CHECKED
    """Fields of the error returned; None: there is no response."""
    returns: Mapping[str | Callable[[dict[str, Any]], Any], Any] = field(default_factory=dict)
    """Further values of the result, by their names or by functions of the result."""
    auth: str | None = None
    """How every request but a login was authenticated: "token", "keys" or "temporary keys"."""

    def in_check_mode(self) -> Expect:
        return dataclasses.replace(self, requests=_FIRST_WRITE.sub("", self.requests))


def unchanged(requests: str, **more: Any) -> Expect:
    return Expect(requests, **more)


def changed(requests: str, **more: Any) -> Expect:
    return Expect(requests, changed=True, **more)


def fails(*parts: str, requests: str, **more: Any) -> Expect:
    return Expect(requests, fails=parts, **more)


@dataclass(frozen=True)
class Case:
    """One row of a table."""

    name: str
    options: Mapping[str, Any]
    """Beside those of :meth:`Place.options`; None leaves one of these out, a callable is given the place."""
    live: Expect
    module: str = "huaweicloud_kafka_sink_task"
    again: Expect | None = None
    """The same as live by default."""
    check: Expect | None = None
    check_again: Expect | None = None
    there: Sequence[Mapping[str, Any]] = ()
    """Tasks that exist at first."""
    setup: Callable[[Place], object] | None = None
    """What else is done to the place at first."""
    faults: Sequence[Fault] | Callable[[Place], Sequence[Fault]] | Mapping[str, Any] = ()
    """What goes wrong, anew in each step, or by step. A fault without a path strikes the requests of this case alone."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the simulator, during this case."""
    leaves: Sequence[str] | None = None
    """Names of the tasks that exist in the end."""
    full: bool = False
    """Whether all steps are played in both ways."""
    as_module: bool = False
    """Whether the live step is played in both ways."""
    once: bool = False
    """Whether there is only the live step."""
    defect: str = ""
    """Why the case fails, until that is fixed."""
    unlike: str = ""
    """Why the two ways of running differ, until that is fixed."""

    def steps(self, way: str) -> tuple[str, ...]:
        """The steps that are played in this way of running."""
        if self.full:
            return STEPS
        if way == WAYS[1]:
            return STEPS[1:2] if self.as_module else ()
        if self.once:
            return STEPS[1:2]
        return STEPS if self.live.changed or self.again is not None else STEPS[:2]

    def expected(self, step: str) -> Expect:
        again = self.again or self.live
        return {
            "check": self.check or self.live.in_check_mode(),
            "live": self.live,
            "check again": self.check_again or again.in_check_mode(),
            "again": again,
        }[step]

    def __str__(self) -> str:
        return self.name


def absent(name: str, live: Expect, **more: Any) -> Case:
    """A case of state=absent, for the task named orders unless its options say otherwise."""
    options = {"state": "absent", "task_name": "orders", **more.pop("options", {})}
    return Case(name, options, live, **more)


def present(name: str, live: Expect, **more: Any) -> Case:
    """A case of state=present, for the task named orders; *obs* are fields of the descriptor beside the least ones."""
    descriptor = {**OBS, **more.pop("obs", {})}
    descriptor = {key: value for key, value in descriptor.items() if value is not None}
    options = {"task_name": "orders", "obs_destination_descriptor": descriptor, **more.pop("options", {})}
    return Case(name, options, live, **more)
