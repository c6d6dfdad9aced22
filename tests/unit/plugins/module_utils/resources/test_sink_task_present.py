# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.tests.unit.sink_tasks import (
    CREATE,
    DELETE,
    INSTANCE,
    LIST,
    SENT,
    SHOW,
    TASKS,
    Play,
    absent,
    body,
    created,
    details,
    listed,
    present,
    shown,
    tasks,
    without_keys,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    REFUSED,
    Answer,
    Step,
    answer,
    refusal,
)

ORDERS = listed()
OTHER = listed("t-2", "returns")
NEW = listed("t-3")
SHOW_NEW = f"GET {TASKS}/t-3"
GONE = refusal(404, "DMS.00404026", "gone")
PREDICTED = {"changed": True, "sink_task": without_keys(body())}
MADE = {"changed": True, "sink_task": shown()}
SAME = {"changed": False, "sink_task": shown()}


def instance(**fields: t.Any) -> Answer:
    return answer(200, {"instance_id": "i-1", "name": "kafka", "status": "RUNNING", **fields})


class Way(t.NamedTuple):
    """Steps and the result; the result of a failure is ``changed`` and a part of ``msg``."""

    steps: list[Step]
    result: t.Any


class Case(t.NamedTuple):
    """A wanted task: what check mode makes of it before, the run itself, and both once more afterwards."""

    options: dict[str, t.Any]
    check: Way
    live: Way
    again: Way
    check_again: Way

    def ways(self) -> dict[str, tuple[bool, Way]]:
        return {
            "check": (True, self.check),
            "live": (False, self.live),
            "again": (False, self.again),
            "check again": (True, self.check_again),
        }


def _creates(options: dict[str, t.Any], *before: Step) -> Case:
    """Return the case of a task that is not there, is created, and stays as it is."""
    same = Way([*before, (LIST, tasks(OTHER, ORDERS)), (SHOW, details())], SAME)
    return Case(
        options,
        Way([*before, (LIST, tasks(OTHER))], PREDICTED),
        Way([*before, (LIST, tasks(OTHER)), (CREATE, body(), created()), (SHOW, details())], MADE),
        same,
        same,
    )


def _always(options: dict[str, t.Any], steps: list[Step], result: t.Any) -> Case:
    """Return the case in which every way comes to the same."""
    way = Way(steps, result)
    return Case(options, way, way, way, way)


PAUSED_WARNING = (
    "Sink task orders of connector c-1 is PAUSED; it can be resumed in the console or by the Smart Connect API only."
)

