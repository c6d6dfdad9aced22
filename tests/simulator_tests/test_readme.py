# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The README lists all settings, faults, operations, files and control requests."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import simulator
from simulator import Fault, Settings, Simulator
from simulator.control import Control
from simulator.metadata import OPERATIONS as METADATA
from simulator.service import OPERATIONS

FOLDER = Path(simulator.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def words(title: str) -> set[str]:
    return set(re.findall(r"`([A-Za-z_]+)`", section(title)))


def test_settings_are_listed() -> None:
    assert {field.name for field in dataclasses.fields(Settings)} <= words("Settings")


def test_fields_of_faults_are_listed() -> None:
    named = set(re.findall(r"`([a-z_]+)`", " ".join(re.findall(r"(?m)^\| (`.*?) \|", section("Faults")))))
    assert named == {field.name for field in dataclasses.fields(Fault)}


def test_operations_are_listed() -> None:
    rows = re.findall(r"(?m)^\| (`.*?) \|", section("Operations"))
    named = set(re.findall(r"`(\w+)`", " ".join(rows)))
    assert named == {operation.name for operation in [*OPERATIONS, *METADATA]}


def test_files_are_listed() -> None:
    named = set(re.findall(r"`([a-z_]+\.py)`", section("Files")))
    assert named == {path.name for path in FOLDER.glob("*.py")} - {"__init__.py"}


def test_control_requests_are_listed() -> None:
    sim = Simulator()
    control = Control(sim)
    implemented = {f"{method} {name}" for method, name in control._plain}
    implemented |= {f"{method} {name}/ID" for method, name in control._by_id}
    named = set(re.findall(r"`((?:GET|PUT|POST|DELETE) [a-zA-Z/-]+)`", section("From another process")))
    assert named == implemented


def test_credentials_are_printed() -> None:
    for name, value in Simulator().credentials().items():
        assert f"\n{name}: {value}\n" in section("Manual use")


def test_assumptions_are_numbered_from_1_to_64() -> None:
    rows = re.findall(r"(?m)^\| ([0-9, ]+) \|", section("Assumptions"))
    assert sorted(int(number) for row in rows for number in row.split(",")) == list(range(1, 65))
