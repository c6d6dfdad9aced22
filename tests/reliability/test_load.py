# Copyright (c) 2026, huaweicloud.kafka contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many workers against a service that limits the rate of requests, and many items in one worker."""

from __future__ import annotations

import gc
import threading
import time
import tracemalloc
import typing as t
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from acceptance.harness.playbook import MODULE, run_playbook, started_playbook
from ansible_collections.huaweicloud.kafka.plugins.module_utils.rest.connection import Connection
from simulator import Simulator

from .conftest import FULL
from .harness import figures, runs
from .harness.processes import memory_of, workers_of

STYLES = ("429", "429-retry-after", "dms-404")
TIMEOUT = 1500.0
"""Seconds for a playbook under a rate limit."""
MAX_SENT = 1.3
"""Requests sent for each accepted one."""
MAX_FAILED = 0.001
"""The share of items that may be throttled more often than max_retries; the accepted requests are random."""


class Load(t.NamedTuple):
    hosts: int
    items: int
    rate: int


LOAD = Load(20, 100, 10)


@pytest.mark.skipif(not FULL, reason="takes minutes and needs an idle machine")
def test_many_workers_share_a_rate_limit(tmp_path: Path) -> None:
    """One simulator for each way of throttling, concurrently, because the workers mostly wait."""
    with ThreadPoolExecutor(len(STYLES)) as pool:
        ratios = list(pool.map(lambda style: _load(tmp_path / style, style), STYLES))
    assert max(ratios) <= MAX_SENT


def _load(folder: Path, style: str) -> float:
    """Run the playbook, check the result of each item, and return the number of requests per accepted one."""
    with Simulator() as simulator:
        simulator.settings.update(rate=LOAD.rate, throttle_style=style)
        existing: dict[str, set[int]] = {}
        connectors = []
        for number in range(LOAD.hosts):
            fields = simulator.world.add_instance(f"instance-{number}")
            connectors.append(fields["connector_id"])
            # Every tenth task exists and is deleted, which takes three requests instead of one.
            existing[fields["connector_id"]] = {item for item in range(LOAD.items) if (item + number) % 10 == 0}
            for item in existing[fields["connector_id"]]:
                simulator.world.add_task(fields["connector_id"], f"task-{item}")
        options = {
            **runs.connection(simulator),
            "state": "absent",
            "connector_id": "{{ connectors[number] }}",
            "task_name": "task-{{ item }}",
        }
        task = {
            "name": "items",
            MODULE: options,
            "loop": f"{{{{ range({LOAD.items}) | list }}}}",
            "loop_control": {"label": "{{ item }}"},
            "vars": {"connectors": connectors},
            "ignore_errors": True,
        }
        hosts = {f"host{number}": {"number": number} for number in range(LOAD.hosts)}
        arguments = ("--forks", str(LOAD.hosts))
        started = time.monotonic()
        output = run_playbook(folder, [{"tasks": [task]}], *arguments, hosts=hosts, timeout=TIMEOUT)
        seconds = time.monotonic() - started
        sent = len(simulator.journal)
        accepted = sum(entry.status is not None and entry.status < 300 for entry in simulator.journal)
        left = {connector: simulator.world.tasks(connector) for connector in connectors}
    failures = 0
    for connector, host in zip(connectors, hosts):
        items = output.result("items", host)["results"]
        assert len(items) == LOAD.items
        failed = {item["item"]: item["msg"] for item in items if item.get("failed")}
        assert not [message for message in failed.values() if "The service limits the request rate" not in message]
        changed = {item["item"] for item in items if item["changed"]}
        assert changed <= existing[connector] <= changed | set(failed)
        assert {task["task_name"] for task in left[connector]} == {
            f"task-{item}" for item in existing[connector] - changed
        }
        failures += len(failed)
    assert failures <= MAX_FAILED * LOAD.hosts * LOAD.items
    ratio = sent / accepted
    figures.note(
        f"load, {style}",
        f"{LOAD.hosts} hosts x {LOAD.items} items at {LOAD.rate}/s: {sent} requests sent, {accepted} accepted,"
        f" ratio {ratio:.2f}, {accepted / seconds:.1f} per second, {failures} items failed",
    )
    return ratio


