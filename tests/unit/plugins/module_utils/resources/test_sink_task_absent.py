# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.tests.unit.sink_tasks import (
    DELETE,
    INSTANCE,
    LIST,
    TASKS,
    Play,
    absent,
    listed,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    PROJECT_ID,
    REFUSED,
    Answer,
    Service,
    Step,
    answer,
    refusal,
)

ORDERS = listed()
OTHER = listed("t-2", "returns")
GONE = refusal(404, "DMS.00404026", "gone")


def instance(**fields: t.Any) -> Answer:
    return answer(200, {"instance_id": "i-1", "name": "kafka", "status": "RUNNING", **fields})


class Way(t.NamedTuple):
    steps: list[Step]
    result: dict[str, t.Any]


class Case(t.NamedTuple):
    """A task that is there: what check mode makes of it before, the run itself, and both once more afterwards."""

    options: dict[str, t.Any]
    check: Way
    live: Way
    again: Way

    def ways(self) -> dict[str, tuple[bool, Way]]:
        return {
            "check": (True, self.check),
            "live": (False, self.live),
            "again": (False, self.again),
            "check again": (True, self.again),
        }


NOTHING = {"changed": False}
DELETED = {"changed": True, "sink_task": ORDERS}


def _deletes(options: dict[str, t.Any], *before: Step) -> Case:
    """Return the case of a task that is looked up after the steps *before*, deleted, and looked for once more."""
    return Case(
        options,
        check=Way([*before, (LIST, tasks(OTHER, ORDERS))], DELETED),
        live=Way([*before, (LIST, tasks(OTHER, ORDERS)), (DELETE, 204), (LIST, tasks(OTHER))], DELETED),
        again=Way([*before, (LIST, tasks(OTHER))], NOTHING),
    )


def _never(options: dict[str, t.Any], steps: list[Step], *warnings: str) -> Case:
    """Return the case of a task that was never there."""
    way = Way(steps, {**NOTHING, "warnings": list(warnings)} if warnings else NOTHING)
    return Case(options, way, way, way)


def _of_instance(**options: t.Any) -> dict[str, t.Any]:
    return {"state": "absent", "task_name": "orders", **options}


INSTANCES = f"GET /v2/{PROJECT_ID}/instances?engine=kafka&exact_match_name=true&limit=50&name=kafka&offset=0"

