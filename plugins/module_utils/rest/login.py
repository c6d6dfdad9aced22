# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The requests to IAM: a token for a password, and the id of a project.

Source: the API reference of IAM (KeystoneCreateUserTokenByPassword, KeystoneListProjects).
"""

from __future__ import annotations

import typing as t

from .auth import Auth, TokenAuth
from .credentials import LOGIN_PATH
from .errors import UnexpectedState, action
from .operation import Operation
from .renewal import RenewedAuth
from .response import expect, expect_object, is_id

if t.TYPE_CHECKING:
    from .client import Client
    from .credentials import Password

CREATE_TOKEN = Operation("KeystoneCreateUserTokenByPassword", "POST", LOGIN_PATH, None, reads=True, repeatable=True)
LIST_PROJECTS = Operation(
    "KeystoneListProjects",
    "GET",
    "/v3/projects",
    "iam:projects:listProjects",
    reads=True,
    repeatable=True,
    hint="Set project_id to avoid the lookup.",
)


class LoginAuth(RenewedAuth):
    """Logs in with a password, to the project of the connection or, with *for_account*, to the account of the user."""

    def __init__(self, credentials: Password, for_account: bool = False) -> None:
        super().__init__()
        self._credentials = credentials
        self._for_account = for_account

    def log_in(self, client: Client) -> TokenAuth:
        user, connection = self._credentials, client.connection
        domain = {"name": user.domain_name}
        project: dict[str, t.Any] = {"name": connection.project_name, "domain": domain}
        if connection.known_project_id:
            project = {"id": connection.known_project_id}
        scope = {"domain": domain} if self._for_account else {"project": project}
        body = {
            "auth": {
                "identity": {
                    "methods": ["password"],
                    "password": {"user": {"name": user.username, "password": user.password, "domain": domain}},
                },
                "scope": scope,
            }
        }
        with action(f"log in as {user.username} of domain {user.domain_name}"):
            response = client.call_iam(CREATE_TOKEN, query={"nocatalog": "1"}, body=body, auth=Auth())
            token = response.headers.get("X-Subject-Token", "")
            expect(response, bool(token), "the header X-Subject-Token is missing")
        connection.redactor.add(token)
        project_id = response.body
        for name in ("token", "project", "id"):
            project_id = project_id.get(name) if isinstance(project_id, dict) else None
        if is_id(project_id) and not (connection.known_project_id or self._for_account):
            connection.known_project_id = project_id
        return TokenAuth(token)


def find_project(client: Client, name: str) -> str:
    """Return the id of the project called *name*.

    Raises :class:`UnexpectedState` if there is none, or more than one.
    """
    with action(f"find the project {name}"):
        response = client.call_iam(LIST_PROJECTS, query={"name": name})
        projects = expect_object(response).get("projects")
        expect(response, isinstance(projects, list), "projects is not a list")
        ids = [item.get("id") for item in projects or () if isinstance(item, dict) and item.get("name") == name]
        expect(response, all(map(is_id, ids)), "a project has no id")
        if len(ids) == 1:
            return str(ids[0])
        found = f"{len(ids)} projects named {name}: {', '.join(map(str, ids))}" if ids else f"no project named {name}"
        raise UnexpectedState(f"IAM returned {found}", "Set project_id.")
