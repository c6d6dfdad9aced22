# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same task through the module for one and through the module for many: the same requests and the same result."""

from __future__ import annotations

import re
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_task as sink_task
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_tasks as sink_tasks
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect_task as connect_task
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_smart_connect_tasks as connect_tasks
from ansible_collections.huaweicloud.kafka.tests.unit import samples as sinks
from ansible_collections.huaweicloud.kafka.tests.unit import smart_connect as connect
from ansible_collections.huaweicloud.kafka.tests.unit.samples import FIND, INSTANCE, instance, instances
from ansible_collections.huaweicloud.kafka.tests.unit.smart_connect import MODIFY, PAUSE, RESTART, RESUME, UP, entity
from ansible_collections.huaweicloud.kafka.tests.unit.support import (
    LOST,
    Reply,
    Service,
    Step,
    error_reply,
    reply,
    run_module,
)

Steps = list[Step]
Options = dict[str, t.Any]


CREATED = reply(200, {"task_id": "t-3", "id": "t-3"})


class Kind(t.NamedTuple):
    """A kind of task: its key in a result, its two modules, its samples, and the steps before the first write."""

    key: str
    one: t.Any
    many: t.Any
    samples: t.Any
    up: Steps

    def want(self, descriptor: t.Any = None, **more: t.Any) -> Options:
        """Return the options that describe the task "orders"."""
        return sinks.present(descriptor, **more) if self is SINK else connect.options(descriptor, **more)

    def drop(self, **more: t.Any) -> Options:
        """Return the options that delete the task "orders"."""
        name = {"task_name": "orders", **more}
        return sinks.absent(**name) if self is SINK else {**connect.state("absent"), **name}

    def row(self, task_id: str = "t-1", status: str = "RUNNING", name: str = "orders", **more: t.Any) -> t.Any:
        return (sinks.listed if self is SINK else entity)(task_id=task_id, status=status, name=name, **more)

    def list(self, *rows: t.Any, **more: t.Any) -> Step:
        """List *rows*, or get the response in their place."""
        failed = bool(rows) and isinstance(rows[0], (Reply, str))
        return (self.samples.LIST, rows[0] if failed else self.samples.tasks(*rows, **more))

    def get(self, status: t.Any = "RUNNING", task_id: str = "t-1", **descriptor: t.Any) -> Step:
        """Read a task with that status, or get the response in its place."""
        line = f"GET {self.samples.TASKS}/{task_id}"
        if isinstance(status, Reply):
            return (line, status)
        found = sinks.details(status, **descriptor) if self is SINK else connect.show(status, task_id, sink=descriptor)
        return (line, found)

    def details(self, *args: t.Any, **more: t.Any) -> Steps:
        """Read a sink task as :meth:`get` does. A Smart Connect task is listed with its details."""
        return [self.get(*args, **more)] if self is SINK else []

    def post(self, response: t.Any = CREATED, **descriptor: t.Any) -> Step:
        body = sinks.body(**descriptor) if self is SINK else connect.body(descriptor)
        return (self.samples.CREATE, body, response)

    def delete(self, response: t.Any = 204, task_id: str = "t-1") -> Step:
        return (f"DELETE {self.samples.TASKS}/{task_id}", response)


SINK = Kind("sink_task", sink_task, sink_tasks, sinks, [])
CONNECT = Kind("smart_connect_task", connect_task, connect_tasks, connect, [(INSTANCE, UP)])


class Expected(t.NamedTuple):
    """Whether the run fails, the ``action`` of the entry ("": not checked), ``changed``, and parts of what is said.

    They are in the message of a failure, otherwise in the warnings. A success without parts has no warning. *predicts* are further
    parts of the warnings of check mode.
    """

    failed: bool
    action: str
    changed: bool
    says: tuple[str, ...]
    predicts: tuple[str, ...] = ()


def done(action: str, *says: str) -> Expected:
    return Expected(False, action, True, says)


def same(*says: str) -> Expected:
    return Expected(False, "unchanged", False, says)


def fails(*says: str, changed: bool = False, action: str = "") -> Expected:
    return Expected(True, action, changed, says)


GOES, COMES = "The task is DELETING: the run waits until it is gone", "The task is CREATING: the run waits until it is"

Cases = dict[str, tuple[Options, Steps, Steps, Expected]]
"""By name: the options, the requests before the first write or wait, the other requests, and what is expected."""
Rest = dict[str, tuple[Options, Steps, Expected]]
"""The same for cases that begin alike: further options, the other requests, and what is expected."""


def begin(name: str, options: Options, before: Steps, rest: Rest) -> Cases:
    return {
        f"{name}, {what}": ({**options, **more}, before, steps, expected)
        for what, (more, steps, expected) in rest.items()
    }


