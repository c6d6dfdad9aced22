#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_smart_connect_tasks
short_description: Manage the Smart Connect tasks of an instance as a set
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Brings a set of Smart Connect tasks to the wanted states. The list of the tasks is read once, not once for each task.
  - Everything that can be known is read and checked before the first change. Deletions come first, then changes, creations
    and recreations. A failure of one task does not stop the others; rejected credentials and throttling that does not end
    stop all of them. RV(tasks) contains the result of each task.
  - With O(prune=true), tasks that are not listed are deleted.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  tasks:
    description:
      - The tasks. Each O(tasks[].task_name) must be unique, and no two entries may select the same task.
      - Tasks in this list are never pruned.
      - A task that is selected by O(tasks[].task_id) must exist. Values that it has already need not be valid for a new task, and
        O(tasks[].task_name) and the description can be left out.
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description: The state of the task; see M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_task).
        type: str
        choices: [present, absent, running, paused]
        default: present
      task_id:
        description:
          - Id of the task. At least one of O(tasks[].task_id) and O(tasks[].task_name) is needed.
          - If both are set, they must belong to the same task.
        type: str
      task_name:
        description:
          - Name of the task. Needed with O(tasks[].state=present), unless O(tasks[].task_id) is set. A new name has 4 to 64 letters,
            digits, C(-) and C(_).
          - If several tasks have this name, the module fails unless O(tasks[].task_id) selects one of them.
          - If several hosts create the same task at the same time, all but the first delete theirs again. Use C(run_once).
        type: str
        aliases: [name]
      topics:
        description:
          - Topics, at most 20. Their order does not matter.
          - Exactly one of O(tasks[].topics) and O(tasks[].topics_regex) is needed to create or compare a task. A replication with
            O(tasks[].source_task.topics_mapping) needs neither.
        type: list
        elements: str
      topics_regex:
        description: Regular expression for the topics.
        type: str
      sink_task:
        description:
          - The OBS bucket that the topics are dumped to.
          - Exactly one of O(tasks[].sink_task) and O(tasks[].source_task) is needed to create or compare a task.
          - Fields that are not set are not compared with an existing task.
        type: dict
        suboptions:
          consumer_strategy:
            description: Whether a new task begins at the V(latest) or the V(earliest) message.
            type: str
            choices: [latest, earliest]
            required: true
          destination_file_type:
            description: Type of the files in the bucket. A new task gets V(TEXT) by default.
            type: str
            choices: [TEXT]
          deliver_time_interval:
            description: How often data is written to the bucket, in seconds, from 30 to 900. A new task gets V(300) by default.
            type: int
          access_key:
            description:
              - Access key (AK) that may write to the bucket. The service never returns it.
              - Needed, together with O(tasks[].sink_task.secret_key), to create a task, unless O(tasks[].sink_task.agency_name) is set.
            type: str
          secret_key:
            description: Secret key (SK) that belongs to O(tasks[].sink_task.access_key).
            type: str
          agency_name:
            description:
              - Name of an agency that may write to the bucket, in place of keys. It can't be set together with them.
              - Only the vendor's Terraform provider has it. The API reference does not document it, so it is not verified.
            type: str
          obs_bucket_name:
            description: Name of the bucket, in the region of the instance.
            type: str
            required: true
          obs_path:
            description: Folder in the bucket; at most 64 letters, digits, C(_), C(-) and C(/).
            type: str
          partition_format:
            description: Time format of the folders in the bucket. If it is not set, there are no folders by time.
            type: str
            choices: [yyyy, yyyy/MM, yyyy/MM/dd, yyyy/MM/dd/HH, yyyy/MM/dd/HH/mm]
          record_delimiter:
            description:
              - What separates the messages in a file. One of C(,), C(;), C(|), a newline (C("\n") in YAML), or C("NULL") for
                nothing. Quote it, because YAML reads a bare C(NULL) as not set; a warning says so.
            type: str
          store_keys:
            description: Whether the keys of the messages are written, too.
            type: bool
      source_task:
        description:
          - The Kafka cluster that the topics are replicated from or to.
          - Fields that are not set are not compared with an existing task.
        type: dict
        suboptions:
          current_cluster_name:
            description: Alias of this Kafka cluster; 1 to 20 letters, digits, C(-) and C(_). The service chooses one by default.
            type: str
          cluster_name:
            description: Alias of the other Kafka cluster; 1 to 20 letters, digits, C(-) and C(_). The service chooses one by default.
            type: str
          instance_id:
            description: Id of the other Kafka instance. Exactly one of this and O(tasks[].source_task.bootstrap_servers) is needed.
            type: str
          bootstrap_servers:
            description: Addresses of the other Kafka cluster, such as C(host:9092,host:9092).
            type: str
          security_protocol:
            description: How to connect to the other Kafka cluster.
            type: str
            choices: [PLAINTEXT, SASL_SSL, SASL_PLAINTEXT]
          sasl_mechanism:
            description: How to authenticate. Needed with SASL.
            type: str
            choices: [PLAIN, SCRAM-SHA-512]
          user_name:
            description: User of the other Kafka cluster. Needed with SASL.
            type: str
          password:
            description: Password of O(tasks[].source_task.user_name). The service never returns it. Needed with SASL to create a task.
            type: str
          direction:
            description: Whether topics are pulled from the other Kafka cluster, pushed to it, or both.
            type: str
            choices: [pull, push, two-way]
            required: true
          sync_consumer_offsets_enabled:
            description: Whether the progress of consumers is replicated, too.
            type: bool
          replication_factor:
            description: Number of replicas of topics that are created. It must not exceed the number of brokers.
            type: int
          task_num:
            description:
              - Number of replication tasks. The service uses 2 by default.
              - With C(two-way), the service can return twice the number, so both count as equal, and a recreated task gets the
                default unless this is set.
            type: int
          rename_topic_enabled:
            description:
              - Whether replicated topics get the alias of their Kafka cluster as a prefix.
              - Can't be set together with O(tasks[].source_task.topics_mapping).
            type: bool
          topics_mapping:
            description:
              - Names of topics in the target, such as C(a:b,c:d), at most 20 pairs.
              - Without O(tasks[].topics) and O(tasks[].topics_regex), the topics of the mapping are replicated. An example in the
                API reference does so; it is not verified.
            type: str
          provenance_header_enabled:
            description:
              - Whether messages get a header with their origin.
              - With O(tasks[].source_task.direction=two-way), this or O(tasks[].source_task.rename_topic_enabled) is needed, or
                messages would be replicated in a loop.
            type: bool
          consumer_strategy:
            description: Whether a new task begins at the V(latest) or the V(earliest) message.
            type: str
            choices: [latest, earliest]
          compression_type:
            description: Compression of the messages.
            type: str
            choices: [none, gzip, snappy, lz4, zstd]
  prune:
    description:
      - Delete tasks of the instance that are not in O(tasks).
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
      - The plan includes what the run does only if something else fails, such as the recreation of a task that the service refuses
        to modify.
      - An empty text is refused.
    type: str
  modify:
    description: Change tasks that differ in place; see M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_task).
    type: bool
    default: false
  recreate:
    description:
      - Delete a task that differs, or that has failed, and create it again, one task after the other.
      - The position of the consumer is lost; see M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_task).
    type: bool
    default: false
  update_secrets:
    description: When the keys are sent; see M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_task).
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
    default: 1800
