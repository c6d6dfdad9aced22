# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One consumer group: its exact requests and its result, through the module for one and through the module for many."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_consumer_group as one
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_consumer_groups as many
from ansible_collections.huaweicloud.kafka.tests.unit.consumer_groups import (
    ABSENT,
    CONFIGS,
    LIVE,
    MEMBER,
    SAYS_MEMBER,
    UP,
    configs,
    create,
    delete,
    describe,
    lists,
    returned,
    row,
    shows,
    unwanted,
    wanted,
)
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, INSTANCE, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Service,
    Step,
    error_reply,
    reply,
    run_module,
)

Row = dict[str, t.Any]
Options = dict[str, t.Any]
Steps = list[Step]


class Expected(t.NamedTuple):
    """Whether the run fails, the ``action`` of a set, ``changed``, parts of what is said, and the group if it is checked.

    The parts are in the message of a failure, otherwise in the warnings; a success without parts has no warning.
    """

    failed: bool
    action: str
    changed: bool
    says: tuple[str, ...]
    group: t.Any = None


def done(action: str, *says: str, group: t.Any = None) -> Expected:
    return Expected(False, action, True, says, group)


def same(*says: str, group: t.Any = None) -> Expected:
    return Expected(False, "unchanged", False, says, group)


def fails(*says: str, action: str = "failed", changed: bool = False, group: t.Any = None) -> Expected:
    return Expected(True, action, changed, says, group)


Cases = dict[str, tuple[Options, Steps, Steps, Expected]]
"""By name: the options, the requests of check mode, the further ones of the run, and what is expected of both or of the run."""

FORBIDDEN, REJECTED = error_reply(403, "DMS.00403003", "no"), error_reply(401, "APIG.0301")
NO_INSTANCE, THROTTLED = error_reply(404, "DMS.00404022"), error_reply(404, "DMS.10240407")
REFUSED, EXISTS = error_reply(400, "DMS.00400999", "no such thing"), error_reply(400, "DMS.40050015", "it exists")
ONCE, NO_WAIT, NO_TIME = {"max_retries": 0}, {"wait": False}, {"wait_timeout": 0}
TEXT: Options = {"group_desc": "Bills"}
LOSES = "Deleting a consumer group deletes its offsets"
VANISHES = (
    "While the parameter auto.create.groups.enable of the instance is true, the service deletes a new consumer group"
)
MAY_VANISH = "If the parameter auto.create.groups.enable of the instance is true"
FREEZING = (INSTANCE, reply(200, instance(status="FREEZING")))

# --- without a write -------------------------------------------------------------------------------------------------

