# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans for Smart Connect tasks; they need no requests."""

from __future__ import annotations

import functools
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import (
    CREATE,
    DELETE,
    Desired,
    Step,
    plan_of,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import WAIT_GONE as GONE
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import WAIT_READY as READY
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.fields import prepare
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.kind import KIND
from ansible_collections.huaweicloud.kafka.plugins.module_utils.resources.smart_connect.plan import (
    MODIFY,
    PAUSE,
    RESTART,
    RESUME,
    START,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import KafkaError
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import (
    KEYS,
    SINK_ECHO,
    body,
    entity,
    observed,
    options,
    replicated,
    replication,
)

plan = functools.partial(plan_of, KIND)
# The plan depends on a status that is to change.
SETTLE = Step("uncertain")
RECREATE = (DELETE, GONE, CREATE, READY)
ANY, SAME, OTHER = None, options(), options({"deliver_time_interval": 60})
KEYLESS = options({"deliver_time_interval": 60, **dict.fromkeys(KEYS)})


def wanted(state: str, given: t.Mapping[str, t.Any] | None, **more: t.Any) -> Desired:
    selected = more.pop("task_id", None), more.pop("task_name", "orders")
    return Desired(state, *selected, prepare(given) if given else None, **more)


def seen(task: dict[str, t.Any] | None) -> dict[str, t.Any] | None:
    return observed(task) if task else None


# --- the status ------------------------------------------------------------------------------------------------------

# state, description: status to the steps, or to the message of a refusal. None: the task does not exist.
STATES: dict[tuple[str, str], dict[str | None, tuple[Step, ...] | str]] = {
    ("absent", "none"): {
        None: (), "RUNNING": (DELETE, GONE), "FAILED": (DELETE, GONE), "CREATING": (DELETE, GONE), "DELETING": (GONE,),
    },
    ("present", "same"): {
        None: (CREATE, READY), "RUNNING": (READY,), "PAUSED": (READY,), "WAITING": (READY,), "CREATING": (READY,),
        "RESTARTING": (READY,), "DELETING": (GONE, CREATE, READY), "FAILED": (READY,), "ERROR": (READY,),
        "STOPPED": (),
    },
    ("running", "none"): {
        None: "it does not exist", "RUNNING": (READY,), "PAUSED": (RESUME, READY), "WAITING": (START, READY),
        "CREATING": (SETTLE, READY), "RESTARTING": (SETTLE, READY), "FAILED": "has the status FAILED",
        "DELETING": "it does not exist",
    },
    ("running", "same"): {
        None: (CREATE, READY), "RUNNING": (READY,), "PAUSED": (RESUME, READY), "WAITING": (START, READY),
        "CREATING": (SETTLE, READY),
    },
    ("paused", "none"): {
        None: "it does not exist", "RUNNING": (PAUSE, READY), "PAUSED": (READY,), "WAITING": (READY,),
        "CREATING": (SETTLE, PAUSE, READY), "RESTARTING": (SETTLE, PAUSE, READY), "CREATE_FAILED": "CREATE_FAILED",
    },
    ("paused", "same"): {None: (CREATE, READY), "RUNNING": (PAUSE, READY), "PAUSED": (READY,)},
    ("restarted", "none"): {
        None: "it does not exist", "RUNNING": (RESTART, READY), "PAUSED": (RESTART, READY), "WAITING": (START, READY),
        "CREATING": (SETTLE, RESTART, READY), "RESTARTING": (SETTLE, RESTART, READY), "FAILED": "status FAILED",
        "UNDOCUMENTED": (RESTART, READY),
    },
    ("restarted", "same"): {None: (CREATE, READY), "RUNNING": (RESTART, READY)},
}  # fmt: skip
ROWS = [(*key, status) for key, row in STATES.items() for status in row]


@pytest.mark.parametrize(("state", "description", "status"), ROWS)
def test_steps_by_status(state: str, description: str, status: str | None) -> None:
    given = SAME if description == "same" else ANY
    expected = STATES[state, description][status]
    options_ = wanted(state, given)
    now = seen(entity(status) if status else None)
    if isinstance(expected, str):
        with pytest.raises(KafkaError, match=expected) as caught:
            plan(options_, now)
        assert caught.value.hint
        return
    made = plan(options_, now)
    assert made.steps == tuple(step for step in expected if step is not SETTLE)
    assert made.writes is any(step not in (READY, GONE, SETTLE) for step in expected)
    # The diff shows exactly what the plan changes.
    assert (made.before != made.after) is made.writes
    assert "-secret" not in str([made.before, made.after])
    assert bool(made.uncertain) is (SETTLE in expected)
    assert any("resets its progress" in warning for warning in made.warnings) is (RESTART in expected)


# --- a task that differs ---------------------------------------------------------------------------------------------

CHANGES: dict[str, tuple[Desired, dict[str, t.Any], tuple[Step, ...] | str]] = {
    "differs": (wanted("present", OTHER), entity(), "sink_task.deliver_time_interval is 300, wanted 60"),
    "differs, running": (wanted("running", OTHER), entity("PAUSED"), "deliver_time_interval is 300"),
    "modify": (wanted("present", OTHER, modify=True), entity(), (MODIFY, READY)),
    "modify, unchanged": (wanted("present", SAME, modify=True), entity(), (READY,)),
    "modify and resume": (wanted("running", OTHER, modify=True), entity("PAUSED"), (MODIFY, RESUME, READY)),
    "modify and pause": (wanted("paused", OTHER, modify=True), entity(), (MODIFY, PAUSE, READY)),
    "modify and restart": (wanted("restarted", OTHER, modify=True), entity(), (MODIFY, RESTART, READY)),
    "modify after CREATING": (
        wanted("paused", OTHER, modify=True), entity("CREATING"), (SETTLE, MODIFY, PAUSE, READY),
    ),
    "modify, failed": (wanted("present", OTHER, modify=True), entity("FAILED"), "status FAILED"),
    "modify to the other side": (wanted("present", replication(), modify=True), entity(), "type is 'sink_task'"),
    "modify and recreate to the other side": (
        wanted("present", replication(), modify=True, recreate=True), entity(), RECREATE,
    ),
    "modify and recreate": (wanted("present", OTHER, modify=True, recreate=True), entity(), (MODIFY, READY)),
    "recreate": (wanted("present", OTHER, recreate=True), entity(), RECREATE),
    "recreate, unchanged": (wanted("present", SAME, recreate=True), entity(), (READY,)),
    "recreate, restarted": (wanted("restarted", OTHER, recreate=True), entity(), RECREATE),
    "recreate, failed": (wanted("present", SAME, recreate=True), entity("FAILED"), RECREATE),
    "recreate, failed, not described": (wanted("running", ANY, recreate=True), entity("FAILED"), "status FAILED"),
    "recreate without keys": (wanted("present", KEYLESS, recreate=True), entity(), "secret_key, or sink_task.agency"),
    "modify without keys": (wanted("present", KEYLESS, modify=True), entity(), (MODIFY, READY)),
    "unchanged, without keys": (wanted("present", options(dict.fromkeys(KEYS))), entity(), (READY,)),
    "update_secrets": (wanted("present", SAME, recreate=True, update_secrets="always"), entity(), RECREATE),
    "update_secrets, differs, modify": (
        wanted("present", OTHER, modify=True, recreate=True, update_secrets="always"), entity(), RECREATE,
    ),
    "update_secrets, not described": (
        wanted("running", ANY, recreate=True, update_secrets="always"), entity(), (READY,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_steps_of_a_change(name: str) -> None:
    options_, task, expected = CHANGES[name]
    if isinstance(expected, str):
        with pytest.raises(KafkaError, match=expected):
            plan(options_, seen(task))
        return
    made = plan(options_, seen(task))
    assert made.steps == tuple(step for step in expected if step is not SETTLE)
    assert bool(made.uncertain) is (SETTLE in expected)
    assert (made.before != made.after) is made.writes
    assert "-secret" not in str([made.before, made.after])
    assert any("loses the position" in warning for warning in made.warnings) is (
        DELETE in expected or (MODIFY in expected and options_.recreate)
    )
    assert any("without its keys" in warning for warning in made.warnings) is (name == "modify without keys")


@pytest.mark.parametrize(
    ("state", "status", "later"),
    [
        ("present", "RUNNING", False),
        ("present", "PAUSED", True),
        ("present", "WAITING", True),
        ("running", "PAUSED", False),
        ("paused", "RUNNING", True),
        ("restarted", "PAUSED", False),
    ],
)
def test_recreated_task_starts_later_if_it_was_not_running(state: str, status: str, later: bool) -> None:
    made = plan(wanted(state, OTHER, recreate=True), seen(entity(status)))
    kept = {"record_delimiter": "\n", "store_keys": False}
    sent = body({"deliver_time_interval": 60, **kept})
    assert made.body == {**sent, "start_later": True} if later else sent
    assert made.body
    assert made.body.get("start_later") is (True if later else None)


def test_recreation_by_id_keeps_the_name() -> None:
    made = plan(wanted("running", OTHER, task_id="t-1", task_name=None, recreate=True), seen(entity(name="x")))
    assert made.body
    assert made.body["task_name"] == "x"


def test_modification_body_is_the_entity_with_the_differing_fields() -> None:
    """Equal fields are sent as they were read."""
    existing = entity(topics="b,a", sink={"record_delimiter": "\\n"})
    given = options({"deliver_time_interval": 60, "record_delimiter": "\n"}, topics=["a", "b"])
    made = plan(wanted("present", given, modify=True), seen(existing))
    sink = {**SINK_ECHO, "record_delimiter": "\\n", "deliver_time_interval": 60, **KEYS}
    assert made.body == {**existing, "sink_task": sink}
    assert (made.before["sink_task"]["deliver_time_interval"], made.after["sink_task"]["deliver_time_interval"]) == (
        300,
        60,
    )


def test_modification_body_has_only_the_wanted_alternative() -> None:
    made = plan(wanted("present", options(topics=None, topics_regex="o.+"), modify=True), seen(entity()))
    assert made.body
    assert ("topics" not in made.body, made.body["topics_regex"]) == (True, "o.+")
    given = replication({"instance_id": None, "bootstrap_servers": "h:1"})
    made = plan(wanted("present", given, modify=True), seen(replicated()))
    assert made.body
    assert "instance_id" not in made.body["source_task"]
    made = plan(wanted("present", replication({"instance_id": "i-3"}), modify=True), seen(replicated()))
    assert made.body
    assert "bootstrap_servers" not in made.body["source_task"]


EXCLUDED: dict[str, tuple[dict[str, t.Any], dict[str, t.Any], str, str]] = {
    "a mapping": (
        replication({"topics_mapping": "a:b"}), replicated(source={"rename_topic_enabled": True}),
        "source_task", "rename_topic_enabled",
    ),
    "renaming": (
        replication({"rename_topic_enabled": True}), replicated(source={"topics_mapping": "a:b"}),
        "source_task", "topics_mapping",
    ),
    "keys": (OTHER, entity(sink={"agency_name": "dms"}), "sink_task", "agency_name"),
    "a mapping that is equal": (
        replication({"topics_mapping": "a:b", "task_num": 3}),
        replicated(source={"rename_topic_enabled": True, "topics_mapping": "a:b"}), "source_task", "rename_topic_enabled",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EXCLUDED)
@pytest.mark.parametrize("how", ["modify", "recreate"])
def test_field_that_is_excluded_by_a_written_one_is_not_sent(name: str, how: str) -> None:
    given, existing, side, excluded = EXCLUDED[name]
    made = plan(wanted("present", given, **{how: True}), seen(existing))
    assert made.body
    assert excluded not in made.body[side]
    assert (excluded in made.before[side], excluded in made.after[side]) == (True, False)


@pytest.mark.parametrize("how", ["modify", "recreate"])
@pytest.mark.parametrize("echo", ["", "***"])
def test_agency_replaces_stored_keys(how: str, echo: str) -> None:
    """Also if the service returns something in place of the keys."""
    given = options({"deliver_time_interval": 60, "agency_name": "dms", **dict.fromkeys(KEYS)})
    existing = entity(sink={**dict.fromkeys(KEYS, echo), "agency_name": ""})
    made = plan(wanted("present", given, **{how: True}), seen(existing))
    assert made.body
    assert made.body["sink_task"]["agency_name"] == "dms"
    assert not KEYS.keys() & made.body["sink_task"].keys()
    assert not any("without its keys" in warning for warning in made.warnings)


def test_equal_peer_is_sent_without_the_address_that_the_service_fills_in() -> None:
    made = plan(wanted("present", replication({"task_num": 3}), modify=True), seen(replicated()))
    assert made.body
    source = {**replicated()["source_task"], "task_num": 3}
    del source["bootstrap_servers"]
    assert made.body["source_task"] == source


# --- a task that does not exist --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "later"), [("present", False), ("running", False), ("restarted", False), ("paused", True)]
)
def test_body_of_a_new_task(state: str, later: bool) -> None:
    made = plan(wanted(state, SAME), seen(None))
    assert made.body == {**body(), **({"start_later": True} if later else {})}
    assert made.warnings == ()


@pytest.mark.parametrize(
    ("given", "more", "message"),
    [
        (SAME, {"task_id": "t-9"}, "no Smart Connect task with the id t-9"),
        (SAME, {"task_name": "abc"}, "4 to 64 letters"),
        (options(dict.fromkeys(KEYS)), {}, "sink_task.agency_name, must be set"),
        (options({"secret_key": None}), {}, "sink_task.secret_key"),
        (
            replication({"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "user_name": "u"}),
            {},
            "source_task.password must be set",
        ),
    ],
)
def test_new_task_is_refused(given: dict[str, t.Any], more: dict[str, t.Any], message: str) -> None:
    with pytest.raises(KafkaError, match=message):
        plan(wanted("present", given, **more), seen(None))


def test_rule_for_names_applies_to_new_tasks_only() -> None:
    assert plan(wanted("running", ANY, task_name="a.b"), seen(entity(name="a.b"))).steps == (READY,)


def test_recreation_names_the_fields_that_it_keeps_and_those_that_it_drops() -> None:
    existing = entity(sink={"obs_path": "a/b", "store_keys": True, "flush_size": 9, "fresh_field": "x"})
    made = plan(wanted("present", OTHER, recreate=True), observed(existing))
    assert "(sink_task.obs_path, sink_task.store_keys)" in made.lost
    assert [warning for warning in made.warnings if "documented: fresh_field." in warning]
    given = options({"deliver_time_interval": 60, "obs_path": "a/b", "store_keys": True})
    assert plan(wanted("present", given, recreate=True), observed(existing)).lost == ""


def test_blank_delimiter_is_shown_as_it_was_returned() -> None:
    existing = observed(entity(sink={"record_delimiter": ""}))
    with pytest.raises(KafkaError, match="record_delimiter is '', wanted 'NULL'"):
        plan(wanted("present", options({"record_delimiter": "NULL"})), existing)


@pytest.mark.parametrize("modify", [True, False])
def test_fields_that_a_recreation_drops_are_named_by_the_plan(modify: bool) -> None:
    """Also if the recreation is only what a modification can end with."""
    beside = {"labels": ["x"], "owner": "x", "tags": [], "sink_type": "OBS_SINK"}
    existing = observed(entity(sink={"fresh_field": "x", "retries": None}, **beside))
    made = plan(wanted("present", OTHER, modify=modify, recreate=True), existing)
    *before, position, drops = made.warnings
    assert before == ["If the service does not make all changes in place, the task is recreated."] * modify
    assert position.startswith("Recreating the task loses the position of its consumer: with consumer_strategy latest,")
    assert drops == "Recreating the task drops fields that are not documented: fresh_field, labels, owner."
    to_the_other = plan(wanted("present", replication(), recreate=True), existing)
    assert drops in to_the_other.warnings


@pytest.mark.parametrize("how", [{"recreate": True}, {"recreate": True, "modify": True}])
def test_number_of_a_two_way_task_that_a_recreation_drops_is_named(how: dict[str, bool]) -> None:
    both_ways = {"direction": "two-way", "provenance_header_enabled": True}
    existing = observed(replicated(source={**both_ways, "task_num": 4}))
    named = "drops task_num 4: it may be twice the number that was set"
    for more, expected in (({}, True), ({"task_num": 3}, False)):
        made = plan(wanted("present", replication({**both_ways, "compression_type": "lz4", **more}), **how), existing)
        assert (named in " ".join(made.warnings)) is expected
    made = plan(wanted("present", replication({"compression_type": "lz4"}), **how), observed(replicated()))
    assert "task_num" not in " ".join(made.warnings)


def test_modification_that_can_not_end_as_a_recreation_does_not_warn_of_one() -> None:
    made = plan(wanted("present", KEYLESS, modify=True, recreate=True), observed(entity()))
    assert ["without its keys" in warning for warning in made.warnings] == [True]


# Echoed and desired: the message, and the values in the diff. None: the diff does not have it.
BLANK: dict[str, tuple[dict[str, t.Any], dict[str, t.Any], str, str, tuple[str | None, str | None]]] = {
    "path": ({"obs_path": ""}, {"obs_path": "a"}, "obs_path", "is '', wanted 'a'", ("", "a")),
    "no path wanted": ({"obs_path": "a"}, {"obs_path": ""}, "obs_path", "is 'a', wanted ''", ("a", "")),
    "delimiter": (
        {"record_delimiter": ""}, {"record_delimiter": "NULL"}, "record_delimiter", "is '', wanted 'NULL'", ("", "NULL"),
    ),
    "no delimiter wanted": (
        {"record_delimiter": ";"}, {"record_delimiter": ""}, "record_delimiter", "is ';', wanted ''", (";", ""),
    ),
    "delimiter that stays": ({"record_delimiter": ""}, {"obs_path": "x"}, "record_delimiter", "", ("", "")),
    "delimiter that is equal": (
        {"record_delimiter": ""}, {"obs_path": "x", "record_delimiter": "\n"}, "record_delimiter", "", ("", ""),
    ),
    "path that stays": ({"obs_path": ""}, {"record_delimiter": ";"}, "obs_path", "", (None, None)),
    "format": ({"partition_format": "N/A"}, {"partition_format": "yyyy"}, "partition_format", "is 'N/A',", (None, "yyyy")),
}  # fmt: skip


@pytest.mark.parametrize("name", BLANK)
@pytest.mark.parametrize("how", ["modify", "recreate"])
def test_blank_value_is_shown_as_it_is(name: str, how: str) -> None:
    echo, given, field, message, shown = BLANK[name]
    existing = observed(entity(sink=echo))
    with pytest.raises(KafkaError) as refused:
        plan(wanted("present", options(given)), existing)
    assert (
        (f"sink_task.{field} {message}" in str(refused.value)) if message else (f"{field} is" not in str(refused.value))
    )
    made = plan(wanted("present", options(given), **{how: True}), existing)
    assert (made.before["sink_task"].get(field), made.after["sink_task"].get(field)) == shown
