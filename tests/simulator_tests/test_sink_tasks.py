# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sink tasks of a connector, in the legacy API."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from simulator import Effect, Fault, Simulator

UNKNOWN_ID = "99999999-9999-4999-8999-999999999999"
OTHER_TYPE = {"x": 1}


def test_create_list_show_delete(client: Any, sim: Simulator) -> None:
    sim.clock.freeze()
    created = client.create()
    assert created.status_code == 200
    assert set(created.json()) == {"task_id"}
    task_id = created.json()["task_id"]
    row = {
        "task_id": task_id,
        "task_name": "task-a",
        "destination_type": "OBS",
        "create_time": int(sim.clock.now() * 1000),
        "status": "RUNNING",
        "topics": "topic-a",
    }
    assert client("GET", client.tasks_path).json() == {
        "tasks": [row],
        "total_number": 1,
        "max_tasks": 9,
        "quota_tasks": 10,
    }
    del row["task_id"]
    descriptor = {
        "topics": "topic-a",
        "topics_regex": "",
        "consumer_strategy": "latest",
        "destination_file_type": "TEXT",
        "obs_bucket_name": "bucket",
        "obs_path": "",
        "partition_format": "yyyy/MM/dd",
        "record_delimiter": "\n",
        "deliver_time_interval": 300,
        "obs_part_size": 5242880,
    }
    shown = client("GET", f"{client.tasks_path}/{task_id}")
    assert shown.json() == {**row, "obs_destination_descriptor": descriptor}
    deleted = client("DELETE", f"{client.tasks_path}/{task_id}")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert client("GET", client.tasks_path).json()["tasks"] == []
    assert sim.journal.effects() == [Effect("created", task_id), Effect("deleted", task_id)]


def test_world_stores_secrets_of_the_descriptor(client: Any, sim: Simulator) -> None:
    client.create(obs__secret_key="stored")
    assert sim.world.tasks(sim.connector_id)[0]["obs_destination_descriptor"]["secret_key"] == "stored"


def test_topic_info_parameter_returns_partitions(client: Any, sim: Simulator) -> None:
    task_id = client.create(obs__topics="a,b").json()["task_id"]
    path = f"{client.tasks_path}/{task_id}"
    sim.settings.partitions = 2
    info = client("GET", path, query={"topic-info": "true"}).json()["topics_info"]
    assert [topic["topic"] for topic in info] == ["a", "b"]
    assert info[0]["partitions"] == [
        {"partition_id": "0", "status": "RUNNING", "last_transfer_offset": "100", "log_end_offset": "100", "lag": "0"},
        {"partition_id": "1", "status": "RUNNING", "last_transfer_offset": "101", "log_end_offset": "102", "lag": "1"},
    ]
    assert "topics_info" not in client("GET", path, query={"topic-info": "false"}).json()
    assert client("GET", path, query={"topic-info": "maybe"}).status_code == 400
    sim.world.set_task(sim.connector_id, task_id, topics_info=[{"topic": "t", "partitions": []}])
    assert client("GET", path, query={"topic-info": "true"}).json()["topics_info"] == [{"topic": "t", "partitions": []}]


def test_topics_regex_is_returned(client: Any, sim: Simulator) -> None:
    sim.settings.known_topics = ["log-a", "log-b", "other"]
    task_id = client.create(obs__topics=None, obs__topics_regex="log-.*").json()["task_id"]
    shown = client("GET", f"{client.tasks_path}/{task_id}", query={"topic-info": "true"}).json()
    assert shown["topics"] == "log-.*"
    assert shown["obs_destination_descriptor"]["topics"] == ""
    assert shown["obs_destination_descriptor"]["topics_regex"] == "log-.*"
    assert [topic["topic"] for topic in shown["topics_info"]] == ["log-a", "log-b"]
    sim.settings.echo_topics_regex = False
    descriptor = client("GET", f"{client.tasks_path}/{task_id}").json()["obs_destination_descriptor"]
    assert "topics_regex" not in descriptor


