# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets of the tests, which are passed to playbooks as variables and searched in their output."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .cloud import (
    KAFKA_PASSWORD,
    NEW_KAFKA_PASSWORD,
    OBS_ACCESS_KEY,
    OBS_SECRET_KEY,
    SECURITY_TOKEN,
    TEMPORARY_SECRET_KEY,
    WEAK_KAFKA_PASSWORD,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from simulator import Simulator

    from .playbook import Output


class Secrets:
    """The secrets of a simulator and a playbook."""

    def __init__(self, simulator: Simulator, *more: str) -> None:
        self._simulator = simulator
        self._values = [
            simulator.secret_key,
            simulator.password,
            OBS_ACCESS_KEY,
            OBS_SECRET_KEY,
            SECURITY_TOKEN,
            TEMPORARY_SECRET_KEY,
            KAFKA_PASSWORD,
            NEW_KAFKA_PASSWORD,
            WEAK_KAFKA_PASSWORD,
            *more,
        ]

    @property
    def variables(self) -> dict[str, Any]:
        """Variables of the playbook, which can't contain secrets itself, because Ansible quotes it in messages."""
        return {"secrets": self._values}

    def as_variables(self, value: Any) -> Any:
        """*value* with its secrets replaced by templates of these variables."""
        if isinstance(value, str) and value in self._values:
            return f"{{{{ secrets[{self._values.index(value)}] }}}}"
        if isinstance(value, dict):
            return {key: self.as_variables(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.as_variables(item) for item in value]
        return value

    def _sent(self) -> Iterable[str]:
        """The secrets in the headers of requests, and temporary keys."""
        yield from self._simulator.world.tokens
        for keys in list(self._simulator.world.access_keys.values()):
            if keys.security_token:
                yield from (keys.secret_key, keys.security_token)
        for entry in list(self._simulator.journal):
            for name in ("X-Auth-Token", "X-Security-Token", "X-Metadata-Token"):
                if name in entry.headers:
                    yield entry.headers[name]
            yield from re.findall(r"Signature=([0-9a-f]+)", entry.headers.get("Authorization", ""))

    def shown_in(self, output: Output) -> list[str]:
        """The secrets that occur in the output of a playbook, or in the results that its callback plugins received."""
        results = json.dumps([event.result for event in output.events], ensure_ascii=False)
        return self._found_in({"the output": output.text, "the results": results})

    def left_in(self, folder: Path) -> list[str]:
        """The secrets that occur in the files that a playbook left in *folder*, except in its own variables."""
        files = [path for path in folder.rglob("*") if path.is_file() and path.name != "variables.json"]
        return self._found_in({str(path): path.read_bytes().decode("utf-8", "replace") for path in files})

    def _found_in(self, texts: dict[str, str]) -> list[str]:
        found = []
        for secret in {*self._values, *self._sent()}:
            for spelling in dict.fromkeys((secret, json.dumps(secret)[1:-1], repr(secret)[1:-1])):
                found += [f"{spelling!r} is in {where}" for where, text in texts.items() if spelling in text]
        return found
