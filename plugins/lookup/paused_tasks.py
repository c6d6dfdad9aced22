# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads which Smart Connect tasks the playbook smart_connect_pause has recorded."""

from __future__ import annotations

DOCUMENTATION = r"""
name: paused_tasks
short_description: Read which Smart Connect tasks were paused for a maintenance window
version_added: 0.1.0
description:
  - Reads the tasks that the playbook C(huaweicloud.kafka.smart_connect_pause) has recorded in a file or passed on as C(dms_paused),
    each once.
  - Anything else is an error, which is returned. So a file with other content is neither read as paused tasks nor overwritten.
options:
  _terms:
    description: The path of the file, which need not exist or can be empty. V('') for no file.
    type: str
    required: true
  paused:
    description: Tasks that are not in the file, as a list or as JSON.
    type: raw
author:
  - huaweicloud.kafka contributors (@huaweicloud)
"""

EXAMPLES = r"""
- name: Show which tasks were paused
  ansible.builtin.debug:
    msg: "{{ lookup('huaweicloud.kafka.paused_tasks', '/srv/paused.json').tasks }}"
"""

RETURN = r"""
_list:
  description: One dictionary.
  type: list
  elements: dict
  contains:
    tasks:
      description: The C(instance_id), C(task_id) and C(task_name) of each task.
      type: list
      elements: dict
    error:
      description: Why the tasks can't be read, or why the file can't be written afterwards. Empty without an error.
      type: str
"""

import json  # noqa: E402
import os  # noqa: E402
import typing as t  # noqa: E402

from ansible.plugins.lookup import LookupBase  # noqa: E402

_FIELDS = {"instance_id", "task_id", "task_name"}

Task = dict[str, str]


class _Refused(Exception):
    """A sentence for the user."""


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup, for Ansible."""

    def run(self, terms: list[str], variables: t.Any = None, **kwargs: t.Any) -> list[dict[str, t.Any]]:
        """Return one dictionary with the tasks and the error."""
        (path,) = terms
        try:
            found = [*_tasks(kwargs.get("paused"), "dms_paused"), *(_tasks_of_file(path) if path else [])]
        except _Refused as error:
            return [{"tasks": [], "error": str(error)}]
        return [{"tasks": list({(task["instance_id"], task["task_id"]): task for task in found}.values()), "error": ""}]


def _tasks_of_file(path: str) -> list[Task]:
    """Return the tasks in the file *path*, none if it does not exist.

    Raises :class:`_Refused` if it has other content, and if it could not be written afterwards.
    """
    where, folder = f"dms_state_file {path}", os.path.dirname(path)
    if not os.path.isdir(folder):
        raise _Refused(f"{where} can't be written: there is no folder {folder}.")
    exists = os.path.exists(path)
    if exists and not os.path.isfile(path):
        raise _Refused(f"{where} is not a file.")
    # The playbooks replace the file by a new one in its folder.
    if not os.access(folder, os.W_OK | os.X_OK) or (exists and not os.access(path, os.W_OK)):
        raise _Refused(f"{where} can't be written: permission denied.")
    if not exists:
        return []
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise _Refused(f"{where} can't be read: {error.strerror}.") from None
    return _tasks(content, where, " Set another file.")


def _tasks(value: t.Any, where: str, hint: str = "") -> list[Task]:
    """Return the tasks in *value*, a list or JSON; none if it is ``None`` or blank.

    Raises :class:`_Refused` for anything else, with *where* it is from and a *hint*.
    """
    if value is None or (isinstance(value, (str, bytes)) and not value.strip()):
        return []
    try:
        tasks = json.loads(value) if isinstance(value, (str, bytes)) else value
    except (ValueError, RecursionError):
        tasks = None
    if not isinstance(tasks, list) or not all(_is_task(task) for task in tasks):
        raise _Refused(
            f"{where} must be a JSON list with exactly instance_id, task_id and task_name, as text, for each task.{hint}"
        )
    return [dict(task) for task in tasks]


def _is_task(value: t.Any) -> bool:
    if not isinstance(value, dict) or value.keys() != _FIELDS:
        return False
    return all(isinstance(text, str) and text.strip() for text in value.values())
