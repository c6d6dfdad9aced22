# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random instances, random definitions and random faults of a whole instance: what check mode predicts, and what a next run completes."""

from __future__ import annotations

import atexit
import functools
import itertools
import typing as t

from acceptance.harness.cloud import Sandbox
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_instance_resources as module
from hypothesis import given
from hypothesis import strategies as st
from simulator import Fault, Settings, Simulator

from .harness import runs
from .harness.invariants import secrets_shown, shape
from .harness.runs import OBS_ACCESS_KEY, OBS_SECRET_KEY, Outcome

PASSWORD = "Reliability-Password1"
USERS, TOPICS, GROUPS = ("shop", "leaver", "guest"), ("orders", "old", "returns"), ("billing", "unused")
TASKS = {"dump": "orders", "move": "old", "copy": "returns"}
IDS = {name: f"aaaaaaaa-0000-4000-8000-00000000000{number}" for number, name in enumerate(TASKS, 1)}
NAMES = {
    "users": "user_name",
    "topics": "name",
    "topic_permissions": "topic_name",
    "consumer_groups": "group_name",
    "smart_connect_tasks": "task_name",
    "sink_tasks": "task_name",
}
KEYS = {"access_key": OBS_ACCESS_KEY, "secret_key": OBS_SECRET_KEY, "obs_bucket_name": "bucket"}
STAGES = (
    *(("DeleteConnectorTask", "DeleteSinkTask"), ("DeleteInstanceConsumerGroup", "BatchDeleteGroup")),
    *(("BatchDeleteInstanceTopic",), ("CreateInstanceUser", "UpdateInstanceUser")),
    *(("CreateInstanceTopic", "UpdateInstanceTopic"), ("UpdateTopicAccessPolicy",)),
    *(("CreateKafkaConsumerGroup", "UpdateInstanceConsumerGroup"), ("CreateConnectorTask", "CreateSinkTask")),
    ("BatchDeleteInstanceUsers",),
)
"""The operations that change something, in the order of the stages of a run."""
WRITES = [operation for stage in STAGES for operation in stage]


class World(t.NamedTuple):
    """What exists: the descriptions of users and groups, the retention of topics, permissions, and the API of each task."""

    users: dict[str, str]
    topics: dict[str, int]
    policies: dict[str, dict[str, str]]
    groups: dict[str, str]
    tasks: dict[str, str]

    def create(self, sandbox: Sandbox) -> None:
        sandbox.create()
        sandbox.add_user("owner")
        for name, text in self.users.items():
            sandbox.add_user(name, user_desc=text)
        for name, hours in self.topics.items():
            sandbox.add_topic(name, partition=3, replication=3, retention_time=hours)
            policies = {user: access for user, access in self.policies.get(name, {}).items() if user in self.users}
            sandbox.permit(name, **policies)
        for name, text in self.groups.items():
            sandbox.add_group(name, group_desc=text)
        for name, api in self.tasks.items():
            sandbox.add(name, IDS[name], topics=TASKS[name], obs_bucket_name="bucket", api=api)


ACCESS = st.sampled_from(("all", "pub", "sub"))
POLICIES = st.dictionaries(st.sampled_from(USERS), ACCESS, max_size=2)
TEXTS = st.sampled_from(("", "text"))
WANTED: dict[str, tuple[t.Sequence[str], st.SearchStrategy[dict[str, t.Any]]]] = {
    "users": (USERS, st.fixed_dictionaries({"user_passwd": st.just(PASSWORD), "user_desc": TEXTS})),
    "topics": (
        TOPICS,
        st.fixed_dictionaries(
            {"partition": st.just(3), "replication": st.just(3), "retention_time": st.sampled_from((24, 72))}
        ),
    ),
    "topic_permissions": (TOPICS, st.fixed_dictionaries({"policies": POLICIES})),
    "consumer_groups": (GROUPS, st.fixed_dictionaries({"group_desc": TEXTS})),
    "smart_connect_tasks": ([*TASKS], st.just({})),
    "sink_tasks": ([*TASKS], st.just({})),
}


