# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import html
import json
import re
import typing as t
from urllib.parse import quote, quote_plus

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.redact import MASK, Redactor, in_one_line
from hypothesis import assume, given
from hypothesis import strategies as st

SECRET = 'p/ss "wörd"+100%\\'

SPELLINGS = {
    "unchanged": SECRET,
    "percent-encoded": quote(SECRET, safe=""),
    "in JSON": json.dumps(SECRET)[1:-1],
    "in a repr": repr(SECRET)[1:-1],
    "percent-encoded except slashes": quote(SECRET),
    "percent-encoded in lower case": re.sub("%..", lambda match: match[0].lower(), quote(SECRET, safe="")),
    "form-encoded": quote_plus(SECRET),
    "in JSON with non-ASCII characters": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "in JSON twice": json.dumps(json.dumps(SECRET))[3:-3],
    "in HTML": html.escape(SECRET),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_secret_is_redacted_in_every_spelling(spelling: str) -> None:
    assert Redactor([SECRET]).text(f"<{SPELLINGS[spelling]}>") == f"<{MASK}>"


def test_blank_secrets_are_ignored() -> None:
    assert Redactor(["", " "]).text("all of it") == "all of it"


def test_secret_that_contains_another_is_redacted_completely() -> None:
    redactor = Redactor(["abc"])
    redactor.add("abcdef", "")
    assert redactor.text("abcdef abc") == f"{MASK} {MASK}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param(
            "verify aksk signature fail, canonicalRequest:GET|/v2/p/|a=1|content-type:application/json|host:h"
            "|x-sdk-date:20240102T030405Z|x-security-token:ST0KEN/+=|content-type;host;x-sdk-date;x-security-token|e3b0",
            "verify aksk signature fail, canonicalRequest:GET|/v2/p/|a=1|content-type:application/json|host:h"
            "|x-sdk-date:20240102T030405Z|x-security-token:********|content-type;host;x-sdk-date;x-security-token|e3b0",
            id="the canonical request that a signature error echoes",
        ),
        pytest.param("X-Auth-Token: abc\r\nHost: h", "X-Auth-Token: ********\r\nHost: h", id="a header"),
        pytest.param("x-subject-token = abc; x", "x-subject-token = ********; x", id="a header with an equals sign"),
        pytest.param(
            "Authorization: SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;x-sdk-date, Signature=0123abcdef",
            "Authorization: ********, SignedHeaders=host;x-sdk-date, Signature=********",
            id="the header of a signature",
        ),
        pytest.param("signature = 0123ABCDEF.", "signature = ********.", id="a signature alone"),
        pytest.param("the token x-auth-token is missing", "the token x-auth-token is missing", id="a name alone"),
        pytest.param("http://user:pw@proxy:3128/", "http://user:********@proxy:3128/", id="a password in a URL"),
        pytest.param("http://:pw@proxy", "http://:********@proxy", id="a password without a user"),
        pytest.param("http://u:p1@a and https://u:p2@b", "http://u:********@a and https://u:********@b", id="two URLs"),
        pytest.param("http://proxy:3128/a@b", "http://proxy:3128/a@b", id="a URL without a password"),
        pytest.param("http://user:p/s?s#@proxy/", "http://user:********@proxy/", id="a password with a slash"),
        pytest.param(
            "http://user:p@ss@proxy/",
            "http://user:********@proxy/",
            id="a password with an at sign",
        ),
        pytest.param(
            '{"X-Auth-Token": "abc"}',
            '{"X-Auth-Token": "********"}',
            id="a header in JSON",
        ),
    ],
)
def test_unknown_credentials_are_redacted_by_pattern(text: str, masked: str) -> None:
    assert Redactor().text(text) == masked


def test_task_redactor_masks_shared_secrets_and_never_adds_to_them() -> None:
    shared = Redactor(["token"])
    first, second = Redactor(["archive"], shared), Redactor([], shared)
    shared.add("later")
    assert first.text("archive token later") == f"{MASK} {MASK} {MASK}"
    assert second.text("archive token later") == f"archive {MASK} {MASK}"
    assert shared.text("archive") == "archive"


def test_data_is_redacted_at_every_depth_in_a_copy() -> None:
    given_ = {"a": ["xpwx", {"b": ("pw", 1, None, True, 1.5)}], "c": "clean"}
    assert Redactor(["pw"]).data(given_) == {"a": [f"x{MASK}x", {"b": [MASK, 1, None, True, 1.5]}], "c": "clean"}
    assert given_["a"][0] == "xpwx"


def test_field_names_are_kept_and_other_keys_redacted() -> None:
    assert Redactor(["ed"]).data({"failed": "ed", "Failed ed": 1, 1: "ed"}) == {
        "failed": MASK,
        f"Fail{MASK} {MASK}": 1,
        1: MASK,
    }


def test_data_below_the_depth_limit_is_replaced() -> None:
    nested: t.Any = "pw"
    for _level in range(2000):
        nested = [nested]
    shown = Redactor(["pw"]).data(nested)
    depth = 0
    while isinstance(shown, list):
        shown, depth = shown[0], depth + 1
    assert (shown, depth) == ("…", 50)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("plain", "plain"),
        (" a\r\n b\tc ", "a b c"),
        ("a\x1b[31mred\x00", "a [31mred"),
        ("a\u2028b\x85c\u202ed", "a b c d"),
        ("é 漢 …", "é 漢 …"),
    ],
)
def test_in_one_line(text: str, line: str) -> None:
    assert in_one_line(text) == line


def _texts(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


_SECRETS = st.lists(st.text("abXY/+= \"'\\%&é\n.", min_size=3, max_size=8), min_size=1, max_size=3)
_AROUND = st.text("abX/+= \"'\\%|:*\n", max_size=6)


@given(secrets=_SECRETS, around=st.lists(_AROUND, min_size=4, max_size=4))
def test_no_text_contains_a_secret(secrets: list[str], around: list[str]) -> None:
    pieces = [around[0]]
    for secret in secrets:
        pieces += [secret, around[1], quote(secret, safe=""), around[2], json.dumps(secret), around[3], repr(secret)]
    shown = "".join(Redactor(secrets).text("".join(pieces)))
    for secret in secrets:
        assert secret not in shown
        assert quote(secret, safe="") not in shown


@given(
    secret=st.text("abXY/+=.é", min_size=2, max_size=6),
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | st.text("abXY/+=.é", max_size=12),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abXY", max_size=4), inner, max_size=3),
        max_leaves=8,
    ),
)
def test_no_data_contains_a_secret(secret: str, data: t.Any) -> None:
    assume("*" not in secret)
    assume(not re.fullmatch("[a-z_]+", secret))  # field names are kept
    assert not any(secret in text for text in _texts(Redactor([secret]).data([data, secret, {secret: secret}])))