GONE, NO_CONNECTOR, NO_INSTANCE = (error_reply(404, f"DMS.004040{number}") for number in (26, 24, 22))
FORBIDDEN, REJECTED = error_reply(403, "DMS.00403003", "no"), error_reply(401, "APIG.0301")
IN_USE, INVALID = error_reply(400, "DMS.00400874"), error_reply(400, "DMS.00400867")
FULL = error_reply(404, "DMS.00404029")
PARENTS = {"connector": NO_CONNECTOR, "instance": NO_INSTANCE}
UNREADABLE = {"forbidden": FORBIDDEN, "500": reply(500), "lost": LOST}
EXTENDING: Step = (INSTANCE, reply(200, instance(status="EXTENDING")))
ONCE, NO_WAIT, NO_TIME = {"max_retries": 0}, {"wait": False}, {"wait_timeout": 0}
BY_ID = {"connector_id": None, "instance_id": "i-1"}
BY_NAME = {"connector_id": None, "instance_id": None, "instance_name": "kafka"}
RECREATE = {"recreate": True}
KEYLESS = {"access_key": None, "secret_key": None}
OTHER: Options = {"deliver_time_interval": 60}
THEIRS = {"obs_bucket_name": "theirs"}
POSITION, UNCHECKED, UNKNOWN = "loses the position", "could not be checked", "It is unknown whether it was"
PAGE = connect.LIST.replace("offset=0", "offset=1")
STOPPED = "has the status STOPPED, which is not documented"
LEFT = {"record_delimiter": "\n", "store_keys": False}


def kept(k: Kind, **descriptor: t.Any) -> Options:
    """Return *descriptor* with what a recreation takes over from the existing task."""
    return {**({"record_delimiter": ""} if k is SINK else LEFT), **descriptor}


# --- in check mode, too: it makes the requests before the first write or wait, and predicts the result ----------------


