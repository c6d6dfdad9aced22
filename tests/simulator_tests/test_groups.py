# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The consumer groups of an instance."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from simulator import Effect, Simulator

ABSENT = (400, "DMS.111400864")
BILLING = {"group_name": "billing", "group_desc": "writes the bills"}


@pytest.fixture
def groups(client: Any, sim: Simulator) -> str:
    sim.world.add_topic(sim.instance_id, "orders", partition=2, messages=8)
    return f"{client.instances_path}/{sim.instance_id}/groups"


@pytest.fixture
def new(sim: Simulator) -> str:
    return f"/v2/kafka/{sim.project_id}/instances/{sim.instance_id}/groups"


@pytest.fixture
def management(client: Any, sim: Simulator) -> str:
    return f"{client.instances_path}/{sim.instance_id}/management/groups"


@pytest.fixture
def create(client: Any, sim: Simulator) -> Any:
    def send(**changes: Any) -> Any:
        path = f"/v2/{sim.project_id}/kafka/instances/{sim.instance_id}/group"
        return client("POST", path, {**BILLING, **changes})

    return send


def add(sim: Simulator, name: str = "billing", **values: Any) -> None:
    sim.world.add_group(sim.instance_id, name, **values)


def names(client: Any, groups: str, **query: str) -> list[str]:
    return [group["group_id"] for group in client("GET", groups, query=query).json()["groups"]]


def states(client: Any, path: str, times: int) -> list[str]:
    return [client("GET", path).json()["group"]["state"] for _unused in range(times)]


def test_created_group_is_listed_as_empty(client: Any, sim: Simulator, groups: str, create: Any) -> None:
    sim.clock.freeze()
    response = create()
    assert (response.status_code, response.text, response.headers["Content-Type"]) == (
        200,
        "success",
        "text/plain; charset=utf-8",
    )
    assert client("GET", groups).json() == {
        "groups": [
            {
                "createdAt": int(sim.clock.now() * 1000),
                "group_id": "billing",
                "state": "EMPTY",
                "coordinator_id": 1,
                "group_desc": "writes the bills",
                "lag": 0,
            }
        ],
        "total": 1,
    }
    sim.settings.update(group_created="json", group_list_lag=1)
    response = create(group_name="audit", group_desc="")
    assert (response.json(), response.headers["Content-Type"]) == ("success", "application/json")
    assert [names(client, groups) for _unused in range(2)] == [["billing"], ["billing", "audit"]]
    assert client("GET", groups).json()["groups"][1]["group_desc"] is None
    assert sim.journal.effects() == [Effect("created group", "billing"), Effect("created group", "audit")]


def test_invalid_and_existing_groups_are_refused(sim: Simulator, code: Any, groups: str, create: Any) -> None:
    for change in (
        {"group_name": "ab"},
        {"group_name": "1st"},
        {"group_name": "a" * 65},
        {"group_name": None},
        {"group_desc": "x" * 201},
        {"group_desc": 1},
    ):
        assert code(create(**change)) == (400, "DMS.00400062")
    assert create().status_code == 200
    assert code(create()) == (400, "DMS.40050015")
    sim.settings.group_exists_code = "DMS.00500978"
    assert code(create()) == (400, "DMS.00500978")
    sim.world.set_instance(sim.instance_id, status="RESTARTING")
    assert code(create(group_name="audit")) == (400, "DMS.00400026")


def test_list_has_pages_and_a_filter(client: Any, sim: Simulator, code: Any, groups: str) -> None:
    for number in range(12):
        add(sim, f"group-{number}")
    assert names(client, groups) == [f"group-{number}" for number in range(10)]
    assert names(client, groups, offset="10", limit="50") == ["group-10", "group-11"]
    assert names(client, groups, group="-1") == ["group-1", "group-10", "group-11"]
    assert code(client("GET", groups, query={"limit": "51"})) == (400, "DMS.00400062")
    assert client("GET", groups, query={"offset": "12"}).json() == {"groups": [], "total": 12}
    sim.settings.groups_past_end = "refused"
    assert code(client("GET", groups, query={"offset": "12"})) == (400, "DMS.40050010")
    assert client("GET", groups, query={"group": "other"}).json() == {"groups": [], "total": 0}


