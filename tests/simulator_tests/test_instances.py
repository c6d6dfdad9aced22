# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading one instance and lists of instances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from simulator import Simulator


def names(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [instance["name"] for instance in response.json()["instances"]]


def test_show_instance(client: Any, sim: Simulator) -> None:
    shown = client("GET", f"{client.instances_path}/{sim.instance_id}").json()
    assert shown["instance_id"] == sim.instance_id
    assert shown["connector_enable"] is True
    assert shown["connector_id"] == sim.connector_id
    assert isinstance(shown["created_at"], str)
    assert isinstance(shown["partition_num"], str)


def test_instance_without_connector_has_empty_connector_id(client: Any, sim: Simulator) -> None:
    added = sim.world.add_instance("plain", connector=False, description="mine")
    shown = client("GET", f"{client.instances_path}/{added['instance_id']}").json()
    assert (shown["connector_enable"], shown["connector_id"], shown["description"]) == (False, "", "mine")


def test_unknown_and_invalid_ids_are_refused(client: Any, sim: Simulator, code: Any) -> None:
    assert code(client("GET", f"{client.instances_path}/{sim.connector_id}")) == (404, "DMS.00404022")
    assert code(client("GET", f"{client.instances_path}/kafka-sample")) == (400, "DMS.00400030")
    sim.world.remove_instance(sim.instance_id)
    assert code(client("GET", f"{client.instances_path}/{sim.instance_id}")) == (404, "DMS.00404022")
    assert code(client("GET", client.tasks_path)) == (404, "DMS.00404024")
    assert client("GET", client.instances_path).json() == {"instances": [], "instance_num": 0}


def test_list_is_filtered_by_query(client: Any, sim: Simulator) -> None:
    sim.world.add_instance("Kafka", status="ERROR")
    sim.world.add_instance("failed", status="CREATEFAILED", connector=False)
    sim.world.add_instance("special", enterprise_project_id="7")
    sim.world.add_instance("other-project", project_id=sim.world.add_project("another"))

    def found(**query: str) -> list[str]:
        return names(client("GET", client.instances_path, query=query))

    assert found() == ["kafka-sample", "Kafka", "special"]
    assert found(name="kafka") == ["kafka-sample", "Kafka"]
    assert found(name="Kafka", exact_match_name="true") == ["Kafka"]
    assert found(name="kafka", exact_match_name="true") == []
    assert found(status="ERROR") == ["Kafka"]
    assert found(status="CREATEFAILED") == ["failed"]
    assert found(include_failure="true") == ["kafka-sample", "Kafka", "failed", "special"]
    assert found(instance_id=sim.instance_id) == ["kafka-sample"]
    assert found(instance_id=sim.connector_id) == []
    assert found(enterprise_project_id="7") == ["special"]
    assert found(engine="kafka") == ["kafka-sample", "Kafka", "special"]
    assert found(engine="rabbitmq") == []


def test_list_is_paginated(client: Any, sim: Simulator, code: Any) -> None:
    for number in range(59):
        sim.world.add_instance(f"i-{number}")
    assert len(names(client("GET", client.instances_path))) == 10
    first = client("GET", client.instances_path, query={"limit": "50"})
    second = client("GET", client.instances_path, query={"limit": "50", "offset": "50"})
    assert first.json()["instance_num"] == second.json()["instance_num"] == 60
    assert names(first) + names(second) == ["kafka-sample"] + [f"i-{number}" for number in range(59)]
    beyond = client("GET", client.instances_path, query={"limit": "50", "offset": "60"})
    assert code(beyond) == (400, "DMS.40050010")


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "51"},
        {"limit": "x"},
        {"offset": "-1"},
        {"offset": "9" * 10},
        {"exact_match_name": "1"},
    ],
)
def test_invalid_query_is_refused(client: Any, code: Any, query: dict[str, str]) -> None:
    response = client("GET", client.instances_path, query=query)
    assert code(response) == (400, "DMS.00400062")
    assert next(iter(query)) in response.json()["error_msg"]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("whole", {"connector_enable": True, "connector_id": "c-1", "connector_node_num": 2}),
        ("absent", {}),
        ("null", {"connector_enable": None, "connector_id": None, "connector_node_num": None}),
        ("no id", {"connector_enable": True, "connector_node_num": 2}),
        ("null id", {"connector_enable": True, "connector_id": None, "connector_node_num": 2}),
        ("empty id", {"connector_enable": True, "connector_id": "", "connector_node_num": 2}),
    ],
)
def test_connector_is_returned_as_set_in_lists_and_alone(
    client: Any, sim: Simulator, setting: str, expected: dict[str, Any]
) -> None:
    instance_id = sim.world.add_instance("kafka", connector="c-1")["instance_id"]

    def fields(instance: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in instance.items() if name.startswith("connector_")}

    whole = {"connector_enable": True, "connector_id": "c-1", "connector_node_num": 2}
    for changed, other in (("connector_listed", "connector_shown"), ("connector_shown", "connector_listed")):
        sim.settings.update(**{changed: setting, other: "whole"})
        (listed,) = client("GET", client.instances_path, query={"name": "kafka", "exact_match_name": "true"}).json()[
            "instances"
        ]
        shown = client("GET", f"{client.instances_path}/{instance_id}").json()
        wanted = (expected, whole) if changed == "connector_listed" else (whole, expected)
        assert (fields(listed), fields(shown)) == wanted