def planned(k: Kind) -> Cases:
    orders, new, other = k.row(), k.row("t-3"), k.row("t-2", name="else", topics="else")
    found, none = [k.list(orders), *k.up], [k.list(other), *k.up]
    seen = [k.list(orders), *k.details()]
    made = [k.list(other, new), *k.details(task_id="t-3")]
    remade = [k.delete(), k.list(), k.post(**kept(k, **OTHER)), k.list(new), *k.details(task_id="t-3", **OTHER)]
    is_on: Steps = [(INSTANCE, UP)] if k is SINK else []
    short = [k.list(other, total=2), *([] if k is SINK else [(PAGE, connect.tasks(total=2))])]
    deleting, creating = k.list(k.row(status="DELETING")), k.list(k.row(status="CREATING"))
    starting, leaving = [creating, *k.details("CREATING")], [deleting, *k.details("DELETING"), *k.up]
    paused = [k.list(k.row(status="PAUSED")), *k.details("PAUSED")]
    failed = [k.list(k.row(status="FAILED")), *k.details("FAILED")]
    waiting = [k.list(k.row(status="WAITING")), *k.details("WAITING")]
    stopped = [k.list(k.row(status="STOPPED")), *k.details("STOPPED")]
    alone = {**k.drop(task_name=None, task_id="t-1"), "state": "present"}
    in_two = [k.list(k.row("t-2", name="else", topics="orders")), *k.up]
    order = 1 if k is SINK else -1
    nowhere: Steps = [(FIND, instances())]
    listed = [k.list(k.row("t-3", "CREATING")), *k.details("CREATING", "t-3")]
    renewed = [k.delete(), k.list(), k.post(**kept(k)), *made]
    by_id, again = k.drop(task_name=None, task_id="t-1"), k.want(OTHER, **RECREATE)
    return {
        "absent": (k.drop(), [k.list(other)], [], same()),
        "absent, no such task": (k.drop(), [k.list(GONE)], [], same()),
        **{f"absent, no {what}": (k.drop(), [k.list(no)], [], same("does not exist")) for what, no in PARENTS.items()},
        "absent, no instance of the name": (k.drop(**BY_NAME), nowhere, [], same("no Kafka instance named kafka")),
        "absent, forbidden": (k.drop(), [k.list(FORBIDDEN)], [], fails("DMS.00403003")),
        "absent, incomplete list": (k.drop(), short, [], fails("1 of 2")),
        "absent, two of the name": (k.drop(), [k.list(orders, new)], [], fails("t-1, t-3")),
        "absent, EXTENDING": (k.drop(**BY_ID), [EXTENDING, k.list(orders)][::order], [], fails("is EXTENDING")),
        "absent, DELETING": (k.drop(), [deleting], [deleting, k.list()], same()._replace(predicts=(GOES,))),
        "absent, DELETING, no wait": (k.drop(**NO_WAIT), [deleting], [], same()),
        "deleted": (k.drop(), found, [k.delete(), deleting, k.list()], done("deleted")),
        "deleted, no wait": (k.drop(**NO_WAIT), found, [k.delete()], done("deleted")),
        "deleted, by instance": (k.drop(**BY_ID), [*is_on, *found], [k.delete(), k.list()], done("deleted")),
        "deleted, by id": (by_id, found, [k.delete(), k.list(k.row("t-9"))], done("deleted")),
        "present": (k.want(), seen, [], same()),
        "present, no keys": (k.want(KEYLESS), seen, [], same()),
        "present, differs": (k.want(OTHER), seen, [], fails("deliver_time_interval is 300, wanted 60")),
        "present, no connector": (k.want(), [k.list(NO_CONNECTOR)], [], fails("DMS.00404024")),
        "present, no instance of the name": (k.want(**BY_NAME), nowhere, [], fails("no Kafka instance named kafka")),
        "present, no such id": (k.want(task_id="t-9"), [k.list(other)], [], fails("with the id t-9")),
        "present, by id alone": (alone, seen, [], same()),
        "present, by id alone, no such id": (alone, [k.list(other)], [], fails("with the id t-1")),
        "present, by id alone, FAILED": (alone, failed, [], fails("status FAILED")),
        "present, FAILED": (k.want(), failed, [], fails("status FAILED")),
        "present, FAILED, no wait": (k.want(**NO_WAIT), failed, [], fails("status FAILED")),
        "present, WAITING": (k.want(), waiting, [], same(*["is WAITING; the console and"] * (k is SINK))),
        "present, WAITING, no wait": (k.want(**NO_WAIT), waiting, [], same()),
        "present, STOPPED": (k.want(), stopped, [], same(STOPPED)),
        "present, STOPPED, no wait": (k.want(**NO_WAIT), stopped, [], same(STOPPED)),
        "present, PAUSED": (k.want(), paused, [], same(*["is PAUSED"] * (k is SINK))),
        "present, CREATING": (k.want(), starting, [k.get("CREATING"), k.get()], same()._replace(predicts=(COMES,))),
        "present, CREATING, no wait": (k.want(**NO_WAIT), starting, [], same("is CREATING, and wait is false")),
        "created": (k.want(), none, [k.post(), *made], done("created")),
        "created, EXTENDING": (k.want(**BY_ID), [EXTENDING, k.list()][::order], [], fails("is EXTENDING")),
        "created, no keys": (k.want(KEYLESS), [k.list(other)], [], fails("must be set to create the task")),
        "created, no wait": (k.want(**NO_WAIT), none, [k.post(), *listed], done("created")),
        "created, one is DELETING": (
            k.want(), leaving, [deleting, k.list(), k.post(), *made], done("created")._replace(predicts=(GOES,)),
        ),
        "created, topic in two tasks": (k.want(), in_two, [k.post(), *made], done("created")),
        "recreated": (again, [*seen, *k.up], remade, done("recreated", POSITION)),
        "recreated, no wait": ({**again, **NO_WAIT}, [*seen, *k.up], remade, done("recreated", POSITION)),
        "recreated, FAILED": (k.want(**RECREATE), [*failed, *k.up], renewed, done("recreated", POSITION)),
        "recreated, no keys": (k.want({**OTHER, **KEYLESS}, **RECREATE), seen, [], fails("must be set to create")),
    }  # fmt: skip


def states(k: Kind) -> Cases:
    if k is SINK:
        return {}
    state, gets, empty, later = connect.state, k.get, k.list(), entity("WAITING", "t-3")
    running, paused, waiting = ([k.list(k.row(status=name)), *k.up] for name in ("RUNNING", "PAUSED", "WAITING"))
    changed, accepted = k.want(OTHER, modify=True), reply(200, {})
    start_later: Step = (connect.CREATE, connect.body(start_later=True), reply(200, later))
    remade_later: Step = (connect.CREATE, connect.body({**OTHER, **LEFT}, start_later=True), reply(200, later))
    return {
        "paused": (state("paused"), running, [(PAUSE, 204), gets(), gets("PAUSED")], done("paused")),
        "paused, PAUSED": (state("paused"), paused[:1], [], same()),
        "paused, WAITING": (state("paused"), waiting[:1], [], same()),
        "paused, FAILED": (state("paused"), [k.list(k.row(status="FAILED"))], [], fails("status FAILED")),
        "paused, not there": (state("paused"), [empty], [], fails("it does not exist")),
        "paused, EXTENDING": (state("paused"), [running[0], EXTENDING], [], fails("is EXTENDING")),
        "paused, created": (k.want(state="paused"), [empty, *k.up], [start_later, k.list(later)], done("created")),
        "running": (state("running"), paused, [(RESUME, 204), gets("PAUSED"), gets()], done("resumed")),
        "running, WAITING": (state("running"), waiting, [(RESTART, 204), gets("WAITING"), gets()], done("started")),
        "modified": (changed, running, [modify(accepted), gets(**OTHER)], done("modified")),
        "modified, resumed": (
            {**changed, "state": "running"}, paused,
            [modify(accepted, "PAUSED"), gets("PAUSED", **OTHER), (RESUME, 204), gets(**OTHER)], done("modified"),
        ),
        "modified, no keys": (
            k.want({**OTHER, **KEYLESS}, modify=True), running,
            [(MODIFY, entity(sink=OTHER), accepted), gets(**OTHER)], done("modified", "without its keys"),
        ),
        "recreated, PAUSED": (
            k.want(OTHER, **RECREATE), paused, [k.delete(), empty, remade_later, k.list(later)],
            done("recreated", POSITION),
        ),
    }  # fmt: skip


