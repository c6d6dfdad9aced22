# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The kinds of credentials, and which of them a task uses: options before environment; token, then access key, then password.

Each kind has its :attr:`secrets` and creates the :meth:`auth` of its requests.
"""

from __future__ import annotations

import re
import typing as t

from .errors import InvalidOption

if t.TYPE_CHECKING:
    from .auth import Auth
    from .clock import Clock

SETS: tuple[t.Mapping[str, str], ...] = (
    {
        "access_key": "HW_ACCESS_KEY",
        "secret_key": "HW_SECRET_KEY",
        "security_token": "HW_SECURITY_TOKEN",
        "auth_token": "HW_AUTH_TOKEN",
        "username": "HW_USER_NAME",
        "password": "HW_USER_PASSWORD",
        "domain_name": "HW_DOMAIN_NAME",
        "project_id": "HW_PROJECT_ID",
        "project_name": "HW_PROJECT_NAME",
    },
    {
        "access_key": "HUAWEICLOUD_SDK_AK",
        "secret_key": "HUAWEICLOUD_SDK_SK",
        "security_token": "HUAWEICLOUD_SDK_SECURITY_TOKEN",
        # Options for a user name and a password are completed with it.
        "domain_name": "HW_DOMAIN_NAME",
        "project_id": "HUAWEICLOUD_SDK_PROJECT_ID",
        "project_name": "HW_PROJECT_NAME",
    },
)
"""The environment variables of each option, as sets: only the first one that contains a credential is used."""

_NAMES = ("access_key", "secret_key", "security_token", "auth_token", "username", "password", "domain_name")
# It proves nothing alone, and belongs to every set.
_NOT_CREDENTIALS = {"domain_name"}
ENVIRONMENT = {name: tuple(dict.fromkeys(found[name] for found in SETS if name in found)) for name in _NAMES}

_HEADER_VALUE = re.compile(r"[\x21-\x7e]+")


class Credentials:
    """Credentials of one kind.

    *needed* and *optional* are the options that they consist of, and *secrets* the values that must not be shown.
    """

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()
    secrets: tuple[str, ...]

    def auth(self, clock: Clock) -> Auth:
        """Return the authentication of requests with these credentials."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and vars(self) == vars(other)

    def __hash__(self) -> int:
        return hash((type(self), *vars(self).values()))


class Token(Credentials):
    """An IAM token."""

    needed = ("auth_token",)

    def __init__(self, auth_token: str) -> None:
        self.auth_token = auth_token
        self.secrets = (auth_token,)

    def auth(self, clock: Clock) -> Auth:
        from .auth import TokenAuth

        return TokenAuth(self.auth_token)


class AccessKey(Credentials):
    """An access key, permanent or (with a security token) temporary."""

    needed = ("access_key", "secret_key")
    optional = ("security_token",)

    def __init__(self, access_key: str, secret_key: str, security_token: str | None = None) -> None:
        self.access_key = access_key
        self.secret_key = secret_key
        self.security_token = security_token
        self.secrets = (secret_key, security_token) if security_token else (secret_key,)

    def auth(self, clock: Clock) -> Auth:
        from .signature import SignatureAuth

        return SignatureAuth(self, clock)


class Password(Credentials):
    """The password of an IAM user."""

    needed = ("username", "password", "domain_name")

    def __init__(self, username: str, password: str, domain_name: str) -> None:
        self.username = username
        self.password = password
        self.domain_name = domain_name
        self.secrets = (password,)

    def auth(self, clock: Clock) -> Auth:
        from .login import LoginAuth

        return LoginAuth(self)


# In the order of precedence.
_KINDS: tuple[type[t.Any], ...] = (Token, AccessKey, Password)


