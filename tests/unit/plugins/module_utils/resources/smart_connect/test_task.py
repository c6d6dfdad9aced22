# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module huaweicloud_kafka_smart_connect_task: the order of its requests, and its result."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect_task as module
from ansible_collections.huaweicloud.kafka.tests.unit.samples import instance
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import (
    CREATE,
    DELETE,
    FIND,
    INSTANCE,
    KEYS,
    LIST,
    MODIFY,
    PAUSE,
    RESTART,
    RESUME,
    SHOW,
    SOURCE,
    TASKS,
    UP,
    VALIDATE,
    body,
    entity,
    options,
    replication,
    show,
    state,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    REFUSED,
    Ran,
    Reply,
    Step,
    error_reply,
    reply,
)

Run = t.Callable[..., Ran]

NONE, ONE, UNRELATED = tasks(), tasks(entity()), entity(task_id="t-2", name="other")
OTHER = {"deliver_time_interval": 60}
LEFT = {"record_delimiter": "\n", "store_keys": False}
NEW = entity(task_id="t-3")
SHOW_NEW = f"GET {TASKS}/t-3"
CREATED = reply(200, NEW)
MISSING = error_reply(404, "DMS.00404026")
PAGE = LIST.replace("offset=0", "offset=1")


@pytest.fixture
def run(run_with: t.Any) -> Run:
    return lambda given, *steps, **how: run_with(module, given, *steps, **how)


def up(given: str) -> list[Step]:
    """The steps before a change of a task with the status *given*."""
    return [(LIST, tasks(entity(given))), (INSTANCE, UP)]


# --- requests and results --------------------------------------------------------------------------------------------

