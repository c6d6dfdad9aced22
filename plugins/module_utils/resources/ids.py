# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of what the user gives as an id or a name, before anything is sent."""

from __future__ import annotations

import typing as t

from ..client.answers import is_id
from ..client.errors import InvalidInput


def check_id(params: t.Mapping[str, t.Any], option: str) -> str | None:
    """Return the id in *option*, ``None`` if it is not given.

    Raises :class:`InvalidInput` for one that is empty or holds anything but letters, digits, ``_`` and ``-``: an
    undefined variable must never become a path that leads elsewhere.
    """
    value = params.get(option)
    if value is None:
        return None
    if not value.strip():
        raise InvalidInput(f"{option} must not be empty")
    if not is_id(value):
        raise InvalidInput(f"{option} must hold only letters, digits, _ and -, not {value!r}")
    return t.cast("str", value)


def check_name(params: t.Mapping[str, t.Any], option: str) -> str | None:
    """Return the name in *option*, ``None`` if it is not given; raises :class:`InvalidInput` for a blank one."""
    value = params.get(option)
    if value is not None and not value.strip():
        raise InvalidInput(f"{option} must not be empty")
    return t.cast("str | None", value)


def check_given(params: t.Mapping[str, t.Any], *options: str) -> None:
    """Raise :class:`InvalidInput` unless one of *options* has a value.

    Ansible's own rules count an option that is given as null, which is what a template that comes to nothing gives.
    """
    if all(params.get(option) is None for option in options):
        raise InvalidInput(f"{' or '.join(options)} must be given, and null is no value")
