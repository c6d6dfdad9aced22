# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Whether clients of an instance log in as users: only then, it has users and permissions."""

from __future__ import annotations

import typing as t

from ..rest.errors import UnexpectedState
from ..rest.response import flag

if t.TYPE_CHECKING:
    from ..api.instances import Instance


def expect_sasl(instance: Instance) -> None:
    """Raise :class:`UnexpectedState` if *instance*, as it was read with its id, shows that SASL is off.

    What it does not show is left to the service: older instances have only ``ssl_enable``.
    """
    ports = instance.get("port_protocols")
    enabled = [flag(on) for name, on in ports.items() if "_sasl_" in name] if isinstance(ports, dict) else []
    protocol = str(instance.get("kafka_security_protocol") or "")
    if flag(instance.get("ssl_enable")) is False and not any(enabled) and not protocol.startswith("SASL"):
        raise UnexpectedState(
            f"SASL is off on instance {instance['instance_id']}, so it has neither users nor permissions",
            "Enable SASL (ciphertext access) of the instance first.",
        )
