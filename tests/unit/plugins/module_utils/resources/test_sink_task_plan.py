# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Selection and plans of sink tasks; they need no requests."""

from __future__ import annotations

import functools
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api.listing import Listing
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import (
    CREATE,
    DELETE,
    Desired,
    Step,
    match,
    plan_of,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import (
    WAIT_GONE as GONE,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import (
    WAIT_READY as READY,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.fields import OPTION, TABLE
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.sink_task.kind import KIND
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.tasks import has_failed, is_leaving
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import UnexpectedState
from ansible_collections.huaweicloud.kafka.tests.unit.samples import DESCRIPTOR, body, listed, shown

plan = functools.partial(plan_of, KIND)
ORDERS, DUPLICATE, OTHER = listed(), listed("t-3"), listed("t-2", "returns")


def listing(*tasks: dict[str, t.Any], total: int | None = None) -> Listing:
    return Listing(list(tasks), len(tasks) if total is None else total, "task_id", "task_name")


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
            match(Desired("absent", task_id, task_name), tasks, "sink task", "task")
    else:
        assert match(Desired("absent", task_id, task_name), tasks, "sink task", "task") == expected


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


def wanted(state: str = "present", /, descriptor: t.Mapping[str, t.Any] | None = None, **more: t.Any) -> Desired:
    given = {name: value for name, value in {**DESCRIPTOR, **(descriptor or {})}.items() if value is not None}
    fields = {"source_type": "BLOB", "destination_type": "OBS", OPTION: TABLE.prepare(given)}
    return Desired(state, more.pop("task_id", None), "orders", fields if state == "present" else {}, **more)


INTERVAL, BUCKET = {"deliver_time_interval": 60}, {"obs_bucket_name": "other"}
PLANS: dict[str, tuple[Desired, dict[str, t.Any] | None, tuple[Step, ...] | str]] = {
    "absent, none": (wanted("absent"), None, ()),
    "absent": (wanted("absent"), ORDERS, (DELETE, GONE)),
    "absent, being deleted": (wanted("absent"), listed(status="DELETING"), (GONE,)),
    "absent, failed": (wanted("absent"), listed(status="FAILED"), (DELETE, GONE)),
    "present, none": (wanted(), None, (CREATE, READY)),
    "present, being deleted": (wanted(), shown("DELETING"), (GONE, CREATE, READY)),
    "present, being deleted, by id": (wanted(task_id="t-1"), shown("DELETING"), "no sink task with the id t-1"),
    "present, no such id": (wanted(task_id="t-9"), None, "no sink task with the id t-9"),
    **{
        f"present, {status}": (wanted(recreate=recreate), shown(status), (READY,))
        for status in ("RUNNING", "PAUSED", "CREATING")
        for recreate in (True, False)
    },
    "present, failed": (wanted(), shown("FAILED"), (READY,)),
    "present, failed, recreate": (wanted(recreate=True), shown("FAILED"), (DELETE, GONE, CREATE, READY)),
    "present, different": (
        wanted(descriptor={**INTERVAL, **BUCKET}),
        shown(),
        "obs_bucket_name is 'archive', wanted 'other'; deliver_time_interval is 300, wanted 60",
    ),
    "present, different, recreate": (
        wanted(descriptor=INTERVAL, recreate=True), shown(), (DELETE, GONE, CREATE, READY),
    ),
    "update_secrets: always": (
        wanted(recreate=True, update_secrets="always"), shown(), (DELETE, GONE, CREATE, READY),
    ),
    "update_secrets: always, none": (wanted(recreate=True, update_secrets="always"), None, (CREATE, READY)),
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
    assert plan(wanted(descriptor=descriptor, recreate=True), shown(**echoed)).body == body(**sent)


@pytest.mark.parametrize(("strategy", "effect"), [("latest", "skipped"), ("earliest", "written again")])
@pytest.mark.parametrize("given", [True, False])
def test_recreation_warns_of_the_lost_position(strategy: str, effect: str, given: bool) -> None:
    """The strategy is that of the options, or else of the old task."""
    descriptor = {**BUCKET, **({"consumer_strategy": strategy} if given else {})}
    other = "earliest" if strategy == "latest" else "latest"
    observed = shown(consumer_strategy=other if given else strategy)
    (warning,) = plan(wanted(descriptor=descriptor, recreate=True), observed).warnings
    assert f"consumer_strategy {strategy}" in warning
    assert effect in warning
    assert plan(wanted(), None).warnings == ()


def test_recreation_names_the_fields_that_it_keeps_and_those_that_it_drops() -> None:
    existing = {**shown(obs_path="a/b", fresh_field="x"), "labels": ["x"], "source_type": "BLOB", "owner": ""}
    made = plan(wanted(descriptor=INTERVAL, recreate=True), existing)
    assert f"({OPTION}.obs_path)" in made.lost
    assert [warning for warning in made.warnings if "documented: fresh_field, labels." in warning]
    assert plan(wanted(descriptor={**INTERVAL, "obs_path": "a/b"}, recreate=True), existing).lost == ""


def test_status_that_is_not_documented_is_a_warning() -> None:
    made = plan(wanted(), shown("STOPPED"))
    assert (made.steps, made.warnings) == ((), ("The task has the status STOPPED, which is not documented.",))


@pytest.mark.parametrize(
    ("echo", "given", "values"),
    [
        ({"obs_path": ""}, {"obs_path": "a"}, ("", "a")),
        ({"obs_path": "a"}, {"obs_path": ""}, ("a", "")),
        ({"obs_path": ""}, INTERVAL, (None, None)),
    ],
)
def test_blank_path_is_shown_as_it_is(
    echo: dict[str, t.Any], given: dict[str, t.Any], values: tuple[t.Any, t.Any]
) -> None:
    made = plan(wanted(descriptor=given, recreate=True), shown(**echo))
    assert tuple(side[OPTION].get("obs_path") for side in (made.before, made.after)) == values
    if "obs_path" in given:
        with pytest.raises(UnexpectedState, match="obs_path is {!r}, wanted {!r}".format(*values)):
            plan(wanted(descriptor=given), shown(**echo))
