# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import re
import typing as t
from pathlib import Path

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import connection_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import ENVIRONMENT, AssumedRole

OPTIONS = connection_spec().argument_spec
PACKAGE = "ansible_collections.huaweicloud.kafka.plugins."
PLUGINS = Path(__file__).resolve().parents[4] / "plugins"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("huaweicloud_kafka_*.py"))

Options = dict[str, dict[str, t.Any]]


def _fragment(name: str) -> dict[str, t.Any]:
    """Return the documentation fragment *name*, such as "huaweicloud.kafka.attributes.state"."""
    _namespace, _collection, module, *part = name.split(".")
    fragment = importlib.import_module(PACKAGE + "doc_fragments." + module).ModuleDocFragment
    return t.cast("dict[str, t.Any]", yaml.safe_load(getattr(fragment, part[0].upper() if part else "DOCUMENTATION")))


def documented(module: str) -> Options:
    """Return the documented options of *module*, including fragments."""
    documentation = yaml.safe_load(importlib.import_module(f"{PACKAGE}modules.{module}").DOCUMENTATION)
    options: Options = {}
    for name in documentation.get("extends_documentation_fragment", []):
        options.update(_fragment(name).get("options", {}))
    return {**options, **documentation.get("options", {})}


def spec(module: str) -> Options:
    return t.cast("Options", importlib.import_module(f"{PACKAGE}modules.{module}").MODULE.spec.argument_spec)


def _comparable(option: dict[str, t.Any], suboptions: str) -> dict[str, t.Any]:
    compared = {name: option.get(name) for name in ("elements", "choices", "default", "aliases")}
    compared["type"] = option.get("type", "str")
    compared["required"] = bool(option.get("required"))
    inner = option.get(suboptions) or {}
    compared["options"] = {name: _comparable(item, suboptions) for name, item in inner.items()}
    return compared


def test_modules_are_found() -> None:
    assert "huaweicloud_kafka_sink_task" in MODULES


@pytest.mark.parametrize("module", MODULES)
def test_options_are_documented(module: str) -> None:
    in_code = {name: _comparable(option, "options") for name, option in spec(module).items()}
    in_documentation = {name: _comparable(option, "suboptions") for name, option in documented(module).items()}
    assert in_code == in_documentation


@pytest.mark.parametrize("module", MODULES)
def test_every_option_has_a_description(module: str) -> None:
    def check(options: Options) -> None:
        for name, option in options.items():
            assert option.get("description"), name
            check(option.get("suboptions", {}))

    check(documented(module))


@pytest.mark.parametrize("module", MODULES)
def test_rules_refer_to_options(module: str) -> None:
    module_spec = importlib.import_module(f"{PACKAGE}modules.{module}").MODULE.spec
    named = {
        name
        for group in ("mutually_exclusive", "required_one_of", "required_together")
        for rule in module_spec.rules.get(group, ())
        for name in rule
    }
    for rule in module_spec.rules.get("required_if", ()):
        named |= {rule[0], *rule[2]}
    assert named <= set(module_spec.argument_spec)


SECRETS = {"secret_key", "security_token", "auth_token", "password"}
INNER_SECRETS: dict[str, set[str]] = {
    "assume_role": set(),
    "source_task": {"password"},
    "limits": set(),
    "definitions": set(),
    "topic_permissions": set(),
}


@pytest.mark.parametrize("module", MODULES)
def test_secrets_are_no_log(module: str) -> None:
    options = spec(module)
    things = next(
        (
            options[name]["options"]
            for name in ("tasks", "topics", "users", "consumer_groups")
            if "options" in options.get(name, {})
        ),
        options,
    )
    secrets = {name for each in (options, things) for name, option in each.items() if option.get("no_log")}
    assert secrets == SECRETS | ({"user_passwd"} & set(things))
    descriptors = _descriptors(things)
    assert {name: {key for key in inner if inner[key].get("no_log")} for name, inner in descriptors.items()} == {
        name: INNER_SECRETS.get(name, {"access_key", "secret_key"}) for name in descriptors
    }


