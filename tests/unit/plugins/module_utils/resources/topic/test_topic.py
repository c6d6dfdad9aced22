# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One topic: its exact requests and its result, through the module for one and through the module for many."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_topic as one
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_topics as many
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, INSTANCE, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Reply,
    Service,
    Step,
    error_reply,
    reply,
    run_module,
)
from ansible_collections.huaweicloud.kafka.tests.unit.topics import (
    BYTES,
    LIST,
    UNUSED,
    UP,
    create,
    delete,
    in_part,
    listed,
    row,
    unwanted,
    update,
    wanted,
)

Row = dict[str, t.Any]
Options = dict[str, t.Any]
Steps = list[Step]


class Expected(t.NamedTuple):
    """Whether the run fails, the ``action`` of a set, ``changed``, parts of what is said, and the topic if it is checked.

    The parts are in the message of a failure, otherwise in the warnings; a success without parts has no warning.
    """

    failed: bool
    action: str
    changed: bool
    says: tuple[str, ...]
    topic: t.Any = None


def done(action: str, *says: str, topic: t.Any = None) -> Expected:
    return Expected(False, action, True, says, topic)


def same(*says: str, topic: t.Any = None) -> Expected:
    return Expected(False, "unchanged", False, says, topic)


def fails(*says: str, action: str = "failed", changed: bool = False, topic: t.Any = None) -> Expected:
    return Expected(True, action, changed, says, topic)


Cases = dict[str, tuple[Options, Steps, Steps, Expected]]
"""By name: the options, the requests of check mode, the further ones of the run, and what is expected of both or of the run."""


def lists(*rows: t.Any, **more: t.Any) -> Step:
    """List *rows*, or get the response in their place."""
    return (LIST, rows[0]) if rows and isinstance(rows[0], (Reply, str)) else (LIST, listed(*rows, **more))


def up(**fields: t.Any) -> Step:
    return (INSTANCE, reply(200, instance(**{"enable_auto_topic": False, **fields})))


FORBIDDEN, REJECTED = error_reply(403, "DMS.00403003", "no"), error_reply(401, "APIG.0301")
NO_INSTANCE, THROTTLED = error_reply(404, "DMS.00404022"), error_reply(404, "DMS.10240407")
EXISTS, INVALID = error_reply(400, "DMS.40050005"), error_reply(400, "DMS.00400102")
FREEZING = "instance i-1 is FREEZING"
ONCE, NO_WAIT, NO_TIME = {"max_retries": 0}, {"wait": False}, {"wait_timeout": 0}
SHORT = {"timeout": 1}
UNKNOWN = "It is unknown whether it was"
LATER = "It is unknown whether it was created: a lookup after that found no such topic, but it can be listed later."
MESSAGES = "Deleting a topic deletes its messages."
KEYS = "With more partitions, messages of a key can go to another partition than before."
AUTO = "The instance creates topics automatically: a deleted topic comes back if a client still uses it."

# --- without a write -------------------------------------------------------------------------------------------------

