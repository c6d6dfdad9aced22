# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""state: present: requests and results of check mode and of the run, and of both a second time."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.tests.unit.samples import (
    CREATE,
    DELETE,
    FIND,
    INSTANCE,
    LIST,
    SENT,
    SHOW,
    TASKS,
    Run,
    body,
    created,
    details,
    instance,
    instances,
    listed,
    present,
    shown,
    tasks,
    without_keys,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, REFUSED, Ran, Reply, Step, error_reply, reply

ORDERS, OTHER, NEW = listed(), listed("t-2", "returns"), listed("t-3")
SHOW_NEW = f"GET {TASKS}/t-3"
GONE = error_reply(404, "DMS.00404026", "gone")
FORBIDDEN = error_reply(403, "DMS.00403003", "no")
PREDICTED = {"changed": True, "sink_task": without_keys(body())}
MADE = {"changed": True, "sink_task": shown()}
SAME = {"changed": False, "sink_task": shown()}
NEW_ONE = {"changed": True, "sink_task": shown(task_id="t-3")}

MAKE: list[Step] = [(CREATE, body(), created()), (LIST, tasks(ORDERS))]
MAKE_NEW: list[Step] = [(CREATE, body(), created("t-3")), (LIST, tasks(OTHER, NEW))]
FOUND: list[Step] = [(LIST, tasks(ORDERS)), (SHOW, details())]
HAS_CREATED = "Changes made before the failure: created the task (task id t-1)."


class Expected(t.NamedTuple):
    """Steps, and the result or a part of the error message."""

    steps: list[Step]
    result: dict[str, t.Any] | str


class Case(t.NamedTuple):
    """Check mode, the run, and both a second time."""

    options: dict[str, t.Any]
    check: Expected
    live: Expected
    again: Expected


def _creates(options: dict[str, t.Any], *before: Step) -> Case:
    again = Expected([*before, (LIST, tasks(OTHER, ORDERS)), (SHOW, details())], SAME)
    begin = [*before, (LIST, tasks(OTHER))]
    return Case(options, Expected(begin, PREDICTED), Expected([*begin, *MAKE, (SHOW, details())], MADE), again)


def _always(options: dict[str, t.Any], steps: list[Step], result: t.Any) -> Case:
    return Case(options, *[Expected(steps, result)] * 3)


def _seen(status: str) -> Expected:
    return Expected([(LIST, tasks(ORDERS)), (SHOW, details(status))], {"changed": False, "sink_task": shown(status)})


PAUSED = {
    "changed": False,
    "sink_task": shown("PAUSED"),
    "warnings": ["Sink task orders of connector c-1 is PAUSED; the console and the Smart Connect API can resume it."],
}
OF_INSTANCE = {**present(), "connector_id": None, "instance_id": "i-1"}
CREATING = details("CREATING")

CASES = {
    "created": _creates(present()),
    "created, alias name": _creates({**present(), "task_name": None, "name": "orders"}),
    "created, instance_id": _creates(OF_INSTANCE, (INSTANCE, reply(200, instance()))),
    "created, instance_name": _creates(
        {**present(), "connector_id": None, "instance_name": "kafka"}, (FIND, instances(instance()))
    ),
    "created, wait: false": Case(
        present(wait=False),
        Expected([(LIST, tasks())], PREDICTED),
        Expected([(LIST, tasks()), *MAKE, (SHOW, CREATING)], {"changed": True, "sink_task": shown("CREATING")}),
        _seen("CREATING"),
    ),
    "being created by an earlier run": Case(
        present(),
        _seen("CREATING"),
        Expected([(LIST, tasks(ORDERS)), (SHOW, CREATING), (SHOW, CREATING), (SHOW, details())], SAME),
        Expected(FOUND, SAME),
    ),
    "unchanged": _always(present(), FOUND, SAME),
    "unchanged, by id": _always(present(task_id="t-1"), FOUND, SAME),
    "unchanged, by id, incomplete list": _always(
        present(task_id="t-1"), [(LIST, tasks(ORDERS, total=3)), (SHOW, details())], SAME
    ),
    "paused": _always(present(), _seen("PAUSED").steps, PAUSED),
    "paused, wait: false": _always(present(wait=False), *_seen("PAUSED")),
    "failed": _always(present(), _seen("FAILED").steps, "the task has the status FAILED"),
    "different": _always(present({"deliver_time_interval": 60}), FOUND, "deliver_time_interval is 300, wanted 60"),
    "another id": _always(present(task_id="t-9"), [(LIST, tasks(OTHER))], "there is no sink task with the id t-9"),
    "id and name disagree": _always(present(task_id="t-2"), [(LIST, tasks(OTHER))], "t-2 is named returns"),
    "incomplete list": _always(present(), [(LIST, tasks(OTHER, total=2))], "1 of 2"),
    "no connector": _always(present(), [(LIST, error_reply(404, "DMS.00404024"))], "Check connector_id, region"),
    "no instance": _always(OF_INSTANCE, [(INSTANCE, error_reply(404, "DMS.00404022"))], "Check instance_id, region"),
    "Smart Connect is off": _always(
        OF_INSTANCE, [(INSTANCE, reply(200, instance(connector_enable=False, connector_id="")))], "Enable Smart Connect"
    ),
    "no permission for the details": _always(
        present(), [(LIST, tasks(ORDERS)), (SHOW, error_reply(403, "X"))], "dms:instance:getConnectorSinkTask"
    ),
    "an unknown URL": _always(
        present(),
        [(LIST, tasks(ORDERS)), (SHOW, error_reply(404, "DMS.00404001"))],
        f"{SHOW} returned 404 DMS.00404001",
    ),
}


