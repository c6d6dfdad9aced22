# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Smart Connect under all switches of the simulator: the connector, single tasks, whole sets."""

from __future__ import annotations

from typing import Any

from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import OBS_ACCESS_KEY, OBS_SECRET_KEY, ORDERS, OTHER, Sandbox, task
from acceptance.harness.compare import expect_equal_results, expect_described_results, expect_no_leaks
from acceptance.harness.runner import Ways
from simulator import Fault

KEYS = {"access_key": OBS_ACCESS_KEY, "secret_key": OBS_SECRET_KEY}
SINK = {"consumer_strategy": "latest", "obs_bucket_name": "archive", **KEYS}
DESCRIBED = {"topics": ["orders", "invoices"], "sink_task": SINK}
OLDER = {"topics": "orders,invoices", "obs_bucket_name": "archive", "consumer_strategy": "latest"}
ALONE = {"connector_id": None, "instance_id": OWN_INSTANCE}
THERE = (task(**OLDER),)
OTHERS = (*THERE, task("other-task", OTHER, **{**OLDER, "topics": "other"}))
PEER = {"bootstrap_servers": "192.0.2.1:9092", "direction": "pull", "consumer_strategy": "latest"}


def connector(name: str, live: Expect, **more: Any) -> Case:
    options = {**ALONE, **more.pop("options", {})}
    return Case(name, options, live, module="huaweicloud_kafka_smart_connect", **more)


def one(name: str, state: str, live: Expect, sink: Any = None, **more: Any) -> Case:
    """A case of the task named orders; with *sink*, it is described."""
    options = {**ALONE, "task_name": "orders", "state": state, **more.pop("options", {})}
    if sink is not None:
        options = {**DESCRIBED, "sink_task": {**SINK, **sink}, **options}
    return Case(name, options, live, module="huaweicloud_kafka_smart_connect_task", **more)


def several(name: str, tasks: list[Any], live: Expect, **more: Any) -> Case:
    options = {**ALONE, "tasks": tasks, **more.pop("options", {})}
    return Case(name, options, live, module="huaweicloud_kafka_smart_connect_tasks", **more)


def off(sandbox: Sandbox) -> None:
    sandbox.disable_smart_connect()


def paused(sandbox: Sandbox) -> None:
    sandbox.simulator.world.connectors[sandbox.connector_id].tasks[ORDERS].status = "PAUSED"


STILL = unchanged("TASKS")
DIFFERENT = {"deliver_time_interval": 60}
NEW = "TASKS INSTANCE NEW TASKS+( TASK)*"
REPLACED = "TASKS INSTANCE REMOVE( TASKS)+ NEW( TASKS)+( TASK)*"
MODIFIED = "TASKS INSTANCE MODIFY TASK"
POSITION = ("loses the position of its consumer",)

CONNECTOR = [
    connector("on already", unchanged("INSTANCE")),
    connector(
        "turned on", changed("INSTANCE RESOURCES ENABLE( INSTANCE)+"), again=unchanged("INSTANCE"), setup=off,
        settings={"connector_looks": 1}, options={"node_cnt": 3},
        as_module=True,
    ),
    connector(
        "turned on, connector_enable does not follow", changed("INSTANCE RESOURCES ENABLE( INSTANCE)+"),
        again=unchanged("INSTANCE"), setup=off, settings={"connector_enable_follows": False, "connector_off": "absent"},
    ),
    *(
        connector(
            f"busy by {code}", changed("INSTANCE RESOURCES ENABLE INSTANCE RESOURCES ENABLE( INSTANCE)+"),
            again=unchanged("INSTANCE"), setup=off, faults={"live": [Fault("CreateConnector", status=400, code=code)]},
        )
        for code in ("DMS.00400026", "CBC.99003651", "DMS.00400017")
    ),
    connector(
        "the response to turning it on is lost", changed("INSTANCE RESOURCES ENABLE( INSTANCE)+"),
        again=unchanged("INSTANCE"), setup=off, faults={"live": [Fault("CreateConnector", drop="after")]},
    ),
    connector(
        "sold out", fails("sold out", requests="INSTANCE RESOURCES"), setup=off, settings={"sold_out": True},
    ),
    connector(
        "turned off", changed("INSTANCE TASKS DISABLE( INSTANCE)+"), again=unchanged("INSTANCE"),
        options={"state": "absent"}, settings={"disable_needs_body": True, "connector_looks": 1},
    ),
    connector("tasks left", fails("orders", requests="INSTANCE TASKS"), options={"state": "absent"}, existing=THERE),
    connector(
        "turned off with its tasks", changed("INSTANCE TASKS REMOVE REMOVE( TASKS)+ DISABLE( INSTANCE)+"),
        again=unchanged("INSTANCE"), options={"state": "absent", "delete_tasks": True}, existing=OTHERS,
        settings={"deletion_looks": 1},
    ),
]  # fmt: skip

