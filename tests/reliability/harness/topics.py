# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random options of runs for topics, and the invariants of each run, with any faults."""

from __future__ import annotations

import re
import typing as t

from hypothesis import strategies as st
from simulator import Simulator

from .failures import Act
from .invariants import complete, secrets_shown, shape, unexpected_changes
from .runs import Outcome, Task
from .set_invariants import pruned_by, reads_only, requests

NAMES = ("orders", "orders.2", "audit", "payments")
INTERNAL = "__consumer_offsets"
WANTED: tuple[dict[str, t.Any], ...] = (
    {"partition": 3},
    {"partition": 6, "retention_time": 24},
    {"partition": 4, "topic_desc": "of the shop", "topic_other_configs": {"max.message.bytes": 1000}},
    {"sync_message_flush": True, "replication": 3},
)
STORED: tuple[dict[str, t.Any], ...] = (
    {"partition": 3},
    {"partition": 6, "retention_time": 24},
    {"partition": 3, "retention_time": 24, "messages": 7, "groups": ["readers"]},
    {"partition": 5, "undeletable": True},
)
USED = "audit"
"""The topic that a Smart Connect task reads."""
_UNKNOWN = re.compile("unknown|may have|can be the result")
_WRITES = ("CreateInstanceTopic", "UpdateInstanceTopic", "BatchDeleteInstanceTopic")


@st.composite
def options(draw: st.DrawFn) -> dict[str, t.Any]:
    """Options of a topic, or of a set, which has ``topics``."""
    entries = []
    for name in draw(st.lists(st.sampled_from((*NAMES, INTERNAL)), min_size=1, unique=True)):
        absent = draw(st.integers(0, 2)) == 2
        entries.append({"name": name, **({"state": "absent"} if absent else draw(st.sampled_from(WANTED)))})
    chosen: dict[str, t.Any] = {
        "instance_id": Simulator.instance_id,
        "wait": draw(st.booleans()),
        "wait_timeout": draw(st.sampled_from((20, 300))),
        "max_retries": draw(st.sampled_from((0, 1, 2, 5))),
        "timeout": 5,
        "protect": draw(st.sampled_from((None, None, [], ["tasks", "consumers"], ["messages"]))),
    }
    if draw(st.integers(0, 2)) == 2:
        return {**chosen, **entries[0]}
    chosen["topics"] = entries
    if draw(st.booleans()):
        patterns = (None, "orders.*") if any("state" not in entry for entry in entries) else ("orders.*", ".*")
        limit = draw(st.sampled_from((None, None, 0, 1)))
        chosen.update(prune=True, prune_pattern=draw(st.sampled_from(patterns)), prune_limit=limit)
    return chosen


def topic_violations(outcome: Outcome, acts: t.Sequence[Act] = ()) -> list[str]:
    """Return the violations of a run for a topic or a set of topics; *acts* are the changes by other users."""
    others = {name for act in acts for name in act.did}
    others |= {name for name, topic in _topics(outcome.before).items() if topic.deleting}
    return [
        *reads_only(outcome),
        *_reported(outcome, others),
        *_only_planned(outcome, others),
        *_result_is_true(outcome, others),
        *requests(outcome),
        *shape(outcome),
        *secrets_shown(outcome),
    ]


def _entries(outcome: Outcome) -> dict[str, dict[str, t.Any]]:
    return {entry["name"]: entry for entry in outcome.options.get("topics", [outcome.options])}


def _topics(world: t.Any) -> dict[str, Task]:
    return t.cast("dict[str, Task]", world[Simulator.instance_id])