PLANNED: Cases = {
    "same": (wanted(), [lists(row())], [], same(group=returned())),
    "same, description": (wanted(description="Bills"), [lists(row(**TEXT))], [], same(group=returned(**TEXT))),
    "same, no description": (wanted(group_desc=""), [lists(row())], [], same()),
    "same, in use": (wanted(), [lists(row(state="Stable", lag="7"))], [], same(group=returned(state="STABLE", lag=7))),
    "same, other spelling": (
        wanted(), [lists(row(state="PreparingRebalance"))], [], same(group=returned(state="PREPARING_REBALANCE")),
    ),
    "same, unknown values": (
        wanted(), [lists(row(state=None, lag=-1, coordinator_id=None))], [],
        same(group={"group_name": "billing", "created_at": 1735689600000}),
    ),
    "same, a name that new groups can't have": (wanted("a b/c"), [lists(row("a b/c"))], [], same()),
    "absent": (unwanted(), [lists(row("other"))], [], same()),
    "absent, other case": (unwanted(), [lists(row("Billing"))], [], same()),
    "absent, DEAD": (unwanted(), [lists(row(state="DEAD"), row("other"))], [], same()),
    "absent, Dead": (unwanted(), [lists(row(state="Dead"))], [], same()),
    "absent, empty list": (unwanted(), [lists()], [], same()),
    "absent, list with the code": (unwanted(), [lists(ABSENT)], [], same()),
    "absent, code with 404": (unwanted(), [lists(error_reply(404, "DMS.111400864"))], [], fails("404 DMS.111400864")),
    "absent, no instance": (unwanted(), [lists(NO_INSTANCE)], [], same("The instance i-1 does not exist")),
    "absent, list forbidden": (unwanted(), [lists(FORBIDDEN)], [], fails("DMS.00403003")),
    "absent, another 404": (unwanted(), [lists(error_reply(404, "DMS.00404001"))], [], fails("DMS.00404001")),
    "absent, malformed list": (unwanted(), [lists(reply(200, {"groups": {}, "total": 1}))], [], fails("groups is not a list")),
    "absent, list without total": (unwanted(), [lists(reply(200, {"groups": []}))], [], fails("total is not a number")),
    "present, no instance": (wanted(), [lists(NO_INSTANCE)], [], fails("DMS.00404022")),
    "new name": (wanted("ab"), [lists()], [], fails("group_name of a new consumer group must be 3 to 64 letters")),
    "new name, digit": (wanted("1billing"), [lists()], [], fails("and begin with a letter or _, not '1billing'")),
    "new name, other letters": (wanted("grüße"), [lists()], [], fails("group_name of a new consumer group must be")),
    "created, instance FREEZING": (wanted(), [lists(), FREEZING], [], fails("instance i-1 is FREEZING")),
    "changed, instance FREEZING": (wanted(**TEXT), [lists(row()), FREEZING], [], fails("instance i-1 is FREEZING")),
    "deleted, instance FREEZING": (unwanted(), [lists(row()), FREEZING], [], fails("instance i-1 is FREEZING")),
    "deleted, instance forbidden": (unwanted(), [lists(row()), (INSTANCE, FORBIDDEN)], [], fails("DMS.00403003")),
    "deleted, in use": (
        unwanted(), [lists(row(state="STABLE")), UP, LIVE], [],
        fails(SAYS_MEMBER, "Stop its clients first", "wait_for_empty", group=returned(state="STABLE")),
    ),
    "deleted, in use, fields beside group": (
        unwanted(), [lists(row(state="STABLE")), UP, shows("Stable", members=[MEMBER], level="top")], [], fails(SAYS_MEMBER),
    ),
    "deleted, members": (
        unwanted(),
        [lists(row(state="STABLE")), UP, shows("Stable", members=[{**MEMBER, "client_id": None}, {**MEMBER, "host": "/::1"}])],
        [],
        fails("with the members billing-1 (::1), billing-1-6f0c (10.0.0.5)"),
    ),
    "deleted, rebalancing": (
        unwanted(), [lists(row(state="PREPARING_REBALANCE")), UP, shows("PreparingRebalance")], [],
        fails("it is PREPARING_REBALANCE, not EMPTY"),
    ),
    "deleted, unknown state": (
        unwanted(), [lists(row(state=None)), UP, shows(None)], [], fails("it is in an unknown state, not EMPTY"),
    ),
    "deleted, members forbidden": (
        unwanted(), [lists(row(state="STABLE")), UP, shows(response=error_reply(403, "X.1"))], [],
        fails("it is STABLE, and its members could not be read", "X.1", "dms:instance:get", "Stop its clients first"),
    ),
    "deleted, members malformed": (
        unwanted(), [lists(row(state="STABLE")), UP, shows(response=reply(200, {"group": None}))], [],
        fails("it is STABLE, and its members could not be read", "does not describe a consumer group"),
    ),
}  # fmt: skip

# --- deletions -------------------------------------------------------------------------------------------------------

EXISTING = [lists(row()), UP]
BY_NAME: Options = {"instance_id": None, "instance_name": "kafka"}
BUSY = lists(row(state="STABLE"))
WAITS: Options = {"wait_for_empty": 1}

