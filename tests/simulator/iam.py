# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: login with a password, and the projects of an account. The protocol is OpenStack Keystone v3."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from .calls import Call, Request, Response
from .errors import ApiError
from .gateway import Locks, iso_time
from .routes import Operation

if TYPE_CHECKING:
    from .clock import Clock
    from .settings import Settings
    from .world import Project, User, World

_MALFORMED = (
    "The server could not comply with the request since it is either malformed or otherwise incorrect. "
    "The client is assumed to be in error."
)
_UNAUTHORIZED = "The request you have made requires authentication."


def unauthorized(message: str = _UNAUTHORIZED) -> ApiError:
    """A 401 in the format of IAM."""
    return ApiError(401, None, message)


class Login:
    """POST /v3/auth/tokens: the only operation whose credentials are in the body."""

    def __init__(self, world: World, settings: Settings, clock: Clock, locks: Locks) -> None:
        self._world = world
        self._settings = settings
        self._clock = clock
        self._locks = locks

    def create_token(self, request: Request) -> Response:
        """Create a token for a user, scoped to a project (id, or name and domain) or a domain, or unscoped."""
        auth = object_of(parse(request.body), "auth", "request body")
        identity = object_of(auth, "identity", "auth")
        methods = identity.get("methods")
        if not isinstance(methods, list) or not methods:
            raise missing("methods", "identity")
        if methods != ["password"]:
            raise unauthorized("Attempted to authenticate with an unsupported method.")
        user = self._user(object_of(object_of(identity, "password", "identity"), "user", "password"))
        scope = auth.get("scope")
        project = self._project(scope, user)
        token = self._world.add_token(user.user_id, project.project_id if project else "")
        now = self._clock.now()
        body: dict[str, Any] = {
            "expires_at": iso_time(token.expires_at),
            "issued_at": iso_time(now),
            "methods": ["password"],
            "user": {
                "id": user.user_id,
                "name": user.name,
                "domain": _domain_of(user),
                "password_expires_at": "",
            },
        }
        if project is not None:
            body["project"] = {"id": project.project_id, "name": project.name, "domain": _domain_of(user)}
        elif scope:
            body["domain"] = _domain_of(user)
        if scope:
            body["roles"] = [{"id": "0", "name": "dms_adm"}]
            if not any(key == "nocatalog" for key, _unused in request.query):
                body["catalog"] = _catalog(request.base_url, project)
        return Response(201, {"token": body}, {"X-Subject-Token": token.token})

    def _user(self, given: dict[str, Any]) -> User:
        if not isinstance(given.get("password"), str):
            raise missing("password", "user")
        found = None
        if "id" in given:
            found = self._world.users.get(str(given["id"]))
        elif isinstance(given.get("name"), str):
            domain = object_of(given, "domain", "user")
            if not {"id", "name"} & set(domain):
                raise missing("id or name", "domain")
            for user in self._world.users.values():
                if user.name == given["name"] and same_domain(domain, user):
                    found = user
        else:
            raise missing("id or name", "user")
        if found is None:
            raise unauthorized("The username or password is wrong.")
        if self._locks.is_locked(found.user_id):
            raise unauthorized("The account is locked.")
        if found.password != given["password"]:
            self._locks.failed(found.user_id)
            raise unauthorized("The username or password is wrong.")
        self._locks.succeeded(found.user_id)
        return found

    def _project(self, scope: Any, user: User) -> Project | None:
        """The project of a scope; None for a domain or without a scope. A project takes precedence over a domain."""
        if scope is None:
            return None
        if not isinstance(scope, dict):
            raise ApiError(400, None, f"Expecting scope to be an object. {_MALFORMED}")
        if "project" not in scope:
            if scope and not same_domain(object_of(scope, "domain", "scope"), user):
                raise unauthorized()
            return None
        requested = object_of(scope, "project", "scope")
        if "id" not in requested and "name" not in requested:
            raise missing("id or name", "project")
        if "id" not in requested:
            self._check_domain_of_project(requested, user)
        key = "id" if "id" in requested else "name"
        for project in self._world.projects.values():
            values = {"id": project.project_id, "name": project.name}
            if values[key] == requested[key] and project.domain_id == user.domain_id:
                return project
        raise unauthorized()

    def _check_domain_of_project(self, project: dict[str, Any], user: User) -> None:
        if "domain" in project:
            if not same_domain(object_of(project, "domain", "project"), user):
                raise unauthorized()
        elif self._settings.project_name_needs_domain:
            raise missing("domain", "project")