def _reported(outcome: Outcome, others: t.AbstractSet[str]) -> t.Iterator[str]:
    """``changed`` of each topic matches the journal, unless the result says that it is unknown."""
    if outcome.check_mode:
        return
    whole = {"name": outcome.options.get("name"), "changed": outcome.changed, "msg": outcome.msg}
    reports = outcome.result.get("topics", [] if "topics" in outcome.options else [whole])
    done = {name: verb for verb in ("created", "modified", "deleted") for name in outcome.ids(verb)}
    if outcome.changed != any(report["changed"] for report in reports):
        yield f"changed is {outcome.changed}, which differs from the topics"
    lost = any(entry.operation in _WRITES and not complete(entry) for entry in outcome.entries)
    for report in reports:
        name, action = report["name"], report.get("action")
        verb = done.pop(name, None)
        # With a lost response, what this run did can't be distinguished from what another user did. The response to the
        # deletion of a topic that is being deleted, or does not exist, does not show that either.
        unclear = lost or _entries(outcome).get(name, {"state": "absent"}).get("state") == "absent"
        if action == "unknown" or _UNKNOWN.search(report.get("msg", "")) or (unclear and name in others):
            continue
        if report["changed"] != bool(verb):
            yield f"changed of {name} is {report['changed']}, but it was {verb or 'not changed'}"
        elif action not in (None, "failed", "not_tried") and action != (verb or "unchanged"):
            yield f"{name} is reported as {action}, but it was {verb or 'not changed'}"
    yield from (f"it {verb} {name}, and does not report it" for name, verb in done.items())


def _only_planned(outcome: Outcome, others: t.AbstractSet[str]) -> t.Iterator[str]:
    """No topic outside the plan, no internal topic and none in use is changed, none is deleted in order to be created."""
    entries = _entries(outcome)
    created, modified, deleted = (outcome.ids(verb) for verb in ("created", "modified", "deleted"))
    protect = outcome.options.get("protect", ["tasks"])
    pruned = [name for name in deleted if name not in entries]
    for name in deleted:
        if not (pruned_by(outcome, name) if name in pruned else entries[name].get("state") == "absent"):
            yield f"it deleted {name}, which is not in the plan"
        before = _topics(outcome.before).get(name)
        found = before.descriptor if before and name not in others else {"groups": [], "messages": 0}
        kept = {"tasks": name == USED, "consumers": found["groups"], "messages": found["messages"]}
        yield from (f"it deleted {name} in spite of its {what}" for what in protect if kept[what])
    yield from (f"it {what} {INTERNAL}" for what in ("modified", "deleted") if INTERNAL in outcome.ids(what))
    for name in {*created, *modified}:
        if name not in entries or entries[name].get("state") == "absent":
            yield f"it created or changed {name}"
        if name in deleted and name not in others:
            yield f"it deleted {name} and created it again"
    if len(pruned) > outcome.options.get("prune_limit", len(pruned)):
        yield f"it pruned {len(pruned)} topics"
    first = next(
        (entry for entry in outcome.entries if entry.operation == "ListInstanceTopics" and complete(entry)), None
    )
    if pruned and first is None:
        yield f"it pruned {len(pruned)} topics without a complete list"
    yield from unexpected_changes(outcome, {*modified, *deleted, *others})


def _result_is_true(outcome: Outcome, others: t.AbstractSet[str]) -> t.Iterator[str]:
    """After a successful run, each topic is as wanted; those whose deletion is not awaited can still be listed."""
    if outcome.failed or outcome.check_mode:
        return
    topics = _topics(outcome.after)
    for name, entry in _entries(outcome).items():
        topic = topics.get(name)
        if name in others:
            continue
        if entry.get("state") == "absent":
            if topic and (outcome.options.get("wait", True) or not topic.deleting):
                yield f"it reports that {name} is absent"
        elif topic is None or not _as_wanted(entry, topic):
            yield f"it reports that {name} is present and as wanted"
    for name, topic in topics.items():
        if not ({name} & {*others, *_entries(outcome), INTERNAL} or topic.deleting) and pruned_by(outcome, name):
            yield f"it reports that {name} is pruned"


def _as_wanted(entry: dict[str, t.Any], topic: Task) -> bool:
    stored = topic.descriptor
    configs = {name: str(value) for name, value in entry.get("topic_other_configs", {}).items()}
    compared = {key for keys in WANTED for key in keys} & set(entry) - {"topic_other_configs"}
    return all(stored[key] == entry[key] for key in compared) and configs.items() <= stored["configs"].items()
