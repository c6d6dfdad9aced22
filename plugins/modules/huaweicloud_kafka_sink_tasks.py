#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_sink_tasks
short_description: Manage the sink tasks of a connector as a set
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Brings a set of sink tasks to the wanted states. The list of the tasks is read once, not once for each task.
  - Everything that can be known is read and checked before the first change. Deletions come first, then creations and
    recreations. A failure of one task does not stop the others; rejected credentials and throttling that does not end stop
    all of them. RV(tasks) contains the result of each task.
  - With O(prune=true), tasks that are not listed are deleted.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.connector
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  tasks:
    description:
      - The tasks. Each O(tasks[].task_name) must be unique, and no two entries may select the same task.
      - Tasks in this list are never pruned.
      - A task that is selected by O(tasks[].task_id) must exist. Values that it has already need not be valid for a new task, and
        O(tasks[].task_name) and O(tasks[].obs_destination_descriptor) can be left out.
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description: Whether the task must exist.
        type: str
        choices: [present, absent]
        default: present
      task_id:
        description:
          - Id of the task. At least one of O(tasks[].task_id) and O(tasks[].task_name) is needed.
          - If both are set, they must belong to the same task.
        type: str
      task_name:
        description:
          - Name of the task. Needed with O(tasks[].state=present), unless O(tasks[].task_id) is set.
          - It must not begin or end with whitespace.
          - If several tasks have this name, the module fails unless O(tasks[].task_id) selects one of them.
          - Names are not unique in the service. If several runs create the same task at the same time, for example several hosts
            without C(run_once), all but the first delete theirs again, but a list that lags can leave two. Use C(run_once).
        type: str
        aliases: [name]
      obs_destination_descriptor:
        description:
          - What is dumped, and to where. Needed with O(tasks[].state=present), unless O(tasks[].task_id) is set.
          - Fields that are not set are not compared with an existing task.
        type: dict
        suboptions:
          topics:
            description:
              - Topics to dump, at most 20. Their order does not matter. Names consist of letters, digits, C(.), C(_) and C(-).
              - A list that comes as text, such as from C(-e 'topics=["a","b"]'), needs the filter P(ansible.builtin.from_json#filter).
              - Exactly one of this and O(tasks[].obs_destination_descriptor.topics_regex) is needed.
            type: list
            elements: str
          topics_regex:
            description: Regular expression for the topics to dump. The expression V(.*) is not allowed.
            type: str
          consumer_strategy:
            description:
              - Whether a new task begins at the V(latest) or the V(earliest) message.
              - A new task gets V(latest) if this is not set.
            type: str
            choices: [latest, earliest]
          destination_file_type:
            description: Type of the files in the bucket. The service supports only V(TEXT), the default of a new task.
            type: str
          access_key:
            description:
              - Access key (AK) that may write to the bucket.
              - Needed to create a task.
              - The service never returns it, so a change of the keys alone is not detected; see O(update_secrets).
            type: str
          secret_key:
            description:
              - Secret key (SK) that belongs to O(tasks[].obs_destination_descriptor.access_key) and is needed together with it.
            type: str
          obs_bucket_name:
            description: Name of the bucket. Needed with O(tasks[].state=present).
            type: str
          obs_path:
            description: Folder in the bucket; at most 64 letters, digits, C(_), C(-) and C(/).
            type: str
          partition_format:
            description:
              - Time format of the folders in the bucket, in GMT+8. With V(N/A), there are no folders by time.
            type: str
            choices: [yyyy, yyyy/MM, yyyy/MM/dd, yyyy/MM/dd/HH, yyyy/MM/dd/HH/mm, N/A]
          record_delimiter:
            description:
              - What separates the messages in a file. One of C(,), C(;), C(|), a newline (C("\n") in YAML), or C("NULL") for
                nothing. Quote it, because YAML reads a bare C(NULL) as not set; a warning says so.
              - The service uses newlines if this is not set.
            type: str
          deliver_time_interval:
            description:
              - How often data is written to the bucket, in seconds, from 30 to 900.
              - A new task gets V(300) if this is not set.
            type: int
  prune:
    description:
      - Delete tasks of the connector that are not in O(tasks).
      - Without O(prune_pattern), at least one entry must have a state other than V(absent).
      - If the service returns an incomplete list, the module fails and deletes nothing.
    type: bool
    default: false
  prune_pattern:
    description: Only prune tasks whose whole name matches this regular expression. Needs O(prune=true).
    type: str
  prune_limit:
    description: Fail before any change if more tasks than this would be pruned. Needs O(prune=true).
    type: int
  expect_plan:
    description:
      - The RV(plan_id) of an earlier run in check mode. If the plan of this run is different, the module fails before any
        change, so only what was approved is done.
      - An empty text is refused.
    type: str
  recreate:
    description:
      - Delete a task that differs, or that has failed, and create it again, one task after the other.
      - The position of the consumer is lost; see M(huaweicloud.kafka.huaweicloud_kafka_sink_task).
    type: bool
    default: false
  update_secrets:
    description: When the keys are sent; see M(huaweicloud.kafka.huaweicloud_kafka_sink_task).
    type: str
    choices: [on_create, always]
    default: on_create
  wait:
    description:
      - Wait until all tasks have the wanted status, or are gone.
      - With V(false), the run does not wait for the result. After a creation it reads the list once, to find a task of the same
        name. A task that is deleted must be gone before the same run creates one. A task that is CREATING or RESTARTING is left as
        it is, with a warning.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum time to wait for the whole set, in seconds; 0 or more. It counts from the first change.
      - When the time is over, nothing more is changed.
    type: int
    default: 300
notes:
  - Requests with O(project_id) and O(connector_id) set - one, and one for each listed task that exists, if nothing is to be done.
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_sink_task
"""

EXAMPLES = r"""
- name: Keep exactly these tasks, among those whose names end with -to-obs
  huaweicloud.kafka.huaweicloud_kafka_sink_tasks:
    instance_name: kafka-orders
    prune: true
    prune_pattern: .+-to-obs
    prune_limit: 3
    tasks:
      - task_name: orders-to-obs
        obs_destination_descriptor:
          topics: [orders, order-events]
          access_key: "{{ obs_access_key }}"
          secret_key: "{{ obs_secret_key }}"
          obs_bucket_name: archive
      - task_name: invoices-to-obs
        obs_destination_descriptor:
          topics: [invoices]
          access_key: "{{ obs_access_key }}"
          secret_key: "{{ obs_secret_key }}"
          obs_bucket_name: archive

- name: Delete three tasks
  huaweicloud.kafka.huaweicloud_kafka_sink_tasks:
    connector_id: "{{ connector_id }}"
    tasks:
      - {task_name: orders-to-obs, state: absent}
      - {task_name: invoices-to-obs, state: absent}
      - {task_name: returns-to-obs, state: absent}
"""

RETURN = r"""
tasks:
  description: What happened to each task, or would happen in check mode - first those of O(tasks), then the pruned ones.
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
        - One of C(created), C(deleted), C(recreated), C(unchanged), C(failed), C(unknown) and C(not_tried).
        - C(failed) - a request was refused, or what it did could not be confirmed; C(unknown) - it is unknown whether the last
          request was processed; C(not_tried) - nothing was sent.
      type: str
      returned: success
      sample: created
    changed:
      description: Whether anything of the task was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why the task failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure of the task
      sample: it was not tried, because the 300 seconds of wait_timeout are over.
    sink_task:
      description: The task, without secrets, as M(huaweicloud.kafka.huaweicloud_kafka_sink_task) returns it.
      type: dict
      returned: if the task exists, existed or would exist
      sample: {task_name: orders-to-obs}
plan_id:
  description:
    - Hash of all that the run may change. The same plan for the same tasks has the same hash.
    - It does not depend on the order of O(tasks), nor on O(wait) and O(wait_timeout).
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
      sample: DELETE
    path:
      description: Path of the request.
      type: str
      returned: success
      sample: /v2/0123456789abcdef0123456789abcdef/connectors/c-1/sink-tasks/t-1
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    connector_spec,
    recreate_spec,
    set_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.kafka import null_delimiter
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.fields import task_entries
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.kind import ensure_all

MODULE = KafkaModule(
    ensure_all,
    connector_spec(),
    wait_spec(300),
    recreate_spec(),
    set_spec("tasks", task_entries()),
    warn=null_delimiter,
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
