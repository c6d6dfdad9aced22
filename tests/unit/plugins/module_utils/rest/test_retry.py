# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import ServiceError
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.retry import backoff, read_retry_after
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, READ, connection_failed
from hypothesis import example, given
from hypothesis import strategies as st


def throttled(retry_after: float | None) -> ServiceError:
    return ServiceError(READ, "/x", 429, "APIG.0308", "", None, retry_after=retry_after)


@pytest.mark.parametrize(
    ("retry", "least", "most"),
    [(1, 0.25, 0.5), (2, 0.5, 1), (3, 1, 2), (4, 2, 4), (7, 15, 30), (8, 15, 30), (10**6, 15, 30)],
)
def test_backoff_doubles_up_to_30_seconds_with_jitter(retry: int, least: float, most: float) -> None:
    assert backoff(retry, lambda: 0.0) == least
    assert backoff(retry, lambda: 1.0, connection_failed(LOST)) == most


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [(None, 0.5), (0.0, 0.5), (0.1, 0.5), (7.0, 7.0), (60.0, 60.0), (61.0, 60.0), (1e9, 60.0)],
)
def test_retry_after_is_a_minimum_capped_at_60s(retry_after: float | None, seconds: float) -> None:
    assert backoff(1, lambda: 1.0, throttled(retry_after)) == seconds


def test_retry_after_does_not_shorten_the_backoff() -> None:
    assert backoff(9, lambda: 1.0, throttled(7.0)) == 30.0


DATE = "Tue, 02 Jan 2024 03:04:05 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": " 7 "}, 7.0),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "-7"}, None),
        ({"Retry-After": "7.5"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "9" * 20}, 1e20),
        ({"Retry-After": "Tue, 02 Jan 2024 03:04:35 GMT", "Date": DATE}, 30.0),
        ({"Retry-After": "Tuesday, 02-Jan-24 03:04:35 GMT", "Date": DATE}, 30.0),
        ({"Retry-After": "Tue, 02 Jan 2024 05:04:35 +0200", "Date": DATE}, 30.0),
        ({"Retry-After": "Tue, 02 Jan 2024 03:03:35 GMT", "Date": DATE}, 0.0),
        ({"Retry-After": "Tue, 02 Jan 1990 03:04:35 GMT"}, 0.0),
        ({"Retry-After": "Tue, 32 Jan 2024 03:04:35 GMT", "Date": DATE}, None),
        ({"Retry-After": "Tue, 02 Jan 2024 03:04:35 GMT", "Date": "never"}, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers) == seconds


def test_retry_after_date_without_a_date_header_is_compared_with_the_system_clock() -> None:
    assert (read_retry_after({"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}) or 0) > 3600


@given(value=st.text(st.characters(max_codepoint=255, exclude_characters="¹²³"), max_size=30))
@example(value="Mon, 01 Jan 0001 00:00:00 +2359")
@example(value="Mon, 01 Jan 0001 00:00:00 -0000")
@example(value="Fri, 31 Dec 9999 23:59:59 -2359")
@example(value="Fri, 31 Dec 9999 23:59:59")
def test_any_retry_after_is_ignored_or_not_negative(value: str) -> None:
    seconds = read_retry_after({"Retry-After": value})
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    "value",
    ["²", "1³", "Fri, 31 Dec 99999999999999999999 23:59:59 GMT", "Fri, 31 Dec 2024 23:59:59 +99999999999999999999"],
)
def test_unusable_numbers_in_retry_after_are_ignored(value: str) -> None:
    assert read_retry_after({"Retry-After": value}) is None
