# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Smart Connect with all settings of the simulator: the connector, single tasks and sets of tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import OBS_ACCESS_KEY, OBS_SECRET_KEY, ORDERS, OTHER, Sandbox, task
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.runner import Ways
from simulator import Fault

KEYS = {"access_key": OBS_ACCESS_KEY, "secret_key": OBS_SECRET_KEY}
SINK = {"consumer_strategy": "latest", "obs_bucket_name": "archive", **KEYS}
DEFINITION = {"topics": ["orders", "invoices"], "sink_task": SINK}
SINK_FIELDS = {"topics": "orders,invoices", "obs_bucket_name": "archive", "consumer_strategy": "latest"}
INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
ONE_TASK = (task(**SINK_FIELDS),)
TWO_TASKS = (*ONE_TASK, task("other-task", OTHER, **{**SINK_FIELDS, "topics": "other"}))
PEER = {"bootstrap_servers": "192.0.2.1:9092", "direction": "pull", "consumer_strategy": "latest"}


def connector_case(name: str, live: Expect, **more: Any) -> Case:
    options = {**INSTANCE, **more.pop("options", {})}
    return Case(name, options, live, module="huaweicloud_kafka_smart_connect", **more)


def task_case(name: str, state: str, live: Expect, sink: Any = None, **more: Any) -> Case:
    """A case of the task named orders, with a definition if *sink* is set."""
    options = {**INSTANCE, "task_name": "orders", "state": state, **more.pop("options", {})}
    if sink is not None:
        options = {**DEFINITION, "sink_task": {**SINK, **sink}, **options}
    return Case(name, options, live, module="huaweicloud_kafka_smart_connect_task", **more)


def set_case(name: str, tasks: list[Any], live: Expect, **more: Any) -> Case:
    options = {**INSTANCE, "tasks": tasks, **more.pop("options", {})}
    return Case(name, options, live, module="huaweicloud_kafka_smart_connect_tasks", **more)


def disable(sandbox: Sandbox) -> None:
    sandbox.disable_smart_connect()


def pause(sandbox: Sandbox) -> None:
    sandbox.simulator.world.connectors[sandbox.connector_id].tasks[ORDERS].status = "PAUSED"


def set_status(status: str) -> Callable[[Sandbox], object]:
    return lambda sandbox: sandbox.simulator.world.set_instance(sandbox.instance_id, status=status)


def disable_with_status(status: str) -> Callable[[Sandbox], object]:
    """Disable Smart Connect, and set the status of the instance."""

    def setup(sandbox: Sandbox) -> None:
        sandbox.disable_smart_connect()
        set_status(status)(sandbox)

    return setup


def remove_connector_only(sandbox: Sandbox) -> None:
    """Remove the connector from the service, but not from the fields of the instance."""
    del sandbox.simulator.world.connectors[sandbox.connector_id]


def extend(sandbox: Sandbox) -> None:
    """Extend the instance for another reason than Smart Connect."""
    sandbox.simulator.world.instances[sandbox.instance_id].change(["EXTENDING"] * 2, lambda: None)


def restart(sandbox: Sandbox) -> None:
    sandbox.simulator.world.instances[sandbox.instance_id].change(["RESTARTING"] * 3, lambda: None)


def enable_five_nodes(sandbox: Sandbox) -> None:
    sandbox.simulator.world.add_connector(sandbox.instance_id, connector_id=sandbox.connector_id, nodes=5)


def incident(operation: str, what: Callable[[Sandbox], object], **more: Any) -> Callable[[Sandbox], list[Fault]]:
    """Another user does *what* immediately before the service processes the request."""
    return lambda sandbox: [Fault(operation, before=lambda _world: what(sandbox), **more)]


UNCHANGED = unchanged("TASKS")
CHANGED_FIELD = {"deliver_time_interval": 60}
NEW = "TASKS INSTANCE NEW TASKS+( TASK)*"
REPLACED = "TASKS INSTANCE REMOVE( TASKS)+ NEW( TASKS)+( TASK)*"
MODIFIED = "TASKS INSTANCE MODIFY TASK"
POSITION = ("loses the position of its consumer",)


