# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Describes how far a move got, from what happened to its requests: pure functions."""

from __future__ import annotations

import enum
import typing as t

from ..tasks import has_failed
from .plan import PAUSED

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.entry import Entry


class Done(enum.Enum):
    """Whether a task was deleted or created."""

    NO = "no"
    UNKNOWN = "unknown"
    PARTLY = "partly"
    """It was, but it is not gone, does not run, or that can't be confirmed."""
    YES = "yes"


class Outcome(t.NamedTuple):
    """What happened to a task: what the module returns as its *action* and whether it is *dumping*, and a *sentence*."""

    action: str
    dumping: bool | None
    sentence: str


def deletion(entry: Entry) -> Done:
    """Return whether the task of *entry* was deleted."""
    if entry.error is None:
        return Done.YES
    if entry.unknown:
        return Done.UNKNOWN
    # Another run can be deleting it.
    return Done.PARTLY if entry.removed or not entry.plan.writes else Done.NO


def creation(entry: Entry) -> Done:
    """Return whether the task of *entry* was created, or another run has created an equal one."""
    if entry.error is None:
        return Done.YES
    # With an id, a task of the name appeared after the response was lost, and is not as wanted.
    if entry.unknown or (entry.id and not entry.created):
        return Done.UNKNOWN
    return Done.PARTLY if entry.created else Done.NO


def dumping(task: Row | None) -> bool | None:
    """Return whether *task*, as it was read, dumps its topics; ``None`` if its status does not show that."""
    if task is None or task.get("status") in PAUSED or has_failed(task):
        return False
    return True if task.get("status") == "RUNNING" else None


# By what happened to the deletion of the old task, the creation of the new one, and the creation of the old one after that: the action,
# what is dumping if no task was read that shows it, and the sentence.
_OUTCOMES: dict[tuple[Done, ...], tuple[str, bool | None, str]] = {
    (Done.NO,): ("failed", None, "the {old} was not deleted."),
    (Done.UNKNOWN,): (
        "unknown",
        None,
        "it is unknown whether the {old} was deleted, so its topics may not be dumped now: run it again.",
    ),
    (Done.PARTLY,): (
        "failed",
        False,
        (
            "the {old} was deleted, but could not be confirmed to be gone, so the {new} was not created. Its topics are not dumped now:"
            " run it again to create the {new}."
        ),
    ),
    (Done.YES, Done.YES): ("moved", None, ""),
    (Done.YES, Done.UNKNOWN): (
        "unknown",
        None,
        "It is unknown whether the {new} was created: run it again. The {old} no longer exists, so its topics may not be dumped now.",
    ),
    (Done.YES, Done.PARTLY): (
        "failed",
        None,
        (
            "the {new} was created, but is not as wanted, or could not be confirmed to be. The {old} no longer exists, so its topics may"
            " not be dumped now."
        ),
    ),
    (Done.YES, Done.NO, Done.YES): (
        "restored",
        None,
        "the {new} was not created. The {old} was created again, without its position.",
    ),
    (Done.YES, Done.NO, Done.NO): (
        "failed",
        False,
        "the {new} was not created. The {old} was not created again, either ({reason}): run it again. Its topics are not dumped now.",
    ),
    (Done.YES, Done.NO, Done.UNKNOWN): (
        "unknown",
        None,
        (
            "the {new} was not created. It is unknown whether the {old} was created again ({reason}): run it again. Its topics may not be"
            " dumped now."
        ),
    ),
    (Done.YES, Done.NO, Done.PARTLY): (
        "failed",
        None,
        (
            "the {new} was not created. The {old} was created again, but is not as wanted, or could not be confirmed to be ({reason}):"
            " run it again. Its topics may not be dumped now."
        ),
    ),
}


def outcome(nouns: tuple[str, str], done: t.Sequence[Done], task: Row | None = None, reason: str = "") -> Outcome:
    """Return what happened to a task of the first of *nouns* that was to become one of the second.

    *done* is what happened to the deletion, to the creation and to the creation of the deleted task, as far as they were tried, *task*
    the one that exists now, as it was last read, and *reason* why the deleted one was not created again.
    """
    action, dumps, sentence = _OUTCOMES[tuple(done)]
    return Outcome(action, dumping(task) if task else dumps, sentence.format(old=nouns[0], new=nouns[1], reason=reason))
