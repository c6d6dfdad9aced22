# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Reads the tasks and the consumer groups of all instances of a project, or of one."""

from __future__ import annotations

import typing as t

from ...api import cloud_eye, consumer_groups, instances, sink_tasks, smart_connect
from ...reconcile.fields import check_expression
from ...reconcile.plan import require_complete
from ...rest.concurrency import WIDTH, run_concurrently
from ...rest.errors import CredentialsRejected, InvalidOption, KafkaError, RequestError, UnexpectedState, action
from ...rest.redact import in_one_line
from ...rest.response import flag
from ..connector import NoSuchInstance, connector_of, find_instance
from ..consumer_group.fields import is_own
from ..instance_info import not_returned, shown_if_silent
from ..options import check_id, check_name
from ..sink_task_info import show
from ..smart_connect import health
from .problems import Limits, Task, all_problems, are_gone, described, of_group, of_instance, pair, unread

if t.TYPE_CHECKING:
    import re

    from ...api.instances import Instance
    from ...api.listing import Listing, Row
    from ...context import TaskContext
    from ...rest.client import Client
    from ..smart_connect.health import Health
    from .problems import Read

Result = t.TypeVar("Result")


class _Reading(t.NamedTuple):
    """What was read of an instance; the connector as of :func:`connector_of`. *health* is that of the tasks in *smart*."""

    instance: Instance
    connector_id: str | None
    smart: Read
    sink: Read
    health: t.Sequence[Health] = ()
    health_error: RequestError | None = None
    groups: Read = ()


def gather(context: TaskContext) -> None:
    """Return the tasks of both APIs with their problems, and what could not be read."""
    params, limits = context.params, _limits(context.params)
    instance_id, name = check_id(params, "instance_id"), check_name(params, "instance_name")
    pattern = params["group_pattern"]
    expression = None if pattern is None else check_expression("group_pattern", pattern)
    endpoint = None if params["health"] == "none" else health.endpoint_of(context)
    client, named = context.client, bool(instance_id or name)
    with action("read the Kafka instances"):
        if instance_id:
            with action(f"read instance {instance_id}"):
                rows = [instances.show_instance(client, instance_id)]
        elif name:
            rows = [find_instance(client, name)]
        else:
            # By default, the service leaves out instances whose creation failed.
            rows = instances.list_instances(client, include_failure="true")

    def read(client: Client, row: Instance) -> _Reading:
        reading = _read(client, row, not instance_id, endpoint, limits.max_unknown_minutes)
        return reading._replace(groups=_read_groups(client, row, expression)) if expression else reading

    readings = [
        reading
        for reading in run_concurrently(client, read, rows, WIDTH)
        if not are_gone(reading.smart, reading.sink, reading.groups)
    ]
    if named and not readings:
        raise NoSuchInstance(f"instance {instance_id or name} was deleted in the meantime")
    details = _details(client, readings)
    exist = {
        api
        for reading in readings
        for api, listed in (("smart", reading.smart), ("sink", reading.sink))
        if listed and not isinstance(listed, KafkaError)
    }
    now = int(client.connection.clock.time() * 1000)
    found: list[Row] = []
    groups: list[Row] = []
    watched: list[Row] = []
    problems: list[str] = []
    for reading in readings:
        tasks, lost = _tasks(reading, details)
        own_id = reading.instance["instance_id"]
        common = {
            "instance_name": reading.instance.get("name") or own_id,
            "instance_id": own_id,
            "connector_id": reading.connector_id or None,
        }
        own = [{**common, **described(task, limits, now)} for task in tasks]
        listed = [] if isinstance(reading.groups, KafkaError) else reading.groups
        used_by = [_group(common, group, limits) for group in listed]
        reason = _unread(context, reading, lost, exist)
        instance = {
            **common,
            "status": reading.instance.get("status"),
            "tasks": len(own),
            "groups": len(used_by),
            "problems": of_instance(named, len(own), reason, limits, len(used_by) if expression else None),
            "unread": reason,
        }
        found += own
        groups += used_by
        watched.append(instance)
        problems += all_problems(instance, own, used_by)
    if expression and not (groups or named):
        context.warn("No consumer group of any instance matches group_pattern.")
    unmeasured = sum(row["api"] == "sink-task" for row in found)
    if limits.max_delay_ms is not None and unmeasured:
        context.warn(
            f"max_delay_ms does not apply to tasks that only the API of sink tasks shows, {unmeasured} in all: it returns no delay."
        )
    context.returned.update(healthy=not problems, problems=problems, tasks=found, groups=groups, instances=watched)


def _limits(params: t.Mapping[str, t.Any]) -> Limits:
    """Return the limits in *params*. Raises :class:`InvalidOption`."""
    given = {name: value for name, value in (params["limits"] or {}).items() if value is not None}
    limits = Limits(**given)
    for name in ("max_lag", "max_delay_ms"):
        if given.get(name, 0) < 0:
            raise InvalidOption(f"{name} must be 0 or more, not {given[name]}")
    if not health.FRESH <= limits.max_unknown_minutes <= cloud_eye.MAX_MINUTES:
        raise InvalidOption(
            f"max_unknown_minutes must be from {health.FRESH} to {cloud_eye.MAX_MINUTES}, not {limits.max_unknown_minutes}"
        )
    if limits.max_delay_ms is not None and params["health"] == "none":
        raise InvalidOption("max_delay_ms needs the metrics of Cloud Eye: it can't be set while health is none")
    return limits


