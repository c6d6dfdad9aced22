# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters of an instance: set, refused, waited for, and read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from acceptance.harness.cases import OWN_INSTANCE, Case, Expect, changed, fails, unchanged
from acceptance.harness.cloud import NO_SUCH_ID, Sandbox
from acceptance.harness.compare import expect_described_results, expect_equal_results, expect_no_leaks
from acceptance.harness.playbook import BOTH_WAYS, WAYS, in_way
from acceptance.harness.runner import Ways
from acceptance.harness.tasks import connection, variables
from simulator import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from acceptance.harness.playbook import Output
    from simulator import Simulator

Setup = Callable[[Sandbox], object]

PARAMETERS = "huaweicloud_kafka_instance_parameters"
MODULE = f"huaweicloud.kafka.{PARAMETERS}"
INSTANCE = {"connector_id": None, "instance_id": OWN_INSTANCE}
BY_NAME = {"instance_id": None, "instance_name": "instance"}
DENIED = {"status": 403, "code": "DMS.00403003", "times": None}
EVERYONE = "allow.everyone.if.no.acl.found"
GROUPS = "auto.create.groups.enable"
REPLICAS = "min.insync.replicas"


def with_values(values: Mapping[str, str], **instance: Any) -> Setup:
    """Set parameters and fields of the instance."""

    def setup(sandbox: Sandbox) -> None:
        sandbox.simulator.world.set_parameters(sandbox.instance_id, dict(values))
        sandbox.simulator.world.set_instance(sandbox.instance_id, **instance)

    return setup


def parameters(name: str, wanted: Mapping[Any, Any] | None, live: Expect, **more: Any) -> Case:
    options = {**INSTANCE, "parameters": wanted, **more.pop("options", {})}
    setup = more.pop("setup", None) or with_values(more.pop("existing", {}))
    return Case(name, options, live, module=PARAMETERS, setup=setup, **more)


def info(name: str, live: Expect, **more: Any) -> Case:
    options = {"connector_id": None, "instance_id": OWN_INSTANCE, "parameters": True, **more.pop("options", {})}
    setup = with_values({REPLICAS: "2"})
    return Case(name, options, live, module="huaweicloud_kafka_instance_info", setup=setup, **more)


def starts_a_job(sandbox: Sandbox) -> None:
    """Another run changes a parameter, which takes two reads."""
    world = sandbox.simulator.world
    access = world.instances[sandbox.instance_id].access
    if access.job is None and not access.parameters:
        values = {GROUPS: "false"}
        world.start_job(
            world.instances[sandbox.instance_id], "kafkaConfigModify", 2, lambda: access.set_parameters(values), False
        )


