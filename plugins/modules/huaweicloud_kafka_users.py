#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_users
short_description: Manage the users of an instance as a set
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Brings a set of users of a Kafka instance to the wanted states. The list of the users is read once, up to 50 users are deleted by one
    request, and up to eight creations or changes are sent at the same time. SASL must be on.
  - Everything that can be known is read and checked before the first change. A failure of one user does not stop the others;
    rejected credentials and throttling that does not end stop all of them. RV(users) contains the result of each user.
  - With O(prune=true), users that are not listed are deleted. The first user of the instance, which was set when SASL was enabled, is
    neither deleted nor pruned.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  users:
    description:
      - The users. Each O(users[].user_name) must be unique.
      - Users in this list are never pruned.
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description: The state of the user; see M(huaweicloud.kafka.huaweicloud_kafka_user).
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
  prune:
    description: Delete the users of the instance that are not in O(users).
    type: bool
    default: false
  prune_pattern:
    description:
      - Regular expression. Only users whose whole name matches it are pruned.
      - Needed with O(prune=true) if no user in O(users) has another O(users[].state) than V(absent).
    type: str
  prune_limit:
    description: The most users that may be pruned. If more would be, the module fails and changes nothing.
    type: int
  expect_plan:
    description:
      - The RV(plan_id) that a run in check mode has returned. If the plan is another one, the module fails and changes nothing.
    type: str
  update_secrets:
    description:
      - V(on_create) - passwords are sent only when users are created.
      - V(always) - passwords are also sent for users that exist, so the task is always changed. Clients that log in with the old password
        are cut off immediately. Use it for one run. It needs O(users[].user_passwd).
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
  - module: huaweicloud.kafka.huaweicloud_kafka_user
  - module: huaweicloud.kafka.huaweicloud_kafka_user_info
"""

EXAMPLES = r"""
- name: Create the users of an instance
  huaweicloud.kafka.huaweicloud_kafka_users:
    instance_name: kafka-orders
    users:
      - user_name: shop
        user_passwd: "{{ shop_password }}"
        user_desc: The web shop
      - user_name: billing
        user_passwd: "{{ billing_password }}"

- name: Delete the users of tests, but at most 20 and none that has permissions
  huaweicloud.kafka.huaweicloud_kafka_users:
    instance_name: kafka-orders
    users: []
    prune: true
    prune_pattern: test-.+
    prune_limit: 20

- name: Do only what a run in check mode has shown before
  huaweicloud.kafka.huaweicloud_kafka_users:
    instance_name: kafka-orders
    users: "{{ wanted_users }}"
    prune: true
    expect_plan: "{{ approved_plan }}"
"""

RETURN = r"""
users:
  description: What happened to each user, or would happen in check mode - first those of O(users), then the pruned ones.
  returned: if the users were read
  type: list
  elements: dict
  contains:
    user_name:
      description: Name of the user.
      type: str
      returned: success
      sample: shop
    action:
      description:
        - One of C(created), C(modified), C(deleted), C(unchanged), C(failed), C(unknown) and C(not_tried).
        - C(failed) - a request was refused, or what it did could not be confirmed; C(unknown) - it is unknown whether the last
          request was processed; C(not_tried) - nothing was sent.
      type: str
      returned: success
      sample: created
    changed:
      description: Whether anything of the user was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why the user failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure of the user
      sample: it was not tried, because the 600 seconds of wait_timeout are over.
    user:
      description: The user without its password, as M(huaweicloud.kafka.huaweicloud_kafka_user) returns it.
      type: dict
      returned: if the user exists, existed or would exist
      sample: {user_name: shop, user_desc: The web shop, role: guest}
plan_id:
  description:
    - Hash of all that the run may change. The same plan for the same users has the same hash.
    - It depends neither on the order of O(users), nor on passwords, O(wait) and O(wait_timeout).
  returned: if the users were read
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/users
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    instance_spec,
    protect_spec,
    set_spec,
    update_secrets_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.user.fields import user_entries
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.user.kind import ensure_all

MODULE = KafkaModule(
    ensure_all,
    instance_spec(),
    wait_spec(600),
    update_secrets_spec(),
    protect_spec("permissions"),
    set_spec("users", user_entries()),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
