# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds Kafka instances in the list of a project."""

from __future__ import annotations

import typing as t

from ..api import instances
from ..client.errors import doing
from .paging import walk

if t.TYPE_CHECKING:
    from ..api.instances import Instance
    from ..client.client import Client


def listed(client: Client, **filters: str) -> t.Iterator[Instance]:
    """Yield the instances that *filters* of the service let through, page by page, each once and in its order."""

    def read(offset: int) -> tuple[list[Instance], int]:
        return instances.list_instances(client, offset, **filters)

    with doing("list the Kafka instances"):
        yield from walk(
            read, lambda instance: str(instance["instance_id"]), "Kafka instances", page_size=instances.LONGEST_PAGE
        )


def named(client: Client, name: str, **filters: str) -> t.Iterator[Instance]:
    """Yield the instances whose name is exactly *name*; the service is asked for such, and its answer compared."""
    for instance in listed(client, name=name, exact_match_name="true", **filters):
        if instance["name"] == name:
            yield instance
