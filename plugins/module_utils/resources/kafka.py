# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Fields that several kinds of tasks have, and their rules.

Source: the API reference (CreateSinkTask, CreateConnectorTask); names of topics: Kafka itself.
"""

from __future__ import annotations

import re
import typing as t

from ..reconcile.fields import Field, as_list

_MAX_TOPICS = 20
_TOPIC = r"(?a:[A-Za-z0-9._-]{1,249})"
_OBS_PATH = r"(?a:[A-Za-z0-9_/-]{0,64})"
_DELIMITERS = (",", ";", "|", "\n", "", "NULL")


def _check_topics(names: list[str]) -> str:
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
    return bool(re.fullmatch(_TOPIC, name)) and name not in (".", "..")


def are_topics(value: t.Any) -> bool:
    """Return whether *value*, a list or text with commas, can be names of topics: else it is a regular expression."""
    return all(map(_is_topic, as_list(value) or []))


def _check_obs_path(value: str) -> str:
    if not re.fullmatch(_OBS_PATH, value):
        raise ValueError(f"at most 64 letters, digits, _, - and /, not {value!r}")
    return value


def delimiter(value: t.Any) -> str:
    """Return *value* with newlines for the two characters ``\\n``, which some responses and YAML in single quotes have."""
    return str(value).replace("\\n", "\n")


def _check_delimiter(value: str) -> str:
    if delimiter(value) not in _DELIMITERS:
        raise ValueError(f'one of "," ";" "|" "\\n" "NULL", not {value!r}')
    return delimiter(value)


def null_delimiter(args: t.Mapping[str, t.Any]) -> list[str]:
    """Return a warning if *args*, options before Ansible has validated them, set the delimiter of a task to null."""
    lists = [args[name] for name in ("tasks", "smart_connect_tasks", "sink_tasks") if isinstance(args.get(name), list)]
    is_null = any(
        isinstance(part, t.Mapping) and part.get("record_delimiter", "") is None
        for task in (task for tasks in lists or [[args]] for task in tasks)
        if isinstance(task, t.Mapping) and task.get("state") != "absent"
        for part in task.values()
    )
    warning = (
        "record_delimiter is null, so it counts as not set: a new task separates messages by newlines. To write them without"
        ' a delimiter, set it to "NULL", with the quotes.'
    )
    return [warning] if is_null else []


def _check_interval(value: int) -> int:
    if not 30 <= value <= 900:
        raise ValueError(f"from 30 to 900 seconds, not {value}")
    return value


# What the service adds to a task, whatever its options are.
_SERVER_FIELDS = (
    "id",
    "task_id",
    "status",
    "create_time",
    "topics_info",
    "obs_part_size",
    "flush_size",
    "timezone",
    "connector_class",
    "format_class",
    "storage_class",
    "schema_generator_class",
    "partitioner_class",
    "key_converter",
    "value_converter",
    "kv_delimiter",
)
# Values of source_type, sink_type and destination_type that options imply.
_TYPES = ("BLOB", "OBS", "NONE", "OBS_SINK", "KAFKA_REPLICATOR_SOURCE")


def implied_fields(task: t.Mapping[str, t.Any]) -> set[str]:
    """Return the names of fields of *task* that options need not express."""
    return {*_SERVER_FIELDS, *(name for name in task if task[name] in _TYPES)}


TASK_ID = Field("task_id")
TASK_NAME = Field("task_name", aliases=("name",))
TOPICS = Field("topics", "list", _check_topics, elements="str")
CONSUMER_STRATEGY = Field("consumer_strategy", choices=("latest", "earliest"))
OBS_PATH = Field("obs_path", "str", _check_obs_path)
PARTITION_FORMAT = Field(
    "partition_format",
    # The API of sink tasks has N/A for none, and a task that it has created keeps it in the other API.
    normalise=lambda value: None if value in ("", "N/A") else str(value),
    choices=("yyyy", "yyyy/MM", "yyyy/MM/dd", "yyyy/MM/dd/HH", "yyyy/MM/dd/HH/mm"),
)
RECORD_DELIMITER = Field("record_delimiter", "str", _check_delimiter, delimiter, unset="\n")
DELIVER_TIME_INTERVAL = Field("deliver_time_interval", "int", _check_interval, default=300)
