# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which connector a task means when it names the instance by its name; the ways of the two ids are told here, too."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task as sink_task
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task_info as info
from ansible_collections.huaweicloud.kafka.tests.unit.plugins.modules.info_support import (
    INSTANCES,
    TASKS,
    instance,
    listing,
    run,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import Clock, Service, answer, refusal

FIND = f"GET {INSTANCES}?engine=kafka&exact_match_name=true&limit=50&name=orders&offset=0"
SHOW = f"GET {INSTANCES}/i-1"
LIST = f"GET {TASKS}"


def gather(clock: Clock, **options: t.Any) -> t.Any:
    return run(info, clock, **{"instance_name": "orders", "details": False, **options})


def remove(clock: Clock, **options: t.Any) -> t.Any:
    return run(sink_task, clock, state="absent", task_name="t", **{"instance_name": "orders", **options})


def test_a_name_costs_one_request(clock: Clock, service: Service) -> None:
    service.expect((FIND, answer(200, listing(instance("orders")))), (LIST, answer(200, tasks())))
    assert gather(clock)["sink_tasks"] == []
    service.expect_nothing_more()


def test_only_the_whole_name_counts(clock: Clock, service: Service) -> None:
    others = [instance("orders-2", 2, connector_id="c-2"), instance("Orders", 3, connector_id="c-3")]
    service.expect((FIND, answer(200, listing(*others, instance("orders")))), (LIST, answer(200, tasks())))
    assert not gather(clock).get("failed")


def test_several_are_an_error_that_lists_them(clock: Clock, service: Service) -> None:
    for task in (gather, remove):
        service.expect((FIND, answer(200, listing(instance("orders"), instance("orders", 2)))))
        result = task(clock)
        assert result["msg"] == (
            "Could not find the instance orders: 2 Kafka instances are named orders: i-1, i-2."
            " Give instance_id to say which one is meant."
        )
        assert result["failed"]
        assert not result["changed"]


def test_none_fails_where_it_must_exist(clock: Clock, service: Service) -> None:
    service.expect((FIND, answer(200, listing(instance("orders-2")))))
    assert gather(clock) == {
        "failed": True,
        "changed": False,
        "msg": "Could not find the instance orders: there is no Kafka instance named orders."
        " Check instance_name, region and project_id.",
    }


def test_none_means_that_its_tasks_are_absent(clock: Clock, service: Service) -> None:
    service.expect((FIND, answer(200, listing())))
    assert remove(clock) == {
        "changed": False,
        "warnings": [
            (
                "There is no Kafka instance named orders."
                " So sink task t of the connector of instance orders is absent, too."
            )
        ],
    }


def test_a_list_that_is_not_complete_proves_nothing(clock: Clock, service: Service) -> None:
    service.expect((FIND, answer(200, listing(instance_num=1))))
    result = remove(clock)
    assert result["failed"]
    assert "holds 0 of 1, so it is not complete" in result["msg"]


OFF = [
    {"connector_id": "", "connector_enable": False},
    {"connector_id": None, "connector_enable": "false"},
    {"connector_id": "", "connector_enable": None},
    {"connector_id": " ", "connector_enable": False},
]


@pytest.mark.parametrize("fields", OFF)
def test_smart_connect_off(clock: Clock, service: Service, fields: dict[str, t.Any]) -> None:
    told = answer(200, instance("orders", **fields))
    for options, request in (
        ({}, (FIND, answer(200, listing(instance("orders", **fields))))),
        ({"instance_name": None, "instance_id": "i-1"}, (SHOW, told)),
    ):
        service.expect(request)
        result = gather(clock, **options)
        assert "Smart Connect is off on instance i-1, so it has no connector. Turn Smart Connect on" in result["msg"]
        service.expect(request)
        result = remove(clock, **options)
        assert not result.get("failed")
        assert not result["changed"]
        assert result["warnings"][0].startswith("Smart Connect is off on instance i-1, so it has no connector. So sink")
    service.expect_nothing_more()


UNCLEAR = [
    {"connector_id": "", "connector_enable": True},
    {"connector_id": "a/b"},
    {"connector_id": 7},
    {"connector_id": "a/b", "connector_enable": False},
]


@pytest.mark.parametrize("fields", UNCLEAR)
def test_a_connector_that_is_not_told_is_not_absent(clock: Clock, service: Service, fields: dict[str, t.Any]) -> None:
    told = instance("orders", **fields)
    service.expect((FIND, answer(200, listing(told))), (SHOW, answer(200, told)))
    result = remove(clock)
    assert result["failed"]
    assert "the service does not tell the connector of instance i-1" in result["msg"]
    service.expect_nothing_more()


def test_what_the_list_leaves_out_the_instance_tells(clock: Clock, service: Service) -> None:
    bare = {name: value for name, value in instance("orders").items() if not name.startswith("connector")}
    service.expect(
        (FIND, answer(200, listing(bare))), (SHOW, answer(200, instance("orders"))), (LIST, answer(200, tasks()))
    )
    assert gather(clock)["sink_tasks"] == []
    service.expect((FIND, answer(200, listing(bare))), (SHOW, refusal(404, "DMS.00404022")))
    result = remove(clock)
    assert not result.get("failed")
    assert result["warnings"][0].startswith("The instance orders does not exist: ")


def test_an_instance_id_that_is_unknown(clock: Clock, service: Service) -> None:
    for task, fails in ((gather, True), (remove, False)):
        service.expect((SHOW, refusal(404, "DMS.00404022")))
        assert task(clock, instance_name=None, instance_id="i-1").get("failed", False) is fails


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"instance_name": ""}, "instance_name must not be empty"),
        ({"instance_name": "  "}, "instance_name must not be empty"),
        ({"instance_name": None}, "one of the following is required: connector_id, instance_id, instance_name"),
        ({"instance_id": "i-1"}, "mutually exclusive"),
        ({"connector_id": "c-1"}, "mutually exclusive"),
    ],
)
def test_what_is_refused_before_any_request(
    clock: Clock, service: Service, options: dict[str, t.Any], message: str
) -> None:
    for task in (gather, remove):
        result = task(clock, **options)
        assert result["failed"]
        assert message in result["msg"]
    assert service.lines == []


def test_a_name_travels_as_text(clock: Clock, service: Service) -> None:
    service.expect(
        (
            f"GET {INSTANCES}?engine=kafka&exact_match_name=true&limit=50&name=a%26b%20%2F%3F&offset=0",
            answer(200, listing(instance("a&b /?"))),
        ),
        (LIST, answer(200, tasks())),
    )
    assert gather(clock, instance_name="a&b /?")["sink_tasks"] == []
