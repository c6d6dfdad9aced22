# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client import settings
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.credentials import KeyCredentials
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import InvalidInput
from ansible_collections.huaweicloud.kafka.plugins.module_utils.options import connection_options
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID

KEYS = {"access_key": "AK", "secret_key": "SK"}
PASSWORD = {"username": "user", "password": "pw", "domain_name": "dom"}
HERE = {"endpoint": "https://dms.example.com", "project_id": PROJECT_ID}


def read(**given: t.Any) -> settings.Settings:
    options = {name: spec.get("default") for name, spec in connection_options().items()}
    return settings.read({**options, **given}, {})


def refusal(**given: t.Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        read(**given)
    return str(caught.value)


def test_a_region_and_keys_are_enough() -> None:
    assert read(region="eu-west-101", **KEYS) == settings.Settings(
        dms_endpoint="https://dms.eu-west-101.myhuaweicloud.eu",
        iam_endpoint="https://iam.eu-west-101.myhuaweicloud.eu",
        region="eu-west-101",
        project_id=None,
        credentials=KeyCredentials("AK", "SK", None),
        verify=True,
        timeout=30,
        max_retries=5,
    )


def test_endpoint_and_project_do_without_a_region() -> None:
    found = read(**HERE, **KEYS)
    assert (found.dms_endpoint, found.iam_endpoint, found.region, found.project_id) == (
        "https://dms.example.com",
        None,
        None,
        PROJECT_ID,
    )


def test_given_addresses_come_before_those_of_the_region() -> None:
    found = read(region="eu-west-101", endpoint="https://a/", iam_endpoint="https://b/", **KEYS)
    assert (found.dms_endpoint, found.iam_endpoint) == ("https://a", "https://b")


def test_credentials_come_from_the_environment_where_no_option_names_them() -> None:
    options = {name: spec.get("default") for name, spec in connection_options().items()}
    environ = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK"}
    assert settings.read({**options, **HERE}, environ).credentials == KeyCredentials("AK", "SK", None)


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
def test_verification(options: dict[str, t.Any], verify: bool | str) -> None:
    assert read(**HERE, **KEYS, **options).verify == verify


REGION_NEEDED = "region is needed (or HW_REGION_NAME in the environment), unless endpoint and project_id are given"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({}, REGION_NEEDED, id="nowhere"),
        pytest.param({"region": ""}, REGION_NEEDED, id="a blank region"),
        pytest.param({"endpoint": "https://a"}, REGION_NEEDED, id="no project"),
        pytest.param({"project_id": PROJECT_ID}, REGION_NEEDED, id="no endpoint"),
        pytest.param({"endpoint": "", "project_id": PROJECT_ID}, REGION_NEEDED, id="a blank endpoint"),
        pytest.param(
            {"region": "EU"}, "region must be the id of a region such as eu-west-101, not 'EU'", id="no region id"
        ),
        pytest.param(
            {**HERE, "endpoint": "http://a"},
            "endpoint must begin with https://; plain http is for a loopback address only, not for a",
            id="plain http",
        ),
        pytest.param(
            {**HERE, "iam_endpoint": "http://a"},
            "iam_endpoint must begin with https://; plain http is for a loopback address only, not for a",
            id="plain http for IAM",
        ),
        pytest.param({**HERE, "timeout": 0}, "timeout must be from 1 to 86400 seconds, not 0", id="no time"),
        pytest.param(
            {**HERE, "timeout": -1}, "timeout must be from 1 to 86400 seconds, not -1", id="less than no time"
        ),
        pytest.param({**HERE, "max_retries": -1}, "max_retries must be 0 or more, not -1", id="fewer than no retries"),
    ],
)
def test_refuses(options: dict[str, t.Any], message: str) -> None:
    assert refusal(**KEYS, **options) == message


@pytest.mark.parametrize(
    "project_id",
    ["", " ", "x" * 32, "0" * 31, "0" * 33, "eu-west-101", PROJECT_ID + "\n", "../" + "0" * 29, "\uff10" * 32],
)
def test_a_project_id_is_32_hexadecimal_digits(project_id: str) -> None:
    message = refusal(**KEYS, region="eu-west-101", project_id=project_id)
    assert message == f"project_id must be 32 hexadecimal digits, not {project_id!r}"


@pytest.mark.parametrize("project_id", [PROJECT_ID, PROJECT_ID.upper()])
def test_a_project_id_in_either_case_is_taken(project_id: str) -> None:
    assert read(**KEYS, region="eu-west-101", project_id=project_id).project_id == project_id


def test_no_credentials_are_told_with_the_options_and_variables_that_help() -> None:
    message = refusal(**HERE)
    assert message.startswith("there are no credentials: ")
    for name in ("auth_token", "HW_AUTH_TOKEN", "secret_key", "HUAWEICLOUD_SDK_SK", "domain_name", "HW_DOMAIN_NAME"):
        assert name in message


def test_a_password_needs_to_know_where_iam_is() -> None:
    assert refusal(**HERE, **PASSWORD) == (
        "region or iam_endpoint is needed to log in by password"
        " (or HW_REGION_NAME or HW_IAM_ENDPOINT in the environment)"
    )
    assert read(**HERE, **PASSWORD, iam_endpoint="https://b").iam_endpoint == "https://b"
    assert read(**HERE, **PASSWORD, region="cn-north-4").iam_endpoint == "https://iam.cn-north-4.myhuaweicloud.com"


def test_settings_can_be_compared_and_hashed_to_share_a_connection() -> None:
    assert {read(**HERE, **KEYS): 1}[read(**HERE, **KEYS)] == 1
    assert read(**HERE, **KEYS) != read(**HERE, access_key="AK", secret_key="other")


def test_a_timeout_that_no_socket_takes_is_refused() -> None:
    assert refusal(**HERE, **KEYS, timeout=10**10).startswith("timeout must be ")
