# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import (
    ENVIRONMENT,
    AccessKey,
    Password,
    Token,
    choose,
    select,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption

TOKEN = Token("T")
KEYS = AccessKey("AK", "SK", None)
TEMPORARY = AccessKey("AK", "SK", "ST")
PASSWORD = Password("user", "pw", "dom")

TOKEN_OPTION = {"auth_token": "T"}
KEY_OPTIONS = {"access_key": "AK", "secret_key": "SK"}
PASSWORD_OPTIONS = {"username": "user", "password": "pw", "domain_name": "dom"}
TOKEN_VARIABLE = {"HW_AUTH_TOKEN": "T"}
KEY_VARIABLES = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK"}
PASSWORD_VARIABLES = {"HW_USER_NAME": "user", "HW_USER_PASSWORD": "pw", "HW_DOMAIN_NAME": "dom"}
SDK_VARIABLES = {"HUAWEICLOUD_SDK_AK": "AK", "HUAWEICLOUD_SDK_SK": "SK"}
OTHER_SDK_VARIABLES = dict.fromkeys([*SDK_VARIABLES, "HUAWEICLOUD_SDK_SECURITY_TOKEN"], "other")
OTHER_VARIABLES = {"HW_ACCESS_KEY": "other", "HW_SECRET_KEY": "other", "HW_SECURITY_TOKEN": "other"}


@pytest.mark.parametrize(
    ("options", "environ", "chosen"),
    [
        pytest.param(TOKEN_OPTION, {}, TOKEN, id="a token option"),
        pytest.param(KEY_OPTIONS, {}, KEYS, id="a pair of key options"),
        pytest.param({**KEY_OPTIONS, "security_token": "ST"}, {}, TEMPORARY, id="temporary keys as options"),
        pytest.param(PASSWORD_OPTIONS, {}, PASSWORD, id="password options"),
        pytest.param({}, TOKEN_VARIABLE, TOKEN, id="a token in the environment"),
        pytest.param({}, KEY_VARIABLES, KEYS, id="keys in the environment"),
        pytest.param(
            {}, {**KEY_VARIABLES, "HW_SECURITY_TOKEN": "ST"}, TEMPORARY, id="temporary keys in the environment"
        ),
        pytest.param({}, PASSWORD_VARIABLES, PASSWORD, id="a password in the environment"),
        pytest.param(
            {},
            {
                "HUAWEICLOUD_SDK_AK": "AK",
                "HUAWEICLOUD_SDK_SK": "SK",
                "HUAWEICLOUD_SDK_SECURITY_TOKEN": "ST",
            },
            TEMPORARY,
            id="the variables of the vendor's SDK",
        ),
        pytest.param({}, {**KEY_VARIABLES, **OTHER_SDK_VARIABLES}, KEYS, id="the first set of variables"),
        pytest.param(
            {}, {**TOKEN_VARIABLE, **OTHER_SDK_VARIABLES}, TOKEN, id="the first set of variables, with a token"
        ),
        pytest.param(
            {},
            {**PASSWORD_VARIABLES, **OTHER_SDK_VARIABLES},
            PASSWORD,
            id="the first set of variables, with a password",
        ),
        pytest.param(
            {},
            {**SDK_VARIABLES, "HW_SECURITY_TOKEN": " ", "HW_ACCESS_KEY": ""},
            KEYS,
            id="the second set of variables, if the first one is blank",
        ),
        pytest.param(
            {},
            {**SDK_VARIABLES, "HW_DOMAIN_NAME": "dom", "HW_PROJECT_ID": "1" * 32, "HW_PROJECT_NAME": "name"},
            KEYS,
            id="a domain and a project are no credentials",
        ),
        pytest.param(
            {"username": "user", "password": "pw"},
            {**OTHER_SDK_VARIABLES, "HW_DOMAIN_NAME": "dom"},
            PASSWORD,
            id="a domain completes options beside any set",
        ),
        pytest.param(
            {"access_key": "AK"},
            {**OTHER_SDK_VARIABLES, "HUAWEICLOUD_SDK_SK": "SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN": "ST"},
            TEMPORARY,
            id="an option is completed from one set",
        ),
        pytest.param({**TOKEN_OPTION, **KEY_OPTIONS, **PASSWORD_OPTIONS}, {}, TOKEN, id="a token before keys"),
        pytest.param({**KEY_OPTIONS, **PASSWORD_OPTIONS}, {}, KEYS, id="keys before a password"),
        pytest.param(
            {},
            {**TOKEN_VARIABLE, **OTHER_VARIABLES, **PASSWORD_VARIABLES},
            TOKEN,
            id="a token before keys in the environment",
        ),
        pytest.param({}, {**KEY_VARIABLES, **PASSWORD_VARIABLES}, KEYS, id="keys before a password in the environment"),
        pytest.param(KEY_OPTIONS, {"HW_AUTH_TOKEN": "other"}, KEYS, id="key options before a token in the environment"),
        pytest.param(PASSWORD_OPTIONS, OTHER_VARIABLES, PASSWORD, id="password options before keys in the environment"),
        pytest.param(KEY_OPTIONS, OTHER_VARIABLES, KEYS, id="no security token of the environment for key options"),
        pytest.param(
            {**KEY_OPTIONS, "security_token": "ST"},
            OTHER_VARIABLES,
            TEMPORARY,
            id="the security token with key options",
        ),
        pytest.param({"access_key": "AK"}, {"HW_SECRET_KEY": "SK"}, KEYS, id="a pair from an option and a variable"),
        pytest.param(
            {"security_token": "ST"}, KEY_VARIABLES, TEMPORARY, id="a security token for keys of the environment"
        ),
        pytest.param(
            {"username": "user"},
            {**PASSWORD_VARIABLES, "HW_USER_NAME": "other", **OTHER_VARIABLES},
            PASSWORD,
            id="a user option with the rest from the environment",
        ),
        # A credential type of AWX sets blank fields to empty strings.
        pytest.param(
            {"auth_token": "", "access_key": " ", "secret_key": ""},
            {"HW_AUTH_TOKEN": "", "HW_SECURITY_TOKEN": " ", "HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK"},
            KEYS,
            id="blank values count as not set",
        ),
        pytest.param(
            {**KEY_OPTIONS, "security_token": ""},
            {"HW_SECURITY_TOKEN": " "},
            KEYS,
            id="a blank security token counts as not set",
        ),
    ],
)
def test_credentials_are_chosen(options: dict[str, str], environ: dict[str, str], chosen: t.Any) -> None:
    assert choose(options, environ) == chosen


