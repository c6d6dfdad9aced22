#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_consumer_group_info
short_description: Read the consumer groups of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Returns the consumer groups of a Kafka instance with their states and lags, and on request their members and offsets.
  - If the instance does not exist, the module fails. If the group does not exist, the list is empty.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.info
options:
  group_name:
    description:
      - Name of the consumer group to return, exactly as it is written.
      - Without this and O(pattern), all groups are returned.
    type: str
    aliases: [name]
  pattern:
    description: Regular expression that the whole name of a group must match.
    type: str
  details:
    description:
      - What to return of each group besides what the list has. Any of them takes one more request for each group, and these are sent one
        after the other, because the service refuses reads of groups that run at the same time.
      - V(members) - the clients that use the group now, with their addresses and partitions.
      - V(offsets) - the offset and the lag of each partition in which the group has an offset.
    type: list
    elements: str
    choices: [members, offsets]
    default: []
  as_definitions:
    description:
      - Return RV(definitions), too - the groups in the form that
        O(huaweicloud.kafka.huaweicloud_kafka_consumer_groups#module:consumer_groups) takes, so that they can be kept in a file.
        Applying them changes nothing.
      - Groups whose names begin with C(__) are left out - they belong to the service. So are groups whose names no option can have, such
        as those with a space at their end; a warning names them.
    type: bool
    default: false
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_group
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_groups
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_offsets
"""

EXAMPLES = r"""
- name: Read the consumer groups of an instance
  huaweicloud.kafka.huaweicloud_kafka_consumer_group_info:
    instance_name: kafka-orders
  register: found

- name: Show those that lag
  ansible.builtin.debug:
    msg: "{{ item.group_name }} is {{ item.state }} and has {{ item.lag }} messages to read"
  loop: "{{ found.consumer_groups | rejectattr('lag', 'none') | selectattr('lag', '>', 1000) }}"
  loop_control:
    label: "{{ item.group_name }}"

- name: Read where a group is in each partition, and who reads
  huaweicloud.kafka.huaweicloud_kafka_consumer_group_info:
    instance_name: kafka-orders
    group_name: billing
    details: [members, offsets]

- name: Read the groups as definitions
  huaweicloud.kafka.huaweicloud_kafka_consumer_group_info:
    instance_name: kafka-orders
    as_definitions: true
  register: exported

- name: Write them to a file
  ansible.builtin.copy:
    content: "{{ {'wanted_groups': exported.definitions} | to_nice_yaml }}"
    dest: consumer-groups.yml
    mode: "0644"
"""

RETURN = r"""
consumer_groups:
  description: The consumer groups in the order of the service. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    group_name:
      description: Name of the group.
      type: str
      returned: success
      sample: billing
    state:
      description:
        - C(EMPTY), C(STABLE), C(PREPARING_REBALANCE) or C(COMPLETING_REBALANCE), in this spelling whichever the service has. A group that
          is C(DEAD) does not exist.
      type: str
      returned: if the service returns it
      sample: EMPTY
    lag:
      description: How many messages the group has not read yet; V(null) if the service does not return it.
      type: int
      returned: success
      sample: 120
    group_desc:
      description: Description of the group.
      type: str
      returned: if the service returns it
      sample: Writes the bills
    coordinator_id:
      description: Id of the broker that coordinates the group.
      type: int
      returned: if the service returns it
      sample: 1
    created_at:
      description: When the group was created, in milliseconds since 1970.
      type: int
      returned: if the service returns it
      sample: 1708427753133
    members:
      description:
        - The clients that use the group now - C(client_id), C(member_id), C(host) (the address) and C(assignment), the partitions that
          each reads.
      type: list
      elements: dict
      returned: with V(members) in O(details)
      sample:
        - client_id: billing-1
          member_id: billing-1-6f0c
          host: 10.0.0.5
          assignment: [{topic: orders, partitions: [0, 1, 2]}]
    topics:
      description:
        - The topics in which the group has offsets - C(topic), C(lag), and C(partitions) with C(partition), C(current) (the offset of the
          next message that the group reads), C(end) (that of the next message that is written) and C(lag).
        - A value is V(null) if the service does not return it, and so is the lag of a topic if that of one of its partitions is.
      type: list
      elements: dict
      returned: with V(offsets) in O(details)
      sample:
        - topic: orders
          lag: 120
          partitions: [{partition: 0, current: 880, end: 1000, lag: 120}]
definitions:
  description: The groups in the form that M(huaweicloud.kafka.huaweicloud_kafka_consumer_groups) takes.
  returned: with O(as_definitions=true)
  type: list
  elements: dict
  sample:
    - group_name: billing
      group_desc: Writes the bills
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/groups
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, instance_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.consumer_group.info import DETAILS, gather

MODULE = KafkaModule(
    gather,
    instance_spec(),
    ArgumentSpec(
        {
            "group_name": {"type": "str", "aliases": ["name"]},
            "pattern": {"type": "str"},
            "details": {"type": "list", "elements": "str", "choices": [*DETAILS], "default": []},
            "as_definitions": {"type": "bool", "default": False},
        },
        mutually_exclusive=[["group_name", "pattern"]],
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
