# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Offsets as they are, as they are wanted, and what a change means for the clients: pure functions, without any request."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from .options import Wanted

Key = tuple[str, int]
"""A topic and a partition."""


class Offset(t.NamedTuple):
    """The offset of a group in a partition, and the first and the next offset of the partition. ``None``: not set, or not known."""

    current: int | None
    start: int | None = None
    end: int | None = None

    @property
    def behind(self) -> int | None:
        """How many messages are before the end."""
        return None if self.current is None or self.end is None else max(self.end - self.current, 0)

    def clamped(self, offset: int) -> int:
        """Return what the service takes *offset* as: one that is outside of the partition as its start or its end."""
        offset = offset if self.end is None else min(offset, self.end)
        return offset if self.start is None else max(offset, self.start)


Offsets = dict[Key, Offset]


def target(wanted: Wanted, offset: Offset) -> int | None:
    """Return the offset that *wanted* leads to; ``None`` if none is wanted, or if only the service can find it."""
    if wanted.to in (None, "time"):
        return None
    return offset.clamped(wanted.body["message_offset"])


def changing(wanted: Wanted, offsets: Offsets) -> list[Key]:
    """Return the partitions whose offsets change: with a time, which only the service can look up, all."""
    if wanted.to in (None, "time"):
        return list(offsets)
    return [key for key, offset in offsets.items() if offset.current != target(wanted, offset)]


def is_done(wanted: Wanted, before: Offset, after: Offset | None) -> bool:
    """Return whether *after*, which was read later than *before*, is what the request led to.

    The ends of a partition move meanwhile, and the target with them.
    """
    current = after.current if after else None
    if wanted.to is None:
        return current is None
    if current is None or after is None:
        # Whether a reset of all topics sets offsets where there was none is not documented.
        return wanted.topic is None and before.current is None
    ends = [each for each in (target(wanted, before), target(wanted, after)) if each is not None]
    return not ends or min(ends) <= current <= max(ends)


def warnings(wanted: Wanted) -> list[str]:
    """Return what a user has to know of any change to what is *wanted*."""
    found = []
    if wanted.to is None:
        found.append(
            "A client without an offset begins where its auto.offset.reset requires: earliest reads again what the topic has,"
            " latest skips what is waiting."
        )
    elif wanted.to == "time":
        found.append(
            "Only the service can find the offset of a time, so with to: time the task is always changed. Each run of it makes the"
            " clients begin at that time again."
        )
    if wanted.looks_like_seconds:
        found.append(f"timestamp is in milliseconds, so {wanted.value} is {wanted.time}.")
    return found


def moved(before: Offset, after: int | None) -> tuple[int | None, int | None]:
    """Return how many messages a change skips, and how many it repeats; ``None`` if that depends on the clients."""
    if before.current is None or after is None:
        return (None, None) if before.current != after else (0, 0)
    # What is not kept any more can neither be skipped nor be read.
    current = before.clamped(before.current)
    return max(after - current, 0), max(current - after, 0)


def row(key: Key, before: Offset, after: int | None, known: bool = True) -> Row:
    """Return the result of a partition; *known* is whether *after* is."""
    skipped, repeated = moved(before, after) if known else (None, None)
    topic, partition = key
    return {
        "topic": topic,
        "partition": partition,
        "before": before.current,
        "after": after,
        "skipped": skipped,
        "repeated": repeated,
    }


def total(rows: t.Sequence[Row], name: str) -> int | None:
    """Return the sum of *name* of *rows*; ``None`` if one is not known."""
    values = [each[name] for each in rows]
    return None if None in values else sum(values)


def described_keys(wanted: Wanted, before: Offsets, now: Offsets, keys: t.Iterable[Key]) -> str:
    """Return *keys* with their offsets *now*, and with the wanted ones, for messages."""
    texts = []
    for key in keys:
        current, new = current_of(now, key), target(wanted, before[key])
        text = f"{key[0]} [{key[1]}] is {'not set' if current is None else current}"
        texts.append(text if new is None else f"{text}, wanted {new}")
    return "; ".join(texts)


def current_of(offsets: Offsets, key: Key) -> int | None:
    """Return the offset in a partition, ``None`` if there is none."""
    return offsets[key].current if key in offsets else None


