# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Offsets of consumer groups: resets to an end, an offset or a time, deletions, and live members, which forbid both."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, Sandbox
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.playbook import BOTH_WAYS, WAYS, in_way
from acceptance.harness.runner import Ways
from acceptance.harness.tasks import connection, variables
from simulator import Fault

if TYPE_CHECKING:
    from acceptance.harness.playbook import Output
    from simulator import Simulator

Setup = Callable[[Sandbox], object]

OFFSETS = "huaweicloud_kafka_consumer_offsets"
MODULE = f"huaweicloud.kafka.{OFFSETS}"
INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
BY_NAME = {"instance_id": None, "instance_name": "instance"}
DENIED = {"status": 403, "code": "DMS.00403003", "times": None}
PRESET = "__consumer-group-dial-test"
LIVE = {"client_id": "app-1", "host": "/192.0.2.70", "topics": ["orders"]}
NAMED = ("billing", "app-1", "192.0.2.70")
EARLIEST, LATEST = {"to": "earliest"}, {"to": "latest"}
NOON = 1767268800000
"""2026-01-01T12:00:00Z in ms."""
AT_NOON = {"to": "time", "timestamp": "2026-01-01T12:00:00Z"}


def at(offset: int) -> dict[str, Any]:
    return {"to": "offset", "offset": offset}


def with_offsets(*committed: int | None, members: list[Any] | None = None, **more: Any) -> Setup:
    """Create the topics orders, with two partitions, and returns, and the group billing, which has *committed* these offsets of orders."""

    def setup(sandbox: Sandbox) -> None:
        times = [[0, 0], [NOON, 18]]
        sandbox.add_topic("orders", partition=2, offsets=[[10, 20], [10, 30]], times=times)
        sandbox.add_topic("returns", partition=1, offsets=[[0, 5]], times=[[NOON, 2]])
        sandbox.add_topic("other", partition=1, offsets=[[0, 5]])
        offsets = {"orders": [*committed], "returns": [5]} if committed else {}
        sandbox.add_group("billing", offsets=offsets, members=members, **more)

    return setup


def case(name: str, live: Expect, *committed: int | None, **more: Any) -> Case:
    """A case of the offsets of the group named billing in the topic orders."""
    options = {**INSTANCE, "group_name": "billing", "topic": "orders", **more.pop("options", {})}
    setup = more.pop("setup", None) or with_offsets(*committed, members=more.pop("members", None))
    return Case(name, options, live, module=OFFSETS, setup=setup, **more)


def absent(name: str, live: Expect, *committed: int | None, **more: Any) -> Case:
    return case(name, live, *committed, options={"state": "absent", **more.pop("options", {})}, **more)


def every(name: str, live: Expect, *committed: int | None, **more: Any) -> Case:
    options = {"topic": None, "all_topics": True, **AT_NOON, **more.pop("options", {})}
    return case(name, live, *committed, options=options, **more)


def incident(operation: str, what: Setup, **more: Any) -> Callable[[Sandbox], list[Fault]]:
    """A client, or another run, does *what* immediately before the service processes the request."""
    return lambda sandbox: [Fault(operation, before=lambda _world: what(sandbox), **more)]


def joins(sandbox: Sandbox) -> None:
    """A client joins the group."""
    sandbox.simulator.world.add_member(sandbox.instance_id, "billing", **LIVE)


def moves(**ends: int) -> Setup:
    """Producers and retention move the ends of the first partition of orders."""
    return lambda sandbox: sandbox.simulator.world.move_ends(sandbox.instance_id, "orders", 0, **ends)


def commits(partition: int, offset: int | None) -> Setup:
    """A client that is not a member, or another run, commits an offset."""
    return lambda sandbox: sandbox.simulator.world.commit(sandbox.instance_id, "billing", "orders", partition, offset)