FOUR_WAYS = {
    "created": _creates(present()),
    "created by the alias of its name": _creates({**present(), "task_name": None, "name": "orders"}),
    "created on the connector of an instance": _creates(
        {**present(), "connector_id": None, "instance_id": "i-1"}, (INSTANCE, instance(connector_id="c-1"))
    ),
    "already as wanted": _always(present(), [(LIST, tasks(ORDERS)), (SHOW, details())], SAME),
    "already as wanted, by its id": _always(present(task_id="t-1"), [(LIST, tasks(ORDERS)), (SHOW, details())], SAME),
    "found by its id in a list that is not complete": _always(
        present(task_id="t-1"), [(LIST, tasks(ORDERS, total=3)), (SHOW, details())], SAME
    ),
    "created without waiting": Case(
        present(wait=False),
        Way([(LIST, tasks())], PREDICTED),
        Way(
            [(LIST, tasks()), (CREATE, body(), created()), (SHOW, details("CREATING"))],
            {"changed": True, "sink_task": shown("CREATING")},
        ),
        Way([(LIST, tasks(ORDERS)), (SHOW, details("CREATING"))], {"changed": False, "sink_task": shown("CREATING")}),
        Way([(LIST, tasks(ORDERS)), (SHOW, details("CREATING"))], {"changed": False, "sink_task": shown("CREATING")}),
    ),
    "still being created by an earlier run": Case(
        present(),
        Way([(LIST, tasks(ORDERS)), (SHOW, details("CREATING"))], {"changed": False, "sink_task": shown("CREATING")}),
        Way([(LIST, tasks(ORDERS)), (SHOW, details("CREATING")), (SHOW, details("CREATING")), (SHOW, details())], SAME),
        Way([(LIST, tasks(ORDERS)), (SHOW, details())], SAME),
        Way([(LIST, tasks(ORDERS)), (SHOW, details())], SAME),
    ),
    "paused": _always(
        present(),
        [(LIST, tasks(ORDERS)), (SHOW, details("PAUSED"))],
        {"changed": False, "sink_task": shown("PAUSED"), "warnings": [PAUSED_WARNING]},
    ),
    "paused without waiting": _always(
        present(wait=False),
        [(LIST, tasks(ORDERS)), (SHOW, details("PAUSED"))],
        {"changed": False, "sink_task": shown("PAUSED")},
    ),
    "failed": _always(
        present(),
        [(LIST, tasks(ORDERS)), (SHOW, details("FAILED"))],
        (
            False,
            (
                "Could not wait for sink task orders of connector c-1 (task id t-1): the task has the status FAILED."
                " Check the bucket and the keys; recreate: true deletes a failed task and creates it anew."
            ),
        ),
    ),
    "different": _always(
        present({"deliver_time_interval": 60, "topics": ["orders", "refunds"], "obs_path": "a"}),
        [(LIST, tasks(ORDERS)), (SHOW, details())],
        (
            False,
            (
                "Could not bring sink task orders of connector c-1 to the wanted state: it exists (task id t-1) and differs:"
                " topics is ['orders', 'returns'], wanted ['orders', 'refunds'];"
                " deliver_time_interval is 300, wanted 60; obs_path is None, wanted 'a'."
                " The API can't change a task; recreate: true deletes it and creates it anew."
            ),
        ),
    ),
    "not there under the id": _always(
        present(task_id="t-9"),
        [(LIST, tasks(OTHER))],
        (
            False,
            (
                "Could not create sink task orders / t-9 of connector c-1: there is no sink task with the id t-9."
                " The service gives a new task its id: leave out task_id to create one."
            ),
        ),
    ),
    "an id of another name": _always(
        present(task_id="t-2"),
        [(LIST, tasks(OTHER))],
        (False, "task_id and task_name disagree: the task t-2 is named returns."),
    ),
    "a name of another id": _always(
        present(task_id="t-9"),
        [(LIST, tasks(ORDERS))],
        (False, "task_id and task_name disagree: orders is the name of the task t-1, not of t-9."),
    ),
    "two of one name": _always(
        present(),
        [(LIST, tasks(ORDERS, listed("t-2")))],
        (False, "2 sink tasks are named orders: t-1, t-2. Give task_id to say which one is meant."),
    ),
    "a short list": _always(
        present(), [(LIST, tasks(OTHER, total=2))], (False, "the list holds 1 of 2 sink tasks, which does not prove")
    ),
    "no connector": _always(
        present(),
        [(LIST, refusal(404, "DMS.00404024", "no connector"))],
        (
            False,
            (
                f"Could not list the sink tasks of connector c-1: GET {TASKS} was answered with 404 DMS.00404024"
                ' "no connector". Check connector_id, region and project_id.'
            ),
        ),
    ),
    "no instance": _always(
        {**present(), "connector_id": None, "instance_id": "i-1"},
        [(INSTANCE, refusal(404, "DMS.00404022", "no instance"))],
        (False, 'was answered with 404 DMS.00404022 "no instance". Check instance_id, region and project_id.'),
    ),
    "an instance without a connector": _always(
        {**present(), "connector_id": None, "instance_id": "i-1"},
        [(INSTANCE, instance(connector_enable=False, connector_id=""))],
        (
            False,
            (
                "Could not create sink task orders of the connector of instance i-1: Smart Connect is off on instance i-1,"
                " so it has no connector. Turn Smart Connect on for the instance first."
            ),
        ),
    ),
    "no right to look at it": _always(
        present(),
        [(LIST, tasks(ORDERS)), (SHOW, refusal(403, "DMS.00403003", "no"))],
        (False, "The user needs the IAM action dms:instance:getConnectorSinkTask"),
    ),
    "a look at a wrong address": _always(
        present(),
        [(LIST, tasks(ORDERS)), (SHOW, refusal(404, "DMS.00404001", "no"))],
        (False, f"Could not read sink task orders of connector c-1 (task id t-1): {SHOW} was answered with 404 DMS.00"),
    ),
}


def _compare(played: t.Any, expected: t.Any) -> None:
    if isinstance(expected, dict):
        assert played.result == expected
    else:
        changed, msg = expected
        assert msg in played.msg
        assert played.result["changed"] is changed


@pytest.mark.parametrize("way", ["check", "live", "again", "check again"])
@pytest.mark.parametrize("name", FOUR_WAYS)
def test_a_task_is_there_afterwards(play: Play, name: str, way: str) -> None:
    check_mode, expected = FOUR_WAYS[name].ways()[way]
    played = play(FOUR_WAYS[name].options, *expected.steps, check_mode=check_mode)
    _compare(played, expected.result)
    if check_mode:
        assert {request.method for request in play.service.requests} == {"GET"}


def test_it_costs_two_requests_to_see_that_nothing_is_to_be_done(play: Play) -> None:
    play(present(), (LIST, tasks(ORDERS)), (SHOW, details()))
    assert len(play.service.requests) == 2


def test_a_task_that_vanishes_between_list_and_look_is_created(play: Play) -> None:
    new: list[Step] = [(CREATE, body(), created("t-3")), (f"GET {TASKS}/t-3", details())]
    assert play(present(), (LIST, tasks(ORDERS)), (SHOW, GONE), *new).result == {
        "changed": True,
        "sink_task": shown(task_id="t-3"),
    }


def test_a_task_named_by_its_id_that_vanishes_between_list_and_look_is_not_created(play: Play) -> None:
    assert (
        "there is no sink task with the id t-1" in play(present(task_id="t-1"), (LIST, tasks(ORDERS)), (SHOW, GONE)).msg
    )


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_diff_shows_what_comes(play: Play, check_mode: bool) -> None:
    steps: list[Step] = [(LIST, tasks())]
    if not check_mode:
        steps += [(CREATE, body(), created()), (SHOW, details())]
    diff = play(present(), *steps, check_mode=check_mode, diff=True).result["diff"]
    assert diff == {
        "before": {},
        "after": {
            "source_type": "BLOB",
            "task_name": "orders",
            "destination_type": "OBS",
            "obs_destination_descriptor": {
                "topics": ["orders", "returns"],
                "consumer_strategy": "latest",
                "destination_file_type": "TEXT",
                "obs_bucket_name": "archive",
                "deliver_time_interval": 300,
            },
        },
    }


