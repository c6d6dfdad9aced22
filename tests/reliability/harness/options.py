# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random options of runs, and the tasks that they refer to."""

from __future__ import annotations

import typing as t

from hypothesis import strategies as st
from simulator import Simulator

from .runs import OBS_ACCESS_KEY, OBS_SECRET_KEY

NAMES = ("orders", "audit", "orders-2")
_KEYS = {"access_key": OBS_ACCESS_KEY, "secret_key": OBS_SECRET_KEY, "obs_bucket_name": "bucket"}
WANTED: tuple[dict[str, t.Any], ...] = (
    {**_KEYS, "topics": ["a", "b"]},
    {**_KEYS, "topics": ["c"], "deliver_time_interval": 60},
    {**_KEYS, "topics_regex": "a.*", "record_delimiter": ";"},
)
STORED: tuple[dict[str, t.Any], ...] = tuple(
    {**wanted, **({"topics": ",".join(wanted["topics"])} if "topics" in wanted else {})} for wanted in WANTED
)
CONNECTOR_NAMES = ("connector_id", "instance_id", "instance_name")
UNKNOWN_ID = "99999999-9999-4999-8999-999999999999"


@st.composite
def options(
    draw: st.DrawFn, wait_timeouts: t.Sequence[int] = (0, 20, 300), max_retries: t.Sequence[int] = (0, 1, 2, 5)
) -> dict[str, t.Any]:
    """Options of a task; :func:`filled_in` adds the ids of a simulator."""
    chosen: dict[str, t.Any] = {
        "state": draw(st.sampled_from(("present", "absent"))),
        "wait": draw(st.booleans()),
        "wait_timeout": draw(st.sampled_from(wait_timeouts)),
        "max_retries": draw(st.sampled_from(max_retries)),
        draw(st.sampled_from(("connector_id", "connector_id", "instance_id", "instance_name"))): None,
        "task_name": draw(st.sampled_from(NAMES)),
    }
    if chosen["state"] == "present":
        chosen["obs_destination_descriptor"] = draw(st.sampled_from(WANTED))
        chosen["recreate"] = draw(st.booleans())
    if draw(st.integers(0, 3)) == 3:
        chosen["task_id"] = draw(st.integers(0, 3))
        if chosen["state"] == "absent" and draw(st.booleans()):
            del chosen["task_name"]
    return chosen


@st.composite
def set_options(draw: st.DrawFn) -> dict[str, t.Any]:
    """Options of a set; :func:`filled_in` adds the ids of a simulator."""
    tasks: list[dict[str, t.Any]] = []
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True)):
        task: dict[str, t.Any] = {"task_name": name, "state": draw(st.sampled_from(("present", "present", "absent")))}
        if task["state"] == "present":
            task["obs_destination_descriptor"] = draw(st.sampled_from(WANTED))
        tasks.append(task)
    chosen: dict[str, t.Any] = {
        "tasks": tasks,
        "wait": draw(st.booleans()),
        "wait_timeout": draw(st.sampled_from((20, 300))),
        "max_retries": draw(st.sampled_from((0, 1, 2, 5))),
        "recreate": draw(st.booleans()),
        draw(st.sampled_from(("connector_id", "connector_id", "instance_id"))): None,
    }
    if draw(st.booleans()):
        chosen["prune"] = True
        chosen["prune_pattern"] = draw(st.sampled_from((None, "orders.*", "audit")))
        chosen["prune_limit"] = draw(st.sampled_from((None, None, 0, 1)))
    if draw(st.integers(0, 7)) == 7:
        chosen["expect_plan"] = "0" * 16
    return chosen


def filled_in(chosen: dict[str, t.Any], sim: Simulator) -> dict[str, t.Any]:
    """Return *chosen* with the ids and names of *sim*; in *chosen*, "task_id" is the index of an existing task."""
    given = dict(chosen)
    for name in CONNECTOR_NAMES:
        if name in given:
            given[name] = getattr(sim, name)
    if "task_id" in given:
        tasks = tasks_of(sim)
        given["task_id"] = tasks[given["task_id"]] if given["task_id"] < len(tasks) else UNKNOWN_ID
    return given


def tasks_of(sim: Simulator) -> list[str]:
    """Return the ids of the tasks that are not being deleted."""
    if sim.connector_id not in sim.world.connectors:
        return []
    return [task["task_id"] for task in sim.world.tasks(sim.connector_id) if not task["deleting"]]
