# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API below /_simulator/, for tests in other processes and for manual use. It needs no credentials."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp.web_request import BaseRequest

    from .server import Simulator

CONTROL_PREFIX = "/_simulator"


class Control:
    """Handles requests below /_simulator/. Returns JSON; for invalid requests, 400 or 404 and `{"error": message}`."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._plain: dict[tuple[str, str], Callable[[Any, BaseRequest], Any]] = {
            ("GET", "credentials"): lambda data, http: simulator.credentials(),
            ("GET", "state"): lambda data, http: simulator.world.state(),
            ("GET", "connections"): lambda data, http: {"connections": simulator.connections},
            ("GET", "journal"): self._journal,
            ("DELETE", "journal"): lambda data, http: simulator.journal.clear(),
            ("GET", "faults"): self._faults,
            ("POST", "faults"): self._add_faults,
            ("DELETE", "faults"): lambda data, http: simulator.faults.clear(),
            ("GET", "settings"): lambda data, http: simulator.settings.as_dict(),
            ("PUT", "settings"): self._set,
            ("POST", "clock"): self._clock,
            ("POST", "reset"): lambda data, http: simulator.reset(),
            ("POST", "projects"): lambda data, http: {"project_id": simulator.world.add_project(**data)},
            ("POST", "agencies"): lambda data, http: dataclasses.asdict(simulator.world.add_agency(**data)),
            ("POST", "buckets"): lambda data, http: simulator.world.add_bucket(**data),
            ("POST", "instances"): lambda data, http: simulator.world.add_instance(**data),
            ("POST", "tasks"): self._add_task,
            ("POST", "topics"): lambda data, http: simulator.world.add_topic(**_with_instance(simulator, data)),
            ("POST", "users"): lambda data, http: simulator.world.add_kafka_user(**_with_instance(simulator, data)),
            ("POST", "groups"): lambda data, http: simulator.world.add_group(**_with_instance(simulator, data)),
            ("POST", "members"): lambda data, http: simulator.world.add_member(**_with_instance(simulator, data)),
            ("GET", "permissions"): lambda data, http: {
                "may": simulator.world.may(**_with_instance(simulator, dict(http.query)))
            },
            ("POST", "jobs"): lambda data, http: {"job_id": simulator.world.add_job(**_with_instance(simulator, data))},
            ("POST", "datapoints"): lambda data, http: simulator.world.add_point(**_with_instance(simulator, data)),
            ("POST", "security-tokens"): lambda data, http: simulator.security_token_keys(**data)._asdict(),
        }
        self._by_id: dict[tuple[str, str], Callable[[str, Any], Any]] = {
            ("DELETE", "tasks"): lambda task_id, data: self._remove_task(task_id),
            ("PUT", "tasks"): self._change_task,
            ("PUT", "health"): lambda task_id, data: simulator.world.set_health(
                self._connector_of(task_id), task_id, **data
            ),
            ("PUT", "topics"): lambda name, data: simulator.world.set_topic(
                name=name, **_with_instance(simulator, data)
            ),
            ("DELETE", "topics"): lambda name, data: simulator.world.remove_topic(
                name=name, **_with_instance(simulator, data)
            ),
            ("PUT", "users"): lambda name, data: simulator.world.set_kafka_user(
                user_name=name, **_with_instance(simulator, data)
            ),
            ("DELETE", "users"): lambda name, data: simulator.world.remove_kafka_user(
                user_name=name, **_with_instance(simulator, data)
            ),
            ("PUT", "groups"): lambda name, data: simulator.world.set_group(
                group_id=name, **_with_instance(simulator, data)
            ),
            ("DELETE", "groups"): lambda name, data: simulator.world.remove_group(
                group_id=name, **_with_instance(simulator, data)
            ),
            ("PUT", "policies"): lambda topic, data: simulator.world.set_policies(
                topic=topic, **_with_instance(simulator, data)
            ),
            ("PUT", "parameters"): lambda name, data: simulator.world.set_parameters(
                **_with_instance(simulator, {"values": {name: data.pop("value")}, **data})
            ),
            ("DELETE", "instances"): lambda instance_id, data: simulator.world.remove_instance(instance_id),
            ("PUT", "instances"): lambda instance_id, data: simulator.world.set_instance(instance_id, **data),
            ("DELETE", "connectors"): lambda connector_id, data: simulator.world.remove_connector(connector_id),
        }

    async def handle(self, http: BaseRequest) -> web.Response:
        """Handle one request."""
        payload = await http.read()
        try:
            result = self._dispatch(http, payload)
        except KeyError as exc:
            return web.json_response({"error": f"no such id: {exc}"}, status=404)
        except NotImplementedError as exc:
            return web.json_response({"error": str(exc)}, status=404)
        except (TypeError, ValueError, AttributeError) as exc:
            return web.json_response({"error": str(exc)}, status=400)
        return web.Response(status=204) if result is None else web.json_response(result)

    def _dispatch(self, http: BaseRequest, payload: bytes) -> Any:
        name, _unused, rest = http.path[len(CONTROL_PREFIX) :].strip("/").partition("/")
        data = json.loads(payload) if payload else {}
        if not isinstance(data, dict) and name != "faults":
            raise TypeError("the body is not an object")
        with self._simulator.world.lock:
            if rest and (http.method, name) in self._by_id:
                return self._by_id[http.method, name](rest, data)
            if not rest and (http.method, name) in self._plain:
                return self._plain[http.method, name](data, http)
        known = [f"{method} {name}" for method, name in self._plain]
        known += [f"{method} {name}/ID" for method, name in self._by_id]
        raise NotImplementedError(f"there are {', '.join(known)}")

    def _journal(self, data: Any, http: BaseRequest) -> list[dict[str, Any]]:
        operation = http.query.get("operation")
        entries = list(self._simulator.journal)[int(http.query.get("since", "0")) :]
        return [entry.as_dict() for entry in entries if operation in (None, entry.operation)]

    def _faults(self, data: Any, http: BaseRequest) -> list[dict[str, Any]]:
        return [
            {
                **{
                    field.name: getattr(active.fault, field.name)
                    for field in dataclasses.fields(Fault)
                    if field.name not in ("mutate", "before", "after")
                },
                "passed": active.passed,
                "hits": active.hits,
            }
            for active in self._simulator.faults.pending()
        ]

    def _add_faults(self, data: Any, http: BaseRequest) -> None:
        faults = [Fault.from_json(values) for values in (data if isinstance(data, list) else [data])]
        self._simulator.faults.add(*faults)

    def _set(self, data: Any, http: BaseRequest) -> dict[str, Any]:
        self._simulator.settings.update(**data)
        return self._simulator.settings.as_dict()

    def _clock(self, data: Any, http: BaseRequest) -> dict[str, float]:
        clock = self._simulator.clock
        unknown = set(data) - {"freeze", "advance", "offset"}
        if unknown:
            raise ValueError(f"unknown fields {sorted(unknown)}; there are freeze, advance and offset")
        if data.get("freeze"):
            clock.freeze()
        clock.advance(data.get("advance", 0))
        clock.offset = data.get("offset", clock.offset)
        return {"now": clock.now(), "offset": clock.offset}

    def _add_task(self, data: Any, http: BaseRequest) -> dict[str, str]:
        connector_id = data.pop("connector_id", self._simulator.connector_id)
        return {"task_id": self._simulator.world.add_task(connector_id, **data)}

    def _connector_of(self, task_id: str) -> str:
        for connector in self._simulator.world.connectors.values():
            if task_id in connector.tasks:
                return connector.connector_id
        raise KeyError(task_id)

    def _remove_task(self, task_id: str) -> None:
        self._simulator.world.remove_task(self._connector_of(task_id), task_id)

    def _change_task(self, task_id: str, data: Any) -> None:
        self._simulator.world.set_task(self._connector_of(task_id), task_id, **data)


def _with_instance(simulator: Simulator, data: dict[str, Any]) -> dict[str, Any]:
    """The data with the sample instance as the default."""
    return {"instance_id": simulator.instance_id, **data}