def _some(names: t.Iterable[str], values: st.SearchStrategy[t.Any]) -> st.SearchStrategy[dict[str, t.Any]]:
    """Some of *names*, each with one of *values*."""
    chosen = st.fixed_dictionaries({name: st.none() | st.tuples(values) for name in names})
    return chosen.map(lambda found: {name: value[0] for name, value in found.items() if value})


WORLDS = st.builds(
    World,
    users=_some(USERS, TEXTS),
    topics=_some(TOPICS, st.sampled_from((24, 72))),
    policies=_some(TOPICS, POLICIES),
    groups=_some(GROUPS, TEXTS),
    tasks=_some(TASKS, st.sampled_from(("connector", "sink"))),
)


def _entries(kind: str) -> st.SearchStrategy[list[dict[str, t.Any]]]:
    """Entries of *kind*, some of which are not wanted."""
    names, wanted = WANTED[kind]
    return _some(names, st.none() | wanted | wanted).map(
        lambda found: [_entry(kind, name, fields) for name, fields in found.items()]
    )


def _entry(kind: str, name: str, fields: dict[str, t.Any] | None) -> dict[str, t.Any]:
    entry = {NAMES[kind]: name, **({"state": "absent"} if fields is None else fields)}
    if fields is None or name not in TASKS:
        return entry
    topics, sink = {"topics": [TASKS[name]]}, {"consumer_strategy": "latest", **KEYS}
    if kind == "smart_connect_tasks":
        return {**entry, **topics, "sink_task": sink}
    return {**entry, "obs_destination_descriptor": {**topics, **sink}}


@st.composite
def cases(draw: st.DrawFn) -> tuple[World, dict[str, t.Any]]:
    """What exists, and options; most of these contradict neither each other nor what exists."""
    world = draw(WORLDS)
    chosen: dict[str, t.Any] = {kind: draw(_entries(kind)) for kind in NAMES}
    own = {each["task_name"] for each in chosen["smart_connect_tasks"]}
    chosen["sink_tasks"] = [each for each in chosen["sink_tasks"] if each["task_name"] not in own]
    if draw(st.integers(0, 4)):
        _reconcile(world, chosen)
    pruned = draw(
        st.lists(st.sampled_from([kind for kind in NAMES if kind != "topic_permissions"]), unique=True, max_size=1)
    )
    chosen["prune"] = {kind: {"pattern": ".*"} if kind == "consumer_groups" else {"all": True} for kind in pruned}
    left_out = {*draw(st.lists(st.sampled_from([*NAMES]), unique=True, max_size=2))} - {*pruned}
    chosen.update(dict.fromkeys(left_out))
    chosen["protect"] = draw(st.sampled_from((["tasks", "permissions"], [], ["permissions"])))
    chosen.update({name: draw(st.booleans()) for name in ("forbid_open", "merge", "wait")}, timeout=5, max_retries=1)
    return world, chosen


def _reconcile(world: World, chosen: dict[str, t.Any]) -> None:
    """Let permissions and tasks only have users and topics that will exist."""

    def present(kind: str, existing: t.Iterable[str]) -> set[str]:
        entries = {each[NAMES[kind]]: each.get("state") != "absent" for each in chosen[kind]}
        return {name for name in {*existing, *entries} if entries.get(name, True)}

    users, topics = present("users", world.users), present("topics", world.topics)
    chosen["topic_permissions"] = [each for each in chosen["topic_permissions"] if each["topic_name"] in topics]
    for entry in chosen["topic_permissions"]:
        if "policies" in entry:
            entry["policies"] = {user: access for user, access in entry["policies"].items() if user in users}
    for kind in ("smart_connect_tasks", "sink_tasks"):
        chosen[kind] = [
            each for each in chosen[kind] if each.get("state") == "absent" or TASKS[each["task_name"]] in topics
        ]


