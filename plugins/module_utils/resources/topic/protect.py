# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What forbids the deletion of a topic: tasks that read or write it, consumers, and messages."""

from __future__ import annotations

import contextlib
import re
import typing as t

from ...api import sink_tasks, smart_connect, topics
from ...reconcile.fields import as_list
from ...reconcile.plan import require_complete
from ...rest.concurrency import run_concurrently
from ...rest.errors import UNKNOWN_URL, KafkaError, ServiceError, UnexpectedState, action
from .. import kafka
from ..connector import connector_of
from ..sink_task.fields import OPTION
from ..smart_connect.fields import REPLICATION

if t.TYPE_CHECKING:
    from ...api.instances import Instance
    from ...api.listing import Listing, Row
    from ...context import TaskContext
    from ...reconcile.entry import Entry
    from ...rest.client import Client

_SMART, _SINK = "Smart Connect task", "sink task"
_KINDS = {_SMART: "smart_connect_tasks", _SINK: "sink_tasks"}
# A set within a set, and an intersection: Python takes them for characters, Java, and so the service, does not.
_SETS_OF_JAVA = re.compile(r"\[[^\]]*(\[|&&)")
_ANY = ".*"


class Use(t.NamedTuple):
    """The topics of a *task* of the API of *noun*: their *names*, or the *expression* that they match.

    A replication that writes here also has the topics of these names behind an alias of its peer, see :meth:`has`; ``None``: it does
    not write here. Without *aliases*, any alias counts.
    """

    noun: str
    task: Row
    names: t.Collection[str]
    expression: str = ""
    aliases: t.Collection[str] | None = None

    def __str__(self) -> str:
        return f"{self.noun} {self.task['task_name']} (task id {self.task['task_id']})"

    @property
    def described(self) -> Row:
        """The task for results."""
        return {"kind": self.noun, **{key: self.task[key] for key in ("task_id", "task_name")}}

    def has(self, topic: str) -> bool:
        """Return whether the task reads or writes *topic*."""
        if self.aliases is None or self._matches(topic):
            return self._matches(topic)
        alias, _dot, rest = topic.partition(".")
        return bool(rest) and (not self.aliases or alias in self.aliases) and self._matches(rest)

    def _matches(self, topic: str) -> bool:
        if topic in self.names or _SETS_OF_JAVA.search(self.expression):
            return True
        try:
            return bool(self.expression and re.fullmatch(self.expression, topic))
        except (re.error, OverflowError):
            # The service has other expressions than Python.
            return True


def check_unused(context: TaskContext, instance: Instance, entries: t.Sequence[Entry]) -> None:
    """Fail those of *entries*, topics that are deleted, that the option ``protect`` keeps.

    Raises :class:`KafkaError` if that can't be read: what is unknown must not be deleted.
    """
    protect, instance_id = context.params["protect"], instance["instance_id"]
    if "tasks" in protect:
        with _must_be_read("tasks"):
            uses = read_uses(context.client, instance, [entry.name for entry in entries])
        for entry in entries:
            _keep(entry, "tasks", "is used by {}", [str(use) for use in using(_staying(uses, entry), entry.name)])
    if "consumers" in protect:

        def groups(client: Client, entry: Entry) -> list[str]:
            return t.cast("list[str]", topics.show_topic(client, instance_id, entry.name)["group_subscribed"])

        with _must_be_read("consumers"):
            found = run_concurrently(context.client, groups, entries)
        for entry, names in zip(entries, found):
            left = [name for name in names if entry.will_exist("consumer_groups", name, seen=True) is not False]
            _keep(entry, "consumers", "has consumer groups that subscribe to it: {}", left)
    if "messages" in protect:

        def messages(client: Client, entry: Entry) -> int:
            return topics.count_messages(client, instance_id, entry.name)

        with _must_be_read("messages"):
            counts = run_concurrently(context.client, messages, entries)
        for entry, count in zip(entries, counts):
            _keep(entry, "messages", "has {}", [f"{count} message{'s' if count > 1 else ''}"] if count else [])


@contextlib.contextmanager
def _must_be_read(what: str) -> t.Iterator[None]:
    try:
        with action(f"check the {what} of the topics to delete"):
            yield
    except KafkaError as error:
        error.hint = f"{error.hint or ''} Remove {what} from protect to delete topics without this check.".strip()
        raise


