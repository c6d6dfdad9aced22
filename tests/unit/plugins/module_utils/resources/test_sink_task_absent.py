# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""state: absent: requests and results of check mode and of the run, and of both a second time."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.tests.unit.samples import (
    DELETE,
    FIND,
    INSTANCE,
    LIST,
    TASKS,
    Run,
    absent,
    instance,
    instances,
    listed,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, REFUSED, Reply, Step, error_reply, reply

ORDERS = listed()
OTHER = listed("t-2", "returns")
DELETING = listed(status="DELETING")
GONE = error_reply(404, "DMS.00404026", "gone")

NOTHING = {"changed": False}
DELETED = {"changed": True, "sink_task": ORDERS}
UNCHANGED = {"changed": False, "sink_task": DELETING}


class Case(t.NamedTuple):
    """Requests of check mode, of the run and of both a second time, their results, and the beginning of a warning.

    *prediction* is the warning of check mode alone.
    """

    options: dict[str, t.Any]
    check: list[Step]
    live: list[Step]
    again: list[Step]
    result: dict[str, t.Any]
    result_again: dict[str, t.Any] = NOTHING
    warning: str = ""
    prediction: str = ""


def _deletes(options: dict[str, t.Any], *before: Step, found: Reply | None = None, left: Reply | None = None) -> Case:
    found, left = found or tasks(OTHER, ORDERS), left or tasks(OTHER)
    check = [*before, (LIST, found)]
    return Case(options, check, [*check, (DELETE, 204), (LIST, left)], [*before, (LIST, tasks(OTHER))], DELETED)


def _nothing(options: dict[str, t.Any], *steps: Step, warning: str = "") -> Case:
    return Case(options, list(steps), list(steps), list(steps), NOTHING, warning=warning)


def _orders(**selector: str) -> dict[str, t.Any]:
    return {"state": "absent", "task_name": "orders", **selector}


BY_ID, BY_NAME = _orders(instance_id="i-1"), _orders(instance_name="kafka")
DUPLICATE = listed("t-2")

