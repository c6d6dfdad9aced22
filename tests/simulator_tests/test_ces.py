# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Eye."""

from __future__ import annotations

from typing import Any

import pytest
from simulator import Simulator

MINUTE = 60_000


@pytest.fixture
def task_id(sim: Simulator) -> str:
    """A task that is ten minutes old, at a stopped clock."""
    sim.clock.freeze()
    task_id = sim.world.add_task(sim.connector_id, "dump")
    sim.clock.advance(600)
    return task_id


@pytest.fixture
def ask(client: Any, sim: Simulator) -> Any:
    def ask(value: str = "dump", metric: str = "task_status", **body: Any) -> Any:
        now = int(sim.clock.now() * 1000)
        dimensions = [
            {"name": "kafka_instance_id", "value": sim.instance_id},
            {"name": "connector_task", "value": value},
        ]
        metrics = [{"namespace": "SYS.DMS", "metric_name": metric, "dimensions": dimensions}]
        given = {"metrics": metrics, "period": "1", "filter": "average", "from": now - 20 * MINUTE, "to": now, **body}
        return client("POST", f"/V1.0/{sim.project_id}/batch-query-metric-data", given)

    return ask


def values(response: Any) -> list[float]:
    return [point["average"] for point in response.json()["metrics"][0]["datapoints"]]


def test_tasks_are_normal_until_set(sim: Simulator, task_id: str, ask: Any) -> None:
    assert values(ask()) == [1] * 10, "none from before the task was created"
    since = int(sim.clock.now() * 1000) - 3 * MINUTE
    sim.world.set_health(sim.connector_id, task_id, status=0, delay=7, at=since)
    assert values(ask()) == [1] * 7 + [0] * 3
    assert values(ask(metric="message_delay")) == [100] * 7 + [7] * 3
    sim.world.set_health(sim.connector_id, task_id, status=None)
    assert values(ask()) == []
    assert sim.journal.writes() == []


def test_late_data_and_gaps(sim: Simulator, task_id: str, ask: Any) -> None:
    sim.settings.metric_delay = 120
    assert len(values(ask())) == 8
    sim.settings.metric_gap = 2
    assert len(values(ask())) == 4
    sim.settings.update(metric_delay=0, metric_gap=0, metric_period=30)
    assert len(values(ask())) == 20


def test_dimension_holds_names_or_ids(client: Any, sim: Simulator, task_id: str, ask: Any) -> None:
    def listed() -> list[str]:
        query = {"namespace": "SYS.DMS", "dim.0": f"kafka_instance_id,{sim.instance_id}", "metric_name": "task_status"}
        rows = client("GET", f"/V1.0/{sim.project_id}/metrics", query=query).json()["metrics"]
        return [row["dimensions"][1]["value"] for row in rows]

    assert (listed(), values(ask(task_id))) == (["dump"], [])
    sim.settings.metric_dimension = "id"
    assert (listed(), values(ask())) == ([task_id], [])
    assert values(ask(task_id)) == [1] * 10


def test_two_way_task_is_measured_as_two(sim: Simulator, task_id: str, ask: Any) -> None:
    copy = sim.world.add_task(sim.connector_id, "copy", source={"direction": "two-way"}, topics="a")
    sim.clock.advance(60)
    sim.world.set_health(sim.connector_id, copy, status=0, half=1)
    assert [values(ask(f"copy{half}")) for half in ("", "_source_0", "_source_1")] == [[], [1], [0]]


def test_points_by_hand(client: Any, sim: Simulator, task_id: str, ask: Any) -> None:
    moment = int(sim.clock.now() * 1000) - 15 * MINUTE
    client.control("POST", "datapoints", {"value": "dump", "at": moment, "task_status": 0})
    assert values(ask()) == [0] + [1] * 10
    client.control("PUT", f"health/{task_id}", {"status": 0})
    assert values(ask()) == [0] * 11


def test_periods_and_limits(sim: Simulator, task_id: str, ask: Any, code: Any) -> None:
    assert 2 <= len(values(ask(period="300"))) <= 3
    assert ask(period="1", filter="max").json()["metrics"][0]["datapoints"][0]["max"] == 1
    for wrong in ({"period": "2"}, {"filter": "none"}, {"metrics": []}, {"from": 5, "to": 5}, {"period": "3600"}):
        assert ask(**wrong).status_code == 400
    sim.settings.metric_period = 1
    many = ask().json()["metrics"] * 6
    points = [len(row["datapoints"]) for row in ask(metrics=many).json()["metrics"]]
    assert sum(points) == 3000


def test_pages_of_metrics(client: Any, sim: Simulator, task_id: str) -> None:
    path = f"/V1.0/{sim.project_id}/metrics"
    first = client("GET", path, query={"limit": "3"}).json()
    assert (first["meta_data"]["count"], first["meta_data"]["total"]) == (3, 4)
    rest = client("GET", path, query={"start": first["meta_data"]["marker"]}).json()
    assert [row["metric_name"] for row in rest["metrics"]] == ["message_delay"]


def test_signed_and_not_throttled_with_dms(client: Any, sim: Simulator, code: Any) -> None:
    path = f"/V1.0/{sim.project_id}/metrics"
    assert client.plain("GET", path).status_code == 401
    sim.settings.rate = 0
    assert client("GET", path).status_code == 200
    assert code(client("GET", f"/V1.0/{'0' * 32}/metrics")) == (403, "DMS.10240309")
