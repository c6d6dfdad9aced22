# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns requests into responses, without a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import (
    agencies,
    ces,
    dms_configs,
    dms_groups,
    dms_instances,
    dms_jobs,
    dms_offsets,
    dms_policies,
    dms_sink_tasks,
    dms_smart_connect,
    dms_topics,
    dms_users,
    iam,
)
from .calls import Call, Caller, Request, Response
from .errors import ApiError
from .gateway import Gateway, RefusedError
from .routes import Operation, Routes

if TYPE_CHECKING:
    from .clock import Clock
    from .settings import Settings
    from .world import World

_PROJECT_ID = re.compile(r"[0-9a-f]{32}")

OPERATIONS = [
    *dms_sink_tasks.OPERATIONS,
    *dms_instances.OPERATIONS,
    *dms_smart_connect.OPERATIONS,
    *dms_topics.OPERATIONS,
    *dms_users.OPERATIONS,
    *dms_policies.OPERATIONS,
    *dms_configs.OPERATIONS,
    *dms_groups.OPERATIONS,
    *dms_offsets.OPERATIONS,
    *dms_jobs.OPERATIONS,
    *ces.OPERATIONS,
    *iam.OPERATIONS,
    *agencies.OPERATIONS,
]
ROUTES = Routes(OPERATIONS)


class Service:
    """IAM, DMS for Kafka and Cloud Eye."""

    def __init__(self, world: World, settings: Settings, clock: Clock) -> None:
        self._world = world
        self._settings = settings
        self.gateway = Gateway(world, settings, clock)
        self._login = iam.Login(world, settings, clock, self.gateway.locks)

    def respond(self, request: Request, found: tuple[Operation, dict[str, str]] | None) -> Response:
        """Process a request; `found` is the result of `Routes.find`.

        Raises ApiError for an error response. The order of the checks: URL, rate, credentials, project, then those
        of the operation.
        """
        if found is None:
            raise ApiError(404, "APIG.0101")
        operation, params = found
        if operation.service == "IAM":
            return self._iam(request, operation)
        if self._is_missing(operation):
            raise ApiError(404, "APIG.0101")
        if operation.service == "DMS":
            self.gateway.throttle.check()
        try:
            caller = self.gateway.identify(request)
        except RefusedError as exc:
            raise ApiError(401, "APIG.0301", f"Incorrect IAM authentication information: {exc}") from None
        if "project_id" in params:
            self._check_project(params["project_id"], caller)
        gone = self._settings.sink_tasks_gone
        if gone is not None and operation in dms_sink_tasks.OPERATIONS:
            raise ApiError(404, gone)
        assert operation.handler is not None
        return operation.handler(self._call(request, params, caller))

    def _iam(self, request: Request, operation: Operation) -> Response:
        if operation.handler is None:
            return self._login.create_token(request)
        if operation in agencies.OPERATIONS:
            request = agencies.with_token_of_body(request)
        try:
            caller = self.gateway.identify(request)
        except RefusedError as exc:
            raise iam.unauthorized(f"Incorrect IAM authentication information: {exc}") from None
        return operation.handler(self._call(request, {}, caller))

    def _call(self, request: Request, params: dict[str, str], caller: Caller) -> Call:
        return Call(request, params, caller, self._world, self._settings)

    def _is_missing(self, operation: Operation) -> bool:
        """Whether the operation does not exist in the region, so that the gateway has no such URL."""
        settings = self._settings
        if operation.name == "ModifyConnectorTask" and settings.modify == "unknown-url":
            return True
        if operation in dms_sink_tasks.OPERATIONS and settings.sink_tasks_gone == "APIG.0101":
            return True
        return operation.name in (settings.missing_operations or ())

    def _check_project(self, project_id: str, caller: Caller) -> None:
        if not _PROJECT_ID.fullmatch(project_id):
            raise ApiError(400, "DMS.00400002")
        if caller.token_project is not None and caller.token_project != project_id:
            raise ApiError(401, "DMS.10240104")
        project = self._world.projects.get(project_id)
        if project is None or project.domain_id != caller.domain_id:
            raise ApiError(403, "DMS.10240309")
