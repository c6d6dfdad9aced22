# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guides and the README say is what the code says."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from docs.blocks import DOCUMENTS, GUIDES, ROOT

PLUGINS = "ansible_collections.huaweicloud.kafka.plugins"
LABEL = "ansible_collections.huaweicloud.kafka.docsite."
MODULES = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")} - {"__init__"}
PAGES = sorted(path.stem for path in GUIDES.glob("*.rst"))


def guide(name: str) -> str:
    return (GUIDES / f"{name}.rst").read_text(encoding="utf-8")


def rows(page: str) -> list[list[str]]:
    """The rows of all tables of a page, as lists of cells."""
    found: list[list[str]] = []
    for match in re.finditer(r"^   ([* ]) - (.*(?:\n       .*)*)", guide(page), re.MULTILINE):
        cell = " ".join(match[2].split())
        if match[1] == "*":
            found.append([cell])
        else:
            found[-1].append(cell)
    return found


def test_every_page_is_in_the_table_of_contents():
    sections = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    assert sorted(page for section in sections for page in section["toctree"]) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_its_label_and_its_references_lead_somewhere(page):
    text = guide(page)
    assert text.startswith(f".. _{LABEL}{page}:\n")
    assert set(re.findall(rf":ref:`(?:[^`]*<)?{re.escape(LABEL)}(\w+)", text)) <= set(PAGES)
    for module, option in re.findall(r":ansopt:`huaweicloud\.kafka\.(\w+)#module:([\w.]+)`", text):
        options = importlib.import_module(f"{PLUGINS}.modules.{module}").MODULE.argument_spec
        for name in option.split("."):
            assert name in options
            options = options[name].get("options", {})
    assert set(re.findall(r":ansplugin:`huaweicloud\.kafka\.(\w+)#module`", text)) <= MODULES


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_files_that_are_named_exist(path):
    """Markdown's links are checked in tests/gates; here are the names between backticks."""
    named = re.findall(
        r"`((?:docs|examples|extensions|meta|playbooks|plugins|requirements|tests)/[\w./-]+)`", path.read_text("utf-8")
    )
    assert [name for name in named if "X" not in Path(name).stem and not (ROOT / name).exists()] == []


def test_readme_lists_the_modules_and_the_playbooks():
    for name in ("README.md", "README.zh-CN.md"):
        first_cells = re.findall(r"^\| `([\w.]+)` \|", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
        playbooks = {f"huaweicloud.kafka.{path.stem}" for path in (ROOT / "playbooks").glob("*.yml")}
        assert set(first_cells) == MODULES | playbooks


def test_the_page_on_absence_has_the_codes_of_the_client():
    missing = importlib.import_module(f"{PLUGINS}.module_utils.client.errors").MISSING
    codes = {}
    for row in rows("check_mode"):
        for code in re.findall(r"404 ``([A-Z]+\.\d+)``", row[0]):
            codes[code] = "changed: false" in row[2]
    assert {code for code, absent in codes.items() if absent} == set(missing)
    assert len(codes) > len(missing)


def test_the_page_on_authentication_has_the_variables_of_the_options():
    fragment = (ROOT / "plugins" / "doc_fragments" / "connection.py").read_text(encoding="utf-8")
    variables = set(re.findall(r"E\(((?:HW|HUAWEICLOUD)_\w+)\)", fragment)) - {"HW_TIMEOUT", "HW_MAX_RETRIES"}
    assert {word for row in rows("authentication") for word in re.findall(r"``([A-Z_]+)``", " ".join(row))} == variables


def test_the_page_on_authentication_has_the_rights_that_the_operations_need():
    code = "".join(path.read_text("utf-8") for path in (ROOT / "plugins" / "module_utils" / "api").glob("*.py"))
    needed = set(re.findall(r'"(dms:[\w:]+)"', code))
    assert {row[0].strip("`") for row in rows("authentication") if row[0].startswith("``dms:")} == needed


def test_the_page_on_faults_has_the_defaults_and_bounds_of_the_client():
    options = importlib.import_module(f"{PLUGINS}.module_utils.options").connection_options()
    retries = importlib.import_module(f"{PLUGINS}.module_utils.client.retries")
    waiter = importlib.import_module(f"{PLUGINS}.module_utils.client.waiter")
    text = " ".join(guide("faults").split())
    assert (options["max_retries"]["default"], options["timeout"]["default"]) == (5, 30)
    assert "``max_retries`` repetitions, 5 by default" in text
    assert "for one request, 30 seconds by default" in text
    assert (retries.FIRST_PAUSE, retries.LONGEST_PAUSE, retries.LONGEST_RETRY_AFTER) == (0.5, 30.0, 60.0)
    assert "begin at half a second, double up to half a minute" in text
    assert "``Retry-After`` is honoured, up to a minute" in text
    assert (waiter.FIRST_INTERVAL, waiter.LONGEST_INTERVAL) == (0.5, 10.0)
    assert "at once, after half a second, and then at growing intervals of up to ten seconds" in text


def test_the_picture_shows_the_demo_of_today():
    picture = ElementTree.parse(ROOT / "docs" / "pictures" / "demo.svg")  # noqa: S314
    shown = re.sub(r"\s+", " ", " ".join(picture.getroot().itertext()))
    demo = (ROOT / "examples" / "demo.py").read_text(encoding="utf-8")
    (play,) = yaml.safe_load((ROOT / "examples" / "demo.yml").read_text(encoding="utf-8"))
    titles = re.findall(r'^    Step\("([^"]+)"', demo, re.MULTILINE)
    assert len(titles) == 5
    for text in [*titles, play["name"], *(task["name"] for task in play["tasks"])]:
        assert text in shown