DELETIONS: Cases = {
    "deleted": (unwanted(), EXISTING, [delete(), lists()], done("deleted", LOSES, group=returned())),
    "by name": (
        unwanted(**BY_NAME), [(FIND, instances(instance())), lists(row())], [delete(), lists()], done("deleted", LOSES),
    ),
    "Empty": (unwanted(), [lists(row(state="Empty")), UP], [delete(), lists()], done("deleted", LOSES)),
    "then DEAD": (unwanted(), EXISTING, [delete(), lists(row(state="DEAD"))], done("deleted", LOSES)),
    "then no group": (unwanted(), EXISTING, [delete(), lists(ABSENT)], done("deleted", LOSES)),
    "empty in the meantime": (
        unwanted(), [BUSY, UP, shows("Empty")], [delete(), lists()], done("deleted", LOSES),
    ),
    "still listed": (unwanted(), EXISTING, [delete(), lists(row()), lists()], done("deleted", LOSES)),
    "stays listed": (
        unwanted(**NO_TIME), EXISTING, [delete(), lists(row())],
        fails("waited 0 seconds for the group to be gone; last state: still listed", changed=True, group=returned()),
    ),
    "incomplete list": (
        unwanted(**NO_TIME), EXISTING, [delete(), lists(total=1)], fails("a list of 0 of 1 groups", changed=True),
    ),
    "no wait": (unwanted(**NO_WAIT), EXISTING, [delete()], done("deleted", LOSES)),
    "absent meanwhile": (unwanted(), EXISTING, [delete(response=ABSENT)], same(LOSES, group=returned())),
    "absent meanwhile, lost before": (
        unwanted(), EXISTING, [delete(response=LOST), delete(response=ABSENT)], done("deleted", LOSES),
    ),
    "no instance": (
        unwanted(), EXISTING, [delete(response=NO_INSTANCE)], same(LOSES, "The instance i-1 does not exist"),
    ),
    "refused": (unwanted(), EXISTING, [delete(response=REFUSED)], fails("DMS.00400999", "no such thing")),
    "refused with 404": (unwanted(), EXISTING, [delete(response=reply(404))], fails("returned 404")),
    "rejected": (unwanted(), EXISTING, [delete(response=REJECTED)], fails("APIG.0301")),
    "lost, repeated": (unwanted(), EXISTING, [delete(response=LOST), delete(), lists()], done("deleted", LOSES)),
    "lost, gone": (unwanted(**ONCE), EXISTING, [delete(response=LOST), lists()], done("deleted", LOSES)),
    "lost, there": (
        unwanted(**ONCE), EXISTING, [delete(response=LOST), lists(row())],
        fails("It is unknown whether it was deleted", action="unknown"),
    ),
    "throttled": (unwanted(), EXISTING, [delete(response=THROTTLED), delete(), lists()], done("deleted", LOSES)),
    "then forbidden": (unwanted(), EXISTING, [delete(), lists(FORBIDDEN)], fails("DMS.00403003", changed=True)),
}  # fmt: skip

# --- creations -------------------------------------------------------------------------------------------------------

NEW = [lists(), UP, configs()]

CREATIONS: Cases = {
    "created": (wanted(), NEW, [create(), lists(row())], done("created", VANISHES, group=returned())),
    "created, description": (
        wanted(**TEXT), NEW, [create(**TEXT), lists(row(**TEXT))], done("created", VANISHES, group=returned(**TEXT)),
    ),
    "bare text": (wanted(), NEW, [create(response=reply(200, "success")), lists(row())], done("created", VANISHES)),
    "no body": (wanted(), NEW, [create(response=200), lists(row())], done("created", VANISHES)),
    "no wait": (wanted(**NO_WAIT), NEW, [create()], done("created", VANISHES, group={"group_name": "billing"})),
    "other case": (wanted(), [lists(row("Billing")), UP, configs()], [create(), lists(row())], done("created", VANISHES)),
    "DEAD before": (wanted(), [lists(row(state="Dead")), UP, configs()], [create(), lists(row())], done("created", VANISHES)),
    "not automatic": (wanted(), [lists(), UP, configs("false")], [create(), lists(row())], done("created")),
    "parameters forbidden": (
        wanted(), [lists(), UP, (CONFIGS, FORBIDDEN)], [create(), lists(row())], done("created", MAY_VANISH),
    ),
    "no such parameter": (
        wanted(), [lists(), UP, (CONFIGS, reply(200, {"kafka_configs": []}))], [create(), lists(row())],
        done("created", MAY_VANISH),
    ),
    "listed late": (wanted(), NEW, [create(), lists(), lists(row())], done("created", VANISHES)),
    "exists": (wanted(), NEW, [create(response=EXISTS), lists(row())], same(VANISHES, group=returned())),
    "exists, other description": (
        wanted(**TEXT), NEW, [create(**TEXT, response=EXISTS), lists(row())], fails("DMS.40050015", "it exists"),
    ),
    "refused": (wanted(**NO_TIME), NEW, [create(response=REFUSED), lists()], fails("DMS.00400999")),
    "forbidden": (wanted(), NEW, [create(response=FORBIDDEN), lists()], fails("DMS.00403003")),
    "other text": (
        wanted(timeout=1), NEW, [create(response=reply(200, "<html>")), lists(row())],
        done("created", VANISHES, group=returned()),
    ),
    "other text, not listed": (
        wanted(timeout=1, **ONCE), NEW, [create(response=reply(200, "<html>")), lists(), lists()],
        fails("the body is not JSON", "It is unknown whether it was created", action="unknown"),
    ),
    "lost, listed": (wanted(timeout=1), NEW, [create(response=LOST), lists(row())], done("created", VANISHES)),
    "lost, sent again": (
        wanted(timeout=1), NEW, [create(response=LOST), lists(), lists(), create(), lists(row())], done("created", VANISHES),
    ),
    "lost, then exists": (
        wanted(timeout=1), NEW, [create(response=LOST), lists(), lists(), create(response=EXISTS), lists(row())],
        done("created", VANISHES),
    ),
}  # fmt: skip

