# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users: single ones, sets, what forbids a deletion, passwords, and what is read."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import (
    KAFKA_PASSWORD,
    NEW_KAFKA_PASSWORD,
    NO_SUCH_ID,
    WEAK_KAFKA_PASSWORD,
    Sandbox,
)
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.playbook import BOTH_WAYS, WAYS, in_way, started_playbook
from acceptance.harness.runner import Ways
from acceptance.harness.secrecy import Secrets
from acceptance.harness.tasks import connection, variables
from simulator import Fault

if TYPE_CHECKING:
    from acceptance.harness.playbook import Output
    from simulator import Simulator

Setup = Callable[[Sandbox], object]

USER = "huaweicloud_kafka_user"
MODULE = f"huaweicloud.kafka.{USER}"
INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
BY_NAME = {"instance_id": None, "instance_name": "instance"}
WANTED = {"user_passwd": KAFKA_PASSWORD, "user_desc": "The shop"}
DENIED = {"status": 403, "code": "DMS.00403003", "times": None}


def with_users(*users: str | Mapping[str, Any], **instance: Any) -> Setup:
    """Create the first user, admin, then *users*, each a name or its fields, and set fields of the instance."""

    def setup(sandbox: Sandbox) -> None:
        sandbox.add_user("admin")
        for fields in users:
            sandbox.add_user(**({"name": fields, "user_desc": "The shop"} if isinstance(fields, str) else fields))
        sandbox.simulator.world.set_instance(sandbox.instance_id, **instance)

    return setup


def with_permissions(*users: str, **topics: dict[str, str]) -> Setup:
    """Create the first user, *users*, and topics with these policies."""

    def setup(sandbox: Sandbox) -> None:
        with_users(*users)(sandbox)
        for topic, policies in topics.items():
            sandbox.add_topic(topic)
            sandbox.permit(topic, **policies)

    return setup


def user(name: str, live: Expect, *users: str | Mapping[str, Any], **more: Any) -> Case:
    """A case of the user named shop. *users* exist; without options it is wanted as :data:`WANTED`."""
    options = {**INSTANCE, "user_name": "shop", **more.pop("options", WANTED)}
    setup = more.pop("setup", None) or with_users(*users)
    return Case(name, options, live, module=USER, setup=setup, **more)


def absent(name: str, live: Expect, *users: str | Mapping[str, Any], **more: Any) -> Case:
    return user(name, live, *users, options={"state": "absent", **more.pop("options", {})}, **more)


def users(name: str, wanted: list[Any], live: Expect, *existing: str | Mapping[str, Any], **more: Any) -> Case:
    options = {**INSTANCE, "users": wanted, **more.pop("options", {})}
    setup = more.pop("setup", None) or with_users(*existing)
    return Case(name, options, live, module=f"{USER}s", setup=setup, **more)


def info(name: str, live: Expect, **more: Any) -> Case:
    options = {**INSTANCE, **more.pop("options", {})}
    setup = more.pop("setup", None) or with_users("shop", "audit")
    return Case(name, options, live, module=f"{USER}_info", setup=setup, **more)


def incident(operation: str, what: Setup, **more: Any) -> Callable[[Sandbox], list[Fault]]:
    """Another run does *what* immediately before the service processes the request."""
    return lambda sandbox: [Fault(operation, before=lambda _world: what(sandbox), **more)]


def creates(**fields: Any) -> Setup:
    """Another run creates the user named shop."""
    return lambda sandbox: sandbox.add_user("shop", **{"user_desc": "The shop", **fields})


def removes(name: str) -> Setup:
    """Another run deletes a user."""

    def remove(sandbox: Sandbox) -> None:
        with contextlib.suppress(KeyError):
            sandbox.simulator.world.remove_kafka_user(sandbox.instance_id, name)

    return remove


def field(key: str) -> Callable[[dict[str, Any]], Any]:
    """The value of *key* of the user that is returned."""
    return lambda result: result.get("user", {}).get(key)


def actions(result: dict[str, Any]) -> list[str]:
    return [item["action"] for item in result["users"]]


def names(result: dict[str, Any]) -> list[str]:
    return [item["user_name"] for item in result["users"]]


