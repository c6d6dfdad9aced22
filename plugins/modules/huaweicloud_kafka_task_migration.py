#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_task_migration
short_description: Move sink tasks to Smart Connect, or back
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Moves the sink tasks of an instance to Smart Connect tasks, or back. No API converts a task, so the module deletes each task and
    creates an equal one by the other API, one task after the other. The position of the consumer is lost; a warning says what that means.
  - Everything that can be known is read and checked before the first change, including whether the deleted task could be created again.
  - If a task can't be created, the deleted one is created again, and the module fails. If it is unknown whether it was created, nothing
    more is created. After a failure no further task is moved. RV(tasks) contains what happened to each task, and whether it dumps now.
  - Run it again after a failure or an interruption; it does what is left. A task of O(definitions) that is in neither API is created.
  - A task that both APIs return is one task. It is left alone, and so is a task that is of the wanted kind already. If such a task is not
    RUNNING, the module fails before the first change and names it with its status. PAUSED and WAITING are accepted for tasks that both
    APIs return, with O(definitions.tasks[].state=paused), and without a definition.
  - A task that the other API can't express is skipped with a warning that says why. If O(definitions) contains it, the module fails
    before the first change. Replications are ignored.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  direction:
    description: Which tasks are deleted, and which are created.
    type: str
    choices: [to_smart_connect, to_sink_tasks]
    default: to_smart_connect
  pattern:
    description: Only move tasks whose whole name matches this regular expression.
    type: str
    default: .*
  keys:
    description:
      - Keys that may write to the buckets, for tasks whose definition has none. The service never returns the keys of a task.
      - Needed to move a task. In check mode a warning says so if they are missing.
    type: dict
    suboptions:
      access_key:
        description: Access key (AK).
        type: str
      secret_key:
        description: Secret key (SK) that belongs to O(keys.access_key).
        type: str
      agency_name:
        description:
          - Name of an agency that may write to the buckets. New Smart Connect tasks get it in place of keys.
          - The keys are needed nevertheless, because a sink task that has to be created again has no agency.
        type: str
  definitions:
    description:
      - The RV(definitions) of an earlier run in check mode. Save them before the first move; if a run is interrupted between a deletion and a
        creation, nothing else knows the deleted task. The playbook C(huaweicloud.kafka.smart_connect_migrate) keeps them in a file.
      - Only tasks that have a definition are moved. Without O(definitions), all tasks that match O(pattern) are.
      - A task that differs from its definition is not deleted; the module fails before the first change.
    type: dict
    suboptions:
      instance_id:
        description: Id of the instance that has the tasks. If it is another one, the module fails.
        type: str
      tasks:
        description: The definitions, each with a different O(definitions.tasks[].task_name).
        type: list
        elements: dict
        suboptions:
          task_name:
            description: Name of the task.
            type: str
            required: true
            aliases: [name]
          state:
            description: State of a Smart Connect task that is created. A sink task that is created always runs.
            type: str
            choices: [present, running, paused]
            default: present
          obs_destination_descriptor:
            description:
              - What a sink task dumps and where to; see M(huaweicloud.kafka.huaweicloud_kafka_sink_task). A Smart Connect task is created
                with the same values.
            type: dict
            required: true
            suboptions:
              topics:
                description: Topics, at most 20.
                type: list
                elements: str
              topics_regex:
                description: Regular expression for the topics.
                type: str
              consumer_strategy:
                description: Whether a new task begins at the V(latest) or the V(earliest) message.
                type: str
                choices: [latest, earliest]
              destination_file_type:
                description: Type of the files in the bucket.
                type: str
              access_key:
                description: Access key (AK) for this task, in place of O(keys.access_key).
                type: str
              secret_key:
                description: Secret key (SK) for this task, in place of O(keys.secret_key).
                type: str
              obs_bucket_name:
                description: Name of the bucket.
                type: str
              obs_path:
                description: Folder in the bucket.
                type: str
              partition_format:
                description: Time format of the folders in the bucket. A Smart Connect task has no counterpart of V(N/A), so it is left out.
                type: str
                choices: [yyyy, yyyy/MM, yyyy/MM/dd, yyyy/MM/dd/HH, yyyy/MM/dd/HH/mm, N/A]
              record_delimiter:
                description: What separates the messages in a file.
                type: str
              deliver_time_interval:
                description: How often data is written to the bucket, in seconds.
                type: int
  expect_plan:
    description:
      - The RV(plan_id) of an earlier run in check mode. If the plan of this run is different, the module fails before any change, so only
        what was approved is done.
      - An empty text is refused.
    type: str
  expect_count:
    description: Fail before any change if another number of tasks is to be moved. 0 tasks are always accepted, and so is any number in check mode.
    type: int
  wait_timeout:
    description: Maximum time to wait until a deleted task is gone, and until a new task runs, in seconds, for each of them. More than 0.
    type: int
    default: 1800
