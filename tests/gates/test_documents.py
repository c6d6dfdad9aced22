# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents agree with each other and with the Makefile."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ENGLISH, CHINESE = Path("README.md"), Path("README.zh-CN.md")


def outline(text: str) -> list[int]:
    """The levels of a document's headings, in order."""
    bare = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [len(marks) for marks in re.findall(r"^(#+) ", bare, re.MULTILINE)]


def code(text: str) -> list[str]:
    """A document's code blocks without their comments, in order."""
    blocks = re.findall(r"^```.*?^```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"(?m)(^|\s+)#.*$", "", block) for block in blocks]


def links(text: str) -> list[str]:
    """A document's links to other files."""
    targets = re.findall(r"\]\(([^)\s]+)", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL))
    return [target.partition("#")[0] for target in targets if "://" not in target and target.partition("#")[0]]


@pytest.fixture(scope="module")
def readmes(root):
    if not (root / CHINESE).is_file():
        pytest.skip(f"there is no {CHINESE} yet")
    return [(root / name).read_text(encoding="utf-8") for name in (ENGLISH, CHINESE)]


def test_readmes_have_the_same_headings(readmes):
    assert outline(readmes[0]) == outline(readmes[1])


def test_readmes_have_the_same_code(readmes):
    assert code(readmes[0]) == code(readmes[1])


def test_local_links_lead_somewhere(root, files):
    broken = []
    for path in files:
        if path.suffix == ".md":
            text = (root / path).read_text(encoding="utf-8")
            broken += [f"{path}: {target}" for target in links(text) if not (root / path.parent / target).exists()]
    assert broken == []


def test_every_make_target_that_is_named_exists(root, files):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    # between backquotes, a line of a block of code, a step of a workflow
    commands = re.compile(r"(?:`|^\s*(?:\$ +)?|run: )make((?: [a-z-]+)+)(?: +[A-Z]+=| *`| *#| *&&| *$)", re.MULTILINE)
    unknown = []
    for path in files:
        if path.suffix in {".md", ".rst"} or path.parts[0] == ".github":
            for words in commands.findall((root / path).read_text(encoding="utf-8")):
                unknown += [f"{path}: make {word}" for word in words.split() if word not in targets]
    assert unknown == []


def test_every_make_target_is_explained(root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    declared = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split())
    explained = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert declared == explained