NO_CREDENTIALS = (
    "there are no credentials: set auth_token (or HW_AUTH_TOKEN in the environment),"
    " or access_key (or HW_ACCESS_KEY or HUAWEICLOUD_SDK_AK in the environment)"
    " and secret_key (or HW_SECRET_KEY or HUAWEICLOUD_SDK_SK in the environment),"
    " or username (or HW_USER_NAME in the environment)"
    " and password (or HW_USER_PASSWORD in the environment)"
    " and domain_name (or HW_DOMAIN_NAME in the environment)"
)


@pytest.mark.parametrize(
    ("options", "environ", "message"),
    [
        pytest.param({}, {}, NO_CREDENTIALS, id="nothing set"),
        pytest.param({"secret_key": " "}, {"HW_AUTH_TOKEN": ""}, NO_CREDENTIALS, id="only blank values"),
        pytest.param({"security_token": "ST"}, {}, NO_CREDENTIALS, id="a security token alone"),
        pytest.param(
            {"access_key": "AK"},
            {},
            "the credentials are incomplete: besides access_key, set"
            " secret_key (or HW_SECRET_KEY or HUAWEICLOUD_SDK_SK in the environment)",
            id="half a pair of options",
        ),
        pytest.param(
            {"secret_key": "SK"},
            PASSWORD_VARIABLES,
            "the credentials are incomplete: besides secret_key, set access_key (or HW_ACCESS_KEY in the environment)",
            id="half a pair of options, with a password in the environment",
        ),
        pytest.param(
            {},
            {"HUAWEICLOUD_SDK_SK": "SK"},
            "the credentials are incomplete: besides secret_key, set"
            " access_key (or HUAWEICLOUD_SDK_AK in the environment)",
            id="half a pair in the environment",
        ),
        pytest.param(
            {"username": "user"},
            {},
            "the credentials are incomplete: besides username, set"
            " password (or HW_USER_PASSWORD in the environment) and domain_name (or HW_DOMAIN_NAME in the environment)",
            id="a user alone",
        ),
        pytest.param(
            {"username": "user", "password": "pw"},
            {"HW_DOMAIN_NAME": " "},
            "the credentials are incomplete: besides password and username, set"
            " domain_name (or HW_DOMAIN_NAME in the environment)",
            id="no domain",
        ),
    ],
)
def test_missing_or_incomplete_credentials_are_refused(
    options: dict[str, str], environ: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidOption) as caught:
        choose(options, environ)
    assert str(caught.value) == message


SDK_UNUSED = "HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK are not used, because {} is set."


