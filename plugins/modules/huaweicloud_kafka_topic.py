#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_topic
short_description: Manage a topic of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Creates, changes and deletes a topic of a Kafka instance.
  - A topic is never deleted and created again to change it. What can't be changed in place is refused.
  - Internal topics, such as C(__consumer_offsets) and those of Smart Connect, are neither changed nor deleted.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  state:
    description:
      - V(present) - the topic exists and is as described. A topic that differs is changed in place. Options that are not set are
        neither compared nor changed.
      - V(absent) - the topic does not exist. Its messages are deleted with it; see O(protect).
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the topic.
      - A new name has 3 to 200 letters, digits, C(.), C(_) and C(-), and begins with a letter or C(_). A new name that differs from
        that of another topic only in C(.) and C(_) is refused, because Kafka uses one name for the metrics of both.
    type: str
    required: true
  partition:
    description:
      - Number of partitions, from 1 to 200. Needed to create the topic.
      - It can only grow - fewer than the topic has are refused. With more partitions, messages of a key can go to another partition
        than before.
    type: int
    aliases: [partitions]
  replication:
    description:
      - Number of replicas, at most the number of brokers. By default, the service chooses it for a new topic.
      - It can't be changed here - another number than that of an existing topic is refused, because that needs a reassignment of the
        partitions, which the console offers.
    type: int
    aliases: [replicas]
  retention_time:
    description: How long messages are kept, in hours, from 1 to 720. By default, 72 for a new topic.
    type: int
    aliases: [aging_time]
  sync_replication:
    description:
      - Whether a message is acknowledged only when all replicas have it. By default, V(false) for a new topic.
      - Producers have to use C(acks=-1), and the topic needs more than one replica.
    type: bool
  sync_message_flush:
    description: Whether each message is written to disk immediately. By default, V(false) for a new topic.
    type: bool
    aliases: [sync_flushing]
  topic_desc:
    description: Description of the topic, at most 200 characters. An empty text removes it.
    type: str
    aliases: [description]
  topic_other_configs:
    description:
      - Further settings by their names, such as C(max.message.bytes) and C(message.timestamp.type).
      - Only the settings that are named here are compared and changed, as text. A setting that is no longer named keeps its value.
    type: dict
    aliases: [configs]
  protect:
    description:
      - What forbids the deletion of a topic. It is checked before the first change, also in check mode.
      - V(tasks) - a sink task or a Smart Connect task reads or writes the topic, by its name or by a regular expression. That takes two
        requests for all topics, and one for each sink task whose topics could be a name or an expression. Without Smart Connect, none.
      - V(consumers) - a consumer group subscribes to the topic. V(messages) - there are messages in it. Each takes one request for each
        topic.
      - If one of these can't be read, nothing is deleted. With an empty list, topics are deleted without any of these checks.
    type: list
    elements: str
    choices: [tasks, consumers, messages]
    default: [tasks]
  wait:
    description:
      - Wait until new topics are listed and deleted ones are gone.
      - What is read after a change in place decides about its result in any case.
    type: bool
    default: true
  wait_timeout:
    description: Longest wait, in seconds. It counts from the first change. No change is begun after it.
    type: int
    default: 600
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_topics
  - module: huaweicloud.kafka.huaweicloud_kafka_topic_info
"""

EXAMPLES = r"""
- name: Create a topic
  huaweicloud.kafka.huaweicloud_kafka_topic:
    instance_name: kafka-orders
    name: orders
    partition: 6
    replication: 3
    retention_time: 72
    topic_other_configs:
      max.message.bytes: 1048576

- name: Keep its messages for a week
  huaweicloud.kafka.huaweicloud_kafka_topic:
    instance_name: kafka-orders
    name: orders
    retention_time: 168

- name: Delete a topic, unless it is used or has messages
  huaweicloud.kafka.huaweicloud_kafka_topic:
    instance_name: kafka-orders
    name: orders-old
    state: absent
    protect: [tasks, consumers, messages]
"""

RETURN = r"""
topic:
  description:
    - The topic as the API returns it.
    - With O(state=absent), the topic that was deleted, or that would be deleted in check mode.
  returned: if the topic exists, existed or would exist
  type: dict
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/topics
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    ArgumentSpec,
    instance_spec,
    protect_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.topic.fields import topic_options
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.topic.kind import ensure

MODULE = KafkaModule(
    ensure,
    instance_spec(),
    wait_spec(600),
    protect_spec("tasks", "consumers", "messages"),
    ArgumentSpec({"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}, **topic_options()}),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