STATES = [
    one("present", "present", STILL, {}, existing=THERE),
    *(
        one(f"the same with the other side {side}", "present", STILL, {"record_delimiter": "\n"},
            settings={"unused_side": side, "unused_type": kind, "unused_topics": side, "newline_echo": echo},
            existing=(task(**OLDER, record_delimiter="\n"),))
        for side, kind, echo in (("null", "absent", "backslash-n"), ("absent", "NONE", "line feed"))
    ),
    one("created", "present", changed(NEW), {}, again=STILL, remaining=["orders"], settings={"creation_looks": 2}, full=True),
    one("created, listed late", "present", changed("TASKS INSTANCE NEW( TASKS){2,}"), {},
        faults={"live": [Fault("ListConnectorTasks", skip=1, body={"tasks": [], "total_number": 0})]}, again=STILL),
    one("created paused", "paused", changed(NEW), {}, again=STILL),
    one("created by an agency", "present", changed(NEW), {"access_key": None, "secret_key": None, "agency_name": "dms"},
        again=STILL, as_module=True),
    one("the response to the creation is lost", "present", changed("TASKS INSTANCE NEW TASKS( TASK)+"), {}, again=STILL,
        remaining=["orders"], faults={"live": [Fault("CreateConnectorTask", drop="after")]}),
    one("the creation is lost", "present", changed("TASKS INSTANCE NEW TASKS NEW TASKS"), {}, again=STILL,
        remaining=["orders"], faults={"live": [Fault("CreateConnectorTask", drop="before")]}),
    one("a short name", "present", fails("4 to 64", requests="TASKS"), {}, options={"task_name": "abc"}),
    one("no keys", "present", fails("agency_name", requests="TASKS"), {"access_key": None}),
    one("the topic is in another task", "present",
        fails("DMS.00400874", requests="TASKS INSTANCE NEW TASKS"), {}, check=changed("TASKS INSTANCE"),
        check_again=changed("TASKS INSTANCE"), existing=(task("other-task", OTHER, **OLDER),), settings={"exclusive_topics": True}),
    one("quota", "present", fails("quota", requests="TASKS INSTANCE NEW"), {},
        check=fails("quota", requests="TASKS INSTANCE"), check_again=fails("quota", requests="TASKS INSTANCE"),
        settings={"smart_connect_quota": 0}),
    one("absent and not there", "absent", STILL),
    one("deleted", "absent", changed("TASKS INSTANCE REMOVE( TASKS)+"), again=STILL, existing=THERE,
        settings={"deletion_looks": 1}),
    one("absent without a connector", "absent", unchanged("TASKS", warns=("is absent",)), setup=off),
    one("paused", "paused", changed("TASKS INSTANCE PAUSE( TASK)+"), again=STILL, existing=THERE,
        settings={"action_reads": 1}),
    one("resumed", "running", changed("TASKS INSTANCE RESUME( TASK)+"), again=STILL, existing=THERE, setup=paused,
        settings={"action_reads": 1}, as_module=True),
    one("started", "running", changed("TASKS INSTANCE RESTART( TASK)+"), again=STILL,
        existing=(task(**OLDER, status="WAITING"),)),
    one("running after CREATING", "running", unchanged("TASKS( TASK)+"), check=unchanged("TASKS", warns=("CREATING",)),
        existing=(task(**OLDER, passing=["CREATING"] * 4),), live_only=True),
    one("restarted", "restarted", changed("TASKS INSTANCE RESTART( TASK)+", warns=("resets its progress",)), existing=THERE,
        settings={"action_reads": 1, "restart_looks": 1}),
    one("the response to the restart is lost", "restarted", fails("unknown whether", changed=True,
        requests="TASKS INSTANCE RESTART( TASK)+", warns=("resets its progress",)), existing=THERE, live_only=True,
        options={"wait_timeout": 3}, faults=[Fault("RestartConnectorTask", drop="after")], as_module=True),
    one("failed", "running", fails("FAILED", requests="TASKS"), existing=(task(**OLDER, status="FAILED"),)),
    one("differs", "present", fails("deliver_time_interval is 300, wanted 60", requests="TASKS"), DIFFERENT, existing=THERE),
    one("recreated", "present", changed(REPLACED, warns=POSITION), DIFFERENT, again=STILL, existing=THERE,
        options={"recreate": True}, settings={"deletion_looks": 1, "unused_side": "null"}),
    one("failed and recreated", "present", changed(REPLACED, warns=POSITION), {}, again=STILL,
        existing=(task(**OLDER, status="FAILED"),), options={"recreate": True}),
    one("the creation after a deletion fails", "present", fails("no longer exists", requests=r"TASKS INSTANCE REMOVE( TASKS)+ NEW",
        changed=True, warns=POSITION), DIFFERENT, existing=THERE, live_only=True, options={"recreate": True},
        faults=[Fault("CreateConnectorTask", status=400, code="DMS.00400867")], as_module=True),
    one("modified", "present", changed(MODIFIED), DIFFERENT, again=STILL, existing=THERE, options={"modify": True}),
    one("modified, keys are dropped", "present", changed(MODIFIED, warns=("without its keys",)),
        {**DIFFERENT, "access_key": None, "secret_key": None}, again=STILL, existing=THERE, options={"modify": True},
        settings={"modify": "drop-keys"}),
    *(
        one(f"a modification that is {name}", "present", fails(part, requests="TASKS INSTANCE MODIFY( TASK)?"), DIFFERENT,
            existing=THERE, options={"modify": True}, settings={"modify": name}, check=changed("TASKS INSTANCE"),
            check_again=changed("TASKS INSTANCE"))
        for name, part in (("refuse", "DMS.00400873"), ("topics", "did not change everything"), ("pretend", "did not change"),
                           ("unknown-url", "404"))
    ),
    *(
        one(f"a modification that is {name}, recreated", "present",
            changed(f"TASKS INSTANCE MODIFY( TASK)+ {REPLACED[15:]}", warns=POSITION), DIFFERENT, again=STILL, existing=THERE,
            options={"modify": True, "recreate": True}, settings={"modify": name})
        for name in ("refuse", "topics", "pretend", "unknown-url")
    ),
    one("a replication", "present", changed("TASKS INSTANCE VALIDATE NEW( TASKS)+"), again=STILL,
        options={"topics": ["orders"], "source_task": PEER, "validate": True}, as_module=True),
    one("a two-way replication", "present", changed(NEW), again=STILL,
        options={"topics": ["orders"], "source_task": {**PEER, "direction": "two-way", "task_num": 2,
                                                       "provenance_header_enabled": True}}),
    one("a replication by a mapping", "present", changed("TASKS INSTANCE NEW( TASKS)+"), again=STILL,
        options={"source_task": {**PEER, "topics_mapping": "orders:copy"}}, settings={"unused_topics": "null"}),
    one("a peer that can't be reached", "present", fails("DMS.00400870", requests="TASKS INSTANCE VALIDATE"),
        options={"topics": ["orders"], "source_task": {**PEER, "bootstrap_servers": "invalid:1"}, "validate": True}),
]  # fmt: skip


