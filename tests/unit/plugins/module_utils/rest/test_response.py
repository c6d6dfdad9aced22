# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client import answers
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import ServiceError, UnexpectedAnswer
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.operation import Operation
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.scrub import Scrubber
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.transport import RawAnswer
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

OPERATION = Operation("ShowThing", "GET", "/v2/{project_id}/x")


def read(status: int, body: t.Any, secrets: tuple[str, ...] = (), **headers: str) -> answers.Answer:
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    named = CaseInsensitiveDict({name.replace("_", "-"): value for name, value in headers.items()})
    return answers.read(OPERATION, "/v2/p/x", RawAnswer(status, named, raw), Scrubber(secrets))


def failure(status: int, body: t.Any, secrets: tuple[str, ...] = (), **headers: str) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        read(status, body, secrets, **headers)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b"", None),
        (b" \r\n", None),
        (b'{"a": 1}', {"a": 1}),
        (b"\xef\xbb\xbf{}", {}),
        (b"[]", []),
        (b"null", None),
        ('"é"'.encode(), "é"),
    ],
)
def test_a_good_answer_is_its_json(status: int, body: bytes, document: t.Any) -> None:
    answer = read(status, body, X_Request_Id="r-1")
    assert (answer.operation, answer.path, answer.status) == (OPERATION, "/v2/p/x", status)
    assert (answer.body, answer.request_id) == (document, "r-1")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Log in</html>",
        b"OK",
        b'{"tasks": [',
        b"{'a': 1}",
        b"\xff\xfe{\x00}\x00",
        b'"\xe9"',
        b"{}{}",
        b"[" * 100_000,
        b"1" * 5000,
    ],
)
def test_a_good_status_without_json_proves_nothing(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        read(200, body, X_Request_Id="r-1")
    assert str(caught.value) == "GET /v2/p/x was answered with 200, but the body is not JSON (request id r-1)"
    assert caught.value.advice == (
        "Such an answer proves nothing; check that endpoint and proxies lead to the service."
    )


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        pytest.param(
            {"error_code": "DMS.00404022", "error_msg": "This instance does not exist."},
            "DMS.00404022",
            "This instance does not exist.",
            id="DMS",
        ),
        pytest.param(
            {"error_msg": "Incorrect IAM authentication information", "error_code": "APIGW.0301", "request_id": "r"},
            "APIGW.0301",
            "Incorrect IAM authentication information",
            id="the gateway",
        ),
        pytest.param(
            {"error": {"message": "The request you have made requires authentication.", "code": 401, "title": "No"}},
            "401",
            "The request you have made requires authentication.",
            id="IAM v3",
        ),
        pytest.param(
            {"error_code": "IAM.0006", "error_msg": "x", "encoded_authorization_message": "y"},
            "IAM.0006",
            "x",
            id="IAM v5",
        ),
        pytest.param({"errorCode": "C.1", "errorMsg": "x"}, "C.1", "x", id="errorCode"),
        pytest.param({"code": "C.1", "message": "x"}, "C.1", "x", id="code"),
        pytest.param({"wrapped": {"in": {"error_code": "C.1", "error_msg": "x"}}}, "C.1", "x", id="wrapped twice"),
        pytest.param({"a": 1, "b": {}, "c": {"error_code": "C.1"}}, "C.1", "", id="wrapped in the last"),
        pytest.param({"error_code": "C.1"}, "C.1", "", id="only a code"),
        pytest.param({"error_msg": "x"}, None, "x", id="only a message"),
        pytest.param({"error_code": None, "error_msg": None}, None, "", id="nulls"),
        pytest.param({"error_code": "", "error_msg": "x"}, None, "x", id="an empty code"),
        pytest.param({"error_code": ["C.1"], "error_msg": {"x": 1}}, None, "", id="a code that is a list"),
        pytest.param({}, None, "{}", id="an empty object"),
        pytest.param({"title": "x"}, None, '{"title": "x"}', id="an object of another kind"),
        pytest.param([], None, "[]", id="a list"),
        pytest.param("", None, "", id="nothing"),
        pytest.param("null", None, "null", id="null"),
        pytest.param("upstream connect error", None, "upstream connect error", id="plain text"),
        pytest.param("<html><body>504 Gateway Time-out</body></html>", None, "", id="HTML"),
        pytest.param('{"error_code": "DMS.0', None, '{"error_code": "DMS.0', id="broken JSON"),
        pytest.param(b"\xff\xfe\x00", None, "\ufffd\ufffd", id="bytes that are no text"),
    ],
)
@pytest.mark.parametrize("status", [400, 404, 503])
def test_every_shape_of_an_error_gives_code_and_message(status: int, body: t.Any, code: str, message: str) -> None:
    error = failure(status, body)
    assert (error.status, error.code, error.message) == (status, code, message)