PLANNED: Cases = {
    "same": (wanted(), [lists(row())], [], same(topic=row())),
    "same, all options": (
        wanted(
            replicas=3,
            aging_time=72,
            sync_replication=False,
            sync_flushing=False,
            description="",
            configs={"max.message.bytes": 1000},
        ),
        [lists(row())],
        [],
        same(topic=row()),
    ),
    "same, of another generation": (
        wanted(sync_replication=False),
        [lists({**row(name=None, sync_replication="false"), "id": "orders"})],
        [],
        same(topic=row()),
    ),
    "same, internal": (wanted("__trace"), [lists(row("__trace"))], [], same()),
    "absent": (unwanted(), [lists(row("other"))], [], same()),
    "absent, no instance": (unwanted(), [lists(NO_INSTANCE)], [], same("The instance i-1 does not exist")),
    "absent, list forbidden": (unwanted(), [lists(FORBIDDEN)], [], fails("DMS.00403003")),
    "absent, another 404": (unwanted(), [lists(error_reply(404, "DMS.00404001"))], [], fails("DMS.00404001")),
    "absent, incomplete list": (
        unwanted(),
        [lists(total=1)],
        [],
        fails("the list contains 0 of 1 topics, so it is not complete"),
    ),
    "absent, another 404 without code": (unwanted(**ONCE), [lists(reply(404))], [], fails("404")),
    "present, no instance": (wanted(), [lists(NO_INSTANCE)], [], fails("DMS.00404022")),
    "present, incomplete list": (wanted(), [lists(row("x"), total=2), (LIST[:-1] + "1", listed(total=2))], [], fails("1 of 2")),
    "fewer partitions": (wanted(partition=2), [lists(row())], [], fails("can't be lowered to 2", topic=row())),
    "other replicas": (wanted(replication=1), [lists(row())], [], fails("a reassignment of the partitions")),
    "no partitions": (wanted(partition=None), [lists()], [], fails("partition must be set to create the topic")),
    "internal, changed": (wanted("__trace", partition=9), [lists(row("__trace"))], [], fails("it is an internal topic")),
    "internal, deleted": (unwanted("__trace"), [lists(row("__trace"))], [], fails("it is an internal topic")),
    "internal type, deleted": (unwanted(), [lists(row(topic_type=1))], [], fails("it is an internal topic")),
    "preset name": (wanted("__trace"), [lists()], [], fails("the name of an internal topic")),
    "collision": (wanted("a.bc"), [lists(row("a_bc")), UP], [], fails("the topic a_bc only in . and _")),
    "created, instance FREEZING": (wanted(), [lists(), up(status="FREEZING")], [], fails(FREEZING)),
    "changed, instance FREEZING": (wanted(partition=9), [lists(row()), up(status="FREEZING")], [], fails(FREEZING)),
    "deleted, instance FREEZING": (unwanted(), [lists(row()), up(status="FREEZING")], [], fails(FREEZING)),
    "created, instance forbidden": (wanted(), [lists(), (INSTANCE, FORBIDDEN)], [], fails("DMS.00403003")),
}  # fmt: skip

# --- deletions -------------------------------------------------------------------------------------------------------

EXISTING = [lists(row()), *UNUSED]
NAMED = instance(enable_auto_topic=False)
LISTED_ONLY = {key: value for key, value in instance().items() if key != "connector_id"}
NULL_CONNECTOR = instance(enable_auto_topic=False, connector_id=None, connector_enable=None)
OFF = instance(enable_auto_topic=False, connector_id="", connector_enable=False)
BY_NAME: Options = {"instance_id": None, "instance_name": "kafka"}
ROW = row()

DELETIONS: Cases = {
    "deleted": (unwanted(), EXISTING, [delete(), lists()], done("deleted", MESSAGES, topic=ROW)),
    "still listed": (unwanted(), EXISTING, [delete(), lists(row()), lists()], done("deleted", MESSAGES)),
    "stays listed": (
        unwanted(**NO_TIME),
        EXISTING,
        [delete(), lists(row())],
        fails("waited 0 seconds for the topic to be gone; last state: still listed", changed=True, topic=ROW),
    ),
    "list incomplete": (
        unwanted(**NO_TIME), EXISTING, [delete(), lists(total=1)], fails("a list of 0 of 1 topics", changed=True),
    ),
    "no wait": (unwanted(**NO_WAIT), EXISTING, [delete()], done("deleted", MESSAGES)),
    "not done": (
        unwanted(),
        EXISTING,
        [delete(failed=["orders"]), lists(row())],
        fails("the service reported that it was not done"),
    ),
    "not done, but gone": (
        unwanted(**ONCE), EXISTING, [delete(failed=["orders"]), lists()], done("deleted", MESSAGES),
    ),
    "not named": (
        unwanted(),
        EXISTING,
        [delete(response=reply(200, {"topics": []})), lists(row())],
        fails("the service did not return what happened to it"),
    ),
    "malformed, gone": (unwanted(), EXISTING, [delete(response=reply(200, {})), lists()], done("deleted", MESSAGES)),
    "malformed, left": (
        unwanted(), EXISTING, [delete(response=reply(200, {})), lists(row())], fails(UNKNOWN, action="unknown"),
    ),
    "refused": (unwanted(), EXISTING, [delete(response=FORBIDDEN)], fails("DMS.00403003")),
    "rejected": (unwanted(), EXISTING, [delete(response=REJECTED)], fails("APIG.0301")),
    "then rejected": (unwanted(), EXISTING, [delete(), lists(REJECTED)], fails("APIG.0301", changed=True)),
    "then forbidden": (unwanted(), EXISTING, [delete(), lists(FORBIDDEN)], fails("DMS.00403003", changed=True)),
    "then no instance": (unwanted(), EXISTING, [delete(), lists(NO_INSTANCE)], done("deleted", MESSAGES)),
    "no instance": (
        unwanted(), EXISTING, [delete(response=NO_INSTANCE)],
        same(MESSAGES, "The instance i-1 does not exist"),
    ),
    "lost, repeated": (unwanted(), EXISTING, [delete(response=LOST), delete(), lists()], done("deleted", MESSAGES)),
    "lost, gone": (unwanted(**ONCE), EXISTING, [delete(response=LOST), lists()], done("deleted", MESSAGES)),
    "lost, left": (
        unwanted(**ONCE), EXISTING, [delete(response=LOST), lists(row())], fails(UNKNOWN, "still listed", action="unknown"),
    ),
    "lost, list forbidden": (
        unwanted(**ONCE), EXISTING, [delete(response=LOST), lists(FORBIDDEN)], fails(UNKNOWN, action="unknown"),
    ),
    "auto-creation": (
        unwanted(protect=[]), [lists(row()), up(enable_auto_topic="true")], [delete(), lists()],
        done("deleted", MESSAGES, AUTO),
    ),
    "unknown status": (
        unwanted(protect=[]), [lists(row()), up(status="NEW")], [delete(), lists()],
        done("deleted", "Instance i-1 is NEW, so the service may refuse the change.", MESSAGES),
    ),
    "by the name of the instance": (
        unwanted(**BY_NAME), [(FIND, instances(NAMED)), lists(row()), *UNUSED[1:]], [delete(), lists()],
        done("deleted", MESSAGES),
    ),
    "by name, listed without connector": (
        unwanted(**BY_NAME), [(FIND, instances(LISTED_ONLY)), *EXISTING], [delete(), lists()], done("deleted", MESSAGES),
    ),
    "by name, listed with a null connector": (
        unwanted(**BY_NAME), [(FIND, instances(NULL_CONNECTOR)), *EXISTING], [delete(), lists()], done("deleted", MESSAGES),
    ),
    "by name, listed as off": (
        unwanted(**BY_NAME), [(FIND, instances(OFF)), *EXISTING], [delete(), lists()], done("deleted", MESSAGES),
    ),
    "no instance of the name": (unwanted(**BY_NAME), [(FIND, instances())], [], same("no Kafka instance named kafka")),
}  # fmt: skip

