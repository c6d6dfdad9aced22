# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api import configs, jobs
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import UnexpectedResponse
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID, Clock, Service, Step, reply

INSTANCE = f"/v2/{PROJECT_ID}/instances/i-1"
SHOW, MODIFY = f"GET {INSTANCE}/configs", f"PUT {INSTANCE}/configs"
AUTO, JOB = f"POST {INSTANCE}/autotopic", f"GET {INSTANCE}/tasks/j-1"
BODY = {"kafka_configs": [{"name": "a", "value": "1"}, {"name": "b", "value": "true"}]}


@pytest.fixture
def client(clock: Clock, service: Service) -> Client:
    return samples.client(clock, service, max_retries=0)


def job(**fields: t.Any) -> dict[str, t.Any]:
    return {"task_count": "1", "tasks": [{"id": "j-1", "name": "kafkaConfigModify", "status": "SUCCESS", **fields}]}


def show(client: Client) -> t.Any:
    return configs.show_configs(client, "i-1")


def modify(client: Client) -> t.Any:
    return configs.modify_configs(client, "i-1", {"a": "1", "b": "true"})


def status(client: Client) -> t.Any:
    return jobs.job_status(client, "i-1", "j-1")


ROW = {"name": "a", "value": "1", "config_type": "dynamic"}
CALLS: dict[str, tuple[t.Callable[[Client], t.Any], Step, t.Any]] = {
    "show": (show, (SHOW, reply(200, {"kafka_configs": [ROW]})), [ROW]),
    "show none": (show, (SHOW, reply(200, {"kafka_configs": []})), []),
    "show a number": (show, (SHOW, reply(200, {"kafka_configs": [{**ROW, "value": 1}]})), [ROW]),
    "show a boolean": (
        show,
        (SHOW, reply(200, {"kafka_configs": [{**ROW, "value": True}]})),
        [{**ROW, "value": "true"}],
    ),
    "show null": (show, (SHOW, reply(200, {"kafka_configs": [{"name": "a"}]})), [{"name": "a", "value": ""}]),
    "modify": (modify, (MODIFY, BODY, reply(200, {"job_id": "j-1", "dynamic_config": 2, "static_config": 0})), "j-1"),
    "modify, 204": (modify, (MODIFY, BODY, 204), None),
    "modify, no job": (modify, (MODIFY, BODY, reply(200, {"job_id": ""})), None),
    "auto": (
        lambda client: configs.set_auto_topic(client, "i-1", False),
        (AUTO, {"enable_auto_topic": False}, reply(200, {"enable_auto_topic": False})),
        None,
    ),
    "auto with a job": (
        lambda client: configs.set_auto_topic(client, "i-1", True),
        (AUTO, {"enable_auto_topic": True}, reply(200, {"job_id": "j-1"})),
        "j-1",
    ),
    "job": (status, (JOB, reply(200, job())), "SUCCESS"),
    "job without id": (status, (JOB, reply(200, job(id=None, status="FAILED"))), "FAILED"),
}


@pytest.mark.parametrize("name", CALLS)
def test_call_sends_one_request(client: Client, service: Service, name: str) -> None:
    function, step, returned = CALLS[name]
    service.expect(step)
    assert function(client) == returned
    service.assert_all_sent()


SHAPES: dict[str, tuple[t.Callable[[Client], t.Any], str, t.Any]] = {
    "configs without a body": (show, SHOW, None),
    "no configs": (show, SHOW, {}),
    "configs are text": (show, SHOW, {"kafka_configs": ["a"]}),
    "a config has no name": (show, SHOW, {"kafka_configs": [{"value": "1"}]}),
    "no job": (status, JOB, {"tasks": []}),
    "no jobs": (status, JOB, {}),
    "two jobs": (status, JOB, {"tasks": [{"status": "SUCCESS"}] * 2}),
    "another job": (status, JOB, job(id="j-2")),
    "a job without status": (status, JOB, job(status=None)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_malformed_response_is_an_error(client: Client, service: Service, name: str) -> None:
    function, line, body = SHAPES[name]
    service.expect((line, reply(200, body)))
    with pytest.raises(UnexpectedResponse):
        function(client)


def test_operations_that_read_and_that_are_repeatable() -> None:
    items = {**vars(configs), "JOB": jobs.SHOW}
    operations = {name: item for name, item in items.items() if isinstance(item, Operation)}
    assert {name: (item.reads, item.repeatable, item.permission) for name, item in operations.items()} == {
        "SHOW": (True, True, "dms:instance:get"),
        "MODIFY": (False, False, "dms:instance:modify"),
        "SET_AUTO_TOPIC": (False, False, "dms:instance:modify"),
        "JOB": (True, True, "dms:instance:get"),
    }
