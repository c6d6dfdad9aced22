# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random states, random runs and random faults: results are correct, and other tasks unchanged."""

from __future__ import annotations

import atexit
import functools
import typing as t

from hypothesis import seed
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from simulator import Fault, Simulator

from .conftest import FULL, SEED
from .harness import failures, figures, runs, topics
from .harness.failures import Act, TopicAct
from .harness.invariants import violations
from .harness.known import is_known
from .harness.options import CONNECTOR_NAMES, NAMES, STORED, filled_in, options, set_options, tasks_of
from .harness.runs import SINK_TASK, SINK_TASKS, TOPIC, TOPICS, Outcome
from .harness.set_invariants import set_violations


@functools.cache
def simulator() -> Simulator:
    running = Simulator().start()
    atexit.register(running.stop)
    return running


class Machine(RuleBasedStateMachine):
    """A simulator, and runs whose invariants are checked."""

    sim: Simulator

    def expect_no_violation(
        self, chosen: dict[str, t.Any], check_mode: bool, faults: list[Fault], acts: list[Act]
    ) -> Outcome:
        if any(name in chosen and chosen[name] is None for name in CONNECTOR_NAMES):
            chosen = filled_in(chosen, self.sim)
        self.sim.faults.clear()
        for fault in faults:
            self.sim.faults.add(fault)
        delayed = any(fault.delay for fault in faults)
        module, check = _module_of(chosen)
        outcome = runs.run(
            self.sim,
            chosen,
            module=module,
            check_mode=check_mode,
            settle=0.3 if delayed else 0.0,
            quick=delayed,
            more_secrets=[self.sim.secret_key],
        )
        self.sim.faults.clear()
        wrong = [text for text in check(outcome, acts) if not is_known(text, outcome, acts)]
        assert not wrong, "\n".join([*wrong, outcome.summary()])
        return outcome

    def expect_prediction(self, chosen: dict[str, t.Any]) -> None:
        """The run makes the changes that check mode has predicted, and the next run none."""
        changes = _reads_change_rows(self.sim)
        predicted = self.expect_no_violation(chosen, True, [], [])
        if changes:
            return
        expected = {"expect_plan": predicted.result["plan_id"]} if "plan_id" in predicted.result else {}
        done = self.expect_no_violation({**chosen, **expected}, False, [], [])
        if predicted.failed:
            assert done.failed, _both(predicted, done)
            # The failure of one task does not stop the others.
            assert predicted.changed == done.changed, _both(predicted, done)
        if not (predicted.failed or done.failed):
            assert predicted.changed == done.changed, _both(predicted, done)
            assert _actions(predicted) == _actions(done), _both(predicted, done)
            again = self.expect_no_violation(chosen, False, [], [])
            if chosen["wait"]:
                assert not again.changed, again.summary()


