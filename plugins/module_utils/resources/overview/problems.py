# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What needs attention: pure functions from what was read. What could not be read is never counted as fine."""

from __future__ import annotations

import typing as t

from ...api.consumer_groups import EMPTY
from ...rest.errors import UNKNOWN_URL, KafkaError
from ...rest.response import number
from ..smart_connect.health import ABNORMAL, FRESH, UNKNOWN

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ..smart_connect.health import Health

_RUNNING = "RUNNING"
_PAUSED = ("PAUSED", "WAITING")

Read = t.Union[t.Sequence["Row"], KafkaError]
"""The tasks that one of the two APIs lists, or why they could not be read."""


class Limits(t.NamedTuple):
    """What is a problem. ``None``: no limit. *max_lag* is in messages."""

    max_lag: int | None = None
    max_delay_ms: int | None = None
    max_unknown_minutes: int = FRESH
    allow_paused: bool = False
    allow_no_tasks: bool = False


class Task(t.NamedTuple):
    """A task as the two APIs show it; ``None``: this one does not, or in *health*, Cloud Eye was not queried for it.

    *sink* has the details of its partitions if they could be read. *measured* is false if Cloud Eye could not be read.
    """

    smart: Row | None
    sink: Row | None
    health: Health | None = None
    measured: bool = True

    @property
    def statuses(self) -> list[str]:
        """The statuses that the two APIs return; an empty one is unknown."""
        rows = (row for row in (self.smart, self.sink) if row)
        return list(dict.fromkeys(str(row.get("status") or "") for row in rows))

    def is_idle(self, limits: Limits) -> bool:
        """Return whether the task is paused, or waits to be started, and *limits* allow that."""
        return limits.allow_paused and all(status in _PAUSED for status in self.statuses)


def are_gone(*reads: Read) -> bool:
    """Return whether one of *reads* reports the instance as absent, and none lists anything of it."""
    absent = [isinstance(read, KafkaError) and read.missing == "instance" for read in reads]
    return any(absent) and not any(read for read in reads if not isinstance(read, KafkaError))


def unread(smart: Read, sink: Read, exist: t.Container[str] = ()) -> list[KafkaError]:
    """Return the errors of the two APIs because of which there can be tasks that were not read.

    An API has no tasks if it reports that there is no connector, or if its URL is unknown while the other API could be read. The
    APIs in *exist*, ``smart`` or ``sink``, have returned tasks of another instance, so the region has them.
    """
    errors = [read for read in (smart, sink) if isinstance(read, KafkaError) and read.missing != "connector"]
    missing = "smart" if errors[:1] == [smart] else "sink"
    if len(errors) == 1 and getattr(errors[0], "reason", None) == UNKNOWN_URL and missing not in exist:
        return []
    return list(dict.fromkeys(errors))


def pair(smart: Read, sink: Read) -> list[tuple[Row | None, Row | None]]:
    """Return each task once, with its rows of the two APIs: first those of Smart Connect, each in the order of its API."""
    smart, sink = ([] if isinstance(read, KafkaError) else read for read in (smart, sink))
    by_id = {row["task_id"]: row for row in sink}
    pairs: list[tuple[Row | None, Row | None]] = [(row, by_id.pop(row["task_id"], None)) for row in smart]
    return [*pairs, *((None, row) for row in by_id.values())]


def of_task(task: Task, limits: Limits, now: int) -> tuple[list[str], list[str]]:
    """Return what is wrong with *task*, and which of its values are unknown; *now* is in ms since 1970."""
    running, idle, health = _RUNNING in task.statuses, task.is_idle(limits), task.health
    wrong, unknown = [], []
    state = health["state"] if health and running else None
    if state == ABNORMAL:
        wrong.append("is abnormal")
    elif state == UNKNOWN and not task.measured:
        unknown.append("has an unknown health")
    elif state == UNKNOWN and not _is_young(task, limits, now):
        wrong.append(f"has been unknown for {limits.max_unknown_minutes} minutes")
    allowed = (_RUNNING, *(_PAUSED if limits.allow_paused else ()))
    wrong += [
        f"is {status}" if status else "has an unknown status" for status in task.statuses if status not in allowed
    ]
    if idle:
        return wrong, unknown
    if limits.max_lag is not None:
        waiting, lags, sources = _measured(health, "waiting_messages")[0], _partition_lags(task.sink)[0], _lags(task)
        if max(waiting, default=0) > limits.max_lag:
            wrong.append(f"lags by {max(waiting)} messages")
        elif max(lags, default=0) > limits.max_lag:
            wrong.append(f"lags by up to {max(lags)} messages")
        elif running and (None in sources or not (sources or health)):
            unknown.append("has an unknown lag")
    if limits.max_delay_ms is not None:
        delays, delays_known = _measured(health, "delay_ms")
        if max(delays, default=0) > limits.max_delay_ms:
            wrong.append(f"is delayed by {max(delays)} ms")
        elif running and health and state != UNKNOWN and not delays_known:
            unknown.append("has an unknown delay")
    return wrong, unknown


