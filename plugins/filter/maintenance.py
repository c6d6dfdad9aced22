# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides what the playbooks smart_connect_pause and smart_connect_resume pause, resume and record."""

from __future__ import annotations

DOCUMENTATION = r"""
name: maintenance
short_description: Decide which Smart Connect tasks a maintenance window pauses, resumes and records
version_added: 0.1.0
description:
  - For the playbooks C(huaweicloud.kafka.smart_connect_pause) and C(huaweicloud.kafka.smart_connect_resume).
  - A task is recorded as a dictionary of C(instance_id), C(task_id) and C(task_name).
positional: _input, step
options:
  _input:
    description: What the playbook has read, or the result of what it has changed.
    type: dict
    required: true
  step:
    description:
      - C(pause) returns what is to be paused, of the tasks that were read.
      - C(paused) returns what was paused, or may have been, after the change.
      - C(running) returns which of the recorded tasks are RUNNING.
      - C(resume) returns what is to be resumed, of the recorded tasks.
      - C(resumed) returns which tasks stay recorded after the change.
    type: str
    choices: [pause, paused, running, resume, resumed]
    required: true
  before:
    description: The tasks that are recorded.
    type: list
    elements: dict
  pattern:
    description: A regular expression that the whole name of a task must match, for C(pause).
    type: str
  plan:
    description: What the step before has returned, for C(paused) and C(resumed).
    type: dict
  check:
    description: Whether it is check mode.
    type: bool
author:
  - huaweicloud.kafka contributors (@huaweicloud)
"""

EXAMPLES = r"""
- name: Show what would be paused
  ansible.builtin.debug:
    msg: "{{ (read | huaweicloud.kafka.maintenance('pause', before=[], check=true)).lines }}"
  vars:
    read: {instance_id: i-1, smart_connect_tasks: [{id: t-1, task_name: orders, status: RUNNING}]}
"""

RETURN = r"""
_value:
  description: For C(running) and C(resumed) a list of tasks, otherwise what the playbook shows, changes and records.
  type: raw
"""

import json  # noqa: E402
import re  # noqa: E402
import typing as t  # noqa: E402

from ansible.errors import AnsibleFilterError  # noqa: E402

Record = dict[str, str]
Read = t.Mapping[str, t.Any]

# The module waits until a task with one of these runs.
_SOON_RUNNING = ("CREATING", "RESTARTING")


def _record(task: Read, instance_id: str) -> Record:
    return {"task_id": task["id"], "task_name": task["task_name"], "instance_id": instance_id}


def _union(before: t.Sequence[Record], more: t.Sequence[Record]) -> list[Record]:
    return [*before, *(task for task in more if task not in before)]


def _modal(check: bool) -> str:
    return "would be" if check else "will be"


def pause(read: Read, before: t.Sequence[Record], pattern: str = "", check: bool = False) -> dict[str, t.Any]:
    """Return what is to be paused: only tasks that are RUNNING, so that a later end of the window resumes no others."""
    try:
        chosen = [task for task in read["smart_connect_tasks"] if re.fullmatch(pattern or ".*", task["task_name"])]
    except re.error as error:
        raise AnsibleFilterError(f"dms_pattern is not a regular expression: {error}") from None
    running, paused = (
        [_record(task, read["instance_id"]) for task in chosen if task["status"] == status]
        for status in ("RUNNING", "PAUSED")
    )
    others = [task["task_name"] for task in chosen if task["status"] != "RUNNING"]
    names = ", ".join(task["task_name"] for task in paused)
    already = "No task is PAUSED, either."
    if paused:
        text = json.dumps(paused, sort_keys=True)
        already = (
            f"PAUSED already: {names}. To resume them, run the playbook smart_connect_resume with dms_paused={text}."
        )
    return {
        "to_pause": running,
        "already": paused,
        "recorded": _union(before, running),
        "tasks": [{"task_id": each["task_id"], "task_name": each["task_name"], "state": "paused"} for each in running],
        "lines": [
            f"{len(running)} Smart Connect tasks {_modal(check)} paused",
            *(task["task_name"] for task in running),
            *(f"{name} is not RUNNING and is left alone" for name in others),
        ],
        "nothing": f"No task is RUNNING, so there is nothing to approve. {already}",
    }


