# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Kafka instances. Source: the API reference of DMS for Kafka (ShowInstance) and the vendor's Python SDK."""

from __future__ import annotations

import typing as t

from ..client.answers import expect, expect_object
from ..client.operation import Operation

if t.TYPE_CHECKING:
    from ..client.client import Client

SHOW = Operation("ShowInstance", "GET", "/v2/{project_id}/instances/{instance_id}", "dms:instance:get")

Instance = dict[str, t.Any]


def show_instance(client: Client, instance_id: str) -> Instance:
    """Return one instance."""
    answer = client.call(SHOW, instance_id=instance_id)
    body = expect_object(answer)
    expect(answer, body.get("instance_id") == instance_id, f"it does not describe the instance {instance_id}")
    return body
