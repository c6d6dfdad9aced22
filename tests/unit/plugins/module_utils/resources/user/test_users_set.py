# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sets of users: batches, pruning, what a refusal of several means, plans, and secrets in all that a run leaves."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_users as module
from ansible_collections.huaweicloud.kafka.tests.unit import topics
from ansible_collections.huaweicloud.kafka.tests.unit.samples import INSTANCE
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Ran,
    Reply,
    Service,
    Step,
    Table,
    error_reply,
    reply,
    run_module,
)
from ansible_collections.huaweicloud.kafka.tests.unit.users import (
    CREATE,
    DELETE,
    LIST,
    NO_TOPICS,
    PASSWORD,
    UP,
    USERS,
    create,
    delete,
    describe,
    listed,
    policies,
    row,
    up,
)

Options = dict[str, t.Any]

REFUSED = error_reply(400, "DMS.00400999", "no such thing")
REJECTED, FORBIDDEN = error_reply(401, "APIG.0301"), error_reply(403, "DMS.00403003")


def absent(name: str) -> Options:
    return {"user_name": name, "state": "absent"}


def present(name: str, **options: t.Any) -> Options:
    return {"user_name": name, "user_passwd": PASSWORD, **options}


def run(users: list[Options], *steps: Step, check_mode: bool = False, **options: t.Any) -> Ran:
    given = {"instance_id": "i-1", "users": users, **options}
    return run_module(module, Service(), given, *steps, check_mode=check_mode, diff=True)


def actions(ran: Ran) -> dict[str, str]:
    return {user["user_name"]: user["action"] for user in ran.result["users"]}


def messages(ran: Ran) -> dict[str, str]:
    return {user["user_name"]: user["msg"] for user in ran.result["users"] if "msg" in user}


# --- many ------------------------------------------------------------------------------------------------------------

NAMES = [f"user-{number:03}" for number in range(120)]
ALL = listed(*map(row, NAMES))


def run_many(replies: t.Mapping[str, t.Any], users: list[Options], **options: t.Any) -> tuple[Ran, Table]:
    service = Table({**dict([UP, NO_TOPICS]), **replies}, single="-")
    return run_module(module, service, {"instance_id": "i-1", "users": users, **options}), service


def test_unchanged_users_take_one_request() -> None:
    ran, service = run_many({LIST: ALL}, [present(name) for name in NAMES])
    assert (ran.result["changed"], service.lines) == (False, [LIST])


def test_deletions_are_sent_in_batches_of_50() -> None:
    ran, service = run_many({LIST: [ALL, listed()], DELETE: Reply(204)}, [absent(name) for name in NAMES])
    assert set(actions(ran).values()) == {"deleted"}
    assert service.lines == [LIST, INSTANCE, topics.LIST, DELETE, DELETE, DELETE, LIST]
    sent = [json.loads(t.cast("str", request.body)) for request in service.requests if request.method == "PUT"]
    assert sorted(name for body in sent for name in body["users"]) == NAMES


def test_creations_are_confirmed_by_one_list() -> None:
    ran, service = run_many({LIST: [listed(), ALL], CREATE: Reply(204)}, [present(name) for name in NAMES])
    assert set(actions(ran).values()) == {"created"}
    assert service.lines == [LIST, INSTANCE, *[CREATE] * len(NAMES), LIST]


def test_passwords_are_set_one_by_one_and_followed_by_one_list() -> None:
    resets = {f"PUT {USERS}/{name}": Reply(204) for name in NAMES}
    ran, service = run_many({LIST: ALL, **resets}, [present(name) for name in NAMES], update_secrets="always")
    assert set(actions(ran).values()) == {"modified"}
    assert [service.lines[0], service.lines[1], service.lines[-1]] == [LIST, INSTANCE, LIST]
    assert sorted(service.lines[2:-1]) == sorted(resets)


