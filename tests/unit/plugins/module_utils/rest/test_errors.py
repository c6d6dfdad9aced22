# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.advice import advice_for
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import (
    InvalidInput,
    KafkaError,
    NoAnswer,
    ServiceError,
    UnexpectedAnswer,
    doing,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.retries import worth_another_try
from ansible_collections.huaweicloud.kafka.tests.unit.support import Code, error_codes, service_error

CODES = error_codes()
ABSENT = {"DMS.00404026": "sink task", "DMS.00404024": "connector", "DMS.00404022": "instance"}
THROTTLED = {"DMS.10240407", "DMS.00400973", "APIG.0308", "IAM.0012"}

# "conditional" is the advice of the tables for three kinds of answers. A request that may run twice is repeated at once
# where the server itself was out of order (500, 502, 504). Where the status is another one, waiting is no matter of
# seconds: the instance is busy, sold out or failing over, the task can't be stopped, the request was malformed, or, with
# 404, a back end is missing. These fail at once, with advice where there is some.
REPEATED_IF_CONDITIONAL = {500, 502, 504}


def spelled(row: Code) -> list[Code]:
    """Return *row* with each prefix that the gateway uses."""
    return [row, row._replace(code=row.code.replace("APIG.", "APIGW."))] if row.code.startswith("APIG.") else [row]


ROWS = [pytest.param(row, id=f"{row.code}-{row.status}") for given in CODES for row in spelled(given)]


def test_the_table_of_codes_is_whole() -> None:
    assert len({row.code for row in CODES}) == 205
    assert {row.retry for row in CODES} == {"yes", "no", "conditional"}


@pytest.mark.parametrize("row", ROWS)
def test_each_code_means_what_its_table_advises(row: Code) -> None:
    error = service_error(row.status, row.code)
    again = row.retry == "yes" or (row.retry == "conditional" and row.status in REPEATED_IF_CONDITIONAL)
    throttled = row.code.replace("APIGW.", "APIG.") in THROTTLED
    assert worth_another_try(error, idempotent=True) == again
    # A refusal by flow control leaves nothing done, so that even a request that creates something may follow it.
    assert worth_another_try(error, idempotent=False) == error.throttled == throttled
    assert error.may_have_happened == (again and not throttled)
    assert error.missing == ABSENT.get(row.code)


@pytest.mark.parametrize("status", [200, 400, 403, 409, 410, 500, 503])
@pytest.mark.parametrize("code", ABSENT)
def test_a_code_of_absence_proves_nothing_with_any_other_status(code: str, status: int) -> None:
    assert service_error(status, code).missing is None


@pytest.mark.parametrize("code", [None, "", "404", "DMS.00404", "DMS.004040260", "dms.00404026", "APIG.00404026"])
def test_a_404_without_one_of_the_three_codes_is_no_absence(code: str | None) -> None:
    assert service_error(404, code).missing is None


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failure_of_the_server_without_a_code_is_retried_where_that_does_no_harm(status: int) -> None:
    error = service_error(status, None)
    assert worth_another_try(error, idempotent=True)
    assert not worth_another_try(error, idempotent=False)
    assert error.may_have_happened


@pytest.mark.parametrize("status", [300, 302, 307, 400, 401, 403, 404, 405, 408, 409, 410, 413, 501, 505, 599])
def test_any_other_status_without_a_code_is_final(status: int) -> None:
    error = service_error(status, None)
    assert not worth_another_try(error, idempotent=True)
    assert not error.may_have_happened


@pytest.mark.parametrize("code", [None, "APIG.9999", "DMS.10240407"])
def test_429_is_throttling_whatever_its_code_is(code: str | None) -> None:
    assert worth_another_try(service_error(429, code), idempotent=False)


def test_401_and_403_are_never_repeated_whatever_their_code_is() -> None:
    for status in (401, 403):
        for code in [row.code for row in CODES]:
            error = service_error(status, code)
            assert not worth_another_try(error, idempotent=True), f"{status} {code}"
            assert not worth_another_try(error, idempotent=False), f"{status} {code}"


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
def test_which_refusals_a_new_login_may_mend(code: str | None, status: int, expired: bool) -> None:
    assert service_error(status, code).token_expired == expired


@pytest.mark.parametrize(
    ("status", "unanswered"), [(500, False), (502, True), (503, False), (504, True), (429, False), (404, False)]
)
def test_only_a_gateway_that_answers_for_the_service_hides_its_answer(status: int, unanswered: bool) -> None:
    assert service_error(status, None).unanswered == unanswered


# What is not an answer of the service.


@pytest.mark.parametrize(
    ("sent", "final", "idempotent", "again"),
    [
        (True, False, True, True),
        (True, False, False, False),
        (False, False, True, True),
        (False, False, False, True),
        (False, True, True, False),
        (True, True, True, False),
    ],
)
def test_when_no_answer_is_worth_another_try(sent: bool, final: bool, idempotent: bool, again: bool) -> None:
    error = NoAnswer("POST", "https://h/x", "cause", sent=sent, final=final)
    assert worth_another_try(error, idempotent) == again
    assert (error.may_have_happened, error.unanswered) == (sent, sent)
    assert error.payload is None


def test_a_good_status_with_a_strange_body_is_not_worth_another_try_but_leaves_a_doubt() -> None:
    error = UnexpectedAnswer("GET", "/x", 200, None, "the body is not JSON")
    assert not worth_another_try(error, idempotent=True)
    assert (error.may_have_happened, error.unanswered) == (True, True)
    assert not worth_another_try(InvalidInput("no"), idempotent=True)


# Sentences.


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            ServiceError("GET", "/v2/x", 404, "DMS.00404024", "The connector does not exist.", "r-1"),
            'GET /v2/x was answered with 404 DMS.00404024 "The connector does not exist." (request id r-1)',
        ),
        (ServiceError("GET", "/v2/x", 500, None, "", None), "GET /v2/x was answered with 500"),
        (ServiceError("GET", "/v2/x", 401, "401", "no", None), 'GET /v2/x was answered with 401 "no"'),
        (
            UnexpectedAnswer("GET", "/v2/x", 200, "r-1", "the body is not JSON"),
            "GET /v2/x was answered with 200, but the body is not JSON (request id r-1)",
        ),
        (NoAnswer("GET", "https://h/x", "why"), "no answer to GET https://h/x: why"),
    ],
)
def test_an_error_is_one_sentence(error: KafkaError, sentence: str) -> None:
    assert str(error) == sentence


