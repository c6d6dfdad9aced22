# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cloud Eye: the metrics of Smart Connect tasks, which alone show that a task has failed."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from . import parameters
from .calls import Call, Response
from .errors import ApiError
from .routes import Operation
from .world import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACE = "SYS.DMS"
PERIODS = ("1", "60", "300", "1200", "3600", "14400", "86400")
MAX_METRICS = 500
MAX_DIMENSIONS = 4
MAX_DATAPOINTS = 3000
LONGEST_RAW_MS = 4 * 3600 * 1000
MAX_LIMIT = 1000

_FILTERS: dict[str, Callable[[list[float]], float]] = {
    "average": statistics.fmean,
    "max": max,
    "min": min,
    "sum": sum,
    "variance": statistics.pvariance,
}


def batch_list_metric_data(call: Call) -> Response:
    """POST /V1.0/{project_id}/batch-query-metric-data: datapoints of several metrics."""
    body = call.json_object()
    metrics = body.get("metrics")
    if not isinstance(metrics, list) or not 1 <= len(metrics) <= MAX_METRICS:
        raise _invalid("metrics")
    period = parameters.choice(body, "period", PERIODS)
    kind = parameters.choice(body, "filter", tuple(_FILTERS))
    start, end = body.get("from"), body.get("to")
    integers = all(isinstance(time, int) and not isinstance(time, bool) for time in (start, end))
    if not integers or not 0 <= start < end:
        raise _invalid("from and to")
    seconds = int(period)
    if seconds == 1:
        start = max(start, end - LONGEST_RAW_MS)
    elif end - start < seconds * 1000:
        raise _invalid("from")
    remaining = MAX_DATAPOINTS
    rows = []
    for metric in metrics:
        name, instance_id, value = _checked_metric(metric)
        points = []
        if name in METRICS and _is_own(call, instance_id):
            points = call.world.datapoints(instance_id, value, name, start, end)
        aggregated = _aggregated(points, seconds, kind)[:remaining]
        datapoints = [{kind: number, "timestamp": time} for time, number in aggregated]
        remaining -= len(datapoints)
        rows.append({**metric, "unit": METRICS.get(name, ""), "datapoints": datapoints})
    return Response(200, {"metrics": rows})


def list_metrics(call: Call) -> Response:
    """GET /V1.0/{project_id}/metrics: the existing metrics."""
    query = call.query
    limit = parameters.number(query, "limit", MAX_LIMIT, 1, MAX_LIMIT)
    wanted = [query[f"dim.{number}"].partition(",") for number in range(MAX_DIMENSIONS) if f"dim.{number}" in query]
    found = []
    for instance in call.world.instances.values():
        if instance.project_id != call.project_id or query.get("namespace") not in (None, NAMESPACE):
            continue
        for value in call.world.metric_values(instance.instance_id):
            dimensions = {"kafka_instance_id": instance.instance_id, "connector_task": value}
            if any(dimensions.get(name) != text for name, _unused, text in wanted):
                continue
            rows = [{"name": name, "value": text} for name, text in dimensions.items()]
            found += [
                {"namespace": NAMESPACE, "metric_name": name, "unit": unit, "dimensions": rows}
                for name, unit in METRICS.items()
                if query.get("metric_name") in (None, name)
            ]
    first = 0
    if query.get("start"):
        first = next((place for place, row in enumerate(found, 1) if _marker(row) == query["start"]), len(found))
    rows = found[first : first + limit]
    meta = {"count": len(rows), "marker": _marker(rows[-1]) if rows else "", "total": len(found)}
    return Response(200, {"metrics": rows, "meta_data": meta})


def _checked_metric(metric: Any) -> tuple[str, str, str]:
    """The metric's name, instance id and dimension value; the latter are empty if it is not a metric of a task."""
    if not isinstance(metric, dict) or not parameters.required(metric, "namespace"):
        raise _invalid("metrics")
    name = parameters.required(metric, "metric_name")
    rows = metric.get("dimensions")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_DIMENSIONS:
        raise _invalid("dimensions")
    if not all(isinstance(row, dict) for row in rows):
        raise _invalid("dimensions")
    values = {parameters.required(row, "name"): parameters.required(row, "value") for row in rows}
    if metric["namespace"] != NAMESPACE or set(values) != {"kafka_instance_id", "connector_task"}:
        return name, "", ""
    return name, values["kafka_instance_id"], values["connector_task"]


def _is_own(call: Call, instance_id: str) -> bool:
    instance = call.world.instances.get(instance_id)
    return instance is not None and instance.project_id == call.project_id


def _aggregated(points: list[tuple[int, float]], seconds: int, kind: str) -> list[tuple[int, float]]:
    """The raw points, or one for each period."""
    if seconds == 1:
        return points
    buckets: dict[int, list[float]] = {}
    for time, number in points:
        buckets.setdefault(time - time % (seconds * 1000), []).append(number)
    return [(time, _FILTERS[kind](numbers)) for time, numbers in buckets.items()]


def _marker(row: dict[str, Any]) -> str:
    return ".".join([row["namespace"], row["metric_name"], *(f"{d['name']}:{d['value']}" for d in row["dimensions"])])


def _invalid(parameter: str) -> ApiError:
    return ApiError(400, "ces.0014", f"Invalid request parameter: {parameter}.")


_PROJECT = "/V1.0/{project_id}"

OPERATIONS = [
    Operation(
        "BatchListMetricData",
        "POST",
        _PROJECT + "/batch-query-metric-data",
        batch_list_metric_data,
        service="CES",
        changes=False,
    ),
    Operation("ListMetrics", "GET", _PROJECT + "/metrics", list_metrics, service="CES"),
]
