# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The permissions of topics: who may use them afterwards, what is refused, jobs, and other runs at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, Sandbox
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.playbook import BOTH_WAYS, WAYS, in_way, started_playbook
from acceptance.harness.runner import Ways
from acceptance.harness.tasks import connection, variables
from simulator import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.harness.playbook import Output
    from simulator import Simulator

Setup = Callable[[Sandbox], object]
Policies = Mapping[str, str]

PERMISSIONS = "huaweicloud_kafka_topic_permissions"
MODULE = f"huaweicloud.kafka.{PERMISSIONS}"
INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
BY_NAME = {"instance_id": None, "instance_name": "instance"}
DENIED = {"status": 403, "code": "DMS.00403003", "times": None}
EVERYONE = "allow.everyone.if.no.acl.found"
USERS = ("shop", "audit", "1000")


def with_policies(*, everyone: str = "true", instance: Mapping[str, Any] | None = None, **topics: Policies) -> Setup:
    """Create the first user, admin, :data:`USERS`, and topics with these policies."""

    def setup(sandbox: Sandbox) -> None:
        for name in ("admin", *USERS):
            sandbox.add_user(name)
        world = sandbox.simulator.world
        world.set_instance(sandbox.instance_id, **(instance or {}))
        world.set_parameters(sandbox.instance_id, {EVERYONE: everyone})
        for topic, policies in topics.items():
            sandbox.add_topic(topic)
            sandbox.permit(topic, **policies)

    return setup


def permissions(name: str, wanted: Mapping[str, Policies | None], live: Expect, **more: Any) -> Case:
    """A case of topics with the *wanted* policies; None: state=absent. Other arguments in lower case are existing topics."""
    entries = [
        {"topic_name": topic, **({"state": "absent"} if policies is None else {"policies": policies})}
        for topic, policies in wanted.items()
    ]
    options = {**INSTANCE, "topic_permissions": entries, **more.pop("options", {})}
    setup = more.pop("setup", None) or with_policies(**more.pop("existing", {"orders": {}, "returns": {}}))
    return Case(name, options, live, module=PERMISSIONS, setup=setup, **more)


def incident(operation: str, what: Setup, **more: Any) -> Callable[[Sandbox], list[Fault]]:
    """Another run does *what* immediately before the service processes the request."""
    return lambda sandbox: [Fault(operation, before=lambda _world: what(sandbox), **more)]


def starts_a_job(sandbox: Sandbox) -> None:
    """Another run changes the permissions of the topic returns, which takes two reads."""
    world = sandbox.simulator.world
    instance = world.instances[sandbox.instance_id]
    if instance.access.job is None and not world.policies(sandbox.instance_id).get("returns"):
        access = instance.access
        world.start_job(
            instance, "updateTopicPolicies", 2, lambda: access.replace_policies("returns", {"audit": "all"}), False
        )


def actions(result: dict[str, Any]) -> list[str]:
    return [item["action"] for item in result["topic_permissions"]]


def policies(result: dict[str, Any]) -> list[Any]:
    return [item.get("policies") for item in result["topic_permissions"]]


SAME = unchanged("POLICIES")
READ = "POLICIES TOPICS INSTANCE USERS"
CHANGED = f"{READ} PERMIT JOB POLICIES"
UNTIL_DONE = f"{READ} PERMIT( INSTANCE)+ POLICIES"
FIRST = ("These are the first permissions of the topic",)
OPENS = ("the topic is open to every user",)
OPENED = "would be open to every user"
SHOP = {"shop": "pub"}

