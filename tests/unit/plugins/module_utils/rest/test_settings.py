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
    own = {**ENDPOINT, "endpoint": "https://dms.cn-north-4.myhuaweicloud.com"}
    assert read(**own, **PASSWORD, region="cn-north-4").iam_endpoint == "https://iam.cn-north-4.myhuaweicloud.com"


def test_settings_are_comparable_and_hashable() -> None:
    assert {read(**ENDPOINT, **KEYS): 1}[read(**ENDPOINT, **KEYS)] == 1
    assert read(**ENDPOINT, **KEYS) != read(**ENDPOINT, access_key="AK", secret_key="other")


HW_KEYS = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK"}
SDK_KEYS = {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "SK"}
PASSWORD_VARIABLES = {"HW_USER_NAME": "user", "HW_USER_PASSWORD": "pw", "HW_DOMAIN_NAME": "dom"}
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


@pytest.mark.parametrize(
    ("options", "environ", "project"),
    [
        ({}, {**SDK_KEYS, **BY_ID}, (None, None)),
        ({}, {**SDK_KEYS, **BY_NAME}, (None, "eu-west-101_logs")),
        ({}, {**SDK_KEYS, **BY_SDK_ID, **BY_NAME}, (PROJECT_ID, None)),
        ({}, {**SDK_KEYS, **BY_SDK_ID, "HW_PROJECT_ID": "1" * 32}, (PROJECT_ID, None)),
        ({}, {**HW_KEYS, **BY_SDK_ID}, (None, None)),
        ({}, {**HW_KEYS, **BY_SDK_ID, **BY_NAME}, (None, "eu-west-101_logs")),
        ({}, {**HW_KEYS, **SDK_KEYS, **BY_SDK_ID}, (None, None)),
        ({}, {"HW_AUTH_TOKEN": "T", **BY_SDK_ID}, (None, None)),
        ({"access_key": "AK"}, {**SDK_KEYS, **BY_ID}, (None, None)),
        ({"auth_token": "T"}, {**SDK_KEYS, **BY_ID}, (PROJECT_ID, None)),
        ({"auth_token": "T"}, {**HW_KEYS, **BY_SDK_ID}, (PROJECT_ID, None)),
        ({"project_id": PROJECT_ID}, SDK_KEYS, (PROJECT_ID, None)),
    ],
)
def test_project_of_the_environment_is_from_the_set_of_the_credentials(
    options: dict[str, str], environ: dict[str, str], project: tuple[str | None, str | None]
) -> None:
    found = read(environ, region="eu-west-101", **options)
    assert (found.project_id, found.project_name) == project


# --- which endpoints are derived, and when --------------------------------------------------------------------------

OTHER = "https://api.example.com"
EU = {"region": "eu-west-101"}
EU_IAM = "https://iam.eu-west-101.myhuaweicloud.eu"
EU_DMS = "https://dms.eu-west-101.myhuaweicloud.eu"
EU_CES = "https://ces.eu-west-101.myhuaweicloud.eu"
ID = {"project_id": PROJECT_ID}
SET_DMS = "endpoint (or HW_DMS_ENDPOINT in the environment)"
SET_IAM = "iam_endpoint (or HW_IAM_ENDPOINT or HUAWEICLOUD_SDK_IAM_ENDPOINT in the environment)"
SET_CES = "ces_endpoint (or HW_CES_ENDPOINT in the environment)"
NO_DMS = f"endpoint would be {EU_DMS} by the region, but {{}} elsewhere: set {SET_DMS}"
NO_IAM = f"iam_endpoint would be {EU_IAM} by the region, but {{}} elsewhere: set {SET_IAM}"
NO_CES = f"ces_endpoint would be {EU_CES} by the region, but {{}} elsewhere: set {SET_CES}"
NEITHER = f"endpoint and iam_endpoint would be {EU_DMS} and {EU_IAM} by the region, but {{}} elsewhere: set {SET_DMS} and {SET_IAM}"


def addresses(environ: dict[str, str], **given: t.Any) -> tuple[str, str | None] | str:
    """Return the endpoints of DMS and IAM, or the refusal."""
    try:
        found = read(environ, **given)
    except InvalidOption as error:
        return str(error)
    return found.dms_endpoint, found.iam_endpoint


