# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The offsets of a consumer group: exact requests and results. The topic has two partitions with the messages 100 to 149 each."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_consumer_offsets as module
from ansible_collections.huaweicloud.kafka.tests.unit.consumer_groups import (
    ABSENT,
    LIVE,
    MEMBER,
    PAST_END,
    SAYS_MEMBER,
    UP,
    delete_offsets,
    ends,
    jobs,
    offset,
    offsets,
    reads,
    reset,
    shows,
)
from ansible_collections.huaweicloud.kafka.tests.unit.samples import INSTANCE, instance
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Ran,
    Service,
    Step,
    error_reply,
    reply,
    run_module,
)
from ansible_collections.huaweicloud.kafka.tests.unit.topics import partitions

Options = dict[str, t.Any]
Steps = list[Step]
Outcome = tuple[bool, bool, str, t.Any]
"""Whether the run fails, whether it is changed, a part of what is said, and the offsets after it by partition."""

FORBIDDEN, NO_INSTANCE = error_reply(403, "DMS.00403003"), error_reply(404, "DMS.00404022")
REFUSED, BUSY = error_reply(400, "DMS.00400999", "no such thing"), error_reply(400, "DMS.00400017")
ONCE = {"max_retries": 0}
LAST = 2**53 - 1
AS_BEFORE = "always changed"
DECIDES = "auto.offset.reset"

EARLIEST: Options = {"topic": "orders", "to": "earliest"}
LATEST: Options = {"topic": "orders", "to": "latest"}
TIME: Options = {"topic": "orders", "to": "time", "timestamp": "2024-01-02T03:04:05Z"}
EVERY: Options = {"all_topics": True, "to": "time", "timestamp": 1704164645000}
REMOVE: Options = {"topic": "orders", "state": "absent"}
REMOVE_ALL: Options = {"all_topics": True, "state": "absent"}
MS = 1704164645000


def to(value: int, **options: t.Any) -> Options:
    return {"topic": "orders", "to": "offset", "offset": value, **options}


def run(options: Options, *steps: Step, check_mode: bool = False) -> Ran:
    given = {"instance_id": "i-1", "group_name": "billing", **options}
    return run_module(module, Service(), given, *steps, check_mode=check_mode, diff=True)


def at(*current: t.Any, **options: t.Any) -> Steps:
    """Read the offsets, one for each partition."""
    rows = [offset(number, value) for number, value in enumerate(current)]
    return reads(*rows, number=len(rows), **options)


def of(*topics: tuple[str, int], state: str = "Empty", members: t.Any = ()) -> Step:
    """Read the group, which has an offset in the first partition of each of *topics*."""
    return shows(state, *[offset(0, current, topic=topic) for topic, current in topics], members=members)


# --- nothing to do ---------------------------------------------------------------------------------------------------

SAME: dict[str, tuple[Options, Steps]] = {
    "earliest": (EARLIEST, at(100, 100)),
    "latest": (LATEST, at(150, 150)),
    "offset": (to(120), at(120, 120)),
    "offset of a partition": (to(120, partition=1), at(110, 120)),
    "offset before the start": (to(5), at(100, 100)),
    "offset after the end": (to(900), at(150, 150)),
    "huge offset": (to(2**70), at(150, 150)),
    "live, but as wanted": (LATEST, at(150, 150, state="Stable", members=[MEMBER])),
    "nothing to delete": (REMOVE, [of()]),
    "other topic": (REMOVE, [of(("returns", 120))]),
    "never committed": (REMOVE, [shows("Empty", offset(0, -1))]),
    "no group to delete from": (REMOVE, [shows(response=ABSENT)]),
    "DEAD": (REMOVE_ALL, [shows("Dead")]),
    "all topics, none": (REMOVE_ALL, [of()]),
    "time, no topic": (EVERY, [of()]),
}


