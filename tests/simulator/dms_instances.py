# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Call, Response
from .errors import ApiError
from .routes import Operation

if TYPE_CHECKING:
    from .world import Instance

_CONNECTOR = ["connector_enable", "connector_id", "connector_node_num"]


def show_instance(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}"""
    return Response(200, _shown(call, find_instance(call), call.settings.connector_shown))


def list_instances(call: Call) -> Response:
    """GET /v2/{project_id}/instances"""
    query = call.query
    exact = parameters.flag(query, "exact_match_name")
    include_failure = parameters.flag(query, "include_failure")
    found = [
        instance
        for instance in call.world.instances.values()
        if instance.project_id == call.project_id and _matches(instance, query, exact, include_failure)
    ]
    page = parameters.page(query, found)
    settings = call.settings
    rows = [_shown(call, instance, settings.connector_listed, job=settings.job_listed) for instance in page]
    return Response(200, {"instances": rows, "instance_num": len(found)})


def find_instance(call: Call) -> Instance:
    """The instance in the path. Raises ApiError: 400 for an invalid id, 404 for an unknown one."""
    instance_id = call.params["instance_id"]
    instance = call.world.instances.get(instance_id)
    if instance is not None and instance.project_id == call.project_id:
        return instance
    if not parameters.is_uuid(instance_id):
        raise ApiError(400, "DMS.00400030")
    raise ApiError(404, "DMS.00404022")


def check_running(instance: Instance) -> None:
    """Raise ApiError unless the instance can be changed."""
    if instance.status != "RUNNING":
        raise ApiError(400, "DMS.00400026")


def check_idle(call: Call, instance: Instance) -> None:
    """Raise ApiError unless the instance can be changed and no job changes it."""
    check_running(instance)
    if instance.access.job is not None:
        raise ApiError(400, call.settings.job_busy_code)


def _shown(call: Call, instance: Instance, connector: str, *, job: bool = True) -> dict[str, Any]:
    """The fields of `instance`; `connector` is what they contain of the connector, as in the settings."""
    fields = instance.read(job=job)
    hidden: list[str] = [] if call.settings.connector_nodes_shown else ["connector_node_num"]
    if connector == "absent" or (call.settings.connector_off == "absent" and not fields["connector_id"]):
        hidden = _CONNECTOR
    elif connector == "no id":
        hidden = [*hidden, "connector_id"]
    elif connector in ("null id", "empty id"):
        fields["connector_id"] = None if connector == "null id" else ""
    elif connector == "null":
        fields.update(dict.fromkeys(_CONNECTOR))
    return {name: value for name, value in fields.items() if name not in hidden}


def _matches(instance: Instance, query: dict[str, str], exact: bool, include_failure: bool) -> bool:
    wanted, name, status = query.get("name"), instance.fields["name"], instance.status
    if wanted and (name != wanted if exact else wanted.lower() not in name.lower()):
        return False
    if status == "CREATEFAILED" and not include_failure and query.get("status") != status:
        return False
    return query.get("status") in (None, "", status) and all(
        query.get(key) in (None, "", instance.fields[key]) for key in ("engine", "instance_id", "enterprise_project_id")
    )


OPERATIONS = [
    Operation("ListInstances", "GET", "/v2/{project_id}/instances", list_instances),
    Operation("ShowInstance", "GET", "/v2/{project_id}/instances/{instance_id}", show_instance),
]
