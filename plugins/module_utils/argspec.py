# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Argument specs that carry their rules, and the options that modules share. Their documentation is in the doc fragments."""

from __future__ import annotations

import os
import typing as t

from ansible.module_utils.errors import AnsibleFallbackNotFound

from .rest import credentials


class ArgumentSpec:
    """Options with the rules between them, such as ``required_if``."""

    def __init__(self, argument_spec: dict[str, dict[str, t.Any]], **rules: list[t.Any]) -> None:
        self.argument_spec = argument_spec
        self.rules = rules

    def merge(self, *others: ArgumentSpec) -> ArgumentSpec:
        """Return a spec with the options and the rules of all."""
        merged = ArgumentSpec({})
        for spec in (self, *others):
            merged.argument_spec.update(spec.argument_spec)
            for name, rule in spec.rules.items():
                merged.rules[name] = [*merged.rules.get(name, []), *rule]
        return merged

    def to_kwargs(self) -> dict[str, t.Any]:
        """Return the arguments of ``AnsibleModule``."""
        return {"argument_spec": self.argument_spec, **self.rules}


def _environment(name: str) -> str:
    """Fallback of an option: the environment variable *name*, if it is set and not blank.

    A credential type of AWX sets the variable of a field that was left blank to an empty text.
    """
    value = os.environ.get(name, "").strip()
    if value:
        return value
    raise AnsibleFallbackNotFound


def connection_spec() -> ArgumentSpec:
    """Return the options of the connection.

    Only what is not about whom and where has a fallback here: which credentials, project and endpoints are used depends on
    whether an option or the environment contains them, so ``rest.settings`` reads both.
    """
    return ArgumentSpec(
        {
            "region": {"type": "str"},
            "project_id": {"type": "str"},
            "project_name": {"type": "str"},
            **credentials.argument_spec(),
            "endpoint": {"type": "str"},
            "iam_endpoint": {"type": "str"},
            "validate_certs": {"type": "bool", "default": True},
            "ca_path": {"type": "path"},
            "timeout": {"type": "int", "default": 30, "fallback": (_environment, ["HW_TIMEOUT"])},
            "max_retries": {"type": "int", "default": 5, "fallback": (_environment, ["HW_MAX_RETRIES"])},
        }
    )


def _exactly_one(*names: str) -> ArgumentSpec:
    return ArgumentSpec(
        {name: {"type": "str"} for name in names}, mutually_exclusive=[[*names]], required_one_of=[[*names]]
    )


def connector_spec() -> ArgumentSpec:
    """Return the options that select a connector: exactly one of them is set."""
    return _exactly_one("connector_id", "instance_id", "instance_name")


def instance_spec() -> ArgumentSpec:
    """Return the options that select an instance: exactly one of them is set."""
    return _exactly_one("instance_id", "instance_name")


def wait_spec(timeout: int) -> ArgumentSpec:
    """Return the options of a wait; *timeout* is the default of ``wait_timeout``, in seconds."""
    return ArgumentSpec(
        {"wait": {"type": "bool", "default": True}, "wait_timeout": {"type": "int", "default": timeout}}
    )


def recreate_spec() -> ArgumentSpec:
    """Return the options that control when a task is deleted and created again."""
    return ArgumentSpec({"recreate": {"type": "bool", "default": False}}).merge(update_secrets_spec())


def update_secrets_spec() -> ArgumentSpec:
    """Return the option that controls when secrets are sent, which the service never returns."""
    choices = ["on_create", "always"]
    option = {"type": "str", "choices": choices, "default": "on_create", "no_log": False}
    return ArgumentSpec({"update_secrets": option})


def set_spec(things: str, entries: dict[str, t.Any]) -> ArgumentSpec:
    """Return the options of a whole set of *things*, such as "tasks"; *entries* is the option that is the list of them."""
    return ArgumentSpec(
        {
            things: {**entries, "required": True},
            "prune": {"type": "bool", "default": False},
            "prune_pattern": {"type": "str"},
            "prune_limit": {"type": "int"},
            "expect_plan": {"type": "str"},
        }
    )


def cloud_eye_spec() -> ArgumentSpec:
    """Return the option of modules that read Cloud Eye."""
    return ArgumentSpec({"ces_endpoint": {"type": "str"}})


def protect_spec(*choices: str, default: list[str] | None = None) -> ArgumentSpec:
    """Return the option that forbids the deletion of what is in use; without a *default*, that is the first of *choices*."""
    option = {"type": "list", "elements": "str", "choices": [*choices], "default": default or [choices[0]]}
    return ArgumentSpec({"protect": option})
