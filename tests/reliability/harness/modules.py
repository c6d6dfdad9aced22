# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of any module with random faults against one simulator for all examples, and what holds for each run."""

from __future__ import annotations

import atexit
import functools
import json
import re
import typing as t

from hypothesis import strategies as st
from simulator import Fault, Simulator

from . import runs
from .invariants import secrets_shown, shape
from .runs import Outcome

SECRET = 'Random"Password\\1'
UNKNOWN = re.compile("unknown|may have|can be the result|could not be confirmed|wait_timeout")


def random_faults(*operations: str) -> st.SearchStrategy[list[Fault]]:
    """Return up to two faults of requests for these *operations*."""
    lost = st.sampled_from(
        [
            {"drop": "before"},
            {"drop": "after"},
            {"status": 502, "after_work": True},
            {"status": 502},
            {"status": 500, "code": "DMS.00500000", "after_work": True},
            {"status": 400, "code": "DMS.00400026"},
            {"status": 403, "code": "DMS.00403003"},
            {"status": 404, "code": "DMS.10240407"},
            {"status": 200, "body": "<html>"},
            {"status": 200, "body": {"x": SECRET}, "after_work": True},
            {"truncate": 10},
        ]
    )
    one = st.builds(
        lambda operation, fields, skip, times: Fault(operation=operation, skip=skip, times=times, **fields),
        st.sampled_from(operations),
        lost,
        st.integers(0, 2),
        st.sampled_from([1, 1, 2, None]),
    )
    return st.one_of(st.just([]), st.lists(one, max_size=2))


@functools.cache
def simulator() -> Simulator:
    running = Simulator().start()
    atexit.register(running.stop)
    return running


def run(sim: Simulator, module: t.Any, check_mode: bool, **options: t.Any) -> Outcome:
    options = {"instance_id": sim.instance_id, "max_retries": 2, "timeout": 5, **options}
    outcome = runs.run(sim, options, module=module.MODULE, check_mode=check_mode, more_secrets=[sim.secret_key, SECRET])
    sim.faults.clear()
    return outcome


def expect(outcome: Outcome, *violations: t.Iterable[str]) -> None:
    """Fail with the violations of what holds for any run, and of those that are given."""
    found = [text for given_ones in (*violations, shape(outcome), secrets_shown(outcome)) for text in given_ones]
    writes = [entry.operation for entry in outcome.entries if not entry.reads]
    if outcome.check_mode and writes:
        found.append(f"check mode sent {writes}")
    known = not UNKNOWN.search(json.dumps(outcome.result))
    if not outcome.check_mode and outcome.effects and not outcome.changed and known:
        found.append("it changed something and does not report it")
    if not outcome.check_mode and outcome.changed and not outcome.effects:
        found.append("it reports a change that it did not make")
    assert not found, "\n".join([*found, outcome.summary()])
