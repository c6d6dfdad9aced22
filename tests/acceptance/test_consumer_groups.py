# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consumer groups: single ones, sets, what forbids a deletion, and what is read."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, Sandbox
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.playbook import BOTH_WAYS, WAYS, in_way
from acceptance.harness.runner import Ways
from acceptance.harness.tasks import connection, variables
from simulator import Fault

if TYPE_CHECKING:
    from acceptance.harness.playbook import Output
    from simulator import Simulator

Setup = Callable[[Sandbox], object]

GROUP = "huaweicloud_kafka_consumer_group"
MODULE = f"huaweicloud.kafka.{GROUP}"
INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
BY_NAME = {"instance_id": None, "instance_name": "instance"}
WANTED = {"group_desc": "Bills"}
DENIED = {"status": 403, "code": "DMS.00403003", "times": None}
PRESET = "__consumer-group-dial-test"
LIVE = {"client_id": "app-1", "host": "/192.0.2.70", "topics": ["orders"]}
READ = {"orders": [15, None]}
"""Offsets of a group in the topic orders."""


def with_groups(*groups: str | Mapping[str, Any], **parameters: str) -> Setup:
    """Create the topic orders and groups, each a name or its fields; unused groups do not vanish unless *parameters* differ."""

    def setup(sandbox: Sandbox) -> None:
        sandbox.add_topic("orders", partition=2, offsets=[[10, 20], [10, 30]])
        for fields in groups:
            sandbox.add_group(**({"name": fields, **WANTED} if isinstance(fields, str) else fields))
        values = {
            "auto.create.groups.enable": "false",
            **{key.replace("__", "."): parameters[key] for key in parameters},
        }
        sandbox.simulator.world.set_parameters(sandbox.instance_id, values)

    return setup


def billing(**fields: Any) -> dict[str, Any]:
    return {"name": "billing", **WANTED, **fields}


def group(name: str, live: Expect, *groups: str | Mapping[str, Any], **more: Any) -> Case:
    """A case of the group named billing. *groups* exist; without options it is wanted as :data:`WANTED`."""
    options = {**INSTANCE, "group_name": "billing", **more.pop("options", WANTED)}
    setup = more.pop("setup", None) or with_groups(*groups)
    return Case(name, options, live, module=GROUP, setup=setup, **more)


def absent(name: str, live: Expect, *groups: str | Mapping[str, Any], **more: Any) -> Case:
    return group(name, live, *groups, options={"state": "absent", **more.pop("options", {})}, **more)


def groups(name: str, wanted: list[Any], live: Expect, *existing: str | Mapping[str, Any], **more: Any) -> Case:
    options = {**INSTANCE, "consumer_groups": wanted, **more.pop("options", {})}
    setup = more.pop("setup", None) or with_groups(*existing)
    return Case(name, options, live, module=f"{GROUP}s", setup=setup, **more)


def info(name: str, live: Expect, **more: Any) -> Case:
    options = {**INSTANCE, **more.pop("options", {})}
    setup = more.pop("setup", None) or with_groups(billing(offsets=READ), {"name": "audit", "members": [LIVE]}, PRESET)
    return Case(name, options, live, module=f"{GROUP}_info", setup=setup, **more)


def incident(operation: str, what: Setup, **more: Any) -> Callable[[Sandbox], list[Fault]]:
    """Another run, or a client, does *what* immediately before the service processes the request."""
    return lambda sandbox: [Fault(operation, before=lambda _world: what(sandbox), **more)]


def creates(**fields: Any) -> Setup:
    """Another run creates the group named billing."""
    return lambda sandbox: sandbox.add_group(**billing(**fields))


def removes(name: str) -> Setup:
    """Another run deletes a group."""

    def remove(sandbox: Sandbox) -> None:
        with contextlib.suppress(KeyError):
            sandbox.simulator.world.remove_group(sandbox.instance_id, name)

    return remove


def joins(name: str) -> Setup:
    """A client joins a group."""
    return lambda sandbox: sandbox.simulator.world.add_member(sandbox.instance_id, name, **LIVE)


def field(key: str) -> Callable[[dict[str, Any]], Any]:
    """The value of *key* of the group that is returned."""
    return lambda result: result.get("consumer_group", {}).get(key)


def actions(result: dict[str, Any]) -> list[str]:
    return [item["action"] for item in result["consumer_groups"]]


def names(result: dict[str, Any]) -> list[str]:
    return [item["group_name"] for item in result["consumer_groups"]]


