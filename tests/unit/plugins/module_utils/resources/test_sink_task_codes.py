# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the module makes of every answer with status 404: three codes mean absent, one means throttled, the rest fail."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.tests.unit.sink_tasks import (
    CREATE,
    DELETE,
    INSTANCE,
    LIST,
    SHOW,
    Play,
    absent,
    body,
    created,
    details,
    listed,
    present,
    shown,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import Step, answer, error_codes, refusal

ORDERS = listed()
TASK, CONNECTOR, INSTANCE_GONE = "DMS.00404026", "DMS.00404024", "DMS.00404022"
THROTTLED = "DMS.10240407"

ALL = [row.code for row in error_codes() if row.status == 404]
ALL += [code.replace("APIG.", "APIGW.") for code in ALL if code.startswith("APIG.")]


def others(*named: str) -> list[str]:
    """Return all codes with status 404 but the *named*, and but throttling."""
    return [code for code in ALL if code not in {*named, THROTTLED}]


def test_there_are_no_more_and_no_fewer_codes() -> None:
    assert sorted(ALL) == [
        "APIG.0101",
        "APIG.0103",
        "APIGW.0101",
        "APIGW.0103",
        "DMS.00404001",
        "DMS.00404022",
        "DMS.00404024",
        "DMS.00404026",
        "DMS.00404027",
        "DMS.00404029",
        "DMS.10240401",
        "DMS.10240405",
        "DMS.10240406",
        "DMS.10240407",
        "IAM.0004",
    ]


def _fails(play: Play, options: dict[str, t.Any], *steps: Step, code: str, changed: bool = False) -> None:
    played = play(options, *steps)
    assert f"was answered with 404 {code}" in played.msg
    assert (played.result["error"]["status"], played.result["error"]["code"]) == (404, code)
    assert played.result["changed"] is changed
    assert "warnings" not in played.result


# The list, with which absence begins.


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(("code", "warned"), [(TASK, False), (CONNECTOR, True), (INSTANCE_GONE, True)])
def test_three_codes_of_a_list_mean_absent(play: Play, code: str, warned: bool, check_mode: bool) -> None:
    result = play(absent(task_id="t-1"), (LIST, refusal(404, code)), check_mode=check_mode).result
    assert result["changed"] is False
    assert "failed" not in result
    assert len(result.get("warnings", [])) == warned


@pytest.mark.parametrize("code", others(TASK, CONNECTOR, INSTANCE_GONE))
def test_every_other_code_of_a_list_fails(play: Play, code: str) -> None:
    _fails(play, absent(task_id="t-1"), (LIST, refusal(404, code)), code=code)


@pytest.mark.parametrize("code", others())
def test_every_code_of_a_list_fails_where_a_task_must_be_present(play: Play, code: str) -> None:
    _fails(play, present(), (LIST, refusal(404, code)), code=code)


def test_a_throttled_list_is_asked_for_again_and_then_fails(play: Play) -> None:
    throttled: Step = (LIST, refusal(404, THROTTLED))
    assert play(absent(task_id="t-1"), throttled, (LIST, tasks())).result == {"changed": False}
    _fails(play, absent(task_id="t-1"), *[throttled] * 6, code=THROTTLED)


@pytest.mark.parametrize("told", ["", "<html>Not Found</html>", {}, {"error_msg": "DMS.00404026"}, {"error_code": 404}])
def test_a_404_that_does_not_say_what_is_missing_fails(play: Play, told: t.Any) -> None:
    not_found = answer(404, told)
    assert "was answered with 404" in play(absent(task_id="t-1"), (LIST, not_found)).msg
    assert "was answered with 404" in play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, not_found)).msg
    assert "was answered with 404" in play(present(), (LIST, tasks(ORDERS)), (SHOW, not_found)).msg


@pytest.mark.parametrize("code", [TASK, CONNECTOR, INSTANCE_GONE])
@pytest.mark.parametrize("status", [400, 403, 409, 410, 501])
def test_a_code_of_absence_with_another_status_fails(play: Play, code: str, status: int) -> None:
    told = refusal(status, code)
    assert f"was answered with {status} {code}" in play(absent(task_id="t-1"), (LIST, told)).msg
    assert (
        f"was answered with {status} {code}" in play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, told)).msg
    )


# The deletion.


