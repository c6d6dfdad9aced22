# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of Smart Connect tasks: ranges, conditions, the body, and what counts as equal."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect import fields
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption
from ansible_collections.huaweicloud.kafka.tests.unit import smart_connect as samples
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import (
    KEYS,
    SINK,
    entity,
    observed,
    options,
    replicated,
    replication,
)


def prepared(given: t.Mapping[str, t.Any]) -> fields.Description:
    description = fields.prepare(given)
    assert description
    return description


# --- refused options -------------------------------------------------------------------------------------------------

TWO_WAY = {"direction": "two-way"}
REFUSED: dict[str, tuple[dict[str, t.Any], str]] = {
    "topics and topics_regex": (options(topics_regex="a"), "exactly one of topics and topics_regex"),
    "neither topics nor topics_regex": (options(topics=[]), "exactly one of topics and topics_regex"),
    "a replication without topics": (replication(topics=None), "exactly one of topics and topics_regex"),
    "a dump with a mapping only": (
        {**options(topics=None), "topics_mapping": "a:b"}, "exactly one of topics and topics_regex",
    ),
    "a mapping with topics and topics_regex": (
        replication({"topics_mapping": "a:b"}, topics_regex="a"), "exactly one of topics and topics_regex",
    ),
    "neither side": ({"topics": ["a"]}, "exactly one of sink_task and source_task"),
    "both sides": ({**options(), "source_task": samples.SOURCE}, "exactly one of sink_task and source_task"),
    "21 topics": (options(topics=[f"t{number}" for number in range(21)]), "at most 20 topics, not 21"),
    "a topic with a space": (options(topics=["a b"]), "topics must be a list of topic names"),
    "topics as JSON": (options(topics=['["a"]']), "from_json"),
    "interval 29": (options({"deliver_time_interval": 29}), "sink_task.deliver_time_interval must be from 30 to 900"),
    "interval 901": (options({"deliver_time_interval": 901}), "from 30 to 900 seconds, not 901"),
    "path of 65 characters": (options({"obs_path": "a" * 65}), "sink_task.obs_path must be at most 64"),
    "path with a dot": (options({"obs_path": "a.b"}), "sink_task.obs_path must be"),
    "unknown delimiter": (options({"record_delimiter": "x"}), "sink_task.record_delimiter must be one of"),
    "blank bucket": (options({"obs_bucket_name": " "}), "sink_task.obs_bucket_name must be set"),
    "no peer": (replication({"instance_id": None}), "exactly one of source_task.instance_id and"),
    "two peers": (replication({"bootstrap_servers": "h:1"}), "exactly one of source_task.instance_id and"),
    "alias of 21 characters": (replication({"cluster_name": "a" * 21}), "source_task.cluster_name must be 1 to 20"),
    "alias with a dot": (replication({"current_cluster_name": "a.b"}), "source_task.current_cluster_name must be"),
    "empty alias": (replication({"cluster_name": ""}), "source_task.cluster_name must be 1 to 20"),
    "replication_factor 0": (
        replication({"replication_factor": 0}), "source_task.replication_factor must be 1 or more, not 0",
    ),
    "task_num 0": (replication({"task_num": 0}), "source_task.task_num must be 1 or more, not 0"),
    "malformed mapping": (replication({"topics_mapping": "a:b,c"}), "source_task.topics_mapping must be pairs"),
    "21 pairs": (
        replication({"topics_mapping": ",".join(f"a{n}:b{n}" for n in range(21))}), "at most 20 pairs, not 21",
    ),
    "renaming and mapping": (
        replication({"rename_topic_enabled": True, "topics_mapping": "a:b"}), "can't be set together",
    ),
    "access_key and agency": (
        options({"secret_key": None, "agency_name": "x"}), "sink_task.access_key and sink_task.agency_name can't be set together",
    ),
    "secret_key and agency": (
        options({"access_key": None, "agency_name": "x"}), "sink_task.secret_key and sink_task.agency_name can't be set together",
    ),
    "blank regex": (options(topics=None, topics_regex=" "), "topics_regex must be a regular expression, not blank"),
    "two-way": (replication(TWO_WAY), "replicated in a loop"),
    "SASL without user": (
        replication({"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN"}), "source_task.user_name must be set",
    ),
    "SASL without mechanism and user": (
        replication({"security_protocol": "SASL_PLAINTEXT"}), "sasl_mechanism and source_task.user_name",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_invalid_description_is_refused(name: str) -> None:
    given, expected = REFUSED[name]
    with pytest.raises(InvalidOption) as caught:
        fields.prepare(given)
    assert expected in str(caught.value)


@pytest.mark.parametrize("name", ["abcd", "a" * 64, "A-z_9"])
def test_names_of_new_tasks(name: str) -> None:
    fields.check_task_name(name)
    for bad in (name[:3], name + "a" * 62, name + "."):
        with pytest.raises(InvalidOption, match="4 to 64"):
            fields.check_task_name(bad)


# --- the body --------------------------------------------------------------------------------------------------------

SENT: list[tuple[dict[str, t.Any], dict[str, t.Any]]] = [
    (options(), samples.body()),
    (options(topics=["b", " a ", "b"]), samples.body(topics="b,a")),
    (options(topics=None, topics_regex=".*"), samples.body(topics=None, topics_regex=".*")),
    (options({"record_delimiter": "\\n"}), samples.body({"record_delimiter": "\n"})),
    (options({"record_delimiter": "NULL", "store_keys": True}), samples.body({"record_delimiter": "NULL", "store_keys": True})),
    (
        options({"access_key": None, "secret_key": None, "agency_name": "dms"}),
        samples.body({"access_key": None, "secret_key": None, "agency_name": "dms"}),
    ),
    (
        replication({"topics_mapping": "a:b, c:d", "task_num": 1, "security_protocol": "PLAINTEXT"}),
        {
            "task_name": "orders",
            "topics": "orders",
            "source_type": "KAFKA_REPLICATOR_SOURCE",
            "sink_type": "NONE",
            "source_task": {
                **samples.SOURCE, "topics_mapping": "a:b,c:d", "task_num": 1, "security_protocol": "PLAINTEXT"
            },
        },
    ),
    (
        replication({"instance_id": None, "bootstrap_servers": "h:1, g:2 ", "topics_mapping": ""}),
        {
            "task_name": "orders",
            "topics": "orders",
            "source_type": "KAFKA_REPLICATOR_SOURCE",
            "sink_type": "NONE",
            "source_task": {"bootstrap_servers": "h:1,g:2", "direction": "pull", "topics_mapping": ""},
        },
    ),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(SENT)))
def test_body(number: int) -> None:
    given, sent = SENT[number]
    assert {"task_name": "orders", **prepared(given).body()} == sent


def test_mapping_alone_is_sent_without_topics() -> None:
    body = prepared(replication({"topics_mapping": "a:b"}, topics=None)).body()
    assert {"topics", "topics_regex"} & set(body) == set()
    assert body["source_task"]["topics_mapping"] == "a:b"


def test_regex_is_sent_without_topics() -> None:
    body = prepared(options(topics=None, topics_regex="a.+")).body()
    assert (body.get("topics"), body["topics_regex"]) == (None, "a.+")


SASL = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "user_name": "u"}
KEPT: dict[str, tuple[dict[str, t.Any], dict[str, t.Any], dict[str, t.Any], str | None]] = {
    "unset options": (
        options(), entity(sink={"obs_path": "a/b", "store_keys": True, "deliver_time_interval": "60"}),
        {"obs_path": "a/b", "store_keys": True, "deliver_time_interval": 60, "record_delimiter": "\n"}, None,
    ),
    "keys replace an agency": (options(), entity(sink={"agency_name": "x"}), {"agency_name": None}, None),
    "agency, keys not set": (
        options(dict.fromkeys(KEYS)), entity(sink={"agency_name": "x"}), {"agency_name": "x"}, None,
    ),
    "secret_key not set": (
        options({"secret_key": None}), entity(), {}, "sink_task.access_key and sink_task.secret_key",
    ),
    "mapping replaces renaming": (
        replication({"topics_mapping": "a:b"}), replicated(source={"rename_topic_enabled": True}),
        {"rename_topic_enabled": None}, None,
    ),
    "renaming replaces a mapping": (
        replication({"rename_topic_enabled": True}), replicated(source={"topics_mapping": "a:b"}),
        {"topics_mapping": None}, None,
    ),
    "another peer": (
        replication({"instance_id": None, "bootstrap_servers": "h:1"}), replicated(), {"instance_id": None}, None,
    ),
    "SASL kept": (
        replication(), replicated(source=SASL), {"user_name": "u", "bootstrap_servers": None}, "source_task.password",
    ),
    "SASL turned off": (
        replication({"security_protocol": "PLAINTEXT"}), replicated(source=SASL), {"user_name": None}, None,
    ),
    "task_num doubled by the service": (
        replication({**TWO_WAY, "provenance_header_enabled": True}),
        replicated(source={**TWO_WAY, "task_num": 4}), {"task_num": None}, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
def test_recreation_keeps_unset_fields(name: str) -> None:
    given, existing, expected, missing = KEPT[name]
    description = prepared(given)
    side = description.body(observed(existing))[description.side]
    assert {key: side.get(key) for key in expected} == expected
    lacks = description.lacks_keys(observed(existing))
    assert lacks is None if missing is None else missing in str(lacks)


MAPPED: dict[str, tuple[dict[str, t.Any], dict[str, t.Any]]] = {
    "topics": (replicated(topics="a,x", source={"topics_mapping": "a:b"}), {"topics": "a,x"}),
    "a regex": (replicated(topics="", topics_regex="x.+"), {"topics_regex": "x.+"}),
    "topics derived from the mapping": (
        replicated(topics="c,a", source={"topics_mapping": "a:b,c:d"}), {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MAPPED)
def test_recreation_with_a_mapping_keeps_topics_outside_the_old_mapping(name: str) -> None:
    existing, expected = MAPPED[name]
    body = prepared(replication({"topics_mapping": "a:e"}, topics=None)).body(observed(existing))
    assert {key: value for key, value in body.items() if key.startswith("topics")} == expected


# --- the comparison --------------------------------------------------------------------------------------------------

ECHOES = ({}, None, ...)
SINK_CHANGES = {
    "consumer_strategy": "earliest",
    "deliver_time_interval": 60,
    "agency_name": "x",
    "obs_bucket_name": "other",
    "obs_path": "x",
    "partition_format": "yyyy",
    "record_delimiter": ";",
    "store_keys": True,
}
SOURCE_CHANGES = {
    "current_cluster_name": "x",
    "cluster_name": "x",
    "instance_id": "i-3",
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "SCRAM-SHA-512",
    "user_name": "x",
    "direction": "push",
    "sync_consumer_offsets_enabled": True,
    "replication_factor": 2,
    "task_num": 3,
    "rename_topic_enabled": True,
    "topics_mapping": "a:b",
    "provenance_header_enabled": True,
    "consumer_strategy": "earliest",
    "compression_type": "gzip",
}


def test_every_field_that_is_sent_is_compared() -> None:
    not_compared = {*fields.SINK.secrets, *fields.SOURCE.secrets, "destination_file_type", "bootstrap_servers"}
    assert {*fields.SINK.fields, *fields.SOURCE.fields} - not_compared == {*SINK_CHANGES, *SOURCE_CHANGES}


@pytest.mark.parametrize("name", SINK_CHANGES)
def test_changed_field_of_the_sink_differs(name: str) -> None:
    keyless = dict.fromkeys(KEYS if name == "agency_name" else ())
    differing = prepared(options({**keyless, name: SINK_CHANGES[name]})).differences(observed(entity()))
    assert list(differing) == [f"sink_task.{name}"]


@pytest.mark.parametrize("name", SOURCE_CHANGES)
def test_changed_field_of_the_source_differs(name: str) -> None:
    existing = replicated(source=SASL if name in ("sasl_mechanism", "user_name") else {})
    wanted = {**SASL, "password": "p", name: SOURCE_CHANGES[name]} if name in SASL else {name: SOURCE_CHANGES[name]}
    differing = prepared(replication(wanted)).differences(observed(existing))
    assert f"source_task.{name}" in differing
    assert {"source_task." + key for key in SASL} >= set(differing) - {f"source_task.{name}"}


def test_peer_by_instance_differs_from_peer_by_servers() -> None:
    by_address = replication({"instance_id": None, "bootstrap_servers": "h:1,g:1"})
    same = replicated(source={"instance_id": "", "bootstrap_servers": "g:1, h:1"})
    assert prepared(by_address).differences(observed(same)) == {}
    other = replicated(source={"instance_id": None, "bootstrap_servers": "f:1"})
    assert list(prepared(by_address).differences(observed(other))) == ["source_task.bootstrap_servers"]
    assert list(prepared(replication()).differences(observed(same))) == ["source_task.instance_id"]


SAME: dict[str, tuple[dict[str, t.Any], dict[str, t.Any]]] = {
    "no mapping": (replication({"topics_mapping": ""}), samples.replicated(source={"topics_mapping": None})),
    "a sink as sent": (options(), entity()),
    "topics in another order": (options(topics=["b", "a"]), entity(topics="a, b")),
    "a topic list": (options(topics=["b", "a"]), entity(topics=["a", "b"])),
    "backslash-n": (options({"record_delimiter": "\n"}), entity(sink={"record_delimiter": "\\n"})),
    "no delimiter": (options({"record_delimiter": "\n"}), entity(sink={"record_delimiter": None})),
    "empty delimiter": (options({"record_delimiter": ""}), entity(sink={"record_delimiter": "\n"})),
    "NULL": (options({"record_delimiter": "NULL"}), entity(sink={"record_delimiter": "NULL"})),
    "numbers as text": (options({"deliver_time_interval": 300}), entity(sink={"deliver_time_interval": "300"})),
    "false, not returned": (options({"store_keys": False}), entity(sink={"store_keys": None})),
    "true as text": (options({"store_keys": True}), entity(sink={"store_keys": "true"})),
    "empty path": (options({"obs_path": ""}), entity(sink={"obs_path": None})),
    "replication": (replication(), replicated()),
    "a PLAINTEXT peer": (
        replication({"security_protocol": "PLAINTEXT", "sasl_mechanism": "SCRAM-SHA-512", "user_name": "x"}),
        replicated(),
    ),
    "PLAINTEXT by default": (replication({"sasl_mechanism": "SCRAM-SHA-512", "user_name": "x"}), replicated()),
    "an empty mapping": (replication(), replicated(source={"topics_mapping": None})),
    "a mapping alone": (
        replication({"topics_mapping": "a:b"}, topics=None), replicated(topics=None, source={"topics_mapping": "a:b"}),
    ),
    "a mapping alone, with topics derived by the service": (
        replication({"topics_mapping": "a:b,c:d"}, topics=[]),
        replicated(topics="c,a", source={"topics_mapping": "a:b,c:d"}),
    ),
    "task_num doubled by the service": (
        replication({**TWO_WAY, "provenance_header_enabled": True, "task_num": 2}),
        replicated(source={**TWO_WAY, "provenance_header_enabled": True, "task_num": "4"}),
    ),
    "task_num as sent": (
        replication({**TWO_WAY, "provenance_header_enabled": True, "task_num": 2}),
        replicated(source={**TWO_WAY, "provenance_header_enabled": True, "task_num": 2}),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_equal_descriptions(name: str) -> None:
    given, existing = SAME[name]
    assert prepared(given).differences(observed(existing)) == {}


@pytest.mark.parametrize("unused", ECHOES)
@pytest.mark.parametrize("regex", ["", None, ...])
def test_unused_side_is_not_compared(unused: t.Any, regex: t.Any) -> None:
    existing = observed(entity(source_task=unused, topics_regex=regex))
    existing = {name: value for name, value in existing.items() if value is not ...}
    assert prepared(options()).differences(existing) == {}
    other = prepared(replication()).differences(existing)
    assert other["type"] == ("sink_task", "source_task")


def test_topics_and_regex_replace_each_other() -> None:
    differing = prepared(options(topics=None, topics_regex="o.+")).differences(observed(entity()))
    assert differing == {"topics": (["orders"], None), "topics_regex": ("", "o.+")}


def test_user_name_without_a_protocol_is_compared_with_a_sasl_peer() -> None:
    differing = prepared(replication({"user_name": "x"})).differences(observed(replicated(source=SASL)))
    assert list(differing) == ["source_task.user_name"]


# --- results ---------------------------------------------------------------------------------------------------------


def test_results_have_no_secrets_and_no_start_later() -> None:
    task = observed(entity(sink=KEYS))
    shown = fields.without_secrets({**task, "start_later": True})
    assert shown == {**entity(), "sink_task": samples.SINK_ECHO}


ROUND_TRIPS = {
    "sink": entity(sink={"obs_path": "a/b", "record_delimiter": "\\n", "partition_format": "N/A"}),
    "sink with a regex": entity(topics="", topics_regex="o.+", sink={"agency_name": "x", "store_keys": True}),
    "NULL": entity(sink={"record_delimiter": "NULL", "partition_format": "yyyy/MM"}),
    "replication": replicated(),
    "replication with SASL": replicated(source={**SASL, "topics_mapping": "a:b,c:d"}),
    "replication with a mapping alone": replicated(topics="", source={"topics_mapping": "a:b,c:d"}),
    "replication by address": replicated(source={"instance_id": "", **SASL}),
    "two-way": replicated(source={**TWO_WAY, "rename_topic_enabled": True, "task_num": 4}),
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_exported_definition_has_no_differences(name: str) -> None:
    task = observed(ROUND_TRIPS[name])
    exported, left_out = fields.definition(task)
    assert left_out == []
    assert "secret" not in str(exported)
    assert prepared(exported).differences(task) == {}
    choices = {key: option for key, option in fields.task_options().items() if key in exported}
    assert set(exported) - {"state"} == set(choices)
    for side in fields.SIDES:
        for key, value in exported.get(side, {}).items():
            assert value in choices[side]["options"][key].get("choices", [value])


@pytest.mark.parametrize(
    ("status", "expected"),
    [("RUNNING", "running"), ("PAUSED", "paused"), ("WAITING", "paused"), ("CREATING", None)],
)
def test_state_of_an_exported_definition(status: str, expected: str | None) -> None:
    assert fields.definition(observed(entity(status)))[0].get("state") == expected
    assert fields.definition(observed(entity(status)))[0]["sink_task"]["obs_bucket_name"] == SINK["obs_bucket_name"]
