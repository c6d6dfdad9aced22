# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Which credentials a task uses: options before environment; token, then access key, then password; the ECS on request."""

from __future__ import annotations

import typing as t

from .credentials import ENVIRONMENT, KINDS, OPTIONS, SETS, AssumedRole, Ecs
from .errors import InvalidOption

if t.TYPE_CHECKING:
    from .credentials import Credentials

Options = t.Mapping[str, t.Any]
Environ = t.Mapping[str, str]
Variables = t.Optional[dict[str, str]]
"""The set of variables that credentials or a part of them are from; ``None``: all are options."""

_GIVEN = tuple(kind for kind in KINDS if any(option.identifies for option in kind.options.values()))
_SOURCES = ("explicit", "ecs")
ROLE_PREFIX = "HW_ASSUME_ROLE_"


def select(options: Options, environ: Environ) -> tuple[Credentials, Variables]:
    """Return the credentials to use, without surrounding whitespace, which files and secret stores add, and their variables.

    Raises :class:`InvalidOption` if there are none, only a part of them, or if they hold characters that can't be sent.
    """
    caller, variables = select_caller(options, environ)
    return assume(caller, options, environ, variables), variables


def select_caller(options: Options, environ: Environ) -> tuple[Credentials, Variables]:
    """Return what :func:`select` does, without the agency that is assumed with them."""
    given = not_blank((name, options.get(name)) for name in OPTIONS if name not in AssumedRole.options)
    source = given.pop("credentials_source", "")
    _check_source("credentials_source", source)
    # A kind with an option comes first: an environment variable must not override an option.
    named = [kind for kind in _GIVEN if not given.keys().isdisjoint(kind.options)]
    variables, found = _first_set(environ)
    if not named:
        if source.lower() == "ecs":
            return Ecs(), None
        if not source and _is_ecs_of_environment(environ):
            return Ecs(), SETS[0]
    for kind in named or _GIVEN:
        values = {name: given.get(name) or found.get(name) for name, option in kind.options.items() if option.needed}
        if any(values.values()):
            _check_complete(values, environ, variables)
            # A security token belongs to one pair of keys: that of the environment does not fit a pair from the options.
            rest = found if not values.keys() <= given.keys() else {}
            values.update((name, given.get(name) or rest.get(name)) for name in kind.options if name not in values)
            for name, value in values.items():
                _check(name, value)
            from_variables = any(values[name] and name not in given for name in values if OPTIONS[name].identifies)
            return kind(**values), variables if from_variables else None
    raise InvalidOption(
        "there are no credentials: set {}, or {}".format(
            ", or ".join(_sources(kind.options, variables) for kind in _GIVEN[:-1]),
            _sources(_GIVEN[-1].options, variables),
        ),
        _unused(environ, variables),
    )


def _check_complete(values: t.Mapping[str, str | None], environ: Environ, variables: Variables) -> None:
    missing = [name for name, value in values.items() if not value]
    if missing:
        given = " and ".join(sorted(name for name in values if name not in missing))
        raise InvalidOption(
            f"the credentials are incomplete: besides {given}, set {_sources(missing, variables)}",
            _unused(environ, variables),
        )


def with_variables(name: str, variables: t.Iterable[str]) -> str:
    """Return the option *name* with its environment *variables*, for a message."""
    return "{} (or {} in the environment)".format(name, " or ".join(variables))


def _first_set(environ: Environ) -> tuple[Variables, dict[str, str]]:
    """Return the first set of variables with a credential that is not blank, and its values by their options."""
    found: dict[str, str] = {}
    for variables in SETS:
        found = _from_environment(environ, variables)
        if any(OPTIONS[name].identifies for name in found):
            return variables, found
    return None, found


def _from_environment(environ: Environ, variables: t.Mapping[str, str]) -> dict[str, str]:
    """Return the values of *variables* that are not blank, by their options."""
    # A credential type of AWX sets the variable of a field that was left blank to an empty text.
    return not_blank((name, environ.get(variables[name])) for name in OPTIONS if name in variables)


def _unused(environ: Environ, variables: Variables) -> str | None:
    """Return a hint to credentials of the environment that are not used, because *variables* are the set that counts."""
    if variables is None:
        return None
    first = SETS.index(variables)
    used, *others = (_named_in(environ, names) for names in SETS[first:])
    unused = [name for names in others for name in names]
    if not unused:
        return None
    return f"{' and '.join(unused)} {'is' if len(unused) == 1 else 'are'} not used, because {used[0]} is set."


def _named_in(environ: Environ, variables: t.Mapping[str, str]) -> list[str]:
    """Return those of *variables* that contain a credential."""
    return [variables[name] for name in _from_environment(environ, variables) if OPTIONS[name].identifies]


def _sources(names: t.Iterable[str], variables: Variables) -> str:
    return " and ".join(
        with_variables(name, [variables[name]] if variables and name in variables else ENVIRONMENT[name])
        for name in names
        if OPTIONS[name].needed
    )


def not_blank(values: t.Iterable[tuple[str, t.Any]]) -> dict[str, str]:
    """Return those of *values* that are not blank, by their options, stripped except for a password."""
    return {name: value if name == "password" else value.strip() for name, value in values if value and value.strip()}


def _check(name: str, value: str | None) -> None:
    if value and not OPTIONS[name].is_valid(value):
        raise InvalidOption(f"{name} contains whitespace or other characters that are not valid in it")
    if value and name == "password" and value[-1] in "\r\n":
        raise InvalidOption("password ends with a newline, which files add: remove it")


# --- the agency of the ECS -------------------------------------------------------------------------------------------


def _check_source(name: str, value: str) -> None:
    if value and value.lower() not in _SOURCES:
        raise InvalidOption(f"{name} must be {' or '.join(_SOURCES)}, not {value!r}")


def _is_ecs_of_environment(environ: Environ) -> bool:
    """Return whether the environment requests the agency of the ECS; refused beside credentials, of which one may be left over."""
    (variable,) = ENVIRONMENT["credentials_source"]
    source = environ.get(variable, "").strip()
    _check_source(variable, source)
    if source.lower() != "ecs":
        return False
    others = [name for variables in SETS for name in _named_in(environ, variables)]
    if others:
        raise InvalidOption(
            f"{variable} is ecs, but {' and '.join(others)} {'is' if len(others) == 1 else 'are'} set, too: unset one or the"
            " other, or set credentials_source in the task"
        )
    return True


# --- the agency of another account -----------------------------------------------------------------------------------


def assume(caller: Credentials, options: Options, environ: Environ, variables: Variables) -> Credentials:
    """Return the agency that *caller* assumes, or *caller*. *variables* are what :func:`select_caller` returned.

    The variables of an agency belong to credentials of the environment. An option replaces them as a whole.
    """
    by_option = not_blank((options.get("assume_role") or {}).items())
    of_environment = any(name.startswith(ROLE_PREFIX) and value.strip() for name, value in environ.items())
    if not by_option and not of_environment:
        return caller
    from .role import role_of_environment, role_of_option  # imported only if it is needed

    if by_option:
        return role_of_option(caller, by_option)
    return role_of_environment(caller, environ, in_use=variables is not None)
