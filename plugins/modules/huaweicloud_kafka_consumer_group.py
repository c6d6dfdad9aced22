#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_consumer_group
short_description: Manage a consumer group of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Creates, changes and deletes a consumer group of a Kafka instance.
  - A group that has members is never deleted. The module fails then, in check mode as well, and names their clients and addresses.
  - Deleting a group deletes its offsets. While the parameter C(auto.create.groups.enable) of the instance is true, a client that uses the
    group again creates it again, and the service deletes groups that no client has used for ten minutes after their creation.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  state:
    description:
      - V(present) - the group exists and is as described. Options that are not set are neither compared nor changed.
      - V(absent) - the group does not exist. It can only be deleted while it is C(EMPTY).
    type: str
    choices: [present, absent]
    default: present
  group_name:
    description:
      - Name of the consumer group, exactly as it is written. Names that begin with C(__) are refused - they belong to the service.
      - A new name has 3 to 64 letters, digits, C(.), C(_) and C(-), and begins with a letter or C(_). The group keeps it.
    type: str
    required: true
    aliases: [name]
  group_desc:
    description: Description of the group, at most 200 characters. An empty text removes it.
    type: str
    aliases: [description]
  wait_for_empty:
    description:
      - For how many seconds to wait for a group that is to be deleted to be C(EMPTY), if it is not. The clients have to be stopped elsewhere. The service
        removes a client that has stopped after its session timeout.
      - Check mode does not wait. It warns that the run does.
    type: int
    default: 0
  wait:
    description:
      - Wait until new groups are listed and deleted ones are gone.
      - What is read after a change in place decides about its result in any case.
    type: bool
    default: true
  wait_timeout:
    description: Longest wait, in seconds. It counts from the first change. No change is begun after it.
    type: int
    default: 600
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_groups
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_group_info
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_offsets
"""

EXAMPLES = r"""
- name: Create a consumer group
  huaweicloud.kafka.huaweicloud_kafka_consumer_group:
    instance_name: kafka-orders
    group_name: billing
    group_desc: Writes the bills

- name: Delete a consumer group whose clients have just been stopped
  huaweicloud.kafka.huaweicloud_kafka_consumer_group:
    instance_name: kafka-orders
    group_name: billing-old
    state: absent
    wait_for_empty: 60
"""

RETURN = r"""
consumer_group:
  description:
    - The consumer group.
    - With O(state=absent), the group that was deleted, or that would be deleted in check mode.
  returned: if the group exists, existed or would exist
  type: dict
  contains:
    group_name:
      description: Name of the group.
      type: str
      returned: success
      sample: billing
    state:
      description:
        - C(EMPTY), C(STABLE), C(PREPARING_REBALANCE) or C(COMPLETING_REBALANCE), in this spelling whichever the service has. A group that
          is C(DEAD) does not exist.
      type: str
      returned: if the service returns it
      sample: EMPTY
    lag:
      description: How many messages the group has not read yet.
      type: int
      returned: if the service returns it
      sample: 120
    group_desc:
      description: Description of the group.
      type: str
      returned: if the service returns it
      sample: Writes the bills
    coordinator_id:
      description: Id of the broker that coordinates the group.
      type: int
      returned: if the service returns it
      sample: 1
    created_at:
      description: When the group was created, in milliseconds since 1970.
      type: int
      returned: if the service returns it
      sample: 1708427753133
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/groups
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, instance_spec, wait_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.consumer_group.fields import group_options
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.consumer_group.kind import ensure

MODULE = KafkaModule(
    ensure,
    instance_spec(),
    wait_spec(600),
    ArgumentSpec(
        {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "wait_for_empty": {"type": "int", "default": 0},
            **group_options(),
        }
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
