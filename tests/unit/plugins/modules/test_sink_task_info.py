# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task_info as module
from ansible_collections.huaweicloud.kafka.tests.unit.samples import LIST, SHOW, TASKS, details, listed, shown, tasks
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    IAM,
    PROJECT_ID,
    Clock,
    Ran,
    Reply,
    Service,
    Step,
    Table,
    error_reply,
    reply,
    run_module,
)

SHOW_TOPICS = f"{SHOW}?topic-info=true"
QUOTAS = {"total_number": 1, "max_tasks": 9, "quota_tasks": 10}
ONE: Step = (LIST, tasks(listed()))


class Run:
    def __init__(self, clock: Clock, service: Service) -> None:
        self.clock = clock
        self.service = service

    def __call__(self, *steps: Step, service: t.Any = None, **options: t.Any) -> Ran:
        options = {"connector_id": "c-1", "max_retries": 2, **options}
        ran = run_module(module, service or self.service, options, *steps, clock=self.clock)
        # Either all selected tasks, or a failure.
        assert ("sink_tasks" in ran.result) is not ran.result.get("failed", False)
        assert ran.result["changed"] is False if "changed" in ran.result else ran.result["failed"]
        return ran


@pytest.fixture
def run(clock: Clock, service: Service) -> Run:
    return Run(clock, service)


def ids(ran: Ran) -> list[str]:
    return [task["task_id"] for task in ran.result["sink_tasks"]]


def test_details_of_a_task(run: Run) -> None:
    result = run(ONE, (SHOW, details("PAUSED"))).result
    assert result == {"changed": False, "sink_tasks": [shown("PAUSED")], **QUOTAS}


def test_details_false_needs_one_request(run: Run) -> None:
    rows = [listed(create_time="1592309487621"), listed("t-2", "returns")]
    result = run((LIST, tasks(*rows, max_tasks="9")), details=False).result
    assert result == {
        "changed": False,
        "sink_tasks": [listed(), listed("t-2", "returns")],
        **QUOTAS,
        "total_number": 2,
    }


def test_no_tasks(run: Run) -> None:
    assert run((LIST, tasks(max_tasks=None, quota_tasks="?"))).result == {
        "changed": False,
        "sink_tasks": [],
        "total_number": 0,
        "max_tasks": None,
        "quota_tasks": None,
    }


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"task_id": "t-2"}, ["t-2"]),
        ({"task_id": "t-4"}, []),
        ({"task_name": "orders"}, ["t-1", "t-3"]),
        ({"name": "Orders"}, []),
    ],
)
def test_selection(run: Run, options: dict[str, str], expected: list[str]) -> None:
    three: Step = (LIST, tasks(listed(), listed("t-2", "returns"), listed("t-3")))
    ran = run(three, details=False, **options)
    assert (ids(ran), ran.result["total_number"]) == (expected, 3)


def test_incomplete_list_fails_unless_it_contains_the_id(run: Run) -> None:
    short: Step = (LIST, tasks(listed(), total=2))
    for options in ({}, {"task_name": "orders"}, {"task_name": "b"}, {"task_id": "t-2"}):
        assert "contains 1 of 2 sink tasks" in run(short, details=False, **options).msg
    assert ids(run(short, details=False, task_id="t-1")) == ["t-1"]


@pytest.mark.parametrize(("status", "code"), [(404, "DMS.00404024"), (404, "DMS.00404001"), (403, "DMS.00403003")])
def test_absent_connector_fails(run: Run, status: int, code: str) -> None:
    ran = run((LIST, error_reply(status, code)))
    assert ran.result["error"]["code"] == code
    assert ran.msg.startswith("Could not read the sink tasks of connector c-1: ")


def test_task_deleted_in_the_meantime_is_omitted_but_counted(run: Run) -> None:
    result = run(ONE, (SHOW, error_reply(404, "DMS.00404026"))).result
    assert result == {"changed": False, "sink_tasks": [], **QUOTAS}


@pytest.mark.parametrize("code", ["DMS.00404024", "DMS.00404022", "DMS.00404001", "DMS.00404029", "APIG.0101"])
def test_other_404_does_not_mean_deleted(run: Run, code: str) -> None:
    assert run(ONE, (SHOW, error_reply(404, code))).result["error"]["code"] == code


def shows(**fields: t.Any) -> Reply:
    return reply(200, {**shown(), **fields})


def test_topic_info_has_numbers(run: Run) -> None:
    numbers = {"partition_id": 0, "status": "RUNNING", "last_transfer_offset": 1500, "log_end_offset": 1520, "lag": 20}
    texts = {name: str(value) for name, value in numbers.items()}
    info = [
        {"topic": "orders", "partitions": [texts, {**texts, "partition_id": 1, "lag": "-", "more": "x"}]},
        {"topic": "empty", "partitions": []},
    ]
    ran = run(ONE, (SHOW_TOPICS, shows(topics_info=info)), topic_info=True)
    assert ran.result["sink_tasks"][0]["topics_info"] == [
        {"topic": "orders", "partitions": [numbers, {**numbers, "partition_id": 1, "lag": None, "more": "x"}]},
        {"topic": "empty", "partitions": []},
    ]


