# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports of tasks that no option of the collection would create: applied and pruned with, they change nothing."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.kind import KIND
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task_info as sink_task_info
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_tasks as sink_tasks
from ansible_collections.huaweicloud.kafka.plugins.modules import (
    huaweicloud_kafka_smart_connect_task_info as smart_connect_info,
)
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect_tasks as smart_connect
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit import smart_connect as newer
from ansible_collections.huaweicloud.kafka.tests.unit.support import Ran, Table, reply, run_module

Task = dict[str, t.Any]
MANY = ",".join(f"topic-{number}" for number in range(25))
# What is changed in a task that is as usual, and what the warning names: "" for no warning, because all of it is exported.
Odd = tuple[dict[str, t.Any], str]

NAMES: dict[str, Odd] = {
    "usual": ({}, ""),
    "name with a blank at its end": ({"task_name": "odd "}, "task_name (task_name must not begin or end with"),
    "name with a newline": ({"task_name": "odd\n"}, "task_name (task_name must not"),
    "blank name": ({"task_name": " "}, "task_name (task_name must not be empty"),
    "name of another task": ({"task_name": "normal-1"}, "task_name (several tasks have it)"),
    "short name": ({"task_name": "a"}, ""),
    "long name": ({"task_name": "a" * 100}, ""),
    "name of other letters": ({"task_name": "任务 ü/é?#"}, ""),
    "name like a template": ({"task_name": "{{ x }}"}, ""),
    "name like a number": ({"task_name": "2024_01"}, ""),
    "unknown status": ({"status": "STOPPED"}, ""),
    "unknown field of the task": ({"owner": "x"}, ": owner."),
    "blank name, 25 topics": ({"task_name": "odd ", "topics": MANY}, "task_name ("),
}
BUCKET: dict[str, Odd] = {
    "interval 10": ({"deliver_time_interval": 10}, ""),
    "interval 901": ({"deliver_time_interval": "901"}, ""),
    "interval 0": ({"deliver_time_interval": 0}, ""),
    "interval in words": ({"deliver_time_interval": "often"}, "deliver_time_interval."),
    "interval with a fraction": ({"deliver_time_interval": 60.5}, "deliver_time_interval."),
    "path with ü": ({"obs_path": "bücher"}, ""),
    "path with a dot": ({"obs_path": "a/../b"}, ""),
    "path of 65 characters": ({"obs_path": "a" * 65}, ""),
    "path with spaces": ({"obs_path": " a b "}, ""),
    "path that is an object": ({"obs_path": {"a": 1}}, ""),
    "colon as delimiter": ({"record_delimiter": ":"}, ""),
    "two characters as delimiter": ({"record_delimiter": ",;"}, ""),
    "NULL as delimiter": ({"record_delimiter": "NULL"}, ""),
    "no delimiter": ({"record_delimiter": None}, ""),
    "tab as delimiter": ({"record_delimiter": "\t"}, ""),
    "another partition_format": ({"partition_format": "yyyy-MM"}, "partition_format."),
    "partition_format N/A": ({"partition_format": "N/A"}, ""),
    "blank bucket": ({"obs_bucket_name": " "}, "obs_bucket_name must be set"),
    "no bucket": ({"obs_bucket_name": None}, "obs_bucket_name must be set"),
    "bucket with ü": ({"obs_bucket_name": "bücher"}, ""),
    "unknown field": ({"encryption": "SSE"}, ".encryption."),
    "two unknown fields": ({"encryption": "SSE", "retries": 3}, ".encryption, "),
    "unknown field without a value": ({"encryption": "", "labels": {}, "tags": [], "retries": None}, ""),
}
SINK: dict[str, Odd] = {
    **BUCKET,
    "usual regex": ({"topics": "", "topics_regex": "or.*"}, ""),
    "25 topics": ({"topics": MANY}, ""),
    "topics and topics_regex": ({"topics": "a", "topics_regex": "a.*"}, "obs_destination_descriptor (exactly one of"),
    "topic with a blank": ({"topics": "a b,c"}, ""),
    "topic with ü": ({"topics": "ü"}, ""),
    "topics as a list": ({"topics": ["b", "a"]}, ""),
    "any topic": ({"topics": "", "topics_regex": ".*"}, ""),
    "blank regex": ({"topics": "", "topics_regex": " "}, ""),
    "no consumer_strategy": ({"consumer_strategy": None}, ""),
    "another consumer_strategy": ({"consumer_strategy": "newest"}, "descriptor.consumer_strategy."),
    "another file type": ({"destination_file_type": "PARQUET"}, ""),
    "file type in lower case": ({"destination_file_type": "txt"}, ""),
    "empty": (dict.fromkeys(samples.ECHO), "obs_destination_descriptor (exactly one of"),
}
DUMP: dict[str, Odd] = {
    **BUCKET,
    "no consumer_strategy": (
        {"consumer_strategy": None},
        "topics and sink_task (sink_task.consumer_strategy must be set",
    ),
    "another consumer_strategy": ({"consumer_strategy": "newest"}, "sink_task.consumer_strategy, topics and sink_task"),
    "another file type": ({"destination_file_type": "PARQUET"}, "sink_task.destination_file_type."),
    "an agency": ({"agency_name": "dms"}, ""),
    "store_keys in words": ({"store_keys": "maybe"}, "sink_task.store_keys."),
}
SASL = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "user_name": "u"}
REPLICATION: dict[str, Odd] = {
    "usual": ({}, ""),
    "SASL": (SASL, ""),
    "SCRAM-SHA-256": ({**SASL, "sasl_mechanism": "SCRAM-SHA-256"}, "source_task.sasl_mechanism, topics and source_task"),
    "SSL": ({"security_protocol": "SSL"}, "source_task.security_protocol."),
    "SASL without a user": ({**SASL, "user_name": ""}, "source_task.user_name must be set with"),
    "no direction": ({"direction": None}, "source_task.direction must be set"),
    "another direction": ({"direction": "both"}, "source_task.direction, topics and source_task ("),
    "two-way in a loop": ({"direction": "two-way"}, "replicated in a loop"),
    "two-way": ({"direction": "two-way", "provenance_header_enabled": True, "task_num": 4}, ""),
    "renaming and a mapping": (
        {"rename_topic_enabled": True, "topics_mapping": "a:b"}, "rename_topic_enabled and source_task.topics_mapping",
    ),
    "21 pairs": ({"topics_mapping": ",".join(f"a{n}:b{n}" for n in range(21))}, ""),
    "malformed mapping": ({"topics_mapping": "a:b,c"}, ""),
    "neither peer": ({"instance_id": "", "bootstrap_servers": ""}, "exactly one of source_task.instance_id and"),
    "peer by address": ({"instance_id": "", "bootstrap_servers": "h:1, g:2"}, ""),
    "alias of 21 characters": ({"cluster_name": "a" * 21}, ""),
    "alias with a dot": ({"current_cluster_name": "a.b"}, ""),
    "replication_factor 0": ({"replication_factor": 0}, ""),
    "task_num in words": ({"task_num": "two"}, "source_task.task_num."),
    "another compression": ({"compression_type": "brotli"}, "source_task.compression_type."),
    "compression in capitals": ({"compression_type": "ZSTD"}, "source_task.compression_type."),
    "another consumer_strategy": ({"consumer_strategy": "newest"}, "source_task.consumer_strategy."),
    "unknown field": ({"offset_lag_max": 3}, "source_task.offset_lag_max."),
}  # fmt: skip
WHOLE: dict[str, Odd] = {
    **NAMES,
    "25 topics": ({"topics": MANY}, ""),
    "topics and topics_regex": ({"topics": "a", "topics_regex": "a.*"}, "topics and topics_regex and sink_task (exactly"),
    "neither topics nor topics_regex": ({"topics": ""}, "sink_task (exactly one of topics and topics_regex"),
    "topic with a blank": ({"topics": "a b,c"}, ""),
    "blank regex": ({"topics": "", "topics_regex": " "}, ""),
    "being created": ({"status": "PAUSED", "topics": MANY}, ""),
    "unknown status, 25 topics": ({"status": "STOPPED", "topics": MANY}, ""),
    "unknown status, no bucket": (
        {"status": "STOPPED", "sink_task": {"consumer_strategy": "latest"}}, "topics and sink_task (sink_task.obs_bucket_name",
    ),
    "both sides": ({"source_task": newer.SOURCE_ECHO}, "exactly one of sink_task and source_task"),
    "neither side": ({"sink_task": {}}, "topics (exactly one of sink_task and source_task"),
    "another type": ({"sink_type": "REDIS_REPLICATOR_SINK"}, ": sink_type."),
}  # fmt: skip


