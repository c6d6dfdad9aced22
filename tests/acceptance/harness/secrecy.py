# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of the tests: handed to playbooks as variables, and looked for in all that is shown."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .cloud import OBS_ACCESS_KEY, OBS_SECRET_KEY, SECURITY_TOKEN, TEMPORARY_SECRET_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator import Simulator

    from .playbook import Output


class Secrets:
    """Those of one simulator and one playbook."""

    def __init__(self, simulator: Simulator, *more: str) -> None:
        self._simulator = simulator
        self._values = [
            simulator.secret_key,
            simulator.password,
            OBS_ACCESS_KEY,
            OBS_SECRET_KEY,
            SECURITY_TOKEN,
            TEMPORARY_SECRET_KEY,
            *more,
        ]

    @property
    def variables(self) -> dict[str, Any]:
        """Variables of the playbook. A secret that stood in the playbook itself would be shown by Ansible's own
        quotations of it."""
        return {"secrets": self._values}

    def hidden(self, value: Any) -> Any:
        """*value* with its secrets replaced by these variables."""
        if isinstance(value, str) and value in self._values:
            return f"{{{{ secrets[{self._values.index(value)}] }}}}"
        if isinstance(value, dict):
            return {key: self.hidden(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.hidden(item) for item in value]
        return value

    def _sent(self) -> Iterable[str]:
        """What travelled in headers."""
        yield from self._simulator.world.tokens
        for entry in list(self._simulator.journal):
            for name in ("X-Auth-Token", "X-Security-Token"):
                if name in entry.headers:
                    yield entry.headers[name]
            yield from re.findall(r"Signature=([0-9a-f]+)", entry.headers.get("Authorization", ""))

    def shown_in(self, output: Output) -> list[str]:
        """The secrets that are to be found in what a playbook printed or told its callback plugins."""
        told = json.dumps([event.result for event in output.events], ensure_ascii=False)
        found = []
        for secret in {*self._values, *self._sent()}:
            for spelling in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]):
                found += [
                    f"{spelling!r} is in {where}"
                    for where, text in (("the output", output.text), ("the results", told))
                    if spelling in text
                ]
        return found
