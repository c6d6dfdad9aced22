# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import functools
import os
import typing as t

import hypothesis
import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client import auth, client, pacing, retries, waiter
from ansible_collections.huaweicloud.kafka.tests.unit.sink_tasks import Play
from ansible_collections.huaweicloud.kafka.tests.unit.support import Clock, Service

hypothesis.settings.register_profile("unit", deadline=None, derandomize=True)
hypothesis.settings.load_profile("unit")


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No credential or proxy of whoever runs the tests may reach them."""
    for name in os.environ:
        if name.upper().startswith(("HW_", "HUAWEICLOUD_")) or name.upper().endswith(("_PROXY", "_CA_BUNDLE")):
            monkeypatch.delenv(name)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The only time that client and waits know; jitter takes the longest pause, and a limit of the rate adds none."""
    clock = Clock()

    class SignatureAuth(auth.SignatureAuth):
        def __init__(self, keys: t.Any) -> None:
            super().__init__(keys, clock=clock.time)

    monkeypatch.setattr(client, "time", clock)
    monkeypatch.setattr(client, "SignatureAuth", SignatureAuth)
    monkeypatch.setattr(client, "Pace", functools.partial(pacing.Pace, draw=lambda: -0.5))
    monkeypatch.setattr(retries, "pause_before", functools.partial(retries.pause_before, draw=lambda: 1.0))
    monkeypatch.setitem(waiter.wait.__kwdefaults__, "clock", clock.monotonic)
    return clock


@pytest.fixture
def service(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Service:
    """The scripted service that every client of the test talks to."""
    service = Service(clock)
    monkeypatch.setattr(client, "Transport", lambda verify: service)
    return service


@pytest.fixture
def play(clock: Clock, service: Service) -> Play:
    """Runs the sink task module against the scripted service."""
    return Play(clock, service)
