# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import socket

import pytest
import requests
import urllib3
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.network_errors import Failure, explain


def _as_urllib3_1_raises(error: Exception) -> requests.exceptions.ConnectionError:
    """Return *error* as urllib3 1.26 raises it, which first calls ``getresponse`` with an argument of Python 2."""
    error.__context__ = TypeError("getresponse() got an unexpected keyword argument 'buffering'")
    error.__suppress_context__ = True  # raise error from None
    return requests.exceptions.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", error))


@pytest.mark.parametrize("error", [ConnectionResetError(104, "Connection reset by peer"), OSError("x")])
def test_connection_closed_counts_as_sent_with_urllib3_1(error: Exception) -> None:
    assert explain(_as_urllib3_1_raises(error), 30) == Failure("the connection was closed")


def test_read_timeout_is_recognised_with_urllib3_1() -> None:
    failure = explain(_as_urllib3_1_raises(socket.timeout("timed out")), 30)
    assert failure == Failure("no complete response within 30 seconds", late=True)


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (TypeError("sequence item 1"), Failure("the request is invalid (TypeError)", sent=False, final=True)),
        (
            requests.exceptions.InvalidURL("s3cret"),
            Failure("the request is invalid (InvalidURL)", sent=False, final=True),
        ),
        (requests.exceptions.SSLError("s3cret"), Failure("TLS: the handshake failed", sent=False, final=True)),
        (
            OSError("Could not find a suitable TLS CA certificate bundle, invalid path: /s3cret"),
            Failure("the bundle of CA certificates can't be read", sent=False, final=True),
        ),
        (requests.exceptions.ChunkedEncodingError("s3cret"), Failure("the connection was closed")),
        (
            requests.exceptions.ReadTimeout("s3cret"),
            Failure("no complete response within 30 seconds", late=True),
        ),
        (
            requests.exceptions.ConnectTimeout("s3cret"),
            Failure("no connection within 30 seconds", sent=False),
        ),
    ],
)
def test_exception_is_explained_without_its_text(error: Exception, failure: Failure) -> None:
    assert explain(error, 30) == failure


def test_cyclic_exceptions_are_explained() -> None:
    first, second = OSError("a"), OSError("b")
    first.__context__, second.__context__ = second, first
    first.args = (second, first)
    assert explain(first, 30).cause == "the connection was closed"
