# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cases as data: the initial state, a task of Ansible, and the expected result.

Each case has a sandbox in the simulator and runs in four steps:

check        check mode
live         a normal run
check again  check mode after the live run
again        a normal run after the live run

A case has expectations for *live* and *again*. Those for check mode are derived: it must predict the run, so its result
is the same, without the first request that changes something and the requests after it.
All cases of a table are tasks of one playbook, which runs once in-process and once with module processes. If the live
run changes nothing, the last two steps would repeat the first two, so they run only in cases with *full*. A module
process takes as long as twenty tasks in-process and runs the same code, so it runs all steps of cases with *full*, and
the live step of cases with *as_module*.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from .cloud import OBS, Sandbox
from .operations import WRITES
from .playbook import WAYS

if TYPE_CHECKING:
    from simulator import Fault

STEPS = ("check", "live", "check again", "again")

_FIRST_WRITE = re.compile(rf"\s*\(?\b({'|'.join(WRITES)})\b.*")

# Values of options that depend on the sandbox.
OWN_INSTANCE = attrgetter("instance_id")
OWN_REGION = attrgetter("region")
OWN_TOKEN = attrgetter("auth_token")


def NULL(sandbox: Sandbox) -> None:  # noqa: N802 - a value in tables, like the constants above
    """An option set to null, as by a template of a variable without a value."""


NOT_CHECKED: Any = object()


@dataclass(frozen=True)
class Expect:
    """The expected result of one step."""

    requests: str
    """Regular expression for the short names of the requests: "LIST DELETE LIST"."""
    changed: bool = False
    fails: tuple[str, ...] = ()
    """Parts of the error message; empty: the step succeeds."""
    warns: tuple[str, ...] = ()
    """Parts of the warnings; empty: no warnings."""
    sink_task: Any = NOT_CHECKED
    """Fields of the returned sink task; None: no sink task is returned."""
    error: Any = NOT_CHECKED
    """Fields of the returned error; None: no error is returned."""
    returns: Mapping[str | Callable[[dict[str, Any]], Any], Any] = field(default_factory=dict)
    """Other values of the result, by their names or by functions of the result."""
    auth: str | None = None
    """How all requests except logins are authenticated: "token", "keys" or "temporary keys"."""

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
    """In addition to :meth:`Sandbox.options`; None removes one of these, a callable is called with the sandbox."""
    live: Expect
    module: str = "huaweicloud_kafka_sink_task"
    again: Expect | None = None
    """By default the same as *live*."""
    check: Expect | None = None
    check_again: Expect | None = None
    existing: Sequence[Mapping[str, Any]] = ()
    """The initial sink tasks."""
    setup: Callable[[Sandbox], object] | None = None
    """Other changes to the initial state."""
    faults: Sequence[Fault] | Callable[[Sandbox], Sequence[Fault]] | Mapping[str, Any] = ()
    """Injected in each step, or by step. A fault without a path applies only to the requests of this case."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the simulator during this case."""
    remaining: Sequence[str] | None = None
    """What is left after the last step, such as names of tasks, topics, users or groups, or permissions; see REMAINING."""
    full: bool = False
    """Whether all steps run as module processes, too."""
    as_module: bool = False
    """Whether the live step runs as a module process, too."""
    live_only: bool = False
    """Whether only the live step runs."""
    defect: str = ""
    """A known defect because of which the case fails."""
    difference: str = ""
    """A known difference between in-process and module processes."""

    def steps(self, way: str) -> tuple[str, ...]:
        """The steps that run in this way."""
        if self.full:
            return STEPS
        if way == WAYS[1]:
            return STEPS[1:2] if self.as_module else ()
        if self.live_only:
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
    """A case of state=absent, by default for the task named orders."""
    options = {"state": "absent", "task_name": "orders", **more.pop("options", {})}
    return Case(name, options, live, **more)


def present(name: str, live: Expect, **more: Any) -> Case:
    """A case of state=present, by default for the task named orders. *obs* overrides fields of :data:`OBS`."""
    descriptor = {**OBS, **more.pop("obs", {})}
    descriptor = {key: value for key, value in descriptor.items() if value is not None}
    options = {"task_name": "orders", "obs_destination_descriptor": descriptor, **more.pop("options", {})}
    return Case(name, options, live, **more)
