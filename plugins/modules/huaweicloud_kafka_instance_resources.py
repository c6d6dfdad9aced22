#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_instance_resources
short_description: Manage what an instance has as a whole - users, topics, permissions, consumer groups and tasks
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Brings the users, topics, permissions, consumer groups, Smart Connect tasks and sink tasks of one Kafka instance to the wanted states.
    Each of these lists can be left out. What is left out is neither read nor changed.
  - Everything is read and planned before the first change. If one plan fails, nothing is changed. A permission may need a topic and users
    that the same run creates, and a task a topic; a topic may be deleted together with the task that uses it, and a user together with
    the permissions.
  - First, tasks, consumer groups and topics are deleted, in this order. Then users, topics, permissions and consumer groups are
    changed and created, then tasks. Users are deleted last. The permissions of a topic that is deleted are not removed.
  - A failure does not stop the others, but for what needs the thing that failed. That is C(not_tried). Rejected credentials and throttling
    that does not end stop everything. When the module is run again, it goes on with what is left.
  - The playbook C(huaweicloud.kafka.apply) does this for a folder with a file for each instance.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  users:
    description:
      - The users.
      - The entries are those of M(huaweicloud.kafka.huaweicloud_kafka_users), whose documentation has the details.
    type: list
    elements: dict
    suboptions:
      state:
        description: The state of the user; see M(huaweicloud.kafka.huaweicloud_kafka_user).
        type: str
        choices: [present, absent]
        default: present
      user_name:
        description: Name of the user, exactly as it is written.
        type: str
        required: true
        aliases: [name]
      user_passwd:
        description: Password of the user.
        type: str
        aliases: [user_password]
      user_desc:
        description: Description of the user, at most 200 characters.
        type: str
        aliases: [description]
  topics:
    description:
      - The topics.
      - The entries are those of M(huaweicloud.kafka.huaweicloud_kafka_topics), whose documentation has the details.
    type: list
    elements: dict
    suboptions:
      state:
        description: The state of the topic; see M(huaweicloud.kafka.huaweicloud_kafka_topic).
        type: str
        choices: [present, absent]
        default: present
      name:
        description: Name of the topic.
        type: str
        required: true
      partition:
        description: Number of partitions, from 1 to 200.
        type: int
        aliases: [partitions]
      replication:
        description: Number of replicas, at most the number of brokers.
        type: int
        aliases: [replicas]
      retention_time:
        description: How long messages are kept, in hours, from 1 to 720.
        type: int
        aliases: [aging_time]
      sync_replication:
        description: Whether a message is acknowledged only when all replicas have it.
        type: bool
      sync_message_flush:
        description: Whether each message is written to disk immediately.
        type: bool
        aliases: [sync_flushing]
      topic_desc:
        description: Description of the topic, at most 200 characters.
        type: str
        aliases: [description]
      topic_other_configs:
        description: Further settings by their names, such as C(max.message.bytes) and C(message.timestamp.type).
        type: dict
        aliases: [configs]
  topic_permissions:
    description:
      - The permissions of topics. They can need topics and users that the same run creates.
      - The entries are those of M(huaweicloud.kafka.huaweicloud_kafka_topic_permissions), whose documentation has the details.
    type: list
    elements: dict
    suboptions:
      topic_name:
        description: Name of the topic.
        type: str
        required: true
      policies:
        description: The users, and what each may do - V(all), V(pub) to publish, or V(sub) to subscribe.
        type: dict
      state:
        description: With V(absent), the permissions of all users are removed, also with O(merge=true).
        type: str
        choices: [present, absent]
        default: present
  consumer_groups:
    description:
      - The consumer groups.
      - The entries are those of M(huaweicloud.kafka.huaweicloud_kafka_consumer_groups), whose documentation has the details.
    type: list
    elements: dict
    suboptions:
      state:
        description: The state of the group; see M(huaweicloud.kafka.huaweicloud_kafka_consumer_group).
        type: str
        choices: [present, absent]
        default: present
      group_name:
        description: Name of the consumer group, exactly as it is written.
        type: str
        required: true
        aliases: [name]
      group_desc:
        description: Description of the group, at most 200 characters.
        type: str
        aliases: [description]
  smart_connect_tasks:
    description:
      - The Smart Connect tasks. The topics of a new one must exist or be created by the same run, if O(topics) is set.
      - The entries are those of M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_tasks), whose documentation has the details.
    type: list
    elements: dict
    suboptions:
      state:
        description: The state of the task; see M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_task).
        type: str
        choices: [present, absent, running, paused]
        default: present
      task_id:
        description: Id of the task.
        type: str
      task_name:
        description: Name of the task.
        type: str
        aliases: [name]
      topics:
        description: Topics, at most 20.
        type: list
        elements: str
      topics_regex:
        description: Regular expression for the topics.
        type: str
      sink_task:
        description: The OBS bucket that the topics are dumped to.
        type: dict
        suboptions:
          consumer_strategy:
            description: Whether a new task begins at the V(latest) or the V(earliest) message.
            type: str
            choices: [latest, earliest]
            required: true
          destination_file_type:
            description: Type of the files in the bucket.
            type: str
            choices: [TEXT]
          deliver_time_interval:
            description: How often data is written to the bucket, in seconds, from 30 to 900.
            type: int
          access_key:
            description: Access key (AK) that may write to the bucket.
            type: str
          secret_key:
            description: Secret key (SK) that belongs to O(smart_connect_tasks[].sink_task.access_key).
            type: str
          agency_name:
            description: Name of an agency that may write to the bucket, in place of keys.
            type: str
          obs_bucket_name:
            description: Name of the bucket, in the region of the instance.
            type: str
            required: true
          obs_path:
            description: Folder in the bucket; at most 64 letters, digits, C(_), C(-) and C(/).
            type: str
          partition_format:
            description: Time format of the folders in the bucket.
            type: str
            choices: [yyyy, yyyy/MM, yyyy/MM/dd, yyyy/MM/dd/HH, yyyy/MM/dd/HH/mm]
          record_delimiter:
            description: What separates the messages in a file.
            type: str
          store_keys:
            description: Whether the keys of the messages are written, too.
            type: bool
      source_task:
        description: The Kafka cluster that the topics are replicated from or to.
        type: dict
        suboptions:
          current_cluster_name:
            description: Alias of this Kafka cluster; 1 to 20 letters, digits, C(-) and C(_).
            type: str
          cluster_name:
            description: Alias of the other Kafka cluster; 1 to 20 letters, digits, C(-) and C(_).
            type: str
          instance_id:
            description: Id of the other Kafka instance.
            type: str
          bootstrap_servers:
            description: Addresses of the other Kafka cluster, such as C(host:9092,host:9092).
            type: str
          security_protocol:
            description: How to connect to the other Kafka cluster.
            type: str
            choices: [PLAINTEXT, SASL_SSL, SASL_PLAINTEXT]
          sasl_mechanism:
            description: How to authenticate.
            type: str
            choices: [PLAIN, SCRAM-SHA-512]
          user_name:
            description: User of the other Kafka cluster.
            type: str
          password:
            description: Password of O(smart_connect_tasks[].source_task.user_name).
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
            description: Number of replicas of topics that are created.
            type: int
          task_num:
            description: Number of replication tasks.
            type: int
          rename_topic_enabled:
            description: Whether replicated topics get the alias of their Kafka cluster as a prefix.
            type: bool
          topics_mapping:
            description: Names of topics in the target, such as C(a:b,c:d), at most 20 pairs.
            type: str
          provenance_header_enabled:
            description: Whether messages get a header with their origin.
            type: bool
          consumer_strategy:
            description: Whether a new task begins at the V(latest) or the V(earliest) message.
            type: str
            choices: [latest, earliest]
          compression_type:
            description: Compression of the messages.
            type: str
            choices: [none, gzip, snappy, lz4, zstd]
  sink_tasks:
    description:
      - The tasks of the old API, which the vendor is retiring.
      - The entries are those of M(huaweicloud.kafka.huaweicloud_kafka_sink_tasks), whose documentation has the details.
      - Both APIs list the tasks of the old one. A task can have an entry in one of the two lists only.
    type: list
    elements: dict
    suboptions:
      state:
        description: Whether the task must exist.
        type: str
        choices: [present, absent]
        default: present
      task_id:
        description: Id of the task.
        type: str
      task_name:
        description: Name of the task.
        type: str
        aliases: [name]
      obs_destination_descriptor:
        description: What is dumped, and to where.
        type: dict
        suboptions:
          topics:
            description: Topics to dump, at most 20.
            type: list
            elements: str
          topics_regex:
            description: Regular expression for the topics to dump.
            type: str
          consumer_strategy:
            description: Whether a new task begins at the V(latest) or the V(earliest) message.
            type: str
            choices: [latest, earliest]
          destination_file_type:
            description: Type of the files in the bucket.
            type: str
          access_key:
            description: Access key (AK) that may write to the bucket.
            type: str
          secret_key:
            description: Secret key (SK) that belongs to O(sink_tasks[].obs_destination_descriptor.access_key) and is needed together with it.
            type: str
          obs_bucket_name:
            description: Name of the bucket.
            type: str
          obs_path:
            description: Folder in the bucket; at most 64 letters, digits, C(_), C(-) and C(/).
            type: str
          partition_format:
            description: Time format of the folders in the bucket, in GMT+8.
            type: str
            choices: [yyyy, yyyy/MM, yyyy/MM/dd, yyyy/MM/dd/HH, yyyy/MM/dd/HH/mm, N/A]
          record_delimiter:
            description: What separates the messages in a file.
            type: str
          deliver_time_interval:
            description: How often data is written to the bucket, in seconds, from 30 to 900.
            type: int
  prune:
    description:
      - What to delete that the lists do not have, by the names of the lists. A list that is left out can't be pruned; set it to an empty
        list to prune without an entry.
      - Each needs either a pattern or V(true) as C(all). Internal topics, the first user of the instance, consumer groups that are in use, and tasks
        that have an entry in the list of the other API are never pruned.
      - Permissions are not pruned - a topic without an entry in O(topic_permissions) keeps its permissions.
    type: dict
    suboptions:
      users:
        description: Prunes users that O(users) does not have.
        type: dict
        suboptions:
          pattern:
            description: Regular expression. Only users whose whole name matches it are pruned.
            type: str
          all:
            description: Whether to prune all users, in place of a pattern.
            type: bool
          limit:
            description: The most users that may be pruned. If more would be, the module fails and changes nothing.
            type: int
      topics:
        description: Prunes topics that O(topics) does not have.
        type: dict
        suboptions:
          pattern:
            description: Regular expression. Only topics whose whole name matches it are pruned.
            type: str
          all:
            description: Whether to prune all topics, in place of a pattern.
            type: bool
          limit:
            description: The most topics that may be pruned. If more would be, the module fails and changes nothing.
            type: int
      consumer_groups:
        description: Prunes consumer groups that O(consumer_groups) does not have.
        type: dict
        suboptions:
          pattern:
            description: Regular expression. Only consumer groups whose whole name matches it are pruned. Needed.
            type: str
          limit:
            description:
              - The most consumer groups that may be pruned. If more would be, the module fails and changes nothing.
              - Without it, groups that have offsets are not pruned.
            type: int
      smart_connect_tasks:
        description: Prunes Smart Connect tasks that O(smart_connect_tasks) does not have.
        type: dict
        suboptions:
          pattern:
            description: Regular expression. Only Smart Connect tasks whose whole name matches it are pruned.
            type: str
          all:
            description: Whether to prune all Smart Connect tasks, in place of a pattern.
            type: bool
          limit:
            description: The most Smart Connect tasks that may be pruned. If more would be, the module fails and changes nothing.
            type: int
      sink_tasks:
        description: Prunes sink tasks that O(sink_tasks) does not have.
        type: dict
        suboptions:
          pattern:
            description: Regular expression. Only sink tasks whose whole name matches it are pruned.
            type: str
          all:
            description: Whether to prune all sink tasks, in place of a pattern.
            type: bool
          limit:
            description: The most sink tasks that may be pruned. If more would be, the module fails and changes nothing.
            type: int
  protect:
    description:
      - What must not be in use when it is deleted, apart from what the same run deletes. What can't be read counts as in use.
      - V(tasks), V(consumers) and V(messages) protect topics, see M(huaweicloud.kafka.huaweicloud_kafka_topics); V(permissions) protects users,
        see M(huaweicloud.kafka.huaweicloud_kafka_users).
    type: list
    elements: str
    choices: [tasks, consumers, messages, permissions]
    default: [tasks, permissions]
  merge:
    description: Change only the users that O(topic_permissions[].policies) names, and keep the permissions of others.
    type: bool
    default: false
  forbid_open:
    description: Refuse to remove the last permission of a topic if that opens it to every user. With V(false), there is a warning instead.
    type: bool
    default: true
  modify:
    description: Change a Smart Connect task that differs in place.
    type: bool
    default: false
  recreate:
    description: Delete a task that differs and create it again. It loses its position, so messages may be skipped or written again.
    type: bool
    default: false
  update_secrets:
    description:
      - V(on_create) - passwords and keys are sent only when users and tasks are created.
      - V(always) - they are also sent for users and tasks that exist. Then each user needs a password, and tasks need O(recreate=true).
    type: str
    choices: [on_create, always]
    default: on_create
  wait_for_empty:
    description: For how many seconds to wait for consumer groups that are to be deleted to be C(EMPTY). Check mode does not wait.
    type: int
    default: 0
  wait:
    description:
      - Wait until new and changed tasks are as wanted, and deleted ones are gone.
      - Everything else is waited for in any case, and so is the deletion of tasks before other changes, because what follows can need it.
    type: bool
    default: true
  wait_timeout:
    description:
      - Longest wait for the things of one list, in seconds. It counts from their first deletion, and again from their first other change.
      - When it is over, no further change of them is begun.
    type: int
    default: 1800
  expect_plan:
    description:
      - The RV(plan_id) that a run in check mode has returned. If the plan is another one, the module fails and changes nothing.
    type: str
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_instance_resources_info
  - module: huaweicloud.kafka.huaweicloud_kafka_instance_parameters
