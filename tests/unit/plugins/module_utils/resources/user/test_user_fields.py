# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules for the name, the password and the description of a user, and what is shown and exported of it."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.user.fields import (
    TABLE,
    check_new_name,
    check_password,
    definition,
    shown,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption
from ansible_collections.huaweicloud.kafka.tests.unit.users import row


def prepare(**options: str) -> dict[str, str]:
    return TABLE.prepare({"user_name": "shop", **options})


@pytest.mark.parametrize("name", ["shop", "Shop-1_a", "a" * 64])
def test_names_of_new_users(name: str) -> None:
    check_new_name(name)


@pytest.mark.parametrize("name", ["", "abc", "a" * 65, "1shop", "_shop", "-shop", "shop.1", "shöp", "sh op", "shop\n"])
def test_other_names_of_new_users_are_refused(name: str) -> None:
    with pytest.raises(InvalidOption, match="user_name of a new user must be 4 to 64 letters"):
        check_new_name(name)


@pytest.mark.parametrize(
    "password",
    ["Abcdefg1", "abcdefg1-", "ABCDEFG1 ", "aB------", "Aa1" + "x" * 29, "Aa1 \\\"'{%`~]", "pässword1A", " Abcdefg1"],
)
def test_passwords(password: str) -> None:
    assert prepare(user_passwd=password)["user_passwd"] == password


REFUSED = {
    "empty": ("", "must be set, and not empty"),
    "spaces": ("        ", "must be set, and not empty"),
    "short": ("Abcde1-", "must be 8 to 32 characters"),
    "long": ("Aa1" + "x" * 30, "must be 8 to 32 characters"),
    "digits": ("12345678", "must be of at least three kinds"),
    "two kinds": ("abcdefg1", "must be of at least three kinds"),
    "two kinds with special characters": ("abcdefg-", "must be of at least three kinds"),
    "letters of no kind": ("äöüabcdE", "must be of at least three kinds"),
    "begins with a hyphen": ("-Abcdefg1", "must be a text that does not begin with -"),
    "newline at the end": ("Abcdefg1\n", "must be without newlines"),
    "carriage return": ("Abcdefg1\r", "must be without newlines"),
    "null character": ("Abcdefg\x001", "must be without newlines"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_other_passwords_are_refused_and_not_shown(name: str) -> None:
    password, message = REFUSED[name]
    with pytest.raises(InvalidOption) as refused:
        prepare(user_passwd=password)
    assert str(refused.value).startswith("user_passwd " + message)
    assert not password.strip() or password not in str(refused.value)


@pytest.mark.parametrize("password", ["Shop-2024", "4202-pohS"])
def test_the_name_is_no_password(password: str) -> None:
    with pytest.raises(InvalidOption, match="neither the name of the user nor that name spelled backwards"):
        check_password("Shop-2024", password)
    check_password("shop-2024", password)


def test_description() -> None:
    assert prepare(user_desc="") == {"user_name": "shop", "user_desc": ""}
    assert len(prepare(user_desc="x" * 200)["user_desc"]) == 200
    with pytest.raises(InvalidOption, match="user_desc must be at most 200 characters, not 201"):
        prepare(user_desc="x" * 201)


@pytest.mark.parametrize("description", ["", None])
def test_no_description_is_an_empty_one(description: str | None) -> None:
    assert TABLE.differences(prepare(user_desc=""), row(user_desc=description)) == {}
    assert TABLE.differences(prepare(user_desc="new"), row(user_desc=description)) == {"user_desc": ("", "new")}


def test_what_is_shown_has_neither_passwords_nor_what_is_not_returned() -> None:
    assert shown({**row(), "user_passwd": "x", "role": None}) == {k: v for k, v in row().items() if k != "role"}


PASSWORDS = {"user_passwd": "a", "new_password": "b", "password": "c", "userPasswd": "d"}


def test_password_that_the_service_returns_is_not_shown_whatever_it_calls_it() -> None:
    assert shown({**row(), **PASSWORDS}) == row()
    assert definition({**row(), **PASSWORDS}) == definition(row())


def test_definition() -> None:
    assert definition(row(user_desc="The shop")) == ({"user_name": "shop", "user_desc": "The shop"}, [])
    assert definition({**row(user_desc=None), "user_passwd": "x", "new": 1}) == ({"user_name": "shop"}, ["new"])
