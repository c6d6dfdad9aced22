# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The list of the things of one kind, such as the sink tasks of a connector."""

from __future__ import annotations

import typing as t

Row = dict[str, t.Any]
"""A thing as the service returns it."""


class Listing(t.NamedTuple):
    """The things as the service listed them, each once. *total_number* is how many the service counts.

    *id_key* and *name_key* are the keys of the id and of the name in a row. *limits* is what else the response contains.
    """

    rows: list[Row]
    total_number: int
    id_key: str
    name_key: str
    limits: t.Mapping[str, int | None] = {}

    @property
    def complete(self) -> bool:
        """Whether the list has as many rows as the service counts; only then it proves that a thing is absent."""
        return len(self.rows) >= self.total_number

    def by_id(self, row_id: str | None) -> Row | None:
        """Return the row with the id *row_id*."""
        return next((row for row in self.rows if row[self.id_key] == row_id), None)

    def named(self, name: str | None) -> list[Row]:
        """Return the rows called exactly *name*."""
        return [row for row in self.rows if row[self.name_key] == name]