def _compare(ran: Ran, expected: t.Any, changed: bool = False) -> None:
    if isinstance(expected, str):
        assert expected in ran.msg
        assert ran.result["changed"] is changed
    else:
        assert ran.result == expected


@pytest.mark.parametrize("mode", ["check", "live", "check again", "again"])
@pytest.mark.parametrize("name", CASES)
def test_create_in_check_mode_live_and_again(run: Run, name: str, mode: str) -> None:
    case = CASES[name]
    expected = {"check": case.check, "live": case.live}.get(mode, case.again)
    ran = run(case.options, *expected.steps, check_mode="check" in mode)
    _compare(ran, expected.result)
    if "check" in mode:
        assert {request.method for request in run.service.requests} == {"GET"}


def test_task_deleted_before_its_details_are_read_is_created(run: Run) -> None:
    steps: list[Step] = [(LIST, tasks(ORDERS)), (SHOW, GONE)]
    assert run(present(), *steps, *MAKE_NEW, (SHOW_NEW, details())).result == NEW_ONE
    assert "no sink task with the id t-1" in run(present(task_id="t-1"), *steps).msg


@pytest.mark.parametrize("check_mode", [True, False])
def test_diff_of_a_creation_has_no_secret(run: Run, check_mode: bool) -> None:
    steps = [] if check_mode else [*MAKE, (SHOW, details())]
    diff = run(present(), (LIST, tasks()), *steps, check_mode=check_mode, diff=True).result["diff"]
    descriptor = {**without_keys(body())["obs_destination_descriptor"], "topics": ["orders", "returns"]}
    assert diff == {"before": {}, "after": {**body(), "obs_destination_descriptor": descriptor}}


def test_diff_is_empty_without_a_change_and_missing_after_a_failure(run: Run) -> None:
    assert run(present(), *FOUND, diff=True).result["diff"] == {"before": {}, "after": {}}
    assert "diff" not in run(present(), (LIST, tasks()), (CREATE, body(), error_reply(400, "X")), diff=True).result


DELETING: list[Step] = [(LIST, tasks(listed(status="DELETING"))), (SHOW, details("DELETING"))]


def test_create_waits_until_a_task_that_is_being_deleted_is_gone(run: Run) -> None:
    assert run(present(), *DELETING, check_mode=True).result == PREDICTED
    steps: list[Step] = [DELETING[0], (LIST, tasks()), *MAKE_NEW, (SHOW_NEW, details())]
    assert run(present(), *DELETING, *steps).result == NEW_ONE
    ran = run(present(wait_timeout=0), *DELETING, DELETING[0])
    assert "last state: status DELETING" in ran.msg
    assert ran.result["changed"] is False
    assert "no sink task with the id t-1" in run(present(task_id="t-1"), *DELETING).msg


# --- the request -----------------------------------------------------------------------------------------------------

