#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_topic_info
short_description: Read the topics of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Returns the topics of a Kafka instance, and how many partitions it has left.
  - If the instance does not exist, the module fails. If the topic does not exist, the list is empty.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.info
options:
  name:
    description:
      - Name of the topic to return, exactly as it is written.
      - Without this and O(pattern), all topics are returned, internal ones included if the service lists them.
    type: str
  pattern:
    description: Regular expression that the whole name of a topic must match.
    type: str
  details:
    description:
      - What to return of each topic besides its settings.
      - V(permissions) - who may use the topic. V(messages) - how many messages it has. V(consumers) - which consumer groups subscribe to
        it. Each takes one more request for each topic.
      - V(tasks) - which sink tasks and Smart Connect tasks read or write the topic. That takes two more requests for all topics, and one
        for each sink task whose topics could be a name or an expression.
    type: list
    elements: str
    choices: [permissions, messages, consumers, tasks]
    default: []
  as_definitions:
    description:
      - Return RV(definitions), too - the topics in the form that
        O(huaweicloud.kafka.huaweicloud_kafka_topics#module:topics) takes, so that they can be kept in a file.
      - Applying them changes nothing. Internal topics are left out. What no option can express is left out and not compared, and a
        warning names it.
    type: bool
    default: false
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_topic
  - module: huaweicloud.kafka.huaweicloud_kafka_topics
"""

EXAMPLES = r"""
- name: Read the topics of an instance
  huaweicloud.kafka.huaweicloud_kafka_topic_info:
    instance_name: kafka-orders
  register: found

- name: Show how many partitions are left
  ansible.builtin.debug:
    msg: "{{ found.topics | length }} topics, {{ found.remain_partitions }} partitions are left"

- name: Read who uses the topics of tests
  huaweicloud.kafka.huaweicloud_kafka_topic_info:
    instance_name: kafka-orders
    pattern: test-.+
    details: [consumers, messages, tasks]

- name: Read the topics as definitions
  huaweicloud.kafka.huaweicloud_kafka_topic_info:
    instance_name: kafka-orders
    as_definitions: true
  register: exported

- name: Write them to a file
  ansible.builtin.copy:
    content: "{{ {'wanted_topics': exported.definitions} | to_nice_yaml }}"
    dest: topics.yml
    mode: "0644"
"""

RETURN = r"""
topics:
  description: The topics as the API returns them, in its order. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the topic.
      type: str
      returned: success
      sample: orders
    partition:
      description: Number of partitions.
      type: int
      returned: if the service returns it
      sample: 6
    replication:
      description: Number of replicas.
      type: int
      returned: if the service returns it
      sample: 3
    retention_time:
      description: How long messages are kept, in hours.
      type: int
      returned: if the service returns it
      sample: 72
    sync_replication:
      description: Whether a message is acknowledged only when all replicas have it.
      type: bool
      returned: if the service returns it
      sample: false
    sync_message_flush:
      description: Whether each message is written to disk immediately.
      type: bool
      returned: if the service returns it
      sample: false
    topic_type:
      description: V(0) for a topic of users, V(1) for an internal one.
      type: int
      returned: if the service returns it
      sample: 0
    topic_desc:
      description: Description of the topic.
      type: str
      returned: if the service returns it
      sample: Orders of the shop
    topic_other_configs:
      description: Further settings, each with C(name) and C(value), and with what else the service returns of it.
      type: list
      elements: dict
      returned: if the service returns it
      sample: [{name: max.message.bytes, value: "10485760"}]
    created_at:
      description: When the topic was created, in milliseconds since 1970.
      type: int
      returned: if the service returns it
      sample: 1708427753133
    permissions:
      description:
        - Who may use the topic - C(user_name), C(access_policy) (C(all), C(pub) or C(sub)) and what else the service returns.
        - Whether a topic without any may be used by all users depends on the instance.
      type: list
      elements: dict
      returned: with V(permissions) in O(details)
      sample: [{user_name: shop, access_policy: pub}]
    messages:
      description: How many messages the topic has at most. Messages that were compacted or aborted count, too.
      type: int
      returned: with V(messages) in O(details)
      sample: 1200
    consumers:
      description: Names of the consumer groups that subscribe to the topic.
      type: list
      elements: str
      returned: with V(consumers) in O(details)
      sample: [billing]
    tasks:
      description: The tasks of both APIs that read or write the topic, each with C(kind), C(task_id) and C(task_name).
      type: list
      elements: dict
      returned: with V(tasks) in O(details)
      sample: [{kind: Smart Connect task, task_id: 194917d0-b164-4ee5-8f3e-8e6ac1a3c3ee, task_name: orders-to-obs}]
definitions:
  description: The topics in the form that M(huaweicloud.kafka.huaweicloud_kafka_topics) takes.
  returned: with O(as_definitions=true)
  type: list
  elements: dict
  sample:
    - name: orders
      partition: 6
      replication: 3
      retention_time: 72
remain_partitions:
  description: How many partitions can still be created; V(null) if the service does not return it.
  returned: success
  type: int
  sample: 294
max_partitions:
  description: How many partitions the instance can have; V(null) if the service does not return it.
  returned: success
  type: int
  sample: 300
auto_create_topics:
  description: Whether the instance creates topics that clients use; V(null) if the service does not return it.
  returned: success
  type: bool
  sample: false
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
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.topic.info import DETAILS, gather

MODULE = KafkaModule(
    gather,
    instance_spec(),
    ArgumentSpec(
        {
            "name": {"type": "str"},
            "pattern": {"type": "str"},
            "details": {"type": "list", "elements": "str", "choices": [*DETAILS], "default": []},
            "as_definitions": {"type": "bool", "default": False},
        },
        mutually_exclusive=[["name", "pattern"]],
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