def modify(response: t.Any, status: str = "RUNNING", **sink: t.Any) -> Step:
    return (MODIFY, entity(status, sink={**OTHER, **connect.KEYS, **sink}), response)


# --- in check mode only: the run leaves it to the service, or decides when the status has settled ---------------------


def predicted(k: Kind) -> Cases:
    other = k.row("t-2", name="else", topics="else")
    both, first, second = ([k.list(other, max_tasks=a, quota_tasks=b), *k.up] for a, b in ((1, 1), (1, 2), (2, 1)))
    cases: Cases = {
        "quota used up": (k.want(), both, [], fails("quota")),
        "max_tasks reached": (k.want(), first, [], done("created", "max_tasks")),
        "quota_tasks reached": (k.want(), second, [], done("created", "quota_tasks")),
    }
    if k is CONNECT:
        creating, waits = k.list(k.row(status="CREATING")), "the run waits for that and then decides"
        found, either = [k.list(k.row()), *k.up], k.want(OTHER, modify=True, recreate=True)
        cases["running, CREATING"] = (connect.state("running"), [creating], [], same(waits))
        cases["paused, CREATING"] = (connect.state("paused"), [creating, *k.up], [], done("paused", waits))
        cases["modified, or recreated"] = (either, found, [], done("modified", "is recreated"))
    return cases


# --- not in check mode ------------------------------------------------------------------------------------------------


def deletions(k: Kind) -> Cases:
    orders, deleting, another = k.row(), k.row(status="DELETING"), k.row("t-9")
    gone, lost = k.delete(GONE), k.delete(LOST)
    rest: Rest = {
        "by another run": ({}, [gone], same()),
        **{f"no {what}": ({}, [k.delete(no)], same("does not exist")) for what, no in PARENTS.items()},
        "no connector, no wait": (NO_WAIT, [k.delete(NO_CONNECTOR)], same("does not exist")),
        **{f"then no {what}": ({}, [k.delete(), k.list(no)], done("deleted")) for what, no in PARENTS.items()},
        "then no such task": ({}, [k.delete(), k.list(orders), k.list(GONE)], done("deleted")),
        "500, then gone": ({}, [k.delete(500), gone], done("deleted")),
        "500, then no connector": ({}, [k.delete(500), k.delete(NO_CONNECTOR)], done("deleted", "does not exist")),
        "500, looked up": (ONCE, [k.delete(500), k.list()], done("deleted")),
        "lost, looked up": (ONCE, [lost, k.list(deleting), k.list()], done("deleted")),
        "lost, no connector": (ONCE, [lost, k.list(NO_CONNECTOR)], done("deleted")),
        "lost, still there": (ONCE, [lost, k.list(orders)], fails(UNKNOWN, action="unknown")),
        "lost, lookup forbidden": (ONCE, [lost, k.list(FORBIDDEN)], fails(UNKNOWN, action="unknown")),
        "lost, then another": (ONCE, [lost, k.list(another)], fails("in the meantime: t-9", changed=True)),
        "refused": ({}, [k.delete(FORBIDDEN)], fails("DMS.00403003")),
        "rejected": ({}, [k.delete(REJECTED)], fails("APIG.0301")),
        "then forbidden": ({}, [k.delete(), k.list(FORBIDDEN)], fails("DMS.00403003", changed=True)),
        "then rejected": ({}, [k.delete(), k.list(REJECTED)], fails("APIG.0301", "deleted the task", changed=True)),
        "then another": ({}, [k.delete(), k.list(another)], fails("another task of the same name", changed=True)),
        "then another, later gone": (
            {}, [k.delete(), k.list(deleting, another), k.list(another)], fails("in the meantime: t-9", changed=True),
        ),
        "stays": (NO_TIME, [k.delete(), k.list(orders)], fails("waited 0 seconds", "status RUNNING", changed=True)),
    }  # fmt: skip
    return begin("deleted", k.drop(), [k.list(orders), *k.up], rest)


