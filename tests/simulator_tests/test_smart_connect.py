# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Enabling and disabling Smart Connect, and its tasks in the current API."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Effect, Simulator

UNKNOWN_ID = "99999999-9999-4999-8999-999999999999"
SINK = {
    "consumer_strategy": "latest",
    "destination_file_type": "TEXT",
    "access_key": "OBSKEY",
    "secret_key": "obs-secret",
    "obs_bucket_name": "bucket",
    "partition_format": "yyyy/MM/dd",
}
SOURCE = {"bootstrap_servers": "192.0.2.1:9092", "direction": "pull"}


def dump(**changes: Any) -> dict[str, Any]:
    return {"task_name": "dump", "topics": "a,b", "sink_type": "OBS_SINK", "sink_task": {**SINK, **changes}}


def replication(**changes: Any) -> dict[str, Any]:
    source = {**SOURCE, **changes}
    return {
        "task_name": "copy",
        "topics": "a",
        "source_type": "KAFKA_REPLICATOR_SOURCE",
        "source_task": {key: value for key, value in source.items() if value is not None},
    }


@pytest.fixture
def tasks(client: Any, sim: Simulator) -> str:
    return f"{client.instances_path}/{sim.instance_id}/connector/tasks"


@pytest.fixture
def kafka(sim: Simulator) -> str:
    return f"/v2/{sim.project_id}/kafka/instances/{sim.instance_id}"


# -- enabling and disabling ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [None, {}, {"node_cnt": 2}, {"node_cnt": "3"}, {"specification": "100MB"}])
def test_enable(client: Any, sim: Simulator, body: Any) -> None:
    added = sim.world.add_instance("plain", connector=False)
    path = f"{client.instances_path}/{added['instance_id']}"
    response = client("POST", f"{path}/connector", body)
    assert response.status_code == 200
    assert set(response.json()) == {"job_id", "connector_id"}
    shown = client("GET", path).json()
    assert (shown["status"], shown["connector_enable"]) == ("RUNNING", True)
    assert shown["connector_id"] == response.json()["connector_id"]
    assert shown["connector_node_num"] == int((body or {}).get("node_cnt", 2))
    assert client("GET", f"{path}/connector/tasks").json()["tasks"] == []
    assert sim.journal.effects() == [Effect("enabled", shown["connector_id"])]


def test_enabling_completes_after_reads(client: Any, sim: Simulator, code: Any) -> None:
    sim.settings.connector_looks = 2
    path = f"{client.instances_path}/{sim.world.add_instance('plain', connector=False)['instance_id']}"
    client("POST", f"{path}/connector")
    assert code(client("POST", f"{path}/connector")) == (400, "DMS.00400026")
    assert code(client("POST", f"{path}/connector/tasks", dump())) == (404, "DMS.00404024")
    shown = client("GET", path).json()
    assert (shown["status"], shown["connector_enable"]) == ("EXTENDING", False)
    listed = client("GET", client.instances_path, query={"status": "EXTENDING"}).json()["instances"]
    assert [instance["name"] for instance in listed] == ["plain"]
    shown = client("GET", path).json()
    assert (shown["status"], shown["connector_enable"]) == ("RUNNING", True)
    assert code(client("POST", f"{path}/connector")) == (404, "DMS.00404027")


def test_disable_requires_connector_without_tasks(
    client: Any, sim: Simulator, code: Any, tasks: str, kafka: str
) -> None:
    task_id = client("POST", tasks, dump()).json()["id"]
    assert code(client("POST", f"{kafka}/delete-connector")) == (500, "DMS.00501012")
    client("DELETE", f"{tasks}/{task_id}")
    sim.settings.connector_looks = 1
    response = client("POST", f"{kafka}/delete-connector", {"instance_id": sim.instance_id})
    assert response.status_code == 200
    assert set(response.json()) == {"job_id"}
    path = f"{client.instances_path}/{sim.instance_id}"
    assert client("GET", path).json()["status"] == "CONNECTOR_DELETING"
    shown = client("GET", path).json()
    assert (shown["status"], shown["connector_enable"], shown["connector_id"]) == ("RUNNING", False, "")
    assert code(client("POST", f"{kafka}/delete-connector")) == (404, "DMS.00404024")
    assert sim.journal.effects()[-1] == Effect("disabled", sim.connector_id)


