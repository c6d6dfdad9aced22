# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a request is sent once more, and after which pause."""

from __future__ import annotations

import random
import time
import typing as t
from email.utils import parsedate_to_datetime

from .errors import KafkaError, NoAnswer, ServiceError

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LONGEST_RETRY_AFTER = 60.0


def worth_another_try(error: KafkaError, idempotent: bool) -> bool:
    """Return whether the request that ended in *error* may and should be sent again.

    A refusal by flow control, and a connection that was never made, leave nothing done, so any request may follow.
    Else only one that does no harm when it runs twice. Never after 401 or 403: five failures lock an access key.
    """
    if isinstance(error, NoAnswer):
        return not error.final and (idempotent or not error.may_have_happened)
    if isinstance(error, ServiceError):
        return error.throttled or (idempotent and error.transient)
    return False


def pause_before(retry: int, error: KafkaError | None = None, draw: t.Callable[[], float] = random.random) -> float:
    """Return the seconds to wait before try number *retry* (1 is the first repetition): exponential, with jitter.

    ``Retry-After`` of the answer is honoured as the least, up to a minute. *draw* gives numbers from 0 up to 1.
    """
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (min(retry, 20) - 1)) * (0.5 + draw() / 2)
    asked = error.retry_after if isinstance(error, ServiceError) else None
    return max(pause, min(asked, LONGEST_RETRY_AFTER)) if asked else pause


def read_retry_after(headers: t.Mapping[str, str]) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, as a number or a date; ``None`` if unusable."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value).timestamp()
        # The answer's own date, where it has one, is the clock that the server meant.
        now = parsedate_to_datetime(headers["Date"]).timestamp() if "Date" in headers else time.time()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return max(0.0, float(until - now))