PRESENT = [
    permissions(
        "same",
        {"orders": SHOP},
        unchanged("POLICIES", returns={policies: [SHOP]}),
        existing={"orders": SHOP},
        as_module=True,
    ),
    permissions("no permissions wanted and none there", {"orders": {}}, SAME),
    permissions(
        "changed",
        {"orders": {"shop": "all", "audit": "sub"}},
        changed(CHANGED, returns={policies: [{"audit": "sub", "shop": "all"}], actions: ["modified"]}),
        existing={"orders": SHOP},
        again=unchanged("POLICIES", returns={actions: ["unchanged"]}),
        remaining=["orders shop all", "orders audit sub"],
        full=True,
    ),
    permissions(
        "by the name of the instance",
        {"orders": {"shop": "sub"}},
        changed(f"INSTANCES {CHANGED}"),
        existing={"orders": SHOP},
        options=BY_NAME,
        again=unchanged("INSTANCES POLICIES"),
    ),
    permissions(
        "the first permission shuts others out",
        {"orders": SHOP},
        changed(CHANGED, warns=FIRST),
        again=SAME,
        as_module=True,
    ),
    permissions(
        "names and policies of numbers",
        {"orders": {1000: "pub"}},
        changed(CHANGED, warns=FIRST),
        again=SAME,
        remaining=["orders 1000 pub"],
        as_module=True,
    ),
    permissions(
        "a user is removed",
        {"orders": SHOP},
        changed(CHANGED, returns={policies: [SHOP]}),
        existing={"orders": {**SHOP, "audit": "all"}},
        again=SAME,
        remaining=["orders shop pub"],
    ),
    permissions(
        "merge",
        {"orders": {"audit": "sub"}},
        changed(CHANGED, returns={policies: [{"audit": "sub", "shop": "pub"}]}),
        existing={"orders": SHOP},
        options={"merge": True},
        again=SAME,
        remaining=["orders shop pub", "orders audit sub"],
    ),
    permissions(
        "merge removes one",
        {"orders": {"audit": "none"}},
        changed(CHANGED),
        existing={"orders": {**SHOP, "audit": "sub"}},
        options={"merge": True},
        again=SAME,
        remaining=["orders shop pub"],
    ),
    permissions(
        "merge keeps the permissions of all users",
        {"orders": SHOP},
        changed(CHANGED),
        existing={"orders": {"default_user": "sub"}},
        options={"merge": True},
        again=SAME,
        remaining=["orders default_user sub", "orders shop pub"],
    ),
    permissions(
        "the permissions of all users are removed",
        {"orders": SHOP},
        changed(CHANGED, warns=("default_user is not a user of the instance",)),
        existing={"orders": {"default_user": "sub"}},
        again=SAME,
        remaining=["orders shop pub"],
    ),
    permissions(
        "a deleted user stays in the permissions",
        {"orders": {"audit": "sub"}},
        changed(CHANGED),
        existing={"orders": {"gone": "sub"}},
        options={"merge": True},
        settings={"unknown_policy_user": "accepted"},
        again=SAME,
        remaining=["orders gone sub", "orders audit sub"],
    ),
    permissions("none without merge", {"orders": {"shop": "none"}}, fails("none needs merge", requests="")),
    permissions("an unknown policy", {"orders": {"shop": "write"}}, fails("must be one of all, pub, sub", requests="")),
    permissions("a null policy", {"orders": {"shop": None}}, fails("policy of shop", requests="")),
    permissions(
        "no policies",
        {},
        fails("policies must be set", requests=""),
        options={"topic_permissions": [{"topic_name": "orders"}]},
    ),
    permissions(
        "a topic twice",
        {},
        fails("topic_name must be unique", requests=""),
        options={"topic_permissions": [{"topic_name": "orders", "policies": SHOP}] * 2},
        as_module=True,
    ),
    permissions("no topics", {}, unchanged(""), live_only=True),
    *(
        permissions(
            f"response {response}",
            {"orders": {"shop": "sub"}},
            changed(CHANGED if response == "job" else UNTIL_DONE),
            existing={"orders": SHOP},
            settings={"policy_response": response, "policy_reads": reads, "job_effect": effect},
            again=SAME,
            as_module=response != "job",
        )
        for response, reads, effect in (("200", 0, "end"), ("204", 0, "start"), ("job", 0, "start"))
    ),
    *(
        permissions(
            f"response {response}, which takes a while, effect at the {effect}",
            {"orders": {"shop": "sub"}},
            changed(f"{READ} PERMIT( INSTANCE| JOB)+ POLICIES"),
            existing={"orders": SHOP},
            settings={"policy_response": response, "policy_reads": 2, "job_effect": effect},
            live_only=True,
            remaining=["orders shop sub"],
        )
        for response in ("200", "204", "job")
        for effect in ("start", "end")
    ),
    permissions(
        "a job that can't be read",
        {"orders": {"shop": "sub"}},
        changed(f"{READ} PERMIT JOB( INSTANCE)+ POLICIES"),
        existing={"orders": SHOP},
        settings={"policy_reads": 2, "missing_operations": ["ShowBackgroundTask"]},
        live_only=True,
        as_module=True,
    ),
    permissions(
        "a job that fails",
        {"orders": {"shop": "sub"}},
        fails("FAILED", requests=f"{READ} PERMIT JOB POLICIES"),
        existing={"orders": SHOP},
        settings={"policies_fail": True},
        live_only=True,
        remaining=["orders shop pub"],
        as_module=True,
    ),
    permissions(
        "a job that does not end",
        {"orders": {"shop": "sub"}},
        fails("waited", requests=f"{READ} PERMIT( JOB)+( POLICIES)?", changed=True),
        existing={"orders": SHOP},
        settings={"policy_reads": 10**6},
        options={"wait_timeout": 1},
        live_only=True,
    ),
    permissions(
        "without wait",
        {"orders": {"shop": "sub"}},
        changed(f"{READ} PERMIT POLICIES", warns=("when wait: false ended the task",)),
        existing={"orders": SHOP},
        settings={"policy_reads": 3},
        options={"wait": False},
        live_only=True,
    ),
    *(
        permissions(
            f"another run changes permissions at the same time, {code}",
            {"orders": {"shop": "sub"}},
            changed(f"{READ} PERMIT( INSTANCE)+ POLICIES( PERMIT| JOB| INSTANCE| POLICIES)+"),
            existing={"orders": SHOP, "returns": {}},
            faults={"live": [Fault("UpdateTopicAccessPolicy", code=code)]},
            settings={"job_busy_code": code},
            again=SAME,
            as_module=code == "DMS.00400026",
        )
        for code in ("DMS.00400026", "DMS.00400017")
    ),
    permissions(
        "another run changes another topic at the same time, which takes a while",
        {"orders": {"shop": "sub"}},
        changed(f"{READ} PERMIT( INSTANCE)+ POLICIES PERMIT JOB POLICIES"),
        existing={"orders": SHOP, "returns": {}},
        faults=incident("UpdateTopicAccessPolicy", starts_a_job),
        live_only=True,
        remaining=["orders shop sub", "returns audit all"],
    ),
    permissions(
        "another run does the same",
        {"orders": {"shop": "sub"}},
        unchanged(f"{READ} PERMIT( INSTANCE)+( POLICIES)+"),
        existing={"orders": SHOP},
        faults=lambda sandbox: [
            Fault("UpdateTopicAccessPolicy", code="DMS.00400026", before=lambda _world: None),
            Fault("ShowInstance", before=lambda _world: None),
            Fault("ShowInstance", before=lambda _world: sandbox.permit("orders", shop="sub")),
        ],
        live_only=True,
    ),
    permissions(
        "the response is lost",
        {"orders": {"shop": "sub"}},
        changed(f"{READ} PERMIT( INSTANCE| PERMIT| JOB| POLICIES)+"),
        existing={"orders": SHOP},
        faults={"live": [Fault("UpdateTopicAccessPolicy", drop="after")]},
        again=SAME,
        as_module=True,
    ),
    permissions(
        "the response is lost while it takes a while",
        {"orders": {"shop": "sub"}},
        changed(f"{READ} PERMIT( INSTANCE| PERMIT| JOB| POLICIES)+"),
        existing={"orders": SHOP},
        faults={"live": [Fault("UpdateTopicAccessPolicy", drop="after")]},
        settings={"policy_reads": 3},
        again=SAME,
    ),
    permissions(
        "by the second request",
        {"orders": {"shop": "sub"}},
        changed(f"{READ} PERMIT( INSTANCE| PERMIT| JOB| POLICIES)+"),
        existing={"orders": SHOP},
        faults={"live": [Fault("UpdateTopicAccessPolicy", drop="before")]},
        again=SAME,
    ),
    permissions(
        "the service fails after that",
        {"orders": {"shop": "sub"}},
        changed(f"{READ} PERMIT( INSTANCE| PERMIT| JOB| POLICIES)+"),
        existing={"orders": SHOP},
        faults={"live": [Fault("UpdateTopicAccessPolicy", status=500, code="DMS.00500000", after_work=True)]},
        again=SAME,
    ),
    permissions(
        "a change that the service ignores",
        {"orders": {"shop": "sub"}},
        fails("policy of shop", requests=f"{READ} PERMIT( INSTANCE)+( POLICIES)+"),
        existing={"orders": SHOP},
        faults={"live": [Fault("UpdateTopicAccessPolicy", status=204)]},
        live_only=True,
    ),
    permissions(
        "no permission to change",
        {"orders": {"shop": "sub"}},
        fails("dms:instance:modify", requests=f"{READ} PERMIT( POLICIES)?"),
        existing={"orders": SHOP},
        faults=[Fault("UpdateTopicAccessPolicy", **DENIED)],
        live_only=True,
    ),
]

