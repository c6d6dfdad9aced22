# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from ansible_collections.huaweicloud.kafka.plugins.lookup.paused_tasks import LookupModule

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = {"instance_id": "i-1", "task_id": "t-1", "task_name": "orders"}
BILLS = {"instance_id": "i-1", "task_id": "t-2", "task_name": "2024_01"}
ELSEWHERE = {**ORDERS, "instance_id": "i-2"}
FORM = "must be a JSON list with exactly instance_id, task_id and task_name, as text, for each task."


def read(path: str = "", paused: Any = None) -> tuple[list[dict[str, str]], str]:
    """The tasks and the error that the lookup returns."""
    [found] = LookupModule().run([path], paused=paused)
    return found["tasks"], found["error"]


TASKS = {
    "nothing": ("", None, []),
    "an empty file": ("", "", []),
    "whitespace": (" \n", " ", []),
    "empty lists": ("[]\n", [], []),
    "a file": (json.dumps([ORDERS, BILLS]), None, [ORDERS, BILLS]),
    "a file with a byte order mark": ("\ufeff" + json.dumps([ORDERS]), None, [ORDERS]),
    "an artifact": ("", [ORDERS, BILLS], [ORDERS, BILLS]),
    "an artifact as JSON": ("", f" {json.dumps([ORDERS])}\n", [ORDERS]),
    "both": (json.dumps([ORDERS]), [BILLS], [BILLS, ORDERS]),
    "a task in both": (json.dumps([ORDERS, BILLS]), [ORDERS], [ORDERS, BILLS]),
    "a task that was renamed": (json.dumps([ORDERS]), [{**ORDERS, "task_name": "old"}], [ORDERS]),
    "another instance": (json.dumps([ORDERS]), [ELSEWHERE], [ELSEWHERE, ORDERS]),
}


@pytest.mark.parametrize(("content", "paused", "tasks"), TASKS.values(), ids=list(TASKS))
def test_tasks_are_those_of_the_file_and_of_the_artifact(
    tmp_path: Path, content: str, paused: Any, tasks: list[dict[str, str]]
) -> None:
    path = tmp_path / "paused.json"
    path.write_text(content)
    assert read(str(path), paused) == (tasks, "")


def test_file_need_not_exist(tmp_path: Path) -> None:
    assert read(str(tmp_path / "paused.json"), [ORDERS]) == ([ORDERS], "")


OTHER_CONTENT = {
    "text": "orders",
    "truncated JSON": json.dumps([ORDERS])[:-1],
    "null": "null",
    "a number": "0",
    "a string": json.dumps(json.dumps([ORDERS])),
    "a dictionary": json.dumps(ORDERS),
    "an empty dictionary": "{}",
    "a list of texts": '["orders"]',
    "a list of lists": "[[]]",
    "an entry without a name": json.dumps([ORDERS, {"instance_id": "i-1", "task_id": "t-1"}]),
    "an entry with a number": json.dumps([{**ORDERS, "task_id": 1}]),
    "an entry with null": json.dumps([{**ORDERS, "task_name": None}]),
    "an entry with whitespace": json.dumps([{**ORDERS, "instance_id": " "}]),
    # as a report writes it
    "an entry with more": json.dumps([{**ORDERS, "status": "PAUSED"}]),
    "deep JSON": "[" * 100_000,
}


@pytest.mark.parametrize("content", OTHER_CONTENT.values(), ids=list(OTHER_CONTENT))
def test_anything_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "paused.json"
    path.write_text(content)
    assert read(str(path), [ORDERS]) == ([], f"dms_state_file {path} {FORM} Set another file.")
    assert read(paused=content) == ([], f"dms_paused {FORM}")
    assert path.read_text() == content


@pytest.mark.parametrize("paused", [0, True, ORDERS, [ORDERS, 1], (ORDERS,)], ids=str)
def test_artifact_of_another_type_is_refused(paused: Any) -> None:
    assert read(paused=paused) == ([], f"dms_paused {FORM}")


def test_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "paused.json"
    path.write_bytes(b"\xff\xfe\x00\xd8")
    assert read(str(path)) == ([], f"dms_state_file {path} {FORM} Set another file.")


def test_place_that_is_not_a_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path)
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "link"):
        assert read(str(path)) == ([], f"dms_state_file {path} is not a file.")
    path = tmp_path / "missing" / "paused.json"
    assert read(str(path)) == ([], f"dms_state_file {path} can't be written: there is no folder {path.parent}.")


@pytest.mark.parametrize("denied", ["file", "folder"])
def test_file_that_could_not_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, denied: str
) -> None:
    path = tmp_path / "paused.json"
    path.write_text("[]")
    place = str(path if denied == "file" else tmp_path)
    # The superuser, who may run the tests, is denied nothing.
    monkeypatch.setattr(os, "access", lambda path, _mode: path != place)
    assert read(str(path)) == ([], f"dms_state_file {path} can't be written: permission denied.")


def test_file_that_can_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "paused.json"
    path.write_text("[]")

    def denied(*_unused: Any) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", denied)
        found = read(str(path))
    assert found == ([], f"dms_state_file {path} can't be read: Permission denied.")