def test_the_diff_of_nothing_is_empty(play: Play) -> None:
    played = play(present(), (LIST, tasks(ORDERS)), (SHOW, details()), diff=True)
    assert played.result["diff"] == {"before": {}, "after": {}}


def test_a_failure_has_no_diff(play: Play) -> None:
    assert "diff" not in play(present(), (LIST, tasks()), (CREATE, body(), refusal(400, "DMS.1")), diff=True).result


def test_a_task_on_its_way_out_is_awaited_and_created_anew(play: Play) -> None:
    leaving = listed(status="DELETING")
    begin: list[Step] = [(LIST, tasks(leaving)), (SHOW, details("DELETING"))]
    assert play(present(), *begin, check_mode=True).result == PREDICTED
    steps: list[Step] = [
        (LIST, tasks(leaving)),
        (LIST, tasks()),
        (CREATE, body(), created("t-3")),
        (SHOW_NEW, details()),
    ]
    assert play(present(), *begin, *steps).result == {"changed": True, "sink_task": shown(task_id="t-3")}


def test_a_task_that_does_not_go_away_is_not_created_beside_it(play: Play) -> None:
    leaving = listed(status="DELETING")
    played = play(present(wait_timeout=0), (LIST, tasks(leaving)), (SHOW, details("DELETING")), (LIST, tasks(leaving)))
    assert "waited 0 seconds for the task to go away; last seen: status DELETING." in played.msg
    assert played.result["changed"] is False


def test_a_task_on_its_way_out_that_was_named_by_its_id_is_not_created(play: Play) -> None:
    leaving = listed(status="DELETING")
    played = play(present(task_id="t-1"), (LIST, tasks(leaving)), (SHOW, details("DELETING")), (LIST, tasks()))
    assert "there is no sink task with the id t-1" in played.msg


# What is sent.


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, {}),
        ({"consumer_strategy": "earliest"}, {"consumer_strategy": "earliest"}),
        ({"topics": ["b", "a", "b", " c "]}, {"topics": "b,a,c"}),
        ({"topics": None, "topics_regex": "or.*"}, {"topics": None, "topics_regex": "or.*"}),
        ({"topics": [], "topics_regex": "or.*"}, {"topics": None, "topics_regex": "or.*"}),
        ({"topics_regex": ""}, {}),
        ({"destination_file_type": "TEXT"}, {}),
        ({"destination_file_type": "text"}, {}),
        ({"destination_file_type": "TXT"}, {}),
        ({"obs_path": "a/b-c_1"}, {"obs_path": "a/b-c_1"}),
        ({"obs_path": ""}, {"obs_path": ""}),
        ({"partition_format": "yyyy/MM/dd/HH/mm"}, {"partition_format": "yyyy/MM/dd/HH/mm"}),
        ({"partition_format": "N/A"}, {"partition_format": "N/A"}),
        ({"record_delimiter": ";"}, {"record_delimiter": ";"}),
        ({"record_delimiter": "\n"}, {"record_delimiter": "\n"}),
        ({"record_delimiter": "\\n"}, {"record_delimiter": "\n"}),
        ({"record_delimiter": "NULL"}, {"record_delimiter": "NULL"}),
        ({"record_delimiter": ""}, {"record_delimiter": ""}),
        ({"deliver_time_interval": 30}, {"deliver_time_interval": 30}),
        ({"deliver_time_interval": "900"}, {"deliver_time_interval": 900}),
    ],
)
def test_the_body_is_what_the_api_documents(play: Play, given: dict[str, t.Any], sent: dict[str, t.Any]) -> None:
    play(present(given, wait=False), (LIST, tasks()), (CREATE, body(**sent), created()), (SHOW, details()))


@pytest.mark.parametrize("status", [200, 201, 202])
def test_any_good_status_with_an_id_creates(play: Play, status: int) -> None:
    steps: list[Step] = [(CREATE, body(), answer(status, {"task_id": "t-1"})), (SHOW, details())]
    assert play(present(), (LIST, tasks()), *steps).result == MADE


@pytest.mark.parametrize(
    ("told", "msg"),
    [
        (
            refusal(400, "DMS.00500960", "bad key"),
            "Check access_key, secret_key and obs_bucket_name of obs_destination_d",
        ),
        (refusal(404, "DMS.00404029", "quota"), "The quota of sink tasks is used up: delete tasks that are not needed"),
        (refusal(404, "DMS.00404027", "exists"), "was answered with 404 DMS.00404027"),
        (refusal(404, "DMS.00404026", "no task"), "was answered with 404 DMS.00404026"),
        (refusal(400, "DMS.00400874", "topic in use"), 'was answered with 400 DMS.00400874 "topic in use".'),
        (refusal(403, "DMS.00403003", "no"), "The user needs the IAM action dms:instance:createConnectorSinkTask"),
        (refusal(401, "APIG.0301", "no"), "five failures lock an access key"),
        (refusal(409, "DMS.1", "conflict"), "was answered with 409 DMS.1"),
    ],
)
def test_a_refused_creation_fails_at_once(play: Play, told: Answer, msg: str) -> None:
    played = play(present(), (LIST, tasks()), (CREATE, body(), told))
    assert played.msg.startswith("Could not create sink task orders of connector c-1: ")
    assert msg in played.msg
    assert (played.result["changed"], played.result["error"]["method"]) == (False, "POST")
    assert "sink_task" not in played.result


