# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides and the READMEs are consistent with the code."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from docs.blocks import DOCUMENTS, GUIDES, ROOT

PLUGINS = "ansible_collections.huaweicloud.kafka.plugins"
LABEL = "ansible_collections.huaweicloud.kafka.docsite."
MODULES = {path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")} - {"__init__"}
PAGES = sorted(path.stem for path in GUIDES.glob("*.rst"))


def utils(name: str) -> Any:
    """Return the module *name* of module_utils."""
    return importlib.import_module(f"{PLUGINS}.module_utils.{name}")


def guide(name: str) -> str:
    return (GUIDES / f"{name}.rst").read_text(encoding="utf-8")


def rows(page: str) -> list[list[str]]:
    """Return the rows of all tables of a page, as lists of cells."""
    found: list[list[str]] = []
    for match in re.finditer(r"^   ([* ]) - (.*(?:\n       .*)*)", guide(page), re.MULTILINE):
        cell = " ".join(match[2].split())
        if match[1] == "*":
            found.append([cell])
        else:
            found[-1].append(cell)
    return found


def test_every_page_is_in_extra_docs():
    sections = yaml.safe_load((ROOT / "docs" / "docsite" / "extra-docs.yml").read_text(encoding="utf-8"))["sections"]
    assert sorted(page for section in sections for page in section["toctree"]) == PAGES


def test_readmes_link_every_page():
    for name in ("README.md", "README.zh-CN.md"):
        linked = re.findall(
            r"^\| \[[^]]+\]\(docs/docsite/rst/(\w+)\.rst\)", (ROOT / name).read_text("utf-8"), re.MULTILINE
        )
        assert sorted(linked) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_page_has_its_label_and_valid_references(page):
    text = guide(page)
    assert text.startswith(f".. _{LABEL}{page}:\n")
    assert set(re.findall(rf":ref:`(?:[^`]*<)?{re.escape(LABEL)}(\w+)", text)) <= set(PAGES)
    for module, option in re.findall(r":ansopt:`huaweicloud\.kafka\.(\w+)#module:([\w.]+)`", text):
        options = importlib.import_module(f"{PLUGINS}.modules.{module}").MODULE.spec.argument_spec
        for name in option.split("."):
            assert name in options
            options = options[name].get("options", {})
    assert set(re.findall(r":ansplugin:`huaweicloud\.kafka\.(\w+)#module`", text)) <= MODULES


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_named_files_exist(path):
    """For names in backticks. Links of Markdown are checked in tests/gates."""
    named = re.findall(
        r"`((?:docs|examples|extensions|meta|playbooks|plugins|requirements|tests)/[\w./-]+)`", path.read_text("utf-8")
    )
    assert [name for name in named if "X" not in Path(name).stem and not (ROOT / name).exists()] == []


def test_readmes_list_and_link_modules_and_playbooks():
    files = {path.stem: path for path in (ROOT / "plugins" / "modules").glob("huaweicloud_kafka_*.py")}
    files.update((f"huaweicloud.kafka.{path.stem}", path) for path in (ROOT / "playbooks").glob("*.yml"))
    expected = {name: path.relative_to(ROOT).as_posix() for name, path in files.items()}
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert dict(re.findall(r"^\| \[`([\w.]+)`\]\(([^)]+)\) \|", text, re.MULTILINE)) == expected


def test_check_mode_page_has_the_codes_that_mean_absent():
    error_codes = utils("rest.error_codes")
    absent = {}
    for row in rows("check_mode"):
        for code in re.findall(r"``([A-Z]+\.\d+)``", row[0]):
            absent[code] = "changed: false" in row[2]
    assert {code for code, is_absent in absent.items() if is_absent} == {
        code for code, each in error_codes._CODES.items() if error_codes.meaning_of(each.missing_status, code).missing
    }
    assert sum(not is_absent for is_absent in absent.values()) > 3


def test_authentication_page_has_the_variables_of_the_options():
    files = (ROOT / "plugins" / "doc_fragments").glob("*.py")
    variables = {
        name for path in files for name in re.findall(r"E\(((?:HW|HUAWEICLOUD)_\w+)\)", path.read_text("utf-8"))
    }
    variables -= {"HW_TIMEOUT", "HW_MAX_RETRIES", "HUAWEICLOUD_KAFKA_IN_WORKER"}
    assert {word for row in rows("authentication") for word in re.findall(r"``([A-Z_]+)``", " ".join(row))} == variables


def test_authentication_page_has_the_permissions_of_the_operations():
    api = utils("api")
    files = [
        utils("rest.login"),
        utils("rest.agency"),
        *(utils(f"api.{item.name}") for item in pkgutil.iter_modules(api.__path__)),
    ]
    operations = [
        value for file in files for value in vars(file).values() if isinstance(value, utils("rest.operation").Operation)
    ]
    needed = {operation.permission for operation in operations if operation.permission}
    assert {row[0].strip("`") for row in rows("authentication") if re.match(r"``(dms|iam|ces):", row[0])} == needed


def test_errors_page_has_the_defaults_and_limits_of_the_client():
    options = utils("argspec").connection_spec().argument_spec
    retry, wait = utils("rest.retry"), utils("reconcile.wait")
    text = " ".join(guide("errors").split())
    assert (options["max_retries"]["default"], options["timeout"]["default"]) == (5, 30)
    assert "``max_retries`` times, 5 by default" in text
    assert "``timeout`` is 30 seconds by default" in text
    assert (retry.FIRST_BACKOFF, retry.LONGEST_BACKOFF, retry.LONGEST_RETRY_AFTER) == (0.5, 30.0, 60.0)
    assert "the backoff starts at half a second and doubles up to half a minute" in text
    assert "``Retry-After`` is honoured as a minimum, up to a minute" in text
    assert (wait.FIRST_INTERVAL, wait.LONGEST_INTERVAL) == (0.5, 10.0)
    assert "follows after half a second, and the interval grows to ten seconds" in text


def test_guides_and_attributes_agree_on_async_in_check_mode():
    attributes = (ROOT / "plugins" / "doc_fragments" / "attributes.py").read_text(encoding="utf-8")
    (oldest,) = re.findall(r"supports C\(async\) from version (\d\.\d+) on", attributes)
    assert f"``async`` in check mode needs ansible-core {oldest} or newer" in " ".join(guide("check_mode").split())
    assert f"ansible-core {oldest} and newer support it" in " ".join(guide("start").split())


def test_glossary_is_sorted_without_duplicates():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("## Glossary\n")[2].partition("\n## ")[0]
    words = re.findall(r"^\| (?!Word|---)([^|]+?) \|", table, re.MULTILINE)
    assert len(words) > 25
    assert words == sorted(set(words), key=str.casefold)


def test_picture_shows_the_current_demo():
    picture = ElementTree.parse(ROOT / "docs" / "pictures" / "demo.svg")  # noqa: S314
    shown = re.sub(r"\s+", " ", " ".join(picture.getroot().itertext()))
    demo = (ROOT / "examples" / "demo.py").read_text(encoding="utf-8")
    (play,) = yaml.safe_load((ROOT / "examples" / "demo.yml").read_text(encoding="utf-8"))
    titles = re.findall(r'^    Step\(\s*"([^"]+)"', demo, re.MULTILINE)
    assert len(titles) == 11
    for text in [*titles, play["name"], *(task["name"] for task in play["tasks"])]:
        assert text in shown