@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("name", SAME)
def test_nothing_is_written_if_everything_is_as_wanted(name: str, check_mode: bool) -> None:
    options, steps = SAME[name]
    result = run(options, *steps, check_mode=check_mode).result
    assert (result["changed"], result.get("failed"), result.get("warnings")) == (False, None, None)
    assert result["diff"] == {"before": {}, "after": {}}
    assert [row["before"] for row in result["offsets"]] == [row["after"] for row in result["offsets"]]
    assert (result["skipped"], result["repeated"]) == (0, 0)


# --- refused before any write ----------------------------------------------------------------------------------------

LIVE_READS = at(120, 120, state="Stable", members=[MEMBER])
OTHER_TOPIC = {**MEMBER, "assignment": [{"topic": "returns", "partitions": [0]}]}

REFUSALS: dict[str, tuple[Options, Steps, str]] = {
    "live": (EARLIEST, LIVE_READS, f"{SAYS_MEMBER}. Stop its clients first."),
    "live, time": (TIME, LIVE_READS, SAYS_MEMBER),
    "live, all topics": (EVERY, [of(("orders", 120), state="Stable", members=[MEMBER])], SAYS_MEMBER),
    "live, deleted": (REMOVE, [of(("orders", 120), state="Stable", members=[MEMBER])], f"{SAYS_MEMBER}, and reads orders. Stop"),
    "rebalancing": (EARLIEST, at(120, 120, state="PreparingRebalance"), "it is PREPARING_REBALANCE, not EMPTY"),
    "rebalancing, deleted": (
        REMOVE_ALL,
        [of(("orders", 120), state="COMPLETING_REBALANCE", members=[OTHER_TOPIC])],
        "it is COMPLETING_REBALANCE, with the member",
    ),
    "nothing assigned, deleted": (
        REMOVE_ALL, [of(("orders", 120), state="Stable", members=[{**MEMBER, "assignment": []}])], SAYS_MEMBER,
    ),
    "unknown state": (EARLIEST, at(120, 120, state=None), "it is in an unknown state, not EMPTY"),
    "no group": (EARLIEST, [shows(response=ABSENT)], "the consumer group does not exist. Create it"),
    "DEAD": (EVERY, [shows("DEAD")], "the consumer group does not exist"),
    "code with 404": (REMOVE, [shows(response=error_reply(404, "DMS.111400864"))], "404 DMS.111400864"),
    "group forbidden": (REMOVE, [shows(response=FORBIDDEN)], "DMS.00403003"),
    "no instance": (EARLIEST, [shows(response=NO_INSTANCE)], "DMS.00404022"),
    "no such partition": (to(1, partition=2), at(120, 120), "topic orders has 2 partitions, and none is 2"),
    "no topic": (EARLIEST, [of(), (partitions(), error_reply(400, "DMS.00400975"))], "Check that the topic exists"),
    "no start": (
        EARLIEST,
        [of(), (partitions(), reply(200, {"partitions": [{"partition": 0, "last_offset": 1}], "total": 1}))],
        "a partition has no start_offset",
    ),
    "offsets forbidden": (EARLIEST, [of(), ends((100, 150)), offsets(response=FORBIDDEN)], "DMS.00403003"),
    "instance FREEZING": (
        EARLIEST, [*at(120, 120), (INSTANCE, reply(200, instance(status="FREEZING")))], "instance i-1 is FREEZING",
    ),
    "instance forbidden": (EARLIEST, [*at(120, 120), (INSTANCE, FORBIDDEN)], "DMS.00403003"),
}  # fmt: skip


@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("name", REFUSALS)
def test_refused_before_any_write(name: str, check_mode: bool) -> None:
    options, steps, message = REFUSALS[name]
    ran = run(options, *steps, check_mode=check_mode)
    assert message in ran.msg
    assert ran.result["changed"] is False
    assert "diff" not in ran.result


def test_an_instance_that_is_absent_has_no_offsets_to_delete() -> None:
    result = run(REMOVE, shows(response=NO_INSTANCE)).result
    assert (result["changed"], result["offsets"]) == (False, [])
    assert "Therefore consumer group billing has no offsets." in result["warnings"][0]