REFUSED = [
    permissions(
        "an unknown user",
        {"orders": {"guest": "all"}},
        fails("no user guest", requests=READ),
        existing={"orders": SHOP},
        as_module=True,
    ),
    permissions(
        "a user by another case", {"orders": {"Shop": "all"}}, fails("no user Shop", requests=READ, warns=FIRST)
    ),
    permissions(
        "an unknown topic",
        {"other": SHOP},
        fails("other", "the topic does not exist", requests="POLICIES TOPICS"),
        as_module=True,
    ),
    permissions(
        "an unknown topic, which another code says",
        {"other": SHOP},
        fails("the topic does not exist", requests="POLICIES TOPICS"),
        settings={"absent_topic_code": "DMS.00400062"},
    ),
    permissions("nothing for an unknown topic", {"other": None}, unchanged("POLICIES TOPICS")),
    permissions(
        "SASL is off",
        {"orders": SHOP},
        fails("SASL", warns=FIRST, requests="POLICIES TOPICS INSTANCE"),
        setup=with_policies(orders={}, instance={"ssl_enable": False, "kafka_security_protocol": "PLAINTEXT"}),
        as_module=True,
    ),
    permissions(
        "one unknown user stops all",
        {"returns": SHOP, "orders": {"guest": "all"}},
        fails(
            "guest",
            requests="POLICIES POLICIES TOPICS INSTANCE USERS",
            warns=FIRST,
            returns={actions: ["not_tried", "failed"]},
        ),
        as_module=True,
        remaining=[],
    ),
    permissions(
        "users that can't be read",
        {"orders": SHOP},
        fails("dms:instance:get", requests=READ, warns=FIRST),
        faults=[Fault("ShowInstanceUsers", **DENIED)],
    ),
    permissions(
        "permissions that can't be read",
        {"orders": SHOP},
        fails("dms:instance:get", requests="POLICIES"),
        faults=[Fault("ShowTopicAccessPolicy", **DENIED)],
    ),
    permissions(
        "a region without this API",
        {"orders": SHOP},
        fails("APIG.0101", requests="POLICIES TOPICS"),
        settings={"missing_operations": ["ShowTopicAccessPolicy"]},
    ),
    permissions(
        "the instance is busy",
        {"orders": SHOP},
        fails("is EXTENDING", requests="POLICIES TOPICS INSTANCE", warns=FIRST),
        setup=with_policies(orders={}, instance={"status": "EXTENDING"}),
    ),
    permissions(
        "the instance is absent",
        {"orders": SHOP},
        fails("DMS.00404022", requests="POLICIES"),
        options={"instance_id": NO_SUCH_ID},
    ),
]

