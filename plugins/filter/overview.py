# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists tasks and consumer groups as text."""

from __future__ import annotations

DOCUMENTATION = r"""
name: overview
short_description: List tasks and consumer groups as a table, CSV or JSON
version_added: 0.1.0
description:
  - For the playbooks C(huaweicloud.kafka.report) and C(huaweicloud.kafka.alert).
positional: _input, form
options:
  _input:
    description: The result of the module M(huaweicloud.kafka.huaweicloud_kafka_overview_info).
    type: dict
    required: true
  form:
    description: The form of the text. What is unknown is V(-) in a table, empty in CSV, and V(null) in JSON.
    type: str
    choices: [table, .csv, .json]
    required: true
author:
  - huaweicloud.kafka contributors (@huaweicloud)
"""

EXAMPLES = r"""
- name: Show a table
  ansible.builtin.debug:
    msg: "{{ (read | huaweicloud.kafka.overview('table')).splitlines() }}"
  vars:
    read: {tasks: [{instance_name: kafka-orders, task_name: orders, status: RUNNING, problems: []}], groups: []}
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""

import json  # noqa: E402
import typing as t  # noqa: E402

from ansible.errors import AnsibleFilterError  # noqa: E402

Row = t.Mapping[str, t.Any]

_COLUMNS = {
    "INSTANCE": "instance_name",
    "TASK": "task_name",
    "API": "api",
    "STATUS": "status",
    "HEALTH": "health",
    "LAG": "lag",
    "DELAY MS": "delay_ms",
    "TASK ID": "task_id",
    "PROBLEMS": "problems",
    "TOPICS": "topics",
}
_NUMBERS = ("lag", "delay_ms")
_CSV = (
    "instance_name instance_id connector_id task_name task_id api status health lag partition_lag delay_ms measured_at topics partitions"
    " obs_bucket_name obs_path create_time problems"
).split()


def _rows(read: Row) -> list[dict[str, t.Any]]:
    rows = [*read["tasks"], *({"task_name": row["group_name"], "api": "consumer-group", **row} for row in read["groups"])]
    return [{**row, "problems": ", ".join(row["problems"])} for row in rows]


def _json(read: Row) -> str:
    return json.dumps([*read["tasks"], *read["groups"]], indent=4, sort_keys=True, default=str) + "\n"


def _csv(read: Row) -> str:
    lines = [",".join(_CSV), *(",".join(_cell(row.get(name)) for name in _CSV) for row in _rows(read))]
    return "".join(f"{line}\n" for line in lines)


def _cell(value: t.Any) -> str:
    if value is None or isinstance(value, (int, float)):
        return "" if value is None else str(value)
    return '"' + str(value).replace('"', '""') + '"'


def _table(read: Row) -> str:
    rows = _rows(read)
    columns = []
    for title, name in _COLUMNS.items():
        cells = [title, *("-" if row.get(name) is None else str(row[name]) for row in rows)]
        width = max(map(len, cells))
        columns.append([cell.rjust(width) if name in _NUMBERS else cell.ljust(width) for cell in cells])
    lines = ["  ".join(cells).rstrip() for cells in zip(*columns)]
    groups = f" and {len(read['groups'])} consumer groups" if read["groups"] else ""
    problems = sum(bool(row["problems"]) for row in rows)
    return "\n".join([*lines, f"{len(read['tasks'])} tasks{groups}, {problems} of them need attention"])


_FORMS: dict[str, t.Callable[[Row], str]] = {"table": _table, ".csv": _csv, ".json": _json}


def overview(read: Row, form: str) -> str:
    """Return what was *read* as text of this *form*."""
    if form not in _FORMS:
        raise AnsibleFilterError(f"overview has no form {form!r}")
    return _FORMS[form](read)


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"overview": overview}
