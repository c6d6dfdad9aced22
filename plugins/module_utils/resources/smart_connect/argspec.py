# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The options of one Smart Connect task, for modules that have one or many of them."""

from __future__ import annotations

import typing as t


def task_options() -> dict[str, dict[str, t.Any]]:
    """Return the options that select and describe a Smart Connect task."""
    return {
        "task_id": {"type": "str"},
        "task_name": {"type": "str", "aliases": ["name"]},
        "topics": {"type": "list", "elements": "str"},
        "topics_regex": {"type": "str"},
        "sink_task": {
            "type": "dict",
            "options": {
                "consumer_strategy": {"type": "str", "choices": ["latest", "earliest"], "required": True},
                "destination_file_type": {"type": "str", "choices": ["TEXT"]},
                "deliver_time_interval": {"type": "int"},
                "access_key": {"type": "str", "no_log": True},
                "secret_key": {"type": "str", "no_log": True},
                "agency_name": {"type": "str"},
                "obs_bucket_name": {"type": "str", "required": True},
                "obs_path": {"type": "str"},
                "partition_format": {
                    "type": "str",
                    "choices": ["yyyy", "yyyy/MM", "yyyy/MM/dd", "yyyy/MM/dd/HH", "yyyy/MM/dd/HH/mm"],
                },
                "record_delimiter": {"type": "str"},
                "store_keys": {"type": "bool", "no_log": False},
            },
        },
        "source_task": {
            "type": "dict",
            "options": {
                "current_cluster_name": {"type": "str"},
                "cluster_name": {"type": "str"},
                "instance_id": {"type": "str"},
                "bootstrap_servers": {"type": "str"},
                "security_protocol": {"type": "str", "choices": ["PLAINTEXT", "SASL_SSL", "SASL_PLAINTEXT"]},
                "sasl_mechanism": {"type": "str", "choices": ["PLAIN", "SCRAM-SHA-512"]},
                "user_name": {"type": "str"},
                "password": {"type": "str", "no_log": True},
                "direction": {"type": "str", "choices": ["pull", "push", "two-way"], "required": True},
                "sync_consumer_offsets_enabled": {"type": "bool"},
                "replication_factor": {"type": "int"},
                "task_num": {"type": "int"},
                "rename_topic_enabled": {"type": "bool"},
                "topics_mapping": {"type": "str"},
                "provenance_header_enabled": {"type": "bool"},
                "consumer_strategy": {"type": "str", "choices": ["latest", "earliest"]},
                "compression_type": {"type": "str", "choices": ["none", "gzip", "snappy", "lz4", "zstd"]},
            },
        },
    }
