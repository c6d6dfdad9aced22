# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client import client as client_module
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task_info as module
from ansible_collections.huaweicloud.kafka.tests.unit.plugins.modules.info_support import (
    TASKS,
    AnswerTable,
    listed_task,
    run,
    shown_task,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import IAM, Answer, Clock, Service, answer, refusal

LIST = f"GET {TASKS}"
QUOTAS = {"total_number": 1, "max_tasks": 9, "quota_tasks": 10}


def show(task_id: str, topic_info: bool = False) -> str:
    return f"GET {TASKS}/{task_id}" + ("?topic-info=true" if topic_info else "")


def gather(clock: Clock, **options: t.Any) -> t.Any:
    return run(module, clock, **{"connector_id": "c-1", **options})


def names(result: t.Any) -> list[str]:
    assert not result.get("failed"), result
    assert result["changed"] is False
    return [item["task_name"] for item in result["sink_tasks"]]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> t.Callable[..., AnswerTable]:
    def make(answers: t.Mapping[str, t.Any], meet: int = 0) -> AnswerTable:
        made = AnswerTable(answers, meet)
        monkeypatch.setattr(client_module, "Transport", lambda verify: made)
        return made

    return make


def test_a_task_with_its_details(clock: Clock, service: Service) -> None:
    service.expect(
        (LIST, answer(200, tasks(listed_task("a", "t-1")))),
        (show("t-1"), answer(200, shown_task("a", status="PAUSED"))),
    )
    assert gather(clock) == {
        "changed": False,
        "sink_tasks": [
            {
                "task_id": "t-1",
                "task_name": "a",
                "destination_type": "OBS",
                "create_time": 1592309487621,
                "status": "PAUSED",
                "topics": "orders",
                "obs_destination_descriptor": {
                    "consumer_strategy": "latest",
                    "obs_bucket_name": "b",
                    "deliver_time_interval": 300,
                },
            }
        ],
        **QUOTAS,
    }
    service.expect_nothing_more()


def test_the_list_alone(clock: Clock, service: Service) -> None:
    listed = tasks(listed_task("a", "t-1", create_time="1592309487621"), listed_task("b", "t-2"), max_tasks="9")
    service.expect((LIST, answer(200, listed)))
    result = gather(clock, details=False)
    assert result["sink_tasks"] == [listed_task("a", "t-1"), listed_task("b", "t-2")]
    assert {name: result[name] for name in QUOTAS} == {**QUOTAS, "total_number": 2}
    service.expect_nothing_more()


def test_none_is_an_empty_list(clock: Clock, service: Service) -> None:
    service.expect((LIST, answer(200, tasks(max_tasks=None, quota_tasks="?"))))
    assert gather(clock) == {
        "changed": False,
        "sink_tasks": [],
        "total_number": 0,
        "max_tasks": None,
        "quota_tasks": None,
    }


THREE = tasks(listed_task("a", "t-1"), listed_task("b", "t-2"), listed_task("a", "t-3"))


def test_by_id(clock: Clock, service: Service) -> None:
    service.expect((LIST, answer(200, THREE)), (show("t-2"), answer(200, shown_task("b"))))
    assert names(gather(clock, task_id="t-2")) == ["b"]
    service.expect((LIST, answer(200, THREE)))
    assert names(gather(clock, task_id="t-4")) == []
    service.expect((LIST, answer(200, THREE)))
    assert names(gather(clock, task_id="t-3", details=False)) == ["a"]
    service.expect_nothing_more()


def test_by_name_all_that_have_it(clock: Clock, service: Service) -> None:
    service.expect((LIST, answer(200, THREE)))
    result = gather(clock, task_name="a", details=False)
    assert [item["task_id"] for item in result["sink_tasks"]] == ["t-1", "t-3"]
    assert result["total_number"] == 3
    service.expect((LIST, answer(200, THREE)))
    assert names(gather(clock, name="A", details=False)) == []


def test_a_list_shorter_than_its_count(clock: Clock, service: Service) -> None:
    short = tasks(listed_task("a", "t-1"), total_number=2)
    for options in ({}, {"task_name": "a"}, {"task_name": "b"}, {"task_id": "t-2"}):
        service.expect((LIST, answer(200, short)))
        result = gather(clock, details=False, **options)
        assert result["failed"]
        assert "sink_tasks" not in result
        assert "the list holds 1 of 2 sink tasks, so it is not complete" in result["msg"]
    service.expect((LIST, answer(200, short)))
    assert names(gather(clock, details=False, task_id="t-1")) == ["a"]


@pytest.mark.parametrize(("status", "code"), [(404, "DMS.00404024"), (404, "DMS.00404001"), (403, "DMS.00403003")])
def test_a_connector_that_is_missing_fails(clock: Clock, service: Service, status: int, code: str) -> None:
    service.expect((LIST, refusal(status, code)))
    result = gather(clock)
    assert result["failed"]
    assert "sink_tasks" not in result
    assert result["error"]["code"] == code
    assert result["msg"].startswith("Could not read the sink tasks of connector c-1: ")


def test_a_task_that_vanishes_is_left_out_and_still_counted(clock: Clock, service: Service) -> None:
    service.expect((LIST, answer(200, tasks(listed_task("a", "t-1")))), (show("t-1"), refusal(404, "DMS.00404026")))
    assert gather(clock) == {"changed": False, "sink_tasks": [], **QUOTAS}


@pytest.mark.parametrize("code", ["DMS.00404024", "DMS.00404022", "DMS.00404001", "DMS.00404029", "APIG.0101"])
def test_no_other_404_is_a_vanished_task(clock: Clock, service: Service, code: str) -> None:
    service.expect((LIST, answer(200, tasks(listed_task("a", "t-1")))), (show("t-1"), refusal(404, code)))
    assert gather(clock)["error"]["code"] == code


PARTITION = {
    "partition_id": "0",
    "status": "RUNNING",
    "last_transfer_offset": "1500",
    "log_end_offset": "1520",
    "lag": "20",
}


def test_partitions_have_numbers(clock: Clock, service: Service) -> None:
    info = [
        {"topic": "orders", "partitions": [PARTITION, {**PARTITION, "partition_id": 1, "lag": "-", "more": "x"}]},
        {"topic": "empty", "partitions": []},
    ]
    service.expect(
        (LIST, answer(200, tasks(listed_task("a", "t-1")))),
        (show("t-1", topic_info=True), answer(200, shown_task("a", topics_info=info))),
    )
    numbers = {"partition_id": 0, "status": "RUNNING", "last_transfer_offset": 1500, "log_end_offset": 1520, "lag": 20}
    assert gather(clock, topic_info=True)["sink_tasks"][0]["topics_info"] == [
        {"topic": "orders", "partitions": [numbers, {**numbers, "partition_id": 1, "lag": None, "more": "x"}]},
        {"topic": "empty", "partitions": []},
    ]


@pytest.mark.parametrize("told", [{}, {"topics_info": None}])
def test_progress_that_is_not_told_is_none(clock: Clock, service: Service, told: dict[str, t.Any]) -> None:
    service.expect(
        (LIST, answer(200, tasks(listed_task("a", "t-1")))),
        (show("t-1", topic_info=True), answer(200, shown_task("a", **told))),
    )
    assert gather(clock, topic_info=True)["sink_tasks"][0]["topics_info"] is None


@pytest.mark.parametrize(
    "shown",
    [
        "[]",
        shown_task("a", topics_info="none"),
        shown_task("a", topics_info=[None]),
        shown_task("a", topics_info=[{"topic": "orders"}]),
        shown_task("a", topics_info=[{"topic": "orders", "partitions": ["0"]}]),
        shown_task("a", obs_destination_descriptor="x"),
        shown_task(""),
        shown_task("a", status=None),
    ],
)
def test_an_answer_of_another_shape_is_an_error(clock: Clock, service: Service, shown: t.Any) -> None:
    service.expect(
        (LIST, answer(200, tasks(listed_task("a", "t-1")))), (show("t-1", topic_info=True), answer(200, shown))
    )
    result = gather(clock, topic_info=True)
    assert result["failed"]
    assert "was answered with 200, but " in result["msg"]


def test_keys_are_not_returned_even_if_they_are_echoed(clock: Clock, service: Service) -> None:
    descriptor = {"access_key": "OBSAK", "secret_key": "OBSSK", "obs_bucket_name": "b", "deliver_time_interval": "60"}
    shown = shown_task("a", obs_destination_descriptor=descriptor, secret_key="OBSSK", task_id="t-9")
    service.expect((LIST, answer(200, tasks(listed_task("a", "t-1")))), (show("t-1"), answer(200, shown)))
    [task] = gather(clock)["sink_tasks"]
    assert task["obs_destination_descriptor"] == {"obs_bucket_name": "b", "deliver_time_interval": 60}
    assert task["task_id"] == "t-1"
    assert "OBSSK" not in str(task)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"topic_info": True, "details": False}, "topic_info is a part of the details"),
        ({"task_id": "t-1", "task_name": "a"}, "mutually exclusive"),
        ({"task_id": ""}, "task_id must not be empty"),
        ({"task_name": " "}, "task_name must not be empty"),
        ({"connector_id": ""}, "connector_id must not be empty"),
    ],
)
def test_what_is_refused_before_any_request(
    clock: Clock, service: Service, options: dict[str, t.Any], message: str
) -> None:
    result = gather(clock, **options)
    assert result["failed"]
    assert message in result["msg"]
    assert service.lines == []


