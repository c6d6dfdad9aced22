# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the acceptance tests, and how the tables of cases become tests.

A module with a list CASES gets the fixture `case`, once for each row, and `ways`, with what came of the whole table in
both ways of running. A table is played once, by whichever process of pytest-xdist comes first.
"""

from __future__ import annotations

import fcntl
import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import Case, Played, Ways, play
from acceptance.harness.collection import Playbooks
from acceptance.harness.playbook import WAYS, Program
from simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_MODULE_JOBS = 2


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each row of a table."""
    if "case" not in metafunc.fixturenames:
        return
    known = {"test_the_case_ends_as_it_says": "defect", "test_both_ways_are_alike": "unlike"}
    rows = []
    for case in metafunc.module.CASES:
        field = known[metafunc.function.__name__]
        if field == "unlike" and case.in_worker_only:
            continue
        reason = getattr(case, field)
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        rows.append(pytest.param(case, marks=marks, id=case.name))
    metafunc.parametrize("case", rows)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


def _jobs(cases: list[Case]) -> list[tuple[str, list[Case]]]:
    """Parts of a table that are played side by side."""
    as_module = [case for case in cases if case.steps(WAYS[1])]
    return [(WAYS[0], cases), *((WAYS[1], as_module[start::_MODULE_JOBS]) for start in range(_MODULE_JOBS))]


@pytest.fixture(scope="module")
def ways(request: pytest.FixtureRequest, shared_folder: Path) -> Ways:
    """What came of the module's table of cases, in both ways of running."""
    name = request.module.__name__.rpartition(".")[2]
    kept = shared_folder / f"{name}.json"
    with open(shared_folder / f"{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            played = _play(request.module.CASES, shared_folder / name)
            kept.write_text(json.dumps({way: part.to_json() for way, part in played.items()}))
    return {way: Played.from_json(part) for way, part in json.loads(kept.read_text()).items()}


def _play(cases: list[Case], folder: Path) -> Ways:
    jobs = _jobs(cases)
    # Threads suffice: the work is done by the processes of Ansible.
    with ThreadPoolExecutor(len(jobs)) as pool:
        parts = pool.map(
            lambda number, job: play(job[1], folder.with_name(f"{folder.name}-{number}"), job[0]),
            range(len(jobs)),
            jobs,
        )
        played: Ways = {way: Played() for way in WAYS}
        for job, part in zip(jobs, parts):
            played[job[0]].add(part)
    return played


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulated cloud on its first day."""
    with Simulator() as running:
        yield running


@pytest.fixture
def run(simulator: Simulator, tmp_path: Path) -> Playbooks:
    """Runs the playbooks of the collection against the simulator."""
    return Playbooks(simulator, tmp_path)


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    """Makes a playbook of plays; see :class:`Program`."""

    def make(*arguments: Any, **more: Any) -> Program:
        return Program(tmp_path, *arguments, **more)

    return make