BODIES: list[tuple[dict[str, t.Any], dict[str, t.Any]]] = [
    ({}, {}),
    ({"consumer_strategy": "earliest"}, {"consumer_strategy": "earliest"}),
    ({"topics": ["b", "a", "b", " c "]}, {"topics": "b,a,c"}),
    ({"topics": None, "topics_regex": "or.*"}, {"topics": None, "topics_regex": "or.*"}),
    ({"topics": [], "topics_regex": "or.*"}, {"topics": None, "topics_regex": "or.*"}),
    ({"topics_regex": ""}, {}),
    *(({"destination_file_type": name}, {}) for name in ("TEXT", "text", "TXT")),
    *(({"obs_path": path}, {"obs_path": path}) for path in ("a/b-c_1", "")),
    *(({"partition_format": text}, {"partition_format": text}) for text in ("yyyy/MM/dd/HH/mm", "N/A")),
    *(({"record_delimiter": text}, {"record_delimiter": text}) for text in (";", "\n", "NULL", "")),
    ({"record_delimiter": "\\n"}, {"record_delimiter": "\n"}),
    ({"deliver_time_interval": 30}, {"deliver_time_interval": 30}),
    ({"deliver_time_interval": "900"}, {"deliver_time_interval": 900}),
]


@pytest.mark.parametrize(("given", "sent"), BODIES)
def test_body_of_a_creation(run: Run, given: dict[str, t.Any], sent: dict[str, t.Any]) -> None:
    options = present(given, wait=False)
    before = str(options)
    run(options, (LIST, tasks()), (CREATE, body(**sent), created()), (LIST, tasks(ORDERS)), (SHOW, details()))
    assert (str(options), SENT["topics"]) == (before, "orders,returns")


@pytest.mark.parametrize("status", [200, 201, 202])
def test_create_accepts_any_2xx_status_with_an_id(run: Run, status: int) -> None:
    steps: list[Step] = [(CREATE, body(), reply(status, {"task_id": "t-1"})), (LIST, tasks(ORDERS)), (SHOW, details())]
    assert run(present(), (LIST, tasks()), *steps).result == MADE


@pytest.mark.parametrize(
    ("status", "code", "part"),
    [
        (400, "DMS.00500960", "Check access_key, secret_key and obs_bucket_name of obs_destination_descriptor"),
        (404, "DMS.00404029", "The quota of tasks is used up"),
        (404, "DMS.00404027", "returned 404 DMS.00404027"),
        (404, "DMS.00404026", "returned 404 DMS.00404026"),
        (403, "X", "dms:instance:createConnectorSinkTask"),
        (401, "APIG.0301", "lock an access key"),
        (409, "DMS.1", "returned 409 DMS.1"),
        (500, "DMS.00501010", "returned 500 DMS.00501010"),
    ],
)
def test_refused_creation_is_not_retried(run: Run, status: int, code: str, part: str) -> None:
    ran = run(present(), (LIST, tasks()), (CREATE, body(), error_reply(status, code)))
    assert ran.msg.startswith("Could not create sink task orders of connector c-1: ")
    assert part in ran.msg
    assert (ran.result["changed"], ran.result["error"]["method"]) == (False, "POST")
    assert "sink_task" not in ran.result


def test_keys_in_responses_are_redacted(run: Run) -> None:
    message = "The AK OBS-AK-secret and SK OBS-SK-secret are not valid, SK-secret is"
    ran = run(present(), (LIST, tasks()), (CREATE, body(), error_reply(400, "DMS.00500960", message)))
    assert "The AK ******** and SK ******** are not valid, ******** is" in ran.msg
    keys = details(access_key="OBS-AK-secret", secret_key="OBS-SK-secret")
    assert run(present(), (LIST, tasks(ORDERS)), (SHOW, keys)).result == SAME


# --- waiting ---------------------------------------------------------------------------------------------------------


def test_create_waits_until_task_is_running(run: Run) -> None:
    polls: list[Step] = [(SHOW, GONE), (SHOW, CREATING), (SHOW, details("WAITING")), (SHOW, details())]
    ran = run(present(), (LIST, tasks()), *MAKE, *polls)
    assert ran.result == MADE
    assert ran.sleeps == [0.5, 0.75, 1.125]
    assert [line.split(",")[0] for verbosity, line in ran.log if verbosity == 1] == [
        "waiting: not there yet",
        "waiting: status CREATING",
        "waiting: status WAITING",
    ]


