#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_smart_connect_task_info
short_description: Read the Smart Connect tasks of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Returns the Smart Connect tasks of a Kafka instance, and its quotas.
  - If the instance does not exist or Smart Connect is off, the module fails. If the task does not exist, the list is empty.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.cloud_eye
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.info
options:
  task_id:
    description:
      - Id of the task to return.
      - Without this and O(task_name), all tasks are returned.
    type: str
  task_name:
    description: Name of the task to return, exactly as it is written. If several tasks have it, all of them are returned.
    type: str
    aliases: [name]
  as_definitions:
    description:
      - Return RV(definitions), too - the tasks in the form that
        O(huaweicloud.kafka.huaweicloud_kafka_smart_connect_tasks#module:tasks) takes, so that they can be kept in a file.
      - They contain no keys and passwords, which the service never returns. Applying them changes nothing; keys are needed to
        create a task.
      - A value that a new task can't have, such as 25 topics, is exported with the id of its task. What no option can express is
        left out and not compared, and a warning names it. A task that is being deleted is not exported.
      - The definition of a task that has failed comes with a warning - applying it fails for this task, and goes on with the others.
    type: bool
    default: false
  health:
    description:
      - Read the metrics of the tasks from Cloud Eye, with one more request for all of them. The status of a task does not show
        whether the task works or lags behind.
      - If Cloud Eye can't be read, or the permission C(ces:metricData:list) is missing, V(true) warns and returns the state
        C(unknown), and V(required) fails.
    type: str
    choices: ["false", "true", "required"]
    default: "false"
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_smart_connect_task
"""

EXAMPLES = r"""
- name: Read all Smart Connect tasks of an instance
  huaweicloud.kafka.huaweicloud_kafka_smart_connect_task_info:
    instance_name: kafka-orders
  register: found

- name: Show the tasks that are not running
  ansible.builtin.debug:
    msg: "{{ found.smart_connect_tasks | rejectattr('status', 'eq', 'RUNNING') | map(attribute='task_name') | list }}"
"""

RETURN = r"""
instance_id:
  description: Id of the instance.
  returned: success
  type: str
  sample: 2f36a10e-2d8c-4d59-9c32-3b1c1f6e3a87
smart_connect_tasks:
  description: The tasks as the API returns them, in its order, without secrets. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: Id of the task.
      type: str
      returned: if the task exists
      sample: 194917d0-b164-4ee5-8f3e-8e6ac1a3c3ee
    task_name:
      description: Name of the task.
      type: str
      returned: success
      sample: orders-to-obs
    status:
      description: Status of the task, such as RUNNING, PAUSED, WAITING, CREATING or RESTARTING.
      type: str
      returned: if the task exists
      sample: RUNNING
    topics:
      description: Topics, joined by commas.
      type: str
      returned: if the task has topics
      sample: orders,order-events
    topics_regex:
      description: Regular expression for the topics.
      type: str
      returned: if the task has one
      sample: orders-.+
    source_type:
      description: C(KAFKA_REPLICATOR_SOURCE) or C(NONE).
      type: str
      returned: if the service returns it
      sample: NONE
    source_task:
      description: The source of a replication, without the password.
      type: dict
      returned: if the service returns it
      sample: {}
    sink_type:
      description: C(OBS_SINK) or C(NONE).
      type: str
      returned: if the service returns it
      sample: OBS_SINK
    sink_task:
      description: The target of a dump, without the keys.
      type: dict
      returned: if the service returns it
      sample:
        consumer_strategy: earliest
        destination_file_type: TEXT
        deliver_time_interval: 300
        obs_bucket_name: archive
        obs_path: kafka/orders
        partition_format: yyyy/MM/dd
        record_delimiter: "\n"
        store_keys: false
    create_time:
      description: When the task was created, in milliseconds since 1970.
      type: int
      returned: if the task exists
      sample: 1708427753133
    health:
      description:
        - The newest metrics of the last five minutes. Metrics without a data point, or whose newest one is not a number, are
          V(null). Of several data points of the same time, the worst one counts.
        - A two-way replication has two halves. The fields show the worse values, V(null) if one of the two is V(null), and
          C(halves) contains both.
      type: dict
      returned: with O(health=true) and O(health=required)
      contains:
        state:
          description: C(normal), C(abnormal), or C(unknown) without a data point, or if the newest one is not a number.
          type: str
          returned: success
          sample: normal
        waiting_messages:
          description: Messages that have not been copied yet. Messages that the topic has deleted in the meantime count as copied.
          type: float
          returned: success
          sample: 12
        messages_per_minute:
          description: Messages that are copied per minute.
          type: float
          returned: success
          sample: 600
        delay_ms:
          description: Time from the source to the target, in milliseconds.
          type: float
          returned: success
          sample: 250
        measured_at:
          description: When the state was measured, in milliseconds since 1970.
          type: int
          returned: success
          sample: 1708427753133
        halves:
          description: The metrics of the two halves of a two-way replication, each as above.
          type: list
          elements: dict
          returned: for a two-way replication
          sample: []
health_error:
  description: Why Cloud Eye could not be read, so that the health of all tasks is unknown; V(null) if it was read.
  returned: with O(health=true) and O(health=required), on success
  type: str
  sample: null
definitions:
  description: The tasks in the form that M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_tasks) takes.
  returned: with O(as_definitions=true)
  type: list
  elements: dict
  sample:
    - task_name: orders-to-obs
      state: running
      topics: [order-events, orders]
      sink_task:
        consumer_strategy: earliest
        obs_bucket_name: archive
total_number:
  description: Number of Smart Connect tasks of the instance.
  returned: success
  type: int
  sample: 3
max_tasks:
  description: How many tasks the instance can have; V(null) if the service does not return it.
  returned: success
  type: int
  sample: 18
quota_tasks:
  description: Quota of tasks; V(null) if the service does not return it.
  returned: success
  type: int
  sample: 18
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/connector/tasks
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    ArgumentSpec,
    cloud_eye_spec,
    instance_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.info import gather

MODULE = KafkaModule(
    gather,
    instance_spec(),
    cloud_eye_spec(),
    ArgumentSpec(
        {
            "task_id": {"type": "str"},
            "task_name": {"type": "str", "aliases": ["name"]},
            "as_definitions": {"type": "bool", "default": False},
            "health": {"type": "str", "choices": ["false", "true", "required"], "default": "false"},
        },
        mutually_exclusive=[["task_id", "task_name"]],
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
