# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Which Smart Connect connector is meant."""

    DOCUMENTATION = r"""
options:
  connector_id:
    description:
      - Id of the connector. The field of that name in the description of a Kafka instance tells it.
      - Exactly one of O(connector_id), O(instance_id) and O(instance_name) must be given.
    type: str
  instance_id:
    description:
      - Id of the Kafka instance whose connector is meant; it is read from the instance with one more request.
    type: str
  instance_name:
    description:
      - Name of the Kafka instance whose connector is meant, exactly as it is written; it is looked up with one more request.
      - A name that no instance has is treated as an id that no instance has. A name that several instances have is an
        error that lists their ids.
    type: str
"""