@pytest.mark.parametrize("nodes", [1, 17, "x", True, 2.5, None, "²"])
def test_invalid_number_of_nodes_is_refused(client: Any, sim: Simulator, code: Any, nodes: Any) -> None:
    path = f"{client.instances_path}/{sim.instance_id}/connector"
    assert code(client("POST", path, {"node_cnt": nodes})) == (400, "DMS.00400062")


def test_resources_are_not_sold_out_by_default(client: Any, sim: Simulator, code: Any) -> None:
    assert client("GET", f"{client.instances_path}/{sim.instance_id}/connector").json() == {"soldOut": False}
    assert code(client("GET", f"{client.instances_path}/{UNKNOWN_ID}/connector")) == (404, "DMS.00404022")


# -- tasks --------------------------------------------------------------------------------------------------------


def test_create_read_and_delete_dump(client: Any, sim: Simulator, tasks: str) -> None:
    created = client("POST", tasks, dump(store_keys=True))
    assert created.status_code == 200
    entity = created.json()
    assert entity["sink_task"]["store_keys"] is True
    assert entity["sink_task"]["deliver_time_interval"] == 300
    assert entity["sink_task"]["timezone"] == "Asia/Chongqing"
    assert not {"access_key", "secret_key", "topics"} & set(entity["sink_task"])
    assert (entity["source_type"], entity["source_task"]) == ("NONE", {})
    assert (entity["topics"], entity["topics_regex"], entity["status"]) == ("a,b", "", "RUNNING")
    assert client("GET", f"{tasks}/{entity['id']}").json() == entity
    assert client("GET", tasks).json() == {"tasks": [entity], "total_number": 1, "max_tasks": 18, "quota_tasks": 18}
    assert client("DELETE", f"{tasks}/{entity['id']}").status_code == 204
    assert client("GET", tasks).json()["total_number"] == 0
    assert sim.journal.effects() == [Effect("created", entity["id"]), Effect("deleted", entity["id"])]


def test_create_replication(client: Any, sim: Simulator, tasks: str) -> None:
    secret = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "user_name": "u", "password": "p"}
    entity = client("POST", tasks, replication(direction="two-way", task_num=3, **secret)).json()
    assert entity["source_task"]["task_num"] == 6
    assert entity["source_task"]["user_name"] == "u"
    assert "password" not in entity["source_task"]
    assert (entity["sink_type"], entity["sink_task"]) == ("NONE", {})
    assert sim.world.tasks(sim.connector_id)[0]["source_task"]["password"] == "p"

    peer = sim.world.add_instance("peer", connector=False)["instance_id"]
    entity = client("POST", tasks, replication(bootstrap_servers=None, instance_id=peer)).json()
    assert entity["source_task"]["instance_id"] == peer
    assert entity["source_task"]["bootstrap_servers"] == "192.0.2.11:9092,192.0.2.12:9092,192.0.2.13:9092"


def test_both_apis_return_the_same_dumps(client: Any, sim: Simulator, code: Any, tasks: str) -> None:
    legacy = client.create().json()["task_id"]
    current = client("POST", tasks, dump(agency_name="agency")).json()["id"]
    copy = client("POST", tasks, replication()).json()["id"]
    assert [task["task_id"] for task in client("GET", client.tasks_path).json()["tasks"]] == [legacy, current]
    assert [task["id"] for task in client("GET", tasks).json()["tasks"]] == [legacy, current, copy]
    shown = client("GET", f"{client.tasks_path}/{current}").json()
    assert shown["obs_destination_descriptor"]["topics"] == "a,b"
    assert not {"agency_name", "store_keys", "access_key"} & set(shown["obs_destination_descriptor"])
    assert client("GET", f"{tasks}/{legacy}").json()["sink_task"]["obs_bucket_name"] == "bucket"
    assert code(client("GET", f"{client.tasks_path}/{copy}")) == (404, "DMS.00404026")
    assert code(client("DELETE", f"{client.tasks_path}/{copy}")) == (404, "DMS.00404026")
    client("PUT", f"{tasks}/{legacy}/pause")
    assert client("GET", f"{client.tasks_path}/{legacy}").json()["status"] == "PAUSED"
    assert client("DELETE", f"{client.tasks_path}/{current}").status_code == 204
    assert client("GET", tasks).json()["total_number"] == 2