def test_lag_counts_messages_after_committed_offsets(client: Any, sim: Simulator, groups: str) -> None:
    add(sim, offsets={"orders": [12, None]})
    assert client("GET", groups).json()["groups"][0]["lag"] == 2
    sim.world.commit(sim.instance_id, "billing", "orders", 1, 10)
    sim.world.move_ends(sim.instance_id, "orders", 1, end=20)
    assert client("GET", groups).json()["groups"][0]["lag"] == 12


def test_one_group_is_read_by_both_paths(client: Any, sim: Simulator, groups: str, new: str) -> None:
    sim.clock.freeze()
    add(sim, members=[{"client_id": "app", "topics": ["orders"]}])
    row = {
        "createdAt": int(sim.clock.now() * 1000),
        "group_id": "billing",
        "state": "STABLE",
        "coordinator_id": 1,
        "assignment_strategy": "range",
        "group_desc": None,
    }
    for path in (groups, new):
        assert client("GET", f"{path}/billing").json() == {"group": row}
    sim.settings.group_level = "top"
    assert client("GET", f"{new}/billing").json() == {"group": None, **row}


def test_states_have_two_spellings(client: Any, sim: Simulator, groups: str, new: str, management: str) -> None:
    def read() -> list[str]:
        sim.world.set_group(sim.instance_id, "billing", passing=["PREPARING_REBALANCE"] * 3)
        listed = client("GET", groups).json()["groups"][0]["state"]
        return [listed, *states(client, f"{new}/billing", 1), *states(client, f"{management}/billing", 1)]

    add(sim)
    assert read() == ["PREPARING_REBALANCE", "PREPARING_REBALANCE", "PreparingRebalance"]
    sim.settings.update(group_states="camel", group_member_states="upper")
    assert read() == ["PreparingRebalance", "PreparingRebalance", "PREPARING_REBALANCE"]
    assert states(client, f"{new}/billing", 1) == ["Empty"]


def test_show_groups_returns_members_and_offsets(client: Any, sim: Simulator, groups: str, management: str) -> None:
    members = [{"client_id": "app", "topics": ["orders"]}, {"client_id": "job", "host": "/192.0.2.61"}]
    add(sim, members=members, offsets={"orders": [12, None], "gone": [1]})
    group = client("GET", f"{management}/billing").json()["group"]
    assert group == {
        "group_id": "billing",
        "state": "Stable",
        "coordinator_id": 1,
        "assignment_strategy": "range",
        "members": [
            {
                "host": "/192.0.2.60",
                "client_id": "app",
                "member_id": "app-1",
                "assignment": [{"topic": "orders", "partitions": [0, 1]}],
            },
            {"host": "/192.0.2.61", "client_id": "job", "member_id": "job-2", "assignment": []},
        ],
        "group_message_offsets": [
            {
                "partition": 0,
                "topic": "orders",
                "message_current_offset": 12,
                "message_log_end_offset": 14,
                "lag": 2,
            },
            {
                "partition": 1,
                "topic": "orders",
                "message_current_offset": -1,
                "message_log_end_offset": 14,
                "lag": -1,
            },
        ],
    }
    sim.settings.group_level = "top"
    shown = client("GET", f"{management}/billing").json()
    assert (shown["group"], len(shown["members"])) == (None, 2)


def test_members_leave_after_reads_or_seconds(client: Any, sim: Simulator, groups: str, new: str) -> None:
    sim.clock.freeze()
    add(sim, members=[{"reads": 2}])
    assert states(client, f"{new}/billing", 3) == ["STABLE", "STABLE", "EMPTY"]
    sim.world.add_member(sim.instance_id, "billing", seconds=30, topics=["orders"])
    assert states(client, f"{new}/billing", 1) == ["STABLE"]
    detail = client("GET", f"{client.instances_path}/{sim.instance_id}/management/topics/orders").json()
    assert detail["group_subscribed"] == ["billing"]
    sim.clock.advance(30)
    assert states(client, f"{new}/billing", 1) == ["EMPTY"]


