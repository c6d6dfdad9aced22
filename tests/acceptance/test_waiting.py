# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The output while a task waits, and the end of a wait by a timeout or an interrupt."""

from __future__ import annotations

import os
import re
import signal
import time
from typing import TYPE_CHECKING

import pytest
from acceptance.harness.playbook import BOTH_WAYS, WAYS, Output, in_way, started_playbook
from acceptance.harness.secrecy import Secrets
from acceptance.harness.tasks import absent, present, variables
from simulator import Fault

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator import Simulator

# Less than the 300 seconds of the waits, and more than a slow machine needs.
TIME_LIMIT = 30.0


def shown_states(text: str) -> list[tuple[str, int]]:
    return [(state, int(left)) for state, left in re.findall(r"waiting: (.+), (\d+) s left", text)]


def test_v_shows_each_poll(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.settings.creation_looks = 3
    simulator.settings.deletion_looks = 1
    tasks = [present(simulator), absent(simulator, wait_timeout=60)]
    output = run_playbook([{"tasks": tasks}], "-v", variables=variables(simulator)).expect_success()
    states = shown_states(output.text)
    assert [state for state, _unused in states] == ["status CREATING", "status CREATING", "status DELETING"]
    assert 290 <= states[1][1] <= states[0][1] <= 300
    assert 50 <= states[2][1] <= 60


def test_vvv_shows_each_request(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.settings.creation_looks = 1
    simulator.faults.add(Fault("ListSinkTasks", code="DMS.10240407"), Fault("CreateSinkTask", drop="after"))
    by_region = {"project_id": None, "region": simulator.region, "iam_endpoint": simulator.endpoint}
    output = run_playbook([{"tasks": [present(simulator, **by_region)]}], "-vvv", variables=variables(simulator))
    output.expect_success()
    shown = re.findall(r"(GET|POST|DELETE) (/v\S+): (.+) in \d+ ms(?: \(request id (\w+)\))?", output.text)
    assert len(shown) == len(simulator.journal)
    for (method, path, outcome, request_id), entry in zip(shown, simulator.journal):
        assert (method, path) == (entry.method, entry.path)
        if entry.status is None:
            assert (outcome, request_id) == ("the connection was closed", "")
        else:
            assert outcome == (f"{entry.status} {entry.code}" if entry.code else str(entry.status))
            assert request_id == entry.request_id
    assert not Secrets(simulator).shown_in(output)
    for header in ("Authorization", "X-Sdk-Date", "SDK-HMAC-SHA256"):
        assert header not in output.text


def test_timeout_of_the_task_ends_the_wait(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.settings.creation_looks = 10_000
    tasks = [
        {**present(simulator), "timeout": 3, "ignore_errors": True},
        absent(simulator, "delete the task"),
    ]
    play = {"serial": 1, "tasks": tasks}
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way in WAYS:
        result = output.result("create the task", way)
        assert output.failed("create the task", way)
        assert "3" in result["msg"]
        assert re.search(r"time|Timed out", result["msg"])
        assert output.result("delete the task", way)["changed"] is True
    assert output.seconds < TIME_LIMIT
    # Without -v, neither polls nor requests are shown.
    assert shown_states(output.text) == []
    assert "GET /v2/" not in output.text


def test_timeout_of_the_task_ends_a_request(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.faults.add(Fault("ListSinkTasks", delay=60.0, times=2))
    task = {**absent(simulator, timeout=120), "timeout": 6}
    output = run_playbook([{"tasks": [task]}], hosts=BOTH_WAYS, variables=variables(simulator))
    assert output.code == 2
    assert output.seconds < TIME_LIMIT
    assert simulator.journal.operations() == ["ListSinkTasks"] * 2


@pytest.mark.parametrize("way", WAYS)
def test_interrupt_ends_the_wait(way: str, simulator: Simulator, tmp_path: Path) -> None:
    simulator.settings.creation_looks = 10_000
    plays = [{"tasks": [present(simulator)]}]
    with started_playbook(tmp_path, plays, variables=variables(simulator, **in_way(way))) as playbook:
        process = playbook.process
        limit = time.monotonic() + TIME_LIMIT
        while len(simulator.journal.of("ShowSinkTaskDetail")) < 2:
            assert process.poll() is None
            assert time.monotonic() < limit
            time.sleep(0.05)
        # Like a terminal, to all processes of the playbook.
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=TIME_LIMIT)
        assert process.returncode != 0
        with pytest.raises(ProcessLookupError):
            _wait_for_the_process_group(process.pid)


def _wait_for_the_process_group(group: int) -> None:
    """Raise ProcessLookupError when no process of *group* is left."""
    limit = time.monotonic() + TIME_LIMIT
    while time.monotonic() < limit:
        os.killpg(group, 0)
        time.sleep(0.05)
