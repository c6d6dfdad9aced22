# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last version of the vendor's client with sink tasks works with the simulator, unmodified.

test_vendor_client.py runs these tests in a separate process, because a process can load only one version of the client.
"""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkkafka.v2 import (
    CreateSinkTaskReq,
    CreateSinkTaskRequest,
    DeleteSinkTaskRequest,
    KafkaClient,
    ListInstancesRequest,
    ListSinkTasksRequest,
    ObsDestinationDescriptor,
    ShowInstanceRequest,
    ShowSinkTaskDetailRequest,
)
from simulator import Effect, Simulator


def vendor_client(sim: Simulator, credentials: BasicCredentials | None = None) -> Any:
    credentials = credentials or BasicCredentials(sim.access_key, sim.secret_key, sim.project_id)
    return KafkaClient.new_builder().with_credentials(credentials).with_endpoint(sim.endpoint).build()


def creation(sim: Simulator, **changes: Any) -> CreateSinkTaskRequest:
    descriptor = {
        "topics": "topic-a,topic-b",
        "consumer_strategy": "latest",
        "destination_file_type": "TEXT",
        "access_key": "OBSKEY",
        "secret_key": "obs-secret",
        "obs_bucket_name": "bucket",
        "obs_path": "a/b",
        "partition_format": "yyyy/MM/dd/HH/mm",
        "record_delimiter": ";",
        "deliver_time_interval": 300,
    }
    body = CreateSinkTaskReq(
        source_type="BLOB",
        task_name="vendor-task",
        destination_type="OBS",
        obs_destination_descriptor=ObsDestinationDescriptor(**{**descriptor, **changes}),
    )
    return CreateSinkTaskRequest(connector_id=sim.connector_id, body=body)


def test_show_instance(sim: Simulator) -> None:
    shown = vendor_client(sim).show_instance(ShowInstanceRequest(instance_id=sim.instance_id))
    assert shown.connector_id == sim.connector_id
    assert shown.connector_enable is True
    assert (shown.name, shown.status, shown.engine) == ("kafka-sample", "RUNNING", "kafka")


def test_create_read_and_delete_task(sim: Simulator) -> None:
    vendor = vendor_client(sim)
    task_id = vendor.create_sink_task(creation(sim)).task_id

    listed = vendor.list_sink_tasks(ListSinkTasksRequest(connector_id=sim.connector_id))
    assert (listed.total_number, listed.max_tasks, listed.quota_tasks) == (1, 9, 10)
    assert [(task.task_id, task.task_name, task.status, task.topics) for task in listed.tasks] == [
        (task_id, "vendor-task", "RUNNING", "topic-a,topic-b")
    ]

    request = ShowSinkTaskDetailRequest(connector_id=sim.connector_id, task_id=task_id, topic_info="true")
    shown = vendor.show_sink_task_detail(request)
    descriptor = shown.obs_destination_descriptor
    assert (descriptor.record_delimiter, descriptor.deliver_time_interval) == (";", 300)
    assert descriptor.obs_part_size == 5242880
    assert [topic.topic for topic in shown.topics_info] == ["topic-a", "topic-b"]
    assert shown.topics_info[0].partitions[1].lag == "1"

    vendor.delete_sink_task(DeleteSinkTaskRequest(connector_id=sim.connector_id, task_id=task_id))
    assert vendor.list_sink_tasks(ListSinkTasksRequest(connector_id=sim.connector_id)).tasks == []
    assert sim.journal.effects() == [Effect("created", task_id), Effect("deleted", task_id)]


def test_list_of_instances_is_paginated(sim: Simulator) -> None:
    for number in range(11):
        sim.world.add_instance(f"kafka-{number}")
    vendor = vendor_client(sim)
    first = vendor.list_instances(ListInstancesRequest(engine="kafka", limit=10, offset=0))
    second = vendor.list_instances(ListInstancesRequest(engine="kafka", limit=10, offset=10))
    assert first.instance_num == second.instance_num == 12
    assert [i.name for i in first.instances + second.instances][-2:] == ["kafka-9", "kafka-10"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"topics_regex": "a.*"}, "DMS.00400062"),
        ({"access_key": "INVALIDKEY"}, "DMS.00500960"),
        ({"deliver_time_interval": 29}, "DMS.00400062"),
    ],
)
def test_refused_creation_raises(sim: Simulator, changes: dict[str, Any], code: str) -> None:
    with pytest.raises(ClientRequestException) as caught:
        vendor_client(sim).create_sink_task(creation(sim, **changes))
    assert caught.value.status_code == 400
    assert caught.value.error_code == code
    assert caught.value.request_id == sim.journal[-1].request_id
    assert sim.world.tasks(sim.connector_id) == []


def test_deletion_of_unknown_task_raises(sim: Simulator) -> None:
    request = DeleteSinkTaskRequest(connector_id=sim.connector_id, task_id=sim.world.new_id())
    with pytest.raises(ClientRequestException) as caught:
        vendor_client(sim).delete_sink_task(request)
    assert (caught.value.status_code, caught.value.error_code) == (404, "DMS.00404026")


def test_wrong_signature_raises(sim: Simulator) -> None:
    vendor = vendor_client(sim, BasicCredentials(sim.access_key, "another secret key", sim.project_id))
    with pytest.raises(ClientRequestException) as caught:
        vendor.show_instance(ShowInstanceRequest(instance_id=sim.instance_id))
    assert (caught.value.status_code, caught.value.error_code) == (401, "APIG.0301")
    assert "verify aksk signature fail" in caught.value.error_msg


def test_temporary_keys_require_security_token(sim: Simulator) -> None:
    keys = sim.security_token_keys()
    credentials = BasicCredentials(keys.access_key, keys.secret_key, sim.project_id)
    request = ShowInstanceRequest(instance_id=sim.instance_id)
    with pytest.raises(ClientRequestException) as caught:
        vendor_client(sim, credentials).show_instance(request)
    assert caught.value.status_code == 401
    credentials.with_security_token(keys.security_token)
    assert vendor_client(sim, credentials).show_instance(request).instance_id == sim.instance_id


def test_project_is_looked_up_in_iam(sim: Simulator) -> None:
    """The client reads the project from IAM if it has a region but no project id."""
    credentials = BasicCredentials(sim.access_key, sim.secret_key).with_iam_endpoint(sim.endpoint)
    credentials._CACHE.clear()
    region = Region(sim.region, sim.endpoint)
    vendor = KafkaClient.new_builder().with_credentials(credentials).with_region(region).build()
    assert vendor.show_instance(ShowInstanceRequest(instance_id=sim.instance_id)).instance_id == sim.instance_id
    assert sim.journal.operations() == ["KeystoneListProjects", "ShowInstance"]
    assert sim.journal[0].query == {"name": sim.region}
