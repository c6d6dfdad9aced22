# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of Smart Connect and Cloud Eye: their requests, and malformed responses."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api import cloud_eye, smart_connect
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import UnexpectedResponse
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit import smart_connect as calls
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import entity, observed, tasks
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID, Clock, Service, reply

CES = "https://ces.example.com"
QUERY = f"POST {CES}/V1.0/{PROJECT_ID}/batch-query-metric-data"
TASK = entity()
BODY = {"task_name": "orders"}


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    return samples.client(clock, service, max_retries=0)


CALLS: dict[str, tuple[t.Callable[[Client], t.Any], tuple[t.Any, ...], t.Any]] = {
    "enable": (lambda c: smart_connect.enable(c, "i-1", {"node_cnt": 2}), (calls.ENABLE, {"node_cnt": 2}, 200), None),
    "disable": (lambda c: smart_connect.disable(c, "i-1"), (calls.DISABLE, {"instance_id": "i-1"}, 200), None),
    "sold out": (lambda c: smart_connect.sold_out(c, "i-1"), (calls.RESOURCES, reply(200, {"soldOut": "true"})), True),
    "sold out, not returned": (lambda c: smart_connect.sold_out(c, "i-1"), (calls.RESOURCES, reply(200, {})), None),
    "list": (
        lambda c: smart_connect.list_tasks(c, "i-1"),
        (calls.LIST, tasks(TASK, total="1", max_tasks="18", quota_tasks=None)),
        smart_connect.Listing([observed(TASK)], 1, "task_id", "task_name", {"max_tasks": 18, "quota_tasks": None}),
    ),
    "show": (lambda c: smart_connect.show_task(c, "i-1", "t-1"), (calls.SHOW, reply(200, TASK)), observed(TASK)),
    "create": (
        lambda c: smart_connect.create_task(c, "i-1", BODY), (calls.CREATE, BODY, reply(201, {"id": "t-9"})), "t-9",
    ),
    "modify": (lambda c: smart_connect.modify_task(c, "i-1", "t-1", BODY), (calls.MODIFY, BODY, 200), None),
    "delete": (lambda c: smart_connect.delete_task(c, "i-1", "t-1"), (calls.DELETE, 204), None),
    "pause": (lambda c: smart_connect.act(c, smart_connect.PAUSE, "i-1", "t-1"), (calls.PAUSE, 204), None),
    "resume": (lambda c: smart_connect.act(c, smart_connect.RESUME, "i-1", "t-1"), (calls.RESUME, 204), None),
    "restart": (lambda c: smart_connect.act(c, smart_connect.RESTART, "i-1", "t-1"), (calls.RESTART, 204), None),
    "validate": (
        lambda c: smart_connect.validate(c, "i-1", BODY),
        (calls.VALIDATE, {"type": "KAFKA_REPLICATOR_SOURCE", "task": BODY}, 202), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_call_sends_one_request(client: Client, service: Service, name: str) -> None:
    function, step, returned = CALLS[name]
    service.expect(step)
    assert function(client) == returned
    service.assert_all_sent()


SHAPES: dict[str, tuple[str, tuple[t.Any, ...]]] = {
    "tasks": ("list", (calls.LIST, reply(200, {"total_number": 0}))),
    "total_number": ("list", (calls.LIST, reply(200, {"tasks": [], "total_number": "x"}))),
    "negative total_number": ("list", (calls.LIST, reply(200, {"tasks": [], "total_number": -1}))),
    "a task": ("list", (calls.LIST, tasks("x"))),
    "id": ("list", (calls.LIST, tasks({**TASK, "id": "../x"}))),
    "task_name": ("list", (calls.LIST, tasks({**TASK, "task_name": ""}))),
    "status": ("list", (calls.LIST, tasks({**TASK, "status": None}))),
    "sink_task": ("list", (calls.LIST, tasks({**TASK, "sink_task": []}))),
    "source_task": ("list", (calls.LIST, tasks({**TASK, "source_task": "x"}))),
    "no body": ("list", (calls.LIST, reply(200))),
    "another task": ("show", (calls.SHOW, reply(200, entity(task_id="t-2")))),
    "no id": ("create", (calls.CREATE, BODY, reply(200, {}))),
    "resources": ("sold out", (calls.RESOURCES, reply(200, []))),
}


@pytest.mark.parametrize("name", SHAPES)
def test_malformed_response_is_an_error(client: Client, service: Service, name: str) -> None:
    call, step = SHAPES[name]
    service.expect(step)
    with pytest.raises(UnexpectedResponse):
        CALLS[call][0](client)


def test_operations_that_read_and_that_are_repeatable() -> None:
    operations = [value for module in (smart_connect, cloud_eye) for value in vars(module).values()]
    found = {item.name: (item.reads, item.repeatable) for item in operations if isinstance(item, Operation)}
    reads = ["ListConnectorTasks", "ShowConnectorTask", "ShowConnectorResourceInfo", "ValidateConnectorConnectivity"]
    not_repeatable = [
        "CreateConnector",
        "DeleteConnector",
        "CreateConnectorTask",
        "PauseConnectorTask",
        "ResumeConnectorTask",
    ]
    assert found == {
        **dict.fromkeys([*reads, "BatchListMetricData"], (True, True)),
        **dict.fromkeys(["ModifyConnectorTask", "DeleteConnectorTask"], (False, True)),
        **dict.fromkeys([*not_repeatable, "RestartConnectorTask"], (False, False)),
    }


def test_long_query_is_split_into_several_requests(client: Client, service: Service) -> None:
    names = [f"task-{number}" for number in range(150)]
    service.expect((QUERY, ..., reply(200, {"metrics": []})), (QUERY, ..., reply(200, {"metrics": []})))
    assert cloud_eye.query(client, CES, "i-1", names, 1, 2) == {}
    service.assert_all_sent()
