# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selection and plans of sink tasks; they need no requests."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api.listing import Listing
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import (
    Observed,
    Step,
    has_failed,
    is_leaving,
    match,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.fields import TABLE
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.plan import Desired, plan
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import UnexpectedState
from ansible_collections.huaweicloud.kafka.tests.unit.samples import DESCRIPTOR, body, listed, shown

ORDERS, DUPLICATE, OTHER = listed(), listed("t-3"), listed("t-2", "returns")


def listing(*tasks: dict[str, t.Any], total: int | None = None, **limits: int | None) -> Listing:
    return Listing(
        list(tasks),
        len(tasks) if total is None else total,
        "task_id",
        "task_name",
        {"max_tasks": None, "quota_tasks": None, **limits},
    )


# --- match -----------------------------------------------------------------------------------------------------------

MATCHES = {
    "by id": ("t-1", None, listing(OTHER, ORDERS), ORDERS),
    "by name": (None, "orders", listing(OTHER, ORDERS), ORDERS),
    "by both": ("t-1", "orders", listing(ORDERS), ORDERS),
    "by both, two with the name": ("t-3", "orders", listing(ORDERS, DUPLICATE), DUPLICATE),
    "by id, incomplete list": ("t-1", None, listing(ORDERS, total=3), ORDERS),
    "no such name": (None, "orders", listing(OTHER), None),
    "a name in another case": (None, "Orders", listing(ORDERS), None),
    "no such id": ("t-9", None, listing(ORDERS), None),
    "neither id nor name": ("t-9", "new", listing(ORDERS), None),
    "an empty list": (None, "orders", listing(), None),
    "two with the name": (None, "orders", listing(ORDERS, DUPLICATE), "2 sink tasks are named orders: t-1, t-3"),
    "the id has another name": ("t-2", "orders", listing(ORDERS, OTHER), "task t-2 is named returns"),
    "the name has another id": ("t-9", "orders", listing(ORDERS), "the name of task t-1, not of t-9"),
    "incomplete list": (None, "orders", listing(OTHER, total=2), "contains 1 of 2 sink tasks"),
    "incomplete list without the id": ("t-9", None, listing(OTHER, total=2), "contains 1 of 2 sink tasks"),
    "incomplete list with the name": (None, "orders", listing(ORDERS, total=2), "contains 1 of 2 sink tasks"),
}


@pytest.mark.parametrize("name", MATCHES)
def test_match(name: str) -> None:
    task_id, task_name, tasks, expected = MATCHES[name]
    if isinstance(expected, str):
        with pytest.raises(UnexpectedState, match=expected):
            match(task_id, task_name, tasks, "sink task")
    else:
        assert match(task_id, task_name, tasks, "sink task") == expected


@pytest.mark.parametrize(
    ("status", "leaving", "failed"),
    [
        *((status, True, False) for status in ("DELETING", "DELETED", "deleting")),
        *((status, False, True) for status in ("FAILED", "CREATE_FAILED", "CREATEFAILED", "ERROR", "failed")),
        *((status, False, False) for status in ("RUNNING", "PAUSED", "CREATING", "", None, 7)),
    ],
)
def test_status_means_being_deleted_or_failed(status: t.Any, leaving: bool, failed: bool) -> None:
    assert (is_leaving({"status": status}), has_failed({"status": status})) == (leaving, failed)


# --- plan ------------------------------------------------------------------------------------------------------------

DELETE, GONE, CREATE, READY = Step.DELETE, Step.WAIT_GONE, Step.CREATE, Step.WAIT_READY


def wanted(state: str = "present", /, descriptor: t.Mapping[str, t.Any] | None = None, **fields: t.Any) -> Desired:
    given = {name: value for name, value in {**DESCRIPTOR, **(descriptor or {})}.items() if value is not None}
    prepared = TABLE.prepare(given) if state == "present" else {}
    rest = {"task_id": None, "recreate": False, "update_secrets": "on_create", "wait": True, **fields}
    return Desired(
        state=state, task_name="orders", descriptor=prepared, source_type="BLOB", destination_type="OBS", **rest
    )


def seen(task: dict[str, t.Any] | None = None, **limits: t.Any) -> Observed:
    return Observed(listing(*([task] if task else []), **limits), task)


INTERVAL, BUCKET = {"deliver_time_interval": 60}, {"obs_bucket_name": "other"}
PLANS: dict[str, tuple[Desired, Observed, tuple[Step, ...] | str]] = {
    "absent, none": (wanted("absent"), seen(), ()),
    "absent": (wanted("absent"), seen(ORDERS), (DELETE, GONE)),
    "absent, wait: false": (wanted("absent", wait=False), seen(ORDERS), (DELETE,)),
    "absent, being deleted": (wanted("absent"), seen(listed(status="DELETING")), (GONE,)),
    "absent, being deleted, wait: false": (wanted("absent", wait=False), seen(listed(status="DELETING")), ()),
    "absent, failed": (wanted("absent"), seen(listed(status="FAILED")), (DELETE, GONE)),
    "present, none": (wanted(), seen(), (CREATE, READY)),
    "present, being deleted": (wanted(), seen(shown("DELETING")), (GONE, CREATE, READY)),
    "present, being deleted, by id": (wanted(task_id="t-1"), seen(shown("DELETING")), "no sink task with the id t-1"),
    "present, no such id": (wanted(task_id="t-9"), seen(), "no sink task with the id t-9"),
    **{
        f"present, {status}": (wanted(recreate=recreate), seen(shown(status)), (READY,))
        for status in ("RUNNING", "PAUSED", "CREATING")
        for recreate in (True, False)
    },
    "present, wait: false": (wanted(wait=False), seen(shown()), ()),
    "present, failed": (wanted(), seen(shown("FAILED")), (READY,)),
    "present, failed, recreate": (wanted(recreate=True), seen(shown("FAILED")), (DELETE, GONE, CREATE, READY)),
    "present, different": (
        wanted(descriptor={**INTERVAL, **BUCKET}),
        seen(shown()),
        "obs_bucket_name is 'archive', wanted 'other'; deliver_time_interval is 300, wanted 60",
    ),
    "present, different, recreate": (
        wanted(descriptor=INTERVAL, recreate=True), seen(shown()), (DELETE, GONE, CREATE, READY),
    ),
    "present, different, recreate, wait: false": (
        wanted(descriptor=INTERVAL, recreate=True, wait=False), seen(shown()), (DELETE, GONE, CREATE, READY),
    ),
    "update_secrets: always": (
        wanted(recreate=True, update_secrets="always"), seen(shown()), (DELETE, GONE, CREATE, READY),
    ),
    "update_secrets: always, none": (wanted(recreate=True, update_secrets="always"), seen(), (CREATE, READY)),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_steps(name: str) -> None:
    options, observed, expected = PLANS[name]
    if isinstance(expected, str):
        with pytest.raises(UnexpectedState, match=expected):
            plan(options, observed)
        return
    made = plan(options, observed)
    assert made.steps == expected
    assert made.writes is (DELETE in expected or CREATE in expected)
    assert (made.body is not None) is (CREATE in expected)
    # The diff shows exactly what the plan changes.
    assert (made.before != made.after) is made.writes
    assert "secret" not in str([made.before, made.after]).replace("secrets", "")


RECREATIONS = {
    "unset fields are kept": (
        {"topics": ["returns"]},
        {
            "consumer_strategy": "earliest",
            "obs_path": "a/b",
            "partition_format": "yyyy/MM",
            "record_delimiter": "\\n",
            "deliver_time_interval": "600",
            "destination_file_type": "TXT",
        },
        {
            "topics": "returns",
            "consumer_strategy": "earliest",
            "obs_path": "a/b",
            "partition_format": "yyyy/MM",
            "record_delimiter": "\n",
            "deliver_time_interval": 600,
        },
    ),
    "no folders by time": (
        {"topics": ["returns"]},
        {"partition_format": "N/A", "record_delimiter": ""},
        {"topics": "returns", "partition_format": "N/A", "record_delimiter": ""},
    ),
    "topics to topics_regex": (
        {"topics": None, "topics_regex": "or.*"},
        {},
        {"topics": None, "topics_regex": "or.*", "record_delimiter": ""},
    ),
    "topics_regex to topics": ({}, {"topics": "", "topics_regex": "or.*"}, {"record_delimiter": ""}),
}


@pytest.mark.parametrize("name", RECREATIONS)
def test_body_of_a_recreation(name: str) -> None:
    descriptor, echoed, sent = RECREATIONS[name]
    assert plan(wanted(descriptor=descriptor, recreate=True), seen(shown(**echoed))).body == body(**sent)


@pytest.mark.parametrize(("strategy", "effect"), [("latest", "skipped"), ("earliest", "written again")])
@pytest.mark.parametrize("given", [True, False])
def test_recreation_warns_of_the_lost_position(strategy: str, effect: str, given: bool) -> None:
    """The strategy is that of the options, or else of the old task."""
    descriptor = {**BUCKET, **({"consumer_strategy": strategy} if given else {})}
    other = "earliest" if strategy == "latest" else "latest"
    observed = seen(shown(consumer_strategy=other if given else strategy))
    (warning,) = plan(wanted(descriptor=descriptor, recreate=True), observed).warnings
    assert f"consumer_strategy {strategy}" in warning
    assert effect in warning
    assert plan(wanted(), seen()).warnings == ()


def test_recreation_is_possible_with_a_full_quota() -> None:
    full = seen(shown(), max_tasks=1, quota_tasks=1)
    made = plan(wanted(descriptor=INTERVAL, recreate=True), full)
    assert (made.forecast, made.forecast_warning) == (None, "")


@pytest.mark.parametrize(
    ("total", "limits", "verdict"),
    [
        (2, {"max_tasks": 2, "quota_tasks": 2}, "fails"),
        (3, {"max_tasks": 2, "quota_tasks": 2}, "fails"),
        (0, {"max_tasks": 0, "quota_tasks": 0}, "fails"),
        (9, {"max_tasks": 9, "quota_tasks": 10}, "warns"),
        (9, {"max_tasks": 10, "quota_tasks": 9}, "warns"),
        (2, {"max_tasks": None, "quota_tasks": 2}, "warns"),
        (2, {"max_tasks": 2, "quota_tasks": None}, "warns"),
        (1, {"max_tasks": 2, "quota_tasks": 2}, "nothing"),
        (2, {"max_tasks": None, "quota_tasks": None}, "nothing"),
    ],
)
def test_forecast_of_the_quota(total: int, limits: dict[str, t.Any], verdict: str) -> None:
    made = plan(wanted(), Observed(Listing([], total, "task_id", "task_name", limits)))
    assert (made.forecast is not None, bool(made.forecast_warning)) == (verdict == "fails", verdict == "warns")
