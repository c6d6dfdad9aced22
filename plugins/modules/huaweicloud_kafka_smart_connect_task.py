#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_smart_connect_task
short_description: Manage Smart Connect tasks of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - A Smart Connect task dumps topics of a Kafka instance to an OBS bucket, or replicates them from or to another
    Kafka cluster.
  - This module creates, changes, pauses, resumes, restarts and deletes such a task.
  - A task is reported as absent only if the service reports it so.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.cloud_eye
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
attributes:
  idempotent:
    support: partial
    details:
      - With O(state=restarted), and with O(update_secrets=always), each run changes something.
options:
  state:
    description:
      - With V(present), the task exists and is as described. Whether it is running or paused is not changed.
      - With V(absent), the task does not exist.
      - With V(running), it is also RUNNING. It is resumed if it is paused, and started if it is waiting.
      - With V(paused), it is PAUSED, or WAITING if it has never run. A new task is created without being started.
      - With V(restarted), it is restarted, which resets its progress, so the request is not sent again if its response is lost.
        A task that this run creates is not restarted.
      - The description of the task can be left out if the task exists, with V(present) only if O(task_id) selects it.
    type: str
    choices: [present, absent, running, paused, restarted]
    default: present
  task_id:
    description:
      - Id of the task. At least one of O(task_id) and O(task_name) is needed.
      - If both are set, they must belong to the same task.
    type: str
  task_name:
    description:
      - Name of the task. Needed with O(state=present), unless O(task_id) is set. A new name has 4 to 64 letters,
        digits, C(-) and C(_).
      - If several tasks have this name, the module fails unless O(task_id) selects one of them.
      - If several hosts create the same task at the same time, all but the first delete theirs again. Use C(run_once).
    type: str
    aliases: [name]
  topics:
    description:
      - Topics, at most 20. Their order does not matter.
      - Exactly one of O(topics) and O(topics_regex) is needed to create or compare a task. A replication with
        O(source_task.topics_mapping) needs neither.
    type: list
    elements: str
  topics_regex:
    description: Regular expression for the topics.
    type: str
  sink_task:
    description:
      - The OBS bucket that the topics are dumped to.
      - Exactly one of O(sink_task) and O(source_task) is needed to create or compare a task.
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
          - Needed, together with O(sink_task.secret_key), to create a task, unless O(sink_task.agency_name) is set.
        type: str
      secret_key:
        description: Secret key (SK) that belongs to O(sink_task.access_key).
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
        description: Id of the other Kafka instance. Exactly one of this and O(source_task.bootstrap_servers) is needed.
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
        description: Password of O(source_task.user_name). The service never returns it. Needed with SASL to create a task.
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
          - Can't be set together with O(source_task.topics_mapping).
        type: bool
      topics_mapping:
        description:
          - Names of topics in the target, such as C(a:b,c:d), at most 20 pairs.
          - Without O(topics) and O(topics_regex), the topics of the mapping are replicated. An example in the API reference
            does so; it is not verified.
        type: str
      provenance_header_enabled:
        description:
          - Whether messages get a header with their origin.
          - With O(source_task.direction=two-way), this or O(source_task.rename_topic_enabled) is needed, or messages would be
            replicated in a loop.
        type: bool
      consumer_strategy:
        description: Whether a new task begins at the V(latest) or the V(earliest) message.
        type: str
        choices: [latest, earliest]
      compression_type:
        description: Compression of the messages.
        type: str
        choices: [none, gzip, snappy, lz4, zstd]
  modify:
    description:
      - Change a task that differs in place, and read it again to check the result.
      - Which fields the service changes is not documented. If a field has not changed, the module fails, or recreates the task
        with O(recreate=true).
      - Set the keys of the task, too. Without them, a warning is issued, because the service may lose the stored ones.
    type: bool
    default: false
  recreate:
    description:
      - Delete a task that differs, or that has failed, and create it again. Fields that are not set stay as they were.
      - The position of the consumer is lost. With C(consumer_strategy=latest), messages that arrive before the new task runs
        are skipped; with C(earliest), all messages that the topics still have are written again. The module warns about this.
    type: bool
    default: false
  update_secrets:
    description:
      - When the keys and the password are sent. The service never returns them, so a change can't be detected.
      - With V(on_create), only when a task is created.
      - With V(always), which needs O(recreate=true), every run deletes the task and creates it again. Use it for one run.
      - Replacing the keys loses the position of the consumer. Pause the task first, then replace it with V(always), and check
        the files in the bucket.
    type: str
    choices: [on_create, always]
    default: on_create
  validate:
    description:
      - Before a change, also in check mode, check whether the service can reach the other Kafka cluster of O(source_task).
    type: bool
    default: false
  wait_healthy:
    description:
      - Wait until Cloud Eye reports the task as normal, by a data point that is newer than the change. Needs O(state=running)
        and O(wait=true).
      - If Cloud Eye reports the task as abnormal, or has no such data point before O(wait_timeout) ends, the module fails.
      - If nothing is changed, the module reads Cloud Eye once, also in check mode.
    type: bool
    default: false
  wait:
    description:
      - Wait until the task has the wanted status, or is gone.
      - With V(false), the run does not wait for the result. After a creation it reads the list once, to find a task of the same
        name. A task that is deleted must be gone before the same run creates one. A task that is CREATING or RESTARTING is left as
        it is, with a warning.
    type: bool
    default: true
  wait_timeout:
    description:
      - Maximum time to wait, in seconds; 0 or more.
      - It counts from the first request that changes something. Recreating a task counts as one wait. When the time is over,
        nothing more is changed.
    type: int
    default: 1800