"""

EXAMPLES = r"""
- name: Bring an instance to the wanted state
  huaweicloud.kafka.huaweicloud_kafka_instance_resources:
    instance_name: kafka-orders
    users:
      - user_name: shop
        user_passwd: "{{ shop_password }}"
      - user_name: billing
        user_passwd: "{{ billing_password }}"
    topics:
      - name: orders
        partition: 6
        replication: 3
    topic_permissions:
      - topic_name: orders
        policies:
          shop: pub
          billing: sub
    consumer_groups:
      - group_name: billing
    smart_connect_tasks:
      - task_name: orders-to-obs
        state: running
        topics: [orders]
        sink_task:
          consumer_strategy: earliest
          obs_bucket_name: archive
          access_key: "{{ obs_access_key }}"
          secret_key: "{{ obs_secret_key }}"

- name: Delete a topic together with the task that dumps it, and the topics of tests
  huaweicloud.kafka.huaweicloud_kafka_instance_resources:
    instance_name: kafka-orders
    topics:
      - name: returns
        state: absent
    smart_connect_tasks:
      - task_name: returns-to-obs
        state: absent
    prune:
      topics:
        pattern: test-.+
        limit: 20

- name: Do only what a run in check mode has shown before
  huaweicloud.kafka.huaweicloud_kafka_instance_resources:
    instance_name: kafka-orders
    topics: "{{ wanted_topics }}"
    prune:
      topics:
        all: true
    expect_plan: "{{ approved_plan }}"
