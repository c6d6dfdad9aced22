# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_instance_info as module
from ansible_collections.huaweicloud.kafka.tests.unit.samples import INSTANCE, INSTANCES, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import LIST as TASKS
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import tasks
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Clock,
    Ran,
    Service,
    Step,
    Table,
    error_reply,
    reply,
    run_module,
)


def page(offset: int = 0, **filters: str) -> str:
    query = {"engine": "kafka", "include_failure": "true", "limit": "50", "offset": str(offset), **filters}
    return f"GET {INSTANCES}?" + "&".join(f"{name}={value}" for name, value in sorted(query.items()))


@pytest.fixture
def run(clock: Clock, service: Service) -> t.Callable[..., Ran]:
    def run(*steps: Step, **options: t.Any) -> Ran:
        ran = run_module(module, service, options, *steps, clock=clock)
        assert ("instances" in ran.result) is not ran.result.get("failed", False)
        return ran

    return run


def names(ran: Ran) -> list[str]:
    assert ran.result["changed"] is False
    return [item["name"] for item in ran.result["instances"]]


def test_all_pages_are_read(run: t.Callable[..., Ran]) -> None:
    rows = [instance(f"k-{number}", number) for number in range(120)]
    pages = [(page(offset), instances(*rows[offset : offset + 50], instance_num="120")) for offset in (0, 50, 100)]
    assert names(run(*pages)) == [row["name"] for row in rows]


SELECTIONS: dict[str, tuple[dict[str, str], Step, list[str]]] = {
    "none": ({}, (page(), instances()), []),
    "the exact name": (
        {"name": "kafka"},
        (page(name="kafka", exact_match_name="true"), instances(instance("kafka-2"), instance("Kafka", 2), instance("kafka", 3))),
        ["kafka"],
    ),
    "a part of the name": (
        {"name_contains": "k_1"},
        (page(name="k_1"), instances(instance("k_1-a"), instance("kx1", 2), instance("K_1", 3), instance("b-k_1", 4))),
        ["k_1-a", "b-k_1"],
    ),
    "a status in lower case": (
        {"status": "running"}, (page(status="RUNNING"), instances(instance("a"), instance("b", 2, status="ERROR"))),
        ["a"]
    ),
    "name and status": (
        {"name": "a", "status": "ERROR"}, (page(name="a", exact_match_name="true", status="ERROR"), instances()), []
    ),
    "the id": ({"instance_id": "i-1"}, (INSTANCE, reply(200, instance("a"))), ["a"]),
    "the id and another status": ({"instance_id": "i-1", "status": "ERROR"}, (INSTANCE, reply(200, instance("a"))), []),
    "an unknown id": ({"instance_id": "i-1"}, (INSTANCE, error_reply(404, "DMS.00404022")), []),
}  # fmt: skip


@pytest.mark.parametrize("name", SELECTIONS)
def test_selection(run: t.Callable[..., Ran], name: str) -> None:
    options, step, expected = SELECTIONS[name]
    assert names(run(step, **options)) == expected


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "DMS.00404001"),
        (404, "DMS.00404024"),
        (404, "DMS.00404026"),
        (404, "DMS.10240406"),
        (404, "APIG.0101"),
        (400, "DMS.00400030"),
        (400, "DMS.00404022"),
        (403, "DMS.00403003"),
    ],
)
def test_other_errors_do_not_mean_absent(run: t.Callable[..., Ran], status: int, code: str) -> None:
    ran = run((INSTANCE, error_reply(status, code)), instance_id="i-1")
    assert (ran.result["error"]["status"], ran.result["error"]["code"]) == (status, code)
    assert ran.msg.startswith("Could not read instance i-1: ")


def test_throttling_and_lost_responses_are_retried(run: t.Callable[..., Ran]) -> None:
    failing: list[Step] = [(INSTANCE, error_reply(404, "DMS.10240407")), (INSTANCE, LOST)]
    assert names(run(*failing, (INSTANCE, reply(200, instance("a"))), instance_id="i-1")) == ["a"]


