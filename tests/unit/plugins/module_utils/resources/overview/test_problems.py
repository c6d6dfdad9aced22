# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What needs attention, as tables. What could not be read is never fine."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.overview import problems
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.overview.problems import Limits, Task
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import UnexpectedState
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, connection_failed, service_error

NOW = 1_700_000_000_000
MINUTE = 60_000
LIMITS = Limits(max_lag=10, max_delay_ms=1000)
PAUSES = LIMITS._replace(allow_paused=True)


def smart(status: t.Any = "RUNNING", age: t.Any = 60) -> dict[str, t.Any]:
    """A Smart Connect task of *age* minutes."""
    created = NOW - age * MINUTE if isinstance(age, int) else age
    return {"task_id": "t-1", "task_name": "orders", "status": status, "create_time": created, "topics": "orders"}


def sink(*lags: t.Any, status: t.Any = "RUNNING", **fields: t.Any) -> dict[str, t.Any]:
    """A sink task with one topic, whose partitions have *lags*; ``...`` omits the field."""
    rows = [{"partition_id": number, **({} if lag is ... else {"lag": lag})} for number, lag in enumerate(lags)]
    info = [{"topic": "orders", "partitions": rows}]
    return {"task_id": "t-1", "task_name": "orders", "status": status, "topics_info": info, **fields}


def health(state: str = "normal", waiting: t.Any = 0, delay: t.Any = 0, **more: t.Any) -> dict[str, t.Any]:
    measured = NOW - MINUTE if state != "unknown" else None
    return {"state": state, "waiting_messages": waiting, "delay_ms": delay, "measured_at": measured, **more}


def halves(*both: dict[str, t.Any], state: str = "normal") -> dict[str, t.Any]:
    return health(state, None, None, halves=both)


NO_POINT = health("unknown", None, None)
ABNORMAL, UNKNOWN_HEALTH = "is abnormal", "has an unknown health"
UNKNOWN_LAG, UNKNOWN_DELAY, SILENT = "has an unknown lag", "has an unknown delay", "has been unknown for 5 minutes"