SETTINGS = st.fixed_dictionaries(
    {
        "shared_tasks": st.booleans(),
        "policies_keep_users": st.booleans(),
        "policies_survive_topics": st.booleans(),
        "topic_list_lag": st.integers(0, 2),
        "user_list_lag": st.integers(0, 1),
        "group_list_lag": st.integers(0, 1),
        "topic_deletion_reads": st.integers(0, 1),
        "deletion_looks": st.integers(0, 2),
        "policy_response": st.sampled_from(("job", "200", "204")),
        "policy_reads": st.integers(0, 2),
        "policies_in_part": st.sampled_from(("others", "none")),
        "absent_user": st.sampled_from(("refused", "ignored")),
        "absent_group": st.sampled_from(("refused", "dead")),
    }
)
FAULTS = st.builds(
    lambda operation, skip, what: Fault(operation, skip=skip, **what),
    st.sampled_from([*WRITES, *WRITES, None]),
    st.integers(0, 1),
    st.sampled_from(
        (
            *({"drop": "before"}, {"drop": "after"}, {"drop": "after", "times": None}),
            *({"status": 400, "code": "DMS.00400062"}, {"status": 500, "code": "DMS.00500006", "after_work": True}),
            *({"status": 403, "code": "DMS.00403003"}, {"status": 401, "code": "APIG.0301", "times": None}),
            *({"code": "DMS.10240407", "times": None}, {"drop": "before", "times": None}),
        )
    ),
)


@functools.cache
def simulator() -> Simulator:
    running = Simulator(settings=Settings(lock_after=None)).start()
    atexit.register(running.stop)
    return running


_numbers = itertools.count()


def run(sandbox: Sandbox, chosen: dict[str, t.Any], check_mode: bool = False, **more: t.Any) -> Outcome:
    connected = {**sandbox.options(), "instance_id": sandbox.instance_id, "connector_id": None}
    outcome = runs.run(
        sandbox.simulator, {**connected, **chosen, **more}, module=module.MODULE, check_mode=check_mode, quick=False
    )
    wrong = [*shape(outcome), *secrets_shown(outcome), *_order(outcome)]
    if check_mode and outcome.effects:
        wrong.append("check mode changed something")
    if not check_mode and outcome.effects and not outcome.changed and not outcome.failed:
        wrong.append("it changed something and does not report it")
    assert not wrong, "\n".join([*wrong, outcome.summary()])
    return outcome


def _order(outcome: Outcome) -> t.Iterator[str]:
    """Yield a message if the changes are not in the order of the stages."""
    stage_of = {operation: number for number, stage in enumerate(STAGES) for operation in stage}
    stages = [stage_of[entry.operation] for entry in outcome.entries if entry.effect and entry.operation in stage_of]
    if stages != sorted(stages):
        yield f"the changes are not in order: {[entry.operation for entry in outcome.entries if entry.effect]}"


def actions(outcome: Outcome) -> dict[str, dict[str, str]]:
    return {
        kind: {row[NAMES[kind]]: row["action"] for row in outcome.result[kind]}
        for kind in NAMES
        if kind in outcome.result
    }


def planned(outcome: Outcome) -> set[tuple[str, str]]:
    """The changes that a check run has predicted, as kind and name."""
    return {
        (kind, name)
        for kind, found in actions(outcome).items()
        for name, action in found.items()
        if action != "unchanged"
    }


def done(sandbox: Sandbox, before: list[str]) -> set[tuple[str, str]]:
    """What has appeared or disappeared, as kind and name."""
    kinds = {
        "user": ["users"],
        "topic": ["topics"],
        "group": ["consumer_groups"],
        "task": ["smart_connect_tasks", "sink_tasks"],
    }
    changes = {*before} ^ {*sandbox.everything()}
    return {(kind, each.split()[1]) for each in changes for kind in kinds.get(each.split()[0], [])}


