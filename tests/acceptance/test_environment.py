# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials and endpoints from the environment: the variables, their precedence, and options that override them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import OWN_REGION, OWN_TOKEN, Case, Expect, absent, fails, unchanged
from acceptance.harness.cloud import SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.playbook import BOTH_WAYS, MODULE, WAYS, Output
from acceptance.harness.runner import Environ, run_cases
from simulator import Fault, Simulator

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# Options that the sandbox sets by default.
NO_CREDENTIALS = {"access_key": None, "secret_key": None}
NO_ENDPOINTS = {"endpoint": None, "iam_endpoint": None}
NO_OPTIONS = {**NO_CREDENTIALS, **NO_ENDPOINTS, "project_id": None}

KEYS = {"HW_ACCESS_KEY": Simulator.access_key, "HW_SECRET_KEY": Simulator.secret_key}
SDK_KEYS = {"HUAWEICLOUD_SDK_AK": Simulator.access_key, "HUAWEICLOUD_SDK_SK": Simulator.secret_key}
TEMPORARY = {
    "HW_ACCESS_KEY": TEMPORARY_ACCESS_KEY,
    "HW_SECRET_KEY": TEMPORARY_SECRET_KEY,
    "HW_SECURITY_TOKEN": SECURITY_TOKEN,
}
SDK_TEMPORARY = {
    "HUAWEICLOUD_SDK_AK": TEMPORARY_ACCESS_KEY,
    "HUAWEICLOUD_SDK_SK": TEMPORARY_SECRET_KEY,
    "HUAWEICLOUD_SDK_SECURITY_TOKEN": SECURITY_TOKEN,
}
PASSWORD = {
    "HW_USER_NAME": Simulator.user_name,
    "HW_USER_PASSWORD": Simulator.password,
    "HW_DOMAIN_NAME": Simulator.domain_name,
}
WRONG = "NotOfTheAcceptanceTests"

KEY_OPTIONS = {"access_key": Simulator.access_key, "secret_key": Simulator.secret_key}
PASSWORD_OPTIONS = {
    "username": Simulator.user_name,
    "password": Simulator.password,
    "domain_name": Simulator.domain_name,
}


def task(name: str, live: Expect, *options: dict[str, Any], **more: Any) -> Case:
    """A case of an environment, by default without options for credentials."""
    merged = {key: value for part in (NO_CREDENTIALS, *options) for key, value in part.items()}
    return absent(name, live, options=merged, live_only=True, **more)


