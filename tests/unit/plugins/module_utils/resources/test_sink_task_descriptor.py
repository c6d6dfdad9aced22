# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ModuleArgumentSpecValidator
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.descriptor import differences
from ansible_collections.huaweicloud.kafka.plugins.modules.huaweicloud_kafka_sink_task import MODULE
from ansible_collections.huaweicloud.kafka.tests.unit.sink_tasks import (
    CONNECTION,
    ECHO,
    LIST,
    SHOW,
    Play,
    details,
    listed,
    present,
    tasks,
)
from hypothesis import given
from hypothesis import strategies as st

MANY = [f"topic-{number}" for number in range(21)]

REFUSED = {
    "neither topics nor an expression": ({"topics": None}, "give exactly one of X.topics and X.topics_regex"),
    "no topics": ({"topics": []}, "give exactly one of X.topics and X.topics_regex"),
    "two blanks": ({"topics": [], "topics_regex": ""}, "give exactly one of X.topics and X.topics_regex"),
    "topics and an expression": ({"topics_regex": "or.*"}, "give exactly one of X.topics and X.topics_regex"),
    "a blank topic": ({"topics": ["orders", " "]}, "X.topics must be names of topics without blanks and commas"),
    "an empty topic": ({"topics": [""]}, "X.topics must be names of topics without blanks and commas"),
    "topics joined by commas": (
        {"topics": ["orders;x", "a,b"]},
        "X.topics must be names of topics without blanks and commas",
    ),
    "too many topics": ({"topics": MANY}, "X.topics must be at most 20 topics, not 21"),
    "an expression for everything": (
        {"topics": None, "topics_regex": ".*"},
        "X.topics_regex must be a regular expression other than .*",
    ),
    "an expression for everything with blanks": (
        {"topics": None, "topics_regex": " .* "},
        "X.topics_regex must be a regular expression other than .*",
    ),
    "a blank expression": (
        {"topics": None, "topics_regex": " "},
        "X.topics_regex must be a regular expression other than .*",
    ),
    "no access key": ({"access_key": None}, "X.access_key must be given when state is present, and not empty"),
    "an empty access key": ({"access_key": ""}, "X.access_key must be given when state is present, and not empty"),
    "no secret key": ({"secret_key": None}, "X.secret_key must be given when state is present, and not empty"),
    "an empty secret key": ({"secret_key": ""}, "X.secret_key must be given when state is present, and not empty"),
    "no bucket": ({"obs_bucket_name": None}, "X.obs_bucket_name must be given when state is present, and not empty"),
    "an empty bucket": (
        {"obs_bucket_name": ""},
        "X.obs_bucket_name must be given when state is present, and not empty",
    ),
    "another file type": ({"destination_file_type": "JSON"}, "X.destination_file_type must be TEXT, not 'JSON'"),
    "no file type": ({"destination_file_type": ""}, "X.destination_file_type must be TEXT, not ''"),
    "too short an interval": (
        {"deliver_time_interval": 29},
        "X.deliver_time_interval must be from 30 to 900 seconds, not 29",
    ),
    "too long an interval": (
        {"deliver_time_interval": 901},
        "X.deliver_time_interval must be from 30 to 900 seconds, not 901",
    ),
    "no interval": ({"deliver_time_interval": 0}, "X.deliver_time_interval must be from 30 to 900 seconds, not 0"),
    "an interval below zero": (
        {"deliver_time_interval": -30},
        "X.deliver_time_interval must be from 30 to 900 seconds, not -30",
    ),
    "too long a path": (
        {"obs_path": "a" * 65},
        f"X.obs_path must be at most 64 letters, digits, _, - and /, not '{'a' * 65}'",
    ),
    "a path with dots": (
        {"obs_path": "a/../b"},
        "X.obs_path must be at most 64 letters, digits, _, - and /, not 'a/../b'",
    ),
    "a path beyond ASCII": ({"obs_path": "é"}, "X.obs_path must be at most 64 letters, digits, _, - and /, not 'é'"),
    "a path with a line end": (
        {"obs_path": "a\n"},
        "X.obs_path must be at most 64 letters, digits, _, - and /, not 'a\\n'",
    ),
    "another delimiter": (
        {"record_delimiter": ":"},
        'X.record_delimiter must be one of "," ";" "|" "\\n" "NULL", not \':\'',
    ),
    "two delimiters": (
        {"record_delimiter": ",;"},
        'X.record_delimiter must be one of "," ";" "|" "\\n" "NULL", not \',;\'',
    ),
}


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_out_of_range_is_refused_before_any_request(play: Play, name: str, check_mode: bool) -> None:
    descriptor, problem = REFUSED[name]
    played = play(present(descriptor), check_mode=check_mode)
    msg = problem.replace("X.", "obs_destination_descriptor.") + "."
    assert played.result == {"failed": True, "changed": False, "msg": msg}