# --- changes ---------------------------------------------------------------------------------------------------------

CHANGES: Cases = {
    "description": (
        wanted(**TEXT), EXISTING, [describe("Bills"), lists(row(**TEXT))], done("modified", group=returned(**TEXT)),
    ),
    "description in use": (
        wanted(**TEXT), [lists(row(state="STABLE")), UP], [describe("Bills"), lists(row(state="STABLE", **TEXT))],
        done("modified"),
    ),
    "removed": (wanted(group_desc=""), [lists(row(**TEXT)), UP], [describe(""), lists(row())], done("modified")),
    "did not move": (
        wanted(**TEXT), EXISTING, [describe("Bills"), lists(row())],
        fails("did not change everything: group_desc is '', wanted 'Bills'"),
    ),
    "lost, repeated": (
        wanted(**TEXT), EXISTING, [describe("Bills", response=LOST), describe("Bills"), lists(row(**TEXT))], done("modified"),
    ),
    "lost, done": (
        wanted(**TEXT, **ONCE), EXISTING, [describe("Bills", response=LOST), lists(row(**TEXT))], done("modified"),
    ),
    "absent meanwhile": (wanted(**TEXT), EXISTING, [describe("Bills", response=ABSENT)], fails("DMS.111400864")),
    "then gone": (wanted(**TEXT), EXISTING, [describe("Bills"), lists()], fails("deleted in the meantime")),
}  # fmt: skip

ALL: Cases = {
    f"{kind}: {name}": case
    for kind, cases in (("plan", PLANNED), ("delete", DELETIONS), ("create", CREATIONS), ("change", CHANGES))
    for name, case in cases.items()
}


def as_set(options: Options) -> Options:
    """Return the options of the module for many, for the group that *options* describe."""
    of_entry = many.MODULE.spec.argument_spec["consumer_groups"]["options"]
    aliases = {alias for option in of_entry.values() for alias in option.get("aliases", ())}
    entry = {name: value for name, value in options.items() if name in of_entry or name in aliases}
    return {**{name: value for name, value in options.items() if name not in entry}, "consumer_groups": [entry]}


def of_one(result: Options, many: bool = False) -> Options:
    """Return what *result* says of the group; *many*: it is the result of the module for many."""
    (report,) = result.get("consumer_groups", [{} if many else result])
    warnings, diff = result.get("warnings", []), result.get("diff")
    if many:
        warnings = [re.sub("^[^ :]+: ", "", warning) for warning in warnings]
        diff = diff and {side: next(iter(groups.values()), {}) for side, groups in diff.items()}
    return {
        **{name: result.get(name) for name in ("changed", "failed", "error")},
        "sentence": re.sub("^Could not .*?: ", "", report.get("msg") or result.get("msg", "")),
        "warnings": sorted(warnings),
        "group": report.get("consumer_group"),
        "diff": diff,
    }