OPEN = [
    permissions(
        "opens a topic",
        {"orders": None},
        fails(OPENED, "forbid_open: false", requests=f"{READ} CONFIGS"),
        existing={"orders": SHOP},
        remaining=["orders shop pub"],
        as_module=True,
    ),
    permissions(
        "opens a topic by an empty dict",
        {"orders": {}},
        fails(OPENED, requests=f"{READ} CONFIGS"),
        existing={"orders": SHOP},
    ),
    permissions(
        "opens a topic by none",
        {"orders": {"shop": "none"}},
        fails(OPENED, requests=f"{READ} CONFIGS"),
        existing={"orders": SHOP},
        options={"merge": True},
    ),
    permissions(
        "opens a topic without the option",
        {"orders": None},
        changed(f"{READ} CONFIGS PERMIT JOB POLICIES", warns=OPENS),
        existing={"orders": SHOP},
        options={"forbid_open": False},
        again=SAME,
        remaining=[],
        full=True,
    ),
    permissions(
        "closes a topic where topics without permissions are closed",
        {"orders": None},
        changed(f"{READ} CONFIGS PERMIT JOB POLICIES"),
        existing={"everyone": "false", "orders": SHOP},
        again=SAME,
        remaining=[],
    ),
    permissions(
        "opens a topic if the parameter can't be read",
        {"orders": None},
        fails(OPENED, "could not be read", requests=f"{READ} CONFIGS"),
        existing={"everyone": "false", "orders": SHOP},
        faults=[Fault("ShowInstanceConfigs", **DENIED)],
        as_module=True,
    ),
    permissions(
        "opens a topic if there is no such parameter",
        {"orders": None},
        fails(OPENED, "does not return", requests=f"{READ} CONFIGS"),
        existing={"everyone": "false", "orders": SHOP},
        settings={"hidden_configs": [EVERYONE]},
    ),
    permissions(
        "one open topic stops all",
        {"returns": SHOP, "orders": None},
        fails(OPENED, requests="POLICIES POLICIES TOPICS INSTANCE USERS CONFIGS", warns=FIRST),
        existing={"orders": SHOP, "returns": {}},
        remaining=["orders shop pub"],
    ),
    permissions("clear what is clear", {"orders": None}, SAME),
    permissions(
        "cleared by another run at the same time",
        {"orders": None},
        unchanged(f"{READ} CONFIGS PERMIT( INSTANCE| POLICIES)+", warns=OPENS),
        existing={"orders": SHOP},
        options={"forbid_open": False},
        faults=incident("UpdateTopicAccessPolicy", lambda sandbox: sandbox.permit("orders")),
        live_only=True,
        as_module=True,
    ),
]

