# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Permissions of topics: exact requests, refusals before any write, responses of all forms, and an instance that is busy."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_topic_permissions as module
from ansible_collections.huaweicloud.kafka.tests.unit.samples import INSTANCE, instance
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    PROJECT_ID,
    Clock,
    Ran,
    Reply,
    Service,
    Step,
    Table,
    error_reply,
    reply,
    run_module,
)
from ansible_collections.huaweicloud.kafka.tests.unit.topics import LIST as TOPICS
from ansible_collections.huaweicloud.kafka.tests.unit.topics import listed, policies, row

Options = dict[str, t.Any]

UPDATE = f"POST /v1/{PROJECT_ID}/instances/i-1/topics/accesspolicy"
USERS = f"GET /v2/{PROJECT_ID}/instances/i-1/users"
CONFIGS = f"GET /v2/{PROJECT_ID}/instances/i-1/configs"
JOB = f"GET /v2/{PROJECT_ID}/instances/i-1/tasks/j-1"
BUSY = error_reply(400, "DMS.00400026")
RUNNING = {"name": "updateTopicPolicies", "status": "EXECUTING"}
EXIST: Step = (TOPICS, listed(row("orders"), row("returns")))


def read(topic: str = "orders", response: Reply | None = None, **users: str) -> Step:
    """Expect the read of the permissions of a topic."""
    rows = [{"owner": False, "user_name": user, "access_policy": access} for user, access in users.items()]
    return (policies(topic), response or reply(200, {"name": topic, "topic_type": 0, "policies": rows}))


def up(**fields: t.Any) -> Step:
    """Expect the read of the instance, which has SASL."""
    return (INSTANCE, reply(200, instance(ssl_enable=True, **fields)))


def users(*names: str) -> Step:
    names = names or ("billing", "shop", "audit")
    return (USERS, reply(200, {"users": [{"user_name": name} for name in names]}))


def parameter(value: t.Any, name: str = "allow.everyone.if.no.acl.found") -> Step:
    return (CONFIGS, reply(200, {"kafka_configs": [{"name": name, "value": value}]}))


def sent(topic: str = "orders", **users: str) -> Options:
    rows = [{"user_name": user, "access_policy": users[user]} for user in sorted(users)]
    return {"name": topic, "policies": rows}


def update(*topics: Options, response: t.Any = 204) -> Step:
    """Expect the request that replaces the permissions of topics."""
    return (UPDATE, {"topics": list(topics)}, response)


def entry(topic: str = "orders", **users: str) -> Options:
    return {"topic_name": topic, "policies": users}


def absent(topic: str = "orders") -> Options:
    return {"topic_name": topic, "state": "absent"}


def run(
    permissions: list[Options], *steps: Step, service: t.Any = None, check_mode: bool = False, **options: t.Any
) -> Ran:
    given = {"instance_id": "i-1", "topic_permissions": permissions, **options}
    clock = options.pop("clock", None) or Clock()
    given.pop("clock", None)
    return run_module(module, service or Service(), given, *steps, check_mode=check_mode, diff=True, clock=clock)


def table(*steps: Step) -> Table:
    """Return a service that sends the responses of *steps* in any order, as often as they are asked for."""
    return Table({step[0]: step[-1] for step in steps})


def actions(ran: Ran) -> dict[str, str]:
    return {topic["topic_name"]: topic["action"] for topic in ran.result["topic_permissions"]}


def warnings(ran: Ran) -> str:
    return " ".join(ran.result.get("warnings", []))


FIRST = [read(), EXIST, up(), users()]
"""The reads before the first permission of the topic orders."""


def test_permission_is_granted() -> None:
    ran = run([entry(billing="sub")], *FIRST, update(sent(billing="sub")), up(), read(billing="sub"))
    assert ran.result["changed"] is True
    assert "failed" not in ran.result
    assert ran.result["topic_permissions"] == [
        {"topic_name": "orders", "action": "modified", "changed": True, "policies": {"billing": "sub"}}
    ]
    assert ran.result["diff"] == {
        "before": {"orders": {"policies": {}}},
        "after": {"orders": {"policies": {"billing": "sub"}}},
    }
    assert ran.result["warnings"] == [
        "orders: These are the first permissions of the topic: users without one can't use it any more."
    ]


