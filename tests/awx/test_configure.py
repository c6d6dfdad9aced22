# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of awx.awx take the configuration in examples/awx. Skipped where that collection is not installed."""

from __future__ import annotations

import importlib.util
import json
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
def variables(cloud, secrets):
    """The environment variables that config/credentials.yml reads."""
    return {
        "HW_REGION_NAME": cloud.region,
        "HW_ACCESS_KEY": cloud.access_key,
        "HW_SECRET_KEY": cloud.secret_key,
        "OBS_ACCESS_KEY": "an-obs-access-key",
        "OBS_SECRET_KEY": secrets[1],
    }


@pytest.fixture
def run(controller, secrets):
    """Applies the configuration with these variables, and returns the return code and the output."""

    def run(variables: dict[str, str], *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            [PROGRAM, AWX / "configure.yml", "-v", "-e", f"project_url={PROJECT_URL}", *arguments],
            env={
                **os.environ,
                "CONTROLLER_HOST": controller.address,
                "CONTROLLER_OAUTH_TOKEN": "a-token",
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        print(done.stdout)
        assert not any(secret in done.stdout for secret in secrets)
        return done.returncode, done.stdout

    return run


def ids(items):
    return {item["id"] for item in items}


def test_configuration_is_applied_and_later_runs_change_nothing(run, variables, controller, configuration, cloud):
    code, output = run(variables)
    assert code == 0
    kinds = {
        "credential_types": "credential_types",
        "credentials": "credentials",
        "projects": "projects",
        "inventories": "inventories",
        "hosts": "hosts",
        "job_templates": "templates",
        "workflow_job_templates": "workflows",
        "teams": "teams",
    }
    for collection, kind in kinds.items():
        assert set(controller.named(collection)) == {item["name"] for item in configuration[kind]}
    for name, item in controller.named("credential_types").items():
        wanted = configuration.one("credential_types", name)
        assert (item["inputs"], item["injectors"]) == (wanted["inputs"], wanted["injectors"])
    assert controller.inputs("Kafka operations")["secret_key"] == cloud.secret_key
    credentials = controller.named("credentials")
    for name, item in controller.named("job_templates").items():
        wanted = configuration.one("templates", name)
        assert item.get("_survey_spec") == wanted.get("survey_spec")
        assert json.loads(item["extra_vars"]) == wanted["extra_vars"]
        assert item["ask_credential_on_launch"]
        assert not item["ask_variables_on_launch"]
        assert (item["playbook"], item["job_type"]) == (wanted["playbook"], wanted["job_type"])
        assert ids(item["_credentials"]) == {credentials[one]["id"] for one in wanted["credentials"]}
    for workflow in controller.collections["workflow_job_templates"]:
        assert workflow["allow_simultaneous"]
        nodes = {
            node["identifier"]: node
            for node in controller.collections["workflow_job_template_nodes"]
            if node["workflow_job_template"] == workflow["id"]
        }
        assert ids(nodes["check"]["_success_nodes"]) == {nodes["approve"]["id"]}
        assert ids(nodes["approve"]["_success_nodes"]) == {nodes["delete"]["id"]}
        templates = {item["id"]: item["name"] for item in controller.collections["job_templates"]}
        assert templates[nodes["check"]["unified_job_template"]].endswith("step 1 (check)")
        assert templates[nodes["delete"]["unified_job_template"]].endswith("step 2")
    teams = {item["id"]: item["name"] for item in controller.collections["teams"]}
    granted = {
        (teams[team["id"]], role["name"], item["name"])
        for kind in ("job_templates", "workflow_job_templates")
        for item in controller.collections[kind]
        for one in item["summary_fields"]["object_roles"].values()
        for role in controller.collections["roles"]
        if role["id"] == one["id"]
        for team in role.get("_teams", [])
    }
    assert ("Kafka approvers", "approval", "Kafka - delete a sink task after approval") in granted
    assert ("Kafka approvers", "read", "Kafka - delete after approval, step 1 (check)") in granted
    assert not {name for name, role, _ in granted if role == "execute"} & {"Kafka approvers"}
    written = len(controller.writes)
    for given in (variables, {}):
        code, output = run(given)
        assert code == 0
        assert " changed=0 " in output
    assert controller.writes[written:] == []


def test_missing_variables_stop_the_run_while_there_are_no_credentials(run, controller):
    code, output = run({})
    assert code != 0
    assert "Kafka operations does not exist yet" in output.replace("\n", " ")
    assert "credentials" not in controller.collections


def test_inputs_added_in_the_controller_stay(run, variables, controller, cloud, secrets):
    assert run(variables)[0] == 0
    added = {
        "security_token": "a-token-added-by-hand",
        "project_id": "a-project",
        "dms_endpoint": cloud.endpoint,
        "username": "somebody",
    }
    controller.edit_credential("Kafka operations", **added)
    field = {"id": "cost_center", "label": "Cost center", "type": "string"}
    controller.edit_credential_type("Huawei Cloud", field, {"COST_CENTER": "{{ cost_center }}"})
    before = controller.inputs("Kafka operations")
    written = len(controller.writes)
    for given, *arguments in (
        ({},),
        (variables,),
        ({**variables, "HW_ACCESS_KEY": "another-key", "HW_SECRET_KEY": secrets[1]},),
        ({}, "-e", "update_secrets=true"),
    ):
        code, output = run(given, *arguments)
        assert code == 0
        assert " changed=0 " in output
        assert "is not changed" in output
        assert controller.inputs("Kafka operations") == before
    assert controller.writes[written:] == []

    new = {"HW_ACCESS_KEY": "another-key", "HW_SECRET_KEY": secrets[1]}
    assert run(new, "-e", "update_secrets=true")[0] == 0
    after = {**before, "access_key": "another-key", "secret_key": secrets[1]}
    assert controller.inputs("Kafka operations") == after
    code, output = run({"HW_ACCESS_KEY": "half-a-pair"}, "-e", "update_secrets=true")
    assert code != 0
    assert controller.inputs("Kafka operations") == after


def test_second_organization_gets_objects_of_its_own(run, variables, controller):
    assert run(variables)[0] == 0
    controller.add_organization("Second")
    assert run(variables, "-e", "organization=Second")[0] == 0
    written = len(controller.writes)
    for organization in ("Default", "Second"):
        code, output = run(variables, "-e", f"organization={organization}")
        assert code == 0
        assert " changed=0 " in output
    assert controller.writes[written:] == []
    number = controller.named("organizations")["Second"]["id"]
    own = {item["id"] for item in controller.collections["credentials"] if item["organization"] == number}
    for item in controller.collections["job_templates"]:
        if item["organization"] == number:
            assert ids(item["_credentials"]) <= own
