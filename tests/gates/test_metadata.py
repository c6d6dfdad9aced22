# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata files agree with each other and with plugins/."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml


def load(path: Path) -> dict:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def documentation(path: Path) -> dict:
    """The DOCUMENTATION of a plugin's file."""
    source = path.read_text(encoding="utf-8")
    return yaml.safe_load(re.search(r'^DOCUMENTATION = r?"""(.*?)^"""', source, re.MULTILINE | re.DOTALL).group(1))


def versions_added(node: object, where: str = "") -> list[tuple[str, str]]:
    """Each version_added in the node, with its path."""
    if isinstance(node, list):
        return [found for item in node for found in versions_added(item, where)]
    if not isinstance(node, dict):
        return []
    here = [(where, str(node["version_added"]))] if isinstance(node.get("version_added"), (str, float)) else []
    return here + [found for key, item in node.items() for found in versions_added(item, f"{where}/{key}")]


def test_action_group_contains_the_modules(root, modules):
    groups = load(root / "meta/runtime.yml")["action_groups"]
    assert list(groups) == ["all"]
    assert groups["all"] == sorted(modules)


def test_action_plugins_have_the_names_of_the_modules(files, modules):
    actions = {path.stem for path in files if path.parent == Path("plugins/action") and path.suffix == ".py"}
    assert actions - {"__init__"} == modules


def test_modules_are_named_after_the_service(modules):
    assert [name for name in modules if not name.startswith("huaweicloud_kafka_")] == []


def test_galaxy_metadata_is_valid(galaxy):
    assert (galaxy["namespace"], galaxy["name"]) == ("huaweicloud", "kafka")
    assert re.fullmatch(r"\d+\.\d+\.\d+", galaxy["version"])
    assert galaxy["dependencies"] == {}
    assert {"cloud", "kafka"} <= set(galaxy["tags"])
    assert all(re.fullmatch(r"[a-z][a-z0-9]*", tag) for tag in galaxy["tags"])


@pytest.mark.parametrize("key", ["readme", "license_file"])
def test_file_in_galaxy_metadata_exists(root, galaxy, key):
    assert (root / galaxy[key]).is_file()


def test_license_is_the_complete_gpl(root):
    text = (root / "LICENSE").read_text(encoding="utf-8")
    assert "GNU GENERAL PUBLIC LICENSE\n                       Version 3, 29 June 2007" in text
    assert len(text.splitlines()) == 674


def test_newest_release_in_the_changelog_has_the_version_of_galaxy(root, galaxy):
    releases = load(root / "changelogs/changelog.yaml")["releases"]
    newest = max(releases, key=version)
    assert newest == galaxy["version"], "run `make changelog` after the version in galaxy.yml changed"
    titles = re.findall(r"^v(\d+\.\d+\.\d+)\n=+$", (root / "CHANGELOG.rst").read_text(encoding="utf-8"), re.MULTILINE)
    assert titles == sorted(releases, key=version, reverse=True)


def test_changelog_contains_every_module(root, modules):
    releases = load(root / "changelogs/changelog.yaml")["releases"].values()
    listed = [module["name"] for release in releases for module in release.get("modules", ())]
    assert sorted(listed) == sorted(modules), "run `make changelog`"


def test_version_added_is_not_later_than_the_version(root, galaxy, modules):
    later = [
        (module, where, added)
        for module in modules
        for where, added in versions_added(documentation(root / f"plugins/modules/{module}.py"))
        if version(added) > version(galaxy["version"])
    ]
    assert later == []


def test_versions_in_other_files_equal_that_of_galaxy(root, files, galaxy):
    """In commands of the READMEs, in the requirements of examples/awx, and in the User-Agent of the client."""
    mentioned = []
    for path in files:
        if path.parts[0] != "tests" and path.suffix in {".md", ".py", ".rst", ".yml", ".toml"}:
            text = (root / path).read_text(encoding="utf-8")
            mentioned += [
                (str(path), found) for found in re.findall(r"huaweicloud[.-]kafka[-/: ]v?(\d+\.\d+\.\d+)", text)
            ]
    assert {path for path, _version in mentioned} >= {
        "README.md",
        "README.zh-CN.md",
        "examples/awx/execution-environment.yml",
        "plugins/module_utils/rest/http.py",
    }
    assert [item for item in mentioned if item[1] != galaxy["version"]] == []


def test_requirements_of_the_execution_environment(root):
    environment = load(root / "meta/execution-environment.yml")
    python = (root / environment["dependencies"]["python"]).read_text(encoding="utf-8")
    assert [re.split(r"[ <>=!~]", line)[0] for line in python.splitlines() if line] == ["requests"]
    for other in ("tests/unit/requirements.txt", "tests/integration/requirements.txt"):
        assert python.strip() in (root / other).read_text(encoding="utf-8").splitlines(), other
    assert f'"{python.strip()}"' in (root / "pyproject.toml").read_text(encoding="utf-8")


def test_oldest_ansible_core_is_the_same_everywhere(root):
    assert load(root / "meta/runtime.yml")["requires_ansible"] == ">=2.15.0"
    source = (root / "tests/tools/matrix.py").read_text(encoding="utf-8")
    assert min(re.findall(r'^    "(2\.\d+)": \(', source, re.MULTILINE), key=version) == "2.15"


def test_fragments_use_the_configured_sections(root, files):
    config = load(root / "changelogs/config.yaml")
    sections = {name for name, _title in config["sections"]} | {
        config["prelude_section_name"],
        config["trivial_section_name"],
    }
    for path in files:
        if path.parent != Path("changelogs/fragments") or path.name == ".keep":
            continue
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*\.yml", path.name), path
        fragment = load(root / path)
        assert set(fragment) <= sections, path
        for section, entries in fragment.items():
            assert isinstance(entries, str if section == config["prelude_section_name"] else list), f"{path}: {section}"


def test_running_interpreter_is_supported_by_the_makefile(root):
    assert sys.version_info >= (3, 10)
    assert "sys.version_info >= (3, 10)" in (root / "Makefile").read_text(encoding="utf-8")


def test_filter_for_misspelled_variables_knows_those_of_the_playbooks(root, files):
    source = (root / "plugins/filter/misspelled.py").read_text(encoding="utf-8")
    [known] = re.findall(r"^VARIABLES = frozenset\(\n(.*?)^\)", source, re.MULTILINE | re.DOTALL)
    playbooks = [path for path in files if path.parts[0] == "playbooks" or path.parts[:2] == ("examples", "awx")]
    texts = [(root / path).read_text(encoding="utf-8") for path in playbooks]
    used = {name for text in texts for name in re.findall(r"(?<!\w)dms_\w+", text)} - {"dms_"}
    assert set(re.findall(r'"(\w+)"', known)) == used
