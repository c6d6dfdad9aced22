# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket

import pytest
import requests
import urllib3
from ansible_collections.huaweicloud.kafka.plugins.module_utils.client.causes import Cause, cause_of


def _as_urllib3_1_raises(error: Exception) -> requests.exceptions.ConnectionError:
    """Return *error* as the older urllib3 gives it, which tries to read an answer in the way of Python 2 first."""
    error.__context__ = TypeError("getresponse() got an unexpected keyword argument 'buffering'")
    error.__suppress_context__ = True  # raise error from None
    return requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", error))


@pytest.mark.parametrize("error", [ConnectionResetError(104, "Connection reset by peer"), OSError("x")])
def test_a_connection_that_breaks_off_is_no_request_that_was_never_sent(error: Exception) -> None:
    assert cause_of(_as_urllib3_1_raises(error), 30) == Cause("the connection broke off", sent=True, final=False)


def test_silence_is_told_with_the_older_urllib3_too() -> None:
    cause = cause_of(_as_urllib3_1_raises(socket.timeout("timed out")), 30)
    assert cause == Cause("no whole answer came within 30 seconds", sent=True, final=False, late=True)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (TypeError("sequence item 1"), Cause("the request can't be formed (TypeError)", sent=False, final=True)),
        (
            requests.exceptions.InvalidURL("s3cret"),
            Cause("the request can't be formed (InvalidURL)", sent=False, final=True),
        ),
        (requests.exceptions.SSLError("s3cret"), Cause("TLS: the handshake failed", sent=False, final=True)),
        (
            OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /s3cret"),
            Cause("the bundle of CA certificates can't be read", sent=False, final=True),
        ),
        (requests.exceptions.ChunkedEncodingError("s3cret"), Cause("the connection broke off", sent=True, final=False)),
        (
            requests.exceptions.ReadTimeout("s3cret"),
            Cause("no whole answer came within 30 seconds", sent=True, final=False, late=True),
        ),
        (
            requests.exceptions.ConnectTimeout("s3cret"),
            Cause("no connection within 30 seconds", sent=False, final=False),
        ),
    ],
)
def test_what_an_exception_means(error: Exception, cause: Cause) -> None:
    assert cause_of(error, 30) == cause


def test_exceptions_that_hold_each_other_end() -> None:
    first, second = OSError("a"), OSError("b")
    first.__context__, second.__context__ = second, first
    first.args = (second, first)
    assert cause_of(first, 30).text == "the connection broke off"
