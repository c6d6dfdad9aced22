# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/awx/configure.yml works with the modules of awx.awx. Skipped if that collection is not installed."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from awx.configuration import AWX, PROJECT_URL, Configuration, load
from awx.controller import TOKEN, Controller

PROGRAM = Path(sys.executable).with_name("ansible-playbook")
# The environment variables that config/credentials.yml reads.
VARIABLES = {
    "HW_REGION_NAME": "eu-west-101",
    "HW_ACCESS_KEY": "an-access-key",
    "HW_SECRET_KEY": "a-secret-key-of-the-cloud",
    "OBS_ACCESS_KEY": "an-obs-access-key",
    "OBS_SECRET_KEY": "a-secret-key-of-the-bucket",
}
OTHERS = {"HW_ACCESS_KEY": "another-access-key", "HW_SECRET_KEY": "another-secret-key"}
SECRETS = {value for name, value in {**VARIABLES, "OTHER": OTHERS["HW_SECRET_KEY"]}.items() if "ACCESS" not in name}
SECRETS.discard(VARIABLES["HW_REGION_NAME"])


def installed(name: str) -> bool:
    found = importlib.util.find_spec("ansible_collections")
    return found is not None and any(
        (Path(folder) / name).is_dir() for folder in found.submodule_search_locations or ()
    )


pytestmark = pytest.mark.skipif(not installed("awx/awx"), reason="the collection awx.awx is not installed")


# The smallest configuration with all kinds of objects; the other templates are similar.
WORKFLOW = "Kafka - delete a sink task after approval"
STEPS = ["Kafka - delete after approval, step 1 (check)", "Kafka - delete after approval, step 2"]
SUBSET_TEMPLATES = [
    "Kafka - delete a sink task",
    "Kafka - create a sink task",
    "Kafka - alert",
    *STEPS,
]


@pytest.fixture(scope="module")
def subset(tmp_path_factory):
    """The arguments for a run with a subset of the templates."""
    content = {}
    for name in ("job_templates", "workflows"):
        content.update(load(AWX / "config" / f"{name}.yml"))
    execute = {"teams": ["Kafka operators"], "role": "execute", "job_templates": SUBSET_TEMPLATES[:1]}
    approval = {"teams": ["Kafka approvers"], "role": "approval", "workflows": [WORKFLOW]}
    chosen = {
        "controller_templates": [item for item in content["controller_templates"] if item["name"] in SUBSET_TEMPLATES],
        "controller_workflows": [item for item in content["controller_workflows"] if item["name"] == WORKFLOW],
        "controller_roles": [execute, approval],
    }
    path = tmp_path_factory.mktemp("subset") / "subset.json"
    path.write_text(json.dumps(chosen))
    return ("-e", f"@{path}")