# --- one topic -------------------------------------------------------------------------------------------------------

TOPIC: dict[str, tuple[Options, Steps, Steps, Outcome]] = {
    "earliest": (EARLIEST, at(120, 120), [reset(message_offset=0), *at(100, 100)], (False, True, "", [100, 100])),
    "one differs": (EARLIEST, at(100, 120), [reset(1, message_offset=0), *at(100, 100)], (False, True, "", [100, 100])),
    "one of one": (EARLIEST, at(120), [reset(0, message_offset=0), *at(100)], (False, True, "", [100])),
    "latest": (LATEST, at(100, 120), [reset(message_offset=LAST), *at(150, 150)], (False, True, "", [150, 150])),
    "offset": (to(130), at(100, 120), [reset(message_offset=130), *at(130, 130)], (False, True, "", [130, 130])),
    "clamped": (to(5), at(120, 120), [reset(message_offset=5), *at(100, 100)], (False, True, "", [100, 100])),
    "a partition": (
        to(130, partition=1), at(100, 120), [reset(1, message_offset=130), *at(100, 130)], (False, True, "", [130]),
    ),
    "never committed": (LATEST, at(-1, None), [reset(message_offset=LAST), *at(150, 150)], (False, True, "", [150, 150])),
    "no row for what was never committed": (
        LATEST, reads(offset(1, 150)), [reset(0, message_offset=LAST), *at(150, 150)], (False, True, "", [150, 150]),
    ),
    "none, and the service refuses to list none": (
        EARLIEST, [of(), ends((100, 150)), offsets(response=PAST_END)], [reset(0, message_offset=0), *at(100)],
        (False, True, "", [100]),
    ),
    "before the start": (EARLIEST, at(50, 100), [reset(0, message_offset=0), *at(100, 100)], (False, True, "", [100, 100])),
    "written meanwhile": (
        LATEST, at(100),
        [reset(0, message_offset=LAST), of(), ends((100, 170)), offsets(offset(0, 160, end=170))],
        (False, True, "", [160]),
    ),
    "start moved meanwhile": (
        EARLIEST, at(120),
        [reset(0, message_offset=0), of(), ends((110, 150)), offsets(offset(0, 105, message_log_start_offset=110))],
        (False, True, "", [105]),
    ),
    "shown late": (
        EARLIEST, at(120), [reset(0, message_offset=0), *at(120), *at(120), *at(100)], (False, True, "", [100]),
    ),
    "did nothing": (
        {**EARLIEST, "wait_timeout": 0}, at(120), [reset(0, message_offset=0), *at(120)],
        (True, False, "did not change everything: orders [0] is 120, wanted 100", [120]),
    ),
    "did nothing, because a client came back": (
        {**EARLIEST, "wait_timeout": 0}, at(120),
        [reset(0, message_offset=0), *at(125, state="Stable", members=[MEMBER])],
        (True, False, f"orders [0] is 125, wanted 100. The group is in use: {SAYS_MEMBER}.", [125]),
    ),
    "in part": (
        {**EARLIEST, "wait_timeout": 0}, at(120, None), [reset(message_offset=0), *at(100, None)],
        (True, True, "orders [1] is not set, wanted 100", [100, None]),
    ),
    "refused": (EARLIEST, at(120), [reset(0, message_offset=0, response=REFUSED)], (True, False, "DMS.00400999", [120])),
    "forbidden": (EARLIEST, at(120), [reset(0, message_offset=0, response=FORBIDDEN)], (True, False, "DMS.00403003", [120])),
    "group gone": (EARLIEST, at(120), [reset(0, message_offset=0, response=ABSENT)], (True, False, "DMS.111400864", [120])),
    "lost, repeated": (
        EARLIEST, at(120), [reset(0, message_offset=0, response=LOST), reset(0, message_offset=0), *at(100)],
        (False, True, "", [100]),
    ),
    "lost, done": (
        {**EARLIEST, **ONCE}, at(120), [reset(0, message_offset=0, response=LOST), *at(100), *at(100)],
        (False, True, "", [100]),
    ),
    "lost, not done": (
        {**EARLIEST, **ONCE}, at(120), [reset(0, message_offset=0, response=LOST), *at(120)],
        (True, False, "A lookup after that found: orders [0] is 120, wanted 100. Run the task again.", [120]),
    ),
    "lost, unread": (
        {**EARLIEST, **ONCE}, at(120), [reset(0, message_offset=0, response=LOST), shows(response=FORBIDDEN)],
        (True, False, "It is unknown whether it was done, because the lookup failed", [120]),
    ),
    "accepted, unread": (
        EARLIEST, at(120), [reset(0, message_offset=0), shows(response=FORBIDDEN), shows(response=FORBIDDEN)],
        (True, True, "sent a change that the service accepted", [120]),
    ),
    "busy, then free": (
        EARLIEST, at(120),
        [reset(0, message_offset=0, response=BUSY), UP, *at(120), UP, reset(0, message_offset=0), *at(100)],
        (False, True, "", [100]),
    ),
    "busy, because a client came back": (
        EARLIEST, at(120), [reset(0, message_offset=0, response=BUSY), UP, *at(120, state="Stable", members=[MEMBER])],
        (True, False, SAYS_MEMBER, [120]),
    ),
    "busy, then as wanted": (
        EARLIEST, at(120), [reset(0, message_offset=0, response=BUSY), UP, *at(100)], (False, False, "", [100]),
    ),
    "time": (TIME, at(120, 120), [reset(timestamp=MS), *at(130, 110)], (False, True, AS_BEFORE, [130, 110])),
    "time, one partition": (
        {**TIME, "partition": 1}, at(120, 120), [reset(1, timestamp=MS), *at(120, 110)], (False, True, AS_BEFORE, [110]),
    ),
    "time, shown late": (
        TIME, at(120), [reset(0, timestamp=MS), *at(120), *at(130)], (False, True, AS_BEFORE, [130]),
    ),
    "time, the same offset": (
        {**TIME, "wait_timeout": 0}, at(120), [reset(0, timestamp=MS), *at(120)], (False, True, AS_BEFORE, [120]),
    ),
    "time, ignored, because a client came": (
        {**TIME, "wait_timeout": 0}, at(120), [reset(0, timestamp=MS), *at(120, state="Stable", members=[MEMBER])],
        (True, False, f"but the offsets are as before. The group is in use: {SAYS_MEMBER}.", [120]),
    ),
    "time, and a client came after it": (
        TIME, at(120), [reset(0, timestamp=MS), *at(130, state="Stable", members=[MEMBER])],
        (False, True, f"The group is in use: {SAYS_MEMBER}. They came during the reset", [130]),
    ),
    "time, not set": (
        {**TIME, "wait_timeout": 0}, at(-1), [reset(0, timestamp=MS), *at(-1)], (True, True, "orders [0] is not set", [None]),
    ),
    "time, lost, done": (
        {**TIME, **ONCE}, at(120), [reset(0, timestamp=MS, response=LOST), *at(130), *at(130)],
        (False, True, AS_BEFORE, [130]),
    ),
    "time, lost, as before": (
        {**TIME, **ONCE}, at(120), [reset(0, timestamp=MS, response=LOST), *at(120)],
        (True, False, "It is unknown whether it was done: a lookup after that found the offsets as before", [120]),
    ),
    "deleted": (REMOVE, [of(("orders", 120))], [delete_offsets("orders"), of()], (False, True, DECIDES, [None])),
    "deleted, live in another topic": (
        REMOVE, [of(("orders", 120), ("returns", 7), state="Stable", members=[OTHER_TOPIC])],
        [delete_offsets("orders"), of(("returns", 7), state="Stable", members=[OTHER_TOPIC])],
        (False, True, DECIDES, [None]),
    ),
    "deleted, refused": (
        {**REMOVE, "wait_timeout": 0}, [of(("orders", 120))],
        [delete_offsets("orders", orders="DMS.00400882"), of(("orders", 120)), of(("orders", 120))][:2],
        (True, False, "DMS.00400882", [120]),
    ),
    "deleted, refused, but gone": (
        REMOVE, [of(("orders", 120))], [delete_offsets("orders", orders="DMS.00400999"), of(), of()],
        (False, True, DECIDES, [None]),
    ),
    "deleted, still there": (
        {**REMOVE, "wait_timeout": 0}, [of(("orders", 120))], [delete_offsets("orders"), of(("orders", 120))],
        (True, False, "did not change everything: orders [0] is 120", [120]),
    ),
    "deleted, group gone": (
        REMOVE, [of(("orders", 120))], [delete_offsets("orders", response=ABSENT)], (False, False, DECIDES, []),
    ),
    "deleted, lost, group gone": (
        REMOVE, [of(("orders", 120))],
        [
            delete_offsets("orders", response=LOST),
            delete_offsets("orders", response=ABSENT),
            shows(response=ABSENT),
            shows(response=ABSENT),
        ],
        (False, True, DECIDES, [None]),
    ),
    "deleted, then the group is gone": (
        REMOVE, [of(("orders", 120))], [delete_offsets("orders"), shows(response=ABSENT)], (False, True, DECIDES, [None]),
    ),
}  # fmt: skip

