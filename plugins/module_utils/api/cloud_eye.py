# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Cloud Eye: the metrics of Smart Connect tasks.

Source: the vendor's Python SDK huaweicloudsdkces 3.1.219, and the table of Kafka metrics in the user guide.
"""

from __future__ import annotations

import sys
import typing as t

from ..rest.operation import Operation
from ..rest.response import expect, expect_object, number

if t.TYPE_CHECKING:
    from ..rest.client import Client

NAMESPACE = "SYS.DMS"
STATUS = "task_status"
WAITING = "kafka_wait_synchronize_data"
RATE = "kafka_synchronize_rate"
DELAY = "message_delay"
METRICS = (STATUS, WAITING, RATE, DELAY)

MAX_SERIES = 500
"""The maximum number of series in one request."""

MAX_POINTS = 3000
"""The maximum number of points in one response; the service leaves out the others."""

MAX_MINUTES = 240
"""How many minutes back the service has the points of each minute."""

# A POST that only reads.
QUERY = Operation(
    "BatchListMetricData",
    "POST",
    "/V1.0/{project_id}/batch-query-metric-data",
    "ces:metricData:list",
    reads=True,
    repeatable=True,
)


class Point(t.NamedTuple):
    """A measured value, and its time in ms since 1970. The value is ``None`` if the response has no finite number there."""

    time: int
    value: float | None


Series = dict[tuple[str, str], list[Point]]
"""(metric, value of the dimension connector_task) to its points, in no order."""


def query(client: Client, endpoint: str, instance_id: str, tasks: t.Sequence[str], start: int, end: int) -> Series:
    """Return the points of all :data:`METRICS` of *tasks*, from *start* to *end* in ms since 1970.

    *tasks* are values of the dimension ``connector_task``, two for each task, of which one has no points.
    """
    desired = [(metric, task) for task in tasks for metric in METRICS]
    size = min(MAX_SERIES, 2 * MAX_POINTS * 60_000 // (end - start))
    series: Series = {}
    for first in range(0, len(desired), size):
        last = first + size
        metrics = [
            {
                "namespace": NAMESPACE,
                "metric_name": metric,
                "dimensions": [
                    {"name": "kafka_instance_id", "value": instance_id},
                    {"name": "connector_task", "value": task},
                ],
            }
            for metric, task in desired[first:last]
        ]
        body = {"metrics": metrics, "period": "1", "filter": "average", "from": start, "to": end}
        response = client.call(QUERY, endpoint=endpoint, body=body)
        found = expect_object(response).get("metrics")
        expect(response, isinstance(found, list), "metrics is not a list")
        for metric in t.cast("list[t.Any]", found):
            expect(response, isinstance(metric, dict), "a metric is not an object")
            dimensions, points = metric.get("dimensions"), metric.get("datapoints")
            expect(response, isinstance(dimensions, list), "dimensions is not a list")
            expect(response, isinstance(points, list), "datapoints is not a list")
            names = [d.get("value") for d in dimensions if isinstance(d, dict) and d.get("name") == "connector_task"]
            expect(response, len(names) == 1, "a metric does not have one connector_task")
            key = (str(metric.get("metric_name")), str(names[0]))
            series.setdefault(key, []).extend(filter(None, map(_point, points)))
    return series


def _point(point: t.Any) -> Point | None:
    if not isinstance(point, dict):
        return None
    time = number(point.get("timestamp"))
    return None if time is None else Point(time, _finite(point.get("average")))


def _finite(value: t.Any) -> float | None:
    # An integer can be too large for a float.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= sys.float_info.max:
        return None
    return float(value)
