# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib
import re
import typing as t
from pathlib import Path

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api import (
    instances,
    sink_tasks,
    smart_connect,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import (
    LOGIN_AGAIN,
    ConnectionFailed,
    InvalidOption,
    KafkaError,
    ServiceError,
    UnexpectedResponse,
    action,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.operation import Operation
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.retry import is_retryable
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    READ,
    WRITE,
    Code,
    error_codes,
    service_error,
)

PLUGINS = Path(__file__).resolve().parents[5] / "plugins"
CODES = error_codes()
ABSENT = {"DMS.00404026": "task", "DMS.00404024": "connector", "DMS.00404022": "instance"}
# The only one that comes with 400.
NO_GROUP = "DMS.111400864"
THROTTLED = {"DMS.10240407", "DMS.00400973", "APIG.0308", "IAM.0012"}

# With the advice "conditional", server errors (500, 502, 504) are retried if the request is repeatable. Others are not,
# as seconds do not help: the instance is busy, sold out or failing over, the task can't be stopped, the request is
# malformed, or, with 404, a back end is missing.
RETRIED_IF_CONDITIONAL = {500, 502, 504}


def with_gateway_prefixes(row: Code) -> list[Code]:
    """Return *row* with both prefixes of the gateway."""
    return [row, row._replace(code=row.code.replace("APIG.", "APIGW."))] if row.code.startswith("APIG.") else [row]


ROWS = [pytest.param(row, id=f"{row.code}-{row.status}") for given in CODES for row in with_gateway_prefixes(given)]


def test_error_codes_are_complete() -> None:
    assert len({row.code for row in CODES}) == 205
    assert {row.retry for row in CODES} == {"yes", "no", "conditional"}


@pytest.mark.parametrize("row", ROWS)
def test_code_is_retried_and_missing_as_documented(row: Code) -> None:
    error = service_error(row.status, row.code)
    retried = row.retry == "yes" or (row.retry == "conditional" and row.status in RETRIED_IF_CONDITIONAL)
    throttled = row.code.replace("APIGW.", "APIG.") in THROTTLED
    assert is_retryable(error, repeatable=True) == retried
    # A throttled request was not processed, so even one that is not repeatable is retried.
    assert is_retryable(error, repeatable=False) == error.throttled == throttled
    assert error.maybe_processed == (retried and not throttled)
    assert error.missing == {**ABSENT, NO_GROUP: "group"}.get(row.code)


@pytest.mark.parametrize("status", [200, 400, 403, 409, 410, 500, 503])
@pytest.mark.parametrize("code", ABSENT)
def test_codes_mean_absent_only_with_status_404(code: str, status: int) -> None:
    assert service_error(status, code).missing is None


@pytest.mark.parametrize("status", [200, 401, 403, 404, 409, 500])
def test_the_code_of_an_absent_group_means_that_only_with_status_400(status: int) -> None:
    assert service_error(status, NO_GROUP).missing is None


@pytest.mark.parametrize("code", [None, "", "404", "DMS.00404", "DMS.004040260", "dms.00404026", "APIG.00404026"])
def test_404_without_such_a_code_does_not_mean_absent(code: str | None) -> None:
    assert service_error(404, code).missing is None


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_server_errors_without_a_code_are_retried_if_repeatable(status: int) -> None:
    error = service_error(status, None)
    assert is_retryable(error, repeatable=True)
    assert not is_retryable(error, repeatable=False)
    assert error.maybe_processed


@pytest.mark.parametrize("status", [300, 302, 307, 400, 401, 403, 404, 405, 408, 409, 410, 413, 501, 505])
def test_other_statuses_without_a_code_are_not_retried(status: int) -> None:
    error = service_error(status, None)
    assert not is_retryable(error, repeatable=True)
    assert not error.maybe_processed


@pytest.mark.parametrize("code", [None, "APIG.9999", "DMS.10240407"])
def test_429_is_throttled_with_any_code(code: str | None) -> None:
    assert is_retryable(service_error(429, code), repeatable=False)


def test_401_and_403_are_never_retried_with_any_code() -> None:
    for status in (401, 403):
        for code in [row.code for row in CODES]:
            error = service_error(status, code)
            assert not is_retryable(error, repeatable=True), f"{status} {code}"
            assert not is_retryable(error, repeatable=False), f"{status} {code}"


@pytest.mark.parametrize(
    ("code", "status", "expired"),
    [
        ("DMS.10240101", 401, True),
        ("DMS.10240102", 401, True),
        ("APIG.0301", 401, True),
        ("APIGW.0301", 401, True),
        ("APIG.0307", 401, True),
        ("IAM.0066", 401, True),
        ("DMS.10240103", 401, False),
        ("DMS.10240104", 401, False),
        ("IAM.0061", 401, False),
        ("IAM.0062", 401, False),
        (None, 401, False),
        ("DMS.10240102", 403, False),
    ],
)
def test_codes_that_require_a_new_login(code: str | None, status: int, expired: bool) -> None:
    assert (service_error(status, code).reason == LOGIN_AGAIN) == expired


@pytest.mark.parametrize("status", [506, 507, 520, 524, 599])
def test_other_server_errors_are_not_retried_but_may_have_been_processed(status: int) -> None:
    error = service_error(status, None)
    assert not is_retryable(error, repeatable=True)
    assert error.maybe_processed


@pytest.mark.parametrize(
    ("status", "code", "maybe_processed"),
    [
        *((status, None, True) for status in (500, 502, 503, 504)),
        (500, "DMS.00500006", True),
        (500, "DMS.99999999", True),
        (503, "DMS.111501025", True),
        (408, "DMS.111501024", True),
        (500, "DMS.00501012", False),
        (500, "APIG.0104", False),
        (501, "DMS.00501118", False),
        (503, "APIG.0308", False),
        (429, None, False),
        (404, "DMS.10240407", False),
        (404, "DMS.00404026", False),
        (403, "DMS.00403003", False),
    ],
)
def test_failures_of_the_service_leave_the_outcome_unknown_and_refusals_do_not(
    status: int, code: str | None, maybe_processed: bool
) -> None:
    error = service_error(status, code)
    assert (error.maybe_processed, error.outcome_unknown) == (maybe_processed, maybe_processed)


# Errors without a usable response.


@pytest.mark.parametrize(
    ("sent", "final", "repeatable", "retried"),
    [
        (True, False, True, True),
        (True, False, False, False),
        (False, False, True, True),
        (False, False, False, True),
        (False, True, True, False),
        (True, True, True, False),
    ],
)
def test_connection_failures_are_retried_unless_final_or_processed(
    sent: bool, final: bool, repeatable: bool, retried: bool
) -> None:
    error = ConnectionFailed(WRITE, "https://h/x", "cause", sent=sent, final=final)
    assert is_retryable(error, repeatable) == retried
    assert error.maybe_processed == sent
    assert error.payload is None


def test_unexpected_response_is_not_retried_and_its_outcome_unknown() -> None:
    error = UnexpectedResponse(READ, "/x", 200, None, "the body is not JSON")
    assert not is_retryable(error, repeatable=True)
    assert error.maybe_processed
    assert not is_retryable(InvalidOption("no"), repeatable=True)


# Messages.


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ServiceError(READ, "/v2/x", 404, "DMS.00404024", "The connector does not exist.", "r-1"),
            'GET /v2/x returned 404 DMS.00404024 "The connector does not exist." (request id r-1)',
        ),
        (ServiceError(READ, "/v2/x", 500, None, "", None), "GET /v2/x returned 500"),
        (ServiceError(READ, "/v2/x", 401, "401", "no", None), 'GET /v2/x returned 401 "no"'),
        (
            UnexpectedResponse(READ, "/v2/x", 200, "r-1", "the body is not JSON"),
            "GET /v2/x returned 200, but the body is not JSON (request id r-1)",
        ),
        (ConnectionFailed(READ, "https://h/x", "why"), "no response to GET https://h/x: why"),
    ],
)
def test_error_message_is_one_sentence(error: KafkaError, sentence: str) -> None:
    assert str(error) == sentence


