# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input: one clear sentence that names the option, and no request."""

from __future__ import annotations

from typing import Any

from acceptance.harness.cases import NULL, OWN_INSTANCE, OWN_REGION, Case, absent, fails, present, unchanged
from acceptance.harness.compare import expect_equal_results, expect_described_results, expect_no_leaks
from acceptance.harness.runner import Ways


def refused(name: str, *says: str, as_module: bool = False, **options: Any) -> Case:
    """A case of state=absent with options that lead to no request."""
    live = fails(*says, requests="", error=None, sink_task=None)
    return absent(name, live, options=options, as_module=as_module)


def not_created(name: str, *says: str, as_module: bool = False, **obs: Any) -> Case:
    """A case of state=present with fields of the descriptor that lead to no request."""
    return present(name, fails(*says, requests="", error=None, sink_task=None), obs=obs, as_module=as_module)


# An undefined variable must never turn into a DELETE of something else.
IDS = [
    *(
        refused(f"{option} is {value!r}", option, as_module=(option, value) == ("task_id", "../x"), **{**others, option: value})
        for option, others in (
            ("connector_id", {}),
            ("task_id", {"task_name": None}),
            ("instance_id", {"connector_id": None}),
        )
        for value in ("", "../x")
    ),
    refused("task_name is empty", "task_name", task_name=""),
    refused("neither connector nor instance", "connector_id", "instance_id", connector_id=None),
    refused("connector and instance", "connector_id", "instance_id", instance_id=OWN_INSTANCE, as_module=True),
    refused("neither id nor name", "task_id", "task_name", task_name=None),
    present(
        "present needs a name",
        fails("task_name", requests=""),
        options={"task_name": None, "task_id": "a"},
    ),
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
    refused("an option that does not exist", "Unsupported parameters", "task", task="orders", as_module=True),
    refused("a state that does not exist", "state", "present, absent", state="gone"),
    refused("a source that does not exist", "source_type", "BLOB", source_type="KAFKA"),
    refused("a destination that does not exist", "destination_type", "OBS", destination_type="HDFS"),
    refused("a number that is none", "wait_timeout", wait_timeout="long", as_module=True),
    refused("a flag that is none", "wait", wait="perhaps"),
    refused("a timeout of nothing", "timeout", timeout=0),
    refused("retries below zero", "max_retries", max_retries=-1),
]

# Refused by Ansible's own checks
FIELDS = [
    not_created(
        "a strategy that does not exist",
        "consumer_strategy",
        "latest",
        "earliest",
        consumer_strategy="newest",
    ),
    not_created("folders that do not exist", "partition_format", "yyyy/MM", partition_format="dd/MM/yyyy"),
    not_created(
        "an interval that is no number",
        "deliver_time_interval",
        deliver_time_interval="often",
    ),
    not_created("a field that does not exist", "Unsupported parameters", obs_part_size=1, as_module=True),
]

RANGES = [
    not_created("neither topics nor a regular expression", "topics", "topics_regex", topics=None),
    not_created("no topic in the list", "topics", topics=[]),
    not_created("21 topics", "topics", "20", topics=[f"topic-{number}" for number in range(21)]),
    not_created("no access key", "access_key", access_key=None),
    not_created("an empty secret key", "secret_key", secret_key=""),
    not_created("a path with a dot", "obs_path", obs_path="../a"),
    not_created("an interval below 30", "deliver_time_interval", "30", "900", deliver_time_interval=29),
]

PLACES = [
    refused("project_id is not an id", "project_id", project_id="main"),
    refused("no region and no endpoint", "region", "HW_REGION_NAME", endpoint=None),
    refused("a region that would be a host of its own", "region", region="example.com/", endpoint=None),
    *(
        refused(f"the endpoint is {address}", "endpoint", endpoint=address)
        for address in ("http://127.0.0.1.example.com", "ftp://127.0.0.1", "https://user@example.com")
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
        options={"endpoint": lambda sandbox: sandbox.simulator.endpoint.replace("127.0.0.1", "localhost")},
    ),
    absent(
        "a slash at the end of the endpoint",
        unchanged("LIST"),
        options={"endpoint": lambda sandbox: sandbox.simulator.endpoint + "/"},
    ),
]

CASES = [*IDS, *NULLS, *OPTIONS, *FIELDS, *RANGES, *PLACES]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
