# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Numbers that Python's parser accepts, but JSON does not have, in responses: they must not get into a result."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import (
    huaweicloud_kafka_instance_info,
    huaweicloud_kafka_sink_task,
    huaweicloud_kafka_sink_task_info,
    huaweicloud_kafka_smart_connect,
    huaweicloud_kafka_smart_connect_task,
    huaweicloud_kafka_smart_connect_task_info,
)
from ansible_collections.huaweicloud.kafka.tests.unit import samples, smart_connect
from ansible_collections.huaweicloud.kafka.tests.unit.support import Clock, Reply, Service, reply, run_module

COUNTS = ("total_number", "instance_num")
TOPICS = [{"topic": "orders", "partitions": [{"partition_id": 0, "lag": 20, "offset": [1.5]}], "sum": {"lag": 7}}]
SINK_TASK_INFO = {"connector_id": "c-1", "topic_info": True, "as_definitions": True}
SMART_CONNECT_INFO = {"instance_id": "i-1", "as_definitions": True}

CASES: dict[str, tuple[t.Any, dict[str, t.Any], list[tuple[str, Reply]]]] = {
    "instance info": (
        huaweicloud_kafka_instance_info,
        {"instance_id": "i-1"},
        [(samples.INSTANCE, reply(200, samples.instance(port=9093, storage_space=100, partition_num=9)))],
    ),
    "sink task info": (
        huaweicloud_kafka_sink_task_info,
        SINK_TASK_INFO,
        [
            (samples.LIST, samples.tasks(samples.listed())),
            (f"{samples.SHOW}?topic-info=true", reply(200, {**samples.shown(), "topics_info": TOPICS, "more": 1})),
        ],
    ),
    "sink task": (
        huaweicloud_kafka_sink_task,
        samples.absent(task_name="orders"),
        [(samples.LIST, samples.tasks(samples.listed(more=[{"number": 1}])))],
    ),
    "connector": (
        huaweicloud_kafka_smart_connect,
        {"instance_id": "i-1"},
        [(samples.INSTANCE, reply(200, samples.instance(connector_node_num=2)))],
    ),
    "Smart Connect task info": (
        huaweicloud_kafka_smart_connect_task_info,
        SMART_CONNECT_INFO,
        [(smart_connect.LIST, smart_connect.tasks(smart_connect.entity()))],
    ),
    "Smart Connect task": (
        huaweicloud_kafka_smart_connect_task,
        smart_connect.state("present", topics=["orders"], source_task={"instance_id": "i-2", "direction": "pull"}),
        [(smart_connect.LIST, smart_connect.tasks(smart_connect.replicated()))],
    ),
}


def _replaced(value: t.Any, text: str, name: str = "") -> t.Any:
    """Return *value* with "=text" in place of each number, but for those without which a response is not accepted."""
    if isinstance(value, dict):
        return {key: _replaced(item, text, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, text) for item in value]
    return (
        f"={text}" if isinstance(value, (int, float)) and not isinstance(value, bool) and name not in COUNTS else value
    )


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
@pytest.mark.parametrize("name", CASES)
def test_numbers_that_json_does_not_have_are_null(clock: Clock, service: Service, name: str, text: str) -> None:
    module, options, steps = CASES[name]
    for line, response in steps:
        body = json.dumps(_replaced(json.loads(response.body), text)).replace(f'"={text}"', text)
        assert text in body
        service.expect((line, reply(200, body)))
    ran = run_module(module, service, options, clock=clock, check_mode=True, diff=True)
    json.dumps(ran.result, allow_nan=False)
    assert "failed" not in ran.result
