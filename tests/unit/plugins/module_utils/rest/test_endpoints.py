# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.endpoints import (
    check_endpoint,
    check_iam_endpoint,
    check_region,
    dms_endpoint,
    iam_endpoint,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("region", "domain"),
    [
        ("eu-west-101", "myhuaweicloud.eu"),
        ("eu-west-0", "myhuaweicloud.com"),
        ("cn-north-4", "myhuaweicloud.com"),
        ("ae-ad-1", "myhuaweicloud.com"),
        ("my-kualalumpur-1", "myhuaweicloud.com"),
    ],
)
def test_endpoints_of_a_region_are_in_its_realm(region: str, domain: str) -> None:
    assert dms_endpoint(region) == f"https://dms.{region}.{domain}"
    assert iam_endpoint(region) == f"https://iam.{region}.{domain}"


@pytest.mark.parametrize("region", ["eu-west-101", "cn-north-4", "tr-west-1"])
def test_region_id_is_accepted(region: str) -> None:
    assert check_region(region) == region


@pytest.mark.parametrize(
    "region",
    [
        "",
        " ",
        "EU-WEST-101",
        "eu.west",
        "eu-west-101/",
        "eu-west-101.evil.com",
        "eu_west",
        "é",
        "-a",
        "a-",
        "a\n",
        "a@b",
    ],
)
def test_invalid_region_is_refused(region: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        check_region(region)
    assert str(caught.value) == f"region must be the id of a region, such as eu-west-101, not {region!r}"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://dms.example.com", None),
        ("https://dms.example.com/", "https://dms.example.com"),
        ("https://dms.example.com//", "https://dms.example.com"),
        ("https://dms.example.com:8443/base/path/", "https://dms.example.com:8443/base/path"),
        ("https://10.0.0.1:1", None),
        ("https://[2001:db8::1]:443", None),
        ("http://127.0.0.1:8080", None),
        ("http://127.0.0.1:65535/x", None),
        ("http://127.8.9.10", None),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", None),
    ],
)
def test_https_and_plain_http_to_loopback_are_accepted(address: str, kept: str | None) -> None:
    assert check_endpoint("endpoint", address) == (kept or address)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://iam.example.com/v3", "https://iam.example.com"),
        ("https://iam.example.com/v3/", "https://iam.example.com"),
        ("https://proxy.example.com/iam/v3", "https://proxy.example.com/iam"),
        ("https://iam.example.com/v30", "https://iam.example.com/v30"),
        ("https://iam.example.com/xv3", "https://iam.example.com/xv3"),
        ("https://iam.example.com", "https://iam.example.com"),
    ],
)
def test_version_at_the_end_of_iam_endpoint_is_dropped(address: str, kept: str) -> None:
    assert check_iam_endpoint(address) == kept


@pytest.mark.parametrize(
    "host",
    [
        "dms.example.com",
        "127.0.0.1.evil.com",
        "localhost.evil.com",
        "evil.localhost",
        "0x7f.1",
        "127.1",
        "0177.0.0.1",
        "2130706433",
        "0.0.0.0",
        "10.0.0.1",
        "169.254.169.254",
        "127.0.0.1.",
        "128.0.0.1",
        "[::]",
        "[::2]",
        "[2001:db8::1]",
    ],
)
def test_plain_http_beyond_loopback_is_refused(host: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        check_endpoint("iam_endpoint", f"http://{host}:80/x")
    assert (
        str(caught.value)
        == f"iam_endpoint must begin with https://; plain http is for a loopback address only, not for {host}"
    )


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "dms.example.com",
        "//dms.example.com",
        "ftp://dms.example.com",
        "HTTPS//dms.example.com",
        "https://",
        "https:///x",
        "https://dms.example.com:0",
        "https://dms.example.com:65536",
        "https://dms.example.com:1e3",
        "https://dms.example.com:",
        "https://dms.example.com:\uff18\uff10",
        "https://user:s3cret@dms.example.com",
        "http://s3cret@127.0.0.1",
        "http://127.0.0.1@evil.com",
        "http://127.0.0.1:80@evil.com",
        "http://127.0.0.1\\@evil.com",
        "http://127.0.0.1\\.evil.com",
        "http://evil.com\\@127.0.0.1",
        "http://127.0.0.1#@evil.com",
        "http://127.0.0.1?@evil.com",
        "http:\\\\127.0.0.1",
        "http://①②⑦.0.0.1",
        "http://\uff11\uff12\uff17.0.0.1",
        "http://\uff4cocalhost",
        "http://127.0.0.1%2eevil.com",
        "http://127。0。0。1",
        "http://[::1",
        "http://::1",
        "http://[::1%25eth0]",
        "http://[::1]evil.com",
        "https://dms.example.com/?s3cret=1",
        "https://dms.example.com/#x",
        "https://dms.example.com/a b",
        "https://dms.example.com/é",
        "https://dms.example.com\n",
        "\nhttps://dms.example.com",
        " https://dms.example.com",
        "https://dms.example.com\r\nX-Evil: 1",
        "https://dms_x.example.com",
    ],
)
def test_invalid_address_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        check_endpoint("endpoint", address)
    assert (
        str(caught.value)
        == "endpoint must be an address such as https://dms.example.com, without user, query and fragment"
    )


@given(host=st.text("127.0l:[]@\\/%xeﬀ \uff11", max_size=12))
def test_plain_http_is_accepted_for_loopback_only(host: str) -> None:
    try:
        check_endpoint("endpoint", "http://" + host)
    except InvalidOption:
        return
    name = host.partition("/")[0].partition(":")[0] if not host.startswith("[") else "[::1]"
    assert name.startswith("127.") or name == "[::1]"
