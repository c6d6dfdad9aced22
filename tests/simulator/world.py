# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of the simulated cloud: accounts with their projects, instances, topics, connectors and tasks.

Every method may be called from any thread.
"""

from __future__ import annotations

import dataclasses
import random
import threading
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple

from .access import Access, AccessWorld
from .groups import Groups, GroupWorld, set_attributes

if TYPE_CHECKING:
    from collections.abc import Callable

    from .clock import Clock
    from .settings import Settings

REGION = "eu-west-101"
DOMAIN_ID = "d0000000000000000000000000000001"
DOMAIN_NAME = "sample-account"
USER_ID = "a0000000000000000000000000000001"
USER_NAME = "sample-user"
PASSWORD = "sample-password-not-a-secret"
PROJECT_ID = "0123456789abcdef0123456789abcdef"
INSTANCE_ID = "11111111-1111-4111-8111-111111111111"
CONNECTOR_ID = "22222222-2222-4222-8222-222222222222"
ACCESS_KEY = "SAMPLEACCESSKEY00001"
SECRET_KEY = "SampleSecretKeyOfTheSimulator00000000001"
INSTANCE_NAME = "kafka-sample"
ECS_USER_ID = "a0000000000000000000000000000002"
"""The agency of the machine, whose keys the metadata service returns."""

_CREATED_AT_MS = "1735689600000"


class TemporaryKeys(NamedTuple):
    """A temporary AK/SK with its security token."""

    access_key: str
    secret_key: str
    security_token: str


@dataclasses.dataclass
class AccessKey:
    access_key: str
    secret_key: str
    user_id: str
    security_token: str | None = None
    expires_at: float | None = None


@dataclasses.dataclass
class User:
    user_id: str
    name: str
    password: str | None
    """None for an agency, which can't log in."""
    domain_id: str
    domain_name: str


@dataclasses.dataclass
class Agency:
    """An agency: those who may assume it act as a user of its account."""

    name: str
    user_id: str
    callers: list[str]
    """Ids of the users who may assume it."""


@dataclasses.dataclass
class Token:
    token: str
    user_id: str
    project_id: str
    """Empty: not scoped to a project."""
    expires_at: float


@dataclasses.dataclass
class Project:
    project_id: str
    name: str
    domain_id: str


@dataclasses.dataclass
class Job:
    """A background job of an instance."""

    job_id: str
    name: str
    status: str
    created_at: float
    updated_at: float
    unlisted: int = 0
    """How many more reads of the list omit it."""


@dataclasses.dataclass
class Topic:
    name: str
    partition: int = 3
    replication: int = 3
    retention_time: int = 72
    """Hours."""
    sync_replication: bool = False
    sync_message_flush: bool = False
    topic_desc: str = ""
    configs: dict[str, str] = dataclasses.field(default_factory=dict)
    """Those of `topic_other_configs` that differ from the defaults, by name."""
    topic_type: int = 0
    """1 for an internal topic."""
    created_at: int = 0
    """Milliseconds since 1970."""
    messages: int = 0
    offsets: list[list[int]] | None = None
    """The first offset, and the one after the last message, of each partition; None: derived from `messages`."""
    times: list[list[int]] | None = None
    """Pairs of a time (ms) and the offset that is written in each partition from then on; None: all messages were written
    at `created_at`."""
    groups: list[str] = dataclasses.field(default_factory=list)
    """The consumer groups that subscribe to it."""
    producers: list[str] = dataclasses.field(default_factory=list)
    """Addresses of its producers."""
    undeletable: bool = False
    """Whether deletions report that it was not deleted."""
    unlisted: int = 0
    """How many more reads of the list omit it."""
    leaving: int = 0
    """How many more reads of the list return it after its deletion."""


