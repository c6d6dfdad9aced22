# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Minimal examples of failures that the other tests found: one run each, with a few faults."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection
from simulator import Fault, Simulator

from .harness import runs
from .harness.failures import Act, Corruption, corruption
from .harness.invariants import violations
from .harness.runs import OBS_ACCESS_KEY, OBS_SECRET_KEY, QUICK

WANTED = {
    "access_key": OBS_ACCESS_KEY,
    "secret_key": OBS_SECRET_KEY,
    "obs_bucket_name": "bucket",
    "topics": ["a"],
}
STORED = {"obs_bucket_name": "bucket", "topics": "a"}


class Example(t.NamedTuple):
    """One run. *tasks* exist before it; *more* are further options."""

    state: str
    faults: tuple[Fault, ...]
    tasks: tuple[str, ...] = ("orders",)
    more: t.Mapping[str, t.Any] = {}
    settings: t.Mapping[str, t.Any] = {}
    waits: bool = False


def example(name: str, *values: t.Any, defect: str = "", **more: t.Any) -> t.Any:
    """Return a row of the table; *defect* is the reason for a known violation."""
    marks = [pytest.mark.xfail(reason=defect, strict=True)] if defect else []
    return pytest.param(Example(*values, **more), id=name, marks=marks)


def _delete(**fields: t.Any) -> Fault:
    return Fault(operation="DeleteSinkTask", **fields)


def _create(**fields: t.Any) -> Fault:
    return Fault(operation="CreateSinkTask", **fields)


def _list(**fields: t.Any) -> Fault:
    return Fault(operation="ListSinkTasks", **fields)


def _show(**fields: t.Any) -> Fault:
    return Fault(operation="ShowSinkTaskDetail", **fields)


EXAMPLES = [
    example(
        "deleted, and the response is not JSON",
        "absent",
        (_delete(status=200, body=b"OK", after_work=True),),
    ),
    *(
        example(
            f"deleted, {status} returned, then sent again",
            "absent",
            (_delete(status=status, code=code, after_work=True),),
        )
        for status, code in ((500, None), (503, None), (500, "DMS.00500006"), (408, "DMS.111501024"))
    ),
    *(
        example(
            f"deleted, {status} returned, no retries left",
            "absent",
            (_delete(status=status, code=code, after_work=True),),
            more={"max_retries": 0},
        )
        for status, code in ((500, None), (503, None), (507, None), (408, "DMS.111501024"))
    ),
    *(
        example(
            f"deleted, {status} returned, no retries left",
            "absent",
            (_delete(status=status, after_work=True),),
            more={"max_retries": 0},
        )
        for status in (502, 504)
    ),
    example("deleted, the response lost, then 404", "absent", (_delete(drop="after"),)),
    example("deleted, the response lost each time", "absent", (_delete(drop="after", times=None),)),
    example(
        "not deleted, but 200 returned",
        "absent",
        (_delete(status=200, body=[]),),
        more={"wait_timeout": 20},
        defect="by design, a 2xx response is trusted",
    ),
    example(
        "deleted, the response lost, the next one is not JSON",
        "absent",
        (_delete(drop="after"), _delete(status=200, body=b"OK")),
    ),
    example(
        "deleted by a recreation, the response lost, the list incomplete",
        "present",
        (_delete(drop="after", times=None), _list(skip=1, times=None, mutate=corruption("incomplete list"))),
        tasks=("orders FAILED", "audit"),
        more={"recreate": True},
    ),
    example(
        "created at the second attempt, and the list after it returns 403",
        "present",
        (_create(status=500), _list(skip=2, status=403)),
        tasks=(),
    ),
    example(
        "created, the response lost, the task listed, but not readable",
        "present",
        (_create(drop="after"), _show(status=403)),
        tasks=(),
    ),
    example("created, the response lost", "present", (_create(drop="after"),), tasks=()),
    example(
        "created, the response lost, deleted by another user, and created again",
        "present",
        (_create(drop="after"), _list(skip=1, before=Act("delete", "orders", STORED))),
        tasks=(),
    ),
    example("not created, the response lost", "present", (_create(drop="before"),), tasks=()),
    example("created, the response has no id", "present", (_create(body={}, after_work=True),), tasks=()),
    example(
        "created long after the timeout of the request",
        "present",
        (_create(delay_work=QUICK + 0.3),),
        tasks=(),
        waits=True,
    ),
    example(
        "a list with the first task repeated",
        "absent",
        (_list(mutate=corruption("first task repeated")),),
        tasks=("audit", "orders"),
    ),
    example("an incomplete list", "absent", (_list(mutate=corruption("list without its first task")),)),
    example(
        "another task with the name is created during the deletion",
        "absent",
        (_delete(before=Act("create", "orders", STORED)),),
    ),
    example(
        "a task that is already being deleted",
        "absent",
        (),
        tasks=("orders DELETING",),
        more={"wait": False},
        settings={"deletion_looks": 2},
    ),
    example(
        "a task that is being deleted is not present",
        "present",
        (),
        tasks=("orders DELETING",),
        more={"wait": False},
        settings={"deletion_looks": 2},
    ),
    example(
        "a status with control characters and a secret",
        "present",
        (
            _show(
                times=None,
                mutate=Corruption("status", lambda body: {**body, "status": "A\n\x1b[31m" + Simulator.secret_key}),
            ),
        ),
        more={"wait_timeout": 20},
    ),
    example("401 after a lost response", "absent", (_delete(drop="before"), Fault(status=401, times=None, skip=1))),
    example(
        "401 with a truncated body",
        "absent",
        (_list(status=401, code="APIG.0301", content_length=10**6),),
    ),
    example(
        "another task with the name is created before the deletion, without wait",
        "absent",
        (_list(after=Act("create", "orders", STORED)),),
        more={"wait": False},
    ),
    example("a body of 17 MB", "present", (_list(body=b"x" * 17_000_000, status=200),), more={"max_retries": 0}),
    *(
        example(f"{operation} returns {code}", "present", (Fault(operation=operation, code=code),), tasks=())
        for operation in ("CreateSinkTask", "ListSinkTasks")
        for code in ("DMS.00404022", "DMS.00404024", "DMS.00404026")
    ),
]


