# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import (
    ENVIRONMENT,
    KINDS,
    OPTIONS,
    SETS,
    AccessKey,
    AssumedRole,
    Credentials,
    Ecs,
    Password,
    Token,
    argument_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.precedence import select

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


def choose(options: dict[str, t.Any], environ: dict[str, str]) -> Credentials:
    return select(options, environ)[0]


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


# --- the agency of the ECS -------------------------------------------------------------------------------------------

ECS = Ecs()
ECS_OPTION = {"credentials_source": "ecs"}
ECS_VARIABLE = {"HW_CREDENTIALS_SOURCE": "ecs"}
PROJECT_VARIABLES = {"HW_DOMAIN_NAME": "dom", "HW_PROJECT_ID": "1" * 32, "HUAWEICLOUD_SDK_PROJECT_ID": "1" * 32}


@pytest.mark.parametrize(
    ("options", "environ", "chosen"),
    [
        pytest.param(ECS_OPTION, {}, ECS, id="an option"),
        pytest.param({}, ECS_VARIABLE, ECS, id="a variable"),
        pytest.param({"credentials_source": " ECS\n"}, {}, ECS, id="whitespace and case"),
        pytest.param({}, {"HW_CREDENTIALS_SOURCE": "ecs\r\n", **PROJECT_VARIABLES}, ECS, id="a variable with a newline"),
        pytest.param({"credentials_source": " ", "access_key": ""}, ECS_VARIABLE, ECS, id="blank options"),
        pytest.param(ECS_OPTION, KEY_VARIABLES, ECS, id="an option before keys in the environment"),
        pytest.param(ECS_OPTION, {"HW_SECRET_KEY": "SK"}, ECS, id="an option before half a pair in the environment"),
        pytest.param({**ECS_OPTION, **KEY_OPTIONS}, {}, KEYS, id="key options before the ECS"),
        pytest.param({**ECS_OPTION, **TOKEN_OPTION}, {}, TOKEN, id="a token option before the ECS"),
        pytest.param({**ECS_OPTION, **PASSWORD_OPTIONS}, {}, PASSWORD, id="password options before the ECS"),
        pytest.param(KEY_OPTIONS, ECS_VARIABLE, KEYS, id="key options before the variable"),
        pytest.param(
            {"access_key": "AK"}, {**ECS_VARIABLE, "HW_SECRET_KEY": "SK"}, KEYS, id="an option that the environment completes"
        ),
        pytest.param(
            {"credentials_source": "explicit"}, {**ECS_VARIABLE, **KEY_VARIABLES}, KEYS, id="an option that turns it off"
        ),
        pytest.param({}, {"HW_CREDENTIALS_SOURCE": "explicit", **KEY_VARIABLES}, KEYS, id="the default"),
        pytest.param({}, {"HW_CREDENTIALS_SOURCE": " ", **KEY_VARIABLES}, KEYS, id="a blank variable"),
        pytest.param(KEY_OPTIONS, {"HW_CREDENTIALS_SOURCE": "x"}, KEYS, id="a variable that does not matter"),
    ],
)  # fmt: skip
def test_agency_of_the_ecs_is_used_on_request(
    options: dict[str, str], environ: dict[str, str], chosen: Credentials
) -> None:
    assert choose(options, environ) == chosen


BESIDE = "HW_CREDENTIALS_SOURCE is ecs, but {} set, too: unset one or the other, or set credentials_source in the task"
SOURCES = "{} must be explicit or ecs, not '{}'"


