#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_overview_info
short_description: Read the tasks of all Kafka instances of a project and their problems
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Returns the Smart Connect tasks and the sink tasks of all Kafka instances of a project, or of one instance, with their status,
    health, lag and delay, and what is a problem by the O(limits); with O(group_pattern), consumer groups with their lag, too.
  - Instances are read side by side. One that can't be read does not hide the others.
  - What can't be read is never counted as fine. If any task has a problem, or anything could not be read, RV(healthy) is V(false).
  - A task that both APIs show is returned once.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.cloud_eye
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.info
options:
  instance_id:
    description:
      - Id of the Kafka instance.
      - Without this and O(instance_name), all instances of the project are read. Only one of them can be set.
    type: str
  instance_name:
    description:
      - Name of the Kafka instance, exactly as it is written.
      - If no instance or several instances have the name, the module fails.
    type: str
  health:
    description:
      - V(true) reads the health, the lag and the delay of Smart Connect tasks from Cloud Eye, with one more request for each instance
        that has such tasks. If Cloud Eye can't be read, or the permission C(ces:metricData:list) is missing, RV(instances[].unread)
        contains the reason.
      - V(none) does not. The status of a Smart Connect task does not show whether it works.
    type: str
    choices: ["true", "none"]
    default: "true"
  group_pattern:
    description:
      - Regular expression. The consumer groups whose whole name matches it are read, too, with one more request for each instance and 50
        groups. V(.*) selects all, but for those whose names begin with C(__), which belong to the service.
      - If no group of the instance that O(instance_id) or O(instance_name) selects matches it, that is a problem.
    type: str
  limits:
    description: What is a problem. A task that does not run is one, and so is a Smart Connect task that is abnormal.
    type: dict
    suboptions:
      max_lag:
        description:
          - How many messages may wait - by Cloud Eye in a Smart Connect task, and by the API of sink tasks in any partition. Both are
            compared for a task that both APIs show.
          - How many messages a consumer group may have to read, also one that has no members.
          - An unknown lag of a task that runs, or of a consumer group, is a problem, too.
        type: int
      max_delay_ms:
        description:
          - How many milliseconds a message may take from the source to the target.
          - An unknown delay of a Smart Connect task that runs is a problem, too. The API of sink tasks returns no delay, so there is a
            warning if any task is only in that one.
        type: int
      max_unknown_minutes:
        description:
          - How many minutes old the newest data point of Cloud Eye can be, from 5 to 240. Older ones do not count.
          - A Smart Connect task without a status in that time is a problem, unless it is younger.
        type: int
        default: 5
      allow_paused:
        description: Whether tasks can be PAUSED, or WAITING to be started. They then have neither a lag nor a delay.
        type: bool
        default: false
      allow_no_tasks:
        description:
          - Whether the instance that O(instance_id) or O(instance_name) selects can be without tasks, or with Smart Connect off. It can if
            it has consumer groups that O(group_pattern) selects.
          - If all instances are read, those without tasks are never a problem.
        type: bool
        default: false
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_smart_connect_task_info
  - module: huaweicloud.kafka.huaweicloud_kafka_sink_task_info
  - module: huaweicloud.kafka.huaweicloud_kafka_instance_info
"""

EXAMPLES = r"""
- name: Read the tasks of all instances
  huaweicloud.kafka.huaweicloud_kafka_overview_info:
    limits:
      max_lag: 10000
      max_delay_ms: 60000
  register: overview

- name: Show the tasks
  ansible.builtin.debug:
    msg: "{{ item.instance_name }}: {{ item.task_name }} is {{ item.status }} and lags by {{ item.lag }} messages"
  loop: "{{ overview.tasks }}"
  loop_control:
    label: "{{ item.task_name }}"

- name: Read the consumer groups of an instance that has no tasks
  huaweicloud.kafka.huaweicloud_kafka_overview_info:
    instance_name: kafka-orders
    group_pattern: .*
    limits:
      max_lag: 10000

- name: Fail if anything needs attention
  ansible.builtin.assert:
    that: overview.healthy
    fail_msg: "{{ overview.problems }}"
"""

RETURN = r"""
healthy:
  description: Whether there are no problems, and everything could be read.
  returned: success
  type: bool
  sample: false
problems:
  description: All problems, and what could not be read, each with the name of its instance and of its task.
  returned: success
  type: list
  elements: str
  sample: ["kafka-orders / orders-to-obs: lags by 12000 messages"]
