# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine with a kind of its own: labels of a shelf in memory, whose names are their ids, and which have no status."""

from __future__ import annotations

import threading
import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.api.listing import Listing
from ansible_collections.huaweicloud.kafka.plugins.module_utils.context import TaskContext
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.ensure import ensure_one
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.entry import Entry
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.kind import Kind, Parent, Progress
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.plan import (
    CREATE,
    DELETE,
    MODIFY,
    WAIT_GONE,
    Desired,
    Plan,
    Step,
)
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.sets import ensure_set
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.writes import InPart
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.client import Client
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.errors import KafkaError, UnexpectedState
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, WRITE, Clock, Service, connection_failed

Row = dict[str, t.Any]
Labels = dict[str, str]

PAINT = Step("paint", "painted")
GOLD = "Gold can't be painted."


class Taken(KafkaError):
    """A creation was refused, because there is a label of that name."""


class Shelf:
    """The *labels* with their colours, and the calls that were made.

    *others* appear, by another run, at the first creation. The response to what is in *lost* is lost. A label in *stuck* is not
    deleted or modified together with others, and with "modify" in it, no response says so. Golden labels can't be painted.
    """

    def __init__(
        self, labels: Labels, others: Labels | None = None, lost: t.Container[str] = (), stuck: t.Container[str] = ()
    ) -> None:
        self.labels = dict(labels)
        self.calls: list[str] = []
        self._others = others or {}
        self._lost = lost
        self._stuck = stuck
        self._lock = threading.Lock()

    def _call(self, verb: str, *words: str) -> None:
        self.calls.append(" ".join((verb, *words)))

    def _respond(self, verb: str) -> None:
        if verb in self._lost:
            raise connection_failed(LOST, WRITE)

    def read_list(self, client: Client, shelf: str) -> Listing:
        assert shelf == "shelf-1"
        self._call("list")
        rows = [{"label": name, "colour": colour} for name, colour in self.labels.items()]
        return Listing(rows, len(rows), "label", "label")

    def show(self, client: Client, shelf: str, name: str) -> Row:
        self._call("show", name)
        return {"label": name, "colour": self.labels[name]}

    def create(self, client: Client, shelf: str, body: Row) -> str:
        name: str = body["label"]
        with self._lock:
            self._call("create", name)
            self.labels.update(self._others)
            if name in self.labels:
                raise Taken(f"{name} is taken")
            self.labels[name] = body["colour"]
        self._respond("create")
        return name

    def delete(self, client: Client, shelf: str, rows: t.Sequence[Row]) -> list[t.Any] | None:
        names = [row["label"] for row in rows]
        with self._lock:
            self._call("delete", *names)
            for name in names:
                if name not in self._stuck:
                    del self.labels[name]
        self._respond("delete")
        if not any(name in self._stuck for name in names):
            return None
        return [InPart(f"{name} is stuck") if name in self._stuck else True for name in names]

    def paint(self, client: Client, entry: Entry) -> Plan | None:
        self._call("paint", entry.name)
        if self.labels[entry.name] == "gold":
            entry.context.warn(GOLD)
            return plan(entry.desired._replace(recreate=True), entry.row)
        self.labels[entry.name] = entry.desired.fields
        entry.did("painted")
        entry.see({"label": entry.name, "colour": entry.desired.fields})
        return None

    def modify(self, client: Client, shelf: str, entries: t.Sequence[Entry]) -> list[t.Any] | None:
        names = [entry.name for entry in entries]
        self._call("modify", *names)
        self.labels.update({entry.name: entry.desired.fields for entry in entries if entry.name not in self._stuck})
        self._respond("modify")
        if not any(name in self._stuck for name in names) or "modify" in self._stuck:
            return None
        return [InPart(f"{name} is stuck") if name in self._stuck else True for name in names]

    def preflight(self, context: TaskContext, parent: Parent, entries: t.Sequence[Entry]) -> None:
        self._call("preflight", *[entry.name for entry in entries])

    @property
    def kind(self) -> Kind:
        return Kind(
            noun="shelf label",
            thing="label",
            id_key="label",
            name_key="label",
            returned="shelf_label",
            verbs={"absent": "remove", "present": "attach"},
            choose=lambda params: params["shelf"],
            read_options=read_options,
            resolve=lambda client, shelf: Parent(shelf),
            absence=lambda error, shelf: None,
            read_list=self.read_list,
            show=self.show,
            create=self.create,
            delete=self.delete,
            plan=plan,
            differences=differences,
            progress=lambda desired, row: Progress(True),
            ready=lambda desired: "attached",
            result=dict,
            shown=lambda desired, row: row,
            preflight=self.preflight,
            check=check,
            lists_all=True,
            is_leaving=lambda row: False,
            exists=lambda error: isinstance(error, Taken),
            can_prune=lambda row: row["colour"] != "black",
            steps={PAINT: self.paint},
            batch=2,
            unique=True,
        )