@pytest.mark.parametrize(
    ("options", "environ", "message"),
    [
        ({}, {**ECS_VARIABLE, **KEY_VARIABLES}, BESIDE.format("HW_ACCESS_KEY and HW_SECRET_KEY are")),
        ({}, {**ECS_VARIABLE, "HW_SECRET_KEY": "SK"}, BESIDE.format("HW_SECRET_KEY is")),
        ({}, {**ECS_VARIABLE, "HUAWEICLOUD_SDK_AK": "AK"}, BESIDE.format("HUAWEICLOUD_SDK_AK is")),
        ({}, {**ECS_VARIABLE, **TOKEN_VARIABLE}, BESIDE.format("HW_AUTH_TOKEN is")),
        ({}, {**ECS_VARIABLE, "HW_USER_NAME": "user"}, BESIDE.format("HW_USER_NAME is")),
        ({"credentials_source": "esc"}, {}, SOURCES.format("credentials_source", "esc")),
        ({"credentials_source": "esc", **KEY_OPTIONS}, {}, SOURCES.format("credentials_source", "esc")),
        ({}, {"HW_CREDENTIALS_SOURCE": "esc", **KEY_VARIABLES}, SOURCES.format("HW_CREDENTIALS_SOURCE", "esc")),
        ({"credentials_source": "explicit"}, ECS_VARIABLE, NO_CREDENTIALS),
        ({}, {}, NO_CREDENTIALS),
        ({**ECS_OPTION, "access_key": "AK"}, {}, "the credentials are incomplete: besides access_key, set secret_key"),
    ],
)  # fmt: skip
def test_agency_of_the_ecs_is_never_used_by_accident(
    options: dict[str, str], environ: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidOption) as caught:
        choose(options, environ)
    assert str(caught.value).startswith(message)


# --- the agency of another account -----------------------------------------------------------------------------------

ROLE_OPTION = {"assume_role": {"agency_name": "operators", "domain_name": "other"}}
ROLE_VARIABLES = {"HW_ASSUME_ROLE_AGENCY_NAME": "operators", "HW_ASSUME_ROLE_DOMAIN_NAME": "other"}


def role(caller: Credentials, *, account: str | None = "other", duration: int = 3600, **more: str) -> AssumedRole:
    return AssumedRole(caller, "operators", account, duration=duration, **more)


@pytest.mark.parametrize(
    ("options", "environ", "chosen"),
    [
        pytest.param({**KEY_OPTIONS, **ROLE_OPTION}, {}, role(KEYS), id="with keys"),
        pytest.param({**TOKEN_OPTION, **ROLE_OPTION}, {}, role(TOKEN), id="with a token"),
        pytest.param({**PASSWORD_OPTIONS, **ROLE_OPTION}, {}, role(PASSWORD), id="with a password"),
        pytest.param({**ECS_OPTION, **ROLE_OPTION}, {}, role(ECS), id="with the agency of the ECS"),
        pytest.param(ROLE_OPTION, KEY_VARIABLES, role(KEYS), id="an option with keys of the environment"),
        pytest.param(ROLE_OPTION, ECS_VARIABLE, role(ECS), id="an option with the ECS of the environment"),
        pytest.param({}, {**KEY_VARIABLES, **ROLE_VARIABLES}, role(KEYS), id="variables with keys"),
        pytest.param({}, {**SDK_VARIABLES, **ROLE_VARIABLES}, role(KEYS), id="variables with keys of the other set"),
        pytest.param({}, {**ECS_VARIABLE, **ROLE_VARIABLES}, role(ECS), id="variables with the ECS"),
        pytest.param(
            {"access_key": "AK"}, {**KEY_VARIABLES, **ROLE_VARIABLES}, role(KEYS), id="variables with half a pair of options"
        ),
        pytest.param(
            {**KEY_OPTIONS, "assume_role": {"agency_name": " operators\n", "domain_id": "d1\n", "duration": " 900\n"}}, {},
            role(KEYS, account=None, domain_id="d1", duration=900), id="whitespace, an id and a duration",
        ),
        pytest.param(
            {}, {**KEY_VARIABLES, "HW_ASSUME_ROLE_AGENCY_NAME": "operators\n", "HW_ASSUME_ROLE_DOMAIN_ID": "d1",
                 "HW_ASSUME_ROLE_DOMAIN_NAME": " ", "HW_ASSUME_ROLE_DURATION": "86400"},
            role(KEYS, account=None, domain_id="d1", duration=86400), id="all variables",
        ),
        pytest.param(
            {**KEY_OPTIONS, "assume_role": {**ROLE_OPTION["assume_role"], "domain_id": "", "duration": " "}}, {},
            role(KEYS), id="blank suboptions are not set",
        ),
        pytest.param(
            {"assume_role": {**ROLE_OPTION["assume_role"], "domain_id": None}},
            {**KEY_VARIABLES, "HW_ASSUME_ROLE_DOMAIN_ID": "d2", "HW_ASSUME_ROLE_DURATION": "900"},
            role(KEYS), id="an option is not completed from variables",
        ),
        pytest.param(
            {**PASSWORD_OPTIONS, "assume_role": {"agency_name": "operators", "domain_name": "other"}}, {},
            role(Password("user", "pw", "dom")), id="the domain of the user is not that of the agency",
        ),
        *[
            pytest.param({**KEY_OPTIONS, "assume_role": blank}, {}, KEYS, id=f"not set: {blank}")
            for blank in ({}, None, {"agency_name": ""}, {"agency_name": " ", "domain_name": None, "duration": ""})
        ],
        pytest.param({"assume_role": {}}, {**KEY_VARIABLES, **ROLE_VARIABLES}, role(KEYS), id="blank, so variables count"),
        pytest.param(KEY_OPTIONS, ROLE_VARIABLES, KEYS, id="variables do not belong to options"),
        pytest.param(KEY_OPTIONS, {**KEY_VARIABLES, **ROLE_VARIABLES}, KEYS, id="variables belong to keys of the environment"),
        pytest.param(KEY_OPTIONS, {"HW_ASSUME_ROLE_IDP_ID": "x"}, KEYS, id="other variables do not belong to options"),
        pytest.param({}, {**KEY_VARIABLES, "HW_ASSUME_ROLE_DOMAIN_NAME": " "}, KEYS, id="blank variables"),
    ],
)  # fmt: skip
def test_agency_is_assumed(options: dict[str, t.Any], environ: dict[str, str], chosen: Credentials) -> None:
    assert choose(options, environ) == chosen