# --- all topics ------------------------------------------------------------------------------------------------------

BOTH = of(("orders", 120), ("returns", 7))
KNOWN = jobs(old="SUCCESS")
RESET_ALL = reset(topic="", timestamp=MS)
MOVED = of(("orders", 130), ("returns", 3))

TOPICS: dict[str, tuple[Options, Steps, Steps, Outcome]] = {
    "time": (
        EVERY, [BOTH],
        [KNOWN, RESET_ALL, KNOWN, jobs(new="EXECUTING", old="SUCCESS"), jobs(new="SUCCESS", old="SUCCESS"), MOVED],
        (False, True, AS_BEFORE, [130, 3]),
    ),
    "time, another job before": (
        EVERY, [BOTH], [jobs(), RESET_ALL, jobs(new="SUCCESS"), MOVED], (False, True, AS_BEFORE, [130, 3]),
    ),
    "time, read late": (
        EVERY, [BOTH], [jobs(), RESET_ALL, jobs(new="SUCCESS"), BOTH, BOTH, MOVED], (False, True, AS_BEFORE, [130, 3]),
    ),
    "time, ignored, because a client came": (
        {**EVERY, "wait_timeout": 0}, [BOTH],
        [jobs(), RESET_ALL, jobs(new="SUCCESS"), of(("orders", 120), ("returns", 7), state="Stable", members=[MEMBER])],
        (True, False, f"but the offsets are as before. The group is in use: {SAYS_MEMBER}.", [120, 7]),
    ),
    "time, a partition without an offset": (
        EVERY, [shows("Empty", offset(0, 120), offset(1, -1), offset(0, -1, topic="other"))],
        [jobs(), RESET_ALL, jobs(new="SUCCESS"), shows("Empty", offset(0, 130), offset(1, 130))],
        (False, True, AS_BEFORE, [130, 130]),
    ),
    "time, a partition without an offset that gets none": (
        EVERY, [shows("Empty", offset(0, 120), offset(1, None))],
        [jobs(), RESET_ALL, jobs(new="SUCCESS"), shows("Empty", offset(0, 130), offset(1, None))],
        (False, True, AS_BEFORE, [130, None]),
    ),
    "time, a partition that is listed only with an offset": (
        EVERY, [shows("Empty", offset(1, 120))],
        [jobs(), RESET_ALL, jobs(new="SUCCESS"), shows("Empty", offset(0, 130), offset(1, 130))],
        (False, True, AS_BEFORE, [130, 130]),
    ),
    "time, failed": (
        EVERY, [BOTH], [KNOWN, RESET_ALL, jobs(new="FAILED", old="SUCCESS"), BOTH],
        (True, False, "the background job kafkaResetConsumerOffset of the instance ended with the status FAILED", [120, 7]),
    ),
    "time, failed in part": (
        EVERY, [BOTH], [KNOWN, RESET_ALL, jobs(new="FAILED", old="SUCCESS"), of(("orders", 130), ("returns", 7))],
        (True, True, "set the offsets of 1 partition of orders", [130, 7]),
    ),
    "time, not over": (
        {**EVERY, "wait_timeout": 0}, [BOTH], [KNOWN, RESET_ALL, jobs(new="EXECUTING"), BOTH],
        (True, True, "last state: job kafkaResetConsumerOffset is EXECUTING", [120, 7]),
    ),
    "time, no wait": (
        {**EVERY, "wait": False}, [BOTH], [KNOWN, RESET_ALL], (False, True, "it is unknown when all offsets are set", [None, None]),
    ),
    "time, jobs forbidden": (
        EVERY, [BOTH],
        [(KNOWN[0], FORBIDDEN), RESET_ALL, (INSTANCE, reply(200, instance(task={"name": "kafkaResetConsumerOffset"}))), UP, MOVED],
        (False, True, AS_BEFORE, [130, 3]),
    ),
    "time, lost, begun": (
        EVERY, [BOTH], [KNOWN, reset(topic="", timestamp=MS, response=LOST), jobs(new="SUCCESS"), jobs(new="SUCCESS"), MOVED],
        (False, True, AS_BEFORE, [130, 3]),
    ),
    "time, busy": (
        EVERY, [BOTH],
        [KNOWN, reset(topic="", timestamp=MS, response=BUSY), UP, BOTH, UP, KNOWN, RESET_ALL, jobs(new="SUCCESS"), MOVED],
        (False, True, AS_BEFORE, [130, 3]),
    ),
    "deleted": (REMOVE_ALL, [BOTH], [delete_offsets("orders", "returns"), of()], (False, True, DECIDES, [None, None])),
    "deleted, but for what is read now": (
        REMOVE_ALL, [of(("orders", 120), ("returns", 7), state="Stable", members=[MEMBER])],
        [delete_offsets("returns"), of(("orders", 120), state="Stable", members=[MEMBER])],
        (False, True, "the group reads these topics now: orders", [None]),
    ),
    "deleted, one turns out to be read": (
        REMOVE_ALL, [BOTH], [delete_offsets("orders", "returns", orders="DMS.00400882"), of(("orders", 120))],
        (False, True, "the group reads these topics now: orders", [None]),
    ),
    "deleted, refused because of one that is read": (
        REMOVE_ALL, [BOTH],
        [
            delete_offsets("orders", "returns", response=error_reply(400, "DMS.00400882")),
            delete_offsets("orders", response=error_reply(400, "DMS.00400882")),
            delete_offsets("returns"),
            of(("orders", 120)),
        ],
        (False, True, "the group reads these topics now: orders", [None]),
    ),
    "deleted, one fails": (
        {**REMOVE_ALL, "wait_timeout": 0}, [BOTH],
        [delete_offsets("orders", "returns", returns="DMS.00400999"), of(("returns", 7)), of(("returns", 7))],
        (True, True, "topic returns: POST", [None, 7]),
    ),
}  # fmt: skip