@pytest.mark.parametrize("fields", [{}, {"topics_info": None}])
def test_topic_info_that_is_not_returned_is_null(run: Run, fields: dict[str, t.Any]) -> None:
    assert run(ONE, (SHOW_TOPICS, shows(**fields)), topic_info=True).result["sink_tasks"][0]["topics_info"] is None


@pytest.mark.parametrize(
    "response",
    [
        reply(200, []),
        *(
            shows(topics_info=info)
            for info in ("none", [None], [{"topic": "a"}], [{"topic": "a", "partitions": ["0"]}])
        ),
        shows(obs_destination_descriptor="x"),
        shows(task_name=""),
        shows(status=None),
    ],
)
def test_malformed_response_fails(run: Run, response: Reply) -> None:
    assert "returned 200, but " in run(ONE, (SHOW_TOPICS, response), topic_info=True).msg


def test_keys_in_responses_are_not_returned(run: Run) -> None:
    descriptor = {"access_key": "AK-secret", "secret_key": "X-secret", "deliver_time_interval": "60"}
    response = shows(obs_destination_descriptor=descriptor, secret_key="X-secret", task_id="t-9")
    (task,) = run(ONE, (SHOW, response)).result["sink_tasks"]
    assert (task["obs_destination_descriptor"], task["task_id"]) == ({"deliver_time_interval": 60}, "t-1")
    assert "secret_key" not in task


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"topic_info": True, "details": False}, "topic_info"),
        ({"task_id": "t-1", "task_name": "a"}, "mutually exclusive"),
        ({"task_id": ""}, "task_id must not be empty"),
        ({"task_name": " "}, "task_name must not be empty"),
        ({"task_name": "a "}, "task_name must not begin or end with whitespace"),
        ({"connector_id": ""}, "connector_id must not be empty"),
    ],
)
def test_invalid_options_are_refused_before_any_request(run: Run, options: dict[str, t.Any], message: str) -> None:
    assert message in run(**options).msg
    assert run.service.lines == []


# --- details of many tasks, four at a time ---------------------------------------------------------------------------

NUMBERS = range(50)
LINES = [f"GET {TASKS}/t-{number}" for number in NUMBERS]
MANY = tasks(*(listed(f"t-{number}") for number in NUMBERS))
ALL_IDS = [f"t-{number}" for number in NUMBERS]


def table(replies: t.Mapping[str, t.Any] | None = None, together: int = 0) -> Table:
    return Table({LIST: MANY, **dict.fromkeys(LINES, details()), **(replies or {})}, together)


def test_details_are_returned_in_the_order_of_the_list(run: Run) -> None:
    done = [threading.Event() for _number in NUMBERS]

    def first_reversed(number: int) -> t.Callable[[t.Any], Reply]:
        def respond(request: t.Any) -> Reply:
            if number < 3:
                assert done[number + 1].wait(30)
            done[number].set()
            return details()

        return respond

    service = table({line: first_reversed(number) for number, line in enumerate(LINES)}, together=4)
    assert ids(run(service=service)) == ALL_IDS
    assert len(service.lines) == len(set(service.lines)) == 51


def test_first_failure_in_the_order_of_the_list_is_reported(run: Run) -> None:
    failures = {LINES[1]: error_reply(403, "DMS.00403003"), LINES[2]: error_reply(403, "DMS.00403007")}
    assert run(service=table(failures, together=4)).result["error"]["code"] == "DMS.00403003"


def test_deleted_tasks_among_many(run: Run) -> None:
    ran = run(service=table(dict.fromkeys((LINES[7], LINES[30]), error_reply(404, "DMS.00404026"))))
    assert (ids(ran), ran.result["total_number"]) == ([name for name in ALL_IDS if name not in ("t-7", "t-30")], 50)


def test_each_request_is_retried(run: Run) -> None:
    busy = [error_reply(429, "APIG.0308"), error_reply(503, "DMS.1"), details()]
    assert ids(run(service=table(dict.fromkeys(LINES, busy)))) == ALL_IDS


@pytest.mark.parametrize("known", [True, False])
def test_expired_login_is_renewed_once(run: Run, known: bool) -> None:
    """The four requests with the old token share the new one."""

    def respond(request: t.Any) -> Reply:
        return error_reply(401, "APIG.0301") if request.headers["X-Auth-Token"] == "old" else details()

    project = {"token": {"project": {"id": PROJECT_ID}}}
    logins = [reply(201, project, X_Subject_Token=token) for token in ("old", "new", "newer")]
    service = table({f"POST {IAM}/v3/auth/tokens?nocatalog=1": logins, **dict.fromkeys(LINES, respond)}, together=4)
    password = {"access_key": None, "secret_key": None, "username": "u", "password": "p", "domain_name": "d"}
    assert ids(run(service=service, project_id=PROJECT_ID if known else None, **password)) == ALL_IDS
    assert len([line for line in service.lines if line.startswith("POST")]) == 2


def test_rejected_token_stops_after_the_requests_in_flight(run: Run) -> None:
    """Five failed attempts lock an access key."""
    service = table(dict.fromkeys(LINES, error_reply(401, "APIG.0301")), together=4)
    ran = run(service=service, access_key=None, secret_key=None, auth_token="tok")
    assert ran.result["error"]["status"] == 401
    assert sorted(service.lines) == sorted([LIST, *LINES[:4]])
