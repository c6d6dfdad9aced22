# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kafka instances.

Source: the API reference of DMS for Kafka (ShowInstance, ListInstances) and the vendor's Python SDK.
"""

from __future__ import annotations

import typing as t

from ..client.answers import expect, expect_object, is_id, number
from ..client.operation import Operation

if t.TYPE_CHECKING:
    from ..client.client import Client

_COLLECTION = "/v2/{project_id}/instances"

LIST = Operation("ListInstances", "GET", _COLLECTION, "dms:instance:list")
SHOW = Operation("ShowInstance", "GET", _COLLECTION + "/{instance_id}", "dms:instance:get")

LONGEST_PAGE = 50
"""The most instances that the service puts on one page."""

Instance = dict[str, t.Any]


def flag(value: t.Any) -> bool | None:
    """Return *value* as a truth value: the API gives some as text. ``None`` when it is none."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


class InstancePage(t.NamedTuple):
    """One page of the list; *instance_num* is how many instances the whole list has, as the service says."""

    instances: list[Instance]
    instance_num: int


def list_instances(client: Client, offset: int, **filters: str) -> InstancePage:
    """Return the page of instances that begins at *offset*.

    *filters* are the service's own: ``name`` (a part of it, or all of it with ``exact_match_name="true"``), ``status``
    and ``include_failure`` (``"true"``: also those whose creation failed). An offset beyond the last instance is
    answered with an error, see ``resources.paging``.
    """
    query = {"engine": "kafka", "offset": str(offset), "limit": str(LONGEST_PAGE), **filters}
    answer = client.call(LIST, query=query)
    body = expect_object(answer)
    instances, instance_num = body.get("instances"), number(body.get("instance_num"))
    expect(answer, isinstance(instances, list), "instances is not a list")
    expect(answer, instance_num is not None and instance_num >= 0, "instance_num is not a number")
    for instance in t.cast("list[t.Any]", instances):
        expect(answer, isinstance(instance, dict), "an instance is not an object")
        expect(answer, is_id(instance.get("instance_id")), "an instance has no instance_id")
        for name in ("name", "status"):
            expect(answer, isinstance(instance.get(name), str) and instance[name] != "", f"an instance has no {name}")
    return InstancePage(t.cast("list[Instance]", instances), t.cast("int", instance_num))


def show_instance(client: Client, instance_id: str) -> Instance:
    """Return one instance."""
    answer = client.call(SHOW, instance_id=instance_id)
    body = expect_object(answer)
    expect(answer, body.get("instance_id") == instance_id, f"it does not describe the instance {instance_id}")
    return body