def test_message_contains_the_number_of_attempts() -> None:
    refused, lost = service_error(503, None, "busy"), ConnectionFailed(READ, "https://h/x", "why")
    refused.attempts = lost.attempts = 6
    assert str(refused) == 'GET /v2/p/x returned 503 "busy" after 6 attempts (request id r-1)'
    assert str(lost) == "no response to GET https://h/x after 6 attempts: why"


def test_payload_describes_the_response() -> None:
    assert ServiceError(WRITE, "/v2/x", 403, "APIGW.0302", "no", "r-1").payload == {
        "status": 403,
        "code": "APIGW.0302",
        "message": "no",
        "request_id": "r-1",
        "method": "POST",
        "path": "/v2/x",
    }
    assert UnexpectedResponse(READ, "/v2/x", 200, None, "odd").payload == {
        "status": 200,
        "code": None,
        "message": "odd",
        "request_id": None,
        "method": "GET",
        "path": "/v2/x",
    }


def _fail(what: str) -> None:
    with action(what):
        raise InvalidOption("no")


def test_innermost_action_is_kept() -> None:
    with pytest.raises(InvalidOption) as caught, action("delete everything"):
        _fail("list everything")
    assert caught.value.action == "list everything"


@pytest.mark.parametrize(
    ("status", "code", "hint"),
    [
        (404, "DMS.00404029", "The quota of tasks is used up"),
        (404, "DMS.00404027", "already enabled"),
        (404, "DMS.00404001", "check region and endpoint"),
        (404, "APIGW.0101", "check region and endpoint"),
        (404, "DMS.10240407", "raise max_retries"),
        (400, "DMS.00500960", "Check access_key and secret_key for the bucket, and its name."),
        (401, "APIG.0301", "five failed attempts lock an access key"),
        (401, "APIG.0303", "Check the clock"),
        (401, None, "five failed attempts lock an access key"),
        (403, "DMS.00403003", "The user needs the IAM permission dms:x:get."),
        (403, None, "The user needs the IAM permission dms:x:get."),
        (403, "IAM.0002", "realm of the account"),
        (429, "APIG.0308", "lower forks, use throttle"),
        (503, None, "run the task again later"),
    ],
)
def test_hint(status: int, code: str | None, hint: str) -> None:
    assert hint in (service_error(status, code).hint or "")


