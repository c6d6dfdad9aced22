# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Members, topics and offsets of a consumer group."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Effect, Simulator

ABSENT = (400, "DMS.111400864")
INVALID = (400, "DMS.00400062")


@pytest.fixture
def group(sim: Simulator) -> str:
    sim.world.add_topic(sim.instance_id, "orders", partition=2, messages=8, created_at=1000)
    sim.world.add_topic(sim.instance_id, "returns", partition=1, offsets=[[0, 5]])
    sim.world.add_group(sim.instance_id, "billing", offsets={"orders": [12, None], "returns": [5]})
    return f"/v2/kafka/{sim.project_id}/instances/{sim.instance_id}/groups/billing"


@pytest.fixture
def reset(client: Any, group: str) -> Any:
    def send(topic: str = "orders", partition: int = -1, path: str = group, method: str = "PUT", **to: Any) -> Any:
        return client(method, f"{path}/reset-message-offset", {"topic": topic, "partition": partition, **to})

    return send


def offsets(client: Any, group: str, topic: str = "orders") -> list[Any]:
    rows = client("GET", f"{group}/message-offset", query={"topic": topic}).json()["group_message_offsets"]
    return [row["message_current_offset"] for row in rows]


def delete(client: Any, group: str, *topics: Any) -> Any:
    return client("POST", f"{group}/delete-offset", {"topics": list(topics)})


def test_members_are_listed(client: Any, sim: Simulator, code: Any, group: str) -> None:
    def shown(**query: str) -> list[str]:
        return [row["client_id"] for row in client("GET", f"{group}/members", query=query).json()["members"]]

    assert client("GET", f"{group}/members").json() == {"members": [], "total": 0}
    sim.settings.empty_sublist = "refused"
    assert code(client("GET", f"{group}/members")) == INVALID
    sim.world.add_member(sim.instance_id, "billing", client_id="app")
    sim.world.add_member(sim.instance_id, "billing", client_id="job", host="/192.0.2.61", reads=4)
    assert client("GET", f"{group}/members", query={"limit": "1"}).json() == {
        "members": [{"host": "/192.0.2.60", "member_id": "app-1", "client_id": "app"}],
        "total": 2,
    }
    assert (shown(host=".61"), shown(member_id="app")) == (["job"], ["app"])
    assert (shown(offset="1"), shown()) == (["job"], ["app"])
    assert code(client("GET", f"{group}/members", query={"offset": "1"})) == INVALID


def test_topics_are_listed(client: Any, sim: Simulator, code: Any, group: str) -> None:
    def shown(**query: str) -> list[str]:
        return [row["topic"] for row in client("GET", f"{group}/topics", query=query).json()["topics"]]

    sim.world.add_member(sim.instance_id, "billing", topics=["orders", "new"])
    assert client("GET", f"{group}/topics").json() == {
        "topics": [
            {"topic": "new", "partitions": 0, "lag": 0},
            {"topic": "orders", "partitions": 2, "lag": 2},
            {"topic": "returns", "partitions": 1, "lag": 0},
        ],
        "total": 3,
    }
    assert shown(sort_key="messages", sort_dir="desc")[0] == "orders"
    assert shown(sort_key="partition") == ["new", "returns", "orders"]
    assert shown(topic="or") == ["orders"]
    assert code(client("GET", f"{group}/topics", query={"offset": "3"})) == INVALID
    assert code(client("GET", f"{group}/topics", query={"sort_key": "lag"})) == INVALID


