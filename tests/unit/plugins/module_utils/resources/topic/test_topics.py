# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sets of topics: batches, what happened to each after a response in part, pruning, order, and what stops a set."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_topics as module
from ansible_collections.huaweicloud.kafka.tests.unit.samples import INSTANCE, instance
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Clock,
    Ran,
    Reply,
    Service,
    Step,
    Table,
    connection_failed,
    error_reply,
    reply,
    run_module,
)
from ansible_collections.huaweicloud.kafka.tests.unit.topics import (
    CREATE,
    DELETE,
    LIST,
    NO_TASKS,
    SINK_TASKS,
    SMART_TASKS,
    UNUSED,
    UP,
    UPDATE,
    create,
    delete,
    in_part,
    listed,
    row,
    update,
)

Options = dict[str, t.Any]

REJECTED, FORBIDDEN = error_reply(401, "APIG.0301"), error_reply(403, "DMS.00403003")


def absent(name: str) -> Options:
    return {"name": name, "state": "absent"}


def present(name: str, **options: t.Any) -> Options:
    return {"name": name, "partition": 3, **options}


def day(name: str) -> Options:
    """Return the entry that changes the retention of a topic."""
    return {"name": name, "retention_time": 24}


def day_sent(name: str) -> Options:
    return {"id": name, "retention_time": 24}


def run(
    topics: list[Options], *steps: Step, check_mode: bool = False, clock: Clock | None = None, **options: t.Any
) -> Ran:
    given = {"instance_id": "i-1", "topics": topics, **options}
    return run_module(module, Service(), given, *steps, check_mode=check_mode, diff=True, clock=clock)


def actions(ran: Ran) -> dict[str, str]:
    return {topic["name"]: topic["action"] for topic in ran.result["topics"]}


def messages(ran: Ran) -> dict[str, str]:
    return {topic["name"]: topic["msg"] for topic in ran.result["topics"] if "msg" in topic}


# --- many things with one request ------------------------------------------------------------------------------------

NAMES = [f"topic-{number:03}" for number in range(120)]
ALL = listed(*map(row, NAMES))


def body(request: t.Any) -> t.Any:
    return json.loads(request.body)


def deleted(request: t.Any) -> Reply:
    return reply(200, {"topics": [{"id": name, "success": True} for name in body(request)["topics"]]})


def created(request: t.Any) -> Reply:
    return reply(200, {"name": body(request)["id"]})


def run_many(
    replies: t.Mapping[str, t.Any], topics: list[Options], clock: Clock | None = None, **options: t.Any
) -> tuple[Ran, Table]:
    service = Table({**dict([UP, (SMART_TASKS, NO_TASKS), (SINK_TASKS, NO_TASKS)]), **replies}, single="-")
    return run_module(module, service, {"instance_id": "i-1", "topics": topics, **options}, clock=clock), service


def test_unchanged_topics_take_one_request() -> None:
    ran, service = run_many({LIST: ALL}, [present(name) for name in NAMES])
    assert (ran.result["changed"], service.lines) == (False, [LIST])


def test_changes_are_sent_in_batches_of_50() -> None:
    after = listed(*(row(name, retention_time=24) for name in NAMES))
    ran, service = run_many({LIST: [ALL, after], UPDATE: Reply(204)}, [day(name) for name in NAMES])
    assert set(actions(ran).values()) == {"modified"}
    assert service.lines == [LIST, INSTANCE, UPDATE, UPDATE, UPDATE, LIST]
    sent = [body(request)["topics"] for request in service.requests if request.method == "PUT"]
    assert sorted(map(len, sent)) == [20, 50, 50]
    assert sorted(change["id"] for batch in sent for change in batch) == NAMES


def test_deletions_are_sent_in_batches_of_50() -> None:
    replies = {LIST: [ALL, listed()], DELETE: deleted}
    ran, service = run_many(replies, [], prune=True, prune_pattern="topic-.*")
    assert set(actions(ran).values()) == {"deleted"}
    assert service.lines == [LIST, INSTANCE, SMART_TASKS, SINK_TASKS, DELETE, DELETE, DELETE, LIST]
    sent = [body(request)["topics"] for request in service.requests if request.method == "POST"]
    assert sorted(map(len, sent)) == [20, 50, 50]
    assert sorted(name for batch in sent for name in batch) == NAMES


def test_creations_are_confirmed_by_one_list() -> None:
    ran, service = run_many({LIST: [listed(), ALL], CREATE: created}, [present(name) for name in NAMES])
    assert set(actions(ran).values()) == {"created"}
    assert service.lines == [LIST, INSTANCE, *[CREATE] * len(NAMES), LIST]


