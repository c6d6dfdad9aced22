# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics of Cloud Eye."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Simulator

MINUTE = 60_000


@pytest.fixture
def task_id(sim: Simulator) -> str:
    """A task that was created ten minutes ago, with a stopped clock."""
    sim.clock.freeze()
    task_id = sim.world.add_task(sim.connector_id, "dump")
    sim.clock.advance(600)
    return task_id


@pytest.fixture
def query_metric(client: Any, sim: Simulator) -> Any:
    def query_metric(value: str = "dump", metric: str = "task_status", **body: Any) -> Any:
        now = int(sim.clock.now() * 1000)
        dimensions = [
            {"name": "kafka_instance_id", "value": sim.instance_id},
            {"name": "connector_task", "value": value},
        ]
        metrics = [{"namespace": "SYS.DMS", "metric_name": metric, "dimensions": dimensions}]
        given = {"metrics": metrics, "period": "1", "filter": "average", "from": now - 20 * MINUTE, "to": now, **body}
        return client("POST", f"/V1.0/{sim.project_id}/batch-query-metric-data", given)

    return query_metric


def values(response: Any) -> list[float]:
    return [point["average"] for point in response.json()["metrics"][0]["datapoints"]]


def test_metrics_are_normal_by_default(sim: Simulator, task_id: str, query_metric: Any) -> None:
    assert values(query_metric()) == [1] * 10, "no datapoints before the creation of the task"
    since = int(sim.clock.now() * 1000) - 3 * MINUTE
    sim.world.set_health(sim.connector_id, task_id, status=0, delay=7, at=since)
    assert values(query_metric()) == [1] * 7 + [0] * 3
    assert values(query_metric(metric="message_delay")) == [100] * 7 + [7] * 3
    sim.world.set_health(sim.connector_id, task_id, status=None)
    assert values(query_metric()) == []
    assert sim.journal.writes() == []


def test_delay_gap_and_period_of_datapoints(sim: Simulator, task_id: str, query_metric: Any) -> None:
    sim.settings.metric_delay = 120
    assert len(values(query_metric())) == 8
    sim.settings.metric_gap = 2
    assert len(values(query_metric())) == 4
    sim.settings.update(metric_delay=0, metric_gap=0, metric_period=30)
    assert len(values(query_metric())) == 20
    sim.settings.metric_start = 360
    assert len(values(query_metric())) == 8


def test_dimension_value_is_name_or_id(client: Any, sim: Simulator, task_id: str, query_metric: Any) -> None:
    def listed() -> list[str]:
        query = {"namespace": "SYS.DMS", "dim.0": f"kafka_instance_id,{sim.instance_id}", "metric_name": "task_status"}
        rows = client("GET", f"/V1.0/{sim.project_id}/metrics", query=query).json()["metrics"]
        return [row["dimensions"][1]["value"] for row in rows]

    assert (listed(), values(query_metric(task_id))) == (["dump"], [])
    sim.settings.metric_dimension = "id"
    assert (listed(), values(query_metric())) == ([task_id], [])
    assert values(query_metric(task_id)) == [1] * 10


def test_two_way_task_has_metrics_for_each_half(sim: Simulator, task_id: str, query_metric: Any) -> None:
    copy = sim.world.add_task(sim.connector_id, "copy", source={"direction": "two-way"}, topics="a")
    sim.clock.advance(60)
    sim.world.set_health(sim.connector_id, copy, status=0, half=1)
    assert [values(query_metric(f"copy{half}")) for half in ("", "_source_0", "_source_1")] == [[], [1], [0]]


def test_control_api_adds_datapoints_and_sets_health(
    client: Any, sim: Simulator, task_id: str, query_metric: Any
) -> None:
    time = int(sim.clock.now() * 1000) - 15 * MINUTE
    client.control("POST", "datapoints", {"value": "dump", "at": time, "task_status": 0})
    assert values(query_metric()) == [0] + [1] * 10
    client.control("PUT", f"health/{task_id}", {"status": 0})
    assert values(query_metric()) == [0] * 11


def test_periods_aggregate_and_datapoints_are_limited(
    sim: Simulator, task_id: str, query_metric: Any, code: Any
) -> None:
    assert 2 <= len(values(query_metric(period="300"))) <= 3
    assert query_metric(period="1", filter="max").json()["metrics"][0]["datapoints"][0]["max"] == 1
    for invalid in ({"period": "2"}, {"filter": "none"}, {"metrics": []}, {"from": 5, "to": 5}, {"period": "3600"}):
        assert query_metric(**invalid).status_code == 400
    sim.settings.metric_period = 1
    many = query_metric().json()["metrics"] * 6
    points = [len(row["datapoints"]) for row in query_metric(metrics=many).json()["metrics"]]
    assert sum(points) == 3000


def test_list_of_metrics_is_paginated(client: Any, sim: Simulator, task_id: str) -> None:
    path = f"/V1.0/{sim.project_id}/metrics"
    first = client("GET", path, query={"limit": "3"}).json()
    assert (first["meta_data"]["count"], first["meta_data"]["total"]) == (3, 4)
    rest = client("GET", path, query={"start": first["meta_data"]["marker"]}).json()
    assert [row["metric_name"] for row in rest["metrics"]] == ["message_delay"]


def test_signature_is_required_and_dms_rate_does_not_apply(client: Any, sim: Simulator, code: Any) -> None:
    path = f"/V1.0/{sim.project_id}/metrics"
    assert client.plain("GET", path).status_code == 401
    sim.settings.rate = 0
    assert client("GET", path).status_code == 200
    assert code(client("GET", f"/V1.0/{'0' * 32}/metrics")) == (403, "DMS.10240309")