def test_check_mode_reads_and_predicts() -> None:
    ran = run([entry(billing="sub")], *FIRST, check_mode=True)
    done = run([entry(billing="sub")], *FIRST, update(sent(billing="sub")), up(), read(billing="sub"))
    assert ran.result == done.result


UNCHANGED: dict[str, tuple[Options, Options]] = {
    "the same": (entry(shop="pub", billing="sub"), {"billing": "sub", "shop": "pub"}),
    "nothing to clear": (absent(), {}),
    "an empty dict": (entry(), {}),
}


@pytest.mark.parametrize("case", UNCHANGED)
@pytest.mark.parametrize("check_mode", [True, False])
def test_nothing_to_do_takes_one_request(case: str, check_mode: bool) -> None:
    wanted, existing = UNCHANGED[case]
    ran = run([wanted], read(**existing), check_mode=check_mode)
    assert (ran.result["changed"], actions(ran)) == (False, {"orders": "unchanged"})
    assert ran.result["topic_permissions"][0]["policies"] == existing
    assert "warnings" not in ran.result


# --- what is refused before any write --------------------------------------------------------------------------------


NO_TOPIC = error_reply(400, "DMS.00400975")


@pytest.mark.parametrize(
    "response", [NO_TOPIC, error_reply(404, "DMS.99404999"), error_reply(500, "DMS.00500990"), None]
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_topic_that_does_not_exist(response: Reply | None, check_mode: bool) -> None:
    both = [read("returns", billing="sub"), read("gone", response)]
    wanted = [entry("returns", billing="sub"), entry("gone", billing="sub")]
    ran = run(wanted, service=table(*both, EXIST), check_mode=check_mode)
    assert actions(ran) == {"returns": "unchanged", "gone": "failed"}
    assert "gone: the topic does not exist" in ran.msg
    assert ran.result["changed"] is False
    cleared = run([entry("returns", billing="sub"), absent("gone")], service=table(*both, EXIST))
    assert actions(cleared) == {"returns": "unchanged", "gone": "unchanged"}


def test_permissions_that_a_deleted_topic_keeps_are_not_changed() -> None:
    assert actions(run([absent("gone")], read("gone", billing="sub"), EXIST)) == {"gone": "unchanged"}


def test_topic_that_exists_but_can_not_be_read() -> None:
    ran = run([absent()], read(response=NO_TOPIC), EXIST)
    assert "Could not read the permissions of topic orders of instance i-1: " in ran.msg
    assert ran.result["error"]["code"] == "DMS.00400975"


def test_incomplete_list_of_topics_proves_nothing() -> None:
    rest: Step = (TOPICS.replace("offset=0", "offset=1"), listed(total=2))
    ran = run([absent("gone")], read("gone", NO_TOPIC), (TOPICS, listed(row("orders"), total=2)), rest)
    assert "the list contains 1 of 2 topics, so it does not show which topics exist" in ran.msg


@pytest.mark.parametrize("check_mode", [True, False])
def test_unknown_users_are_refused(check_mode: bool) -> None:
    wanted = [entry(billing="sub", nina="pub", mona="all"), entry("returns", shop="pub")]
    reads = [read(), read("returns")]
    service = table(*reads, EXIST, up(), users())
    ran = run(wanted, service=service, check_mode=check_mode)
    assert actions(ran) == {"orders": "failed", "returns": "not_tried"}
    assert "the instance has no user mona, nina" in ran.msg
    assert ran.result["changed"] is False
    assert service.lines.count(USERS) == 1


def test_unknown_user_that_is_kept_or_removed_is_no_refusal() -> None:
    existing = {"billing": "all", "*": "sub", "old": "pub"}
    kept = run([entry(billing="sub", old="none")], read(**existing), EXIST, up(), users(), merge=True, check_mode=True)
    assert kept.result["topic_permissions"][0]["policies"] == {"*": "sub", "billing": "sub"}
    assert "old is not a user of the instance" in warnings(kept)
    wanted = {"topic_name": "orders", "policies": {"billing": "sub", "*": "sub"}}
    removed = run([wanted], read(**existing), EXIST, up(), users(), check_mode=True)
    assert removed.result["topic_permissions"][0]["policies"] == {"*": "sub", "billing": "sub"}
    assert removed.result["diff"]["before"]["orders"] == {"policies": existing}


def test_pseudo_user_that_is_removed_is_warned_of() -> None:
    ran = run([entry(billing="sub")], read(**{"*": "sub", "shop": "pub"}), EXIST, up(), users(), check_mode=True)
    assert ran.result["warnings"] == [
        "orders: * is not a user of the instance, so it can stand for all users or for a deleted one; its permission is removed."
    ]


@pytest.mark.parametrize("check_mode", [True, False])
def test_sasl_off(check_mode: bool) -> None:
    off = (INSTANCE, reply(200, instance(ssl_enable=False)))
    ran = run([entry(billing="sub")], read(), EXIST, off, check_mode=check_mode)
    assert "SASL is off on instance i-1" in ran.msg


def test_instance_that_allows_no_change() -> None:
    ran = run([entry(billing="sub")], read(), EXIST, up(status="EXTENDING"))
    assert "instance i-1 is EXTENDING" in ran.msg


OPEN: dict[str, tuple[Step, str]] = {
    "true": (parameter("true"), "allow.everyone.if.no.acl.found is true"),
    "boolean": (parameter(True), "allow.everyone.if.no.acl.found is true"),
    "not returned": (
        parameter("x", "log.retention.hours"),
        "the service does not return allow.everyone.if.no.acl.found",
    ),
    "forbidden": ((CONFIGS, error_reply(403, "DMS.00403003")), "could not be read and counts as true"),
    "malformed": ((CONFIGS, reply(200, {})), "could not be read and counts as true"),
}
LAST = [read(billing="sub"), EXIST, up(), users()]


@pytest.mark.parametrize("case", OPEN)
@pytest.mark.parametrize("check_mode", [True, False])
def test_last_permission_is_not_removed(case: str, check_mode: bool) -> None:
    step, why = OPEN[case]
    ran = run([absent()], *LAST, step, check_mode=check_mode)
    assert "without any permission, the topic would be open to every user" in ran.msg
    assert why in ran.msg
    assert "set forbid_open: false" in ran.msg
    assert (ran.result["changed"], actions(ran)) == (False, {"orders": "failed"})


@pytest.mark.parametrize("case", OPEN)
def test_last_permission_is_removed_with_a_warning(case: str) -> None:
    step, why = OPEN[case]
    ran = run([entry()], *LAST, step, update(sent()), up(), read(), forbid_open=False)
    assert actions(ran) == {"orders": "modified"}
    assert "the topic is open to every user" in warnings(ran)
    assert why in warnings(ran)


@pytest.mark.parametrize("value", ["false", False, "False "])
def test_last_permission_is_removed_where_that_does_not_open_the_topic(value: t.Any) -> None:
    ran = run(
        [{"topic_name": "orders", "policies": {"billing": "none"}}],
        *LAST,
        parameter(value),
        update(sent()),
        up(),
        read(),
        merge=True,
    )
    assert actions(ran) == {"orders": "modified"}
    assert "warnings" not in ran.result


def test_parameter_is_read_once() -> None:
    steps = [read(billing="sub"), read("returns", shop="sub"), EXIST, up(), users(), parameter("true")]
    service = table(*steps)
    ran = run([absent(), absent("returns")], service=service)
    assert actions(ran) == {"orders": "failed", "returns": "failed"}
    assert service.lines.count(CONFIGS) == 1


def test_two_entries_of_one_topic() -> None:
    assert "topic_name must be unique in topic_permissions: orders in" in run([entry(), absent()]).msg


def test_invalid_entry_is_named() -> None:
    message = "topic_permissions[1] (returns): the policy of a must be one of all, pub, sub, not 'x'"
    assert message in run([entry(), entry("returns", a="x")]).msg


def test_missing_instance() -> None:
    missing = error_reply(404, "DMS.00404022")
    ran = run([absent()], read(response=missing))
    assert ran.result["changed"] is False
    assert "instance i-1 does not exist" in warnings(ran)
    assert "DMS.00404022" in run([entry(billing="sub")], read(response=missing)).msg


# --- responses -------------------------------------------------------------------------------------------------------


def job(status: str) -> Step:
    return (
        JOB,
        reply(200, {"task_count": "1", "tasks": [{"id": "j-1", "name": "updateTopicPolicies", "status": status}]}),
    )


BEGUN = reply(200, {"job_id": "j-1"})
WAITS: dict[str, list[Step]] = {
    "204": [update(sent(billing="sub")), up()],
    "204, the instance runs it": [update(sent(billing="sub")), up(task=RUNNING), up(task=RUNNING), up(task=None)],
    "204, another job": [update(sent(billing="sub")), up(task={"name": "other", "status": "EXECUTING"})],
    "204, the job is over": [update(sent(billing="sub")), up(task={**RUNNING, "status": "SUCCESS"})],
    "200 without a job": [update(sent(billing="sub"), response=reply(200, {})), up(task=RUNNING), up()],
    "job": [update(sent(billing="sub"), response=BEGUN), job("CREATED"), job("EXECUTING"), job("SUCCESS")],
    "job that can't be read": [
        update(sent(billing="sub"), response=BEGUN),
        (JOB, error_reply(403, "DMS.00403003")),
        up(task=RUNNING),
        up(),
    ],
    "job that is unknown": [update(sent(billing="sub"), response=BEGUN), (JOB, error_reply(404, "APIG.0101")), up()],
    "job that failed, but is done": [update(sent(billing="sub"), response=BEGUN), job("FAILED")],
}


@pytest.mark.parametrize("case", WAITS)
def test_change_is_waited_for(case: str) -> None:
    ran = run([entry(billing="sub")], *FIRST, *WAITS[case], read(billing="sub"))
    assert (actions(ran), ran.result["changed"]) == ({"orders": "modified"}, True)


def test_job_that_failed() -> None:
    begun = update(sent(billing="sub"), response=BEGUN)
    ran = run([entry(billing="sub")], *FIRST, begun, job("FAILED"), read())
    assert "the background job j-1 of the instance ended with the status FAILED, and it still differs" in ran.msg
    assert (actions(ran), ran.result["changed"]) == ({"orders": "failed"}, False)


def test_change_that_did_not_happen() -> None:
    ran = run([entry(billing="sub")], *FIRST, update(sent(billing="sub")), up(), read())
    assert "did not change everything: policy of billing is None, wanted 'sub'" in ran.msg
    assert (actions(ran), ran.result["changed"]) == ({"orders": "failed"}, False)


def test_change_that_happened_in_part() -> None:
    wanted = [entry(billing="sub", shop="pub")]
    request = update(sent(billing="sub", shop="pub"))
    ran = run(wanted, read(audit="all"), EXIST, up(), users(), request, up(), read(audit="all", billing="sub"))
    assert (actions(ran), ran.result["changed"]) == ({"orders": "failed"}, True)
    assert ran.result["diff"]["after"] == {"orders": {"policies": {"audit": "all", "billing": "sub"}}}


def test_wait_that_ends_before_the_change() -> None:
    runs = [up(task=RUNNING)] * 3
    ran = run([entry(billing="sub")], *FIRST, update(sent(billing="sub")), *runs, read(), wait_timeout=2)
    assert "waited 2 seconds for the service to carry out the change" in ran.msg
    assert (actions(ran), ran.result["changed"]) == ({"orders": "unknown"}, True)


@pytest.mark.parametrize("after", [{}, {"billing": "sub"}])
def test_without_wait_the_service_is_not_polled(after: Options) -> None:
    ran = run([entry(billing="sub")], *FIRST, update(sent(billing="sub")), read(**after), wait=False)
    assert (actions(ran), ran.result["changed"]) == ({"orders": "modified"}, True)
    assert ("had not finished it" in warnings(ran)) is (not after)


def test_lost_response_is_looked_up_when_the_service_is_through() -> None:
    lost = [update(sent(billing="sub"), response=LOST), up(task=RUNNING), up(), read(billing="sub")]
    ran = run([entry(billing="sub")], *FIRST, *lost, max_retries=0)
    assert (actions(ran), ran.result["changed"]) == ({"orders": "modified"}, True)


def test_lost_response_of_a_change_that_did_not_happen() -> None:
    reads = table(read(), EXIST, up(), users(), (UPDATE, reply(502)))
    ran = run([entry(billing="sub")], service=reads, max_retries=0)
    assert (actions(ran), ran.result["changed"]) == ({"orders": "unknown"}, False)
    assert "A lookup after that found that it still differs: policy of billing is None, wanted 'sub'" in ran.msg


REFUSAL = reply(400, {"failed_topics": [{"name": "returns", "success": False, "error_msg": "no"}]})
TWO = [entry(billing="sub"), absent("returns")]
BEFORE = [read(), read("returns", shop="pub"), EXIST, up(), users(), parameter("false")]


class Partly:
    """Two topics, and an instance that changes those in *done* of the first request, refuses it, and then does what *alone* names."""

    def __init__(self, done: t.Container[str], alone: t.Container[str] = ()) -> None:
        self.done, self.alone = done, alone
        self.rows: dict[str, list[Options]] = {"orders": [], "returns": [{"user_name": "shop", "access_policy": "pub"}]}
        self.requests: list[list[str]] = []
        reads = {policies(name): self._reader(name) for name in self.rows}
        self.service = Table({**{step[0]: step[-1] for step in BEFORE}, **reads, UPDATE: self._update})

    def _reader(self, name: str) -> t.Callable[[t.Any], Reply]:
        return lambda _request: reply(200, {"name": name, "policies": self.rows[name]})

    def _update(self, request: t.Any) -> Reply:
        topics = {topic["name"]: topic["policies"] for topic in json.loads(request.body)["topics"]}
        self.requests.append([*topics])
        done = [name for name in topics if name in (self.alone if len(self.requests) > 1 else self.done)]
        self.rows.update({name: topics[name] for name in done})
        return reply(204) if len(self.requests) > 1 and done == [*topics] else REFUSAL


PARTLY: dict[str, tuple[Partly, list[list[str]], dict[str, str]]] = {
    "both": (Partly(["orders", "returns"], []), [["orders", "returns"]], {"orders": "modified", "returns": "modified"}),
    "one, then the other": (
        Partly(["orders"], ["returns"]),
        [["orders", "returns"], ["returns"]],
        {"orders": "modified", "returns": "modified"},
    ),
    "one": (Partly(["orders"]), [["orders", "returns"], ["returns"]], {"orders": "modified", "returns": "failed"}),
    "none, then one": (
        Partly([], ["returns"]),
        [["orders", "returns"], ["orders"], ["returns"]],
        {"orders": "failed", "returns": "modified"},
    ),
}


@pytest.mark.parametrize("case", PARTLY)
def test_request_that_is_refused_can_have_changed_some_topics(case: str) -> None:
    there, requests, outcome = PARTLY[case]
    ran = run(TWO, service=there.service)
    assert (there.requests, actions(ran)) == (requests, outcome)
    assert ran.result["changed"] is True


def test_request_that_is_refused() -> None:
    refused = error_reply(400, "DMS.00400099", "not this one", X_Request_Id="r-5")
    ran = run([entry(billing="sub")], *FIRST, update(sent(billing="sub"), response=refused), read(), read())
    assert "DMS.00400099" in ran.msg
    assert "it still differs: policy of billing is None" in ran.msg
    assert ran.result["error"]["request_id"] == "r-5"
    assert (actions(ran), ran.result["changed"]) == ({"orders": "failed"}, False)


def test_change_that_can_not_be_read() -> None:
    steps = [update(sent(billing="sub")), up(), read(response=error_reply(403, "DMS.00403003"))]
    ran = run([entry(billing="sub")], *FIRST, *steps)
    assert "It is unknown what it changed" in ran.msg
    assert (actions(ran), ran.result["changed"]) == ({"orders": "unknown"}, True)


def test_permissions_that_another_run_has_removed_are_not_a_change_of_this_one() -> None:
    refused = update(sent(), response=REFUSAL)
    ran = run([absent()], *LAST, parameter("false"), refused, read(), read())
    assert (actions(ran), ran.result["changed"]) == ({"orders": "unchanged"}, False)
    assert ran.result["diff"] == {"before": {}, "after": {}}


def test_forbidden() -> None:
    refused = error_reply(403, "DMS.00403003")
    ran = run([entry(billing="sub")], *FIRST, update(sent(billing="sub"), response=refused))
    assert (actions(ran), ran.result["error"]["code"]) == ({"orders": "failed"}, "DMS.00403003")


# --- busy ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["DMS.00400026", "DMS.00400017"])
def test_busy_instance_is_waited_for_and_read_again(code: str) -> None:
    busy = update(sent(billing="sub"), response=error_reply(400, code))
    again = [up(task=RUNNING), up(), read(), update(sent(billing="sub")), up()]
    ran = run([entry(billing="sub")], *FIRST, busy, *again, read(billing="sub"))
    assert (actions(ran), ran.result["changed"]) == ({"orders": "modified"}, True)


def test_busy_until_the_end() -> None:
    busy = update(sent(billing="sub"), response=BUSY)
    ran = run([entry(billing="sub")], *FIRST, busy, up(), read(), busy, up(), read(), busy, wait_timeout=5)
    assert (actions(ran), ran.result["changed"]) == ({"orders": "failed"}, False)
    assert ran.result["error"]["code"] == "DMS.00400026"


def test_busy_without_time() -> None:
    ran = run([entry(billing="sub")], *FIRST, update(sent(billing="sub"), response=BUSY), wait_timeout=0)
    assert ran.result["error"]["code"] == "DMS.00400026"


def test_instance_that_breaks_while_it_is_busy() -> None:
    busy = update(sent(billing="sub"), response=BUSY)
    ran = run([entry(billing="sub")], *FIRST, busy, up(status="ERROR"))
    assert ran.result["error"]["code"] == "DMS.00400026"


def test_what_another_run_did_meanwhile_is_not_a_change_of_this_one() -> None:
    busy = update(sent(billing="sub"), response=BUSY)
    ran = run([entry(billing="sub")], *FIRST, busy, up(), read(billing="sub"), read(billing="sub"))
    assert (actions(ran), ran.result["changed"]) == ({"orders": "unchanged"}, False)
    assert ran.result["diff"] == {"before": {}, "after": {}}


def test_response_that_was_lost_before_the_instance_was_busy() -> None:
    lost = [update(sent(billing="sub"), response=LOST), update(sent(billing="sub"), response=BUSY)]
    ran = run([entry(billing="sub")], *FIRST, *lost, up(), read(billing="sub"), read(billing="sub"), max_retries=1)
    assert (actions(ran), ran.result["changed"]) == ({"orders": "modified"}, True)


def test_what_another_run_did_meanwhile_needs_no_confirmation() -> None:
    busy = update(sent(billing="sub"), response=BUSY)
    forbidden = read(response=error_reply(403, "DMS.00403003"))
    ran = run([entry(billing="sub")], *FIRST, busy, up(), read(billing="sub"), forbidden)
    assert (actions(ran), ran.result["changed"]) == ({"orders": "unchanged"}, False)


MERGED = {"topic_name": "orders", "policies": {"billing": "none"}}


def test_change_that_would_open_the_topic_after_that_of_another_run() -> None:
    steps = [read(billing="sub", shop="pub"), EXIST, up(), users(), update(sent(shop="pub"), response=BUSY)]
    ran = run([MERGED], *steps, up(), read(billing="sub"), parameter("true"), merge=True)
    assert "without any permission, the topic would be open to every user" in ran.msg
    assert (actions(ran), ran.result["changed"]) == ({"orders": "failed"}, False)


def test_diff_is_that_of_the_second_plan() -> None:
    steps = [read(shop="pub"), EXIST, up(), users(), update(sent(billing="sub", shop="pub"), response=BUSY)]
    again = [update(sent(audit="all", billing="sub", shop="pub")), up()]
    ran = run(
        [entry(billing="sub")],
        *steps,
        up(),
        read(shop="pub", audit="all"),
        *again,
        read(audit="all", billing="sub", shop="pub"),
        merge=True,
    )
    assert ran.result["diff"] == {
        "before": {"orders": {"policies": {"audit": "all", "shop": "pub"}}},
        "after": {"orders": {"policies": {"audit": "all", "billing": "sub", "shop": "pub"}}},
    }


def test_another_plan_than_the_expected_one_after_that_of_another_run() -> None:
    plan_id = run([entry(billing="sub")], *FIRST, check_mode=True).result["plan_id"]
    busy = update(sent(billing="sub"), response=BUSY)
    ran = run([entry(billing="sub")], *FIRST, busy, up(), read(shop="pub"), expect_plan=plan_id)
    assert "the plan is not the expected one any more" in ran.msg
    assert (actions(ran), ran.result["changed"]) == ({"orders": "failed"}, False)
    same = [busy, up(), read(), update(sent(billing="sub")), up(), read(billing="sub")]
    assert actions(run([entry(billing="sub")], *FIRST, *same, expect_plan=plan_id)) == {"orders": "modified"}


# --- many topics -----------------------------------------------------------------------------------------------------


NAMES = [f"topic-{number:03}" for number in range(120)]


class Instance:
    """An instance that refuses a request for permissions while one is carried out, until it was read *polls* times after it."""

    def __init__(self, polls: int = 2, fails: t.Container[str] = ()) -> None:
        self.policies: dict[str, list[Options]] = {name: [] for name in NAMES}
        self.polls = polls
        self.fails = fails
        self.left = 0
        self.batches: list[int] = []
        names = [listed(*[row(name) for name in NAMES])]
        reads = {policies(name): self._reader(name) for name in NAMES}
        self.service = Table({**reads, TOPICS: names, INSTANCE: self._show, USERS: users()[-1], UPDATE: self._update})

    def _reader(self, name: str) -> t.Callable[[t.Any], Reply]:
        return lambda _request: reply(200, {"name": name, "policies": self.policies[name]})

    def _show(self, _request: t.Any) -> Reply:
        self.left = max(self.left - 1, 0)
        return reply(200, instance(ssl_enable=True, task=RUNNING if self.left else None))

    def _update(self, request: t.Any) -> Reply:
        if self.left:
            return BUSY
        wanted = json.loads(request.body)["topics"]
        self.batches.append(len(wanted))
        if any(topic["name"] in self.fails for topic in wanted):
            return error_reply(400, "DMS.00400099")
        self.policies.update({topic["name"]: topic["policies"] for topic in wanted})
        self.left = self.polls
        return reply(204)


def test_fifty_topics_a_request_one_after_the_other() -> None:
    there = Instance()
    ran = run([entry(name, billing="sub") for name in NAMES], service=there.service)
    assert there.batches == [50, 50, 20]
    assert set(actions(ran).values()) == {"modified"}
    assert there.service.lines.count(UPDATE) == 3
    again = run([entry(name, billing="sub") for name in NAMES], service=there.service)
    assert set(actions(again).values()) == {"unchanged"}


def test_requests_before_the_last_one_are_waited_for_without_wait() -> None:
    there = Instance()
    ran = run([entry(name, billing="sub") for name in NAMES], service=there.service, wait=False)
    assert (there.batches, there.service.lines.count(UPDATE)) == ([50, 50, 20], 3)
    assert set(actions(ran).values()) == {"modified"}


def test_one_topic_that_is_refused_does_not_stop_the_others() -> None:
    there = Instance(polls=0, fails=(NAMES[7],))
    ran = run([entry(name, billing="sub") for name in NAMES[:20]], service=there.service)
    assert there.batches == [20, *[1] * 20]
    assert {name for name, done in actions(ran).items() if done != "modified"} == {NAMES[7]}
    assert (actions(ran)[NAMES[7]], ran.result["changed"]) == ("failed", True)


def test_only_changed_topics_are_read_again() -> None:
    there = Instance()
    there.policies = {name: [{"user_name": "billing", "access_policy": "sub"}] for name in NAMES}
    there.policies[NAMES[3]] = []
    run([entry(name, billing="sub") for name in NAMES], service=there.service)
    reads = [line for line in there.service.lines if line.endswith("accesspolicy") and line.startswith("GET")]
    assert len(reads) == 121


def test_no_request_is_begun_after_wait_timeout() -> None:
    there = Instance(polls=99)
    ran = run([entry(name, billing="sub") for name in NAMES], service=there.service, wait_timeout=3)
    assert there.batches == [50]
    outcomes = [actions(ran)[name] for name in NAMES]
    assert outcomes == ["modified"] * 50 + ["not_tried"] * 70
    assert "Everything is as wanted, but the service may not have finished: waited 3 seconds" in warnings(ran)
    assert ran.result["changed"] is True


# --- plan_id ---------------------------------------------------------------------------------------------------------


def test_expected_plan() -> None:
    plan_id = run([entry(billing="sub")], *FIRST, check_mode=True).result["plan_id"]
    other = run([entry(billing="pub")], read(), EXIST, expect_plan=plan_id)
    assert "as expected, so nothing was changed" in other.msg
    changed = run([entry(billing="sub")], read(shop="pub"), EXIST, expect_plan=plan_id)
    assert "as expected, so nothing was changed" in changed.msg


@pytest.mark.parametrize(
    "response", [error_reply(401, "APIG.0301"), error_reply(403, "DMS.00403003"), error_reply(429, "APIG.0308")]
)
def test_other_errors_do_not_mean_that_the_topic_is_absent(response: Reply) -> None:
    ran = run([absent("gone")], read("gone", response), max_retries=0)
    assert "Could not read the permissions of topic gone of instance i-1: " in ran.msg
