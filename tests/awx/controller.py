# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the API of AWX 24.6, as far as the modules of awx.awx need it to make the objects in examples/awx.

It keeps and returns only the fields that AWX has for each kind, with AWX's defaults, and ignores others, as AWX does.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PREFIX = "/api/v2/"
ASSOCIATIONS = {"success_nodes", "failure_nodes", "always_nodes", "credentials", "teams"}
ENCRYPTED = "$encrypted$"
PROMPTS = ("scm_branch", "limit", "tags", "skip_tags", "inventory", "variables", "labels")
JOB_PROMPTS = (
    *PROMPTS,
    *("diff_mode", "job_type", "verbosity", "credential", "execution_environment", "forks", "instance_groups"),
    *("job_slice_count", "timeout"),
)
NODE: dict[str, Any] = {
    **dict.fromkeys(("inventory", "scm_branch", "job_type", "job_tags", "skip_tags", "limit", "diff_mode", "verbosity")),
    **dict.fromkeys(("execution_environment", "forks", "job_slice_count", "timeout", "unified_job_template")),
    "extra_data": {},
    "workflow_job_template": None,
    "all_parents_must_converge": False,
    "identifier": "",
}
# The fields that can be written, with their defaults; beside them "name" and "description".
FIELDS: dict[str, dict[str, Any]] = {
    "organizations": {"max_hosts": 0, "default_environment": None},
    "teams": {"organization": None},
    "credential_types": {"kind": "cloud", "inputs": {}, "injectors": {}},
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
    "workflow_job_template_nodes": NODE,
    "workflow_approval_templates": {"timeout": 0, "execution_environment": None},
}
ROLES = {
    "job_templates": ("admin", "execute", "read"),
    "workflow_job_templates": ("admin", "execute", "read", "approval"),
}