# Many at once.

MANY = [listed_task(f"n-{number}", f"t-{number}") for number in range(50)]


def shown_later(number: int, done: dict[int, threading.Event]) -> t.Callable[[t.Any], Answer]:
    """The first four are answered in the reverse order of the list."""

    def told(request: t.Any) -> Answer:
        if number < 3:
            assert done[number + 1].wait(30)
        done[number].set()
        return answer(200, shown_task(f"n-{number}"))

    return told


def test_details_are_read_four_at_a_time_and_in_order(clock: Clock, table: t.Callable[..., AnswerTable]) -> None:
    done = {number: threading.Event() for number in range(50)}
    service = table(
        {LIST: answer(200, tasks(*MANY)), **{show(f"t-{n}"): shown_later(n, done) for n in range(50)}}, meet=4
    )
    assert names(gather(clock)) == [f"n-{number}" for number in range(50)]
    assert len(service.lines) == len(set(service.lines)) == 51


def test_the_first_failure_in_the_order_of_the_list_is_told(clock: Clock, table: t.Callable[..., AnswerTable]) -> None:
    answers = {show(f"t-{n}"): answer(200, shown_task(f"n-{n}")) for n in range(50)}
    answers[show("t-1")] = refusal(403, "DMS.00403003")
    answers[show("t-2")] = refusal(403, "DMS.00403007")
    table({LIST: answer(200, tasks(*MANY)), **answers}, meet=4)
    result = gather(clock)
    assert result["error"]["code"] == "DMS.00403003"
    assert "sink_tasks" not in result


