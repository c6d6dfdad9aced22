# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import builtins
import sys
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils import definition as definition_module
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.credentials import TokenCredentials
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import (
    InvalidInput,
    NoAnswer,
    ResourceError,
    ServiceError,
    UnexpectedAnswer,
    doing,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.operation import Operation
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.settings import Settings
from ansible_collections.huaweicloud.kafka.plugins.module_utils.definition import Definition, Reporter, connect
from ansible_collections.huaweicloud.kafka.plugins.module_utils.run import Diff, Run
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    DMS,
    PROJECT_ID,
    Clock,
    Service,
    answer,
    refusal,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

READ = Operation("ShowThing", "GET", "/v2/{project_id}/x", "dms:thing:get")
LINE = f"GET /v2/{PROJECT_ID}/x"
PARAMS = {"endpoint": DMS, "project_id": PROJECT_ID, "access_key": "AK", "secret_key": "s3cret"}

Resource = t.Callable[[Run], None]


def execute(resource: Resource, **given_: t.Any) -> dict[str, t.Any]:
    """Return the result of a module with this *resource*, without check mode and diff unless told otherwise."""
    options = {name: spec.get("default") for name, spec in Definition(resource, {}).argument_spec.items()}
    arguments = {"check_mode": False, "diff": False, "secrets": ["s3cret"], **given_}
    params = {**options, **PARAMS, **arguments.pop("params", {})}
    return Definition(resource, {}).execute(params, **arguments)


def failing(error: BaseException, what: str | None = None) -> Resource:
    def resource(_run: Run) -> None:
        if what is None:
            raise error
        with doing(what):
            raise error

    return resource


def reading(run: Run) -> None:
    run.returned["thing"] = run.client.call(READ).body


# Success.


def test_a_resource_that_does_nothing_has_changed_nothing() -> None:
    assert execute(lambda run: None) == {"changed": False}


def test_what_a_resource_tells_is_returned() -> None:
    def resource(run: Run) -> None:
        run.did("done something")
        run.returned["thing"] = {"a": 1}
        run.warn("Mind the gap.")
        run.diff = Diff({"a": 0}, {"a": 1})

    expected = {"changed": True, "thing": {"a": 1}, "warnings": ["Mind the gap."]}
    assert execute(resource) == expected
    assert execute(resource, diff=True) == {**expected, "diff": {"before": {"a": 0}, "after": {"a": 1}}}


def test_a_resource_sees_options_and_check_mode() -> None:
    seen: list[t.Any] = []
    execute(lambda run: seen.extend([run.params["endpoint"], run.check_mode]), check_mode=True)
    assert seen == [DMS, True]


def test_the_options_of_a_module_come_beside_those_of_the_connection() -> None:
    made = Definition(reading, {"thing": {"type": "str"}}, required_one_of=[["thing"]])
    assert made.rules == {"required_one_of": [["thing"]]}
    assert made.argument_spec["thing"] == {"type": "str"}
    assert made.argument_spec["secret_key"] == {"type": "str", "no_log": True}


# Failure.

PAYLOAD = {
    "status": 404,
    "code": "DMS.00404024",
    "message": "no connector",
    "request_id": "r-1",
    "method": "GET",
    "path": "/v2/x",
}


def test_a_refusal_of_the_service_is_told_with_its_payload_and_advice() -> None:
    error = ServiceError("GET", "/v2/x", 404, "DMS.00404024", "no connector", "r-1")
    assert execute(failing(error, "list the tasks")) == {
        "failed": True,
        "changed": False,
        "msg": 'Could not list the tasks: GET /v2/x was answered with 404 DMS.00404024 "no connector" (request id r-1).'
        " Check connector_id, region and project_id.",
        "error": PAYLOAD,
    }


def test_advice_of_the_resource_comes_before_that_of_the_code() -> None:
    error = ServiceError("GET", "/v2/x", 404, "DMS.00404024", "", None)
    error.advice = "Look again."
    assert execute(failing(error))["msg"] == "GET /v2/x was answered with 404 DMS.00404024. Look again."


def test_a_strange_answer_is_told_with_its_payload() -> None:
    result = execute(failing(UnexpectedAnswer("GET", "/v2/x", 200, None, "the body is not JSON"), "read it"))
    assert result["msg"] == (
        "Could not read it: GET /v2/x was answered with 200, but the body is not JSON."
        " Such an answer proves nothing; check that endpoint and proxies lead to the service."
    )
    assert result["error"]["status"] == 200


@pytest.mark.parametrize(
    ("error", "msg"),
    [
        (InvalidInput("task_id must not be empty"), "task_id must not be empty."),
        (ResourceError("it is not there"), "it is not there."),
        (NoAnswer("GET", "https://h/x", "why"), "no answer to GET https://h/x: why."),
    ],
)
def test_where_the_service_did_not_refuse_there_is_no_payload(error: Exception, msg: str) -> None:
    assert execute(failing(error), diff=True) == {"failed": True, "changed": False, "msg": msg}


def test_a_failure_tells_what_was_done_and_returns_what_was_found() -> None:
    def resource(run: Run) -> None:
        run.did("deleted the task (task id t-1)")
        run.did("slept")
        run.returned["thing"] = 1
        run.warn("Mind the gap.")
        error = ResourceError("it is lost")
        error.advice = "Look for it."
        raise error

    assert execute(resource, diff=True) == {
        "failed": True,
        "changed": True,
        "msg": "it is lost. Before that this task has deleted the task (task id t-1), and slept. Look for it.",
        "thing": 1,
        "warnings": ["Mind the gap."],
    }


def test_sentences_are_one_line_each() -> None:
    def resource(run: Run) -> None:
        run.warn("Mind\nthe gap.")
        raise ResourceError("the name is a\r\n\x1b[31mb")

    result = execute(resource)
    assert (result["msg"], result["warnings"]) == ("the name is a [31mb.", ["Mind the gap."])


@pytest.mark.parametrize("raised", [RuntimeError("odd s3cret"), KeyError("odd s3cret"), RecursionError("odd s3cret")])
def test_a_defect_is_told_with_its_place_and_without_a_secret(raised: Exception) -> None:
    result = execute(failing(raised))
    assert result["failed"] is True
    assert result["msg"].startswith(
        f"The collection huaweicloud.kafka has a defect: {type(raised).__name__} at test_definition.py:"
    )
    assert "odd ********" in result["msg"]
    assert result["msg"].endswith(". Please report it.")


@pytest.mark.parametrize("raised", [KeyboardInterrupt(), SystemExit(1)])
def test_an_interruption_is_no_failure_of_ours(raised: BaseException) -> None:
    with pytest.raises(type(raised)):
        execute(failing(raised))


def test_a_missing_library_is_told_as_ansible_tells_it() -> None:
    result = execute(failing(ModuleNotFoundError("No module named 'requests'", name="requests")))
    assert result["failed"] is True
    assert result["msg"].startswith("Failed to import the required Python library (requests) on ")
    assert "Please read the module documentation and install it in the appropriate location." in result["msg"]


def test_nothing_but_a_request_needs_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    # As where requests is not installed: nothing that imports it has been imported, and it can't be.
    package = "ansible_collections.huaweicloud.kafka.plugins.module_utils.client"
    users = {f"{package}.{name}" for name in ("client", "transport", "auth", "causes", "library")}
    for name in list(sys.modules):
        if name.split(".")[0] in {"requests", "urllib3"} or name in users:
            monkeypatch.delitem(sys.modules, name)
    real_import = builtins.__import__

    def without_requests(name: str, *rest: t.Any, **named: t.Any) -> t.Any:
        package = name.partition(".")[0]
        if package in {"requests", "urllib3"}:
            raise ModuleNotFoundError(f"No module named {package!r}", name=package)
        return real_import(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_requests)
    assert execute(lambda run: None) == {"changed": False}
    assert execute(reading)["msg"].startswith("Failed to import the required Python library (requests) on ")


# The connection.


def test_a_connection_is_made_of_options_and_environment_at_its_first_use(
    clock: Clock, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Settings] = []

    def connect_to(given_: Settings) -> Client:
        made.append(given_)
        return Client(given_, sleep=clock.sleep)

    monkeypatch.setenv("HW_AUTH_TOKEN", "t0ken")
    service.expect((LINE, answer(200, {"a": 1})), (LINE, answer(200, {"a": 2})))

    def twice(run: Run) -> None:
        assert made == []
        reading(run)
        reading(run)

    params = {"access_key": None, "secret_key": None}
    assert execute(twice, params=params, connect=connect_to) == {"changed": False, "thing": {"a": 2}}
    assert [given_.credentials for given_ in made] == [TokenCredentials("t0ken")]


def test_without_being_told_a_new_connection_is_made(service: Service) -> None:
    service.expect((LINE, answer(200, {"a": 1})))
    assert execute(reading)["thing"] == {"a": 1}
    assert isinstance(connect(Settings(DMS, None, None, PROJECT_ID, TokenCredentials("T"), True, 30, 5)), Client)


def test_bad_settings_fail_with_one_sentence() -> None:
    assert execute(reading, params={"endpoint": "http://dms.example.com"})["msg"].startswith(
        "endpoint must begin with ht"
    )
    assert execute(reading, params={"secret_key": None})["msg"].startswith("the credentials are incomplete")


def test_who_watches_is_told_of_requests(clock: Clock, service: Service) -> None:
    told: list[t.Any] = []
    service.expect((LINE, answer(200, {})), (LINE, answer(200, {})))
    client = Client(Settings(DMS, None, None, PROJECT_ID, TokenCredentials("T"), True, 30, 5), sleep=clock.sleep)
    execute(reading, connect=lambda _settings: client, reporter=Reporter(request=lambda *what: told.append(what)))
    assert [what[0] for what in told] == [READ]
    # A connection that is used again by somebody who does not watch.
    execute(reading, connect=lambda _settings: client)
    assert len(told) == 1


# Secrets.


@pytest.mark.parametrize("place", ["error_msg", "error_code", "header"])
def test_a_secret_of_the_environment_is_masked_too(
    service: Service, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("HW_ACCESS_KEY", "AK")
    monkeypatch.setenv("HW_SECRET_KEY", "envs3cret")
    monkeypatch.setenv("HW_SECURITY_TOKEN", "envt0ken")
    told = "envs3cret and envt0ken"
    headers = {"X_Request_Id": told} if place == "header" else {}
    service.expect(
        (LINE, answer(400, {"error_code": "DMS.1", "error_msg": "x", **({} if headers else {place: told})}, **headers))
    )
    result = execute(reading, params={"access_key": None, "secret_key": None})
    assert "********" in str(result["error"])
    assert "envs3cret" not in str(result)
    assert "envt0ken" not in str(result)


def test_secrets_are_masked_in_whatever_is_returned() -> None:
    def resource(run: Run) -> None:
        run.returned["thing"] = {"deep": ["a s3cret"]}
        run.warn("s3cret!")
        run.diff = Diff({"x": "s3cret"}, {})

    assert execute(resource, diff=True) == {
        "changed": False,
        "thing": {"deep": ["a ********"]},
        "warnings": ["********!"],
        "diff": {"before": {"x": "********"}, "after": {}},
    }


@pytest.mark.parametrize("secret", ["a", "ed", "fail", "failed", "l", "msg", "e"])
def test_a_failure_stays_a_failure_whatever_the_secret_is(secret: str) -> None:
    result = execute(failing(ResourceError("no")), secrets=[secret])
    assert result["failed"] is True
    assert result["changed"] is False
    assert "msg" in result


@pytest.mark.parametrize("secret", ["a", "changed", "thing", "task_id", "sink"])
def test_the_names_of_what_is_returned_stay_whatever_the_secret_is(secret: str) -> None:
    def resource(run: Run) -> None:
        run.did("something")
        run.returned["sink_thing"] = {"task_id": "1"}

    assert execute(resource, secrets=[secret]) == {"changed": True, "sink_thing": {"task_id": "1"}}


def test_a_secret_that_is_no_text_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_ACCESS_KEY", "AK")
    monkeypatch.setenv("HW_SECRET_KEY", "s3cr\udcfft")
    result = execute(reading, params={"access_key": None, "secret_key": None})
    assert result["failed"] is True
    assert "defect" not in result["msg"]
    assert "secret_key" in result["msg"]


def test_a_secret_option_that_is_no_text_raises_nothing() -> None:
    assert execute(lambda run: None, secrets=["s3cr\udcfft"]) == {"changed": False}


def test_an_answer_that_nests_deeply_raises_nothing(service: Service) -> None:
    service.expect((LINE, answer(200, '{"a":' * 600 + "1" + "}" * 600)))
    assert "thing" in execute(reading)


_SPELT = st.sampled_from(["{}", "x {} y", "{}|", '"{}"', "https://u:{}@h/", "authorization: {}", "<{}>", "{}{}"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    secret=st.text("abAB01/+=%&\"' é", min_size=4, max_size=10).filter(lambda secret: len(set(secret)) > 2),
    frames=st.lists(_SPELT, min_size=3, max_size=3),
    wrapped=st.booleans(),
    status=st.sampled_from([400, 403, 404, 409]),
)
def test_no_secret_survives_in_a_result_wherever_the_service_puts_it(
    clock: Clock, service: Service, secret: str, frames: list[str], wrapped: bool, status: int
) -> None:
    code, message, request_id = (frame.format(secret, secret) for frame in frames)
    told: dict[str, t.Any] = {"error_code": code, "error_msg": message, "request_id": request_id, "more": [secret]}
    service.expect((LINE, answer(status, {"error": told} if wrapped else told)))
    result = execute(
        reading,
        params={"secret_key": secret},
        secrets=[secret],
        connect=lambda given_: Client(given_, sleep=clock.sleep),
    )
    assert secret not in str(list(result["error"].values()))
    assert secret not in result["msg"]


# As a module in a process of its own.


class Exit(BaseException):
    """Ends a module, as its real exit does."""


class FakeModule:
    """What a definition needs of AnsibleModule."""

    made: t.ClassVar[dict[str, t.Any]] = {}
    result: t.ClassVar[dict[str, t.Any]] = {}
    warnings: t.ClassVar[list[str]] = []

    def __init__(self, **arguments: t.Any) -> None:
        type(self).made = arguments
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
    monkeypatch.setattr(definition_module, "AnsibleModule", FakeModule)
    with pytest.raises(Exit):
        Definition(resource, {"thing": {}}, required_one_of=[["thing"]]).main()
    return FakeModule


def test_a_module_exits_with_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    def resource(run: Run) -> None:
        assert run.check_mode
        run.warn("Mind the s3cret gap.")

    module = run_main(monkeypatch, resource)
    assert module.result == {"exit": {"changed": False, "diff": {"before": {}, "after": {}}}}
    assert module.warnings == ["Mind the ******** gap."]
    assert module.made["supports_check_mode"] is True
    assert module.made["required_one_of"] == [["thing"]]
    assert set(module.made["argument_spec"]) > {"thing", "region", "endpoint"}


def test_a_module_fails_with_its_result(monkeypatch: pytest.MonkeyPatch, service: Service) -> None:
    service.expect((LINE, refusal(400, "DMS.1", "no")))
    module = run_main(monkeypatch, reading)
    assert set(module.result) == {"fail"}
    assert set(module.result["fail"]) == {"msg", "error", "changed"}
