# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decides which files the playbook export writes."""

from __future__ import annotations

DOCUMENTATION = r"""
name: export
short_description: Decide which files of Kafka instances are written
version_added: 0.1.0
description:
  - For the playbook C(huaweicloud.kafka.export), which reads each instance with the module
    M(huaweicloud.kafka.huaweicloud_kafka_instance_resources_info).
  - A text of the service that looks like a template is written as unsafe, so that Ansible reads it as it is.
positional: _input, folder
options:
  _input:
    description: The result of the loop over the ids of the instances.
    type: dict
    required: true
  folder:
    description: The folder of the files.
    type: str
    required: true
author:
  - huaweicloud.kafka contributors (@huaweicloud)
"""

EXAMPLES = r"""
- name: Show the paths of the files
  ansible.builtin.debug:
    msg: "{{ (read | huaweicloud.kafka.export('/srv/instances')).files.keys() | list }}"
  vars:
    read:
      results:
        - item: i-1
          instance_id: i-1
          instance_name: kafka-orders
          definition: {instance_name: kafka-orders, topics: [{name: orders}]}
"""

RETURN = r"""
_value:
  description: C(files), the content of each file by its path, and C(problems), a sentence for each instance without a file.
  type: dict
"""

import os  # noqa: E402
import re  # noqa: E402
import sys  # noqa: E402
import typing as t  # noqa: E402

import yaml  # noqa: E402

Result = t.Mapping[str, t.Any]

_TEMPLATE = re.compile(r"\{(?=[{%#])")
"""The first character of what Jinja takes for a template, a block or a comment."""


def export(results: Result, folder: str) -> dict[str, t.Any]:
    """Return the content of each file by its path, and why an instance has none."""
    read = [result for result in results["results"] if not result.get("failed") and result.get("definition")]
    others = [result for result in results["results"] if result not in read]
    problems = [f"The instance {result['item']} can't be exported: {result.get('msg') or 'no result'}" for result in others]
    files = {os.path.join(folder, name): text_of(result["definition"]) for name, result in named(read).items()}
    return {"files": files, "problems": problems}


def named(read: t.Sequence[Result]) -> dict[str, Result]:
    """Return what was read of each instance by the name of its file, which has the id unless the name is that of this instance only.

    Two names can differ only in case, or in letters that are no part of a safe name of a file.
    """
    short = [_safe(str(result.get("instance_name") or "")) for result in read]
    folded = [name.casefold() for name in short]
    return {
        f"{name if folded.count(name.casefold()) == 1 and 'instance_name' in result['definition'] else _with_id(name, result)}.yml": result
        for name, result in zip(short, read)
    }


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]|^\.", "_", name)


def _with_id(name: str, result: Result) -> str:
    return "-".join(part for part in (name, _safe(str(result["instance_id"]))) if part)


def text_of(definition: t.Mapping[str, t.Any]) -> str:
    """Return *definition* as YAML that has no template, also if its texts look like one."""
    settings = {"sort_keys": False, "allow_unicode": True, "width": sys.maxsize, "explicit_start": True}
    text = yaml.dump(plain(definition), Dumper=_Dumper, **settings)
    # Only texts that are in double quotes have one.
    return _TEMPLATE.sub(r"\\x7B", text)


def plain(value: t.Any) -> t.Any:
    """Return *value* with types of Python only, which YAML knows, and texts that look like a template marked."""
    if isinstance(value, t.Mapping):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, str):
        text = str.__str__(value)
        return _Unsafe(text) if _TEMPLATE.search(text) else text
    return value


class _Unsafe(str):
    """A text that looks like a template."""


class _Dumper(yaml.SafeDumper):
    """Indents lists below their keys, and repeats what occurs twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: t.Any) -> bool:
        return True


def _unsafe(dumper: _Dumper, text: _Unsafe) -> yaml.Node:
    return dumper.represent_scalar("!unsafe", str(text), style='"')


_Dumper.add_representer(_Unsafe, _unsafe)


class FilterModule:
    """The filter, for Ansible."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"export": export}
