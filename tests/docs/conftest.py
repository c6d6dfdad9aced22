# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated cloud, and a way to run playbooks with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from simulator import Settings, Simulator


@pytest.fixture
def cloud():
    with Simulator(port=0, settings=Settings(metric_start=1800)) as simulator:
        simulator.world.set_instance(simulator.instance_id, name="kafka-orders")
        simulator.world.add_kafka_user(simulator.instance_id, "admin")
        yield simulator


@pytest.fixture
def play(cloud, tmp_path):
    """Runs playbooks with the simulated cloud, and returns the exit code and the output."""
    excluded = ("ANSIBLE_", "HW_", "HUAWEICLOUD_", "OBS_")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(excluded)}
    environment = {
        **inherited,
        "ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"],
        "ANSIBLE_HOME": str(tmp_path / "home"),
        "NO_PROXY": "127.0.0.1",
        "HW_REGION_NAME": cloud.region,
        "HW_PROJECT_ID": cloud.project_id,
        "HW_DMS_ENDPOINT": cloud.endpoint,
        "HW_IAM_ENDPOINT": cloud.endpoint,
        "HW_CES_ENDPOINT": cloud.endpoint,
        "HW_ACCESS_KEY": cloud.access_key,
        "HW_SECRET_KEY": cloud.secret_key,
        "OBS_ACCESS_KEY": "an-obs-access-key",
        "OBS_SECRET_KEY": "an-obs-secret-key",
    }

    def play(*arguments: str | Path, **variables: Any) -> tuple[int, str]:
        done = subprocess.run(
            [Path(sys.executable).with_name("ansible-playbook"), "-e", json.dumps(variables), *arguments],
            env=environment,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        print(done.stdout)
        return done.returncode, done.stdout

    return play