@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("name", ALL)
def test_group_alone_and_in_a_set(name: str, check_mode: bool) -> None:
    options, before, rest, expected = ALL[name]
    steps = before if check_mode else [*before, *rest]
    alone = run_module(one, Service(), options, *steps, check_mode=check_mode, diff=True).result
    in_set = run_module(many, Service(), as_set(options), *steps, check_mode=check_mode, diff=True).result
    found = of_one(alone)
    assert of_one(in_set, many=True) == found
    if check_mode and rest:
        assert (found["failed"], found["changed"]) == (None, True)
        assert alone["diff"]["before"] != alone["diff"]["after"]
        return
    assert (found["failed"], found["changed"]) == (expected.failed or None, expected.changed)
    said = found["sentence"] if expected.failed else " ".join(found["warnings"])
    assert [part for part in expected.says if part not in said] == []
    assert expected.failed or len(found["warnings"]) == len(expected.says)
    if expected.group:
        assert found["group"] == expected.group
    for report in in_set.get("consumer_groups", []):
        assert (report["action"], report["changed"]) == (expected.action, expected.changed)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (unwanted(group_name=""), "group_name must not be empty"),
        (unwanted(group_name=" billing"), "group_name must not begin or end with whitespace"),
        (unwanted("__consumer-group-dial-test"), "group_name must not begin with __"),
        (wanted("__x"), "group_name must not begin with __"),
        (unwanted(".."), "group_name can't be '..'"),
        (wanted(group_desc="x" * 201), "group_desc must be at most 200 characters"),
        (wanted(wait_timeout=-1), "wait_timeout must be 0 or more, not -1"),
        (unwanted(wait_for_empty=-1), "wait_for_empty must be 0 or more, not -1"),
        (wanted(state="gone"), "state must be one of"),
        (wanted(instance_id=None), "one of the following is required: instance_id, instance_name"),
        (wanted(instance_id="../x"), "instance_id can contain only letters"),
    ],
)
def test_refused_before_any_request(options: Options, message: str) -> None:
    alone, in_set = run_module(one, Service(), options).msg, run_module(many, Service(), as_set(options)).msg
    assert message in alone
    assert message in in_set


WAITED: dict[str, tuple[Steps, Expected]] = {
    "leaves": ([BUSY, lists(row()), delete(), lists()], done("deleted", LOSES)),
    "is gone": ([lists(row("other")), delete(response=ABSENT)], same(LOSES)),
    "stays": ([BUSY, BUSY, BUSY, LIVE], fails(f"{SAYS_MEMBER} after 1 seconds", "Stop its clients first")),
    "incomplete list": ([lists(total=1)] * 3 + [LIVE], fails(f"{SAYS_MEMBER} after 1 seconds")),
    "list forbidden": ([lists(FORBIDDEN)], fails("DMS.00403003")),
}


@pytest.mark.parametrize("name", WAITED)
def test_members_are_waited_for_before_the_deletion(name: str) -> None:
    steps, expected = WAITED[name]
    options = unwanted(**WAITS)
    alone = of_one(run_module(one, Service(), options, BUSY, UP, *steps).result)
    in_set = run_module(many, Service(), as_set(options), BUSY, UP, *steps).result
    found = of_one(in_set, many=True)
    if not name.startswith("list"):
        assert found == alone
    assert (found["failed"], found["changed"]) == (expected.failed or None, expected.changed)
    said = found["sentence"] if expected.failed else " ".join(found["warnings"])
    assert [part for part in expected.says if part not in said] == []


def test_check_mode_warns_that_members_are_waited_for() -> None:
    ran = run_module(one, Service(), unwanted(wait_for_empty=60), BUSY, UP, LIVE, check_mode=True)
    assert ran.result["changed"] is True
    assert f"The consumer group is in use ({SAYS_MEMBER}): the run waits 60 seconds" in ran.result["warnings"][1]
    assert ran.sleeps == []


def test_diff_of_a_deletion_shows_what_is_waiting() -> None:
    result = run_module(one, Service(), unwanted(), lists(row(lag=7, **TEXT)), UP, check_mode=True, diff=True).result
    assert result["diff"] == {"before": {"group_name": "billing", "group_desc": "Bills", "lag": 7}, "after": {}}
