# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of topics, and the checks of what several change together; they need no requests."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api.listing import Listing
from ansible_collections.huaweicloud.kafka.plugins.module_utils.context import TaskContext
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.ensure import Observed, make_entries, plan
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.kind import Parent
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import (
    CREATE,
    DELETE,
    MODIFY,
    WAIT_GONE,
    Step,
    match,
    plan_of,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.wait import Deadline
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.topic.fields import TABLE
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.topic.kind import KIND
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import KafkaError, UnexpectedState
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import Clock, Service
from ansible_collections.huaweicloud.kafka.tests.unit.topics import BYTES, row

Row = dict[str, t.Any]
Options = dict[str, t.Any]

BEFORE = {
    "name": "orders",
    "partition": 3,
    "replication": 3,
    "retention_time": 72,
    "sync_replication": False,
    "sync_message_flush": False,
    "topic_desc": "",
    "topic_other_configs": {"max.message.bytes": "1000"},
}
KEYS = "With more partitions, messages of a key can go to another partition than before."
SYNC = "The topic has one replica, so the service may refuse sync_replication."


def desired(state: str = "present", **options: t.Any) -> t.Any:
    return KIND.read_options({"name": "orders", "state": state, "wait_timeout": 600, **options})


class Planned(t.NamedTuple):
    """The steps, what the diff shows after them besides :data:`BEFORE`, and the warnings."""

    steps: tuple[Step, ...]
    after: Row
    warnings: tuple[str, ...] = ()


NOTHING = Planned((), {})


def modified(*warnings: str, **after: t.Any) -> Planned:
    return Planned((MODIFY,), after, warnings)


PLANS: dict[str, tuple[Options, Row | None, Planned]] = {
    "same": ({"partition": 3, "replication": 3, "retention_time": 72}, row(), NOTHING),
    "nothing is wanted of it": ({}, row(partition=5), NOTHING),
    "internal, same": ({"partition": 3}, row(topic_type=1), NOTHING),
    "more partitions": ({"partition": 5}, row(), modified(KEYS, partition=5)),
    "retention": ({"retention_time": 24}, row(), modified(retention_time=24)),
    "description is removed": ({"topic_desc": ""}, row(topic_desc="all"), modified(topic_desc="")),
    "flags": (
        {"sync_replication": True, "sync_message_flush": True},
        row(),
        modified(sync_replication=True, sync_message_flush=True),
    ),
    "one replica": (
        {"sync_replication": True},
        row(replication=1),
        modified(SYNC, replication=1, sync_replication=True),
    ),
    "one replica, off": (
        {"sync_replication": False},
        row(replication=1, sync_replication=True),
        modified(replication=1),
    ),
    "one replica, other change": (
        {"sync_replication": True, "retention_time": 1},
        row(replication=1, sync_replication=True),
        modified(replication=1, sync_replication=True, retention_time=1),
    ),
    "config": (
        {"topic_other_configs": {"a": 1}},
        row(),
        modified(topic_other_configs={"max.message.bytes": "1000", "a": "1"}),
    ),
    "configs are empty": ({"topic_other_configs": {}}, row(), NOTHING),
    "many": (
        {"partition": 4, "retention_time": 1, "topic_desc": "all"},
        row(),
        modified(KEYS, partition=4, retention_time=1, topic_desc="all"),
    ),
}


@pytest.mark.parametrize("name", PLANS)
def test_plan_of_a_topic_that_exists(name: str) -> None:
    options, topic, expected = PLANS[name]
    made = plan_of(KIND, desired(**options), topic)
    assert (made.steps, made.warnings) == (expected.steps, expected.warnings)
    if made.steps:
        assert topic is not None
        assert made.before == TABLE.comparable(topic)
        assert made.after == {**BEFORE, **expected.after}
        assert TABLE.comparable(t.cast("Row", made.body)) == made.after
    else:
        assert (made.before, made.after, made.body) == ({}, {}, None)


def test_plan_of_a_creation() -> None:
    configs = {"b": True, "a": 1}
    made = plan_of(KIND, desired(partition=3, replication=1, sync_replication=True, topic_other_configs=configs), None)
    assert (made.steps, made.before, made.warnings) == ((CREATE,), {}, (SYNC,))
    common = {"name": "orders", "partition": 3, "replication": 1, "sync_replication": True}
    assert made.after == {**common, "topic_other_configs": {"a": "1", "b": "true"}}
    sent = [{"name": "a", "value": "1"}, {"name": "b", "value": "true"}]
    assert made.body == {**common, "topic_other_configs": sent}


@pytest.mark.parametrize("topic", [row(), row(topic_type=1), row("__trace")])
def test_plan_of_a_deletion(topic: Row) -> None:
    made = plan_of(KIND, desired("absent"), topic)
    assert (made.steps, made.before, made.after) == ((DELETE, WAIT_GONE), TABLE.comparable(topic), {})


def test_an_absent_topic_stays_absent() -> None:
    # Options that describe the topic are not even checked.
    assert plan_of(KIND, desired("absent", partition=0), None).steps == ()


INTERNAL = "it is an internal topic, which this collection neither changes nor deletes"
REFUSED: dict[str, tuple[Options, Row | None, str, str]] = {
    "fewer partitions": ({"partition": 2}, row(), "partition is 3 and can't be lowered to 2", "It can only grow."),
    "fewer, and another change": ({"partition": 2, "retention_time": 1}, row(), "can't be lowered to 2", ""),
    "replicas": (
        {"replication": 1},
        row(),
        "replication is 3 and can't be changed to 1",
        "a reassignment of the partitions",
    ),
    "more replicas": ({"replication": 5}, row(), "replication is 3 and can't be changed to 5", "reassignment"),
    "no partitions": ({"retention_time": 1}, None, "partition must be set to create the topic", ""),
    "invalid new name": ({"name": "a", "partition": 1}, None, "name of a new topic must be 3 to 200 letters", ""),
    "preset name": ({"name": "__trace", "partition": 1}, None, "__trace is the name of an internal topic", ""),
    "internal by its type": ({"retention_time": 1}, row(topic_type=1), INTERNAL, ""),
    "internal by its name": ({"name": "__trace", "retention_time": 1}, row("__trace"), INTERNAL, ""),
    "internal of MirrorMaker": ({"name": "A.heartbeats", "partition": 9}, row("A.heartbeats"), INTERNAL, ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_plan_is_refused(name: str) -> None:
    options, topic, message, hint = REFUSED[name]
    with pytest.raises(KafkaError) as caught:
        plan_of(KIND, desired(**options), topic)
    assert message in str(caught.value)
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("name", "listing", "expected"),
    [
        ("orders", [row("Orders")], None),
        ("orders", [row("orders")], "orders"),
        ("a.b", [row("a_b")], None),
    ],
)
def test_name_selects_exactly(name: str, listing: list[Row], expected: str | None) -> None:
    found = match(desired(name=name), Listing(listing, len(listing), "name", "name"), "topic", "topic")
    assert (found and found["name"]) == expected


def test_incomplete_list_proves_no_absence() -> None:
    with pytest.raises(UnexpectedState, match="the list contains 1 of 2 topics"):
        match(desired(), Listing([row("other")], 2, "name", "name"), "topic", "topic")


# --- what entries change together ------------------------------------------------------------------------------------

Wanted = list[Options]


def drop(name: str) -> Options:
    return {"name": name, "state": "absent"}


def make(name: str, partition: int = 1) -> Options:
    return {"name": name, "partition": partition}


def checked(rows: list[Row], wanted: Wanted, left: int | None = None) -> tuple[list[str], list[str]]:
    """Return the errors of the entries, and the warnings."""
    client = samples.client(Clock(), Service())
    context = TaskContext({"wait": True}, False, lambda: client)
    listing = Listing(rows, len(rows), "name", "name", {"remain_partitions": left})
    observed = Observed(KIND, None, "instance i-1", Parent("i-1"), listing, Deadline(client, 0))
    entries = make_entries(observed, [(context, desired(**{"state": "present", **options})) for options in wanted])
    plan(client, entries)
    KIND.check(context, [entry for entry in entries if entry.plan.writes], listing, False)
    return [str(entry.error) for entry in entries if entry.error], context.warnings


COLLISION = "its name differs from that of the topic {} only in . and _, which collide in Kafka"
COLLISIONS: dict[str, tuple[list[str], Wanted, list[str]]] = {
    "with an existing topic": (["a.bc"], [make("a_bc")], ["a.bc"]),
    "in several places": (["a_b.c_d"], [make("a.b_c.d")], ["a_b.c_d"]),
    "within the set": ([], [make("a.bc"), make("a_bc")], ["a.bc"]),
    "all of three": (["a.b.c"], [make("a.b_c"), make("a_b_c")], ["a.b.c", "a.b.c"]),
    "with one that is deleted": (["a.bc"], [drop("a.bc"), make("a_bc")], []),
    "deleted after it in the set": (["a.bc"], [make("a_bc"), drop("a.bc")], []),
    "one of two is deleted": (["a.bc", "a_bc"], [drop("a.bc"), make("a-bc"), make("a.bc.d")], []),
    "other letters": (["a.bc"], [make("A_bc"), make("a-bc"), make("abc")], []),
    "both exist": (["a.bc", "a_bc"], [make("a.bc", 9), make("a_bc", 9)], []),
    "both exist, the other is unchanged": (["a_bc", "a.bc"], [make("a_bc", 9)], []),
}


@pytest.mark.parametrize("name", COLLISIONS)
def test_collisions(name: str) -> None:
    existing, wanted, others = COLLISIONS[name]
    assert checked([row(each) for each in existing], wanted)[0] == [COLLISION.format(other) for other in others]


def few(needed: int, left: int) -> str:
    return f"{needed} more partitions are needed, but the service returns that {left} are left: it may refuse them."


PARTITIONS: dict[str, tuple[Wanted, int | None, list[str]]] = {
    "enough": ([make("new", 4)], 4, []),
    "too few": ([make("new", 4)], 3, [few(4, 3)]),
    "not returned": ([make("new", 200)], None, []),
    "all together": ([make("new", 2), make("new2", 2)], 3, [few(4, 3)]),
    "growth": ([make("orders", 8)], 4, [few(5, 4)]),
    "growth that suffices": ([make("orders", 8)], 5, []),
    "a deletion frees some": ([drop("orders"), make("new", 4)], 1, []),
    "a deletion frees too few": ([drop("orders"), make("new", 5)], 1, [few(2, 1)]),
    "nothing is needed": ([{"name": "orders", "retention_time": 1}], -1, []),
}


@pytest.mark.parametrize("name", PARTITIONS)
def test_partitions_that_are_left(name: str) -> None:
    wanted, left, warnings = PARTITIONS[name]
    assert checked([row()], wanted, left) == ([], warnings)


def test_what_a_topic_returns() -> None:
    assert KIND.result(
        {"name": "orders", "topic_desc": "", "retention_time": None, "topic_other_configs": [BYTES]}
    ) == {
        "name": "orders",
        "topic_desc": "",
        "topic_other_configs": [BYTES],
    }
