#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_smart_connect
short_description: Enable and disable Smart Connect of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Enables Smart Connect of a Kafka instance, which creates its connector, or disables it.
  - If the instance is EXTENDING or CONNECTOR_DELETING, or the service reports it as busy, the module waits, reads the instance again and
    plans again. With any other status that allows no change, such as UPGRADING, it fails before the first request that changes
    something, also in check mode. After such a request, it waits for a status that passes, such as UPGRADING or RESTARTING.
  - Disabling Smart Connect permanently removes its nodes and tasks. If the service reports the connector or the instance as absent,
    Smart Connect counts as disabled, with a warning. That is a change if a request of this run may have been processed.
  - If a run fails after it has changed something, C(--diff) returns what was done.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  state:
    description: Whether Smart Connect must be enabled.
    type: str
    choices: [present, absent]
    default: present
  node_cnt:
    description:
      - Number of connector nodes, from 2 to 16. The service uses 2 if this is not set. The nodes cost money.
      - It can't be changed later. If the connector has another number of nodes, the module fails. That is also checked after the module
        has enabled Smart Connect.
    type: int
  specification:
    description: Bandwidth of the instance, such as V(100MB). Only for instances of the old flavors.
    type: str
  spec_code:
    description: Code of the flavor of the connector nodes. Only for instances of the old flavors.
    type: str
  delete_tasks:
    description:
      - With O(state=absent), delete the Smart Connect tasks of the instance first.
      - Tasks that appear while others are deleted are deleted, too. If the list of the tasks is not complete, nothing is deleted and
        the module fails.
      - With V(false), the module fails if there are tasks, and lists them.
    type: bool
    default: false
  wait:
    description: Wait until the instance is RUNNING and Smart Connect is enabled or disabled.
    type: bool
    default: true
  wait_timeout:
    description: Maximum time to wait, in seconds; 0 or more. It counts from the first request that changes something.
    type: int
    default: 3000
notes:
  - Requests with O(project_id) and O(instance_id) set - one if Smart Connect is enabled or disabled as wanted.
  - Before enabling, also in check mode, the module checks whether the resources are sold out, in regions that have this call.
  - The API reference documents enabling for pay-per-use instances only.
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_smart_connect_task
"""

EXAMPLES = r"""
- name: Enable Smart Connect
  huaweicloud.kafka.huaweicloud_kafka_smart_connect:
    instance_name: kafka-orders
    node_cnt: 2

- name: Disable Smart Connect and delete its tasks
  huaweicloud.kafka.huaweicloud_kafka_smart_connect:
    instance_name: kafka-orders
    state: absent
    delete_tasks: true
"""

RETURN = r"""
smart_connect:
  description: Smart Connect of the instance after the run. In check mode, its current state.
  returned: if the instance was read and still exists
  type: dict
  contains:
    instance_id:
      description: Id of the instance.
      type: str
      returned: success
      sample: 11111111-1111-4111-8111-111111111111
    instance_name:
      description: Name of the instance.
      type: str
      returned: success
      sample: kafka-orders
    status:
      description: Status of the instance.
      type: str
      returned: success
      sample: RUNNING
    connector_enable:
      description: Whether Smart Connect is enabled.
      type: bool
      returned: success
      sample: true
    connector_id:
      description: Id of the connector, V(null) without one.
      type: str
      returned: success
      sample: 22222222-2222-4222-8222-222222222222
    connector_node_num:
      description: Number of connector nodes.
      type: int
      returned: success
      sample: 2
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/connector
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, instance_spec, wait_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.connector import ensure

MODULE = KafkaModule(
    ensure,
    instance_spec(),
    wait_spec(3000),
    ArgumentSpec(
        {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "node_cnt": {"type": "int"},
            "specification": {"type": "str"},
            "spec_code": {"type": "str"},
            "delete_tasks": {"type": "bool", "default": False},
        }
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