def test_permissions_are_read_once_for_each_topic() -> None:
    rows = [topics.row(f"topic-{number}") for number in range(20)]
    reads = dict(policies(topic["name"], "user-007") for topic in rows)
    page = listed(*map(row, NAMES[:10]))
    replies = {LIST: page, topics.LIST: topics.listed(*rows), **reads}
    ran, service = run_many(replies, [absent(name) for name in NAMES[:10]])
    found = actions(ran)
    assert (found.pop("user-007"), set(found.values())) == ("failed", {"not_tried"})
    assert "the user has permissions for the topics topic-0, topic-1, topic-10" in messages(ran)["user-007"]
    assert service.lines[:3] == [LIST, INSTANCE, topics.LIST]
    assert sorted(service.lines[3:]) == sorted(reads)


def test_permissions_are_read_side_by_side() -> None:
    rows = [topics.row(f"topic-{number}") for number in range(13)]
    reads = dict(policies(topic["name"]) for topic in rows)
    replies = {
        LIST: [listed(row()), listed()],
        topics.LIST: topics.listed(*rows),
        **reads,
        DELETE: Reply(204),
        **dict([UP]),
    }
    # No response arrives before four requests are sent.
    service = Table(replies, together=4, single="/accesspolicy")
    ran = run_module(module, service, {"instance_id": "i-1", "users": [absent("shop")]})
    assert actions(ran) == {"shop": "deleted"}


# --- refusals of several ---------------------------------------------------------------------------------------------

TWO = listed(row("a-user"), row("b-user"))
GONE = [absent("a-user"), absent("b-user")]
READS: list[Step] = [(LIST, TWO), UP, NO_TOPICS]
BATCH = delete("a-user", "b-user", response=REFUSED)


AFTER_REFUSAL: dict[str, tuple[t.Any, list[t.Any], dict[str, str]]] = {
    "another run was faster": (204, [], {"a-user": "unchanged", "b-user": "deleted"}),
    "one can't be deleted": (204, [row("a-user")], {"a-user": "failed", "b-user": "deleted"}),
    "two can't be deleted": (REFUSED, [row("a-user"), row("b-user")], {"a-user": "failed", "b-user": "failed"}),
    "one is gone, one can't be deleted": (REFUSED, [row("b-user")], {"a-user": "unchanged", "b-user": "failed"}),
    # One was absent; the refused request can have deleted the other one.
    "both are gone": (REFUSED, [], {"a-user": "deleted", "b-user": "deleted"}),
}


@pytest.mark.parametrize("name", AFTER_REFUSAL)
def test_after_a_refusal_of_several_each_is_tried_alone_and_the_list_decides(name: str) -> None:
    response, rows, expected = AFTER_REFUSAL[name]
    alone = [delete("a-user", response=REFUSED), delete("b-user", response=response), (LIST, listed(*rows))]
    waits = [(LIST, listed(*rows))] if set(expected.values()) != {"failed"} else []
    ran = run(GONE, *READS, BATCH, *alone, *waits)
    assert actions(ran) == expected
    assert [user["changed"] for user in ran.result["users"]] == [each == "deleted" for each in expected.values()]
    failed = [name for name, action in expected.items() if action == "failed"]
    assert [name for name, message in messages(ran).items() if "no such thing" in message] == failed


def test_a_lost_deletion_of_several_is_repeated() -> None:
    ran = run(GONE, *READS, delete("a-user", "b-user", response=LOST), BATCH, (LIST, listed()), (LIST, listed()))
    assert actions(ran) == {"a-user": "deleted", "b-user": "deleted"}


# --- prune -----------------------------------------------------------------------------------------------------------

HERE = listed(row("shop"), row("billing"), row("test-1"), row("test-2", default_app=True))
PRUNED: dict[str, tuple[list[Options], Options, list[str]]] = {
    "all others": ([present("shop")], {}, ["billing", "test-1", "test-2"]),
    "nothing": ([present(name) for name in ("shop", "billing", "test-1", "test-2")], {"prune_limit": 0}, []),
    "pattern": ([present("shop")], {"prune_pattern": "test-.*"}, ["test-1", "test-2"]),
    "pattern of all, no entries": ([], {"prune_pattern": ".*"}, ["billing", "shop", "test-1", "test-2"]),
    "pattern of the first": ([], {"prune_pattern": "root"}, []),
    "the first in an entry": ([present("root")], {"prune_pattern": "test-1"}, ["test-1"]),
    "limit": ([present("shop")], {"prune_limit": 3}, ["billing", "test-1", "test-2"]),
}


