# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sets of tasks: refusals before the first write, the order of writes, pruning, failures and reports."""

from __future__ import annotations

import json
import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task_info as sink_task_info
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_tasks as sink_tasks
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect_task_info as info
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect_tasks as module
from ansible_collections.huaweicloud.kafka.tests.unit import samples as sinks
from ansible_collections.huaweicloud.kafka.tests.unit.samples import instance
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import (
    CREATE,
    INSTANCE,
    KEYS,
    LIST,
    TASKS,
    UP,
    entity,
    options,
    replicated,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    Clock,
    Ran,
    Reply,
    Service,
    Table,
    connection_failed,
    error_reply,
    reply,
    run_module,
)

PAGE = LIST.replace("offset=0", "offset=1")
NAMES = ("a-task", "b-task", "c-task", "d-task")
IDS = dict(zip(NAMES, ("t-a", "t-b", "t-c", "t-d")))


def row(name: str, status: str = "RUNNING", **more: t.Any) -> dict[str, t.Any]:
    """Return the task *name* as the service returns it; each has its own topic."""
    return entity(status, IDS.get(name, f"t-{name}"), name, topics=name, **more)


def entry(name: str, state: str = "present", sink: t.Any = None, **more: t.Any) -> dict[str, t.Any]:
    """Return the entry that describes the task of :func:`row`."""
    described = options(sink, topics=[name], **more)
    return {**{key: described[key] for key in described if key != "instance_id"}, "task_name": name, "state": state}


def absent(name: str) -> dict[str, t.Any]:
    return {"task_name": name, "state": "absent"}


def delete(name: str) -> str:
    return f"DELETE {TASKS}/{IDS[name]}"


def run(
    replies: t.Mapping[str, t.Any], wanted: list[t.Any], clock: Clock | None = None, **more: t.Any
) -> tuple[Ran, list[str]]:
    """Run the module; return its result and the lines of its requests."""
    how = {name: more.pop(name) for name in ("check_mode", "diff") if name in more}
    service = Table({INSTANCE: UP, **replies}, single=TASKS + "/")
    ran = run_module(module, service, {"instance_id": "i-1", "tasks": wanted, **more}, clock=clock, **how)
    return ran, service.lines


def creation(*failing: str, code: str = "DMS.00400867", status: int = 400) -> t.Callable[[t.Any], Reply]:
    """Return the response to each creation: the id is that of :data:`IDS`."""

    def create(request: t.Any) -> Reply:
        name = json.loads(request.body)["task_name"]
        return error_reply(status, code) if name in failing else reply(200, row(name))

    return create


def actions(ran: Ran) -> dict[str, str]:
    return {task["task_name"]: task["action"] for task in ran.result["tasks"]}


# --- refused before anything is sent ----------------------------------------------------------------------------------

UNSENT: dict[str, tuple[list[t.Any], dict[str, t.Any], str]] = {
    "name twice": (
        [entry("a-task"), absent("a-task")], {}, "task_name must be unique in tasks: a-task in tasks[0] and tasks[1]",
    ),
    "out of range": (
        [entry("a-task"), entry("b-task", sink={"deliver_time_interval": 1})], {},
        "tasks[1] (b-task): sink_task.deliver",
    ),
    "not described": ([{"task_name": "a-task"}], {}, "tasks[0] (a-task): topics or topics_regex"),
    "restarted": ([{"task_name": "a-task", "state": "restarted"}], {}, "value of state must be one of"),
    "neither id nor name": ([{"state": "absent"}], {}, "one of the following"),
    "blank id": ([{"task_id": " ", "state": "absent"}], {}, "task_id must not be empty"),
    "prune without entries": ([], {"prune": True}, "no entry with a state other than absent"),
    "prune with absent only": ([absent("a-task")], {"prune": True}, "no entry with a state other than absent"),
    "pattern without prune": ([], {"prune_pattern": "a"}, "prune_pattern needs prune: true"),
    "id twice": (
        [{"task_id": "t-a", "state": "absent"}, entry("b-task"), {"task_id": "t-a", "state": "absent"}], {},
        "task_id must be unique in tasks: t-a in tasks[0] and tasks[2]",
    ),
    "empty pattern": ([], {"prune": True, "prune_pattern": ""}, "prune_pattern must not be empty"),
    "blank pattern": ([], {"prune": True, "prune_pattern": " "}, "prune_pattern must not be empty"),
    "limit without prune": ([entry("a-task")], {"prune_limit": 3}, "prune_limit needs prune: true"),
    "too long a repetition": ([], {"prune": True, "prune_pattern": "a{99999999999}"}, "not a regular expression"),
    "invalid pattern": ([], {"prune": True, "prune_pattern": "("}, "not a regular expression"),
    "negative limit": ([entry("a-task")], {"prune": True, "prune_limit": -1}, "prune_limit must be 0 or more"),
    "empty plan": ([absent("a-task")], {"expect_plan": ""}, "expect_plan must not be empty"),
    "blank plan": ([absent("a-task")], {"expect_plan": " "}, "expect_plan must not be empty"),
    "negative timeout": ([], {"wait_timeout": -1}, "wait_timeout must be 0 or more"),
    "secrets": ([entry("a-task")], {"update_secrets": "always"}, "needs recreate: true"),
}  # fmt: skip


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", UNSENT)
def test_refused_before_any_request(name: str, check_mode: bool) -> None:
    wanted, more, message = UNSENT[name]
    ran, lines = run({}, wanted, check_mode=check_mode, **more)
    assert message in ran.msg
    assert lines == []


# --- refused before the first write -----------------------------------------------------------------------------------

UNWRITTEN: dict[str, tuple[list[t.Any], dict[str, t.Any], dict[str, t.Any], str]] = {
    "task twice, by name and id": (
        [absent("a-task"), {"task_id": "t-a", "state": "absent"}], {LIST: tasks(row("a-task"))}, {},
        "select the same task t-a",
    ),
    "ambiguous": (
        [absent("b-task"), absent("a-task")], {LIST: tasks(row("a-task"), entity(task_id="x", name="a-task"))}, {},
        "t-a, x",
    ),
    "no such id": ([{**entry("new-task"), "task_id": "t-x"}], {LIST: tasks()}, {}, "t-x"),
    "incomplete": ([absent("b-task")], {LIST: tasks(row("a-task"), total=2), PAGE: tasks(total=2)}, {}, "1 of 2"),
    "incomplete, prune": (
        [{"task_id": "t-a", "state": "running"}], {LIST: tasks(row("a-task"), total=2), PAGE: tasks(total=2)},
        {"prune": True}, "1 of 2",
    ),
    "differs": (
        [absent("b-task"), entry("a-task", sink={"obs_path": "x"})], {LIST: tasks(row("a-task"), row("b-task"))}, {},
        "a-task: it exists (task id t-a) and differs: sink_task.obs_path",
    ),
    "no keys": (
        [entry("a-task", sink=dict.fromkeys(KEYS)), entry("b-task")], {LIST: tasks()}, {},
        "must be set to create the task",
    ),
    "quota": (
        [entry("a-task"), entry("b-task")], {LIST: tasks(row("c-task"), max_tasks=2, quota_tasks=2)}, {}, "the quota",
    ),
    "prune_limit": (
        [entry("a-task")], {LIST: tasks(*map(row, NAMES))}, {"prune": True, "prune_limit": 2}, "b-task, c-task, d-task",
    ),
    "prune_limit: 0": (
        [entry("a-task")], {LIST: tasks(*map(row, NAMES[:2]))}, {"prune": True, "prune_limit": 0},
        "1 task would be pruned, more than prune_limit 0: b-task",
    ),
    "another plan_id": ([absent("a-task")], {LIST: tasks(row("a-task"))}, {"expect_plan": "x"}, "not x as expected"),
    "busy instance": (
        [absent("a-task")], {LIST: tasks(row("a-task")), INSTANCE: reply(200, instance(status="EXTENDING"))}, {},
        "EXTENDING",
    ),
    "failed": (
        [{"task_name": "a-task", "state": "running"}], {LIST: tasks(row("a-task", "FAILED"))}, {}, "status FAILED",
    ),
    "no instance": ([entry("a-task")], {LIST: error_reply(404, "DMS.00404022")}, {}, "DMS.00404022"),
}  # fmt: skip


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("name", UNWRITTEN)
def test_refused_before_the_first_write(name: str, check_mode: bool) -> None:
    wanted, replies, more, message = UNWRITTEN[name]
    ran, lines = run(replies, wanted, check_mode=check_mode, **more)
    assert message in ran.msg
    assert ran.result["changed"] is False
    assert {line.split()[0] for line in lines} == {"GET"}
    assert not [task for task in ran.result.get("tasks", []) if task["changed"]]