@pytest.mark.parametrize("row", EXAMPLES)
def test_regression(simulator: Simulator, row: Example) -> None:
    simulator.settings.update(**row.settings)
    for existing in row.tasks:
        name, _unused, status = existing.partition(" ")
        deleting = status == "DELETING"
        task_id = simulator.world.add_task(
            simulator.connector_id, name, status="RUNNING" if deleting else status or "RUNNING", **STORED
        )
        if deleting:
            simulator.world.set_task(simulator.connector_id, task_id, deleting=True, passing=["DELETING"] * 9)
    for fault in row.faults:
        simulator.faults.add(fault)
    options = {"state": row.state, "connector_id": simulator.connector_id, "task_name": "orders", **row.more}
    if row.state == "present":
        options["obs_destination_descriptor"] = WANTED
    delayed = any(fault.delay or fault.delay_work for fault in row.faults)
    outcome = runs.run(simulator, options, more_secrets=[simulator.secret_key], waits=row.waits, quick=delayed)
    acts = [act for fault in row.faults for act in (fault.before, fault.after) if isinstance(act, Act)]
    wrong = violations(outcome, acts)
    assert not wrong, "\n".join([*wrong, outcome.summary()])


def test_no_second_login_after_a_token_that_never_worked(simulator: Simulator) -> None:
    """Each rejection counts towards the lock of a user, and only a token that has worked can have expired."""
    simulator.faults.add(_list(code="DMS.10240101", times=None))
    login = {"username": simulator.user_name, "password": simulator.password, "domain_name": simulator.domain_name}
    options = {**login, "access_key": None, "secret_key": None, "state": "absent", "task_name": "orders"}
    options = {**runs.connection(simulator), **options, "connector_id": simulator.connector_id}
    params, secrets, _unused = runs.validated(
        runs.SINK_TASK, {name: value for name, value in options.items() if value is not None}
    )
    connections: list[Connection] = []

    def connect(settings: t.Any) -> Connection:
        if not connections:
            connections.append(Connection(settings))
        return connections[0]

    for _unused in range(2):  # two items of a loop
        result = runs.SINK_TASK.execute(params, check_mode=False, diff=False, secrets=secrets, connect=connect)
        assert result["failed"]
    assert simulator.journal.operations() == [
        "KeystoneCreateUserTokenByPassword",
        "ListSinkTasks",
    ]
    connections[0].close()