@pytest.mark.parametrize(
    "descriptor",
    [
        {"topics": MANY[:20]},
        {"topics": [*MANY[:20], *MANY[:20]]},
        {"topics": ["a.b-c_d", "__consumer_offsets"]},
        {"topics": None, "topics_regex": "(orders|returns)\\..*"},
        {"deliver_time_interval": 30},
        {"deliver_time_interval": 900},
        {"obs_path": "a" * 64},
        {"obs_path": "Az09_-/x"},
        *({"record_delimiter": delimiter} for delimiter in (",", ";", "|", "\n", "\\n", "NULL", "")),
        *({"destination_file_type": name} for name in ("TEXT", "text", "TXT", "txt")),
    ],
)
def test_what_is_in_range_is_taken(play: Play, descriptor: dict[str, t.Any]) -> None:
    assert play(present(descriptor), (LIST, tasks()), check_mode=True).result["changed"] is True


def test_a_topic_with_a_blank_in_it_is_refused(play: Play) -> None:
    assert "obs_destination_descriptor.topics must be" in play(present({"topics": ["a b"]})).msg


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"state": "gone"}, "value of state must be one of: present, absent, got: gone"),
        ({"source_type": "KAFKA"}, "value of source_type must be one of: BLOB, got: KAFKA"),
        ({"destination_type": "S3"}, "value of destination_type must be one of: OBS, got: S3"),
        (
            {"obs_destination_descriptor": {"consumer_strategy": "newest"}},
            "consumer_strategy must be one of: latest, earl",
        ),
        (
            {"obs_destination_descriptor": {"partition_format": "yyyy-MM"}},
            "partition_format must be one of: yyyy, yyyy/MM",
        ),
        ({"obs_destination_descriptor": {"deliver_time_interval": "often"}}, "deliver_time_interval"),
        ({"obs_destination_descriptor": {"bucket": "x"}}, "obs_destination_descriptor.bucket"),
        (
            {"obs_destination_descriptor": None},
            "state is present but all of the following are missing: obs_destination_de",
        ),
        ({"task_name": None, "task_id": "t-1"}, "state is present but all of the following are missing: task_name"),
        ({"task_name": None, "state": "absent"}, "one of the following is required: task_id, task_name"),
        ({"connector_id": None}, "one of the following is required: connector_id, instance_id, instance_name"),
        ({"instance_id": "i-1"}, "parameters are mutually exclusive: connector_id|instance_id|instance_name"),
        ({"instance_name": "kafka"}, "parameters are mutually exclusive: connector_id|instance_id|instance_name"),
        ({"wait_timeout": "soon"}, "wait_timeout"),
    ],
)
def test_the_argument_spec_refuses(options: dict[str, t.Any], problem: str) -> None:
    given_ = {name: value for name, value in {**CONNECTION, **present(), **options}.items() if value is not None}
    messages = ModuleArgumentSpecValidator(MODULE.argument_spec, **MODULE.rules).validate(given_).error_messages
    assert any(problem in message for message in messages), messages


# How an echo compares. What is wanted here has passed the check of its ranges.

