# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The fields of a Smart Connect task.

Source of ranges and conditions: the API reference (CreateConnectorTask), the user guide, and the vendor's Terraform provider.
"""

from __future__ import annotations

import functools
import re
import typing as t

from ...reconcile.fields import Field, Table, as_list
from ...rest.errors import InvalidOption
from ...rest.response import number
from .. import kafka

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.fields import Descriptor, Differences

_ALIAS = re.compile(r"[A-Za-z0-9_-]{1,20}", re.ASCII)
_TASK_NAME = re.compile(r"[A-Za-z0-9_-]{4,64}", re.ASCII)
_MAX_PAIRS = 20
_SASL = ("SASL_SSL", "SASL_PLAINTEXT")

OBS_SINK = "OBS_SINK"
REPLICATION = "KAFKA_REPLICATOR_SOURCE"
NONE = "NONE"


def check_task_name(name: str) -> None:
    """Raise :class:`InvalidOption` unless *name* follows the rule of the console for new tasks."""
    if not _TASK_NAME.fullmatch(name):
        raise InvalidOption(f"task_name of a new task must be 4 to 64 letters, digits, - and _, not {name!r}")


def _check_alias(value: str) -> str:
    if not _ALIAS.fullmatch(value):
        raise ValueError(f"1 to 20 letters, digits, - and _, not {value!r}")
    return value


def _at_least_1(value: int) -> int:
    if value < 1:
        raise ValueError(f"1 or more, not {value}")
    return value


def _check_regex(value: str) -> str:
    if not value.strip():
        raise ValueError("a regular expression, not blank")
    return value


def _check_mapping(value: str) -> str:
    if not value:
        return value
    pairs = [pair.strip() for pair in value.split(",")]
    if not all(re.fullmatch(r"[A-Za-z0-9._-]+:[A-Za-z0-9._-]+", pair) for pair in pairs):
        raise ValueError(f"pairs of topics such as a:b,c:d, not {value!r}")
    if len(pairs) > _MAX_PAIRS:
        raise ValueError(f"at most {_MAX_PAIRS} pairs, not {len(pairs)}")
    return ",".join(pairs)


def _joined(value: str) -> str:
    return ",".join(server.strip() for server in value.split(","))


TOPICS = Table("", kafka.TOPICS, Field("topics_regex", "str", _check_regex), exclusive=("topics", "topics_regex"))

SINK = Table(
    "sink_task",
    kafka.CONSUMER_STRATEGY._replace(required=True),
    Field("destination_file_type", default="TEXT", choices=("TEXT",)),
    kafka.DELIVER_TIME_INTERVAL,
    Field("access_key", secret=True),
    Field("secret_key", secret=True),
    Field("agency_name"),
    Field("obs_bucket_name", required=True),
    kafka.OBS_PATH,
    kafka.PARTITION_FORMAT,
    kafka.RECORD_DELIMITER._replace(normalise=lambda value: kafka.delimiter(value) or "\n"),
    Field("store_keys", "bool", unset=False, secret=False),
)

SOURCE = Table(
    "source_task",
    Field("current_cluster_name", "str", _check_alias),
    Field("cluster_name", "str", _check_alias),
    Field("instance_id"),
    Field("bootstrap_servers", "str", _joined, as_list),
    Field("security_protocol", choices=("PLAINTEXT", *_SASL)),
    Field("sasl_mechanism", choices=("PLAIN", "SCRAM-SHA-512")),
    Field("user_name"),
    Field("password", secret=True),
    Field("direction", required=True, choices=("pull", "push", "two-way")),
    Field("sync_consumer_offsets_enabled", "bool", unset=False),
    Field("replication_factor", "int", _at_least_1),
    Field("task_num", "int", _at_least_1),
    Field("rename_topic_enabled", "bool", unset=False),
    Field("topics_mapping", "str", _check_mapping, as_list),
    Field("provenance_header_enabled", "bool", unset=False),
    kafka.CONSUMER_STRATEGY,
    Field("compression_type", choices=("none", "gzip", "snappy", "lz4", "zstd")),
    exclusive=("instance_id", "bootstrap_servers"),
)

TASK = Table(
    "",
    kafka.TASK_ID,
    kafka.TASK_NAME,
    *TOPICS.fields.values(),
    Field("sink_task", "dict", table=SINK),
    Field("source_task", "dict", table=SOURCE),
)
task_options = TASK.spec
task_entries = functools.partial(
    TASK.entries, "present", "absent", "running", "paused", required_one_of=[["task_id", "task_name"]]
)

SIDES = {"sink_task": (SINK, "sink_type", OBS_SINK), "source_task": (SOURCE, "source_type", REPLICATION)}

# Fields that can't be set together.
_EXCLUDED = (
    ("instance_id", "bootstrap_servers"),
    ("rename_topic_enabled", "topics_mapping"),
    ("access_key", "agency_name"),
    ("secret_key", "agency_name"),
)


class Description(t.NamedTuple):
    """What the user wants a task to be: *topics* and the descriptor of its *side* ("sink_task" or "source_task")."""

    topics: Descriptor
    side: str
    descriptor: Descriptor

    def lacks_keys(self, kept: Row | None = None) -> str | None:
        """Return which options are missing to create the task, with fields of *kept*; ``None`` if it can be created."""
        given = self._merged(kept)
        if self.side == "sink_task":
            if given.get("agency_name") or (given.get("access_key") and given.get("secret_key")):
                return None
            return "sink_task.access_key and sink_task.secret_key, or sink_task.agency_name,"
        if given.get("security_protocol") in _SASL and not given.get("password"):
            return "source_task.password"
        return None

    def body(self, kept: Row | None = None) -> dict[str, t.Any]:
        """Return the body that creates the task; fields that are not set are those of *kept*."""
        _table, kind, value = SIDES[self.side]
        topics = self.topics or _own_topics(kept or {})
        return {**topics, "source_type": NONE, "sink_type": NONE, kind: value, self.side: self._merged(kept)}

    def _merged(self, kept: Row | None) -> Descriptor:
        table = SIDES[self.side][0]
        base = table.defaults()
        if kept:
            base.update(table.as_sent(kept.get(self.side) or {}))
            base = without_excluded(base, self.descriptor)
            base = _without_filled(base, self.descriptor, base)
            if base.get("direction") == "two-way":
                # The service may return twice the number that was set.
                base.pop("task_num", None)
        return {**base, **self.descriptor}

    def comparable(self, task: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Return *task*, or a body that creates or modifies it, in the form that compares."""
        view: dict[str, t.Any] = {"task_name": task["task_name"], **TOPICS.comparable(task)}
        for side in SIDES:
            if task.get(side):
                view[side] = SIDES[side][0].comparable(_without_filled(task[side], self.descriptor, task[side]))
        return view

    def differences(self, task: Row) -> Differences:
        """Return what differs in *task*, with the side in the name of its fields."""
        differing = dict(TOPICS.differences(self.topics, task))
        table = SIDES[self.side][0]
        other = "source_task" if self.side == "sink_task" else "sink_task"
        if task.get(other) and not task.get(self.side):
            return {**differing, "type": (other, self.side)}
        echoed = dict(task.get(self.side) or {})
        desired = _without_filled(self.descriptor, self.descriptor, echoed)
        echoed = _without_filled(echoed, self.descriptor, echoed)
        # The service may return twice the number that was set.
        doubled = "task_num" in desired and number(echoed.get("task_num")) == 2 * desired["task_num"]
        if echoed.get("direction") == "two-way" and doubled:
            echoed["task_num"] = desired["task_num"]
        found = table.differences(desired, echoed)
        differing.update((f"{self.side}.{name}", pair) for name, pair in found.items())
        return differing