def test_role_option_without_a_caller_is_refused() -> None:
    with pytest.raises(InvalidOption, match="there are no credentials"):
        choose(ROLE_OPTION, ROLE_VARIABLES)


BY_OPTION = "assume_role is incomplete: besides {}, set {}"
BY_VARIABLE = "the variables of the agency are incomplete: besides {}, set {}"
ACCOUNT = "assume_role.domain_name or assume_role.domain_id"
ACCOUNT_VARIABLES = "HW_ASSUME_ROLE_DOMAIN_NAME or HW_ASSUME_ROLE_DOMAIN_ID"
UNSUPPORTED = (
    "HW_ASSUME_ROLE_IDP_ID is set, but this way of assuming an agency is not supported: unset it, or set all credentials as"
    " options"
)
DURATION = "{} must be from 900 to 86400 seconds, not '{}'"


@pytest.mark.parametrize(
    ("given", "environ", "message"),
    [
        ({"agency_name": "a"}, {}, BY_OPTION.format("assume_role.agency_name", ACCOUNT)),
        ({"domain_name": "d"}, {}, BY_OPTION.format("assume_role.domain_name", "assume_role.agency_name")),
        ({"agency_name": " ", "domain_id": "d"}, {}, BY_OPTION.format("assume_role.domain_id", "assume_role.agency_name")),
        ({"duration": "900"}, {}, BY_OPTION.format("assume_role.duration", f"assume_role.agency_name and {ACCOUNT}")),
        ({"agency_name": "a"}, ROLE_VARIABLES, BY_OPTION.format("assume_role.agency_name", ACCOUNT)),
        ({}, {"HW_ASSUME_ROLE_AGENCY_NAME": "a"}, BY_VARIABLE.format("HW_ASSUME_ROLE_AGENCY_NAME", ACCOUNT_VARIABLES)),
        ({}, {"HW_ASSUME_ROLE_DOMAIN_ID": "d"}, BY_VARIABLE.format("HW_ASSUME_ROLE_DOMAIN_ID", "HW_ASSUME_ROLE_AGENCY_NAME")),
        (
            {}, {"HW_ASSUME_ROLE_DURATION": "900"},
            BY_VARIABLE.format("HW_ASSUME_ROLE_DURATION", f"HW_ASSUME_ROLE_AGENCY_NAME and {ACCOUNT_VARIABLES}"),
        ),
        (
            {"agency_name": "a", "domain_name": "d", "domain_id": "i"}, {},
            "assume_role.domain_name and assume_role.domain_id can't be set at the same time",
        ),
        (
            {}, {**ROLE_VARIABLES, "HW_ASSUME_ROLE_DOMAIN_ID": "i"},
            "HW_ASSUME_ROLE_DOMAIN_NAME and HW_ASSUME_ROLE_DOMAIN_ID can't be set at the same time",
        ),
        *[
            ({"agency_name": "a", "domain_id": "d", "duration": value}, {}, DURATION.format("assume_role.duration", value))
            for value in ("899", "86401", "0", "-900", "1h", "3600.0", "9000000000", "\uff19\uff10\uff10")
        ],
        ({}, {**ROLE_VARIABLES, "HW_ASSUME_ROLE_DURATION": "899"}, DURATION.format("HW_ASSUME_ROLE_DURATION", "899")),
        *[
            ({"agency_name": value, "domain_id": "d"}, {}, "assume_role.agency_name contains characters that are not valid in it")
            for value in ("a\nb", "a\x00b", "a\udcffb")
        ],
        (
            {}, {"HW_ASSUME_ROLE_IDP_ID": "x"},
            UNSUPPORTED,
        ),
    ],
)  # fmt: skip
def test_agency_that_is_not_clear_is_refused(given: dict[str, str], environ: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        choose({"assume_role": given}, {**KEY_VARIABLES, **environ})
    assert str(caught.value) == message


def test_variables_of_an_agency_beside_an_option_for_the_ecs_are_refused() -> None:
    with pytest.raises(InvalidOption) as caught:
        choose(ECS_OPTION, ROLE_VARIABLES)
    assert str(caught.value) == (
        "HW_ASSUME_ROLE_AGENCY_NAME is set, but credentials_source is an option: set assume_role in the task, too, or unset the"
        " variable"
    )
    assert choose({**ECS_OPTION, **ROLE_OPTION}, ROLE_VARIABLES) == role(ECS)


# --- what follows from the classes -----------------------------------------------------------------------------------


def test_options_variables_and_secrets_are_those_of_the_classes() -> None:
    named = [name for kind in KINDS for name in kind.options]
    assert sorted(named) == sorted(argument_spec()) == sorted(OPTIONS) == sorted(ENVIRONMENT)
    assert len(named) == len(set(named)), "two classes with one option"
    secret = {name for name, spec in argument_spec().items() if spec.get("no_log")}
    assert secret == {"secret_key", "security_token", "auth_token", "password"}
    variables = [variable for names in SETS for variable in names.values()]
    assert {name for found in ENVIRONMENT.values() for name in found} <= set(variables)


@pytest.mark.parametrize(
    ("credentials", "secrets"),
    [
        (TOKEN, ("T",)), (KEYS, ("SK",)), (TEMPORARY, ("SK", "ST")), (PASSWORD, ("pw",)), (ECS, ()),
        (role(TEMPORARY), ("SK", "ST")),
    ],
)  # fmt: skip
def test_secrets(credentials: Credentials, secrets: tuple[str, ...]) -> None:
    assert credentials.secrets == secrets


ASSUME = "/v3.0/OS-CREDENTIAL/securitytokens"
ROLE = role(KEYS)


@pytest.mark.parametrize(
    ("path", "status", "code", "rejected"),
    [
        ("/v2/p/topics", 401, "APIG.0301", ROLE),
        ("/v3/projects", 401, None, ROLE),
        ("/v2/p/topics", 401, "APIG.0303", None),
        ("/v2/p/topics", 403, None, None),
        ("/v2/p/topics", 404, None, None),
        (ASSUME, 401, "IAM.0001", KEYS),
        ("/base" + ASSUME, 401, None, KEYS),
        (ASSUME, 401, "APIG.0303", None),
        ("/v3/auth/tokens", 401, "IAM.0062", KEYS),
        (ASSUME, 400, None, ROLE),
        (ASSUME, 403, None, ROLE),
        (ASSUME, 404, None, ROLE),
        (ASSUME, 429, None, None),
        (ASSUME, 503, None, None),
        ("/v3/auth/tokens", 403, None, None),
    ],
)
def test_who_is_rejected(path: str, status: int, code: str | None, rejected: Credentials | None) -> None:
    assert ROLE.rejected_by({"path": path, "status": status, "code": code}) == rejected
