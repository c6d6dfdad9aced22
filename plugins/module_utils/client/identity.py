# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the client asks of IAM: a token for a password, and the id of the project that belongs to a region."""

from __future__ import annotations

import typing as t

from . import answers
from .errors import ResourceError
from .operation import Answer, Operation

if t.TYPE_CHECKING:
    from .credentials import PasswordCredentials

# Logging in twice does no harm, so a lost answer may be asked for again.
CREATE_TOKEN = Operation("KeystoneCreateUserTokenByPassword", "POST", "/v3/auth/tokens")
LIST_PROJECTS = Operation("KeystoneListProjects", "GET", "/v3/projects")


def login_body(credentials: PasswordCredentials, project_id: str | None, project_name: str | None) -> dict[str, t.Any]:
    """Return the body that asks for a token of *project_id*, or else of *project_name* in the user's domain."""
    domain = {"name": credentials.domain_name}
    if project_id:
        project: dict[str, t.Any] = {"id": project_id}
    else:
        project = {"name": project_name, "domain": domain}
    return {
        "auth": {
            "identity": {
                "methods": ["password"],
                "password": {
                    "user": {"name": credentials.username, "password": credentials.password, "domain": domain},
                },
            },
            "scope": {"project": project},
        }
    }


class Token(t.NamedTuple):
    value: str
    project_id: str | None


def token_in(answer: Answer) -> Token:
    """Return the token of a login, from its header, and the project it is for."""
    value = answer.headers.get("X-Subject-Token", "")
    answers.expect(answer, bool(value), "the header X-Subject-Token is missing")
    body = answer.body if isinstance(answer.body, dict) else {}
    token = body.get("token")
    project = token.get("project") if isinstance(token, dict) else None
    project_id = project.get("id") if isinstance(project, dict) else None
    return Token(value, project_id if isinstance(project_id, str) else None)


def project_in(answer: Answer, name: str) -> str:
    """Return the id of the one project called *name* in the list *answer*.

    Raises :class:`ResourceError` when there is none, or more than one.
    """
    projects = answers.expect_object(answer).get("projects")
    answers.expect(answer, isinstance(projects, list), "projects is not a list")
    found = [item for item in t.cast("list[t.Any]", projects) if isinstance(item, dict) and item.get("name") == name]
    ids = [item.get("id") for item in found]
    answers.expect(answer, all(isinstance(item, str) and item.isalnum() for item in ids), "a project has no id")
    if len(ids) == 1:
        return t.cast("str", ids[0])
    error = ResourceError(
        f"IAM knows no project named {name}"
        if not ids
        else f"IAM knows {len(ids)} projects named {name}: {', '.join(map(str, ids))}"
    )
    error.advice = "Give project_id."
    raise error
