# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The fields of ``obs_destination_descriptor``.

Source of ranges and defaults: the API reference (CreateSinkTask) and the vendor's SDK; what is unknown there is accepted.
"""

from __future__ import annotations

import typing as t

from ...reconcile.fields import Descriptor, Field, Table
from ...rest.response import number
from ..kafka import (
    are_topics,
    check_delimiter,
    check_interval,
    check_obs_path,
    check_regex,
    check_topics,
    delimiter,
    topic_names,
)

OPTION = "obs_destination_descriptor"


def _check_file_type(value: str) -> str:
    if value.upper() not in ("TEXT", "TXT"):
        raise ValueError(f"TEXT, not {value!r}")
    return "TEXT"


def _file_type(value: t.Any) -> str | None:
    return "TEXT" if str(value).upper() in ("TEXT", "TXT") else str(value) or None


TABLE = Table(
    OPTION,
    Field("topics", check_topics, topic_names),
    Field("topics_regex", check_regex),
    Field("consumer_strategy", default="latest"),
    Field("destination_file_type", _check_file_type, _file_type, default="TEXT"),
    Field("access_key", secret=True, required=True),
    Field("secret_key", secret=True, required=True),
    Field("obs_bucket_name", required=True),
    Field("obs_path", check_obs_path),
    Field("partition_format", normalise=lambda value: None if value in ("", "N/A") else str(value)),
    Field("record_delimiter", check_delimiter, delimiter, unset="\n"),
    Field(
        "deliver_time_interval",
        check_interval,
        lambda value: value if number(value) is None else number(value),
        default=300,
    ),
    exclusive=("topics", "topics_regex"),
)


def echoed(task: t.Mapping[str, t.Any], desired: t.Mapping[str, t.Any]) -> Descriptor:
    """Return the descriptor that the service echoes of *task*, with its topics.

    If the descriptor has neither topics nor a regular expression, the field ``topics`` of the task has one of them; which of
    them is not documented, so it is taken for the one that *desired* has if that makes both equal. What can't be names of topics
    is a regular expression.
    """
    descriptor = dict(task[OPTION])
    listed = task.get("topics")
    if listed and not descriptor.get("topics") and not descriptor.get("topics_regex"):
        is_regex = listed == desired.get("topics_regex") or not are_topics(listed)
        descriptor["topics_regex" if is_regex else "topics"] = listed
    return descriptor


def kept(descriptor: t.Mapping[str, t.Any]) -> Descriptor:
    """Return the descriptor that creates an equal task. N/A compares as unset, but the service has another default."""
    view = TABLE.comparable(descriptor)
    if descriptor.get("partition_format") == "N/A":
        view["partition_format"] = "N/A"
    return view


def definition(task: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return *task* as an entry of the option ``tasks``, without keys."""
    return {"task_name": task["task_name"], OPTION: kept(echoed(task, {}))}