def read_options(params: t.Mapping[str, t.Any]) -> Desired:
    return Desired(params["state"], None, params["label"], params.get("colour"), recreate=params["recreate"])


def differences(desired: Desired, row: Row) -> dict[str, tuple[t.Any, t.Any]]:
    return {} if row["colour"] == desired.fields else {"colour": (row["colour"], desired.fields)}


def plan(desired: Desired, row: Row | None) -> Plan:
    body = {"label": desired.name, "colour": desired.fields}
    if row is None:
        return Plan((CREATE,), after=body, body=body)
    if not differences(desired, row):
        return Plan()
    if desired.recreate:
        return Plan((DELETE, WAIT_GONE, CREATE), row, body, body)
    return Plan((PAINT,), row, body)


def check(context: TaskContext, writing: t.Sequence[Entry], listing: Listing, alone: bool) -> None:
    if sum(entry.plan.action == "created" for entry in writing) > 5:
        raise UnexpectedState("only 5 labels can be attached by one task")


def label(name: str, colour: str = "red") -> Row:
    return {"label": name, "state": "present", "colour": colour}


def gone(name: str) -> Row:
    return {"label": name, "state": "absent"}


POLICY = {"modify": False, "recreate": False, "update_secrets": "on_create", "wait": True, "wait_timeout": 10}
PRUNE = {"prune": True, "prune_pattern": None, "prune_limit": None}
RECREATE = {"recreate": True}


def context_of(clock: Clock, params: Row, check_mode: bool = False) -> TaskContext:
    """Return the context of a task whose client fails the test at any request."""
    client = samples.client(clock, Service())
    return TaskContext({"shelf": "shelf-1", **POLICY, **params}, check_mode, lambda: client)


def run_set(
    clock: Clock, shelf: Shelf, wanted: list[Row], check_mode: bool = False, **more: t.Any
) -> tuple[TaskContext, KafkaError | None]:
    """Return the context of the set, and its error."""
    params = {"labels": wanted, "expect_plan": None, **dict.fromkeys(PRUNE), **more}
    context = context_of(clock, params, check_mode)
    try:
        ensure_set(context, shelf.kind)
    except KafkaError as error:
        return context, error
    return context, None


class Case(t.NamedTuple):
    """A shelf, what one label is to become, the action, the calls after the list, and the labels after that."""

    shelf: Shelf
    wanted: Row
    action: str
    calls: list[str]
    labels: Labels
    more: t.Mapping[str, t.Any] = {}


def cases() -> dict[str, Case]:
    make, remake = ["preflight a", "create a", "list"], ["preflight a", "delete a", "list", "create a", "list"]
    red, blue = {"a": "red"}, {"a": "blue"}
    no_wait = {"wait": False}
    return {
        "created": Case(Shelf({"b": "red"}), label("a"), "created", make, {"b": "red", "a": "red"}),
        "created, no wait": Case(Shelf({}), label("a"), "created", make[:-1], red, no_wait),
        "created, response lost": Case(Shelf({}, lost=["create"]), label("a"), "created", [*make, "show a"], red),
        "unchanged": Case(Shelf(red), label("a"), "unchanged", [], red),
        "unchanged, absent": Case(Shelf({"b": "red"}), gone("a"), "unchanged", [], {"b": "red"}),
        "deleted": Case(Shelf(red), gone("a"), "deleted", ["preflight a", "delete a", "list"], {}),
        "deleted, no wait": Case(Shelf(red), gone("a"), "deleted", ["preflight a", "delete a"], {}, no_wait),
        "deleted, response lost": Case(
            Shelf(red, lost=["delete"]), gone("a"), "deleted", ["preflight a", "delete a", "list"], {},
        ),
        "painted": Case(Shelf(blue), label("a"), "painted", ["preflight a", "paint a"], red),
        "painted, but it is recreated": Case(
            Shelf({"a": "gold"}), label("a"), "recreated", ["preflight a", "paint a", *remake[1:]], red,
        ),
        # It has the id of the one that was deleted.
        "recreated": Case(Shelf(blue), label("a"), "recreated", remake, red, RECREATE),
        "recreated, no wait": Case(Shelf(blue), label("a"), "recreated", remake[:-1], red, {**RECREATE, **no_wait}),
        "recreated, response lost": Case(
            Shelf(blue, lost=["create"]), label("a"), "recreated", [*remake, "show a"], red, RECREATE,
        ),
        "taken by an equal one": Case(Shelf({}, red), label("a"), "unchanged", [*make, "show a"], red),
        "recreated, but taken by an equal one": Case(
            Shelf(blue, red), label("a"), "deleted", [*remake, "show a"], red, RECREATE,
        ),
    }  # fmt: skip


