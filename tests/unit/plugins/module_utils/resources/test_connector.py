# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connector of an instance, and whether the status of the instance allows a change."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task as sink_task
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task_info as info
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task_quota as quota
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect as connector
from ansible_collections.huaweicloud.kafka.plugins.modules import (
    huaweicloud_kafka_smart_connect_task as smart_connect_task,
)
from ansible_collections.huaweicloud.kafka.plugins.modules import (
    huaweicloud_kafka_smart_connect_task_info as smart_connect_task_info,
)
from ansible_collections.huaweicloud.kafka.plugins.modules import (
    huaweicloud_kafka_smart_connect_tasks as smart_connect_tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit import smart_connect
from ansible_collections.huaweicloud.kafka.tests.unit.samples import (
    CREATE,
    DELETE,
    FIND,
    INSTANCE,
    INSTANCES,
    LIST,
    QUOTA,
    body,
    created,
    details,
    instance,
    instances,
    listed,
    present,
    tasks,
)
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    Clock,
    Ran,
    Service,
    Step,
    error_reply,
    reply,
    run_module,
)


class Modules:
    """Runs modules with ``instance_name: kafka``, unless *options* override it."""

    def __init__(self, clock: Clock, service: Service) -> None:
        self.clock = clock
        self.service = service

    def read(self, *steps: Step, **options: t.Any) -> Ran:
        options = {"instance_name": "kafka", "details": False, **options}
        return run_module(info, self.service, options, *steps, clock=self.clock)

    def delete(self, *steps: Step, **options: t.Any) -> Ran:
        options = {"instance_name": "kafka", "state": "absent", "task_name": "orders", **options}
        return run_module(sink_task, self.service, options, *steps, clock=self.clock)


@pytest.fixture
def modules(clock: Clock, service: Service) -> Modules:
    return Modules(clock, service)


NONE: Step = (LIST, tasks())
BY_ID = {"instance_name": None, "instance_id": "i-1"}


def test_null_in_the_list_proves_nothing(modules: Modules) -> None:
    silent = instance(connector_id=None, connector_enable=None)
    found: Step = (FIND, instances(silent))
    assert modules.read(found, (INSTANCE, reply(200, instance())), NONE).result["sink_tasks"] == []
    (warning,) = modules.delete(found, (INSTANCE, reply(200, silent))).result["warnings"]
    assert "Smart Connect is off on instance i-1" in warning


def test_instance_name_needs_one_request(modules: Modules) -> None:
    assert modules.read((FIND, instances(instance())), NONE).result["sink_tasks"] == []


def test_only_the_exact_name_matches(modules: Modules) -> None:
    others = [instance("kafka-2", 2, connector_id="c-2"), instance("Kafka", 3, connector_id="c-3")]
    assert modules.read((FIND, instances(*others, instance())), NONE).result["sink_tasks"] == []


def test_several_instances_with_the_name_fail(modules: Modules) -> None:
    for run in (modules.read, modules.delete):
        ran = run((FIND, instances(instance(), instance(number=2))))
        assert "2 Kafka instances are named kafka: i-1, i-2" in ran.msg
        assert "instance_id" in ran.msg
        assert ran.result["changed"] is False


def test_unknown_name_fails_unless_the_task_must_be_absent(modules: Modules) -> None:
    assert "there is no Kafka instance named kafka" in modules.read((FIND, instances(instance("kafka-2")))).msg
    (warning,) = modules.delete((FIND, instances())).result["warnings"]
    assert "There is no Kafka instance named kafka" in warning


def test_unknown_id_fails_unless_the_task_must_be_absent(modules: Modules) -> None:
    missing: Step = (INSTANCE, error_reply(404, "DMS.00404022"))
    assert "DMS.00404022" in modules.read(missing, **BY_ID).msg
    assert modules.delete(missing, **BY_ID).result["changed"] is False


def test_incomplete_list_of_instances_is_an_error(modules: Modules) -> None:
    assert "contains 0 of 1" in modules.delete((FIND, instances(instance_num=1))).msg


@pytest.mark.parametrize(
    "fields",
    [
        {"connector_id": "", "connector_enable": False},
        {"connector_id": None, "connector_enable": "false"},
        {"connector_id": "", "connector_enable": None},
        {"connector_id": " ", "connector_enable": False},
    ],
)
def test_smart_connect_is_off(modules: Modules, fields: dict[str, t.Any]) -> None:
    for options, step in (
        ({}, (FIND, instances(instance(**fields)))),
        (BY_ID, (INSTANCE, reply(200, instance(**fields)))),
    ):
        assert "Smart Connect is off on instance i-1" in modules.read(step, **options).msg
        result = modules.delete(step, **options).result
        assert result["changed"] is False
        assert result["warnings"][0].startswith("Smart Connect is off on instance i-1")