def test_list_is_paginated(client: Any, sim: Simulator, code: Any, tasks: str) -> None:
    for number in range(12):
        sim.world.add_task(sim.connector_id, f"task-{number}")
    first = client("GET", tasks).json()
    assert (len(first["tasks"]), first["total_number"]) == (10, 12)
    rest = client("GET", tasks, query={"offset": "10", "limit": "50"}).json()["tasks"]
    assert [task["task_name"] for task in rest] == ["task-10", "task-11"]
    assert code(client("GET", tasks, query={"offset": "12"})) == (400, "DMS.40050010")


def test_transitional_statuses_end_after_reads(client: Any, sim: Simulator, tasks: str, kafka: str) -> None:
    sim.settings.update(creation_looks=1, restart_looks=1, deletion_looks=1)
    entity = client("POST", tasks, dump()).json()
    path = f"{tasks}/{entity['id']}"
    seen = [entity["status"]] + [client("GET", path).json()["status"] for _unused in range(2)]
    client("PUT", f"{kafka}/connector/tasks/{entity['id']}/restart")
    seen += [client("GET", path).json()["status"] for _unused in range(2)]
    client("DELETE", path)
    seen.append(client("GET", path).json()["status"])
    assert seen == ["CREATING", "CREATING", "RUNNING", "RESTARTING", "RUNNING", "DELETING"]
    assert client("GET", path).status_code == 404


def test_actions_require_matching_status(client: Any, sim: Simulator, code: Any, tasks: str, kafka: str) -> None:
    task_id = client("POST", tasks, {**dump(), "start_later": True}).json()["id"]
    path = f"{tasks}/{task_id}"

    def act(action: str) -> Any:
        response = client("PUT", f"{path}/{action}")
        return response.status_code if response.status_code == 204 else code(response)

    def status() -> str:
        return str(client("GET", path).json()["status"])

    assert status() == "WAITING"
    assert act("pause") == (400, "DMS.00400868")
    assert act("resume") == (400, "DMS.00400869")
    assert client("PUT", f"{kafka}/connector/tasks/{task_id}/restart").status_code == 204
    assert status() == "RUNNING"
    assert act("resume") == (400, "DMS.00400869")
    assert act("pause") == 204
    assert status() == "PAUSED"
    assert act("resume") == 204
    assert status() == "RUNNING"
    assert act("restart") == 204, "RestartSmartConnectorTask, without kafka/ in its path"
    sim.settings.restart_looks = 1
    assert act("restart") == 204
    assert act("restart") == (400, "DMS.00400872")
    assert [effect.verb for effect in sim.journal.effects()] == [
        "created",
        "restarted",
        "paused",
        "resumed",
        "restarted",
        "restarted",
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**dump(), "task_name": ""}, "task_name"),
        ({**dump(), "topics_regex": "x"}, "topics"),
        ({**dump(), "sink_type": "NONE"}, "source_type and sink_type"),
        ({**dump(), "source_type": "KAFKA_REPLICATOR_SOURCE"}, "source_type and sink_type"),
        ({**dump(), "sink_type": "OTHER"}, "sink_type"),
        ({**dump(), "sink_task": None}, "sink_task"),
        ({**dump(), "start_later": "yes"}, "start_later"),
        (dump(secret_key=""), "secret_key"),
        (dump(partition_format="N/A"), "partition_format"),
        (dump(deliver_time_interval=29), "deliver_time_interval"),
        (dump(store_keys="true"), "store_keys"),
        (dump(obs_bucket_name=""), "obs_bucket_name"),
        ({**replication(), "source_task": None}, "source_task"),
        (replication(direction="up"), "direction"),
        (replication(bootstrap_servers=None), "bootstrap_servers"),
        (replication(instance_id=UNKNOWN_ID), "bootstrap_servers"),
        (replication(bootstrap_servers=None, instance_id=UNKNOWN_ID), "instance_id"),
        (replication(security_protocol="SASL_SSL"), "password"),
        (replication(topics_mapping="a:b", rename_topic_enabled=True), "topics_mapping"),
        (replication(topics_mapping="a:b,c"), "topics_mapping"),
        (replication(replication_factor=0), "replication_factor"),
        (replication(compression_type="rar"), "compression_type"),
    ],
)
def test_invalid_field_is_refused(client: Any, sim: Simulator, code: Any, tasks: str, body: Any, field: str) -> None:
    response = client("POST", tasks, body)
    assert code(response) == (400, "DMS.00400062")
    assert field in response.json()["error_msg"]
    assert sim.world.tasks(sim.connector_id) == []


