# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Short names of the operations of the service, and which of them only read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.service import OPERATIONS

if TYPE_CHECKING:
    from simulator import Entry

_SHORT = {
    "ListSinkTasks": "LIST",
    "ShowSinkTaskDetail": "SHOW",
    "CreateSinkTask": "CREATE",
    "DeleteSinkTask": "DELETE",
    "UpdateSinkTaskQuota": "QUOTA",
    "ShowInstance": "INSTANCE",
    "ListInstances": "INSTANCES",
    "ListConnectorTasks": "TASKS",
    "ShowConnectorTask": "TASK",
    "CreateConnectorTask": "NEW",
    "ModifyConnectorTask": "MODIFY",
    "DeleteConnectorTask": "REMOVE",
    "PauseConnectorTask": "PAUSE",
    "ResumeConnectorTask": "RESUME",
    "RestartConnectorTask": "RESTART",
    "ValidateConnectorConnectivity": "VALIDATE",
    "ShowConnectorResourceInfo": "RESOURCES",
    "CreateConnector": "ENABLE",
    "DeleteConnector": "DISABLE",
    "ListInstanceTopics": "TOPICS",
    "ShowInstanceTopicDetail": "TOPIC",
    "ListTopicPartitions": "PARTITIONS",
    "CreateInstanceTopic": "ADD",
    "UpdateInstanceTopic": "CHANGE",
    "BatchDeleteInstanceTopic": "DROP",
    "UpdateInstanceAutoCreateTopic": "AUTOTOPIC",
    "ShowInstanceUsers": "USERS",
    "CreateInstanceUser": "JOIN",
    "UpdateInstanceUser": "EDIT",
    "ResetUserPasswrod": "PASSWORD",
    "BatchDeleteInstanceUsers": "LEAVE",
    "ShowTopicAccessPolicy": "POLICIES",
    "UpdateTopicAccessPolicy": "PERMIT",
    "ShowInstanceConfigs": "CONFIGS",
    "ModifyInstanceConfigs": "CONFIGURE",
    "ListInstanceConsumerGroups": "GROUPS",
    "ShowGroups": "GROUP",
    "ListInstanceConsumerGroupMessageOffset": "OFFSETS",
    "CreateKafkaConsumerGroup": "FORM",
    "UpdateInstanceConsumerGroup": "DESCRIBE",
    "DeleteInstanceConsumerGroup": "DISBAND",
    "BatchDeleteGroup": "DISSOLVE",
    "ResetMessageOffsetWithEngine": "SEEK",
    "DeleteConsumerGroupOffsets": "FORGET",
    "ListBackgroundTasks": "JOBS",
    "ShowBackgroundTask": "JOB",
    "BatchListMetricData": "METRICS",
    "KeystoneListProjects": "PROJECTS",
    "KeystoneCreateUserTokenByPassword": "LOGIN",
    "KeystoneListAuthDomains": "DOMAINS",
    "CreateTemporaryAccessKeyByAgency": "ASSUME",
    "GetSecurityKey": "KEYS",
    "CreateMetadataToken": "TOKEN",
}
_READING_POSTS = {
    "KeystoneCreateUserTokenByPassword",
    "CreateTemporaryAccessKeyByAgency",
    "BatchListMetricData",
    "ValidateConnectorConnectivity",
}


def short(operation: str | None) -> str:
    """The short name of an operation."""
    return _SHORT.get(operation or "", operation or "UNKNOWN")


def reads(entry: Entry) -> bool:
    """Whether a request only reads. A request without an operation does if it is a GET."""
    return _reads(entry.operation, entry.method)


def _reads(operation: str | None, method: str) -> bool:
    return method == "GET" or operation in _READING_POSTS


WRITES = sorted(short(item.name) for item in OPERATIONS if not _reads(item.name, item.method))
"""Short names of the operations that change something."""
