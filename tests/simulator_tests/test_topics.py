# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The topics of an instance."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Effect, Fault, Simulator

UNKNOWN_ID = "99999999-9999-4999-8999-999999999999"
ORDERS = {
    "id": "orders",
    "partition": 6,
    "replication": 2,
    "retention_time": 48,
    "sync_replication": True,
    "sync_message_flush": True,
    "topic_desc": "all orders",
    "topic_other_configs": [{"name": "max.message.bytes", "value": 1000}],
}


@pytest.fixture
def instance(client: Any, sim: Simulator) -> str:
    return f"{client.instances_path}/{sim.instance_id}"


@pytest.fixture
def topics(instance: str) -> str:
    return f"{instance}/topics"


@pytest.fixture
def kafka_topics(sim: Simulator) -> str:
    return f"/v2/{sim.project_id}/kafka/instances/{sim.instance_id}/topics"


def names(client: Any, topics: str, **query: str) -> list[str]:
    """The names in a list."""
    return [topic["name"] for topic in client("GET", topics, query=query).json()["topics"]]


def stored(sim: Simulator, name: str) -> dict[str, Any]:
    """A topic of the sample instance."""
    return next(topic for topic in sim.world.topics(sim.instance_id) if topic["name"] == name)


def modify(client: Any, topics: str, *changes: dict[str, Any]) -> Any:
    return client("PUT", topics, {"topics": list(changes)})


# -- create -------------------------------------------------------------------------------------------------------


def test_created_topic_is_listed(client: Any, sim: Simulator, topics: str) -> None:
    sim.clock.freeze()
    response = client("POST", topics, ORDERS)
    assert (response.status_code, response.json()) == (200, {"name": "orders"})
    assert client("GET", topics).json() == {
        "total": 1,
        "size": 0,
        "remain_partitions": 744,
        "max_partitions": 750,
        "topic_max_partitions": 200,
        "topics": [
            {
                "name": "orders",
                "partition": 6,
                "replication": 2,
                "retention_time": 48,
                "sync_replication": True,
                "sync_message_flush": True,
                "policiesOnly": False,
                "topic_type": 0,
                "topic_desc": "all orders",
                "created_at": int(sim.clock.now() * 1000),
                "topic_other_configs": [
                    {
                        "name": "max.message.bytes",
                        "valid_values": "[0...10485760]",
                        "default_value": "10485760",
                        "config_type": "dynamic",
                        "value": "1000",
                        "value_type": "int",
                    },
                    {
                        "name": "message.timestamp.type",
                        "valid_values": "[CreateTime, LogAppendTime]",
                        "default_value": "LogAppendTime",
                        "config_type": "dynamic",
                        "value": "LogAppendTime",
                        "value_type": "string",
                    },
                ],
                "external_configs": {},
            }
        ],
    }
    assert sim.journal.effects() == [Effect("created", "orders")]


def test_created_topic_has_defaults(client: Any, sim: Simulator, topics: str) -> None:
    client("POST", topics, {"id": "_orders"})
    topic = stored(sim, "_orders")
    assert [topic[name] for name in ("partition", "replication", "retention_time", "topic_desc")] == [3, 3, 72, ""]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"id": None}, "DMS.00400101"),
        ({"id": "ab"}, "DMS.00400101"),
        ({"id": "a" * 201}, "DMS.00400101"),
        ({"id": "1orders"}, "DMS.00400101"),
        ({"id": "or ders"}, "DMS.00400101"),
        ({"id": "__consumer_offsets"}, "DMS.00400101"),
        ({"partition": 0}, "DMS.00400102"),
        ({"partition": 201}, "DMS.00400102"),
        ({"partition": "3"}, "DMS.00400102"),
        ({"replication": 4}, "DMS.00400103"),
        ({"retention_time": 0}, "DMS.00400105"),
        ({"retention_time": 721}, "DMS.00400105"),
        ({"sync_replication": "true"}, "DMS.00400062"),
        ({"topic_desc": "x" * 201}, "DMS.00400062"),
        ({"topic_other_configs": {}}, "DMS.00400062"),
        ({"topic_other_configs": ["max.message.bytes"]}, "DMS.00400062"),
        ({"topic_other_configs": [{"name": "max.message.bytes", "value": "10485761"}]}, "DMS.00400062"),
        ({"topic_other_configs": [{"name": "message.timestamp.type", "value": "now"}]}, "DMS.00400062"),
        ({"topic_other_configs": [{"name": "cleanup.policy", "value": "compact"}]}, "DMS.00400062"),
    ],
)
def test_invalid_field_is_refused(
    client: Any, sim: Simulator, code: Any, topics: str, change: dict[str, Any], refused: str
) -> None:
    assert code(client("POST", topics, {**ORDERS, **change})) == (400, refused)
    assert sim.world.topics(sim.instance_id) == []


