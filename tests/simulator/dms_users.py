# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: the users of an instance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Call, Effect, Response
from .dms_instances import check_running, find_instance
from .errors import ApiError, default_status, invalid
from .routes import Operation

if TYPE_CHECKING:
    from .access import KafkaUser
    from .world import Instance

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{3,63}")
_CLASSES = ("[a-z]", "[A-Z]", "[0-9]", "[^A-Za-z0-9]")
_PASSWORD_LENGTHS = range(8, 33)


def create_instance_user(call: Call) -> Response:
    """POST /v2/{project_id}/instances/{instance_id}/users"""
    instance = find_instance(call)
    body = call.json_object()
    name = body.get("user_name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ApiError(400, "DMS.00400015")
    password = _password(body, "user_passwd", name)
    description = parameters.text(body, "user_desc")
    check_sasl(call, instance)
    check_running(instance)
    users = instance.access.users
    if name in users:
        raise refused(call.settings.user_exists_code, f"The user {name} already exists.")
    if len(users) >= call.settings.user_limit:
        raise ApiError(400, "DMS.00400039")
    fields = {"user_passwd": password, "user_desc": description, "unlisted": call.settings.user_list_lag}
    call.world.add_kafka_user(instance.instance_id, name, **fields)
    return Response(204, effect=Effect("created user", name))


def show_instance_users(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/users: all users, without pages."""
    instance = find_instance(call)
    if not call.settings.users_listed_without_sasl:
        check_sasl(call, instance)
    rows = [
        {
            "user_name": user.user_name,
            "user_desc": user.user_desc,
            "role": "guest",
            "default_app": user.user_name == instance.fields.get("access_user"),
            "created_time": user.created_time,
        }
        for user in instance.access.listed_users(call.settings)
    ]
    return Response(200, {"users": rows})


def update_instance_user(call: Call) -> Response:
    """PUT /v2/kafka/{project_id}/instances/{instance_id}/users/{user_name}: a field that is missing keeps its value."""
    instance = find_instance(call)
    body = call.json_object()
    name = call.params["user_name"]
    if body.get("user_name") not in (None, name):
        raise invalid("user_name")
    password = None if body.get("new_password") is None else _password(body, "new_password", name)
    description = None if body.get("user_desc") is None else parameters.text(body, "user_desc")
    user = _changeable(call, instance)
    if user is None:
        return Response(204)
    if password is not None:
        user.user_passwd = password
    if description or (description == "" and call.settings.empty_user_desc == "removed"):
        user.user_desc = description
    return Response(204, effect=Effect("modified user", name))


def reset_user_password(call: Call) -> Response:
    """PUT /v2/{project_id}/instances/{instance_id}/users/{user_name}"""
    instance = find_instance(call)
    password = _password(call.json_object(), "new_password", call.params["user_name"])
    user = _changeable(call, instance)
    if user is None:
        return Response(204)
    user.user_passwd = password
    return Response(204, effect=Effect("reset password", user.user_name))


def batch_delete_instance_users(call: Call) -> Response:
    """PUT /v2/{project_id}/instances/{instance_id}/users: deletes several users."""
    instance = find_instance(call)
    body = call.json_object()
    names = body.get("users")
    if body.get("action") != "delete":
        raise invalid("action")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and name for name in names):
        raise invalid("users")
    check_sasl(call, instance)
    check_running(instance)
    problems = {name: problem for name in names if (problem := _undeletable(call, instance, name)) is not None}
    before_problem = next((number for number, name in enumerate(names) if name in problems), len(names))
    deleted = []
    for name in names if not problems else names[:before_problem] if call.settings.user_deletion_in_part else []:
        user = instance.access.users.get(name)
        if user is not None and not user.leaving:
            instance.access.delete_user(user, call.settings)
            deleted.append(name)
    effect = Effect("deleted user", ",".join(deleted)) if deleted else None
    if not problems:
        return Response(204, effect=effect)
    error = next(iter(problems.values()))
    body = {"error_code": error.code, "error_msg": error.message}
    return Response(error.status, body, effect=effect)


def check_sasl(call: Call, instance: Instance) -> None:
    """Raise ApiError unless the instance has users."""
    if not instance.has_sasl:
        raise refused(call.settings.sasl_off_code, "SASL is disabled for the instance.")


def absent_user(call: Call, name: str) -> ApiError:
    """The error for a user that does not exist."""
    return refused(call.settings.absent_user_code, f"The user {name} does not exist.")


def refused(code: str, message: str) -> ApiError:
    """An error with the usual status of a code."""
    return ApiError(default_status(code), code, message)


def _changeable(call: Call, instance: Instance) -> KafkaUser | None:
    """The user in the path, or None if changes of users that do not exist are accepted."""
    check_sasl(call, instance)
    check_running(instance)
    name = call.params["user_name"]
    user = instance.access.users.get(name)
    if user is not None and not user.leaving:
        return user
    if call.settings.absent_user == "refused":
        raise absent_user(call, name)
    return None


def _undeletable(call: Call, instance: Instance, name: str) -> ApiError | None:
    """Why a user can't be deleted."""
    if name == instance.fields.get("access_user"):
        return refused("DMS.00400062", f"The user {name} can't be deleted.")
    if name not in instance.access.users and call.settings.absent_user == "refused":
        return absent_user(call, name)
    return None


def _password(given: dict[str, Any], key: str, name: str) -> str:
    """A password that complies with the rules of the service."""
    value = given.get(key)
    if (
        not isinstance(value, str)
        or len(value) not in _PASSWORD_LENGTHS
        or value.startswith("-")
        or value in (name, name[::-1])
        or sum(re.search(kind, value) is not None for kind in _CLASSES) < 3
    ):
        raise ApiError(400, "DMS.00400012")
    return value


_USERS = "/v2/{project_id}/instances/{instance_id}/users"

OPERATIONS = [
    Operation("CreateInstanceUser", "POST", _USERS, create_instance_user),
    Operation("ShowInstanceUsers", "GET", _USERS, show_instance_users),
    Operation("BatchDeleteInstanceUsers", "PUT", _USERS, batch_delete_instance_users),
    Operation("ResetUserPasswrod", "PUT", _USERS + "/{user_name}", reset_user_password),
    Operation(
        "UpdateInstanceUser",
        "PUT",
        "/v2/kafka/{project_id}/instances/{instance_id}/users/{user_name}",
        update_instance_user,
    ),
]
