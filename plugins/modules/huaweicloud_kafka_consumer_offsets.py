#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_consumer_offsets
short_description: Set or delete the offsets of a consumer group of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Sets where the clients of a consumer group go on to read - in one partition of a topic, in a whole topic, or in all topics - or deletes
    the offsets of the group.
  - A group that has members is never changed, because the service does not move the offsets of clients that run. The module fails then, in
    check mode as well, and names the clients and their addresses.
  - RV(offsets) and the diff show for each partition the offset before and after, and how many messages are skipped or read again, at most -
    messages that were compacted or aborted count, too. These numbers are those of RV(read_at), because producers and the retention of the
    topic move the ends of the partitions in the meantime. Before a reset to a time, and for offsets that are deleted, the diff shows the
    most that can be skipped or read again.
  - A client that chooses its partitions itself (C(assign) instead of C(subscribe)) is no member of its group, so the module can't see it.
    Stop such clients, too.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
attributes:
  idempotent:
    support: partial
    details:
      - With O(to=time), the task is always changed, because only the service can find the offset of a time. A second run makes the
        clients read all messages since then again, so it does not belong in scheduled jobs.
      - With O(to=latest), it is changed again if messages were written in the meantime.
options:
  state:
    description:
      - V(present) - the offsets are those that O(to) selects. A partition without an offset gets one.
      - V(absent) - the group has no offsets in O(topic), or with O(all_topics=true) in any topic that it does not read now. Clients that
        use the group again begin where their C(auto.offset.reset) requires.
    type: str
    choices: [present, absent]
    default: present
  group_name:
    description:
      - Name of the consumer group, exactly as it is written. Names that begin with C(__) are refused - they belong to the service.
      - With O(state=present), the group must exist.
    type: str
    required: true
    aliases: [name]
  topic:
    description:
      - Name of the topic.
      - Exactly one of O(topic) and O(all_topics=true) must be set.
    type: str
  all_topics:
    description:
      - All topics in which the group has offsets. With O(state=present), it needs O(to=time).
    type: bool
    default: false
  partition:
    description: Number of the partition, from 0 on. Without it, all partitions of O(topic).
    type: int
  to:
    description:
      - V(earliest) - the first message that the partition still has.
      - V(latest) - behind the last message, so that only new ones are read.
      - V(offset) - the O(offset), or if the partition does not have it, the nearest end of the partition.
      - V(time) - the first message since O(timestamp).
      - Needed with O(state=present).
    type: str
    choices: [earliest, latest, offset, time]
  offset:
    description: The offset of the next message to read, 0 or more. Needed with O(to=offset).
    type: int
  timestamp:
    description:
      - The time, as ISO 8601 with its zone, such as V(2026-01-31T08:00:00+01:00) or V(2026-01-31T07:00:00Z), or in milliseconds since 1970.
      - A time before the first message is V(earliest), one after the last message V(latest).
      - Needed with O(to=time).
    type: str
  wait_for_empty:
    description:
      - For how many seconds to wait for the group to be C(EMPTY), if it is not. The clients have to be stopped elsewhere. The service
        removes a client that has stopped after its session timeout.
      - Check mode does not wait. It warns that the run does.
    type: int
    default: 0
  wait:
    description:
      - With O(all_topics=true) and O(to=time), wait until the job of the service is over.
      - Otherwise, the offsets are read until they are as wanted in any case. What is not after ten seconds is an error.
    type: bool
    default: true
  wait_timeout:
    description: Longest wait, in seconds. It counts from the first change.
    type: int
    default: 600
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_group
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_group_info
"""

EXAMPLES = r"""
- name: Read a topic again from its beginning, when the clients have stopped
  huaweicloud.kafka.huaweicloud_kafka_consumer_offsets:
    instance_name: kafka-orders
    group_name: billing
    topic: orders
    to: earliest
    wait_for_empty: 60

- name: Skip a message that the clients can't process
  huaweicloud.kafka.huaweicloud_kafka_consumer_offsets:
    instance_name: kafka-orders
    group_name: billing
    topic: orders
    partition: 2
    to: offset
    offset: 1721

- name: Go back to a time in all topics, once
  huaweicloud.kafka.huaweicloud_kafka_consumer_offsets:
    instance_name: kafka-orders
    group_name: billing
    all_topics: true
    to: time
    timestamp: "2026-01-31T08:00:00+01:00"

- name: Forget the topics that the group does not read any more
  huaweicloud.kafka.huaweicloud_kafka_consumer_offsets:
    instance_name: kafka-orders
    group_name: billing
    all_topics: true
    state: absent
"""

RETURN = r"""
offsets:
  description: The partitions that the options select, also those that do not change.
  returned: if the offsets were read
  type: list
  elements: dict
  contains:
    topic:
      description: Name of the topic.
      type: str
      returned: success
      sample: orders
    partition:
      description: Number of the partition.
      type: int
      returned: success
      sample: 0
    before:
      description: The offset before; V(null) if the group had none.
      type: int
      returned: success
      sample: 880
    after:
      description:
        - The offset after, or in check mode the one that is expected; V(null) if the group has none then.
        - In check mode with O(to=time) it is V(null), because only the service can find it.
      type: int
      returned: success
      sample: 0
    skipped:
      description: How many messages the clients do not get; V(null) if that is not known, or depends on the clients.
      type: int
      returned: success
      sample: 0
    repeated:
      description: How many messages the clients get again; V(null) if that is not known, or depends on the clients.
      type: int
      returned: success
      sample: 880
read_at:
  description: When the offsets before were read; V(null) if the instance does not exist.
  returned: if the offsets were read
  type: str
  sample: "2026-01-31T07:00:00Z"
skipped:
  description: How many messages are skipped in all; V(null) if that of one partition is not known.
  returned: if the offsets were read
  type: int
  sample: 0
repeated:
  description: How many messages are read again in all; V(null) if that of one partition is not known.
  returned: if the offsets were read
  type: int
  sample: 880
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/groups/billing/reset-message-offset
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, instance_spec, wait_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.consumer_offsets.reset import ensure

MODULE = KafkaModule(
    ensure,
    instance_spec(),
    wait_spec(600),
    ArgumentSpec(
        {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "group_name": {"type": "str", "required": True, "aliases": ["name"]},
            "topic": {"type": "str"},
            "all_topics": {"type": "bool", "default": False},
            "partition": {"type": "int"},
            "to": {"type": "str", "choices": ["earliest", "latest", "offset", "time"]},
            "offset": {"type": "int"},
            "timestamp": {"type": "str"},
            "wait_for_empty": {"type": "int", "default": 0},
        },
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
