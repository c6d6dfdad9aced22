#!/usr/bin/python

# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: huaweicloud_kafka_instance_parameters
short_description: Set the parameters of a Kafka instance
version_added: 0.1.0
author:
  - huaweicloud.kafka contributors (@huaweicloud-kafka)
description:
  - Sets parameters of a Kafka instance, and whether it creates topics automatically. Those that are not named keep their values.
  - The parameters are read first. Unknown ones, static ones, and values that the service describes as invalid are refused before
    anything is changed, also in check mode.
  - The change is waited for, and what is read after it decides - a parameter that did not change is an error.
extends_documentation_fragment:
  - huaweicloud.kafka.connection
  - huaweicloud.kafka.instance
  - huaweicloud.kafka.attributes
  - huaweicloud.kafka.attributes.state
options:
  parameters:
    description:
      - The values of parameters by their names, such as C(auto.create.groups.enable), which Smart Connect needs, or
        C(allow.everyone.if.no.acl.found), which opens topics that have no permissions to every user.
      - Values are compared as text, a boolean as V(true) or V(false).
      - Only dynamic parameters can be changed. A static one needs a restart of the instance, so another value than the existing one is
        refused; the console changes it.
    type: dict
  auto_create_topics:
    description:
      - Whether the instance creates a topic when it is first used.
      - The service may restart the instance to change this.
      - At least one of O(parameters) and O(auto_create_topics) must be set.
    type: bool
  wait:
    description:
      - Wait until the service has changed everything, and read it again.
      - With V(false), the module ends when the service has accepted the last request. One before it is waited for.
    type: bool
    default: true
  wait_timeout:
    description:
      - Longest wait, in seconds. It counts from the first change.
      - If another change or job keeps the instance busy, that is waited for, too. Then everything is read and compared again.
    type: int
    default: 600
seealso:
  - module: huaweicloud.kafka.huaweicloud_kafka_instance_info
  - module: huaweicloud.kafka.huaweicloud_kafka_topic_permissions
"""

EXAMPLES = r"""
- name: Permit topics without permissions to the first user only
  huaweicloud.kafka.huaweicloud_kafka_instance_parameters:
    instance_name: kafka-orders
    parameters:
      allow.everyone.if.no.acl.found: false

- name: Create no topics automatically, but consumer groups
  huaweicloud.kafka.huaweicloud_kafka_instance_parameters:
    instance_name: kafka-orders
    auto_create_topics: false
    parameters:
      auto.create.groups.enable: true
"""

RETURN = r"""
parameters:
  description:
    - The parameters that O(parameters) names and their values as texts, as they are, or would be in check mode. With O(wait=false), as
      they were before the last request.
  returned: if the parameters were read
  type: dict
  sample: {allow.everyone.if.no.acl.found: "false"}
auto_create_topics:
  description: Whether the instance creates topics automatically, or would in check mode. V(null) if the service does not return it.
  returned: if the parameters were read
  type: bool
  sample: false
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
      sample: /v2/0123456789abcdef0123456789abcdef/instances/i-1/configs
"""

from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import (
    ArgumentSpec,
    instance_spec,
    wait_spec,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.parameters import ensure

MODULE = KafkaModule(
    ensure,
    instance_spec(),
    wait_spec(600),
    ArgumentSpec({"parameters": {"type": "dict"}, "auto_create_topics": {"type": "bool"}}),
)


def main() -> None:
    """Run the module."""
    MODULE.main()


if __name__ == "__main__":
    main()