FOUR_WAYS = {
    "by its name": _deletes(absent(task_name="orders")),
    "by the alias of its name": _deletes(absent(name="orders")),
    "by its id": _deletes(absent(task_id="t-1")),
    "by both": _deletes(absent(task_id="t-1", task_name="orders")),
    "of the connector of an instance": _deletes(
        _of_instance(instance_id="i-1"), (INSTANCE, instance(connector_enable=True, connector_id="c-1"))
    ),
    "of the connector of an instance that is known by its name": _deletes(
        _of_instance(instance_name="kafka"),
        (
            INSTANCES,
            answer(
                200,
                {
                    "instances": [{"instance_id": "i-1", "name": "kafka", "status": "RUNNING", "connector_id": "c-1"}],
                    "instance_num": 1,
                },
            ),
        ),
    ),
    "without waiting": Case(
        absent(task_name="orders", wait=False),
        check=Way([(LIST, tasks(ORDERS))], DELETED),
        live=Way([(LIST, tasks(ORDERS)), (DELETE, 204)], DELETED),
        again=Way([(LIST, tasks())], NOTHING),
    ),
    "an id among two of one name": Case(
        absent(task_id="t-1", task_name="orders"),
        check=Way([(LIST, tasks(listed("t-2"), ORDERS))], DELETED),
        live=Way([(LIST, tasks(listed("t-2"), ORDERS)), (DELETE, 204), (LIST, tasks(listed("t-2")))], DELETED),
        again=Way([(LIST, tasks())], NOTHING),
    ),
    "found in a list that is not complete": Case(
        absent(task_id="t-1"),
        check=Way([(LIST, tasks(ORDERS, total=5))], DELETED),
        live=Way([(LIST, tasks(ORDERS, total=5)), (DELETE, 204), (LIST, tasks(OTHER))], DELETED),
        again=Way([(LIST, tasks(OTHER))], NOTHING),
    ),
    "never there": _never(absent(task_name="orders"), [(LIST, tasks())]),
    "an id that was never there": _never(absent(task_id="t-1"), [(LIST, tasks(OTHER))]),
    "a name in another case": _never(absent(task_name="Orders"), [(LIST, tasks(ORDERS))]),
    "a number of tasks that is text": _never(absent(task_name="orders"), [(LIST, tasks(OTHER, total="1"))]),
    "no connector": _never(
        absent(task_name="orders"),
        [(LIST, refusal(404, "DMS.00404024", "no connector", X_Request_Id="r-1"))],
        f'The connector c-1 does not exist: GET {TASKS} was answered with 404 DMS.00404024 "no connector"'
        " (request id r-1). So sink task orders of connector c-1 is absent, too.",
    ),
    "no instance behind the connector": _never(
        absent(task_id="t-1"),
        [(LIST, refusal(404, "DMS.00404022", "no instance"))],
        f'The instance of connector c-1 does not exist: GET {TASKS} was answered with 404 DMS.00404022 "no instance".'
        " So sink task t-1 of connector c-1 is absent, too.",
    ),
    "no instance": _never(
        _of_instance(instance_id="i-1"),
        [(INSTANCE, refusal(404, "DMS.00404022", "no instance"))],
        f"The instance i-1 does not exist: {INSTANCE} was answered with 404 DMS.00404022"
        ' "no instance". So sink task orders of the connector of instance i-1 is absent, too.',
    ),
    "no instance of the name": _never(
        _of_instance(instance_name="kafka"),
        [(INSTANCES, answer(200, {"instances": [], "instance_num": 0}))],
        "There is no Kafka instance named kafka. So sink task orders of the connector of instance kafka is absent, too.",
    ),
    "an instance without a connector": _never(
        _of_instance(instance_id="i-1"),
        [(INSTANCE, instance(connector_enable=False))],
        "Smart Connect is off on instance i-1, so it has no connector."
        " So sink task orders of the connector of instance i-1 is absent, too.",
    ),
    "an instance with an empty connector": _never(
        _of_instance(instance_id="i-1"),
        [(INSTANCE, instance(connector_enable="false", connector_id=""))],
        "Smart Connect is off on instance i-1, so it has no connector."
        " So sink task orders of the connector of instance i-1 is absent, too.",
    ),
}


LEAVING = listed(status="DELETING")
LEAVES = {"changed": False, "sink_task": LEAVING}
FOUR_WAYS["deleted already, and on its way out"] = Case(
    absent(task_name="orders"),
    check=Way([(LIST, tasks(LEAVING))], LEAVES),
    live=Way([(LIST, tasks(LEAVING)), (LIST, tasks(LEAVING)), (LIST, tasks())], LEAVES),
    again=Way([(LIST, tasks())], NOTHING),
)
FOUR_WAYS["deleted already, and on its way out, without waiting"] = Case(
    absent(task_name="orders", wait=False), *[Way([(LIST, tasks(LEAVING))], LEAVES)] * 3
)


@pytest.mark.parametrize("way", ["check", "live", "again", "check again"])
@pytest.mark.parametrize("name", FOUR_WAYS)
def test_a_task_is_gone_afterwards(play: Play, name: str, way: str) -> None:
    case = FOUR_WAYS[name]
    check_mode, expected = case.ways()[way]
    played = play(case.options, *expected.steps, check_mode=check_mode)
    assert played.result == expected.result
    if check_mode:
        assert {request.method for request in play.service.requests} == {"GET"}


def test_the_connector_of_an_instance_that_vanished_meanwhile_is_warned_of(play: Play) -> None:
    steps: list[Step] = [(INSTANCE, instance(connector_id="c-1")), (LIST, refusal(404, "DMS.00404024", "no connector"))]
    assert play(_of_instance(instance_id="i-1"), *steps).result == {
        "changed": False,
        "warnings": [
            (
                f"The connector of instance i-1 does not exist: GET {TASKS} was answered with 404 DMS.00404024"
                ' "no connector". So sink task orders of the connector of instance i-1 is absent, too.'
            )
        ],
    }


