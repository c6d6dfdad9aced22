# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of Smart Connect tasks: the info module, and the wait for it."""

from __future__ import annotations

import json
import math
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect_task as task_module
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect_task_info as info
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import (
    CREATE,
    INSTANCE,
    LIST,
    RESUME,
    SHOW,
    UP,
    entity,
    replicated,
    show,
    state,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import options as described
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    DMS,
    PROJECT_ID,
    REFUSED,
    Clock,
    Ran,
    Reply,
    Table,
    error_reply,
    reply,
    run_module,
)

CES = "https://ces.example.com"
QUERY = f"POST {CES}/V1.0/{PROJECT_ID}/batch-query-metric-data"
NOW = 1704164645000
MINUTE = 60_000
PAGE = LIST.replace("offset=0", "offset=1")
FORBIDDEN = error_reply(403, "ces.0010")
HEALTHY = state("running", wait_healthy=True, ces_endpoint=CES, wait_timeout=120)


def points(*series: tuple[str, str, t.Sequence[tuple[int, t.Any]]]) -> Reply:
    """Return the response with (task, metric, [(ms, value)]) for each series."""
    metrics = [
        {
            "namespace": "SYS.DMS",
            "metric_name": metric,
            "unit": "",
            "dimensions": [{"name": "kafka_instance_id", "value": "i-1"}, {"name": "connector_task", "value": task}],
            "datapoints": [{"average": value, "timestamp": time} for time, value in values],
        }
        for task, metric, values in series
    ]
    return reply(200, {"metrics": metrics})


def status(value: t.Any, task: str = "orders", time: int = NOW - MINUTE) -> Reply:
    return points((task, "task_status", [(time, value)]))


def gather(task: dict[str, t.Any], response: t.Any, clock: Clock | None = None, **options: t.Any) -> Ran:
    service = Table({LIST: tasks(task), QUERY: response})
    given = {"instance_id": "i-1", "health": "true", "ces_endpoint": CES, **options}
    ran = run_module(info, service, given, clock=clock)
    assert len(service.lines) <= 2 or options.get("max_retries") != 0
    return ran


def health_of(task: dict[str, t.Any], response: Reply) -> dict[str, t.Any]:
    (found,) = gather(task, response).result["smart_connect_tasks"]
    return t.cast("dict[str, t.Any]", found["health"])


