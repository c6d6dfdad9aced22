# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error responses and malformed responses: which prove absence, which are retried, and which fail the task."""

from __future__ import annotations

from typing import Any

from acceptance.harness.cases import OWN_INSTANCE, Case, absent, changed, fails, unchanged
from acceptance.harness.cloud import ORDERS, task
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.runner import Ways
from simulator import Fault

OF_INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}


def list_fails(response: str, fault: Fault, *parts: str, requests: str = "LIST", **more: Any) -> Case:
    """A case in which each list has the fault, and the sink task exists."""
    error = more.pop("error", {})
    return absent(
        f"LIST returns {response}",
        fails(*parts, requests=requests, error=error, sink_task=None),
        faults=[fault],
        existing=[task()],
        remaining=["orders"],
        **more,
    )


ABSENT_404 = [
    absent(
        "LIST returns 404 DMS.00404026, sink task absent",
        unchanged("LIST", sink_task=None),
        faults=[Fault("ListSinkTasks", code="DMS.00404026")],
    ),
    absent(
        "LIST returns 404 DMS.00404024, connector absent",
        unchanged("LIST", sink_task=None, warns=("The connector", "DMS.00404024")),
        faults=[Fault("ListSinkTasks", code="DMS.00404024")],
    ),
    absent(
        "LIST returns 404 DMS.00404022, instance absent",
        unchanged("LIST", sink_task=None, warns=("The instance", "DMS.00404022")),
        faults=[Fault("ListSinkTasks", code="DMS.00404022")],
    ),
    absent(
        "INSTANCE returns 404 DMS.00404022, instance absent",
        unchanged("INSTANCE", sink_task=None, warns=("The instance", "DMS.00404022")),
        faults=[Fault("ShowInstance", code="DMS.00404022")],
        options=OF_INSTANCE,
    ),
]

FAILED_404 = [
    *(
        list_fails(
            f"404 {code}",
            Fault("ListSinkTasks", status=404, code=code),
            code,
            error={"status": 404, "code": code, "method": "GET"},
        )
        for code in ("DMS.00404001", "APIG.0101", "DMS.99999999")
    ),
    list_fails(
        "404 without a body", Fault("ListSinkTasks", status=404, body=""), "404", error={"status": 404, "code": None}
    ),
    list_fails(
        "404 with HTML",
        Fault("ListSinkTasks", status=404, body="<html>Not Found</html>"),
        "404",
        as_module=True,
    ),
    absent(
        "DELETE returns 404 DMS.00404001, unknown URL",
        fails("DMS.00404001", requests="LIST DELETE", error={"status": 404, "method": "DELETE"}),
        check=changed("LIST"),
        check_again=changed("LIST"),
        faults=[Fault("DeleteSinkTask", code="DMS.00404001")],
        existing=[task()],
        remaining=["orders"],
    ),
    absent(
        "the endpoint is wrong",
        fails("APIG.0101", "endpoint", requests="UNKNOWN", error={"status": 404, "code": "APIG.0101"}),
        options={"endpoint": lambda sandbox: sandbox.simulator.endpoint + "/elsewhere"},
    ),
]


def throttled(name: str, fault: Fault, requests: str = "LIST LIST", **more: Any) -> Case:
    """A case in which a request is throttled once in each step."""
    return absent(name, unchanged(requests, sink_task=None), faults=[fault], **more)


THROTTLED = [
    throttled("LIST is throttled with 404 DMS.10240407", Fault("ListSinkTasks", code="DMS.10240407")),
    throttled(
        "LIST is throttled with 429 and Retry-After: 0",
        Fault("ListSinkTasks", status=429, code="APIG.0308", headers={"Retry-After": "0"}),
        as_module=True,
    ),
    throttled(
        "LIST is throttled with 429 and Retry-After: 1",
        Fault("ListSinkTasks", status=429, code="APIG.0308", headers={"Retry-After": "1"}),
    ),
    throttled(
        "INSTANCE is throttled with 404 DMS.10240407",
        Fault("ShowInstance", code="DMS.10240407"),
        requests="INSTANCE INSTANCE LIST",
        options=OF_INSTANCE,
    ),
    absent(
        "DELETE is throttled with 404 DMS.10240407",
        changed("LIST DELETE DELETE LIST", sink_task={"task_id": ORDERS}),
        again=unchanged("LIST"),
        faults=[Fault("DeleteSinkTask", code="DMS.10240407")],
        existing=[task()],
        remaining=[],
    ),
    absent(
        "DELETE is throttled with 429",
        changed("LIST DELETE DELETE LIST", sink_task={"task_id": ORDERS}),
        again=unchanged("LIST"),
        faults=[Fault("DeleteSinkTask", status=429, code="APIG.0308", headers={"Retry-After": "0"})],
        existing=[task()],
        remaining=[],
    ),
    list_fails(
        "404 DMS.10240407 in each attempt",
        Fault("ListSinkTasks", code="DMS.10240407", times=None),
        "DMS.10240407",
        "after 2 attempts",
        requests="LIST LIST",
        error={"status": 404, "code": "DMS.10240407"},
        options={"max_retries": 1},
    ),
]