def paused(result: Read, plan: Read, before: t.Sequence[Record], check: bool = False) -> dict[str, t.Any]:
    """Return which tasks were paused, or may have been, and what is *recorded* then.

    Once the module has begun to change anything, its result has tasks, whether it fails or not. So without them nothing was paused.
    Only a module process that was killed has no result of its own.
    """
    maybe = [task for task in result.get("tasks") or () if task["changed"] or task["action"] == "unknown"]
    ids = [(task.get("smart_connect_task") or {}).get("id") for task in maybe]
    killed = "module_stdout" in result
    now = [task for task in plan["to_pause"] if killed or task["task_id"] in ids]
    return {"now": now, "recorded": list(before) if check else _union(before, now)}


def _listed(read: Read, before: t.Sequence[Record]) -> list[tuple[Read, Record]]:
    """Return the recorded tasks as one read of an instance lists them, with their records."""
    recorded = {task["task_id"]: task for task in before}
    return [(task, recorded[task["id"]]) for task in read.get("smart_connect_tasks") or () if task["id"] in recorded]


def running(read: Read, before: t.Sequence[Record]) -> list[Record]:
    """Return which of the recorded tasks are RUNNING: their pause may not have taken effect yet."""
    return [record for task, record in _listed(read, before) if task["status"] == "RUNNING"]


def resume(read: Read, before: t.Sequence[Record], check: bool = False) -> dict[str, t.Any]:
    """Return what is to be resumed of the recorded tasks. The read of an instance fails if its list is not complete."""
    found = [pair for result in read["results"] for pair in _listed(result, before)]
    waits = [(task, record) for task, record in found if task["status"] in ("PAUSED", *_SOON_RUNNING)]
    runs = [record["task_id"] for task, record in found if task["status"] == "RUNNING"]
    ids = [task["id"] for task, _record in found]
    unread = {result["item"]: result.get("msg") for result in read["results"] if result.get("failed")}
    gone = [each["task_id"] for each in before if each["task_id"] not in ids and each["instance_id"] not in unread]
    others = [
        f"{each['task_name']} is unknown ({unread[each['instance_id']]})"
        for each in before
        if each["instance_id"] in unread
    ]
    others += [
        f"{task['task_name']} is {task['status']}"
        for task, _record in found
        if task["status"] not in ("RUNNING", "PAUSED", *_SOON_RUNNING)
    ]
    instances: dict[str, list[dict[str, str]]] = {}
    for task, record in waits:
        entry = {"task_id": task["id"], "task_name": task["task_name"], "state": "running"}
        instances.setdefault(record["instance_id"], []).append(entry)
    return {
        "instances": [{"instance_id": instance_id, "entries": entries} for instance_id, entries in instances.items()],
        "done": [*runs, *gone],
        "not_resumed": others,
        "lines": [
            f"{len(waits)} Smart Connect tasks {_modal(check)} resumed",
            *(task["task_name"] for task, _record in waits),
            *(
                f"{each['task_name']} is no longer PAUSED and is left alone"
                for each in before
                if each["task_id"] in runs
            ),
            *(f"{each['task_name']} no longer exists" for each in before if each["task_id"] in gone),
            *(f"{other} and is left alone" for other in others),
        ],
    }


def resumed(result: Read, plan: Read, before: t.Sequence[Record], check: bool = False) -> list[Record]:
    """Return which tasks stay recorded: those that the module has not read as RUNNING. Without a result of its own, a task stays."""
    if check:
        return list(before)
    tasks = [task for each in result.get("results") or () for task in each.get("tasks") or ()]
    done = [task["smart_connect_task"]["id"] for task in tasks if task["action"] in ("resumed", "started", "unchanged")]
    return [task for task in before if task["task_id"] not in (*plan["done"], *done)]


_STEPS: dict[str, t.Callable[..., t.Any]] = {
    "pause": pause,
    "paused": paused,
    "running": running,
    "resume": resume,
    "resumed": resumed,
}


def maintenance(read: Read, step: str, **options: t.Any) -> t.Any:
    """Return what *step* decides."""
    if step not in _STEPS:
        raise AnsibleFilterError(f"maintenance has no step {step!r}")
    return _STEPS[step](read, **options)


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"maintenance": maintenance}
