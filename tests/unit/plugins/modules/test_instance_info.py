# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_instance_info as module
from ansible_collections.huaweicloud.kafka.tests.unit.plugins.modules.info_support import (
    INSTANCES,
    instance,
    listing,
    run,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, Clock, Service, answer, refusal

ALL = f"GET {INSTANCES}?engine=kafka&include_failure=true&limit=50&offset=0"


def page(offset: int, **filters: str) -> str:
    query = {"engine": "kafka", "include_failure": "true", "limit": "50", "offset": str(offset), **filters}
    return f"GET {INSTANCES}?" + "&".join(f"{name}={value}" for name, value in sorted(query.items()))


def names(result: t.Any) -> list[str]:
    assert not result.get("failed"), result
    assert result["changed"] is False
    return [item["name"] for item in result["instances"]]


def test_all_are_read_page_by_page(clock: Clock, service: Service) -> None:
    rows = [instance(f"k-{number}", number) for number in range(120)]
    service.expect(
        *(
            (page(offset), answer(200, listing(*rows[offset : offset + 50], instance_num="120")))
            for offset in (0, 50, 100)
        )
    )
    assert names(run(module, clock)) == [row["name"] for row in rows]
    service.expect_nothing_more()


def test_none_is_an_empty_list(clock: Clock, service: Service) -> None:
    service.expect((ALL, answer(200, listing())))
    assert run(module, clock) == {"changed": False, "instances": []}


def test_a_name_is_compared_as_a_whole(clock: Clock, service: Service) -> None:
    service.expect(
        (
            page(0, name="kafka", exact_match_name="true"),
            answer(200, listing(instance("kafka-2"), instance("Kafka", 2), instance("kafka", 3))),
        )
    )
    assert names(run(module, clock, name="kafka")) == ["kafka"]


def test_a_part_is_looked_for_by_the_service_and_here(clock: Clock, service: Service) -> None:
    service.expect(
        (
            page(0, name="k_1"),
            answer(200, listing(instance("k_1-a"), instance("kx1", 2), instance("K_1", 3), instance("b-k_1", 4))),
        )
    )
    assert names(run(module, clock, name_contains="k_1")) == ["k_1-a", "b-k_1"]


def test_a_status_is_asked_for_in_capitals_and_compared(clock: Clock, service: Service) -> None:
    service.expect((page(0, status="RUNNING"), answer(200, listing(instance("a"), instance("b", 2, status="ERROR")))))
    assert names(run(module, clock, status="running")) == ["a"]


def test_name_and_status_narrow_down_together(clock: Clock, service: Service) -> None:
    service.expect((page(0, name="a", exact_match_name="true", status="ERROR"), answer(200, listing())))
    assert names(run(module, clock, name="a", status="ERROR")) == []


def test_by_id_one_request(clock: Clock, service: Service) -> None:
    service.expect((f"GET {INSTANCES}/i-1", answer(200, instance("a"))))
    assert names(run(module, clock, instance_id="i-1")) == ["a"]
    service.expect((f"GET {INSTANCES}/i-1", answer(200, instance("a"))))
    assert names(run(module, clock, instance_id="i-1", status="ERROR")) == []
    service.expect_nothing_more()


def test_an_unknown_id_is_an_empty_list(clock: Clock, service: Service) -> None:
    service.expect((f"GET {INSTANCES}/i-1", refusal(404, "DMS.00404022")))
    assert run(module, clock, instance_id="i-1") == {"changed": False, "instances": []}


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "DMS.00404001"),
        (404, "DMS.00404024"),
        (404, "DMS.00404026"),
        (404, "DMS.10240406"),
        (404, "APIG.0101"),
        (400, "DMS.00400030"),
        (400, "DMS.00404022"),
        (403, "DMS.00403003"),
    ],
)
def test_no_other_answer_says_that_an_id_is_unknown(clock: Clock, service: Service, status: int, code: str) -> None:
    service.expect((f"GET {INSTANCES}/i-1", refusal(status, code)))
    result = run(module, clock, instance_id="i-1")
    assert result["failed"]
    assert "instances" not in result
    assert (result["error"]["status"], result["error"]["code"]) == (status, code)
    assert result["msg"].startswith("Could not read instance i-1: ")


def test_throttling_is_no_absence(clock: Clock, service: Service) -> None:
    service.expect(
        (f"GET {INSTANCES}/i-1", refusal(404, "DMS.10240407")),
        (f"GET {INSTANCES}/i-1", LOST),
        (f"GET {INSTANCES}/i-1", answer(200, instance("a"))),
    )
    assert names(run(module, clock, instance_id="i-1")) == ["a"]


