# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration in examples/awx satisfies the checks of AWX."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
import yaml
from jinja2 import StrictUndefined, sandbox

from awx.configuration import AWX, ROOT, Configuration, load

# Names that AWX reserves, in addition to those that begin with ANSIBLE_.
RESERVED = {
    "AD_HOC_COMMAND_ID",
    "AWX_HOST",
    "CACHE",
    "CALLBACK_CONNECTION",
    "CALLBACK_QUEUE",
    "INVENTORY_HOSTVARS",
    "INVENTORY_ID",
    "INVENTORY_SOURCE_ID",
    "INVENTORY_UPDATE_ID",
    "JOB_CALLBACK_DEBUG",
    "JOB_ID",
    "MAX_EVENT_RES",
    "PATH",
    "PROJECT_REVISION",
    "PYTHONPATH",
    "REST_API_TOKEN",
    "REST_API_URL",
    "SUPERVISOR_CONFIG_PATH",
    "VIRTUAL_ENV",
}
TEXT = {"type": "string"}
FIELD = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$", "not": {"const": "tower"}},
        "label": TEXT,
        "help_text": TEXT,
        "type": {"enum": ["string", "boolean"]},
        "format": {"enum": ["ssh_private_key", "url"]},
        "choices": {"type": "array", "items": TEXT, "minItems": 1, "uniqueItems": True},
        "multiline": {"type": "boolean"},
        "secret": {"type": "boolean"},
        "ask_at_runtime": {"type": "boolean"},
        "default": {},
    },
    "required": ["id", "label"],
    "additionalProperties": False,
}
CREDENTIAL_TYPE = {
    "type": "object",
    "properties": {
        "name": TEXT,
        "description": TEXT,
        "kind": {"enum": ["cloud", "net"]},
        "inputs": {
            "type": "object",
            "properties": {
                "fields": {"type": "array", "items": FIELD},
                "required": {"type": "array", "items": TEXT},
            },
            "additionalProperties": False,
        },
        "injectors": {
            "type": "object",
            "properties": {
                "env": {
                    "type": "object",
                    "propertyNames": {"pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$"},
                    "additionalProperties": {"type": "string", "pattern": "^[\x00-\x7f]*$"},
                },
            },
            "additionalProperties": False,
        },
    },
    "required": ["name", "kind", "inputs", "injectors"],
    "additionalProperties": False,
}
QUESTION = {
    "type": "object",
    "properties": {
        "question_name": TEXT,
        "question_description": TEXT,
        "variable": {"type": "string", "pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$"},
        "type": {"enum": ["text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect"]},
        "required": {"type": "boolean"},
        "default": {},
        "min": {"type": "integer"},
        "max": {"type": "integer"},
        "choices": {"type": "array", "items": TEXT, "minItems": 1},
    },
    "required": ["question_name", "variable", "type", "required"],
    "additionalProperties": False,
    "allOf": [
        {
            "if": {"properties": {"type": {"enum": ["multiplechoice", "multiselect"]}}},
            "then": {"required": ["choices"]},
            "else": {"not": {"required": ["choices"]}},
        },
        {
            "if": {"properties": {"type": {"const": "integer"}}},
            "then": {"properties": {"default": {"type": "integer"}}},
            "else": {"properties": {"default": {"type": "string"}}},
        },
    ],
}
SURVEY = {
    "type": "object",
    "properties": {"name": TEXT, "description": TEXT, "spec": {"type": "array", "items": QUESTION, "minItems": 1}},
    "required": ["name", "description", "spec"],
    "additionalProperties": False,
}


@pytest.fixture
def types(configuration: Configuration) -> list[dict[str, Any]]:
    return configuration["credential_types"]


