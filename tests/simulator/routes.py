# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Maps methods and paths to operations."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .calls import Call, Response


@dataclasses.dataclass(frozen=True)
class Operation:
    """One operation of a service, with the vendor's name for it."""

    name: str
    method: str
    template: str
    """Path with `{names}` as placeholders for ids."""
    handler: Callable[[Call], Response] | None
    """None only for the login, which has no authenticated caller."""
    service: str = "DMS"
    changes: bool = True
    """False for a request that changes nothing although its method is not GET."""
    serial: bool = False
    """Whether the service may refuse it while another such request for the same instance is in progress."""

    @property
    def reads(self) -> bool:
        """Whether the operation only reads."""
        return self.method == "GET" or not self.changes


class Routes:
    """Finds the operation of a request."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._operations = [(operation, operation.template.split("/")) for operation in operations]
        self._by_shape: dict[tuple[str, int], list[tuple[Operation, list[str]]]] = {}
        for operation, parts in self._operations:
            self._by_shape.setdefault((operation.method, len(parts)), []).append((operation, parts))

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation and the decoded ids in the path; None if there is no such operation."""
        parts = path.split("/")
        for operation, template in self._by_shape.get((method, len(parts)), ()):
            params = {}
            for expected, part in zip(template, parts):
                if expected.startswith("{"):
                    if not part:
                        break
                    params[expected[1:-1]] = unquote(part)
                elif expected != part:
                    break
            else:
                return operation, params
        return None