class Controller:
    """A controller on a free port of the loopback address, from start to stop."""

    def __init__(self) -> None:
        self.collections: dict[str, list[dict[str, Any]]] = {}
        self.writes: list[str] = []
        self._secrets: dict[tuple[int, str], str] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.add_organization("Default")

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def add_organization(self, name: str) -> None:
        self._add("organizations", {"name": name})

    def named(self, collection: str) -> dict[str, dict[str, Any]]:
        """The objects of a collection, by their names."""
        return {item.get("name") or item["identifier"]: item for item in self.collections.get(collection, [])}

    def inputs(self, name: str) -> dict[str, Any]:
        """The inputs of a credential with its secrets, which the API does not show."""
        item = self.named("credentials")[name]
        return {key: self._secrets.get((item["id"], key), value) for key, value in item["inputs"].items()}

    def edit_credential(self, name: str, **inputs: str) -> None:
        """Adds inputs by hand, as in the user interface."""
        item = self.named("credentials")[name]
        self._update("credentials", item, {"inputs": {**item["inputs"], **inputs}})

    def edit_credential_type(self, name: str, field: dict[str, Any], env: dict[str, str]) -> None:
        """Adds a field and its injectors by hand."""
        item = self.named("credential_types")[name]
        item["inputs"]["fields"].append(field)
        item["injectors"]["env"].update(env)

    def _item(self, collection: str, number: int) -> dict[str, Any]:
        return next(item for item in self.collections[collection] if item["id"] == number)

    def _number(self) -> int:
        return sum(map(len, self.collections.values())) + 1

    def _add(self, collection: str, values: dict[str, Any]) -> dict[str, Any]:
        number = self._number()
        url = f"{PREFIX}{collection}/{number}/"
        names = {} if collection == "workflow_job_template_nodes" else {"name": "", "description": ""}
        item = json.loads(json.dumps({**names, **FIELDS[collection]}))
        item.update(id=number, url=url, type=collection.removesuffix("s"), related={}, summary_fields={})
        self.collections.setdefault(collection, []).append(item)
        if collection.endswith("job_templates"):
            item["related"]["survey_spec"] = f"{url}survey_spec/"
            item["organization"] = None
        if collection == "projects":
            item.update(scm_revision="0", status="successful")
        roles = {}
        for role in ROLES.get(collection, ()):
            made = {"id": self._number(), "name": role, "for": item["name"]}
            self.collections.setdefault("roles", []).append(made)
            roles[f"{role}_role"] = {"id": made["id"]}
        item["summary_fields"]["object_roles"] = roles
        self._update(collection, item, values)
        return item

    def _update(self, collection: str, item: dict[str, Any], values: dict[str, Any]) -> None:
        known = {"name", "description", *FIELDS[collection]}
        item.update({key: value for key, value in values.items() if key in known and key != "inputs"})
        if collection == "job_templates" and item["project"]:
            # A job template belongs to the organization of its project, whatever is sent.
            item["organization"] = self._item("projects", item["project"])["organization"]
        if collection == "credentials" and "inputs" in values:
            self._store_inputs(item, values["inputs"])
        elif "inputs" in values:
            item["inputs"] = values["inputs"]

    def _store_inputs(self, item: dict[str, Any], inputs: dict[str, Any]) -> None:
        """Replaces all inputs; "$encrypted$" keeps the secret that is stored."""
        fields = self._item("credential_types", item["credential_type"])["inputs"]["fields"]
        secret = {field["id"] for field in fields if field.get("secret")}
        item["inputs"] = {}
        for key, value in inputs.items():
            if key in secret and value:
                if value != ENCRYPTED:
                    self._secrets[item["id"], key] = value
                item["inputs"][key] = ENCRYPTED
            else:
                item["inputs"][key] = value

    def _find(self, collection: str, wanted: dict[str, str]) -> list[dict[str, Any]]:
        kinds = ["job_templates", "workflow_job_templates"] if collection == "unified_job_templates" else [collection]
        items = [item for kind in kinds for item in self.collections.get(kind, [])]
        either = {name.removeprefix("or__"): value for name, value in wanted.items() if name.startswith("or__")}
        every = {name: value for name, value in wanted.items() if not name.startswith("or__") and name != "page_size"}
        return [
            item
            for item in items
            if all(str(item.get(name)) == value for name, value in every.items())
            and (not either or any(str(item.get(name)) == value for name, value in either.items()))
        ]

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """The status and the body for one request."""
        collection, *rest = path.removeprefix(PREFIX).strip("/").split("/")
        with self._lock:
            if method != "GET":
                self.writes.append(f"{method} {'/'.join([collection, *rest[1:]])}")
            if not rest:
                if method == "POST":
                    return 201, self._add(collection, body)
                found = self._find(collection, query)
                return 200, {"count": len(found), "next": None, "previous": None, "results": found}
            item = next((item for item in self.collections.get(collection, []) if str(item["id"]) == rest[0]), None)
            if item is None:
                return 404, {}
            return self._sub(method, collection, item, rest[1:], body)

    def _sub(
        self, method: str, collection: str, item: dict[str, Any], rest: list[str], body: Any
    ) -> tuple[int, Any]:
        if not rest:
            if method == "PATCH":
                used = [other["credential_type"] for other in self.collections.get("credentials", [])]
                if collection == "credential_types" and item["id"] in used and body.get("inputs") != item["inputs"]:
                    return 403, {"detail": "Modifications to inputs are not allowed for credential types that are in use"}
                self._update(collection, item, body)
            return 200, item
        if rest[0] in ASSOCIATIONS:
            linked = item.setdefault(f"_{rest[0]}", [])
            if method == "POST" and body.get("disassociate"):
                linked.remove({"id": body["id"]})
                return 204, None
            if method == "POST":
                linked.append({"id": body["id"]})
                return 204, None
            return 200, {"count": len(linked), "next": None, "previous": None, "results": linked}
        if rest[0] == "create_approval_template":
            approval = self._add("workflow_approval_templates", body)
            item["related"]["unified_job_template"] = approval["url"]
            item["unified_job_template"] = approval["id"]
            return 201, approval
        if method == "POST":
            item[f"_{rest[0]}"] = body
        return 200, item.get(f"_{rest[0]}", {})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        controller = self

        class Handler(BaseHTTPRequestHandler):
            def _respond(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length) or "null")
                parts = urlsplit(self.path)
                status, content = controller.answer(self.command, parts.path, dict(parse_qsl(parts.query)), body)
                payload = b"" if content is None else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                self.wfile.write(payload)

            do_GET = do_POST = do_PATCH = _respond  # noqa: N815

            def log_message(self, *_unused: object) -> None:
                """Be quiet."""

        return Handler
