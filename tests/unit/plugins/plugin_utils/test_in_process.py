# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import types
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.action.huaweicloud_kafka_sink_task import ActionModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client import library
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.settings import Settings
from ansible_collections.huaweicloud.kafka.plugins.plugin_utils import in_worker
from ansible_collections.huaweicloud.kafka.tests.unit.sink_tasks import (
    CONNECTION,
    CREATE,
    DELETE,
    LIST,
    SHOW,
    TASKS,
    absent,
    body,
    created,
    details,
    listed,
    present,
    shown,
    tasks,
    without_keys,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import Clock, Service, refusal

ORDERS = listed()


class Display:
    """Keeps what would be shown."""

    def __init__(self) -> None:
        self.verbosity = 0
        self.shown: list[tuple[int, str, str | None]] = []

    def v(self, text: str, host: str | None = None) -> None:
        self.shown.append((1, text, host))

    def vvv(self, text: str, host: str | None = None) -> None:
        self.shown.append((3, text, host))


class Normal:
    """Stands in for the action that runs ordinary modules."""

    result: t.ClassVar[dict[str, t.Any]] = {"changed": True, "ran": "as a module"}

    def __init__(self) -> None:
        self.asked_for: list[t.Any] = []
        self.task_vars: list[t.Any] = []

    def get(self, name: str, **given: t.Any) -> Normal:
        self.asked_for.append((name, given))
        return self

    def run(self, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        self.task_vars.append(task_vars)
        return self.result


class Worker:
    """An Ansible worker as far as the action looks at it: a task without any keyword, on a local connection."""

    def __init__(self) -> None:
        self.normal = Normal()
        self.task = types.SimpleNamespace(
            action="huaweicloud.kafka.huaweicloud_kafka_sink_task",
            args={},
            async_val=0,
            environment=[{}],
            check_mode=False,
            no_log=False,
            diff=False,
            _uuid="task-1",
        )
        self.connection = types.SimpleNamespace(transport="local", become=None)
        self.play_context = types.SimpleNamespace(become=False, remote_addr="localhost")
        self.templar = types.SimpleNamespace(template=lambda value: {"{{ off }}": "no"}.get(value, value))
        self.task_vars: dict[str, t.Any] = {}

    def run(self, **options: t.Any) -> dict[str, t.Any]:
        if options:
            self.task.args = {**CONNECTION, **options}
        shared = types.SimpleNamespace(action_loader=self.normal)
        action = ActionModule(self.task, self.connection, self.play_context, None, self.templar, shared)
        action._shared_loader_obj = shared  # later ansible-core takes its own, whatever it is given
        return t.cast("dict[str, t.Any]", action.run(task_vars=self.task_vars))


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Display:
    display = Display()
    monkeypatch.setattr(in_worker, "display", display)
    return display


@pytest.fixture
def worker(display: Display, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Worker]:
    monkeypatch.delenv("HUAWEICLOUD_KAFKA_IN_WORKER", raising=False)
    yield Worker()
    in_worker._connections.close()
    in_worker._connections._task = None


@pytest.fixture
def made(clock: Clock, service: Service, monkeypatch: pytest.MonkeyPatch) -> list[Client]:
    """The connections that were made to the scripted service."""
    clients: list[Client] = []

    def connect(settings: Settings) -> Client:
        clients.append(Client(settings, sleep=clock.sleep))
        return clients[-1]

    monkeypatch.setattr(in_worker, "connect", connect)
    return clients


# Where it runs.

HANDED_OVER = {
    "another connection": (lambda worker: setattr(worker.connection, "transport", "ssh"), "the connection is ssh"),
    "become": (lambda worker: setattr(worker.play_context, "become", True), "it uses become"),
    "a become plugin": (lambda worker: setattr(worker.connection, "become", object()), "it uses become"),
    "async": (lambda worker: setattr(worker.task, "async_val", 10), "it uses async"),
    "environment": (lambda worker: setattr(worker.task, "environment", [{"A": "b"}]), "it sets environment variables"),
    "environment of a block": (
        lambda worker: setattr(worker.task, "environment", [{}, {"A": "b"}]),
        "it sets environment variables",
    ),
    "environment as text": (
        lambda worker: setattr(worker.task, "environment", ["{{ proxy_env }}"]),
        "it sets environment variables",
    ),
    "the variable": (
        lambda worker: worker.task_vars.update(huaweicloud_kafka_in_worker=False),
        "huaweicloud_kafka_in_worker is off",
    ),
    "the variable as text": (
        lambda worker: worker.task_vars.update(huaweicloud_kafka_in_worker="no"),
        "huaweicloud_kafka_in_worker is off",
    ),
    "the variable as a template": (
        lambda worker: worker.task_vars.update(huaweicloud_kafka_in_worker="{{ off }}"),
        "huaweicloud_kafka_in_worker is off",
    ),
}


@pytest.mark.parametrize("name", HANDED_OVER)
def test_is_handed_over(worker: Worker, display: Display, made: list[Client], name: str) -> None:
    change, reason = HANDED_OVER[name]
    change(worker)
    assert worker.run(**absent(task_id="t-1")) is Normal.result
    assert worker.normal.task_vars == [worker.task_vars]
    name_, given = worker.normal.asked_for[0]
    assert name_ == "ansible.legacy.normal"
    assert (given["task"], given["connection"], given["play_context"]) == (
        worker.task,
        worker.connection,
        worker.play_context,
    )
    assert display.shown == [
        (3, f"huaweicloud.kafka.huaweicloud_kafka_sink_task runs as a module: {reason}", "localhost")
    ]
    assert made == []


@pytest.mark.parametrize("value", ["0", "no", "false", " off "])
def test_a_variable_of_the_environment_turns_it_off(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_KAFKA_IN_WORKER", value)
    assert worker.run(**absent(task_id="t-1")) is Normal.result


def test_a_controller_without_requests_hands_over(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MISSING", ImportError("No module named 'requests'", name="requests"))
    assert worker.run(**absent(task_id="t-1")) is Normal.result


STAYS = {
    "nothing set": lambda worker: None,
    "empty environments": lambda worker: setattr(worker.task, "environment", [{}, {}, None]),
    "no environment": lambda worker: setattr(worker.task, "environment", None),
    "the variable": lambda worker: worker.task_vars.update(huaweicloud_kafka_in_worker="yes"),
}


@pytest.mark.parametrize("name", STAYS)
def test_stays_in_the_worker(worker: Worker, service: Service, made: list[Client], name: str) -> None:
    STAYS[name](worker)
    service.expect((LIST, tasks()))
    assert worker.run(**absent(task_id="t-1"))["changed"] is False
    assert worker.normal.asked_for == []


def test_the_variable_comes_before_the_environment(
    worker: Worker, service: Service, made: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_KAFKA_IN_WORKER", "no")
    worker.task_vars["huaweicloud_kafka_in_worker"] = True
    service.expect((LIST, tasks()))
    assert worker.run(**absent(task_id="t-1"))["changed"] is False


@pytest.mark.parametrize("value", ["", " "])
def test_a_blank_variable_of_the_environment_is_none(
    worker: Worker, service: Service, made: list[Client], monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_KAFKA_IN_WORKER", value)
    service.expect((LIST, tasks()))
    assert worker.run(**absent(task_id="t-1"))["changed"] is False


# What comes of it.


def test_the_result_is_that_of_the_module(worker: Worker, service: Service, made: list[Client]) -> None:
    worker.task.diff = True
    worker.task_vars["ansible_inject_invocation"] = True  # what ansible-core before 2.21 always does
    service.expect((LIST, tasks(ORDERS)), (DELETE, 204), (LIST, tasks()))
    result = worker.run(**absent(task_id="t-1"))
    invocation = result.pop("invocation")["module_args"]
    assert result == {"changed": True, "sink_task": ORDERS, "diff": {"before": ORDERS, "after": {}}}
    assert invocation["task_id"] == "t-1"
    assert invocation["wait_timeout"] == 300
    assert invocation["secret_key"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert invocation["task_name"] is None


def test_check_mode_is_that_of_the_task(worker: Worker, service: Service, made: list[Client]) -> None:
    worker.task.check_mode = True
    service.expect((LIST, tasks()))
    result = worker.run(**present())
    assert (result["changed"], result["sink_task"]) == (True, without_keys(body()))


def test_no_secret_leaves_the_worker(worker: Worker, service: Service, made: list[Client]) -> None:
    told = "SK-secret, OBS-AK-secret and OBS-SK-secret"
    service.expect((LIST, tasks()), (CREATE, body(), refusal(400, "DMS.1", told, X_Request_Id=told)))
    result = worker.run(**present())
    assert result["failed"] is True
    assert "secret" not in str(result).replace("secret_key", "")


def test_the_invocation_can_be_left_out(
    worker: Worker, service: Service, made: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_worker.config, "get_config_value", lambda name, variables: name != "INJECT_INVOCATION")
    service.expect((LIST, tasks()))
    assert worker.run(**absent(task_id="t-1")) == {"changed": False}


@pytest.mark.parametrize(
    ("options", "msg"),
    [
        ({"state": "gone"}, "value of state must be one of: present, absent, got: gone"),
        ({"task_id": None}, "one of the following is required: task_id, task_name"),
        ({"connector_id": None}, "one of the following is required: connector_id, instance_id, instance_name"),
        ({"instance_id": "i-1"}, "parameters are mutually exclusive: connector_id|instance_id|instance_name"),
        ({"timeout": "soon"}, "'timeout'"),
        (
            {"taskid": "t-1"},
            "Unsupported parameters for (huaweicloud.kafka.huaweicloud_kafka_sink_task) module: taskid.",
        ),
    ],
)
def test_bad_options_fail_as_in_a_module(
    worker: Worker, made: list[Client], options: dict[str, t.Any], msg: str
) -> None:
    given = {name: value for name, value in {**absent(task_id="t-1"), **options}.items() if value is not None}
    result = worker.run(**given)
    assert result["failed"] is True
    assert msg in result["msg"]
    assert "SK-secret" not in str(result)
    assert made == []


@pytest.mark.parametrize("secret", ["failed", "changed", "a", "ed"])
def test_flags_stay_whatever_the_secret_is(worker: Worker, made: list[Client], secret: str) -> None:
    result = worker.run(**{**absent(task_id="../x"), "secret_key": secret})
    assert (result.get("failed"), result.get("changed")) == (True, False)


def test_the_environment_is_read_at_the_task(
    worker: Worker, service: Service, made: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    for access_key in ("AK1", "AK2"):
        monkeypatch.setenv("HW_ACCESS_KEY", access_key)
        monkeypatch.setenv("HW_SECRET_KEY", "SK-secret")
        service.expect((LIST, tasks()))
        worker.task.args = {**CONNECTION, **absent(task_id="t-1")}
        del worker.task.args["access_key"], worker.task.args["secret_key"]
        worker.run()
        assert f"Access={access_key}," in service.requests[-1].headers["Authorization"]


class Vaulted:
    """A text from a vault, as Ansible before 2.19 has it."""

    def __str__(self) -> str:
        return "OBS-SK-secret"


def test_a_value_from_a_vault_is_text(worker: Worker, service: Service, made: list[Client]) -> None:
    options = present()
    options["obs_destination_descriptor"] = {**options["obs_destination_descriptor"], "secret_key": Vaulted()}
    service.expect((LIST, tasks()), (CREATE, body(), created()), (SHOW, details()))
    result = worker.run(**options)
    assert (result["changed"], result["sink_task"]) == (True, shown())


def test_an_option_that_is_given_twice_is_warned_of_as_in_a_module(
    worker: Worker, service: Service, made: list[Client]
) -> None:
    service.expect((LIST, tasks()))
    result = worker.run(**absent(task_name="orders", name="orders"))
    assert result["warnings"] == ["Both option task_name and its alias name are set."]


# The connections of a task.


def test_the_items_of_a_loop_share_a_connection(worker: Worker, service: Service, made: list[Client]) -> None:
    for task_id in ("t-1", "t-2", "t-3"):
        service.expect((LIST, tasks()))
        worker.run(**absent(task_id=task_id))
    assert len(made) == 1
    assert not service.closed


@pytest.mark.parametrize("change", [{"secret_key": "SK-other-secret"}, {"timeout": 7}, {"endpoint": "https://other"}])
def test_other_settings_have_a_connection_of_their_own(
    worker: Worker, service: Service, made: list[Client], change: dict[str, t.Any]
) -> None:
    for options in ({}, change, {}):
        line = LIST.replace("GET ", f"GET {change['endpoint']}") if options and "endpoint" in change else LIST
        service.expect((line, tasks()))
        worker.run(**{**absent(task_id="t-1"), **options})
    assert len(made) == 2


def test_equal_texts_of_another_kind_of_credentials_have_a_connection_of_their_own(
    worker: Worker, service: Service, made: list[Client]
) -> None:
    keys = {"access_key": "A", "secret_key": "B-secret", "security_token": "C"}
    password = {"access_key": None, "secret_key": None, "username": "A", "password": "B-secret", "domain_name": "C"}
    service.expect((LIST, tasks()))
    worker.run(**absent(task_id="t-1"), **keys)
    # Without an address of IAM the second one fails before a request, but it is not the first one's connection.
    worker.run(**absent(task_id="t-1"), **{**password, "iam_endpoint": "https://127.0.0.1:1", "project_id": "x" * 32})
    assert len(made) == 1
    assert "Authorization" in service.requests[0].headers


def test_the_next_task_closes_what_the_last_one_has_left(worker: Worker, service: Service, made: list[Client]) -> None:
    service.expect((LIST, tasks()), (LIST, tasks()))
    worker.run(**absent(task_id="t-1"))
    worker.task._uuid = "task-2"
    worker.run(**absent(task_id="t-1"))
    assert len(made) == 2
    assert service.closed
    assert list(in_worker._connections._open.values()) == [made[1]]


def test_nothing_is_left_of_a_task_that_needed_no_connection(
    worker: Worker, service: Service, made: list[Client]
) -> None:
    service.expect((LIST, tasks()))
    worker.run(**absent(task_id="t-1"))
    worker.task._uuid = "task-2"
    worker.run(**absent(task_id="../x"))
    assert in_worker._connections._open == {}


# What is shown.


def test_nothing_is_shown_without_being_asked_for(
    worker: Worker, display: Display, service: Service, made: list[Client]
) -> None:
    service.expect((LIST, tasks(ORDERS)), (DELETE, 204), (LIST, tasks(ORDERS)), (LIST, tasks()))
    worker.run(**absent(task_id="t-1"))
    assert display.shown == []


def test_v_shows_each_look_of_a_wait(worker: Worker, display: Display, service: Service, made: list[Client]) -> None:
    display.verbosity = 1
    service.expect((LIST, tasks(ORDERS)), (DELETE, 204), (LIST, tasks(ORDERS)), (LIST, tasks(ORDERS)), (LIST, tasks()))
    worker.run(**absent(task_id="t-1", wait_timeout=60))
    assert display.shown == [
        (1, "waiting: status RUNNING, 60 s left", "localhost"),
        (1, "waiting: status RUNNING, 60 s left", "localhost"),
    ]


def test_vvv_shows_each_request_and_no_secret(
    worker: Worker, display: Display, service: Service, made: list[Client]
) -> None:
    display.verbosity = 3
    told = refusal(403, "DMS.00403003", "SK-secret", X_Request_Id="r-1")
    service.expect((LIST, tasks(ORDERS)), (DELETE, "the connection broke off"), (DELETE, told), (LIST, tasks(ORDERS)))
    worker.run(**absent(task_id="t-1"))
    assert display.shown == [
        (3, f"GET {TASKS}: 200 in 0 ms", "localhost"),
        (3, f"DELETE {TASKS}/t-1: the connection broke off in 0 ms", "localhost"),
        (3, f"DELETE {TASKS}/t-1: 403 DMS.00403003 in 0 ms (request id r-1)", "localhost"),
        (3, f"GET {TASKS}: 200 in 0 ms", "localhost"),
    ]


def test_no_log_hides_the_requests_and_the_looks(
    worker: Worker, display: Display, service: Service, made: list[Client]
) -> None:
    display.verbosity = 3
    worker.task.no_log = True
    service.expect((LIST, tasks(ORDERS)), (DELETE, 204), (LIST, tasks(ORDERS)), (LIST, tasks()))
    assert worker.run(**absent(task_id="t-1", wait_timeout=60))["changed"]
    assert display.shown == []