def test_wait_timeout_fails_with_the_last_state(run: Run) -> None:
    ran = run(present(wait_timeout=1), (LIST, tasks()), *MAKE, *[(SHOW, CREATING)] * 3)
    assert "waited 1 seconds for the task to be RUNNING; last state: status CREATING" in ran.msg
    assert HAS_CREATED in ran.msg
    assert (ran.result["changed"], ran.result["sink_task"]) == (True, shown("CREATING"))
    ran = run(present(wait_timeout=0), (LIST, tasks(ORDERS)), (SHOW, CREATING), (SHOW, CREATING))
    assert (ran.result["changed"], ran.result["sink_task"]) == (False, shown("CREATING"))


@pytest.mark.parametrize("status", ["FAILED", "CREATE_FAILED", "CREATEFAILED", "ERROR", "failed"])
def test_failed_task_ends_the_wait(run: Run, status: str) -> None:
    ran = run(present(), (LIST, tasks()), *MAKE, (SHOW, CREATING), (SHOW, details(status)))
    assert f"the task has the status {status}" in ran.msg
    assert HAS_CREATED in ran.msg
    assert "recreate: true" in ran.msg
    assert (ran.result["changed"], ran.result["sink_task"]) == (True, shown(status))


def test_paused_task_ends_the_wait(run: Run) -> None:
    assert run(present(), (LIST, tasks()), *MAKE, (SHOW, details("PAUSED"))).result == {**PAUSED, "changed": True}


def test_deleted_task_ends_the_wait(run: Run) -> None:
    ran = run(present(), (LIST, tasks()), *MAKE, (SHOW, CREATING), (SHOW, GONE))
    assert "the task was deleted in the meantime" in ran.msg
    assert ran.result["changed"] is True


@pytest.mark.parametrize(
    ("malformed", "problem"),
    [
        (reply(200), "the body is not a JSON object"),
        (reply(200, "<html>"), "the body is not JSON"),
        (reply(200, {"status": "RUNNING"}), "task_name is missing"),
        (reply(200, {"task_name": "orders", "status": 1}), "status is missing"),
        (reply(200, {"task_name": "orders", "status": "RUNNING"}), "obs_destination_descriptor is not an object"),
    ],
)
def test_malformed_details_fail(run: Run, malformed: Reply, problem: str) -> None:
    assert f"{SHOW} returned 200, but {problem}" in run(present(), (LIST, tasks(ORDERS)), (SHOW, malformed)).msg
    ran = run(present(), (LIST, tasks()), *MAKE, (SHOW, malformed))
    assert f"{problem}. {HAS_CREATED}" in ran.msg
    assert ran.result["changed"] is True


def test_details_of_another_task_fail(run: Run) -> None:
    other = reply(200, {**shown(), "task_name": "returns"})
    assert "Could not read" in run(present(), (LIST, tasks(ORDERS)), (SHOW, other)).msg


@pytest.mark.parametrize("failure", [GONE, FORBIDDEN, reply(200, "<html>")])
def test_unreadable_details_are_a_warning_with_wait_false(run: Run, failure: Reply) -> None:
    result = run(present(wait=False), (LIST, tasks()), *MAKE, (SHOW, failure)).result
    warnings = result.pop("warnings", [])
    assert result == {"changed": True, "sink_task": {"task_id": "t-1", **without_keys(body())}}
    assert len(warnings) == (failure is not GONE)


# --- a creation whose response is lost -------------------------------------------------------------------------------


def _post(response: t.Any) -> Step:
    return (CREATE, body(), response)