def creations(k: Kind) -> Cases:
    new, starting = k.row("t-3", create_time=5), k.row("t-3", "CREATING")
    older, younger = k.row("t-8", create_time=4), k.row("t-9", create_time=6)
    post, lost, in_use, ready = k.post(), k.post(LOST), k.post(IN_USE), k.details(task_id="t-3")
    listed, early = [post, k.list(new)], [post, k.list(starting)]
    late = [post, k.list(new, older)]
    way, first, first_starting = [*late, k.delete(task_id="t-3")], k.get(task_id="t-8"), k.get("CREATING", "t-8")
    hidden = k.get(FORBIDDEN, "t-3")
    kept_twin = [*late, k.delete(FORBIDDEN, "t-3")]
    took, taken = k.get(task_id="t-3"), k.get("RUNNING", "t-3", **THEIRS)
    rest: Rest = {
        "listed late": ({}, [post, k.list(), k.list(new), *ready], done("created")),
        "CREATING": ({}, [*early, k.get("CREATING", "t-3"), took], done("created")),
        "FAILED": ({}, [*early, k.get("FAILED", "t-3")], fails("status FAILED", changed=True)),
        "never listed": (NO_TIME, [post, k.list()], fails("not listed yet", changed=True)),
        "STOPPED": ({}, [*early, k.get("STOPPED", "t-3"), took], done("created")),
        "stays STOPPED": (NO_TIME, [*early, k.get("STOPPED", "t-3")], fails("status STOPPED", changed=True)),
        "stays CREATING": (NO_TIME, [*early, k.get("CREATING", "t-3")], fails("status CREATING", changed=True)),
        "list rejected": ({}, [post, k.list(REJECTED)], fails("APIG.0301", changed=True)),
        "details forbidden": ({}, [*early, hidden], fails("DMS.00403003", changed=True)),
        "details rejected": ({}, [*early, k.get(REJECTED, "t-3")], fails("APIG.0301", changed=True)),
        **{
            f"list {what}": (ONCE, [post, k.list(failure)], fails("created the task (task id t-3)", changed=True))
            for what, failure in UNREADABLE.items()
        },
        **{
            f"no wait, list {what}": ({**NO_WAIT, **ONCE}, [post, k.list(failure), *ready], done("created", UNCHECKED))
            for what, failure in UNREADABLE.items()
        },
        "no wait, not listed": (NO_WAIT, [post, k.list(), *ready], done("created", UNCHECKED)),
        "older one": ({}, [*way, first_starting, first_starting, first], done("")),
        "older one, no wait": (NO_WAIT, [*way, first_starting, *k.details("CREATING", "t-8")], done("")),
        "older one differs": (
            RECREATE, [*way, k.get("RUNNING", "t-8", **THEIRS)],
            fails("task t-8 of the same name differs", "obs_bucket_name is 'theirs'", changed=True),
        ),
        "older one is gone": ({}, [*way, k.get(GONE, "t-8")], fails("t-8", "deleted in the meantime", changed=True)),
        "older one, deletion lost": (ONCE, [*late, k.delete(LOST, "t-3"), k.list(older), first, first], done("")),
        "older one, deletion refused": ({}, kept_twin, fails("t-8 and t-3 have the same name", changed=True)),
        "older one is DELETING": ({}, [post, k.list(new, {**older, "status": "DELETING"}), *ready], done("created")),
        "younger one goes": ({}, [post, k.list(new, younger), k.list(new), *ready], done("created")),
        "younger one stays": (NO_TIME, [post, k.list(new, younger)], fails("t-3 and t-9 have the same", changed=True)),
        "younger one, no wait": (NO_WAIT, [post, k.list(new, younger), *ready], done("created", "t-3", "t-9")),
        "refused": ({}, [k.post(INVALID)], fails("DMS.00400867")),
        "rejected": ({}, [k.post(REJECTED)], fails("APIG.0301")),
        "topic in use, equal": ({}, [in_use, k.list(older), first, first], same()),
        "topic in use, different": ({}, [in_use, k.list(new), taken], fails("DMS.00400874")),
        "topic in use, two": ({}, [in_use, k.list(older, younger)], fails("DMS.00400874")),
        "topic in use, none": ({}, [in_use, k.list()], fails("DMS.00400874")),
        "lost, found": ({}, [lost, k.list(new), took, took], done("created")),
        "lost, not found": ({}, [lost, k.list(), *listed, *ready], done("created")),
        "lost, not found, once": (ONCE, [lost, k.list()], fails("nothing was created", action="failed")),
        "lost, two": ({}, [lost, k.list(new, younger)], fails("t-3, t-9", action="unknown")),
        "lost, different": ({}, [lost, k.list(new), taken], fails("t-3", "is not as wanted", action="failed")),
        "lost, lookup forbidden": ({}, [lost, k.list(FORBIDDEN)], fails(UNKNOWN, action="unknown")),
        "lost, unreadable": ({}, [lost, k.list(new), hidden], fails("t-3 can be the result", action="unknown")),
    }  # fmt: skip
    full = k.list(k.row("t-2", name="else", topics="else"), max_tasks=1, quota_tasks=1)
    cases = begin("created", k.want(), [k.list(), *k.up], rest)
    return {**cases, "created, quota full": (k.want(), [full, *k.up], [k.post(FULL)], fails("DMS.00404029"))}


