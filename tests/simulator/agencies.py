# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: temporary keys of an agency of another account, or of the user of a token."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from multidict import CIMultiDict

from .calls import Call, Request, Response
from .errors import ApiError
from .gateway import iso_time
from .iam import missing, object_of, parse, same_domain, unauthorized
from .routes import Operation

if TYPE_CHECKING:
    from .world import Agency, TemporaryKeys, World

MIN_SECONDS, MAX_SECONDS = 900, 86400


def with_token_of_body(request: Request) -> Request:
    """The request with the token of its body as its credentials, unless its headers have any."""
    if "X-Auth-Token" in request.headers or "Authorization" in request.headers:
        return request
    try:
        token = json.loads(request.body)["auth"]["identity"]["token"]["id"]
    except (ValueError, RecursionError, LookupError, TypeError):
        return request
    return dataclasses.replace(request, headers=CIMultiDict({**request.headers, "X-Auth-Token": str(token)}))


def create_temporary_keys(call: Call) -> Response:
    """POST /v3.0/OS-CREDENTIAL/securitytokens: keys of an agency, or with the method `token` of the caller."""
    identity = object_of(object_of(parse(call.request.body), "auth", "request body"), "identity", "auth")
    methods = identity.get("methods")
    if methods == ["token"]:
        given = identity.get("token") or {}
        return _created(call, call.caller.user_id, given)
    if methods != ["assume_role"]:
        raise ApiError(400, None, "methods must be assume_role or token.")
    if call.caller.token_project is not None and not call.settings.assume_with_token:
        raise unauthorized("A token is not accepted here.")
    given = object_of(identity, "assume_role", "identity")
    _seconds(given)
    _check_account(call)
    agency = _agency(call.world, given)
    if agency is None:
        raise ApiError(call.settings.absent_agency_status, None, f"Could not find agency {given['agency_name']}.")
    if call.caller.user_id not in agency.callers:
        raise _forbidden("You are not authorized to perform iam:tokens:assume.")
    return _created(call, agency.user_id, given)


def _check_account(call: Call) -> None:
    account = call.request.headers.get("X-Domain-Id")
    status = call.settings.assume_needs_domain_id
    if account is None and status is not None:
        raise ApiError(status, None, "X-Domain-Id is missing.")
    if account not in (None, call.caller.domain_id):
        raise _forbidden("X-Domain-Id is not the account of the caller.")


def _agency(world: World, given: dict[str, Any]) -> Agency | None:
    """The agency of a request. Raises ApiError if the request does not name it with its account."""
    if not isinstance(given.get("agency_name"), str):
        raise missing("agency_name", "assume_role")
    domain = {name: given[f"domain_{name}"] for name in ("id", "name") if isinstance(given.get(f"domain_{name}"), str)}
    if not domain:
        raise missing("domain_id or domain_name", "assume_role")
    for agency in world.agencies:
        if agency.name == given["agency_name"] and same_domain(domain, world.users[agency.user_id]):
            return agency
    return None


def _created(call: Call, user_id: str, given: dict[str, Any]) -> Response:
    return Response(201, credential(call.world, call.world.add_temporary_keys(_seconds(given), user_id)))


def _seconds(given: dict[str, Any]) -> int:
    seconds = given.get("duration_seconds", MIN_SECONDS)
    if not isinstance(seconds, int) or not MIN_SECONDS <= seconds <= MAX_SECONDS:
        raise ApiError(400, None, f"duration_seconds must be a number from {MIN_SECONDS} to {MAX_SECONDS}.")
    return seconds


def credential(world: World, keys: TemporaryKeys) -> dict[str, Any]:
    """Temporary keys in the format of IAM, which is also that of the metadata service."""
    expires_at = world.access_keys[keys.access_key].expires_at
    assert expires_at is not None
    return {
        "credential": {
            "access": keys.access_key,
            "secret": keys.secret_key,
            "securitytoken": keys.security_token,
            "expires_at": iso_time(expires_at),
        }
    }


def _forbidden(message: str) -> ApiError:
    return ApiError(403, None, message)


OPERATIONS = [
    Operation(
        "CreateTemporaryAccessKeyByAgency",
        "POST",
        "/v3.0/OS-CREDENTIAL/securitytokens",
        create_temporary_keys,
        service="IAM",
        changes=False,
    )
]