@pytest.mark.parametrize(
    ("name", "requests"), [("never there", 1), ("by its name", 3), ("by its id", 3), ("without waiting", 2)]
)
def test_it_costs_no_request_too_many(play: Play, name: str, requests: int) -> None:
    play(FOUR_WAYS[name].options, *FOUR_WAYS[name].live.steps)
    assert len(play.service.requests) == requests


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_diff_shows_what_goes(play: Play, check_mode: bool) -> None:
    steps = FOUR_WAYS["by its name"].check.steps if check_mode else FOUR_WAYS["by its name"].live.steps
    result = play(absent(task_name="orders"), *steps, check_mode=check_mode, diff=True).result
    assert result == {**DELETED, "diff": {"before": ORDERS, "after": {}}}


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_diff_of_nothing_is_empty(play: Play, check_mode: bool) -> None:
    result = play(absent(task_name="orders"), (LIST, tasks()), check_mode=check_mode, diff=True).result
    assert result == {"changed": False, "diff": {"before": {}, "after": {}}}


def test_the_diff_is_empty_when_somebody_else_was_faster(play: Play) -> None:
    result = play(absent(task_name="orders"), (LIST, tasks(ORDERS)), (DELETE, GONE), diff=True).result
    assert result == {"changed": False, "sink_task": ORDERS, "diff": {"before": {}, "after": {}}}


# What proves nothing, and what is not clear, fails and deletes nothing: in check mode as well.

SHORT = "the list holds 1 of 2 sink tasks, which does not prove what is there."

UNCLEAR = {
    "two of one name": (
        absent(task_name="orders"),
        [(LIST, tasks(ORDERS, listed("t-3"), OTHER))],
        (
            "Could not delete sink task orders of connector c-1: 2 sink tasks are named orders: t-1, t-3."
            " Give task_id to say which one is meant."
        ),
    ),
    "an id of another name": (
        absent(task_id="t-1", task_name="returns"),
        [(LIST, tasks(ORDERS))],
        (
            "Could not delete sink task returns / t-1 of connector c-1:"
            " task_id and task_name disagree: the task t-1 is named orders."
        ),
    ),
    "a name of another id": (
        absent(task_id="t-9", task_name="orders"),
        [(LIST, tasks(ORDERS))],
        (
            "Could not delete sink task orders / t-9 of connector c-1:"
            " task_id and task_name disagree: orders is the name of the task t-1, not of t-9."
        ),
    ),
    "a short list without it": (
        absent(task_name="returns"),
        [(LIST, tasks(ORDERS, total=2))],
        f"Could not delete sink task returns of connector c-1: {SHORT}",
    ),
    "a short list without the id": (
        absent(task_id="t-9"),
        [(LIST, tasks(ORDERS, total="2"))],
        f"Could not delete sink task t-9 of connector c-1: {SHORT}",
    ),
    "a short list with one of the name, for there may be two": (
        absent(task_name="orders"),
        [(LIST, tasks(ORDERS, total=2))],
        f"Could not delete sink task orders of connector c-1: {SHORT}",
    ),
    "an instance that does not tell its connector": (
        _of_instance(instance_id="i-1"),
        [(INSTANCE, instance())],
        (
            "Could not delete sink task orders of the connector of instance i-1:"
            " the service does not tell the connector of instance i-1."
            " Give connector_id, or run the task again when Smart Connect has been turned on."
        ),
    ),
    "an instance whose connector is on but has no id": (
        _of_instance(instance_id="i-1"),
        [(INSTANCE, instance(connector_enable=True, connector_id=""))],
        (
            "Could not delete sink task orders of the connector of instance i-1:"
            " the service does not tell the connector of instance i-1."
            " Give connector_id, or run the task again when Smart Connect has been turned on."
        ),
    ),
    "an instance whose connector has an id that is none": (
        _of_instance(instance_id="i-1"),
        [(INSTANCE, instance(connector_enable=False, connector_id="../x"))],
        (
            "Could not delete sink task orders of the connector of instance i-1:"
            " the service does not tell the connector of instance i-1."
            " Give connector_id, or run the task again when Smart Connect has been turned on."
        ),
    ),
    "another instance": (
        _of_instance(instance_id="i-1"),
        [(INSTANCE, instance(instance_id="i-2", connector_id="c-2"))],
        (
            f"Could not read instance i-1: {INSTANCE} was answered with 200, but it does not describe the instance i-1."
            " Such an answer proves nothing; check that endpoint and proxies lead to the service."
        ),
    ),
    "two instances of one name": (
        _of_instance(instance_name="kafka"),
        [
            (
                INSTANCES,
                answer(
                    200,
                    {
                        "instances": [
                            {"instance_id": "i-1", "name": "kafka", "status": "RUNNING"},
                            {"instance_id": "i-2", "name": "kafka", "status": "RUNNING"},
                        ],
                        "instance_num": 2,
                    },
                ),
            )
        ],
        (
            "Could not find the instance kafka: 2 Kafka instances are named kafka: i-1, i-2."
            " Give instance_id to say which one is meant."
        ),
    ),
}


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", UNCLEAR)
def test_what_is_not_clear_fails_and_deletes_nothing(play: Play, name: str, check_mode: bool) -> None:
    options, steps, msg = UNCLEAR[name]
    played = play(options, *steps, check_mode=check_mode)
    assert played.msg == msg
    assert played.result["changed"] is False
    assert "sink_task" not in played.result


