# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan that was approved in check mode covers what the run may do, in-process and as a module."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acceptance.harness.cloud import OBS_ACCESS_KEY, OBS_SECRET_KEY
from acceptance.harness.playbook import BOTH_WAYS, WAYS, Output
from acceptance.harness.tasks import connection, variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator import Simulator

SET = "huaweicloud.kafka.huaweicloud_kafka_smart_connect_tasks"
KEYS = {"access_key": OBS_ACCESS_KEY, "secret_key": OBS_SECRET_KEY}
SINK = {"consumer_strategy": "latest", "obs_bucket_name": "archive", "deliver_time_interval": 60, **KEYS}
WRITES = ("ModifyConnectorTask", "DeleteConnectorTask", "CreateConnectorTask")


def test_recreation_that_was_not_approved_is_refused(simulator: Simulator, run_playbook: Callable[..., Output]) -> None:
    """The service refuses the modification, so the run would delete the task and create it again."""
    simulator.settings.modify = "refuse"
    fields = {"topics": "orders", "obs_bucket_name": "archive", "consumer_strategy": "latest"}
    simulator.world.add_task(simulator.connector_id, "orders", **fields)
    tasks = [{"task_name": "orders", "topics": ["orders"], "sink_task": SINK}]
    options = {**connection(simulator), "connector_id": None, "instance_id": simulator.instance_id, "tasks": tasks}
    options = {name: value for name, value in options.items() if value is not None}

    def attempt(name: str, plan: str, check_mode: bool = False, **more: Any) -> dict[str, Any]:
        task = {SET: {**options, "modify": True, "expect_plan": plan, **more}, "ignore_errors": True}
        return {"name": name, "check_mode": check_mode, **task}

    approved = {"name": "approve", SET: {**options, "modify": True}, "check_mode": True, "register": "approved"}
    plan = "{{ approved.plan_id }}"
    play = {
        "serial": 1,
        "tasks": [
            approved,
            attempt("with recreate", plan, recreate=True),
            attempt("empty", ""),
            attempt("blank", " ", check_mode=True),
            attempt("without wait, in check mode", plan, check_mode=True, wait=False),
            attempt("as approved", plan),
        ],
    }
    output = run_playbook([play], hosts=BOTH_WAYS, variables=variables(simulator)).expect_success()
    for way in WAYS:
        assert "so nothing was changed" in output.result("with recreate", way)["msg"]
        assert "expect_plan must not be empty" in output.result("empty", way)["msg"]
        assert "expect_plan must not be empty" in output.result("blank", way)["msg"]
        assert not output.failed("without wait, in check mode", way)
        assert "DMS.00400873" in output.result("as approved", way)["msg"]
    sent = [name for name in simulator.journal.operations() if name in WRITES]
    assert sent == ["ModifyConnectorTask"] * len(WAYS)
