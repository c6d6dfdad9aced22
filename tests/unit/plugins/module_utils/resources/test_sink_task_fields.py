# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of ``obs_destination_descriptor``: completeness of the table, validation and comparison."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.fields import TABLE, echoed
from ansible_collections.huaweicloud.kafka.tests.unit.samples import (
    ECHO,
    LIST,
    SHOW,
    Run,
    details,
    listed,
    present,
    tasks,
)
from hypothesis import given
from hypothesis import strategies as st

# --- the table -------------------------------------------------------------------------------------------------------


# Two valid values of each field that is not a secret.
TWO_VALUES: dict[str, tuple[t.Any, t.Any]] = {
    "topics": (["a"], ["b"]),
    "topics_regex": ("a.*", "b.*"),
    "consumer_strategy": ("latest", "earliest"),
    "destination_file_type": ("TEXT", "PARQUET"),
    "obs_bucket_name": ("a", "b"),
    "obs_path": ("a", "b"),
    "partition_format": ("yyyy", "yyyy/MM"),
    "record_delimiter": (",", ";"),
    "deliver_time_interval": (60, 61),
}


def test_every_field_that_is_sent_is_compared() -> None:
    assert set(TWO_VALUES) == set(TABLE.fields) - set(TABLE.secrets)
    for name, (wanted, other) in TWO_VALUES.items():
        sent = TABLE.fields[name].check(wanted)
        assert name in TABLE.differences({name: sent}, {name: other}), name
        assert TABLE.differences({name: sent}, {name: sent}) == {}, name


# --- refused before any request --------------------------------------------------------------------------------------

MANY = [f"topic-{number}" for number in range(21)]
ONE_OF = "exactly one of obs_destination_descriptor.topics and obs_destination_descriptor.topics_regex must be set"
INVALID: list[tuple[dict[str, t.Any], str]] = [
    *(({"topics": value}, ONE_OF) for value in (None, [])),
    ({"topics": [], "topics_regex": ""}, ONE_OF),
    ({"topics_regex": "or.*"}, ONE_OF),
    *(
        ({"topics": ["orders", name]}, "topics must be a list of topic names")
        for name in (" ", "", "a,b", "a;b", "a b", "a/b", ".", "..", "ä", "a" * 250, "{{ topics }}")
    ),
    *(({"topics": text}, "from_json") for text in ('["a","b"]', '["a"]', '"a"', "['a', 'b']")),
    ({"topics": MANY}, "topics must be at most 20 topics, not 21"),
    *(
        ({"topics": None, "topics_regex": text}, "topics_regex must be a regular expression other than .*")
        for text in (".*", " .* ", " ")
    ),
    *(
        ({name: value}, f"{name} must be set")
        for name, value in (
            ("obs_bucket_name", None),
            *((name, value) for name in ("access_key", "secret_key", "obs_bucket_name") for value in ("", " ")),
        )
    ),
    *(({"destination_file_type": value}, "destination_file_type must be TEXT") for value in ("JSON", "")),
    *(({"deliver_time_interval": value}, "must be from 30 to 900 seconds") for value in (29, 901, 0, -30)),
    *(({"obs_path": value}, "obs_path must be at most 64") for value in ("a" * 65, "a/../b", "é", "a\n")),
    *(({"record_delimiter": value}, "record_delimiter must be one of") for value in (":", ",;", "null", "\t")),
    ({"consumer_strategy": "newest"}, "consumer_strategy must be one of: latest, earliest"),
    ({"partition_format": "yyyy-MM"}, "partition_format must be one of: yyyy, yyyy/MM"),
    ({"deliver_time_interval": "often"}, "deliver_time_interval"),
    ({"bucket": "x"}, "obs_destination_descriptor.bucket"),
]


@pytest.mark.parametrize(("descriptor", "part"), INVALID)
def test_invalid_field_is_refused_before_any_request(run: Run, descriptor: dict[str, t.Any], part: str) -> None:
    for check_mode in (True, False):
        assert part in run(present(descriptor), check_mode=check_mode).msg
    assert run.service.requests == []


NO_KEYS = {"access_key": None, "secret_key": None}
NEEDED = (
    "obs_destination_descriptor.access_key and obs_destination_descriptor.secret_key must be set to create the task"
)


