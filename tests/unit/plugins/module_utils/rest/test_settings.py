# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import connection_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import settings
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import AccessKey
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID

KEYS = {"access_key": "AK", "secret_key": "SK"}
PASSWORD = {"username": "user", "password": "pw", "domain_name": "dom"}
ENDPOINT = {"endpoint": "https://dms.example.com", "project_id": PROJECT_ID}


def read(environ: dict[str, str] | None = None, **given: t.Any) -> settings.Settings:
    options = {name: spec.get("default") for name, spec in connection_spec().argument_spec.items()}
    return settings.read({**options, **given}, environ or {})


def refusal(environ: dict[str, str] | None = None, **given: t.Any) -> str:
    with pytest.raises(InvalidOption) as caught:
        read(environ, **given)
    return str(caught.value)


def test_region_and_keys_are_sufficient() -> None:
    assert read(region="eu-west-101", **KEYS) == settings.Settings(
        dms_endpoint="https://dms.eu-west-101.myhuaweicloud.eu",
        iam_endpoint="https://iam.eu-west-101.myhuaweicloud.eu",
        region="eu-west-101",
        project_id=None,
        project_name=None,
        credentials=AccessKey("AK", "SK"),
        verify=True,
        timeout=30,
        max_retries=5,
    )


def test_region_is_not_needed_with_endpoint_and_project_id() -> None:
    found = read(**ENDPOINT, **KEYS)
    assert (found.dms_endpoint, found.iam_endpoint, found.region, found.project_id) == (
        "https://dms.example.com",
        None,
        None,
        PROJECT_ID,
    )


def test_endpoint_options_override_those_of_the_region() -> None:
    found = read(region="eu-west-101", endpoint="https://a/", iam_endpoint="https://b/", **KEYS)
    assert (found.dms_endpoint, found.iam_endpoint) == ("https://a", "https://b")


def test_credentials_are_read_from_the_environment() -> None:
    environ = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK"}
    assert read(environ, **ENDPOINT).credentials == AccessKey("AK", "SK")


@pytest.mark.parametrize(
    ("options", "verify"),
    [
        ({}, True),
        ({"validate_certs": False}, False),
        ({"ca_path": "/ca.pem"}, "/ca.pem"),
        ({"ca_path": ""}, True),
        ({"validate_certs": False, "ca_path": "/ca.pem"}, False),
    ],
)
def test_verify(options: dict[str, t.Any], verify: bool | str) -> None:
    assert read(**ENDPOINT, **KEYS, **options).verify == verify


REGION_NEEDED = "region is needed (or HW_REGION_NAME in the environment), unless endpoint and project_id are set"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({}, REGION_NEEDED, id="nothing set"),
        pytest.param({"region": ""}, REGION_NEEDED, id="a blank region"),
        pytest.param({"endpoint": "https://a"}, REGION_NEEDED, id="no project"),
        pytest.param({"project_id": PROJECT_ID}, REGION_NEEDED, id="no endpoint"),
        pytest.param({"endpoint": "", "project_id": PROJECT_ID}, REGION_NEEDED, id="a blank endpoint"),
        pytest.param(
            {"region": "EU"}, "region must be the id of a region, such as eu-west-101, not 'EU'", id="invalid region"
        ),
        pytest.param(
            {**ENDPOINT, "endpoint": "http://a"},
            "endpoint must begin with https://; plain http is for a loopback address only, not for a",
            id="plain http",
        ),
        pytest.param(
            {**ENDPOINT, "iam_endpoint": "http://a"},
            "iam_endpoint must begin with https://; plain http is for a loopback address only, not for a",
            id="plain http for IAM",
        ),
        pytest.param({**ENDPOINT, "timeout": 0}, "timeout must be from 1 to 86400 seconds, not 0", id="timeout 0"),
        pytest.param(
            {**ENDPOINT, "timeout": -1}, "timeout must be from 1 to 86400 seconds, not -1", id="negative timeout"
        ),
        pytest.param(
            {**ENDPOINT, "timeout": 10**10},
            f"timeout must be from 1 to 86400 seconds, not {10**10}",
            id="timeout too long for a socket",
        ),
        pytest.param(
            {**ENDPOINT, "max_retries": -1}, "max_retries must be 0 or more, not -1", id="negative max_retries"
        ),
    ],
)
def test_invalid_options_are_refused(options: dict[str, t.Any], message: str) -> None:
    assert refusal(**KEYS, **options) == message


