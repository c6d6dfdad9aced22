# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests, options and responses for tests of topics: the instance "i-1" and the topic "orders"."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.kafka.tests.unit.samples import INSTANCE, instance
from ansible_collections.huaweicloud.kafka.tests.unit.samples import LIST as SINK_TASKS
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import LIST as SMART_TASKS
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID, Reply, Step, reply

TOPICS = f"/v2/{PROJECT_ID}/instances/i-1/topics"
LIST = f"GET {TOPICS}?limit=200&offset=0"
CREATE = f"POST {TOPICS}"
UPDATE = f"PUT {TOPICS}"
DELETE = f"POST {TOPICS}/delete"
NO_TASKS = reply(200, {"tasks": [], "total_number": 0})
UP: Step = (INSTANCE, reply(200, instance(enable_auto_topic=False)))
UNUSED: list[Step] = [UP, (SMART_TASKS, NO_TASKS), (SINK_TASKS, NO_TASKS)]
"""The reads before a deletion: the instance, and the tasks of both APIs."""

BYTES = {"name": "max.message.bytes", "value": "1000", "default_value": "10485760"}


def detail(name: str = "orders") -> str:
    """Return the request for the consumers of a topic."""
    return f"GET /v2/{PROJECT_ID}/instances/i-1/management/topics/{name}"


def partitions(name: str = "orders") -> str:
    """Return the request for the messages of a topic."""
    return f"GET /v2/{PROJECT_ID}/kafka/instances/i-1/topics/{name}/partitions?limit=50&offset=0"


def policies(name: str = "orders") -> str:
    """Return the request for the permissions of a topic."""
    return f"GET /v1/{PROJECT_ID}/instances/i-1/topics/{name}/accesspolicy"


def row(name: str = "orders", **fields: t.Any) -> dict[str, t.Any]:
    """Return a topic as the service returns it; ``None`` removes a field."""
    topic = {
        "name": name,
        "partition": 3,
        "replication": 3,
        "retention_time": 72,
        "sync_replication": False,
        "sync_message_flush": False,
        "topic_type": 0,
        "policiesOnly": False,
        "topic_desc": "",
        "created_at": 1735689600000,
        "topic_other_configs": [BYTES],
        **fields,
    }
    return {key: value for key, value in topic.items() if value is not None}


def listed(*rows: t.Any, total: t.Any = None, **limits: t.Any) -> Reply:
    """Return the list of *rows*."""
    return reply(200, {"topics": list(rows), "total": len(rows) if total is None else total, **limits})


def wanted(name: str = "orders", **options: t.Any) -> dict[str, t.Any]:
    """Return the options that describe a topic with three partitions."""
    return {"instance_id": "i-1", "name": name, "partition": 3, **options}


def unwanted(name: str = "orders", **options: t.Any) -> dict[str, t.Any]:
    """Return the options that delete a topic."""
    return {"instance_id": "i-1", "name": name, "state": "absent", **options}


def create(name: str = "orders", response: t.Any = None, **fields: t.Any) -> Step:
    """Expect the creation of a topic with three partitions."""
    body = {"id": name, "partition": 3, **fields}
    return (CREATE, body, reply(200, {"name": name}) if response is None else response)


def update(*changes: dict[str, t.Any], response: t.Any = 204) -> Step:
    """Expect one request that changes topics."""
    return (UPDATE, {"topics": list(changes)}, response)


def in_part(**reasons: str) -> Reply:
    """Return the response that topics were not changed, or not wholly, with the reason of each."""
    rows = [{"id": name, "success": False, "error_msg": reason} for name, reason in reasons.items()]
    return reply(206, {"failed_topics": rows})


def delete(*names: str, failed: t.Container[str] = (), response: t.Any = None) -> Step:
    """Expect one request that deletes topics; those that *failed* are reported as not deleted."""
    names = names or ("orders",)
    rows = [{"id": name, "success": name not in failed} for name in names]
    return (DELETE, {"topics": list(names)}, reply(200, {"topics": rows}) if response is None else response)