def _keep(entry: Entry, what: str, sentence: str, found: t.Sequence[str]) -> None:
    if found and not entry.error:
        entry.trying = "delete"
        hint = f"Remove {what} from protect to delete it nevertheless."
        if what == "tasks" and entry.context.will_exist:
            hint = f"Topics are deleted before tasks are changed: change or delete the task in an earlier run. {hint}"
        entry.fail(UnexpectedState(f"the topic {sentence.format(', '.join(sorted(found)))}", hint))


def _staying(uses: t.Sequence[Use], entry: Entry) -> list[Use]:
    """Return those of *uses* whose tasks the run does not delete, by either API."""
    gone = [
        use.task["task_id"]
        for use in uses
        if use.has(entry.name) and entry.will_exist(_KINDS[use.noun], use.task["task_id"], seen=True) is False
    ]
    return [use for use in uses if use.task["task_id"] not in gone]


# --- tasks -----------------------------------------------------------------------------------------------------------


def read_uses(client: Client, instance: Instance, names: t.Sequence[str]) -> list[Use]:
    """Return the topics of the tasks of both APIs, as far as they concern the topics *names* of *instance*.

    That there are none is proved by Smart Connect being off, by the service, or by one API that it knows if it does not know the
    other one. Raises :class:`KafkaError` otherwise.
    """
    instance_id, connector_id = instance["instance_id"], connector_of(instance, listed=False)
    if connector_id == "":
        return []
    unknown: list[ServiceError] = []
    no_connector: list[ServiceError] = []

    def read(list_tasks: t.Callable[[Client, str], Listing], parent_id: str, noun: str) -> list[Row]:
        try:
            with action(f"list the {noun}s of instance {instance_id}"):
                listing = list_tasks(client, parent_id)
                require_complete(listing, noun, "it is not complete")
                return listing.rows
        except ServiceError as error:
            if error.reason == UNKNOWN_URL and not unknown:
                unknown.append(error)
            elif error.missing == "connector":
                no_connector.append(error)
            else:
                raise
            return []

    uses = [_smart_use(row) for row in read(smart_connect.list_tasks, instance_id, _SMART)]
    if connector_id is None:
        if no_connector:
            return []
        raise UnexpectedState(f"the service does not return the connector of instance {instance_id}")
    rows = read(sink_tasks.list_tasks, connector_id, _SINK)
    return [*uses, *run_concurrently(client, lambda client, row: _sink_use(client, connector_id, row, names), rows)]


def using(uses: t.Sequence[Use], topic: str) -> list[Use]:
    """Return those of *uses* that have *topic*, each task once: both APIs can list it."""
    return list({use.task["task_id"]: use for use in reversed(uses) if use.has(topic)}.values())[::-1]


def _smart_use(task: Row) -> Use:
    source = task.get("source_task") or {}
    if not source and task.get("source_type") == REPLICATION:
        # It can write any topic: direction, aliases and topics_mapping are not returned.
        return Use(_SMART, task, (), _ANY)
    names = set(as_list(task.get("topics") or "") or ())
    pairs = [pair.partition(":") for pair in str(source.get("topics_mapping") or "").split(",")]
    names.update(left.strip() for left, _colon, _right in pairs)
    aliases = None
    if source and source.get("direction") != "push":
        names.update(right.strip() for _left, _colon, right in pairs)
        aliases = [source[key] for key in ("cluster_name", "current_cluster_name") if source.get(key)]
    # A task whose topics are not returned can have any.
    expression = task.get("topics_regex") or ("" if any(names) else _ANY)
    return Use(_SMART, task, names, expression, aliases)


def _sink_use(client: Client, connector_id: str, task: Row, names: t.Sequence[str]) -> Use:
    given = str(task.get("topics") or "")
    listed, matched = Use(_SINK, task, as_list(given) or ()), Use(_SINK, task, (), given)
    if given and not kafka.are_topics(given):
        return matched
    # The list does not show whether a.b is a name or an expression.
    if given and ("," in given or all(listed.has(name) == matched.has(name) for name in names)):
        return listed
    with action(f"read {listed}"):
        descriptor = sink_tasks.show_task(client, connector_id, task["task_id"])[OPTION]
    names, expression = as_list(descriptor.get("topics") or "") or (), descriptor.get("topics_regex")
    # What is not returned can be the expression that the list shows, or any.
    return Use(_SINK, task, names, expression or ("" if names else given or _ANY))