@pytest.mark.parametrize(
    "changes",
    [
        {"obs__topics_regex": ""},
        {"obs__topics": "", "obs__topics_regex": "a.*"},
        {"obs__obs_path": "", "obs__record_delimiter": "", "obs__destination_file_type": ""},
        {"obs__destination_file_type": None, "obs__partition_format": None},
        {"obs__partition_format": "N/A"},
        {"obs__record_delimiter": "|"},
        {"obs__record_delimiter": "\n"},
        {"obs__obs_path": "a-b/c_d/" + "e" * 56},
        {"obs__deliver_time_interval": 30},
        {"obs__deliver_time_interval": 900},
        {"obs__topics": ",".join(f"t{number}" for number in range(20))},
        {"task_name": "any name: the API has no rule"},
    ],
)
def test_valid_fields_are_accepted(client: Any, changes: dict[str, Any]) -> None:
    assert client.create(**changes).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source_type": "OTHER"}, "source_type"),
        ({"source_type": None}, "source_type"),
        ({"destination_type": "DIS"}, "destination_type"),
        ({"task_name": None}, "task_name"),
        ({"task_name": " "}, "task_name"),
        ({"task_name": 5}, "task_name"),
        ({"obs_destination_descriptor": []}, "obs_destination_descriptor"),
        ({"obs__topics": None}, "topics"),
        ({"obs__topics": ""}, "topics"),
        ({"obs__topics": ["a"]}, "topics"),
        ({"obs__topics": "a,,b"}, "topics"),
        ({"obs__topics": ",".join(f"t{number}" for number in range(21))}, "topics"),
        ({"obs__topics_regex": "a.*"}, "topics_regex"),
        ({"obs__topics": "", "obs__topics_regex": ".*"}, "topics_regex"),
        ({"obs__topics": "", "obs__topics_regex": "a("}, "topics_regex"),
        ({"obs__consumer_strategy": "newest"}, "consumer_strategy"),
        ({"obs__consumer_strategy": None}, "consumer_strategy"),
        ({"obs__destination_file_type": "CSV"}, "destination_file_type"),
        ({"obs__access_key": None}, "access_key"),
        ({"obs__secret_key": ""}, "secret_key"),
        ({"obs__obs_bucket_name": None}, "obs_bucket_name"),
        ({"obs__obs_bucket_name": OTHER_TYPE}, "obs_bucket_name"),
        ({"obs__obs_path": "a b"}, "obs_path"),
        ({"obs__obs_path": "x" * 65}, "obs_path"),
        ({"obs__partition_format": "yyyy-MM"}, "partition_format"),
        ({"obs__partition_format": OTHER_TYPE}, "partition_format"),
        ({"obs__record_delimiter": ":"}, "record_delimiter"),
        ({"obs__deliver_time_interval": 29}, "deliver_time_interval"),
        ({"obs__deliver_time_interval": 901}, "deliver_time_interval"),
        ({"obs__deliver_time_interval": "300"}, "deliver_time_interval"),
        ({"obs__deliver_time_interval": True}, "deliver_time_interval"),
        ({"obs__deliver_time_interval": None}, "deliver_time_interval"),
    ],
)
def test_invalid_field_is_refused(client: Any, sim: Simulator, code: Any, changes: dict[str, Any], field: str) -> None:
    response = client.create(**changes)
    assert code(response) == (400, "DMS.00400062")
    assert field in response.json()["error_msg"]
    assert sim.world.tasks(sim.connector_id) == []
    assert sim.journal.effects() == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [(None, "DMS.00400004"), (b"{", "DMS.00400005"), (b"[]", "DMS.00400005"), (b"[" * 100000, "DMS.00400005")],
)
def test_body_other_than_object_is_refused(client: Any, code: Any, body: bytes | None, expected: str) -> None:
    assert code(client("POST", client.tasks_path, body)) == (400, expected)


def test_unknown_topic_is_refused(client: Any, sim: Simulator, code: Any) -> None:
    sim.settings.known_topics = ["a"]
    assert code(client.create(obs__topics="a,b")) == (400, "DMS.00400876")
    assert client.create(obs__topics="a").status_code == 200