# --- creations -------------------------------------------------------------------------------------------------------

NEW = [lists(), UP]
OTHER = row(partition=9)
CONFIGS = [{"name": "max.message.bytes", "value": "1000"}, {"name": "message.timestamp.type", "value": "CreateTime"}]
FULL: Options = {
    "replication": 3,
    "retention_time": 72,
    "sync_replication": True,
    "sync_message_flush": False,
    "topic_desc": "",
}
SENT = {"name": "orders", "partition": 3}

CREATIONS: Cases = {
    "created": (wanted(), NEW, [create(), lists(row())], done("created", topic=ROW)),
    "all options": (
        wanted(**FULL, topic_other_configs={"message.timestamp.type": "CreateTime", "max.message.bytes": 1000}),
        NEW,
        [create(**FULL, topic_other_configs=CONFIGS), lists(row())],
        done("created", topic=ROW),
    ),
    "no configs": (wanted(configs={}), NEW, [create(), lists(row())], done("created")),
    "listed late": (wanted(), NEW, [create(), lists(), lists(row("x")), lists(row())], done("created", topic=ROW)),
    "never listed": (
        wanted(**NO_TIME), NEW, [create(), lists()],
        fails("waited 0 seconds for the topic of that name to be listed", "not listed yet", changed=True, topic=SENT),
    ),
    "not listed, no wait": (wanted(**NO_WAIT), NEW, [create()], done("created", topic=SENT)),
    "list forbidden": (
        wanted(), NEW, [create(), lists(FORBIDDEN)], fails("DMS.00403003", "created the topic", changed=True),
    ),
    "by the name of the instance": (
        wanted(**BY_NAME), [(FIND, instances(NAMED)), lists()], [create(), lists(row())], done("created"),
    ),
    "one replica": (
        wanted(replication=1, sync_replication=True),
        NEW,
        [create(replication=1, sync_replication=True), lists(row(replication=1, sync_replication=True))],
        done("created", "The topic has one replica, so the service may refuse sync_replication."),
    ),
    "too few partitions": (
        wanted(), [lists(remain_partitions=2), UP], [create(), lists(row())],
        done("created", "3 more partitions are needed, but the service returns that 2 are left"),
    ),
    "refused": (wanted(), NEW, [create(response=INVALID), lists()], fails("DMS.00400102", "1 to 200 partitions")),
    "refused, equal": (wanted(), NEW, [create(response=INVALID), lists(row())], same(topic=ROW)),
    "exists, equal": (wanted(), NEW, [create(response=EXISTS), lists(row())], same(topic=ROW)),
    "exists, different": (wanted(), NEW, [create(response=EXISTS), lists(OTHER)], fails("DMS.40050005")),
    "exists, list forbidden": (wanted(), NEW, [create(response=EXISTS), lists(FORBIDDEN)], fails("DMS.40050005")),
    "exists, listed late": (wanted(), NEW, [create(response=EXISTS), lists(), lists(row())], same(topic=ROW)),
    "exists, never listed": (
        wanted(**SHORT), NEW, [create(response=EXISTS), lists(), lists(), lists()], fails("DMS.40050005"),
    ),
    "forbidden": (wanted(), NEW, [create(response=FORBIDDEN), lists()], fails("DMS.00403003")),
    "forbidden, equal": (wanted(), NEW, [create(response=FORBIDDEN), lists(row())], same(topic=ROW)),
    "rejected": (wanted(), NEW, [create(response=REJECTED)], fails("APIG.0301")),
    "throttled": (wanted(**ONCE), NEW, [create(response=THROTTLED)], fails("DMS.10240407")),
    "throttled, then created": (wanted(), NEW, [create(response=THROTTLED), create(), lists(row())], done("created")),
    "lost, listed": (wanted(), NEW, [create(response=LOST), lists(row())], done("created")),
    "lost, listed late": (
        wanted(), NEW, [create(response=LOST), lists(), lists(), lists(row())], done("created"),
    ),
    "lost, different": (
        wanted(), NEW, [create(response=LOST), lists(OTHER)],
        fails("the topic of that name that exists now is not as wanted"),
    ),
    "lost, not listed within timeout": (
        wanted(**SHORT), NEW, [create(response=LOST), lists(), lists(), create(), lists(row())], done("created"),
    ),
    "lost, then exists": (
        wanted(**SHORT), NEW, [create(response=LOST), lists(), lists(), create(response=EXISTS), lists(row())],
        done("created"),
    ),
    "lost, not listed": (
        wanted(**SHORT, **ONCE), NEW, [create(response=LOST), lists(), lists()],
        fails(LATER, action="unknown"),
    ),
    "lost, no time": (wanted(**NO_TIME), NEW, [create(response=LOST), lists()], fails(LATER, action="unknown")),
    "lost, list forbidden": (
        wanted(), NEW, [create(response=LOST), lists(FORBIDDEN)], fails(UNKNOWN, action="unknown"),
    ),
    "500, listed": (wanted(), NEW, [create(response=reply(500)), lists(row())], done("created")),
    "malformed, listed": (wanted(), NEW, [create(response=reply(200, {})), lists(row())], done("created")),
    "malformed, not listed": (
        wanted(**SHORT), NEW, [create(response=reply(200, {})), lists(), lists()], fails(LATER, action="unknown"),
    ),
}  # fmt: skip

