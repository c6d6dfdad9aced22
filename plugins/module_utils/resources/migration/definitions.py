# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The definition of a task that can be moved: it can be created by either of the two APIs.

A definition is an entry of the option ``tasks`` of the sink tasks, with the *state* that a Smart Connect task is created in.
"""

from __future__ import annotations

import typing as t

from ...rest.errors import InvalidOption, UnexpectedState
from ..sink_task import fields as sink_fields
from ..sink_task import kind as sink_tasks
from ..sink_task.fields import OPTION
from ..smart_connect import fields as connect_fields
from ..smart_connect import kind as smart_connect

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.kind import Kind
    from ...reconcile.plan import Desired

Definition = dict[str, t.Any]

KEYS = ("access_key", "secret_key")
_STATES = {"RUNNING": "running", "PAUSED": "paused", "WAITING": "paused"}
_POLICY = {"modify": False, "recreate": False, "update_secrets": "on_create", "wait_timeout": 0}
_TOPICS = ("topics", "topics_regex")
# What creates nothing: it stands for keys that are not needed yet.
_NO_KEYS = dict.fromkeys(KEYS, "not set")


class Api(t.NamedTuple):
    """One of the two APIs: its *kind*, the result that has its tasks, and how a task is defined and described."""

    kind: Kind
    things: str
    define: t.Callable[[Row], tuple[Definition, list[str]]]
    """Return the definition of a task, and what of the task it leaves out, because one of the APIs does not have it."""
    options: t.Callable[[Definition, t.Mapping[str, t.Any]], dict[str, t.Any]]
    """Return the options that a definition means, with keys for the bucket."""
    dumps: t.Callable[[Row], bool]
    """Return whether a task dumps topics to a bucket."""

    def desired(self, definition: Definition, keys: t.Mapping[str, t.Any] | None = None) -> Desired:
        """Return what *definition* asks this API for. Raises :class:`InvalidOption`."""
        given = {key: value for key, value in (keys or {}).items() if value}
        return self.kind.read_options({**_POLICY, **self.options(definition, given or _NO_KEYS)})


def lacks_keys(definition: Definition, keys: t.Mapping[str, t.Any] | None) -> bool:
    """Return whether neither *definition* nor *keys* have both keys of the bucket."""
    descriptor = definition[OPTION]
    return not any(all((source or {}).get(key) for key in KEYS) for source in (descriptor, keys))


def without_keys(definition: Definition) -> Definition:
    """Return *definition* as a module returns it."""
    return sink_fields.TASK.without_secrets(definition)


def problem_of(definition: Definition, *apis: Api) -> str:
    """Return why one of *apis* can't create the task of *definition*; empty if all can."""
    for api in apis:
        try:
            api.kind.plan(api.desired(definition), None)
        except (InvalidOption, UnexpectedState) as error:
            return f"it can't be a {api.kind.noun}: {error}"
    return ""


def _define_sink_task(task: Row) -> tuple[Definition, list[str]]:
    definition, left_out = sink_fields.definition(task)
    return {**definition, "state": _STATES.get(str(task.get("status")), "present")}, left_out


def _define_smart_connect_task(task: Row) -> tuple[Definition, list[str]]:
    options, left_out = connect_fields.definition(task)
    # The keys are used in place of an agency.
    sink = {name: value for name, value in options.get("sink_task", {}).items() if name != "agency_name"}
    left_out += [f"sink_task.{name}" for name in sink if sink[name] and name not in sink_fields.TABLE.fields]
    topics = {name: options[name] for name in _TOPICS if options.get(name)}
    descriptor = {name: value for name, value in sink.items() if name in sink_fields.TABLE.fields}
    # The API of sink tasks has a default.
    descriptor.setdefault("partition_format", "N/A")
    definition = {"task_name": task["task_name"], OPTION: {**topics, **descriptor}}
    return {**definition, "state": _STATES.get(str(task["status"]), "present")}, left_out


def _sink_options(definition: Definition, keys: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    given = {key: keys[key] for key in KEYS if key in keys}
    return {"task_name": definition["task_name"], "state": "present", OPTION: {**given, **definition[OPTION]}}


def _smart_connect_options(definition: Definition, keys: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    descriptor = dict(definition[OPTION])
    topics = {name: descriptor.pop(name) for name in _TOPICS if name in descriptor}
    if descriptor.get("partition_format") == "N/A":
        del descriptor["partition_format"]
    if keys.get("agency_name"):
        descriptor = {name: value for name, value in descriptor.items() if name not in KEYS}
        keys = {"agency_name": keys["agency_name"]}
    defaults = {"consumer_strategy": sink_fields.TABLE.fields["consumer_strategy"].default}
    return {
        "task_name": definition["task_name"],
        "state": definition.get("state") or "present",
        **topics,
        "sink_task": {**defaults, **keys, **descriptor},
    }


SINK = Api(
    sink_tasks.KIND, "sink_tasks", _define_sink_task, _sink_options, lambda task: task.get("destination_type") == "OBS"
)
SMART_CONNECT = Api(
    smart_connect.KIND,
    "smart_connect_tasks",
    _define_smart_connect_task,
    _smart_connect_options,
    lambda task: bool(task.get("sink_task")),
)
