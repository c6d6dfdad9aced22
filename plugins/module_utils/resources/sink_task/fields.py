# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The fields of a sink task.

Source of ranges and defaults: the API reference (CreateSinkTask) and the vendor's SDK; what is unknown there is accepted.
"""

from __future__ import annotations

import functools
import typing as t

from ...reconcile.fields import Descriptor, Field, Table
from .. import kafka

OPTION = "obs_destination_descriptor"


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


TABLE = Table(
    OPTION,
    kafka.TOPICS,
    Field("topics_regex", "str", _check_regex),
    kafka.CONSUMER_STRATEGY._replace(default="latest"),
    Field("destination_file_type", "str", _check_file_type, _file_type, default="TEXT"),
    Field("access_key", secret=True, required=True),
    Field("secret_key", secret=True, required=True),
    Field("obs_bucket_name", required=True),
    kafka.OBS_PATH,
    kafka.PARTITION_FORMAT._replace(choices=(*kafka.PARTITION_FORMAT.choices, "N/A")),
    kafka.RECORD_DELIMITER,
    kafka.DELIVER_TIME_INTERVAL,
    exclusive=("topics", "topics_regex"),
    required_in_spec=False,
)
TASK = Table("", kafka.TASK_ID, kafka.TASK_NAME, Field(OPTION, "dict", table=TABLE))
task_options = TASK.spec
task_entries = functools.partial(TASK.entries, "present", "absent", required_one_of=[["task_id", "task_name"]])


def echoed(task: t.Mapping[str, t.Any], desired: t.Mapping[str, t.Any]) -> Descriptor:
    """Return the descriptor that the service echoes of *task*, with its topics.

    If the descriptor has neither topics nor a regular expression, the field ``topics`` of the task has one of them; which of
    them is not documented, so it is taken for the one that *desired* has if that makes both equal. What can't be names of topics
    is a regular expression.
    """
    descriptor = dict(task[OPTION])
    listed = task.get("topics")
    if listed and not descriptor.get("topics") and not descriptor.get("topics_regex"):
        is_regex = listed == desired.get("topics_regex") or not kafka.are_topics(listed)
        descriptor["topics_regex" if is_regex else "topics"] = listed
    return descriptor


def kept(descriptor: t.Mapping[str, t.Any]) -> Descriptor:
    """Return the descriptor that creates an equal task. N/A compares as unset, but the service has another default."""
    view = TABLE.comparable(descriptor)
    if descriptor.get("partition_format") == "N/A":
        view["partition_format"] = "N/A"
    return view


def definition(task: t.Mapping[str, t.Any]) -> tuple[dict[str, t.Any], list[str]]:
    """Return *task* as an entry of the option ``tasks``, without keys, and the names of the fields that it leaves out."""
    whole = {**task, "topics": None, OPTION: echoed(task, {})}
    entry, left_out = TASK.definition(whole, kafka.implied_fields(task))
    if task[OPTION].get("partition_format") == "N/A":
        entry[OPTION]["partition_format"] = "N/A"
    return entry, left_out