def test_a_list_that_holds_a_task_twice_is_not_complete_by_that(play: Play) -> None:
    assert "the list holds 1 of 2 sink tasks" in play(absent(task_name="orders"), (LIST, tasks(OTHER, OTHER))).msg


STRANGE_LISTS = {
    "no body": (answer(200), "the body is not a JSON object"),
    "no content": (answer(204), "the body is not a JSON object"),
    "HTML": (answer(200, "<html>Log in</html>"), "the body is not JSON"),
    "a list": (answer(200, []), "the body is not a JSON object"),
    "an empty object": (answer(200, {}), "tasks is not a list"),
    "tasks that are null": (answer(200, {"tasks": None, "total_number": 0}), "tasks is not a list"),
    "tasks that are an object": (answer(200, {"tasks": {}, "total_number": 0}), "tasks is not a list"),
    "no number": (answer(200, {"tasks": []}), "total_number is not a number"),
    "a number that is none": (tasks(total="none"), "total_number is not a number"),
    "a number below zero": (tasks(total=-1), "total_number is not a number"),
    "a number that is true": (tasks(total=True), "total_number is not a number"),
    "a task that is text": (answer(200, {"tasks": ["t-1"], "total_number": 1}), "a task is not an object"),
    "a task without an id": (tasks({"task_name": "orders"}), "a task has no task_id"),
    "a task with an empty id": (tasks({**ORDERS, "task_id": ""}), "a task has no task_id"),
    "a task whose id leads elsewhere": (tasks({**ORDERS, "task_id": ".."}), "a task has no task_id"),
    "a task whose id is a number": (tasks({**ORDERS, "task_id": 1}), "a task has no task_id"),
    "a task without a name": (tasks({"task_id": "t-2"}), "a task has no task_name"),
    "a task with an empty name": (tasks({**ORDERS, "task_name": ""}), "a task has no task_name"),
    "an error of the shape of DMS with 200": (
        answer(200, {"error_code": "DMS.00404026", "error_msg": "gone"}),
        "tasks is not a list",
    ),
}


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", STRANGE_LISTS)
def test_a_list_of_another_shape_proves_nothing(play: Play, name: str, check_mode: bool) -> None:
    strange, problem = STRANGE_LISTS[name]
    played = play(absent(task_name="orders"), (LIST, strange), check_mode=check_mode)
    assert played.msg == (
        f"Could not list the sink tasks of connector c-1: GET {TASKS} was answered with {strange.status}, but {problem}."
        " Such an answer proves nothing; check that endpoint and proxies lead to the service."
    )
    assert played.result["error"] == {
        "status": strange.status,
        "code": None,
        "message": problem,
        "request_id": None,
        "method": "GET",
        "path": TASKS,
    }
    assert played.result["changed"] is False


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            refusal(403, "DMS.00403003", "no role", X_Request_Id="r-1"),
            (
                f'GET {TASKS} was answered with 403 DMS.00403003 "no role" (request id r-1). The user needs the IAM action'
                " dms:instance:listConnectorSinkTask, and an account that is not in arrears."
            ),
        ),
        (
            refusal(401, "APIGW.0301", "Incorrect IAM authentication information"),
            (
                f'GET {TASKS} was answered with 401 APIGW.0301 "Incorrect IAM authentication information".'
                " Check the credentials and the clock; it was not tried again, because five failures lock an access key."
            ),
        ),
        (
            answer(302, Location="https://login"),
            f'GET {TASKS} was answered with 302 "a redirect, which is not followed".',
        ),
        (answer(404, "<html>"), f"GET {TASKS} was answered with 404."),
    ],
)
def test_a_refused_list_fails_and_is_no_absence(play: Play, told: Answer, sentence: str) -> None:
    played = play(absent(task_name="orders"), (LIST, told))
    assert played.msg == "Could not list the sink tasks of connector c-1: " + sentence
    assert played.result["changed"] is False
    assert "warnings" not in played.result


