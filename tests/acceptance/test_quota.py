# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The quota of sink tasks: a table of another module than the sink task's."""

from __future__ import annotations

from typing import Any

from acceptance.harness.cases import Case, Expect, changed, fails, unchanged
from acceptance.harness.compare import expect_alike, expect_as_described, expect_no_leaks
from acceptance.harness.player import Ways
from simulator import Fault


def quota(name: str, wanted: int, live: Expect, **more: Any) -> Case:
    """A case of an instance whose quota is 9."""
    options = {"connector_id": None, "instance_name": "instance", "sink_max_tasks": wanted}
    settings = {"max_tasks": 9, "quota_tasks": 9}
    return Case(name, options, live, module="huaweicloud_kafka_sink_task_quota", settings=settings, **more)


CASES = [
    quota("the quota as it is", 9, unchanged("INSTANCES LIST", returns={"max_tasks": 9})),
    quota("a lower quota", 8, fails("8", requests="INSTANCES LIST")),
    quota(
        "a refused quota",
        12,
        fails("DMS.00403003", requests="INSTANCES LIST QUOTA", error={"status": 403, "method": "PUT"}),
        check=changed("INSTANCES LIST", returns={"max_tasks": 12}),
        faults=[Fault("UpdateSinkTaskQuota", status=403, code="DMS.00403003")],
    ),
]


def test_case_ends_as_described(case: Case, ways: Ways) -> None:
    expect_as_described(case, ways)


def test_both_ways_have_the_same_results(case: Case, ways: Ways) -> None:
    expect_alike(case, ways)


def test_no_secret_is_shown(ways: Ways) -> None:
    expect_no_leaks(ways)
