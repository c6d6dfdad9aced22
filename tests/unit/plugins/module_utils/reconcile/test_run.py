# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_tasks as sink_tasks
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Clock,
    Ran,
    Service,
    Step,
    error_reply,
    reply,
    run_module,
)

GONE = error_reply(404, "DMS.00404026")
IN_USE = error_reply(400, "DMS.00400874")
SHOW_NEW = samples.SHOW.replace("t-1", "t-3")
NEW, EARLIER = samples.listed("t-3"), samples.listed("t-2", create_time=1)
SHOWN_NEW: Step = (SHOW_NEW, samples.details(deliver_time_interval=60))
CREATED: Step = (samples.CREATE, samples.body(deliver_time_interval=60, record_delimiter=""), samples.created("t-3"))


@pytest.mark.parametrize(
    ("steps", "changed"),
    [
        ([(samples.DELETE, GONE)], False),
        ([(samples.DELETE, LOST), (samples.DELETE, GONE)], True),
        ([(samples.DELETE, reply(500)), (samples.DELETE, GONE)], True),
        ([(samples.DELETE, error_reply(503, "DMS.111501025")), (samples.DELETE, GONE)], True),
        ([*[(samples.DELETE, reply(503))] * 6, (samples.LIST, samples.tasks())], True),
        ([*[(samples.DELETE, reply(500))] * 6, (samples.LIST, error_reply(404, "DMS.00404024"))], True),
        ([(samples.DELETE, reply(429)), (samples.DELETE, GONE)], False),
        ([*[(samples.DELETE, LOST)] * 6, (samples.LIST, samples.tasks(samples.listed(status="DELETING")))], True),
    ],
    ids=[
        "deleted by another run",
        "response lost",
        "500",
        "503 with a code",
        "always 503",
        "always 500, then no connector",
        "throttled, deleted by another run",
        "responses lost, being deleted",
    ],
)
def test_deletion_is_a_change_only_if_made_by_this_run(service: Service, steps: list[Step], changed: bool) -> None:
    options = {"connector_id": "c-1", "tasks": [{"task_name": "orders", "state": "absent"}], "wait": False}
    listing = reply(200, {"tasks": [samples.listed()], "total_number": 1})
    ran = run_module(sink_tasks, service, options, (samples.LIST, listing), *steps)
    (report,) = ran.result["tasks"]
    assert (ran.result["changed"], report["changed"]) == (changed, changed)
    assert report["action"] == ("deleted" if changed else "unchanged")


def _recreate(service: Service, *steps: Step, clock: Clock | None = None, **more: t.Any) -> Ran:
    descriptor = {**samples.DESCRIPTOR, "deliver_time_interval": 60}
    tasks = [{"task_name": "orders", "obs_destination_descriptor": descriptor}]
    options = {"connector_id": "c-1", "tasks": tasks, "recreate": True, **more}
    observed: list[Step] = [(samples.LIST, samples.tasks(samples.listed())), (samples.SHOW, samples.details())]
    return run_module(sink_tasks, service, options, *observed, *steps, clock=clock, diff=True)


def test_recreation_of_a_task_deleted_by_another_run_is_a_creation(service: Service) -> None:
    ran = _recreate(service, (samples.DELETE, GONE), CREATED, (samples.LIST, samples.tasks(NEW)), SHOWN_NEW)
    (report,) = ran.result["tasks"]
    assert (report["action"], report["changed"]) == ("created", True)
    assert report["sink_task"]["task_id"] == "t-3"
    assert (ran.result["diff"]["before"], list(ran.result["diff"]["after"])) == ({}, ["orders"])


@pytest.mark.parametrize(
    ("steps", "action"),
    [
        ([(samples.DELETE, 204), (samples.LIST, samples.tasks())], "deleted"),
        ([(samples.DELETE, GONE)], "unchanged"),
    ],
    ids=["deleted by this run", "deleted by another run"],
)
def test_recreation_adopts_a_task_created_by_another_run(service: Service, steps: list[Step], action: str) -> None:
    refused: Step = (CREATED[0], CREATED[1], IN_USE)
    ran = _recreate(service, *steps, refused, (samples.LIST, samples.tasks(NEW)), SHOWN_NEW, SHOWN_NEW)
    (report,) = ran.result["tasks"]
    assert (report["action"], report["changed"]) == (action, action == "deleted")
    assert ran.result["changed"] is (action == "deleted")
    assert report["sink_task"]["task_id"] == "t-3"
    assert bool(ran.result["diff"]["before"]) is (action == "deleted")


def test_recreation_that_yields_to_an_earlier_task_is_a_deletion(service: Service) -> None:
    show_earlier: Step = (samples.SHOW.replace("t-1", "t-2"), samples.details(deliver_time_interval=60))
    ran = _recreate(
        service,
        (samples.DELETE, 204),
        (samples.LIST, samples.tasks()),
        CREATED,
        (samples.LIST, samples.tasks(EARLIER, NEW)),
        (samples.DELETE.replace("t-1", "t-3"), 204),
        show_earlier,
        show_earlier,
    )
    (report,) = ran.result["tasks"]
    assert (report["action"], report["changed"]) == ("deleted", True)
    assert report["sink_task"]["task_id"] == "t-2"


