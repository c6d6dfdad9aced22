# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of hypothesis: a few hundred cases by default, thousands in `make reliability`."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import hypothesis
import pytest
from hypothesis import HealthCheck
from simulator import Simulator

from .harness import figures

FULL = os.environ.get("RELIABILITY") == "full"
SEED = int(os.environ.get("RELIABILITY_SEED") or random.SystemRandom().randrange(2**32)) if FULL else 0

_common = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}
hypothesis.settings.register_profile("quick", max_examples=60, stateful_step_count=8, derandomize=True, **_common)
hypothesis.settings.register_profile("full", max_examples=400, stateful_step_count=12, database=None, **_common)
hypothesis.settings.load_profile("full" if FULL else "quick")
if FULL:
    hypothesis.core.global_force_seed = SEED


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator for one test; late requests of other tests can't reach it."""
    with Simulator() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide credentials and proxies of the environment from the tests."""
    for name in os.environ:
        if name.upper().startswith(("HW_", "HUAWEICLOUD_")) or name.upper().endswith(("_PROXY", "_CA_BUNDLE")):
            monkeypatch.delenv(name)


_LONG = ("test_many_workers", "test_both_ways", "TestSinkTasks", "test_five_thousand", "test_responses", "test_options")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest tests first, so that all processes are busy until the end."""
    if not FULL:
        return
    ranks = {item: next((rank for rank, name in enumerate(_LONG) if name in item.nodeid), None) for item in items}
    long = sorted((item for item in items if ranks[item] is not None), key=ranks.__getitem__)
    short = [item for item in items if ranks[item] is None]
    # At the start, pytest-xdist gives each process two tests; one process gets those of Keystone.
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [*long[: processes - 1], *short[:processes], *long[processes - 1 :], *short[processes:]]


def pytest_report_header() -> str:
    """Show the seed; RELIABILITY_SEED repeats a run."""
    return f"reliability: profile {'full' if FULL else 'quick'}, RELIABILITY_SEED={SEED}"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    figures.flush()
