# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What a resource gets of a task, and where it records the result."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .rest.client import Client
    from .rest.errors import KafkaError


WillExist = t.Callable[[str, tuple[str, ...], bool], t.Optional[bool]]
"""Called with a kind ("topics") and the id or the name of a thing, returns whether it will exist after the run, ``None`` if that is
unknown. The flag: it was just read, so it will unless the run deletes it."""

_EARLIER = {
    "connector": "enabled Smart Connect",
    "instance": "created the instance",
    "group": "created the consumer group",
}
"""What an earlier task of the play does in a run about something that is absent, but not in check mode."""


class Diff:
    """What the task changes, or would change: two descriptions of the same shape, ``{}`` for nothing.

    A task that fails returns it if it has changed something: then it shows what was done.
    """

    def __init__(self, before: dict[str, t.Any], after: dict[str, t.Any]) -> None:
        self.before = before
        self.after = after


class TaskContext:
    """One task: its options, its client, and its result so far.

    A change is recorded with :meth:`did` as soon as it is certain, so that the result is true even if a later step fails.
    """

    def __init__(self, params: dict[str, t.Any], check_mode: bool, connect: t.Callable[[], Client]) -> None:
        self.params = params
        self.check_mode = check_mode
        self.changed = False
        self.done: list[str] = []
        self.diff = Diff({}, {})
        self.returned: dict[str, t.Any] = {}
        self.warnings: list[str] = []
        self.connected: Client | None = None
        """The client, if it was used."""
        self._connect = connect
        self.will_exist: WillExist | None = None

    @property
    def client(self) -> Client:
        """The client, made at its first use: options can be refused before anything is read or sent."""
        if self.connected is None:
            self.connected = self._connect()
        return self.connected

    def child(self, params: dict[str, t.Any] | None = None) -> TaskContext:
        """Return the context of a part of the task, which has results of its own; without *params*, with the same options."""
        context = TaskContext(self.params if params is None else params, self.check_mode, lambda: self.client)
        context.will_exist = self.will_exist
        return context

    def did(self, what: str) -> None:
        """Record a change, such as "created the task"."""
        self.changed = True
        self.done.append(what)

    def describe(self, error: KafkaError) -> str:
        """Return *error* for the user: what was tried and failed, what was changed before, and what helps."""
        sentences = [f"{error}."]
        if self.done:
            sentences.append("Changes made before the failure: {}.".format("; ".join(self.done)))
        if error.hint:
            sentences.append(error.hint)
        if self.check_mode and error.missing in _EARLIER:
            sentences.append(f"In check mode, an earlier task of the play may not have {_EARLIER[error.missing]} yet.")
        return " ".join(sentences)

    def warn(self, sentence: str) -> None:
        """Record a warning; one that is recorded already is not repeated."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)