# The deletion.


@pytest.mark.parametrize("status", [200, 202, 204])
def test_any_good_status_deletes(play: Play, status: int) -> None:
    assert play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, status), (LIST, tasks())).result == DELETED


def test_the_wait_ends_when_the_task_is_gone(play: Play) -> None:
    deleting = listed(status="DELETING")
    played = play(
        absent(task_id="t-1"),
        (LIST, tasks(ORDERS)),
        (DELETE, 204),
        (LIST, tasks(ORDERS)),
        (LIST, tasks(deleting)),
        (LIST, tasks(OTHER, total=2)),
        (LIST, tasks(OTHER)),
    )
    assert played.result == DELETED
    assert played.pauses == [0.5, 0.75, 1.125]
    assert played.progress == [
        ("status RUNNING", 300),
        ("status DELETING", 299.5),
        ("a list of 1 of 2 tasks", 298.75),
    ]


@pytest.mark.parametrize("code", ["DMS.00404024", "DMS.00404022", "DMS.00404026"])
def test_the_wait_ends_when_the_connector_is_gone_too(play: Play, code: str) -> None:
    steps: list[Step] = [(LIST, tasks(ORDERS)), (DELETE, 204), (LIST, tasks(ORDERS)), (LIST, refusal(404, code))]
    assert play(absent(task_id="t-1"), *steps).result == DELETED


def test_a_wait_that_ends_too_early_fails_and_tells_what_was_done(play: Play) -> None:
    deleting = listed(status="DELETING")
    played = play(
        absent(task_id="t-1", wait_timeout=1), (LIST, tasks(ORDERS)), (DELETE, 204), *[(LIST, tasks(deleting))] * 3
    )
    assert played.msg == (
        "Could not delete sink task t-1 of connector c-1 (task id t-1): waited 1 seconds for the task to go away;"
        " last seen: status DELETING. Before that this task has deleted the task (task id t-1)."
    )
    assert (played.result["changed"], played.result["sink_task"]) == (True, ORDERS)
    assert played.pauses == [0.5, 0.5]


def test_a_task_that_does_not_go_away_by_itself_fails(play: Play) -> None:
    played = play(absent(task_id="t-1", wait_timeout=0), (LIST, tasks(LEAVING)), (LIST, tasks(LEAVING)))
    assert played.msg == (
        "Could not delete sink task t-1 of connector c-1: waited 0 seconds for the task to go away;"
        " last seen: status DELETING."
    )
    assert played.result["changed"] is False


def test_a_name_that_is_there_again_after_the_deletion_is_told(play: Play) -> None:
    again = tasks(listed("t-9"))
    played = play(absent(task_name="orders"), (LIST, tasks(ORDERS)), (DELETE, 204), (LIST, again))
    assert played.msg == (
        "Could not delete sink task orders of connector c-1 (task id t-1): somebody has created a task of the same name"
        " meanwhile (task id t-9). Before that this task has deleted the task (task id t-1)."
    )
    assert played.result["changed"] is True


@pytest.mark.parametrize("options", [{}, {"task_name": "orders"}])
def test_a_name_that_is_there_again_is_no_matter_where_the_id_was_given(play: Play, options: dict[str, str]) -> None:
    again = tasks(listed("t-9"))
    assert play(absent(task_id="t-1", **options), (LIST, tasks(ORDERS)), (DELETE, 204), (LIST, again)).result == DELETED


def test_a_name_that_is_there_again_after_a_lost_deletion_is_told(play: Play) -> None:
    again = tasks(listed("t-9"))
    played = play(absent(task_name="orders"), (LIST, tasks(ORDERS)), *[(DELETE, LOST)] * 6, (LIST, again))
    assert "somebody has created a task of the same name meanwhile (task id t-9)" in played.msg
    assert played.result["changed"] is True


@pytest.mark.parametrize("told", [refusal(403, "DMS.00403003"), answer(200, "<html>"), refusal(404, "DMS.00404001")])
def test_a_list_that_fails_while_waiting_is_no_absence(play: Play, told: Answer) -> None:
    played = play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, 204), (LIST, told))
    assert played.msg.startswith("Could not list the sink tasks of connector c-1: ")
    assert " Before that this task has deleted the task (task id t-1)." in played.msg
    assert played.result["changed"] is True


