# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameters of an instance: what is refused, exact requests, waits, and what is believed of a response."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_instance_parameters as module
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, INSTANCE, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    PROJECT_ID,
    Clock,
    Ran,
    Reply,
    Service,
    Step,
    error_reply,
    reply,
    run_module,
)

CONFIGS = f"/v2/{PROJECT_ID}/instances/i-1/configs"
SHOW, MODIFY = f"GET {CONFIGS}", f"PUT {CONFIGS}"
AUTO = f"POST /v2/{PROJECT_ID}/instances/i-1/autotopic"
JOB = f"GET /v2/{PROJECT_ID}/instances/i-1/tasks/j-1"
OPEN = "allow.everyone.if.no.acl.found"
GROUPS = "auto.create.groups.enable"
BYTES = "message.max.bytes"
VALUES = {OPEN: "true", GROUPS: "true", BYTES: "1000", "num.partitions": "3"}
RUNNING = {"name": "kafkaConfigModify", "status": "EXECUTING"}
BEGUN = reply(200, {"job_id": "j-1", "dynamic_config": 1, "static_config": 0})


def up(**fields: t.Any) -> Step:
    return (INSTANCE, reply(200, instance(**{"enable_auto_topic": True, **fields})))


def show(values: t.Mapping[str, t.Any] | None = None, **fields: t.Any) -> Step:
    """Expect the read of the parameters, those of :data:`VALUES` with *values*."""
    described = {
        OPEN: ("enum", "true,false", "dynamic"),
        GROUPS: ("enum", "true,false", "dynamic"),
        BYTES: ("integer", "0-10485760", "dynamic"),
        "num.partitions": ("integer", "1-200", "static"),
    }
    rows = []
    for name, value in {**VALUES, **(values or {})}.items():
        kind, valid, config = described[name]
        rows.append(
            {"name": name, "value": value, "value_type": kind, "valid_values": valid, "config_type": config, **fields}
        )
    return (SHOW, reply(200, {"kafka_configs": rows}))


def modify(response: t.Any = BEGUN, **values: str) -> Step:
    """Expect a request that sets parameters, whose names have ``_`` for dots here."""
    rows = [{"name": name.replace("_", "."), "value": value} for name, value in values.items()]
    return (MODIFY, {"kafka_configs": rows}, response)


def job(status: str = "SUCCESS") -> Step:
    return (JOB, reply(200, {"tasks": [{"id": "j-1", "name": "kafkaConfigModify", "status": status}]}))


def run(parameters: t.Any, *steps: Step, check_mode: bool = False, **options: t.Any) -> Ran:
    given = {"instance_id": "i-1", "parameters": parameters, **options}
    return run_module(module, Service(), given, *steps, check_mode=check_mode, diff=True, clock=Clock())


def warnings(ran: Ran) -> str:
    return " ".join(ran.result.get("warnings", []))


READ = [up(), show()]
BIG = {"message_max_bytes": "2000"}
DONE = [up(), show({BYTES: "2000"})]


def test_parameter_is_set() -> None:
    ran = run({BYTES: 2000}, *READ, modify(**BIG), job("CREATED"), job("EXECUTING"), job(), *DONE)
    assert ran.result == {
        "changed": True,
        "parameters": {BYTES: "2000"},
        "auto_create_topics": True,
        "diff": {"before": {BYTES: "1000"}, "after": {BYTES: "2000"}},
    }


def test_check_mode_predicts_the_result() -> None:
    done = run({BYTES: 2000}, *READ, modify(**BIG), job(), *DONE)
    assert run({BYTES: 2000}, *READ, check_mode=True).result == done.result


UNCHANGED: dict[str, tuple[dict[str, t.Any], dict[str, t.Any]]] = {
    "number": ({BYTES: 1000}, {}),
    "text": ({BYTES: "1000"}, {}),
    "boolean": ({OPEN: True}, {}),
    "boolean in capitals": ({OPEN: "True"}, {}),
    "boolean of the service": ({OPEN: "true"}, {OPEN: True}),
    "static": ({"num.partitions": 3}, {}),
    "static among others": ({"num.partitions": "3", OPEN: True}, {}),
}


@pytest.mark.parametrize("case", UNCHANGED)
@pytest.mark.parametrize("check_mode", [True, False])
def test_nothing_to_do_takes_two_requests(case: str, check_mode: bool) -> None:
    wanted, existing = UNCHANGED[case]
    ran = run(wanted, up(), show(existing), check_mode=check_mode)
    assert ran.result["changed"] is False
    assert ran.result["diff"] == {"before": {}, "after": {}}


