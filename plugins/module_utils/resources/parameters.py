# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The parameters of an instance, and whether it creates topics automatically."""

from __future__ import annotations

import difflib
import re
import typing as t

from ..api import configs, instances
from ..context import Diff
from ..reconcile.fields import describe
from ..reconcile.wait import Deadline, check_wait_timeout, wait
from ..reconcile.writes import Outcome, Seen, write_all
from ..rest.errors import BUSY, InvalidOption, KafkaError, ServiceError, UnexpectedState, WaitTimeout, action
from ..rest.response import flag, number
from .connector import PASSING, check_status, choose_instance, find_instance
from .jobs import Busy, running_job, wait_for_job

if t.TYPE_CHECKING:
    from ..api.instances import Instance
    from ..api.listing import Row
    from ..context import TaskContext
    from ..reconcile.fields import Differences
    from ..reconcile.writes import Write
    from ..rest.client import Client
    from .connector import ConnectorChoice

_AUTO = "auto_create_topics"
_JOBS = ("kafkaConfigModify", "modifyAutoTopic")
_SENT = "sent a change that the service accepted"
_RANGE = re.compile(r"\[?\s*(-?[0-9]+)\s*(?:-|~|:|\.{2,3})\s*(-?[0-9]+)\s*\]?", re.ASCII)
_PATIENCE = 10.0
"""Seconds until the service must return what it has accepted, if it returned no job to wait for."""


def ensure(context: TaskContext) -> None:
    """Set the parameters of the instance that the options select."""
    choice = choose_instance(context.params)
    check_wait_timeout(context.params)
    wanted = _read_options(context.params)
    with action(f"set the parameters of {choice}"):
        parameters = _Parameters(context, choice, wanted)
        try:
            parameters.ensure()
        finally:
            if context.changed:
                context.diff = Diff(*parameters.changes)