@pytest.mark.parametrize("name", ["access_key", "secret_key"])
def test_invalid_obs_keys_are_refused(client: Any, code: Any, name: str) -> None:
    assert code(client.create(**{f"obs__{name}": "INVALID-1"})) == (400, "DMS.00500960")


def test_creation_beyond_the_quota_is_refused(client: Any, sim: Simulator, code: Any) -> None:
    sim.settings.max_tasks = 1
    assert client.create().status_code == 200
    assert code(client.create()) == (404, "DMS.00404029")
    assert client("PUT", client.tasks_path, {"sink_max_tasks": 2}).status_code == 204
    assert sim.journal.effects()[-1] == Effect("raised quota", "2")
    assert client.create().status_code == 200
    sim.settings.quota_tasks = 2
    assert code(client.create()) == (404, "DMS.00404029")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (9, "DMS.00400133"),
        (8, "DMS.00400133"),
        (-1, "DMS.00400133"),
        ("10", "DMS.00400062"),
        (True, "DMS.00400062"),
        (None, "DMS.00400062"),
    ],
)
def test_invalid_quota_is_refused(client: Any, code: Any, wanted: Any, expected: str) -> None:
    assert code(client("PUT", client.tasks_path, {"sink_max_tasks": wanted})) == (400, expected)


def test_quota_ceiling_is_enforced_by_setting(client: Any, sim: Simulator, code: Any) -> None:
    sim.settings.quota_is_ceiling = True
    assert code(client("PUT", client.tasks_path, {"sink_max_tasks": 11})) == (400, "DMS.00400133")
    assert client("PUT", client.tasks_path, {"sink_max_tasks": 10}).status_code == 204


def test_unknown_and_invalid_ids_are_refused(client: Any, sim: Simulator, code: Any) -> None:
    for method in ("GET", "DELETE"):
        assert code(client(method, f"{client.tasks_path}/{UNKNOWN_ID}")) == (404, "DMS.00404026")
        assert code(client(method, f"{client.tasks_path}/invalid")) == (400, "DMS.00400070")
    sim.world.remove_connector(sim.connector_id)
    for method, path, body in (
        ("GET", client.tasks_path, None),
        ("POST", client.tasks_path, {}),
        ("PUT", client.tasks_path, {}),
        ("GET", f"{client.tasks_path}/{UNKNOWN_ID}", None),
        ("DELETE", f"{client.tasks_path}/{UNKNOWN_ID}", None),
    ):
        assert code(client(method, path, body)) == (404, "DMS.00404024")


def test_connector_of_another_project_is_unknown(client: Any, sim: Simulator, code: Any) -> None:
    other = sim.world.add_project("another")
    path = f"/v2/{other}/connectors/{sim.connector_id}/sink-tasks"
    assert code(client("GET", path)) == (404, "DMS.00404024")


def test_tasks_of_tests_can_have_any_id(client: Any, sim: Simulator) -> None:
    sim.world.add_task(sim.connector_id, "name", task_id="t-1")
    assert client("GET", f"{client.tasks_path}/t-1").status_code == 200
    assert client("DELETE", f"{client.tasks_path}/t-1").status_code == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/v2"),
        ("DELETE", "/v2/{p}/connectors/{c}/sink-tasks"),
        ("DELETE", "/v2/{p}/connectors/{c}/sink-tasks/"),
        ("GET", "/v2/{p}/connectors/{c}/sink-tasks/"),
        ("GET", "/v2/{p}/connectors//sink-tasks"),
        ("GET", "/v2/{p}/connectors/{c}/sink-task"),
        ("PATCH", "/v2/{p}/connectors/{c}/sink-tasks"),
        ("GET", "/v3/auth/tokens"),
    ],
)
def test_unknown_url_returns_404(client: Any, sim: Simulator, code: Any, method: str, path: str) -> None:
    response = client.plain(method, path.format(p=sim.project_id, c=sim.connector_id))
    assert code(response) == (404, "APIG.0101")
    assert sim.journal[-1].operation is None