def first(key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda result: result["users"][0].get(key)


def wanted(name: str, **more: Any) -> dict[str, Any]:
    return {"user_name": name, **WANTED, **more}


SAME = unchanged("USERS")
CREATED = "USERS INSTANCE JOIN USERS"
CHANGED = "USERS INSTANCE EDIT USERS"
GUARD = "USERS INSTANCE TOPICS"
DELETED = f"{GUARD} LEAVE USERS"
CUT_OFF = ("cuts off",)
SASL_OFF = "SASL"

PRESENT = [
    user("same", SAME, "shop", as_module=True),
    user("same by the name of the instance", unchanged("INSTANCES USERS"), "shop", options={**BY_NAME, **WANTED}),
    user("nothing but the name is wanted", SAME, "shop", options={}),
    user("another password is not sent", SAME, "shop", options={**WANTED, "user_passwd": NEW_KAFKA_PASSWORD}),
    user(
        "created",
        changed(CREATED, returns={field("user_desc"): "The shop", field("role"): "guest", field("user_passwd"): None}),
        check=changed("USERS INSTANCE"),
        again=SAME,
        remaining=["admin", "shop"],
        full=True,
    ),
    user(
        "created by the name of the instance",
        changed("INSTANCES USERS( INSTANCE)? JOIN USERS"),
        again=unchanged("INSTANCES USERS"),
        options={**BY_NAME, **WANTED},
    ),
    user(
        "aliases",
        changed(CREATED, returns={field("user_desc"): "all"}),
        options={"user_name": None, "name": "shop", "user_password": NEW_KAFKA_PASSWORD, "description": "all"},
        again=SAME,
        as_module=True,
    ),
    user(
        "numbers as text",
        changed(CREATED, returns={field("user_desc"): "1000"}),
        options={"user_passwd": KAFKA_PASSWORD, "user_desc": 1000},
        again=SAME,
        as_module=True,
    ),
    user(
        "created without a password",
        fails("user_passwd must be set to create the user", requests="USERS( INSTANCE)?"),
        options={"user_desc": "x"},
    ),
    *(
        user(f"created with a password that {why}", fails("user_passwd", requests=""), options=options, as_module=True)
        for why, options in {
            "is weak": {"user_passwd": WEAK_KAFKA_PASSWORD},
            "is a number": {"user_passwd": 12345678},
            "is too short": {"user_passwd": "Ab-1"},
            "is too long": {"user_passwd": f"{KAFKA_PASSWORD}-too-long"},
            "begins with a hyphen": {"user_passwd": "-Kafka-Password-1"},
            "is the name": {"user_name": "Shop-Of-2026", "user_passwd": "Shop-Of-2026"},
            "is the reversed name": {"user_name": "Shop-Of-2026", "user_passwd": "6202-fO-pohS"},
        }.items()
    ),
    *(
        user(
            f"a name that {why}",
            fails("user_name", requests="(USERS)?( INSTANCE)?"),
            options={**WANTED, "user_name": name},
        )
        for why, name in {
            "is too short": "abc",
            "begins with a digit": "1shop",
            "has a dot": "shop.1",
            "has a space at its end": "shop ",
            "has a newline": "shop\n",
            "has other letters": "shöpé",
        }.items()
    ),
    user("an empty name", fails("user_name must not be empty", requests=""), options={**WANTED, "user_name": " "}),
    user("created, listed late", changed(f"{CREATED}( USERS)+"), again=SAME, settings={"user_list_lag": 2}),
    user(
        "created, never listed",
        fails("to be listed", changed=True, requests=f"{CREATED}( USERS)*"),
        options={**WANTED, "wait_timeout": 1},
        settings={"user_list_lag": 10**6},
        live_only=True,
    ),
    user(
        "created without wait",
        changed("USERS INSTANCE JOIN"),
        again=SAME,
        options={**WANTED, "wait": False},
        remaining=["admin", "shop"],
    ),
    user(
        "created, the response is lost",
        changed(f"{CREATED}( USERS)*"),
        again=SAME,
        faults={"live": [Fault("CreateInstanceUser", drop="after")]},
        as_module=True,
    ),
    user(
        "created, the response is lost and the list is late",
        changed(f"{CREATED}( USERS)+"),
        again=SAME,
        settings={"user_list_lag": 2},
        faults={"live": [Fault("CreateInstanceUser", drop="after")]},
    ),
    user(
        "created by the second request",
        changed("USERS INSTANCE JOIN( USERS)+ JOIN USERS"),
        again=SAME,
        options={**WANTED, "timeout": 1},
        faults={"live": [Fault("CreateInstanceUser", drop="before")]},
        remaining=["admin", "shop"],
    ),
    user(
        "created, the service fails after that",
        changed("USERS INSTANCE JOIN( USERS)+"),
        again=SAME,
        faults={"live": [Fault("CreateInstanceUser", status=500, code="DMS.00500000", after_work=True)]},
    ),
    *(
        user(
            f"created by another run, which the service reports with {code}",
            unchanged("USERS INSTANCE JOIN( USERS)+", warns=("it can have another user_passwd",)),
            check=changed("USERS INSTANCE"),
            again=SAME,
            faults=incident("CreateInstanceUser", creates()),
            settings={"user_exists_code": code},
            as_module=code == "DMS.00400062",
        )
        for code in ("DMS.00400062", "DMS.00400015", "DMS.40050005")
    ),
    user(
        "created otherwise by another run",
        fails("DMS.00400062", requests="USERS INSTANCE JOIN( USERS)+"),
        faults=incident("CreateInstanceUser", creates(user_desc="other")),
        live_only=True,
    ),
    user(
        "the instance has its most users",
        fails("DMS.00400039", requests="USERS INSTANCE JOIN( USERS)*"),
        settings={"user_limit": 1},
        check=changed("USERS INSTANCE"),
        live_only=True,
    ),
    user(
        "the most users of an old instance are a warning",
        changed(CREATED, warns=("at most 20",)),
        setup=with_users(*(f"user-{number}" for number in range(19)), created_at="1600000000000"),
        again=SAME,
    ),
    user("a description", changed(CHANGED), {"name": "shop", "user_desc": "old"}, again=SAME, full=True),
    user(
        "a description of the first user",
        changed(CHANGED),
        options={"user_name": "admin", "user_desc": "x"},
        again=SAME,
    ),
    user("no description", changed(CHANGED), "shop", options={"user_desc": ""}, again=SAME),
    user(
        "an empty description that the service ignores",
        fails("user_desc", requests=CHANGED),
        "shop",
        options={"user_desc": ""},
        settings={"empty_user_desc": "ignored"},
        live_only=True,
    ),
    user(
        "a description, the response is lost",
        changed("USERS INSTANCE EDIT( EDIT)? USERS"),
        {"name": "shop", "user_desc": "old"},
        again=SAME,
        faults={"live": [Fault("UpdateInstanceUser", drop="after")]},
    ),
    user(
        "a description by the second request",
        changed("USERS INSTANCE EDIT( USERS)* EDIT USERS"),
        {"name": "shop", "user_desc": "old"},
        again=SAME,
        faults={"live": [Fault("UpdateInstanceUser", drop="before")]},
    ),
    *(
        user(
            f"changed, deleted by another run, {absent_user}",
            fails("shop", requests="USERS INSTANCE EDIT( USERS)*"),
            {"name": "shop", "user_desc": "old"},
            faults=incident("UpdateInstanceUser", removes("shop")),
            settings={"absent_user": absent_user},
            live_only=True,
        )
        for absent_user in ("refused", "ignored")
    ),
    user(
        "a new password",
        changed("USERS INSTANCE PASSWORD USERS", warns=CUT_OFF),
        "shop",
        options={"user_passwd": NEW_KAFKA_PASSWORD, "update_secrets": "always"},
        full=True,
    ),
    user(
        "a new password and a description",
        changed("USERS INSTANCE EDIT USERS", warns=CUT_OFF),
        {"name": "shop", "user_desc": "old"},
        options={**WANTED, "update_secrets": "always"},
        again=changed("USERS INSTANCE PASSWORD USERS", warns=CUT_OFF),
        as_module=True,
    ),
    user(
        "a new password, the response is lost",
        changed("USERS INSTANCE PASSWORD( USERS)*( PASSWORD)?( USERS)*", warns=CUT_OFF),
        "shop",
        options={"user_passwd": NEW_KAFKA_PASSWORD, "update_secrets": "always"},
        faults={"live": [Fault("ResetUserPasswrod", drop="after")]},
        live_only=True,
        as_module=True,
    ),
    user(
        "a new password by the second request",
        changed("USERS INSTANCE PASSWORD( USERS)* PASSWORD( USERS)*", warns=CUT_OFF),
        "shop",
        options={"user_passwd": NEW_KAFKA_PASSWORD, "update_secrets": "always"},
        faults={"live": [Fault("ResetUserPasswrod", drop="before")]},
        live_only=True,
    ),
    user(
        "a new password, refused with the password in the message",
        fails("DMS.00400012", requests="USERS INSTANCE PASSWORD( USERS)*", warns=CUT_OFF),
        "shop",
        options={"user_passwd": NEW_KAFKA_PASSWORD, "update_secrets": "always"},
        faults=[Fault("ResetUserPasswrod", code="DMS.00400012", message=f"new_password: {NEW_KAFKA_PASSWORD} is weak")],
        live_only=True,
        as_module=True,
    ),
    user(
        "created, refused with the password in the message",
        fails("DMS.00400012", requests="USERS INSTANCE JOIN( USERS)*"),
        faults=[
            Fault("CreateInstanceUser", code="DMS.00400012", message=f'"user_passwd": {json.dumps(KAFKA_PASSWORD)}')
        ],
        live_only=True,
        as_module=True,
    ),
    user(
        "a new password without a password",
        fails("update_secrets", "user_passwd", requests=""),
        "shop",
        options={"update_secrets": "always"},
    ),
    user(
        "always creates, too",
        changed(CREATED),
        again=changed("USERS INSTANCE PASSWORD USERS", warns=CUT_OFF),
        options={**WANTED, "update_secrets": "always"},
    ),
    user(
        "SASL is off",
        fails(SASL_OFF, requests="USERS INSTANCE"),
        setup=with_users(ssl_enable=False, kafka_security_protocol="PLAINTEXT"),
        as_module=True,
    ),
    user("SASL was never on", fails(SASL_OFF, requests="USERS INSTANCE"), setup=lambda sandbox: None),
    user(
        "SASL is off, and the list is refused",
        fails("SASL", requests="USERS( INSTANCE)?"),
        setup=lambda sandbox: None,
        settings={"users_listed_without_sasl": False},
    ),
    user(
        "SASL is on by a port",
        changed(CREATED),
        setup=with_users(
            ssl_enable=False,
            kafka_security_protocol="PLAINTEXT",
            port_protocols={"private_plain_enable": True, "private_sasl_ssl_enable": True},
        ),
        again=SAME,
    ),
    user(
        "the instance is busy", fails("is EXTENDING", requests="USERS INSTANCE"), setup=with_users(status="EXTENDING")
    ),
    user(
        "the instance is absent", fails("DMS.00404022", requests="USERS"), options={**WANTED, "instance_id": NO_SUCH_ID}
    ),
    user(
        "no permission to create",
        fails("dms:instance:modify", requests="USERS INSTANCE JOIN( USERS)?"),
        faults=[Fault("CreateInstanceUser", **DENIED)],
        live_only=True,
    ),
]

ABSENT = [
    absent("already absent", SAME, "audit", remaining=["admin", "audit"]),
    absent(
        "deleted",
        changed(DELETED, returns={field("user_desc"): "The shop"}),
        "shop",
        "audit",
        again=SAME,
        remaining=["admin", "audit"],
        full=True,
    ),
    absent(
        "deleted by the name of the instance",
        changed("INSTANCES USERS( INSTANCE)? TOPICS LEAVE USERS"),
        "shop",
        options=BY_NAME,
        again=unchanged("INSTANCES USERS"),
    ),
    absent(
        "deleted without permissions",
        changed(f"{GUARD}( POLICIES){{2}} LEAVE USERS"),
        setup=with_permissions("shop", "audit", orders={"audit": "all"}, returns={}),
        again=SAME,
    ),
    absent(
        "deleted, listed for a while",
        changed(f"{DELETED}( USERS)+"),
        "shop",
        settings={"user_deletion_reads": 2},
        again=SAME,
    ),
    absent("deleted without wait", changed(f"{GUARD} LEAVE( USERS)?"), "shop", options={"wait": False}, again=SAME),
    absent(
        "deleted, the response is lost",
        changed(f"{GUARD} LEAVE( LEAVE)?( USERS)+"),
        "shop",
        again=SAME,
        faults={"live": [Fault("BatchDeleteInstanceUsers", drop="after")]},
        as_module=True,
    ),
    absent(
        "deleted by the second request",
        changed(f"{GUARD} LEAVE( USERS)*( LEAVE)?( USERS)+"),
        "shop",
        again=SAME,
        faults={"live": [Fault("BatchDeleteInstanceUsers", drop="before")]},
        remaining=["admin"],
    ),
    *(
        absent(
            f"deleted by another run, {how}",
            unchanged(f"{GUARD} LEAVE( USERS)+") if how != "ignored" else changed(f"{GUARD} LEAVE( USERS)+"),
            "shop",
            again=SAME,
            check=changed(GUARD),
            faults=incident("BatchDeleteInstanceUsers", removes("shop")),
            settings={"absent_user": "ignored"} if how == "ignored" else {"absent_user_code": how},
        )
        for how in ("DMS.00500972", "DMS.00400062", "ignored")
    ),
    absent(
        "the first user",
        fails("the first user of the instance", requests="USERS INSTANCE"),
        options={"user_name": "admin"},
        remaining=["admin"],
        as_module=True,
    ),
    absent(
        "the first user without protection",
        fails("the first user of the instance", requests="USERS INSTANCE"),
        options={"user_name": "admin", "protect": []},
        remaining=["admin"],
    ),
    absent(
        "the first user by the name of the instance",
        fails("the first user of the instance", requests="INSTANCES USERS( INSTANCE)?"),
        options={**BY_NAME, "user_name": "admin"},
        remaining=["admin"],
    ),
    absent(
        "a user with permissions",
        fails("orders, returns", "Remove these permissions first", requests=f"{GUARD}( POLICIES){{3}}"),
        setup=with_permissions(
            "shop", "audit", orders={"shop": "pub"}, returns={"shop": "all", "audit": "sub"}, other={}
        ),
        remaining=["admin", "shop", "audit"],
        as_module=True,
    ),
    *(
        absent(
            f"a user with permissions without protection, which {'keep' if kept else 'lose'} the user",
            changed("USERS INSTANCE LEAVE USERS"),
            setup=with_permissions("shop", orders={"shop": "pub"}),
            settings={"policies_keep_users": kept},
            options={"protect": []},
            again=SAME,
        )
        for kept in (True, False)
    ),
    absent(
        "permissions that can't be read",
        fails("dms:instance:get", "Remove permissions from protect", requests=f"{GUARD} POLICIES"),
        setup=with_permissions("shop", orders={}),
        faults=[Fault("ShowTopicAccessPolicy", **DENIED)],
        remaining=["admin", "shop"],
        as_module=True,
    ),
    absent(
        "permissions in a region without this API",
        fails("APIG.0101", "Remove permissions from protect", requests=f"{GUARD} POLICIES"),
        setup=with_permissions("shop", orders={}),
        settings={"missing_operations": ["ShowTopicAccessPolicy"]},
    ),
    absent(
        "permissions while throttled",
        fails("Remove permissions from protect", requests=f"{GUARD}( POLICIES)+"),
        setup=with_permissions("shop", orders={}),
        faults=[Fault("ShowTopicAccessPolicy", status=404, code="DMS.10240407", times=None)],
        options={"max_retries": 1},
        remaining=["admin", "shop"],
    ),
    absent(
        "topics that are not complete",
        fails("it is not complete", "Remove permissions from protect", requests=f"{GUARD}( TOPICS)*"),
        setup=with_permissions("shop", orders={}),
        faults=[Fault("ListInstanceTopics", times=None, mutate=lambda page: {**page, "total": 2})],
        remaining=["admin", "shop"],
    ),
    absent(
        "a user while SASL is off",
        fails(SASL_OFF, requests="USERS INSTANCE"),
        setup=with_users("shop", ssl_enable=False, kafka_security_protocol="PLAINTEXT"),
    ),
    absent(
        "the instance of the user is absent",
        unchanged("USERS", warns=("Therefore user shop",)),
        options={"instance_id": NO_SUCH_ID},
    ),
]

PRUNE = {"prune": True, "prune_pattern": "test-.*"}
TWENTY = [wanted(f"user-{number:02}") for number in range(20)]
SETS = [
    users("an unchanged set", [wanted("shop")], SAME, "shop", as_module=True),
    users(
        "a set of everything",
        [wanted("shop"), wanted("audit"), {"user_name": "old-1", "state": "absent"}, {"user_name": "kept"}],
        changed(
            f"{GUARD}( LEAVE| EDIT| JOIN| USERS)+",
            returns={actions: ["created", "modified", "deleted", "unchanged"]},
        ),
        {"name": "audit", "user_desc": "old"},
        "kept",
        "old-1",
        check=changed(GUARD),
        again=unchanged("USERS", returns={actions: ["unchanged"] * 4}),
        remaining=["admin", "audit", "kept", "shop"],
        full=True,
    ),
    users(
        "prune keeps the first user",
        [wanted("shop")],
        changed(DELETED, returns={actions: ["unchanged", "deleted", "deleted"], names: ["shop", "audit", "test-1"]}),
        "shop",
        "audit",
        "test-1",
        options={"prune": True},
        again=unchanged("USERS INSTANCE"),
        remaining=["admin", "shop"],
        as_module=True,
    ),
    users(
        "prune by a pattern that matches the first user",
        [],
        changed(DELETED, returns={names: ["shop"]}),
        "shop",
        options={"prune": True, "prune_pattern": ".*"},
        again=unchanged("USERS INSTANCE"),
        remaining=["admin"],
    ),
    users(
        "prune_limit is exceeded",
        [],
        fails("2 users would be pruned, more than prune_limit 1: test-1, test-2", requests="USERS( INSTANCE)?"),
        "test-1",
        "test-2",
        options={**PRUNE, "prune_limit": 1},
    ),
    users("prune without a pattern", [], fails("would delete all users", requests=""), "shop", options={"prune": True}),
    users(
        "prune users with permissions",
        [],
        fails("test-1", "orders", requests=f"{GUARD} POLICIES"),
        setup=with_permissions("test-1", "test-2", orders={"test-1": "sub"}),
        options=PRUNE,
        remaining=["admin", "test-1", "test-2"],
        as_module=True,
    ),
    users(
        "a different plan",
        [wanted("shop")],
        fails("not abc", "nothing was changed", requests="USERS"),
        options={"expect_plan": "abc"},
    ),
    users(
        "a name twice",
        [wanted("shop"), wanted("shop")],
        fails("user_name must be unique in users", requests=""),
        as_module=True,
    ),
    users(
        "one refusal stops all",
        [wanted("shop"), {"user_name": "audit"}],
        fails("audit", "user_passwd", requests="USERS( INSTANCE)?"),
        remaining=["admin"],
        as_module=True,
    ),
    users(
        "the first user stops all",
        [wanted("shop"), {"user_name": "admin", "state": "absent"}],
        fails("admin", "first user", requests="USERS INSTANCE"),
        remaining=["admin"],
    ),
    users(
        "a weak password in a set",
        [wanted("shop"), wanted("audit", user_passwd=WEAK_KAFKA_PASSWORD)],
        fails("user_passwd", requests=""),
        as_module=True,
    ),
    users(
        "new passwords for all",
        [wanted("shop"), wanted("audit", user_passwd=NEW_KAFKA_PASSWORD)],
        changed("USERS INSTANCE( PASSWORD| JOIN| USERS)+", warns=CUT_OFF, returns={actions: ["modified", "created"]}),
        "shop",
        options={"update_secrets": "always"},
        check=changed("USERS INSTANCE", warns=CUT_OFF),
        live_only=True,
        as_module=True,
    ),
    users(
        "created in part",
        [wanted("shop"), wanted("audit")],
        fails("1 of 2 users failed", "audit", changed=True, requests="USERS INSTANCE JOIN JOIN( USERS)+"),
        faults=incident("CreateInstanceUser", lambda sandbox: sandbox.add_user("audit", user_desc="other")),
        live_only=True,
        as_module=True,
    ),
    *(
        users(
            f"several are deleted, one by another run, {how}",
            [{"user_name": name, "state": "absent"} for name in ("shop", "audit", "other")],
            changed(f"{GUARD}( LEAVE| USERS)+"),
            "shop",
            "audit",
            "other",
            check=changed(GUARD),
            faults=incident("BatchDeleteInstanceUsers", removes("audit")),
            settings=settings,
            again=SAME,
            remaining=["admin"],
            as_module=how == "refused",
        )
        for how, settings in {
            "refused": {},
            "refused in part": {"user_deletion_in_part": True},
            "ignored": {"absent_user": "ignored"},
        }.items()
    ),
    users("twenty unchanged users", TWENTY, SAME, *(each["user_name"] for each in TWENTY)),
    users("twenty new users", TWENTY, changed(f"USERS INSTANCE{' JOIN' * 20} USERS"), again=SAME),
    users(
        "sixty deleted users",
        [{"user_name": f"user-{number}", "state": "absent"} for number in range(60)],
        changed(f"{GUARD} LEAVE LEAVE USERS"),
        *(f"user-{number}" for number in range(60)),
        again=SAME,
        remaining=["admin"],
    ),
]

PERMISSIONS = [
    {"topic_name": "orders", "owner": False, "access_policy": "pub"},
    {"topic_name": "returns", "owner": False, "access_policy": "all"},
]
INFO = [
    info(
        "all users",
        unchanged("USERS", returns={names: ["admin", "shop", "audit"], first("default_app"): True}),
        as_module=True,
    ),
    info("a user by its name", unchanged("USERS", returns={names: ["shop"]}), options={"user_name": "shop"}),
    info("no user of that name", unchanged("USERS", returns={names: []}), options={"user_name": "sho"}),
    info("users by a pattern", unchanged("USERS", returns={names: ["admin", "audit"]}), options={"pattern": "a.*"}),
    info("an invalid pattern", fails("pattern is not a regular expression", requests=""), options={"pattern": "("}),
    info(
        "permissions",
        unchanged("USERS TOPICS( POLICIES){2}", returns={first("permissions"): PERMISSIONS}),
        setup=with_permissions("shop", orders={"shop": "pub"}, returns={"shop": "all"}),
        options={"user_name": "shop", "details": ["permissions"]},
        as_module=True,
    ),
    info(
        "permissions to return that can't be read",
        fails("dms:instance:get", requests="USERS TOPICS POLICIES"),
        setup=with_permissions("shop", orders={"shop": "pub"}),
        options={"details": ["permissions"]},
        faults=[Fault("ShowTopicAccessPolicy", **DENIED)],
    ),
    info("the instance does not exist", fails("DMS.00404022", requests="USERS"), options={"instance_id": NO_SUCH_ID}),
]

CASES = [*PRESENT, *ABSENT, *SETS, *INFO]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)


