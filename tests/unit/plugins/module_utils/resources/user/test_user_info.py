# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module that reads users: its requests, the selection, permissions, definitions, and what can't be read."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_user_info as module
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_users as users
from ansible_collections.huaweicloud.kafka.tests.unit import topics
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    Ran,
    Service,
    Step,
    Table,
    error_reply,
    reply,
    run_module,
)
from ansible_collections.huaweicloud.kafka.tests.unit.users import LIST, listed, policies, row

ROWS = [row("root"), row("shop", user_desc="The shop"), row("billing")]
PAGE: Step = (LIST, listed(*ROWS[1:]))
FORBIDDEN = error_reply(403, "DMS.00403003", "no")


def run(*steps: Step, **options: t.Any) -> Ran:
    return run_module(module, Service(), {"instance_id": "i-1", **options}, *steps)


def names(ran: Ran) -> list[str]:
    return [user["user_name"] for user in ran.result["users"]]


def test_all_users() -> None:
    assert run(PAGE).result == {"changed": False, "users": ROWS}


def test_neither_passwords_nor_what_the_service_does_not_return() -> None:
    page = (LIST, reply(200, {"users": [{"user_name": "shop", "user_desc": None, "user_passwd": "x-secret"}]}))
    assert run(page).result["users"] == [{"user_name": "shop"}]


def test_instance_by_name() -> None:
    find = (FIND, instances(instance()))
    assert names(run(find, PAGE, instance_id=None, instance_name="kafka")) == ["root", "shop", "billing"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"user_name": "shop"}, ["shop"]),
        ({"name": "shop"}, ["shop"]),
        ({"user_name": "Shop"}, []),
        ({"pattern": "s.*|r.*"}, ["root", "shop"]),
        ({"pattern": "sho"}, []),
    ],
)
def test_selection(options: dict[str, t.Any], expected: list[str]) -> None:
    assert names(run(PAGE, **options)) == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"pattern": "("}, "pattern is not a regular expression"),
        ({"pattern": " "}, "pattern must not be empty"),
        ({"user_name": ""}, "user_name must not be empty"),
        ({"user_name": "a "}, "user_name must not begin or end with whitespace"),
        ({"details": ["all"]}, "details must be one"),
        ({"user_name": "shop", "pattern": "r.*"}, "mutually exclusive: user_name|pattern"),
    ],
)
def test_refused_before_any_request(options: dict[str, t.Any], message: str) -> None:
    assert message in run(**options).msg


# --- permissions -----------------------------------------------------------------------------------------------------

TOPICS: Step = (topics.LIST, topics.listed(topics.row("orders"), topics.row("returns")))


def test_permissions_take_a_request_for_each_topic() -> None:
    replies = dict([PAGE, TOPICS, policies("orders", "shop", "gone"), policies("returns", "shop", "root")])
    service = Table(replies)
    result = run_module(module, service, {"instance_id": "i-1", "details": ["permissions"]}).result
    found = {user["user_name"]: user["permissions"] for user in result["users"]}
    policy = {"owner": False, "access_policy": "all"}
    orders, returns = {"topic_name": "orders", **policy}, {"topic_name": "returns", **policy}
    assert found == {"root": [returns], "shop": [orders, returns], "billing": []}
    assert len(service.lines) == 4


def test_without_a_user_no_permissions_are_read() -> None:
    assert names(run(PAGE, user_name="other", details=["permissions"])) == []


@pytest.mark.parametrize("response", [FORBIDDEN, topics.listed(total=1)], ids=["forbidden", "incomplete"])
def test_topics_that_can_not_be_read(response: t.Any) -> None:
    assert run(PAGE, (topics.LIST, response), details=["permissions"]).msg.startswith(
        "Could not read the users of instance i-1: "
    )


def test_a_permission_that_can_not_be_read_is_named() -> None:
    steps = [PAGE, (topics.LIST, topics.listed(topics.row())), (topics.policies(), FORBIDDEN)]
    assert "Could not read the permissions of topic orders: " in run(*steps, details=["permissions"]).msg


# --- definitions -----------------------------------------------------------------------------------------------------


def test_definitions_change_nothing_and_say_what_they_lack() -> None:
    result = run(PAGE, as_definitions=True).result
    assert result["definitions"] == [
        {"user_name": "root", "user_desc": ""},
        {"user_name": "shop", "user_desc": "The shop"},
        {"user_name": "billing", "user_desc": ""},
    ]
    lacking = "the definitions have no user_passwd: they change users that exist, but create none."
    assert result["warnings"] == [f"The service does not return passwords, so {lacking}"]
    applied = run_module(users, Service(), {"instance_id": "i-1", "users": result["definitions"]}, PAGE).result
    assert applied["changed"] is False


def test_definitions_of_no_users() -> None:
    result = run(PAGE, user_name="other", as_definitions=True).result
    assert (result["definitions"], result.get("warnings")) == ([], None)


def test_an_unknown_field_is_named() -> None:
    page = (LIST, listed(row("shop", quota=5)))
    assert (
        "leaves out what the options can't express"
        in run(page, pattern="shop", as_definitions=True).result["warnings"][0]
    )


@pytest.mark.parametrize(
    "response", [error_reply(404, "DMS.00404022"), FORBIDDEN, reply(200, {}), error_reply(400, "DMS.00400971")]
)
def test_a_list_that_can_not_be_read_is_no_empty_one(response: t.Any) -> None:
    assert run((LIST, response)).msg
