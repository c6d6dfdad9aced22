# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The codes of a 404 that mean absent: every documented code at every request of the module."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.tests.unit.samples import (
    CREATE,
    DELETE,
    INSTANCE,
    LIST,
    SHOW,
    Run,
    absent,
    body,
    created,
    details,
    listed,
    present,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import Reply, Step, error_codes, error_reply, reply

TASK, CONNECTOR, NO_INSTANCE, THROTTLED = "DMS.00404026", "DMS.00404024", "DMS.00404022", "DMS.10240407"
CODES = [row.code for row in error_codes() if row.status == 404]
CODES += [code.replace("APIG.", "APIGW.") for code in CODES if code.startswith("APIG.")]

FOUND: Step = (LIST, tasks(listed()))
NONE: Step = (LIST, tasks())
MADE: list[Step] = [NONE, (CREATE, body(), created()), FOUND]
OF_INSTANCE = {"state": "absent", "instance_id": "i-1", "task_name": "orders"}
PRESENT_OF_INSTANCE = {**present(), "connector_id": None, "instance_id": "i-1"}


class Point(t.NamedTuple):
    """A request of a run, the steps *before* it, and the codes that mean absent there. *changed*: with any response."""

    options: dict[str, t.Any]
    before: list[Step]
    line: str
    absent: tuple[str, ...] = ()
    changed: bool = False
    body: t.Any = None
    then: tuple[Step, ...] = ()
    """The steps after a code that means absent."""


ALL = (TASK, CONNECTOR, NO_INSTANCE)
NEW = SHOW.replace("t-1", "t-3")
CREATES_ANOTHER: tuple[Step, ...] = (
    (CREATE, body(), created("t-3")),
    (LIST, tasks(listed("t-3"))),
    (NEW, details()),
)
POINTS = {
    "list": Point(absent(task_id="t-1"), [], LIST, ALL),
    "list, present": Point(present(), [], LIST),
    "delete": Point(absent(task_id="t-1"), [FOUND], DELETE, ALL),
    "list after a deletion": Point(absent(task_id="t-1"), [FOUND, (DELETE, 204)], LIST, ALL, changed=True),
    "show": Point(present(), [FOUND], SHOW, (TASK,), then=CREATES_ANOTHER),
    "create": Point(present(), [NONE], CREATE, body=body()),
    "list after a creation": Point(present(), MADE[:2], LIST, changed=True),
    "show after a creation": Point(present(), MADE, SHOW, (TASK,), changed=True, then=((SHOW, details()),)),
    "instance": Point(OF_INSTANCE, [], INSTANCE, ALL),
    "instance, present": Point(PRESENT_OF_INSTANCE, [], INSTANCE),
}


def _step(point: Point, response: Reply) -> Step:
    return (point.line, point.body, response) if point.body else (point.line, response)


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize("code", [code for code in CODES if code != THROTTLED])
def test_only_documented_codes_mean_absent(run: Run, name: str, code: str) -> None:
    point = POINTS[name]
    if code in point.absent:
        result = run(point.options, *point.before, _step(point, error_reply(404, code)), *point.then).result
        assert "failed" not in result
        assert result["changed"] is (point.changed or bool(point.then))
        # Only an absent connector or instance is unexpected.
        warns = code != TASK and not point.changed
        assert len(result.get("warnings", [])) == warns
        return
    ran = run(point.options, *point.before, _step(point, error_reply(404, code)))
    assert f"returned 404 {code}" in ran.msg
    assert (ran.result["error"]["status"], ran.result["error"]["code"]) == (404, code)
    assert ran.result["changed"] is point.changed
    assert "warnings" not in ran.result


@pytest.mark.parametrize("name", POINTS)
def test_throttling_is_retried_and_then_fails(run: Run, name: str) -> None:
    point = POINTS[name]
    ran = run(point.options, *point.before, *[_step(point, error_reply(404, THROTTLED))] * 6)
    assert f"404 {THROTTLED}" in ran.msg
    assert "after 6 attempts" in ran.msg
    assert ran.result["changed"] is point.changed


@pytest.mark.parametrize("name", POINTS)
@pytest.mark.parametrize(
    "response",
    [
        reply(404),
        reply(404, "<html>Not Found</html>"),
        reply(404, {}),
        reply(404, {"error_msg": TASK}),
        reply(404, {"error_code": 404}),
        *(error_reply(status, code) for status in (400, 403, 409, 410, 501) for code in ALL),
    ],
)
def test_no_other_response_means_absent(run: Run, name: str, response: Reply) -> None:
    point = POINTS[name]
    ran = run(point.options, *point.before, _step(point, response))
    assert f"returned {response.status}" in ran.msg
    assert ran.result["changed"] is point.changed


def test_documented_codes_with_status_404() -> None:
    assert sorted(CODES) == [
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