@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
@pytest.mark.parametrize("name", PRUNED)
def test_pruned_but_not_the_first(name: str, check_mode: bool) -> None:
    users, options, expected = PRUNED[name]
    steps = [(LIST, HERE), UP, *([NO_TOPICS] if expected else [])]
    names = [each for each in ("shop", "billing", "test-1", "test-2") if each in expected]
    rest = [delete(*names), (LIST, listed())] if expected and not check_mode else []
    ran = run(users, *steps, *rest, check_mode=check_mode, prune=True, **options)
    assert sorted(name for name, action in actions(ran).items() if action == "deleted") == expected
    assert "root" not in actions(ran) or users[0]["user_name"] == "root"
    assert ran.result["changed"] is bool(expected)


@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
def test_without_a_known_first_user_the_default_application_is_not_pruned(check_mode: bool) -> None:
    unknown = up(access_user=None)
    rest = [] if check_mode else [delete("test-1"), (LIST, listed())]
    steps = [(LIST, HERE), unknown, NO_TOPICS, *rest]
    ran = run([], *steps, check_mode=check_mode, prune=True, prune_pattern="test-.*")
    assert actions(ran) == {"test-1": "deleted"}


def test_an_instance_that_can_not_be_read_prunes_nothing() -> None:
    assert "DMS.00403003" in run([], (LIST, HERE), (INSTANCE, FORBIDDEN), prune=True, prune_pattern=".*").msg


def test_the_instance_is_not_read_if_it_does_not_exist() -> None:
    gone = error_reply(404, "DMS.00404022")
    ran = run([absent("shop")], (LIST, gone), prune=True, prune_pattern=".*")
    assert actions(ran) == {"shop": "unchanged"}


def test_one_with_permissions_stops_the_pruning() -> None:
    steps = [(LIST, HERE), UP, (topics.LIST, topics.listed(topics.row())), policies("orders", "test-1", "shop")]
    ran = run([present("shop")], *steps, prune=True, prune_pattern="test-.*")
    assert actions(ran) == {"shop": "unchanged", "test-1": "failed", "test-2": "not_tried"}
    assert "so nothing was changed" in ran.msg


# --- plans -----------------------------------------------------------------------------------------------------------

MIXED = [present("new1"), present("a-user", user_desc="The shop"), absent("b-user")]
MIXED_RUN: list[Step] = [
    *READS,
    delete("b-user"),
    (LIST, listed(row("a-user"))),
    describe("The shop", "a-user"),
    (LIST, listed(row("a-user", user_desc="The shop"))),
    create("new1"),
    (LIST, listed(row("new1"), row("a-user", user_desc="The shop"))),
]


def test_check_mode_predicts_the_run() -> None:
    predicted = run(MIXED, *READS, check_mode=True).result
    carried_out = run(MIXED, *MIXED_RUN, expect_plan=predicted["plan_id"]).result
    for key in ("changed", "diff", "plan_id"):
        assert carried_out[key] == predicted[key]
    for before, after in zip(predicted["users"], carried_out["users"]):
        assert {**before, "user": None} == {**after, "user": None}
    assert [user["user"]["user_name"] for user in carried_out["users"]] == ["new1", "a-user", "b-user"]


def test_the_plan_has_no_password() -> None:
    plans = {run([present("new1", user_passwd=password)], (LIST, listed()), UP, check_mode=True).result["plan_id"]
             for password in (PASSWORD, "Other-secret1")}  # fmt: skip
    assert len(plans) == 1


def test_a_new_password_is_in_the_plan() -> None:
    steps = [(LIST, listed(row("a-user")))]
    unchanged = run([present("a-user")], *steps, check_mode=True).result["plan_id"]
    changed = run([present("a-user")], *steps, UP, check_mode=True, update_secrets="always").result["plan_id"]
    assert unchanged != changed


