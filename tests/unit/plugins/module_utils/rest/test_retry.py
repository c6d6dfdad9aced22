# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.errors import NoAnswer, ServiceError
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.retries import pause_before, read_retry_after
from hypothesis import example, given
from hypothesis import strategies as st


def asked(seconds: float | None) -> ServiceError:
    return ServiceError("GET", "/x", 429, "APIG.0308", "", None, retry_after=seconds)


@pytest.mark.parametrize(
    ("retry", "least", "most"),
    [(1, 0.25, 0.5), (2, 0.5, 1), (3, 1, 2), (4, 2, 4), (7, 15, 30), (8, 15, 30), (10**6, 15, 30)],
)
def test_pauses_double_up_to_half_a_minute_with_jitter(retry: int, least: float, most: float) -> None:
    assert pause_before(retry, None, draw=lambda: 0.0) == least
    assert pause_before(retry, NoAnswer("GET", "https://h", "x"), draw=lambda: 1.0) == most
    assert least <= pause_before(retry) <= most


@pytest.mark.parametrize(
    ("retry_after", "pause"), [(None, 0.5), (0.0, 0.5), (0.1, 0.5), (7.0, 7.0), (60.0, 60.0), (61.0, 60.0), (1e9, 60.0)]
)
def test_a_pause_that_is_asked_for_is_the_least_up_to_a_minute(retry_after: float | None, pause: float) -> None:
    assert pause_before(1, asked(retry_after), draw=lambda: 1.0) == pause


def test_a_long_pause_of_ours_is_not_shortened() -> None:
    assert pause_before(9, asked(7.0), draw=lambda: 1.0) == 30.0


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
def test_reads_the_pause_that_an_answer_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers) == seconds


def test_without_a_date_of_its_own_the_clock_of_this_machine_tells_how_long_a_date_is_off() -> None:
    assert (read_retry_after({"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}) or 0) > 3600


@given(value=st.text(st.characters(max_codepoint=255, exclude_characters="¹²³"), max_size=30))
@example(value="Mon, 01 Jan 0001 00:00:00 +2359")
@example(value="Mon, 01 Jan 0001 00:00:00 -0000")
@example(value="Fri, 31 Dec 9999 23:59:59 -2359")
@example(value="Fri, 31 Dec 9999 23:59:59")
def test_no_header_is_too_strange(value: str) -> None:
    seconds = read_retry_after({"Retry-After": value})
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    "value",
    ["²", "1³", "Fri, 31 Dec 99999999999999999999 23:59:59 GMT", "Fri, 31 Dec 2024 23:59:59 +99999999999999999999"],
)
def test_numbers_that_are_none_are_no_pause(value: str) -> None:
    assert read_retry_after({"Retry-After": value}) is None