def test_automatic_topics_alone_take_one_request_to_compare() -> None:
    ran = run(None, up(enable_auto_topic="false"), auto_create_topics=False)
    assert (ran.result["changed"], ran.result["auto_create_topics"]) == (False, False)


def test_instance_by_its_name() -> None:
    options = {"instance_id": None, "instance_name": "kafka"}
    assert run({OPEN: True}, (FIND, instances(instance())), *READ, **options).result["changed"] is False


@pytest.mark.parametrize("value", [False, "False", "false", "FALSE "])
def test_boolean_is_sent_in_the_spelling_of_the_service(value: t.Any) -> None:
    request = (MODIFY, {"kafka_configs": [{"name": GROUPS, "value": "false"}]}, BEGUN)
    ran = run({GROUPS: value}, *READ, request, job(), up(), show({GROUPS: "false"}))
    assert ran.result["parameters"] == {GROUPS: "false"}


@pytest.mark.parametrize("value", [1000, 1000.0, "1000.0", " 1000", "01000"])
def test_integer_compares_as_a_number(value: t.Any) -> None:
    assert run({BYTES: value}, *READ).result["changed"] is False


def test_integer_is_sent_in_the_spelling_of_the_service() -> None:
    ran = run({BYTES: 2000.0}, *READ, modify(**BIG), job(), up(), show({BYTES: "2000"}))
    assert ran.result["parameters"] == {BYTES: "2000"}


# --- what is refused before any write --------------------------------------------------------------------------------


