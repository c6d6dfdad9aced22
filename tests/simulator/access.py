# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The users of an instance, their permissions, its parameters, and the job that changes either of the last two."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from .groups import set_attributes

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from .clock import Clock
    from .settings import Settings
    from .world import Instance

DEFAULT_PASSWORD = "Sample-Kafka-Password-1"
EVERYONE = "allow.everyone.if.no.acl.found"
ACTIONS = {"all": ("pub", "sub"), "pub": ("pub",), "sub": ("sub",)}
"""What an access policy permits."""


class Parameter(NamedTuple):
    """A parameter as the service describes it."""

    default: str
    valid: str
    """The values, separated by commas, or the first and the last number with a hyphen between them."""
    kind: str = "integer"
    static: bool = False


PARAMETERS = {
    "auto.create.groups.enable": Parameter("true", "true,false", "enum"),
    EVERYONE: Parameter("true", "true,false", "enum"),
    "connections.max.idle.ms": Parameter("600000", "5000-600000", static=True),
    "default.replication.factor": Parameter("3", "1-3", static=True),
    "log.retention.hours": Parameter("72", "1-720", static=True),
    "max.connections.per.ip": Parameter("1000", "100-20000"),
    "message.max.bytes": Parameter("10485760", "0-10485760"),
    "min.insync.replicas": Parameter("1", "1-3"),
    "num.partitions": Parameter("3", "1-200", static=True),
    "offsets.retention.minutes": Parameter("20160", "1440-30240"),
    "unclean.leader.election.enable": Parameter("false", "true,false", "enum", static=True),
}


@dataclasses.dataclass
class KafkaUser:
    """A user of the Kafka instance, who is no user of IAM."""

    user_name: str
    user_passwd: str = DEFAULT_PASSWORD
    user_desc: str = ""
    created_time: int = 0
    """Milliseconds since 1970."""
    unlisted: int = 0
    """How many more reads of the list omit it."""
    leaving: int = 0
    """How many more reads of the list return it after its deletion."""


@dataclasses.dataclass
class Policy:
    """What one user may do with a topic."""

    access_policy: str
    """A key of ACTIONS."""
    owner: bool = False


@dataclasses.dataclass
class RunningJob:
    """A job that changes the instance without changing its status."""

    job_id: str
    name: str
    reads: int
    """How many more reads return it as running."""
    finish: Callable[[], object]
    shown: dict[str, str]
    """The field `task` of the instance."""


@dataclasses.dataclass
class Access:
    """What belongs to the users of one instance."""

    users: dict[str, KafkaUser] = dataclasses.field(default_factory=dict)
    policies: dict[str, dict[str, Policy]] = dataclasses.field(default_factory=dict)
    """By topic, by user."""
    parameters: dict[str, str] = dataclasses.field(default_factory=dict)
    """Those that differ from their defaults."""
    first_user_unlimited: bool = False
    """Whether the first user may do everything: from the first time on that EVERYONE was false."""
    job: RunningJob | None = None

    def listed_users(self, settings: Settings) -> list[KafkaUser]:
        """The users in a list; each read shortens the lag and what is left of deleted ones."""
        shown = []
        for user in list(self.users.values()):
            if user.unlisted:
                user.unlisted -= 1
                continue
            shown.append(user)
            if user.leaving:
                user.leaving -= 1
                if not user.leaving:
                    self._drop_user(user.user_name, settings)
        return shown

    def delete_user(self, user: KafkaUser, settings: Settings) -> None:
        """Delete a user, immediately or after as many reads of the list as set."""
        user.leaving = settings.user_deletion_reads
        if not user.leaving:
            self._drop_user(user.user_name, settings)

    def _drop_user(self, user_name: str, settings: Settings) -> None:
        del self.users[user_name]
        if not settings.policies_keep_users:
            for rows in self.policies.values():
                rows.pop(user_name, None)

    def replace_policies(self, topic: str, policies: dict[str, str]) -> None:
        """Replace the policies of a topic; a user who is its owner stays its owner."""
        before = self.policies.get(topic, {})
        self.policies[topic] = {
            user: Policy(action, owner=user in before and before[user].owner) for user, action in policies.items()
        }

    def forget_topic(self, topic: str, settings: Settings) -> None:
        """What a deleted topic leaves of its policies."""
        if not settings.policies_survive_topics:
            self.policies.pop(topic, None)

    def value(self, name: str) -> str:
        """The value of a parameter."""
        return self.parameters.get(name, PARAMETERS[name].default)

    def set_parameters(self, values: dict[str, str]) -> None:
        self.parameters.update(values)
        self.first_user_unlimited = self.first_user_unlimited or self.value(EVERYONE) == "false"

    def read_job(self, job_id: str | None = None) -> dict[str, str] | None:
        """The field `task` of the instance while a job runs, else None. Advances the job by one read.

        job_id: advances only if that job runs.
        """
        job = self.job
        if job is None or job_id not in (None, job.job_id):
            return None
        job.reads -= 1
        if job.reads <= 0:
            self.job = None
            job.finish()
        return job.shown


