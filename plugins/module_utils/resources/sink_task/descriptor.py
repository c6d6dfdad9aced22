# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The fields of ``obs_destination_descriptor``.

Source of ranges and defaults: the API reference (CreateSinkTask) and the vendor's SDK; what is unknown there is accepted.
"""

from __future__ import annotations

import re
import typing as t

from ...rest.response import number
from ..reconcile.fields import Descriptor, Field, Table

OPTION = "obs_destination_descriptor"

_MAX_TOPICS = 20
# Source: Kafka itself (org.apache.kafka.common.internals.Topic).
_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,249}", re.ASCII)
_OBS_PATH = re.compile(r"[A-Za-z0-9_/-]{0,64}", re.ASCII)
_DELIMITERS = (",", ";", "|", "\n", "", "NULL")
LINE_END = "\n"


def check_topics(names: list[str]) -> str:
    """Return *names* as the API wants them; raises :class:`ValueError` with the rule that one breaks."""
    names = [name.strip() for name in names]
    for name in names:
        if not _TOPIC.fullmatch(name) or name in (".", ".."):
            text = "a list of topic names (letters, digits, ., _ and -), "
            if name[:1] in ("[", '"', "'"):
                raise ValueError(text + f"not JSON text such as {name!r}; use the filter from_json for a list given by -e")
            raise ValueError(text + f"not {name!r}")
    unique = list(dict.fromkeys(names))
    if len(unique) > _MAX_TOPICS:
        raise ValueError(f"at most {_MAX_TOPICS} topics, not {len(unique)}")
    return ",".join(unique)


def _topics(value: t.Any) -> list[str] | None:
    names = value if isinstance(value, list) else str(value).split(",")
    return sorted({str(name).strip() for name in names} - {""}) or None


def _check_regex(value: str) -> str:
    if value.strip() in ("", ".*"):
        raise ValueError("a regular expression other than .*")
    return value


def _check_file_type(value: str) -> str:
    if value.upper() not in ("TEXT", "TXT"):
        raise ValueError(f"TEXT, not {value!r}")
    return "TEXT"


def _file_type(value: t.Any) -> str | None:
    return "TEXT" if str(value).upper() in ("TEXT", "TXT") else str(value) or None


def _check_path(value: str) -> str:
    if not _OBS_PATH.fullmatch(value):
        raise ValueError(f"at most 64 letters, digits, _, - and /, not {value!r}")
    return value


def _delimiter(value: t.Any) -> str:
    # Some responses, and single quotes in YAML, contain the two characters \ and n for a line end.
    return str(value).replace("\\n", "\n")


def _check_delimiter(value: str) -> str:
    if _delimiter(value) not in _DELIMITERS:
        raise ValueError(f'one of "," ";" "|" "\\n" "NULL", not {value!r}')
    return _delimiter(value)


def _check_interval(value: int) -> int:
    if not 30 <= value <= 900:
        raise ValueError(f"from 30 to 900 seconds, not {value}")
    return value


TABLE = Table(
    OPTION,
    Field("topics", check_topics, _topics),
    Field("topics_regex", _check_regex),
    Field("consumer_strategy", default="latest"),
    Field("destination_file_type", _check_file_type, _file_type, default="TEXT"),
    Field("access_key", secret=True, required=True),
    Field("secret_key", secret=True, required=True),
    Field("obs_bucket_name", required=True),
    Field("obs_path", _check_path),
    Field("partition_format", normalise=lambda value: None if value in ("", "N/A") else str(value)),
    Field("record_delimiter", _check_delimiter, _delimiter, unset=LINE_END),
    Field(
        "deliver_time_interval",
        _check_interval,
        lambda value: value if number(value) is None else number(value),
        default=300,
    ),
    exclusive=("topics", "topics_regex"),
)


def echoed(task: t.Mapping[str, t.Any], wanted: t.Mapping[str, t.Any]) -> Descriptor:
    """Return the descriptor that the service echoes of *task*, with its topics.

    If the descriptor has neither topics nor a regular expression, the field ``topics`` of the task has one of them; which of
    them is not documented, so it is taken for the one that *wanted* has if that makes both equal.
    """
    descriptor = dict(task[OPTION])
    listed = task.get("topics")
    if listed and not descriptor.get("topics"):
        if not descriptor.get("topics_regex"):
            name = "topics_regex" if listed == wanted.get("topics_regex") else "topics"
            descriptor[name] = listed
    return descriptor