FIFTY = {f"topic-{number:02}": {} for number in range(50)}
HUNDRED = {f"topic-{number:03}": {} for number in range(120)}


def to_shop(topics: Mapping[str, Any], **policies: str) -> dict[str, Policies]:
    return dict.fromkeys(topics, policies or SHOP)


def read(number: int) -> str:
    """The requests that read the permissions of several topics, then what a change needs."""
    return " ".join([*["POLICIES"] * number, "TOPICS INSTANCE USERS"])


SETS = [
    permissions(
        "fifty topics in one request",
        to_shop(FIFTY, shop="sub"),
        changed(f"{read(50)} PERMIT JOB( POLICIES){{50}}"),
        existing=to_shop(FIFTY),
        again=unchanged("(POLICIES ?){50}"),
    ),
    permissions(
        "hundred and twenty topics, one request after the other",
        to_shop(HUNDRED, shop="sub"),
        changed(f"{read(120)}( PERMIT( JOB)+){{3}}( POLICIES){{120}}"),
        existing=to_shop(HUNDRED),
        settings={"policy_reads": 1},
        live_only=True,
        remaining=[f"{topic} shop sub" for topic in HUNDRED],
    ),
    permissions(
        "hundred and twenty topics without wait",
        to_shop(HUNDRED, shop="sub"),
        changed(f"{read(120)}( PERMIT( INSTANCE)*){{3}}( POLICIES)*", warns=("when wait: false ended the task",)),
        existing=to_shop(HUNDRED),
        settings={"policy_reads": 2, "policy_response": "204"},
        options={"wait": False},
        live_only=True,
    ),
    permissions(
        "different changes of several topics",
        {"orders": {"shop": "all"}, "returns": {"audit": "sub"}, "kept": SHOP, "closed": {"shop": "sub"}},
        changed(
            f"{read(4)} PERMIT JOB( POLICIES){{3}}",
            warns=FIRST,
            returns={actions: ["modified", "modified", "unchanged", "modified"]},
        ),
        existing={"orders": SHOP, "returns": {}, "kept": SHOP, "closed": SHOP, "other": SHOP},
        again=unchanged("POLICIES POLICIES POLICIES POLICIES"),
        remaining=["orders shop all", "returns audit sub", "kept shop pub", "closed shop sub", "other shop pub"],
        full=True,
    ),
    *(
        permissions(
            f"changed in part, {part}, {code}",
            {"orders": {"shop": "all"}, "returns": None},
            changed(f"{read(2)} CONFIGS( PERMIT| JOB| INSTANCE| POLICIES)+", warns=OPENS),
            existing={"orders": SHOP, "returns": {"audit": "sub"}},
            options={"forbid_open": False},
            faults=incident("UpdateTopicAccessPolicy", lambda sandbox: sandbox.permit("returns")),
            settings={"policies_in_part": part, "policy_refusal_code": code},
            live_only=True,
            remaining=["orders shop all"],
            as_module=code is None,
        )
        for part in ("others", "none")
        for code in (None, "DMS.00400062")
    ),
    permissions(
        "a topic of several is deleted by another run",
        {"orders": {"shop": "all"}, "returns": {"audit": "pub"}},
        fails(
            "1 of 2 topic", "returns", changed=True, requests=f"{read(2)}( PERMIT| JOB| INSTANCE| POLICIES| TOPICS)+"
        ),
        existing={"orders": SHOP, "returns": {"audit": "sub"}},
        faults=incident(
            "UpdateTopicAccessPolicy",
            lambda sandbox: (
                "returns" in sandbox.topics() and sandbox.simulator.world.remove_topic(sandbox.instance_id, "returns")
            ),
        ),
        live_only=True,
        as_module=True,
    ),
    permissions(
        "a user is deleted by another run",
        {"orders": {"shop": "all"}, "returns": {"audit": "pub"}},
        fails("DMS.00500972", requests=f"{read(2)}( PERMIT| JOB| INSTANCE| POLICIES)+", changed=True),
        existing={"orders": SHOP, "returns": {"audit": "sub"}},
        faults=incident(
            "UpdateTopicAccessPolicy",
            lambda sandbox: (
                "audit" in sandbox.users() and sandbox.simulator.world.remove_kafka_user(sandbox.instance_id, "audit")
            ),
        ),
        live_only=True,
    ),
    permissions(
        "a different plan",
        {"orders": SHOP},
        fails("not abc", "nothing was changed", requests="POLICIES TOPICS"),
        options={"expect_plan": "abc"},
    ),
]