def test_existing_and_colliding_names_are_refused(client: Any, sim: Simulator, code: Any, topics: str) -> None:
    sim.world.add_topic(sim.instance_id, "new.orders")
    assert code(client("POST", topics, {"id": "new.orders"})) == (400, "DMS.40050005")
    response = client("POST", topics, {"id": "new_orders"})
    assert code(response) == (400, "DMS.00400101")
    assert "collides with existing topics: new.orders" in response.json()["error_msg"]
    sim.settings.update(topic_exists_code="DMS.00500990", topic_collision_code="DMS.00400062")
    assert code(client("POST", topics, {"id": "new.orders"})) == (500, "DMS.00500990")
    assert code(client("POST", topics, {"id": "new_orders"})) == (400, "DMS.00400062")


def test_writes_require_a_running_instance(client: Any, sim: Simulator, code: Any, instance: str, topics: str) -> None:
    sim.world.add_topic(sim.instance_id, "orders")
    sim.world.set_instance(sim.instance_id, status="EXTENDING")
    for response in (
        client("POST", topics, {**ORDERS, "id": "returns"}),
        modify(client, topics, {"id": "orders", "retention_time": 1}),
        client("POST", f"{topics}/delete", {"topics": ["orders"]}),
        client("POST", f"{instance}/autotopic", {"enable_auto_topic": False}),
    ):
        assert code(response) == (400, "DMS.00400026")
    assert names(client, topics) == ["orders"]
    assert sim.journal.effects() == []


def test_partitions_of_the_instance_are_limited(client: Any, sim: Simulator, code: Any, topics: str) -> None:
    sim.world.set_instance(sim.instance_id, partition_num="7")
    client("POST", topics, ORDERS)
    assert code(client("POST", topics, {"id": "returns", "partition": 2})) == (400, "DMS.111400860")
    assert client("POST", topics, {"id": "returns", "partition": 1}).status_code == 200
    assert client("GET", topics).json()["remain_partitions"] == 0


def test_unknown_instance_and_missing_url(client: Any, sim: Simulator, code: Any, topics: str) -> None:
    assert code(client("GET", f"{client.instances_path}/{UNKNOWN_ID}/topics")) == (404, "DMS.00404022")
    sim.settings.missing_operations = ["UpdateInstanceTopic"]
    assert code(modify(client, topics, {"id": "orders"})) == (404, "APIG.0101")
    assert client("GET", topics).status_code == 200


# -- list ---------------------------------------------------------------------------------------------------------


def test_list_has_pages(client: Any, sim: Simulator, code: Any, topics: str) -> None:
    for number in range(210):
        sim.world.add_topic(sim.instance_id, f"topic-{number}", partition=1)
    assert len(names(client, topics)) == 50
    assert names(client, topics, limit="200") == [f"topic-{number}" for number in range(200)]
    assert names(client, topics, limit="200", offset="200") == [f"topic-{number}" for number in range(200, 210)]
    assert names(client, topics, offset="210") == []
    assert client("GET", topics, query={"offset": "210"}).json()["total"] == 210
    assert code(client("GET", topics, query={"limit": "201"})) == (400, "DMS.00400062")


def test_old_region_has_smaller_pages(client: Any, sim: Simulator, code: Any, topics: str) -> None:
    for number in range(60):
        sim.world.add_topic(sim.instance_id, f"topic-{number}")
    sim.settings.topic_limit = 50
    assert len(names(client, topics)) == 10
    assert len(names(client, topics, limit="50")) == 50
    assert code(client("GET", topics, query={"limit": "200"})) == (400, "DMS.00400062")
    sim.settings.topic_limit_cut = True
    assert len(names(client, topics, limit="200")) == 50


def test_list_of_2023_has_other_keys_and_text(client: Any, sim: Simulator, topics: str) -> None:
    sim.settings.update(topic_keys="2023", topic_booleans="text")
    client("POST", topics, ORDERS)
    body = client("GET", topics).json()
    assert (body["count"], "total" in body) == (1, False)
    topic = body["topics"][0]
    assert (topic["id"], "name" in topic) == ("orders", False)
    flags = ("sync_replication", "sync_message_flush", "policiesOnly")
    assert [topic[name] for name in flags] == ["true", "true", "false"]