def options(simulator: Simulator, **more: Any) -> dict[str, Any]:
    own = {name: value for name, value in connection(simulator).items() if name != "connector_id"}
    return {**own, "instance_id": simulator.instance_id, **more}


def passwords(simulator: Simulator) -> dict[str, str]:
    return {user["user_name"]: user["user_passwd"] for user in simulator.world.kafka_users(simulator.instance_id)}


def secret_variables(simulator: Simulator, **more: Any) -> dict[str, Any]:
    return {**variables(simulator), "old": KAFKA_PASSWORD, "new": NEW_KAFKA_PASSWORD, **more}


def test_password_is_sent_only_when_it_is_needed(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.world.add_kafka_user(simulator.instance_id, "admin")
    steps = [
        {"user_passwd": "{{ old }}", "user_desc": "a"},
        {"user_passwd": "{{ new }}", "user_desc": "b"},
        {"user_desc": ""},
        {"user_passwd": "{{ new }}", "update_secrets": "always"},
        {"user_passwd": "{{ old }}", "user_desc": "c", "update_secrets": "always"},
    ]
    tasks = [
        {"name": f"step {number}", MODULE: options(simulator, user_name="shop-{{ way }}", **step)}
        for number, step in enumerate(steps)
    ]
    hosts = {way: {**in_way(way), "way": number} for number, way in enumerate(WAYS)}
    play = {"serial": 1, "tasks": tasks}
    run_playbook([play], hosts=hosts, variables=secret_variables(simulator)).expect_success()
    writes = simulator.journal.writes()
    for number, mine in enumerate((writes[:5], writes[5:])):
        name = f"shop-{number}"
        assert [(entry.operation, entry.json) for entry in mine] == [
            ("CreateInstanceUser", {"user_name": name, "user_passwd": KAFKA_PASSWORD, "user_desc": "a"}),
            ("UpdateInstanceUser", {"user_name": name, "user_desc": "b"}),
            ("UpdateInstanceUser", {"user_name": name, "user_desc": ""}),
            ("ResetUserPasswrod", {"new_password": NEW_KAFKA_PASSWORD}),
            ("UpdateInstanceUser", {"user_name": name, "user_desc": "c", "new_password": KAFKA_PASSWORD}),
        ]


@pytest.mark.parametrize("way", WAYS)
def test_password_is_in_no_file(
    simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path, way: str
) -> None:
    """Everything that a run leaves: the log, kept files of modules, facts, and what it prints with all details."""
    simulator.world.add_kafka_user(simulator.instance_id, "admin")
    simulator.faults.add(
        Fault("CreateInstanceUser", status=502, body=f"<html>{KAFKA_PASSWORD}</html>"),
        Fault("ResetUserPasswrod", code="DMS.00400012", message=f"weak: {NEW_KAFKA_PASSWORD}"),
    )
    secret = {"user_name": "shop", "user_passwd": "{{ old }}"}
    module, several = MODULE, f"{MODULE}s"
    entries = [{"user_name": "audit", "user_passwd": "{{ new }}"}, {"user_name": "shop", "user_passwd": "{{ new }}"}]
    tasks = [
        {"name": "create", module: options(simulator, **secret), "register": "created"},
        {"name": "set", several: options(simulator, users=entries, update_secrets="always"), "register": "all_users"},
        {"name": "weak", module: options(simulator, user_name="other", user_passwd="{{ weak }}"), "register": "weak"},
        {"name": "show", "ansible.builtin.debug": {"msg": "{{ created }} {{ all_users }} {{ weak_user }}"}},
    ]
    for task in tasks:
        task["ignore_errors"] = True
    tasks[2]["register"] = "weak_user"
    log = tmp_path / "ansible.log"
    env = {
        "ANSIBLE_LOG_PATH": str(log),
        "ANSIBLE_KEEP_REMOTE_FILES": "0",
        "ANSIBLE_DEBUG": "0",
        "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "0",
    }
    values = {"old": KAFKA_PASSWORD, "new": NEW_KAFKA_PASSWORD, "weak": WEAK_KAFKA_PASSWORD}
    output = run_playbook(
        [{"tasks": tasks}],
        "-vvvv",
        "--diff",
        hosts={"localhost": in_way(way)},
        env=env,
        variables={**secret_variables(simulator), **values},
    ).expect_success()
    assert not output.failed("create")
    assert output.failed("weak")
    assert Secrets(simulator).shown_in(output) == []
    # The variables of the test are the only file that holds them.
    given = tmp_path / "variables.json"
    found = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and path != given
        for secret in values.values()
        for spelling in (secret, json.dumps(secret)[1:-1])
        if spelling.encode() in path.read_bytes()
    ]
    assert log.read_bytes()
    assert found == []