@dataclasses.dataclass
class Instance:
    project_id: str
    fields: dict[str, Any]
    """The fields that the service returns, including `instance_id`, `status` and `connector_id`."""
    passing: list[str] = dataclasses.field(default_factory=list)
    """Statuses that the next reads return, one each, during a change."""
    finish: Callable[[], object] | None = None
    """Called to complete the change after the last of them."""
    jobs: list[Job] = dataclasses.field(default_factory=list)
    """Background jobs, oldest first."""
    points: dict[str, list[tuple[int, dict[str, float]]]] = dataclasses.field(default_factory=dict)
    """Datapoints of Cloud Eye set by `add_point`, by the value of the dimension `connector_task`."""
    topics: dict[str, Topic] = dataclasses.field(default_factory=dict)
    access: Access = dataclasses.field(default_factory=Access)
    """Users, their permissions, and parameters."""
    groups: Groups = dataclasses.field(default_factory=Groups)
    """Consumer groups."""

    @property
    def instance_id(self) -> str:
        return str(self.fields["instance_id"])

    @property
    def status(self) -> str:
        return self.passing[0] if self.passing else str(self.fields["status"])

    @property
    def has_sasl(self) -> bool:
        """Whether clients log in as users."""
        protocols = self.fields.get("port_protocols") or {}
        return bool(self.fields["ssl_enable"]) or any(on for name, on in protocols.items() if "_sasl_" in name)

    def read(self, *, job: bool = True) -> dict[str, Any]:
        """Return the fields, and advance a pending change by one read; `job`: also a running job, which is shown."""
        shown = {**self.fields, "status": self.status}
        running = self.access.read_job() if job else None
        if running is not None:
            shown["task"] = running
        del self.passing[:1]
        self.settle()
        return shown

    def change(self, passing: list[str], finish: Callable[[], object]) -> None:
        """Return these statuses first, then complete the change."""
        self.passing, self.finish = passing, finish
        self.settle()

    def settle(self) -> None:
        """Complete a change that has no statuses left to return."""
        if self.finish is not None and not self.passing:
            finish, self.finish = self.finish, None
            finish()

    def listed_topics(self, settings: Settings) -> list[Topic]:
        """The topics in a list, without those that still lag; each read shortens the lag and what is left of deleted ones."""
        shown = []
        for topic in list(self.topics.values()):
            if topic.unlisted:
                topic.unlisted -= 1
                continue
            shown.append(topic)
            if topic.leaving:
                topic.leaving -= 1
                if not topic.leaving:
                    self._drop_topic(topic, settings)
        return shown

    def delete_topic(self, topic: Topic, settings: Settings) -> None:
        """Delete a topic, immediately or after as many reads of the list as set."""
        topic.leaving = settings.topic_deletion_reads
        if not topic.leaving:
            self._drop_topic(topic, settings)

    def _drop_topic(self, topic: Topic, settings: Settings) -> None:
        """Remove a topic; with auto-creation its clients create it, with the defaults."""
        del self.topics[topic.name]
        self.access.forget_topic(topic.name, settings)
        self.groups.forget_topic(topic.name)
        lag = settings.topic_returns
        if lag is not None and self.fields["enable_auto_topic"] and (topic.groups or topic.producers):
            brokers = self.fields["broker_num"]
            self.topics[topic.name] = Topic(
                topic.name,
                partition=3 if brokers > 1 else 1,
                replication=min(3, brokers),
                created_at=topic.created_at,
                groups=topic.groups,
                producers=topic.producers,
                unlisted=lag,
            )


class Health(NamedTuple):
    """The metrics of a task in Cloud Eye, in the order of METRICS."""

    status: float = 1
    waiting: float = 0
    rate: float = 60
    delay: float = 100


@dataclasses.dataclass
class Task:
    """A Smart Connect task: a dump to OBS, or with `source` a replication from another Kafka cluster."""

    task_id: str
    task_name: str
    status: str
    """Status after all of `passing`."""
    descriptor: dict[str, Any]
    """As sent, including `topics` and OBS keys."""
    create_time: int
    """Milliseconds since 1970."""
    passing: list[str] = dataclasses.field(default_factory=list)
    """Statuses that the next reads return, one each, during a creation, restart or deletion."""
    deleting: bool = False
    topics_info: list[dict[str, Any]] | None = None
    source: dict[str, Any] | None = None
    """The peer of a replication, including its password."""
    unlisted: int = 0
    """How many more reads of a list omit it."""
    api: str | None = None
    """The API that created it, "sink" or "connector"; None: both APIs return it in any case."""
    keys_dropped: bool = False
    """Whether the stored keys are lost, so that a restart fails."""
    health: dict[str, list[tuple[int, Health | None]]] = dataclasses.field(default_factory=dict)
    """By half ("" for a task without halves): the metrics from a time (ms) on; None: no datapoints."""

    @property
    def topics(self) -> str:
        """The topics, or the regular expression if there are none."""
        return str(self.descriptor["topics"] or self.descriptor["topics_regex"])