def deleted_tasks(result: dict[str, Any]) -> list[str]:
    return list(result["diff"]["before"]["tasks"])


def enabled(result: dict[str, Any]) -> bool:
    return bool(result["smart_connect"]["connector_enable"])


BOTH = ["orders", "other-task"]
DELETE_IT = "it still has 1 task: orders ({}). Delete it first, or set delete_tasks: true."

CONNECTOR = [
    connector_case("already enabled", unchanged("INSTANCE")),
    connector_case(
        "enabled",
        changed("INSTANCE RESOURCES ENABLE( INSTANCE)+"),
        again=unchanged("INSTANCE"),
        setup=disable,
        settings={"connector_looks": 1},
        options={"node_cnt": 3},
        as_module=True,
    ),
    connector_case(
        "enabled, connector_enable stays false",
        changed("INSTANCE RESOURCES ENABLE( INSTANCE)+"),
        again=unchanged("INSTANCE"),
        setup=disable,
        settings={"connector_enable_follows": False, "connector_off": "absent"},
    ),
    *(
        connector_case(
            f"busy with {code}",
            changed("INSTANCE RESOURCES ENABLE INSTANCE RESOURCES ENABLE( INSTANCE)+"),
            again=unchanged("INSTANCE"),
            setup=disable,
            faults={"live": [Fault("CreateConnector", status=400, code=code)]},
        )
        for code in ("DMS.00400026", "CBC.99003651", "DMS.00400017")
    ),
    connector_case(
        "busy because the instance is RESTARTING",
        changed("INSTANCE RESOURCES ENABLE INSTANCE( INSTANCE)+ RESOURCES ENABLE( INSTANCE)+"),
        live_only=True,
        setup=disable,
        faults=incident("CreateConnector", restart),
    ),
    connector_case(
        "enabled, the response is lost",
        changed("INSTANCE RESOURCES ENABLE( INSTANCE)+"),
        again=unchanged("INSTANCE"),
        setup=disable,
        faults={"live": [Fault("CreateConnector", drop="after")]},
    ),
    connector_case(
        "sold out",
        fails("sold out", requests="INSTANCE RESOURCES"),
        setup=disable,
        settings={"sold_out": True},
    ),
    connector_case(
        "disabled",
        changed("INSTANCE TASKS DISABLE( INSTANCE)+"),
        again=unchanged("INSTANCE"),
        options={"state": "absent"},
        settings={"disable_needs_body": True, "connector_looks": 1},
    ),
    connector_case(
        "disabled with tasks left",
        fails("orders", requests="INSTANCE TASKS"),
        options={"state": "absent"},
        existing=ONE_TASK,
    ),
    connector_case(
        "enabled with fewer nodes than requested",
        fails("2 nodes, wanted 3", changed=True, requests="INSTANCE RESOURCES ENABLE( INSTANCE)+"),
        check=changed("INSTANCE RESOURCES"),
        again=fails("2 nodes, wanted 3", requests="INSTANCE"),
        setup=disable,
        settings={"connector_looks": 1, "connector_nodes": 2},
        options={"node_cnt": 3},
        as_module=True,
    ),
    connector_case(
        "enabled with other nodes by another run",
        fails("5 nodes, wanted 3", requests="INSTANCE RESOURCES ENABLE INSTANCE"),
        live_only=True,
        setup=disable,
        faults=incident("CreateConnector", enable_five_nodes),
        options={"node_cnt": 3},
    ),
    connector_case(
        "enabled with other nodes by another run, the response is lost",
        fails("5 nodes, wanted 3", changed=True, requests="INSTANCE RESOURCES ENABLE( INSTANCE)+"),
        live_only=True,
        setup=disable,
        faults=incident("CreateConnector", enable_five_nodes, drop="after"),
        options={"node_cnt": 3},
    ),
    connector_case(
        "enabling fails",
        fails("RUNNING again", "requested enabling", changed=True, requests="INSTANCE RESOURCES ENABLE( INSTANCE)+"),
        live_only=True,
        setup=disable,
        settings={"connector_looks": 1, "connector_fails": True},
    ),
    connector_case(
        "the response is lost, and the instance is extended for another reason",
        fails("RUNNING again", "requested enabling", changed=True, requests="INSTANCE RESOURCES ENABLE( INSTANCE)+"),
        live_only=True,
        setup=disable,
        faults=incident("CreateConnector", extend, drop="after"),
    ),
    *(
        connector_case(
            f"not enabled while the instance is {status}",
            fails(f"is {status}. The status of the instance does not allow this", requests="INSTANCE"),
            setup=disable_with_status(status),
        )
        for status in ("UPGRADING", "RESTARTING", "CREATING", "STARTING", "ROLLINGBACK", "FROZEN")
    ),
    connector_case(
        "not disabled while the instance is UPGRADING",
        fails("is UPGRADING. The status of the instance does not allow this", requests="INSTANCE"),
        setup=set_status("UPGRADING"),
        options={"state": "absent"},
        as_module=True,
    ),
    connector_case(
        "already enabled while the instance is UPGRADING", unchanged("INSTANCE"), setup=set_status("UPGRADING")
    ),
    connector_case(
        "disabled, an incomplete list",
        fails("the list contains 2 of 3 Smart Connect tasks", requests="INSTANCE TASKS TASKS"),
        options={"state": "absent", "delete_tasks": True},
        existing=TWO_TASKS,
        remaining=["orders", "other-task"],
        faults=lambda sandbox: [
            Fault(path=f"({sandbox.path_pattern}).*offset=2", times=None, body={"tasks": [], "total_number": 3}),
            Fault("ListConnectorTasks", times=None, mutate=lambda page: {**page, "total_number": 3}),
        ],
    ),
    connector_case(
        "disabled, a task appears while another one is deleted",
        changed("INSTANCE TASKS REMOVE TASKS REMOVE TASKS DISABLE( INSTANCE)+", returns={deleted_tasks: BOTH}),
        live_only=True,
        options={"state": "absent", "delete_tasks": True},
        existing=ONE_TASK,
        faults=incident("DeleteConnectorTask", lambda sandbox: sandbox.add("other-task", OTHER)),
    ),
    connector_case(
        "disabled, a task appears after the list",
        changed(
            "INSTANCE TASKS DISABLE TASKS TASKS REMOVE TASKS DISABLE( INSTANCE)+", returns={deleted_tasks: ["orders"]}
        ),
        live_only=True,
        options={"state": "absent", "delete_tasks": True},
        faults=incident("DeleteConnector", lambda sandbox: sandbox.add()),
    ),
    connector_case(
        "disabled, a task appears and must not be deleted",
        fails(DELETE_IT.format(ORDERS), requests="INSTANCE TASKS DISABLE TASKS"),
        live_only=True,
        options={"state": "absent"},
        remaining=["orders"],
        faults=incident("DeleteConnector", lambda sandbox: sandbox.add()),
        as_module=True,
    ),
    connector_case(
        "disabled, a task appears and the error has no code",
        fails(DELETE_IT.format(ORDERS), requests="INSTANCE TASKS DISABLE INSTANCE TASKS"),
        live_only=True,
        options={"state": "absent"},
        remaining=["orders"],
        faults=incident("DeleteConnector", lambda sandbox: sandbox.add(), status=500, after_work=True),
    ),
    connector_case(
        "disabled, the instance shows a connector that is absent",
        unchanged("INSTANCE TASKS INSTANCE", warns=("Therefore Smart Connect is disabled.",), returns={enabled: False}),
        options={"state": "absent"},
        setup=remove_connector_only,
        as_module=True,
    ),
    connector_case(
        "disabled by another run",
        unchanged("INSTANCE TASKS DISABLE INSTANCE", warns=("Therefore Smart Connect is disabled.",)),
        check=changed("INSTANCE TASKS"),
        again=unchanged("INSTANCE"),
        options={"state": "absent"},
        faults={"live": [Fault("DeleteConnector", status=404, code="DMS.00404024", after_work=True)]},
    ),
    connector_case(
        "disabled, the instance is deleted meanwhile",
        changed("INSTANCE TASKS DISABLE INSTANCE", warns=("Therefore Smart Connect is disabled.",)),
        live_only=True,
        options={"state": "absent"},
        faults=lambda sandbox: [Fault("DeleteConnector", after=lambda _world: sandbox.remove_instance())],
    ),
    connector_case(
        "disabled with its tasks",
        changed("INSTANCE TASKS REMOVE REMOVE( TASKS)+ DISABLE( INSTANCE)+"),
        again=unchanged("INSTANCE"),
        options={"state": "absent", "delete_tasks": True},
        existing=TWO_TASKS,
        settings={"deletion_looks": 1},
    ),
]