@pytest.mark.parametrize(("status", "code"), [(404, "DMS.00404026"), (404, "IAM.0004"), (404, None), (409, None)])
def test_no_hint(status: int, code: str | None) -> None:
    assert service_error(status, code).hint is None


MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("huaweicloud_kafka_*.py"))
OPERATIONS = [
    operation
    for api in (instances, sink_tasks, smart_connect)
    for operation in vars(api).values()
    if isinstance(operation, Operation)
]
SENT_WITH = {
    "{connector_id}": "connector_id",
    "CreateSinkTask ": "obs_destination_descriptor",
    "CreateConnectorTask ": "sink_task",
    "CreateConnector ": "node_cnt",
}
"""Operations, by a part of their name and path, to an option of the modules that call them."""
NAMES = re.compile(r"(?<=heck )(?!the\b|that\b)[a-z_]+|(?<=set )[a-z_]+|\b[a-z]+(?:_[a-z]+)+", re.IGNORECASE)
"""What a hint calls an option: what is to be checked or set, and any word with an underscore."""


def _options(spec: dict[str, dict[str, t.Any]]) -> set[str]:
    return {*spec, *(name for option in spec.values() for name in _options(option.get("options", {})))}


@pytest.mark.parametrize("module", MODULES)
def test_hint_names_only_options_that_the_module_has(module: str) -> None:
    package = "ansible_collections.huaweicloud.kafka.plugins.modules"
    options = _options(importlib.import_module(f"{package}.{module}").MODULE.spec.argument_spec)
    lacking = [part for part, option in SENT_WITH.items() if option not in options]
    usable = [each for each in OPERATIONS if not any(part in f"{each.name} {each.path}" for part in lacking)]
    assert len(usable) > 10
    hints = {ServiceError(each, "", row.status, row.code, "", None).hint or "" for each in usable for row in CODES}
    permissions = "|".join(re.escape(str(each.permission)) for each in OPERATIONS)
    named = {name for hint in hints for name in NAMES.findall(re.sub(rf"{permissions}|huaweicloud\.\S+", "", hint))}
    assert {"region", "instance_id", "project_id", "max_retries"} <= named <= options


@pytest.mark.parametrize(
    ("code", "operation", "hint"),
    [
        ("DMS.00404024", sink_tasks.LIST, "Check connector_id, region and project_id."),
        ("DMS.00404024", smart_connect.LIST, "Enable Smart Connect first."),
        ("DMS.00404024", smart_connect.CREATE, "Enable Smart Connect first."),
        ("DMS.00500960", smart_connect.CREATE, "Check access_key, secret_key and obs_bucket_name of sink_task."),
        ("DMS.00400125", smart_connect.ENABLE, "Check specification and spec_code."),
        ("DMS.00400125", smart_connect.CREATE, "Check the flavor of the nodes of Smart Connect."),
    ],
)
def test_hint_fits_the_operation(code: str, operation: Operation, hint: str) -> None:
    assert service_error(404, code, operation=operation).hint == hint


def test_403_without_a_known_permission_has_a_general_hint() -> None:
    error = service_error(403, None, operation=READ._replace(permission=None))
    assert error.hint == "The user lacks a permission."


LITERAL = re.compile(r"(?:DMS|APIG|IAM|CBC)\.\d+")
OF_SMART_CONNECT = {"CBC.99003651"}
"""Codes that only the API reference of the operation documents."""


def _codes(path: Path) -> set[str]:
    """Return the codes in a file, except in the samples of its documentation."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {code for line in lines if not line.lstrip().startswith("sample:") for code in LITERAL.findall(line)}


def test_codes_of_the_table_are_documented_by_the_service() -> None:
    codes = _codes(PLUGINS / "module_utils" / "rest" / "error_codes.py")
    assert len(codes) > 40
    assert codes - {row.code for row in CODES} - OF_SMART_CONNECT == set()


def test_no_other_file_contains_a_code() -> None:
    files = [path for path in PLUGINS.rglob("*.py") if path.name != "error_codes.py"]
    assert len(files) > 50
    assert {path.name: codes for path in files if (codes := _codes(path))} == {}
