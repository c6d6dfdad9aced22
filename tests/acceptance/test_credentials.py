# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options for credentials and the project: their kinds, errors, and the requests of logins and lookups."""

from __future__ import annotations

from typing import Any

from acceptance.harness.cases import OWN_REGION, OWN_TOKEN, Case, Expect, absent, changed, fails, unchanged
from acceptance.harness.cloud import SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, task
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.runner import Ways
from simulator import Fault, Simulator

NO_KEYS = {"access_key": None, "secret_key": None}
TEMPORARY = {
    "access_key": TEMPORARY_ACCESS_KEY,
    "secret_key": TEMPORARY_SECRET_KEY,
    "security_token": SECURITY_TOKEN,
}
TOKEN = {**NO_KEYS, "auth_token": OWN_TOKEN}
PASSWORD = {
    **NO_KEYS,
    "username": Simulator.user_name,
    "password": Simulator.password,
    "domain_name": Simulator.domain_name,
}
BY_REGION = {"project_id": None, "region": OWN_REGION}


def with_credentials(name: str, live: Expect, *options: dict[str, Any], **more: Any) -> Case:
    """A case with these credentials, in which the sink task is absent."""
    return absent(name, live, options={key: value for part in options for key, value in part.items()}, **more)


def renamed(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "projects": [{**project, "name": project["name"] + "_test"} for project in body["projects"]]}


KINDS = [
    with_credentials("keys", unchanged("LIST", auth="keys")),
    with_credentials("temporary keys", unchanged("LIST", auth="temporary keys"), TEMPORARY),
    with_credentials("a token", unchanged("LIST", auth="token"), TOKEN),
    with_credentials("a password", unchanged("LOGIN LIST", auth="token"), PASSWORD, as_module=True),
    with_credentials(
        "a token has precedence over keys and a password",
        unchanged("LIST", auth="token"),
        PASSWORD,
        TEMPORARY,
        TOKEN | {"access_key": TEMPORARY_ACCESS_KEY, "secret_key": TEMPORARY_SECRET_KEY},
    ),
    with_credentials(
        "keys have precedence over a password", unchanged("LIST", auth="temporary keys"), PASSWORD, TEMPORARY
    ),
]

PROJECTS = [
    with_credentials("keys and the project of the region", unchanged("PROJECTS LIST", auth="keys"), BY_REGION),
    with_credentials(
        "temporary keys and the project of the region",
        unchanged("PROJECTS LIST", auth="temporary keys"),
        TEMPORARY,
        BY_REGION,
    ),
    with_credentials(
        "a token and the project of the region", unchanged("PROJECTS LIST", auth="token"), TOKEN, BY_REGION
    ),
    with_credentials(
        "the login returns the project of the region", unchanged("LOGIN LIST", auth="token"), PASSWORD, BY_REGION
    ),
    absent(
        "the project is looked up once for all requests",
        changed("PROJECTS LIST DELETE LIST"),
        again=unchanged("PROJECTS LIST"),
        options=BY_REGION,
        existing=[task()],
        remaining=[],
    ),
    absent(
        "one login for all requests",
        changed("LOGIN LIST DELETE LIST"),
        again=unchanged("LOGIN LIST"),
        options=PASSWORD,
        existing=[task()],
        remaining=[],
    ),
    with_credentials(
        "no project has the name of the region",
        fails("no project named eu-none", "project_id", requests="PROJECTS", error=None),
        {"project_id": None, "region": "eu-none"},
    ),
    with_credentials(
        "two projects have the name of the region",
        fails("2 projects named", "project_id", requests="PROJECTS", error=None),
        BY_REGION,
        setup=lambda sandbox: sandbox.simulator.world.add_project(sandbox.region),
    ),
    with_credentials(
        "IAM lists a project with a similar name",
        fails("no project named", requests="PROJECTS", error=None),
        BY_REGION,
        faults=[Fault("KeystoneListProjects", mutate=renamed)],
    ),
    with_credentials(
        "the lookup is throttled",
        unchanged("PROJECTS PROJECTS LIST"),
        BY_REGION,
        faults=[Fault("KeystoneListProjects", status=429, code="IAM.0012")],
    ),
    with_credentials(
        "the lookup is refused",
        fails("403", "find the project", requests="PROJECTS", error={"status": 403, "path": "/v3/projects"}),
        BY_REGION,
        faults=[Fault("KeystoneListProjects", status=403, code="IAM.0003", times=None)],
    ),
    with_credentials(
        "the response to the lookup is malformed",
        fails("projects is not a list", requests="PROJECTS", error={"status": 200}),
        BY_REGION,
        faults=[Fault("KeystoneListProjects", body={"projects": None})],
    ),
    with_credentials(
        "the URL of the lookup is unknown",
        fails("404", requests="PROJECTS", error={"status": 404}),
        BY_REGION,
        faults=[Fault("KeystoneListProjects", status=404, code="APIG.0101")],
    ),
]


