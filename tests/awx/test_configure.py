# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of awx.awx take the configuration in examples/awx. Skipped where that collection is not installed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from awx.configuration import AWX, PROJECT_URL
from awx.controller import Controller

PROGRAM = Path(sys.executable).with_name("ansible-playbook")


def installed(name: str) -> bool:
    found = importlib.util.find_spec("ansible_collections")
    return found is not None and any((Path(place) / name).is_dir() for place in found.submodule_search_locations or ())


pytestmark = pytest.mark.skipif(not installed("awx/awx"), reason="the collection awx.awx is not installed")


@pytest.fixture
def controller():
    controller = Controller()
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture
def configure(controller, cloud, secrets):
    """Applies the configuration and returns the recap."""

    def configure(*arguments: str) -> str:
        environment = {
            "CONTROLLER_HOST": controller.address,
            "CONTROLLER_OAUTH_TOKEN": "a-token",
            "HW_REGION_NAME": cloud.region,
            "HW_ACCESS_KEY": cloud.access_key,
            "HW_SECRET_KEY": cloud.secret_key,
            "OBS_ACCESS_KEY": "an-obs-access-key",
            "OBS_SECRET_KEY": secrets[1],
        }
        done = subprocess.run(
            [PROGRAM, AWX / "configure.yml", "-v", "-e", f"project_url={PROJECT_URL}", *arguments],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        print(done.stdout)
        assert done.returncode == 0
        assert not any(secret in done.stdout for secret in secrets)
        return done.stdout.partition("PLAY RECAP")[2]

    return configure


def test_the_configuration_is_applied_once(configure, controller, configuration, cloud, secrets):
    assert "changed=7 " in configure()
    kinds = {
        "credential_types": "credential_types",
        "credentials": "credentials",
        "projects": "projects",
        "inventories": "inventories",
        "hosts": "hosts",
        "job_templates": "templates",
        "workflow_job_templates": "workflows",
    }
    for collection, kind in kinds.items():
        assert set(controller.named(collection)) == {item["name"] for item in configuration[kind]}
    for name, item in controller.named("credential_types").items():
        wanted = configuration.one("credential_types", name)
        assert (item["inputs"], item["injectors"]) == (wanted["inputs"], wanted["injectors"])
    assert controller.named("credentials")["Kafka operations"]["inputs"]["secret_key"] == cloud.secret_key
    for name, item in controller.named("job_templates").items():
        wanted = configuration.one("templates", name)
        assert item["_survey_spec"] == wanted["survey_spec"]
        assert (item["playbook"], item["job_type"]) == (wanted["playbook"], wanted["job_type"])
    nodes = controller.named("workflow_job_template_nodes")
    assert nodes["look"]["_success_nodes"] == [{"id": nodes["approve"]["id"]}]
    assert nodes["approve"]["_success_nodes"] == [{"id": nodes["delete"]["id"]}]

    done = len(controller.writes)
    again = configure()
    assert "changed=0 " in again
    assert controller.writes[done:] == []
