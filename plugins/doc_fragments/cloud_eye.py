# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The option of modules that read Cloud Eye."""

    DOCUMENTATION = r"""
options:
  ces_endpoint:
    description:
      - Endpoint of Cloud Eye. By default that of the O(region). The same rules as for O(endpoint) apply.
      - If not set, the environment variable E(HW_CES_ENDPOINT) is used.
    type: str
"""