def report(
    wanted: Wanted,
    before: Offsets,
    now: Offsets,
    keys: t.Sequence[Key],
    read_at: str,
    predicted: bool,
    known: bool,
) -> tuple[dict[str, t.Any], tuple[dict[str, t.Any], dict[str, t.Any]]]:
    """Return what the module returns, and the two sides of the diff: as it is *now*, or as it is *predicted*.

    *keys* are the partitions that change; *known* is whether the offsets after that are.
    """
    rows = []
    for key, offset in before.items():
        new = key in keys and (predicted or not known)
        rows.append(row(key, offset, target(wanted, offset) if new else current_of(now, key), known or not new))
    changed = [each for each in rows if (each["topic"], each["partition"]) in keys]
    sums = {name: total(rows, name) for name in ("skipped", "repeated")}
    return {"offsets": rows, "read_at": read_at, **sums}, diff(wanted, changed, before, read_at, known)


def diff(
    wanted: Wanted, rows: t.Sequence[Row], before: Offsets, read_at: str, known: bool
) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Return what an approver has to see of *rows*, those that change: offsets, distances to the ends, and what it means.

    *known* is whether the offsets after it are. Without that, and if the offsets are deleted, the meaning is a limit.
    """
    exact = known and wanted.to is not None
    sides: tuple[dict[str, t.Any], dict[str, t.Any]] = ({}, {})
    width = max((len(str(each["partition"])) for each in rows), default=1)
    meanings = []
    for each in rows:
        offset = before[each["topic"], each["partition"]]
        meaning = _Meaning(each["repeated"], each["skipped"]) if exact else _limit(offset)
        meanings.append(meaning)
        after = _described(offset._replace(current=each["after"])) if known else f"first message since {wanted.time}"
        said = meaning.of_one(exact)
        for side, text in zip(sides, (_described(offset), f"{after}: {said}" if said else after)):
            side.setdefault(each["topic"], {})[f"{each['partition']:0{width}}"] = text
    if rows:
        # No topic has a name with a space.
        for side in sides:
            side["as read at"] = read_at
        sides[1]["in all"] = _sum(meanings, exact)
    return sides


class _Meaning(t.NamedTuple):
    """How many messages a change repeats, and how many it skips. ``None``: not known; without *skipped*, neither is."""

    repeated: int | None
    skipped: int | None

    def of_one(self, exact: bool) -> str:
        """Return the text for a partition, where one of the two happens; empty if there is nothing to say."""
        if self.skipped is None:
            return ""
        if not exact:
            return self._limited(" or ")
        return f"{self.repeated} read again" if self.repeated else f"{self.skipped} skipped" if self.skipped else ""

    def of_several(self, exact: bool) -> str:
        return f"{self.repeated} read again, {self.skipped} skipped" if exact else self._limited(", ")

    def _limited(self, separator: str) -> str:
        if self.repeated is None:
            return f"at most {self.skipped} skipped, or all that is kept read again"
        return f"at most {self.repeated} read again{separator}{self.skipped} skipped"


def _limit(offset: Offset) -> _Meaning:
    """Return the most that any other offset than *offset* can repeat or skip."""
    if offset.current is None or offset.end is None:
        return _Meaning(None, None)
    current = offset.clamped(offset.current)
    return _Meaning(None if offset.start is None else current - offset.start, offset.end - current)


def _described(offset: Offset) -> str:
    if offset.current is None:
        return "not set"
    return f"{offset.current}" if offset.behind is None else f"{offset.current}, {offset.behind} before the end"


def _sum(meanings: t.Sequence[_Meaning], exact: bool) -> str:
    known = [each for each in meanings if each.skipped is not None]
    repeated: list[t.Any] = [each.repeated for each in known]
    skipped: list[t.Any] = [each.skipped for each in known]
    sums = _Meaning(None if None in repeated else sum(repeated), sum(skipped))
    unknown = len(meanings) - len(known)
    parts = [sums.of_several(exact)] * bool(known)
    return "; ".join(parts + [f"not known for {unknown} of {len(meanings)} partitions"] * bool(unknown))