def _sink(changes: Task, number: int = 0) -> Task:
    task = {name: changes[name] for name in changes if name in ("task_name", "status", "owner")}
    descriptor = {name: value for name, value in changes.items() if name not in task}
    row = samples.shown(task_id=f"t-{number}", **({"topics": f"topic-{number}"} | descriptor))
    return {**row, "task_name": f"normal-{number}" if number else "odd", "topics": "", **task}


def _smart_connect(changes: Task, number: int = 0) -> Task:
    return {**newer.entity(task_id=f"t-{number}", name=f"normal-{number}" if number else "odd"), **changes}


def _replication(changes: Task) -> Task:
    return {**newer.replicated(source=changes), "id": "t-0", "task_name": "odd"}


CASES: list[t.Any] = [
    *(
        pytest.param(make(odd[0]), odd[1], id=f"{kind}, {name}")
        for kind, make, table in (
            ("sink task", _sink, {**NAMES, **SINK}),
            ("dump", lambda changes: _smart_connect({"sink_task": {**newer.SINK_ECHO, **changes}}), DUMP),
            ("replication", _replication, REPLICATION),
            ("Smart Connect task", _smart_connect, WHOLE),
        )
        for name, odd in table.items()
    )
]


def _of(rows: list[Task]) -> tuple[t.Any, t.Any, dict[str, t.Any], dict[str, t.Any]]:
    """Return the two modules for *rows*, the options that select their parent, and the responses of the service."""
    if "obs_destination_descriptor" not in rows[0]:
        return smart_connect_info, smart_connect, {"instance_id": "i-1"}, {newer.LIST: newer.tasks(*rows)}
    replies = {samples.LIST: samples.tasks(*rows)}
    replies.update((f"GET {samples.TASKS}/{row['task_id']}", reply(200, row)) for row in rows)
    return sink_task_info, sink_tasks, {"connector_id": "c-1"}, replies


