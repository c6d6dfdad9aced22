# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/verify.yml shows which truth of each assumption holds, and leaves an instance as it was."""

from __future__ import annotations

import importlib.util
import re
from typing import TYPE_CHECKING, Any

import pytest
from simulator import Fault

from docs.blocks import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from simulator import Simulator

EXAMPLE = ROOT / "examples" / "verify.yml"
OWN = {"dms_instance_name": "kafka-orders", "dms_confirm_instance_name": "kafka-orders"}
BUCKET = {**OWN, "dms_obs_bucket_name": "spare"}
ROW = re.compile(r"\| \d+ \| `(\w+)` \| .* \| (.*) \| (.*) \|")

spec = importlib.util.spec_from_file_location("verify", ROOT / "examples" / "filter_plugins" / "verify.py")
assert spec
assert spec.loader
verify = importlib.util.module_from_spec(spec)
spec.loader.exec_module(verify)

ASSUMED = {
    "echo_topics_regex": "true",
    "strict_names": "false",
    "deletion_looks": "0",
    "deleting_status": "",
    "shared_tasks": "true",
    "modify": "all",
    "sink_tasks_gone": "null",
    "newline_echo": "line feed",
    "connector_enable_follows": "true",
    "topic_list_lag": "0",
    "topic_deletion_reads": "0",
    "user_deletion_reads": "0",
    "empty_user_desc": "removed",
    "users_listed_without_sasl": "",
    "default_policy_user": "default_user",
    "policies_keep_users": "false",
    "policies_survive_topics": "false",
    "static_configs": ", ".join(verify.STATIC),
}
"""What the report shows with the default settings on an instance with SASL."""

OTHERS = {
    "echo_topics_regex": (False, "false"),
    "strict_names": (True, "true"),
    "deletion_looks": (2, "1 or more"),
    "deleting_status": ("REMOVING", "REMOVING"),
    "shared_tasks": (False, "false"),
    "modify": ("topics", "topics"),
    "newline_echo": ("backslash-n", "backslash-n"),
    "topic_list_lag": (2, "1 or more"),
    "topic_deletion_reads": (2, "1 or more"),
    "user_deletion_reads": (2, "1 or more"),
    "empty_user_desc": ("ignored", "ignored"),
    "default_policy_user": ("everyone", "everyone"),
    "policies_keep_users": (True, "true"),
    "policies_survive_topics": (True, "true"),
    "static_configs": (["message.max.bytes"], ", ".join(sorted([*verify.STATIC, "message.max.bytes"]))),
}
"""Another truth for each setting, and how the report shows it."""


def contents(cloud: Simulator) -> list[Any]:
    """Everything that the playbook could change on the instance."""
    world, instance_id = cloud.world, cloud.instance_id
    return [
        sorted((topic["name"], topic["retention_time"]) for topic in world.topics(instance_id)),
        sorted((user["user_name"], user["user_desc"]) for user in world.kafka_users(instance_id)),
        world.policies(instance_id),
        sorted(group["group_id"] for group in world.groups(instance_id)),
        sorted((task["task_name"], task["status"]) for task in world.tasks(cloud.connector_id)),
    ]


@pytest.fixture
def spare(cloud):
    """An instance with something of each kind, which has to be kept."""
    world, instance_id = cloud.world, cloud.instance_id
    world.add_topic(instance_id, "orders")
    world.add_kafka_user(instance_id, "shop", user_desc="The web shop")
    world.set_policies(instance_id, "orders", {"shop": "pub", "default_user": "sub"})
    world.add_group(instance_id, "billing", offsets={"orders": {0: 0}})
    world.add_task(cloud.connector_id, "orders-to-obs")
    return cloud


def report(path: Path) -> dict[str, str]:
    """What the report shows for each setting."""
    rows = ROW.findall(path.read_text(encoding="utf-8"))
    assert all((verdict == "not shown") == (shown == "") for _setting, shown, verdict in rows)
    return {setting: shown for setting, shown, _verdict in rows}


def run(play: Any, tmp_path: Path, **variables: Any) -> tuple[int, str, dict[str, str]]:
    path = tmp_path / "report.md"
    code, output = play(EXAMPLE, **{**BUCKET, "dms_report": str(path), **variables})
    return code, output, report(path) if path.exists() else {}