# --- changes ---------------------------------------------------------------------------------------------------------

HERE = [lists(row()), UP]
DAY: Options = {"retention_time": 24}
DAY_SENT = {"id": "orders", "retention_time": 24}
GROWN = {"id": "orders", "new_partition_numbers": 5}
BOTH: Options = {"partition": 5, "retention_time": 24}
BOTH_SENT = {**DAY_SENT, "new_partition_numbers": 5}
LEFT = "and it still differs: partition is 3, wanted 5"
UNREAD = "The service accepted the modification. It is unknown what it changed: run the task again."
NOT_ALL = in_part(orders="add partition failed")

CHANGES: Cases = {
    "changed": (wanted(**DAY), HERE, [update(DAY_SENT), lists(row(**DAY))], done("modified", topic=row(**DAY))),
    "changed, no wait": (wanted(**DAY, **NO_WAIT), HERE, [update(DAY_SENT), lists(row(**DAY))], done("modified")),
    "more partitions": (
        wanted(partition=5), HERE, [update(GROWN), lists(row(partition=5))],
        done("modified", KEYS, topic=row(partition=5)),
    ),
    "too few partitions": (
        wanted(partition=5), [lists(row(), remain_partitions=1), UP], [update(GROWN), lists(row(partition=5))],
        done("modified", KEYS, "2 more partitions are needed, but the service returns that 1 are left"),
    ),
    "description is removed": (
        wanted(topic_desc=""),
        [lists(row(topic_desc="all")), UP],
        [update({"id": "orders", "topic_desc": ""}), lists(row())],
        done("modified"),
    ),
    "configs": (
        wanted(configs={"max.message.bytes": 1000, "message.timestamp.type": "CreateTime"}),
        HERE,
        [
            update({"id": "orders", "topic_other_configs": CONFIGS[1:]}),
            lists(row(topic_other_configs=[BYTES, CONFIGS[1]])),
        ],
        done("modified"),
    ),
    "by the name of the instance": (
        wanted(**DAY, **BY_NAME), [(FIND, instances(NAMED)), lists(row())], [update(DAY_SENT), lists(row(**DAY))],
        done("modified"),
    ),
    "nothing moved": (
        wanted(**DAY), HERE, [update(DAY_SENT), lists(row())],
        fails("the service accepted the request, but did not change everything: retention_time is 72, wanted 24"),
    ),
    "in part, all moved": (
        wanted(**BOTH), HERE, [update(BOTH_SENT, response=NOT_ALL), lists(row(**BOTH))], done("modified", KEYS),
    ),
    "in part, one moved": (
        wanted(**BOTH), HERE, [update(BOTH_SENT, response=NOT_ALL), lists(row(**DAY))],
        fails("add partition failed", LEFT, "modified retention_time of the topic", changed=True, topic=row(**DAY)),
    ),
    "in part, nothing moved": (
        wanted(**BOTH), HERE, [update(BOTH_SENT, response=NOT_ALL), lists(row())],
        fails("add partition failed", LEFT, topic=ROW),
    ),
    "in part, not named": (
        wanted(**DAY), HERE, [update(DAY_SENT, response=in_part()), lists(row())],
        fails("the service did not return what happened to it, and it still differs"),
    ),
    "in part, then gone": (
        wanted(**DAY), HERE, [update(DAY_SENT, response=NOT_ALL), lists()], fails("deleted in the meantime"),
    ),
    "then gone": (wanted(**DAY), HERE, [update(DAY_SENT), lists()], fails("the topic was deleted in the meantime")),
    "then incomplete": (wanted(**DAY), HERE, [update(DAY_SENT), lists(total=1)], fails(UNREAD, action="unknown")),
    "then forbidden": (
        wanted(**DAY), HERE, [update(DAY_SENT), lists(FORBIDDEN)], fails(UNREAD, action="unknown", changed=True),
    ),
    "then rejected": (
        wanted(**DAY), HERE, [update(DAY_SENT), lists(REJECTED)], fails(UNREAD, action="unknown", changed=True),
    ),
    "refused": (wanted(**DAY), HERE, [update(DAY_SENT, response=INVALID)], fails("DMS.00400102")),
    "rejected": (wanted(**DAY), HERE, [update(DAY_SENT, response=REJECTED)], fails("APIG.0301")),
    "throttled": (wanted(**DAY, **ONCE), HERE, [update(DAY_SENT, response=THROTTLED)], fails("DMS.10240407")),
    "lost, repeated": (
        wanted(**DAY), HERE, [update(DAY_SENT, response=LOST), update(DAY_SENT), lists(row(**DAY))], done("modified"),
    ),
    "lost, done": (
        wanted(**DAY, **ONCE), HERE, [update(DAY_SENT, response=LOST), lists(row(**DAY))], done("modified"),
    ),
    "lost, not done": (
        wanted(**DAY, **ONCE), HERE, [update(DAY_SENT, response=LOST), lists(row())],
        fails("found that it still differs: retention_time is 72, wanted 24", action="unknown"),
    ),
    "growth lost, done": (
        wanted(partition=5), HERE, [update(GROWN, response=LOST), lists(row(partition=5))], done("modified", KEYS),
    ),
    "growth lost, not done": (
        wanted(partition=5), HERE, [update(GROWN, response=LOST), lists(row())],
        fails("partition is 3, wanted 5", action="unknown"),
    ),
    "growth lost, the rest done": (
        wanted(**BOTH), HERE, [update(BOTH_SENT, response=LOST), lists(row(**DAY))],
        fails("partition is 3, wanted 5", action="unknown", changed=True),
    ),
    "growth lost, list forbidden": (
        wanted(partition=5), HERE, [update(GROWN, response=LOST), lists(FORBIDDEN)], fails(UNKNOWN, action="unknown"),
    ),
    "growth 500": (
        wanted(partition=5), HERE, [update(GROWN, response=error_reply(500, "DMS.00500990")), lists(row(partition=5))],
        done("modified", KEYS),
    ),
    "malformed, done": (
        wanted(**DAY), HERE, [update(DAY_SENT, response=reply(206)), lists(row(**DAY))], done("modified"),
    ),
}  # fmt: skip