def test_offsets_are_listed(client: Any, sim: Simulator, code: Any, group: str) -> None:
    sim.world.add_member(sim.instance_id, "billing", client_id="app", topics=["orders"])
    path = f"{group}/message-offset"
    first, second = client("GET", path, query={"topic": "orders"}).json()["group_message_offsets"]
    assert first == {
        "partition": 0,
        "topic": "orders",
        "message_current_offset": 12,
        "message_log_start_offset": 10,
        "message_log_end_offset": 14,
        "lag": 2,
        "consumer_id": "app-1",
        "host": "/192.0.2.60",
        "client_id": "app",
    }
    assert (second["message_current_offset"], second["lag"]) == (-1, -1)
    sim.settings.uncommitted_offset = "null"
    assert offsets(client, group) == [12, None]
    sim.settings.uncommitted_offset = "absent"
    assert offsets(client, group) == [12]
    one = client("GET", path, query={"topic": "orders", "partition": "1"})
    assert one.json() == {"group_message_offsets": [], "total": 0}
    for query in ({}, {"topic": "orders", "partition": "2"}, {"topic": "orders", "offset": "1"}):
        assert code(client("GET", path, query=query)) == INVALID
    assert code(client("GET", path, query={"topic": "other"})) == (400, "DMS.00400975")
    assert code(client("GET", path.replace("billing", "other"), query={"topic": "orders"})) == ABSENT


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ({"message_offset": 0}, [10, 10]),
        ({"message_offset": 11}, [11, 11]),
        ({"message_offset": 10**12}, [14, 14]),
        ({"message_offset": 11, "partition": 1}, [12, 11]),
        ({"timestamp": 0}, [10, 10]),
        ({"timestamp": 1000}, [10, 10]),
        ({"timestamp": 1001}, [14, 14]),
        ({"timestamp": 4102444800000, "partition": 0}, [14, -1]),
    ],
)
def test_reset_sets_offsets_within_the_ends(
    client: Any, sim: Simulator, group: str, reset: Any, to: dict[str, int], expected: list[int]
) -> None:
    response = reset(**to)
    assert (response.status_code, response.content) == (204, b"")
    assert offsets(client, group) == expected
    assert sim.journal.effects() == [Effect("reset offsets", "billing:orders")]


def test_reset_by_time_finds_the_first_message_since_then(client: Any, sim: Simulator, group: str, reset: Any) -> None:
    sim.world.set_topic(sim.instance_id, "orders", times=[[1000, 0], [2000, 11], [3000, 13]])
    found = []
    for time_ms in (1000, 1001, 2000, 3000, 3001):
        reset(timestamp=time_ms)
        found.append(offsets(client, group)[0])
    assert found == [10, 11, 11, 13, 14]


def test_older_reset_does_the_same(client: Any, sim: Simulator, group: str, reset: Any) -> None:
    path = f"{client.instances_path}/{sim.instance_id}/management/groups/billing"
    assert reset(path=path, method="POST", timestamp=0).status_code == 204
    assert offsets(client, group) == [10, 10]


def test_invalid_reset_is_refused(sim: Simulator, code: Any, group: str, reset: Any) -> None:
    for arguments in (
        {},
        {"message_offset": 1, "timestamp": 1},
        {"message_offset": -1},
        {"message_offset": "1"},
        {"message_offset": 1, "partition": 2},
        {"message_offset": 1, "partition": -2},
        {"topic": "", "message_offset": 1},
        {"topic": "", "timestamp": 1, "partition": 0},
    ):
        assert code(reset(**arguments)) == INVALID
    assert code(reset("other", timestamp=0)) == (400, "DMS.00400975")
    assert code(reset(path=group.replace("billing", "other"), timestamp=0)) == ABSENT
    assert sim.journal.effects() == []


def test_reset_of_a_live_group(client: Any, sim: Simulator, code: Any, group: str, reset: Any) -> None:
    sim.world.add_member(sim.instance_id, "billing")
    assert code(reset(timestamp=0)) == (400, "DMS.00400017")
    sim.settings.live_group_code = "DMS.00400026"
    assert code(reset("", timestamp=0)) == (400, "DMS.00400026")
    sim.settings.live_reset = "ignored"
    assert reset(timestamp=0).status_code == 204
    assert offsets(client, group) == [12, -1]
    assert sim.journal.effects() == []


def test_reset_can_be_read_late(client: Any, sim: Simulator, group: str, reset: Any) -> None:
    sim.settings.reset_reads = 2
    reset(message_offset=0)
    assert [offsets(client, group) for _unused in range(3)] == [[12, -1], [12, -1], [10, 10]]
    assert sim.world.offsets(sim.instance_id, "billing") == {"orders": [10, 10], "returns": [5]}