def without_excluded(side: Descriptor, written: Descriptor) -> Descriptor:
    """Return *side* without the fields that can't be set beside those that are *written*."""
    excluded = [other for pair in _EXCLUDED for name, other in (pair, pair[::-1]) if written.get(name)]
    return {name: value for name, value in side.items() if name not in excluded}


def _own_topics(task: t.Mapping[str, t.Any]) -> Descriptor:
    """Return the topics of *task*, unless they are those of its mapping: the service may have filled them in."""
    topics = TOPICS.as_sent(task)
    mapping = str((task.get("source_task") or {}).get("topics_mapping") or "")
    implied = as_list([pair.partition(":")[0] for pair in mapping.split(",")])
    return {} if "topics" in topics and as_list(topics["topics"]) == implied else topics


def _without_filled(side: Descriptor, desired: Descriptor, echoed: Descriptor) -> Descriptor:
    """Return *side* without the fields that the service fills in: they are not compared with *desired*."""
    filled: tuple[str, ...] = ("bootstrap_servers",) if desired.get("instance_id") else ()
    if (desired.get("security_protocol") or echoed.get("security_protocol") or "PLAINTEXT") == "PLAINTEXT":
        filled = (*filled, "sasl_mechanism", "user_name")
    return {name: value for name, value in side.items() if name not in filled}


