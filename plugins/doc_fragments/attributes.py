# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Attributes that all modules of this collection share."""

    DOCUMENTATION = r"""
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the
      controller.
    support: full
    details:
      - With a local connection, and without C(become), C(async) or C(environment), the module runs in-process, inside the
        Ansible worker; otherwise in a module process on the target. The results are the same.
      - The variable C(huaweicloud_kafka_in_worker) set to V(false) turns this off, as does the environment variable
        E(HUAWEICLOUD_KAFKA_IN_WORKER).
  action_group:
    description: Use C(group/huaweicloud.kafka.all) in C(module_defaults) to set defaults for all modules.
    support: full
    membership:
      - huaweicloud.kafka.all
  async:
    description: Supports being used with the C(async) keyword.
    support: full
    details:
      - In check mode, ansible-core supports C(async) from version 2.16 on.
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
    support: full
  platform:
    description: Target OS/families that can be operated against.
    support: full
    platforms: posix
"""

    # For modules that change something.
    STATE = r"""
attributes:
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in
      diff mode.
    support: full
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates
      no change.
    support: full
"""

    # For modules that only read.
    INFO = r"""
attributes:
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in
      diff mode.
    support: N/A
    details:
      - This module never changes anything.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates
      no change.
    support: full
"""