def test_no_batch_begins_after_the_deadline() -> None:
    clock = Clock()
    names = [f"topic-{number:03}" for number in range(300)]

    def slow(request: t.Any) -> Reply:
        clock.now += 100
        return Reply(204)

    pages = {f"{LIST[:-1]}{offset}": listed(*map(row, names[offset:][:200]), total=300) for offset in (0, 200)}
    # At most four are sent before the first response.
    ran, service = run_many({**pages, UPDATE: slow}, [day(name) for name in names], clock=clock, wait_timeout=10)
    found = actions(ran)
    assert [found[name] for name in names[200:]] == ["not_tried"] * 100
    assert messages(ran)["topic-299"] == "it was not tried, because the 10 seconds of wait_timeout are over."
    assert 1 <= service.lines.count(UPDATE) <= 4


# --- in part ---------------------------------------------------------------------------------------------------------

LISTED: Step = (LIST, listed(row("a-topic"), row("b-topic")))
TWO = [LISTED, UP]
DAYS = [day("a-topic"), day("b-topic")]
SENT = [day_sent("a-topic"), day_sent("b-topic")]
OLD_A, OLD_B = row("a-topic"), row("b-topic")
NEW_A, NEW_B = row("a-topic", retention_time=24), row("b-topic", retention_time=24)
BLAMED = in_part(**{"b-topic": "no such thing"})

AFTER_206: dict[str, tuple[list[t.Any], dict[str, str]]] = {
    "one changed": ([NEW_A, OLD_B], {"a-topic": "modified", "b-topic": "failed"}),
    "the other one changed": ([OLD_A, NEW_B], {"a-topic": "failed", "b-topic": "modified"}),
    "both changed": ([NEW_A, NEW_B], {"a-topic": "modified", "b-topic": "modified"}),
    "none changed": ([OLD_A, OLD_B], {"a-topic": "failed", "b-topic": "failed"}),
    "one is gone": ([NEW_A], {"a-topic": "modified", "b-topic": "failed"}),
}


@pytest.mark.parametrize("name", AFTER_206)
def test_the_list_decides_after_a_206(name: str) -> None:
    rows, expected = AFTER_206[name]
    ran = run(DAYS, *TWO, update(*SENT, response=BLAMED), (LIST, listed(*rows)))
    assert actions(ran) == expected
    reported = {topic["name"]: topic["changed"] for topic in ran.result["topics"]}
    assert reported == {name: action == "modified" for name, action in expected.items()}
    assert ran.result["changed"] is any(reported.values())
    assert ran.result.get("failed", False) is ("failed" in expected.values())


def test_each_topic_gets_its_own_reason() -> None:
    ran = run(DAYS, *TWO, update(*SENT, response=BLAMED), (LIST, listed(OLD_A, OLD_B)))
    left = "and it still differs: retention_time is 72, wanted 24."
    assert messages(ran) == {
        "a-topic": f"the service did not return what happened to it, {left}",
        "b-topic": f"no such thing, {left}",
    }
    assert "2 of 2 topics failed" in ran.msg


def test_deletions_that_are_reported_as_not_done() -> None:
    names = ["a-topic", "b-topic", "c-topic"]
    before = [(LIST, listed(*map(row, names))), *UNUSED]
    failing = delete(*names, failed=names[1:])
    ran = run([absent(name) for name in names], *before, failing, *[(LIST, listed(row("c-topic")))] * 2)
    assert actions(ran) == {"a-topic": "deleted", "b-topic": "deleted", "c-topic": "failed"}
    assert messages(ran) == {"c-topic": "the service reported that it was not done."}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], {"a-topic": "deleted", "b-topic": "deleted"}),
        ([OLD_B], {"a-topic": "deleted", "b-topic": "unknown"}),
        ([OLD_A, OLD_B], {"a-topic": "unknown", "b-topic": "unknown"}),
    ],
)
def test_one_lookup_after_a_lost_deletion(rows: list[t.Any], expected: dict[str, str]) -> None:
    topics, lost = [absent("a-topic"), absent("b-topic")], delete("a-topic", "b-topic", response=LOST)
    # Those whose outcome is known are then waited for.
    rest = [(LIST, listed(*rows))] if list(expected.values()).count("deleted") else []
    ran = run(topics, LISTED, *UNUSED, lost, (LIST, listed(*rows)), *rest, max_retries=0)
    assert actions(ran) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([NEW_A, NEW_B], {"a-topic": "modified", "b-topic": "modified"}),
        ([NEW_A, OLD_B], {"a-topic": "modified", "b-topic": "unknown"}),
    ],
)
def test_one_lookup_after_a_lost_change(rows: list[t.Any], expected: dict[str, str]) -> None:
    ran = run(DAYS, *TWO, update(*SENT, response=LOST), (LIST, listed(*rows)), max_retries=0)
    assert actions(ran) == expected