def choose(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Credentials:
    """Return the credentials to use. Raises :class:`InvalidOption` as :func:`select` does."""
    return select(options, environ)[0]


def select(
    options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]
) -> tuple[Credentials, t.Mapping[str, str] | None]:
    """Return the credentials to use, without surrounding whitespace, which files and secret stores add.

    The second value is the set of variables that they or a part of them are from; ``None``: all are options.
    Raises :class:`InvalidOption` if there are none, only a part of them, or if they hold characters that can't be sent.
    """
    given = _not_blank((name, options.get(name)) for name in _NAMES)
    variables: t.Mapping[str, str] | None
    for variables in SETS:
        found = _from_environment(environ, variables)
        if not found.keys() <= _NOT_CREDENTIALS:
            break
    else:
        variables = None
    # A kind with an option comes first: an environment variable must not override an option.
    named = [kind for kind in _KINDS if not given.keys().isdisjoint(kind.needed + kind.optional)]
    for kind in named or _KINDS:
        values = {name: given.get(name) or found.get(name) for name in kind.needed}
        missing = [name for name in kind.needed if not values[name]]
        if len(missing) == len(kind.needed):
            continue
        if missing:
            raise InvalidOption(
                "the credentials are incomplete: besides {}, set {}".format(
                    " and ".join(sorted(set(kind.needed) - set(missing))), _sources(missing, variables)
                ),
                _unused(environ, variables),
            )
        # A security token belongs to one pair of keys: that of the environment does not fit a pair from the options.
        pair_is_given = given.keys() >= set(kind.needed)
        for name in kind.optional:
            values[name] = given.get(name) or (None if pair_is_given else found.get(name))
        for name, value in values.items():
            _check(name, value)
        from_variables = any(values[name] and name not in given for name in values if name not in _NOT_CREDENTIALS)
        return kind(**values), variables if from_variables else None
    raise InvalidOption(
        "there are no credentials: set {}, or {}".format(
            ", or ".join(_sources(kind.needed, variables) for kind in _KINDS[:-1]),
            _sources(_KINDS[-1].needed, variables),
        ),
        _unused(environ, variables),
    )


def with_variables(name: str, variables: t.Iterable[str]) -> str:
    """Return the option *name* with its environment *variables*, for a message."""
    return "{} (or {} in the environment)".format(name, " or ".join(variables))


def _sources(names: t.Iterable[str], variables: t.Mapping[str, str] | None) -> str:
    return " and ".join(
        with_variables(name, [variables[name]] if variables and name in variables else ENVIRONMENT[name])
        for name in names
    )


def _from_environment(environ: t.Mapping[str, str], variables: t.Mapping[str, str]) -> dict[str, str]:
    """Return the values of *variables* that are not blank, by their options."""
    # A credential type of AWX sets the variable of a field that was left blank to an empty text.
    return _not_blank((name, environ.get(variables[name])) for name in _NAMES if name in variables)


def _unused(environ: t.Mapping[str, str], variables: t.Mapping[str, str] | None) -> str | None:
    """Return a hint to credentials of the environment that are not used, because *variables* are the set that counts."""
    if variables is None:
        return None
    first = SETS.index(variables)
    used, *others = (
        [names[name] for name in _from_environment(environ, names) if name not in _NOT_CREDENTIALS]
        for names in SETS[first:]
    )
    unused = [name for names in others for name in names]
    if not unused:
        return None
    return f"{' and '.join(unused)} {'is' if len(unused) == 1 else 'are'} not used, because {used[0]} is set."


def _not_blank(values: t.Iterable[tuple[str, str | None]]) -> dict[str, str]:
    """Return those of *values* that are not blank, by their options, stripped except for a password."""
    return {name: value if name == "password" else value.strip() for name, value in values if value and value.strip()}


def _check(name: str, value: str | None) -> None:
    if not value:
        return
    if name in ("auth_token", "access_key", "security_token"):
        valid = _HEADER_VALUE.fullmatch(value) is not None
    else:
        # The environment holds a byte that is not UTF-8 as a lone surrogate.
        valid = not any("\ud800" <= char <= "\udfff" for char in value)
    if name in ("secret_key", "domain_name", "username"):
        valid = valid and value.isprintable()
    if name == "secret_key":
        valid = valid and not any(map(str.isspace, value))
    if not valid:
        raise InvalidOption(f"{name} contains whitespace or other characters that are not valid in it")
    if name == "password" and value[-1] in "\r\n":
        raise InvalidOption("password ends with a newline, which files add: remove it")
