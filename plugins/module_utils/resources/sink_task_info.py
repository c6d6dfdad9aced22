# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sink tasks of a connector, as they are."""

from __future__ import annotations

import typing as t

from ..api import sink_tasks
from ..client.answers import number
from ..client.errors import InvalidInput, ResourceError, ServiceError, doing
from . import connector
from .ids import check_id, check_name
from .sink_task.descriptor import OPTION, SECRETS

if t.TYPE_CHECKING:
    from ..api.sink_tasks import SinkTask, SinkTaskList
    from ..run import Run

_NUMBERS = ("partition_id", "last_transfer_offset", "log_end_offset", "lag")


def gather(run: Run) -> None:
    """Return the sink tasks that ``run.params`` name, and the quotas of the connector.

    The connector must exist. A task that is gone by the time its details are read is left out.
    """
    choice = connector.choose(run.params)
    task_id, task_name = check_id(run.params, "task_id"), check_name(run.params, "task_name")
    details, topic_info = run.params["details"], run.params["topic_info"]
    if topic_info and not details:
        raise InvalidInput("topic_info is a part of the details: it can't be true while details is false")
    with doing(f"read the sink tasks of {choice}"):
        connector_id = connector.resolve(run.client, choice)
        listing = sink_tasks.list_tasks(run.client, connector_id)
        chosen = _choose(listing, task_id, task_name)

        def show(listed: SinkTask) -> SinkTask | None:
            try:
                shown = sink_tasks.show_task(run.client, connector_id, listed["task_id"], topic_info)
            except ServiceError as error:
                if error.missing == "sink task":
                    return None
                raise
            return _described({**listed, **shown, "task_id": listed["task_id"]}, topic_info)

        if details:
            from .side_by_side import side_by_side

            found = [task for task in side_by_side(run.client, show, chosen) if task]
        else:
            found = [_described(task) for task in chosen]
    run.returned.update(
        sink_tasks=found,
        total_number=listing.total_number,
        max_tasks=listing.max_tasks,
        quota_tasks=listing.quota_tasks,
    )


def _choose(listing: SinkTaskList, task_id: str | None, task_name: str | None) -> list[SinkTask]:
    if task_id:
        found = [task for task in listing.tasks if task["task_id"] == task_id]
        if found:
            return found[:1]
    elif task_name:
        found = [task for task in listing.tasks if task["task_name"] == task_name]
    else:
        found = listing.tasks
    if not listing.complete:
        raise ResourceError(
            f"the list holds {len(listing.tasks)} of {listing.total_number} sink tasks, so it is not complete"
        )
    return found


def _described(task: SinkTask, topic_info: bool = False) -> SinkTask:
    """Return *task* as the API describes it, numbers being numbers, and without the keys of the bucket."""
    described = {name: value for name, value in task.items() if name not in (*SECRETS, "topics_info")}
    described["create_time"] = number(task.get("create_time"))
    if OPTION in task:
        described[OPTION] = {
            name: number(value) if name in ("deliver_time_interval", "obs_part_size") else value
            for name, value in task[OPTION].items()
            if name not in SECRETS
        }
    if topic_info:
        topics = task.get("topics_info")
        described["topics_info"] = topics if topics is None else [_with_numbers(topic) for topic in topics]
    return described


def _with_numbers(topic: dict[str, t.Any]) -> dict[str, t.Any]:
    partitions = [
        {**partition, **{name: number(partition.get(name)) for name in _NUMBERS}} for partition in topic["partitions"]
    ]
    return {**topic, "partitions": partitions}
