# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One user: its exact requests and its result, through the module for one and through the module for many."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_user as one
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_users as many
from ansible_collections.huaweicloud.kafka.tests.unit import topics
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, INSTANCE, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Reply,
    Service,
    Step,
    error_reply,
    reply,
    run_module,
)
from ansible_collections.huaweicloud.kafka.tests.unit.users import (
    LIST,
    NO_TOPICS,
    PASSWORD,
    UNUSED,
    UP,
    create,
    delete,
    describe,
    listed,
    policies,
    reset,
    row,
    unwanted,
    up,
    wanted,
)

Row = dict[str, t.Any]
Options = dict[str, t.Any]
Steps = list[Step]


class Expected(t.NamedTuple):
    """Whether the run fails, the ``action`` of a set, ``changed``, parts of what is said, and the user if it is checked.

    The parts are in the message of a failure, otherwise in the warnings; a success without parts has no warning.
    """

    failed: bool
    action: str
    changed: bool
    says: tuple[str, ...]
    user: t.Any = None


def done(action: str, *says: str, user: t.Any = None) -> Expected:
    return Expected(False, action, True, says, user)


def same(*says: str, user: t.Any = None) -> Expected:
    return Expected(False, "unchanged", False, says, user)


def fails(*says: str, action: str = "failed", changed: bool = False, user: t.Any = None) -> Expected:
    return Expected(True, action, changed, says, user)


Cases = dict[str, tuple[Options, Steps, Steps, Expected]]
"""By name: the options, the requests of check mode, the further ones of the run, and what is expected of both or of the run."""


def lists(*rows: t.Any) -> Step:
    """List *rows* and the first user, or get the response in their place."""
    return (LIST, rows[0]) if rows and isinstance(rows[0], (Reply, str)) else (LIST, listed(*rows))


FORBIDDEN, REJECTED = error_reply(403, "DMS.00403003", "no"), error_reply(401, "APIG.0301")
NO_INSTANCE, THROTTLED = error_reply(404, "DMS.00404022"), error_reply(404, "DMS.10240407")
REFUSED, BUSY = error_reply(400, "DMS.00400999", "no such thing"), error_reply(400, "DMS.00400026")
KNOWN, RULE = error_reply(400, "DMS.00400062"), error_reply(400, "DMS.00400012")
NO_SASL = error_reply(400, "DMS.00400971")
ONCE, NO_WAIT, NO_TIME = {"max_retries": 0}, {"wait": False}, {"wait_timeout": 0}
FIRST = "it is the first user of the instance, which is never deleted"
OFF = "SASL is off on instance i-1, so it has neither users nor permissions"
FREEZING = "instance i-1 is FREEZING"
UNKNOWN = "It is unknown whether it was"
CUT_OFF = "The password is set again: a new one cuts off the clients that log in with the old one."
ADOPTED = "Another run has just created the user: it can have another user_passwd than this task sets."
MAYBE_FIRST = "The service does not return which user is the first one"
CASE = "The name differs from that of the user SHOP only in case"
ALWAYS: Options = {"update_secrets": "always"}
ROW = row()
TEXT: Options = {"user_desc": "The shop"}
CHANGED = row(**TEXT)
PORTS = {"private_plain_enable": True, "private_sasl_ssl_enable": False, "public_sasl_plaintext_enable": False}

# --- without a write -------------------------------------------------------------------------------------------------