def test_hosts_that_create_the_same_topics_concurrently(tmp_path: Path) -> None:
    """Each topic is created by one host, and all hosts go on with it; then one of them deletes all."""
    hosts, count = (20, 40) if FULL else (4, 8)
    with Simulator() as simulator:
        simulator.settings.update(rate=40 if FULL else None, throttle_style="429")
        names = [f"topic-{number}" for number in range(count)]
        options = {**runs.connection(simulator), "instance_id": simulator.instance_id, "max_retries": 8}
        module = "huaweicloud.kafka.huaweicloud_kafka_topics"
        created = [{"name": name, "partition": 1} for name in names]
        deleted = [{"name": name, "state": "absent"} for name in names]
        tasks = [
            {"name": "created", module: {**options, "topics": created}},
            {"name": "deleted", module: {**options, "topics": deleted, "protect": []}, "run_once": True},
        ]
        inventory: dict[str, dict[str, t.Any]] = {f"host{number}": {} for number in range(hosts)}
        output = run_playbook(
            tmp_path, [{"tasks": tasks}], "--forks", str(hosts), hosts=inventory, timeout=TIMEOUT
        ).expect_success()
        effects = [
            entry.effect.target for entry in simulator.journal if entry.effect and entry.effect.verb == "created"
        ]
        left = simulator.world.topics(simulator.instance_id)
    reports = [report for host in inventory for report in output.result("created", host)["topics"]]
    assert sorted(effects) == sorted(names)
    assert sorted(report["name"] for report in reports if report["action"] == "created") == sorted(names)
    assert {report["action"] for report in reports} <= {"created", "unchanged"}
    assert len(reports) == hosts * count
    assert left == []


def test_memory_of_a_connection_does_not_grow_with_items(simulator: Simulator) -> None:
    connections: list[Connection] = []

    def connect(settings: t.Any) -> Connection:
        if not connections:
            connections.append(Connection(settings))
        return connections[0]

    options = {
        **runs.connection(simulator),
        "state": "absent",
        "connector_id": simulator.connector_id,
        "task_name": "none",
    }
    params, secrets, _unused = runs.validated(runs.SINK_TASK, options)

    def items(number: int) -> None:
        for _unused in range(number):
            result = runs.SINK_TASK.execute(params, check_mode=False, diff=False, secrets=secrets, connect=connect)
            assert result["changed"] is False
            simulator.journal.clear()
        gc.collect()

    items(100)
    tracemalloc.start()
    try:
        # The journal of the simulator is emptied, so that only allocations of the client are compared.
        items(100)
        before = tracemalloc.get_traced_memory()[0]
        items(400)
        after = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert after - before < 64 * 1024
    assert simulator.connections <= 2
    connections[0].close()


@pytest.mark.skipif(not FULL, reason="takes minutes")
def test_five_thousand_items_in_one_play(tmp_path: Path) -> None:
    """The worker grows only by the results that Ansible keeps, as in a loop of another action."""
    with Simulator() as simulator:
        options = {
            **runs.connection(simulator),
            "state": "absent",
            "connector_id": simulator.connector_id,
            "task_name": "task-{{ item }}",
        }
        ours = _growth(tmp_path / "ours", {MODULE: options})
        assert len(simulator.journal) >= 5000
        assert simulator.connections <= 2
        # A result contains the options of its task.
        shown = {**dict.fromkeys(runs.SINK_TASK.spec.argument_spec, ""), **options}
        peer = _growth(tmp_path / "peer", {"ansible.builtin.debug": {"msg": shown}})
    figures.note(
        "soak",
        f"5000 items: the worker grew by {ours / 1e6:.1f} MB, in a loop of debug with equal results by {peer / 1e6:.1f} MB",
    )
    assert ours < peer + 25e6


def _growth(folder: Path, action: dict[str, t.Any]) -> int:
    """Return the bytes by which the worker grows from its first second to its end, stopped 5,000 items."""
    task = {"name": "loop", **action, "loop": "{{ range(5000) | list }}", "loop_control": {"label": "x"}}
    samples: dict[int, list[int]] = {}
    stopped = threading.Event()
    with started_playbook(folder, [{"tasks": [task]}]) as playbook:

        def sample() -> None:
            while not stopped.wait(0.2):
                for pid in workers_of(playbook.process):
                    size = memory_of(pid)
                    if size:
                        samples.setdefault(pid, []).append(size)

        thread = threading.Thread(target=sample)
        thread.start()
        try:
            output = playbook.wait(TIMEOUT)
        finally:
            stopped.set()
            thread.join()
    assert output.code == 0, output.text[-2000:]
    longest = max(samples.values(), key=len)
    return max(longest) - longest[min(5, len(longest) - 1)]