notes:
  - Requests with O(project_id) and O(instance_id) set - the instance, the lists of both APIs, and each sink task that is to be moved.
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_sink_tasks
  - module: huaweicloud.kafka.huaweicloud_kafka_smart_connect_tasks
"""

EXAMPLES = r"""
- name: Show which sink tasks can be moved
  huaweicloud.kafka.huaweicloud_kafka_task_migration:
    instance_name: kafka-orders
  check_mode: true
  register: plan

- name: Save the definitions
  ansible.builtin.copy:
    content: "{{ plan.definitions | to_nice_json }}"
    dest: "{{ playbook_dir }}/kafka-orders.json"
    mode: "0600"

- name: Move exactly these
  huaweicloud.kafka.huaweicloud_kafka_task_migration:
    instance_name: kafka-orders
    definitions: "{{ plan.definitions }}"
    expect_plan: "{{ plan.plan_id }}"
    keys:
      access_key: "{{ obs_access_key }}"
      secret_key: "{{ obs_secret_key }}"
"""

RETURN = r"""
tasks:
  description: What happened to each task, or would happen in check mode.
  returned: if the tasks were read
  type: list
  elements: dict
  contains:
    task_name:
      description: Name of the task.
      type: str
      returned: success
      sample: orders-to-obs
    action:
      description:
        - One of C(moved), C(restored), C(unchanged), C(skipped), C(failed), C(unknown) and C(not_tried).
        - C(restored) - the new task could not be created, and the deleted one was created again; C(failed) - a request was refused, or what
          it did could not be confirmed; C(unknown) - it is unknown whether the last request was processed; C(skipped) - the other API can't
          express the task; C(not_tried) - nothing was sent.
      type: str
      returned: success
      sample: moved
    changed:
      description: Whether anything of the task was changed.
      type: bool
      returned: success
      sample: true
    dumping:
      description:
        - Whether the topics of the task are dumped now, by either API, as far as the last status that was read shows; null if that is
          unknown.
      type: bool
      returned: success
      sample: true
    msg:
      description: What happened, in a sentence.
      type: str
      returned: success
      sample: "orders-to-obs: the sink task was deleted, and the Smart Connect task was created. It is RUNNING."
definitions:
  description:
    - The definitions of O(definitions), or else of the tasks that match O(pattern), without keys, as O(definitions) takes them.
    - Tasks that the other API can't express are left out.
  returned: if the tasks were read
  type: dict
  sample: {instance_id: i-1, tasks: [{task_name: orders-to-obs, state: running, obs_destination_descriptor: {topics: [orders]}}]}
plan_id:
  description: Hash of all that the run may change. The same plan for the same tasks has the same hash.
  returned: if the tasks were read
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/connector/tasks/t-1/pause
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, instance_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.migration.move import (
    migrate,
    migration_options,
)

MODULE = KafkaModule(migrate, instance_spec(), ArgumentSpec(migration_options()))


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