def test_failed_plan_reports_the_other_tasks_as_not_tried() -> None:
    ran, _lines = run({LIST: tasks(row("b-task"))}, [entry("a-task", sink=dict.fromkeys(KEYS)), absent("b-task")])
    assert actions(ran) == {"a-task": "failed", "b-task": "not_tried"}


# --- the order of writes ----------------------------------------------------------------------------------------------

FULL: dict[str, t.Any] = {
    LIST: [
        tasks(row("a-task"), row("b-task"), row("c-task", "PAUSED")),
        tasks(row("a-task"), row("b-task"), row("c-task", "PAUSED")),  # still listed
        tasks(row("b-task"), row("c-task", "PAUSED")),
        tasks(row("b-task"), row("c-task"), row("d-task", "CREATING")),
        tasks(row("b-task"), row("c-task"), row("d-task")),
        tasks(row("c-task"), row("d-task")),
        tasks(row("c-task"), row("d-task"), row("b-task")),
    ],
    delete("a-task"): reply(204),
    delete("b-task"): reply(204),
    f"PUT {TASKS}/t-c/resume": reply(204),
    CREATE: [reply(200, row("d-task")), reply(200, {**row("b-task"), "id": "t-new"})],
}


def full() -> list[t.Any]:
    new = entry("b-task", sink={"obs_path": "x"})
    return [entry("d-task"), new, {"task_name": "c-task", "state": "running"}, absent("a-task")]


def test_order_of_writes() -> None:
    """Deletions, then changes, creations, and recreations one by one; one wait by the list."""
    replies = {**FULL, LIST: [*FULL[LIST][:6], tasks(row("c-task"), row("d-task"), {**row("b-task"), "id": "t-new"})]}
    ran, lines = run(replies, full(), recreate=True, diff=True)
    assert "failed" not in ran.result, ran.result
    writes = [line for line in lines if not line.startswith("GET")]
    assert writes == [delete("a-task"), f"PUT {TASKS}/t-c/resume", CREATE, delete("b-task"), CREATE]
    assert actions(ran) == {"d-task": "created", "b-task": "recreated", "c-task": "resumed", "a-task": "deleted"}
    assert all(task["changed"] for task in ran.result["tasks"])
    assert set(ran.result["diff"]["before"]) == {"a-task", "b-task", "c-task"}
    assert set(ran.result["diff"]["after"]) == {"b-task", "c-task", "d-task"}
    assert [task["smart_connect_task"].get("id") for task in ran.result["tasks"]] == ["t-d", "t-new", "t-c", "t-a"]


def test_check_mode_predicts_the_actions_and_the_plan() -> None:
    ran, lines = run(FULL, full(), recreate=True, diff=True, check_mode=True)
    assert lines == [LIST, INSTANCE]
    assert actions(ran) == {"d-task": "created", "b-task": "recreated", "c-task": "resumed", "a-task": "deleted"}
    assert ran.result["changed"] is True
    assert "b-task: Recreating the task loses" in ran.result["warnings"][0]
    replies = {**FULL, LIST: [*FULL[LIST][:6], tasks(row("c-task"), row("d-task"), {**row("b-task"), "id": "t-new"})]}
    live, _lines = run(replies, full(), recreate=True, diff=True, expect_plan=ran.result["plan_id"])
    assert (live.result["plan_id"], live.result["diff"]) == (ran.result["plan_id"], ran.result["diff"])


def test_unchanged_set_needs_one_request() -> None:
    for check_mode in (True, False):
        ran, lines = run(
            {LIST: tasks(row("a-task"), row("b-task"))}, [entry("a-task"), absent("x-task")], check_mode=check_mode
        )
        assert (lines, ran.result["changed"]) == ([LIST], False)
        assert actions(ran) == {"a-task": "unchanged", "x-task": "unchanged"}


@pytest.mark.parametrize("wait", [True, False])
def test_requests_of_deletions_and_creations(wait: bool) -> None:
    replies = {LIST: [tasks(*map(row, NAMES)), tasks()], **{delete(name): reply(204) for name in NAMES}}
    _ran, lines = run(replies, [absent(name) for name in NAMES], wait=wait)
    assert (lines[:2], len(lines)) == ([LIST, INSTANCE], 7 if wait else 6)
    _ran, lines = run(
        {LIST: [tasks(), tasks(*map(row, NAMES))], CREATE: creation()}, list(map(entry, NAMES)), wait=wait
    )
    assert (lines.count(CREATE), len(lines)) == (4, 7)


def test_writes_are_concurrent() -> None:
    replies = {INSTANCE: UP, LIST: [tasks(*map(row, NAMES)), tasks()], **{delete(name): reply(204) for name in NAMES}}
    service = Table(replies, together=4, single=TASKS + "/")
    wanted = {"instance_id": "i-1", "tasks": [absent(name) for name in NAMES]}
    assert run_module(module, service, wanted).result["changed"] is True


def test_one_list_is_polled_for_all_changes() -> None:
    before, after = map(row, NAMES), [row(name, "PAUSED") for name in NAMES]
    replies = {f"PUT {TASKS}/{task_id}/pause": reply(204) for task_id in IDS.values()}
    rows = list(before)
    ran, lines = run(
        {LIST: [tasks(*rows), tasks(*rows), tasks(*after)], **replies},
        [{"task_name": name, "state": "paused"} for name in NAMES],
    )
    assert set(actions(ran).values()) == {"paused"}
    assert (lines.count(LIST), len(lines)) == (3, 3 + 1 + 4)
    assert {task["smart_connect_task"]["status"] for task in ran.result["tasks"]} == {"PAUSED"}


def test_statuses_that_must_settle_are_read_by_one_list_for_all(clock: Clock) -> None:
    lists = [
        tasks(row("a-task", "CREATING"), row("b-task", "RESTARTING"), row("c-task")),
        tasks(row("a-task", "CREATING"), row("b-task"), row("c-task", "PAUSED")),
        tasks(row("a-task"), row("b-task"), row("c-task", "PAUSED")),
        tasks(row("a-task", "PAUSED"), row("b-task", "PAUSED"), row("c-task", "PAUSED")),
    ]
    pauses = {f"PUT {TASKS}/{IDS[name]}/pause": reply(204) for name in NAMES[:3]}
    ran, lines = run({LIST: lists, **pauses}, [entry(name, "paused") for name in NAMES[:3]], clock)
    assert actions(ran) == dict.fromkeys(NAMES[:3], "paused")
    # What is certain is not held up by what is not.
    assert lines[2] == f"PUT {TASKS}/t-c/pause"
    assert lines[3:5] == [LIST, LIST]
    assert sorted(lines[5:7]) == [f"PUT {TASKS}/t-{name}/pause" for name in "ab"]
    assert lines[7:] == [LIST]


def test_a_status_that_does_not_settle_does_not_hold_up_the_others() -> None:
    stays, b, c = row("a-task", "CREATING"), row("b-task", "PAUSED"), row("c-task")
    lists = [tasks(stays, row("b-task", "RESTARTING")), *[tasks(stays, row("b-task"))] * 3, tasks(stays, b, c)]
    pause, created = {f"PUT {TASKS}/t-b/pause": reply(204)}, reply(200, c)
    wanted = [entry("a-task", "paused"), entry("b-task", "paused"), entry("c-task")]
    ran, _lines = run({LIST: lists, CREATE: created, **pause}, wanted, wait_timeout=1)
    assert actions(ran) == {"a-task": "failed", "b-task": "paused", "c-task": "created"}


def test_a_deletion_by_another_run_that_does_not_end_does_not_hold_up_the_others() -> None:
    stays, b = row("a-task", "DELETING"), row("b-task")
    replies = {LIST: [*[tasks(stays)] * 4, tasks(stays, b)], CREATE: reply(200, b)}
    ran, _lines = run(replies, [entry("a-task"), entry("b-task")], wait_timeout=1)
    assert actions(ran) == {"a-task": "not_tried", "b-task": "created"}


def test_creation_waits_until_a_task_with_its_name_is_deleted() -> None:
    replies = {LIST: [tasks(row("a-task", "DELETING")), tasks(), tasks({**row("a-task"), "id": "t-new"})]}
    ran, lines = run({**replies, CREATE: reply(200, {**row("a-task"), "id": "t-new"})}, [entry("a-task")])
    assert actions(ran) == {"a-task": "created"}
    assert lines == [LIST, INSTANCE, LIST, CREATE, LIST]