def test_new_topic_is_listed_late(client: Any, sim: Simulator, topics: str) -> None:
    sim.settings.topic_list_lag = 2
    client("POST", topics, ORDERS)
    assert [names(client, topics) for _unused in range(3)] == [[], [], ["orders"]]


# -- change -------------------------------------------------------------------------------------------------------


def test_change_of_several_topics_is_a_merge(client: Any, sim: Simulator, topics: str) -> None:
    client("POST", topics, ORDERS)
    client("POST", topics, {"id": "returns"})
    response = modify(
        client,
        topics,
        {"id": "orders", "new_partition_numbers": 9, "topic_desc": ""},
        {
            "id": "returns",
            "retention_time": 0,
            "sync_replication": True,
            "topic_other_configs": [{"name": "message.timestamp.type", "value": "CreateTime"}],
        },
    )
    assert (response.status_code, response.content) == (204, b"")
    changed = {"partition": 9, "topic_desc": ""}
    given = {name: ORDERS[name] for name in ("replication", "retention_time", "sync_replication", "sync_message_flush")}
    orders, returns = stored(sim, "orders"), stored(sim, "returns")
    assert orders == {**orders, **given, **changed, "configs": {"max.message.bytes": "1000"}}
    configs = {"message.timestamp.type": "CreateTime"}
    assert returns == {**returns, "partition": 3, "retention_time": 0, "sync_replication": True, "configs": configs}
    assert sim.journal.effects()[-1] == Effect("modified", "orders,returns")


@pytest.mark.parametrize(
    ("partitions", "message"),
    [
        (6, "already has 6 partitions"),
        (5, "is not an increase"),
        (201, "is more than 200"),
        (8, "over the instance limit"),
    ],
)
def test_impossible_number_of_partitions_fails_in_part(
    client: Any, sim: Simulator, topics: str, partitions: int, message: str
) -> None:
    sim.world.set_instance(sim.instance_id, partition_num="7")
    client("POST", topics, ORDERS)
    response = modify(client, topics, {"id": "orders", "new_partition_numbers": partitions})
    assert response.status_code == 206
    (failed,) = response.json()["failed_topics"]
    assert (failed["id"], failed["success"]) == ("orders", False)
    assert message in failed["error_msg"]
    assert sim.journal.effects() == [Effect("created", "orders")]


@pytest.mark.parametrize(
    ("setting", "changed"),
    [("rest", ["first", "second", "third"]), ("others", ["first", "third"]), ("earlier", ["first"])],
)
def test_rest_of_a_failed_change_depends_on_setting(
    client: Any, sim: Simulator, topics: str, setting: str, changed: list[str]
) -> None:
    sim.settings.topic_change_in_part = setting
    for name in ("first", "second", "third"):
        sim.world.add_topic(sim.instance_id, name)
    response = modify(
        client,
        topics,
        {"id": "first", "retention_time": 1},
        {"id": "second", "retention_time": 1, "new_partition_numbers": 3},
        {"id": "third", "retention_time": 1},
    )
    assert [failed["id"] for failed in response.json()["failed_topics"]] == ["second"]
    assert [topic["name"] for topic in sim.world.topics(sim.instance_id) if topic["retention_time"] == 1] == changed
    assert sim.journal.effects() == [Effect("modified", ",".join(changed))]


def test_unknown_and_leaving_topics_fail_in_part(client: Any, sim: Simulator, topics: str) -> None:
    sim.settings.topic_deletion_reads = 1
    sim.world.add_topic(sim.instance_id, "orders")
    client("POST", f"{topics}/delete", {"topics": ["orders"]})
    response = modify(client, topics, {"id": "orders", "retention_time": 1}, {"id": "returns", "retention_time": 1})
    assert response.status_code == 206
    assert [failed["id"] for failed in response.json()["failed_topics"]] == ["orders", "returns"]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"id": ""}, "DMS.00400062"),
        ({"retention_time": 721}, "DMS.00400105"),
        ({"new_partition_numbers": "9"}, "DMS.00400062"),
        ({"sync_message_flush": 1}, "DMS.00400062"),
    ],
)
def test_invalid_change_is_refused_as_a_whole(
    client: Any, sim: Simulator, code: Any, topics: str, change: dict[str, Any], refused: str
) -> None:
    for name in ("orders", "returns"):
        sim.world.add_topic(sim.instance_id, name)
    response = modify(client, topics, {"id": "returns", "retention_time": 1}, {"id": "orders", **change})
    assert code(response) == (400, refused)
    assert sim.journal.effects() == []