@pytest.mark.parametrize("check_mode", [True, False])
def test_keys_are_needed_only_for_creation(run: Run, check_mode: bool) -> None:
    found = [(LIST, tasks(listed())), (SHOW, details())]
    assert run(present(NO_KEYS), *found, check_mode=check_mode).result["changed"] is False
    assert NEEDED in run(present(NO_KEYS), (LIST, tasks()), check_mode=check_mode).msg
    # Nothing is deleted that could not be created again.
    other = {**NO_KEYS, "obs_bucket_name": "other"}
    assert NEEDED in run(present(other, recreate=True), *found, check_mode=check_mode).msg
    always = present(NO_KEYS, recreate=True, update_secrets="always")
    assert NEEDED in run(always, *found, check_mode=check_mode).msg
    only = present({"secret_key": None})
    assert ": obs_destination_descriptor.secret_key must be" in run(only, (LIST, tasks()), check_mode=check_mode).msg


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"state": "gone"}, "value of state must be one of: present, absent, got: gone"),
        ({"source_type": "KAFKA"}, "value of source_type must be one of: BLOB"),
        ({"destination_type": "S3"}, "value of destination_type must be one of: OBS"),
        ({"obs_destination_descriptor": None}, "obs_destination_descriptor must be set"),
        ({"task_name": None, "state": "absent"}, "one of the following is required: task_id, task_name"),
        ({"connector_id": None}, "one of the following is required: connector_id, instance_id, instance_name"),
        ({"instance_id": "i-1"}, "mutually exclusive: connector_id|instance_id|instance_name"),
        ({"instance_name": "kafka"}, "mutually exclusive: connector_id|instance_id|instance_name"),
        ({"wait_timeout": "soon"}, "wait_timeout"),
    ],
)
def test_argument_spec_refuses(run: Run, options: dict[str, t.Any], part: str) -> None:
    assert part in run({**present(), **options}).msg


@pytest.mark.parametrize(
    "descriptor",
    [
        {"topics": MANY[:20] * 2},
        {"topics": ["a.b-c_d", "__consumer_offsets", "..a", "a" * 249]},
        {"topics": "orders, returns"},
        {"topics": None, "topics_regex": "(orders|returns)\\..*"},
        *({"deliver_time_interval": value} for value in (30, 900)),
        *({"obs_path": path} for path in ("a" * 64, "Az09_-/x")),
        *({"record_delimiter": delimiter} for delimiter in (",", ";", "|", "\n", "\\n", "NULL", "")),
        *({"destination_file_type": name} for name in ("TEXT", "text", "TXT", "txt")),
    ],
)
def test_valid_field_is_accepted(run: Run, descriptor: dict[str, t.Any]) -> None:
    assert run(present(descriptor), (LIST, tasks()), check_mode=True).result["changed"] is True


# --- comparison with the returned descriptor -------------------------------------------------------------------------

