# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: one clear sentence that names the option, and no request."""

from __future__ import annotations

from typing import Any

from acceptance.harness.cases import NULL, OWN_INSTANCE, OWN_REGION, Case, absent, alike, fails, present, unchanged
from acceptance.harness.compare import expect_alike, expect_as_described, expect_no_leaks
from acceptance.harness.player import Ways


def refused(name: str, *says: str, **options: Any) -> Case:
    """A case of state=absent with options that lead to no request."""
    return absent(name, fails(*says, requests="", error=None, sink_task=None), options=options)


def not_created(name: str, *says: str, **obs: Any) -> Case:
    """A case of state=present with fields of the descriptor that lead to no request."""
    return present(name, fails(*says, requests="", error=None, sink_task=None), obs=obs)


# An undefined variable must never turn into a DELETE of something else.
NO_IDS = ["", " ", "\t", ".", "..", "a/b", "../x", "a b", "a?b", "a#b", "a%2fb", "é", "a\n"]

IDS = [
    *alike(
        refused(f"{option} is {value!r}", option, **{**others, option: value})
        for option, others in (
            ("connector_id", {}),
            ("task_id", {"task_name": None}),
            ("instance_id", {"connector_id": None}),
        )
        for value in (NO_IDS if option == "connector_id" else ["", " ", "../x"])
    ),
    refused("task_id is empty beside a name", "task_id", task_id=""),
    refused("task_name is empty", "task_name", task_name=""),
    refused("task_name is blank", "task_name", task_name="  "),
    refused("task_name is empty beside an id", "task_name", task_name="", task_id="a"),
    refused("neither connector nor instance", "connector_id", "instance_id", connector_id=None),
    refused("connector and instance", "connector_id", "instance_id", instance_id=OWN_INSTANCE),
    refused("neither id nor name", "task_id", "task_name", task_name=None),
    present("present needs a name", fails("task_name", requests=""), options={"task_name": None, "task_id": "a"}),
    present(
        "present needs a descriptor",
        fails("obs_destination_descriptor", requests=""),
        options={"obs_destination_descriptor": None},
    ),
]

NULLS = [
    refused("no name but null", "task_name", task_name=NULL),
    present("no new name but null", fails("task_name", requests="", error=None), options={"task_name": NULL}),
    refused("no connector but null", "connector_id", connector_id=NULL),
    present(
        "no descriptor but null",
        fails("obs_destination_descriptor", requests="", error=None),
        options={"obs_destination_descriptor": NULL},
    ),
]

OPTIONS = [
    refused("an option that does not exist", "Unsupported parameters", "task", task="orders"),
    refused("a state that does not exist", "state", "present, absent", state="gone"),
    refused("a source that does not exist", "source_type", "BLOB", source_type="KAFKA"),
    refused("a destination that does not exist", "destination_type", "OBS", destination_type="HDFS"),
    refused("a number that is none", "wait_timeout", wait_timeout="long"),
    refused("a flag that is none", "wait", wait="perhaps"),
    refused("a timeout of nothing", "timeout", timeout=0),
    refused("retries below zero", "max_retries", max_retries=-1),
]

# Refused by Ansible's own checks
FIELDS = [
    not_created(
        "a strategy that does not exist", "consumer_strategy", "latest", "earliest", consumer_strategy="newest"
    ),
    not_created("folders that do not exist", "partition_format", "yyyy/MM", partition_format="dd/MM/yyyy"),
    not_created("an interval that is no number", "deliver_time_interval", deliver_time_interval="often"),
    not_created("a field that does not exist", "Unsupported parameters", obs_part_size=1),
]

RANGES = alike(
    [
        not_created("neither topics nor a regular expression", "topics", "topics_regex", topics=None),
        not_created("topics and a regular expression", "topics", "topics_regex", topics_regex="orders.+"),
        not_created("no topic in the list", "topics", topics=[]),
        not_created("a blank topic", "topics", topics=["orders", " "]),
        not_created("two topics in one", "topics", topics=["orders,invoices"]),
        not_created("21 topics", "topics", "20", topics=[f"topic-{number}" for number in range(21)]),
        not_created("any topic", "topics_regex", ".*", topics=None, topics_regex=".*"),
        not_created(
            "a file type that does not exist", "destination_file_type", "TEXT", destination_file_type="PARQUET"
        ),
        not_created("no access key", "access_key", access_key=None),
        not_created("an empty access key", "access_key", access_key=""),
        not_created("no secret key", "secret_key", secret_key=None),
        not_created("an empty secret key", "secret_key", secret_key=""),
        not_created("no bucket", "obs_bucket_name", obs_bucket_name=None),
        not_created("an empty bucket", "obs_bucket_name", obs_bucket_name=""),
        not_created("a path of 65 characters", "obs_path", "64", obs_path="a" * 65),
        not_created("a path with a blank", "obs_path", obs_path="a b"),
        not_created("a path with a dot", "obs_path", obs_path="../a"),
        not_created("a delimiter that does not exist", "record_delimiter", record_delimiter="::"),
        not_created("an interval below 30", "deliver_time_interval", "30", "900", deliver_time_interval=29),
        not_created("an interval above 900", "deliver_time_interval", "30", "900", deliver_time_interval=901),
    ],
    as_module=4,
)

PLACES = [
    *alike(
        refused(f"project_id is {value!r}", "project_id", project_id=value)
        for value in ("", "main", "0" * 31, "0" * 33, "g" * 32, "../" + "0" * 29)
    ),
    refused("no region and no endpoint", "region", "HW_REGION_NAME", endpoint=None),
    refused("no region and no project", "region", "HW_REGION_NAME", project_id=None),
    refused("a region that is none", "region", region="eu west", endpoint=None),
    refused("a region that would be a host of its own", "region", region="example.com/", endpoint=None),
    *alike(
        refused(f"the endpoint is {address}", "endpoint", endpoint=address)
        for address in (
            "http://dms.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1:8080",
            "ftp://127.0.0.1",
            "127.0.0.1",
            "https://",
            "https://user@example.com",
            "https://example.com/?a=b",
            "https://example.com:99999",
        )
    ),
    refused(
        "the address of IAM is plain http",
        "iam_endpoint",
        "https://",
        iam_endpoint="http://iam.example.com",
        project_id=None,
        region=OWN_REGION,
    ),
    absent(
        "plain http to localhost",
        unchanged("LIST"),
        options={"endpoint": lambda place: place.simulator.endpoint.replace("127.0.0.1", "localhost")},
    ),
    absent(
        "a slash at the end of the endpoint",
        unchanged("LIST"),
        options={"endpoint": lambda place: place.simulator.endpoint + "/"},
    ),
]

CASES = [*IDS, *NULLS, *OPTIONS, *FIELDS, *RANGES, *PLACES]


def test_case_ends_as_described(case: Case, ways: Ways) -> None:
    expect_as_described(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_alike(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