MEASURED = NOW - MINUTE
NONE = {"waiting_messages": None, "messages_per_minute": None, "delay_ms": None, "measured_at": None}
HEALTH: dict[str, tuple[dict[str, t.Any], Reply, dict[str, t.Any]]] = {
    "normal": (
        entity(),
        points(
            ("orders", "task_status", [(NOW - 2 * MINUTE, 0), (MEASURED, 1)]),
            ("orders", "kafka_wait_synchronize_data", [(MEASURED, 7.0)]),
            ("orders", "kafka_synchronize_rate", [(MEASURED, 1.5)]),
            ("orders", "message_delay", [(MEASURED, 20)]),
        ),
        {
            "state": "normal", "waiting_messages": 7, "messages_per_minute": 1.5, "delay_ms": 20,
            "measured_at": MEASURED,
        },
    ),
    "abnormal": (entity(), status(0), {"state": "abnormal", "measured_at": MEASURED}),
    "abnormal for a part of the minute": (entity(), status(0.5), {"state": "abnormal"}),
    "by id": (entity(), status(1, "t-1"), {"state": "normal"}),
    "by name and id, the newer point counts": (
        entity(),
        points(("orders", "task_status", [(NOW - 2 * MINUTE, 1)]), ("t-1", "task_status", [(MEASURED, 0)])),
        {"state": "abnormal"},
    ),
    "no data": (entity(), points(), {"state": "unknown", **NONE}),
    "empty data": (entity(), points(("orders", "task_status", [])), {"state": "unknown", **NONE}),
    "four minutes old": (entity(), status(1, time=NOW - 4 * MINUTE), {"state": "normal"}),
    "more than five minutes old": (entity(), status(1, time=NOW - 5 * MINUTE - 1), {"state": "unknown", **NONE}),
    "of an earlier task with the same name": (
        entity(create_time=NOW - MINUTE + 1), status(1), {"state": "unknown", **NONE},
    ),
    "create_time as text": (entity(create_time=str(NOW - MINUTE + 1)), status(1), {"state": "unknown"}),
    "no create_time": (entity(create_time=None), status(1), {"state": "normal"}),
    "another metric only": (
        entity(), points(("orders", "message_delay", [(MEASURED, 20)])), {"state": "unknown", "delay_ms": 20},
    ),
    "a value that is not a number": (entity(), status("1"), {"state": "unknown"}),
    **{
        f"a status that is {name}": (entity(), status(value), {"state": "unknown", **NONE, "measured_at": MEASURED})
        for name, value in {
            "NaN": math.nan, "inf": math.inf, "-inf": -math.inf, "too large": 10**400, "null": None, "a flag": True,
        }.items()
    },
    "a status that is not a number after a normal one": (
        entity(), points(("orders", "task_status", [(NOW - 2 * MINUTE, 1), (MEASURED, math.nan)])), {"state": "unknown"},
    ),
    "a normal status after one that is not a number": (
        entity(), points(("orders", "task_status", [(NOW - 2 * MINUTE, math.nan), (MEASURED, 1)])), {"state": "normal"},
    ),
    **{
        f"the status {values} at one time": (
            entity(), points(("orders", "task_status", [(MEASURED, value) for value in values])), {"state": state_},
        )
        for values, state_ in (
            ((0, 1), "abnormal"), ((1, 0), "abnormal"), ((1, 0.5), "abnormal"), ((1, 1), "normal"),
            ((1, math.nan), "unknown"), ((math.nan, 1), "unknown"), ((math.inf, 1), "unknown"), ((math.nan, 0), "abnormal"),
        )
    },
    "the status by name and by id at one time": (
        entity(), points(("orders", "task_status", [(MEASURED, 1)]), ("t-1", "task_status", [(MEASURED, 0)])),
        {"state": "abnormal", "measured_at": MEASURED},
    ),
    "other metrics twice at one time": (
        entity(),
        points(
            ("orders", "task_status", [(MEASURED, 1)]),
            ("orders", "kafka_wait_synchronize_data", [(NOW - 2 * MINUTE, 9), (MEASURED, 7), (MEASURED, 5)]),
            ("orders", "kafka_synchronize_rate", [(MEASURED, 600), (MEASURED, 30)]),
            ("orders", "message_delay", [(MEASURED, 20)]),
            ("t-1", "message_delay", [(MEASURED, 250)]),
        ),
        {"state": "normal", "waiting_messages": 7, "messages_per_minute": 30, "delay_ms": 250},
    ),
    "other metrics that are not numbers": (
        entity(),
        points(
            ("orders", "task_status", [(MEASURED, 1)]),
            ("orders", "kafka_wait_synchronize_data", [(NOW - 2 * MINUTE, 9), (MEASURED, math.nan)]),
            ("orders", "kafka_synchronize_rate", [(MEASURED, math.inf)]),
            ("orders", "message_delay", [(MEASURED, 20), (MEASURED, None)]),
        ),
        {"state": "normal", **NONE, "measured_at": MEASURED},
    ),
    "two-way, one abnormal": (
        replicated(source={"direction": "two-way"}),
        points(
            ("orders_source_0", "task_status", [(MEASURED, 1)]),
            ("orders_source_1", "task_status", [(MEASURED, 0)]),
            ("orders_source_0", "kafka_wait_synchronize_data", [(MEASURED, 7)]),
            ("orders_source_1", "kafka_wait_synchronize_data", [(MEASURED, 3)]),
        ),
        {"state": "abnormal", "waiting_messages": 7},
    ),
    "two-way, one without data": (
        replicated(source={"direction": "two-way"}), status(1, "t-1_source_0"), {"state": "unknown"},
    ),
    "two-way, one abnormal by one of two values at one time": (
        replicated(source={"direction": "two-way"}),
        points(
            ("orders_source_0", "task_status", [(MEASURED, 1)]),
            ("orders_source_1", "task_status", [(MEASURED, 0), (MEASURED, 1)]),
            ("orders_source_0", "message_delay", [(MEASURED, 5), (MEASURED, 3)]),
            ("orders_source_1", "message_delay", [(MEASURED, 9), (MEASURED, 4)]),
        ),
        {"state": "abnormal", "delay_ms": 9},
    ),
    "two-way, one with a status and a lag that are not numbers": (
        replicated(source={"direction": "two-way"}),
        points(
            ("orders_source_0", "task_status", [(MEASURED, math.nan)]),
            ("orders_source_1", "task_status", [(MEASURED, 1)]),
            ("orders_source_0", "kafka_wait_synchronize_data", [(MEASURED, math.nan)]),
            ("orders_source_1", "kafka_wait_synchronize_data", [(MEASURED, 3)]),
        ),
        {"state": "unknown", "waiting_messages": None},
    ),
    "two-way, both normal": (
        replicated(source={"direction": "two-way"}),
        points(*[(f"orders_source_{half}", "task_status", [(MEASURED, 1)]) for half in (0, 1)]),
        {"state": "normal"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HEALTH)
def test_health(name: str) -> None:
    task, response, expected = HEALTH[name]
    found = health_of(task, response)
    assert {key: found[key] for key in expected} == expected
    assert len(found.get("halves", [])) == (2 if name.startswith("two-way") else 0)


def test_one_query_contains_names_and_ids_of_all_tasks(clock: Clock) -> None:
    rows = [entity(task_id=f"t-{number}", name=f"task-{number}") for number in range(17)]
    rows.append(replicated(source={"direction": "two-way"}, id="t-17", task_name="both"))
    service = Table({LIST: tasks(*rows), QUERY: points()})
    run_module(info, service, {"instance_id": "i-1", "health": True, "ces_endpoint": CES}, clock=clock)
    assert service.lines == [LIST, QUERY]
    body = json.loads(service.requests[1].body or "")
    assert (body["period"], body["filter"]) == ("1", "average")
    assert (body["from"], body["to"]) == (NOW - 20 * MINUTE, NOW)
    values = {metric["dimensions"][1]["value"] for metric in body["metrics"]}
    assert {"task-0", "t-0", "both_source_0", "both_source_1", "t-17_source_0", "t-17_source_1"} <= values
    assert len(body["metrics"]) == 4 * (17 * 2 + 4)


def test_no_query_without_tasks_or_without_the_option(clock: Clock) -> None:
    for options in ({"health": "true"}, {"health": "false"}, {}):
        service = Table({LIST: tasks() if options.get("health") == "true" else tasks(entity())})
        ran = run_module(info, service, {"instance_id": "i-1", "ces_endpoint": CES, **options}, clock=clock)
        assert service.lines == [LIST]
        assert "health" not in str(ran.result["smart_connect_tasks"])


FAULTS = {
    "no permission": (FORBIDDEN, "ces:metricData:list"),
    "unreachable": (error_reply(502, "x"), "502"),
    "metrics is not a list": (reply(200, {"metrics": {}}), "metrics is not a list"),
    "no datapoints": (reply(200, {"metrics": [{"dimensions": []}]}), "datapoints is not a list"),
    "not JSON": (reply(200, "<html>"), "not JSON"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_cloud_eye_error_is_a_warning_or_a_failure(name: str) -> None:
    response, message = FAULTS[name]
    ran = gather(entity(), response, max_retries=0)
    assert message in ran.result["warnings"][0]
    assert ran.result["smart_connect_tasks"][0]["health"] == {"state": "unknown", **NONE}
    assert message in gather(entity(), response, max_retries=0, health="required").msg


def test_reason_is_returned(clock: Clock) -> None:
    failed = gather(entity(), FORBIDDEN).result
    assert (failed["health_error"], "ces:metricData:list" in failed["health_error"]) == (failed["warnings"][0], True)
    assert gather(entity(), status(1)).result["health_error"] is None
    assert "health_error" not in gather(entity(), status(1), health="false").result


def test_both_halves_are_unknown_after_a_cloud_eye_error() -> None:
    ran = gather(replicated(source={"direction": "two-way"}), FORBIDDEN)
    half = {"state": "unknown", **NONE}
    assert ran.result["smart_connect_tasks"][0]["health"] == {**half, "halves": [half, half]}


def test_rejected_credentials_fail() -> None:
    assert "401" in gather(entity(), error_reply(401, "ces.0005")).msg


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ces_endpoint": None, "region": None}, "region or ces_endpoint is needed"),
        ({"ces_endpoint": "http://ces.example.com"}, "ces_endpoint"),
        (
            {"ces_endpoint": None},
            "but endpoint points elsewhere: set ces_endpoint (or HW_CES_ENDPOINT",
        ),
        (
            {"endpoint": None},
            "but ces_endpoint points elsewhere: set endpoint (or HW_DMS_ENDPOINT",
        ),
    ],
)
@pytest.mark.parametrize("check_mode", [True, False])
def test_endpoint_is_checked_before_any_request(options: dict[str, t.Any], message: str, check_mode: bool) -> None:
    by_domain = {"iam_endpoint": None, "ces_endpoint": CES, **options}
    for module, given in (
        (info, {"instance_id": "i-1", "health": "true"}),
        (info, {"instance_id": "i-1", "health": "required"}),
        (task_module, HEALTHY),
    ):
        assert message in run_module(module, Table({}), {**given, **by_domain}, check_mode=check_mode).msg


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"HW_CES_ENDPOINT": CES}, ""),
        ({"HW_REGION_NAME": "eu-west-0", "HW_CES_ENDPOINT": CES}, "set ces_endpoint in the task, too"),
        ({"HW_CES_ENDPOINT": "http://ces.example.com"}, "ces_endpoint must begin with https://"),
    ],
)
def test_endpoint_of_the_environment(monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], message: str) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    if message:
        ran = run_module(info, Table({}), {"instance_id": "i-1", "health": "true"})
        assert message in ran.msg
        return
    ran = gather(entity(), status(1), ces_endpoint=None)
    assert ran.result["smart_connect_tasks"][0]["health"]["state"] == "normal"


