#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_sink_task_info
short_description: Read the sink tasks of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Returns the sink tasks of one connector, and the quotas of the connector. With O(topic_info=true), it also returns the
    partitions of the topics with their offsets and lag.
  - If the connector or the instance does not exist, the module fails. If the task does not exist, the list is empty.
  - If the list contains fewer tasks than the total number that the service returns, the module fails.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.connector
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.info
options:
  task_id:
    description:
      - Id of the one task to return.
      - Without this and O(task_name), all tasks are returned.
    type: str
  task_name:
    description:
      - Name of the task to return, exactly as it is written. If several tasks have it, all of them are returned.
    type: str
    aliases: [name]
  details:
    description:
      - Read each task with its descriptor. This sends one request for each task, four of them at the same time.
      - With V(false), only the list is read, with one request. It contains id, name, status, topics, type and time.
    type: bool
    default: true
  topic_info:
    description:
      - Return the partitions of each topic with the offset and the lag of the task.
      - Needs O(details=true).
    type: bool
    default: false
  as_definitions:
    description:
      - Return RV(definitions), too - the tasks in the form that O(huaweicloud.kafka.huaweicloud_kafka_sink_tasks#module:tasks)
        takes, so that they can be kept in a file. Needs O(details=true).
      - They contain no keys, which the service never returns. Applying them changes nothing; keys are needed to create a task.
      - A value that a new task can't have, such as 25 topics, is exported with the id of its task. What no option can express is
        left out and not compared, and a warning names it. A task that is being deleted is not exported.
      - The definition of a task that has failed comes with a warning - applying it fails for this task, and goes on with the others.
    type: bool
    default: false
notes:
  - A task that is deleted after the list was read and before its details are read is left out, but RV(total_number)
    includes it.
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_sink_task
  - module: huaweicloud.kafka.huaweicloud_kafka_instance_info
  - module: huaweicloud.kafka.huaweicloud_kafka_sink_task_quota
"""

EXAMPLES = r"""
- name: Read all sink tasks of an instance
  huaweicloud.kafka.huaweicloud_kafka_sink_task_info:
    instance_name: kafka-orders
  register: found

- name: Show those that are not running
  ansible.builtin.debug:
    msg: "{{ found.sink_tasks | rejectattr('status', 'eq', 'RUNNING') | map(attribute='task_name') | list }}"

- name: Read how far a task lags behind
  huaweicloud.kafka.huaweicloud_kafka_sink_task_info:
    connector_id: "{{ connector_id }}"
    task_name: orders-to-obs
    topic_info: true
  register: orders

- name: Fail if it is more than 10,000 messages behind in any partition
  ansible.builtin.assert:
    that: partitions | rejectattr('lag', 'none') | selectattr('lag', 'gt', 10000) | length == 0
  vars:
    partitions: "{{ orders.sink_tasks | map(attribute='topics_info') | flatten | map(attribute='partitions') | flatten }}"

- name: Read the ids of many tasks with one request
  huaweicloud.kafka.huaweicloud_kafka_sink_task_info:
    connector_id: "{{ connector_id }}"
    details: false
"""

RETURN = r"""
sink_tasks:
  description:
    - The tasks as the API returns them, in its order, without their keys. Empty if there are none.
    - With O(details=false) the descriptor is missing.
  returned: success
  type: list
  elements: dict
  contains:
    task_id:
      description: Id of the task.
      type: str
      returned: success
      sample: 5d4ae8a0-3f9f-4e2e-8a1c-0a2f5b3c7d11
    task_name:
      description: Name of the task.
      type: str
      returned: success
      sample: orders-to-obs
    destination_type:
      description: Where the data goes to.
      type: str
      returned: success
      sample: OBS
    create_time:
      description: When the task was created, in milliseconds since 1970; V(null) if the service does not return it.
      type: int
      returned: success
      sample: 1592309487621
    status:
      description: Status of the task, such as RUNNING, CREATING or PAUSED.
      type: str
      returned: success
      sample: RUNNING
    topics:
      description: The topics, joined by commas, or the regular expression.
      type: str
      returned: success
      sample: orders,order-events
    obs_destination_descriptor:
      description: What is dumped to where, without the keys.
      type: dict
      returned: O(details=true)
      sample:
        topics: orders,order-events
        consumer_strategy: earliest
        destination_file_type: TEXT
        obs_bucket_name: archive
        obs_path: kafka/orders
        partition_format: yyyy/MM/dd
        record_delimiter: "\n"
        deliver_time_interval: 300
        obs_part_size: 5242880
    topics_info:
      description: The topics with their partitions; V(null) if the service does not return them, as for a task that has not begun.
      type: list
      elements: dict
      returned: O(topic_info=true)
      contains:
        topic:
          description: Name of the topic.
          type: str
          returned: success
          sample: orders
        partitions:
          description: Its partitions. A number that the service does not return is V(null).
          type: list
          elements: dict
          returned: success
          contains:
            partition_id:
              description: Number of the partition.
              type: int
              returned: success
              sample: 0
            status:
              description: Status of the dump of this partition.
              type: str
              returned: success
              sample: RUNNING
            last_transfer_offset:
              description: Offset up to which messages were dumped.
              type: int
              returned: success
              sample: 1500
            log_end_offset:
              description: Offset of the end of the partition.
              type: int
              returned: success
              sample: 1520
            lag:
              description: How many messages are not dumped yet.
              type: int
              returned: success
              sample: 20
definitions:
  description: The tasks in the form that M(huaweicloud.kafka.huaweicloud_kafka_sink_tasks) takes.
  returned: with O(as_definitions=true)
  type: list
  elements: dict
  sample:
    - task_name: orders-to-obs
      obs_destination_descriptor:
        topics: [order-events, orders]
        consumer_strategy: earliest
        obs_bucket_name: archive
total_number:
  description: How many sink tasks the connector has, whether they are returned or not.
  returned: success
  type: int
  sample: 1
max_tasks:
  description: How many sink tasks the connector can have; V(null) if the service does not return it.
  returned: success
  type: int
  sample: 9
quota_tasks:
  description: The quota of sink tasks; V(null) if the service does not return it.
  returned: success
  type: int
  sample: 10
error:
  description: The error response of the service.
  returned: on failure, if the service responded
  type: dict
  contains:
    status:
      description: HTTP status.
      type: int
      returned: success
      sample: 404
    code:
      description: Error code of the service.
      type: str
      returned: success
      sample: DMS.00404024
    message:
      description: Error message of the service, without secrets.
      type: str
      returned: success
      sample: The connector does not exist.
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
      sample: /v2/0123456789abcdef0123456789abcdef/connectors/c-1/sink-tasks
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, connector_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task_info import gather

MODULE = KafkaModule(
    gather,
    connector_spec(),
    ArgumentSpec(
        {
            "task_id": {"type": "str"},
            "task_name": {"type": "str", "aliases": ["name"]},
            "details": {"type": "bool", "default": True},
            "topic_info": {"type": "bool", "default": False},
            "as_definitions": {"type": "bool", "default": False},
        },
        mutually_exclusive=[["task_id", "task_name"]],
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
