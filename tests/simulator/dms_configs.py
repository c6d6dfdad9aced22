# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: the parameters of an instance."""

from __future__ import annotations

from functools import partial

from .access import PARAMETERS, Parameter
from .calls import Call, Effect, Response
from .dms_instances import check_idle, find_instance
from .errors import ApiError, invalid
from .routes import Operation

JOB = "kafkaConfigModify"


def show_instance_configs(call: Call) -> Response:
    """GET /v2/{project_id}/instances/{instance_id}/configs"""
    instance = find_instance(call)
    rows = [
        {
            "name": name,
            "valid_values": parameter.valid,
            "default_value": parameter.default,
            "config_type": "static" if _is_static(call, name) else "dynamic",
            "value": instance.access.value(name),
            "value_type": parameter.kind,
        }
        for name, parameter in _known(call).items()
    ]
    return Response(200, {"kafka_configs": rows})


def modify_instance_configs(call: Call) -> Response:
    """PUT /v2/{project_id}/instances/{instance_id}/configs"""
    instance, settings = find_instance(call), call.settings
    given = call.json_object().get("kafka_configs")
    if not isinstance(given, list) or not given:
        raise invalid("kafka_configs")
    values: dict[str, str] = {}
    for row in given:
        name, value = (row.get("name"), row.get("value")) if isinstance(row, dict) else (None, None)
        if name not in _known(call) or name in values or not isinstance(value, str) or not _is_valid(name, value):
            raise ApiError(400, "DMS.00400066", f"The configuration parameter {name} is invalid.")
        values[name] = value
    check_idle(call, instance)
    apply = partial(instance.access.set_parameters, values)
    job_id = call.world.start_job(instance, JOB, settings.config_reads, apply, settings.configs_fail)
    static = sum(_is_static(call, name) for name in values)
    body = {"job_id": job_id, "dynamic_config": len(values) - static, "static_config": static}
    return Response(200, body, effect=Effect("set parameters", ",".join(values)))


def _known(call: Call) -> dict[str, Parameter]:
    """The parameters that the region has."""
    hidden = call.settings.hidden_configs or ()
    return {name: parameter for name, parameter in PARAMETERS.items() if name not in hidden}


def _is_static(call: Call, name: str) -> bool:
    return PARAMETERS[name].static or name in (call.settings.static_configs or ())


def _is_valid(name: str, value: str) -> bool:
    parameter = PARAMETERS[name]
    if parameter.kind == "enum":
        return value in parameter.valid.split(",")
    low, _unused, high = parameter.valid.partition("-")
    return value.isascii() and value.isdigit() and int(low) <= int(value) <= int(high)


_CONFIGS = "/v2/{project_id}/instances/{instance_id}/configs"

OPERATIONS = [
    Operation("ShowInstanceConfigs", "GET", _CONFIGS, show_instance_configs),
    Operation("ModifyInstanceConfigs", "PUT", _CONFIGS, modify_instance_configs),
]