def test_task_being_created_is_started_afterwards() -> None:
    show = [reply(200, row("a-task", status)) for status in ("CREATING", "WAITING", "RESTARTING", "RUNNING")]
    restart = f"PUT {TASKS}/t-a/restart".replace("/instances", "/kafka/instances")
    ran, _lines = run(
        {
            LIST: tasks(row("a-task", "CREATING")),
            f"GET {TASKS}/t-a": show,
            restart: reply(204),
        },
        [{"task_name": "a-task", "state": "running"}],
    )
    assert actions(ran) == {"a-task": "started"}
    assert ran.result["changed"] is True


# --- prune ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "more", "pruned"),
    [
        ([entry("a-task")], {}, ["b-task", "c-task", "d-task"]),
        ([entry("a-task")], {"prune_limit": 3}, ["b-task", "c-task", "d-task"]),
        ([], {"prune_pattern": "[bc].*"}, ["b-task", "c-task"]),
        ([{"task_name": "b-task", "state": "paused"}], {"prune_pattern": "[bc]-task"}, ["c-task"]),
        ([{"task_id": "t-b", "state": "running"}], {"prune_pattern": "[bc]-task"}, ["c-task"]),
        ([], {"prune_pattern": "b"}, []),
        ([], {"prune_pattern": "b-task|task"}, ["b-task"]),
        ([], {"prune_pattern": "x.*", "prune_limit": 0}, []),
    ],
)
def test_prune(wanted: list[t.Any], more: dict[str, t.Any], pruned: list[str]) -> None:
    ran, _lines = run({LIST: tasks(*map(row, NAMES))}, wanted, prune=True, check_mode=True, **more)
    assert [name for name, action in actions(ran).items() if action == "deleted"] == pruned


def test_prune_of_duplicate_and_odd_names_is_by_id() -> None:
    odd = [
        entity(task_id="t-1", name=" odd "),
        entity(task_id="t-2", name="duplicate"),
        entity(task_id="t-3", name="duplicate"),
    ]
    replies = {LIST: [tasks(*odd), tasks()], **{f"DELETE {TASKS}/t-{number}": reply(204) for number in (1, 2, 3)}}
    ran, lines = run(replies, [], prune=True, prune_pattern=".*", diff=True)
    assert [task["action"] for task in ran.result["tasks"]] == ["deleted"] * 3
    assert len(ran.result["diff"]["before"]) == 3
    assert len(lines) == 6


def test_without_a_connector_there_is_nothing_to_delete() -> None:
    for code in ("DMS.00404022", "DMS.00404024"):
        for wanted, more in (([], {"prune": True, "prune_pattern": ".*"}), ([absent("a-task")], {})):
            ran, _lines = run({LIST: error_reply(404, code)}, wanted, **more)
            assert ran.result["changed"] is False
            assert "absent" in ran.result["warnings"][0]
    ran, _lines = run({LIST: error_reply(404, "DMS.00404026")}, [absent("a-task")])
    assert (actions(ran), ran.result["changed"]) == ({"a-task": "unchanged"}, False)
    assert "DMS.00404026" in run({LIST: error_reply(404, "DMS.00404026")}, [entry("a-task")])[0].msg


# --- plan ids ---------------------------------------------------------------------------------------------------------


def test_plan_id_depends_only_on_the_plan() -> None:
    def plan_id(rows: list[t.Any], wanted: list[t.Any], **more: t.Any) -> str:
        return str(run({LIST: tasks(*rows)}, wanted, check_mode=True, **more)[0].result["plan_id"])

    rows = [row("a-task"), row("b-task")]
    first = plan_id(rows, [absent("a-task"), entry("c-task")])
    assert first == plan_id(rows[::-1], [entry("c-task"), absent("a-task")])
    assert first == plan_id([row("a-task", "PAUSED"), row("b-task")], [absent("a-task"), entry("c-task")])
    others = [
        plan_id(rows, [absent("b-task"), entry("c-task")]),
        plan_id(rows, [absent("a-task"), entry("c-task", sink={"obs_path": "x"})]),
        plan_id(rows, [absent("a-task"), entry("c-task", "paused")]),
        plan_id([{**row("a-task"), "id": "t-x"}, row("b-task")], [absent("a-task"), entry("c-task")]),
        plan_id(rows, []),
    ]
    assert len({first, *others}) == 6


CHANGED = entry("a-task", sink={"obs_path": "x"})
KEYLESS = entry("a-task", sink={"obs_path": "x", **dict.fromkeys(KEYS)})
OTHERS = [absent("b-task"), entry("c-task"), {"task_name": "d-task", "state": "paused"}]

# Rows of the list, entry and options as approved, entry and options of the run, and whether the plan is the same.
APPROVALS: dict[str, tuple[str, dict[str, t.Any], dict[str, t.Any], dict[str, t.Any], dict[str, t.Any], bool]] = {
    "modify": ("RUNNING", CHANGED, {"modify": True}, CHANGED, {"modify": True}, True),
    "recreate besides modify": ("RUNNING", CHANGED, {"modify": True}, CHANGED, {"modify": True, "recreate": True}, False),
    "no recreate besides modify": ("RUNNING", CHANGED, {"modify": True, "recreate": True}, CHANGED, {"modify": True}, False),
    "recreate in place of modify": ("RUNNING", CHANGED, {"modify": True}, CHANGED, {"recreate": True}, False),
    "recreate, which is possible with the keys": (
        "RUNNING", KEYLESS, {"modify": True, "recreate": True}, CHANGED, {"modify": True, "recreate": True}, False,
    ),
    "recreate that starts later": (
        "RUNNING", CHANGED, {"modify": True, "recreate": True},
        {**CHANGED, "state": "paused"}, {"modify": True, "recreate": True}, False,
    ),
    "update_secrets": (
        "RUNNING", CHANGED, {"modify": True, "recreate": True},
        CHANGED, {"modify": True, "recreate": True, "update_secrets": "always"}, False,
    ),
    "recreate of a task that is deleted": (
        "RUNNING", absent("a-task"), {}, absent("a-task"), {"modify": True, "recreate": True}, True,
    ),
    "recreate, transitional": (
        "CREATING", entry("a-task", "running"), {}, entry("a-task", "running"), {"recreate": True}, False,
    ),
    "recreate, transitional, paused": (
        "RESTARTING", entry("a-task", "paused"), {}, entry("a-task", "paused"), {"recreate": True}, False,
    ),
    "modify, transitional": (
        "CREATING", entry("a-task", "running"), {}, entry("a-task", "running"), {"modify": True}, False,
    ),
    "running, transitional": ("CREATING", entry("a-task"), {}, entry("a-task", "running"), {}, False),
    "transitional": ("CREATING", entry("a-task", "running"), {}, entry("a-task", "running"), {}, True),
    "wait": ("RUNNING", CHANGED, {"modify": True}, CHANGED, {"modify": True, "wait": False}, True),
    "wait, transitional": ("CREATING", entry("a-task", "running"), {}, entry("a-task", "running"), {"wait": False}, True),
    "wait_timeout": ("RUNNING", CHANGED, {"modify": True}, CHANGED, {"modify": True, "wait_timeout": 9}, True),
    "prune_limit": ("RUNNING", CHANGED, {"modify": True}, CHANGED, {"modify": True, "prune": True, "prune_limit": 3}, True),
}  # fmt: skip


@pytest.mark.parametrize("name", APPROVALS)
def test_plan_id_covers_what_the_run_may_do(name: str) -> None:
    status, approved, approved_options, entry_of_run, options_of_run, same = APPROVALS[name]
    listing = {LIST: tasks(row("a-task", status), row("b-task"), row("d-task"))}
    check, _lines = run(listing, [approved, *OTHERS], check_mode=True, **approved_options)
    expected = check.result["plan_id"]
    # In check mode, so that a plan that is the same needs no further responses.
    ran, lines = run(listing, [*OTHERS[::-1], entry_of_run], check_mode=True, expect_plan=expected, **options_of_run)
    assert (ran.result["plan_id"] == expected) is same
    assert ran.result.get("failed", False) is not same
    if not same:
        live, lines = run(listing, [*OTHERS, entry_of_run], expect_plan=expected, **options_of_run)
        assert f"not {expected} as expected, so nothing was changed" in live.msg
        assert {line.split()[0] for line in lines} == {"GET"}