"""

RETURN = r"""
users:
  description: What happened to each user, or would happen in check mode, if O(users) is set - first those of the option, then the pruned ones.
  returned: if everything was read
  type: list
  elements: dict
  contains:
    user_name:
      description: Name of the user.
      type: str
      returned: success
      sample: shop
    action:
      description: What happened, as in M(huaweicloud.kafka.huaweicloud_kafka_users); C(not_tried) also if something failed that it needs.
      type: str
      returned: success
      sample: created
    changed:
      description: Whether anything of it was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why it failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure
      sample: it was not tried, because topic orders failed.
    user:
      description: The user, as M(huaweicloud.kafka.huaweicloud_kafka_user) returns it.
      type: dict
      returned: if it exists, existed or would exist
      sample: {user_name: shop, default_app: false}
topics:
  description: What happened to each topic, or would happen in check mode, if O(topics) is set - first those of the option, then the pruned ones.
  returned: if everything was read
  type: list
  elements: dict
  contains:
    name:
      description: Name of the topic.
      type: str
      returned: success
      sample: orders
    action:
      description: What happened, as in M(huaweicloud.kafka.huaweicloud_kafka_topics); C(not_tried) also if something failed that it needs.
      type: str
      returned: success
      sample: created
    changed:
      description: Whether anything of it was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why it failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure
      sample: it was not tried, because topic orders failed.
    topic:
      description: The topic, as M(huaweicloud.kafka.huaweicloud_kafka_topic) returns it.
      type: dict
      returned: if it exists, existed or would exist
      sample: {name: orders, partition: 6, replication: 3}
