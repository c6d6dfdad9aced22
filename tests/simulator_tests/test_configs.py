# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters of an instance."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Effect, Simulator
from simulator.access import PARAMETERS

EVERYONE = "allow.everyone.if.no.acl.found"


@pytest.fixture
def instance(client: Any, sim: Simulator) -> str:
    return f"{client.instances_path}/{sim.instance_id}"


def modify(client: Any, instance: str, **values: Any) -> Any:
    rows = [{"name": name.replace("__", "."), "value": value} for name, value in values.items()]
    return client("PUT", f"{instance}/configs", {"kafka_configs": rows})


def shown(client: Any, instance: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in client("GET", f"{instance}/configs").json()["kafka_configs"]}


def test_parameters_are_listed(client: Any, sim: Simulator, instance: str) -> None:
    rows = shown(client, instance)
    assert rows.keys() == PARAMETERS.keys()
    assert rows["offsets.retention.minutes"] == {
        "name": "offsets.retention.minutes",
        "valid_values": "1440-30240",
        "default_value": "20160",
        "config_type": "dynamic",
        "value": "20160",
        "value_type": "integer",
    }
    assert (rows["num.partitions"]["config_type"], rows[EVERYONE]["value_type"]) == ("static", "enum")
    sim.settings.update(static_configs=[EVERYONE], hidden_configs=["num.partitions"])
    rows = shown(client, instance)
    assert (rows[EVERYONE]["config_type"], "num.partitions" in rows) == ("static", False)


def test_several_are_changed(client: Any, sim: Simulator, instance: str) -> None:
    response = modify(client, instance, min__insync__replicas="2", num__partitions="6")
    body = response.json()
    assert (response.status_code, body["dynamic_config"], body["static_config"]) == (200, 1, 1)
    (job,) = client("GET", f"{instance}/tasks/{body['job_id']}").json()["tasks"]
    assert (job["name"], job["status"]) == ("kafkaConfigModify", "SUCCESS")
    values = sim.world.parameters(sim.instance_id)
    assert (values["min.insync.replicas"], values["num.partitions"], values["message.max.bytes"]) == (
        "2",
        "6",
        "10485760",
    )
    assert sim.journal.effects() == [Effect("set parameters", "min.insync.replicas,num.partitions")]


def test_change_is_a_job(client: Any, sim: Simulator, code: Any, instance: str) -> None:
    sim.settings.config_reads = 1
    modify(client, instance, min__insync__replicas="2")
    assert shown(client, instance)["min.insync.replicas"]["value"] == "1"
    assert code(modify(client, instance, min__insync__replicas="3")) == (400, "DMS.00400026")
    assert code(client("POST", f"{instance}/autotopic", {"enable_auto_topic": False})) == (400, "DMS.00400026")
    row = client("GET", instance).json()
    assert (row["status"], row["task"]["name"], row["task"]["status"]) == ("RUNNING", "kafkaConfigModify", "EXECUTING")
    assert "task" not in client("GET", instance).json()
    assert shown(client, instance)["min.insync.replicas"]["value"] == "2"


def test_job_can_fail(client: Any, sim: Simulator, instance: str) -> None:
    sim.settings.update(configs_fail=True, config_reads=1)
    job_id = modify(client, instance, min__insync__replicas="2").json()["job_id"]
    statuses = [client("GET", f"{instance}/tasks/{job_id}").json()["tasks"][0]["status"] for _unused in range(2)]
    assert statuses == ["EXECUTING", "FAILED"]
    assert shown(client, instance)["min.insync.replicas"]["value"] == "1"


@pytest.mark.parametrize(
    "values",
    [
        {"no__such__name": "1"},
        {"min__insync__replicas": 2},
        {"min__insync__replicas": "4"},
        {"min__insync__replicas": "two"},
        {"auto__create__groups__enable": "yes"},
    ],
)
def test_invalid_value_is_refused(client: Any, sim: Simulator, code: Any, instance: str, values: Any) -> None:
    assert code(modify(client, instance, **values)) == (400, "DMS.00400066")
    assert sim.journal.effects() == []


def test_invalid_body_is_refused(client: Any, code: Any, instance: str) -> None:
    assert code(modify(client, instance)) == (400, "DMS.00400062")
    assert code(client("PUT", f"{instance}/configs", {"kafka_configs": ["x"]})) == (400, "DMS.00400066")
    doubled = [{"name": "min.insync.replicas", "value": "2"}] * 2
    assert code(client("PUT", f"{instance}/configs", {"kafka_configs": doubled})) == (400, "DMS.00400066")


def test_changes_need_a_running_instance(client: Any, sim: Simulator, code: Any, instance: str) -> None:
    sim.world.set_instance(sim.instance_id, status="RESTARTING")
    assert code(modify(client, instance, min__insync__replicas="2")) == (400, "DMS.00400026")


def test_control_api_sets_parameters(client: Any, sim: Simulator) -> None:
    assert client.control("PUT", f"parameters/{EVERYONE}", {"value": "false"}).status_code == 204
    (instance,) = client.control("GET", "state").json()["instances"]
    assert instance["parameters"][EVERYONE] == "false"
    assert client.control("PUT", "parameters/none", {"value": "false"}).status_code == 404
