# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The agency of another account that options or environment describe, checked."""

from __future__ import annotations

import typing as t

from .credentials import DEFAULT_DURATION, AssumedRole, Ecs
from .errors import InvalidOption
from .precedence import ROLE_PREFIX, not_blank

if t.TYPE_CHECKING:
    from .credentials import Credentials

_SHORTEST, _LONGEST = 900, 86400


def role_of_option(caller: Credentials, values: dict[str, str]) -> AssumedRole:
    """Return the agency that *caller* assumes by the *values* of ``assume_role``. Raises :class:`InvalidOption`."""
    return _role(caller, values, {name: f"assume_role.{name}" for name in AssumedRole.suboptions}, "assume_role is")


def role_of_environment(caller: Credentials, environ: t.Mapping[str, str], in_use: bool) -> Credentials:
    """Return the agency that *caller* assumes by variables; *caller* unless its credentials are from them, too (*in_use*).

    Raises :class:`InvalidOption`.
    """
    names = {name: option.variable for name, option in AssumedRole.suboptions.items()}
    values = not_blank((name, environ.get(variable)) for name, variable in names.items())
    if in_use:
        _check_known(environ)
    elif values and isinstance(caller, Ecs):
        raise InvalidOption(
            f"{names[next(iter(values))]} is set, but credentials_source is an option: set assume_role in the task, too, or unset"
            " the variable"
        )
    return _role(caller, values, names, "the variables of the agency are") if values and in_use else caller


def _check_known(environ: t.Mapping[str, str]) -> None:
    """Refuse other variables that change as whom the vendor's Terraform provider would act."""
    known = {option.variable for option in AssumedRole.suboptions.values()}
    for name in environ:
        if name.startswith(ROLE_PREFIX) and name not in known and environ[name].strip():
            raise InvalidOption(
                f"{name} is set, but this way of assuming an agency is not supported: unset it, or set all credentials as"
                " options"
            )


def _role(caller: Credentials, values: dict[str, str], names: dict[str, str], subject: str) -> AssumedRole:
    """Return the agency with the *values* of its options, which messages call *names*."""
    accounts = [name for name in ("domain_name", "domain_id") if name in values]
    missing = [] if "agency_name" in values else [names["agency_name"]]
    if not accounts:
        missing.append(f"{names['domain_name']} or {names['domain_id']}")
    if missing:
        given = " and ".join(names[name] for name in names if name in values)
        raise InvalidOption(f"{subject} incomplete: besides {given}, set {' and '.join(missing)}")
    if len(accounts) == 2:
        raise InvalidOption(f"{names['domain_name']} and {names['domain_id']} can't be set at the same time")
    for name in ("agency_name", *accounts):
        if not AssumedRole.suboptions[name].is_valid(values[name]):
            raise InvalidOption(f"{names[name]} contains characters that are not valid in it")
    duration = values.get("duration", str(DEFAULT_DURATION))
    if not (duration.isascii() and duration.isdigit() and _SHORTEST <= int(duration[:9]) <= _LONGEST):
        raise InvalidOption(f"{names['duration']} must be from {_SHORTEST} to {_LONGEST} seconds, not {duration!r}")
    return AssumedRole(caller, values["agency_name"], values.get("domain_name"), values.get("domain_id"), int(duration))