@pytest.mark.parametrize("name", cases())
def test_one_label(clock: Clock, name: str) -> None:
    case = cases()[name]
    context = context_of(clock, {**case.wanted, **case.more})
    entry = ensure_one(context, case.shelf.kind)
    assert (case.shelf.calls, case.shelf.labels) == (["list", *case.calls], case.labels)
    assert (entry.plan.action if context.changed else "unchanged") == case.action
    assert context.warnings == [GOLD] * ("but it is recreated" in name)
    assert bool(context.diff.before or context.diff.after) is context.changed
    if "a" in case.labels:
        assert context.returned == {"shelf_label": {"label": "a", "colour": case.labels["a"]}}


@pytest.mark.parametrize("name", ["created, response lost", "recreated, response lost", "taken by an equal one"])
def test_label_that_can_not_be_read_alone_is_compared_as_it_was_listed(clock: Clock, name: str) -> None:
    case = cases()[name]
    ensure_one(context_of(clock, {**case.wanted, **case.more}), case.shelf.kind._replace(show=None))
    assert case.shelf.calls == ["list", *[call for call in case.calls if call != "show a"]]
    assert case.shelf.labels == case.labels


@pytest.mark.parametrize("name", cases())
def test_set_of_one_label(clock: Clock, name: str) -> None:
    case = cases()[name]
    context, error = run_set(clock, case.shelf, [case.wanted], **case.more)
    assert error is None
    assert (case.shelf.calls, case.shelf.labels) == (["list", *case.calls], case.labels)
    assert context.warnings == [f"a: {GOLD}"] * ("but it is recreated" in name)
    (report,) = context.returned["labels"]
    shown = report.pop("shelf_label", None)
    assert report == {"label": "a", "action": case.action, "changed": case.action != "unchanged"}
    if "a" in case.labels:
        assert shown == {"label": "a", "colour": case.labels["a"]}


@pytest.mark.parametrize("name", ["created", "unchanged", "deleted", "painted", "recreated"])
@pytest.mark.parametrize("of_set", [True, False])
def test_check_mode_calls_nothing_that_writes(clock: Clock, name: str, of_set: bool) -> None:
    case = cases()[name]
    before = dict(case.shelf.labels)
    if of_set:
        context, _error = run_set(clock, case.shelf, [case.wanted], check_mode=True, **case.more)
        assert [report["action"] for report in context.returned["labels"]] == [case.action]
    else:
        context = context_of(clock, {**case.wanted, **case.more}, check_mode=True)
        ensure_one(context, case.shelf.kind)
    assert context.changed is (name != "unchanged")
    assert case.shelf.calls == ["list", *["preflight a"] * context.changed]
    assert case.shelf.labels == before


@pytest.mark.parametrize("of_set", [True, False])
def test_creation_that_another_label_prevents_fails(clock: Clock, of_set: bool) -> None:
    shelf, params = Shelf({}, others={"a": "blue"}), label("a")
    if of_set:
        context, error = run_set(clock, shelf, [params])
    else:
        context, error = context_of(clock, params), None
        with pytest.raises(Taken):
            ensure_one(context, shelf.kind)
    assert error is None or "a is taken" in str(error)
    assert (context.changed, shelf.labels) == (False, {"a": "blue"})


def test_labels_are_deleted_two_at_a_time_before_others_are_created(clock: Clock) -> None:
    shelf = Shelf(dict.fromkeys("abcde", "red"))
    context, error = run_set(clock, shelf, [*map(gone, "abcde"), label("f"), label("g")])
    assert error is None
    assert shelf.labels == {"f": "red", "g": "red"}
    assert shelf.calls[:2] == ["list", "preflight a b c d e f g"]
    assert sorted(shelf.calls[2:5]) == ["delete a b", "delete c d", "delete e"]
    assert (shelf.calls[5], sorted(shelf.calls[6:8]), shelf.calls[8:]) == ("list", ["create f", "create g"], ["list"])
    assert [report["action"] for report in context.returned["labels"]] == ["deleted"] * 5 + ["created"] * 2
    assert context.done[:1] == ["a: deleted the label"]
    assert context.done[5:] == ["f: created the label", "g: created the label"]


