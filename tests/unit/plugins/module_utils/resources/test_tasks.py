# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all entries of a set together change, compared with the quota and with the topics of other tasks."""

from __future__ import annotations

import types
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api.listing import Listing
from ansible_collections.huaweicloud.kafka.plugins.module_utils.context import TaskContext
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.ensure import preflight
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.kind import Parent
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import (
    CREATE,
    DELETE,
    WAIT_GONE,
    WAIT_READY,
    Plan,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.kafka import null_delimiter
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task import kind as sink_tasks
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect import kind as smart_connect
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.plan import PAUSE
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import UnexpectedState

Row = dict[str, t.Any]

KINDS = {
    name: kind._replace(preflight=lambda context, parent, entries: None)
    for name, kind in (("sink", sink_tasks.KIND), ("connect", smart_connect.KIND))
}
STEPS = {
    "created": (CREATE, WAIT_READY),
    "created after another": (WAIT_GONE, CREATE, WAIT_READY),
    "deleted": (DELETE, WAIT_GONE),
    "recreated": (DELETE, WAIT_GONE, CREATE, WAIT_READY),
    "paused": (PAUSE, WAIT_READY),
    "unchanged": (WAIT_READY,),
}


def task(name: str, topics: str = "", **fields: t.Any) -> Row:
    return {"task_id": f"t-{name}", "task_name": name, "topics": topics, **fields}


def body(kind: str, name: str, topics: str) -> Row:
    described = {"topics": topics} if topics else {"topics_regex": "a.*"}
    if kind == "sink":
        return {"task_name": name, "obs_destination_descriptor": described}
    return {"task_name": name, **described, "sink_task": {"obs_bucket_name": "b"}}


def no_client() -> t.Any:
    raise AssertionError("nothing is sent")


def preflight_of(
    kind: str, listing: Listing, wanted: t.Sequence[tuple[str, str, str]], check_mode: bool
) -> list[tuple[str, str]]:
    """Check what happens to each entry, which has a name and topics; return the warnings, each with its entry if it has one."""
    observed = types.SimpleNamespace(kind=KINDS[kind], parent=Parent("c-1"), listing=listing)
    entries = []
    for what, name, topics in wanted:
        row = next(iter(listing.named(name)), None)
        entry = types.SimpleNamespace(kind=observed.kind, name=name, row=row, id=row["task_id"] if row else "")
        entry.plan = Plan(STEPS[what], body=body(kind, name, topics) if CREATE in STEPS[what] else None)
        entry.context = TaskContext({}, check_mode, no_client)
        entries.append(entry)
    context = TaskContext({}, check_mode, no_client)
    preflight(context, t.cast("t.Any", observed), t.cast("t.Any", entries))
    named = [(entry.name, warning) for entry in entries for warning in entry.context.warnings]
    return [*named, *(("", warning) for warning in context.warnings)]


def listing_of(rows: list[Row], total: int | None = None, *limits: int | None) -> Listing:
    max_tasks, quota_tasks = limits or (None, None)
    number = len(rows) if total is None else total
    return Listing(rows, number, "task_id", "task_name", {"max_tasks": max_tasks, "quota_tasks": quota_tasks})


# --- the quota --------------------------------------------------------------------------------------------------------

# What happens to the entries, how many tasks there are, max_tasks and quota_tasks, and what is said in check mode and live:
# part of an error, the limit that is warned of, or nothing.
ONE = "the quota is used up"
QUOTAS: dict[str, tuple[list[str], int, tuple[int | None, int | None], str, str]] = {
    "one, full": (["created"], 2, (2, 2), ONE, ""),
    "one, more than full": (["created"], 3, (2, 2), ONE, ""),
    "one, nothing is allowed": (["created"], 0, (0, 0), ONE, ""),
    "one in place of one that is deleted, full": (["created after another"], 2, (2, 2), ONE, ""),
    "one, max_tasks": (["created"], 9, (9, 10), "max_tasks", ""),
    "one, quota_tasks": (["created"], 9, (10, 9), "quota_tasks", ""),
    "one, only quota_tasks": (["created"], 2, (None, 2), "quota_tasks", ""),
    "one, only max_tasks": (["created"], 2, (2, None), "max_tasks", ""),
    "one, room": (["created"], 1, (2, 2), "", ""),
    "one, no limits": (["created"], 2, (None, None), "", ""),
    "one recreation, full": (["recreated"], 2, (2, 2), "", ""),
    "one deletion, full": (["deleted"], 2, (2, 2), "", ""),
    "besides others, full": (
        ["unchanged", "created"], 2, (2, 2),
        *["2 sink tasks exist, 0 are to be deleted and 1 to be created, but 2 are allowed"] * 2,
    ),
    "two, room for one": (
        ["created", "created"], 1, (2, 2),
        *["1 sink task exists, 0 are to be deleted and 2 to be created, but 2 are allowed, 1 too few"] * 2,
    ),
    "two, room for both": (["created", "created"], 0, (2, 2), "", ""),
    "two, one of the limits": (["created", "created"], 1, (2, 3), "max_tasks", ""),
    "a deletion makes room": (["created", "deleted"], 2, (2, 2), "", ""),
    "a later deletion makes room": (["created", "unchanged", "deleted"], 3, (3, 3), "", ""),
    "a deletion makes room for one of two": (
        ["created", "deleted", "created"], 2, (2, 2),
        *["2 sink tasks exist, 1 is to be deleted and 2 to be created, but 2 are allowed"] * 2,
    ),
    "a deletion makes room for one of the limits": (["created", "deleted", "created"], 2, (3, 2), "quota_tasks", ""),
    "two deletions make room": (["created", "deleted", "created", "deleted"], 2, (2, 2), "", ""),
    "recreations, full": (["recreated", "recreated"], 2, (2, 2), "", ""),
    "a recreation makes no room": (
        ["recreated", "created"], 2, (2, 2),
        *["2 sink tasks exist, 0 are to be deleted and 1 to be created, but 2 are allowed"] * 2,
    ),
    "a recreation needs no room": (["recreated", "created", "deleted"], 2, (2, 2), "", ""),
    "larger limit counts": (["created", "created"], 4, (3, 4), *["but 4 are allowed"] * 2),
    "three, one is allowed": (
        ["created", "created", "created"], 0, (1, 1),
        *["0 sink tasks exist, 0 are to be deleted and 3 to be created, but 1 is allowed, 2 too few"] * 2,
    ),
    "one, one is allowed": (["created"], 1, (1, 1), f"{ONE}: 1 sink task exists, and it allows 1", ""),
    "one, more than is allowed": (["created"], 2, (1, 1), f"{ONE}: 2 sink tasks exist, and it allows 1", ""),
}  # fmt: skip


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", QUOTAS)
def test_quota(name: str, check_mode: bool) -> None:
    wanted, total, limits, predicted, live = QUOTAS[name]
    said = predicted if check_mode else live
    listing = listing_of([], total, *limits)
    entries = [(what, f"task-{index}", f"topic-{index}") for index, what in enumerate(wanted)]
    if said and not said.endswith("_tasks"):
        with pytest.raises(UnexpectedState, match=said) as caught:
            preflight_of("sink", listing, entries, check_mode)
        assert "Delete tasks that are not needed, or raise the quota." in str(caught.value.hint)
        return
    warnings = preflight_of("sink", listing, entries, check_mode)
    assert len(warnings) == bool(said)
    assert all(f"as many as {said} allows" in warning for _entry, warning in warnings)


def test_quota_warning_names_the_number_of_tasks() -> None:
    def warned(wanted: list[str], total: int, *limits: int) -> str:
        entries = [(what, f"task-{index}", f"topic-{index}") for index, what in enumerate(wanted)]
        return preflight_of("sink", listing_of([], total, *limits), entries, True)[0][1]

    assert warned(["created"], 1, 1, 9).startswith("The connector has 1 sink task, as many as max_tasks allows")
    assert warned(["created"], 2, 2, 9).startswith("The connector has 2 sink tasks, as many")
    assert warned(["created", "created"], 0, 1, 9).startswith("The connector will have 1 sink task, as many")


# --- topics -----------------------------------------------------------------------------------------------------------

# The listed tasks with their topics, the entries besides an unchanged one, and the warnings: entry, topic, other task.
TOPICS: dict[str, tuple[dict[str, str], list[tuple[str, str, str]], list[tuple[str, str, str]]]] = {
    "none": ({"x": "a"}, [("created", "one", "b")], []),
    "two creations": ({}, [("created", "one", "a,b"), ("created", "two", "b,c")], [("two", "b", "one")]),
    "three creations": (
        {}, [("created", name, "a") for name in ("one", "two", "three")], [("two", "a", "one"), ("three", "a", "one")],
    ),
    "two topics, with spaces": (
        {"x": "a, b"}, [("created", "one", "b , a,c")], [("one", "a", "x"), ("one", "b", "x")],
    ),
    "a task outside the set": ({"x": "a"}, [("created", "one", "a")], [("one", "a", "x")]),
    "a task that is unchanged": (
        {"x": "a"}, [("created", "one", "a"), ("unchanged", "x", "")], [("one", "a", "x")],
    ),
    "a task that is paused": ({"x": "a"}, [("paused", "x", ""), ("created", "one", "a")], [("one", "a", "x")]),
    "a task that is deleted": ({"x": "a"}, [("created", "one", "a"), ("deleted", "x", "")], []),
    "its own topic": ({"x": "a"}, [("recreated", "x", "a")], []),
    "recreated with the topic of another": ({"x": "a", "y": "b"}, [("recreated", "x", "b")], [("x", "b", "y")]),
    "listed in two already": ({"x": "a", "y": "a"}, [("created", "one", "b"), ("unchanged", "x", "")], []),
    "a regular expression": ({"x": "a"}, [("created", "one", "")], []),
    "listed with a regular expression": ({"x": ""}, [("created", "one", "a"), ("created", "two", "b")], []),
    "part of a name": ({"x": "orders-log"}, [("created", "one", "orders")], []),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", TOPICS)
def test_topics_in_two_tasks(name: str, kind: str, check_mode: bool) -> None:
    listed, wanted, expected = TOPICS[name]
    listing = listing_of([task(*item) for item in listed.items()])
    warned = preflight_of(kind, listing, [*wanted, ("unchanged", "other", "")], check_mode)
    assert warned == [
        (entry, f"The topic {topic} is also in task {owner}: the service may refuse a topic that is in two tasks.")
        for entry, topic, owner in expected
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_topic_of_one_task_alone_is_left_to_the_service(kind: str) -> None:
    listing = listing_of([task("x", "a")])
    assert preflight_of(kind, listing, [("created", "one", "a")], True) == []


NULL = {"record_delimiter": None, "topics": ["a"]}


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({"sink_task": NULL}, True),
        ({"obs_destination_descriptor": NULL, "state": "present"}, True),
        ({"obs_destination_descriptor": NULL, "state": "absent"}, False),
        ({"sink_task": {"record_delimiter": "NULL"}}, False),
        ({"sink_task": {}}, False),
        ({"sink_task": "record_delimiter"}, False),
        ({"tasks": [{"task_name": "a"}, {"sink_task": NULL}]}, True),
        ({"tasks": [{"sink_task": NULL, "state": "absent"}, "a", None]}, False),
        ({"tasks": "[]"}, False),
        ({}, False),
    ],
)
def test_null_delimiter(args: dict[str, t.Any], expected: bool) -> None:
    assert len(null_delimiter(args)) == expected
