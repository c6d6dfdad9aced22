# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The fields of a consumer group, and the rules for its name.

Source of the rules: the API reference (CreateKafkaConsumerGroup) and the user guide.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ...api.consumer_groups import EMPTY, has_path
from ...reconcile.fields import Field, Table
from ...rest.errors import InvalidOption
from ..options import check_name

if t.TYPE_CHECKING:
    from ...api.listing import Row

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{2,63}", re.ASCII)
_INTERNAL = "__"
_LONGEST_DESCRIPTION = 200


def check_group_name(params: t.Mapping[str, t.Any]) -> str:
    """Return the name of the group to manage. Raises :class:`InvalidOption` for that of a group of the service, too."""
    name = t.cast("str", check_name(params, "group_name"))
    if name.startswith(_INTERNAL):
        raise InvalidOption(f"group_name must not begin with {_INTERNAL}: {name!r} belongs to the service")
    if not has_path(name):
        raise InvalidOption(f"group_name can't be {name!r}, because no request can have it in its path")
    return name


def check_new_name(name: str) -> None:
    """Raise :class:`InvalidOption` unless *name* follows the rule of the console for new groups."""
    if not _NAME.fullmatch(name):
        raise InvalidOption(
            "group_name of a new consumer group must be 3 to 64 letters, digits, ., _ and -, and begin with a letter or _,"
            f" not {name!r}"
        )


def is_own(group: Row) -> bool:
    """Return whether *group* can be managed: it is not one of the service."""
    return has_path(group["group_name"]) and not group["group_name"].startswith(_INTERNAL)


def can_prune(group: Row) -> bool:
    """Return whether *group* may be pruned."""
    return group["state"] == EMPTY and is_own(group)


def _check_description(value: str) -> str:
    if len(value) > _LONGEST_DESCRIPTION:
        raise ValueError(f"at most {_LONGEST_DESCRIPTION} characters, not {len(value)}")
    return value


TABLE = Table(
    "",
    Field("group_name", required=True, aliases=("name",)),
    Field("group_desc", "str", _check_description, str, unset="", aliases=("description",)),
)
group_options = TABLE.spec
group_entries = functools.partial(TABLE.entries, "present", "absent")


def shown(group: t.Mapping[str, t.Any]) -> Row:
    """Return *group*, a row or a body, for results: what is set."""
    return {name: value for name, value in group.items() if value is not None}


def definition(group: Row) -> tuple[dict[str, t.Any], list[str]]:
    """Return *group* as an entry of the option ``consumer_groups``, and the names of the fields that it leaves out."""
    return TABLE.definition(group, ("state", "lag", "coordinator_id", "created_at"))