def _read_options(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the wanted values by name. Raises :class:`InvalidOption`."""
    given, auto = params["parameters"], params[_AUTO]
    if given is None and auto is None:
        raise InvalidOption(f"parameters or {_AUTO} must be set")
    for name, value in (given or {}).items():
        if not isinstance(value, (str, bool, int, float)):
            raise InvalidOption(f"the parameter {name} must be a text, a number or a boolean, not {value!r}")
    if given and _AUTO in given:
        raise InvalidOption(f"{_AUTO} is an option of its own, not one of parameters")
    wanted: dict[str, t.Any] = {str(name): _spelled(configs.as_text(value)) for name, value in (given or {}).items()}
    return wanted if auto is None else {**wanted, _AUTO: auto}


class _Parameters:
    """The parameters of one instance, and the values that are *wanted*."""

    def __init__(self, context: TaskContext, choice: ConnectorChoice, wanted: dict[str, t.Any]) -> None:
        self.context = context
        self.choice = choice
        self.client = context.client
        self.wanted = wanted
        self.instance: Instance = {}
        self.rows: dict[str, Row] = {}
        self.deadline = Deadline(self.client, context.params["wait_timeout"])
        self.busy = Busy(self.deadline)
        self.changes: tuple[dict[str, t.Any], dict[str, t.Any]] = ({}, {})
        # What was sent and is not waited for.
        self.sent: set[str] = set()

    def ensure(self) -> None:
        instance_id = self.choice.instance_id
        if not instance_id:
            instance_id = find_instance(self.client, t.cast("str", self.choice.instance_name))["instance_id"]
        self._read(self.client, t.cast("str", instance_id))
        while True:
            differing = self._differences()
            self._check(differing)
            if not differing:
                return
            self._warn(differing)
            if self.context.check_mode:
                self._predict(differing)
                return
            self._request(differing)

    # --- read --------------------------------------------------------------------------------------------------------

    def _read(self, client: Client, instance_id: str) -> None:
        # A row of the list of instances need not have all fields, nor their values.
        self.instance = instances.show_instance(client, instance_id)
        if self.context.params["parameters"]:
            self.rows = {row["name"]: row for row in configs.show_configs(client, instance_id)}
            integers = [name for name in self.wanted if self.rows.get(name, {}).get("value_type") == "integer"]
            self.wanted.update({name: _as_integer(self.wanted[name]) for name in integers})
        returned = {name: self.rows[name]["value"] for name in self.wanted if name in self.rows}
        self.context.returned.update({"parameters": returned, _AUTO: self._value(_AUTO)})

    @property
    def _id(self) -> str:
        return t.cast("str", self.instance["instance_id"])

    def _value(self, name: str) -> t.Any:
        if name == _AUTO:
            return flag(self.instance.get("enable_auto_topic"))
        return self.rows.get(name, {}).get("value")

    def _differences(self) -> Differences:
        """Return what differs, with the existing and the wanted value. Raises :class:`UnexpectedState` for an unknown parameter."""
        unknown = [name for name in self.wanted if name != _AUTO and name not in self.rows]
        if unknown:
            near = difflib.get_close_matches(unknown[0], self.rows, 3)
            raise UnexpectedState(
                f"the instance has no parameter {', '.join(unknown)}",
                f"Did you mean {' or '.join(near)}?"
                if near
                else "huaweicloud_kafka_instance_info returns all with parameters: true.",
            )
        if _AUTO in self.wanted and self._value(_AUTO) is None:
            raise UnexpectedState(f"the service does not return enable_auto_topic, so {_AUTO} can't be compared")
        return {
            name: (self._value(name), wanted)
            for name, wanted in self.wanted.items()
            if name not in self.sent and not _is_equal(self._value(name), wanted)
        }

    # --- plan --------------------------------------------------------------------------------------------------------

    def _check(self, differing: Differences) -> None:
        """Raise :class:`UnexpectedState` if one of the changes would be refused."""
        for name, (existing, wanted) in differing.items():
            row = self.rows.get(name, {}) if name != _AUTO else {}
            rule = _violated(row, wanted) if row else ""
            if rule:
                raise UnexpectedState(f"the parameter {name} must be {rule}, not {wanted!r}")
            if row.get("config_type") == "static":
                raise UnexpectedState(
                    f"the parameter {name} is {existing!r} and can't be changed to {wanted!r} here",
                    "It is a static parameter, which needs a restart of the instance: change it on the console.",
                )
        if differing:
            check_status(self.context, self.instance)

    def _warn(self, differing: Differences) -> None:
        values = {name: wanted for name, (_existing, wanted) in differing.items()}
        opens = str(values.get(configs.OPEN_TOPICS, "")).lower()
        if opens == "true":
            self.context.warn(f"With {configs.OPEN_TOPICS}, every user can use topics that have no permissions.")
        elif opens == "false":
            self.context.warn(
                f"Without {configs.OPEN_TOPICS}, only the first user of the instance can use topics that have no permissions. From then on,"
                " that user can use all topics, whatever is set later."
            )
        if str(values.get(configs.AUTO_GROUPS, "")).lower() == "false":
            self.context.warn(f"Smart Connect needs {configs.AUTO_GROUPS}: without it, its tasks fail.")
        if _AUTO in values:
            self.context.warn(f"The service may restart the instance to change {_AUTO}.")

    def _predict(self, differing: Differences) -> None:
        self.context.changed = True
        wanted = {name: value for name, (_existing, value) in differing.items()}
        for side, values in zip(self.changes, ({name: pair[0] for name, pair in differing.items()}, wanted)):
            side.update(values)
        auto = wanted.pop(_AUTO, self._value(_AUTO))
        self.context.returned.update({"parameters": {**self.context.returned["parameters"], **wanted}, _AUTO: auto})

    # --- apply -------------------------------------------------------------------------------------------------------

    def _request(self, differing: Differences) -> None:
        """Send one request for some of what is *differing*, and wait; the rest is planned again."""
        part = {name: pair for name, pair in differing.items() if name != _AUTO} or differing
        values = {name: wanted for name, (_existing, wanted) in part.items()}

        def send(client: Client, _unused: list[None]) -> list[str | None]:
            if _AUTO in values:
                return [configs.set_auto_topic(client, self._id, values[_AUTO])]
            return [configs.modify_configs(client, self._id, values)]

        def look_up(client: Client, indexes: list[int]) -> dict[int, Seen]:
            wait_for_job(client, self._id, None, _JOBS, self.deadline)
            self._read_until(part, 0.0)
            left = self._left(part)
            hint = f"A lookup after that found: {describe(left)}. Run the task again."
            return {index: Seen(not left, hint=hint) for index in indexes}

        (write,) = write_all(self.client.until(self.deadline.end), [None], send, look_up, "changed", resend=True)
        if write.outcome is Outcome.REFUSED and _is_busy(write):
            self.busy.wait_out(self.client, self._id, t.cast("ServiceError", write.cause))
            self._read(self.client, self._id)
            return
        if write.lookup:
            self._record(part)
        write.result()
        if write.found:
            return
        if not (self.context.params["wait"] or len(part) < len(differing)):
            self.sent.update(part)
            self._did(part, values)
            self.context.warn("The service accepted the change, and wait is false, so it is unknown when it is done.")
            return
        self._wait(part, write.value)

    def _wait(self, part: Differences, job_id: str | None) -> None:
        """Wait for a request that was accepted, and record what it changed. What did not change is an error."""
        error: KafkaError | None = None
        try:
            with action("wait for the change of the parameters"):
                wait_for_job(self.client, self._id, job_id, _JOBS, self.deadline)
                self._read_until(part, 0.0 if job_id else _PATIENCE)
        except KafkaError as caught:
            error = caught
            try:
                self._read(self.client, self._id)
            except KafkaError:
                self.context.did(_SENT)
                raise caught from None
        left = self._record(part)
        if not left:
            if error:
                self.context.warn(f"Everything is as wanted, but the service may not have finished: {error}.")
            return
        if isinstance(error, WaitTimeout):
            self.context.did(_SENT)
        if error:
            raise error
        raise UnexpectedState(f"the service accepted the request, but did not change everything: {describe(left)}")

    def _read_until(self, part: Differences, patience: float) -> None:
        """Read until the instance is not changing any more, and then for *patience* until everything is as wanted."""
        began: list[float] = []

        def poll(client: Client) -> str | None:
            self._read(client, self._id)
            status, job = str(self.instance.get("status")), running_job(self.instance)
            if status in PASSING or job in _JOBS:
                return f"status {status}, {job}" if job else f"status {status}"
            began.append(client.now())
            left = self._left(part)
            return describe(left) if left and client.now() - began[0] < patience else None

        wait(self.client, poll, self.deadline, "the parameters to be as wanted")

    def _left(self, part: Differences) -> Differences:
        """Return what of *part* is not as wanted."""
        values = {name: (self._value(name), wanted) for name, (_existing, wanted) in part.items()}
        return {name: (value, wanted) for name, (value, wanted) in values.items() if not _is_equal(value, wanted)}

    def _record(self, part: Differences) -> Differences:
        """Record what of *part* has changed, and return what is left."""
        left = self._left(part)
        moved = {name: self._value(name) for name in part if self._value(name) != part[name][0]}
        if moved:
            self._did({name: part[name] for name in moved}, moved)
        return left

    def _did(self, part: Differences, values: t.Mapping[str, t.Any]) -> None:
        self.context.did(f"changed {', '.join(part)}")
        for name, (existing, _wanted) in part.items():
            self.changes[0].setdefault(name, existing)
            self.changes[1][name] = values[name]


def _spelled(value: str) -> str:
    """Return *value* as it is sent: a boolean from a template, such as ``False``, in the spelling of the service."""
    return value.strip().lower() if value.strip().lower() in ("true", "false") else value


def _as_integer(value: str) -> str:
    """Return *value* as the service writes an integer: a template can make ``72.0`` of it. What is none is returned as it is."""
    found = number(value.strip().removesuffix(".0"))
    return value if found is None else str(found)


def _is_busy(write: Write) -> bool:
    return isinstance(write.cause, ServiceError) and write.cause.reason == BUSY


def _is_equal(value: t.Any, wanted: t.Any) -> bool:
    """Return whether a parameter has the *wanted* value, as text; the case of booleans does not matter."""
    return _spelled(configs.as_text(value)) == _spelled(configs.as_text(wanted))


def _violated(row: Row, value: str) -> str:
    """Return the rule of a parameter that *value* violates, as far as the service returns it in a readable form; else empty."""
    valid, kind = configs.as_text(row.get("valid_values")).strip(), row.get("value_type")
    if kind == "integer":
        chosen, limits = number(value), _RANGE.fullmatch(valid)
        if chosen is None:
            return "an integer"
        if limits and not int(limits[1]) <= chosen <= int(limits[2]):
            return f"from {limits[1]} to {limits[2]}"
    elif kind == "enum":
        choices = [choice.strip(" \"'") for choice in valid.strip("[]").split(",")]
        readable = any(_is_equal(choice, row["value"]) for choice in choices)
        if readable and not any(_is_equal(choice, value) for choice in choices):
            return f"one of {', '.join(choices)}"
    return ""