def test_growth_makes_the_whole_batch_unrepeatable() -> None:
    topics = [day("a-topic"), {"name": "b-topic", "partition": 5}]
    sent = [day_sent("a-topic"), {"id": "b-topic", "new_partition_numbers": 5}]
    after = listed(NEW_A, row("b-topic", partition=5))
    ran = run(topics, *TWO, update(*sent, response=LOST), (LIST, after))
    assert actions(ran) == {"a-topic": "modified", "b-topic": "modified"}


# --- creations -------------------------------------------------------------------------------------------------------


def creating(**responses: t.Any) -> t.Callable[[t.Any], Reply]:
    """Return the responses to creations by the first letter of the name; otherwise they succeed."""

    def respond(request: t.Any) -> Reply:
        response = responses.get(body(request)["id"][0])
        if response == LOST:
            raise connection_failed(LOST)
        return response or created(request)

    return respond


def test_late_list() -> None:
    topics = [present("a-topic"), present("b-topic")]
    pages = [listed(), listed(), listed(OLD_B), listed(OLD_A, OLD_B)]
    ran, service = run_many({LIST: pages, CREATE: created}, topics)
    assert actions(ran) == {"a-topic": "created", "b-topic": "created"}
    assert service.lines.count(LIST) == 4


def test_one_that_stays_unlisted_is_named() -> None:
    topics = [present("a-topic"), present("b-topic")]
    ran, _service = run_many({LIST: [listed(), listed(OLD_B)], CREATE: created}, topics, wait_timeout=0)
    assert actions(ran) == {"a-topic": "failed", "b-topic": "created"}
    assert "waited 0 seconds for the topic of that name to be listed" in messages(ran)["a-topic"]
    assert ran.result["topics"][0]["changed"] is True


def test_another_run_was_faster() -> None:
    topics = [present("a-topic"), present("b-topic"), present("c-topic"), present("d-topic")]
    exists = error_reply(400, "DMS.40050005")
    after = listed(OLD_A, row("b-topic", partition=9), row("d-topic"))
    ran, _service = run_many({LIST: [listed(), after], CREATE: creating(a=exists, b=exists, c=exists)}, topics)
    assert actions(ran) == {"a-topic": "unchanged", "b-topic": "failed", "c-topic": "failed", "d-topic": "created"}
    assert [topic["changed"] for topic in ran.result["topics"]] == [False, False, False, True]
    assert ran.result["topics"][0]["topic"] == OLD_A


def test_lost_creations_share_a_lookup() -> None:
    topics = [present("a-topic"), present("b-topic"), present("c-topic")]
    after = listed(OLD_A, OLD_B, row("c-topic"))
    ran, service = run_many({LIST: [listed(), after], CREATE: creating(a=LOST, b=LOST)}, topics)
    assert set(actions(ran).values()) == {"created"}
    # The first list, the lookup, and the confirmation of the third.
    assert service.lines.count(LIST) == 3


# --- prune -----------------------------------------------------------------------------------------------------------

INTERNAL = [row("__trace"), row("A.heartbeats"), row("mm2-offset-syncs.B.internal"), row("hidden", topic_type=1)]
HERE = listed(*INTERNAL, row("orders"), row("returns"), row("test-1"))

PRUNED: dict[str, tuple[list[Options], Options, list[str]]] = {
    "all others": ([present("orders")], {}, ["returns", "test-1"]),
    "nothing": ([present("orders"), present("returns"), present("test-1")], {"prune_limit": 0}, []),
    "pattern": ([present("orders")], {"prune_pattern": "test-.*"}, ["test-1"]),
    "pattern of the whole name": ([present("orders")], {"prune_pattern": "test"}, []),
    "pattern of all, no entries": ([], {"prune_pattern": ".*"}, ["orders", "returns", "test-1"]),
    "pattern of internal topics": ([], {"prune_pattern": "__.*|hidden|.*heartbeats|mm2.*"}, []),
    "limit": ([present("orders")], {"prune_limit": 2}, ["returns", "test-1"]),
    "a listed name that is deleted": ([present("orders"), absent("returns")], {}, ["returns", "test-1"]),
}


