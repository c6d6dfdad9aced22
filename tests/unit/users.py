# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests, options and responses for tests of users: the instance "i-1", whose first user is "root", and the user "shop"."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.kafka.tests.unit import topics
from ansible_collections.huaweicloud.kafka.tests.unit.samples import INSTANCE, instance
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID, Reply, Step, reply

USERS = f"/v2/{PROJECT_ID}/instances/i-1/users"
LIST = f"GET {USERS}"
CREATE = f"POST {USERS}"
DELETE = f"PUT {USERS}"
PASSWORD = "Shop-secret1"


def up(**fields: t.Any) -> Step:
    """Read the instance."""
    on = {"ssl_enable": True, "access_user": "root", "created_at": "1735689600000"}
    return (INSTANCE, reply(200, instance(**{**on, **fields})))


UP = up()


def row(name: str = "shop", **fields: t.Any) -> dict[str, t.Any]:
    """Return a user as the service returns it."""
    user = {"user_name": name, "user_desc": "", "role": "guest", "default_app": False, "created_time": 1735689600000}
    return {**user, **fields}


def listed(*rows: t.Any) -> Reply:
    """Return the list of *rows* and of the first user."""
    return reply(200, {"users": [row("root"), *rows]})


def wanted(name: str = "shop", **options: t.Any) -> dict[str, t.Any]:
    """Return the options that describe a user with a password."""
    return {"instance_id": "i-1", "user_name": name, "user_passwd": PASSWORD, **options}


def unwanted(name: str = "shop", **options: t.Any) -> dict[str, t.Any]:
    """Return the options that delete a user."""
    return {"instance_id": "i-1", "user_name": name, "state": "absent", **options}


def create(name: str = "shop", response: t.Any = 204, **fields: t.Any) -> Step:
    """Expect the creation of a user."""
    return (CREATE, {"user_name": name, "user_passwd": PASSWORD, **fields}, response)


def describe(text: str, name: str = "shop", response: t.Any = 204, **fields: t.Any) -> Step:
    """Expect a change of the description."""
    line = f"PUT /v2/kafka/{PROJECT_ID}/instances/i-1/users/{name}"
    return (line, {"user_name": name, "user_desc": text, **fields}, response)


def reset(name: str = "shop", response: t.Any = 204) -> Step:
    """Expect a new password."""
    return (f"PUT {USERS}/{name}", {"new_password": PASSWORD}, response)


def delete(*names: str, response: t.Any = 204) -> Step:
    """Expect one request that deletes users."""
    return (DELETE, {"action": "delete", "users": list(names or ("shop",))}, response)


def policies(topic: str, *users: str) -> Step:
    """Read the permissions of a topic, which names *users*."""
    rows = [{"owner": False, "user_name": user, "access_policy": "all"} for user in users]
    return (topics.policies(topic), reply(200, {"name": topic, "topic_type": 0, "policies": rows}))


NO_TOPICS: Step = (topics.LIST, topics.listed())
UNUSED: list[Step] = [UP, (topics.LIST, topics.listed(topics.row())), policies("orders", "root", "billing")]
"""The reads before a deletion: the instance, the topics, and the permissions of each."""