def fields(credential_type: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {field["id"]: field for field in credential_type["inputs"]["fields"]}


def test_credential_types_match_the_schema_of_awx(types):
    for item in types:
        jsonschema.validate(item, CREDENTIAL_TYPE)
        assert len(fields(item)) == len(item["inputs"]["fields"])
        assert set(item["inputs"]["required"]) <= set(fields(item))


def test_injectors_use_names_that_awx_allows(types):
    names = {name for item in types for name in item["injectors"]["env"]}
    assert not names & RESERVED
    assert not {name for name in names if name.startswith("ANSIBLE_")}


def test_injectors_use_each_field_once(types):
    for item in types:
        env = sandbox.ImmutableSandboxedEnvironment(undefined=StrictUndefined)
        example = {name: f"<{name}>" for name in fields(item)}
        # Other values are constants.
        texts = [text for text in item["injectors"]["env"].values() if "{{" in text]
        values = [env.from_string(text).render(**example) for text in texts]
        assert sorted(values) == sorted(example.values())


def test_fields_of_secrets_are_secret(types):
    secret = {name for item in types for name, field in fields(item).items() if field.get("secret")}
    assert secret == {"secret_key", "security_token", "password", "auth_token"}


def test_injectors_set_the_variables_of_the_modules(types):
    fragments = (path.read_text(encoding="utf-8") for path in (ROOT / "plugins" / "doc_fragments").glob("*.py"))
    documented = {name for fragment in fragments for name in re.findall(r"E\((HW_\w+)\)", fragment)}
    set_by = {item["name"]: set(item["injectors"]["env"]) for item in types}
    keys, ecs, agency = (set_by[name] for name in ("Huawei Cloud", "Huawei Cloud ECS", "Huawei Cloud agency"))
    assert keys | ecs | agency == documented - {"HW_TIMEOUT", "HW_MAX_RETRIES"}
    # The modules refuse the agency of the ECS beside other credentials.
    assert ecs - keys == {"HW_CREDENTIALS_SOURCE"}
    assert ecs.isdisjoint({"HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_USER_NAME", "HW_AUTH_TOKEN"})
    # AWX refuses two credentials of one type, and variables of the second would replace those of the first.
    assert agency.isdisjoint(keys | ecs)


def test_empty_fields_set_empty_variables(configuration):
    injected = configuration.injected("Kafka operations")
    assert injected["HW_SECURITY_TOKEN"] == injected["HW_AUTH_TOKEN"] == injected["HW_PROJECT_ID"] == ""


def test_credential_of_an_ecs_sets_the_source_and_no_keys(configuration):
    ecs = {"name": "Machine", "credential_type": "Huawei Cloud ECS", "inputs": {"region": "eu-west-101\n"}}
    configuration["credentials"].append(ecs)
    injected = {name: value for name, value in configuration.injected("Machine").items() if value}
    assert injected == {"HW_CREDENTIALS_SOURCE": "ecs", "HW_REGION_NAME": "eu-west-101"}


def test_files_contain_no_secrets():
    for item in load(AWX / "config" / "credentials.yml")["controller_credentials"]:
        assert {value.partition("(")[0] for value in item["inputs"].values()} == {"{{ lookup"}


def test_surveys_match_the_schema_of_awx(configuration):
    for item in configuration["templates"] + configuration["workflows"]:
        assert item["survey_enabled"] is ("survey_spec" in item)
        if item["survey_enabled"]:
            jsonschema.validate(item["survey_spec"], SURVEY)
            variables = [question["variable"] for question in item["survey_spec"]["spec"]]
            assert len(set(variables)) == len(variables)


def test_playbooks_read_the_variables_of_their_surveys(configuration):
    for item in filter(lambda item: item["survey_enabled"], configuration["templates"]):
        text = (ROOT / "playbooks" / item["playbook"]).read_text(encoding="utf-8")
        for included in re.findall(r"(?:import|include)_tasks: (\S+\.yml)|vars_files: \[(\S+)\]", text):
            text += (ROOT / "playbooks" / "".join(included)).read_text(encoding="utf-8")
        for question in item["survey_spec"]["spec"]:
            assert re.search(rf"\b{question['variable']}\b \|", text), question["variable"]


def test_launches_can_not_set_the_variables_that_a_workflow_passes(configuration):
    passed = {"dms_task_id", "dms_expect_plan", "dms_paused", "dms_moves"}
    passed |= {"dms_require_task", "dms_require_task_id", "dms_require_plan", "dms_require_moves"}
    passed |= {"dms_require_change"}
    for item in configuration["workflows"]:
        assert item["ask_variables_on_launch"] is False
        assert not passed & {question["variable"] for question in item.get("survey_spec", {"spec": []})["spec"]}
        assert not passed & set(item.get("extra_vars", {}))
    steps = [item for item in configuration["templates"] if ", step " in item["name"]]
    assert len(steps) == 9
    assert not any(item["survey_enabled"] or item["ask_variables_on_launch"] for item in steps)


def test_referenced_names_exist(configuration):
    names = {
        kind: {item["name"] for item in configuration[kind]}
        for kind in ("credential_types", "credentials", "projects", "inventories", "templates")
    }
    for item in configuration["credentials"]:
        assert item["credential_type"] in names["credential_types"]
        kind = configuration.one("credential_types", item["credential_type"])
        assert set(kind["inputs"]["required"]) <= set(item["inputs"]) <= set(fields(kind))
    for item in configuration["hosts"]:
        assert item["inventory"] in names["inventories"]
    for item in configuration["templates"]:
        assert item["project"] in names["projects"]
        assert item["inventory"] in names["inventories"]
        assert set(item["credentials"]) <= names["credentials"]
        assert (AWX / "project" / item["playbook"]).is_file()
    for item in configuration["schedules"]:
        assert item["unified_job_template"] in names["templates"]
    for item in configuration["roles"]:
        assert set(item.get("job_templates", [])) <= names["templates"]
        assert set(item.get("workflows", [])) <= {workflow["name"] for workflow in configuration["workflows"]}
    for item in configuration["workflows"]:
        nodes = {node["identifier"]: node for node in item["workflow_nodes"]}
        for node in nodes.values():
            job = node["unified_job_template"]
            assert job["type"] == "workflow_approval" or job["name"] in names["templates"]
            following = [other["identifier"] for others in node.get("related", {}).values() for other in others]
            assert set(following) <= set(nodes)


def test_each_template_has_a_copy_in_check_mode(configuration):
    # Reports and alerts change nothing, and workflows have a check step.
    steps = [item["name"] for item in configuration["templates"] if ", step " in item["name"]]
    reading = [item["name"] for item in configuration["templates"] if re.search("report|alert", item["playbook"])]
    runs = [
        item for item in configuration["templates"] if item["job_type"] == "run" and item["name"] not in steps + reading
    ]
    assert runs
    for item in runs:
        check = configuration.one("templates", f"{item['name']} (check)")
        same = set(item) - {"name", "description", "job_type"}
        assert check["job_type"] == "check"
        assert {key: check[key] for key in same} == {key: item[key] for key in same}


def test_awx_detects_the_playbooks_of_the_project():
    # AWX lists files with such a line.
    pattern = re.compile(r"^\s*-?\s*(hosts|(ansible\.builtin\.)?import_playbook):", re.MULTILINE)
    for path in (AWX / "project").glob("*.yml"):
        assert pattern.search(path.read_text(encoding="utf-8"))


def test_version_is_that_of_the_collection():
    version = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    for path in (AWX / "project" / "collections" / "requirements.yml", AWX / "execution-environment.yml"):
        named = re.findall(r"huaweicloud-kafka-(\S+)\.tar\.gz", path.read_text(encoding="utf-8"))
        assert set(named) == {version}