PLANNED: Cases = {
    "same": (wanted(), [lists(row())], [], same(user=ROW)),
    "same, without password": (wanted(user_passwd=None), [lists(row())], [], same(user=ROW)),
    "same, all options": (wanted(description="The shop"), [lists(row(**TEXT))], [], same(user=CHANGED)),
    "same, no description": (wanted(user_desc=""), [lists(row(user_desc=None))], [], same()),
    "same, first": (wanted("root"), [lists()], [], same()),
    "same, a name that new users can't have": (wanted("a.b"), [lists(row("a.b"))], [], same()),
    "absent": (unwanted(), [lists(row("other"))], [], same()),
    "absent, other case": (unwanted(), [lists(row("SHOP"))], [], same()),
    "absent, no instance": (unwanted(), [lists(NO_INSTANCE)], [], same("The instance i-1 does not exist")),
    "absent, list forbidden": (unwanted(), [lists(FORBIDDEN)], [], fails("DMS.00403003")),
    "absent, another 404": (unwanted(), [lists(error_reply(404, "DMS.00404001"))], [], fails("DMS.00404001")),
    "absent, malformed list": (unwanted(), [lists(reply(200, {"users": None}))], [], fails("users is not a list")),
    "absent, SASL off": (unwanted(), [lists(NO_SASL)], [], fails("DMS.00400971", "Enable SASL (ciphertext access)")),
    "present, no instance": (wanted(), [lists(NO_INSTANCE)], [], fails("DMS.00404022")),
    "present, no password": (
        wanted(user_passwd=None), [lists()], [], fails("user_passwd must be set to create the user"),
    ),
    "new name": (wanted("ab"), [lists()], [], fails("user_name of a new user must be 4 to 64 letters")),
    "first, deleted": (unwanted("root"), [lists(), UP], [], fails(FIRST)),
    "first, deleted, no protection": (unwanted("root", protect=[]), [lists(), UP], [], fails(FIRST)),
    "created, SASL off": (wanted(), [lists(), up(ssl_enable=False)], [], fails(OFF)),
    "created, SASL off for all ports": (
        wanted(), [lists(), up(ssl_enable="false", port_protocols=PORTS)], [], fails(OFF),
    ),
    "changed, SASL off": (wanted(**TEXT), [lists(row()), up(ssl_enable=False)], [], fails(OFF)),
    "password, SASL off": (wanted(**ALWAYS), [lists(row()), up(ssl_enable=False)], [], fails(OFF)),
    "deleted, SASL off": (unwanted(), [lists(row()), up(ssl_enable=False)], [], fails(OFF)),
    "created, instance FREEZING": (wanted(), [lists(), up(status="FREEZING")], [], fails(FREEZING)),
    "deleted, instance FREEZING": (unwanted(), [lists(row()), up(status="FREEZING")], [], fails(FREEZING)),
    "created, instance forbidden": (wanted(), [lists(), (INSTANCE, FORBIDDEN)], [], fails("DMS.00403003")),
    "deleted, has permissions": (
        unwanted(),
        [lists(row()), UP, (topics.LIST, topics.listed(*map(topics.row, "ba"))), policies("b", "shop"), policies("a", "shop")],
        [],
        fails("the user has permissions for the topics a, b", "Remove these permissions first"),
    ),
    "deleted, permissions forbidden": (
        unwanted(),
        [*[lists(row()), *UNUSED][:-1], (topics.policies(), error_reply(403, "X.1"))],
        [],
        fails("X.1", "dms:instance:get", "Remove permissions from protect to delete users without this check"),
    ),
    "deleted, topics forbidden": (
        unwanted(), [lists(row()), UP, (topics.LIST, FORBIDDEN)], [], fails("Remove permissions from protect"),
    ),
    "deleted, topics incomplete": (
        unwanted(),
        [lists(row()), UP, (topics.LIST, topics.listed(total=1))],
        [],
        fails("0 of 1 topics, so it is not complete", "Remove permissions from protect"),
    ),
    "deleted, permissions malformed": (
        unwanted(),
        [*[lists(row()), *UNUSED][:-1], (topics.policies(), reply(200, {}))],
        [],
        fails("Remove permissions from protect"),
    ),
}  # fmt: skip

# --- deletions -------------------------------------------------------------------------------------------------------

EXISTING = [lists(row()), *UNUSED]
BY_NAME: Options = {"instance_id": None, "instance_name": "kafka"}
WHOLE = instance(ssl_enable=True, access_user="root", created_at="1735689600000")