ALL: Cases = {
    f"{kind}: {name}": case
    for kind, cases in (("plan", PLANNED), ("delete", DELETIONS), ("create", CREATIONS), ("change", CHANGES))
    for name, case in cases.items()
}


def as_set(options: Options) -> Options:
    """Return the options of the module for many, for the topic that *options* describe."""
    of_entry = many.MODULE.spec.argument_spec["topics"]["options"]
    aliases = {alias for option in of_entry.values() for alias in option.get("aliases", ())}
    entry = {name: value for name, value in options.items() if name in of_entry or name in aliases}
    return {**{name: value for name, value in options.items() if name not in entry}, "topics": [entry]}


def of_one(result: Options, many: bool = False) -> Options:
    """Return what *result* says of the topic; *many*: it is the result of the module for many."""
    (report,) = result.get("topics", [{} if many else result])
    warnings, diff = result.get("warnings", []), result.get("diff")
    if many:
        warnings = [re.sub("^[^ :]+: ", "", warning) for warning in warnings]
        diff = diff and {side: next(iter(topics.values()), {}) for side, topics in diff.items()}
    return {
        **{name: result.get(name) for name in ("changed", "failed", "error")},
        "sentence": re.sub("^Could not .*?: ", "", report.get("msg") or result.get("msg", "")),
        "warnings": sorted(warnings),
        "topic": report.get("topic"),
        "diff": diff,
    }