notes:
  - Requests with O(project_id) and O(instance_id) set - one if nothing is to be done, three to delete a task and to check
    that it is gone. If something is to be done, the status of the instance is read, too.
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_smart_connect
  - module: huaweicloud.kafka.huaweicloud_kafka_smart_connect_task_info
"""

EXAMPLES = r"""
- name: Dump two topics to a bucket
  huaweicloud.kafka.huaweicloud_kafka_smart_connect_task:
    instance_name: kafka-orders
    task_name: orders-to-obs
    topics: [orders, order-events]
    sink_task:
      consumer_strategy: earliest
      access_key: "{{ obs_access_key }}"
      secret_key: "{{ obs_secret_key }}"
      obs_bucket_name: archive
      obs_path: kafka/orders
      partition_format: yyyy/MM/dd

- name: Replicate topics from another instance
  huaweicloud.kafka.huaweicloud_kafka_smart_connect_task:
    instance_name: kafka-orders
    task_name: orders-from-berlin
    topics_regex: orders-.+
    source_task:
      instance_id: "{{ berlin_instance_id }}"
      direction: pull
      consumer_strategy: latest
      rename_topic_enabled: true
    validate: true

- name: Pause a task
  huaweicloud.kafka.huaweicloud_kafka_smart_connect_task:
    instance_name: kafka-orders
    task_name: orders-to-obs
    state: paused

- name: Resume it
  huaweicloud.kafka.huaweicloud_kafka_smart_connect_task:
    instance_name: kafka-orders
    task_name: orders-to-obs
    state: running

- name: Delete a task
  huaweicloud.kafka.huaweicloud_kafka_smart_connect_task:
    instance_name: kafka-orders
    task_name: orders-to-obs
    state: absent
"""

RETURN = r"""
smart_connect_task:
  description:
    - The task as the API returns it, without secrets.
    - With O(state=absent), the task that was deleted, or that would be deleted in check mode.
  returned: if the task exists, existed or would exist
  type: dict
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
  description: The metrics of the task, as M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_task_info) returns them.
  returned: with O(wait_healthy=true)
  type: dict
  sample: {state: normal, waiting_messages: 12, messages_per_minute: 600, delay_ms: 250, measured_at: 1708427753133}
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
    cloud_eye_spec,
    instance_spec,
    recreate_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.kafka import null_delimiter
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.fields import task_options
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.kind import ensure

MODULE = KafkaModule(
    ensure,
    instance_spec(),
    wait_spec(1800),
    recreate_spec(),
    cloud_eye_spec(),
    ArgumentSpec(
        {
            "state": {
                "type": "str",
                "choices": ["present", "absent", "running", "paused", "restarted"],
                "default": "present",
            },
            **task_options(),
            "modify": {"type": "bool", "default": False},
            "validate": {"type": "bool", "default": False},
            "wait_healthy": {"type": "bool", "default": False},
        },
        required_one_of=[["task_id", "task_name"]],
    ),
    warn=null_delimiter,
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