DELETIONS: Cases = {
    "deleted": (unwanted(), EXISTING, [delete(), lists()], done("deleted", user=ROW)),
    "no topics": (unwanted(), [lists(row()), UP, NO_TOPICS], [delete(), lists()], done("deleted")),
    "no protection": (unwanted(protect=[]), [lists(row()), UP], [delete(), lists()], done("deleted")),
    "permissions of another case": (
        unwanted(), [*EXISTING[:-1], policies("orders", "SHOP")], [delete(), lists()], done("deleted"),
    ),
    "still listed": (unwanted(), EXISTING, [delete(), lists(row()), lists()], done("deleted")),
    "stays listed": (
        unwanted(**NO_TIME),
        EXISTING,
        [delete(), lists(row())],
        fails("waited 0 seconds for the user to be gone; last state: still listed", changed=True, user=ROW),
    ),
    "no wait": (unwanted(**NO_WAIT), EXISTING, [delete()], done("deleted")),
    "refused, left": (
        unwanted(), EXISTING, [delete(response=REFUSED), lists(row())], fails("DMS.00400999", "no such thing"),
    ),
    "refused, gone": (unwanted(), EXISTING, [delete(response=REFUSED), lists()], same(user=ROW)),
    "refused with a known code, gone": (unwanted(), EXISTING, [delete(response=KNOWN), lists()], same()),
    "404 without code, gone": (unwanted(), EXISTING, [delete(response=reply(404)), lists()], same()),
    "refused, list forbidden": (
        unwanted(), EXISTING, [delete(response=REFUSED), lists(FORBIDDEN)], fails(UNKNOWN, action="unknown"),
    ),
    "busy": (unwanted(), EXISTING, [delete(response=BUSY)], fails("DMS.00400026")),
    "forbidden": (unwanted(), EXISTING, [delete(response=FORBIDDEN)], fails("DMS.00403003")),
    "rejected": (unwanted(), EXISTING, [delete(response=REJECTED)], fails("APIG.0301")),
    "then forbidden": (unwanted(), EXISTING, [delete(), lists(FORBIDDEN)], fails("DMS.00403003", changed=True)),
    "no instance": (
        unwanted(), EXISTING, [delete(response=NO_INSTANCE)], same("The instance i-1 does not exist"),
    ),
    "lost, repeated": (unwanted(), EXISTING, [delete(response=LOST), delete(), lists()], done("deleted")),
    "lost, then refused as absent": (
        unwanted(), EXISTING, [delete(response=LOST), delete(response=REFUSED), lists()], done("deleted"),
    ),
    "lost, then refused, left": (
        unwanted(), EXISTING, [delete(response=LOST), delete(response=REFUSED), lists(row())],
        fails("DMS.00400999", UNKNOWN, action="unknown"),
    ),
    "lost, gone": (unwanted(**ONCE), EXISTING, [delete(response=LOST), lists()], done("deleted")),
    "lost, left": (
        unwanted(**ONCE), EXISTING, [delete(response=LOST), lists(row())], fails(UNKNOWN, "still listed", action="unknown"),
    ),
    "first unknown": (
        unwanted(protect=[]), [lists(row()), up(access_user="")], [delete(), lists()], done("deleted"),
    ),
    "first unknown, default application": (
        unwanted(protect=[]), [lists(row(default_app="true")), up(access_user=None)], [delete(), lists()],
        done("deleted", MAYBE_FIRST),
    ),
    "default application, but not the first": (
        unwanted(protect=[]), [lists(row(default_app=True)), UP], [delete(), lists()], done("deleted"),
    ),
    "by the name of the instance": (
        unwanted(**BY_NAME), [(FIND, instances(WHOLE)), lists(row()), *UNUSED[1:]], [delete(), lists()],
        done("deleted"),
    ),
    "by name, listed without the first user": (
        unwanted(**BY_NAME), [(FIND, instances({**WHOLE, "access_user": None})), *EXISTING], [delete(), lists()], done("deleted"),
    ),
    "no instance of the name": (unwanted(**BY_NAME), [(FIND, instances())], [], same("no Kafka instance named kafka")),
}  # fmt: skip

# --- creations -------------------------------------------------------------------------------------------------------

NEW = [lists(), UP]
OTHER = row(user_desc="other")
SENT = {"user_name": "shop"}