def both(*outcomes: Outcome) -> str:
    return "\n".join(outcome.summary() for outcome in outcomes)


@given(case=cases(), settings=SETTINGS, faults=st.lists(FAULTS, max_size=2))
def test_runs_do_what_was_predicted_and_complete_what_others_began(
    case: tuple[World, dict[str, t.Any]], settings: dict[str, t.Any], faults: list[Fault]
) -> None:
    sim, (world, chosen) = simulator(), case
    sim.faults.clear()
    sim.settings.restore(Settings(lock_after=None))
    sim.settings.update(**settings)
    sandbox = Sandbox(sim, f"random {next(_numbers)}")
    world.create(sandbox)
    try:
        _check(sandbox, chosen, faults)
    finally:
        sim.faults.clear()
        sim.world.remove_instance(sandbox.instance_id)


def _check(sandbox: Sandbox, chosen: dict[str, t.Any], faults: list[Fault]) -> None:
    sim, before = sandbox.simulator, sandbox.everything()
    predicted = run(sandbox, chosen, check_mode=True)
    if predicted.failed:
        refused = run(sandbox, chosen)
        assert refused.failed, both(predicted, refused)
        assert not refused.effects, both(predicted, refused)
        return
    for fault in faults:
        sim.faults.add(fault)
    first = run(sandbox, chosen, expect_plan=predicted.result["plan_id"])
    sim.faults.clear()
    allowed = planned(predicted)
    for kind, name in done(sandbox, before):
        other = {"smart_connect_tasks": "sink_tasks", "sink_tasks": "smart_connect_tasks"}.get(kind, kind)
        assert {(kind, name), (other, name)} & allowed, both(predicted, first)
    if not any(entry.fault for entry in first.entries):
        assert not first.failed, both(predicted, first)
        assert (predicted.changed, actions(predicted)) == (first.changed, actions(first)), both(predicted, first)
        assert predicted.result["diff"].keys() == first.result["diff"].keys()
    _settle(sandbox)
    completed = run(sandbox, chosen)
    assert not completed.failed, both(first, completed)
    _settle(sandbox)
    again = run(sandbox, chosen)
    assert (again.failed, again.changed) == (False, False), both(first, completed, again)
    _expect_wanted(sandbox, chosen, both(first, completed))


def _settle(sandbox: Sandbox) -> None:
    """Let the service finish what runs without wait have begun."""
    for _unused in range(6):
        for task in sandbox.simulator.world.connectors[sandbox.connector_id].listed("sink", sandbox.simulator.settings):
            sandbox.simulator.world.connectors[sandbox.connector_id].read_status(task)
    run(
        sandbox,
        {"topics": [], "users": [], "consumer_groups": [], "smart_connect_tasks": [], "sink_tasks": []},
        check_mode=True,
    )


def _expect_wanted(sandbox: Sandbox, chosen: dict[str, t.Any], summary: str) -> None:
    found = sandbox.everything()
    nouns = {
        "users": "user",
        "topics": "topic",
        "consumer_groups": "group",
        "smart_connect_tasks": "task",
        "sink_tasks": "task",
    }
    for kind, noun in nouns.items():
        for entry in chosen[kind] or ():
            name = f"{noun} {entry[NAMES[kind]]}"
            if entry[NAMES[kind]] in TASKS and not (sandbox.simulator.settings.shared_tasks or "state" not in entry):
                # A task of the name can be one that only the other API shows.
                continue
            assert (name in found) is (entry.get("state") != "absent"), (name, summary)
    for entry in chosen["topic_permissions"] or ():
        topic = entry["topic_name"]
        have = {each for each in found if each.startswith(f"permission {topic} ")}
        want = {f"permission {topic} {user} {access}" for user, access in entry.get("policies", {}).items()}
        if f"topic {topic}" in found:
            assert want <= have if chosen["merge"] and entry.get("state") != "absent" else want == have, (
                topic,
                summary,
            )