notes:
  - Requests with O(project_id) and O(instance_id) set - one if nothing is to be done.
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_smart_connect_task
"""

EXAMPLES = r"""
- name: Keep exactly these tasks
  huaweicloud.kafka.huaweicloud_kafka_smart_connect_tasks:
    instance_name: kafka-orders
    prune: true
    tasks:
      - task_name: orders-to-obs
        state: running
        topics: [orders, order-events]
        sink_task:
          consumer_strategy: earliest
          access_key: "{{ obs_access_key }}"
          secret_key: "{{ obs_secret_key }}"
          obs_bucket_name: archive
      - task_name: returns-to-obs
        state: paused
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
        - One of C(created), C(deleted), C(recreated), C(modified), C(paused), C(resumed), C(started), C(unchanged),
          C(failed), C(unknown) and C(not_tried).
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
      sample: it was not tried, because the 1800 seconds of wait_timeout are over.
    smart_connect_task:
      description: The task, without secrets, as M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_task) returns it.
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
      sample: PUT
    path:
      description: Path of the request.
      type: str
      returned: success
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/connector/tasks/t-1/pause
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    ArgumentSpec,
    instance_spec,
    recreate_spec,
    set_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.kafka import null_delimiter
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.fields import task_entries
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.kind import ensure_all

MODULE = KafkaModule(
    ensure_all,
    instance_spec(),
    wait_spec(1800),
    recreate_spec(),
    set_spec("tasks", task_entries()),
    ArgumentSpec({"modify": {"type": "bool", "default": False}}),
    warn=null_delimiter,
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
