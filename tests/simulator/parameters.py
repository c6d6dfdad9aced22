# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of parameters that several operations share. Each raises an ApiError that names the invalid parameter."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import ApiError, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .calls import Call

T = TypeVar("T")

DEFAULT_LIMIT = 10
MAX_LIMIT = 50
MAX_TOPICS = 20
CONSUMER_STRATEGIES = ("latest", "earliest")
FILE_TYPES = ("TEXT", "text", "TXT", "")
PARTITION_FORMATS = ("yyyy", "yyyy/MM", "yyyy/MM/dd", "yyyy/MM/dd/HH", "yyyy/MM/dd/HH/mm", "")
RECORD_DELIMITERS = (",", ";", "|", "\n", "NULL", "")
INTERVAL = range(30, 901)

_OBS_PATH = re.compile(r"[A-Za-z0-9_/-]{0,64}")
_STRICT_NAME = re.compile(r"[A-Za-z0-9_-]{4,64}")


def is_uuid(value: str) -> bool:
    """Whether an id has the format of the service's ids."""
    try:
        return str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def number(query: dict[str, str], name: str, default: int, low: int, high: int | None) -> int:
    """An integer from the query."""
    value = query.get(name)
    if value is None:
        return default
    if not re.fullmatch("[0-9]{1,9}", value) or int(value) < low or (high is not None and int(value) > high):
        raise invalid(name)
    return int(value)


def flag(query: dict[str, str], name: str) -> bool:
    """A boolean from the query; false if missing."""
    value = query.get(name, "false").lower()
    if value not in ("true", "false"):
        raise invalid(name)
    return value == "true"


def page(query: dict[str, str], rows: list[T]) -> list[T]:
    """The rows selected by `offset` and `limit`."""
    offset = number(query, "offset", 0, 0, None)
    limit = number(query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT)
    if offset and offset >= len(rows):
        raise ApiError(400, "DMS.40050010")
    return rows[offset : offset + limit]


def text(given: Mapping[str, Any], name: str) -> str:
    """A string, empty if missing."""
    value = given.get(name, "")
    if not isinstance(value, str):
        raise invalid(name)
    return value


def required(given: Mapping[str, Any], name: str) -> str:
    """A string that is not empty."""
    value = text(given, name)
    if not value:
        raise invalid(name)
    return value


def choice(given: Mapping[str, Any], name: str, choices: tuple[str, ...], default: str = "") -> str:
    """One of several strings."""
    value = given.get(name, default)
    if value not in choices:
        raise invalid(name)
    return str(value)


def boolean(given: dict[str, Any], name: str) -> bool:
    """A JSON boolean, false if missing."""
    value = given.get(name, False)
    if not isinstance(value, bool):
        raise invalid(name)
    return value


def integer(given: dict[str, Any], name: str, allowed: range, default: int | None = None) -> int:
    """A JSON integer in a range."""
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        raise invalid(name)
    return value


def task_name(call: Call, given: dict[str, Any]) -> str:
    """A task's name."""
    name = required(given, "task_name")
    if not name.strip() or (call.settings.strict_names and not _STRICT_NAME.fullmatch(name)):
        raise invalid("task_name")
    return name


def topics(call: Call, given: dict[str, Any]) -> dict[str, str]:
    """`topics` and `topics_regex`, of which exactly one is not empty."""
    names, regex = text(given, "topics"), text(given, "topics_regex")
    if bool(names) == bool(regex):
        raise invalid("topics and topics_regex: exactly one of them is required")
    if names:
        _check_topics(call, names.split(","))
    elif regex == ".*" or not _is_regex(regex):
        raise invalid("topics_regex")
    return {"topics": names, "topics_regex": regex}


def obs_location(given: dict[str, Any]) -> dict[str, str]:
    """`obs_bucket_name` and `obs_path`."""
    path = text(given, "obs_path")
    if not _OBS_PATH.fullmatch(path):
        raise invalid("obs_path")
    return {"obs_bucket_name": required(given, "obs_bucket_name"), "obs_path": path}


def check_obs_keys(given: dict[str, Any]) -> None:
    """Reject keys that begin with INVALID, as OBS does for unknown keys."""
    if given["access_key"].startswith("INVALID") or given["secret_key"].startswith("INVALID"):
        raise ApiError(400, "DMS.00500960")


def _check_topics(call: Call, names: list[str]) -> None:
    if len(names) > MAX_TOPICS or not all(names):
        raise invalid("topics")
    known = call.settings.known_topics
    for name in names:
        if known is not None and name not in known:
            raise ApiError(400, "DMS.00400876", f"The topic {name} does not exist.")


def _is_regex(value: str) -> bool:
    try:
        re.compile(value)
    except re.error:
        return False
    return True