def test_creation_completes_after_reads(client: Any, sim: Simulator) -> None:
    sim.settings.creation_looks = 2
    task_id = client.create().json()["task_id"]
    assert sim.world.tasks(sim.connector_id)[0]["passing"] == ["CREATING"] * 2, "world.tasks() does not count as a read"
    seen = [client("GET", client.tasks_path).json()["tasks"][0]["status"]]
    seen += [client("GET", f"{client.tasks_path}/{task_id}").json()["status"] for _unused in range(2)]
    assert seen == ["CREATING", "CREATING", "RUNNING"]


def test_creation_fails_by_setting(client: Any, sim: Simulator) -> None:
    sim.settings.update(creation_looks=1, created_status="FAILED")
    task_id = client.create().json()["task_id"]
    assert [client("GET", f"{client.tasks_path}/{task_id}").json()["status"] for _unused in range(2)] == [
        "CREATING",
        "FAILED",
    ]


def test_deletion_completes_after_reads(client: Any, sim: Simulator, code: Any) -> None:
    sim.settings.deletion_looks = 2
    path = f"{client.tasks_path}/{client.create().json()['task_id']}"
    assert client("DELETE", path).status_code == 204
    assert client("DELETE", path).status_code == 204
    assert len(sim.journal.effects()) == 2, "the second DELETE changes nothing"
    assert client("GET", path).json()["status"] == "DELETING"
    assert client("GET", client.tasks_path).json()["tasks"][0]["status"] == "DELETING"
    assert client("GET", client.tasks_path).json()["tasks"] == []
    assert code(client("GET", path)) == (404, "DMS.00404026")


def test_list_is_in_order_of_creation(client: Any, sim: Simulator) -> None:
    sim.clock.freeze()
    for name in ("one", "two", "three"):
        sim.world.add_task(sim.connector_id, name)
    sim.world.set_task(sim.connector_id, sim.world.tasks(sim.connector_id)[2]["task_id"], create_time=1)
    assert [task["task_name"] for task in client("GET", client.tasks_path).json()["tasks"]] == ["three", "one", "two"]


def test_names_are_restricted_by_settings(client: Any, sim: Simulator, code: Any) -> None:
    assert client.create().status_code == client.create().status_code == 200, (
        "names do not have to be unique by default"
    )
    sim.settings.unique_names = True
    assert code(client.create()) == (400, "DMS.00400867")
    sim.settings.strict_names = True
    assert code(client.create(task_name="a b c d")) == (400, "DMS.00400062")
    assert client.create(task_name="good_name-1").status_code == 200


def test_create_status_is_returned(client: Any, sim: Simulator) -> None:
    sim.settings.create_status = 201
    assert client.create().status_code == 201


def test_changing_instance_refuses_writes_but_not_reads(client: Any, sim: Simulator, code: Any) -> None:
    path = f"{client.tasks_path}/{client.create().json()['task_id']}"
    sim.world.set_instance(sim.instance_id, status="EXTENDING")
    assert code(client.create()) == (400, "DMS.00400026")
    assert code(client("DELETE", path)) == (400, "DMS.00400026")
    assert code(client("PUT", client.tasks_path, {"sink_max_tasks": 12})) == (400, "DMS.00400026")
    assert client("GET", path).status_code == 200


# -- settings -----------------------------------------------------------------------------------------------------


def test_list_omits_new_tasks_during_the_lag(client: Any, sim: Simulator) -> None:
    sim.settings.list_lag = 2
    task_id = client.create().json()["task_id"]
    assert client("GET", f"{client.tasks_path}/{task_id}").status_code == 200
    assert [client("GET", client.tasks_path).json()["total_number"] for _unused in range(3)] == [0, 0, 1]