@pytest.mark.parametrize("check_mode", [False, True], ids=["run", "check"])
@pytest.mark.parametrize("name", ALL)
def test_topic_alone_and_in_a_set(name: str, check_mode: bool) -> None:
    options, before, rest, expected = ALL[name]
    steps = before if check_mode else [*before, *rest]
    alone = run_module(one, Service(), options, *steps, check_mode=check_mode, diff=True).result
    in_set = run_module(many, Service(), as_set(options), *steps, check_mode=check_mode, diff=True).result
    found = of_one(alone)
    assert of_one(in_set, many=True) == found
    if check_mode and rest:
        assert (found["failed"], found["changed"]) == (None, True)
        assert alone["diff"]["before"] != alone["diff"]["after"]
        return
    assert (found["failed"], found["changed"]) == (expected.failed or None, expected.changed)
    said = found["sentence"] if expected.failed else " ".join(found["warnings"])
    assert [part for part in expected.says if part not in said] == []
    assert expected.failed or len(found["warnings"]) == len(expected.says)
    if expected.topic:
        assert found["topic"] == expected.topic
    for report in in_set.get("topics", []):
        assert (report["action"], report["changed"]) == (expected.action, expected.changed)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (unwanted(name=""), "name must not be empty"),
        (unwanted(name=" orders"), "name must not begin or end with whitespace"),
        (wanted(partition=0), "partition must be from 1 to 200, not 0"),
        (wanted(wait_timeout=-1), "wait_timeout must be 0 or more, not -1"),
        (wanted(protect=["nothing"]), "protect must be one"),
        (wanted(state="gone"), "state must be one of"),
        (wanted(instance_id=None), "one of the following is required: instance_id, instance_name"),
        (wanted(instance_name="kafka"), "mutually exclusive"),
        (wanted(instance_id="../x"), "instance_id can contain only letters"),
    ],
)
def test_refused_before_any_request(options: Options, message: str) -> None:
    alone, in_set = run_module(one, Service(), options).msg, run_module(many, Service(), as_set(options)).msg
    assert message in alone
    assert message in in_set


def test_diff_and_prediction_of_a_change() -> None:
    result = run_module(one, Service(), wanted(**BOTH), *HERE, check_mode=True, diff=True).result
    before = {
        "name": "orders",
        "partition": 3,
        "replication": 3,
        "retention_time": 72,
        "sync_replication": False,
        "sync_message_flush": False,
        "topic_desc": "",
        "topic_other_configs": {"max.message.bytes": "1000"},
    }
    assert result["diff"] == {"before": before, "after": {**before, **BOTH}}
    assert result["topic"] == row(**BOTH)
