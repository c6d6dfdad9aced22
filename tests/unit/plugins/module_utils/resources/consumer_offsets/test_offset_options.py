# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module for offsets: what is refused before any request, and which times are understood."""

from __future__ import annotations

import datetime
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_consumer_offsets as module
from ansible_collections.huaweicloud.kafka.tests.unit.consumer_groups import UP, offset, reads, reset
from ansible_collections.huaweicloud.kafka.tests.unit.support import Service, run_module

TIME = {"to": "time", "timestamp": "0"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "exactly one of topic and all_topics: true must be set"),
        ({"topic": "a", "all_topics": True}, "exactly one of topic and all_topics: true must be set"),
        ({"all_topics": False}, "exactly one of topic and all_topics: true must be set"),
        ({"topic": ""}, "topic must not be empty"),
        ({"topic": " a"}, "topic must not begin or end with whitespace"),
        ({"topic": ".."}, "topic can't be '..'"),
        ({"topic": "a"}, "to must be set"),
        ({"topic": "a", "to": "now"}, "to must be one of"),
        ({"topic": "a", "to": "offset"}, "to: offset needs offset"),
        ({"topic": "a", "to": "time"}, "to: time needs timestamp"),
        ({"topic": "a", "to": "latest", "offset": 1}, "offset needs to: offset, not to: latest"),
        ({"topic": "a", "to": "offset", "offset": 1, "timestamp": 1}, "timestamp needs to: time, not to: offset"),
        ({"topic": "a", "to": "offset", "offset": -1}, "offset must be a number, 0 or more, not -1"),
        ({"topic": "a", "to": "offset", "offset": True}, "offset must be a number, 0 or more, not True"),
        ({"topic": "a", "to": "latest", "partition": -1}, "partition must be a number, 0 or more, not -1"),
        ({"topic": "a", "to": "latest", "partition": False}, "partition must be a number, 0 or more, not False"),
        ({"all_topics": True, "partition": 0, **TIME}, "partition needs topic"),
        ({"all_topics": True, "to": "earliest"}, "all_topics needs to: time, not to: earliest"),
        ({"topic": "a", "state": "absent", "to": "latest"}, "to can't be set with state: absent"),
        ({"topic": "a", "state": "absent", "timestamp": 1}, "timestamp can't be set with state: absent"),
        ({"topic": "a", "state": "absent", "offset": 0}, "offset can't be set with state: absent"),
        ({"topic": "a", "state": "absent", "partition": 0}, "partition can't be set with state: absent"),
        ({"topic": "a", **TIME, "group_name": "__x"}, "group_name must not begin with __"),
        ({"topic": "a", **TIME, "wait_timeout": -1}, "wait_timeout must be 0 or more"),
        ({"topic": "a", **TIME, "wait_for_empty": -1}, "wait_for_empty must be 0 or more"),
        ({"topic": "a", **TIME, "instance_id": None}, "one of the following is required: instance_id, instance_name"),
    ],
)
def test_options_are_refused_before_any_request(options: dict[str, t.Any], message: str) -> None:
    given = {"instance_id": "i-1", "group_name": "billing", **options}
    assert message in run_module(module, Service(), given).msg


def run(timestamp: t.Any, *steps: t.Any) -> t.Any:
    given = {"instance_id": "i-1", "group_name": "billing", "topic": "orders", "to": "time", "timestamp": timestamp}
    return run_module(module, Service(), given, *steps)


ZONE = datetime.timezone(datetime.timedelta(hours=1))


@pytest.mark.parametrize(
    ("given", "milliseconds"),
    [
        (0, 0),
        ("0", 0),
        (1704164645123, 1704164645123),
        ("1704164645123", 1704164645123),
        (10**25, 2**63 - 1),
        ("2024-01-02T03:04:05Z", 1704164645000),
        ("2024-01-02T03:04:05.1239Z", 1704164645123),
        ("2024-01-02t03:04:05,5z", 1704164645500),
        ("2024-01-02T04:04:05+01:00", 1704164645000),
        ("2024-01-02T04:04:05+0100", 1704164645000),
        ("2024-01-02T04:04:05+01", 1704164645000),
        ("2024-01-01T21:34:05-05:30", 1704164645000),
        ("2024-01-02 03:04:05 +00:00", 1704164645000),
        ("2024-01-02T03:04Z", 1704164640000),
        (" 2024-01-02T03:04:05Z\n", 1704164645000),
        # YAML takes these without quotes for a time.
        (datetime.datetime(2024, 1, 2, 4, 4, 5, tzinfo=ZONE), 1704164645000),
        ("1960-01-01T00:00:00Z", 0),
        ("9999-12-31T23:59:59Z", 253402300799000),
        ("0001-01-01T00:00:00+12:00", 0),
    ],
)
def test_times_that_are_understood(given: t.Any, milliseconds: int) -> None:
    rows = [offset(0, 120)]
    ran = run(given, *reads(*rows, number=1), UP, reset(0, timestamp=milliseconds), *reads(offset(0, 130), number=1))
    assert ran.result["changed"] is True


@pytest.mark.parametrize(
    "given",
    [
        True,
        False,
        "",
        " ",
        "now",
        "-1",
        -1,
        "1e12",
        1.5,
        "2024-01-02",
        "2024-01-02T03:04:05",
        datetime.datetime(2024, 1, 2, 3, 4, 5),  # noqa: DTZ001
        datetime.date(2024, 1, 2),
        "2024-01-02T03:04:05 CET",
        "2024-1-2T03:04:05Z",
        "٢٠٢٤-01-02T03:04:05Z",
    ],
)
def test_times_that_are_refused(given: t.Any) -> None:
    assert "timestamp must be milliseconds since 1970, or a time with its zone" in run(given).msg


@pytest.mark.parametrize(
    "given", ["2024-13-02T03:04:05Z", "2023-02-29T03:04:05Z", "2024-01-02T24:00:00Z", "0000-01-01T00:00:00Z"]
)
def test_times_that_no_calendar_has(given: str) -> None:
    assert f"timestamp {given!r} is not a time" in run(given).msg
