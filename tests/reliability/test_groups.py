# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random consumer groups and offsets with random faults: nothing else is changed, and nothing of a group in use."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.kafka.plugins.modules import (
    huaweicloud_kafka_consumer_groups,
    huaweicloud_kafka_consumer_offsets,
)
from hypothesis import given
from hypothesis import strategies as st
from simulator import Fault, Simulator

from .harness.modules import expect, random_faults, run, simulator

GROUPS = ("billing", "audit", "test-1", "test-2")
PRESET = "__consumer-group-dial-test"
ENDS = {"orders": [(10, 20), (10, 30)], "returns": [(0, 5)]}
NOON = 1767268800000
AT_NOON = {"orders": [18, 18], "returns": [2]}
READER = {"client_id": "app-1", "topics": ["orders"]}

Offsets = dict[str, list[t.Optional[int]]]

_offsets = st.fixed_dictionaries(
    {},
    optional={
        "orders": st.lists(st.sampled_from([None, 3, 10, 15, 18, 20]), min_size=2, max_size=2),
        "returns": st.lists(st.sampled_from([0, 2, 5]), min_size=1, max_size=1),
    },
)
_group = st.fixed_dictionaries(
    {
        "group_desc": st.sampled_from([None, "old"]),
        "offsets": _offsets,
        "members": st.sampled_from([[], [], [], [READER], [{**READER, "reads": 3}]]),
        "passing": st.sampled_from([[], [], [], ["PREPARING_REBALANCE"]]),
    }
)
_settings = st.fixed_dictionaries(
    {
        "group_states": st.sampled_from(["upper", "camel"]),
        "group_member_states": st.sampled_from(["upper", "camel"]),
        "group_level": st.sampled_from(["nested", "top"]),
        "group_list_lag": st.integers(0, 2),
        "groups_past_end": st.sampled_from(["empty", "refused"]),
        "empty_sublist": st.sampled_from(["empty", "refused"]),
        "group_deletion_reads": st.integers(0, 2),
        "dead_groups_listed": st.booleans(),
        "absent_group": st.sampled_from(["refused", "dead"]),
        "group_created": st.sampled_from(["text", "json"]),
        "group_exists_code": st.sampled_from(["DMS.40050015", "DMS.00400062"]),
        "live_group_code": st.sampled_from(["DMS.00400017", "DMS.00400062"]),
        "live_reset": st.sampled_from(["refused", "ignored"]),
        "absent_group_in_batch": st.sampled_from(["failed", "ignored"]),
        "uncommitted_offset": st.sampled_from(["-1", "null", "absent"]),
        "reset_reads": st.integers(0, 2),
        "reset_job_reads": st.integers(0, 2),
        "reset_job_lag": st.integers(0, 1),
        "reset_fails": st.sampled_from([False, False, True]),
        "subscribed_deletion": st.sampled_from(["row", "whole"]),
        "absent_offsets_deleted": st.booleans(),
    }
)
_groups = st.dictionaries(st.sampled_from(GROUPS), _group, min_size=1)


def prepared(groups: dict[str, dict[str, t.Any]], settings: dict[str, t.Any], faults: list[Fault]) -> Simulator:
    """Return a simulator with these groups and faults."""
    sim = simulator()
    sim.reset()
    sim.settings.update(lock_after=None, **settings)
    sim.world.set_parameters(sim.instance_id, {"auto.create.groups.enable": "false"})
    for name, pairs in ENDS.items():
        sim.world.add_topic(
            sim.instance_id,
            name,
            partition=len(pairs),
            offsets=[list(pair) for pair in pairs],
            times=[[0, 0], [NOON, AT_NOON[name][0]]],
        )
    for name, group in {**groups, PRESET: {}}.items():
        sim.world.add_group(sim.instance_id, name, **copied(group))
    sim.faults.add(Fault(operation="none"), *faults)
    return sim