def test_concurrent_creations_get_equal_create_times(client: Any, sim: Simulator) -> None:
    sim.settings.equal_create_times = True
    others = []
    sim.faults.add(Fault(before=lambda world: others.append(world.add_task(sim.connector_id, "task-a"))))
    sim.clock.freeze()
    sim.world.add_task(sim.connector_id, "first")
    sim.clock.advance(5)
    task_id = client.create().json()["task_id"]
    tasks = client("GET", client.tasks_path).json()["tasks"]
    assert [task["task_id"] for task in tasks][1:] == [*others, task_id]
    assert len({task["create_time"] for task in tasks}) == 1


def test_concurrent_creations_get_different_ids(client: Any, sim: Simulator) -> None:
    def create(number: int) -> int:
        other = type(client)(sim)
        with other.session:
            return int(other.create(task_name=f"task-{number % 2}").status_code)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(create, range(8))) == [200] * 8
    assert len({task["task_id"] for task in sim.world.tasks(sim.connector_id)}) == 8


@pytest.mark.parametrize("status", ["RESTARTING", "EXTENDING", "FROZEN", "ERROR", "DELETING", "CREATING", "ROLLBACK"])
def test_writes_are_refused_in_each_status_but_running(client: Any, sim: Simulator, code: Any, status: str) -> None:
    path = f"{client.tasks_path}/{sim.world.add_task(sim.connector_id, 'dump')}"
    sim.world.set_instance(sim.instance_id, status=status)
    refused = (400, "DMS.00400026")
    assert code(client.create()) == code(client("DELETE", path)) == refused
    assert code(client("PUT", client.tasks_path, {"sink_max_tasks": 12})) == refused
    assert client("GET", client.tasks_path).json()["total_number"] == 1
    assert [entry.operation for entry in sim.journal.writes()] == [
        "CreateSinkTask",
        "DeleteSinkTask",
        "UpdateSinkTaskQuota",
    ]


@pytest.mark.parametrize(("which", "created"), [("lower", 1), ("max_tasks", 1), ("quota_tasks", 2)])
def test_quota_semantics_limits_creations(client: Any, sim: Simulator, code: Any, which: str, created: int) -> None:
    sim.settings.update(max_tasks=1, quota_tasks=2, quota_semantics=which)
    responses = [client.create() for _unused in range(created + 1)]
    assert [response.status_code for response in responses] == [200] * created + [404]
    assert code(responses[-1]) == (404, "DMS.00404029")


def test_quota_semantics_ignores_the_other_quota(client: Any, sim: Simulator) -> None:
    sim.settings.update(max_tasks=2, quota_tasks=1, quota_semantics="max_tasks")
    assert [client.create().status_code for _unused in range(3)] == [200, 200, 404]


def test_exclusive_topics_refuse_topics_of_other_tasks(client: Any, sim: Simulator, code: Any) -> None:
    sim.settings.exclusive_topics = True
    task_id = client.create(obs__topics="a,b").json()["task_id"]
    assert code(client.create(obs__topics="b,c")) == (400, "DMS.00400874")
    client("DELETE", f"{client.tasks_path}/{task_id}")
    assert client.create(obs__topics="b,c").status_code == 200


@pytest.mark.parametrize("gone", ["APIG.0101", "DMS.00404001"])
def test_legacy_api_returns_404_by_setting(client: Any, sim: Simulator, code: Any, gone: str) -> None:
    sim.settings.sink_tasks_gone = gone
    for method, path in (
        ("GET", ""),
        ("POST", ""),
        ("PUT", ""),
        ("GET", f"/{UNKNOWN_ID}"),
        ("DELETE", f"/{UNKNOWN_ID}"),
    ):
        assert code(client(method, client.tasks_path + path)) == (404, gone)
    assert client("GET", client.instances_path).status_code == 200


def test_journal_marks_reads(client: Any, sim: Simulator) -> None:
    client.create()
    client("GET", client.tasks_path)
    client("PUT", "/v9/unknown")
    assert [entry.reads for entry in sim.journal] == [False, True, False]
    assert [row["reads"] for row in client.control("GET", "journal").json()] == [False, True, False]
