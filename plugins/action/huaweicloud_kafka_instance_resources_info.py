# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..modules.huaweicloud_kafka_instance_resources_info import MODULE
from ..plugin_utils.in_process import InProcess

main = MODULE.main


class ActionModule(InProcess):
    """Runs the module huaweicloud_kafka_instance_resources_info inside the Ansible worker where it can."""

    module = MODULE