CASES = {
    "by name": _deletes(absent(task_name="orders")),
    "by the alias name": _deletes(absent(name="orders")),
    "by id": _deletes(absent(task_id="t-1")),
    "by id and name": _deletes(absent(task_id="t-1", task_name="orders")),
    "instance_id": _deletes(BY_ID, (INSTANCE, reply(200, instance()))),
    "instance_name": _deletes(BY_NAME, (FIND, instances(instance()))),
    "by id, two with the name": _deletes(
        absent(task_id="t-1", task_name="orders"), found=tasks(DUPLICATE, ORDERS), left=tasks(DUPLICATE)
    ),
    "by id, incomplete list": _deletes(absent(task_id="t-1"), found=tasks(ORDERS, total=5)),
    "wait: false": Case(
        absent(task_name="orders", wait=False),
        [(LIST, tasks(ORDERS))],
        [(LIST, tasks(ORDERS)), (DELETE, 204)],
        [(LIST, tasks())],
        DELETED,
    ),
    "being deleted": Case(
        absent(task_name="orders"),
        [(LIST, tasks(DELETING))],
        [(LIST, tasks(DELETING)), (LIST, tasks(DELETING)), (LIST, tasks())],
        [(LIST, tasks())],
        UNCHANGED,
        prediction="The task is DELETING: the run waits until it is gone.",
    ),
    "being deleted, wait: false": Case(
        absent(task_name="orders", wait=False), *[[(LIST, tasks(DELETING))]] * 3, UNCHANGED, UNCHANGED,
    ),
    "no such name": _nothing(absent(task_name="orders"), (LIST, tasks())),
    "no such id": _nothing(absent(task_id="t-1"), (LIST, tasks(OTHER))),
    "a name in another case": _nothing(absent(task_name="Orders"), (LIST, tasks(ORDERS))),
    "total_number as text": _nothing(absent(task_name="orders"), (LIST, tasks(OTHER, total="1"))),
    "descriptor is not checked": _nothing(
        absent(task_name="orders", obs_destination_descriptor={"deliver_time_interval": 1}), (LIST, tasks())
    ),
    "no such connector": _nothing(
        absent(task_name="orders"),
        (LIST, error_reply(404, "DMS.00404024", X_Request_Id="r-1")),
        warning=f"The connector c-1 does not exist: GET {TASKS} returned 404 DMS.00404024",
    ),
    "no such instance of the connector": _nothing(
        absent(task_id="t-1"),
        (LIST, error_reply(404, "DMS.00404022")),
        warning="The instance of connector c-1 does not exist",
    ),
    "no such instance_id": _nothing(
        BY_ID, (INSTANCE, error_reply(404, "DMS.00404022")), warning="The instance i-1 does not exist"
    ),
    "connector deleted in the meantime": _nothing(
        BY_ID,
        (INSTANCE, reply(200, instance())),
        (LIST, error_reply(404, "DMS.00404024")),
        warning="The connector of instance i-1 does not exist",
    ),
    "no such instance_name": _nothing(
        BY_NAME, (FIND, instances()), warning="There is no Kafka instance named kafka. Therefore sink task orders"
    ),
    "Smart Connect is off": _nothing(
        BY_ID,
        (INSTANCE, reply(200, instance(connector_enable=False, connector_id=""))),
        warning="Smart Connect is off on instance i-1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["check", "live", "check again", "again"])
@pytest.mark.parametrize("name", CASES)
def test_delete_in_check_mode_live_and_again(run: Run, name: str, mode: str) -> None:
    case = CASES[name]
    steps = {"check": case.check, "live": case.live}.get(mode, case.again)
    expected = case.result_again if "again" in mode else case.result
    result = run(case.options, *steps, check_mode="check" in mode, diff=True).result
    diff = {"before": ORDERS, "after": {}} if expected["changed"] else {"before": {}, "after": {}}
    assert result.pop("diff") == diff
    warnings = result.pop("warnings", [])
    expected_warning = case.warning or (case.prediction if mode == "check" else "")
    assert [warning[: len(expected_warning)] for warning in warnings] == [expected_warning] * bool(expected_warning)
    assert result == expected
    if "check" in mode:
        assert {request.method for request in run.service.requests} == {"GET"}


UNCLEAR = {
    "two with the name": (absent(task_name="orders"), (LIST, tasks(ORDERS, listed("t-3"), OTHER)), "orders: t-1, t-3"),
    "the id has another name": (
        absent(task_id="t-1", task_name="returns"), (LIST, tasks(ORDERS)), "task t-1 is named orders"
    ),
    "the name has another id": (
        absent(task_id="t-9", task_name="orders"), (LIST, tasks(ORDERS)), "orders is the name of task t-1, not of t-9"
    ),
    "incomplete list without the name": (absent(task_name="returns"), (LIST, tasks(ORDERS, total=2)), "1 of 2"),
    "incomplete list without the id": (absent(task_id="t-9"), (LIST, tasks(ORDERS, total="2")), "1 of 2"),
    "incomplete list that may omit a duplicate": (
        absent(task_name="orders"), (LIST, tasks(ORDERS, total=2)), "1 of 2"
    ),
    "incomplete list with a task twice": (
        absent(task_name="orders"), (LIST, tasks(OTHER, OTHER)), "1 of 2"
    ),
    "no connector fields": (
        BY_ID, (INSTANCE, reply(200, {"instance_id": "i-1"})), "does not return the connector of instance i-1"
    ),
    "connector is on and has no id": (
        BY_ID, (INSTANCE, reply(200, instance(connector_id=""))), "does not return the connector of instance i-1"
    ),
    "a connector with an invalid id": (
        BY_ID,
        (INSTANCE, reply(200, instance(connector_id="../x", connector_enable=False))),
        "does not return the connector of instance i-1",
    ),
    "a status that is a list": (BY_ID, (INSTANCE, reply(200, instance(status=["RUNNING"]))), "status is not text"),
    "another instance": (BY_ID, (INSTANCE, reply(200, instance(number=2))), "does not describe the instance i-1"),
    "two instances with the name": (BY_NAME, (FIND, instances(instance(), instance(number=2))), "i-1, i-2"),
    **{
        f"malformed list, {problem}": (absent(task_name="orders"), (LIST, response), problem)
        for response, problem in (
            (reply(200), "not a JSON object"),
            (reply(200, "<html>Log in</html>"), "not JSON"),
            (reply(200, {"tasks": None, "total_number": 0}), "tasks is not a list"),
            (reply(200, {"tasks": []}), "total_number is not a number"),
            (tasks({"task_name": "orders"}), "has no task_id"),
            (tasks({**ORDERS, "task_id": ".."}), "has no task_id"),
            (tasks({"task_id": "t-2"}), "has no task_name"),
            (error_reply(200, "DMS.00404026"), "tasks is not a list"),
        )
    },
    "no permission": (
        absent(task_name="orders"), (LIST, error_reply(403, "X.1")), "dms:instance:listConnectorSinkTask",
    ),
    "credentials rejected": (absent(task_name="orders"), (LIST, error_reply(401, "APIGW.0301")), "lock an access key"),
    "a redirect": (absent(task_name="orders"), (LIST, reply(302, Location="https://login")), "returned 302"),
    "404 without a code": (absent(task_name="orders"), (LIST, reply(404, "<html>")), "returned 404"),
}  # fmt: skip


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", UNCLEAR)
def test_unclear_absence_fails_without_a_deletion(run: Run, name: str, check_mode: bool) -> None:
    options, step, part = UNCLEAR[name]
    ran = run(options, step, check_mode=check_mode)
    assert ran.msg.startswith("Could not ")
    assert part in ran.msg
    assert ran.result["changed"] is False
    assert "sink_task" not in ran.result
    assert "warnings" not in ran.result


def test_error_describes_the_response(run: Run) -> None:
    assert run(absent(task_id="t-1"), (LIST, error_reply(403, "DMS.00403003", "no", X_Request_Id="r-1"))).result["error"] == {
        "status": 403,
        "code": "DMS.00403003",
        "message": "no",
        "request_id": "r-1",
        "method": "GET",
        "path": TASKS,
    }  # fmt: skip


# --- waiting ---------------------------------------------------------------------------------------------------------

FOUND: Step = (LIST, tasks(ORDERS))
SENT: list[Step] = [FOUND, (DELETE, 204)]
HAS_DELETED = "Changes made before the failure: deleted the task (task id t-1)."


@pytest.mark.parametrize("status", [200, 202, 204])
def test_delete_accepts_any_2xx_status(run: Run, status: int) -> None:
    assert run(absent(task_id="t-1"), FOUND, (DELETE, status), (LIST, tasks())).result == DELETED


def test_delete_waits_until_task_is_gone(run: Run) -> None:
    polls: list[Step] = [FOUND, (LIST, tasks(DELETING)), (LIST, tasks(OTHER, total=2)), (LIST, tasks(OTHER))]
    ran = run(absent(task_id="t-1"), *SENT, *polls)
    assert ran.result == DELETED
    assert ran.sleeps == [0.5, 0.75, 1.125]
    assert [line for verbosity, line in ran.log if verbosity == 1] == [
        "waiting: status RUNNING, 300 s left",
        "waiting: status DELETING, 300 s left",
        "waiting: a list of 1 of 2 tasks, 299 s left",
    ]


@pytest.mark.parametrize("code", ["DMS.00404024", "DMS.00404022", "DMS.00404026"])
def test_wait_ends_when_the_connector_is_gone(run: Run, code: str) -> None:
    assert run(absent(task_id="t-1"), *SENT, FOUND, (LIST, error_reply(404, code))).result == DELETED


def test_wait_timeout_fails_with_the_last_state(run: Run) -> None:
    ran = run(absent(task_id="t-1", wait_timeout=1), *SENT, *[(LIST, tasks(DELETING))] * 3)
    assert "waited 1 seconds for the task to be gone; last state: status DELETING" in ran.msg
    assert HAS_DELETED in ran.msg
    assert (ran.result["changed"], ran.result["sink_task"]) == (True, ORDERS)
    assert ran.sleeps == [0.5, 0.5]


def test_wait_for_a_deletion_by_another_run_fails_unchanged(run: Run) -> None:
    ran = run(absent(task_id="t-1", wait_timeout=0), (LIST, tasks(DELETING)), (LIST, tasks(DELETING)))
    assert "waited 0 seconds" in ran.msg
    assert ran.result["changed"] is False


@pytest.mark.parametrize(
    ("options", "deletion"),
    [({"task_name": "orders"}, [(DELETE, 204)]), ({"task_name": "orders"}, [(DELETE, LOST)] * 6)],
)
def test_new_task_with_the_name_fails(run: Run, options: dict[str, str], deletion: list[Step]) -> None:
    ran = run(absent(**options), FOUND, *deletion, (LIST, tasks(listed("t-9"))))
    assert "another task of the same name was created in the meantime: t-9" in ran.msg
    assert HAS_DELETED in ran.msg
    assert ran.result["changed"] is True


@pytest.mark.parametrize("options", [{}, {"task_name": "orders"}])
def test_new_task_with_the_name_is_ignored_with_task_id(run: Run, options: dict[str, str]) -> None:
    assert run(absent(task_id="t-1", **options), *SENT, (LIST, tasks(listed("t-9")))).result == DELETED


@pytest.mark.parametrize("failure", [error_reply(403, "DMS.1"), reply(200, "<html>"), error_reply(404, "DMS.00404001")])
def test_failed_list_does_not_mean_absent(run: Run, failure: Reply) -> None:
    ran = run(absent(task_id="t-1"), *SENT, (LIST, failure))
    assert ran.msg.startswith("Could not list the sink tasks of ")
    assert HAS_DELETED in ran.msg
    assert ran.result["changed"] is True


def test_retries_of_a_poll_end_at_the_deadline(run: Run) -> None:
    ran = run(absent(task_id="t-1", wait_timeout=2), *SENT, *[(LIST, reply(503, Retry_After="1"))] * 3)
    assert "503 after 3 attempts" in ran.msg
    assert ran.sleeps == [1, 1]
    assert run.service.timeouts == [30, 30, 2, 1, 1]


# --- the deletion ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [
        error_reply(403, "DMS.1"),
        error_reply(400, "DMS.00400070"),
        reply(501),
        reply(505),
        reply(302),
        # A precondition that is not met, with the status of a failure.
        error_reply(500, "DMS.00501012"),
    ],
)
def test_refused_deletion_fails(run: Run, refusal: Reply) -> None:
    ran = run(absent(task_id="t-1"), FOUND, (DELETE, refusal), diff=True)
    assert ran.msg.startswith("Could not delete sink task t-1 of connector c-1 (task id t-1): ")
    assert ran.result["error"]["method"] == "DELETE"
    assert (ran.result["changed"], ran.result["sink_task"]) == (False, ORDERS)
    assert "diff" not in ran.result


