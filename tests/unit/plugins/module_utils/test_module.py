# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils import basic
from ansible_collections.huaweicloud.kafka.plugins.module_utils.argspec import ArgumentSpec
from ansible_collections.huaweicloud.kafka.plugins.module_utils.context import Diff, TaskContext
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import Token
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import (
    ConnectionFailed,
    InvalidOption,
    ServiceError,
    UnexpectedResponse,
    UnexpectedState,
    action,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.settings import Settings
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    DMS,
    PROJECT_ID,
    READ,
    Clock,
    Service,
    reply,
    run_python,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

LINE = f"GET /v2/{PROJECT_ID}/x"
PARAMS = {"endpoint": DMS, "project_id": PROJECT_ID, "access_key": "AK", "secret_key": "s3cret"}

Resource = t.Callable[[TaskContext], None]


def execute(resource: Resource, service: Service | None = None, **given_: t.Any) -> dict[str, t.Any]:
    """Return the result of a module with this *resource*, by default without check mode and diff."""
    module = KafkaModule(resource)
    options = {name: spec.get("default") for name, spec in module.spec.argument_spec.items()}
    params = {**options, **PARAMS, **given_.pop("params", {})}
    if service:
        http = t.cast("t.Any", service)
        given_.setdefault("connect", lambda settings: Connection(settings, http=http, clock=Clock()))
    return module.execute(params, **{"check_mode": False, "diff": False, "secrets": ["s3cret"], **given_})


def failing(error: BaseException, what: str | None = None) -> Resource:
    def resource(_context: TaskContext) -> None:
        if what is None:
            raise error
        with action(what):
            raise error

    return resource


def reading(context: TaskContext) -> None:
    context.returned["thing"] = context.client.call(READ).body


# Success.


def test_nothing_changed() -> None:
    assert execute(lambda context: None) == {"changed": False}


def test_result_contains_what_the_resource_recorded() -> None:
    def resource(context: TaskContext) -> None:
        context.did("done something")
        context.returned["thing"] = {"a": 1}
        context.warn("Mind the gap.")
        context.diff = Diff({"a": 0}, {"a": 1})

    expected = {"changed": True, "thing": {"a": 1}, "warnings": ["Mind the gap."]}
    assert execute(resource) == expected
    assert execute(resource, diff=True) == {**expected, "diff": {"before": {"a": 0}, "after": {"a": 1}}}


def test_resource_gets_options_and_check_mode() -> None:
    seen: list[t.Any] = []
    execute(lambda context: seen.extend([context.params["endpoint"], context.check_mode]), check_mode=True)
    assert seen == [DMS, True]


def test_options_of_a_module_are_merged_with_those_of_the_connection() -> None:
    spec = KafkaModule(reading, ArgumentSpec({"thing": {"type": "str"}}, required_one_of=[["thing"]])).spec
    assert spec.rules == {"required_one_of": [["thing"]]}
    assert spec.argument_spec["thing"] == {"type": "str"}
    assert spec.argument_spec["secret_key"] == {"type": "str", "no_log": True}


# Failure.

PAYLOAD = {
    "status": 404,
    "code": "DMS.00404024",
    "message": "no connector",
    "request_id": "r-1",
    "method": "GET",
    "path": "/v2/x",
}


def test_service_error_is_returned_with_payload_and_hint() -> None:
    error = ServiceError(READ, "/v2/x", 404, "DMS.00404024", "no connector", "r-1")
    assert execute(failing(error, "list the tasks")) == {
        "failed": True,
        "changed": False,
        "msg": 'Could not list the tasks: GET /v2/x returned 404 DMS.00404024 "no connector" (request id r-1).'
        " Check connector_id, region and project_id.",
        "error": PAYLOAD,
    }


def test_hint_of_the_resource_overrides_that_of_the_code() -> None:
    error = ServiceError(READ, "/v2/x", 404, "DMS.00404024", "", None)
    error.hint = "Look again."
    assert execute(failing(error))["msg"] == "GET /v2/x returned 404 DMS.00404024. Look again."


def test_unexpected_response_is_returned_with_its_payload() -> None:
    result = execute(failing(UnexpectedResponse(READ, "/v2/x", 200, None, "the body is not JSON"), "read it"))
    assert result["msg"] == (
        "Could not read it: GET /v2/x returned 200, but the body is not JSON."
        " Check that endpoint and proxies lead to the service."
    )
    assert result["error"]["status"] == 200


@pytest.mark.parametrize(
    ("error", "msg"),
    [
        (InvalidOption("task_id must not be empty"), "task_id must not be empty."),
        (UnexpectedState("it is not there"), "it is not there."),
        (ConnectionFailed(READ, "https://h/x", "why"), "no response to GET https://h/x: why."),
    ],
)
def test_no_payload_without_a_response(error: Exception, msg: str) -> None:
    assert execute(failing(error), diff=True) == {"failed": True, "changed": False, "msg": msg}


def test_failure_contains_changes_made_before_it() -> None:
    def resource(context: TaskContext) -> None:
        context.did("deleted the task (task id t-1)")
        context.did("slept")
        context.returned["thing"] = 1
        context.diff = Diff({"a": 1}, {})
        context.warn("Mind the gap.")
        error = UnexpectedState("it is lost")
        error.hint = "Look for it."
        raise error

    assert execute(resource, diff=True) == {
        "failed": True,
        "changed": True,
        "msg": "it is lost. Changes made before the failure: deleted the task (task id t-1); slept. Look for it.",
        "thing": 1,
        "warnings": ["Mind the gap."],
        "diff": {"before": {"a": 1}, "after": {}},
    }


def test_messages_have_one_line() -> None:
    def resource(context: TaskContext) -> None:
        context.warn("Mind\nthe gap.")
        raise UnexpectedState("the name is a\r\n\x1b[31mb")

    result = execute(resource)
    assert (result["msg"], result["warnings"]) == ("the name is a [31mb.", ["Mind the gap."])


@pytest.mark.parametrize("raised", [RuntimeError("odd s3cret"), KeyError("odd s3cret"), RecursionError("odd s3cret")])
def test_bug_is_reported_with_its_location_and_without_a_secret(raised: Exception) -> None:
    result = execute(failing(raised))
    assert result["failed"] is True
    assert result["msg"].startswith(
        f"Bug in the collection huaweicloud.kafka: {type(raised).__name__} at test_module.py:"
    )
    assert "odd ********" in result["msg"]
    assert result["msg"].endswith(". Please report it.")


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), SystemExit(1)])
def test_interrupt_passes_through(raised: BaseException) -> None:
    with pytest.raises(type(raised)):
        execute(failing(raised))


