#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_consumer_groups
short_description: Manage the consumer groups of an instance as a set
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Brings a set of consumer groups of a Kafka instance to the wanted states. The list of the groups is read once, up to 50 groups are
    deleted by one request, and up to eight creations or changes are sent at the same time.
  - Everything that can be known is read and checked before the first change. A failure of one group does not stop the others;
    rejected credentials and throttling that does not end stop all of them. RV(consumer_groups) contains the result of each group.
  - A group that has members is never deleted. If one is to be, the module fails before the first change, in check mode as well, and names
    their clients and addresses.
  - Deleting a group deletes its offsets.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  consumer_groups:
    description:
      - The consumer groups. Each O(consumer_groups[].group_name) must be unique.
      - Groups in this list are never pruned.
    type: list
    elements: dict
    required: true
    suboptions:
      state:
        description: The state of the group; see M(huaweicloud.kafka.huaweicloud_kafka_consumer_group).
        type: str
        choices: [present, absent]
        default: present
      group_name:
        description:
          - Name of the consumer group, exactly as it is written. Names that begin with C(__) are refused - they belong to the service.
          - A new name has 3 to 64 letters, digits, C(.), C(_) and C(-), and begins with a letter or C(_). The group keeps it.
        type: str
        required: true
        aliases: [name]
      group_desc:
        description: Description of the group, at most 200 characters. An empty text removes it.
        type: str
        aliases: [description]
  prune:
    description:
      - Delete the groups of the instance that are not in O(consumer_groups), that match O(prune_pattern), and that are C(EMPTY).
      - The group of a client that does not run now, such as a nightly job, is C(EMPTY), too. So a group that has offsets is only pruned if
        O(prune_limit) is set; without it, a warning names those that are kept, each of which takes a request.
      - Groups whose names begin with C(__) are never pruned.
    type: bool
    default: false
  prune_pattern:
    description:
      - Regular expression. Only groups whose whole name matches it are pruned.
      - Needed with O(prune=true).
    type: str
  prune_limit:
    description:
      - The most groups that may be pruned. If more would be, the module fails and changes nothing.
      - With it, groups that have offsets are pruned, too.
    type: int
  expect_plan:
    description:
      - The RV(plan_id) that a run in check mode has returned. If the plan is another one, the module fails and changes nothing.
    type: str
  wait_for_empty:
    description:
      - For how many seconds to wait for the groups that are to be deleted to be C(EMPTY), if one is not. The clients have to be stopped elsewhere. The service
        removes a client that has stopped after its session timeout.
      - Check mode does not wait. It warns that the run does.
    type: int
    default: 0
  wait:
    description:
      - Wait until new groups are listed and deleted ones are gone.
      - What is read after a change in place decides about its result in any case.
    type: bool
    default: true
  wait_timeout:
    description: Longest wait, in seconds. It counts from the first change. No change is begun after it.
    type: int
    default: 600
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_group
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_group_info
  - module: huaweicloud.kafka.huaweicloud_kafka_consumer_offsets
"""

EXAMPLES = r"""
- name: Create the consumer groups of an instance
  huaweicloud.kafka.huaweicloud_kafka_consumer_groups:
    instance_name: kafka-orders
    consumer_groups:
      - group_name: billing
        group_desc: Writes the bills
      - group_name: shipping

- name: Delete the groups of tests that nothing reads with, but at most 20, whether or not they have offsets
  huaweicloud.kafka.huaweicloud_kafka_consumer_groups:
    instance_name: kafka-orders
    consumer_groups: []
    prune: true
    prune_pattern: test-.+
    prune_limit: 20

- name: Do only what a run in check mode has shown before
  huaweicloud.kafka.huaweicloud_kafka_consumer_groups:
    instance_name: kafka-orders
    consumer_groups: "{{ wanted_groups }}"
    expect_plan: "{{ approved_plan }}"
"""

RETURN = r"""
consumer_groups:
  description: What happened to each group, or would happen in check mode - first those of O(consumer_groups), then the pruned ones.
  returned: if the groups were read
  type: list
  elements: dict
  contains:
    group_name:
      description: Name of the group.
      type: str
      returned: success
      sample: billing
    action:
      description:
        - One of C(created), C(modified), C(deleted), C(unchanged), C(failed), C(unknown) and C(not_tried).
        - C(failed) - a request was refused, or what it did could not be confirmed; C(unknown) - it is unknown whether the last
          request was processed; C(not_tried) - nothing was sent.
      type: str
      returned: success
      sample: created
    changed:
      description: Whether anything of the group was changed.
      type: bool
      returned: success
      sample: true
    msg:
      description: Why the group failed or was not tried, and what of it was changed before.
      type: str
      returned: on failure of the group
      sample: it was not tried, because the 600 seconds of wait_timeout are over.
    consumer_group:
      description: The group, as M(huaweicloud.kafka.huaweicloud_kafka_consumer_group) returns it.
      type: dict
      returned: if the group exists, existed or would exist
      sample: {group_name: billing, state: EMPTY, lag: 0, group_desc: Writes the bills}
plan_id:
  description:
    - Hash of all that the run may change. The same plan for the same groups has the same hash.
    - It depends neither on the order of O(consumer_groups), nor on O(wait) and O(wait_timeout).
  returned: if the groups were read
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
      sample: POST
    path:
      description: Path of the request.
      type: str
      returned: success
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/groups/batch-delete
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    ArgumentSpec,
    instance_spec,
    set_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.consumer_group.fields import group_entries
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.consumer_group.kind import ensure_all

MODULE = KafkaModule(
    ensure_all,
    instance_spec(),
    wait_spec(600),
    ArgumentSpec({"wait_for_empty": {"type": "int", "default": 0}}),
    set_spec("consumer_groups", group_entries()),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