def test_approved_modification_that_the_service_refuses_is_not_recreated() -> None:
    replies = {LIST: tasks(row("a-task")), f"PUT {TASKS}/t-a": error_reply(400, "DMS.00400873")}
    check, _lines = run(replies, [CHANGED], check_mode=True, modify=True)
    expected = check.result["plan_id"]
    ran, lines = run(replies, [CHANGED], modify=True, recreate=True, expect_plan=expected)
    assert lines == [LIST]
    assert ran.result["changed"] is False
    ran, lines = run(replies, [CHANGED], modify=True, expect_plan=expected)
    assert lines == [LIST, INSTANCE, f"PUT {TASKS}/t-a"]
    assert "DMS.00400873" in ran.msg


# --- failures ---------------------------------------------------------------------------------------------------------


def test_one_failure_does_not_stop_the_others() -> None:
    ran, _lines = run(
        {LIST: [tasks(), tasks(row("a-task"), row("c-task"))], CREATE: creation("b-task")}, list(map(entry, NAMES[:3]))
    )
    assert actions(ran) == {"a-task": "created", "b-task": "failed", "c-task": "created"}
    assert "1 of 3 tasks failed (b-task: " in ran.msg
    assert ran.result["changed"] is True
    assert ran.result["error"]["code"] == "DMS.00400867"
    assert "DMS.00400867" in ran.result["tasks"][1]["msg"]


@pytest.mark.parametrize(("code", "status"), [("APIG.0301", 401), ("APIG.0308", 429), ("DMS.10240407", 404)])
def test_rejected_credentials_and_the_rate_limit_stop_the_set(code: str, status: int) -> None:
    stopping = error_reply(status, code)
    replies = {LIST: tasks(*map(row, NAMES)), **{delete(name): stopping for name in NAMES}}
    wanted = [entry("e-task"), *[absent(name) for name in NAMES]]
    ran, lines = run(replies, wanted, max_retries=0)
    assert CREATE not in lines
    assert lines.count(LIST) == 1
    found = actions(ran)
    assert found["e-task"] == "not_tried"
    assert set(found.values()) == {"failed", "not_tried"}
    assert list(found.values()).count("failed") == len([line for line in lines if line.startswith("DELETE")])
    assert "no request was sent" not in str(ran.result)
    assert ran.result["changed"] is False
    assert ran.result["error"]["code"] == code


@pytest.mark.parametrize("stop", ["pause", "show"])
def test_stop_during_changes_reports_each_task(stop: str) -> None:
    rejected = error_reply(401, "APIG.0301")
    rows = [row(name, "RESTARTING" if stop == "show" else "RUNNING") for name in NAMES]
    replies = {f"PUT {TASKS}/{task_id}/pause": rejected for task_id in IDS.values()}
    replies |= {f"GET {TASKS}/{task_id}": rejected for task_id in IDS.values()}
    ran, _lines = run({LIST: tasks(*rows), **replies}, [{"task_name": name, "state": "paused"} for name in NAMES])
    assert set(actions(ran).values()) <= {"failed", "not_tried"}
    assert len(ran.result["tasks"]) == 4
    assert "Bug" not in ran.msg


@pytest.mark.parametrize("seconds", [0, 3])
def test_tasks_after_the_deadline_are_not_tried(clock: Clock, seconds: int) -> None:
    replies = {LIST: tasks(row("a-task")), delete("a-task"): reply(204)}
    ran, lines = run(replies, [absent("a-task"), entry("b-task")], clock, wait_timeout=seconds)
    assert actions(ran) == {"a-task": "failed", "b-task": "not_tried"}
    assert f"waited {seconds} seconds" in ran.result["tasks"][0]["msg"]
    assert f"{seconds} seconds of wait_timeout are over" in ran.result["tasks"][1]["msg"]
    assert CREATE not in lines
    assert ran.result["changed"] is True


def lost(request: t.Any) -> Reply:
    raise connection_failed("no complete response within 30 seconds")


def test_lost_responses_are_resolved_by_one_list() -> None:
    """Two deletions and, in another run, two creations."""
    deletions = {delete(name): [lost, reply(204)] for name in NAMES[:2]}
    ran, lines = run({LIST: [tasks(row("a-task"), row("b-task")), tasks()], **deletions}, list(map(absent, NAMES[:2])))
    assert actions(ran) == {"a-task": "deleted", "b-task": "deleted"}
    ran, lines = run(
        {LIST: [tasks(), tasks(*map(row, NAMES[:2]))], CREATE: lost, **{f"GET {TASKS}/{IDS[n]}": reply(200, row(n)) for n in NAMES}},
        list(map(entry, NAMES[:2])),
    )  # fmt: skip
    assert actions(ran) == {"a-task": "created", "b-task": "created"}
    assert lines.count(CREATE) == 2
    assert lines.count(LIST) == 3


def test_creation_is_not_resent_if_two_tasks_appeared() -> None:
    two = tasks(row("a-task"), entity(task_id="x", name="a-task"))
    ran, lines = run({LIST: [tasks(), two], CREATE: lost}, [entry("a-task")])
    assert lines.count(CREATE) == 1
    assert actions(ran) == {"a-task": "unknown"}
    assert "2 tasks of that name were created: t-a, x" in ran.result["tasks"][0]["msg"]


def test_different_task_with_the_name_is_not_adopted() -> None:
    other = row("a-task", sink={"obs_bucket_name": "other"})
    ran, _lines = run(
        {LIST: [tasks(), tasks(other)], CREATE: lost, f"GET {TASKS}/t-a": reply(200, other)}, [entry("a-task")]
    )
    assert actions(ran) == {"a-task": "failed"}
    assert ran.result["changed"] is False


def test_unknown_outcomes() -> None:
    """A creation is unknown after a failed lookup, and failed if the lookup finds nothing."""
    rejected = error_reply(401, "APIG.0301")
    ran, _lines = run({LIST: [tasks(), rejected], CREATE: lost}, list(map(entry, NAMES[:2])))
    assert actions(ran) == {"a-task": "unknown", "b-task": "unknown"}
    ran, _lines = run({LIST: tasks(), CREATE: error_reply(500, "x")}, [entry("a-task")], max_retries=1)
    assert actions(ran) == {"a-task": "failed"}
    ran, _lines = run({LIST: tasks(row("a-task")), delete("a-task"): lost}, [absent("a-task")], max_retries=1)
    assert actions(ran) == {"a-task": "unknown"}


EARLIER, YOUNGER = (entity(task_id="x", name="a-task", create_time=time) for time in (1, 1600000000000))


@pytest.mark.parametrize(
    "deletion",
    [[reply(204)], [error_reply(404, "DMS.00404026")], [reply(500), error_reply(404, "DMS.00404026")], [reply(503), reply(204)]],
    ids=["deleted", "gone", "500, gone", "503"],
)  # fmt: skip
def test_later_duplicate_is_deleted_and_the_first_is_gone_on_with(deletion: list[Reply]) -> None:
    both = tasks(row("a-task"), {**EARLIER, "topics": "a-task"}, row("b-task"))
    replies = {LIST: [tasks(), both], CREATE: creation(), delete("a-task"): deletion}
    for topics, action in (("a-task", "unchanged"), ("other", "failed")):
        show = {f"GET {TASKS}/x": reply(200, {**EARLIER, "topics": topics})}
        ran, lines = run({**replies, **show}, [entry("a-task"), entry("b-task")])
        assert [line for line in lines if line.startswith(("DELETE", "PUT"))] == [delete("a-task")] * len(deletion)
        assert actions(ran) == {"a-task": action, "b-task": "created"}
        assert ran.result["changed"] is True
    assert "task x of the same name differs: topics is ['other'], wanted ['a-task']" in ran.msg
    assert "Changes made before the failure: a-task: created the task (task id t-a)" in ran.msg


def test_later_duplicate_whose_deletion_is_unknown() -> None:
    both = tasks(row("a-task"), EARLIER)
    ran, _lines = run(
        {LIST: [tasks(), both], CREATE: creation(), delete("a-task"): reply(500)}, [entry("a-task")], max_retries=0
    )
    assert actions(ran) == {"a-task": "unknown"}
    assert "It is unknown whether it was deleted" in ran.msg
    assert "Tasks x and t-a have the same name" in ran.msg
    assert ran.result["changed"] is True


