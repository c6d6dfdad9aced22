# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Rules for values that several kinds of tasks have. A check returns what is sent, or raises :class:`ValueError` with its rule.

Source: the API reference (CreateSinkTask, CreateConnectorTask); names of topics: Kafka itself.
"""

from __future__ import annotations

import re
import typing as t

_MAX_TOPICS = 20
_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}", re.ASCII)
_OBS_PATH = re.compile(r"[A-Za-z0-9_/-]{0,64}", re.ASCII)
_DELIMITERS = (",", ";", "|", "\n", "", "NULL")


def check_topics(names: list[str]) -> str:
    """Return *names* joined by commas, each once."""
    names = [name.strip() for name in names]
    for name in names:
        if not _is_topic(name):
            rule = "a list of topic names (letters, digits, ., _ and -)"
            if name[:1] in ("[", '"', "'"):
                raise ValueError(f"{rule}, not JSON text such as {name!r}; use the filter from_json for a list from -e")
            raise ValueError(f"{rule}, not {name!r}")
    unique = list(dict.fromkeys(names))
    if len(unique) > _MAX_TOPICS:
        raise ValueError(f"at most {_MAX_TOPICS} topics, not {len(unique)}")
    return ",".join(unique)


def _is_topic(name: str) -> bool:
    return bool(_TOPIC.fullmatch(name)) and name not in (".", "..")


def are_topics(value: t.Any) -> bool:
    """Return whether *value*, a list or text with commas, can be names of topics: else it is a regular expression."""
    return all(map(_is_topic, topic_names(value) or []))


def topic_names(value: t.Any) -> list[str] | None:
    """Return the names in *value*, a list or text with commas, as a sorted list."""
    names = value if isinstance(value, list) else str(value).split(",")
    return sorted({str(name).strip() for name in names} - {""}) or None


def check_regex(value: str) -> str:
    """Return the regular expression *value*."""
    if value.strip() in ("", ".*"):
        raise ValueError("a regular expression other than .*")
    return value


def check_obs_path(value: str) -> str:
    """Return the folder *value*."""
    if not _OBS_PATH.fullmatch(value):
        raise ValueError(f"at most 64 letters, digits, _, - and /, not {value!r}")
    return value


def delimiter(value: t.Any) -> str:
    """Return *value* with newlines for the two characters ``\\n``, which some responses and YAML in single quotes have."""
    return str(value).replace("\\n", "\n")


def check_delimiter(value: str) -> str:
    """Return the delimiter *value*."""
    if delimiter(value) not in _DELIMITERS:
        raise ValueError(f'one of "," ";" "|" "\\n" "NULL", not {value!r}')
    return delimiter(value)


def check_interval(value: int) -> int:
    """Return the interval *value*, in seconds."""
    if not 30 <= value <= 900:
        raise ValueError(f"from 30 to 900 seconds, not {value}")
    return value