def test_descriptions_are_changed(client: Any, sim: Simulator, code: Any, groups: str, new: str) -> None:
    def shown() -> dict[str, Any]:
        return {group["group_id"]: group["group_desc"] for group in client("GET", groups).json()["groups"]}

    for name in ("billing", "audit"):
        add(sim, name, group_desc="old")
    response = client("PUT", f"{new}/billing", {"group_name": "billing", "group_desc": ""})
    assert (response.status_code, response.content) == (204, b"")
    assert shown() == {"billing": None, "audit": "old"}
    sim.settings.group_desc_reads = 1
    given = [{"group_name": name, "group_desc": "new"} for name in ("billing", "audit")]
    job_id = client("PUT", new, {"groups": given}).json()["job_id"]
    assert shown() == {"billing": None, "audit": "old"}
    path = f"{client.instances_path}/{sim.instance_id}/tasks/{job_id}"
    assert [client("GET", path).json()["tasks"][0]["status"] for _unused in range(2)] == ["EXECUTING", "SUCCESS"]
    assert client("GET", path).json()["tasks"][0]["name"] == "kafkaUpdateGroup"
    assert shown() == {"billing": "new", "audit": "new"}
    assert code(client("PUT", f"{new}/other", {"group_desc": "new"})) == ABSENT
    assert code(client("PUT", new, {"groups": [*given, {"group_name": "other"}]})) == ABSENT
    for refused in ({"group_name": "audit"}, {"group_desc": "x" * 201}):
        assert code(client("PUT", f"{new}/billing", refused)) == (400, "DMS.00400062")
    sim.settings.groups_per_request = 1
    for rows in (given, [], "billing"):
        assert code(client("PUT", new, {"groups": rows})) == (400, "DMS.00400062")
    assert [effect.target for effect in sim.journal.effects()] == ["billing", "billing,audit"]


@pytest.mark.parametrize("path", ["new", "old"])
def test_empty_group_is_deleted(client: Any, sim: Simulator, code: Any, groups: str, new: str, path: str) -> None:
    one = f"{new if path == 'new' else groups}/billing"
    add(sim, offsets={"orders": [12, 10]}, members=[{"client_id": "app"}])
    assert code(client("DELETE", one)) == (400, "DMS.00400017")
    sim.settings.live_group_code = "DMS.00400062"
    assert code(client("DELETE", one)) == (400, "DMS.00400062")
    sim.world.set_group(sim.instance_id, "billing", members=[])
    response = client("DELETE", one)
    assert (response.status_code, response.content) == (204, b"")
    assert code(client("DELETE", one)) == ABSENT
    assert code(client("GET", one)) == ABSENT
    assert sim.journal.effects() == [Effect("deleted group", "billing")]


def test_deleted_group_can_be_dead(
    client: Any, sim: Simulator, code: Any, groups: str, new: str, management: str, create: Any
) -> None:
    sim.settings.group_deletion_reads = 2
    add(sim)
    client("DELETE", f"{new}/billing")
    assert (names(client, groups), code(create())) == ([], (400, "DMS.40050015"))
    assert states(client, f"{new}/billing", 2) == ["DEAD", "DEAD"]
    assert code(client("GET", f"{new}/billing")) == ABSENT
    add(sim)
    sim.settings.dead_groups_listed = True
    client("DELETE", f"{new}/billing")
    assert code(client("DELETE", f"{new}/billing")) == ABSENT
    listed = [[row["state"] for row in client("GET", groups).json()["groups"]] for _unused in range(3)]
    assert listed == [["DEAD"], ["DEAD"], []]
    sim.settings.absent_group = "dead"
    assert states(client, f"{new}/never", 2) == ["DEAD", "DEAD"]
    shown = client("GET", f"{management}/never").json()["group"]
    assert (shown["state"], shown["members"], shown["group_message_offsets"]) == ("Dead", [], [])
    assert code(client("DELETE", f"{new}/never")) == ABSENT