WRITES = {
    f"{kind}: {name}": case for kind, cases in (("topic", TOPIC), ("all", TOPICS)) for name, case in cases.items()
}


@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("name", WRITES)
def test_offsets_are_changed(name: str, check_mode: bool) -> None:
    options, before, rest, (failed, changed, says, after) = WRITES[name]
    ran = run(options, *before, UP, *([] if check_mode else rest), check_mode=check_mode)
    result = ran.result
    if check_mode:
        assert (result["changed"], result.get("failed")) == (True, None)
        assert result["diff"]["before"] != result["diff"]["after"]
        return
    assert (result.get("failed", False), result["changed"]) == (failed, changed)
    assert says in (result["msg"] if failed else " ".join(result.get("warnings", [])))
    assert [row["after"] for row in result["offsets"]] == after
    assert ("diff" in result and result["diff"]["before"] != {}) is changed


# --- wait_for_empty --------------------------------------------------------------------------------------------------


def test_members_are_waited_for_and_then_the_offsets_are_read_again() -> None:
    steps = [LIVE, shows("Empty"), *at(130, 130), UP, reset(message_offset=0), *at(100, 100)]
    result = run({**EARLIEST, "wait_for_empty": 30}, *LIVE_READS, *steps).result
    assert result["changed"] is True
    assert [row["before"] for row in result["offsets"]] == [130, 130]