@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
@pytest.mark.parametrize("name", PRUNED)
def test_pruned(name: str, check_mode: bool) -> None:
    topics, options, expected = PRUNED[name]
    steps = [(LIST, HERE), *(UNUSED if expected else [])]
    rest = [delete(*expected), (LIST, listed(*INTERNAL))] if expected and not check_mode else []
    ran = run(topics, *steps, *rest, check_mode=check_mode, prune=True, **options)
    assert sorted(name for name, action in actions(ran).items() if action == "deleted") == expected
    assert ran.result["changed"] is bool(expected)


def test_more_than_the_limit_are_not_pruned() -> None:
    msg = run([present("orders")], (LIST, HERE), prune=True, prune_limit=1).msg
    assert "2 topics would be pruned, more than prune_limit 1: returns, test-1" in msg


def test_incomplete_list_prunes_nothing() -> None:
    pages = [(LIST, listed(row("orders"), total=2)), (LIST[:-1] + "1", listed(total=2))]
    assert "1 of 2 topics, so nothing is pruned" in run([], *pages, prune=True, prune_pattern=".*").msg


# --- plans -----------------------------------------------------------------------------------------------------------

MIXED = [present("new"), day("a-topic"), absent("b-topic")]
MIXED_PLAN = [LISTED, *UNUSED]
MIXED_RUN = [
    *MIXED_PLAN,
    delete("b-topic"),
    (LIST, listed(OLD_A)),
    update(day_sent("a-topic")),
    (LIST, listed(NEW_A)),
    create("new"),
    (LIST, listed(NEW_A, row("new"))),
]


def test_order_of_requests_and_report() -> None:
    result = run(MIXED, *MIXED_RUN).result
    assert [(topic["name"], topic["action"], topic["topic"]["name"]) for topic in result["topics"]] == [
        ("new", "created", "new"),
        ("a-topic", "modified", "a-topic"),
        ("b-topic", "deleted", "b-topic"),
    ]
    assert sorted(result["diff"]["before"]) == ["a-topic", "b-topic"]
    assert sorted(result["diff"]["after"]) == ["a-topic", "new"]
    assert result["warnings"] == ["Deleting a topic deletes its messages."]


def test_check_mode_predicts_the_run() -> None:
    predicted = run(MIXED, *MIXED_PLAN, check_mode=True).result
    carried_out = run(MIXED, *MIXED_RUN, expect_plan=predicted["plan_id"]).result
    for key in ("changed", "diff", "plan_id", "warnings"):
        assert carried_out[key] == predicted[key]
    for before, after in zip(predicted["topics"], carried_out["topics"]):
        assert {**before, "topic": None} == {**after, "topic": None}


@pytest.mark.parametrize(
    ("topics", "page"),
    [
        ([*MIXED, absent("orders")], listed(OLD_A, OLD_B, row("orders"))),
        (MIXED[:2], listed(OLD_A, OLD_B)),
        ([present("new", retention_time=1), *MIXED[1:]], listed(OLD_A, OLD_B)),
        (MIXED, listed(row("a-topic", retention_time=48), OLD_B)),
        (MIXED, listed(OLD_A)),
    ],
)
def test_another_plan_is_refused(topics: list[Options], page: Reply) -> None:
    plan_id = run(MIXED, *MIXED_PLAN, check_mode=True).result["plan_id"]
    assert f"not {plan_id} as expected, so nothing was changed" in run(topics, (LIST, page), expect_plan=plan_id).msg


REFUSED: dict[str, tuple[list[Options], Reply, str]] = {
    "fewer partitions": ([present("new"), present("a-topic", partition=1)], listed(OLD_A), "can't be lowered to 1"),
    "without partitions": ([present("new"), day("new2")], listed(), "partition must be set to create the topic"),
    "name": ([present("new"), present("9topic")], listed(), "name of a new topic must be"),
}


@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
@pytest.mark.parametrize("name", REFUSED)
def test_one_refusal_stops_the_set(name: str, check_mode: bool) -> None:
    topics, page, message = REFUSED[name]
    ran = run(topics, (LIST, page), check_mode=check_mode)
    assert list(actions(ran).values()) == ["not_tried", "failed"]
    assert message in ran.msg
    assert ran.result["changed"] is False


@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
def test_a_collision_stops_the_set(check_mode: bool) -> None:
    ran = run([present("a.topic"), present("a_topic")], (LIST, listed()), UP, check_mode=check_mode)
    assert actions(ran) == {"a.topic": "not_tried", "a_topic": "failed"}
    assert "the topic a.topic only in . and _" in ran.msg


