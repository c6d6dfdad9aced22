# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several runs that create the task "orders" at the same time, such as hosts without ``run_once``.

After each POST, the list is read until it shows the new task. All runs except that of the first task, by
``create_time`` and id, delete their tasks.
"""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.tests.unit.samples import (
    CREATE,
    LIST,
    TASKS,
    Run,
    body,
    created,
    details,
    listed,
    present,
    shown,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, Step, error_reply, reply

OURS, SHOW_OURS, DELETE_OURS = listed("t-5", create_time=500), f"GET {TASKS}/t-5", f"DELETE {TASKS}/t-5"
FIRST, SHOW_FIRST = listed("t-3", create_time=400), f"GET {TASKS}/t-3"
LATER = listed("t-4", create_time=600)
FORBIDDEN = error_reply(403, "DMS.00403003", "no")
GONE = error_reply(404, "DMS.00404026")
BEGIN: list[Step] = [(LIST, tasks()), (CREATE, body(), created("t-5"))]
READY = {"changed": True, "sink_task": shown(task_id="t-5")}
FIRST_READY = {"changed": True, "sink_task": shown(task_id="t-3")}
HAS_CREATED = "created the task (task id t-5)"


def test_create_reads_the_list_until_it_shows_the_task(run: Run) -> None:
    ran = run(present(), *BEGIN, (LIST, tasks()), (LIST, tasks()), (LIST, tasks(OURS)), (SHOW_OURS, details()))
    assert ran.result == READY
    assert ran.sleeps == [0.5, 0.75]


def test_task_that_is_never_listed_fails_at_the_deadline(run: Run) -> None:
    ran = run(present(wait_timeout=1), *BEGIN, *[(LIST, tasks())] * 3)
    assert "last state: not listed yet" in ran.msg
    assert HAS_CREATED in ran.msg
    assert ran.result["changed"] is True


@pytest.mark.parametrize("listing", [tasks(), FORBIDDEN], ids=["not listed", "failed list"])
def test_unlisted_task_is_a_warning_with_wait_false(run: Run, listing: t.Any) -> None:
    """The list is read once."""
    result = run(present(wait=False), *BEGIN, (LIST, listing), (SHOW_OURS, details())).result
    assert len(result.pop("warnings")) == 1
    assert result == READY


def test_failed_list_after_a_creation_fails(run: Run) -> None:
    ran = run(present(), *BEGIN, (LIST, FORBIDDEN))
    assert HAS_CREATED in ran.msg
    assert ran.result["changed"] is True


# Lists in which the task of this run is not the first with its name.
NOT_FIRST = {
    "an earlier task": tasks(FIRST, OURS),
    "an equal create_time and a lower id": tasks(OURS, {**FIRST, "create_time": 500}),
    "create_time as text": tasks({**FIRST, "create_time": "400"}, {**OURS, "create_time": "500"}),
    "an earlier and a later task": tasks(LATER, OURS, FIRST),
}


@pytest.mark.parametrize("name", NOT_FIRST)
def test_later_duplicate_is_deleted_and_the_first_task_awaited(run: Run, name: str) -> None:
    polls: list[Step] = [(SHOW_FIRST, details("CREATING")), (SHOW_FIRST, details("CREATING")), (SHOW_FIRST, details())]
    assert run(present(), *BEGIN, (LIST, NOT_FIRST[name]), (DELETE_OURS, 204), *polls).result == FIRST_READY


def test_duplicate_is_deleted_with_wait_false(run: Run) -> None:
    steps: list[Step] = [(LIST, tasks(FIRST, OURS)), (DELETE_OURS, 204), *[(SHOW_FIRST, details("CREATING"))] * 2]
    assert run(present(wait=False), *BEGIN, *steps).result == {
        "changed": True,
        "sink_task": shown("CREATING", task_id="t-3"),
    }


@pytest.mark.parametrize(
    "deletion",
    [[GONE], [LOST, 204], [LOST, GONE], [reply(500), GONE], [reply(503), 204], [error_reply(429, "APIG.0308"), 204]],
    ids=["gone", "lost", "lost, gone", "500, gone", "503", "throttled"],
)
def test_duplicate_is_deleted_despite_a_failed_attempt(run: Run, deletion: list[t.Any]) -> None:
    steps: list[Step] = [(DELETE_OURS, response) for response in deletion]
    shows: list[Step] = [(SHOW_FIRST, details())] * 2
    assert run(present(), *BEGIN, (LIST, tasks(FIRST, OURS)), *steps, *shows).result == FIRST_READY


@pytest.mark.parametrize("recreate", [True, False])
def test_different_first_task_fails_and_is_not_recreated(run: Run, recreate: bool) -> None:
    differs: Step = (SHOW_FIRST, details(obs_bucket_name="theirs"))
    ran = run(present(recreate=recreate), *BEGIN, (LIST, tasks(FIRST, OURS)), (DELETE_OURS, 204), differs)
    assert "t-3" in ran.msg
    assert "obs_bucket_name is 'theirs', wanted 'archive'" in ran.msg
    assert ran.result["changed"] is True


def test_duplicate_that_can_not_be_deleted_fails_with_both_ids(run: Run) -> None:
    ran = run(present(), *BEGIN, (LIST, tasks(FIRST, OURS)), (DELETE_OURS, FORBIDDEN))
    assert "t-3" in ran.msg
    assert "t-5" in ran.msg
    assert ran.result["changed"] is True


@pytest.mark.parametrize("failure", [LOST, reply(500), reply(503)])
def test_duplicate_is_looked_up_if_its_deletion_gets_no_usable_response(run: Run, failure: t.Any) -> None:
    steps: list[Step] = [*BEGIN, (LIST, tasks(FIRST, OURS)), (DELETE_OURS, failure)]
    gone: list[Step] = [(LIST, tasks(FIRST)), *[(SHOW_FIRST, details())] * 2]
    assert run(present(max_retries=0), *steps, *gone).result == FIRST_READY
    ran = run(present(max_retries=0), *steps, (LIST, tasks(FIRST, OURS)))
    assert "It is unknown whether it was deleted" in ran.msg
    assert "Tasks t-3 and t-5 have the same name" in ran.msg
    assert (ran.result["changed"], "deleted it again" in ran.msg) == (True, False)


def test_first_task_deleted_in_the_meantime_fails(run: Run) -> None:
    ran = run(present(), *BEGIN, (LIST, tasks(FIRST, OURS)), (DELETE_OURS, 204), (SHOW_FIRST, GONE))
    assert "task t-3 of the same name was deleted in the meantime" in ran.msg


STAYS_FIRST = {
    "a later task": listed("t-4", create_time=600),
    "an equal create_time and a higher id": listed("t-6", create_time=500),
}


@pytest.mark.parametrize("name", STAYS_FIRST)
def test_first_task_waits_until_the_later_duplicate_is_gone(run: Run, name: str) -> None:
    both = tasks(OURS, STAYS_FIRST[name])
    assert (
        run(present(), *BEGIN, (LIST, both), (LIST, both), (LIST, tasks(OURS)), (SHOW_OURS, details())).result == READY
    )


def test_later_duplicate_is_a_warning_with_both_ids_with_wait_false(run: Run) -> None:
    ran = run(present(wait=False), *BEGIN, (LIST, tasks(OURS, LATER)), (SHOW_OURS, details()))
    (warning,) = ran.result.pop("warnings")
    assert "tasks t-5 and t-4 have the same name: if both stay, delete one" in warning
    assert (ran.result, ran.sleeps) == (READY, [])


def test_later_duplicate_that_stays_fails_at_the_deadline_with_both_ids(run: Run) -> None:
    ran = run(present(wait_timeout=1), *BEGIN, *[(LIST, tasks(OURS, LATER))] * 3)
    assert "t-5" in ran.msg
    assert "t-4" in ran.msg
    assert (ran.result["changed"], ran.sleeps) == (True, [0.5, 0.5])


def test_duplicate_being_deleted_is_ignored(run: Run) -> None:
    deleting = {**FIRST, "status": "DELETING"}
    assert run(present(), *BEGIN, (LIST, tasks(deleting, OURS)), (SHOW_OURS, details())).result == READY


def test_tasks_with_another_name_are_ignored(run: Run) -> None:
    other = listed("t-1", "returns", create_time=1)
    assert run(present(), *BEGIN, (LIST, tasks(other, OURS)), (SHOW_OURS, details())).result == READY


# --- DMS.00400874: the topic is in another task, which can be the one that another run has just created ---------------

IN_USE = error_reply(400, "DMS.00400874", "topic in use")
TOPIC: list[Step] = [(LIST, tasks()), (CREATE, body(), IN_USE)]


def test_equal_task_with_the_name_is_adopted_if_the_topic_is_in_use(run: Run) -> None:
    steps: list[Step] = [*TOPIC, (LIST, tasks(FIRST)), (SHOW_FIRST, details()), (SHOW_FIRST, details())]
    assert run(present(), *steps, diff=True).result == {
        **FIRST_READY,
        "changed": False,
        "diff": {"before": {}, "after": {}},
    }


@pytest.mark.parametrize(
    "steps",
    [
        [(LIST, tasks(FIRST)), (SHOW_FIRST, details(obs_bucket_name="theirs"))],
        [(LIST, tasks(listed("t-9", "else")))],
        [(LIST, tasks(FIRST, OURS))],
    ],
    ids=["a different task", "another name", "two tasks"],
)
def test_topic_in_use_fails_without_an_equal_task(run: Run, steps: list[Step]) -> None:
    ran = run(present(), *TOPIC, *steps)
    assert "returned 400 DMS.00400874" in ran.msg
    assert ran.result["changed"] is False