@pytest.mark.parametrize(
    ("options", "variables", "message", "hint"),
    [
        ({}, {"HW_ACCESS_KEY": "AK"}, "set secret_key (or HW_SECRET_KEY in", SDK_UNUSED.format("HW_ACCESS_KEY")),
        ({}, {"HW_SECRET_KEY": "SK"}, "set access_key (or HW_ACCESS_KEY in", SDK_UNUSED.format("HW_SECRET_KEY")),
        ({}, {"HW_SECURITY_TOKEN": "ST"}, "there are no credentials", SDK_UNUSED.format("HW_SECURITY_TOKEN")),
        ({}, {"HW_USER_NAME": "user"}, "set password (or HW_USER_PASSWORD", SDK_UNUSED.format("HW_USER_NAME")),
        ({}, {"HW_USER_PASSWORD": "pw"}, "set username (or HW_USER_NAME", SDK_UNUSED.format("HW_USER_PASSWORD")),
        (
            {"access_key": "AK"}, {"HW_AUTH_TOKEN": "T"},
            "set secret_key (or HW_SECRET_KEY in", SDK_UNUSED.format("HW_AUTH_TOKEN"),
        ),
        ({"username": "user"}, {}, "set password (or HW_USER_PASSWORD in", None),
    ],
)  # fmt: skip
def test_a_set_of_variables_is_not_completed_from_the_other(
    options: dict[str, str], variables: dict[str, str], message: str, hint: str | None
) -> None:
    with pytest.raises(InvalidOption) as caught:
        choose(options, {**SDK_VARIABLES, **variables})
    assert message in str(caught.value)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("options", "environ", "names"),
    [
        ({}, KEY_VARIABLES, "HW_ACCESS_KEY"),
        ({}, SDK_VARIABLES, "HUAWEICLOUD_SDK_AK"),
        ({"access_key": "AK"}, SDK_VARIABLES, "HUAWEICLOUD_SDK_AK"),
        ({"security_token": "ST"}, KEY_VARIABLES, "HW_ACCESS_KEY"),
        (KEY_OPTIONS, OTHER_VARIABLES, None),
        (TOKEN_OPTION, {**KEY_VARIABLES, **SDK_VARIABLES}, None),
        ({"username": "user", "password": "pw"}, {**SDK_VARIABLES, "HW_DOMAIN_NAME": "dom"}, None),
        ({"username": "user", "domain_name": "dom"}, PASSWORD_VARIABLES, "HW_ACCESS_KEY"),
    ],
)
def test_set_of_variables_that_the_credentials_are_from(
    options: dict[str, str], environ: dict[str, str], names: str | None
) -> None:
    _credentials, variables = select(options, environ)
    assert (variables and variables["access_key"]) == names


@pytest.mark.parametrize("name", ["auth_token", "access_key", "security_token", "secret_key"])
@pytest.mark.parametrize("around", ["{}\n", "{}\r\n", " {}", "\t{} "])
def test_whitespace_around_keys_and_tokens_is_dropped(name: str, around: str) -> None:
    options = {**({} if name == "auth_token" else KEY_OPTIONS), name: "s3cret"}
    padded = around.format("s3cret")
    assert choose({**options, name: padded}, {}) == choose(options, {})
    environ = {ENVIRONMENT[given][0]: value for given, value in {**options, name: padded}.items()}
    assert choose({}, environ) == choose(options, {})


@pytest.mark.parametrize("name", ["auth_token", "access_key", "security_token", "secret_key"])
@pytest.mark.parametrize("value", ["s3 cret", "s3cret\r\nX-Evil: 1", "s3cret\x00", "s3cret\udcff"])
def test_invalid_characters_in_keys_and_tokens_are_refused_and_not_shown(name: str, value: str) -> None:
    options = {**({} if name == "auth_token" else KEY_OPTIONS), name: value}
    with pytest.raises(InvalidOption) as caught:
        choose(options, {})
    assert str(caught.value) == f"{name} contains whitespace or other characters that are not valid in it"


@pytest.mark.parametrize("password", [" pä ss ", "a\nb", "\tx"])
def test_password_may_contain_any_text(password: str) -> None:
    assert choose({**PASSWORD_OPTIONS, "password": password}, {}) == Password("user", password, "dom")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("from_environment", [False, True])
def test_password_that_ends_with_a_newline_is_refused(end: str, from_environment: bool) -> None:
    options = {"username": "user", "domain_name": "dom"}
    environ = {"HW_USER_PASSWORD": "pw" + end} if from_environment else {}
    with pytest.raises(InvalidOption, match="password ends with"):
        choose(options if from_environment else {**options, "password": "pw" + end}, environ)