PLANNED = [
    {"task_name": "orders", **DESCRIBED},
    {"task_name": "new-task", **DESCRIBED, "topics": ["new"], "state": "paused"},
]
SETS = [
    several("a set as it is", PLANNED[:1], STILL, existing=THERE),
    several("a set with prune", PLANNED, changed("TASKS INSTANCE REMOVE( TASKS)+ NEW( TASKS)+"), again=STILL, existing=OTHERS,
            options={"prune": True, "prune_limit": 1}, remaining=["orders", "new-task"],
            settings={"exclusive_topics": True, "deletion_looks": 1, "creation_looks": 1}, as_module=True),
    several("too much to prune", PLANNED, fails("prune_limit 0", requests="TASKS"), existing=OTHERS,
            options={"prune": True, "prune_limit": 0}, remaining=["orders", "other-task"]),
    several("another plan", PLANNED, fails("not abc", requests="TASKS"), existing=THERE, options={"expect_plan": "abc"}),
    several("states", [{"task_name": "orders", "state": "paused"}, {"task_name": "other-task", "state": "paused"}],
            changed("TASKS INSTANCE PAUSE PAUSE( TASKS)+"), again=STILL, existing=OTHERS, settings={"action_reads": 1}),
    several("a creation fails", PLANNED, fails("1 of 2", "new-task", changed=True, requests="TASKS INSTANCE NEW NEW( TASKS)+"),
            live_only=True, settings={"known_topics": ["orders", "invoices"]}, as_module=True),
    several("a quota that the deletion makes room for",
            [{"task_name": "orders", "state": "absent"}, {**PLANNED[0], "task_name": "new-task"}],
            changed("TASKS INSTANCE REMOVE( TASKS)+ NEW( TASKS)+"), again=STILL, existing=THERE,
            settings={"smart_connect_quota": 1}),
]  # fmt: skip