@pytest.mark.parametrize(("code", "warned"), [(TASK, False), (CONNECTOR, True), (INSTANCE_GONE, True)])
def test_three_codes_of_a_deletion_mean_absent(play: Play, code: str, warned: bool) -> None:
    result = play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, refusal(404, code))).result
    warnings = result.pop("warnings", [])
    assert result == {"changed": False, "sink_task": ORDERS}
    assert len(warnings) == warned


@pytest.mark.parametrize("code", others(TASK, CONNECTOR, INSTANCE_GONE))
def test_every_other_code_of_a_deletion_fails(play: Play, code: str) -> None:
    _fails(play, absent(task_id="t-1"), (LIST, tasks(ORDERS)), (DELETE, refusal(404, code)), code=code)


def test_a_throttled_deletion_is_sent_again_and_then_fails(play: Play) -> None:
    throttled: Step = (DELETE, refusal(404, THROTTLED))
    result = play(absent(task_id="t-1"), (LIST, tasks(ORDERS)), throttled, (DELETE, 204), (LIST, tasks())).result
    assert result["changed"] is True
    _fails(play, absent(task_id="t-1"), (LIST, tasks(ORDERS)), *[throttled] * 6, code=THROTTLED)


@pytest.mark.parametrize("code", others(TASK, CONNECTOR, INSTANCE_GONE))
def test_every_other_code_of_the_list_after_a_deletion_fails(play: Play, code: str) -> None:
    steps: list[Step] = [(LIST, tasks(ORDERS)), (DELETE, 204), (LIST, refusal(404, code))]
    _fails(play, absent(task_id="t-1"), *steps, code=code, changed=True)


# The description, with which a task that must be present is compared.


def test_one_code_of_a_description_means_absent(play: Play) -> None:
    new = f"{SHOW[:-3]}t-3"
    steps: list[Step] = [(LIST, tasks(ORDERS)), (SHOW, refusal(404, TASK))]
    result = play(present(), *steps, (CREATE, body(), created("t-3")), (new, details())).result
    assert result == {"changed": True, "sink_task": shown(task_id="t-3")}


@pytest.mark.parametrize("code", others(TASK))
def test_every_other_code_of_a_description_fails(play: Play, code: str) -> None:
    _fails(play, present(), (LIST, tasks(ORDERS)), (SHOW, refusal(404, code)), code=code)


@pytest.mark.parametrize("code", others(TASK))
def test_every_other_code_of_a_description_fails_a_wait(play: Play, code: str) -> None:
    steps: list[Step] = [(LIST, tasks()), (CREATE, body(), created()), (SHOW, refusal(404, code))]
    _fails(play, present(), *steps, code=code, changed=True)


def test_a_throttled_description_is_asked_for_again_and_then_fails(play: Play) -> None:
    throttled: Step = (SHOW, refusal(404, THROTTLED))
    result = play(present(), (LIST, tasks(ORDERS)), throttled, (SHOW, details())).result
    assert result == {"changed": False, "sink_task": shown()}
    _fails(play, present(), (LIST, tasks(ORDERS)), *[throttled] * 6, code=THROTTLED)


# The creation, which proves nothing about what was there.


@pytest.mark.parametrize("code", others())
def test_every_code_of_a_creation_fails(play: Play, code: str) -> None:
    _fails(play, present(), (LIST, tasks()), (CREATE, body(), refusal(404, code)), code=code)


# The instance, which tells its connector.

OF_INSTANCE = {"state": "absent", "instance_id": "i-1", "task_name": "orders"}


def test_an_instance_that_does_not_exist_has_no_tasks(play: Play) -> None:
    result = play(OF_INSTANCE, (INSTANCE, refusal(404, INSTANCE_GONE))).result
    assert result["changed"] is False
    assert len(result["warnings"]) == 1


@pytest.mark.parametrize("code", others(TASK, CONNECTOR, INSTANCE_GONE))
def test_every_other_code_of_an_instance_fails(play: Play, code: str) -> None:
    _fails(play, OF_INSTANCE, (INSTANCE, refusal(404, code)), code=code)


@pytest.mark.parametrize("code", others())
def test_every_code_of_an_instance_fails_where_a_task_must_be_present(play: Play, code: str) -> None:
    options = {**present(), "connector_id": None, "instance_id": "i-1"}
    _fails(play, options, (INSTANCE, refusal(404, code)), code=code)
