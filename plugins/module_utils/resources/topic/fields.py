# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The fields of a topic, and which topics are internal.

Source of ranges: the API reference (CreateInstanceTopic, UpdateInstanceTopic) and the user guide.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ...reconcile.fields import Field, Table
from ...rest.errors import InvalidOption, UnexpectedState

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.fields import Differences

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{2,199}", re.ASCII)
# What Kafka, the service and MirrorMaker 2 (Smart Connect) create for themselves.
_INTERNAL = re.compile(r"__.*|mm2-offset-syncs\..*\.internal|.*\.checkpoints\.internal|(.*\.)?heartbeats", re.DOTALL)
_LONGEST_DESCRIPTION = 200


def check_new_name(name: str) -> None:
    """Raise :class:`InvalidOption` unless *name* follows the rule of the console for new topics."""
    if not _NAME.fullmatch(name):
        raise InvalidOption(
            f"name of a new topic must be 3 to 200 letters, digits, ., _ and -, and begin with a letter or _, not {name!r}"
        )
    if _INTERNAL.fullmatch(name):
        raise InvalidOption(f"{name} is the name of an internal topic, which only the service creates")


def is_internal(topic: Row) -> bool:
    """Return whether *topic* is one that Kafka or the service needs for itself."""
    return topic.get("topic_type") == 1 or _INTERNAL.fullmatch(topic["name"]) is not None


def expect_not_internal(topic: Row) -> None:
    """Raise :class:`UnexpectedState` if *topic* is internal: changing it can make the instance unusable."""
    if is_internal(topic):
        raise UnexpectedState("it is an internal topic, which this collection neither changes nor deletes")


def _from(lowest: int, highest: int, unit: str = "") -> t.Callable[[int], int]:
    def check(value: int) -> int:
        if not lowest <= value <= highest:
            raise ValueError(f"from {lowest} to {highest}{unit}, not {value}")
        return value

    return check


def _check_description(value: str) -> str:
    if len(value) > _LONGEST_DESCRIPTION:
        raise ValueError(f"at most {_LONGEST_DESCRIPTION} characters, not {len(value)}")
    return value


def _as_text(value: t.Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _configs(value: t.Any) -> dict[str, str]:
    """Return *value*, the option or the list that the service returns, as names and texts."""
    pairs = value.items() if isinstance(value, dict) else [(row["name"], row.get("value")) for row in value]
    return {str(name): _as_text(config) for name, config in pairs if config is not None}


def _check_configs(value: dict[str, t.Any]) -> dict[str, str]:
    wrong = next((name for name, config in value.items() if not isinstance(config, (str, bool, int, float))), None)
    if wrong is not None:
        raise ValueError(f"names with a text or a number each, not {wrong}: {value[wrong]!r}")
    return _configs(value)


TABLE = Table(
    "",
    Field("name", required=True),
    Field("partition", "int", _from(1, 200), aliases=("partitions",), growing=True),
    Field(
        "replication",
        "int",
        _from(1, 200),
        aliases=("replicas",),
        fixed="Only a reassignment of the partitions changes the number of replicas: use the console for that.",
    ),
    Field("retention_time", "int", _from(1, 720, " hours"), aliases=("aging_time",)),
    Field("sync_replication", "bool"),
    Field("sync_message_flush", "bool", aliases=("sync_flushing",)),
    Field("topic_desc", "str", _check_description, str, unset="", aliases=("description",)),
    Field(
        "topic_other_configs",
        "dict",
        _check_configs,
        lambda value: _configs(value) or None,
        aliases=("configs",),
        partial=True,
    ),
)
topic_options = TABLE.spec
topic_entries = functools.partial(TABLE.entries, "present", "absent")

_CONFIGS = "topic_other_configs"


def listed(values: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return *values*, prepared options, in the form of the API, where configs are a list."""
    if not values.get(_CONFIGS):
        return {name: value for name, value in values.items() if name != _CONFIGS}
    return {**values, _CONFIGS: [{"name": name, "value": values[_CONFIGS][name]} for name in sorted(values[_CONFIGS])]}


def changes(wanted: t.Mapping[str, t.Any], differing: Differences) -> dict[str, t.Any]:
    """Return those of the *wanted* values that are *differing*, also within the configs."""
    changed = {name: wanted[name] for name in differing}
    if _CONFIGS in differing:
        existing = differing[_CONFIGS][0] or {}
        changed[_CONFIGS] = {name: text for name, text in wanted[_CONFIGS].items() if existing.get(name) != text}
    return changed


def changed_topic(topic: Row, changed: t.Mapping[str, t.Any]) -> Row:
    """Return *topic* as it is with its *changed* values, in the form of the API."""
    after = {**topic, **changed}
    if _CONFIGS in changed:
        rows = {row["name"]: row for row in topic.get(_CONFIGS) or []}
        rows.update({row["name"]: {**rows.get(row["name"], {}), **row} for row in listed(changed)[_CONFIGS]})
        after[_CONFIGS] = list(rows.values())
    return after


def definition(topic: Row) -> tuple[dict[str, t.Any], list[str]]:
    """Return *topic* as an entry of the option ``topics``, and the names of the fields that it leaves out."""
    ignored = ("topic_type", "policiesOnly", "created_at", "external_configs", "topic_other_configs")
    entry, left_out = TABLE.definition(topic, ignored)
    if topic.get(_CONFIGS):
        entry[_CONFIGS] = _configs(topic[_CONFIGS])
    for name in [name for name in entry if name not in ("name", _CONFIGS)]:
        try:
            TABLE.check({name: entry[name]})
        except InvalidOption as error:
            left_out.append(f"{name} ({error})")
            del entry[name]
    return entry, left_out
