# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random runs of ansible-playbook, in-process and as a module process: both are correct and return the same."""

from __future__ import annotations

import contextlib
import re
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from acceptance.harness.playbook import MODULE, WAYS, in_way, run_playbook
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from simulator import Fault, Simulator

from .conftest import FULL
from .harness import failures, runs
from .harness.invariants import violations
from .harness.known import is_known
from .harness.options import NAMES, STORED, filled_in, options
from .harness.runs import Outcome

# The first batch of hypothesis is the simplest one.
BATCHES, SIZE = (12, 16) if FULL else (2, 4)
LONGEST_RETRY_AFTER = 1


class Case(t.NamedTuple):
    """A run with its own simulator. *tasks*: the indexes of existing tasks in NAMES and STORED, and their status."""

    chosen: dict[str, t.Any]
    check_mode: bool
    faults: list[Fault]
    tasks: list[tuple[int, int, str]]
    settings: dict[str, t.Any]


def _is_fast(fault: Fault) -> bool:
    retry_after = fault.headers.get("Retry-After", "")
    return not fault.delay and not (retry_after.isdigit() and int(retry_after) > LONGEST_RETRY_AFTER)


CASES = st.builds(
    Case,
    chosen=options(wait_timeouts=(0, 2), max_retries=(0, 1)),
    check_mode=st.booleans(),
    faults=st.lists(failures.faults().filter(_is_fast), max_size=2),
    tasks=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from(("RUNNING", "RUNNING", "FAILED", "PAUSED"))),
        max_size=4,
    ),
    settings=st.fixed_dictionaries(
        {"deletion_looks": st.integers(0, 1), "creation_looks": st.integers(0, 1), "lock_after": st.none()}
    ),
)


@settings(max_examples=BATCHES, phases=[Phase.generate])
@given(batch=st.lists(CASES, min_size=SIZE, max_size=SIZE))
def test_both_ways_are_correct_and_return_the_same(tmp_path_factory: t.Any, batch: list[Case]) -> None:
    folder = tmp_path_factory.mktemp("ways")
    with ThreadPoolExecutor(2) as pool:
        in_worker, as_module = pool.map(lambda way: _run_playbook(folder / way, batch, way), WAYS)
    for case, one, other in zip(batch, in_worker, as_module):
        summary = f"{case}\nin-process:\n{one.summary()}\nas a module:\n{other.summary()}"
        for outcome in (one, other):
            wrong = [text for text in violations(outcome) if not is_known(text, outcome, [])]
            assert not wrong, "\n".join([*wrong, summary])
        assert _returned(one) == _returned(other), summary


_DIFFERENT_IN_EACH_RUN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|:\d{4,5}/")
"""Request ids, ids of tasks, and the port of the simulator."""


def _returned(outcome: Outcome) -> tuple[t.Any, ...]:
    """Return the parts of the result for the user, and the state of the service afterwards."""
    sentences = [_DIFFERENT_IN_EACH_RUN.sub("…", text) for text in (outcome.msg, *outcome.result.get("warnings", ()))]
    return outcome.failed, outcome.changed, sentences, outcome.after


def _run_playbook(folder: Path, batch: list[Case], way: str) -> list[Outcome]:
    with contextlib.ExitStack() as stack:
        simulators = [stack.enter_context(Simulator()) for _unused in batch]
        watches, given, tasks = [], [], []
        for number, (case, sim) in enumerate(zip(batch, simulators)):
            sim.settings.update(**case.settings)
            for name, stored, status in case.tasks:
                sim.world.add_task(sim.connector_id, NAMES[name], status=status, **STORED[stored])
            for fault in case.faults:
                sim.faults.add(fault)
            given.append({**runs.connection(sim), **filled_in(case.chosen, sim)})
            watches.append(stack.enter_context(runs.Watch(sim)))
            keywords = {"check_mode": case.check_mode, "diff": True, "ignore_errors": True}
            tasks.append({"name": f"run {number}", MODULE: given[-1], "register": f"done_{number}", **keywords})
        shown = [f"{{{{ done_{number} }}}}" for number in range(len(batch))]
        tasks.append({"name": "results", "ansible.builtin.debug": {"msg": shown}})
        output = run_playbook(folder, [{"tasks": tasks}], "-vvv", variables=in_way(way)).expect_success()
        # A secret of one run can be a text in a response of another.
        logs = re.split(r"^TASK \[", output.text, flags=re.MULTILINE)
        logs_by_task = {log.partition("]")[0]: log for log in logs}
        return [
            watch.outcome(
                options,
                case.check_mode,
                result,
                sleeps=[],
                seconds=0.0,
                log=logs_by_task[f"run {number}"],
                secrets=_secrets(options),
                response_timeout=options.get("timeout", 30),
            )
            for number, (case, options, watch, result) in enumerate(
                zip(batch, given, watches, output.result("results")["msg"])
            )
        ]


def _secrets(options: dict[str, t.Any]) -> set[str]:
    params, secrets, _unused = runs.validated(runs.SINK_TASK, options)
    return {*secrets, params["secret_key"]}