def test_the_assumptions_are_those_of_the_simulator():
    documented = (ROOT / "tests" / "simulator" / "settings.py").read_text(encoding="utf-8")
    for assumption in verify.ASSUMPTIONS:
        text = documented.split(f"\n    {assumption.setting}: ")[1].split('\n    """')[1]
        assert f"(assumption {assumption.number})" in text.replace("\n    ", " ")


def test_default_settings_are_reported_as_assumed(spare, play, tmp_path):
    before = contents(spare)
    code, output, shown = run(play, tmp_path)
    assert (code, shown, contents(spare)) == (0, ASSUMED, before)
    assert "differs" not in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "Changed besides: nothing." in output


def test_other_truths_are_reported(spare, play, tmp_path):
    default = OTHERS["default_policy_user"][0]
    spare.settings.update(**{setting: value for setting, (value, _shown) in OTHERS.items()})
    spare.world.set_policies(spare.instance_id, "orders", {"shop": "pub", default: "sub"})
    spare.world.set_instance(spare.instance_id, connector_enable=False)
    before = contents(spare)
    code, _output, shown = run(play, tmp_path)
    others = {setting: text for setting, (_value, text) in OTHERS.items()}
    assert shown == {**ASSUMED, **others, "connector_enable_follows": "false"}
    assert all(ASSUMED[setting] != shown[setting] for setting in OTHERS)
    assert (code, contents(spare)) == (0, before)


@pytest.mark.parametrize("modify", ["drop-keys", "pretend", "refuse", "unknown-url"])
def test_apis_that_the_region_does_not_have_are_skipped(cloud, play, tmp_path, modify):
    lists = ["ListInstanceTopics", "ShowInstanceUsers", "ListInstanceConsumerGroups", "ListSinkTasks"]
    cloud.settings.update(modify=modify, missing_operations=lists)
    before = contents(cloud)
    code, output, shown = run(play, tmp_path)
    assert (code, contents(cloud)) == (0, before)
    assert {setting: text for setting, text in shown.items() if text} == {
        "modify": modify,
        "sink_tasks_gone": "APIG.0101",
        **{name: ASSUMED[name] for name in ("newline_echo", "connector_enable_follows", "static_configs")},
    }
    for kind in ("topics", "users", "topic_permissions", "consumer_groups", "sink_tasks"):
        assert f"Skipped: {kind}, because the region does not have its API." in output


@pytest.mark.parametrize(("listed", "shown"), [(True, "true"), (False, "false")])
def test_instance_without_sasl_and_smart_connect(cloud, play, tmp_path, listed, shown):
    cloud.settings.users_listed_without_sasl = listed
    cloud.world.add_instance(name="kafka-plain", connector=False)
    code, output, rows = run(
        play, tmp_path, dms_instance_name="kafka-plain", dms_confirm_instance_name="kafka-plain", dms_obs_bucket_name=""
    )
    assert (code, rows["users_listed_without_sasl"], rows["topic_list_lag"]) == (0, shown, "0")
    for kind, reason in [("users", "SASL"), ("topic_permissions", "SASL"), ("sink_tasks", "Smart Connect")]:
        assert f"Skipped: {kind}, because {reason} is off." in output
    assert not {"CreateInstanceUser", "CreateSinkTask", "CreateConnectorTask"} & {*cloud.journal.operations()}


def test_nothing_is_left_after_failures(spare, play, tmp_path):
    """A step of each kind fails, and the first attempt to delete everything, too."""
    denied = {"code": "DMS.00403003"}
    faults = [
        Fault("UpdateInstanceTopic", **denied),
        Fault("UpdateTopicAccessPolicy", **denied),
        Fault("ResetMessageOffsetWithEngine", **denied),
        Fault("CreateSinkTask", drop="after", times=None),
        Fault("CreateConnectorTask", after_work=True, **denied),
        Fault("DeleteInstanceConsumerGroup", **denied),
    ]
    counters = [spare.faults.add(fault) for fault in faults]
    before = contents(spare)
    code, output, _shown = run(play, tmp_path)
    assert (code, contents(spare)) == (2, before)
    assert all(counter.hits for counter in counters)
    for kind in ("topics", "users and permissions", "consumer groups", "Smart Connect tasks"):
        assert f"Failed: {kind}, the service returned 403 DMS.00403003." in output
    assert "Changed besides: nothing." in output


