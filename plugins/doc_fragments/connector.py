# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that select a Smart Connect connector."""

    DOCUMENTATION = r"""
options:
  connector_id:
    description:
      - Id of the connector, as RV(huaweicloud.kafka.huaweicloud_kafka_instance_info#module:instances[].connector_id) has it.
      - Exactly one of O(connector_id), O(instance_id) and O(instance_name) must be set.
    type: str
  instance_id:
    description:
      - Id of the Kafka instance that the connector belongs to. The instance is read with one more request.
    type: str
  instance_name:
    description:
      - Name of the Kafka instance that the connector belongs to, exactly as it is written. It is looked up with one more
        request.
      - If several instances have the name, the module fails and lists their ids.
    type: str
"""
