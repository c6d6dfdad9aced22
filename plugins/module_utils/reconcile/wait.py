# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Polls until a condition is met, with a growing interval and a deadline."""

from __future__ import annotations

import typing as t

from ..rest.errors import InvalidOption, WaitTimeout

if t.TYPE_CHECKING:
    from ..rest.client import Client

FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 10.0
_GROWTH = 1.5


def check_wait_timeout(params: t.Mapping[str, t.Any]) -> int:
    """Return ``wait_timeout`` in seconds; raises :class:`InvalidOption` for a negative one."""
    seconds = t.cast("int", params["wait_timeout"])
    if seconds < 0:
        raise InvalidOption(f"wait_timeout must be 0 or more, not {seconds}")
    return seconds


class Deadline:
    """The end of ``wait_timeout``, which counts from the first write. All in seconds."""

    def __init__(self, client: Client, seconds: float) -> None:
        self.seconds = seconds
        self._client = client
        self._end: float | None = None

    def restart(self) -> None:
        """Let the time begin again."""
        self._end = self._client.now() + self.seconds

    @property
    def end(self) -> float:
        """The end, on the clock of :meth:`Client.now`. The time runs from the first use on."""
        if self._end is None:
            self._end = self._client.now() + self.seconds
        return self._end

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self.end - self._client.now()


def timed_out(deadline: Deadline, what: str, state: str) -> WaitTimeout:
    """Return the error of a wait for *what* that has reached its *deadline* in *state*."""
    return WaitTimeout(f"waited {deadline.seconds:g} seconds for {what}; last state: {state}")


def wait(client: Client, poll: t.Callable[[Client], str | None], deadline: Deadline, what: str) -> None:
    """Call *poll* until it returns ``None``. Text that it returns is the current state, for messages.

    *poll* gets a client whose retries end with the wait. It is called at least once.
    Raises :class:`WaitTimeout`, with *what* was expected and the last state, at the *deadline*.
    """
    bounded = client.until(deadline.end)
    interval = FIRST_INTERVAL
    while True:
        state = poll(bounded)
        if state is None:
            return
        left = deadline.left
        if left <= 0:
            raise timed_out(deadline, what, state)
        client.log(1, f"waiting: {state}, {left:.0f} s left")
        client.sleep(min(interval, left))
        interval = min(interval * _GROWTH, LONGEST_INTERVAL)