CES = {"ces_endpoint": lambda sandbox: sandbox.simulator.endpoint}


def gather(name: str, live: Expect, **more: Any) -> Case:
    options = {**ALONE, "health": True, **CES, **more.pop("options", {})}
    return Case(name, options, live, module="huaweicloud_kafka_smart_connect_task_info", existing=THERE, **more)


INFO = [
    gather("health", unchanged("TASKS METRICS"), settings={"metric_period": 1}),
    gather("health without permission", unchanged("TASKS METRICS", warns=("ces:metricData:list",)),
           faults=[Fault("BatchListMetricData", status=403, code="ces.0010")]),
    gather("health is required", fails("ces:metricData:list", requests="TASKS METRICS"), options={"health": "required"},
           faults=[Fault("BatchListMetricData", status=403, code="ces.0010")]),
    gather("definitions", STILL, options={"health": False, "as_definitions": True}, as_module=True),
]  # fmt: skip

HEALTHY = {"wait_healthy": True, **CES}
HEALTH = [
    one("healthy", "running", unchanged("TASKS METRICS"), existing=THERE, options=HEALTHY, settings={"metric_period": 1}, as_module=True),
    one("healthy by id", "running", unchanged("TASKS METRICS"), existing=THERE, options=HEALTHY,
        settings={"metric_period": 1, "metric_dimension": "id"}),
    one("healthy after a change", "running", changed("TASKS INSTANCE RESUME( TASK)+( METRICS)+"), existing=THERE, setup=paused,
        again=unchanged("TASKS METRICS"), options=HEALTHY, settings={"metric_period": 1, "metric_delay": 1}),
    one("abnormal", "running", fails("as abnormal", requests="TASKS METRICS"), existing=THERE, options=HEALTHY,
        setup=lambda sandbox: sandbox.simulator.world.set_health(sandbox.connector_id, ORDERS, status=0), settings={"metric_period": 1}),
    one("created, the list lags", "present", changed("TASKS INSTANCE NEW( TASKS){3,}"), {}, again=STILL, remaining=["orders"],
        settings={"list_lag": 2}),
    one("created beside a task of the other API", "present", changed(NEW), {}, again=STILL, existing=OTHERS[1:],
        settings={"shared_tasks": False}),
]  # fmt: skip

CASES = [*CONNECTOR, *STATES, *SETS, *INFO, *HEALTH]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
