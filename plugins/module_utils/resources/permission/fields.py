# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# PRIVATE to the collection: it can change without notice.

"""The permissions of a topic, as options and as the service returns them, and the plan for them: pure functions."""

from __future__ import annotations

import typing as t

from ...reconcile.plan import MODIFY, Desired, Plan
from ...rest.errors import InvalidOption, UnexpectedState
from .. import kafka
from ..options import check_name

if t.TYPE_CHECKING:
    from ...api.listing import Row
    from ...reconcile.fields import Differences

Policies = dict[str, str]
"""User to ``all``, ``pub`` or ``sub``."""

_BOTH, _NONE = "all", "none"
_VALUES = (_BOTH, "pub", "sub")


def permission_entries() -> dict[str, t.Any]:
    """Return the option that is a list of topics with their permissions."""
    options = {
        "topic_name": {"type": "str", "required": True},
        "policies": {"type": "dict"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }
    return {"type": "list", "elements": "dict", "options": options}


class Wanted(t.NamedTuple):
    """*policies* by user, ``None`` for no permission. With *merge*, users that it does not name keep theirs."""

    policies: t.Mapping[str, str | None]
    merge: bool

    @property
    def grants(self) -> bool:
        """Whether any user is to have a permission."""
        return any(self.policies.values())


def read_options(params: t.Mapping[str, t.Any], merge: bool) -> Desired:
    """Return what an entry of the option asks for. Raises :class:`InvalidOption`."""
    name, state, given = check_name(params, "topic_name"), params["state"], params.get("policies")
    if not kafka.are_topics([name]):
        raise InvalidOption(f"topic_name must be the name of a topic (letters, digits, ., _ and -), not {name!r}")
    if state == "absent":
        if given:
            raise InvalidOption(
                "policies can't be set with state: absent, which removes those of all users",
                "To remove those of some users, use merge: true and set the policy of each to none.",
            )
        return Desired(state, None, name, Wanted({}, merge=False))
    if given is None:
        raise InvalidOption("policies must be set", "An empty dict removes the permissions of all users.")
    return Desired(state, None, name, Wanted(_check_policies(given, merge), merge))


def _check_policies(given: t.Mapping[t.Any, t.Any], merge: bool) -> dict[str, str | None]:
    policies: dict[str, str | None] = {}
    for user, policy in given.items():
        if not str(user):
            raise InvalidOption("policies must not have an empty name of a user")
        if policy == _NONE and not merge:
            raise InvalidOption(
                f"the policy of {user} must be one of {', '.join(_VALUES)}, not none",
                "none needs merge: true. Without it, leave out the user, because a topic has exactly these policies.",
            )
        if policy not in (*_VALUES, _NONE):
            allowed = (*_VALUES, _NONE) if merge else _VALUES
            raise InvalidOption(f"the policy of {user} must be one of {', '.join(allowed)}, not {policy!r}")
        if str(user) in policies:
            raise InvalidOption(f"policies has the user {user} twice, as a number and as text")
        policies[str(user)] = None if policy == _NONE else policy
    return policies


def by_user(policies: t.Iterable[Row]) -> Policies:
    """Return *policies*, as the service returns them, by user, who can have one to publish and one to subscribe."""
    found: Policies = {}
    for policy in policies:
        user, access = policy["user_name"], policy["access_policy"]
        found[user] = access if found.get(user, access) == access else _BOTH
    return {user: found[user] for user in sorted(found)}


def as_sent(topic_name: str, policies: Policies) -> Row:
    """Return the *policies* of a topic in the form of the API."""
    rows = [{"user_name": user, "access_policy": policies[user]} for user in sorted(policies)]
    return {"name": topic_name, "policies": rows}


def target(wanted: Wanted, row: Row) -> Policies:
    """Return the policies that the topic *row* is to have."""
    policies: dict[str, str | None] = {**(row["policies"] if wanted.merge else {}), **wanted.policies}
    return {user: policy for user, policy in sorted(policies.items()) if policy}


def differences(desired: Desired, row: Row) -> Differences:
    """Return the users whose policies differ, with the existing and the wanted one; ``None`` is no permission."""
    have, want = row["policies"], target(desired.fields, row)
    users = [user for user in sorted({**have, **want}) if have.get(user) != want.get(user)]
    return {f"policy of {user}": (have.get(user), want.get(user)) for user in users}


def plan(desired: Desired, row: Row | None) -> Plan:
    """Return the plan for the permissions of a topic; raises :class:`UnexpectedState` if it does not exist."""
    if row is None:
        if desired.fields.grants:
            raise UnexpectedState(
                "the topic does not exist", "Create it first. In check mode, earlier tasks of a play do not create it."
            )
        return Plan()
    if not differences(desired, row):
        return Plan()
    have, want = row["policies"], target(desired.fields, row)
    first = "These are the first permissions of the topic: users without one can't use it any more."
    warnings = () if have else (first,)
    return Plan((MODIFY,), {"policies": have}, {"policies": want}, {**row, "policies": want}, warnings)
