#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_instance_info
short_description: Read the Kafka instances of Huawei Cloud DMS
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Returns the Kafka instances of a project. Their fields include the id of the Smart Connect connector, by which the modules
    for sink tasks can select it.
  - The list is read in pages of 50. If it can't be read to its end, the module fails.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.info
options:
  instance_id:
    description:
      - Id of the one instance to return.
      - Without this, O(name) and O(name_contains), all instances are returned. Only one of the three can be given.
    type: str
  name:
    description: Name of the instance to return, exactly as it is written.
    type: str
  name_contains:
    description: A part of the names of the instances to return. It is case-sensitive.
    type: str
  status:
    description:
      - Status of the instances to return, such as V(RUNNING), V(CREATING), V(CREATEFAILED), V(ERROR), V(RESTARTING),
        V(EXTENDING), V(FROZEN) or V(DELETING).
      - It can be combined with the other options.
    type: str
  connector:
    description:
      - Find out whether Smart Connect of each instance is on, and the id of its connector, if the list does not show it. This
        sends one more request for each such instance, and if its response does not show it either, one that lists its
        Smart Connect tasks.
      - RV(instances[].connector_enable) is V(null), and RV(instances[].connector_error) contains the reason, if it can't be found
        out whether Smart Connect is on.
      - An instance that was deleted after the list was read is left out.
    type: bool
    default: false
  parameters:
    description:
      - Read the parameters of each instance, with one more request for each.
      - RV(instances[].parameters) is V(null), and RV(instances[].parameters_error) contains the reason, if they can't be read.
    type: bool
    default: false
notes:
  - Instances whose creation failed are returned, too.
  - If the number of instances changes while the list is read, it is read again, at most three times in all. An instance that
    is added and one that is removed between the same two pages leave the number as it was, and can hide another one.
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_sink_task_info
  - module: huaweicloud.kafka.huaweicloud_kafka_instance_parameters
"""

EXAMPLES = r"""
- name: Find an instance by its name
  huaweicloud.kafka.huaweicloud_kafka_instance_info:
    region: eu-west-101
    name: kafka-orders
  register: found

- name: Show the id of its connector
  ansible.builtin.debug:
    msg: "{{ found.instances[0].connector_id }}"

- name: Read all running instances
  huaweicloud.kafka.huaweicloud_kafka_instance_info:
    region: eu-west-101
    status: RUNNING
    connector: true
  register: running

- name: Fail if the connector of any of them is unknown
  ansible.builtin.assert:
    that: item.connector_error is none
    fail_msg: "{{ item.connector_error }}"
  loop: "{{ running.instances }}"
  loop_control:
    label: "{{ item.name }}"

- name: Read the parameters of an instance
  huaweicloud.kafka.huaweicloud_kafka_instance_info:
    region: eu-west-101
    name: kafka-orders
    parameters: true
  register: with_parameters

- name: Show those that differ from their default values
  ansible.builtin.debug:
    msg: "{{ item.key }} is {{ item.value.value }}"
  loop: "{{ with_parameters.instances[0].parameters | dict2items }}"
  loop_control:
    label: "{{ item.key }}"
  when: item.value.value != item.value.default_value

- name: Read the sink tasks of those that have Smart Connect
  huaweicloud.kafka.huaweicloud_kafka_sink_task_info:
    region: eu-west-101
    connector_id: "{{ item.connector_id }}"
  loop: "{{ running.instances | rejectattr('connector_id', 'none') }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