def test_a_sentence_counts_the_tries() -> None:
    refused, lost = service_error(503, None, "busy"), NoAnswer("GET", "https://h/x", "why")
    refused.tries = lost.tries = 6
    assert str(refused) == 'GET /v2/p/x was answered with 503 "busy" after 6 tries (request id r-1)'
    assert str(lost) == "no answer to GET https://h/x after 6 tries: why"


def test_the_payload_holds_what_the_service_answered() -> None:
    assert ServiceError("DELETE", "/v2/x", 403, "APIGW.0302", "no", "r-1").payload == {
        "status": 403,
        "code": "APIGW.0302",
        "message": "no",
        "request_id": "r-1",
        "method": "DELETE",
        "path": "/v2/x",
    }
    assert UnexpectedAnswer("GET", "/v2/x", 200, None, "odd").payload == {
        "status": 200,
        "code": None,
        "message": "odd",
        "request_id": None,
        "method": "GET",
        "path": "/v2/x",
    }


def _fail_doing(what: str) -> None:
    with doing(what):
        raise InvalidInput("no")


def test_the_innermost_of_what_was_tried_stays() -> None:
    with pytest.raises(InvalidInput) as caught, doing("delete everything"):
        _fail_doing("list everything")
    assert caught.value.doing == "list everything"


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (404, "DMS.00404029", "The quota of sink tasks is used up"),
        (404, "DMS.00404027", "Smart Connect is on already."),
        (404, "DMS.00404001", "check region and endpoint"),
        (404, "APIGW.0101", "check region and endpoint"),
        (404, "DMS.10240407", "raise max_retries"),
        (400, "DMS.00500960", "Check access_key, secret_key and obs_bucket_name of obs_destination_descriptor."),
        (401, "APIG.0301", "five failures lock an access key"),
        (401, "APIG.0303", "Check the clock"),
        (401, None, "five failures lock an access key"),
        (403, "DMS.00403003", "The user needs the IAM action dms:x, and an account that is not in arrears."),
        (403, "IAM.0002", "realm of the account"),
        (429, "APIG.0308", "lower forks or use throttle"),
        (503, None, "run the task again later"),
    ],
)
def test_advice(status: int, code: str | None, advice: str) -> None:
    error = service_error(status, code)
    error.iam_action = "dms:x"
    assert advice in (advice_for(error) or "")


@pytest.mark.parametrize(("status", "code"), [(400, "DMS.00400874"), (404, "IAM.0004"), (404, None), (409, None)])
def test_no_advice_where_none_helps(status: int, code: str | None) -> None:
    assert advice_for(service_error(status, code)) is None


def test_a_right_that_has_no_name_is_not_named() -> None:
    assert advice_for(service_error(403, None)) == "The user lacks the rights for this."