@pytest.mark.parametrize(
    "variables",
    [
        {"dms_instance_name": "kafka-orders"},
        {**OWN, "dms_confirm_instance_name": "kafka-others"},
        {"dms_instance_name": "", "dms_confirm_instance_name": ""},
        {"dms_confirm_instance_name": "kafka-orders"},
        {**OWN, "dms_prefix": "a"},
    ],
    ids=str,
)
def test_without_confirmation_nothing_is_sent(cloud, play, variables):
    code, output = play(EXAMPLE, **variables)
    assert (code, cloud.journal.operations()) == (2, [])
    assert "must both be the name of an instance that is not in use" in output


def test_check_mode_is_refused(cloud, play):
    assert play(EXAMPLE, "--check", **OWN)[0] == 2
    assert cloud.journal.operations() == []


@pytest.mark.parametrize("name", ["kafka-order", "no-such-instance"])
def test_instance_that_does_not_exist(cloud, play, name):
    code, output = play(EXAMPLE, dms_instance_name=name, dms_confirm_instance_name=name)
    assert (code, cloud.journal.effects()) == (2, [])
    assert name in output


def test_things_with_such_names_are_neither_changed_nor_deleted(spare, play):
    spare.world.add_topic(spare.instance_id, "dms-verify-a")
    before = contents(spare)
    code, output = play(EXAMPLE, **OWN)
    assert (code, contents(spare), spare.journal.effects()) == (2, before, [])
    assert "Delete dms-verify-a, if they are those of an earlier run" in output


# --- decisions -------------------------------------------------------------------------------------------------------


def smart(topics: str, interval: int) -> dict[str, Any]:
    return {"smart_connect_tasks": [{"topics": topics, "sink_task": {"deliver_time_interval": interval}}]}


def refused(status: int, code: str) -> dict[str, Any]:
    return {"failed": True, "error": {"status": status, "code": code}}


ACCEPTED = {"changed": True}
LOST = {"failed": True, "msg": "no response"}
MODIFIED = smart("a,b", 60)


@pytest.mark.parametrize(
    ("modification", "after", "restart", "shown"),
    [
        (ACCEPTED, MODIFIED, ACCEPTED, "all"),
        (ACCEPTED, MODIFIED, LOST, "all"),
        (ACCEPTED, MODIFIED, refused(400, "DMS.00400872"), "drop-keys"),
        (ACCEPTED, MODIFIED, refused(429, "APIG.0308"), None),
        (LOST, smart("a,b", 300), ACCEPTED, "topics"),
        (LOST, smart("a", 60), ACCEPTED, "all but the topics"),
        (LOST, smart("a", 300), ACCEPTED, "pretend"),
        (ACCEPTED, smart("a", 300), ACCEPTED, "pretend"),
        (refused(400, "DMS.00400873"), smart("a", 300), ACCEPTED, "refuse"),
        (refused(404, "APIGW.0101"), smart("a", 300), ACCEPTED, "unknown-url"),
        (refused(404, "DMS.10240407"), smart("a", 300), ACCEPTED, None),
        (ACCEPTED, LOST, ACCEPTED, None),
        (ACCEPTED, {"skipped": True}, ACCEPTED, None),
    ],
)
def test_what_a_modification_shows(modification, after, restart, shown):
    results = {
        "smart_created": smart("a", 300),
        "smart_modification": modification,
        "smart_modified": after,
        "smart_restarted": restart,
    }
    assert shown_of("modify", results) == shown


def shown_of(setting: str, results: dict[str, Any]) -> Any:
    (assumption,) = [each for each in verify.ASSUMPTIONS if each.setting == setting]
    return assumption.shown({"instance": {}, "before": {}, **results})


