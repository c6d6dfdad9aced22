# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shared options of a task, checked and completed: what a connection is made from."""

from __future__ import annotations

import re
import typing as t

from . import credentials, endpoints
from .errors import InvalidInput

if t.TYPE_CHECKING:
    from .credentials import Credentials

_LONGEST_TIMEOUT = 24 * 60 * 60
_PROJECT_ID = re.compile(r"[0-9A-Fa-f]{32}", re.ASCII)


class Settings(t.NamedTuple):
    """What a connection is made from. Equal settings may share a connection. ``timeout`` is in seconds."""

    dms_endpoint: str
    iam_endpoint: str | None
    region: str | None
    project_id: str | None
    credentials: Credentials
    verify: bool | str
    timeout: int
    max_retries: int


def read(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Settings:
    """Return the settings that *options* and the credentials in *environ* give.

    Raises :class:`InvalidInput` before anything is sent when they can't lead to a request.
    """
    region = options["region"] or None
    if region:
        endpoints.check_region(region)
    project_id = options["project_id"]
    if project_id is not None and not _PROJECT_ID.fullmatch(project_id):
        raise InvalidInput(f"project_id must be 32 hexadecimal digits, not {project_id!r}")
    if not 1 <= options["timeout"] <= _LONGEST_TIMEOUT:
        raise InvalidInput(f"timeout must be from 1 to {_LONGEST_TIMEOUT} seconds, not {options['timeout']}")
    if options["max_retries"] < 0:
        raise InvalidInput(f"max_retries must be 0 or more, not {options['max_retries']}")
    chosen = credentials.choose(options, environ)
    dms, iam = options["endpoint"] or None, options["iam_endpoint"] or None
    if not region and not (dms and project_id):
        raise InvalidInput(
            "region is needed (or HW_REGION_NAME in the environment), unless endpoint and project_id are given"
        )
    if not region and not iam and isinstance(chosen, credentials.PasswordCredentials):
        raise InvalidInput(
            "region or iam_endpoint is needed to log in by password"
            " (or HW_REGION_NAME or HW_IAM_ENDPOINT in the environment)"
        )
    return Settings(
        dms_endpoint=endpoints.check_endpoint("endpoint", dms) if dms else endpoints.dms_endpoint(region or ""),
        iam_endpoint=endpoints.check_endpoint("iam_endpoint", iam)
        if iam
        else region and endpoints.iam_endpoint(region),
        region=region,
        project_id=project_id,
        credentials=chosen,
        verify=(options["ca_path"] or True) if options["validate_certs"] else False,
        timeout=options["timeout"],
        max_retries=options["max_retries"],
    )