def rows(result: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Of each partition: topic, partition, before, after, skipped and repeated."""
    keys = ("topic", "partition", "before", "after", "skipped", "repeated")
    return [tuple(row[key] for key in keys) for row in result["offsets"]]


def orders(*partitions: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return [("orders", number, *values) for number, values in enumerate(partitions)]


READ = "GROUP( PARTITIONS| OFFSETS)+"
GUARD = f"{READ}( INSTANCE)?"
SET = f"{GUARD} SEEK( GROUP| OFFSETS| PARTITIONS)+"
SAME = unchanged(READ)
LEFT = ("billing returns 5",)
TIMED = ("with to: time the task is always changed",)
LOST = ("auto.offset.reset",)

RESET = [
    case(
        "earliest",
        changed(SET, returns={rows: orders((15, 10, 0, 5), (25, 10, 0, 15))}),
        15,
        25,
        options=EARLIEST,
        again=unchanged(READ, returns={rows: orders((10, 10, 0, 0), (10, 10, 0, 0))}),
        remaining=["billing orders 10 10", *LEFT],
        full=True,
    ),
    case(
        "latest",
        changed(SET, returns={rows: orders((15, 20, 5, 0), (25, 30, 5, 0))}),
        15,
        25,
        options=LATEST,
        again=SAME,
        remaining=["billing orders 20 30", *LEFT],
        full=True,
    ),
    case(
        "an offset",
        changed(SET, returns={rows: orders((15, 12, 0, 3), (11, 12, 1, 0))}),
        15,
        11,
        options=at(12),
        again=SAME,
        remaining=["billing orders 12 12", *LEFT],
        as_module=True,
    ),
    case("earliest as before", SAME, 10, 10, options=EARLIEST, as_module=True),
    case("latest as before", SAME, 20, 30, options=LATEST),
    case("an offset as before", SAME, 12, 12, options=at(12)),
    case(
        "an offset before the start",
        changed(SET, returns={rows: orders((15, 10, 0, 5), (10, 10, 0, 0))}),
        15,
        10,
        options=at(0),
        again=SAME,
        as_module=True,
    ),
    case("an offset before the start, as before", SAME, 10, 10, options=at(3)),
    case(
        "an offset after the end",
        changed(SET, returns={rows: orders((15, 20, 5, 0), (25, 25, 0, 0))}),
        15,
        25,
        options=at(25),
        again=SAME,
        remaining=["billing orders 20 25", *LEFT],
    ),
    case("an offset after the end, as before", SAME, 20, 30, options=at(10**15), as_module=True),
    case(
        "one partition",
        changed(SET, returns={rows: [("orders", 1, 25, 30, 5, 0)]}),
        15,
        25,
        options={**LATEST, "partition": 1},
        again=SAME,
        remaining=["billing orders 15 30", *LEFT],
        as_module=True,
    ),
    case(
        "one partition, and the other one differs",
        unchanged(READ, returns={rows: [("orders", 0, 20, 20, 0, 0)]}),
        20,
        11,
        options={**LATEST, "partition": 0},
    ),
    *(
        case(
            f"a partition without an offset, returned as {how}",
            changed(SET, returns={rows: orders((15, 10, 0, 5), (None, 10, None, None))}),
            15,
            None,
            options=EARLIEST,
            settings={"uncommitted_offset": how},
            again=SAME,
            remaining=["billing orders 10 10", *LEFT],
            as_module=how == "absent",
        )
        for how in ("-1", "null", "absent")
    ),
    *(
        case(
            f"a topic without any offset, returned as {how}, and an empty list as {empty}",
            changed(SET, returns={rows: orders((None, 20, None, None), (None, 30, None, None))}),
            options=LATEST,
            settings={"uncommitted_offset": how, "empty_sublist": empty},
            again=SAME,
            remaining=["billing orders 20 30"],
            as_module=how == "absent",
        )
        for how in ("-1", "absent")
        for empty in ("empty", "refused")
    ),
    case(
        "an offset before the first message that is kept",
        changed(SET, returns={rows: orders((3, 20, 10, 0), (30, 30, 0, 0))}),
        3,
        30,
        options=LATEST,
        again=SAME,
    ),
    case(
        "a time",
        changed(SET, warns=TIMED, returns={rows: orders((15, 18, 3, 0), (25, 18, 0, 7))}),
        15,
        25,
        options=AT_NOON,
        check=changed(GUARD, warns=TIMED, returns={rows: orders((15, None, None, None), (25, None, None, None))}),
        again=changed(SET, warns=TIMED, returns={rows: orders((18, 18, 0, 0), (18, 18, 0, 0))}),
        check_again=changed(GUARD, warns=TIMED),
        remaining=["billing orders 18 18", *LEFT],
        full=True,
    ),
    *(
        case(
            f"a time as {text!r}",
            changed(SET, warns=TIMED),
            15,
            25,
            options={"to": "time", "timestamp": text},
            check=changed(GUARD, warns=TIMED),
            live_only=True,
            remaining=["billing orders 18 18", *LEFT],
            as_module=not isinstance(text, str),
        )
        for text in (NOON, str(NOON), "2026-01-01T13:00:00+01:00", "2026-01-01 12:00:00.000Z", "2026-01-01T07:00-0500")
    ),
    case(
        "a time in the future is the end",
        changed(SET, warns=TIMED, returns={rows: orders((15, 20, 5, 0), (25, 30, 5, 0))}),
        15,
        25,
        options={"to": "time", "timestamp": "2100-01-01T00:00:00Z"},
        live_only=True,
    ),
    case(
        "the name of the instance",
        changed(f"INSTANCES {SET}"),
        15,
        25,
        options={**BY_NAME, **EARLIEST},
        again=unchanged(f"INSTANCES {READ}"),
    ),
    case(
        "read late",
        changed(f"{SET}( GROUP| OFFSETS| PARTITIONS)*"),
        15,
        25,
        options=EARLIEST,
        settings={"reset_reads": 2},
        again=SAME,
        as_module=True,
    ),
    case(
        "the response is lost",
        changed(f"{GUARD} SEEK( SEEK| GROUP| OFFSETS| PARTITIONS)+"),
        15,
        25,
        options=EARLIEST,
        faults={"live": [Fault("ResetMessageOffsetWithEngine", drop="after")]},
        again=SAME,
        as_module=True,
    ),
    case(
        "done by the second request",
        changed(f"{GUARD} SEEK( GROUP| OFFSETS| PARTITIONS)* SEEK( GROUP| OFFSETS| PARTITIONS)+"),
        15,
        25,
        options=EARLIEST,
        faults={"live": [Fault("ResetMessageOffsetWithEngine", drop="before")]},
        again=SAME,
        remaining=["billing orders 10 10", *LEFT],
    ),
    case(
        "the service fails after that",
        changed(f"{GUARD} SEEK( SEEK| GROUP| OFFSETS| PARTITIONS)+"),
        15,
        25,
        options=EARLIEST,
        faults={"live": [Fault("ResetMessageOffsetWithEngine", status=500, code="DMS.00500000", after_work=True)]},
        again=SAME,
    ),
    case(
        "producers write meanwhile",
        changed(SET),
        15,
        25,
        options=LATEST,
        faults=lambda sandbox: [
            Fault("ResetMessageOffsetWithEngine", after=lambda _world: moves(end=40)(sandbox)),
        ],
        live_only=True,
    ),
    case(
        "messages expire meanwhile",
        changed(SET),
        15,
        25,
        options=EARLIEST,
        faults=incident("ResetMessageOffsetWithEngine", moves(start=14)),
        live_only=True,
        as_module=True,
    ),
    case(
        "a client commits after the reset",
        fails("orders", changed=True, requests=f"{SET}( GROUP| OFFSETS| PARTITIONS)*"),
        15,
        25,
        options={**EARLIEST, "wait_timeout": 1},
        faults=lambda sandbox: [Fault("ResetMessageOffsetWithEngine", after=lambda _world: commits(0, 19)(sandbox))],
        live_only=True,
        as_module=True,
    ),
]

REFUSED = [
    *(
        case(
            f"a live member refuses, {why}",
            fails(*NAMED, "STABLE", requests="GROUP( PARTITIONS| OFFSETS)*"),
            15,
            25,
            members=[LIVE],
            options=EARLIEST,
            settings=settings,
            remaining=["billing orders 15 25", *LEFT],
            as_module=why == "as in the reference",
        )
        for why, settings in {
            "as in the reference": {},
            "in the other spelling": {"group_member_states": "upper"},
            "on the other level": {"group_level": "top"},
            "and the service would accept it": {"live_reset": "ignored"},
        }.items()
    ),
    case(
        "a live member does not matter if nothing changes",
        SAME,
        10,
        10,
        members=[LIVE],
        options=EARLIEST,
    ),
    case(
        "a rebalance without members refuses",
        fails("billing", "PREPARING_REBALANCE", requests="GROUP( PARTITIONS| OFFSETS)*"),
        setup=with_offsets(15, 25, passing=["PREPARING_REBALANCE"] * 9),
        options=EARLIEST,
        remaining=["billing orders 15 25", *LEFT],
    ),
    *(
        case(
            f"a client joins just before the reset, which is refused with {code}",
            fails("billing", *parts, requests=f"{GUARD} SEEK( GROUP| OFFSETS| PARTITIONS| INSTANCE)*"),
            15,
            25,
            options=EARLIEST,
            faults=incident("ResetMessageOffsetWithEngine", joins),
            settings={"live_group_code": code},
            live_only=True,
            remaining=["billing orders 15 25", *LEFT],
            as_module=not parts,
        )
        for code, parts in (("DMS.00400017", ()), ("DMS.00400026", ()), ("DMS.00400062", ("DMS.00400062",)))
    ),
    case(
        "a client joins just before the reset, and the service pretends to have done it",
        fails("billing", requests=f"{GUARD} SEEK( GROUP| OFFSETS| PARTITIONS)+"),
        15,
        25,
        options={**EARLIEST, "wait_timeout": 1},
        faults=incident("ResetMessageOffsetWithEngine", joins),
        settings={"live_reset": "ignored"},
        live_only=True,
        remaining=["billing orders 15 25", *LEFT],
        as_module=True,
    ),
    case(
        "a client joins just before a reset to a time, and the service pretends to have done it",
        fails("the offsets are as before", *NAMED, requests=f"{GUARD} SEEK( GROUP| OFFSETS| PARTITIONS)+", warns=TIMED),
        15,
        25,
        options={**AT_NOON, "wait_timeout": 1},
        faults=incident("ResetMessageOffsetWithEngine", joins),
        settings={"live_reset": "ignored"},
        live_only=True,
        remaining=["billing orders 15 25", *LEFT],
        as_module=True,
    ),
    case(
        "members that leave are waited for",
        changed(f"{READ}( INSTANCE| GROUP| PARTITIONS| OFFSETS)* SEEK( GROUP| OFFSETS| PARTITIONS)+"),
        15,
        25,
        members=[{**LIVE, "reads": 4}],
        options={**EARLIEST, "wait_for_empty": 60},
        check=changed(GUARD, warns=(*NAMED[1:], "60 seconds")),
        again=SAME,
        as_module=True,
    ),
    case(
        "members commit while they are waited for",
        changed(
            f"{READ}( INSTANCE| GROUP| PARTITIONS| OFFSETS)* SEEK( GROUP| OFFSETS| PARTITIONS)+",
            returns={rows: orders((19, 10, 0, 9), (25, 10, 0, 15))},
        ),
        15,
        25,
        members=[{**LIVE, "reads": 3}],
        options={**EARLIEST, "wait_for_empty": 60},
        faults=lambda sandbox: [Fault("ShowGroups", skip=1, before=lambda _world: commits(0, 19)(sandbox))],
        live_only=True,
    ),
    case(
        "members that stay are waited for",
        fails(*NAMED, "STABLE", requests="GROUP( PARTITIONS| OFFSETS| GROUP| INSTANCE)*"),
        15,
        25,
        members=[LIVE],
        options={**EARLIEST, "wait_for_empty": 1},
        live_only=True,
        remaining=["billing orders 15 25", *LEFT],
        as_module=True,
    ),
    *(
        case(
            f"a group that is absent, {how}",
            fails("billing", "does not exist", requests="GROUP"),
            options={**EARLIEST, "group_name": "billing-2"},
            settings={"absent_group": how},
            as_module=how == "dead",
        )
        for how in ("refused", "dead")
    ),
    case(
        "a group that was deleted",
        fails("billing", requests="GROUP"),
        setup=with_offsets(leaving=10**6),
        options=EARLIEST,
    ),
    case(
        "a topic that is absent",
        fails("never", requests="GROUP( PARTITIONS| OFFSETS)+"),
        15,
        25,
        options={**EARLIEST, "topic": "never"},
    ),
    case(
        "a partition that is absent",
        fails("partition", "2", requests=READ),
        15,
        25,
        options={**EARLIEST, "partition": 2},
        as_module=True,
    ),
    case(
        "a group of the service",
        fails("belongs to the service", requests=""),
        options={**EARLIEST, "group_name": PRESET},
    ),
    case(
        "the instance is busy",
        fails("is EXTENDING", requests=GUARD),
        15,
        25,
        options=EARLIEST,
        setup=lambda sandbox: (
            with_offsets(15, 25)(sandbox),
            sandbox.simulator.world.set_instance(sandbox.instance_id, status="EXTENDING"),
        ),
    ),
    case(
        "the instance is absent",
        fails("DMS.00404022", requests="GROUP"),
        options={**EARLIEST, "instance_id": NO_SUCH_ID},
    ),
    case(
        "no permission to read the group",
        fails("dms:instance:get", requests="GROUP"),
        15,
        25,
        options=EARLIEST,
        faults=[Fault("ShowGroups", **DENIED)],
        as_module=True,
    ),
    case(
        "no permission to read the ends",
        fails("dms:instance:get", requests=READ),
        15,
        25,
        options=EARLIEST,
        faults=[
            Fault("ListTopicPartitions", **DENIED),
            Fault("ListInstanceConsumerGroupMessageOffset", **DENIED),
        ],
    ),
    case(
        "no permission to reset",
        fails("dms:instance:modify", requests=f"{GUARD} SEEK( GROUP| OFFSETS| PARTITIONS)*"),
        15,
        25,
        options=EARLIEST,
        faults=[Fault("ResetMessageOffsetWithEngine", **DENIED)],
        live_only=True,
    ),
    case(
        "reads are refused while others are in progress",
        changed("GROUP( GROUP){2}( PARTITIONS| OFFSETS)+( INSTANCE)? SEEK( GROUP| OFFSETS| PARTITIONS)+"),
        15,
        25,
        options=EARLIEST,
        faults={"live": [Fault("ShowGroups", code="DMS.00400973", times=2)]},
        check=changed(GUARD),
        again=SAME,
        as_module=True,
    ),
    *(
        case(f"options that can't be combined: {why}", fails(*parts, requests=""), options=options)
        for why, parts, options in (
            ("no topic", ("topic", "all_topics"), {**EARLIEST, "topic": None}),
            ("a topic and all topics", ("topic", "all_topics"), {**AT_NOON, "all_topics": True}),
            ("all topics to the end", ("time",), {**LATEST, "topic": None, "all_topics": True}),
            (
                "a partition of all topics",
                ("partition",),
                {**AT_NOON, "topic": None, "all_topics": True, "partition": 0},
            ),
            ("no target", ("to",), {}),
            ("a target and absent", ("to",), {**EARLIEST, "state": "absent"}),
            ("an offset without a number", ("offset",), {"to": "offset"}),
            ("a number without an offset", ("offset",), {**EARLIEST, "offset": 1}),
            ("a time without a timestamp", ("timestamp",), {"to": "time"}),
            ("a timestamp without a time", ("timestamp",), {**LATEST, "timestamp": NOON}),
            ("a negative offset", ("offset",), at(-1)),
            ("a negative partition", ("partition",), {**EARLIEST, "partition": -1}),
            ("a time without its zone", ("timestamp", "zone"), {"to": "time", "timestamp": "2026-01-01T12:00:00"}),
            ("a day that does not exist", ("timestamp",), {"to": "time", "timestamp": "2026-02-30T12:00:00Z"}),
            ("a word as a time", ("timestamp",), {"to": "time", "timestamp": "yesterday"}),
            ("a negative wait_for_empty", ("wait_for_empty",), {**EARLIEST, "wait_for_empty": -1}),
        )
    ),
]

FORGOTTEN = f"{READ}( INSTANCE)? FORGET( GROUP| OFFSETS| PARTITIONS)+".replace(
    "( PARTITIONS| OFFSETS)+", "( PARTITIONS| OFFSETS)*", 1
)
NOTHING = unchanged("GROUP( PARTITIONS| OFFSETS)*")
ABSENT = [
    absent(
        "offsets are removed",
        changed(FORGOTTEN, warns=LOST, returns={rows: orders((15, None, None, None), (25, None, None, None))}),
        15,
        25,
        again=unchanged(NOTHING.requests, returns={rows: []}),
        remaining=[*LEFT],
        full=True,
    ),
    absent("offsets that are not there are removed", NOTHING, as_module=True),
    absent("offsets that are not there, reported as missing", NOTHING, settings={"absent_offsets_deleted": False}),
    *(
        absent(
            f"offsets that are read are not removed, {how}",
            fails("orders", "app-1", requests="GROUP( PARTITIONS| OFFSETS)*"),
            15,
            25,
            members=[LIVE],
            settings={"subscribed_deletion": how},
            remaining=["billing orders 15 25", *LEFT],
            as_module=how == "row",
        )
        for how in ("row", "whole")
    ),
    *(
        absent(
            f"a client joins just before the removal, which is refused as a {how}",
            fails("orders", "DMS.00400882", requests=FORGOTTEN.replace("PARTITIONS)+", "PARTITIONS)*"), warns=LOST),
            15,
            25,
            faults=incident("DeleteConsumerGroupOffsets", joins),
            settings={"subscribed_deletion": how},
            live_only=True,
            remaining=["billing orders 15 25", *LEFT],
            as_module=how == "row",
        )
        for how in ("row", "whole")
    ),
    absent(
        "offsets are removed, the response is lost",
        changed(FORGOTTEN.replace("FORGET", "FORGET( FORGET)?"), warns=LOST),
        15,
        25,
        faults={"live": [Fault("DeleteConsumerGroupOffsets", drop="after")]},
        again=NOTHING,
        remaining=[*LEFT],
        as_module=True,
    ),
    *(
        absent(
            f"offsets of a group that is absent, {how}",
            unchanged("GROUP"),
            options={"group_name": "billing-2"},
            settings={"absent_group": how},
            as_module=how == "dead",
        )
        for how in ("refused", "dead")
    ),
    absent(
        "offsets of all topics",
        changed(
            FORGOTTEN,
            warns=LOST,
            returns={
                rows: [*orders((15, None, None, None), (25, None, None, None)), ("returns", 0, 5, None, None, None)]
            },
        ),
        15,
        25,
        options={"topic": None, "all_topics": True},
        again=NOTHING,
        remaining=[],
        as_module=True,
    ),
    absent(
        "offsets of all topics, and a client comes for one of them",
        changed(
            FORGOTTEN,
            warns=(*LOST, "because the group reads these topics now: orders"),
            returns={rows: [("returns", 0, 5, None, None, None)]},
        ),
        15,
        25,
        options={"topic": None, "all_topics": True},
        faults=incident("DeleteConsumerGroupOffsets", joins),
        live_only=True,
        remaining=["billing orders 15 25"],
        as_module=True,
    ),
    absent(
        "offsets of all topics that are not read now",
        changed(
            FORGOTTEN,
            warns=(*LOST, "because the group reads these topics now: orders"),
            returns={rows: [("returns", 0, 5, None, None, None)]},
        ),
        15,
        25,
        members=[LIVE],
        options={"topic": None, "all_topics": True},
        again=unchanged(NOTHING.requests, warns=("because the group reads these topics now: orders",)),
        remaining=["billing orders 15 25"],
    ),
]

JOB = "kafkaResetConsumerOffset"
ALL = f"{READ}( INSTANCE| JOBS)* SEEK( JOBS| JOB| INSTANCE| GROUP| OFFSETS| PARTITIONS)*".replace(
    "OFFSETS)+", "OFFSETS)*", 1
)
ALL_CHECKED = ALL.partition(" SEEK")[0]
ALL_TOPICS = [
    every(
        "all topics at a time",
        changed(
            ALL, warns=TIMED, returns={rows: [*orders((15, 18, 3, 0), (25, 18, 0, 7)), ("returns", 0, 5, 2, 0, 3)]}
        ),
        15,
        25,
        check=changed(ALL_CHECKED, warns=TIMED),
        again=changed(ALL, warns=TIMED),
        check_again=changed(ALL_CHECKED, warns=TIMED),
        remaining=["billing orders 18 18", "billing returns 2"],
        full=True,
    ),
    every(
        "all topics, and a partition has no offset",
        changed(
            ALL,
            warns=TIMED,
            returns={rows: [*orders((15, 18, 3, 0), (None, 18, None, None)), ("returns", 0, 5, 2, 0, 3)]},
        ),
        15,
        None,
        live_only=True,
        remaining=["billing orders 18 18", "billing returns 2"],
        as_module=True,
    ),
    *(
        every(
            f"all topics, the job {why}",
            changed(ALL, warns=TIMED),
            15,
            25,
            settings=settings,
            live_only=True,
            remaining=["billing orders 18 18", "billing returns 2"],
            as_module=why == "is listed late",
        )
        for why, settings in {
            "takes some reads": {"reset_job_reads": 3},
            "is listed late": {"reset_job_reads": 3, "reset_job_lag": 2},
            "is over before it is listed": {"reset_job_lag": 1},
        }.items()
    ),
    every(
        "all topics, the job fails",
        fails(JOB, "FAILED", requests=ALL, warns=TIMED),
        15,
        25,
        settings={"reset_job_reads": 2, "reset_fails": True},
        live_only=True,
        remaining=["billing orders 15 25", *LEFT],
        as_module=True,
    ),
    every(
        "all topics, and an older job failed",
        changed(ALL, warns=TIMED),
        setup=lambda sandbox: (
            with_offsets(15, 25)(sandbox),
            sandbox.simulator.world.add_job(sandbox.instance_id, JOB, "FAILED"),
        ),
        live_only=True,
        remaining=["billing orders 18 18", "billing returns 2"],
        as_module=True,
    ),
    every(
        "all topics without the permission to list jobs",
        changed(ALL, warns=TIMED),
        15,
        25,
        faults=[Fault("ListBackgroundTasks", **DENIED)],
        settings={"reset_job_reads": 1},
        live_only=True,
        remaining=["billing orders 18 18", "billing returns 2"],
    ),
    every(
        "all topics, the response is lost",
        changed(ALL.replace("SEEK", "SEEK( SEEK)?"), warns=TIMED),
        15,
        25,
        faults={"live": [Fault("ResetMessageOffsetWithEngine", drop="after")]},
        live_only=True,
        remaining=["billing orders 18 18", "billing returns 2"],
        as_module=True,
    ),
    every(
        "all topics of a live group",
        fails(*NAMED, requests="GROUP( PARTITIONS| OFFSETS)*"),
        15,
        25,
        members=[LIVE],
        remaining=["billing orders 15 25", *LEFT],
        as_module=True,
    ),
]

CASES = [*RESET, *REFUSED, *ABSENT, *ALL_TOPICS]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)


def options(simulator: Simulator, **more: Any) -> dict[str, Any]:
    own = {name: value for name, value in connection(simulator).items() if name != "connector_id"}
    return {**own, "instance_id": simulator.instance_id, "group_name": "billing", **more}


@pytest.fixture
def group(simulator: Simulator) -> Simulator:
    """A simulator with the group billing, which has offsets in the topics orders and returns."""
    world, instance_id = simulator.world, simulator.instance_id
    world.add_topic(instance_id, "orders", partition=2, offsets=[[10, 20], [10, 30]], times=[[0, 0], [NOON, 18]])
    world.add_topic(instance_id, "returns", partition=1, offsets=[[0, 5]], times=[[NOON, 2]])
    world.add_group(instance_id, "billing", offsets={"orders": [15, 25], "returns": [5]})
    return simulator


def test_what_is_sent(group: Simulator, run_playbook: Callable[..., Output]) -> None:
    """An end is sent as an offset, which selects the same message at any time; a time only where a time was given."""
    steps: list[dict[str, Any]] = [
        {"topic": "orders", "to": "earliest"},
        {"topic": "orders", "to": "offset", "offset": 12, "partition": 1},
        {"topic": "orders", **AT_NOON},
        {"all_topics": True, **AT_NOON},
        {"topic": "orders", "state": "absent"},
    ]
    tasks = [{"name": f"step {number}", MODULE: options(group, **step)} for number, step in enumerate(steps)]
    hosts = {way: in_way(way) for way in WAYS}
    run_playbook([{"serial": 1, "tasks": tasks}], hosts=hosts, variables=variables(group)).expect_success()
    sent = [
        ("ResetMessageOffsetWithEngine", {"topic": "orders", "partition": -1, "message_offset": 0}),
        ("ResetMessageOffsetWithEngine", {"topic": "orders", "partition": 1, "message_offset": 12}),
        ("ResetMessageOffsetWithEngine", {"topic": "orders", "partition": -1, "timestamp": NOON}),
        ("ResetMessageOffsetWithEngine", {"topic": "", "partition": -1, "timestamp": NOON}),
        ("DeleteConsumerGroupOffsets", {"topics": ["orders"]}),
    ]
    assert [(entry.operation, entry.json) for entry in group.journal.writes()] == [*sent, *sent]


def test_diff_shows_what_an_approver_needs(group: Simulator, run_playbook: Callable[..., Output]) -> None:
    group.world.commit(group.instance_id, "billing", "orders", 1, None)
    task = {"name": "reset", MODULE: options(group, topic="orders", to="earliest"), "check_mode": True}
    output = run_playbook([{"serial": 1, "tasks": [task]}], "--diff", hosts=BOTH_WAYS, variables=variables(group))
    for way in WAYS:
        diff = output.expect_success().result("reset", way)["diff"]
        text = json.dumps(diff)
        assert diff["before"]["orders"]["0"].startswith("15")
        assert diff["after"]["orders"]["0"].startswith("10")
        assert "5 read again" in text
        assert "as read at" in text
        assert diff["after"]["in all"] == "5 read again, 0 skipped; not known for 1 of 2 partitions"
    assert not group.journal.writes()


def test_loop_over_topics_goes_on_after_a_failure(group: Simulator, run_playbook: Callable[..., Output]) -> None:
    items = [{"topic": "orders"}, {"topic": "never"}, {"topic": "returns", "partition": "0"}]
    task = options(group, topic="{{ item.topic }}", partition="{{ item.partition | default(omit) }}", to="earliest")
    play = {"serial": 1, "tasks": [{"name": "loop", MODULE: task, "loop": items, "ignore_errors": True}]}
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(group)).expect_success()
    for way, first in zip(WAYS, (True, False)):
        results = output.result("loop", way)["results"]
        assert [item.get("failed", False) for item in results] == [False, True, False]
        assert [item["changed"] for item in results] == [first, False, first]
    assert group.world.offsets(group.instance_id, "billing") == {"orders": [10, 10], "returns": [0]}


def test_values_from_files_and_the_command_line(
    group: Simulator, run_playbook: Callable[..., Output], tmp_path: Path
) -> None:
    """YAML makes a date of a time, and -e a text of a number."""
    (tmp_path / "times.yml").write_text("since: 2026-01-01T12:00:00Z\n", encoding="utf-8")
    tasks = [
        {"name": "file", MODULE: options(group, topic="orders", to="time", timestamp="{{ since }}")},
        {"name": "line", MODULE: options(group, topic="returns", to="offset", offset="{{ n }}", partition="{{ p }}")},
        {"name": "ms", MODULE: options(group, topic="returns", to="time", timestamp="{{ ms }}")},
    ]
    arguments = ["-e", "@times.yml", "-e", f"n=4 p=0 ms={NOON}"]
    output = run_playbook(
        [{"serial": 1, "tasks": tasks}], *arguments, hosts=BOTH_WAYS, variables=variables(group)
    ).expect_success()
    assert group.world.offsets(group.instance_id, "billing") == {"orders": [18, 18], "returns": [2]}
    assert all(output.result(name, way)["changed"] for name in ("file", "line", "ms") for way in WAYS)


def test_several_hosts_reset_the_same_group_while_reads_are_serial(
    group: Simulator, run_playbook: Callable[..., Output]
) -> None:
    group.settings.update(serial_group_reads=True, latency=0.02)
    hosts = {f"host{number}": in_way(WAYS[number % 2]) for number in range(4)}
    task = {"name": "reset", MODULE: options(group, topic="orders", to="earliest", max_retries=20)}
    run_playbook([{"tasks": [task]}], "--forks", "4", hosts=hosts, variables=variables(group)).expect_success()
    assert group.world.offsets(group.instance_id, "billing")["orders"] == [10, 10]