@pytest.mark.parametrize("entries", [None, [], {}, [1], ["a", None], 51])
def test_invalid_batch_is_refused(client: Any, code: Any, topics: str, entries: Any) -> None:
    several = ["a"] * 51 if entries == 51 else entries
    assert code(client("POST", f"{topics}/delete", {"topics": several})) == (400, "DMS.00400062")
    several = [{"id": "a"}] * 51 if entries == 51 else entries
    assert code(client("PUT", topics, {"topics": several})) == (400, "DMS.00400062")


# -- delete -------------------------------------------------------------------------------------------------------


def test_deletion_reports_each_topic(client: Any, sim: Simulator, topics: str) -> None:
    for name in ("orders", "returns", "kept"):
        sim.world.add_topic(sim.instance_id, name)
    sim.world.set_topic(sim.instance_id, "returns", undeletable=True)
    response = client("POST", f"{topics}/delete", {"topics": ["orders", "returns", "never"]})
    rows = [{"id": "orders", "success": True}, {"id": "returns", "success": False}, {"id": "never", "success": True}]
    assert (response.status_code, response.json()) == (200, {"topics": rows})
    assert names(client, topics) == ["returns", "kept"]
    sim.settings.absent_topic_deleted = False
    assert client("POST", f"{topics}/delete", {"topics": ["never"]}).json()["topics"][0]["success"] is False
    assert sim.journal.effects() == [Effect("deleted", "orders")]


def test_deleted_topic_is_still_listed(client: Any, sim: Simulator, code: Any, topics: str) -> None:
    sim.settings.topic_deletion_reads = 2
    sim.world.add_topic(sim.instance_id, "orders")
    for _unused in range(2):
        assert client("POST", f"{topics}/delete", {"topics": ["orders"]}).json()["topics"][0]["success"] is True
    assert code(client("POST", topics, ORDERS)) == (400, "DMS.40050005")
    assert [names(client, topics) for _unused in range(3)] == [["orders"], ["orders"], []]
    assert sim.journal.effects() == [Effect("deleted", "orders")]


@pytest.mark.parametrize("name", ["__trace", "mm2-offset-syncs.B.internal"])
def test_preset_topics_are_refused_or_deleted(client: Any, sim: Simulator, topics: str, name: str) -> None:
    sim.world.add_topic(sim.instance_id, name, topic_type=int("mm2" in name))
    assert client("POST", f"{topics}/delete", {"topics": [name]}).json()["topics"][0]["success"] is False
    failed = modify(client, topics, {"id": name, "retention_time": 1})
    assert (failed.status_code, failed.json()["failed_topics"][0]["id"]) == (206, name)
    sim.settings.preset_topics = "deleted"
    assert modify(client, topics, {"id": name, "retention_time": 1}).status_code == 204
    assert client("POST", f"{topics}/delete", {"topics": [name]}).json()["topics"][0]["success"] is True
    assert names(client, topics) == []


@pytest.mark.parametrize("reads", [0, 1])
@pytest.mark.parametrize("client_of_it", ["groups", "producers"])
def test_auto_creation_brings_a_deleted_topic_back(
    client: Any, sim: Simulator, instance: str, topics: str, reads: int, client_of_it: str
) -> None:
    sim.settings.topic_returns = reads
    sim.world.add_topic(sim.instance_id, "orders", partition=9, messages=5, **{client_of_it: ["x"]})
    sim.world.add_topic(sim.instance_id, "unused")
    client("POST", f"{topics}/delete", {"topics": ["orders", "unused"]})
    assert [names(client, topics) for _unused in range(reads + 1)] == [[]] * reads + [["orders"]]
    assert (stored(sim, "orders")["partition"], stored(sim, "orders")["messages"]) == (3, 0)
    client("POST", f"{instance}/autotopic", {"enable_auto_topic": False})
    client("POST", f"{topics}/delete", {"topics": ["orders"]})
    assert names(client, topics) == []


def test_deleted_topic_does_not_come_back_by_default(client: Any, sim: Simulator, topics: str) -> None:
    sim.world.add_topic(sim.instance_id, "orders", groups=["billing"])
    client("POST", f"{topics}/delete", {"topics": ["orders"]})
    assert names(client, topics) == []


# -- one topic ----------------------------------------------------------------------------------------------------


