# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated Huawei Cloud: the parts of IAM, DMS for Kafka and Cloud Eye that the collection uses. See README.md."""

from __future__ import annotations

from .calls import Effect
from .clock import Clock
from .codes import CODES
from .faults import Fault
from .journal import Entry, Journal
from .server import Simulator
from .settings import Settings
from .world import TemporaryKeys, World

__all__ = [
    "CODES",
    "Clock",
    "Effect",
    "Entry",
    "Fault",
    "Journal",
    "Settings",
    "Simulator",
    "TemporaryKeys",
    "World",
]