def test_members_that_stay_are_named() -> None:
    ran = run({**EARLIEST, "wait_for_empty": 1}, *LIVE_READS, LIVE, LIVE, LIVE)
    assert f"{SAYS_MEMBER} after 1 seconds. Stop its clients first" in ran.msg


def test_members_that_come_back_are_not_waited_for_again() -> None:
    ran = run({**EARLIEST, "wait_for_empty": 30}, *LIVE_READS, shows("Empty"), *LIVE_READS)
    assert f"{SAYS_MEMBER} after 30 seconds" in ran.msg


def test_a_group_that_vanishes_during_the_wait() -> None:
    gone = shows(response=ABSENT)
    assert "the consumer group does not exist" in run({**EARLIEST, "wait_for_empty": 30}, *LIVE_READS, gone, gone).msg


def test_check_mode_does_not_wait() -> None:
    ran = run({**EARLIEST, "wait_for_empty": 30}, *LIVE_READS, UP, check_mode=True)
    assert (ran.result["changed"], ran.sleeps) == (True, [])
    assert f"The consumer group is in use ({SAYS_MEMBER}): the run waits 30 seconds" in ran.result["warnings"][0]


# --- what an approver sees -------------------------------------------------------------------------------------------


def test_rows_and_diff_of_a_reset() -> None:
    result = run(to(120), *at(140, 110, None), UP, check_mode=True).result
    assert result["offsets"] == [
        {"topic": "orders", "partition": 0, "before": 140, "after": 120, "skipped": 0, "repeated": 20},
        {"topic": "orders", "partition": 1, "before": 110, "after": 120, "skipped": 10, "repeated": 0},
        {"topic": "orders", "partition": 2, "before": None, "after": 120, "skipped": None, "repeated": None},
    ]
    assert (result["read_at"], result["skipped"], result["repeated"]) == ("2024-01-02T03:04:05Z", None, None)
    assert result["diff"] == {
        "before": {
            "orders": {"0": "140, 10 before the end", "1": "110, 40 before the end", "2": "not set"},
            "as read at": "2024-01-02T03:04:05Z",
        },
        "after": {
            "orders": {
                "0": "120, 30 before the end: 20 read again",
                "1": "120, 30 before the end: 10 skipped",
                "2": "120, 30 before the end",
            },
            "as read at": "2024-01-02T03:04:05Z",
            "in all": "20 read again, 10 skipped; not known for 1 of 3 partitions",
        },
    }


