# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api import (
    instances,
    listing,
    sink_tasks,
    smart_connect,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import UnexpectedResponse
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID, Clock, Service, Step, reply

TASKS = f"/v2/{PROJECT_ID}/connectors/c-1/sink-tasks"
INSTANCES = f"/v2/{PROJECT_ID}/instances"
TASK = {"task_id": "t-1", "task_name": "orders"}
DETAILS = {"task_name": "orders", "status": "RUNNING", "obs_destination_descriptor": {}}
INSTANCE = {"instance_id": "i-1", "name": "kafka", "status": "RUNNING"}


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    return samples.client(clock, service, max_retries=0)


class Call(t.NamedTuple):
    """A call, its only request, and the value that it returns."""

    function: t.Callable[[Client], t.Any]
    step: Step
    returned: t.Any


CALLS = {
    "ListSinkTasks": Call(
        lambda client: sink_tasks.list_tasks(client, "c-1"),
        (f"GET {TASKS}", reply(200, {"tasks": [TASK], "total_number": "1", "max_tasks": "9", "quota_tasks": 10})),
        listing.Listing([TASK], 1, "task_id", "task_name", {"max_tasks": 9, "quota_tasks": 10}),
    ),
    "ListSinkTasks without limits": Call(
        lambda client: sink_tasks.list_tasks(client, "c-1"),
        (f"GET {TASKS}", reply(200, {"tasks": [], "total_number": 0})),
        listing.Listing([], 0, "task_id", "task_name", {"max_tasks": None, "quota_tasks": None}),
    ),
    "ShowSinkTaskDetail": Call(
        lambda client: sink_tasks.show_task(client, "c-1", "t-1"),
        (f"GET {TASKS}/t-1", reply(200, DETAILS)),
        {**DETAILS, "task_id": "t-1"},
    ),
    "ShowSinkTaskDetail with topics": Call(
        lambda client: sink_tasks.show_task(client, "c-1", "t-1", topic_info=True),
        (f"GET {TASKS}/t-1?topic-info=true", reply(200, {**DETAILS, "topics_info": [{"partitions": [{}]}]})),
        {**DETAILS, "topics_info": [{"partitions": [{}]}], "task_id": "t-1"},
    ),
    "CreateSinkTask": Call(
        lambda client: sink_tasks.create_task(client, "c-1", {"task_name": "orders"}),
        (f"POST {TASKS}", {"task_name": "orders"}, reply(201, {"task_id": "t-1"})),
        "t-1",
    ),
    "DeleteSinkTask": Call(
        lambda client: sink_tasks.delete_task(client, "c-1", "t-1"), (f"DELETE {TASKS}/t-1", reply(204)), None
    ),
    "UpdateSinkTaskQuota": Call(
        lambda client: sink_tasks.update_quota(client, "c-1", 12),
        (f"PUT {TASKS}", {"sink_max_tasks": 12}, reply(204)),
        None,
    ),
    "ShowInstance": Call(
        lambda client: instances.show_instance(client, "i-1"), (f"GET {INSTANCES}/i-1", reply(200, INSTANCE)), INSTANCE
    ),
    "ListInstances": Call(
        lambda client: instances.list_instances(client, name="a b&c"),
        (
            f"GET {INSTANCES}?engine=kafka&limit=50&name=a%20b%26c&offset=0",
            reply(200, {"instances": [INSTANCE], "instance_num": "1"}),
        ),
        [INSTANCE],
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_call_sends_one_request(client: Client, service: Service, name: str) -> None:
    call = CALLS[name]
    service.expect(call.step)
    assert call.function(client) == call.returned
    service.assert_all_sent()


NOT_AN_OBJECT = ["", "null", [], "<html>", '"text"', "1"]


@pytest.mark.parametrize("body", NOT_AN_OBJECT)
@pytest.mark.parametrize("name", [name for name, call in CALLS.items() if call.returned is not None])
def test_body_that_is_not_an_object_is_unexpected(client: Client, service: Service, name: str, body: t.Any) -> None:
    call = CALLS[name]
    service.expect((*call.step[:-1], reply(200, body)))
    with pytest.raises(UnexpectedResponse):
        call.function(client)


@pytest.mark.parametrize("number", [3, "3"])
def test_list_shorter_than_its_total_number_is_incomplete(client: Client, service: Service, number: t.Any) -> None:
    for length, complete in ((2, False), (3, True), (4, True)):
        tasks = [{**TASK, "task_id": f"t-{count}"} for count in range(length)]
        service.expect((f"GET {TASKS}", reply(200, {"tasks": tasks, "total_number": number})))
        assert sink_tasks.list_tasks(client, "c-1").complete is complete


@pytest.mark.parametrize("topics", [None, [], [{"partitions": []}]])
def test_topics_info_is_optional(client: Client, service: Service, topics: t.Any) -> None:
    service.expect((f"GET {TASKS}/t-1", reply(200, {**DETAILS, "topics_info": topics})))
    assert sink_tasks.show_task(client, "c-1", "t-1")["topics_info"] == topics


@pytest.mark.parametrize("topics", [{}, ["orders"], [{}], [{"partitions": None}], [{"partitions": ["0"]}]])
def test_malformed_topics_info_is_unexpected(client: Client, service: Service, topics: t.Any) -> None:
    service.expect((f"GET {TASKS}/t-1", reply(200, {**DETAILS, "topics_info": topics})))
    with pytest.raises(UnexpectedResponse, match="topics_info is not a list of topics"):
        sink_tasks.show_task(client, "c-1", "t-1")


def test_task_id_is_taken_from_the_request(client: Client, service: Service) -> None:
    service.expect((f"GET {TASKS}/t-1", reply(200, {**DETAILS, "task_id": "t-2"})))
    assert sink_tasks.show_task(client, "c-1", "t-1")["task_id"] == "t-1"


OPERATIONS = [
    operation
    for module in (instances, sink_tasks, smart_connect)
    for operation in vars(module).values()
    if isinstance(operation, Operation)
]
NOT_REPEATABLE = {
    "CreateSinkTask",
    "CreateConnector",
    "DeleteConnector",
    "CreateConnectorTask",
    "PauseConnectorTask",
    "ResumeConnectorTask",
    "RestartConnectorTask",
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_operation_declares_permission_reads_and_repeatable(operation: Operation) -> None:
    reads = operation.method == "GET" or operation.name == "ValidateConnectorConnectivity"
    assert operation.reads == reads
    assert operation.repeatable == (operation.name not in NOT_REPEATABLE)
    assert operation.permission is None or operation.permission.startswith("dms:")
    assert operation.permission or operation.name == "ShowConnectorResourceInfo"


def test_permissions_of_sink_tasks() -> None:
    assert {operation.name: operation.permission for operation in OPERATIONS if "sink-tasks" in operation.path} == {
        "CreateSinkTask": "dms:instance:createConnectorSinkTask",
        "ListSinkTasks": "dms:instance:listConnectorSinkTask",
        "ShowSinkTaskDetail": "dms:instance:getConnectorSinkTask",
        "DeleteSinkTask": "dms:instance:deleteConnectorSinkTask",
        "UpdateSinkTaskQuota": "dms:instance:updateConnectorTask",
    }
