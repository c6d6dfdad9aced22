# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The users of an instance, with whose names and passwords clients log in. A user has no id but its name.

Source: the API reference of DMS for Kafka, the vendor's Python SDK, generation 3.1.219, and its Terraform provider.
"""

from __future__ import annotations

import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object, flag, number
from .listing import Listing

if t.TYPE_CHECKING:
    from ..rest.client import Client
    from .listing import Row

_USERS = "/v2/{project_id}/instances/{instance_id}/users"
_USER = "/v2/kafka/{project_id}/instances/{instance_id}/users/{user}"
_GET, _MODIFY = "dms:instance:get", "dms:instance:modify"

LIST = Operation("ShowInstanceUsers", "GET", _USERS, _GET, reads=True, repeatable=True)
CREATE = Operation("CreateInstanceUser", "POST", _USERS, _MODIFY, reads=False, repeatable=False)
UPDATE = Operation("UpdateInstanceUser", "PUT", _USER, _MODIFY, reads=False, repeatable=True)
RESET = Operation("ResetUserPasswrod", "PUT", _USERS + "/{user}", _GET, reads=False, repeatable=True)
# Whether the service refuses to delete a user that is absent is not documented. If so, an attempt before can be the reason.
DELETE = Operation("BatchDeleteInstanceUsers", "PUT", _USERS, _MODIFY, reads=False, repeatable=True)


def list_users(client: Client, instance_id: str) -> Listing:
    """Return all users of an instance: the list has no pages and no total."""
    response = client.call(LIST, instance_id=instance_id)
    users = expect_object(response).get("users")
    valid = isinstance(users, list) and all(isinstance(user, dict) for user in users)
    expect(response, valid, "users is not a list of objects")
    rows: dict[str, Row] = {}
    for user in t.cast("list[Row]", users):
        name = user.get("user_name")
        # The name becomes a part of paths.
        expect(response, isinstance(name, str) and name not in ("", ".", ".."), "a user has no user_name")
        row = {**user, "default_app": flag(user.get("default_app")), "created_time": number(user.get("created_time"))}
        rows.setdefault(t.cast("str", name), row)
    return Listing([*rows.values()], len(rows), "user_name", "user_name")


def create_user(client: Client, instance_id: str, body: dict[str, t.Any]) -> str:
    """Create a user from its ``user_name``, ``user_passwd`` and ``user_desc``, and return its name."""
    client.call(CREATE, instance_id=instance_id, body=body)
    return str(body["user_name"])


def update_user(client: Client, instance_id: str, name: str, changed: dict[str, t.Any]) -> None:
    """Change ``user_desc`` of a user; ``new_password`` is only sent if *changed* has it."""
    client.call(UPDATE, instance_id=instance_id, user=name, body={"user_name": name, **changed})


def reset_password(client: Client, instance_id: str, name: str, password: str) -> None:
    """Give a user another *password*. The service returns when all brokers have it; clients are cut off."""
    client.call(RESET, instance_id=instance_id, user=name, body={"new_password": password})


def delete_users(client: Client, instance_id: str, names: t.Sequence[str]) -> None:
    """Delete several users. Whether the service refuses that if one of them is absent is not documented."""
    client.call(DELETE, instance_id=instance_id, body={"action": "delete", "users": list(names)})
