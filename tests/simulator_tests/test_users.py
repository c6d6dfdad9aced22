# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of an instance."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Effect, Simulator

PASSWORD = "Kafka-Password-1"
ALICE = {"user_name": "alice", "user_desc": "reads", "user_passwd": PASSWORD}


@pytest.fixture
def users(client: Any, sim: Simulator) -> str:
    sim.world.add_kafka_user(sim.instance_id, "admin")
    return f"{client.instances_path}/{sim.instance_id}/users"


@pytest.fixture
def kafka_users(sim: Simulator) -> str:
    return f"/v2/kafka/{sim.project_id}/instances/{sim.instance_id}/users"


def names(client: Any, users: str) -> list[str]:
    return [user["user_name"] for user in client("GET", users).json()["users"]]


def stored(sim: Simulator, name: str = "alice") -> dict[str, Any]:
    return next(user for user in sim.world.kafka_users(sim.instance_id) if user["user_name"] == name)


def delete(client: Any, users: str, *names: Any, action: str = "delete") -> Any:
    return client("PUT", users, {"action": action, "users": list(names)})


def test_created_user_is_listed_without_password(client: Any, sim: Simulator, users: str) -> None:
    sim.clock.freeze()
    response = client("POST", users, ALICE)
    assert (response.status_code, response.content) == (204, b"")
    now = int(sim.clock.now() * 1000)
    first, second = client("GET", users).json()["users"]
    assert (first["user_name"], first["default_app"]) == ("admin", True)
    assert second == {
        "user_name": "alice",
        "user_desc": "reads",
        "role": "guest",
        "default_app": False,
        "created_time": now,
    }
    assert stored(sim)["user_passwd"] == PASSWORD
    assert sim.journal.effects() == [Effect("created user", "alice")]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"user_name": None}, "DMS.00400015"),
        ({"user_name": "abc"}, "DMS.00400015"),
        ({"user_name": "a" * 65}, "DMS.00400015"),
        ({"user_name": "1alice"}, "DMS.00400015"),
        ({"user_name": "al.ice"}, "DMS.00400015"),
        ({"user_passwd": None}, "DMS.00400012"),
        ({"user_passwd": "Short-1"}, "DMS.00400012"),
        ({"user_passwd": "Long-1" + "x" * 27}, "DMS.00400012"),
        ({"user_passwd": "only-small-letters"}, "DMS.00400012"),
        ({"user_passwd": "-Kafka-Password-1"}, "DMS.00400012"),
        ({"user_name": "Alice-2026", "user_passwd": "Alice-2026"}, "DMS.00400012"),
        ({"user_name": "Alice-2026", "user_passwd": "6202-ecilA"}, "DMS.00400012"),
        ({"user_desc": 1}, "DMS.00400062"),
    ],
)
def test_invalid_user_is_refused(
    client: Any, sim: Simulator, code: Any, users: str, change: dict[str, Any], refused: str
) -> None:
    assert code(client("POST", users, {**ALICE, **change})) == (400, refused)
    assert sim.journal.effects() == []


def test_existing_user_and_full_instance_are_refused(client: Any, sim: Simulator, code: Any, users: str) -> None:
    client("POST", users, ALICE)
    assert code(client("POST", users, ALICE)) == (400, "DMS.00400062")
    sim.settings.update(user_exists_code="DMS.40050005", user_limit=2)
    assert code(client("POST", users, ALICE)) == (400, "DMS.40050005")
    assert code(client("POST", users, {**ALICE, "user_name": "carol"})) == (400, "DMS.00400039")


def test_change_keeps_what_is_not_sent(client: Any, sim: Simulator, users: str, kafka_users: str) -> None:
    client("POST", users, ALICE)
    response = client("PUT", f"{kafka_users}/alice", {"user_desc": "writes"})
    assert (response.status_code, response.content) == (204, b"")
    assert (stored(sim)["user_desc"], stored(sim)["user_passwd"]) == ("writes", PASSWORD)
    client("PUT", f"{kafka_users}/alice", {"user_name": "alice", "new_password": "Another-Password-2"})
    assert (stored(sim)["user_desc"], stored(sim)["user_passwd"]) == ("writes", "Another-Password-2")
    sim.settings.empty_user_desc = "ignored"
    client("PUT", f"{kafka_users}/alice", {"user_desc": ""})
    assert stored(sim)["user_desc"] == "writes"
    sim.settings.empty_user_desc = "removed"
    client("PUT", f"{kafka_users}/alice", {"user_desc": ""})
    assert stored(sim)["user_desc"] == ""


def test_invalid_change_is_refused(client: Any, sim: Simulator, code: Any, users: str, kafka_users: str) -> None:
    client("POST", users, ALICE)
    assert code(client("PUT", f"{kafka_users}/alice", {"new_password": "weak"})) == (400, "DMS.00400012")
    assert code(client("PUT", f"{kafka_users}/alice", {"user_name": "bobby"})) == (400, "DMS.00400062")
    assert code(client("PUT", f"{users}/alice", {})) == (400, "DMS.00400012")
    assert len(sim.journal.effects()) == 1


