# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api import instances, sink_tasks
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.credentials import TokenCredentials
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import UnexpectedAnswer
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.operation import Operation
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.settings import Settings
from ansible_collections.huaweicloud.kafka.tests.unit.support import DMS, PROJECT_ID, Clock, Service, Step, answer

TASKS = f"/v2/{PROJECT_ID}/connectors/c-1/sink-tasks"
INSTANCES = f"/v2/{PROJECT_ID}/instances"
TASK = {"task_id": "t-1", "task_name": "orders"}
DETAILS = {"task_name": "orders", "status": "RUNNING", "obs_destination_descriptor": {}}
INSTANCE = {"instance_id": "i-1", "name": "kafka", "status": "RUNNING"}


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    credentials = TokenCredentials("T")
    return Client(
        Settings(DMS, None, None, PROJECT_ID, credentials, verify=True, timeout=30, max_retries=0), clock.sleep
    )


class Call(t.NamedTuple):
    """What is called, the one request that it costs, and what is returned."""

    function: t.Callable[[Client], t.Any]
    step: Step
    returned: t.Any


CALLS = {
    "ListSinkTasks": Call(
        lambda client: sink_tasks.list_tasks(client, "c-1"),
        (f"GET {TASKS}", answer(200, {"tasks": [TASK], "total_number": "1", "max_tasks": "9", "quota_tasks": 10})),
        sink_tasks.SinkTaskList([TASK], 1, 9, 10),
    ),
    "ListSinkTasks without its limits": Call(
        lambda client: sink_tasks.list_tasks(client, "c-1"),
        (f"GET {TASKS}", answer(200, {"tasks": [], "total_number": 0})),
        sink_tasks.SinkTaskList([], 0, None, None),
    ),
    "ShowSinkTaskDetail": Call(
        lambda client: sink_tasks.show_task(client, "c-1", "t-1"),
        (f"GET {TASKS}/t-1", answer(200, DETAILS)),
        {**DETAILS, "task_id": "t-1"},
    ),
    "ShowSinkTaskDetail with topics": Call(
        lambda client: sink_tasks.show_task(client, "c-1", "t-1", topic_info=True),
        (f"GET {TASKS}/t-1?topic-info=true", answer(200, {**DETAILS, "topics_info": [{"partitions": [{}]}]})),
        {**DETAILS, "topics_info": [{"partitions": [{}]}], "task_id": "t-1"},
    ),
    "CreateSinkTask": Call(
        lambda client: sink_tasks.create_task(client, "c-1", {"task_name": "orders"}),
        (f"POST {TASKS}", {"task_name": "orders"}, answer(201, {"task_id": "t-1"})),
        "t-1",
    ),
    "DeleteSinkTask": Call(
        lambda client: sink_tasks.delete_task(client, "c-1", "t-1"), (f"DELETE {TASKS}/t-1", answer(204)), None
    ),
    "UpdateSinkTaskQuota": Call(
        lambda client: sink_tasks.update_quota(client, "c-1", 12),
        (f"PUT {TASKS}", {"sink_max_tasks": 12}, answer(204)),
        None,
    ),
    "ShowInstance": Call(
        lambda client: instances.show_instance(client, "i-1"), (f"GET {INSTANCES}/i-1", answer(200, INSTANCE)), INSTANCE
    ),
    "ListInstances": Call(
        lambda client: instances.list_instances(client, 50, name="a b&c"),
        (
            f"GET {INSTANCES}?engine=kafka&limit=50&name=a%20b%26c&offset=50",
            answer(200, {"instances": [INSTANCE], "instance_num": "51"}),
        ),
        instances.InstancePage([INSTANCE], 51),
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_one_request(client: Client, service: Service, name: str) -> None:
    call = CALLS[name]
    service.expect(call.step)
    assert call.function(client) == call.returned
    service.expect_nothing_more()


NO_OBJECT = ["", "null", [], "<html>", '"text"', "1"]


@pytest.mark.parametrize("body", NO_OBJECT)
@pytest.mark.parametrize("name", [name for name, call in CALLS.items() if call.returned is not None])
def test_a_body_that_is_no_object_proves_nothing(client: Client, service: Service, name: str, body: t.Any) -> None:
    call = CALLS[name]
    service.expect((*call.step[:-1], answer(200, body)))
    with pytest.raises(UnexpectedAnswer):
        call.function(client)


@pytest.mark.parametrize("number", [3, "3"])
def test_a_list_that_is_shorter_than_its_number_is_not_complete(
    client: Client, service: Service, number: t.Any
) -> None:
    for held, complete in ((2, False), (3, True), (4, True)):
        tasks = [{**TASK, "task_id": f"t-{count}"} for count in range(held)]
        service.expect((f"GET {TASKS}", answer(200, {"tasks": tasks, "total_number": number})))
        assert sink_tasks.list_tasks(client, "c-1").complete is complete


@pytest.mark.parametrize("told", [None, [], [{"partitions": []}]])
def test_topics_may_be_left_out(client: Client, service: Service, told: t.Any) -> None:
    service.expect((f"GET {TASKS}/t-1", answer(200, {**DETAILS, "topics_info": told})))
    assert sink_tasks.show_task(client, "c-1", "t-1")["topics_info"] == told


@pytest.mark.parametrize("told", [{}, ["orders"], [{}], [{"partitions": None}], [{"partitions": ["0"]}]])
def test_topics_of_another_shape_prove_nothing(client: Client, service: Service, told: t.Any) -> None:
    service.expect((f"GET {TASKS}/t-1", answer(200, {**DETAILS, "topics_info": told})))
    with pytest.raises(UnexpectedAnswer, match="topics_info is no list of topics"):
        sink_tasks.show_task(client, "c-1", "t-1")


def test_the_id_of_a_task_is_the_one_that_was_asked_for(client: Client, service: Service) -> None:
    service.expect((f"GET {TASKS}/t-1", answer(200, {**DETAILS, "task_id": "t-2"})))
    assert sink_tasks.show_task(client, "c-1", "t-1")["task_id"] == "t-1"


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (True, True),
        (False, False),
        ("true", True),
        (" False ", False),
        ("", None),
        ("on", None),
        (1, None),
        (None, None),
    ],
)
def test_a_truth_value_may_come_as_text(value: t.Any, flag: bool | None) -> None:
    assert instances.flag(value) is flag


# Source of the rights: the permission table of the vendor's documentation.
RIGHTS = {
    instances.LIST: "dms:instance:list",
    instances.SHOW: "dms:instance:get",
    sink_tasks.CREATE: "dms:instance:createConnectorSinkTask",
    sink_tasks.LIST: "dms:instance:listConnectorSinkTask",
    sink_tasks.SHOW: "dms:instance:getConnectorSinkTask",
    sink_tasks.DELETE: "dms:instance:deleteConnectorSinkTask",
    sink_tasks.UPDATE_QUOTA: "dms:instance:updateConnectorTask",
}


@pytest.mark.parametrize("operation", RIGHTS, ids=lambda operation: operation.name)
def test_each_operation_knows_its_right_and_whether_it_may_run_twice(operation: Operation) -> None:
    assert operation.iam_action == RIGHTS[operation]
    assert operation.idempotent == (operation.method != "POST")