SAME = {
    "the order of topics": ({"topics": "b,a"}, {"topics": "a,b"}),
    "whitespace between topics": ({"topics": "a,b"}, {"topics": "a, b ,"}),
    "topics as a list": ({"topics": "a,b"}, {"topics": ["b", "a"]}),
    "an empty topics_regex and topics": ({"topics": "a"}, {"topics": "a", "topics_regex": ""}),
    "topics_regex": ({"topics_regex": "or.*"}, {"topics": "", "topics_regex": "or.*"}),
    "a file type in another spelling": ({"destination_file_type": "TEXT"}, {"destination_file_type": "TXT"}),
    "a file type in lower case": ({"destination_file_type": "TEXT"}, {"destination_file_type": "text"}),
    "no folders by time": ({"partition_format": "N/A"}, {"partition_format": ""}),
    "no folders by time, not returned": ({"partition_format": "N/A"}, {}),
    "no folders by time, returned": ({"partition_format": "N/A"}, {"partition_format": "N/A"}),
    "an empty path": ({"obs_path": ""}, {}),
    "an empty path, null returned": ({"obs_path": ""}, {"obs_path": None}),
    "a delimiter": ({"record_delimiter": ";"}, {"record_delimiter": ";"}),
    "an escaped newline": ({"record_delimiter": "\n"}, {"record_delimiter": "\\n"}),
    "the default newline, not returned": ({"record_delimiter": "\n"}, {}),
    "the default newline, null returned": ({"record_delimiter": "\n"}, {"record_delimiter": None}),
    "a number as text": ({"deliver_time_interval": 300}, {"deliver_time_interval": "300"}),
    "a number as float": ({"deliver_time_interval": 300}, {"deliver_time_interval": 300.0}),
    "keys, which are not returned": ({"access_key": "a", "secret_key": "b"}, {"access_key": "", "secret_key": None}),
    "fields not set": ({}, {"obs_path": "x", "obs_part_size": 1, "consumer_strategy": "latest"}),
}
DIFFERENT = {
    "other topics": ({"topics": "a"}, {"topics": "a,b"}, "topics", ["a", "b"], ["a"]),
    "topics in another case": ({"topics": "a"}, {"topics": "A"}, "topics", ["A"], ["a"]),
    "no topics": ({"topics": "a"}, {}, "topics", None, ["a"]),
    "another topics_regex": ({"topics_regex": "a"}, {"topics_regex": "b"}, "topics_regex", "b", "a"),
    "another strategy": (
        {"consumer_strategy": "latest"},
        {"consumer_strategy": "earliest"},
        "consumer_strategy",
        "earliest",
        "latest",
    ),
    "another bucket": ({"obs_bucket_name": "a"}, {"obs_bucket_name": "b"}, "obs_bucket_name", "b", "a"),
    "another path": ({"obs_path": "a"}, {"obs_path": ""}, "obs_path", "", "a"),
    "no path wanted": ({"obs_path": ""}, {"obs_path": "a"}, "obs_path", "a", ""),
    "folders by time": ({"partition_format": "yyyy"}, {"partition_format": "N/A"}, "partition_format", "N/A", "yyyy"),
    "no folders by time": (
        {"partition_format": "N/A"},
        {"partition_format": "yyyy"},
        "partition_format",
        "yyyy",
        "N/A",
    ),
    "another delimiter": ({"record_delimiter": ";"}, {"record_delimiter": "|"}, "record_delimiter", "|", ";"),
    "no default delimiter": ({"record_delimiter": ";"}, {}, "record_delimiter", "\n", ";"),
    "another interval": (
        {"deliver_time_interval": 60},
        {"deliver_time_interval": "61"},
        "deliver_time_interval",
        61,
        60,
    ),
    "an interval that is not a number": (
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
def test_equal(name: str) -> None:
    wanted, existing = SAME[name]
    assert TABLE.differences(wanted, existing) == {}


@pytest.mark.parametrize("name", DIFFERENT)
def test_different(name: str) -> None:
    wanted, existing, field, have, want = DIFFERENT[name]
    assert TABLE.differences(wanted, existing) == {field: (have, want)}


@pytest.mark.parametrize(
    ("wanted", "descriptor", "topics", "differing"),
    [
        ({"topics": "a,b"}, {}, "b,a", {}),
        ({"topics": "a"}, {"topics": "a"}, "other", {}),
        ({"topics_regex": "or.*"}, {}, "or.*", {}),
        ({"topics_regex": "or.*"}, {"topics": ""}, "or.*", {}),
        ({"topics_regex": "or.*"}, {}, "a", {"topics": (["a"], None), "topics_regex": (None, "or.*")}),
        (
            {"topics": "a"},
            {"topics": "", "topics_regex": "or.*"},
            "or.*",
            {"topics_regex": ("or.*", None), "topics": ("", ["a"])},
        ),
        # A value that is not a topic name is a regular expression.
        ({"topics_regex": "or.*"}, {}, "a.*", {"topics_regex": ("a.*", "or.*")}),
        ({"topics": "a"}, {}, "a.*", {"topics": (None, ["a"]), "topics_regex": ("a.*", None)}),
        ({"topics_regex": "or.*"}, {"topics": "a"}, "a", {"topics": (["a"], None), "topics_regex": (None, "or.*")}),
    ],
)
def test_topics_can_be_outside_the_descriptor(
    wanted: dict[str, t.Any], descriptor: dict[str, t.Any], topics: str, differing: dict[str, t.Any]
) -> None:
    task = {"obs_destination_descriptor": descriptor, "topics": topics}
    assert TABLE.differences(wanted, echoed(task, wanted)) == differing
    assert task["obs_destination_descriptor"] is descriptor


ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.lists(st.integers())


@given(
    descriptor=st.fixed_dictionaries({}, optional=dict.fromkeys(ECHO, ANY)),
    topics=st.none() | st.integers() | st.text(max_size=3) | st.lists(st.none() | st.integers()),
)
def test_any_returned_descriptor_can_be_compared(descriptor: dict[str, t.Any], topics: t.Any) -> None:
    wanted = {
        "topics": "a",
        "record_delimiter": ";",
        "deliver_time_interval": 60,
        "obs_path": "",
        "partition_format": "N/A",
    }
    task = {"obs_destination_descriptor": descriptor, "topics": topics}
    assert set(TABLE.differences(wanted, echoed(task, wanted))) <= {*wanted, "topics_regex"}


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
def test_equal_descriptor_changes_nothing(run: Run, descriptor: dict[str, t.Any]) -> None:
    assert run(present(descriptor), (LIST, tasks(listed())), (SHOW, details())).result["changed"] is False