def _exported(rows: list[Task], **options: t.Any) -> tuple[list[Task], list[str]]:
    info, _module, where, replies = _of(rows)
    ran = run_module(info, Table(replies), {**where, "as_definitions": True, **options})
    return json.loads(json.dumps(ran.result["definitions"])), ran.result.get("warnings", [])


def _applied(rows: list[Task], definitions: list[Task], check_mode: bool = False, **options: t.Any) -> Ran:
    _info, module, where, replies = _of(rows)
    service = Table({**replies, newer.INSTANCE: newer.UP})
    given = {**where, "tasks": definitions, "wait": False, **options}
    ran = run_module(module, service, given, check_mode=check_mode)
    assert all(line.startswith("GET") for line in service.lines)
    return ran


@pytest.mark.parametrize(("task", "named"), CASES)
def test_export_of_an_odd_task_beside_others_changes_nothing(task: Task, named: str) -> None:
    is_sink = "obs_destination_descriptor" in task
    rows = [task, *((_sink if is_sink else _smart_connect)({}, number) for number in (1, 2, 3))]
    definitions, warnings = _exported(rows)
    for policy in ({"recreate": True}, {} if is_sink else {"modify": True}):
        for check_mode in (True, False):
            ran = _applied(rows, definitions, check_mode, prune=True, **policy)
            assert ran.result["changed"] is False, ran.result.get("msg")
            assert [each["action"] for each in ran.result["tasks"]] == ["unchanged"] * 4
    (warning,) = [text for text in warnings if repr(task["task_name"]) in text] or [""]
    assert named in warning
    assert bool(named) is bool(warning)
    assert named or {"sink_task", "source_task", "obs_destination_descriptor"} & definitions[0].keys()
    # The others are exported whole, by their names.
    assert [each.get("task_name") for each in definitions[2:]] == ["normal-2", "normal-3"]
    assert all("task_id" not in each and len(each) > 1 for each in definitions[2:])


