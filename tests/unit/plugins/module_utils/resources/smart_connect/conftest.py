# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.tests.unit.support import Clock, Ran, Service, Step, run_module


class RunModule:
    """Runs a module; the service expects exactly the steps."""

    def __init__(self, clock: Clock, service: Service) -> None:
        self.clock = clock
        self.service = service

    def __call__(self, module: t.Any, options: t.Mapping[str, t.Any], *steps: Step, **how: t.Any) -> Ran:
        return run_module(module, self.service, options, *steps, clock=self.clock, **how)


@pytest.fixture
def run_with(clock: Clock, service: Service) -> RunModule:
    return RunModule(clock, service)
