# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which files the playbook export writes."""

from __future__ import annotations

import re
import typing as t

import pytest
import yaml
from ansible_collections.huaweicloud.kafka.plugins.filter.export import FilterModule

export = FilterModule().filters()["export"]

Row = dict[str, t.Any]


class Loader(yaml.SafeLoader):
    """Reads unsafe texts as texts."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def read(name: str, number: int = 1, unique: bool = True) -> Row:
    place = {"instance_name": name} if unique else {"instance_id": f"i-{number}"}
    return {
        "item": f"i-{number}",
        "instance_id": f"i-{number}",
        "instance_name": name,
        "definition": {**place, "topics": []},
    }


NAMES: dict[str, tuple[list[Row], list[str]]] = {
    "a name": ([read("kafka-orders")], ["kafka-orders"]),
    "a name of several instances": ([read("a", 1, False), read("a", 2, False)], ["a-i-1", "a-i-2"]),
    "one of them": ([read("a", 1, False)], ["a-i-1"]),
    "names that differ in case": ([read("A", 1), read("a", 2), read("b", 3)], ["A-i-1", "a-i-2", "b"]),
    "names that are unsafe": ([read("../etc/passwd"), read(".hidden", 2)], ["_._etc_passwd", "_hidden"]),
    "names that are the same when they are safe": ([read("a/b", 1), read("a b", 2)], ["a_b-i-1", "a_b-i-2"]),
    "no name": ([read("", 1, False)], ["i-1"]),
}


@pytest.mark.parametrize("name", NAMES)
def test_files_have_the_names_of_the_instances(name: str) -> None:
    results, names = NAMES[name]
    assert list(export({"results": results}, "/srv")["files"]) == [f"/srv/{each}.yml" for each in names]


def test_an_instance_that_was_not_read_has_no_file() -> None:
    done = export({"results": [read("a"), {"item": "i-2", "failed": True, "msg": "forbidden"}]}, "/srv")
    assert list(done["files"]) == ["/srv/a.yml"]
    assert done["problems"] == ["The instance i-2 can't be exported: forbidden"]


TEXTS = [
    "plain",
    "2024_01",
    "yes",
    "{{ lookup('file', '/etc/passwd') }}",
    "{% if x %}",
    "{# x",
    "{{{",
    "{\n{",
    "\\x7B{",
    'a "quote" and a \\ before {{ x }}',
    "a long text, " * 40 + "{{ x }} " + "of words " * 40,
    "line\nline {{ x }}\n",
    "\u0085{{ x }}\u2028",
    "日本 {{ x }}",
    " {{ x }} ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_read_as_they_are(text: str) -> None:
    definition = {"instance_name": "a", "users": [{"user_name": "b", "user_desc": text, text: 1}]}
    [content] = export({"results": [{**read("a"), "definition": definition}]}, "/srv")["files"].values()
    assert content.startswith("---\n")
    assert not re.search(r"\{[{%#]", content)
    assert yaml.load(content, Loader=Loader) == definition  # noqa: S506


def test_the_file_is_easy_to_read() -> None:
    definition = {"instance_name": "a", "topics": [{"name": "b", "partition": 3, "labels": []}, {"name": "c"}]}
    [content] = export({"results": [{**read("a"), "definition": definition}]}, "/srv")["files"].values()
    expected = "---\ninstance_name: a\ntopics:\n  - name: b\n    partition: 3\n    labels: []\n  - name: c\n"
    assert content == expected
