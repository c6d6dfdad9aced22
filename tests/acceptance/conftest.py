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
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import Case, Played, Ways, play
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
        reason = getattr(case, known[metafunc.function.__name__])
        marks = [pytest.mark.xfail(strict=True, reason=reason)] if reason else []
        rows.append(pytest.param(case, marks=marks, id=case.name))
    metafunc.parametrize("case", rows)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


def _jobs(cases: list[Case]) -> Iterator[tuple[str, list[Case]]]:
    """Parts of a table that can be played side by side."""
    yield WAYS[0], cases
    for start in range(_MODULE_JOBS):
        yield WAYS[1], cases[start::_MODULE_JOBS]


@pytest.fixture(scope="module")
def ways(request: pytest.FixtureRequest, shared_folder: Path) -> Ways:
    """What came of the module's table of cases, in both ways of running."""
    cases: list[Case] = request.module.CASES
    name = request.module.__name__.rpartition(".")[2]
    jobs = [(shared_folder / f"{name}-{number}", *job) for number, job in enumerate(_jobs(cases))]
    # First what no other process is at, then wait for what the others do.
    for wait in (False, True):
        for folder, way, part in jobs:
            _play_once(folder, way, part, wait)
    played: Ways = {way: Played() for way in WAYS}
    for folder, way, _unused in jobs:
        played[way].add(Played.from_json(json.loads((folder / "played.json").read_text())))
    return played


def _play_once(folder: Path, way: str, cases: list[Case], wait: bool) -> None:
    folder.mkdir(exist_ok=True)
    kept = folder / "played.json"
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if not kept.exists():
            kept.write_text(json.dumps(play(cases, folder, way).to_json()))


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulated cloud on its first day."""
    with Simulator() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., Program]:
    """Makes a playbook of plays; see :class:`Program`."""

    def make(*arguments: Any, **more: Any) -> Program:
        return Program(tmp_path, *arguments, **more)

    return make