ENVIRONMENTS: dict[str, tuple[Environ, list[Case]]] = {
    "all credentials": (
        lambda sandbox: {**PASSWORD, **TEMPORARY, "HW_AUTH_TOKEN": sandbox.auth_token},
        [
            task("a token has precedence over keys and a password", unchanged("LIST", auth="token")),
            task("options for keys override a token of the environment", unchanged("LIST", auth="keys"), KEY_OPTIONS),
            task(
                "an option for a password overrides a token of the environment",
                unchanged("LOGIN LIST", auth="token"),
                PASSWORD_OPTIONS,
            ),
        ],
    ),
    "temporary keys and a password": (
        {**PASSWORD, **TEMPORARY},
        [
            task("keys have precedence over a password", unchanged("LIST", auth="temporary keys")),
            task("an option for a token", unchanged("LIST", auth="token"), {"auth_token": OWN_TOKEN}),
            task(
                "an option for a user name is completed",
                unchanged("LOGIN LIST", auth="token"),
                {"username": Simulator.user_name},
            ),
            task(
                "options for keys are not combined with its security token",
                unchanged("LIST", auth="keys"),
                KEY_OPTIONS,
                as_module=True,
            ),
            task(
                "an option for an access key is completed",
                unchanged("LIST", auth="temporary keys"),
                {"access_key": TEMPORARY_ACCESS_KEY},
            ),
            task(
                "an empty option counts as not set",
                unchanged("LIST", auth="temporary keys"),
                {"access_key": "", "secret_key": "", "auth_token": ""},
            ),
        ],
    ),
    "only HUAWEICLOUD_SDK_ variables": (
        lambda sandbox: {
            **SDK_TEMPORARY,
            "HUAWEICLOUD_SDK_PROJECT_ID": sandbox.project_id,
            "HW_DMS_ENDPOINT": sandbox.simulator.endpoint,
        },
        [task("keys and project", unchanged("LIST", auth="temporary keys"), NO_OPTIONS, as_module=True)],
    ),
    "a password and a region": (
        lambda sandbox: {
            **PASSWORD,
            "HW_REGION_NAME": sandbox.region,
            "HW_DMS_ENDPOINT": sandbox.simulator.endpoint,
            "HUAWEICLOUD_SDK_IAM_ENDPOINT": sandbox.simulator.endpoint,
        },
        [
            task("the login returns the project", unchanged("LOGIN LIST", auth="token"), NO_OPTIONS, as_module=True),
            task("the project is looked up", unchanged("PROJECTS LIST", auth="keys"), NO_OPTIONS, KEY_OPTIONS),
            task(
                "an option for a project avoids the lookup",
                unchanged("LIST", auth="keys"),
                {**NO_OPTIONS, **KEY_OPTIONS, "project_id": lambda sandbox: sandbox.project_id},
            ),
            task(
                "an option for another region",
                fails(
                    "region is eu-none",
                    "HW_REGION_NAME",
                    "HW_DMS_ENDPOINT",
                    "HUAWEICLOUD_SDK_IAM_ENDPOINT",
                    "set endpoint and iam_endpoint in the task",
                    requests="",
                    error=None,
                ),
                {**NO_OPTIONS, **KEY_OPTIONS, "region": "eu-none"},
                as_module=True,
            ),
            task(
                "an option for another region, with its endpoints",
                fails("no project named eu-none", requests="PROJECTS", error=None),
                {**KEY_OPTIONS, "project_id": None, "region": "eu-none"},
            ),
        ],
    ),
    "a region with a project and endpoints": (
        lambda sandbox: {
            **KEYS,
            "HW_REGION_NAME": sandbox.region,
            "HW_PROJECT_ID": sandbox.project_id,
            "HW_PROJECT_NAME": sandbox.region,
            "HW_DMS_ENDPOINT": sandbox.simulator.endpoint,
            "HW_IAM_ENDPOINT": sandbox.simulator.endpoint,
        },
        [
            task("an option for the same region", unchanged("LIST"), NO_OPTIONS, {"region": OWN_REGION}),
            task(
                "an option for another region does not use them",
                fails("HW_DMS_ENDPOINT and HW_PROJECT_ID", requests="", error=None),
                {**NO_OPTIONS, "region": "eu-none"},
            ),
            task(
                "an option for another region does not use the project",
                fails("HW_PROJECT_ID", "set project_id in the task", requests="", error=None),
                {"project_id": None, "region": "eu-none"},
            ),
            task(
                "an option for another region does not use the endpoints for a project name",
                fails("HW_DMS_ENDPOINT and HW_IAM_ENDPOINT", requests="", error=None),
                {**NO_OPTIONS, "region": "eu-none", "project_name": OWN_REGION},
            ),
            task("an option for another region, with all others", unchanged("LIST"), {"region": "eu-none"}),
        ],
    ),
    "two sets of variables": (
        lambda sandbox: {
            **TEMPORARY,
            "HUAWEICLOUD_SDK_AK": WRONG,
            "HUAWEICLOUD_SDK_SK": WRONG,
            "HUAWEICLOUD_SDK_PROJECT_ID": "0" * 32,
            "HW_REGION_NAME": sandbox.region,
            "HW_DMS_ENDPOINT": sandbox.simulator.endpoint,
            "HUAWEICLOUD_SDK_IAM_ENDPOINT": sandbox.simulator.endpoint,
        },
        [
            task(
                "the first set counts, without the project of the other",
                unchanged("PROJECTS LIST", auth="temporary keys"),
                NO_OPTIONS,
                as_module=True,
            ),
        ],
    ),
    "half a pair, and another set of variables": (
        {**SDK_TEMPORARY, "HW_ACCESS_KEY": Simulator.access_key},
        [
            task(
                "is not completed from it",
                fails("HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "HW_ACCESS_KEY is set", requests="", error=None),
                as_module=True,
            ),
            task(
                "is completed by an option",
                unchanged("LIST", auth="keys"),
                {"secret_key": Simulator.secret_key},
            ),
            task("is not used beside options", unchanged("LIST", auth="keys"), KEY_OPTIONS),
        ],
    ),
    "a security token, and another set of variables": (
        {**SDK_KEYS, "HW_SECURITY_TOKEN": SECURITY_TOKEN},
        [task("is not used with its keys", fails("HW_SECURITY_TOKEN is set", requests="", error=None))],
    ),
    "a role to assume": (
        {**KEYS, "HW_ASSUME_ROLE_AGENCY_NAME": "operators", "HW_ASSUME_ROLE_DOMAIN_NAME": " "},
        [
            task("is refused", fails("HW_ASSUME_ROLE_AGENCY_NAME", requests="", error=None), as_module=True),
            task("does not matter for credentials that are options", unchanged("LIST", auth="keys"), KEY_OPTIONS),
        ],
    ),
    "another cloud": (
        lambda sandbox: {
            **KEYS,
            "HW_CLOUD": "cloud.example.com",
            "HW_AUTH_URL": "https://iam.cloud.example.com:443/v3",
            "OS_AUTH_URL": "https://iam.example.com",
            "HW_INSECURE": "true",
        },
        [
            task(
                "is refused if an endpoint would be derived",
                fails("HW_CLOUD", "HW_DMS_ENDPOINT", requests="", error=None),
                {"region": "eu-west-101", **NO_ENDPOINTS},
                as_module=True,
            ),
            task(
                "is named beside an endpoint",
                fails("iam_endpoint and HW_CLOUD point elsewhere", "HW_DMS_ENDPOINT", requests="", error=None),
                {"region": "eu-west-101", "endpoint": None},
            ),
            task("does not matter for endpoints that are set", unchanged("LIST"), {"region": "eu-west-101"}),
            task("does not matter for IAM if it is not needed", unchanged("LIST"), {"iam_endpoint": None}),
        ],
    ),
    "another IAM": (
        {**KEYS, "HW_AUTH_URL": "https://iam.example.com:443/v3"},
        [
            task(
                "is refused if the endpoint of IAM would be derived",
                fails("HW_AUTH_URL", "HW_IAM_ENDPOINT", requests="", error=None),
                {
                    "region": "eu-west-101",
                    "endpoint": "https://dms.eu-west-101.myhuaweicloud.eu",
                    "iam_endpoint": None,
                    "project_id": None,
                },
            ),
        ],
    ),
    # A credential type of AWX sets variables for empty fields, too.
    "blank variables": (
        lambda sandbox: {
            **dict.fromkeys(("HW_AUTH_TOKEN", "HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"), ""),
            **dict.fromkeys(("HW_USER_NAME", "HW_USER_PASSWORD", "HW_DOMAIN_NAME", "HW_REGION_NAME"), " "),
            **dict.fromkeys(("HW_PROJECT_ID", "HW_IAM_ENDPOINT", "HW_TIMEOUT", "HW_MAX_RETRIES"), ""),
            **SDK_KEYS,
            "HUAWEICLOUD_SDK_PROJECT_ID": sandbox.project_id,
            "HW_DMS_ENDPOINT": sandbox.simulator.endpoint,
        },
        [task("count as not set", unchanged("LIST", auth="keys"), NO_OPTIONS, as_module=True)],
    ),
    "timeout, retries and invalid values": (
        {
            **KEYS,
            "HW_TIMEOUT": "1",
            "HW_MAX_RETRIES": "0",
            "HW_DMS_ENDPOINT": "http://dms.example.com",
            "HW_PROJECT_ID": "main",
        },
        [
            task(
                "HW_TIMEOUT",
                fails("within 1 second", requests="LIST", error=None),
                faults=[Fault("ListSinkTasks", delay=2.0)],
                as_module=True,
            ),
            task(
                "timeout overrides HW_TIMEOUT",
                unchanged("LIST"),
                {"timeout": 20},
                faults=[Fault("ListSinkTasks", delay=1.2)],
            ),
            task(
                "max_retries overrides HW_MAX_RETRIES",
                unchanged("LIST LIST"),
                {"max_retries": 1},
                faults=[Fault("ListSinkTasks", status=500)],
            ),
            task("an invalid endpoint", fails("endpoint", "https://", requests="", error=None), {"endpoint": None}),
            task("an invalid project", fails("project_id", requests="", error=None), {"project_id": None}),
        ],
    ),
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environment(name: str, tmp_path: Path) -> None:
    environ, cases = ENVIRONMENTS[name]
    ways = run_cases(cases, tmp_path, *WAYS, environ=environ)
    for case in cases:
        expect_described_results(case, ways)
        expect_equal_results(case, ways)
    expect_no_leaks(ways)


def test_region_of_module_defaults_is_compared_with_the_environment(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    wanted = {"connector_id": simulator.connector_id, "task_name": "orders", "state": "absent"}
    environment = {
        "HW_REGION_NAME": simulator.region,
        "HW_DMS_ENDPOINT": simulator.endpoint,
        "HW_PROJECT_ID": simulator.project_id,
        "HW_AUTH_TOKEN": WRONG,
    }
    group = "group/huaweicloud.kafka.all"
    play = {
        "serial": 1,
        "ignore_errors": True,
        "module_defaults": {group: {"region": "eu-none"}},
        "tasks": [
            {"name": "another", MODULE: wanted},
            {"name": "of the keyword", MODULE: wanted, "environment": {"HW_REGION_NAME": "eu-none"}},
            {"name": "the same", MODULE: wanted, "module_defaults": {group: {"region": simulator.region}}},
        ],
    }
    output = run_playbook([play], hosts=BOTH_WAYS, env=environment).expect_success()
    for way in WAYS:
        assert "HW_DMS_ENDPOINT and HW_PROJECT_ID may belong to that region" in output.result("another", way)["msg"]
        for name in ("of the keyword", "the same"):
            assert output.result(name, way)["error"]["status"] == 401, name