def test_endpoint_is_not_needed_without_health() -> None:
    service = Table({LIST: tasks(entity())})
    assert run_module(info, service, {"instance_id": "i-1", "iam_endpoint": None}).result["total_number"] == 1


# --- the info module -------------------------------------------------------------------------------------------------


def test_info_selects_and_counts(clock: Clock) -> None:
    other = entity(task_id="t-2", name="other", sink={"access_key": "AK-secret"})
    for options, ids in (
        ({}, ["t-1", "t-2"]),
        ({"task_id": "t-2"}, ["t-2"]),
        ({"name": "orders"}, ["t-1"]),
        ({"task_name": "none"}, []),
    ):
        service = Table({LIST: tasks(entity(), other)})
        result = run_module(info, service, {"instance_id": "i-1", **options}, clock=clock).result
        assert [task["id"] for task in result["smart_connect_tasks"]] == ids
        assert (result["total_number"], result["max_tasks"], result["quota_tasks"]) == (2, 18, 18)
        assert (result["changed"], service.lines) == (False, [LIST])


def test_info_reads_all_pages(clock: Clock) -> None:
    rows = [entity(task_id=f"t-{number}", name=f"task-{number}") for number in range(60)]
    service = Table(
        {LIST: tasks(*rows[:50], total=60), LIST.replace("offset=0", "offset=50"): tasks(*rows[50:], total=60)}
    )
    assert len(run_module(info, service, {"instance_id": "i-1"}, clock=clock).result["smart_connect_tasks"]) == 60


