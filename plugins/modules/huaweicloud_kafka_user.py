#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_user
short_description: Manage a user of Huawei Cloud DMS for Kafka
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Creates, changes and deletes a user of a Kafka instance, with whose name and password clients log in. SASL must be on.
  - The first user of the instance, which was set when SASL was enabled, is never deleted.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  state:
    description:
      - V(present) - the user exists and is as described. Options that are not set are neither compared nor changed.
      - V(absent) - the user does not exist; see O(protect).
    type: str
    choices: [present, absent]
    default: present
  user_name:
    description:
      - Name of the user, exactly as it is written.
      - A new name has 4 to 64 letters, digits, C(_) and C(-), and begins with a letter. The user keeps it - the API can't rename a user.
    type: str
    required: true
    aliases: [name]
  user_passwd:
    description:
      - Password of the user. Needed to create it. It has another name than O(password), which is that of an IAM user.
      - It has 8 to 32 characters of at least three kinds - lowercase letters, uppercase letters, digits, special characters. It does not
        begin with C(-), and is neither the name of the user nor that name spelled backwards.
      - The service never returns it, so it is not compared. It is not sent to a user that exists, unless O(update_secrets=always).
    type: str
    aliases: [user_password]
  user_desc:
    description: Description of the user, at most 200 characters. An empty text removes it. A change does not touch the password.
    type: str
    aliases: [description]
  update_secrets:
    description:
      - V(on_create) - the password is sent only when the user is created.
      - V(always) - the password is also sent if the user exists, so the task is always changed. Clients that log in with the old password
        are cut off immediately. Use it for one run. It needs O(user_passwd).
      - Whether a user has the new password can't be read - a run succeeds if the service accepts it.
    type: str
    choices: [on_create, always]
    default: on_create
  protect:
    description:
      - What forbids the deletion of a user. It is checked before the first change, also in check mode.
      - V(permissions) - a topic has a permission for the user. That takes a request for the list of topics and one for each topic, but
        only if a user would be deleted.
      - If one of these can't be read, nothing is deleted. With an empty list, users are deleted without this check.
    type: list
    elements: str
    choices: [permissions]
    default: [permissions]
  wait:
    description:
      - Wait until new users are listed and deleted ones are gone.
      - What is read after a change in place decides about its result in any case.
    type: bool
    default: true
  wait_timeout:
    description: Longest wait, in seconds. It counts from the first change. No change is begun after it.
    type: int
    default: 600
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_users
  - module: huaweicloud.kafka.huaweicloud_kafka_user_info
"""

EXAMPLES = r"""
- name: Create a user
  huaweicloud.kafka.huaweicloud_kafka_user:
    instance_name: kafka-orders
    user_name: shop
    user_passwd: "{{ shop_password }}"
    user_desc: The web shop

- name: Give it another password, once
  huaweicloud.kafka.huaweicloud_kafka_user:
    instance_name: kafka-orders
    user_name: shop
    user_passwd: "{{ new_shop_password }}"
    update_secrets: always

- name: Delete a user, unless it has permissions
  huaweicloud.kafka.huaweicloud_kafka_user:
    instance_name: kafka-orders
    user_name: shop-old
    state: absent
"""

RETURN = r"""
user:
  description:
    - The user as the API returns it. It has no password.
    - With O(state=absent), the user that was deleted, or that would be deleted in check mode.
  returned: if the user exists, existed or would exist
  type: dict
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
      sample: POST
    path:
      description: Path of the request.
      type: str
      returned: success
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/users
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    ArgumentSpec,
    instance_spec,
    protect_spec,
    update_secrets_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.user.fields import user_options
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.user.kind import ensure

MODULE = KafkaModule(
    ensure,
    instance_spec(),
    wait_spec(600),
    update_secrets_spec(),
    protect_spec("permissions"),
    ArgumentSpec({"state": {"type": "str", "choices": ["present", "absent"], "default": "present"}, **user_options()}),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
