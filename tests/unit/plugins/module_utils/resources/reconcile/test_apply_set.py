# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.kafka.plugins.modules import huaweicloud_kafka_sink_tasks as sink_tasks
from ansible_collections.huaweicloud.kafka.tests.unit import samples
from ansible_collections.huaweicloud.kafka.tests.unit.support import LOST, Service, error_reply, reply, run_module

GONE = error_reply(404, "DMS.00404026")


@pytest.mark.parametrize(
    ("steps", "changed"),
    [
        ([(samples.DELETE, GONE)], False),
        ([(samples.DELETE, LOST), (samples.DELETE, GONE)], True),
    ],
    ids=["deleted by another run", "response lost"],
)
def test_deletion_counts_as_change_only_if_this_run_made_it(
    service: Service, steps: list[tuple[str, object]], changed: bool
) -> None:
    options = {"connector_id": "c-1", "tasks": [{"task_name": "orders", "state": "absent"}], "wait": False}
    listing = reply(200, {"tasks": [samples.listed()], "total_number": 1})
    ran = run_module(sink_tasks, service, options, (samples.LIST, listing), *steps)
    (report,) = ran.result["tasks"]
    assert (ran.result["changed"], report["changed"]) == (changed, changed)
    assert report["action"] == ("deleted" if changed else "unchanged")
