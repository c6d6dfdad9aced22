# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What the options of the module for offsets ask for, without any request."""

from __future__ import annotations

import re
import typing as t
from datetime import datetime, timedelta, timezone

from ...api.consumer_offsets import LAST
from ...rest.errors import InvalidOption
from ..consumer_group.fields import check_group_name
from ..options import check_name

_TIME = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)? ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)",
    re.ASCII,
)
_NUMBER = re.compile(r"[0-9]{1,30}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
# As milliseconds, times in seconds are in 1970.
_YEAR_1973 = 100_000_000_000
_RULE = "milliseconds since 1970, or a time with its zone, such as 2026-01-31T08:00:00+01:00 or 2026-01-31T07:00:00Z"


class Wanted(t.NamedTuple):
    """Which offsets of *group* are wanted: of *topic*, or of all, of a *partition*, or of all.

    *to* is ``earliest``, ``latest``, ``offset`` or ``time``, and *value* the offset, or the time in ms since 1970. ``None`` as *to*:
    none are wanted.
    """

    group: str
    topic: str | None
    partition: int | None
    to: str | None
    value: int = 0

    @property
    def body(self) -> dict[str, int]:
        """What the service is sent: an offset where one will do, because that selects the same message at any time."""
        if self.to == "time":
            return {"timestamp": self.value}
        return {"message_offset": {"earliest": 0, "latest": LAST}.get(t.cast("str", self.to), self.value)}

    @property
    def time(self) -> str:
        """The time in UTC, for messages."""
        return shown_time(self.value)

    @property
    def looks_like_seconds(self) -> bool:
        return self.to == "time" and 0 < self.value < _YEAR_1973


def read_options(params: t.Mapping[str, t.Any]) -> Wanted:
    """Return what *params* ask for. Raises :class:`InvalidOption`."""
    group, topic = check_group_name(params), check_name(params, "topic")
    every, partition, to = params["all_topics"], params["partition"], params["to"]
    if (topic is None) is not every:
        raise InvalidOption("exactly one of topic and all_topics: true must be set")
    if topic in (".", ".."):
        raise InvalidOption(f"topic can't be {topic!r}")
    if partition is not None and (every or params["state"] == "absent"):
        raise InvalidOption("partition needs topic" if every else "partition can't be set with state: absent")
    _check_number("partition", partition)
    if params["state"] == "absent":
        for option in ("to", "offset", "timestamp"):
            if params[option] is not None:
                raise InvalidOption(f"{option} can't be set with state: absent")
        return Wanted(group, topic, None, None)
    if to is None:
        raise InvalidOption("to must be set", "Set it to earliest, latest, offset or time.")
    for option, needed in (("offset", "offset"), ("timestamp", "time")):
        if (params[option] is not None) is not (to == needed):
            raise InvalidOption(
                f"to: {to} needs {option}" if to == needed else f"{option} needs to: {needed}, not to: {to}"
            )
    if every and to != "time":
        raise InvalidOption(
            f"all_topics needs to: time, not to: {to}",
            "The service takes only a time for all topics: set topic, in a loop if needed.",
        )
    if to == "time":
        return Wanted(group, topic, partition, to, _read_time(params["timestamp"]))
    _check_number("offset", params["offset"])
    return Wanted(group, topic, partition, to, min(params["offset"] or 0, LAST))


def _check_number(option: str, value: t.Any) -> None:
    if isinstance(value, bool) or (value is not None and value < 0):
        raise InvalidOption(f"{option} must be a number, 0 or more, not {value!r}")


def _read_time(value: str) -> int:
    """Return *value* in ms since 1970; times before are 0."""
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return min(int(text), 2**63 - 1)
    match = _TIME.fullmatch(text)
    if not match:
        raise InvalidOption(f"timestamp must be {_RULE}, not {value!r}")
    *parts, fraction, zone = match.groups()
    sign = -1 if zone[0] == "-" else 1
    minutes = 0 if zone in "Zz" else int(zone[1:3]) * 60 + int(zone[3:].strip(":") or 0)
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in parts)
        local = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError as error:
        raise InvalidOption(f"timestamp {value!r} is not a time: {error}") from None
    milliseconds = (local - _EPOCH) // _MILLISECOND + int((fraction or "").ljust(3, "0")[:3]) - sign * minutes * 60_000
    # Kafka gives negative numbers a meaning.
    return max(milliseconds, 0)


def shown_time(milliseconds: int) -> str:
    """Return a time as text in UTC, or as a number if no calendar has it."""
    try:
        text = (_EPOCH + milliseconds * _MILLISECOND).isoformat(
            timespec="milliseconds" if milliseconds % 1000 else "seconds"
        )
    except OverflowError:
        return f"{milliseconds} ms"
    return text.replace("+00:00", "Z")