STATES = [
    task_case("present", "present", UNCHANGED, {}, existing=ONE_TASK),
    *(
        task_case(
            f"equal, the unused block is {side}",
            "present",
            UNCHANGED,
            {"record_delimiter": "\n"},
            settings={"unused_side": side, "unused_type": kind, "unused_topics": side, "newline_echo": echo},
            existing=(task(**SINK_FIELDS, record_delimiter="\n"),),
        )
        for side, kind, echo in (("null", "absent", "backslash-n"), ("absent", "NONE", "line feed"))
    ),
    task_case(
        "created",
        "present",
        changed(NEW),
        {},
        again=UNCHANGED,
        remaining=["orders"],
        settings={"creation_looks": 2},
        full=True,
    ),
    task_case(
        "created, missing from the first list",
        "present",
        changed("TASKS INSTANCE NEW( TASKS){2,}"),
        {},
        faults={"live": [Fault("ListConnectorTasks", skip=1, body={"tasks": [], "total_number": 0})]},
        again=UNCHANGED,
    ),
    task_case("created paused", "paused", changed(NEW), {}, again=UNCHANGED),
    task_case(
        "created with an agency",
        "present",
        changed(NEW),
        {"access_key": None, "secret_key": None, "agency_name": "dms"},
        again=UNCHANGED,
        as_module=True,
    ),
    task_case(
        "the response to the creation is lost",
        "present",
        changed("TASKS INSTANCE NEW TASKS( TASK)+"),
        {},
        again=UNCHANGED,
        remaining=["orders"],
        faults={"live": [Fault("CreateConnectorTask", drop="after")]},
    ),
    task_case(
        "the request for the creation is lost",
        "present",
        changed("TASKS INSTANCE NEW TASKS NEW TASKS"),
        {},
        again=UNCHANGED,
        remaining=["orders"],
        faults={"live": [Fault("CreateConnectorTask", drop="before")]},
    ),
    task_case("a short name", "present", fails("4 to 64", requests="TASKS"), {}, options={"task_name": "abc"}),
    task_case("no keys", "present", fails("agency_name", requests="TASKS"), {"access_key": None}),
    task_case(
        "the topic is in another task",
        "present",
        fails("DMS.00400874", requests="TASKS INSTANCE NEW TASKS"),
        {},
        check=changed("TASKS INSTANCE"),
        check_again=changed("TASKS INSTANCE"),
        existing=(task("other-task", OTHER, **SINK_FIELDS),),
        settings={"exclusive_topics": True},
    ),
    task_case(
        "quota",
        "present",
        fails("quota", requests="TASKS INSTANCE NEW"),
        {},
        check=fails("quota", requests="TASKS INSTANCE"),
        check_again=fails("quota", requests="TASKS INSTANCE"),
        settings={"smart_connect_quota": 0},
    ),
    task_case("absent and does not exist", "absent", UNCHANGED),
    task_case(
        "deleted",
        "absent",
        changed("TASKS INSTANCE REMOVE( TASKS)+"),
        again=UNCHANGED,
        existing=ONE_TASK,
        settings={"deletion_looks": 1},
    ),
    task_case("absent without a connector", "absent", unchanged("TASKS", warns=("is absent",)), setup=disable),
    task_case(
        "paused",
        "paused",
        changed("TASKS INSTANCE PAUSE( TASK)+"),
        again=UNCHANGED,
        existing=ONE_TASK,
        settings={"action_reads": 1},
    ),
    task_case(
        "resumed",
        "running",
        changed("TASKS INSTANCE RESUME( TASK)+"),
        again=UNCHANGED,
        existing=ONE_TASK,
        setup=pause,
        settings={"action_reads": 1},
        as_module=True,
    ),
    task_case(
        "started",
        "running",
        changed("TASKS INSTANCE RESTART( TASK)+"),
        again=UNCHANGED,
        existing=(task(**SINK_FIELDS, status="WAITING"),),
    ),
    task_case(
        "running after CREATING",
        "running",
        unchanged("TASKS( TASK)+"),
        check=unchanged("TASKS", warns=("CREATING",)),
        existing=(task(**SINK_FIELDS, passing=["CREATING"] * 4),),
        live_only=True,
    ),
    task_case(
        "restarted",
        "restarted",
        changed("TASKS INSTANCE RESTART( TASK)+", warns=("resets its progress",)),
        existing=ONE_TASK,
        settings={"action_reads": 1, "restart_looks": 1},
    ),
    task_case(
        "the response to the restart is lost",
        "restarted",
        fails(
            "unknown whether", changed=True, requests="TASKS INSTANCE RESTART( TASK)+", warns=("resets its progress",)
        ),
        existing=ONE_TASK,
        live_only=True,
        options={"wait_timeout": 3},
        faults=[Fault("RestartConnectorTask", drop="after")],
        as_module=True,
    ),
    task_case("failed", "running", fails("FAILED", requests="TASKS"), existing=(task(**SINK_FIELDS, status="FAILED"),)),
    task_case(
        "differs",
        "present",
        fails("deliver_time_interval is 300, wanted 60", requests="TASKS"),
        CHANGED_FIELD,
        existing=ONE_TASK,
    ),
    task_case(
        "recreated",
        "present",
        changed(REPLACED, warns=POSITION),
        CHANGED_FIELD,
        again=UNCHANGED,
        existing=ONE_TASK,
        options={"recreate": True},
        settings={"deletion_looks": 1, "unused_side": "null"},
    ),
    task_case(
        "failed and recreated",
        "present",
        changed(REPLACED, warns=POSITION),
        {},
        again=UNCHANGED,
        existing=(task(**SINK_FIELDS, status="FAILED"),),
        options={"recreate": True},
    ),
    task_case(
        "the creation after the deletion fails",
        "present",
        fails("no longer exists", requests=r"TASKS INSTANCE REMOVE( TASKS)+ NEW", changed=True, warns=POSITION),
        CHANGED_FIELD,
        existing=ONE_TASK,
        live_only=True,
        options={"recreate": True},
        faults=[Fault("CreateConnectorTask", status=400, code="DMS.00400867")],
        as_module=True,
    ),
    task_case(
        "modified",
        "present",
        changed(MODIFIED),
        CHANGED_FIELD,
        again=UNCHANGED,
        existing=ONE_TASK,
        options={"modify": True},
    ),
    task_case(
        "modified, keys are dropped",
        "present",
        changed(MODIFIED, warns=("without its keys",)),
        {**CHANGED_FIELD, "access_key": None, "secret_key": None},
        again=UNCHANGED,
        existing=ONE_TASK,
        options={"modify": True},
        settings={"modify": "drop-keys"},
    ),
    *(
        task_case(
            f"a modification that is {name}",
            "present",
            fails(part, requests="TASKS INSTANCE MODIFY( TASK)?"),
            CHANGED_FIELD,
            existing=ONE_TASK,
            options={"modify": True},
            settings={"modify": name},
            check=changed("TASKS INSTANCE"),
            check_again=changed("TASKS INSTANCE"),
        )
        for name, part in (
            ("refuse", "DMS.00400873"),
            ("topics", "did not change everything"),
            ("pretend", "did not change"),
            ("unknown-url", "404"),
        )
    ),
    *(
        task_case(
            f"a modification that is {name}, recreated",
            "present",
            changed(f"TASKS INSTANCE MODIFY( TASK)+ {REPLACED[15:]}", warns=POSITION),
            CHANGED_FIELD,
            again=UNCHANGED,
            existing=ONE_TASK,
            options={"modify": True, "recreate": True},
            settings={"modify": name},
        )
        for name in ("refuse", "topics", "pretend", "unknown-url")
    ),
    task_case(
        "a replication",
        "present",
        changed("TASKS INSTANCE VALIDATE NEW( TASKS)+"),
        again=UNCHANGED,
        options={"topics": ["orders"], "source_task": PEER, "validate": True},
        as_module=True,
    ),
    task_case(
        "a two-way replication",
        "present",
        changed(NEW),
        again=UNCHANGED,
        options={
            "topics": ["orders"],
            "source_task": {**PEER, "direction": "two-way", "task_num": 2, "provenance_header_enabled": True},
        },
    ),
    task_case(
        "a replication by a mapping",
        "present",
        changed("TASKS INSTANCE NEW( TASKS)+"),
        again=UNCHANGED,
        options={"source_task": {**PEER, "topics_mapping": "orders:copy"}},
        settings={"unused_topics": "null"},
    ),
    task_case(
        "a peer that can't be reached",
        "present",
        fails("DMS.00400870", requests="TASKS INSTANCE VALIDATE"),
        options={"topics": ["orders"], "source_task": {**PEER, "bootstrap_servers": "invalid:1"}, "validate": True},
    ),
]


