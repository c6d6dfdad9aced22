# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials and endpoints from the environment: the variables, their precedence, and options that override them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import OWN_TOKEN, Case, Expect, absent, fails, unchanged
from acceptance.harness.cloud import SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.playbook import WAYS
from acceptance.harness.runner import Environ, run_cases
from simulator import Fault, Simulator

if TYPE_CHECKING:
    from pathlib import Path

# Options that the sandbox sets by default.
NO_CREDENTIALS = {"access_key": None, "secret_key": None}
NO_OPTIONS = {**NO_CREDENTIALS, "endpoint": None, "iam_endpoint": None, "project_id": None}

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
                fails("no project named eu-none", requests="PROJECTS", error=None),
                {**NO_OPTIONS, **KEY_OPTIONS, "region": "eu-none"},
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
