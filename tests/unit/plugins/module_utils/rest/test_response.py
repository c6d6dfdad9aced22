# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest import response as responses
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import ServiceError, UnexpectedResponse
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.redact import Redactor
from ansible_collections.huaweicloud.kafka.tests.unit.support import READ, Reply, raw, reply
from hypothesis import given
from hypothesis import strategies as st


def read(status: int, body: t.Any, secrets: tuple[str, ...] = (), **headers: str) -> responses.Response:
    response = (
        Reply(status, body, reply(status, **headers).headers)
        if isinstance(body, bytes)
        else reply(status, body, **headers)
    )
    return responses.read(READ, "/v2/p/x", raw(response), Redactor(secrets))


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
        (b"[NaN, Infinity, -Infinity, 1e999, -1e999]", [None] * 5),
        (b"[1.5, -1e3, 1e308, 1e-999]", [1.5, -1000.0, 1e308, 0.0]),
    ],
)
def test_body_of_a_2xx_response_is_json_or_empty(status: int, body: bytes, document: t.Any) -> None:
    response = read(status, body, X_Request_Id="r-1")
    assert (response.operation, response.path, response.status) == (READ, "/v2/p/x", status)
    assert (response.body, response.request_id) == (document, "r-1")


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
def test_2xx_response_without_json_is_unexpected(body: bytes) -> None:
    with pytest.raises(UnexpectedResponse) as caught:
        read(200, body, X_Request_Id="r-1")
    assert str(caught.value) == "GET /v2/p/x returned 200, but the body is not JSON (request id r-1)"
    assert caught.value.hint == "Check that endpoint and proxies lead to the service."


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
        pytest.param({"a": 1, "b": {}, "c": {"error_code": "C.1"}}, "C.1", "", id="wrapped in the last field"),
        pytest.param({"error_code": "C.1"}, "C.1", "", id="only a code"),
        pytest.param({"error_msg": "x"}, None, "x", id="only a message"),
        pytest.param({"error_code": None, "error_msg": None}, None, "", id="nulls"),
        pytest.param({"error_code": "", "error_msg": "x"}, None, "x", id="an empty code"),
        pytest.param({"error_code": ["C.1"], "error_msg": {"x": 1}}, None, "", id="a code that is a list"),
        pytest.param({}, None, "{}", id="an empty object"),
        pytest.param({"title": "x"}, None, '{"title": "x"}', id="an unknown object"),
        pytest.param([], None, "[]", id="a list"),
        pytest.param("", None, "", id="an empty body"),
        pytest.param("null", None, "null", id="null"),
        pytest.param("upstream connect error", None, "upstream connect error", id="plain text"),
        pytest.param("<html><body>504 Gateway Time-out</body></html>", None, "", id="HTML"),
        pytest.param('{"error_code": "DMS.0', None, '{"error_code": "DMS.0', id="broken JSON"),
        pytest.param(b"\xff\xfe\x00", None, "\ufffd\ufffd", id="invalid UTF-8"),
    ],
)
@pytest.mark.parametrize("status", [400, 404, 503])
def test_every_error_shape_has_code_and_message(status: int, body: t.Any, code: str, message: str) -> None:
    error = failure(status, body)
    assert (error.status, error.code, error.message) == (status, code, message)


def test_code_of_the_gateway_keeps_its_prefix() -> None:
    error = failure(400, {"error_code": "APIGW.0308", "error_msg": "x"})
    assert (error.code, error.throttled) == ("APIGW.0308", True)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_an_error_without_its_location(status: int) -> None:
    error = failure(status, "", Location="https://evil.com/s3cret")
    assert str(error) == f'GET /v2/p/x returned {status} "a redirect, which is not followed"'


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
def test_request_id_is_read_from_headers_then_body(
    headers: dict[str, str], body: t.Any, request_id: str | None
) -> None:
    assert failure(500, body, **headers).request_id == request_id


def test_retry_after_is_read() -> None:
    assert failure(429, "", Retry_After="7").retry_after == 7.0
    assert failure(429, "").retry_after is None


def test_message_is_one_line_of_at_most_500_characters() -> None:
    assert failure(400, {"error_msg": "a\r\n b\t\x1b[31mc\u2028d"}).message == "a b [31mc d"
    message = failure(400, {"error_msg": "x" * 501}).message
    assert message == "x" * 500 + "…"


def test_secrets_are_redacted_in_code_message_and_request_id() -> None:
    error = failure(
        400, {"error_code": "C.s3cret", "error_msg": "bad s3cret"}, secrets=("s3cret",), X_Request_Id="r-s3cret"
    )
    assert (error.code, error.message, error.request_id) == ("C.********", "bad ********", "r-********")


@pytest.mark.parametrize("body", [{"error_msg": "x" * 497 + "s3cret"}, " " * 1995 + "s3cret"])
def test_secrets_are_redacted_before_a_message_is_shortened(body: t.Any) -> None:
    assert "s3c" not in failure(400, body, secrets=("s3cret",)).message


def test_deeply_nested_error_is_an_error() -> None:
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
def test_any_body_of_an_error_status_is_a_service_error(body: t.Any, status: int) -> None:
    error = failure(status, body)
    assert error.status == status
    assert "\n" not in str(error)


def test_expect_raises_the_problem() -> None:
    response = read(200, [1], X_Request_Id="r-1")
    with pytest.raises(UnexpectedResponse, match="but the body is not a JSON object"):
        responses.expect_object(response)
    with pytest.raises(UnexpectedResponse, match="but it is odd"):
        responses.expect(response, condition=False, problem="it is odd")
    responses.expect(response, condition=True, problem="it is odd")
    assert responses.expect_object(read(200, {"a": 1})) == {"a": 1}


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
        ("--3", None),
        ("---1", None),
    ],
)
def test_number_is_an_integer_or_its_text(value: t.Any, number: int | None) -> None:
    assert responses.number(value) == number


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (True, True),
        (False, False),
        ("true", True),
        (" False ", False),
        ("", None),
        ("on", None),
        (1, None),
        (None, None),
    ],
)
def test_flag_is_a_boolean_or_its_text(value: t.Any, flag: bool | None) -> None:
    assert responses.flag(value) is flag