class SinkTasks(Machine):
    """One connector, its tasks, and the runs and other users that change them."""

    @initialize(
        deletion_looks=st.integers(0, 2),
        creation_looks=st.integers(0, 2),
        created_status=st.sampled_from(("RUNNING", "RUNNING", "RUNNING", "FAILED")),
        error_prefix=st.sampled_from(("APIG", "APIGW")),
        create_status=st.sampled_from((200, 201)),
        echo_topics_regex=st.booleans(),
        clock_skew=st.sampled_from((*[0] * 8, -600, 600, -1200, 1200)),
    )
    def new_world(self, clock_skew: int, **settings: t.Any) -> None:
        self.sim = simulator()
        self.sim.reset()
        self.sim.clock.offset = clock_skew
        self.sim.settings.update(max_tasks=50, quota_tasks=50, lock_after=None, **settings)
        figures.count("cases")

    @rule(
        name=st.sampled_from(NAMES),
        stored=st.sampled_from(STORED),
        status=st.sampled_from(("RUNNING", "RUNNING", "FAILED", "PAUSED", "CREATING")),
    )
    def another_user_creates(self, name: str, stored: dict[str, t.Any], status: str) -> None:
        if self.sim.connector_id in self.sim.world.connectors and len(self.sim.world.tasks(self.sim.connector_id)) < 6:
            self.sim.world.add_task(self.sim.connector_id, name, status=status, **stored)

    @rule(place=st.integers(0, 5))
    def another_user_deletes(self, place: int) -> None:
        tasks = tasks_of(self.sim)
        if tasks:
            self.sim.world.remove_task(self.sim.connector_id, tasks[place % len(tasks)])

    @rule()
    def another_user_enables_smart_connect(self) -> None:
        if self.sim.connector_id not in self.sim.world.connectors:
            self.sim.world.add_connector(self.sim.instance_id, connector_id=self.sim.connector_id)

    @rule(chosen=options(), check_mode=st.booleans(), faults=st.lists(failures.faults(), max_size=3))
    def run(self, chosen: dict[str, t.Any], check_mode: bool, faults: list[Fault]) -> None:
        self.expect_no_violation(chosen, check_mode, faults, [])

    @rule(
        chosen=options(),
        faults=st.lists(failures.faults(), max_size=2),
        act=failures.acts(NAMES, STORED),
        when=st.sampled_from(("before", "after")),
        at=st.integers(0, 4),
    )
    def run_with_another_user(
        self, chosen: dict[str, t.Any], faults: list[Fault], act: Act, when: str, at: int
    ) -> None:
        # The simulator does not copy faults, and a replayed example needs an act without records.
        act = Act(act.verb, act.name, act.descriptor)
        concurrent = Fault(skip=at, **{when: act})  # type: ignore[arg-type]
        self.expect_no_violation(chosen, False, [concurrent, *faults], [act])

    @rule(chosen=options())
    def check_then_run(self, chosen: dict[str, t.Any]) -> None:
        """Check mode predicts the changes of the run."""
        chosen = filled_in(chosen, self.sim)
        changes = _reads_change_rows(self.sim)
        predicted = self.expect_no_violation(chosen, True, [], [])
        done = self.expect_no_violation(chosen, False, [], [])
        if changes:
            return
        assert predicted.changed == done.changed, _both(predicted, done)
        if predicted.failed:
            assert done.failed, _both(predicted, done)
        if not (predicted.failed or done.failed):
            assert _timeless(predicted.result["diff"]) == _timeless(done.result["diff"]), _both(predicted, done)
        again = self.expect_no_violation(chosen, False, [], [])
        if not done.failed and chosen.get("wait"):
            assert not again.changed, again.summary()

    @rule(chosen=set_options(), check_mode=st.booleans(), faults=st.lists(failures.faults(), max_size=3))
    def run_set(self, chosen: dict[str, t.Any], check_mode: bool, faults: list[Fault]) -> None:
        self.expect_no_violation(chosen, check_mode, faults, [])

    @rule(
        chosen=set_options(),
        act=failures.acts(NAMES, STORED),
        when=st.sampled_from(("before", "after")),
        at=st.integers(0, 6),
    )
    def run_set_with_another_user(self, chosen: dict[str, t.Any], act: Act, when: str, at: int) -> None:
        act = Act(act.verb, act.name, act.descriptor)
        self.expect_no_violation(chosen, False, [Fault(skip=at, **{when: act})], [act])  # type: ignore[arg-type]

    @rule(chosen=set_options())
    def check_then_run_set(self, chosen: dict[str, t.Any]) -> None:
        self.expect_prediction(
            filled_in({name: value for name, value in chosen.items() if name != "expect_plan"}, self.sim)
        )


def _timeless(value: t.Any) -> t.Any:
    """Return a diff without the status, which changes with each read."""
    if isinstance(value, dict):
        return {name: _timeless(item) for name, item in value.items() if name != "status"}
    return value


def _module_of(chosen: dict[str, t.Any]) -> tuple[t.Any, t.Callable[[Outcome, list[Act]], list[str]]]:
    """Return the module that has the options, and what checks its runs."""
    if "topics" in chosen:
        return TOPICS, topics.topic_violations
    if "name" in chosen:
        return TOPIC, topics.topic_violations
    return (SINK_TASKS, set_violations) if "tasks" in chosen else (SINK_TASK, violations)


