# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of Ansible for the initial instance of the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .cloud import OBS
from .playbook import MODULE

if TYPE_CHECKING:
    from simulator import Simulator


def connection(simulator: Simulator) -> dict[str, Any]:
    """Options for a connection to the simulator, with the secret key from :func:`variables`."""
    return {
        "endpoint": simulator.endpoint,
        "project_id": simulator.project_id,
        "access_key": simulator.access_key,
        "secret_key": "{{ secret_key }}",
        "connector_id": simulator.connector_id,
    }


def variables(simulator: Simulator, **more: Any) -> dict[str, Any]:
    """Variables of a playbook with tasks of :func:`connection` and :func:`present`."""
    return {"secret_key": simulator.secret_key, "obs": OBS, **more}


def absent(simulator: Simulator, name: str = "delete the task", **more: Any) -> dict[str, Any]:
    """A task of Ansible with state=absent. *more* are options; None removes one."""
    return _task({**connection(simulator), "task_name": "orders", "state": "absent"}, name, more)


def present(simulator: Simulator, name: str = "create the task", **more: Any) -> dict[str, Any]:
    """A task of Ansible with state=present. *more* are options; None removes one."""
    options = {**connection(simulator), "task_name": "orders", "obs_destination_descriptor": "{{ obs }}"}
    return _task(options, name, more)


def _task(options: dict[str, Any], name: str, more: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, MODULE: {key: value for key, value in {**options, **more}.items() if value is not None}}