def test_detail_has_groups_and_offsets(client: Any, sim: Simulator, instance: str) -> None:
    sim.world.add_topic(sim.instance_id, "orders", partition=2, replication=2, messages=5, groups=["billing"])
    shown = client("GET", f"{instance}/management/topics/orders").json()
    assert (shown["topic"], shown["group_subscribed"]) == ("orders", ["billing"])
    assert [(row["partition"], row["lso"], row["leo"]) for row in shown["partitions"]] == [(0, 10, 13), (1, 10, 12)]
    assert [row["broker"] for row in shown["partitions"][1]["replicas"]] == [1, 2]


def test_partitions_have_pages_and_messages(client: Any, sim: Simulator, kafka_topics: str) -> None:
    sim.world.add_topic(sim.instance_id, "orders", partition=12, messages=25)
    path = f"{kafka_topics}/orders/partitions"
    first = client("GET", path).json()
    assert (first["total"], len(first["partitions"])) == (12, 10)
    assert first["partitions"][0] == {
        "partition": 0,
        "start_offset": 10,
        "last_offset": 13,
        "message_count": 3,
        "last_update_time": stored(sim, "orders")["created_at"],
    }
    every = client("GET", path, query={"limit": "50"}).json()["partitions"]
    assert sum(row["message_count"] for row in every) == 25


def test_producers_are_listed(client: Any, sim: Simulator, kafka_topics: str) -> None:
    sim.world.add_topic(sim.instance_id, "orders", producers=["192.0.2.50:40000"])
    listed = client("GET", f"{kafka_topics}/orders/producers").json()
    assert listed["total"] == 1
    assert listed["producers"][0]["producer_address"] == "192.0.2.50:40000"
    assert listed["producers"][0]["broker_address"] == "192.0.2.11:9092"


def test_absent_topic_is_refused(client: Any, sim: Simulator, code: Any, instance: str, kafka_topics: str) -> None:
    paths = [f"{instance}/management/topics/x", f"{kafka_topics}/x/partitions", f"{kafka_topics}/x/producers"]
    assert [code(client("GET", path)) for path in paths] == [(400, "DMS.00400975")] * 3
    sim.settings.absent_topic_code = "DMS.00404001"
    assert [code(client("GET", path)) for path in paths] == [(404, "DMS.00404001")] * 3


# -- auto-creation, faults, control API -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["kafkaConfigModify", "modifyAutoTopic"])
def test_auto_creation_is_switched_by_a_job(client: Any, sim: Simulator, code: Any, instance: str, name: str) -> None:
    sim.settings.update(auto_topic_reads=1, auto_topic_job=name)
    assert client("POST", f"{instance}/autotopic", {"enable_auto_topic": False}).json() == {"enable_auto_topic": False}
    (job,) = client("GET", f"{instance}/tasks").json()["tasks"]
    assert (job["name"], job["status"]) == (name, "EXECUTING")
    shown = [client("GET", instance).json() for _unused in range(2)]
    assert [(row["status"], row["enable_auto_topic"]) for row in shown] == [("RESTARTING", True), ("RUNNING", False)]
    assert client("GET", f"{instance}/tasks").json()["tasks"][0]["status"] == "SUCCESS"
    assert sim.journal.effects() == [Effect("auto-creation off", sim.instance_id)]
    assert code(client("POST", f"{instance}/autotopic", {"enable_auto_topic": "true"})) == (400, "DMS.00400062")


def test_lost_response_still_changes_topics(client: Any, sim: Simulator, topics: str) -> None:
    sim.faults.add(Fault(operation="CreateInstanceTopic", code="DMS.00500990", after_work=True))
    assert client("POST", topics, ORDERS).status_code == 500
    assert names(client, topics) == ["orders"]
    assert sim.journal.effects() == [Effect("created", "orders")]
    assert [entry.operation for entry in sim.journal.writes()] == ["CreateInstanceTopic"]


def test_control_api_changes_topics(client: Any, sim: Simulator, topics: str) -> None:
    assert client.control("POST", "topics", {"name": "orders", "partition": 4}).status_code == 204
    assert client.control("PUT", "topics/orders", {"groups": ["billing"]}).status_code == 204
    (instance,) = client.control("GET", "state").json()["instances"]
    (topic,) = instance["topics"]
    assert (topic["name"], topic["partition"], topic["groups"]) == ("orders", 4, ["billing"])
    assert client.control("PUT", "topics/orders", {"partitions": 5}).status_code == 400
    assert client.control("DELETE", "topics/orders").status_code == 204
    assert client.control("DELETE", "topics/orders").status_code == 404
    assert names(client, topics) == []