def of_group(group: Row, limits: Limits) -> list[str]:
    """Return what is wrong with a consumer group, or unknown. One without members lags, too: nothing reads for it."""
    lag = group["lag"]
    if limits.max_lag is None or (lag is not None and lag <= limits.max_lag):
        return []
    if lag is None:
        return ["has an unknown lag"]
    return [f"lags by {lag} messages" + (" and has no members" if group["state"] == EMPTY else "")]


def of_instance(named: bool, tasks: int, unread: str | None, limits: Limits, groups: int | None = None) -> list[str]:
    """Return the problems of an instance with this number of *tasks*; *named*: the user selected it.

    *groups* is how many consumer groups of it are watched, ``None`` if none are to be.
    """
    if not named or unread:
        return []
    found = []
    if not (tasks or groups or limits.allow_no_tasks):
        found.append("there are no tasks. Set allow_no_tasks to true if this is expected")
    if groups == 0:
        found.append("no consumer group matches group_pattern")
    return found


def all_problems(instance: Row, rows: t.Sequence[Row], groups: t.Sequence[Row]) -> list[str]:
    """Return the problems of *instance*, of its tasks in *rows* and of its *groups*, and what could not be read, with their names."""
    name = instance["instance_name"]
    own = [instance["unread"], *instance["problems"]]
    return [
        *(f"{name} / {row['task_name']}: {', '.join(row['problems'])}" for row in rows if row["problems"]),
        *(
            f"{name} / consumer group {group['group_name']}: {', '.join(group['problems'])}"
            for group in groups
            if group["problems"]
        ),
        *(f"{name}: {problem}" for problem in own if problem),
    ]


def described(task: Task, limits: Limits, now: int) -> Row:
    """Return *task* for results, with its problems. Lag and delay are null if any part of them is unknown."""
    smart, sink, health = task.smart, task.sink, task.health
    either = t.cast("Row", smart or sink)
    wrong, unknown = of_task(task, limits, now)
    idle, sources = task.is_idle(limits), _lags(task)
    lags, lags_known = _partition_lags(sink)
    delays, delays_known = _measured(health, "delay_ms")
    target = (smart or {}).get("sink_task") or (sink or {}).get("obs_destination_descriptor") or {}
    return {
        "task_name": either["task_name"],
        "task_id": either["task_id"],
        "api": "both" if smart and sink else "smart-connect" if smart else "sink-task",
        # The one that is not RUNNING, if the two APIs return different ones.
        "status": min(task.statuses, key=_RUNNING.__eq__),
        "health": health["state"] if health else None,
        "lag": None if idle or None in sources else max(sources, default=None),
        "partition_lag": max(lags) if lags_known and not idle else None,
        "delay_ms": max(delays) if delays_known and not idle else None,
        "measured_at": health["measured_at"] if health else None,
        "topics": _topics(smart, sink),
        "partitions": sum(len(topic["partitions"]) for topic in (sink or {}).get("topics_info") or ()),
        "obs_bucket_name": target.get("obs_bucket_name"),
        "obs_path": target.get("obs_path"),
        "create_time": number(either.get("create_time")),
        "problems": wrong + unknown,
        # A restart does not help against what is only unknown, and a task that is paused can be resumed.
        "restart": bool(wrong and smart and _RUNNING in task.statuses),
    }


def _is_young(task: Task, limits: Limits, now: int) -> bool:
    """Return whether *task* may have no points yet. The clocks can differ; a time far in the future is not credible."""
    created = number((task.smart or {}).get("create_time"))
    return created is not None and abs(now - created) <= limits.max_unknown_minutes * 60_000


def _measured(health: Health | None, name: str) -> tuple[list[t.Any], bool]:
    """Return the values of a metric that are known, and whether that of each half of the task is."""
    if not health:
        return [], False
    values = [half[name] for half in health.get("halves") or [health]]
    known = [value for value in values if value is not None and value >= 0]
    return known, len(known) == len(values)


def _lags(task: Task) -> list[t.Any]:
    """Return the lag of the whole task by each source that has one; ``None`` if a part of it is unknown.

    A task of unknown health has no points of Cloud Eye, as a rule, so that is not a source then.
    """
    sources = []
    waiting, known = _measured(task.health, "waiting_messages")
    if task.health and (known or task.health["state"] != UNKNOWN):
        sources.append(max(waiting) if known else None)
    lags, known = _partition_lags(task.sink)
    if task.sink:
        sources.append(sum(lags) if known else None)
    return sources


def _partition_lags(sink: Row | None) -> tuple[list[int], bool]:
    """Return the lags that are known, and whether each topic has partitions and each of these a known lag."""
    topics = (sink or {}).get("topics_info") or []
    lags = [number(partition.get("lag")) for topic in topics for partition in topic["partitions"]]
    known = [lag for lag in lags if lag is not None and lag >= 0]
    return known, bool(topics) and all(topic["partitions"] for topic in topics) and len(known) == len(lags)


def _topics(smart: Row | None, sink: Row | None) -> str | None:
    smart = smart or {}
    mapping = (smart.get("source_task") or {}).get("topics_mapping")
    found = (smart.get("topics"), smart.get("topics_regex"), mapping, (sink or {}).get("topics"))
    return next(filter(None, found), None)