def test_tasks_that_vanish_among_many(clock: Clock, table: t.Callable[..., AnswerTable]) -> None:
    answers = {show(f"t-{n}"): answer(200, shown_task(f"n-{n}")) for n in range(50)}
    answers[show("t-7")] = answers[show("t-30")] = refusal(404, "DMS.00404026")
    table({LIST: answer(200, tasks(*MANY)), **answers})
    result = gather(clock)
    assert names(result) == [f"n-{number}" for number in range(50) if number not in (7, 30)]
    assert result["total_number"] == 50


def test_each_of_many_is_tried_again(clock: Clock, table: t.Callable[..., AnswerTable]) -> None:
    busy = [refusal(429, "APIG.0308"), refusal(503, "DMS.1")]
    table(
        {
            LIST: answer(200, tasks(*MANY)),
            **{show(f"t-{n}"): [*busy, answer(200, shown_task(f"n-{n}"))] for n in range(50)},
        }
    )
    assert len(names(gather(clock))) == 50


@pytest.mark.parametrize("known", [True, False])
def test_a_login_that_runs_out_meanwhile_is_made_anew_once(
    clock: Clock, table: t.Callable[..., AnswerTable], known: bool
) -> None:
    """The four requests that were under way with the old token share the new one."""

    def unless_old(number: int) -> t.Callable[[t.Any], Answer]:
        def told(request: t.Any) -> Answer:
            if request.headers["X-Auth-Token"] == "old":
                return refusal(401, "APIG.0301")
            return answer(200, shown_task(f"n-{number}"))

        return told

    project = {"token": {"project": {"id": "0123456789abcdef0123456789abcdef"}}}
    service = table(
        {
            f"POST {IAM}/v3/auth/tokens?nocatalog=1": [
                answer(201, project, X_Subject_Token=token) for token in ("old", "new", "newer")
            ],
            LIST: answer(200, tasks(*MANY)),
            **{show(f"t-{n}"): unless_old(n) for n in range(50)},
        },
        meet=4,
    )
    result = gather(
        clock,
        access_key=None,
        secret_key=None,
        username="u",
        password="p",
        domain_name="d",
        project_id="0123456789abcdef0123456789abcdef" if known else None,
    )
    assert len(names(result)) == 50
    logins = [line for line in service.lines if line.startswith("POST")]
    assert len(logins) == 2


def test_a_token_that_was_given_is_not_made_anew(clock: Clock, table: t.Callable[..., AnswerTable]) -> None:
    service = table(
        {LIST: answer(200, tasks(*MANY)), **{show(f"t-{n}"): refusal(401, "APIG.0301") for n in range(50)}}, meet=4
    )
    result = gather(clock, access_key=None, secret_key=None, auth_token="tok")
    assert result["error"]["status"] == 401
    # The four that were under way; more of them would lock a key.
    assert sorted(service.lines) == [LIST, *(show(f"t-{n}") for n in range(4))]