@dataclasses.dataclass
class Connector:
    connector_id: str
    instance_id: str
    project_id: str
    tasks: dict[str, Task] = dataclasses.field(default_factory=dict)
    raised_to: int | None = None
    """The quota set by UpdateSinkTaskQuota."""

    def max_tasks(self, settings: Settings) -> int:
        return max(settings.max_tasks, self.raised_to or 0)

    def quota_tasks(self, settings: Settings) -> int:
        return max(settings.quota_tasks, self.raised_to or 0)

    def read_status(self, task: Task) -> str:
        """Return the status of a task, and advance its pending change by one read."""
        status = task.passing.pop(0) if task.passing else task.status
        if task.deleting and not task.passing:
            del self.tasks[task.task_id]
        return status

    def listed(self, api: str, settings: Settings) -> list[Task]:
        """The tasks in a list of this API, without those that still lag; each read shortens the lag."""
        shown = []
        for task in sorted_tasks(self):
            if not visible_in(task, api, settings):
                continue
            if task.unlisted:
                task.unlisted -= 1
            else:
                shown.append(task)
        return shown

    def delete(self, task: Task, passing: list[str]) -> None:
        """Delete a task, immediately or after reads have returned all statuses of `passing`."""
        if passing:
            task.passing, task.deleting = passing, True
        else:
            del self.tasks[task.task_id]