@pytest.mark.parametrize(
    ("options", "environ", "expected"),
    [
        # A project has to be looked up.
        ({**KEYS, "endpoint": OTHER}, {}, NO_IAM.format("endpoint points")),
        ({"auth_token": "T", "endpoint": OTHER}, {}, NO_IAM.format("endpoint points")),
        ({**KEYS, "endpoint": OTHER, "project_name": "x"}, {}, NO_IAM.format("endpoint points")),
        ({**KEYS}, {"HW_DMS_ENDPOINT": OTHER}, NO_IAM.format("HW_DMS_ENDPOINT points")),
        # A password is sent to IAM.
        ({**PASSWORD, **ID, "endpoint": OTHER}, {}, NO_IAM.format("endpoint points")),
        # Neither.
        ({**KEYS, **ID, "endpoint": OTHER}, {}, (OTHER, None)),
        ({"auth_token": "T", **ID}, {"HW_DMS_ENDPOINT": OTHER}, (OTHER, None)),
        # The endpoint of DMS is always needed.
        ({**KEYS, **ID, "iam_endpoint": OTHER}, {}, NO_DMS.format("iam_endpoint points")),
        ({**KEYS, "iam_endpoint": OTHER}, {}, NO_DMS.format("iam_endpoint points")),
        ({**KEYS, **ID}, {"HUAWEICLOUD_SDK_IAM_ENDPOINT": OTHER}, NO_DMS.format("HUAWEICLOUD_SDK_IAM_ENDPOINT points")),
        ({**KEYS, **ID, "ces_endpoint": OTHER}, {}, NO_DMS.format("ces_endpoint points")),
        ({**KEYS}, {"HW_CES_ENDPOINT": OTHER}, NEITHER.format("HW_CES_ENDPOINT points")),
        ({**KEYS, "iam_endpoint": OTHER}, {"HW_DMS_ENDPOINT": OTHER}, (OTHER, OTHER)),
        ({**KEYS, "endpoint": OTHER, "iam_endpoint": EU_IAM}, {}, (OTHER, EU_IAM)),
        # What is outside the domain, and what is not.
        *[
            ({**KEYS, "endpoint": address}, {}, NO_IAM.format("endpoint points"))
            for address in (
                "http://127.0.0.1:8080",
                "https://evilmyhuaweicloud.eu",
                "https://dms.evilmyhuaweicloud.eu",
                "https://myhuaweicloud.eu.example.org",
                "https://dms.myhuaweicloud.eu.example.org:443/base",
                "https://example.org/myhuaweicloud.eu",
                "https://dms.eu-west-101.myhuaweicloud.com",
                "https://myhuaweicloud.eux",
            )
        ],
        *[
            ({**KEYS, "endpoint": address}, {}, (address, EU_IAM))
            for address in (
                EU_DMS,
                "https://DMS.eu-west-101.MyHuaweiCloud.EU",
                "https://dms.eu-west-101.myhuaweicloud.eu:8443/base",
                "https://dms.eu-west-102.myhuaweicloud.eu",
                "https://dms.eu-west-101.myhuaweicloud.eu.",
            )
        ],
        ({**KEYS, "iam_endpoint": "https://iam.myhuaweicloud.eu/v3"}, {}, (EU_DMS, "https://iam.myhuaweicloud.eu")),
        (
            {**KEYS, "iam_endpoint": "https://iam.myhuaweicloud.com"}, {},
            NO_DMS.format("iam_endpoint points"),
        ),
        # An invalid address is named first.
        (
            {**KEYS, "endpoint": "https://user:pw@dms.example.com"}, {},
            "endpoint must be an address such as https://dms.example.com, without user, query and fragment",
        ),
    ],
)  # fmt: skip
def test_endpoints_that_are_needed_are_not_derived_beside_another_cloud(
    options: dict[str, str], environ: dict[str, str], expected: t.Any
) -> None:
    assert addresses(environ, **EU, **options) == expected
    # The region can come from the environment.
    assert addresses({**environ, "HW_REGION_NAME": "eu-west-101"}, **options) == expected


