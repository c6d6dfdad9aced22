#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_instance_resources_info
short_description: Read a whole instance of Huawei Cloud DMS for Kafka as a definition
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Returns what exists on a Kafka instance as options of M(huaweicloud.kafka.huaweicloud_kafka_instance_resources) - users, topics, the
    permissions of topics, consumer groups, and the tasks of Smart Connect of both APIs. Applying the definition changes nothing.
  - The definition has no secrets, which the service does not return, so it creates neither users nor tasks that need keys. Warnings
    name what else the options can't express.
  - Internal topics, and topics without permissions in C(topic_permissions), are left out, as are consumer groups of the service. A task
    that both APIs list is in C(smart_connect_tasks) only.
  - If Smart Connect is off, the definition has no tasks. If the region does not have the API of a kind, the kind is left out with a
    warning. The module fails if anything else can't be read, so a definition is never half of an instance.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.info
options:
  kinds:
    description:
      - What to read. Other kinds are not in the definition, so applying it does not touch them.
      - The permissions of topics take a request for each topic, eight at a time, and sink tasks one for each task.
    type: list
    elements: str
    choices: [users, topics, topic_permissions, consumer_groups, smart_connect_tasks, sink_tasks]
    default: [users, topics, topic_permissions, consumer_groups, smart_connect_tasks, sink_tasks]
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_instance_resources
  - ref: Whole instances as code <ansible_collections.huaweicloud.kafka.docsite.instances_as_code>
    description: The guide on files that describe whole instances.
"""

EXAMPLES = r"""
- name: Read a whole instance
  huaweicloud.kafka.huaweicloud_kafka_instance_resources_info:
    instance_name: kafka-orders
  register: exported

- name: Write it to a file
  ansible.builtin.copy:
    content: "{{ exported.definition | to_nice_yaml }}"
    dest: kafka-orders.yml
    mode: "0644"

- name: Read the topics of an instance, and who may use them
  huaweicloud.kafka.huaweicloud_kafka_instance_resources_info:
    instance_name: kafka-orders
    kinds: [topics, topic_permissions]
"""

RETURN = r"""
definition:
  description:
    - Options of M(huaweicloud.kafka.huaweicloud_kafka_instance_resources) that describe the instance. C(instance_name) if no other instance
      has the name, otherwise C(instance_id); and a list for each of O(kinds).
    - A kind that the instance or the region does not have is missing.
  returned: success
  type: dict
  sample:
    instance_name: kafka-orders
    users:
      - user_name: shop
        user_desc: The web shop
    topics:
      - name: orders
        partition: 6
        replication: 3
        retention_time: 72
        sync_replication: false
        sync_message_flush: false
        topic_desc: ""
    topic_permissions:
      - topic_name: orders
        policies:
          shop: pub
    consumer_groups:
      - group_name: billing
        group_desc: ""
    smart_connect_tasks: []
    sink_tasks: []
instance_id:
  description: Id of the instance.
  returned: success
  type: str
  sample: 0a1b2c3d-0000-4000-8000-000000000001
instance_name:
  description: Name of the instance.
  returned: success
  type: str
  sample: kafka-orders
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
      sample: GET
    path:
      description: Path of the request.
      type: str
      returned: success
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/topics
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, instance_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.instance_resources.info import gather
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.instance_resources.kinds import ENTRIES

MODULE = KafkaModule(
    gather,
    instance_spec(),
    ArgumentSpec({"kinds": {"type": "list", "elements": "str", "choices": [*ENTRIES], "default": [*ENTRIES]}}),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