def test_creation_is_refused_with_specific_codes(client: Any, sim: Simulator, code: Any, tasks: str) -> None:
    assert code(client("POST", tasks, replication(replication_factor=4))) == (400, "DMS.00400861")
    assert code(client("POST", tasks, dump(access_key="INVALID"))) == (400, "DMS.00500960")
    sim.settings.smart_connect_quota = 0
    assert code(client("POST", tasks, dump())) == (404, "DMS.00404029")
    sim.world.set_instance(sim.instance_id, status="EXTENDING")
    assert code(client("POST", tasks, dump())) == (400, "DMS.00400026")


def test_unknown_and_invalid_ids_are_refused(client: Any, sim: Simulator, code: Any, tasks: str) -> None:
    for method, path in (("GET", ""), ("DELETE", ""), ("PUT", "/pause"), ("PUT", "/resume"), ("PUT", "/restart")):
        assert code(client(method, f"{tasks}/{UNKNOWN_ID}{path}")) == (404, "DMS.00404026")
        assert code(client(method, f"{tasks}/none{path}")) == (400, "DMS.00400070")
    sim.world.remove_connector(sim.connector_id)
    assert code(client("GET", tasks)) == (404, "DMS.00404024")
    assert code(client("GET", f"{client.instances_path}/{UNKNOWN_ID}/connector/tasks")) == (404, "DMS.00404022")


# -- settings for assumptions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "topics", "interval", "key"),
    [
        ("all", "c", 60, "OBSKEY"),
        ("topics", "c", 300, "OBSKEY"),
        ("pretend", "a,b", 300, "OBSKEY"),
        ("drop-keys", "c", 60, "OBSKEY"),
    ],
)
def test_modification_changes_fields_by_setting(
    client: Any, sim: Simulator, code: Any, tasks: str, mode: str, topics: str, interval: int, key: str
) -> None:
    sim.settings.modify = mode
    entity = client("POST", tasks, dump()).json()
    path = f"{tasks}/{entity['id']}"
    sink = {**entity["sink_task"], "deliver_time_interval": 60, "access_key": "NEWKEY"}
    response = client("PUT", path, {**entity, "topics": "c", "sink_task": sink})
    assert response.status_code == 200
    assert response.json()["topics"] == "c"
    shown = client("GET", path).json()
    assert (shown["topics"], shown["sink_task"]["deliver_time_interval"]) == (topics, interval)
    assert sim.world.tasks(sim.connector_id)[0]["obs_destination_descriptor"]["access_key"] == key
    restarted = client("PUT", f"{path}/restart")
    assert restarted.status_code == (400 if mode == "drop-keys" else 204)
    assert ("modified" in [effect.verb for effect in sim.journal.effects()]) == (mode != "pretend")


def test_modification_is_refused(client: Any, sim: Simulator, code: Any, tasks: str) -> None:
    entity = client("POST", tasks, dump()).json()
    path = f"{tasks}/{entity['id']}"
    assert code(client("PUT", path, {**entity, "topics": "", "topics_regex": ""})) == (400, "DMS.00400062")
    sim.settings.modify = "refuse"
    assert code(client("PUT", path, entity)) == (400, "DMS.00400873")
    sim.settings.modify = "unknown-url"
    assert code(client("PUT", path, entity)) == (404, "APIG.0101")