REFUSED = [
    with_credentials(
        "a wrong secret key, without retries",
        fails("APIG.0301", "401", requests="LIST", error={"status": 401}),
        {"secret_key": "AnotherSecretKeyOfTheAcceptanceTests"},
    ),
    with_credentials(
        "a wrong security token, without retries",
        fails("APIG.0301", requests="LIST", error={"status": 401}),
        {**TEMPORARY, "security_token": SECURITY_TOKEN + "x"},
    ),
    with_credentials(
        "a signature error that contains the request with its token",
        fails("APIG.0301", requests="LIST", error={"status": 401}),
        {**TEMPORARY, "secret_key": "AnotherSecretKeyOfTheAcceptanceTests"},
        as_module=True,
    ),
    with_credentials(
        "an invalid token, without retries",
        fails("APIG.0301", requests="LIST", error={"status": 401}),
        {**NO_KEYS, "auth_token": "InvalidTokenOfTheAcceptanceTests"},
    ),
    with_credentials(
        "an expired token, without retries",
        fails("APIG.0301", requests="LIST", error={"status": 401}),
        TOKEN,
        faults=[Fault("ListSinkTasks", status=401, code="APIG.0301", message="token expires", times=None)],
    ),
    with_credentials(
        "a wrong password, without retries",
        fails("401", "log in", requests="LOGIN", error={"status": 401, "path": "/v3/auth/tokens", "method": "POST"}),
        {**PASSWORD, "password": "AnotherPasswordOfTheAcceptanceTests"},
    ),
    with_credentials(
        "the login returns 503 once",
        unchanged("LOGIN LOGIN LIST"),
        PASSWORD,
        faults=[Fault("KeystoneCreateUserTokenByPassword", status=503)],
    ),
    with_credentials(
        "the login returns no token",
        fails("X-Subject-Token", requests="LOGIN", error={"status": 201}),
        PASSWORD,
        faults=[Fault("KeystoneCreateUserTokenByPassword", status=201, body={"token": {}})],
    ),
    absent(
        "the token of a login expires during the run",
        changed("LOGIN LIST DELETE LOGIN DELETE LIST"),
        again=unchanged("LOGIN LIST"),
        check=changed("LOGIN LIST"),
        options=PASSWORD,
        existing=[task()],
        faults=[Fault("DeleteSinkTask", status=401, code="APIG.0307")],
        remaining=[],
        as_module=True,
    ),
]


def incomplete(name: str, *parts: str, as_module: bool = False, **options: Any) -> Case:
    return with_credentials(name, fails(*parts, requests="", error=None), NO_KEYS, options, as_module=as_module)


INCOMPLETE = [
    incomplete(
        "no credentials",
        "no credentials",
        "auth_token",
        "HW_AUTH_TOKEN",
        "access_key",
        "HW_ACCESS_KEY",
        "HUAWEICLOUD_SDK_AK",
        "secret_key",
        "HW_SECRET_KEY",
        "HUAWEICLOUD_SDK_SK",
        "username",
        "HW_USER_NAME",
        "password",
        "HW_USER_PASSWORD",
        "domain_name",
        "HW_DOMAIN_NAME",
    ),
    incomplete(
        "an access key without a secret key",
        "secret_key",
        "HW_SECRET_KEY",
        "HUAWEICLOUD_SDK_SK",
        access_key="AK",
    ),
    incomplete(
        "a secret key without an access key",
        "access_key",
        "HW_ACCESS_KEY",
        "HUAWEICLOUD_SDK_AK",
        secret_key=TEMPORARY_SECRET_KEY,
    ),
    incomplete(
        "a security token without keys", "access_key", "secret_key", "HW_ACCESS_KEY", security_token=SECURITY_TOKEN
    ),
    incomplete(
        "a user name without a password",
        "password",
        "HW_USER_PASSWORD",
        "domain_name",
        "HW_DOMAIN_NAME",
        username="a-user",
    ),
    incomplete("empty credentials", "no credentials", access_key="", secret_key="", auth_token="  "),
    incomplete("a token that contains a newline", "auth_token", auth_token="two\nlines"),
    with_credentials(
        "an access key without a secret key, and a password",
        fails("secret_key", requests="", error=None),
        {**PASSWORD, "access_key": "AK"},
    ),
]

CASES = [*KINDS, *PROJECTS, *REFUSED, *INCOMPLETE]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
