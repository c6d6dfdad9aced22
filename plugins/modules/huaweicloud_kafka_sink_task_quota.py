#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_sink_task_quota
short_description: Raise the quota of sink tasks of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Raises the number of sink tasks that the connector of a Kafka instance can have.
  - The service can't lower this number. If O(sink_max_tasks) is less than the current number, the module fails.
  - Instances created since September 2022 have the largest quota from the start; for these, the service refuses any change.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.connector
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  sink_max_tasks:
    description: Number of sink tasks that the connector can have.
    type: int
    required: true
notes:
  - The service returns two numbers, RV(max_tasks) and RV(quota_tasks), and does not document which of them is the quota. The
    module compares O(sink_max_tasks) with RV(max_tasks). It also succeeds if RV(quota_tasks) has that value after the request.
  - Requests with O(project_id) and O(connector_id) set - one if nothing is to be done, three to raise the quota and to
    check that it is raised.
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_sink_task_info
  - module: huaweicloud.kafka.huaweicloud_kafka_sink_task
"""

EXAMPLES = r"""
- name: Raise the quota to 18 sink tasks
  huaweicloud.kafka.huaweicloud_kafka_sink_task_quota:
    instance_name: kafka-orders
    sink_max_tasks: 18

- name: Show what would change
  huaweicloud.kafka.huaweicloud_kafka_sink_task_quota:
    connector_id: "{{ connector_id }}"
    sink_max_tasks: 18
  check_mode: true
  diff: true
"""

RETURN = r"""
max_tasks:
  description:
    - How many sink tasks the connector can have, read again after a change.
    - In check mode, the number after the change. V(null) if the service does not return it.
  returned: when the connector was read
  type: int
  sample: 18
quota_tasks:
  description: The quota of sink tasks, read again after a change; V(null) if the service does not return it.
  returned: when the connector was read
  type: int
  sample: 18
total_number:
  description: How many sink tasks the connector has.
  returned: when the connector was read
  type: int
  sample: 3
error:
  description: The error response of the service.
  returned: on failure, if the service responded
  type: dict
  contains:
    status:
      description: HTTP status.
      type: int
      returned: success
      sample: 400
    code:
      description: Error code of the service.
      type: str
      returned: success
      sample: DMS.00400133
    message:
      description: Error message of the service, without secrets.
      type: str
      returned: success
      sample: Invalid quota of connector tasks.
    request_id:
      description: Id of the request, for a support ticket.
      type: str
      returned: success
      sample: 8f6a0a5d2c8c4f3b9a57d3f0e9d7b1a4
    method:
      description: HTTP method of the request.
      type: str
      returned: success
      sample: PUT
    path:
      description: Path of the request.
      type: str
      returned: success
      sample: /v2/0123456789abcdef0123456789abcdef/connectors/c-1/sink-tasks
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, connector_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task_quota import ensure

MODULE = KafkaModule(ensure, connector_spec(), ArgumentSpec({"sink_max_tasks": {"type": "int", "required": True}}))


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
