# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests, options and responses for tests of consumer groups: the instance "i-1", the group "billing" and the topic "orders"."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.kafka.tests.unit.samples import INSTANCE, instance
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID, Reply, Step, error_reply, reply
from ansible_collections.huaweicloud.kafka.tests.unit.topics import partitions as partitions_of

_INSTANCE = f"/v2/{PROJECT_ID}/instances/i-1"
_ENGINE = f"/v2/kafka/{PROJECT_ID}/instances/i-1/groups"
GROUPS = f"{_INSTANCE}/groups"
LIST = f"GET {GROUPS}?limit=50&offset=0"
CREATE = f"POST /v2/{PROJECT_ID}/kafka/instances/i-1/group"
DELETE_MANY = f"POST {GROUPS}/batch-delete"
CONFIGS = f"GET {_INSTANCE}/configs"
JOBS = f"GET {_INSTANCE}/tasks?limit=100&start=1"
ABSENT = error_reply(400, "DMS.111400864", "The consumer group does not exist")
PAST_END = error_reply(400, "DMS.00400062")
UP: Step = (INSTANCE, reply(200, instance()))
MEMBER = {
    "host": "/10.0.0.5",
    "member_id": "billing-1-6f0c",
    "client_id": "billing-1",
    "assignment": [{"topic": "orders", "partitions": [0, 1]}],
}
SAYS_MEMBER = "it is STABLE, with the member billing-1 (10.0.0.5)"


def row(name: str = "billing", state: t.Any = "EMPTY", **fields: t.Any) -> dict[str, t.Any]:
    """Return a group as the list of the service has it."""
    group = {
        "group_id": name,
        "state": state,
        "lag": 0,
        "coordinator_id": 1,
        "group_desc": None,
        "createdAt": 1735689600000,
    }
    return {**group, **fields}


def returned(name: str = "billing", state: str = "EMPTY", **fields: t.Any) -> dict[str, t.Any]:
    """Return a group as a module returns it."""
    group = {"group_name": name, "state": state, "lag": 0, "coordinator_id": 1, "created_at": 1735689600000}
    return {**group, **fields}


def listed(*rows: t.Any, total: t.Any = None) -> Reply:
    """Return the list of *rows*."""
    return reply(200, {"groups": list(rows), "total": len(rows) if total is None else total})


def lists(*rows: t.Any, **options: t.Any) -> Step:
    """List *rows*, or get the response in their place."""
    return (LIST, rows[0]) if rows and isinstance(rows[0], (Reply, str)) else (LIST, listed(*rows, **options))


def incomplete(*rows: t.Any) -> list[Step]:
    """List *rows*, although the service counts one more."""
    total = len(rows) + 1
    further = (LIST.replace("offset=0", f"offset={len(rows)}"), listed(total=total))
    return [lists(*rows, total=total), *([further] if rows else [])]


def shows(
    state: str | None = "Empty",
    *offsets: dict[str, t.Any],
    name: str = "billing",
    members: t.Any = (),
    response: t.Any = None,
    level: str = "nested",
) -> Step:
    """Read a group with its members and offsets; *level* is where the response has them."""
    group = {"group_id": name, "state": state, "members": list(members), "group_message_offsets": list(offsets)}
    body = {"group": group} if level == "nested" else {"group": None, **group}
    return (f"GET {_INSTANCE}/management/groups/{name}", reply(200, body) if response is None else response)


LIVE = shows("Stable", members=[MEMBER])


def offset(
    partition: int, current: t.Any, end: t.Any = 150, topic: str = "orders", **fields: t.Any
) -> dict[str, t.Any]:
    """Return an offset as the service returns it, of a partition whose first message is at 100."""
    known = current not in (None, -1)
    lag = {"lag": end - current if known else -1}
    here = {"partition": partition, "topic": topic, "message_current_offset": current, "message_log_end_offset": end}
    return {**here, **lag, "message_log_start_offset": 100, **fields}


