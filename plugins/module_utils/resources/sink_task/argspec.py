# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The options of one sink task, for modules that have one or many of them."""

from __future__ import annotations

import typing as t


def task_options() -> dict[str, dict[str, t.Any]]:
    """Return the options that select and describe a sink task."""
    return {
        "task_id": {"type": "str"},
        "task_name": {"type": "str", "aliases": ["name"]},
        "obs_destination_descriptor": {
            "type": "dict",
            "options": {
                "topics": {"type": "list", "elements": "str"},
                "topics_regex": {"type": "str"},
                "consumer_strategy": {"type": "str", "choices": ["latest", "earliest"]},
                "destination_file_type": {"type": "str"},
                "access_key": {"type": "str", "no_log": True},
                "secret_key": {"type": "str", "no_log": True},
                "obs_bucket_name": {"type": "str"},
                "obs_path": {"type": "str"},
                "partition_format": {
                    "type": "str",
                    "choices": ["yyyy", "yyyy/MM", "yyyy/MM/dd", "yyyy/MM/dd/HH", "yyyy/MM/dd/HH/mm", "N/A"],
                },
                "record_delimiter": {"type": "str"},
                "deliver_time_interval": {"type": "int"},
            },
        },
    }
