# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import hashlib
import typing as t
from urllib.parse import quote, quote_plus

import pytest
import requests
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.auth import Auth, TokenAuth
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.credentials import AccessKey
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.signature import (
    SignatureAuth,
    authorization,
    canonical_path,
    canonical_query,
    canonical_request,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import PROJECT_ID, Clock
from hypothesis import given, settings
from hypothesis import strategies as st

# The keys in the examples of the public documentation.
ACCESS_KEY = "QTWAOYTTINDUT2QVKYUC"
SECRET_KEY = "MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc"
KEYS = AccessKey(ACCESS_KEY, SECRET_KEY)


class Vector(t.NamedTuple):
    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    signed: str
    signature: str


VECTORS = {
    "signing guide": Vector(
        "GET",
        "https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs"
        "?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0",
        {
            "Content-Type": "application/json",
            "Host": "service.region.example.com",
            "X-Sdk-Date": "20191115T033655Z",
        },
        b"",
        "content-type;host;x-sdk-date",
        "7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe",
    ),
    "with a body and temporary keys": Vector(
        "POST",
        f"https://dms.eu-west-101.myhuaweicloud.eu/v2/{PROJECT_ID}/connectors/c-1/sink-tasks",
        {
            "Content-Type": "application/json",
            "X-Sdk-Date": "20240102T030405Z",
            "X-Project-Id": PROJECT_ID,
            "X-Security-Token": "TOKEN",
            "User-Agent": "ua/1.0",
            "Host": "dms.eu-west-101.myhuaweicloud.eu",
        },
        '{"task_name":"tést"}'.encode(),
        "content-type;host;user-agent;x-project-id;x-sdk-date;x-security-token",
        "f0f862241edc6886e7e668ade17611b75d27348b733073b576653459f67854a9",
    ),
    "with a query": Vector(
        "GET",
        "https://h/v2/p%20x/a+b/~z?b=x%20y&a=1%2B2&a=~%C3%A9&flag=true",
        {"Host": "h", "X-Sdk-Date": "20240102T030405Z"},
        b"",
        "host;x-sdk-date",
        "3a9863e827766c4b028cb2552248547b68ee0e536a57a7bfa2442ef156500ad9",
    ),
}


@pytest.mark.parametrize("name", VECTORS)
def test_signature_is_the_published_one(name: str) -> None:
    vector = VECTORS[name]
    assert authorization(vector.method, vector.url, vector.headers, vector.body, ACCESS_KEY, SECRET_KEY) == (
        f"SDK-HMAC-SHA256 Access={ACCESS_KEY}, SignedHeaders={vector.signed}, Signature={vector.signature}"
    )


def test_canonical_request_is_the_published_one() -> None:
    vector = VECTORS["signing guide"]
    canonical, signed = canonical_request(vector.method, vector.url, vector.headers, vector.body)
    assert signed == vector.signed
    assert (
        hashlib.sha256(canonical.encode()).hexdigest()
        == "b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a"
    )


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("", "/"),
        ("/", "/"),
        ("/v2", "/v2/"),
        ("/v2/", "/v2/"),
        ("/v2//x", "/v2//x/"),
        ("/v2/p%20x/a+b/~z", "/v2/p%20x/a%2Bb/~z/"),
        ("/é", "/%C3%A9/"),
        ("/%c3%a9", "/%C3%A9/"),
        ("/100%", "/100%25/"),
    ],
)
def test_canonical_path(path: str, canonical: str) -> None:
    assert canonical_path(path) == canonical


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("b=2&a=1", "a=1&b=2"),
        ("a=2&a=10", "a=10&a=2"),
        ("flag", "flag="),
        ("flag=", "flag="),
        ("=x", "=x"),
        ("a=x+y", "a=x%20y"),
        ("b=x%20y&a=1%2B2&a=~%C3%A9&flag=true", "a=1%2B2&a=~%C3%A9&b=x%20y&flag=true"),
    ],
)
def test_canonical_query(query: str, canonical: str) -> None:
    assert canonical_query(query) == canonical


def test_header_names_are_lowercased_and_sorted_and_values_trimmed() -> None:
    canonical, signed = canonical_request("get", "/", {"X-Sdk-Date": " d\t", "Host": "h", "content-TYPE": "c"}, b"")
    assert signed == "content-type;host;x-sdk-date"
    assert canonical.startswith("GET\n/\n\ncontent-type:c\nhost:h\nx-sdk-date:d\n\ncontent-type;host;x-sdk-date\n")


# Comparison with the vendor's signer, if it can be imported.


class Sample(t.NamedTuple):
    method: str
    path: str
    pairs: list[tuple[str, str]]
    query: str
    headers: dict[str, str]
    body: bytes


def _request(path: str, pairs: str, headers: dict[str, str], body: str) -> list[Sample]:
    """Return a request with each encoding of its query. Bars separate pairs, stars separate key and value."""
    drawn = [(key, value) for key, _star, value in (pair.partition("*") for pair in pairs.split("|"))]
    return [
        Sample(
            method,
            "/" + path,
            drawn,
            "&".join(f"{encode(key)}={encode(value)}" for key, value in drawn),
            {"Host": "dms.example.com", "X-Sdk-Date": "20240102T030405Z", **headers},
            body.encode(),
        )
        for method, encode in (("GET", quote), ("put", quote_plus), ("DELETE", lambda text: quote(text, safe="")))
    ]


