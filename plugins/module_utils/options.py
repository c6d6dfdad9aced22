# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that several modules share, as parts of an argument spec. Their documentation is in the doc fragments."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.errors import AnsibleFallbackNotFound

Spec = dict[str, dict[str, t.Any]]


def _environment(*names: str) -> str:
    """Fallback of an option: the first of the variables *names* that is set and not blank.

    A credential type of AWX sets the variable of a field that was left blank to an empty text.
    """
    for name in names:
        value = os.environ.get(name, "").strip()
        if value:
            return value
    raise AnsibleFallbackNotFound


def connection_options() -> Spec:
    """Return the options that say where the service is and who asks.

    The credentials have no fallback here: whether an option or the environment gave them decides which are used, so
    ``client.credentials`` reads both.
    """
    return {
        "region": {"type": "str", "fallback": (_environment, ["HW_REGION_NAME"])},
        "project_id": {"type": "str", "fallback": (_environment, ["HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"])},
        "access_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "security_token": {"type": "str", "no_log": True},
        "auth_token": {"type": "str", "no_log": True},
        "username": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "domain_name": {"type": "str"},
        "endpoint": {"type": "str", "fallback": (_environment, ["HW_DMS_ENDPOINT"])},
        "iam_endpoint": {
            "type": "str",
            "fallback": (_environment, ["HW_IAM_ENDPOINT", "HUAWEICLOUD_SDK_IAM_ENDPOINT"]),
        },
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "timeout": {"type": "int", "default": 30, "fallback": (_environment, ["HW_TIMEOUT"])},
        "max_retries": {"type": "int", "default": 5, "fallback": (_environment, ["HW_MAX_RETRIES"])},
    }


def connector_options() -> Spec:
    """Return the options that say which connector is meant."""
    return {"connector_id": {"type": "str"}, "instance_id": {"type": "str"}, "instance_name": {"type": "str"}}


CONNECTOR_NAMES = ["connector_id", "instance_id", "instance_name"]
