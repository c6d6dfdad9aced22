# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials and addresses from the environment: which variables count, in which order, and what options change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import OWN_TOKEN, Case, Expect, absent, fails, unchanged
from acceptance.harness.cloud import SECURITY_TOKEN, TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY
from acceptance.harness.compare import differences, problems
from acceptance.harness.playbook import WAYS
from acceptance.harness.player import Environ, play
from simulator import Fault, Simulator

if TYPE_CHECKING:
    from pathlib import Path

# What every task of the other tables is told by options.
UNTOLD = {"access_key": None, "secret_key": None}
NOTHING_TOLD = {**UNTOLD, "endpoint": None, "iam_endpoint": None, "project_id": None}

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

GIVEN_KEYS = {"access_key": Simulator.access_key, "secret_key": Simulator.secret_key}
GIVEN_PASSWORD = {
    "username": Simulator.user_name,
    "password": Simulator.password,
    "domain_name": Simulator.domain_name,
}


def task(name: str, live: Expect, *options: dict[str, Any], **more: Any) -> Case:
    """A task that runs in the environment; without further options it is told no credentials."""
    said = {key: value for part in (UNTOLD, *options) for key, value in part.items()}
    return absent(name, live, options=said, once=True, **more)


ENVIRONMENTS: dict[str, tuple[Environ, list[Case]]] = {
    "all credentials": (
        lambda place: {**PASSWORD, **TEMPORARY, "HW_AUTH_TOKEN": place.auth_token},
        [
            task("a token goes before keys and a password", unchanged("LIST", auth="token")),
            task("keys as options go before a token of the environment", unchanged("LIST", auth="keys"), GIVEN_KEYS),
            task(
                "a password as option goes before a token of the environment",
                unchanged("LOGIN LIST", auth="token"),
                GIVEN_PASSWORD,
            ),
        ],
    ),
    "keys and a password": (
        {**PASSWORD, **KEYS},
        [
            task("keys go before a password", unchanged("LIST", auth="keys")),
            task("a token as option", unchanged("LIST", auth="token"), {"auth_token": OWN_TOKEN}),
            task(
                "half a password as option is completed",
                unchanged("LOGIN LIST", auth="token"),
                {"username": Simulator.user_name},
            ),
        ],
    ),
    "temporary keys": (
        TEMPORARY,
        [
            task("the security token goes with the keys", unchanged("LIST", auth="temporary keys")),
            task("keys as options are not mixed with its security token", unchanged("LIST", auth="keys"), GIVEN_KEYS),
            task(
                "half a pair as option is completed",
                unchanged("LIST", auth="temporary keys"),
                {"access_key": TEMPORARY_ACCESS_KEY},
            ),
            task(
                "an empty option counts as none",
                unchanged("LIST", auth="temporary keys"),
                {"access_key": "", "secret_key": "", "auth_token": ""},
            ),
        ],
    ),
    "HW_ before HUAWEICLOUD_SDK_": (
        {**KEYS, "HUAWEICLOUD_SDK_AK": WRONG, "HUAWEICLOUD_SDK_SK": WRONG},
        [task("the first is used", unchanged("LIST", auth="keys"))],
    ),
    "HUAWEICLOUD_SDK_ alone": (
        lambda place: {
            **SDK_TEMPORARY,
            "HUAWEICLOUD_SDK_PROJECT_ID": place.project_id,
            "HW_DMS_ENDPOINT": place.simulator.endpoint,
        },
        [task("keys and project", unchanged("LIST", auth="temporary keys"), NOTHING_TOLD)],
    ),
    "a password": (
        lambda place: {
            **PASSWORD,
            "HW_PROJECT_ID": place.project_id,
            "HW_DMS_ENDPOINT": place.simulator.endpoint,
            "HW_IAM_ENDPOINT": place.simulator.endpoint,
        },
        [task("it is used", unchanged("LOGIN LIST", auth="token"), NOTHING_TOLD)],
    ),
    "a region": (
        lambda place: {
            **KEYS,
            "HW_REGION_NAME": place.region,
            "HW_DMS_ENDPOINT": place.simulator.endpoint,
            "HUAWEICLOUD_SDK_IAM_ENDPOINT": place.simulator.endpoint,
        },
        [
            task("the project is looked up", unchanged("PROJECTS LIST", auth="keys"), NOTHING_TOLD),
            task(
                "a project as option is not looked up",
                unchanged("LIST", auth="keys"),
                {**NOTHING_TOLD, "project_id": lambda place: place.project_id},
            ),
            task(
                "another region as option",
                fails("no project named eu-none", requests="PROJECTS", error=None),
                {**NOTHING_TOLD, "region": "eu-none"},
            ),
        ],
    ),
    "half a pair": (
        {"HW_ACCESS_KEY": Simulator.access_key},
        [
            task(
                "is an error that names the other half",
                fails("secret_key", "HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", requests="", error=None),
            ),
            task("is completed by an option", unchanged("LIST", auth="keys"), {"secret_key": Simulator.secret_key}),
            task("does not matter beside a token", unchanged("LIST", auth="token"), {"auth_token": OWN_TOKEN}),
        ],
    ),
    "nothing": (
        {},
        [task("names what would help", fails("HW_ACCESS_KEY", "HW_AUTH_TOKEN", "HW_USER_NAME", requests=""))],
    ),
    # A credential type of AWX sets the variables of fields that were left blank, too.
    "blank variables": (
        lambda place: {
            **dict.fromkeys(("HW_AUTH_TOKEN", "HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN"), ""),
            **dict.fromkeys(("HW_USER_NAME", "HW_USER_PASSWORD", "HW_DOMAIN_NAME", "HW_REGION_NAME"), " "),
            **dict.fromkeys(("HW_PROJECT_ID", "HW_IAM_ENDPOINT", "HW_TIMEOUT", "HW_MAX_RETRIES"), ""),
            **SDK_KEYS,
            "HUAWEICLOUD_SDK_PROJECT_ID": place.project_id,
            "HW_DMS_ENDPOINT": place.simulator.endpoint,
        },
        [task("count as none", unchanged("LIST", auth="keys"), NOTHING_TOLD)],
    ),
    "patience": (
        {**KEYS, "HW_TIMEOUT": "1", "HW_MAX_RETRIES": "0"},
        [
            task(
                "is as short as it says",
                fails("within 1 second", requests="LIST", error=None),
                faults=[Fault("ListSinkTasks", delay=2.0)],
            ),
            task(
                "is longer by option",
                unchanged("LIST"),
                {"timeout": 20},
                faults=[Fault("ListSinkTasks", delay=1.2)],
            ),
            task(
                "goes on by option",
                unchanged("LIST LIST"),
                {"max_retries": 1},
                faults=[Fault("ListSinkTasks", status=500)],
            ),
        ],
    ),
    "bad values": (
        {**KEYS, "HW_DMS_ENDPOINT": "http://dms.example.com", "HW_PROJECT_ID": "main"},
        [
            task("an endpoint", fails("endpoint", "https://", requests="", error=None), {"endpoint": None}),
            task("a project", fails("project_id", requests="", error=None), {"project_id": None}),
        ],
    ),
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_environment(name: str, tmp_path: Path) -> None:
    environ, cases = ENVIRONMENTS[name]
    ways = {way: play(cases, tmp_path / way, way, environ) for way in WAYS}
    found = [
        f"{case.name}: {way}: {problem}"
        for way, played in ways.items()
        for case in cases
        for problem in problems(case, played.stories[case.name])
    ]
    for case in cases:
        found += [f"{case.name}: {text}" for text in differences(*(ways[way].stories[case.name] for way in WAYS))]
    found += [f"{way}: {leak}" for way, played in ways.items() for leak in played.leaks]
    assert not found, "\n".join(found)
