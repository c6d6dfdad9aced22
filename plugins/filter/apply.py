# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides whether the playbook apply goes on after all instances are planned, and what it shows."""

from __future__ import annotations

DOCUMENTATION = r"""
name: apply
short_description: Decide whether the files of a folder of Kafka instances are applied
version_added: 0.1.0
description:
  - For the playbook C(huaweicloud.kafka.apply), which applies each file with the module
    M(huaweicloud.kafka.huaweicloud_kafka_instance_resources), first in check mode.
positional: _input, step
options:
  _input:
    description: The result of the loop over all files.
    type: dict
    required: true
  step:
    description:
      - C(planned) returns what the playbook shows, refuses and passes on after all files are planned.
      - C(applied) returns what the playbook shows after all files are applied.
    type: str
    choices: [planned, applied]
    required: true
  expected:
    description: The number that the plans must have, for C(planned). Any number if it is blank.
    type: raw
  require:
    description: Whether the number must be given, for C(planned). Anything but a clear no is a yes.
    type: raw
  change:
    description:
      - Whether something must change, for C(planned). Anything but a clear no is a yes.
      - In check mode this is the step before an approval, so a number that an earlier job passed on is not compared.
    type: raw
  check:
    description: Whether it is check mode, for C(planned).
    type: bool
author:
  - huaweicloud.kafka contributors (@huaweicloud)
"""

EXAMPLES = r"""
- name: Show what was changed
  ansible.builtin.debug:
    msg: "{{ applied | huaweicloud.kafka.apply('applied') }}"
  vars:
    applied:
      results:
        - {item: kafka-orders.yml, topics: [{name: orders, action: created, changed: true}]}
"""

RETURN = r"""
_value:
  description: For C(applied) a list of lines, otherwise a dictionary.
  type: raw
"""

import hashlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import typing as t  # noqa: E402

from ansible.errors import AnsibleFilterError  # noqa: E402

Result = t.Mapping[str, t.Any]

KINDS = {
    "users": "user_name",
    "topics": "name",
    "topic_permissions": "topic_name",
    "consumer_groups": "group_name",
    "smart_connect_tasks": "task_name",
    "sink_tasks": "task_name",
}
"""The key of the name in the results of each kind."""

_NO = ("", "none", "false", "no", "off", "0")


def planned(
    results: Result,
    expected: t.Any = None,
    require: t.Any = None,
    change: t.Any = None,
    check: bool = False,
) -> dict[str, t.Any]:
    """Return the *lines* to show, the *problems* for which nothing is applied, the *plans* of the files and their *number*.

    The number stands for what all instances together would be changed to. It is empty unless all are planned.
    """
    files: list[Result] = results["results"]
    lines = [line for result in files for line in _lines(result, "would be ")]
    problems = [f"{_name(result)} can't be planned: {_sentence(result)}" for result in files if not _is_planned(result)]
    number = "" if problems else _number(files)
    problems += _same_instances(files)
    if not problems:
        problems = _refusals(files, number, "" if expected is None else str(expected).strip(), require, change, check)
    shown = [f"dms_expect_plan: {number}"] if not problems else []
    return {
        "lines": lines + shown,
        "problems": problems,
        "plans": {result["item"]: result.get("plan_id") for result in files},
        "number": "" if problems else number,
    }


def _is_planned(result: Result) -> bool:
    return not result.get("failed") and bool(result.get("instance_id")) and bool(result.get("plan_id"))


def _number(files: t.Sequence[Result]) -> str:
    pairs = sorted([str(result["instance_id"]).lower(), str(result["plan_id"])] for result in files)
    return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:16]


def _same_instances(files: t.Sequence[Result]) -> list[str]:
    """Return a sentence for each instance of several files: what one file creates, the other one could prune."""
    names: dict[str, list[str]] = {}
    for result in files:
        if result.get("instance_id"):
            names.setdefault(str(result["instance_id"]).lower(), []).append(_name(result))
    return [
        f"Several files have the same instance, {instance_id}: {', '.join(same)}. Write one file for each instance."
        for instance_id, same in names.items()
        if len(same) > 1
    ]


def _refusals(
    files: t.Sequence[Result], number: str, expected: str, require: t.Any, change: t.Any, check: bool
) -> list[str]:
    if _is_yes(require) and not expected:
        return ["dms_expect_plan is not set. Run the playbook in check mode, and set what it shows."]
    before_approval = check and _is_yes(change)
    if expected and expected != number and not before_approval:
        changed = "the instances or the files have changed since it was shown. Run the playbook in check mode again."
        return [f"dms_expect_plan is {expected}, but the number is {number} now, because {changed}"]
    if _is_yes(change) and not any(entry["changed"] for result in files for _kind, entry in _entries(result)):
        return ["Nothing would change, so there is nothing to approve."]
    return []


def applied(results: Result) -> list[str]:
    """Return the lines to show."""
    return [line for result in results.get("results") or () for line in _lines(result)]


def _lines(result: Result, prefix: str = "") -> list[str]:
    """Return a line for each thing of an instance that changes or fails, and one for all others."""
    name, same, lines = _name(result), 0, []
    for kind, entry in _entries(result):
        if entry["action"] == "unchanged" and "msg" not in entry:
            same += 1
            continue
        message = f": {entry['msg']}" if "msg" in entry else ""
        action = f"{prefix if entry['changed'] else ''}{entry['action']}"
        lines.append(f"{name} / {kind} / {entry.get(KINDS[kind])}: {action}{message}")
    if result.get("failed"):
        lines.append(f"{name}: failed: {_sentence(result)}")
    return lines + [f"{name}: {same} unchanged"] * bool(same or not lines)


def _entries(result: Result) -> list[tuple[str, Result]]:
    return [(kind, entry) for kind in KINDS for entry in result.get(kind) or ()]


def _name(result: Result) -> str:
    return os.path.basename(str(result.get("item", "")))


def _sentence(result: Result) -> str:
    absent = bool(result.get("plan_id")) and not result.get("instance_id")
    missing = "there is no such instance" if absent else "it has no result"
    text = str(result.get("msg") or missing).strip()
    return text if text.endswith(".") else f"{text}."


def _is_yes(value: t.Any) -> bool:
    return str(value).strip().lower() not in _NO


_STEPS: dict[str, t.Callable[..., t.Any]] = {"planned": planned, "applied": applied}


def apply(value: t.Any, step: str, **options: t.Any) -> t.Any:
    """Return what *step* decides."""
    if step not in _STEPS:
        raise AnsibleFilterError(f"apply has no step {step!r}")
    return _STEPS[step](value, **options)


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"apply": apply}
