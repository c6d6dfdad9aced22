# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The fields of a user, and the rules for its name and its password.

Source of the rules: the API reference (CreateInstanceUser, UpdateInstanceUser) and the user guide.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ...reconcile.fields import Field, Table
from ...rest.errors import InvalidOption

if t.TYPE_CHECKING:
    from ...api.listing import Row

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{3,63}", re.ASCII)
_LONGEST_DESCRIPTION = 200
_CLASSES = [re.compile(expression) for expression in ("[a-z]", "[A-Z]", "[0-9]", r"[ -/:-@\[-`{-~]")]


def check_new_name(name: str) -> None:
    """Raise :class:`InvalidOption` unless *name* follows the rule for new users."""
    if not _NAME.fullmatch(name):
        raise InvalidOption(
            f"user_name of a new user must be 4 to 64 letters, digits, _ and -, and begin with a letter, not {name!r}"
        )


def check_password(name: str, password: str) -> None:
    """Raise :class:`InvalidOption` if *password* is the *name* of its user; its other rules are those of the field."""
    if password in (name, name[::-1]):
        raise InvalidOption(f"{PASSWORD} must be neither the name of the user nor that name spelled backwards")


def _check_password(value: str) -> str:
    # A message must not show any of it.
    if not 8 <= len(value) <= 32:
        raise ValueError("8 to 32 characters")
    if not value.isprintable():
        raise ValueError("without newlines and control characters")
    if value.startswith("-"):
        raise ValueError("a text that does not begin with -")
    if sum(bool(characters.search(value)) for characters in _CLASSES) < 3:
        raise ValueError("of at least three kinds: lowercase letters, uppercase letters, digits, special characters")
    return value


def _check_description(value: str) -> str:
    if len(value) > _LONGEST_DESCRIPTION:
        raise ValueError(f"at most {_LONGEST_DESCRIPTION} characters, not {len(value)}")
    return value


TABLE = Table(
    "",
    Field("user_name", required=True, aliases=("name",)),
    # Only a new user needs it. The service never returns it.
    Field("user_passwd", "str", _check_password, secret=True, required=True, aliases=("user_password",)),
    Field("user_desc", "str", _check_description, str, unset="", aliases=("description",)),
)
user_options = TABLE.spec
user_entries = functools.partial(TABLE.entries, "present", "absent")
(PASSWORD,) = TABLE.secrets


def shown(user: t.Mapping[str, t.Any]) -> Row:
    """Return *user*, a row or a body, for results: what is set, and never a password, which the API calls by several names."""
    return {name: value for name, value in user.items() if value is not None and "passw" not in name.lower()}


def definition(user: Row) -> tuple[dict[str, t.Any], list[str]]:
    """Return *user* as an entry of the option ``users``, without its password, and the names of the fields that it leaves out."""
    return TABLE.definition(shown(user), ("role", "default_app", "created_time"))
