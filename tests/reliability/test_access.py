# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random users and permissions with random faults: nothing else is changed, nothing is opened, no password is shown."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.kafka.plugins.modules import (
    huaweicloud_kafka_topic_permissions,
    huaweicloud_kafka_users,
)
from hypothesis import given
from hypothesis import strategies as st
from simulator import Fault, Simulator

from .harness.modules import SECRET as PASSWORD
from .harness.modules import expect, random_faults, run, simulator

USERS = ("shop", "audit", "billing", "test-1")
TOPICS = ("orders", "returns", "payments")

_policies = st.just({}) | st.dictionaries(st.sampled_from(USERS), st.sampled_from(["all", "pub", "sub"]), max_size=2)
_world = st.fixed_dictionaries(
    {
        "users": st.dictionaries(st.sampled_from(USERS), st.sampled_from(["", "old"]), min_size=1),
        "policies": st.fixed_dictionaries(dict.fromkeys(TOPICS, _policies)),
        "everyone": st.sampled_from(["true", "true", "false"]),
        "settings": st.fixed_dictionaries(
            {
                "user_list_lag": st.integers(0, 2),
                "user_deletion_reads": st.integers(0, 2),
                "user_exists_code": st.sampled_from(["DMS.00400062", "DMS.00400015"]),
                "absent_user": st.sampled_from(["refused", "ignored"]),
                "absent_user_code": st.sampled_from(["DMS.00500972", "DMS.00400062"]),
                "user_deletion_in_part": st.booleans(),
                "policy_response": st.sampled_from(["job", "200", "204"]),
                "policy_reads": st.integers(0, 3),
                "policies_in_part": st.sampled_from(["others", "none"]),
                "policy_refusal_code": st.sampled_from([None, "DMS.00400062"]),
                "policies_keep_users": st.booleans(),
                "unknown_policy_user": st.sampled_from(["refused", "accepted"]),
                "job_effect": st.sampled_from(["start", "end"]),
                "job_busy_code": st.sampled_from(["DMS.00400026", "DMS.00400017"]),
            }
        ),
    }
)


def prepared(world: dict[str, t.Any], faults: list[Fault]) -> Simulator:
    """Return a simulator with this state and these faults."""
    sim = simulator()
    sim.reset()
    sim.settings.update(lock_after=None, **world["settings"])
    for name, description in {"admin": "", **world["users"]}.items():
        sim.world.add_kafka_user(sim.instance_id, name, user_desc=description)
    sim.world.set_parameters(sim.instance_id, {"allow.everyone.if.no.acl.found": world["everyone"]})
    for topic, policies in world["policies"].items():
        sim.world.add_topic(sim.instance_id, topic)
        sim.world.set_policies(sim.instance_id, topic, policies)
    sim.faults.add(Fault(operation="none"), *faults)
    return sim


def users_of(sim: Simulator) -> dict[str, dict[str, t.Any]]:
    return {user["user_name"]: user for user in sim.world.kafka_users(sim.instance_id)}


@given(
    world=_world,
    wanted=st.dictionaries(
        st.sampled_from((*USERS, *USERS, "admin")),
        st.sampled_from(["absent", "absent", None, "", "new"]),
        min_size=1,
        max_size=3,
    ),
    prune=st.booleans(),
    protect=st.booleans(),
    check_mode=st.sampled_from([False, False, True]),
    faults=random_faults(
        "ShowInstanceUsers",
        "CreateInstanceUser",
        "UpdateInstanceUser",
        "BatchDeleteInstanceUsers",
        "ShowTopicAccessPolicy",
        "ShowInstance",
        "ListInstanceTopics",
    ),
)
def test_users(
    world: dict[str, t.Any],
    wanted: dict[str, str | None],
    prune: bool,
    protect: bool,
    check_mode: bool,
    faults: list[Fault],
) -> None:
    sim = prepared(world, faults)
    entries = [
        {"user_name": name, "state": "absent"}
        if state == "absent"
        else {"user_name": name, "user_passwd": PASSWORD, **({} if state is None else {"user_desc": state})}
        for name, state in wanted.items()
    ]
    before = users_of(sim)
    options: dict[str, t.Any] = {"users": entries, "prune": prune, "prune_pattern": ".*-1" if prune else None}
    outcome = run(sim, huaweicloud_kafka_users, check_mode, protect=None if protect else [], **options)
    after = users_of(sim)

    def violations() -> t.Iterator[str]:
        permitted = {user for policies in world["policies"].values() for user in policies}
        for name, user in before.items():
            pruned = prune and name == "test-1" and name not in wanted
            gone = name not in after or after[name]["leaving"]
            if gone and not (wanted.get(name) == "absent" or pruned):
                yield f"it deleted {name}"
            if gone and (name == "admin" or (protect and name in permitted)):
                yield f"it deleted {name}, who is protected"
            if not gone and after[name]["user_passwd"] != user["user_passwd"]:
                yield f"it changed the password of {name}"
        yield from (f"it created {name}" for name in after.keys() - before.keys() - wanted.keys())
        if not outcome.failed and not check_mode:
            for name, state in wanted.items():
                if (name in after and not after[name]["leaving"]) == (state == "absent"):
                    yield f"it reports {name} as {state}"
                elif state not in ("absent", None) and after[name]["user_desc"] != state:
                    yield f"it reports the description of {name} as {state!r}"

    expect(outcome, violations())


@given(
    world=_world,
    wanted=st.dictionaries(
        st.sampled_from((*TOPICS, *TOPICS, "other")), st.one_of(st.none(), _policies), min_size=1, max_size=3
    ),
    merge=st.booleans(),
    forbid_open=st.booleans(),
    check_mode=st.sampled_from([False, False, True]),
    faults=random_faults(
        "ShowTopicAccessPolicy",
        "UpdateTopicAccessPolicy",
        "UpdateTopicAccessPolicy",
        "ShowInstanceConfigs",
        "ShowBackgroundTask",
        "ShowInstance",
        "ShowInstanceUsers",
        "ListInstanceTopics",
    ),
)
def test_permissions(
    world: dict[str, t.Any],
    wanted: dict[str, dict[str, str] | None],
    merge: bool,
    forbid_open: bool,
    check_mode: bool,
    faults: list[Fault],
) -> None:
    sim = prepared(world, faults)
    entries = [
        {"topic_name": topic, **({"state": "absent"} if policies is None else {"policies": policies})}
        for topic, policies in wanted.items()
    ]
    before = {topic: dict(policies) for topic, policies in world["policies"].items()}
    outcome = run(
        sim,
        huaweicloud_kafka_topic_permissions,
        check_mode,
        topic_permissions=entries,
        merge=merge,
        forbid_open=forbid_open,
    )
    after = {**{topic: {} for topic in TOPICS}, **sim.world.policies(sim.instance_id)}

    def violations() -> t.Iterator[str]:
        for topic in TOPICS:
            policies = wanted.get(topic, before[topic])
            expected = {**(before[topic] if merge and policies is not None else {}), **(policies or {})}
            if after[topic] not in (before[topic], expected):
                yield f"the permissions of {topic} are {after[topic]}"
            if forbid_open and world["everyone"] == "true" and before[topic] and not after[topic]:
                yield f"it opened {topic}"
            if not outcome.failed and not check_mode and after[topic] != expected:
                yield f"it reports the permissions of {topic} as set"
            unknown = [user for user in after[topic].keys() - before[topic].keys() if user not in world["users"]]
            if unknown:
                yield f"it gave permissions to {unknown}, who do not exist"

    expect(outcome, violations())