def test_keys_that_the_service_echoes_are_masked(play: Play) -> None:
    told = refusal(400, "DMS.00500960", "The AK OBS-AK-secret and SK OBS-SK-secret are not valid, SK-secret is")
    played = play(present(), (LIST, tasks()), (CREATE, body(), told))
    assert "The AK ******** and SK ******** are not valid, ******** is" in played.msg


def test_keys_in_a_description_are_left_out(play: Play) -> None:
    told = details(access_key="OBS-AK-secret", secret_key="OBS-SK-secret")
    assert play(present(), (LIST, tasks(ORDERS)), (SHOW, told)).result == SAME


# Waiting.


def test_the_wait_grows_and_ends_when_the_task_runs(play: Play) -> None:
    played = play(
        present(),
        (LIST, tasks()),
        (CREATE, body(), created()),
        (SHOW, GONE),
        (SHOW, details("CREATING")),
        (SHOW, details("CREATING")),
        (SHOW, details("WAITING")),
        (SHOW, details()),
    )
    assert played.result == MADE
    assert played.pauses == [0.5, 0.75, 1.125, 1.6875]
    assert played.progress == [
        ("not there yet", 300),
        ("status CREATING", 299.5),
        ("status CREATING", 298.75),
        ("status WAITING", 297.625),
    ]


def test_a_wait_that_ends_too_early_fails_and_tells_what_was_done(play: Play) -> None:
    played = play(
        present(wait_timeout=1), (LIST, tasks()), (CREATE, body(), created()), *[(SHOW, details("CREATING"))] * 3
    )
    assert played.msg == (
        "Could not wait for sink task orders of connector c-1 (task id t-1): waited 1 seconds for the task to be RUNNING;"
        " last seen: status CREATING. Before that this task has created the task (task id t-1)."
    )
    assert (played.result["changed"], played.result["sink_task"]) == (True, shown("CREATING"))


def test_a_wait_for_a_task_that_was_there_ends_without_a_change(play: Play) -> None:
    played = play(
        present(wait_timeout=0), (LIST, tasks(ORDERS)), (SHOW, details("CREATING")), (SHOW, details("CREATING"))
    )
    assert "waited 0 seconds for the task to be RUNNING; last seen: status CREATING." in played.msg
    assert (played.result["changed"], played.result["sink_task"]) == (False, shown("CREATING"))


@pytest.mark.parametrize("status", ["FAILED", "CREATE_FAILED", "CREATEFAILED", "ERROR", "failed"])
def test_a_task_that_fails_ends_the_wait_at_once(play: Play, status: str) -> None:
    steps: list[Step] = [(CREATE, body(), created()), (SHOW, details("CREATING")), (SHOW, details(status))]
    played = play(present(), (LIST, tasks()), *steps)
    assert played.msg == (
        f"Could not wait for sink task orders of connector c-1 (task id t-1): the task has the status {status}."
        " Before that this task has created the task (task id t-1)."
        " Check the bucket and the keys; recreate: true deletes a failed task and creates it anew."
    )
    assert (played.result["changed"], played.result["sink_task"]) == (True, shown(status))


def test_a_task_that_is_paused_meanwhile_ends_the_wait(play: Play) -> None:
    steps: list[Step] = [(CREATE, body(), created()), (SHOW, details("PAUSED"))]
    result = {"changed": True, "sink_task": shown("PAUSED"), "warnings": [PAUSED_WARNING]}
    assert play(present(), (LIST, tasks()), *steps).result == result


def test_a_task_that_is_deleted_meanwhile_ends_the_wait(play: Play) -> None:
    played = play(present(), (LIST, tasks()), (CREATE, body(), created()), (SHOW, details("CREATING")), (SHOW, GONE))
    assert "the task was deleted by somebody else in the meantime. Before that this task has created" in played.msg
    assert played.result["changed"] is True


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (answer(200), "the body is not a JSON object"),
        (answer(200, "<html>"), "the body is not JSON"),
        (answer(200, {}), "task_name is missing"),
        (answer(200, {"task_name": "orders"}), "status is missing"),
        (answer(200, {"task_name": "orders", "status": 1}), "status is missing"),
        (answer(200, {"task_name": "", "status": "RUNNING"}), "task_name is missing"),
        (answer(200, {"task_name": "orders", "status": "RUNNING"}), "obs_destination_descriptor is not an object"),
        (
            answer(200, {"task_name": "orders", "status": "RUNNING", "obs_destination_descriptor": None}),
            "obs_destination_descriptor is not an object",
        ),
    ],
)
def test_a_description_of_another_shape_proves_nothing(play: Play, told: Answer, problem: str) -> None:
    msg = (
        f"Could not read sink task orders of connector c-1 (task id t-1): {SHOW} was answered with 200, but {problem}."
    )
    assert play(present(), (LIST, tasks(ORDERS)), (SHOW, told)).msg.startswith(msg)
    played = play(present(), (LIST, tasks()), (CREATE, body(), created()), (SHOW, told))
    assert played.msg.startswith(msg + " Before that this task has created the task (task id t-1).")
    assert played.result["changed"] is True