@pytest.mark.parametrize(
    "fields",
    [
        {"connector_id": "", "connector_enable": True},
        {"connector_id": "a/b"},
        {"connector_id": 7},
        {"connector_id": "a/b", "connector_enable": False},
    ],
)
def test_missing_connector_id_is_an_error(modules: Modules, fields: dict[str, t.Any]) -> None:
    row = instance(**fields)
    ran = modules.delete((FIND, instances(row)), (INSTANCE, reply(200, row)))
    assert "the service does not return the connector of instance i-1" in ran.msg


def test_instance_is_read_if_the_list_omits_its_connector(modules: Modules) -> None:
    bare = {name: value for name, value in instance().items() if not name.startswith("connector")}
    found: Step = (FIND, instances(bare))
    assert modules.read(found, (INSTANCE, reply(200, instance())), NONE).result["sink_tasks"] == []
    result = modules.delete(found, (INSTANCE, error_reply(404, "DMS.00404022"))).result
    assert result["warnings"][0].startswith("The instance kafka does not exist: ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"instance_name": ""}, "instance_name must not be empty"),
        ({"instance_name": "  "}, "instance_name must not be empty"),
        ({"instance_name": "kafka\n"}, "instance_name must not begin or end with whitespace"),
        ({"instance_name": None}, "one of the following is required: connector_id, instance_id, instance_name"),
        ({"instance_id": "i-1"}, "mutually exclusive"),
        ({"connector_id": "c-1"}, "mutually exclusive"),
    ],
)
def test_invalid_options_are_refused_before_any_request(
    modules: Modules, options: dict[str, t.Any], message: str
) -> None:
    for run in (modules.read, modules.delete):
        assert message in run(**options).msg
    assert modules.service.lines == []


def test_instance_name_is_quoted(modules: Modules) -> None:
    line = f"GET {INSTANCES}?engine=kafka&exact_match_name=true&limit=50&name=a%26b%20%2F%3F&offset=0"
    assert not modules.read((line, instances(instance("a&b /?"))), NONE, instance_name="a&b /?").result.get("failed")