def recreations(k: Kind) -> Cases:
    wanted, gone, deleted = kept(k, **OTHER), k.delete(GONE), [k.delete(), k.list()]
    make = [k.post(**wanted), k.list(k.row("t-3")), *k.details(task_id="t-3", **OTHER)]
    creating, deleting = k.list(k.row(status="CREATING")), k.list(k.row(status="DELETING"))
    starting, leaving = [creating, *k.details("CREATING")], [deleting, *k.details("DELETING"), *k.up]
    invalid, rejected = k.post(INVALID, **wanted), k.post(REJECTED, **wanted)
    slow = k.delete(reply(429, Retry_After="3"))
    rest: Rest = {
        "deleted by another run": ({}, [gone, *make], done("created", POSITION)),
        "500, then gone": ({}, [k.delete(500), gone, *make], done("recreated", POSITION)),
        "refused": ({}, [k.delete(FORBIDDEN)], fails("DMS.00403003")),
        "creation refused": ({}, [*deleted, invalid], fails("DMS.00400867", "no longer exists", changed=True)),
        "gone, creation refused": ({}, [gone, invalid], fails("DMS.00400867", "no longer exists")),
        "creation rejected": ({}, [*deleted, rejected], fails("APIG.0301", "no longer exists", changed=True)),
        "then another": ({}, [k.delete(), k.list(k.row("t-9"))], fails("in the meantime: t-9", changed=True)),
        "stays": ({"wait_timeout": 1}, [k.delete(), *[deleting] * 3], fails("was not created again", changed=True)),
        "no time left": ({"wait_timeout": 3}, [slow, *deleted], fails("wait_timeout", changed=True)),
    }  # fmt: skip
    return {
        **begin("recreated", k.want(OTHER, **RECREATE), [k.list(k.row()), *k.details(), *k.up], rest),
        "CREATING, then gone": (k.want(), starting, [k.get(GONE)], fails("deleted in the meantime")),
        "CREATING, then FAILED": (k.want(), starting, [k.get("FAILED")], fails("status FAILED")),
        "CREATING, then STOPPED": (k.want(), starting, [k.get("CREATING"), k.get("STOPPED")], same(STOPPED)),
        "CREATING, then WAITING": (k.want(), starting, [k.get("WAITING")], same(*["is WAITING; the"] * (k is SINK))),
        "stays CREATING": (k.want(**NO_TIME), starting, [k.get("CREATING")], fails("status CREATING")),
        "stays DELETING": (k.want(**NO_TIME), leaving, [deleting], fails("status DELETING")),
        "absent, stays DELETING": (k.drop(**NO_TIME), [deleting], [deleting], fails("status DELETING")),
    }