def test_a_description_of_another_task_proves_nothing(play: Play) -> None:
    other = answer(200, {**shown(), "task_name": "returns"})
    assert "Could not read" in play(present(), (LIST, tasks(ORDERS)), (SHOW, other)).msg


@pytest.mark.parametrize("told", [GONE, refusal(403, "DMS.00403003", "no"), answer(200, "<html>")])
def test_without_waiting_a_task_is_created_whatever_comes_of_the_look_at_it(play: Play, told: Answer) -> None:
    result = play(present(wait=False), (LIST, tasks()), (CREATE, body(), created()), (SHOW, told)).result
    warnings = result.pop("warnings", [])
    assert result == {"changed": True, "sink_task": {"task_id": "t-1", **without_keys(body())}}
    assert all(warning.startswith("The task was created, but could not be read: GET ") for warning in warnings)
    assert len(warnings) == (told is not GONE)


# The quota, in check mode.


@pytest.mark.parametrize(
    ("held", "max_tasks", "quota_tasks", "room"),
    [
        (2, 2, 2, False),
        (3, 2, 2, False),
        (2, "2", "2", False),
        (2, 2, 3, True),
        (2, 3, 2, True),
        (2, None, 2, True),
        (2, 2, None, True),
        (2, None, None, True),
        (2, "many", 2, True),
        (1, 2, 2, True),
        (0, 0, 0, False),
    ],
)
def test_check_mode_predicts_a_quota_that_is_used_up_whatever_its_fields_mean(
    play: Play, held: int, max_tasks: t.Any, quota_tasks: t.Any, room: bool
) -> None:
    others = [listed(f"x-{number}", f"other-{number}") for number in range(held)]
    full = tasks(*others, max_tasks=max_tasks, quota_tasks=quota_tasks)
    played = play(present(), (LIST, full), check_mode=True)
    if room:
        assert played.result == PREDICTED
    else:
        assert played.msg == (
            "Could not create sink task orders of connector c-1: the quota is used up:"
            f" there are {held} of {quota_tasks} sink tasks."
            " Delete tasks that are no longer needed, or have the quota raised."
        )
        assert played.result["changed"] is False


def test_a_run_asks_the_service_itself_whether_the_quota_is_used_up(play: Play) -> None:
    full = tasks(OTHER, max_tasks=1, quota_tasks=1)
    assert play(present(), (LIST, full), (CREATE, body(), created()), (SHOW, details())).result == MADE


# A POST whose answer is lost.


class Lost(t.NamedTuple):
    """Steps from the POST on, and what becomes of it."""

    steps: list[Step]
    result: t.Any


def _post(told: t.Any) -> Step:
    return (CREATE, body(), told)