def test_failing_page_returns_no_partial_list(run: t.Callable[..., Ran]) -> None:
    rows = [instance(f"k-{number}", number) for number in range(50)]
    ran = run((page(), instances(*rows, instance_num=60)), (page(50), error_reply(403, "X")))
    assert "dms:instance:list" in ran.msg


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("[]", "the body is not a JSON object"),
        ("{}", "instances is not a list"),
        ({"instances": {}, "instance_num": 0}, "instances is not a list"),
        *(({"instances": [], "instance_num": value}, "instance_num is not a number") for value in (None, -1, "many")),
        ({"instances": ["a"], "instance_num": 1}, "an instance is not an object"),
        *(
            ({"instances": [{**instance("a"), **fields}], "instance_num": 1}, f"an instance has no {name}")
            for name, fields in [
                ("instance_id", {"instance_id": ""}),
                ("instance_id", {"instance_id": "../x"}),
                ("name", {"name": ""}),
                ("status", {"status": None}),
            ]
        ),
        ("<html>", "the body is not JSON"),
    ],
)
def test_malformed_response_fails(run: t.Callable[..., Ran], body: t.Any, problem: str) -> None:
    assert problem in run((page(), reply(200, body))).msg


def test_details_of_another_instance_fail(run: t.Callable[..., Ran]) -> None:
    ran = run((INSTANCE, reply(200, instance("a", 2))), instance_id="i-1")
    assert "it does not describe the instance i-1" in ran.msg


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"instance_id": ""}, "instance_id must not be empty"),
        ({"instance_id": "a/b"}, "instance_id can contain only letters, digits, _ and -"),
        ({"name": " "}, "name must not be empty"),
        ({"name": "kafka "}, "name must not begin or end with whitespace"),
        ({"name_contains": ""}, "name_contains must not be empty"),
        ({"status": ""}, "status must not be empty"),
        ({"name": "a", "name_contains": "b"}, "mutually exclusive"),
        ({"name": "a", "instance_id": "b"}, "mutually exclusive"),
    ],
)
def test_invalid_options_are_refused_before_any_request(
    run: t.Callable[..., Ran], service: Service, options: dict[str, str], message: str
) -> None:
    assert message in run(**options).msg
    assert service.lines == []


BARE = {
    "instance_id": "i-1",
    "name": "a",
    "description": None,
    "status": "RUNNING",
    "engine": None,
    "engine_version": None,
    "type": None,
    "specification": None,
    "connect_address": None,
    "order_id": None,
    "vpc_id": None,
    "subnet_id": None,
    "enterprise_project_id": None,
    "support_features": None,
    "charging_mode": None,
    "port": None,
    "broker_num": None,
    "node_num": None,
    "storage_space": None,
    "used_storage_space": None,
    "partition_num": None,
    "connector_node_num": None,
    "created_at": None,
    "new_spec_billing_enable": None,
    "enable_auto_topic": None,
    "ssl_enable": None,
    "available_zones": [],
    "connector_id": None,
    "connector_enable": False,
}


@pytest.mark.parametrize(
    ("returned", "described"),
    [
        ({}, {}),
        ({"partition_num": "750", "created_at": "1735689600000"}, {"partition_num": 750, "created_at": 1735689600000}),
        (
            {"broker_num": 3, "node_num": "3", "storage_space": 300.0},
            {"broker_num": 3, "node_num": 3, "storage_space": 300},
        ),
        ({"broker_num": "three", "node_num": "", "port": True}, {}),
        ({"engine_version": 2.7, "enterprise_project_id": 0}, {"engine_version": "2.7", "enterprise_project_id": "0"}),
        ({"description": "", "order_id": None}, {"description": ""}),
        ({"ssl_enable": "true", "enable_auto_topic": False}, {"ssl_enable": True, "enable_auto_topic": False}),
        ({"ssl_enable": "perhaps", "enable_auto_topic": 1}, {}),
        ({"available_zones": ["z-1", 2]}, {"available_zones": ["z-1", "2"]}),
        ({"available_zones": "z-1", "type": {}}, {}),
        ({"connector_id": "c-1"}, {"connector_id": "c-1", "connector_enable": True}),
        ({"connector_id": "", "connector_enable": True}, {"connector_enable": True}),
        ({"connector_id": " ", "connector_enable": "false"}, {}),
        ({"connector_id": None, "connector_node_num": "0"}, {"connector_node_num": 0}),
        ({"connector_id": "../c-1"}, {}),
        ({"password": "p", "access_user": "u", "tags": [1]}, {}),
    ],
)
def test_each_field_has_its_documented_type(
    run: t.Callable[..., Ran], returned: dict[str, t.Any], described: t.Any
) -> None:
    row = {"instance_id": "i-1", "name": "a", "status": "RUNNING", **returned}
    assert run((page(), instances(row))).result["instances"] == [{**BARE, **described}]


