# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.kafka.tests.unit.samples import Run
from ansible_collections.huaweicloud.kafka.tests.unit.support import Clock, Service


@pytest.fixture
def run(clock: Clock, service: Service) -> Run:
    return Run(clock, service)