tasks:
  description: The tasks of both APIs, in the order of the instances.
  returned: success
  type: list
  elements: dict
  contains:
    instance_name:
      description: Name of the instance.
      type: str
      returned: success
      sample: kafka-orders
    instance_id:
      description: Id of the instance.
      type: str
      returned: success
      sample: 1d4af4ba-8a1c-4a2b-9d2c-0d2d0c8c5a8e
    connector_id:
      description: Id of the connector; V(null) if the service does not return it.
      type: str
      returned: success
      sample: 3d1cbf1e-7b4c-4b0e-a1a2-2b4f2e0d9c55
    task_name:
      description: Name of the task.
      type: str
      returned: success
      sample: orders-to-obs
    task_id:
      description: Id of the task.
      type: str
      returned: success
      sample: 194917d0-b164-4ee5-8f3e-8e6ac1a3c3ee
    api:
      description: Which API shows the task - C(smart-connect), C(sink-task) or C(both).
      type: str
      returned: success
      sample: both
    status:
      description: Status of the task. If the two APIs return different ones, it is the one that is not RUNNING.
      type: str
      returned: success
      sample: RUNNING
    health:
      description:
        - C(normal), C(abnormal) or C(unknown) by Cloud Eye; V(null) for a task that only the API of sink tasks shows, and with
          O(health=none).
      type: str
      returned: success
      sample: normal
    lag:
      description:
        - Messages that have not been copied yet. If both APIs show the task, the larger number counts.
        - V(null) if any part of it is unknown, such as the lag of a partition, and for a task that is allowed to be paused.
      type: float
      returned: success
      sample: 12000
    partition_lag:
      description: The largest lag of a partition by the API of sink tasks; V(null) as in C(lag).
      type: int
      returned: success
      sample: 4000
    delay_ms:
      description: Time from the source to the target by Cloud Eye, in milliseconds; V(null) as in C(lag).
      type: float
      returned: success
      sample: 250
    measured_at:
      description: When the health was measured, in milliseconds since 1970; V(null) if it was not.
      type: int
      returned: success
      sample: 1708427753133
    topics:
      description: The topics, joined by commas, their regular expression, or the mapping of a replication.
      type: str
      returned: success
      sample: orders,order-events
    partitions:
      description: How many partitions the API of sink tasks shows.
      type: int
      returned: success
      sample: 6
    obs_bucket_name:
      description: Name of the OBS bucket; V(null) for a replication.
      type: str
      returned: success
      sample: archive
    obs_path:
      description: Folder in the bucket.
      type: str
      returned: success
      sample: kafka/orders
    create_time:
      description: When the task was created, in milliseconds since 1970.
      type: int
      returned: success
      sample: 1708427753133
    problems:
      description: What is wrong or unknown. Empty if the task needs no attention.
      type: list
      elements: str
      returned: success
      sample: [lags by 12000 messages]
    restart:
      description: Whether a restart can help, which resets the progress of the task. Find the cause first.
      type: bool
      returned: success
      sample: true
groups:
  description: The consumer groups that O(group_pattern) selects, in the order of the instances.
  returned: success
  type: list
  elements: dict
  contains:
    instance_name:
      description: Name of the instance.
      type: str
      returned: success
      sample: kafka-orders
    instance_id:
      description: Id of the instance.
      type: str
      returned: success
      sample: 1d4af4ba-8a1c-4a2b-9d2c-0d2d0c8c5a8e
    connector_id:
      description: Id of the connector; V(null) if Smart Connect is off, or if the service does not return it.
      type: str
      returned: success
      sample: 3d1cbf1e-7b4c-4b0e-a1a2-2b4f2e0d9c55
    group_name:
      description: Name of the group.
      type: str
      returned: success
      sample: billing
    status:
      description: State of the group, such as C(STABLE), or C(EMPTY) if it has no members; V(null) if the service does not return it.
      type: str
      returned: success
      sample: STABLE
    lag:
      description: How many messages the group has not read yet; V(null) if the service does not return it.
      type: int
      returned: success
      sample: 120
    problems:
      description: What is wrong or unknown. Empty if the group needs no attention.
      type: list
      elements: str
      returned: success
      sample: []
instances:
  description: The instances that were read, in the order of the service. One that was deleted in the meantime is left out.
  returned: success
  type: list
  elements: dict
  contains:
    instance_name:
      description: Name of the instance.
      type: str
      returned: success
      sample: kafka-orders
    instance_id:
      description: Id of the instance.
      type: str
      returned: success
      sample: 1d4af4ba-8a1c-4a2b-9d2c-0d2d0c8c5a8e
    status:
      description: Status of the instance.
      type: str
      returned: success
      sample: RUNNING
    connector_id:
      description: Id of the connector; V(null) if Smart Connect is off, or if the service does not return it.
      type: str
      returned: success
      sample: 3d1cbf1e-7b4c-4b0e-a1a2-2b4f2e0d9c55
    tasks:
      description: How many tasks were read.
      type: int
      returned: success
      sample: 3
    groups:
      description: How many consumer groups O(group_pattern) selects.
      type: int
      returned: success
      sample: 0
    problems:
      description: Problems of the instance itself, such as having no tasks.
      type: list
      elements: str
      returned: success
      sample: []
    unread:
      description:
        - What could not be read, and why; V(null) if everything was.
        - An API has no tasks if it reports that Smart Connect is off, or if the region does not have it while it has the other one.
      type: str
      returned: success
      sample: null
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, cloud_eye_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.overview.info import gather

MODULE = KafkaModule(
    gather,
    cloud_eye_spec(),
    ArgumentSpec(
        {
            "instance_id": {"type": "str"},
            "instance_name": {"type": "str"},
            "health": {"type": "str", "choices": ["true", "none"], "default": "true"},
            "group_pattern": {"type": "str"},
            "limits": {
                "type": "dict",
                "options": {
                    "max_lag": {"type": "int"},
                    "max_delay_ms": {"type": "int"},
                    "max_unknown_minutes": {"type": "int", "default": 5},
                    "allow_paused": {"type": "bool", "default": False},
                    "allow_no_tasks": {"type": "bool", "default": False},
                },
            },
        },
        mutually_exclusive=[["instance_id", "instance_name"]],
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
