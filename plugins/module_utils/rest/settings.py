# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The options of the connection, checked and completed from the environment."""

from __future__ import annotations

import re
import typing as t

from . import credentials, endpoints
from .errors import InvalidOption

if t.TYPE_CHECKING:
    from .credentials import Credentials

_LONGEST_TIMEOUT = 24 * 60 * 60
_PROJECT_ID = re.compile(r"[0-9A-Fa-f]{32}", re.ASCII)
_PROJECT_ID_VARIABLES = ("HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID")
_PROJECT_NAME_VARIABLES = ("HW_PROJECT_NAME",)


class Settings(t.NamedTuple):
    """What a connection is made from. Tasks with equal settings may share one. *timeout* is in seconds."""

    dms_endpoint: str
    iam_endpoint: str | None
    region: str | None
    project_id: str | None
    project_name: str | None
    credentials: Credentials
    verify: bool | str
    timeout: int
    max_retries: int


def read(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Settings:
    """Return the settings that *options* and *environ* give. Raises :class:`InvalidOption`."""
    region = options["region"] or None
    if region:
        endpoints.check_region(region)
    project_id, project_name = _project(options, environ)
    if not 1 <= options["timeout"] <= _LONGEST_TIMEOUT:
        raise InvalidOption(f"timeout must be from 1 to {_LONGEST_TIMEOUT} seconds, not {options['timeout']}")
    if options["max_retries"] < 0:
        raise InvalidOption(f"max_retries must be 0 or more, not {options['max_retries']}")
    chosen = credentials.choose(options, environ)
    dms, iam = options["endpoint"] or None, options["iam_endpoint"] or None
    if not region and not (dms and (project_id or (project_name and iam))):
        raise InvalidOption(
            "region is needed (or HW_REGION_NAME in the environment), unless endpoint and project_id are set"
        )
    if not region and not iam and isinstance(chosen, credentials.Password):
        raise InvalidOption(
            "region or iam_endpoint is needed to log in with a password"
            " (or HW_REGION_NAME or HW_IAM_ENDPOINT in the environment)"
        )
    return Settings(
        dms_endpoint=endpoints.check_endpoint("endpoint", dms) if dms else endpoints.dms_endpoint(region or ""),
        iam_endpoint=endpoints.check_iam_endpoint(iam) if iam else region and endpoints.iam_endpoint(region),
        region=region,
        project_id=project_id,
        project_name=project_name,
        credentials=chosen,
        verify=(options["ca_path"] or True) if options["validate_certs"] else False,
        timeout=options["timeout"],
        max_retries=options["max_retries"],
    )


def _project(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the id and the name of the project; at most one of them is set.

    An option overrides the environment, whichever of the two it is; in the environment the id wins.
    """
    project_id, name = options["project_id"], options["project_name"]
    if project_id is not None and name is not None:
        raise InvalidOption("project_id and project_name can't be set at the same time")
    if project_id is None and name is None:
        project_id = _first(environ, _PROJECT_ID_VARIABLES)
        name = None if project_id else _first(environ, _PROJECT_NAME_VARIABLES)
    if project_id is not None and not _PROJECT_ID.fullmatch(project_id):
        raise InvalidOption(f"project_id must be 32 hexadecimal digits, not {project_id!r}")
    if name is not None and (name != name.strip() or not name):
        raise InvalidOption(f"project_name must not be empty and not begin or end with whitespace, not {name!r}")
    return project_id, name


def _first(environ: t.Mapping[str, str], names: t.Iterable[str]) -> str | None:
    values = (environ.get(name, "").strip() for name in names)
    return next(filter(None, values), None)
