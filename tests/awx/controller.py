# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the API of AWX, as far as the modules of awx.awx need it to make the objects in examples/awx.

It keeps what it is given and finds it again by its fields; it checks nothing.
"""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PREFIX = "/api/v2/"
ASSOCIATIONS = {"success_nodes", "failure_nodes", "always_nodes", "credentials"}


class Controller:
    """A controller on a free port of the loopback address, from start to stop."""

    def __init__(self) -> None:
        self.collections: dict[str, list[dict[str, Any]]] = {}
        self.writes: list[str] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._add("organizations", {"name": "Default"})

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def named(self, collection: str) -> dict[str, dict[str, Any]]:
        """The objects of a collection, by their names."""
        return {item.get("name") or item["identifier"]: item for item in self.collections.get(collection, [])}

    def _add(self, collection: str, values: dict[str, Any]) -> dict[str, Any]:
        items = self.collections.setdefault(collection, [])
        number = sum(map(len, self.collections.values())) + 1
        url = f"{PREFIX}{collection}/{number}/"
        related = {"survey_spec": f"{url}survey_spec/"} if collection.endswith("job_templates") else {}
        item = {**values, "id": number, "url": url, "related": related, "summary_fields": {}, "status": "successful"}
        if collection in {"job_templates", "workflow_job_templates"}:
            item["type"] = collection[:-1]
        if collection == "projects":
            item["scm_revision"] = "0"
        items.append(item)
        return item

    def _find(self, collection: str, wanted: dict[str, str]) -> list[dict[str, Any]]:
        kinds = ["job_templates", "workflow_job_templates"] if collection == "unified_job_templates" else [collection]
        items = [item for kind in kinds for item in self.collections.get(kind, [])]
        return [item for item in items if all(str(item.get(name)) == value for name, value in wanted.items())]

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
                return 200, {"count": len(found), "next": None, "results": found}
            item = next((item for item in self.collections.get(collection, []) if str(item["id"]) == rest[0]), None)
            if item is None:
                return 404, {}
            return self._sub(method, item, rest[1:], body)

    def _sub(self, method: str, item: dict[str, Any], rest: list[str], body: Any) -> tuple[int, Any]:
        if not rest:
            item.update(body if method == "PATCH" else {})
            return 200, item
        if rest[0] in ASSOCIATIONS:
            linked = item.setdefault(f"_{rest[0]}", [])
            if method == "POST":
                linked.append({"id": body["id"]})
                return 204, None
            return 200, {"count": len(linked), "next": None, "results": linked}
        if rest[0] == "create_approval_template":
            approval = self._add("workflow_approval_templates", body)
            item["related"]["unified_job_template"] = approval["url"]
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
