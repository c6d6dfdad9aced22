# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random worlds, random runs, random faults: nothing is lost, leaked or claimed that is not so."""

from __future__ import annotations

import atexit
import functools
import typing as t

from hypothesis import seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from simulator import Fault, Simulator

from .conftest import FULL, SEED
from .harness import failures, figures, runs
from .harness.invariants import violations
from .harness.known import is_known
from .harness.options import CONNECTOR_NAMES, HELD, NAMES, filled_in, options, tasks_of
from .harness.runs import Outcome
from .harness.failures import Act


@functools.cache
def simulator() -> Simulator:
    running = Simulator().start()
    atexit.register(running.stop)
    return running


class Sinks(RuleBasedStateMachine):
    """One connector, its tasks, and whoever works on them."""

    @initialize(
        deletion_looks=st.integers(0, 2),
        creation_looks=st.integers(0, 2),
        created_status=st.sampled_from(("RUNNING", "RUNNING", "RUNNING", "FAILED")),
        error_prefix=st.sampled_from(("APIG", "APIGW")),
        create_status=st.sampled_from((200, 201)),
        echo_topics_regex=st.booleans(),
        clock_skew=st.sampled_from((*[0] * 8, -600, 600, -1200, 1200)),
    )
    def first_day(self, clock_skew: int, **settings: t.Any) -> None:
        self.sim = simulator()
        self.sim.reset()
        self.sim.clock.offset = clock_skew
        self.sim.settings.update(max_tasks=50, quota_tasks=50, lock_after=None, **settings)
        figures.count("cases")

    @rule(
        name=st.sampled_from(NAMES),
        held=st.sampled_from(HELD),
        status=st.sampled_from(("RUNNING", "RUNNING", "FAILED", "PAUSED", "CREATING")),
    )
    def somebody_creates(self, name: str, held: dict[str, t.Any], status: str) -> None:
        if self.sim.connector_id in self.sim.world.connectors and len(self.sim.world.tasks(self.sim.connector_id)) < 6:
            self.sim.world.add_task(self.sim.connector_id, name, status=status, **held)

    @rule(place=st.integers(0, 5))
    def somebody_deletes(self, place: int) -> None:
        tasks = tasks_of(self.sim)
        if tasks:
            self.sim.world.remove_task(self.sim.connector_id, tasks[place % len(tasks)])

    @rule()
    def smart_connect_is_on(self) -> None:
        if self.sim.connector_id not in self.sim.world.connectors:
            self.sim.world.add_connector(self.sim.instance_id, connector_id=self.sim.connector_id)

    @rule(chosen=options(), check_mode=st.booleans(), faults=st.lists(failures.faults(), max_size=3))
    def run(self, chosen: dict[str, t.Any], check_mode: bool, faults: list[Fault]) -> None:
        self.expect_no_violation(chosen, check_mode, faults, [])

    @rule(
        chosen=options(),
        faults=st.lists(failures.faults(), max_size=2),
        act=failures.acts(NAMES, HELD),
        when=st.sampled_from(("before", "after")),
        at=st.integers(0, 4),
    )
    def run_beside_others(self, chosen: dict[str, t.Any], faults: list[Fault], act: Act, when: str, at: int) -> None:
        # The simulator copies nothing of a fault: an example that is run again needs an actor that has done nothing.
        act = Act(act.verb, act.name, act.descriptor)
        beside = Fault(skip=at, **{when: act})  # type: ignore[arg-type]
        self.expect_no_violation(chosen, False, [beside, *faults], [act])

    @rule(chosen=options())
    def check_then_run(self, chosen: dict[str, t.Any]) -> None:
        """Check mode tells what the run then does."""
        chosen = filled_in(chosen, self.sim)
        told = self.expect_no_violation(chosen, True, [], [])
        done = self.expect_no_violation(chosen, False, [], [])
        if any(task.deleting for tasks in told.before.values() for task in tasks.values()):
            return  # what is being deleted goes away in the middle of things
        assert told.changed == done.changed, _both(told, done)
        if told.failed:
            assert done.failed, _both(told, done)
        if not (told.failed or done.failed):
            assert _timeless(told.result["diff"]) == _timeless(done.result["diff"]), _both(told, done)
        again = self.expect_no_violation(chosen, False, [], [])
        if not done.failed and chosen.get("wait"):
            assert not again.changed, again.story()

    def expect_no_violation(
        self, chosen: dict[str, t.Any], check_mode: bool, faults: list[Fault], acts: list[Act]
    ) -> Outcome:
        if any(name in chosen and chosen[name] is None for name in CONNECTOR_NAMES):
            chosen = filled_in(chosen, self.sim)
        self.sim.faults.clear()
        for fault in faults:
            self.sim.faults.add(fault)
        delayed = any(fault.delay for fault in faults)
        outcome = runs.run(
            self.sim,
            chosen,
            check_mode=check_mode,
            settle=0.3 if delayed else 0.0,
            more_secrets=[self.sim.secret_key],
        )
        self.sim.faults.clear()
        wrong = [text for text in violations(outcome, acts) if not is_known(text, outcome, acts)]
        assert not wrong, "\n".join([*wrong, outcome.story()])
        return outcome


def _timeless(value: t.Any) -> t.Any:
    """Return a diff without the status, which moves on with each look."""
    if isinstance(value, dict):
        return {name: _timeless(item) for name, item in value.items() if name != "status"}
    return value


def _both(told: Outcome, done: Outcome) -> str:
    return f"check mode:\n{told.story()}\nthe run:\n{done.story()}"


TestSinks = Sinks.TestCase

if FULL:
    # The same machine with seeds of their own, for as many processes.
    TestSinks2 = seed(SEED + 2)(type("Sinks2", (Sinks,), {})).TestCase
    TestSinks3 = seed(SEED + 3)(type("Sinks3", (Sinks,), {})).TestCase
    TestSinks4 = seed(SEED + 4)(type("Sinks4", (Sinks,), {})).TestCase
