# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of the repository and their code blocks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "docsite" / "rst"
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md"), *GUIDES.glob("*.rst")]
)


class Block(NamedTuple):
    """A code block: its document, number, language and text."""

    document: str
    number: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.document}-{self.number}"


def _blocks(text: str, rst: bool) -> Iterator[tuple[str, str]]:
    if rst:
        for match in re.finditer(r"^( *)\.\. code-block:: (\S+)\n\n((?:\1   +.*\n|\n)+)", text, re.MULTILINE):
            yield match[2], textwrap.dedent(match[3]).strip("\n") + "\n"
    else:
        for match in re.finditer(r"^( *)```(\w+)\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL):
            yield match[2], textwrap.dedent(match[3])


def blocks(*languages: str) -> list[Block]:
    """Return all code blocks of *languages*."""
    found = []
    for path in DOCUMENTS:
        pairs = _blocks(path.read_text(encoding="utf-8"), path.suffix == ".rst")
        name = path.relative_to(ROOT).as_posix()
        found += [Block(name, number, *pair) for number, pair in enumerate(pairs) if pair[0] in languages]
    return found


class _Loader(yaml.SafeLoader):
    """A YAML loader that accepts the tags of Ansible."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_scalar(node))


def load(text: str) -> Any:
    """Return the first document in *text*."""
    return yaml.load(text, _Loader)  # noqa: S506


def plays(content: Any) -> list[dict[str, Any]]:
    """Return the plays in *content*, or an empty list if it is not a playbook."""
    items = content if isinstance(content, list) else []
    return [
        item for item in items if isinstance(item, dict) and {"hosts", "ansible.builtin.import_playbook"} & set(item)
    ]


def tasks(content: Any) -> Iterator[dict[str, Any]]:
    """Yield all tasks in *content*, including those in blocks."""
    if isinstance(content, list):
        for item in content:
            yield from tasks(item)
    elif isinstance(content, dict):
        if any("." in key for key in content):
            yield content
        for key in ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always"):
            yield from tasks(content.get(key))