# --- connector: true -------------------------------------------------------------------------------------------------


def bare(**fields: t.Any) -> dict[str, t.Any]:
    """Return the instance i-1 without the fields of the connector, but with *fields*."""
    return {**{name: value for name, value in instance().items() if not name.startswith("connector_")}, **fields}


OFF = error_reply(404, "DMS.00404024")
FORBIDDEN = error_reply(403, "DMS.00403003")
NOT_RETURNED = "Smart Connect of instance i-1 is on, but the service does not return connector_id."
NOT_READ = "Could not read instance i-1: GET "
NOT_KNOWN = "Could not find out whether Smart Connect of instance i-1 is on, which the service does not return: GET "

# The row of the list, the further requests with their responses, and the connector: id, on, and the beginning of the error.
CONNECTORS: dict[str, tuple[dict[str, t.Any], list[Step], tuple[t.Any, ...]]] = {
    "an id": (bare(connector_id="c-1"), [], ("c-1", True, None)),
    "an id, said to be off": (bare(connector_id="c-1", connector_enable=False), [], ("c-1", True, None)),
    "off": (bare(connector_id="", connector_enable=False), [], (None, False, None)),
    "off, without an id": (bare(connector_enable="false"), [], (None, False, None)),
    "off, with null as id": (bare(connector_id=None, connector_enable=False), [], (None, False, None)),
    "an empty id": (bare(connector_id=" "), [], (None, False, None)),
    "silent, then an id": (bare(), [(INSTANCE, reply(200, bare(connector_id="c-1")))], ("c-1", True, None)),
    "null, then an id": (
        bare(connector_id=None, connector_enable=None),
        [(INSTANCE, reply(200, bare(connector_id="c-1", connector_enable=None)))],
        ("c-1", True, None),
    ),
    "silent, then off": (
        bare(),
        [(INSTANCE, reply(200, bare(connector_id="", connector_enable=False)))],
        (None, False, None),
    ),
    "on, then an id": (
        bare(connector_enable=True),
        [(INSTANCE, reply(200, bare(connector_id="c-1")))],
        ("c-1", True, None),
    ),
    "on with an empty id, then off": (
        bare(connector_id="", connector_enable=True),
        [(INSTANCE, reply(200, bare(connector_id="", connector_enable=False)))],
        (None, False, None),
    ),
    "on, then silent": (bare(connector_enable=True), [(INSTANCE, reply(200, bare()))], (None, True, NOT_RETURNED)),
    "silent, then on": (
        bare(),
        [(INSTANCE, reply(200, bare(connector_id=None, connector_enable=True)))],
        (None, True, NOT_RETURNED),
    ),
    "on, not readable": (bare(connector_enable=True), [(INSTANCE, FORBIDDEN)], (None, True, NOT_READ)),
    "silent, not readable": (bare(), [(INSTANCE, FORBIDDEN)], (None, None, NOT_READ)),
    "silent, an error": (bare(), [(INSTANCE, error_reply(400, "DMS.00400030"))], (None, None, NOT_READ)),
    "silent, then another instance": (bare(), [(INSTANCE, reply(200, instance("b", 2)))], (None, None, NOT_READ)),
    "silent twice, off": (bare(), [(INSTANCE, reply(200, bare())), (TASKS, OFF)], (None, False, None)),
    "silent and null, off": (
        bare(),
        [(INSTANCE, reply(200, bare(connector_id=None, connector_enable=None))), (TASKS, OFF)],
        (None, False, None),
    ),
    "silent twice, on": (bare(), [(INSTANCE, reply(200, bare())), (TASKS, tasks())], (None, True, NOT_RETURNED)),
    "silent twice, not readable": (
        bare(),
        [(INSTANCE, reply(200, bare())), (TASKS, FORBIDDEN)],
        (None, None, NOT_KNOWN),
    ),
    "silent twice, unknown URL": (
        bare(),
        [(INSTANCE, reply(200, bare())), (TASKS, error_reply(404, "APIG.0101"))],
        (None, None, NOT_KNOWN),
    ),
    "an invalid id": (
        bare(connector_id="a/b", connector_enable=False),
        [(INSTANCE, reply(200, bare(connector_id="a/b"))), (TASKS, OFF)],
        (None, False, None),
    ),
}