def changes(k: Kind) -> Cases:
    if k is SINK:
        return {}
    gets, accepted, refused, new = k.get, reply(200, {}), error_reply(400, "DMS.00400873"), k.row("t-3")
    running, paused, waiting = ([k.list(k.row(status=name)), *k.up] for name in ("RUNNING", "PAUSED", "WAITING"))
    creating = [k.list(k.row(status="CREATING")), *k.up]
    frozen = instance(status="FROZEN")
    remade = [k.delete(), k.list(), k.post(**OTHER, **LEFT), k.list(new)]
    fallback = done("recreated", "did not make all changes in place", POSITION)
    ok, lost, started = (PAUSE, 204), (PAUSE, LOST), (RESTART, 204)
    stays = fails("to be PAUSED or WAITING; last state: status RUNNING", changed=True)
    unknown = fails("It is unknown what it changed", changed=True, action="unknown")
    both = k.want({**OTHER, "obs_path": "b"}, modify=True)
    two = fails("did not change everything", "deliver_time_interval is 300, wanted 60", changed=True)
    not_now = error_reply(400, "DMS.00400868")
    pauses: Rest = {
        "stays RUNNING": (NO_TIME, [ok, gets()], stays),
        "then gone": ({}, [ok, gets(GONE)], fails("deleted in the meantime", changed=True)),
        "lost, done": ({}, [lost, gets("PAUSED"), gets("PAUSED")], done("paused")),
        "lost, not done": ({}, [lost, gets(), ok, gets("PAUSED")], done("paused")),
        "refused": ({}, [(PAUSE, not_now), gets()], fails("DMS.00400868")),
        "refused, because it is": ({}, [(PAUSE, not_now), gets("PAUSED")], same()),
        "refused, because it waits": ({}, [(PAUSE, not_now), gets("WAITING")], same()),
        "refused, FAILED": (NO_WAIT, [(PAUSE, not_now), gets("FAILED")], fails("DMS.00400868")),
        "refused, then not readable": ({}, [(PAUSE, not_now), gets(FORBIDDEN)], fails("DMS.00400868")),
        "rejected": ({}, [(PAUSE, REJECTED)], fails("APIG.0301")),
    }
    modifications: Rest = {
        "nothing": ({}, [modify(accepted), gets()], fails("did not change everything")),
        "something else": (
            {},
            [modify(accepted), gets(deliver_time_interval=90)],
            fails("is 90, wanted 60", changed=True),
        ),
        "refused": ({}, [modify(refused)], fails("DMS.00400873", "recreate: true")),
        "rejected": (RECREATE, [modify(REJECTED)], fails("APIG.0301")),
        "lost, done": ({}, [modify(LOST), modify(accepted), gets(**OTHER)], done("modified")),
        "not readable": ({}, [modify(accepted), gets(FORBIDDEN)], unknown),
        "refused, recreated": (RECREATE, [modify(refused), gets(), *remade], fallback),
        "nothing, recreated": (RECREATE, [modify(accepted), gets(), gets(), *remade], fallback),
    }
    settling: Rest = {
        "then RUNNING": ({}, [gets("CREATING"), gets(), ok, gets("PAUSED")], done("paused")),
        "then gone": ({}, [gets(GONE)], fails("deleted in the meantime")),
        "then DELETING": ({}, [gets("DELETING")], fails("deleted in the meantime")),
        "then STOPPED": ({}, [gets("STOPPED")], fails(STOPPED)),
        "stays": (NO_TIME, [gets("CREATING")], fails("waited 0 seconds", "status CREATING")),
    }
    run = connect.state("running")
    return {
        **begin("paused", connect.state("paused"), running, pauses),
        **begin("paused, CREATING", connect.state("paused"), creating, settling),
        **begin("paused and described, CREATING", k.want(state="paused"), creating, settling),
        **begin("modified", k.want(OTHER, modify=True), running, modifications),
        "modified, one of two": (both, running, [modify(accepted, obs_path="b"), gets(obs_path="b")], two),
        "running, CREATING": (run, creating[:1], [gets("CREATING"), gets()], same()),
        "running, later FAILED": (
            k.want(state="running", **RECREATE), creating, [gets("FAILED"), k.delete(), k.list(), k.post(**LEFT), k.list(new)],
            done("recreated", POSITION),
        ),
        "running, can be recreated, FROZEN": (
            k.want(state="running", **RECREATE), [creating[0], (INSTANCE, reply(200, frozen))], [], fails("is FROZEN"),
        ),
        "running, later WAITING": (run, creating[:1], [gets("WAITING"), started, gets()], done("started")),
        "running, then ERROR": (run, paused, [(RESUME, 204), gets("ERROR")], fails("status ERROR", changed=True)),
        "running, then rejected": (run, paused, [(RESUME, 204), gets(REJECTED)], fails("APIG.0301", changed=True)),
        "running, lost": (
            run, waiting, [(RESTART, LOST), *[gets("WAITING")] * 5], fails(UNKNOWN, changed=True, action="unknown"),
        ),
    }  # fmt: skip


# --- the comparison ---------------------------------------------------------------------------------------------------


class Result(t.NamedTuple):
    """What a module returns of one task."""

    changed: bool
    failed: bool
    sentence: str
    error: t.Any
    warnings: list[str]
    task: t.Any
    diff: t.Any


def of_one(kind: Kind, result: Options, many: bool = False) -> Result:
    """Return what *result* says of the task; *many*: it is the result of the module for many."""
    (report,) = result.get("tasks", [{} if many else result])
    sentence = re.sub("^Could not .*?: ", "", report.get("msg") or result.get("msg", ""))
    # If the connector is absent, the module for many says that of every task.
    warnings = [warning.split(" Therefore ")[0] for warning in result.get("warnings", [])]
    diff = result.get("diff")
    if many:
        warnings = [warning.removeprefix("orders: ") for warning in warnings]
        diff = diff and {side: tasks.pop("orders", tasks) for side, tasks in diff.items()}
    return Result(
        result["changed"], "failed" in result, sentence, result.get("error"), warnings, report.get(kind.key), diff
    )


def as_set(kind: Kind, given: Options) -> Options:
    """Return the options of the module for many, for the task that the options *given* describe."""
    of_entry = kind.many.MODULE.spec.argument_spec["tasks"]["options"]
    entry = {name: value for name, value in given.items() if name in of_entry and value is not None}
    return {**{name: value for name, value in given.items() if name not in of_entry}, "tasks": [entry]}


