# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that run in-process, with a service on loopback that module processes can use, too."""

from __future__ import annotations

import datetime
import http.server
import importlib
import json
import logging
import threading
import types
import typing as t
from pathlib import Path

import pytest
from ansible.module_utils.common import json as serialization
from ansible.utils.display import Display
from ansible_collections.huaweicloud.kafka.plugins.action import huaweicloud_kafka_sink_task as action
from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import library
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.redact import MASK
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task as module
from ansible_collections.huaweicloud.kafka.plugins.plugin_utils import in_process
from ansible_collections.huaweicloud.kafka.tests.unit.samples import (
    DELETE,
    LIST,
    absent,
    body,
    created,
    details,
    listed,
    present,
    tasks,
    without_keys,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID, Reply, error_reply, reply, run_python

ACTION = "huaweicloud.kafka.huaweicloud_kafka_sink_task"
ORDERS = listed()


class Loopback(http.server.ThreadingHTTPServer):
    """Returns the responses that were set, in their order; the last one is repeated."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lines: list[str] = []
        self.bodies: list[t.Any] = []
        self.headers: list[t.Any] = []
        self.connections: set[t.Any] = set()
        self.replies: list[Reply] = [tasks()]
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _respond(self) -> None:
        server = t.cast("Loopback", self.server)
        server.connections.add(self.client_address)
        server.lines.append(f"{self.command} {self.path}")
        server.headers.append(self.headers)
        server.bodies.append(json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null"))
        response = server.replies[0] if len(server.replies) == 1 else server.replies.pop(0)
        self.send_response(response.status)
        for name, value in {**response.headers, "Content-Length": str(len(response.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body)

    do_GET = do_POST = do_DELETE = _respond  # noqa: N815 - names of the base class

    def log_message(self, *arguments: t.Any) -> None:
        pass


class Process:
    """Replaces Ansible's action ``normal``; if *result* is None, it runs the module in a process."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.calls: list[tuple[str, t.Any]] = []
        self.result: dict[str, t.Any] | None = {"changed": True, "ran": "in a process"}
        self.task_vars: dict[str, t.Any] = {}

    def get(self, name: str, **given: t.Any) -> Process:
        self.calls.append((name, given))
        return self

    def run(self, task_vars: dict[str, t.Any]) -> dict[str, t.Any]:
        self.task_vars = task_vars
        if self.result is not None:
            return self.result
        task = self.worker.task
        args = {**task.args, "_ansible_check_mode": task.check_mode, "_ansible_diff": task.diff}
        done = run_python("-m", module.__name__, stdin=json.dumps({"ANSIBLE_MODULE_ARGS": args}))
        result = t.cast("dict[str, t.Any]", json.loads(done.stdout))
        # ansible-core 2.22 removes these from the result; in-process, the validation registers them.
        result.pop("_ansible_new_secrets", None)
        return result


class Worker:
    """The part of an Ansible worker that the action uses: a task without keywords, on a local connection."""

    def __init__(self, service: Loopback) -> None:
        self.service = service
        self.process = Process(self)
        self.task = types.SimpleNamespace(
            action=ACTION,
            args={},
            async_val=0,
            environment=[{}],
            check_mode=False,
            no_log=False,
            diff=False,
            _uuid=object(),
        )
        self.connection = types.SimpleNamespace(transport="local", become=None, _connect=lambda: None)
        self.play_context = types.SimpleNamespace(become=False, remote_addr="localhost")
        self.templar = types.SimpleNamespace(template=lambda value: {"{{ off }}": "no"}.get(value, value))
        self.task_vars: dict[str, t.Any] = {}
        self.invocation: t.Any = None
        self.options = {
            "endpoint": service.url,
            "project_id": PROJECT_ID,
            "access_key": "AK",
            "secret_key": "SK-secret",
            "max_retries": 0,
        }

    def run(self, options: dict[str, t.Any] | None = None, *replies: Reply, **more: t.Any) -> dict[str, t.Any]:
        """Run the task with *options*; ``None`` removes one."""
        given = {**self.options, **(absent(task_id="t-1") if options is None else options), **more}
        self.task.args = {name: value for name, value in given.items() if value is not None}
        self.service.replies = list(replies) or [tasks()]
        shared = types.SimpleNamespace(action_loader=self.process)
        plugin = action.ActionModule(self.task, self.connection, self.play_context, None, self.templar, shared)
        plugin._shared_loader_obj = shared  # newer ansible-core ignores the argument
        result = t.cast("dict[str, t.Any]", plugin.run(task_vars=self.task_vars))
        self.invocation = result.pop("invocation", None)
        return result

    def use_module_process(self) -> None:
        """Run the next tasks in module processes."""
        self.task_vars["huaweicloud_kafka_in_worker"] = False


@pytest.fixture
def service() -> t.Iterator[Loopback]:
    with Loopback() as service:
        yield service
        service.shutdown()


@pytest.fixture
def worker(service: Loopback) -> Worker:
    return Worker(service)


# --- where the task runs ---------------------------------------------------------------------------------------------

MODULE_PROCESS: dict[str, tuple[t.Callable[[Worker], t.Any], str]] = {
    "another connection": (lambda worker: setattr(worker.connection, "transport", "ssh"), "the connection is ssh"),
    "become": (lambda worker: setattr(worker.play_context, "become", True), "it uses become"),
    "a become plugin": (lambda worker: setattr(worker.connection, "become", object()), "it uses become"),
    "async": (lambda worker: setattr(worker.task, "async_val", 10), "it uses async"),
    **{
        f"environment {value}": (
            lambda worker, value=value: setattr(worker.task, "environment", value),  # type: ignore[misc]
            "it sets environment variables",
        )
        for value in ([{"A": "b"}], [{}, {"A": "b"}], ["{{ proxy_env }}"])
    },
    **{
        f"the variable {value!r}": (
            lambda worker, value=value: worker.task_vars.update(huaweicloud_kafka_in_worker=value),  # type: ignore[misc]
            "huaweicloud_kafka_in_worker is off",
        )
        for value in (False, "no", "{{ off }}")
    },
}


@pytest.mark.parametrize("name", MODULE_PROCESS)
def test_task_runs_in_a_module_process(
    worker: Worker, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Display(), "verbosity", 3)
    change, reason = MODULE_PROCESS[name]
    change(worker)
    assert worker.run() == worker.process.result
    ((name_, given),) = worker.process.calls
    assert name_ == "ansible.legacy.normal"
    assert (given["task"], given["connection"]) == (worker.task, worker.connection)
    assert f"{ACTION} runs as a module: {reason}" in capsys.readouterr().out
    assert worker.service.lines == []


@pytest.mark.parametrize("value", ["0", "no", "false", " off "])
def test_environment_variable_selects_a_module_process(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_KAFKA_IN_WORKER", value)
    assert worker.run() == worker.process.result
    worker.task_vars["huaweicloud_kafka_in_worker"] = True  # the variable has precedence
    assert worker.run() == {"changed": False}


def test_task_runs_in_a_module_process_if_requests_is_missing(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "MISSING", ImportError("No module named 'requests'", name="requests"))
    assert worker.run() == worker.process.result


@pytest.mark.parametrize("environment", [None, [], [{}], [{}, {}, None]])
@pytest.mark.parametrize("variable", [None, "yes"])
@pytest.mark.parametrize("blank", ["", " "])
def test_task_runs_in_process_otherwise(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, environment: t.Any, variable: str | None, blank: str
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_KAFKA_IN_WORKER", blank)
    worker.task.environment = environment
    worker.task_vars["huaweicloud_kafka_in_worker"] = variable
    assert worker.run() == {"changed": False}
    assert worker.process.calls == []


# --- the result ------------------------------------------------------------------------------------------------------

GONE = (tasks(ORDERS), reply(204), tasks())
DESCRIBED = (tasks(), created(), tasks(ORDERS), details())
ECHOED = error_reply(400, "DMS.1", "SK-secret, OBS-AK-secret and OBS-SK-secret", X_Request_Id="SK-secret")
COMPARED: dict[str, tuple[dict[str, t.Any], tuple[Reply, ...], dict[str, bool]]] = {
    "deleted": (absent(task_id="t-1"), GONE, {"diff": True}),
    "created": (present(), DESCRIBED, {"diff": True}),
    "check mode": (present(), (tasks(),), {"check_mode": True, "diff": True}),
    "secrets in the response": (present(), (tasks(), ECHOED), {}),
    "a warning": (absent(task_id="t-1"), (error_reply(404, "DMS.00404024"),), {}),
    "option and alias": (absent(task_name="orders", name="orders"), (tasks(),), {}),
    "an invalid suboption": (present({"bucket": "x"}), (tasks(),), {}),
    "a secret that is a part of other words": (
        {**absent(task_id="t-1"), "secret_key": "ed"}, (tasks(ORDERS),), {"check_mode": True},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", COMPARED)
def test_result_equals_that_of_a_module_process(worker: Worker, name: str) -> None:
    options, replies, keywords = COMPARED[name]
    for keyword, value in keywords.items():
        setattr(worker.task, keyword, value)
    worker.process.result = None
    in_worker = worker.run(options, *replies)
    lines, bodies = list(worker.service.lines), list(worker.service.bodies)
    worker.service.lines.clear()
    worker.service.bodies.clear()
    worker.use_module_process()
    in_module = worker.run(options, *replies)
    assert worker.process.calls
    assert (lines, bodies) == (worker.service.lines, worker.service.bodies)
    assert "-secret" not in json.dumps([in_worker, in_module])
    assert comparable(in_worker) == comparable(in_module)


def comparable(result: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return *result* without the parts that differ because of the test."""
    # Newer ansible-core returns warnings with their origin; users see only their text.
    warnings = [
        warning if isinstance(warning, str) else warning["event"]["msg"] for warning in result.get("warnings", [])
    ]
    kept = {name: value for name, value in result.items() if name not in ("exception", "deprecations")}
    # In a process that Ansible did not start, the name of the module is missing.
    msg = str(result.get("msg")).replace(f"({ACTION})", "(basic.py)")
    return {**kept, "msg": msg, "warnings": warnings}


@pytest.mark.parametrize("process", [True, False])
def test_module_warns_of_options_as_they_are_set(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, process: bool
) -> None:
    worker.process.result = None
    if process:
        worker.use_module_process()
    worker.task.check_mode = True
    null = present()
    null["obs_destination_descriptor"]["record_delimiter"] = None
    (warning,) = worker.run(null, tasks())["warnings"]
    assert "record_delimiter is null" in warning
    # A module that does not say so does not warn.
    monkeypatch.setattr(module.MODULE, "warn", KafkaModule(print).warn)
    assert not worker.run(null, tasks()).get("warnings")


def test_unsupported_options_fail(worker: Worker) -> None:
    result = worker.run(absent(task_id="t-1", tsk_id="t-1"))
    assert result["failed"] is True
    assert f"Unsupported parameters for ({ACTION}) module: tsk_id" in result["msg"]
    assert worker.service.lines == []


SECRET = "a-typed-secret"
WRONG: dict[str, dict[str, t.Any]] = {
    "option": {"new_password": SECRET},
    "option of an option": {"assume_role": {"agency_name": "ops", "domain_name": "d", "password": SECRET}},
    "option of an entry": {"entries": [{"secretkey": SECRET}]},
    "list as an entry": {"entries": [["x", SECRET]]},
    "text as an entry": {"entries": ["secret_key: " + SECRET]},
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.parametrize("process", [False, True])
def test_value_of_an_option_that_does_not_exist_is_not_shown(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, case: str, process: bool
) -> None:
    """It can be a secret, and Ansible does not know that."""
    entries = {"type": "list", "elements": "dict", "options": {"secret_key": {"type": "str", "no_log": True}}}
    spec = ArgumentSpec({**module.MODULE.spec.argument_spec, "entries": entries})
    monkeypatch.setattr(action.ActionModule, "module", KafkaModule(print, spec))
    if process:
        worker.use_module_process()
        shown = {**worker.options, **WRONG[case]}
        worker.process.result = {"failed": True, "msg": "Unsupported", "invocation": {"module_args": shown}}
    worker.task_vars["ansible_inject_invocation"] = True
    result = worker.run(**WRONG[case])
    assert result["failed"] is True
    assert SECRET not in json.dumps([result, worker.invocation])
    assert worker.service.lines == []


@pytest.mark.parametrize("secret", ["failed", "changed", "a", "ed"])
def test_flags_are_kept_with_any_secret(worker: Worker, secret: str) -> None:
    result = worker.run(absent(task_id="../x"), secret_key=secret)
    assert (result["failed"], result["changed"]) == (True, False)


def test_invocation_has_no_secret(worker: Worker) -> None:
    worker.task_vars["ansible_inject_invocation"] = True  # always true before ansible-core 2.21
    worker.run()
    shown = worker.invocation["module_args"]
    assert (shown["task_id"], shown["task_name"], shown["wait_timeout"]) == ("t-1", None, 300)
    # ansible-core before 2.22 has a text of its own.
    assert shown["secret_key"] in ("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER", MASK)


def test_module_process_does_not_log_its_options(worker: Worker) -> None:
    """Ansible logs them to syslog as one text, and masks no secret in it that has a backslash."""
    worker.use_module_process()
    worker.run()
    assert worker.process.task_vars["ansible_no_target_syslog"] is True
    assert "ansible_no_target_syslog" not in worker.task_vars


def test_check_mode_of_the_task_is_used(worker: Worker) -> None:
    worker.task.check_mode = True
    assert worker.run(present())["sink_task"] == without_keys(body())
    assert worker.service.lines == [LIST]


def test_environment_is_read_for_each_task(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    for access_key in ("AK1", "AK2"):
        monkeypatch.setenv("HW_ACCESS_KEY", access_key)
        monkeypatch.setenv("HW_SECRET_KEY", "SK-secret")
        worker.run(access_key=None, secret_key=None)
        assert f"Access={access_key}," in worker.service.headers[-1]["Authorization"]


# Values of unquoted YAML scalars, and their text in a module process.
SCALARS: list[tuple[t.Any, str]] = [
    (datetime.date(2026, 1, 1), "2026-01-01"),
    (datetime.datetime(2026, 1, 1, 10, 0), "2026-01-01T10:00:00"),  # noqa: DTZ001 - YAML has no time zone here
    (datetime.datetime(2026, 1, 1, 10, 0, tzinfo=datetime.timezone.utc), "2026-01-01T10:00:00+00:00"),
    (1.5, "1.5"),
    (1e22, "1e+22"),
    (10**30, str(10**30)),
    (8, "8"),
    (True, "True"),
]


@pytest.mark.parametrize(("value", "text"), SCALARS)
def test_scalar_becomes_text_as_in_a_module_process(worker: Worker, value: t.Any, text: str) -> None:
    assert worker.run(absent(task_name=value), tasks(listed(name=text)), reply(204), tasks())["changed"] is True


def test_set_becomes_a_list(worker: Worker) -> None:
    worker.task.check_mode = True
    if not hasattr(serialization, "get_module_encoder"):
        # ansible-core before 2.19 can't pass a set to a module process either.
        with pytest.raises(TypeError):
            worker.run(present({"topics": {"orders"}}))
        return
    result = worker.run(present({"topics": {"orders"}}))
    assert result["sink_task"]["obs_destination_descriptor"]["topics"] == "orders"


# --- connections of loop items ---------------------------------------------------------------------------------------


def test_items_share_a_connection(worker: Worker) -> None:
    for task_id in ("t-1", "t-2", "t-3"):
        worker.run(absent(task_id=task_id))
    assert len(worker.service.connections) == 1


@pytest.mark.parametrize("other", [{"secret_key": "SK-other-secret"}, {"timeout": 7}, {"max_retries": 1}])
def test_other_settings_use_another_connection(worker: Worker, other: dict[str, t.Any]) -> None:
    for options in ({}, other, {}):
        worker.run(**options)
    assert len(worker.service.connections) == 2


def test_other_type_of_credentials_uses_another_connection(worker: Worker) -> None:
    """Even if their values are equal."""
    worker.run(access_key="A", secret_key="B-secret", security_token="C")
    worker.run(
        access_key=None, secret_key=None, username="A", password="B-secret", domain_name="C",
        iam_endpoint=worker.service.url,
    )  # fmt: skip
    assert len(worker.service.connections) == 2
    assert worker.service.lines[1].startswith("POST /v3/auth/tokens")


def test_next_task_uses_new_connections(worker: Worker) -> None:
    worker.run()
    worker.task._uuid = object()
    worker.run()
    assert len(worker.service.connections) == 2


def test_secrets_of_one_item_are_not_redacted_in_the_next(worker: Worker) -> None:
    worker.task.check_mode = True
    for keys, shown in (({"secret_key": "archive"}, "********"), ({}, "archive")):
        result = worker.run(present(keys))
        assert result["sink_task"]["obs_destination_descriptor"]["obs_bucket_name"] == shown


# --- rejected credentials --------------------------------------------------------------------------------------------

REJECTED = error_reply(401, "APIG.0301", "Incorrect IAM authentication information", X_Request_Id="r-1")
OTHER_KEYS = {"access_key": "AK2", "secret_key": "SK2-secret"}


def rejected(worker: Worker, **options: t.Any) -> bool:
    """Return whether the task failed with a 401; a task without a request has the ``error`` of the first one."""
    result = worker.run(None, REJECTED, **options)
    assert (result["failed"], result["error"]["status"], result["error"]["request_id"]) == (True, 401, "r-1")
    return True


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("in-process", "in-process"),
        ("process", "process"),
        ("in-process", "process"),
        ("process", "in-process"),
    ],
)
def test_rejected_credentials_are_not_sent_again(worker: Worker, first: str, last: str) -> None:
    """By further items and attempts of the task, in-process and in module processes."""
    worker.process.result = None
    for mode, options in ((first, {}), (last, {}), (last, {"timeout": 9}), (last, {"connector_id": "c-2"})):
        worker.task_vars["huaweicloud_kafka_in_worker"] = mode == "in-process"
        assert rejected(worker, **options)
    assert worker.service.lines == [LIST]
    worker.process.calls.clear()
    assert rejected(worker)
    assert worker.process.calls == []


def test_other_credentials_and_the_next_task_are_sent(worker: Worker) -> None:
    rejected(worker)
    assert worker.run(**OTHER_KEYS)["changed"] is False
    assert worker.run(**{**OTHER_KEYS, "access_key": "AK"})["changed"] is False  # same access key, another secret
    rejected(worker)
    assert len(worker.service.lines) == 3
    worker.task._uuid = object()
    assert worker.run()["changed"] is False


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "DMS.10240104"), (401, "APIG.0303"), (401, "APIGW.0303"), (403, "X"), (500, "APIG.0301")],
)
def test_response_that_does_not_reject_the_credentials_is_not_remembered(
    worker: Worker, status: int, code: str
) -> None:
    assert worker.run(None, error_reply(status, code))["failed"] is True
    assert worker.run()["changed"] is False
    worker.use_module_process()
    worker.process.result = {"failed": True, "error": {"status": status, "code": code}}
    for _attempt in range(2):
        worker.run()
    assert len(worker.process.calls) == 2


def test_rejections_are_kept_per_host_with_other_connections(worker: Worker) -> None:
    """With the environment of another host, the same options can mean other credentials."""
    worker.connection.transport = "ssh"
    worker.process.result = {"failed": True, "error": {"status": 401, "code": "APIG.0301"}}
    for host in ("a", "b"):
        worker.play_context.remote_addr = host
        worker.run()
        worker.run()
    assert len(worker.process.calls) == 2


# --- the agency of another account -----------------------------------------------------------------------------------

ASSUME = "/v3.0/OS-CREDENTIAL/securitytokens"
ASSUMED = reply(201, {"credential": {"access": "TAK", "secret": "TSK-secret", "securitytoken": "TST-secret"}})
OPERATORS = {"agency_name": "operators", "domain_name": "other"}
AUDITORS = {"agency_name": "auditors", "domain_id": "d1", "duration": 900}


def test_items_share_an_assumed_agency(worker: Worker) -> None:
    for assume_role, replies in ((OPERATORS, [ASSUMED]), (OPERATORS, []), (AUDITORS, [ASSUMED]), (OPERATORS, [])):
        result = worker.run(None, *replies, tasks(), assume_role=assume_role, iam_endpoint=worker.service.url)
        assert result == {"changed": False}
    assert worker.service.lines == [f"POST {ASSUME}", LIST, LIST, f"POST {ASSUME}", LIST, LIST]


@pytest.mark.parametrize("name", ["deleted", "echoed", "refused", "expired", "blank", "invalid"])
def test_assumed_agency_gives_the_same_results_in_a_module_process(worker: Worker, name: str) -> None:
    echoed = error_reply(400, "DMS.1", "TSK-secret, TST-secret and SK-secret")
    role: dict[str, t.Any] = OPERATORS
    options, replies = {
        "deleted": (absent(task_id="t-1"), (ASSUMED, *GONE)),
        "echoed": (absent(task_id="t-1"), (ASSUMED, echoed)),
        "refused": (absent(task_id="t-1"), (error_reply(404, "IAM.1", "SK-secret"),)),
        "expired": (absent(task_id="t-1"), (ASSUMED, tasks(ORDERS), reply(401), ASSUMED, reply(204), tasks())),
        "blank": (absent(task_id="t-1"), GONE),
        "invalid": (absent(task_id="t-1"), ()),
    }[name]
    if name in ("blank", "invalid"):
        role = {"agency_name": "", "domain_name": "x" if name == "invalid" else " ", "duration": ""}
    worker.process.result = None
    found = []
    for process in (False, True):
        worker.task_vars["huaweicloud_kafka_in_worker"] = not process
        worker.task._uuid = object()
        worker.service.lines.clear()
        result = worker.run(options, *replies, assume_role=role, iam_endpoint=worker.service.url)
        assert "-secret" not in json.dumps([result, worker.invocation])
        found.append((comparable(result), list(worker.service.lines)))
    assert found[0] == found[1]
    assert len(worker.process.calls) == 1
    assert found[0][0]["changed"] == (name in ("deleted", "expired", "blank"))


@pytest.mark.parametrize(
    ("assume_role", "status", "path", "others_run"),
    [
        # The keys of the caller, the agency, and the temporary keys.
        pytest.param(OPERATORS, 401, ASSUME, [False, False, False, True], id="caller"),
        pytest.param(OPERATORS, 403, ASSUME, [False, True, True, True], id="agency"),
        pytest.param(OPERATORS, 401, "/v2/p/x", [False, True, True, True], id="temporary keys"),
        pytest.param("agency_name=operators domain_name=other", 403, ASSUME, [False, True, True, True], id="as text"),
        pytest.param(None, 401, "/v2/p/x", [False, False, False, True], id="without an agency"),
    ],
)
@pytest.mark.parametrize("host", [None, "remote"])
def test_rejections_of_agencies_and_callers_are_kept_apart(
    worker: Worker, assume_role: t.Any, status: int, path: str, others_run: list[bool], host: str | None
) -> None:
    """The items after the first: the same, another agency of the same caller, the caller, and another caller."""
    worker.use_module_process()
    if host:
        # The keys are in the environment of that host: the controller does not know them.
        worker.connection.transport = "ssh"
    keys = {"access_key": None, "secret_key": None} if host else {}
    worker.process.result = {"failed": True, "error": {"status": status, "code": None, "path": path}}
    worker.run(assume_role=assume_role, **keys)
    worker.process.result = {"changed": False}
    ran = []
    items: list[dict[str, t.Any]] = [
        {"assume_role": assume_role, **keys}, {"assume_role": AUDITORS, **keys}, {"assume_role": None, **keys},
        {"assume_role": assume_role, **OTHER_KEYS},
    ]  # fmt: skip
    for item in items:
        before = len(worker.process.calls)
        worker.run(**item)
        ran.append(len(worker.process.calls) > before)
    assert ran == others_run


def test_agency_of_the_controllers_environment_does_not_count_on_another_host(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_ASSUME_ROLE_AGENCY_NAME", "operators")
    monkeypatch.setenv("HW_CREDENTIALS_SOURCE", "ecs")
    worker.connection.transport = "ssh"
    worker.process.result = {"failed": True, "error": {"status": 403, "code": None, "path": ASSUME}}
    for _item in range(2):
        worker.run()
    assert len(worker.process.calls) == 2


# --- log -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verbosity", "no_log", "shown"),
    [
        (0, False, []),
        (1, False, ["waiting: status RUNNING, 60 s left"]),
        (
            3,
            False,
            [
                f"{LIST}: 200 in",
                f"{DELETE}: 204 in",
                f"{LIST}: 200 in",
                "waiting: status RUNNING, 60 s left",
                f"{LIST}: 403 DMS.1 in",
            ],
        ),
        (3, True, []),
    ],
)
def test_log(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    verbosity: int, no_log: bool, shown: list[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(Display(), "verbosity", verbosity)
    worker.task.no_log = no_log
    failing = error_reply(403, "DMS.1", "SK-secret", X_Request_Id="r-SK-secret")
    worker.run(absent(task_id="t-1", wait_timeout=60), tasks(ORDERS), reply(204), tasks(ORDERS), failing)
    lines = capsys.readouterr().out.splitlines()
    assert [part in line for line, part in zip(lines, shown)] == [True] * len(shown)
    assert len(lines) == len(shown)
    assert all(line.startswith("<localhost> ") for line in lines)
    assert "SK-secret" not in str(lines)


def test_no_deprecation_of_ansible_is_shown(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[t.Any] = []
    monkeypatch.setattr(Display, "deprecated", lambda self, *args, **given: shown.append((args, given)))
    worker.run(absent(task_id="t-1"), tasks())
    assert shown == []


@pytest.mark.skipif(not hasattr(Display(), "log_verbosity"), reason="ansible-core before 2.17 has no log_verbosity")
def test_log_file_can_be_more_verbose_than_the_display(
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("ansible.utils.display.logger", logging.getLogger("ansible"))
    monkeypatch.setattr(Display(), "verbosity", 0)
    monkeypatch.setattr(Display(), "log_verbosity", 3)
    with caplog.at_level(logging.DEBUG, "ansible"):
        worker.run(absent(task_id="t-1"), tasks())
    assert [LIST in message for message in caplog.messages] == [True]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", [path.stem for path in Path(action.__file__).parent.glob("huaweicloud_*.py")])
def test_each_action_plugin_has_the_main_of_its_module(name: str) -> None:
    """ansible-lint validates options through it."""
    plugin = importlib.import_module(f"{action.__package__}.{name}")
    its_module = importlib.import_module(f"{module.__package__}.{name}")
    assert issubclass(plugin.ActionModule, in_process.InProcess)
    assert plugin.ActionModule.module is its_module.MODULE
    assert plugin.main == its_module.MODULE.main
