# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a resource is given, and where it tells what it did."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from .client.client import Client
    from .client.waiter import Progress


class Diff(t.NamedTuple):
    """What the task changes, or would change in check mode: two descriptions of the same shape, ``{}`` for nothing."""

    before: dict[str, t.Any]
    after: dict[str, t.Any]


NOTHING = Diff({}, {})


class Run:
    """One run of a task: its options, how to reach the service, and what has come of it so far.

    A resource writes :attr:`changed`, and what it :attr:`did <done>` in words, at the moment when a change is certain,
    so that the result tells the truth even when a later step fails.
    """

    def __init__(
        self,
        params: dict[str, t.Any],
        check_mode: bool,
        connect: t.Callable[[], Client],
        progress: Progress | None = None,
    ) -> None:
        self.params = params
        self.check_mode = check_mode
        self.progress = progress
        self.changed = False
        self.done: list[str] = []
        self.diff = NOTHING
        self.returned: dict[str, t.Any] = {}
        self.warnings: list[str] = []
        self._connect = connect
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The connection, made at its first use: options can be refused before anything is read or sent."""
        if self._client is None:
            self._client = self._connect()
        return self._client

    def did(self, what: str) -> None:
        """Note a change that has happened, such as "created the task"."""
        self.changed = True
        self.done.append(what)

    def warn(self, sentence: str) -> None:
        self.warnings.append(sentence)