def value(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda result: (result.get("parameters") or {}).get(name)


def shown(name: str) -> Callable[[dict[str, Any]], Any]:
    """The value of a parameter of the first instance that is returned."""
    return lambda result: result["instances"][0]["parameters"][name]["value"]


NEEDED = ("Smart Connect needs auto.create.groups.enable",)
RESTART = ("may restart the instance",)
SAME = unchanged("INSTANCE CONFIGS|CONFIGS INSTANCE")
READ = "(INSTANCE CONFIGS|CONFIGS INSTANCE)"
CHANGED = f"{READ} CONFIGURE( JOB| INSTANCE| CONFIGS)+"

SET = [
    parameters(
        "same",
        {REPLICAS: "2"},
        unchanged(SAME.requests, returns={value(REPLICAS): "2"}),
        existing={REPLICAS: "2"},
        as_module=True,
    ),
    parameters(
        "numbers, booleans and texts",
        {REPLICAS: 2, GROUPS: False, EVERYONE: "FALSE", "message.max.bytes": "1000000"},
        SAME,
        existing={REPLICAS: "2", GROUPS: "false", EVERYONE: "false", "message.max.bytes": "1000000"},
        as_module=True,
    ),
    parameters(
        "changed",
        {REPLICAS: 2, GROUPS: False},
        changed(CHANGED, returns={value(REPLICAS): "2", value(GROUPS): "false"}, warns=NEEDED),
        again=SAME,
        remaining=[f"{REPLICAS} 2", f"{GROUPS} false", "auto_create_topics True"],
        full=True,
    ),
    parameters(
        "one of two",
        {REPLICAS: 2, GROUPS: True},
        changed(CHANGED),
        again=SAME,
        remaining=[f"{REPLICAS} 2", "auto_create_topics True"],
    ),
    parameters(
        "by the name of the instance",
        {REPLICAS: 2},
        changed("INSTANCES( INSTANCE)? CONFIGS CONFIGURE( JOB| INSTANCE| CONFIGS)+"),
        options=BY_NAME,
        again=unchanged("INSTANCES( INSTANCE)? CONFIGS"),
    ),
    parameters(
        "automatic creation of topics",
        None,
        changed("(INSTANCE|INSTANCE CONFIGS|CONFIGS INSTANCE) AUTOTOPIC( INSTANCE| CONFIGS)+", warns=RESTART),
        options={"auto_create_topics": False},
        again=unchanged("INSTANCE( CONFIGS)?|CONFIGS INSTANCE"),
        remaining=["auto_create_topics False"],
        full=True,
    ),
    *(
        parameters(
            f"both, automatic creation by {job}",
            {REPLICAS: 2},
            changed(f"{READ} (CONFIGURE|AUTOTOPIC)( CONFIGURE| AUTOTOPIC| JOB| INSTANCE| CONFIGS)+", warns=RESTART),
            options={"auto_create_topics": False},
            settings={"config_reads": 2, "auto_topic_reads": 2, "auto_topic_job": job},
            again=SAME,
            remaining=[f"{REPLICAS} 2", "auto_create_topics False"],
        )
        for job in ("kafkaConfigModify", "modifyAutoTopic")
    ),
    parameters(
        "a job that takes a while",
        {REPLICAS: 2},
        changed(f"{READ} CONFIGURE JOB JOB JOB( INSTANCE| CONFIGS)+"),
        settings={"config_reads": 2},
        live_only=True,
    ),
    parameters(
        "a job that can't be read",
        {REPLICAS: 2},
        changed(f"{READ} CONFIGURE JOB( INSTANCE| CONFIGS)+"),
        settings={"config_reads": 2, "missing_operations": ["ShowBackgroundTask"]},
        live_only=True,
        as_module=True,
    ),
    parameters(
        "a job that fails",
        {REPLICAS: 2},
        fails("FAILED", requests=f"{READ} CONFIGURE JOB( INSTANCE| CONFIGS)*"),
        settings={"configs_fail": True},
        live_only=True,
        as_module=True,
    ),
    parameters(
        "a job that does not end",
        {REPLICAS: 2},
        fails("waited", changed=True, requests=f"{READ} CONFIGURE( JOB)+( INSTANCE| CONFIGS)*"),
        settings={"config_reads": 10**6},
        options={"wait_timeout": 1},
        live_only=True,
    ),
    parameters(
        "without wait",
        {REPLICAS: 2},
        changed(f"{READ} CONFIGURE", warns=("wait is false",)),
        settings={"config_reads": 2},
        options={"wait": False},
        live_only=True,
    ),
    *(
        parameters(
            f"another job runs, {code}",
            {REPLICAS: 2},
            changed(f"{READ} CONFIGURE( INSTANCE| CONFIGS)+ CONFIGURE( JOB| INSTANCE| CONFIGS)+"),
            faults={"live": [Fault("ModifyInstanceConfigs", code=code)]},
            again=SAME,
        )
        for code in ("DMS.00400026", "DMS.00400017")
    ),
    parameters(
        "another run changes another parameter at the same time, which takes a while",
        {REPLICAS: 2},
        changed(f"{READ} CONFIGURE( INSTANCE| CONFIGS)+ CONFIGURE( JOB| INSTANCE| CONFIGS)+"),
        faults=lambda sandbox: [Fault("ModifyInstanceConfigs", before=lambda _world: starts_a_job(sandbox))],
        live_only=True,
        as_module=True,
        remaining=[f"{GROUPS} false", f"{REPLICAS} 2", "auto_create_topics True"],
    ),
    *(
        parameters(
            name,
            {REPLICAS: 2},
            changed(f"{READ} CONFIGURE( CONFIGURE| JOB| INSTANCE| CONFIGS)+"),
            faults={"live": [fault]},
            settings={"config_reads": reads},
            again=SAME,
            as_module=reads == 2,
        )
        for name, fault, reads in (
            ("the response is lost", Fault("ModifyInstanceConfigs", drop="after"), 0),
            ("the response is lost while it takes a while", Fault("ModifyInstanceConfigs", drop="after"), 2),
            ("by the second request", Fault("ModifyInstanceConfigs", drop="before"), 0),
            (
                "the service fails after that",
                Fault("ModifyInstanceConfigs", status=500, code="DMS.00500000", after_work=True),
                0,
            ),
        )
    ),
    *(
        parameters(
            name,
            None,
            changed("INSTANCE( CONFIGS)? AUTOTOPIC( AUTOTOPIC| INSTANCE| CONFIGS)+", warns=RESTART),
            options={"auto_create_topics": False},
            faults={"live": [Fault("UpdateInstanceAutoCreateTopic", drop=drop)]},
            settings={"auto_topic_reads": 1},
            again=unchanged("INSTANCE( CONFIGS)?|CONFIGS INSTANCE"),
        )
        for name, drop in (
            ("the response of automatic creation is lost", "after"),
            ("automatic creation by the second request", "before"),
        )
    ),
    parameters(
        "a change that the service ignores",
        {REPLICAS: 2},
        fails("did not change everything", REPLICAS, requests=CHANGED),
        faults={
            "live": [Fault("ModifyInstanceConfigs", body={"job_id": None, "dynamic_config": 1, "static_config": 0})]
        },
        options={"wait_timeout": 12},
        live_only=True,
    ),
    parameters(
        "no permission to change",
        {REPLICAS: 2},
        fails("dms:instance:modify", requests=f"{READ} CONFIGURE"),
        faults=[Fault("ModifyInstanceConfigs", **DENIED)],
        live_only=True,
    ),
]

REFUSED = [
    parameters("nothing", None, fails("parameters or auto_create_topics must be set", requests=""), as_module=True),
    parameters(
        "an unknown name",
        {"min.insync.replica": 2},
        fails("min.insync.replica", REPLICAS, requests=f"{READ}|CONFIGS"),
        as_module=True,
    ),
    parameters(
        "a static parameter",
        {"num.partitions": 6},
        fails("num.partitions", "restart", requests=f"{READ}|CONFIGS"),
        as_module=True,
    ),
    parameters("a static parameter as it is", {"num.partitions": 3}, SAME),
    parameters(
        "a static parameter stops all",
        {REPLICAS: 2, "num.partitions": 6},
        fails("num.partitions", requests=f"{READ}|CONFIGS"),
        remaining=["auto_create_topics True"],
    ),
    parameters(
        "a parameter that is static in this region",
        {EVERYONE: False},
        fails(EVERYONE, "restart", requests=f"{READ}|CONFIGS"),
        settings={"static_configs": [EVERYONE]},
    ),
    parameters(
        "a value out of range",
        {REPLICAS: 4},
        fails(REPLICAS, "from 1 to 3", requests=f"{READ}|CONFIGS"),
        as_module=True,
    ),
    parameters("a text for a number", {REPLICAS: "two"}, fails(REPLICAS, "integer", requests=f"{READ}|CONFIGS")),
    parameters(
        "a value that is no choice", {GROUPS: "maybe"}, fails(GROUPS, "true, false", requests=f"{READ}|CONFIGS")
    ),
    parameters("a list as value", {REPLICAS: [2]}, fails(REPLICAS, requests="")),
    parameters("null as value", {REPLICAS: None}, fails(REPLICAS, requests="")),
    parameters(
        "the instance is busy",
        {REPLICAS: 2},
        fails("is EXTENDING", requests=f"{READ}|INSTANCE"),
        setup=with_values({}, status="EXTENDING"),
    ),
    parameters(
        "the instance is absent",
        {REPLICAS: 2},
        fails("DMS.00404022", requests="INSTANCE|CONFIGS"),
        options={"instance_id": NO_SUCH_ID},
    ),
    parameters(
        "parameters that can't be read",
        {REPLICAS: 2},
        fails("dms:instance", requests=f"{READ}|CONFIGS"),
        faults=[Fault("ShowInstanceConfigs", **DENIED)],
    ),
    parameters(
        "a region without this API",
        {REPLICAS: 2},
        fails("APIG.0101", requests=f"{READ}|CONFIGS"),
        settings={"missing_operations": ["ShowInstanceConfigs"]},
    ),
]

INFO = [
    info(
        "parameters are read",
        unchanged("INSTANCE CONFIGS", returns={shown(REPLICAS): "2", shown(GROUPS): "true"}),
        as_module=True,
    ),
    info(
        "parameters of all instances",
        unchanged("INSTANCES CONFIGS", returns={shown(REPLICAS): "2"}),
        options={"instance_id": None},
    ),
    info(
        "parameters that can't be read are null",
        unchanged(
            "INSTANCE CONFIGS",
            returns={
                lambda result: result["instances"][0]["parameters"]: None,
                lambda result: "dms:instance" in result["instances"][0]["parameters_error"]: True,
            },
        ),
        faults=[Fault("ShowInstanceConfigs", **DENIED)],
    ),
]

CASES = [*SET, *REFUSED, *INFO]


def test_case_has_the_expected_results(case: Case, ways: Ways) -> None:
    expect_described_results(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_equal_results(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)


def options(simulator: Simulator, **more: Any) -> dict[str, Any]:
    own = {name: value for name, value in connection(simulator).items() if name != "connector_id"}
    return {**own, "instance_id": simulator.instance_id, **more}


@pytest.mark.parametrize("reads", [0, 3])
def test_several_hosts_set_parameters_at_the_same_time(
    simulator: Simulator, run_playbook: Callable[..., Output], reads: int
) -> None:
    simulator.settings.update(config_reads=reads, latency=0.02)
    hosts = {
        "host0": {**in_way(WAYS[0]), "wanted": {REPLICAS: 2}},
        "host1": {**in_way(WAYS[1]), "wanted": {GROUPS: False}},
        "host2": {**in_way(WAYS[0]), "wanted": {REPLICAS: 2, EVERYONE: False}},
    }
    task = options(simulator, parameters="{{ wanted }}")
    play = {"tasks": [{"name": "set", MODULE: task}, {"name": "again", MODULE: task}]}
    output = run_playbook([play], "--forks", "3", hosts=hosts, variables=variables(simulator)).expect_success()
    assert [output.result("again", host)["changed"] for host in hosts] == [False] * 3
    values = simulator.world.parameters(simulator.instance_id)
    assert (values[REPLICAS], values[GROUPS], values[EVERYONE]) == ("2", "false", "false")


def test_loop_and_values_from_files(simulator: Simulator, run_playbook: Callable[..., Output], tmp_path: Path) -> None:
    (tmp_path / "parameters.yml").write_text(
        f"from_file:\n  {REPLICAS}: 2\n  {GROUPS}: no\n  message.max.bytes: 1_000_000\n"
    )
    items = [{REPLICAS: "{{ replicas }}"}, {REPLICAS: 9}, "{{ from_file }}", {EVERYONE: "False"}]
    task = options(simulator, parameters="{{ item }}")
    play = {"serial": 1, "tasks": [{"name": "loop", MODULE: task, "loop": items, "ignore_errors": True}]}
    arguments = ["-e", "@parameters.yml", "-e", "replicas=3"]
    output = run_playbook([play], *arguments, hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way in WAYS:
        results = output.result("loop", way)["results"]
        assert [item.get("failed", False) for item in results] == [False, True, False, False], output.text
        # The items undo each other.
        assert [item["changed"] for item in results][:3] == [True, False, True]
    values = simulator.world.parameters(simulator.instance_id)
    assert (values[REPLICAS], values[GROUPS], values[EVERYONE]) == ("2", "false", "false")
    assert values["message.max.bytes"] == "1000000"