def actions(result: dict[str, Any]) -> list[str]:
    return [item["action"] for item in result["tasks"]]


PLANNED = [
    {"task_name": "orders", **DEFINITION},
    {"task_name": "new-task", **DEFINITION, "topics": ["new"], "state": "paused"},
]
SETS = [
    set_case("an unchanged set", PLANNED[:1], UNCHANGED, existing=ONE_TASK),
    set_case(
        "a set with prune",
        PLANNED,
        changed("TASKS INSTANCE REMOVE( TASKS)+ NEW( TASKS)+"),
        again=UNCHANGED,
        existing=TWO_TASKS,
        options={"prune": True, "prune_limit": 1},
        remaining=["orders", "new-task"],
        settings={"exclusive_topics": True, "deletion_looks": 1, "creation_looks": 1},
        as_module=True,
    ),
    set_case(
        "prune_limit is exceeded",
        PLANNED,
        fails("prune_limit 0", requests="TASKS"),
        existing=TWO_TASKS,
        options={"prune": True, "prune_limit": 0},
        remaining=["orders", "other-task"],
    ),
    set_case(
        "a different plan",
        PLANNED,
        fails("not abc", requests="TASKS"),
        existing=ONE_TASK,
        options={"expect_plan": "abc"},
    ),
    set_case(
        "a set of states",
        [{"task_name": "orders", "state": "paused"}, {"task_name": "other-task", "state": "paused"}],
        changed("TASKS INSTANCE PAUSE PAUSE( TASKS)+"),
        again=UNCHANGED,
        existing=TWO_TASKS,
        settings={"action_reads": 1},
    ),
    set_case(
        "a creation fails",
        PLANNED,
        fails("1 of 2", "new-task", changed=True, requests="TASKS INSTANCE NEW NEW( TASKS)+"),
        live_only=True,
        settings={"known_topics": ["orders", "invoices"]},
        as_module=True,
    ),
    set_case(
        "an empty plan",
        PLANNED,
        fails("expect_plan must not be empty", requests=""),
        existing=ONE_TASK,
        options={"expect_plan": ""},
        as_module=True,
    ),
    set_case(
        "the list fails after a deletion and a pause",
        [{"task_name": "orders", "state": "paused"}, {"task_name": "other-task", "state": "absent"}],
        fails(
            "Changes made before the failure: other-task: deleted the task",
            "1 of 2 tasks was not tried",
            changed=True,
            requests="TASKS INSTANCE REMOVE TASKS",
            returns={actions: ["not_tried", "failed"]},
        ),
        faults={"live": [Fault("ListConnectorTasks", skip=1, times=None, status=403, code="DMS.00403003")]},
        existing=TWO_TASKS,
        live_only=True,
        as_module=True,
    ),
    set_case(
        "a deletion returns 503 after it was processed",
        [{"task_name": "orders", "state": "absent"}],
        changed("TASKS INSTANCE REMOVE REMOVE", returns={actions: ["deleted"]}),
        faults={"live": [Fault("DeleteConnectorTask", status=503, code="DMS.111501025", after_work=True)]},
        existing=ONE_TASK,
        live_only=True,
        as_module=True,
    ),
    set_case(
        "the deletion frees the quota",
        [{"task_name": "orders", "state": "absent"}, {**PLANNED[0], "task_name": "new-task"}],
        changed("TASKS INSTANCE REMOVE( TASKS)+ NEW( TASKS)+"),
        again=UNCHANGED,
        existing=ONE_TASK,
        settings={"smart_connect_quota": 1},
    ),
]

