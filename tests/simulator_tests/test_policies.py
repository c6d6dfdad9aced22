# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permissions of topics."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Effect, Simulator

READS = {"alice": "sub"}


@pytest.fixture
def path(client: Any, sim: Simulator) -> str:
    for name in ("admin", "alice", "bobby"):
        sim.world.add_kafka_user(sim.instance_id, name)
    for name in ("orders", "returns"):
        sim.world.add_topic(sim.instance_id, name)
    return f"/v1/{sim.project_id}/instances/{sim.instance_id}/topics"


def replace(client: Any, path: str, **topics: dict[str, str]) -> Any:
    """Replace the policies of topics."""
    rows = [
        {
            "name": name,
            "policies": [{"user_name": user, "access_policy": action} for user, action in policies.items()],
        }
        for name, policies in topics.items()
    ]
    return client("POST", f"{path}/accesspolicy", {"topics": rows})


def shown(client: Any, path: str, topic: str = "orders") -> list[tuple[Any, ...]]:
    rows = client("GET", f"{path}/{topic}/accesspolicy").json()["policies"]
    return [(row["user_name"], row["access_policy"], row["owner"]) for row in rows]


def show_task(client: Any, sim: Simulator) -> Any:
    return client("GET", f"{client.instances_path}/{sim.instance_id}").json().get("task", {}).get("name")


def test_policies_are_replaced(client: Any, sim: Simulator, path: str) -> None:
    sim.world.set_policies(sim.instance_id, "orders", {"bobby": "all"}, owner="bobby")
    assert client("GET", f"{path}/orders/accesspolicy").json() == {
        "name": "orders",
        "topic_type": 0,
        "policies": [{"owner": True, "user_name": "bobby", "access_policy": "all"}],
    }
    assert replace(client, path, orders=READS, returns={"alice": "pub", "bobby": "all"}).status_code == 200
    assert shown(client, path) == [("alice", "sub", False)]
    assert shown(client, path, "returns") == [("alice", "pub", False), ("bobby", "all", False)]
    assert replace(client, path, orders={}).status_code == 200
    assert sim.world.policies(sim.instance_id) == {"returns": {"alice": "pub", "bobby": "all"}}
    assert [effect.target for effect in sim.journal.effects()] == ["orders,returns", "orders"]


@pytest.mark.parametrize(("setting", "status"), [("job", 200), ("200", 200), ("204", 204)])
def test_response_depends_on_setting(client: Any, sim: Simulator, path: str, setting: str, status: int) -> None:
    sim.settings.policy_response = setting
    response = replace(client, path, orders=READS)
    assert response.status_code == status
    assert bool(response.content and response.json()) == (setting == "job")
    assert sim.world.policies(sim.instance_id) == {"orders": READS}


@pytest.mark.parametrize(("setting", "seen"), [("end", [[], [], ["alice"]]), ("start", [["alice"]] * 3)])
def test_change_is_a_job(client: Any, sim: Simulator, path: str, setting: str, seen: list[list[str]]) -> None:
    sim.settings.update(policy_reads=2, job_effect=setting)
    job_id = replace(client, path, orders=READS).json()["job_id"]
    users = [[row[0] for row in shown(client, path)]]
    tasks = []
    for _unused in range(3):
        tasks.append(show_task(client, sim))
        users.append([row[0] for row in shown(client, path)])
    assert tasks == ["updateTopicPolicies", "updateTopicPolicies", None]
    assert users[:3] == seen
    (job,) = client("GET", f"{client.instances_path}/{sim.instance_id}/tasks/{job_id}").json()["tasks"]
    assert (job["name"], job["status"]) == ("updateTopicPolicies", "SUCCESS")


def test_job_is_advanced_by_reads_of_it(client: Any, sim: Simulator, path: str) -> None:
    sim.settings.policy_reads = 2
    job_id = replace(client, path, orders=READS).json()["job_id"]
    jobs = f"{client.instances_path}/{sim.instance_id}/tasks"
    statuses = [client("GET", f"{jobs}/{job_id}").json()["tasks"][0]["status"] for _unused in range(3)]
    assert statuses == ["EXECUTING", "EXECUTING", "SUCCESS"]