def test_several_groups_are_deleted(client: Any, sim: Simulator, code: Any, groups: str) -> None:
    def delete(*names: Any) -> Any:
        return client("POST", f"{groups}/batch-delete", {"group_ids": list(names)})

    for name in ("billing", "audit", "other"):
        add(sim, name)
    sim.world.add_member(sim.instance_id, "audit")
    body = delete("billing", "audit", "never", "other").json()
    assert body == {
        "failed_groups": [
            {"group_id": "audit", "error_message": "The consumer group audit is STABLE."},
            {"group_id": "never", "error_message": "The consumer group never does not exist."},
        ],
        "total": 2,
    }
    assert names(client, groups) == ["audit"]
    sim.settings.absent_group_in_batch = "ignored"
    assert delete("never").json() == {"failed_groups": [], "total": 0}
    for refused in ((), ("",), (1,), [f"group-{number}" for number in range(51)]):
        assert code(delete(*refused)) == (400, "DMS.00400062")
    assert sim.journal.effects() == [Effect("deleted group", "billing,other")]


def test_empty_group_without_offsets_vanishes(client: Any, sim: Simulator, groups: str) -> None:
    sim.clock.freeze()
    add(sim, "idle")
    add(sim, "read", offsets={"orders": [12, 10]})
    add(sim, "left", members=[{"seconds": 300}])
    sim.clock.advance(599)
    assert names(client, groups) == ["idle", "read", "left"]
    sim.clock.advance(1)
    assert names(client, groups) == ["read", "left"]
    sim.world.set_parameters(sim.instance_id, {"auto.create.groups.enable": "false"})
    sim.clock.advance(3600)
    assert names(client, groups) == ["read", "left"]
    sim.world.set_parameters(sim.instance_id, {"auto.create.groups.enable": "true"})
    assert [group["group_id"] for group in sim.world.groups(sim.instance_id)] == ["read"]


def test_reads_side_by_side_are_refused(client: Any, sim: Simulator, code: Any, groups: str, new: str) -> None:
    add(sim)
    sim.settings.latency = 0.5
    responses: list[Any] = []
    another = type(client)(sim)

    def read_both() -> list[Any]:
        first = threading.Thread(target=lambda: responses.append(another("GET", groups)))
        started = len(sim.journal)
        first.start()
        while len(sim.journal) == started:
            pass
        second = client("GET", f"{new}/billing")
        first.join()
        return [responses.pop(), second]

    assert [response.status_code for response in read_both()] == [200, 200]
    sim.settings.serial_group_reads = True
    first, second = read_both()
    assert (first.status_code, code(second)) == (200, (400, "DMS.00400973"))
    sim.settings.latency = 0
    assert client("GET", f"{new}/billing").status_code == 200
    another.session.close()


def test_control_api_changes_groups(client: Any, sim: Simulator, groups: str) -> None:
    given = {"group_id": "billing", "offsets": {"orders": [12, None]}, "members": [{"client_id": "app"}]}
    assert client.control("POST", "groups", given).status_code == 204
    assert client.control("POST", "members", {"group_id": "billing", "client_id": "job"}).status_code == 204
    (instance,) = client.control("GET", "state").json()["instances"]
    (group,) = instance["groups"]
    assert (group["state"], group["offsets"]) == ("STABLE", {"orders": [12, None]})
    assert [member["member_id"] for member in group["members"]] == ["app-1", "job-2"]
    assert client.control("PUT", "groups/billing", {"members": []}).status_code == 204
    assert sim.world.groups(sim.instance_id)[0]["state"] == "EMPTY"
    assert client.control("PUT", "groups/billing", {"desc": "x"}).status_code == 400
    assert client.control("DELETE", "groups/billing").status_code == 204
    assert client.control("DELETE", "groups/billing").status_code == 404