topic_permissions:
  description: What happened to each topic, or would happen in check mode, if O(topic_permissions) is set - first those of the option, then the pruned ones.
  returned: if everything was read
  type: list
  elements: dict
  contains:
    topic_name:
      description: Name of the topic.
      type: str
      returned: success
      sample: orders
    action:
      description: What happened, as in M(huaweicloud.kafka.huaweicloud_kafka_topic_permissions); C(not_tried) also if something failed that it needs.
      type: str
      returned: success
      sample: modified
    changed:
      description: Whether anything of it was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why it failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure
      sample: it was not tried, because topic orders failed.
    policies:
      description: The permissions of the topic by user.
      type: dict
      returned: if it exists, existed or would exist
      sample: {shop: pub, billing: sub}
consumer_groups:
  description: What happened to each group, or would happen in check mode, if O(consumer_groups) is set - first those of the option, then the pruned ones.
  returned: if everything was read
  type: list
  elements: dict
  contains:
    group_name:
      description: Name of the group.
      type: str
      returned: success
      sample: billing
    action:
      description: What happened, as in M(huaweicloud.kafka.huaweicloud_kafka_consumer_groups); C(not_tried) also if something failed that it needs.
      type: str
      returned: success
      sample: created
    changed:
      description: Whether anything of it was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why it failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure
      sample: it was not tried, because topic orders failed.
    consumer_group:
      description: The group, as M(huaweicloud.kafka.huaweicloud_kafka_consumer_group) returns it.
      type: dict
      returned: if it exists, existed or would exist
      sample: {group_name: billing, state: EMPTY}