# Simple strategies, so that many examples take little time. An encoded slash has its own test.
_PATH = st.lists(
    st.sampled_from(["/", "a", "~", "+", ".", "é", "漢", "%20", "%2B", "%3F", "%c3%a9", "%FF", "%25", "%", "=&"])
)
_PAIRS = st.text("|*|*ab%+&=/?#~é漢; .\"'\t\n\U0001f600", max_size=20)
_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        # The vendor's signer omits a body that is not JSON.
        "Content-Type": st.sampled_from(["application/json", "application/json;charset=UTF-8 "]),
        "X-Project-Id": st.text("0a", max_size=4),
        "x-security-TOKEN": st.text(' é漢,;=:/"aZ\xa0', max_size=12),
    },
)
_BODY = st.text('{}:"\\aé漢 \n', max_size=12)


@pytest.fixture(scope="module")
def vendor() -> t.Callable[[Sample], tuple[str, str]]:
    """Return a function that returns the canonical request and the Authorization header of the vendor's signer."""
    signer_module = pytest.importorskip(
        "huaweicloudsdkcore.signer.signer", reason="huaweicloudsdkcore is not installed"
    )
    sdk_request = pytest.importorskip("huaweicloudsdkcore.sdk_request")

    class Keys(t.NamedTuple):
        ak: str
        sk: str

    class Signer(signer_module.Signer):  # type: ignore[name-defined,misc]
        canonical = ""

        def _process_string_to_sign(self, canonical_request: str, time: t.Any) -> str:
            self.canonical = canonical_request
            return super()._process_string_to_sign(canonical_request, time)

    signer = Signer(Keys(ACCESS_KEY, SECRET_KEY))

    def sign(request: Sample) -> tuple[str, str]:
        signed = signer.sign(
            sdk_request.SdkRequest(
                method=request.method,
                resource_path=request.path,
                query_params=list(request.pairs),
                header_params=dict(request.headers),
                body=request.body,
            )
        )
        return signer.canonical, signed.header_params["Authorization"]

    return sign


def _ours(request: Sample) -> tuple[str, str]:
    url = "https://dms.example.com" + request.path + ("?" + request.query if request.pairs else "")
    return (
        canonical_request(request.method, url, request.headers, request.body)[0],
        authorization(request.method, url, request.headers, request.body, ACCESS_KEY, SECRET_KEY),
    )


@settings(max_examples=700)  # of three requests each
@given(requests_=st.builds(_request, _PATH.map("".join), _PAIRS, _HEADERS, _BODY))
def test_signature_equals_that_of_the_vendor(
    vendor: t.Callable[[Sample], tuple[str, str]], requests_: list[Sample]
) -> None:
    for request in requests_:
        assert _ours(request) == vendor(request)


def test_encoded_slash_is_signed_as_the_vendor_does(vendor: t.Callable[[Sample], tuple[str, str]]) -> None:
    request_ = Sample("GET", "/v2/a%2Fb", [], "", {"Host": "h", "X-Sdk-Date": "20240102T030405Z"}, b"")
    assert _ours(request_) == vendor(request_)


# Credentials in requests.


def _prepared(auth: t.Any, url: str = "https://dms.example.com/v2/x", **headers: str) -> requests.PreparedRequest:
    return requests.Request("GET", url, headers=headers, auth=auth).prepare()


def test_signed_request_contains_what_the_signature_covers(clock: Clock) -> None:
    keys = AccessKey(ACCESS_KEY, SECRET_KEY, "TOKEN")
    url = "https://dms.example.com:8443/v2/p/x?a=1"
    sent = _prepared(
        SignatureAuth(keys, clock),
        url,
        **{"Content-Type": "application/json", "X-Project-Id": PROJECT_ID, "Accept": "*/*"},
    ).headers
    covered = {
        "Content-Type": "application/json",
        "Host": "dms.example.com:8443",
        "X-Project-Id": PROJECT_ID,
        "X-Sdk-Date": "20240102T030405Z",
        "X-Security-Token": "TOKEN",
    }
    assert sent == {
        **covered,
        "Accept": "*/*",
        "Authorization": authorization("GET", url, covered, b"", ACCESS_KEY, SECRET_KEY),
    }


def test_permanent_key_sends_neither_security_token_nor_secret(clock: Clock) -> None:
    sent = _prepared(SignatureAuth(KEYS, clock)).headers
    assert set(sent) == {"X-Sdk-Date", "Host", "Authorization"}
    assert SECRET_KEY not in str(sent)


def test_each_request_is_signed_with_its_own_date(clock: Clock) -> None:
    auth = SignatureAuth(KEYS, clock)
    first = _prepared(auth).headers
    clock.sleep(1)
    second = _prepared(auth).headers
    assert (first["X-Sdk-Date"], second["X-Sdk-Date"]) == ("20240102T030405Z", "20240102T030406Z")
    assert first["Authorization"] != second["Authorization"]


@pytest.mark.parametrize("url", ["https://dms.example.com:443/", "http://127.0.0.1:80/", "http://[::1]:8080/"])
def test_host_is_sent_and_signed_with_its_port(clock: Clock, url: str) -> None:
    sent = _prepared(SignatureAuth(KEYS, clock), url).headers
    assert sent["Host"] == url.split("/")[2]


def test_text_body_is_signed_as_bytes(clock: Clock) -> None:
    auth = SignatureAuth(KEYS, clock)
    signatures = {
        requests.Request("POST", "https://h/", data=body, auth=auth).prepare().headers["Authorization"]
        for body in ("tést", "tést".encode())
    }
    assert len(signatures) == 1


def test_token_is_sent_and_plain_auth_sends_nothing() -> None:
    assert dict(_prepared(TokenAuth("T")).headers) == {"X-Auth-Token": "T"}
    assert dict(_prepared(Auth()).headers) == {}
