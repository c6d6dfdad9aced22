#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_topics
short_description: Manage the topics of an instance as a set
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Brings a set of topics of a Kafka instance to the wanted states. The list of the topics is read once, up to 50 topics are
    changed or deleted by one request, and up to eight creations are sent at the same time.
  - Everything that can be known is read and checked before the first change. A failure of one topic does not stop the others;
    rejected credentials and throttling that does not end stop all of them. RV(topics) contains the result of each topic.
  - With O(prune=true), topics that are not listed are deleted. Internal topics, such as C(__consumer_offsets) and those of Smart
    Connect, are neither changed nor deleted.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  topics:
    description:
      - The topics. Each O(topics[].name) must be unique.
      - Topics in this list are never pruned.
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description: The state of the topic; see M(huaweicloud.kafka.huaweicloud_kafka_topic).
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
  prune:
    description: Delete the topics of the instance that are not in O(topics), with their messages.
    type: bool
    default: false
  prune_pattern:
    description:
      - Regular expression. Only topics whose whole name matches it are pruned.
      - Needed with O(prune=true) if no topic in O(topics) has another O(topics[].state) than V(absent).
    type: str
  prune_limit:
    description: The most topics that may be pruned. If more would be, the module fails and changes nothing.
    type: int
  expect_plan:
    description:
      - The RV(plan_id) that a run in check mode has returned. If the plan is another one, the module fails and changes nothing.
    type: str
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
  - module: huaweicloud.kafka.huaweicloud_kafka_topic
  - module: huaweicloud.kafka.huaweicloud_kafka_topic_info
"""

EXAMPLES = r"""
- name: Create and change the topics of an instance
  huaweicloud.kafka.huaweicloud_kafka_topics:
    instance_name: kafka-orders
    topics:
      - name: orders
        partition: 6
        replication: 3
      - name: returns
        partition: 3
        replication: 3
        retention_time: 24

- name: Delete the topics of tests, but at most 20 and none that a consumer group subscribes to
  huaweicloud.kafka.huaweicloud_kafka_topics:
    instance_name: kafka-orders
    topics: []
    prune: true
    prune_pattern: test-.+
    prune_limit: 20
    protect: [tasks, consumers]

- name: Do only what a run in check mode has shown before
  huaweicloud.kafka.huaweicloud_kafka_topics:
    instance_name: kafka-orders
    topics: "{{ wanted_topics }}"
    prune: true
    expect_plan: "{{ approved_plan }}"
"""

RETURN = r"""
topics:
  description: What happened to each topic, or would happen in check mode - first those of O(topics), then the pruned ones.
  returned: if the topics were read
  type: list
  elements: dict
  contains:
    name:
      description: Name of the topic.
      type: str
      returned: success
      sample: orders
    action:
      description:
        - One of C(created), C(modified), C(deleted), C(unchanged), C(failed), C(unknown) and C(not_tried).
        - C(failed) - a request was refused, or what it did could not be confirmed; C(unknown) - it is unknown whether the last
          request was processed; C(not_tried) - nothing was sent.
      type: str
      returned: success
      sample: created
    changed:
      description: Whether anything of the topic was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why the topic failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure of the topic
      sample: it was not tried, because the 600 seconds of wait_timeout are over.
    topic:
      description: The topic, as M(huaweicloud.kafka.huaweicloud_kafka_topic) returns it.
      type: dict
      returned: if the topic exists, existed or would exist
      sample: {name: orders, partition: 6, replication: 3}
plan_id:
  description:
    - Hash of all that the run may change. The same plan for the same topics has the same hash.
    - It does not depend on the order of O(topics), nor on O(wait) and O(wait_timeout).
  returned: if the topics were read
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
      sample: PUT
    path:
      description: Path of the request.
      type: str
      returned: success
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/topics
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    instance_spec,
    protect_spec,
    set_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.topic.fields import topic_entries
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.topic.kind import ensure_all

MODULE = KafkaModule(
    ensure_all,
    instance_spec(),
    wait_spec(600),
    protect_spec("tasks", "consumers", "messages"),
    set_spec("topics", topic_entries()),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