instances:
  description:
    - The instances in the order of the service. Empty if there are none.
    - Each has all of these fields. Those that the service does not return are V(null).
  returned: success
  type: list
  elements: dict
  contains:
    instance_id:
      description: Id of the instance.
      type: str
      returned: success
      sample: 11111111-1111-4111-8111-111111111111
    name:
      description: Name of the instance.
      type: str
      returned: success
      sample: kafka-orders
    description:
      description: Description of the instance.
      type: str
      returned: success
      sample: ""
    status:
      description: Status of the instance.
      type: str
      returned: success
      sample: RUNNING
    connector_enable:
      description:
        - Whether Smart Connect is on. V(false) also if the service does not return this, as the list may.
        - With O(connector=true), it is V(false) only if Smart Connect is certainly off, and V(null) if this is unknown.
      type: bool
      returned: success
      sample: true
    connector_id:
      description: Id of the connector, V(null) when there is none, and when the service does not return it.
      type: str
      returned: success
      sample: 22222222-2222-4222-8222-222222222222
    connector_error:
      description: Why RV(instances[].connector_id) is unknown; V(null) if it is known, or Smart Connect is off.
      type: str
      returned: with O(connector=true)
      sample: null
    parameters:
      description:
        - The parameters of the instance by their names. Each has C(value), C(default_value), C(valid_values), C(value_type) and
          C(config_type), all of them texts, as the service returns them.
        - A parameter with the C(config_type) C(static) needs a restart of the instance to be changed.
      type: dict
      returned: with O(parameters=true)
      sample:
        auto.create.groups.enable:
          value: "true"
          default_value: "true"
          valid_values: true,false
          value_type: enum
          config_type: dynamic
    parameters_error:
      description: Why RV(instances[].parameters) can't be read; V(null) if they were read.
      type: str
      returned: with O(parameters=true)
      sample: null
    connector_node_num:
      description: How many nodes the connector has.
      type: int
      returned: success
      sample: 2
    engine:
      description: Always kafka.
      type: str
      returned: success
      sample: kafka
    engine_version:
      description: Version of Kafka.
      type: str
      returned: success
      sample: "2.7"
    type:
      description: Whether it is V(single) or a V(cluster).
      type: str
      returned: success
      sample: cluster
    specification:
      description: Bandwidth or flavor.
      type: str
      returned: success
      sample: 100MB
    charging_mode:
      description: V(1) for pay-per-use, V(0) for yearly or monthly.
      type: int
      returned: success
      sample: 1
    order_id:
      description: Id of the order of a yearly or monthly instance.
      type: str
      returned: success
      sample: null
    connect_address:
      description: Addresses of the brokers, joined by commas.
      type: str
      returned: success
      sample: 192.0.2.11,192.0.2.12,192.0.2.13
    port:
      description: Port of the brokers.
      type: int
      returned: success
      sample: 9092
    broker_num:
      description: How many brokers there are.
      type: int
      returned: success
      sample: 3
    node_num:
      description: How many nodes there are.
      type: int
      returned: success
      sample: 3
    storage_space:
      description: Storage for messages, in GB.
      type: int
      returned: success
      sample: 300
    used_storage_space:
      description: How much of it is used, in GB.
      type: int
      returned: success
      sample: 6
    partition_num:
      description: How many partitions there can be.
      type: int
      returned: success
      sample: 750
    vpc_id:
      description: Id of the VPC.
      type: str
      returned: success
      sample: 33333333-3333-4333-8333-333333333333
    subnet_id:
      description: Id of the subnet.
      type: str
      returned: success
      sample: 44444444-4444-4444-8444-444444444444
    available_zones:
      description: Ids of the availability zones.
      type: list
      elements: str
      returned: success
      sample: ["66666666666666666666666666666666"]
    enterprise_project_id:
      description: Id of the enterprise project.
      type: str
      returned: success
      sample: "0"
    new_spec_billing_enable:
      description: Whether the instance is of the new family of flavors.
      type: bool
      returned: success
      sample: true
    support_features:
      description: What the instance can do, joined by commas.
      type: str
      returned: success
      sample: kafka.crossvpc.domain.enable,feature.connect.enable
    enable_auto_topic:
      description: Whether a topic is created when it is first used.
      type: bool
      returned: success
      sample: true
    ssl_enable:
      description: Whether SASL over TLS is on.
      type: bool
      returned: success
      sample: false
    created_at:
      description: When the instance was created, in milliseconds since 1970.
      type: int
      returned: success
      sample: 1735689600000
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

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.instance_info import gather

MODULE = KafkaModule(
    gather,
    ArgumentSpec(
        {
            **{name: {"type": "str"} for name in ("instance_id", "name", "name_contains", "status")},
            "connector": {"type": "bool", "default": False},
            "parameters": {"type": "bool", "default": False},
        },
        mutually_exclusive=[["instance_id", "name", "name_contains"]],
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
