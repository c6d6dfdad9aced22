# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finds misspelled names of the variables that the playbooks of this collection take."""

from __future__ import annotations

DOCUMENTATION = r"""
name: misspelled
short_description: Find misspelled variables of the playbooks of this collection
version_added: 0.1.0
description:
  - Compares names with those of the variables that the playbooks of this collection take, all of which begin with C(dms_).
  - Ansible ignores a variable that nothing uses, so a misspelled C(dms_prune_limit) would protect nothing.
  - A name is misspelled if it is none of them, and differs from one of them by at most two letters, by case, or by underscores.
    Other names are left alone, because they can belong to the site.
  - Names that begin with an underscore are never misspelled; the playbooks use them for their own variables.
positional: _input
options:
  _input:
    description: The names to compare.
    type: list
    elements: str
    required: true
author:
  - huaweicloud.kafka contributors (@huaweicloud)
"""

EXAMPLES = r"""
- name: Refuse misspelled variables
  ansible.builtin.assert:
    that: names | huaweicloud.kafka.misspelled == []
  vars:
    names: "{{ query('ansible.builtin.varnames', '(?i)^dms') }}"
"""

RETURN = r"""
_value:
  description: A text for each misspelled name, such as V(dms_prune_limt (did you mean dms_prune_limit?\)).
  type: list
  elements: str
"""

import typing as t  # noqa: E402

from ansible.errors import AnsibleFilterError  # noqa: E402

VARIABLES = frozenset(
    [
        "dms_alert",
        "dms_allow_no_tasks",
        "dms_allow_paused",
        "dms_ces_endpoint",
        "dms_confirm",
        "dms_connector_id",
        "dms_consumer_strategy",
        "dms_definitions",
        "dms_deliver_time_interval",
        "dms_endpoint",
        "dms_expect_plan",
        "dms_folder",
        "dms_group_pattern",
        "dms_health",
        "dms_iam_endpoint",
        "dms_instance_id",
        "dms_instance_name",
        "dms_max_delay_ms",
        "dms_max_lag",
        "dms_max_unknown_minutes",
        "dms_moves",
        "dms_obs_bucket_name",
        "dms_obs_path",
        "dms_partition_format",
        "dms_pattern",
        "dms_paused",
        "dms_project_id",
        "dms_project_name",
        "dms_prune",
        "dms_prune_all",
        "dms_prune_limit",
        "dms_prune_pattern",
        "dms_record_delimiter",
        "dms_recreate",
        "dms_region",
        "dms_report",
        "dms_report_file",
        "dms_require_change",
        "dms_require_moves",
        "dms_require_plan",
        "dms_require_task",
        "dms_require_task_id",
        "dms_state_file",
        "dms_step",
        "dms_task_id",
        "dms_task_name",
        "dms_topics",
        "dms_topics_regex",
    ]
)
"""The variables that the playbooks take or pass on."""

_MOST_LETTERS = 2


def misspelled(names: t.Any) -> list[str]:
    """Return a text for each of *names* that is a misspelled variable, in their order."""
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise AnsibleFilterError("misspelled takes a list of texts")
    found = []
    for name in names:
        meant = None if name in VARIABLES or name.startswith("_") else _nearest(_plain(name))
        if meant:
            found.append(f"{name} (did you mean {meant}?)")
    return found


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")


def _nearest(plain: str) -> str | None:
    """Return the variable that differs from *plain* by the fewest letters, ``None`` if all differ by more than two."""
    distances = ((_distance(plain, _plain(variable)), variable) for variable in sorted(VARIABLES))
    letters, variable = min(distances)
    return variable if letters <= _MOST_LETTERS else None


def _distance(one: str, other: str) -> int:
    """Return the Levenshtein distance: how many letters have to be inserted, removed or replaced."""
    if abs(len(one) - len(other)) > _MOST_LETTERS:
        return _MOST_LETTERS + 1
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        above, row[0] = row[0], count
        for index, second in enumerate(other, 1):
            above, row[index] = row[index], min(row[index] + 1, row[index - 1] + 1, above + (letter != second))
    return row[-1]


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, t.Callable[[t.Any], list[str]]]:
        return {"misspelled": misspelled}