ANOTHER = "region is eu-west-101, but HW_REGION_NAME is eu-west-0, and "


@pytest.mark.parametrize(
    ("options", "environ", "expected"),
    [
        ({}, {}, EU_CES),
        ({"ces_endpoint": OTHER}, {}, OTHER),
        ({}, {"HW_CES_ENDPOINT": OTHER}, OTHER),
        ({"endpoint": OTHER}, {}, NO_CES.format("endpoint points")),
        ({"endpoint": EU_DMS}, {"HW_IAM_ENDPOINT": OTHER}, NO_CES.format("HW_IAM_ENDPOINT points")),
        ({"endpoint": OTHER, "ces_endpoint": "https://ces.example.com/"}, {}, "https://ces.example.com"),
        ({}, {"HW_CLOUD": "myhuaweicloud.com"}, NO_CES.format("HW_CLOUD points")),
        ({}, {"HW_AUTH_URL": "https://iam.example.com"}, EU_CES),
        (
            {}, {"HW_REGION_NAME": "eu-west-0", "HW_CES_ENDPOINT": OTHER},
            f"{ANOTHER}HW_CES_ENDPOINT may belong to that region: set ces_endpoint in the task, too, or unset the variables",
        ),
        ({"region": None}, {}, "region or ces_endpoint is needed to read Cloud Eye (or HW_REGION_NAME or HW_CES_ENDPOINT in the environment)"),
        ({"region": None}, {"HW_CES_ENDPOINT": OTHER}, OTHER),
        ({"region": None}, {"HW_REGION_NAME": "eu-west-101"}, EU_CES),
    ],
)  # fmt: skip
def test_endpoint_of_cloud_eye(options: dict[str, t.Any], environ: dict[str, str], expected: str) -> None:
    given = {"region": "eu-west-101", "endpoint": None, "iam_endpoint": None, "ces_endpoint": None, **options}
    try:
        found = settings.ces_endpoint(given, environ)
    except InvalidOption as error:
        found = str(error)
    assert found == expected


# --- a region that is not that of the environment -------------------------------------------------------------------

ELSEWHERE = {"HW_REGION_NAME": "eu-west-0"}
IN_EU = {"HW_DMS_ENDPOINT": EU_DMS, "HW_IAM_ENDPOINT": EU_IAM, **BY_ID}


@pytest.mark.parametrize(
    ("options", "environ", "variables"),
    [
        (EU, {"HW_DMS_ENDPOINT": EU_DMS}, ["HW_DMS_ENDPOINT"]),
        (EU, {"HW_DMS_ENDPOINT": OTHER, **BY_ID}, ["HW_DMS_ENDPOINT", "HW_PROJECT_ID"]),
        (EU, BY_SDK_ID, ["HUAWEICLOUD_SDK_PROJECT_ID"]),
        (EU, BY_NAME, ["HW_PROJECT_NAME"]),
        (EU, {"HW_IAM_ENDPOINT": EU_IAM}, ["HW_IAM_ENDPOINT"]),
        (EU, {"HUAWEICLOUD_SDK_IAM_ENDPOINT": EU_IAM}, ["HUAWEICLOUD_SDK_IAM_ENDPOINT"]),
        ({**EU, **ID}, {"HW_DMS_ENDPOINT": EU_DMS}, ["HW_DMS_ENDPOINT"]),
        ({**EU, "endpoint": EU_DMS}, IN_EU, ["HW_PROJECT_ID"]),
        ({**EU, "project_name": "x"}, IN_EU, ["HW_DMS_ENDPOINT", "HW_IAM_ENDPOINT"]),
        # What is not used does not matter.
        ({**EU, **ID, "endpoint": EU_DMS}, IN_EU, []),
        ({**EU, **ID}, {"HW_IAM_ENDPOINT": EU_IAM, "HW_CES_ENDPOINT": EU_CES}, []),
        ({**EU, "project_name": "x", "endpoint": EU_DMS, "iam_endpoint": EU_IAM}, IN_EU, []),
        (EU, {}, []),
        # No other region is named.
        (EU, {**IN_EU, "HW_REGION_NAME": " "}, []),
        (EU, {**IN_EU, "HW_REGION_NAME": "eu-west-101\n"}, []),
        ({}, IN_EU, []),
        ({"region": ""}, IN_EU, []),
    ],
)
def test_region_that_is_not_that_of_the_environment(
    options: dict[str, str], environ: dict[str, str], variables: list[str]
) -> None:
    found = addresses({**ELSEWHERE, **environ}, **KEYS, **options)
    if not variables:
        assert isinstance(found, tuple), found
        return
    assert isinstance(found, str)
    assert found.startswith(f"{ANOTHER}{' and '.join(variables)} may belong to that region: set ")


