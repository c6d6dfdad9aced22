# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Kafka instances.

Source: the API reference of DMS for Kafka (ShowInstance, ListInstances) and the vendor's Python SDK.
"""

from __future__ import annotations

import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object, is_id, number
from .pagination import paginate

if t.TYPE_CHECKING:
    from ..rest.client import Client

_COLLECTION = "/v2/{project_id}/instances"

LIST = Operation("ListInstances", "GET", _COLLECTION, "dms:instance:list", reads=True, repeatable=True)
SHOW = Operation("ShowInstance", "GET", _COLLECTION + "/{instance_id}", "dms:instance:get", reads=True, repeatable=True)

PAGE_SIZE = 50
"""The maximum page size of the service."""

Instance = dict[str, t.Any]


def list_instances(client: Client, **filters: str) -> list[Instance]:
    """Return the instances that match *filters* of the service.

    They are ``name`` (a part of it, or all of it with ``exact_match_name="true"``), ``status`` and ``include_failure``
    (``"true"``: also those whose creation failed).
    """

    def read_page(offset: int) -> tuple[list[Instance], int]:
        query = {"engine": "kafka", "offset": str(offset), "limit": str(PAGE_SIZE), **filters}
        response = client.call(LIST, query=query)
        body = expect_object(response)
        instances, instance_num = body.get("instances"), number(body.get("instance_num"))
        expect(response, isinstance(instances, list), "instances is not a list")
        expect(response, instance_num is not None and instance_num >= 0, "instance_num is not a number")
        for instance in t.cast("list[t.Any]", instances):
            expect(response, isinstance(instance, dict), "an instance is not an object")
            expect(response, is_id(instance.get("instance_id")), "an instance has no instance_id")
            for name in ("name", "status"):
                present = isinstance(instance.get(name), str) and instance[name] != ""
                expect(response, present, f"an instance has no {name}")
        return t.cast("list[Instance]", instances), t.cast("int", instance_num)

    return paginate(read_page, lambda instance: str(instance["instance_id"]), "Kafka instances")


def named(client: Client, name: str, **filters: str) -> list[Instance]:
    """Return the instances with exactly this *name*. The request filters by it, and so does this function."""
    found = list_instances(client, name=name, exact_match_name="true", **filters)
    return [instance for instance in found if instance["name"] == name]


def show_instance(client: Client, instance_id: str) -> Instance:
    """Return one instance."""
    response = client.call(SHOW, instance_id=instance_id)
    body = expect_object(response)
    expect(response, body.get("instance_id") == instance_id, f"it does not describe the instance {instance_id}")
    expect(response, isinstance(body.get("status"), (str, type(None))), "status is not text")
    return body