def run(controller, variables, *arguments, playbook=AWX / "configure.yml"):
    """Apply the configuration with environment variables. Return the return code and the output."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    access = {"CONTROLLER_HOST": controller.url, "CONTROLLER_OAUTH_TOKEN": TOKEN}
    done = subprocess.run(
        [PROGRAM, playbook, "-v", "-e", f"project_url={PROJECT_URL}", *arguments],
        env={**inherited, "LC_ALL": "C.UTF-8", **access, **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
        check=False,
    )
    print(done.stdout)
    assert not any(secret in done.stdout for secret in SECRETS)
    return done.returncode, done.stdout


def expect_no_change(controller, variables, *arguments):
    written = len(controller.writes)
    code, output = run(controller, variables, *arguments)
    assert code == 0
    assert " changed=0 " in output
    assert controller.writes[written:] == []


@pytest.fixture(scope="module")
def applied():
    """A controller with the applied configuration."""
    with Controller() as controller:
        assert run(controller, VARIABLES)[0] == 0
        yield controller


@pytest.fixture
def controller(applied):
    """A copy of that controller."""
    with applied.copy() as controller:
        yield controller


@pytest.fixture(scope="module")
def wanted():
    return Configuration(VARIABLES)


KINDS = {
    "credential_types": "credential_types",
    "credentials": "credentials",
    "projects": "projects",
    "inventories": "inventories",
    "hosts": "hosts",
    "job_templates": "templates",
    "workflow_job_templates": "workflows",
    "schedules": "schedules",
    "teams": "teams",
}


@pytest.mark.parametrize(("collection", "kind"), KINDS.items())
def test_all_objects_are_created(applied, wanted, collection, kind):
    assert set(applied.named(collection)) == {item["name"] for item in wanted[kind]}


def test_credentials_hold_the_variables(applied, wanted):
    for name, item in applied.named("credential_types").items():
        assert (item["inputs"], item["injectors"]) == tuple(
            wanted.one("credential_types", name)[part] for part in ("inputs", "injectors")
        )
    assert applied.inputs("Kafka operations")["secret_key"] == VARIABLES["HW_SECRET_KEY"]
    assert applied.inputs("Archive bucket")["access_key"] == VARIABLES["OBS_ACCESS_KEY"]


def test_job_templates_are_as_configured(applied, wanted):
    for name, item in applied.named("job_templates").items():
        template = wanted.one("templates", name)
        assert applied.survey("job_templates", name) == template.get("survey_spec", {})
        assert json.loads(item["extra_vars"]) == template["extra_vars"]
        names = ("playbook", "job_type", "ask_credential_on_launch", "ask_variables_on_launch", "diff_mode")
        assert {field: item[field] for field in names} == {field: template[field] for field in names}
        assert {one["name"] for one in item["summary_fields"]["credentials"]} == set(template["credentials"])


def test_workflows_are_as_configured(applied, wanted):
    for name, workflow in applied.named("workflow_job_templates").items():
        assert workflow["allow_simultaneous"] is True
        assert applied.survey("workflow_job_templates", name) == wanted.one("workflows", name).get("survey_spec", {})
        nodes = nodes_of(applied, workflow["id"])
        for node in wanted.one("workflows", name)["workflow_nodes"]:
            job = nodes[node["identifier"]]["summary_fields"]["unified_job_template"]
            assert job["name"] == node["unified_job_template"]["name"]
            assert job["unified_job_type"] == node["unified_job_template"]["type"].replace("job_template", "job")
            assert job.get("timeout", 0) == node["unified_job_template"].get("timeout", 0)
            following = [nodes[one["identifier"]]["id"] for one in node.get("related", {}).get("success_nodes", [])]
            assert nodes[node["identifier"]]["success_nodes"] == sorted(following)


def nodes_of(controller, workflow):
    kind = "workflow_job_template_nodes"
    items = [item for item in controller.collections[kind] if item["workflow_job_template"] == workflow]
    return {item["identifier"]: controller.shown(kind, item["id"]) for item in items}


def test_roles_are_as_configured(applied, wanted):
    teams = {item["id"]: name for name, item in applied.named("teams").items()}
    granted = {
        (teams[team], role.removesuffix("_role"), name)
        for collection in ("job_templates", "workflow_job_templates")
        for name, item in applied.named(collection).items()
        for role, one in item["summary_fields"]["object_roles"].items()
        for team in applied.associated("roles", one["id"], "teams")
    }
    assert granted == {
        (team, entry["role"], name)
        for entry in wanted["roles"]
        for team in entry["teams"]
        for name in [*entry.get("job_templates", []), *entry.get("workflows", [])]
    }


def test_later_runs_change_nothing(controller):
    expect_no_change(controller, VARIABLES)
    expect_no_change(controller, {})


def test_modules_report_changes_and_errors_that_the_playbook_avoids(controller, tmp_path):
    # The reasons why configure.yml compares, and does not configure single nodes.
    (item,) = (
        item for item in load(AWX / "config" / "workflows.yml")["controller_workflows"] if item["name"] == WORKFLOW
    )
    nodes = json.loads(json.dumps(item["workflow_nodes"]).replace("{{ organization }}", "Default"))
    tasks = [
        {"awx.awx.workflow_job_template": {"name": WORKFLOW, "organization": "Default", "workflow_nodes": nodes}},
        {
            "awx.awx.workflow_job_template_node": {
                "identifier": "approve",
                "workflow_job_template": WORKFLOW,
                "approval_node": {"name": "Approve?"},
                "success_nodes": ["delete"],
            }
        },
    ]
    playbook = tmp_path / "modules.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    code, output = run(controller, {}, playbook=playbook)
    assert code != 0
    assert " changed=1 " in output
    assert "The requested object could not be found" in output


def test_only_differences_are_written(controller, subset):
    hosts = controller.collections["hosts"]
    name = "Kafka - create a sink task"
    survey = controller.survey("workflow_job_templates", WORKFLOW)
    controller.edit("job_templates", name, description="changed", forks=7)
    hosts[0]["variables"] = "{}"
    template = controller.named("job_templates")["Kafka - delete a sink task"]
    next(item for item in controller.collections["job_templates"] if item["id"] == template["id"])[
        "_credentials"
    ].clear()
    controller.collections["schedules"][0]["rrule"] = ""
    approval = nodes_of(controller, controller.named("workflow_job_templates")[WORKFLOW]["id"])["approve"]
    next(
        item
        for item in controller.collections["workflow_approval_templates"]
        if item["id"] == approval["unified_job_template"]
    )["timeout"] = 60
    role = template["summary_fields"]["object_roles"]["execute_role"]["id"]
    next(item for item in controller.collections["roles"] if item["id"] == role)["_teams"].clear()
    written = len(controller.writes)

    assert run(controller, {}, *subset)[0] == 0
    assert {line for line in controller.writes[written:] if "survey" not in line} == {
        "PATCH hosts",
        "PATCH job_templates",
        "PATCH schedules",
        "POST job_templates/credentials",
        "PATCH workflow_approval_templates",
        "POST roles/teams",
    }
    assert controller.survey("workflow_job_templates", WORKFLOW) == survey
    assert controller.named("job_templates")[name]["forks"] == 7
    assert controller.named("job_templates")[name]["description"] != "changed"
    expect_no_change(controller, {}, *subset)


def test_missing_variables_fail_the_run_if_there_are_no_credentials():
    with Controller() as controller:
        code, output = run(controller, {})
        assert code != 0
        assert "Kafka operations does not exist yet" in output.replace("\n", " ")
        assert controller.collections["credentials"] == []


def test_additions_in_the_controller_are_kept(controller, wanted, subset):
    stored = controller.named("credentials")["Kafka operations"]["inputs"]
    added = {"security_token": "a-token-added-by-hand", "project_id": "a-project", "username": "a-user"}
    controller.edit("credentials", "Kafka operations", inputs={**stored, **added})
    injectors = wanted.one("credential_types", "Huawei Cloud")["injectors"]
    more = {"env": {**injectors["env"], "COST_CENTER": "kafka"}}
    controller.edit("credential_types", "Huawei Cloud", injectors=more)
    workflow = controller.named("workflow_job_templates")[WORKFLOW]["id"]
    controller.add("workflow_job_template_nodes", workflow_job_template=workflow, identifier="added")
    before = controller.inputs("Kafka operations")
    assert before == {**before, **added, "secret_key": VARIABLES["HW_SECRET_KEY"]}
    expect_no_change(controller, {**VARIABLES, **OTHERS}, *subset)
    expect_no_change(controller, {}, *subset, "-e", "update_secrets=true")
    assert controller.inputs("Kafka operations") == before

    assert run(controller, OTHERS, *subset, "-e", "update_secrets=true")[0] == 0
    after = {**before, "access_key": OTHERS["HW_ACCESS_KEY"], "secret_key": OTHERS["HW_SECRET_KEY"]}
    assert controller.inputs("Kafka operations") == after
    code, _output = run(controller, {"HW_ACCESS_KEY": "half-a-pair"}, *subset, "-e", "update_secrets=true")
    assert code != 0
    assert controller.inputs("Kafka operations") == after
    assert controller.named("credential_types")["Huawei Cloud"]["injectors"] == more


def test_fields_added_to_an_unused_credential_type_are_kept(wanted):
    with Controller() as controller:
        kind = wanted.one("credential_types", "OBS bucket")
        field = {"id": "cost_center", "label": "Cost center", "type": "string"}
        old = {**kind["inputs"], "fields": [field, *kind["inputs"]["fields"][:1]]}
        controller.add("credential_types", name="OBS bucket", inputs=old)
        run(controller, {})
        fields = controller.named("credential_types")["OBS bucket"]["inputs"]["fields"]
        assert fields == [field, *kind["inputs"]["fields"]]


def test_second_organization_has_its_own_objects(controller, subset):
    number = controller.add("organizations", name="Second")
    assert run(controller, VARIABLES, *subset, "-e", "organization=Second")[0] == 0
    for organization in ("Default", "Second"):
        expect_no_change(controller, VARIABLES, *subset, "-e", f"organization={organization}")
    own = {item["id"] for item in controller.collections["credentials"] if item["organization"] == number}
    templates = [item for item in controller.collections["job_templates"] if item["organization"] == number]
    assert {item["name"] for item in templates} == set(SUBSET_TEMPLATES)
    for item in templates:
        assert set(item["_credentials"]) <= own