def test_several_hosts_create_the_same_user(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.world.add_kafka_user(simulator.instance_id, "admin")
    simulator.settings.latency = 0.05
    hosts = {f"host{number}": in_way(WAYS[number % 2]) for number in range(6)}
    item = options(simulator, user_name="{{ item }}", user_passwd="{{ old }}")
    play = {"tasks": [{"name": "create", MODULE: item, "loop": ["shop", "audit"]}]}
    output = run_playbook([play], "--forks", "6", hosts=hosts, variables=secret_variables(simulator)).expect_success()
    created = [entry.effect.target for entry in simulator.journal if entry.effect]
    assert sorted(created) == ["audit", "shop"]
    items = [item["item"] for host in hosts for item in output.result("create", host)["results"] if item["changed"]]
    assert sorted(items) == ["audit", "shop"]


def test_loop_with_different_items_goes_on_after_a_failure(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    simulator.world.add_kafka_user(simulator.instance_id, "admin")
    # Ansible returns the items of a loop, so they only name their passwords.
    items = [
        {"name": "shop-{{ way }}", "password": "old"},
        {"name": "weak-{{ way }}", "password": "weak"},
        {"name": "admin", "state": "absent"},
        {"name": "audit-{{ way }}", "password": "new", "desc": 2024},
        {"name": "shop-{{ way }}", "state": "absent"},
    ]
    task = options(
        simulator,
        user_name="{{ item.name }}",
        user_passwd="{{ lookup('vars', item.password) if 'password' in item else omit }}",
        user_desc="{{ item.desc | default(omit) }}",
        state="{{ item.state | default(omit) }}",
    )
    hosts = {way: {**in_way(way), "way": number} for number, way in enumerate(WAYS)}
    loop = {"name": "loop", MODULE: task, "loop": items, "loop_control": {"label": "{{ item.name }}"}}
    play = {"serial": 1, "tasks": [{**loop, "ignore_errors": True}]}
    given = secret_variables(simulator, weak=WEAK_KAFKA_PASSWORD)
    output = run_playbook([play], "-vvvv", hosts=hosts, variables=given).expect_success()
    for number, way in enumerate(WAYS):
        results = output.result("loop", way)["results"]
        assert [item.get("failed", False) for item in results] == [False, True, True, False, False]
        assert [item["changed"] for item in results] == [True, False, False, True, True]
        assert passwords(simulator)[f"audit-{number}"] == NEW_KAFKA_PASSWORD
    assert sorted(passwords(simulator)) == ["admin", "audit-0", "audit-1"]
    texts = {user["user_desc"] for user in simulator.world.kafka_users(simulator.instance_id)}
    assert texts == {"", "2024"}
    assert Secrets(simulator).shown_in(output) == []


def test_values_from_files_and_the_command_line(
    simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path
) -> None:
    simulator.world.add_kafka_user(simulator.instance_id, "admin")
    (tmp_path / "users.yml").write_text(
        "wanted_users:\n"
        f"  - {{user_name: shop, user_passwd: {json.dumps(KAFKA_PASSWORD)}, user_desc: 1e3}}\n"
        f"  - {{user_name: audit, user_passwd: {json.dumps(NEW_KAFKA_PASSWORD)}, user_desc: 2024_01}}\n"
    )
    wanted_users = options(simulator, users="{{ wanted_users }}")
    given = options(simulator, user_name="{{ name }}", user_passwd="{{ password }}", user_desc="{{ desc }}")
    play = {
        "serial": 1,
        "tasks": [{"name": "file", f"{MODULE}s": wanted_users}, {"name": "command line", MODULE: given}],
    }
    arguments = ["-e", "@users.yml", "-e", "name=other desc=007 password=Line-Password-1"]
    output = run_playbook([play], *arguments, hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for name, changes in (("file", "created"), ("command line", "007")):
        first_run, second_run = (output.result(name, way) for way in WAYS)
        assert (first_run["changed"], second_run["changed"]) == (True, False), changes
    assert passwords(simulator)["shop"] == KAFKA_PASSWORD
    assert passwords(simulator)["audit"] == NEW_KAFKA_PASSWORD
    texts = {user["user_name"]: user["user_desc"] for user in simulator.world.kafka_users(simulator.instance_id)}
    assert texts["other"] == "007"


@pytest.mark.parametrize("way", WAYS)
def test_killed_in_the_middle_and_run_again(simulator: Simulator, tmp_path: Path, way: str) -> None:
    simulator.world.add_kafka_user(simulator.instance_id, "admin")
    simulator.world.add_kafka_user(simulator.instance_id, "old-user")
    entries = [{"user_name": f"user-{number}", "user_passwd": "{{ old }}"} for number in range(30)]
    task = options(simulator, users=[*entries, {"user_name": "old-user", "state": "absent"}])
    play = {"tasks": [{"name": "set", f"{MODULE}s": task}]}
    arguments = {"hosts": {"localhost": in_way(way)}, "variables": secret_variables(simulator)}
    reached = threading.Event()
    simulator.faults.add(Fault("CreateInstanceUser", skip=4, times=None, delay=60, after=lambda _world: reached.set()))
    with started_playbook(tmp_path / "killed", [play], **arguments):
        assert reached.wait(60)
    simulator.faults.clear()
    assert "old-user" not in passwords(simulator)
    assert 1 < len(passwords(simulator)) < 31
    with started_playbook(tmp_path / "again", [play], **arguments) as playbook:
        output = playbook.wait().expect_success()
    assert output.result("set")["changed"]
    assert sorted(passwords(simulator)) == sorted(["admin", *(entry["user_name"] for entry in entries)])
    with started_playbook(tmp_path / "third", [play], **arguments) as playbook:
        assert not playbook.wait().expect_success().result("set")["changed"]


def test_exported_definitions_change_nothing(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    for name, description in (("admin", ""), ("shop", "The shop"), ("1-odd.name", "")):
        simulator.world.add_kafka_user(simulator.instance_id, name, user_desc=description)
    read = {"name": "read", f"{MODULE}_info": options(simulator, as_definitions=True), "register": "found"}
    applied = options(simulator, users="{{ found.definitions }}", prune=True)
    play = {
        "serial": 1,
        "tasks": [
            read,
            {"name": "check", f"{MODULE}s": applied, "check_mode": True},
            {"name": "apply", f"{MODULE}s": applied},
        ],
    }
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way in WAYS:
        assert [row["user_name"] for row in output.result("read", way)["definitions"]][1:2] == ["shop"]
        assert "user_passwd" in output.result("read", way)["warnings"][0]
        assert not output.result("check", way)["changed"]
        assert not output.result("apply", way)["changed"]
    assert not simulator.journal.writes()
