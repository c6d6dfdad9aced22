# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulator that is reset before each test, and a client that returns raw responses.

The client has its own signer, to check that of the vendor in the simulator independently.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import requests
from simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 20


class Client:
    """Sends requests to a simulator, by default signed with its sample keys."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.session = requests.Session()
        self.session.trust_env = False

    @property
    def tasks_path(self) -> str:
        return f"/v2/{self.simulator.project_id}/connectors/{self.simulator.connector_id}/sink-tasks"

    @property
    def instances_path(self) -> str:
        return f"/v2/{self.simulator.project_id}/instances"

    def plain(self, method: str, path: str, body: Any = None, **arguments: Any) -> requests.Response:
        """Send a request without credentials."""
        return self.session.request(
            method,
            self.simulator.endpoint + path,
            data=_encoded(body),
            timeout=TIMEOUT,
            allow_redirects=False,
            **arguments,
        )

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        **signing: Any,
    ) -> requests.Response:
        """Send a signed request; `signing` is passed to `signed`."""
        data = _encoded(body)
        given = {"Content-Type": "application/json", **(headers or {})}
        query_text = "&".join(f"{_quoted(key)}={_quoted(value)}" for key, value in sorted((query or {}).items()))
        given.update(self.signed(method, path, query_text, given, data, **signing))
        return self.plain(method, path + ("?" + query_text if query_text else ""), data, headers=given)

    def signed(
        self,
        method: str,
        path: str,
        query_text: str,
        headers: dict[str, str],
        data: bytes,
        *,
        names: list[str] | None = None,
        access_key: str | None = None,
        secret_key: str | None = None,
        when: float | None = None,
        algorithm: str = "SDK-HMAC-SHA256",
    ) -> dict[str, str]:
        """X-Sdk-Date and Authorization for a request; `names` are the headers to sign (default: all)."""
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(when or self.simulator.clock.now()))
        host = self.simulator.endpoint.partition("//")[2]
        available = {name.lower(): value for name, value in headers.items()} | {"host": host, "x-sdk-date": date}
        to_sign = sorted(names or available)
        signed_headers = ";".join(to_sign)
        canonical = "\n".join(
            [
                method,
                path if path.endswith("/") else path + "/",
                query_text,
                *(f"{name}:{available[name].strip()}" for name in to_sign),
                "",
                signed_headers,
                hashlib.sha256(data).hexdigest(),
            ]
        )
        string_to_sign = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = secret_key or self.simulator.secret_key
        signature = hmac.new(key.encode(), string_to_sign.encode(), hashlib.sha256).hexdigest()
        access = access_key or self.simulator.access_key
        return {
            "X-Sdk-Date": date,
            "Authorization": f"{algorithm} Access={access}, SignedHeaders={signed_headers}, Signature={signature}",
        }

    def control(self, method: str, path: str, body: Any = None) -> requests.Response:
        """Send a request to the control API."""
        return self.plain(method, f"/_simulator/{path}", body)

    def create(self, **changes: Any) -> requests.Response:
        """Create a task; `changes` override fields of the body, or with the prefix `obs__` of the descriptor."""
        return self("POST", self.tasks_path, task_body(**changes))


def task_body(**changes: Any) -> dict[str, Any]:
    descriptor: dict[str, Any] = {
        "topics": "topic-a",
        "consumer_strategy": "latest",
        "destination_file_type": "TEXT",
        "access_key": "OBSKEY",
        "secret_key": "obs-secret",
        "obs_bucket_name": "bucket",
        "partition_format": "yyyy/MM/dd",
        "deliver_time_interval": 300,
    }
    body: dict[str, Any] = {"source_type": "BLOB", "task_name": "task-a", "destination_type": "OBS"}
    for name, value in changes.items():
        target, key = (descriptor, name[5:]) if name.startswith("obs__") else (body, name)
        if value is None:
            target.pop(key, None)
        else:
            target[key] = value
    return {"obs_destination_descriptor": descriptor, **body}


def _encoded(body: Any) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def _quoted(text: str) -> str:
    return quote(text, safe="~")


@pytest.fixture(scope="session")
def running() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def sim(running: Simulator) -> Simulator:
    running.reset()
    return running


@pytest.fixture
def client(sim: Simulator) -> Iterator[Client]:
    client = Client(sim)
    with client.session:
        yield client


def code_of(response: requests.Response) -> tuple[int, str]:
    """Status and error code of a response."""
    return response.status_code, response.json()["error_code"]


@pytest.fixture
def code() -> Any:
    return code_of