CASES = [*PRESENT, *REFUSED, *OPEN, *SETS]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)


def options(simulator: Simulator, **more: Any) -> dict[str, Any]:
    own = {name: value for name, value in connection(simulator).items() if name != "connector_id"}
    return {**own, "instance_id": simulator.instance_id, **more}


def prepare(simulator: Simulator, **topics: Policies) -> None:
    world = simulator.world
    for name in ("admin", *USERS):
        world.add_kafka_user(simulator.instance_id, name)
    for topic, policies in topics.items():
        world.add_topic(simulator.instance_id, topic)
        world.set_policies(simulator.instance_id, topic, dict(policies))


def who_may(simulator: Simulator, topic: str) -> dict[str, str]:
    """What clients may do with a topic, by the user that they log in as."""
    found = {
        user: " ".join(
            action for action in ("pub", "sub") if simulator.world.may(simulator.instance_id, user, action, topic)
        )
        for user in ("shop", "audit")
    }
    return {user: allowed for user, allowed in found.items() if allowed}


def entry(topic: str, **policies: str) -> dict[str, Any]:
    return {"topic_name": topic, "policies": policies}


def test_clients_may_do_what_the_permissions_say(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    prepare(simulator, orders={}, returns={"audit": "all"}, other={})
    entries = [entry("orders", shop="pub", audit="sub"), entry("returns", shop="all")]
    task = {"name": "permit", MODULE: options(simulator, topic_permissions=entries)}
    assert who_may(simulator, "orders") == {"shop": "pub sub", "audit": "pub sub"}
    run_playbook([{"tasks": [task]}], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    assert who_may(simulator, "orders") == {"shop": "pub", "audit": "sub"}
    assert who_may(simulator, "returns") == {"shop": "pub sub"}
    assert who_may(simulator, "other") == {"shop": "pub sub", "audit": "pub sub"}


@pytest.mark.parametrize("response", ["job", "204"])
def test_several_hosts_change_permissions_at_the_same_time(
    simulator: Simulator, run_playbook: Callable[..., Output], response: str
) -> None:
    simulator.settings.update(policy_reads=2, policy_response=response, latency=0.02)
    hosts = {f"host{number}": {**in_way(WAYS[number % 2]), "topic": f"topic-{number}"} for number in range(4)}
    prepare(simulator, **{host["topic"]: {} for host in hosts.values()})
    item = options(simulator, topic_permissions=[{"topic_name": "{{ topic }}", "policies": {"shop": "pub"}}])
    play = {"tasks": [{"name": "permit", MODULE: item}, {"name": "again", MODULE: item}]}
    output = run_playbook([play], "--forks", "4", hosts=hosts, variables=variables(simulator)).expect_success()
    assert [output.result("permit", host)["changed"] for host in hosts] == [True] * 4
    assert [output.result("again", host)["changed"] for host in hosts] == [False] * 4
    assert simulator.world.policies(simulator.instance_id) == {host["topic"]: SHOP for host in hosts.values()}


def test_loop_with_different_items_goes_on_after_a_failure(
    simulator: Simulator, run_playbook: Callable[..., Output]
) -> None:
    prepare(simulator, orders={}, returns=SHOP, other={})
    items = [
        {"topic": "orders", "policies": {"shop": "pub"}},
        {"topic": "returns", "policies": {}},
        {"topic": "other", "policies": {"guest": "sub"}},
        {"topic": "other", "policies": {"1000": "sub"}},
    ]
    task = options(simulator, topic_permissions=[{"topic_name": "{{ item.topic }}", "policies": "{{ item.policies }}"}])
    play = {"serial": 1, "tasks": [{"name": "loop", MODULE: task, "loop": items, "ignore_errors": True}]}
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way, first_run in zip(WAYS, (True, False)):
        results = output.result("loop", way)["results"]
        assert [item.get("failed", False) for item in results] == [False, True, True, False]
        assert [item["changed"] for item in results] == [first_run, False, False, first_run]
    assert simulator.world.policies(simulator.instance_id) == {
        "orders": SHOP,
        "returns": SHOP,
        "other": {"1000": "sub"},
    }


def test_values_from_files_and_the_command_line(
    simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path
) -> None:
    prepare(simulator, orders={}, **{"007": {}})
    (tmp_path / "permissions.yml").write_text(
        "wanted:\n  - topic_name: orders\n    policies:\n      1000: pub\n      shop: all\n"
    )
    given = [{"topic_name": "{{ topic }}", "policies": "{{ {user: policy} }}"}]
    play = {
        "serial": 1,
        "tasks": [
            {"name": "file", MODULE: options(simulator, topic_permissions="{{ wanted }}")},
            {"name": "command line", MODULE: options(simulator, topic_permissions=given)},
        ],
    }
    arguments = ["-e", "@permissions.yml", "-e", "topic=007 user=1000 policy=sub"]
    run_playbook([play], *arguments, hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    expected = {"orders": {"1000": "pub", "shop": "all"}, "007": {"1000": "sub"}}
    assert simulator.world.policies(simulator.instance_id) == expected


@pytest.mark.parametrize("way", WAYS)
def test_killed_in_the_middle_and_run_again(simulator: Simulator, tmp_path: Path, way: str) -> None:
    names = [f"topic-{number:03}" for number in range(120)]
    prepare(simulator, **dict.fromkeys(names, SHOP))
    entries = [entry(name, shop="sub") for name in names]
    play = {"tasks": [{"name": "set", MODULE: options(simulator, topic_permissions=entries)}]}
    arguments: dict[str, Any] = {"hosts": {"localhost": in_way(way)}, "variables": variables(simulator)}
    reached = threading.Event()
    simulator.settings.policy_reads = 1
    simulator.faults.add(Fault("UpdateTopicAccessPolicy", skip=1, delay=60, after=lambda _world: reached.set()))
    with started_playbook(tmp_path / "killed", [play], **arguments):
        assert reached.wait(60)
    simulator.faults.clear()
    with started_playbook(tmp_path / "again", [play], **arguments) as playbook:
        output = playbook.wait().expect_success()
    done = [item["action"] for item in output.result("set")["topic_permissions"]]
    assert done.count("unchanged") == 50 or done.count("unchanged") == 100
    assert set(map(str, simulator.world.policies(simulator.instance_id).values())) == {"{'shop': 'sub'}"}