def prepare(params: t.Mapping[str, t.Any]) -> Description | None:
    """Return the description in *params*, ``None`` if there is none. Raises :class:`InvalidOption`."""
    sides = [side for side in SIDES if params.get(side) is not None]
    named = [name for name in ("topics", "topics_regex") if params.get(name)]
    if not sides and not named:
        return None
    if len(sides) != 1:
        raise InvalidOption("exactly one of sink_task and source_task must be set")
    side = sides[0]
    # An example in the API reference replicates by a mapping, without topics.
    by_mapping = side == "source_task" and params[side].get("topics_mapping") and not named
    exists = params.get("task_id") is not None
    topics: Descriptor = {} if by_mapping else TOPICS.prepare(params, exists)
    descriptor = SIDES[side][0].prepare(params[side], exists)
    for name, other in _EXCLUDED:
        if descriptor.get(name) and descriptor.get(other):
            raise InvalidOption(f"{side}.{name} and {side}.{other} can't be set together")
    if side == "source_task":
        _check_source(descriptor)
    return Description(topics, side, descriptor)


def _check_source(source: Descriptor) -> None:
    loops = not (source.get("rename_topic_enabled") or source.get("provenance_header_enabled"))
    if source["direction"] == "two-way" and loops:
        raise InvalidOption(
            "source_task.direction two-way needs provenance_header_enabled or rename_topic_enabled: without them,"
            " messages are replicated in a loop"
        )
    if source.get("security_protocol") in _SASL:
        missing = [name for name in ("sasl_mechanism", "user_name") if not source.get(name)]
        if missing:
            raise InvalidOption(
                f"source_task.{' and source_task.'.join(missing)} must be set with security_protocol"
                f" {source['security_protocol']}"
            )


def without_secrets(task: Row) -> Row:
    """Return a copy of *task* for results: the entity as the API describes it."""
    shown = TASK.without_secrets(task)
    shown.pop("start_later", None)
    if "task_id" in shown:
        shown["id"] = shown.pop("task_id")
    return shown


def definition(task: Row) -> tuple[dict[str, t.Any], list[str]]:
    """Return *task* as an entry of the option ``tasks``, without secrets, and the names of the fields that it leaves out."""
    sides = {side: _without_filled(task[side], task[side], task[side]) for side in SIDES if task.get(side)}
    entry, left_out = TASK.definition({**task, **sides}, kafka.implied_fields(task))
    state = {"RUNNING": "running", "PAUSED": "paused", "WAITING": "paused"}.get(task["status"])
    if state:
        entry["state"] = state
    return entry, left_out
