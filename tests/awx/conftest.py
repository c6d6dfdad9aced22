# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures of the AWX tests: the configuration in examples/awx, and a simulated cloud.

They need the dependency group awx, and the collection in ANSIBLE_COLLECTIONS_PATH.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from simulator import Simulator

from awx.configuration import Configuration

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def cloud() -> Iterator[Simulator]:
    with Simulator(port=0) as simulator:
        yield simulator


@pytest.fixture
def secrets(cloud: Simulator) -> list[str]:
    """Values that must not occur in any output."""
    return [cloud.secret_key, "an-obs-secret-key-that-is-never-shown"]


@pytest.fixture
def configuration(cloud: Simulator, secrets: list[str]) -> Configuration:
    """The configuration, rendered with the credentials of the simulated cloud."""
    configuration = Configuration(
        {
            "HW_REGION_NAME": cloud.region,
            "HW_ACCESS_KEY": cloud.access_key,
            "HW_SECRET_KEY": cloud.secret_key,
            "OBS_ACCESS_KEY": "an-obs-access-key",
            "OBS_SECRET_KEY": secrets[1],
        }
    )
    inputs = configuration.one("credentials", "Kafka operations")["inputs"]
    inputs.update(dict.fromkeys(("dms_endpoint", "iam_endpoint", "ces_endpoint"), cloud.endpoint))
    return configuration


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Remove credentials and settings from the environment, and use a temporary home directory."""
    for name in list(os.environ):
        if name.startswith(("HW_", "HUAWEICLOUD_", "OBS_", "ANSIBLE_")) and name != "ANSIBLE_COLLECTIONS_PATH":
            monkeypatch.delenv(name)
    for name, value in {
        "HOME": tmp_path / "home",
        "ANSIBLE_HOME": tmp_path / "home" / ".ansible",
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }.items():
        monkeypatch.setenv(name, str(value))
    (tmp_path / "home").mkdir()