def test_rows_of_a_list_can_hide_the_job(client: Any, sim: Simulator, path: str) -> None:
    sim.settings.policy_reads = 2
    replace(client, path, orders=READS)

    def listed() -> bool:
        return "task" in client("GET", client.instances_path).json()["instances"][0]

    assert listed()
    sim.settings.job_listed = False
    assert not listed()
    assert [show_task(client, sim) for _unused in range(2)] == ["updateTopicPolicies", None]


@pytest.mark.parametrize("busy", ["DMS.00400026", "DMS.00400017"])
def test_second_change_is_refused_meanwhile(client: Any, sim: Simulator, code: Any, path: str, busy: str) -> None:
    sim.settings.update(policy_reads=1, job_busy_code=busy)
    replace(client, path, orders=READS)
    configs = {"kafka_configs": [{"name": "min.insync.replicas", "value": "2"}]}
    assert code(replace(client, path, returns=READS)) == (400, busy)
    assert code(client("PUT", f"{client.instances_path}/{sim.instance_id}/configs", configs)) == (400, busy)
    show_task(client, sim)
    assert replace(client, path, returns=READS).status_code == 200


def test_job_can_fail(client: Any, sim: Simulator, path: str) -> None:
    sim.settings.policies_fail = True
    replace(client, path, orders=READS)
    assert sim.world.policies(sim.instance_id) == {}
    jobs = client("GET", f"{client.instances_path}/{sim.instance_id}/tasks").json()["tasks"]
    assert [job["status"] for job in jobs] == ["FAILED"]


@pytest.mark.parametrize(("setting", "changed"), [("others", {"orders": READS}), ("none", {})])
def test_removal_from_a_topic_without_policies_fails_in_part(
    client: Any, sim: Simulator, path: str, setting: str, changed: dict[str, Any]
) -> None:
    sim.settings.policies_in_part = setting
    response = replace(client, path, orders=READS, returns={}, other=READS)
    assert (response.status_code, response.json()) == (
        400,
        {
            "failed_topics": [
                {"name": "returns", "success": False, "error_msg": "Topic policy is empty."},
                {"name": "other", "success": False, "error_msg": "The topic does not exist."},
            ]
        },
    )
    assert sim.world.policies(sim.instance_id) == changed
    sim.settings.policy_refusal_code = "DMS.00400062"
    assert replace(client, path, returns={}).json()["error_code"] == "DMS.00400062"


@pytest.mark.parametrize(
    "topics",
    [
        None,
        [],
        [1],
        [{"name": "orders"}],
        [{"name": "", "policies": []}],
        [{"name": "orders", "policies": [1]}],
        [{"name": "orders", "policies": [{"user_name": "alice", "access_policy": "none"}]}],
        [{"name": "orders", "policies": [{"user_name": "", "access_policy": "all"}]}],
        [{"name": "orders", "policies": [{"user_name": "alice", "access_policy": "all"}] * 2}],
        [{"name": "orders", "policies": []}] * 2,
        [{"name": f"topic-{number}", "policies": []} for number in range(51)],
    ],
)
def test_invalid_change_is_refused(client: Any, sim: Simulator, code: Any, path: str, topics: Any) -> None:
    assert code(client("POST", f"{path}/accesspolicy", {"topics": topics})) == (400, "DMS.00400062")
    assert sim.journal.effects() == []


def test_unknown_user_depends_on_setting(client: Any, sim: Simulator, code: Any, path: str) -> None:
    assert code(replace(client, path, orders={"other": "all"})) == (400, "DMS.00500972")
    assert replace(client, path, orders={"default_user": "all"}).status_code == 200
    sim.settings.unknown_policy_user = "accepted"
    assert replace(client, path, orders={"other": "all"}).status_code == 200


def test_unknown_topic_has_no_policies(client: Any, sim: Simulator, code: Any, path: str) -> None:
    assert code(client("GET", f"{path}/other/accesspolicy")) == (400, "DMS.00400975")


def test_policies_need_sasl(client: Any, sim: Simulator, code: Any, path: str) -> None:
    sim.world.set_instance(sim.instance_id, ssl_enable=False)
    assert code(replace(client, path, orders=READS)) == (400, "DMS.00400971")
    assert shown(client, path) == []


@pytest.mark.parametrize("kept", [False, True])
def test_policies_of_a_deleted_user_depend_on_setting(client: Any, sim: Simulator, path: str, kept: bool) -> None:
    sim.settings.policies_keep_users = kept
    sim.world.set_policies(sim.instance_id, "orders", {"alice": "all", "bobby": "sub"})
    users = f"{client.instances_path}/{sim.instance_id}/users"
    client("PUT", users, {"action": "delete", "users": ["alice"]})
    assert [row[0] for row in shown(client, path)] == (["alice", "bobby"] if kept else ["bobby"])