class World(AccessWorld, GroupWorld):
    """The state of all services."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.lock = threading.RLock()
        self._settings = settings
        self._clock = clock
        self._random = random.Random()  # noqa: S311 - ids, not secrets
        self.projects: dict[str, Project] = {}
        self.instances: dict[str, Instance] = {}
        self.connectors: dict[str, Connector] = {}
        self.users: dict[str, User] = {}
        self.access_keys: dict[str, AccessKey] = {}
        self.tokens: dict[str, Token] = {}
        self.agencies: list[Agency] = []
        self.buckets: list[dict[str, Any]] = []
        self.reset()

    def reset(self) -> None:
        """Restore the initial state: one project, one instance with its connector, no tasks."""
        with self.lock:
            # With a fixed seed, ids are the same in every run.
            self._random.seed(1)
            for table in (self.projects, self.instances, self.connectors, self.users, self.access_keys, self.tokens):
                table.clear()
            self.agencies.clear()
            self.users[USER_ID] = User(USER_ID, USER_NAME, PASSWORD, DOMAIN_ID, DOMAIN_NAME)
            self.users[ECS_USER_ID] = User(ECS_USER_ID, "ecs-agency", None, DOMAIN_ID, DOMAIN_NAME)
            self.access_keys[ACCESS_KEY] = AccessKey(ACCESS_KEY, SECRET_KEY, USER_ID)
            self.add_project(REGION, PROJECT_ID)
            self.add_instance(INSTANCE_NAME, instance_id=INSTANCE_ID, connector=CONNECTOR_ID)
            self.buckets.clear()
            self.add_bucket(str(DEFAULT_DESCRIPTOR["obs_bucket_name"]))

    def now(self) -> float:
        """The time of the simulator's clock in seconds since 1970."""
        return self._clock.now()

    def new_id(self) -> str:
        """A new id in the form of a UUID."""
        with self.lock:
            return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def new_hex(self) -> str:
        """A new id of 32 hexadecimal digits."""
        with self.lock:
            return f"{self._random.getrandbits(128):032x}"

    # -- identity ---------------------------------------------------------------------------------------------------

    def add_project(
        self,
        name: str,
        id: str | None = None,  # noqa: A002 - name of the field in IAM
        *,
        domain_name: str = DOMAIN_NAME,
    ) -> str:
        """Add a project of an account that has a user or an agency (else KeyError); returns the id of the project."""
        with self.lock:
            domain_id = {user.domain_name: user.domain_id for user in self.users.values()}[domain_name]
            project_id = id or self.new_hex()
            self.projects[project_id] = Project(project_id, name, domain_id)
            return project_id

    def add_agency(self, name: str, *, domain_name: str, callers: list[str] | None = None) -> Agency:
        """Add an agency of an account, which may be new. callers: ids of users; None: the sample user."""
        with self.lock:
            user_id = self.add_user(f"agency {name}", None, domain_name=domain_name)
            agency = Agency(name, user_id, [USER_ID] if callers is None else callers)
            self.agencies.append(agency)
            return agency

    def add_user(self, name: str, password: str | None, *, domain_name: str = DOMAIN_NAME) -> str:
        """Add a user; returns the id."""
        with self.lock:
            domains = {user.domain_name: user.domain_id for user in self.users.values()}
            domain_id = domains.get(domain_name) or self.new_hex()
            user = User(self.new_hex(), name, password, domain_id, domain_name)
            self.users[user.user_id] = user
            return user.user_id

    def add_temporary_keys(self, lifetime: float = 900.0, user_id: str = USER_ID) -> TemporaryKeys:
        """Create temporary keys of a user, valid for `lifetime` seconds."""
        with self.lock:
            keys = TemporaryKeys(
                f"TEMP{self.new_hex()[:16].upper()}",
                f"SampleTemporarySecret{self.new_hex()[:19]}",
                f"SampleSecurityToken{self.new_hex()}{self.new_hex()}==",
            )
            self.access_keys[keys.access_key] = AccessKey(
                keys.access_key, keys.secret_key, user_id, keys.security_token, self._clock.now() + lifetime
            )
            return keys

    def add_token(self, user_id: str = USER_ID, project_id: str = PROJECT_ID, lifetime: float | None = None) -> Token:
        """Create an IAM token of a user, scoped to a project ("" for none)."""
        with self.lock:
            text = f"SampleToken{self.new_hex()}{self.new_hex()}"
            seconds = self._settings.token_seconds if lifetime is None else lifetime
            token = Token(text, user_id, project_id, self._clock.now() + seconds)
            self.tokens[text] = token
            return token

    # -- instances and connectors -----------------------------------------------------------------------------------

    def add_instance(
        self,
        name: str,
        *,
        instance_id: str | None = None,
        connector: bool | str = True,
        status: str = "RUNNING",
        project_id: str = PROJECT_ID,
        **fields: Any,
    ) -> dict[str, Any]:
        """Add an instance, with a connector (of the given id) or without; `fields` override the returned fields.

        Returns all fields.
        """
        with self.lock:
            instance = Instance(project_id, _instance_fields(name, instance_id or self.new_id(), status))
            self.instances[instance.instance_id] = instance
            if connector:
                self.add_connector(instance.instance_id, connector_id=connector if isinstance(connector, str) else None)
            instance.fields.update(fields)
            return dict(instance.fields)

    def remove_instance(self, instance_id: str) -> None:
        """Remove an instance with its connector and tasks. Raises KeyError when there is none."""
        with self.lock:
            del self.instances[instance_id]
            for connector_id in [c.connector_id for c in self.connectors.values() if c.instance_id == instance_id]:
                del self.connectors[connector_id]

    def set_instance(self, instance_id: str, **fields: Any) -> None:
        """Change fields of an instance, for example its status."""
        with self.lock:
            self.instances[instance_id].fields.update(fields)

    def remove_connector(self, connector_id: str) -> None:
        """Switch Smart Connect off: remove a connector with its tasks. Raises KeyError when there is none."""
        with self.lock:
            instance = self.instances[self.connectors.pop(connector_id).instance_id]
            instance.fields.update(connector_enable=False, connector_id="", connector_node_num=0)

    def add_connector(self, instance_id: str, *, connector_id: str | None = None, nodes: int = 2) -> str:
        """Switch Smart Connect on. Returns the connector's id. Raises KeyError when there is no such instance."""
        with self.lock:
            instance = self.instances[instance_id]
            connector = Connector(connector_id or self.new_id(), instance_id, instance.project_id)
            self.connectors[connector.connector_id] = connector
            instance.fields.update(connector_enable=True, connector_id=connector.connector_id, connector_node_num=nodes)
            return connector.connector_id

    def add_bucket(self, name: str, **fields: Any) -> None:
        """Add an OBS bucket of the account; `fields` override those that ListObsBuckets returns."""
        with self.lock:
            bucket = {
                "bucketName": name,
                "creationDate": int(_CREATED_AT_MS),
                "location": REGION,
                "storageClass": "STANDARD",
                "bucketType": "OBJECT",
            }
            self.buckets.append({**bucket, **fields})

    # -- tasks ------------------------------------------------------------------------------------------------------

    def add_task(
        self,
        connector_id: str,
        task_name: str,
        *,
        task_id: str | None = None,
        status: str = "RUNNING",
        passing: list[str] | None = None,
        topics_info: list[dict[str, Any]] | None = None,
        source: dict[str, Any] | None = None,
        unlisted: int = 0,
        api: str | None = None,
        **descriptor: Any,
    ) -> str:
        """Add a task; `descriptor` holds fields of its obs_destination_descriptor. Returns the task's id.

        passing: statuses that the next reads return before `status`. source: the peer of a replication, whose
        descriptor only has `topics` and `topics_regex`. unlisted: how many reads of a list omit the task.
        api: "sink" or "connector" if only that API returns the task with `shared_tasks` off.
        """
        with self.lock:
            task = Task(
                task_id=task_id or self.new_id(),
                task_name=task_name,
                status=status,
                descriptor={**(DEFAULT_DESCRIPTOR if source is None else DEFAULT_TOPICS), **descriptor},
                create_time=int(self._clock.now() * 1000),
                passing=list(passing or []),
                topics_info=topics_info,
                source=source,
                unlisted=unlisted,
                api=api,
            )
            others = self.connectors[connector_id].tasks
            if self._settings.equal_create_times and others:
                task.create_time = next(reversed(others.values())).create_time
            if "topics_regex" in descriptor and "topics" not in descriptor:
                task.descriptor["topics"] = ""
            self.connectors[connector_id].tasks[task.task_id] = task
            return task.task_id

    def remove_task(self, connector_id: str, task_id: str) -> None:
        """Remove a task immediately. Raises KeyError when there is none."""
        with self.lock:
            del self.connectors[connector_id].tasks[task_id]

    def set_task(self, connector_id: str, task_id: str, **values: Any) -> None:
        """Change attributes of a task, for example its status. Raises AttributeError for an unknown one."""
        with self.lock:
            set_attributes("task", self.connectors[connector_id].tasks[task_id], values)

    def tasks(self, connector_id: str) -> list[dict[str, Any]]:
        """All tasks of a connector in order of creation, including OBS keys. Does not count as a read."""
        with self.lock:
            return [
                {
                    "task_id": task.task_id,
                    "task_name": task.task_name,
                    "status": task.status,
                    "create_time": task.create_time,
                    "passing": list(task.passing),
                    "deleting": task.deleting,
                    "obs_destination_descriptor": dict(task.descriptor),
                    "source_task": task.source and dict(task.source),
                }
                for task in sorted_tasks(self.connectors[connector_id])
            ]

    # -- topics -----------------------------------------------------------------------------------------------------

    def add_topic(self, instance_id: str, name: str, **values: Any) -> None:
        """Add a topic to an instance, or replace it; `values` are attributes of Topic, for example `partition`."""
        with self.lock:
            topic = Topic(name, created_at=int(self._clock.now() * 1000))
            set_attributes("topic", topic, values)
            self.instances[instance_id].topics[name] = topic

    def set_topic(self, instance_id: str, name: str, **values: Any) -> None:
        """Change attributes of a topic, for example its `messages`. Raises AttributeError for an unknown one."""
        with self.lock:
            set_attributes("topic", self.instances[instance_id].topics[name], values)

    def remove_topic(self, instance_id: str, name: str) -> None:
        """Remove a topic immediately. Raises KeyError when there is none."""
        with self.lock:
            del self.instances[instance_id].topics[name]
            self.instances[instance_id].access.forget_topic(name, self._settings)
            self.instances[instance_id].groups.forget_topic(name)

    def topics(self, instance_id: str) -> list[dict[str, Any]]:
        """All topics of an instance in order of creation. Does not count as a read."""
        with self.lock:
            return [dataclasses.asdict(topic) for topic in self.instances[instance_id].topics.values()]

    # -- background jobs and Cloud Eye ------------------------------------------------------------------------------

    def add_job(self, instance_id: str, name: str, status: str = "SUCCESS", *, job_id: str | None = None) -> str:
        """Add a background job to an instance. Returns its id."""
        with self.lock:
            now = self._clock.now()
            job = Job(job_id or self.new_id(), name, status, now, now)
            self.instances[instance_id].jobs.append(job)
            return job.job_id

    def finish_job(self, instance_id: str, job_id: str, status: str) -> None:
        """Set the status of a background job; does nothing if the job was deleted."""
        with self.lock:
            for job in self.instances[instance_id].jobs:
                if job.job_id == job_id:
                    job.status, job.updated_at = status, self._clock.now()

    def set_health(
        self,
        connector_id: str,
        task_id: str,
        *,
        status: float | None = 1,
        waiting: float = 0,
        rate: float = 60,
        delay: float = 100,
        at: int | None = None,
        half: int | None = None,
    ) -> None:
        """Set the metrics of a task in Cloud Eye from `at` (ms) on; without it, from its creation on.

        status: 1 normal, 0 abnormal, None: no datapoints. half: 0 or 1, one half of a two-way task; None: both.
        By default a task is normal.
        """
        with self.lock:
            task = self.connectors[connector_id].tasks[task_id]
            health = None if status is None else Health(status, waiting, rate, delay)
            for name in halves(task):
                if half is not None and name != f"_source_{half}":
                    continue
                history = task.health.setdefault(name, [(0, Health())]) if at is not None else []
                task.health[name] = sorted([*history, (at or 0, health)], key=lambda item: item[0])

    def add_point(self, instance_id: str, value: str, at: int, **metrics: float) -> None:
        """Add one datapoint of Cloud Eye, whether the task exists or not.

        value: value of the dimension `connector_task`. metrics: numbers by names of METRICS.
        """
        if set(metrics) - set(METRICS):
            raise ValueError(f"unknown metrics; there are {', '.join(METRICS)}")
        with self.lock:
            self.instances[instance_id].points.setdefault(value, []).append((at, metrics))

    def metric_values(self, instance_id: str) -> list[str]:
        """The values of the dimension `connector_task` for which Cloud Eye has metrics."""
        with self.lock:
            return list(dict.fromkeys([*self._tasks_by_dimension(instance_id), *self.instances[instance_id].points]))

    def datapoints(self, instance_id: str, value: str, metric: str, start: int, end: int) -> list[tuple[int, float]]:
        """The times (ms) and values of one metric from `start` to `end`."""
        with self.lock:
            settings = self._settings
            end = min(end, int((self._clock.now() - settings.metric_delay) * 1000))
            period = settings.metric_period * 1000
            found = {}
            for task, half in self._tasks_by_dimension(instance_id).get(value, ()):
                history = task.health.get(half, [(0, Health())])
                first = -(-max(start, task.create_time + settings.metric_start * 1000) // period)
                for number in range(first, end // period + 1):
                    health = [entry for since, entry in history if since <= number * period][-1:]
                    if (
                        health
                        and health[0] is not None
                        and not (settings.metric_gap and number % settings.metric_gap == 0)
                    ):
                        found[number * period] = health[0][list(METRICS).index(metric)]
            for time_ms, metrics in self.instances[instance_id].points.get(value, ()):
                if start <= time_ms <= end and metric in metrics:
                    found[time_ms] = metrics[metric]
            return sorted(found.items())

    def _tasks_by_dimension(self, instance_id: str) -> dict[str, list[tuple[Task, str]]]:
        """The tasks by value of the dimension; tasks of the same name share a value if it holds names."""
        found: dict[str, list[tuple[Task, str]]] = {}
        for connector in self.connectors.values():
            if connector.instance_id == instance_id:
                for task in sorted_tasks(connector):
                    name = task.task_name if self._settings.metric_dimension == "name" else task.task_id
                    for half in halves(task):
                        found.setdefault(name + half, []).append((task, half))
        return found

    def state(self) -> dict[str, Any]:
        """The whole state as JSON-serializable values, for the control API."""
        with self.lock:
            return {
                "projects": [dataclasses.asdict(project) for project in self.projects.values()],
                "instances": [
                    {
                        "project_id": instance.project_id,
                        **instance.fields,
                        "topics": self.topics(instance.instance_id),
                        "users": self.kafka_users(instance.instance_id),
                        "policies": self.policies(instance.instance_id),
                        "parameters": self.parameters(instance.instance_id),
                        "groups": self.groups(instance.instance_id),
                    }
                    for instance in self.instances.values()
                ],
                "connectors": [
                    {
                        "connector_id": connector.connector_id,
                        "instance_id": connector.instance_id,
                        "max_tasks": connector.max_tasks(self._settings),
                        "quota_tasks": connector.quota_tasks(self._settings),
                        "tasks": self.tasks(connector.connector_id),
                    }
                    for connector in self.connectors.values()
                ],
            }


def sorted_tasks(connector: Connector) -> list[Task]:
    """The tasks in order of creation, also within the same millisecond."""
    return sorted(connector.tasks.values(), key=lambda task: task.create_time)


def visible_in(task: Task, api: str, settings: Settings) -> bool:
    """Whether an API, "sink" or "connector", returns a task; replications are never sink tasks."""
    if api == "sink" and task.source is not None:
        return False
    return settings.shared_tasks or task.api in (None, api)


def halves(task: Task) -> tuple[str, ...]:
    """The suffixes that Cloud Eye appends to the name or id of a task: a two-way task has two sets of metrics."""
    two_way = task.source is not None and task.source.get("direction") == "two-way"
    return ("_source_0", "_source_1") if two_way else ("",)


METRICS = {
    "task_status": "",
    "kafka_wait_synchronize_data": "Count",
    "kafka_synchronize_rate": "Count/min",
    "message_delay": "ms",
}
DEFAULT_TOPICS: dict[str, Any] = {"topics": "topic-sample", "topics_regex": ""}
DEFAULT_DESCRIPTOR: dict[str, Any] = {
    **DEFAULT_TOPICS,
    "consumer_strategy": "latest",
    "destination_file_type": "TEXT",
    "access_key": "SAMPLEOBSACCESSKEY01",
    "secret_key": "SampleObsSecretKey",
    "obs_bucket_name": "sample-bucket",
    "obs_path": "",
    "partition_format": "yyyy/MM/dd/HH/mm",
    "record_delimiter": "\n",
    "deliver_time_interval": 300,
}


def _instance_fields(name: str, instance_id: str, status: str) -> dict[str, Any]:
    return {
        "name": name,
        "engine": "kafka",
        "engine_version": "2.7",
        "description": "",
        "specification": "100MB",
        "storage_space": 300,
        "partition_num": "750",
        "used_storage_space": 6,
        "connect_address": "192.0.2.11,192.0.2.12,192.0.2.13",
        "port": 9092,
        "status": status,
        "instance_id": instance_id,
        "resource_spec_code": "",
        "charging_mode": 1,
        "vpc_id": "33333333-3333-4333-8333-333333333333",
        "vpc_name": "vpc-sample",
        "created_at": _CREATED_AT_MS,
        "subnet_name": "subnet-sample",
        "subnet_cidr": "192.0.2.0/24",
        "subnet_id": "44444444-4444-4444-8444-444444444444",
        "user_id": USER_ID,
        "user_name": USER_NAME,
        "maintain_begin": "02:00:00",
        "maintain_end": "06:00:00",
        "enable_publicip": False,
        "ssl_enable": False,
        "kafka_security_protocol": "PLAINTEXT",
        "enterprise_project_id": "0",
        "is_logical_volume": True,
        "extend_times": 0,
        "enable_auto_topic": True,
        "type": "cluster",
        "product_id": "c6.2u4g.cluster",
        "security_group_id": "55555555-5555-4555-8555-555555555555",
        "security_group_name": "default",
        "available_zones": ["66666666666666666666666666666666"],
        "total_storage_space": 300,
        "storage_spec_code": "dms.physical.storage.ultra.v2",
        "service_type": "advanced",
        "storage_type": "hec",
        "retention_policy": "time_base",
        "connector_enable": False,
        "connector_id": "",
        "connector_node_num": 0,
        "support_features": "kafka.crossvpc.domain.enable,feature.connect.enable",
        "disk_encrypted": False,
        "node_num": 3,
        "broker_num": 3,
        "new_spec_billing_enable": True,
        "tags": [],
    }