class AccessWorld:
    """The part of the world that tests use for users, permissions and parameters of an instance."""

    lock: threading.RLock
    instances: dict[str, Instance]
    _settings: Settings
    _clock: Clock

    def add_kafka_user(self, instance_id: str, user_name: str, **values: Any) -> None:
        """Add a user to an instance; `values` are attributes of KafkaUser. Enables SASL if it is off.

        The user with whom SASL is enabled is the first user of the instance.
        """
        with self.lock:
            instance = self.instances[instance_id]
            user = KafkaUser(user_name, created_time=int(self._clock.now() * 1000))
            set_attributes("user", user, values)
            instance.access.users[user_name] = user
            if not instance.has_sasl:
                instance.fields.update(ssl_enable=True, kafka_security_protocol="SASL_SSL", access_user=user_name)

    def set_kafka_user(self, instance_id: str, user_name: str, **values: Any) -> None:
        """Change attributes of a user. Raises AttributeError for an unknown one."""
        with self.lock:
            set_attributes("user", self.instances[instance_id].access.users[user_name], values)

    def remove_kafka_user(self, instance_id: str, user_name: str) -> None:
        """Remove a user immediately, like another run. Raises KeyError when there is none."""
        with self.lock:
            self.instances[instance_id].access._drop_user(user_name, self._settings)

    def kafka_users(self, instance_id: str) -> list[dict[str, Any]]:
        """All users of an instance in order of creation, with their passwords. Does not count as a read."""
        with self.lock:
            return [dataclasses.asdict(user) for user in self.instances[instance_id].access.users.values()]

    def set_policies(self, instance_id: str, topic: str, policies: dict[str, str], *, owner: str | None = None) -> None:
        """Replace the policies of a topic: user to `all`, `pub` or `sub`. Neither topic nor users have to exist."""
        with self.lock:
            rows = {user: Policy(action, owner=user == owner) for user, action in policies.items()}
            self.instances[instance_id].access.policies[topic] = rows

    def policies(self, instance_id: str) -> dict[str, dict[str, str]]:
        """All policies that are not empty: topic to user to what the user may do. Does not count as a read."""
        with self.lock:
            policies = self.instances[instance_id].access.policies
            shown = {topic: {user: row.access_policy for user, row in rows.items()} for topic, rows in policies.items()}
            return {topic: rows for topic, rows in shown.items() if rows}

    def set_parameters(self, instance_id: str, values: dict[str, str]) -> None:
        """Change parameters. Raises KeyError for an unknown name."""
        with self.lock:
            unknown = values.keys() - PARAMETERS.keys()
            if unknown:
                raise KeyError(unknown.pop())
            self.instances[instance_id].access.set_parameters(values)

    def parameters(self, instance_id: str) -> dict[str, str]:
        """The values of all parameters. Does not count as a read."""
        with self.lock:
            access = self.instances[instance_id].access
            return {name: access.value(name) for name in PARAMETERS}

    def may(self, instance_id: str, user: str, action: str, topic: str) -> bool:
        """Whether a client that logs in as this user may publish to a topic (`pub`) or read it (`sub`).

        Raises KeyError for an unknown topic.
        """
        if action not in ACTIONS["all"]:
            raise ValueError(f"an action is pub or sub, not {action!r}")
        with self.lock:
            instance = self.instances[instance_id]
            access, name = instance.access, instance.topics[topic].name
            if not instance.has_sasl:
                return True
            if user not in access.users or access.users[user].leaving:
                return False
            if access.first_user_unlimited and user == instance.fields.get("access_user"):
                return True
            rows = access.policies.get(name, {})
            if not rows:
                return access.value(EVERYONE) == "true"
            return any(
                action in ACTIONS[rows[each].access_policy]
                for each in (user, self._settings.default_policy_user)
                if each in rows
            )

    add_job: Callable[..., str]
    finish_job: Callable[[str, str, str], None]

    def start_job(self, instance: Instance, name: str, reads: int, apply: Callable[[], object], fails: bool) -> str:
        """Start a job that calls `apply` at its end, or fails. Returns its id."""
        job_id = self.add_job(instance.instance_id, name, "EXECUTING")
        if self._settings.job_effect == "start" and not fails:
            apply()

        def finish() -> None:
            if self._settings.job_effect == "end" and not fails:
                apply()
            self.finish_job(instance.instance_id, job_id, "FAILED" if fails else "SUCCESS")

        if not reads:
            finish()
            return job_id
        created_at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self._clock.now()))
        shown = {"name": name, "status": "EXECUTING", "created_at": created_at}
        instance.access.job = RunningJob(job_id, name, reads, finish, shown)
        return job_id
