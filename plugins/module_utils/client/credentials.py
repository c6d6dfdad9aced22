# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which credentials a task uses: its options before the environment, a token before keys before a password."""

from __future__ import annotations

import re
import typing as t

from .errors import InvalidInput

ENVIRONMENT = {
    "access_key": ("HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK"),
    "secret_key": ("HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK"),
    "security_token": ("HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
    "auth_token": ("HW_AUTH_TOKEN",),
    "username": ("HW_USER_NAME",),
    "password": ("HW_USER_PASSWORD",),
    "domain_name": ("HW_DOMAIN_NAME",),
}

_IN_HEADER = re.compile(r"[\x21-\x7e]+")


class TokenCredentials(t.NamedTuple):
    auth_token: str


class KeyCredentials(t.NamedTuple):
    access_key: str
    secret_key: str
    security_token: str | None


class PasswordCredentials(t.NamedTuple):
    username: str
    password: str
    domain_name: str


Credentials = t.Union[TokenCredentials, KeyCredentials, PasswordCredentials]


class _Kind(t.NamedTuple):
    needed: tuple[str, ...]
    make: t.Callable[..., Credentials]
    optional: tuple[str, ...] = ()


_KINDS = (
    _Kind(("auth_token",), TokenCredentials),
    _Kind(("access_key", "secret_key"), KeyCredentials, ("security_token",)),
    _Kind(("username", "password", "domain_name"), PasswordCredentials),
)


def _ways(name: str) -> str:
    return "{} (or {} in the environment)".format(name, " or ".join(ENVIRONMENT[name]))


def _from_environment(environ: t.Mapping[str, str], name: str) -> str | None:
    # A credential type of AWX sets the variable of a field that was left blank to an empty text.
    return next((environ[variable] for variable in ENVIRONMENT[name] if environ.get(variable, "").strip()), None)


def choose(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Credentials:
    """Return the credentials to use.

    Raises :class:`InvalidInput` when there are none, or only a part of them, or one that no header can carry.
    """
    given = {name: options[name] for name in ENVIRONMENT if (options.get(name) or "").strip()}
    found = {name: _from_environment(environ, name) for name in ENVIRONMENT}
    # Kinds that the task itself began to name come first: an environment variable must not overrule an option.
    named = [kind for kind in _KINDS if any(name in given for name in kind.needed + kind.optional)]
    for kind in named or _KINDS:
        values = {name: given.get(name) or found[name] for name in kind.needed}
        missing = [name for name in kind.needed if not values[name]]
        if len(missing) == len(kind.needed):
            continue
        if missing:
            raise InvalidInput(
                "the credentials are incomplete: beside {} give also {}".format(
                    " and ".join(sorted(set(kind.needed) - set(missing))), " and ".join(map(_ways, missing))
                )
            )
        # A security token belongs to one pair of keys: that of the environment does not fit a pair from the options.
        pair_is_given = all(name in given for name in kind.needed)
        values.update((name, given.get(name) or (None if pair_is_given else found[name])) for name in kind.optional)
        _check(values)
        return kind.make(**values)
    raise InvalidInput(
        "there are no credentials: give {}, or {}".format(
            ", or ".join(" and ".join(map(_ways, kind.needed)) for kind in _KINDS[:-1]),
            " and ".join(map(_ways, _KINDS[-1].needed)),
        )
    )


def _check(values: t.Mapping[str, str | None]) -> None:
    for name, value in values.items():
        in_header = name in ("auth_token", "access_key", "security_token")
        if value and not (_IN_HEADER.fullmatch(value) if in_header else _is_text(value)):
            raise InvalidInput(f"{name} holds blanks, line ends or other characters that no credential has")


def _is_text(value: str) -> bool:
    # The environment gives a byte that is no UTF-8 as a lone surrogate.
    return not any("\ud800" <= char <= "\udfff" for char in value)