EARLIER = {
    "connector": "In check mode, an earlier task of the play may not have enabled Smart Connect yet.",
    "instance": "In check mode, an earlier task of the play may not have created the instance yet.",
}
OFF = instance(connector_enable=False, connector_id="")
NO_CONNECTOR, NO_INSTANCE = error_reply(404, "DMS.00404024"), error_reply(404, "DMS.00404022")
NAMED = {"instance_name": "kafka"}
NOT_THERE: dict[str, tuple[t.Any, dict[str, t.Any], list[Step], str | None]] = {
    "a sink task, Smart Connect off": (
        sink_task, {**present(), "connector_id": None, **NAMED}, [(FIND, instances(OFF))], "connector"
    ),
    "a sink task, no connector": (sink_task, present(), [(LIST, NO_CONNECTOR)], "connector"),
    "a sink task, no instance of the name": (
        sink_task, {**present(), "connector_id": None, **NAMED}, [(FIND, instances())], "instance"
    ),
    "a sink task, no instance": (
        sink_task, {**present(), "connector_id": None, **BY_ID}, [(INSTANCE, NO_INSTANCE)], "instance"
    ),
    "the quota": (quota, {**NAMED, "sink_max_tasks": 20}, [(FIND, instances(OFF))], "connector"),
    "a Smart Connect task": (
        smart_connect_task, smart_connect.options(), [(smart_connect.LIST, NO_CONNECTOR)], "connector"
    ),
    "a set of Smart Connect tasks": (
        smart_connect_tasks,
        {**NAMED, "tasks": [{"task_name": "orders", "state": "running"}]},
        [(FIND, instances(OFF)), (smart_connect.LIST, NO_CONNECTOR)],
        "connector",
    ),
    "Smart Connect, no instance of the name": (connector, NAMED, [(FIND, instances())], "instance"),
    "Smart Connect tasks are read": (
        smart_connect_task_info, {"instance_id": "i-1"}, [(smart_connect.LIST, NO_CONNECTOR)], "connector"
    ),
    "another failure": (
        smart_connect_task, smart_connect.options(), [(smart_connect.LIST, error_reply(404, "DMS.00404001"))], None
    ),
    "no such task": (
        smart_connect_task, smart_connect.options(), [(smart_connect.LIST, error_reply(404, "DMS.00404026"))], None
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_THERE)
def test_check_mode_says_that_an_earlier_task_may_create_what_is_absent(
    clock: Clock, service: Service, name: str
) -> None:
    module, options, steps, absent = NOT_THERE[name]
    checked = run_module(module, service, options, *steps, clock=clock, check_mode=True).msg
    ran = run_module(module, service, options, *steps, clock=clock).msg
    assert checked == (f"{ran} {EARLIER[absent]}" if absent else ran)
    assert "check mode" not in ran


# --- the status of the instance --------------------------------------------------------------------------------------

ORDERS: Step = (LIST, tasks(listed()))
SHOWN: list[Step] = [ORDERS, ("GET " + LIST[4:] + "/t-1", details())]
WHERE = {"connector_id": None, "instance_id": "i-1"}
DELETION = {**WHERE, "state": "absent", "task_name": "orders"}
RECREATION = {**present({"obs_bucket_name": "new"}, recreate=True), **WHERE}
SHOW_NEW = "GET " + LIST[4:] + "/t-3"


class Change(t.NamedTuple):
    """A change: the requests before it, and the rest of the run."""

    module: t.Any
    options: dict[str, t.Any]
    reads: list[Step]
    writes: list[Step]


CHANGES = {
    "delete": Change(sink_task, DELETION, [ORDERS], [(DELETE, 204), NONE]),
    "create": Change(
        sink_task,
        {**present(), **WHERE},
        [NONE],
        [(CREATE, body(), created("t-3")), (LIST, tasks(listed("t-3"))), (SHOW_NEW, details())],
    ),
    "recreate": Change(
        sink_task,
        RECREATION,
        SHOWN,
        [
            (DELETE, 204),
            NONE,
            (CREATE, body(obs_bucket_name="new", record_delimiter=""), created("t-3")),
            (LIST, tasks(listed("t-3"))),
            (SHOW_NEW, details(obs_bucket_name="new")),
        ],
    ),
    "quota": Change(
        quota,
        {**WHERE, "sink_max_tasks": 20},
        [NONE],
        [(QUOTA, {"sink_max_tasks": 20}, 204), (LIST, tasks(max_tasks=20))],
    ),
}
REFUSING = ["RESTARTING", "EXTENDING", "FROZEN", "ERROR", "DELETING", "CREATING", "CREATEFAILED", "UPGRADING"]


@pytest.mark.parametrize("status", REFUSING)
@pytest.mark.parametrize("name", CHANGES)
def test_status_that_allows_no_change_fails_before_a_write(
    clock: Clock, service: Service, name: str, status: str
) -> None:
    change = CHANGES[name]
    for check_mode in (True, False):
        steps: list[Step] = [(INSTANCE, reply(200, instance(status=status))), *change.reads]
        ran = run_module(change.module, service, change.options, *steps, clock=clock, check_mode=check_mode)
        assert f"instance i-1 is {status}" in ran.msg
        assert "DMS.00400026" in ran.msg
        assert ran.result["changed"] is False


def test_status_in_a_list_is_checked(modules: Modules) -> None:
    assert "instance i-1 is FROZEN" in modules.delete((FIND, instances(instance(status="FROZEN"))), ORDERS).msg


@pytest.mark.parametrize("name", CHANGES)
def test_undocumented_status_is_a_warning(clock: Clock, service: Service, name: str) -> None:
    change = CHANGES[name]
    for check_mode in (True, False):
        steps: list[Step] = [(INSTANCE, reply(200, instance(status="MOVING"))), *change.reads]
        steps += [] if check_mode else change.writes
        result = run_module(change.module, service, change.options, *steps, clock=clock, check_mode=check_mode).result
        assert result["changed"] is True
        assert "Instance i-1 is MOVING, so the service may refuse the change." in result["warnings"]


@pytest.mark.parametrize(
    ("module", "options", "steps"),
    [
        (sink_task, DELETION, [NONE]),
        (sink_task, {**present(), **WHERE}, SHOWN),
        (sink_task, {**present(recreate=True), **WHERE}, SHOWN),
        (quota, {**WHERE, "sink_max_tasks": 9}, [NONE]),
        (info, WHERE, [NONE]),
    ],
)
@pytest.mark.parametrize("status", ["FROZEN", "MOVING"])
def test_status_is_not_checked_without_a_write(
    clock: Clock, service: Service, module: t.Any, options: dict[str, t.Any], steps: list[Step], status: str
) -> None:
    for check_mode in (True, False):
        steps_ = [(INSTANCE, reply(200, instance(status=status))), *steps]
        result = run_module(module, service, options, *steps_, clock=clock, check_mode=check_mode).result
        assert (result.get("failed", False), result["changed"], result.get("warnings")) == (False, False, None)
