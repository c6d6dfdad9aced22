# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artifact contains the files of the repository, and no other files of a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

# files that programs and users leave in a checkout
UNTRACKED = [
    ".ansible/collections/x",
    ".cache/venv/main/bin/python",
    ".cache/collections/x",
    ".coverage",
    ".coverage.host.pid1.abc",
    ".env",
    ".env.production",
    ".hypothesis/examples/x",
    ".idea/workspace.xml",
    ".mypy_cache/x.json",
    ".nox/test/bin/python",
    ".pytest_cache/README.md",
    ".ruff_cache/x",
    ".venv/bin/python",
    "ansible_collections/x.log",
    "changelogs/.plugin-cache.yaml",
    "client.pem",
    "collections/ansible_collections/x/y/galaxy.yml",
    "credentials.csv",
    "dist/huaweicloud-kafka-0.0.1.tar.gz",
    "examples/.env",
    "examples/awx/vault_password",
    "examples/demo.retry",
    "examples/tls/server.key",
    "extensions/molecule/default/.molecule/x",
    "htmlcov/index.html",
    "huaweicloud-kafka-0.0.1.tar.gz",
    "plugins/module_utils/__pycache__/x.cpython-311.pyc",
    "plugins/modules/x.py~",
    "plugins/modules/.x.py.swp",
    "tests/.hypothesis/x",
    "tests/output/junit/x.xml",
    "tests/unit/__pycache__/x.cpython-311.pyc",
    "venv/bin/python",
]


@pytest.fixture(scope="module")
def artifact(root, files, tmp_path_factory):
    """The names in an artifact that was built in a copy of the repository with these files."""
    place = tmp_path_factory.mktemp("artifact")
    for name in [*files, *map(Path, UNTRACKED)]:
        (place / "checkout" / name).parent.mkdir(parents=True, exist_ok=True)
        if name in files:
            shutil.copy(root / name, place / "checkout" / name)
        else:
            (place / "checkout" / name).write_text("untracked", encoding="utf-8")
    program = Path(sys.executable).with_name("ansible-galaxy")
    command = [program, "collection", "build", "--output-path", place, place / "checkout"]
    env = {**os.environ, "HOME": str(place), "ANSIBLE_HOME": str(place / "ansible")}
    subprocess.run(command, env=env, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    (archive,) = place.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        return {member.name for member in content.getmembers() if member.isfile()}


def test_untracked_files_are_excluded(artifact):
    assert artifact & set(UNTRACKED) == set()


def test_only_files_of_the_repository_are_included(artifact, files):
    assert artifact - {str(path) for path in files} == {"MANIFEST.json", "FILES.json"}


@pytest.mark.parametrize("folder", ["plugins", "meta", "changelogs", "docs", "examples", "playbooks", "tests"])
def test_folder_is_complete(artifact, files, folder):
    expected = {str(path) for path in files if path.parts[0] == folder}
    assert expected - artifact == set()


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "CHANGELOG.rst", "meta/runtime.yml"])
def test_file_for_users_is_included(artifact, name):
    assert name in artifact


def test_files_of_git_and_ci_are_excluded(artifact):
    assert {name for name in artifact if name.startswith((".git", ".ci/", ".cache/"))} == set()
