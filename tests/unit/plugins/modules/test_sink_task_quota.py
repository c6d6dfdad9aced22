# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task_quota as module
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, LIST, QUOTA, instance, instances, tasks
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Clock,
    Ran,
    Service,
    Step,
    error_reply,
    run_module,
)


def read(max_tasks: t.Any, quota_tasks: t.Any) -> Step:
    return LIST, tasks(max_tasks=max_tasks, quota_tasks=quota_tasks)


def put(response: t.Any = 204) -> Step:
    return QUOTA, {"sink_max_tasks": 20}, response


REFUSED = put(error_reply(400, "DMS.00400133", "no"))
FAILED = put(error_reply(500, "DMS.00500006"))
FROM_9: dict[str, t.Any] = {"before": {"sink_max_tasks": 9}, "after": {"sink_max_tasks": 20}}
NOTHING: dict[str, t.Any] = {"before": {}, "after": {}}


@pytest.fixture
def run(clock: Clock, service: Service) -> t.Callable[..., Ran]:
    def run(*steps: Step, check_mode: bool = False, **options: t.Any) -> Ran:
        options = {"connector_id": "c-1", "sink_max_tasks": 20, "max_retries": 2, **options}
        return run_module(module, service, options, *steps, clock=clock, check_mode=check_mode, diff=True)

    return run


class Case(t.NamedTuple):
    """The requests of a run, whether it changed anything, and a part of the message if it fails."""

    steps: list[Step]
    changed: bool
    part: str = ""


START = read(9, 10)
CASES = {
    **{
        f"raised, the service returns {after}": Case([START, put(), read(*after)], True)
        for after in [(20, 10), (20, 20), ("20", "20"), (9, 20)]
    },
    "throttled and failing, then raised": Case(
        [START, put(error_reply(429, "APIG.0308")), put(error_reply(503, "DMS.1")), put(), read(20, 20)], True
    ),
    "returned after three polls": Case([START, put(), START, START, read(20, 10)], True),
    "never returned": Case(
        [START, put(), *[read(18, 18)] * 7],
        True,
        "waited 10 seconds for max_tasks to be 20; last state: max_tasks is 18 and quota_tasks is 18",
    ),
    "lost, then refused, and raised": Case([START, put(LOST), REFUSED, read(20, 20)], True),
    "500, then refused, and raised": Case([START, FAILED, REFUSED, read(20, 20)], True),
    "always 500, and raised": Case([START, *[FAILED] * 3, read(20, 20)], True),
    "always lost, and raised": Case([START, *[put(LOST)] * 3, read(20, 10)], True),
    "always lost, and not raised": Case(
        [START, *[put(LOST)] * 3, START], False, "found: max_tasks is 9 and quota_tasks is 10"
    ),
    "always lost, and quota_tasks was 20 before": Case([read(9, 20), *[put(LOST)] * 3, read(9, 20)], False, "found"),
    "always lost, and the lookup fails": Case(
        [START, *[put(LOST)] * 3, *[(LIST, LOST)] * 3], False, "It is unknown whether it was raised"
    ),
    "raised by another run": Case([START, REFUSED, read(20, 20)], False),
    "throttled, then raised by another run": Case(
        [START, put(error_reply(429, "APIG.0308")), REFUSED, read(20, 20)], False
    ),
    "an instance created since September 2022": Case(
        [read(18, 18), REFUSED, read(18, 18)], False, "instances created since September 2022"
    ),
    "quota_tasks was 20 before, and nothing changes": Case([read(9, 20), put(), read(9, 20)], False),
    "quota_tasks was 20 before, and max_tasks becomes 20": Case([read(9, 20), put(), read(20, 20)], True),
    "no permission": Case([START, put(error_reply(403, "X"))], False, "dms:instance:updateConnectorTask"),
    "no quota is returned": Case([read(None, "many")], False, "neither max_tasks nor quota_tasks"),
    "no connector": Case([(LIST, error_reply(404, "DMS.00404024"))], False, "DMS.00404024"),
    "an unknown URL": Case([(LIST, error_reply(404, "DMS.00404001"))], False, "DMS.00404001"),
}


@pytest.mark.parametrize("name", CASES)
def test_quota_is_raised(run: t.Callable[..., Ran], name: str) -> None:
    case = CASES[name]
    result = run(*case.steps).result
    assert (result["changed"], result.get("failed", False)) == (case.changed, bool(case.part))
    assert case.part in result.get("msg", "")
    assert "warnings" not in result
    if not case.part:
        assert (result["diff"] != NOTHING) is case.changed
    elif case.changed:
        assert "raised the quota of sink tasks from 9 to 20" in result["msg"]


@pytest.mark.parametrize("steps", [[read(9, 20), REFUSED, read(9, 20)], [read(9, 20), put(LOST), REFUSED, read(9, 20)]])
def test_refusal_is_a_warning_if_quota_tasks_is_already_as_wanted(run: t.Callable[..., Ran], steps: list[Step]) -> None:
    result = run(*steps).result
    assert result["changed"] is False
    (warning,) = result["warnings"]
    assert "max_tasks is 9 and quota_tasks is 20" in warning


def test_result(run: t.Callable[..., Ran]) -> None:
    assert run(START, put(), read(20, 10)).result == {
        "changed": True, "total_number": 0, "max_tasks": 20, "quota_tasks": 10, "diff": FROM_9,
    }  # fmt: skip


def test_check_mode_predicts_the_result_without_a_write(run: t.Callable[..., Ran]) -> None:
    assert run(START, check_mode=True).result == {
        "changed": True, "total_number": 0, "max_tasks": 20, "quota_tasks": 10, "diff": FROM_9,
    }  # fmt: skip


@pytest.mark.parametrize("check_mode", [False, True])
def test_equal_quota_changes_nothing_and_a_lower_one_is_refused(run: t.Callable[..., Ran], check_mode: bool) -> None:
    for now in [(20, 10), (20, 20), (20, 30), (20, None), (None, 20)]:
        result = run(read(*now), check_mode=check_mode).result
        assert (result["changed"], result["max_tasks"], result["diff"]) == (False, now[0], NOTHING)
    for now in [(21, 10), (21, 30), (None, 21)]:
        ran = run(read(*now), check_mode=check_mode)
        assert "it is 21 and can't be lowered to 20" in ran.msg
        assert ran.result["changed"] is False


def test_instance_name(run: t.Callable[..., Ran]) -> None:
    ran = run((FIND, instances(instance())), read(20, 20), connector_id=None, instance_name="kafka")
    assert ran.result["changed"] is False


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (0, "sink_max_tasks must be 1 or more, not 0"),
        (-1, "not -1"),
        (None, "missing required arguments: sink_max_tasks"),
    ],
)
def test_invalid_number_is_refused_before_any_request(
    run: t.Callable[..., Ran], service: Service, wanted: int | None, message: str
) -> None:
    assert message in run(sink_max_tasks=wanted).msg
    assert service.lines == []
