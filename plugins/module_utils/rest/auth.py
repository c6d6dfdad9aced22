# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The authentication of requests, as ``requests`` has it; that by signature is in :mod:`signature`."""

from __future__ import annotations

import typing as t

from .library import AuthBase

if t.TYPE_CHECKING:
    from requests import PreparedRequest

    from .client import Client
    from .errors import ServiceError


class Auth(AuthBase):
    """The authentication of a connection. Being set, it keeps ``requests`` from using a password of ``~/.netrc``."""

    worked = False
    """Whether a request with it has succeeded."""

    def prepare(self, client: Client) -> Auth:
        """Return the authentication of one request; *client* sends the requests that it needs, such as a login."""
        return self

    def renew(self, rejected: Auth, error: ServiceError) -> bool:
        """Return whether :meth:`prepare` replaces *rejected*, which worked before and, by *error*, has expired."""
        return False

    def headers(self, project_id: str | None) -> dict[str, str]:
        """Return the headers that a request for a project needs besides those of :meth:`__call__`."""
        return {}

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request


class TokenAuth(Auth):
    """Sends an IAM token as ``X-Auth-Token``."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["X-Auth-Token"] = self.token
        return request