def test_all_topics_are_reset_by_a_job(client: Any, sim: Simulator, group: str, reset: Any) -> None:
    sim.settings.update(reset_job_reads=2, reset_job_lag=1)
    sim.world.add_topic(sim.instance_id, "never read")
    response = reset("", timestamp=0)
    assert (response.status_code, response.content) == (204, b"")
    jobs = f"{client.instances_path}/{sim.instance_id}/tasks"
    reads = [client("GET", jobs).json()["tasks"] for _unused in range(3)]
    assert [[(job["name"], job["status"]) for job in read] for read in reads] == [
        [],
        [("kafkaResetConsumerOffset", "EXECUTING")],
        [("kafkaResetConsumerOffset", "SUCCESS")],
    ]
    assert sim.world.offsets(sim.instance_id, "billing") == {"orders": [10, 10], "returns": [0]}
    assert sim.journal.effects() == [Effect("reset offsets", "billing:")]
    sim.settings.update(reset_job_reads=0, reset_job_lag=0, reset_fails=True)
    reset("", timestamp=5000)
    assert client("GET", jobs).json()["tasks"][0]["status"] == "FAILED"
    assert sim.world.offsets(sim.instance_id, "billing") == {"orders": [10, 10], "returns": [0]}


def test_offsets_of_topics_are_deleted(client: Any, sim: Simulator, code: Any, group: str) -> None:
    sim.world.add_member(sim.instance_id, "billing", topics=["orders"])
    assert delete(client, group, "orders", "returns", "never").json() == {
        "topics": [
            {"name": "orders", "success": False, "error_code": "DMS.00400882"},
            {"name": "returns", "success": True, "error_code": ""},
            {"name": "never", "success": True, "error_code": ""},
        ]
    }
    sim.settings.update(subscribed_deletion="whole", absent_offsets_deleted=False)
    assert code(delete(client, group, "returns", "orders")) == (400, "DMS.00400882")
    assert delete(client, group, "returns").json()["topics"][0] == {
        "name": "returns",
        "success": False,
        "error_code": "DMS.00400975",
    }
    sim.world.set_group(sim.instance_id, "billing", members=[])
    assert delete(client, group, "orders").json()["topics"][0]["success"] is True
    assert sim.world.offsets(sim.instance_id, "billing") == {}
    for refused in ((), ("",), (1,)):
        assert code(delete(client, group, *refused)) == INVALID
    assert code(delete(client, group.replace("billing", "other"), "orders")) == ABSENT
    assert sim.journal.effects() == [
        Effect("deleted offsets", "billing:returns"),
        Effect("deleted offsets", "billing:orders"),
    ]


def test_deleted_topic_takes_the_offsets_along(client: Any, sim: Simulator, group: str) -> None:
    client("POST", f"{client.instances_path}/{sim.instance_id}/topics/delete", {"topics": ["orders"]})
    sim.world.remove_topic(sim.instance_id, "returns")
    assert sim.world.offsets(sim.instance_id, "billing") == {}


def test_ends_of_a_topic_are_the_same_in_all_reads(client: Any, sim: Simulator, group: str) -> None:
    sim.world.move_ends(sim.instance_id, "orders", 1, start=12, end=20)
    path = f"/v2/{sim.project_id}/kafka/instances/{sim.instance_id}/topics/orders/partitions"
    rows = client("GET", path).json()["partitions"]
    assert [(row["start_offset"], row["last_offset"], row["message_count"]) for row in rows] == [
        (10, 14, 4),
        (12, 20, 8),
    ]
    detail = client("GET", f"{client.instances_path}/{sim.instance_id}/management/topics/orders").json()["partitions"]
    assert [(row["lso"], row["hw"], row["leo"]) for row in detail] == [(10, 14, 14), (12, 20, 20)]
    sim.world.set_topic(sim.instance_id, "orders", partition=3)
    assert len(client("GET", path).json()["partitions"]) == 3
