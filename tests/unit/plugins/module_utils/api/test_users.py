# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of users: their requests, and malformed responses."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api import users
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import ConnectionFailed, UnexpectedResponse
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, Clock, Service, Step, reply
from ansible_collections.huaweicloud.kafka.tests.unit.users import (
    LIST,
    PASSWORD,
    create,
    delete,
    describe,
    reset,
    row,
)


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    return samples.client(clock, service, max_retries=1)


def test_list_with_the_types_of_the_api(client: Client, service: Service) -> None:
    rows = [row(), row("root", default_app="true", created_time="17"), {"user_name": "old"}, row(user_desc="twice")]
    service.expect((LIST, reply(200, {"users": rows})))
    found = users.list_users(client, "i-1")
    unset = {"default_app": None, "created_time": None}
    assert found.rows == [row(), row("root", default_app=True, created_time=17), {"user_name": "old", **unset}]
    assert (found.complete, found.id_key, found.name_key) == (True, "user_name", "user_name")


MALFORMED: list[t.Any] = [
    [],
    {},
    {"users": None},
    {"users": {}},
    {"users": ["shop"]},
    *({"users": [{"user_name": name}]} for name in (None, "", ".", "..", 1, ["shop"])),
]


@pytest.mark.parametrize("body", MALFORMED)
def test_a_malformed_list_proves_nothing(client: Client, service: Service, body: t.Any) -> None:
    service.expect((LIST, reply(200, body)))
    with pytest.raises(UnexpectedResponse):
        users.list_users(client, "i-1")


def send(client: Client) -> dict[str, t.Callable[[], t.Any]]:
    body = {"user_name": "shop", "user_passwd": PASSWORD, "user_desc": "The shop"}
    return {
        "create": lambda: users.create_user(client, "i-1", body),
        "describe": lambda: users.update_user(client, "i-1", "shop", {"user_desc": "The shop"}),
        "describe and reset": lambda: users.update_user(
            client, "i-1", "shop", {"user_desc": "", "new_password": PASSWORD}
        ),
        "reset": lambda: users.reset_password(client, "i-1", "shop", PASSWORD),
        "delete": lambda: users.delete_users(client, "i-1", ["shop", "billing"]),
        "name in a path": lambda: users.reset_password(client, "i-1", "../x", PASSWORD),
    }


def write(name: str, response: t.Any = 204) -> Step:
    return {
        "create": create(user_desc="The shop", response=response),
        "describe": describe("The shop", response=response),
        "describe and reset": describe("", new_password=PASSWORD, response=response),
        "reset": reset(response=response),
        "delete": delete("shop", "billing", response=response),
        "name in a path": reset("..%2Fx", response=response),
    }[name]


REPEATED = ("describe", "describe and reset", "reset", "delete", "name in a path")


@pytest.mark.parametrize("response", [204, reply(200, {"job_id": "j-1"})], ids=["204", "200"])
@pytest.mark.parametrize("name", ["create", *REPEATED])
def test_request(client: Client, service: Service, name: str, response: t.Any) -> None:
    service.expect(write(name, response))
    assert send(client)[name]() == ("shop" if name == "create" else None)
    service.assert_all_sent()


@pytest.mark.parametrize("name", REPEATED)
def test_what_does_no_harm_is_repeated(client: Client, service: Service, name: str) -> None:
    service.expect(write(name, LOST), write(name))
    send(client)[name]()
    service.assert_all_sent()


def test_a_creation_is_not_repeated(client: Client, service: Service) -> None:
    service.expect(write("create", LOST))
    with pytest.raises(ConnectionFailed):
        send(client)["create"]()