def test_modification_stores_keys_by_setting(client: Any, sim: Simulator, tasks: str) -> None:
    sim.settings.modify_takes_keys = True
    entity = client("POST", tasks, dump()).json()
    client("PUT", f"{tasks}/{entity['id']}", {"sink_task": {"access_key": "NEWKEY"}})
    assert sim.world.tasks(sim.connector_id)[0]["obs_destination_descriptor"]["access_key"] == "NEWKEY"


def test_modification_of_replication_is_returned(client: Any, sim: Simulator, tasks: str) -> None:
    peer = sim.world.add_instance("peer", connector=False)["instance_id"]
    body = replication(bootstrap_servers=None, instance_id=peer, direction="two-way")
    entity = client("POST", tasks, body).json()
    assert (entity["source_task"]["sasl_mechanism"], entity["source_task"]["user_name"]) == ("PLAIN", "")
    entity["source_task"]["compression_type"] = "zstd"
    assert client("PUT", f"{tasks}/{entity['id']}", entity).json() == entity
    assert client("GET", f"{tasks}/{entity['id']}").json() == entity


def test_validation_refuses_unreachable_peer(client: Any, sim: Simulator, code: Any) -> None:
    path = f"{client.instances_path}/{sim.instance_id}/connector/validate"
    body = {"type": "KAFKA_REPLICATOR_SOURCE", "task": SOURCE}
    assert client("POST", path, body).status_code == 200
    body["task"] = {**SOURCE, "bootstrap_servers": "invalid:9092"}
    assert code(client("POST", path, body)) == (400, "DMS.00400870")
    assert sim.journal.writes() == []
    sim.settings.missing_operations = ["ValidateConnectorConnectivity"]
    assert code(client("POST", path, body)) == (404, "APIG.0101")


def test_sold_out_refuses_to_enable(client: Any, sim: Simulator, code: Any) -> None:
    sim.settings.sold_out = True
    path = f"{client.instances_path}/{sim.world.add_instance('plain', connector=False)['instance_id']}/connector"
    assert client("GET", path).json() == {"soldOut": True}
    assert code(client("POST", path, {})) == (400, "DMS.00400055")


@pytest.mark.parametrize("busy", ["DMS.00400026", "CBC.99003651", "DMS.00400017"])
def test_busy_requests_are_refused(client: Any, sim: Simulator, code: Any, kafka: str, busy: str) -> None:
    sim.settings.update(busy_requests=1, busy_code=busy)
    assert code(client("POST", f"{kafka}/delete-connector", {})) == (400, busy)
    assert client("POST", f"{kafka}/delete-connector", {}).status_code == 200


def test_disable_requires_body_by_setting(client: Any, sim: Simulator, code: Any, kafka: str) -> None:
    sim.settings.disable_needs_body = True
    assert code(client("POST", f"{kafka}/delete-connector")) == (400, "DMS.00400004")
    assert client("POST", f"{kafka}/delete-connector", {}).status_code == 200


def test_disable_succeeds_with_pending_deletions(client: Any, sim: Simulator, tasks: str, kafka: str) -> None:
    sim.settings.deletion_looks = 3
    client("DELETE", f"{tasks}/{sim.world.add_task(sim.connector_id, 'dump')}")
    assert client("POST", f"{kafka}/delete-connector", {}).status_code == 200


def test_connector_fields_are_hidden_by_settings(client: Any, sim: Simulator) -> None:
    sim.settings.update(connector_enable_follows=False, connector_nodes_shown=False, connector_off="absent")
    path = f"{client.instances_path}/{sim.world.add_instance('plain', connector=False)['instance_id']}"
    assert not {"connector_enable", "connector_id", "connector_node_num"} & set(client("GET", path).json())
    client("POST", f"{path}/connector", {})
    shown = client("GET", path).json()
    assert (shown["connector_enable"], bool(shown["connector_id"])) == (False, True)
    assert "connector_node_num" not in shown


def test_enabling_creates_another_number_of_nodes_by_setting(client: Any, sim: Simulator) -> None:
    sim.settings.connector_nodes = 2
    path = f"{client.instances_path}/{sim.world.add_instance('plain', connector=False)['instance_id']}"
    client("POST", f"{path}/connector", {"node_cnt": 3})
    assert client("GET", path).json()["connector_node_num"] == 2


