# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a table of fields yields; its checks and comparisons are tested with the tables of the resources."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.huaweicloud.kafka.plugins.module_utils.reconcile.fields import Field, Table

INNER = Table("inner", Field("key", secret=True, required=True), Field("path", required=True))
SPECS: dict[str, tuple[Field, dict[str, t.Any]]] = {
    "text": (Field("a"), {"type": "str"}),
    "what is sent for a new task is no default of the option": (Field("a", "int", default=1), {"type": "int"}),
    "the value if not echoed is no default of the option": (Field("a", "bool", unset=False), {"type": "bool"}),
    "a list": (Field("a", "list", elements="str"), {"type": "list", "elements": "str"}),
    "choices": (Field("a", choices=("x", "y")), {"type": "str", "choices": ["x", "y"]}),
    "an alias": (Field("a", aliases=("b",)), {"type": "str", "aliases": ["b"]}),
    "required": (Field("a", required=True), {"type": "str", "required": True}),
    "a secret": (Field("a", secret=True), {"type": "str", "no_log": True}),
    "a secret that is required to create": (Field("a", secret=True, required=True), {"type": "str", "no_log": True}),
    "not a secret in spite of its name": (Field("a_key", secret=False), {"type": "str", "no_log": False}),
    "a dict": (
        Field("a", "dict", table=INNER),
        {
            "type": "dict",
            "options": {"key": {"type": "str", "no_log": True}, "path": {"type": "str", "required": True}},
        },
    ),
}


@pytest.mark.parametrize("name", SPECS)
def test_argument_spec_of_a_field(name: str) -> None:
    field, expected = SPECS[name]
    assert Table("", field).spec() == {field.name: expected}


def test_argument_spec_can_leave_it_to_the_check_what_is_required() -> None:
    assert Table("", Field("a", required=True), required_in_spec=False).spec() == {"a": {"type": "str"}}


@pytest.mark.parametrize(
    ("thing", "shown"),
    [
        ({"id": 1, "inner": {"key": "s", "path": "p", "new": 2}}, {"id": 1, "inner": {"path": "p", "new": 2}}),
        ({"id": 1, "key": "s"}, {"id": 1}),
        ({"id": 1, "inner": None}, {"id": 1, "inner": None}),
        ({"id": 1, "token": "s", "inner": {"token": "s"}}, {"id": 1, "inner": {"token": "s"}}),
    ],
)
def test_results_have_no_secrets(thing: dict[str, t.Any], shown: dict[str, t.Any]) -> None:
    table = Table("", Field("id"), Field("token", secret=True), Field("inner", "dict", table=INNER))
    before = repr(thing)
    assert table.without_secrets(thing) == shown
    assert repr(thing) == before
