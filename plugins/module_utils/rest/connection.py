# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""What the items of a loop share: HTTP connections, login, project id, rate limiter, and rejected credentials."""

from __future__ import annotations

import threading
import typing as t

from .clock import Clock
from .errors import CredentialsRejected, InvalidOption, ServiceError
from .http import Http
from .rate_limit import RateLimiter
from .redact import Redactor

if t.TYPE_CHECKING:
    from .client import Client
    from .settings import Settings

Payload = dict[str, t.Any]

Rejections = dict[t.Any, Payload]
"""Credentials that the service has rejected, with the ``error`` of that response."""


def check_not_rejected(rejections: Rejections, keys: t.Iterable[t.Any]) -> None:
    """Raise :class:`CredentialsRejected` if one of *keys* is in *rejections*."""
    for key in keys:
        if key in rejections:
            raise CredentialsRejected(rejections[key])


class Connection:
    """A connection to DMS for Kafka, and to IAM where that is needed. Safe to use from several threads.

    Nothing here belongs to a single task. *rejections* can be shared by the connections of one Ansible task.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        http: Http | None = None,
        clock: Clock | None = None,
        rejections: Rejections | None = None,
    ) -> None:
        self.settings = settings
        self.http = http or Http(settings.verify)
        self.clock = clock or Clock()
        self.redactor = Redactor(settings.credentials.secrets)
        self.rate_limiter = RateLimiter(self.clock.random)
        self.auth = settings.credentials.auth(self.clock)
        self.known_project_id = settings.project_id
        self._rejections: Rejections = {} if rejections is None else rejections
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the HTTP connections."""
        self.http.close()

    @property
    def project_name(self) -> str | None:
        """The name of the project: the main project of a region has the region's name."""
        return self.settings.project_name or self.settings.region

    def project_id(self, client: Client) -> str:
        """Return the id of the project; *client* looks it up once if the options don't contain it."""
        with self._lock:
            if self.known_project_id is None:
                if self.project_name is None:
                    raise InvalidOption("project_id, project_name or region is needed")
                # The response to a login by password contains the id.
                self.auth.prepare(client)
            if self.known_project_id is None:
                from .login import find_project

                self.known_project_id = find_project(client, t.cast("str", self.project_name))
            return self.known_project_id

    def check_not_rejected(self) -> None:
        """Raise :class:`CredentialsRejected` if the service has rejected the credentials before."""
        check_not_rejected(self._rejections, self.settings.credentials.parts)

    def note_rejection(self, error: ServiceError) -> None:
        """Remember *error* if it rejects the credentials: five failed attempts lock an access key."""
        rejected = self.settings.credentials.rejected_by(error.payload)
        if rejected:
            self._rejections[rejected] = error.payload