RANGES: dict[str, tuple[Task, str, t.Any, t.Any, str]] = {
    "25 topics": (_smart_connect({"topics": MANY}), "topics", 25, [*MANY.split(","), "one-more"], "at most 20 topics, not 26"),
    "interval": (
        _smart_connect({"sink_task": {**newer.SINK_ECHO, "deliver_time_interval": 10}}),
        "sink_task.deliver_time_interval", 10, 11, "sink_task.deliver_time_interval must be from 30 to 900 seconds, not 11",
    ),
    "interval of a sink task": (
        _sink({"deliver_time_interval": 10}), "obs_destination_descriptor.deliver_time_interval", 10, 11, "from 30 to 900",
    ),
    "25 topics of a sink task": (
        _sink({"topics": MANY}), "obs_destination_descriptor.topics", 25, [*MANY.split(","), "b"], "at most 20 topics",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("check_mode", [True, False])
def test_value_out_of_range_is_exported_and_only_written_if_it_is_valid(name: str, check_mode: bool) -> None:
    task, path, exported, other, message = RANGES[name]
    (entry,), warnings = _exported([task])
    part, (*parents, field) = entry, path.split(".")
    for parent in parents:
        part = part[parent]
    assert (entry["task_id"], warnings) == ("t-0", [])
    assert exported in (part[field], len(part[field]) if isinstance(part[field], list) else None)
    part[field] = other
    for side in {"sink_task", "obs_destination_descriptor"} & entry.keys():
        entry[side].update(newer.KEYS)
    assert message in _applied([task], [entry], check_mode, recreate=True).msg
    # What does not exist is checked before any request.
    del entry["task_id"]
    ran = _applied([task], [entry], check_mode, recreate=True)
    assert (message in ran.msg, ran.log) == (True, [])


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("task", "more"),
    [
        (_smart_connect({"topics": MANY}), {"sink_task": {"obs_path": "y"}}),
        (_sink({"obs_path": "ü"}), {"obs_destination_descriptor": {"deliver_time_interval": 61}}),
    ],
)
def test_task_that_could_not_be_created_again_is_not_deleted(
    task: dict[str, t.Any], more: dict[str, dict[str, t.Any]], check_mode: bool
) -> None:
    (entry,), _warnings = _exported([task])
    for side, fields in more.items():
        entry[side].update({**newer.KEYS, **fields})
    ran = _applied([task], [entry], check_mode, recreate=True)
    assert "it can't be recreated, because a new task can't have a value that it has" in ran.msg
    assert "DELETE" not in str(ran.log)


def test_task_that_is_selected_by_its_id_keeps_its_name_when_it_is_recreated() -> None:
    task = {**_sink({"deliver_time_interval": 60}), "task_name": "odd "}
    (entry,), _warnings = _exported([task])
    entry["obs_destination_descriptor"].update({**newer.KEYS, "deliver_time_interval": 61})
    desired = KIND.read_options(
        {**entry, "state": "present", "recreate": True, "update_secrets": "on_create", "wait_timeout": 9}
    )
    body = KIND.plan(desired, task).body
    assert body
    assert body["task_name"] == "odd "
    assert body["obs_destination_descriptor"]["topics"] == "topic-0"


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("make", [_sink, _smart_connect])
def test_failed_task_is_exported_with_a_warning_and_fails_alone(make: t.Callable[..., Task], wait: bool) -> None:
    rows = [make({"status": "FAILED"}), make({}, 1)]
    definitions, warnings = _exported(rows)
    assert [
        len(warning.split("'odd' is FAILED: applying its definition fails for this task")) for warning in warnings
    ] == [2]
    for check_mode in (True, False):
        ran = _applied(rows, definitions, check_mode, prune=True, wait=wait)
        assert [each["action"] for each in ran.result["tasks"]] == ["failed", "unchanged"]
        assert ran.result["changed"] is False