def test_message_about_another_region_names_the_options() -> None:
    message = refusal({**ELSEWHERE, "HW_DMS_ENDPOINT": EU_DMS, **BY_NAME}, **KEYS, **EU)
    assert message.endswith(": set endpoint and project_name in the task, too, or unset the variables")


# --- variables of the vendor's Terraform provider -------------------------------------------------------------------

ROLE = {"HW_ASSUME_ROLE_AGENCY_NAME": "operators", "HW_ASSUME_ROLE_DOMAIN_NAME": "other"}
AUTH_URL = NO_IAM.format("HW_AUTH_URL points")
BOTH = (EU_DMS, EU_IAM)


@pytest.mark.parametrize(
    ("options", "environ", "expected"),
    [
        (KEYS, {**HW_KEYS, **ROLE}, BOTH),
        ({"auth_token": "T"}, ROLE, BOTH),
        ({}, {**HW_KEYS, "HW_ASSUME_ROLE_AGENCY_NAME": " ", "HW_ASSUME_ROLE": "x"}, BOTH),
        (KEYS, {"HW_CLOUD": "myhuaweicloud.com"}, NEITHER.format("HW_CLOUD points")),
        (KEYS, {"HW_CLOUD": "example.com"}, NEITHER.format("HW_CLOUD points")),
        ({**KEYS, **ID}, {"HW_CLOUD": "example.com"}, NO_DMS.format("HW_CLOUD points")),
        ({**KEYS, "endpoint": EU_DMS}, {"HW_CLOUD": "example.com"}, NO_IAM.format("HW_CLOUD points")),
        ({**KEYS, **ID, "endpoint": OTHER}, {"HW_CLOUD": "another.example.com"}, (OTHER, None)),
        ({**KEYS, "endpoint": EU_DMS}, {"HW_IAM_ENDPOINT": OTHER, "HW_CLOUD": "example.com"}, (EU_DMS, OTHER)),
        (KEYS, {"HW_CLOUD": " MyHuaweiCloud.EU\n"}, BOTH),
        (KEYS, {"HW_CLOUD": " "}, BOTH),
        (KEYS, {"HW_AUTH_URL": "https://iam.myhuaweicloud.com:443/v3"}, AUTH_URL),
        (KEYS, {"HW_AUTH_URL": "https://iam.example.com/v3"}, AUTH_URL),
        (KEYS, {"HW_AUTH_URL": "https://iam.eu-west-101.myhuaweicloud.eu.example.com/v3"}, AUTH_URL),
        (KEYS, {"HW_AUTH_URL": "https://["}, AUTH_URL),
        ({**PASSWORD, **ID}, {"HW_AUTH_URL": "https://iam.example.com/v3"}, AUTH_URL),
        (
            {**KEYS, "endpoint": OTHER}, {"HW_AUTH_URL": "https://iam.example.com/v3", "HW_CLOUD": "example.com"},
            NO_IAM.format("endpoint and HW_CLOUD and HW_AUTH_URL point"),
        ),
        (KEYS, {"HW_AUTH_URL": "https://IAM.eu-west-101.myhuaweicloud.eu:443/v3/"}, BOTH),
        (KEYS, {"HW_AUTH_URL": " "}, BOTH),
        ({**KEYS, **ID}, {"HW_AUTH_URL": "https://iam.example.com/v3"}, (EU_DMS, None)),
        ({**KEYS, "iam_endpoint": EU_IAM}, {"HW_AUTH_URL": "https://iam.example.com/v3"}, BOTH),
        # No other variable is looked at.
        (
            KEYS,
            {
                **dict.fromkeys(("HW_INSECURE", "HW_PROFILE", "OS_AUTH_URL", "OS_ASSUME_ROLE", "HW_ENDPOINT"), "x"),
                **dict.fromkeys(("OS_REGION_NAME", "OS_PROJECT_ID", "HW_TENANT_ID", "HW_SHARED_CONFIG_FILE"), "x"),
            },
            BOTH,
        ),
    ],
)  # fmt: skip
def test_variables_of_terraform_that_would_change_as_whom_or_where_are_refused(
    options: dict[str, str], environ: dict[str, str], expected: t.Any
) -> None:
    assert addresses(environ, **EU, **options) == expected


