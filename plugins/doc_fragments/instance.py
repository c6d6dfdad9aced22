# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that select a Kafka instance."""

    DOCUMENTATION = r"""
options:
  instance_id:
    description:
      - Id of the Kafka instance.
      - Exactly one of O(instance_id) and O(instance_name) must be set.
    type: str
  instance_name:
    description:
      - Name of the Kafka instance, exactly as it is written. It is looked up with one more request.
      - If several instances have the name, the module fails and lists their ids.
    type: str
"""