ADOPTED = {"changed": True, "sink_task": shown(task_id="t-3")}
LOOKED_UP = "It was looked up after that and is not there, so nothing was created."
ADOPTS: list[Step] = [(LIST, tasks(OTHER, NEW)), (SHOW_NEW, details()), (SHOW_NEW, details())]
LOST_ANSWERS = {
    f"{name}, and the work was done": Lost([_post(told), *ADOPTS], ADOPTED)
    for name, told in {
        "no answer": LOST,
        "500": answer(500),
        "502": answer(502, "<html>"),
        "503": answer(503),
        "504": answer(504),
        "200 with garbage": answer(200, "<html>"),
        "200 without a body": answer(200),
        "200 without an id": answer(200, {}),
        "200 with an id that is none": answer(200, {"task_id": "../x"}),
        "200 with a number": answer(200, {"task_id": 3}),
    }.items()
}
LOST_ANSWERS |= {
    f"{name}, and nothing was done": Lost(
        [_post(told), (LIST, tasks(OTHER)), _post(created("t-3")), (LIST, tasks(OTHER, NEW)), (SHOW_NEW, details())],
        ADOPTED,
    )
    for name, told in {
        "no answer": LOST,
        "500": answer(500),
        "502": answer(502),
        "503": answer(503),
        "504": answer(504),
    }.items()
}
LOST_ANSWERS |= {
    f"{name}, and nothing was done, is not tried again": Lost(
        [_post(told), (LIST, tasks(OTHER))],
        (False, problem + " " + LOOKED_UP),
    )
    for name, told, problem in [
        ("200 with garbage", answer(200, "<html>"), "was answered with 200, but the body is not JSON."),
        ("200 without an id", answer(200, {}), "was answered with 200, but task_id is missing."),
    ]
}
LOST_ANSWERS |= {
    "a failure that stays the same is not looked after": Lost(
        [_post(refusal(500, "DMS.00501010"))], (False, "was answered with 500 DMS.00501010")
    ),
    "never a connection": Lost([_post(REFUSED)] * 6, (False, "after 6 tries: the connection was refused.")),
    "throttled, then created": Lost(
        [_post(refusal(404, "DMS.10240407")), _post(answer(429)), _post(created("t-3")), (SHOW_NEW, details())], ADOPTED
    ),
    "always throttled": Lost([_post(answer(429))] * 6, (False, "raise max_retries.")),
    "no answer, then throttled, then created": Lost(
        [
            _post(LOST),
            (LIST, tasks()),
            _post(answer(429)),
            _post(created("t-3")),
            (LIST, tasks(NEW)),
            (SHOW_NEW, details()),
        ],
        ADOPTED,
    ),
    "no answer at all": Lost(
        [_post(LOST), (LIST, tasks(OTHER))] * 6, (False, f"no whole answer came within 30 seconds. {LOOKED_UP}")
    ),
    "no answer, and the next says that the name is taken": Lost(
        [_post(LOST), (LIST, tasks()), _post(refusal(400, "DMS.00400062", "name exists")), *ADOPTS], ADOPTED
    ),
    "no answer, and the next is refused": Lost(
        [_post(LOST), (LIST, tasks()), _post(refusal(400, "DMS.00500960", "bad key")), (LIST, tasks())],
        (False, f'was answered with 400 DMS.00500960 "bad key". {LOOKED_UP}'),
    ),
    "no answer, and no look either": Lost(
        [_post(LOST), (LIST, refusal(403, "DMS.00403003", "no"))],
        (
            False,
            (
                "no whole answer came within 30 seconds. Whether it was created is not known, because looking it up failed, too"
                f' (GET {TASKS} was answered with 403 DMS.00403003 "no"): run the task again.'
            ),
        ),
    ),
    "no answer, and one that is not as wanted has appeared": Lost(
        [_post(LOST), (LIST, tasks(NEW)), (SHOW_NEW, details(obs_bucket_name="theirs"))],
        (
            False,
            (
                "Could not create sink task orders of connector c-1: the answer of the service was lost, and the task of that"
                " name that has appeared since (task id t-3) is not as wanted, so somebody else may have created it."
            ),
        ),
    ),
    "no answer, and what appeared is gone again": Lost(
        [_post(LOST), (LIST, tasks(NEW)), (SHOW_NEW, GONE)], (False, "(task id t-3) is not as wanted")
    ),
    "no answer, and what appeared can not be read": Lost(
        [_post(LOST), (LIST, tasks(NEW)), (SHOW_NEW, refusal(403, "DMS.00403003", "no"))],
        (
            False,
            (
                f'{SHOW_NEW} was answered with 403 DMS.00403003 "no". The answer of the service was lost,'
                " so this may be what was created (task id t-3): run the task again."
            ),
        ),
    ),
    "no answer, and two have appeared": Lost(
        [_post(LOST), (LIST, tasks(NEW, listed("t-4")))],
        (
            False,
            (
                "Could not create sink task orders of connector c-1:"
                " several of that name appeared while the answer was lost: t-3, t-4."
            ),
        ),
    ),
    "a late twin of the second": Lost(
        [
            _post(LOST),
            (LIST, tasks(OTHER)),
            _post(created("t-4")),
            (LIST, tasks(OTHER, NEW, listed("t-4"))),
            (f"DELETE {TASKS}/t-4", 204),
            (SHOW_NEW, details()),
            (SHOW_NEW, details()),
        ],
        ADOPTED,
    ),
    "a twin whose deletion was lost": Lost(
        [
            _post(LOST),
            (LIST, tasks()),
            _post(created("t-4")),
            (LIST, tasks(NEW, listed("t-4"))),
            (f"DELETE {TASKS}/t-4", LOST),
            (f"DELETE {TASKS}/t-4", 204),
            (SHOW_NEW, details()),
            (SHOW_NEW, details()),
        ],
        ADOPTED,
    ),
    "a task of another name has appeared": Lost(
        [
            _post(LOST),
            (LIST, tasks(listed("t-9", "else"))),
            _post(created("t-3")),
            (LIST, tasks(NEW)),
            (SHOW_NEW, details()),
        ],
        ADOPTED,
    ),
}


@pytest.mark.parametrize("name", LOST_ANSWERS)
def test_a_lost_answer_never_makes_a_second_task(play: Play, name: str) -> None:
    lost = LOST_ANSWERS[name]
    _compare(play(present(), (LIST, tasks(OTHER)), *lost.steps), lost.result)


def test_a_look_after_a_lost_answer_comes_after_a_pause(play: Play) -> None:
    played = play(present(), (LIST, tasks()), *[_post(LOST), (LIST, tasks())] * 3, _post(LOST), *ADOPTS)
    assert played.pauses == [0.5, 1, 2, 4]


def test_the_pause_that_a_busy_service_asks_for_is_kept_before_the_look(play: Play) -> None:
    assert play(present(), (LIST, tasks()), _post(answer(503, Retry_After="7")), *ADOPTS).pauses == [7]


def test_a_creation_is_told_although_the_look_for_a_twin_fails(play: Play) -> None:
    refused = refusal(403, "DMS.00403003", "no")
    played = play(present(), (LIST, tasks()), _post(LOST), (LIST, tasks()), _post(created("t-3")), (LIST, refused))
    assert played.result["changed"] is True
    assert "has created the task (task id t-3)" in played.msg


def test_a_creation_is_told_although_its_twin_can_not_be_deleted(play: Play) -> None:
    played = play(
        present(),
        (LIST, tasks()),
        _post(LOST),
        (LIST, tasks()),
        _post(created("t-4")),
        (LIST, tasks(NEW, listed("t-4"))),
        (f"DELETE {TASKS}/t-4", refusal(403, "DMS.00403003", "no")),
    )
    assert played.result["changed"] is True
    assert "t-3" in played.msg
    assert "t-4" in played.msg