@pytest.mark.parametrize(
    "project_id",
    ["", " ", "x" * 32, "0" * 31, "0" * 33, "eu-west-101", PROJECT_ID + "\n", "../" + "0" * 29, "\uff10" * 32],
)
def test_invalid_project_id_is_refused(project_id: str) -> None:
    message = refusal(**KEYS, region="eu-west-101", project_id=project_id)
    assert message == f"project_id must be 32 hexadecimal digits, not {project_id!r}"


@pytest.mark.parametrize("project_id", [PROJECT_ID, PROJECT_ID.upper()])
def test_project_id_is_accepted_in_either_case(project_id: str) -> None:
    assert read(**KEYS, region="eu-west-101", project_id=project_id).project_id == project_id


def test_message_about_missing_credentials_has_options_and_variables() -> None:
    message = refusal(**ENDPOINT)
    assert message.startswith("there are no credentials: ")
    for name in ("auth_token", "HW_AUTH_TOKEN", "secret_key", "HUAWEICLOUD_SDK_SK", "domain_name", "HW_DOMAIN_NAME"):
        assert name in message


def test_password_needs_region_or_iam_endpoint() -> None:
    assert refusal(**ENDPOINT, **PASSWORD) == (
        "region or iam_endpoint is needed to log in with a password"
        " (or HW_REGION_NAME or HW_IAM_ENDPOINT in the environment)"
    )
    assert read(**ENDPOINT, **PASSWORD, iam_endpoint="https://b").iam_endpoint == "https://b"
    assert read(**ENDPOINT, **PASSWORD, region="cn-north-4").iam_endpoint == "https://iam.cn-north-4.myhuaweicloud.com"


def test_settings_are_comparable_and_hashable() -> None:
    assert {read(**ENDPOINT, **KEYS): 1}[read(**ENDPOINT, **KEYS)] == 1
    assert read(**ENDPOINT, **KEYS) != read(**ENDPOINT, access_key="AK", secret_key="other")


BY_ID = {"HW_PROJECT_ID": PROJECT_ID}
BY_SDK_ID = {"HUAWEICLOUD_SDK_PROJECT_ID": PROJECT_ID}
BY_NAME = {"HW_PROJECT_NAME": "eu-west-101_logs"}


@pytest.mark.parametrize(
    ("options", "environ", "project"),
    [
        ({}, {}, (None, None)),
        ({"project_id": "1" * 32}, {**BY_ID, **BY_NAME}, ("1" * 32, None)),
        ({"project_name": "eu-west-101"}, {**BY_ID, **BY_NAME}, (None, "eu-west-101")),
        ({"project_name": "eu-west-101"}, BY_SDK_ID, (None, "eu-west-101")),
        ({}, BY_ID, (PROJECT_ID, None)),
        ({}, {**BY_SDK_ID, "HW_PROJECT_ID": "1" * 32}, ("1" * 32, None)),
        ({}, {**BY_ID, **BY_NAME}, (PROJECT_ID, None)),
        ({}, {**BY_SDK_ID, **BY_NAME}, (PROJECT_ID, None)),
        ({}, BY_NAME, (None, "eu-west-101_logs")),
        ({}, {"HW_PROJECT_ID": " ", "HW_PROJECT_NAME": ""}, (None, None)),
        ({}, {"HW_PROJECT_ID": "", **BY_NAME}, (None, "eu-west-101_logs")),
        ({}, {"HW_PROJECT_ID": f"{PROJECT_ID}\n"}, (PROJECT_ID, None)),
    ],
)
def test_project_options_override_variables_and_ids_override_names(
    options: dict[str, str], environ: dict[str, str], project: tuple[str | None, str | None]
) -> None:
    found = read(environ, **KEYS, region="eu-west-101", **options)
    assert (found.project_id, found.project_name) == project


def test_project_id_and_project_name_are_refused_together() -> None:
    assert refusal(**KEYS, region="eu-west-101", project_id=PROJECT_ID, project_name="eu-west-101") == (
        "project_id and project_name can't be set at the same time"
    )


@pytest.mark.parametrize("name", ["", " ", " a", "a\n"])
def test_invalid_project_name_is_refused(name: str) -> None:
    assert refusal(**KEYS, region="eu-west-101", project_name=name).startswith("project_name must not be empty")


def test_project_name_needs_region_or_endpoints() -> None:
    assert refusal(**KEYS, endpoint="https://a", project_name="x") == REGION_NEEDED
    assert read(**KEYS, endpoint="https://a", iam_endpoint="https://b/v3", project_name="x").iam_endpoint == "https://b"
