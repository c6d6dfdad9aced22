# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The options of the connection, checked and completed from the environment."""

from __future__ import annotations

import re
import typing as t

from . import credentials, endpoints, precedence
from .errors import InvalidOption
from .precedence import with_variables

if t.TYPE_CHECKING:
    from .credentials import Credentials

_LONGEST_TIMEOUT = 24 * 60 * 60
_PROJECT_ID = re.compile(r"[0-9A-Fa-f]{32}", re.ASCII)
_DERIVED = {
    "endpoint": endpoints.dms_endpoint,
    "iam_endpoint": endpoints.iam_endpoint,
    "ces_endpoint": endpoints.ces_endpoint,
}
# Those of the credentials and the project are in sets; these fit each of them.
_VARIABLES = {
    "region": ("HW_REGION_NAME",),
    "endpoint": ("HW_DMS_ENDPOINT",),
    "iam_endpoint": ("HW_IAM_ENDPOINT", "HUAWEICLOUD_SDK_IAM_ENDPOINT"),
    "ces_endpoint": ("HW_CES_ENDPOINT",),
}


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


class _Value(t.NamedTuple):
    """The value of *option*, and the environment *variable* that contains it; empty: it was set as an option."""

    option: str
    text: str
    variable: str = ""


_Values = dict[str, _Value]