def _try(what: str, read: t.Callable[..., Result], *args: t.Any) -> Result | KafkaError:
    """Return what ``read(*args)`` returns, or the error that it raises, unless the credentials were rejected."""
    try:
        with action(what):
            return read(*args)
    except KafkaError as error:
        if isinstance(error, CredentialsRejected) or getattr(error, "status", None) == 401:
            raise
        return error


def _read(client: Client, row: Instance, listed: bool, endpoint: str | None, minutes: int) -> _Reading:
    """Return what can be read of the instance in *row*, which is a row of the list if it is *listed*."""
    instance_id = row["instance_id"]
    instance = _try(f"read instance {instance_id}", shown_if_silent, client, row) if listed else row
    if isinstance(instance, KafkaError):
        return _Reading(row, None, instance, instance)
    connector_id = connector_of(instance)
    if connector_id == "":
        return _Reading(instance, "", [], [])
    smart = _list(client, "Smart Connect task", smart_connect.list_tasks, instance_id, instance_id)
    sink: Read
    if connector_id:
        sink = _list(client, "sink task", sink_tasks.list_tasks, connector_id, instance_id)
    elif isinstance(smart, KafkaError) and smart.missing == "connector":
        return _Reading(instance, "", [], [])
    elif isinstance(smart, KafkaError) and not flag(instance.get("connector_enable")):
        sink = UnexpectedState(f"The service does not return whether Smart Connect of instance {instance_id} is on")
    else:
        sink = UnexpectedState(not_returned(instance_id).rstrip("."))
    if isinstance(smart, KafkaError) or not endpoint:
        return _Reading(instance, connector_id, smart, sink)
    measured = health.read_or_explain(client, endpoint, instance_id, smart, minutes)
    return _Reading(instance, connector_id, smart, sink, *measured)


def _list(
    client: Client, noun: str, list_tasks: t.Callable[[Client, str], Listing], parent_id: str, instance_id: str
) -> Read:
    def read() -> list[Row]:
        listing = list_tasks(client, parent_id)
        require_complete(listing, noun, "it is not complete")
        return listing.rows

    return _try(f"list the {noun}s of instance {instance_id}", read)


def _read_groups(client: Client, row: Instance, expression: re.Pattern[str]) -> Read:
    """Return the consumer groups of an instance whose names match *expression*, but for those of the service."""
    instance_id = row["instance_id"]
    if row.get("status") == "CREATEFAILED":
        return []
    found = _list(client, "consumer group", consumer_groups.list_groups, instance_id, instance_id)
    if isinstance(found, KafkaError):
        return found
    return [group for group in found if is_own(group) and expression.fullmatch(group["group_name"])]


def _group(common: Row, group: Row, limits: Limits) -> Row:
    """Return *group* for results, with its problems."""
    shown = {"group_name": group["group_name"], "status": group["state"], "lag": group["lag"]}
    return {**common, **shown, "problems": of_group(group, limits)}


def _details(client: Client, readings: t.Sequence[_Reading]) -> dict[tuple[str, str], Row | KafkaError | None]:
    """Return the details of all sink tasks, by their connector and their id; ``None`` if a task was deleted."""
    desired = [
        (reading.connector_id or "", row)
        for reading in readings
        if not isinstance(reading.sink, KafkaError)
        for row in reading.sink
    ]

    def read(client: Client, item: tuple[str, Row]) -> Row | KafkaError | None:
        connector_id, row = item
        return _try(f"read sink task {row['task_name']}", show, client, connector_id, row, True)

    found = run_concurrently(client, read, desired, WIDTH)
    return {(connector_id, row["task_id"]): details for (connector_id, row), details in zip(desired, found)}


def _tasks(
    reading: _Reading, details: t.Mapping[tuple[str, str], Row | KafkaError | None]
) -> tuple[list[Task], list[KafkaError]]:
    """Return the tasks of an instance with their *details*, and why some of these could not be read."""
    tasks, lost = [], []
    states = iter(reading.health)
    for smart, listed in pair(reading.smart, reading.sink):
        sink = listed
        if listed:
            found = details[reading.connector_id or "", listed["task_id"]]
            if isinstance(found, KafkaError):
                lost.append(found)
            else:
                sink = found
        if smart or sink:
            state = next(states, None) if smart else None
            tasks.append(Task(smart, sink, state, not reading.health_error))
    return tasks, lost


def _unread(
    context: TaskContext, reading: _Reading, lost: t.Sequence[KafkaError], exist: t.Container[str]
) -> str | None:
    """Return why not everything of an instance could be read, in sentences. The region has the APIs in *exist*."""
    sentences = []
    errors = unread(reading.smart, reading.sink, exist)
    if errors:
        sentences += ["its tasks could not be read.", *(_explained(context, error) for error in errors)]
    if lost:
        # The others have the same reason, as a rule.
        sentences += ["the lag of its sink tasks could not be read.", _explained(context, lost[0])]
    if isinstance(reading.groups, KafkaError):
        sentences += ["its consumer groups could not be read.", _explained(context, reading.groups)]
    if reading.health_error:
        sentences.append(health.unread(context.describe(reading.health_error)))
    return in_one_line(" ".join(sentences)) or None


def _explained(context: TaskContext, error: KafkaError) -> str:
    tried = f"Could not {error.action}: " if error.action else ""
    return tried + context.describe(error)
