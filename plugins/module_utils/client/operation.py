# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the api layer says of a REST operation, and what the client gives back."""

from __future__ import annotations

import typing as t


class Operation(t.NamedTuple):
    """One REST operation.

    *path* holds ``{names}`` that :meth:`Client.call` fills in; ``{project_id}`` is filled in by the client itself.
    *iam_action* is the right that the caller needs. *idempotent* says that a second run of the same request does no
    harm, so that the client may repeat it when an answer is lost.
    """

    name: str
    method: str
    path: str
    iam_action: str | None = None
    idempotent: bool = True


class Answer(t.NamedTuple):
    """A good answer: its status, its JSON body (``None`` when there is no body) and where it came from."""

    operation: Operation
    path: str
    status: int
    headers: t.Mapping[str, str]
    body: t.Any
    request_id: str | None