LOOKUP = "A lookup after that found no such task, so nothing was created."
ADOPTS: list[Step] = [(LIST, tasks(OTHER, NEW)), (SHOW_NEW, details()), (SHOW_NEW, details())]
REPEATABLE = {"lost": LOST, "500": reply(500), "502": reply(502), "503": reply(503), "504": reply(504)}
MALFORMED = {
    "not JSON": reply(200, "<html>"),
    "no body": reply(200),
    "no id": reply(200, {}),
    "an invalid id": reply(200, {"task_id": "../x"}),
}
LOST_RESPONSES = {
    **{
        f"{name}, was created": Expected([_post(response), *ADOPTS], NEW_ONE)
        for name, response in {**REPEATABLE, **MALFORMED}.items()
    },
    **{
        f"{name}, was not created": Expected(
            [_post(response), (LIST, tasks(OTHER)), *MAKE_NEW, (SHOW_NEW, details())], NEW_ONE
        )
        for name, response in REPEATABLE.items()
    },
    **{
        f"{name}, was not created": Expected([_post(response), (LIST, tasks(OTHER))], LOOKUP)
        for name, response in MALFORMED.items()
    },
    "connection always refused": Expected([_post(REFUSED)] * 6, "after 6 attempts: the connection was refused."),
    "throttled": Expected(
        [_post(error_reply(404, "DMS.10240407")), _post(reply(429)), *MAKE_NEW, (SHOW_NEW, details())], NEW_ONE
    ),
    "always throttled": Expected([_post(reply(429))] * 6, "max_retries"),
    "lost, then throttled": Expected(
        [_post(LOST), (LIST, tasks()), _post(reply(429)), *MAKE_NEW, (SHOW_NEW, details())], NEW_ONE
    ),
    "always lost": Expected([_post(LOST), (LIST, tasks(OTHER))] * 6, LOOKUP),
    "lost, then the name is taken": Expected(
        [_post(LOST), (LIST, tasks()), _post(error_reply(400, "DMS.00400062")), *ADOPTS], NEW_ONE
    ),
    "lost, then refused": Expected(
        [_post(LOST), (LIST, tasks()), _post(error_reply(400, "DMS.00500960")), (LIST, tasks())], LOOKUP
    ),
    "lost, and the lookup fails": Expected([_post(LOST), (LIST, FORBIDDEN)], "It is unknown whether it was created"),
    "lost, and a different task appeared": Expected(
        [_post(LOST), (LIST, tasks(NEW)), (SHOW_NEW, details(obs_bucket_name="theirs"))],
        "(task id t-3) is not as wanted",
    ),
    "lost, and the new task is gone": Expected(
        [_post(LOST), (LIST, tasks(NEW)), (SHOW_NEW, GONE)], "(task id t-3) is not as wanted"
    ),
    "lost, and the new task can't be read": Expected(
        [_post(LOST), (LIST, tasks(NEW)), (SHOW_NEW, FORBIDDEN)], "task t-3 can be the result: run the task again"
    ),
    "lost, and two tasks appeared": Expected([_post(LOST), (LIST, tasks(NEW, listed("t-4")))], "t-3, t-4"),
    "lost, and a task with another name appeared": Expected(
        [_post(LOST), (LIST, tasks(listed("t-9", "else"))), *MAKE_NEW, (SHOW_NEW, details())], NEW_ONE
    ),
    "lost, and the retry creates a duplicate": Expected(
        [
            _post(LOST),
            (LIST, tasks(OTHER)),
            _post(created("t-4")),
            (LIST, tasks(OTHER, NEW, listed("t-4"))),
            (f"DELETE {TASKS}/t-4", 204),
            (SHOW_NEW, details()),
            (SHOW_NEW, details()),
        ],
        NEW_ONE,
    ),
}


@pytest.mark.parametrize("name", LOST_RESPONSES)
def test_lost_response_does_not_lead_to_a_second_task(run: Run, name: str) -> None:
    lost = LOST_RESPONSES[name]
    _compare(run(present(), (LIST, tasks(OTHER)), *lost.steps), lost.result)


def test_backoff_precedes_the_lookup(run: Run) -> None:
    ran = run(present(), (LIST, tasks()), *[_post(LOST), (LIST, tasks())] * 3, _post(LOST), *ADOPTS)
    assert ran.sleeps == [0.5, 1, 2, 4]
    assert run(present(), (LIST, tasks()), _post(reply(503, Retry_After="7")), *ADOPTS).sleeps == [7]


def test_task_that_failed_after_a_lost_response_fails(run: Run) -> None:
    failed: list[Step] = [(SHOW_NEW, details("FAILED"))] * 2
    ran = run(present(recreate=True), (LIST, tasks()), _post(LOST), (LIST, tasks(NEW)), *failed)
    assert "the task has the status FAILED" in ran.msg


