# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The health of Smart Connect tasks by the metrics of Cloud Eye, which the status of a task does not show."""

from __future__ import annotations

import os
import typing as t

from ...api import cloud_eye
from ...api.cloud_eye import DELAY, RATE, STATUS, WAITING
from ...reconcile.wait import wait
from ...rest import settings
from ...rest.errors import KafkaError, RequestError, UnexpectedState, action
from ...rest.redact import in_one_line
from ...rest.response import number

if t.TYPE_CHECKING:
    from ...api.cloud_eye import Point, Series
    from ...api.listing import Row
    from ...context import TaskContext
    from ...reconcile.wait import Deadline
    from ...rest.client import Client

NORMAL, ABNORMAL, UNKNOWN = "normal", "abnormal", "unknown"
_WORST_FIRST = (ABNORMAL, UNKNOWN, NORMAL)

# 18 tasks, 4 metrics, 2 halves and 20 points are 2,880 of the 3,000 points that one response can have.
_WINDOW = 20
FRESH = 5
"""How many minutes old the newest point can be, unless the user allows more."""

Health = dict[str, t.Any]


def endpoint_of(context: TaskContext) -> str:
    """Return the endpoint of Cloud Eye. Raises :class:`InvalidOption`."""
    return settings.ces_endpoint(context.params, os.environ)


def read(
    client: Client, endpoint: str, instance_id: str, tasks: t.Sequence[Row], since: int = 0, minutes: int = FRESH
) -> list[Health]:
    """Return the health of each of *tasks*, from points of the last *minutes* that are newer than *since*, in ms since 1970."""
    now = int(client.connection.clock.time() * 1000)
    # Whether the metrics have the name or the id of a task is not documented, so both are queried.
    names = [f"{name}{half}" for task in tasks for name in _names(task) for half in _halves(task)]
    start = now - max(_WINDOW, minutes) * 60_000
    series = cloud_eye.query(client, endpoint, instance_id, names, start, now) if names else {}
    # The clocks can differ, but a point far in the future is not credible, and must not hide those of now.
    latest = now + FRESH * 60_000
    series = {key: [point for point in points if point.time <= latest] for key, points in series.items()}
    return [_health(task, series, max(now - minutes * 60_000, since + 1)) for task in tasks]


def read_or_explain(
    client: Client, endpoint: str, instance_id: str, tasks: t.Sequence[Row], minutes: int = FRESH
) -> tuple[list[Health], RequestError | None]:
    """Return what :func:`read` does, and ``None``; if Cloud Eye can't be read, that all is unknown, and why."""
    try:
        with action("read the metrics of Cloud Eye"):
            return read(client, endpoint, instance_id, tasks, minutes=minutes), None
    except RequestError as error:
        if getattr(error, "status", None) == 401:
            raise
        return [_health(task, {}, 0) for task in tasks], error


def unread(described: str) -> str:
    """Return the sentence that the health is unknown because of an error, which is *described*."""
    return f"The health of the tasks is unknown, because the metrics of Cloud Eye could not be read: {described}"


def _names(task: Row) -> list[str]:
    return list(dict.fromkeys((task["task_name"], task["task_id"])))


def _halves(task: Row) -> tuple[str, ...]:
    """Return the suffixes under which the metrics of *task* are: a two-way replication has two."""
    direction = (task.get("source_task") or {}).get("direction")
    return ("_source_0", "_source_1") if direction == "two-way" else ("",)


def _health(task: Row, series: Series, oldest: int) -> Health:
    # A name can be used again: older points are those of another task.
    oldest = max(oldest, number(task.get("create_time")) or 0)
    halves = [_half(task, half, series, oldest) for half in _halves(task)]
    worst = min(halves, key=lambda half: _WORST_FIRST.index(half["state"]))
    if len(halves) == 1:
        return worst
    return {
        "state": worst["state"],
        "waiting_messages": _worst(max, [half["waiting_messages"] for half in halves]),
        "messages_per_minute": _worst(min, [half["messages_per_minute"] for half in halves]),
        "delay_ms": _worst(max, [half["delay_ms"] for half in halves]),
        "measured_at": worst["measured_at"],
        "halves": halves,
    }