def every(key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda result: [item.get(key) for item in result["consumer_groups"]]


def first(key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda result: result["consumer_groups"][0].get(key)


def wanted(name: str, **more: Any) -> dict[str, Any]:
    return {"group_name": name, **WANTED, **more}


def gone(*names: str) -> list[dict[str, str]]:
    return [{"group_name": name, "state": "absent"} for name in names]


SAME = unchanged("GROUPS")
CREATED = "GROUPS INSTANCE CONFIGS FORM GROUPS"
CHANGED = "GROUPS INSTANCE DESCRIBE GROUPS"
GUARD = "GROUPS INSTANCE"
DELETED = f"{GUARD} DISBAND GROUPS"
USED = f"{GUARD} GROUP"
LOST = ("deletes its offsets",)
VANISHES = ("after ten minutes",)
NAMED = ("app-1", "192.0.2.70", "STABLE")

PRESENT = [
    group("same", SAME, "billing", as_module=True),
    group("same by the name of the instance", unchanged("INSTANCES GROUPS"), "billing", options={**BY_NAME, **WANTED}),
    group("nothing but the name is wanted", SAME, "billing", options={}),
    group("same with members", SAME, billing(members=[LIVE], offsets=READ)),
    group("same in the other spelling", SAME, billing(members=[LIVE]), settings={"group_states": "camel"}),
    group(
        "created",
        changed(CREATED, returns={field("group_desc"): "Bills", field("state"): "EMPTY", field("lag"): 0}),
        "audit",
        check=changed("GROUPS INSTANCE CONFIGS"),
        again=SAME,
        remaining=["audit", "billing"],
        full=True,
    ),
    group(
        "created by the name of the instance",
        changed("INSTANCES GROUPS( INSTANCE)? CONFIGS FORM GROUPS"),
        again=unchanged("INSTANCES GROUPS"),
        options={**BY_NAME, **WANTED},
    ),
    group(
        "created as JSON",
        changed(CREATED),
        again=SAME,
        settings={"group_created": "json"},
        remaining=["billing"],
        as_module=True,
    ),
    group(
        "aliases",
        changed(CREATED, returns={field("group_desc"): "all"}),
        options={"group_name": None, "name": "billing", "description": "all"},
        again=SAME,
        as_module=True,
    ),
    group(
        "numbers as text",
        changed(CREATED, returns={field("group_desc"): "1000", field("group_name"): "_2024"}),
        options={"group_name": "_2024", "group_desc": 1000},
        again=SAME,
        as_module=True,
    ),
    group(
        "created while unused groups vanish",
        changed(CREATED, warns=VANISHES),
        setup=with_groups(auto__create__groups__enable="true"),
        again=SAME,
        as_module=True,
    ),
    group(
        "created without the permission to read parameters",
        changed(CREATED, warns=("If the parameter", *VANISHES)),
        faults=[Fault("ShowInstanceConfigs", **DENIED)],
        again=SAME,
    ),
    *(
        group(
            f"a name that {why}",
            fails("group_name", requests="(GROUPS)?( INSTANCE)?"),
            options={**WANTED, "group_name": name},
        )
        for why, name in {
            "is too short": "ab",
            "is too long": "a" * 65,
            "begins with a digit": "1billing",
            "has a space at its end": "billing ",
            "has a newline": "billing\n",
            "has other letters": "bïlling",
            "has a slash": "bill/ing",
        }.items()
    ),
    group("an empty name", fails("group_name must not be empty", requests=""), options={**WANTED, "group_name": " "}),
    group(
        "a description that is too long",
        fails("group_desc", "200", requests=""),
        options={"group_desc": "x" * 201},
        as_module=True,
    ),
    group(
        "a group of the service",
        fails("belongs to the service", requests=""),
        PRESET,
        options={**WANTED, "group_name": PRESET},
        as_module=True,
    ),
    group("created, listed late", changed(f"{CREATED}( GROUPS)+"), again=SAME, settings={"group_list_lag": 2}),
    group(
        "created, never listed",
        fails("to be listed", changed=True, requests=f"{CREATED}( GROUPS)*"),
        options={**WANTED, "wait_timeout": 1},
        settings={"group_list_lag": 10**6},
        live_only=True,
    ),
    group(
        "created without wait",
        changed("GROUPS INSTANCE CONFIGS FORM( GROUPS)?"),
        again=SAME,
        options={**WANTED, "wait": False},
        remaining=["billing"],
    ),
    group(
        "created, the response is lost",
        changed(f"{CREATED}( GROUPS)*"),
        again=SAME,
        faults={"live": [Fault("CreateKafkaConsumerGroup", drop="after")]},
        as_module=True,
    ),
    group(
        "created, the response is lost and the list is late",
        changed(f"{CREATED}( GROUPS)+"),
        again=SAME,
        settings={"group_list_lag": 2},
        faults={"live": [Fault("CreateKafkaConsumerGroup", drop="after")]},
    ),
    group(
        "created by the second request",
        changed("GROUPS INSTANCE CONFIGS FORM( GROUPS)+ FORM GROUPS"),
        again=SAME,
        options={**WANTED, "timeout": 1},
        faults={"live": [Fault("CreateKafkaConsumerGroup", drop="before")]},
        remaining=["billing"],
    ),
    group(
        "created, the service fails after that",
        changed("GROUPS INSTANCE CONFIGS FORM( GROUPS)+"),
        again=SAME,
        faults={"live": [Fault("CreateKafkaConsumerGroup", status=500, code="DMS.00500000", after_work=True)]},
    ),
    *(
        group(
            f"created by another run, which the service reports with {code}",
            unchanged("GROUPS INSTANCE CONFIGS FORM( GROUPS)+"),
            check=changed("GROUPS INSTANCE CONFIGS"),
            again=SAME,
            faults=incident("CreateKafkaConsumerGroup", creates()),
            settings={"group_exists_code": code},
            as_module=code == "DMS.40050015",
        )
        for code in ("DMS.40050015", "DMS.00500978", "DMS.10240018", "DMS.00400062")
    ),
    group(
        "created otherwise by another run",
        fails("DMS.40050015", requests="GROUPS INSTANCE CONFIGS FORM( GROUPS)+"),
        faults=incident("CreateKafkaConsumerGroup", creates(group_desc="other")),
        live_only=True,
    ),
    group("a description", changed(CHANGED), billing(group_desc="old"), again=SAME, full=True),
    group("a description of a group in use", changed(CHANGED), {"name": "billing", "members": [LIVE]}, again=SAME),
    group("no description", changed(CHANGED), "billing", options={"group_desc": ""}, again=SAME),
    group("no description, as before", SAME, {"name": "billing"}, options={"group_desc": ""}),
    group(
        "a description, the response is lost",
        changed("GROUPS INSTANCE DESCRIBE( DESCRIBE)? GROUPS"),
        billing(group_desc="old"),
        again=SAME,
        faults={"live": [Fault("UpdateInstanceConsumerGroup", drop="after")]},
    ),
    group(
        "a description by the second request",
        changed("GROUPS INSTANCE DESCRIBE( GROUPS)* DESCRIBE GROUPS"),
        billing(group_desc="old"),
        again=SAME,
        faults={"live": [Fault("UpdateInstanceConsumerGroup", drop="before")]},
    ),
    group(
        "changed, deleted by another run",
        fails("billing", requests="GROUPS INSTANCE DESCRIBE( GROUPS)*"),
        billing(group_desc="old"),
        faults=incident("UpdateInstanceConsumerGroup", removes("billing")),
        live_only=True,
    ),
    group(
        "the instance is busy",
        fails("is EXTENDING", requests="GROUPS INSTANCE"),
        setup=lambda sandbox: sandbox.simulator.world.set_instance(sandbox.instance_id, status="EXTENDING"),
    ),
    group(
        "the instance is absent",
        fails("DMS.00404022", requests="GROUPS"),
        options={**WANTED, "instance_id": NO_SUCH_ID},
    ),
    group(
        "no permission to create",
        fails("dms:instance:modify", requests="GROUPS INSTANCE CONFIGS FORM( GROUPS)?"),
        faults=[Fault("CreateKafkaConsumerGroup", **DENIED)],
        live_only=True,
    ),
]

ABSENT = [
    absent("already absent", SAME, "audit", remaining=["audit"]),
    absent(
        "deleted",
        changed(DELETED, warns=LOST, returns={field("group_desc"): "Bills"}),
        billing(offsets=READ),
        "audit",
        again=SAME,
        remaining=["audit"],
        full=True,
    ),
    absent(
        "deleted by the name of the instance",
        changed("INSTANCES GROUPS( INSTANCE)? DISBAND GROUPS", warns=LOST),
        "billing",
        options=BY_NAME,
        again=unchanged("INSTANCES GROUPS"),
    ),
    absent(
        "deleted, listed as DEAD for a while",
        changed(f"{DELETED}( GROUPS)*", warns=LOST),
        "billing",
        settings={"group_deletion_reads": 3, "dead_groups_listed": True},
        again=unchanged("GROUPS"),
        remaining=[],
        as_module=True,
    ),
    absent(
        "listed as Dead",
        SAME,
        billing(leaving=10**6),
        settings={"dead_groups_listed": True, "group_states": "camel"},
    ),
    absent(
        "deleted without wait",
        changed(f"{GUARD} DISBAND( GROUPS)?", warns=LOST),
        "billing",
        options={"wait": False},
        again=SAME,
    ),
    absent(
        "deleted, the response is lost",
        changed(f"{GUARD} DISBAND( DISBAND)?( GROUPS)*", warns=LOST),
        "billing",
        again=SAME,
        faults={"live": [Fault("DeleteInstanceConsumerGroup", drop="after")]},
        as_module=True,
    ),
    absent(
        "deleted by the second request",
        changed(f"{GUARD} DISBAND( GROUPS)* DISBAND( GROUPS)+", warns=LOST),
        "billing",
        again=SAME,
        faults={"live": [Fault("DeleteInstanceConsumerGroup", drop="before")]},
        remaining=[],
    ),
    absent(
        "deleted by another run",
        unchanged(f"{GUARD} DISBAND( GROUPS)*", warns=LOST),
        "billing",
        again=SAME,
        check=changed(GUARD, warns=LOST),
        faults=incident("DeleteInstanceConsumerGroup", removes("billing")),
        as_module=True,
    ),
    *(
        absent(
            f"in use, {why}",
            fails("billing", *NAMED, "app-2", "192.0.2.71", requests=USED, warns=LOST),
            billing(members=[LIVE, {**LIVE, "client_id": "app-2", "host": "/192.0.2.71"}]),
            settings=settings,
            remaining=["billing"],
            as_module=why == "as in the reference",
        )
        for why, settings in {
            "as in the reference": {},
            "in the other spelling": {"group_states": "camel", "group_member_states": "upper"},
            "on the other level": {"group_level": "top"},
        }.items()
    ),
    absent(
        "in use without members, during a rebalance",
        fails("PREPARING_REBALANCE", requests=USED, warns=LOST),
        billing(passing=["PREPARING_REBALANCE"] * 9),
        remaining=["billing"],
    ),
    absent(
        "in use until the second read",
        changed(f"{USED} DISBAND GROUPS", warns=LOST),
        billing(members=[{**LIVE, "reads": 1}]),
        live_only=True,
    ),
    absent(
        "in use, and its members can't be read",
        fails("billing", "STABLE", "dms:instance:get", requests=USED, warns=LOST),
        billing(members=[LIVE]),
        faults=[Fault("ShowGroups", **DENIED)],
        remaining=["billing"],
        as_module=True,
    ),
    absent(
        "a client joins just before the deletion",
        fails("billing", "DMS.00400017", requests=f"{GUARD} DISBAND( GROUPS?)*", warns=LOST),
        "billing",
        faults=incident("DeleteInstanceConsumerGroup", joins("billing")),
        remaining=["billing"],
        live_only=True,
    ),
    absent(
        "members that leave are waited for",
        changed(f"{GUARD}( GROUPS| GROUP)+ DISBAND GROUPS", warns=LOST),
        billing(members=[{**LIVE, "reads": 4}]),
        options={"wait_for_empty": 60},
        check=changed(USED, warns=("app-1", "192.0.2.70", "60 seconds")),
        again=SAME,
        as_module=True,
    ),
    absent(
        "members that stay are waited for",
        fails(*NAMED, "after 1 second", requests=f"{GUARD}( GROUPS| GROUP)+", warns=LOST),
        billing(members=[LIVE]),
        options={"wait_for_empty": 1},
        remaining=["billing"],
        live_only=True,
        as_module=True,
    ),
    absent("a negative wait_for_empty", fails("wait_for_empty", requests=""), options={"wait_for_empty": -1}),
    absent(
        "reads are refused while others are in progress",
        changed("GROUPS( GROUPS){2} INSTANCE DISBAND GROUPS", warns=LOST),
        "billing",
        faults={"live": [Fault("ListInstanceConsumerGroups", code="DMS.00400973", times=2)]},
        check=changed(GUARD, warns=LOST),
        again=SAME,
        as_module=True,
    ),
    *(
        absent(
            f"never absent {why}",
            fails(part, requests="GROUPS( GROUPS)*"),
            "billing",
            options={"max_retries": 1},
            faults=[Fault("ListInstanceConsumerGroups", **{"times": None, **fault})],
            remaining=["billing"],
        )
        for why, part, fault in (
            ("while throttled", "DMS.10240407", {"code": "DMS.10240407"}),
            ("while other reads are in progress", "DMS.00400973", {"code": "DMS.00400973"}),
            ("without permission", "dms:instance:get", DENIED),
            ("with an unknown URL", "APIG.0101", {"code": "APIG.0101"}),
            ("with a list that is not complete", "2", {"body": {"groups": [], "total": 2}}),
            ("with a list that is not one", "groups", {"body": {"total": 1}}),
            ("with a total that is not one", "total", {"body": {"groups": []}}),
        )
    ),
    absent(
        "a group of the service is deleted",
        fails("belongs to the service", requests=""),
        PRESET,
        options={"group_name": PRESET},
        remaining=[PRESET],
        as_module=True,
    ),
    absent(
        "the instance of the group is absent",
        unchanged("GROUPS", warns=("Therefore consumer group billing",)),
        options={"instance_id": NO_SUCH_ID},
    ),
]

PRUNE = {"prune": True, "prune_pattern": "test-.*"}
TWENTY = [wanted(f"group-{number:02}") for number in range(20)]
SETS = [
    groups("an unchanged set", [wanted("billing")], SAME, "billing", as_module=True),
    groups(
        "a set of everything",
        [wanted("billing"), wanted("audit"), *gone("old"), {"group_name": "kept"}],
        changed(
            f"{GUARD}( CONFIGS| DISBAND| DESCRIBE| FORM| GROUPS)+",
            warns=LOST,
            returns={actions: ["created", "modified", "deleted", "unchanged"]},
        ),
        {"name": "audit", "group_desc": "old"},
        "kept",
        "old",
        check=changed("GROUPS INSTANCE CONFIGS", warns=LOST),
        again=unchanged("GROUPS", returns={actions: ["unchanged"] * 4}),
        remaining=["audit", "billing", "kept"],
        full=True,
    ),
    groups(
        "prune takes EMPTY groups without offsets that match",
        [wanted("test-kept")],
        changed(
            "GROUPS( GROUP){3} INSTANCE DISSOLVE GROUPS",
            warns=("test-read", "prune_limit", *LOST),
            returns={names: ["test-kept", "test-1", "test-2"], actions: ["unchanged", "deleted", "deleted"]},
        ),
        "test-1",
        "test-2",
        "test-kept",
        {"name": "test-live", "members": [LIVE]},
        {"name": "test-read", "offsets": READ},
        "billing",
        PRESET,
        options=PRUNE,
        again=unchanged("GROUPS GROUP( INSTANCE)?", warns=("test-read",)),
        remaining=["test-kept", "test-live", "test-read", "billing", PRESET],
        as_module=True,
    ),
    groups(
        "prune_limit takes groups with offsets, too",
        [],
        changed("GROUPS INSTANCE DISSOLVE GROUPS", warns=LOST, returns={names: ["test-1", "test-read"]}),
        "test-1",
        {"name": "test-live", "members": [LIVE]},
        {"name": "test-read", "offsets": READ},
        options={**PRUNE, "prune_limit": 2},
        again=unchanged("GROUPS( INSTANCE)?"),
        remaining=["test-live"],
        as_module=True,
    ),
    groups(
        "prune_limit is exceeded",
        [],
        fails("2 consumer_groups would be pruned, more than prune_limit 1: test-1, test-2", requests="GROUPS( GROUP)*"),
        "test-1",
        "test-2",
        options={**PRUNE, "prune_limit": 1},
    ),
    groups(
        "prune by a pattern that matches a group of the service",
        [],
        unchanged("GROUPS( INSTANCE)?"),
        PRESET,
        options={"prune": True, "prune_pattern": ".*", "prune_limit": 9},
        remaining=[PRESET],
    ),
    groups(
        "prune without a pattern",
        [wanted("billing")],
        fails("prune_pattern", requests=""),
        "billing",
        options={"prune": True},
        as_module=True,
    ),
    groups(
        "prune what can't be read",
        [],
        fails("test-1", "dms:instance:get", requests="GROUPS GROUP"),
        "test-1",
        options=PRUNE,
        faults=[Fault("ShowGroups", **DENIED)],
        remaining=["test-1"],
        as_module=True,
    ),
    groups(
        "prune with a list that is not complete",
        [],
        fails("1 of 9", requests="GROUPS( GROUPS)*"),
        "test-1",
        options=PRUNE,
        faults=[Fault("ListInstanceConsumerGroups", times=None, mutate=lambda page: {**page, "total": 9})],
        remaining=["test-1"],
    ),
    groups(
        "prune does not take groups of an unknown state",
        [],
        unchanged("GROUPS( INSTANCE)?"),
        "test-1",
        options=PRUNE,
        faults=[
            Fault(
                "ListInstanceConsumerGroups",
                times=None,
                mutate=lambda page: {**page, "groups": [{**row, "state": "UNKNOWN"} for row in page["groups"]]},
            )
        ],
        remaining=["test-1"],
    ),
    groups(
        "a different plan",
        [wanted("billing")],
        fails("not abc", "nothing was changed", requests="GROUPS"),
        options={"expect_plan": "abc"},
    ),
    groups(
        "a name twice",
        [wanted("billing"), wanted("billing")],
        fails("group_name must be unique in consumer_groups", requests=""),
        as_module=True,
    ),
    groups(
        "a group of the service in a set",
        [wanted("billing"), *gone(PRESET)],
        fails("belongs to the service", requests=""),
        PRESET,
        as_module=True,
    ),
    groups(
        "one that is in use stops all",
        [wanted("audit"), *gone("billing", "other")],
        fails("billing", *NAMED, requests=f"{GUARD}( GROUP| CONFIGS)+", warns=LOST),
        billing(members=[LIVE]),
        "other",
        remaining=["billing", "other"],
        as_module=True,
    ),
    groups(
        "all that are in use are waited for together",
        gone("billing", "other", "idle"),
        changed(f"{GUARD}( GROUPS| GROUP)+ DISSOLVE GROUPS", warns=LOST),
        billing(members=[{**LIVE, "reads": 3}]),
        {"name": "other", "members": [{**LIVE, "reads": 4}]},
        "idle",
        options={"wait_for_empty": 60},
        live_only=True,
        remaining=[],
        as_module=True,
    ),
    groups(
        "one is used just before the deletion",
        gone("billing", "audit", "other"),
        fails(
            "1 of 3 consumer_groups failed", "audit", changed=True, requests=f"{GUARD} DISSOLVE( GROUPS?)+", warns=LOST
        ),
        "billing",
        "audit",
        "other",
        faults=incident("BatchDeleteGroup", joins("audit")),
        live_only=True,
        remaining=["audit"],
        as_module=True,
    ),
    *(
        groups(
            f"several are deleted, one by another run, {how}",
            gone("billing", "audit", "other"),
            changed(f"{GUARD}( DISSOLVE| DISBAND| GROUPS)+", warns=LOST),
            "billing",
            "audit",
            "other",
            check=changed(GUARD, warns=LOST),
            faults=incident("BatchDeleteGroup", removes("audit")),
            settings={"absent_group_in_batch": how},
            again=SAME,
            remaining=[],
            as_module=how == "failed",
        )
        for how in ("failed", "ignored")
    ),
    groups(
        "several are deleted, the response is lost",
        gone("billing", "audit"),
        changed(f"{GUARD} DISSOLVE( DISSOLVE)?( GROUPS)+", warns=LOST),
        "billing",
        "audit",
        faults={"live": [Fault("BatchDeleteGroup", drop="after")]},
        again=SAME,
        remaining=[],
        as_module=True,
    ),
    groups("twenty unchanged groups", TWENTY, SAME, *(each["group_name"] for each in TWENTY)),
    groups("twenty new groups", TWENTY, changed(f"GROUPS INSTANCE CONFIGS{' FORM' * 20} GROUPS"), again=SAME),
    groups(
        "sixty deleted groups",
        gone(*(f"group-{number}" for number in range(60))),
        changed("GROUPS GROUPS INSTANCE DISSOLVE DISSOLVE GROUPS", warns=LOST),
        *(f"group-{number}" for number in range(60)),
        again=SAME,
        remaining=[],
    ),
]

MEMBER = {
    "client_id": "app-1",
    "member_id": "app-1-1",
    "host": "192.0.2.70",
    "assignment": [{"topic": "orders", "partitions": [0, 1]}],
}
FIRST_PARTITION = {"partition": 0, "current": 15, "end": 20, "lag": 5}
INFO = [
    info(
        "all groups",
        unchanged(
            "GROUPS",
            returns={
                names: ["billing", "audit", PRESET],
                every("state"): ["EMPTY", "STABLE", "EMPTY"],
                every("lag"): [5, 0, 0],
            },
        ),
        as_module=True,
    ),
    info("a group by its name", unchanged("GROUPS", returns={names: ["audit"]}), options={"group_name": "audit"}),
    info("no group of that name", unchanged("GROUPS", returns={names: []}), options={"group_name": "aud"}),
    info("groups by a pattern", unchanged("GROUPS", returns={names: ["audit"]}), options={"pattern": "a.*"}),
    info("an invalid pattern", fails("pattern is not a regular expression", requests=""), options={"pattern": "("}),
    info(
        "states in the other spelling",
        unchanged("GROUPS", returns={every("state"): ["EMPTY", "STABLE", "EMPTY"]}),
        settings={"group_states": "camel"},
    ),
    info(
        "DEAD groups are not returned",
        unchanged("GROUPS", returns={names: ["audit"]}),
        setup=with_groups(billing(leaving=10**6), "audit"),
        settings={"dead_groups_listed": True},
    ),
    *(
        info(
            f"members on the {level} level",
            unchanged("GROUPS GROUP", returns={first("members"): [MEMBER], first("topics"): None}),
            options={"group_name": "audit", "details": ["members"]},
            settings={"group_level": level},
            as_module=level == "top",
        )
        for level in ("nested", "top")
    ),
    *(
        info(
            f"offsets, {how} where none is committed",
            unchanged(
                "GROUPS GROUP",
                returns={
                    first("members"): None,
                    first("topics"): [{"topic": "orders", "lag": 5, "partitions": [FIRST_PARTITION]}],
                },
            ),
            options={"group_name": "billing", "details": ["offsets"]},
            settings={"uncommitted_offset": how},
            as_module=how == "-1",
        )
        for how in ("-1", "null", "absent")
    ),
    info(
        "details of all are read one after the other",
        unchanged("GROUPS GROUP GROUP GROUP", returns={names: ["billing", "audit", PRESET]}),
        options={"details": ["members", "offsets"]},
        settings={"serial_group_reads": True, "latency": 0.02},
    ),
    *(
        info(
            f"a group that vanishes before it is read, {how}",
            unchanged("GROUPS GROUP GROUP GROUP", returns={names: ["audit", PRESET]}),
            options={"details": ["members"]},
            faults=lambda sandbox: [Fault("ShowGroups", before=lambda _world: removes("billing")(sandbox))],
            settings={"absent_group": how},
            live_only=True,
            as_module=how == "dead",
        )
        for how in ("refused", "dead")
    ),
    info(
        "details that can't be read",
        fails("dms:instance:get", requests="GROUPS GROUP"),
        options={"details": ["members"]},
        faults=[Fault("ShowGroups", **DENIED)],
    ),
    info(
        "a list that is not complete",
        fails("complete", requests="GROUPS( GROUPS)*"),
        faults=[Fault("ListInstanceConsumerGroups", times=None, mutate=lambda page: {**page, "total": 9})],
    ),
    info(
        "a hundred and twenty groups",
        unchanged("GROUPS GROUPS GROUPS", returns={lambda result: len(result["consumer_groups"]): 120}),
        setup=with_groups(*(f"group-{number}" for number in range(120))),
        settings={"groups_past_end": "refused"},
    ),
    info(
        "a hundred groups, which fill the pages",
        unchanged("GROUPS GROUPS", returns={lambda result: len(result["consumer_groups"]): 100}),
        setup=with_groups(*(f"group-{number}" for number in range(100))),
        settings={"groups_past_end": "refused"},
    ),
    info("the instance does not exist", fails("DMS.00404022", requests="GROUPS"), options={"instance_id": NO_SUCH_ID}),
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


def left(simulator: Simulator) -> list[str]:
    return [group["group_id"] for group in simulator.world.groups(simulator.instance_id)]


def test_several_hosts_delete_the_same_groups_while_reads_are_serial(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    """The service refuses reads of groups of several hosts side by side, which are then retried."""
    for name in ("billing", "audit", "kept"):
        simulator.world.add_group(simulator.instance_id, name)
    simulator.settings.update(serial_group_reads=True, latency=0.02)
    hosts = {f"host{number}": in_way(WAYS[number % 2]) for number in range(4)}
    item = options(simulator, group_name="{{ item }}", state="absent", max_retries=20)
    play = {"tasks": [{"name": "delete", MODULE: item, "loop": ["billing", "audit"]}]}
    output = run_playbook([play], "--forks", "4", hosts=hosts, variables=variables(simulator)).expect_success()
    assert left(simulator) == ["kept"]
    deleted = [entry.effect.target for entry in simulator.journal if entry.effect]
    assert sorted(deleted) == ["audit", "billing"]
    items = [item["item"] for host in hosts for item in output.result("delete", host)["results"] if item["changed"]]
    assert sorted(items) == ["audit", "billing"]


def test_several_hosts_create_the_same_group(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.settings.latency = 0.05
    hosts = {f"host{number}": in_way(WAYS[number % 2]) for number in range(4)}
    task = options(simulator, group_name="billing", group_desc="Bills")
    play = {"tasks": [{"name": "create", MODULE: task}]}
    output = run_playbook([play], "--forks", "4", hosts=hosts, variables=variables(simulator)).expect_success()
    assert [entry.effect.target for entry in simulator.journal if entry.effect] == ["billing"]
    assert sum(output.result("create", host)["changed"] for host in hosts) == 1


def test_loop_with_different_items_goes_on_after_a_failure(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    simulator.world.add_group(simulator.instance_id, "live", members=[LIVE])
    items = [
        {"name": "billing-{{ way }}"},
        {"name": "live", "state": "absent"},
        {"name": "x"},
        {"name": "audit-{{ way }}", "desc": 2024},
        {"name": "billing-{{ way }}", "state": "absent"},
    ]
    task = options(
        simulator,
        group_name="{{ item.name }}",
        group_desc="{{ item.desc | default(omit) }}",
        state="{{ item.state | default(omit) }}",
    )
    hosts = {way: {**in_way(way), "way": number} for number, way in enumerate(WAYS)}
    play = {"serial": 1, "tasks": [{"name": "loop", MODULE: task, "loop": items, "ignore_errors": True}]}
    output = run_playbook([play], hosts=hosts, variables=variables(simulator)).expect_success()
    for way in WAYS:
        results = output.result("loop", way)["results"]
        assert [item.get("failed", False) for item in results] == [False, True, True, False, False]
        assert [item["changed"] for item in results] == [True, False, False, True, True]
    assert sorted(left(simulator)) == ["audit-0", "audit-1", "live"]
    texts = {group["group_desc"] for group in simulator.world.groups(simulator.instance_id)}
    assert texts == {None, "2024"}


def test_values_from_files_and_the_command_line(
    simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path
) -> None:
    (tmp_path / "groups.yml").write_text(
        "wanted_groups:\n  - {group_name: _2024, group_desc: 1e3}\n  - {group_name: audit, group_desc: 1_0}\n"
    )
    wanted_groups = options(simulator, consumer_groups="{{ wanted_groups }}")
    given = options(simulator, group_name="{{ name }}", group_desc="{{ desc }}", wait="{{ wait }}")
    play = {
        "serial": 1,
        "tasks": [{"name": "file", f"{MODULE}s": wanted_groups}, {"name": "command line", MODULE: given}],
    }
    arguments = ["-e", "@groups.yml", "-e", "name=other desc=007 wait=yes"]
    output = run_playbook([play], *arguments, hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for name in ("file", "command line"):
        first_run, second_run = (output.result(name, way) for way in WAYS)
        assert (first_run["changed"], second_run["changed"]) == (True, False)
    texts = {group["group_id"]: group["group_desc"] for group in simulator.world.groups(simulator.instance_id)}
    assert (texts["audit"], texts["other"]) == ("10", "007")


def test_exported_definitions_change_nothing(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    simulator.world.add_topic(simulator.instance_id, "orders")
    simulator.world.add_group(simulator.instance_id, "billing", group_desc="Bills", offsets={"orders": [1, 2, 3]})
    simulator.world.add_group(simulator.instance_id, "live", members=[LIVE])
    simulator.world.add_group(simulator.instance_id, PRESET)
    read = {"name": "read", f"{MODULE}_info": options(simulator, as_definitions=True), "register": "found"}
    pruned = {"prune": True, "prune_pattern": ".*", "prune_limit": 9}
    applied = options(simulator, consumer_groups="{{ found.definitions }}", **pruned)
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
        assert [row["group_name"] for row in output.result("read", way)["definitions"]] == ["billing", "live"]
        assert not output.result("check", way)["changed"]
        assert not output.result("apply", way)["changed"]
    assert not simulator.journal.writes()


def test_approved_plan_is_refused_after_a_client_has_come_back(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    """What is pruned depends on who is in use: a plan that was approved is not carried out if that has changed."""
    for name in ("test-1", "test-2"):
        simulator.world.add_group(simulator.instance_id, name)
    task = options(simulator, consumer_groups=[], prune=True, prune_pattern="test-.*")
    check = {"name": "check", f"{MODULE}s": task, "check_mode": True, "register": "checked"}
    apply = {"name": "apply", f"{MODULE}s": {**task, "expect_plan": "{{ checked.plan_id }}"}, "ignore_errors": True}
    simulator.faults.add(
        Fault(
            "ListInstanceConsumerGroups",
            skip=1,
            before=lambda world: world.add_member(simulator.instance_id, "test-2", **LIVE),
        )
    )
    output = run_playbook([{"tasks": [check, apply]}], variables=variables(simulator)).expect_success()
    assert output.failed("apply")
    assert "nothing was changed" in output.result("apply")["msg"]
    assert left(simulator) == ["test-1", "test-2"]