# --- the quota, which only check mode checks -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("max_tasks", "quota_tasks", "verdict"),
    [
        (2, 2, "fails"),
        ("2", "1", "fails"),
        (2, 3, "max_tasks"),
        (3, 2, "quota_tasks"),
        (None, 2, "quota_tasks"),
        (2, None, "max_tasks"),
        ("many", 2, "quota_tasks"),
        (3, 3, ""),
        (None, None, ""),
    ],
)
def test_full_quota(run: Run, max_tasks: t.Any, quota_tasks: t.Any, verdict: str) -> None:
    """Check mode fails if both limits are reached, and warns for one; the run leaves it to the service."""
    full = tasks(OTHER, listed("t-5", "else"), max_tasks=max_tasks, quota_tasks=quota_tasks)
    ran = run(present(), (LIST, full), check_mode=True)
    if verdict == "fails":
        assert "the quota is used up" in ran.msg
        assert ran.result["changed"] is False
    else:
        warnings = ran.result.pop("warnings", [])
        assert ran.result == PREDICTED
        assert [f"as many as {verdict} allows" in warning for warning in warnings] == [True] * bool(verdict)
    assert run(present(), (LIST, full), *MAKE, (SHOW, details())).result == MADE


# --- recreate --------------------------------------------------------------------------------------------------------

RECREATE = present({"deliver_time_interval": 60}, recreate=True)
WANTED = body(deliver_time_interval=60, record_delimiter="")
LATEST = (
    "Recreating the task loses the position of its consumer: with consumer_strategy latest,"
    " messages that arrive before the new task runs are skipped."
)
DELETED: list[Step] = [(DELETE, 204), (LIST, tasks())]
RECREATION: list[Step] = [(CREATE, WANTED, created("t-3")), (LIST, tasks(NEW))]
SHOWN_NEW: Step = (SHOW_NEW, details(deliver_time_interval=60))
RECREATED = {"changed": True, "sink_task": shown(task_id="t-3", deliver_time_interval=60), "warnings": [LATEST]}
HAS_DELETED = "Changes made before the failure: deleted the task (task id t-1)"


@pytest.mark.parametrize("wait", [True, False])
def test_recreate_in_check_mode_live_and_again(run: Run, wait: bool) -> None:
    options = {**RECREATE, "wait": wait}
    predicted = {"changed": True, "sink_task": without_keys(WANTED), "warnings": [LATEST]}
    assert run(options, *FOUND, check_mode=True).result == predicted
    assert run(options, *FOUND, *DELETED, *RECREATION, SHOWN_NEW).result == RECREATED
    again = {"changed": False, "sink_task": RECREATED["sink_task"]}
    for check_mode in (True, False):
        assert run(options, (LIST, tasks(NEW)), SHOWN_NEW, check_mode=check_mode).result == again


@pytest.mark.parametrize("check_mode", [True, False])
def test_diff_of_a_recreation_shows_both(run: Run, check_mode: bool) -> None:
    steps = [] if check_mode else [*DELETED, *RECREATION, SHOWN_NEW]
    diff = run(RECREATE, *FOUND, *steps, check_mode=check_mode, diff=True).result["diff"]
    differing = {
        name: (diff["before"]["obs_destination_descriptor"][name], value)
        for name, value in diff["after"].pop("obs_destination_descriptor").items()
        if diff["before"]["obs_destination_descriptor"][name] != value
    }
    assert differing == {"deliver_time_interval": (300, 60)}
    del diff["before"]["obs_destination_descriptor"]
    assert diff["before"] == diff["after"]