@pytest.mark.parametrize("assumption", verify.ASSUMPTIONS, ids=lambda assumption: assumption.setting)
def test_what_was_not_read_is_not_shown(assumption):
    nothing: list[Any] = [{}, {"skipped": True}, refused(429, "APIG.0308"), LOST]
    names = re.findall(r"register: seen_(\w+)", EXAMPLE.read_text(encoding="utf-8"))
    for result in nothing:
        results = {**dict.fromkeys(names, result), "instance": {}, "before": {}}
        assert assumption.shown(results) is None


@pytest.mark.parametrize(
    ("setting", "task", "result", "shown"),
    [
        ("strict_names", "odd_name", refused(400, "DMS.00400867"), True),
        ("strict_names", "odd_name", ACCEPTED, False),
        ("strict_names", "odd_name", refused(403, "DMS.00403003"), None),
        ("sink_tasks_gone", "sink_list", refused(404, "DMS.00404001"), "DMS.00404001"),
        ("sink_tasks_gone", "sink_list", {"sink_tasks": []}, "null"),
        ("users_listed_without_sasl", "users_without_sasl", refused(400, "DMS.00400971"), False),
        ("users_listed_without_sasl", "users_without_sasl", refused(403, "DMS.00403003"), None),
        ("newline_echo", "smart_created", {"smart_connect_tasks": [{"sink_task": {"record_delimiter": "x"}}]}, "'x'"),
        ("policies_keep_users", "kept_of_user", {"topics": []}, None),
        ("policies_keep_users", "kept_of_user", {"topics": [{"permissions": None}]}, None),
    ],
)
def test_what_a_result_shows(setting, task, result, shown):
    assert shown_of(setting, {task: result}) == shown


SASL = {"ssl_enable": True, "connector_enable": True, "parameters": {"a": {}}}
WHOLE = dict.fromkeys(
    ("users", "topics", "topic_permissions", "consumer_groups", "smart_connect_tasks", "sink_tasks"), ()
)


@pytest.mark.parametrize(
    ("definition", "instance", "bucket", "skipped"),
    [
        (WHOLE, SASL, "spare", set()),
        (WHOLE, SASL, "", {"smart_connect_tasks", "sink_tasks"}),
        (WHOLE, {**SASL, "connector_enable": False}, "spare", {"smart_connect_tasks", "sink_tasks"}),
        (WHOLE, {**SASL, "ssl_enable": False}, "spare", {"users", "topic_permissions"}),
        ({**WHOLE, "users": ({"user_name": "admin"},)}, {**SASL, "ssl_enable": False}, "spare", set()),
        (WHOLE, {**SASL, "parameters": None}, "spare", {"parameters"}),
        ({}, SASL, "spare", {*WHOLE}),
    ],
)
def test_kinds_that_are_skipped(definition, instance, bucket, skipped):
    kinds = verify.verify_kinds(definition, instance, bucket)
    assert {kind for kind, reason in kinds.items() if reason} == skipped
    assert verify.verify_unwanted(kinds, "x").keys() == {*WHOLE} - {"topic_permissions"} - skipped


@pytest.mark.parametrize(
    ("after", "deleted", "failed", "problems"),
    [
        ({"topics": [1, 2]}, {}, {}, []),
        ({"topics": [2, 1]}, {}, {}, []),
        ({"topics": [1]}, {}, {}, ["The instance differs from what it was before, in: topics."]),
        ({}, {}, {}, ["The instance differs from what it was before, in: topics."]),
        (None, {}, {}, ["The instance differs from what it was before, in: unknown."]),
        ({"topics": [1, 2]}, LOST, {}, ["Not everything was deleted: no response"]),
        ({"topics": [1, 2]}, {}, {"users": LOST}, ["users: no response"]),
        ({"topics": [1, 2]}, {}, {"users": refused(404, "APIG.0101")}, []),
        ({"topics": [1, 2]}, {}, {"users": {**refused(404, "DMS.1"), "msg": "no"}}, ["users: no"]),
    ],
)
def test_problems_for_which_the_run_fails(after, deleted, failed, problems):
    registered = {
        "instance": {"instances": [{}]},
        "before": {"definition": {"topics": [1, 2]}},
        "after": {} if after is None else {"definition": after},
        "kinds": {},
        "failed": failed,
        "cleared": {},
        "deleted": deleted,
    }
    assert verify.verify_report({f"seen_{name}": result for name, result in registered.items()})["problems"] == problems