def _actions(outcome: Outcome) -> list[tuple[str, str]]:
    reports = outcome.result.get("tasks") or outcome.result.get("topics") or []
    return [(report.get("task_name") or report["name"], report["action"]) for report in reports]


def _reads_change_rows(sim: Simulator) -> bool:
    """Return whether reads change the status of a task or the list of topics, so that a run sees others than check mode."""
    with sim.world.lock:
        tasks = [task for connector in sim.world.connectors.values() for task in connector.tasks.values()]
        listed = [topic for instance in sim.world.instances.values() for topic in instance.topics.values()]
        return any(task.deleting or task.passing for task in tasks) or any(
            row.unlisted or row.leaving for row in listed
        )


def _both(predicted: Outcome, done: Outcome) -> str:
    return f"check mode:\n{predicted.summary()}\nthe run:\n{done.summary()}"


class Topics(Machine):
    """One instance, its topics, and the runs and other users that change them."""

    @initialize(
        lags=st.tuples(st.integers(0, 2), st.integers(0, 2)),
        topic_limit=st.sampled_from((200, 50)),
        topic_booleans=st.sampled_from(("json", "text")),
        topic_keys=st.sampled_from(("current", "current", "2023")),
        topic_change_in_part=st.sampled_from(("rest", "others", "earlier")),
        topic_exists_code=st.sampled_from(("DMS.40050005", "DMS.00400101")),
        absent_topic_deleted=st.booleans(),
        partition_num=st.sampled_from((750, 12)),
    )
    def new_world(self, lags: tuple[int, int], partition_num: int, **settings: t.Any) -> None:
        self.sim = simulator()
        self.sim.reset()
        self.sim.clock.offset = 0
        lag, reads = lags
        self.sim.settings.update(lock_after=None, topic_list_lag=lag, topic_deletion_reads=reads, **settings)
        self.sim.world.set_instance(self.sim.instance_id, partition_num=str(partition_num))
        self.sim.world.add_topic(self.sim.instance_id, topics.INTERNAL, partition=1)
        self.sim.world.add_task(self.sim.connector_id, "dump", topics=topics.USED)
        figures.count("cases")

    @rule(act=failures.acts(topics.NAMES, topics.STORED, TopicAct))
    def another_user(self, act: Act) -> None:
        TopicAct(act.verb, act.name, act.descriptor)(self.sim.world)

    @rule(
        chosen=topics.options(),
        check_mode=st.booleans(),
        faults=st.lists(failures.topic_faults(), max_size=3),
    )
    def run(self, chosen: dict[str, t.Any], check_mode: bool, faults: list[Fault]) -> None:
        self.expect_no_violation(chosen, check_mode, faults, [])

    @rule(
        chosen=topics.options(),
        faults=st.lists(failures.topic_faults(), max_size=1),
        act=failures.acts(topics.NAMES, topics.STORED, TopicAct),
        when=st.sampled_from(("before", "after")),
        at=st.integers(0, 4),
    )
    def run_with_another_user(
        self, chosen: dict[str, t.Any], faults: list[Fault], act: Act, when: str, at: int
    ) -> None:
        act = TopicAct(act.verb, act.name, act.descriptor)
        concurrent = Fault(skip=at, **{when: act})  # type: ignore[arg-type]
        self.expect_no_violation(chosen, False, [concurrent, *faults], [act])

    @rule(chosen=topics.options())
    def check_then_run(self, chosen: dict[str, t.Any]) -> None:
        self.expect_prediction(chosen)


TestSinkTasks = SinkTasks.TestCase
TestTopics = Topics.TestCase

if FULL:
    # The same machine with other seeds, for more processes.
    TestSinkTasks2 = seed(SEED + 2)(type("SinkTasks2", (SinkTasks,), {})).TestCase
    TestSinkTasks3 = seed(SEED + 3)(type("SinkTasks3", (SinkTasks,), {})).TestCase
    TestSinkTasks4 = seed(SEED + 4)(type("SinkTasks4", (SinkTasks,), {})).TestCase
