# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the client asks of IAM: a token for a password, and the id of the project that belongs to a region."""

from __future__ import annotations

import typing as t

from . import answers
from .errors import InvalidInput, ResourceError, doing
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


Call = t.Callable[..., Answer]


def log_in(call: Call, credentials: PasswordCredentials, project_id: str | None, region: str | None) -> Token:
    """Return a token, and the project it is for. *call* sends an operation to IAM."""
    if not project_id and not region:
        raise InvalidInput("project_id or region is needed to log in by password")
    with doing(f"log in as {credentials.username} of domain {credentials.domain_name}"):
        body = login_body(credentials, project_id, region)
        answer = call(CREATE_TOKEN, query={"nocatalog": "1"}, body=body, login=True)
        value = answer.headers.get("X-Subject-Token", "")
        answers.expect(answer, bool(value), "the header X-Subject-Token is missing")
        project = answer.body
        for name in ("token", "project", "id"):
            project = project.get(name) if isinstance(project, dict) else None
        return Token(value, project if answers.is_id(project) else None)


def find_project(call: Call, region: str | None) -> str:
    """Return the id of the project that is named as *region*. *call* sends an operation to IAM.

    Raises :class:`ResourceError` when there is none, or more than one.
    """
    if region is None:
        raise InvalidInput("project_id or region is needed (HW_PROJECT_ID or HW_REGION_NAME in the environment)")
    with doing(f"find the project of region {region}"):
        answer = call(LIST_PROJECTS, query={"name": region})
        projects = answers.expect_object(answer).get("projects")
        answers.expect(answer, isinstance(projects, list), "projects is not a list")
        ids = [item.get("id") for item in projects or () if isinstance(item, dict) and item.get("name") == region]
        answers.expect(answer, all(map(answers.is_id, ids)), "a project has no id")
        if len(ids) == 1:
            return str(ids[0])
        known = (
            f"{len(ids)} projects named {region}: {', '.join(map(str, ids))}" if ids else f"no project named {region}"
        )
        error = ResourceError(f"IAM knows {known}")
        error.advice = "Give project_id."
        raise error