smart_connect_tasks:
  description: What happened to each task, or would happen in check mode, if O(smart_connect_tasks) is set - first those of the option, then the pruned ones.
  returned: if everything was read
  type: list
  elements: dict
  contains:
    task_name:
      description: Name of the task.
      type: str
      returned: success
      sample: orders-to-obs
    action:
      description: What happened, as in M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_tasks); C(not_tried) also if something failed that it needs.
      type: str
      returned: success
      sample: created
    changed:
      description: Whether anything of it was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why it failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure
      sample: it was not tried, because topic orders failed.
    smart_connect_task:
      description: The task, as M(huaweicloud.kafka.huaweicloud_kafka_smart_connect_task) returns it.
      type: dict
      returned: if it exists, existed or would exist
      sample: {id: t-1, task_name: orders-to-obs, status: RUNNING}
sink_tasks:
  description: What happened to each task, or would happen in check mode, if O(sink_tasks) is set - first those of the option, then the pruned ones.
  returned: if everything was read
  type: list
  elements: dict
  contains:
    task_name:
      description: Name of the task.
      type: str
      returned: success
      sample: orders-to-obs
    action:
      description: What happened, as in M(huaweicloud.kafka.huaweicloud_kafka_sink_tasks); C(not_tried) also if something failed that it needs.
      type: str
      returned: success
      sample: created
    changed:
      description: Whether anything of it was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why it failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure
      sample: it was not tried, because topic orders failed.
    sink_task:
      description: The task, as M(huaweicloud.kafka.huaweicloud_kafka_sink_task) returns it.
      type: dict
      returned: if it exists, existed or would exist
      sample: {task_id: t-1, task_name: orders-to-obs, status: RUNNING}
plan_id:
  description:
    - Hash of all that the run may change. The same plan for the same things has the same hash.
    - It does not depend on the order of the lists, nor on O(wait) and O(wait_timeout).
  returned: if everything was read
  type: str
  sample: 4f2d6a1b9c3e5f70
instance_id:
  description: Id of the instance.
  returned: if the instance was found
  type: str
  sample: 6155930d-26d1-5917-8ca1-3f67063a7219
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
    ArgumentSpec,
    instance_spec,
    protect_spec,
    recreate_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.instance_resources.kinds import (
    ENTRIES,
    prune_options,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.instance_resources.run import ensure
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.kafka import null_delimiter

MODULE = KafkaModule(
    ensure,
    instance_spec(),
    wait_spec(1800),
    recreate_spec(),
    protect_spec("tasks", "consumers", "messages", "permissions", default=["tasks", "permissions"]),
    ArgumentSpec({name: entries() for name, entries in ENTRIES.items()}),
    ArgumentSpec(
        {
            "prune": {"type": "dict", "options": prune_options()},
            "merge": {"type": "bool", "default": False},
            "forbid_open": {"type": "bool", "default": True},
            "modify": {"type": "bool", "default": False},
            "wait_for_empty": {"type": "int", "default": 0},
            "expect_plan": {"type": "str"},
        }
    ),
    warn=null_delimiter,
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
