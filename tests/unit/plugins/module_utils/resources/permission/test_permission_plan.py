# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan for the permissions of a topic, as a table without any request."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import MODIFY, Plan
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.permission.fields import (
    as_sent,
    by_user,
    plan,
    read_options,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import InvalidOption, UnexpectedState

A, B, C = {"a": "all"}, {"b": "pub"}, {"c": "sub"}


class Case(t.NamedTuple):
    """The permissions that a topic has (``None``: there is no topic), the option, and the permissions after the plan."""

    have: dict[str, str] | None
    policies: dict[str, str] | None
    after: dict[str, str] | None = None
    merge: bool = False
    state: str = "present"


CASES = {
    "the first": Case({}, A, A),
    "one more": Case(A, {**A, **B}, {**A, **B}),
    "exactly these": Case({**A, **B}, C, C),
    "another policy": Case(A, {"a": "sub"}, {"a": "sub"}),
    "all are removed": Case(A, {}, {}),
    "absent": Case({**A, **B}, None, {}, state="absent"),
    "absent, with an empty dict": Case(A, {}, {}, state="absent"),
    "the same": Case({**A, **B}, {**B, **A}),
    "none of none": Case({}, {}),
    "absent of none": Case({}, None, state="absent"),
    "merge one more": Case(A, B, {**A, **B}, merge=True),
    "merge another policy": Case({**A, **B}, {"a": "pub"}, {"a": "pub", **B}, merge=True),
    "merge none": Case({**A, **B}, {"a": "none"}, B, merge=True),
    "merge none of the last one": Case(A, {"a": "none"}, {}, merge=True),
    "merge none and another one": Case(A, {"a": "none", **C}, C, merge=True),
    "merge none of a user without": Case(A, {"b": "none"}, merge=True),
    "merge nothing": Case(A, {}, merge=True),
    "merge the same": Case({**A, **B}, B, merge=True),
    "absent with merge": Case({**A, **B}, None, {}, merge=True, state="absent"),
    "no topic, nothing wanted": Case(None, {}),
    "no topic, absent": Case(None, None, state="absent"),
    "no topic, only removals": Case(None, {"a": "none"}, merge=True),
    "odd names": Case({"*": "sub", "User:x y": "all"}, {"*": "pub"}, {"*": "pub", "User:x y": "all"}, merge=True),
    "a policy that is not documented is kept": Case({"a": "read"}, B, {"a": "read", **B}, merge=True),
}


def desired(case: Case) -> t.Any:
    return read_options({"topic_name": "orders", "state": case.state, "policies": case.policies}, case.merge)


@pytest.mark.parametrize("name", CASES)
def test_plan(name: str) -> None:
    case = CASES[name]
    row = None if case.have is None else {"topic_name": "orders", "policies": case.have}
    found = plan(desired(case), row)
    if case.after is None:
        assert found == Plan()
        return
    assert (found.steps, found.before) == ((MODIFY,), {"policies": case.have})
    assert found.after == {"policies": case.after}
    assert found.body == {"topic_name": "orders", "policies": case.after}
    assert bool(found.warnings) == (not case.have)


def test_first_permissions_shut_the_others_out() -> None:
    (warning,) = plan(desired(CASES["the first"]), {"topic_name": "orders", "policies": {}}).warnings
    assert warning == "These are the first permissions of the topic: users without one can't use it any more."


@pytest.mark.parametrize("merge", [False, True])
def test_topic_must_exist_for_a_permission(merge: bool) -> None:
    with pytest.raises(UnexpectedState, match="the topic does not exist"):
        plan(desired(Case(None, {**A}, merge=merge)), None)


REFUSED: dict[str, tuple[dict[str, t.Any], bool, str]] = {
    "policies are not set": ({"policies": None}, False, "policies must be set"),
    "policies with absent": ({"policies": A, "state": "absent"}, False, "policies can't be set with state: absent"),
    "none without merge": (
        {"policies": {"a": "none"}},
        False,
        "the policy of a must be one of all, pub, sub, not none",
    ),
    "unknown": ({"policies": {"a": "read"}}, False, "the policy of a must be one of all, pub, sub, not 'read'"),
    "unknown, merge": (
        {"policies": {"a": "ALL"}},
        True,
        "the policy of a must be one of all, pub, sub, none, not 'ALL'",
    ),
    "null": ({"policies": {"a": None}}, True, "the policy of a must be one of all, pub, sub, none, not None"),
    "a list": ({"policies": {"a": ["pub", "sub"]}}, False, r"the policy of a must be one of .*, not \['pub', 'sub'\]"),
    "empty user": ({"policies": {"": "all"}}, False, "policies must not have an empty name of a user"),
    "a user twice": ({"policies": {1: "all", "1": "sub"}}, False, "policies has the user 1 twice"),
    "path": ({"topic_name": "..", "policies": {}}, False, "topic_name must be the name of a topic"),
    "slash": ({"topic_name": "a/b", "policies": {}}, False, "topic_name must be the name of a topic"),
    "two topics": ({"topic_name": "a,b", "policies": {}}, False, "topic_name must be the name of a topic"),
    "empty topic": ({"topic_name": "", "policies": {}}, False, "topic_name must not be empty"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_invalid_option(case: str) -> None:
    options, merge, message = REFUSED[case]
    with pytest.raises(InvalidOption, match=message):
        read_options({"topic_name": "orders", "state": "present", **options}, merge)


def policy(user: str, access: str) -> dict[str, t.Any]:
    return {"user_name": user, "access_policy": access, "owner": False}


def test_policies_of_the_service_by_user() -> None:
    rows = [policy("b", "pub"), policy("a", "sub"), policy("b", "sub"), policy("a", "sub")]
    assert by_user(rows) == {"a": "sub", "b": "all"}
    assert list(by_user(rows)) == ["a", "b"]


def test_policies_in_the_form_of_the_api() -> None:
    assert as_sent("orders", {"b": "pub", "a": "all"}) == {
        "name": "orders",
        "policies": [{"user_name": "a", "access_policy": "all"}, {"user_name": "b", "access_policy": "pub"}],
    }