@pytest.mark.parametrize("kept", [False, True])
def test_policies_of_a_deleted_topic_depend_on_setting(client: Any, sim: Simulator, path: str, kept: bool) -> None:
    sim.settings.policies_survive_topics = kept
    sim.world.set_policies(sim.instance_id, "orders", READS)
    topics = f"{client.instances_path}/{sim.instance_id}/topics"
    client("POST", f"{topics}/delete", {"topics": ["orders"]})
    client("POST", topics, {"id": "orders"})
    assert [row[0] for row in shown(client, path)] == (["alice"] if kept else [])


# -- what they mean -----------------------------------------------------------------------------------------------


def allowed(sim: Simulator) -> dict[str, str]:
    """What each user may do with the topic."""
    return {
        user: "".join(action for action in ("pub", "sub") if sim.world.may(sim.instance_id, user, action, "orders"))
        for user in ("admin", "alice", "bobby", "other")
    }


@pytest.mark.parametrize(
    ("everyone", "policies", "expected"),
    [
        ("true", {}, {"admin": "pubsub", "alice": "pubsub", "bobby": "pubsub", "other": ""}),
        ("true", {"alice": "pub"}, {"admin": "", "alice": "pub", "bobby": "", "other": ""}),
        ("true", {"alice": "all", "bobby": "sub"}, {"admin": "", "alice": "pubsub", "bobby": "sub", "other": ""}),
        ("true", {"default_user": "sub"}, {"admin": "sub", "alice": "sub", "bobby": "sub", "other": ""}),
        (
            "true",
            {"default_user": "sub", "alice": "pub"},
            {"admin": "sub", "alice": "pubsub", "bobby": "sub", "other": ""},
        ),
        ("false", {}, {"admin": "pubsub", "alice": "", "bobby": "", "other": ""}),
        ("false", {"alice": "sub"}, {"admin": "pubsub", "alice": "sub", "bobby": "", "other": ""}),
    ],
)
def test_meaning(
    sim: Simulator, client: Any, path: str, everyone: str, policies: dict[str, str], expected: dict[str, str]
) -> None:
    sim.world.set_parameters(sim.instance_id, {"allow.everyone.if.no.acl.found": everyone})
    sim.world.set_policies(sim.instance_id, "orders", policies)
    assert allowed(sim) == expected
    assert client.control("GET", "permissions?user=alice&action=sub&topic=orders").json() == {
        "may": "sub" in expected["alice"]
    }


def test_first_user_stays_unlimited(sim: Simulator, path: str) -> None:
    for value in ("false", "true"):
        sim.world.set_parameters(sim.instance_id, {"allow.everyone.if.no.acl.found": value})
    sim.world.set_policies(sim.instance_id, "orders", READS)
    assert allowed(sim) == {"admin": "pubsub", "alice": "sub", "bobby": "", "other": ""}


def test_without_sasl_everybody_may(sim: Simulator, path: str) -> None:
    sim.world.set_policies(sim.instance_id, "orders", READS)
    sim.world.set_instance(sim.instance_id, ssl_enable=False)
    assert set(allowed(sim).values()) == {"pubsub"}
    with pytest.raises(ValueError, match="pub or sub"):
        sim.world.may(sim.instance_id, "alice", "all", "orders")
    with pytest.raises(KeyError):
        sim.world.may(sim.instance_id, "alice", "pub", "other")


def test_control_api_sets_policies(client: Any, sim: Simulator, path: str) -> None:
    body = {"policies": READS, "owner": "alice"}
    assert client.control("PUT", "policies/orders", body).status_code == 204
    (instance,) = client.control("GET", "state").json()["instances"]
    assert instance["policies"] == {"orders": READS}
    assert shown(client, path) == [("alice", "sub", True)]
    assert sim.journal.effects() == []


def test_effect_names_the_topics(client: Any, sim: Simulator, path: str) -> None:
    replace(client, path, orders=READS, other=READS)
    assert sim.journal.effects() == [Effect("set policies", "orders")]
    assert [entry.operation for entry in sim.journal.writes()] == ["UpdateTopicAccessPolicy"]
