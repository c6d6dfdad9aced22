# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The parameters of an instance, and whether it creates topics automatically.

Source: the API reference of DMS for Kafka, the vendor's Python SDK, generation 3.1.219, and its Terraform provider.
"""

from __future__ import annotations

import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object, is_id

if t.TYPE_CHECKING:
    from ..rest.client import Client
    from ..rest.response import Response
    from .listing import Row

_INSTANCE = "/v2/{project_id}/instances/{instance_id}"
_CONFIGS, _AUTO_TOPIC = _INSTANCE + "/configs", _INSTANCE + "/autotopic"
_GET, _MODIFY = "dms:instance:get", "dms:instance:modify"

SHOW = Operation("ShowInstanceConfigs", "GET", _CONFIGS, _GET, reads=True, repeatable=True)
# Both begin a job, and the service refuses a second request while it runs.
MODIFY = Operation("ModifyInstanceConfigs", "PUT", _CONFIGS, _MODIFY, reads=False, repeatable=False)
SET_AUTO_TOPIC = Operation("UpdateInstanceAutoCreateTopic", "POST", _AUTO_TOPIC, _MODIFY, reads=False, repeatable=False)

OPEN_TOPICS = "allow.everyone.if.no.acl.found"
"""The parameter that opens topics without any permission to every user."""
AUTO_GROUPS = "auto.create.groups.enable"
"""The parameter that lets clients create consumer groups, and unused ones vanish."""


def show_configs(client: Client, instance_id: str) -> list[Row]:
    """Return the parameters of an instance.

    Each has ``name`` and ``value`` (text), and if the service returns them ``default_value``, ``valid_values``, ``value_type``
    (``string``, ``integer``, ``enum``) and ``config_type`` (``dynamic``, ``static``: needs a restart).
    """
    response = client.call(SHOW, instance_id=instance_id)
    configs = expect_object(response).get("kafka_configs")
    valid = isinstance(configs, list) and all(isinstance(row, dict) and row.get("name") for row in configs)
    expect(response, valid, "kafka_configs is not a list of names and values")
    return [
        {**row, "name": str(row["name"]), "value": as_text(row.get("value"))} for row in t.cast("list[Row]", configs)
    ]


def modify_configs(client: Client, instance_id: str, values: t.Mapping[str, str]) -> str | None:
    """Set parameters to *values* and return the id of the background job that does it, ``None`` if the service returns none."""
    body = {"kafka_configs": [{"name": name, "value": value} for name, value in values.items()]}
    return _job_id(client.call(MODIFY, instance_id=instance_id, body=body))


def set_auto_topic(client: Client, instance_id: str, enable: bool) -> str | None:
    """Begin to change whether topics are created automatically, which can restart the instance; return the id of the job or ``None``."""
    return _job_id(client.call(SET_AUTO_TOPIC, instance_id=instance_id, body={"enable_auto_topic": enable}))


def as_text(value: t.Any) -> str:
    """Return *value* of a parameter as text: a boolean as ``true`` or ``false``, nothing as empty text."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _job_id(response: Response) -> str | None:
    job_id = response.body.get("job_id") if isinstance(response.body, dict) else None
    return t.cast("str", job_id) if is_id(job_id) else None