PARTIAL: dict[str, tuple[list[Step], list[str]]] = {
    "the deletion is refused": ([(DELETE, error_reply(403, "X"))], ["dms:instance:deleteConnectorSinkTask"]),
    "the creation is refused": (
        [*DELETED, (CREATE, WANTED, error_reply(400, "DMS.00500960"))], [HAS_DELETED, "Check access_key"],
    ),
    "the responses to the creation are lost": (
        [*DELETED, *[(CREATE, WANTED, LOST), (LIST, tasks())] * 6], [HAS_DELETED, LOOKUP],
    ),
    "the new task fails": (
        [*DELETED, *RECREATION, (SHOW_NEW, details("FAILED"))], [f"{HAS_DELETED}; created the task (task id t-3)."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PARTIAL)
def test_failed_recreation_reports_the_changes_made(run: Run, name: str) -> None:
    steps, parts = PARTIAL[name]
    ran = run(RECREATE, *FOUND, *steps)
    assert [part for part in parts if part not in ran.msg] == []
    assert ran.result["changed"] is (parts[0].startswith(HAS_DELETED))
    # The definition of the deleted task is returned.
    assert ran.result["sink_task"]["obs_destination_descriptor"]["obs_bucket_name"] == "archive"


def test_nothing_is_created_while_the_old_task_exists(run: Run) -> None:
    deleting: Step = (LIST, tasks(listed(status="DELETING")))
    ran = run({**RECREATE, "wait": False, "wait_timeout": 1}, *FOUND, (DELETE, 204), *[deleting] * 3)
    assert "last state: status DELETING" in ran.msg
    assert HAS_DELETED in ran.msg
    assert ran.result["changed"] is True


def test_recreation_starts_no_write_after_the_deadline(run: Run) -> None:
    """The deletion took all the time."""
    steps: list[Step] = [(DELETE, reply(429, Retry_After="3")), *DELETED]
    ran = run({**RECREATE, "wait_timeout": 3}, *FOUND, *steps)
    assert "the 3 seconds of wait_timeout are over" in ran.msg
    assert HAS_DELETED in ran.msg
    assert ran.result["changed"] is True


@pytest.mark.parametrize(
    "deletion",
    [[(DELETE, GONE)], [*[(DELETE, LOST)] * 6, (LIST, tasks())]],
    ids=["deleted by another run", "always lost, then gone"],
)
def test_recreation_continues_if_the_old_task_is_gone(run: Run, deletion: list[Step]) -> None:
    assert run(RECREATE, *FOUND, *deletion, *RECREATION, SHOWN_NEW).result == RECREATED


def test_diff_has_only_the_creation_if_another_run_deleted_the_task(run: Run) -> None:
    result = run(RECREATE, *FOUND, (DELETE, GONE), *RECREATION, SHOWN_NEW, diff=True).result
    assert result["diff"]["before"] == {}
    assert result["diff"]["after"]["obs_destination_descriptor"]["deliver_time_interval"] == 60


def test_failed_creation_after_a_deletion_by_another_run_returns_the_definition(run: Run) -> None:
    ran = run(RECREATE, *FOUND, (DELETE, GONE), (CREATE, WANTED, error_reply(400, "DMS.00500960")))
    assert "The task no longer exists; its definition is returned." in ran.msg
    assert ran.result["changed"] is False


def test_deleted_task_in_a_stale_list_is_not_adopted(run: Run) -> None:
    steps: list[Step] = [*DELETED, (CREATE, WANTED, LOST), (LIST, tasks(ORDERS, NEW)), SHOWN_NEW, SHOWN_NEW]
    assert run(RECREATE, *FOUND, *steps).result == RECREATED


def test_update_secrets_always_recreates_the_task_in_every_run(run: Run) -> None:
    options = present(recreate=True, update_secrets="always")
    wanted = body(record_delimiter="")
    for _run in range(2):
        steps: list[Step] = [*DELETED, (CREATE, wanted, created("t-3")), (LIST, tasks(NEW)), (SHOW_NEW, details())]
        assert run(options, *FOUND, *steps).result == {**NEW_ONE, "warnings": [LATEST]}
        result = run(options, *FOUND, check_mode=True, diff=True).result
        assert (result["changed"], result["warnings"]) == (True, [LATEST])
        assert result["diff"]["before"] != result["diff"]["after"]


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"update_secrets": "always"}, "needs recreate: true"),
        ({"recreate": True, "wait_timeout": 0}, "wait_timeout must be more than 0 with recreate: true"),
        ({"wait_timeout": -1}, "wait_timeout must be 0 or more, not -1"),
        ({"task_name": "orders "}, "task_name must not begin or end with whitespace"),
        ({"task_name": "\torders"}, "task_name must not begin or end with whitespace"),
        ({"connector_id": None, "instance_name": " kafka"}, "instance_name must not begin or end with whitespace"),
    ],
)
def test_invalid_options_are_refused_before_any_request(run: Run, options: dict[str, t.Any], part: str) -> None:
    for check_mode in (True, False):
        assert part in run(present(**options), check_mode=check_mode).msg
    assert run.service.requests == []