def test_retries_of_a_wait_end_with_it(play: Play) -> None:
    played = play(
        absent(task_id="t-1", wait_timeout=2),
        (LIST, tasks(ORDERS)),
        (DELETE, 204),
        *[(LIST, answer(503, Retry_After="1"))] * 3,
    )
    assert "was answered with 503 after 3 tries" in played.msg
    assert played.pauses == [1, 1]
    assert play.service.timeouts == [30, 30, 2, 1, 1]


@pytest.mark.parametrize("told", [refusal(403, "DMS.00403003", "no role"), refusal(400, "DMS.00400070"), answer(501)])
def test_a_refused_deletion_fails(play: Play, told: Answer) -> None:
    played = play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, told))
    assert played.msg.startswith("Could not delete sink task t-1 of connector c-1 (task id t-1): ")
    assert played.result["error"]["method"] == "DELETE"
    assert (played.result["changed"], played.result["sink_task"]) == (False, ORDERS)
    assert "diff" not in play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, told), diff=True).result


def test_a_redirected_deletion_fails(play: Play) -> None:
    played = play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, answer(302)))
    assert f"{DELETE} was answered with 302" in played.msg
    assert played.result["changed"] is False


@pytest.mark.parametrize("told", [answer(200, "<html>"), answer(200, "{")])
def test_a_strange_answer_to_a_deletion_is_looked_after(play: Play, told: Answer) -> None:
    still_there = play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, told), (LIST, tasks(ORDERS)))
    assert f"{DELETE} was answered with {told.status}" in still_there.msg
    assert still_there.result["changed"] is False
    gone = play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, told), (LIST, tasks()))
    assert gone.result == {"changed": True, "sink_task": ORDERS}


class Race(t.NamedTuple):
    """Steps from the DELETE on, and what becomes of it."""

    steps: list[Step]
    changed: bool
    msg: str = ""


BUSY = answer(503)
RACES = {
    "somebody else was faster": Race([(DELETE, GONE)], changed=False),
    "the first try may have done it": Race([(DELETE, LOST), (DELETE, GONE)], changed=True),
    "the gateway gave up on the first try": Race([(DELETE, answer(504)), (DELETE, GONE)], changed=True),
    "the gateway lost the first try": Race([(DELETE, answer(502)), (DELETE, GONE)], changed=True),
    "the first try may have done it, others were throttled": Race(
        [(DELETE, LOST), (DELETE, answer(429)), (DELETE, GONE)], changed=True
    ),
    "no try can have done it": Race([(DELETE, REFUSED), (DELETE, GONE)], changed=False),
    "a throttled try has not done it": Race(
        [(DELETE, refusal(404, "DMS.10240407")), (DELETE, answer(429)), (DELETE, GONE)], changed=False
    ),
    "a try that failed has not done it": Race([(DELETE, answer(500)), (DELETE, BUSY), (DELETE, GONE)], changed=False),
    "the second try succeeds": Race([(DELETE, LOST), (DELETE, 204), (LIST, tasks())], changed=True),
    "no answer at all, and it is gone": Race([*[(DELETE, LOST)] * 6, (LIST, tasks())], changed=True),
    "no answer at all, and so is the connector": Race(
        [*[(DELETE, answer(504))] * 6, (LIST, refusal(404, "DMS.00404024"))], changed=True
    ),
    "no answer to the first, a refusal of the next, and it is gone": Race(
        [(DELETE, LOST), (DELETE, refusal(403, "DMS.00403003")), (LIST, tasks(OTHER))], changed=True
    ),
    "no answer at all, and it is still there": Race(
        [*[(DELETE, LOST)] * 6, (LIST, tasks(ORDERS))],
        changed=False,
        msg="no whole answer came within 30 seconds. Whether it was deleted is not known (looked up after that: status RUNNING): run the task again.",
    ),
    "no answer at all, and a short list": Race(
        [*[(DELETE, LOST)] * 6, (LIST, tasks(OTHER, total=2))],
        changed=False,
        msg="Whether it was deleted is not known (looked up after that: a list of 1 of 2 tasks): run the task again.",
    ),
    "no answer at all, not even to a look": Race(
        [*[(DELETE, LOST)] * 6, *[(LIST, LOST)] * 6],
        changed=False,
        msg="no whole answer came within 30 seconds."
        " Whether it was deleted is not known, because looking it up failed, too: run the task again.",
    ),
    "never a connection": Race(
        [(DELETE, REFUSED)] * 6, changed=False, msg="after 6 tries: the connection was refused."
    ),
    "always out of order": Race(
        [*[(DELETE, BUSY)] * 6, (LIST, tasks(ORDERS))], changed=False, msg="Whether it was deleted is not known"
    ),
    "always out of order, and gone": Race([*[(DELETE, BUSY)] * 6, (LIST, tasks())], changed=True),
    "always throttled": Race(
        [(DELETE, answer(429))] * 6, changed=False, msg="lower forks or use throttle, or raise max_retries."
    ),
}