def test_a_twin_that_is_gone_already_is_no_trouble(play: Play) -> None:
    played = play(
        present(),
        (LIST, tasks()),
        _post(LOST),
        (LIST, tasks()),
        _post(created("t-4")),
        (LIST, tasks(NEW, listed("t-4"))),
        (f"DELETE {TASKS}/t-4", GONE),
        (SHOW_NEW, details()),
        (SHOW_NEW, details()),
    )
    assert played.result == ADOPTED


def test_a_task_of_ours_that_failed_after_a_lost_answer_is_told_as_failed(play: Play) -> None:
    told: list[Step] = [_post(LOST), (LIST, tasks(NEW)), (SHOW_NEW, details("FAILED")), (SHOW_NEW, details("FAILED"))]
    assert "the task has the status FAILED" in play(present(recreate=True), (LIST, tasks()), *told).msg


# Deleting and creating anew.

RECREATE = present({"deliver_time_interval": 60}, recreate=True)
ANEW = body(deliver_time_interval=60, record_delimiter="")
BEGIN: list[Step] = [(LIST, tasks(ORDERS)), (SHOW, details())]
DELETED: list[Step] = [(DELETE, 204), (LIST, tasks())]
RECREATED = {"changed": True, "sink_task": shown(task_id="t-3", deliver_time_interval=60)}
HAS_DELETED = "Before that this task has deleted the task (task id t-1)."


@pytest.mark.parametrize("wait", [True, False])
def test_a_task_that_differs_is_deleted_and_created(play: Play, wait: bool) -> None:
    steps: list[Step] = [
        *BEGIN,
        *DELETED,
        (CREATE, ANEW, created("t-3")),
        (SHOW_NEW, details(deliver_time_interval=60)),
    ]
    assert play({**RECREATE, "wait": wait}, *steps).result == RECREATED
    again: list[Step] = [(LIST, tasks(NEW)), (SHOW_NEW, details(deliver_time_interval=60))]
    for check_mode in (False, True):
        assert play(RECREATE, *again, check_mode=check_mode).result == {**RECREATED, "changed": False}


def test_check_mode_predicts_what_is_created_anew(play: Play) -> None:
    assert play(RECREATE, *BEGIN, check_mode=True).result == {"changed": True, "sink_task": without_keys(ANEW)}


def test_a_quota_that_is_used_up_does_not_hinder_what_takes_its_own_place(play: Play) -> None:
    full = tasks(ORDERS, max_tasks=1, quota_tasks=1)
    result = play(RECREATE, (LIST, full), (SHOW, details()), check_mode=True).result
    assert result == {"changed": True, "sink_task": without_keys(ANEW)}


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_diff_shows_both(play: Play, check_mode: bool) -> None:
    steps: list[Step] = [*DELETED, (CREATE, ANEW, created("t-3")), (SHOW_NEW, details(deliver_time_interval=60))]
    diff = play(RECREATE, *BEGIN, *([] if check_mode else steps), check_mode=check_mode, diff=True).result["diff"]
    task = {
        "source_type": "BLOB",
        "task_name": "orders",
        "destination_type": "OBS",
        "obs_destination_descriptor": {
            "topics": ["orders", "returns"],
            "consumer_strategy": "latest",
            "destination_file_type": "TEXT",
            "obs_bucket_name": "archive",
            "record_delimiter": "",
            "deliver_time_interval": 300,
        },
    }
    after = {**task["obs_destination_descriptor"], "deliver_time_interval": 60}  # type: ignore[dict-item]
    assert diff == {"before": task, "after": {**task, "obs_destination_descriptor": after}}


def test_what_is_not_named_stays_as_it_was(play: Play) -> None:
    echo = {
        "consumer_strategy": "earliest",
        "obs_path": "a/b",
        "partition_format": "yyyy/MM",
        "record_delimiter": "\\n",
        "deliver_time_interval": "600",
        "destination_file_type": "TXT",
    }
    kept = {**echo, "record_delimiter": "\n", "deliver_time_interval": 600, "destination_file_type": "TEXT"}
    wanted = present({"topics": ["returns"]}, recreate=True, wait=False)
    steps: list[Step] = [
        (LIST, tasks(ORDERS)),
        (SHOW, details(**echo)),
        *DELETED,
        (CREATE, body(topics="returns", **kept), created("t-3")),
        (SHOW_NEW, details()),
    ]
    assert play(wanted, *steps).result["changed"] is True


def test_topics_and_a_regular_expression_take_each_other_s_place(play: Play) -> None:
    to_regex = present({"topics": None, "topics_regex": "or.*"}, recreate=True)
    assert play(to_regex, *BEGIN, check_mode=True).result["sink_task"] == without_keys(
        body(topics=None, topics_regex="or.*", record_delimiter="")
    )
    by_regex = details(topics="", topics_regex="or.*")
    result = play(present(recreate=True), (LIST, tasks(ORDERS)), (SHOW, by_regex), check_mode=True).result
    assert result["sink_task"] == without_keys(body(record_delimiter=""))