# The task, the limits, its problems, and its lag.
TASKS: dict[str, tuple[Task, Limits, list[str], t.Any]] = {
    # Smart Connect
    "fine": (Task(smart(), None, health()), LIMITS, [], 0),
    "at the limits": (Task(smart(), None, health(waiting=10, delay=1000)), LIMITS, [], 10),
    "beyond the limits": (
        Task(smart(), None, health(waiting=10.5, delay=1001)),
        LIMITS,
        ["lags by 10.5 messages", "is delayed by 1001 ms"],
        10.5,
    ),
    "no limits": (Task(smart(), None, health(waiting=10**9, delay=None)), Limits(), [], 10**9),
    "a limit of 0": (
        Task(smart(), None, health(waiting=1)), Limits(max_lag=0, max_delay_ms=0), ["lags by 1 messages"], 1,
    ),
    "abnormal": (Task(smart(), None, health("abnormal")), Limits(), [ABNORMAL], 0),
    "missing lag": (Task(smart(), None, health(waiting=None)), LIMITS, [UNKNOWN_LAG], None),
    "negative lag": (Task(smart(), None, health(waiting=-1)), LIMITS, [UNKNOWN_LAG], None),
    "missing delay": (Task(smart(), None, health(delay=None)), LIMITS, [UNKNOWN_DELAY], 0),
    "no point": (Task(smart(), None, NO_POINT), LIMITS, [SILENT], None),
    "no point, without limits": (Task(smart(), None, NO_POINT), Limits(), [SILENT], None),
    "no point for longer": (
        Task(smart(), None, NO_POINT), Limits(max_unknown_minutes=7), ["has been unknown for 7 minutes"], None,
    ),
    "young": (Task(smart(age=5), None, NO_POINT), LIMITS, [], None),
    "not young any more": (Task(smart(age=6), None, NO_POINT), LIMITS, [SILENT], None),
    "young for longer": (Task(smart(age=6), None, NO_POINT), Limits(max_unknown_minutes=7), [], None),
    "created by a clock ahead": (Task(smart(age=-2), None, NO_POINT), LIMITS, [], None),
    "created in the far future": (Task(smart(age=-10), None, NO_POINT), LIMITS, [SILENT], None),
    "unknown age": (Task(smart(age=None), None, NO_POINT), LIMITS, [SILENT], None),
    "young without a lag": (Task(smart(age=1), None, health(waiting=None)), LIMITS, [UNKNOWN_LAG], None),
    "young and late": (
        Task(smart(age=1), None, health("unknown", 11, None)), LIMITS, ["lags by 11 messages"], 11,
    ),
    "Cloud Eye not read": (Task(smart(), None, NO_POINT, False), LIMITS, [UNKNOWN_HEALTH], None),
    "young, Cloud Eye not read": (Task(smart(age=1), None, NO_POINT, False), LIMITS, [UNKNOWN_HEALTH], None),
    "health none": (Task(smart(), None), Limits(), [], None),
    "health none, with a limit": (Task(smart(), None), Limits(max_lag=10), [UNKNOWN_LAG], None),
    "paused": (Task(smart("PAUSED"), None, health()), LIMITS, ["is PAUSED"], 0),
    "paused and allowed": (Task(smart("PAUSED"), None, health("abnormal", 11, 1001)), PAUSES, [], None),
    "paused, allowed, unknown": (Task(smart("PAUSED"), None, NO_POINT, False), PAUSES, [], None),
    "waiting to be started": (Task(smart("WAITING"), None, NO_POINT), LIMITS, ["is WAITING"], None),
    "waiting and allowed": (Task(smart("WAITING"), None, NO_POINT), PAUSES, [], None),
    "failed": (Task(smart("FAILED"), None, NO_POINT), PAUSES, ["is FAILED"], None),
    "failed and late": (
        Task(smart("FAILED"), None, health(waiting=11)), PAUSES, ["is FAILED", "lags by 11 messages"], 11,
    ),
    "no status": (Task(smart(None), None, health()), PAUSES, ["has an unknown status"], 0),
    "restarting": (Task(smart("RESTARTING"), None, health()), PAUSES, ["is RESTARTING"], 0),
    # two-way replications
    "both halves": (Task(smart(), None, halves(health(), health(waiting=3))), LIMITS, [], 3),
    "half a lag": (Task(smart(), None, halves(health(), health(waiting=None))), LIMITS, [UNKNOWN_LAG], None),
    "half a delay": (Task(smart(), None, halves(health(), health(delay=None))), LIMITS, [UNKNOWN_DELAY], 0),
    "one half late": (
        Task(smart(), None, halves(health(waiting=11), health(waiting=None))), LIMITS, ["lags by 11 messages"], None,
    ),
    "half a state": (
        Task(smart(), None, halves(health(), NO_POINT, state="unknown")), LIMITS, [SILENT], None,
    ),
    # sink tasks
    "sink task": (Task(None, sink("0", 10)), LIMITS, [], 10),
    "each partition has the limit": (Task(None, sink(10, 10)), LIMITS, [], 20),
    "late partition": (Task(None, sink("0", "11")), LIMITS, ["lags by up to 11 messages"], 11),
    "late partition, another unknown": (Task(None, sink(..., "11")), LIMITS, ["lags by up to 11 messages"], None),
    "lag of a part": (Task(None, sink("1", ...)), LIMITS, [UNKNOWN_LAG], None),
    "null lag": (Task(None, sink("1", None)), LIMITS, [UNKNOWN_LAG], None),
    "NaN": (Task(None, sink("1", "NaN")), LIMITS, [UNKNOWN_LAG], None),
    "negative partition": (Task(None, sink("1", "-1")), LIMITS, [UNKNOWN_LAG], None),
    "no partitions": (Task(None, sink()), LIMITS, [UNKNOWN_LAG], None),
    "no topics": (Task(None, sink(topics_info=[])), LIMITS, [UNKNOWN_LAG], None),
    "null topics": (Task(None, sink(topics_info=None)), LIMITS, [UNKNOWN_LAG], None),
    "one topic without partitions": (
        Task(None, sink(topics_info=[*sink(1)["topics_info"], {"topic": "more", "partitions": []}])),
        LIMITS,
        [UNKNOWN_LAG],
        None,
    ),
    "sink task without a limit": (Task(None, sink()), Limits(), [], None),
    "paused sink task": (Task(None, sink(11, status="PAUSED")), PAUSES, [], None),
    "failed sink task": (Task(None, sink(status="FAILED")), PAUSES, ["is FAILED"], None),
    # tasks that both APIs show
    "both": (Task(smart(), sink(1, 2), health(waiting=5)), LIMITS, [], 5),
    "both, the larger lag": (Task(smart(), sink(3, 4), health(waiting=5)), LIMITS, [], 7),
    "both, late by Cloud Eye": (Task(smart(), sink(0), health(waiting=11)), LIMITS, ["lags by 11 messages"], 11),
    "both, late by a partition": (Task(smart(), sink(11), health()), LIMITS, ["lags by up to 11 messages"], 11),
    "both, no lag in Cloud Eye": (Task(smart(), sink(1), health(waiting=None)), LIMITS, [UNKNOWN_LAG], None),
    "both, no lag of partitions": (Task(smart(), sink(), health()), LIMITS, [UNKNOWN_LAG], None),
    "both, no point": (Task(smart(), sink(1), NO_POINT), LIMITS, [SILENT], 1),
    "both, young": (Task(smart(age=1), sink(1), NO_POINT), LIMITS, [], 1),
    "both, young, no lag of partitions": (Task(smart(age=1), sink(), NO_POINT), LIMITS, [UNKNOWN_LAG], None),
    "both, health none": (Task(smart(), sink(1)), LIMITS, [], 1),
    "both, one failed": (Task(smart(), sink(0, status="FAILED"), health()), LIMITS, ["is FAILED"], 0),
    "both, one paused and allowed": (
        Task(smart(), sink(0, status="PAUSED"), health(waiting=11)), PAUSES, ["lags by 11 messages"], 11,
    ),
    "both, paused and waiting": (
        Task(smart("WAITING"), sink(11, status="PAUSED"), health()), PAUSES, [], None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TASKS)
def test_task(name: str) -> None:
    task, limits, expected, lag = TASKS[name]
    row = problems.described(task, limits, NOW)
    assert row["problems"] == expected
    assert row["lag"] == lag
    apis = {(True, False): "smart-connect", (False, True): "sink-task", (True, True): "both"}
    assert row["api"] == apis[task.smart is not None, task.sink is not None]


def test_row_shows_the_status_that_is_not_running() -> None:
    for task in (Task(smart(), sink(status="FAILED")), Task(smart("FAILED"), sink())):
        assert problems.described(task, LIMITS, NOW)["status"] == "FAILED"


@pytest.mark.parametrize(
    ("name", "helps"),
    [
        ("abnormal", True),
        ("no point", True),
        ("both, late by a partition", True),
        ("missing lag", False),
        ("Cloud Eye not read", False),
        ("fine", False),
        ("paused", False),
        ("late partition", False),
    ],
)
def test_restart_is_only_shown_where_it_can_help(name: str, helps: bool) -> None:
    task, limits, _problems, _lag = TASKS[name]
    assert problems.described(task, limits, NOW)["restart"] is helps


OFF, GONE = service_error(404, "DMS.00404024"), service_error(404, "DMS.00404022")
NO_URL, NO_OPERATION = service_error(404, "APIGW.0101"), service_error(405, "DMS.00405001")
FORBIDDEN, BROKEN = service_error(403, "DMS.00403003"), service_error(500, None)
THROTTLED, QUOTA = service_error(404, "DMS.10240407"), service_error(404, "DMS.00404029")
NO_RESPONSE, INCOMPLETE = connection_failed(LOST), UnexpectedState("the list contains 1 of 2 tasks")

# The lists of the two APIs, and the errors that leave open whether there are more tasks.
UNREAD: dict[str, tuple[t.Any, t.Any, list[t.Any]]] = {
    "both read": ([smart()], [sink()], []),
    "both empty": ([], [], []),
    "off": (OFF, OFF, []),
    "off in one": ([], OFF, []),
    "no Smart Connect API": (NO_URL, [sink()], []),
    "no sink task API": ([], NO_URL, []),
    "no sink task operation": ([], NO_OPERATION, []),
    "no sink task API, and off": (OFF, NO_URL, []),
    "neither API": (NO_URL, NO_OPERATION, [NO_URL, NO_OPERATION]),
    "no sink task API, forbidden": (FORBIDDEN, NO_URL, [FORBIDDEN, NO_URL]),
    "forbidden": ([], FORBIDDEN, [FORBIDDEN]),
    "forbidden in the other": (FORBIDDEN, [], [FORBIDDEN]),
    "broken": (BROKEN, BROKEN, [BROKEN]),
    "throttled, not absent": ([], THROTTLED, [THROTTLED]),
    "quota, not absent": (QUOTA, [], [QUOTA]),
    "no response": (NO_RESPONSE, [], [NO_RESPONSE]),
    "incomplete": ([smart()], INCOMPLETE, [INCOMPLETE]),
    "incomplete and off": (OFF, INCOMPLETE, [INCOMPLETE]),
    "absent for one API, while the other lists tasks": ([smart()], GONE, [GONE]),
}


@pytest.mark.parametrize("name", UNREAD)
def test_unread(name: str) -> None:
    first, second, expected = UNREAD[name]
    assert problems.unread(first, second) == expected
    assert not problems.are_gone(first, second)


@pytest.mark.parametrize("lists", [(GONE, GONE), ([], GONE), (GONE, FORBIDDEN)])
def test_instance_that_was_deleted_is_gone(lists: t.Any) -> None:
    assert problems.are_gone(*lists)


def test_each_task_is_returned_once() -> None:
    rows = [{"task_id": task_id} for task_id in ("1", "2", "3")]
    one, two, three = rows
    assert problems.pair([two, one], [three, one]) == [(two, None), (one, one), (None, three)]
    assert problems.pair(FORBIDDEN, [three]) == [(None, three)]
    assert problems.pair([three], NO_URL) == [(three, None)]


@pytest.mark.parametrize(
    ("named", "tasks", "unread", "limits", "expected"),
    [
        (True, 0, None, Limits(), ["there are no tasks. Set allow_no_tasks to true if this is expected"]),
        (True, 0, None, Limits(allow_no_tasks=True), []),
        (True, 0, "its tasks could not be read.", Limits(), []),
        (True, 1, None, Limits(), []),
        (False, 0, None, Limits(), []),
    ],
)
def test_named_instance_without_tasks(
    named: bool, tasks: int, unread: str | None, limits: Limits, expected: list[str]
) -> None:
    assert problems.of_instance(named, tasks, unread, limits) == expected
