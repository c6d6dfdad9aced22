# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the gates: the repository and its files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """The files that git would commit, as paths from the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    names = filter(None, os.fsdecode(listing).split("\0"))
    return sorted(Path(name) for name in names if (ROOT / name).is_file())


@pytest.fixture(scope="session")
def galaxy() -> dict:
    return yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def modules(files: list[Path]) -> set[str]:
    """The names of the modules."""
    return {path.stem for path in files if path.parent == Path("plugins/modules") and path.suffix == ".py"} - {
        "__init__"
    }