def test_password_is_reset_by_a_request_of_its_own(client: Any, sim: Simulator, users: str) -> None:
    client("POST", users, ALICE)
    assert client("PUT", f"{users}/alice", {"new_password": "Another-Password-2"}).status_code == 204
    assert stored(sim)["user_passwd"] == "Another-Password-2"
    assert sim.journal.effects()[-1] == Effect("reset password", "alice")


def test_several_users_are_deleted(client: Any, sim: Simulator, code: Any, users: str) -> None:
    for name in ("alice", "bobby", "carol"):
        sim.world.add_kafka_user(sim.instance_id, name)
    response = delete(client, users, "alice", "carol")
    assert (response.status_code, response.content) == (204, b"")
    assert names(client, users) == ["admin", "bobby"]
    assert sim.journal.effects() == [Effect("deleted user", "alice,carol")]
    for refused in (
        delete(client, users),
        delete(client, users, 1),
        delete(client, users, ""),
        delete(client, users, "bobby", action="remove"),
    ):
        assert code(refused) == (400, "DMS.00400062")


def test_first_user_is_protected(client: Any, sim: Simulator, code: Any, users: str) -> None:
    sim.world.add_kafka_user(sim.instance_id, "alice")
    assert code(delete(client, users, "alice", "admin")) == (400, "DMS.00400062")
    assert names(client, users) == ["admin", "alice"]
    sim.settings.user_deletion_in_part = True
    assert code(delete(client, users, "alice", "admin")) == (400, "DMS.00400062")
    assert names(client, users) == ["admin"]


def test_absent_user_depends_on_settings(client: Any, sim: Simulator, code: Any, users: str, kafka_users: str) -> None:
    def responses() -> list[Any]:
        return [
            client("PUT", f"{kafka_users}/other", {"user_desc": "x"}),
            client("PUT", f"{users}/other", {"new_password": PASSWORD}),
            delete(client, users, "other"),
        ]

    assert [code(response) for response in responses()] == [(400, "DMS.00500972")] * 3
    sim.settings.absent_user_code = "DMS.00400062"
    assert [code(response) for response in responses()] == [(400, "DMS.00400062")] * 3
    sim.settings.absent_user = "ignored"
    assert [response.status_code for response in responses()] == [204] * 3
    sim.world.add_kafka_user(sim.instance_id, "alice")
    assert delete(client, users, "other", "alice").status_code == 204
    assert names(client, users) == ["admin"]


def test_users_need_sasl(client: Any, sim: Simulator, code: Any, users: str) -> None:
    sim.world.set_instance(sim.instance_id, ssl_enable=False)
    for response in (
        client("POST", users, ALICE),
        client("PUT", f"{users}/admin", {"new_password": PASSWORD}),
        delete(client, users, "alice"),
    ):
        assert code(response) == (400, "DMS.00400971")
    assert client("GET", users).status_code == 200
    sim.settings.users_listed_without_sasl = False
    assert code(client("GET", users)) == (400, "DMS.00400971")
    sim.world.set_instance(sim.instance_id, port_protocols={"private_sasl_ssl_enable": True})
    assert client("POST", users, ALICE).status_code == 204


def test_changes_of_users_need_a_running_instance(client: Any, sim: Simulator, code: Any, users: str) -> None:
    sim.world.set_instance(sim.instance_id, status="RESTARTING")
    assert code(client("POST", users, ALICE)) == (400, "DMS.00400026")
    assert code(delete(client, users, "alice")) == (400, "DMS.00400026")
    assert code(client("PUT", f"{users}/admin", {"new_password": PASSWORD})) == (400, "DMS.00400026")


def test_list_can_lag(client: Any, sim: Simulator, users: str) -> None:
    sim.settings.update(user_list_lag=1, user_deletion_reads=1)
    client("POST", users, ALICE)
    assert [names(client, users) for _unused in range(2)] == [["admin"], ["admin", "alice"]]
    assert [delete(client, users, "alice").status_code for _unused in range(2)] == [204, 204]
    assert [names(client, users) for _unused in range(2)] == [["admin", "alice"], ["admin"]]
    assert [effect.verb for effect in sim.journal.effects()] == ["created user", "deleted user"]


def test_control_api_changes_users(client: Any, sim: Simulator) -> None:
    assert client.control("POST", "users", {"user_name": "admin"}).status_code == 204
    assert client.control("POST", "users", {"user_name": "alice"}).status_code == 204
    assert client.control("PUT", "users/alice", {"user_desc": "reads"}).status_code == 204
    (instance,) = client.control("GET", "state").json()["instances"]
    assert [(user["user_name"], user["user_desc"]) for user in instance["users"]] == [("admin", ""), ("alice", "reads")]
    assert (instance["access_user"], instance["ssl_enable"]) == ("admin", True)
    assert client.control("PUT", "users/alice", {"desc": "reads"}).status_code == 400
    assert client.control("DELETE", "users/alice").status_code == 204
    assert client.control("DELETE", "users/alice").status_code == 404
