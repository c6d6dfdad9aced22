# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ..plugin_utils.in_worker import InWorker


class ActionModule(InWorker):
    """Runs the module huaweicloud_kafka_instance_info in the worker where it can."""