class Race(t.NamedTuple):
    """The steps from the DELETE on, and the expected result."""

    steps: list[Step]
    changed: bool
    part: str = ""


UNKNOWN = "It is unknown whether it was deleted"
THROTTLED = error_reply(404, "DMS.10240407")
NO_CONNECTOR = error_reply(404, "DMS.00404024")
FAILED = {
    "500": reply(500),
    "503": reply(503, "<html>"),
    "500 with a code": error_reply(500, "DMS.00500006"),
    "503 with a code": error_reply(503, "DMS.111501025"),
    "408 with a code": error_reply(408, "DMS.111501024"),
}
RACES = {
    "deleted by another run": Race([(DELETE, GONE)], changed=False),
    "lost, then gone": Race([(DELETE, LOST), (DELETE, GONE)], changed=True),
    "504, then gone": Race([(DELETE, reply(504)), (DELETE, GONE)], changed=True),
    "502, then gone": Race([(DELETE, reply(502)), (DELETE, GONE)], changed=True),
    "lost, throttled, gone": Race([(DELETE, LOST), (DELETE, reply(429)), (DELETE, GONE)], changed=True),
    "connection refused, then gone": Race([(DELETE, REFUSED), (DELETE, GONE)], changed=False),
    "throttled, then gone": Race([(DELETE, THROTTLED), (DELETE, reply(429)), (DELETE, GONE)], changed=False),
    "failed, then gone": Race([(DELETE, reply(500)), (DELETE, reply(503)), (DELETE, GONE)], changed=True),
    **{f"{name}, then gone": Race([(DELETE, failed), (DELETE, GONE)], changed=True) for name, failed in FAILED.items()},
    **{
        f"{name}, then no connector": Race([(DELETE, failed), (DELETE, NO_CONNECTOR)], changed=True)
        for name, failed in FAILED.items()
    },
    "500, throttled, gone": Race([(DELETE, reply(500)), (DELETE, THROTTLED), (DELETE, GONE)], changed=True),
    "500, then refused, then gone": Race(
        [(DELETE, reply(500)), (DELETE, error_reply(403, "X")), (LIST, tasks())], changed=True
    ),
    "500, then refused, still listed": Race(
        [(DELETE, reply(500)), (DELETE, error_reply(403, "X")), FOUND], False, UNKNOWN
    ),
    "599, which is not sent again, then gone": Race([(DELETE, reply(599)), (LIST, tasks())], changed=True),
    "599, still listed": Race([(DELETE, reply(599)), FOUND], False, UNKNOWN),
    "lost, then deleted": Race([(DELETE, LOST), (DELETE, 204), (LIST, tasks())], changed=True),
    "always lost, then gone": Race([*[(DELETE, LOST)] * 6, (LIST, tasks())], changed=True),
    "always lost, being deleted": Race([*[(DELETE, LOST)] * 6, (LIST, tasks(DELETING)), (LIST, tasks())], changed=True),
    "always 504, then no connector": Race(
        [*[(DELETE, reply(504))] * 6, (LIST, error_reply(404, "DMS.00404024"))], True
    ),
    "lost, then refused, then gone": Race(
        [(DELETE, LOST), (DELETE, error_reply(403, "X")), (LIST, tasks(OTHER))], True
    ),
    "not JSON, then gone": Race([(DELETE, reply(200, "{")), (LIST, tasks())], changed=True),
    "always 503, then gone": Race([*[(DELETE, reply(503))] * 6, (LIST, tasks())], changed=True),
    "not JSON, still listed": Race([(DELETE, reply(200, "<html>")), FOUND], False, "returned 200"),
    "always lost, still listed": Race([*[(DELETE, LOST)] * 6, FOUND], False, UNKNOWN),
    "always lost, incomplete list": Race([*[(DELETE, LOST)] * 6, (LIST, tasks(OTHER, total=2))], False, UNKNOWN),
    "always lost, list lost too": Race([*[(DELETE, LOST)] * 6, *[(LIST, LOST)] * 6], False, UNKNOWN),
    "always 503, still listed": Race([*[(DELETE, reply(503))] * 6, FOUND], False, UNKNOWN),
    "connection always refused": Race([(DELETE, REFUSED)] * 6, False, "after 6 attempts: the connection was refused."),
    "always throttled": Race([(DELETE, reply(429))] * 6, False, "max_retries"),
}