def test_lost_responses_to_deletions_share_one_lookup(clock: Clock) -> None:
    shelf = Shelf(dict.fromkeys("abc", "red"), lost=["delete"])
    context, error = run_set(clock, shelf, list(map(gone, "abc")), wait=False)
    assert error is None
    assert (sorted(shelf.calls[2:4]), shelf.calls[4:]) == (["delete a b", "delete c"], ["list"])
    assert [report["action"] for report in context.returned["labels"]] == ["deleted"] * 3


def test_deletion_in_part_fails_for_the_labels_that_stay(clock: Clock) -> None:
    shelf = Shelf(dict.fromkeys("abc", "red"), stuck=["b"])
    context, error = run_set(clock, shelf, list(map(gone, "abc")))
    assert "1 of 3 " in str(error)
    assert [report["action"] for report in context.returned["labels"]] == ["deleted", "failed", "deleted"]
    assert "b is stuck" in context.returned["labels"][1]["msg"]
    assert shelf.labels == {"b": "red"}


MODIFIED = {"a": "blue", "b": "blue", "c": "blue", "d": "red"}


def run_modification(
    clock: Clock, shelf: Shelf, check_mode: bool = False, **kind: t.Any
) -> tuple[TaskContext, KafkaError | None, list[tuple[str, bool]]]:
    """Return the context, the error, and action and changed of each label, of a set whose labels become red in place."""

    def plan_in_place(desired: Desired, row: Row | None) -> Plan:
        return Plan((MODIFY,), t.cast("Row", row), label(row["label"])) if row and differences(desired, row) else Plan()

    def find(shelf: Shelf) -> Kind:
        return shelf.kind._replace(plan=plan_in_place, modify=shelf.modify, **kind)

    params = {"labels": list(map(label, shelf.labels)), "expect_plan": None, **dict.fromkeys(PRUNE)}
    context, error = context_of(clock, params, check_mode), None
    try:
        ensure_set(context, find(shelf))
    except KafkaError as caught:
        error = caught
    return context, error, [(report["action"], report["changed"]) for report in context.returned["labels"]]


def test_labels_are_modified_two_at_a_time_and_listed_once_after_that(clock: Clock) -> None:
    for check_mode in (True, False):
        shelf = Shelf(MODIFIED)
        context, error, outcome = run_modification(clock, shelf, check_mode)
        assert (error, outcome) == (None, [("modified", True)] * 3 + [("unchanged", False)])
        assert shelf.labels == (MODIFIED if check_mode else dict.fromkeys("abcd", "red"))
        assert shelf.calls[:2] == ["list", "preflight a b c"]
    assert (sorted(shelf.calls[2:4]), shelf.calls[4:]) == (["modify a b", "modify c"], ["list"])
    assert context.done == [f"{name}: modified colour of the label" for name in "abc"]
    assert context.returned["labels"][0]["shelf_label"]["colour"] == "red"


def test_lost_response_to_a_modification_is_looked_up(clock: Clock) -> None:
    shelf = Shelf(MODIFIED, lost=["modify"])
    _context, error, outcome = run_modification(clock, shelf)
    assert (error, outcome[:3]) == (None, [("modified", True)] * 3)
    assert shelf.calls[4:] == ["list"]


@pytest.mark.parametrize("reported", [True, False])
def test_label_that_was_not_modified_fails_alone(clock: Clock, reported: bool) -> None:
    shelf = Shelf(MODIFIED, stuck=["b"] if reported else ["b", "modify"])
    context, error, outcome = run_modification(clock, shelf)
    assert "1 of 4 labels failed" in str(error)
    assert outcome == [("modified", True), ("failed", False), ("modified", True), ("unchanged", False)]
    assert shelf.calls[4:] == ["list"]
    accepted = "the service accepted the request, but did not change everything"
    why = "b is stuck, and it still differs" if reported else accepted
    assert f"{why}: colour is 'blue', wanted 'red'" in context.returned["labels"][1]["msg"]


def test_modification_is_unknown_if_the_list_can_not_be_read_after_it(clock: Clock) -> None:
    shelf = Shelf(MODIFIED)

    def read_list(client: Client, name: str) -> Listing:
        if any(call.startswith("modify") for call in shelf.calls):
            raise connection_failed(LOST, WRITE)
        return shelf.read_list(client, name)

    context, error, outcome = run_modification(clock, shelf, read_list=read_list)
    assert error is not None
    assert outcome == [("unknown", True)] * 3 + [("unchanged", False)]
    assert "It is unknown what it changed: run the task again." in context.returned["labels"][0]["msg"]


