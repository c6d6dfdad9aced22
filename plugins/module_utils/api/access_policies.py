# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The access policies of topics: which users may publish and subscribe.

Source: the API reference of DMS for Kafka, the vendor's Python SDK, generation 3.1.219, and its Terraform provider.
"""

from __future__ import annotations

import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object, is_id

if t.TYPE_CHECKING:
    from ..rest.client import Client
    from .listing import Row

_TOPICS = "/v1/{project_id}/instances/{instance_id}/topics"

SHOW = Operation(
    "ShowTopicAccessPolicy", "GET", _TOPICS + "/{topic}/accesspolicy", "dms:instance:get", reads=True, repeatable=True
)
UPDATE = Operation(
    "UpdateTopicAccessPolicy", "POST", _TOPICS + "/accesspolicy", "dms:instance:modify", reads=False, repeatable=True
)


def show_policies(client: Client, instance_id: str, topic_name: str) -> list[Row]:
    """Return who may use a topic: rows with ``user_name``, ``access_policy`` (``all``, ``pub`` or ``sub``) and ``owner``."""
    response = client.call(SHOW, instance_id=instance_id, topic=topic_name)
    policies = expect_object(response).get("policies")
    valid = isinstance(policies, list) and all(
        isinstance(policy, dict) and isinstance(policy.get(key), str) and policy[key] != ""
        for policy in policies
        for key in ("user_name", "access_policy")
    )
    expect(response, valid, "policies is not a list of users with their access_policy")
    return t.cast("list[Row]", policies)


def update_policies(client: Client, instance_id: str, topics: t.Sequence[dict[str, t.Any]]) -> str | None:
    """Replace the policies of several topics: each has ``name`` and ``policies``, rows with ``user_name`` and ``access_policy``.

    Returns the id of the background job that does it, ``None`` if the service returns none: a job can run nevertheless. The
    service refuses to remove the policies of a topic that has none, and can have changed other topics of the request then.
    """
    response = client.call(UPDATE, instance_id=instance_id, body={"topics": list(topics)})
    job_id = response.body.get("job_id") if isinstance(response.body, dict) else None
    return t.cast("str", job_id) if is_id(job_id) else None