# --- an agency of another account -----------------------------------------------------------------------------------

ROLE_OPTION = {"assume_role": {"agency_name": "operators", "domain_name": "other"}}


def test_hint_about_a_project_id_of_the_environment_that_does_not_count_with_an_agency() -> None:
    environ = {**HW_KEYS, "HW_PROJECT_ID": PROJECT_ID, "HW_DMS_ENDPOINT": "https://dms.example.com"}
    with pytest.raises(InvalidOption) as caught:
        read({**environ, **ROLE, "HW_IAM_ENDPOINT": "https://iam.example.com"})
    assert str(caught.value) == REGION_NEEDED
    assert caught.value.hint == "With an agency of another account, only the option project_id counts."
    assert read(environ).project_id == PROJECT_ID


@pytest.mark.parametrize(
    ("options", "environ", "project"),
    [
        ({**KEYS, **ROLE_OPTION}, BY_ID, (None, None)),
        ({**KEYS, **ROLE_OPTION}, BY_SDK_ID, (None, None)),
        ({**KEYS, **ROLE_OPTION}, {**BY_ID, **BY_NAME}, (None, "eu-west-101_logs")),
        ({**KEYS, **ROLE_OPTION, "project_name": "x"}, BY_ID, (None, "x")),
        ({**KEYS, **ROLE_OPTION, **ID}, {"HW_PROJECT_ID": "1" * 32}, (PROJECT_ID, None)),
        ({}, {**HW_KEYS, **ROLE, **BY_ID}, (None, None)),
        ({}, {**SDK_KEYS, **ROLE, **BY_SDK_ID}, (None, None)),
        (ID, {**HW_KEYS, **ROLE, "HW_PROJECT_ID": "1" * 32}, (PROJECT_ID, None)),
        # Without an agency, variables count for the ECS as for keys.
        ({"credentials_source": "ecs"}, BY_ID, (PROJECT_ID, None)),
        ({}, {"HW_CREDENTIALS_SOURCE": "ecs", **BY_SDK_ID}, (None, None)),
    ],
)
def test_project_id_of_the_environment_is_not_used_in_another_account(
    options: dict[str, t.Any], environ: dict[str, str], project: tuple[str | None, str | None]
) -> None:
    found = read(environ, **EU, **options)
    assert (found.project_id, found.project_name) == project


def test_endpoint_of_iam_is_needed_to_assume_an_agency() -> None:
    assert refusal(**ENDPOINT, **KEYS, **ROLE_OPTION) == (
        "region or iam_endpoint is needed to assume an agency (or HW_REGION_NAME or HW_IAM_ENDPOINT in the environment)"
    )
    assert refusal(**EU, **KEYS, **ROLE_OPTION, **ID, endpoint=OTHER) == NO_IAM.format("endpoint points")
    assert read(**EU, **KEYS, **ROLE_OPTION, **ID).iam_endpoint == EU_IAM


def test_agencies_and_callers_have_settings_of_their_own() -> None:
    other = {"assume_role": {"agency_name": "auditors", "domain_name": "other"}}
    found = [
        read(**EU, **keys, **role) for keys in (KEYS, {**KEYS, "access_key": "AK2"}) for role in (ROLE_OPTION, other)
    ]
    assert len(set(found)) == 4
    assert read(**EU, **KEYS, **ROLE_OPTION) in set(found)