def copied(group: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return *group* without what the simulator changes of it."""
    offsets = {topic: list(positions) for topic, positions in committed(group.get("offsets", {})).items()}
    return {**group, "offsets": offsets, "passing": list(group.get("passing", ()))}


def groups_of(sim: Simulator) -> dict[str, dict[str, t.Any]]:
    return {
        group["group_id"]: group
        for group in sim.world.groups(sim.instance_id)
        if not group["leaving"] or group["state"] != "DEAD"
    }


@given(
    groups=_groups,
    settings=_settings,
    wanted=st.dictionaries(
        st.sampled_from((*GROUPS, "new")),
        st.sampled_from(["absent", "absent", None, "", "new"]),
        min_size=1,
        max_size=3,
    ),
    prune=st.sampled_from([None, {}, {"prune_limit": 1}, {"prune_limit": 9}]),
    seconds=st.sampled_from([0, 30]),
    check_mode=st.sampled_from([False, False, True]),
    faults=random_faults(
        "ListInstanceConsumerGroups",
        "ShowGroups",
        "ShowInstance",
        "CreateKafkaConsumerGroup",
        "UpdateInstanceConsumerGroup",
        "DeleteInstanceConsumerGroup",
        "BatchDeleteGroup",
        "ShowInstanceConfigs",
    ),
)
def test_groups(
    groups: dict[str, dict[str, t.Any]],
    settings: dict[str, t.Any],
    wanted: dict[str, str | None],
    prune: dict[str, int] | None,
    seconds: int,
    check_mode: bool,
    faults: list[Fault],
) -> None:
    sim = prepared(groups, settings, faults)
    entries = [
        {"group_name": name, **({"state": "absent"} if state == "absent" else {"group_desc": state})}
        for name, state in wanted.items()
    ]
    options: dict[str, t.Any] = {} if prune is None else {"prune": True, "prune_pattern": "test-.*", **prune}
    before = groups_of(sim)
    outcome = run(
        sim,
        huaweicloud_kafka_consumer_groups,
        check_mode,
        consumer_groups=entries,
        wait_for_empty=seconds,
        **options,
    )
    after = groups_of(sim)

    def violations() -> t.Iterator[str]:
        pruned = []
        for name, group in before.items():
            if name in after:
                if after[name]["offsets"] != group["offsets"]:
                    yield f"it changed the offsets of {name}"
                if after[name]["group_desc"] not in (group["group_desc"], wanted.get(name) or None):
                    yield f"it changed the description of {name}"
                continue
            if wanted.get(name) == "absent":
                continue
            pruned.append(name)
            has_offsets = any(offset is not None for offsets in group["offsets"].values() for offset in offsets)
            if prune is None or not name.startswith("test-") or name in wanted:
                yield f"it deleted {name}"
            elif (has_offsets and "prune_limit" not in prune) or group["members"]:
                yield f"it pruned {name}, which has offsets or members"
        if prune is not None and len(pruned) > prune.get("prune_limit", 9):
            yield f"it pruned {pruned}"
        yield from (f"it created {name}" for name in after.keys() - before.keys() - wanted.keys())
        if not outcome.failed and not check_mode:
            for name, state in wanted.items():
                if (name in after) == (state == "absent"):
                    yield f"it reports {name} as {state}"
                elif state not in ("absent", None) and (after[name]["group_desc"] or "") != state:
                    yield f"it reports the description of {name} as {state!r}"

    expect(outcome, violations())


_TARGETS: list[dict[str, t.Any]] = [
    {"topic": "orders", "to": "earliest"},
    {"topic": "orders", "to": "latest"},
    {"topic": "orders", "to": "offset", "offset": 15},
    {"topic": "orders", "to": "offset", "offset": 25, "partition": 1},
    {"topic": "orders", "to": "time", "timestamp": str(NOON)},
    {"topic": "returns", "to": "earliest"},
    {"all_topics": True, "to": "time", "timestamp": str(NOON)},
    {"topic": "orders", "state": "absent"},
    {"all_topics": True, "state": "absent"},
]


def wanted_offsets(options: dict[str, t.Any], before: Offsets, kept: t.Container[str] = ()) -> Offsets:
    """Return what *options* lead to; offsets in *kept*, topics, are not deleted."""
    after: Offsets = {}
    for topic, pairs in ENDS.items():
        current = before.get(topic)
        if options.get("topic", topic) != topic or (options.get("all_topics") and not current):
            targets: list[int | None] = [*(current or [])]
        elif options.get("state") == "absent":
            targets = [*(current or [])] if topic in kept else []
        else:
            value = {"earliest": 0, "latest": 10**9}.get(options["to"], options.get("offset"))
            targets = [*AT_NOON[topic]] if value is None else [max(start, min(value, end)) for start, end in pairs]
            if "partition" in options:
                others = current or [None] * len(pairs)
                targets = [
                    target if number == options["partition"] else others[number]
                    for number, target in enumerate(targets)
                ]
        if any(target is not None for target in targets):
            after[topic] = targets
    return after


def committed(offsets: Offsets) -> Offsets:
    return {topic: values for topic, values in offsets.items() if any(value is not None for value in values)}


def joins() -> list[Fault]:
    """A client joins the group billing immediately before a reset."""
    return [
        Fault(
            operation="ResetMessageOffsetWithEngine",
            before=lambda world: world.add_member(Simulator.instance_id, "billing", **READER),
        )
    ]


@given(
    group=_group,
    settings=_settings,
    options=st.sampled_from(_TARGETS),
    seconds=st.sampled_from([0, 0, 30]),
    check_mode=st.sampled_from([False, False, True]),
    faults=random_faults(
        "ShowGroups",
        "ListTopicPartitions",
        "ListInstanceConsumerGroupMessageOffset",
        "ShowInstance",
        "ResetMessageOffsetWithEngine",
        "ResetMessageOffsetWithEngine",
        "DeleteConsumerGroupOffsets",
        "ListBackgroundTasks",
    )
    | st.builds(joins),
)
def test_offsets(
    group: dict[str, t.Any],
    settings: dict[str, t.Any],
    options: dict[str, t.Any],
    seconds: int,
    check_mode: bool,
    faults: list[Fault],
) -> None:
    other = {"offsets": {"orders": [12, 13], "returns": [1]}}
    sim = prepared({"billing": group, "audit": other}, settings, faults)
    before = committed(group["offsets"])
    live = bool(group["members"] or group["passing"])
    outcome = run(
        sim, huaweicloud_kafka_consumer_offsets, check_mode, group_name="billing", wait_for_empty=seconds, **options
    )
    after = committed(sim.world.offsets(sim.instance_id, "billing"))
    writes = [entry.operation for entry in outcome.entries if not entry.reads]

    def violations() -> t.Iterator[str]:
        if sim.world.offsets(sim.instance_id, "audit") != other["offsets"]:
            yield "it changed another group"
        deletes_unread = options == {"all_topics": True, "state": "absent"}
        if live and writes and not seconds and not deletes_unread:
            yield f"it sent {writes} for a group in use"
        results = [wanted_offsets(options, before, kept) for kept in ((), ("orders",))]
        for topic in ENDS:
            known = [before.get(topic), *(result.get(topic) for result in results)]
            if after.get(topic) not in known:
                yield f"the offsets in {topic} are {after.get(topic)}"
        if not outcome.failed and not check_mode and after not in results:
            yield f"it reports the offsets as set, which are {after}"
        if not outcome.failed and not check_mode and outcome.result["offsets"]:
            for row in outcome.result["offsets"]:
                stored = dict(enumerate(after.get(row["topic"], []))).get(row["partition"])
                if row["after"] != stored:
                    yield f"it reports {row}"

    expect(outcome, violations())


@given(group=_group, settings=_settings, options=st.sampled_from(_TARGETS), seconds=st.sampled_from([0, 30]))
def test_check_mode_predicts_the_run_and_the_next_run_changes_nothing(
    group: dict[str, t.Any], settings: dict[str, t.Any], options: dict[str, t.Any], seconds: int
) -> None:
    # A client that leaves while it is waited for makes check mode warn of what can't be known.
    members = [{name: value for name, value in member.items() if name != "reads"} for member in group["members"]]
    sim = prepared({"billing": {**group, "members": members, "passing": []}}, {**settings, "reset_fails": False}, [])
    given_options = {"group_name": "billing", "wait_for_empty": seconds * (not members), **options}
    predicted, done, again = (
        run(sim, huaweicloud_kafka_consumer_offsets, check_mode, **given_options) for check_mode in (True, False, False)
    )
    by_time = options.get("to") == "time"

    def violations() -> t.Iterator[str]:
        if (predicted.failed, predicted.changed) != (done.failed, done.changed):
            yield f"check mode: {predicted.msg or predicted.changed}, the run: {done.msg or done.changed}"
        elif not done.failed and not by_time and predicted.result["offsets"] != done.result["offsets"]:
            yield f"check mode predicted {predicted.result['offsets']}, the run returns {done.result['offsets']}"
        if again.changed and not by_time:
            yield "the next run changed something"

    expect(done, violations())