def test_info_fails_for_an_incomplete_list_and_without_a_connector(clock: Clock) -> None:
    service = Table({LIST: tasks(entity(), total=2), PAGE: tasks(total=2)})
    assert "1 of 2" in run_module(info, service, {"instance_id": "i-1"}, clock=clock).msg
    for code in ("DMS.00404022", "DMS.00404024"):
        service = Table({LIST: error_reply(404, code)})
        assert code in run_module(info, service, {"instance_id": "i-1"}, clock=clock).msg


# --- waiting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize(
    ("value", "message"), [(1, ""), (0, "as abnormal"), (None, "as unknown"), (math.nan, "is not a number")]
)
def test_unchanged_task_is_queried_once(run_with: t.Any, check_mode: bool, value: t.Any, message: str) -> None:
    response = points() if value is None else status(value)
    ran = run_with(task_module, HEALTHY, (LIST, tasks(entity())), (QUERY, ..., response), check_mode=check_mode)
    if message:
        assert message in ran.msg
    else:
        assert ran.result["health"]["state"] == "normal"
    assert ran.result["changed"] is False


def test_health_of_an_adopted_task_is_checked(run_with: t.Any) -> None:
    """Another run has just created it, so its topic is in use."""
    given = described(state="running", wait_healthy=True, ces_endpoint=CES)
    steps = [(LIST, tasks()), (INSTANCE, UP), (CREATE, ..., error_reply(400, "DMS.00400874")), (LIST, tasks(entity()))]
    ran = run_with(task_module, given, *steps, (SHOW, show()), (SHOW, show()), (QUERY, ..., status(1)))
    assert ran.result["health"]["state"] == "normal"
    assert ran.result["changed"] is False