@pytest.mark.parametrize("name", RACES)
def test_changed_tells_who_deleted_it(play: Play, name: str) -> None:
    race = RACES[name]
    played = play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), *race.steps)
    assert played.result["changed"] == race.changed
    assert played.result["sink_task"] == ORDERS
    assert played.result.get("failed", False) == bool(race.msg)
    assert race.msg in played.result.get("msg", "")


@pytest.mark.parametrize(
    ("code", "what"), [("DMS.00404024", "connector c-1"), ("DMS.00404022", "instance of connector c-1")]
)
def test_a_parent_that_vanished_before_the_deletion_is_warned_of(play: Play, code: str, what: str) -> None:
    result = play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, refusal(404, code))).result
    assert result["changed"] is False
    assert result["warnings"] == [
        (
            f'The {what} does not exist: {DELETE} was answered with 404 {code} "as told".'
            " So sink task t-1 of connector c-1 is absent, too."
        )
    ]


# What is refused before a request.


@pytest.mark.parametrize("option", ["connector_id", "task_id", "instance_id"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "must not be empty"),
        (" \t", "must not be empty"),
        ("../c-1", "must hold only letters, digits, _ and -, not '../c-1'"),
        ("c-1/sink-tasks", "must hold only letters, digits, _ and -, not 'c-1/sink-tasks'"),
        ("c-1?x=1", "must hold only letters, digits, _ and -, not 'c-1?x=1'"),
        ("c-1#x", "must hold only letters, digits, _ and -, not 'c-1#x'"),
        ("c%2F1", "must hold only letters, digits, _ and -, not 'c%2F1'"),
        ("..", "must hold only letters, digits, _ and -, not '..'"),
        (" c-1", "must hold only letters, digits, _ and -, not ' c-1'"),
        ("c-1\n", "must hold only letters, digits, _ and -, not 'c-1\\n'"),
        ("{{ undefined }}", "must hold only letters, digits, _ and -, not '{{ undefined }}'"),
        ("é", "must hold only letters, digits, _ and -, not 'é'"),
        ("\u0661", "must hold only letters, digits, _ and -, not '\u0661'"),
    ],
)
def test_an_id_that_is_none_is_refused_before_any_request(play: Play, option: str, value: str, problem: str) -> None:
    options = {"state": "absent", "task_name": "orders", "connector_id": "c-1", option: value}
    if option == "instance_id":
        del options["connector_id"]
    played = play(options)
    assert played.result == {"failed": True, "changed": False, "msg": f"{option} {problem}."}


@pytest.mark.parametrize("option", ["task_name", "instance_name"])
@pytest.mark.parametrize("value", ["", " "])
def test_a_blank_name_is_refused_before_any_request(play: Play, option: str, value: str) -> None:
    options = {"state": "absent", "task_name": "orders", option: value}
    if option != "instance_name":
        options["connector_id"] = "c-1"
    assert play(options).msg == f"{option} must not be empty."


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        ({"endpoint": "http://dms.example.com"}, "endpoint must begin with https://; plain http is for a loopback"),
        ({"project_id": "p"}, "project_id must be 32 hexadecimal digits, not 'p'."),
        (
            {"access_key": ""},
            "the credentials are incomplete: beside secret_key give also access_key (or HW_ACCESS_KEY",
        ),
        ({"access_key": "", "secret_key": ""}, "there are no credentials: give auth_token (or HW_AUTH_TOKEN"),
    ],
)
def test_a_connection_that_can_not_be_is_refused_before_any_request(
    play: Play, option: dict[str, str], problem: str
) -> None:
    assert problem in play(absent(task_name="x", **option)).msg


def test_a_connection_is_not_even_made_for_what_is_refused(play: Play, service: Service) -> None:
    play(absent(task_id="../x"))
    assert service.requests == []
