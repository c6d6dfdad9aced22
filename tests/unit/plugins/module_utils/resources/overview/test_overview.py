# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that reads the tasks of all instances: its requests, what could not be read, and invalid options."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_overview_info as overview
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.consumer_groups import LIST as GROUPS
from ansible_collections.huaweicloud.kafka.tests.unit.consumer_groups import listed
from ansible_collections.huaweicloud.kafka.tests.unit.consumer_groups import row as group
from ansible_collections.huaweicloud.kafka.tests.unit.samples import instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import FIND, INSTANCE, entity, replicated, tasks
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import LIST as SMART
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    PROJECT_ID,
    Ran,
    Reply,
    Service,
    Table,
    error_reply,
    reply,
    run_module,
)

CES = "https://ces.example.com"
QUERY = f"POST {CES}/V1.0/{PROJECT_ID}/batch-query-metric-data"
ALL = f"GET {samples.INSTANCES}?engine=kafka&include_failure=true&limit=50&offset=0"
SINK, SHOW = samples.LIST, f"{samples.SHOW}?topic-info=true"
NOW = 1704164645000
LIMITED = {"limits": {"max_lag": 10}}
FORBIDDEN = error_reply(403, "DMS.00403003")
OFF, GONE, NO_URL = (error_reply(404, code) for code in ("DMS.00404024", "DMS.00404022", "APIG.0101"))
SILENT = {"connector_enable": None, "connector_id": None}
NO_ID = {"connector_enable": True, "connector_id": None}
ROW = samples.listed(topics="orders")
DETAILS = reply(
    200,
    {**ROW, "obs_destination_descriptor": samples.ECHO, "topics_info": [{"topic": "o", "partitions": [{"lag": "4"}]}]},
)


def points(*series: tuple[str, str, t.Any]) -> Reply:
    """The response with (task, metric, value) for each series, measured a minute ago."""
    metrics = [
        {
            "metric_name": metric,
            "dimensions": [{"name": "connector_task", "value": task}],
            "datapoints": [{"average": value, "timestamp": NOW - 60_000}],
        }
        for task, metric, value in series
    ]
    return reply(200, {"metrics": metrics})


NORMAL = points(("orders", "task_status", 1), ("orders", "kafka_wait_synchronize_data", 3))
FINE: dict[str, t.Any] = {
    ALL: instances(instance()),
    SMART: tasks(entity()),
    SINK: samples.tasks(ROW),
    SHOW: DETAILS,
    QUERY: NORMAL,
}


def gather(replies: t.Mapping[str, t.Any], **options: t.Any) -> tuple[Ran, list[str]]:
    service = Table({**FINE, **replies})
    ran = run_module(overview, service, {"ces_endpoint": CES, "max_retries": 0, **options})
    return ran, service.lines


def test_task_of_both_apis() -> None:
    ran, lines = gather({}, **LIMITED)
    assert sorted(lines) == sorted(FINE)
    assert (ran.result["changed"], ran.result["healthy"], ran.result["problems"]) == (False, True, [])
    assert ran.result["tasks"] == [
        {
            "instance_name": "kafka",
            "instance_id": "i-1",
            "connector_id": "c-1",
            "task_name": "orders",
            "task_id": "t-1",
            "api": "both",
            "status": "RUNNING",
            "health": "normal",
            "lag": 4,
            "partition_lag": 4,
            "delay_ms": None,
            "measured_at": NOW - 60_000,
            "topics": "orders",
            "partitions": 1,
            "obs_bucket_name": "archive",
            "obs_path": "",
            "create_time": 1592309487621,
            "problems": [],
            "restart": False,
        }
    ]
    assert ran.result["instances"] == [
        {
            "instance_name": "kafka",
            "instance_id": "i-1",
            "status": "RUNNING",
            "connector_id": "c-1",
            "tasks": 1,
            "groups": 0,
            "problems": [],
            "unread": None,
        }
    ]


