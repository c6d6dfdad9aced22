# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the acceptance tests, and the parametrization of tests with the tables of cases.

A module with a list CASES has the fixture `case`, once for each row, and `ways`, with the results of the selected rows
(``-k it-exists``), in-process and as module processes. The rows run once, in the first process of pytest-xdist that
needs them.
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
from acceptance.harness.cloud import METRIC_START
from acceptance.harness.collection import Playbooks
from acceptance.harness.playbook import WAYS, Output, run_playbook
from acceptance.harness.runner import TableResult, Ways, run_cases
from simulator import Settings, Simulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize tests with the rows of the table."""
    if "case" not in metafunc.fixturenames:
        return
    fields = {"test_case_has_the_expected_results": "defect", "test_both_ways_have_the_same_results": "difference"}
    rows = []
    for case in metafunc.module.CASES:
        field = fields[metafunc.function.__name__]
        if field == "difference" and not case.steps(WAYS[1]):
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
    """The rows with selected tests, so that a single row takes seconds; all rows if there are none."""
    items = [item for item in request.session.items if getattr(item, "module", None) is request.module]
    parameters = [item.callspec.params for item in items if hasattr(item, "callspec")]
    names = {given["case"].name for given in parameters if "case" in given}
    return [case for case in request.module.CASES if case.name in names] or request.module.CASES


@pytest.fixture(scope="module")
def ways(request: pytest.FixtureRequest, shared_folder: Path) -> Ways:
    """The results of the module's table, in-process and as module processes."""
    name = request.module.__name__.rpartition(".")[2]
    saved = shared_folder / f"{name}.json"
    with open(shared_folder / f"{name}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not saved.exists():
            tables = _run(_selected(request), shared_folder / name)
            saved.write_text(json.dumps({way: table.to_json() for way, table in tables.items()}))
    return {way: TableResult.from_json(table) for way, table in json.loads(saved.read_text()).items()}


def _run(cases: list[Case], folder: Path) -> Ways:
    def run_way(way: str) -> Ways:
        rows = [case for case in cases if case.steps(way)]
        return run_cases(rows, folder / way, way) if rows else {way: TableResult()}

    # Threads suffice: the work is done by the processes of Ansible.
    with ThreadPoolExecutor() as pool:
        return {way: table for tables in pool.map(run_way, WAYS) for way, table in tables.items()}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator with its initial state."""
    with Simulator(settings=Settings(metric_start=METRIC_START)) as running:
        yield running


@pytest.fixture(name="run_playbook")
def run_playbook_in_tmp_path(tmp_path: Path) -> Callable[..., Output]:
    """Runs a playbook; see :func:`acceptance.harness.playbook.run_playbook`."""
    return partial(run_playbook, tmp_path)


@pytest.fixture
def run(simulator: Simulator, tmp_path: Path) -> Playbooks:
    """Runs the playbooks of the collection against the simulator."""
    return Playbooks(simulator, tmp_path)
