# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: instances (section 4 of the facts)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .calls import Answer, Call
from .dms_sink_tasks import is_uuid
from .errors import ApiError, invalid
from .routes import Operation

if TYPE_CHECKING:
    from .world import Instance

DEFAULT_LIMIT = 10
MAX_LIMIT = 50


def show_instance(call: Call) -> Answer:
    """GET /v2/{project_id}/instances/{instance_id}"""
    return Answer(200, dict(find_instance(call).fields))


def list_instances(call: Call) -> Answer:
    """GET /v2/{project_id}/instances"""
    query = call.query
    offset = _number(query, "offset", 0, 0, None)
    limit = _number(query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    exact = _flag(query, "exact_match_name")
    include_failure = _flag(query, "include_failure")
    found = [
        dict(instance.fields)
        for instance in call.world.instances.values()
        if instance.project_id == call.project_id and _matches(instance.fields, query, exact, include_failure)
    ]
    if offset and offset >= len(found):
        raise ApiError(400, "DMS.40050010")
    return Answer(200, {"instances": found[offset : offset + limit], "instance_num": len(found)})


def find_instance(call: Call) -> Instance:
    """The instance that the path names. Raises ApiError: 400 when that is no id, 404 when there is none."""
    instance_id = call.params["instance_id"]
    instance = call.world.instances.get(instance_id)
    if instance is not None and instance.project_id == call.project_id:
        return instance
    if not is_uuid(instance_id):
        raise ApiError(400, "DMS.00400030")
    raise ApiError(404, "DMS.00404022")


def _matches(fields: dict[str, Any], query: dict[str, str], exact: bool, include_failure: bool) -> bool:
    name = query.get("name")
    if name:
        if exact and fields["name"] != name:
            return False
        if name.lower() not in fields["name"].lower():
            return False
    if fields["status"] == "CREATEFAILED" and not include_failure and query.get("status") != "CREATEFAILED":
        return False
    return all(
        query.get(key) in (None, "", fields[key])
        for key in ("engine", "instance_id", "status", "enterprise_project_id")
    )


def _number(query: dict[str, str], name: str, absent: int, low: int, high: int | None) -> int:
    text = query.get(name)
    if text is None:
        return absent
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < low or (high is not None and int(text) > high):
        raise invalid(name)
    return int(text)


def _flag(query: dict[str, str], name: str) -> bool:
    text = query.get(name, "false").lower()
    if text not in ("true", "false"):
        raise invalid(name)
    return text == "true"


OPERATIONS = [
    Operation("ListInstances", "GET", "/v2/{project_id}/instances", list_instances),
    Operation("ShowInstance", "GET", "/v2/{project_id}/instances/{instance_id}", show_instance),
]