@pytest.mark.parametrize("wait", [True, False])
def test_first_task_waits_until_a_younger_one_of_its_name_is_gone(wait: bool) -> None:
    both = tasks(row("a-task"), YOUNGER)
    replies = {LIST: [tasks(), both, both, tasks(row("a-task"))], CREATE: creation()}
    ran, lines = run(replies, [entry("a-task")], wait=wait)
    assert lines == [LIST, INSTANCE, CREATE, LIST, *([LIST, LIST] if wait else [])]
    assert ("tasks t-a and x have the same name" in str(ran.result.get("warnings"))) is not wait
    assert (actions(ran), ran.result["changed"]) == ({"a-task": "created"}, True)
    assert ran.result["tasks"][0]["smart_connect_task"]["id"] == "t-a"


def test_younger_task_of_the_name_that_stays_fails_at_the_deadline_with_both_ids() -> None:
    replies = {LIST: [tasks(), tasks(row("a-task"), YOUNGER, row("b-task"))], CREATE: creation()}
    ran, lines = run(replies, [entry("a-task"), entry("b-task")], wait_timeout=1)
    assert not [line for line in lines if line.startswith("DELETE")]
    assert actions(ran) == {"a-task": "failed", "b-task": "created"}
    assert "waited 1 seconds" in ran.msg
    assert "last state: tasks t-a and x have the same name" in ran.msg
    assert ran.result["changed"] is True


# --- what was done is reported, and what was not sent is not_tried -----------------------------------------------------

FORBIDDEN, REJECTED, BROKEN = (
    error_reply(403, "DMS.00403003"),
    error_reply(401, "APIG.0301"),
    error_reply(500, "DMS.00500006"),
)
LIST_FAILURES = {
    "403": FORBIDDEN,
    "401": REJECTED,
    "500": BROKEN,
    "throttled": error_reply(404, "DMS.10240407"),
    "not JSON": reply(200, "<html>"),
    "lost": lost,
}
SENT_BEFORE = {
    "deleted": "a-task: deleted the task (task id t-a)",
    "created": "a-task: created the task (task id t-a)",
    "paused": "a-task: paused the task (task id t-a)",
    "modified": "a-task: modified sink_task.obs_path of the task (task id t-a)",
}


def expect_reported(ran: Ran, done: str) -> None:
    """Check that the message, and that of the first task, contain that *done* was done."""
    name, _colon, what = done.partition(": ")
    assert f"Changes made before the failure: {done}" in ran.msg
    report = ran.result["tasks"][0]
    assert (report["task_name"], report["changed"], ran.result["changed"]) == (name, True, True)
    assert f"Changes made before the failure: {what}" in report["msg"]
    assert "no request was sent" not in str(ran.result)


@pytest.mark.parametrize("failure", LIST_FAILURES)
def test_list_that_fails_after_a_deletion(failure: str) -> None:
    """Nothing else is sent: no change, no creation, no recreation."""
    replies = {LIST: [tasks(*map(row, NAMES)), LIST_FAILURES[failure]], delete("a-task"): reply(204)}
    wanted = [
        absent("a-task"),
        {"task_name": "b-task", "state": "paused"},
        entry("c-task", sink={"obs_path": "x"}),
        entry("d-task"),
        entry("e-task"),
    ]
    ran, lines = run(replies, wanted, recreate=True, max_retries=0)
    assert [line for line in lines if not line.startswith("GET")] == [delete("a-task")]
    expect_reported(ran, SENT_BEFORE["deleted"])
    assert actions(ran) == {
        "a-task": "failed", "b-task": "not_tried", "c-task": "not_tried", "d-task": "unchanged", "e-task": "not_tried",
    }  # fmt: skip
    assert [task["changed"] for task in ran.result["tasks"]] == [True, False, False, False, False]
    assert "1 of 5 tasks failed" in ran.msg
    assert "3 of 5 tasks were not tried" in ran.msg


@pytest.mark.parametrize("failure", LIST_FAILURES)
def test_list_that_fails_after_a_creation(failure: str) -> None:
    replies = {LIST: [tasks(), LIST_FAILURES[failure]], CREATE: creation()}
    ran, lines = run(replies, [entry("a-task")], max_retries=0)
    assert lines == [LIST, INSTANCE, CREATE, LIST]
    expect_reported(ran, SENT_BEFORE["created"])
    assert actions(ran) == {"a-task": "failed"}


@pytest.mark.parametrize("failure", LIST_FAILURES)
def test_list_that_fails_after_a_creation_is_a_warning_with_wait_false(failure: str) -> None:
    replies = {LIST: [tasks(), LIST_FAILURES[failure]], CREATE: creation()}
    ran, _lines = run(replies, [entry("a-task")], max_retries=0, wait=False)
    assert (actions(ran), ran.result["changed"]) == ({"a-task": "created"}, True)
    assert "a-task: The task was created, but the list could not be checked" in ran.result["warnings"][0]


@pytest.mark.parametrize("failure", LIST_FAILURES)
@pytest.mark.parametrize("change", ["paused", "modified"])
def test_list_that_fails_after_a_change(failure: str, change: str) -> None:
    path = {"obs_path": "x"}
    wanted = {"paused": {"task_name": "a-task", "state": "paused"}, "modified": entry("a-task", "paused", sink=path)}
    replies = {
        LIST: [tasks(row("a-task")), LIST_FAILURES[failure]],
        f"PUT {TASKS}/t-a": reply(200, {}),
        f"GET {TASKS}/t-a": reply(200, row("a-task", sink=path)),
        f"PUT {TASKS}/t-a/pause": reply(204),
    }
    ran, _lines = run(replies, [wanted[change]], modify=True, max_retries=0)
    expect_reported(ran, SENT_BEFORE[change])
    assert "paused the task (task id t-a)" in ran.msg
    assert actions(ran) == {"a-task": "failed"}


def test_modification_that_can_not_be_read_is_unknown() -> None:
    replies = {
        LIST: tasks(row("a-task")), f"PUT {TASKS}/t-a": reply(200, {}), f"GET {TASKS}/t-a": FORBIDDEN,
    }  # fmt: skip
    ran, _lines = run(replies, [CHANGED], modify=True)
    expect_reported(ran, "a-task: sent a modification of the task, which the service accepted (task id t-a)")
    assert actions(ran) == {"a-task": "unknown"}
    assert "It is unknown what it changed" in ran.msg


@pytest.mark.parametrize("failure", LIST_FAILURES)
def test_list_that_fails_during_a_recreation_stops_the_others(failure: str) -> None:
    replies = {LIST: [tasks(*map(row, NAMES[:2])), LIST_FAILURES[failure]], delete("a-task"): reply(204)}
    wanted = [entry(name, sink={"obs_path": "x"}) for name in NAMES[:2]]
    ran, lines = run(replies, wanted, recreate=True, max_retries=0)
    assert [line for line in lines if not line.startswith("GET")] == [delete("a-task")]
    expect_reported(ran, SENT_BEFORE["deleted"])
    assert "It was not created again; its definition is returned." in ran.result["tasks"][0]["msg"]
    assert actions(ran) == {"a-task": "failed", "b-task": "not_tried"}