def test_a_name_that_collides_with_a_deleted_one_is_created_when_that_is_gone() -> None:
    before = listed(row("a.topic"))
    steps = [(LIST, before), *UNUSED, delete("a.topic"), (LIST, before), (LIST, listed())]
    ran = run([present("a_topic"), absent("a.topic")], *steps, create("a_topic"), (LIST, listed(row("a_topic"))))
    assert actions(ran) == {"a_topic": "created", "a.topic": "deleted"}


def test_a_name_twice_is_refused_before_any_request() -> None:
    assert "name must be unique in topics: new in topics[0] and topics[1]" in run([present("new"), absent("new")]).msg


# --- what stops a set ------------------------------------------------------------------------------------------------

UNTRIED = "it was not tried, because an earlier error stopped the set."


def test_rejected_credentials_at_a_deletion_stop_the_rest() -> None:
    ran = run(MIXED, *MIXED_PLAN, delete("b-topic", response=REJECTED))
    assert actions(ran) == {"new": "not_tried", "a-topic": "not_tried", "b-topic": "failed"}
    assert messages(ran)["a-topic"] == messages(ran)["new"] == UNTRIED
    assert ran.result["changed"] is False


def test_rejected_credentials_at_a_change_stop_the_creations() -> None:
    ran = run(MIXED[:2], LISTED, UP, update(day_sent("a-topic"), response=REJECTED))
    assert actions(ran) == {"new": "not_tried", "a-topic": "failed"}


def test_rejected_credentials_after_a_change() -> None:
    ran = run(MIXED[:2], LISTED, UP, update(day_sent("a-topic")), (LIST, REJECTED))
    assert actions(ran) == {"new": "not_tried", "a-topic": "unknown"}
    assert ran.result["changed"] is True
    assert "It is unknown what it changed: run the task again." in messages(ran)["a-topic"]


def test_rejected_credentials_in_the_middle_of_creations() -> None:
    names = [f"{letter}-topic" for letter in "abcdefghijkl"]
    replies = {LIST: listed(), CREATE: creating(a=REJECTED, b=REJECTED, c=REJECTED, d=REJECTED)}
    ran, service = run_many(replies, [present(name) for name in names])
    assert service.lines.count(CREATE) <= 4
    assert service.lines.count(LIST) == 1
    found = actions(ran)
    assert found["a-topic"] == "failed"
    assert {found[name] for name in names[4:]} == {"not_tried"}
    assert ran.result["changed"] is False


def test_forbidden_list_after_a_deletion_stops_the_rest() -> None:
    ran = run(MIXED, *MIXED_PLAN, delete("b-topic"), (LIST, FORBIDDEN))
    assert actions(ran) == {"new": "not_tried", "a-topic": "not_tried", "b-topic": "failed"}
    assert "deleted the topic" in messages(ran)["b-topic"]
    assert ran.result["changed"] is True


def test_without_time_all_is_sent_that_waits_for_nothing() -> None:
    steps = [LISTED, UP, update(day_sent("a-topic")), (LIST, listed(NEW_A)), create("new"), (LIST, listed(row("new")))]
    ran = run(MIXED[:2], *steps, wait_timeout=0)
    assert actions(ran) == {"new": "created", "a-topic": "modified"}


def test_without_time_nothing_follows_a_deletion_that_is_not_over() -> None:
    ran = run(MIXED, *MIXED_PLAN, delete("b-topic"), (LIST, listed(OLD_A, OLD_B)), wait_timeout=0)
    assert actions(ran) == {"new": "not_tried", "a-topic": "not_tried", "b-topic": "failed"}
    assert "the 0 seconds of wait_timeout are over" in messages(ran)["new"]


def test_a_refused_deletion_does_not_stop_the_others() -> None:
    rest = [update(day_sent("a-topic")), (LIST, listed(NEW_A)), create("new"), (LIST, listed(row("new")))]
    ran = run(MIXED, *MIXED_PLAN, delete("b-topic", response=error_reply(400, "DMS.00400026")), *rest)
    assert actions(ran) == {"new": "created", "a-topic": "modified", "b-topic": "failed"}


def test_instance_is_not_running() -> None:
    up = (INSTANCE, reply(200, instance(status="RESTARTING")))
    ran = run(MIXED, LISTED, up)
    assert set(actions(ran).values()) == {"not_tried"}
    assert "instance i-1 is RESTARTING" in ran.msg
