# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the topics that the playbook sink_task_create takes, and says what it and sink_task_delete did."""

from __future__ import annotations

DOCUMENTATION = r"""
name: sink_task
short_description: Read the topics of a sink task, and describe what was done to it
version_added: 0.1.0
description:
  - For the playbooks C(huaweicloud.kafka.sink_task_create) and C(huaweicloud.kafka.sink_task_delete).
positional: _input, step
options:
  _input:
    description: The topics, or the result of the module M(huaweicloud.kafka.huaweicloud_kafka_sink_task).
    type: raw
    required: true
  step:
    description:
      - C(topics) returns the topics as a list, V(null) if they are of another form.
      - C(created) and C(deleted) return a sentence for the user.
    type: str
    choices: [topics, created, deleted]
    required: true
  names:
    description: The name and the id with which the task was selected, for C(deleted).
    type: list
    elements: str
  check:
    description: Whether it is check mode.
    type: bool
author:
  - huaweicloud.kafka contributors (@huaweicloud)
"""

EXAMPLES = r"""
- name: Show the topics, orders and bills
  ansible.builtin.debug:
    msg: "{{ 'orders, bills' | huaweicloud.kafka.sink_task('topics') }}"
"""

RETURN = r"""
_value:
  description: A list for C(topics), otherwise a text.
  type: raw
"""

import json  # noqa: E402
import re  # noqa: E402
import typing as t  # noqa: E402

from ansible.errors import AnsibleFilterError  # noqa: E402

_SEPARATORS = re.compile(r"[,\r\n]")


def topics(value: t.Any) -> list[str] | None:
    """Return the topics of a list, JSON with a list of texts, or text with commas or newlines between them."""
    if value is None:
        return []
    if isinstance(value, str) and value.strip().startswith(("[", "{")):
        try:
            value = json.loads(value)
        except ValueError:
            return None
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            return None
    if not isinstance(value, (str, int, float, list, tuple)):
        return None
    texts = [str(each) for each in value] if isinstance(value, (list, tuple)) else [str(value)]
    names = [name.strip() for text in texts for name in _SEPARATORS.split(text)]
    return [name for name in names if name]


def created(result: t.Mapping[str, t.Any], check: bool = False) -> str:
    """Return what was, or would be, done to create the task."""
    task = result["sink_task"]
    details = f" (id {task['task_id']}, {task.get('status', 'status unknown')})" if "task_id" in task else ""
    if result["changed"]:
        return f"{'Would create' if check else 'Created'} sink task {task['task_name']}{details}."
    return f"The sink task {task['task_name']} exists and is as wanted{details}."


def deleted(result: t.Mapping[str, t.Any], names: t.Sequence[t.Any] = (), check: bool = False) -> str:
    """Return what was, or would be, deleted."""
    if "sink_task" not in result:
        named = " with the id ".join(str(name).strip() for name in names if name is not None and str(name).strip())
        return f"Nothing to delete: there is no sink task {named}."
    task = result["sink_task"]
    done = ("Would delete" if check else "Deleted") if result["changed"] else "Already being deleted:"
    details = f"(id {task['task_id']}, {task['status']}, topics {task['topics']})"
    return f"{done} sink task {task['task_name']} {details}."


_STEPS: dict[str, t.Callable[..., t.Any]] = {"topics": topics, "created": created, "deleted": deleted}


def sink_task(value: t.Any, step: str, **options: t.Any) -> t.Any:
    """Return what *step* returns."""
    if step not in _STEPS:
        raise AnsibleFilterError(f"sink_task has no step {step!r}")
    return _STEPS[step](value, **options)


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"sink_task": sink_task}
