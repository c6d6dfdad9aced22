# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection that leads to this machine but is not the local one, as a stand-in for another machine."""

from __future__ import annotations

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
name: elsewhere
short_description: this machine under another name
description:
  - Does what the connection local does.
extends_documentation_fragment:
  - connection_pipelining
"""


class Connection(Local):
    transport = "elsewhere"