NO_SINK = {SINK: samples.tasks()}
UNREAD = "kafka: its tasks could not be read. Could not "
# What is different, how many tasks there are, and the beginnings of the problems, with a limit for the lag.
CASES: dict[str, tuple[dict[str, t.Any], int, list[str]]] = {
    "off": ({ALL: instances(instance(connector_enable=False, connector_id=None))}, 0, []),
    "silent row": ({ALL: instances(instance(**SILENT)), INSTANCE: reply(200, instance())}, 1, []),
    "silent row, off": (
        {ALL: instances(instance(**SILENT)), INSTANCE: reply(200, instance(connector_id="", connector_enable=False))}, 0, [],
    ),
    "silent twice, off": (
        {ALL: instances(instance(**SILENT)), INSTANCE: reply(200, instance(**SILENT)), SMART: OFF}, 0, [],
    ),
    "silent twice, on": (
        {ALL: instances(instance(**SILENT)), INSTANCE: reply(200, instance(**SILENT))},
        1,
        ["kafka: its tasks could not be read. Smart Connect of instance i-1 is on, but the service does not return"],
    ),
    "on without an id": (
        {ALL: instances(instance(**NO_ID)), INSTANCE: reply(200, instance(**NO_ID))},
        1,
        ["kafka: its tasks could not be read. Smart Connect of instance i-1 is on, but the service does not return"],
    ),
    "silent twice, forbidden": (
        {ALL: instances(instance(**SILENT)), INSTANCE: reply(200, instance(**SILENT)), SMART: FORBIDDEN},
        0,
        [f"{UNREAD}list the Smart Connect tasks of instance i-1: GET "],
    ),
    "silent row, forbidden": (
        {ALL: instances(instance(**SILENT)), INSTANCE: FORBIDDEN}, 0, [f"{UNREAD}read instance i-1: GET "],
    ),
    "silent row, deleted": ({ALL: instances(instance(**SILENT)), INSTANCE: GONE}, 0, []),
    "deleted in the meantime": ({SMART: GONE, SINK: OFF}, 0, []),
    "disabled in the meantime": ({SMART: OFF, SINK: OFF}, 0, []),
    "no Smart Connect API": ({SMART: NO_URL}, 1, []),
    "no sink task API": ({SINK: NO_URL}, 1, []),
    "neither API": ({SMART: NO_URL, SINK: NO_URL}, 0, [f"{UNREAD}list the Smart Connect tasks of instance i-1: GET "]),
    "Smart Connect API forbidden": (
        {SMART: FORBIDDEN}, 1, [f"{UNREAD}list the Smart Connect tasks of instance i-1: GET "],
    ),
    "sink task API forbidden": ({SINK: FORBIDDEN}, 1, [f"{UNREAD}list the sink tasks of instance i-1: GET "]),
    "incomplete list": (
        {SINK: samples.tasks(total=2)},
        1,
        [f"{UNREAD}list the sink tasks of instance i-1: the list contains 0 of 2 sink tasks"],
    ),
    "not JSON": ({SMART: reply(200, "<html>")}, 1, [f"{UNREAD}list the Smart Connect tasks of instance i-1: GET "]),
    "Cloud Eye forbidden": (
        {QUERY: error_reply(403, "ces.0010")},
        1,
        [
            "kafka / orders: has an unknown health",
            "kafka: The health of the tasks is unknown, because the metrics of Cloud Eye could not be read: POST ",
        ],
    ),
    "Cloud Eye has no points": (
        {QUERY: reply(200, {"metrics": []})}, 1, ["kafka / orders: has been unknown for 5 minutes"],
    ),
    "lag NaN in Cloud Eye": (
        {QUERY: points(("orders", "task_status", 1), ("orders", "kafka_wait_synchronize_data", "NaN"))},
        1,
        ["kafka / orders: has an unknown lag"],
    ),
    "two lags at the same time": (
        {QUERY: points(
            ("orders", "task_status", 1),
            ("orders", "kafka_wait_synchronize_data", 1),
            ("t-1", "kafka_wait_synchronize_data", 11),
        )},
        1,
        ["kafka / orders: lags by 11 messages"],
    ),
    "details forbidden": (
        {SHOW: FORBIDDEN},
        1,
        [
            "kafka / orders: has an unknown lag",
            "kafka: the lag of its sink tasks could not be read. Could not read sink task orders: GET ",
        ],
    ),
    "sink task deleted in the meantime": (
        {SMART: tasks(), SHOW: error_reply(404, "DMS.00404026"), QUERY: None}, 0, [],
    ),
    "replication": ({SMART: tasks(replicated()), **NO_SINK}, 1, []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_could_not_be_read_is_a_problem(name: str) -> None:
    replies, number, problems = CASES[name]
    ran, _lines = gather(replies, **LIMITED)
    assert "failed" not in ran.result, ran.result
    assert len(ran.result["tasks"]) == number
    assert ran.result["healthy"] is not bool(problems)
    assert len(ran.result["problems"]) == len(problems)
    for found, expected in zip(ran.result["problems"], problems):
        assert found.startswith(expected)


def test_one_instance_does_not_hide_the_others() -> None:
    other = SMART.replace("i-1", "i-2"), SINK.replace("c-1", "c-2")
    replies = {
        ALL: instances(instance("first", 2, connector_id="c-2"), instance()),
        **dict(zip(other, (FORBIDDEN, FORBIDDEN))),
    }
    ran, _lines = gather(replies)
    assert [row["instance_name"] for row in ran.result["tasks"]] == ["kafka"]
    assert [bool(row["unread"]) for row in ran.result["instances"]] == [True, False]
    assert ran.result["healthy"] is False


@pytest.mark.parametrize("api", ["smart", "sink"])
def test_api_that_another_instance_has_is_not_missing_in_the_region(api: str) -> None:
    """Both instances have a task; the URL of one list is unknown."""
    replies = fleet(2)
    line = {"smart": SMART, "sink": SINK}[api]
    ran, _lines = gather({**replies, line: NO_URL})
    assert [bool(row["unread"]) for row in ran.result["instances"]] == [True, False]
    assert ran.result["healthy"] is False


def fleet(number: int) -> dict[str, t.Any]:
    """The responses for this many instances, each with one task of both APIs."""
    numbers = range(1, number + 1)
    replies: dict[str, t.Any] = {ALL: instances(*(instance(number=n, connector_id=f"c-{n}") for n in numbers))}
    for n in numbers:
        replies[SMART.replace("i-1", f"i-{n}")] = tasks(entity())
        replies[SINK.replace("c-1", f"c-{n}")] = samples.tasks(ROW)
        replies[SHOW.replace("c-1", f"c-{n}")] = DETAILS
    return {**replies, QUERY: NORMAL}


@pytest.mark.parametrize("single", ["/connector/tasks", "/t-1?topic-info", "batch-query"])
def test_40_instances_are_read_side_by_side(single: str) -> None:
    """The first responses arrive only when four requests are sent."""
    service = Table(fleet(40), together=4, single=single)
    ran = run_module(overview, service, {"ces_endpoint": CES})
    assert [row["instance_id"] for row in ran.result["tasks"]] == [f"i-{number}" for number in range(1, 41)]
    assert ran.result["healthy"] is True
    assert len(service.lines) == 1 + 4 * 40


@pytest.mark.parametrize("end", ["/connector/tasks?limit=50&offset=0", "/sink-tasks", "/t-1?topic-info=true", "-data"])
def test_rejected_credentials_stop_everything(end: str) -> None:
    """At most four requests are sent with them: five lock a key."""
    replies = fleet(20)
    rejected = {line: error_reply(401, "APIG.0301") for line in replies if line.endswith(end)}
    ran, lines = gather({**replies, **rejected})
    assert "401 APIG.0301" in ran.msg
    assert 1 <= sum(line in rejected for line in lines) <= 4


def test_health_none_does_not_read_cloud_eye() -> None:
    service = Table({key: value for key, value in FINE.items() if key != QUERY})
    ran = run_module(overview, service, {"health": "none", "region": None})
    assert ran.result["healthy"] is True
    assert ran.result["tasks"][0]["health"] is None


@pytest.mark.parametrize(
    ("options", "step"),
    [
        ({"instance_id": "i-1"}, (INSTANCE, reply(200, instance(connector_id="", connector_enable=False)))),
        ({"instance_name": "kafka"}, (FIND, instances(instance(connector_id="", connector_enable=False)))),
    ],
)
def test_named_instance_without_tasks_is_a_problem(options: dict[str, t.Any], step: t.Any) -> None:
    for limits, healthy in (({}, False), ({"allow_no_tasks": True}, True)):
        ran = run_module(overview, Service(), {"ces_endpoint": CES, "limits": limits, **options}, step)
        assert ran.result["healthy"] is healthy
        assert len(ran.result["problems"]) == len(ran.result["instances"][0]["problems"]) == int(not healthy)


GROUPED: dict[str, t.Any] = {"group_pattern": ".*", **LIMITED}
UNREAD_GROUPS = "kafka: its consumer groups could not be read. Could not list the consumer groups of instance i-1: "


@pytest.mark.parametrize(
    ("response", "groups", "problems"),
    [
        (listed(), [], []),
        (listed(group("a", "Stable", lag=10), group("b")), ["a", "b"], []),
        (listed(group("a", "DEAD", lag=99), group("__dial", lag=99)), [], []),
        (listed(group("a", "Stable", lag="11")), ["a"], ["kafka / consumer group a: lags by 11 messages"]),
        (listed(group("a", lag=11)), ["a"], ["kafka / consumer group a: lags by 11 messages and has no members"]),
        (listed(group("a", lag=None)), ["a"], ["kafka / consumer group a: has an unknown lag"]),
        (listed(group("a", lag=-1)), ["a"], ["kafka / consumer group a: has an unknown lag"]),
        (FORBIDDEN, [], [UNREAD_GROUPS]),
        (reply(200, {"groups": None}), [], [UNREAD_GROUPS]),
        (listed(total=1), [], [f"{UNREAD_GROUPS}the list contains 0 of 1 consumer groups"]),
    ],
)
def test_consumer_groups(response: Reply, groups: list[str], problems: list[str]) -> None:
    ran, lines = gather({GROUPS: response}, **GROUPED)
    assert lines.count(GROUPS) == 1
    assert [row["group_name"] for row in ran.result["groups"]] == groups
    assert ran.result["healthy"] is not bool(problems)
    assert len(ran.result["problems"]) == len(problems)
    for found, expected in zip(ran.result["problems"], problems):
        assert found.startswith(expected)


def test_row_of_a_consumer_group() -> None:
    ran, _lines = gather({GROUPS: listed(group("a", "Stable", lag=7), group("b"))}, group_pattern="a")
    named = {"instance_name": "kafka", "instance_id": "i-1", "connector_id": "c-1"}
    assert ran.result["groups"] == [{**named, "group_name": "a", "status": "STABLE", "lag": 7, "problems": []}]
    assert ran.result["instances"][0]["groups"] == 1


def test_consumer_groups_are_not_read_unless_they_are_selected() -> None:
    ran, lines = gather({})
    assert (ran.result["groups"], GROUPS in lines) == ([], False)


def test_consumer_groups_of_an_instance_without_smart_connect() -> None:
    off = {ALL: instances(instance(connector_enable=False, connector_id=None))}
    ran, _lines = gather({**off, GROUPS: listed(group("a", lag=11))}, **GROUPED)
    assert ran.result["problems"] == ["kafka / consumer group a: lags by 11 messages and has no members"]


@pytest.mark.parametrize(
    ("rows", "limits", "problems"),
    [
        ([group("a")], {}, []),
        ([], {}, ["there are no tasks. Set allow_no_tasks", "no consumer group matches group_pattern"]),
        ([], {"allow_no_tasks": True}, ["no consumer group matches group_pattern"]),
    ],
)
def test_nothing_to_watch_is_a_problem_of_a_named_instance(
    rows: list[t.Any], limits: dict[str, t.Any], problems: list[str]
) -> None:
    off = {INSTANCE: reply(200, instance(connector_id="", connector_enable=False)), GROUPS: listed(*rows)}
    ran, _lines = gather(off, instance_id="i-1", group_pattern=".*", limits=limits)
    assert len(ran.result["problems"]) == len(problems)
    for found, expected in zip(ran.result["problems"], problems):
        assert found.startswith(f"kafka: {expected}")


def test_a_pattern_that_matches_no_group_of_any_instance_is_a_warning() -> None:
    ran, _lines = gather({GROUPS: listed(group("a"))}, group_pattern="b")
    assert ran.result["warnings"] == ["No consumer group of any instance matches group_pattern."]


@pytest.mark.parametrize(("status", "healthy"), [("CREATEFAILED", True), ("FROZEN", False)])
def test_an_instance_whose_creation_failed_has_no_consumer_groups(status: str, healthy: bool) -> None:
    row = instance(status=status, connector_enable=False, connector_id=None)
    ran, _lines = gather({ALL: instances(row), GROUPS: FORBIDDEN}, **GROUPED)
    assert ran.result["healthy"] is healthy


def test_an_instance_that_is_deleted_while_its_groups_are_read_is_left_out() -> None:
    row = instance(connector_enable=False, connector_id=None)
    ran, _lines = gather({ALL: instances(row), GROUPS: GONE}, **GROUPED)
    assert (ran.result["instances"], ran.result["healthy"]) == ([], True)


FAILURES: dict[str, tuple[dict[str, t.Any], dict[str, t.Any], str]] = {
    "unknown name": ({"instance_name": "kafka"}, {FIND: instances()}, "there is no Kafka instance named kafka"),
    "two of the name": (
        {"instance_name": "kafka"}, {FIND: instances(instance(), instance(number=2))}, "2 Kafka instances are named kafka",
    ),
    "unknown id": ({"instance_id": "i-1"}, {INSTANCE: GONE}, "Could not read instance i-1: GET "),
    "deleted in the meantime": (
        {"instance_id": "i-1"}, {INSTANCE: reply(200, instance()), SMART: GONE, SINK: OFF}, "was deleted in the meantime",
    ),
    "list forbidden": ({}, {ALL: FORBIDDEN}, "dms:instance:list"),
    "negative": ({"limits": {"max_lag": -1}}, {}, "max_lag must be 0 or more, not -1"),
    "negative delay": ({"limits": {"max_delay_ms": -1}}, {}, "max_delay_ms must be 0 or more, not -1"),
    "too few minutes": ({"limits": {"max_unknown_minutes": 4}}, {}, "max_unknown_minutes must be from 5 to 240, not 4"),
    "too many minutes": ({"limits": {"max_unknown_minutes": 241}}, {}, "must be from 5 to 240, not 241"),
    "delay without metrics": ({"limits": {"max_delay_ms": 1}, "health": "none"}, {}, "max_delay_ms needs the metrics"),
    "no expression": ({"group_pattern": "["}, {}, "group_pattern is not a regular expression"),
    "empty expression": ({"group_pattern": " "}, {}, "group_pattern must not be empty"),
    "misspelled limit": ({"limits": {"max_lags": 1}}, {}, "max_lags"),
    "empty name": ({"instance_name": " "}, {}, "instance_name must not be empty"),
    "both": ({"instance_name": "kafka", "instance_id": "i-1"}, {}, "mutually exclusive"),
    "no endpoint": ({"ces_endpoint": None, "region": None}, {}, "region or ces_endpoint is needed"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAILURES)
def test_failure(name: str) -> None:
    options, replies, expected = FAILURES[name]
    ran, lines = gather(replies, **options)
    assert expected in ran.msg
    assert bool(lines) is bool(replies)


def test_delay_limit_warns_of_sink_tasks() -> None:
    ran, _lines = gather({SMART: tasks(entity(task_id="t-2", name="new"))}, limits={"max_delay_ms": 10})
    assert ran.result["warnings"] == [
        "max_delay_ms does not apply to tasks that only the API of sink tasks shows, 1 in all: it returns no delay."
    ]
    assert ran.result["problems"] == ["kafka / new: has been unknown for 5 minutes"]


@pytest.mark.parametrize(("minutes", "requests"), [(5, 1), (20, 1), (60, 2), (240, 6)])
def test_points_of_a_longer_time_take_more_requests(minutes: int, requests: int) -> None:
    """One response has 3,000 points."""
    rows = [entity(task_id=f"t-{number}", name=f"task-{number}") for number in range(18)]
    old = reply(200, {"metrics": []})
    ran, lines = gather({SMART: tasks(*rows), **NO_SINK, QUERY: old}, limits={"max_unknown_minutes": minutes})
    assert lines.count(QUERY) == requests
    assert {row["problems"][0] for row in ran.result["tasks"]} == {f"has been unknown for {minutes} minutes"}


def measured(*points: tuple[int, int]) -> Reply:
    """The response with (age in minutes, status) for each point."""
    datapoints = [{"average": status, "timestamp": NOW - age * 60_000} for age, status in points]
    metric = {"metric_name": "task_status", "dimensions": [{"name": "connector_task", "value": "orders"}]}
    return reply(200, {"metrics": [{**metric, "datapoints": datapoints}]})


@pytest.mark.parametrize(
    ("points", "problems"),
    [
        ([(1, 0), (-60, 1)], ["kafka / orders: is abnormal"]),
        ([(-60, 1)], ["kafka / orders: has been unknown for 5 minutes"]),
        # The clocks can differ.
        ([(1, 0), (-2, 1)], []),
    ],
)
def test_a_point_from_the_future_does_not_count(points: list[tuple[int, int]], problems: list[str]) -> None:
    ran, _lines = gather({QUERY: measured(*points)})
    assert ran.result["problems"] == problems


def test_older_point_counts_if_the_health_may_be_unknown_for_longer() -> None:
    for minutes, healthy in ((5, False), (6, True)):
        ran, _lines = gather({QUERY: measured((6, 1))}, limits={"max_unknown_minutes": minutes})
        assert ran.result["healthy"] is healthy
