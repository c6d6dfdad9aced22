# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""Assumes an agency of another account.

Source: the API reference of IAM (CreateTemporaryAccessKeyByAgency) and the vendor's Terraform provider.
"""

from __future__ import annotations

import typing as t

from .credentials import ASSUME_PATH, DOMAINS_PATH
from .errors import RequestError, ServiceError, action
from .operation import Operation
from .response import expect, is_id
from .temporary import TemporaryAuth, read_keys, seconds_until

if t.TYPE_CHECKING:
    from .auth import Auth
    from .client import Client
    from .clock import Clock
    from .credentials import AssumedRole
    from .response import Response

# Repeatable: keys whose response is lost expire unused.
ASSUME = Operation(
    "CreateTemporaryAccessKeyByAgency", "POST", ASSUME_PATH, "iam:tokens:assume", reads=True, repeatable=True
)
# Documented for signed requests only.
_ONLY_KEYS = "IAM may accept access_key and secret_key only to assume an agency, not a token or a password."
LIST_DOMAINS = Operation("KeystoneListAuthDomains", "GET", DOMAINS_PATH, None, reads=True, repeatable=True)


class AgencyAuth(TemporaryAuth):
    """Assumes an agency with the credentials of the caller."""

    def __init__(self, role: AssumedRole, clock: Clock) -> None:
        super().__init__(clock)
        self._role = role
        self._caller = role.caller.auth(clock, for_account=True)
        self._headers: dict[str, str] = {}

    def log_in(self, client: Client) -> Auth:
        role = self._role
        with action(f"assume {role.name}"):
            response = self._assume(client)
            keys, expires_at = read_keys(client, response.body)
            expect(response, keys is not None, "it has no usable credential")
            seconds = seconds_until(expires_at, response.headers.get("Date"), float("inf")) or role.duration
            return self.use(client, t.cast("t.Any", keys), min(seconds, role.duration))

    def _assume(self, client: Client) -> Response:
        role = self._role
        account: dict[str, t.Any] = (
            {"domain_name": role.domain_name} if role.domain_name else {"domain_id": role.domain_id}
        )
        assumed = {"agency_name": role.agency_name, **account, "duration_seconds": role.duration}
        body = {"auth": {"identity": {"methods": ["assume_role"], "assume_role": assumed}}}

        def send() -> Response:
            return client.call_iam(ASSUME, body=body, headers=self._headers, auth=self._caller)

        try:
            try:
                return send()
            except ServiceError as error:
                # Whether IAM needs the account of a signed request is not documented: some clients of the vendor send it.
                if error.status not in (400, 403) or not role.caller.signs or self._headers:
                    raise
                self._headers = self._account_of_caller(client)
                if not self._headers:
                    raise
            return send()
        except ServiceError as error:
            if error.operation is not ASSUME:
                raise
            if error.status in (400, 403, 404):
                # The hint of a code that is known stays; that of any 403 names the permission, too.
                known = error.hint if error.hint and str(ASSUME.permission) not in error.hint else ""
                error.hint = f"{self._who_may()} {known}".strip()
            if error.status in (400, 401) and not role.caller.signs:
                error.hint = f"{error.hint} {_ONLY_KEYS}"
            raise

    def _account_of_caller(self, client: Client) -> dict[str, str]:
        """Return the header with the id of the caller's account; empty if IAM does not return exactly one."""
        try:
            body = client.call_iam(LIST_DOMAINS, auth=self._caller).body
        except RequestError as error:
            if isinstance(error, ServiceError):
                # If it rejects the keys of the caller, no other agency is tried with them.
                client.connection.note_rejection(error)
            return {}
        domains = body.get("domains") if isinstance(body, dict) else None
        ids = [domain.get("id") for domain in domains if isinstance(domain, dict)] if isinstance(domains, list) else []
        return {"X-Domain-Id": str(ids[0])} if len(ids) == 1 and is_id(ids[0]) else {}

    def _who_may(self) -> str:
        role = self._role
        return (
            f"Check that {role.name} exists and delegates to the account of {role.caller.name}, and that this user has the IAM"
            f" permission {ASSUME.permission} (role Agent Operator)."
        )