SAME = {
    "the order of topics": ({"topics": "b,a"}, {"topics": "a,b"}),
    "blanks between topics": ({"topics": "a,b"}, {"topics": "a, b ,"}),
    "topics as a list": ({"topics": "a,b"}, {"topics": ["b", "a"]}),
    "an empty expression beside topics": ({"topics": "a"}, {"topics": "a", "topics_regex": ""}),
    "an expression": ({"topics_regex": "or.*"}, {"topics": "", "topics_regex": "or.*"}),
    "a file type in the other spelling": ({"destination_file_type": "TEXT"}, {"destination_file_type": "TXT"}),
    "a file type in small letters": ({"destination_file_type": "TEXT"}, {"destination_file_type": "text"}),
    "no folders by time": ({"partition_format": "N/A"}, {"partition_format": ""}),
    "no folders by time at all": ({"partition_format": "N/A"}, {}),
    "no folders by time, echoed": ({"partition_format": "N/A"}, {"partition_format": "N/A"}),
    "an empty path": ({"obs_path": ""}, {}),
    "an empty path that is null": ({"obs_path": ""}, {"obs_path": None}),
    "a delimiter": ({"record_delimiter": ";"}, {"record_delimiter": ";"}),
    "a line end that is written out": ({"record_delimiter": "\n"}, {"record_delimiter": "\\n"}),
    "a line end that is the default": ({"record_delimiter": "\n"}, {}),
    "a line end that is the default and null": ({"record_delimiter": "\n"}, {"record_delimiter": None}),
    "a number as text": ({"deliver_time_interval": 300}, {"deliver_time_interval": "300"}),
    "a number with a point": ({"deliver_time_interval": 300}, {"deliver_time_interval": 300.0}),
    "keys, which are never echoed": ({"access_key": "a", "secret_key": "b"}, {"access_key": "", "secret_key": None}),
    "what is not wanted": ({}, {"obs_path": "x", "obs_part_size": 1, "consumer_strategy": "latest"}),
}
DIFFERENT = {
    "other topics": ({"topics": "a"}, {"topics": "a,b"}, "topics", ["a", "b"], ["a"]),
    "topics in another case": ({"topics": "a"}, {"topics": "A"}, "topics", ["A"], ["a"]),
    "no topics": ({"topics": "a"}, {}, "topics", None, ["a"]),
    "another expression": ({"topics_regex": "a"}, {"topics_regex": "b"}, "topics_regex", "b", "a"),
    "another strategy": (
        {"consumer_strategy": "latest"},
        {"consumer_strategy": "earliest"},
        "consumer_strategy",
        "earliest",
        "latest",
    ),
    "another bucket": ({"obs_bucket_name": "a"}, {"obs_bucket_name": "b"}, "obs_bucket_name", "b", "a"),
    "another path": ({"obs_path": "a"}, {"obs_path": ""}, "obs_path", None, "a"),
    "a path where there is none": ({"obs_path": ""}, {"obs_path": "a"}, "obs_path", "a", None),
    "folders by time": ({"partition_format": "yyyy"}, {"partition_format": "N/A"}, "partition_format", None, "yyyy"),
    "no folders by time": ({"partition_format": "N/A"}, {"partition_format": "yyyy"}, "partition_format", "yyyy", None),
    "another delimiter": ({"record_delimiter": ";"}, {"record_delimiter": "|"}, "record_delimiter", "|", ";"),
    "no default delimiter": ({"record_delimiter": ";"}, {}, "record_delimiter", "\n", ";"),
    "another interval": (
        {"deliver_time_interval": 60},
        {"deliver_time_interval": "61"},
        "deliver_time_interval",
        61,
        60,
    ),
    "an interval that is none": (
        {"deliver_time_interval": 60},
        {"deliver_time_interval": "often"},
        "deliver_time_interval",
        "often",
        60,
    ),
    "another file type": (
        {"destination_file_type": "TEXT"},
        {"destination_file_type": "PARQUET"},
        "destination_file_type",
        "PARQUET",
        "TEXT",
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_is_the_same(name: str) -> None:
    wanted, echoed = SAME[name]
    assert differences(wanted, echoed, None) == {}


@pytest.mark.parametrize("name", DIFFERENT)
def test_differs(name: str) -> None:
    wanted, echoed, field, existing, want = DIFFERENT[name]
    assert differences(wanted, echoed, None) == {field: (existing, want)}


@pytest.mark.parametrize(
    ("wanted", "echoed", "listed_topics", "differing"),
    [
        pytest.param({"topics": "a,b"}, {}, "b,a", {}, id="topics beside the descriptor alone"),
        pytest.param({"topics": "a"}, {"topics": "a"}, "other", {}, id="topics in the descriptor come first"),
        pytest.param({"topics_regex": "or.*"}, {}, "or.*", {}, id="an expression beside the descriptor alone"),
        pytest.param({"topics_regex": "or.*"}, {"topics": ""}, "or.*", {}, id="the same with empty topics"),
        pytest.param(
            {"topics_regex": "or.*"}, {}, "a", {"topics_regex": (None, "or.*")}, id="something else beside it"
        ),
        pytest.param(
            {"topics": "a"},
            {"topics": "", "topics_regex": "or.*"},
            "or.*",
            {"topics_regex": ("or.*", None), "topics": (None, ["a"])},
            id="topics where there is an expression",
        ),
        pytest.param(
            {"topics_regex": "or.*"},
            {"topics": "a"},
            "a",
            {"topics_regex": (None, "or.*")},
            id="an expression where there are topics",
        ),
    ],
)
def test_topics_may_stand_beside_the_descriptor(
    wanted: dict[str, t.Any], echoed: dict[str, t.Any], listed_topics: str, differing: dict[str, t.Any]
) -> None:
    assert differences(wanted, echoed, listed_topics) == differing


@given(
    echoed=st.fixed_dictionaries(
        {},
        optional={
            name: st.none()
            | st.booleans()
            | st.integers()
            | st.floats()
            | st.text(max_size=3)
            | st.lists(st.integers())
            for name in ECHO
        },
    ),
    listed_topics=st.none() | st.integers() | st.text(max_size=3) | st.lists(st.none() | st.integers()),
)
def test_any_echo_compares(echoed: dict[str, t.Any], listed_topics: t.Any) -> None:
    wanted = {
        "topics": "a",
        "record_delimiter": ";",
        "deliver_time_interval": 60,
        "obs_path": "",
        "partition_format": "N/A",
    }
    assert set(differences(wanted, echoed, listed_topics)) <= {*wanted, "topics_regex"}


@pytest.mark.parametrize(
    "descriptor",
    [
        {"topics": ["returns", "orders"]},
        {"consumer_strategy": "latest"},
        {"destination_file_type": "txt"},
        {"deliver_time_interval": 300},
        {"partition_format": "N/A"},
        {"obs_path": ""},
        {"access_key": "another"},
    ],
)
def test_what_is_the_same_to_the_service_changes_nothing(play: Play, descriptor: dict[str, t.Any]) -> None:
    steps = [(LIST, tasks(listed())), (SHOW, details())]
    assert play(present(descriptor), *steps).result["changed"] is False