REFUSALS: dict[str, tuple[list[Options], Options, list[Step], str]] = {
    "no password": ([present("new1"), {"user_name": "new2"}], {}, [], "user_passwd must be set to create the user"),
    "name": ([present("new1"), present("2new")], {}, [], "user_name of a new user must be"),
    "first": ([present("new1"), absent("root")], {}, [UP], "it is the first user of the instance"),
}


@pytest.mark.parametrize("check_mode", [True, False], ids=["check", "run"])
@pytest.mark.parametrize("name", REFUSALS)
def test_one_refusal_stops_the_set(name: str, check_mode: bool) -> None:
    users, options, steps, message = REFUSALS[name]
    ran = run(users, (LIST, listed()), *steps, check_mode=check_mode, **options)
    assert list(actions(ran).values()) == ["not_tried", "failed"]
    assert message in ran.msg
    assert ran.result["changed"] is False


@pytest.mark.parametrize(
    ("users", "options", "message"),
    [
        ([present("new1"), absent("new1")], {}, "user_name must be unique in users: new1 in users[0] and users[1]"),
        ([present("new1", user_passwd="x")], {}, "users[0] (new1): user_passwd must be 8 to 32 characters"),
        (
            [present("new1"), {"user_name": "new2"}],
            {"update_secrets": "always"},
            "users[1] (new2): update_secrets: always needs user_passwd",
        ),
    ],
)
def test_refused_before_any_request(users: list[Options], options: Options, message: str) -> None:
    assert message in run(users, **options).msg


def test_new_names_that_differ_only_in_case() -> None:
    ran = run([present("new1"), present("NEW1")], (LIST, listed()), UP, check_mode=True)
    case = "differs from that of the user new1 only in case: the service may take both for one."
    assert ran.result["warnings"] == [f"NEW1: The name {case}"]


def test_a_limit_after_the_deletions() -> None:
    rows = [row(f"user-{number}") for number in range(19)]
    old = up(created_at="1689379199999")
    ran = run([present("new1"), absent("user-0")], (LIST, listed(*rows)), old, NO_TOPICS, check_mode=True)
    assert "warnings" not in ran.result


# --- what stops a set ------------------------------------------------------------------------------------------------


def test_rejected_credentials_at_a_deletion_stop_the_rest() -> None:
    ran = run(MIXED, *READS, delete("b-user", response=REJECTED))
    assert actions(ran) == {"new1": "not_tried", "a-user": "not_tried", "b-user": "failed"}


def test_a_refused_password_does_not_stop_the_others() -> None:
    users = [present("a-user"), present("b-user")]
    replies = {LIST: TWO, f"PUT {USERS}/a-user": REFUSED, f"PUT {USERS}/b-user": Reply(204)}
    ran, _service = run_many(replies, users, update_secrets="always")
    assert actions(ran) == {"a-user": "failed", "b-user": "modified"}
    assert [user["changed"] for user in ran.result["users"]] == [False, True]


# --- secrets ---------------------------------------------------------------------------------------------------------


def test_no_password_in_all_that_a_run_leaves() -> None:
    """Also if the service and its errors repeat it; ``run_module`` checks the result and the log, too."""
    echo = error_reply(400, "DMS.00400019", f"user_passwd={PASSWORD}")
    users = [present("new1"), present("a-user", user_desc=f"not {PASSWORD}")]
    steps = [
        (LIST, reply(200, {"users": [row("root"), {**row("a-user"), "user_passwd": PASSWORD, "x": [PASSWORD]}]})),
        UP,
        describe(f"not {PASSWORD}", "a-user", new_password=PASSWORD, response=echo),
        create("new1", response=echo),
        (LIST, listed()),
    ]
    ran = run(users, *steps, update_secrets="always")
    text = json.dumps([ran.result, ran.log])
    assert "secret" not in text.replace("secrets", "")
    assert actions(ran) == {"new1": "failed", "a-user": "failed"}
    assert "user_passwd=********" in ran.msg