def test_label_that_is_deleted_while_it_is_modified_fails(clock: Clock) -> None:
    shelf = Shelf({"a": "blue"})

    def read_list(client: Client, name: str) -> Listing:
        if any(call.startswith("modify") for call in shelf.calls):
            shelf.labels.clear()
        return shelf.read_list(client, name)

    _context, error, outcome = run_modification(clock, shelf, read_list=read_list)
    assert "the label was deleted in the meantime" in str(error)
    assert outcome == [("failed", False)]


@pytest.mark.parametrize("check_mode", [True, False])
@pytest.mark.parametrize("of_set", [True, False])
def test_label_that_must_not_be_changed_fails_before_any_write(clock: Clock, check_mode: bool, of_set: bool) -> None:
    shelf = Shelf({"a": "red", "b": "red"})

    def preflight(context: TaskContext, parent: Parent, entries: t.Sequence[Entry]) -> None:
        entries[0].fail(UnexpectedState("it is in use"))

    kind = shelf.kind._replace(preflight=preflight)
    if of_set:
        params = {"labels": [gone("a"), gone("b")], "expect_plan": None, **dict.fromkeys(PRUNE)}
        context = context_of(clock, params, check_mode)
        with pytest.raises(KafkaError, match=r"1 of 2 labels failed .a: it is in use.; 1 of 2 labels was not tried"):
            ensure_set(context, kind)
        assert [report["action"] for report in context.returned["labels"]] == ["failed", "not_tried"]
    else:
        context = context_of(clock, gone("a"), check_mode)
        with pytest.raises(UnexpectedState, match="it is in use"):
            ensure_one(context, kind)
    assert (context.changed, shelf.calls) == (False, ["list"])


def test_several_recreations_are_made_one_after_the_other(clock: Clock) -> None:
    shelf = Shelf(dict.fromkeys("ab", "blue"))
    context, error = run_set(clock, shelf, [label("a"), label("b")], **RECREATE)
    assert error is None
    assert shelf.calls[2:] == [
        call for name in "ab" for call in (f"delete {name}", "list", f"create {name}", "list")
    ]  # fmt: skip
    assert [report["shelf_label"]["colour"] for report in context.returned["labels"]] == ["red", "red"]


def test_prune_deletes_what_has_no_entry_and_may_be_pruned(clock: Clock) -> None:
    labels = {"a": "red", "b": "red", "c": "black", "d": "blue"}
    for check_mode in (True, False):
        shelf = Shelf(labels)
        context, error = run_set(clock, shelf, [label("a")], check_mode, **PRUNE)
        assert error is None
        assert [(report["label"], report["action"]) for report in context.returned["labels"]] == [
            ("a", "unchanged"), ("b", "deleted"), ("d", "deleted"),
        ]  # fmt: skip
        assert shelf.labels == (labels if check_mode else {"a": "red", "c": "black"})
    assert shelf.calls == ["list", "preflight b d", "delete b d", "list"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_check_of_the_kind_refuses_all_entries_together(clock: Clock, check_mode: bool) -> None:
    shelf = Shelf({})
    context, error = run_set(clock, shelf, list(map(label, "abcdef")), check_mode)
    assert "only 5 labels" in str(error)
    assert {report["action"] for report in context.returned["labels"]} == {"not_tried"}
    assert shelf.calls == ["list", "preflight a b c d e f"]


def test_messages_have_the_words_of_the_kind(clock: Clock) -> None:
    context, error = run_set(clock, Shelf({}), [label("a"), label("a")])
    assert str(error) == "label must be unique in labels: a in labels[0] and labels[1]"
    assert context.returned == {}
    shelf = Shelf({"a": "red"}, stuck=["a"])
    kind = shelf.kind._replace(read_list=lambda client, name: shelf.read_list(client, name)._replace(total_number=2))
    with pytest.raises(UnexpectedState, match="the list contains 1 of 2 shelf labels") as caught:
        ensure_one(context_of(clock, gone("b")), kind)
    assert caught.value.action == "remove shelf label b of shelf-1"
    with pytest.raises(InPart, match="a is stuck") as refused:
        ensure_one(context_of(clock, gone("a")), shelf.kind)
    assert refused.value.action == "delete shelf label a of shelf-1"