def list_projects(call: Call) -> Response:
    """GET /v3/projects: the projects of the account, optionally filtered by name and in pages."""
    query = call.query
    if ("page" in query) != ("per_page" in query):
        raise ApiError(400, None, "page and per_page must be given together.")
    projects = [project for project in _projects(call) if query.get("name") in (None, project["name"])]
    if "page" in query:
        page, per_page = _number(query["page"], 1, None), _number(query["per_page"], 1, 5000)
        projects = projects[(page - 1) * per_page : page * per_page]
    return _project_list(call, projects)


def list_auth_projects(call: Call) -> Response:
    """GET /v3/auth/projects: the projects that the caller may use."""
    return _project_list(call, _projects(call))


def list_auth_domains(call: Call) -> Response:
    """GET /v3/auth/domains: the account of the caller."""
    domain = {**_domain_of(call.world.users[call.caller.user_id]), "enabled": True, "description": ""}
    links = {"self": call.request.base_url + call.request.path, "previous": None, "next": None}
    return Response(200, {"domains": [domain], "links": links})


def _projects(call: Call) -> list[dict[str, Any]]:
    return [
        {
            "id": project.project_id,
            "name": project.name,
            "domain_id": project.domain_id,
            "parent_id": project.domain_id,
            "enabled": True,
            "is_domain": False,
            "description": "",
            "links": {"self": f"{call.request.base_url}/v3/projects/{project.project_id}"},
        }
        for project in call.world.projects.values()
        if project.domain_id == call.caller.domain_id
    ]


def _project_list(call: Call, projects: list[dict[str, Any]]) -> Response:
    links = {"self": call.request.base_url + call.request.path, "previous": None, "next": None}
    return Response(200, {"projects": projects, "links": links})


def _number(text: str, low: int, high: int | None) -> int:
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < low or (high is not None and int(text) > high):
        raise ApiError(400, None, f"Invalid page or per_page: {text}.")
    return int(text)


def parse(body: bytes) -> dict[str, Any]:
    """The body as a JSON object. Raises ApiError if it is anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ApiError(400, None, f"Malformed json in request body. {_MALFORMED}")
    return value


def object_of(parent: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    """The object `name` of `parent`. Raises ApiError if it is missing or anything else."""
    value = parent.get(name)
    if not isinstance(value, dict):
        raise missing(name, where)
    return value


def missing(what: str, where: str) -> ApiError:
    """A 400 for a missing part of a request."""
    return ApiError(400, None, f"Expecting to find {what} in {where}. {_MALFORMED}")


def same_domain(domain: dict[str, Any], user: User) -> bool:
    """Whether `domain`, with an id or a name, is the account of `user`."""
    if "id" in domain:
        return bool(domain["id"] == user.domain_id)
    return bool(domain.get("name") == user.domain_name)


def _domain_of(user: User) -> dict[str, str]:
    return {"id": user.domain_id, "name": user.domain_name}


def _catalog(base_url: str, project: Project | None) -> list[dict[str, Any]]:
    services = [("iam", "identity", f"{base_url}/v3")]
    if project is not None:
        services.append(("dms", "dms", f"{base_url}/v2/{project.project_id}"))
    return [
        {
            "id": name,
            "name": name,
            "type": kind,
            "endpoints": [
                {
                    "id": name,
                    "interface": "public",
                    "region": project.name if project else "*",
                    "region_id": project.name if project else "*",
                    "url": url,
                }
            ],
        }
        for name, kind, url in services
    ]


LOGIN = "KeystoneCreateUserTokenByPassword"

OPERATIONS = [
    Operation(LOGIN, "POST", "/v3/auth/tokens", None, service="IAM", changes=False),
    Operation("KeystoneListProjects", "GET", "/v3/projects", list_projects, service="IAM"),
    Operation("KeystoneListAuthProjects", "GET", "/v3/auth/projects", list_auth_projects, service="IAM"),
    Operation("KeystoneListAuthDomains", "GET", "/v3/auth/domains", list_auth_domains, service="IAM"),
]
