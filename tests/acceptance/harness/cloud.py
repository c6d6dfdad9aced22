# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandboxes of cases in the simulator, and the values that cases use there."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simulator.world import USER_ID, AccessKey, Token

if TYPE_CHECKING:
    from simulator import Simulator

# Secrets that must not occur in any output. They are long and unique, so a search for them has no false matches.
OBS_ACCESS_KEY = "ObsAccessKeyOfTheAcceptanceTests"
OBS_SECRET_KEY = 'ObsSecretKey/OfThe+Acceptance"Tests='
TEMPORARY_ACCESS_KEY = "TEMPORARYACCESSKEY01"
TEMPORARY_SECRET_KEY = "TemporarySecretKeyOfTheAcceptanceTests"
SECURITY_TOKEN = "SecurityTokenOfTheAcceptanceTests/+=="
# The rules for passwords of Kafka users allow 32 characters.
KAFKA_PASSWORD = 'Kafka"Password\\Of+Acceptance-1'
NEW_KAFKA_PASSWORD = "New'Kafka/Password=Acceptance-2"
WEAK_KAFKA_PASSWORD = "weakpasswordofacceptancetests"

ORDERS = "aaaaaaaa-0000-4000-8000-000000000001"
OTHER = "aaaaaaaa-0000-4000-8000-000000000002"
NO_SUCH_ID = "aaaaaaaa-0000-4000-8000-00000000000f"

METRIC_START = 1800
"""Seconds until tasks have datapoints: health does not depend on whether a minute ended since they were created."""

OBS = {
    "topics": ["orders", "invoices"],
    "access_key": OBS_ACCESS_KEY,
    "secret_key": OBS_SECRET_KEY,
    "obs_bucket_name": "archive",
}
"""The fields that state=present requires."""

AS_WANTED = {"topics": "orders,invoices", "obs_bucket_name": "archive"}
"""The fields that the service returns of a task created with :data:`OBS`."""


def task(name: str = "orders", task_id: str = ORDERS, **fields: Any) -> dict[str, Any]:
    """A sink task of the initial state."""
    return {"task_name": name, "task_id": task_id, **AS_WANTED, **fields}


@dataclass(frozen=True)
class Sandbox:
    """A project with an instance and a connector, used by a single case."""

    simulator: Simulator
    name: str

    @property
    def project_id(self) -> str:
        return uuid.uuid5(uuid.NAMESPACE_URL, "project of " + self.name).hex

    @property
    def region(self) -> str:
        return "eu-" + self.project_id

    @property
    def instance_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "instance of " + self.name))

    @property
    def connector_id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, "connector of " + self.name))

    @property
    def auth_token(self) -> str:
        """A token for the project."""
        return "TokenOfTheAcceptanceTests" + self.project_id

    @property
    def path_pattern(self) -> str:
        """A regular expression for the URLs of the requests of this case."""
        return f"{self.project_id}|name={self.region}|/v3/auth/tokens"

    def create(self) -> None:
        world = self.simulator.world
        world.tokens[self.auth_token] = Token(self.auth_token, USER_ID, self.project_id, math.inf)
        world.access_keys[TEMPORARY_ACCESS_KEY] = AccessKey(
            TEMPORARY_ACCESS_KEY, TEMPORARY_SECRET_KEY, USER_ID, SECURITY_TOKEN
        )
        world.add_project(self.region, self.project_id)
        world.add_instance(
            "instance", instance_id=self.instance_id, connector=self.connector_id, project_id=self.project_id
        )

    def add(self, name: str = "orders", task_id: str = ORDERS, **fields: Any) -> None:
        """Create a sink task."""
        self.simulator.world.add_task(self.connector_id, **task(name, task_id, **fields))

    def remove(self, task_id: str = ORDERS) -> None:
        """Delete a sink task, like another run."""
        self.simulator.world.remove_task(self.connector_id, task_id)

    def disable_smart_connect(self) -> None:
        self.simulator.world.remove_connector(self.connector_id)

    def remove_instance(self) -> None:
        self.simulator.world.remove_instance(self.instance_id)

    def add_topic(self, name: str, **fields: Any) -> None:
        """Create a topic."""
        self.simulator.world.add_topic(self.instance_id, name, **fields)

    def add_user(self, name: str, **fields: Any) -> None:
        """Create a user of the instance. The first one enables SASL."""
        self.simulator.world.add_kafka_user(self.instance_id, name, **fields)

    def permit(self, topic: str, **policies: str) -> None:
        """Replace the permissions of a topic."""
        self.simulator.world.set_policies(self.instance_id, topic, policies)

    def users(self) -> list[str]:
        """The names of the users of the instance."""
        if self.instance_id not in self.simulator.world.instances:
            return []
        return [user["user_name"] for user in self.simulator.world.kafka_users(self.instance_id)]

    def permissions(self) -> list[str]:
        """The permissions, each as `topic user policy`."""
        if self.instance_id not in self.simulator.world.instances:
            return []
        policies = self.simulator.world.policies(self.instance_id)
        return [f"{topic} {user} {policy}" for topic, rows in policies.items() for user, policy in rows.items()]

    def add_group(self, name: str, **fields: Any) -> None:
        """Create a consumer group."""
        self.simulator.world.add_group(self.instance_id, name, **fields)

    def groups(self) -> list[str]:
        """The names of the consumer groups."""
        if self.instance_id not in self.simulator.world.instances:
            return []
        return [group["group_id"] for group in self.simulator.world.groups(self.instance_id)]

    def offsets(self) -> list[str]:
        """The committed offsets of all groups, each as `group topic offset offset…`, with - where none is committed."""
        if self.instance_id not in self.simulator.world.instances:
            return []
        return [
            " ".join([group["group_id"], topic, *("-" if offset is None else str(offset) for offset in offsets)])
            for group in self.simulator.world.groups(self.instance_id)
            for topic, offsets in group["offsets"].items()
        ]

    def parameters(self) -> list[str]:
        """The parameters that differ from their defaults, and automatic creation of topics, each as `name value`."""
        if self.instance_id not in self.simulator.world.instances:
            return []
        instance = self.simulator.world.instances[self.instance_id]
        shown = [f"{name} {value}" for name, value in instance.access.parameters.items()]
        return [*shown, f"auto_create_topics {instance.fields['enable_auto_topic']}"]

    def topics(self) -> list[str]:
        """The names of the topics."""
        if self.instance_id not in self.simulator.world.instances:
            return []
        return [topic["name"] for topic in self.simulator.world.topics(self.instance_id)]

    def names(self) -> list[str]:
        """The names of the sink tasks."""
        if self.connector_id not in self.simulator.world.connectors:
            return []
        return [item["task_name"] for item in self.simulator.world.tasks(self.connector_id)]

    def everything(self) -> list[str]:
        """What is on the instance, each as its kind and its name, and the permissions."""
        kinds = {
            "user": self.users(),
            "topic": self.topics(),
            "permission": self.permissions(),
            "group": self.groups(),
            "task": self.names(),
        }
        return [f"{kind} {name}" for kind, names in kinds.items() for name in names]

    def options(self) -> dict[str, Any]:
        """Options of modules for this sandbox."""
        return {
            "endpoint": self.simulator.endpoint,
            "iam_endpoint": self.simulator.endpoint,
            "project_id": self.project_id,
            "access_key": self.simulator.access_key,
            "secret_key": self.simulator.secret_key,
            "connector_id": self.connector_id,
        }
