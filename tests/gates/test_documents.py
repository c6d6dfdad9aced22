# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documents agree with each other and with the Makefile, and use the words of the field."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ENGLISH, CHINESE = Path("README.md"), Path("README.zh-CN.md")

WRITTEN = {".j2", ".md", ".py", ".rst", ".sh", ".toml", ".yaml", ".yml", ""}

# Phrases that no text contains, with what to write instead. The glossary is in CONTRIBUTING.md.
PHRASES = {
    "use the word of the field": {
        r"answer(?:s|ed|ing)?(?! to (?:a|its|the) survey)": "response, returned",
        r"(?:a|each|every|another|first|last|further|one) look|looks? at once": "poll, lookup",
        r"fore(?:tells?|told)": "predicts",
        r"lacks? the rights?|rights|the right (?:is|to)": "permission",
        r"(?:each|every|another|an? earlier|first|further) try|tr(?:y|ied|ies) again|worth another try": "attempt, retry",
        r"troubles?": "fault, error, problem",
        r"(?:the )?worker way|way through the worker": "in-process",
        r"the address is (?:wrong|unknown)": "the URL is wrong, unknown",
        r"blanks|line ends?": "whitespace, newline",
        r"(?:the|a) pauses? (?:between|of|before)": "backoff",
        r"is no (?:error|failure|value|change|regular|longer there)": "is not an error, is not set",
        r"no whole": "no complete",
        r"this task has deleted": "the list of changes before the failure",
        r"that no credential has": "not valid in it",
        r"a weakness|weaknesses": "vulnerability",
    },
    "a service or a program does not speak": {
        r"tells?(?! the truth)|told": "returns, shows, lists",
        r"(?:service|list|API|module|guide|page|it|error|message) (?:says|said)": "returns, reports, describes",
        r"said once": "set once",
        r"was asked|is asked|asks IAM": "request, look up",
        r"(?:service|module|page|tool|worker|guide)s? knows?": "has, supports, describes",
    },
    "name who does it": {
        r"somebody|nobody|anybody": "another user, another run, anyone",
        r"(?:for|by) the one who": "for users who",
        r"(?:by|of) (?:itself|themselves)": "automatically, or nothing",
        r"trouble of its own|of one's own": "its own",
    },
    "be literal": {
        r"what (?:came|comes) of it|what (?:the module )?makes of it|come of it": "the result",
        r"for ever|in vain|anew|at once": "endlessly, without effect, again, immediately",
        r"kinds? of things?": "the name of the thing",
        r"look before you|look first": "check",
        r"(?:stands?|lies?|lay) in": "is in",
        r"however (?:deep|slowly|many)": "a sentence without it",
        r"sees? to it|looks? after": "checks, keeps",
        r"as a list says": "as in a list",
        r"that is there": "that exists",
    },
}


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


def objections(text: str) -> Iterator[tuple[int, str]]:
    """Yield the phrases in *text* that are to be avoided, with their lines, counted from 0."""
    for kind, found in PHRASES.items():
        for phrase, instead in found.items():
            # A phrase can be broken over two lines, of which the second can be a comment.
            pattern = phrase.replace(" ", r"(?:\s+|\s*\n\s*# )")
            for match in re.finditer(rf"(?<![\w-])(?:{pattern})(?![\w-])", text, re.IGNORECASE):
                yield text.count("\n", 0, match.start()), f"{' '.join(match[0].split())!r} ({kind}: {instead})"


def texts(path: Path, content: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of the whole *content*, with names as words, and of each Python string of several lines."""
    yield 1, content.replace("_", " ")
    for node in ast.walk(ast.parse(content)) if path.suffix == ".py" else ():
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno > node.lineno:
            parts = node.values if isinstance(node, ast.JoinedStr) else [node]
            yield node.lineno, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


@pytest.fixture(scope="module")
def readmes(root):
    if not (root / CHINESE).is_file():
        pytest.skip(f"there is no {CHINESE} yet")
    return [(root / name).read_text(encoding="utf-8") for name in (ENGLISH, CHINESE)]


def test_readmes_have_the_same_headings(readmes):
    assert outline(readmes[0]) == outline(readmes[1])


def test_readmes_have_the_same_code(readmes):
    assert code(readmes[0]) == code(readmes[1])


def test_local_links_are_valid(root, files):
    broken = []
    for path in files:
        if path.suffix == ".md":
            text = (root / path).read_text(encoding="utf-8")
            broken += [f"{path}: {target}" for target in links(text) if not (root / path.parent / target).exists()]
    assert broken == []


def test_mentioned_make_targets_exist(root, files):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    # in backquotes, in a code block, in a step of a workflow
    commands = re.compile(r"(?:`|^\s*(?:\$ +)?|run: )make((?: [a-z-]+)+)(?: +[A-Z]+=| *`| *#| *&&| *$)", re.MULTILINE)
    unknown = []
    for path in files:
        if path.suffix in {".md", ".rst"} or path.parts[0] == ".github":
            for words in commands.findall((root / path).read_text(encoding="utf-8")):
                unknown += [f"{path}: make {word}" for word in words.split() if word not in targets]
    assert unknown == []


def test_every_make_target_has_a_help_text(root):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    declared = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split())
    documented = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert declared == documented


def test_all_files_use_the_words_of_the_field(root, files):
    """Documents, messages, comments, names, and the tests themselves."""
    found = []
    for path in files:
        if path.suffix in WRITTEN and path.name not in {CHINESE.name, "LICENSE", Path(__file__).name}:
            for first, text in texts(path, (root / path).read_text(encoding="utf-8")):
                found += [f"{path}:{first + line}: {objection}" for line, objection in objections(text)]
    assert not found, "\n".join(sorted(set(found)))


@pytest.mark.parametrize(
    "sentence",
    [
        "GET /v2/x was answered with 403",
        "Before that this task has deleted the task",
        "null is no value",
        "access_key holds blanks, line ends or other characters that no credential has",
        "no whole answer came within 30 seconds",
        "The address is unknown there",
        "IAM has trouble of its own",
        "check mode foretells what the run does",
        "Say what came of it",
        "Somebody else deletes the sink task",
        "Said once for all tasks",
        "Nothing waits for ever",
        "run in the worker way",
        "The user lacks the rights for this.",
        "it is looked up at once",
        "what the service does not tell",
        "One that is not there is no error",
    ],
)
def test_old_phrases_are_detected(sentence):
    assert list(objections(sentence))
