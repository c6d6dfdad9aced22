# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""After an interrupted run, the next one repairs the state without creating a duplicate."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import typing as t
from pathlib import Path

import pytest
from acceptance.harness.playbook import MODULE, started_playbook
from simulator import Fault, Simulator

from .conftest import FULL
from .harness import figures, processes, runs
from .harness.invariants import violations
from .harness.runs import OBS_ACCESS_KEY, OBS_SECRET_KEY

STORED = {"obs_bucket_name": "bucket", "topics": "old"}
WANTED = {"access_key": OBS_ACCESS_KEY, "secret_key": OBS_SECRET_KEY, "obs_bucket_name": "bucket", "topics": ["new"]}

WORK: dict[str, dict[str, t.Any]] = {
    "CreateSinkTask": {"state": "present", "obs_destination_descriptor": WANTED},
    "DeleteSinkTask": {"state": "absent"},
    "DeleteSinkTask while recreating": {"state": "present", "recreate": True, "obs_destination_descriptor": WANTED},
    "CreateSinkTask while recreating": {"state": "present", "recreate": True, "obs_destination_descriptor": WANTED},
}
DELAY = 6.0


def _press_ctrl_c(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)


def _kill_worker(process: subprocess.Popen[str]) -> None:
    for pid in processes.workers_of(process):
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    _press_ctrl_c(process)


def _kill_all(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)


INTERRUPTIONS = {"Ctrl-C": _press_ctrl_c, "killed worker": _kill_worker, "killed": _kill_all, "task timeout": None}

CASES = [(work, interruption, when) for work in WORK for interruption in INTERRUPTIONS for when in ("before", "after")]
QUICK = [CASES[0], CASES[3], CASES[13], CASES[22]]


@pytest.mark.parametrize(("work", "interruption", "when"), CASES if FULL else QUICK)
def test_next_run_repairs_the_state(
    simulator: Simulator, tmp_path: Path, work: str, interruption: str, when: str
) -> None:
    operation, _unused, recreating = work.partition(" ")
    if operation == "DeleteSinkTask" or recreating:
        simulator.world.add_task(simulator.connector_id, "orders", **STORED)
    other = simulator.world.add_task(simulator.connector_id, "audit", **STORED)
    # Interrupted before the request is processed, which then never happens, or after that and before the response.
    fault = {"before": {"drop": "before", "delay": DELAY}, "after": {"delay": DELAY}}[when]
    simulator.faults.add(Fault(operation=operation, **fault))
    options = {"connector_id": simulator.connector_id, "task_name": "orders", **WORK[work]}
    keywords = {"timeout": 2} if interruption == "task timeout" else {}
    tasks = [{"name": "interrupted", MODULE: {**runs.connection(simulator), **options}, **keywords}]
    with started_playbook(tmp_path, [{"tasks": tasks}]) as playbook:
        process = playbook.process
        _wait_for(lambda: operation in simulator.journal.operations(), process)
        # The request has arrived; wait until it is processed.
        time.sleep(0.2)
        interrupt = INTERRUPTIONS[interruption]
        if interrupt:
            interrupt(process)
        started = time.monotonic()
        text, _unused = process.communicate(timeout=30)
        assert time.monotonic() - started < DELAY, "the interruption did not end the run"
    assert process.returncode != 0, text
    assert not [secret for secret in (simulator.secret_key, OBS_SECRET_KEY) if secret in text]

    simulator.faults.clear()
    outcome = runs.run(simulator, options, more_secrets=[simulator.secret_key])
    assert not outcome.failed, text + outcome.summary()
    assert violations(outcome) == [], outcome.summary()
    names = [task["task_name"] for task in simulator.world.tasks(simulator.connector_id)]
    assert sorted(names) == sorted(["audit", *(["orders"] if options["state"] == "present" else [])])
    assert other in [task["task_id"] for task in simulator.world.tasks(simulator.connector_id)]
    again = runs.run(simulator, options)
    assert not again.changed
    assert not again.failed
    figures.count("interruptions")


def _wait_for(condition: t.Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end
        time.sleep(0.02)