def _worst(choose: t.Callable[[list[t.Any]], t.Any], values: list[t.Any]) -> t.Any:
    """Return the worst of *values*: ``None``, which can be any value, or else the one that *choose* returns."""
    return choose(values) if values and None not in values else None


def _half(task: Row, half: str, series: Series, oldest: int) -> Health:
    def newest(metric: str) -> list[Point]:
        """Return the points of the newest time; there can be several, because there are two names."""
        points = [point for name in _names(task) for point in series.get((metric, f"{name}{half}"), [])]
        time = max([point.time for point in points], default=0)
        return [point for point in points if point.time == time >= oldest]

    def value(metric: str, choose: t.Callable[[list[t.Any]], t.Any]) -> int | float | None:
        worst = _worst(choose, [point.value for point in newest(metric)])
        return int(worst) if worst is not None and worst.is_integer() else t.cast("float | None", worst)

    status = newest(STATUS)
    return {
        "state": min([_state(point) for point in status], key=_WORST_FIRST.index, default=UNKNOWN),
        "waiting_messages": value(WAITING, max),
        "messages_per_minute": value(RATE, min),
        "delay_ms": value(DELAY, max),
        "measured_at": status[0].time if status else None,
    }


def _state(point: Point) -> str:
    if point.value is None:
        return UNKNOWN
    return NORMAL if point.value >= 1 else ABNORMAL


def read_or_warn(
    context: TaskContext, instance_id: str, tasks: t.Sequence[Row], required: bool
) -> tuple[list[Health], str | None]:
    """Return the health of each of *tasks*, and ``None``.

    If Cloud Eye can't be read, warn, and return unknown with the reason, unless it is *required*.
    """
    found, error = read_or_explain(context.client, endpoint_of(context), instance_id, tasks)
    if not error:
        return found, None
    if required:
        raise error
    reason = unread(context.describe(error))
    context.warn(reason)
    return found, in_one_line(reason)


def check(context: TaskContext, instance_id: str, task: Row) -> None:
    """Raise :class:`UnexpectedState` unless *task*, which was not changed, is normal by one query."""
    with action(f"check the health of task {task['task_name']}"):
        (health,) = read(context.client, endpoint_of(context), instance_id, [task])
        context.returned["health"] = health
        if health["state"] != NORMAL:
            raise _unhealthy(health)


def wait_until_normal(context: TaskContext, instance_id: str, task: Row, since: int, deadline: Deadline) -> None:
    """Wait until a point that is newer than *since*, in ms since 1970, shows that *task* is normal."""
    endpoint = endpoint_of(context)

    def poll(client: Client) -> str | None:
        (health,) = read(client, endpoint, instance_id, [task], since)
        context.returned["health"] = health
        if health["state"] == ABNORMAL:
            raise _unhealthy(health)
        return None if health["state"] == NORMAL else "health unknown"

    with action(f"wait until task {task['task_name']} is healthy"):
        wait(context.client, poll, deadline, "Cloud Eye to report the task as normal")


def _unhealthy(health: Health) -> KafkaError:
    measured = ", ".join(
        f"{name} {health[name]}" for name in ("waiting_messages", "messages_per_minute", "delay_ms", "measured_at")
    )
    hint = "Restarting resets the progress of the task: look at its topics, keys and peer first."
    if health["state"] == UNKNOWN:
        hint = "Cloud Eye has no point of the last five minutes for this task."
        if health["measured_at"]:
            hint = "The newest status that Cloud Eye has of this task is not a number."
    return UnexpectedState(f"Cloud Eye reports the task as {health['state']} ({measured})", hint)
