# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a topic: rules of options and names, internal topics, configs, and definitions."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.topic.fields import (
    TABLE,
    changed_topic,
    changes,
    check_new_name,
    definition,
    is_internal,
    listed,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption
from ansible_collections.huaweicloud.kafka.tests.unit.topics import BYTES, row

TIME = {"name": "message.timestamp.type", "value": "CreateTime"}


@pytest.mark.parametrize("name", ["abc", "_abc", "A.b_c-9", "a" * 200, "heartbeats-of-mine", "x.internal"])
def test_new_name_is_valid(name: str) -> None:
    check_new_name(name)


@pytest.mark.parametrize("name", ["", "ab", "a" * 201, "9abc", "-abc", ".abc", "a b", "a/bc", "äbc", "abc\n", "a#bc"])
def test_new_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidOption, match="name of a new topic must be 3 to 200 letters"):
        check_new_name(name)


INTERNAL = [
    "__consumer_offsets",
    "__transaction_state",
    "__trace",
    "__connect-status",
    "__connect-configs",
    "__connect-offsets",
    "__dms_dial_test",
    "__x",
    "mm2-offset-syncs.B.internal",
    "A.checkpoints.internal",
    "heartbeats",
    "A.heartbeats",
]


@pytest.mark.parametrize("name", INTERNAL)
def test_internal_topic(name: str) -> None:
    assert is_internal(row(name))
    with pytest.raises(InvalidOption, match="the name of an internal topic"):
        check_new_name(name)


@pytest.mark.parametrize(
    "name", ["_orders", "orders__", "a__b", "mm2-offset-syncs", "checkpoints.internal", "my-heartbeats", "heartbeats.a"]
)
def test_topic_of_users(name: str) -> None:
    assert not is_internal(row(name))
    assert is_internal(row(name, topic_type=1))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": ""}, "name must be set"),
        ({"partition": 0}, "partition must be from 1 to 200, not 0"),
        ({"partition": 201}, "partition must be from 1 to 200, not 201"),
        ({"replication": 0}, "replication must be from 1 to 200, not 0"),
        ({"retention_time": 0}, "retention_time must be from 1 to 720 hours, not 0"),
        ({"retention_time": 721}, "retention_time must be from 1 to 720 hours, not 721"),
        ({"topic_desc": "x" * 201}, "topic_desc must be at most 200 characters, not 201"),
        ({"topic_other_configs": {"a": None}}, "names with a text or a number each, not a: None"),
        ({"topic_other_configs": {"a": [1]}}, "names with a text or a number each, not a: [1]"),
        ({"topic_other_configs": {"a": {"b": 1}}}, "names with a text or a number each, not a: {'b': 1}"),
    ],
)
def test_option_is_refused(options: dict[str, t.Any], message: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        TABLE.prepare({"name": "orders", **options})
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [
        {"partition": 1, "retention_time": 1},
        {"partition": 200, "replication": 200, "retention_time": 720},
        {"topic_desc": "x" * 200, "sync_replication": False},
        {"topic_desc": ""},
        {"partition": None, "topic_other_configs": None},
    ],
)
def test_option_is_sent_as_it_is(options: dict[str, t.Any]) -> None:
    given = {name: value for name, value in options.items() if value is not None}
    assert TABLE.prepare({"name": "orders", **options}) == {"name": "orders", **given}


def test_options_and_their_aliases() -> None:
    aliases = {name: spec["aliases"] for name, spec in TABLE.spec().items() if "aliases" in spec}
    assert aliases == {
        "partition": ["partitions"],
        "replication": ["replicas"],
        "retention_time": ["aging_time"],
        "sync_message_flush": ["sync_flushing"],
        "topic_desc": ["description"],
        "topic_other_configs": ["configs"],
    }


# --- comparison ------------------------------------------------------------------------------------------------------

