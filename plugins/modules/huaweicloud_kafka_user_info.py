#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_user_info
short_description: Read the users of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Returns the users of a Kafka instance, without their passwords, which the service does not return.
  - If the instance does not exist, the module fails. If the user does not exist, the list is empty.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.info
options:
  user_name:
    description:
      - Name of the user to return, exactly as it is written.
      - Without this and O(pattern), all users are returned.
    type: str
    aliases: [name]
  pattern:
    description: Regular expression that the whole name of a user must match.
    type: str
  details:
    description:
      - What to return of each user besides what the list has.
      - V(permissions) - which topics the user may use. That takes a request for the list of topics and one for each topic.
    type: list
    elements: str
    choices: [permissions]
    default: []
  as_definitions:
    description:
      - Return RV(definitions), too - the users in the form that O(huaweicloud.kafka.huaweicloud_kafka_users#module:users) takes, so that
        they can be kept in a file.
      - Applying them changes nothing. They have no passwords, so they can't create a user that does not exist. A warning says so.
    type: bool
    default: false
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_user
  - module: huaweicloud.kafka.huaweicloud_kafka_users
"""

EXAMPLES = r"""
- name: Read the users of an instance
  huaweicloud.kafka.huaweicloud_kafka_user_info:
    instance_name: kafka-orders
  register: found

- name: Show their names
  ansible.builtin.debug:
    msg: "{{ found.users | map(attribute='user_name') | join(', ') }}"

- name: Read what a user may do
  huaweicloud.kafka.huaweicloud_kafka_user_info:
    instance_name: kafka-orders
    user_name: shop
    details: [permissions]

- name: Read the users as definitions
  huaweicloud.kafka.huaweicloud_kafka_user_info:
    instance_name: kafka-orders
    as_definitions: true
  register: exported

- name: Write them to a file
  ansible.builtin.copy:
    content: "{{ {'wanted_users': exported.definitions} | to_nice_yaml }}"
    dest: users.yml
    mode: "0644"
"""

RETURN = r"""
users:
  description: The users as the API returns them, in its order. Empty if there are none.
  returned: success
  type: list
  elements: dict
  contains:
    user_name:
      description: Name of the user.
      type: str
      returned: success
      sample: shop
    user_desc:
      description: Description of the user.
      type: str
      returned: if the service returns it
      sample: The web shop
    role:
      description: Role of the user.
      type: str
      returned: if the service returns it
      sample: guest
    default_app:
      description: Whether the user belongs to the default application, in the words of the API.
      type: bool
      returned: if the service returns it
      sample: false
    created_time:
      description: When the user was created, in milliseconds since 1970.
      type: int
      returned: if the service returns it
      sample: 1708427753133
    permissions:
      description:
        - The topics that name the user in their permissions - C(topic_name), C(access_policy) (C(all), C(pub) or C(sub)) and what else
          the service returns.
        - Whether all users may use a topic that names none depends on the instance.
      type: list
      elements: dict
      returned: with V(permissions) in O(details)
      sample: [{topic_name: orders, access_policy: pub}]
definitions:
  description: The users in the form that M(huaweicloud.kafka.huaweicloud_kafka_users) takes, without passwords.
  returned: with O(as_definitions=true)
  type: list
  elements: dict
  sample:
    - user_name: shop
      user_desc: The web shop
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/users
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec, instance_spec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.user.info import DETAILS, gather

MODULE = KafkaModule(
    gather,
    instance_spec(),
    ArgumentSpec(
        {
            "user_name": {"type": "str", "aliases": ["name"]},
            "pattern": {"type": "str"},
            "details": {"type": "list", "elements": "str", "choices": [*DETAILS], "default": []},
            "as_definitions": {"type": "bool", "default": False},
        },
        mutually_exclusive=[["user_name", "pattern"]],
    ),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