REFUSED: dict[str, tuple[t.Any, list[Step], str]] = {
    "unknown": (
        {"auto.create.group.enable": True},
        READ,
        "no parameter auto.create.group.enable. Did you mean auto.create.groups.enable",
    ),
    "unknown, nothing is near": ({"xyz": 1}, READ, "no parameter xyz. huaweicloud_kafka_instance_info returns all"),
    "static": (
        {"num.partitions": 4},
        READ,
        "num.partitions is '3' and can't be changed to '4' here. It is a static parameter",
    ),
    "static among others": ({BYTES: 2000, "num.partitions": 4}, READ, "It is a static parameter"),
    "not of the values": (
        {OPEN: "yes"},
        READ,
        "the parameter allow.everyone.if.no.acl.found must be one of true, false, not 'yes'",
    ),
    "out of range": ({BYTES: -1}, READ, "the parameter message.max.bytes must be from 0 to 10485760, not '-1'"),
    "not a number": ({BYTES: "1k"}, READ, "the parameter message.max.bytes must be an integer, not '1k'"),
    "other form of the range": (
        {BYTES: 20},
        [up(), show(valid_values="[0...10]", value_type="integer")],
        "from 0 to 10, not '20'",
    ),
    "null": ({BYTES: None}, [], "the parameter message.max.bytes must be a text, a number or a boolean, not None"),
    "list": ({BYTES: [1]}, [], "the parameter message.max.bytes must be a text, a number or a boolean"),
    "nothing": (None, [], "parameters or auto_create_topics must be set"),
    "an option": (
        {"auto_create_topics": False},
        [],
        "auto_create_topics is an option of its own, not one of parameters",
    ),
    "not of the values of a list": (
        {OPEN: "yes"},
        [up(), show(valid_values=["true", "false"], value_type="enum", value="true")],
        "must be one of true, false, not 'yes'",
    ),
    "not whole": ({BYTES: 0.5}, READ, "the parameter message.max.bytes must be an integer, not '0.5'"),
    "status": ({BYTES: 2000}, [up(status="RESTARTING"), show()], "instance i-1 is RESTARTING"),
    "missing instance": ({BYTES: 1}, [(INSTANCE, error_reply(404, "DMS.00404022"))], "DMS.00404022"),
    "forbidden": ({BYTES: 1}, [up(), (SHOW, error_reply(403, "DMS.00403003"))], "DMS.00403003"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("check_mode", [True, False])
def test_refused(case: str, check_mode: bool) -> None:
    wanted, steps, message = REFUSED[case]
    ran = run(wanted, *steps, check_mode=check_mode)
    assert message in ran.msg
    assert ran.result["changed"] is False


@pytest.mark.parametrize("valid", ["", "any", "1-2-3", None, 7])
def test_values_whose_rule_can_not_be_read_are_left_to_the_service(valid: t.Any) -> None:
    ran = run({BYTES: 2000}, up(), show(valid_values=valid, value_type="integer"), check_mode=True)
    assert ran.result["changed"] is True


@pytest.mark.parametrize("valid", ["true|false", "true/false", "any", "", None])
def test_choices_without_the_existing_value_are_left_to_the_service(valid: t.Any) -> None:
    ran = run({OPEN: False}, up(), show(valid_values=valid), check_mode=True)
    assert ran.result["changed"] is True


def test_automatic_topics_that_are_not_returned_are_not_changed() -> None:
    ran = run(None, up(enable_auto_topic=None), auto_create_topics=True)
    assert "the service does not return enable_auto_topic" in ran.msg


WARNINGS: dict[str, tuple[dict[str, t.Any], dict[str, str], str]] = {
    "opens": ({OPEN: True}, {OPEN: "false"}, "every user can use topics that have no permissions"),
    "shuts": ({OPEN: False}, {}, "only the first user of the instance can use topics that have no permissions"),
    "groups": ({GROUPS: False}, {}, "Smart Connect needs auto.create.groups.enable"),
}


@pytest.mark.parametrize("case", WARNINGS)
def test_warning(case: str) -> None:
    wanted, existing, warning = WARNINGS[case]
    assert warning in warnings(run(wanted, up(), show(existing), check_mode=True))
    assert (
        "warnings" not in run(wanted, up(), show({name: str(value).lower() for name, value in wanted.items()})).result
    )


# --- responses -------------------------------------------------------------------------------------------------------


WAITS: dict[str, list[Step]] = {
    "no job": [modify(reply(200, {}), **BIG), up(task=RUNNING), up(), *DONE],
    "no job, and nothing shows when it is over": [modify(reply(204), **BIG), up(), *READ, *READ, *DONE],
    "job that can't be read": [modify(**BIG), (JOB, error_reply(403, "DMS.00403003")), up(task=RUNNING), up(), *DONE],
    "job of another name": [modify(**BIG), job(), up(task={"name": "other", "status": "EXECUTING"}), DONE[1]],
    "restart": [modify(**BIG), job(), up(status="RESTARTING"), show({BYTES: "2000"}), *DONE],
}


@pytest.mark.parametrize("case", WAITS)
def test_change_is_waited_for(case: str) -> None:
    ran = run({BYTES: 2000}, *READ, *WAITS[case])
    assert (ran.result["changed"], ran.result["parameters"]) == (True, {BYTES: "2000"})
    assert "failed" not in ran.result


def test_parameter_that_did_not_change() -> None:
    both = {BYTES: 2000, OPEN: False}
    ran = run(both, *READ, modify(message_max_bytes="2000", **{OPEN.replace(".", "_"): "false"}), job(), *DONE)
    assert "did not change everything: allow.everyone.if.no.acl.found is 'true', wanted 'false'" in ran.msg
    assert ran.result["changed"] is True
    assert ran.result["diff"] == {"before": {BYTES: "1000"}, "after": {BYTES: "2000"}}


def test_nothing_changed() -> None:
    ran = run({BYTES: 2000}, *READ, modify(**BIG), job(), *READ)
    assert "did not change everything: message.max.bytes is '1000', wanted '2000'" in ran.msg
    assert ran.result["changed"] is False


def test_job_that_failed() -> None:
    ran = run({BYTES: 2000}, *READ, modify(**BIG), job("FAILED"), *READ)
    assert "the background job j-1 of the instance ended with the status FAILED" in ran.msg
    assert ran.result["changed"] is False


def test_job_that_failed_after_the_change() -> None:
    ran = run({BYTES: 2000}, *READ, modify(**BIG), job("FAILED"), *DONE)
    assert ran.result["changed"] is True
    assert "Everything is as wanted, but the service may not have finished" in warnings(ran)


def test_wait_that_ends_before_the_change() -> None:
    ran = run({BYTES: 2000}, *READ, modify(**BIG), *[job("EXECUTING")] * 3, *READ, wait_timeout=1)
    assert "waited 1 seconds for the service to carry out the change; last state: job j-1 is EXECUTING" in ran.msg
    assert ran.result["changed"] is True


def test_without_wait_nothing_is_read_after_the_request() -> None:
    ran = run({BYTES: 2000}, *READ, modify(**BIG), wait=False)
    assert ran.result["changed"] is True
    assert "it is unknown when it is done" in warnings(ran)
    assert ran.result["diff"] == {"before": {BYTES: "1000"}, "after": {BYTES: "2000"}}


def test_request_that_is_refused() -> None:
    refused = error_reply(400, "DMS.00400066")
    ran = run({BYTES: 2000}, *READ, modify(refused, **BIG))
    assert ran.result["error"]["code"] == "DMS.00400066"
    assert ran.result["changed"] is False


def test_lost_response_is_looked_up() -> None:
    ran = run({BYTES: 2000}, *READ, modify(LOST, **BIG), up(task=RUNNING), up(), *DONE)
    assert (ran.result["changed"], ran.result["parameters"]) == (True, {BYTES: "2000"})


def test_lost_response_of_a_change_that_did_not_happen() -> None:
    ran = run({BYTES: 2000}, *READ, modify(reply(500), **BIG), up(), *READ, max_retries=0)
    assert "A lookup after that found: message.max.bytes is '1000', wanted '2000'" in ran.msg
    assert ran.result["changed"] is False


def test_lost_request_is_sent_again_after_a_lookup() -> None:
    ran = run({BYTES: 2000}, *READ, modify(LOST, **BIG), up(), *READ, modify(**BIG), job(), *DONE, max_retries=1)
    assert ran.result["changed"] is True


@pytest.mark.parametrize("code", ["DMS.00400026", "DMS.00400017"])
def test_busy_instance_is_waited_for_and_read_again(code: str) -> None:
    busy = modify(error_reply(400, code), **BIG)
    ran = run({BYTES: 2000}, *READ, busy, up(task=RUNNING), up(), *READ, modify(**BIG), job(), *DONE)
    assert ran.result["changed"] is True


def test_what_another_run_did_meanwhile_is_not_a_change_of_this_one() -> None:
    ran = run({BYTES: 2000}, *READ, modify(error_reply(400, "DMS.00400017"), **BIG), up(), *DONE)
    assert ran.result["changed"] is False


def test_busy_until_the_end() -> None:
    busy = modify(error_reply(400, "DMS.00400026"), **BIG)
    ran = run({BYTES: 2000}, *READ, busy, up(), *READ, busy, up(), *READ, busy, wait_timeout=5)
    assert ran.result["error"]["code"] == "DMS.00400026"
    assert ran.result["changed"] is False


def auto(enable: bool, response: Reply | None = None) -> Step:
    return (AUTO, {"enable_auto_topic": enable}, response or reply(200, {"enable_auto_topic": enable}))


def test_automatic_topics_are_changed_after_a_restart() -> None:
    restarts = [up(), up(status="RESTARTING"), up(status="RESTARTING"), up(enable_auto_topic=False)]
    ran = run(None, up(), auto(False), *restarts, auto_create_topics=False)
    assert (ran.result["changed"], ran.result["auto_create_topics"]) == (True, False)
    assert ran.result["diff"] == {"before": {"auto_create_topics": True}, "after": {"auto_create_topics": False}}
    assert "may restart the instance" in warnings(ran)


def test_lost_response_about_automatic_topics_is_looked_up_after_the_restart() -> None:
    lost: Step = (AUTO, {"enable_auto_topic": False}, LOST)
    restarts = [up(status="RESTARTING"), up(status="RESTARTING"), up(enable_auto_topic=False)]
    assert run(None, up(), lost, *restarts, auto_create_topics=False).result["changed"] is True


def test_automatic_topics_of_a_job() -> None:
    job_of_topics = {"name": "modifyAutoTopic", "status": "EXECUTING"}
    steps = [up(task=job_of_topics), up(task=job_of_topics), up(), up(enable_auto_topic=False)]
    assert run(None, up(), auto(False), *steps, auto_create_topics=False).result["changed"] is True


def test_both_are_changed_one_after_the_other() -> None:
    both = [modify(**BIG), job(), *DONE, auto(False), up(), up(enable_auto_topic=False), DONE[1]]
    for wait in (True, False):
        steps = both if wait else both[:-3]
        ran = run({BYTES: 2000}, *READ, *steps, auto_create_topics=False, wait=wait)
        assert ran.result["diff"] == {
            "before": {BYTES: "1000", "auto_create_topics": True},
            "after": {BYTES: "2000", "auto_create_topics": False},
        }