def read(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> Settings:
    """Return the settings that *options* and *environ* give. Raises :class:`InvalidOption`."""
    given = _given(options, environ)
    addresses = _addresses(given, "endpoint", "iam_endpoint")
    if not 1 <= options["timeout"] <= _LONGEST_TIMEOUT:
        raise InvalidOption(f"timeout must be from 1 to {_LONGEST_TIMEOUT} seconds, not {options['timeout']}")
    if options["max_retries"] < 0:
        raise InvalidOption(f"max_retries must be 0 or more, not {options['max_retries']}")
    chosen, variables = precedence.select(options, environ)
    given.update(_project(options, environ, variables, chosen.in_other_account))
    region, project_id, project_name = (
        given[name].text if name in given else None for name in ("region", "project_id", "project_name")
    )
    if not region and not ("endpoint" in given and (project_id or (project_name and "iam_endpoint" in given))):
        raise InvalidOption(
            "region is needed (or HW_REGION_NAME in the environment), unless endpoint and project_id are set",
            "With an agency of another account, only the option project_id counts."
            if chosen.in_other_account
            else None,
        )
    if not region and "iam_endpoint" not in given and chosen.to_log_in:
        raise InvalidOption(
            f"region or iam_endpoint is needed {chosen.to_log_in}"
            " (or HW_REGION_NAME or HW_IAM_ENDPOINT in the environment)"
        )
    needs_iam = bool(chosen.to_log_in) or not project_id
    _check_meant(given, ["endpoint", "iam_endpoint"] if needs_iam else ["endpoint"], environ)
    if region and needs_iam:
        addresses.setdefault("iam_endpoint", endpoints.iam_endpoint(region))
    return Settings(
        dms_endpoint=addresses.get("endpoint") or endpoints.dms_endpoint(region or ""),
        iam_endpoint=addresses.get("iam_endpoint"),
        region=region,
        project_id=project_id,
        project_name=project_name,
        credentials=chosen,
        verify=(options["ca_path"] or True) if options["validate_certs"] else False,
        timeout=options["timeout"],
        max_retries=options["max_retries"],
    )


def ces_endpoint(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> str:
    """Return the endpoint of Cloud Eye that *options* and *environ* give. Raises :class:`InvalidOption`."""
    given = _given(options, environ)
    address = _addresses(given, "ces_endpoint").get("ces_endpoint")
    if "region" not in given and not address:
        raise InvalidOption(
            "region or ces_endpoint is needed to read Cloud Eye"
            " (or HW_REGION_NAME or HW_CES_ENDPOINT in the environment)"
        )
    _check_meant(given, ["ces_endpoint"], environ)
    return address or endpoints.ces_endpoint(given["region"].text)


def _given(options: t.Mapping[str, t.Any], environ: t.Mapping[str, str]) -> _Values:
    """Return the region and the endpoints that are set, by their options."""
    given = {}
    for option, variables in _VARIABLES.items():
        value = options.get(option)
        found = _Value(option, value) if value else _first(option, environ, variables)
        if found:
            given[option] = found
    if "region" in given:
        endpoints.check_region(given["region"].text)
    return given


def _first(option: str, environ: t.Mapping[str, str], variables: t.Iterable[str]) -> _Value | None:
    # A credential type of AWX sets the variable of a field that was left blank to an empty text.
    for variable in variables:
        text = environ.get(variable, "").strip()
        if text:
            return _Value(option, text, variable)
    return None


def _project(
    options: t.Mapping[str, t.Any],
    environ: t.Mapping[str, str],
    variables: t.Mapping[str, str] | None,
    in_other_account: bool,
) -> _Values:
    """Return the id or the name of the project, or neither. *variables* are the set that the credentials are from.

    An option overrides the environment, whichever of the two it is; in the environment the id wins, which does not exist
    *in_other_account*.
    """
    project_id, name = options["project_id"], options["project_name"]
    if project_id is not None and name is not None:
        raise InvalidOption("project_id and project_name can't be set at the same time")
    if project_id is not None:
        found: _Value | None = _Value("project_id", project_id)
    elif name is not None:
        found = _Value("project_name", name)
    else:
        sets = [variables] if variables else credentials.SETS
        ids, names = ([names[option] for names in sets if option in names] for option in ("project_id", "project_name"))
        found = _first("project_id", environ, [] if in_other_account else ids) or _first("project_name", environ, names)
    if not found:
        return {}
    if found.option == "project_id" and not _PROJECT_ID.fullmatch(found.text):
        raise InvalidOption(f"project_id must be 32 hexadecimal digits, not {found.text!r}")
    if found.option == "project_name" and (found.text != found.text.strip() or not found.text):
        raise InvalidOption(f"project_name must not be empty and not begin or end with whitespace, not {found.text!r}")
    return {found.option: found}


def _check_meant(given: _Values, needed: list[str], environ: t.Mapping[str, str]) -> None:
    """Raise :class:`InvalidOption` if *given* values may be meant for another region or cloud.

    *needed* are the endpoints that requests are sent to; those that are not given are derived from the region.
    """
    if "region" in given:
        values = [given[name] for name in (*needed, "project_id", "project_name") if name in given]
        _check_region(given["region"], [value for value in values if value.variable], environ)
        missing = [name for name in needed if name not in given]
        if missing:
            _check_derived(given, missing, environ)


def _check_region(region: _Value, others: list[_Value], environ: t.Mapping[str, str]) -> None:
    """Refuse an option ``region`` with *others* of the environment, if the environment has another region."""
    own = _first("region", environ, _VARIABLES["region"]) if others and not region.variable else None
    if own and own.text != region.text:
        variables = " and ".join(value.variable for value in others)
        raise InvalidOption(
            f"region is {region.text}, but HW_REGION_NAME is {own.text}, and {variables} may belong to that region: set"
            f" {' and '.join(value.option for value in others)} in the task, too, or unset the variables"
        )


def _check_derived(given: _Values, missing: list[str], environ: t.Mapping[str, str]) -> None:
    """Refuse to derive the endpoints *missing* from the region, if another value names another cloud.

    Otherwise, credentials of that cloud would be sent to this one.
    """
    region = given["region"].text
    domain, derived = endpoints.domain(region), {option: _DERIVED[option](region) for option in missing}
    elsewhere = [
        value.variable or name
        for name, value in given.items()
        if name in _DERIVED and not endpoints.is_in(domain, value.text)
    ]
    if environ.get("HW_CLOUD", "").strip().lower() not in ("", domain):
        elsewhere.append("HW_CLOUD")
    identity = environ.get("HW_AUTH_URL", "").strip()
    if identity and "iam_endpoint" in derived and endpoints.host(identity) != endpoints.host(derived["iam_endpoint"]):
        if not elsewhere:
            derived = {"iam_endpoint": derived["iam_endpoint"]}
        elsewhere.append("HW_AUTH_URL")
    if elsewhere:
        raise InvalidOption(
            "{} would be {} by the region, but {} {} elsewhere: set {}".format(
                " and ".join(derived),
                " and ".join(derived.values()),
                " and ".join(elsewhere),
                "points" if len(elsewhere) == 1 else "point",
                " and ".join(with_variables(option, _VARIABLES[option]) for option in derived),
            )
        )


def _addresses(given: _Values, *options: str) -> dict[str, str]:
    """Return those of these endpoints that are given, checked."""
    return {
        option: endpoints.check_iam_endpoint(given[option].text)
        if option == "iam_endpoint"
        else endpoints.check_endpoint(option, given[option].text)
        for option in options
        if option in given
    }