def test_a_code_with_the_other_prefix_of_the_gateway_means_the_same_and_is_shown_as_it_came() -> None:
    error = failure(429, {"error_code": "APIGW.0308", "error_msg": "x"})
    assert (error.key, error.code, error.throttled) == ("APIG.0308", "APIGW.0308", True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_error_that_does_not_tell_where_to(status: int) -> None:
    error = failure(status, "", Location="https://evil.com/s3cret")
    assert str(error) == f'GET /v2/p/x was answered with {status} "a redirect, which is not followed"'


@pytest.mark.parametrize(
    ("headers", "body", "request_id"),
    [
        ({"X_Request_Id": "r-1", "X_IAM_Trace_Id": "t-1"}, {"request_id": "b-1"}, "r-1"),
        ({"X_IAM_Trace_Id": "t-1"}, {}, "t-1"),
        ({}, {"request_id": "b-1", "error_code": "APIG.0301"}, "b-1"),
        ({}, {"request_id": 1}, None),
        ({}, "", None),
    ],
)
def test_the_request_id_comes_from_a_header_or_the_body(
    headers: dict[str, str], body: t.Any, request_id: str | None
) -> None:
    assert failure(500, body, **headers).request_id == request_id


def test_a_pause_that_is_asked_for_is_kept() -> None:
    assert failure(429, "", Retry_After="7").retry_after == 7.0
    assert failure(429, "").retry_after is None


def test_a_message_is_one_line_of_a_bounded_length() -> None:
    assert failure(400, {"error_msg": "a\r\n b\t\x1b[31mc\u2028d"}).message == "a b [31mc d"
    message = failure(400, {"error_msg": "x" * 501}).message
    assert message == "x" * 500 + "…"


def test_secrets_are_masked_wherever_the_answer_tells_them() -> None:
    error = failure(
        400, {"error_code": "C.s3cret", "error_msg": "bad s3cret"}, secrets=("s3cret",), X_Request_Id="r-s3cret"
    )
    assert (error.code, error.message, error.request_id) == ("C.********", "bad ********", "r-********")


def test_a_secret_is_masked_before_the_message_is_cut() -> None:
    error = failure(400, {"error_msg": "x" * 497 + "s3cret"}, secrets=("s3cret",))
    assert "s3c" not in error.message


def test_a_secret_is_masked_before_a_long_text_is_cut() -> None:
    error = failure(500, " " * 1995 + "s3cret", secrets=("s3cret",))
    assert "s3c" not in error.message


def test_an_error_that_nests_deeply_is_still_an_error() -> None:
    body = '{"a":' * 600 + "1" + "}" * 600
    assert failure(500, body).status == 500


@given(
    body=st.binary(max_size=40)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(
                    ["error_code", "error_msg", "code", "message", "errorCode", "error", "request_id", "x"]
                ),
                inner,
                max_size=3,
            )
        ),
        max_leaves=6,
    ),
    status=st.sampled_from([302, 400, 404, 429, 500]),
)
def test_whatever_comes_with_a_bad_status_is_an_error(body: t.Any, status: int) -> None:
    error = failure(status, body)
    assert error.status == status
    assert "\n" not in str(error)


def test_expectations_of_a_body_name_the_problem() -> None:
    answer = read(200, [1], X_Request_Id="r-1")
    with pytest.raises(UnexpectedAnswer, match="but the body is not a JSON object"):
        answers.expect_object(answer)
    with pytest.raises(UnexpectedAnswer, match="but it is odd"):
        answers.expect(answer, condition=False, problem="it is odd")
    answers.expect(answer, condition=True, problem="it is odd")
    assert answers.expect_object(read(200, {"a": 1})) == {"a": 1}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (0, 0),
        (-1, -1),
        (3.0, 3),
        ("3", 3),
        (" 3 ", 3),
        ("-3", -3),
        ("1592309487621", 1592309487621),
        (3.5, None),
        ("3.5", None),
        ("", None),
        ("x", None),
        ("\uff13", None),
        ("²", None),
        ("9" * 30, None),
        (True, None),
        (None, None),
        ([3], None),
        (float("inf"), None),
        (float("nan"), None),
    ],
)
def test_a_number_may_come_as_text(value: t.Any, number: int | None) -> None:
    assert answers.number(value) == number


@pytest.mark.parametrize("value", ["--3", "---1"])
def test_a_number_with_several_signs_is_none(value: str) -> None:
    assert answers.number(value) is None