def test_missing_library_is_reported_as_ansible_does() -> None:
    result = execute(failing(ModuleNotFoundError("No module named 'requests'", name="requests")))
    assert result["failed"] is True
    assert result["msg"].startswith("Failed to import the required Python library (requests) on ")
    assert "Please read the module documentation and install it in the appropriate location." in result["msg"]


WITHOUT_REQUESTS = """
import sys
sys.modules["requests"] = None
from ansible_collections.huaweicloud.kafka.plugins.module_utils.module import KafkaModule
params = {name: spec.get("default") for name, spec in KafkaModule(print).spec.argument_spec.items()}
params.update(region="eu-west-101", auth_token="T")
for resource in (lambda context: None, lambda context: context.client):
    print(KafkaModule(resource).execute(params, check_mode=False, diff=False, secrets=[]))
"""


def test_only_a_client_needs_requests() -> None:
    without, with_client = run_python("-c", WITHOUT_REQUESTS).stdout.splitlines()
    assert without == "{'changed': False}"
    assert "Failed to import the required Python library (requests) on " in with_client


def test_connection_is_created_from_options_and_environment_on_first_use(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    created: list[Connection] = []

    def connect(given_: Settings) -> Connection:
        created.append(Connection(given_, http=t.cast("t.Any", service), clock=Clock()))
        return created[-1]

    def twice(context: TaskContext) -> None:
        assert created == []
        reading(context)
        reading(context)

    monkeypatch.setenv("HW_AUTH_TOKEN", "t0ken")
    service.expect((LINE, reply(200, {"a": 1})), (LINE, reply(200, {"a": 2})))
    params = {"access_key": None, "secret_key": None}
    assert execute(twice, params=params, connect=connect) == {"changed": False, "thing": {"a": 2}}
    assert [connection.settings.credentials for connection in created] == [Token("t0ken")]


def test_invalid_settings_fail_with_one_sentence() -> None:
    assert execute(reading, params={"endpoint": "http://dms.example.com"})["msg"].startswith(
        "endpoint must begin with ht"
    )
    assert execute(reading, params={"secret_key": None})["msg"].startswith("the credentials are incomplete")


def test_log_belongs_to_one_task(service: Service) -> None:
    log: list[t.Any] = []
    service.expect((LINE, reply(200, {})), (LINE, reply(200, {})))
    connection = Connection(
        Settings(DMS, None, None, PROJECT_ID, None, Token("t0ken"), True, 30, 5),
        http=t.cast("t.Any", service),
        clock=Clock(),
    )
    execute(reading, connect=lambda _settings: connection, log=lambda *line: log.append(line))
    execute(reading, connect=lambda _settings: connection)
    assert log == [(3, f"{LINE}: 200 in 0 ms")]


@pytest.mark.parametrize("place", ["error_msg", "error_code", "header"])
def test_secrets_of_the_environment_are_redacted(service: Service, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setenv("HW_ACCESS_KEY", "AK")
    monkeypatch.setenv("HW_SECRET_KEY", "envs3cret")
    monkeypatch.setenv("HW_SECURITY_TOKEN", "envt0ken")
    echoed = "envs3cret and envt0ken"
    headers = {"X_Request_Id": echoed} if place == "header" else {}
    service.expect(
        (LINE, reply(400, {"error_code": "DMS.1", "error_msg": "x", **({} if headers else {place: echoed})}, **headers))
    )
    result = execute(reading, service, params={"access_key": None, "secret_key": None})
    assert "********" in str(result["error"])
    assert "envs3cret" not in str(result)
    assert "envt0ken" not in str(result)


def test_secrets_are_redacted_in_the_result() -> None:
    def resource(context: TaskContext) -> None:
        context.returned["thing"] = {"deep": ["a s3cret"]}
        context.warn("s3cret!")
        context.diff = Diff({"x": "s3cret"}, {})

    assert execute(resource, diff=True) == {
        "changed": False,
        "thing": {"deep": ["a ********"]},
        "warnings": ["********!"],
        "diff": {"before": {"x": "********"}, "after": {}},
    }


@pytest.mark.parametrize("secret", ["a", "ed", "fail", "failed", "l", "msg", "e"])
def test_failure_stays_a_failure_with_any_secret(secret: str) -> None:
    result = execute(failing(UnexpectedState("no")), secrets=[secret])
    assert result["failed"] is True
    assert result["changed"] is False
    assert "msg" in result


@pytest.mark.parametrize("secret", ["a", "changed", "thing", "task_id", "sink"])
def test_names_of_results_are_kept_with_any_secret(secret: str) -> None:
    def resource(context: TaskContext) -> None:
        context.did("something")
        context.returned["sink_thing"] = {"task_id": "1"}

    assert execute(resource, secrets=[secret]) == {"changed": True, "sink_thing": {"task_id": "1"}}


def test_secret_with_invalid_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_ACCESS_KEY", "AK")
    monkeypatch.setenv("HW_SECRET_KEY", "s3cr\udcfft")
    result = execute(reading, params={"access_key": None, "secret_key": None})
    assert result["failed"] is True
    assert "Bug" not in result["msg"]
    assert "secret_key" in result["msg"]


def test_secret_with_a_lone_surrogate_is_accepted() -> None:
    assert execute(lambda context: None, secrets=["s3cr\udcfft"]) == {"changed": False}


def test_deeply_nested_response_is_returned(service: Service) -> None:
    service.expect((LINE, reply(200, '{"a":' * 600 + "1" + "}" * 600)))
    assert "thing" in execute(reading, service)


_FRAMES = st.sampled_from(["{}", "x {} y", "{}|", '"{}"', "https://u:{}@h/", "authorization: {}", "<{}>", "{}{}"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    secret=st.text("abAB01/+=%&\"'é", min_size=4, max_size=10).filter(lambda secret: len(set(secret)) > 2),
    frames=st.lists(_FRAMES, min_size=3, max_size=3),
    wrapped=st.booleans(),
    status=st.sampled_from([400, 403, 404, 409]),
)
def test_no_error_result_contains_a_secret(
    service: Service, secret: str, frames: list[str], wrapped: bool, status: int
) -> None:
    code, message, request_id = (frame.format(secret, secret) for frame in frames)
    echoed: dict[str, t.Any] = {"error_code": code, "error_msg": message, "request_id": request_id, "more": [secret]}
    service.expect((LINE, reply(status, {"error": echoed} if wrapped else echoed)))
    result = execute(
        reading,
        service,
        params={"secret_key": secret},
        secrets=[secret],
    )
    assert secret not in str(list(result["error"].values()))
    assert secret not in result["msg"]


# As a module process.


class Exit(BaseException):
    """Ends a module like the real ``exit_json``."""


class FakeModule:
    """The part of AnsibleModule that KafkaModule uses."""

    arguments: t.ClassVar[dict[str, t.Any]] = {}
    result: t.ClassVar[dict[str, t.Any]] = {}
    warnings: t.ClassVar[list[str]] = []

    def __init__(self, **arguments: t.Any) -> None:
        type(self).arguments = arguments
        type(self).warnings = []
        self.params = {**dict.fromkeys(arguments["argument_spec"]), "timeout": 30, "max_retries": 5, **PARAMS}
        self.check_mode = True
        self._diff = True
        self.no_log_values = {"s3cret"}

    def warn(self, warning: str) -> None:
        self.warnings.append(warning)

    def exit_json(self, **result: t.Any) -> None:
        type(self).result = {"exit": result}
        raise Exit

    def fail_json(self, **result: t.Any) -> None:
        type(self).result = {"fail": result}
        raise Exit


def run_main(monkeypatch: pytest.MonkeyPatch, resource: Resource) -> type[FakeModule]:
    monkeypatch.setattr(basic, "AnsibleModule", FakeModule)
    with pytest.raises(Exit):
        KafkaModule(resource, ArgumentSpec({"thing": {}}, required_one_of=[["thing"]])).main()
    return FakeModule


def test_module_exits_with_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def resource(context: TaskContext) -> None:
        assert context.check_mode
        context.warn("Mind the s3cret gap.")

    module = run_main(monkeypatch, resource)
    assert module.result == {"exit": {"changed": False, "diff": {"before": {}, "after": {}}}}
    assert module.warnings == ["Mind the ******** gap."]
    assert module.arguments["supports_check_mode"] is True
    assert module.arguments["required_one_of"] == [["thing"]]
    assert set(module.arguments["argument_spec"]) > {"thing", "region", "endpoint"}


def test_module_fails_with_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ServiceError(READ, "/v2/x", 400, "DMS.1", "no", None)
    module = run_main(monkeypatch, failing(error))
    assert set(module.result) == {"fail"}
    assert set(module.result["fail"]) == {"msg", "error", "changed"}