DIFFERENCES: dict[str, tuple[dict[str, t.Any], dict[str, t.Any], dict[str, t.Any]]] = {
    "what is not set": ({}, row(retention_time=1), {}),
    "number": ({"retention_time": 72}, row(retention_time=24), {"retention_time": (24, 72)}),
    "flag": ({"sync_replication": True}, row(), {"sync_replication": (False, True)}),
    "flag as text": ({"sync_replication": False}, row(sync_replication="false"), {}),
    "flag that is not returned": (
        {"sync_replication": True},
        row(sync_replication=None),
        {"sync_replication": (None, True)},
    ),
    "no description": ({"topic_desc": ""}, row(topic_desc=None), {}),
    "description is removed": ({"topic_desc": ""}, row(topic_desc="all"), {"topic_desc": ("all", "")}),
    "description in another case": ({"topic_desc": "All"}, row(topic_desc="all"), {"topic_desc": ("all", "All")}),
    "config as a number": ({"topic_other_configs": {"max.message.bytes": 1000}}, row(), {}),
    "config differs": (
        {"topic_other_configs": {"max.message.bytes": 2000}},
        row(),
        {"topic_other_configs": ({"max.message.bytes": "1000"}, {"max.message.bytes": "2000"})},
    ),
    "config is not there": (
        {"topic_other_configs": {"a": True}},
        row(topic_other_configs=None),
        {"topic_other_configs": ({"a": None}, {"a": "true"})},
    ),
    "config is a boolean": (
        {"topic_other_configs": {"a": False}},
        row(topic_other_configs=[{"name": "a", "value": False}]),
        {},
    ),
    "config is null": (
        {"topic_other_configs": {"a": "null"}},
        row(topic_other_configs=[{"name": "a", "value": None}]),
        {"topic_other_configs": ({"a": None}, {"a": "null"})},
    ),
    "no configs": ({"topic_other_configs": {}}, row(), {}),
    "neither side has configs": ({"topic_other_configs": {}}, row(topic_other_configs=None), {}),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_differences(name: str) -> None:
    options, topic, expected = DIFFERENCES[name]
    assert TABLE.differences(TABLE.prepare({"name": "orders", **options}), topic) == expected


def test_only_the_configs_that_differ_are_changed() -> None:
    desired = TABLE.prepare({"name": "orders", "topic_other_configs": {"max.message.bytes": 1000, "a": 1, "b": 2}})
    topic = row(topic_other_configs=[BYTES, {"name": "b", "value": "1", "config_type": "dynamic"}, TIME])
    changed = changes(desired, TABLE.differences(desired, topic))
    assert changed == {"topic_other_configs": {"a": "1", "b": "2"}}
    # In the order of the service, so that check mode returns what the run does.
    assert changed_topic(topic, changed)["topic_other_configs"] == [
        BYTES,
        {"name": "b", "value": "2", "config_type": "dynamic"},
        TIME,
        {"name": "a", "value": "1"},
    ]


def test_configs_are_sent_as_a_sorted_list() -> None:
    assert listed({"name": "x", "topic_other_configs": {"b": "2", "a": "1"}}) == {
        "name": "x",
        "topic_other_configs": [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}],
    }
    assert listed({"name": "x", "topic_other_configs": {}}) == listed({"name": "x"}) == {"name": "x"}


# --- definitions -----------------------------------------------------------------------------------------------------

DESCRIBED = {
    "name": "orders",
    "partition": 3,
    "replication": 3,
    "retention_time": 72,
    "sync_replication": False,
    "sync_message_flush": False,
    "topic_desc": "",
    "topic_other_configs": {"max.message.bytes": "1000"},
}


@pytest.mark.parametrize(
    ("fields", "expected", "left_out"),
    [
        ({}, {}, []),
        (
            {"topic_desc": "all", "topic_other_configs": [BYTES, TIME]},
            {
                "topic_desc": "all",
                "topic_other_configs": {"max.message.bytes": "1000", "message.timestamp.type": "CreateTime"},
            },
            [],
        ),
        ({"topic_other_configs": []}, {"topic_other_configs": None}, []),
        (
            {"retention_time": 0},
            {"retention_time": None},
            ["retention_time (retention_time must be from 1 to 720 hours, not 0)"],
        ),
        ({"partition": 300}, {"partition": None}, ["partition (partition must be from 1 to 200, not 300)"]),
        ({"new_in_the_api": 1}, {}, ["new_in_the_api"]),
        ({"external_configs": {"a": 1}}, {}, []),
    ],
)
def test_definition(fields: dict[str, t.Any], expected: dict[str, t.Any], left_out: list[str]) -> None:
    described = {name: value for name, value in {**DESCRIBED, **expected}.items() if value is not None}
    assert definition(row(**fields)) == (described, left_out)