CHANGED_B = entry("b-task", sink={"obs_path": "x"})
BOTH = tasks(*map(row, NAMES[:2]))
UNREADABLE: dict[str, tuple[t.Any, dict[str, t.Any]]] = {
    "a deletion": (absent("a-task"), {LIST: [BOTH, FORBIDDEN], delete("a-task"): BROKEN}),
    "a creation": (entry("c-task"), {LIST: [BOTH, FORBIDDEN], CREATE: BROKEN}),
    "a topic in use": (entry("c-task"), {LIST: [BOTH, FORBIDDEN], CREATE: error_reply(400, "DMS.00400874")}),
    "a recreation, its deletion": (
        entry("a-task", sink={"obs_path": "x"}), {LIST: [BOTH, FORBIDDEN], delete("a-task"): BROKEN},
    ),
    "a recreation, its creation": (
        entry("a-task", sink={"obs_path": "x"}),
        {LIST: [BOTH, tasks(row("b-task")), FORBIDDEN], delete("a-task"): reply(204), CREATE: BROKEN},
    ),
    "a recreation, its confirmation": (
        entry("a-task", sink={"obs_path": "x"}),
        {LIST: [BOTH, tasks(row("b-task")), FORBIDDEN], delete("a-task"): reply(204), CREATE: reply(200, row("a-task"))},
    ),
    "a recreation, its creation forbidden": (
        entry("a-task", sink={"obs_path": "x"}),
        {LIST: [BOTH, tasks(row("b-task"))], delete("a-task"): reply(204), CREATE: FORBIDDEN},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_no_task_is_deleted_for_a_recreation_that_would_not_be_completed(name: str) -> None:
    wanted, replies = UNREADABLE[name]
    ran, lines = run(replies, [wanted, CHANGED_B], recreate=True, max_retries=0)
    assert delete("b-task") not in lines
    assert actions(ran)["b-task"] == "not_tried"


def test_recreation_whose_creation_failed_does_not_stop_the_others() -> None:
    """The lookup shows that nothing was created."""
    replies = {
        LIST: [BOTH, tasks(row("b-task")), tasks(row("b-task")), tasks(), tasks(row("b-task"))],
        delete("a-task"): reply(204),
        delete("b-task"): reply(204),
        CREATE: [BROKEN, reply(200, row("b-task"))],
    }
    wanted = [entry(name, sink={"obs_path": "x"}) for name in NAMES[:2]]
    _ran, lines = run(replies, wanted, recreate=True, max_retries=0)
    assert [line for line in lines if not line.startswith("GET")] == [
        delete("a-task"), CREATE, delete("b-task"), CREATE,
    ]  # fmt: skip


def test_creation_beside_one_whose_lookup_fails_is_a_warning_with_wait_false() -> None:
    replies = {LIST: [tasks(), FORBIDDEN], CREATE: creation("b-task", code="DMS.00500006", status=500)}
    ran, _lines = run(replies, list(map(entry, NAMES[:2])), max_retries=0, wait=False)
    assert actions(ran) == {"a-task": "created", "b-task": "unknown"}
    assert "a-task: The task was created, but the list could not be checked" in ran.result["warnings"][0]


def test_creation_of_unknown_outcome_is_not_reported_as_not_tried() -> None:
    """The credentials are rejected when the first of two tasks is read."""
    replies = {
        LIST: [tasks(), tasks(*map(row, NAMES[:2]))], CREATE: BROKEN, f"GET {TASKS}/t-a": REJECTED,
    }  # fmt: skip
    ran, _lines = run(replies, list(map(entry, NAMES[:2])), max_retries=0)
    assert actions(ran) == {"a-task": "unknown", "b-task": "unknown"}
    assert "task t-b can be the result" in ran.result["tasks"][1]["msg"]


def test_changed_task_that_is_skipped_is_not_reported_as_not_tried() -> None:
    """A task is paused, and the credentials are rejected while another one is waited for."""
    wanted = [{"task_name": "a-task", "state": "paused"}, entry("b-task", sink={"obs_path": "x"})]
    replies = {LIST: [BOTH, REJECTED], f"PUT {TASKS}/t-a/pause": reply(204), delete("b-task"): reply(204)}
    ran, _lines = run(replies, wanted, recreate=True, max_retries=0)
    assert actions(ran)["a-task"] == "failed"
    assert ran.result["tasks"][0]["changed"] is True


@pytest.mark.parametrize(
    "wanted", [absent("a-task"), {"task_name": "a-task", "state": "running"}], ids=["absent", "running"]
)
def test_incomplete_list_does_not_end_the_wait_for_a_task_without_changes(wanted: dict[str, t.Any]) -> None:
    """Another run deletes the task, or it is still being created."""
    status = "DELETING" if wanted["state"] == "absent" else "CREATING"
    short = tasks(row("b-task"), total=2)
    replies = {
        LIST: [tasks(row("a-task", status), row("b-task")), short],
        PAGE: tasks(total=2),
        f"GET {TASKS}/t-a": reply(200, row("a-task", status)),
    }
    ran, _lines = run(replies, [wanted], wait_timeout=1)
    assert actions(ran) == {"a-task": "failed"}
    assert "waited 1 seconds" in ran.msg


def test_some_done_some_unknown_some_not_sent() -> None:
    replies = {
        LIST: [tasks(*map(row, NAMES[:3])), FORBIDDEN],
        delete("a-task"): reply(204),
        delete("b-task"): BROKEN,
        delete("c-task"): error_reply(400, "DMS.00400026"),
    }
    ran, lines = run(replies, [*map(absent, NAMES[:3]), entry("d-task")], max_retries=0)
    assert CREATE not in lines
    expect_reported(ran, SENT_BEFORE["deleted"])
    assert actions(ran) == {"a-task": "failed", "b-task": "unknown", "c-task": "failed", "d-task": "not_tried"}
    assert [task["changed"] for task in ran.result["tasks"]] == [True, False, False, False]
    assert "It is unknown whether it was deleted, because the lookup failed" in ran.result["tasks"][1]["msg"]


def test_creation_beside_one_with_rejected_credentials() -> None:
    created = threading.Event()

    def create(request: t.Any) -> Reply:
        name = json.loads(request.body)["task_name"]
        if name == "b-task":
            created.wait(30)
            return REJECTED
        created.set()
        return reply(200, row(name))

    ran, lines = run({LIST: tasks(), CREATE: create}, list(map(entry, NAMES[:2])))
    expect_reported(ran, SENT_BEFORE["created"])
    assert actions(ran) == {"a-task": "failed", "b-task": "failed"}
    assert "it was not completed, because an earlier error stopped the set" in ran.result["tasks"][0]["msg"]
    assert lines.count(LIST) == 1
    created.clear()
    ran, _lines = run({LIST: tasks(), CREATE: create}, list(map(entry, NAMES[:2])), wait=False)
    assert actions(ran) == {"a-task": "created", "b-task": "failed"}
    assert "for another one: an earlier error stopped the set." in ran.result["warnings"][0]


def test_creation_that_can_not_be_read_after_a_lost_response_is_unknown() -> None:
    replies = {LIST: [tasks(), tasks(row("a-task"))], CREATE: BROKEN, f"GET {TASKS}/t-a": FORBIDDEN}
    ran, _lines = run(replies, [entry("a-task")])
    assert actions(ran) == {"a-task": "unknown"}
    assert "task t-a can be the result" in ran.msg


@pytest.mark.parametrize("failure", LIST_FAILURES)
def test_creation_after_a_task_of_its_name_that_can_not_be_listed_is_not_tried(failure: str) -> None:
    replies = {LIST: [tasks(row("a-task", "DELETING")), LIST_FAILURES[failure]]}
    ran, lines = run(replies, [entry("a-task")], max_retries=0)
    assert CREATE not in lines
    assert (actions(ran), ran.result["changed"]) == ({"a-task": "not_tried"}, False)
    assert "the existing task of this name must be gone first" in ran.msg
    assert ("error" in ran.result) is (failure != "lost")


def test_creation_after_a_task_of_its_name_that_stays_is_not_tried() -> None:
    ran, lines = run({LIST: tasks(row("a-task", "DELETING"))}, [entry("a-task")], wait_timeout=1)
    assert CREATE not in lines
    assert actions(ran) == {"a-task": "not_tried"}
    assert "waited 1 seconds for the task to be gone; last state: status DELETING" in ran.msg


@pytest.mark.parametrize("code", ["DMS.00404022", "DMS.00404024", "DMS.00404026"])
def test_deletion_is_complete_when_the_connector_is_gone(code: str) -> None:
    replies = {LIST: [tasks(row("a-task")), error_reply(404, code)], delete("a-task"): reply(204)}
    ran, _lines = run(replies, [absent("a-task")])
    assert (actions(ran), ran.result["changed"]) == ({"a-task": "deleted"}, True)


def test_incomplete_list_does_not_prove_the_deletions() -> None:
    """Nothing is created until a complete list does."""
    incomplete = tasks(row("b-task"), total=2)
    replies = {
        LIST: [
            tasks(row("a-task"), row("b-task")),
            incomplete,
            tasks(row("b-task")),
            tasks(row("b-task"), row("c-task")),
        ],
        PAGE: tasks(total=2),
        delete("a-task"): reply(204),
        CREATE: creation(),
    }
    ran, lines = run(replies, [absent("a-task"), entry("c-task")])
    assert actions(ran) == {"a-task": "deleted", "c-task": "created"}
    assert lines == [LIST, INSTANCE, delete("a-task"), LIST, PAGE, LIST, CREATE, LIST]
    ran, lines = run(
        {**replies, LIST: [replies[LIST][0], incomplete]}, [absent("a-task"), entry("c-task")], wait_timeout=1
    )
    assert actions(ran) == {"a-task": "failed", "c-task": "not_tried"}
    assert "last state: a list of 1 of 2 tasks" in ran.msg
    assert CREATE not in lines


def test_deletions_of_the_set_make_room_in_the_quota() -> None:
    full = tasks(row("a-task"), row("b-task"), max_tasks=2, quota_tasks=2)
    for check_mode in (True, False):
        replies = {
            LIST: [full, tasks(row("b-task")), tasks(row("b-task"), row("c-task"))],
            delete("a-task"): reply(204),
        }
        ran, _lines = run({**replies, CREATE: creation()}, [absent("a-task"), entry("c-task")], check_mode=check_mode)
        assert actions(ran) == {"a-task": "deleted", "c-task": "created"}
        assert "warnings" not in ran.result
    ran, lines = run({LIST: full}, [absent("a-task"), entry("c-task"), entry("d-task")])
    assert "2 Smart Connect tasks exist, 1 is to be deleted and 2 to be created, but 2 are allowed" in ran.msg
    assert lines == [LIST, INSTANCE]


@pytest.mark.parametrize("failed", [reply(500), error_reply(503, "DMS.111501025"), lost], ids=["500", "503", "lost"])
def test_deletion_that_may_have_been_processed_is_a_change(failed: t.Any) -> None:
    gone = error_reply(404, "DMS.00404026")
    for more, replies, requests in (
        ({}, {delete("a-task"): [failed, gone], LIST: [tasks(row("a-task")), tasks()]}, 2),
        ({"max_retries": 0}, {delete("a-task"): failed, LIST: [tasks(row("a-task")), tasks()]}, 1),
        ({"max_retries": 0}, {delete("a-task"): failed, LIST: [tasks(row("a-task")), gone]}, 1),
    ):
        ran, lines = run(replies, [absent("a-task")], **more)
        assert (actions(ran), ran.result["changed"]) == ({"a-task": "deleted"}, True)
        assert lines.count(delete("a-task")) == requests


def test_failed_recreation_returns_the_definition() -> None:
    replies = {LIST: [tasks(row("a-task")), tasks()], delete("a-task"): reply(204), CREATE: creation("a-task")}
    ran, _lines = run(replies, [entry("a-task", sink={"obs_path": "x"})], recreate=True)
    (report,) = ran.result["tasks"]
    assert (report["action"], report["changed"]) == ("failed", True)
    assert "The task no longer exists" in report["msg"]
    assert report["smart_connect_task"]["id"] == "t-a"


def test_fallback_of_a_modification_is_reported_as_a_recreation() -> None:
    new = {**row("a-task", sink={"obs_path": "x"}), "id": "t-new"}
    ran, _lines = run(
        {
            LIST: [tasks(row("a-task")), tasks(), tasks({**new, "status": "CREATING"}), tasks(new)],
            f"PUT {TASKS}/t-a": error_reply(400, "DMS.00400873"),
            f"GET {TASKS}/t-a": reply(200, row("a-task")),
            delete("a-task"): reply(204),
            CREATE: reply(200, new),
            f"GET {TASKS}/t-new": reply(200, new),
        },
        [entry("a-task", sink={"obs_path": "x"})],
        modify=True,
        recreate=True,
    )
    assert actions(ran) == {"a-task": "recreated"}
    assert ran.result["tasks"][0]["smart_connect_task"]["status"] == "RUNNING"
    # What a recreation loses is said before the first change, and once.
    first = run(
        {LIST: tasks(row("a-task"))},
        [entry("a-task", sink={"obs_path": "x"})],
        check_mode=True,
        modify=True,
        recreate=True,
    )
    assert len(first[0].result["warnings"]) == 2
    assert ran.result["warnings"][:-1] == first[0].result["warnings"]
    assert "did not make all changes in place" in ran.result["warnings"][-1]


@pytest.mark.parametrize("failing", [(), ("a-task",)])
def test_refused_modifications_become_recreations_one_at_a_time(failing: tuple[str, ...]) -> None:
    names = ("a-task", "b-task")
    existing = {name: row(name) for name in names}

    def remove(name: str) -> t.Callable[[t.Any], Reply]:
        return lambda request: reply(204) if existing.pop(name) else reply(500)

    def create(request: t.Any) -> Reply:
        name = json.loads(request.body)["task_name"]
        if name in failing:
            return error_reply(401, "APIG.0301")
        existing[name] = {**row(name, sink={"obs_path": "x"}), "id": f"new-{name}"}
        return reply(200, existing[name])

    replies = {
        LIST: lambda request: tasks(*existing.values()),
        CREATE: create,
        **{f"PUT {TASKS}/{IDS[name]}": error_reply(400, "DMS.00400873") for name in names},
        **{f"GET {TASKS}/{IDS[name]}": reply(200, row(name)) for name in names},
        **{delete(name): remove(name) for name in names},
    }
    wanted = [entry(name, sink={"obs_path": "x"}) for name in names]
    ran, lines = run(replies, wanted, modify=True, recreate=True)
    writes = [line for line in lines if line.startswith(("DELETE", "POST"))]
    if failing:
        assert writes == [delete("a-task"), CREATE]
        assert actions(ran) == {"a-task": "failed", "b-task": "not_tried"}
    else:
        assert writes == [delete("a-task"), CREATE, delete("b-task"), CREATE]
        assert actions(ran) == dict.fromkeys(names, "recreated")


def test_topic_in_two_tasks_is_a_warning() -> None:
    wanted = [
        {**entry("c-task"), "topics": ["a-task", "x"]},
        {**entry("d-task"), "topics": ["x", "b-task"]},
        absent("b-task"),
    ]
    ran, _lines = run({LIST: tasks(row("a-task"), row("b-task"))}, wanted, check_mode=True)
    warnings = ran.result["warnings"]
    assert len(warnings) == 2
    assert "c-task: The topic a-task is also in task a-task" in warnings[0]
    assert "d-task: The topic x is also in task c-task" in warnings[1]


@pytest.mark.parametrize("wait", [True, False])
def test_task_that_another_run_is_deleting_does_not_hold_up_the_others(wait: bool) -> None:
    deleting = row("a-task", "DELETING")
    replies = {LIST: [tasks(deleting), tasks(deleting, row("b-task"))], CREATE: creation()}
    ran, lines = run(replies, [absent("a-task"), entry("b-task")], wait=wait, wait_timeout=2)
    assert lines[:4] == [LIST, INSTANCE, CREATE, LIST]
    assert actions(ran) == {"a-task": "failed" if wait else "unchanged", "b-task": "created"}


def test_task_found_after_a_lost_response_is_waited_for_in_a_list_that_lags() -> None:
    both = tasks(*map(row, NAMES[:2]))
    replies = {
        LIST: [tasks(), tasks(row("a-task")), tasks(row("b-task")), both],
        CREATE: lambda request: lost(request) if "a-task" in str(request.body) else creation()(request),
        f"GET {TASKS}/t-a": reply(200, row("a-task")),
    }
    ran, _lines = run(replies, list(map(entry, NAMES[:2])))
    assert actions(ran) == {"a-task": "created", "b-task": "created"}


def test_accepted_modification_without_effect_is_not_reported_as_not_tried(clock: Clock) -> None:
    """The recreation in its place comes too late."""

    def slow(request: t.Any) -> Reply:
        clock.now += 9
        return reply(200, {})

    replies = {LIST: tasks(row("a-task")), f"PUT {TASKS}/t-a": slow, f"GET {TASKS}/t-a": reply(200, row("a-task"))}
    ran, lines = run(replies, [CHANGED], clock, modify=True, recreate=True, wait_timeout=5)
    assert delete("a-task") not in lines
    assert (actions(ran), ran.result["changed"]) == ({"a-task": "failed"}, False)
    assert "it was not completed" in ran.msg


def test_nothing_is_created_after_the_deadline_of_a_change(clock: Clock) -> None:
    def slow(request: t.Any) -> Reply:
        clock.now += 9
        return reply(204)

    replies = {LIST: tasks(row("a-task")), f"PUT {TASKS}/t-a/pause": slow}
    ran, lines = run(replies, [{"task_name": "a-task", "state": "paused"}, entry("b-task")], clock, wait_timeout=5)
    assert CREATE not in lines
    assert actions(ran)["b-task"] == "not_tried"


@pytest.mark.parametrize(("failure", "goes_on"), [(reply(400), True), (FORBIDDEN, False)])
def test_recreation_that_fails_stops_the_others_if_they_would_fail_alike(failure: Reply, goes_on: bool) -> None:
    rest = tasks(row("b-task"))
    replies = {LIST: [BOTH, rest], delete("a-task"): reply(204), delete("b-task"): reply(403), CREATE: failure}
    wanted = [entry(name, sink={"obs_path": "x"}) for name in NAMES[:2]]
    _ran, lines = run(replies, wanted, recreate=True)
    assert (delete("b-task") in lines) is goes_on


def test_recreation_whose_result_can_not_be_read_stops_the_others() -> None:
    changed = row("a-task", sink={"obs_path": "x"})
    replies = {
        LIST: [BOTH, tasks(row("b-task")), tasks(row("b-task"), {**changed, "id": "t-new"})],
        delete("a-task"): reply(204),
        CREATE: BROKEN,
        f"GET {TASKS}/t-new": FORBIDDEN,
    }
    ran, lines = run(replies, [entry(n, sink={"obs_path": "x"}) for n in NAMES[:2]], recreate=True, max_retries=0)
    assert delete("b-task") not in lines
    assert actions(ran) == {"a-task": "unknown", "b-task": "not_tried"}


def test_task_that_is_being_deleted_is_not_pruned() -> None:
    replies = {LIST: tasks(row("a-task", "DELETING"), row("b-task"))}
    ran, _lines = run(replies, [], prune=True, prune_pattern=".*", check_mode=True)
    assert actions(ran) == {"b-task": "deleted"}


def test_several_deleted_tasks_are_looked_for_in_one_list() -> None:
    """Also those that the service reports as absent."""
    gone = error_reply(404, "DMS.00404026")
    replies = {LIST: [BOTH, tasks()], delete("a-task"): gone, delete("b-task"): gone}
    ran, lines = run(replies, list(map(absent, NAMES[:2])))
    assert (lines.count(LIST), ran.result["changed"]) == (2, False)


# --- export -----------------------------------------------------------------------------------------------------------


def test_applying_an_export_changes_nothing() -> None:
    rows = [
        row("a-task", sink={"obs_path": "a/b", "record_delimiter": "\\n", "store_keys": True}),
        row("b-task", "PAUSED", sink={"agency_name": "dms"}),
        {**row("c-task", "WAITING"), "topics": "", "topics_regex": "c.+"},
        replicated(
            id="t-d", task_name="d-task", source={"direction": "two-way", "rename_topic_enabled": True, "task_num": 4}
        ),
        replicated(id="t-e", task_name="e-task", topics="", source={"topics_mapping": "a:b"}),
    ]
    exported = run_module(info, Table({LIST: tasks(*rows)}), {"instance_id": "i-1", "as_definitions": True})
    definitions = json.loads(json.dumps(exported.result["definitions"]))
    ran, lines = run({LIST: tasks(*rows)}, definitions, prune=True, modify=True, recreate=True)
    assert (ran.result["changed"], lines) == (False, [LIST])
    ran, lines = run({LIST: tasks(*rows[1:])}, definitions, check_mode=True)
    assert "a-task: sink_task.access_key and sink_task.secret_key" in ran.msg


# --- sink tasks -------------------------------------------------------------------------------------------------------


def sink_entry(name: str, **descriptor: t.Any) -> dict[str, t.Any]:
    return {"task_name": name, "obs_destination_descriptor": sinks.present(descriptor)["obs_destination_descriptor"]}


def run_sinks(service: t.Any, wanted: list[t.Any], *steps: t.Any, **more: t.Any) -> Ran:
    how = {name: more.pop(name) for name in ("check_mode",) if name in more}
    return run_module(sink_tasks, service, {"connector_id": "c-1", "tasks": wanted, **more}, *steps, **how)


def test_unchanged_sink_tasks_need_a_list_and_one_request_each(service: Service) -> None:
    ran = run_sinks(
        service, [sink_entry("orders")], (sinks.LIST, sinks.tasks(sinks.listed())), (sinks.SHOW, sinks.details())
    )
    assert ran.result["changed"] is False
    assert ran.result["tasks"] == [
        {"task_name": "orders", "action": "unchanged", "changed": False, "sink_task": sinks.shown()}
    ]


def test_sink_tasks_are_created_without_a_request_for_their_details(service: Service) -> None:
    """One of several: a single one is read."""
    ran = run_sinks(
        service,
        [sink_entry("orders"), absent("returns")],
        (sinks.LIST, sinks.tasks()),
        (sinks.CREATE, sinks.body(), sinks.created()),
        (sinks.LIST, sinks.tasks(sinks.listed())),
    )
    report, _absent = ran.result["tasks"]
    assert (report["action"], report["sink_task"]["task_id"], report["sink_task"]["status"]) == (
        "created",
        "t-1",
        "RUNNING",
    )
    assert report["sink_task"]["obs_destination_descriptor"]["obs_bucket_name"] == "archive"


def test_prune_of_sink_tasks_keeps_other_destinations(service: Service) -> None:
    other = sinks.listed("t-2", "other", destination_type="KAFKA")
    ran = run_sinks(
        service, [], (sinks.LIST, sinks.tasks(sinks.listed(), other)), prune=True, prune_pattern=".*", check_mode=True
    )
    assert [task["task_name"] for task in ran.result["tasks"]] == ["orders"]


def test_list_of_sink_tasks_without_statuses(service: Service) -> None:
    """They are polled until the list shows the status."""
    bare = {name: value for name, value in sinks.listed().items() if name != "status"}
    ran = run_sinks(
        service,
        [sink_entry("orders"), absent("returns")],
        (sinks.LIST, sinks.tasks()),
        (sinks.CREATE, sinks.body(), sinks.created()),
        *[(sinks.LIST, sinks.tasks(bare))] * 2,
        (sinks.LIST, sinks.tasks(sinks.listed())),
    )
    assert [task["action"] for task in ran.result["tasks"]] == ["created", "unchanged"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_failed_sink_task_fails(service: Service, check_mode: bool) -> None:
    steps = [(sinks.LIST, sinks.tasks(sinks.listed())), (sinks.SHOW, sinks.details("FAILED"))]
    assert "status FAILED" in run_sinks(service, [sink_entry("orders")], *steps, check_mode=check_mode).msg


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("wait", [True, False])
def test_failed_task_does_not_stop_the_others(wait: bool, check_mode: bool) -> None:
    replies = {LIST: [tasks(row("a-task", "FAILED"), row("b-task"), row("c-task")), tasks(row("a-task", "FAILED"))]}
    replies.update({delete("b-task"): reply(204), delete("c-task"): reply(204)})
    ran, _lines = run(replies, [entry("a-task"), absent("b-task")], prune=True, wait=wait, check_mode=check_mode)
    assert "1 of 3 tasks failed (a-task: the task has the status FAILED)" in ran.msg
    assert [task["action"] for task in ran.result["tasks"]] == ["failed", "deleted", "deleted"]
    assert ran.result["changed"] is True


def test_sink_tasks_need_keys_only_for_creation(service: Service) -> None:
    wanted = [sink_entry("orders", access_key=None, secret_key=None)]
    found = [(sinks.LIST, sinks.tasks(sinks.listed())), (sinks.SHOW, sinks.details())]
    assert run_sinks(service, wanted, *found).result["changed"] is False
    assert "must be set to create the task" in run_sinks(service, wanted, (sinks.LIST, sinks.tasks())).msg


def test_applying_an_export_of_sink_tasks_changes_nothing(service: Service) -> None:
    echo = sinks.details(record_delimiter="\\n", partition_format="N/A", obs_path="a/b", deliver_time_interval="60")
    found = [(sinks.LIST, sinks.tasks(sinks.listed())), (sinks.SHOW, echo)]
    exported = run_module(sink_task_info, service, {"connector_id": "c-1", "as_definitions": True}, *found)
    (definition,) = exported.result["definitions"]
    # Without it, a new task would write to folders by time.
    assert definition["obs_destination_descriptor"]["partition_format"] == "N/A"
    ran = run_sinks(service, [definition], *found, prune=True, recreate=True)
    assert ran.result["changed"] is False


def test_exported_topics_regex_can_be_outside_the_descriptor(service: Service) -> None:
    found = [
        (sinks.LIST, sinks.tasks(sinks.listed(topics="or.+"))),
        (sinks.SHOW, reply(200, {**sinks.shown(topics=""), "topics": "or.+"})),
    ]
    exported = run_module(sink_task_info, service, {"connector_id": "c-1", "as_definitions": True}, *found)
    (definition,) = exported.result["definitions"]
    assert definition["obs_destination_descriptor"]["topics_regex"] == "or.+"
    assert run_sinks(service, [definition], *found).result["changed"] is False