# Options, steps, result, and the number of steps that check mode makes.
RUNS: dict[str, tuple[dict[str, t.Any], list[Step], dict[str, t.Any], int]] = {
    "unchanged": (options(), [(LIST, ONE)], {"changed": False, "smart_connect_task": entity()}, 1),
    "unchanged, by id": (options(task_id="t-1"), [(LIST, ONE)], {"changed": False, "smart_connect_task": entity()}, 1),
    "already absent": (state("absent"), [(LIST, tasks(UNRELATED))], {"changed": False}, 1),
    "deleted": (
        state("absent"), [*up("RUNNING"), (DELETE, 204), (LIST, NONE)],
        {"changed": True, "smart_connect_task": entity()}, 2,
    ),
    "deleted, wait: false": (
        state("absent", wait=False), [*up("RUNNING"), (DELETE, 204)],
        {"changed": True, "smart_connect_task": entity()}, 2,
    ),
    "deleted after three polls": (
        state("absent"), [*up("RUNNING"), (DELETE, 204), (LIST, ONE), (LIST, tasks(total=1)), (LIST, NONE)],
        {"changed": True, "smart_connect_task": entity()}, 2,
    ),
    "deleted by another run": (
        state("absent"), [*up("RUNNING"), (DELETE, MISSING)], {"changed": False, "smart_connect_task": entity()}, 2,
    ),
    "created": (
        options(), [(LIST, NONE), (INSTANCE, UP), (CREATE, body(), CREATED), (LIST, tasks(NEW))],
        {"changed": True, "smart_connect_task": NEW}, 2,
    ),
    "created, CREATING": (
        options(),
        [
            (LIST, NONE), (INSTANCE, UP), (CREATE, body(), CREATED), (LIST, tasks()),
            (LIST, tasks({**NEW, "status": "CREATING"})), (SHOW_NEW, reply(200, NEW)),
        ],
        {"changed": True, "smart_connect_task": NEW}, 2,
    ),
    "created, wait: false": (
        options(wait=False),
        [(LIST, NONE), (INSTANCE, UP), (CREATE, body(), CREATED), (LIST, tasks({**NEW, "status": "CREATING"}))],
        {"changed": True, "smart_connect_task": {**NEW, "status": "CREATING"}}, 2,
    ),
    "created paused": (
        options(state="paused"),
        [
            (LIST, NONE), (INSTANCE, UP), (CREATE, body(start_later=True), CREATED),
            (LIST, tasks({**NEW, "status": "WAITING"})),
        ],
        {"changed": True, "smart_connect_task": {**NEW, "status": "WAITING"}}, 2,
    ),
    "created by instance_name": (
        options(instance_id=None, instance_name="kafka"),
        [
            (FIND, reply(200, {"instances": [instance()], "instance_num": 1})), (LIST, NONE), (CREATE, body(), CREATED),
            (LIST, tasks(NEW)),
        ],
        {"changed": True, "smart_connect_task": NEW}, 2,
    ),
    "paused": (
        state("paused"), [*up("RUNNING"), (PAUSE, 204), (SHOW, show()), (SHOW, show("PAUSED"))],
        {"changed": True, "smart_connect_task": entity("PAUSED")}, 2,
    ),
    "paused, wait: false": (
        state("paused", wait=False), [*up("RUNNING"), (PAUSE, 204)],
        {"changed": True, "smart_connect_task": entity()}, 2,
    ),
    "already paused": (
        state("paused"), [(LIST, tasks(entity("PAUSED")))],
        {"changed": False, "smart_connect_task": entity("PAUSED")}, 1,
    ),
    "already paused, never started": (
        state("paused"), [(LIST, tasks(entity("WAITING")))],
        {"changed": False, "smart_connect_task": entity("WAITING")}, 1,
    ),
    "resumed": (
        state("running"), [*up("PAUSED"), (RESUME, 204), (SHOW, show("PAUSED")), (SHOW, show())],
        {"changed": True, "smart_connect_task": entity()}, 2,
    ),
    "started": (
        state("running"), [*up("WAITING"), (RESTART, 204), (SHOW, show("WAITING")), (SHOW, show())],
        {"changed": True, "smart_connect_task": entity()}, 2,
    ),
    "running, CREATING": (
        state("running"), [(LIST, tasks(entity("CREATING"))), (SHOW, show("CREATING")), (SHOW, show())],
        {"changed": False, "smart_connect_task": entity()}, 1,
    ),
    "paused after CREATING": (
        state("paused"),
        [*up("CREATING"), (SHOW, show("CREATING")), (SHOW, show()), (PAUSE, 204), (SHOW, show("PAUSED"))],
        {"changed": True, "smart_connect_task": entity("PAUSED")}, 2,
    ),
    "modified": (
        options(OTHER, modify=True),
        [*up("RUNNING"), (MODIFY, entity(sink={**OTHER, **KEYS}), reply(200, {})), (SHOW, show(sink=OTHER))],
        {"changed": True, "smart_connect_task": entity(sink=OTHER)}, 2,
    ),
    "modified and resumed": (
        options(OTHER, modify=True, state="running"),
        [
            *up("PAUSED"), (MODIFY, entity("PAUSED", sink={**OTHER, **KEYS}), reply(200, {})),
            (SHOW, show("PAUSED", sink=OTHER)), (RESUME, 204), (SHOW, show(sink=OTHER)),
        ],
        {"changed": True, "smart_connect_task": entity(sink=OTHER)}, 2,
    ),
    "recreated": (
        options(OTHER, recreate=True),
        [
            *up("RUNNING"), (DELETE, 204), (LIST, NONE), (CREATE, body({**OTHER, **LEFT}), CREATED), (LIST, tasks(NEW)),
        ],
        {"changed": True, "smart_connect_task": NEW}, 2,
    ),
    "recreated by id": (
        options(OTHER, recreate=True, state="running", task_id="t-1", task_name=None),
        [
            *up("RUNNING"), (DELETE, 204), (LIST, NONE), (CREATE, body({**OTHER, **LEFT}), CREATED), (LIST, tasks(NEW)),
        ],
        {"changed": True, "smart_connect_task": NEW}, 2,
    ),
    "recreated, paused": (
        options(OTHER, recreate=True),
        [
            *up("PAUSED"), (DELETE, 204), (LIST, NONE), (CREATE, body({**OTHER, **LEFT}, start_later=True), CREATED),
            (LIST, tasks({**NEW, "status": "WAITING"})),
        ],
        {"changed": True, "smart_connect_task": {**NEW, "status": "WAITING"}}, 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_requests_and_result(run: Run, name: str) -> None:
    given, steps, expected, _reads = RUNS[name]
    result = run(given, *steps).result
    result.pop("warnings", None)
    assert result == expected


@pytest.mark.parametrize("name", [name for name in RUNS if name != "deleted by another run"])
def test_check_mode_reads_the_same_and_predicts_the_change(run: Run, name: str) -> None:
    given, steps, expected, reads = RUNS[name]
    ran = run(given, *steps[:reads], check_mode=True, diff=True)
    assert ran.result["changed"] is expected["changed"]
    assert (ran.result["diff"]["before"] != ran.result["diff"]["after"]) is expected["changed"]


@pytest.mark.parametrize("name", ["running", "paused"])
def test_check_mode_warns_once_of_a_status_that_passes(run: Run, name: str) -> None:
    steps = up("CREATING")[: 1 if name == "running" else 2]
    ran = run(state(name), *steps, check_mode=True)
    assert ran.result["warnings"] == ["The task is CREATING: the run waits for that and then decides."]


def test_modification_falls_back_to_a_recreation(run: Run) -> None:
    """If the service refuses or does not show the change, the task is recreated, with a warning before and after."""
    given = options(OTHER, modify=True, recreate=True)
    refusals: list[list[Step]] = [
        [(MODIFY, ..., reply(200, entity(sink=OTHER))), (SHOW, show())],
        [(MODIFY, ..., error_reply(400, "DMS.00400873"))],
        [(MODIFY, ..., error_reply(404, "APIG.0101"))],
        [(MODIFY, ..., error_reply(405, "DMS.00405001"))],
    ]
    for refused in refusals:
        ran = run(
            given, *up("RUNNING"), *refused, (SHOW, show()), (DELETE, 204), (LIST, NONE),
            (CREATE, body({**OTHER, **LEFT}), CREATED), (LIST, tasks(NEW)), diff=True,
        )  # fmt: skip
        assert ran.result["changed"] is True
        warnings = " ".join(ran.result["warnings"])
        assert "did not make all changes in place" in warnings
        assert "loses the position" in warnings
        assert ran.result["diff"]["before"]["sink_task"]["deliver_time_interval"] == 300
    ran = run(given, *up("RUNNING"), check_mode=True)
    assert "the task is recreated" in ran.result["warnings"][0]


@pytest.mark.parametrize(
    ("echo", "changed"), [({}, False), ({"obs_path": "b"}, True)], ids=["no field changed", "one of two changed"]
)
def test_field_that_did_not_change_is_an_error(run: Run, echo: dict[str, t.Any], changed: bool) -> None:
    given = options({**OTHER, "obs_path": "b"}, modify=True)
    ran = run(given, *up("RUNNING"), (MODIFY, ..., reply(200, {})), (SHOW, show(sink=echo)))
    assert "did not change everything" in ran.msg
    assert "deliver_time_interval is 300, wanted 60" in ran.msg
    assert "recreate: true" in ran.msg
    assert ran.result["changed"] is changed


def test_refused_modification_hints_at_recreate(run: Run) -> None:
    ran = run(options(OTHER, modify=True), *up("RUNNING"), (MODIFY, ..., error_reply(400, "DMS.00400873")))
    assert "can't change these fields" in ran.msg
    assert "recreate: true deletes the task and creates it again" in ran.msg
    assert ran.result["changed"] is False


def test_modification_without_keys_warns(run: Run) -> None:
    given = options({**OTHER, **dict.fromkeys(KEYS)}, modify=True)
    ran = run(given, *up("RUNNING"), (MODIFY, entity(sink=OTHER), reply(200, {})), (SHOW, show(sink=OTHER)))
    assert "without its keys" in ran.result["warnings"][0]


# --- restarts --------------------------------------------------------------------------------------------------------

AGAIN = show("RESTARTING")
RESTARTS: dict[str, tuple[list[Step], float]] = {
    "RESTARTING is observed": ([*up("RUNNING"), (RESTART, 204), (SHOW, show()), (SHOW, AGAIN), (SHOW, show())], 1.25),
    "RUNNING for ten seconds": ([*up("RUNNING"), (RESTART, 204), *[(SHOW, show())] * 7], 10.0),
    "from PAUSED": ([*up("PAUSED"), (RESTART, 204), (SHOW, show("PAUSED")), (SHOW, show())], 0.5),
    "while RESTARTING": (
        [*up("RESTARTING"), (SHOW, AGAIN), (SHOW, show()), (RESTART, 204), (SHOW, AGAIN), (SHOW, show())], 1.0,
    ),
    "response lost, RESTARTING is observed": (
        [*up("RUNNING"), (RESTART, LOST), (SHOW, show()), (SHOW, AGAIN), (SHOW, show())], 0.0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RESTARTS)
def test_restart(run: Run, name: str) -> None:
    steps, seconds = RESTARTS[name]
    ran = run(state("restarted"), *steps)
    assert ran.result["changed"] is True
    assert "resets its progress" in ran.result["warnings"][0]
    assert sum(ran.sleeps) >= seconds


@pytest.mark.parametrize("failure", [LOST, reply(502), reply(500)])
@pytest.mark.parametrize(("name", "before"), [("restarted", "RUNNING"), ("running", "WAITING")])
def test_restart_with_unknown_outcome_is_not_resent(run: Run, name: str, before: str, failure: t.Any) -> None:
    """It fails with changed: true after ten seconds of lookups."""
    lookups: list[Step] = [(SHOW, show(before))] * 5
    ran = run(state(name, wait_timeout=60), *up(before), (RESTART, failure), *lookups)
    assert "It is unknown whether it was" in ran.msg
    assert ran.result["changed"] is True
    assert sum(ran.sleeps) >= 10


@pytest.mark.parametrize("status", ["PAUSED", "WAITING", "CREATING", "UNDOCUMENTED"])
@pytest.mark.parametrize("failure", [LOST, reply(502), reply(500)])
def test_other_status_after_a_restart_whose_response_was_lost_proves_nothing(
    run: Run, status: str, failure: t.Any
) -> None:
    """Another user can have paused the task, for example."""
    steps: list[Step] = [*up("RUNNING"), (RESTART, failure), *[(SHOW, show(status))] * 5]
    ran = run(state("restarted", wait_timeout=60), *steps)
    assert f"It is unknown whether it was restarted (a lookup after that found the status {status})" in ran.msg
    assert ran.result["changed"] is True


def test_refused_restart_is_not_a_change(run: Run) -> None:
    ran = run(state("restarted"), *up("RUNNING"), (RESTART, error_reply(400, "DMS.00400872")))
    assert "DMS.00400872" in ran.msg
    assert ran.result["changed"] is False


def test_restart_that_was_not_sent_is_sent_again(run: Run) -> None:
    ran = run(state("restarted"), *up("RUNNING"), (RESTART, REFUSED), (RESTART, 204), (SHOW, AGAIN), (SHOW, show()))
    assert ran.result["changed"] is True


# --- lost responses --------------------------------------------------------------------------------------------------

FAILED: dict[str, t.Any] = {
    "lost": LOST, "500": reply(500), "503": reply(503), "500 with a code": error_reply(500, "DMS.00500006"),
}  # fmt: skip
LOSSES: dict[str, tuple[dict[str, t.Any], list[Step], bool, str]] = {
    "pause, done": (
        state("paused"), [*up("RUNNING"), (PAUSE, LOST), (SHOW, show("PAUSED")), (SHOW, show("PAUSED"))], True, "",
    ),
    "pause, not done": (
        state("paused"),
        [*up("RUNNING"), (PAUSE, LOST), (SHOW, show()), (PAUSE, 204), (SHOW, show("PAUSED"))], True, "",
    ),
    "pause, done late": (
        state("paused"),
        [
            *up("RUNNING"), (PAUSE, LOST), (SHOW, show()), (PAUSE, error_reply(400, "DMS.00400868")),
            (SHOW, show("PAUSED")), (SHOW, show("PAUSED")),
        ],
        True, "",
    ),
    "create, done": (
        options(),
        [(LIST, NONE), (INSTANCE, UP), (CREATE, body(), LOST), (LIST, tasks(NEW)), (SHOW_NEW, CREATED), (SHOW_NEW, CREATED)],
        True, "",
    ),
    "create, a different task appeared": (
        options(),
        [
            (LIST, NONE), (INSTANCE, UP), (CREATE, body(), LOST), (LIST, tasks(NEW)),
            (SHOW_NEW, reply(200, entity(task_id="t-3", sink={"obs_bucket_name": "x"}))),
        ],
        False, "is not as wanted",
    ),
    "create, two tasks appeared": (
        options(),
        [(LIST, NONE), (INSTANCE, UP), (CREATE, body(), LOST), (LIST, tasks(NEW, entity(task_id="t-4")))],
        False, "t-3, t-4",
    ),
    "create, no id in the response": (
        options(), [(LIST, NONE), (INSTANCE, UP), (CREATE, body(), reply(200, {})), (LIST, NONE)], False,
        "nothing was created",
    ),
    "create, not done": (
        options(),
        [(LIST, NONE), (INSTANCE, UP), (CREATE, body(), LOST), (LIST, NONE), (CREATE, body(), CREATED), (LIST, tasks(NEW))],
        True, "",
    ),
    "create, incomplete list": (
        options(), [(LIST, NONE), (INSTANCE, UP), (CREATE, body(), LOST), (LIST, error_reply(403, "X"))],
        False, "It is unknown whether it was created",
    ),
    **{
        f"delete, {name}, done": (state("absent"), [*up("RUNNING"), (DELETE, failed), (DELETE, MISSING)], True, "")
        for name, failed in FAILED.items()
    },
    "delete, always 503, done": (state("absent"), [*up("RUNNING"), *[(DELETE, reply(503))] * 6, (LIST, NONE)], True, ""),
    "delete, 500, not done": (
        state("absent", max_retries=0), [*up("RUNNING"), (DELETE, reply(500)), (LIST, ONE)], False,
        "It is unknown whether it was deleted",
    ),
    "recreate, the DELETE returns 500 and is done": (
        options(OTHER, recreate=True),
        [
            *up("RUNNING"), (DELETE, reply(500)), (DELETE, MISSING), (CREATE, ..., error_reply(400, "DMS.00400867")),
        ],
        True, "Changes made before the failure: deleted the task (task id t-1).",
    ),
    **{
        f"{verb}, {name}, done": (
            state(verb), [*up(before), (action, failed), (SHOW, show(after)), (SHOW, show(after))], True, "",
        )
        for verb, before, action, after in (("paused", "RUNNING", PAUSE, "PAUSED"), ("running", "PAUSED", RESUME, "RUNNING"))
        for name, failed in FAILED.items()
    },
    **{
        f"create, {name}, done": (
            options(),
            [
                (LIST, NONE), (INSTANCE, UP), (CREATE, body(), failed), (LIST, tasks(NEW)), (SHOW_NEW, CREATED),
                (SHOW_NEW, CREATED),
            ],
            True, "",
        )
        for name, failed in FAILED.items()
    },
    "modify, 500, then refused, done": (
        options(OTHER, modify=True, recreate=True),
        [
            *up("RUNNING"), (MODIFY, ..., reply(500)), (MODIFY, ..., error_reply(400, "DMS.00400873")),
            (SHOW, show(sink=OTHER)),
        ],
        True, "",
    ),
    "modify, done": (
        options(OTHER, modify=True),
        [*up("RUNNING"), (MODIFY, ..., LOST), (MODIFY, ..., reply(200, {})), (SHOW, show(sink=OTHER))], True, "",
    ),
    "modify, not readable": (
        options(OTHER, modify=True), [*up("RUNNING"), (MODIFY, ..., reply(200, {})), (SHOW, error_reply(403, "X"))],
        True, "It is unknown what it changed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_lost_response(run: Run, name: str) -> None:
    given, steps, changed, message = LOSSES[name]
    ran = run(given, *steps)
    assert ran.result["changed"] is changed
    if message:
        assert message in ran.msg
    else:
        assert "failed" not in ran.result


@pytest.mark.parametrize(
    ("wanted", "before", "request_line", "status"),
    [
        ("paused", "RUNNING", PAUSE, "FAILED"),
        ("running", "PAUSED", RESUME, "FAILED"),
        ("running", "PAUSED", RESUME, "WAITING"),
        ("running", "WAITING", RESTART, "PAUSED"),
        ("running", "WAITING", RESTART, "UNDOCUMENTED"),
    ],
)
@pytest.mark.parametrize("failure", [LOST, reply(500)])
def test_other_status_after_a_lost_response_proves_no_action(
    run: Run, wanted: str, before: str, request_line: str, status: str, failure: t.Any
) -> None:
    lookups: list[Step] = [(SHOW, show(status))] * (5 if request_line == RESTART else 1)
    ran = run(state(wanted, wait=False, max_retries=0), *up(before), (request_line, failure), *lookups)
    assert f"a lookup after that found the status {status}" in ran.msg
    assert "Changes made" not in ran.msg


# --- failures --------------------------------------------------------------------------------------------------------


def test_failed_creation_after_the_deletion_returns_the_definition(run: Run) -> None:
    ran = run(
        options(OTHER, recreate=True), *up("RUNNING"), (DELETE, 204), (LIST, NONE),
        (CREATE, ..., error_reply(400, "DMS.00400867")),
    )  # fmt: skip
    assert "The task no longer exists" in ran.msg
    assert "DMS.00400867" in ran.msg
    assert ran.result["changed"] is True
    assert ran.result["smart_connect_task"] == entity()


def test_unfinished_deletion_returns_the_definition(run: Run) -> None:
    ran = run(
        options(OTHER, recreate=True, wait_timeout=1), *up("RUNNING"), (DELETE, 204), *[(LIST, ONE)] * 3,
    )  # fmt: skip
    assert "It was not created again" in ran.msg
    assert ran.result["smart_connect_task"] == entity()


@pytest.mark.parametrize("name", ["present", "running", "paused", "restarted"])
@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("wait", [True, False])
def test_failed_task_fails_with_a_hint(run: Run, name: str, check_mode: bool, wait: bool) -> None:
    given = options(state=name, wait=wait)
    ran = run(given, (LIST, tasks(entity("FAILED"))), check_mode=check_mode)
    assert "has the status FAILED" in ran.msg
    assert "recreate: true" in ran.msg


def test_wait_ends_if_the_task_fails(run: Run) -> None:
    ran = run(state("running"), *up("PAUSED"), (RESUME, 204), (SHOW, show("ERROR")))
    assert "has the status ERROR" in ran.msg
    assert ran.result["changed"] is True


TIMEOUTS: dict[str, tuple[list[Step], str, str]] = {
    "running": ([*up("PAUSED"), (RESUME, 204)], "RUNNING", "STOPPED"),
    "paused": ([*up("RUNNING"), (PAUSE, 204)], "PAUSED or WAITING", "RUNNING"),
    "present": ([(LIST, tasks(entity("CREATING")))], "RUNNING, PAUSED or WAITING", "CREATING"),
}


@pytest.mark.parametrize("name", TIMEOUTS)
def test_timeout_message_has_the_expected_status(run: Run, name: str) -> None:
    steps, expected, last = TIMEOUTS[name]
    ran = run(options(state=name, wait_timeout=0), *steps, (SHOW, show(last)))
    assert f"waited 0 seconds for the task to be {expected}; last state: status {last}" in ran.msg


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("wait", [True, False])
def test_status_that_is_not_documented(run: Run, wait: bool, check_mode: bool) -> None:
    stopped: Step = (LIST, tasks(entity("STOPPED")))
    for name in ("running", "paused"):
        ran = run(options(state=name, wait=wait), stopped, check_mode=check_mode)
        assert "the task has the status STOPPED, which is not documented" in ran.msg
        assert ran.result["changed"] is False
    ran = run(options(state="present", wait=wait), stopped, check_mode=check_mode)
    assert ran.result["changed"] is False
    assert ran.result["warnings"] == ["The task has the status STOPPED, which is not documented."]


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("status", ["CREATING", "RESTARTING"])
def test_transitional_status_is_left_with_wait_false(run: Run, status: str, check_mode: bool) -> None:
    for name in ("running", "paused", "present"):
        ran = run(options(state=name, wait=False), (LIST, tasks(entity(status))), check_mode=check_mode)
        (warning,) = ran.result["warnings"]
        assert f"The task is {status}, and wait is false" in warning
        assert ran.result["changed"] is False


REFUSALS: dict[str, tuple[dict[str, t.Any], list[Step], str]] = {
    "differs": (options(OTHER), [(LIST, ONE)], "deliver_time_interval is 300, wanted 60"),
    "two tasks with the name": (
        options(), [(LIST, tasks(entity(), NEW))], "2 Smart Connect tasks are named orders: t-1, t-3",
    ),
    "id and name": (options(task_id="t-2"), [(LIST, tasks(entity(), UNRELATED))], "task t-2 is named other"),
    "incomplete list": (
        state("absent"), [(LIST, tasks(UNRELATED, total=2)), (PAGE, tasks(total=2))], "1 of 2 Smart Connect tasks",
    ),
    "no instance": (options(), [(LIST, error_reply(404, "DMS.00404022"))], "Check instance_id"),
    "no connector": (options(), [(LIST, error_reply(404, "DMS.00404024"))], "connector"),
    "instance is busy": (
        state("absent"), [(LIST, ONE), (INSTANCE, reply(200, instance(status="EXTENDING")))], "is EXTENDING",
    ),
    "neither id nor name": ({"instance_id": "i-1", "state": "running"}, [], "one of the following"),
    "no description": (state("present"), [], "topics or topics_regex, and sink_task or source_task must be set"),
    "secrets without recreate": (options(update_secrets="always"), [], "needs recreate: true"),
    "negative timeout": (options(wait_timeout=-1), [], "wait_timeout must be 0 or more"),
    "recreate without time": (options(recreate=True, wait_timeout=0), [], "wait_timeout must be more than 0"),
    "healthy, present": (options(wait_healthy=True), [], "wait_healthy needs state: running"),
    "healthy, wait: false": (options(wait_healthy=True, state="running", wait=False), [], "wait_healthy needs"),
    "healthy, no region": (
        options(wait_healthy=True, state="running", region=None), [], "region or ces_endpoint is needed",
    ),
    "blank name": (options(task_name=" "), [], "task_name must not be empty"),
    "interval": (options({"deliver_time_interval": 10}), [], "from 30 to 900"),
    "a task without status": (options(), [(LIST, tasks({**entity(), "status": None}))], "a task has no status"),
    "a list without total": (options(), [(LIST, reply(200, {"tasks": []}))], "total_number is not a number"),
    "not JSON": (state("absent"), [(LIST, reply(200, "<html>"))], "the body is not JSON"),
}  # fmt: skip


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(run: Run, name: str, check_mode: bool) -> None:
    given, steps, message = REFUSALS[name]
    ran = run(given, *steps, check_mode=check_mode)
    assert message in ran.msg
    assert ran.result.get("changed", False) is False


@pytest.mark.parametrize("code", ["DMS.00404022", "DMS.00404024"])
def test_absent_without_connector_or_instance_warns(run: Run, code: str) -> None:
    ran = run(state("absent"), (LIST, error_reply(404, code)))
    assert ran.result["changed"] is False
    assert "is absent" in ran.result["warnings"][0]


@pytest.mark.parametrize("code", ["DMS.10240407", "DMS.00404029", "DMS.00404001", "APIG.0101"])
def test_other_404_does_not_mean_absent(run: Run, code: str) -> None:
    assert code in run(state("absent", max_retries=0), (LIST, error_reply(404, code))).msg


# --- validate --------------------------------------------------------------------------------------------------------

PEER = {"type": "KAFKA_REPLICATOR_SOURCE", "task": SOURCE}


@pytest.mark.parametrize("check_mode", [True, False])
def test_validation_precedes_the_first_write(run: Run, check_mode: bool) -> None:
    refused = error_reply(400, "DMS.00400870")
    ran = run(
        replication(validate=True), (LIST, NONE), (INSTANCE, UP), (VALIDATE, PEER, refused), check_mode=check_mode
    )
    assert "DMS.00400870" in ran.msg
    assert ran.result["changed"] is False


@pytest.mark.parametrize("response", [200, 201, Reply(202)])
def test_validation_accepts_any_success_and_is_skipped_without_a_write(run: Run, response: t.Any) -> None:
    assert run(
        replication(validate=True), (LIST, NONE), (INSTANCE, UP), (VALIDATE, PEER, response), check_mode=True
    ).result["changed"]
    assert not run(options(validate=True), (LIST, ONE)).result["changed"]
