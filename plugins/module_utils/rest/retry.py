# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""When a request is sent again, and after which backoff."""

from __future__ import annotations

import time
import typing as t
from email.utils import parsedate_to_datetime

from .errors import ConnectionFailed, KafkaError, ServiceError

FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 30.0
LONGEST_RETRY_AFTER = 60.0


def is_retryable(error: KafkaError, repeatable: bool) -> bool:
    """Return whether the request that failed with *error* may and should be sent again.

    After flow control, and without a connection, nothing was processed, so every request may be sent again; after other
    failures only a *repeatable* one. Never after 401 or 403: five failed attempts lock an access key.
    """
    if isinstance(error, ConnectionFailed):
        return not error.final and (repeatable or not error.maybe_processed)
    if isinstance(error, ServiceError):
        return error.throttled or (repeatable and error.transient)
    return False


def backoff(retry: int, draw: t.Callable[[], float], error: KafkaError | None = None) -> float:
    """Return the seconds to wait before retry number *retry*, from 1: exponential, with jitter.

    ``Retry-After`` of the response is honoured as a minimum, capped at 60 seconds. *draw* returns numbers from 0 up to 1.
    """
    seconds = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2.0 ** (min(retry, 20) - 1)) * (0.5 + draw() / 2)
    asked = error.retry_after if isinstance(error, ServiceError) else None
    return max(seconds, min(asked, LONGEST_RETRY_AFTER)) if asked else seconds


def read_retry_after(headers: t.Mapping[str, str]) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, as a number or a date; ``None`` if it is unusable."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value).timestamp()
        # The date of the response, if it has one, is of the same clock.
        now = parsedate_to_datetime(headers["Date"]).timestamp() if "Date" in headers else time.time()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return max(0.0, float(until - now))
