# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Invalid input: a message with the name of the option, and no request."""

from __future__ import annotations

from typing import Any

from acceptance.harness.cases import NULL, OWN_INSTANCE, OWN_REGION, Case, absent, fails, present, unchanged
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.runner import Ways
from simulator import Simulator

NO_KEYS = {"access_key": None, "secret_key": None}
PASSWORD = {
    "username": Simulator.user_name,
    "password": Simulator.password,
    "domain_name": Simulator.domain_name,
}


def refused(name: str, *parts: str, as_module: bool = False, **options: Any) -> Case:
    """A case of state=absent with invalid options."""
    live = fails(*parts, requests="", error=None, sink_task=None)
    return absent(name, live, options=options, as_module=as_module)


def not_created(name: str, *parts: str, as_module: bool = False, **obs: Any) -> Case:
    """A case of state=present with invalid fields of the descriptor."""
    return present(name, fails(*parts, requests="", error=None, sink_task=None), obs=obs, as_module=as_module)


# An undefined variable must not lead to the deletion of another object.
IDS = [
    *(
        refused(
            f"{option} is {value!r}",
            option,
            as_module=(option, value) == ("task_id", "../x"),
            **{**others, option: value},
        )
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
        "present without a name, no such id",
        fails("no sink task with the id a", requests="LIST"),
        options={"task_name": None, "task_id": "a"},
    ),
    present(
        "present without a descriptor",
        fails("obs_destination_descriptor", requests=""),
        options={"obs_destination_descriptor": None},
    ),
]

NULLS = [
    refused("task_name is null", "task_name", task_name=NULL),
    present("task_name is null, present", fails("task_name", requests="", error=None), options={"task_name": NULL}),
    refused("connector_id is null", "connector_id", connector_id=NULL),
    present(
        "the descriptor is null",
        fails("obs_destination_descriptor", requests="", error=None),
        options={"obs_destination_descriptor": NULL},
    ),
]

OPTIONS = [
    refused("an unknown option", "Unsupported parameters", "task", task="orders", as_module=True),
    refused("an unknown state", "state", "present, absent", state="gone"),
    refused("an unknown source_type", "source_type", "BLOB", source_type="KAFKA"),
    refused("an unknown destination_type", "destination_type", "OBS", destination_type="HDFS"),
    refused("a number that is a text", "wait_timeout", wait_timeout="long", as_module=True),
    refused("a boolean that is a text", "wait", wait="perhaps"),
    refused("a timeout of 0", "timeout", timeout=0),
    refused("negative max_retries", "max_retries", max_retries=-1),
]

# Ansible does not know the secrets of a task with such an option, and would show all of them.
NOT_DICTIONARIES = [
    refused("a text for a dictionary", "assume_role must be a dict", assume_role="operators", as_module=True),
    refused("an empty text for a dictionary", "assume_role must be a dict", assume_role=""),
    refused("an empty list for a dictionary", "assume_role", assume_role=[]),
    refused("a set for a dictionary", "assume_role must be a dict", assume_role="{1}"),
    refused("a number for a dictionary", "assume_role must be a dict", assume_role=5, as_module=True),
    refused("a list for a dictionary", "assume_role must be a dict", assume_role=["operators"]),
    refused(
        "a text for a descriptor",
        "obs_destination_descriptor must be a dict",
        obs_destination_descriptor="archive",
        as_module=True,
    ),
]

# Refused by the argument spec.
FIELDS = [
    not_created(
        "an unknown consumer_strategy",
        "consumer_strategy",
        "latest",
        "earliest",
        consumer_strategy="newest",
    ),
    not_created("an unknown partition_format", "partition_format", "yyyy/MM", partition_format="dd/MM/yyyy"),
    not_created(
        "an interval that is not a number",
        "deliver_time_interval",
        deliver_time_interval="often",
    ),
    not_created("an unknown field", "Unsupported parameters", obs_part_size=1, as_module=True),
]

RANGES = [
    not_created("neither topics nor a regular expression", "topics", "topics_regex", topics=None),
    not_created("an empty list of topics", "topics", topics=[]),
    not_created("21 topics", "topics", "20", topics=[f"topic-{number}" for number in range(21)]),
    present(
        "no access key", fails("access_key", requests="LIST", error=None, sink_task=None), obs={"access_key": None}
    ),
    not_created("an empty secret key", "secret_key", secret_key=""),
    not_created("a path with a dot", "obs_path", obs_path="../a"),
    not_created("an interval below 30", "deliver_time_interval", "30", "900", deliver_time_interval=29),
]

ENDPOINTS = [
    refused("project_id is not an id", "project_id", project_id="main"),
    refused("no region and no endpoint", "region", "HW_REGION_NAME", endpoint=None),
    refused("a region with a slash", "region", region="example.com/", endpoint=None),
    *(
        refused(f"the endpoint is {endpoint}", "endpoint", endpoint=endpoint)
        for endpoint in ("http://127.0.0.1.example.com", "ftp://127.0.0.1", "https://user@example.com")
    ),
    refused(
        "an IAM endpoint with http",
        "iam_endpoint",
        "https://",
        iam_endpoint="http://iam.example.com",
        project_id=None,
        region=OWN_REGION,
    ),
    # Credentials are sent only to hosts that are named, or that are in the domain of the region.
    *(
        refused(name, "points elsewhere", *parts, as_module=name == "only the endpoint of DMS", **options)
        for name, parts, options in (
            (
                "only the endpoint of DMS",
                ("iam_endpoint", "HW_IAM_ENDPOINT"),
                {"region": "eu-west-101", "iam_endpoint": None, "project_id": None},
            ),
            (
                "only the endpoint of DMS, and a password",
                ("iam_endpoint", "HW_IAM_ENDPOINT"),
                {"region": "cn-north-4", "iam_endpoint": None, **NO_KEYS, **PASSWORD},
            ),
            ("only the endpoint of IAM", ("HW_DMS_ENDPOINT",), {"region": "eu-west-101", "endpoint": None}),
        )
    ),
    absent(
        "only the endpoint of DMS, and a project",
        unchanged("LIST"),
        options={"region": "eu-west-101", "iam_endpoint": None},
    ),
    absent(
        "an endpoint with http on localhost",
        unchanged("LIST"),
        options={"endpoint": lambda sandbox: sandbox.simulator.endpoint.replace("127.0.0.1", "localhost")},
    ),
    absent(
        "an endpoint with a trailing slash",
        unchanged("LIST"),
        options={"endpoint": lambda sandbox: sandbox.simulator.endpoint + "/"},
    ),
]

CASES = [*IDS, *NULLS, *OPTIONS, *NOT_DICTIONARIES, *FIELDS, *RANGES, *ENDPOINTS]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