@pytest.mark.parametrize("name", RACES)
def test_changed_is_true_only_if_this_run_deleted_the_task(run: Run, name: str) -> None:
    race = RACES[name]
    result = run(absent(task_id="t-1"), FOUND, *race.steps, diff=True).result
    assert result["changed"] is race.changed
    assert result["sink_task"] == ORDERS
    assert result.get("failed", False) == bool(race.part)
    assert race.part in result.get("msg", "")
    assert race.part or result["diff"]["before"] == (ORDERS if race.changed else {})


@pytest.mark.parametrize(
    ("code", "what"), [("DMS.00404024", "connector c-1"), ("DMS.00404022", "instance of connector c-1")]
)
def test_absent_connector_or_instance_at_the_deletion_is_a_warning(run: Run, code: str, what: str) -> None:
    result = run(absent(task_id="t-1"), FOUND, (DELETE, error_reply(404, code))).result
    assert result["changed"] is False
    assert [warning.split(" does not exist")[0] for warning in result["warnings"]] == [f"The {what}"]


# --- refused before any request --------------------------------------------------------------------------------------

INVALID_IDS = ["../c-1", "c-1/sink-tasks", "c-1?x=1", "c-1#x", "c%2F1", "..", " c-1", "c-1\n", "{{ x }}", "é", "\u0661"]
REFUSED_OPTIONS: list[tuple[dict[str, t.Any], str]] = [
    *(
        ({**_orders(connector_id="c-1"), option: value}, f"{option} {rule}")
        for option in ("connector_id", "task_id")
        for value, rule in [
            *[("", "must not be empty"), (" \t", "must not be empty")],
            *[(value, "can contain only letters, digits, _ and -") for value in INVALID_IDS],
        ]
    ),
    (_orders(instance_id="i/1"), "instance_id can contain only letters, digits, _ and -"),
    *((absent(task_name=value), "task_name must not be empty") for value in ("", " ")),
    *((absent(task_name=value), "task_name must not begin or end with whitespace") for value in ("a ", "\ta", "a\n")),
    (_orders(instance_name=""), "instance_name must not be empty"),
    (_orders(instance_name="kafka "), "instance_name must not begin or end with whitespace"),
    (absent(task_id="t-1", wait_timeout=-1), "wait_timeout must be 0 or more, not -1"),
    (absent(task_id=None, task_name=None), "task_id, task_name"),
    (absent(task_id="t-1", endpoint="http://dms.example.com"), "endpoint must begin with https://"),
    (absent(task_id="t-1", project_id="p"), "project_id must be 32 hexadecimal digits"),
    (absent(task_id="t-1", access_key=""), "HW_ACCESS_KEY"),
    (absent(task_id="t-1", access_key="", secret_key=""), "HW_AUTH_TOKEN"),
]


@pytest.mark.parametrize(("options", "part"), REFUSED_OPTIONS)
def test_invalid_options_are_refused_before_any_request(run: Run, options: dict[str, t.Any], part: str) -> None:
    assert part in run(options).msg
    assert run.service.requests == []


def test_requests_of_a_deletion(run: Run) -> None:
    counts = {name: len(CASES[name].live) for name in ("no such name", "by name", "by id", "wait: false")}
    assert counts == {"no such name": 1, "by name": 3, "by id": 3, "wait: false": 2}
