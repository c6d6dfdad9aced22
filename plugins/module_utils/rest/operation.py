# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What the api layer declares of a REST operation."""

from __future__ import annotations

import typing as t


class Operation(t.NamedTuple):
    """One REST operation.

    *path* contains ``{names}`` that :meth:`Client.call` fills in; the connection fills in ``{project_id}``. *reads* is true if
    the operation changes nothing, *repeatable* if a second identical request does no harm, so that it may be sent again when a
    response is lost. *permission* is the IAM permission that the caller needs, and *hint* what helps without it. *if_unknown*
    is what helps if the URL is unknown to the service. *text* is what the body of a success can be in place of JSON.
    """

    name: str
    method: str
    path: str
    permission: str | None
    reads: bool
    repeatable: bool
    hint: str = ""
    if_unknown: str = ""
    text: str = ""