RESUMED = [(LIST, tasks(entity("PAUSED"))), (INSTANCE, UP), (RESUME, 204), (SHOW, show())]


def test_check_mode_of_a_change_sends_no_query(run_with: t.Any) -> None:
    assert run_with(task_module, HEALTHY, *RESUMED[:2], check_mode=True).result["changed"] is True


def test_only_a_data_point_after_the_change_counts(run_with: t.Any, clock: Clock) -> None:
    """For minutes, the newest data point is an abnormal one from before the change."""
    old = (NOW - MINUTE, 0)
    late = points(("orders", "task_status", [old, (NOW, 0), (NOW + 1, 1)]))
    ran = run_with(
        task_module, HEALTHY, *RESUMED, (QUERY, ..., points(("orders", "task_status", [old]))), (QUERY, ..., late)
    )
    assert ran.result["health"]["state"] == "normal"
    assert ran.result["changed"] is True


@pytest.mark.parametrize(
    ("queries", "message"),
    [
        ([status(0, time=NOW + 1)], "as abnormal (waiting_messages None"),
        ([points(("orders", "task_status", [(NOW + 1, 1), (NOW + 1, 0)]))], "as abnormal"),
        ([FORBIDDEN], "ces:metricData:list"),
    ],
)
def test_unhealthy_task_fails_with_changed(run_with: t.Any, queries: list[Reply], message: str) -> None:
    ran = run_with(task_module, HEALTHY, *RESUMED, *[(QUERY, ..., response) for response in queries])
    assert message in ran.msg
    assert ran.result["changed"] is True


def test_no_data_until_the_deadline_fails_as_unknown(run_with: t.Any) -> None:
    ran = run_with(task_module, {**HEALTHY, "wait_timeout": 2}, *RESUMED, *[(QUERY, ..., points())] * 4)
    assert "last state: health unknown" in ran.msg
    assert ran.result["health"]["state"] == "unknown"


def test_connection_error_of_cloud_eye_is_unknown(run_with: t.Any) -> None:
    given = {"instance_id": "i-1", "health": "true", "ces_endpoint": CES, "max_retries": 0}
    ran = run_with(info, given, (LIST, tasks(entity())), (QUERY, ..., REFUSED))
    assert ran.result["smart_connect_tasks"][0]["health"]["state"] == "unknown"
    assert DMS not in ran.result["warnings"][0]
