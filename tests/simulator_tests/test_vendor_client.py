# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's clients, unmodified, work with the simulator."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from huaweicloudsdkces.v1 import (
    BatchListMetricDataRequest,
    BatchListMetricDataRequestBody,
    CesClient,
    ListMetricsRequest,
    MetricInfo,
    MetricsDimension,
)
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkkafka import v2 as kafka
from simulator import Effect, Simulator

HERE = Path(__file__).parent
SINK_TASK_CLIENT = "huaweicloudsdkkafka==3.1.84"


def build(builder: Any, sim: Simulator) -> Any:
    credentials = BasicCredentials(sim.access_key, sim.secret_key, sim.project_id)
    return builder.new_builder().with_credentials(credentials).with_endpoint(sim.endpoint).build()


@pytest.fixture
def vendor(sim: Simulator) -> Any:
    return build(kafka.KafkaClient, sim)


def sink_task_client() -> Path:
    """The folder of the last version of the client that has sink tasks; installs it if it is missing."""
    cache = HERE.parent.parent / ".cache"
    folder = cache / SINK_TASK_CLIENT.replace("==", "-")
    cache.mkdir(exist_ok=True)
    with open(cache / "vendor-client.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".ready").is_file():
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
            subprocess.run([*pip, "--upgrade", SINK_TASK_CLIENT], check=True)
            (folder / ".ready").touch()
    return folder


def test_last_client_with_sink_tasks() -> None:
    paths = [str(sink_task_client()), str(HERE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", str(HERE / "vendor_sink_tasks.py")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


# -- Smart Connect ------------------------------------------------------------------------------------------------


def dump(name: str = "dump") -> Any:
    return kafka.CreateSmartConnectTaskReq(
        task_name=name,
        topics="orders",
        sink_type="OBS_SINK",
        sink_task=kafka.SmartConnectTaskReqSinkConfig(
            consumer_strategy="earliest",
            destination_file_type="TEXT",
            access_key="OBSKEY",
            secret_key="obs-secret",
            obs_bucket_name="bucket",
            partition_format="yyyy/MM/dd",
            record_delimiter=";",
            store_keys=True,
        ),
    )


def test_enable_and_disable_smart_connect(sim: Simulator, vendor: Any) -> None:
    instance_id = sim.world.add_instance("plain", connector=False)["instance_id"]
    resources = vendor.show_connector_resource_info(kafka.ShowConnectorResourceInfoRequest(instance_id=instance_id))
    assert resources.sold_out is False
    body = kafka.CreateConnectorReq(node_cnt=3)
    enabled = vendor.create_connector(kafka.CreateConnectorRequest(instance_id=instance_id, body=body))
    shown = vendor.show_instance(kafka.ShowInstanceRequest(instance_id=instance_id))
    assert (shown.connector_id, shown.connector_node_num) == (enabled.connector_id, 3)
    disabled = vendor.delete_connector(kafka.DeleteConnectorRequest(instance_id=instance_id))
    jobs = vendor.list_background_tasks(kafka.ListBackgroundTasksRequest(instance_id=instance_id))
    assert (jobs.task_count, [job.id for job in jobs.tasks]) == ("2", [disabled.job_id, enabled.job_id])
    names = {"instance_id": instance_id, "task_id": enabled.job_id}
    assert vendor.show_background_task(kafka.ShowBackgroundTaskRequest(**names)).tasks[0].status == "SUCCESS"
    progress = vendor.show_background_task_progress(kafka.ShowBackgroundTaskProgressRequest(**names))
    assert str(progress.progress_percentage) == "100"
    vendor.delete_background_task(kafka.DeleteBackgroundTaskRequest(**names))
    jobs = vendor.list_background_tasks(kafka.ListBackgroundTasksRequest(instance_id=instance_id))
    assert [job.id for job in jobs.tasks] == [disabled.job_id]


def test_create_change_and_delete_task(sim: Simulator, vendor: Any) -> None:
    place = {"instance_id": sim.instance_id}
    created = vendor.create_connector_task(kafka.CreateConnectorTaskRequest(**place, body=dump()))
    names = {**place, "task_id": created.id}
    listed = vendor.list_connector_tasks(kafka.ListConnectorTasksRequest(**place))
    assert (listed.total_number, listed.max_tasks, listed.tasks[0].id) == (1, 18, created.id)
    body = kafka.SmartConnectTaskEntity(
        task_name="dump", topics="orders,returns", sink_type="OBS_SINK", source_type="NONE"
    )
    vendor.modify_connector_task(kafka.ModifyConnectorTaskRequest(**names, body=body))
    vendor.pause_connector_task(kafka.PauseConnectorTaskRequest(**names))
    shown = vendor.show_connector_task(kafka.ShowConnectorTaskRequest(**names))
    assert (shown.topics, shown.status, shown.sink_task.record_delimiter) == ("orders,returns", "PAUSED", ";")
    vendor.resume_connector_task(kafka.ResumeConnectorTaskRequest(**names))
    vendor.restart_connector_task(kafka.RestartConnectorTaskRequest(**names))
    vendor.restart_smart_connector_task(kafka.RestartSmartConnectorTaskRequest(**names))
    vendor.delete_connector_task(kafka.DeleteConnectorTaskRequest(**names))
    verbs = ["created", "modified", "paused", "resumed", "restarted", "restarted", "deleted"]
    assert sim.journal.effects() == [Effect(verb, created.id) for verb in verbs]


def test_validate_connectivity(sim: Simulator, vendor: Any) -> None:
    def validate(server: str) -> None:
        task = kafka.SmartConnectTaskRespSourceConfig(bootstrap_servers=server, security_protocol="PLAINTEXT")
        body = kafka.SmartConnectValidateEntity(type="KAFKA_REPLICATOR_SOURCE", task=task)
        request = kafka.ValidateConnectorConnectivityRequest(instance_id=sim.instance_id, body=body)
        vendor.validate_connector_connectivity(request)

    validate("192.0.2.1:9092")
    with pytest.raises(ClientRequestException) as caught:
        validate("invalid.example:9092")
    assert caught.value.error_code == "DMS.00400870"


def test_list_obs_buckets(sim: Simulator, vendor: Any) -> None:
    sim.world.add_bucket("archive", creationDate=1735776000000, location="eu-west-101")
    listed = vendor.list_obs_buckets(kafka.ListObsBucketsRequest())
    assert [(bucket.bucket_name, bucket.location) for bucket in listed.body] == [
        ("sample-bucket", "eu-west-101"),
        ("archive", "eu-west-101"),
    ]
    assert [bucket.creation_date for bucket in listed.body] == [1735689600000, 1735776000000]
    assert (sim.journal.operations(), sim.journal.writes()) == (["ListObsBuckets"], [])


def test_every_smart_connect_method_of_the_client_is_tested() -> None:
    methods = {name for name in vars(kafka.KafkaClient) if re.search("connector|obs_bucket|background_task", name)}
    methods = {name for name in methods if not name.startswith("_") and not name.endswith("_invoker")}
    assert len(methods) >= 18
    assert methods <= set(re.findall(r"vendor\.(\w+)\(", Path(__file__).read_text(encoding="utf-8")))


# -- topics -------------------------------------------------------------------------------------------------------


def orders() -> Any:
    return kafka.CreateInstanceTopicReq(
        id="orders",
        partition=4,
        replication=2,
        retention_time=48,
        sync_replication=True,
        topic_desc="all orders",
        topic_other_configs=[kafka.CreateInstanceTopicReqTopicOtherConfigs(name="max.message.bytes", value="1000")],
    )


def test_create_change_and_delete_topics(sim: Simulator, vendor: Any) -> None:
    place = {"instance_id": sim.instance_id}
    created = vendor.create_instance_topic(kafka.CreateInstanceTopicRequest(**place, body=orders()))
    assert created.name == "orders"
    change = kafka.UpdateInstanceTopicReqTopics(id="orders", new_partition_numbers=5, retention_time=24)
    body = kafka.UpdateInstanceTopicReq(topics=[change])
    changed = vendor.update_instance_topic(kafka.UpdateInstanceTopicRequest(**place, body=body))
    assert changed.status_code == 204
    listed = vendor.list_instance_topics(kafka.ListInstanceTopicsRequest(**place, offset="0", limit="200"))
    assert (listed.total, listed.max_partitions, listed.remain_partitions) == (1, 750, 745)
    topic = listed.topics[0]
    assert (topic.name, topic.partition, topic.retention_time, topic.sync_replication) == ("orders", 5, 24, True)
    assert (topic.policies_only, topic.topic_desc, topic.topic_other_configs[0].value) == (False, "all orders", "1000")
    body = kafka.BatchDeleteInstanceTopicReq(topics=["orders", "never"])
    deleted = vendor.batch_delete_instance_topic(kafka.BatchDeleteInstanceTopicRequest(**place, body=body))
    assert [(row.id, row.success) for row in deleted.topics] == [("orders", True), ("never", True)]
    assert sim.journal.effects() == [Effect(verb, "orders") for verb in ("created", "modified", "deleted")]


def test_client_accepts_a_change_that_failed_in_part(sim: Simulator, vendor: Any) -> None:
    sim.world.add_topic(sim.instance_id, "orders")
    change = kafka.UpdateInstanceTopicReqTopics(id="orders", new_partition_numbers=3)
    body = kafka.UpdateInstanceTopicReq(topics=[change])
    changed = vendor.update_instance_topic(kafka.UpdateInstanceTopicRequest(instance_id=sim.instance_id, body=body))
    assert changed.status_code == 206
    assert [row["id"] for row in changed.to_json_object()["failed_topics"]] == ["orders"]


def test_refused_topic_has_the_code(sim: Simulator, vendor: Any) -> None:
    sim.world.add_topic(sim.instance_id, "orders")
    with pytest.raises(ClientRequestException) as caught:
        vendor.create_instance_topic(kafka.CreateInstanceTopicRequest(instance_id=sim.instance_id, body=orders()))
    assert caught.value.error_code == "DMS.40050005"


def test_show_topic_partitions_and_producers(sim: Simulator, vendor: Any) -> None:
    sim.world.add_topic(sim.instance_id, "orders", messages=7, groups=["billing"], producers=["192.0.2.50:40000"])
    names = {"instance_id": sim.instance_id, "topic": "orders"}
    shown = vendor.show_instance_topic_detail(kafka.ShowInstanceTopicDetailRequest(**names))
    assert (shown.topic, shown.group_subscribed, len(shown.partitions[0].replicas)) == ("orders", ["billing"], 3)
    listed = vendor.list_topic_partitions(kafka.ListTopicPartitionsRequest(**names, offset=0, limit=50))
    assert (listed.total, sum(row.message_count for row in listed.partitions)) == (3, 7)
    producers = vendor.list_topic_producers(kafka.ListTopicProducersRequest(**names)).producers
    assert [row.producer_address for row in producers] == ["192.0.2.50:40000"]


def test_switch_automatic_creation_of_topics(sim: Simulator, vendor: Any) -> None:
    place = {"instance_id": sim.instance_id}
    body = kafka.UpdateInstanceAutoCreateTopicReq(enable_auto_topic=False)
    vendor.update_instance_auto_create_topic(kafka.UpdateInstanceAutoCreateTopicRequest(**place, body=body))
    shown = vendor.show_instance(kafka.ShowInstanceRequest(**place))
    assert (shown.enable_auto_topic, shown.partition_num) == (False, "750")


# -- users, permissions, parameters -------------------------------------------------------------------------------


def test_create_change_and_delete_users(sim: Simulator, vendor: Any) -> None:
    sim.world.add_kafka_user(sim.instance_id, "admin")
    place = {"instance_id": sim.instance_id}
    body = kafka.CreateInstanceUserReq(user_name="alice", user_desc="reads", user_passwd="Kafka-Password-1")
    assert vendor.create_instance_user(kafka.CreateInstanceUserRequest(**place, body=body)).status_code == 204
    body = kafka.UpdateUserReq(user_name="alice", user_desc="writes")
    request = kafka.UpdateInstanceUserRequest(**place, engine="kafka", user_name="alice", body=body)
    assert vendor.update_instance_user(request).status_code == 204
    body = kafka.ResetUserPasswordReq(new_password="Another-Password-2")
    request = kafka.ResetUserPasswrodRequest(**place, user_name="alice", body=body)
    assert vendor.reset_user_passwrod(request).status_code == 204
    users = vendor.show_instance_users(kafka.ShowInstanceUsersRequest(**place)).users
    assert [(user.user_name, user.user_desc, user.role, user.default_app) for user in users] == [
        ("admin", "", "guest", True),
        ("alice", "writes", "guest", False),
    ]
    body = kafka.BatchDeleteInstanceUsersReq(action="delete", users=["alice"])
    deleted = vendor.batch_delete_instance_users(kafka.BatchDeleteInstanceUsersRequest(**place, body=body))
    assert deleted.status_code == 204
    assert [effect.verb for effect in sim.journal.effects()] == [
        "created user",
        "modified user",
        "reset password",
        "deleted user",
    ]


@pytest.mark.parametrize("response", ["job", "200", "204"])
def test_change_permissions(sim: Simulator, vendor: Any, response: str) -> None:
    sim.settings.policy_response = response
    for name in ("admin", "alice"):
        sim.world.add_kafka_user(sim.instance_id, name)
    sim.world.add_topic(sim.instance_id, "orders")
    place = {"instance_id": sim.instance_id}
    policies = [kafka.AccessPolicyEntity(user_name="alice", access_policy="sub")]
    body = kafka.UpdateTopicAccessPolicyReq([kafka.AccessPolicyTopicEntity(name="orders", policies=policies)])
    changed = vendor.update_topic_access_policy(kafka.UpdateTopicAccessPolicyRequest(**place, body=body))
    assert (changed.status_code, changed.job_id is not None) == (204 if response == "204" else 200, response == "job")
    shown = vendor.show_topic_access_policy(kafka.ShowTopicAccessPolicyRequest(**place, topic_name="orders"))
    assert (shown.name, shown.topic_type) == ("orders", 0)
    assert [(row.user_name, row.access_policy, row.owner) for row in shown.policies] == [("alice", "sub", False)]


def test_change_parameters(sim: Simulator, vendor: Any) -> None:
    place = {"instance_id": sim.instance_id}
    body = kafka.ModifyInstanceConfigsReq([kafka.ModifyInstanceConfig(name="min.insync.replicas", value="2")])
    changed = vendor.modify_instance_configs(kafka.ModifyInstanceConfigsRequest(**place, body=body))
    assert (changed.dynamic_config, changed.static_config) == (1, 0)
    job = vendor.show_background_task(kafka.ShowBackgroundTaskRequest(**place, task_id=changed.job_id)).tasks[0]
    assert (job.name, job.status) == ("kafkaConfigModify", "SUCCESS")
    rows = vendor.show_instance_configs(kafka.ShowInstanceConfigsRequest(**place)).kafka_configs
    assert [(row.value, row.config_type) for row in rows if row.name == "min.insync.replicas"] == [("2", "dynamic")]


# -- consumer groups ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("created", ["text", "json"])
def test_create_change_and_delete_groups(sim: Simulator, vendor: Any, created: str) -> None:
    sim.settings.group_created = created
    place = {"instance_id": sim.instance_id}
    one = {**place, "engine": "kafka", "group": "billing"}
    for name in ("billing", "audit", "other"):
        body = kafka.CreateGroupReq(group_name=name, group_desc="new")
        response = vendor.create_kafka_consumer_group(kafka.CreateKafkaConsumerGroupRequest(**place, body=body))
        assert response.status_code == 200
    body = kafka.GroupCreateReq(group_name="billing", group_desc="")
    vendor.update_instance_consumer_group(kafka.UpdateInstanceConsumerGroupRequest(**one, body=body))
    body = kafka.BatchModiftGroupDescriptionReq([kafka.GroupCreateReq(group_name="audit", group_desc="reads all")])
    vendor.update_instance_group(kafka.UpdateInstanceGroupRequest(**place, engine="kafka", body=body))
    request = kafka.ListInstanceConsumerGroupsRequest(**place, offset="0", limit="50", group="i")
    listed = vendor.list_instance_consumer_groups(request)
    assert listed.total == 2
    assert [(row.group_id, row.state, row.group_desc, row.lag) for row in listed.groups] == [
        ("billing", "EMPTY", None, 0),
        ("audit", "EMPTY", "reads all", 0),
    ]
    shown = [
        vendor.list_instance_consumer_group(kafka.ListInstanceConsumerGroupRequest(**one)).group,
        vendor.show_group(kafka.ShowGroupRequest(**place, group="billing")).group,
    ]
    assert [(group.group_id, group.state) for group in shown] == [("billing", "EMPTY")] * 2
    vendor.delete_instance_consumer_group(kafka.DeleteInstanceConsumerGroupRequest(**one))
    vendor.delete_group(kafka.DeleteGroupRequest(**place, group="audit"))
    body = kafka.BatchDeleteGroupReq(group_ids=["other", "never"])
    failed = vendor.batch_delete_group(kafka.BatchDeleteGroupRequest(**place, body=body))
    assert ([row.group_id for row in failed.failed_groups], failed.total) == (["never"], 1)
    assert vendor.list_instance_consumer_groups(kafka.ListInstanceConsumerGroupsRequest(**place)).groups == []


def test_read_and_reset_offsets(sim: Simulator, vendor: Any) -> None:
    sim.world.add_topic(sim.instance_id, "orders", partition=2, messages=8)
    sim.world.add_group(sim.instance_id, "billing", offsets={"orders": [12, None]}, members=[{"topics": ["orders"]}])
    place = {"instance_id": sim.instance_id, "group": "billing"}
    one = {**place, "engine": "kafka"}
    shown = vendor.show_groups(kafka.ShowGroupsRequest(**place)).group
    assert [(row.client_id, row.assignment[0].partitions) for row in shown.members] == [("consumer", [0, 1])]
    assert [row.message_current_offset for row in shown.group_message_offsets] == [12, -1]
    members = vendor.list_instance_consumer_group_members(kafka.ListInstanceConsumerGroupMembersRequest(**one))
    assert (members.total, members.members[0].member_id) == (1, "consumer-1")
    topics = vendor.list_instance_consumer_group_topics(kafka.ListInstanceConsumerGroupTopicsRequest(**one))
    assert [(row.topic, row.partitions, row.lag) for row in topics.topics] == [("orders", 2, 2)]
    sim.world.set_group(sim.instance_id, "billing", members=[])
    body = kafka.ResetMessageOffsetReq(topic="orders", partition=-1, message_offset=0)
    request = kafka.ResetMessageOffsetWithEngineRequest(**place, body=body)
    vendor.reset_message_offset_with_engine(request)
    request = kafka.ListInstanceConsumerGroupMessageOffsetRequest(**one, topic="orders")
    rows = vendor.list_instance_consumer_group_message_offset(request).group_message_offsets
    assert [(row.message_current_offset, row.message_log_start_offset, row.lag) for row in rows] == [(10, 10, 4)] * 2
    body = kafka.ResetMessageOffsetReq(topic="orders", partition=1, timestamp=4102444800000)
    vendor.reset_message_offset(kafka.ResetMessageOffsetRequest(**place, body=body))
    assert sim.world.offsets(sim.instance_id, "billing") == {"orders": [10, 14]}
    body = kafka.DeleteConsumerGroupOffsetsRequestBody(topics=["orders"])
    deleted = vendor.delete_consumer_group_offsets(kafka.DeleteConsumerGroupOffsetsRequest(**place, body=body))
    assert [(row.name, row.success) for row in deleted.topics] == [("orders", True)]


def test_every_group_method_of_the_client_is_tested() -> None:
    methods = {name for name in vars(kafka.KafkaClient) if re.search("group|message_offset", name)}
    methods = {name for name in methods if not name.startswith("_") and not name.endswith("_invoker")}
    assert len(methods) >= 16
    assert methods <= set(re.findall(r"vendor\.(\w+)\(", Path(__file__).read_text(encoding="utf-8")))


# -- Cloud Eye ----------------------------------------------------------------------------------------------------


def test_cloud_eye_metrics(sim: Simulator) -> None:
    sim.clock.freeze()
    task_id = sim.world.add_task(sim.connector_id, "dump")
    sim.world.set_health(sim.connector_id, task_id, status=0, waiting=12)
    sim.clock.advance(180)
    now = int(sim.clock.now() * 1000)
    ces = build(CesClient, sim)
    listed = ces.list_metrics(
        ListMetricsRequest(namespace="SYS.DMS", metric_name="task_status", dim_0=f"kafka_instance_id,{sim.instance_id}")
    )
    assert [row.value for row in listed.metrics[0].dimensions] == [sim.instance_id, "dump"]
    dimensions = [
        MetricsDimension(name="kafka_instance_id", value=sim.instance_id),
        MetricsDimension(name="connector_task", value="dump"),
    ]
    metrics = [
        MetricInfo(namespace="SYS.DMS", metric_name=name, dimensions=dimensions)
        for name in ("task_status", "kafka_wait_synchronize_data")
    ]
    body = BatchListMetricDataRequestBody(metrics=metrics, period="1", filter="average", _from=now - 1200000, to=now)
    shown = ces.batch_list_metric_data(BatchListMetricDataRequest(body=body)).metrics
    assert [[point.average for point in metric.datapoints] for metric in shown] == [[0] * 3, [12] * 3]
    assert sim.journal.writes() == []