@pytest.mark.parametrize("name", CONNECTORS)
def test_connector_is_made_certain(run: t.Callable[..., Ran], name: str) -> None:
    row, more, expected = CONNECTORS[name]
    (found,) = run((page(), instances(row)), *more, connector=True).result["instances"]
    error = found["connector_error"]
    assert (found["connector_id"], found["connector_enable"]) == expected[:2]
    assert error.startswith(expected[2]) if expected[2] else error is None
    assert found["name"] == row["name"]


def test_reason_names_the_permission(run: t.Callable[..., Ran]) -> None:
    ran = run((page(), instances(bare())), (INSTANCE, error_reply(403, "X.1")), connector=True)
    assert "The user needs the IAM permission dms:instance:get." in ran.result["instances"][0]["connector_error"]


GONE = error_reply(404, "DMS.00404022")


@pytest.mark.parametrize("gone", [[(INSTANCE, GONE)], [(INSTANCE, reply(200, bare())), (TASKS, GONE)]])
def test_instance_that_is_deleted_meanwhile_is_left_out(run: t.Callable[..., Ran], gone: list[Step]) -> None:
    row = instance("b", 2, connector_id="c-2")
    assert names(run((page(), instances(bare(), row)), *gone, connector=True)) == ["b"]


def test_refused_credentials_fail(run: t.Callable[..., Ran]) -> None:
    ran = run((page(), instances(bare())), (INSTANCE, error_reply(401, "APIG.0301")), connector=True)
    assert ran.result["error"]["status"] == 401


def test_instance_of_an_id_is_not_read_twice(run: t.Callable[..., Ran]) -> None:
    ran = run((INSTANCE, reply(200, bare())), (TASKS, OFF), connector=True, instance_id="i-1")
    assert ran.result["instances"][0]["connector_enable"] is False


def test_silent_instances_of_another_status_are_not_read(run: t.Callable[..., Ran]) -> None:
    ran = run((page(status="ERROR"), instances(bare())), connector=True, status="ERROR")
    assert names(ran) == []


# --- parameters ------------------------------------------------------------------------------------------------------


def configs(number: int = 1) -> str:
    return f"GET {INSTANCES}/i-{number}/configs"


DESCRIBED = {
    "value": "true",
    "default_value": "true",
    "valid_values": "true,false",
    "value_type": "enum",
    "config_type": "dynamic",
}
UNDESCRIBED = dict.fromkeys(("default_value", "valid_values", "value_type", "config_type"))


def test_parameters_take_one_request_for_each_instance(clock: Clock) -> None:
    rows = [{"name": "auto.create.groups.enable", **DESCRIBED}, {"name": "num.partitions", "value": 3}]
    service = Table(
        {
            page(): instances(instance(), instance("kafka-2", 2)),
            configs(): reply(200, {"kafka_configs": rows}),
            configs(2): error_reply(403, "DMS.00403003"),
        }
    )
    found = run_module(module, service, {"parameters": True}, clock=clock).result["instances"]
    assert found[0]["parameters"] == {
        "auto.create.groups.enable": DESCRIBED,
        "num.partitions": {**UNDESCRIBED, "value": "3"},
    }
    assert found[0]["parameters_error"] is None
    assert found[1]["parameters"] is None
    assert "Could not read the parameters of instance i-2: " in found[1]["parameters_error"]
    assert "DMS.00403003" in found[1]["parameters_error"]
    assert len(service.lines) == 3


def test_refused_credentials_fail_the_reading_of_parameters(run: t.Callable[..., Ran]) -> None:
    step = (INSTANCE, reply(200, instance()))
    assert "401" in run(step, (configs(), error_reply(401, "APIG.0301")), instance_id="i-1", parameters=True).msg


def test_parameters_are_not_read_without_the_option(run: t.Callable[..., Ran]) -> None:
    (found,) = run((page(), instances(instance()))).result["instances"]
    assert "parameters" not in found