CREATIONS: Cases = {
    "created": (wanted(), NEW, [create(), lists(row())], done("created", user=ROW)),
    "all options": (
        wanted(**TEXT), NEW, [create(**TEXT), lists(row(**TEXT))], done("created", user=CHANGED),
    ),
    "update_secrets": (wanted(**ALWAYS), NEW, [create(), lists(row())], done("created")),
    "listed late": (wanted(), NEW, [create(), lists(), lists(row())], done("created", user=ROW)),
    "never listed": (
        wanted(**NO_TIME), NEW, [create(), lists()],
        fails("waited 0 seconds for the user of that name to be listed", changed=True, user=SENT),
    ),
    "no wait": (wanted(**NO_WAIT), NEW, [create()], done("created", user=SENT)),
    "other case": (wanted(), [lists(row("SHOP")), UP], [create(), lists(row("SHOP"), row())], done("created", CASE)),
    "by the name of the instance": (
        wanted(**BY_NAME), [(FIND, instances(WHOLE)), lists()], [create(), lists(row())], done("created"),
    ),
    "by name, listed as off": (
        wanted(**BY_NAME), [(FIND, instances({**WHOLE, "ssl_enable": False})), lists(), UP], [create(), lists(row())],
        done("created"),
    ),
    "SASL without TLS": (
        wanted(),
        [lists(), up(ssl_enable=False, port_protocols={**PORTS, "private_sasl_plaintext_enable": "true"})],
        [create(), lists(row())],
        done("created"),
    ),
    "SASL by its protocol": (
        wanted(), [lists(), up(ssl_enable=False, kafka_security_protocol="SASL_PLAINTEXT")], [create(), lists(row())],
        done("created"),
    ),
    "SASL not returned": (wanted(), [lists(), up(ssl_enable=None)], [create(), lists(row())], done("created")),
    "too many, old instance": (
        wanted(), [lists(*(row(f"user-{number}") for number in range(19))), up(created_at="1689379199999")],
        [create(), lists(row())],
        done("created", "The instance would have 21 users. It can have at most 20"),
    ),
    "not too many, old instance": (
        wanted(), [lists(*(row(f"user-{number}") for number in range(18))), up(created_at="1689379199999")],
        [create(), lists(row())],
        done("created"),
    ),
    "too many": (
        wanted(), [lists(*(row(f"user-{number}") for number in range(499))), UP],
        [create(), lists(row())],
        done("created", "The instance would have 501 users. It can have at most 500"),
    ),
    "refused": (wanted(), NEW, [create(response=RULE), lists()], fails("DMS.00400012", "does not comply with the rules")),
    "refused, not listed within timeout": (
        wanted(timeout=1), NEW, [create(response=REFUSED), lists(), lists(), lists()], fails("DMS.00400999"),
    ),
    "exists, listed late": (wanted(), NEW, [create(response=REFUSED), lists(), lists(row())], same(ADOPTED, user=ROW)),
    "exists, equal": (wanted(), NEW, [create(response=REFUSED), lists(row())], same(ADOPTED, user=ROW)),
    "exists, different": (wanted(**TEXT), NEW, [create(response=REFUSED, **TEXT), lists(OTHER)], fails("DMS.00400999")),
    "exists, other case": (wanted(), NEW, [create(response=KNOWN), lists(row("SHOP"))], fails("DMS.00400062")),
    "exists, list forbidden": (wanted(), NEW, [create(response=REFUSED), lists(FORBIDDEN)], fails("DMS.00400999")),
    "SASL off for the service": (wanted(), NEW, [create(response=NO_SASL), lists()], fails("Enable SASL")),
    "rejected": (wanted(), NEW, [create(response=REJECTED)], fails("APIG.0301")),
    "throttled": (wanted(**ONCE), NEW, [create(response=THROTTLED)], fails("DMS.10240407")),
    "lost, listed": (wanted(), NEW, [create(response=LOST), lists(row())], done("created")),
    "lost, different": (
        wanted(**TEXT), NEW, [create(response=LOST, **TEXT), lists(OTHER)],
        fails("the user of that name that exists now is not as wanted"),
    ),
    "lost, not listed, sent again": (
        wanted(timeout=1), NEW, [create(response=LOST), lists(), lists(), create(), lists(row())], done("created"),
    ),
    "lost, then exists": (
        wanted(timeout=1), NEW,
        [create(response=LOST), lists(), lists(), create(response=REFUSED), lists(row())],
        done("created"),
    ),
    "lost, listed late": (wanted(), NEW, [create(response=LOST), lists(), lists(), lists(row())], done("created")),
    "lost, not listed": (
        wanted(**ONCE, timeout=1), NEW, [create(response=LOST), lists(), lists()],
        fails("It is unknown whether it was created", "it can be listed later", action="unknown"),
    ),
    "lost, list forbidden": (
        wanted(), NEW, [create(response=LOST), lists(FORBIDDEN)], fails(UNKNOWN, action="unknown"),
    ),
}  # fmt: skip

# --- changes ---------------------------------------------------------------------------------------------------------

HERE = [lists(row()), UP]
BOTH: Options = {**TEXT, **ALWAYS}
NEW_TOO = {"new_password": PASSWORD}
NOT_READ = "It is unknown whether user_passwd was changed, which can't be read: run the task again."
UNREAD = "The service accepted the modification. It is unknown what it changed: run the task again."
LEFT = "user_desc is '', wanted 'The shop'"