def test_rows_and_diff_of_a_run_show_what_was_read_after_it() -> None:
    after = [of(), ends((100, 170)), offsets(offset(0, 160, end=170))]
    result = run(LATEST, *at(100), UP, reset(0, message_offset=LAST), *after).result
    assert result["offsets"][0] == {
        "topic": "orders", "partition": 0, "before": 100, "after": 160, "skipped": 60, "repeated": 0,
    }  # fmt: skip
    assert result["diff"]["after"]["in all"] == "0 read again, 60 skipped"


LIMITS: dict[str, tuple[Options, Steps, dict[str, t.Any], str]] = {
    "time": (
        TIME, at(120, 100, None),
        {
            "0": "first message since 2024-01-02T03:04:05Z: at most 20 read again or 30 skipped",
            "1": "first message since 2024-01-02T03:04:05Z: at most 0 read again or 50 skipped",
            "2": "first message since 2024-01-02T03:04:05Z",
        },
        "at most 20 read again, 80 skipped; not known for 1 of 3 partitions",
    ),
    "time, all topics": (
        EVERY, [of(("orders", 120), ("returns", 150))],
        {"0": "first message since 2024-01-02T03:04:05Z: at most 30 skipped, or all that is kept read again"},
        "at most 30 skipped, or all that is kept read again",
    ),
    "deleted": (
        REMOVE, [shows("Empty", offset(0, 120), offset(1, 150))],
        {
            "0": "not set: at most 30 skipped, or all that is kept read again",
            "1": "not set: at most 0 skipped, or all that is kept read again",
        },
        "at most 30 skipped, or all that is kept read again",
    ),
    "deleted, the end is unknown": (
        REMOVE, [shows("Empty", offset(0, 120, message_log_end_offset=None))],
        {"0": "not set"}, "not known for 1 of 1 partitions",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_diff_has_a_limit_where_only_the_service_or_the_clients_find_the_offset(name: str) -> None:
    options, steps, partitions_after, in_all = LIMITS[name]
    result = run(options, *steps, UP, check_mode=True).result
    after = result["diff"]["after"]
    assert (after["orders"], after["in all"]) == (partitions_after, in_all)
    assert {(row["after"], row["skipped"], row["repeated"]) for row in result["offsets"]} == {(None, None, None)}


def test_check_mode_warns_that_each_run_with_a_time_is_a_change() -> None:
    result = run(TIME, *at(120), UP, check_mode=True).result
    assert "Each run of it makes the clients begin at that time again." in result["warnings"][0]


@pytest.mark.parametrize("topic", ["messages", "partitions"])
def test_no_name_of_a_topic_hides_its_partitions_in_the_diff(topic: str) -> None:
    result = run({**REMOVE, "topic": topic}, of((topic, 120)), UP, check_mode=True).result
    assert list(result["diff"]["after"][topic]) == ["0"]


def test_messages_that_are_not_kept_any_more_count_neither_as_skipped_nor_as_repeated() -> None:
    result = run(to(110), *at(40, 900), UP, check_mode=True).result
    assert [(row["skipped"], row["repeated"]) for row in result["offsets"]] == [(10, 0), (0, 40)]


def test_partitions_are_in_their_order_in_the_diff() -> None:
    result = run(EARLIEST, *at(*[120] * 11), UP, check_mode=True).result
    assert list(result["diff"]["before"]["orders"]) == [f"{number:02}" for number in range(11)]


def test_unchanged_partitions_are_returned_but_not_in_the_diff() -> None:
    result = run(EARLIEST, *at(100, 120), UP, check_mode=True).result
    assert [row["partition"] for row in result["offsets"]] == [0, 1]
    assert list(result["diff"]["before"]["orders"]) == ["1"]


def test_more_than_a_page_of_partitions() -> None:
    rows = [offset(number, 100) for number in range(60)]
    pages: Steps = []
    for line, key, values in (
        (partitions(), "partitions", [{"partition": n, "start_offset": 100, "last_offset": 150} for n in range(60)]),
        (offsets()[0], "group_message_offsets", rows),
    ):
        for first in (0, 50):
            body = {key: values[first:][:50], "total": 60}
            pages.append((line.replace("offset=0", f"offset={first}"), reply(200, body)))
    result = run(EARLIEST, shows("Empty", *rows), *pages).result
    assert (result["changed"], len(result["offsets"])) == (False, 60)


def test_what_the_service_refuses_to_list_is_taken_from_the_group() -> None:
    """The code for an empty list has other causes, too."""
    rows = [offset(0, 120)]
    result = run(
        EARLIEST, shows("Empty", *rows), ends((100, 150)), offsets(response=PAST_END), UP, check_mode=True
    ).result
    assert result["offsets"][0]["before"] == 120


def test_a_time_in_seconds_is_pointed_out() -> None:
    result = run({**TIME, "timestamp": 1704164645}, *at(120), UP, check_mode=True).result
    assert "timestamp is in milliseconds, so 1704164645 is 1970-01-20T17:22:44.645Z." in result["warnings"]