FAILURES = [
    list_fails(
        "403, without retries",
        Fault("ListSinkTasks", status=403, code="DMS.00403003", times=None),
        "DMS.00403003",
        "dms:instance:listConnectorSinkTask",
        error={"status": 403, "code": "DMS.00403003"},
    ),
    list_fails(
        "401, without retries",
        Fault("ListSinkTasks", status=401, code="APIG.0301", times=None),
        "APIG.0301",
        error={"status": 401, "code": "APIG.0301"},
    ),
    list_fails(
        "a redirect, which is not followed",
        Fault("ListSinkTasks", status=302, body="", headers={"Location": "/v3/projects"}, times=None),
        "redirect",
        error={"status": 302},
    ),
    list_fails(
        "500 in each attempt",
        Fault("ListSinkTasks", status=500, code="DMS.00500006", times=None),
        "500",
        "after 2 attempts",
        requests="LIST LIST",
        error={"status": 500},
        options={"max_retries": 1},
        as_module=True,
    ),
    *(
        absent(
            f"LIST returns {status} once",
            unchanged("LIST LIST", sink_task=None),
            faults=[Fault("ListSinkTasks", status=status, body="<html>Internal Server Error</html>")],
        )
        for status in (500, 503)
    ),
]


def malformed(response: str, *parts: str, as_module: bool = False, **fault: Any) -> Case:
    """A case in which LIST returns 200, but not the documented body, which does not prove absence."""
    return absent(
        f"LIST returns 200 with {response}",
        fails("200, but", *parts, requests="LIST", error={"status": 200}, sink_task=None),
        faults=[Fault("ListSinkTasks", **fault)],
        as_module=as_module,
    )


def with_field(name: str, value: Any) -> Any:
    return lambda body: {**body, name: value}


def without_field(name: str) -> Any:
    return lambda body: {key: value for key, value in body.items() if key != name}


MALFORMED = [
    malformed("HTML", "not JSON", body="<html>Please log in</html>"),
    malformed(
        "an error in the body",
        "tasks is not a list",
        body={"error_code": "DMS.00404026", "error_msg": ""},
        as_module=True,
    ),
    malformed("a body without total_number", "total_number", mutate=without_field("total_number")),
    malformed(
        "a task_id that is not an id",
        "task_id",
        mutate=with_field("tasks", [{"task_id": "../instances/x", "task_name": "orders"}]),
    ),
]

INCOMPLETE_LISTS = [
    absent(
        "a list shorter than its total_number does not prove absence",
        fails("0 of 1", requests="LIST", error=None, sink_task=None),
        faults=[Fault("ListSinkTasks", mutate=with_field("total_number", 1))],
    ),
    absent(
        "an id is found in an incomplete list",
        changed("LIST DELETE LIST", sink_task={"task_id": ORDERS}),
        again=fails("0 of 2", requests="LIST", error=None),
        faults=[Fault("ListSinkTasks", mutate=with_field("total_number", 2))],
        existing=[task()],
        options={"task_id": ORDERS},
        remaining=[],
    ),
    absent(
        "polls continue while the list is incomplete",
        changed("LIST DELETE LIST LIST", sink_task={"task_id": ORDERS}),
        again=unchanged("LIST"),
        faults=[Fault("ListSinkTasks", mutate=with_field("total_number", 2), skip=1)],
        existing=[task()],
        remaining=[],
    ),
]

CASES = [*ABSENT_404, *FAILED_404, *THROTTLED, *FAILURES, *MALFORMED, *INCOMPLETE_LISTS]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
