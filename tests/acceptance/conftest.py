# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the acceptance tests, and how the tables of cases become tests.

A module with a list CASES gets the fixture `case`, once for each row, and `ways`, with the results of the rows that are
selected (``-k it-is-there``), in both ways of running. They are played once, by whichever process of pytest-xdist comes
first.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import pytest
from acceptance.harness.cases import Case
from acceptance.harness.collection import Playbooks
from acceptance.harness.playbook import WAYS, Output, run_playbook
from acceptance.harness.player import Played, Ways, play
from simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each row of a table."""
    if "case" not in metafunc.fixturenames:
        return
    known = {"test_case_ends_as_described": "defect", "test_both_ways_have_the_same_results": "unlike"}
    rows = []
    for case in metafunc.module.CASES:
        field = known[metafunc.function.__name__]
        if field == "unlike" and not case.steps(WAYS[1]):
            continue
        reason = getattr(case, field)
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        rows.append(pytest.param(case, marks=marks, id=re.sub(r"\W+", "-", case.name)))
    metafunc.parametrize("case", rows)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


def _selected(request: pytest.FixtureRequest) -> list[Case]:
    """The rows of which a test is selected, so that one row alone takes seconds; all if no test of a row is."""
    items = [item for item in request.session.items if getattr(item, "module", None) is request.module]
    names = {item.callspec.params["case"].name for item in items if hasattr(item, "callspec")}
    return [case for case in request.module.CASES if case.name in names] or request.module.CASES


@pytest.fixture(scope="module")
def ways(request: pytest.FixtureRequest, shared_folder: Path) -> Ways:
    """The results of the module's table, in both ways of running."""
    name = request.module.__name__.rpartition(".")[2]
    kept = shared_folder / f"{name}.json"
    with open(shared_folder / f"{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            played = _play(_selected(request), shared_folder / name)
            kept.write_text(json.dumps({way: part.to_json() for way, part in played.items()}))
    return {way: Played.from_json(part) for way, part in json.loads(kept.read_text()).items()}


def _play(cases: list[Case], folder: Path) -> Ways:
    def play_those_of(way: str) -> Ways:
        rows = [case for case in cases if case.steps(way)]
        return play(rows, folder / way, way) if rows else {way: Played()}

    # Threads suffice: the work is done by the processes of Ansible.
    with ThreadPoolExecutor() as pool:
        return {way: played for part in pool.map(play_those_of, WAYS) for way, played in part.items()}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulated cloud on its first day."""
    with Simulator() as running:
        yield running


@pytest.fixture(name="run_playbook")
def run_playbook_in_tmp_path(tmp_path: Path) -> Callable[..., Output]:
    """Runs a playbook; see :func:`acceptance.harness.playbook.run_playbook`."""
    return partial(run_playbook, tmp_path)


@pytest.fixture
def run(simulator: Simulator, tmp_path: Path) -> Playbooks:
    """Runs the playbooks of the collection against the simulator."""
    return Playbooks(simulator, tmp_path)