@pytest.mark.parametrize(
    ("found", "shown", "action"),
    [
        ([NEW], samples.details(deliver_time_interval=60), "unchanged"),
        ([NEW], samples.details(deliver_time_interval=90), "failed"),
        ([NEW], error_reply(403, "DMS.00403002"), "failed"),
        ([NEW, EARLIER], None, "failed"),
        ([], None, "failed"),
    ],
    ids=["equal", "different", "not readable", "several tasks", "no task"],
)
def test_creation_whose_topic_is_in_use_adopts_an_equal_task(
    service: Service, found: list[t.Any], shown: t.Any, action: str
) -> None:
    descriptor = {**samples.DESCRIPTOR, "deliver_time_interval": 60}
    tasks = [{"task_name": "orders", "obs_destination_descriptor": descriptor}]
    creation: Step = (samples.CREATE, samples.body(deliver_time_interval=60), IN_USE)
    steps: list[Step] = [(samples.LIST, samples.tasks()), creation]
    steps += [(samples.LIST, samples.tasks(*found)), *([(SHOW_NEW, shown)] if shown else [])]
    # The first one compares it, the second one waits for it.
    steps += [(SHOW_NEW, shown)] * (action == "unchanged")
    ran = run_module(sink_tasks, service, {"connector_id": "c-1", "tasks": tasks}, *steps, diff=True)
    (report,) = ran.result["tasks"]
    assert (report["action"], report["changed"], ran.result["changed"]) == (action, False, False)
    if action == "unchanged":
        assert report["sink_task"]["task_id"] == "t-3"
    else:
        assert "DMS.00400874" in report["msg"]


def test_nothing_is_created_if_the_list_fails_after_the_deletions(service: Service) -> None:
    named = (
        {"task_name": name, "obs_destination_descriptor": {**samples.DESCRIPTOR, **more}}
        for name, more in (("orders", {"deliver_time_interval": 60}), ("new", {"topics": ["n"]}))
    )
    tasks = [{"task_name": "old", "state": "absent"}, *named]
    old = samples.listed("t-9", "old")
    ran = run_module(
        sink_tasks,
        service,
        {"connector_id": "c-1", "tasks": tasks, "recreate": True},
        (samples.LIST, samples.tasks(samples.listed(), old)),
        (samples.SHOW, samples.details()),
        (samples.DELETE.replace("t-1", "t-9"), 204),
        (samples.LIST, error_reply(403, "DMS.00403002")),
    )
    assert [report["action"] for report in ran.result["tasks"]] == ["failed", "not_tried", "not_tried"]
    assert "it was not tried, because the tasks can't be listed" in ran.result["tasks"][1]["msg"]
    assert "Changes made before the failure: old: deleted the task (task id t-9)." in ran.msg
    assert "Changes made before the failure: deleted the task (task id t-9)." in ran.result["tasks"][0]["msg"]
    assert ran.result["changed"] is True


YOUNGER = samples.listed("t-4", create_time=1600000000000)


def test_younger_task_of_the_name_is_waited_for_and_then_named(service: Service) -> None:
    descriptor = {**samples.DESCRIPTOR, "deliver_time_interval": 60}
    tasks = [{"task_name": "orders", "obs_destination_descriptor": descriptor}]
    options = {"connector_id": "c-1", "tasks": tasks, "wait_timeout": 1}
    begin: list[Step] = [
        (samples.LIST, samples.tasks()),
        (samples.CREATE, samples.body(deliver_time_interval=60), samples.created("t-3")),
    ]
    both: Step = (samples.LIST, samples.tasks(NEW, YOUNGER))
    ran = run_module(sink_tasks, service, options, *begin, both, both, (samples.LIST, samples.tasks(NEW)), SHOWN_NEW)
    assert [report["action"] for report in ran.result["tasks"]] == ["created"]
    ran = run_module(sink_tasks, service, options, *begin, both, both, both)
    assert "last state: tasks t-3 and t-4 have the same name" in ran.msg
    assert "Changes made before the failure: orders: created the task (task id t-3)." in ran.msg
    assert [report["action"] for report in ran.result["tasks"]] == ["failed"]


def test_incomplete_list_does_not_prove_a_deletion(service: Service) -> None:
    options = {"connector_id": "c-1", "tasks": [{"task_name": "orders", "state": "absent"}], "wait_timeout": 1}
    sent: list[Step] = [(samples.LIST, samples.tasks(samples.listed())), (samples.DELETE, 204)]
    incomplete: Step = (samples.LIST, samples.tasks(total=1))
    ran = run_module(sink_tasks, service, options, *sent, incomplete, incomplete, (samples.LIST, samples.tasks()))
    assert ran.result["tasks"][0]["action"] == "deleted"
    ran = run_module(sink_tasks, service, options, *sent, *[incomplete] * 3)
    assert "waited 1 seconds for the task to be gone; last state: a list of 0 of 1 tasks" in ran.msg


def test_diff_omits_a_task_deleted_by_another_run(service: Service) -> None:
    options = {"connector_id": "c-1", "tasks": [{"task_name": "orders", "state": "absent"}], "wait": False}
    listing = samples.tasks(samples.listed())
    ran = run_module(sink_tasks, service, options, (samples.LIST, listing), (samples.DELETE, GONE), diff=True)
    assert ran.result["diff"] == {"before": {}, "after": {}}


def test_wait_timeout_starts_at_the_deletion_even_if_another_run_deleted_the_task(
    service: Service, clock: Clock
) -> None:
    """It starts at the throttled deletion, not at the creation."""
    busy: Step = (samples.DELETE, reply(429, Retry_After="3"))
    ran = _recreate(service, busy, (samples.DELETE, GONE), clock=clock, wait_timeout=3)
    assert "the 3 seconds of wait_timeout are over, so it was not created" in ran.msg
    assert "The task no longer exists; its definition is returned" in ran.msg
    assert ran.result["changed"] is False