def rows() -> t.Iterator[t.Any]:
    live, check = (planned, states, deletions, creations, recreations, changes), (planned, states, predicted)
    for kind in (SINK, CONNECT):
        for check_mode, tables in ((False, live), (True, check)):
            for name, case in ((name, case) for table in tables for name, case in table(kind).items()):
                yield pytest.param(kind, *case, check_mode, id=f"{kind.key}: {name}{' (check)' * check_mode}")


@pytest.mark.parametrize(("kind", "options", "before", "rest", "expected", "check_mode"), list(rows()))
def test_one_task_alone_and_in_a_set(
    kind: Kind, options: Options, before: Steps, rest: Steps, expected: Expected, check_mode: bool
) -> None:
    steps = before if check_mode else [*before, *rest]
    alone = run_module(kind.one, Service(), options, *steps, check_mode=check_mode, diff=True).result
    in_set = run_module(kind.many, Service(), as_set(kind, options), *steps, check_mode=check_mode, diff=True).result
    one = of_one(kind, alone)
    assert of_one(kind, in_set, many=True) == one
    assert (one.failed, one.changed) == (expected.failed, expected.changed)
    said = one.sentence if one.failed else " ".join(one.warnings)
    parts = (*expected.says, *(expected.predicts if check_mode else ()))
    assert [part for part in parts if part not in said] == []
    assert one.failed or bool(said) == bool(parts)
    for report in in_set.get("tasks", []):
        assert report["changed"] is expected.changed
        assert report["action"] == (expected.action or report["action"])


# --- what was done before a failure -----------------------------------------------------------------------------------


def undone(k: Kind) -> dict[str, tuple[Options, Steps, Options]]:
    """By name: options, requests, and the fields in which the end of the diff differs from its beginning; ...: it is empty."""
    seen = [k.list(k.row()), *k.details(), *k.up]
    again, wanted = k.want(OTHER, **RECREATE), kept(k, **OTHER)
    cases: dict[str, tuple[Options, Steps, t.Any]] = {
        "not created again": (again, [*seen, k.delete(), k.list(), k.post(INVALID, **wanted)], ...),
        "not gone": ({**again, "wait_timeout": 1}, [*seen, k.delete(), *[k.list(k.row(status="DELETING"))] * 3], ...),
        "deleted, then forbidden": (k.drop(), [k.list(k.row()), *k.up, k.delete(), k.list(FORBIDDEN)], ...),
    }
    if k is CONNECT:
        both, not_now = k.want({**OTHER, "obs_path": "b"}, modify=True), error_reply(400, "DMS.00400868")
        put, partly = modify(reply(200, {}), obs_path="b"), k.get(obs_path="b")
        all_of_it = k.get(obs_path="b", **OTHER)
        pause = {"state": "paused"}
        cases["modified in part"] = (both, [*seen, put, partly], {"obs_path": "b"})
        cases["modified in part, not paused"] = ({**both, **pause}, [*seen, put, partly], {"obs_path": "b"})
        cases["modified in part, response lost"] = (
            {**both, **pause, **ONCE},
            [*seen, modify(LOST, obs_path="b"), partly],
            {"obs_path": "b"},
        )
        cases["modified, then not readable"] = (
            {**both, **pause},
            [*seen, put, k.get(FORBIDDEN)],
            {**OTHER, "obs_path": "b"},
        )
        cases["modified, not paused"] = (
            {**both, **pause},
            [*seen, put, all_of_it, (PAUSE, not_now), all_of_it],
            {**OTHER, "obs_path": "b"},
        )
        cases["modified, paused, but not yet"] = (
            {**both, **pause, **NO_TIME},
            [*seen, put, all_of_it, (PAUSE, 204), all_of_it],
            {**OTHER, "obs_path": "b", "status": "PAUSED"},
        )
    return cases  # fmt: skip


UNDONE = [
    pytest.param(kind, *case, id=f"{kind.key}: {name}")
    for kind in (SINK, CONNECT)
    for name, case in undone(kind).items()
]


@pytest.mark.parametrize(("kind", "options", "steps", "changed"), UNDONE)
def test_diff_of_a_failure_has_what_was_done(kind: Kind, options: Options, steps: Steps, changed: t.Any) -> None:
    for module, given in ((kind.one, options), (kind.many, as_set(kind, options))):
        ran = run_module(module, Service(), given, *steps, diff=True)
        assert ran.msg
        assert ran.result["changed"] is True
        before, after = (ran.result["diff"][side] for side in ("before", "after"))
        if module is kind.many:
            before, after = before["orders"], after.get("orders", {})
        if changed is ...:
            assert (before["task_name"], after) == ("orders", {})
        else:
            flat = [{**each, **each["sink_task"]} for each in (before, after)]
            assert {name: flat[1][name] for name in flat[1] if flat[1][name] != flat[0].get(name)} == {
                **changed,
                "sink_task": after["sink_task"],
            }
            assert flat[0].keys() <= flat[1].keys()