CHANGES: Cases = {
    "description": (wanted(**TEXT), HERE, [describe("The shop"), lists(row(**TEXT))], done("modified", user=CHANGED)),
    "description, no wait": (
        wanted(**TEXT, **NO_WAIT), HERE, [describe("The shop"), lists(row(**TEXT))], done("modified"),
    ),
    "description is removed": (
        wanted(user_desc=""), [lists(row(**TEXT)), UP], [describe(""), lists(row(user_desc=None))], done("modified"),
    ),
    "description of the first": (
        wanted("root", **TEXT), [lists(), UP],
        [describe("The shop", "root"), (LIST, reply(200, {"users": [row("root", **TEXT)]}))],
        done("modified"),
    ),
    "description did not move": (
        wanted(**TEXT), HERE, [describe("The shop"), lists(row())], fails("did not change everything", LEFT, user=ROW),
    ),
    "description refused": (wanted(**TEXT), HERE, [describe("The shop", response=REFUSED)], fails("DMS.00400999")),
    "description lost, repeated": (
        wanted(**TEXT), HERE, [describe("The shop", response=LOST), describe("The shop"), lists(row(**TEXT))],
        done("modified"),
    ),
    "description lost, done": (
        wanted(**TEXT, **ONCE), HERE, [describe("The shop", response=LOST), lists(row(**TEXT))], done("modified"),
    ),
    "description lost, not done": (
        wanted(**TEXT, **ONCE), HERE, [describe("The shop", response=LOST), lists(row())], fails(LEFT, action="unknown"),
    ),
    "then gone": (wanted(**TEXT), HERE, [describe("The shop"), lists()], fails("deleted in the meantime")),
    "password": (wanted(**ALWAYS), HERE, [reset(), lists(row())], done("modified", CUT_OFF, user=ROW)),
    "password of the first": (
        wanted("root", **ALWAYS), [lists(), UP], [reset("root"), lists()], done("modified", CUT_OFF),
    ),
    "password, then gone": (wanted(**ALWAYS), HERE, [reset(), lists()], fails("deleted in the meantime")),
    "password, list forbidden": (
        wanted(**ALWAYS), HERE, [reset(), lists(FORBIDDEN)], fails(UNREAD, action="unknown", changed=True),
    ),
    "password refused": (wanted(**ALWAYS), HERE, [reset(response=REFUSED)], fails("DMS.00400999")),
    "password rejected": (wanted(**ALWAYS), HERE, [reset(response=REJECTED)], fails("APIG.0301")),
    "password lost, repeated": (
        wanted(**ALWAYS), HERE, [reset(response=LOST), reset(), lists(row())], done("modified", CUT_OFF),
    ),
    "password lost": (
        wanted(**ALWAYS, **ONCE), HERE, [reset(response=LOST), lists(row())],
        fails(NOT_READ, action="unknown", changed=True),
    ),
    "password lost, list forbidden": (
        wanted(**ALWAYS, **ONCE), HERE, [reset(response=LOST), lists(FORBIDDEN)],
        fails(UNKNOWN, action="unknown", changed=True),
    ),
    "both": (
        wanted(**BOTH), HERE, [describe("The shop", **NEW_TOO), lists(row(**TEXT))],
        done("modified", CUT_OFF, user=CHANGED),
    ),
    "both, description did not move": (
        wanted(**BOTH), HERE, [describe("The shop", **NEW_TOO), lists(row())],
        fails(LEFT, "modified user_passwd of the user", changed=True, user=ROW),
    ),
    "both lost": (
        wanted(**BOTH, **ONCE), HERE, [describe("The shop", **NEW_TOO, response=LOST), lists(row(**TEXT))],
        fails(NOT_READ, "modified user_desc of the user", action="unknown", changed=True),
    ),
}  # fmt: skip

ALL: Cases = {
    f"{kind}: {name}": case
    for kind, cases in (("plan", PLANNED), ("delete", DELETIONS), ("create", CREATIONS), ("change", CHANGES))
    for name, case in cases.items()
}


def as_set(options: Options) -> Options:
    """Return the options of the module for many, for the user that *options* describe."""
    of_entry = many.MODULE.spec.argument_spec["users"]["options"]
    aliases = {alias for option in of_entry.values() for alias in option.get("aliases", ())}
    entry = {name: value for name, value in options.items() if name in of_entry or name in aliases}
    return {**{name: value for name, value in options.items() if name not in entry}, "users": [entry]}


