#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_topic_permissions
short_description: Manage which users may publish to topics and subscribe to them
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Sets the permissions of users for one or many topics of a Kafka instance. A topic without an entry is not touched.
  - The permissions of each topic are read with one request, eight at a time, and changed for up to 50 topics with one request. The
    service carries out one such request at a time, so each is waited for before the next one.
  - Everything that can be known is read and checked before the first change, also in check mode - topics and users that do not exist,
    SASL that is off, and topics that would be opened to every user. A failure of one topic does not stop the others; RV(topic_permissions)
    contains the result of each.
  - As long as the parameter C(allow.everyone.if.no.acl.found) of the instance is C(true), its default, a topic without any permission is
    open to every user, and one with permissions only to these users. So the first permission shuts all others out, and removing the last
    one opens the topic.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  topic_permissions:
    description: The topics and their permissions. Each O(topic_permissions[].topic_name) must be unique.
    type: list
    elements: dict
    required: true
    suboptions:
      topic_name:
        description: Name of the topic. It must exist, unless all its permissions are to be removed.
        type: str
        required: true
      policies:
        description:
          - The users, and what each may do - V(all), V(pub) to publish, or V(sub) to subscribe. With O(merge=true), V(none) removes the
            permission of a user.
          - The topic has exactly these permissions then, so an empty dict removes those of all users. With O(merge=true), users that are not
            named keep theirs, and an empty dict changes nothing.
          - Needed unless O(topic_permissions[].state=absent).
        type: dict
      state:
        description: With V(absent), the permissions of all users are removed, also with O(merge=true).
        type: str
        choices: [present, absent]
        default: present
  merge:
    description:
      - Change only the users that O(topic_permissions[].policies) names, and keep the permissions of others.
      - That includes permissions of names that are not users of the instance. The console can permit all users something, and which name
        the API uses for them is not documented.
    type: bool
    default: false
  forbid_open:
    description:
      - Refuse to remove the last permission of a topic, which opens it to every user while C(allow.everyone.if.no.acl.found) is C(true).
      - The parameter is read only if the last permission of a topic would be removed. If it can't be read, it counts as C(true).
      - With V(false), there is a warning instead.
    type: bool
    default: true
  expect_plan:
    description:
      - The RV(plan_id) that a run in check mode has returned. If the plan is another one, the module fails and changes nothing.
    type: str
  wait:
    description:
      - Wait until the service has carried out the last request. What is read after that decides about the result.
      - With V(false), the module ends with a warning if the service has accepted it, but not carried it out yet.
    type: bool
    default: true
  wait_timeout:
    description:
      - Longest wait, in seconds. It counts from the first change. No change is begun after it.
      - If another change or job keeps the instance busy, that is waited for, too. Then the permissions are read again before they are
        changed.
    type: int
    default: 600
notes:
  - While the service changes permissions, clients can get C(AuthorizationException).
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_topic_info
  - module: huaweicloud.kafka.huaweicloud_kafka_instance_parameters
"""

EXAMPLES = r"""
- name: Let billing read the orders and shop write them, and no other user do either
  huaweicloud.kafka.huaweicloud_kafka_topic_permissions:
    instance_name: kafka-orders
    topic_permissions:
      - topic_name: orders
        policies:
          billing: sub
          shop: pub

- name: Let audit read two topics, besides the users that may use them already, and billing no longer use one of them
  huaweicloud.kafka.huaweicloud_kafka_topic_permissions:
    instance_name: kafka-orders
    merge: true
    topic_permissions:
      - topic_name: orders
        policies:
          audit: sub
          billing: none
      - topic_name: returns
        policies:
          audit: sub

- name: Open a topic to every user again
  huaweicloud.kafka.huaweicloud_kafka_topic_permissions:
    instance_name: kafka-orders
    forbid_open: false
    topic_permissions:
      - topic_name: announcements
        state: absent
"""

RETURN = r"""
topic_permissions:
  description: What happened to the permissions of each topic, or would happen in check mode.
  returned: if the permissions were read
  type: list
  elements: dict
  contains:
    topic_name:
      description: Name of the topic.
      type: str
      returned: success
      sample: orders
    action:
      description:
        - One of C(modified), C(unchanged), C(failed), C(unknown) and C(not_tried).
        - C(failed) - a request was refused, or what it did could not be confirmed; C(unknown) - it is unknown whether the last
          request was processed; C(not_tried) - nothing was sent.
      type: str
      returned: success
      sample: modified
    changed:
      description: Whether any permission of the topic was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why the topic failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure of the topic
      sample: it was not tried, because the 600 seconds of wait_timeout are over.
    policies:
      description:
        - The users with a permission, and what each may do - C(all), C(pub) or C(sub). Names that are not users of the instance are
          included.
      type: dict
      returned: if the topic exists
      sample: {billing: sub, shop: pub}
plan_id:
  description:
    - Hash of all that the run may change. The same plan for the same permissions has the same hash.
    - It does not depend on the order of O(topic_permissions), nor on O(wait) and O(wait_timeout).
  returned: if the permissions were read
  type: str
  sample: 4f2d6a1b9c3e5f70
error:
  description: The error response of the service.
  returned: on failure, if the service responded
  type: dict
  contains:
    status:
      description: HTTP status.
      type: int
      returned: success
      sample: 403
    code:
      description: Error code of the service.
      type: str
      returned: success
      sample: DMS.00403003
    message:
      description: Error message of the service, without secrets.
      type: str
      returned: success
      sample: The role does not have permission for this operation.
    request_id:
      description: Id of the request, for a support ticket.
      type: str
      returned: success
      sample: 8f6a0a5d2c8c4f3b9a57d3f0e9d7b1a4
    method:
      description: HTTP method of the request.
      type: str
      returned: success
      sample: POST
    path:
      description: Path of the request.
      type: str
      returned: success
      sample: /v1/0123456789abcdef0123456789abcdef/instances/i-1/topics/accesspolicy
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    ArgumentSpec,
    instance_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.permission.fields import permission_entries
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.permission.kind import ensure_all

MODULE = KafkaModule(
    ensure_all,
    instance_spec(),
    wait_spec(600),
    ArgumentSpec(
        {
            "topic_permissions": {**permission_entries(), "required": True},
            "merge": {"type": "bool", "default": False},
            "forbid_open": {"type": "bool", "default": True},
            "expect_plan": {"type": "str"},
        }
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
