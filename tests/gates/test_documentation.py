# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options and results that several modules share are documented in the same words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from pathlib import Path

SETS = {
    "huaweicloud_kafka_sink_tasks": "huaweicloud_kafka_sink_task",
    "huaweicloud_kafka_smart_connect_tasks": "huaweicloud_kafka_smart_connect_task",
}


def section(root: Path, module: str, name: str) -> dict:
    source = (root / "plugins/modules" / f"{module}.py").read_text(encoding="utf-8")
    return yaml.safe_load(re.search(rf'^{name} = r"""(.*?)^"""', source, re.MULTILINE | re.DOTALL).group(1))


def words(options: dict, path: str = "") -> dict[str, object]:
    """The documentation of the options by path, except ``state``, which differs for sets."""
    found: dict[str, object] = {}
    for name, option in options.items():
        if name != "state":
            found[path + name] = {key: value for key, value in option.items() if key != "suboptions"}
            found.update(words(option.get("suboptions", {}), f"{path}{name}."))
    return found


@pytest.mark.parametrize("module", SETS)
def test_options_of_a_task_and_of_a_set_have_the_same_documentation(root, module):
    many = section(root, module, "DOCUMENTATION")["options"]["tasks"]["suboptions"]
    one = {name: section(root, SETS[module], "DOCUMENTATION")["options"][name] for name in many}
    names = "|".join(many)
    text = yaml.safe_dump(words(one), width=10**6)
    assert words(many) == yaml.safe_load(re.sub(rf"O\((?=({names})[=.)])", "O(tasks[].", text))


def test_error_has_the_same_documentation_in_all_modules(root, modules):
    blocks = {}
    for module in modules:
        error = section(root, module, "RETURN")["error"]
        fields = {
            name: {key: value for key, value in field.items() if key != "sample"}
            for name, field in error["contains"].items()
        }
        blocks[module] = {**error, "contains": fields}
    first = next(iter(blocks.values()))
    assert {module: block for module, block in blocks.items() if block != first} == {}
