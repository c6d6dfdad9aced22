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
from acceptance.harness.playbook import started_playbook
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from simulator import Fault, Simulator

from .conftest import FULL
from .harness import figures, processes, runs
from .harness.invariants import violations
from .harness.runs import OBS_ACCESS_KEY, OBS_SECRET_KEY, SINK_TASK, TOPIC, TOPICS
from .harness.topics import topic_violations

STORED = {"obs_bucket_name": "bucket", "topics": "old"}
WANTED = {"access_key": OBS_ACCESS_KEY, "secret_key": OBS_SECRET_KEY, "obs_bucket_name": "bucket", "topics": ["new"]}

# Which topics: one, or the two of a set, and what they are like before.
STORED_TOPIC, ONE, TWO = {"partition": 3}, ("orders",), ("orders", "returns")
TOPIC_WORK: dict[str, tuple[dict[str, t.Any], tuple[str, ...], bool]] = {
    "CreateInstanceTopic": ({"partition": 6}, ONE, False),
    "UpdateInstanceTopic": ({"partition": 6, "retention_time": 24}, ONE, True),
    "BatchDeleteInstanceTopic": ({"state": "absent"}, ONE, True),
    "CreateInstanceTopic of a set": ({"partition": 6}, TWO, False),
    "UpdateInstanceTopic of a set": ({"partition": 6, "retention_time": 24}, TWO, True),
    "BatchDeleteInstanceTopic of a set": ({"state": "absent"}, TWO, True),
}
WORK: dict[str, dict[str, t.Any]] = {
    "CreateSinkTask": {"state": "present", "obs_destination_descriptor": WANTED},
    "DeleteSinkTask": {"state": "absent"},
    "DeleteSinkTask while recreating": {"state": "present", "recreate": True, "obs_destination_descriptor": WANTED},
    "CreateSinkTask while recreating": {"state": "present", "recreate": True, "obs_destination_descriptor": WANTED},
}
NAMES = {
    SINK_TASK: "huaweicloud.kafka.huaweicloud_kafka_sink_task",
    TOPIC: "huaweicloud.kafka.huaweicloud_kafka_topic",
    TOPICS: "huaweicloud.kafka.huaweicloud_kafka_topics",
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
TOPIC_CASES = [
    (work, interruption, when) for work in TOPIC_WORK for interruption in INTERRUPTIONS for when in ("before", "after")
]
QUICK_TOPICS = [TOPIC_CASES[5], TOPIC_CASES[25], TOPIC_CASES[35]]


@pytest.mark.parametrize(("work", "interruption", "when"), CASES if FULL else QUICK)
def test_next_run_repairs_the_state(
    simulator: Simulator, tmp_path: Path, work: str, interruption: str, when: str
) -> None:
    operation, _unused, recreating = work.partition(" ")
    if operation == "DeleteSinkTask" or recreating:
        simulator.world.add_task(simulator.connector_id, "orders", **STORED)
    other = simulator.world.add_task(simulator.connector_id, "audit", **STORED)
    options = {"connector_id": simulator.connector_id, "task_name": "orders", **WORK[work]}
    _interrupt(simulator, tmp_path, SINK_TASK, options, operation, interruption, when)
    names = [task["task_name"] for task in simulator.world.tasks(simulator.connector_id)]
    assert sorted(names) == sorted(["audit", *(["orders"] if options["state"] == "present" else [])])
    assert other in [task["task_id"] for task in simulator.world.tasks(simulator.connector_id)]


@pytest.mark.parametrize(("work", "interruption", "when"), TOPIC_CASES if FULL else QUICK_TOPICS)
def test_next_run_repairs_the_topics(
    simulator: Simulator, tmp_path: Path, work: str, interruption: str, when: str
) -> None:
    wanted, names, exist = TOPIC_WORK[work]
    for name in names if exist else ():
        simulator.world.add_topic(simulator.instance_id, name, **STORED_TOPIC)
    simulator.world.add_topic(simulator.instance_id, "audit", **STORED_TOPIC)
    topics = [{"name": name, **wanted} for name in names]
    options = {"instance_id": simulator.instance_id, **({"topics": topics} if len(topics) > 1 else topics[0])}
    module = TOPICS if len(topics) > 1 else TOPIC
    _interrupt(simulator, tmp_path, module, options, work.partition(" ")[0], interruption, when)
    found = {topic["name"]: topic["partition"] for topic in simulator.world.topics(simulator.instance_id)}
    assert found == {"audit": 3, **(dict.fromkeys(names, 6) if "partition" in wanted else {})}


def _interrupt(
    simulator: Simulator,
    folder: Path,
    module: KafkaModule,
    options: dict[str, t.Any],
    operation: str,
    interruption: str,
    when: str,
) -> None:
    """Interrupt a run at *operation*; check that the next run is correct, and that a third one changes nothing."""
    # Interrupted before the request is processed, which then never happens, or after that and before the response.
    fault = {"before": {"drop": "before", "delay": DELAY}, "after": {"delay": DELAY}}[when]
    simulator.faults.add(Fault(operation=operation, **fault))
    keywords = {"timeout": 2} if interruption == "task timeout" else {}
    tasks = [{"name": "interrupted", NAMES[module]: {**runs.connection(simulator), **options}, **keywords}]
    with started_playbook(folder, [{"tasks": tasks}]) as playbook:
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
    outcome = runs.run(simulator, options, module=module, more_secrets=[simulator.secret_key])
    assert not outcome.failed, text + outcome.summary()
    assert (violations if module is SINK_TASK else topic_violations)(outcome) == [], outcome.summary()
    again = runs.run(simulator, options, module=module)
    assert not again.changed
    assert not again.failed
    figures.count("interruptions")


def _wait_for(condition: t.Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end
        time.sleep(0.02)