def of_one(result: Options, many: bool = False) -> Options:
    """Return what *result* says of the user; *many*: it is the result of the module for many."""
    (report,) = result.get("users", [{} if many else result])
    warnings, diff = result.get("warnings", []), result.get("diff")
    if many:
        warnings = [re.sub("^[^ :]+: ", "", warning) for warning in warnings]
        diff = diff and {side: next(iter(users.values()), {}) for side, users in diff.items()}
    return {
        **{name: result.get(name) for name in ("changed", "failed", "error")},
        "sentence": re.sub("^Could not .*?: ", "", report.get("msg") or result.get("msg", "")),
        "warnings": sorted(warnings),
        "user": report.get("user"),
        "diff": diff,
    }


@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("name", ALL)
def test_user_alone_and_in_a_set(name: str, check_mode: bool) -> None:
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
    if expected.user:
        assert found["user"] == expected.user
    for report in in_set.get("users", []):
        assert (report["action"], report["changed"]) == (expected.action, expected.changed)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (unwanted(user_name=""), "user_name must not be empty"),
        (unwanted(user_name=" shop"), "user_name must not begin or end with whitespace"),
        (wanted(user_passwd="12345678"), "user_passwd must be of at least three kinds"),
        (wanted(user_passwd=12345678), "user_passwd must be of at least three kinds"),
        (wanted(user_passwd=""), "user_passwd must be set, and not empty"),
        (wanted("Shop-2024", user_passwd="Shop-2024"), "neither the name of the user nor that name spelled backwards"),
        (wanted(user_passwd=None, **ALWAYS), "update_secrets: always needs user_passwd"),
        (wanted(user_desc="x" * 201), "user_desc must be at most 200 characters"),
        (wanted(wait_timeout=-1), "wait_timeout must be 0 or more, not -1"),
        (wanted(protect=["tasks"]), "protect must be one"),
        (wanted(update_secrets="never"), "update_secrets must be one of"),
        (wanted(state="gone"), "state must be one of"),
        (wanted(instance_id=None), "one of the following is required: instance_id, instance_name"),
        (wanted(instance_id="../x"), "instance_id can contain only letters"),
    ],
)
def test_refused_before_any_request(options: Options, message: str) -> None:
    alone, in_set = run_module(one, Service(), options).msg, run_module(many, Service(), as_set(options)).msg
    assert message in alone
    assert message in in_set


def test_options_of_a_user_to_delete_are_not_checked() -> None:
    options = unwanted(user_passwd="x", user_desc="x" * 201, **ALWAYS)
    assert run_module(one, Service(), options, lists()).result["changed"] is False


@pytest.mark.parametrize(
    ("options", "after"),
    [
        (TEXT, {"user_desc": "The shop"}),
        (ALWAYS, {"secrets": "as set in the task"}),
        (BOTH, {"user_desc": "The shop", "secrets": "as set in the task"}),
    ],
)
def test_diff_and_prediction_of_a_change(options: Options, after: Row) -> None:
    result = run_module(one, Service(), wanted(**options), *HERE, check_mode=True, diff=True).result
    before = {"user_name": "shop", "user_desc": "", **({"secrets": "as stored"} if "secrets" in after else {})}
    assert result["diff"] == {"before": before, "after": {**before, **after}}
    assert result["user"] == {**row(), **{name: text for name, text in after.items() if name == "user_desc"}}


@pytest.mark.parametrize(
    ("steps", "secrets"),
    [
        ([describe("The shop", **NEW_TOO), lists(row())], "as set in the task"),
        ([describe("The shop", **NEW_TOO, response=reply(500)), lists(row())], "as stored"),
    ],
)
def test_diff_of_a_change_that_was_made_in_part(steps: Steps, secrets: str) -> None:
    """The description did not move; the password was accepted, or that is unknown."""
    result = run_module(one, Service(), wanted(**BOTH, **ONCE), *HERE, *steps, diff=True).result
    before = {"user_name": "shop", "user_desc": "", "secrets": "as stored"}
    assert result["diff"] == {"before": before, "after": {**before, "secrets": secrets}}


def test_a_password_that_is_a_common_word_is_masked_wherever_it_stands() -> None:
    options = wanted("deleted-created", user_passwd="created")
    msg = run_module(many, Service(), as_set(options)).msg
    assert "created" not in msg
    assert "deleted-********" in msg


def test_the_service_repeats_the_password_in_an_error() -> None:
    echo = error_reply(400, "DMS.00400019", f'user_passwd "{PASSWORD}" and new_password={PASSWORD}')
    for steps in ([*NEW, create(response=echo), lists()], [*HERE, reset(response=echo)]):
        ran = run_module(one, Service(), wanted(**ALWAYS), *steps)
        assert 'user_passwd "********" and new_password=********' in ran.msg
