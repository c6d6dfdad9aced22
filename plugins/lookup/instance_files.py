# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads the files of Kafka instances that the playbook apply takes."""

from __future__ import annotations

DOCUMENTATION = r"""
name: instance_files
short_description: Read files of Kafka instances as options of a module
version_added: 0.1.0
description:
  - For the playbook C(huaweicloud.kafka.apply). Reads files with options of the module
    M(huaweicloud.kafka.huaweicloud_kafka_instance_resources), decrypts vaults and evaluates templates in them.
  - What is wrong with a file is returned. Ansible's own message of such an error can contain lines of the file, and so its secrets.
options:
  _terms:
    description: The absolute paths of the files.
    type: list
    elements: str
    required: true
  access_key:
    description: The access key of tasks that have none. It is used only with O(secret_key).
    type: str
    default: ""
  secret_key:
    description: The secret key of tasks that have none.
    type: str
    default: ""
author:
  - huaweicloud.kafka contributors (@huaweicloud)
"""

EXAMPLES = r"""
- name: Show what is wrong with a file
  ansible.builtin.debug:
    msg: "{{ (query('huaweicloud.kafka.instance_files', '/srv/instances/kafka-orders.yml') | first).error }}"
"""

RETURN = r"""
_list:
  description: A dictionary for each file.
  type: list
  elements: dict
  contains:
    options:
      description: The options of the module. Empty if there is an error.
      type: dict
    error:
      description: A sentence that begins with the name of the file. Empty without an error.
      type: str
"""

import inspect  # noqa: E402
import math  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import typing as t  # noqa: E402

from ansible.plugins.lookup import LookupBase  # noqa: E402

_KINDS = ("users", "topics", "topic_permissions", "consumer_groups", "smart_connect_tasks", "sink_tasks")
_PLACES = ("instance_name", "instance_id")
_POLICY = (
    *("prune", "protect", "merge", "forbid_open", "modify", "recreate", "update_secrets", "wait_for_empty"),
    *("wait", "wait_timeout"),
)
_WITH_KEYS = {"smart_connect_tasks": "sink_task", "sink_tasks": "obs_destination_descriptor"}


class LookupModule(LookupBase):  # type: ignore[misc]
    """The lookup, for Ansible."""

    def run(self, terms: list[str], variables: t.Any = None, **kwargs: t.Any) -> list[dict[str, t.Any]]:
        """Return one dictionary for each file."""
        keys = {name: str(kwargs.get(name) or "").strip() for name in ("access_key", "secret_key")}
        return [self._file(path, keys if all(keys.values()) else {}) for path in terms]

    def _file(self, path: str, keys: dict[str, str]) -> dict[str, t.Any]:
        options, error = {}, ""
        try:
            content = self._load(path)
        except Exception as failure:  # whatever it is, its message can contain lines of the file
            error = "can't be read: it must be YAML, and if it has vaults, their password must be given." + line_of(
                failure
            )
        else:
            try:
                options = plain(self._templar.template(content))
                error = problem(options)
            except Exception as failure:
                undefined = re.search(r"'\w+' is undefined", str(failure))
                named = f": {undefined[0]}" if undefined else ""
                error = f"has a template or a vault that can't be evaluated{self._place(content)}{named}."
        if error:
            return {"options": {}, "error": f"{os.path.basename(path)} {error}"}
        return {"options": with_keys(options, keys), "error": ""}

    def _load(self, path: str) -> t.Any:
        """Return the content of the file as it is now, with templates that are not yet evaluated."""
        load = self._loader.load_from_file
        parameters = inspect.signature(load).parameters
        cache: t.Any = "none" if isinstance(parameters["cache"].default, str) else False
        # From ansible-core 2.19 on, only what is trusted is evaluated.
        trusted = {"trusted_as_template": True} if "trusted_as_template" in parameters else {}
        return load(path, cache=cache, **trusted)

    def _place(self, value: t.Any, path: str = "") -> str:
        """Return the place of the first value that can't be evaluated, such as " (users[0].user_passwd)"."""
        below = value.items() if isinstance(value, t.Mapping) else enumerate(value) if isinstance(value, list) else ()
        for key, each in below:
            try:
                plain(self._templar.template(each))
            except Exception:
                return self._place(each, f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}")
        return f" ({path.lstrip('.')})" if path else ""


def line_of(failure: BaseException) -> str:
    """Return a sentence with the line of an error in YAML, or nothing if *failure* has none."""
    marks = [getattr(error, "problem_mark", None) for error in (failure, failure.__cause__, failure.__context__)]
    lines = [mark.line + 1 for mark in marks if mark]
    return f" See line {lines[0]}." if lines else ""


def plain(value: t.Any) -> t.Any:
    """Return *value* with all of its templates evaluated, and of types that every ansible-core passes on as they are.

    A template that is a dictionary is passed on as the text of a Python literal by ansible-core before 2.19.
    """
    if isinstance(value, t.Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return str(value)


def problem(content: t.Any) -> str:
    """Return what is wrong with the content of a file, as a sentence without its subject. The module checks the values."""
    if not isinstance(content, dict):
        return "must be a dictionary."
    unknown = sorted(key for key in content if key not in (*_PLACES, *_KINDS, *_POLICY))
    if unknown:
        hint = " Write tasks as sink_tasks or smart_connect_tasks." if "tasks" in unknown else ""
        return f"has unknown keys: {', '.join(unknown)}.{hint}"
    if sum(content.get(key) not in (None, "") for key in _PLACES) != 1:
        return "must have exactly one of instance_name and instance_id."
    others = [kind for kind in _KINDS if kind in content and not isinstance(content[kind], list)]
    if others:
        return f"must have a list as {', '.join(others)}. Write [] for none; a kind that is left out is not touched."
    return ""


def with_keys(options: dict[str, t.Any], keys: dict[str, str]) -> dict[str, t.Any]:
    """Return *options* with *keys* for each task that has none, and no agency."""
    tasks = {
        kind: [_with_keys(entry, field, keys) for entry in options[kind]]
        for kind, field in _WITH_KEYS.items()
        if kind in options
    }
    return {**options, **tasks}


def _with_keys(entry: t.Any, field: str, keys: dict[str, str]) -> t.Any:
    target = entry.get(field) if isinstance(entry, dict) else None
    if not isinstance(target, dict) or {"access_key", "secret_key", "agency_name"} & set(target):
        return entry
    return {**entry, field: {**target, **keys}}
