# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fake of the API of AWX 24.6, with what the modules of awx.awx need to create the objects in examples/awx.

It stores and returns only the fields of the serializers of AWX (tag 24.6.1), with the defaults of AWX, and ignores
others, like AWX. Lists are paginated, and a URL that AWX does not have returns 404.
"""

from __future__ import annotations

import copy
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

PREFIX = "/api/v2/"
TOKEN = "a-token"
ENCRYPTED = "$encrypted$"
PAGE = 25
# Lists of associated objects by collection.
ASSOCIATIONS = {
    "job_templates": {"credentials", "labels", "instance_groups"},
    "workflow_job_templates": {"labels"},
    "schedules": {"credentials", "labels", "instance_groups"},
    "workflow_job_template_nodes": {"success_nodes", "failure_nodes", "always_nodes", "credentials", "labels"},
    "roles": {"teams"},
}
# Fields that must be unique together with the name.
UNIQUE = {
    "credentials": ("organization", "credential_type"),
    "hosts": ("inventory",),
    "schedules": ("unified_job_template",),
    "credential_types": ("kind",),
    "workflow_job_template_nodes": ("workflow_job_template", "identifier"),
    "workflow_approval_templates": ("id",),
}
PROMPTS = ("scm_branch", "limit", "tags", "skip_tags", "inventory", "variables", "labels")
JOB_PROMPTS = (
    *PROMPTS,
    *("diff_mode", "job_type", "verbosity", "credential", "execution_environment", "forks", "instance_groups"),
    *("job_slice_count", "timeout"),
)
LAUNCH: dict[str, Any] = {
    **dict.fromkeys(
        ("inventory", "scm_branch", "job_type", "job_tags", "skip_tags", "limit", "diff_mode", "verbosity")
    ),
    **dict.fromkeys(("execution_environment", "forks", "job_slice_count", "timeout", "unified_job_template")),
    "extra_data": {},
}
# Writable fields with their defaults, in addition to "name" and "description".
FIELDS: dict[str, dict[str, Any]] = {
    "organizations": {"max_hosts": 0, "default_environment": None},
    "teams": {"organization": None},
    "credential_types": {"kind": "cloud", "managed": False, "inputs": {}, "injectors": {}},
    "credentials": {"organization": None, "credential_type": None, "inputs": {}},
    "projects": {
        "organization": None,
        **dict.fromkeys(("local_path", "scm_type", "scm_url", "scm_branch", "scm_refspec"), ""),
        **dict.fromkeys(("scm_clean", "scm_track_submodules", "scm_delete_on_update", "scm_update_on_launch"), False),
        **dict.fromkeys(("scm_update_cache_timeout", "timeout"), 0),
        **dict.fromkeys(("credential", "default_environment", "signature_validation_credential")),
        "allow_override": False,
    },
    "inventories": {
        "organization": None,
        "kind": "",
        "host_filter": None,
        "variables": "",
        "prevent_instance_group_fallback": False,
    },
    "hosts": {"inventory": None, "enabled": True, "instance_id": "", "variables": ""},
    "job_templates": {
        **dict.fromkeys(("playbook", "scm_branch", "limit", "extra_vars", "job_tags", "skip_tags"), ""),
        **dict.fromkeys(("start_at_task", "host_config_key", "webhook_service"), ""),
        **dict.fromkeys(("inventory", "project", "execution_environment", "webhook_credential")),
        **dict.fromkeys(("forks", "verbosity", "timeout"), 0),
        **dict.fromkeys(("force_handlers", "use_fact_cache", "survey_enabled", "become_enabled", "diff_mode"), False),
        **{f"ask_{name}_on_launch": False for name in JOB_PROMPTS},
        "job_type": "run",
        "allow_simultaneous": False,
        "job_slice_count": 1,
        "prevent_instance_group_fallback": False,
    },
    "workflow_job_templates": {
        "organization": None,
        "extra_vars": "",
        **dict.fromkeys(("scm_branch", "limit", "job_tags", "skip_tags", "inventory", "webhook_credential")),
        **{f"ask_{name}_on_launch": False for name in PROMPTS},
        "survey_enabled": False,
        "allow_simultaneous": False,
        "webhook_service": "",
    },
    "workflow_job_template_nodes": {
        **LAUNCH,
        "workflow_job_template": None,
        "all_parents_must_converge": False,
        "identifier": "",
    },
    "schedules": {**LAUNCH, "rrule": "", "enabled": True},
    "workflow_approval_templates": {"timeout": 0, "execution_environment": None},
}
ROLES = {
    "job_templates": ("admin", "execute", "read"),
    "workflow_job_templates": ("admin", "execute", "read", "approval"),
}
# Fields that refer to an object which is in "summary_fields".
SUMMARIES = {"organization": "organizations", "project": "projects", "inventory": "inventories"}
SUMMARIES |= {"credential_type": "credential_types", "unified_job_template": "unified_job_templates"}
UNIFIED = {
    "job_templates": "job",
    "workflow_job_templates": "workflow_job",
    "workflow_approval_templates": "workflow_approval",
}


class ErrorResponse(Exception):
    """A response with an error status."""

    def __init__(self, status: int, **body: Any) -> None:
        super().__init__(status, body)
        self.status = status
        self.body = body


class Controller:
    """A controller on a free port of the loopback address; a context manager."""

    def __init__(self) -> None:
        self.collections: dict[str, list[dict[str, Any]]] = {name: [] for name in [*FIELDS, "roles"]}
        self.writes: list[str] = []
        self._secrets: dict[tuple[int, str], str] = {}
        self._lock = threading.Lock()
        self._last = 0
        self.add("organizations", name="Default")
        self.add("credential_types", name="Machine", kind="ssh", managed=True)

    def __enter__(self) -> Controller:  # noqa: PYI034 - typing has no Self before Python 3.11
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_unused: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def copy(self) -> Controller:
        """A new controller with the same objects."""
        other = Controller()
        other.collections, other._secrets, other._last = copy.deepcopy((self.collections, self._secrets, self._last))
        return other

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def add(self, collection: str, **values: Any) -> int:
        """Add an object, as in the user interface, and return its id."""
        number: int = self._add(collection, values)["id"]
        return number

    def named(self, collection: str) -> dict[str, dict[str, Any]]:
        """The objects of a collection as returned by the API, by their names."""
        items = [self.shown(collection, item["id"]) for item in self.collections[collection] if not item.get("managed")]
        return {item.get("name") or item["identifier"]: item for item in items}

    def inputs(self, name: str) -> dict[str, Any]:
        """The inputs of a credential with its secrets, which the API does not return."""
        item = self.named("credentials")[name]
        return {key: self._secrets.get((item["id"], key), value) for key, value in item["inputs"].items()}

    def edit(self, collection: str, name: str, **values: Any) -> None:
        """Change fields, as in the user interface."""
        self._respond("PATCH", f"{PREFIX}{collection}/{self.named(collection)[name]['id']}/", {}, values)

    def survey(self, collection: str, name: str) -> dict[str, Any]:
        survey: dict[str, Any] = self._respond("GET", self.named(collection)[name]["related"]["survey_spec"], {}, None)[
            1
        ]
        return survey

    def associated(self, collection: str, number: int, kind: str) -> set[int]:
        return set(self._item(collection, number).get(f"_{kind}", []))

    def _item(self, collection: str, number: int) -> dict[str, Any]:
        kinds = UNIFIED if collection == "unified_job_templates" else [collection]
        found = [item for kind in kinds for item in self.collections[kind] if item["id"] == number]
        if not found:
            raise ErrorResponse(404, detail="Not found.")
        return found[0]

    def _number(self) -> int:
        self._last += 1
        return self._last

    def _add(self, collection: str, values: dict[str, Any]) -> dict[str, Any]:
        number = self._number()
        names = {} if collection == "workflow_job_template_nodes" else {"name": "", "description": ""}
        item = {**json.loads(json.dumps({**names, **FIELDS[collection]})), "id": number}
        if collection in ("job_templates", "projects"):
            item["organization"] = None
        if collection == "projects":
            item.update(scm_revision="0", status="successful")
        self._update(collection, item, values)
        unique = UNIQUE.get(collection, ("organization",))
        for other in self.collections[collection]:
            if all(other.get(name) == item.get(name) for name in ("name", *unique)):
                raise ErrorResponse(400, __all__=["An object with this name already exists."])
        self.collections[collection].append(item)
        item["_roles"] = {}
        for role in ROLES.get(collection, ()):
            item["_roles"][f"{role}_role"] = self._number()
            self.collections["roles"].append({"id": self._last, "name": role.title()})
        return item

    def _update(self, collection: str, item: dict[str, Any], values: dict[str, Any]) -> None:
        known = {key: value for key, value in values.items() if key in {"name", "description", *FIELDS[collection]}}
        inputs = known.pop("inputs", None)
        item.update(known)
        if collection == "job_templates":
            # A job template always belongs to the organization of its project.
            item["organization"] = self._item("projects", item["project"])["organization"]
        if inputs is not None and collection == "credentials":
            self._store_inputs(item, inputs)
        elif inputs is not None:
            used = [other["credential_type"] for other in self.collections["credentials"]]
            if item["id"] in used and inputs != item["inputs"]:
                raise ErrorResponse(
                    403, detail="Modifications to inputs are not allowed for credential types that are in use"
                )
            item["inputs"] = inputs

    def _store_inputs(self, item: dict[str, Any], inputs: dict[str, Any]) -> None:
        """Replace all inputs; "$encrypted$" keeps the stored secret."""
        fields = {
            field["id"]: field for field in self._item("credential_types", item["credential_type"])["inputs"]["fields"]
        }
        if set(inputs) - set(fields):
            raise ErrorResponse(400, inputs=["Additional properties are not allowed"])
        item["inputs"] = {}
        for key, value in inputs.items():
            if fields[key].get("secret") and value:
                if value != ENCRYPTED:
                    self._secrets[item["id"], key] = value
                item["inputs"][key] = ENCRYPTED
            else:
                item["inputs"][key] = value

    def shown(self, collection: str, number: int) -> dict[str, Any]:
        """An object as returned by the API."""
        item = self._item(collection, number)
        url = f"{PREFIX}{collection}/{item['id']}/"
        shown = {key: value for key, value in item.items() if not key.startswith("_")}
        related: dict[str, Any] = {}
        summary: dict[str, Any] = {}
        for field, kind in SUMMARIES.items():
            if item.get(field):
                other = self._item(kind, item[field])
                summary[field] = {key: other[key] for key in ("id", "name", "description")}
        if collection in ("job_templates", "workflow_job_templates"):
            related["survey_spec"] = f"{url}survey_spec/"
        if item.get("_roles"):
            summary["object_roles"] = {name: {"id": number} for name, number in item["_roles"].items()}
        if collection == "job_templates":
            linked = [self._item("credentials", number) for number in sorted(item.get("_credentials", []))]
            summary["credentials"] = [{key: one[key] for key in ("id", "name", "description")} for one in linked]
        if collection == "workflow_job_template_nodes":
            shown.update(
                {kind: sorted(item.get(f"_{kind}", [])) for kind in ("success_nodes", "failure_nodes", "always_nodes")}
            )
            if item["unified_job_template"]:
                kind, job = next(
                    (kind, one)
                    for kind in UNIFIED
                    for one in self.collections[kind]
                    if one["id"] == item["unified_job_template"]
                )
                related["unified_job_template"] = f"{PREFIX}{kind}/{job['id']}/"
                summary["unified_job_template"]["unified_job_type"] = UNIFIED[kind]
                if kind == "workflow_approval_templates":
                    summary["unified_job_template"]["timeout"] = job["timeout"]
        return {
            **shown,
            "url": url,
            "type": collection.removesuffix("s"),
            "related": related,
            "summary_fields": summary,
        }

    def _page(self, collection: str, items: list[dict[str, Any]], path: str, query: dict[str, str]) -> dict[str, Any]:
        found = [item for item in (self.shown(collection, item["id"]) for item in items) if matches(item, query)]
        size, page = min(int(query.get("page_size", PAGE)), 200), int(query.get("page", 1))
        more = len(found) > page * size
        return {
            "count": len(found),
            "next": f"{path}?{urlencode({**query, 'page': page + 1})}" if more else None,
            "previous": None,
            "results": found[(page - 1) * size : page * size],
        }

    def handle(self, method: str, path: str, query: dict[str, str], body: Any, token: str) -> tuple[int, Any]:
        """Return the status and the body of the response."""
        if token != f"Bearer {TOKEN}":
            return 401, {"detail": "Authentication credentials were not provided."}
        with self._lock:
            try:
                return self._respond(method, path, query, body)
            except ErrorResponse as error:
                return error.status, error.body

    def _respond(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        collection, *rest = path.removeprefix(PREFIX).strip("/").split("/")
        if method != "GET":
            self.writes.append(f"{method} {'/'.join([collection, *rest[1:]])}")
        if method == "GET" and not rest and collection == "unified_job_templates":
            pages = [self._page(kind, self.collections[kind], path, query) for kind in UNIFIED]
            found = [item for page in pages for item in page["results"]]
            return 200, {"count": len(found), "next": None, "previous": None, "results": found}
        if collection not in self.collections or (collection == "workflow_approval_templates" and not rest):
            raise ErrorResponse(404, detail="Not found.")
        if not rest:
            if method == "POST":
                return 201, self.shown(collection, self._add(collection, body)["id"])
            return 200, self._page(collection, self.collections[collection], path, query)
        item = self._item(collection, int(rest[0]))
        if not rest[1:]:
            if method == "PATCH":
                self._update(collection, item, body)
            return 200, self.shown(collection, item["id"])
        if rest[1] in ASSOCIATIONS.get(collection, ()):
            linked = item.setdefault(f"_{rest[1]}", [])
            if method == "POST":
                (linked.remove if body.get("disassociate") else linked.append)(body["id"])
                return 204, None
            kind = collection if rest[1].endswith("_nodes") else rest[1]
            return 200, self._page(kind, [self._item(kind, number) for number in linked], path, query)
        if rest[1] == "survey_spec" and collection in ("job_templates", "workflow_job_templates"):
            if method == "POST":
                item["_survey"] = body
            return 200, item.get("_survey", {})
        if (collection, rest[1], method) == ("workflow_job_template_nodes", "create_approval_template", "POST"):
            approval = self._add("workflow_approval_templates", body)
            item["unified_job_template"] = approval["id"]
            return 201, self.shown("workflow_approval_templates", approval["id"])
        raise ErrorResponse(404, detail="Not found.")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        controller = self

        class Handler(BaseHTTPRequestHandler):
            def _respond(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or "null")
                parts = urlsplit(self.path)
                token = self.headers.get("Authorization", "")
                status, content = controller.handle(self.command, parts.path, dict(parse_qsl(parts.query)), body, token)
                payload = b"" if content is None else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("X-API-Product-Name", "AWX")
                self.send_header("X-API-Product-Version", "24.6.1")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = do_PATCH = _respond  # noqa: N815

            def log_message(self, *_unused: object) -> None:
                """Log nothing."""

        return Handler


def matches(item: dict[str, Any], query: dict[str, str]) -> bool:
    """Whether an object matches the filters of a query."""
    item = {"organization": None, **item}
    every = {name: value for name, value in query.items() if name not in ("page", "page_size")}
    either = {name.removeprefix("or__"): every.pop(name) for name in list(every) if name.startswith("or__")}
    unknown = {*every, *either} - set(item)
    if unknown:
        raise ErrorResponse(400, detail=f"{item['type']} has no field named {', '.join(unknown)}")
    return all(text(item[name]) == value for name, value in every.items()) and (
        not either or any(text(item[name]) == value for name, value in either.items())
    )


def text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