def test_a_failure_in_the_middle_gives_no_half_list(clock: Clock, service: Service) -> None:
    rows = [instance(f"k-{number}", number) for number in range(60)]
    service.expect(
        (page(0), answer(200, listing(*rows[:50], instance_num=60))), (page(50), refusal(403, "DMS.00403003"))
    )
    result = run(module, clock)
    assert result["failed"]
    assert "instances" not in result
    assert "dms:instance:list" in result["msg"]
    assert result["msg"].startswith("Could not list the Kafka instances: ")


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("[]", "the body is not a JSON object"),
        ("{}", "instances is not a list"),
        ({"instances": {}, "instance_num": 0}, "instances is not a list"),
        ({"instances": []}, "instance_num is not a number"),
        ({"instances": [], "instance_num": -1}, "instance_num is not a number"),
        ({"instances": [], "instance_num": "many"}, "instance_num is not a number"),
        (listing("a"), "an instance is not an object"),
        (listing(instance("a", instance_id="")), "an instance has no instance_id"),
        (listing(instance("a", instance_id="../x")), "an instance has no instance_id"),
        (listing(instance("")), "an instance has no name"),
        (listing(instance("a", status=None)), "an instance has no status"),
        ("<html>", "the body is not JSON"),
    ],
)
def test_an_answer_of_another_shape_is_an_error(clock: Clock, service: Service, body: t.Any, problem: str) -> None:
    service.expect((ALL, answer(200, body)))
    result = run(module, clock)
    assert result["failed"]
    assert problem in result["msg"]
    assert "instances" not in result


def test_an_answer_about_another_instance_is_an_error(clock: Clock, service: Service) -> None:
    service.expect((f"GET {INSTANCES}/i-1", answer(200, instance("a", 2))))
    result = run(module, clock, instance_id="i-1")
    assert "it does not describe the instance i-1" in result["msg"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"instance_id": ""}, "instance_id must not be empty"),
        ({"instance_id": "a/b"}, "instance_id must hold only letters, digits, _ and -"),
        ({"name": " "}, "name must not be empty"),
        ({"name_contains": ""}, "name_contains must not be empty"),
        ({"status": ""}, "status must not be empty"),
        ({"name": "a", "name_contains": "b"}, "mutually exclusive"),
        ({"name": "a", "instance_id": "b"}, "mutually exclusive"),
    ],
)
def test_what_is_refused_before_any_request(
    clock: Clock, service: Service, options: dict[str, str], message: str
) -> None:
    result = run(module, clock, **options)
    assert result["failed"]
    assert message in result["msg"]
    assert service.lines == []


BARE = {
    "instance_id": "i-1",
    "name": "a",
    "description": None,
    "status": "RUNNING",
    "engine": None,
    "engine_version": None,
    "type": None,
    "specification": None,
    "connect_address": None,
    "order_id": None,
    "vpc_id": None,
    "subnet_id": None,
    "enterprise_project_id": None,
    "support_features": None,
    "charging_mode": None,
    "port": None,
    "broker_num": None,
    "node_num": None,
    "storage_space": None,
    "used_storage_space": None,
    "partition_num": None,
    "connector_node_num": None,
    "created_at": None,
    "new_spec_billing_enable": None,
    "enable_auto_topic": None,
    "ssl_enable": None,
    "available_zones": [],
    "connector_id": None,
    "connector_enable": False,
}


@pytest.mark.parametrize(
    ("told", "described"),
    [
        ({}, {}),
        ({"partition_num": "750", "created_at": "1735689600000"}, {"partition_num": 750, "created_at": 1735689600000}),
        (
            {"broker_num": 3, "node_num": "3", "storage_space": 300.0},
            {"broker_num": 3, "node_num": 3, "storage_space": 300},
        ),
        ({"broker_num": "three", "node_num": "", "port": True}, {}),
        ({"engine_version": 2.7, "enterprise_project_id": 0}, {"engine_version": "2.7", "enterprise_project_id": "0"}),
        ({"description": "", "order_id": None}, {"description": ""}),
        ({"ssl_enable": "true", "enable_auto_topic": False}, {"ssl_enable": True, "enable_auto_topic": False}),
        ({"ssl_enable": "perhaps", "enable_auto_topic": 1}, {}),
        ({"available_zones": ["z-1", 2]}, {"available_zones": ["z-1", "2"]}),
        ({"available_zones": "z-1", "type": {}}, {}),
        ({"connector_id": "c-1"}, {"connector_id": "c-1", "connector_enable": True}),
        ({"connector_id": "", "connector_enable": True}, {"connector_enable": True}),
        ({"connector_id": " ", "connector_enable": "false"}, {}),
        ({"connector_id": None, "connector_node_num": "0"}, {"connector_node_num": 0}),
        ({"connector_id": "../c-1"}, {}),
        ({"password": "p", "access_user": "u", "tags": [1]}, {}),
    ],
)
def test_each_field_has_one_type(clock: Clock, service: Service, told: dict[str, t.Any], described: t.Any) -> None:
    service.expect((ALL, answer(200, listing({"instance_id": "i-1", "name": "a", "status": "RUNNING", **told}))))
    assert run(module, clock)["instances"] == [{**BARE, **described}]
