# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Checks of options that several resources share, before any request."""

from __future__ import annotations

import typing as t

from ..rest.errors import InvalidOption
from ..rest.response import is_id


def check_id(params: t.Mapping[str, t.Any], option: str) -> str | None:
    """Return the id in *option*, ``None`` if it is not set.

    Raises :class:`InvalidOption` if it is empty or contains anything but letters, digits, ``_`` and ``-``: an undefined
    variable must not become a path to something else.
    """
    value = params.get(option)
    if value is None:
        return None
    if not value.strip():
        raise InvalidOption(f"{option} must not be empty")
    if not is_id(value):
        raise InvalidOption(f"{option} can contain only letters, digits, _ and -, not {value!r}")
    return t.cast("str", value)


def check_name(params: t.Mapping[str, t.Any], option: str) -> str | None:
    """Return the name in *option*, ``None`` if it is not set.

    Raises :class:`InvalidOption` for a blank one, and for one that begins or ends with whitespace: the service would take
    it for another name.
    """
    value = params.get(option)
    if value is None:
        return None
    if not value.strip():
        raise InvalidOption(f"{option} must not be empty")
    if value != value.strip():
        raise InvalidOption(f"{option} must not begin or end with whitespace: {value!r}")
    return t.cast("str", value)


def check_given(params: t.Mapping[str, t.Any], *options: str) -> None:
    """Raise :class:`InvalidOption` unless one of *options* is set.

    Ansible's own rules treat an option as set even if its value is null, which a template without a value results in.
    """
    if all(params.get(option) is None for option in options):
        raise InvalidOption(f"{' or '.join(options)} must be set")
