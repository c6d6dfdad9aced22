# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DMS for Kafka: which users may publish to a topic and read it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from . import parameters
from .access import ACTIONS
from .calls import Call, Effect, Response
from .dms_instances import check_idle, find_instance
from .dms_users import absent_user, check_sasl, refused
from .errors import invalid
from .routes import Operation

if TYPE_CHECKING:
    from .world import Instance

JOB = "updateTopicPolicies"


def show_topic_access_policy(call: Call) -> Response:
    """GET /v1/{project_id}/instances/{instance_id}/topics/{topic_name}/accesspolicy"""
    instance, name = find_instance(call), call.params["topic_name"]
    topic = instance.topics.get(name)
    if topic is None:
        raise refused(call.settings.absent_topic_code, f"The topic {name} does not exist.")
    rows = [
        {"owner": row.owner, "user_name": user, "access_policy": row.access_policy}
        for user, row in instance.access.policies.get(name, {}).items()
    ]
    return Response(200, {"name": name, "topic_type": topic.topic_type, "policies": rows})


def update_topic_access_policy(call: Call) -> Response:
    """POST /v1/{project_id}/instances/{instance_id}/topics/accesspolicy: replaces the policies of several topics."""
    instance, settings = find_instance(call), call.settings
    wanted = _wanted(call)
    check_sasl(call, instance)
    check_idle(call, instance)
    for policies in wanted.values():
        for user in policies:
            known = user in instance.access.users or user == settings.default_policy_user
            if not known and settings.unknown_policy_user == "refused":
                raise absent_user(call, user)
    problems = {name: problem for name, rows in wanted.items() if (problem := _problem(instance, name, rows))}
    accepted = {name: rows for name, rows in wanted.items() if name not in problems}
    if problems and settings.policies_in_part == "none":
        accepted = {}
    effect = Effect("set policies", ",".join(accepted)) if accepted else None
    job_id = ""
    if accepted:
        apply = partial(_apply, instance, accepted)
        job_id = call.world.start_job(instance, JOB, settings.policy_reads, apply, settings.policies_fail)
    if problems:
        rows = [{"name": name, "success": False, "error_msg": problem} for name, problem in problems.items()]
        body: dict[str, Any] = {"failed_topics": rows}
        if settings.policy_refusal_code is not None:
            body.update(error_code=settings.policy_refusal_code, error_msg=rows[0]["error_msg"])
        return Response(400, body, effect=effect)
    if settings.policy_response == "204":
        return Response(204, effect=effect)
    return Response(200, {"job_id": job_id} if settings.policy_response == "job" else {}, effect=effect)


def _apply(instance: Instance, wanted: dict[str, dict[str, str]]) -> None:
    for name, policies in wanted.items():
        instance.access.replace_policies(name, policies)


def _problem(instance: Instance, name: str, policies: dict[str, str]) -> str:
    """Why the policies of a topic can't be replaced; empty if they can."""
    if name not in instance.topics or instance.topics[name].leaving:
        return "The topic does not exist."
    if not policies and not instance.access.policies.get(name):
        return "Topic policy is empty."
    return ""


def _wanted(call: Call) -> dict[str, dict[str, str]]:
    """The policies in the body: topic to user to what the user may do. Raises ApiError for the first invalid field."""
    given = call.json_object().get("topics")
    if not isinstance(given, list) or not 0 < len(given) <= call.settings.policies_per_request:
        raise invalid("topics")
    wanted: dict[str, dict[str, str]] = {}
    for topic in given:
        if not isinstance(topic, dict) or not isinstance(topic.get("policies"), list):
            raise invalid("policies")
        name = parameters.required(topic, "name")
        if name in wanted:
            raise invalid("name")
        wanted[name] = {}
        for row in topic["policies"]:
            if not isinstance(row, dict) or row.get("user_name") in wanted[name]:
                raise invalid("policies")
            action = parameters.choice(row, "access_policy", tuple(ACTIONS))
            wanted[name][parameters.required(row, "user_name")] = action
    return wanted


_TOPICS = "/v1/{project_id}/instances/{instance_id}/topics"

OPERATIONS = [
    Operation("ShowTopicAccessPolicy", "GET", _TOPICS + "/{topic_name}/accesspolicy", show_topic_access_policy),
    Operation("UpdateTopicAccessPolicy", "POST", _TOPICS + "/accesspolicy", update_topic_access_policy),
]
