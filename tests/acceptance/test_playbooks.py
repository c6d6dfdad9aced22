# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The variables of the playbooks of the collection: which are read, and what is passed on."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from acceptance.test_info_playbooks import OTHER_CONNECTOR, fill, names, operations, run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from simulator import Simulator

    Run = Callable[..., subprocess.CompletedProcess[str]]

__all__ = ["run"]

# Variables that a site may have in group_vars/all for purposes of its own.
SITE = {
    "region": "nonsense",
    "project_id": "nonsense",
    "endpoint": "http://127.0.0.1:9",
    "iam_endpoint": "http://127.0.0.1:9",
    "instance_name": "nonsense",
    "instance_id": "nonsense",
    "connector_id": "nonsense",
    "task_name": "test-0",
    "task_id": "nonsense",
    "topics": ["nonsense"],
    "topics_regex": "nonsense",
    "obs_bucket_name": "nonsense",
    "recreate": True,
    "pattern": ".*",
    "confirm": True,
    "report_file": "nonsense.csv",
    "matching": [],
    "unread": ["nonsense"],
    "found": [],
    "most_without_confirm": 1000,
}
PLACE = {"dms_instance_name": " kafka-sample ", "dms_task_name": " test-0 "}



@pytest.fixture(params=["group_vars", "extra vars"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """The arguments of a run at a site that has such variables."""
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "hosts").write_text("localhost ansible_connection=local\n")
    (tmp_path / "site.json").write_text(json.dumps(SITE))
    (tmp_path / "group_vars" / "all.json").write_text(json.dumps(SITE))
    return ["-i", "hosts"] if request.param == "group_vars" else ["-i", "localhost,", "-e", "@site.json"]


def passed_on(output: subprocess.CompletedProcess[str]) -> str:
    """The custom statistics at the end of the output."""
    found = re.search(r"CUSTOM STATS: \*+\n(.*)", output.stdout, re.DOTALL)
    return found[1] if found else ""


def test_variables_of_a_site_have_no_effect(simulator: Simulator, run: Run, site: list[str], tmp_path: Path) -> None:
    fill(simulator, tasks=12)
    before = names(simulator)
    purge = {"dms_pattern": "test-.*", "dms_all_instances": "true"}
    for playbook, variables, says in (
        ("sink_task_purge", {}, "Set dms_pattern"),
        ("sink_task_purge", purge, "12 sink tasks would be deleted, which is more than 10."),
        ("sink_task_delete", {"dms_instance_name": "kafka-sample"}, "task_name"),
        ("sink_task_create", {"dms_instance_name": "kafka-sample", "dms_task_name": "test-0"}, "topics"),
    ):
        output = run(playbook, *site, **variables)
        assert output.returncode != 0, output.stdout
        assert says in " ".join(output.stdout.split())
        assert "nonsense" not in output.stdout
    output = run("sink_task_report", *site)
    assert output.returncode == 0, output.stdout
    assert "13 sink tasks" in output.stdout
    assert not (tmp_path / "nonsense.csv").exists()
    assert names(simulator) == before
    assert {entry.method for entry in simulator.journal} == {"GET"}


def test_purge_takes_null_as_not_set(simulator: Simulator, run: Run) -> None:
    fill(simulator)
    null = ("-e", '{"dms_instance_name": null, "dms_instance_id": null, "dms_confirm": null}')
    output = run("sink_task_purge", *null, dms_pattern="test-.*")
    assert output.returncode != 0
    assert "dms_all_instances" in output.stdout
    output = run("sink_task_purge", "-e", '{"dms_confirm": true}', dms_pattern="test-.*", dms_all_instances="true")
    assert output.returncode != 0
    assert "dms_confirm must be the number" in output.stdout
    assert len(simulator.journal) == 0
    output = run("sink_task_purge", *null, dms_pattern="test-.*", dms_all_instances="true")
    assert output.returncode == 0, output.stdout
    assert names(simulator) == ["production"]


def test_deletion_with_approval(
    simulator: Simulator, run: Run, tmp_path: Path
) -> None:
    """The steps of a workflow, with what happens in between."""
    (tmp_path / "ansible.cfg").write_text("[defaults]\nshow_custom_stats = true\n")
    world, connector = simulator.world, simulator.connector_id
    last = {**PLACE, "dms_require_task_id": "true"}
    first = {**PLACE, "dms_require_task": "true"}

    # Nothing is found: an id from an earlier job is not passed on.
    output = run("sink_task_delete", "--check", **PLACE, dms_task_id="stale")
    assert output.returncode == 0, output.stdout
    assert "Nothing to delete: there is no sink task test-0 with the id stale." in output.stdout
    assert re.search(r'dms_task_id"?: ""', passed_on(output)), output.stdout
    output = run("sink_task_delete", "--check", **first)
    assert output.returncode != 0
    assert "nothing to approve" in output.stdout
    assert re.search(r'dms_task_id"?: ""', passed_on(output)), output.stdout

    # Created meanwhile, or the artifact is lost.
    shown = world.add_task(connector, "test-0", topics="orders")
    requests = len(simulator.journal)
    for lost in ({}, {"dms_task_id": ""}, {"dms_task_id": " "}):
        output = run("sink_task_delete", **last, **lost)
        assert output.returncode != 0
        assert "dms_task_id and dms_task_name must be set" in " ".join(output.stdout.split())
    assert len(simulator.journal) == requests

    # Replaced meanwhile.
    output = run("sink_task_delete", "--check", **first)
    assert output.returncode == 0, output.stdout
    assert f"Would delete sink task test-0 (id {shown}" in output.stdout
    assert shown in passed_on(output)
    world.remove_task(connector, shown)
    other = world.add_task(connector, "test-0", topics="orders")
    output = run("sink_task_delete", **last, dms_task_id=shown)
    assert output.returncode != 0, output.stdout
    assert operations(simulator, "DeleteSinkTask") == 0

    # As it was shown, and once more.
    output = run("sink_task_delete", **last, dms_task_id=f" {other} ")
    assert output.returncode == 0, output.stdout
    assert f"Deleted sink task test-0 (id {other}" in output.stdout
    output = run("sink_task_delete", **last, dms_task_id=other)
    assert output.returncode == 0, output.stdout
    assert "changed=0" in output.stdout
    assert operations(simulator, "DeleteSinkTask") == 1


def test_creation_reads_topics_in_each_form(simulator: Simulator, run: Run) -> None:
    keys = ("-e", '{"dms_obs_bucket_name": " archive ", "dms_record_delimiter": "NULL"}')
    for given in ('dms_topics=["orders","bills"]', '{"dms_topics": [" orders", "bills "]}', '{"dms_topics": "orders\\nbills,"}'):
        output = run("sink_task_create", "-e", given, *keys, "--check", **PLACE)
        assert output.returncode == 0, output.stdout
    for given in ("dms_topics=[orders,bills]", '{"dms_topics": {"orders": 1}}'):
        requests = len(simulator.journal)
        output = run("sink_task_create", "-e", given, *keys, **PLACE)
        assert output.returncode != 0
        assert "dms_topics must be a list" in output.stdout
        assert len(simulator.journal) == requests


def test_report_passes_on_its_rows(simulator: Simulator, run: Run, tmp_path: Path) -> None:
    fill(simulator)
    partition = {"partition_id": 0, "status": "RUNNING", "last_transfer_offset": "1", "log_end_offset": "2"}
    partial = [{"topic": "orders", "partitions": [{**partition, "lag": "1"}, partition]}]
    simulator.world.add_task(OTHER_CONNECTOR, "partial", topics="orders", topics_info=partial)
    (tmp_path / "ansible.cfg").write_text("[defaults]\nshow_custom_stats = true\n")
    output = run("sink_task_report", dms_report_file=" report.json ")
    assert output.returncode == 0, output.stdout
    rows = json.loads((tmp_path / "report.json").read_text())
    assert [row["lag"] for row in rows] == [6, 6, 3, None, None]
    stats = passed_on(output)
    assert '"dms_report"' in stats or "dms_report:" in stats
    assert all(row["task_id"] in stats for row in rows)