def _descriptors(options: Options) -> dict[str, Options]:
    return {name: option["options"] for name, option in options.items() if "options" in option}


# Environment variables.

VARIABLES = {
    "region": ["HW_REGION_NAME"],
    "project_id": ["HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"],
    "project_name": ["HW_PROJECT_NAME"],
    "access_key": ["HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"],
    "secret_key": ["HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK"],
    "security_token": ["HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"],
    "auth_token": ["HW_AUTH_TOKEN"],
    "username": ["HW_USER_NAME"],
    "password": ["HW_USER_PASSWORD"],
    "domain_name": ["HW_DOMAIN_NAME"],
    "credentials_source": ["HW_CREDENTIALS_SOURCE"],
    "endpoint": ["HW_DMS_ENDPOINT"],
    "iam_endpoint": ["HW_IAM_ENDPOINT", "HUAWEICLOUD_SDK_IAM_ENDPOINT"],
    "timeout": ["HW_TIMEOUT"],
    "max_retries": ["HW_MAX_RETRIES"],
}
FALLBACKS = {name: VARIABLES[name] for name in ("timeout", "max_retries")}
READ_BY_SETTINGS = [name for name in VARIABLES if name not in FALLBACKS]


def test_fallbacks_of_the_connection() -> None:
    fallbacks = {name: option["fallback"][1] for name, option in OPTIONS.items() if "fallback" in option}
    assert fallbacks == FALLBACKS
    assert {name: list(variables) for name, variables in ENVIRONMENT.items() if variables}.items() <= VARIABLES.items()


@pytest.mark.parametrize("name", sorted(OPTIONS))
def test_variables_are_documented_in_their_order(name: str) -> None:
    description = " ".join(_fragment("huaweicloud.kafka.connection")["options"][name]["description"])
    documented_ = [
        variable for variable in re.findall(r"E\(([A-Z_]+)\)", description) if variable != "REQUESTS_CA_BUNDLE"
    ]
    assert documented_ == VARIABLES.get(name, [])


def test_variables_of_an_agency_are_documented() -> None:
    suboptions = _fragment("huaweicloud.kafka.connection")["options"]["assume_role"]["suboptions"]
    found = {
        name: re.findall(r"E\(([A-Z_]+)\)", " ".join(option["description"])) for name, option in suboptions.items()
    }
    assert found == {name: [option.variable] for name, option in AssumedRole.suboptions.items()}


def test_no_variable_has_the_prefix_that_awx_refuses() -> None:
    assert not any(variable.startswith("ANSIBLE_") for variables in VARIABLES.values() for variable in variables)


def validated(**given: t.Any) -> dict[str, t.Any]:
    result = ModuleArgumentSpecValidator(OPTIONS).validate(given)
    assert result.error_messages == []
    return result.validated_parameters


@pytest.mark.parametrize("name", FALLBACKS)
def test_variable_is_the_fallback_of_an_option(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (variable,) = FALLBACKS[name]
    monkeypatch.setenv(variable, " 7 ")
    assert validated()[name] == 7
    assert validated(**{name: "9"})[name] == 9


@pytest.mark.parametrize("name", FALLBACKS)
def test_blank_variable_is_not_set(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in FALLBACKS[name]:
        monkeypatch.setenv(variable, " ")
    assert validated()[name] == OPTIONS[name].get("default")


def test_credentials_project_region_and_endpoints_have_no_fallback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in READ_BY_SETTINGS:
        for variable in VARIABLES[name]:
            monkeypatch.setenv(variable, "value")
    assert all(validated()[name] is None for name in READ_BY_SETTINGS)


@pytest.mark.parametrize("name", ["timeout", "max_retries"])
def test_variable_that_is_not_a_number_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLES[name][0], "soon")
    messages = ModuleArgumentSpecValidator(OPTIONS).validate({}).error_messages
    assert any(name in message and "int" in message for message in messages)