CES = {"ces_endpoint": lambda sandbox: sandbox.simulator.endpoint}


def info(name: str, live: Expect, **more: Any) -> Case:
    options = {**INSTANCE, "health": True, **CES, **more.pop("options", {})}
    return Case(name, options, live, module="huaweicloud_kafka_smart_connect_task_info", existing=ONE_TASK, **more)


INFO = [
    info("health", unchanged("TASKS METRICS"), settings={"metric_period": 1, "metric_start": 0}),
    info(
        "health without permission",
        unchanged("TASKS METRICS", warns=("ces:metricData:list",)),
        faults=[Fault("BatchListMetricData", status=403, code="ces.0010")],
    ),
    info(
        "health is required",
        fails("ces:metricData:list", requests="TASKS METRICS"),
        options={"health": "required"},
        faults=[Fault("BatchListMetricData", status=403, code="ces.0010")],
    ),
    info("definitions", UNCHANGED, options={"health": False, "as_definitions": True}, as_module=True),
]

HEALTHY = {"wait_healthy": True, **CES}
HEALTH = [
    task_case(
        "healthy",
        "running",
        unchanged("TASKS METRICS"),
        existing=ONE_TASK,
        options=HEALTHY,
        settings={"metric_period": 1, "metric_start": 0},
        as_module=True,
    ),
    task_case(
        "healthy by id",
        "running",
        unchanged("TASKS METRICS"),
        existing=ONE_TASK,
        options=HEALTHY,
        settings={"metric_period": 1, "metric_start": 0, "metric_dimension": "id"},
    ),
    task_case(
        "healthy after a change",
        "running",
        changed("TASKS INSTANCE RESUME( TASK)+( METRICS)+"),
        existing=ONE_TASK,
        setup=pause,
        again=unchanged("TASKS METRICS"),
        options=HEALTHY,
        settings={"metric_period": 1, "metric_start": 0, "metric_delay": 1},
    ),
    task_case(
        "abnormal",
        "running",
        fails("as abnormal", requests="TASKS METRICS"),
        existing=ONE_TASK,
        options=HEALTHY,
        setup=lambda sandbox: sandbox.simulator.world.set_health(sandbox.connector_id, ORDERS, status=0),
        settings={"metric_period": 1, "metric_start": 0},
    ),
    task_case(
        "created, the list is delayed",
        "present",
        changed("TASKS INSTANCE NEW( TASKS){3,}"),
        {},
        again=UNCHANGED,
        remaining=["orders"],
        settings={"list_lag": 2},
    ),
    task_case(
        "created beside a task of the other API",
        "present",
        changed(NEW),
        {},
        again=UNCHANGED,
        existing=TWO_TASKS[1:],
        settings={"shared_tasks": False},
    ),
]

MIGRATION = [
    Case(
        "a sink task is moved",
        {**INSTANCE, "keys": KEYS},
        changed("INSTANCE LIST TASKS SHOW DELETE LIST NEW TASKS", warns=("loses the position of its consumer",)),
        module="huaweicloud_kafka_task_migration",
        setup=lambda sandbox: sandbox.simulator.world.add_task(
            sandbox.connector_id, **task(consumer_strategy="latest"), api="sink"
        ),
        settings={"shared_tasks": False},
        again=unchanged("INSTANCE LIST TASKS"),
        as_module=True,
    ),
]

CASES = [*CONNECTOR, *STATES, *SETS, *INFO, *HEALTH, *MIGRATION]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