def test_background_jobs_of_a_failed_change(client: Any, sim: Simulator, code: Any) -> None:
    sim.settings.update(connector_looks=1, connector_fails=True)
    path = f"{client.instances_path}/{sim.world.add_instance('plain', connector=False)['instance_id']}"
    job_id = client("POST", f"{path}/connector", {}).json()["job_id"]
    assert client("GET", f"{path}/tasks/{job_id}").json()["tasks"][0]["status"] == "EXECUTING"
    assert code(client("DELETE", f"{path}/tasks/{job_id}")) == (400, "DMS.00400017")
    client("GET", path)
    sim.world.add_job(path.rpartition("/")[2], "kafkaConfigModify")
    listed = client("GET", f"{path}/tasks").json()
    assert listed["task_count"] == "2"
    assert [job["status"] for job in listed["tasks"]] == ["SUCCESS", "FAILED"]
    assert [job["id"] for job in client("GET", f"{path}/tasks", query={"start": "2"}).json()["tasks"]] == [job_id]
    assert client("GET", f"{path}/tasks", query={"end_time": "20000101000000"}).json()["task_count"] == "0"
    assert client("GET", path).json()["connector_id"] == ""
    assert client("DELETE", f"{path}/tasks/{job_id}").status_code == 204


def test_status_changes_after_the_action_was_accepted(client: Any, sim: Simulator, code: Any, tasks: str) -> None:
    sim.settings.update(action_reads=1, restart_looks=1)
    path = f"{tasks}/{sim.world.add_task(sim.connector_id, 'dump')}"
    seen = []
    for action in ("pause", "resume", "restart"):
        client("PUT", f"{path}/{action}")
        seen += [client("GET", path).json()["status"] for _unused in range(2)]
    assert seen == ["RUNNING", "PAUSED", "PAUSED", "RUNNING", "RUNNING", "RESTARTING"]
    client("PUT", f"{path}/restart")
    assert code(client("PUT", f"{path}/pause")) == (400, "DMS.00400868")
    sim.settings.actions_queue = True
    assert client("PUT", f"{path}/pause").status_code == 204


def test_unused_fields_and_newline_are_returned_by_settings(client: Any, sim: Simulator, tasks: str) -> None:
    entity = client("POST", tasks, dump(record_delimiter="\\n")).json()
    assert (entity["sink_task"]["record_delimiter"], entity["source_task"]) == ("\n", {})
    path = f"{tasks}/{entity['id']}"
    sim.settings.update(unused_side="null", unused_topics="null", newline_echo="backslash-n")
    shown = client("GET", path).json()
    assert (shown["source_task"], shown["topics_regex"]) == (None, None)
    assert shown["sink_task"]["record_delimiter"] == "\\n"
    sim.settings.update(unused_side="absent", unused_type="absent", unused_topics="absent")
    assert not {"source_task", "source_type", "topics_regex"} & set(client("GET", path).json())


def test_apis_return_only_their_tasks_without_shared_tasks(client: Any, sim: Simulator, code: Any, tasks: str) -> None:
    sim.settings.shared_tasks = False
    legacy = client.create().json()["task_id"]
    current = client("POST", tasks, dump()).json()["id"]
    assert [task["task_id"] for task in client("GET", client.tasks_path).json()["tasks"]] == [legacy]
    assert [task["id"] for task in client("GET", tasks).json()["tasks"]] == [current]
    assert code(client("GET", f"{client.tasks_path}/{current}")) == (404, "DMS.00404026")
    assert code(client("GET", f"{tasks}/{legacy}")) == (404, "DMS.00404026")


def test_list_lag_and_exclusive_topics_apply(client: Any, sim: Simulator, code: Any, tasks: str) -> None:
    sim.settings.update(list_lag=1, exclusive_topics=True)
    assert client("POST", tasks, dump()).status_code == 200
    assert code(client("POST", tasks, {**dump(), "topics": "b,c"})) == (400, "DMS.00400874")
    assert [client("GET", tasks).json()["total_number"] for _unused in range(2)] == [0, 1]


def test_topics_mapping_replaces_topics(client: Any, sim: Simulator, tasks: str) -> None:
    body = replication(topics_mapping="a:b")
    del body["topics"]
    assert client("POST", tasks, body).json()["topics"] == ""