def test_a_task_that_failed_is_recreated_although_it_is_as_wanted(play: Play) -> None:
    anew = body(record_delimiter="")
    begin: list[Step] = [(LIST, tasks(ORDERS)), (SHOW, details("FAILED"))]
    steps: list[Step] = [*DELETED, (CREATE, anew, created("t-3")), (SHOW_NEW, details())]
    assert play(present(recreate=True), *begin, check_mode=True).result == {
        "changed": True,
        "sink_task": without_keys(anew),
    }
    assert play(present(recreate=True), *begin, *steps).result == ADOPTED


@pytest.mark.parametrize("status", ["RUNNING", "PAUSED", "CREATING"])
def test_a_task_that_is_as_wanted_is_not_recreated(play: Play, status: str) -> None:
    steps: list[Step] = [(LIST, tasks(ORDERS)), (SHOW, details(status))]
    assert play(present(recreate=True, wait=False), *steps).result == {"changed": False, "sink_task": shown(status)}


class Halfway(t.NamedTuple):
    """Steps from the DELETE on, of a task that can't be created anew."""

    steps: list[Step]
    changed: bool
    msg: str


HALFWAY = {
    "the deletion is refused": Halfway(
        [(DELETE, refusal(403, "DMS.00403003", "no"))],
        False,
        f"Could not delete sink task orders of connector c-1 (task id t-1): {DELETE} was answered with 403 DMS.00403003"
        ' "no". The user needs the IAM action dms:instance:deleteConnectorSinkTask, and an account that is not in arrears.',
    ),
    "the creation is refused": Halfway(
        [*DELETED, (CREATE, ANEW, refusal(400, "DMS.00500960", "bad key"))],
        True,
        f"Could not create sink task orders of connector c-1 anew: {CREATE} was answered with 400 DMS.00500960"
        f' "bad key". {HAS_DELETED} Check access_key, secret_key and obs_bucket_name of obs_destination_descriptor.',
    ),
    "the creation is lost": Halfway(
        [*DELETED, *[(CREATE, ANEW, LOST), (LIST, tasks())] * 6],
        True,
        f"Could not create sink task orders of connector c-1 anew: no answer to POST https://dms.example.com{TASKS}:"
        f" no whole answer came within 30 seconds. {HAS_DELETED} {LOOKED_UP}",
    ),
    "the new one fails": Halfway(
        [*DELETED, (CREATE, ANEW, created("t-3")), (SHOW_NEW, details("FAILED", deliver_time_interval=60))],
        True,
        "Could not wait for sink task orders of connector c-1 (task id t-3): the task has the status FAILED."
        " Before that this task has deleted the task (task id t-1), and created the task (task id t-3)."
        " Check the bucket and the keys; recreate: true deletes a failed task and creates it anew.",
    ),
}


@pytest.mark.parametrize("name", HALFWAY)
def test_what_was_done_is_told_when_the_rest_fails(play: Play, name: str) -> None:
    halfway = HALFWAY[name]
    played = play(RECREATE, *BEGIN, *halfway.steps)
    assert played.msg == halfway.msg
    assert played.result["changed"] is halfway.changed


def test_nothing_is_created_while_the_old_task_is_still_there(play: Play) -> None:
    steps: list[Step] = [(DELETE, 204), (LIST, tasks(listed(status="DELETING")))]
    played = play({**RECREATE, "wait": False, "wait_timeout": 0}, *BEGIN, *steps)
    assert played.msg == (
        "Could not delete sink task orders of connector c-1 (task id t-1): waited 0 seconds for the task to go away;"
        f" last seen: status DELETING. {HAS_DELETED}"
    )
    assert played.result["changed"] is True


def test_somebody_who_deletes_faster_does_not_hinder(play: Play) -> None:
    steps: list[Step] = [(DELETE, GONE), (CREATE, ANEW, created("t-3")), (SHOW_NEW, details(deliver_time_interval=60))]
    assert play(RECREATE, *BEGIN, *steps).result == RECREATED


def test_a_deletion_without_an_answer_is_looked_after(play: Play) -> None:
    gone: list[Step] = [*[(DELETE, LOST)] * 6, (LIST, tasks())]
    steps: list[Step] = [*gone, (CREATE, ANEW, created("t-3")), (SHOW_NEW, details(deliver_time_interval=60))]
    assert play(RECREATE, *BEGIN, *steps).result == RECREATED


def test_the_deleted_task_is_not_taken_for_the_new_one_when_a_late_list_still_holds_it(play: Play) -> None:
    steps: list[Step] = [*DELETED, (CREATE, ANEW, LOST), (LIST, tasks(ORDERS, NEW))]
    new = details(deliver_time_interval=60)
    assert play(RECREATE, *BEGIN, *steps, (SHOW_NEW, new), (SHOW_NEW, new)).result == RECREATED


# Nothing else.


def test_the_options_are_left_as_they_were(play: Play) -> None:
    options = present()
    before = str(options)
    play(options, (LIST, tasks()), (CREATE, body(), created()), (SHOW, details()))
    assert str(options) == before
    assert SENT["topics"] == "orders,returns"


def test_absent_takes_a_descriptor_and_does_not_look_at_it(play: Play) -> None:
    options = absent(task_name="orders", obs_destination_descriptor={"deliver_time_interval": 1})
    assert play(options, (LIST, tasks())).result == {"changed": False}