def offsets(*rows: dict[str, t.Any], topic: str = "orders", response: t.Any = None) -> Step:
    """Read the offsets of the group in a topic."""
    line = f"GET {_ENGINE}/billing/message-offset?limit=50&offset=0&topic={topic}"
    return (
        line,
        reply(200, {"group_message_offsets": list(rows), "total": len(rows)}) if response is None else response,
    )


def ends(*pairs: tuple[int, int], topic: str = "orders") -> Step:
    """Read the partitions of a topic: the first offset and the end of each."""
    rows = [
        {"partition": number, "start_offset": str(first), "last_offset": last, "message_count": last - first}
        for number, (first, last) in enumerate(pairs)
    ]
    return (partitions_of(topic), reply(200, {"partitions": rows, "total": len(rows)}))


def reads(*rows: dict[str, t.Any], state: str = "Empty", members: t.Any = (), number: int = 2) -> list[Step]:
    """Read the group, and its offsets in a topic of *number* partitions, each with the messages 100 to 149."""
    return [shows(state, *rows, members=members), ends(*[(100, 150)] * number), offsets(*rows)]


def configs(automatic: str = "true") -> Step:
    """Read the parameters of the instance."""
    rows = [{"name": "auto.create.groups.enable", "value": automatic}]
    return (CONFIGS, reply(200, {"kafka_configs": rows}))


def create(name: str = "billing", response: t.Any = None, **fields: t.Any) -> Step:
    """Expect the creation of a group."""
    return (CREATE, {"group_name": name, **fields}, reply(200, '"success"') if response is None else response)


def describe(text: str, name: str = "billing", response: t.Any = 204) -> Step:
    """Expect a change of the description."""
    return (f"PUT {_ENGINE}/{name}", {"group_name": name, "group_desc": text}, response)


def delete(name: str = "billing", response: t.Any = 204) -> Step:
    """Expect the deletion of one group."""
    return (f"DELETE {_ENGINE}/{name}", response)


def delete_many(*names: str, response: t.Any = None, **failed: str) -> Step:
    """Expect one request that deletes groups; those in *failed* are reported as not deleted, for a reason."""
    rows = [{"group_id": name, "error_message": reason} for name, reason in failed.items()]
    body = {"failed_groups": rows, "total": len(rows)}
    return (DELETE_MANY, {"group_ids": list(names)}, reply(200, body) if response is None else response)


def reset(partition: int = -1, topic: str = "orders", response: t.Any = 204, **target: int) -> Step:
    """Expect a request that sets offsets."""
    body = {"topic": topic, "partition": partition, **target}
    return (f"PUT {_ENGINE}/billing/reset-message-offset", body, response)


def delete_offsets(*names: str, response: t.Any = None, **codes: str) -> Step:
    """Expect a request that deletes the offsets in topics; *codes* are those of topics that are refused."""
    rows = [{"name": name, "success": name not in codes, "error_code": codes.get(name, "")} for name in names]
    body = reply(200, {"topics": rows}) if response is None else response
    return (f"POST {_ENGINE}/billing/delete-offset", {"topics": list(names)}, body)


def jobs(**statuses: str) -> Step:
    """Read the background jobs of the instance, by their ids; they set the offsets of all topics."""
    rows = [{"id": job, "name": "kafkaResetConsumerOffset", "status": status} for job, status in statuses.items()]
    return (JOBS, reply(200, {"tasks": [*rows, {"id": "other", "name": "kafkaConfigModify", "status": "FAILED"}]}))


def wanted(name: str = "billing", **options: t.Any) -> dict[str, t.Any]:
    """Return the options that describe a group."""
    return {"instance_id": "i-1", "group_name": name, **options}


def unwanted(name: str = "billing", **options: t.Any) -> dict[str, t.Any]:
    """Return the options that delete a group."""
    return {"instance_id": "i-1", "group_name": name, "state": "absent", **options}
