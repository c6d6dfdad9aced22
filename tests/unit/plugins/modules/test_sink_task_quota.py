# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task_quota as module
from ansible_collections.huaweicloud.kafka.tests.unit.plugins.modules.info_support import (
    INSTANCES,
    TASKS,
    instance,
    listing,
    run,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, Answer, Clock, Service, answer, refusal

READ = f"GET {TASKS}"
PUT = f"PUT {TASKS}"
REFUSED = refusal(400, "DMS.00400133", "no")


def says(max_tasks: t.Any, quota_tasks: t.Any) -> tuple[str, Answer]:
    return READ, answer(200, tasks(max_tasks=max_tasks, quota_tasks=quota_tasks))


def put(wanted: int, told: t.Any = 204) -> tuple[str, t.Any, t.Any]:
    return PUT, {"sink_max_tasks": wanted}, told


def ensure(clock: Clock, wanted: int = 20, **options: t.Any) -> t.Any:
    return run(module, clock, **{"connector_id": "c-1", "sink_max_tasks": wanted, **options})


def outcome(max_tasks: t.Any, quota_tasks: t.Any, changed: bool, **more: t.Any) -> dict[str, t.Any]:
    return {"total_number": 0, "max_tasks": max_tasks, "quota_tasks": quota_tasks, "changed": changed, **more}


@pytest.fixture(autouse=True)
def _all_requests_came(service: Service) -> t.Iterator[None]:
    yield
    service.expect_nothing_more()


@pytest.mark.parametrize("after", [(20, 10), (20, 20), ("20", "20"), (9, 20)])
def test_it_is_raised_and_read_again(clock: Clock, service: Service, after: tuple[t.Any, t.Any]) -> None:
    """Whichever of the two numbers the service raises."""
    service.expect(says(9, 10), put(20), says(*after))
    assert ensure(clock, diff=True) == outcome(
        *map(int, after), changed=True, diff={"before": {"sink_max_tasks": 9}, "after": {"sink_max_tasks": 20}}
    )


def test_check_mode_says_what_would_come_and_sends_nothing(clock: Clock, service: Service) -> None:
    service.expect(says(9, 10))
    assert ensure(clock, check_mode=True, diff=True) == outcome(
        20, 10, changed=True, diff={"before": {"sink_max_tasks": 9}, "after": {"sink_max_tasks": 20}}
    )


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("now", [(20, 10), (20, 20), (20, 30), (20, None), (None, 20)])
def test_it_is_so_already(clock: Clock, service: Service, now: tuple[t.Any, t.Any], check_mode: bool) -> None:
    service.expect(says(*now))
    assert ensure(clock, check_mode=check_mode, diff=True) == outcome(
        *now, changed=False, diff={"before": {}, "after": {}}
    )


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("now", [(21, 10), (21, 30), (None, 21)])
def test_lowering_is_refused_before_it_is_sent(
    clock: Clock, service: Service, now: tuple[t.Any, t.Any], check_mode: bool
) -> None:
    service.expect(says(*now))
    result = ensure(clock, check_mode=check_mode)
    assert result == outcome(*now, changed=False, failed=True, msg=result["msg"])
    assert result["msg"] == (
        "Could not set the quota of sink tasks of connector c-1: it is 21 and can't be lowered to 20."
        " The service can only raise it; nothing was sent."
    )


def test_a_service_that_tells_no_quota(clock: Clock, service: Service) -> None:
    service.expect(says(None, "many"))
    assert "the service tells neither max_tasks nor quota_tasks" in ensure(clock)["msg"]


def test_instances_of_today_refuse_and_the_advice_says_why(clock: Clock, service: Service) -> None:
    service.expect(says(18, 18), put(20, REFUSED), says(18, 18))
    result = ensure(clock)
    assert result["failed"]
    assert not result["changed"]
    assert result["error"]["code"] == "DMS.00400133"
    assert result["msg"].endswith(
        "It can only be raised, and instances created since September 2022 have the largest quota already."
    )


def test_the_other_number_shows_it_and_the_service_accepts_it_again(clock: Clock, service: Service) -> None:
    service.expect(says(9, 20), put(20), says(9, 20))
    assert ensure(clock) == outcome(9, 20, changed=False)
    service.expect(says(9, 20), put(20), says(20, 20))
    assert ensure(clock) == outcome(20, 20, changed=True)


def test_the_other_number_shows_it_and_the_service_refuses_it(clock: Clock, service: Service) -> None:
    service.expect(says(9, 20), put(20, REFUSED), says(9, 20))
    warning = (
        "The service refused sink_max_tasks 20, but max_tasks is 9 and quota_tasks is 20, so it is taken to be so."
    )
    assert ensure(clock) == outcome(9, 20, changed=False, warnings=[warning])


def test_a_quota_that_shows_late_is_waited_for(clock: Clock, service: Service) -> None:
    service.expect(says(9, 10), put(20), says(9, 10), says(9, 10), says(20, 10))
    assert ensure(clock) == outcome(20, 10, changed=True)
    assert clock.pauses == [0.5, 0.75]


def test_a_quota_that_never_shows_fails_and_tells_that_it_was_accepted(clock: Clock, service: Service) -> None:
    service.expect(says(9, 10), put(20), *[says(18, 18)] * 7)
    result = ensure(clock)
    assert result["failed"]
    assert result["changed"]
    assert result["max_tasks"] == 18
    assert "waited 10 seconds for max_tasks to be 20; last seen: max_tasks is 18 and quota_tasks is 18" in result["msg"]
    assert "Before that this task has raised the quota of sink tasks from 9 to 20." in result["msg"]


def test_it_is_sent_again_after_trouble(clock: Clock, service: Service) -> None:
    service.expect(
        says(9, 10), put(20, refusal(429, "APIG.0308")), put(20, refusal(503, "DMS.1")), put(20), says(20, 20)
    )
    assert ensure(clock) == outcome(20, 20, changed=True)


def test_a_lost_answer_to_a_request_that_did_it(clock: Clock, service: Service) -> None:
    """The second try is refused, because the first has raised the quota."""
    service.expect(says(9, 10), put(20, LOST), put(20, REFUSED), says(20, 20))
    assert ensure(clock) == outcome(20, 20, changed=True)


def test_a_failure_of_the_service_behind_which_it_was_done(clock: Clock, service: Service) -> None:
    service.expect(says(9, 10), put(20, refusal(500, "DMS.00500006")), put(20, REFUSED), says(20, 20))
    assert ensure(clock) == outcome(20, 20, changed=True)
    service.expect(says(9, 10), *[put(20, refusal(500, "DMS.00500006"))] * 3, says(20, 20))
    assert ensure(clock) == outcome(20, 20, changed=True)


def test_lost_answers_do_not_prove_what_was_so_before(clock: Clock, service: Service) -> None:
    service.expect(says(9, 20), *[put(20, LOST)] * 3, says(9, 20))
    result = ensure(clock)
    assert result["failed"]
    assert not result["changed"]


def test_all_answers_lost_and_it_is_done(clock: Clock, service: Service) -> None:
    service.expect(says(9, 10), *[put(20, LOST)] * 3, says(20, 10))
    assert ensure(clock) == outcome(20, 10, changed=True)


def test_all_answers_lost_and_it_is_not_done(clock: Clock, service: Service) -> None:
    service.expect(says(9, 10), *[put(20, LOST)] * 3, says(9, 10))
    result = ensure(clock)
    assert result["failed"]
    assert not result["changed"]
    assert result["msg"].endswith("It was read after that: max_tasks is 9 and quota_tasks is 10.")


def test_all_answers_lost_and_nobody_knows(clock: Clock, service: Service) -> None:
    service.expect(says(9, 10), *[put(20, LOST)] * 3, *[(READ, LOST)] * 3)
    result = ensure(clock)
    assert result["failed"]
    assert "Whether it was raised is not known" in result["msg"]


def test_somebody_else_was_faster(clock: Clock, service: Service) -> None:
    service.expect(says(9, 10), put(20, REFUSED), says(20, 20))
    assert ensure(clock) == outcome(20, 20, changed=False)


def test_a_lost_answer_does_not_claim_what_was_so_before(clock: Clock, service: Service) -> None:
    service.expect(says(9, 20), put(20, LOST), put(20, REFUSED), says(9, 20))
    result = ensure(clock)
    assert not result["changed"]
    assert len(result["warnings"]) == 1


def test_a_refusal_of_another_kind_is_told_as_it_is(clock: Clock, service: Service) -> None:
    service.expect(says(9, 10), put(20, refusal(403, "DMS.00403003")))
    result = ensure(clock)
    assert result["failed"]
    assert not result["changed"]
    assert "dms:instance:updateConnectorTask" in result["msg"]


@pytest.mark.parametrize("code", ["DMS.00404024", "DMS.00404001"])
def test_a_missing_connector_fails(clock: Clock, service: Service, code: str) -> None:
    service.expect((READ, refusal(404, code)))
    result = ensure(clock)
    assert result["failed"]
    assert result["error"]["code"] == code


def test_by_the_name_of_the_instance(clock: Clock, service: Service) -> None:
    find = f"GET {INSTANCES}?engine=kafka&exact_match_name=true&limit=50&name=orders&offset=0"
    service.expect((find, answer(200, listing(instance("orders")))), says(20, 20))
    assert ensure(clock, connector_id=None, instance_name="orders") == outcome(20, 20, changed=False)


@pytest.mark.parametrize("wanted", [0, -1])
def test_nonsense_is_refused_before_any_request(clock: Clock, service: Service, wanted: int) -> None:
    assert ensure(clock, wanted)["msg"] == f"sink_max_tasks must be 1 or more, not {wanted}."
    assert service.lines == []


def test_the_number_is_needed(clock: Clock, service: Service) -> None:
    assert "missing required arguments: sink_max_tasks" in ensure(clock, sink_max_tasks=None)["msg"]
