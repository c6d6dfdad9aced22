#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_sink_task
short_description: Create and delete sink tasks of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - A sink task is a job of the Smart Connect connector of a Kafka instance. It dumps topics to an OBS bucket.
  - This module creates such a task and waits until it runs, or deletes it and waits until it is gone.
  - A task is reported as absent only if the service reports it so. A response is an error, whatever its HTTP status is, if it
    means that the request was throttled, that a permission is missing or that the URL is unknown, or if it does not have the
    documented structure.
  - The API can't change a task. If a task differs from what is wanted, the module fails and lists the differences, or deletes
    the task and creates it again with O(recreate=true).
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.connector
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  state:
    description:
      - Whether the task must exist.
      - With V(absent), if the connector or the instance does not exist, the task is absent, too, and a warning is issued.
    type: str
    choices: [present, absent]
    default: present
  task_id:
    description:
      - Id of the task. At least one of O(task_id) and O(task_name) is needed.
      - If both are set, they must belong to the same task.
    type: str
  task_name:
    description:
      - Name of the task. Needed with O(state=present), unless O(task_id) is set.
      - It must not begin or end with whitespace.
      - If several tasks have this name, the module fails unless O(task_id) selects one of them.
      - Names are not unique in the service. If several runs create the same task at the same time, for example several hosts
        without C(run_once), all but the first delete theirs again, but a list that lags can leave two. Use C(run_once).
    type: str
    aliases: [name]
  source_type:
    description: Type of the source. The service supports only V(BLOB).
    type: str
    choices: [BLOB]
    default: BLOB
  destination_type:
    description: Type of the destination. The service supports only V(OBS).
    type: str
    choices: [OBS]
    default: OBS
  obs_destination_descriptor:
    description:
      - What is dumped, and to where. Needed with O(state=present), unless O(task_id) is set.
      - Fields that are not set are not compared with an existing task.
    type: dict
    suboptions:
      topics:
        description:
          - Topics to dump, at most 20. Their order does not matter. Names consist of letters, digits, C(.), C(_) and C(-).
          - A list that comes as text, such as from C(-e 'topics=["a","b"]'), needs the filter P(ansible.builtin.from_json#filter).
          - Exactly one of this and O(obs_destination_descriptor.topics_regex) is needed.
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
          - Secret key (SK) that belongs to O(obs_destination_descriptor.access_key) and is needed together with it.
        type: str
      obs_bucket_name:
        description: Name of the bucket. Needed with O(state=present).
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
  recreate:
    description:
      - Delete a task that differs from what is wanted, or that has failed, and create it again.
      - Fields that are not set stay as they were.
      - The position of the consumer is lost. With C(consumer_strategy=latest), messages that arrive before the new task runs
        are skipped; with C(earliest), all messages that the topics still have are written again. The module warns about this.
    type: bool
    default: false
  update_secrets:
    description:
      - When the keys of the bucket are sent. The service never returns them, so a change can't be detected.
      - With V(on_create), only when a task is created.
      - With V(always), which needs O(recreate=true), every run deletes the task and creates it again. Use it for one run, to
        replace the keys.
    type: str
    choices: [on_create, always]
    default: on_create
  wait:
    description:
      - Wait until the task is RUNNING, with O(state=present), or gone, with O(state=absent).
      - If the task fails, the module fails without waiting longer.
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
    default: 300
notes:
  - Requests with O(project_id) and O(connector_id) set - one if there is nothing to delete, three to delete a task and to
    check that it is gone, two if the task exists and is as wanted.
seealso:
  - name: DMS for Kafka, Smart Connect
    description: What sink tasks are, and the newer API for them.
    link: https://support.huaweicloud.com/intl/en-us/usermanual-kafka/kafka-ug-0035.html
"""

EXAMPLES = r"""
- name: Dump two topics to a bucket
  huaweicloud.kafka.huaweicloud_kafka_sink_task:
    connector_id: "{{ connector_id }}"
    task_name: orders-to-obs
    obs_destination_descriptor:
      topics: [orders, order-events]
      consumer_strategy: earliest
      access_key: "{{ obs_access_key }}"
      secret_key: "{{ obs_secret_key }}"
      obs_bucket_name: archive
      obs_path: kafka/orders
      partition_format: yyyy/MM/dd
      deliver_time_interval: 300
  register: orders

- name: Delete a task by its id
  huaweicloud.kafka.huaweicloud_kafka_sink_task:
    connector_id: "{{ connector_id }}"
    task_id: "{{ orders.sink_task.task_id }}"
    state: absent

- name: Delete a task by its name, on the connector of an instance
  huaweicloud.kafka.huaweicloud_kafka_sink_task:
    instance_id: "{{ instance_id }}"
    task_name: orders-to-obs
    state: absent

- name: Change the interval by deleting the task and creating it again
  huaweicloud.kafka.huaweicloud_kafka_sink_task:
    connector_id: "{{ connector_id }}"
    task_name: orders-to-obs
    recreate: true
    obs_destination_descriptor:
      topics: [orders, order-events]
      access_key: "{{ obs_access_key }}"
      secret_key: "{{ obs_secret_key }}"
      obs_bucket_name: archive
      deliver_time_interval: 60

- name: Delete several tasks, with shared options in one place
  module_defaults:
    group/huaweicloud.kafka.all:
      region: eu-west-101
      connector_id: "{{ connector_id }}"
  block:
    - name: Delete the tasks
      huaweicloud.kafka.huaweicloud_kafka_sink_task:
        task_name: "{{ item }}"
        state: absent
      loop: [orders-to-obs, invoices-to-obs]
"""

RETURN = r"""
sink_task:
  description:
    - The task as the API returns it, without its keys.
    - With O(state=absent), the task that was deleted, or that would be deleted in check mode.
    - In check mode, a task that would be created has no id, time and status yet.
  returned: if the task exists, existed or would exist
  type: dict
  contains:
    task_id:
      description: Id of the task.
      type: str
      returned: when the task exists
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
      description: When the task was created, in milliseconds since 1970.
      type: int
      returned: when the task exists
      sample: 1592309487621
    status:
      description: Status of the task, such as RUNNING, CREATING or PAUSED.
      type: str
      returned: when the task exists
      sample: RUNNING
    topics:
      description: The topics, joined by commas, or the regular expression.
      type: str
      returned: when the task exists
      sample: orders,order-events
    obs_destination_descriptor:
      description: What is dumped to where, without the keys.
      type: dict
      returned: O(state=present)
      sample:
        topics: orders,order-events
        consumer_strategy: earliest
        destination_file_type: TEXT
        obs_bucket_name: archive
        obs_path: kafka/orders
        partition_format: yyyy/MM/dd
        deliver_time_interval: 300
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
    ArgumentSpec,
    connector_spec,
    recreate_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.kafka import null_delimiter
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.fields import task_options
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.kind import ensure

MODULE = KafkaModule(
    ensure,
    connector_spec(),
    wait_spec(300),
    recreate_spec(),
    ArgumentSpec(
        {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            **task_options(),
            "source_type": {"type": "str", "choices": ["BLOB"], "default": "BLOB"},
            "destination_type": {"type": "str", "choices": ["OBS"], "default": "OBS"},
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
